// Doing several things: start, gather, as_completed, race. A branch that is a plain call of a task starts that task's own
// machine; any other becomes a machine of its own, with copies of the locals it reads as parameters.
#include "lowering.h"

#include <string.h>

// ── what a branch reads ───────────────────────────────────────────────────────────────────────────────────────────────
typedef struct Captures {
    Lower *l;
    LIST(Symbol *) symbols;
    bool starts;
} Captures;

static bool capture(const Expr *expr, void *data)
{
    Captures *c = data;
    c->starts = c->starts || expr->kind == EXPR_START;
    Symbol *symbol = expr->kind == EXPR_NAME ? expr->u.name.symbol : expr->kind == EXPR_IT ? expr->u.it.symbol : NULL;
    if (symbol == NULL || symbol->lowered == NULL ||
        (symbol->kind != SYMBOL_LOCAL && symbol->kind != SYMBOL_PARAM && symbol->kind != SYMBOL_ITEM)) {
        return false;
    }
    for (size_t i = 0; i < c->symbols.count; i++) {
        if (c->symbols.items[i] == symbol) {
            return false;
        }
    }
    LIST_ADD(c->l->arena, &c->symbols, symbol);
    return false;
}

typedef struct BranchBody {
    const Expr *expr;
    const Clauses *clauses;
    Slot *until; // when the form's deadline ends the item, a time; NULL without one
} BranchBody;

static void branch_value(Lower *l, void *data)
{
    const BranchBody *body = data;
    size_t mark = l->b->temps.count;
    Value *value = lower_expr(l, body->expr, "result");
    Slot *result = l->b->routine->result;
    if (result != NULL && value != NULL && l->b->ops != NULL) {
        set(l, result, own(l, value));
    } else {
        discard(l, value);
        if (result != NULL && l->b->ops != NULL) {
            set(l, result, value_int(l, 0)); // gives nothing, between branches that give something
        }
    }
    finish_temps(l, mark);
}

static void branch_clauses(Lower *l, void *data)
{
    const BranchBody *body = data;
    lower_clauses(l, body->clauses, body->expr->span, branch_value, data);
}

static Value *time_now(Lower *l) { return value_runtime(l, "weir_now", repr_plain(REPR_INT), 0); }

static void branch_body(Lower *l, void *data)
{
    const BranchBody *body = data;
    if (body->until == NULL) {
        branch_clauses(l, data);
        return;
    }
    Value *left = value_runtime(l, "weir_subtract", repr_plain(REPR_INT), VALUE_FAILS);
    value_arg(l, value_arg(l, left, value_slot(l, body->until)), time_now(l));
    left = settle(l, left, "left");
    test(l);
    lower_deadline(l, left, body->expr->span, branch_clauses, data);
}

// A machine for a branch; its arguments (the locals it reads) go to `start`.
static Routine *branch_routine(Lower *l, const BranchBody *body, const Type *gives, const char *hint, Op *start)
{
    Captures captures = {.l = l};
    Walk walk = {capture, NULL, &captures};
    walk_expr(&walk, body->expr);
    walk_clauses(&walk, body->clauses);
    LIST(void *) saved = {0};
    for (size_t i = 0; i < captures.symbols.count; i++) {
        Slot *slot = captures.symbols.items[i]->lowered;
        LIST_ADD(l->arena, &saved, captures.symbols.items[i]->lowered);
        LIST_ADD(l->arena, &start->args, own(l, value_slot(l, slot)));
    }
    Routine *routine = routine_new(l, ROUTINE_BRANCH, hint, body->expr->span);
    routine->started = true;
    Builder b;
    builder_open(l, &b, routine);
    for (size_t i = 0; i < captures.symbols.count; i++) {
        const Slot *outer = saved.items[i];
        Slot *param = slot_param(l, captures.symbols.items[i]->name, outer->repr, outer->repr.kind == REPR_COUNTED);
        captures.symbols.items[i]->lowered = param;
    }
    BranchBody copy = *body;
    if (body->until != NULL) {
        copy.until = slot_param(l, "until", body->until->repr, false);
        LIST_ADD(l->arena, &start->args, value_slot(l, body->until));
    }
    Repr repr = repr_of(l, gives);
    if (repr.kind != REPR_NONE) {
        routine->result = slot_new(l, "result", repr, true);
        routine->result->by_address = true;
        routine->result_descriptor = descriptor_of(l, gives);
    }
    if (captures.starts) {
        lower_scoped(l, body->expr->span, branch_body, &copy);
    } else {
        branch_body(l, &copy);
    }
    region_leave(l, NULL, NULL, 0, 0);
    builder_close(l);
    for (size_t i = 0; i < captures.symbols.count; i++) {
        captures.symbols.items[i]->lowered = saved.items[i];
    }
    LIST_ADD(l->arena, &l->unit->routines, routine);
    return routine;
}

// ── starting one ──────────────────────────────────────────────────────────────────────────────────────────────────────
static bool args_wait(Lower *l, const Expr *call)
{
    for (size_t i = 0; i < call->u.call.ordered.count; i++) {
        if (call->u.call.ordered.items[i] != NULL && waits(l, call->u.call.ordered.items[i])) {
            return true;
        }
    }
    return false;
}

static bool plain_call(Lower *l, const Expr *expr)
{
    return expr->kind == EXPR_CALL && expr->u.call.target == CALLEE_TASK && expr->converted == NULL &&
           !args_wait(l, expr);
}

// begins a branch in the block that `place` (weir_start, weir_gather_start) gives
// gives: the type of its value where that is not the expression's own; NULL: it is
static void start_branch(Lower *l, Value *place, const Expr *expr, const Clauses *clauses, const char *hint,
                         const Type *gives, Slot *until)
{
    size_t mark = l->b->temps.count;
    Op *start = op_new(l, OP_START);
    start->place = place;
    if (plain_call(l, expr) && clauses->count == 0 && gives == NULL && until == NULL) {
        const Symbol *symbol = expr->u.call.symbol;
        start->routine = symbol->decl->symbol->lowered;
        start->routine->started = true;
        lower_args(l, &expr->u.call.ordered, &symbol->decl->params, start);
    } else {
        BranchBody body = {expr, clauses, until};
        const Type *own_type = expr->converted != NULL ? expr->converted : expr->type;
        start->routine = branch_routine(l, &body, gives != NULL ? gives : own_type, hint, start);
    }
    place->args.items[1]->routine = start->routine; // weir_start(scope, machine …), weir_gather_start(gather, machine)
    if (l->b->ops != NULL) {
        LIST_ADD(l->arena, &l->b->ops->list, start);
    }
    // No test here: what is started next, and the end of the form, take notice of a failure.
    l->b->test_due = false;
    finish_temps(l, mark);
    l->b->test_due = true;
}

static Value *machine_place(Lower *l)
{
    return value_new(l, VALUE_MACHINE, repr_plain(REPR_NONE));
}

Value *lower_start(Lower *l, const Expr *expr, const char *hint)
{
    Value *place = value_runtime(l, "weir_start", repr_plain(REPR_NONE), VALUE_EFFECT | VALUE_FAILS);
    value_arg(l, place, value_address(l, l->b->children));
    value_arg(l, place, machine_place(l));
    Slot *handle = NULL;
    if (hint != NULL) {
        handle = word_slot(l, hint, repr_of(l, expr->type), true);
        value_arg(l, place, value_address(l, handle));
    } else {
        value_arg(l, place, value_new(l, VALUE_NULL, repr_plain(REPR_NONE)));
    }
    const char *name = arena_print(l->arena, "%s_%s", l->b->routine->hint, hint == NULL ? "background" : hint);
    start_branch(l, place, expr->u.flow.inner, &expr->u.flow.clauses, name, NULL, NULL);
    return handle == NULL ? NULL : value_slot(l, handle);
}

// ── forms ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
typedef struct Form {
    const Expr *expr;
    Slot *gather;
    Clauses item_clauses; // timeout, retry, within, after: each item's
    Clauses form_clauses; // deadline: the form's
    Value *limit;         // NULL without one
    Region region;
    State *after;
    bool limited, completed;
    Slot *until; // collect errors: when the form's deadline ends its items; it does not end the form
    bool mixed; // some branches give nothing, between others that give the form its value
    const char *hint;
} Form;

static void sort_clauses(Lower *l, Form *form)
{
    const Clauses *clauses = &form->expr->u.conc.clauses;
    for (size_t i = 0; i < clauses->count; i++) {
        Clause *clause = clauses->items[i];
        switch (clause->kind) {
        case CLAUSE_TIMEOUT: case CLAUSE_RETRY: case CLAUSE_WITHIN: case CLAUSE_AFTER:
            LIST_ADD(l->arena, &form->item_clauses, clause);
            break;
        case CLAUSE_DEADLINE:
            if (form->expr->u.conc.collect) {
                form->until = slot_new(l, "until", repr_plain(REPR_INT), false);
                Value *sum = value_runtime(l, "weir_add", repr_plain(REPR_INT), VALUE_FAILS);
                value_arg(l, value_arg(l, sum, time_now(l)), lower_expr(l, clause->a, "deadline"));
                set(l, form->until, sum);
                test(l);
            } else {
                LIST_ADD(l->arena, &form->form_clauses, clause);
            }
            break;
        case CLAUSE_LIMIT: case CLAUSE_COLLECT_ERRORS: case CLAUSE_RATE: case CLAUSE_CACHE: case CLAUSE_ORDERED:
        case CLAUSE_AS_COMPLETED:
            break;
        }
    }
}

static Value *gather_verb(Lower *l, const Form *form, const char *verb, unsigned flags)
{
    return value_arg(l, value_runtime(l, verb, repr_plain(REPR_NONE), flags), value_address(l, form->gather));
}

static void form_open(Lower *l, Form *form, const Type *type)
{
    const Expr *expr = form->expr;
    const Clause *limit = clause_of(&expr->u.conc.clauses, CLAUSE_LIMIT);
    form->limited = limit != NULL;
    form->limit = limit == NULL ? value_int(l, 0) : lower_expr(l, limit->a, "limit");
    if (limit != NULL && form->limit->kind != VALUE_INT) {
        Value *checked = value_runtime(l, "weir_limit", repr_plain(REPR_INT), VALUE_FAILS);
        form->limit = settle(l, value_arg(l, checked, form->limit), "limit");
    }
    test(l);
    const char *flags = expr->kind == EXPR_RACE           ? "WEIR_RACE"
                        : expr->kind == EXPR_AS_COMPLETED ? "WEIR_COMPLETED"
                                                          : NULL;
    if (expr->u.conc.collect) {
        flags = flags == NULL ? "WEIR_COLLECT" : arena_print(l->arena, "%s | WEIR_COLLECT", flags);
    }
    form->gather = slot_place(l, form->completed ? "completed" : expr->kind == EXPR_RACE ? "race" : "gather",
                              repr_place("weir_gather"));
    Value *open = gather_verb(l, form, "weir_gather_open", VALUE_EFFECT);
    Value *flag = value_new(l, VALUE_NAMED, repr_plain(REPR_INT));
    flag->text = flags == NULL ? "0" : flags;
    value_arg(l, value_arg(l, value_arg(l, open, flag), form->limit), value_descriptor(l, descriptor_of(l, type)));
    region_open(l, &form->region, form->completed ? "closing" : "gathering", expr->span);
    act(l, open);
}

static void form_item(Lower *l, Form *form, const Expr *value, const char *name, const Type *gives)
{
    if (form->limited && !form->completed) {
        await(l, gather_verb(l, form, "weir_gather_room", 0), state_new(l, "room", (Span){0, 0}));
        Op *branch = add(l, OP_IF);
        branch->value = value_new(l, VALUE_ENDED, repr_plain(REPR_BOOL));
        Fork fork;
        fork_open(l, &fork, NULL, (Span){0, 0});
        fork_arm(l, &fork, &branch->then);
        region_done(l, &form->region, form->after);
        fork.reached = fork.ops != NULL;
        fork_close(l, &fork);
    }
    Value *place = gather_verb(l, form, "weir_gather_start", VALUE_EFFECT | VALUE_FAILS);
    value_arg(l, place, machine_place(l));
    start_branch(l, place, value, &form->item_clauses, name, gives, form->until);
}

typedef struct EachBody {
    Form *form;
    const Each *each;
    size_t depth;
    const char *name;
} EachBody;

static bool condition_open(Lower *l, const Expr *condition, Fork *fork)
{
    if (condition == NULL) {
        return false;
    }
    Value *truth = lower_truth(l, condition);
    Op *branch = add(l, OP_IF);
    branch->value = truth;
    fork_open(l, fork, NULL, (Span){0, 0});
    fork_arm(l, fork, &branch->then);
    return true;
}

static void each_body(Lower *l, void *data)
{
    EachBody *e = data;
    if (e->depth < e->each->loops.count) {
        const EachFor *loop = &e->each->loops.items[e->depth];
        EachBody inner = {e->form, e->each, e->depth + 1, e->name};
        lower_over(l, loop->symbols.items, loop->symbols.count, loop->source, e->form->limited && !e->form->completed,
                   loop->source->span, each_body, &inner);
        return;
    }
    Fork fork;
    if (e->each->condition != NULL && e->form->limited && !e->form->completed) {
        // The item waits for room: the paths meet again in a state.
        Value *truth = lower_truth(l, e->each->condition);
        Op *branch = add(l, OP_IF);
        branch->value = truth;
        fork_open(l, &fork, "passed", (Span){0, 0});
        fork_arm(l, &fork, &branch->then);
        form_item(l, e->form, e->each->value, e->name, NULL);
        fork_arm_end(l, &fork);
        fork_arm(l, &fork, &branch->otherwise);
        fork_arm_end(l, &fork);
        fork_close(l, &fork);
        return;
    }
    bool conditional = condition_open(l, e->each->condition, &fork);
    form_item(l, e->form, e->each->value, e->name, NULL);
    if (conditional) {
        fork_arm_end(l, &fork);
        fork.reached = fork.ops != NULL;
        fork_close(l, &fork);
    }
}

static void start_all(Lower *l, Form *form)
{
    const Expr *expr = form->expr;
    const char *routine = l->b->routine->hint;
    if (expr->u.conc.each.value != NULL) {
        EachBody body = {form, &expr->u.conc.each, 0, arena_print(l->arena, "%s_item", routine)};
        each_body(l, &body);
        return;
    }
    for (size_t i = 0; i < expr->u.conc.branches.count; i++) {
        const Branch *branch = &expr->u.conc.branches.items[i];
        const char *name = branch->name.text != NULL ? arena_print(l->arena, "%s_%s", routine, branch->name.text)
                                                     : arena_print(l->arena, "%s_branch", routine);
        bool silent = form->mixed && branch->value->type->kind == TYPE_NOTHING;
        form_item(l, form, branch->value, name, silent ? type_plain(l->program->types, TYPE_INT) : NULL);
    }
}

typedef struct GatherBody {
    Form *form;
    Slot *result;
    const Type *type;
} GatherBody;

static void gather_body(Lower *l, void *data)
{
    GatherBody *body = data;
    Form *form = body->form;
    form_open(l, form, body->type);
    form->after = state_new(l, "gathered", (Span){0, 0});
    start_all(l, form);
    region_done(l, &form->region, form->after);
    region_exit(l, &form->region);
    await_quietly(l, gather_verb(l, form, "weir_gather_join", 0), state_new(l, "joined", form->expr->span));
    Value *close = gather_verb(l, form, "weir_gather_close", VALUE_EFFECT);
    act(l, value_arg(l, close, body->result == NULL ? value_new(l, VALUE_NULL, repr_plain(REPR_NONE))
                                                    : value_address(l, body->result)));
    region_close(l, &form->region, form->after);
}

// Branches that give nothing have no place in the value, but one among the results.
static bool is_mixed(const Expr *expr)
{
    if (expr->kind != EXPR_GATHER || expr->u.conc.collect || expr->type->kind == TYPE_NOTHING) {
        return false;
    }
    for (size_t i = 0; i < expr->u.conc.branches.count; i++) {
        if (expr->u.conc.branches.items[i].value->type->kind == TYPE_NOTHING) {
            return true;
        }
    }
    return false;
}

// All results as one tuple, those that give nothing as a number.
static const Type *full_type(Lower *l, const Expr *expr)
{
    size_t count = expr->u.conc.branches.count;
    const Type **types = arena_take(l->arena, count * sizeof *types);
    for (size_t i = 0; i < count; i++) {
        const Expr *value = expr->u.conc.branches.items[i].value;
        types[i] = value->converted != NULL ? value->converted : value->type;
        if (types[i]->kind == TYPE_NOTHING || types[i]->kind == TYPE_NEVER) {
            types[i] = type_plain(l->program->types, TYPE_INT);
        }
    }
    return type_tuple(l->program->types, types, count);
}

static void push_part(Lower *l, Slot *list, Value *part)
{
    Slot *word = word_slot(l, "item", part->repr, false);
    set(l, word, part);
    Value *push = value_runtime(l, "weir_list_push", repr_plain(REPR_NONE), VALUE_FAILS);
    act(l, value_arg(l, value_arg(l, push, value_address(l, list)), value_address(l, word)));
}

// The form's value from the results of all branches.
static Value *pick(Lower *l, const Expr *expr, Slot *all, const char *hint)
{
    Value *made = NULL;
    Slot *list = NULL;
    if (expr->type->kind == TYPE_LIST) {
        Value *empty = value_runtime(l, "weir_list_new", repr_counted("weir_list *"), VALUE_OWNED | VALUE_FAILS);
        value_arg(l, empty, value_descriptor(l, descriptor_of(l, expr->type)));
        list = stored(l, value_arg(l, empty, value_int(l, 0)), hint == NULL ? "results" : hint);
        list->by_address = true;
    } else {
        made = value_new(l, VALUE_NEW, repr_of(l, expr->type));
        made->shape = made->repr.shape;
        made->flags = VALUE_OWNED | VALUE_FAILS;
    }
    for (size_t i = 0; i < expr->u.conc.branches.count; i++) {
        if (expr->u.conc.branches.items[i].value->type->kind == TYPE_NOTHING) {
            continue;
        }
        Slot *field = all->repr.shape->fields.items[i];
        Value *part = value_new(l, VALUE_FIELD, field->repr);
        part->slot = field;
        value_arg(l, part, value_slot(l, all));
        if (list != NULL) {
            push_part(l, list, part);
        } else {
            value_arg(l, made, own(l, part));
        }
    }
    return list != NULL ? value_slot(l, list) : made;
}

Value *lower_gather(Lower *l, const Expr *expr, const char *hint)
{
    Form form = {.expr = expr, .hint = hint, .mixed = is_mixed(expr)};
    sort_clauses(l, &form);
    const Type *type = form.mixed ? full_type(l, expr) : expr->type;
    Repr repr = repr_of(l, type);
    Slot *result = NULL;
    if (repr.kind != REPR_NONE) {
        result = word_slot(l, hint == NULL || form.mixed ? "results" : hint, repr, true);
    }
    GatherBody body = {&form, result, type};
    lower_clauses(l, &form.form_clauses, expr->span, gather_body, &body);
    if (form.mixed) {
        return pick(l, expr, result, hint);
    }
    return result == NULL ? NULL : value_slot(l, result);
}

// ── for … in as_completed … ───────────────────────────────────────────────────────────────────────────────────────────
// With a limit items are started as places become free: the head of the loop tops up before it waits.
typedef struct Supply {
    Slot *list, *at, *to;  // list: NULL for a range
    bool closed;
    const EachFor *loop;
} Supply;

static void supply_open(Lower *l, Supply *source, const EachFor *loop)
{
    memset(source, 0, sizeof *source);
    source->loop = loop;
    source->at = slot_new(l, "started", repr_plain(REPR_INT), false);
    if (loop->source->kind == EXPR_RANGE) {
        source->closed = loop->source->u.range.closed;
        set(l, source->at, lower_expr(l, loop->source->u.range.from, "from"));
        source->to = slot_new(l, "to", repr_plain(REPR_INT), false);
        set(l, source->to, lower_expr(l, loop->source->u.range.to, "to"));
        test(l);
        return;
    }
    Value *list = own(l, lower_expr(l, loop->source, "items"));
    source->list = slot_new(l, "items", repr_counted("weir_list *"), true);
    set(l, source->list, list);
    test(l);
    hold(l, source->list);
    set(l, source->at, value_int(l, 0));
}

static Value *supply_more(Lower *l, const Supply *source)
{
    Value *end;
    if (source->list != NULL) {
        end = value_new(l, VALUE_MEMBER, repr_plain(REPR_INT));
        end->text = "length";
        value_arg(l, end, value_slot(l, source->list));
    } else {
        end = value_slot(l, source->to);
    }
    return value_operator(l, source->closed ? "<=" : "<", repr_plain(REPR_BOOL), value_slot(l, source->at), end);
}

static void supply_item(Lower *l, const Supply *source)
{
    Symbol *symbol = source->loop->symbols.items[0];
    Value *item;
    if (source->list != NULL) {
        item = value_new(l, VALUE_ITEM, repr_of(l, source->loop->source->type->item));
        value_arg(l, value_arg(l, item, value_slot(l, source->list)), value_slot(l, source->at));
    } else {
        item = value_slot(l, source->at);
    }
    Slot *slot = slot_new(l, symbol->name, item->repr, false);
    set(l, slot, item);
    bind(l, symbol, slot);
    set(l, source->at, value_operator(l, "+", repr_plain(REPR_INT), value_slot(l, source->at), value_int(l, 1)));
}

static void top_up(Lower *l, Form *form, const Supply *source)
{
    const Each *each = &form->expr->u.conc.each;
    Op *each_turn = add(l, OP_WHILE);
    Value *room = value_plain(l, "weir_gather_full", repr_plain(REPR_BOOL), 0);
    room = value_operator(l, "!", repr_plain(REPR_BOOL), value_arg(l, room, value_address(l, form->gather)), NULL);
    each_turn->value = value_operator(l, "&&", repr_plain(REPR_BOOL), supply_more(l, source), room);
    Ops *ops = l->b->ops;
    l->b->ops = ops == NULL ? NULL : &each_turn->then;
    supply_item(l, source);
    Fork fork;
    bool conditional = condition_open(l, each->condition, &fork);
    form_item(l, form, each->value, arena_print(l->arena, "%s_item", l->b->routine->hint), NULL);
    if (conditional) {
        fork_arm_end(l, &fork);
        fork.reached = fork.ops != NULL;
        fork_close(l, &fork);
    }
    l->b->ops = ops;
}

static Slot *next_result(Lower *l, Form *form, const Stmt *stmt, const Type *type, Slot *index)
{
    Repr repr = repr_of(l, type);
    Slot *result = NULL;
    size_t last = stmt->u.each.symbols.count - 1;
    Value *next = gather_verb(l, form, "weir_gather_next", 0);
    value_arg(l, next, index == NULL ? value_new(l, VALUE_NULL, repr) : value_address(l, index));
    if (repr.kind != REPR_NONE) {
        result = slot_new(l, stmt->u.each.names.items[last].text, repr, true);
        result->by_address = true;
        bind(l, stmt->u.each.symbols.items[last], result);
        value_arg(l, next, value_address(l, result));
    } else {
        value_arg(l, next, value_new(l, VALUE_NULL, repr));
    }
    await(l, next, state_new(l, arena_print(l->arena, "got_%s", stmt->u.each.names.items[last].text), stmt->span));
    return result;
}

typedef struct CompletedBody {
    Form *form;
    const Stmt *stmt;
} CompletedBody;

static void completed_loop(Lower *l, Form *form, const Stmt *stmt, const Supply *source)
{
    const char *name = stmt->u.each.names.items[0].text;
    const Type *type = stmt->u.each.source->type->item;
    State *next = state_new(l, arena_print(l->arena, "each_%s", name), stmt->span);
    jump(l, next);
    go_on(l, next);
    if (source != NULL) {
        top_up(l, form, source);
    }
    bool pairs = stmt->u.each.symbols.count == 2;
    Slot *index = NULL;
    if (pairs) {
        index = slot_new(l, "place", repr_plain(REPR_INT), false);
        index->by_address = true;
        type = type->kind == TYPE_TUPLE && type->fields.count == 2 ? type->fields.items[1].type : type;
    }
    Slot *result = next_result(l, form, stmt, type, index);
    Op *branch = add(l, OP_IF);
    branch->value = value_new(l, VALUE_ENDED, repr_plain(REPR_BOOL));
    Ops *ops = l->b->ops;
    l->b->ops = &branch->then;
    region_done(l, &form->region, form->after);
    l->b->ops = ops;
    Builder *b = l->b;
    Loop loop = {.outer = b->loop, .after_region = form->region.outer, .again_region = &form->region,
                 .held = form->region.held, .temps = form->region.temps, .held_inside = b->held.count,
                 .after = form->after, .again = next};
    b->loop = &loop;
    if (pairs && source != NULL) {
        Value *item = value_new(l, VALUE_ITEM, repr_of(l, source->loop->source->type->item));
        value_arg(l, value_arg(l, item, value_slot(l, source->list)), value_slot(l, index));
        Slot *slot = slot_new(l, name, item->repr, false);
        set(l, slot, item);
        bind(l, stmt->u.each.symbols.items[0], slot);
    }
    if (result != NULL) {
        hold(l, result);
    }
    lower_block(l, &stmt->u.each.body);
    clear_scope(l, loop.held_inside, b->temps.count);
    b->held.count = loop.held_inside;
    if (b->ops != NULL) {
        jump(l, next);
    }
    b->loop = loop.outer;
}

static void completed_body(Lower *l, void *data)
{
    CompletedBody *body = data;
    Form *form = body->form;
    const Expr *expr = form->expr;
    Supply source;
    bool pulled = expr->u.conc.each.value != NULL && expr->u.conc.each.loops.count == 1 &&
                  (form->limited || body->stmt->u.each.symbols.count == 2);
    size_t held = l->b->held.count;
    if (pulled) {
        supply_open(l, &source, &expr->u.conc.each.loops.items[0]);
    }
    form_open(l, form, expr->type->item);
    form->after = state_new(l, "after_loop", (Span){0, 0});
    if (!pulled) {
        start_all(l, form);
    }
    completed_loop(l, form, body->stmt, pulled ? &source : NULL);
    region_exit(l, &form->region);
    await_quietly(l, gather_verb(l, form, "weir_gather_join", 0), state_new(l, "joined", expr->span));
    Value *close = gather_verb(l, form, "weir_gather_close", VALUE_EFFECT);
    act(l, value_arg(l, close, value_new(l, VALUE_NULL, repr_plain(REPR_NONE))));
    region_close(l, &form->region, form->after);
    clear_scope(l, held, l->b->temps.count);
    l->b->held.count = held;
}

void lower_completed(Lower *l, const Stmt *stmt)
{
    Form form = {.expr = stmt->u.each.source, .completed = true};
    form.limited = clause_of(&form.expr->u.conc.clauses, CLAUSE_LIMIT) != NULL;
    sort_clauses(l, &form);
    CompletedBody body = {&form, stmt};
    lower_clauses(l, &form.form_clauses, stmt->span, completed_body, &body);
}
