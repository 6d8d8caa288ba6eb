// task.c: the runtime as a whole, the table of machines, and the waits that need nothing but a
// task.
#include "task.h"

#include <stdio.h>
#include <stdlib.h>

// ── machines ─────────────────────────────────────────────────────────────────────────────────────

// Another thread may look at a machine: the table it sees is given back after that.
static bool grow_machines(weir_runtime *runtime, uint32_t room)
{
    const weir_machine **before = runtime->machines;
    size_t size = room * sizeof *before;
    const weir_machine **machines = room > UINT16_MAX ? NULL
                                                      : runtime->env->allocate(runtime->env, size);
    if (machines == NULL) {
        return false;
    }
    if (before != NULL) {
        memcpy(machines, before, runtime->machine_count * sizeof *machines);
    }
    __atomic_store_n(&runtime->machines, machines, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&runtime->looking, __ATOMIC_SEQ_CST) != 0) {
    }
    runtime->env->release(runtime->env, (void *)before);
    runtime->machine_room = room;
    return true;
}

uint32_t weir__machine_add(weir_runtime *runtime, const weir_machine *machine)
{
    uint32_t number = 0;
    while (number < runtime->machine_count && runtime->machines[number] != machine) {
        number++;
    }
    if (number == runtime->machine_count) {
        if (number == runtime->machine_room) {
            if (!grow_machines(runtime, number == 0 ? 16 : number * 2)) {
                return UINT32_MAX;
            }
        }
        runtime->machines[runtime->machine_count++] = machine;
    }
    size_t place = ((uintptr_t)machine >> 4) % WEIR__MACHINES;
    runtime->found[place].machine = machine;
    runtime->found[place].number = (uint16_t)number;
    return number;
}

const weir_machine *weir__where(weir_runtime *runtime, weir_task *task, const weir_site **site)
{
    const weir_machine *machine = weir__machine(runtime, task);
    char *frame = weir__frame(task);
    for (;;) {
        uint32_t state;
        memcpy(&state, frame, sizeof state);
        *site = machine->sites != NULL && state < machine->site_count ? &machine->sites[state]
                                                                      : NULL;
        if (*site == NULL || (*site)->callee == NULL) {
            return machine;
        }
        frame += (*site)->callee_at;
        machine = (*site)->callee;
    }
}

weir_error *weir_catch(weir_context *cx)
{
    if (weir_unwinding(cx->pending)) {
        return NULL;
    }
    if (cx->pending != NULL && cx->pending->at == NULL) { // it arose in what catches it
        const weir_site *site;
        weir__failed_here(cx, cx->task == NULL ? cx->runtime->program->file
                                               : weir__where(cx->runtime, cx->task, &site)->file);
    }
    return weir_take(cx);
}

// The task that runs may end at any moment. Its block stays readable as long as `looking` is set:
// small ones belong to slabs, and a large one is not given back meanwhile.
bool weir__runtime_look(weir_runtime *runtime, weir__look *look)
{
    __atomic_store_n(&runtime->looking, 1, __ATOMIC_SEQ_CST);
    weir_task *task = __atomic_load_n(&runtime->cx.task, __ATOMIC_SEQ_CST);
    bool busy = __atomic_load_n(&runtime->busy, __ATOMIC_RELAXED) && task != NULL &&
                task->machine < runtime->machine_count;
    if (busy) {
        const weir_site *site;
        const weir_machine *machine = weir__where(runtime, task, &site);
        *look = (weir__look){.turn = runtime->turn,
                             .task = task,
                             .name = machine->name,
                             .file = machine->file,
                             .words = site == NULL ? NULL : site->words,
                             .line = site == NULL ? 0 : site->line};
    }
    __atomic_store_n(&runtime->looking, 0, __ATOMIC_SEQ_CST);
    return busy;
}

_Noreturn void weir__bug(weir_runtime *runtime, const weir_machine *machine, const char *what)
{
    char text[256];
    int length = snprintf(text, sizeof text, "weir: a bug in Weir: in %s: %s\n", machine->name,
                          what);
    size_t size = length < 0 ? 0 : (size_t)length < sizeof text ? (size_t)length : sizeof text - 1;
    runtime->env->write(runtime->env, 2, text, size);
    abort();
}

// ── waits ────────────────────────────────────────────────────────────────────────────────────────

// To the back of the ready line; what the wait has found stays as it is.
weir_step weir__yield_now(weir_context *cx)
{
    cx->runtime->credit = WEIR__CREDIT;
    weir__wake(cx->runtime, cx->task, cx->ended ? WEIR__ENDS : 0);
    return WEIR_WAIT;
}

bool weir__refuse_wait(weir_context *cx)
{
    if (cx->pending == NULL) {
        cx->pending = weir__error_unwinding();
    }
    return false;
}

weir_step weir_sleep(weir_context *cx, int64_t ns)
{
    if (!weir__may_wait(cx)) {
        return WEIR_NEXT;
    }
    weir_runtime *runtime = cx->runtime;
    weir_task *task = cx->task;
    if (ns <= 0) {
        weir__ready(runtime, task);
        return WEIR_WAIT;
    }
    if (!weir__timer_arm(&runtime->sleeps, runtime->env, (weir__timer *)(void *)task, runtime->now,
                         ns)) {
        weir__fail_memory(cx);
        return WEIR_NEXT;
    }
    task->flags |= WEIR__SLEEPS;
    return WEIR_WAIT;
}

weir_step weir_start_after(weir_context *cx, int64_t ns)
{
    if (cx->pending == NULL && ns < 0) {
        weir_fail_with(cx, "type", "after must not be negative");
    }
    return weir_sleep(cx, ns);
}

int64_t weir_now(weir_context *cx)
{
    weir_runtime *runtime = cx->runtime;
    int64_t now = runtime->env->now(runtime->env);
    // times end in 2262
    return now > INT64_MAX - runtime->wall ? INT64_MAX : runtime->wall + now;
}

// ── operations ───────────────────────────────────────────────────────────────────────────────────

weir__operation *weir__operation_new(weir_context *cx, weir__operation_kind kind)
{
    weir__operation *operation = weir__block_take(cx->runtime, sizeof *operation);
    if (operation == NULL) {
        weir__fail_memory(cx);
        return NULL;
    }
    memset(operation, 0, sizeof *operation);
    operation->kind = kind;
    operation->runtime = cx->runtime;
    return operation;
}

void weir__operation_free(weir_runtime *runtime, weir__operation *operation)
{
    weir_drop(operation->method);
    weir_drop(operation->url);
    weir_drop(operation->headers);
    weir_drop(operation->body);
    weir_drop(operation->path);
    weir_drop(operation->to);
    weir_drop(operation->command);
    weir_drop(operation->variables);
    weir_drop(operation->lease);
    weir_drop(operation->queue);
    weir__block_give(runtime, operation, sizeof *operation);
}

weir_step weir__operate(weir_context *cx, weir__operation *operation, void *slot)
{
    weir_runtime *runtime = cx->runtime;
    operation->task = cx->task;
    operation->slot = slot;
    runtime->underway++;
    weir_step step = weir__wait(cx->task, WEIR__OPERATES, operation);
    runtime->env->begin(runtime->env, operation);
    return step;
}

void weir__complete(weir__operation *operation)
{
    weir_runtime *runtime = operation->runtime;
    operation->next = NULL;
    *runtime->inbox_end = operation;
    runtime->inbox_end = &operation->next;
}

weir_step weir_pool(weir_context *cx, void (*work)(weir_context *cx, void *args), void *args)
{
    if (!weir__may_wait(cx)) {
        return WEIR_NEXT;
    }
    weir__operation *operation = weir__operation_new(cx, WEIR__POOL);
    if (operation == NULL) {
        return WEIR_NEXT;
    }
    operation->work = work;
    operation->args = args;
    return weir__operate(cx, operation, NULL);
}

bool weir_stop_asked(weir_context *cx)
{
    if (cx->stop == NULL || !__atomic_load_n(cx->stop, __ATOMIC_ACQUIRE)) {
        return false;
    }
    if (cx->pending == NULL) {
        cx->pending = weir__error_unwinding();
    }
    return true;
}
