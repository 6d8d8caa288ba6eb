// scope_child.c: children: started, awaited, cancelled, and what they leave behind.
#include "call.h"
#include "cache.h"
#include "scope.h"
#include "waitlist.h"

static weir__waitlist *waiting(weir_handle *handle)
{
    return (weir__waitlist *)(void *)&handle->waiting;
}

// ── starting ─────────────────────────────────────────────────────────────────────────────────────

// Handles never leave the loop's thread, so their blocks may be the core's own.
static const size_t handle_size = sizeof(weir__hidden) + sizeof(weir_handle);

static void handle_end(weir__opaque *self, weir__fall *fall)
{
    weir_handle *handle = (weir_handle *)(void *)self;
    if (handle->type != NULL) {
        weir__fall_drop_word(fall, handle->type, handle->value);
    }
    weir__fall_drop(fall, handle->error);
    weir_runtime *runtime = fall->cx.runtime;
    runtime->handles--;
    weir__block_give(runtime, weir__hidden_of(&handle->opaque.object), handle_size);
}

static weir_handle *handle_new(weir_context *cx, const weir_machine *machine, weir_task *task)
{
    weir__hidden *block = weir__block_take(cx->runtime, handle_size);
    if (block == NULL) {
        weir__fail_memory(cx);
        return NULL;
    }
    block->runtime = cx->runtime;
    weir_handle *handle = (weir_handle *)(void *)(block + 1);
    *handle = (weir_handle){
        .opaque = {.object = {.count = 1, .kind = WEIR_HANDLE}, .end = handle_end},
        .type = machine->result,
        .name = machine->name,
        .task = task,
    };
    weir__waitlist_begin(waiting(handle));
    cx->runtime->handles++;
    return handle;
}

// Apart from weir_start, which most call without a handle.
static __attribute__((noinline)) weir_task *start_handled(weir_context *cx, weir_scope *scope,
                                                          const weir_machine *machine,
                                                          weir_handle **slot)
{
    weir_task *task = weir__task_new(cx, scope, machine, WEIR__HANDLED);
    if (task == NULL) {
        return NULL;
    }
    weir_handle *handle = handle_new(cx, machine, task);
    if (handle == NULL) {
        weir__task_free(cx->runtime, machine, task);
        return NULL;
    }
    *weir__extra(machine, task) = weir_keep(handle);
    *slot = handle;
    return task;
}

WEIR__INLINED void *weir_start(weir_context *cx, weir_scope *scope, const weir_machine *machine,
                               weir_handle **handle)
{
    if (handle != NULL) {
        *handle = NULL;
    }
    if (cx->pending != NULL) {
        return NULL;
    }
    weir_runtime *runtime = cx->runtime;
    weir_task *task = handle == NULL ? weir__task_new(cx, scope, machine, 0)
                                     : start_handled(cx, scope, machine, handle);
    if (task == NULL) {
        return NULL;
    }
    if (!weir__scope_adopt(runtime, scope, task)) {
        if (handle != NULL) {
            weir_drop(*handle);
            weir_clear(handle);
        }
        weir__task_free(runtime, machine, task);
        weir__fail_memory(cx);
        return NULL;
    }
    weir__ready(runtime, task);
    return weir__frame(task);
}

void *weir_start_private(weir_context *cx, const weir_machine *machine, weir_task **child)
{
    *child = NULL;
    if (cx->pending != NULL) {
        return NULL;
    }
    uint32_t flags = WEIR__PRIVATE | (cx->task->flags & WEIR__ASKED);
    weir_task *task = weir__task_new(cx, cx->task->scope, machine, flags);
    if (task == NULL) {
        return NULL;
    }
    void **extra = weir__extra(machine, task);
    extra[0] = cx->task;
    extra[1] = NULL;
    task->child = 0;
    weir__ready(cx->runtime, task);
    *child = task;
    return weir__frame(task);
}

weir_step weir_join_private(weir_context *cx, weir_task *child, void *slot)
{
    if (child == NULL) {
        return WEIR_NEXT;
    }
    void **extra = weir__extra(weir__machine(cx->runtime, child), child);
    if (cx->pending != NULL) { // it has not run yet, and never will
        extra[0] = NULL;
        child->flags |= WEIR__KILLED | WEIR__ASKED;
        return WEIR_NEXT;
    }
    extra[1] = slot;
    return weir__wait(cx->task, WEIR__CALLS, child);
}

// ── awaiting and cancelling ──────────────────────────────────────────────────────────────────────

// Its failure has reached someone: its scope need not raise it.
static void failure_is_told(weir_handle *handle)
{
    if (handle->failed_in != NULL) {
        weir_handle **place = &handle->failed_in->failed;
        while (*place != handle) {
            place = &(*place)->next;
        }
        *place = handle->next;
        handle->failed_in = NULL;
        weir_drop(handle);
    }
}

weir_step weir_await(weir_context *cx, weir_handle *handle, void *slot)
{
    if (!weir__may_wait(cx) || handle == NULL) {
        return WEIR_NEXT;
    }
    if (handle->task == cx->task) {
        weir_fail_with(cx, "deadlock", "a task waits for its own end");
        return WEIR_NEXT;
    }
    if (handle->task != NULL) {
        return weir__wait_in(cx, waiting(handle), WEIR__AWAITS, slot);
    }
    if (handle->error != NULL) {
        weir_fail(cx, weir_keep(handle->error));
        failure_is_told(handle);
        return WEIR_NEXT;
    }
    if (slot != NULL) {
        weir_word word = handle->type == NULL ? handle->value
                                              : weir__keep_word(handle->type, handle->value);
        memcpy(slot, &word, sizeof word);
    }
    return weir__over(cx);
}

void weir_unawaited(weir_context *cx, weir_handle *handle)
{
    (void)cx;
    if (handle != NULL) {
        handle->unawaited = true;
    }
}

weir_step weir_cancel(weir_context *cx, weir_handle *handle)
{
    if (!weir__may_wait(cx) || handle == NULL) {
        return WEIR_NEXT;
    }
    if (handle->task == NULL) {
        return weir__over(cx);
    }
    if ((handle->task->flags & WEIR__KILLED) == 0) {
        handle->cancelled_at = cx->runtime->now;
        weir__task_cancel(cx->runtime, handle->task);
    }
    if (!weir__may_wait(cx)) { // it has cancelled itself, or what it belongs to
        return WEIR_NEXT;
    }
    return weir__wait_in(cx, waiting(handle), WEIR__CANCELS, NULL);
}

// ── ending ───────────────────────────────────────────────────────────────────────────────────────

// Tells all who wait; gives whether any of them wanted the value.
static bool tell_waiting(weir_runtime *runtime, weir_handle *handle)
{
    bool awaited = false;
    weir_task *task;
    while ((task = weir__waitlist_first(waiting(handle))) != NULL) {
        if (weir__waits(task) == WEIR__CANCELS) {
            weir__dismiss(runtime, task, 0);
            continue;
        }
        awaited = true;
        if (handle->error != NULL) {
            weir__refuse(runtime, task, weir_keep(handle->error));
        } else {
            if (handle->type != NULL && task->wait.slot != NULL) {
                weir__keep_word(handle->type, handle->value);
            }
            weir__give(runtime, task, &handle->value);
        }
    }
    return awaited;
}

void weir__handled_gave(weir_runtime *runtime, weir_task *task, const weir_machine *machine)
{
    weir_scope *scope = task->scope;
    weir_handle *handle = *weir__extra(machine, task);
    handle->task = NULL;
    handle->value = weir__result(machine, task);
    tell_waiting(runtime, handle);
    weir_drop(handle);
    weir__scope_forget(scope, task);
    weir__task_free(runtime, machine, task);
    weir__scope_check(runtime, scope);
}

// One with a handle that failed or was cancelled.
static void handled_ended(weir_runtime *runtime, weir_task *task, const weir_machine *machine,
                          weir_error *error)
{
    weir_context *cx = &runtime->cx;
    weir_scope *scope = task->scope;
    weir_handle *handle = *weir__extra(machine, task);
    bool killed = (task->flags & WEIR__KILLED) != 0, unwound = weir_unwinding(error);
    handle->task = NULL;
    if (unwound) {
        weir_error *cancelled = weir__error_make(cx, "cancelled", NULL, "task %s was cancelled",
                                                 machine->name);
        handle->error = weir__error_become(cx, weir_keep(error), cancelled);
    } else {
        handle->error = weir_keep(error);
    }
    bool awaited = tell_waiting(runtime, handle);
    if (unwound && !(awaited && killed)) {
        weir__scope_absorb(runtime, scope, error, killed);
    } else if (!unwound && !awaited) {
        if (handle->opaque.object.count == 1 || handle->unawaited) { // nobody will await it
            weir__scope_fail(runtime, scope, error);
        } else {
            handle->failed_in = scope;
            handle->next = scope->failed;
            scope->failed = weir_keep(handle);
            weir_drop(error);
        }
    } else {
        weir_drop(error);
    }
    weir_drop(handle);
}

// A private child's: what it gives goes to the one who called it, also if that is a host. Main: the
// runtime takes it.
static void private_ended(weir_runtime *runtime, weir_task *task, const weir_machine *machine,
                          weir_error *error)
{
    void **extra = weir__extra(machine, task);
    weir_task *caller = extra[0];
    if (task == runtime->main) {
        runtime->main_ended = true;
        runtime->over = runtime->runs == 0;
        task->wait.outcome = error;
        return;
    }
    if (caller == NULL && weir__is_cached(extra[1])) {
        weir__cache_ended(runtime, extra[1], machine, task, error);
    } else if (caller == NULL && extra[1] != NULL) {
        weir__call_ended(runtime, extra[1], machine, error);
    } else if (caller == NULL) {
        weir_drop(error);
    } else if (error != NULL) {
        weir__wake_failed(runtime, caller, error);
    } else {
        if (extra[1] != NULL) {
            weir_word word = weir__result(machine, task);
            memcpy(extra[1], &word, sizeof word);
        } else {
            weir__drop_result(machine, task);
        }
        weir__wake(runtime, caller, 0);
    }
    weir__task_free(runtime, machine, task);
}

void weir__child_ended(weir_runtime *runtime, weir_task *task, weir_error *error)
{
    const weir_machine *machine = weir__machine(runtime, task);
    if ((task->flags & WEIR__PRIVATE) != 0) {
        private_ended(runtime, task, machine, error);
        return;
    }
    weir_scope *scope = task->scope;
    if ((task->flags & WEIR__HANDLED) != 0 && error == NULL) {
        weir__handled_gave(runtime, task, machine);
        return;
    }
    if ((task->flags & WEIR__HANDLED) != 0) {
        handled_ended(runtime, task, machine, error);
    } else if (error == NULL) {
        weir__drop_result(machine, task);
    } else {
        weir__scope_absorb(runtime, scope, error, (task->flags & WEIR__KILLED) != 0);
    }
    weir__scope_forget(scope, task);
    weir__task_free(runtime, machine, task);
    weir__scope_check(runtime, scope);
}
