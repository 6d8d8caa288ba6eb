// match and if … then … else: paths that part, each giving a value to one slot.
#include "lowering.h"

// The slot an expression's arms fill; NULL where nothing is given.
static Slot *arms_result(Lower *l, const Expr *expr, const char *hint)
{
    Repr repr = repr_of(l, expr->type);
    if (repr.kind == REPR_NONE) {
        return NULL;
    }
    Slot *slot = slot_word(l, hint == NULL ? "value" : hint, repr, true);
    slot->by_address = false;
    return slot;
}

static void arm_value(Lower *l, const Expr *value, Slot *result)
{
    size_t mark = l->b->temps.count;
    Value *given = lower_expr(l, value, result == NULL ? NULL : result->hint);
    if (result != NULL && l->b->ops != NULL && given != NULL) {
        op_set(l, result, value_own(l, given));
    } else {
        value_discard(l, given);
    }
    temp_finish(l, mark);
}

static void arm_body(Lower *l, const Arm *arm, Slot *result)
{
    if (arm->block != NULL) {
        lower_block(l, arm->block);
    } else {
        arm_value(l, arm->value, result);
    }
}

Value *lower_if(Lower *l, const Expr *expr, const char *hint)
{
    Slot *result = arms_result(l, expr, hint);
    bool split = expr_waits(l, expr->u.choice.then) || expr_waits(l, expr->u.choice.otherwise);
    Value *condition = lower_truth(l, expr->u.choice.condition);
    Op *branch = op_add(l, OP_IF);
    branch->value = condition;
    Fork fork;
    fork_open(l, &fork, split ? "chosen" : NULL, expr->span);
    fork_arm(l, &fork, &branch->then);
    arm_value(l, expr->u.choice.then, result);
    fork_arm_end(l, &fork);
    fork_arm(l, &fork, &branch->otherwise);
    arm_value(l, expr->u.choice.otherwise, result);
    fork_arm_end(l, &fork);
    fork_close(l, &fork);
    return result == NULL ? NULL : value_slot(l, result);
}

Value *lower_truth(Lower *l, const Expr *expr)
{
    size_t mark = l->b->temps.count;
    Value *truth = lower_expr(l, expr, "condition");
    if ((truth->flags & (VALUE_FAILS | VALUE_EFFECT)) != 0 || l->b->temps.count > mark) {
        truth = value_settle(l, truth, "condition");
        if (truth->kind == VALUE_SLOT && l->b->temps.count > mark) {
            temp_finish(l, mark);
        }
    }
    op_test(l);
    return truth;
}

// What must hold for a pattern; NULL: it always does.
static Value *pattern_test(Lower *l, const Pattern *pattern, Slot *matched, const Type *type)
{
    Repr truth = repr_plain(REPR_BOOL);
    Value *value = value_slot(l, matched);
    switch (pattern->kind) {
    case PATTERN_ERROR: return value_arg(l, value_plain(l, "weir_is_error", truth, 0), value);
    case PATTERN_OK:
        return value_operator(l, "!", truth,
                              value_arg(l, value_plain(l, "weir_is_error", truth, 0), value), NULL);
    case PATTERN_SOME:
        return value_operator(l, "!=", truth, value, value_new(l, VALUE_NULL, matched->repr));
    case PATTERN_NONE:
        return value_operator(l, "==", truth, value, value_new(l, VALUE_NULL, matched->repr));
    case PATTERN_BOOL:
        return pattern->value->u.truth ? value : value_operator(l, "!", truth, value, NULL);
    case PATTERN_INT:
    case PATTERN_FLOAT:
    case PATTERN_DURATION:
        return value_operator(l, "==", truth, value, lower_expr(l, pattern->value, "pattern"));
    case PATTERN_STRING: {
        Value *same = value_plain(l, "weir_string_equal", truth, 0);
        return value_arg(l, value_arg(l, same, value), lower_expr(l, pattern->value, "pattern"));
    }
    case PATTERN_CASE:
        return value_operator(l, "==", truth, case_number(l, type, value),
                              value_case(l, type, pattern->case_index));
    case PATTERN_ELSE: break;
    }
    return NULL;
}

// The names of an enum case's parameters.
static void bind_parts(Lower *l, const Pattern *pattern, Slot *matched, const Type *type)
{
    for (size_t i = 0; i < pattern->symbols.count; i++) {
        Value *part = case_part(l, type, pattern->case_index, i, value_slot(l, matched));
        Slot *slot = slot_new(l, pattern->symbols.items[i]->name, part->repr, false);
        op_set(l, slot, part);
        scope_bind(l, pattern->symbols.items[i], slot);
    }
}

// The name a pattern binds, as a borrowed view into what is matched.
static void pattern_bind(Lower *l, const Pattern *pattern, Slot *matched, const Type *type)
{
    if (pattern->kind == PATTERN_CASE) {
        bind_parts(l, pattern, matched, type);
        return;
    }
    if (pattern->symbols.count == 0 || pattern->symbols.items[0] == NULL) {
        return;
    }
    Symbol *symbol = pattern->symbols.items[0];
    Value *value = value_slot(l, matched);
    Slot *slot;
    if (pattern->kind == PATTERN_ERROR) {
        slot = slot_new(l, symbol->name, repr_counted("weir_error *"), false);
        Value *error = value_new(l, VALUE_OPERATOR, slot->repr);
        error->text = "as";
        op_set(l, slot, value_arg(l, error, value));
    } else {
        if (repr_of(l, type->item).kind == REPR_NONE) {
            return;
        }
        slot = slot_new(l, symbol->name, repr_of(l, type->item), false);
        op_set(l, slot, value_unbox(l, value, type));
    }
    scope_bind(l, symbol, slot);
}

// Whether the arms before this one leave it as the only possibility, so that no test is needed.
static bool decided(const Expr *expr, size_t index)
{
    PatternKind kind = expr->u.match.arms.items[index].pattern.kind;
    if (kind == PATTERN_CASE && index + 1 == expr->u.match.arms.count) {
        return true; // each case has its arm, and this is the last
    }
    if (index + 1 != expr->u.match.arms.count || index != 1) {
        return false;
    }
    return kind == PATTERN_OK || kind == PATTERN_ERROR || kind == PATTERN_SOME ||
           kind == PATTERN_NONE || kind == PATTERN_BOOL;
}

static void lower_arms(Lower *l, const Expr *expr, size_t index, Slot *matched, Slot *result,
                       Fork *all, bool split)
{
    const Arm *arm = &expr->u.match.arms.items[index];
    const Type *type = expr->u.match.value->type;
    Value *condition = decided(expr, index) ? NULL : pattern_test(l, &arm->pattern, matched, type);
    if (condition == NULL) {
        pattern_bind(l, &arm->pattern, matched, type);
        arm_body(l, arm, result);
        return;
    }
    Op *branch = op_add(l, OP_IF);
    branch->value = condition;
    Fork fork;
    fork_open(l, &fork, NULL, expr->span);
    fork.meeting = all->meeting;
    fork_arm(l, &fork, &branch->then);
    pattern_bind(l, &arm->pattern, matched, type);
    arm_body(l, arm, result);
    fork_arm_end(l, &fork);
    if (index + 1 < expr->u.match.arms.count) {
        fork_arm(l, &fork, &branch->otherwise);
        lower_arms(l, expr, index + 1, matched, result, all, split);
        fork_arm_end(l, &fork);
    }
    all->reached = all->reached || fork.reached;
    if (!split) {
        fork_close(l, &fork);
    } else {
        l->b->ops = NULL;
    }
}

static bool of_variable(const Expr *expr)
{
    while (expr->kind == EXPR_FIELD || expr->kind == EXPR_INDEX) {
        expr = expr->kind == EXPR_FIELD ? expr->u.field.object : expr->u.index.object;
    }
    return expr->kind == EXPR_NAME && expr->u.name.symbol != NULL && expr->u.name.symbol->variable;
}

Value *lower_match(Lower *l, const Expr *expr, const char *hint)
{
    Value *value = lower_expr(l, expr->u.match.value, "matched");
    Slot *result = arms_result(l, expr, hint);
    // An arm may change the variable it looks into.
    value = of_variable(expr->u.match.value)
                ? value_slot(l, value_store(l, value_own(l, value), "matched"))
                : value;
    Slot *matched = value->kind == VALUE_SLOT ? value->slot : value_store(l, value, "matched");
    bool split = false;
    for (size_t i = 0; i < expr->u.match.arms.count; i++) {
        const Arm *arm = &expr->u.match.arms.items[i];
        split = split ||
                (arm->block != NULL ? block_waits(l, arm->block) : expr_waits(l, arm->value));
    }
    Fork all;
    fork_open(l, &all, split ? "matched" : NULL, expr->span);
    lower_arms(l, expr, 0, matched, result, &all, split);
    if (split) {
        fork_arm_end(l, &all); // a last arm without a test ends here
        fork_close(l, &all);
    }
    return result == NULL || l->b->ops == NULL ? NULL : value_slot(l, result);
}
