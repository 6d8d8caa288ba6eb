// exit.c: `exit`: the program ends as after a signal, by a cancel that begins at main, so that each
// cleanup runs; its status is what was said.
#include "task.h"

#include "scope.h"

weir_step weir_exit(weir_context *cx, int64_t status)
{
    if (!weir__may_wait(cx)) {
        return WEIR_NEXT;
    }
    weir_runtime *runtime = cx->runtime;
    if (runtime->main == NULL) { // it is a host that has called: that goes on
        weir_fail_with(cx, "exit", "exit(%lld)", (long long)status);
        return WEIR_NEXT;
    }
    if (!runtime->exits) { // the first one counts
        runtime->exits = true;
        runtime->status = status < 0 || status > 255 ? 255 : (int)status;
    }
    weir__task_cancel(runtime, runtime->main);
    weir__refuse_wait(cx); // nothing comes after it, in a cleanup either
    return WEIR_NEXT;
}

bool weir__runtime_exits(const weir_runtime *runtime, int *status)
{
    *status = runtime->status;
    return runtime->exits;
}
