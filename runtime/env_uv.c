// env_uv.c: the real world on libuv: loop, clock, chance, memory, signals, standard streams.
#include "env_uv.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "env_broker.h"
#include "env_files.h"
#include "error.h"
#include "text.h"

static weir__uv *outer(weir__env *env)
{
    return (weir__uv *)(void *)env;
}

// ── clock and chance ─────────────────────────────────────────────────────────────────────────────

static int64_t uv_now_ns(weir__env *env)
{
    (void)env;
    return (int64_t)uv_hrtime();
}

static int64_t uv_wall(weir__env *env)
{
    (void)env;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

// SplitMix64, seeded by WEIR_SEED or by the system.
static uint64_t uv_chance(weir__env *env)
{
    weir__uv *uv = outer(env);
    if (!uv->seeded) {
        const char *seed = getenv("WEIR_SEED");
        if (seed != NULL) {
            uv->chance = strtoull(seed, NULL, 10);
        } else if (uv_random(NULL, NULL, &uv->chance, sizeof uv->chance, 0, NULL) != 0) {
            uv->chance = uv_hrtime();
        }
        uv->seeded = true;
    }
    // the runtime has drawn before there is a pool, whose threads draw, too
    uint64_t z = __atomic_add_fetch(&uv->chance, UINT64_C(0x9e3779b97f4a7c15), __ATOMIC_RELAXED);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint32_t uv_choose(weir__env *env, uint32_t choices)
{
    (void)env;
    (void)choices;
    return 0;
}

// ── memory ───────────────────────────────────────────────────────────────────────────────────────

static void *uv_allocate(weir__env *env, size_t size)
{
    (void)env;
    return malloc(size);
}

static void *uv_resize(weir__env *env, void *block, size_t size)
{
    (void)env;
    return realloc(block, size);
}

static void uv_release(weir__env *env, void *block)
{
    (void)env;
    free(block);
}

// ── standard streams ─────────────────────────────────────────────────────────────────────────────

int weir__write_whole(int stream, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(stream, bytes, length);
        if (written >= 0) {
            bytes += written;
            length -= (size_t)written;
            // someone else made the terminal non-blocking
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            struct pollfd ready = {.fd = stream, .events = POLLOUT};
            if (poll(&ready, 1, -1) < 0 && errno != EINTR) {
                return errno;
            }
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

static int uv_write_stream(weir__env *env, int stream, const char *bytes, size_t length)
{
    weir__uv *uv = outer(env);
    pthread_mutex_lock(&uv->writing);
    int result = weir__write_whole(stream, bytes, length);
    pthread_mutex_unlock(&uv->writing);
    return result;
}

// ── operations ───────────────────────────────────────────────────────────────────────────────────

void weir__uv_finish(weir__uv *uv, weir__operation *operation)
{
    uv->under_way--;
    weir__complete(operation);
    if (uv->turn != NULL) {
        weir__env_kick(&uv->env);
    } else if (uv->running) { // a timer's callback runs before libuv waits: it must not, then
        uv_stop(uv->loop);
    }
}

void weir__uv_finish_later(weir__uv *uv, weir__operation *operation)
{
    operation->next = NULL;
    *uv->later_end = operation;
    uv->later_end = &operation->next;
}

void weir__uv_finish_all(weir__uv *uv)
{
    while (uv->later != NULL) {
        weir__operation *operation = uv->later;
        uv->later = operation->next;
        if (uv->later == NULL) {
            uv->later_end = &uv->later;
        }
        weir__uv_finish(uv, operation);
    }
}

void weir__uv_set_cancelled(weir__operation *operation)
{
    operation->error = weir__error_unwinding();
}

void weir__uv_fail(weir__operation *operation, const char *kind, const char *format, ...)
{
    weir_context quiet = {.runtime = operation->runtime};
    weir__text text;
    weir__text_begin(&text, &quiet);
    va_list arguments;
    va_start(arguments, format);
    weir__text_vprintf(&text, format, arguments);
    va_end(arguments);
    operation->error = weir__error_make(&quiet, kind, NULL, "%.*s", (int)text.length, text.bytes);
    weir__text_clear(&text);
    weir_drop(weir_take(&quiet));
}

// It may be over by a letter from any thread, so the loop can be reached from here on.
static void begin_extern(weir__uv *uv, weir__operation *operation)
{
    if (weir__uv_mailbox(uv) == NULL) {
        weir__uv_fail(operation, "memory", "no memory for a call of C");
        weir__uv_finish_later(uv, operation);
    }
}

static void uv_finish_extern(weir__env *env, weir__operation *operation)
{
    weir__mailbox_leave(outer(env)->mail);
    weir__uv_finish(outer(env), operation);
}

static void uv_post(weir__env *env, weir__letter *letter)
{
    weir__mailbox_post(outer(env)->mail, letter);
}

static void uv_begin(weir__env *env, weir__operation *operation)
{
    weir__uv *uv = outer(env);
    uv->under_way++;
    switch (operation->kind) {
    case WEIR__HTTP_OPEN:
    case WEIR__HTTP: weir__http_begin(uv, operation); return;
    case WEIR__HTTP_NEXT: weir__http_next(uv, operation); return;
    case WEIR__EXEC: weir__exec_begin(uv, operation); return;
    case WEIR__POOL: weir__pool_begin(uv, operation); return;
    case WEIR__FILE:
        operation->work = weir__file_work;
        operation->args = operation;
        if (!weir__ready_begin(uv, operation)) {
            weir__pool_begin(uv, operation);
        }
        return;
    case WEIR__EXTERN: begin_extern(uv, operation); return;
    case WEIR__SEND:
    case WEIR__RECEIVE: weir__broker_begin(uv, operation); return;
    }
}

static void uv_cancel_operation(weir__env *env, weir__operation *operation)
{
    switch (operation->kind) {
    case WEIR__HTTP_OPEN:
    case WEIR__HTTP_NEXT:
    case WEIR__HTTP: weir__http_cancel(outer(env), operation); return;
    case WEIR__EXEC: weir__exec_cancel(outer(env), operation); return;
    case WEIR__FILE:
        if (weir__ready_cancel(outer(env), operation)) {
            return;
        }
        weir__pool_cancel(outer(env), operation);
        return;
    case WEIR__POOL: weir__pool_cancel(outer(env), operation); return;
    case WEIR__EXTERN: return; // the core tells it
    case WEIR__SEND:
    case WEIR__RECEIVE: weir__broker_cancel(outer(env), operation); return;
    }
}

// ── the mailbox ──────────────────────────────────────────────────────────────────────────────────

static void open_letters(uv_async_t *async)
{
    weir__mailbox *mail = async->data;
    pthread_mutex_lock(&mail->lock);
    weir__letter *letter = mail->first;
    mail->first = NULL;
    mail->end = &mail->first;
    pthread_mutex_unlock(&mail->lock);
    while (letter != NULL) {
        weir__letter *next = letter->next; // the letter may be gone after it has arrived
        letter->arrive(letter, true);
        letter = next;
    }
}

weir__mailbox *weir__uv_mailbox(weir__uv *uv)
{
    if (uv->mail == NULL) {
        weir__mailbox *mail = calloc(1, sizeof *mail);
        if (mail == NULL) {
            return NULL;
        }
        if (uv_async_init(uv->loop, &uv->async, open_letters) != 0) {
            free(mail);
            return NULL;
        }
        weir__uv_guest(uv, &uv->async);
        pthread_mutex_init(&mail->lock, NULL);
        uv->async.data = mail;
        mail->async = &uv->async;
        mail->end = &mail->first;
        mail->holders = 1;
        uv->mail = mail;
    }
    pthread_mutex_lock(&uv->mail->lock);
    uv->mail->holders++;
    pthread_mutex_unlock(&uv->mail->lock);
    return uv->mail;
}

void weir__mailbox_post(weir__mailbox *mail, weir__letter *letter)
{
    pthread_mutex_lock(&mail->lock);
    bool open = mail->async != NULL;
    if (open) {
        letter->next = NULL;
        *mail->end = letter;
        mail->end = &letter->next;
        uv_async_send(mail->async); // within the lock: the loop cannot go away meanwhile
    }
    pthread_mutex_unlock(&mail->lock);
    if (!open) {
        letter->arrive(letter, false);
    }
}

void weir__mailbox_leave(weir__mailbox *mail)
{
    pthread_mutex_lock(&mail->lock);
    bool last = --mail->holders == 0;
    pthread_mutex_unlock(&mail->lock);
    if (last) {
        pthread_mutex_destroy(&mail->lock);
        free(mail);
    }
}

// The loop goes: letters on their way arrive at a closed door.
static void close_mailbox(weir__uv *uv)
{
    weir__mailbox *mail = uv->mail;
    if (mail == NULL) {
        return;
    }
    pthread_mutex_lock(&mail->lock);
    mail->async = NULL;
    weir__letter *letter = mail->first;
    mail->first = NULL;
    pthread_mutex_unlock(&mail->lock);
    while (letter != NULL) {
        weir__letter *next = letter->next;
        letter->arrive(letter, false);
        letter = next;
    }
    uv_close((uv_handle_t *)&uv->async, NULL);
    weir__mailbox_leave(mail);
    uv->mail = NULL;
}

int weir__thread_start(pthread_t *thread, bool detached, void *(*run)(void *), void *argument)
{
    sigset_t all, before;
    pthread_attr_t attributes;
    int error = pthread_attr_init(&attributes);
    if (error != 0) {
        return error;
    }
    pthread_attr_setdetachstate(&attributes,
                                detached ? PTHREAD_CREATE_DETACHED : PTHREAD_CREATE_JOINABLE);
    sigfillset(&all); // signals are the main thread's
    pthread_sigmask(SIG_SETMASK, &all, &before);
    error = pthread_create(thread, &attributes, run, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return error;
}

// ── waiting ──────────────────────────────────────────────────────────────────────────────────────

static void timer_fired(uv_timer_t *timer)
{
    (void)timer; // only ends the wait
}

static bool uv_wait(weir__env *env, int64_t until)
{
    weir__uv *uv = outer(env);
    if (until == INT64_MAX && uv->under_way == 0) {
        return false;
    }
    bool hold = uv->later == NULL && until != INT64_MIN && uv->signal == 0;
    if (hold && until != INT64_MAX) {
        int64_t left = until - (int64_t)uv_hrtime();
        if (left > 0) {
            uv_update_time(uv->loop);
            uv_timer_start(&uv->timer, timer_fired, ((uint64_t)left + 999999) / 1000000, 0);
        } else {
            hold = false;
        }
    }
    uv->running = true;
    uv_run(uv->loop, hold ? UV_RUN_ONCE : UV_RUN_NOWAIT);
    uv->running = false;
    uv_timer_stop(&uv->timer);
    weir__uv_finish_all(uv);
    return true;
}

// ── signals ──────────────────────────────────────────────────────────────────────────────────────

// Both are armed for one signal each, and the kernel then goes back to what it does by default: a
// second signal ends the program at once, also while the loop is held. (With children:
// env_signals.c.)
void weir__uv_signalled(weir__uv *uv, int number)
{
    __atomic_store_n(&uv->told, true, __ATOMIC_RELEASE);
    uv->signal = number;
    uv_signal_stop(&uv->interrupt);
    uv_signal_stop(&uv->terminate);
}

static void signalled(uv_signal_t *handle, int number)
{
    weir__uv_signalled(handle->data, number);
}

static int uv_taken_signal(weir__env *env)
{
    weir__uv *uv = outer(env);
    int number = uv->signal;
    uv->signal = 0;
    return number;
}

static int watch_signals(weir__uv *uv)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL); // a closed pipe is a failing write
    int error = uv_signal_init(uv->loop, &uv->interrupt);
    error = error != 0 ? error : uv_signal_init(uv->loop, &uv->terminate);
    uv->interrupt.data = uv->terminate.data = uv;
    uv->listens = error == 0;
    error = error != 0 ? error : uv_signal_start_oneshot(&uv->interrupt, signalled, SIGINT);
    return error != 0 ? error : uv_signal_start_oneshot(&uv->terminate, signalled, SIGTERM);
}

// ── begin and end ────────────────────────────────────────────────────────────────────────────────

static void close_rest(uv_handle_t *handle, void *unused)
{
    (void)unused;
    if (!uv_is_closing(handle)) {
        uv_close(handle, NULL);
    }
}

static int64_t uv_zone(weir__env *env, int64_t wall, char name[WEIR__ZONE_NAME])
{
    (void)env;
    return weir__zone_at(wall, name);
}

static const char *uv_variable(weir__env *env, const char *name)
{
    (void)env;
    return getenv(name);
}

static void uv_close_file(weir__env *env, int file)
{
    (void)env;
    close(file);
}

static void uv_hang_up(weir__env *env, void *transfer)
{
    (void)env;
    weir__http_hang_up(transfer);
}

static void *uv_bind_queue(weir__env *env, const char *name, const char *url, int64_t max,
                           char *why, size_t size)
{
    return weir__broker_bind(outer(env), name, url, max, why, size);
}

static void uv_settle(weir__env *env, void *delivery, weir__settled how)
{
    (void)env;
    weir__broker_settle(delivery, how);
}

static void uv_shut(weir__env *env, void *broker)
{
    (void)env;
    weir__broker_shut(broker);
}

static int uv_discard(weir__env *env, const char *path)
{
    (void)env;
    return weir__file_discard(path);
}

void weir__uv_free_parts(weir__uv *uv)
{
    weir__listener_free(uv);
    weir__pool_free(uv->pool);
    weir__http_free(uv->http);
    weir__exec_free(uv->execs);
    weir__brokers_free(uv->brokers);
    weir__names_free(uv->names);
    close_mailbox(uv);
}

static void uv_free_env(weir__env *env)
{
    weir__uv *uv = outer(env);
    weir__uv_free_parts(uv);
    uv_walk(uv->loop, close_rest, NULL); // timer and signals
    uv_run(uv->loop, UV_RUN_DEFAULT);
    uv_loop_close(uv->loop);
    pthread_mutex_destroy(&uv->writing);
    free(uv);
}

weir__uv *weir__uv_new(uv_loop_t *loop)
{
    weir__uv *uv = calloc(1, sizeof *uv);
    if (uv == NULL) {
        return NULL;
    }
    uv->env = (weir__env){
        .now = uv_now_ns,
        .wall = uv_wall,
        .zone = uv_zone,
        .random = uv_chance,
        .variable = uv_variable,
        .close = uv_close_file,
        .hang_up = uv_hang_up,
        .bind = uv_bind_queue,
        .settle = uv_settle,
        .shut = uv_shut,
        .discard = uv_discard,
        .choose = uv_choose,
        .allocate = uv_allocate,
        .resize = uv_resize,
        .release = uv_release,
        .write = uv_write_stream,
        .begin = uv_begin,
        .cancel = uv_cancel_operation,
        .finish = uv_finish_extern,
        .post = uv_post,
        .poll = uv_wait,
        .signal = uv_taken_signal,
        .free = uv_free_env,
    };
    uv->later_end = &uv->later;
    uv->env.loop = uv->loop = loop != NULL ? loop : &uv->own;
    int error = loop != NULL ? 0 : uv_loop_init(uv->loop);
    if (error != 0) {
        free(uv);
        errno = -error;
        return NULL;
    }
    pthread_mutex_init(&uv->writing, NULL);
    return uv;
}

static weir__env *on_own_loop(bool signals)
{
    weir__uv *uv = weir__uv_new(NULL);
    if (uv == NULL) {
        return NULL;
    }
    int error = uv_timer_init(uv->loop, &uv->timer);
    error = error != 0 || !signals ? error : watch_signals(uv);
    if (error != 0) {
        uv_free_env(&uv->env);
        errno = -error;
        return NULL;
    }
    return &uv->env;
}

weir__env *weir__env_uv(void)
{
    return on_own_loop(true);
}

weir__env *weir__env_uv_quiet(void)
{
    return on_own_loop(false);
}
