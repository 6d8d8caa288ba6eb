// env_child.h: a child process and the pipes to it, without a loop: env_exec.c watches it for
// env_uv, and env_sim runs one to its end (weir__child_work).
//
// A child begins a session, and with it a process group, of its own: signals reach it and what it
// starts, and no terminal stands between. What is left of the group when the child has ended is
// ended too. Its standard input is /dev/null, or a pipe that is closed when all is written.
#ifndef WEIR_ENV_CHILD_H
#define WEIR_ENV_CHILD_H

#include <sys/types.h>

#include "env.h"

enum { WEIR__CHILD_INPUT, WEIR__CHILD_OUTPUT, WEIR__CHILD_ERRORS, WEIR__CHILD_PIPES };

// After TERM a group has so long until KILL; and after that, if it can't be told to be gone.
enum { WEIR__CHILD_GRACE_MS = 2000, WEIR__CHILD_KILLED_MS = 500, WEIR__CHILD_TICK_MS = 20 };

typedef struct weir__child_text {
    char *bytes;
    size_t length, room;
} weir__child_text;

typedef struct weir__child {
    weir__operation *operation;
    pid_t process;              // the group bears the same number
    int pipes[WEIR__CHILD_PIPES]; // our ends; -1: closed
    weir_string *input;         // what goes to it, or NULL; owned
    size_t written;             // of the input
    weir__child_text texts[2];  // output, errors
    bool ended;                 // and reaped
    bool dropping;              // what still comes is not wanted
    int status;                 // once ended: as a shell tells it, 128 + n for signal n
    // env_child_lines.c, read as it is asked
    bool gone;     // it has ended, and so has its group
    int turn;      // 0 or 1: the output that is looked at first
    int64_t asked; // when it was asked to end, in ms; 0: not yet
} weir__child;

// Starts what the operation says. False: the operation has its failure, and nothing is open.
bool weir__child_start(weir__child *child, weir__operation *operation);
// Moves what can be moved through a pipe now; closes it at its end. False: the child can't go on:
// the operation has its failure (too long an output, no memory).
bool weir__child_move(weir__child *child, int pipe);
void weir__child_close(weir__child *child, int pipe);
// Whether it has ended; asks the system, and the rest of the group to end when it has.
bool weir__child_reap(weir__child *child);
void weir__child_signal(const weir__child *child, int signal); // to the whole group
// Whether nobody of the group is left. Only after it was reaped.
bool weir__child_alone(const weir__child *child);
// Takes what is still in the pipes, closes them, and sets the operation's result, unless it has a
// failure. Frees what the child holds.
void weir__child_finish(weir__child *child);

// The work of an operation, from begin to end, blocking: for env_sim.
void weir__child_work(weir_context *cx, void *operation);

// env_child_lines.c: a child that is read as it is asked
// What one of the outputs has now becomes the result of a WEIR__EXEC_NEXT; when the child is gone
// and nothing is left, the end. Closes a pipe at its end. False: there is nothing yet.
bool weir__child_take(weir__child *child, weir__operation *operation);
// Once it is gone: its status becomes the result. Closes and frees what the child holds.
void weir__child_leave(weir__child *child, weir__operation *operation);
// The work of an operation of any verb, blocking: for env_sim.
void weir__child_lines_work(weir_context *cx, void *operation);

#endif
