// What extern_task.weir leaves to C.
#include <pthread.h>
#include <stdlib.h>

#include "extern_task.h"

void extern_task_quick(weir_context *cx, weir_pending *pending, int64_t n)
{
    (void)cx;
    extern_task_quick_complete(pending, n + 1);
}

void extern_task_tick(weir_context *cx, weir_pending *pending)
{
    (void)cx;
    extern_task_tick_complete(pending);
}

// ── a thread ─────────────────────────────────────────────────────────────────────────────────────

typedef struct Work {
    weir_pending *pending;
    const weir_string *text; // the caller's, as long as the call is under way
    int64_t n;
    char *made;
    pthread_t thread;
} Work;

static void arrived(weir_pending *pending, void *with)
{
    Work *work = with;
    pthread_join(work->thread, NULL);
    if (work->n == 0) {
        weir_complete_failed(pending, "bad", "from a thread");
    } else {
        int64_t length = work->made == NULL ? 0 : work->text->length * work->n;
        extern_task_on_thread_complete(
            pending, weir_string_new(weir_pending_context(pending),
                                     work->made == NULL ? "" : work->made, length));
    }
    free(work->made);
    free(work);
}

static void *run(void *with)
{
    Work *work = with;
    size_t length = work->n == 0 ? 0 : (size_t)work->text->length;
    work->made = malloc(length * (size_t)work->n + 1);
    for (int64_t i = 0; work->made != NULL && i < work->n; i++) {
        memcpy(work->made + (size_t)i * length, work->text->bytes, length);
    }
    weir_post(work->pending, arrived, work);
    return NULL;
}

static void begin(weir_context *cx, weir_pending *pending, const weir_string *text, int64_t n)
{
    Work *work = malloc(sizeof *work);
    if (work == NULL) {
        weir_fail_with(cx, "memory", "out of memory");
        return;
    }
    *work = (Work){.pending = pending, .text = text, .n = n};
    if (pthread_create(&work->thread, NULL, run, work) != 0) {
        free(work);
        weir_fail_with(cx, "io", "no thread");
    }
}

void extern_task_on_thread(weir_context *cx, weir_pending *pending, const weir_string *text,
                           int64_t n)
{
    begin(cx, pending, text, n);
}

// ── failures ─────────────────────────────────────────────────────────────────────────────────────

void extern_task_bad(weir_context *cx, weir_pending *pending, int64_t how)
{
    if (how == 0) {
        weir_fail_with(cx, "bad", "at once");
    } else if (how == 1) {
        weir_complete_failed(pending, "worse", "number %d", (int)how);
    } else {
        begin(cx, pending, NULL, 0);
    }
}

// ── cancels ──────────────────────────────────────────────────────────────────────────────────────

static void stop(weir_pending *pending, void *with)
{
    (void)with;
    weir_complete_cancelled(pending);
}

void extern_task_never(weir_context *cx, weir_pending *pending, const weir_string *name)
{
    (void)cx;
    (void)name;
    weir_on_cancel(pending, stop, NULL);
}

// Its work is done all the same: what was finished is given, not thrown away.
static void give_all_the_same(weir_pending *pending, void *with)
{
    int64_t n = *(int64_t *)with;
    free(with);
    extern_task_slow_to_end_complete(pending, n + 1);
}

void extern_task_slow_to_end(weir_context *cx, weir_pending *pending, int64_t n)
{
    int64_t *kept = malloc(sizeof *kept);
    if (kept == NULL) {
        weir_fail_with(cx, "memory", "out of memory");
        return;
    }
    *kept = n;
    weir_on_cancel(pending, give_all_the_same, kept);
}
