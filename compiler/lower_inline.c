// Methods that are written out where they stand: those that take an expression in `it`, and
// `.check()` of a result.
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
    Op *each = op_add(l, OP_FOR);
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
    op_set(l, it, item);
    scope_bind(l, loop->call->u.call.it, it);
}

static void loop_close(Lower *l, ListLoop *loop, Ops *outer)
{
    temp_finish(l, loop->temps);
    l->b->ops = outer;
}

// What the expression gives for each item, added to the result.
static void each_pushed(Lower *l, ListLoop *loop)
{
    op_test(l);
    Ops *outer = l->b->ops;
    loop_open(l, loop);
    list_push(l, loop->result, lower_expr(l, loop->call->u.call.ordered.items[0], "word"));
    loop_close(l, loop, outer);
}

// The list of what the expression in `it` gives for each item; NULL where there is none.
static Value *lower_keys(Lower *l, ListLoop *loop)
{
    const Expr *by = loop->call->u.call.ordered.items[0];
    if (by->kind == EXPR_NONE) {
        return NULL;
    }
    const Type *type = by->converted != NULL ? by->converted : by->type;
    loop->result = list_open(l, type_of(l->program->types, TYPE_LIST, type), 0, "keys");
    each_pushed(l, loop);
    return value_slot(l, loop->result);
}

// sort, min, max, group: a function of the runtime, given the keys.
static Value *lower_ordered(Lower *l, ListLoop *loop)
{
    const char *name = loop->call->u.call.builtin->name;
    const Type *type = loop->call->type;
    Value *keys = lower_keys(l, loop);
    bool group = strcmp(name, "group") == 0;
    const char *c = arena_print(l->arena, "weir_list_%s%s", name,
                                keys == NULL || group ? "" : "_by");
    Value *call = value_runtime(l, c, repr_of(l, type), VALUE_FAILS | VALUE_OWNED);
    if (strcmp(name, "sort") != 0) {
        value_arg(l, call, value_descriptor(l, descriptor_of(l, type)));
    }
    value_arg(l, call, value_slot(l, loop->list));
    return keys == NULL ? call : value_arg(l, call, keys);
}

// if (the expression holds for the item) { … }: what is lowered next goes there. False: nothing
// gets there.
static bool decided_open(Lower *l, ListLoop *loop, bool negated, Ops **turn)
{
    Op *branch = op_new(l, OP_IF);
    Value *truth = lower_truth(l, loop->call->u.call.ordered.items[0]);
    branch->value = negated ? value_operator(l, "!", repr_plain(REPR_BOOL), truth, NULL) : truth;
    *turn = l->b->ops;
    if (*turn == NULL) {
        return false;
    }
    LIST_ADD(l->arena, &l->b->ops->list, branch);
    l->b->ops = &branch->then;
    return true;
}

static void lower_filter(Lower *l, ListLoop *loop)
{
    loop->result = list_open(l, loop->call->type, 0, "list");
    op_test(l);
    Ops *outer = l->b->ops, *turn;
    loop_open(l, loop);
    if (decided_open(l, loop, false, &turn)) {
        list_push(l, loop->result, value_slot(l, symbol_slot(loop->call->u.call.it)));
        op_test(l);
        l->b->ops = turn;
    }
    loop_close(l, loop, outer);
}

// any and all: found out as soon as one item decides.
static void lower_decide(Lower *l, ListLoop *loop, bool any)
{
    Value *start = value_int(l, any ? 0 : 1);
    start->repr = repr_plain(REPR_BOOL);
    loop->result = value_store(l, start, any ? "any" : "all");
    Ops *outer = l->b->ops, *turn;
    loop_open(l, loop);
    if (decided_open(l, loop, !any, &turn)) {
        op_set(l, loop->result, value_int(l, any ? 1 : 0));
        op_add(l, OP_BREAK);
        l->b->ops = turn;
    }
    loop_close(l, loop, outer);
}

static void lower_count(Lower *l, ListLoop *loop)
{
    loop->result = value_store(l, value_int(l, 0), "count");
    Ops *outer = l->b->ops, *turn;
    loop_open(l, loop);
    if (decided_open(l, loop, false, &turn)) {
        Value *count = value_slot(l, loop->result);
        op_set(l, loop->result,
               value_operator(l, "+", repr_plain(REPR_INT), count, value_int(l, 1)));
        l->b->ops = turn;
    }
    loop_close(l, loop, outer);
}

static void lower_find(Lower *l, ListLoop *loop)
{
    const Type *type = loop->call->type;
    loop->result = slot_word(l, "found", repr_of(l, type), true);
    loop->result->by_address = false;
    op_set(l, loop->result, value_new(l, VALUE_NULL, loop->result->repr));
    Ops *outer = l->b->ops, *turn;
    loop_open(l, loop);
    if (decided_open(l, loop, false, &turn)) {
        Value *item = value_slot(l, symbol_slot(loop->call->u.call.it));
        op_set(l, loop->result, value_own(l, value_convert(l, item, type->item, type)));
        op_test(l);
        op_add(l, OP_BREAK);
        l->b->ops = turn;
    }
    loop_close(l, loop, outer);
}

// T!.check(): the value, or its failure raised again.
static Value *lower_check(Lower *l, const Expr *expr, const char *hint)
{
    const Expr *object = expr->u.call.callee->u.field.object;
    Value *value = lower_expr(l, object, hint);
    Slot *slot = value->kind == VALUE_SLOT ? value->slot
                                           : value_store(l, value, hint == NULL ? "outcome" : hint);
    op_test(l);
    Op *branch = op_add(l, OP_IF);
    branch->value = value_arg(l, value_plain(l, "weir_is_error", repr_plain(REPR_BOOL), 0),
                              value_slot(l, slot));
    Fork fork;
    fork_open(l, &fork, NULL, expr->span);
    fork_arm(l, &fork, &branch->then);
    Value *fail = value_runtime(l, "weir_fail", repr_plain(REPR_NONE), VALUE_EFFECT | VALUE_FAILS);
    op_do(l, value_arg(l, fail,
                       value_arg(l, value_plain(l, "weir_keep", slot->repr, VALUE_OWNED),
                                 value_slot(l, slot))));
    if (l->b->ops != NULL) {
        op_fail(l);
    }
    fork_end(l, &fork);
    return repr_of(l, expr->type).kind == REPR_NONE
               ? NULL
               : value_unbox(l, value_slot(l, slot), object->type);
}

Value *lower_inline(Lower *l, const Expr *expr, const char *hint)
{
    const char *name = expr->u.call.builtin->name;
    if (strcmp(name, "check") == 0) {
        return lower_check(l, expr, hint);
    }
    ListLoop loop = {.call = expr};
    Value *list = value_borrow(l, lower_expr(l, expr->u.call.callee->u.field.object, "list"),
                               "list");
    list = value_settle(l, list, "list");
    loop.list = list->kind == VALUE_SLOT ? list->slot : value_store(l, list, "list");
    op_test(l);
    if (strcmp(name, "map") == 0) {
        loop.result = list_open(l, expr->type, 0, "list");
        each_pushed(l, &loop);
    } else if (strcmp(name, "filter") == 0) {
        lower_filter(l, &loop);
    } else if (strcmp(name, "count") == 0) {
        lower_count(l, &loop);
    } else if (strcmp(name, "find") == 0) {
        lower_find(l, &loop);
    } else if (strcmp(name, "any") == 0 || strcmp(name, "all") == 0) {
        lower_decide(l, &loop, strcmp(name, "any") == 0);
    } else {
        return lower_ordered(l, &loop);
    }
    return value_slot(l, loop.result);
}
