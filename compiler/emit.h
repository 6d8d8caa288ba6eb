// emit.h: routines → C. Every decision was made before the first byte is printed.
#ifndef EMIT_H
#define EMIT_H

#include "list.h"

typedef struct Unit Unit; // machine.h: the lowered program

typedef struct PrintedFile {
    const char *name; // "lib_net.c"
    const char *text; // NUL-terminated, in the arena
    size_t length;
} PrintedFile;

typedef struct Printed {
    // The main part's C, then the C and the header of each other part.
    LIST(PrintedFile) files;
    PrintedFile header; // for C that works for the program or calls it
} Printed;

Printed emit(Arena *arena, const Unit *unit);

#endif
