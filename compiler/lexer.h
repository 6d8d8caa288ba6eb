// lexer.h: text → tokens, in two steps that parse.c calls one after the other.
//
// lexer_read (lexer.re) cuts the text into raw tokens: words, numbers, operators, and the pieces of
// texts with holes. It reports what is wrong with single characters and literals. layout_apply
// (layout.c) turns those into what grammar.y reads: it decides which line end is a separator, pairs
// the brackets, and replaces habits from other languages (`&&`, `elif`, `def`) by what is meant,
// with one message each. All tokens live in the arena that is passed in.
//
// The newline rule. A line end becomes a NEWLINE token unless one of these holds:
//
//   | the line so far   | ends in an operator, `,` `(` `[` `{` `=` `=>` `->` `|>` `.` `:`, or a
//   |                   | word that needs something after it (`let if then else for in match …`)
//   | innermost bracket | is `(` `[` or the hole of a text
//   | the next line     | `|>` `.` `??` `{` `->` `then` `catch` `and` `or` `,` a closing bracket
//   | begins with       | `else`, when it is not followed by `=>` (which begins an arm)
//   |                   | `limit rate within timeout deadline after retry cache`, before a
//   |                   | number, a name or a text on the same line (not a text before `:`: that
//   |                   | is a field's key), or before ` (` with a space
//   |                   | `per burst backoff max every`, before the same, but not `(`
//   |                   | `collect`, before `errors`
//   |                   | `ordered` `as_completed`, before the line's end, a word, `{` or `|>`
//
// Where a word that only begins statements follows an operator, the line ends all the same: the
// parser then says what is missing at its end, and goes on.
//
// A clause word before `:` `=` `=>` `.` is a name and continues nothing. Before a closing `}` and
// at the end of the file a NEWLINE is put where none is, so that every statement, field, case, arm
// and branch ends in NEWLINE (or `,`).
#ifndef LEXER_H
#define LEXER_H

#include "diag.h"

typedef struct Token {
    int kind;    // a TOKEN_ of grammar.h, or a RAW_ below; 0 is the end of the file
    Span span;   // of a NEWLINE: the line end; of a token that was put in: no text
    bool first;  // raw: the first of its line
    bool spaced; // raw: something invisible stands before it
    bool broken; // a mistake at it was reported: the parser says nothing more about it
    const char *text; // words: interned. Texts, pieces, formats: escapes resolved, may hold NUL
    size_t length;    // of text
    union {
        int64_t integer; // INTEGER, DURATION (nanoseconds)
        double real;     // FLOAT
    } value;
    const char *doc; // the `##` lines before it, joined by \n, without the marks; NULL
    uint32_t match;  // layout, opening brackets: index of the token that closes it
} Token;
typedef LIST(Token) Tokens;

// What only the layout sees.
enum {
    RAW_INCREMENT = 1000, // ++
    RAW_DECREMENT,        // --
    RAW_SEMICOLON,        // ;
};

typedef enum KeywordKind {
    KEYWORD_RESERVED, // a name only after `.` and before `:`
    KEYWORD_CLAUSE,   // begins a clause; elsewhere a name
    KEYWORD_SOFT,     // means something in one place; elsewhere a name
} KeywordKind;

typedef struct Keyword {
    const char *word;
    int token;
    KeywordKind kind;
} Keyword;

// All words with a meaning, in alphabetical order: the one table for lexer, editors and their
// tests.
const Keyword *keywords(size_t *count);

// Looks for what no source may hold (NUL, broken UTF-8, text direction controls, a lone CR, a BOM).
// Gives false when reading on makes no sense.
bool lexer_check(Sources *sources, const Source *source, Diags *diags);
// Raw tokens, the last of kind 0. Names and texts go to `arena`, the list itself to `scratch`.
Tokens lexer_read(Arena *arena, Arena *scratch, Sources *sources, const Source *source,
                  Diags *diags);
// The tokens for grammar.y, from raw ones.
Tokens layout_apply(Arena *scratch, Sources *sources, const Tokens *raw, Diags *diags);

#endif
