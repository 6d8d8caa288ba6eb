// What may fail and be handled, what is awaited, clauses, scopes.
#include "lowering.h"

#include <string.h>

// ── try and catch ────────────────────────────────────────────────────────────────────────────────
typedef struct Attempt {
    State *handler, *after, *fault;
    size_t temps, held, taken;
    uint32_t line;
    About about;
} Attempt;

static void attempt_open(Lower *l, Attempt *a, const char *handler, const char *after, Span span)
{
    op_test(l);
    a->handler = state_new(l, handler, span);
    a->after = state_new(l, after, (Span){0, 0});
    a->fault = l->b->fault;
    a->temps = l->b->temps.count;
    a->held = l->b->held.count;
    a->taken = l->b->taken;
    a->line = l->b->line;
    l->b->fault = a->handler;
    l->b->line = source_line_of(l->sources, span.start); // also where no statement has told one
    about_go_on(l, &a->about);
}

// The guarded part is over: go on in the handler, with the failure in `error`. A cancel passes on.
static void attempt_handler(Lower *l, Attempt *a, Slot *error)
{
    temp_finish(l, a->temps);
    about_close(l, &a->about);
    l->b->fault = a->fault;
    l->b->line = a->line;
    if (l->b->ops != NULL) {
        op_jump(l, a->after);
    }
    l->b->held.count = a->held;
    l->b->temps.count = a->temps;
    state_go_on(l, a->handler);
    scope_clear_left_behind(l, a->taken);
    op_set(l, error, value_runtime(l, "weir_catch", error->repr, VALUE_OWNED | VALUE_FAILS));
    op_test(l);
}

Value *lower_try(Lower *l, const Expr *expr, const char *hint)
{
    const Expr *inner = expr->u.flow.inner;
    Slot *result = slot_word(l, hint == NULL ? "outcome" : hint, repr_of(l, expr->type), true);
    result->by_address = false;
    Attempt a;
    attempt_open(l, &a, "caught", "tried", expr->span);
    Value *value = lower_expr(l, inner, hint);
    if (l->b->ops != NULL) {
        if (value == NULL || repr_none(value->repr)) { // done; there is nothing to give
            value_discard(l, value);
            value = value_new(l, VALUE_NULL, result->repr);
        } else {
            value = value_own(
                l,
                value_convert(l, value, inner->converted != NULL ? inner->converted : inner->type,
                              expr->type));
        }
        op_test(l);
        op_set(l, result, value);
    }
    attempt_handler(l, &a, result);
    op_jump(l, a.after);
    state_go_on(l, a.after);
    return value_slot(l, result);
}

Value *lower_catch(Lower *l, const Expr *expr, const char *hint)
{
    Repr repr = repr_of(l, expr->type);
    Slot *result = NULL;
    if (repr.kind != REPR_NONE) {
        result = slot_word(l, hint == NULL ? "value" : hint, repr, true);
        result->by_address = false;
    }
    Attempt a;
    attempt_open(l, &a, "caught", "after_catch", expr->span);
    const Expr *inner = expr->u.catching.inner;
    Value *value = lower_expr(l, inner, hint);
    if (result != NULL && value != NULL && l->b->ops != NULL) {
        op_set(l, result, value_own(l, value));
    } else {
        value_discard(l, value);
    }
    Slot *error = slot_new(l, expr->u.catching.name.text, repr_counted("weir_error *"), true);
    attempt_handler(l, &a, error);
    scope_bind(l, expr->u.catching.symbol, error);
    size_t held = l->b->held.count;
    scope_hold(l, error);
    if (expr->u.catching.block != NULL) {
        lower_block(l, expr->u.catching.block);
    } else {
        size_t mark = l->b->temps.count;
        Value *instead = lower_expr(l, expr->u.catching.value, hint);
        if (result != NULL && instead != NULL && l->b->ops != NULL) {
            op_set(l, result, value_own(l, instead));
        } else {
            value_discard(l, instead);
        }
        temp_finish(l, mark);
    }
    scope_clear(l, held, l->b->temps.count);
    l->b->held.count = held;
    if (l->b->ops != NULL) {
        op_jump(l, a.after);
    }
    state_go_on(l, a.after);
    return result == NULL ? NULL : value_slot(l, result);
}

// ── await ────────────────────────────────────────────────────────────────────────────────────────
Value *lower_await(Lower *l, const Expr *expr, const char *hint)
{
    Value *handle = value_borrow(l, lower_expr(l, expr->u.flow.inner, "handle"), "handle");
    handle = value_settle(l, handle, "handle");
    Repr repr = repr_of(l, expr->type);
    Slot *result = NULL;
    Value *step = value_arg(l, value_runtime(l, "weir_await", repr_plain(REPR_NONE), 0), handle);
    if (repr.kind != REPR_NONE) {
        result = slot_word(l, hint == NULL ? "awaited" : hint, repr, true);
        value_arg(l, step, value_address(l, result));
    } else {
        value_arg(l, step, value_new(l, VALUE_NULL, repr));
    }
    op_await(l, step, state_new(l, "awaited", expr->span));
    return result == NULL ? NULL : value_slot(l, result);
}

// ── scopes ───────────────────────────────────────────────────────────────────────────────────────
static void do_scope(Lower *l, const char *verb, Slot *scope)
{
    op_do(l, value_arg(l, value_runtime(l, verb, repr_plain(REPR_NONE), VALUE_EFFECT),
                       value_address(l, scope)));
}

// A stretch whose children end with it.
static void scoped(Lower *l, const char *hint, Span span, Body body, void *data)
{
    Region region;
    Slot *outer = l->b->children;
    Slot *scope = slot_place(l, hint, repr_place("weir_scope"));
    region_open(l, &region, "ending", span);
    State *after = state_new(l, "after_scope", (Span){0, 0});
    l->b->children = scope;
    do_scope(l, "weir_scope_enter", scope);
    body(l, data);
    region_done(l, &region, after);
    l->b->children = outer;
    region_exit(l, &region);
    Value *join = value_arg(l, value_runtime(l, "weir_scope_join", repr_plain(REPR_NONE), 0),
                            value_address(l, scope));
    State *joined = state_new(l, "joined", (Span){span.end - 1, span.end});
    joined->words = "the join at the end of the block";
    op_await_quietly(l, join, joined);
    do_scope(l, "weir_scope_leave", scope);
    region_close(l, &region, after);
}

void lower_scoped(Lower *l, Span span, Body body, void *data)
{
    scoped(l, "children", span, body, data);
}

static void block_body(Lower *l, void *data)
{
    lower_block(l, data);
}

typedef struct ScopeBody {
    const Expr *expr;
} ScopeBody;

static void scope_body(Lower *l, void *data)
{
    const Expr *expr = ((ScopeBody *)data)->expr;
    scoped(l, "scope", expr->span, block_body, expr->u.flow.block);
}

Value *lower_scope(Lower *l, const Expr *expr, const char *hint)
{
    (void)hint;
    ScopeBody body = {expr};
    lower_clauses(l, &expr->u.flow.clauses, expr->span, scope_body, &body);
    return NULL;
}

void lower_children(Lower *l, const Block *block, Span span)
{
    if (block_starts(l, block)) {
        lower_scoped(l, span, block_body, (void *)(uintptr_t)block);
    } else {
        lower_block(l, block);
    }
}

void lower_body(Lower *l, const Block *block, Span span)
{
    lower_children(l, block, span);
    region_leave(l, NULL, NULL, 0, 0);
}

// ── clauses ──────────────────────────────────────────────────────────────────────────────────────
Value *value_at_least_one(Lower *l, const char *what, Value *value)
{
    if (value->kind == VALUE_INT) { // check has seen it
        return value;
    }
    Value *checked = value_runtime(l, "weir_limit", repr_plain(REPR_INT), VALUE_FAILS);
    return value_arg(l, value_arg(l, checked, value_template(l, what, strlen(what))), value);
}

// A clause's value: computed once, on entry.
static Value *clause_value(Lower *l, const Expr *expr, const char *hint)
{
    Value *value = lower_expr(l, expr, hint);
    if (value->kind == VALUE_INT) {
        return value;
    }
    Slot *slot = slot_new(l, hint, value->repr, false);
    op_set(l, slot, value);
    return value_slot(l, slot);
}

static uint32_t count_limiters(const Clauses *clauses, bool own_limiter)
{
    uint32_t count = own_limiter ? 1 : 0;
    for (size_t i = 0; i < clauses->count; i++) {
        count += clauses->items[i]->kind == CLAUSE_WITHIN;
    }
    return count;
}

const Type *limiter_key_type(Lower *l, const Decl *decl)
{
    return decl->params.count == 1 ? decl->params.items[0].symbol->type : params_tuple(l, decl);
}

// The key of a keyed limiter, its one argument or a tuple of them: held until the last attempt is
// over.
static Slot *limiter_key(Lower *l, const Clause *clause)
{
    const Decl *decl = clause->symbol->decl;
    if (decl->params.count == 0) {
        return NULL;
    }
    size_t mark = l->b->temps.count;
    Op given = {.kind = OP_DO}; // only to hold them
    lower_args(l, &clause->ordered, &decl->params, &given);
    Value *key = given.args.items[0];
    if (given.args.count > 1) {
        key = value_new(l, VALUE_NEW, repr_of(l, limiter_key_type(l, decl)));
        key->shape = key->repr.shape;
        key->flags = VALUE_OWNED | VALUE_FAILS;
        for (size_t i = 0; i < given.args.count; i++) {
            value_arg(l, key, given.args.items[i]);
        }
    }
    Slot *slot = slot_new(l, "key", key->repr, true);
    slot->by_address = true;
    op_set(l, slot, key);
    op_test(l);
    temp_finish(l, mark);
    scope_hold(l, slot);
    return slot;
}

static Value *limiter_at(Lower *l, uint32_t limiter, Value *key)
{
    Value *at = value_runtime(l, "weir_limiter_at", repr_plain(REPR_NONE), VALUE_FAILS);
    return value_arg(l, value_arg(l, at, value_int(l, limiter)), key);
}

static void want(Lower *l, Slot *permits, uint32_t index, Value *limiter)
{
    Value *wanted = value_plain(l, "weir_permit_want", repr_plain(REPR_NONE), VALUE_EFFECT);
    Value *permit = value_address(l, permits);
    permit->index = index;
    op_do(l, value_arg(l, value_arg(l, wanted, permit), limiter));
}

static bool has_keys(const Clauses *clauses)
{
    for (size_t i = 0; i < clauses->count; i++) {
        if (clauses->items[i]->kind == CLAUSE_WITHIN && clauses->items[i]->ordered.count > 0) {
            return true;
        }
    }
    return false;
}

typedef struct Wrapped { // one set of clauses around a body
    const Clauses *clauses;
    Span span, permits_span, retry_span, timeout_span; // where each stands
    Slot *timeout, *permits, *retry, *pause;
    Slot **keys; // of its limiters, one for each clause; NULL inside where it has none
    uint32_t permit_count;
    Value *after, *timeout_after, *deadline_after; // NULL without the clause
} Wrapped;

static void attempt_permits(Lower *l, Wrapped *w)
{
    size_t mark = l->b->temps.count;
    uint32_t count = 0;
    for (size_t i = 0; i < w->clauses->count; i++) {
        const Clause *clause = w->clauses->items[i];
        if (clause->kind == CLAUSE_WITHIN) {
            Value *key = w->keys[i] != NULL ? value_address(l, w->keys[i])
                                            : value_new(l, VALUE_NULL, repr_plain(REPR_NONE));
            want(l, w->permits, count++, limiter_at(l, clause->symbol->index, key));
        }
    }
    if (count < w->permit_count) { // the form's rate; the task's own limit or rate
        Value *none = value_new(l, VALUE_NULL, repr_plain(REPR_NONE));
        want(l, w->permits, count,
             l->b->rate != NULL ? value_slot(l, l->b->rate)
                                : limiter_at(l, l->b->routine->limiter, none));
    }
    temp_finish(l, mark);
    Value *acquire = value_runtime(l, "weir_acquire", repr_plain(REPR_NONE), 0);
    value_arg(l, value_arg(l, acquire, value_address(l, w->permits)),
              value_int(l, w->permit_count));
    op_await(l, acquire, state_new(l, "permitted", w->permits_span));
}

// After an attempt: another one, if the failure asks for it; the permits go back either way.
static void attempt_over(Lower *l, Wrapped *w, State *again, size_t taken)
{
    Slot *retrying = NULL;
    if (w->retry != NULL) {
        leases_clear_left_behind(l, taken); // by whether the attempt failed
        Value *retry = value_runtime(l, "weir_retry_again", repr_plain(REPR_BOOL), 0);
        value_arg(l, retry, value_address(l, w->retry));
        value_arg(l, retry,
                  w->permits == NULL ? value_new(l, VALUE_NULL, repr_plain(REPR_NONE))
                                     : value_address(l, w->permits));
        value_arg(l, retry, value_int(l, w->permit_count));
        value_arg(l, retry, value_address(l, w->pause));
        retrying = value_store(l, retry, "retrying");
    }
    if (w->permits != NULL) {
        Value *release = value_runtime(l, "weir_release", repr_plain(REPR_NONE), VALUE_EFFECT);
        op_do(l, value_arg(l, value_arg(l, release, value_address(l, w->permits)),
                           value_int(l, w->permit_count)));
    }
    if (retrying == NULL) {
        return;
    }
    Op *branch = op_add(l, OP_IF);
    branch->value = value_slot(l, retrying);
    Fork fork;
    fork_open(l, &fork, NULL, w->span);
    fork_arm(l, &fork, &branch->then);
    scope_clear_left_behind(l, taken);
    Value *pause = value_arg(l, value_runtime(l, "weir_sleep", repr_plain(REPR_NONE), 0),
                             value_slot(l, w->pause));
    op_await(l, pause, state_new(l, "backed_off", w->retry_span));
    op_jump(l, again);
    fork_end(l, &fork);
}

static void retry_begin(Lower *l, Wrapped *w, const Clause *clause)
{
    Value *most = clause_value(l, clause->a, "attempts");
    Value *from = value_int(l, 0), *to = from;
    if (clause->b != NULL && clause->b->kind == EXPR_RANGE) {
        from = clause_value(l, clause->b->u.range.from, "backoff");
        to = clause_value(l, clause->b->u.range.to, "longest_backoff");
    } else if (clause->b != NULL) {
        from = to = clause_value(l, clause->b, "backoff");
    }
    w->retry = slot_place(l, "retry", repr_place("weir_retry"));
    w->pause = slot_new(l, "pause", repr_plain(REPR_INT), false);
    w->pause->by_address = true;
    Value *begin = value_runtime(l, "weir_retry_begin", repr_plain(REPR_NONE),
                                 VALUE_EFFECT | VALUE_FAILS);
    value_arg(l, value_arg(l, begin, value_address(l, w->retry)), most);
    op_do(l, value_arg(l, value_arg(l, begin, from), to));
}

static void timed(Lower *l, Wrapped *w, Body body, void *data)
{
    if (w->timeout == NULL) {
        body(l, data);
        return;
    }
    Region region;
    region_open(l, &region, "left", w->timeout_span);
    region.clauses = true;
    State *after = state_new(l, "in_time", (Span){0, 0});
    Value *enter = value_runtime(l, "weir_timeout_enter", repr_plain(REPR_NONE),
                                 VALUE_EFFECT | VALUE_FAILS);
    op_do(l, value_arg(l, value_arg(l, enter, value_address(l, w->timeout)), w->timeout_after));
    op_test(l);
    body(l, data);
    region_done(l, &region, after);
    region_exit(l, &region);
    do_scope(l, "weir_scope_leave", w->timeout);
    region_close(l, &region, after);
}

static void attempts(Lower *l, Wrapped *w, Body body, void *data)
{
    if (w->retry == NULL && w->permits == NULL) {
        timed(l, w, body, data);
        return;
    }
    // A key that fails leaves an attempt before its permits are named: then none is asked for.
    for (uint32_t i = 0; i < w->permit_count && has_keys(w->clauses); i++) {
        Value *none = value_plain(l, "weir_permit_want", repr_plain(REPR_NONE), VALUE_EFFECT);
        Value *permit = value_address(l, w->permits);
        permit->index = i;
        op_do(l, value_arg(l, value_arg(l, none, permit),
                           value_new(l, VALUE_NULL, repr_plain(REPR_NONE))));
    }
    Region region;
    Span span = w->retry != NULL ? w->retry_span : w->permits_span;
    region_open(l, &region, "ended", span);
    region.clauses = true;
    State *after = state_new(l, "succeeded", (Span){0, 0});
    State *attempt = state_new(l, "attempt", span);
    op_jump(l, attempt);
    state_go_on(l, attempt);
    if (w->permits != NULL) {
        attempt_permits(l, w);
    }
    timed(l, w, body, data);
    region_done(l, &region, after);
    region_exit(l, &region);
    attempt_over(l, w, attempt, region.taken);
    region_close(l, &region, after);
}

typedef struct Inner {
    Wrapped *wrapped;
    Body body;
    void *data;
} Inner;

static void attempts_inside(Lower *l, void *data)
{
    Inner *inner = data;
    attempts(l, inner->wrapped, inner->body, inner->data);
}

void lower_deadline(Lower *l, Value *limit, Span span, Body body, void *data)
{
    Slot *deadline = slot_place(l, "deadline", repr_place("weir_scope"));
    Region region;
    region_open(l, &region, "over", span);
    State *in_time = state_new(l, "before_deadline", (Span){0, 0});
    Value *enter = value_runtime(l, "weir_deadline_enter", repr_plain(REPR_NONE),
                                 VALUE_EFFECT | VALUE_FAILS);
    op_do(l, value_arg(l, value_arg(l, enter, value_address(l, deadline)), limit));
    op_test(l);
    body(l, data);
    region_done(l, &region, in_time);
    region_exit(l, &region);
    do_scope(l, "weir_scope_leave", deadline);
    region_close(l, &region, in_time);
}

// All values are computed here, in the order in which they are written.
static void enter_clause(Lower *l, Wrapped *w, size_t place)
{
    const Clause *clause = w->clauses->items[place];
    switch (clause->kind) {
    case CLAUSE_AFTER: w->after = clause_value(l, clause->a, "after"); break;
    case CLAUSE_TIMEOUT:
        w->timeout_span = clause->span;
        w->timeout_after = clause_value(l, clause->a, "timeout_after");
        w->timeout = slot_place(l, "timeout", repr_place("weir_scope"));
        break;
    case CLAUSE_DEADLINE: w->deadline_after = clause_value(l, clause->a, "deadline_after"); break;
    case CLAUSE_RETRY:
        w->retry_span = clause->span;
        retry_begin(l, w, clause);
        break;
    case CLAUSE_WITHIN:
        w->permits_span = clause->span;
        w->keys[place] = limiter_key(l, clause);
        break;
    case CLAUSE_LIMIT: case CLAUSE_RATE: w->permits_span = clause->span; break;
    case CLAUSE_CACHE: case CLAUSE_COLLECT_ERRORS: case CLAUSE_ORDERED: case CLAUSE_AS_COMPLETED:
        break;
    }
}

void lower_clauses(Lower *l, const Clauses *clauses, Span span, Body body, void *data)
{
    Wrapped w = {.clauses = clauses, .span = span};
    const Clause *deadline = clause_find(clauses, CLAUSE_DEADLINE);
    bool own_limiter = clause_find(clauses, CLAUSE_LIMIT) != NULL ||
                       clause_find(clauses, CLAUSE_RATE) != NULL;
    size_t held = l->b->held.count;
    w.permit_count = count_limiters(clauses, own_limiter);
    if (w.permit_count > 0) {
        w.permits = slot_place(l, "permits", (Repr){.kind = REPR_PERMITS, .count = w.permit_count});
    }
    w.keys = arena_take(l->arena, (clauses->count + 1) * sizeof *w.keys);
    for (size_t i = 0; i < clauses->count; i++) {
        w.keys[i] = NULL;
        enter_clause(l, &w, i);
    }
    if (w.after != NULL) {
        const char *verb = w.after->kind == VALUE_INT ? "weir_sleep" : "weir_start_after";
        op_await(l, value_arg(l, value_runtime(l, verb, repr_plain(REPR_NONE), 0), w.after),
                 state_new(l, "due", span));
    }
    op_test(l);
    Inner inner = {&w, body, data};
    if (deadline == NULL) {
        attempts_inside(l, &inner);
    } else {
        lower_deadline(l, w.deadline_after, deadline->span, attempts_inside, &inner);
    }
    scope_clear(l, held, l->b->temps.count);
    l->b->held.count = held;
}

typedef struct Claused {
    const Expr *expr;
    const char *hint;
    Slot *result;
} Claused;

static void claused_body(Lower *l, void *data)
{
    Claused *c = data;
    size_t mark = l->b->temps.count;
    Value *value = lower_expr(l, c->expr->u.flow.inner, c->hint);
    if (c->result != NULL && value != NULL && l->b->ops != NULL) {
        op_set(l, c->result, value_own(l, value));
    } else {
        value_discard(l, value);
    }
    temp_finish(l, mark);
}

Value *lower_claused(Lower *l, const Expr *expr, const char *hint)
{
    if (expr->type->kind == TYPE_STREAM) {
        return lower_stream_claused(l, expr, hint);
    }
    Repr repr = repr_of(l, expr->type);
    Claused c = {expr, hint, NULL};
    if (repr.kind != REPR_NONE) {
        c.result = slot_word(l, hint == NULL ? "value" : hint, repr, true);
    }
    lower_clauses(l, &expr->u.flow.clauses, expr->span, claused_body, &c);
    return c.result == NULL ? NULL : value_slot(l, c.result);
}
