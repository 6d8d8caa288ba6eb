// layout_rule.c: where a line may end, and whether the next one goes on with it. See lexer.h.
#include "grammar.h"
#include "layout_state.h"

// ── small questions ──────────────────────────────────────────────────────────────────────────────
bool layout_is_word(const Token *token)
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
bool layout_ends_line(int kind)
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

bool layout_ends_operand(const Layout *layout)
{
    if (layout->out.count == 0) {
        return false;
    }
    int kind = layout->out.items[layout->out.count - 1].kind;
    return layout_ends_line(kind) && kind != TOKEN_RETURN && kind != TOKEN_BREAK &&
           kind != TOKEN_CONTINUE;
}

int layout_last(const Layout *layout)
{
    return layout->out.count > 0 ? layout->out.items[layout->out.count - 1].kind : 0;
}

int layout_innermost(const Layout *layout)
{
    return layout->open.count > 0 ? layout->open.items[layout->open.count - 1].kind : 0;
}

bool layout_is_type_open(int kind)
{
    return kind == TOKEN_QUEUE_OPEN || kind == TOKEN_TASK_OPEN || kind == TOKEN_STREAM_OPEN;
}

bool layout_joins_lines(int bracket)
{
    return bracket == TOKEN_LPAREN || bracket == TOKEN_LBRACKET || bracket == TOKEN_TEXT_OPEN;
}

bool layout_begins_value(const Token *token)
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
    return layout_is_word(token);
}

// ── the newline rule ─────────────────────────────────────────────────────────────────────────────
static bool clause_continues(const Token *token)
{
    const Token *next = token + 1;
    bool same_line = next->kind != 0 && !next->first;
    switch (token->kind) {
    case TOKEN_ORDERED: case TOKEN_AS_COMPLETED:
        return !same_line || next->kind == TOKEN_LBRACE || next->kind == TOKEN_PIPE ||
               next->kind == TOKEN_RBRACE || layout_is_word(next);
    case TOKEN_COLLECT: return same_line && next->kind == TOKEN_ERRORS;
    }
    return same_line && layout_begins_value(next);
}

// Is the innermost bracket the body of a record or enum? There every line begins with a name.
static bool lists_names(const Layout *layout)
{
    if (layout_innermost(layout) != TOKEN_LBRACE) {
        return false;
    }
    size_t at = layout->open.items[layout->open.count - 1].at;
    if (at < 2 || !layout_is_word(&layout->out.items[at - 1])) {
        return false;
    }
    int kind = layout->out.items[at - 2].kind;
    return kind == TOKEN_RECORD || kind == TOKEN_ENUM;
}

bool layout_continues(const Layout *layout, const Token *token)
{
    switch (token->kind) {
    case TOKEN_PIPE: case TOKEN_DOT: case TOKEN_OR_ELSE: case TOKEN_LBRACE: case TOKEN_GIVES:
    case TOKEN_COMMA: case TOKEN_RPAREN: case TOKEN_RBRACKET: case TOKEN_TEXT_NEXT:
    case TOKEN_TEXT_CLOSE: return true;
    case TOKEN_THEN: case TOKEN_CATCH: case TOKEN_AND:
    case TOKEN_OR: return token[1].kind != TOKEN_COLON; // a name
    case TOKEN_ELSE:
        return token[1].kind != TOKEN_ARROW && (token[1].kind != TOKEN_COLON || token[2].first);
    }
    if (lists_names(layout)) {
        return false;
    }
    switch (token->kind) {
    case TOKEN_PER: case TOKEN_BURST: case TOKEN_BACKOFF: case TOKEN_MAX:
    case TOKEN_EVERY: return clause_continues(token) && token[1].kind != TOKEN_LPAREN;
    }
    return is_clause_word(token->kind) && clause_continues(token);
}
