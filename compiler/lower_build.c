// The verbs that build a routine.
#include "lowering.h"

#include <string.h>

// ── routines, slots, states ──────────────────────────────────────────────────────────────────────
Routine *routine_new(Lower *l, RoutineKind kind, const char *hint, Span span)
{
    Routine *routine = ARENA_NEW(l->arena, Routine);
    routine->kind = kind;
    routine->hint = hint;
    routine->file = l->file;
    routine->part = l->part;
    if (span.start != 0) {
        routine->line = source_line_of(l->sources, span.start);
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
    state_go_on(l, entry);
}

Slot *slot_new(Lower *l, const char *hint, Repr repr, bool counted)
{
    Slot *slot = ARENA_NEW(l->arena, Slot);
    slot->hint = hint == NULL || *hint == '\0' ? "value" : hint;
    slot->repr = repr;
    slot->counted = counted && repr.kind == REPR_COUNTED;
    slot->line = l->b->line;
    slot->taken = ++l->b->taken;
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

void scope_hold(Lower *l, Slot *slot)
{
    if (slot != NULL && slot->counted) {
        LIST_ADD(l->arena, &l->b->held, slot);
    }
}

Slot *lease_new(Lower *l)
{
    if (!l->binds) {
        return NULL;
    }
    Slot *lease = slot_new(l, "lease", repr_counted("weir_lease *"), true);
    lease->by_address = true;
    lease->lease = true;
    return lease;
}

Value *lease_arg(Lower *l, Value *get, Slot *lease)
{
    return value_arg(l, get,
                     lease != NULL ? value_address(l, lease)
                                   : value_new(l, VALUE_NULL, repr_plain(REPR_NONE)));
}

State *state_new(Lower *l, const char *hint, Span span)
{
    State *state = ARENA_NEW(l->arena, State);
    state->hint = hint;
    if (span.start != 0) {
        state->line = source_line_of(l->sources, span.start);
        state->words = words_of(l, span);
    }
    LIST_ADD(l->arena, &l->b->routine->states, state);
    return state;
}

void state_go_on(Lower *l, State *state)
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
    op->file = l->file;
    return op;
}

Op *op_add(Lower *l, OpKind kind)
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

void op_set(Lower *l, Slot *slot, Value *value)
{
    Op *op = op_add(l, OP_SET);
    op->slot = slot;
    op->value = value;
    note(l, value);
}

void op_do(Lower *l, Value *value)
{
    Op *op = op_add(l, OP_DO);
    op->value = value;
    note(l, value);
}

void op_clear(Lower *l, Slot *slot)
{
    op_add(l, OP_CLEAR)->slot = slot;
}

void op_test(Lower *l)
{
    if (l->b->test_due) {
        Op *test = op_add(l, OP_TEST);
        test->state = l->b->fault;
        op_tell(l, test);
        l->b->test_due = false;
    }
}

void op_end_path(Lower *l)
{
    l->b->ops = NULL;
}

void op_jump(Lower *l, State *state)
{
    op_test(l);
    op_add(l, OP_GOTO)->state = state;
    op_end_path(l);
}

Op *op_await_quietly(Lower *l, Value *step, State *next)
{
    op_test(l);
    bool reached = l->b->ops != NULL;
    Op *op = op_add(l, OP_AWAIT);
    op->value = step;
    op->state = next;
    next->waits = true;
    op_end_path(l);
    if (reached) {
        state_go_on(l, next);
    }
    return op;
}

void op_await(Lower *l, Value *step, State *next)
{
    op_await_quietly(l, step, next);
    l->b->test_due = true;
    op_test(l);
}

void scope_clear(Lower *l, size_t held, size_t temps)
{
    Builder *b = l->b;
    for (size_t i = b->temps.count; i > temps; i--) {
        Slot *slot = b->temps.items[i - 1];
        if (slot->counted && !slot->moved) {
            op_clear(l, slot);
        }
    }
    for (size_t i = b->held.count; i > held; i--) {
        op_clear(l, b->held.items[i - 1]);
    }
}

void op_turn(Lower *l)
{
    if (l->b->routine->blocking) {
        op_do(l, value_runtime(l, "weir_stop_asked", repr_plain(REPR_BOOL), VALUE_FAILS));
        op_test(l);
    }
}

void value_discard(Lower *l, Value *value)
{
    if (value == NULL || l->b->ops == NULL) {
        return;
    }
    if ((value->flags & VALUE_OWNED) != 0 && value->repr.kind == REPR_COUNTED) {
        value_store(l, value, "unused");
    } else if ((value->flags & (VALUE_EFFECT | VALUE_FAILS)) != 0 && value->kind != VALUE_RESULT) {
        op_do(l, value);
    }
}

void temp_finish(Lower *l, size_t mark)
{
    Builder *b = l->b;
    for (size_t i = b->temps.count; i > mark; i--) {
        Slot *slot = b->temps.items[i - 1];
        if (slot->counted && !slot->moved) {
            op_clear(l, slot);
        }
        slot->moved = false;
        if (slot->only == b->state) {
            LIST_ADD(l->arena, &b->spare, slot);
        }
    }
    b->temps.count = mark;
    op_test(l);
}

static void clear_left_behind(Lower *l, size_t taken, bool leases)
{
    Routine *routine = l->b->routine;
    for (size_t i = 0; i < routine->slots.count; i++) {
        Slot *slot = routine->slots.items[i];
        bool late = slot == routine->result ? l->b->returns_late : slot->taken > taken;
        if (slot->counted && !slot->param && late && (slot->lease || !leases)) {
            Op *op = op_add(l, OP_CLEAR);
            op->slot = slot;
            op->weak = true;
        }
    }
}

void scope_clear_left_behind(Lower *l, size_t taken)
{
    clear_left_behind(l, taken, false);
}

void leases_clear_left_behind(Lower *l, size_t taken)
{
    clear_left_behind(l, taken, true);
}

void op_fail(Lower *l)
{
    Op *fail = op_add(l, OP_FAIL);
    fail->state = l->b->fault;
    op_tell(l, fail);
    l->b->test_due = false;
    op_end_path(l);
}

// ── words of the source ──────────────────────────────────────────────────────────────────────────
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
