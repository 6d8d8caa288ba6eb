// json.c: what a json is, and its parts.
#include "json.h"

#include "list.h"
#include "value.h"

const weir_type weir_type_json = {.kind = WEIR_TYPE_JSON, .name = "json"};
const weir_type weir__type_jsons = {
    .kind = WEIR_TYPE_LIST, .name = "[json]", .item = &weir_type_json};
const weir_type weir__type_json_map = {.kind = WEIR_TYPE_MAP,
                                       .name = "[string: json]",
                                       .item = &weir_type_json,
                                       .key = &weir_type_string};

const weir_box weir__json_nothing = {{WEIR_STATIC, WEIR_BOX, 0, 0}, &weir_type_nothing, {0}};
const weir_box weir__json_no = {{WEIR_STATIC, WEIR_BOX, 0, 0}, &weir_type_bool, {0}};
const weir_box weir__json_yes = {{WEIR_STATIC, WEIR_BOX, 0, 0}, &weir_type_bool, {1}};

const weir_type *weir__json_inside(const weir_json *json, weir_word *word)
{
    *word = (weir_word){.object = (void *)(uintptr_t)json};
    if (json == NULL) {
        return &weir_type_nothing;
    }
    switch ((weir_kind)((const weir_object *)word->object)->kind) {
    case WEIR_STRING: return &weir_type_string;
    case WEIR_LIST: return &weir__type_jsons;
    case WEIR_MAP: return &weir__type_json_map;
    case WEIR_BOX: {
        const weir_box *box = word->object;
        *word = box->word;
        return box->type;
    }
    case WEIR_BYTES:
    case WEIR_RECORD:
    case WEIR_ERROR:
    case WEIR_HANDLE:
    case WEIR_QUEUE:
    case WEIR_STREAM: break; // no json
    }
    return &weir_type_nothing;
}

weir_json *weir__json_number(weir_context *cx, const weir_type *type, weir_word word)
{
    return (weir_json *)(void *)weir_box_new(cx, type, &word);
}

// ── parts ────────────────────────────────────────────────────────────────────────────────────────

static const weir_list *array_in(const weir_json *json)
{
    weir_word word;
    return weir__json_inside(json, &word) == &weir__type_jsons ? word.object : NULL;
}

static const weir_map *object_in(const weir_json *json)
{
    weir_word word;
    return weir__json_inside(json, &word) == &weir__type_json_map ? word.object : NULL;
}

weir_json *weir_json_item(weir_context *cx, const weir_json *json, int64_t index)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    const weir_list *array = array_in(json);
    if (array == NULL || index < 0 || index >= array->length) {
        return weir__json_null();
    }
    return weir_keep(array->items[index].object);
}

weir_json *weir_json_field(weir_context *cx, const weir_json *json, const weir_string *key)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    const weir_map *object = object_in(json);
    const weir_word *found = object == NULL ? NULL : weir_map_get(object, &key);
    return found == NULL ? weir__json_null() : weir_keep(found->object);
}

weir_json *weir_json_nothing(weir_context *cx)
{
    (void)cx;
    return weir__json_null();
}

// ── places ───────────────────────────────────────────────────────────────────────────────────────

// Kind type, with what the json is.
static void no_part(weir_context *cx, const weir_json *json, const char *what)
{
    weir_string *kind = weir_json_kind(cx, json);
    if (kind != NULL) {
        weir_fail_with(cx, "type", "a json of kind %s has no %s", kind->bytes, what);
    }
    weir_drop(kind);
}

weir_word *weir_json_field_place(weir_context *cx, void *json_slot, const weir_string *key)
{
    weir_json *json;
    memcpy(&json, json_slot, sizeof json);
    if (weir_failed(cx)) {
        return NULL;
    }
    weir_map *object = (weir_map *)(uintptr_t)object_in(json);
    if (weir_json_is_null(cx, json)) {
        object = weir_map_new(cx, &weir__type_json_map);
    } else if (object == NULL) {
        no_part(cx, json, "keys");
    }
    if (object == NULL) {
        return NULL;
    }
    if (weir_map_get(object, &key) == NULL) {
        const weir_json *null = weir__json_null();
        weir_map_set(cx, &object, &key, &null);
    }
    memcpy(json_slot, &object, sizeof(void *));
    return weir_map_place(cx, json_slot, &key);
}

weir_word *weir_json_item_place(weir_context *cx, void *json_slot, int64_t index)
{
    weir_json *json;
    memcpy(&json, json_slot, sizeof json);
    if (weir_failed(cx)) {
        return NULL;
    }
    if (array_in(json) == NULL) {
        no_part(cx, json, "items");
        return NULL;
    }
    return weir_list_place(cx, json_slot, index);
}

// ── what it is ───────────────────────────────────────────────────────────────────────────────────

weir_bool weir_json_is_null(weir_context *cx, const weir_json *json)
{
    weir_word word;
    return !weir_failed(cx) && weir__json_inside(json, &word) == &weir_type_nothing;
}

weir_bool weir_json_contains(weir_context *cx, const weir_json *json, const weir_string *key)
{
    const weir_map *object = weir_failed(cx) ? NULL : object_in(json);
    return object != NULL && weir_map_get(object, &key) != NULL;
}

int64_t weir_json_length(weir_context *cx, const weir_json *json)
{
    weir_word word;
    if (weir_failed(cx)) {
        return 0;
    }
    switch (weir__json_inside(json, &word)->kind) {
    case WEIR_TYPE_STRING: return ((const weir_string *)word.object)->length;
    case WEIR_TYPE_LIST: return ((const weir_list *)word.object)->length;
    case WEIR_TYPE_MAP: return ((const weir_map *)word.object)->length;
    case WEIR_TYPE_INT:
    case WEIR_TYPE_FLOAT:
    case WEIR_TYPE_BOOL:
    case WEIR_TYPE_DURATION:
    case WEIR_TYPE_TIME:
    case WEIR_TYPE_BYTES:
    case WEIR_TYPE_TUPLE:
    case WEIR_TYPE_RECORD:
    case WEIR_TYPE_ENUM:
    case WEIR_TYPE_OPTIONAL:
    case WEIR_TYPE_RESULT:
    case WEIR_TYPE_ERROR:
    case WEIR_TYPE_HANDLE:
    case WEIR_TYPE_QUEUE:
    case WEIR_TYPE_STREAM:
    case WEIR_TYPE_JSON:
    case WEIR_TYPE_SECRET:
    case WEIR_TYPE_NOTHING: break;
    }
    return 0;
}

weir_list *weir_json_keys(weir_context *cx, const weir_json *json)
{
    const weir_map *object = weir_failed(cx) ? NULL : object_in(json);
    return object == NULL ? weir_list_new(cx, &weir_type_strings, 0)
                          : weir_map_keys(cx, &weir_type_strings, object);
}

weir_list *weir_json_items(weir_context *cx, const weir_json *json)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    const weir_list *array = array_in(json);
    if (array != NULL) {
        return weir_keep(array);
    }
    const weir_map *object = object_in(json);
    return object == NULL ? weir_list_new(cx, &weir__type_jsons, 0)
                          : weir_map_values(cx, &weir__type_jsons, object);
}

weir_string *weir_json_kind(weir_context *cx, const weir_json *json)
{
    weir_word word;
    const weir_type *type = weir__json_inside(json, &word);
    const char *name = type == &weir__type_jsons      ? "array"
                       : type == &weir__type_json_map ? "object"
                       : type == &weir_type_nothing   ? "null"
                                                      : type->name;
    return weir_string_new(cx, name, (int64_t)strlen(name));
}
