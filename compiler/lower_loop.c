// for: over a list, a range, a queue. Where nothing in the body waits it is a C loop; otherwise its
// head is a state.
#include "lowering.h"

#include <string.h>

typedef struct Over {
    Symbol **symbols;
    size_t count;
    const Expr *source;
    const char *hint; // what an item is called, where that is not its symbol's name; NULL
    Span span;
    Body before; // an item of a queue or stream is asked for; or NULL
    Body body;
    void *data;
} Over;

void loop_begin(Lower *l, Loop *loop, bool structured)
{
    Builder *b = l->b;
    memset(loop, 0, sizeof *loop);
    loop->outer = b->loop;
    loop->after_region = loop->again_region = b->region;
    loop->held = loop->held_inside = b->held.count;
    loop->temps = b->temps.count;
    loop->structured = structured;
    b->loop = loop;
}

static void bind_parts(Lower *l, const Over *over, Slot *pair)
{
    for (size_t i = 0; i < over->count; i++) {
        Value *part = value_new(l, VALUE_FIELD, pair->repr.shape->fields.items[i]->repr);
        part->slot = pair->repr.shape->fields.items[i];
        value_arg(l, part, value_slot(l, pair));
        Slot *slot = slot_new(l, over->symbols[i]->name, part->repr, false);
        op_set(l, slot, part);
        scope_bind(l, over->symbols[i], slot);
    }
}

static const char *item_hint(const Over *over)
{
    return over->hint != NULL ? over->hint : over->symbols[0]->name;
}

static void bind_item(Lower *l, const Over *over, Value *item)
{
    if (over->count == 1) {
        Slot *slot = slot_new(l, item_hint(over), item->repr, false);
        op_set(l, slot, item);
        scope_bind(l, over->symbols[0], slot);
        return;
    }
    Slot *pair = slot_new(l, "pair", item->repr, false);
    op_set(l, pair, item);
    bind_parts(l, over, pair);
}

static const char *head_hint(Lower *l, const Over *over)
{
    return arena_print(l->arena, "each_%s", item_hint(over));
}

// A state at the head of a loop that waits, and one after it.
static void head_open(Lower *l, Loop *loop, const Over *over)
{
    loop->again = state_new(l, head_hint(l, over), over->span);
    loop->after = state_new(l, arena_print(l->arena, "after_%s", item_hint(over)), (Span){0, 0});
    op_jump(l, loop->again);
    state_go_on(l, loop->again);
    op_turn(l);
}

static void head_close(Lower *l, Loop *loop)
{
    op_jump(l, loop->again);
    l->b->loop = loop->outer;
    state_go_on(l, loop->after);
}

// if (at the end) goto after
static void head_test(Lower *l, Loop *loop, Value *ended)
{
    Op *branch = op_add(l, OP_IF);
    branch->value = ended;
    Ops *ops = l->b->ops;
    l->b->ops = &branch->then;
    op_jump(l, loop->after);
    l->b->ops = ops;
}

// ── lists ────────────────────────────────────────────────────────────────────────────────────────
// The list is held while the loop runs: a var could be given another one meanwhile.
static Slot *list_slot(Lower *l, const Over *over)
{
    size_t mark = l->b->temps.count;
    Value *value = lower_expr(l, over->source, "list");
    bool steady = value->kind == VALUE_SLOT && over->source->kind == EXPR_NAME &&
                  !over->source->u.name.symbol->variable;
    Slot *list = steady ? value->slot : value_adopt(l, value_own(l, value), "list");
    temp_finish(l, mark < l->b->temps.count ? mark : l->b->temps.count);
    if (!steady) {
        scope_hold(l, list);
    }
    return list;
}

static Value *list_length(Lower *l, Slot *list)
{
    Value *length = value_new(l, VALUE_MEMBER, repr_plain(REPR_INT));
    length->text = "length";
    return value_arg(l, length, value_slot(l, list));
}

static void over_items(Lower *l, const Over *over, Slot *list, Repr repr, bool splits)
{
    Slot *at = slot_new(l, "i", repr_plain(REPR_INT), false);
    Value *item = value_new(l, VALUE_ITEM, repr);
    value_arg(l, value_arg(l, item, value_slot(l, list)), value_slot(l, at));
    Loop loop;
    if (!splits) {
        Op *each = op_add(l, OP_FOR);
        each->slot = at;
        each->value = value_int(l, 0);
        each->limit = list_length(l, list);
        loop_begin(l, &loop, true);
        Ops *ops = l->b->ops;
        l->b->ops = ops == NULL ? NULL : &each->then;
        op_turn(l);
        bind_item(l, over, item);
        over->body(l, over->data);
        l->b->ops = ops;
        l->b->loop = loop.outer;
    } else {
        at->hint = arena_print(l->arena, "%s_at", item_hint(over));
        op_set(l, at, value_int(l, 0));
        loop_begin(l, &loop, false);
        head_open(l, &loop, over);
        head_test(l, &loop,
                  value_operator(l, "==", repr_plain(REPR_BOOL), value_slot(l, at),
                                 list_length(l, list)));
        bind_item(l, over, item);
        op_set(l, at,
               value_operator(l, "+", repr_plain(REPR_INT), value_slot(l, at), value_int(l, 1)));
        over->body(l, over->data);
        head_close(l, &loop);
    }
}

static void over_list(Lower *l, const Over *over, bool splits)
{
    size_t mark = l->b->held.count;
    Slot *list = list_slot(l, over);
    over_items(l, over, list, repr_of(l, over->source->type->item), splits);
    scope_clear(l, mark, l->b->temps.count);
    l->b->held.count = mark;
}

void lower_over_items(Lower *l, Symbol *it, Slot *list, const Type *type, bool splits, Span span,
                      Body body, void *data)
{
    Over over = {&it, 1, .hint = "item", .span = span, .body = body, .data = data};
    over_items(l, &over, list, repr_of(l, type), splits);
}

// ── ranges ───────────────────────────────────────────────────────────────────────────────────────
static Value *bound_of(Lower *l, const Expr *expr, const char *hint)
{
    Value *value = lower_expr(l, expr, hint);
    if (value->kind == VALUE_INT) {
        return value;
    }
    Slot *slot = slot_new(l, hint, repr_plain(REPR_INT), false);
    op_set(l, slot, value);
    return value_slot(l, slot);
}

// The loop waits: what comes next is kept, and for a closed range whether anything does, since its
// end may be the largest int.
static void over_range_waiting(Lower *l, const Over *over, Slot *at, Value *from, Value *to,
                               bool closed)
{
    Repr truth = repr_plain(REPR_BOOL);
    const char *name = over->symbols[0]->name;
    Slot *next = slot_new(l, arena_print(l->arena, "next_%s", name), repr_plain(REPR_INT), false);
    Slot *more = closed ? slot_new(l, arena_print(l->arena, "more_%s", name), truth, false) : NULL;
    op_set(l, next, from);
    if (closed) {
        op_set(l, more, value_operator(l, "<=", truth, from, to));
    }
    Loop loop;
    loop_begin(l, &loop, false);
    head_open(l, &loop, over);
    head_test(l, &loop,
              closed ? value_operator(l, "!", truth, value_slot(l, more), NULL)
                     : value_operator(l, ">=", truth, value_slot(l, next), to));
    op_set(l, at, value_slot(l, next));
    Value *step = value_int(l, 1);
    if (closed) {
        op_set(l, more, value_operator(l, "<", truth, value_slot(l, next), to));
        step = value_slot(l, more);
    }
    op_set(l, next, value_operator(l, "+", repr_plain(REPR_INT), value_slot(l, next), step));
    over->body(l, over->data);
    head_close(l, &loop);
}

static void over_range(Lower *l, const Over *over, bool splits)
{
    const Expr *range = over->source;
    size_t mark = l->b->temps.count;
    Value *from = bound_of(l, range->u.range.from, "from");
    Value *to = bound_of(l, range->u.range.to, "to");
    temp_finish(l, mark);
    bool closed = range->u.range.closed;
    if (closed && to->kind == VALUE_INT && to->integer < INT64_MAX) { // 1..=9 is 1..10
        to = value_int(l, to->integer + 1);
        closed = false;
    }
    Slot *at = slot_new(l, over->symbols[0]->name, repr_plain(REPR_INT), false);
    scope_bind(l, over->symbols[0], at);
    Loop loop;
    if (!splits) {
        Op *each = op_add(l, OP_FOR);
        each->slot = at;
        each->value = from;
        each->limit = to;
        each->closed = closed;
        loop_begin(l, &loop, true);
        Ops *ops = l->b->ops;
        l->b->ops = ops == NULL ? NULL : &each->then;
        op_turn(l);
        over->body(l, over->data);
        l->b->ops = ops;
        l->b->loop = loop.outer;
        return;
    }
    over_range_waiting(l, over, at, from, to, closed);
}

// ── queues and streams ───────────────────────────────────────────────────────────────────────────
static void over_queue(Lower *l, const Over *over)
{
    bool stream = over->source->type->kind == TYPE_STREAM;
    size_t mark = l->b->held.count;
    Slot *queue = list_slot(l, over);
    Loop loop;
    loop_begin(l, &loop, false);
    head_open(l, &loop, over);
    if (over->before != NULL) {
        over->before(l, over->data);
    }
    const char *name = over->count == 1 ? over->symbols[0]->name : "pair";
    Repr repr = repr_of(l, over->source->type->item);
    Slot *item = NULL; // of those that give nothing
    Value *get = value_runtime(l, stream ? "weir_next" : "weir_get", repr_plain(REPR_NONE), 0);
    value_arg(l, get, value_slot(l, queue));
    Slot *lease = stream ? NULL : lease_new(l), *outer_lease = l->b->lease;
    if (repr_none(repr)) {
        value_arg(l, get, value_new(l, VALUE_NULL, repr));
    } else {
        item = slot_new(l, name, repr, true);
        item->by_address = true;
        value_arg(l, get, value_address(l, item));
    }
    if (!stream) {
        lease_arg(l, get, lease);
    }
    op_await(l, get, state_new(l, arena_print(l->arena, "got_%s", name), over->span));
    head_test(l, &loop, value_new(l, VALUE_ENDED, repr_plain(REPR_BOOL)));
    if (item != NULL) {
        scope_hold(l, item);
    }
    if (lease != NULL) {
        scope_hold(l, lease);
        l->b->lease = lease;
    }
    if (over->count == 1) {
        scope_bind(l, over->symbols[0], item);
    } else {
        bind_parts(l, over, item);
    }
    over->body(l, over->data);
    l->b->lease = outer_lease;
    scope_clear(l, loop.held_inside, l->b->temps.count);
    l->b->held.count = loop.held_inside;
    head_close(l, &loop);
    scope_clear(l, mark, l->b->temps.count);
    l->b->held.count = mark;
}

// ── maps ─────────────────────────────────────────────────────────────────────────────────────────
// One name is the pair, two are its halves.
static void bind_entry(Lower *l, const Over *over, Slot *key, Slot *value)
{
    const Type *type = over->source->type;
    Value *parts[2] = {value_new(l, VALUE_WORD, repr_of(l, type->key)),
                       value_new(l, VALUE_WORD, repr_of(l, type->item))};
    value_arg(l, parts[0], value_slot(l, key));
    value_arg(l, parts[1], value_slot(l, value));
    if (over->count == 2) {
        for (size_t i = 0; i < 2; i++) {
            Slot *slot = slot_new(l, over->symbols[i]->name, parts[i]->repr, false);
            op_set(l, slot, parts[i]);
            scope_bind(l, over->symbols[i], slot);
        }
        return;
    }
    Value *pair = value_new(l, VALUE_NEW, repr_of(l, over->symbols[0]->type));
    pair->shape = pair->repr.shape;
    pair->flags = VALUE_OWNED | VALUE_FAILS;
    value_arg(l, value_arg(l, pair, value_own(l, parts[0])), value_own(l, parts[1]));
    Slot *slot = slot_new(l, over->symbols[0]->name, pair->repr, true);
    op_set(l, slot, pair);
    scope_hold(l, slot);
    op_test(l);
    scope_bind(l, over->symbols[0], slot);
}

static void over_map(Lower *l, const Over *over, bool splits)
{
    size_t mark = l->b->held.count;
    Slot *map = list_slot(l, over);
    const char *hint = splits ? arena_print(l->arena, "%s_at", over->symbols[0]->name) : "at";
    Slot *at = slot_new(l, hint, repr_plain(REPR_INT), false);
    Slot *key = slot_new(l, "key", repr_counted("weir_word *"), false);
    Slot *value = slot_new(l, "value", repr_counted("weir_word *"), false);
    Value *next = value_plain(l, "weir_map_next", repr_plain(REPR_BOOL), 0);
    value_arg(l, value_arg(l, next, value_slot(l, map)), value_address(l, at));
    value_arg(l, value_arg(l, next, value_address(l, key)), value_address(l, value));
    op_set(l, at, value_int(l, 0));
    Loop loop;
    Ops *ops = l->b->ops;
    if (!splits) {
        Op *each = op_add(l, OP_WHILE);
        each->value = next;
        loop_begin(l, &loop, true);
        l->b->ops = ops == NULL ? NULL : &each->then;
        op_turn(l);
    } else {
        loop_begin(l, &loop, false);
        head_open(l, &loop, over);
        head_test(l, &loop, value_operator(l, "!", repr_plain(REPR_BOOL), next, NULL));
    }
    bind_entry(l, over, key, value);
    over->body(l, over->data);
    scope_clear(l, loop.held_inside, l->b->temps.count);
    l->b->held.count = loop.held_inside;
    if (!splits) {
        l->b->ops = ops;
        l->b->loop = loop.outer;
    } else {
        head_close(l, &loop);
    }
    scope_clear(l, mark, l->b->temps.count);
    l->b->held.count = mark;
}

// A stream made for the loop ends with it: its producers are awaited.
static void over_made_stream(Lower *l, void *data)
{
    over_queue(l, data);
}

static void over_any(Lower *l, Over *over, bool splits)
{
    const Expr *source = over->source;
    if (source->kind == EXPR_RANGE) {
        over_range(l, over, splits);
    } else if (source->type->kind == TYPE_MAP) {
        over_map(l, over, splits);
    } else if (stream_made(source)) {
        lower_scoped(l, over->span, over_made_stream, over);
    } else if (source->type->kind == TYPE_QUEUE || source->type->kind == TYPE_STREAM) {
        over_queue(l, over);
    } else {
        over_list(l, over, splits);
    }
}

void lower_over_asking(Lower *l, const EachFor *loop, bool splits, Body before, Body body,
                       void *data)
{
    const Expr *source = loop->source;
    Over over = {loop->symbols.items, loop->symbols.count, source,      .span = source->span,
                 .before = before,    .body = body,        .data = data};
    over_any(l, &over, splits);
}

void lower_over(Lower *l, Symbol **symbols, size_t count, const Expr *source, bool splits,
                Span span, Body body, void *data)
{
    Over over = {symbols, count, source, .span = span, .body = body, .data = data};
    over_any(l, &over, splits);
}
