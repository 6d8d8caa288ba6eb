// env_uv.h: the parts of the real world, among themselves.
//
// env_uv.c owns the loop, the clock, the signals and the standard streams; env_pool.c the threads
// of the pool; env_names.c the resolving of host names; env_http.c the requests. Nothing of the
// last three exists before it is used. The core sees none of this, only the weir__env in front.
//
// Other threads reach the loop through the mailbox: they post a letter, and it is opened on the
// loop's thread. The mailbox outlives the loop as long as a thread holds it, so a thread that is
// stuck (a name server that does not answer) can be left behind.
#ifndef WEIR_ENV_UV_H
#define WEIR_ENV_UV_H

#include <pthread.h>
#include <uv.h>

#include "env.h"

typedef struct weir__mailbox {
    pthread_mutex_t lock;
    uv_async_t *async; // NULL: the loop is gone
    weir__letter *first, **end;
    int holders; // the loop, and every thread that may still post
} weir__mailbox;

typedef struct weir__pool weir__pool;
typedef struct weir__names weir__names;
typedef struct weir__http weir__http;
typedef struct weir__execs weir__execs;
typedef struct weir__listener weir__listener;

typedef struct weir__uv {
    weir__env env; // first: the core's pointer is ours
    uv_loop_t *loop; // its own, or the one of the host it lives on
    uv_loop_t own;
    uv_timer_t timer; // for poll's `until`
    uv_signal_t interrupt, terminate;
    uv_async_t async;    // the mailbox's
    weir__mailbox *mail; // NULL until a thread is needed
    // finished within begin or cancel: completed by the next poll
    weir__operation *later, **later_end;
    int64_t under_way; // operations begun and not completed
    int signal;
    bool listens; // to SIGINT and SIGTERM
    bool told;    // the first of them has come; atomic
    bool seeded, running; // running: within uv_run
    uint64_t chance;
    // on a loop of others (env_loop.c)
    uv_prepare_t prepare;
    uv_idle_t idle;
    int64_t (*turn)(void *with); // NULL: on its own loop
    void (*gone)(void *with);    // NULL while it is there
    void *with;
    int64_t until; // when the next turn is due
    bool wanted;   // a turn is
    int open;      // of its handles, while it leaves
    pthread_mutex_t writing; // one line at a time, also from the pool
    weir__pool *pool;
    weir__names *names;
    weir__http *http;
    weir__execs *execs;
    weir__listener *listener;
    void *brokers; // bound queues; NULL: none
} weir__uv;

// All but the loop's handles, which are the caller's to begin: on `loop`, or NULL: on its own. NULL
// with errno: it can't be had.
weir__uv *weir__uv_new(uv_loop_t *loop);
// Ends what is there beside the loop: threads, requests, the mailbox. Their handles end in the next
// turns of the loop.
void weir__uv_free_parts(weir__uv *uv);
// A handle that was begun, on a loop of others: it alone does not keep that going.
static inline void weir__uv_guest(const weir__uv *uv, void *handle)
{
    if (uv->turn != NULL) {
        uv_unref(handle);
    }
}
// Completes what was finished within begin or cancel.
void weir__uv_finish_all(weir__uv *uv);

// The operation is over: puts it into its runtime's inbox. Only from a callback of the loop.
void weir__uv_finish(weir__uv *uv, weir__operation *operation);
// The same from within begin or cancel: the next poll completes it.
void weir__uv_finish_later(weir__uv *uv, weir__operation *operation);
// Sets what a cancelled operation ends with.
void weir__uv_set_cancelled(weir__operation *operation);
// A failure for an operation, printf-like.
void weir__uv_fail(weir__operation *operation, const char *kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// Writes all of it to a descriptor of the process, or gives an errno.
int weir__write_whole(int stream, const char *bytes, size_t length);

// The mailbox, made at the first call, with one more holder. NULL: it can't be had.
weir__mailbox *weir__uv_mailbox(weir__uv *uv);
// The first signal has come: the next one does what the kernel does by default.
void weir__uv_signalled(weir__uv *uv, int number);
// From any thread that holds the mailbox.
void weir__mailbox_post(weir__mailbox *mail, weir__letter *letter);
void weir__mailbox_leave(weir__mailbox *mail); // one holder less
// Starts a thread that gets no signals. 0 or an errno.
int weir__thread_start(pthread_t *thread, bool detached, void *(*run)(void *), void *argument);

// env_loop.c
// The real world on a loop of others, which takes no signals; only that loop's thread may use it.
// `turn` is called before the loop waits, when there may be something to do, and gives until when
// there is nothing more, as poll takes it. NULL with errno.
weir__env *weir__env_uv_on(uv_loop_t *loop, int64_t (*turn)(void *with), void *with);
void weir__env_kick(weir__env *env); // a turn is wanted soon; not from other threads
void weir__env_live(weir__env *env, bool live); // the loop is to go on for it, or not
// Instead of free, from within `turn`: closes its handles, and calls `gone` when it is no more.
void weir__env_leave(weir__env *env, void (*gone)(void *with), void *with);

// env_pool.c
void weir__pool_begin(weir__uv *uv, weir__operation *operation);
void weir__pool_cancel(weir__uv *uv, weir__operation *operation);
void weir__pool_free(weir__pool *pool); // waits for the threads; NULL is fine

// env_ready.c: files that someone else writes to: read on the loop, once they are ready.
// False: it is for the pool.
bool weir__ready_begin(weir__uv *uv, weir__operation *operation);
bool weir__ready_cancel(weir__uv *uv, weir__operation *operation); // false: it waits for no file

// env_names.c: host names to addresses, kept for a minute, asked once however many wait.
typedef struct weir__name_wait {         // lies in who waits
    struct weir__name_wait *next, *prev; // a ring with the name's own; NULL: not waiting
    // Called once, never from within weir__names_find. addresses: "1.2.3.4,[::1]", good during the
    // call; NULL: `why` says what failed.
    void (*found)(struct weir__name_wait *wait, const char *addresses, const char *why);
} weir__name_wait;
// The addresses, when they are known already (good until the next call). Otherwise NULL, and
// `found` is called later; or with *why set: nobody can be asked, and `found` is not called.
const char *weir__names_find(weir__uv *uv, const char *host, weir__name_wait *wait,
                             const char **why);
void weir__names_forget(weir__name_wait *wait); // no longer waits; fine when it does not
void weir__names_free(weir__names *names);      // NULL is fine

// env_exec.c: child processes
void weir__exec_begin(weir__uv *uv, weir__operation *operation);
void weir__exec_cancel(weir__uv *uv, weir__operation *operation);
void weir__exec_free(weir__execs *execs); // none is left; NULL is fine

// env_signals.c: what a second signal KILLs. Only where the environment takes signals.
// Before a child is started, which is then told to `add`. False: there is no memory or thread for
// it.
bool weir__listener_hold(weir__uv *uv);
void weir__listener_add(weir__uv *uv, pid_t group); // 0: it could not be started
void weir__listener_remove(weir__uv *uv, pid_t group); // nobody is left of it
void weir__listener_free(weir__uv *uv);

// env_http.c
void weir__http_begin(weir__uv *uv, weir__operation *operation);
void weir__http_cancel(weir__uv *uv, weir__operation *operation);
void weir__http_next(weir__uv *uv, weir__operation *operation); // env_http_stream.c
void weir__http_hang_up(void *transfer);
// its handles end in the next turns of the loop; NULL is fine
void weir__http_free(weir__http *http);

#endif
