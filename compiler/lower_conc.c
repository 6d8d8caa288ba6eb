// gather and race: everything is started, then one wait for all.
#include "lower_form.h"

// ── forms ────────────────────────────────────────────────────────────────────────────────────────

void form_sort(Lower *l, Form *form)
{
    const Clauses *clauses = &form->expr->u.conc.clauses;
    for (size_t i = 0; i < clauses->count; i++) {
        Clause *clause = clauses->items[i];
        switch (clause->kind) {
        case CLAUSE_TIMEOUT:
        case CLAUSE_RETRY:
        case CLAUSE_WITHIN:
        case CLAUSE_AFTER: LIST_ADD(l->arena, &form->item_clauses, clause); break;
        case CLAUSE_RATE: // the form's limiter, which its items ask
            if (form->expr->u.conc.left == NULL) {
                LIST_ADD(l->arena, &form->item_clauses, clause);
            }
            break;
        case CLAUSE_DEADLINE:
            if (form->stage) {
                LIST_ADD(l->arena, &form->item_clauses, clause);
            } else if (form->expr->u.conc.collect || form->expr->u.conc.left != NULL) {
                form->until = slot_new(l, "until", repr_plain(REPR_INT), false);
                Value *sum = value_runtime(l, "weir_add", repr_plain(REPR_INT), VALUE_FAILS);
                value_arg(l, value_arg(l, sum, time_now(l)), lower_expr(l, clause->a, "deadline"));
                op_set(l, form->until, sum);
                op_test(l);
            } else {
                LIST_ADD(l->arena, &form->form_clauses, clause);
            }
            break;
        case CLAUSE_LIMIT:
        case CLAUSE_COLLECT_ERRORS:
        case CLAUSE_CACHE:
        case CLAUSE_ORDERED:
        case CLAUSE_AS_COMPLETED: break;
        }
    }
}

Value *form_verb(Lower *l, const Form *form, const char *verb, unsigned flags)
{
    return value_arg(l, value_runtime(l, verb, repr_plain(REPR_NONE), flags),
                     value_address(l, form->gather));
}

// The limiter of the items' starts, with the form's values. `limiter` opens it.
static Value *form_rate(Lower *l, Form *form)
{
    const Clause *rate = clause_find(&form->expr->u.conc.clauses, CLAUSE_RATE);
    if (rate == NULL) {
        return NULL;
    }
    Value *n = value_settle(l, lower_expr(l, rate->a, "rate"), "rate");
    Value *per = value_settle(l, lower_expr(l, rate->b, "per"), "per");
    Value *burst = rate->c == NULL ? value_int(l, 1)
                                   : value_settle(l, lower_expr(l, rate->c, "burst"), "burst");
    n = value_settle(l, value_at_least_one(l, "rate", n), "rate");
    op_test(l);
    form->rate = slot_place(l, "rate", repr_place("weir_limiter *"));
    Value *open = value_runtime(l, "weir_limiter_open", repr_plain(REPR_NONE),
                                VALUE_EFFECT | VALUE_FAILS);
    value_arg(l, value_arg(l, open, value_address(l, form->rate)), value_int(l, 0));
    return value_arg(l, value_arg(l, value_arg(l, open, n), per), burst);
}

void form_close(Lower *l, Form *form, Slot *result)
{
    Value *close = form_verb(l, form, "weir_gather_close", VALUE_EFFECT);
    op_do(l, value_arg(l, close,
                       result == NULL ? value_new(l, VALUE_NULL, repr_plain(REPR_NONE))
                                      : value_address(l, result)));
    if (form->rate != NULL) {
        close = value_runtime(l, "weir_limiter_close", repr_plain(REPR_NONE), VALUE_EFFECT);
        op_do(l, value_arg(l, close, value_address(l, form->rate)));
    }
    if (form->expr->kind == EXPR_RACE) { // won: what was interrupted by that goes on after it
        scope_clear_left_behind(l, form->region.taken);
    }
    region_close(l, &form->region, form->after);
}

void form_open(Lower *l, Form *form, const Type *type)
{
    const Expr *expr = form->expr;
    const Clause *limit = clause_find(&expr->u.conc.clauses, CLAUSE_LIMIT);
    form->limited = limit != NULL || form->stage;
    form->limit = limit == NULL ? value_int(l, form->stage) : lower_expr(l, limit->a, "limit");
    if (limit != NULL && form->limit->kind != VALUE_INT) {
        form->limit = value_settle(l, value_at_least_one(l, "limit", form->limit), "limit");
    }
    Value *rate = form_rate(l, form);
    op_test(l);
    const char *flags = form->ordered                     ? "WEIR_HAND_ON | WEIR_ORDERED"
                        : form->hands_on                  ? "WEIR_HAND_ON"
                        : expr->kind == EXPR_RACE         ? "WEIR_RACE"
                        : expr->kind == EXPR_AS_COMPLETED ? "WEIR_COMPLETED"
                                                          : NULL;
    if (expr->u.conc.collect) {
        flags = flags == NULL ? "WEIR_COLLECT" : arena_print(l->arena, "%s | WEIR_COLLECT", flags);
    }
    form->gather = slot_place(l,
                              form->hands_on            ? "items"
                              : form->completed         ? "completed"
                              : expr->kind == EXPR_RACE ? "race"
                                                        : "gather",
                              repr_place("weir_gather"));
    Value *open = form_verb(l, form, "weir_gather_open", VALUE_EFFECT);
    Value *flag = value_new(l, VALUE_NAMED, repr_plain(REPR_INT));
    flag->text = flags == NULL ? "0" : flags;
    value_arg(l, value_arg(l, value_arg(l, open, flag), form->limit),
              value_descriptor(l, descriptor_of(l, type)));
    region_open(l, &form->region, form->completed ? "closing" : "gathering", expr->span);
    op_do(l, open);
    told_form(l, &form->told, expr);
    if (form->told.symbols.count > 0) {
        Value *items = form_verb(l, form, "weir_gather_items", VALUE_EFFECT);
        value_arg(l, items, told_descriptor(l, &form->told));
        op_do(l, value_arg(l, items, value_int(l, (int64_t)form->told.symbols.count)));
    }
    if (rate != NULL) {
        op_do(l, rate);
        op_test(l);
    }
}

// Waits until one more may begin; leaves the form where nothing does any more.
static void form_room(Lower *l, Form *form)
{
    if (form->pull != NULL) {
        op_do(l,
              value_arg(l, value_runtime(l, "weir_pull_more", repr_plain(REPR_NONE), VALUE_EFFECT),
                        value_address(l, form->pull)));
    }
    op_await(l, form_verb(l, form, "weir_gather_room", 0), state_new(l, "room", (Span){0, 0}));
    Op *branch = op_add(l, OP_IF);
    branch->value = value_new(l, VALUE_ENDED, repr_plain(REPR_BOOL));
    Fork fork;
    fork_open(l, &fork, NULL, (Span){0, 0});
    fork_arm(l, &fork, &branch->then);
    region_done(l, &form->region, form->after);
    fork_end(l, &fork);
}

void form_item(Lower *l, Form *form, const Expr *value, const char *name, const Type *gives)
{
    if (form->limited && !form->completed && !form->has_room) {
        form_room(l, form);
    }
    size_t words = form->told.symbols.count;
    const char *verb = words == 0   ? "weir_gather_start"
                       : words == 1 ? "weir_gather_start_item"
                                    : "weir_gather_start_items";
    Value *place = form_verb(l, form, verb, VALUE_EFFECT | VALUE_FAILS);
    told_words(l, &form->told, value_arg(l, place, machine_place(l)));
    About about;
    about_open(l, &about, &form->told);
    if (start_branch(l, place, value, &form->item_clauses, name, gives, form) && words > 0) {
        op_test(l);
    }
    about_close(l, &about);
}

typedef struct EachBody {
    Form *form;
    const Each *each;
    size_t depth;
    const char *name;
    const struct EachBody *outer;
    Slot *lease; // of the loop around it, where that is over a queue; else NULL
} EachBody;

// The item just started works on what the loops around it took.
static void lend(Lower *l, const EachBody *e)
{
    for (; e != NULL; e = e->outer) {
        if (e->lease != NULL) {
            Value *verb = form_verb(l, e->form, "weir_gather_lend", VALUE_EFFECT | VALUE_FAILS);
            op_do(l, value_arg(l, verb, value_slot(l, e->lease)));
        }
    }
}

// Several items come of what was taken: it is not done with before all of them have begun.
static void lease_parts(Lower *l, const EachBody *e, bool more)
{
    if (e->lease != NULL) {
        Value *parts = value_plain(l, "weir_lease_parts", repr_plain(REPR_NONE), VALUE_EFFECT);
        value_arg(l, parts, value_slot(l, e->lease));
        op_do(l, value_arg(l, parts, value_int(l, more)));
    }
}

// Whether an item is wanted: it is worked on already.
static Value *condition_truth(Lower *l, const Form *form)
{
    About about;
    about_open(l, &about, &form->told);
    Value *truth = lower_truth(l, form->expr->u.conc.each.condition);
    op_test(l);
    about_close(l, &about);
    return truth;
}

bool form_condition(Lower *l, const Form *form, Fork *fork)
{
    if (form->expr->u.conc.each.condition == NULL) {
        return false;
    }
    Value *truth = condition_truth(l, form);
    Op *branch = op_add(l, OP_IF);
    branch->value = truth;
    fork_open(l, fork, NULL, (Span){0, 0});
    fork_arm(l, fork, &branch->then);
    return true;
}

static void each_room(Lower *l, void *data)
{
    form_room(l, ((EachBody *)data)->form);
}

// Whether the loops from `depth` on make states: where items wait for room, and with a `try`.
static bool each_splits(Lower *l, const EachBody *e, size_t depth)
{
    const Each *each = e->each;
    if ((e->form->limited && !e->form->completed) ||
        (each->condition != NULL && expr_waits(l, each->condition))) {
        return true;
    }
    for (size_t i = depth; i < each->loops.count; i++) {
        if (expr_waits(l, each->loops.items[i].source)) {
            return true;
        }
    }
    return false;
}

static void each_body(Lower *l, void *data)
{
    EachBody *e = data;
    bool queue = e->depth > 0 &&
                 e->each->loops.items[e->depth - 1].source->type->kind == TYPE_QUEUE;
    e->lease = queue ? l->b->lease : NULL;
    if (e->depth < e->each->loops.count) {
        const EachFor *loop = &e->each->loops.items[e->depth];
        EachBody inner = {e->form, e->each, e->depth + 1, e->name, e, NULL};
        bool limited = e->form->limited && !e->form->completed;
        TypeKind kind = loop->source->type->kind;
        bool asks = limited && (kind == TYPE_QUEUE || kind == TYPE_STREAM);
        e->form->has_room = asks; // an item is only asked for when it has a place
        lease_parts(l, e, true);
        lower_over_asking(l, loop, each_splits(l, e, e->depth + 1), asks ? each_room : NULL,
                          each_body, &inner);
        lease_parts(l, e, false);
        return;
    }
    Fork fork;
    if (e->each->condition != NULL && each_splits(l, e, e->depth)) {
        // The item may wait for room: the paths meet again in a state.
        Value *truth = condition_truth(l, e->form);
        Op *branch = op_add(l, OP_IF);
        branch->value = truth;
        fork_open(l, &fork, "passed", (Span){0, 0});
        fork_arm(l, &fork, &branch->then);
        form_item(l, e->form, e->each->value, e->name, NULL);
        lend(l, e);
        fork_arm_end(l, &fork);
        fork_arm(l, &fork, &branch->otherwise);
        fork_arm_end(l, &fork);
        fork_close(l, &fork);
        return;
    }
    bool conditional = form_condition(l, e->form, &fork);
    form_item(l, e->form, e->each->value, e->name, NULL);
    lend(l, e);
    if (conditional) {
        fork_end(l, &fork);
    }
}

static void start_all(Lower *l, Form *form)
{
    const Expr *expr = form->expr;
    const char *routine = l->b->routine->hint;
    if (expr->u.conc.each.value != NULL) {
        EachBody body = {
            form, &expr->u.conc.each, 0, arena_print(l->arena, "%s_item", routine), NULL, NULL};
        each_body(l, &body);
        return;
    }
    for (size_t i = 0; i < expr->u.conc.branches.count; i++) {
        const Branch *branch = &expr->u.conc.branches.items[i];
        const char *name = branch->name.text != NULL
                               ? arena_print(l->arena, "%s_%s", routine, branch->name.text)
                               : arena_print(l->arena, "%s_branch", routine);
        bool silent = form->mixed && branch->value->type->kind == TYPE_NOTHING;
        told_branch(l, &form->told, branch);
        form_item(l, form, branch->value, name,
                  silent ? type_plain(l->program->types, TYPE_INT) : NULL);
    }
}

// Does it take its items from where there may be none for long, or no end of them?
static bool pulls(const Expr *expr)
{
    for (size_t i = 0; i < expr->u.conc.each.loops.count; i++) {
        TypeKind kind = expr->u.conc.each.loops.items[i].source->type->kind;
        if (kind == TYPE_QUEUE || kind == TYPE_STREAM) {
            return true;
        }
    }
    return false;
}

// A deadline that ends items, not the form, ends what they come from: no more of them is asked for.
void form_start_all(Lower *l, Form *form)
{
    if (form->until == NULL || !pulls(form->expr)) {
        start_all(l, form);
        return;
    }
    Slot *pull = form->pull = slot_place(l, "pull", repr_place("weir_scope"));
    Region region;
    region_open(l, &region, "pulled", form->expr->span);
    State *after = state_new(l, "begun", (Span){0, 0});
    Value *enter = value_runtime(l, "weir_pull_enter", repr_plain(REPR_NONE),
                                 VALUE_EFFECT | VALUE_FAILS);
    op_do(l, value_arg(l, value_arg(l, enter, value_address(l, pull)), value_slot(l, form->until)));
    op_test(l);
    start_all(l, form);
    region_done(l, &region, after);
    region_exit(l, &region);
    op_do(l, value_arg(l, value_runtime(l, "weir_pull_leave", repr_plain(REPR_NONE), VALUE_EFFECT),
                       value_address(l, pull)));
    scope_clear_left_behind(l, region.taken);
    region_close(l, &region, after);
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
    form_start_all(l, form);
    region_done(l, &form->region, form->after);
    region_exit(l, &form->region);
    if (form->limited) {
        // A race that was won meanwhile, or a deadline whose failures are collected, ends the form
        // where it waited for room: what it went through by then is let go of.
        scope_clear_left_behind(l, form->region.taken);
    }
    op_await_quietly(l, form_verb(l, form, "weir_gather_join", 0),
                     state_new(l, "joined", form->expr->span));
    form_close(l, form, body->result);
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

// The form's value from the results of all branches.
static Value *pick(Lower *l, const Expr *expr, Slot *all, const char *hint)
{
    Value *made = NULL;
    Slot *list = NULL;
    if (expr->type->kind == TYPE_LIST) {
        list = list_open(l, expr->type, 0, hint == NULL ? "results" : hint);
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
            list_push(l, list, part);
        } else {
            value_arg(l, made, value_own(l, part));
        }
    }
    return list != NULL ? value_slot(l, list) : made;
}

Value *lower_gather(Lower *l, const Expr *expr, const char *hint)
{
    if (expr->u.conc.pipe != NULL) {
        return lower_gather_pipe(l, expr, hint);
    }
    Form form = {.expr = expr, .hint = hint, .mixed = is_mixed(expr)};
    form_sort(l, &form);
    const Type *type = form.mixed ? full_type(l, expr) : expr->type;
    Repr repr = repr_of(l, type);
    Slot *result = NULL;
    if (repr.kind != REPR_NONE) {
        result = slot_word(l, hint == NULL || form.mixed ? "results" : hint, repr, true);
    }
    GatherBody body = {&form, result, type};
    lower_clauses(l, &form.form_clauses, expr->span, gather_body, &body);
    if (form.mixed) {
        return pick(l, expr, result, hint);
    }
    return result == NULL ? NULL : value_slot(l, result);
}
