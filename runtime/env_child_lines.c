// env_child_lines.c: a child whose outputs are taken piece by piece, as they are asked for: what is
// read is what someone wants, so a child that writes more waits. WEIR__EXEC_OPEN, _NEXT, _CLOSE.
#include "env_child.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "text.h"
#include "value.h"

enum { PIECE = 16 << 10 };

static void give(weir__operation *operation, const char *bytes, size_t length)
{
    weir_context quiet = {.runtime = operation->runtime};
    operation->result.object = weir__bytes_new(&quiet, bytes, (int64_t)length);
    operation->error = weir_take(&quiet);
}

bool weir__child_take(weir__child *child, weir__operation *operation)
{
    char piece[1 + PIECE];
    for (int i = 0; i < 2; i++) {
        int which = child->turn == 0 ? i : 1 - i; // in turns: neither keeps the other waiting
        int pipe = WEIR__CHILD_OUTPUT + which;
        if (child->pipes[pipe] < 0) {
            continue;
        }
        ssize_t count;
        do {
            count = read(child->pipes[pipe], piece + 1, PIECE);
        } while (count < 0 && errno == EINTR);
        if (count > 0) {
            piece[0] = (char)which;
            child->turn = 1 - which;
            give(operation, piece, 1 + (size_t)count);
            return true;
        }
        if (count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) {
            weir__child_close(child, pipe);
        }
    }
    if (child->gone) {
        give(operation, "", 0);
    }
    return child->gone;
}

void weir__child_leave(weir__child *child, weir__operation *operation)
{
    for (int pipe = 0; pipe < WEIR__CHILD_PIPES; pipe++) {
        weir__child_close(child, pipe);
    }
    free(child->texts[0].bytes);
    free(child->texts[1].bytes);
    weir_clear(&child->input);
    weir_clear(&operation->error); // of what was dropped
    operation->result.integer = child->status;
}

// ── blocking, for env_sim ────────────────────────────────────────────────────────────────────────

static int64_t milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// Until something may have changed, or for a moment. The rest of a group whose first has ended has
// its time of grace, and so has a child that is to end.
static void wait_a_moment(weir__child *child)
{
    struct pollfd ready[WEIR__CHILD_PIPES];
    for (int i = 0; i < WEIR__CHILD_PIPES; i++) {
        ready[i] = (struct pollfd){.fd = child->pipes[i],
                                   .events = i == WEIR__CHILD_INPUT ? POLLOUT : POLLIN};
    }
    poll(ready, WEIR__CHILD_PIPES, 1);
    if (ready[WEIR__CHILD_INPUT].revents != 0) {
        weir__child_move(child, WEIR__CHILD_INPUT);
    }
    bool ended = weir__child_reap(child);
    child->gone = ended && weir__child_alone(child);
    if (child->gone) {
        return;
    }
    child->asked = child->asked == 0 && ended ? milliseconds() : child->asked;
    int64_t since = child->asked == 0 ? 0 : milliseconds() - child->asked;
    if (since > WEIR__CHILD_GRACE_MS) {
        weir__child_signal(child, SIGKILL);
    }
    child->gone = ended && since > WEIR__CHILD_GRACE_MS + WEIR__CHILD_KILLED_MS;
}

static void open_child(weir_context *cx, weir__operation *operation)
{
    weir__child *child = malloc(sizeof *child);
    if (child == NULL) {
        weir_fail_with(cx, "memory", "no memory for a child process");
        return;
    }
    if (!weir__child_start(child, operation)) {
        free(child);
        weir_fail(cx, operation->error);
        operation->error = NULL;
        return;
    }
    operation->result.object = child;
}

static void close_child(weir__child *child, weir__operation *operation)
{
    child->operation = operation;
    child->dropping = true;
    weir__child_close(child, WEIR__CHILD_INPUT);
    if (!child->gone && !weir__child_reap(child)) {
        weir__child_signal(child, SIGTERM);
        child->asked = milliseconds();
    }
    while (!child->gone) {
        wait_a_moment(child);
        weir__child_move(child, WEIR__CHILD_OUTPUT);
        weir__child_move(child, WEIR__CHILD_ERRORS);
    }
    weir__child_leave(child, operation);
    free(child);
}

void weir__child_lines_work(weir_context *cx, void *argument)
{
    weir__operation *operation = argument;
    weir__child *child = operation->child;
    switch (operation->exec) {
    case WEIR__EXEC_RUN: weir__child_work(cx, operation); return;
    case WEIR__EXEC_OPEN: open_child(cx, operation); return;
    case WEIR__EXEC_NEXT:
        while (!weir__child_take(child, operation)) {
            if (weir_stop_asked(cx)) { // its CLOSE comes
                return;
            }
            wait_a_moment(child);
        }
        if (operation->error != NULL) {
            weir_fail(cx, operation->error);
            operation->error = NULL;
        }
        return;
    case WEIR__EXEC_CLOSE: close_child(child, operation); return;
    }
}
