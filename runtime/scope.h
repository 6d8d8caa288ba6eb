// scope.h: who belongs to whom: scopes, their children, and how a cancel travels.
//
// One record serves a scope block, a task's children, gather, timeout, deadline and cleanup. Scopes
// nest through `outer`: from the innermost of a task outward to the scope the task was started in,
// and so on into its parent. A scope that is cancelled is marked, and everything within is asked:
// what waits wakes with a cancel pending, what is ready or runs meets it at its next wait.
// Unwinding is not a failure; the scope that cancelled turns it into one (weir_scope_leave) or lets
// it pass.
#ifndef WEIR_SCOPE_H
#define WEIR_SCOPE_H

#include "task.h"

enum {                   // weir_scope.bits
    WEIR__CANCELLED = 1, // by itself or from outside; since timer.until
    WEIR__FIRED = 2,     // its own timer has
    WEIR__ARMED = 4,     // its timer runs
    WEIR__TIMEOUT = 8,
    WEIR__DEADLINE = 16,
    WEIR__CLEANUP = 32,    // cancels from outside stop here
    WEIR__NESTED = 64,     // a cleanup within a cleanup
    WEIR__IS_GATHER = 128, // it begins a weir_gather, with these:
    WEIR__COLLECTS = 256,
    WEIR__COMPLETES = 512, // as_completed
    WEIR__RACES = 1024,
    // children[] is in starting order, and holds the results of those that have ended
    WEIR__ENTRIES = 2048,
    WEIR__WON = 4096,  // the race has a winner
    WEIR__LATE = 8192, // its timer was due, but its task ready
    WEIR__HANDS_ON = 16384, // results go to the stream of its task
    WEIR__ORDERED = 32768,  // in starting order
    WEIR__FAILING = 65536,  // one has failed that nobody has taken yet
    WEIR__DRAINS = 131072,  // its task waits until all have been taken
    WEIR__UNREAD = 262144,  // `error` is what a producer of a stream left to no reader
    WEIR__TELLS = 524288,   // its children hold the items they work on …
    WEIR__KEEPS = 1048576,  // … and these are counted, or some of their words are
    WEIR__LENDS = 2097152,  // its children may hold leases
};

// A task<T>. One holder is the task while it lives.
struct weir_handle {
    weir__opaque opaque;
    const weir_type *type; // of the value, NULL when there is none
    const char *name;      // of the task
    bool unawaited;        // whoever holds it only cancels it
    weir_task *task;       // NULL once it has ended
    weir__link waiting;    // a weir__waitlist
    weir_word value;
    weir_error *error; // what it failed with, or the cancel it left with
    weir_handle *next; // in scope->failed
    int64_t cancelled_at;
    // the scope whose list of failed ones it is in, which holds it then; or NULL
    weir_scope *failed_in;
};

static inline weir__timer *weir__scope_timer(weir_scope *scope)
{
    return (weir__timer *)(void *)scope->timer;
}

// The scope's task is inside of it again; the scope goes around what follows.
static inline void weir__scope_open(weir_context *cx, weir_scope *scope, uint32_t bits)
{
    weir_task *task = cx->task;
    scope->outer = task->scope;
    scope->task = task;
    scope->error = NULL;
    scope->children = NULL;
    scope->failed = NULL;
    scope->live = scope->room = scope->streams = 0;
    scope->used = scope->hole = scope->done = 0;
    scope->allowed = 0;
    scope->bits = bits | (weir__is_asked(task) ? WEIR__CANCELLED : 0);
    weir__scope_timer(scope)->until = cx->runtime->now;
    task->scope = scope;
}

// room for more; false: memory ended
WEIR__RARE bool weir__children_grow(weir_runtime *runtime, weir_scope *scope);
void weir__children_free(weir_runtime *runtime, weir_scope *scope);

// Counts a task among the scope's children. False: memory ended.
static inline bool weir__scope_adopt(weir_runtime *runtime, weir_scope *scope, weir_task *task)
{
    uint32_t place = scope->used;
    if (scope->hole != 0) {
        place = scope->hole - 1;
        scope->hole = (uint32_t)((uintptr_t)scope->children[place] >> 1);
    } else {
        if (!WEIR__USUAL(place < scope->room) && !weir__children_grow(runtime, scope)) {
            return false;
        }
        scope->used++;
    }
    task->child = place;
    scope->children[place] = task;
    scope->live++;
    if ((scope->bits & WEIR__CANCELLED) != 0) {
        task->flags |= WEIR__ASKED;
    }
    return true;
}

// A child has ended: no longer among the scope's children. Its place is free for the next one;
// until then it has the number of another free one (counted from 1, 0: none), times two, plus one.
static inline void weir__scope_forget(weir_scope *scope, const weir_task *task)
{
    if (--scope->live == 0) {
        scope->used = 0;
        scope->hole = 0;
    } else {
        scope->children[task->child] = (weir_task *)((uintptr_t)scope->hole << 1 | 1);
        scope->hole = task->child + 1;
    }
}

// Nothing but producers of streams is left, which nobody reads any more: cancels them.
WEIR__RARE void weir__scope_close_streams(weir_runtime *runtime, weir_scope *scope);

// Wakes the scope's task where the last child has ended and that is what it waits for.
static inline void weir__scope_check(weir_runtime *runtime, weir_scope *scope)
{
    weir_task *owner = scope->task;
    if (scope->live == scope->streams && weir__waits(owner) == WEIR__JOINS &&
        owner->wait.thing == scope) {
        if (WEIR__USUAL(scope->live == 0)) {
            weir__wake(runtime, owner, 0);
        } else {
            weir__scope_close_streams(runtime, scope);
        }
    }
}

// Cancels a scope and everything in it; the second time does nothing.
void weir__scope_cancel(weir_runtime *runtime, weir_scope *scope);
// Cancels a task and everything in it.
void weir__task_cancel(weir_runtime *runtime, weir_task *task);
// A failure (consumed; a cancel too) closes the scope: the first one cancels it, later ones are
// attached.
void weir__scope_fail(weir_runtime *runtime, weir_scope *scope, weir_error *error);
// Takes what a child of the scope left with, when nobody else is told: failures close the scope,
// its own cancel is at an end.
void weir__scope_absorb(weir_runtime *runtime, weir_scope *scope, weir_error *error, bool killed);
// The same of a producer whose stream nobody reads: raised when the scope ends, behind what fails
// before that.
void weir__scope_absorb_unread(weir_runtime *runtime, weir_scope *scope, weir_error *error,
                               bool killed);
// A scope's timer is due and its task still waits: fires.
void weir__scope_due(weir_runtime *runtime, weir_scope *scope);
// Takes the failure out of the scope and out of the context, joined; leaves the scope. NULL: it
// ended well.
weir_error *weir__scope_close(weir_context *cx, weir_scope *scope);
// The nearest deadline around a scope, monotonic; INT64_MAX: none.
int64_t weir__scope_deadline(const weir_scope *scope);

// Calls `told` for main, or what a host has called, and every task under it.
void weir__each_task(weir_runtime *runtime, void (*told)(void *with, weir_task *task), void *with);

// A child (not of a gather) has ended, with a failure (consumed) or NULL: what it leaves goes to
// who waits for it, and it is freed. scope_child.c
void weir__child_ended(weir_runtime *runtime, weir_task *task, weir_error *error);
// The same of a child with a handle that has ended well.
void weir__handled_gave(weir_runtime *runtime, weir_task *task, const weir_machine *machine);

#endif
