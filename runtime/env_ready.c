// env_ready.c: files that are not ready until someone else writes: pipes, terminals, the news of a
// directory. The loop waits for them, so that no thread of the pool does; when one is ready it is
// read at once.
#include <fcntl.h>
#include <stdlib.h>

#include "env_files.h"
#include "env_uv.h"

typedef struct Wait {
    uv_poll_t poll;
    weir__uv *uv;
    weir__operation *operation;
} Wait;

static void closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void forget(Wait *wait)
{
    wait->operation->outside = NULL;
    wait->operation->awaits = false;
    uv_poll_stop(&wait->poll);
    uv_close((uv_handle_t *)&wait->poll, closed);
}

static void ready(uv_poll_t *poll, int status, int events)
{
    (void)status; // an error is met by reading
    (void)events;
    Wait *wait = poll->data;
    weir__operation *operation = wait->operation;
    forget(wait);
    weir_context cx = {.runtime = operation->runtime};
    operation->work(&cx, operation->args);
    operation->error = weir_take(&cx);
    weir__uv_finish(wait->uv, operation);
}

bool weir__ready_begin(weir__uv *uv, weir__operation *operation)
{
    if (!weir__file_waits(operation)) {
        return false;
    }
    Wait *wait = calloc(1, sizeof *wait);
    if (wait == NULL) {
        return false;
    }
    // libuv takes the file out of blocking mode, which a terminal shares with other programs.
    int mode = fcntl(operation->file, F_GETFL);
    int error = uv_poll_init(uv->loop, &wait->poll, operation->file);
    if (mode >= 0) {
        fcntl(operation->file, F_SETFL, mode);
    }
    if (error != 0) { // such as /dev/null: it is always ready
        free(wait);
        return false;
    }
    wait->poll.data = wait;
    wait->uv = uv;
    wait->operation = operation;
    operation->outside = wait;
    operation->awaits = true;
    uv_poll_start(&wait->poll, UV_READABLE, ready);
    return true;
}

bool weir__ready_cancel(weir__uv *uv, weir__operation *operation)
{
    if (!operation->awaits) {
        return false;
    }
    forget(operation->outside);
    weir__uv_set_cancelled(operation);
    weir__uv_finish_later(uv, operation);
    return true;
}
