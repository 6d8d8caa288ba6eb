// layout_state.h: what layout.c and layout_words.c share while tokens are laid out.
#ifndef LAYOUT_STATE_H
#define LAYOUT_STATE_H

#include "lexer.h"

typedef struct Bracket {
    int kind;  // TOKEN_ of the opening one
    size_t at; // index in out
    Span span;
    uint32_t column; // of the first token on its line: where its closing brace is expected
    bool indented;   // stands for a `:` behind which the lines are indented
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
    int owed[2]; // ( and [ that were told to be unclosed: their closing ones may stand elsewhere
    int unpaired; // opening ( and [ without closing ones, the same way round
    int line_kind;    // of the first token on the current line
    bool broken_line; // a text was not closed on the current line: it may have swallowed brackets
    size_t arm;      // brackets around a `case` whose `:` is to come; 0: none
    bool arms_seen;   // a `case …:` was
    bool after_async; // the word before was `async`
    Diag *semicolon;  // NULL: none was seen
    bool stopped;
} Layout;

// ── layout.c ─────────────────────────────────────────────────────────────────────────────────────
void layout_push(Layout *layout, Token token);
// The same token as another kind.
void layout_push_as(Layout *layout, const Token *token, int kind);
void layout_push_newline(Layout *layout);

// ── layout_rule.c ────────────────────────────────────────────────────────────────────────────────
// The kind of the last token given out, and of the innermost open bracket; 0: none.
int layout_last(const Layout *layout);
int layout_innermost(const Layout *layout);
// Line ends mean nothing directly inside these.
bool layout_joins_lines(int bracket);
bool layout_is_type_open(int bracket);
bool layout_is_word(const Token *token);
// Could a line end behind this token?
bool layout_ends_line(int kind);
// Does an operand end here, so that what follows is between two operands?
bool layout_ends_operand(const Layout *layout);
bool layout_begins_value(const Token *token);
// Does the line that begins with this raw token go on with the statement before it?
bool layout_continues(const Layout *layout, const Token *token);

// ── layout_signs.c, layout_words.c: signs and words of other languages ───────────────────────────
// Gives true when the token is to be dropped.
bool layout_replace(Layout *layout, Token *token);
bool layout_replace_word(Layout *layout, Token *token);
// if x:         The lines that stand further right are a block: opens it, when the line about to
//     f()       begin at `column` is the first of them.
bool layout_begin_indented(Layout *layout, uint32_t column);
// Does `except` or `finally` go on with such a block?
bool layout_resumes(const Layout *layout, const Token *token);

#endif
