#include "build_node.h"

#include "message.h"

enum { MOST_STAGES = 1000 };

Expr *build_claused(Build *build, Expr *inner, Clauses *clauses)
{
    Expr *expr = node_expr(build, EXPR_CLAUSED, node_end_of_clauses(inner->span, clauses));
    expr->u.flow.inner = inner;
    expr->u.flow.clauses = *clauses;
    node_under_expr(&expr->depth, inner);
    node_under_clauses(&expr->depth, clauses);
    return node_done(build, expr);
}

Expr *build_catch(Build *build, Expr *inner, const Token *name, Expr *value, Block *block)
{
    Expr *expr = node_expr(build, EXPR_CATCH,
                           node_join(inner->span, value ? value->span : block->span));
    expr->u.catching.inner = inner;
    expr->u.catching.name = node_name(name);
    expr->u.catching.value = value;
    expr->u.catching.block = block;
    node_under_expr(&expr->depth, inner);
    node_under_expr(&expr->depth, value);
    node_under_block(&expr->depth, block);
    return node_done(build, expr);
}

static Span end_of_each(const Each *each)
{
    return each->condition ? each->condition->span
                           : each->loops.items[each->loops.count - 1].source->span;
}

Expr *build_conc(Build *build, ExprKind kind, const Token *start, BranchList *branches, Each *each,
                 Expr *pipe, Clauses *clauses)
{
    Span end = branches ? branches->end : each ? end_of_each(each) : pipe->span;
    Expr *expr = node_expr(build, kind, node_join(start->span, end));
    if (branches) {
        MOVE_LIST(expr->u.conc.branches, branches->list);
        for (size_t i = 0; i < branches->list.count; i++) {
            node_under_expr(&expr->depth, branches->list.items[i].value);
        }
    } else if (each) {
        expr->u.conc.each = *each;
        node_under_each(&expr->depth, each);
    }
    expr->u.conc.pipe = pipe;
    node_under_expr(&expr->depth, pipe);
    if (clauses) {
        expr->u.conc.clauses = *clauses;
        expr->span = node_end_of_clauses(expr->span, clauses);
        node_under_clauses(&expr->depth, clauses);
    }
    return node_done(build, expr);
}

Expr *build_start(Build *build, const Token *start, Expr *inner, Clauses *clauses)
{
    Expr *expr = node_expr(build, EXPR_START,
                           node_end_of_clauses(node_join(start->span, inner->span), clauses));
    expr->u.flow.inner = inner;
    expr->u.flow.clauses = *clauses;
    node_under_expr(&expr->depth, inner);
    node_under_clauses(&expr->depth, clauses);
    return node_done(build, expr);
}

Expr *build_scope(Build *build, const Token *start, Clauses *clauses, Block *block)
{
    Expr *expr = node_expr(build, EXPR_SCOPE, node_join(start->span, block->span));
    expr->u.flow.clauses = *clauses;
    expr->u.flow.block = block;
    node_under_clauses(&expr->depth, clauses);
    node_under_block(&expr->depth, block);
    return node_done(build, expr);
}

Expr *build_try(Build *build, const Token *start, Expr *inner)
{
    Expr *expr = node_expr(build, EXPR_TRY, node_join(start->span, inner->span));
    if (inner->kind == EXPR_CATCH && !inner->parens) {
        diag_add(build->diags, DIAG_TRY_CATCH, start->span, NULL, NULL, NULL);
        return inner;
    }
    expr->u.flow.inner = inner;
    node_under_expr(&expr->depth, inner);
    return node_done(build, expr);
}

BranchList *build_branches(Build *build, BranchList *list, const Branch *branch)
{
    if (!list) {
        list = ARENA_NEW(build->arena, BranchList);
    }
    if (branch) {
        LIST_ADD(build->arena, &list->list, *branch);
    }
    return list;
}

// What came of it is then not known, and nothing follows from it.
BranchList *build_broken_branch(Build *build, BranchList *list)
{
    Span here = build->tokens->items[build->at].span;
    return build_branches(build, list, build_branch(build, NULL, node_erroneous(build, here)));
}

BranchList *build_branches_end(BranchList *list, const Token *end)
{
    list->end = end->span;
    return list;
}

Branch *build_branch(Build *build, const Token *name, Expr *value)
{
    Branch *branch = ARENA_NEW(build->arena, Branch);
    *branch = (Branch){node_name(name), value};
    return branch;
}

Each *build_each(Each *loops, Expr *value, Expr *condition)
{
    loops->value = value;
    loops->condition = condition;
    return loops;
}

Each *build_loops(Build *build, Each *loops, Names *names, Expr *source)
{
    if (!loops) {
        loops = ARENA_NEW(build->arena, Each);
    }
    EachFor each = {.names = *names, .source = source};
    LIST_ADD(build->arena, &loops->loops, each);
    return loops;
}

Expr *build_pipe(Build *build, Expr *source, Stage *stage, Clauses *clauses)
{
    Expr *expr = node_expr(build, EXPR_PIPE, source->span);
    expr->u.flow.inner = source;
    node_under_expr(&expr->depth, source);
    return build_pipe_more(build, expr, stage, clauses);
}

Expr *build_pipe_more(Build *build, Expr *pipe, Stage *stage, Clauses *clauses)
{
    if (pipe->kind != EXPR_PIPE) { // it was too deep
        return pipe;
    }
    stage->clauses = *clauses;
    stage->span = node_end_of_clauses(stage->span, clauses);
    pipe->span = node_join(pipe->span, stage->span);
    if (pipe->u.flow.stages.count == MOST_STAGES) { // each is lowered inside the one before
        node_report_deep(build, stage->span);
        return pipe;
    }
    LIST_ADD(build->arena, &pipe->u.flow.stages, stage);
    node_under_expr(&pipe->depth, stage->value);
    node_under_expr(&pipe->depth, stage->every);
    node_under_clauses(&pipe->depth, clauses);
    return node_done(build, pipe);
}

Stage *build_stage(Build *build, StageKind kind, const Token *start, Expr *value, Expr *every)
{
    Stage *stage = ARENA_NEW(build->arena, Stage);
    stage->kind = kind;
    stage->span = node_join(start ? start->span : value->span, every ? every->span : value->span);
    stage->value = value;
    stage->every = every;
    return stage;
}

Clauses *build_clauses(Build *build, Clauses *list, Clause *clause)
{
    if (!list) {
        list = ARENA_NEW(build->arena, Clauses);
    }
    if (clause) {
        LIST_ADD(build->arena, list, clause);
    }
    return list;
}

Clause *build_clause(Build *build, ClauseKind kind, const Token *start, Expr *a, Expr *b, Expr *c)
{
    Clause *clause = ARENA_NEW(build->arena, Clause);
    const Expr *last = c ? c : b ? b : a;
    clause->kind = kind;
    clause->span = last ? node_join(start->span, last->span) : start->span;
    clause->a = a;
    clause->b = b;
    clause->c = c;
    return clause;
}

Clause *build_within(Build *build, const Token *start, Names *path, ArgList *args)
{
    Clause *clause = build_clause(build, CLAUSE_WITHIN, start, NULL, NULL, NULL);
    clause->path = *path;
    clause->span = node_join(start->span, path->items[path->count - 1].span);
    if (args) {
        clause->args = args->list;
        clause->parens = true;
        clause->span = node_join(start->span, args->end);
    }
    return clause;
}

Clause *build_collect(Build *build, const Token *start, const Token *end)
{
    Clause *clause = build_clause(build, CLAUSE_COLLECT_ERRORS, start, NULL, NULL, NULL);
    clause->span = node_join(start->span, end->span);
    return clause;
}
