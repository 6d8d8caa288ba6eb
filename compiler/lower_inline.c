// Methods that are written out where they stand: those that take an expression in `it`, and `.check()` of a result.
#include "lowering.h"

#include <string.h>

typedef struct ListLoop { // one method over a list
    const Expr *call;
    Slot *list, *result;
    Op *loop;
    size_t temps;
} ListLoop;

// for each item, bound to `it`
static void loop_open(Lower *l, ListLoop *loop)
{
    Slot *at = slot_new(l, "i", repr_plain(REPR_INT), false);
    Op *each = add(l, OP_FOR);
    each->slot = at;
    each->value = value_int(l, 0);
    Value *length = value_new(l, VALUE_MEMBER, repr_plain(REPR_INT));
    length->text = "length";
    each->limit = value_arg(l, length, value_slot(l, loop->list));
    loop->loop = each;
    loop->temps = l->b->temps.count;
    l->b->ops = l->b->ops == NULL ? NULL : &each->then;
    const Expr *object = loop->call->u.call.callee->u.field.object;
    Value *item = value_new(l, VALUE_ITEM, repr_of(l, object->type->item));
    value_arg(l, value_arg(l, item, value_slot(l, loop->list)), value_slot(l, at));
    Slot *it = slot_new(l, "item", item->repr, false);
    set(l, it, item);
    bind(l, loop->call->u.call.it, it);
}

static void loop_close(Lower *l, ListLoop *loop, Ops *outer)
{
    finish_temps(l, loop->temps);
    l->b->ops = outer;
}

static void push_word(Lower *l, Slot *list, Value *value)
{
    Slot *word = word_slot(l, "word", value->repr, (value->flags & VALUE_OWNED) != 0);
    set(l, word, value);
    Value *push = value_runtime(l, "weir_list_push", repr_plain(REPR_NONE), VALUE_FAILS);
    list->by_address = true;
    act(l, value_arg(l, value_arg(l, push, value_address(l, list)), value_address(l, word)));
}

static void open_list(Lower *l, ListLoop *loop)
{
    Value *empty = value_runtime(l, "weir_list_new", repr_counted("weir_list *"), VALUE_OWNED | VALUE_FAILS);
    value_arg(l, empty, value_descriptor(l, descriptor_of(l, loop->call->type)));
    value_arg(l, empty, value_int(l, 0));
    loop->result = stored(l, empty, "list");
    test(l);
}

static void lower_map(Lower *l, ListLoop *loop)
{
    open_list(l, loop);
    Ops *outer = l->b->ops;
    loop_open(l, loop);
    push_word(l, loop->result, lower_expr(l, loop->call->u.call.ordered.items[0], "word"));
    loop_close(l, loop, outer);
}

static void lower_filter(Lower *l, ListLoop *loop)
{
    open_list(l, loop);
    Ops *outer = l->b->ops;
    loop_open(l, loop);
    Op *branch = op_new(l, OP_IF);
    branch->value = lower_truth(l, loop->call->u.call.ordered.items[0]);
    if (l->b->ops != NULL) {
        LIST_ADD(l->arena, &l->b->ops->list, branch);
        Ops *turn = l->b->ops;
        l->b->ops = &branch->then;
        push_word(l, loop->result, value_slot(l, symbol_slot(loop->call->u.call.it)));
        test(l);
        l->b->ops = turn;
    }
    loop_close(l, loop, outer);
}

// any and all: found out as soon as one item decides.
static void lower_decide(Lower *l, ListLoop *loop, bool any)
{
    Value *start = value_int(l, any ? 0 : 1);
    start->repr = repr_plain(REPR_BOOL);
    loop->result = stored(l, start, any ? "any" : "all");
    Ops *outer = l->b->ops;
    loop_open(l, loop);
    Op *branch = op_new(l, OP_IF);
    Value *truth = lower_truth(l, loop->call->u.call.ordered.items[0]);
    branch->value = any ? truth : value_operator(l, "!", repr_plain(REPR_BOOL), truth, NULL);
    if (l->b->ops != NULL) {
        LIST_ADD(l->arena, &l->b->ops->list, branch);
        Ops *turn = l->b->ops;
        l->b->ops = &branch->then;
        set(l, loop->result, value_int(l, any ? 1 : 0));
        add(l, OP_BREAK);
        l->b->ops = turn;
    }
    loop_close(l, loop, outer);
}

// T!.check(): the value, or its failure raised again.
static Value *lower_check(Lower *l, const Expr *expr, const char *hint)
{
    const Expr *object = expr->u.call.callee->u.field.object;
    Value *value = lower_expr(l, object, hint);
    Slot *slot = value->kind == VALUE_SLOT ? value->slot : stored(l, value, hint == NULL ? "outcome" : hint);
    test(l);
    Op *branch = add(l, OP_IF);
    branch->value = value_arg(l, value_plain(l, "weir_is_error", repr_plain(REPR_BOOL), 0), value_slot(l, slot));
    Fork fork;
    fork_open(l, &fork, NULL, expr->span);
    fork_arm(l, &fork, &branch->then);
    Value *fail = value_runtime(l, "weir_fail", repr_plain(REPR_NONE), VALUE_EFFECT | VALUE_FAILS);
    act(l, value_arg(l, fail, value_arg(l, value_plain(l, "weir_keep", slot->repr, VALUE_OWNED), value_slot(l, slot))));
    if (l->b->ops != NULL) {
        fail_on(l);
    }
    fork_arm_end(l, &fork);
    fork.reached = fork.ops != NULL;
    fork_close(l, &fork);
    return repr_of(l, expr->type).kind == REPR_NONE ? NULL : unboxed(l, value_slot(l, slot), object->type);
}

Value *lower_inline(Lower *l, const Expr *expr, const char *hint)
{
    const char *name = expr->u.call.builtin->name;
    if (strcmp(name, "check") == 0) {
        return lower_check(l, expr, hint);
    }
    ListLoop loop = {.call = expr};
    Value *list = borrow(l, lower_expr(l, expr->u.call.callee->u.field.object, "list"), "list");
    list = settle(l, list, "list");
    loop.list = list->kind == VALUE_SLOT ? list->slot : stored(l, list, "list");
    test(l);
    if (strcmp(name, "map") == 0) {
        lower_map(l, &loop);
    } else if (strcmp(name, "filter") == 0) {
        lower_filter(l, &loop);
    } else {
        lower_decide(l, &loop, strcmp(name, "any") == 0);
    }
    return value_slot(l, loop.result);
}
