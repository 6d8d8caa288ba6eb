// Methods that are written out where they stand: those that take an expression in `it`, and
// `.check()` of a result.
#include "lowering.h"

#include <string.h>

typedef struct ListLoop { // one method over a list
    const Expr *call;
    const Expr *item; // the expression in `it`
    Slot *list, *result;
    bool negated; // what the expression must be for `then`
    Body then;
} ListLoop;

static void each_item(Lower *l, ListLoop *loop, Body body)
{
    op_test(l);
    const Expr *object = loop->call->u.call.callee->u.field.object;
    lower_over_items(l, loop->call->u.call.it, loop->list, object->type->item,
                     expr_waits(l, loop->item), loop->item->span, body, loop);
}

// What the expression gives for an item, added to the result.
static void push_word(Lower *l, void *data)
{
    const ListLoop *loop = data;
    size_t mark = l->b->temps.count;
    list_push(l, loop->result, lower_expr(l, loop->item, "word"));
    temp_finish(l, mark);
}

// The list of what the expression in `it` gives for each item; NULL where there is none.
static Value *lower_keys(Lower *l, ListLoop *loop)
{
    const Expr *by = loop->item;
    if (by->kind == EXPR_NONE) {
        return NULL;
    }
    const Type *type = by->converted != NULL ? by->converted : by->type;
    loop->result = list_open(l, type_of(l->program->types, TYPE_LIST, type), 0, "keys");
    each_item(l, loop, push_word);
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

// if (the expression holds for the item) then
static void decide_item(Lower *l, void *data)
{
    ListLoop *loop = data;
    Op *branch = op_new(l, OP_IF);
    Value *truth = lower_truth(l, loop->item);
    branch->value = loop->negated ? value_operator(l, "!", repr_plain(REPR_BOOL), truth, NULL)
                                  : truth;
    if (l->b->ops == NULL) {
        return;
    }
    LIST_ADD(l->arena, &l->b->ops->list, branch);
    Fork fork;
    fork_open(l, &fork, NULL, loop->item->span);
    fork_arm(l, &fork, &branch->then);
    loop->then(l, loop);
    fork_end(l, &fork);
}

static void each_decided(Lower *l, ListLoop *loop, bool negated, Body then)
{
    loop->negated = negated;
    loop->then = then;
    each_item(l, loop, decide_item);
}

static Value *item_value(Lower *l, const ListLoop *loop)
{
    return value_slot(l, symbol_slot(loop->call->u.call.it));
}

static void keep_item(Lower *l, void *data)
{
    const ListLoop *loop = data;
    list_push(l, loop->result, item_value(l, loop));
}

static void count_item(Lower *l, void *data)
{
    const ListLoop *loop = data;
    Value *count = value_slot(l, loop->result);
    op_set(l, loop->result, value_operator(l, "+", repr_plain(REPR_INT), count, value_int(l, 1)));
}

// any and all: found out as soon as one item decides.
static void end_decided(Lower *l, void *data)
{
    const ListLoop *loop = data;
    op_set(l, loop->result, value_int(l, loop->negated ? 0 : 1));
    lower_leave(l, LEAVE_BREAK, NULL, loop->call->span);
}

static void end_found(Lower *l, void *data)
{
    const ListLoop *loop = data;
    const Type *type = loop->call->type;
    op_set(l, loop->result, value_own(l, value_convert(l, item_value(l, loop), type->item, type)));
    op_test(l);
    lower_leave(l, LEAVE_BREAK, NULL, loop->call->span);
}

static void lower_decided(Lower *l, ListLoop *loop, bool any)
{
    Value *start = value_int(l, any ? 0 : 1);
    start->repr = repr_plain(REPR_BOOL);
    loop->result = value_store(l, start, any ? "any" : "all");
    each_decided(l, loop, !any, end_decided);
}

static void lower_find(Lower *l, ListLoop *loop)
{
    loop->result = slot_word(l, "found", repr_of(l, loop->call->type), true);
    loop->result->by_address = false;
    op_set(l, loop->result, value_new(l, VALUE_NULL, loop->result->repr));
    each_decided(l, loop, false, end_found);
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
    ListLoop loop = {.call = expr, .item = expr->u.call.ordered.items[0]};
    Value *list = value_borrow(l, lower_expr(l, expr->u.call.callee->u.field.object, "list"),
                               "list");
    list = value_settle(l, list, "list");
    loop.list = list->kind == VALUE_SLOT ? list->slot : value_store(l, list, "list");
    op_test(l);
    if (strcmp(name, "map") == 0) {
        loop.result = list_open(l, expr->type, 0, "list");
        each_item(l, &loop, push_word);
    } else if (strcmp(name, "filter") == 0) {
        loop.result = list_open(l, expr->type, 0, "list");
        each_decided(l, &loop, false, keep_item);
    } else if (strcmp(name, "count") == 0) {
        loop.result = value_store(l, value_int(l, 0), "count");
        each_decided(l, &loop, false, count_item);
    } else if (strcmp(name, "find") == 0) {
        lower_find(l, &loop);
    } else if (strcmp(name, "any") == 0 || strcmp(name, "all") == 0) {
        lower_decided(l, &loop, strcmp(name, "any") == 0);
    } else {
        return lower_ordered(l, &loop);
    }
    return value_slot(l, loop.result);
}
