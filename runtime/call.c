#include "call.h"

#include "scope.h"

weir_call *weir__call_new(weir_runtime *runtime, const weir_machine *machine)
{
    weir_context *cx = &runtime->cx;
    weir_call *call = weir__block_take(runtime, sizeof *call);
    if (call == NULL) {
        return NULL;
    }
    weir_error *before = weir_take(cx);
    weir_task *task = weir__task_new(cx, &runtime->root, machine, WEIR__PRIVATE);
    weir_drop(weir_take(cx));
    cx->pending = before;
    if (task == NULL) {
        weir__block_give(runtime, call, sizeof *call);
        return NULL;
    }
    *call = (weir_call){.task = task, .type = machine->result, .before = &runtime->calls};
    call->next = runtime->calls;
    if (call->next != NULL) {
        call->next->before = &call->next;
    }
    runtime->calls = call;
    void **extra = weir__extra(machine, task);
    extra[0] = NULL; // nobody in the program called it
    extra[1] = call;
    task->child = 0;
    weir__ready(runtime, task);
    return call;
}

void weir__call_cancel(weir_runtime *runtime, weir_call *call)
{
    if (call->task != NULL && !call->cancelled) {
        call->cancelled = true;
        weir__task_cancel(runtime, call->task);
    }
}

// What a call that was cancelled left with, as a failure to be told.
static weir_error *call_failure(const weir_context *cx, weir_call *call,
                                const weir_machine *machine, weir_error *error)
{
    weir_error *failure = call->failure;
    call->failure = NULL;
    if (!weir_unwinding(error)) {
        return failure == NULL ? error : weir__error_join(cx, failure, error);
    }
    if (failure == NULL) {
        failure = weir__error_make(cx, "cancelled", NULL, "task %s was cancelled", machine->name);
    }
    return weir__error_become(cx, error, failure);
}

void weir__call_ended(weir_runtime *runtime, weir_call *call, const weir_machine *machine,
                      weir_error *error)
{
    if (error == NULL) {
        call->result = weir__result(machine, call->task);
    } else {
        call->error = call_failure(&runtime->cx, call, machine, error);
    }
    call->task = NULL;
    call->ended = true;
    *call->before = call->next;
    if (call->next != NULL) {
        call->next->before = call->before;
    }
    call->next = NULL;
    *runtime->ended_end = call;
    runtime->ended_end = &call->next;
}

weir_call *weir__call_take(weir_runtime *runtime)
{
    weir_call *call = runtime->ended;
    if (call != NULL) {
        runtime->ended = call->next;
        if (runtime->ended == NULL) {
            runtime->ended_end = &runtime->ended;
        }
        call->next = NULL;
    }
    return call;
}

void weir__call_deadlock(weir_runtime *runtime, weir_call *call)
{
    if (call->task != NULL && call->failure == NULL) {
        call->failure = weir__runtime_deadlock(runtime);
        weir__call_cancel(runtime, call);
    }
}

void weir__call_free(weir_runtime *runtime, weir_call *call)
{
    if (call->ended && call->error == NULL && call->type != NULL) {
        weir__drop_word(call->type, call->result);
    }
    weir_drop(call->error);
    weir_drop(call->failure);
    weir__block_give(runtime, call, sizeof *call);
}
