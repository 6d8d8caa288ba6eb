// weir_c.h: the wall's third part: C that works for a program (extern), C that calls one (hosts).
//
// weir.h ends by including this file, and nobody else names it. `weir emit -H` prints the header
// that goes with a program: the prototypes of what C has to do, and the functions by which C calls.
// Ownership is weir.h's: arguments are borrowed, results are owned.
//
// extern fn: an ordinary function; a failure is left pending (weir_fail_with). extern blocking fn:
// the same, but it also runs on threads of the pool, with a context of the thread's own.
//
// extern task: the C function is told to begin, and returns at once; meanwhile other tasks run. Its
// arguments stay as they are until it completes, which it does exactly once, on the loop's thread
// (weir_post comes over from others), be it within the function, or in a callback of the loop.
#ifndef WEIR_C_H
#define WEIR_C_H

#include "weir.h"

// ── extern tasks ─────────────────────────────────────────────────────────────────────────────────
typedef struct weir_pending weir_pending; // one call under way; gone once it has completed

// It gave this word (by address, moved in; NULL where it gives nothing). The printed NAME_complete
// knows its type. A failure that is pending in the context completes it instead, as that failure.
void weir_complete(weir_pending *pending, const void *word);
// It failed; error is consumed.
void weir_complete_error(weir_pending *pending, weir_error *error);
// It failed: a kind (constant text) and a printf-like message.
void weir_complete_failed(weir_pending *pending, const char *kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
// It ends as the cancel asked it to.
void weir_complete_cancelled(weir_pending *pending);
// When its task is cancelled (or has been), `cancel` is called once, on the loop's thread: it makes
// the work end soon, or completes it at once. Whoever cancelled waits until it has completed;
// without such a function, until it completes by itself.
void weir_on_cancel(weir_pending *pending, void (*cancel)(weir_pending *pending, void *with),
                    void *with);
bool weir_is_cancelled(const weir_pending *pending); // its task was cancelled
// From any thread: `arrive` is called on the loop's thread, soon, and may complete it there. One at
// a time, and until it has arrived nobody else completes it.
void weir_post(weir_pending *pending, void (*arrive)(weir_pending *pending, void *with),
               void *with);
// For making values, on the loop's thread.
weir_context *weir_pending_context(weir_pending *pending);
// The loop all this runs on, a `uv_loop_t *` (this header names no type of libuv); NULL in a
// simulated world. For handles of your own: they are closed before the call completes.
void *weir_loop(const weir_context *cx);

// For printed C: begins an extern task that gives its word to slot (NULL: it gives nothing).
// *pending is NULL where it does not come to that. What C leaves pending after it was told to begin
// completes it.
weir_step weir_extern(weir_context *cx, void *slot, weir_pending **pending);
void weir_extern_begun(weir_context *cx, weir_pending *pending);

// ── hosts ────────────────────────────────────────────────────────────────────────────────────────
typedef struct weir_host weir_host; // a program that is there to be called; any number in a process
typedef struct weir_call weir_call; // a task that C has started; gone once `done` was called

// A program with a world of its own: its top-level values, limiters, queues, threads, connections.
// uv_loop: a `uv_loop_t *` of yours on which its tasks run while you run it; NULL: a loop of its
// own, which runs within weir_host_wait and the printed NAME_run. All that follows is for the
// loop's thread. Signals stay yours. NULL with errno: it can't be had. Where a top-level value
// fails, every call fails with that.
weir_host *weir_host_new(const weir_program *program, void *uv_loop);
// For making values, and for calling the program's functions: a failure is then pending in it, to
// be taken with weir_take.
weir_context *weir_host_context(weir_host *host);
// On a loop of its own: until all calls have ended.
void weir_host_wait(weir_host *host);
// Asks a call to end: its cleanup runs, then `done` is told kind cancelled. A second time does
// nothing.
void weir_call_cancel(weir_call *call);
// Cancels all calls; when they have ended, and every handle is closed, the host is gone and
// `closed` is called (NULL is fine) with the number of objects that C still holds (0, or they are
// lost). On a loop of its own that happens before this returns, so not from within `done`. No call
// can be started meanwhile.
void weir_host_close(weir_host *host, void (*closed)(void *with, int64_t left), void *with);

// For printed C: a call whose frame is begun at once by the caller. deliver: calls done with what
// it gave (owned) or failed with; NULL: weir_call_run takes it. Gives NULL where memory ended or
// the host closes.
weir_call *weir_call_new(weir_host *host, const weir_machine *machine,
                         void (*deliver)(void (*done)(void), void *with, const weir_word *result,
                                         weir_error *error),
                         void (*done)(void), void *with);
void *weir_call_frame(weir_call *call); // NULL of NULL
// Runs the loop until the call has ended; true: it went well. result and error are filled, owned;
// NULL: dropped. Not from within a task, nor on a loop of yours.
bool weir_call_run(weir_host *host, weir_call *call, void *result, weir_error **error);

#endif
