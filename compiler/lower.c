#include "lowering.h"

#include <string.h>

// ── declarations ─────────────────────────────────────────────────────────────────────────────────
void lower_in(Lower *l, const Module *module)
{
    l->file = module->file;
    l->part = module->lowered;
}

static Span heading(const Decl *decl)
{
    return (Span){decl->span.start, decl->body.span.start > decl->span.start ? decl->body.span.start
                                                                             : decl->span.end};
}

bool has_limit(const Decl *decl)
{
    return clause_find(&decl->clauses, CLAUSE_LIMIT) != NULL ||
           clause_find(&decl->clauses, CLAUSE_RATE) != NULL;
}

// Every routine exists, with its parameters and result, before any body is lowered.
static void declare(Lower *l, Decl *decl)
{
    lower_in(l, decl->module);
    bool task = decl->kind == DECL_TASK;
    Routine *routine = routine_new(l, task ? ROUTINE_TASK : ROUTINE_FN, decl->name.text,
                                   heading(decl));
    routine->blocking = decl->blocking;
    routine->external = decl->is_extern;
    decl->symbol->lowered = routine;
    Builder b = {.routine = routine};
    l->b = &b;
    for (size_t i = 0; i < decl->params.count; i++) {
        Symbol *symbol = decl->params.items[i].symbol;
        symbol->lowered = slot_param(l, symbol->name, repr_of(l, symbol->type), task);
    }
    const Type *gives = decl->symbol->type;
    routine->yields = task && gives->kind == TYPE_STREAM;
    Repr repr = routine->yields ? repr_plain(REPR_NONE) : repr_of(l, gives);
    if (task && repr.kind != REPR_NONE) {
        routine->result = slot_new(l, "result", repr, true);
        routine->result->by_address = true;
    }
    routine->gives = repr;
    routine->result_descriptor = routine->yields ? NULL : descriptor_of(l, gives);
    if (clause_find(&decl->clauses, CLAUSE_CACHE) != NULL) {
        routine->cache = l->unit->caches++;
    }
    if (task && has_limit(decl)) {
        routine->limiter = l->unit->limiters++;
    }
    l->b = NULL;
}

typedef struct DeclBody {
    const Decl *decl;
} DeclBody;

static void task_block(Lower *l, void *data)
{
    const Decl *decl = ((DeclBody *)data)->decl;
    lower_body(l, &decl->body, decl->body.span);
}

static void lower_decl(Lower *l, const Decl *decl)
{
    Routine *routine = decl->symbol->lowered;
    lower_in(l, decl->module);
    if (decl->is_extern) {
        lower_extern(l, decl, heading(decl));
        return;
    }
    Builder b;
    builder_open(l, &b, routine);
    DeclBody body = {decl};
    if (clause_find(&decl->clauses, CLAUSE_CACHE) != NULL) {
        lower_cached(l, decl, heading(decl), task_block, &body);
    } else if (decl->kind == DECL_TASK) {
        lower_clauses(l, &decl->clauses, heading(decl), task_block, &body);
        region_leave(l, NULL, NULL, 0, 0);
    } else {
        if (routine->gives.kind != REPR_NONE) {
            b.then = slot_new(l, "result", routine->gives, true);
        }
        lower_block(l, &decl->body);
        region_leave(l, NULL, NULL, 0, 0);
    }
    builder_close(l);
}

// ── who calls whom ───────────────────────────────────────────────────────────────────────────────
// Tarjan's components: a routine that is in a circle of calls is recursive, and callees are lowered
// and printed first.
typedef struct Graph {
    Lower *l;
    LIST(Decl *) decls;
    LIST(uint32_t) * calls;
    uint32_t *number, *low;
    bool *on_stack;
    LIST(uint32_t) stack;
    LIST(Decl *) order;
    uint32_t next, from;
} Graph;

static bool add_call(const Expr *expr, void *data)
{
    Graph *g = data;
    if (expr->kind != EXPR_CALL || expr->u.call.symbol == NULL) {
        return false;
    }
    switch (expr->u.call.target) {
    case CALLEE_TASK:
    case CALLEE_EXTERN:
    case CALLEE_FN:
    case CALLEE_BLOCKING_FN: {
        const Decl *callee = expr->u.call.symbol->decl;
        const Routine *routine = callee->symbol->lowered;
        LIST_ADD(g->l->arena, &g->calls[g->from], routine->index);
        break;
    }
    case CALLEE_UNKNOWN:
    case CALLEE_RECORD:
    case CALLEE_CASE:
    case CALLEE_BUILTIN:
    case CALLEE_METHOD:
    case CALLEE_WITH:
    case CALLEE_FORGET: break;
    }
    return false;
}

typedef struct Visitor { // one level of the search, so that a long chain of calls needs no C stack
    uint32_t node;
    size_t call;
} Visitor;

static void component(Graph *g, uint32_t node)
{
    size_t members = 0;
    bool itself = false;
    for (size_t i = 0; i < g->calls[node].count; i++) {
        itself = itself || g->calls[node].items[i] == node;
    }
    size_t first = g->stack.count;
    do {
        first--;
        members++;
    } while (g->stack.items[first] != node);
    for (size_t i = first; i < g->stack.count; i++) {
        uint32_t member = g->stack.items[i];
        g->on_stack[member] = false;
        ((Routine *)g->decls.items[member]->symbol->lowered)->recursive = members > 1 || itself;
        LIST_ADD(g->l->arena, &g->order, g->decls.items[member]);
    }
    g->stack.count = first;
}

static void search(Graph *g, uint32_t root)
{
    LIST(Visitor) levels = {0};
    Visitor start = {root, 0};
    LIST_ADD(g->l->arena, &levels, start);
    while (levels.count > 0) {
        Visitor *at = &levels.items[levels.count - 1];
        uint32_t node = at->node;
        if (at->call == 0 && g->number[node] == 0) {
            g->number[node] = g->low[node] = ++g->next;
            LIST_ADD(g->l->arena, &g->stack, node);
            g->on_stack[node] = true;
        }
        if (at->call < g->calls[node].count) {
            uint32_t callee = g->calls[node].items[at->call++];
            if (g->number[callee] == 0) {
                Visitor deeper = {callee, 0};
                LIST_ADD(g->l->arena, &levels, deeper);
            } else if (g->on_stack[callee] && g->number[callee] < g->low[node]) {
                g->low[node] = g->number[callee];
            }
            continue;
        }
        if (g->low[node] == g->number[node]) {
            component(g, node);
        }
        levels.count--;
        if (levels.count > 0) {
            uint32_t caller = levels.items[levels.count - 1].node;
            g->low[caller] = g->low[node] < g->low[caller] ? g->low[node] : g->low[caller];
        }
    }
}

static void order_calls(Graph *g)
{
    Arena *arena = g->l->arena;
    size_t count = g->decls.count + 1;
    g->calls = arena_take(arena, count * sizeof *g->calls);
    g->number = arena_take(arena, count * sizeof *g->number);
    g->low = arena_take(arena, count * sizeof *g->low);
    g->on_stack = arena_take(arena, count * sizeof *g->on_stack);
    for (uint32_t i = 0; i < g->decls.count; i++) {
        g->from = i;
        Walk walk = {.expr = add_call, .data = g};
        walk_block(&walk, &g->decls.items[i]->body);
    }
    for (uint32_t i = 0; i < g->decls.count; i++) {
        if (g->number[i] == 0) {
            search(g, i);
        }
    }
}

// ── main and the command line ────────────────────────────────────────────────────────────────────
static Value *zero_of(Lower *l, Repr repr)
{
    if (repr.kind == REPR_COUNTED) {
        return value_new(l, VALUE_NULL, repr);
    }
    Value *zero = value_int(l, 0);
    zero->repr = repr;
    return zero;
}

static Routine *lower_begin_main(Lower *l, const Decl *decl)
{
    Routine *routine = routine_new(l, ROUTINE_BEGIN, "begin_main", (Span){0, 0});
    routine->main_of = decl->symbol->lowered;
    Builder b;
    builder_open(l, &b, routine);
    Op *start = op_new(l, OP_START);
    start->routine = routine->main_of;
    b.line = routine->main_of->line;
    bool fails = false;
    start->place = value_new(l, VALUE_NAMED, repr_plain(REPR_NONE));
    start->place->text = "frame";
    for (size_t i = 0; i < decl->params.count; i++) {
        const Param *param = &decl->params.items[i];
        Slot *slot = start->routine->params.items[i];
        Value *value = param->fallback == NULL ? zero_of(l, slot->repr)
                                               : lower_expr(l, param->fallback, slot->hint);
        fails = fails || (value->flags & VALUE_FAILS) != 0;
        LIST_ADD(l->arena, &start->args, value_own(l, value));
        Parameter parameter = {.words = param->name.text,
                               .doc = param->doc,
                               .slot = slot,
                               .descriptor = descriptor_of(l, param->symbol->type),
                               .has_default = param->fallback != NULL};
        if (param->fallback != NULL) {
            const char *words = words_of(l, param->fallback->span), *dot = strrchr(words, '.');
            bool named = param->symbol->type->kind == TYPE_ENUM && dot != NULL; // as it is given
            parameter.shown_default = named ? dot + 1 : words;
        }
        LIST_ADD(l->arena, &l->unit->parameters, parameter);
    }
    if (b.ops != NULL) {
        LIST_ADD(l->arena, &b.ops->list, start);
        b.test_due = b.test_due || fails; // afterwards: the frame is begun in any case
    }
    temp_finish(l, 0);
    region_leave(l, NULL, NULL, 0, 0);
    builder_close(l);
    return routine;
}

// ── the unit ─────────────────────────────────────────────────────────────────────────────────────
static void name_unit(Lower *l)
{
    const char *file = l->program->modules.items[0]->file;
    l->unit->file = file;
    const char *dot = strrchr(file, '.');
    l->unit->hint = arena_copy(l->arena, file,
                               dot == NULL || dot == file ? strlen(file) : (size_t)(dot - file));
}

// One part for each module, or one for all.
static void make_parts(Lower *l)
{
    for (size_t i = 0; i < l->program->modules.count; i++) {
        Module *module = l->program->modules.items[i];
        if (i > 0 && !l->program->splits) {
            module->lowered = l->unit->parts.items[0];
            continue;
        }
        UnitPart *part = ARENA_NEW(l->arena, UnitPart);
        part->file = module->file;
        part->stem = module->stem;
        module->lowered = part;
        LIST_ADD(l->arena, &l->unit->parts, part);
    }
}

static void declare_globals(Lower *l)
{
    Builder b = {.routine = ARENA_NEW(l->arena, Routine)};
    l->b = &b;
    for (size_t i = 0; i < l->program->decls.count; i++) {
        Decl *decl = l->program->decls.items[i];
        if (decl->kind == DECL_LET || decl->kind == DECL_QUEUE) {
            Slot *slot = slot_new(l, decl->name.text, repr_of(l, decl->symbol->type), true);
            slot->part = decl->module->lowered;
            decl->symbol->lowered = slot;
            LIST_ADD(l->arena, &slot->part->globals, slot);
        } else if (decl->kind == DECL_LIMITER) {
            decl->symbol->index = l->unit->limiters++;
        }
    }
    l->b = NULL;
}

// ── tests ────────────────────────────────────────────────────────────────────────────────────────
// A test block is a task that nobody calls.
static void lower_test(Lower *l, const Decl *decl)
{
    lower_in(l, decl->module);
    const char *hint = arena_print(l->arena, "test_%s", decl->name.text);
    Routine *routine = routine_new(l, ROUTINE_TASK, hint, heading(decl));
    routine->shown = arena_print(l->arena, "test \"%s\"", decl->name.text);
    routine->started = true;
    Builder b;
    builder_open(l, &b, routine);
    lower_body(l, &decl->body, decl->body.span);
    builder_close(l);
    LIST_ADD(l->arena, &l->unit->routines, routine);
    TestBlock test = {decl->name.text, source_line_of(l->sources, decl->span.start), routine};
    LIST_ADD(l->arena, &l->unit->tests, test);
}

static void lower_tests(Lower *l)
{
    // Those of the file itself: a file that is used has tests of its own.
    const Module *module = l->program->modules.items[0];
    for (size_t i = 0; i < module->decls.count; i++) {
        if (module->decls.items[i]->kind == DECL_TEST) {
            lower_test(l, module->decls.items[i]);
        }
    }
}

Unit *lower(Arena *arena, const Sources *sources, Program *program)
{
    Lower l = {
        .arena = arena, .sources = sources, .program = program, .unit = ARENA_NEW(arena, Unit)};
    l.unit->arena = arena;
    name_unit(&l);
    make_parts(&l);
    lower_in(&l, program->modules.items[0]);
    declare_globals(&l);
    Graph graph = {.l = &l};
    for (size_t i = 0; i < program->decls.count; i++) {
        Decl *decl = program->decls.items[i];
        l.binds = l.binds || decl->kind == DECL_QUEUE;
        if (decl->kind == DECL_TASK || decl->kind == DECL_FN) {
            declare(&l, decl);
            lower_share(&l, decl);
            ((Routine *)decl->symbol->lowered)->index = (uint32_t)graph.decls.count;
            LIST_ADD(arena, &graph.decls, decl);
        }
    }
    order_calls(&graph);
    if (program->wants_tests) {
        lower_stubs(&l);
    }
    for (size_t i = 0; i < graph.order.count; i++) {
        lower_decl(&l, graph.order.items[i]);
        LIST_ADD(arena, &l.unit->routines, (Routine *)graph.order.items[i]->symbol->lowered);
    }
    if (program->wants_tests) {
        lower_tests(&l);
    }
    lower_ends(&l);
    if (program->main != NULL) {
        l.unit->main = program->main->lowered;
        l.unit->main->started = true;
        l.unit->doc = program->main->decl->doc;
        l.unit->begin_main = lower_begin_main(&l, program->main->decl);
    }
    for (size_t i = 0; i < l.defaults.count; i++) {
        LIST_ADD(arena, &l.unit->routines, l.defaults.items[i]);
    }
    return l.unit;
}
