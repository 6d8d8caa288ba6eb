// Branches: what runs beside its starter. A plain call of a task starts that task's own machine;
// anything else becomes a machine of its own, with copies of the locals it reads as parameters.
#include "lower_form.h"

#include <string.h>

// ── what a branch reads ──────────────────────────────────────────────────────────────────────────
static void capture_symbol(Beside *beside, Symbol *symbol)
{
    if (symbol == NULL || symbol->lowered == NULL ||
        (symbol->kind != SYMBOL_LOCAL && symbol->kind != SYMBOL_PARAM &&
         symbol->kind != SYMBOL_ITEM)) {
        return;
    }
    for (size_t i = 0; i < beside->symbols.count; i++) {
        if (beside->symbols.items[i] == symbol) {
            return;
        }
    }
    LIST_ADD(beside->l->arena, &beside->symbols, symbol);
}

static bool capture(const Expr *expr, void *data)
{
    capture_symbol(data, expr->kind == EXPR_NAME ? expr->u.name.symbol
                         : expr->kind == EXPR_IT ? expr->u.it.symbol
                                                 : NULL);
    return false;
}

void beside_reads(Lower *l, Beside *beside, const Expr *expr, const Clauses *clauses)
{
    beside->l = l;
    Walk walk = {.expr = capture, .data = beside};
    walk_expr(&walk, expr);
    if (clauses != NULL) {
        walk_clauses(&walk, clauses);
    }
}

void beside_reads_block(Lower *l, Beside *beside, const Block *block)
{
    beside->l = l;
    walk_block(&(Walk){.expr = capture, .data = beside}, block);
}

// What trails call it: "a stage of main", also where that stands in a branch of main.
static const char *shown_name(Lower *l, const char *what)
{
    const Routine *outer = l->b->routine;
    const char *of = outer->shown != NULL ? outer->shown : outer->hint;
    if (outer->kind == ROUTINE_BRANCH && outer->shown != NULL && strstr(of, " of ") != NULL) {
        of = strstr(of, " of ") + strlen(" of ");
    }
    return arena_print(l->arena, "%s of %s", what, of);
}

void beside_open(Lower *l, Beside *beside, const char *what, const char *hint, Span span,
                 Op *start)
{
    const char *shown = shown_name(l, what);
    for (size_t i = 0; i < beside->symbols.count; i++) {
        Slot *slot = beside->symbols.items[i]->lowered;
        LIST_ADD(l->arena, &beside->outer, slot);
        LIST_ADD(l->arena, &start->args, value_own(l, value_slot(l, slot)));
    }
    beside->routine = routine_new(l, ROUTINE_BRANCH, hint, span);
    beside->routine->started = true;
    beside->routine->shown = shown;
    start->routine = beside->routine;
    builder_open(l, &beside->builder, beside->routine);
    for (size_t i = 0; i < beside->symbols.count; i++) {
        const Slot *outer = beside->outer.items[i];
        beside->symbols.items[i]->lowered = slot_param(
            l, beside->symbols.items[i]->name, outer->repr, outer->repr.kind == REPR_COUNTED);
    }
}

void beside_close(Lower *l, Beside *beside)
{
    region_leave(l, NULL, NULL, 0, 0);
    builder_close(l);
    for (size_t i = 0; i < beside->symbols.count; i++) {
        beside->symbols.items[i]->lowered = beside->outer.items[i];
    }
    LIST_ADD(l->arena, &l->unit->routines, beside->routine);
}

static bool catches(const Expr *expr, void *data)
{
    (void)data;
    return expr->kind == EXPR_TRY || expr->kind == EXPR_CATCH;
}

// What the branch works on, where a failure may be caught in it. Who waits for it tells the rest.
static const Told *told_inside(const Expr *expr, const Form *form)
{
    bool inside = form != NULL && walk_expr(&(Walk){.expr = catches}, expr);
    return inside ? &form->told : NULL;
}

typedef struct BranchBody {
    const Expr *expr;
    const Clauses *clauses;
    Slot *until; // when the form's deadline ends the item, a time; NULL without one
    Slot *rate;  // the form's limiter of starts; NULL without one
    Symbol *left; // what is left of that deadline, where a clause inside asks for it
} BranchBody;

static void branch_value(Lower *l, void *data)
{
    const BranchBody *body = data;
    size_t mark = l->b->temps.count;
    Value *value = lower_expr(l, body->expr, "result");
    Slot *result = l->b->routine->result;
    if (result != NULL && value != NULL && l->b->ops != NULL) {
        op_set(l, result, value_own(l, value));
    } else {
        value_discard(l, value);
        if (result != NULL && l->b->ops != NULL) {
            op_set(l, result,
                   value_int(l, 0)); // gives nothing, between branches that give something
        }
    }
    temp_finish(l, mark);
}

static void branch_clauses(Lower *l, void *data)
{
    const BranchBody *body = data;
    lower_clauses(l, body->clauses, body->expr->span, branch_value, data);
}

Value *time_now(Lower *l)
{
    return value_runtime(l, "weir_now", repr_plain(REPR_INT), 0);
}

static void branch_body(Lower *l, void *data)
{
    const BranchBody *body = data;
    if (body->until == NULL) {
        branch_clauses(l, data);
        return;
    }
    Value *left = value_runtime(l, "weir_subtract", repr_plain(REPR_INT), VALUE_FAILS);
    value_arg(l, value_arg(l, left, value_slot(l, body->until)), time_now(l));
    left = value_settle(l, left, "left");
    op_test(l);
    if (body->left != NULL) { // it stands in a clause further inside
        body->left->lowered = left->slot;
        branch_clauses(l, data);
        return;
    }
    lower_deadline(l, left, body->expr->span, branch_clauses, data);
}

// A machine for a branch; its arguments (the locals it reads) go to `start`.
static void branch_routine(Lower *l, const BranchBody *body, const Type *gives, const char *hint,
                           const Told *told, Op *start)
{
    Beside beside = {0};
    beside_reads(l, &beside, body->expr, body->clauses);
    for (size_t i = 0; told != NULL && i < told->symbols.count; i++) {
        capture_symbol(&beside, told->symbols.items[i]);
    }
    beside_open(l, &beside, "a branch", hint, body->expr->span, start);
    BranchBody copy = *body;
    if (body->until != NULL) {
        copy.until = slot_param(l, "until", body->until->repr, false);
        LIST_ADD(l->arena, &start->args, value_slot(l, body->until));
    }
    if (body->rate != NULL) {
        beside.builder.rate = slot_param(l, "rate", body->rate->repr, false);
        LIST_ADD(l->arena, &start->args, value_slot(l, body->rate));
    }
    Repr repr = repr_of(l, gives);
    if (repr.kind != REPR_NONE) {
        beside.routine->result = slot_new(l, "result", repr, true);
        beside.routine->result->by_address = true;
        beside.routine->result_descriptor = descriptor_of(l, gives);
    }
    About about;
    about_open_inside(l, &about, told);
    if (expr_starts(l, body->expr)) {
        lower_scoped(l, body->expr->span, branch_body, &copy);
    } else {
        branch_body(l, &copy);
    }
    about_close(l, &about);
    beside_close(l, &beside);
}

// ── starting one ─────────────────────────────────────────────────────────────────────────────────
static bool args_wait(Lower *l, const Expr *call)
{
    for (size_t i = 0; i < call->u.call.ordered.count; i++) {
        if (call->u.call.ordered.items[i] != NULL && expr_waits(l, call->u.call.ordered.items[i])) {
            return true;
        }
    }
    return false;
}

static bool computes(const Expr *expr, void *data)
{
    (void)data;
    return expr->kind == EXPR_UNARY || expr->kind == EXPR_BINARY;
}

// For another reason than that memory has ended.
static bool may_fail(const Expr *expr)
{
    return !simple(expr) || walk_expr(&(Walk){.expr = computes}, expr);
}

// Where a failure is the branch's alone, arguments that may fail are computed in it.
static bool args_stay(const Expr *call, const Form *form)
{
    if (form == NULL || !(form->expr->u.conc.collect || form->expr->kind == EXPR_RACE)) {
        return false;
    }
    for (size_t i = 0; i < call->u.call.ordered.count; i++) {
        if (call->u.call.ordered.items[i] != NULL && may_fail(call->u.call.ordered.items[i])) {
            return true;
        }
    }
    return false;
}

static bool plain_call(Lower *l, const Expr *expr)
{
    bool task = expr->kind == EXPR_CALL &&
                (expr->u.call.target == CALLEE_TASK ||
                 (expr->u.call.target == CALLEE_EXTERN &&
                  expr->u.call.symbol->kind == SYMBOL_TASK));
    return task && expr->type->kind != TYPE_STREAM && expr->converted == NULL &&
           !args_wait(l, expr);
}

static bool args_fail(Lower *l, const Op *start)
{
    bool fail = l->b->test_due;
    for (size_t i = 0; i < start->args.count; i++) {
        fail = fail || (start->args.items[i]->flags & VALUE_FAILS) != 0;
    }
    return fail;
}

bool start_branch(Lower *l, Value *place, const Expr *expr, const Clauses *clauses,
                  const char *hint, const Type *gives, const Form *form)
{
    Slot *until = form == NULL ? NULL : form->until;
    size_t mark = l->b->temps.count;
    Op *start = op_new(l, OP_START);
    start->place = place;
    l->b->test_due = false;
    if (plain_call(l, expr) && clauses->count == 0 && gives == NULL && until == NULL &&
        !args_stay(expr, form)) {
        const Symbol *symbol = expr->u.call.symbol;
        start->routine = symbol->decl->symbol->lowered;
        start->routine->started = true;
        lower_args(l, &expr->u.call.ordered, &symbol->decl->params, start);
    } else {
        BranchBody body = {expr, clauses, until, form == NULL ? NULL : form->rate,
                           form == NULL ? NULL : form->expr->u.conc.left};
        const Type *own_type = expr->converted != NULL ? expr->converted : expr->type;
        branch_routine(l, &body, gives != NULL ? gives : own_type, hint, told_inside(expr, form),
                       start);
    }
    place->args.items[1]->routine =
        start->routine; // weir_start(scope, machine …), weir_gather_start(gather, machine)
    if (l->b->ops != NULL) {
        LIST_ADD(l->arena, &l->b->ops->list, start);
    }
    // No test here: what is started next, and the end of the form, take notice of a failure.
    bool fail = args_fail(l, start);
    l->b->test_due = false;
    temp_finish(l, mark);
    l->b->test_due = true;
    return fail;
}

Value *machine_place(Lower *l)
{
    return value_new(l, VALUE_MACHINE, repr_plain(REPR_NONE));
}

Value *lower_start(Lower *l, const Expr *expr, const char *hint)
{
    Value *place = value_runtime(l, "weir_start", repr_plain(REPR_NONE),
                                 VALUE_EFFECT | VALUE_FAILS);
    value_arg(l, place, value_address(l, l->b->children));
    value_arg(l, place, machine_place(l));
    Slot *handle = NULL;
    if (hint != NULL) {
        handle = slot_word(l, hint, repr_of(l, expr->type), true);
        value_arg(l, place, value_address(l, handle));
    } else {
        value_arg(l, place, value_new(l, VALUE_NULL, repr_plain(REPR_NONE)));
    }
    const char *name = arena_print(l->arena, "%s_%s", l->b->routine->hint,
                                   hint == NULL ? "background" : hint);
    start_branch(l, place, expr->u.flow.inner, &expr->u.flow.clauses, name, NULL, NULL);
    return handle == NULL ? NULL : value_slot(l, handle);
}
