// json_walk.c: what JSON a value of any type is, told to a sink.
//
// Numbers, bools and texts are themselves; a duration and a time are texts as `print` shows them,
// bytes are base64. A record is an object by its fields' keys, a tuple an array; none is null. A
// map is an object when its keys are single words, else an array of pairs. A case of an enum is its
// name, with parameters {"name": {…}}; a failure {"error": {…}}.
#include <math.h>
#include <stdarg.h>

#include "coding.h"
#include "format.h"
#include "json.h"
#include "value.h"

// ── paths ────────────────────────────────────────────────────────────────────────────────────────

static void show_path(weir__text *text, const weir__path *path)
{
    if (path->outer == NULL) {
        return;
    }
    show_path(text, path->outer);
    if (path->name == NULL) {
        weir__text_printf(text, "[%lld]", (long long)path->index);
        return;
    }
    static const char word[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    bool plain = path->length > 0;
    for (size_t i = 0; i < path->length; i++) {
        plain = plain && path->name[i] != '\0' && strchr(word, path->name[i]) != NULL;
    }
    weir__text_word(text, plain ? "." : "[\"");
    weir__text_add(text, path->name, path->length);
    weir__text_word(text, plain ? "" : "\"]");
}

void weir__path_fail(weir_context *cx, const weir__path *path, const char *format, ...)
{
    if (weir_failed(cx)) {
        return;
    }
    weir_context quiet = weir__quiet(cx);
    weir__text text;
    weir__text_begin(&text, &quiet);
    show_path(&text, path);
    weir__text_word(&text, path->outer == NULL ? "" : ": ");
    va_list arguments;
    va_start(arguments, format);
    weir__text_vprintf(&text, format, arguments);
    va_end(arguments);
    weir_string *message = weir__text_end(&text);
    weir_drop(weir_take(&quiet));
    weir_fail_with(cx, "parse", "%s", message == NULL ? "the value does not fit" : message->bytes);
    weir_drop(message);
}

// ── leaves ───────────────────────────────────────────────────────────────────────────────────────

// A word as text: of a key, or of what JSON has no type for.
static void word_text(weir__text *text, const weir_type *type, weir_word word)
{
    if (type->kind == WEIR_TYPE_STRING) {
        weir__text_string(text, word.object);
    } else if (type->kind == WEIR_TYPE_BYTES) {
        weir__base64_encode(text, word.object, false);
    } else {
        weir__show(text, type, word);
    }
}

// Once a failure is pending nobody is told any more.
static void tell_open(weir__json_sink *sink, bool object)
{
    if (weir_failed(sink->cx)) {
        return;
    }
    if (sink->depth == WEIR__JSON_DEEPEST) {
        weir_fail_with(sink->cx, "parse", "nested more than %d deep", WEIR__JSON_DEEPEST);
        return;
    }
    sink->depth++;
    sink->open(sink, object);
}

static void tell_key(weir__json_sink *sink, const char *name, size_t length)
{
    if (!weir_failed(sink->cx)) {
        sink->key(sink, name, length);
    }
}

static void tell_word(weir__json_sink *sink, const weir_type *type, weir_word word)
{
    if (!weir_failed(sink->cx)) {
        sink->put(sink, type, word);
    }
}

static void tell_close(weir__json_sink *sink)
{
    if (!weir_failed(sink->cx)) {
        sink->depth--;
        sink->close(sink);
    }
}

// What has been written, as a string.
static void tell_text(weir__json_sink *sink, weir__text *text)
{
    weir_word string = {.object = weir__text_end(text)};
    if (string.object != NULL) {
        tell_word(sink, &weir_type_string, string);
        weir_drop(string.object);
    }
}

// ── what has parts ───────────────────────────────────────────────────────────────────────────────

static void walk_list(weir__json_sink *sink, const weir_list *list, const weir__path *path)
{
    tell_open(sink, false);
    for (int64_t i = 0; i < list->length && !weir_failed(sink->cx); i++) {
        weir__path item = weir__path_item(path, i);
        weir__json_walk(sink, list->type->item, list->items[i], &item);
    }
    tell_close(sink);
}

static bool is_word(const weir_type *type)
{
    return !weir__counted(type) || type->kind == WEIR_TYPE_STRING || type->kind == WEIR_TYPE_BYTES;
}

static void walk_map(weir__json_sink *sink, const weir_map *map, const weir__path *path)
{
    const weir_word *key, *value;
    bool object = is_word(map->type->key);
    int64_t i = 0;
    tell_open(sink, object);
    for (int64_t at = 0; !weir_failed(sink->cx) && weir_map_next(map, &at, &key, &value); i++) {
        if (object) {
            weir__text name;
            weir__text_begin(&name, sink->cx);
            word_text(&name, map->type->key, *key);
            weir__path entry = weir__path_key(path, name.bytes, name.length);
            tell_key(sink, name.bytes, name.length);
            weir__json_walk(sink, map->type->item, *value, &entry);
            weir__text_clear(&name);
        } else {
            weir__path pair = weir__path_item(path, i);
            tell_open(sink, false);
            weir__json_walk(sink, map->type->key, *key, &pair);
            weir__json_walk(sink, map->type->item, *value, &pair);
            tell_close(sink);
        }
    }
    tell_close(sink);
}

// A row of words with the types of the fields: an object by their keys, a tuple an array.
static void walk_row(weir__json_sink *sink, const weir_type *type, const weir_word *words,
                     const weir__path *path)
{
    bool object = type->kind == WEIR_TYPE_RECORD || type->fields[0].name != NULL;
    tell_open(sink, object);
    for (uint32_t i = 0; i < type->field_count && !weir_failed(sink->cx); i++) {
        weir__path part = weir__path_item(path, i);
        if (object) {
            const char *name = weir__field_key(type, i);
            part = weir__path_key(path, name, strlen(name));
            tell_key(sink, name, strlen(name));
        }
        weir__json_walk(sink, type->fields[i].type, words[i], &part);
    }
    tell_close(sink);
}

static void walk_enum(weir__json_sink *sink, const weir_type *type, weir_word word,
                      const weir__path *path)
{
    bool plain = weir__enum_plain(type);
    const weir_word *words = plain ? &word : weir__words(word.object);
    const weir_type *with = weir__case_type(type, words->integer);
    const char *name = type->fields[words->integer].name;
    if (with == NULL) {
        weir__text text;
        weir__text_begin(&text, sink->cx);
        weir__text_word(&text, name);
        tell_text(sink, &text);
        return;
    }
    weir__path part = weir__path_key(path, name, strlen(name));
    tell_open(sink, true);
    tell_key(sink, name, strlen(name));
    walk_row(sink, with, words + 1, &part);
    tell_close(sink);
}

static void tell_field(weir__json_sink *sink, const char *name, weir_string *text)
{
    if (text != NULL) {
        tell_key(sink, name, strlen(name));
        tell_word(sink, &weir_type_string, (weir_word){.object = text});
    }
}

static void walk_error(weir__json_sink *sink, const weir_error *error)
{
    tell_open(sink, true);
    tell_field(sink, "kind", error->kind);
    tell_field(sink, "message", error->message);
    tell_field(sink, "at", error->at);
    tell_field(sink, "item", error->item);
    if (error->status >= 0) {
        tell_key(sink, "status", strlen("status"));
        tell_word(sink, &weir_type_int, (weir_word){.integer = error->status});
    }
    tell_close(sink);
}

static void walk_result(weir__json_sink *sink, const weir_type *type, weir_word word,
                        const weir__path *path)
{
    if (!weir_is_error(word.object)) {
        weir__json_walk(sink, type->item, weir__unwrap(type, word.object), path);
        return;
    }
    tell_open(sink, true);
    tell_key(sink, "error", strlen("error"));
    walk_error(sink, word.object);
    tell_close(sink);
}

void weir__json_walk(weir__json_sink *sink, const weir_type *type, weir_word word,
                     const weir__path *path)
{
    if (weir_failed(sink->cx)) {
        return;
    }
    // type NULL: of a `none` that is no value's
    if (type == NULL || (weir__counted(type) && word.object == NULL)) {
        sink->put(sink, &weir_type_nothing, (weir_word){0});
        return;
    }
    switch (type->kind) {
    case WEIR_TYPE_FLOAT:
        if (!isfinite(word.real)) {
            weir__path_fail(sink->cx, path, "%s has no place in JSON",
                            isnan(word.real) ? "nan" : "inf");
            return;
        }
        sink->put(sink, type, word);
        return;
    case WEIR_TYPE_INT:
    case WEIR_TYPE_BOOL:
    case WEIR_TYPE_STRING:
    case WEIR_TYPE_NOTHING: sink->put(sink, type, word); return;
    case WEIR_TYPE_DURATION:
    case WEIR_TYPE_TIME:
    case WEIR_TYPE_BYTES: {
        weir__text text;
        weir__text_begin(&text, sink->cx);
        word_text(&text, type, word);
        tell_text(sink, &text);
        return;
    }
    case WEIR_TYPE_LIST: walk_list(sink, word.object, path); return;
    case WEIR_TYPE_MAP: walk_map(sink, word.object, path); return;
    case WEIR_TYPE_TUPLE:
    case WEIR_TYPE_RECORD: walk_row(sink, type, weir__words(word.object), path); return;
    case WEIR_TYPE_ENUM: walk_enum(sink, type, word, path); return;
    case WEIR_TYPE_OPTIONAL:
        weir__json_walk(sink, type->item, weir__unwrap(type, word.object), path);
        return;
    case WEIR_TYPE_RESULT: walk_result(sink, type, word, path); return;
    case WEIR_TYPE_ERROR: walk_error(sink, word.object); return;
    case WEIR_TYPE_JSON: sink->json(sink, word.object, path); return;
    case WEIR_TYPE_HANDLE: // the compiler lets none of these come here
    case WEIR_TYPE_QUEUE:
    case WEIR_TYPE_STREAM:
    case WEIR_TYPE_SECRET:
        weir__path_fail(sink->cx, path, "a %s has no place in JSON", type->name);
        return;
    }
}
