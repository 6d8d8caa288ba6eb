// env.h: the one door to the outside world.
//
// The core asks this table for everything it does not compute itself: time, chance, memory, the
// standard streams, HTTP, the pool, signals. env_uv.c is the real world on libuv; env_sim.c is a
// simulated one with virtual time and seeded chance.
//
// Operations: the core fills a weir__operation and hands it to `begin`. It completes exactly once,
// also when cancelled, and never from within `begin` or `cancel`: the environment stores the
// outcome in it and appends it to the inbox (weir__complete). Only the scheduler resumes tasks.
// After `begin` the environment owns the operation until it completes.
#ifndef WEIR_ENV_H
#define WEIR_ENV_H

#include "weir.h"

typedef struct weir__env weir__env;

typedef enum weir__operation_kind {
    WEIR__HTTP, // a request; result: weir_response
    WEIR__HTTP_OPEN, // a request whose body is asked for in pieces; result: its `transfer`
    WEIR__HTTP_NEXT, // bytes: what has come of that body; empty: its end
    WEIR__EXEC, // a child process; result: as its verb says
    WEIR__POOL, // work(context, args) on a thread of the pool
    WEIR__FILE, // a call on the file system; result: as its verb says
    // what C does for an extern task: it says itself when it is over (weir__env.finish), and the
    // core tells it of a cancel
    WEIR__EXTERN,
    WEIR__SEND,    // `body` goes to a broker; over when that has it for good
    WEIR__RECEIVE, // bytes: the next message of a broker, and `delivery`; or `ended`
} weir__operation_kind;

typedef enum weir__file_verb {
    WEIR__FILE_READ,       // string
    WEIR__FILE_READ_BYTES, // bytes
    WEIR__FILE_WRITE,      // nothing: `body` becomes all of the file, at one stroke
    WEIR__FILE_APPEND,     // nothing
    WEIR__FILE_LIST,       // [string]: names, in order
    WEIR__FILE_GLOB,       // [string]: paths, in order
    WEIR__FILE_STAT,       // Stat?
    WEIR__FILE_EXISTS,     // bool
    WEIR__FILE_MKDIR,      // nothing: those above it, too
    WEIR__FILE_REMOVE,     // nothing; deep: with all that is in it
    WEIR__FILE_RENAME,     // nothing
    WEIR__FILE_COPY,       // nothing
    WEIR__FILE_OPEN,       // int: a descriptor to read from, for env->close
    WEIR__FILE_NEXT,       // bytes: what `file` has next, at most 64 KiB; empty: its end
    WEIR__FILE_TEMP,       // string: a new directory of the runtime's, beginning with `path`
    // string: what the next two take for `path`: a directory and "/", or where a file is found
    WEIR__FILE_PLACE,
    WEIR__FILE_WATCH, // int: a descriptor that has the news of a place, for env->close
    // [string: string]: what changed at a place, which `file` has the news of; the keys are names
    // in a directory, or "." for the place itself; "" at the end: nothing more comes. It waits for
    // news, which may all be of no interest.
    WEIR__FILE_NEWS,
} weir__file_verb;

typedef enum weir__exec_verb {
    WEIR__EXEC_RUN,   // weir_exec_result: to its end
    WEIR__EXEC_OPEN,  // the environment's own: a child that is read as it is asked
    WEIR__EXEC_NEXT,  // bytes: 0 (output) or 1 (errors), and what that has next; empty: it ended
    WEIR__EXEC_CLOSE, // int: its status. Ends it when it has not; is never cancelled, never fails
} weir__exec_verb;

// What another thread sends to the loop's.
typedef struct weir__letter {
    struct weir__letter *next;
    // Called once, on the loop's thread; or, with open false, on the posting thread when the loop
    // is gone.
    void (*arrive)(struct weir__letter *letter, bool open);
} weir__letter;

// What becomes of a message that a broker has delivered.
typedef enum weir__settled {
    WEIR__DONE,       // it is taken off
    WEIR__GIVEN_BACK, // somebody gets it again
    WEIR__REFUSED,    // it is taken off, too: nobody can read it
} weir__settled;

typedef struct weir__operation weir__operation;
struct weir__operation {
    weir__operation *next; // in the inbox
    weir__operation_kind kind;
    weir_runtime *runtime;
    weir_task *task;   // who waits; NULL once it no longer does
    void *slot;        // where the result word goes
    bool cancelled;    // cancel was asked for
    weir_word result;  // set by the environment on success; owned
    weir_error *error; // or this; owned
    void *outside;     // the environment's own state for it
    // WEIR__POOL
    void (*work)(weir_context *cx, void *args);
    void *args;
    weir_context *pool; // the pool thread's context while it runs
    // WEIR__HTTP, WEIR__HTTP_OPEN
    weir_string *method, *url; // owned by the operation
    weir_list *headers;        // [string] "Name: value" lines, or NULL; owned
    weir_string *body;         // or NULL; owned
    int64_t redirects, max;    // how many are followed; bytes a body may have
    void *transfer;            // WEIR__HTTP_NEXT: what WEIR__HTTP_OPEN gave, for env->hang_up
    // WEIR__EXEC, with `body` as its input, `path` where it runs, `max` for each of its outputs
    weir_list *command;  // [string]; owned
    weir_map *variables; // [string: string], or NULL; owned
    weir__exec_verb exec;
    void *child; // what WEIR__EXEC_OPEN gave; one operation at a time; CLOSE is its last
    // WEIR__FILE, with `body`; WEIR__HTTP: the file a download goes to, or NULL
    weir__file_verb verb;
    bool deep;
    int file;
    bool awaits; // it is begun when `file` is ready
    weir_string *path, *to; // owned; `to` may be NULL
    // WEIR__EXTERN
    weir__letter letter; // on its way while arrive is not NULL
    void (*arrive)(weir_pending *pending, void *with);
    void (*on_cancel)(weir_pending *pending, void *with);
    void *arrive_with, *cancel_with;
    bool completed, told; // it is in the inbox; on_cancel was called
    // WEIR__SEND, WEIR__RECEIVE
    void *broker;    // what `bind` gave
    void *delivery;  // what came, for `settle`
    bool ended;      // nothing comes any more: it was shut, and has nothing left
    weir_queue *queue; // of the core: what is bound; owned
    weir_lease *lease; // of the core: what is to hold the delivery; owned
    weir_lease **hold; // where that goes; NULL: it is done with at once
    // of the core: makes of what came what is wanted, in the turn that takes it; NULL: nothing
    void (*arrived)(weir__operation *operation);
};

enum { WEIR__ZONE_NAME = 16 };

struct weir__env {
    bool chooses;                       // choose may give more than 0: then it is asked
    int64_t (*now)(weir__env *env);     // monotonic ns; read once a turn by the scheduler
    int64_t (*wall)(weir__env *env);    // ns since 1970
    // Seconds by which local time is before UTC at a moment of the wall clock, and the zone's name.
    // Also from pool threads.
    int64_t (*zone)(weir__env *env, int64_t wall, char name[WEIR__ZONE_NAME]);
    uint64_t (*random)(weir__env *env); // seeded
    // Any choice that could go either way: a number below `choices` (at least 1). Real: always 0
    // (first in, first out).
    uint32_t (*choose)(weir__env *env, uint32_t choices);
    void *(*allocate)(weir__env *env,
                      size_t size); // NULL when there is none; also from pool threads
    void *(*resize)(weir__env *env, void *block, size_t size); // as realloc
    void (*release)(weir__env *env, void *block);              // NULL is fine
    int (*write)(weir__env *env, int stream, const char *bytes,
                 size_t length); // 1 stdout, 2 stderr; 0 or an errno; whole or failed; also from
                                 // pool threads
    void (*begin)(weir__env *env, weir__operation *operation);
    void (*cancel)(weir__env *env, weir__operation *operation); // it still completes, soon
    // Of a WEIR__EXTERN, on the loop's thread: it is over, and goes to the inbox.
    void (*finish)(weir__env *env, weir__operation *operation);
    // From any thread, while a WEIR__EXTERN is under way: the letter arrives on the loop's thread.
    void (*post)(weir__env *env, weir__letter *letter);
    void *loop; // a uv_loop_t, or NULL
    // Waits until something completes, a signal comes, or the monotonic time `until` (INT64_MIN: do
    // not wait; INT64_MAX: no limit). Completions go to the inbox by weir__complete. Gives false
    // when nothing is under way that could ever end the wait.
    bool (*poll)(weir__env *env, int64_t until);
    int (*signal)(
        weir__env *env); // a signal that asked the program to end since the last call, or 0
    // A variable of the process's environment, or NULL. Good until the program ends; also from
    // pool threads.
    const char *(*variable)(weir__env *env, const char *name);
    // Gives back a descriptor of WEIR__FILE_OPEN or WEIR__FILE_WATCH.
    void (*close)(weir__env *env, int file);
    // Ends the transfer of a WEIR__HTTP_OPEN, and gives it back. No operation of it is under way.
    void (*hang_up)(weir__env *env, void *transfer);
    // What a queue of this name is bound to, at most so many messages on their way there at once.
    // Nothing is connected before it is used. NULL: `why` says what is wrong, without what is
    // secret in the url. It lives as long as the environment.
    void *(*bind)(weir__env *env, const char *name, const char *url, int64_t max, char *why,
                  size_t size);
    // Of a WEIR__RECEIVE that has come, once.
    void (*settle)(weir__env *env, void *delivery, weir__settled how);
    // This program sends no more: receivers get what the broker still has, then the end.
    void (*shut)(weir__env *env, void *broker);
    // Removes a directory with all that is in it. 0 or an errno.
    int (*discard)(weir__env *env, const char *path);
    void (*free)(weir__env *env); // waits for the pool's threads, closes everything
};

// As the system's tables of zones say, and TZ.
int64_t weir__zone_at(int64_t wall, char name[WEIR__ZONE_NAME]);
// The real world. NULL with errno when it can't be had.
weir__env *weir__env_uv(void);
// The same, but signals are left to whoever else is in the process.
weir__env *weir__env_uv_quiet(void);
// A simulated one: virtual time begins at 0 and jumps to the next timer when nothing is ready; pool
// work runs at poll, in order; HTTP goes to `http`, which fills result or error and says after how
// many ns it completes (NULL: every request fails with kind io; one for a body in pieces
// always does).
typedef int64_t (*weir__sim_http)(void *world, weir__operation *operation);
weir__env *weir__env_sim(uint64_t seed, weir__sim_http http, void *world);
// What the program wrote to stream 1 or 2 so far, with a NUL behind it; good until the next write.
const char *weir__env_sim_output(weir__env *sim, int stream);
// From the virtual moment `at` on, the next time the program waits, a signal is there to be taken.
void weir__env_sim_signal(weir__env *sim, int signal, int64_t at);
// Whose choices are made by a function instead of the seed.
void weir__env_sim_choose(weir__env *sim, uint32_t (*choose)(void *with, uint32_t choices),
                          void *with);
// A wrapper that fails the n-th allocation (from 0) of `inner`, once or (for_good) from then on;
// memory_count tells how many were asked for.
weir__env *weir__env_faulty(weir__env *inner, int64_t fail_at, bool for_good);
int64_t weir__env_faulty_count(const weir__env *faulty);

// Puts a finished operation into its runtime's inbox. From the loop's thread only (env_uv brings
// pool results over).
void weir__complete(weir__operation *operation);

// ── the runtime itself (task.c) ──────────────────────────────────────────────────────────────────
// Owns nothing of env. NULL when memory ends.
weir_runtime *weir__runtime_new(weir__env *env, const weir_program *program);
weir__env *weir__runtime_env(const weir_runtime *runtime);
weir_context *weir__runtime_context(weir_runtime *runtime);
// The main task: made, its frame not yet begun. Then run turns until it has ended. The failure that
// left main, owned, or NULL; *slot gets main's result word.
void *weir__runtime_main(weir_runtime *runtime, const weir_machine *machine);
weir_error *weir__runtime_run(weir_runtime *runtime, void *slot);
// One turn, without the wait for the world that follows it; gives until when there is nothing more
// to do, as poll takes it. For hosts, which drive the turns themselves.
int64_t weir__runtime_turn(weir_runtime *runtime);
// Something can be done without waiting for the world.
bool weir__runtime_has_work(const weir_runtime *runtime);
// The failure that says that every task waits for another, and where. Owned.
weir_error *weir__runtime_deadlock(weir_runtime *runtime);
// Which signal ended it, or 0.
int weir__runtime_signal(const weir_runtime *runtime);
// Whether `exit` ended it, and the status it gave.
bool weir__runtime_exits(const weir_runtime *runtime, int *status);
// What it logs is for a terminal that shows colours.
void weir__runtime_colour(weir_runtime *runtime);
// Frees it; all tasks have ended. Gives the number of live objects and tasks left over (0 unless
// the runtime is wrong), for the harness.
int64_t weir__runtime_free(weir_runtime *runtime);

// Memory for values: through the context's environment; NULL makes kind memory pending.
void *weir__allocate(weir_context *cx, size_t size);
void weir__release(weir_context *cx, void *block);

#endif
