// check_rules.c: rules that need the whole program: kinds of failures, and limiters that would wait
// for themselves.
#include "checker.h"
#include "walk.h"

// ── Error.kind ───────────────────────────────────────────────────────────────────────────────────
static const char *const kinds[] = {"failed", "timeout",  "cancelled", "closed", "io",       "http",
                                    "exec",  "parse",
                                    "index",  "overflow", "math",      "type",   "deadlock",
                                        "assert", "memory"};

static void add_kind(Check *c, SymbolTable *known, const char *name)
{
    if (!symbols_find(known, name)) {
        Symbol *symbol = ARENA_NEW(c->arena, Symbol);
        symbol->name = name;
        symbols_add(known, name, symbol);
    }
}

void check_kinds(Check *c)
{
    if (c->any_kind || c->kinds_used.count == 0) {
        return;
    }
    SymbolTable *known = symbols_new(c->arena);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        add_kind(c, known, kinds[i]);
    }
    for (size_t i = 0; i < c->kinds_made.count; i++) {
        add_kind(c, known, c->kinds_made.items[i].text);
    }
    for (size_t i = 0; i < c->kinds_used.count; i++) {
        KindUse use = c->kinds_used.items[i];
        if (symbols_find(known, use.text)) {
            continue;
        }
        Diag *diag = diag_add(c->diags, DIAG_NO_SUCH_KIND, use.span, use.text, NULL, NULL);
        Nearest nearest = {.wanted = use.text};
        for (size_t j = 0; c->guesses < 64 && j < symbols_mark(known); j++) {
            text_nearest(&nearest, symbols_at(known, j)->name);
        }
        c->guesses++;
        say_nearest(c->diags, diag, &nearest);
        if (nearest.best) { // within its quotes
            diag->edits.items[0].text = arena_print(c->arena, "\"%s\"", nearest.best);
        }
    }
}

// ── limiters ─────────────────────────────────────────────────────────────────────────────────────
// A task that holds a permit and calls what needs a permit of the same limiter waits for itself
// once all are out.
typedef struct Held {
    Check *c;
    const Symbol *limiter; // a limiter, or the task itself for its own `limit`
    Span where;            // the clause
    size_t budget;         // steps left: the rule gives up on programs made to be slow
    LIST(Decl *) seen;
} Held;

enum { SEEN = 8 };

// Does running this declaration take a permit of the limiter, itself or in what it calls?
static bool takes(Held *held, Decl *decl)
{
    if (decl->symbol == held->limiter) {
        return true;
    }
    bool runs = decl->kind == DECL_TASK || decl->kind == DECL_FN;
    if (!runs || (decl->order & SEEN) || held->budget == 0) {
        return false;
    }
    decl->order |= SEEN;
    LIST_ADD(held->c->arena, &held->seen, decl);
    for (size_t i = 0; i < decl->uses.count && held->budget > 0; i++) {
        held->budget--;
        if (held->seen.count < 4000 && takes(held, decl->uses.items[i]->decl)) {
            return true;
        }
    }
    return false;
}

static bool would_take(Held *held, Decl *decl)
{
    bool found = takes(held, decl);
    for (size_t i = 0; i < held->seen.count; i++) {
        held->seen.items[i]->order &= (uint8_t)~SEEN;
    }
    held->seen.count = 0;
    return found;
}

static void waits_for_itself(const Held *held, Span span, const char *what)
{
    Diag *diag = diag_add(held->c->diags, DIAG_WAITS_FOR_HELD, span, what, held->limiter->name,
                          NULL);
    diag_label(held->c->diags, diag, held->where, message_phrase(PHRASE_TAKEN_HERE));
}

static Decl *called(const Expr *expr)
{
    return expr->kind == EXPR_CALL && expr->u.call.symbol ? expr->u.call.symbol->decl : NULL;
}

static bool look_at(const Expr *expr, void *data)
{
    Held *held = data;
    Decl *decl = called(expr);
    if (decl && would_take(held, decl)) {
        waits_for_itself(held, expr->span, decl->name.text);
    }
    const Clauses *clauses = expr->kind == EXPR_CLAUSED || expr->kind == EXPR_START
        ? &expr->u.flow.clauses : NULL;
    for (size_t i = 0; clauses && i < clauses->count; i++) {
        const Clause *clause = clauses->items[i];
        if (clause->kind == CLAUSE_WITHIN && clause->symbol == held->limiter) {
            waits_for_itself(held, clause->span, "within");
        }
    }
    return false;
}

static bool has_permits(const Symbol *limiter)
{
    return limiter && limiter->decl->params.count == 0 && clause_find(&limiter->decl->clauses,
        CLAUSE_LIMIT);
}

// What stands before `within a` holds a while it runs.
static void look_within(Held *held, const Clauses *clauses, const Expr *value)
{
    for (size_t i = 0; i < clauses->count; i++) {
        const Clause *clause = clauses->items[i];
        if (clause->kind == CLAUSE_WITHIN && has_permits(clause->symbol)) {
            Held inner = {.c = held->c, .limiter = clause->symbol, .where = clause->span,
                          .budget = held->budget};
            walk_expr(&(Walk){.expr = look_at, .data = &inner}, value);
            held->budget = inner.budget;
        }
    }
}

// Calls, what is started, items of a form and stages of a pipeline.
static bool look_at_clauses(const Expr *expr, void *data)
{
    Held *held = data;
    switch ((int)expr->kind) {
    case EXPR_CLAUSED: case EXPR_START:
        look_within(held, &expr->u.flow.clauses, expr->u.flow.inner);
        break;
    case EXPR_GATHER: case EXPR_AS_COMPLETED: case EXPR_RACE:
        if (expr->u.conc.each.value) {
            look_within(held, &expr->u.conc.clauses, expr->u.conc.each.value);
        }
        for (size_t i = 0; i < expr->u.conc.branches.count; i++) {
            look_within(held, &expr->u.conc.clauses, expr->u.conc.branches.items[i].value);
        }
        break;
    case EXPR_PIPE:
        for (size_t i = 0; i < expr->u.flow.stages.count; i++) {
            const Stage *stage = expr->u.flow.stages.items[i];
            look_within(held, &stage->clauses, stage->value);
        }
        break;
    }
    return false;
}

void check_limiters(Check *c)
{
    Held held = {.c = c, .budget = 4000000};
    for (size_t i = 0; i < c->program->decls.count; i++) {
        const Decl *decl = c->program->decls.items[i];
        Walk clauses = {.expr = look_at_clauses, .data = &held};
        walk_block(&clauses, &decl->body);
        for (size_t j = 0; decl->kind == DECL_TASK && j < decl->clauses.count; j++) {
            const Clause *clause = decl->clauses.items[j];
            bool own = clause->kind == CLAUSE_LIMIT;
            if (own || (clause->kind == CLAUSE_WITHIN && has_permits(clause->symbol))) {
                held.limiter = own ? decl->symbol : clause->symbol;
                held.where = clause->span;
                Walk walk = {.expr = look_at, .data = &held};
                walk_block(&walk, &decl->body);
            }
        }
    }
}
