#include "build_node.h"

#include "message.h"

Block *build_block(Build *build, const Token *start, Stmts *stmts, const Token *end)
{
    Block *block = ARENA_NEW(build->arena, Block);
    block->stmts = *stmts;
    block->span = node_join(start->span, end->span);
    for (size_t i = 0; i < stmts->count; i++) {
        node_deepen(&block->depth, stmts->items[i]->depth);
    }
    return block;
}

Stmts *build_stmts(Build *build, Stmts *list, Stmt *stmt)
{
    if (!list) {
        list = ARENA_NEW(build->arena, Stmts);
    }
    if (stmt) {
        LIST_ADD(build->arena, list, stmt);
    }
    return list;
}

Stmt *build_broken_stmt(Build *build, const Token *at)
{
    return node_stmt(build, STMT_ERRONEOUS, at->span);
}

Stmt *build_let(Build *build, StmtKind kind, const Token *start, Names *names, TypeName *type,
                Expr *value)
{
    Stmt *stmt = node_stmt(build, kind, node_join(start->span, value->span));
    stmt->u.let.names = *names;
    stmt->u.let.annotation = type;
    stmt->u.let.value = value;
    node_under_expr(&stmt->depth, value);
    node_under_type(&stmt->depth, type);
    return node_done_stmt(build, stmt);
}

Stmts *build_broken_let(Build *build, Stmts *list, StmtKind kind, const Token *start, Names *names,
                        TypeName *type, const Token *end)
{
    return build_stmts(
        build, list, build_let(build, kind, start, names, type, build_erroneous(build, end, end)));
}

Stmt *build_for(Build *build, const Token *start, Names *names, Expr *source, Block *body)
{
    Stmt *stmt = node_stmt(build, STMT_FOR, node_join(start->span, body->span));
    stmt->u.each.names = *names;
    stmt->u.each.source = source;
    stmt->u.each.body = *body;
    node_under_expr(&stmt->depth, source);
    node_under_block(&stmt->depth, body);
    return node_done_stmt(build, stmt);
}

// The names it would bind are missing, so the body is not kept for later passes: they would report
// every use of them. Its own mistakes of grammar have been found.
Stmt *build_broken_for(Build *build, const Token *start, Block *body)
{
    build_lose(build, body->span);
    return node_stmt(build, STMT_ERRONEOUS, node_join(start->span, body->span));
}

Stmt *build_while(Build *build, const Token *start, Condition *condition, Block *body)
{
    Stmt *stmt = node_stmt(build, STMT_WHILE, node_join(start->span, body->span));
    stmt->u.loop.condition = condition->value;
    stmt->u.loop.bound = condition->bound;
    stmt->u.loop.body = *body;
    node_under_expr(&stmt->depth, condition->value);
    node_under_block(&stmt->depth, body);
    return node_done_stmt(build, stmt);
}

Stmt *build_if(Build *build, const Token *start, Condition *condition, Block *then,
               Block *otherwise)
{
    Span end = otherwise ? otherwise->span : then->span;
    Stmt *stmt = node_stmt(build, STMT_IF, node_join(start->span, end));
    stmt->u.branch.condition = condition ? condition->value : node_erroneous(build, start->span);
    stmt->u.branch.bound = condition ? condition->bound : (Name){0};
    stmt->u.branch.then = *then;
    stmt->u.branch.otherwise = otherwise;
    node_under_expr(&stmt->depth, stmt->u.branch.condition);
    node_under_block(&stmt->depth, then);
    node_under_block(&stmt->depth, otherwise);
    return node_done_stmt(build, stmt);
}

Block *build_else_if(Build *build, Stmt *stmt)
{
    Block *block = ARENA_NEW(build->arena, Block);
    LIST_ADD(build->arena, &block->stmts, stmt);
    block->span = stmt->span;
    node_deepen(&block->depth, stmt->depth);
    return block;
}

Condition *build_condition(Build *build, const Token *bound, Expr *value)
{
    Condition *condition = ARENA_NEW(build->arena, Condition);
    *condition = (Condition){node_name(bound), value};
    return condition;
}

Condition *build_condition_assigned(Build *build, Expr *value, const Token *assign)
{
    Diag *diag = diag_add(build->diags, DIAG_ASSIGN_IN_CONDITION, assign->span, NULL, NULL, NULL);
    diag_edit(build->diags, diag, assign->span, "==");
    return build_condition(build, NULL, node_erroneous(build, value->span));
}

Stmt *build_defer(Build *build, const Token *start, Stmt *simple, Block *block)
{
    if (!block) {
        block = build_else_if(build, simple);
    }
    Stmt *stmt = node_stmt(build, STMT_DEFER, node_join(start->span, block->span));
    stmt->u.defer.block = *block;
    node_under_block(&stmt->depth, block);
    return node_done_stmt(build, stmt);
}

Stmt *build_assert(Build *build, const Token *start, Expr *condition, Expr *message)
{
    Stmt *stmt = node_stmt(build, STMT_ASSERT,
                           node_join(start->span, message ? message->span : condition->span));
    stmt->u.assertion.condition = condition;
    stmt->u.assertion.message = message;
    node_under_expr(&stmt->depth, condition);
    node_under_expr(&stmt->depth, message);
    return node_done_stmt(build, stmt);
}

Stmt *build_stub(Build *build, const Token *start, Names *path, Names *params, Expr *value,
                 Block *block)
{
    Stmt *stmt = node_stmt(build, STMT_STUB,
                           node_join(start->span, value ? value->span : block->span));
    stmt->u.stub.path = *path;
    stmt->u.stub.params = *params;
    stmt->u.stub.value = value;
    stmt->u.stub.block = block;
    node_under_expr(&stmt->depth, value);
    node_under_block(&stmt->depth, block);
    return node_done_stmt(build, stmt);
}

// A line that begins `- 1`, or a comparison nobody looks at, is a slip. `a ?? fail "…"` does
// something.
static bool does_nothing(const Expr *value)
{
    switch (value->kind) {
    case EXPR_UNARY:
    case EXPR_RANGE: return true;
    case EXPR_BINARY: return value->u.op.op != OP_ELSE;
    case EXPR_INT: case EXPR_FLOAT: case EXPR_BOOL: case EXPR_NONE: case EXPR_DURATION:
    case EXPR_STRING: case EXPR_TEXT: case EXPR_NAME: case EXPR_IT: case EXPR_FIELD:
    case EXPR_INDEX: case EXPR_SLICE: case EXPR_CALL: case EXPR_AS: case EXPR_IF: case EXPR_MATCH:
    case EXPR_LIST: case EXPR_MAP: case EXPR_TUPLE: case EXPR_COMPREHENSION: case EXPR_QUEUE:
    case EXPR_AWAIT: case EXPR_FAIL: case EXPR_CLAUSED: case EXPR_GATHER: case EXPR_AS_COMPLETED:
    case EXPR_RACE: case EXPR_START: case EXPR_SCOPE: case EXPR_TRY: case EXPR_CATCH:
    case EXPR_LEAVE: case EXPR_PIPE:
    case EXPR_ERRONEOUS: return false;
    }
    return false;
}

Stmt *build_expr_stmt(Build *build, Expr *value)
{
    Stmt *stmt = node_stmt(build, STMT_EXPR, value->span);
    if (does_nothing(value)) {
        Diag *diag = diag_add(build->diags, DIAG_OPERATOR_STATEMENT, value->span, NULL, NULL, NULL);
        bool sign = value->kind == EXPR_UNARY && value->u.op.op == OP_NEGATE;
        diag->help = sign ? message_phrase(PHRASE_CONTINUE_LINE) : NULL;
        value = node_erroneous(build, value->span);
    }
    stmt->u.expr.value = value;
    node_under_expr(&stmt->depth, value);
    return node_done_stmt(build, stmt);
}

Stmt *build_assign(Build *build, Expr *place, AssignOp op, Expr *value)
{
    bool fits = place->kind == EXPR_NAME || place->kind == EXPR_FIELD ||
                place->kind == EXPR_INDEX || place->kind == EXPR_ERRONEOUS;
    if (!fits) {
        diag_add(build->diags, DIAG_NOT_A_PLACE, place->span, NULL, NULL, NULL);
        place = node_erroneous(build, place->span);
    }
    Stmt *stmt = node_stmt(build, STMT_ASSIGN, node_join(place->span, value->span));
    stmt->u.assign.place = place;
    stmt->u.assign.op = op;
    stmt->u.assign.value = value;
    node_under_expr(&stmt->depth, place);
    node_under_expr(&stmt->depth, value);
    return node_done_stmt(build, stmt);
}

Stmt *build_leave_stmt(Build *build, Expr *leave)
{
    static const StmtKind kinds[] = {
        [LEAVE_RETURN] = STMT_RETURN, [LEAVE_BREAK] = STMT_BREAK, [LEAVE_CONTINUE] = STMT_CONTINUE};
    Stmt *stmt = node_stmt(build, kinds[leave->u.leave.kind], leave->span);
    stmt->u.expr.value = leave->u.leave.value;
    node_under_expr(&stmt->depth, leave->u.leave.value);
    return node_done_stmt(build, stmt);
}

Stmt *build_stmt_of(Build *build, StmtKind kind, const Token *start, Expr *value)
{
    Stmt *stmt = node_stmt(build, kind, node_join(start->span, value->span));
    stmt->u.expr.value = value;
    node_under_expr(&stmt->depth, value);
    return node_done_stmt(build, stmt);
}

Expr *build_leave(Build *build, LeaveKind kind, const Token *start, Expr *value)
{
    Expr *expr = node_expr(build, EXPR_LEAVE,
                           value ? node_join(start->span, value->span) : start->span);
    expr->u.leave.kind = kind;
    expr->u.leave.value = value;
    node_under_expr(&expr->depth, value);
    return node_done(build, expr);
}

Names *build_names(Build *build, Names *list, const Token *name)
{
    if (!list) {
        list = ARENA_NEW(build->arena, Names);
    }
    if (name) {
        LIST_ADD(build->arena, list, node_name(name));
    }
    return list;
}
