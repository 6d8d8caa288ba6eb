#include "walk.h"

static bool walk_each(const Walk *walk, const Each *each)
{
    for (size_t i = 0; i < each->loops.count; i++) {
        if (walk_expr(walk, each->loops.items[i].source)) {
            return true;
        }
    }
    return walk_expr(walk, each->condition) || walk_expr(walk, each->value);
}

static bool walk_exprs(const Walk *walk, const Exprs *exprs)
{
    for (size_t i = 0; i < exprs->count; i++) {
        if (walk_expr(walk, exprs->items[i])) {
            return true;
        }
    }
    return false;
}

static bool walk_arguments(const Walk *walk, const Arguments *args)
{
    for (size_t i = 0; i < args->count; i++) {
        if (walk_expr(walk, args->items[i].value)) {
            return true;
        }
    }
    return false;
}

bool walk_clauses(const Walk *walk, const Clauses *clauses)
{
    for (size_t i = 0; i < clauses->count; i++) {
        const Clause *clause = clauses->items[i];
        if (walk_expr(walk, clause->a) || walk_expr(walk, clause->b) ||
            walk_expr(walk, clause->c) || walk_arguments(walk, &clause->args)) {
            return true;
        }
    }
    return false;
}

static bool walk_match(const Walk *walk, const Expr *expr)
{
    if (walk_expr(walk, expr->u.match.value)) {
        return true;
    }
    for (size_t i = 0; i < expr->u.match.arms.count; i++) {
        const Arm *arm = &expr->u.match.arms.items[i];
        if (walk_expr(walk, arm->value) || (arm->block != NULL && walk_block(walk, arm->block))) {
            return true;
        }
    }
    return false;
}

static bool walk_text(const Walk *walk, const Expr *expr)
{
    for (size_t i = 0; i < expr->u.text.parts.count; i++) {
        if (walk_expr(walk, expr->u.text.parts.items[i].value)) {
            return true;
        }
    }
    return false;
}

static bool walk_flow(const Walk *walk, const Expr *expr)
{
    if (walk_expr(walk, expr->u.flow.inner) || walk_clauses(walk, &expr->u.flow.clauses) ||
        (expr->u.flow.block != NULL && walk_block(walk, expr->u.flow.block))) {
        return true;
    }
    for (size_t i = 0; i < expr->u.flow.stages.count; i++) {
        const Stage *stage = expr->u.flow.stages.items[i];
        if (walk_expr(walk, stage->value) || walk_expr(walk, stage->every) ||
            walk_clauses(walk, &stage->clauses)) {
            return true;
        }
    }
    return false;
}

static bool walk_conc(const Walk *walk, const Expr *expr)
{
    if (walk->shallow) {
        return false;
    }
    for (size_t i = 0; i < expr->u.conc.branches.count; i++) {
        if (walk_expr(walk, expr->u.conc.branches.items[i].value)) {
            return true;
        }
    }
    return walk_each(walk, &expr->u.conc.each) || walk_expr(walk, expr->u.conc.pipe) ||
           walk_clauses(walk, &expr->u.conc.clauses);
}

bool walk_expr(const Walk *walk, const Expr *expr)
{
    if (expr == NULL) {
        return false;
    }
    if (walk->expr(expr, walk->data)) {
        return true;
    }
    switch (expr->kind) {
    case EXPR_INT:
    case EXPR_FLOAT:
    case EXPR_BOOL:
    case EXPR_NONE:
    case EXPR_DURATION:
    case EXPR_STRING:
    case EXPR_NAME:
    case EXPR_IT:
    case EXPR_ERRONEOUS: return false;
    case EXPR_TEXT: return walk_text(walk, expr);
    case EXPR_FIELD: return walk_expr(walk, expr->u.field.object);
    case EXPR_INDEX:
        return walk_expr(walk, expr->u.index.object) || walk_expr(walk, expr->u.index.index);
    case EXPR_SLICE:
        return walk_expr(walk, expr->u.slice.object) || walk_expr(walk, expr->u.slice.from) ||
               walk_expr(walk, expr->u.slice.to);
    case EXPR_CALL:
        return walk_expr(walk, expr->u.call.callee) || walk_arguments(walk, &expr->u.call.args);
    case EXPR_UNARY:
    case EXPR_BINARY: return walk_expr(walk, expr->u.op.a) || walk_expr(walk, expr->u.op.b);
    case EXPR_RANGE:
        return walk_expr(walk, expr->u.range.from) || walk_expr(walk, expr->u.range.to);
    case EXPR_AS: return walk_expr(walk, expr->u.as.value);
    case EXPR_IF:
        return walk_expr(walk, expr->u.choice.condition) || walk_expr(walk, expr->u.choice.then) ||
               walk_expr(walk, expr->u.choice.otherwise);
    case EXPR_MATCH: return walk_match(walk, expr);
    case EXPR_LIST:
    case EXPR_TUPLE: return walk_exprs(walk, &expr->u.list.items);
    case EXPR_MAP:
        return walk_exprs(walk, &expr->u.map.keys) || walk_exprs(walk, &expr->u.map.values);
    case EXPR_COMPREHENSION: return walk_each(walk, &expr->u.comprehension.each);
    case EXPR_QUEUE: return walk_arguments(walk, &expr->u.queue.args);
    case EXPR_AWAIT:
    case EXPR_FAIL:
    case EXPR_CLAUSED:
    case EXPR_START:
    case EXPR_SCOPE:
    case EXPR_TRY:
    case EXPR_PIPE: return walk_flow(walk, expr);
    case EXPR_GATHER:
    case EXPR_AS_COMPLETED:
    case EXPR_RACE: return walk_conc(walk, expr);
    case EXPR_CATCH:
        return walk_expr(walk, expr->u.catching.inner) || walk_expr(walk, expr->u.catching.value) ||
               (expr->u.catching.block != NULL && walk_block(walk, expr->u.catching.block));
    case EXPR_LEAVE: return walk_expr(walk, expr->u.leave.value);
    }
    return false;
}

bool walk_stmt(const Walk *walk, const Stmt *stmt)
{
    if (walk->stmt != NULL && walk->stmt(stmt, walk->data)) {
        return true;
    }
    switch (stmt->kind) {
    case STMT_LET:
    case STMT_VAR: return walk_expr(walk, stmt->u.let.value);
    case STMT_EXPR:
    case STMT_RETURN:
    case STMT_YIELD:
    case STMT_CANCEL: return walk_expr(walk, stmt->u.expr.value);
    case STMT_ASSIGN:
        return walk_expr(walk, stmt->u.assign.place) || walk_expr(walk, stmt->u.assign.value);
    case STMT_BREAK:
    case STMT_CONTINUE:
    case STMT_ERRONEOUS: return false;
    case STMT_IF:
        return walk_expr(walk, stmt->u.branch.condition) ||
               walk_block(walk, &stmt->u.branch.then) ||
               (stmt->u.branch.otherwise != NULL && walk_block(walk, stmt->u.branch.otherwise));
    case STMT_FOR:
        return walk_expr(walk, stmt->u.each.source) || walk_block(walk, &stmt->u.each.body);
    case STMT_WHILE:
        return walk_expr(walk, stmt->u.loop.condition) || walk_block(walk, &stmt->u.loop.body);
    case STMT_DEFER: return walk_block(walk, &stmt->u.defer.block);
    case STMT_ASSERT:
        return walk_expr(walk, stmt->u.assertion.condition) ||
               walk_expr(walk, stmt->u.assertion.message);
    case STMT_STUB:
        return walk_expr(walk, stmt->u.stub.value) ||
               (stmt->u.stub.block != NULL && walk_block(walk, stmt->u.stub.block));
    }
    return false;
}

bool walk_block(const Walk *walk, const Block *block)
{
    if (walk->shallow) {
        return false;
    }
    for (size_t i = 0; i < block->stmts.count; i++) {
        if (walk_stmt(walk, block->stmts.items[i])) {
            return true;
        }
    }
    return false;
}
