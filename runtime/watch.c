// watch.c: a thread that looks at the loop: the same task, in the same turn, several times in a
// row.
#include "watch.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "env_uv.h"
#include "task.h"

enum { LOOKS = 5 }; // in the time that a step may take

struct weir__watch {
    weir_runtime *runtime;
    int64_t most;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t stopped;
    bool stop;
};

// Waits for the next look. False: the watch is over.
static bool wait_a_bit(weir__watch *watch)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    int64_t ns = until.tv_nsec + watch->most / LOOKS;
    until.tv_sec += (time_t)(ns / WEIR_SECOND);
    until.tv_nsec = (long)(ns % WEIR_SECOND);
    pthread_mutex_lock(&watch->lock);
    int error = 0;
    while (!watch->stop && error == 0) {
        error = pthread_cond_timedwait(&watch->stopped, &watch->lock, &until);
    }
    bool stop = watch->stop;
    pthread_mutex_unlock(&watch->lock);
    return !stop;
}

static void warn(const weir__watch *watch, const weir__look *look)
{
    char text[512];
    bool known = look->words != NULL && look->words[0] != '\0';
    int length = snprintf(text, sizeof text,
                          "warning: %s holds the loop for more than %lld ms (%s:%u%s%s)\n"
                          "    nothing else runs meanwhile; a `blocking fn` computes on the pool\n",
                          look->name, (long long)(watch->most / WEIR_MILLISECOND), look->file,
                          (unsigned)look->line, known ? ", since " : "", known ? look->words : "");
    if (length > 0) {
        size_t size = (size_t)length < sizeof text ? (size_t)length : sizeof text - 1;
        weir__write_whole(2, text, size);
    }
}

static void *watch_main(void *argument)
{
    weir__watch *watch = argument;
    weir__look before = {0};
    int same = 0;
    while (wait_a_bit(watch)) {
        weir__look look;
        if (!weir__runtime_look(watch->runtime, &look)) {
            same = 0;
            continue;
        }
        same = look.turn == before.turn && look.task == before.task ? same + 1 : 0;
        before = look;
        if (same == LOOKS) { // later ones are the same step
            warn(watch, &look);
        }
    }
    return NULL;
}

weir__watch *weir__watch_start(weir_runtime *runtime, int64_t most)
{
    weir__watch *watch = calloc(1, sizeof *watch);
    if (watch == NULL) {
        return NULL;
    }
    watch->runtime = runtime;
    watch->most = most;
    pthread_mutex_init(&watch->lock, NULL);
    pthread_cond_init(&watch->stopped, NULL);
    if (weir__thread_start(&watch->thread, false, watch_main, watch) != 0) {
        pthread_mutex_destroy(&watch->lock);
        pthread_cond_destroy(&watch->stopped);
        free(watch);
        return NULL;
    }
    return watch;
}

void weir__watch_stop(weir__watch *watch)
{
    if (watch == NULL) {
        return;
    }
    pthread_mutex_lock(&watch->lock);
    watch->stop = true;
    pthread_cond_signal(&watch->stopped);
    pthread_mutex_unlock(&watch->lock);
    pthread_join(watch->thread, NULL);
    pthread_mutex_destroy(&watch->lock);
    pthread_cond_destroy(&watch->stopped);
    free(watch);
}
