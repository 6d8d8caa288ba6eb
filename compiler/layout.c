// layout.c: raw tokens → what grammar.y reads. See lexer.h for the newline rule.
//
// Brackets come out paired whatever goes in: what is missing is put in (and reported), what is too
// much is dropped (and reported). So the parser's own recovery can trust them.
#include <string.h>

#include "grammar.h"
#include "layout_state.h"
#include "message.h"

enum { DEEPEST = 256 };

// ── tokens out ───────────────────────────────────────────────────────────────────────────────────
void layout_push(Layout *layout, Token token)
{
    LIST_ADD(layout->scratch, &layout->out, token);
}

void layout_push_as(Layout *layout, const Token *token, int kind)
{
    Token made = *token;
    made.kind = kind;
    layout_push(layout, made);
}

// A token that is not in the text, behind the last one.
static void push_made(Layout *layout, int kind, bool broken)
{
    uint32_t end = layout->out.count > 0 ? layout->out.items[layout->out.count - 1].span.end
                                         : layout->raw[0].span.start;
    layout_push(layout, (Token){.kind = kind, .span = {end, end}, .broken = broken, .text = ""});
}

void layout_push_newline(Layout *layout)
{
    int last = layout_last(layout);
    if (last == 0 || last == TOKEN_NEWLINE) {
        return;
    }
    uint32_t end = layout->out.items[layout->out.count - 1].span.end;
    layout_push(layout, (Token){.kind = TOKEN_NEWLINE, .span = {end, end + 1}});
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
    int kind = layout_innermost(layout);
    if (layout_is_type_open(kind)) {
        layout->open.count--; // never spans lines; the parser says what is missing
        return;
    }
    if (kind == TOKEN_LBRACE && layout_last(layout) != TOKEN_LBRACE &&
        layout_last(layout) != TOKEN_COMMA) {
        layout_push_newline(layout);
    }
    push_made(layout, closing(kind), true);
    pop(layout);
}

static bool is_indented(const Layout *layout)
{
    return layout->open.count > 0 && layout->open.items[layout->open.count - 1].indented;
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
    bool quiet = layout_is_type_open(bracket.kind) || bracket.kind == TOKEN_TEXT_OPEN ||
                 layout->broken_line;
    if (!quiet) {
        report_unclosed(layout, bracket, noticed, why);
        layout->owed[0] += bracket.kind == TOKEN_LPAREN;
        layout->owed[1] += bracket.kind == TOKEN_LBRACKET;
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
    if (token->kind != TOKEN_LBRACE || layout_innermost(layout) != TOKEN_LPAREN || !head ||
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
    layout_push(layout, token);
    Bracket bracket = {token.kind, layout->out.count - 1, token.span, layout->column, false};
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

// Is a closing bracket of this kind still to come on this line, for one that is open already?
static bool closes_later(const Layout *layout, int closing_kind, int opening)
{
    int depth = 0;
    for (size_t i = layout->at + 1; layout->raw[i].kind != 0 && !layout->raw[i].first; i++) {
        int kind = layout->raw[i].kind;
        depth += kind == opening ? 1 : kind == closing_kind ? -1 : 0;
        if (depth < 0) {
            return true;
        }
    }
    return false;
}

static uint32_t column_of(const Layout *layout, const Token *token)
{
    return source_place(layout->sources, token->span.start).column - 1;
}

static bool begins_declaration(const Token *token);

// There are more closing braces than opening ones: is it this one that is too much?
static bool is_excess(const Layout *layout, const Token *token)
{
    if (layout->excess <= 0 || layout->open.count == 0) {
        return false;
    }
    Bracket bracket = layout->open.items[layout->open.count - 1];
    bool same_line = bracket.at >= layout->line_start;
    if (bracket.kind != TOKEN_LBRACE) {
        return !token->first && is_open(layout, TOKEN_LBRACE);
    }
    if (!token->first) {
        return !same_line;
    }
    const Token *next = token + 1;
    return layout->column > bracket.column && next->first && next->kind != 0 &&
           !begins_declaration(next) && column_of(layout, next) > bracket.column;
}

// A block was to begin on this line, and its brace is missing: the parser says so.
static bool block_is_missing(const Layout *layout)
{
    if (layout->line_start >= layout->out.count) {
        return false;
    }
    switch (layout->out.items[layout->line_start].kind) {
    case TOKEN_IF: case TOKEN_FOR: case TOKEN_WHILE: case TOKEN_SCOPE: case TOKEN_DEFER:
    case TOKEN_RBRACE: return true;
    }
    return false;
}

static void close_bracket(Layout *layout, Token token, int opening)
{
    while (layout_is_type_open(layout_innermost(layout))) {
        layout->open.count--;
    }
    while (opening == TOKEN_LBRACE && is_indented(layout)) {
        close_missing(layout);
    }
    if (opening == TOKEN_LBRACE && is_excess(layout, &layout->raw[layout->at])) {
        layout->excess--;
        int kind = layout_innermost(layout);
        if (kind == TOKEN_LPAREN || kind == TOKEN_LBRACKET) {
            if (!closes_later(layout, closing(kind), kind)) { // f(a}
                Bracket bracket = layout->open.items[layout->open.count - 1];
                Diag *diag = diag_add(layout->diags, DIAG_WRONG_CLOSING, token.span, "}",
                                      shown(closing(kind)), shown(kind));
                diag_label(layout->diags, diag, bracket.span, message_phrase(PHRASE_OPENED_HERE));
                push_made(layout, closing(kind), true);
                pop(layout);
                return;
            }
        } else if (!token.first && block_is_missing(layout)) {
            return;
        }
        diag_add(layout->diags, DIAG_STRAY_CLOSING, token.span, "}", NULL, NULL);
        return;
    }
    if (!is_open(layout, opening)) {
        // `(a]` was meant to be closed; a lone one belongs to nothing.
        bool swapped = layout_joins_lines(layout_innermost(layout)) &&
                       layout_innermost(layout) != TOKEN_TEXT_OPEN && opening != TOKEN_LBRACE;
        if (!swapped) {
            int *owed = opening == TOKEN_LBRACE ? NULL : &layout->owed[opening == TOKEN_LBRACKET];
            if (owed && *owed > 0) {
                --*owed; // it stands at the wrong place: that was said at the opening one
            } else if (!layout->broken_line) {
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
    while (layout_innermost(layout) != opening) {
        close_reported(layout, token.span, PHRASE_CLOSES_ANOTHER);
    }
    if (opening == TOKEN_LBRACE) {
        Bracket bracket = layout->open.items[layout->open.count - 1];
        if (layout_last(layout) != TOKEN_LBRACE && layout_last(layout) != TOKEN_COMMA) {
            layout_push_newline(layout);
        }
        if (token.first && layout->column < bracket.column && !layout->suspect_end.start) {
            layout->suspect = bracket;
            layout->suspect_end = token.span;
        }
    }
    layout_push(layout, token);
    pop(layout);
    if (layout->open.count == 0) {
        layout->suspect_end = (Span){0};
    }
}

// ── the walk ─────────────────────────────────────────────────────────────────────────────────────
// A keyword is a name behind `.` and before `:` (but not as a key in `[true: 1]`).
static void make_name(Layout *layout, Token *token)
{
    if (!layout_is_word(token) || token->kind == TOKEN_NAME) {
        return;
    }
    const Token *next = &layout->raw[layout->at + 1];
    bool head = token->kind == TOKEN_ELSE || (token->kind == TOKEN_TRY && token->first) ||
                token->kind == TOKEN_TRUE || token->kind == TOKEN_FALSE ||
                token->kind == TOKEN_NONE || token->kind == TOKEN_IT;
    bool block_colon = next->kind == TOKEN_COLON &&
                       (layout->arm > 0 || ((next + 1)->first && head));
    bool before_colon = next->kind == TOKEN_COLON && layout_innermost(layout) != TOKEN_LBRACKET &&
                        !block_colon;
    if (layout_last(layout) == TOKEN_DOT || before_colon) {
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
    return !layout_ends_line(last) && (only_begins(token) || loop);
}

// A declaration at the left margin: if braces are open, one was forgotten.
static bool begins_declaration(const Token *token)
{
    switch (token->kind) {
    case TOKEN_TASK: case TOKEN_FN: case TOKEN_RECORD: case TOKEN_ENUM:
    case TOKEN_LIMITER: return !token[1].first && layout_is_word(&token[1]);
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

// The line before begins what needs a block, and has none: `if x`, and the lines that belong to it
// stand further right.
static bool lacks_block(const Layout *layout, const Token *token, uint32_t column)
{
    if (layout->excess <= 0 || layout_joins_lines(layout_innermost(layout)) ||
        column <= layout->column || layout_continues(layout, token)) {
        return false;
    }
    size_t start = layout->line_start;
    const Token *line = &layout->out.items[start];
    for (size_t i = start; i < layout->out.count; i++) {
        if (layout->out.items[i].kind == TOKEN_LBRACE ||
            layout->out.items[i].kind == TOKEN_RBRACE || layout->out.items[i].broken) {
            return false;
        }
    }
    switch (layout_last(layout)) {
    case TOKEN_SCOPE:
    case TOKEN_ELSE:
    case TOKEN_GATHER:
    case TOKEN_RACE:
    case TOKEN_AS_COMPLETED: return true;
    }
    for (size_t i = start; i < layout->out.count; i++) {
        if (layout->out.items[i].kind == TOKEN_MATCH || layout->out.items[i].kind == TOKEN_CATCH) {
            return layout_ends_line(layout_last(layout));
        }
    }
    bool ends = layout_ends_line(layout_last(layout));
    bool named = layout->out.count - start > 1 && layout_is_word(&line[1]);
    switch (line->kind) {
    case TOKEN_IF:
    case TOKEN_FOR:
    case TOKEN_WHILE:
    case TOKEN_SCOPE: return ends;
    case TOKEN_TASK:
    case TOKEN_FN:
    case TOKEN_RECORD:
    case TOKEN_ENUM: return named && layout->column == 0;
    case TOKEN_TEST: return ends && !named && layout->column == 0;
    }
    return false;
}

// There are more opening braces than closing ones: should the innermost have been closed before
// this line, which stands no further right than the one it was opened on?
static bool is_overdue(const Layout *layout, const Token *token)
{
    if (layout->excess >= 0 || layout_innermost(layout) != TOKEN_LBRACE ||
        begins_declaration(token)) {
        return false;
    }
    uint32_t column = layout->open.items[layout->open.count - 1].column;
    if (token->kind == TOKEN_RBRACE) {
        return layout->column < column;
    }
    return layout->column <= column && !layout_continues(layout, token);
}

// print(f(x)     Between two operands without a comma, and no further right than the line that the
// let y = 1      bracket is on: the line begins a statement of its own.
static bool is_left_of_bracket(const Layout *layout, const Token *token)
{
    return token->kind != TOKEN_RPAREN && token->kind != TOKEN_RBRACKET &&
           layout_ends_operand(layout) && !layout_continues(layout, token) &&
           layout->column <= layout->open.items[layout->open.count - 1].column;
}

static void begin_line(Layout *layout, const Token *token)
{
    Place place = source_place(layout->sources, token->span.start);
    if (!layout_begin_indented(layout, place.column - 1) &&
        lacks_block(layout, token, place.column - 1)) {
        uint32_t end = layout->out.items[layout->out.count - 1].span.end;
        if (layout_last(layout) != TOKEN_COLON) { // of that the parser knows more
            diag_add(layout->diags, DIAG_EXPECTED, (Span){end, end + 1}, "`{`",
                     message_phrase(PHRASE_END_OF_LINE), NULL);
        }
        push_made(layout, TOKEN_LBRACE, true);
        layout->excess--;
        Bracket bracket = {TOKEN_LBRACE, layout->out.count - 1, {end, end}, layout->column, false};
        LIST_ADD(layout->scratch, &layout->open, bracket);
    }
    layout->column = place.column - 1;
    layout->arm = token->first ? 0 : layout->arm;
    while (is_indented(layout) &&
           layout->column <= layout->open.items[layout->open.count - 1].column) {
        close_missing(layout);
    }
    while (layout_is_type_open(layout_innermost(layout))) {
        layout->open.count--;
    }
    bool forgotten = (only_begins(token) && layout_ends_line(layout_last(layout))) ||
                     (layout->broken_line && token->kind != TOKEN_RPAREN &&
                      token->kind != TOKEN_RBRACKET);
    while (layout_joins_lines(layout_innermost(layout)) &&
           layout_innermost(layout) != TOKEN_TEXT_OPEN &&
           (forgotten || (layout->unpaired > 0 && is_left_of_bracket(layout, token)))) {
        layout->unpaired--;
        close_reported(layout, token->span, PHRASE_NEXT_BEGINS);
    }
    layout->broken_line = false;
    layout->line_kind = token->kind;
    while (is_overdue(layout, token)) {
        layout->excess++;
        close_reported(layout, token->span,
                       token->kind == TOKEN_RBRACE ? PHRASE_FURTHER_LEFT : PHRASE_NEXT_BEGINS);
    }
    if (layout->column == 0 && begins_declaration(token) &&
        layout_innermost(layout) == TOKEN_LBRACE) {
        close_braces(layout, token->span);
    }
    int last = layout_last(layout);
    bool ends = (layout_ends_line(last) && !layout_continues(layout, token) &&
                 !layout_resumes(layout, token)) ||
                breaks_off(last, token);
    if (!layout_joins_lines(layout_innermost(layout)) && ends) {
        layout_push_newline(layout);
    }
    layout->line_start = layout->out.count;
}

static void place_token(Layout *layout, Token token)
{
    switch (token.kind) {
    case TOKEN_LPAREN:
    case TOKEN_LBRACKET:
    case TOKEN_LBRACE:
    case TOKEN_TEXT_OPEN:
    case TOKEN_QUEUE_OPEN:
    case TOKEN_TASK_OPEN:
    case TOKEN_STREAM_OPEN: open_bracket(layout, token); return;
    case TOKEN_RPAREN: close_bracket(layout, token, TOKEN_LPAREN); return;
    case TOKEN_RBRACKET: close_bracket(layout, token, TOKEN_LBRACKET); return;
    case TOKEN_RBRACE: close_bracket(layout, token, TOKEN_LBRACE); return;
    case TOKEN_TEXT_CLOSE: close_bracket(layout, token, TOKEN_TEXT_OPEN); return;
    case TOKEN_TEXT_NEXT:
    case TOKEN_FORMAT:
        while (layout_innermost(layout) != TOKEN_TEXT_OPEN && layout_innermost(layout) != 0) {
            close_reported(layout, token.span, PHRASE_CLOSES_ANOTHER);
        }
        layout_push(layout, token);
        return;
    case TOKEN_GT:
        if (layout_is_type_open(layout_innermost(layout))) {
            token.kind = TOKEN_TYPE_CLOSE;
            layout_push(layout, token);
            pop(layout);
            return;
        }
        break;
    }
    layout_push(layout, token);
}

static void end_file(Layout *layout, const Token *end)
{
    while (is_indented(layout)) {
        close_missing(layout);
    }
    while (layout->open.count > 0 &&
           (layout->stopped || layout_innermost(layout) != TOKEN_LBRACE)) {
        if (layout->stopped) {
            close_missing(layout);
        } else {
            close_reported(layout, (Span){0}, PHRASE_NEXT_BEGINS);
        }
    }
    if (layout->open.count > 0) {
        close_braces(layout, (Span){0});
    }
    layout_push_newline(layout);
    layout_push(layout, *end);
}

Tokens layout_apply(Arena *scratch, Sources *sources, const Tokens *raw, Diags *diags)
{
    Layout layout = {.scratch = scratch, .diags = diags, .sources = sources, .raw = raw->items};
    bool carry_first = false;
    const char *carry_doc = NULL;
    for (size_t i = 0; raw->items[i].kind != 0; i++) {
        switch (raw->items[i].kind) {
        case TOKEN_LPAREN: case TOKEN_LBRACKET: layout.unpaired++; break;
        case TOKEN_RPAREN: case TOKEN_RBRACKET: layout.unpaired--; break;
        }
        layout.excess += raw->items[i].kind == TOKEN_RBRACE ? 1 : 0;
        layout.excess -= raw->items[i].kind == TOKEN_LBRACE ? 1 : 0;
    }
    for (; layout.raw[layout.at].kind != 0 && !layout.stopped; layout.at++) {
        Token token = layout.raw[layout.at];
        bool first = token.first || carry_first;
        if (carry_first) { // the line has begun with what was dropped
            layout.line_kind = token.kind;
            token.first = true;
        } else if (first && layout.out.count > 0) {
            begin_line(&layout, &layout.raw[layout.at]);
        } else if (first) {
            layout.column = source_place(sources, token.span.start).column - 1;
            layout.line_kind = token.kind;
        }
        carry_first = false;
        if (carry_doc && !token.doc) {
            token.doc = carry_doc;
        }
        carry_doc = NULL;
        make_name(&layout, &token);
        if (layout_replace(&layout, &token)) {
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
