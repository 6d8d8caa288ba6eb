// layout_state.h: what layout.c and layout_words.c share while tokens are laid out.
#ifndef LAYOUT_STATE_H
#define LAYOUT_STATE_H

#include "lexer.h"

typedef struct Bracket {
    int kind;  // TOKEN_ of the opening one
    size_t at; // index in out
    Span span;
    uint32_t column; // of the first token on its line: where its closing brace is expected
} Bracket;

typedef struct Layout {
    Arena *scratch;
    Diags *diags;
    Sources *sources;
    const Token *raw;
    size_t at; // of the raw token under way
    Tokens out;
    LIST(Bracket) open; // innermost last
    uint32_t column;    // of the first token on the current line, from 0
    Bracket suspect;    // a brace whose closing one stands further left than itself
    Span suspect_end;
    size_t line_start; // index in out of its first token
    // Closing braces of the file without opening ones; negative: the other way round. Only where
    // braces are missing is looked at how far lines are indented, to tell which.
    int excess;
    int unpaired; // opening ( and [ without closing ones, the same way round
    int line_kind;    // of the first token on the current line
    bool broken_line; // a text was not closed on the current line: it may have swallowed brackets
    bool semicolon_seen, stopped;
} Layout;

// ── layout.c ─────────────────────────────────────────────────────────────────────────────────────
void layout_push(Layout *layout, Token token);
void layout_push_newline(Layout *layout);
// The kind of the last token given out, and of the innermost open bracket; 0: none.
int layout_last(const Layout *layout);
int layout_innermost(const Layout *layout);
// Line ends mean nothing directly inside these.
bool layout_joins_lines(int bracket);
// Does an operand end here, so that what follows is between two operands?
bool layout_ends_operand(const Layout *layout);
bool layout_begins_value(const Token *token);

// ── layout_words.c: words and signs of other languages ───────────────────────────────────────────
// Gives true when the token is to be dropped.
bool layout_replace(Layout *layout, Token *token);

#endif
