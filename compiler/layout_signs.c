// layout_signs.c: signs that people write who come from another language, replaced by what is
// meant, and blocks that are told by indentation alone.
#include <string.h>

#include "grammar.h"
#include "layout_state.h"
#include "say.h"

static const Token *token_after(const Layout *layout)
{
    return &layout->raw[layout->at + 1];
}

// for (i = 0; i < n; i++), for i := 0; i < n; i++ {: the parser says what is meant by it.
static bool in_loop_head(const Layout *layout)
{
    const Token *out = layout->out.items;
    for (size_t at = layout->out.count; at > 0; at--) {
        switch (out[at - 1].kind) {
        case TOKEN_LBRACE: case TOKEN_RBRACE: case TOKEN_NEWLINE: return false;
        case TOKEN_FOR: // of a statement, not of a list
            return at == 1 || out[at - 2].kind == TOKEN_LBRACE ||
                   out[at - 2].kind == TOKEN_RBRACE || out[at - 2].kind == TOKEN_NEWLINE;
        }
    }
    return false;
}

// ── ++ and -- ────────────────────────────────────────────────────────────────────────────────────
static void report_step(Layout *layout, const Token *token, bool up)
{
    Diag *diag = say_once(layout->diags, DIAG_STEP, token->span, up ? "++" : "--",
                          up ? "+= 1" : "-= 1");
    if (diag && !token->first) {
        diag_edit(layout->diags, diag, token->span, up ? " += 1" : " -= 1");
    }
}

static void push_step(Layout *layout, Token *token, bool up)
{
    layout_push_as(layout, token, up ? TOKEN_ADD_ASSIGN : TOKEN_SUB_ASSIGN);
    token->kind = TOKEN_INTEGER;
    token->value.integer = 1;
}

static bool replace_step(Layout *layout, Token *token)
{
    bool up = token->kind == RAW_INCREMENT;
    const Token *next = token_after(layout);
    if (in_loop_head(layout)) {
        return true;
    }
    bool ends = next->first || next->kind == 0 || next->kind == TOKEN_RBRACE ||
                next->kind == RAW_SEMICOLON;
    if (layout_ends_operand(layout) && ends) { // x++
        report_step(layout, token, up);
        push_step(layout, token, up);
        return false;
    }
    if (token->first && next->kind == TOKEN_NAME && !next->first && next[1].first) { // ++x
        report_step(layout, token, up);
        layout_push(layout, *next);
        layout->at++;
        push_step(layout, token, up);
        return false;
    }
    if (up) {
        diag_add(layout->diags, DIAG_FOREIGN_OPERATOR, token->span, "++", "+", NULL);
        token->kind = TOKEN_PLUS;
        token->broken = true;
        return !layout_ends_operand(layout);
    }
    Token minus = *token; // `a --b` is two signs
    minus.kind = TOKEN_MINUS;
    minus.span.end--;
    layout_push(layout, minus);
    token->kind = TOKEN_MINUS;
    token->span.start++;
    return false;
}

// ── = : ! ; ──────────────────────────────────────────────────────────────────────────────────────
// f(a = 1, …): is this `=` behind the name of an argument?
static bool names_argument(const Layout *layout)
{
    const Token *out = layout->out.items;
    size_t count = layout->out.count;
    if (layout_innermost(layout) != TOKEN_LPAREN || count < 3 ||
        out[count - 1].kind != TOKEN_NAME) {
        return false;
    }
    size_t open = layout->open.items[layout->open.count - 1].at;
    bool begins = count - 2 == open || out[count - 2].kind == TOKEN_COMMA;
    bool called = open > 0 && out[open - 1].kind == TOKEN_NAME && !out[open].spaced;
    bool declared = open > 1 &&
                    (out[open - 2].kind == TOKEN_TASK || out[open - 2].kind == TOKEN_FN ||
                     out[open - 2].kind == TOKEN_LIMITER);
    return begins && called && !declared;
}

static void report_edit(Layout *layout, Message code, const Token *token, const char *written,
                        const char *meant, const char *text)
{
    Diag *diag = say_once(layout->diags, (int)code, token->span, written, meant);
    if (diag) {
        diag_edit(layout->diags, diag, token->span, text);
    }
}

// Once is enough for a whole file: the first, and an edit for each. In brackets it is a comma.
static bool replace_semicolon(Layout *layout, Token *token)
{
    if (in_loop_head(layout)) {
        return true;
    }
    if (!layout->semicolon) {
        layout->semicolon = diag_add(layout->diags, DIAG_SEMICOLON, token->span, NULL, NULL, NULL);
    }
    const Token *next = token_after(layout);
    bool ends = next->first || next->kind == 0 || next->kind == TOKEN_RBRACE;
    bool comma = layout_joins_lines(layout_innermost(layout)) && layout_ends_operand(layout);
    diag_edit(layout->diags, layout->semicolon, token->span, comma ? "," : ends ? "" : "\n");
    if (comma) {
        token->kind = TOKEN_COMMA;
    } else if (layout_last(layout) != TOKEN_LBRACE) {
        layout_push_newline(layout);
    }
    return !comma;
}

bool layout_replace(Layout *layout, Token *token)
{
    switch (token->kind) {
    case RAW_SEMICOLON: return replace_semicolon(layout, token);
    case RAW_INCREMENT:
    case RAW_DECREMENT: return replace_step(layout, token);
    case TOKEN_ASSIGN:
        if (names_argument(layout)) {
            report_edit(layout, DIAG_NAMED_ARGUMENT, token, NULL, NULL, ":");
            token->kind = TOKEN_COLON;
        }
        return false;
    case TOKEN_COLON:
        if (layout->arm > 0 && layout->arm == layout->open.count) { // case 1:
            token->kind = TOKEN_ARROW;
            layout->arm = 0;
            layout->arms_seen = true;
        }
        return false;
    case TOKEN_PUB:
        if (token_after(layout)->kind == TOKEN_USE) {
            Span behind = {token->span.start, token_after(layout)->span.start};
            Diag *diag = diag_add(layout->diags, DIAG_PUB_USE, token->span, NULL, NULL, NULL);
            diag_edit(layout->diags, diag, behind, "");
            return true;
        }
        return false;
    case TOKEN_BANG:
        if (!layout_ends_operand(layout)) {
            report_edit(layout, DIAG_FOREIGN_OPERATOR, token, "!", "not", "not ");
            token->kind = TOKEN_NOT;
        }
        return false;
    }
    return layout_replace_word(layout, token);
}

// ── blocks by indentation ────────────────────────────────────────────────────────────────────────
static bool is_foreign_head(const Token *token)
{
    return token->kind == TOKEN_NAME &&
           (strcmp(token->text, "except") == 0 || strcmp(token->text, "finally") == 0 ||
            strcmp(token->text, "with") == 0);
}

// Does the line that ends in `:` begin what has a block?
static bool heads_block(const Layout *layout)
{
    const Token *line = &layout->out.items[layout->line_start];
    switch (line->kind) {
    case TOKEN_IF: case TOKEN_FOR: case TOKEN_WHILE: case TOKEN_ELSE: case TOKEN_TASK:
    case TOKEN_FN: case TOKEN_PUB: case TOKEN_BLOCKING: case TOKEN_RECORD: case TOKEN_ENUM:
    case TOKEN_TEST: case TOKEN_MATCH: case TOKEN_SCOPE: case TOKEN_DEFER:
    case TOKEN_TRY: return true;
    case TOKEN_LET: case TOKEN_RETURN:
        for (size_t i = layout->line_start; i < layout->out.count; i++) {
            if (layout->out.items[i].kind == TOKEN_MATCH) {
                return true;
            }
        }
        return false;
    }
    return layout_last(layout) == TOKEN_ARROW || is_foreign_head(line);
}

bool layout_begin_indented(Layout *layout, uint32_t column)
{
    int last = layout_last(layout);
    bool colon = last == TOKEN_COLON || (last == TOKEN_ARROW && layout->arms_seen);
    if (!colon || layout->excess > 0 || layout_joins_lines(layout_innermost(layout)) ||
        column <= layout->column || layout->line_start >= layout->out.count ||
        !heads_block(layout)) {
        return false;
    }
    const Token *line = &layout->out.items[layout->line_start];
    Token head = layout->out.items[layout->out.count - 1];
    bool misplaced = layout->open.count == 0 &&
                     (line->kind == TOKEN_IF || line->kind == TOKEN_FOR ||
                      line->kind == TOKEN_WHILE || line->kind == TOKEN_MATCH);
    bool told = line->kind == TOKEN_TRY || line->kind == TOKEN_NAME || last == TOKEN_ARROW ||
                misplaced;
    if (!told) { // else the parser says more
        say_once(layout->diags, DIAG_COLON_BLOCK, head.span, NULL, NULL);
    }
    layout->out.count -= last == TOKEN_COLON ? 1 : 0;
    layout_push_as(layout, &head, TOKEN_LBRACE);
    Bracket bracket = {TOKEN_LBRACE, layout->out.count - 1, head.span, layout->column, true};
    LIST_ADD(layout->scratch, &layout->open, bracket);
    return true;
}

bool layout_resumes(const Layout *layout, const Token *token)
{
    return layout_last(layout) == TOKEN_RBRACE && is_foreign_head(token) &&
           layout->out.items[layout->out.count - 1].broken;
}
