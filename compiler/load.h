// load.h: printed C becomes a program in this process.
//
// Two ways: libtcc compiles in memory (run_memory.c), or the C compiler makes a shared object that
// is kept in the cache (run_cc.c). Both take the runtime from the executable itself. What was
// loaded stays until the process ends.
#ifndef LOAD_H
#define LOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "list.h"
#include "weir.h"

typedef struct Loading {
    Arena *arena;
    const char *code; // the printed C
    size_t code_length;
    const char *symbol;          // of its weir_program
    LIST(const char *) with;     // C that goes with it: files, and -lNAME
    const char *header;          // the printed header, for these; and its name
    const char *header_name;
    size_t header_length;
    const weir_program *program; // once loaded
    // where it failed
    int status;        // STATUS_USAGE: not possible here, STATUS_BUG: the C is at fault, or 128 + n
    const char *wrong; // one line
    const char *details; // what the C compiler said; NULL: nothing
} Loading;

// True when programs can run in memory, as far as this Weir was built.
bool load_has_memory(void);
bool load_in_memory(Loading *loading);
// The entry of the cache, or a new one.
bool load_with_cc(Loading *loading);

// The text of weir.h, NUL-terminated; made from the file when Weir is built.
extern const char weir_header[];
extern const size_t weir_header_length;

#endif
