// name_words.h: words → C identifiers, the identifiers that are not free, and sets of them.
#ifndef NAME_WORDS_H
#define NAME_WORDS_H

#include <stdbool.h>

#include "arena.h"

typedef struct NameSet { // all zero but for the arena: empty
    Arena *arena;
    const char **slots;
    size_t count, room; // room is a power of two
} NameSet;

bool name_set_has(const NameSet *set, const char *name);
void name_set_put(NameSet *set, const char *name); // borrowed

// Puts the words that no user's name may be: C's, the headers', the printed functions' own.
void name_reserve(NameSet *set);
// Is it one of those, or of a kind that belongs to C or to weir.h?
bool name_is_reserved(const NameSet *set, const char *name);

// A C identifier from any words: letters, digits and single underscores; of at most `most` of them.
const char *name_from_all(Arena *arena, const char *words, size_t most);
const char *name_from_words(Arena *arena, const char *words); // of at most 48
const char *name_lower(Arena *arena, const char *text);
const char *name_upper(Arena *arena, const char *text);
const char *name_snake(Arena *arena, const char *text); // HttpPage → http_page

#endif
