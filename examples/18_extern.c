// What 18_extern.weir leaves to C.
#include "18_extern.h"

#include <pthread.h>
#include <stdlib.h>

// An extern fn is an ordinary function. Arguments are borrowed.
int64_t extern_distance(weir_context *cx, const weir_string *a, const weir_string *b)
{
    int64_t *row = malloc(((size_t)b->length + 1) * sizeof *row);
    if (row == NULL) {
        weir_fail_with(cx, "memory", "out of memory");
        return 0;
    }
    for (int64_t j = 0; j <= b->length; j++) {
        row[j] = j;
    }
    for (int64_t i = 1; i <= a->length; i++) {
        int64_t before = row[0];
        row[0] = i;
        for (int64_t j = 1; j <= b->length; j++) {
            int64_t change = before + (a->bytes[i - 1] != b->bytes[j - 1]);
            before = row[j];
            int64_t best = row[j - 1] < row[j] ? row[j - 1] + 1 : row[j] + 1;
            row[j] = change < best ? change : best;
        }
    }
    int64_t distance = row[b->length];
    free(row);
    return distance;
}

// An extern blocking fn runs on a thread of the pool. Results are owned by the caller.
weir_list *extern_find(weir_context *cx, const weir_string *text, const weir_string *letter)
{
    weir_list *found = weir_list_new(cx, &weir_list_extern_match_type, 0);
    for (int64_t at = 0; at < text->length && !weir_stop_asked(cx);) {
        int64_t length = (int64_t)strcspn(text->bytes + at, " ");
        if (length > 0 && text->bytes[at] == letter->bytes[0]) {
            weir_string *word = weir_string_new(cx, text->bytes + at, length);
            struct extern_match *match = extern_match_new(cx, at, word); // takes the word over
            weir_list_push(cx, &found, &match);
            weir_drop(match);
        }
        at += length + 1;
    }
    return found;
}

// An extern task is told to begin, and completes once, later: here when its thread is done.
typedef struct Measurement {
    weir_pending *pending;
    int64_t channel;
    double value;
    pthread_t thread;
} Measurement;

static void measured(weir_pending *pending, void *with) // on the loop's thread
{
    Measurement *measurement = with;
    pthread_join(measurement->thread, NULL);
    extern_measure_complete(pending, measurement->value);
    free(measurement);
}

static void *measure(void *with) // on its own
{
    Measurement *measurement = with;
    measurement->value = (double)measurement->channel / 2;
    weir_post(measurement->pending, measured, measurement);
    return NULL;
}

static void stop(weir_pending *pending, void *with)
{
    (void)with;
    weir_complete_cancelled(pending);
}

void extern_measure(weir_context *cx, weir_pending *pending, int64_t channel)
{
    if (channel < 0) { // what is left pending is how it ends
        weir_fail_with(cx, "channel", "there is no channel %lld", (long long)channel);
        return;
    }
    if (channel == 0) { // never answers: but whoever asked may be cancelled
        weir_on_cancel(pending, stop, NULL);
        return;
    }
    Measurement *measurement = malloc(sizeof *measurement);
    if (measurement == NULL) {
        weir_fail_with(cx, "memory", "out of memory");
        return;
    }
    *measurement = (Measurement){.pending = pending, .channel = channel};
    if (pthread_create(&measurement->thread, NULL, measure, measurement) != 0) {
        free(measurement);
        weir_fail_with(cx, "io", "no thread could be started");
    }
}
