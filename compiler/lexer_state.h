// lexer_state.h: what lexer.re, lexer_number.c and lexer_text.c share while a source is read.
#ifndef LEXER_STATE_H
#define LEXER_STATE_H

#include "lexer.h"
#include "message.h"
#include "text.h"

// A piece of a text between quotes and holes, as it stands in the source.
typedef struct Piece {
    size_t token; // index of the token that will carry it
    const char *start, *end;
} Piece;

// A text whose end has not been seen: we are in one of its holes.
typedef struct OpenText {
    const char *quote;       // where it begins
    const char *hole;        // the `{` we are behind
    bool block;              // """
    size_t first_piece;      // index into pieces
    uint32_t braces, others; // brackets open inside the hole
} OpenText;

typedef struct Lexer {
    Arena *arena, *scratch;
    Sources *sources;
    const Source *source;
    Diags *diags;
    Tokens tokens;
    LIST(OpenText) open; // innermost last
    LIST(Piece) pieces;  // of all open texts
    LIST(const char *) strange; // words with letters that no name has, interned, each once
    Buffer doc;          // `##` lines waiting for what follows
    bool has_doc;
    bool first, spaced; // what the next token will be told
    bool done;
} Lexer;

Span lexer_span(const Lexer *lexer, const char *start, const char *end);
// Reports a mistake with at most one argument, which may be NULL.
Diag *lexer_complain(Lexer *lexer, Message code, const char *start, const char *end,
                     const char *what);
// Adds a token; the pointer is good until the next one.
Token *lexer_token(Lexer *lexer, int kind, const char *start, const char *end);

// Numbers: each adds the token for its text and gives `end`.
const char *lexer_integer(Lexer *lexer, const char *start, const char *end);
const char *lexer_float(Lexer *lexer, const char *start, const char *end);
const char *lexer_duration(Lexer *lexer, const char *start, const char *end);
const char *lexer_bad_number(Lexer *lexer, const char *start, const char *end);

// ── lexer_foreign.c: each reports what stands from `start` to `end`, and gives where to read on ──
// A sign of another language, and the token that is meant by it.
const char *lexer_meant(Lexer *lexer, int kind, const char *meant, const char *start,
                        const char *end);
const char *lexer_walrus(Lexer *lexer, const char *start, const char *end);
const char *lexer_bits(Lexer *lexer, const char *start, const char *end);
const char *lexer_dots(Lexer *lexer, const char *start, const char *end);
const char *lexer_point(Lexer *lexer, const char *start, const char *end);
const char *lexer_bars(Lexer *lexer, const char *start, const char *end);
const char *lexer_foreign_comment(Lexer *lexer, const char *start, const char *end);
const char *lexer_single_quoted(Lexer *lexer, const char *start, const char *end, bool closed);
const char *lexer_strange(Lexer *lexer, const char *start);
// The last token, when it stands on this line and an operand ends with it; else NULL.
const Token *lexer_operand_before(const Lexer *lexer);

// All pieces of a text are there: gives their tokens what they say, and forgets the pieces.
void lexer_cook(Lexer *lexer, const OpenText *text);

#endif
