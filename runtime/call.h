// call.h: tasks that a host has started: each runs for itself, in the scope around all.
//
// A call belongs to the host from weir__call_new until it was delivered. Its task is a private one
// that nobody in the program waits for; when it ends, the call is put into the runtime's list of
// those to be delivered, which the host looks at between two turns.
#ifndef WEIR_CALL_H
#define WEIR_CALL_H

#include "task.h"

struct weir_call {
    weir_call *next, **before; // among runtime->calls; next: among those that have ended
    weir_host *host;
    weir_task *task; // NULL once it has ended
    void (*deliver)(void (*done)(void), void *with, const weir_word *result, weir_error *error);
    void (*done)(void);
    void *with;
    const weir_type *type; // of the result, NULL where there is none
    weir_word result;      // owned, once it has ended well
    weir_error *error;     // or this; owned
    weir_error *failure;   // why the runtime cancelled it; owned
    bool cancelled, ended;
};

// A call whose frame is to be begun at once. NULL: memory ended; nothing is pending.
weir_call *weir__call_new(weir_runtime *runtime, const weir_machine *machine);
// Asks its task to end.
void weir__call_cancel(weir_runtime *runtime, weir_call *call);
// Its task has ended, with a failure (consumed) or NULL; the caller frees the task.
void weir__call_ended(weir_runtime *runtime, weir_call *call, const weir_machine *machine,
                      weir_error *error);
// The next one to be delivered, or NULL.
weir_call *weir__call_take(weir_runtime *runtime);
// Nothing outside can wake any task: cancels a call, which then ends with the report. Once for one.
void weir__call_deadlock(weir_runtime *runtime, weir_call *call);
// Gives it back; what it still holds is dropped.
void weir__call_free(weir_runtime *runtime, weir_call *call);

#endif
