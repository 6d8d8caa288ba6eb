// What c11_asked_once.weir leaves to C: work that takes its time to end when it is asked to.
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "c11_asked_once.h"

typedef struct Work {
    weir_pending *pending;
    int64_t asked; // how often
    pthread_t thread;
} Work;

static void ended(weir_pending *pending, void *with)
{
    Work *work = with;
    pthread_join(work->thread, NULL);
    c11_asked_once_lingers_complete(pending, work->asked);
    free(work);
}

static void *end_slowly(void *with)
{
    Work *work = with;
    struct timespec moment = {.tv_nsec = 20000000};
    nanosleep(&moment, NULL);
    weir_post(work->pending, ended, work);
    return NULL;
}

static void asked(weir_pending *pending, void *with)
{
    Work *work = with;
    if (++work->asked == 1 && pthread_create(&work->thread, NULL, end_slowly, work) != 0) {
        free(work);
        weir_complete_failed(pending, "io", "no thread");
    }
}

void c11_asked_once_lingers(weir_context *cx, weir_pending *pending)
{
    Work *work = malloc(sizeof *work);
    if (work == NULL) {
        weir_fail_with(cx, "memory", "out of memory");
        return;
    }
    *work = (Work){.pending = pending};
    weir_on_cancel(pending, asked, work);
}
