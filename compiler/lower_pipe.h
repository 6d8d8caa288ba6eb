// lower_pipe.h: what lower_pipe.c and lower_pipe_run.c share: items on their way, and the loop that
// carries stages out on them.
#ifndef LOWER_PIPE_H
#define LOWER_PIPE_H

#include "lower_stream.h"

typedef struct Flow { // items on their way
    const Expr *source;
    const Type *item;
    LIST(const Stage *) stages; // to be written out by the loop that reads them
    Span span;
} Flow;

typedef struct Count { // of take and skip
    Slot *most, *count;
} Count;

typedef struct Run {
    Lower *l;
    const Flow *flow;
    Count *counts;
    size_t next; // stage
    bool splits;
    Loop *loop;
    Symbol *item;                                        // of the flow's source
    void (*body)(Lower *l, struct Run *run, Slot *item); // with what comes out; item NULL: nothing
    void *data;
} Run;

// Goes through the items with run->flow and run->body set. waits: whether the body does.
void run_flow(Lower *l, Run *run, bool waits);

// Nodes of a tree that the compiler makes itself.
Expr *node_new(Lower *l, ExprKind kind, Span span, const Type *type);
Symbol *symbol_new(Lower *l, const char *name, const Type *type);
Expr *name_of(Lower *l, Symbol *symbol, Span span);
Expr *name_slot(Lower *l, Slot *slot, const Type *type, Span span); // read as a name from here on

// Its time is not its reader's: it overlaps with the other stages.
bool stage_slow(Lower *l, const Stage *stage);
// It gives a stream for each item.
bool stage_streams(const Stage *stage);
// What one item gives, with the clauses of a stage that takes one at a time.
const Expr *stage_value(Lower *l, const Stage *stage);
// All that a stream gives, as a list.
Expr *gathered(Lower *l, Expr *stream, const Type *list);

#endif
