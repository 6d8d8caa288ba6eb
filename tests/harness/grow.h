// grow.h: random Weir programs that are well typed, for the part `grown`.
//
// grow.c writes a program's declarations, grow_stmt.c statements, grow_form.c what only tasks do,
// grow_value.c expressions. What is written follows from the seed alone. A program ends: its loops
// are short, and a routine calls only those before it. It may end with a failure.
#ifndef HARNESS_GROW_H
#define HARNESS_GROW_H

#include "text.h"

#include <stdint.h>

// The types that values have.
typedef enum GrowKind {
    GROW_INT,
    GROW_FLOAT,
    GROW_BOOL,
    GROW_TEXT,
    GROW_DURATION,
    GROW_STATE,
    GROW_ITEM,
    GROW_PAIR,
    GROW_INTS, // from here on a literal may be empty: `[]`, `none`, `[:]`
    GROW_TEXTS,
    GROW_ITEMS,
    GROW_COUNTS,
    GROW_MAYBE,
    GROW_MAYBE_TEXT,
    GROW_KINDS,
} GrowKind;

typedef struct GrowName {
    const char *name;
    GrowKind kind;
    bool changes;   // a var
    unsigned level; // of the branch, stage or item that it belongs to: others only read it
} GrowName;

typedef struct GrowRoutine {
    const char *name;
    bool task, stream;
    bool blocking; // a fn for which a task waits
    bool nothing; // gives nothing; else `gives`, or a stream of it
    GrowKind gives;
    GrowKind params[4];
    size_t param_count;
} GrowRoutine;

enum { GROW_NAMES = 256, GROW_ROUTINES = 16, GROW_DEPTH = 3 };

typedef struct Grow {
    uint64_t state;
    Text text;
    unsigned indent;
    GrowName names[GROW_NAMES];
    size_t name_count;
    unsigned taken; // numbers behind names
    uint64_t words_used; // names without one
    GrowRoutine routines[GROW_ROUTINES];
    size_t routine_count;
    const GrowRoutine *inside; // whose body is being written
    unsigned level;
    unsigned depth; // of statements
    unsigned loops; // around the statement, within its level
    bool waits;     // what stands here may wait
    bool leaves;    // `return` may stand here
    int it;         // the kind of `it`, or -1
} Grow;

// ── grow.c ───────────────────────────────────────────────────────────────────────────────────────
// The text of the program of that seed.
char *grow_program(uint64_t seed);
const char *grow_words(GrowKind kind); // "[int]"
unsigned grow_below(Grow *g, unsigned limit);
bool grow_chance(Grow *g, unsigned percent);
// A name that is not in use; often one that C or the printed C uses itself.
const char *grow_name(Grow *g);
void grow_know(Grow *g, const char *name, GrowKind kind, bool changes);
// A line of the program.
void grow_line(Grow *g, const char *format, ...) __attribute__((format(printf, 2, 3)));

// ── grow_value.c ─────────────────────────────────────────────────────────────────────────────────
// An expression; one that does not bind tightly is in parentheses.
const char *grow_value(Grow *g, GrowKind kind, unsigned depth);
// Where the type is known: it may also be `[]`, `none`, `[:]`.
const char *grow_wanted(Grow *g, GrowKind kind);
// Some variable of the kind, or NULL; one that may be changed here, where `changes`.
const char *grow_known(Grow *g, GrowKind kind, bool changes);
// A call of a routine that gives such values, or NULL.
const char *grow_call(Grow *g, GrowKind kind, unsigned depth);
const char *grow_call_of(Grow *g, const GrowRoutine *routine, unsigned depth);
GrowKind grow_kind(Grow *g);
// A text with the value in it.
const char *grow_shown(Grow *g);

// ── grow_stmt.c, grow_form.c ─────────────────────────────────────────────────────────────────────
void grow_block(Grow *g, unsigned most);
void grow_statement(Grow *g);
void grow_form(Grow *g); // one that only a task may say

#endif
