// extern.c: extern tasks: what C does, as operations of the environment.
//
// The environment only counts one and lets other threads reach the loop; when it is over is said
// here. C is told of a cancel between two turns, never while tasks or scopes are walked over.
#include <stdarg.h>

#include "error.h"
#include "task.h"
#include "text.h"

static weir__operation *operation_of(weir_pending *pending)
{
    return (weir__operation *)(void *)pending;
}

static weir_pending *pending_of(weir__operation *operation)
{
    return (weir_pending *)(void *)operation;
}

// ── beginning ────────────────────────────────────────────────────────────────────────────────────

// A letter that was posted has come.
static void arrived(weir__letter *letter, bool open)
{
    weir__operation *operation =
        (weir__operation *)(void *)((char *)letter - offsetof(weir__operation, letter));
    weir_context *cx = &operation->runtime->cx;
    void (*arrive)(weir_pending *pending, void *with) =
        __atomic_exchange_n(&operation->arrive, NULL, __ATOMIC_ACQ_REL);
    if (!open || arrive == NULL) {
        return;
    }
    arrive(pending_of(operation), operation->arrive_with);
    weir_extern_begun(cx, pending_of(operation));
}

weir_step weir_extern(weir_context *cx, void *slot, weir_pending **pending)
{
    *pending = NULL;
    if (!weir__may_wait(cx)) {
        return WEIR_NEXT;
    }
    weir__operation *operation = weir__operation_new(cx, WEIR__EXTERN);
    if (operation == NULL) {
        return WEIR_NEXT;
    }
    operation->letter.arrive = arrived;
    weir_step step = weir__operate(cx, operation, slot);
    if (operation->error == NULL) { // else the environment has refused it, and completes it
        *pending = pending_of(operation);
    }
    return step;
}

void weir_extern_begun(weir_context *cx, weir_pending *pending)
{
    if (!weir_failed(cx)) {
        return;
    }
    if (operation_of(pending)->completed) { // it has said how it ended
        weir_drop(weir_take(cx));
    } else {
        weir_complete(pending, NULL);
    }
}

// ── completing ───────────────────────────────────────────────────────────────────────────────────

// One that completes before it was told is told no more.
static void leave_asked(weir__operation *operation)
{
    weir_runtime *runtime = operation->runtime;
    for (weir__operation **place = &runtime->asked; *place != NULL; place = &(*place)->next) {
        if (*place == operation) {
            *place = operation->next;
            if (*place == NULL) {
                runtime->asked_end = place;
            }
            return;
        }
    }
}

static void finish(weir__operation *operation)
{
    weir_runtime *runtime = operation->runtime;
    operation->completed = true;
    leave_asked(operation);
    runtime->env->finish(runtime->env, operation);
}

// What is asked of C, and not done, can't be mended: the frame may be gone.
static void check(const weir__operation *operation)
{
    weir_runtime *runtime = operation->runtime;
    if (operation->completed || __atomic_load_n(&operation->arrive, __ATOMIC_ACQUIRE) != NULL) {
        const char *what = operation->completed ? "an extern task was completed twice"
                                                : "an extern task was completed while a post of "
                                                  "its own was on the way";
        weir__bug(runtime, weir__machine(runtime, operation->task), what);
    }
}

void weir_complete(weir_pending *pending, const void *word)
{
    weir__operation *operation = operation_of(pending);
    weir_context *cx = &operation->runtime->cx;
    check(operation);
    if (weir_failed(cx)) {
        operation->error = weir_take(cx);
    } else if (word != NULL) {
        memcpy(&operation->result, word, sizeof operation->result);
    }
    finish(operation);
}

void weir_complete_error(weir_pending *pending, weir_error *error)
{
    weir__operation *operation = operation_of(pending);
    check(operation);
    operation->error = error;
    finish(operation);
}

void weir_complete_failed(weir_pending *pending, const char *kind, const char *format, ...)
{
    weir_context quiet = weir__quiet(&operation_of(pending)->runtime->cx);
    weir__text text;
    weir__text_begin(&text, &quiet);
    va_list arguments;
    va_start(arguments, format);
    weir__text_vprintf(&text, format, arguments);
    va_end(arguments);
    weir_error *error = weir__error_make(&quiet, kind, NULL, "%.*s", (int)text.length, text.bytes);
    weir__text_clear(&text);
    weir_drop(weir_take(&quiet));
    weir_complete_error(pending, error);
}

void weir_complete_cancelled(weir_pending *pending)
{
    if (!operation_of(pending)->cancelled) { // C's own idea: a failure like any other
        weir_complete_failed(pending, "cancelled", "ended by itself");
        return;
    }
    weir_complete_error(pending, weir__error_unwinding());
}

// ── cancels ──────────────────────────────────────────────────────────────────────────────────────

void weir__extern_cancel(weir_runtime *runtime, weir__operation *operation)
{
    if (operation->on_cancel == NULL || operation->completed || operation->told) {
        return;
    }
    operation->told = true;
    operation->next = NULL;
    *runtime->asked_end = operation;
    runtime->asked_end = &operation->next;
}

void weir__extern_tell(weir_runtime *runtime)
{
    while (runtime->asked != NULL) {
        weir__operation *operation = runtime->asked;
        runtime->asked = operation->next;
        if (runtime->asked == NULL) {
            runtime->asked_end = &runtime->asked;
        }
        operation->on_cancel(pending_of(operation), operation->cancel_with);
        weir_drop(weir_take(&runtime->cx)); // nobody is there to be told
    }
}

void weir_on_cancel(weir_pending *pending, void (*cancel)(weir_pending *pending, void *with),
                    void *with)
{
    weir__operation *operation = operation_of(pending);
    operation->on_cancel = cancel;
    operation->cancel_with = with;
    if (operation->cancelled) {
        weir__extern_cancel(operation->runtime, operation);
    }
}

bool weir_is_cancelled(const weir_pending *pending)
{
    return ((const weir__operation *)(const void *)pending)->cancelled;
}

// ── other threads, and what C needs ──────────────────────────────────────────────────────────────

void weir_post(weir_pending *pending, void (*arrive)(weir_pending *pending, void *with), void *with)
{
    weir__operation *operation = operation_of(pending);
    operation->arrive_with = with;
    __atomic_store_n(&operation->arrive, arrive, __ATOMIC_RELEASE);
    operation->runtime->env->post(operation->runtime->env, &operation->letter);
}

weir_context *weir_pending_context(weir_pending *pending)
{
    return &operation_of(pending)->runtime->cx;
}

void *weir_loop(const weir_context *cx)
{
    return cx->runtime->env->loop;
}
