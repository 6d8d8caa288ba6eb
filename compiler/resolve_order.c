// resolve_order.c: declarations in an order in which what is needed comes first: those of a file
// after those of the files it uses.
//
// Depth first over what each declaration names, without recursion, since a program may chain 10^5
// of them. Functions may call each other and types hold each other in a circle; a value, a queue or
// a limiter in a circle needs itself.
#include "say.h"
#include "symbols.h"

typedef struct Step {
    Decl *decl;
    size_t next;   // which of its uses is to be looked at
    size_t values; // how many values are on the path up to here
} Step;

typedef struct Order {
    Program *program;
    Diags *diags;
    LIST(Step) path;
} Order;

enum { NEW, UNDER_WAY, DONE };

static bool is_value(const Decl *decl)
{
    return decl->kind == DECL_LET || decl->kind == DECL_QUEUE || decl->kind == DECL_LIMITER;
}

static void begin(Order *order, Decl *decl)
{
    size_t values = order->path.count ? order->path.items[order->path.count - 1].values : 0;
    Step step = {decl, 0, values + (is_value(decl) ? 1 : 0)};
    decl->order = UNDER_WAY;
    LIST_ADD(order->program->arena, &order->path, step);
}

// `again` is on the path already. Are there values in the circle? The first one is told, once.
static void circle(Order *order, const Decl *again)
{
    size_t at = order->path.count;
    if (!is_value(again) && order->path.items[at - 1].values == 0) {
        return;
    }
    while (order->path.items[at - 1].decl != again) {
        at--;
    }
    size_t before = at > 1 ? order->path.items[at - 2].values : 0;
    if (order->path.items[order->path.count - 1].values == before) {
        return;
    }
    for (at--; !is_value(order->path.items[at].decl); at++) {
    }
    const Decl *value = order->path.items[at].decl;
    Diag *diag = diag_add(order->diags, DIAG_CIRCULAR_VALUE, value->name.span, value->name.text,
                          NULL, NULL);
    for (at++; at < order->path.count && diag->labels.count < 4; at++) {
        const Decl *through = order->path.items[at].decl;
        diag_label(order->diags, diag, through->name.span, message_phrase(PHRASE_BY_WAY_OF));
    }
}

static void visit(Order *order, Decl *root)
{
    if (root->order != NEW) {
        return;
    }
    begin(order, root);
    while (order->path.count > 0) {
        Step *step = &order->path.items[order->path.count - 1];
        if (step->next == step->decl->uses.count) {
            step->decl->order = DONE;
            if (step->decl->kind != DECL_USE) {
                LIST_ADD(order->program->arena, &order->program->decls, step->decl);
            }
            order->path.count--;
            continue;
        }
        Decl *used = step->decl->uses.items[step->next++]->decl;
        if (used->order == NEW) {
            begin(order, used);
        } else if (used->order == UNDER_WAY) {
            circle(order, used);
        }
    }
}

// As deep as files use each other. One that is under way is in a circle, which was reported.
static void visit_module(Order *order, Module *module)
{
    if (module->ordered) {
        return;
    }
    module->ordered = true;
    for (size_t i = 0; i < module->decls.count; i++) {
        const Decl *decl = module->decls.items[i];
        if (decl->kind == DECL_USE && decl->module != NULL) {
            visit_module(order, decl->module);
        }
    }
    for (size_t i = 0; i < module->decls.count; i++) {
        visit(order, module->decls.items[i]);
    }
}

void resolve_order(Program *program, Diags *diags)
{
    Order order = {.program = program, .diags = diags};
    for (size_t i = 0; i < program->modules.count; i++) {
        visit_module(&order, program->modules.items[i]);
    }
}
