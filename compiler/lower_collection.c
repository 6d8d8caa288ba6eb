// Lists, maps, ranges as values, parts of lists and texts, comprehensions.
#include "lowering.h"

Value *lower_word(Lower *l, const Expr *expr, const char *hint)
{
    return value_word(l, lower_expr(l, expr, hint), hint);
}

Value *value_word(Lower *l, Value *value, const char *hint)
{
    Slot *slot = slot_word(l, hint, value->repr, (value->flags & VALUE_OWNED) != 0);
    op_set(l, slot, value);
    return value_address(l, slot);
}

Slot *list_open(Lower *l, const Type *type, int64_t room, const char *hint)
{
    Value *empty = value_runtime(l, "weir_list_new", repr_counted("weir_list *"),
                                 VALUE_OWNED | VALUE_FAILS);
    value_arg(l, empty, value_descriptor(l, descriptor_of(l, type)));
    Slot *list = value_store(l, value_arg(l, empty, value_int(l, room)), hint);
    list->by_address = true;
    return list;
}

void list_push(Lower *l, Slot *list, Value *item)
{
    Slot *word = slot_word(l, "item", item->repr, (item->flags & VALUE_OWNED) != 0);
    op_set(l, word, item);
    Value *push = value_runtime(l, "weir_list_push", repr_plain(REPR_NONE), VALUE_FAILS);
    op_do(l, value_arg(l, value_arg(l, push, value_address(l, list)), value_address(l, word)));
}

// No test between the items: adding one while a failure is pending does nothing.
static void finish_item(Lower *l, size_t mark)
{
    bool due = l->b->test_due;
    l->b->test_due = false;
    temp_finish(l, mark);
    l->b->test_due = due;
}

Value *lower_list(Lower *l, const Expr *expr, const char *hint)
{
    const Exprs *items = &expr->u.list.items;
    Slot *list = list_open(l, expr->type, (int64_t)items->count, hint == NULL ? "list" : hint);
    for (size_t i = 0; i < items->count; i++) {
        size_t mark = l->b->temps.count;
        list_push(l, list, lower_expr(l, items->items[i], "item"));
        finish_item(l, mark);
    }
    return value_slot(l, list);
}

Value *lower_map(Lower *l, const Expr *expr, const char *hint)
{
    Value *empty = value_runtime(l, "weir_map_new", repr_counted("weir_map *"),
                                 VALUE_OWNED | VALUE_FAILS);
    Slot *map = value_store(l,
                            value_arg(l, empty, value_descriptor(l, descriptor_of(l, expr->type))),
                            hint == NULL ? "map" : hint);
    map->by_address = true;
    for (size_t i = 0; i < expr->u.map.keys.count; i++) {
        size_t mark = l->b->temps.count;
        Value *key = lower_word(l, expr->u.map.keys.items[i], "key");
        Value *value = lower_word(l, expr->u.map.values.items[i], "value");
        Value *entry = value_runtime(l, "weir_map_set", repr_plain(REPR_NONE), VALUE_FAILS);
        op_do(l,
              value_arg(l, value_arg(l, value_arg(l, entry, value_address(l, map)), key), value));
        finish_item(l, mark);
    }
    return value_slot(l, map);
}

// ── ranges and parts ─────────────────────────────────────────────────────────────────────────────
Value *lower_range(Lower *l, const Expr *expr)
{
    Value *from = lower_expr(l, expr->u.range.from, "from");
    if (!simple(expr->u.range.to)) {
        from = value_settle(l, from, "from");
    }
    Value *range = value_runtime(l, "weir_range", repr_counted("weir_list *"),
                                 VALUE_OWNED | VALUE_FAILS);
    value_arg(l, value_arg(l, range, from), lower_expr(l, expr->u.range.to, "to"));
    Value *closed = value_new(l, VALUE_NAMED, repr_plain(REPR_BOOL));
    closed->text = expr->u.range.closed ? "true" : "false";
    return value_arg(l, range, closed);
}

static Value *slice_end(Lower *l, const Expr *expr)
{
    if (expr->u.slice.to == NULL) {
        Value *end = value_new(l, VALUE_NAMED, repr_plain(REPR_INT));
        end->text = "INT64_MAX";
        return end;
    }
    Value *to = lower_expr(l, expr->u.slice.to, "to");
    return expr->u.slice.closed ? value_arg(l, value_plain(l, "weir_after", to->repr, 0), to) : to;
}

Value *lower_slice(Lower *l, const Expr *expr)
{
    const Expr *from = expr->u.slice.from, *to = expr->u.slice.to;
    const Type *type = expr->u.slice.object->type;
    const char *c = type->kind == TYPE_LIST     ? "weir_list_slice"
                    : type->kind == TYPE_STRING ? "weir_string_slice"
                                                : "weir_bytes_slice";
    Value *slice = value_runtime(l, c, repr_of(l, type), VALUE_OWNED | VALUE_FAILS);
    Value *whole = value_borrow(l, lower_expr(l, expr->u.slice.object, "whole"), "whole");
    bool later = (from == NULL || simple(from)) && (to == NULL || simple(to));
    value_arg(l, slice, later ? whole : value_settle(l, whole, "whole"));
    Value *start = from == NULL ? value_int(l, 0) : lower_expr(l, from, "from");
    value_arg(l, slice, to == NULL || simple(to) ? start : value_settle(l, start, "from"));
    return value_arg(l, slice, slice_end(l, expr));
}

// ── comprehensions ───────────────────────────────────────────────────────────────────────────────
typedef struct Comprehension {
    const Each *each;
    size_t depth; // of the loop whose body comes next
    Slot *list;
} Comprehension;

// Whether what is done for each item of the loops before `depth` makes states: a `try` does.
static bool inside_splits(Lower *l, const Each *each, size_t depth)
{
    for (size_t i = depth; i < each->loops.count; i++) {
        if (expr_waits(l, each->loops.items[i].source)) {
            return true;
        }
    }
    return expr_waits(l, each->value) ||
           (each->condition != NULL && expr_waits(l, each->condition));
}

static void push_item(Lower *l, const Comprehension *c)
{
    size_t mark = l->b->temps.count;
    list_push(l, c->list, lower_expr(l, c->each->value, "item"));
    temp_finish(l, mark);
}

static void comprehended(Lower *l, void *data)
{
    const Comprehension *c = data;
    if (c->depth < c->each->loops.count) {
        const EachFor *loop = &c->each->loops.items[c->depth];
        Comprehension inner = {c->each, c->depth + 1, c->list};
        lower_over(l, loop->symbols.items, loop->symbols.count, loop->source,
                   inside_splits(l, c->each, c->depth + 1), loop->source->span, comprehended,
                   &inner);
        return;
    }
    if (c->each->condition == NULL) {
        push_item(l, c);
        return;
    }
    size_t mark = l->b->temps.count;
    Value *truth = lower_truth(l, c->each->condition);
    Op *branch = op_add(l, OP_IF);
    branch->value = truth;
    Fork fork;
    fork_open(l, &fork, expr_waits(l, c->each->value) ? "after_item" : NULL, c->each->value->span);
    fork_arm(l, &fork, &branch->then);
    push_item(l, c);
    fork_arm_end(l, &fork);
    fork_arm(l, &fork, &branch->otherwise);
    fork_arm_end(l, &fork);
    fork_close(l, &fork);
    temp_finish(l, mark);
}

Value *lower_comprehension(Lower *l, const Expr *expr, const char *hint)
{
    Slot *list = list_open(l, expr->type, 0, hint == NULL ? "list" : hint);
    op_test(l);
    Comprehension all = {&expr->u.comprehension.each, 0, list};
    comprehended(l, &all);
    return value_slot(l, list);
}
