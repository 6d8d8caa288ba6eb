// parse_state.h: what parse.c, parse_mistake.c and parse_habits.c share.
#ifndef PARSE_STATE_H
#define PARSE_STATE_H

#include "build.h"
#include "message.h"

// The names from the beginning of the statement up to the token at `end` are not known to be
// unknown: recovery drops them.
void parse_lose(Build *build, size_t end);

// ── parse_mistake.c ──────────────────────────────────────────────────────────────────────────────
typedef struct Mistake {
    Build *build;
    const void *parser;
    const Token *token, *before, *next; // never NULL: a blank token where there is none
} Mistake;

// Would a token of this kind fit in the place of the one that does not?
bool parse_fits(const Mistake *mistake, int kind);
Diag *parse_report(const Mistake *mistake, Message code, Span span, const char *a, const char *b);
const char *parse_fill(const Mistake *mistake, Phrase phrase, const char *a, const char *b);
// What stands there, in words: its own text where that is short and telling.
const char *parse_describe(Build *build, const Token *token);
bool parse_ends_operand(int kind);
bool parse_begins_operand(const Token *token);
bool parse_is_reserved(const Token *token);
bool parse_is_clause_word(const Token *token);
// Is it a name, and this one?
bool parse_is_text(const Token *token, const char *word);
// The opening bracket around the token under way; NULL at the top.
const Token *parse_opening_around(const Build *build);
// The index of the first token of the statement or declaration.
size_t parse_line_start(const Mistake *mistake);

// ── parse_habits.c ───────────────────────────────────────────────────────────────────────────────
// Reports a habit of another language. False: it is none.
bool parse_say_foreign(const Mistake *mistake);

#endif
