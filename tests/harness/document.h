// document.h: the blocks of a Markdown document and what its author says of them (document.c);
// docs.c makes sure that they are true.
//
// The words behind the language of a block say what it is:
//
//   ```weir                  a whole program. It is run, in virtual time, and ends with status 0
//   ```weir net/fetch.weir   the same, in a file of that name, which stays for the blocks that
//                            follow; a file without a main is checked as a module
//   ```weir tests            a program with test blocks: `weir test` runs it
//   ```weir fragment         its declarations stay as they are, the rest becomes a main;
//                            the lines of the last `<!-- given` … `-->` above it are added
//   ```weir error E0404      has these mistakes and no other
//   ```weir status 1         ends with that status
//   ```weir real-time        is run on the real clock
//   ```weir args a "b c"     is run with that command line; the last word of an info string
//   ```weir no-run REASON    is checked and not run, which counts as skipped
//   ```text                  what the last program above prints, first on standard output, then on
//                            standard error; or lines `$ command`, each with what it prints. `…`
//                            stands for any part of a line, alone in its line for any lines
//   ```c                     is part of what `weir emit` prints for the last program above, with
//                            `// …` where something is left out
//   ```python                is Python as far as a compiler of Python can tell
//
// Any block may say `no-run REASON`; one of another language must. http://127.0.0.1:8000 is the
// scripted server: what names it is run in real time.
#ifndef HARNESS_DOCUMENT_H
#define HARNESS_DOCUMENT_H

#include "text.h"

typedef struct Block {
    char *name;      // DOCUMENT:LINE
    char *language;  // "" where none is given
    char *file;      // of a program, main.weir where none is given
    size_t from, to; // its lines in the document, without the fences
    Text text;       // of a fragment: the program made of it
    Strings codes;   // of the mistakes it has
    Strings args;    // words of its command line
    int status;
    bool tests, real_time;
    const char *skip;    // why it is not run, or NULL
    const char *mistake; // in its info string, or NULL
} Block;

typedef struct Document {
    const char *path;
    Strings lines;
    Block *blocks;
    size_t count;
} Document;

Document document_read(const char *path);
// Does the text have a main task?
bool is_program(const char *source);
// Is `got` what `expected` says, where `…` stands for anything?
bool shows(const char *expected, const char *got);
// links.c: the links that lead nowhere, a line each; NULL: all lead somewhere. Runs in the tree.
char *broken_links(const Document *document);

#endif
