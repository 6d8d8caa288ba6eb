// emit.h: routines → C. Every decision was made before the first byte is printed.
#ifndef EMIT_H
#define EMIT_H

#include "machine.h"

typedef struct Printed {
    const char *code, *header; // NUL-terminated, in the arena
    size_t code_length, header_length;
} Printed;

Printed emit(Arena *arena, const Unit *unit);

#endif
