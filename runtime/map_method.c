// map_method.c: the methods of maps, and what `m[k]` gives.
#include "list.h"
#include "map.h"
#include "value.h"

void *weir_map_find(weir_context *cx, const weir_type *optional, const weir_map *map,
                    const void *key)
{
    const weir_word *found = weir_failed(cx) ? NULL : weir_map_get(map, key);
    return found == NULL ? NULL : weir__wrap(cx, optional, *found);
}

weir_word *weir_map_place(weir_context *cx, void *map_slot, const void *key)
{
    weir_map *map;
    memcpy(&map, map_slot, sizeof map);
    if (weir_failed(cx)) {
        return NULL;
    }
    if (weir_map_get(map, key) == NULL) {
        weir_string *shown = weir_show(cx, map->type->key, key);
        if (shown != NULL) {
            weir_fail_with(cx, "index", "the map has no key %s", shown->bytes);
        }
        weir_drop(shown);
        return NULL;
    }
    bool own = weir__own_alone(&map->object) || weir__map_own(cx, &map);
    memcpy(map_slot, &map, sizeof(void *));
    return own ? (weir_word *)(uintptr_t)weir_map_get(map, key) : NULL;
}

weir_bool weir_map_contains(weir_context *cx, const weir_map *map, const void *key)
{
    return !weir_failed(cx) && weir_map_get(map, key) != NULL;
}

void weir_map_clear(weir_context *cx, weir_map **map)
{
    weir_map *empty = weir_failed(cx) ? NULL : weir_map_new(cx, (*map)->type);
    if (empty != NULL) {
        weir_drop(*map);
        *map = empty;
    }
}

weir_list *weir_map_keys(weir_context *cx, const weir_type *type, const weir_map *map)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir_list *keys = weir_list_new(cx, type, map->length);
    const weir_word *key, *value;
    for (int64_t at = 0; keys != NULL && weir_map_next(map, &at, &key, &value);) {
        keys->items[keys->length++] = weir__keep_word(map->type->key, *key);
    }
    return keys;
}

weir_list *weir_map_values(weir_context *cx, const weir_type *type, const weir_map *map)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir_list *values = weir_list_new(cx, type, map->length);
    const weir_word *key, *value;
    for (int64_t at = 0; values != NULL && weir_map_next(map, &at, &key, &value);) {
        values->items[values->length++] = weir__keep_word(map->type->item, *value);
    }
    return values;
}

weir_list *weir_map_pairs(weir_context *cx, const weir_type *type, const weir_map *map)
{
    weir_list *pairs = weir_failed(cx) ? NULL : weir_list_new(cx, type, map->length);
    const weir_word *key, *value;
    for (int64_t at = 0; pairs != NULL && weir_map_next(map, &at, &key, &value);) {
        weir_record *pair = weir_record_new(cx, type->item);
        if (pair == NULL) {
            weir_drop(pairs);
            return NULL;
        }
        weir__words(pair)[0] = weir__keep_word(map->type->key, *key);
        weir__words(pair)[1] = weir__keep_word(map->type->item, *value);
        pairs->items[pairs->length++].object = pair;
    }
    return pairs;
}

weir_map *weir_map_merge(weir_context *cx, const weir_map *map, const weir_map *other)
{
    weir_map *merged = weir_failed(cx) ? NULL : weir_keep(map);
    const weir_word *key, *value;
    for (int64_t at = 0; !weir_failed(cx) && weir_map_next(other, &at, &key, &value);) {
        weir_map_set(cx, &merged, key, value);
    }
    if (weir_failed(cx)) {
        weir_clear(&merged);
    }
    return merged;
}
