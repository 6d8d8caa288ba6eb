// resolve_stmt.c: names in statements and blocks.
#include "resolver.h"

#include <string.h>

static void resolve_stmt(Resolver *r, Stmt *stmt);

void resolve_block_here(Resolver *r, Block *block)
{
    for (size_t i = 0; i < block->stmts.count; i++) {
        resolve_stmt(r, block->stmts.items[i]);
    }
}

void resolve_block(Resolver *r, Block *block)
{
    if (!block) {
        return;
    }
    size_t outer, mark = resolver_enter(r, &outer);
    resolve_block_here(r, block);
    resolver_leave(r, mark, outer);
}

// The value first: it does not see the names it is given.
static void resolve_let(Resolver *r, Stmt *stmt)
{
    resolve_expr(r, stmt->u.let.value);
    for (size_t i = 0; i < stmt->u.let.names.count; i++) {
        Symbol *symbol = resolver_declare(r, SYMBOL_LOCAL, stmt->u.let.names.items[i],
                                          stmt->kind == STMT_VAR);
        if (symbol) {
            symbol->bound = false;
        }
        LIST_ADD(r->arena, &stmt->u.let.symbols, symbol);
    }
}

// Assigning is no reading: `n = 1` leaves n unread, and so do `n += 1`, `p.x = 1` and `xs[i] = 1`.
static void resolve_place(Resolver *r, Expr *place)
{
    if (place->kind == EXPR_NAME) {
        size_t before = r->diags->all.count;
        resolve_expr(r, place);
        Diag *last = r->diags->all.count > before ? r->diags->all.items[before] : NULL;
        if (last && last->code == DIAG_UNKNOWN_NAME && !last->help) { // x = 1
            last->help = say(r->diags, PHRASE_HELP_FIRST_LET, place->u.name.name.text, NULL);
        }
        if (place->u.name.symbol) {
            place->u.name.symbol->reads--;
        }
    } else if (place->kind == EXPR_FIELD) {
        resolve_place(r, place->u.field.object);
    } else if (place->kind == EXPR_INDEX) {
        resolve_place(r, place->u.index.object);
        resolve_expr(r, place->u.index.index);
    } else {
        resolve_expr(r, place);
    }
}

static void resolve_cancel(Resolver *r, Expr *handle)
{
    resolve_expr(r, handle);
    if (handle->kind == EXPR_NAME && handle->u.name.symbol) {
        handle->u.name.symbol->cancels++;
    }
}

// `if let v = maybe { … }`: v is known in the block alone.
static void resolve_bound(Resolver *r, Name name, Symbol **symbol, Block *block)
{
    size_t outer, mark = resolver_enter(r, &outer);
    *symbol = resolver_declare(r, SYMBOL_LOCAL, name, false);
    resolve_block_here(r, block);
    resolver_leave(r, mark, outer);
}

static void resolve_for(Resolver *r, Stmt *stmt)
{
    resolve_expr(r, stmt->u.each.source);
    size_t outer, mark = resolver_enter(r, &outer);
    for (size_t i = 0; i < stmt->u.each.names.count; i++) {
        Symbol *symbol = resolver_declare(r, SYMBOL_LOCAL, stmt->u.each.names.items[i], false);
        LIST_ADD(r->arena, &stmt->u.each.symbols, symbol);
    }
    resolve_block_here(r, &stmt->u.each.body);
    resolver_leave(r, mark, outer);
}

static void resolve_stub(Resolver *r, Stmt *stmt)
{
    const Names *path = &stmt->u.stub.path;
    Symbol *symbol = resolver_find(r, path->items[0].text);
    if (!symbol) {
        resolver_unknown(r, DIAG_UNKNOWN_NAME, path->items[0]);
    }
    for (size_t i = 1; i < path->count && symbol; i++) {
        if (symbol->kind != SYMBOL_MODULE && symbol->kind != SYMBOL_SPACE) {
            const char *method = arena_print(r->arena, "%s.%s", symbol->name,
                                             path->items[i].text);
            diag_add(r->diags, DIAG_STUB_WHAT,
                     (Span){path->items[0].span.start, path->items[i].span.end}, method,
                     message_phrase(PHRASE_STUB_METHOD), NULL);
            symbol = NULL;
        } else {
            symbol = resolver_member(r, symbol, path->items[i]);
        }
    }
    stmt->u.stub.symbol = symbol;
    size_t outer, mark = resolver_enter(r, &outer);
    for (size_t i = 0; i < stmt->u.stub.params.count; i++) {
        LIST_ADD(r->arena, &stmt->u.stub.symbols,
                 resolver_declare(r, SYMBOL_PARAM, stmt->u.stub.params.items[i], false));
    }
    resolve_expr(r, stmt->u.stub.value);
    if (stmt->u.stub.block) {
        resolve_block_here(r, stmt->u.stub.block);
    }
    resolver_leave(r, mark, outer);
}

static void resolve_stmt(Resolver *r, Stmt *stmt)
{
    switch (stmt->kind) {
    case STMT_LET: case STMT_VAR: resolve_let(r, stmt); break;
    case STMT_EXPR: case STMT_RETURN: case STMT_YIELD: resolve_expr(r, stmt->u.expr.value); break;
    case STMT_CANCEL: resolve_cancel(r, stmt->u.expr.value); break;
    case STMT_ASSIGN:
        resolve_place(r, stmt->u.assign.place);
        resolve_expr(r, stmt->u.assign.value);
        break;
    case STMT_BREAK: case STMT_CONTINUE: case STMT_ERRONEOUS: break;
    case STMT_IF:
        resolve_expr(r, stmt->u.branch.condition);
        resolve_bound(r, stmt->u.branch.bound, &stmt->u.branch.symbol, &stmt->u.branch.then);
        resolve_block(r, stmt->u.branch.otherwise);
        break;
    case STMT_FOR: resolve_for(r, stmt); break;
    case STMT_WHILE:
        resolve_expr(r, stmt->u.loop.condition);
        resolve_bound(r, stmt->u.loop.bound, &stmt->u.loop.symbol, &stmt->u.loop.body);
        break;
    case STMT_DEFER: resolve_block(r, &stmt->u.defer.block); break;
    case STMT_ASSERT:
        resolve_expr(r, stmt->u.assertion.condition);
        resolve_expr(r, stmt->u.assertion.message);
        break;
    case STMT_STUB: resolve_stub(r, stmt); break;
    }
}
