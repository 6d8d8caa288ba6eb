// map.h: maps, seen from inside the runtime: entries in the order they came and an index by hash
// (laid out in value.h). A map is changed in place when it has one holder, and copied first
// otherwise. weir.h has the functions.
#ifndef WEIR_MAP_INTERNAL_H
#define WEIR_MAP_INTERNAL_H

#include "weir.h"

extern const weir_type weir__type_texts; // [string: string]

// Makes the map in *map one that may be changed, with room for one more entry. False: memory is
// pending, nothing changed.
bool weir__map_own(weir_context *cx, weir_map **map);
// The value of a text key of a map with such; NULL: not there.
const weir_word *weir__map_named(const weir_map *map, const char *name);

#endif
