#include "arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Bytes of an ordinary block. What is larger gets a block of its own, so that the rest of the
// current one is not lost.
enum { BLOCK_SIZE = 64 * 1024 };

struct ArenaBlock {
    ArenaBlock *earlier;
    alignas(max_align_t) unsigned char bytes[];
};

static _Noreturn void out_of_memory(void)
{
    fputs("weir: out of memory\n", stderr);
    exit(70);
}

static ArenaBlock *block_new(size_t size)
{
    if (size > SIZE_MAX - sizeof(ArenaBlock)) {
        out_of_memory();
    }
    ArenaBlock *block = calloc(1, sizeof(ArenaBlock) + size);
    if (!block) {
        out_of_memory();
    }
    return block;
}

void *arena_take(Arena *arena, size_t size)
{
    const size_t align = alignof(max_align_t);
    if (size > SIZE_MAX - align) {
        out_of_memory();
    }
    size = (size + align - 1) / align * align;
    if (arena->block && arena->room - arena->used >= size) {
        void *bytes = arena->block->bytes + arena->used;
        arena->used += size;
        return bytes;
    }
    if (size > BLOCK_SIZE / 4) {
        ArenaBlock *own = block_new(size);
        if (arena->block) { // behind the current one, which goes on being filled
            own->earlier = arena->block->earlier;
            arena->block->earlier = own;
        } else {
            arena->block = own;
            arena->used = arena->room = size;
        }
        return own->bytes;
    }
    ArenaBlock *block = block_new(BLOCK_SIZE);
    block->earlier = arena->block;
    arena->block = block;
    arena->used = size;
    arena->room = BLOCK_SIZE;
    return block->bytes;
}

void *arena_grow(Arena *arena, const void *old, size_t old_size, size_t new_size)
{
    void *bytes = arena_take(arena, new_size);
    if (old_size > 0) {
        memcpy(bytes, old, old_size);
    }
    return bytes;
}

char *arena_copy(Arena *arena, const char *bytes, size_t length)
{
    char *copy = arena_take(arena, length + 1);
    if (length > 0) {
        memcpy(copy, bytes, length);
    }
    return copy;
}

char *arena_vprint(Arena *arena, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    size_t room = length < 0 ? 1 : (size_t)length + 1;
    char *text = arena_take(arena, room);
    if (length >= 0) {
        vsnprintf(text, room, format, again);
    }
    va_end(again);
    return text;
}

char *arena_print(Arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = arena_vprint(arena, format, args);
    va_end(args);
    return text;
}

void arena_free(Arena *arena)
{
    ArenaBlock *block = arena->block;
    while (block) {
        ArenaBlock *earlier = block->earlier;
        free(block);
        block = earlier;
    }
    *arena = (Arena){0};
}
