// Values, and the temporaries that hold them until the end of their statement.
#include "lowering.h"
#include "text.h"

#include <string.h>

// ── values ───────────────────────────────────────────────────────────────────────────────────────
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

// Where a text's number stands in l->constants, or would: number + 1, 0 where it is not there.
static uint32_t *constant_place(const Lower *l, const UnitPart *part, const char *text,
                                size_t length)
{
    for (size_t at = text_hash(text, length);; at++) {
        uint32_t *place = &l->constants[at & (l->constant_room - 1)];
        const Constant *constant = *place == 0 ? NULL : &l->unit->constants.items[*place - 1];
        if (constant == NULL || (constant->part == part && constant->length == length &&
                                 memcmp(constant->text, text, length) == 0)) {
            return place;
        }
    }
}

static void make_room(Lower *l)
{
    size_t count = l->unit->constants.count;
    if (count * 2 < l->constant_room) {
        return;
    }
    l->constant_room = l->constant_room == 0 ? 256 : l->constant_room * 2;
    l->constants = arena_take(l->arena, l->constant_room * sizeof *l->constants);
    for (size_t i = 0; i < count; i++) {
        const Constant *constant = &l->unit->constants.items[i];
        *constant_place(l, constant->part, constant->text, constant->length) = (uint32_t)i + 1;
    }
}

Value *value_constant(Lower *l, const char *text, size_t length)
{
    Value *value = value_new(l, VALUE_CONSTANT, repr_counted("weir_string *"));
    make_room(l);
    uint32_t *place = constant_place(l, l->part, text, length);
    if (*place == 0) {
        Constant constant = {.text = text, .length = length, .part = l->part};
        LIST_ADD(l->arena, &l->unit->constants, constant);
        *place = (uint32_t)l->unit->constants.count;
    }
    value->index = *place - 1;
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
        if (free->only == b->state && strcmp(free->hint, hint) == 0 &&
            free->repr.kind == repr.kind && free->repr.shape == repr.shape &&
            free->counted == counted && (repr.c == NULL) == (free->repr.c == NULL) &&
            (repr.c == NULL || strcmp(repr.c, free->repr.c) == 0)) {
            slot = free;
            b->spare.items[i] = b->spare.items[--b->spare.count];
            free->taken = ++b->taken;
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

Slot *value_store(Lower *l, Value *value, const char *hint)
{
    bool owned = (value->flags & VALUE_OWNED) != 0 && value->repr.kind == REPR_COUNTED;
    Slot *slot = temp(l, hint == NULL ? "value" : hint, value->repr, owned);
    op_set(l, slot, value);
    return slot;
}

Value *value_settle(Lower *l, Value *value, const char *hint)
{
    switch (value->kind) {
    case VALUE_INT:
    case VALUE_REAL:
    case VALUE_CONSTANT:
    case VALUE_NULL:
    case VALUE_NAMED:
    case VALUE_CASE:
    case VALUE_DESCRIPTOR:
    case VALUE_TEMPLATE:
    case VALUE_ADDRESS:
    case VALUE_MACHINE:
    case VALUE_STUB:
    case VALUE_WORK:
    case VALUE_MOVE:
    case VALUE_SLOT: return value;
    case VALUE_RUNTIME:
    case VALUE_PLAIN:
    case VALUE_ROUTINE:
    case VALUE_NEW:
    case VALUE_MEMBER:
    case VALUE_FIELD:
    case VALUE_ITEM:
    case VALUE_WORD:
    case VALUE_OPERATOR:
    case VALUE_ENDED:
    case VALUE_GLOBAL:
    case VALUE_RESULT: break;
    }
    return value_slot(l, value_store(l, value, hint));
}

Value *value_borrow(Lower *l, Value *value, const char *hint)
{
    if ((value->flags & VALUE_OWNED) == 0 || value->repr.kind != REPR_COUNTED) {
        return value;
    }
    return value_slot(l, value_store(l, value, hint));
}

Value *value_own(Lower *l, Value *value)
{
    if (value->repr.kind != REPR_COUNTED || (value->flags & VALUE_OWNED) != 0 ||
        value->kind == VALUE_NULL || value->kind == VALUE_CONSTANT) { // a constant is not counted
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

Slot *slot_word(Lower *l, const char *hint, Repr repr, bool owned)
{
    Slot *slot = temp(l, hint, repr, owned && repr.kind == REPR_COUNTED);
    slot->by_address = true;
    return slot;
}

Slot *value_adopt(Lower *l, Value *value, const char *hint)
{
    Builder *b = l->b;
    if (value->kind == VALUE_SLOT && b->ops != NULL) {
        for (size_t i = b->temps.count; i > 0; i--) {
            Slot *slot = b->temps.items[i - 1];
            if (slot == value->slot && !slot->moved) {
                memmove(b->temps.items + i - 1, b->temps.items + i,
                        (b->temps.count - i) * sizeof(Slot *));
                b->temps.count--;
                slot->hint = hint;
                return slot;
            }
        }
    }
    Slot *slot = slot_new(l, hint, value->repr, true);
    op_set(l, slot, value_own(l, value));
    return slot;
}
