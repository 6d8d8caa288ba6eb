// resolve_expr.c: names in expressions, patterns, forms over items, clauses and pipelines.
#include "resolver.h"

#include <string.h>

void resolve_exprs(Resolver *r, const Exprs *exprs)
{
    for (size_t i = 0; i < exprs->count; i++) {
        resolve_expr(r, exprs->items[i]);
    }
}

static void resolve_arguments(Resolver *r, const Arguments *args)
{
    for (size_t i = 0; i < args->count; i++) {
        resolve_expr(r, args->items[i].value);
    }
}

// ── names ────────────────────────────────────────────────────────────────────────────────────────
static void resolve_name(Resolver *r, Expr *expr)
{
    Name name = expr->u.name.name;
    if (strcmp(name.text, "_") == 0) {
        diag_add(r->diags, DIAG_UNDERSCORE_READ, name.span, NULL, NULL, NULL);
        return;
    }
    Symbol *symbol = resolver_find(r, name.text);
    if (!symbol) {
        resolver_unknown(r, DIAG_UNKNOWN_NAME, name);
        return;
    }
    symbol->reads++;
    expr->u.name.symbol = symbol;
}

static Symbol *symbol_of(const Expr *expr)
{
    switch ((int)expr->kind) {
    case EXPR_NAME: return expr->u.name.symbol;
    case EXPR_FIELD: return expr->u.field.symbol;
    }
    return NULL;
}

// `net.fetch`, `http.get` and `State.up` are names in two parts; all else is a field or a method of
// a value.
static void resolve_field(Resolver *r, Expr *expr)
{
    resolve_expr(r, expr->u.field.object);
    Symbol *owner = symbol_of(expr->u.field.object);
    if (!owner) {
        return;
    }
    if (owner->kind == SYMBOL_MODULE || owner->kind == SYMBOL_SPACE) {
        expr->u.field.symbol = resolver_member(r, owner, expr->u.field.name);
    } else if (owner->kind == SYMBOL_ENUM) {
        expr->u.field.symbol = owner;
    }
}

static bool is_namespace(const Expr *expr)
{
    Symbol *symbol = symbol_of(expr);
    return symbol && (symbol->kind == SYMBOL_MODULE || symbol->kind == SYMBOL_SPACE ||
                      symbol->kind == SYMBOL_ENUM);
}

static void resolve_call(Resolver *r, Expr *expr)
{
    Expr *callee = expr->u.call.callee;
    resolve_expr(r, callee);
    bool method = callee->kind == EXPR_FIELD && !is_namespace(callee->u.field.object);
    const char *name = method ? callee->u.field.name.text : NULL;
    // What `it` is in a method that does not exist is not asked: that there is none is said once.
    bool item_known = method && (library_takes_it(r->program->library, name) ||
                                 !library_knows_method(r->program->library, name));
    if (!item_known) {
        resolve_arguments(r, &expr->u.call.args);
        return;
    }
    Symbol *outer = r->it;
    Symbol *item = ARENA_NEW(r->arena, Symbol);
    item->kind = SYMBOL_ITEM;
    item->name = "it";
    item->span = callee->u.field.name.span;
    item->decl = r->decl;
    item->outer = outer;
    expr->u.call.it = item;
    r->it = item;
    resolve_arguments(r, &expr->u.call.args);
    r->it = outer;
}

static void resolve_it(Resolver *r, Expr *expr)
{
    expr->u.it.symbol = r->it;
    if (r->it) {
        r->it->reads++;
    } else {
        diag_add(r->diags, DIAG_IT_OUTSIDE, expr->span, NULL, NULL, NULL);
    }
}

// ── clauses ──────────────────────────────────────────────────────────────────────────────────────
static void resolve_within(Resolver *r, Clause *clause)
{
    if (clause->path.count == 0) {
        return;
    }
    Name first = clause->path.items[0];
    Symbol *symbol = resolver_find(r, first.text);
    if (symbol && symbol->kind == SYMBOL_MODULE && clause->path.count == 2) {
        symbol = resolver_member(r, symbol, clause->path.items[1]);
    } else if (!symbol) {
        resolver_unknown(r, DIAG_UNKNOWN_LIMITER, first);
    }
    if (symbol && symbol->kind != SYMBOL_LIMITER) {
        Diag *diag = diag_add(r->diags, DIAG_NOT_A_LIMITER, first.span, first.text, NULL, NULL);
        if (symbol->span.end != 0) {
            diag_label(r->diags, diag, symbol->span, message_phrase(PHRASE_DECLARED_HERE));
        }
        symbol = NULL;
    }
    clause->symbol = symbol;
    resolve_arguments(r, &clause->args);
}

static void resolve_clause(Resolver *r, Clause *clause)
{
    resolve_expr(r, clause->a);
    resolve_expr(r, clause->b);
    resolve_expr(r, clause->c);
    if (clause->kind == CLAUSE_WITHIN) {
        resolve_within(r, clause);
    }
}

void resolve_clauses(Resolver *r, const Clauses *clauses)
{
    for (size_t i = 0; i < clauses->count; i++) {
        resolve_clause(r, clauses->items[i]);
    }
}

// On a form over items `timeout`, `retry`, `within` and `after` belong to each item and may use its
// names; the others not.
static bool of_each_item(ClauseKind kind)
{
    return kind == CLAUSE_TIMEOUT || kind == CLAUSE_RETRY || kind == CLAUSE_WITHIN ||
        kind == CLAUSE_AFTER;
}

static void resolve_clauses_of(Resolver *r, const Clauses *clauses, bool each_item)
{
    for (size_t i = 0; i < clauses->count; i++) {
        if (of_each_item(clauses->items[i]->kind) == each_item) {
            resolve_clause(r, clauses->items[i]);
        }
    }
}

// ── forms over items ─────────────────────────────────────────────────────────────────────────────
static void resolve_each(Resolver *r, Each *each, const Clauses *clauses)
{
    size_t block, mark = resolver_enter(r, &block);
    for (size_t i = 0; i < each->loops.count; i++) {
        EachFor *loop = &each->loops.items[i];
        resolve_expr(r, loop->source);
        for (size_t j = 0; j < loop->names.count; j++) {
            LIST_ADD(r->arena, &loop->symbols, resolver_declare(r, SYMBOL_LOCAL,
                loop->names.items[j], false));
        }
    }
    resolve_expr(r, each->condition);
    resolve_expr(r, each->value);
    if (clauses) {
        resolve_clauses_of(r, clauses, true);
    }
    resolver_leave(r, mark, block);
}

static void resolve_concurrent(Resolver *r, Expr *expr)
{
    const Clauses *clauses = &expr->u.conc.clauses;
    resolve_clauses_of(r, clauses, false);
    if (expr->u.conc.each.value) {
        resolve_each(r, &expr->u.conc.each, clauses);
        return;
    }
    resolve_clauses_of(r, clauses, true);
    for (size_t i = 0; i < expr->u.conc.branches.count; i++) {
        resolve_expr(r, expr->u.conc.branches.items[i].value);
    }
    resolve_expr(r, expr->u.conc.pipe);
}

static void resolve_pipe(Resolver *r, Expr *expr)
{
    resolve_expr(r, expr->u.flow.inner);
    for (size_t i = 0; i < expr->u.flow.stages.count; i++) {
        Stage *stage = expr->u.flow.stages.items[i];
        resolve_expr(r, stage->every);
        resolve_clauses_of(r, &stage->clauses, false);
        bool counts = stage->kind == STAGE_BATCH || stage->kind == STAGE_TAKE ||
            stage->kind == STAGE_SKIP;
        Symbol *outer = r->it;
        stage->item = ARENA_NEW(r->arena, Symbol);
        stage->item->kind = SYMBOL_ITEM;
        stage->item->name = "it";
        stage->item->span = stage->span;
        stage->item->decl = r->decl;
        r->it = counts ? outer : stage->item;
        resolve_expr(r, stage->value);
        resolve_clauses_of(r, &stage->clauses, true);
        r->it = outer;
    }
}

// ── match and catch ──────────────────────────────────────────────────────────────────────────────
static void resolve_match(Resolver *r, Expr *expr)
{
    resolve_expr(r, expr->u.match.value);
    for (size_t i = 0; i < expr->u.match.arms.count; i++) {
        Arm *arm = &expr->u.match.arms.items[i];
        size_t block, mark = resolver_enter(r, &block);
        for (size_t j = 0; j < arm->pattern.names.count; j++) {
            Symbol *symbol = resolver_declare(r, SYMBOL_LOCAL, arm->pattern.names.items[j], false);
            LIST_ADD(r->arena, &arm->pattern.symbols, symbol);
        }
        resolve_expr(r, arm->value);
        if (arm->block) {
            resolve_block_here(r, arm->block);
        }
        resolver_leave(r, mark, block);
    }
}

static void resolve_catch(Resolver *r, Expr *expr)
{
    resolve_expr(r, expr->u.catching.inner);
    size_t block, mark = resolver_enter(r, &block);
    expr->u.catching.symbol = resolver_declare(r, SYMBOL_LOCAL, expr->u.catching.name, false);
    resolve_expr(r, expr->u.catching.value);
    if (expr->u.catching.block) {
        resolve_block_here(r, expr->u.catching.block);
    }
    resolver_leave(r, mark, block);
}

// ── expressions ──────────────────────────────────────────────────────────────────────────────────
static void resolve_text(Resolver *r, Expr *expr)
{
    for (size_t i = 0; i < expr->u.text.parts.count; i++) {
        resolve_expr(r, expr->u.text.parts.items[i].value);
    }
}

// What holds one or two expressions and introduces no name.
static void resolve_parts(Resolver *r, Expr *a, Expr *b, Expr *c)
{
    resolve_expr(r, a);
    resolve_expr(r, b);
    resolve_expr(r, c);
}

void resolve_expr(Resolver *r, Expr *expr)
{
    if (!expr) {
        return;
    }
    switch (expr->kind) {
    case EXPR_INT: case EXPR_FLOAT: case EXPR_BOOL: case EXPR_NONE: case EXPR_DURATION:
    case EXPR_STRING:
    case EXPR_ERRONEOUS: break;
    case EXPR_TEXT: resolve_text(r, expr); break;
    case EXPR_NAME: resolve_name(r, expr); break;
    case EXPR_IT: resolve_it(r, expr); break;
    case EXPR_FIELD: resolve_field(r, expr); break;
    case EXPR_INDEX: resolve_parts(r, expr->u.index.object, expr->u.index.index, NULL); break;
    case EXPR_SLICE: resolve_parts(r, expr->u.slice.object, expr->u.slice.from,
                                   expr->u.slice.to); break;
    case EXPR_CALL: resolve_call(r, expr); break;
    case EXPR_UNARY: case EXPR_BINARY: resolve_parts(r, expr->u.op.a, expr->u.op.b, NULL); break;
    case EXPR_RANGE: resolve_parts(r, expr->u.range.from, expr->u.range.to, NULL); break;
    case EXPR_AS: resolve_expr(r, expr->u.as.value); break;
    case EXPR_IF: resolve_parts(r, expr->u.choice.condition, expr->u.choice.then,
                                expr->u.choice.otherwise); break;
    case EXPR_MATCH: resolve_match(r, expr); break;
    case EXPR_LIST: case EXPR_TUPLE: resolve_exprs(r, &expr->u.list.items); break;
    case EXPR_MAP:
        resolve_exprs(r, &expr->u.map.keys);
        resolve_exprs(r, &expr->u.map.values);
        break;
    case EXPR_COMPREHENSION: resolve_each(r, &expr->u.comprehension.each, NULL); break;
    case EXPR_QUEUE: resolve_arguments(r, &expr->u.queue.args); break;
    case EXPR_AWAIT: case EXPR_FAIL: case EXPR_CLAUSED: case EXPR_START: case EXPR_TRY:
        resolve_expr(r, expr->u.flow.inner);
        resolve_clauses(r, &expr->u.flow.clauses);
        break;
    case EXPR_SCOPE:
        resolve_clauses(r, &expr->u.flow.clauses);
        resolve_block(r, expr->u.flow.block);
        break;
    case EXPR_GATHER: case EXPR_AS_COMPLETED: case EXPR_RACE: resolve_concurrent(r, expr); break;
    case EXPR_CATCH: resolve_catch(r, expr); break;
    case EXPR_LEAVE: resolve_expr(r, expr->u.leave.value); break;
    case EXPR_PIPE: resolve_pipe(r, expr); break;
    }
}
