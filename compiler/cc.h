// cc.h: the C compiler of this machine.
//
// `run --compiler cc` and `build` find it once and run it as a child whose output is caught. While
// it works, signals that would end us are taken: the child gets them, and the caller can remove its
// temporary files before it ends.
#ifndef CC_H
#define CC_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "list.h"

typedef LIST(const char *) Words;

typedef struct CCompiler {
    Words words;          // the program, with its full path, and what $CC adds to it
    const char *identity; // path, size and time of the program: another compiler, another text
    const char *wrong;    // where there is none: why
} CCompiler;

// Finds $CC, else cc, gcc or clang on PATH. False, with `wrong` set, when there is none.
bool cc_find(CCompiler *cc, Arena *arena);

// Runs it with these words behind its own; what it says on either stream goes to the file `log`,
// which is replaced. Gives its exit status, 128 + n when it was ended by signal n or this process
// was told to end by signal n, -1 with errno when it could not be started.
int cc_run(const CCompiler *cc, Arena *arena, const Words *words, const char *log);

// What it said: the text of the file `log`, NULL when there is none.
const char *cc_said(Arena *arena, const char *log);
// Does it blame a line of the code, and not the machine (a missing file, the linker)? `said` may be
// NULL. Printed C says with #line where a line came from, so the name of the file tells nothing.
bool cc_blames_code(const char *said);

#endif
