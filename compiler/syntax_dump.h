// syntax_dump.h: what the two halves of the tree's text form share (syntax.c: declarations and
// statements; syntax_expr.c: expressions, clauses, types).
#ifndef SYNTAX_DUMP_H
#define SYNTAX_DUMP_H

#include "syntax.h"
#include "text.h"

typedef struct Dump {
    const Sources *sources;
    Buffer out;
    int depth;
    PlaceCursor cursor;
} Dump;

// A line: dump_begin, what it says into dump->out, dump_end (which adds the place).
void dump_begin(Dump *dump);
void dump_end(Dump *dump, Span span);
// Opens a line for a part; its children follow one level deeper, until dump_leave.
void dump_enter(Dump *dump, const char *part);
void dump_leave(Dump *dump);

void dump_quoted(Dump *dump, const char *text, size_t length);
void dump_name(Dump *dump, Name name);
void dump_names(Dump *dump, const Names *names, const char *between);
// A part with one expression below it; nothing for NULL.
void dump_part(Dump *dump, const char *part, const Expr *expr);
// NULL writes nothing.
void dump_type(Dump *dump, const TypeName *type);
void dump_block(Dump *dump, const char *part, const Block *block);
void dump_clauses(Dump *dump, const Clauses *clauses);
void dump_expr(Dump *dump, const Expr *expr);

#endif
