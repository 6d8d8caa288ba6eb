// core_names.h: keeps the names of a program and those of the runtime's core apart.
//
// `weir build` compiles both as one unit, where a task `wake` would meet the core's own function of
// that name. While the program's text is read, every such name is another one by #define.
#ifndef CORE_NAMES_H
#define CORE_NAMES_H

#include "arena.h"

typedef struct CoreNames {
    const char *define, *undefine; // lines of C for before and after the program
} CoreNames;

// Compares printed C with the sources in `folder`. Names that weir.h, which is there too, has are
// left alone: program and core mean the same by them. All in the arena.
CoreNames core_names(Arena *arena, const char *folder, const char *code);

#endif
