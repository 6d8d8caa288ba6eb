// check_flow.c: await, fail, clauses behind a call, start, scope, try, catch, and leaving.
#include "checker.h"

// ── leaving ──────────────────────────────────────────────────────────────────────────────────────
static const char *const leaves[] = {[LEAVE_RETURN] = "return", [LEAVE_BREAK] = "break",
                                     [LEAVE_CONTINUE] = "continue"};

static Phrase barrier_words(Barrier barrier)
{
    switch (barrier) {
    case BARRIER_BRANCH: return PHRASE_OUT_OF_BRANCH;
    case BARRIER_DEFER: return PHRASE_OUT_OF_DEFER;
    case BARRIER_ITEM: return PHRASE_OUT_OF_ITEM;
    case BARRIER_NONE: break;
    }
    return PHRASE_OUT_OF_LOOP;
}

static void cannot_leave(Check *c, Span span, LeaveKind kind)
{
    if (c->at.barrier == BARRIER_NONE && kind != LEAVE_RETURN) {
        diag_add(c->diags, DIAG_NO_LOOP, span, leaves[kind], NULL, NULL);
    } else {
        diag_add(c->diags, DIAG_CANNOT_LEAVE, span, leaves[kind],
                 message_phrase(barrier_words(c->at.barrier)), NULL);
    }
}

static void check_return(Check *c, Span span, Expr *value)
{
    const Type *result = c->at.result;
    const char *name = c->decl && c->decl->name.text ? c->decl->name.text : "?";
    if (c->at.yields) {
        if (value && !check_silent(check_value(c, value, type_of(c->types, TYPE_STREAM,
            c->at.yields)))) {
            return; // forwards a stream
        }
        return;
    }
    if (!value) {
        if (result->kind != TYPE_NOTHING && !check_silent(result)) {
            Diag *diag = diag_add(c->diags, DIAG_RETURN_WHAT, span, name, result->name, NULL);
            if (c->decl && c->decl->result) {
                diag_label(c->diags, diag, c->decl->result->span, message_phrase(PHRASE_PROMISED));
            }
        }
        return;
    }
    if (result->kind == TYPE_NOTHING) {
        const Type *type = check_hinted(c, value, NULL);
        if (!check_silent(type)) {
            Diag *diag = diag_add(c->diags, DIAG_RETURN_EXTRA, value->span, name, type->name, NULL);
            diag->help = say(c->diags, PHRASE_HELP_RESULT_TYPE, type->name, NULL);
        }
        return;
    }
    size_t before = c->diags->all.count;
    check_value(c, value, result);
    if (c->diags->all.count > before && c->decl && c->decl->result) {
        Diag *diag = c->diags->all.items[c->diags->all.count - 1];
        if (diag->code == DIAG_MISMATCH && diag->span.start == value->span.start) {
            diag_label(c->diags, diag, c->decl->result->span, message_phrase(PHRASE_PROMISED));
        }
    }
}

const Type *check_leave(Check *c, Span span, LeaveKind kind, Expr *value)
{
    bool possible = kind == LEAVE_RETURN ? c->at.result != NULL : c->at.loop;
    if (!possible) {
        cannot_leave(c, span, kind);
        if (value) {
            check_hinted(c, value, NULL);
        }
    } else if (kind == LEAVE_RETURN) {
        check_return(c, span, value);
    } else if (kind == LEAVE_BREAK) {
        c->breaks++;
    }
    return c->never;
}

// ── fail, await ──────────────────────────────────────────────────────────────────────────────────
static const Type *check_fail(Check *c, Expr *expr)
{
    const Type *type = check_hinted(c, expr->u.flow.inner, NULL);
    if (!check_silent(type) && type->kind != TYPE_STRING && type->kind != TYPE_ERROR) {
        diag_add(c->diags, DIAG_FAIL_WHAT, expr->u.flow.inner->span, type->name, NULL, NULL);
    }
    return c->never;
}

static const Type *check_await(Check *c, Expr *expr)
{
    Expr *inner = expr->u.flow.inner;
    check_wait(c, expr->span, WAITING_FORM, "await", NULL);
    const Type *type = check_expr(c, inner, NULL);
    if (type->kind == TYPE_TASK) {
        return type->item ? type->item : c->nothing;
    }
    if (!check_silent(type)) {
        Diag *diag = diag_add(c->diags, DIAG_AWAIT_WHAT, inner->span, type->name, NULL, NULL);
        if (inner->kind == EXPR_CALL) {
            diag->help = message_phrase(PHRASE_HELP_CALL_WAITS);
            check_suggest_removal(c, diag, (Span){expr->span.start, inner->span.start});
        } else if (type->kind == TYPE_LIST && type->item->kind == TYPE_TASK) {
            diag->help = message_phrase(PHRASE_HELP_AWAIT_ALL);
        }
    }
    return type->kind == TYPE_STREAM ? c->unknown : type; // nobody has to read that now
}

// ── calls with clauses, start ────────────────────────────────────────────────────────────────────
// Does this call run something that may take its time?
static bool runs(const Expr *call)
{
    const Symbol *symbol = call->u.call.symbol;
    const Builtin *builtin = call->u.call.builtin;
    switch (call->u.call.target) {
    case CALLEE_UNKNOWN: case CALLEE_TASK: case CALLEE_BLOCKING_FN: return true;
    case CALLEE_EXTERN: return symbol->decl->kind == DECL_TASK || symbol->decl->blocking;
    case CALLEE_BUILTIN: case CALLEE_METHOD:
        return (builtin->flags & LIBRARY_WAITS) != 0 || builtin->result->kind == TYPE_STREAM;
    case CALLEE_FN: case CALLEE_RECORD: case CALLEE_CASE: case CALLEE_WITH:
    case CALLEE_FORGET: break;
    }
    return false;
}

// May clauses stand behind it? Forms, pipelines and what has clauses already take those of a call
// in parentheses, for the whole of them.
static bool takes_clauses(const Expr *expr)
{
    switch ((int)expr->kind) {
    case EXPR_AWAIT: case EXPR_GATHER: case EXPR_RACE: case EXPR_AS_COMPLETED: case EXPR_PIPE:
    case EXPR_CLAUSED: return true;
    }
    return expr->kind == EXPR_CALL && runs(expr);
}

static const Type *check_claused(Check *c, Expr *expr, const Type *want)
{
    Expr *inner = expr->u.flow.inner;
    if (c->at.started == expr) {
        c->at.started = inner;
    }
    const Type *type = check_expr(c, inner, want);
    check_clauses(c, &expr->u.flow.clauses, HOME_CALL);
    if (!takes_clauses(inner) && inner->kind != EXPR_ERRONEOUS && !check_silent(type)) {
        diag_add(c->diags, DIAG_CLAUSE_ON_VALUE, expr->u.flow.clauses.items[0]->span, NULL, NULL,
                 NULL);
    }
    const Clause *retry = clause_find(&expr->u.flow.clauses, CLAUSE_RETRY);
    if (retry && type->kind == TYPE_STREAM) {
        diag_add(c->diags, DIAG_RETRY_STREAM, retry->span, NULL, NULL, NULL);
    }
    return type;
}

static const Type *check_start(Check *c, Expr *expr)
{
    Expr *inner = expr->u.flow.inner;
    if (!c->at.task || c->at.ban == BAN_CLAUSE || c->at.ban == BAN_CONSTANT ||
        c->at.ban == BAN_DEFAULT) {
        check_wait(c, expr->span, WAITING_START, "start", NULL);
    }
    c->at.started = inner;
    const Type *type = check_expr(c, inner, NULL);
    c->at.started = NULL;
    check_clauses(c, &expr->u.flow.clauses, HOME_START);
    const Expr *call = inner->kind == EXPR_CLAUSED ? inner->u.flow.inner : inner;
    if (inner->kind == EXPR_ERRONEOUS || type->kind == TYPE_UNKNOWN) {
        return c->unknown;
    }
    if (call->kind != EXPR_CALL || !runs(call)) {
        Diag *diag = diag_add(c->diags, DIAG_START_WHAT, inner->span, NULL, NULL, NULL);
        bool plain = call->kind == EXPR_CALL && call->u.call.target == CALLEE_FN;
        if (plain && call->u.call.symbol) {
            diag->help = say(c->diags, PHRASE_HELP_BLOCKING, call->u.call.symbol->name, NULL);
            diag_label(c->diags, diag, call->u.call.symbol->span,
                       message_phrase(PHRASE_FN_NEVER_WAITS));
        }
        return c->unknown;
    }
    if (type->kind == TYPE_STREAM) {
        diag_add(c->diags, DIAG_START_STREAM, inner->span, NULL, NULL, NULL);
        return c->unknown;
    }
    return type_of(c->types, TYPE_TASK, type->kind == TYPE_NEVER ? c->nothing : type);
}

static const Type *check_scope(Check *c, Expr *expr)
{
    check_wait(c, (Span){expr->span.start, expr->span.start + 5}, WAITING_FORM, "scope", NULL);
    check_clauses(c, &expr->u.flow.clauses, HOME_SCOPE);
    return check_block(c, expr->u.flow.block) ? c->never : c->nothing;
}

// ── try, catch ───────────────────────────────────────────────────────────────────────────────────
static bool cannot_fail(const Expr *expr)
{
    switch ((int)expr->kind) {
    case EXPR_INT: case EXPR_FLOAT: case EXPR_BOOL: case EXPR_NONE: case EXPR_DURATION:
    case EXPR_STRING: case EXPR_NAME:
    case EXPR_IT: return true;
    }
    return false;
}

static const Type *check_try(Check *c, Expr *expr)
{
    Expr *inner = expr->u.flow.inner;
    const Type *type = check_expr(c, inner, NULL);
    if (cannot_fail(inner) && !check_silent(type)) {
        diag_add(c->diags, DIAG_CANNOT_FAIL, inner->span, "try", NULL, NULL);
    }
    if (type->kind == TYPE_NEVER) {
        type = c->nothing; // `try fail e`: it fails, and goes on here
    }
    return type->kind == TYPE_UNKNOWN ? type : type_of(c->types, TYPE_RESULT, type);
}

static const Type *catch_value(Check *c, Expr *expr, const Type *want)
{
    Expr *inner = expr->u.catching.inner, *value = expr->u.catching.value;
    check_hinted(c, value, want ? want : inner->type);
    const Type *joined = check_join(c, inner->type, value->type);
    const Type *type = joined ? joined : inner->type;
    if (!check_fit(c, value, type)) {
        check_mismatch(c, value, type);
    }
    check_fit(c, inner, type);
    return type;
}

static const Type *check_catch(Check *c, Expr *expr, const Type *want)
{
    Expr *inner = expr->u.catching.inner, *value = expr->u.catching.value;
    bool statement = want && want->kind == TYPE_NOTHING;
    const Type *type = check_expr(c, inner, want);
    if (cannot_fail(inner) && !check_silent(type)) {
        diag_add(c->diags, DIAG_CANNOT_FAIL, inner->span, "catch", NULL, NULL);
    }
    if (expr->u.catching.symbol) {
        check_own(c, expr->u.catching.symbol, c->error);
    }
    if (statement) {
        check_dropped(c, inner);
    }
    statement = statement || type->kind == TYPE_NOTHING;
    if (value && statement) {
        check_expr(c, value, c->nothing);
        check_dropped(c, value);
        return c->nothing;
    }
    if (value) {
        return catch_value(c, expr, want);
    }
    bool ends = expr->u.catching.block && check_block(c, expr->u.catching.block);
    if (expr->u.catching.block && !statement && !check_silent(type) && !ends) {
        diag_add(c->diags, DIAG_BLOCK_NO_VALUE, expr->u.catching.block->span, NULL, NULL, NULL);
    }
    return statement ? c->nothing : type;
}

const Type *check_flow(Check *c, Expr *expr, const Type *want)
{
    switch ((int)expr->kind) {
    case EXPR_AWAIT: return check_await(c, expr);
    case EXPR_FAIL: return check_fail(c, expr);
    case EXPR_CLAUSED: return check_claused(c, expr, want);
    case EXPR_START: return check_start(c, expr);
    case EXPR_SCOPE: return check_scope(c, expr);
    case EXPR_TRY: return check_try(c, expr);
    case EXPR_CATCH: return check_catch(c, expr, want);
    case EXPR_LEAVE: return check_leave(c, expr->span, expr->u.leave.kind, expr->u.leave.value);
    }
    return c->unknown;
}
