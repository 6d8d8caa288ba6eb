// limit.c: the least that work like this can cost on libuv: what a compiler would print if it knew
// everything.
//
// Tasks are state machines behind a header of 32 bytes, in slabs and free lists; a line of those
// that are ready, linked through the header; sleepers of one duration in a row behind one
// uv_timer_t. No failures, no cancelling, no errors but a full stop: that is the point.
//
// usage: limit WORK COUNT
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

// ── tasks ───────────────────────────────────────────────────────────────────────────────────────

typedef struct Loop Loop;
typedef struct Task {
    struct Task *next; // in the one list it is in
    void (*resume)(Loop *loop, struct Task *task);
    struct Task *up; // who waits for its end
    uint32_t state;
    uint32_t size;
} Task;

enum { SLAB = 1 << 20, MOST_SIZE = 128, FAIR = 4096 };

typedef struct Line {
    Task *first, **end;
} Line;

struct Loop {
    Line ready;
    Task *free[MOST_SIZE / 8 + 1];
    char *fresh, *fresh_end;
    uv_loop_t uv;
    uv_timer_t timer;
    uint64_t now; // ms
};

static void line_begin(Line *line)
{
    line->first = NULL;
    line->end = &line->first;
}

static inline void line_add(Line *line, Task *task)
{
    task->next = NULL;
    *line->end = task;
    line->end = &task->next;
}

static inline Task *line_take(Line *line)
{
    Task *task = line->first;
    if (task && !(line->first = task->next)) {
        line->end = &line->first;
    }
    return task;
}

static void new_slab(Loop *loop)
{
    loop->fresh = malloc(SLAB);
    if (!loop->fresh) {
        abort();
    }
    loop->fresh_end = loop->fresh + SLAB;
}

// Ready at once, its frame is the caller's to fill.
static inline void *start(Loop *loop, uint32_t size, Task *up, void (*resume)(Loop *, Task *))
{
    Task *task = loop->free[size / 8];
    if (task) {
        loop->free[size / 8] = task->next;
    } else {
        if (loop->fresh_end - loop->fresh < size) {
            new_slab(loop);
        }
        task = (Task *)(void *)loop->fresh;
        loop->fresh += size;
    }
    task->resume = resume;
    task->up = up;
    task->state = 0;
    task->size = size;
    line_add(&loop->ready, task);
    return task;
}

static inline void finish(Loop *loop, Task *task)
{
    task->next = loop->free[task->size / 8];
    loop->free[task->size / 8] = task;
}

static void run(Loop *loop)
{
    do {
        Task *task;
        for (int i = 0; i < FAIR && (task = line_take(&loop->ready)); i++) {
            task->resume(loop, task);
        }
    } while (uv_run(&loop->uv, loop->ready.first ? UV_RUN_NOWAIT : UV_RUN_ONCE) ||
             loop->ready.first);
}

// ── start and await ─────────────────────────────────────────────────────────────────────────────

typedef struct Starter {
    Task task;
    int64_t count, i, total, value;
} Starter;

typedef struct One {
    Task task;
    int64_t n;
    int64_t *result;
} One;

static void one_resume(Loop *loop, Task *task)
{
    One *one = (One *)task;
    *one->result = one->n;
    line_add(&loop->ready, task->up);
    finish(loop, task);
}

static void starter_resume(Loop *loop, Task *task)
{
    Starter *self = (Starter *)task;
    if (task->state == 1) {
        self->total += self->value;
    }
    task->state = 1;
    if (self->i < self->count) {
        One *one = start(loop, sizeof *one, task, one_resume);
        one->n = self->i++;
        one->result = &self->value;
    } else {
        printf("%lld\n", (long long)self->total);
    }
}

static void run_await(Loop *loop, int64_t count)
{
    Starter *self = start(loop, sizeof *self, NULL, starter_resume);
    self->count = count;
    self->i = self->total = 0;
    run(loop);
}

// ── start a hundred, and gather a hundred ───────────────────────────────────────────────────────

typedef struct Hundreds {
    Task task;
    int64_t count, i, total;
    int64_t live;
    int64_t *results; // NULL: none are wanted
} Hundreds;

static void member_resume(Loop *loop, Task *task)
{
    One *one = (One *)task;
    if (one->result) {
        *one->result = one->n;
    }
    Hundreds *up = (Hundreds *)task->up;
    if (--up->live == 0) {
        line_add(&loop->ready, &up->task);
    }
    finish(loop, task);
}

static void hundreds_resume(Loop *loop, Task *task)
{
    Hundreds *self = (Hundreds *)task;
    if (task->state == 1) {
        self->total += 100;
    }
    task->state = 1;
    if (self->i++ < self->count / 100) {
        self->live = 100;
        for (int64_t n = 0; n < 100; n++) {
            One *one = start(loop, sizeof *one, task, member_resume);
            one->n = n;
            one->result = self->results ? &self->results[n] : NULL;
        }
    } else {
        printf("%lld\n", (long long)self->total);
    }
}

static void run_hundreds(Loop *loop, int64_t count, int64_t *results)
{
    Hundreds *self = start(loop, sizeof *self, NULL, hundreds_resume);
    self->count = count;
    self->i = self->total = 0;
    self->results = results;
    run(loop);
}

static void run_start(Loop *loop, int64_t count)
{
    run_hundreds(loop, count, NULL);
}

static void run_gather(Loop *loop, int64_t count)
{
    int64_t results[100];
    run_hundreds(loop, count, results);
}

// ── switch ──────────────────────────────────────────────────────────────────────────────────────

typedef struct Turns {
    Task task;
    int64_t left;
} Turns;

static void turns_resume(Loop *loop, Task *task)
{
    Turns *self = (Turns *)task;
    if (self->left-- > 0) {
        line_add(&loop->ready, task);
    }
}

static void run_switch(Loop *loop, int64_t count)
{
    for (int i = 0; i < 2; i++) {
        Turns *self = start(loop, sizeof *self, NULL, turns_resume);
        self->left = count / 2;
    }
    run(loop);
    printf("%lld\n", (long long)count);
}

// ── a bounded queue ─────────────────────────────────────────────────────────────────────────────

enum { ROOM = 64 };

typedef struct Queue {
    int64_t items[ROOM];
    uint32_t first, count;
    bool closed;
    int producers;
    int64_t total;
    Line readers, writers;
} Queue;

typedef struct End { // of the queue
    Task task;
    Queue *queue;
    int64_t i, count;
    int64_t item; // what it gets or puts while it waits
} End;

static void push(Queue *queue, int64_t item)
{
    queue->items[(queue->first + queue->count++) % ROOM] = item;
}

static void producer_resume(Loop *loop, Task *task)
{
    End *self = (End *)task;
    Queue *queue = self->queue;
    while (self->i < self->count) {
        End *reader = (End *)line_take(&queue->readers);
        if (reader) {
            reader->item = self->i++;
            line_add(&loop->ready, &reader->task);
        } else if (queue->count < ROOM) {
            push(queue, self->i++);
        } else {
            self->item = self->i++;
            line_add(&queue->writers, task);
            return;
        }
    }
    if (--queue->producers == 0) {
        queue->closed = true;
        for (Task *reader; (reader = line_take(&queue->readers));) {
            reader->state = 0;
            line_add(&loop->ready, reader);
        }
    }
    finish(loop, task);
}

static void consumer_resume(Loop *loop, Task *task)
{
    End *self = (End *)task;
    Queue *queue = self->queue;
    if (task->state == 1) {
        self->count += self->item;
    }
    while (queue->count > 0) {
        self->count += queue->items[queue->first];
        queue->first = (queue->first + 1) % ROOM;
        queue->count--;
        End *writer = (End *)line_take(&queue->writers);
        if (writer) {
            push(queue, writer->item);
            line_add(&loop->ready, &writer->task);
        }
    }
    if (queue->closed) {
        queue->total += self->count;
        finish(loop, task);
    } else {
        task->state = 1;
        line_add(&queue->readers, task);
    }
}

static void run_queue(Loop *loop, int64_t count, int ends)
{
    Queue queue = {.producers = ends};
    line_begin(&queue.readers);
    line_begin(&queue.writers);
    for (int i = 0; i < 2 * ends; i++) {
        End *self = start(loop, sizeof *self, NULL, i < ends ? producer_resume : consumer_resume);
        self->queue = &queue;
        self->i = 0;
        self->count = i < ends ? count / ends : 0;
    }
    run(loop);
    printf("%lld\n", (long long)queue.total);
}

static void run_queue1(Loop *loop, int64_t count)
{
    run_queue(loop, count, 1);
}

static void run_queue4(Loop *loop, int64_t count)
{
    run_queue(loop, count, 4);
}

// ── a hundred in flight ─────────────────────────────────────────────────────────────────────────

typedef struct Gate {
    Task task; // who starts them
    int64_t count, started, live;
    uint32_t free; // permits
    Line waiting;
} Gate;

static void flight_resume(Loop *loop, Task *task)
{
    if (task->state++ == 0) {
        line_add(&loop->ready, task); // it waits once
        return;
    }
    Gate *gate = (Gate *)task->up;
    if (gate->live-- == 100 && gate->started < gate->count) {
        line_add(&loop->ready, &gate->task);
    }
    finish(loop, task);
}

static void flights_resume(Loop *loop, Task *task)
{
    Gate *self = (Gate *)task;
    while (self->live < 100 && self->started < self->count) {
        start(loop, sizeof(Task), task, flight_resume);
        self->live++;
        self->started++;
    }
}

static void run_limit(Loop *loop, int64_t count)
{
    Gate *gate = start(loop, (sizeof *gate + 7) / 8 * 8, NULL, flights_resume);
    gate->count = count;
    gate->started = gate->live = 0;
    run(loop);
    printf("%lld\n", (long long)gate->started);
}

static void guarded_resume(Loop *loop, Task *task)
{
    Gate *gate = (Gate *)task->up;
    switch (task->state) {
    case 0:
        task->state = 1;
        if (gate->free == 0) {
            line_add(&gate->waiting, task); // resumed with the permit
            return;
        }
        gate->free--; // fall through
    case 1:
        task->state = 2;
        line_add(&loop->ready, task); // it waits once
        return;
    default:
        if (gate->waiting.first) {
            line_add(&loop->ready, line_take(&gate->waiting));
        } else {
            gate->free++;
        }
        gate->live++;
        finish(loop, task);
    }
}

static void run_limiter(Loop *loop, int64_t count)
{
    Gate gate = {.free = 100};
    line_begin(&gate.waiting);
    for (int64_t i = 0; i < count; i++) {
        start(loop, sizeof(Task), &gate.task, guarded_resume);
    }
    run(loop);
    printf("%lld\n", (long long)gate.live);
}

// ── sleepers ────────────────────────────────────────────────────────────────────────────────────

typedef struct Sleeper {
    Task task;
    uint64_t until;       // ms
    struct Sleeper *prev; // so that it could be taken out
} Sleeper;

typedef struct Row {
    Task task;
    Loop *loop;
    Sleeper *first, *last;
    int64_t ended;
} Row;

static void on_timer(uv_timer_t *timer)
{
    Row *row = timer->data;
    uint64_t now = uv_now(timer->loop);
    while (row->first && row->first->until <= now) {
        Sleeper *sleeper = row->first;
        row->first = (Sleeper *)sleeper->task.next;
        line_add(&row->loop->ready, &sleeper->task);
    }
    if (row->first) {
        uv_timer_start(timer, on_timer, row->first->until - now, 0);
    }
}

static void sleeper_resume(Loop *loop, Task *task)
{
    Sleeper *self = (Sleeper *)task;
    Row *row = (Row *)task->up;
    if (task->state++ > 0) {
        row->ended++;
        finish(loop, task);
        return;
    }
    self->until = uv_now(&loop->uv) + 1000;
    self->prev = row->last;
    task->next = NULL;
    if (row->first) {
        row->last->task.next = task;
    } else {
        row->first = self;
        uv_timer_start(&loop->timer, on_timer, 1000, 0);
    }
    row->last = self;
}

static void run_sleepers(Loop *loop, int64_t count)
{
    Row row = {.loop = loop};
    loop->timer.data = &row;
    for (int64_t i = 0; i < count; i++) {
        start(loop, sizeof(Sleeper), &row.task, sleeper_resume);
    }
    run(loop);
    printf("%lld\n", (long long)row.ended);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(Loop *loop, int64_t count);
    } works[] = {
        {"await", run_await},   {"start", run_start},     {"gather", run_gather},
        {"switch", run_switch}, {"queue1", run_queue1},   {"queue4", run_queue4},
        {"limit", run_limit},   {"limiter", run_limiter}, {"sleepers", run_sleepers},
    };
    static Loop loop;
    uv_loop_init(&loop.uv);
    uv_timer_init(&loop.uv, &loop.timer);
    line_begin(&loop.ready);
    for (size_t i = 0; argc == 3 && i < sizeof works / sizeof *works; i++) {
        if (strcmp(argv[1], works[i].name) == 0) {
            works[i].run(&loop, atoll(argv[2]));
            return 0;
        }
    }
    fputs("usage: limit WORK COUNT\n", stderr);
    return 2;
}
