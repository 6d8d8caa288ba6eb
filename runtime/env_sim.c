// env_sim.c: a simulated world: virtual time, seeded chance, HTTP without sockets.
//
// Time stands still while anything is ready and jumps to the next moment at which something is due.
// Whoever asks for a choice gets it from the seed, so one seed is one order of events, and a
// failure repeats.
//
// What blocks (a blocking fn, a child process) does so on a thread and takes no virtual time: all
// else waits for it. When it takes longer than a moment, really, time passes along with it, so that
// a timeout ends what never would.
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "env.h"
#include "env_child.h"
#include "env_files.h"
#include "env_sim_broker.h"
#include "error.h"

enum {
    LOOK_AGAIN = 1000000, // ns until files are looked at again
    MOMENT = 1000000000,  // ns, really, that what blocks may take while time stands still
    SENDING = 1000000,    // ns that a message is on its way to a broker
};

typedef struct Going { // an operation under way
    struct Going *next;
    weir__operation *operation;
    int64_t at; // when it completes
} Going;

typedef struct Written {
    char *bytes;
    size_t length, room;
} Written;

typedef struct Sim {
    weir__env env; // first
    int64_t now;
    uint64_t chance;
    weir__sim_http http;
    void *world;
    Going *going;   // by moment, and then in order of beginning
    Going *awaited; // until a file is ready, which is up to others
    Written written[2];
    int signal;
    int64_t signal_at;
    uint32_t (*choose)(void *with, uint32_t choices);
    void *with;
    weir__sim_brokers brokers;
    int64_t externs; // what C does is real, also here; and what blocks
    int64_t late;    // of those that block: for which time no longer stands still
    int64_t waited;  // ns, really, since the first of them began while time stood still
    pthread_mutex_t lock;
    pthread_cond_t came;
    weir__letter *letters, **letters_end; // from other threads
} Sim;

static Sim *sim_of(weir__env *env)
{
    return (Sim *)(void *)env;
}

static int64_t sim_now(weir__env *env)
{
    return sim_of(env)->now;
}

static int64_t sim_wall(weir__env *env)
{
    return 1000000000000000000 + sim_of(env)->now; // in 2001
}

// SplitMix64.
static uint64_t sim_random(weir__env *env)
{
    Sim *sim = sim_of(env);
    // what blocks draws, too
    uint64_t z = __atomic_add_fetch(&sim->chance, UINT64_C(0x9e3779b97f4a7c15), __ATOMIC_RELAXED);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint32_t sim_choose(weir__env *env, uint32_t choices)
{
    Sim *sim = sim_of(env);
    if (choices < 2) {
        return 0;
    }
    return sim->choose != NULL ? sim->choose(sim->with, choices)
                               : (uint32_t)(sim_random(env) % choices);
}

static void *sim_allocate(weir__env *env, size_t size)
{
    (void)env;
    return malloc(size);
}

static void *sim_resize(weir__env *env, void *block, size_t size)
{
    (void)env;
    return realloc(block, size);
}

static void sim_release(weir__env *env, void *block)
{
    (void)env;
    free(block);
}

static int sim_write(weir__env *env, int stream, const char *bytes, size_t length)
{
    Sim *sim = sim_of(env);
    Written *written = &sim->written[stream == 2];
    pthread_mutex_lock(&sim->lock);
    int error = 0;
    if (written->length + length + 1 > written->room) {
        size_t room = (written->length + length + 1) * 2;
        char *grown = realloc(written->bytes, room);
        error = grown == NULL ? ENOMEM : 0;
        written->bytes = grown == NULL ? written->bytes : grown;
        written->room = grown == NULL ? written->room : room;
    }
    if (error == 0) {
        memcpy(written->bytes + written->length, bytes, length);
        written->length += length;
        written->bytes[written->length] = '\0';
    }
    pthread_mutex_unlock(&sim->lock);
    return error;
}

// ── operations ───────────────────────────────────────────────────────────────────────────────────

static void sim_finish(weir__env *env, weir__operation *operation)
{
    sim_of(env)->externs--;
    weir__complete(operation);
}

static void sim_post(weir__env *env, weir__letter *letter)
{
    Sim *sim = sim_of(env);
    pthread_mutex_lock(&sim->lock);
    letter->next = NULL;
    *sim->letters_end = letter;
    sim->letters_end = &letter->next;
    pthread_cond_signal(&sim->came);
    pthread_mutex_unlock(&sim->lock);
}

// Opens what has come. With time: waits for it, really, so many ns (INT64_MAX: without end); false:
// nothing came.
static bool open_letters(Sim *sim, int64_t time)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += time / 1000000000;
    until.tv_nsec += time % 1000000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&sim->lock);
    int error = 0;
    while (sim->letters == NULL && time > 0 && error != ETIMEDOUT) {
        error = time == INT64_MAX ? pthread_cond_wait(&sim->came, &sim->lock)
                                  : pthread_cond_timedwait(&sim->came, &sim->lock, &until);
    }
    weir__letter *letter = sim->letters;
    sim->letters = NULL;
    sim->letters_end = &sim->letters;
    pthread_mutex_unlock(&sim->lock);
    bool came = letter != NULL;
    while (letter != NULL) {
        weir__letter *next = letter->next;
        letter->arrive(letter, true);
        letter = next;
    }
    return came;
}

static void put(Sim *sim, Going *going)
{
    Going **place = &sim->going;
    while (*place != NULL && (*place)->at <= going->at) {
        place = &(*place)->next;
    }
    going->next = *place;
    *place = going;
}

static void sim_begin(weir__env *env, weir__operation *operation)
{
    Sim *sim = sim_of(env);
    if (operation->kind == WEIR__EXTERN) {
        sim->externs++;
        return;
    }
    if (operation->kind == WEIR__RECEIVE) {
        weir__sim_receive(&sim->brokers, operation);
        return;
    }
    Going *going = malloc(sizeof *going);
    if (going == NULL) {
        abort(); // the harness itself is out of memory
    }
    going->operation = operation;
    going->at = sim->now;
    weir_context cx = {.runtime = operation->runtime};
    switch (operation->kind) {
    case WEIR__EXTERN:
    case WEIR__RECEIVE:
    case WEIR__HTTP_NEXT: // of nothing that could have been opened
    case WEIR__POOL: break;
    case WEIR__EXEC: // a real one
        operation->work = weir__child_lines_work;
        operation->args = operation;
        break;
    case WEIR__FILE: // the real ones
        operation->work = weir__file_work;
        operation->args = operation;
        break;
    case WEIR__SEND:
        weir__sim_send(operation);
        going->at += SENDING;
        break;
    case WEIR__HTTP_OPEN:
    case WEIR__HTTP:
        if (sim->http != NULL && operation->kind == WEIR__HTTP) {
            going->at += sim->http(sim->world, operation);
        } else {
            operation->error = weir__error_make(&cx, "io", NULL,
                                                "there is no network in virtual time; in a test, "
                                                "`stub` says what answers");
        }
        break;
    }
    bool closes = operation->kind == WEIR__EXEC && operation->exec == WEIR__EXEC_CLOSE;
    operation->outside = closes ? NULL : going; // NULL: a cancel changes nothing
    operation->awaits = operation->kind == WEIR__FILE && weir__file_waits(operation);
    if (operation->awaits) {
        going->next = sim->awaited;
        sim->awaited = going;
        return;
    }
    put(sim, going);
}

// One that waits for a message: it goes on with those that are under way, and completes with them.
static void cancel_receive(Sim *sim, weir__operation *operation)
{
    Going *going = malloc(sizeof *going);
    if (going == NULL) {
        abort();
    }
    if (!weir__sim_receive_not(&sim->brokers, operation)) { // it is in the inbox already
        free(going);
        return;
    }
    operation->error = weir__error_unwinding();
    *going = (Going){.operation = operation, .at = sim->now};
    put(sim, going);
}

// It completes at the next poll; what it had come to by then is lost.
static void sim_cancel(weir__env *env, weir__operation *operation)
{
    Sim *sim = sim_of(env);
    if (operation->kind == WEIR__RECEIVE) {
        cancel_receive(sim, operation);
        return;
    }
    Going *going = operation->outside;
    if (going == NULL) { // it is in the inbox already
        return;
    }
    Going **place = operation->awaits ? &sim->awaited : &sim->going;
    while (*place != going) {
        place = &(*place)->next;
    }
    *place = going->next;
    operation->awaits = false;
    going->at = sim->now;
    going->next = sim->going;
    sim->going = going;
    weir_drop(operation->error);
    bool object = operation->kind == WEIR__HTTP && operation->path == NULL;
    weir_drop(object ? operation->result.object : NULL);
    operation->result.object = NULL;
    operation->error = weir__error_unwinding();
}

// ── what blocks ──────────────────────────────────────────────────────────────────────────────────

typedef struct Blocking { // it runs on a thread of its own
    weir__letter letter;  // first: that it is over
    Sim *sim;
    weir__operation *operation;
    pthread_t thread;
    bool *over; // told to who waits for it; NULL: it is late
} Blocking;

static void work(weir__operation *operation)
{
    weir_context cx = {.runtime = operation->runtime, .stop = &operation->cancelled};
    operation->work(&cx, operation->args);
    operation->error = weir_take(&cx);
}

static void *work_and_tell(void *argument)
{
    Blocking *blocking = argument;
    work(blocking->operation);
    sim_post(&blocking->sim->env, &blocking->letter);
    return NULL;
}

static void worked(weir__letter *letter, bool open)
{
    (void)open;
    Blocking *blocking = (Blocking *)(void *)letter;
    pthread_join(blocking->thread, NULL);
    if (blocking->over != NULL) {
        *blocking->over = true;
    } else {
        blocking->sim->late--;
    }
    blocking->sim->externs--;
    weir__complete(blocking->operation);
    free(blocking);
}

static int64_t really_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

// Time stands still until it is over, or the moment is.
static void complete_beside(Sim *sim, weir__operation *operation)
{
    Blocking *blocking = malloc(sizeof *blocking);
    bool over = false;
    if (blocking == NULL) {
        abort(); // the harness itself is out of memory
    }
    *blocking = (Blocking){
        .letter.arrive = worked, .sim = sim, .operation = operation, .over = &over};
    if (pthread_create(&blocking->thread, NULL, work_and_tell, blocking) != 0) {
        free(blocking);
        work(operation);
        weir__complete(operation);
        return;
    }
    sim->externs++;
    int64_t moment = sim->late > 0 ? 0 : MOMENT;
    int64_t until = really_now() + moment;
    for (int64_t left = moment; !over && left > 0; left = until - really_now()) {
        open_letters(sim, left);
    }
    if (!over) {
        blocking->over = NULL;
        sim->late++;
        sim->waited = moment > 0 ? moment : sim->waited;
    }
}

static void complete(Sim *sim)
{
    Going *going = sim->going;
    weir__operation *operation = going->operation;
    sim->going = going->next;
    free(going);
    operation->outside = NULL; // a cancel asks what runs to stop
    if (operation->kind == WEIR__SEND) {
        weir__sim_sent(operation, operation->error == NULL);
    }
    bool runs = operation->work != NULL && operation->error == NULL;
    if (runs && operation->kind != WEIR__FILE) {
        complete_beside(sim, operation);
        return;
    }
    if (runs) {
        work(operation);
    }
    weir__complete(operation);
}

// Those whose file is ready go on now. Time stands still; where nothing else is to come, they are
// waited for.
static void look_at_files(Sim *sim, bool wait)
{
    do {
        for (Going **place = &sim->awaited; *place != NULL;) {
            Going *going = *place;
            struct pollfd file = {.fd = going->operation->file, .events = POLLIN};
            if (poll(&file, 1, 0) == 0) {
                place = &going->next;
                continue;
            }
            *place = going->next;
            going->operation->awaits = false;
            going->at = sim->now;
            put(sim, going);
            wait = false;
        }
        if (wait) {
            usleep(LOOK_AGAIN / 1000);
        }
    } while (wait);
}

static bool sim_poll(weir__env *env, int64_t until)
{
    Sim *sim = sim_of(env);
    if (sim->awaited != NULL) {
        bool others = sim->going != NULL || sim->externs > 0 || sim->signal != 0;
        look_at_files(sim, !others && until == INT64_MAX);
    }
    if (weir__sim_serve(&sim->brokers)) {
        return true;
    }
    bool more = sim->going != NULL || sim->awaited != NULL || sim->signal != 0;
    int64_t next = sim->going != NULL ? sim->going->at : INT64_MAX;
    next = sim->signal != 0 && sim->signal_at < next ? sim->signal_at : next;
    next = until < next ? until : next;
    if (sim->externs > 0) { // virtual time stands still for them, as long as it would really take
        more = true;
        int64_t time = next == INT64_MAX ? next : next > sim->now ? next - sim->now : 0;
        int64_t over = time == INT64_MAX ? 0 : time < sim->waited ? time : sim->waited;
        time -= over;
        sim->waited -= over;
        time = sim->awaited != NULL && time > LOOK_AGAIN ? LOOK_AGAIN : time;
        if (open_letters(sim, time)) {
            return true;
        }
    }
    if (next != INT64_MAX && next > sim->now) {
        sim->now = next;
    }
    while (sim->going != NULL && sim->going->at <= sim->now) {
        complete(sim);
    }
    return weir__sim_serve(&sim->brokers) || more;
}

static int sim_signal(weir__env *env)
{
    Sim *sim = sim_of(env);
    int signal = sim->signal != 0 && sim->signal_at <= sim->now ? sim->signal : 0;
    sim->signal = signal != 0 ? 0 : sim->signal;
    return signal;
}

// UTC, so that all machines agree, unless the program was told another.
static int64_t sim_zone(weir__env *env, int64_t wall, char name[WEIR__ZONE_NAME])
{
    (void)env;
    if (getenv("TZ") != NULL) {
        return weir__zone_at(wall, name);
    }
    memcpy(name, "UTC", sizeof "UTC");
    return 0;
}

// The program's settings are its own in a simulated world too.
static const char *sim_variable(weir__env *env, const char *name)
{
    (void)env;
    return getenv(name);
}

static void sim_close(weir__env *env, int file)
{
    (void)env;
    close(file);
}

static void sim_hang_up(weir__env *env, void *transfer)
{
    (void)env;
    (void)transfer; // there is none: none was ever opened
}

static void *sim_bind(weir__env *env, const char *name, const char *url, int64_t max, char *why,
                      size_t size)
{
    (void)name;
    (void)max;
    return weir__sim_bind(&sim_of(env)->brokers, url, why, size);
}

static void sim_settle(weir__env *env, void *delivery, weir__settled how)
{
    (void)env;
    weir__sim_settle(delivery, how);
}

static void sim_shut(weir__env *env, void *broker)
{
    (void)env;
    weir__sim_shut(broker);
}

static int sim_discard(weir__env *env, const char *path)
{
    (void)env;
    return weir__file_discard(path);
}

static void sim_free(weir__env *env)
{
    Sim *sim = sim_of(env);
    pthread_mutex_destroy(&sim->lock);
    pthread_cond_destroy(&sim->came);
    weir__sim_brokers_free(&sim->brokers);
    free(sim->written[0].bytes);
    free(sim->written[1].bytes);
    free(sim);
}

// ── for tests ────────────────────────────────────────────────────────────────────────────────────

const char *weir__env_sim_output(weir__env *env, int stream)
{
    const Written *written = &sim_of(env)->written[stream == 2];
    return written->bytes == NULL ? "" : written->bytes;
}

void weir__env_sim_signal(weir__env *env, int signal, int64_t at)
{
    sim_of(env)->signal = signal;
    sim_of(env)->signal_at = at;
}

void weir__env_sim_choose(weir__env *env, uint32_t (*choose)(void *with, uint32_t choices),
                          void *with)
{
    sim_of(env)->choose = choose;
    sim_of(env)->with = with;
    env->chooses = true;
}

weir__env *weir__env_sim(uint64_t seed, weir__sim_http http, void *world)
{
    Sim *sim = calloc(1, sizeof *sim);
    if (sim == NULL) {
        return NULL;
    }
    sim->env = (weir__env){
        .chooses = seed != 0,
        .now = sim_now,
        .wall = sim_wall,
        .zone = sim_zone,
        .random = sim_random,
        .choose = sim_choose,
        .allocate = sim_allocate,
        .resize = sim_resize,
        .release = sim_release,
        .write = sim_write,
        .begin = sim_begin,
        .cancel = sim_cancel,
        .finish = sim_finish,
        .post = sim_post,
        .poll = sim_poll,
        .signal = sim_signal,
        .variable = sim_variable,
        .close = sim_close,
        .hang_up = sim_hang_up,
        .bind = sim_bind,
        .settle = sim_settle,
        .shut = sim_shut,
        .discard = sim_discard,
        .free = sim_free,
    };
    pthread_mutex_init(&sim->lock, NULL);
    pthread_cond_init(&sim->came, NULL);
    sim->letters_end = &sim->letters;
    sim->chance = seed;
    sim->http = http;
    sim->world = world;
    return &sim->env;
}
