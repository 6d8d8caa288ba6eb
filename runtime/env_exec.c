// env_exec.c: child processes beside the loop.
//
//   begin ─ pipes … ─ SIGCHLD ─ finish
//   cancel, too long an output ─ TERM ─ … ─ KILL ─ finish
//
// A child that is read as it is asked (WEIR__EXEC_OPEN) stays from operation to operation until it
// is closed. Its outputs are watched only while somebody waits for what is in them.
//
// An operation completes when the child is reaped and nobody is left of its group. Its handles are
// part of a heap object that goes when the last of them has closed.
#include "env_child.h"
#include "env_uv.h"

#include <signal.h>
#include <stdlib.h>

typedef struct Running {
    struct Running *next, **before;
    weir__uv *uv;
    weir__child child;
    uv_poll_t polls[WEIR__CHILD_PIPES];
    bool polled[WEIR__CHILD_PIPES];
    uv_timer_t timer; // once it was asked to end
    bool ending;
    uint64_t asked;   // when, in ms of the loop's clock
    bool stays;       // WEIR__EXEC_OPEN: its operations come one by one, until CLOSE
    int handles;      // not closed yet
} Running;

struct weir__execs {
    uv_signal_t signal;
    Running *first;
};

// ── the end ──────────────────────────────────────────────────────────────────────────────────────

static void handle_closed(uv_handle_t *handle)
{
    Running *running = handle->data;
    if (--running->handles == 0) {
        free(running);
    }
}

static void unwatch(Running *running, int pipe)
{
    if (running->polled[pipe]) {
        running->polled[pipe] = false;
        uv_poll_stop(&running->polls[pipe]);
        uv_close((uv_handle_t *)&running->polls[pipe], handle_closed);
    }
}

// Its handles close, and then it goes.
static void forget(Running *running)
{
    for (int i = 0; i < WEIR__CHILD_PIPES; i++) {
        unwatch(running, i);
    }
    *running->before = running->next;
    if (running->next != NULL) {
        running->next->before = running->before;
    }
    uv_close((uv_handle_t *)&running->timer, handle_closed);
}

// The outputs are read again when someone asks.
static void rest(Running *running)
{
    for (int i = WEIR__CHILD_OUTPUT; i < WEIR__CHILD_PIPES; i++) {
        if (running->polled[i]) {
            uv_poll_stop(&running->polls[i]);
        }
    }
    running->child.operation->outside = NULL;
    running->child.operation = NULL;
}

// The operation of a child that stays: whether it is over. The caller tells the loop.
static bool advance(Running *running)
{
    weir__child *child = &running->child;
    weir__operation *operation = child->operation;
    if (operation->exec == WEIR__EXEC_CLOSE) {
        if (child->gone) {
            forget(running);
            weir__child_leave(child, operation);
        }
        return child->gone;
    }
    bool given = weir__child_take(child, operation);
    for (int i = WEIR__CHILD_OUTPUT; i < WEIR__CHILD_PIPES; i++) {
        if (child->pipes[i] < 0) {
            unwatch(running, i);
        }
    }
    if (given) {
        rest(running);
    }
    return given;
}

static void finish(Running *running)
{
    weir__operation *operation = running->child.operation;
    weir__uv *uv = running->uv;
    weir__listener_remove(uv, running->child.process);
    if (running->stays) {
        running->child.gone = true;
        uv_timer_stop(&running->timer);
        if (operation != NULL && advance(running)) {
            weir__uv_finish(uv, operation);
        }
        return;
    }
    forget(running);
    weir__child_finish(&running->child);
    operation->outside = NULL; // a cancel comes too late
    weir__uv_finish(uv, operation);
}

// The child may have ended, its group be gone.
static void look(Running *running)
{
    if (weir__child_reap(&running->child) && weir__child_alone(&running->child)) {
        finish(running);
    }
}

static void tick(uv_timer_t *timer)
{
    Running *running = timer->data;
    uint64_t since = uv_now(running->uv->loop) - running->asked;
    if (since > WEIR__CHILD_GRACE_MS) {
        weir__child_signal(&running->child, SIGKILL);
    }
    if (since > WEIR__CHILD_GRACE_MS + WEIR__CHILD_KILLED_MS &&
        weir__child_reap(&running->child)) {
        finish(running); // who is left was killed, and waits for others to reap it
        return;
    }
    look(running);
}

// TERM, and KILL when the time of grace is over. What is written meanwhile is read and dropped.
static void end(Running *running)
{
    if (!running->ending && !running->child.gone) {
        running->ending = true;
        weir__child_signal(&running->child, SIGTERM);
        uv_update_time(running->uv->loop);
        running->asked = uv_now(running->uv->loop);
        uv_timer_start(&running->timer, tick, WEIR__CHILD_TICK_MS, WEIR__CHILD_TICK_MS);
    }
}

static void child_changed(uv_signal_t *handle, int number)
{
    (void)number;
    weir__execs *children = handle->data;
    Running *next = NULL;
    for (Running *running = children->first; running != NULL; running = next) {
        next = running->next;
        if (running->child.gone) {
            continue; // it waits to be closed
        }
        bool ended = weir__child_reap(&running->child);
        if (ended && weir__child_alone(&running->child)) {
            finish(running);
        } else if (ended) {
            end(running); // it left some behind
        }
    }
}

// ── the pipes ────────────────────────────────────────────────────────────────────────────────────

static void pipe_ready(uv_poll_t *poll, int status, int events)
{
    (void)status; // an error shows when the pipe is used
    (void)events;
    Running *running = poll->data;
    int pipe = (int)(poll - running->polls);
    if (running->stays && pipe != WEIR__CHILD_INPUT && !running->child.dropping) {
        weir__operation *operation = running->child.operation;
        if (operation != NULL && advance(running)) {
            weir__uv_finish(running->uv, operation);
        }
        return;
    }
    bool good = weir__child_move(&running->child, pipe);
    if (running->child.pipes[pipe] < 0) {
        unwatch(running, pipe);
    }
    if (!good) {
        running->child.dropping = true;
        end(running);
    }
}

static bool watch(Running *running, int pipe)
{
    uv_poll_t *poll = &running->polls[pipe];
    if (running->child.pipes[pipe] < 0) {
        return true;
    }
    if (uv_poll_init(running->uv->loop, poll, running->child.pipes[pipe]) != 0) {
        return false;
    }
    poll->data = running;
    running->polled[pipe] = true;
    running->handles++;
    if (running->stays && pipe != WEIR__CHILD_INPUT) {
        return true; // when someone asks
    }
    return uv_poll_start(poll, pipe == WEIR__CHILD_INPUT ? UV_WRITABLE : UV_READABLE,
                         pipe_ready) == 0;
}

// ── the begin ────────────────────────────────────────────────────────────────────────────────────

static weir__execs *children_new(weir__uv *uv)
{
    weir__execs *children = calloc(1, sizeof *children);
    if (children == NULL || uv_signal_init(uv->loop, &children->signal) != 0) {
        free(children);
        return NULL;
    }
    children->signal.data = children;
    uv_signal_start(&children->signal, child_changed, SIGCHLD);
    uv_unref((uv_handle_t *)&children->signal); // nobody waits for it alone
    return children;
}

static void signal_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void weir__exec_free(weir__execs *children)
{
    if (children != NULL) {
        uv_close((uv_handle_t *)&children->signal, signal_closed);
    }
}

static void watch_outputs(Running *running)
{
    for (int i = WEIR__CHILD_OUTPUT; i < WEIR__CHILD_PIPES; i++) {
        if (running->polled[i]) {
            uv_poll_start(&running->polls[i], UV_READABLE, pipe_ready);
        }
    }
}

// WEIR__EXEC_NEXT, _CLOSE
static void begin_more(weir__uv *uv, weir__operation *operation)
{
    Running *running = operation->child;
    running->child.operation = operation;
    if (operation->exec == WEIR__EXEC_NEXT) {
        operation->outside = running;
    } else {
        running->child.dropping = true;
        unwatch(running, WEIR__CHILD_INPUT);
        weir__child_close(&running->child, WEIR__CHILD_INPUT);
    }
    if (advance(running)) {
        weir__uv_finish_later(uv, operation);
        return;
    }
    watch_outputs(running);
    if (operation->exec == WEIR__EXEC_CLOSE) {
        end(running);
    }
}

void weir__exec_begin(weir__uv *uv, weir__operation *operation)
{
    if (operation->child != NULL) {
        begin_more(uv, operation);
        return;
    }
    Running *running = calloc(1, sizeof *running);
    if (uv->execs == NULL) {
        uv->execs = children_new(uv);
    }
    if (running == NULL || uv->execs == NULL || !weir__listener_hold(uv)) {
        free(running);
        weir__uv_fail(operation, "memory", "no memory for a child process");
        weir__uv_finish_later(uv, operation);
        return;
    }
    bool started = weir__child_start(&running->child, operation);
    weir__listener_add(uv, started ? running->child.process : 0);
    if (!started) {
        free(running);
        weir__uv_finish_later(uv, operation);
        return;
    }
    running->uv = uv;
    running->stays = operation->exec == WEIR__EXEC_OPEN;
    uv_timer_init(uv->loop, &running->timer);
    running->timer.data = running;
    running->handles = 1;
    operation->outside = running->stays ? NULL : running;
    running->next = uv->execs->first;
    running->before = &uv->execs->first;
    if (running->next != NULL) {
        running->next->before = &running->next;
    }
    uv->execs->first = running;
    bool watched = true;
    for (int i = 0; i < WEIR__CHILD_PIPES; i++) {
        watched = watch(running, i) && watched;
    }
    if (!watched) {
        weir__uv_fail(operation, "exec", "the pipes to a child can't be watched");
        running->child.dropping = true;
        running->stays = false;
        end(running);
    }
    if (running->stays) {
        running->child.operation = NULL;
        operation->result.object = running;
        weir__uv_finish_later(uv, operation);
    }
}

void weir__exec_cancel(weir__uv *uv, weir__operation *operation)
{
    Running *running = operation->outside;
    if (running == NULL) {
        return; // it has ended already, and completes
    }
    weir_drop(operation->error);
    weir__uv_set_cancelled(operation);
    if (running->stays) {
        rest(running); // its CLOSE comes
        weir__uv_finish_later(uv, operation);
        return;
    }
    running->child.dropping = true;
    unwatch(running, WEIR__CHILD_INPUT);
    weir__child_close(&running->child, WEIR__CHILD_INPUT);
    end(running);
}
