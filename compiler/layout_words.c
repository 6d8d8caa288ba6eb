// layout_words.c: what people write who come from another language, replaced by what is meant, with
// one message each.
#include <string.h>

#include "grammar.h"
#include "layout_state.h"
#include "message.h"

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
    bool begins = token->first || layout_last(layout) == TOKEN_LBRACE ||
                  layout_last(layout) == TOKEN_ARROW || layout_last(layout) == TOKEN_RBRACE ||
                  layout_last(layout) == 0 || layout_last(layout) == TOKEN_LET;
    if (token->kind != TOKEN_NAME || !begins || next->first || next->kind == 0) {
        return false;
    }
    bool named = next->kind == TOKEN_NAME;
    if (text_is(token, "async") && (named || next->kind == TOKEN_TASK || next->kind == TOKEN_FN)) {
        diag_add(layout->diags, DIAG_ASYNC, token->span, NULL, NULL, NULL);
        return true;
    }
    bool elif = text_is(token, "elif") || text_is(token, "elsif") || text_is(token, "elseif");
    if (elif && layout_begins_value(next)) {
        report_foreign(layout, token, "else if");
        Token otherwise = *token;
        otherwise.kind = TOKEN_ELSE;
        layout_push(layout, otherwise);
        token->kind = TOKEN_IF;
        return false;
    }
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        const Foreign *word = &foreign[i];
        if (!text_is(token, word->word) ||
            !(word->before_name ? named : layout_begins_value(next) && next->kind != TOKEN_MINUS)) {
            continue;
        }
        report_foreign(layout, token, word->meant);
        token->kind = word->kind;
        if (layout_last(layout) == TOKEN_LET) { // let mut x
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
    if (layout_ends_operand(layout) &&
        (next->first || next->kind == 0 || next->kind == TOKEN_RBRACE ||
         next->kind == RAW_SEMICOLON)) {
        diag_add(layout->diags, DIAG_STEP, token->span, written, up ? "+= 1" : "-= 1", NULL);
        Token assign = *token;
        assign.kind = up ? TOKEN_ADD_ASSIGN : TOKEN_SUB_ASSIGN;
        layout_push(layout, assign);
        token->kind = TOKEN_INTEGER;
        token->value.integer = 1;
        return false;
    }
    if (up) {
        diag_add(layout->diags, DIAG_FOREIGN_OPERATOR, token->span, written, "+", NULL);
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

// for (i = 0; i < n; i++): the parser says what is meant by it.
static bool in_loop_head(const Layout *layout)
{
    if (layout_innermost(layout) != TOKEN_LPAREN) {
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

bool layout_replace(Layout *layout, Token *token)
{
    switch (token->kind) {
    case RAW_SEMICOLON:
        if (!layout->semicolon_seen && !in_loop_head(layout)) { // once is enough for a whole file
            diag_add(layout->diags, DIAG_SEMICOLON, token->span, NULL, NULL, NULL);
            layout->semicolon_seen = true;
        }
        if (!layout_joins_lines(layout_innermost(layout)) && layout_last(layout) != TOKEN_LBRACE) {
            layout_push_newline(layout);
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
    case TOKEN_PUB:
        if (layout->raw[layout->at + 1].kind == TOKEN_USE) {
            diag_add(layout->diags, DIAG_PUB_USE, token->span, NULL, NULL, NULL);
            return true;
        }
        return false;
    case TOKEN_BANG:
        if (!layout_ends_operand(layout)) {
            diag_add(layout->diags, DIAG_FOREIGN_OPERATOR, token->span, "!", "not", NULL);
            token->kind = TOKEN_NOT;
        }
        return false;
    }
    return replace_word(layout, token);
}
