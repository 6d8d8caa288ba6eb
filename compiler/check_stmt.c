// check_stmt.c: statements and blocks. A statement says whether what follows it is never reached.
#include "checker.h"

#include <string.h>

// ── let, var ─────────────────────────────────────────────────────────────────────────────────────
static const Type *let_one(Check *c, Stmt *stmt, const Type *want)
{
    check_value(c, stmt->u.let.value, want);
    return want ? want : check_settled(c, stmt->u.let.value, stmt->u.let.names.items[0].text);
}

// A gather of n branches of one type is a list; n names take it apart like a tuple.
static size_t branches_giving(const Expr *value)
{
    size_t count = 0;
    for (size_t i = 0; value->kind == EXPR_GATHER && i < value->u.conc.branches.count; i++) {
        const Type *type = value->u.conc.branches.items[i].value->type;
        bool nothing = type->kind == TYPE_NOTHING || type->kind == TYPE_NEVER;
        count += nothing && !value->u.conc.collect ? 0 : 1;
    }
    return count;
}

static void let_several(Check *c, Stmt *stmt, const Type *want)
{
    Expr *value = stmt->u.let.value;
    size_t count = stmt->u.let.names.count;
    const Type *type = check_value(c, value, want);
    bool tuple = type->kind == TYPE_TUPLE && type->fields.count == count;
    bool list = type->kind == TYPE_LIST && branches_giving(value) == count;
    for (size_t i = 0; i < count; i++) {
        const Type *part = tuple ? type->fields.items[i].type : list ? type->item : c->unknown;
        check_own(c, stmt->u.let.symbols.items[i], part);
    }
    if (!tuple && !list && !check_silent(type)) {
        size_t has = type->kind == TYPE_TUPLE ? type->fields.count : branches_giving(value);
        Diag *diag = diag_add(c->diags, DIAG_TAKE_APART, stmt->u.let.names.items[0].span,
                              say_count(c->diags, count),
                              type->name, NULL);
        diag->span.end = stmt->u.let.names.items[count - 1].span.end;
        if (type->kind == TYPE_RECORD) {
            diag->help = message_phrase(PHRASE_HELP_FIELDS);
        } else if (has > 0) {
            diag->help = say(c->diags, PHRASE_HELP_NAMES, say_count(c->diags, has), NULL);
        }
    }
}

static void check_let(Check *c, Stmt *stmt)
{
    const Type *want = stmt->u.let.annotation ? check_type_name(c, stmt->u.let.annotation) : NULL;
    want = want && want->kind == TYPE_UNKNOWN ? NULL : want;
    if (stmt->u.let.names.count == 1) {
        check_own(c, stmt->u.let.symbols.items[0], let_one(c, stmt, want));
    } else {
        let_several(c, stmt, want);
    }
    for (size_t i = 0; i < stmt->u.let.symbols.count; i++) {
        check_unread(c, stmt->u.let.symbols.items[i]);
    }
}

// ── assignment ───────────────────────────────────────────────────────────────────────────────────
static void check_assign(Check *c, Stmt *stmt)
{
    Expr *place = stmt->u.assign.place, *value = stmt->u.assign.value;
    bool possible = check_place(c, place);
    check_mark_place(place);
    const Type *type = possible ? check_value(c, place, NULL) : c->unknown;
    if (possible && place->kind == EXPR_FIELD && place->u.field.builtin) {
        diag_add(c->diags, DIAG_NOT_A_PLACE, place->span, NULL, NULL, NULL);
        type = c->unknown;
    }
    if (stmt->u.assign.op == ASSIGN_SET) {
        check_value(c, value, type->kind == TYPE_UNKNOWN ? NULL : type);
        return;
    }
    Operator op = stmt->u.assign.op == ASSIGN_ADD ? OP_ADD : OP_SUB;
    const Type *other = check_hinted(c, value, type->kind == TYPE_LIST ? type : NULL);
    if (type->kind == TYPE_FLOAT && other->kind == TYPE_INT && check_fit(c, value, type)) {
        other = value->type;
    }
    const Type *result = check_arithmetic(c, op, type, other);
    if (!result || (result != type && !check_silent(result))) {
        const char *word = op == OP_ADD ? "+=" : "-=";
        Diag *diag = diag_add(c->diags, DIAG_OPERANDS, stmt->span, word, type->name, other->name);
        if (type->kind == TYPE_LIST && type->item == other) {
            diag->help = message_phrase(PHRASE_HELP_PUSH);
        } else if (type->kind == TYPE_STRING) {
            diag->help = message_phrase(PHRASE_HELP_TEXT);
        }
    } else if (type->kind == TYPE_LIST) {
        check_fit(c, value, type);
    }
}

// ── branches and loops ───────────────────────────────────────────────────────────────────────────
static void check_unwrapped(Check *c, Expr *value, Symbol *symbol)
{
    const Type *type = check_known(c, value);
    if (type->kind != TYPE_OPTIONAL && !check_silent(type)) {
        Diag *diag = diag_add(c->diags, DIAG_IF_LET_WHAT, value->span, type->name, NULL, NULL);
        if (type->kind == TYPE_RESULT) {
            diag->help = message_phrase(PHRASE_HELP_RESULT);
        }
    }
    check_own(c, symbol, type->kind == TYPE_OPTIONAL ? type->item : c->unknown);
}

static bool check_if(Check *c, Stmt *stmt)
{
    if (stmt->u.branch.bound.text) {
        check_unwrapped(c, stmt->u.branch.condition, stmt->u.branch.symbol);
    } else {
        check_condition(c, stmt->u.branch.condition);
    }
    bool ends = check_block(c, &stmt->u.branch.then);
    bool other_ends = stmt->u.branch.otherwise && check_block(c, stmt->u.branch.otherwise);
    return ends && other_ends;
}

static void check_body(Check *c, const Block *body)
{
    bool outer = c->at.loop;
    c->at.loop = true;
    check_block(c, body);
    c->at.loop = outer;
}

// `for item, value in as_completed f(item) for item in items`
static bool check_pair_loop(Check *c, Stmt *stmt, const Type *item)
{
    const Expr *source = stmt->u.each.source;
    if (source->kind != EXPR_AS_COMPLETED || stmt->u.each.names.count != 2) {
        return false;
    }
    const Each *each = &source->u.conc.each;
    if (!each->value || each->loops.count != 1 || each->loops.items[0].names.count != 1) {
        diag_add(c->diags, DIAG_PAIR_LOOP, stmt->u.each.names.items[0].span, NULL, NULL, NULL);
    }
    const Symbol *started = each->value && each->loops.count
        ? each->loops.items[0].symbols.items[0] : NULL;
    check_own(c, stmt->u.each.symbols.items[0], started && started->type ? started->type
              : c->unknown);
    check_own(c, stmt->u.each.symbols.items[1], item);
    return true;
}

static void check_for(Check *c, Stmt *stmt)
{
    bool waits;
    const Type *item = check_source(c, stmt->u.each.source, &waits);
    if (waits) {
        check_wait(c, stmt->u.each.source->span, WAITING_FORM, "for", NULL);
    }
    if (!check_pair_loop(c, stmt, item)) {
        check_loop_names(c, &stmt->u.each.names, stmt->u.each.symbols.items, item);
    }
    unsigned breaks = c->breaks;
    check_body(c, &stmt->u.each.body);
    c->breaks = breaks;
    for (size_t i = 0; i < stmt->u.each.names.count; i++) {
        check_unlooked(c, stmt->u.each.symbols.items[i]);
    }
}

static bool check_while(Check *c, Stmt *stmt)
{
    const Expr *condition = stmt->u.loop.condition;
    if (stmt->u.loop.bound.text) {
        check_unwrapped(c, stmt->u.loop.condition, stmt->u.loop.symbol);
    } else {
        check_condition(c, stmt->u.loop.condition);
    }
    unsigned breaks = c->breaks;
    c->breaks = 0;
    check_body(c, &stmt->u.loop.body);
    bool endless = !stmt->u.loop.bound.text && condition->kind == EXPR_BOOL && condition->u.truth &&
        c->breaks == 0;
    c->breaks = breaks;
    return endless;
}

// ── the rest ─────────────────────────────────────────────────────────────────────────────────────
static void check_defer(Check *c, Stmt *stmt)
{
    Where outer = c->at;
    c->at.barrier = BARRIER_DEFER;
    c->at.loop = false;
    c->at.result = NULL;
    c->at.yields = NULL;
    check_block(c, &stmt->u.defer.block);
    c->at = outer;
}

static void check_yield(Check *c, Stmt *stmt)
{
    c->yielded = true;
    if (!c->at.yields) {
        Diag *diag = diag_add(c->diags, DIAG_YIELD_OUTSIDE, stmt->span, NULL, NULL, NULL);
        if (c->at.barrier == BARRIER_DEFER) {
            diag->help = message_phrase(PHRASE_HELP_YIELD_DEFER);
        } else if (c->decl && c->decl->kind == DECL_FN) {
            diag->help = say(c->diags, PHRASE_HELP_STREAM_TASK, c->decl->name.text, NULL);
        }
        check_hinted(c, stmt->u.expr.value, NULL);
        return;
    }
    check_value(c, stmt->u.expr.value, c->at.yields);
}

static void check_cancel(Check *c, Stmt *stmt)
{
    check_wait(c, stmt->span, WAITING_FORM, "cancel", NULL);
    const Type *type = check_known(c, stmt->u.expr.value);
    if (!check_takes(type, TYPE_TASK)) {
        diag_add(c->diags, DIAG_CANCEL_WHAT, stmt->u.expr.value->span, type->name, NULL, NULL);
    }
}

static bool check_alone(Check *c, Stmt *stmt)
{
    Expr *value = stmt->u.expr.value;
    const Type *type = check_expr(c, value, c->nothing);
    check_dropped(c, value);
    return type->kind == TYPE_NEVER;
}

static bool check_stmt(Check *c, Stmt *stmt)
{
    switch (stmt->kind) {
    case STMT_LET: case STMT_VAR:
        check_let(c, stmt);
        return stmt->u.let.value->type->kind == TYPE_NEVER;
    case STMT_EXPR: return check_alone(c, stmt);
    case STMT_ASSIGN: check_assign(c, stmt); return false;
    case STMT_RETURN: check_leave(c, stmt->span, LEAVE_RETURN, stmt->u.expr.value); return true;
    case STMT_BREAK: check_leave(c, stmt->span, LEAVE_BREAK, NULL); return true;
    case STMT_CONTINUE: check_leave(c, stmt->span, LEAVE_CONTINUE, NULL); return true;
    case STMT_YIELD: check_yield(c, stmt); return false;
    case STMT_CANCEL: check_cancel(c, stmt); return false;
    case STMT_IF: return check_if(c, stmt);
    case STMT_FOR: check_for(c, stmt); return false;
    case STMT_WHILE: return check_while(c, stmt);
    case STMT_DEFER: check_defer(c, stmt); return false;
    case STMT_ASSERT:
        check_condition(c, stmt->u.assertion.condition);
        if (stmt->u.assertion.message) {
            check_value(c, stmt->u.assertion.message, c->string);
        }
        return false;
    case STMT_STUB: check_stub(c, stmt); return false;
    // what was skipped may have left: nothing is said about what follows
    case STMT_ERRONEOUS: return true;
    }
    return false;
}

bool check_block(Check *c, const Block *block)
{
    bool ends = false;
    for (size_t i = 0; i < block->stmts.count; i++) {
        ends = check_stmt(c, block->stmts.items[i]) || ends;
    }
    return ends;
}
