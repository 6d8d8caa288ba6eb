// check_wait.c: who may wait where, and what must not be dropped. Three of the four classic
// pitfalls are found here.
#include "checker.h"

#include <string.h>

// ── waiting ──────────────────────────────────────────────────────────────────────────────────────
static void wait_in_fn(Check *c, Span span, Waiting waiting, const char *what, const Decl *callee)
{
    const char *fn = c->decl && c->decl->name.text ? c->decl->name.text : "fn";
    if (c->waits && c->waits == c->decl) {
        return; // whatever mends the first mends the others
    }
    c->waits = c->decl;
    int code = waiting == WAITING_START  ? DIAG_START_IN_FN
               : waiting == WAITING_FORM ? DIAG_WAIT_IN_FN
                                         : DIAG_TASK_IN_FN;
    Diag *diag = diag_add(c->diags, code, span, what, fn, NULL);
    if (c->decl && c->decl->name.span.end != 0) {
        diag_label(c->diags, diag, c->decl->name.span, message_phrase(PHRASE_FN_NEVER_WAITS));
    }
    if (callee && callee->kind == DECL_TASK) {
        diag_label(c->diags, diag, callee->name.span, message_phrase(PHRASE_DECLARED_TASK));
    }
    diag->help = say(c->diags, PHRASE_HELP_MAKE_TASK, fn, NULL);
}

static Phrase banned(Ban ban)
{
    switch (ban) {
    case BAN_IT: return PHRASE_IN_IT;
    case BAN_COMPREHENSION: return PHRASE_IN_COMPREHENSION;
    case BAN_CLAUSE: return PHRASE_IN_CLAUSE;
    case BAN_CONSTANT: return PHRASE_IN_CONSTANT;
    case BAN_DEFAULT: return PHRASE_IN_DEFAULT;
    case BAN_STUB: return PHRASE_IN_STUB;
    case BAN_NONE: break;
    }
    return PHRASE_IN_DEFAULT;
}

void check_wait(Check *c, Span span, Waiting waiting, const char *what, const Decl *callee)
{
    if (c->at.ban == BAN_CONSTANT || c->at.ban == BAN_DEFAULT || (c->at.task &&
        c->at.ban != BAN_NONE)) {
        Diag *diag = diag_add(c->diags, DIAG_WAIT_HERE, span, what,
                              message_phrase(banned(c->at.ban)), NULL);
        if (waiting != WAITING_FORM && (c->at.ban == BAN_IT || c->at.ban == BAN_COMPREHENSION)) {
            diag->help = say(c->diags, PHRASE_HELP_GATHER, what, NULL);
        } else if (c->at.ban == BAN_CLAUSE) {
            diag->help = message_phrase(PHRASE_HELP_BEFORE);
        } else if (c->at.ban == BAN_CONSTANT) {
            diag->help = message_phrase(PHRASE_HELP_IN_MAIN);
        }
    } else if (!c->at.task && waiting != WAITING_BLOCKING) {
        wait_in_fn(c, span, waiting, what, callee);
    }
}

// ── what must not be dropped ─────────────────────────────────────────────────────────────────────
// fields: how many of records are looked at; a record may hold lists of itself
static bool holds_kind_within(const Type *type, TypeKind kind, int *fields)
{
    if (type->kind == kind) {
        return kind != TYPE_TASK || type->item; // a task that gives nothing may be left alone
    }
    if (type->kind == TYPE_LIST || type->kind == TYPE_OPTIONAL || type->kind == TYPE_MAP) {
        return holds_kind_within(type->item, kind, fields);
    }
    bool record = type->kind == TYPE_RECORD && kind == TYPE_TASK;
    for (size_t i = 0; (type->kind == TYPE_TUPLE || record) && i < type->fields.count; i++) {
        const Type *field = type->fields.items[i].type;
        if (record && --*fields < 0) {
            return false;
        }
        if (field && holds_kind_within(field, kind, fields)) {
            return true;
        }
    }
    return false;
}

// A list, tuple, optional or map of them counts as well, and a record of handles.
static bool holds_kind(const Type *type, TypeKind kind)
{
    int fields = 1000;
    return holds_kind_within(type, kind, &fields);
}

static bool is_discarded(const Symbol *symbol)
{
    return strcmp(symbol->name, "_") == 0;
}

void check_unlooked(Check *c, const Symbol *symbol)
{
    if (symbol && symbol->reads == 0 && symbol->type && holds_kind(symbol->type, TYPE_RESULT)) {
        diag_add(c->diags, is_discarded(symbol) ? DIAG_RESULT_DROPPED : DIAG_RESULT_UNUSED,
                 symbol->span, symbol->name, symbol->type->name, NULL);
    }
}

void check_unread(Check *c, const Symbol *symbol)
{
    if (!symbol || symbol->reads > 0 || !symbol->type) {
        return;
    }
    bool discarded = is_discarded(symbol);
    if (holds_kind(symbol->type, TYPE_TASK)) {
        Diag *diag = diag_add(c->diags, discarded ? DIAG_HANDLE_DROPPED : DIAG_HANDLE_UNUSED,
                              symbol->span, symbol->name,
                              symbol->type->name, NULL);
        diag->help = discarded ? NULL : say(c->diags, PHRASE_HELP_AWAIT_NAME, symbol->name, NULL);
    } else {
        check_unlooked(c, symbol);
    }
}

static bool does_something(const Expr *expr)
{
    switch ((int)expr->kind) {
    case EXPR_AWAIT: case EXPR_GATHER: case EXPR_RACE: case EXPR_PIPE: case EXPR_SCOPE:
    case EXPR_START: case EXPR_TRY:
        return true;
    case EXPR_CLAUSED: return does_something(expr->u.flow.inner);
    }
    if (expr->kind != EXPR_CALL) {
        return false;
    }
    const Decl *decl = expr->u.call.symbol ? expr->u.call.symbol->decl : NULL;
    switch (expr->u.call.target) {
    case CALLEE_TASK: case CALLEE_EXTERN: case CALLEE_UNKNOWN: return !decl ||
        decl->kind == DECL_TASK || decl->is_extern;
    case CALLEE_BUILTIN: case CALLEE_METHOD:
        return (expr->u.call.builtin->flags &
                (LIBRARY_EFFECT | LIBRARY_CHANGES | LIBRARY_WAITS)) != 0;
    case CALLEE_FORGET: return true;
    case CALLEE_FN: case CALLEE_BLOCKING_FN: case CALLEE_RECORD: case CALLEE_CASE:
    case CALLEE_WITH: break;
    }
    return false;
}

static void value_dropped(Check *c, const Expr *expr, const Type *type)
{
    Diag *diag = diag_add(c->diags, DIAG_VALUE_DROPPED, expr->span, type->name, NULL, NULL);
    if (expr->kind == EXPR_AS_COMPLETED || type->kind == TYPE_STREAM) {
        diag->help = message_phrase(PHRASE_HELP_LOOP);
    } else if (expr->kind == EXPR_CALL && expr->u.call.target == CALLEE_METHOD) {
        diag->help = say(c->diags, PHRASE_HELP_COPIES, expr->u.call.builtin->name, NULL);
    } else if (expr->kind == EXPR_BINARY && expr->u.op.op == OP_EQ) {
        diag->help = message_phrase(PHRASE_HELP_ASSIGN);
    } else if (expr->kind == EXPR_UNARY) {
        diag->help = message_phrase(PHRASE_HELP_CONTINUED);
    }
}

// A pipeline standing alone is drained: what its last stage gives is dropped item by item.
static const Type *dropped_type(const Expr *expr)
{
    if (expr->kind == EXPR_PIPE && expr->type->kind == TYPE_STREAM) {
        return expr->type->item;
    }
    return expr->type;
}

void check_dropped(Check *c, const Expr *expr)
{
    const Type *type = dropped_type(expr);
    if (expr->kind == EXPR_MATCH || expr->kind == EXPR_CATCH || check_silent(type) ||
        type->kind == TYPE_NOTHING) {
        return; // of those two each part has been asked by itself
    }
    if (holds_kind(type, TYPE_TASK)) {
        diag_add(c->diags, DIAG_HANDLE_DROPPED, expr->span, NULL, type->name, NULL);
    } else if (type->kind == TYPE_TASK) {
        return;
    } else if (holds_kind(type, TYPE_RESULT)) {
        diag_add(c->diags, DIAG_RESULT_DROPPED, expr->span, NULL, type->name, NULL);
    } else if (expr->kind == EXPR_BINARY && expr->u.op.op == OP_ELSE &&
               expr->u.op.b->type->kind == TYPE_NEVER) {
        return; // maybe() ?? return
    } else if (type->kind == TYPE_STREAM || !does_something(expr)) {
        value_dropped(c, expr, type);
    }
}
