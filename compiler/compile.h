// compile.h: the compiler on one screen.
//
// One object is handed from pass to pass. Verbs make a Compilation, call compile, look at the
// mistakes and use the C.
#ifndef COMPILE_H
#define COMPILE_H

#include "check.h"
#include "emit.h"

typedef enum CompileUntil {
    UNTIL_PARSED,
    UNTIL_READ, // also the files it uses
    UNTIL_CHECKED,
    UNTIL_LOWERED,
    UNTIL_PRINTED
} CompileUntil;

typedef struct Extern { // what C has to do for the program
    const char *name, *c_name, *file;
    uint32_t line;
} Extern;

typedef struct Compilation {
    Arena *arena;
    Sources sources;
    Diags diags;
    Program *program; // after parse: modules; after check: everything
    Unit *unit;       // after lower
    // what is printed; NUL-terminated, in the arena
    const char *code;   // the C file
    const char *header; // the C header for hosts: exported descriptors, pub and extern declarations
    size_t code_length, header_length;
    Printed printed; // the same; with `splits` every file
    LIST(Extern) externs;      // those the program reaches
    LIST(const char *) shared; // names that C knows: functions, makers, types
    size_t unit_tests;  // how many test blocks it has, where they were wanted
    const char *symbol; // the exported weir_program, a C name: "fetch_program"
    // what the caller asks for
    bool wants_tests;        // test blocks are compiled, and stand in the program
    bool splits;             // a C file for each module
    bool needs_main;         // a missing `task main` is a mistake (run, build)
    const char *header_name; // what the C file includes for itself; NULL: none is made
} Compilation;

// Sets up an empty compilation in an arena.
void compilation_init(Compilation *c, Arena *arena);
// Runs the passes over a source that was read into c->sources, as far as asked and as long as there
// is no mistake. True when there is none.
bool compile(Compilation *c, Source *source, CompileUntil until);

#endif
