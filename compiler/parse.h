// parse.h: source → tree (lexer.re and grammar.y behind one verb).
#ifndef PARSE_H
#define PARSE_H

#include "diag.h"
#include "syntax.h"

// Reads a whole file. Mistakes go to diags, and the tree then holds ERRONEOUS nodes or lacks what
// could not be read, so that later passes may still look at the rest. Never NULL.
Module *parse(Arena *arena, Sources *sources, Source *source, Diags *diags);

// One token as editors see it; `weir emit --dump=tokens` and the highlighters' tests use it.
typedef struct Lexeme {
    int kind; // a TOKEN_ of grammar.h
    Span span;
} Lexeme;

#endif
