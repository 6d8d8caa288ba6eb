// check_seen.c: what nothing tells the type of. An empty list or map and a lone `none` take their
// type from where they stand; one that stands where any value may is of json, since it looks the
// same whatever it would hold; any other is told here, so that lowering sees closed types only.
#include "checker.h"
#include "walk.h"

// The type with json where it is open: [?] as [json]. NULL: that is not all that is missing.
static const Type *closed(Check *c, const Type *type)
{
    if (check_silent(type)) {
        return c->json;
    }
    const Type *key = NULL, *item = NULL;
    switch ((int)type->kind) {
    case TYPE_LIST:
    case TYPE_OPTIONAL:
        item = closed(c, type->item);
        return item ? type_of(c->types, type->kind, item) : NULL;
    case TYPE_MAP:
        key = type->key->kind == TYPE_UNKNOWN ? c->string : type->key;
        item = closed(c, type->item);
        return item ? type_map(c->types, key, item) : NULL;
    case TYPE_TUPLE: {
        const Type **items = arena_take(c->arena, type->fields.count * sizeof *items);
        for (size_t i = 0; i < type->fields.count; i++) {
            items[i] = closed(c, type->fields.items[i].type);
            if (!items[i]) {
                return NULL;
            }
        }
        return type_tuple(c->types, items, type->fields.count);
    }
    }
    return type_unseen(type) ? NULL : type;
}

void check_close(Check *c, Expr *expr)
{
    const Type *type = expr->type;
    if (!check_silent(type) && type_unseen(type) && !expr->converted) {
        const Type *whole = closed(c, type);
        if (whole) {
            check_fit(c, expr, whole);
        }
    }
}

// ── what is left ─────────────────────────────────────────────────────────────────────────────────
static bool unseen(const Expr *expr)
{
    const Type *type = expr->converted ? expr->converted : expr->type;
    return type && type->kind != TYPE_NEVER && type_unseen(type);
}

typedef struct Sweep {
    Check *c;
    const Expr *outer; // of what is looked into; NULL: not yet
} Sweep;

static bool inside(const Expr *expr, void *data)
{
    return expr != ((Sweep *)data)->outer && unseen(expr);
}

static bool look_at(const Expr *expr, void *data)
{
    Sweep *sweep = data;
    if (!unseen(expr) || expr->kind == EXPR_NAME || expr->kind == EXPR_IT) {
        return false; // a name is what its value is: that is told
    }
    Sweep parts = {.outer = expr};
    Walk walk = {.expr = inside, .data = &parts};
    if (walk_expr(&walk, expr)) {
        return false; // a part of it is the reason
    }
    const char *shown = expr->kind == EXPR_NONE   ? "none"
                        : expr->kind == EXPR_LIST ? "[]"
                        : expr->kind == EXPR_MAP  ? "[:]"
                                                  : expr->type->name;
    Diag *diag = diag_add(sweep->c->diags, DIAG_TYPE_UNSEEN, expr->span, shown, NULL, NULL);
    diag->help = message_phrase(PHRASE_HELP_UNSEEN);
    return false;
}

static void sweep_params(const Walk *walk, const Params *params)
{
    for (size_t i = 0; i < params->count; i++) {
        walk_expr(walk, params->items[i].fallback);
    }
}

void check_seen(Check *c)
{
    if (c->diags->all.count > 0) {
        return; // what is open may be so by another mistake
    }
    Sweep sweep = {.c = c};
    Walk walk = {.expr = look_at, .data = &sweep};
    for (size_t i = 0; i < c->program->decls.count; i++) {
        const Decl *decl = c->program->decls.items[i];
        walk_expr(&walk, decl->value);
        walk_clauses(&walk, &decl->clauses);
        sweep_params(&walk, &decl->params);
        for (size_t j = 0; j < decl->fields.count; j++) {
            walk_expr(&walk, decl->fields.items[j].fallback);
        }
        for (size_t j = 0; j < decl->cases.count; j++) {
            sweep_params(&walk, &decl->cases.items[j].params);
        }
        walk_block(&walk, &decl->body);
    }
}
