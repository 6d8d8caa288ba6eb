// name_words.h: words → C identifiers, the identifiers that are not free, and sets of them.
#ifndef NAME_WORDS_H
#define NAME_WORDS_H

#include <stdbool.h>

#include "arena.h"

typedef struct NameEntry {
    const char *name; // NULL: a free place
    unsigned next;    // name_2 up to the one before this number are taken
    bool taken;       // else only its numbers were asked for
} NameEntry;

typedef struct NameSet { // all zero but for the arena: empty
    Arena *arena;
    NameEntry *entries;
    size_t count, room; // room is a power of two
} NameSet;

bool name_set_has(const NameSet *set, const char *name);
void name_set_put(NameSet *set, const char *name); // borrowed

// Names in braces within braces: one is free again where those it was declared in are closed.
typedef struct NameScope {
    const struct NameScope *outer; // NULL: nothing is around it
    NameSet names;
} NameScope;

bool name_in_scope(const NameScope *scope, const char *name); // in it, or around it
// The wanted name where it is free here, else that with the least number, from name_2 on, that is;
// takes it.
const char *name_take(NameScope *scope, const char *wanted);

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
