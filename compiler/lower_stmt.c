// Statements → operations and states.
#include "lowering.h"

#include <string.h>

void scope_bind(Lower *l, Symbol *symbol, Slot *slot)
{
    (void)l;
    symbol->lowered = slot;
}

// ── let ─────────────────────────────────────────────────────────────────────────────────────────
// `let t = start …` where all that is done with t is `cancel t`: nobody will await it.
static bool only_cancelled(const Stmt *stmt)
{
    const Symbol *symbol = stmt->u.let.symbols.items[0];
    return stmt->u.let.value->kind == EXPR_START && symbol != NULL && !symbol->variable &&
           symbol->cancels > 0 && symbol->cancels == symbol->reads;
}

static void lower_let(Lower *l, const Stmt *stmt)
{
    const Names *names = &stmt->u.let.names;
    size_t mark = l->b->temps.count;
    const Expr *expr = stmt->u.let.value;
    Value *value = lower_expr(l, expr, names->items[0].text);
    if (l->b->ops == NULL) {
        l->b->temps.count = mark;
        return;
    }
    const Type *type = expr->converted != NULL ? expr->converted : expr->type;
    if (names->count == 1) {
        Slot *slot = value_adopt(l, value, names->items[0].text);
        slot->by_address = slot->by_address || stmt->u.let.symbols.items[0]->variable;
        temp_finish(l, l->b->temps.count < mark ? l->b->temps.count : mark);
        scope_hold(l, slot);
        scope_bind(l, stmt->u.let.symbols.items[0], slot);
        if (only_cancelled(stmt)) {
            Value *alone = value_runtime(l, "weir_unawaited", repr_plain(REPR_NONE), VALUE_EFFECT);
            op_do(l, value_arg(l, alone, value_slot(l, slot)));
        }
        return;
    }
    Value *whole = value_borrow(l, value, "parts");
    whole = value_settle(l, whole, "parts");
    op_test(l);
    LIST(Slot *) slots = {0};
    for (size_t i = 0; i < names->count; i++) {
        Value *part;
        if (type->kind == TYPE_LIST) { // a gather of n branches of one type
            part = value_new(l, VALUE_ITEM, repr_of(l, type->item));
            value_arg(l, value_arg(l, part, whole), value_int(l, (int64_t)i));
        } else {
            Shape *shape = shape_of(l, type);
            part = value_new(l, VALUE_FIELD, shape->fields.items[i]->repr);
            part->slot = shape->fields.items[i];
            value_arg(l, part, whole);
        }
        Slot *slot = slot_new(l, names->items[i].text, part->repr, true);
        op_set(l, slot, value_own(l, part));
        LIST_ADD(l->arena, &slots, slot);
    }
    temp_finish(l, mark);
    for (size_t i = 0; i < names->count; i++) {
        scope_hold(l, slots.items[i]);
        scope_bind(l, stmt->u.let.symbols.items[i], slots.items[i]);
    }
}

// ── if and loops ─────────────────────────────────────────────────────────────────────────────────
// `if let bound = value`: the condition, and the bound name inside.
static Value *bound_condition(Lower *l, const Expr *expr, Slot **maybe)
{
    Value *value = lower_expr(l, expr, "maybe");
    *maybe = value_store(l, value_own(l, value), "maybe");
    op_test(l);
    return value_operator(l, "!=", repr_plain(REPR_BOOL), value_slot(l, *maybe),
                          value_new(l, VALUE_NULL, (*maybe)->repr));
}

static void bind_bound(Lower *l, const Expr *expr, Symbol *symbol, Slot *maybe)
{
    Slot *slot = slot_new(l, symbol->name, repr_of(l, expr->type->item), false);
    op_set(l, slot, value_unbox(l, value_slot(l, maybe), expr->type));
    scope_bind(l, symbol, slot);
}

static void lower_if_stmt(Lower *l, const Stmt *stmt)
{
    bool split = block_waits(l, &stmt->u.branch.then) ||
                 (stmt->u.branch.otherwise != NULL && block_waits(l, stmt->u.branch.otherwise));
    size_t mark = l->b->temps.count;
    Slot *maybe = NULL;
    Value *condition = stmt->u.branch.bound.text != NULL
                           ? bound_condition(l, stmt->u.branch.condition, &maybe)
                           : lower_truth(l, stmt->u.branch.condition);
    Op *branch = op_add(l, OP_IF);
    branch->value = condition;
    Fork fork;
    fork_open(l, &fork, split ? "after_if" : NULL, (Span){0, 0});
    fork_arm(l, &fork, &branch->then);
    if (maybe != NULL) {
        bind_bound(l, stmt->u.branch.condition, stmt->u.branch.symbol, maybe);
    }
    lower_block(l, &stmt->u.branch.then);
    fork_arm_end(l, &fork);
    fork_arm(l, &fork, &branch->otherwise);
    if (stmt->u.branch.otherwise != NULL) {
        lower_block(l, stmt->u.branch.otherwise);
    }
    fork_arm_end(l, &fork);
    fork_close(l, &fork);
    temp_finish(l, mark);
}

static void while_condition(Lower *l, const Stmt *stmt, Loop *loop, size_t mark)
{
    Slot *maybe = NULL;
    Value *condition = stmt->u.loop.bound.text != NULL
                           ? bound_condition(l, stmt->u.loop.condition, &maybe)
                           : lower_truth(l, stmt->u.loop.condition);
    if (condition->kind == VALUE_INT && condition->integer != 0) {
        return; // while true
    }
    Op *branch = op_add(l, OP_IF);
    branch->value = value_operator(l, "!", repr_plain(REPR_BOOL), condition, NULL);
    Ops *ops = l->b->ops;
    if (ops != NULL) {
        l->b->ops = &branch->then;
        if (loop->structured) {
            scope_clear(l, loop->held, mark);
            op_add(l, OP_BREAK);
        } else {
            scope_clear(l, loop->held, mark);
            op_jump(l, loop->after);
        }
        l->b->ops = ops;
    }
    if (maybe != NULL) {
        bind_bound(l, stmt->u.loop.condition, stmt->u.loop.symbol, maybe);
    }
}

static void lower_while(Lower *l, const Stmt *stmt)
{
    Loop loop;
    Slot *lease = l->b->lease;
    size_t mark = l->b->temps.count;
    if (!block_waits(l, &stmt->u.loop.body) && !expr_waits(l, stmt->u.loop.condition)) {
        loop_begin(l, &loop, true);
        Op *each = op_add(l, OP_WHILE);
        Ops *outer = l->b->ops;
        l->b->ops = outer == NULL ? NULL : &each->then;
        op_turn(l);
        while_condition(l, stmt, &loop, mark);
        lower_block(l, &stmt->u.loop.body);
        temp_finish(l, mark);
        l->b->ops = outer;
        l->b->loop = loop.outer;
        return;
    }
    loop_begin(l, &loop, false);
    loop.again = state_new(l, "while", stmt->span);
    loop.after = state_new(l, "after_loop", (Span){0, 0});
    bool reached = l->b->ops != NULL;
    op_jump(l, loop.again);
    if (reached) {
        state_go_on(l, loop.again);
        op_turn(l);
    }
    if (expr_takes(stmt->u.loop.condition)) { // what it takes is done with at the turn's end
        l->b->lease = lease_new(l);
        scope_hold(l, l->b->lease);
    }
    while_condition(l, stmt, &loop, mark);
    lower_block(l, &stmt->u.loop.body);
    temp_finish(l, mark);
    scope_clear(l, loop.held_inside, mark);
    l->b->held.count = loop.held_inside;
    l->b->lease = lease;
    op_jump(l, loop.again);
    l->b->loop = loop.outer;
    if (reached) {
        state_go_on(l, loop.after);
    }
}

typedef struct ForBody {
    const Block *block;
} ForBody;

static void for_body(Lower *l, void *data)
{
    const ForBody *body = data;
    lower_block(l, body->block);
}

static void lower_for(Lower *l, const Stmt *stmt)
{
    if (stmt->u.each.source->kind == EXPR_AS_COMPLETED && completed_here(l, stmt)) {
        lower_completed(l, stmt);
        return;
    }
    if (stmt->u.each.source->kind == EXPR_PIPE) {
        lower_pipe_for(l, stmt);
        return;
    }
    const Expr *source = stmt->u.each.source->kind == EXPR_AS_COMPLETED ? completed_source(l, stmt)
                                                                        : stmt->u.each.source;
    ForBody body = {&stmt->u.each.body};
    lower_over(l, stmt->u.each.symbols.items, stmt->u.each.symbols.count, source,
               block_waits(l, &stmt->u.each.body), stmt->span, for_body, &body);
}

// ── leaving ──────────────────────────────────────────────────────────────────────────────────────
static void lower_return(Lower *l, const Expr *expr)
{
    Builder *b = l->b;
    if (expr != NULL && b->machine && b->routine->yields) {
        lower_forward(l, expr);
    } else if (expr != NULL) {
        size_t mark = b->temps.count;
        Slot *result = b->machine ? b->routine->result : b->then;
        Value *value = lower_expr(l, expr, "result");
        if (b->ops == NULL) {
            return;
        }
        if (result != NULL && value != NULL) {
            value = value_own(l, value);
            op_set(l, result, value);
        } else {
            value_discard(l, value);
        }
        temp_finish(l, mark);
    }
    region_leave(l, NULL, NULL, 0, 0);
}

void lower_leave(Lower *l, LeaveKind kind, const Expr *value, Span span)
{
    (void)span;
    Loop *loop = l->b->loop;
    switch (kind) {
    case LEAVE_RETURN: lower_return(l, value); return;
    case LEAVE_BREAK:
        if (loop->structured) {
            scope_clear(l, loop->held_inside, loop->temps);
            op_test(l);
            op_add(l, OP_BREAK);
            op_end_path(l);
        } else {
            region_leave(l, loop->after_region, loop->after, loop->held, loop->temps);
        }
        return;
    case LEAVE_CONTINUE:
        if (loop->structured) {
            scope_clear(l, loop->held_inside, loop->temps);
            op_test(l);
            op_add(l, OP_CONTINUE);
            op_end_path(l);
        } else {
            region_leave(l, loop->again_region, loop->again, loop->held_inside, loop->temps);
        }
        return;
    }
}

// ── defer ────────────────────────────────────────────────────────────────────────────────────────
// The rest of the block is a region whose exit is the cleanup. In a plain fn it only keeps the
// pending failure aside.
static void cleanup_verb(Lower *l, const char *verb, Slot *cleanup)
{
    Value *value = value_runtime(l, verb, repr_plain(REPR_NONE), VALUE_EFFECT);
    op_do(l, value_arg(l, value, value_address(l, cleanup)));
}

static void lower_defer(Lower *l, const Stmt *stmt, const Stmts *stmts, size_t next)
{
    Region region;
    region_open(l, &region, "cleanup", stmt->span);
    State *after = state_new(l, "after_cleanup", (Span){0, 0});
    size_t mark = l->b->held.count;
    for (size_t i = next; i < stmts->count; i++) {
        if (stmts->items[i]->kind == STMT_DEFER) {
            lower_defer(l, stmts->items[i], stmts, i + 1);
            break;
        }
        lower_stmt(l, stmts->items[i]);
    }
    scope_clear(l, mark, l->b->temps.count);
    l->b->held.count = mark; // they are gone: the way out clears no more of them
    region_done(l, &region, after);
    region_exit(l, &region);
    bool waits = l->b->machine;
    Slot *cleanup = slot_place(l, "cleanup", repr_place(waits ? "weir_scope" : "weir_aside"));
    cleanup_verb(l, waits ? "weir_cleanup_enter" : "weir_aside_enter", cleanup);
    State *over = state_new(l, "cleaned", (Span){0, 0});
    State *fault = l->b->fault;
    l->b->fault = over;
    lower_children(l, &stmt->u.defer.block, stmt->u.defer.block.span);
    op_jump(l, over);
    l->b->fault = fault;
    state_go_on(l, over);
    cleanup_verb(l, waits ? "weir_cleanup_leave" : "weir_aside_leave", cleanup);
    region_close(l, &region, after);
}

// ── blocks ───────────────────────────────────────────────────────────────────────────────────────
static bool compares(const Expr *expr)
{
    return expr->kind == EXPR_BINARY && expr->u.op.op >= OP_EQ && expr->u.op.op <= OP_GE &&
           expr->u.op.a->kind != EXPR_NONE && expr->u.op.b->kind != EXPR_NONE;
}

// What a failed assert says: the message given, or the condition; both sides of a comparison.
static Value *assert_message(Lower *l, const Stmt *stmt, Slot *a, Slot *b)
{
    const Expr *condition = stmt->u.assertion.condition, *message = stmt->u.assertion.message;
    const char *words = arena_print(l->arena, "assert %s", words_of(l, condition->span));
    if (a != NULL) {
        return value_borrow(l, lower_sides(l, words, message, condition, a, b), "message");
    }
    if (message != NULL) {
        return value_borrow(l, lower_shown(l, message), "message");
    }
    return value_constant(l, words, strlen(words));
}

static void lower_assert(Lower *l, const Stmt *stmt)
{
    const Expr *condition = stmt->u.assertion.condition;
    size_t mark = l->b->temps.count;
    Slot *a = NULL, *b = NULL;
    Op *branch = op_new(l, OP_IF);
    Value *truth;
    if (compares(condition)) {
        a = value_store(l, lower_expr(l, condition->u.op.a, "left"), "left");
        b = value_store(l, lower_expr(l, condition->u.op.b, "right"), "right");
        op_test(l);
        truth = value_compare(l, condition, value_slot(l, a), value_slot(l, b));
    } else {
        truth = lower_truth(l, condition);
    }
    branch->value = value_operator(l, "!", repr_plain(REPR_BOOL), truth, NULL);
    if (l->b->ops != NULL) {
        LIST_ADD(l->arena, &l->b->ops->list, branch);
    }
    Fork fork;
    fork_open(l, &fork, NULL, stmt->span);
    fork_arm(l, &fork, &branch->then);
    size_t inner = l->b->temps.count;
    Value *fail = value_runtime(l, "weir_fail_assert", repr_plain(REPR_NONE),
                                VALUE_EFFECT | VALUE_FAILS);
    value_arg(l, fail, assert_message(l, stmt, a, b));
    const char *at = arena_print(l->arena, "%s:%u", l->file,
                                 source_line_of(l->sources, stmt->span.start));
    op_do(l, value_arg(l, fail, value_template(l, at, strlen(at))));
    temp_finish(l, inner);
    fork_end(l, &fork);
    temp_finish(l, mark);
}

static void lower_expr_stmt(Lower *l, const Expr *expr)
{
    if (expr->kind == EXPR_PIPE) {
        lower_pipe_drain(l, expr);
        return;
    }
    size_t mark = l->b->temps.count;
    Value *value = expr->kind == EXPR_START ? lower_start(l, expr, NULL)
                                            : lower_expr(l, expr, NULL);
    value_discard(l, value);
    temp_finish(l, mark);
}

static void lower_cancel(Lower *l, const Stmt *stmt)
{
    size_t mark = l->b->temps.count;
    Value *cancel = value_runtime(l, "weir_cancel", repr_plain(REPR_NONE), 0);
    value_arg(l, cancel, value_borrow(l, lower_expr(l, stmt->u.expr.value, "handle"), "handle"));
    op_await(l, cancel, state_new(l, "cancelled", stmt->span));
    temp_finish(l, mark);
}

static bool is_change(const Expr *expr, void *data)
{
    const Expr *all = data;
    return expr != all && expr->kind == EXPR_CALL && expr->u.call.target == CALLEE_METHOD &&
           (expr->u.call.builtin->flags & LIBRARY_CHANGES) != 0;
}

static bool changes(Expr *expr)
{
    const Walk walk = {.expr = is_change, .data = expr};
    return walk_expr(&walk, expr);
}

// f(xs, xs.pop()): what is read of xs is xs as it was.
static bool changes_within(const Stmt *stmt)
{
    switch (stmt->kind) {
    case STMT_LET:
    case STMT_VAR: return changes(stmt->u.let.value);
    case STMT_EXPR:
    case STMT_RETURN: return changes(stmt->u.expr.value);
    case STMT_ASSIGN: return changes(stmt->u.assign.value);
    case STMT_BREAK:
    case STMT_CONTINUE:
    case STMT_YIELD:
    case STMT_CANCEL:
    case STMT_IF:
    case STMT_FOR:
    case STMT_WHILE:
    case STMT_DEFER:
    case STMT_ASSERT:
    case STMT_STUB:
    case STMT_ERRONEOUS: return false;
    }
    return false;
}

void lower_stmt(Lower *l, const Stmt *stmt)
{
    if (l->b->ops == NULL) {
        return; // nothing gets here
    }
    l->b->line = source_line_of(l->sources, stmt->span.start);
    l->b->changing = changes_within(stmt);
    switch (stmt->kind) {
    case STMT_LET:
    case STMT_VAR: lower_let(l, stmt); break;
    case STMT_EXPR: lower_expr_stmt(l, stmt->u.expr.value); break;
    case STMT_ASSIGN: lower_assign(l, stmt); break;
    case STMT_RETURN: lower_leave(l, LEAVE_RETURN, stmt->u.expr.value, stmt->span); break;
    case STMT_BREAK: lower_leave(l, LEAVE_BREAK, NULL, stmt->span); break;
    case STMT_CONTINUE: lower_leave(l, LEAVE_CONTINUE, NULL, stmt->span); break;
    case STMT_CANCEL: lower_cancel(l, stmt); break;
    case STMT_IF: lower_if_stmt(l, stmt); break;
    case STMT_FOR: lower_for(l, stmt); break;
    case STMT_WHILE: lower_while(l, stmt); break;
    case STMT_ASSERT: lower_assert(l, stmt); break;
    case STMT_STUB: lower_stub(l, stmt); break;
    case STMT_YIELD: lower_yield(l, stmt); break;
    case STMT_DEFER: // lower_block: it owns the rest of its block
    case STMT_ERRONEOUS: break; // has been reported
    }
}

// Is there a q.get() in the block itself, not only in blocks within?
static bool block_takes(const Block *block)
{
    for (size_t i = 0; i < block->stmts.count; i++) {
        const Stmt *stmt = block->stmts.items[i];
        bool takes = false;
        switch (stmt->kind) {
        case STMT_LET:
        case STMT_VAR: takes = expr_takes(stmt->u.let.value); break;
        case STMT_EXPR:
        case STMT_RETURN:
        case STMT_YIELD:
        case STMT_CANCEL: takes = expr_takes(stmt->u.expr.value); break;
        case STMT_ASSIGN:
            takes = expr_takes(stmt->u.assign.place) || expr_takes(stmt->u.assign.value);
            break;
        case STMT_IF: takes = expr_takes(stmt->u.branch.condition); break;
        case STMT_FOR: takes = expr_takes(stmt->u.each.source); break;
        case STMT_ASSERT:
            takes = expr_takes(stmt->u.assertion.condition) ||
                    expr_takes(stmt->u.assertion.message);
            break;
        case STMT_WHILE: // its turns have one of their own
        case STMT_BREAK:
        case STMT_CONTINUE:
        case STMT_DEFER:
        case STMT_STUB:
        case STMT_ERRONEOUS: break;
        }
        if (takes) {
            return true;
        }
    }
    return false;
}

void lower_block(Lower *l, const Block *block)
{
    size_t mark = l->b->held.count;
    Slot *lease = l->b->lease;
    if (block_takes(block)) {
        l->b->lease = lease_new(l);
        scope_hold(l, l->b->lease);
    }
    for (size_t i = 0; i < block->stmts.count; i++) {
        const Stmt *stmt = block->stmts.items[i];
        if (stmt->kind == STMT_DEFER && l->b->ops != NULL) {
            lower_defer(l, stmt, &block->stmts, i + 1);
            break;
        }
        lower_stmt(l, stmt);
    }
    scope_clear(l, mark, l->b->temps.count);
    l->b->held.count = mark;
    l->b->lease = lease;
}
