// layout.c: raw tokens → what grammar.y reads. See lexer.h for the newline rule.
//
// Brackets come out paired whatever goes in: what is missing is put in (and reported), what is too
// much is dropped (and reported). So the parser's own recovery can trust them.
#include <string.h>

#include "grammar.h"
#include "lexer.h"
#include "message.h"

enum { DEEPEST = 256 };

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
    int line_kind;    // of the first token on the current line
    bool broken_line; // a text was not closed on the current line: it may have swallowed brackets
    bool semicolon_seen, stopped;
} Layout;

// ── small questions ──────────────────────────────────────────────────────────────────────────────
static bool is_word(const Token *token)
{
    switch (token->kind) {
    case TOKEN_STRING: case TOKEN_TEXT_OPEN: case TOKEN_TEXT_NEXT: case TOKEN_TEXT_CLOSE:
    case TOKEN_FORMAT: return false;
    }
    return token->text != NULL;
}

static bool is_clause_word(int kind)
{
    switch (kind) {
    case TOKEN_AFTER: case TOKEN_CACHE: case TOKEN_COLLECT: case TOKEN_DEADLINE: case TOKEN_LIMIT:
    case TOKEN_ORDERED: case TOKEN_RATE: case TOKEN_RETRY: case TOKEN_TIMEOUT: case TOKEN_WITHIN:
    case TOKEN_AS_COMPLETED: return true;
    }
    return false;
}

// Could a line end behind this token?
static bool ends_line(int kind)
{
    switch (kind) {
    case TOKEN_LPAREN: case TOKEN_LBRACKET: case TOKEN_LBRACE: case TOKEN_COMMA: case TOKEN_COLON:
    case TOKEN_DOT: case TOKEN_ASSIGN: case TOKEN_ADD_ASSIGN: case TOKEN_SUB_ASSIGN:
    case TOKEN_PLUS: case TOKEN_MINUS: case TOKEN_STAR: case TOKEN_SLASH: case TOKEN_PERCENT:
    case TOKEN_EQ: case TOKEN_NE: case TOKEN_LT: case TOKEN_LE: case TOKEN_GT: case TOKEN_GE:
    case TOKEN_RANGE: case TOKEN_RANGE_CLOSED: case TOKEN_OR_ELSE: case TOKEN_GIVES:
    case TOKEN_ARROW: case TOKEN_PIPE: case TOKEN_LET: case TOKEN_VAR: case TOKEN_IF:
    case TOKEN_THEN: case TOKEN_ELSE: case TOKEN_FOR: case TOKEN_IN: case TOKEN_WHILE:
    case TOKEN_MATCH: case TOKEN_FAIL: case TOKEN_YIELD: case TOKEN_DEFER: case TOKEN_AWAIT:
    case TOKEN_GATHER: case TOKEN_RACE: case TOKEN_START: case TOKEN_SCOPE: case TOKEN_CANCEL:
    case TOKEN_TRY: case TOKEN_CATCH: case TOKEN_AS: case TOKEN_AND: case TOKEN_OR: case TOKEN_NOT:
    case TOKEN_ASSERT: case TOKEN_STUB: case TOKEN_TASK: case TOKEN_FN: case TOKEN_NEWLINE:
    case TOKEN_QUEUE_OPEN: case TOKEN_TASK_OPEN: case TOKEN_STREAM_OPEN: case TOKEN_TEXT_OPEN:
    case TOKEN_TEXT_NEXT: return false;
    }
    return true;
}

// Does an operand end here, so that what follows is between two operands?
static bool ends_operand(const Layout *layout)
{
    if (layout->out.count == 0) {
        return false;
    }
    int kind = layout->out.items[layout->out.count - 1].kind;
    return ends_line(kind) && kind != TOKEN_RETURN && kind != TOKEN_BREAK && kind != TOKEN_CONTINUE;
}

static int last_kind(const Layout *layout)
{
    return layout->out.count > 0 ? layout->out.items[layout->out.count - 1].kind : 0;
}

static int innermost(const Layout *layout)
{
    return layout->open.count > 0 ? layout->open.items[layout->open.count - 1].kind : 0;
}

static bool is_type_open(int kind)
{
    return kind == TOKEN_QUEUE_OPEN || kind == TOKEN_TASK_OPEN || kind == TOKEN_STREAM_OPEN;
}

// Line ends mean nothing directly inside these.
static bool joins_lines(int bracket)
{
    return bracket == TOKEN_LPAREN || bracket == TOKEN_LBRACKET || bracket == TOKEN_TEXT_OPEN;
}

static bool begins_value(const Token *token)
{
    switch (token->kind) {
    case TOKEN_INTEGER: case TOKEN_FLOAT: case TOKEN_DURATION: case TOKEN_STRING:
    case TOKEN_TEXT_OPEN: case TOKEN_MINUS: case TOKEN_IF: case TOKEN_MATCH: case TOKEN_IT:
    case TOKEN_TRUE: case TOKEN_FALSE: case TOKEN_NONE:
    case TOKEN_AWAIT: return true;
    case TOKEN_LPAREN: return token->spaced;
    }
    size_t count;
    const Keyword *table = keywords(&count);
    for (size_t i = 0; i < count; i++) {
        if (table[i].token == token->kind && table[i].kind == KEYWORD_RESERVED) {
            return false;
        }
    }
    return is_word(token);
}

// ── the newline rule ─────────────────────────────────────────────────────────────────────────────
static bool clause_continues(const Token *token)
{
    const Token *next = token + 1;
    bool same_line = next->kind != 0 && !next->first;
    switch (token->kind) {
    case TOKEN_ORDERED: case TOKEN_AS_COMPLETED:
        return !same_line || next->kind == TOKEN_LBRACE || next->kind == TOKEN_PIPE ||
               next->kind == TOKEN_RBRACE || is_word(next);
    case TOKEN_COLLECT: return same_line && next->kind == TOKEN_ERRORS;
    }
    bool key = next->kind == TOKEN_STRING &&
               next[1].kind == TOKEN_COLON; // a field: limit "max": int
    return same_line && begins_value(next) && !key;
}

// Does the line that begins with this raw token go on with the statement before it?
static bool continues(const Token *token)
{
    switch (token->kind) {
    case TOKEN_PIPE: case TOKEN_DOT: case TOKEN_OR_ELSE: case TOKEN_LBRACE: case TOKEN_GIVES:
    case TOKEN_COMMA: case TOKEN_RPAREN: case TOKEN_RBRACKET: case TOKEN_TEXT_NEXT:
    case TOKEN_TEXT_CLOSE: return true;
    case TOKEN_THEN: case TOKEN_CATCH: case TOKEN_AND:
    case TOKEN_OR: return token[1].kind != TOKEN_COLON; // a name
    case TOKEN_ELSE: return token[1].kind != TOKEN_ARROW && token[1].kind != TOKEN_COLON;
    case TOKEN_PER: case TOKEN_BURST: case TOKEN_BACKOFF: case TOKEN_MAX:
    case TOKEN_EVERY: return clause_continues(token) && token[1].kind != TOKEN_LPAREN;
    }
    return is_clause_word(token->kind) && clause_continues(token);
}

// ── tokens out ───────────────────────────────────────────────────────────────────────────────────
static void push(Layout *layout, Token token)
{
    LIST_ADD(layout->scratch, &layout->out, token);
}

// A token that is not in the text, behind the last one.
static void push_made(Layout *layout, int kind, bool broken)
{
    uint32_t end = layout->out.count > 0 ? layout->out.items[layout->out.count - 1].span.end
                                         : layout->raw[0].span.start;
    push(layout, (Token){.kind = kind, .span = {end, end}, .broken = broken, .text = ""});
}

static void push_newline(Layout *layout)
{
    int last = last_kind(layout);
    if (last == 0 || last == TOKEN_NEWLINE) {
        return;
    }
    uint32_t end = layout->out.items[layout->out.count - 1].span.end;
    push(layout, (Token){.kind = TOKEN_NEWLINE, .span = {end, end + 1}});
}

static const char *shown(int kind)
{
    switch (kind) {
    case TOKEN_LPAREN: return "(";
    case TOKEN_LBRACKET: return "[";
    case TOKEN_LBRACE:
    case TOKEN_TEXT_OPEN: return "{";
    case TOKEN_RPAREN: return ")";
    case TOKEN_RBRACKET: return "]";
    case TOKEN_RBRACE: return "}";
    }
    return "<";
}

static int closing(int kind)
{
    switch (kind) {
    case TOKEN_LPAREN: return TOKEN_RPAREN;
    case TOKEN_LBRACKET: return TOKEN_RBRACKET;
    case TOKEN_TEXT_OPEN: return TOKEN_TEXT_CLOSE;
    case TOKEN_LBRACE: return TOKEN_RBRACE;
    }
    return TOKEN_TYPE_CLOSE;
}

static void pop(Layout *layout)
{
    Bracket bracket = layout->open.items[--layout->open.count];
    layout->out.items[bracket.at].match = (uint32_t)(layout->out.count - 1);
}

// Puts the closing bracket of the innermost one in. It was reported, or its absence has a reported
// cause.
static void close_missing(Layout *layout)
{
    int kind = innermost(layout);
    if (is_type_open(kind)) {
        layout->open.count--; // never spans lines; the parser says what is missing
        return;
    }
    if (kind == TOKEN_LBRACE && last_kind(layout) != TOKEN_LBRACE &&
        last_kind(layout) != TOKEN_COMMA) {
        push_newline(layout);
    }
    push_made(layout, closing(kind), true);
    pop(layout);
}

static void report_unclosed(Layout *layout, Bracket bracket, Span noticed, Phrase why)
{
    const char *open = shown(bracket.kind), *close = bracket.kind == TOKEN_LPAREN     ? ")"
                                                     : bracket.kind == TOKEN_LBRACKET ? "]"
                                                                                      : "}";
    Diag *diag = diag_add(layout->diags, DIAG_UNCLOSED, bracket.span, open, close, NULL);
    if (noticed.start) {
        diag_label(layout->diags, diag, noticed, message_phrase(why));
    }
}

static void close_reported(Layout *layout, Span noticed, Phrase why)
{
    Bracket bracket = layout->open.items[layout->open.count - 1];
    bool quiet = is_type_open(bracket.kind) || bracket.kind == TOKEN_TEXT_OPEN ||
                 layout->broken_line;
    if (!quiet) {
        report_unclosed(layout, bracket, noticed, why);
    }
    close_missing(layout);
}

// ── brackets ─────────────────────────────────────────────────────────────────────────────────────
// `task main( {`: a block's brace at the line's end, where only a value could stand.
static bool lacks_parenthesis(const Layout *layout, const Token *token)
{
    bool head = layout->line_kind == TOKEN_TASK || layout->line_kind == TOKEN_FN ||
                layout->line_kind == TOKEN_PUB || layout->line_kind == TOKEN_IF ||
                layout->line_kind == TOKEN_WHILE || layout->line_kind == TOKEN_FOR ||
                layout->line_kind == TOKEN_BLOCKING;
    if (token->kind != TOKEN_LBRACE || innermost(layout) != TOKEN_LPAREN || !head ||
        !layout->raw[layout->at + 1].first) {
        return false;
    }
    for (size_t i = layout->open.items[layout->open.count - 1].at; i < layout->out.count; i++) {
        switch (layout->out.items[i].kind) {
        case TOKEN_GATHER: case TOKEN_RACE: case TOKEN_AS_COMPLETED: case TOKEN_SCOPE:
        case TOKEN_MATCH: case TOKEN_CATCH:
        case TOKEN_ARROW: return false; // these have braces of their own
        }
    }
    return true;
}

static void open_bracket(Layout *layout, Token token)
{
    while (lacks_parenthesis(layout, &token)) {
        close_reported(layout, token.span, PHRASE_BLOCK_BEGINS);
    }
    if (layout->open.count == DEEPEST) {
        diag_add(layout->diags, DIAG_NESTING, token.span, NULL, NULL, NULL);
        layout->stopped = true;
        return;
    }
    push(layout, token);
    Bracket bracket = {token.kind, layout->out.count - 1, token.span, layout->column};
    LIST_ADD(layout->scratch, &layout->open, bracket);
}

static bool is_open(const Layout *layout, int kind)
{
    for (size_t i = layout->open.count; i > 0; i--) {
        if (layout->open.items[i - 1].kind == kind) {
            return true;
        }
        if (layout->open.items[i - 1].kind == TOKEN_TEXT_OPEN && kind != TOKEN_TEXT_OPEN) {
            return false; // a hole is a world of its own
        }
    }
    return false;
}

static void close_bracket(Layout *layout, Token token, int opening)
{
    while (is_type_open(innermost(layout))) {
        layout->open.count--;
    }
    if (!is_open(layout, opening)) {
        // `(a]` was meant to be closed; a lone one belongs to nothing.
        bool swapped = joins_lines(innermost(layout)) && innermost(layout) != TOKEN_TEXT_OPEN &&
                       opening != TOKEN_LBRACE;
        if (!swapped) {
            if (!layout->broken_line) {
                diag_add(layout->diags, DIAG_STRAY_CLOSING, token.span, shown(token.kind), NULL,
                         NULL);
            }
            return;
        }
        Bracket bracket = layout->open.items[layout->open.count - 1];
        Diag *diag = diag_add(layout->diags, DIAG_WRONG_CLOSING, token.span, shown(token.kind),
                              shown(closing(bracket.kind)), shown(bracket.kind));
        diag_label(layout->diags, diag, bracket.span, message_phrase(PHRASE_OPENED_HERE));
        token.kind = closing(bracket.kind);
        token.broken = true;
        opening = bracket.kind;
    }
    // `)` never closes a brace in between: the `)` is the stray.
    bool brace_between = false;
    for (size_t i = layout->open.count; i > 0 && layout->open.items[i - 1].kind != opening; i--) {
        brace_between = brace_between || (layout->open.items[i - 1].kind == TOKEN_LBRACE &&
                                          opening != TOKEN_TEXT_OPEN);
    }
    if (brace_between) {
        diag_add(layout->diags, DIAG_STRAY_CLOSING, token.span, shown(token.kind), NULL, NULL);
        return;
    }
    while (innermost(layout) != opening) {
        close_reported(layout, token.span, PHRASE_CLOSES_ANOTHER);
    }
    if (opening == TOKEN_LBRACE) {
        Bracket bracket = layout->open.items[layout->open.count - 1];
        if (last_kind(layout) != TOKEN_LBRACE && last_kind(layout) != TOKEN_COMMA) {
            push_newline(layout);
        }
        if (token.first && layout->column < bracket.column && !layout->suspect_end.start) {
            layout->suspect = bracket;
            layout->suspect_end = token.span;
        }
    }
    push(layout, token);
    pop(layout);
    if (layout->open.count == 0) {
        layout->suspect_end = (Span){0};
    }
}

// ── words from elsewhere ─────────────────────────────────────────────────────────────────────────
typedef struct Foreign {
    const char *word;
    int kind;          // what is meant
    const char *meant; // how it is written
    bool before_name;  // only with a name behind it; else with any value behind it
} Foreign;

static const Foreign foreign[] = {
    {"def", TOKEN_TASK, "task` or `fn", true},
    {"func", TOKEN_TASK, "task` or `fn", true},
    {"fun", TOKEN_TASK, "task` or `fn", true},
    {"function", TOKEN_TASK, "task` or `fn", true},
    {"proc", TOKEN_TASK, "task` or `fn", true},
    {"sub", TOKEN_TASK, "task` or `fn", true},
    {"class", TOKEN_RECORD, "record", true},
    {"struct", TOKEN_RECORD, "record", true},
    {"interface", TOKEN_RECORD, "record", true},
    {"const", TOKEN_LET, "let", true},
    {"val", TOKEN_LET, "let", true},
    {"final", TOKEN_LET, "let", true},
    {"auto", TOKEN_LET, "let", true},
    {"mut", TOKEN_VAR, "var", true},
    {"foreach", TOKEN_FOR, "for", true},
    {"switch", TOKEN_MATCH, "match", false},
    {"throw", TOKEN_FAIL, "fail", false},
    {"raise", TOKEN_FAIL, "fail", false},
};

static void report_foreign(Layout *layout, const Token *token, const char *meant)
{
    diag_add(layout->diags, DIAG_FOREIGN_WORD, token->span, token->text, meant, NULL);
}

static bool text_is(const Token *token, const char *word)
{
    return token->kind == TOKEN_NAME && strcmp(token->text, word) == 0;
}

// A word of another language where two names in a row make no sense in this one. Gives true when
// the token was dropped.
static bool replace_word(Layout *layout, Token *token)
{
    const Token *next = &layout->raw[layout->at + 1];
    bool begins = token->first || last_kind(layout) == TOKEN_LBRACE ||
                  last_kind(layout) == TOKEN_ARROW || last_kind(layout) == TOKEN_RBRACE ||
                  last_kind(layout) == 0 || last_kind(layout) == TOKEN_LET;
    if (token->kind != TOKEN_NAME || !begins || next->first || next->kind == 0) {
        return false;
    }
    bool named = next->kind == TOKEN_NAME;
    if (text_is(token, "async") && (named || next->kind == TOKEN_TASK || next->kind == TOKEN_FN)) {
        diag_add(layout->diags, DIAG_ASYNC, token->span, NULL, NULL, NULL);
        return true;
    }
    bool elif = text_is(token, "elif") || text_is(token, "elsif") || text_is(token, "elseif");
    if (elif && begins_value(next)) {
        report_foreign(layout, token, "else if");
        Token otherwise = *token;
        otherwise.kind = TOKEN_ELSE;
        push(layout, otherwise);
        token->kind = TOKEN_IF;
        return false;
    }
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        const Foreign *word = &foreign[i];
        if (!text_is(token, word->word) ||
            !(word->before_name ? named : begins_value(next) && next->kind != TOKEN_MINUS)) {
            continue;
        }
        report_foreign(layout, token, word->meant);
        token->kind = word->kind;
        if (last_kind(layout) == TOKEN_LET) { // let mut x
            layout->out.items[layout->out.count - 1].kind = word->kind;
            return true;
        }
        return false;
    }
    return false;
}

static bool replace_step(Layout *layout, Token *token)
{
    bool up = token->kind == RAW_INCREMENT;
    const Token *next = &layout->raw[layout->at + 1];
    const char *written = up ? "++" : "--";
    if (ends_operand(layout) && (next->first || next->kind == 0 || next->kind == TOKEN_RBRACE ||
                                 next->kind == RAW_SEMICOLON)) {
        diag_add(layout->diags, DIAG_STEP, token->span, written, up ? "+= 1" : "-= 1", NULL);
        Token assign = *token;
        assign.kind = up ? TOKEN_ADD_ASSIGN : TOKEN_SUB_ASSIGN;
        push(layout, assign);
        token->kind = TOKEN_INTEGER;
        token->value.integer = 1;
        return false;
    }
    if (up) {
        diag_add(layout->diags, DIAG_FOREIGN_OPERATOR, token->span, written, "+", NULL);
        token->kind = TOKEN_PLUS;
        token->broken = true;
        return !ends_operand(layout);
    }
    Token minus = *token; // `a --b` is two signs
    minus.kind = TOKEN_MINUS;
    minus.span.end--;
    push(layout, minus);
    token->kind = TOKEN_MINUS;
    token->span.start++;
    return false;
}

// for (i = 0; i < n; i++): the parser says what is meant by it.
static bool in_loop_head(const Layout *layout)
{
    if (innermost(layout) != TOKEN_LPAREN) {
        return false;
    }
    size_t at = layout->open.items[layout->open.count - 1].at;
    return at > 0 && layout->out.items[at - 1].kind == TOKEN_FOR;
}

// f(a = 1, …): is this `=` behind the name of an argument?
static bool names_argument(const Layout *layout)
{
    const Token *out = layout->out.items;
    size_t count = layout->out.count;
    if (innermost(layout) != TOKEN_LPAREN || count < 3 || out[count - 1].kind != TOKEN_NAME) {
        return false;
    }
    size_t open = layout->open.items[layout->open.count - 1].at;
    bool begins = count - 2 == open || out[count - 2].kind == TOKEN_COMMA;
    bool called = open > 0 && out[open - 1].kind == TOKEN_NAME && !out[open].spaced;
    int before = open > 1 ? out[open - 2].kind : TOKEN_NAME;
    bool declared = before == TOKEN_TASK || before == TOKEN_FN || before == TOKEN_LIMITER;
    return begins && called && !declared;
}

// Gives true when the token is to be dropped.
static bool replace(Layout *layout, Token *token)
{
    switch (token->kind) {
    case RAW_SEMICOLON:
        if (!layout->semicolon_seen && !in_loop_head(layout)) { // once is enough for a whole file
            diag_add(layout->diags, DIAG_SEMICOLON, token->span, NULL, NULL, NULL);
            layout->semicolon_seen = true;
        }
        if (!joins_lines(innermost(layout)) && last_kind(layout) != TOKEN_LBRACE) {
            push_newline(layout);
        }
        return true;
    case RAW_INCREMENT:
    case RAW_DECREMENT: return replace_step(layout, token);
    case TOKEN_ASSIGN:
        if (names_argument(layout)) {
            diag_add(layout->diags, DIAG_NAMED_ARGUMENT, token->span, NULL, NULL, NULL);
            token->kind = TOKEN_COLON;
        }
        return false;
    case TOKEN_BANG:
        if (!ends_operand(layout)) {
            diag_add(layout->diags, DIAG_FOREIGN_OPERATOR, token->span, "!", "not", NULL);
            token->kind = TOKEN_NOT;
        }
        return false;
    }
    return replace_word(layout, token);
}

// ── the walk ─────────────────────────────────────────────────────────────────────────────────────
// A keyword is a name behind `.` and before `:` (but not as a key in `[true: 1]`).
static void make_name(Layout *layout, Token *token)
{
    if (!is_word(token) || token->kind == TOKEN_NAME) {
        return;
    }
    const Token *next = &layout->raw[layout->at + 1];
    bool block_colon = next->kind == TOKEN_COLON && (next + 1)->first && token->kind == TOKEN_ELSE;
    bool before_colon = next->kind == TOKEN_COLON && innermost(layout) != TOKEN_LBRACKET &&
                        !block_colon;
    if (last_kind(layout) == TOKEN_DOT || before_colon) {
        token->kind = TOKEN_NAME;
    }
}

// Words that only begin a statement or a declaration: in the middle of ( ) a bracket is missing.
static bool only_begins(const Token *token)
{
    switch (token->kind) {
    case TOKEN_LET: case TOKEN_VAR: case TOKEN_WHILE: case TOKEN_RETURN: case TOKEN_BREAK:
    case TOKEN_CONTINUE: case TOKEN_DEFER: case TOKEN_YIELD: case TOKEN_CANCEL: case TOKEN_ASSERT:
    case TOKEN_STUB: case TOKEN_TASK:
    case TOKEN_FN: return token[1].kind != TOKEN_COLON;
    }
    return false;
}

// `let a = 3 +`, and the next line begins a statement of its own: the line has ended all the same.
static bool breaks_off(int last, const Token *token)
{
    switch (last) {
    case TOKEN_LPAREN: case TOKEN_LBRACKET: case TOKEN_LBRACE: case TOKEN_COMMA: case TOKEN_ARROW:
    case TOKEN_OR_ELSE: case TOKEN_DEFER:
    case TOKEN_NEWLINE: return false;
    }
    bool loop = token->kind == TOKEN_FOR && token[1].kind != TOKEN_COLON;
    return !ends_line(last) && (only_begins(token) || loop);
}

// A declaration at the left margin: if braces are open, one was forgotten.
static bool begins_declaration(const Token *token)
{
    switch (token->kind) {
    case TOKEN_TASK: case TOKEN_FN: case TOKEN_RECORD: case TOKEN_ENUM:
    case TOKEN_LIMITER: return !token[1].first && is_word(&token[1]);
    case TOKEN_PUB: case TOKEN_EXTERN: case TOKEN_BLOCKING:
        return !token[1].first && (token[1].kind == TOKEN_TASK || token[1].kind == TOKEN_FN ||
                                   token[1].kind == TOKEN_BLOCKING ||
                                   token[1].kind == TOKEN_RECORD || token[1].kind == TOKEN_ENUM);
    case TOKEN_TEST: return !token[1].first && token[1].kind == TOKEN_STRING;
    }
    return false;
}

// Braces are still open where none can be. What stands too far left tells better where one is
// missing.
static void close_braces(Layout *layout, Span noticed)
{
    if (layout->suspect_end.start != 0) {
        report_unclosed(layout, layout->suspect, layout->suspect_end, PHRASE_FURTHER_LEFT);
    } else {
        close_reported(layout, noticed, PHRASE_NEXT_BEGINS);
    }
    while (layout->open.count > 0) {
        close_missing(layout);
    }
    layout->suspect_end = (Span){0};
}

static void begin_line(Layout *layout, const Token *token)
{
    Place place = source_place(layout->sources, token->span.start);
    layout->column = place.column - 1;
    while (is_type_open(innermost(layout))) {
        layout->open.count--;
    }
    bool forgotten = (only_begins(token) && ends_line(last_kind(layout))) ||
                     (layout->broken_line && token->kind != TOKEN_RPAREN &&
                      token->kind != TOKEN_RBRACKET);
    while (joins_lines(innermost(layout)) && innermost(layout) != TOKEN_TEXT_OPEN && forgotten) {
        close_reported(layout, token->span, PHRASE_NEXT_BEGINS);
    }
    layout->broken_line = false;
    layout->line_kind = token->kind;
    if (layout->column == 0 && begins_declaration(token) && innermost(layout) == TOKEN_LBRACE) {
        close_braces(layout, token->span);
    }
    int last = last_kind(layout);
    bool ends = (ends_line(last) && !continues(token)) || breaks_off(last, token);
    if (!joins_lines(innermost(layout)) && ends) {
        push_newline(layout);
    }
}

static void place_token(Layout *layout, Token token)
{
    switch (token.kind) {
    case TOKEN_LPAREN: case TOKEN_LBRACKET: case TOKEN_LBRACE: case TOKEN_TEXT_OPEN:
    case TOKEN_QUEUE_OPEN: case TOKEN_TASK_OPEN:
    case TOKEN_STREAM_OPEN: open_bracket(layout, token); return;
    case TOKEN_RPAREN: close_bracket(layout, token, TOKEN_LPAREN); return;
    case TOKEN_RBRACKET: close_bracket(layout, token, TOKEN_LBRACKET); return;
    case TOKEN_RBRACE: close_bracket(layout, token, TOKEN_LBRACE); return;
    case TOKEN_TEXT_CLOSE: close_bracket(layout, token, TOKEN_TEXT_OPEN); return;
    case TOKEN_TEXT_NEXT: case TOKEN_FORMAT:
        while (innermost(layout) != TOKEN_TEXT_OPEN && innermost(layout) != 0) {
            close_reported(layout, token.span, PHRASE_CLOSES_ANOTHER);
        }
        push(layout, token);
        return;
    case TOKEN_GT:
        if (is_type_open(innermost(layout))) {
            token.kind = TOKEN_TYPE_CLOSE;
            push(layout, token);
            pop(layout);
            return;
        }
        break;
    }
    push(layout, token);
}

static void end_file(Layout *layout, const Token *end)
{
    while (layout->open.count > 0 && (layout->stopped || innermost(layout) != TOKEN_LBRACE)) {
        if (layout->stopped) {
            close_missing(layout);
        } else {
            close_reported(layout, (Span){0}, PHRASE_NEXT_BEGINS);
        }
    }
    if (layout->open.count > 0) {
        close_braces(layout, (Span){0});
    }
    push_newline(layout);
    push(layout, *end);
}

Tokens layout_apply(Arena *scratch, Sources *sources, const Tokens *raw, Diags *diags)
{
    Layout layout = {.scratch = scratch, .diags = diags, .sources = sources, .raw = raw->items};
    bool carry_first = false;
    const char *carry_doc = NULL;
    for (; layout.raw[layout.at].kind != 0 && !layout.stopped; layout.at++) {
        Token token = layout.raw[layout.at];
        bool first = token.first || carry_first;
        carry_first = false;
        if (first && layout.out.count > 0) {
            begin_line(&layout, &layout.raw[layout.at]);
        } else if (first) {
            layout.column = source_place(sources, token.span.start).column - 1;
            layout.line_kind = token.kind;
        }
        if (carry_doc && !token.doc) {
            token.doc = carry_doc;
        }
        carry_doc = NULL;
        make_name(&layout, &token);
        if (replace(&layout, &token)) {
            carry_first = first && token.kind != RAW_SEMICOLON;
            carry_doc = token.doc;
            continue;
        }
        layout.broken_line = layout.broken_line || (token.broken && token.text != NULL);
        place_token(&layout, token);
    }
    end_file(&layout, &raw->items[raw->count - 1]);
    return layout.out;
}
