// The verbs that build a routine.
#include "lowering.h"

#include <string.h>

// ── routines, slots, states ───────────────────────────────────────────────────────────────────────────────────────────
Routine *routine_new(Lower *l, RoutineKind kind, const char *hint, Span span)
{
    Routine *routine = ARENA_NEW(l->arena, Routine);
    routine->kind = kind;
    routine->hint = hint;
    routine->file = l->file;
    if (span.start != 0) {
        routine->line = source_place(l->sources, span.start).line;
        routine->words = words_of(l, span);
    }
    return routine;
}

void builder_open(Lower *l, Builder *b, Routine *routine)
{
    memset(b, 0, sizeof *b);
    b->outer = l->b;
    b->routine = routine;
    b->machine = routine->kind == ROUTINE_TASK || routine->kind == ROUTINE_BRANCH;
    l->b = b;
    State *entry = state_new(l, "entry", (Span){0, 0});
    entry->line = routine->line;
    entry->words = routine->words;
    go_on(l, entry);
}

Slot *slot_new(Lower *l, const char *hint, Repr repr, bool counted)
{
    Slot *slot = ARENA_NEW(l->arena, Slot);
    slot->hint = hint == NULL || *hint == '\0' ? "value" : hint;
    slot->repr = repr;
    slot->counted = counted && repr.kind == REPR_COUNTED;
    slot->line = l->b->line;
    LIST_ADD(l->arena, &l->b->routine->slots, slot);
    return slot;
}

Slot *slot_place(Lower *l, const char *hint, Repr repr)
{
    Slot *slot = slot_new(l, hint, repr, false);
    slot->by_address = true;
    return slot;
}

Slot *slot_param(Lower *l, const char *hint, Repr repr, bool counted)
{
    Slot *slot = slot_new(l, hint, repr, counted);
    slot->param = true;
    LIST_ADD(l->arena, &l->b->routine->params, slot);
    return slot;
}

void hold(Lower *l, Slot *slot)
{
    if (slot->counted) {
        LIST_ADD(l->arena, &l->b->held, slot);
    }
}

State *state_new(Lower *l, const char *hint, Span span)
{
    State *state = ARENA_NEW(l->arena, State);
    state->hint = hint;
    if (span.start != 0) {
        state->line = source_place(l->sources, span.start).line;
        state->words = words_of(l, span);
    }
    LIST_ADD(l->arena, &l->b->routine->states, state);
    return state;
}

void go_on(Lower *l, State *state)
{
    l->b->state = state;
    l->b->ops = &state->ops;
    l->b->test_due = false;
}

Op *op_new(Lower *l, OpKind kind)
{
    Op *op = ARENA_NEW(l->arena, Op);
    op->kind = kind;
    op->line = l->b->line;
    return op;
}

Op *add(Lower *l, OpKind kind)
{
    Op *op = op_new(l, kind);
    if (l->b->ops != NULL) {
        LIST_ADD(l->arena, &l->b->ops->list, op);
    }
    return op;
}

static void note(Lower *l, const Value *value)
{
    if (value != NULL && (value->flags & VALUE_FAILS) != 0) {
        l->b->test_due = true;
    }
}

void set(Lower *l, Slot *slot, Value *value)
{
    Op *op = add(l, OP_SET);
    op->slot = slot;
    op->value = value;
    note(l, value);
}

void act(Lower *l, Value *value)
{
    Op *op = add(l, OP_DO);
    op->value = value;
    note(l, value);
}

void clear(Lower *l, Slot *slot) { add(l, OP_CLEAR)->slot = slot; }

void test(Lower *l)
{
    if (l->b->test_due) {
        add(l, OP_TEST)->state = l->b->fault;
        l->b->test_due = false;
    }
}

void end_path(Lower *l) { l->b->ops = NULL; }

void jump(Lower *l, State *state)
{
    test(l);
    add(l, OP_GOTO)->state = state;
    end_path(l);
}

void await_quietly(Lower *l, Value *step, State *next)
{
    test(l);
    bool reached = l->b->ops != NULL;
    Op *op = add(l, OP_AWAIT);
    op->value = step;
    op->state = next;
    next->waits = true;
    end_path(l);
    if (reached) {
        go_on(l, next);
    }
}

void await(Lower *l, Value *step, State *next)
{
    await_quietly(l, step, next);
    l->b->test_due = true;
    test(l);
}

void clear_scope(Lower *l, size_t held, size_t temps)
{
    Builder *b = l->b;
    for (size_t i = b->temps.count; i > temps; i--) {
        Slot *slot = b->temps.items[i - 1];
        if (slot->counted && !slot->moved) {
            clear(l, slot);
        }
    }
    for (size_t i = b->held.count; i > held; i--) {
        clear(l, b->held.items[i - 1]);
    }
}

void turn(Lower *l)
{
    if (l->b->routine->blocking) {
        act(l, value_runtime(l, "weir_stop_asked", repr_plain(REPR_BOOL), VALUE_FAILS));
        test(l);
    }
}

void discard(Lower *l, Value *value)
{
    if (value == NULL || l->b->ops == NULL) {
        return;
    }
    if ((value->flags & VALUE_OWNED) != 0 && value->repr.kind == REPR_COUNTED) {
        stored(l, value, "unused");
    } else if ((value->flags & (VALUE_EFFECT | VALUE_FAILS)) != 0 && value->kind != VALUE_RESULT) {
        act(l, value);
    }
}

void finish_temps(Lower *l, size_t mark)
{
    Builder *b = l->b;
    for (size_t i = b->temps.count; i > mark; i--) {
        Slot *slot = b->temps.items[i - 1];
        if (slot->counted && !slot->moved) {
            clear(l, slot);
        }
        slot->moved = false;
        if (slot->only == b->state) {
            LIST_ADD(l->arena, &b->spare, slot);
        }
    }
    b->temps.count = mark;
    test(l);
}

void clear_left_behind(Lower *l, size_t slot_mark)
{
    Routine *routine = l->b->routine;
    for (size_t i = slot_mark; i < routine->slots.count; i++) {
        Slot *slot = routine->slots.items[i];
        if (slot->counted && !slot->param) {
            Op *op = add(l, OP_CLEAR);
            op->slot = slot;
            op->weak = true;
        }
    }
}

// ── regions ───────────────────────────────────────────────────────────────────────────────────────────────────────────
void region_open(Lower *l, Region *region, const char *exit_hint, Span span)
{
    memset(region, 0, sizeof *region);
    Builder *b = l->b;
    region->outer = b->region;
    region->outer_fault = b->fault;
    region->held = b->held.count;
    region->temps = b->temps.count;
    region->slots = b->routine->slots.count;
    region->line = b->line;
    region->exit = state_new(l, exit_hint, span);
    b->fault = region->exit;
    b->region = region;
}

// Number of the way to a target, made when it is new.
static size_t way_to(Lower *l, Region *region, Way way)
{
    for (size_t i = 0; i < region->ways.count; i++) {
        if (region->ways.items[i].until == way.until && region->ways.items[i].target == way.target) {
            return i;
        }
    }
    LIST_ADD(l->arena, &region->ways, way);
    return region->ways.count - 1;
}

// The routine's own end: nothing stands between any more.
static void routine_end(Lower *l)
{
    Builder *b = l->b;
    test(l);
    if (b->machine) {
        add(l, OP_FINISH);
    } else {
        Op *op = add(l, OP_RETURN);
        if (b->then != NULL) {
            op->value = value_slot(l, b->then);
            if (b->then->counted) {
                op->value = value_new(l, VALUE_MOVE, b->then->repr);
                op->value->slot = b->then;
            }
        }
    }
    end_path(l);
}

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

void region_leave(Lower *l, Region *until, State *target, size_t held, size_t temps)
{
    Builder *b = l->b;
    Region *region = b->region;
    if (b->ops == NULL) {
        return;
    }
    if (region == until) {
        clear_scope(l, held, temps);
        if (target == NULL) {
            routine_end(l);
        } else {
            jump(l, target);
        }
        return;
    }
    clear_scope(l, larger(held, region->held), larger(temps, region->temps));
    size_t way = way_to(l, region, (Way){until, target, held, temps});
    if (region->way == NULL && way > 0) {
        region->way = slot_new(l, "way", repr_plain(REPR_INT), false);
        region->way->by_address = true;
    }
    test(l);
    // Whether the first way needs its number is known when the region closes: until then a placeholder stands here.
    Op *op = add(l, OP_SET);
    op->slot = region->way;
    op->value = value_int(l, (int64_t)way);
    op->state = region->exit;
    jump(l, region->exit);
}

void region_done(Lower *l, Region *region, State *after)
{
    region_leave(l, region->outer, after, region->held, region->temps);
}

void region_exit(Lower *l, Region *region)
{
    Builder *b = l->b;
    b->region = region->outer;
    b->fault = region->outer_fault;
    b->held.count = region->held;
    b->temps.count = region->temps;
    b->line = 0; // where a failure came from was told on its way here
    go_on(l, region->exit);
}

// The placeholders of a region get their slot, or go where there is only one way.
static void fill_ways(Ops *ops, const Region *region)
{
    size_t kept = 0;
    for (size_t i = 0; i < ops->list.count; i++) {
        Op *op = ops->list.items[i];
        if (op->kind == OP_SET && op->state == region->exit) {
            op->slot = region->way;
            op->state = NULL;
            if (region->way == NULL) {
                continue;
            }
        }
        ops->list.items[kept++] = op;
        fill_ways(&op->then, region);
        fill_ways(&op->otherwise, region);
    }
    ops->list.count = kept;
}

// Where every way out of the region goes on, from the end of its exit.
static void follow_ways(Lower *l, Region *region)
{
    Builder *b = l->b;
    if (region->ways.count == 0) { // nothing but failures comes here
        fail_on(l);
        return;
    }
    test(l);
    if (region->ways.count == 1) {
        Way way = region->ways.items[0];
        region_leave(l, way.until, way.target, way.held, way.temps);
        return;
    }
    Op *branch = add(l, OP_SWITCH);
    branch->slot = region->way;
    end_path(l);
    for (size_t i = 0; i < region->ways.count; i++) {
        Way way = region->ways.items[i];
        State *state = state_new(l, way.target == NULL ? "returning" : way.target->hint, (Span){0, 0});
        b->held.count = region->held;
        b->temps.count = region->temps;
        go_on(l, state);
        region_leave(l, way.until, way.target, way.held, way.temps);
        LIST_ADD(l->arena, &branch->states, state);
    }
    end_path(l);
}

void region_close(Lower *l, Region *region, State *after)
{
    Builder *b = l->b;
    for (size_t i = 0; i < b->routine->states.count; i++) {
        fill_ways(&b->routine->states.items[i]->ops, region);
    }
    b->test_due = true;
    follow_ways(l, region);
    b->line = region->line;
    for (size_t i = 0; i < region->ways.count; i++) {
        if (region->ways.items[i].target == after) {
            go_on(l, after);
        }
    }
}

// ── values ────────────────────────────────────────────────────────────────────────────────────────────────────────────
Value *value_new(Lower *l, ValueKind kind, Repr repr)
{
    Value *value = ARENA_NEW(l->arena, Value);
    value->kind = kind;
    value->repr = repr;
    return value;
}

Value *value_slot(Lower *l, Slot *slot)
{
    Value *value = value_new(l, VALUE_SLOT, slot->repr);
    value->slot = slot;
    return value;
}

Value *value_address(Lower *l, Slot *slot)
{
    Value *value = value_new(l, VALUE_ADDRESS, slot->repr);
    value->slot = slot;
    return value;
}

Value *value_int(Lower *l, int64_t integer)
{
    Value *value = value_new(l, VALUE_INT, repr_plain(REPR_INT));
    value->integer = integer;
    return value;
}

Value *value_runtime(Lower *l, const char *c, Repr repr, unsigned flags)
{
    Value *value = value_new(l, VALUE_RUNTIME, repr);
    value->text = c;
    value->flags = flags;
    return value;
}

Value *value_plain(Lower *l, const char *c, Repr repr, unsigned flags)
{
    Value *value = value_runtime(l, c, repr, flags);
    value->kind = VALUE_PLAIN;
    return value;
}

Value *value_operator(Lower *l, const char *op, Repr repr, Value *a, Value *b)
{
    Value *value = value_new(l, VALUE_OPERATOR, repr);
    value->text = op;
    value_arg(l, value, a);
    if (b != NULL) {
        value_arg(l, value, b);
    }
    return value;
}

Value *value_constant(Lower *l, const char *text, size_t length)
{
    Unit *unit = l->unit;
    Value *value = value_new(l, VALUE_CONSTANT, repr_counted("weir_string *"));
    for (size_t i = 0; i < unit->constants.count; i++) {
        if (unit->constants.items[i].length == length && memcmp(unit->constants.items[i].text, text, length) == 0) {
            value->index = (uint32_t)i;
            return value;
        }
    }
    Constant constant = {text, length, NULL};
    LIST_ADD(l->arena, &unit->constants, constant);
    value->index = (uint32_t)(unit->constants.count - 1);
    return value;
}

Value *value_template(Lower *l, const char *text, size_t length)
{
    Value *value = value_new(l, VALUE_TEMPLATE, repr_plain(REPR_NONE));
    value->text = text;
    value->length = length;
    return value;
}

Value *value_descriptor(Lower *l, Descriptor *descriptor)
{
    if (descriptor == NULL) {
        return value_new(l, VALUE_NULL, repr_plain(REPR_NONE));
    }
    Value *value = value_new(l, VALUE_DESCRIPTOR, repr_plain(REPR_NONE));
    value->descriptor = descriptor;
    return value;
}

Value *value_arg(Lower *l, Value *call, Value *arg)
{
    LIST_ADD(l->arena, &call->args, arg);
    call->flags |= arg->flags & (VALUE_FAILS | VALUE_EFFECT);
    return call;
}

// A temporary of the statement, taken from the spare ones where one of that name and kind is free.
static Slot *temp(Lower *l, const char *hint, Repr repr, bool counted)
{
    Builder *b = l->b;
    Slot *slot = NULL;
    for (size_t i = 0; i < b->spare.count; i++) {
        Slot *free = b->spare.items[i];
        if (free->only == b->state && strcmp(free->hint, hint) == 0 && free->repr.kind == repr.kind && free->repr.shape == repr.shape &&
            free->counted == counted && (repr.c == NULL) == (free->repr.c == NULL) &&
            (repr.c == NULL || strcmp(repr.c, free->repr.c) == 0)) {
            slot = free;
            b->spare.items[i] = b->spare.items[--b->spare.count];
            break;
        }
    }
    if (slot == NULL) {
        slot = slot_new(l, hint, repr, counted);
    }
    slot->only = b->state;
    LIST_ADD(l->arena, &b->temps, slot);
    return slot;
}

Slot *stored(Lower *l, Value *value, const char *hint)
{
    bool owned = (value->flags & VALUE_OWNED) != 0 && value->repr.kind == REPR_COUNTED;
    Slot *slot = temp(l, hint == NULL ? "value" : hint, value->repr, owned);
    set(l, slot, value);
    return slot;
}

Value *settle(Lower *l, Value *value, const char *hint)
{
    switch (value->kind) {
    case VALUE_INT: case VALUE_REAL: case VALUE_CONSTANT: case VALUE_NULL: case VALUE_NAMED: case VALUE_DESCRIPTOR: case VALUE_TEMPLATE:
    case VALUE_ADDRESS: case VALUE_MACHINE: case VALUE_WORK: case VALUE_MOVE: case VALUE_SLOT:
        return value;
    case VALUE_RUNTIME: case VALUE_PLAIN: case VALUE_ROUTINE: case VALUE_NEW: case VALUE_MEMBER:
    case VALUE_FIELD: case VALUE_ITEM: case VALUE_WORD: case VALUE_OPERATOR: case VALUE_ENDED: case VALUE_GLOBAL:
    case VALUE_RESULT:
        break;
    }
    return value_slot(l, stored(l, value, hint));
}

Value *borrow(Lower *l, Value *value, const char *hint)
{
    if ((value->flags & VALUE_OWNED) == 0 || value->repr.kind != REPR_COUNTED) {
        return value;
    }
    return value_slot(l, stored(l, value, hint));
}

Value *own(Lower *l, Value *value)
{
    if (value->repr.kind != REPR_COUNTED || (value->flags & VALUE_OWNED) != 0 || value->kind == VALUE_NULL ||
        value->kind == VALUE_CONSTANT) { // a constant is not counted
        return value;
    }
    if (value->kind == VALUE_SLOT && value->slot->counted && !value->slot->param) {
        // A temporary of this statement is moved; what has a name is shared.
        Builder *b = l->b;
        for (size_t i = 0; i < b->temps.count; i++) {
            if (b->temps.items[i] == value->slot) {
                value->slot->moved = true;
                Value *moved = value_new(l, VALUE_MOVE, value->repr);
                moved->slot = value->slot;
                moved->flags = VALUE_OWNED;
                return moved;
            }
        }
    }
    Value *kept = value_plain(l, "weir_keep", value->repr, VALUE_OWNED);
    return value_arg(l, kept, value);
}

// ── words of the source ───────────────────────────────────────────────────────────────────────────────────────────────
const char *words_of(Lower *l, Span span)
{
    Place place = source_place(l->sources, span.start);
    const char *from = place.source->text + (span.start - place.source->base);
    size_t length = span.end > span.start ? span.end - span.start : 0, most = 72;
    char *words = arena_take(l->arena, most + 4);
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)from[i];
        if (c == '\n' || c == '\r') {
            break;
        }
        if (count == most) {
            memcpy(words + count, "...", 3);
            count += 3;
            break;
        }
        bool trigraph = c == '?' && count > 0 && words[count - 1] == '?';
        words[count++] = c < 32 || c > 126 || c == '\\' || trigraph ? '.' : (char)c;
    }
    while (count > 0 && words[count - 1] == ' ') {
        count--;
    }
    words[count] = '\0';
    return words;
}

void fail_on(Lower *l)
{
    add(l, OP_FAIL)->state = l->b->fault;
    l->b->test_due = false;
    end_path(l);
}

Slot *word_slot(Lower *l, const char *hint, Repr repr, bool owned)
{
    Slot *slot = temp(l, hint, repr, owned && repr.kind == REPR_COUNTED);
    slot->by_address = true;
    return slot;
}

Slot *adopt(Lower *l, Value *value, const char *hint)
{
    Builder *b = l->b;
    if (value->kind == VALUE_SLOT && b->ops != NULL) {
        for (size_t i = b->temps.count; i > 0; i--) {
            Slot *slot = b->temps.items[i - 1];
            if (slot == value->slot && !slot->moved) {
                memmove(b->temps.items + i - 1, b->temps.items + i, (b->temps.count - i) * sizeof(Slot *));
                b->temps.count--;
                slot->hint = hint;
                return slot;
            }
        }
    }
    Slot *slot = slot_new(l, hint, value->repr, true);
    set(l, slot, own(l, value));
    return slot;
}

// ── forks ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
void fork_open(Lower *l, Fork *fork, const char *meeting, Span span)
{
    test(l);
    fork->ops = l->b->ops;
    fork->state = l->b->state;
    fork->meeting = meeting == NULL ? NULL : state_new(l, meeting, span);
    fork->held = l->b->held.count;
    fork->reached = false;
}

void fork_arm(Lower *l, Fork *fork, Ops *arm)
{
    l->b->ops = fork->ops == NULL ? NULL : arm;
    l->b->state = fork->state;
    l->b->test_due = false;
}

void fork_arm_end(Lower *l, Fork *fork)
{
    test(l);
    l->b->held.count = fork->held;
    if (l->b->ops == NULL) {
        return;
    }
    fork->reached = true;
    if (fork->meeting != NULL) {
        jump(l, fork->meeting);
    }
}

void fork_close(Lower *l, Fork *fork)
{
    if (!fork->reached) {
        l->b->ops = NULL;
    } else if (fork->meeting != NULL) {
        go_on(l, fork->meeting);
    } else {
        l->b->ops = fork->ops;
        l->b->state = fork->state;
        l->b->test_due = false;
    }
}
