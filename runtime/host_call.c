// host_call.c: programs that are called by C: hosts, on loops of their own or of others.
//
// Turns are taken here, by weir_call_run and weir_host_wait, or before the other's loop waits. What
// has ended is delivered between two turns, never within one.
#include <errno.h>
#include <stdlib.h>

#include "call.h"
#include "env_uv.h"
#include "error.h"
#include "host.h"
#include "queue_bound.h"

struct weir_host {
    weir__env *env;
    weir_runtime *runtime;
    const weir_program *program;
    weir_error *broken; // what a top-level value failed with; owned
    int64_t live;       // calls that were not delivered yet
    bool foreign;       // on a loop of others
    bool turning;       // within a turn or a wait
    bool closing;
    int depth; // of weir_call_run and weir_host_wait
    void (*closed)(void *with, int64_t left);
    void *with;
    int64_t left;
};

// ── delivering ───────────────────────────────────────────────────────────────────────────────────

static void deliver_one(weir_host *host, weir_call *call)
{
    void (*deliver)(void (*done)(void), void *with, const weir_word *result, weir_error *error) =
        call->deliver;
    if (deliver == NULL) {
        if (call->host == NULL) { // nobody wants it
            weir__call_free(host->runtime, call);
        }
        return; // weir_call_run takes it
    }
    void (*done)(void) = call->done;
    void *with = call->with;
    weir_word result = call->result;
    weir_error *error = call->error;
    call->error = NULL; // they go to the host
    call->type = NULL;
    weir__call_free(host->runtime, call);
    deliver(done, with, &result, error);
}

static void deliver(weir_host *host)
{
    weir_call *call;
    while ((call = weir__call_take(host->runtime)) != NULL) {
        host->live--;
        deliver_one(host, call);
    }
    if (host->foreign && host->live == 0) {
        weir__env_live(host->env, false);
    }
}

// ── closing ──────────────────────────────────────────────────────────────────────────────────────

static void gone(void *with)
{
    weir_host *host = with;
    if (host->closed != NULL) {
        host->closed(host->with, host->left);
    }
    free(host);
}

// Every call has ended and was delivered.
static void finish(weir_host *host)
{
    while (weir__runtime_has_work(host->runtime)) { // private children that were never joined
        weir__runtime_turn(host->runtime);
    }
    if (host->program->end != NULL) {
        host->program->end(weir__runtime_context(host->runtime));
    }
    weir_drop(host->broken);
    host->left = weir__runtime_free(host->runtime);
    if (host->foreign) {
        weir__env_leave(host->env, gone, host);
    } else {
        host->env->free(host->env);
        gone(host);
    }
}

// ── turns ────────────────────────────────────────────────────────────────────────────────────────

// On a loop of others, before it waits.
static int64_t turn_on_loop(void *with)
{
    weir_host *host = with;
    host->turning = true;
    host->runtime->now = host->env->now(host->env);
    int64_t until = weir__runtime_turn(host->runtime);
    host->turning = false;
    deliver(host);
    if (host->closing && host->live == 0) {
        finish(host);
        return INT64_MAX;
    }
    return weir__runtime_has_work(host->runtime) || host->runtime->ended != NULL ? INT64_MIN
                                                                                 : until;
}

// On its own loop: a turn and the wait that follows. True when nothing can wake any task.
static bool turn_and_wait(weir_host *host, const weir_call *wanted)
{
    weir_runtime *runtime = host->runtime;
    weir__env *env = host->env;
    host->turning = true;
    runtime->now = env->now(env);
    int64_t until = weir__runtime_turn(runtime);
    host->turning = false;
    deliver(host);
    if (host->live == 0 || (wanted != NULL && wanted->ended)) {
        return false;
    }
    host->turning = true;
    until = weir__runtime_has_work(runtime) ? INT64_MIN : until;
    bool underway = env->poll(env, until);
    host->turning = false;
    return !underway && until == INT64_MAX && !weir__runtime_has_work(runtime);
}

void weir_host_wait(weir_host *host)
{
    if (host->foreign || host->turning) {
        return;
    }
    host->depth++;
    while (host->live > 0) {
        if (turn_and_wait(host, NULL)) {
            for (weir_call *call = host->runtime->calls; call != NULL; call = call->next) {
                weir__call_deadlock(host->runtime, call);
            }
        }
    }
    host->depth--;
}

// ── the host ─────────────────────────────────────────────────────────────────────────────────────

weir_host *weir_host_new(const weir_program *program, void *uv_loop)
{
    weir_host *host = calloc(1, sizeof *host);
    if (host == NULL) {
        return NULL;
    }
    host->program = program;
    host->foreign = uv_loop != NULL;
    host->env = host->foreign ? weir__env_uv_on(uv_loop, turn_on_loop, host)
                              : weir__host_world(false);
    host->runtime = host->env == NULL ? NULL : weir__runtime_new(host->env, program);
    if (host->runtime == NULL) {
        int error = host->env == NULL ? errno : ENOMEM;
        if (host->env != NULL && host->foreign) {
            weir__env_leave(host->env, free, host); // its loop closes what there is
        } else {
            if (host->env != NULL) {
                host->env->free(host->env);
            }
            free(host);
        }
        errno = error;
        return NULL;
    }
    weir_context *cx = weir__runtime_context(host->runtime);
    weir__bindings_read(host->runtime);
    if (program->begin != NULL) {
        program->begin(cx);
    }
    host->broken = weir_take(cx);
    const char *unbound = weir__bindings_problem(host->runtime);
    if (host->broken == NULL && unbound != NULL) {
        host->broken = weir__error_make(cx, "io", NULL, "%s", unbound);
    }
    return host;
}

weir_context *weir_host_context(weir_host *host)
{
    return weir__runtime_context(host->runtime);
}

void weir_host_close(weir_host *host, void (*closed)(void *with, int64_t left), void *with)
{
    host->closing = true;
    host->closed = closed;
    host->with = with;
    for (weir_call *call = host->runtime->calls; call != NULL; call = call->next) {
        weir__call_cancel(host->runtime, call);
    }
    if (host->foreign) {
        weir__env_live(host->env, true); // until the turn in which it leaves
        weir__env_kick(host->env);
    } else if (host->depth == 0) { // else whoever runs it closes it, afterwards
        weir_host_wait(host);
        finish(host);
    }
}

// ── calls ────────────────────────────────────────────────────────────────────────────────────────

weir_call *weir_call_new(weir_host *host, const weir_machine *machine,
                         void (*deliver_to)(void (*done)(void), void *with,
                                            const weir_word *result, weir_error *error),
                         void (*done)(void), void *with)
{
    weir_call *call = host->closing ? NULL : weir__call_new(host->runtime, machine);
    if (call == NULL) {
        return NULL;
    }
    call->host = host;
    call->deliver = done == NULL ? NULL : deliver_to; // NAME_run waits for it itself
    call->done = done;
    call->with = with;
    host->live++;
    if (host->broken != NULL) { // it never runs
        call->failure = weir_keep(host->broken);
        weir__call_cancel(host->runtime, call);
    }
    if (host->foreign) {
        weir__env_live(host->env, true);
        weir__env_kick(host->env);
    }
    return call;
}

void *weir_call_frame(weir_call *call)
{
    return call == NULL ? NULL : weir__frame(call->task);
}

void weir_call_cancel(weir_call *call)
{
    weir_host *host = call->host;
    weir__call_cancel(host->runtime, call);
    if (host->foreign) {
        weir__env_kick(host->env);
    }
}

static bool give_error(weir_error *error, weir_error **slot)
{
    if (slot != NULL) {
        *slot = error;
    } else {
        weir_drop(error);
    }
    return false;
}

// Why a call can't be waited for here; NULL: it can.
static weir_error *refusal(weir_host *host, const weir_call *call)
{
    weir_context quiet = weir__quiet(weir__runtime_context(host->runtime));
    if (call == NULL && host->closing) {
        return weir__error_make(&quiet, "closed", NULL, "the host closes");
    }
    if (call == NULL) {
        weir__fail_memory(&quiet);
        return weir_take(&quiet);
    }
    if (host->foreign) {
        return weir__error_make(&quiet, "type", NULL,
                                "the program lives on another's loop: its tasks are started, "
                                "not run to their end");
    }
    if (host->turning) {
        return weir__error_make(&quiet, "type", NULL,
                                "a task can't be run to its end from within a task");
    }
    return NULL;
}

bool weir_call_run(weir_host *host, weir_call *call, void *result, weir_error **error)
{
    weir_error *refused = refusal(host, call);
    if (refused != NULL) {
        if (call != NULL) {
            call->host = NULL; // nobody takes what it gives
            weir__call_cancel(host->runtime, call);
        }
        return give_error(refused, error);
    }
    host->depth++;
    while (!call->ended) {
        if (turn_and_wait(host, call)) {
            weir__call_deadlock(host->runtime, call);
        }
    }
    host->depth--;
    weir_error *failed = call->error;
    call->error = NULL;
    if (failed == NULL && result != NULL) {
        memcpy(result, &call->result, sizeof call->result);
        call->type = NULL;
    }
    if (failed != NULL) {
        call->type = NULL;
    }
    weir__call_free(host->runtime, call);
    if (failed != NULL) {
        return give_error(failed, error);
    }
    if (error != NULL) {
        *error = NULL;
    }
    return true;
}
