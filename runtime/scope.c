// scope.c: scopes entered, cancelled, closed by failures, and left.
#include "scope.h"

#include "call.h"
#include "cache.h"
#include "format.h"
#include "waitlist.h"

// ── children ─────────────────────────────────────────────────────────────────────────────────────

bool weir__children_grow(weir_runtime *runtime, weir_scope *scope)
{
    uint32_t room = scope->room == 0 ? 4 : scope->room < 256 ? scope->room * 4 : scope->room * 2;
    size_t before = scope->room * sizeof *scope->children, after = room * sizeof *scope->children;
    weir_task **children;
    if (before > 0 && !weir__is_small(before / 8)) { // both are the environment's own
        children = runtime->env->resize(runtime->env, scope->children, after);
    } else {
        children = weir__block_take(runtime, after);
        if (children != NULL && before > 0) {
            memcpy(children, scope->children, before);
            weir__block_give(runtime, scope->children, before);
        }
    }
    if (children == NULL) {
        return false;
    }
    scope->children = children;
    scope->room = room;
    return true;
}

void weir__children_free(weir_runtime *runtime, weir_scope *scope)
{
    if (scope->children != NULL) {
        weir__block_give(runtime, scope->children, scope->room * sizeof *scope->children);
        scope->children = NULL;
        scope->room = 0;
    }
}

// The first living child at place `from` or behind it; NULL: none.
static weir_task *child_from(const weir_scope *scope, uint64_t from)
{
    if ((scope->bits & WEIR__ENTRIES) == 0) {
        while (from < scope->used && ((uintptr_t)scope->children[from] & 1) != 0) {
            from++;
        }
        return from < scope->used ? scope->children[from] : NULL;
    }
    const weir_gather *gather = (const weir_gather *)(const void *)scope;
    const uint64_t *alive = gather->entries;
    while (from < gather->started) {
        uint64_t word = alive[from / 64] >> from % 64;
        if (word == 0) {
            from = (from / 64 + 1) * 64;
        } else if ((word & 1) == 0) {
            from++;
        } else {
            return scope->children[from];
        }
    }
    return NULL;
}

// ── walking over everything within a scope or a task, without a stack ────────────────────────────

typedef struct Walk {
    weir_runtime *runtime;
    // Called for each task; gives the innermost of its scopes to go on from, outward.
    weir_scope *(*task)(struct Walk *walk, weir_task *task, const weir_scope *until);
    bool (*scope)(struct Walk *walk, weir_scope *scope); // whether to go to its children
    void (*told)(void *with, weir_task *task);
    void *with;
} Walk;

// Begins with a task, or with the one it calls, or the one that calls.
static weir_scope *walk_task(Walk *walk, weir_task **task, const weir_scope *until)
{
    for (;;) {
        weir_scope *scope = walk->task(walk, *task, until);
        if (weir__waits(*task) != WEIR__CALLS || scope != (*task)->scope) {
            return scope;
        }
        *task = (*task)->wait.thing;
        until = NULL;
    }
}

// Everything within `first`, up to and with its scope `until` (NULL: all of it). From the inside
// outward.
static void walk_within(Walk *walk, weir_task *first, const weir_scope *until)
{
    weir_task *task = first;
    weir_scope *scope = walk_task(walk, &task, until);
    for (;;) {
        uint64_t from = 0;
        bool into = true;
        if (scope->task != task) { // through with the task: on in the scope it was started in
            if (task == first) {
                return;
            }
            if ((task->flags & WEIR__PRIVATE) != 0) {
                task = *weir__extra(weir__machine(walk->runtime, task), task);
                continue;
            }
            from = (uint64_t)task->child + 1;
            task = scope->task;
        } else {
            into = walk->scope(walk, scope);
        }
        weir_task *child = into ? child_from(scope, from) : NULL;
        if (child != NULL) {
            task = child;
            scope = walk_task(walk, &task, NULL);
        } else if (scope == until) {
            return;
        } else {
            scope = scope->outer;
        }
    }
}

// ── cancels ──────────────────────────────────────────────────────────────────────────────────────

// Ends what a task waits in, where a cancel may.
static void interrupt(weir_runtime *runtime, weir_task *task)
{
    switch (weir__waits(task)) {
    case WEIR__RUNS:
    case WEIR__JOINS:
    case WEIR__CALLS: break;
    case WEIR__SLEEPS:
        weir__timer_disarm(&runtime->sleeps, (weir__timer *)(void *)task);
        weir__wake(runtime, task, WEIR__UNWINDS);
        break;
    case WEIR__AWAITS:
    case WEIR__CANCELS:
    case WEIR__QUEUES: weir__dismiss(runtime, task, WEIR__UNWINDS); break;
    case WEIR__GATHERS: weir__wake(runtime, task, WEIR__UNWINDS); break;
    case WEIR__ACQUIRES:
        runtime->withdraw(runtime, task);
        weir__wake(runtime, task, WEIR__UNWINDS);
        break;
    case WEIR__CACHES: {
        weir__link *head = task->link.next == task->link.prev ? task->link.next : NULL;
        weir__dismiss(runtime, task, WEIR__UNWINDS);
        if (head != NULL) { // it was the only one
            weir__cache_abandoned(runtime, head);
        }
        break;
    }
    case WEIR__OPERATES: {
        weir__operation *operation = task->wait.thing;
        if (!operation->cancelled) {
            // a thread of the pool may look
            __atomic_store_n(&operation->cancelled, true, __ATOMIC_RELEASE);
            if (operation->kind == WEIR__EXTERN) {
                weir__extern_cancel(runtime, operation);
            } else {
                runtime->env->cancel(runtime->env, operation);
            }
        }
        break;
    }
    }
}

static void disarm(weir_runtime *runtime, weir_scope *scope)
{
    if ((scope->bits & WEIR__ARMED) != 0) {
        weir__timer_disarm(&runtime->deadlines, weir__scope_timer(scope));
        scope->bits &= ~(uint32_t)WEIR__ARMED;
    }
}

// Asks a task, unless a cleanup within the part that is cancelled shields it: then only what is
// outside of that is cancelled.
static weir_scope *cancel_task(Walk *walk, weir_task *task, const weir_scope *until)
{
    weir_scope *from = task->scope;
    if ((task->flags & WEIR__SHIELDED) != 0) {
        for (weir_scope *scope = from; scope != until && scope->task == task;
             scope = scope->outer) {
            if ((scope->bits & WEIR__CLEANUP) != 0) {
                from = scope->outer;
            }
        }
    }
    if (from == task->scope) {
        task->flags |= WEIR__ASKED;
        interrupt(walk->runtime, task);
    }
    return from;
}

// Marks a scope. One that is marked already has passed it on.
static bool cancel_scope(Walk *walk, weir_scope *scope)
{
    if ((scope->bits & WEIR__CANCELLED) != 0) {
        return false;
    }
    disarm(walk->runtime, scope);
    scope->bits |= WEIR__CANCELLED;
    weir__scope_timer(scope)->until = walk->runtime->now;
    return true;
}

void weir__scope_cancel(weir_runtime *runtime, weir_scope *scope)
{
    if ((scope->bits & WEIR__CANCELLED) == 0) {
        Walk walk = {.runtime = runtime, .task = cancel_task, .scope = cancel_scope};
        walk_within(&walk, scope->task, scope);
    }
}

void weir__task_cancel(weir_runtime *runtime, weir_task *task)
{
    if ((task->flags & WEIR__KILLED) == 0) {
        task->flags |= WEIR__KILLED;
        Walk walk = {.runtime = runtime, .task = cancel_task, .scope = cancel_scope};
        walk_within(&walk, task, NULL);
    }
}

void weir__scope_close_streams(weir_runtime *runtime, weir_scope *scope)
{
    weir_task *child = child_from(scope, 0);
    while (child != NULL) {
        weir_task *producer = child;
        child = child_from(scope, (uint64_t)child->child + 1);
        weir__task_cancel(runtime, producer);
    }
}

static weir_scope *tell_task(Walk *walk, weir_task *task, const weir_scope *until)
{
    (void)until;
    walk->told(walk->with, task);
    return task->scope;
}

static bool tell_scope(Walk *walk, weir_scope *scope)
{
    (void)walk;
    (void)scope;
    return true;
}

void weir__each_task(weir_runtime *runtime, void (*told)(void *with, weir_task *task), void *with)
{
    if (runtime->main != NULL && !runtime->over) {
        Walk walk = {
            .runtime = runtime, .task = tell_task, .scope = tell_scope, .told = told, .with = with};
        walk_within(&walk, runtime->main, NULL);
    }
    for (const weir_call *call = runtime->calls; call != NULL; call = call->next) {
        Walk walk = {
            .runtime = runtime, .task = tell_task, .scope = tell_scope, .told = told, .with = with};
        walk_within(&walk, call->task, NULL);
    }
}

// After a task has left a scope: whether what is around it now is cancelled.
static void ask_again(weir_task *task)
{
    bool killed = (task->flags & (WEIR__KILLED | WEIR__SHIELDED)) == WEIR__KILLED;
    if (killed || (task->scope->bits & WEIR__CANCELLED) != 0) {
        task->flags |= WEIR__ASKED;
    } else {
        task->flags &= (uint16_t)~WEIR__ASKED;
    }
}

// ── failures ─────────────────────────────────────────────────────────────────────────────────────

static weir_error *joined(const weir_context *cx, weir_error *first, weir_error *later)
{
    return first == NULL ? later : later == NULL ? first : weir__error_join(cx, first, later);
}

// A failure, or NULL, joins those of the scope: behind them, but before one that nobody read.
static void add_failure(const weir_context *cx, weir_scope *scope, weir_error *error)
{
    if (error != NULL && (scope->bits & WEIR__UNREAD) != 0) {
        scope->bits &= ~(uint32_t)WEIR__UNREAD;
        scope->error = joined(cx, error, scope->error);
    } else {
        scope->error = joined(cx, scope->error, error);
    }
}

void weir__scope_fail(weir_runtime *runtime, weir_scope *scope, weir_error *error)
{
    add_failure(&runtime->cx, scope, error);
    weir__scope_cancel(runtime, scope);
}

void weir__scope_absorb(weir_runtime *runtime, weir_scope *scope, weir_error *error, bool killed)
{
    if (killed && weir_unwinding(error)) {
        error = weir__error_become(&runtime->cx, error, NULL);
        if (error == NULL) {
            return;
        }
    }
    weir__scope_fail(runtime, scope, error);
}

void weir__scope_absorb_unread(weir_runtime *runtime, weir_scope *scope, weir_error *error,
                               bool killed)
{
    const weir_task *owner = scope->task;
    bool joins = weir__waits(owner) == WEIR__JOINS && owner->wait.thing == scope;
    if (joins || (scope->bits & WEIR__CANCELLED) != 0) {
        weir__scope_absorb(runtime, scope, error, killed);
        return;
    }
    if (killed && weir_unwinding(error)) {
        error = weir__error_become(&runtime->cx, error, NULL);
    }
    if (error != NULL) {
        scope->bits |= scope->error == NULL ? WEIR__UNREAD : 0;
        scope->error = joined(&runtime->cx, scope->error, error);
    }
}

// "timed out after 10s"
static weir_error *timed_out(const weir_context *cx, const char *words, int64_t ns)
{
    weir_context quiet = weir__quiet(cx);
    weir__text text;
    weir__text_begin(&text, &quiet);
    weir__show_duration(&text, ns);
    weir_error *error = weir__error_make(cx, "timeout", NULL, "%s %.*s", words, (int)text.length,
                                         text.bytes);
    weir__text_clear(&text);
    weir_drop(weir_take(&quiet));
    return error;
}

static weir_error *own_failure(const weir_context *cx, const weir_scope *scope)
{
    if ((scope->bits & WEIR__CLEANUP) != 0) {
        return timed_out(cx, "cleanup did not end within", scope->allowed);
    }
    bool deadline = (scope->bits & WEIR__DEADLINE) != 0;
    return timed_out(cx, deadline ? "not done by the deadline of" : "timed out after",
                     scope->allowed);
}

void weir__scope_due(weir_runtime *runtime, weir_scope *scope)
{
    scope->bits &= ~(uint32_t)WEIR__ARMED;
    if ((scope->bits & WEIR__CANCELLED) == 0) {
        scope->bits |= WEIR__FIRED;
        weir__scope_cancel(runtime, scope);
    }
}

int64_t weir__scope_deadline(const weir_scope *scope)
{
    int64_t nearest = INT64_MAX;
    for (; scope != NULL; scope = scope->outer) {
        if ((scope->bits & WEIR__ARMED) != 0 &&
            (scope->bits & (WEIR__DEADLINE | WEIR__CLEANUP)) != 0) {
            int64_t until = ((const weir__timer *)(const void *)scope->timer)->until;
            nearest = until < nearest ? until : nearest;
        }
        if ((scope->bits & WEIR__CLEANUP) != 0) {
            break;
        }
    }
    return nearest;
}

// ── entering and leaving ─────────────────────────────────────────────────────────────────────────

void weir_scope_enter(weir_context *cx, weir_scope *scope)
{
    weir__scope_open(cx, scope, 0);
}

static void arm(weir_context *cx, weir_scope *scope, int64_t ns)
{
    weir_runtime *runtime = cx->runtime;
    scope->allowed = ns < 0 ? 0 : ns;
    if (cx->pending != NULL || (scope->bits & WEIR__CANCELLED) != 0) {
        return;
    }
    if (ns <= 0) {
        weir_fail(cx, own_failure(cx, scope));
    } else if (weir__timer_arm(&runtime->deadlines, runtime->env, weir__scope_timer(scope),
                               runtime->now, ns)) {
        scope->bits |= WEIR__ARMED;
    } else {
        weir__fail_memory(cx);
    }
}

void weir_timeout_enter(weir_context *cx, weir_scope *scope, int64_t ns)
{
    weir__scope_open(cx, scope, WEIR__TIMEOUT);
    arm(cx, scope, ns);
}

void weir_deadline_enter(weir_context *cx, weir_scope *scope, int64_t ns)
{
    weir__scope_open(cx, scope, WEIR__DEADLINE);
    arm(cx, scope, ns);
}

void weir_pull_enter(weir_context *cx, weir_scope *scope, int64_t until)
{
    weir__scope_open(cx, scope, WEIR__DEADLINE);
    int64_t left = until - weir_now(cx);
    if (left > 0) {
        arm(cx, scope, left);
    } else {
        weir__scope_due(cx->runtime, scope);
    }
}

void weir_pull_more(weir_context *cx, weir_scope *scope)
{
    weir_runtime *runtime = cx->runtime;
    if ((scope->bits & WEIR__ARMED) != 0 && weir__scope_timer(scope)->until <= runtime->now) {
        disarm(runtime, scope);
        weir__scope_due(runtime, scope);
    }
}

void weir_pull_leave(weir_context *cx, weir_scope *scope)
{
    bool fired = (scope->bits & WEIR__FIRED) != 0;
    scope->bits &= ~(uint32_t)WEIR__FIRED; // it makes no failure of it
    weir_error *error = weir__scope_close(cx, scope);
    if (fired && weir_unwinding(error) && !weir__is_asked(cx->task)) {
        error = weir__error_become(cx, error, NULL);
    }
    cx->pending = error;
}

// Failures that only the scope's end can raise: whose handles nobody else holds any more, or (all)
// that nobody awaited.
static void raise_failed(weir_runtime *runtime, weir_scope *scope, bool all)
{
    weir_handle **place = &scope->failed;
    while (*place != NULL) {
        weir_handle *handle = *place;
        if (!all && handle->opaque.object.count > 1) {
            place = &handle->next;
            continue;
        }
        *place = handle->next;
        handle->failed_in = NULL;
        weir_error *error = weir_keep(handle->error);
        weir_drop(handle);
        if (all) { // nothing is left to be cancelled
            scope->error = joined(&runtime->cx, scope->error, error);
        } else {
            weir__scope_fail(runtime, scope, error);
        }
    }
}

weir_step weir_scope_join(weir_context *cx, weir_scope *scope)
{
    if (cx->pending != NULL) {
        weir_error *error = weir_take(cx);
        if (scope->live == 0) {
            add_failure(cx, scope, error);
        } else {
            weir__scope_fail(cx->runtime, scope, error);
        }
    }
    if (scope->live == 0) {
        return weir__over(cx);
    }
    raise_failed(cx->runtime, scope, false);
    if ((scope->bits & WEIR__UNREAD) != 0) { // now nobody comes for it any more
        weir__scope_cancel(cx->runtime, scope);
    }
    weir_step step = weir__wait(cx->task, WEIR__JOINS, scope);
    weir__scope_check(cx->runtime, scope);
    return step;
}

weir_error *weir__scope_close(weir_context *cx, weir_scope *scope)
{
    weir_runtime *runtime = cx->runtime;
    weir_task *task = cx->task;
    if (scope->live != 0) {
        weir__bug(runtime, weir__machine(runtime, task),
                  "a scope was left while children of it live");
    }
    if (task->scope != scope) {
        weir__bug(runtime, weir__machine(runtime, task),
                  "a scope was left that is not the innermost");
    }
    disarm(runtime, scope);
    add_failure(cx, scope, weir_take(cx));
    raise_failed(runtime, scope, true);
    if ((scope->bits & WEIR__ENTRIES) == 0) {
        weir__children_free(runtime, scope);
    }
    weir_error *error = scope->error;
    scope->error = NULL;
    task->scope = scope->outer;
    if (weir__is_asked(task)) {
        ask_again(task);
    }
    // Where what is around is cancelled too, the cancel goes on outward.
    if ((scope->bits & WEIR__FIRED) != 0 && weir_unwinding(error) && !weir__is_asked(task)) {
        error = weir__error_become(cx, error, own_failure(cx, scope));
    }
    return error;
}

void weir_scope_leave(weir_context *cx, weir_scope *scope)
{
    cx->pending = weir__scope_close(cx, scope);
}

// ── cleanup ──────────────────────────────────────────────────────────────────────────────────────

// Since when the current task is cancelled.
static int64_t cancelled_at(weir_runtime *runtime, weir_task *task)
{
    if ((task->scope->bits & WEIR__CANCELLED) != 0) {
        return weir__scope_timer(task->scope)->until;
    }
    if ((task->flags & (WEIR__KILLED | WEIR__HANDLED)) == (WEIR__KILLED | WEIR__HANDLED)) {
        const weir_handle *handle = *weir__extra(weir__machine(runtime, task), task);
        return handle->cancelled_at;
    }
    return runtime->now;
}

void weir_cleanup_enter(weir_context *cx, weir_scope *scope)
{
    weir_runtime *runtime = cx->runtime;
    weir_task *task = cx->task;
    weir_error *error = weir_take(cx);
    int64_t since = weir_unwinding(error) ? cancelled_at(runtime, task) : runtime->now;
    weir__scope_open(cx, scope, WEIR__CLEANUP);
    scope->error = error;
    scope->allowed = runtime->grace;
    scope->bits &= ~(uint32_t)WEIR__CANCELLED;
    scope->bits |= (task->flags & WEIR__SHIELDED) != 0 ? WEIR__NESTED : 0;
    task->flags = (uint16_t)((task->flags & ~(uint32_t)WEIR__ASKED) | WEIR__SHIELDED);
    int64_t left = runtime->grace - (runtime->now - since);
    if (left <= 0) { // used up by the cleanups before it
        scope->bits |= WEIR__FIRED;
        weir__scope_cancel(runtime, scope);
    } else if (weir__timer_arm(&runtime->deadlines, runtime->env, weir__scope_timer(scope),
                               runtime->now, left)) {
        scope->bits |= WEIR__ARMED;
    } // without memory for a timer a cleanup is not bounded, but it happens
}

void weir_cleanup_leave(weir_context *cx, weir_scope *scope)
{
    weir_task *task = cx->task;
    if (scope->live != 0 || task->scope != scope) {
        weir__bug(cx->runtime, weir__machine(cx->runtime, task),
                  "a cleanup was left while something in it lives");
    }
    disarm(cx->runtime, scope);
    weir_error *error = weir_take(cx);
    if ((scope->bits & WEIR__FIRED) != 0 && weir_unwinding(error)) {
        error = weir__error_become(cx, error, own_failure(cx, scope));
    }
    cx->pending = joined(cx, scope->error, error);
    scope->error = NULL;
    task->scope = scope->outer;
    if ((scope->bits & WEIR__NESTED) == 0) {
        task->flags &= (uint16_t)~WEIR__SHIELDED;
    }
    ask_again(task);
}
