// json_build.c: the sink that makes a json.
#include "json.h"
#include "list.h"
#include "map.h"
#include "value.h"

// ── sharing of keys ──────────────────────────────────────────────────────────────────────────────

// The key as a string; objects of one kind share theirs. Owned; NULL: memory is pending.
static weir_string *key_string(weir__json_build *build, const char *name, size_t length)
{
    enum { PLACES = sizeof build->known / sizeof *build->known };
    size_t place = length;
    for (size_t i = 0; i < length && i < 8; i++) {
        place = place * 31 + (unsigned char)name[i];
    }
    weir_string **known = &build->known[place % PLACES];
    if (*known == NULL || (size_t)(*known)->length != length ||
        memcmp((*known)->bytes, name, length) != 0) {
        weir_string *fresh = weir_string_new(build->sink.cx, name, (int64_t)length);
        if (fresh == NULL) {
            return NULL;
        }
        weir_drop(*known);
        *known = fresh;
    }
    return weir_keep(*known);
}

// ── putting together ─────────────────────────────────────────────────────────────────────────────

bool weir__json_open(weir__json_build *build, bool object)
{
    if (build->depth == WEIR__JSON_DEEPEST) {
        return false;
    }
    void *holder = object ? (void *)weir_map_new(build->sink.cx, &weir__type_json_map)
                          : (void *)weir_list_new(build->sink.cx, &weir__type_jsons, 0);
    if (holder != NULL) {
        build->open[build->depth].holder = holder;
        build->open[build->depth].key = NULL;
        build->depth++;
    }
    return true;
}

bool weir__json_key(weir__json_build *build, const char *name, size_t length)
{
    weir_string *key = key_string(build, name, length);
    if (key != NULL && weir_map_get(build->open[build->depth - 1].holder, &key) != NULL) {
        weir_drop(key);
        return false;
    }
    build->open[build->depth - 1].key = key;
    return true;
}

void weir__json_take(weir__json_build *build, weir_json *json)
{
    weir_context *cx = build->sink.cx;
    if (weir_failed(cx)) {
        weir_drop(json);
        return;
    }
    if (build->depth == 0) {
        build->made = json;
        return;
    }
    void **holder = &build->open[build->depth - 1].holder;
    weir_string **key = &build->open[build->depth - 1].key;
    if (*key == NULL) {
        weir_list *list = *holder;
        weir__list_take(cx, &list, (weir_word){.object = json});
        *holder = list;
        return;
    }
    weir_map *map = *holder;
    weir_map_set(cx, &map, key, &json);
    *holder = map;
    weir_drop(json);
    weir_clear(key);
}

void weir__json_close(weir__json_build *build)
{
    build->depth--;
    weir__json_take(build, weir_move(&build->open[build->depth].holder));
}

// ── as a sink ────────────────────────────────────────────────────────────────────────────────────

static weir__json_build *build_of(weir__json_sink *sink)
{
    return (weir__json_build *)(void *)sink;
}

static void build_open(weir__json_sink *sink, bool object)
{
    (void)weir__json_open(build_of(sink), object); // the walk keeps count of the depth
}

static void build_key(weir__json_sink *sink, const char *name, size_t length)
{
    (void)weir__json_key(build_of(sink), name, length); // keys of one value differ
}

static void build_put(weir__json_sink *sink, const weir_type *type, weir_word word)
{
    weir_json *json;
    if (type->kind == WEIR_TYPE_STRING) {
        json = weir_keep(word.object);
    } else if (type->kind == WEIR_TYPE_BOOL) {
        json = (weir_json *)(uintptr_t)(word.integer != 0 ? &weir__json_yes : &weir__json_no);
    } else if (type->kind == WEIR_TYPE_NOTHING) {
        json = weir__json_null();
    } else {
        json = weir__json_number(sink->cx, type, word);
    }
    weir__json_take(build_of(sink), json);
}

static void build_json(weir__json_sink *sink, const weir_json *json, const weir__path *path)
{
    (void)path;
    weir__json_take(build_of(sink), json == NULL ? weir__json_null() : weir_keep(json));
}

static void build_close(weir__json_sink *sink)
{
    weir__json_close(build_of(sink));
}

void weir__json_begin(weir__json_build *build, weir_context *cx)
{
    build->sink = (weir__json_sink){cx,         build_open,  build_key, build_put,
                                    build_json, build_close, 0};
    build->made = NULL;
    build->depth = 0;
    memset(build->known, 0, sizeof build->known);
}

weir_json *weir__json_end(weir__json_build *build)
{
    while (build->depth > 0) { // after a failure
        build->depth--;
        weir_clear(&build->open[build->depth].holder);
        weir_clear(&build->open[build->depth].key);
    }
    for (size_t i = 0; i < sizeof build->known / sizeof *build->known; i++) {
        weir_drop(build->known[i]);
    }
    if (weir_failed(build->sink.cx)) {
        weir_clear(&build->made);
    }
    return build->made;
}

weir_json *weir_json_from(weir_context *cx, const weir_type *type, const void *word)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir_word w;
    memcpy(&w, word, sizeof w);
    weir__json_build build;
    weir__json_begin(&build, cx);
    weir__path whole = {0};
    weir__json_walk(&build.sink, type, w, &whole);
    return weir__json_end(&build);
}
