// Pipelines. Stages that wait are each a task of their own (a producer that works ahead by an item,
// or with a limit a form over the items), so that they overlap; what does not wait in between is
// written out in the loop that comes next, up to the one that reads the end.
#include "lower_pipe.h"

// ── nodes made on the way ────────────────────────────────────────────────────────────────────────
Expr *node_new(Lower *l, ExprKind kind, Span span, const Type *type)
{
    Expr *expr = ARENA_NEW(l->arena, Expr);
    expr->kind = kind;
    expr->span = span;
    expr->type = type;
    return expr;
}

Symbol *symbol_new(Lower *l, const char *name, const Type *type)
{
    Symbol *symbol = ARENA_NEW(l->arena, Symbol);
    symbol->kind = SYMBOL_LOCAL;
    symbol->name = name;
    symbol->type = type;
    return symbol;
}

Expr *name_of(Lower *l, Symbol *symbol, Span span)
{
    Expr *expr = node_new(l, EXPR_NAME, span, symbol->type);
    expr->u.name.symbol = symbol;
    return expr;
}

// A slot that is read as a name from here on.
Expr *name_slot(Lower *l, Slot *slot, const Type *type, Span span)
{
    Symbol *symbol = symbol_new(l, slot->hint, type);
    symbol->lowered = slot;
    return name_of(l, symbol, span);
}

// ── kinds of stages ──────────────────────────────────────────────────────────────────────────────
// Several items at once, or at a rate: a form over the items.
static bool is_wide(const Stage *stage)
{
    return stage->kind == STAGE_EXPR && (clause_find(&stage->clauses, CLAUSE_LIMIT) != NULL ||
                                         clause_find(&stage->clauses, CLAUSE_RATE) != NULL);
}

bool stage_streams(const Stage *stage)
{
    return stage->kind == STAGE_EXPR && !stage->whole && stage->value->type->kind == TYPE_STREAM;
}

// Its time is not its reader's: it overlaps with the other stages.
bool stage_slow(Lower *l, const Stage *stage)
{
    return stage->kind == STAGE_BATCH || stage->whole || stage->clauses.count > 0 ||
           stage_streams(stage) || expr_waits(l, stage->value);
}

// All that a stream gives, as a list.
Expr *gathered(Lower *l, Expr *stream, const Type *list)
{
    Expr *pipe = node_new(l, EXPR_PIPE, stream->span, stream->type);
    pipe->u.flow.inner = stream;
    Expr *gather = node_new(l, EXPR_GATHER, stream->span, list);
    gather->u.conc.pipe = pipe;
    return gather;
}

// What one item gives, with the clauses of a stage that takes one at a time.
const Expr *stage_value(Lower *l, const Stage *stage)
{
    Clauses clauses = {0};
    bool collect = false;
    for (size_t i = 0; i < stage->clauses.count; i++) {
        Clause *clause = stage->clauses.items[i];
        if (clause->kind == CLAUSE_COLLECT_ERRORS) {
            collect = true;
        } else if (clause->kind != CLAUSE_ORDERED && clause->kind != CLAUSE_AS_COMPLETED) {
            LIST_ADD(l->arena, &clauses, clause);
        }
    }
    Expr *value = stage->value;
    if (clauses.count > 0) {
        Expr *claused = node_new(l, EXPR_CLAUSED, value->span, value->type);
        claused->u.flow.inner = value;
        claused->u.flow.clauses = clauses;
        value = claused;
    }
    if (collect) {
        const Type *type = stage->out;
        if (value->type->kind == TYPE_STREAM) { // whose items come when all are there
            type = type_of(l->program->types, TYPE_LIST, value->type->item);
            value = gathered(l, value, type);
            type = type_of(l->program->types, TYPE_RESULT, type);
        }
        Expr *tried = node_new(l, EXPR_TRY, value->span, type);
        tried->u.flow.inner = value;
        value = tried;
    }
    return value;
}

// ── producers ────────────────────────────────────────────────────────────────────────────────────
static void yield_item(Lower *l, Run *run, Slot *item)
{
    yield_value(l, value_slot(l, item), run->flow->span);
}

static void producer_body(Lower *l, void *data)
{
    Run run = {.l = l, .flow = data, .body = yield_item};
    run_flow(l, &run, true);
}

// Its items as a stream, from a producer that carries the stages out.
static void into_stream(Lower *l, Flow *flow, bool eager, const char *hint)
{
    const Type *item = flow->stages.count > 0 ? flow->stages.items[flow->stages.count - 1]->out
                                              : flow->item;
    Beside beside = {0};
    beside_reads(l, &beside, flow->source, NULL);
    for (size_t i = 0; i < flow->stages.count; i++) {
        beside_reads(l, &beside, flow->stages.items[i]->value, &flow->stages.items[i]->clauses);
    }
    Flow *inside = ARENA_NEW(l->arena, Flow);
    *inside = *flow;
    Slot *stream = stream_routine(l, &beside, item, eager, hint, flow->span, producer_body, inside);
    flow->source = name_slot(l, stream, type_of(l->program->types, TYPE_STREAM, item), flow->span);
    flow->item = item;
    flow->stages.items = NULL;
    flow->stages.count = flow->stages.room = 0;
}

// It is a stream already that somebody else made.
static bool is_stream(const Flow *flow)
{
    return flow->stages.count == 0 && flow->source->type->kind == TYPE_STREAM &&
           !stream_made(flow->source);
}

// The flow as a stream in a slot.
static Slot *stream_slot(Lower *l, Flow *flow, bool eager, const char *hint)
{
    if (!is_stream(flow)) {
        into_stream(l, flow, eager, hint);
    } else if (flow->source->kind != EXPR_NAME) { // in a field, a list or an item
        size_t mark = l->b->temps.count;
        Slot *stream = value_adopt(l, lower_expr(l, flow->source, hint), hint);
        temp_finish(l, mark < l->b->temps.count ? mark : l->b->temps.count);
        scope_hold(l, stream);
        flow->source = name_slot(l, stream, flow->source->type, flow->source->span);
    }
    return flow->source->u.name.symbol->lowered;
}

static const char *stage_hint(const Stage *stage, const char *otherwise)
{
    const Expr *call = stage->value;
    if (call->kind != EXPR_CALL) {
        return otherwise;
    }
    return call->u.call.symbol != NULL && call->u.call.target != CALLEE_BUILTIN
               ? call->u.call.symbol->name
               : otherwise;
}

// A stage with a limit: a form over the items.
static void wide_stage(Lower *l, Flow *flow, const Stage *stage)
{
    if (flow->stages.count > 0) {
        into_stream(l, flow, true, "stage");
    }
    Types *types = l->program->types;
    bool parts = stage_streams(stage);
    bool collect = clause_find(&stage->clauses, CLAUSE_COLLECT_ERRORS) != NULL;
    const Type *list = parts ? type_of(types, TYPE_LIST, stage->value->type->item) : NULL;
    const Type *out = !parts ? stage->out : collect ? type_of(types, TYPE_RESULT, list) : list;
    Expr *form = node_new(l, EXPR_AS_COMPLETED, stage->value->span,
                          type_of(types, TYPE_STREAM, out));
    form->u.conc.clauses = stage->clauses;
    form->u.conc.collect = collect;
    form->u.conc.each.value = stage->value;
    if (parts) { // what a stream gives is collected item by item of the source
        form->u.conc.each.value = gathered(l, stage->value, list);
    }
    EachFor loop = {.source = (Expr *)(uintptr_t)flow->source};
    LIST_ADD(l->arena, &loop.names, ((Name){stage->item->name, stage->span}));
    LIST_ADD(l->arena, &loop.symbols, stage->item);
    LIST_ADD(l->arena, &form->u.conc.each.loops, loop);
    bool ordered = clause_find(&stage->clauses, CLAUSE_AS_COMPLETED) == NULL;
    Slot *stream = stream_of_form(l, form, true, ordered, stage_hint(stage, "stage"));
    flow->source = name_slot(l, stream, form->type, stage->span);
    flow->item = out;
    if (parts) {
        Stage *each = ARENA_NEW(l->arena, Stage);
        each->kind = STAGE_EACH;
        each->span = stage->span;
        each->item = symbol_new(l, "parts", out);
        each->value = name_of(l, each->item, stage->span);
        each->in = out;
        each->out = stage->out;
        LIST_ADD(l->arena, &flow->stages, each);
    }
}

static void batch_stage(Lower *l, Flow *flow, const Stage *stage)
{
    if (!is_stream(flow)) {
        into_stream(l, flow, true, "items");
    }
    size_t mark = l->b->temps.count;
    Slot *stream = slot_new(l, "batches", repr_counted("weir_stream *"), true);
    Value *batch = value_runtime(l, "weir_batch", stream->repr, VALUE_OWNED | VALUE_FAILS);
    value_arg(l, batch, value_address(l, l->b->children));
    value_arg(l, batch, value_descriptor(l, descriptor_of(l, stage->out)));
    value_arg(l, batch, value_own(l, lower_expr(l, flow->source, "items")));
    value_arg(l, batch, value_settle(l, lower_expr(l, stage->value, "size"), "size"));
    Value *every = stage->every == NULL ? value_int(l, -1) : lower_expr(l, stage->every, "every");
    if (every->kind != VALUE_INT) { // else check has seen it
        every = value_arg(l, value_runtime(l, "weir_period", repr_plain(REPR_INT), VALUE_FAILS),
                          every);
    }
    value_arg(l, batch, value_settle(l, every, "every"));
    op_set(l, stream, batch);
    scope_hold(l, stream);
    temp_finish(l, mark);
    flow->source = name_slot(l, stream, type_of(l->program->types, TYPE_STREAM, stage->out),
                             stage->span);
    flow->item = stage->out;
}

// A task that takes the stream itself. What it gives is a stream, a value, or nothing: then NULL.
static bool whole_stage(Lower *l, Flow *flow, const Stage *stage)
{
    scope_bind(l, stage->item, stream_slot(l, flow, true, "items"));
    const Expr *value = stage_value(l, stage);
    if (stage->out->kind == TYPE_NOTHING) {
        size_t mark = l->b->temps.count;
        value_discard(l, lower_expr(l, value, NULL));
        temp_finish(l, mark);
        return false;
    }
    if (value->type->kind == TYPE_STREAM) {
        size_t mark = l->b->temps.count;
        Slot *stream = value_adopt(l, lower_expr(l, value, stage_hint(stage, "stream")),
                                   stage_hint(stage, "stream"));
        temp_finish(l, mark < l->b->temps.count ? mark : l->b->temps.count);
        scope_hold(l, stream);
        flow->source = name_slot(l, stream, value->type, stage->span);
    } else { // one item, once the stage has ended
        Expr *list = node_new(l, EXPR_LIST, stage->span,
                              type_of(l->program->types, TYPE_LIST, stage->out));
        LIST_ADD(l->arena, &list->u.list.items, (Expr *)(uintptr_t)value);
        flow->source = list;
    }
    flow->item = stage->out;
    return true;
}

// All stages up to those that the loop at the end writes out. last: so does it with the last stage
// that waits. False: the last stage gives nothing, and all is done.
static bool build(Lower *l, const Expr *expr, bool last, Flow *flow)
{
    *flow = (Flow){.source = expr->u.flow.inner, .span = expr->span};
    const Type *source = flow->source->type;
    flow->item = source->kind == TYPE_RANGE ? type_plain(l->program->types, TYPE_INT)
                 : source->kind == TYPE_MAP ? NULL
                                            : source->item;
    size_t count = expr->u.flow.stages.count;
    size_t final = count; // the last that waits
    for (size_t i = 0; i < count; i++) {
        if (stage_slow(l, expr->u.flow.stages.items[i])) {
            final = i;
        }
    }
    for (size_t i = 0; i < count; i++) {
        const Stage *stage = expr->u.flow.stages.items[i];
        l->b->line = source_line_of(l->sources, stage->span.start);
        if (flow->item == NULL) {
            flow->item = stage->in; // of a map
        }
        if (is_wide(stage)) {
            wide_stage(l, flow, stage);
        } else if (stage->kind == STAGE_BATCH) {
            batch_stage(l, flow, stage);
        } else if (stage->whole) {
            if (!whole_stage(l, flow, stage)) {
                return false;
            }
        } else {
            flow->span = flow->stages.count == 0 ? stage->span : flow->span;
            LIST_ADD(l->arena, &flow->stages, stage);
            if (stage_slow(l, stage) && !(last && i == final)) {
                into_stream(l, flow, true, stage_hint(stage, "stage"));
            }
        }
    }
    return true;
}

// ── where pipelines end ──────────────────────────────────────────────────────────────────────────
static void drop_item(Lower *l, Run *run, Slot *item)
{
    (void)l;
    (void)run;
    (void)item;
}

static void drained(Lower *l, void *data)
{
    size_t held = l->b->held.count;
    Flow flow;
    if (build(l, data, true, &flow)) {
        Run run = {.l = l, .flow = &flow, .body = drop_item};
        run_flow(l, &run, false);
    }
    scope_clear(l, held, l->b->temps.count);
    l->b->held.count = held;
}

void lower_pipe_drain(Lower *l, const Expr *expr)
{
    size_t mark = l->b->temps.count;
    lower_scoped(l, expr->span, drained, (void *)(uintptr_t)expr);
    temp_finish(l, mark);
}

typedef struct Ending {
    const Expr *pipe;
    const Stmt *stmt; // for
    Slot *list;       // gather
    const Type *type;
} Ending;

// The body's `break` leaves the pipeline's own loop, `continue` goes on behind the body.
static void for_item(Lower *l, Run *run, Slot *item)
{
    const Ending *ending = run->data;
    const Stmt *stmt = ending->stmt;
    Builder *b = l->b;
    if (stmt->u.each.symbols.count == 1) {
        scope_bind(l, stmt->u.each.symbols.items[0], item);
    } else {
        for (size_t i = 0; i < stmt->u.each.symbols.count; i++) {
            Slot *field = item->repr.shape->fields.items[i];
            Value *part = value_new(l, VALUE_FIELD, field->repr);
            part->slot = field;
            value_arg(l, part, value_slot(l, item));
            Slot *slot = slot_new(l, stmt->u.each.symbols.items[i]->name, part->repr, false);
            op_set(l, slot, part);
            scope_bind(l, stmt->u.each.symbols.items[i], slot);
        }
    }
    State *next = state_new(l, "next", (Span){0, 0});
    Loop loop = {.outer = b->loop,
                 .after_region = run->loop->after_region,
                 .again_region = b->region,
                 .held = run->loop->held,
                 .temps = run->loop->temps,
                 .held_inside = b->held.count,
                 .after = run->loop->after,
                 .again = next};
    b->loop = &loop;
    lower_block(l, &stmt->u.each.body);
    op_jump(l, next);
    b->loop = loop.outer;
    state_go_on(l, next);
}

static void for_pipe(Lower *l, void *data)
{
    const Ending *ending = data;
    size_t held = l->b->held.count;
    Flow flow;
    build(l, ending->pipe, false, &flow);
    Run run = {.l = l, .flow = &flow, .body = for_item, .data = data};
    run_flow(l, &run, true);
    scope_clear(l, held, l->b->temps.count);
    l->b->held.count = held;
}

void lower_pipe_for(Lower *l, const Stmt *stmt)
{
    Ending ending = {.pipe = stmt->u.each.source, .stmt = stmt};
    lower_scoped(l, stmt->u.each.source->span, for_pipe, &ending);
}

static void gather_item(Lower *l, Run *run, Slot *item)
{
    const Ending *ending = run->data;
    list_push(l, ending->list, value_slot(l, item));
    op_test(l);
}

static void gather_pipe(Lower *l, void *data)
{
    Ending *ending = data;
    size_t held = l->b->held.count;
    Flow flow;
    if (build(l, ending->pipe, true, &flow)) {
        Run run = {.l = l,
                   .flow = &flow,
                   .body = ending->list == NULL ? drop_item : gather_item,
                   .data = data};
        run_flow(l, &run, false);
    }
    scope_clear(l, held, l->b->temps.count);
    l->b->held.count = held;
}

Value *lower_gather_pipe(Lower *l, const Expr *expr, const char *hint)
{
    Ending ending = {.pipe = expr->u.conc.pipe, .type = expr->type};
    if (expr->type->kind == TYPE_LIST) {
        ending.list = list_open(l, expr->type, 0, hint == NULL ? "items" : hint);
        op_test(l);
    }
    lower_scoped(l, expr->span, gather_pipe, &ending);
    return ending.list == NULL ? NULL : value_slot(l, ending.list);
}

Value *lower_pipe(Lower *l, const Expr *expr, const char *hint)
{
    if (expr->type->kind != TYPE_STREAM) {
        lower_pipe_drain(l, expr);
        return NULL;
    }
    Flow flow;
    size_t held = l->b->held.count;
    build(l, expr, false, &flow);
    Slot *last = stream_slot(l, &flow, false, hint == NULL ? "stream" : hint);
    Slot *stream = slot_word(l, hint == NULL ? "stream" : hint, last->repr, true);
    op_set(l, stream, value_own(l, value_slot(l, last)));
    scope_clear(l, held, l->b->temps.count);
    l->b->held.count = held;
    return value_slot(l, stream);
}
