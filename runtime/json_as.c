// json_as.c: what a json or a row of texts says, as a value of a type.
//
// Extra fields are ignored; one that is absent needs a default or is optional. What does not fit
// fails with kind parse and the path: `.items[3].price: expected int, found string "x"`.
#include <math.h>

#include "coding.h"
#include "format.h"
#include "json.h"
#include "list.h"
#include "map.h"
#include "parse.h"
#include "value.h"

// Each fills *word, owned. False: a failure is pending, and *word is zero.
static bool as_word(weir_context *cx, const weir_type *type, const weir_json *json,
                    const weir__path *path, weir_word *word);

// ── what does not fit ────────────────────────────────────────────────────────────────────────────

// "up, down or idle"
static void show_cases(weir__text *text, const weir_type *type)
{
    for (uint32_t i = 0; i < type->field_count; i++) {
        const char *between = i == 0 ? "" : i + 1 < type->field_count ? ", " : " or ";
        weir__text_printf(text, "%s%s", between, type->fields[i].name);
    }
}

static void show_wanted(weir__text *text, const weir_type *type)
{
    weir__text_word(text, type->name);
    if (type->kind == WEIR_TYPE_ENUM) {
        weir__text_word(text, " (");
        show_cases(text, type);
        weir__text_word(text, ")");
    } else if (type->kind == WEIR_TYPE_TIME) {
        weir__text_word(text, " (like 2024-05-01T12:30:00Z)");
    } else if (type->kind == WEIR_TYPE_DURATION) {
        weir__text_word(text, " (like 250ms, 1.5s or 2m)");
    } else if (type->kind == WEIR_TYPE_BYTES) {
        weir__text_word(text, " (base64)");
    }
}

// Words as they stand in a message: at most so many bytes of a text, the rest as "…".
static void show_part(weir__text *text, const weir_string *string)
{
    enum { MOST = 60 };
    weir_string *part = weir_string_slice(text->cx, string, 0, MOST);
    if (part != NULL) {
        weir__show_quoted(text, part);
        weir__text_word(text, part->length < string->length ? "\xe2\x80\xa6" : "");
    }
    weir_drop(part);
}

static void show_found(weir__text *text, const weir_json *json)
{
    weir_word word;
    const weir_type *type = weir__json_inside(json, &word);
    switch ((int)type->kind) {
    case WEIR_TYPE_NOTHING: weir__text_word(text, "null"); return;
    case WEIR_TYPE_STRING:
        weir__text_word(text, "string ");
        show_part(text, word.object);
        return;
    case WEIR_TYPE_LIST: weir__text_word(text, "an array"); return;
    case WEIR_TYPE_MAP: weir__text_word(text, "an object"); return;
    }
    weir__text_printf(text, "%s ", type->name);
    weir__show(text, type, word);
}

// json or row: what was found; both NULL where nothing is there.
static void misfit(weir_context *cx, const weir_type *type, const weir_json *json,
                   const weir_string *row, const weir__path *path)
{
    if (weir_failed(cx)) {
        return;
    }
    weir_context quiet = weir__quiet(cx);
    weir__text text;
    weir__text_begin(&text, &quiet);
    weir__text_word(&text, "expected ");
    show_wanted(&text, type);
    weir__text_word(&text, ", found ");
    if (type->kind == WEIR_TYPE_SECRET && json != NULL) {
        weir__text_word(&text, "something else");
    } else if (row != NULL) {
        show_part(&text, row);
    } else if (json != NULL) {
        show_found(&text, json);
    } else {
        weir__text_word(&text, "nothing");
    }
    weir_string *message = weir__text_end(&text);
    weir_drop(weir_take(&quiet));
    weir__path_fail(cx, path, "%s", message == NULL ? type->name : message->bytes);
    weir_drop(message);
}

// ── words that a text says ───────────────────────────────────────────────────────────────────────

// False: the text says no such word, or the type has none.
static bool say_word(const weir_type *type, const char *text, weir_word *word)
{
    switch ((int)type->kind) {
    case WEIR_TYPE_INT: return weir__parse_int(text, &word->integer);
    case WEIR_TYPE_FLOAT: return weir__parse_float(text, &word->real);
    case WEIR_TYPE_BOOL: return weir__parse_bool(text, &word->integer);
    case WEIR_TYPE_DURATION: return weir__parse_duration(text, &word->integer);
    case WEIR_TYPE_TIME: return weir__parse_time(text, &word->integer);
    case WEIR_TYPE_ENUM:
        return weir__enum_plain(type) && weir__parse_case(type, text, &word->integer);
    }
    return false;
}

static bool has_nul(const weir_string *string)
{
    return memchr(string->bytes, '\0', (size_t)string->length) != NULL;
}

// The bytes that base64 says; NULL: it is none, or memory is pending.
static weir_string *decoded(weir_context *cx, const weir_string *string)
{
    weir__text bytes;
    weir_string *made = NULL;
    weir__text_begin(&bytes, cx);
    if (weir__base64_decode(&bytes, string) && !bytes.failed) {
        made = weir__bytes_new(cx, bytes.bytes, (int64_t)bytes.length);
    }
    weir__text_clear(&bytes);
    return made;
}

// ── scalars ──────────────────────────────────────────────────────────────────────────────────────

static bool number_as(weir_context *cx, const weir_type *type, const weir_type *found,
                      weir_word inside, weir_word *word)
{
    bool whole = found->kind == WEIR_TYPE_INT;
    double real = whole ? (double)inside.integer : inside.real;
    switch ((int)type->kind) {
    case WEIR_TYPE_INT:
        if (whole) {
            *word = inside;
            return true;
        }
        if (real == floor(real) && real >= -0x1p63 && real < 0x1p63) { // 3.0
            word->integer = (int64_t)real;
            return true;
        }
        return false;
    case WEIR_TYPE_FLOAT: word->real = real; return true;
    case WEIR_TYPE_DURATION: // seconds
    case WEIR_TYPE_TIME:     // since 1970
        if (whole && inside.integer <= INT64_MAX / WEIR_SECOND &&
            inside.integer >= -INT64_MAX / WEIR_SECOND) {
            word->integer = inside.integer * WEIR_SECOND;
            return true;
        }
        word->integer = weir_seconds(cx, real);
        return !weir_failed(cx);
    }
    return false;
}

static bool as_scalar(weir_context *cx, const weir_type *type, const weir_json *json,
                      const weir__path *path, weir_word *word)
{
    weir_word inside;
    const weir_type *found = weir__json_inside(json, &inside);
    bool fits = false;
    if (found->kind == WEIR_TYPE_STRING) {
        const weir_string *string = inside.object;
        bool spoken = type->kind == WEIR_TYPE_DURATION || type->kind == WEIR_TYPE_TIME ||
                      type->kind == WEIR_TYPE_ENUM;
        if (type->kind == WEIR_TYPE_STRING || type->kind == WEIR_TYPE_SECRET) {
            word->object = weir_keep(string);
            fits = true;
        } else if (type->kind == WEIR_TYPE_BYTES) {
            word->object = decoded(cx, string);
            fits = word->object != NULL;
        } else if (spoken && !has_nul(string)) {
            fits = say_word(type, string->bytes, word);
        }
    } else if (found->kind == WEIR_TYPE_BOOL && type->kind == WEIR_TYPE_BOOL) {
        *word = inside;
        fits = true;
    } else if (found->kind == WEIR_TYPE_INT || found->kind == WEIR_TYPE_FLOAT) {
        fits = number_as(cx, type, found, inside, word);
    }
    if (!fits) {
        *word = (weir_word){0};
        misfit(cx, type, json, NULL, path);
    }
    return fits;
}

// ── what has parts ───────────────────────────────────────────────────────────────────────────────

// What a json must be here, or NULL and a failure.
static void *inside_as(weir_context *cx, weir_type_kind kind, const weir_type *type,
                       const weir_json *json, const weir__path *path)
{
    weir_word inside;
    if (weir__json_inside(json, &inside)->kind == kind) {
        return inside.object;
    }
    misfit(cx, type, json, NULL, path);
    return NULL;
}

static bool as_list(weir_context *cx, const weir_type *type, const weir_json *json,
                    const weir__path *path, weir_word *word)
{
    const weir_list *array = inside_as(cx, WEIR_TYPE_LIST, type, json, path);
    if (array == NULL) {
        return false;
    }
    if (type->item->kind == WEIR_TYPE_JSON) {
        word->object = weir_keep(array);
        return true;
    }
    weir_list *list = weir_list_new(cx, type, array->length);
    for (int64_t i = 0; list != NULL && i < array->length; i++) {
        weir__path at = weir__path_item(path, i);
        weir_word item = {0};
        if (as_word(cx, type->item, array->items[i].object, &at, &item)) {
            weir__list_take(cx, &list, item);
        }
        if (weir_failed(cx)) {
            weir_clear(&list);
        }
    }
    word->object = list;
    return list != NULL;
}

// A key of an object as a key of a map.
static bool as_key(weir_context *cx, const weir_type *type, weir_string *text,
                   const weir__path *path, weir_word *key)
{
    if (type->kind == WEIR_TYPE_STRING) {
        key->object = weir_keep(text);
        return true;
    }
    if (type->kind == WEIR_TYPE_BYTES) {
        key->object = decoded(cx, text);
        if (key->object != NULL) {
            return true;
        }
    } else if (!has_nul(text) && say_word(type, text->bytes, key)) {
        return true;
    }
    misfit(cx, type, NULL, text, path);
    return false;
}

static bool as_map(weir_context *cx, const weir_type *type, const weir_json *json,
                   const weir__path *path, weir_word *word)
{
    bool pairs = type->key->kind == WEIR_TYPE_TUPLE; // written as an array of pairs
    void *holder = inside_as(cx, pairs ? WEIR_TYPE_LIST : WEIR_TYPE_MAP, type, json, path);
    if (holder == NULL) {
        return false;
    }
    if (!pairs && type->key->kind == WEIR_TYPE_STRING && type->item->kind == WEIR_TYPE_JSON) {
        word->object = weir_keep(holder);
        return true;
    }
    weir_map *map = weir_map_new(cx, type);
    const weir_word *name, *value;
    int64_t count = pairs ? ((const weir_list *)holder)->length : 0, at = 0;
    for (int64_t i = 0; map != NULL; i++) {
        weir_word key = {0}, item = {0};
        weir__path part;
        if (pairs) {
            if (i == count) {
                break;
            }
            part = weir__path_item(path, i);
            const weir_list *pair = inside_as(cx, WEIR_TYPE_LIST, type,
                                              ((const weir_list *)holder)->items[i].object, &part);
            if (pair != NULL && pair->length != 2) {
                weir__path_fail(cx, &part, "expected a pair, found an array of %lld",
                                (long long)pair->length);
            } else if (pair != NULL &&
                       as_word(cx, type->key, pair->items[0].object, &part, &key)) {
                (void)as_word(cx, type->item, pair->items[1].object, &part, &item);
            }
        } else {
            if (!weir_map_next(holder, &at, &name, &value)) {
                break;
            }
            weir_string *text = name->object;
            part = weir__path_key(path, text->bytes, (size_t)text->length);
            if (as_key(cx, type->key, text, &part, &key)) {
                (void)as_word(cx, type->item, value->object, &part, &item);
            }
        }
        if (!weir_failed(cx)) {
            weir_map_set(cx, &map, &key, &item);
        }
        weir__drop_word(type->key, key);
        weir__drop_word(type->item, item);
        if (weir_failed(cx)) {
            weir_clear(&map);
        }
    }
    word->object = map;
    return map != NULL;
}

static bool as_tuple(weir_context *cx, const weir_type *type, const weir_json *json,
                     const weir__path *path, weir_word *word)
{
    const weir_list *array = inside_as(cx, WEIR_TYPE_LIST, type, json, path);
    if (array == NULL) {
        return false;
    }
    if (array->length != (int64_t)type->field_count) {
        weir__path_fail(cx, path, "expected %s, found an array of %lld", type->name,
                        (long long)array->length);
        return false;
    }
    weir_record *tuple = weir_record_new(cx, type);
    for (uint32_t i = 0; tuple != NULL && i < type->field_count; i++) {
        weir__path at = weir__path_item(path, i);
        if (!as_word(cx, type->fields[i].type, array->items[i].object, &at,
                     &weir__words(tuple)[i])) {
            weir_clear(&tuple);
        }
    }
    word->object = tuple;
    return tuple != NULL;
}

// A field nobody spoke of: its default, or none.
static bool absent(weir_context *cx, const weir_type *type, uint32_t index, const weir__path *path,
                   weir_word *word)
{
    *word = (weir_word){0};
    if (type->defaults != NULL && type->defaults[index] != NULL) {
        type->defaults[index](cx, word);
        return !weir_failed(cx);
    }
    if (type->fields[index].type->kind != WEIR_TYPE_OPTIONAL) {
        misfit(cx, type->fields[index].type, NULL, NULL, path);
    }
    return !weir_failed(cx);
}

// Fills words from an object by the keys of the fields.
static bool fill_row(weir_context *cx, const weir_type *type, const weir_map *object,
                     const weir__path *path, weir_word *words)
{
    for (uint32_t i = 0; i < type->field_count; i++) {
        const char *name = weir__field_key(type, i);
        weir__path at = weir__path_key(path, name, strlen(name));
        const weir_word *found = weir__map_named(object, name);
        if (found == NULL ? !absent(cx, type, i, &at, &words[i])
                          : !as_word(cx, type->fields[i].type, found->object, &at, &words[i])) {
            return false;
        }
    }
    return true;
}

static bool as_record(weir_context *cx, const weir_type *type, const weir_json *json,
                      const weir__path *path, weir_word *word)
{
    const weir_map *object = inside_as(cx, WEIR_TYPE_MAP, type, json, path);
    weir_record *record = object == NULL ? NULL : weir_record_new(cx, type);
    if (record != NULL && !fill_row(cx, type, object, path, weir__words(record))) {
        weir_clear(&record);
    }
    word->object = record;
    return record != NULL;
}

// "up", or {"down": {"reason": "disk"}}.
static bool as_enum(weir_context *cx, const weir_type *type, const weir_json *json,
                    const weir__path *path, weir_word *word)
{
    weir_word inside;
    const weir_type *found = weir__json_inside(json, &inside);
    int64_t number = -1;
    const weir_json *with = NULL;
    if (found->kind == WEIR_TYPE_STRING && !has_nul(inside.object)) {
        if (!weir__parse_case(type, ((const weir_string *)inside.object)->bytes, &number)) {
            number = -1;
        }
    } else if (found->kind == WEIR_TYPE_MAP && ((const weir_map *)inside.object)->length == 1) {
        for (uint32_t i = 0; i < type->field_count; i++) {
            const weir_word *named = weir__map_named(inside.object, type->fields[i].name);
            if (named != NULL && type->fields[i].type != NULL) {
                number = i;
                with = named->object;
            }
        }
    }
    if (number < 0) {
        misfit(cx, type, json, NULL, path);
        return false;
    }
    if (weir__enum_plain(type)) {
        word->integer = number;
        return true;
    }
    weir_record *made = weir_record_new(cx, type);
    if (made == NULL) {
        return false;
    }
    weir__words(made)[0].integer = number;
    if (with != NULL) {
        const char *name = type->fields[number].name;
        weir__path at = weir__path_key(path, name, strlen(name));
        const weir_type *row = type->fields[number].type;
        const weir_map *object = inside_as(cx, WEIR_TYPE_MAP, row, with, &at);
        if (object == NULL || !fill_row(cx, row, object, &at, weir__words(made) + 1)) {
            weir_clear(&made);
        }
    }
    word->object = made;
    return made != NULL;
}

static bool as_optional(weir_context *cx, const weir_type *type, const weir_json *json,
                        const weir__path *path, weir_word *word)
{
    weir_word inside, item = {0};
    word->object = NULL;
    if (weir__json_inside(json, &inside) == &weir_type_nothing) {
        return true;
    }
    if (as_word(cx, type->item, json, path, &item)) {
        word->object = weir__wrap(cx, type, item);
        weir__drop_word(type->item, item);
    }
    return !weir_failed(cx);
}

static bool as_word(weir_context *cx, const weir_type *type, const weir_json *json,
                    const weir__path *path, weir_word *word)
{
    *word = (weir_word){0};
    if (path->depth > WEIR__JSON_DEEPEST) {
        weir_fail_with(cx, "parse", "nested more than %d deep", WEIR__JSON_DEEPEST);
        return false;
    }
    switch (type->kind) {
    case WEIR_TYPE_INT:
    case WEIR_TYPE_FLOAT:
    case WEIR_TYPE_BOOL:
    case WEIR_TYPE_DURATION:
    case WEIR_TYPE_TIME:
    case WEIR_TYPE_STRING:
    case WEIR_TYPE_SECRET:
    case WEIR_TYPE_BYTES: return as_scalar(cx, type, json, path, word);
    case WEIR_TYPE_LIST: return as_list(cx, type, json, path, word);
    case WEIR_TYPE_MAP: return as_map(cx, type, json, path, word);
    case WEIR_TYPE_TUPLE: return as_tuple(cx, type, json, path, word);
    case WEIR_TYPE_RECORD: return as_record(cx, type, json, path, word);
    case WEIR_TYPE_ENUM: return as_enum(cx, type, json, path, word);
    case WEIR_TYPE_OPTIONAL: return as_optional(cx, type, json, path, word);
    case WEIR_TYPE_JSON:
        word->object = json == NULL ? (void *)weir__json_null() : weir_keep(json);
        return true;
    case WEIR_TYPE_RESULT: // the compiler lets none of these come here
    case WEIR_TYPE_ERROR:
    case WEIR_TYPE_HANDLE:
    case WEIR_TYPE_QUEUE:
    case WEIR_TYPE_STREAM:
    case WEIR_TYPE_NOTHING: break;
    }
    misfit(cx, type, json, NULL, path);
    return false;
}

void weir_json_as(weir_context *cx, const weir_type *type, const weir_json *json, void *slot)
{
    weir_word word = {0};
    if (!weir_failed(cx)) {
        weir__path whole = {0};
        (void)as_word(cx, type, json, &whole, &word);
    }
    memcpy(slot, &word, sizeof word);
}

// ── rows of texts ────────────────────────────────────────────────────────────────────────────────

static bool text_as(weir_context *cx, const weir_type *type, weir_string *text,
                    const weir__path *path, weir_word *word)
{
    *word = (weir_word){0};
    if (type->kind == WEIR_TYPE_STRING || type->kind == WEIR_TYPE_SECRET) {
        word->object = weir_keep(text);
        return true;
    }
    if (type->kind == WEIR_TYPE_BYTES) {
        word->object = weir_string_bytes(cx, text);
        return word->object != NULL;
    }
    if (type->kind == WEIR_TYPE_OPTIONAL) {
        weir_word item;
        if (text->length == 0 && type->item->kind != WEIR_TYPE_STRING) {
            return true; // an empty cell
        }
        if (text_as(cx, type->item, text, path, &item)) {
            word->object = weir__wrap(cx, type, item);
            weir__drop_word(type->item, item);
        }
        return !weir_failed(cx);
    }
    weir_string *plain = weir_string_trim(cx, text);
    bool said = plain != NULL && !has_nul(plain) && say_word(type, plain->bytes, word);
    weir_drop(plain);
    if (!said) {
        *word = (weir_word){0};
        misfit(cx, type, NULL, text, path);
    }
    return said;
}

void *weir_row_as(weir_context *cx, const weir_type *type, const weir_map *row)
{
    weir_record *record = weir_failed(cx) ? NULL : weir_record_new(cx, type);
    weir__path whole = {0};
    for (uint32_t i = 0; record != NULL && i < type->field_count; i++) {
        const char *name = weir__field_key(type, i);
        weir__path at = weir__path_key(&whole, name, strlen(name));
        const weir_word *found = weir__map_named(row, name);
        weir_word *word = &weir__words(record)[i];
        if (found == NULL ? !absent(cx, type, i, &at, word)
                          : !text_as(cx, type->fields[i].type, found->object, &at, word)) {
            weir_clear(&record);
        }
    }
    return record;
}
