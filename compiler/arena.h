// arena.h: memory of the compiler.
//
// An arena is made in main and handed to every pass; nothing below main frees. Memory comes zeroed
// and lives until arena_free. The compiler ends the process with a message when memory runs out: it
// holds nothing worth saving.
#ifndef ARENA_H
#define ARENA_H

#include <stdarg.h>
#include <stddef.h>

typedef struct ArenaBlock ArenaBlock;
typedef struct Arena {
    ArenaBlock *block; // the block being filled; earlier ones hang behind it
    size_t used, room; // bytes
} Arena;

// Gives `size` zeroed bytes, aligned for any type. Never NULL.
void *arena_take(Arena *arena, size_t size);
// Gives a larger copy of an array taken from this arena; `old` may be NULL when `old_size` is 0.
// Sizes in bytes.
void *arena_grow(Arena *arena, const void *old, size_t old_size, size_t new_size);
// Copies `length` bytes and adds a NUL.
char *arena_copy(Arena *arena, const char *bytes, size_t length);
// printf into the arena.
char *arena_print(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprint(Arena *arena, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
// Frees every block.
void arena_free(Arena *arena);

#define ARENA_NEW(arena, type) ((type *)arena_take((arena), sizeof(type)))

#endif
