// Calls: of plain functions, of tasks (their frame is embedded in the caller's), of blocking
// functions (through the pool), of the library.
#include "lowering.h"

#include <string.h>

static Routine *routine_of(const Symbol *symbol)
{
    return symbol->decl->symbol->lowered;
}

static bool later_simple(const Exprs *args, size_t from)
{
    for (size_t i = from; i < args->count; i++) {
        if (args->items[i] != NULL && !simple(args->items[i])) {
            return false;
        }
    }
    return true;
}

// One argument for a routine of the program: computed, and known not to have failed.
static Value *lower_arg(Lower *l, const Expr *arg, const char *hint, bool last)
{
    Value *value = lower_expr(l, arg, hint);
    if ((value->flags & (VALUE_FAILS | VALUE_EFFECT)) != 0 || !last) {
        value = value_settle(l, value, hint);
    }
    return value;
}

static const Expr *arg_at(const Exprs *ordered, const Params *params, size_t index)
{
    const Expr *given = index < ordered->count ? ordered->items[index] : NULL;
    return given != NULL ? given : params->items[index].fallback;
}

void lower_args(Lower *l, const Exprs *ordered, const Params *params, Op *into)
{
    for (size_t i = 0; i < params->count; i++) {
        const Expr *arg = arg_at(ordered, params, i);
        Value *value = lower_arg(l, arg, params->items[i].name.text, later_simple(ordered, i + 1));
        LIST_ADD(l->arena, &into->args, value);
    }
    if (into->kind !=
        OP_START) { // a start while a failure is pending does nothing but take over its arguments
        op_test(l);
    }
    for (size_t i = 0; i < into->args.count; i++) {
        into->args.items[i] = value_own(l, into->args.items[i]);
    }
}

// The place for a callee's frame: one for each callee, all of them sharing their space.
static Slot *frame_of(Lower *l, Routine *callee)
{
    Routine *routine = l->b->routine;
    for (size_t i = 0; i < routine->slots.count; i++) {
        Slot *slot = routine->slots.items[i];
        if (slot->repr.kind == REPR_FRAME && slot->repr.routine == callee) {
            return slot;
        }
    }
    routine->calls = true;
    LIST_ADD(l->arena, &routine->embeds, callee);
    return slot_place(l, callee->hint, (Repr){.kind = REPR_FRAME, .routine = callee});
}

static void append(Lower *l, Op *op)
{
    if (l->b->ops != NULL) {
        LIST_ADD(l->arena, &l->b->ops->list, op);
    }
}

// A call that may come back to its caller's own machine: a private child with a frame of its own.
static Value *call_recursive(Lower *l, Routine *callee, Op *begin, Span span)
{
    Slot *child = slot_place(l, "child", repr_place("weir_task *"));
    begin->kind = OP_START;
    begin->place = value_runtime(l, "weir_start_private", repr_plain(REPR_NONE),
                                 VALUE_EFFECT | VALUE_FAILS);
    Value *machine = value_new(l, VALUE_MACHINE, repr_plain(REPR_NONE));
    machine->routine = callee;
    callee->started = true;
    value_arg(l, begin->place, machine);
    value_arg(l, begin->place, value_address(l, child));
    append(l, begin);
    l->b->test_due = true;
    op_test(l);
    Value *join = value_runtime(l, "weir_join_private", repr_plain(REPR_NONE), 0);
    value_arg(l, join, value_slot(l, child));
    Slot *result = NULL;
    if (callee->result != NULL) {
        result = slot_word(l, callee->hint, callee->result->repr, callee->result->counted);
        value_arg(l, join, value_address(l, result));
    } else {
        value_arg(l, join, value_new(l, VALUE_NULL, repr_plain(REPR_NONE)));
    }
    op_await(l, join, state_new(l, arena_print(l->arena, "after_%s", callee->hint), span));
    return result == NULL ? NULL : value_slot(l, result);
}

static Value *call_task(Lower *l, const Expr *expr, const char *hint)
{
    const Symbol *symbol = expr->u.call.symbol;
    Routine *callee = routine_of(symbol);
    if (callee->yields) {
        return lower_stream_call(l, expr, hint);
    }
    Op *begin = op_new(l, OP_BEGIN);
    begin->routine = callee;
    lower_args(l, &expr->u.call.ordered, &symbol->decl->params, begin);
    if (callee->recursive) {
        return call_recursive(l, callee, begin, expr->span);
    }
    begin->slot = frame_of(l, callee);
    append(l, begin);
    State *inside = state_new(l, arena_print(l->arena, "in_%s", callee->hint), expr->span);
    inside->callee = begin->slot;
    inside->waits = true;
    bool reached = l->b->ops != NULL;
    op_jump(l, inside);
    if (reached) {
        state_go_on(l, inside);
    }
    Op *resume = op_add(l, OP_RESUME);
    resume->slot = begin->slot;
    resume->routine = callee;
    resume->state = l->b->fault;
    op_tell(l, resume);
    if (callee->result == NULL) {
        return NULL;
    }
    Value *result = value_new(l, VALUE_RESULT, callee->result->repr);
    result->slot = begin->slot;
    result->flags = VALUE_EFFECT | (callee->result->counted ? VALUE_OWNED : 0U);
    return result;
}

static Value *call_fn(Lower *l, const Expr *expr)
{
    const Symbol *symbol = expr->u.call.symbol;
    Routine *callee = routine_of(symbol);
    Value *call = value_new(l, VALUE_ROUTINE, callee->gives);
    call->routine = callee;
    call->flags = VALUE_FAILS | VALUE_EFFECT |
                  (callee->gives.kind == REPR_COUNTED ? VALUE_OWNED : 0U);
    const Exprs *ordered = &expr->u.call.ordered;
    const Params *params = &symbol->decl->params;
    for (size_t i = 0; i < params->count; i++) {
        const char *hint = params->items[i].name.text;
        Value *value = lower_arg(l, arg_at(ordered, params, i), hint, later_simple(ordered, i + 1));
        LIST_ADD(l->arena, &call->args, value_borrow(l, value, hint));
    }
    op_test(l);
    return call;
}

// A blocking fn called from a task: its arguments stay in the frame while the pool works.
static Value *call_blocking(Lower *l, const Expr *expr)
{
    const Symbol *symbol = expr->u.call.symbol;
    Routine *callee = routine_of(symbol);
    const Exprs *ordered = &expr->u.call.ordered;
    const Params *params = &symbol->decl->params;
    Op *work = op_new(l, OP_WORK);
    work->routine = callee;
    for (size_t i = 0; i < params->count; i++) {
        const char *hint = params->items[i].name.text;
        Value *value = lower_arg(l, arg_at(ordered, params, i), hint, later_simple(ordered, i + 1));
        if (value->repr.kind == REPR_COUNTED && value->kind != VALUE_CONSTANT &&
            value->kind != VALUE_NULL) { // those two nobody counts
            value = value_slot(
                l, value_store(l, value_own(l, value), hint)); // ours until the work is done
            Value *share = value_plain(l, "weir_share", repr_plain(REPR_NONE), VALUE_EFFECT);
            op_do(l, value_arg(l, share, value));
        }
        LIST_ADD(l->arena, &work->args, value);
    }
    op_test(l);
    work->slot = slot_place(l, callee->hint, (Repr){.kind = REPR_WORK, .routine = callee});
    append(l, work);
    Value *pool = value_runtime(l, "weir_pool", repr_plain(REPR_NONE), 0);
    Value *function = value_new(l, VALUE_WORK, repr_plain(REPR_NONE));
    function->routine = callee;
    value_arg(l, value_arg(l, pool, function), value_address(l, work->slot));
    op_await_quietly(l, pool,
                     state_new(l, arena_print(l->arena, "after_%s", callee->hint), expr->span));
    Value *result = NULL;
    if (callee->gives.kind != REPR_NONE) {
        Value *given = value_new(l, VALUE_RESULT, callee->gives);
        given->slot = work->slot;
        given->flags = VALUE_EFFECT | (callee->gives.kind == REPR_COUNTED ? VALUE_OWNED : 0U);
        result = value_slot(l, value_store(l, given, callee->hint));
    }
    l->b->test_due = true;
    op_test(l);
    return result;
}

// ── the library ──────────────────────────────────────────────────────────────────────────────────
static const Type *argument_type(const Expr *arg)
{
    return arg->converted != NULL ? arg->converted : arg->type;
}

static void builtin_arg(Lower *l, Value *call, const Builtin *builtin, size_t index,
                        const Expr *arg, bool last, const Part *place)
{
    const TypeField *param = &builtin->params.items[index];
    const char *hint = param->name != NULL ? param->name : "value";
    if (param->type->kind == TYPE_ANY) {
        value_arg(l, call, value_borrow(l, lower_shown(l, arg), hint));
        return;
    }
    Value *value = lower_expr(l, arg, hint);
    if (place != NULL) {
        value = place_holds(l, place, arg, value);
    }
    if (param->type->kind == TYPE_VARIABLE) {
        if ((builtin->flags & LIBRARY_DESCRIBES) != 0) {
            value_arg(l, call, value_descriptor(l, descriptor_of(l, argument_type(arg))));
        }
        bool owned = (value->flags & VALUE_OWNED) != 0;
        Slot *slot = slot_word(l, hint, repr_of(l, argument_type(arg)), owned);
        op_set(l, slot, value);
        value_arg(l, call, value_address(l, slot));
        return;
    }
    value = value_borrow(l, value, hint);
    value_arg(l, call, last ? value : value_settle(l, value, hint));
}

// place: what the call changes, or NULL.
static void builtin_args(Lower *l, Value *call, const Builtin *builtin, const Exprs *ordered,
                         const Part *place)
{
    for (size_t i = 0; i < builtin->params.count; i++) {
        const Expr *arg = i < ordered->count ? ordered->items[i] : NULL;
        if (arg == NULL) {
            arg = builtin->params.items[i].fallback;
        }
        if (arg != NULL) {
            builtin_arg(l, call, builtin, i, arg, later_simple(ordered, i + 1), place);
        }
    }
}

// Runs a library call whose arguments are complete: waits for it where it is a task.
static Value *builtin_result(Lower *l, Value *call, const Builtin *builtin, const Type *type,
                             const char *hint, Span span)
{
    Repr repr = repr_of(l, type);
    const char *last = strrchr(builtin->path, '.');
    const char *name = last == NULL ? builtin->path : last + 1;
    if (hint == NULL) {
        hint = name;
    }
    if ((builtin->flags & LIBRARY_WAITS) != 0) {
        call->flags = 0;
        call->repr = repr_plain(REPR_NONE);
        Slot *result = NULL;
        if (repr.kind != REPR_NONE) {
            result = slot_word(l, hint, repr, repr.kind == REPR_COUNTED);
            value_arg(l, call, value_address(l, result));
        }
        op_await(l, call, state_new(l, arena_print(l->arena, "after_%s", name), span));
        return result == NULL ? NULL : value_slot(l, result);
    }
    call->repr = repr;
    call->flags |= (builtin->flags & LIBRARY_FAILS) != 0 ? VALUE_FAILS : 0U;
    call->flags |= (builtin->flags & LIBRARY_EFFECT) != 0 ? VALUE_EFFECT : 0U;
    call->flags |= repr.kind == REPR_COUNTED ? VALUE_OWNED : 0U;
    if (builtin->result->kind == TYPE_VARIABLE) { // a result of open type comes through a slot
        Slot *result = slot_word(l, hint, repr, repr.kind == REPR_COUNTED);
        value_arg(l, call, value_address(l, result));
        call->repr = repr_plain(REPR_NONE);
        op_do(l, call);
        return value_slot(l, result);
    }
    return call;
}

static Value *builtin_call(Lower *l, const Builtin *builtin, const Type *type)
{
    // Functions that take no context: none may fail, none allocates.
    Value *call = value_runtime(l, builtin->c, repr_plain(REPR_NONE), 0);
    if (builtin->result->kind == TYPE_STREAM) {
        value_arg(l, call, value_address(l, l->b->children));
    }
    if ((builtin->flags & LIBRARY_TYPED) != 0) {
        value_arg(l, call, value_descriptor(l, descriptor_of(l, type)));
    }
    return call;
}

// A method that changes its receiver, a variable or a part of one.
static Value *call_changing(Lower *l, const Expr *expr, Value *call, const char *hint)
{
    const Builtin *builtin = expr->u.call.builtin;
    Part place;
    place_begin(l, &place, expr->u.call.callee->u.field.object);
    Value *args = value_runtime(l, builtin->c, repr_plain(REPR_NONE), 0);
    builtin_args(l, args, builtin, &expr->u.call.ordered, &place);
    value_arg(l, call, place_address(l, &place));
    for (size_t i = 0; i < args->args.count; i++) {
        value_arg(l, call, args->args.items[i]);
    }
    Value *result = builtin_result(l, call, builtin, expr->type, hint, expr->span);
    if (place.out == NULL) {
        return result;
    }
    if (repr_none(result->repr)) {
        op_do(l, result);
        result = NULL;
    } else {
        result = value_slot(l, value_store(l, result, builtin->name));
    }
    place_done(l, &place);
    return result;
}

Value *lower_method(Lower *l, const Expr *expr, const char *hint)
{
    bool property = expr->kind == EXPR_FIELD;
    const Builtin *builtin = property ? expr->u.field.builtin : expr->u.call.builtin;
    const Expr *object = property ? expr->u.field.object : expr->u.call.callee->u.field.object;
    Value *call = builtin_call(l, builtin, expr->type);
    if ((builtin->flags & LIBRARY_CHANGES) != 0) {
        return call_changing(l, expr, call, hint);
    }
    if (builtin->receiver != NULL) { // else math.pi
        Value *receiver = value_borrow(l, lower_expr(l, object, "receiver"), "receiver");
        value_arg(l, call, value_settle(l, receiver, "receiver"));
    }
    static const Exprs none;
    builtin_args(l, call, builtin, property ? &none : &expr->u.call.ordered, NULL);
    return builtin_result(l, call, builtin, expr->type, property ? hint : NULL, expr->span);
}

static bool is_get(const Expr *expr, void *data)
{
    (void)data;
    const char *c = expr->kind == EXPR_CALL && expr->u.call.target == CALLEE_METHOD
                        ? expr->u.call.builtin->c
                        : NULL;
    return c != NULL && strcmp(c, "weir_get") == 0; // those written out have none
}

bool expr_takes(const Expr *expr)
{
    const Walk walk = {.expr = is_get, .shallow = true};
    return walk_expr(&walk, expr);
}

// q.get(): the runtime gives the word and tells the end; a scalar becomes an optional here.
static Value *lower_get(Lower *l, const Expr *expr, const char *hint)
{
    const Expr *object = expr->u.call.callee->u.field.object;
    Value *queue = value_settle(l, value_borrow(l, lower_expr(l, object, "queue"), "queue"),
                                "queue");
    Slot *got = slot_word(l, hint == NULL ? "got" : hint, repr_of(l, object->type->item), true);
    Value *get = value_runtime(l, "weir_get", repr_plain(REPR_NONE), 0);
    value_arg(l, value_arg(l, get, queue), value_address(l, got));
    lease_arg(l, get, l->b->lease);
    op_await(l, get, state_new(l, "got", expr->span));
    if (!type_boxed(expr->type)) {
        return value_slot(l, got); // at its end a queue gives NULL, which is none
    }
    Slot *result = slot_word(l, "maybe", repr_of(l, expr->type), true);
    result->by_address = false;
    op_set(l, result, value_new(l, VALUE_NULL, result->repr));
    Op *branch = op_add(l, OP_IF);
    branch->value = value_operator(l, "!", repr_plain(REPR_BOOL),
                                   value_new(l, VALUE_ENDED, repr_plain(REPR_BOOL)), NULL);
    Fork fork;
    fork_open(l, &fork, NULL, expr->span);
    fork_arm(l, &fork, &branch->then);
    op_set(l, result, value_box(l, value_slot(l, got), object->type->item));
    fork_end(l, &fork);
    return value_slot(l, result);
}

static Value *call_builtin(Lower *l, const Expr *expr, const char *hint)
{
    const Builtin *builtin = expr->u.call.builtin;
    size_t mark = l->b->temps.count;
    Value *call = builtin_call(l, builtin, expr->type);
    builtin_args(l, call, builtin, &expr->u.call.ordered, NULL);
    Value *result = builtin_result(l, call, builtin, expr->type, hint, expr->span);
    if (builtin->result->kind == TYPE_NEVER) { // a failure is pending now: nothing follows
        scope_clear(l, l->b->held.count, mark);
        op_fail(l);
    }
    return result;
}

static Value *call_extern(Lower *l, const Expr *expr, const char *hint)
{
    const Decl *decl = expr->u.call.symbol->decl;
    if (decl->kind == DECL_TASK) {
        return call_task(l, expr, hint);
    }
    return decl->blocking && l->b->machine ? call_blocking(l, expr) : call_fn(l, expr);
}

Value *lower_call(Lower *l, const Expr *expr, const char *hint)
{
    const Stubbed *stubbed = stubbed_call(l, expr);
    if (stubbed != NULL) {
        return lower_stubbed(l, stubbed, expr, hint);
    }
    switch (expr->u.call.target) {
    case CALLEE_TASK: return call_task(l, expr, hint);
    case CALLEE_BLOCKING_FN: return l->b->machine ? call_blocking(l, expr) : call_fn(l, expr);
    case CALLEE_FN: return call_fn(l, expr);
    case CALLEE_RECORD: return lower_record(l, expr);
    case CALLEE_METHOD:
        if ((expr->u.call.builtin->flags & LIBRARY_INLINE) != 0) {
            return lower_inline(l, expr, hint);
        }
        if (strcmp(expr->u.call.builtin->c, "weir_get") == 0) {
            return lower_get(l, expr, hint);
        }
        return lower_method(l, expr, hint);
    case CALLEE_BUILTIN: return call_builtin(l, expr, hint);
    case CALLEE_WITH: return lower_with(l, expr);
    case CALLEE_FORGET: return lower_forget(l, expr);
    case CALLEE_CASE:
        return lower_case(l, expr->u.call.owner, expr->u.call.case_index, &expr->u.call.ordered);
    case CALLEE_EXTERN: return call_extern(l, expr, hint);
    case CALLEE_UNKNOWN: break;
    }
    return NULL;
}
