// check_suggest.c: what to write instead, in the words of the program, and as edits.
#include "checker.h"

#include <string.h>

enum { LONGEST = 40 };

const char *check_written(const Check *c, Span span)
{
    const Source *source = c->module->source;
    size_t length = span.end - span.start;
    if (span.start < source->base || span.end > source->base + source->length || length == 0) {
        return NULL;
    }
    const char *text = source->text + (span.start - source->base);
    bool plain = length <= LONGEST && !memchr(text, '\n', length) && !memchr(text, '#', length);
    return plain ? arena_copy(c->arena, text, length) : NULL;
}

// Does `as`, `.` and `(` behind it concern the whole of it?
static bool is_postfix(const Expr *expr)
{
    switch ((int)expr->kind) {
    case EXPR_INT: case EXPR_FLOAT: case EXPR_BOOL: case EXPR_NONE: case EXPR_DURATION:
    case EXPR_STRING: case EXPR_TEXT: case EXPR_NAME: case EXPR_IT: case EXPR_FIELD:
    case EXPR_INDEX: case EXPR_SLICE: case EXPR_CALL: case EXPR_AS: case EXPR_LIST:
    case EXPR_MAP: case EXPR_TUPLE: case EXPR_COMPREHENSION: return true;
    }
    return false;
}

void check_suggest_around(Check *c, Diag *diag, Phrase help, Span span, const char *before,
                          const char *behind)
{
    const char *written = check_written(c, span);
    const char *mended = arena_print(c->arena, "%s%s%s", before, written ? written : "…", behind);
    diag->help = say(c->diags, help, mended, NULL);
    if (*before) {
        diag_edit(c->diags, diag, (Span){span.start, span.start}, before);
    }
    diag_edit(c->diags, diag, (Span){span.end, span.end}, behind);
}

void check_suggest_as(Check *c, Diag *diag, const Expr *expr, const char *type)
{
    bool bare = is_postfix(expr);
    check_suggest_around(c, diag, PHRASE_HELP_AS, expr->span, bare ? "" : "(",
                         arena_print(c->arena, "%s as %s", bare ? "" : ")", type));
}

bool check_suggest_literal(Check *c, Diag *diag, const Expr *expr, const Type *want)
{
    const char *written = check_written(c, expr->span);
    size_t length = written ? strlen(written) : 0;
    if (want->kind == TYPE_STRING && written &&
        (expr->kind == EXPR_INT || expr->kind == EXPR_FLOAT)) {
        check_suggest_around(c, diag, PHRASE_WRITE, expr->span, "\"", "\"");
        return true;
    }
    if (want->kind == TYPE_INT && expr->kind == EXPR_FLOAT && length > 2 &&
        strcmp(written + length - 2, ".0") == 0) {
        diag->help = say(c->diags, PHRASE_WRITE, arena_copy(c->arena, written, length - 2), NULL);
        diag_edit(c->diags, diag, (Span){expr->span.end - 2, expr->span.end}, "");
        return true;
    }
    bool number = want->kind == TYPE_INT || want->kind == TYPE_FLOAT;
    if (!number || expr->kind != EXPR_STRING || length < 3 || written[0] != '"') {
        return false;
    }
    const char *inner = arena_copy(c->arena, written + 1, length - 2);
    const char *digits = want->kind == TYPE_INT ? "0123456789" : "0123456789.";
    if (strspn(inner, digits) != strlen(inner) || length > 18) {
        return false;
    }
    diag->help = say(c->diags, PHRASE_WRITE, inner, NULL);
    diag_edit(c->diags, diag, expr->span, inner);
    return true;
}

void check_suggest_removal(Check *c, Diag *diag, Span span)
{
    diag_edit(c->diags, diag, span, "");
}

void check_suggest_var(Check *c, Diag *diag, const Symbol *symbol)
{
    const Source *source = c->module->source;
    uint32_t at = symbol->span.start;
    if (at < source->base + 4 || at > source->base + source->length) {
        return;
    }
    const char *name = source->text + (at - source->base);
    if (memcmp(name - 4, "let ", 4) == 0) {
        diag_edit(c->diags, diag, (Span){at - 4, at - 1}, "var");
    }
}
