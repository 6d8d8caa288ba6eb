// csv.c: tables as text (RFC 4180): fields, those with a delimiter, quote or line end in quotes.
//
// Strict where leniency would guess: a quote inside a field that does not begin with one, something
// behind the closing quote, a row longer or shorter than its header fail with kind parse and the
// line. Lines end in LF, CRLF or CR, and are written with LF; lines without anything are skipped.
#include "format.h"
#include "json.h"
#include "list.h"
#include "map.h"
#include "value.h"

static const weir_type type_rows = {
    .kind = WEIR_TYPE_LIST, .name = "[[string]]", .item = &weir_type_strings};
static const weir_type type_table = {
    .kind = WEIR_TYPE_LIST, .name = "[[string: string]]", .item = &weir__type_texts};

// One character that may stand between fields. False: kind type is pending.
static bool good_delimiter(weir_context *cx, const weir_string *delimiter)
{
    size_t length = (size_t)delimiter->length;
    bool one = length > 0 && weir__utf8_length(delimiter->bytes, length) == length;
    if (one && strpbrk(delimiter->bytes, "\"\r\n") == NULL && delimiter->bytes[0] != '\0') {
        return true;
    }
    weir_fail_with(cx, "type", "a delimiter is one character, and no quote or line end");
    return false;
}

// ── reading ──────────────────────────────────────────────────────────────────────────────────────

typedef struct Reader {
    weir_context *cx;
    const char *at, *end;
    const weir_string *delimiter;
    long long line, begun; // of the row
} Reader;

static bool at_delimiter(const Reader *r)
{
    size_t length = (size_t)r->delimiter->length;
    return (size_t)(r->end - r->at) >= length && memcmp(r->at, r->delimiter->bytes, length) == 0;
}

static bool at_line_end(const Reader *r)
{
    return r->at == r->end || *r->at == '\n' || *r->at == '\r';
}

static void skip_line_end(Reader *r)
{
    if (r->at < r->end) {
        r->at += *r->at == '\r' && r->at + 1 < r->end && r->at[1] == '\n' ? 2 : 1;
        r->line++;
    }
}

// After the opening quote, up to behind the closing one.
static void read_quoted(Reader *r, weir__text *field)
{
    long long begun = r->line;
    for (;;) {
        const char *quote = memchr(r->at, '"', (size_t)(r->end - r->at));
        const char *stop = quote == NULL ? r->end : quote;
        for (const char *c = r->at; c < stop; c++) {
            r->line += *c == '\n' || (*c == '\r' && c[1] != '\n') ? 1 : 0;
        }
        weir__text_add(field, r->at, (size_t)(stop - r->at));
        r->at = stop;
        if (quote == NULL) {
            weir_fail_with(r->cx, "parse", "line %lld: a quoted field that does not end", begun);
            return;
        }
        r->at++;
        if (r->at == r->end || *r->at != '"') {
            break;
        }
        weir__text_add(field, "\"", 1);
        r->at++;
    }
    if (!at_line_end(r) && !at_delimiter(r)) {
        weir_fail_with(r->cx, "parse", "line %lld: expected the end of the field after its quote",
                       r->line);
    }
}

static weir_string *read_field(Reader *r)
{
    if (r->at < r->end && *r->at == '"') {
        weir__text field;
        weir__text_begin(&field, r->cx);
        r->at++;
        read_quoted(r, &field);
        if (weir_failed(r->cx)) {
            weir__text_clear(&field);
            return NULL;
        }
        return weir__text_end(&field);
    }
    const char *from = r->at;
    while (!at_line_end(r) && !at_delimiter(r)) {
        if (*r->at == '"') {
            weir_fail_with(r->cx, "parse", "line %lld: a quote inside a field without quotes",
                           r->line);
            return NULL;
        }
        r->at++;
    }
    return weir_string_new(r->cx, from, r->at - from);
}

// The next row that holds anything, as a [string]. NULL: there is none, or a failure is pending.
static weir_list *read_row(Reader *r)
{
    while (r->at < r->end && at_line_end(r)) {
        skip_line_end(r);
    }
    if (r->at == r->end) {
        return NULL;
    }
    r->begun = r->line;
    weir_list *row = weir_list_new(r->cx, &weir_type_strings, 0);
    while (row != NULL) {
        weir_string *field = read_field(r);
        if (field != NULL) {
            weir__list_take(r->cx, &row, (weir_word){.object = field});
        }
        if (weir_failed(r->cx)) {
            weir_clear(&row);
        } else if (at_delimiter(r)) {
            r->at += r->delimiter->length;
        } else {
            break;
        }
    }
    return row;
}

static bool begin_reader(Reader *r, weir_context *cx, const weir_string *text,
                         const weir_string *delimiter)
{
    if (weir_failed(cx) || !good_delimiter(cx, delimiter)) {
        return false;
    }
    *r = (Reader){cx, text->bytes, text->bytes + text->length, delimiter, 1, 1};
    if (text->length >= 3 && memcmp(text->bytes, "\xef\xbb\xbf", 3) == 0) {
        r->at += 3; // a byte order mark
    }
    return true;
}

weir_list *weir_csv_rows(weir_context *cx, const weir_string *text, const weir_string *delimiter)
{
    Reader r;
    weir_list *rows = begin_reader(&r, cx, text, delimiter) ? weir_list_new(cx, &type_rows, 0)
                                                            : NULL;
    while (rows != NULL) {
        weir_list *row = read_row(&r);
        if (row != NULL) {
            weir__list_take(cx, &rows, (weir_word){.object = row});
        }
        if (weir_failed(cx)) {
            weir_clear(&rows);
        } else if (row == NULL) {
            break;
        }
    }
    return rows;
}

// A row by the names in the header, whose texts all rows share.
static weir_map *name_fields(weir_context *cx, const weir_list *header, const weir_list *row,
                             long long line)
{
    if (row->length != header->length) {
        weir_fail_with(cx, "parse", "line %lld: %lld fields, the header has %lld", line,
                       (long long)row->length, (long long)header->length);
        return NULL;
    }
    weir_map *named = weir_map_new(cx, &weir__type_texts);
    for (int64_t i = 0; named != NULL && i < row->length; i++) {
        weir_map_set(cx, &named, &header->items[i], &row->items[i]);
        if (!weir_failed(cx) && named->length <= i) {
            const weir_string *name = header->items[i].object;
            weir_fail_with(cx, "parse", "the header names %s twice", name->bytes);
        }
        if (weir_failed(cx)) {
            weir_clear(&named);
        }
    }
    return named;
}

weir_list *weir_csv_parse(weir_context *cx, const weir_string *text, const weir_string *delimiter)
{
    Reader r;
    if (!begin_reader(&r, cx, text, delimiter)) {
        return NULL;
    }
    weir_list *table = weir_list_new(cx, &type_table, 0);
    weir_list *header = table == NULL ? NULL : read_row(&r);
    while (header != NULL && table != NULL) {
        weir_list *row = read_row(&r);
        weir_map *named = row == NULL ? NULL : name_fields(cx, header, row, r.begun);
        weir_drop(row);
        if (named != NULL) {
            weir__list_take(cx, &table, (weir_word){.object = named});
        } else if (!weir_failed(cx)) {
            break;
        }
        if (weir_failed(cx)) {
            weir_clear(&table);
        }
    }
    weir_drop(header);
    if (weir_failed(cx)) {
        weir_clear(&table);
    }
    return table;
}

// ── writing ──────────────────────────────────────────────────────────────────────────────────────

// A field; none and null are empty.
static void write_word(weir__text *text, const weir_type *type, weir_word word,
                       const weir_string *delimiter)
{
    weir_word inside = word;
    if (type->kind == WEIR_TYPE_JSON) {
        type = weir__json_inside(word.object, &inside)->kind == WEIR_TYPE_NOTHING ? NULL : type;
    } else if (weir__counted(type) && word.object == NULL) {
        type = NULL;
    }
    weir__text field;
    weir__text_begin(&field, text->cx);
    if (type != NULL) {
        weir__show(&field, type, word);
    }
    bool quotes = false;
    for (size_t i = 0; i < field.length; i++) {
        char c = field.bytes[i];
        quotes = quotes || c == '"' || c == '\n' || c == '\r' ||
                 (field.length - i >= (size_t)delimiter->length &&
                  memcmp(field.bytes + i, delimiter->bytes, (size_t)delimiter->length) == 0);
    }
    size_t plain = 0;
    weir__text_word(text, quotes ? "\"" : "");
    for (size_t i = 0; quotes && i < field.length; i++) {
        if (field.bytes[i] == '"') { // stands there twice
            weir__text_add(text, field.bytes + plain, i + 1 - plain);
            plain = i;
        }
    }
    weir__text_add(text, field.bytes + plain, field.length - plain);
    weir__text_word(text, quotes ? "\"" : "");
    text->failed |= field.failed;
    weir__text_clear(&field);
}

typedef struct RowWriter {
    weir__text text;
    const weir_string *delimiter;
    size_t begun; // of the row
    int64_t fields;
} RowWriter;

static void add_field(RowWriter *w, const weir_type *type, weir_word word)
{
    if (w->fields++ > 0) {
        weir__text_string(&w->text, w->delimiter);
    }
    write_word(&w->text, type, word, w->delimiter);
}

static void end_row(RowWriter *w)
{
    if (w->text.length == w->begun && w->fields > 0) {
        weir__text_word(&w->text, "\"\""); // one empty field: an empty line is no row
    }
    weir__text_word(&w->text, "\n");
    w->begun = w->text.length;
    w->fields = 0;
}

static void add_name(RowWriter *w, const char *name)
{
    const weir_string text = {{WEIR_STATIC, WEIR_STRING, 0, 0}, (int64_t)strlen(name), name};
    add_field(w, &weir_type_string, (weir_word){.object = (void *)(uintptr_t)&text});
}

// All keys that the maps of a list have, in the order they come. NULL: a failure is pending.
static weir_map *all_keys(weir_context *cx, const weir_list *rows)
{
    weir_map *keys = weir_map_new(cx, rows->type->item);
    const weir_word *key, *value;
    for (int64_t i = 0; i < rows->length; i++) {
        for (int64_t at = 0; keys != NULL && weir_map_next(rows->items[i].object, &at, &key,
                                                           &value);) {
            if (weir_map_get(keys, key) == NULL) {
                weir_map_set(cx, &keys, key, value);
            }
            if (weir_failed(cx)) {
                weir_clear(&keys);
            }
        }
    }
    return keys;
}

static void write_maps(RowWriter *w, const weir_list *rows)
{
    const weir_type *type = rows->type->item;
    weir_map *keys = all_keys(w->text.cx, rows);
    const weir_word *key, *value;
    for (int64_t at = 0; keys != NULL && weir_map_next(keys, &at, &key, &value);) {
        add_field(w, type->key, *key);
    }
    if (keys != NULL && keys->length > 0) {
        end_row(w);
    }
    for (int64_t i = 0; keys != NULL && keys->length > 0 && i < rows->length; i++) {
        for (int64_t at = 0; weir_map_next(keys, &at, &key, &value);) {
            static const weir_word nothing = {.object = NULL};
            const weir_word *found = weir_map_get(rows->items[i].object, key);
            add_field(w, found == NULL ? &weir_type_errors : type->item,
                      found == NULL ? nothing : *found);
        }
        end_row(w);
    }
    weir_drop(keys);
}

static void write_row(RowWriter *w, const weir_type *type, weir_word word)
{
    if (type->kind == WEIR_TYPE_LIST) {
        const weir_list *list = word.object;
        for (int64_t i = 0; i < list->length; i++) {
            add_field(w, list->type->item, list->items[i]);
        }
    } else if (type->kind == WEIR_TYPE_TUPLE || type->kind == WEIR_TYPE_RECORD) {
        for (uint32_t i = 0; i < type->field_count; i++) {
            add_field(w, type->fields[i].type, weir__words(word.object)[i]);
        }
    } else {
        add_field(w, type, word);
    }
    end_row(w);
}

weir_string *weir_csv_encode(weir_context *cx, const weir_list *rows, const weir_string *delimiter)
{
    if (weir_failed(cx) || !good_delimiter(cx, delimiter)) {
        return NULL;
    }
    const weir_type *type = rows->type->item;
    RowWriter w = {.delimiter = delimiter};
    weir__text_begin(&w.text, cx);
    if (rows->length > 0 && type->kind == WEIR_TYPE_MAP) {
        write_maps(&w, rows);
    } else if (rows->length > 0) {
        for (uint32_t i = 0; type->kind == WEIR_TYPE_RECORD && i < type->field_count; i++) {
            add_name(&w, weir__field_key(type, i));
        }
        if (w.fields > 0) {
            end_row(&w);
        }
        for (int64_t i = 0; i < rows->length; i++) {
            write_row(&w, type, rows->items[i]);
        }
    }
    if (weir_failed(cx)) {
        weir__text_clear(&w.text);
        return NULL;
    }
    return weir__text_end(&w.text);
}
