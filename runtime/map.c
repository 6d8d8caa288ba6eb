// map.c: maps that keep the order their keys came in.
#include "map.h"

#include "value.h"

const weir_type weir__type_texts = {
    .kind = WEIR_TYPE_MAP,
    .name = "[string: string]",
    .item = &weir_type_string,
    .key = &weir_type_string,
};

enum { LEAST_ROOM = 8 };

weir_map *weir_map_new(weir_context *cx, const weir_type *type)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir_map *map = weir__object_new(cx, WEIR_MAP, sizeof *map);
    if (map != NULL) {
        map->type = type;
        // Different in every map and every run, where addresses are.
        map->key = (uint64_t)(uintptr_t)map * UINT64_C(0x9e3779b97f4a7c15);
    }
    return map;
}

// The entry of a key, or NULL. *slot: where in the index it stands, or where a new one would go.
static weir__entry *find(const weir_map *map, const void *key, uint64_t hash, uint64_t *slot)
{
    *slot = 0;
    if (map->slots == 0) {
        return NULL;
    }
    for (uint64_t at = hash >> 1;; at++) {
        at &= map->slots - 1;
        uint32_t place = map->index[at];
        if (place == 0) {
            *slot = at;
            return NULL;
        }
        weir__entry *entry = &map->entries[place - 1];
        if (entry->hash == hash && weir_equal(map->type->key, &entry->key, key)) {
            *slot = at;
            return entry;
        }
    }
}

static uint64_t hash_of(const weir_map *map, const void *key)
{
    return weir__hash(map->type->key, key, map->key) | 1;
}

// Moves the living entries of `from` into fresh blocks with that much room and gives them to `to`
// (which may be the same map).
static bool rebuild(weir_context *cx, weir_map *to, const weir_map *from, int64_t room)
{
    if (room > INT32_MAX / 2) {
        weir_fail_with(cx, "memory", "a map of more than %d entries", INT32_MAX / 2);
        return false;
    }
    uint64_t slots = 16;
    while (slots < (uint64_t)room * 3 / 2) {
        slots *= 2;
    }
    weir__entry *entries = weir__allocate(cx, (size_t)room * sizeof *entries);
    uint32_t *index = entries == NULL ? NULL : weir__allocate(cx, slots * sizeof *index);
    if (index == NULL) {
        weir__release(cx, entries);
        return false;
    }
    memset(index, 0, slots * sizeof *index);
    int64_t used = 0;
    for (int64_t i = 0; i < from->used; i++) {
        if ((from->entries[i].hash & 1) == 0) {
            continue;
        }
        entries[used] = from->entries[i];
        uint64_t at = (entries[used].hash >> 1) & (slots - 1);
        while (index[at] != 0) {
            at = (at + 1) & (slots - 1);
        }
        index[at] = (uint32_t)++used;
    }
    weir__release(cx, to->entries);
    weir__release(cx, to->index);
    to->entries = entries;
    to->index = index;
    to->slots = slots;
    to->length = to->used = used;
    to->room = room;
    return true;
}

bool weir__map_own(weir_context *cx, weir_map **map)
{
    weir_map *old = *map;
    bool alone = weir__own_alone(&old->object);
    if (alone && old->used < old->room) {
        return true;
    }
    int64_t room = old->length * 2 < LEAST_ROOM ? LEAST_ROOM : old->length * 2;
    if (alone) {
        return rebuild(cx, old, old, room);
    }
    weir_map *copy = weir_map_new(cx, old->type);
    if (copy == NULL) {
        return false;
    }
    copy->key = old->key; // the hashes stay good
    if (!rebuild(cx, copy, old, room)) {
        weir__object_release(cx, copy);
        return false;
    }
    for (int64_t i = 0; i < copy->used; i++) {
        weir__keep_word(copy->type->key, copy->entries[i].key);
        weir__keep_word(copy->type->item, copy->entries[i].value);
    }
    weir_drop(old);
    *map = copy;
    return true;
}

void weir_map_set(weir_context *cx, weir_map **map, const void *key, const void *value)
{
    weir_word k, v;
    memcpy(&k, key, sizeof k); // before the map moves: they may lie in it
    memcpy(&v, value, sizeof v);
    if (weir_failed(cx) || !weir__map_own(cx, map)) {
        return;
    }
    weir_map *m = *map;
    uint64_t slot, hash = hash_of(m, &k);
    weir__entry *entry = find(m, &k, hash, &slot);
    weir__keep_word(m->type->item, v);
    if (entry != NULL) {
        weir_word old = entry->value;
        entry->value = v;
        weir__drop_word(m->type->item, old);
        return;
    }
    m->entries[m->used] = (weir__entry){hash, weir__keep_word(m->type->key, k), v};
    m->index[slot] = (uint32_t)++m->used;
    m->length++;
}

const weir_word *weir_map_get(const weir_map *map, const void *key)
{
    uint64_t slot;
    const weir__entry *entry = find(map, key, hash_of(map, key), &slot);
    return entry == NULL ? NULL : &entry->value;
}

const weir_word *weir__map_named(const weir_map *map, const char *name)
{
    const weir_string text = {{WEIR_STATIC, WEIR_STRING, 0, 0}, (int64_t)strlen(name), name};
    const weir_string *key = &text;
    return weir_map_get(map, &key);
}

bool weir_map_remove(weir_context *cx, weir_map **map, const void *key)
{
    weir_word k;
    memcpy(&k, key, sizeof k); // before the map moves: it may lie in it
    if (weir_failed(cx) || weir_map_get(*map, &k) == NULL || !weir__map_own(cx, map)) {
        return false;
    }
    weir_map *m = *map;
    uint64_t slot;
    weir__entry *entry = find(m, &k, hash_of(m, &k), &slot);
    weir__entry gone = *entry;
    entry->hash = 0; // the index still leads over it, so that what collided with it is found
    m->length--;
    if (m->length == 0) {
        memset(m->index, 0, m->slots * sizeof *m->index);
        m->used = 0;
    }
    weir__drop_word(m->type->key, gone.key);
    weir__drop_word(m->type->item, gone.value);
    return true;
}

int64_t weir_map_length(weir_context *cx, const weir_map *map)
{
    return weir_failed(cx) ? 0 : map->length;
}

bool weir_map_next(const weir_map *map, int64_t *at, const weir_word **key, const weir_word **value)
{
    while (*at < map->used) {
        const weir__entry *entry = &map->entries[(*at)++];
        if ((entry->hash & 1) != 0) {
            *key = &entry->key;
            *value = &entry->value;
            return true;
        }
    }
    return false;
}
