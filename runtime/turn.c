// turn.c: one turn after another, until main has ended.
//
// A turn reads the clock, takes what the outside world has finished, wakes sleepers that are due
// and limiters that refill, runs ready tasks to their next wait, and only then fires timeouts whose
// task still waits: a result that falls into the same turn wins. Then it waits for the world. Only
// here are tasks resumed.
#include <stdio.h>

#include "cache.h"
#include "gather.h"
#include "lease.h"
#include "limiter.h"
#include "parse.h"
#include "queue_bound.h"
#include "scope.h"
#include "stream.h"
#include "stub.h"
#include "text.h"

enum {
    LEAST_RUN = 4096, // resumes in a turn, beyond what was ready at its beginning
    CHOICES = 64,     // among so many is the next one chosen
    SHOWN = 20,       // tasks named in a deadlock's report
};

// ── resuming ─────────────────────────────────────────────────────────────────────────────────────

WEIR__RARE static void ended(weir_runtime *runtime, weir_task *task, weir_step step)
{
    weir_error *error = weir_take(&runtime->cx);
    if ((task->scope->bits & WEIR__LENDS) != 0) {
        weir__loan_over(runtime, task, error);
    }
    if ((step == WEIR_FAILED) != (error != NULL)) {
        weir__bug(runtime, weir__machine(runtime, task), "a task ended without telling how");
    }
    if (task->scope->task == task) {
        weir__bug(runtime, weir__machine(runtime, task), "a task ended inside a scope of its own");
    }
    if ((task->flags & WEIR__GATHERED) != 0) {
        weir__gather_ended(runtime, task, error);
    } else if ((task->flags & WEIR__STREAMS) != 0) {
        weir__stream_ended(runtime, task, error);
    } else {
        weir__child_ended(runtime, task, error);
    }
}

// What the task wakes with goes to the context. False: it was cancelled before it ever ran, and
// never will.
WEIR__RARE static bool wake_up(weir_runtime *runtime, weir_task *task)
{
    weir_context *cx = &runtime->cx;
    uint32_t flags = task->flags;
    task->flags = (uint16_t)(flags & ~(uint32_t)WEIR__WAKES);
    if ((flags & WEIR__FRESH) != 0 && weir__is_asked(task)) {
        const weir_machine *machine = weir__machine(runtime, task);
        if (machine->drop != NULL) {
            machine->drop(cx, weir__frame(task));
        }
        cx->pending = weir__error_unwinding();
        ended(runtime, task, WEIR_FAILED);
        return false;
    }
    if ((flags & WEIR__UNWINDS) != 0) {
        cx->pending = weir__error_unwinding();
    } else if ((flags & WEIR__FAILS) != 0) {
        cx->pending = task->wait.outcome;
    }
    cx->ended = (flags & WEIR__ENDS) != 0;
    return true;
}

// Of a task that gives something, or whose end someone is told.
static void gave(weir_runtime *runtime, weir_task *task, const weir_machine *machine,
                 weir_step step)
{
    const weir_scope *scope = task->scope;
    bool well = step == WEIR_DONE && runtime->cx.pending == NULL && scope->task != task &&
                (scope->bits & WEIR__LENDS) == 0;
    uint32_t kind = task->flags & (WEIR__PRIVATE | WEIR__HANDLED | WEIR__GATHERED);
    uint32_t shape = WEIR__COMPLETES | WEIR__RACES | WEIR__COLLECTS | WEIR__HANDS_ON;
    uint32_t plain = WEIR__ENTRIES | WEIR__TELLS;
    if (well && kind == WEIR__HANDLED) {
        weir__handled_gave(runtime, task, machine);
    } else if (well && kind == WEIR__GATHERED && (scope->bits & shape) == 0 &&
               (scope->bits & plain) != 0) {
        weir__gather_gave(runtime, task, machine);
    } else {
        ended(runtime, task, step);
    }
}

static inline __attribute__((always_inline)) void run(weir_runtime *runtime, weir_task *task)
{
    runtime->cx.task = task;
    runtime->cx.ended = false;
    uint32_t flags = task->flags & (WEIR__WAKES | WEIR__ASKED);
    if (flags == WEIR__FRESH) {
        task->flags &= (uint16_t)~WEIR__FRESH;
    } else if (!WEIR__USUAL((flags & WEIR__WAKES) == 0) && !wake_up(runtime, task)) {
        return;
    }
    const weir_machine *machine = weir__machine(runtime, task);
    weir_step step = machine->resume(&runtime->cx, weir__frame(task));
    if (step == WEIR_WAIT) {
        return;
    }
    enum {
        WATCHED = WEIR__ENTRIES | WEIR__COMPLETES | WEIR__RACES | WEIR__HANDS_ON | WEIR__TELLS |
                  WEIR__LENDS,
    };
    weir_scope *scope = task->scope;
    bool well = step == WEIR_DONE && runtime->cx.pending == NULL && machine->result == NULL;
    bool plain = (task->flags & (WEIR__PRIVATE | WEIR__HANDLED | WEIR__STREAMS)) == 0 &&
                 (scope->bits & WATCHED) == 0;
    if (WEIR__USUAL(well && plain && scope->task != task)) { // as weir__child_ended, for most
        weir__scope_forget(scope, task);
        runtime->tasks--;
        weir__block_give(runtime, task, weir__task_size(machine, 0));
        if (WEIR__USUAL(weir__waits(scope->task) == WEIR__JOINS)) {
            weir__scope_check(runtime, scope);
        } else {
            weir__gather_check(runtime, scope);
        }
    } else {
        gave(runtime, task, machine, step);
    }
}

// Takes the first ready task out.
static inline weir_task *next_ready(weir_runtime *runtime)
{
    weir_task *task = runtime->ready;
    runtime->ready = (weir_task *)(void *)task->link.next;
    if (runtime->ready == NULL) {
        runtime->ready_end = (weir__link **)(void *)&runtime->ready;
    }
    return task;
}

// Where the environment decides: one of the first few that were ready when the round began, so that
// nobody is passed over for long.
static weir_task *chosen_ready(weir_runtime *runtime, uint32_t *round)
{
    weir__link **place = (weir__link **)(void *)&runtime->ready;
    if (*round == 0) {
        for (weir__link *link = *place; link != NULL && *round < CHOICES; link = link->next) {
            ++*round;
        }
    }
    for (uint32_t skip = runtime->env->choose(runtime->env, (*round)--); skip > 0; skip--) {
        place = &(*place)->next;
    }
    weir__link *chosen = *place;
    *place = chosen->next;
    if (*place == NULL) {
        runtime->ready_end = place;
    }
    return (weir_task *)(void *)chosen;
}

WEIR__RARE static void run_one(weir_runtime *runtime, weir_task *task)
{
    run(runtime, task);
}

static void run_chosen(weir_runtime *runtime)
{
    uint32_t round = 0;
    for (int i = 0; i < LEAST_RUN && runtime->ready != NULL && !runtime->over; i++) {
        run_one(runtime, chosen_ready(runtime, &round));
    }
}

// All that are ready now, and as many again and some more of those that become ready meanwhile.
static void run_ready(weir_runtime *runtime)
{
    if (runtime->chooses) {
        run_chosen(runtime);
        return;
    }
    if (runtime->ready == NULL) {
        return;
    }
    int64_t left = LEAST_RUN;
    // next is its first field
    const weir__link *last = (const weir__link *)(const void *)runtime->ready_end;
    while (runtime->ready != NULL && left-- > 0) {
        weir_task *task = next_ready(runtime);
        if (last != NULL) { // one of those that were ready
            last = &task->link == last ? NULL : last;
            left += 2;
        }
        run(runtime, task);
    }
}

// ── the world outside ────────────────────────────────────────────────────────────────────────────

static void take_inbox(weir_runtime *runtime)
{
    weir__operation *operation = runtime->inbox;
    runtime->inbox = NULL;
    runtime->inbox_end = &runtime->inbox;
    while (operation != NULL) {
        weir__operation *next = operation->next;
        weir_task *task = operation->task;
        runtime->underway--;
        if (operation->arrived != NULL) {
            operation->arrived(operation);
        }
        if (operation->error != NULL) {
            weir__wake_failed(runtime, task, operation->error);
        } else {
            if (operation->slot != NULL) {
                memcpy(operation->slot, &operation->result, sizeof operation->result);
            }
            weir__wake(runtime, task, operation->ended ? WEIR__ENDS : 0);
        }
        weir__operation_free(runtime, operation);
        operation = next;
    }
}

static void take_signal(weir_runtime *runtime)
{
    int signal = runtime->env->signal(runtime->env);
    if (signal != 0 && runtime->signal == 0) {
        runtime->signal = signal;
        weir__task_cancel(runtime, runtime->main);
    }
}

static void wake_due(weir_runtime *runtime)
{
    weir__timer *timer;
    while ((timer = weir__timers_take(&runtime->sleeps, runtime->now)) != NULL) {
        weir__wake(runtime, (weir_task *)(void *)timer, 0);
    }
    while ((timer = weir__timers_take(&runtime->refills, runtime->now)) != NULL) {
        weir__limiter_due(runtime, (weir_limiter *)(void *)timer);
    }
}

static weir_scope *scope_of(weir__timer *timer)
{
    return (weir_scope *)(void *)((char *)timer - offsetof(weir_scope, timer));
}

// A scope whose task has become ready, but did not get its turn yet, waits for one more turn.
static void fire_due(weir_runtime *runtime)
{
    weir__timer *timer;
    weir__link *later = NULL;
    while ((timer = weir__timers_take(&runtime->deadlines, runtime->now)) != NULL) {
        weir_scope *scope = scope_of(timer);
        if (weir__waits(scope->task) == WEIR__RUNS && (scope->bits & WEIR__LATE) == 0) {
            scope->bits |= WEIR__LATE;
            timer->link.prev = later;
            later = &timer->link;
        } else {
            weir__scope_due(runtime, scope);
        }
    }
    while (later != NULL) {
        timer = (weir__timer *)(void *)later;
        later = later->prev;
        if (!weir__timer_arm_at(&runtime->deadlines, runtime->env, timer, timer->until)) {
            weir__scope_due(runtime, scope_of(timer));
        }
    }
}

// ── deadlocks ────────────────────────────────────────────────────────────────────────────────────

typedef struct List {
    weir_runtime *runtime;
    weir__text *text;
    int shown, more;
} List;

// "\n  consumer waits in q.get() (prog.weir:5)"
static void list_task(void *with, weir_task *task)
{
    List *list = with;
    weir__wait_kind kind = weir__waits(task);
    if (kind == WEIR__RUNS || kind == WEIR__CALLS) {
        return; // the one it calls waits
    }
    if (list->shown == SHOWN) {
        list->more++;
        return;
    }
    list->shown++;
    const weir_site *site;
    const weir_machine *machine = weir__where(list->runtime, task, &site);
    const char *name = weir__machine(list->runtime, task)->name;
    weir__text_printf(list->text, "\n  %s waits", name);
    if (site != NULL && site->words != NULL) {
        weir__text_printf(list->text, " in %s", site->words);
    } else if (kind == WEIR__JOINS) {
        weir__text_printf(list->text, " for what it has started");
    }
    if (site != NULL && site->line != 0) {
        weir__text_printf(list->text, " (%s:%u)", machine->file, (unsigned)site->line);
    }
}

// Every task waits, and nothing outside can wake one.
weir_error *weir__runtime_deadlock(weir_runtime *runtime)
{
    weir_context quiet = weir__quiet(&runtime->cx);
    weir__text text;
    weir__text_begin(&text, &quiet);
    List list = {.runtime = runtime, .text = &text};
    weir__each_task(runtime, list_task, &list);
    if (list.more > 0) {
        weir__text_printf(&text, "\n  and %d more", list.more);
    }
    weir_error *error = weir__error_make(&runtime->cx, "deadlock", NULL,
                                         "every task waits for another, for ever:%.*s",
                                         (int)text.length, text.bytes);
    weir__text_clear(&text);
    weir_drop(weir_take(&quiet));
    return error;
}

// Cancels main, which then ends with the report.
static void report_deadlock(weir_runtime *runtime)
{
    weir_error *error = weir__runtime_deadlock(runtime);
    if (runtime->failure != NULL) {
        weir__bug(runtime, weir__machine(runtime, runtime->main), error->message->bytes);
    }
    runtime->failure = error;
    weir__task_cancel(runtime, runtime->main);
}

// ── turns ────────────────────────────────────────────────────────────────────────────────────────

static int64_t earliest(const weir_runtime *runtime)
{
    int64_t sleep = weir__timers_next(&runtime->sleeps),
            refill = weir__timers_next(&runtime->refills);
    int64_t deadline = weir__timers_next(&runtime->deadlines);
    int64_t earlier = sleep < refill ? sleep : refill;
    return earlier < deadline ? earlier : deadline;
}

bool weir__runtime_has_work(const weir_runtime *runtime)
{
    return runtime->ready != NULL || runtime->inbox != NULL || runtime->asked != NULL;
}

int64_t weir__runtime_turn(weir_runtime *runtime)
{
    weir__env *env = runtime->env;
    runtime->turn++;
    weir__extern_tell(runtime);
    take_inbox(runtime);
    wake_due(runtime);
    __atomic_store_n(&runtime->busy, true, __ATOMIC_RELAXED);
    run_ready(runtime);
    __atomic_store_n(&runtime->busy, false, __ATOMIC_RELAXED);
    if (runtime->over) {
        return INT64_MIN;
    }
    runtime->cx.task = NULL;
    fire_due(runtime);
    int64_t took = env->now(env) - runtime->now;
    weir__timers_shift(&runtime->sleeps, runtime->now, took);
    weir__timers_shift(&runtime->deadlines, runtime->now, took);
    return weir__runtime_has_work(runtime) ? INT64_MIN : earliest(runtime);
}

static void turn(weir_runtime *runtime)
{
    weir__env *env = runtime->env;
    int64_t until = weir__runtime_turn(runtime);
    if (runtime->over) {
        return;
    }
    bool underway = env->poll(env, until);
    take_signal(runtime);
    if (!underway && until == INT64_MAX && !weir__runtime_has_work(runtime)) {
        report_deadlock(runtime);
    }
    runtime->now = env->now(env);
}

weir_error *weir__runtime_run(weir_runtime *runtime, void *slot)
{
    weir_task *main = runtime->main;
    const weir_machine *machine = weir__machine(runtime, main);
    weir_error *early = NULL;
    if (weir_failed(&runtime->cx)) { // main could not be begun
        main->flags |= WEIR__ASKED;
        early = weir_take(&runtime->cx);
    }
    runtime->now = runtime->env->now(runtime->env);
    while (!runtime->over) {
        turn(runtime);
    }
    while (runtime->ready != NULL) { // private children that were never joined
        run_one(runtime, next_ready(runtime));
    }
    weir_error *error = main->wait.outcome;
    if (error == NULL && slot != NULL) {
        weir_word word = weir__result(machine, main);
        memcpy(slot, &word, sizeof word);
    } else if (error == NULL) {
        weir__drop_result(machine, main);
    }
    runtime->main = NULL;
    runtime->cx.task = NULL;
    weir__task_free(runtime, machine, main);
    if (early != NULL) {
        error = weir__error_join(&runtime->cx, early, error);
    }
    if (runtime->failure != NULL) {
        error = error == NULL ? runtime->failure
                              : weir__error_join(&runtime->cx, runtime->failure, error);
        runtime->failure = NULL;
    }
    return error;
}

// ── the runtime ──────────────────────────────────────────────────────────────────────────────────

// How long a cleanup may take, counted from the cancel it cleans up after.
static int64_t grace_of(weir__env *env)
{
    static const char wrong[] = "WEIR_GRACE is not a duration like 250ms, 1.5s or 2m\n";
    const int64_t usual = 5000000000;
    const char *said = env->variable(env, "WEIR_GRACE");
    int64_t grace = usual;
    if (said != NULL && (!weir__parse_duration(said, &grace) || grace < 0)) {
        env->write(env, 2, wrong, sizeof wrong - 1);
        return usual;
    }
    return grace;
}

weir_runtime *weir__runtime_new(weir__env *env, const weir_program *program)
{
    weir_runtime *runtime = env->allocate(env, sizeof *runtime);
    if (runtime == NULL) {
        return NULL;
    }
    memset(runtime, 0, sizeof *runtime);
    uint32_t count = program->limiter_count;
    if (count > 0) {
        runtime->limiters = env->allocate(env, count * sizeof *runtime->limiters);
        if (runtime->limiters == NULL) {
            env->release(env, runtime);
            return NULL;
        }
        memset(runtime->limiters, 0, count * sizeof *runtime->limiters);
    }
    if (program->top_size > 0) {
        runtime->top = env->allocate(env, program->top_size);
        if (runtime->top == NULL) {
            env->release(env, runtime->limiters);
            env->release(env, runtime);
            return NULL;
        }
        memset(runtime->top, 0, program->top_size);
    }
    runtime->limiter_count = count;
    runtime->grace = grace_of(env);
    runtime->credit = WEIR__CREDIT;
    runtime->env = env;
    runtime->program = program;
    runtime->cx.runtime = runtime;
    runtime->chooses = env->chooses;
    runtime->ready_end = (weir__link **)(void *)&runtime->ready;
    runtime->inbox_end = &runtime->inbox;
    runtime->asked_end = &runtime->asked;
    runtime->ended_end = &runtime->ended;
    runtime->withdraw = weir__permits_withdraw;
    weir__timers_begin(&runtime->sleeps);
    weir__timers_begin(&runtime->deadlines);
    weir__timers_begin(&runtime->refills);
    runtime->now = env->now(env);
    runtime->wall = env->wall(env) - runtime->now;
    runtime->hash_key = env->random(env);
    return runtime;
}

weir__env *weir__runtime_env(const weir_runtime *runtime)
{
    return runtime->env;
}

weir_context *weir__runtime_context(weir_runtime *runtime)
{
    return &runtime->cx;
}

void weir__runtime_colour(weir_runtime *runtime)
{
    runtime->colour = true;
}

int weir__runtime_signal(const weir_runtime *runtime)
{
    return runtime->signal;
}

void *weir__runtime_main(weir_runtime *runtime, const weir_machine *machine)
{
    weir_task *task = weir__task_new(&runtime->cx, &runtime->root, machine, WEIR__PRIVATE);
    if (task == NULL) {
        return NULL;
    }
    void **extra = weir__extra(machine, task);
    extra[0] = extra[1] = NULL;
    task->child = 0;
    task->wait.outcome = NULL;
    runtime->main = task;
    weir__ready(runtime, task);
    // A default of its parameters may fail before it is begun: then it is dropped as it is.
    return memset(weir__frame(task), 0, machine->frame_size);
}

// What fs.temp_dir made goes.
static void discard_temps(weir_runtime *runtime)
{
    weir__env *env = runtime->env;
    while (runtime->temps != NULL) {
        weir__temp *temp = runtime->temps;
        runtime->temps = temp->next;
        int error = env->discard(env, temp->path);
        if (error != 0) {
            char line[512];
            int length = snprintf(line, sizeof line, "weir: cannot remove %.400s: %s\n", temp->path,
                                  strerror(error));
            env->write(env, 2, line, (size_t)length);
        }
        weir__release(&runtime->cx, temp);
    }
}

int64_t weir__runtime_free(weir_runtime *runtime)
{
    weir__env *env = runtime->env;
    discard_temps(runtime);
    if (runtime->end_input != NULL) {
        runtime->end_input(runtime);
    }
    if (runtime->main != NULL) { // begun or not, it never ran
        const weir_machine *machine = weir__machine(runtime, runtime->main);
        weir__task_free(runtime, machine, runtime->main);
    }
    weir__limiters_free(runtime);
    weir__stubs_free(runtime);
    weir__leases_free(runtime);
    weir__bindings_free(runtime);
    weir__caches_free(runtime);
    int64_t left = runtime->tasks + runtime->handles + runtime->underway +
                   __atomic_load_n(&runtime->objects, __ATOMIC_RELAXED);
    weir__timers_end(&runtime->sleeps, env);
    weir__timers_end(&runtime->deadlines, env);
    weir__timers_end(&runtime->refills, env);
    weir__slabs_free(runtime);
    env->release(env, runtime->top);
    env->release(env, runtime->limiters);
    env->release(env, (void *)runtime->machines);
    env->release(env, runtime);
    return left;
}
