// resolver.h: what resolve.c and resolve_expr.c share. No other file includes it.
#ifndef RESOLVER_H
#define RESOLVER_H

#include "say.h"
#include "symbols.h"

typedef struct Resolver {
    Program *program;
    Arena *arena;
    Diags *diags;
    Module *module;
    Decl *decl;          // the declaration being read
    SymbolTable *locals;
    size_t block;        // where the innermost block's names begin
    Symbol *it;          // what `it` means here; NULL: nothing
    // how often a near name was looked for: looking is slow, so only the first mistakes get one
    unsigned guesses;
} Resolver;

// ── resolve.c ────────────────────────────────────────────────────────────────────────────────────
// A new local in the innermost block. NULL-named ones give NULL.
Symbol *resolver_declare(Resolver *r, SymbolKind kind, Name name, bool variable);
// What a name means here, or NULL. Marks the declaration as used.
Symbol *resolver_find(Resolver *r, const char *name);
void resolver_uses(Resolver *r, Symbol *symbol);
// Reports an unknown name with the nearest one that is known.
void resolver_unknown(Resolver *r, int code, Name name);
Symbol *resolver_member(Resolver *r, Symbol *owner, Name name);

// A nested scope: gives what leave needs.
size_t resolver_enter(Resolver *r, size_t *block);
void resolver_leave(Resolver *r, size_t mark, size_t block);

// ── resolve_expr.c ───────────────────────────────────────────────────────────────────────────────
void resolve_expr(Resolver *r, Expr *expr); // may be NULL
void resolve_exprs(Resolver *r, const Exprs *exprs);
void resolve_clauses(Resolver *r, const Clauses *clauses);

// ── resolve_stmt.c ───────────────────────────────────────────────────────────────────────────────
void resolve_block(Resolver *r, Block *block);       // with a scope of its own
void resolve_block_here(Resolver *r, Block *block);  // in the scope that is open

#endif
