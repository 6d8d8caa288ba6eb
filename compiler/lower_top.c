// What stands at the top level: begin computes the values and defines limiters and caches, end
// drops the values. Each file has its own begin and end, which those of the main file call:
//
//     begin                        net's begin
//         do net_begin()               set base = "http://…"
//         test -> out                  test -> out
//         set first = base + "x"       do weir_limiter_define(0, "polite", 2, …)
#include "lowering.h"

#include <string.h>

typedef LIST(Routine *) Routines;

typedef struct Decls {
    Decl **items;
    size_t count;
} Decls;

// A failure from here on is at the declaration.
static void at_decl(Lower *l, const Decl *decl)
{
    l->b->line = source_place(l->sources, decl->span.start).line;
}

// 0 where the clause or the part is not there.
static Value *limit_part(Lower *l, const char *what, const Expr *part)
{
    return part == NULL ? value_int(l, 0) : value_at_least_one(l, what, lower_expr(l, part, what));
}

static void define_limiter(Lower *l, uint32_t index, const char *name, const Clauses *clauses,
                           const Type *key)
{
    const Clause *limit = clause_find(clauses, CLAUSE_LIMIT);
    const Clause *rate = clause_find(clauses, CLAUSE_RATE);
    Value *define = value_runtime(l, "weir_limiter_define", repr_plain(REPR_NONE),
                                  VALUE_EFFECT | VALUE_FAILS);
    value_arg(l, define, value_int(l, index));
    value_arg(l, define, value_template(l, name, strlen(name)));
    value_arg(l, define, limit_part(l, "limit", limit == NULL ? NULL : limit->a));
    value_arg(l, define, limit_part(l, "rate", rate == NULL ? NULL : rate->a));
    value_arg(l, define, rate == NULL ? value_int(l, 0) : lower_expr(l, rate->b, "per"));
    bool burst = rate != NULL && rate->c != NULL;
    value_arg(l, define, burst ? limit_part(l, "burst", rate->c) : value_int(l, rate != NULL));
    value_arg(l, define, value_descriptor(l, descriptor_of(l, key)));
    op_do(l, define);
    temp_finish(l, 0);
}

static bool is_global(const Decl *decl)
{
    return decl->kind == DECL_LET || decl->kind == DECL_QUEUE;
}

// What a binding calls it: a file that is used has its own name before.
static const char *queue_name(Lower *l, const Decl *decl)
{
    if (decl->module == l->program->modules.items[0]) {
        return decl->name.text;
    }
    const char *path = decl->module->source->path, *slash = strrchr(path, '/');
    const char *stem = slash == NULL ? path : slash + 1, *dot = strrchr(stem, '.');
    size_t length = dot == NULL || dot == stem ? strlen(stem) : (size_t)(dot - stem);
    return arena_print(l->arena, "%.*s.%s", (int)length, stem, decl->name.text);
}

static void begin_global(Lower *l, const Decl *decl)
{
    Slot *global = decl->symbol->lowered;
    Value *value;
    at_decl(l, decl);
    if (decl->kind == DECL_QUEUE) {
        const Type *item = decl->symbol->type->item;
        bool sent = type_sent(item);
        Descriptor *descriptor = sent ? descriptor_made(l, item) : descriptor_of(l, item);
        const char *name = queue_name(l, decl);
        value = value_runtime(l, "weir_queue_open", global->repr, VALUE_OWNED | VALUE_FAILS);
        value_arg(l, value, value_template(l, name, strlen(name)));
        value_arg(l, value, value_descriptor(l, descriptor));
        value_arg(l, value, lower_expr(l, decl->value, "max"));
        value_arg(l, value, value_int(l, sent));
    } else {
        value = value_own(l, lower_expr(l, decl->value, decl->name.text));
    }
    Op *store_op = op_add(l, OP_STORE);
    store_op->place = value_new(l, VALUE_GLOBAL, global->repr);
    store_op->place->slot = global;
    store_op->value = value;
    l->b->test_due = true;
    temp_finish(l, 0);
}

static void define_limits(Lower *l, const Decl *decl)
{
    at_decl(l, decl);
    if (decl->kind == DECL_LIMITER) {
        define_limiter(l, decl->symbol->index, decl->name.text, &decl->clauses,
                       limiter_key_type(l, decl));
    } else if (decl->kind == DECL_TASK && has_limit(decl)) {
        const Routine *task = decl->symbol->lowered;
        define_limiter(l, task->limiter, decl->name.text, &decl->clauses, NULL);
    }
    if (decl->kind == DECL_TASK && clause_find(&decl->clauses, CLAUSE_CACHE) != NULL) {
        define_cache(l, decl);
    }
}

static void call_other(Lower *l, Routine *other, unsigned flags)
{
    Value *call = value_new(l, VALUE_ROUTINE, repr_plain(REPR_NONE));
    call->routine = other;
    call->flags = flags;
    l->b->line = 0; // it says itself where it failed
    op_do(l, call);
    temp_finish(l, 0);
}

// Computes the values of a file, then defines its limits; before that it calls what does so for the
// other files. NULL: there is nothing to do.
static Routine *lower_begin(Lower *l, const Decls *decls, const Routines *before)
{
    Routine *routine = routine_new(l, ROUTINE_BEGIN, "begin", (Span){0, 0});
    Builder b;
    builder_open(l, &b, routine);
    for (size_t i = 0; i < before->count; i++) {
        call_other(l, before->items[i], VALUE_EFFECT | VALUE_FAILS);
    }
    for (size_t i = 0; i < decls->count; i++) {
        if (is_global(decls->items[i])) {
            begin_global(l, decls->items[i]);
        }
    }
    for (size_t i = 0; i < decls->count; i++) {
        define_limits(l, decls->items[i]);
    }
    bool empty = b.ops == NULL ||
                 (routine->states.count == 1 && routine->states.items[0]->ops.list.count == 0);
    region_leave(l, NULL, NULL, 0, 0);
    builder_close(l);
    return empty ? NULL : routine;
}

// Drops what stands at the top level of a file; then calls what does so for the other files.
static Routine *lower_end(Lower *l, const Decls *decls, const Routines *after)
{
    Routine *routine = routine_new(l, ROUTINE_BEGIN, "end", (Span){0, 0});
    Builder b;
    builder_open(l, &b, routine);
    bool empty = after->count == 0;
    for (size_t i = 0; i < decls->count; i++) {
        Slot *global = is_global(decls->items[i]) ? decls->items[i]->symbol->lowered : NULL;
        if (global != NULL && global->counted) {
            Op *drop = op_add(l, OP_STORE);
            drop->place = value_new(l, VALUE_GLOBAL, global->repr);
            drop->place->slot = global;
            drop->value = value_new(l, VALUE_NULL, global->repr);
            empty = false;
        }
    }
    for (size_t i = 0; i < after->count; i++) {
        call_other(l, after->items[i], VALUE_EFFECT); // also while a failure is pending
    }
    region_leave(l, NULL, NULL, 0, 0);
    builder_close(l);
    return empty ? NULL : routine;
}

static void add_routine(Lower *l, Routines *list, Routine *routine)
{
    if (routine != NULL) {
        LIST_ADD(l->arena, list, routine);
        LIST_ADD(l->arena, &l->unit->routines, routine);
    }
}

// The declarations of one file: they stand together in the program's order.
static Decls decls_from(const Lower *l, size_t first)
{
    const Program *program = l->program;
    Decls decls = {program->decls.items + first, 0};
    while (first + decls.count < program->decls.count &&
           decls.items[decls.count]->module == decls.items[0]->module) {
        decls.count++;
    }
    return decls;
}

void lower_ends(Lower *l)
{
    Routines begins = {0}, ends = {0};
    const Routines none = {0};
    const Module *main = l->program->modules.items[0];
    Decls own = {0};
    for (size_t i = 0; i < l->program->decls.count;) {
        Decls decls = decls_from(l, i);
        i += decls.count;
        if (decls.items[0]->module == main) {
            own = decls;
            continue;
        }
        lower_in(l, decls.items[0]->module);
        add_routine(l, &begins, lower_begin(l, &decls, &none));
        add_routine(l, &ends, lower_end(l, &decls, &none));
    }
    lower_in(l, main);
    l->unit->begin = lower_begin(l, &own, &begins);
    l->unit->end = lower_end(l, &own, &ends);
}
