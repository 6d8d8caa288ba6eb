// hand.c: the same work written on libuv by hand, as one would for good: callbacks, a struct from
// malloc for each piece of work, a uv_timer_t for each that sleeps, and a line of callbacks to be
// called later behind one uv_idle_t.
//
// usage: hand WORK COUNT
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

static void *take_memory(size_t size)
{
    void *memory = malloc(size);
    if (!memory) {
        fputs("hand: no memory\n", stderr);
        exit(1);
    }
    return memory;
}

// ── later ───────────────────────────────────────────────────────────────────────────────────────

typedef struct Call {
    struct Call *next;
    void (*called)(struct Call *call);
} Call;

typedef struct Calls {
    Call *first, **end;
} Calls;

typedef struct Later {
    uv_idle_t idle; // active while there are calls, so that the loop does not sleep
    Calls calls;
} Later;

enum { MOST_CALLS = 1024 }; // in a turn of the loop

static void calls_begin(Calls *calls)
{
    calls->first = NULL;
    calls->end = &calls->first;
}

static void calls_add(Calls *calls, Call *call)
{
    call->next = NULL;
    *calls->end = call;
    calls->end = &call->next;
}

static Call *calls_take(Calls *calls)
{
    Call *call = calls->first;
    if (call) {
        calls->first = call->next;
        if (!calls->first) {
            calls->end = &calls->first;
        }
    }
    return call;
}

static void on_idle(uv_idle_t *idle)
{
    Later *later = idle->data;
    for (int i = 0; i < MOST_CALLS; i++) {
        Call *call = calls_take(&later->calls);
        if (!call) {
            break;
        }
        call->called(call);
    }
    if (!later->calls.first) {
        uv_idle_stop(idle);
    }
}

static void later_begin(Later *later, uv_loop_t *loop)
{
    uv_idle_init(loop, &later->idle);
    later->idle.data = later;
    calls_begin(&later->calls);
}

static void call_later(Later *later, Call *call, void (*called)(Call *call))
{
    call->called = called;
    calls_add(&later->calls, call);
    uv_idle_start(&later->idle, on_idle);
}

// ── start and await ─────────────────────────────────────────────────────────────────────────────

typedef struct Job {
    Call call;
    int64_t n;
    void (*done)(void *with, int64_t n, int64_t result);
    void *with;
} Job;

static void on_job(Call *call)
{
    Job *job = (Job *)call;
    job->done(job->with, job->n, job->n);
    free(job);
}

static void start_job(Later *later, int64_t n, void (*done)(void *, int64_t, int64_t), void *with)
{
    Job *job = take_memory(sizeof *job);
    job->n = n;
    job->done = done;
    job->with = with;
    call_later(later, &job->call, on_job);
}

typedef struct Starter {
    Later *later;
    int64_t count, next, total;
} Starter;

static void start_next(Starter *starter);

static void on_one(void *with, int64_t n, int64_t result)
{
    Starter *starter = with;
    (void)n;
    starter->total += result;
    start_next(starter);
}

static void start_next(Starter *starter)
{
    if (starter->next < starter->count) {
        start_job(starter->later, starter->next++, on_one, starter);
    }
}

static int64_t run_await(uv_loop_t *loop, Later *later, int64_t count)
{
    Starter starter = {.later = later, .count = count};
    start_next(&starter);
    uv_run(loop, UV_RUN_DEFAULT);
    return starter.total;
}

// ── start a hundred, and gather a hundred ───────────────────────────────────────────────────────

typedef struct Hundreds {
    Later *later;
    int64_t left, live, total;
    int64_t *results; // a list of the caller's own, while it gathers
    bool gathers;
} Hundreds;

static void start_hundred(Hundreds *hundreds);

static void on_member(void *with, int64_t n, int64_t result)
{
    Hundreds *hundreds = with;
    if (hundreds->results) {
        hundreds->results[n] = result;
    }
    if (--hundreds->live == 0) {
        hundreds->total += 100;
        free(hundreds->results);
        hundreds->results = NULL;
        start_hundred(hundreds);
    }
}

static void start_hundred(Hundreds *hundreds)
{
    if (hundreds->left == 0) {
        return;
    }
    hundreds->left--;
    hundreds->live = 100;
    if (hundreds->gathers) {
        hundreds->results = take_memory(100 * sizeof *hundreds->results);
    }
    for (int64_t n = 0; n < 100; n++) {
        start_job(hundreds->later, n, on_member, hundreds);
    }
}

static int64_t run_hundreds(uv_loop_t *loop, Later *later, int64_t count, bool gathers)
{
    Hundreds hundreds = {.later = later, .left = count / 100, .gathers = gathers};
    start_hundred(&hundreds);
    uv_run(loop, UV_RUN_DEFAULT);
    return hundreds.total;
}

static int64_t run_start(uv_loop_t *loop, Later *later, int64_t count)
{
    return run_hundreds(loop, later, count, false);
}

static int64_t run_gather(uv_loop_t *loop, Later *later, int64_t count)
{
    return run_hundreds(loop, later, count, true);
}

// ── switch: two idle handles ────────────────────────────────────────────────────────────────────

typedef struct Turns {
    uv_idle_t idle;
    int64_t n, count;
} Turns;

static void on_turn(uv_idle_t *idle)
{
    Turns *turns = idle->data;
    if (turns->n < turns->count) {
        turns->n++;
    } else {
        uv_idle_stop(idle);
    }
}

static int64_t run_switch(uv_loop_t *loop, Later *later, int64_t count)
{
    (void)later;
    Turns both[2];
    for (int i = 0; i < 2; i++) {
        both[i].n = 0;
        both[i].count = count / 2;
        uv_idle_init(loop, &both[i].idle);
        both[i].idle.data = &both[i];
        uv_idle_start(&both[i].idle, on_turn);
    }
    uv_run(loop, UV_RUN_DEFAULT);
    return both[0].n + both[1].n;
}

// ── a bounded queue ─────────────────────────────────────────────────────────────────────────────

enum { ROOM = 64 };

typedef struct Queue {
    Later *later;
    int64_t items[ROOM];
    size_t first, count;
    bool closed;
    Calls readers, writers; // told when there is an item, a place or the end
} Queue;

static bool queue_put(Queue *queue, int64_t item, Call *retry)
{
    if (queue->count == ROOM) {
        calls_add(&queue->writers, retry);
        return false;
    }
    queue->items[(queue->first + queue->count++) % ROOM] = item;
    Call *reader = calls_take(&queue->readers);
    if (reader) {
        call_later(queue->later, reader, reader->called);
    }
    return true;
}

static bool queue_get(Queue *queue, int64_t *item, Call *retry)
{
    if (queue->count == 0) {
        if (!queue->closed) {
            calls_add(&queue->readers, retry);
        }
        return false;
    }
    *item = queue->items[queue->first];
    queue->first = (queue->first + 1) % ROOM;
    queue->count--;
    Call *writer = calls_take(&queue->writers);
    if (writer) {
        call_later(queue->later, writer, writer->called);
    }
    return true;
}

static void queue_close(Queue *queue)
{
    queue->closed = true;
    for (Call *reader; (reader = calls_take(&queue->readers));) {
        call_later(queue->later, reader, reader->called);
    }
}

typedef struct End { // of a queue
    Call call;
    Queue *queue;
    int64_t next, count, total;
    int *producers;
} End;

static void produce(Call *call)
{
    End *end = (End *)call;
    while (end->next < end->count) {
        if (!queue_put(end->queue, end->next, call)) {
            return;
        }
        end->next++;
    }
    if (--*end->producers == 0) {
        queue_close(end->queue);
    }
}

static void consume(Call *call)
{
    End *end = (End *)call;
    int64_t item;
    while (queue_get(end->queue, &item, call)) {
        end->total += item;
    }
}

static int64_t run_queue(uv_loop_t *loop, Later *later, int64_t count, int ends)
{
    Queue queue = {.later = later};
    calls_begin(&queue.readers);
    calls_begin(&queue.writers);
    End all[8];
    int producers = ends;
    for (int i = 0; i < 2 * ends; i++) {
        all[i] = (End){.queue = &queue, .count = count / ends, .producers = &producers};
        call_later(later, &all[i].call, i < ends ? produce : consume);
    }
    uv_run(loop, UV_RUN_DEFAULT);
    int64_t total = 0;
    for (int i = ends; i < 2 * ends; i++) {
        total += all[i].total;
    }
    return total;
}

static int64_t run_queue1(uv_loop_t *loop, Later *later, int64_t count)
{
    return run_queue(loop, later, count, 1);
}

static int64_t run_queue4(uv_loop_t *loop, Later *later, int64_t count)
{
    return run_queue(loop, later, count, 4);
}

// ── a hundred in flight ─────────────────────────────────────────────────────────────────────────

typedef struct Flights {
    Later *later;
    int64_t count, started, ended;
    int permits;
    Calls waiting;
} Flights;

typedef struct Flight {
    Call call;
    Flights *flights;
} Flight;

static Flight *new_flight(Flights *flights)
{
    Flight *flight = take_memory(sizeof *flight);
    flight->flights = flights;
    flights->started++;
    return flight;
}

static void on_flight(Call *call)
{
    Flights *flights = ((Flight *)call)->flights;
    free(call);
    flights->ended++;
    if (flights->started < flights->count) {
        call_later(flights->later, &new_flight(flights)->call, on_flight);
    }
}

static int64_t run_limit(uv_loop_t *loop, Later *later, int64_t count)
{
    Flights flights = {.later = later, .count = count};
    for (int i = 0; i < 100 && flights.started < count; i++) {
        call_later(later, &new_flight(&flights)->call, on_flight);
    }
    uv_run(loop, UV_RUN_DEFAULT);
    return flights.ended;
}

static void on_guarded(Call *call)
{
    Flights *flights = ((Flight *)call)->flights;
    free(call);
    flights->ended++;
    Call *next = calls_take(&flights->waiting);
    if (next) {
        call_later(flights->later, next, on_guarded);
    } else {
        flights->permits++;
    }
}

static void ask_permit(Call *call)
{
    Flights *flights = ((Flight *)call)->flights;
    if (flights->permits > 0) {
        flights->permits--;
        call_later(flights->later, call, on_guarded);
    } else {
        calls_add(&flights->waiting, call);
    }
}

static int64_t run_limiter(uv_loop_t *loop, Later *later, int64_t count)
{
    Flights flights = {.later = later, .count = count, .permits = 100};
    calls_begin(&flights.waiting);
    while (flights.started < count) {
        call_later(later, &new_flight(&flights)->call, ask_permit);
    }
    uv_run(loop, UV_RUN_DEFAULT);
    return flights.ended;
}

// ── sleepers ────────────────────────────────────────────────────────────────────────────────────

static void on_closed(uv_handle_t *handle)
{
    free(handle);
}

static void on_awake(uv_timer_t *timer)
{
    int64_t *ended = timer->data;
    ++*ended;
    uv_close((uv_handle_t *)timer, on_closed);
}

static int64_t run_sleepers(uv_loop_t *loop, Later *later, int64_t count)
{
    (void)later;
    int64_t ended = 0;
    for (int64_t i = 0; i < count; i++) {
        uv_timer_t *timer = take_memory(sizeof *timer);
        uv_timer_init(loop, timer);
        timer->data = &ended;
        uv_timer_start(timer, on_awake, 1000, 0);
    }
    uv_run(loop, UV_RUN_DEFAULT);
    return ended;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int64_t (*run)(uv_loop_t *loop, Later *later, int64_t count);
    } works[] = {
        {"await", run_await},   {"start", run_start},     {"gather", run_gather},
        {"switch", run_switch}, {"queue1", run_queue1},   {"queue4", run_queue4},
        {"limit", run_limit},   {"limiter", run_limiter}, {"sleepers", run_sleepers},
    };
    uv_loop_t loop;
    Later later;
    uv_loop_init(&loop);
    later_begin(&later, &loop);
    for (size_t i = 0; argc == 3 && i < sizeof works / sizeof *works; i++) {
        if (strcmp(argv[1], works[i].name) == 0) {
            printf("%lld\n", (long long)works[i].run(&loop, &later, atoll(argv[2])));
            return 0;
        }
    }
    fputs("usage: hand WORK COUNT\n", stderr);
    return 2;
}
