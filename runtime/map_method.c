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
