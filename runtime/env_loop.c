// env_loop.c: the real world on a loop that is somebody else's.
//
// The loop is never run from here. Before it waits it calls us (a prepare handle), and we take a
// turn when something has happened, was asked for, or is due; a timer and an idle handle see to it
// that it does not wait too long. None of our handles keeps the loop going but while calls are
// under way.
#include "env_uv.h"

#include <errno.h>
#include <stdlib.h>

static weir__uv *outer(weir__env *env)
{
    return (weir__uv *)(void *)env;
}

static void nothing(uv_idle_t *idle)
{
    (void)idle; // only keeps the loop from waiting
}

static void in_time(uv_timer_t *timer)
{
    (void)timer; // the prepare handle comes after it
}

void weir__env_kick(weir__env *env)
{
    weir__uv *uv = outer(env);
    uv->wanted = true;
    uv_idle_start(&uv->idle, nothing);
}

void weir__env_live(weir__env *env, bool live)
{
    uv_handle_t *handle = (uv_handle_t *)&outer(env)->prepare;
    if (live) {
        uv_ref(handle);
    } else {
        uv_unref(handle);
    }
}

// Sees to it that the next turn comes at `until`.
static void arm(weir__uv *uv)
{
    if (uv->wanted || uv->until == INT64_MIN) {
        uv_idle_start(&uv->idle, nothing);
        return;
    }
    uv_idle_stop(&uv->idle);
    if (uv->until == INT64_MAX) {
        uv_timer_stop(&uv->timer);
        return;
    }
    int64_t left = uv->until - (int64_t)uv_hrtime();
    uint64_t wait = left > 0 ? ((uint64_t)left + 999999) / 1000000 : 0;
    uv_timer_start(&uv->timer, in_time, wait, 0);
}

static void before_waiting(uv_prepare_t *prepare)
{
    weir__uv *uv = prepare->data;
    weir__uv_finish_all(uv);
    bool due = uv->until == INT64_MIN || uv->until <= (int64_t)uv_hrtime();
    if (!uv->wanted && !due) {
        return;
    }
    uv->wanted = false;
    int64_t until = uv->turn(uv->with);
    if (uv->gone != NULL) { // it leaves the loop
        return;
    }
    uv->until = uv->later != NULL ? INT64_MIN : until;
    arm(uv);
}

weir__env *weir__env_uv_on(uv_loop_t *loop, int64_t (*turn)(void *with), void *with)
{
    weir__uv *uv = weir__uv_new(loop);
    if (uv == NULL) {
        return NULL;
    }
    uv->turn = turn;
    uv->with = with;
    uv->until = INT64_MAX;
    uv_timer_init(loop, &uv->timer); // these three can't fail
    uv_prepare_init(loop, &uv->prepare);
    uv_idle_init(loop, &uv->idle);
    uv->timer.data = uv->prepare.data = uv->idle.data = uv;
    uv_prepare_start(&uv->prepare, before_waiting);
    uv_unref((uv_handle_t *)&uv->timer);
    uv_unref((uv_handle_t *)&uv->prepare);
    uv_unref((uv_handle_t *)&uv->idle);
    return &uv->env;
}

// ── leaving ──────────────────────────────────────────────────────────────────────────────────────

static void closed(uv_handle_t *handle)
{
    weir__uv *uv = handle->data;
    if (--uv->open > 0) {
        return;
    }
    void (*gone)(void *with) = uv->gone;
    void *with = uv->with;
    pthread_mutex_destroy(&uv->writing);
    free(uv);
    gone(with);
}

// What was closed in the turn of the loop before is through by now.
static void close_own(uv_idle_t *idle)
{
    weir__uv *uv = idle->data;
    uv_handle_t *const handles[] = {(uv_handle_t *)&uv->timer, (uv_handle_t *)&uv->prepare,
                                    (uv_handle_t *)&uv->idle};
    uv->open = 3;
    for (int i = 0; i < 3; i++) {
        uv_close(handles[i], closed);
    }
}

void weir__env_leave(weir__env *env, void (*gone)(void *with), void *with)
{
    weir__uv *uv = outer(env);
    weir__uv_free_parts(uv);
    uv->gone = gone;
    uv->with = with;
    uv_prepare_stop(&uv->prepare);
    uv_timer_stop(&uv->timer);
    uv_idle_stop(&uv->idle);
    uv_idle_start(&uv->idle, close_own);
    uv_ref((uv_handle_t *)&uv->idle);
}
