#include "build_node.h"

#include "grammar.h"
#include "message.h"

Span node_join(Span a, Span b)
{
    return (Span){a.start, b.end};
}

Name node_name(const Token *token)
{
    return token ? (Name){token->text, token->span} : (Name){0};
}

// ── depth ────────────────────────────────────────────────────────────────────────────────────────
void node_deepen(uint32_t *depth, uint32_t below)
{
    if (below + 1 > *depth) {
        *depth = below + 1;
    }
}

void node_under_expr(uint32_t *depth, const Expr *expr)
{
    if (expr) {
        node_deepen(depth, expr->depth);
    }
}

void node_under_type(uint32_t *depth, const TypeName *type)
{
    if (type) {
        node_deepen(depth, type->depth);
    }
}

void node_under_block(uint32_t *depth, const Block *block)
{
    if (block) {
        node_deepen(depth, block->depth);
    }
}

void node_under_args(uint32_t *depth, const Arguments *args)
{
    for (size_t i = 0; i < args->count; i++) {
        node_under_expr(depth, args->items[i].value);
    }
}

void node_under_clauses(uint32_t *depth, const Clauses *clauses)
{
    for (size_t i = 0; i < clauses->count; i++) {
        node_under_expr(depth, clauses->items[i]->a);
        node_under_expr(depth, clauses->items[i]->b);
        node_under_expr(depth, clauses->items[i]->c);
        node_under_args(depth, &clauses->items[i]->args);
    }
}

void node_report_deep(Build *build, Span span)
{
    if (!build->deep_reported) {
        diag_add(build->diags, DIAG_DEEP, span, NULL, NULL, NULL);
    }
    build->deep_reported = true;
}

Expr *node_done(Build *build, Expr *expr)
{
    if (expr->depth > NODE_DEPTH_MAX) {
        node_report_deep(build, expr->span);
        Expr *stump = ARENA_NEW(build->arena, Expr);
        stump->kind = EXPR_ERRONEOUS;
        stump->span = expr->span;
        return stump;
    }
    return expr;
}

Stmt *node_done_stmt(Build *build, Stmt *stmt)
{
    if (stmt->depth > NODE_DEPTH_MAX) {
        node_report_deep(build, stmt->span);
        Stmt *stump = ARENA_NEW(build->arena, Stmt);
        stump->kind = STMT_ERRONEOUS;
        stump->span = stmt->span;
        return stump;
    }
    return stmt;
}

void build_too_nested(Build *build)
{
    const Token *token = &build->tokens->items[build->at];
    node_report_deep(build, token->span);
    build->gave_up = true;
    build->module->unreadable = true;
}

Expr *node_expr(Build *build, ExprKind kind, Span span)
{
    Expr *expr = ARENA_NEW(build->arena, Expr);
    expr->kind = kind;
    expr->span = span;
    return expr;
}

Stmt *node_stmt(Build *build, StmtKind kind, Span span)
{
    Stmt *stmt = ARENA_NEW(build->arena, Stmt);
    stmt->kind = kind;
    stmt->span = span;
    return stmt;
}

Decl *node_decl(Build *build, DeclKind kind, const Token *start, const Token *name, Span end)
{
    Decl *decl = ARENA_NEW(build->arena, Decl);
    decl->kind = kind;
    decl->span = node_join(start->span, end);
    decl->name = node_name(name);
    decl->doc = start->doc;
    return decl;
}

Span node_end_of_clauses(Span span, const Clauses *clauses)
{
    return clauses->count > 0 ? node_join(span, clauses->items[clauses->count - 1]->span) : span;
}

void node_under_each(uint32_t *depth, const Each *each)
{
    node_under_expr(depth, each->value);
    node_under_expr(depth, each->condition);
    for (size_t i = 0; i < each->loops.count; i++) {
        node_under_expr(depth, each->loops.items[i].source);
    }
}

Expr *node_erroneous(Build *build, Span span)
{
    return node_expr(build, EXPR_ERRONEOUS, span);
}

// ── what is lost ─────────────────────────────────────────────────────────────────────────────────
// With more than this the file is a ruin: every name counts as lost.
enum { MOST_LOST = 2000 };

bool module_lost(const Module *module, const char *name)
{
    if (module->lost.count >= MOST_LOST) {
        return true;
    }
    for (size_t i = 0; i < module->lost.count; i++) {
        if (module->lost.items[i] == name) {
            return true;
        }
    }
    return false;
}

void build_lose(Build *build, Span span)
{
    const Tokens *tokens = build->tokens;
    size_t at = build->at < tokens->count ? build->at + 1 : tokens->count;
    while (at > 0 && tokens->items[at - 1].span.start >= span.end) {
        at--;
    }
    for (; at > 0 && tokens->items[at - 1].span.start >= span.start; at--) {
        const Token *token = &tokens->items[at - 1];
        if (token->kind == TOKEN_NAME && token->text && !module_lost(build->module, token->text)) {
            LIST_ADD(build->arena, &build->module->lost, token->text);
        }
    }
}
