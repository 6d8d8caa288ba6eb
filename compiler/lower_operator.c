// Operators → values: checked arithmetic, comparisons, and what decides before it computes the
// rest.
#include "lowering.h"

#include <string.h>

static bool is_float(const Expr *expr)
{
    return (expr->converted != NULL ? expr->converted : expr->type)->kind == TYPE_FLOAT;
}

static const Type *used_as(const Expr *expr)
{
    return expr->converted != NULL ? expr->converted : expr->type;
}

// Both operands, in order; counted ones borrowed.
static void lower_operands(Lower *l, const Expr *expr, Value **a, Value **b)
{
    *a = value_borrow(l, lower_expr(l, expr->u.op.a, "left"), "left");
    if (!simple(expr->u.op.b)) {
        *a = value_settle(l, *a, "left");
    }
    *b = value_borrow(l, lower_expr(l, expr->u.op.b, "right"), "right");
}

static Value *checked(Lower *l, const char *c, Value *a, Value *b)
{
    Value *value = value_runtime(l, c, repr_plain(REPR_INT), VALUE_FAILS);
    value_arg(l, value, a);
    return b == NULL ? value : value_arg(l, value, b);
}

static Value *real_operator(Lower *l, Operator op, Value *a, Value *b)
{
    Repr real = repr_plain(REPR_REAL);
    switch (op) {
    case OP_ADD: return value_operator(l, "+", real, a, b);
    case OP_SUB: return value_operator(l, "-", real, a, b);
    case OP_MUL: return value_operator(l, "*", real, a, b);
    case OP_DIV: return value_operator(l, "/", real, a, b);
    case OP_MOD: {
        Value *value = value_runtime(l, "weir_modulo", real, VALUE_FAILS);
        return value_arg(l, value_arg(l, value, a), b);
    }
    case OP_NEGATE:
    case OP_NOT:
    case OP_EQ:
    case OP_NE:
    case OP_LT:
    case OP_LE:
    case OP_GT:
    case OP_GE:
    case OP_AND:
    case OP_OR:
    case OP_ELSE: break;
    }
    return NULL;
}

static Value *joined(Lower *l, const char *c, const char *repr, Value *a, Value *b)
{
    Value *value = value_runtime(l, c, repr_counted(repr), VALUE_FAILS | VALUE_OWNED);
    return value_arg(l, value_arg(l, value, a), b);
}

static bool whole(const Type *type)
{
    return type->kind == TYPE_INT || type->kind == TYPE_DURATION || type->kind == TYPE_TIME;
}

static Value *lower_arithmetic(Lower *l, const Expr *expr)
{
    const Type *ta = used_as(expr->u.op.a), *tb = used_as(expr->u.op.b);
    Operator op = expr->u.op.op;
    Value *a, *b;
    lower_operands(l, expr, &a, &b);
    if (ta->kind == TYPE_STRING || ta->kind == TYPE_SECRET || ta->kind == TYPE_BYTES) {
        return joined(l, "weir_string_join", "weir_string *", a, b);
    }
    if (ta->kind == TYPE_LIST) {
        return joined(l, "weir_list_join", "weir_list *", a, b);
    }
    if (whole(ta) && whole(tb)) {
        switch (op) {
        case OP_ADD: return checked(l, "weir_add", a, b);
        case OP_SUB: return checked(l, "weir_subtract", a, b);
        case OP_MUL: return checked(l, "weir_multiply", a, b);
        case OP_MOD: return checked(l, "weir_remainder", a, b);
        case OP_DIV:
            if (expr->type->kind == TYPE_FLOAT) { // duration / duration
                Repr real = repr_plain(REPR_REAL);
                return value_operator(l, "/", real, value_operator(l, "(double)", real, a, NULL),
                                      value_operator(l, "(double)", real, b, NULL));
            }
            return checked(l, "weir_divide", a, b);
        case OP_NEGATE:
        case OP_NOT:
        case OP_EQ:
        case OP_NE:
        case OP_LT:
        case OP_LE:
        case OP_GT:
        case OP_GE:
        case OP_AND:
        case OP_OR:
        case OP_ELSE: break;
        }
    }
    if (ta->kind == TYPE_DURATION || tb->kind == TYPE_DURATION) { // times or over a float
        Value *duration = ta->kind == TYPE_DURATION ? a : b,
              *number = ta->kind == TYPE_DURATION ? b : a;
        if (op == OP_DIV) {
            Value *one = value_new(l, VALUE_REAL, repr_plain(REPR_REAL));
            one->real = 1;
            number = value_operator(l, "/", repr_plain(REPR_REAL), one, number);
        }
        return checked(l, "weir_scale", duration, number);
    }
    return real_operator(l, op, a, b);
}

static const char *comparison(Operator op)
{
    switch (op) {
    case OP_EQ: return "==";
    case OP_NE: return "!=";
    case OP_LT: return "<";
    case OP_LE: return "<=";
    case OP_GT: return ">";
    case OP_GE: return ">=";
    case OP_NEGATE:
    case OP_NOT:
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
    case OP_DIV:
    case OP_MOD:
    case OP_AND:
    case OP_OR:
    case OP_ELSE: break;
    }
    return "==";
}

Value *value_compare(Lower *l, const Expr *expr, Value *a, Value *b)
{
    const Type *type = used_as(expr->u.op.a);
    Operator op = expr->u.op.op;
    Repr truth = repr_plain(REPR_BOOL);
    if (type_scalar(type)) {
        return value_decide(l, value_operator(l, comparison(op), truth, a, b));
    }
    if (b->kind == VALUE_NULL || a->kind == VALUE_NULL) {
        return value_operator(l, comparison(op), truth, a, b);
    }
    if (type->kind == TYPE_STRING && (op == OP_EQ || op == OP_NE)) {
        Value *same = value_plain(l, "weir_string_equal", truth, 0);
        value_arg(l, value_arg(l, same, a), b);
        return op == OP_EQ ? same : value_operator(l, "!", truth, same, NULL);
    }
    if (type->kind == TYPE_STRING) {
        Value *order = value_plain(l, "weir_string_compare", repr_plain(REPR_INT), 0);
        value_arg(l, value_arg(l, order, a), b);
        return value_operator(l, comparison(op), truth, order, value_int(l, 0));
    }
    Value *same = value_plain(l, "weir_equal", truth, 0);
    value_arg(l, same, value_descriptor(l, descriptor_of(l, type)));
    Value *sides[2] = {a, b};
    for (size_t i = 0; i < 2; i++) {
        Slot *slot = slot_word(l, i == 0 ? "left_word" : "right_word", sides[i]->repr, false);
        op_set(l, slot, sides[i]);
        value_arg(l, same, value_address(l, slot));
    }
    return op == OP_EQ ? same : value_operator(l, "!", truth, same, NULL);
}

static Value *lower_comparison(Lower *l, const Expr *expr)
{
    Value *a, *b;
    lower_operands(l, expr, &a, &b);
    return value_compare(l, expr, a, b);
}

// a and b, a or b: b is computed only when a does not decide.
static Value *lower_logic(Lower *l, const Expr *expr)
{
    bool both = expr->u.op.op == OP_AND;
    Repr truth = repr_plain(REPR_BOOL);
    Value *a = lower_expr(l, expr->u.op.a, "condition");
    if (a->kind == VALUE_INT) { // a constant: it decides, or b does
        return (a->integer != 0) == both ? lower_expr(l, expr->u.op.b, "condition") : a;
    }
    if (simple(expr->u.op.b) && (a->flags & (VALUE_FAILS | VALUE_EFFECT)) == 0) {
        size_t before = l->b->ops == NULL ? 0 : l->b->ops->list.count;
        Value *b = lower_expr(l, expr->u.op.b, "condition");
        size_t after = l->b->ops == NULL ? 0 : l->b->ops->list.count;
        if (before == after && (b->flags & (VALUE_FAILS | VALUE_EFFECT)) == 0) {
            return value_decide(l, value_operator(l, both ? "&&" : "||", truth, a, b));
        }
    }
    Slot *result = value_store(l, a, "condition");
    op_test(l);
    Op *branch = op_new(l, OP_IF);
    branch->value = both ? value_slot(l, result)
                         : value_operator(l, "!", truth, value_slot(l, result), NULL);
    if (l->b->ops != NULL) {
        LIST_ADD(l->arena, &l->b->ops->list, branch);
    }
    Fork fork;
    fork_open(l, &fork, expr_waits(l, expr->u.op.b) ? "decided" : NULL, expr->span);
    fork_arm(l, &fork, &branch->then);
    size_t mark = l->b->temps.count;
    op_set(l, result, lower_expr(l, expr->u.op.b, "condition"));
    temp_finish(l, mark);
    fork_arm_end(l, &fork);
    if (fork.meeting != NULL) {
        fork_arm(l, &fork, &branch->otherwise);
        fork_arm_end(l, &fork);
    } else {
        fork.reached = fork.ops != NULL;
    }
    fork_close(l, &fork);
    return value_slot(l, result);
}

static bool in_map(const Expr *expr)
{
    return expr->kind == EXPR_INDEX && expr->u.index.object->type->kind == TYPE_MAP;
}

// m[k] ?? y: the word is read in place.
static Value *lower_found(Lower *l, const Expr *expr)
{
    Value *map = lower_object(l, expr->u.index.object, "map");
    if (!simple(expr->u.index.index)) {
        map = value_settle(l, map, "map");
    }
    Value *key = lower_word(l, expr->u.index.index, "key");
    op_test(l);
    Value *found = value_plain(l, "weir_map_get", repr_counted("weir_word *"), 0);
    return value_arg(l, value_arg(l, found, map), key);
}

// x ?? y: y where x is none or a failed result. y may leave.
static Value *lower_else(Lower *l, const Expr *expr, const char *hint)
{
    const Type *type = expr->u.op.a->type;
    bool entry = in_map(expr->u.op.a) && expr->type != type;
    Value *a = entry ? lower_found(l, expr->u.op.a) : lower_expr(l, expr->u.op.a, hint);
    Slot *maybe = a->kind == VALUE_SLOT ? a->slot : value_store(l, a, "maybe");
    op_test(l);
    bool leaves = expr->u.op.b->type->kind == TYPE_NEVER;
    Slot *result = slot_word(l, hint == NULL ? "value" : hint, repr_of(l, expr->type), true);
    result->by_address = false;
    Value *missing;
    if (type->kind == TYPE_RESULT) {
        missing = value_arg(l, value_plain(l, "weir_is_error", repr_plain(REPR_BOOL), 0),
                            value_slot(l, maybe));
    } else {
        missing = value_operator(l, "==", repr_plain(REPR_BOOL), value_slot(l, maybe),
                                 value_new(l, VALUE_NULL, maybe->repr));
    }
    Op *branch = op_add(l, OP_IF);
    branch->value = missing;
    Fork fork;
    fork_open(l, &fork, expr_waits(l, expr->u.op.b) ? "chosen" : NULL, expr->span);
    fork_arm(l, &fork, &branch->then);
    size_t mark = l->b->temps.count;
    Value *b = lower_expr(l, expr->u.op.b, hint);
    if (!leaves && b != NULL) {
        op_set(l, result, value_own(l, b));
    }
    temp_finish(l, mark);
    fork_arm_end(l, &fork);
    fork_arm(l, &fork, &branch->otherwise);
    if (expr->type == type) { // T? ?? T? is T?
        op_set(l, result, value_own(l, value_slot(l, maybe)));
    } else if (entry) {
        Value *word = value_new(l, VALUE_WORD, repr_of(l, type->item));
        value_arg(l, word, value_slot(l, maybe));
        op_set(l, result, value_own(l, value_convert(l, word, type->item, expr->type)));
    } else {
        op_set(l, result,
               value_own(l, value_convert(l, value_unbox(l, value_slot(l, maybe), type), type->item,
                                          expr->type)));
    }
    fork_arm_end(l, &fork);
    fork_close(l, &fork);
    return value_slot(l, result);
}

static Value *lower_unary(Lower *l, const Expr *expr)
{
    Value *a = lower_expr(l, expr->u.op.a, "value");
    if (expr->u.op.op == OP_NOT) {
        return value_decide(l, value_operator(l, "!", repr_plain(REPR_BOOL), a, NULL));
    }
    if (a->kind == VALUE_INT && a->integer != INT64_MIN) {
        return value_int(l, -a->integer);
    }
    if (a->kind == VALUE_REAL) {
        a->real = -a->real;
        return a;
    }
    return is_float(expr->u.op.a) ? value_operator(l, "-", repr_plain(REPR_REAL), a, NULL)
                                  : checked(l, "weir_negate", a, NULL);
}

Value *lower_binary(Lower *l, const Expr *expr, const char *hint)
{
    switch (expr->u.op.op) {
    case OP_AND:
    case OP_OR: return lower_logic(l, expr);
    case OP_ELSE: return lower_else(l, expr, hint);
    case OP_EQ:
    case OP_NE:
    case OP_LT:
    case OP_LE:
    case OP_GT:
    case OP_GE: return lower_comparison(l, expr);
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
    case OP_DIV:
    case OP_MOD: return lower_arithmetic(l, expr);
    case OP_NEGATE:
    case OP_NOT: break;
    }
    return lower_unary(l, expr);
}
