// Streams: tasks that yield, as_completed as a value, and what belongs to the scope they are made
// in.
#include "lower_stream.h"
#include "lower_form.h"

// ── who needs a scope ────────────────────────────────────────────────────────────────────────────
bool stream_made(const Expr *source)
{
    if (source->type == NULL || source->type->kind != TYPE_STREAM) {
        return false;
    }
    return source->kind != EXPR_NAME && source->kind != EXPR_IT && source->kind != EXPR_FIELD &&
           source->kind != EXPR_INDEX;
}

typedef struct Starts {
    Arena *arena;
    LIST(const Expr *) skip; // streams that are made for one loop have a scope of its own
} Starts;

// What a loop goes through is closed with the loop; of a pipeline, its source too.
static void skip_source(Starts *starts, const Expr *source)
{
    while (source != NULL && stream_made(source)) {
        LIST_ADD(starts->arena, &starts->skip, source);
        source = source->kind == EXPR_PIPE || source->kind == EXPR_CLAUSED ? source->u.flow.inner
                                                                           : NULL;
    }
}

static void skip_pipe(Starts *starts, const Expr *pipe)
{
    LIST_ADD(starts->arena, &starts->skip, pipe);
    skip_source(starts, pipe->u.flow.inner);
    for (size_t i = 0; i < pipe->u.flow.stages.count; i++) {
        LIST_ADD(starts->arena, &starts->skip, pipe->u.flow.stages.items[i]->value);
    }
}

static bool starts_expr(const Expr *expr, void *data)
{
    Starts *starts = data;
    for (size_t i = 0; i < starts->skip.count; i++) {
        if (starts->skip.items[i] == expr) {
            return false;
        }
    }
    if (expr->kind == EXPR_GATHER || expr->kind == EXPR_RACE) {
        if (expr->u.conc.pipe != NULL) {
            skip_pipe(starts, expr->u.conc.pipe);
        }
        for (size_t i = 0; i < expr->u.conc.each.loops.count; i++) {
            skip_source(starts, expr->u.conc.each.loops.items[i].source);
        }
        return false;
    }
    if (expr->kind == EXPR_PIPE && expr->type->kind == TYPE_NOTHING) {
        skip_pipe(starts, expr);
        return false;
    }
    return expr->kind == EXPR_START || (stream_made(expr) && expr->kind != EXPR_LEAVE);
}

static bool starts_stmt(const Stmt *stmt, void *data)
{
    Starts *starts = data;
    if (stmt->kind == STMT_FOR) {
        const Expr *source = stmt->u.each.source;
        if (source->kind == EXPR_PIPE) {
            skip_pipe(starts, source);
        } else {
            skip_source(starts, source);
        }
        if (source->kind == EXPR_AS_COMPLETED) {
            for (size_t i = 0; i < source->u.conc.each.loops.count; i++) {
                skip_source(starts, source->u.conc.each.loops.items[i].source);
            }
        }
    } else if (stmt->kind == STMT_EXPR && stmt->u.expr.value->kind == EXPR_PIPE) {
        skip_pipe(starts, stmt->u.expr.value);
    } else if (stmt->kind == STMT_RETURN && stmt->u.expr.value != NULL) {
        skip_source(starts, stmt->u.expr.value); // a stream task forwards it in a loop
    }
    return false;
}

bool expr_starts(Lower *l, const Expr *expr)
{
    Starts starts = {.arena = l->arena};
    return walk_expr(&(Walk){.expr = starts_expr, .stmt = starts_stmt, .data = &starts}, expr);
}

bool block_starts(Lower *l, const Block *block)
{
    Starts starts = {.arena = l->arena};
    return walk_block(&(Walk){.expr = starts_expr, .stmt = starts_stmt, .data = &starts}, block);
}

// ── making one ───────────────────────────────────────────────────────────────────────────────────
Value *stream_place(Lower *l, const Type *item, bool eager, Slot *stream)
{
    Value *place = value_runtime(l, "weir_stream_start", repr_plain(REPR_NONE),
                                 VALUE_EFFECT | VALUE_FAILS);
    value_arg(l, value_arg(l, place, value_address(l, l->b->children)), machine_place(l));
    value_arg(l, place, value_descriptor(l, descriptor_of(l, item)));
    Value *how = value_new(l, VALUE_NAMED, repr_plain(REPR_BOOL));
    how->text = eager ? "true" : "false";
    return value_arg(l, value_arg(l, place, how), value_address(l, stream));
}

void stream_begin(Lower *l, Op *start)
{
    start->place->args.items[1]->routine = start->routine;
    start->routine->started = true;
    if (l->b->ops != NULL) {
        LIST_ADD(l->arena, &l->b->ops->list, start);
    }
    l->b->test_due = true;
}

Value *lower_stream_call(Lower *l, const Expr *expr, const char *hint)
{
    const Symbol *symbol = expr->u.call.symbol;
    Slot *stream = slot_word(l, hint == NULL ? "stream" : hint, repr_of(l, expr->type), true);
    Op *start = op_new(l, OP_START);
    start->place = stream_place(l, expr->type->item, false, stream);
    start->routine = symbol->decl->symbol->lowered;
    lower_args(l, &expr->u.call.ordered, &symbol->decl->params, start);
    stream_begin(l, start);
    op_test(l);
    return value_slot(l, stream);
}

// A stream that a routine of its own gives, whose body is `body`.
Slot *stream_routine(Lower *l, Beside *beside, const Type *item, bool eager, const char *hint,
                     Span span, Body body, void *data)
{
    Slot *stream = slot_word(l, hint, repr_counted("weir_stream *"), true);
    Op *start = op_new(l, OP_START);
    start->place = stream_place(l, item, eager, stream);
    const char *name = arena_print(l->arena, "%s_%s", l->b->routine->hint, hint);
    beside_open(l, beside, eager ? "a stage" : "a stream", name, span, start);
    body(l, data);
    beside_close(l, beside);
    stream_begin(l, start);
    op_test(l);
    return stream;
}

// ── yield ────────────────────────────────────────────────────────────────────────────────────────
void yield_value(Lower *l, Value *value, Span span)
{
    bool owned = (value->flags & VALUE_OWNED) != 0;
    Slot *item = value->kind == VALUE_SLOT ? value->slot : NULL;
    if (item == NULL) {
        item = slot_word(l, "item", value->repr, owned);
        op_set(l, item, value);
    }
    item->by_address = true;
    Value *yield = value_runtime(l, "weir_yield", repr_plain(REPR_NONE), 0);
    op_await(l, value_arg(l, yield, value_address(l, item)), state_new(l, "yielded", span));
}

void lower_yield(Lower *l, const Stmt *stmt)
{
    size_t mark = l->b->temps.count;
    yield_value(l, lower_expr(l, stmt->u.expr.value, "item"), stmt->span);
    temp_finish(l, mark);
}

typedef struct Forward {
    Symbol *item;
    const Expr *stream;
    const Clauses *clauses;
} Forward;

static void forward_item(Lower *l, void *data)
{
    const Forward *forward = data;
    yield_value(l, value_slot(l, forward->item->lowered), forward->stream->span);
}

static void forward_all(Lower *l, void *data)
{
    Forward *forward = data;
    lower_over(l, &forward->item, 1, forward->stream, true, forward->stream->span, forward_item,
               forward);
}

static Symbol *item_symbol(Lower *l, const Type *type)
{
    Symbol *symbol = ARENA_NEW(l->arena, Symbol);
    symbol->kind = SYMBOL_LOCAL;
    symbol->name = "item";
    symbol->type = type;
    return symbol;
}

void lower_forward(Lower *l, const Expr *stream)
{
    Forward forward = {item_symbol(l, stream->type->item), stream, NULL};
    forward_all(l, &forward);
}

// Clauses around a stream are those of a task that forwards it.
static void forward_claused(Lower *l, void *data)
{
    Forward *forward = data;
    lower_clauses(l, forward->clauses, forward->stream->span, forward_all, forward);
}

Value *lower_stream_claused(Lower *l, const Expr *expr, const char *hint)
{
    const Expr *inner = expr->u.flow.inner;
    Forward forward = {item_symbol(l, expr->type->item), inner, &expr->u.flow.clauses};
    Beside beside = {0};
    beside_reads(l, &beside, inner, forward.clauses);
    return value_slot(l, stream_routine(l, &beside, expr->type->item, false,
                                        hint == NULL ? "stream" : hint, expr->span, forward_claused,
                                        &forward));
}

// ── as_completed as a value, stages with a limit ─────────────────────────────────────────────────
static void handing_body(Lower *l, void *data)
{
    Form *form = data;
    form_sort(l, form);
    form_open(l, form, form->expr->type->item);
    form->after = state_new(l, "handed_on", (Span){0, 0});
    form_start_all(l, form);
    region_done(l, &form->region, form->after);
    region_exit(l, &form->region);
    op_await_quietly(l, form_verb(l, form, "weir_gather_drain", 0),
                     state_new(l, "drained", form->expr->span));
    op_await_quietly(l, form_verb(l, form, "weir_gather_join", 0),
                     state_new(l, "joined", form->expr->span));
    form_close(l, form, NULL);
}

static void handing_deadline(Lower *l, void *data)
{
    Form *form = data;
    const Clause *deadline = form->stage || form->expr->u.conc.collect || form->expr->u.conc.left
                                 ? NULL
                                 : clause_find(&form->expr->u.conc.clauses, CLAUSE_DEADLINE);
    if (deadline == NULL) {
        handing_body(l, data);
        return;
    }
    Clauses clauses = {0};
    Clause *copy = ARENA_NEW(l->arena, Clause);
    *copy = *deadline;
    LIST_ADD(l->arena, &clauses, copy);
    lower_clauses(l, &clauses, form->expr->span, handing_body, data);
}

Slot *stream_of_form(Lower *l, const Expr *expr, bool stage, bool ordered, const char *hint)
{
    Beside beside = {0};
    beside_reads(l, &beside, expr, NULL);
    Form form = {.expr = expr, .hands_on = true, .ordered = ordered, .stage = stage, .hint = hint};
    return stream_routine(l, &beside, expr->type->item, true, hint, expr->span, handing_deadline,
                          &form);
}

static Expr *node(Lower *l, ExprKind kind, const Expr *like, const Type *type)
{
    Expr *expr = ARENA_NEW(l->arena, Expr);
    expr->kind = kind;
    expr->span = like->span;
    expr->type = type;
    return expr;
}

// `for item, value in as_completed …`: each item gives both, as a pair.
static const Expr *paired(Lower *l, const Expr *form)
{
    const EachFor *loop = &form->u.conc.each.loops.items[0];
    const Clause *deadline = clause_find(&form->u.conc.clauses, CLAUSE_DEADLINE);
    Expr *pairs = node(l, EXPR_AS_COMPLETED, form, NULL), *value = form->u.conc.each.value;
    pairs->u.conc = form->u.conc;
    pairs->u.conc.collect = false;
    if (form->u.conc.collect) { // its failure is in the pair, so what may fail stands inside
        Expr *claused = node(l, EXPR_CLAUSED, value, value->type);
        Clauses outside = {0};
        for (size_t i = 0; i < form->u.conc.clauses.count; i++) {
            Clause *clause = form->u.conc.clauses.items[i];
            bool items = clause->kind == CLAUSE_TIMEOUT || clause->kind == CLAUSE_RETRY ||
                         clause->kind == CLAUSE_WITHIN || clause->kind == CLAUSE_AFTER;
            if (items || clause->kind == CLAUSE_RATE) { // the form opens the limiter of a rate
                LIST_ADD(l->arena, &claused->u.flow.clauses, clause);
            }
            if (!items && clause->kind != CLAUSE_COLLECT_ERRORS) {
                LIST_ADD(l->arena, &outside, clause);
            }
        }
        pairs->u.conc.left = item_symbol(l, type_plain(l->program->types, TYPE_DURATION));
        if (deadline != NULL) {
            Expr *left = node(l, EXPR_NAME, deadline->a, pairs->u.conc.left->type);
            left->u.name.symbol = pairs->u.conc.left;
            Clause *own = ARENA_NEW(l->arena, Clause);
            *own = *deadline;
            own->a = left;
            LIST_ADD(l->arena, &claused->u.flow.clauses, own);
        }
        claused->u.flow.inner = value;
        Expr *tried = node(l, EXPR_TRY, value, form->type->item);
        tried->u.flow.inner = claused;
        pairs->u.conc.clauses = outside;
        value = tried;
    }
    Expr *item = node(l, EXPR_NAME, value, loop->symbols.items[0]->type);
    item->u.name.symbol = loop->symbols.items[0];
    bool silent = value->type->kind == TYPE_NOTHING;
    const Type *types[2] = {item->type,
                            silent ? type_plain(l->program->types, TYPE_INT) : value->type};
    Expr *pair = node(l, EXPR_TUPLE, value, type_tuple(l->program->types, types, 2));
    LIST_ADD(l->arena, &pair->u.list.items, item);
    LIST_ADD(l->arena, &pair->u.list.items, value);
    pairs->u.conc.each.value = pair;
    pairs->type = type_of(l->program->types, TYPE_STREAM, pair->type);
    return pairs;
}

const Expr *completed_source(Lower *l, const Stmt *loop)
{
    return loop->u.each.names.count == 2 ? paired(l, loop->u.each.source) : loop->u.each.source;
}

Value *lower_completed_stream(Lower *l, const Expr *expr, const char *hint)
{
    return value_slot(l, stream_of_form(l, expr, false, false, hint == NULL ? "completed" : hint));
}
