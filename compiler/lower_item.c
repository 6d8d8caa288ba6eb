// What a form or a stage works on, so that a failure tells it: the item's names are given to the
// runtime with each child that is started, and where no child is started, at the fault edge itself.
#include "lowering.h"

#include <string.h>

// ── what is told ─────────────────────────────────────────────────────────────────────────────────
// Handles say nothing of what they lead to.
static bool is_shown(const Type *type)
{
    return type != NULL && type->kind != TYPE_QUEUE && type->kind != TYPE_STREAM &&
           type->kind != TYPE_TASK && type->kind != TYPE_NOTHING && type->kind != TYPE_NEVER;
}

void told_add(Lower *l, Told *told, Symbol *symbol)
{
    if (is_shown(symbol->type)) {
        LIST_ADD(l->arena, &told->symbols, symbol);
    }
}

static bool reads_told(const Expr *expr, void *data)
{
    const Told *told = data;
    const Symbol *symbol = expr->kind == EXPR_NAME ? expr->u.name.symbol
                           : expr->kind == EXPR_IT ? expr->u.it.symbol
                                                   : NULL;
    for (size_t i = 0; i < told->symbols.count; i++) {
        if (told->symbols.items[i] == symbol) {
            return true;
        }
    }
    return false;
}

static void told_each(Lower *l, Told *told, const Each *each)
{
    for (size_t i = 0; i < each->loops.count; i++) {
        for (size_t k = 0; k < each->loops.items[i].symbols.count; k++) {
            told_add(l, told, each->loops.items[i].symbols.items[k]);
        }
    }
    if (!walk_expr(&(Walk){.expr = reads_told, .data = told}, each->value)) {
        told->symbols.count = 0;
    }
}

// One for all branches: a text.
static void told_names(Lower *l, Told *told)
{
    Symbol *branch = ARENA_NEW(l->arena, Symbol);
    branch->kind = SYMBOL_LOCAL;
    branch->name = "branch";
    branch->type = type_plain(l->program->types, TYPE_STRING);
    branch->lowered = slot_new(l, branch->name, repr_of(l, branch->type), false);
    told_add(l, told, branch);
}

void told_form(Lower *l, Told *told, const Expr *form)
{
    if (form->u.conc.each.value != NULL) {
        told_each(l, told, &form->u.conc.each);
    } else if (form->u.conc.branches.count > 0 &&
               form->u.conc.branches.items[0].name.text != NULL) {
        told_names(l, told);
    }
}

void told_branch(Lower *l, const Told *told, const Branch *branch)
{
    if (told->symbols.count > 0) {
        const char *name = branch->name.text;
        op_set(l, told->symbols.items[0]->lowered, value_constant(l, name, strlen(name)));
    }
}

// The item's own, or with several names that of the tuple they would make.
static const Type *told_type(Lower *l, const Told *told)
{
    size_t count = told->symbols.count;
    if (count == 1) {
        return told->symbols.items[0]->type;
    }
    const Type **types = arena_take(l->arena, count * sizeof *types);
    for (size_t i = 0; i < count; i++) {
        types[i] = told->symbols.items[i]->type;
    }
    return type_tuple(l->program->types, types, count);
}

Value *told_descriptor(Lower *l, const Told *told)
{
    return value_descriptor(l, descriptor_of(l, told_type(l, told)));
}

Value *told_words(Lower *l, const Told *told, Value *call)
{
    for (size_t i = 0; i < told->symbols.count; i++) {
        value_arg(l, call, value_address(l, told->symbols.items[i]->lowered));
    }
    return call;
}

// ── at the fault edge ────────────────────────────────────────────────────────────────────────────
void about_open(Lower *l, About *about, const Told *told)
{
    *about = (About){l->b->about, told, l->b->fault, false};
    l->b->about = about;
}

void about_open_inside(Lower *l, About *about, const Told *told)
{
    about_open(l, about, told);
    about->inside = true;
}

void about_go_on(Lower *l, About *about)
{
    about_open(l, about, l->b->about == NULL ? NULL : l->b->about->told);
}

void about_close(Lower *l, const About *about)
{
    l->b->about = about->outer;
}

void op_tell(Lower *l, Op *op)
{
    const About *about = l->b->about;
    bool tells = about != NULL && about->told != NULL && about->told->symbols.count > 0;
    if (!tells || about->inside || about->fault != l->b->fault) {
        return;
    }
    const char *verb = about->told->symbols.count == 1 ? "weir_working_on" : "weir_working_on_all";
    op->value = value_runtime(l, verb, repr_plain(REPR_NONE), VALUE_EFFECT);
    told_words(l, about->told, value_arg(l, op->value, told_descriptor(l, about->told)));
}
