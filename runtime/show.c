// show.c: any word as `print` and `{x}` show it.
#include <stdio.h>

#include "format.h"
#include "json.h"
#include "value.h"

enum { DEEPEST = 64 }; // values nested deeper are shown as "…"

static void show(weir__text *text, const weir_type *type, weir_word word, int depth);

weir_string *weir_show(weir_context *cx, const weir_type *type, const void *word)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir_word w;
    memcpy(&w, word, sizeof w);
    if (type->kind == WEIR_TYPE_STRING) {
        return weir_keep(w.object);
    }
    weir__text text;
    weir__text_begin(&text, cx);
    weir__show(&text, type, w);
    return weir__text_end(&text);
}

void weir__show(weir__text *text, const weir_type *type, weir_word word)
{
    bool there = type->kind == WEIR_TYPE_OPTIONAL && type->item->kind == WEIR_TYPE_STRING;
    there = there && word.integer != 0; // none is NULL
    bool json = type->kind == WEIR_TYPE_JSON && word.object != NULL;
    there = there || (json && ((const weir_object *)word.object)->kind == WEIR_STRING);
    // not quoted on its own, `string?` and a text in a json neither
    if (type->kind == WEIR_TYPE_STRING || there) {
        weir__text_string(text, word.object);
        return;
    }
    show(text, type, word, 0);
}

void weir__show_inside(weir__text *text, const weir_type *type, weir_word word)
{
    show(text, type, word, 0);
}

void weir__show_quoted(weir__text *text, const weir_string *string)
{
    weir__text_word(text, "\"");
    int64_t plain = 0; // begin of what needs no escape
    int64_t length = (int64_t)weir__text_fits(text, (size_t)string->length);
    for (int64_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)string->bytes[i];
        if (c >= 0x20 && c != 0x7f && c != '"' && c != '\\') {
            continue;
        }
        weir__text_add(text, string->bytes + plain, (size_t)(i - plain));
        plain = i + 1;
        if (c == '"' || c == '\\') {
            weir__text_printf(text, "\\%c", c);
        } else if (c == '\n' || c == '\r' || c == '\t') {
            weir__text_word(text, c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t");
        } else {
            weir__text_printf(text, "\\u{%X}", c);
        }
    }
    weir__text_add(text, string->bytes + plain, (size_t)(length - plain));
    weir__text_word(text, "\"");
}

// Bytes: b"…" with everything but printable ASCII as \xNN.
static void show_bytes(weir__text *text, const weir_string *bytes)
{
    weir__text_word(text, "b\"");
    for (int64_t i = 0; i < bytes->length && !weir__text_over(text); i++) {
        unsigned char c = (unsigned char)bytes->bytes[i];
        if (c == '"' || c == '\\') {
            weir__text_printf(text, "\\%c", c);
        } else if (c >= 0x20 && c < 0x7f) {
            weir__text_printf(text, "%c", c);
        } else {
            weir__text_printf(text, "\\x%02x", c);
        }
    }
    weir__text_word(text, "\"");
}

static void show_row(weir__text *text, const weir_type *type, const weir_word *words, int depth)
{
    weir__text_word(text, "(");
    for (uint32_t i = 0; i < type->field_count; i++) {
        const weir_field *field = &type->fields[i];
        weir__text_word(text, i > 0 ? ", " : "");
        if (field->name != NULL) {
            weir__text_printf(text, "%s: ", field->name);
        }
        show(text, field->type, words[i], depth);
    }
    weir__text_word(text, ")");
}

static void show_list(weir__text *text, const weir_list *list, int depth)
{
    weir__text_word(text, "[");
    for (int64_t i = 0; i < list->length && !weir__text_over(text); i++) {
        weir__text_word(text, i > 0 ? ", " : "");
        show(text, list->type->item, list->items[i], depth);
    }
    weir__text_word(text, "]");
}

static void show_map(weir__text *text, const weir_map *map, int depth)
{
    weir__text_word(text, map->length == 0 ? "[:" : "[");
    const char *between = "";
    for (int64_t i = 0; i < map->used && !weir__text_over(text); i++) {
        const weir__entry *entry = &map->entries[i];
        if ((entry->hash & 1) != 0) {
            weir__text_word(text, between);
            show(text, map->type->key, entry->key, depth);
            weir__text_word(text, ": ");
            show(text, map->type->item, entry->value, depth);
            between = ", ";
        }
    }
    weir__text_word(text, "]");
}

static void show_enum(weir__text *text, const weir_type *type, weir_word word, int depth)
{
    bool plain = weir__enum_plain(type);
    const weir_word *words = plain ? &word : weir__words(word.object);
    int64_t number = words->integer;
    if (number < 0 || number >= (int64_t)type->field_count) {
        weir__text_printf(text, "%s(%lld)", type->name, (long long)number);
        return;
    }
    weir__text_word(text, type->fields[number].name);
    if (!plain && type->fields[number].type != NULL) {
        show_row(text, type->fields[number].type, words + 1, depth);
    }
}

static void show(weir__text *text, const weir_type *type, weir_word word, int depth)
{
    if (weir__counted(type) && word.object == NULL) {
        // a T! of nothing that succeeded
        weir__text_word(text, type->kind == WEIR_TYPE_RESULT ? "ok" : "none");
        return;
    }
    if (depth > DEEPEST) {
        weir__text_word(text, "\xe2\x80\xa6");
        return;
    }
    switch (type->kind) {
    case WEIR_TYPE_INT: weir__text_printf(text, "%lld", (long long)word.integer); return;
    case WEIR_TYPE_FLOAT: weir__show_float(text, word.real); return;
    case WEIR_TYPE_BOOL: weir__text_word(text, word.integer != 0 ? "true" : "false"); return;
    case WEIR_TYPE_DURATION: weir__show_duration(text, word.integer); return;
    case WEIR_TYPE_TIME: weir__show_time(text, word.integer, "", 0); return;
    case WEIR_TYPE_STRING: // inside something else
        weir__show_quoted(text, word.object);
        return;
    case WEIR_TYPE_BYTES: show_bytes(text, word.object); return;
    case WEIR_TYPE_LIST: show_list(text, word.object, depth + 1); return;
    case WEIR_TYPE_MAP: show_map(text, word.object, depth + 1); return;
    case WEIR_TYPE_TUPLE: show_row(text, type, weir__words(word.object), depth + 1); return;
    case WEIR_TYPE_RECORD:
        if (type == &weir_type_local) {
            weir__show_local(text, word.object, "", 0);
            return;
        }
        weir__text_word(text, type->name);
        show_row(text, type, weir__words(word.object), depth + 1);
        return;
    case WEIR_TYPE_ENUM: show_enum(text, type, word, depth + 1); return;
    case WEIR_TYPE_RESULT:
        if (weir_is_error(word.object)) {
            weir__text_word(text, "error(");
            weir__text_string(text, ((const weir_error *)word.object)->message);
            weir__text_word(text, ")");
            return;
        }
        show(text, type->item, weir__unwrap(type, word.object), depth + 1);
        return;
    case WEIR_TYPE_OPTIONAL:
        show(text, type->item, weir__unwrap(type, word.object), depth + 1);
        return;
    case WEIR_TYPE_ERROR:
        weir__text_string(text, ((const weir_error *)word.object)->message);
        return;
    case WEIR_TYPE_SECRET: weir__text_word(text, "***"); return;
    case WEIR_TYPE_HANDLE:
    case WEIR_TYPE_QUEUE:
    case WEIR_TYPE_STREAM: weir__text_word(text, type->name); return;
    case WEIR_TYPE_JSON: weir__json_show(text, word.object); return;
    case WEIR_TYPE_NOTHING: weir__text_word(text, "nothing"); return;
    }
}
