// limiter_retry.c: whether another attempt is due, and when.
#include "limiter.h"
#include "scope.h"

void weir_retry_begin(weir_context *cx, weir_retry *retry, int64_t most, int64_t from, int64_t to)
{
    retry->most = most;
    retry->from = from;
    retry->to = to < from ? from : to;
    retry->tried = 0;
    const char *wrong = most < 0    ? "retry must not be negative"
                        : from < 0  ? "backoff must not be negative"
                        : to < from ? "the backoff ends before it begins"
                                    : NULL;
    if (cx->pending == NULL && wrong != NULL) {
        weir_fail_with(cx, "type", "%s", wrong);
    }
}

// Faults are bugs or exhaustion, and who was cancelled does not begin again.
static bool may_be_retried(const weir_error *error)
{
    static const char *const never[] = {"index",  "overflow", "math",     "type",
                                        "assert", "memory",   "deadlock", "cancelled"};
    for (size_t i = 0; i < sizeof never / sizeof *never; i++) {
        if (strcmp(error->kind->bytes, never[i]) == 0) {
            return false;
        }
    }
    return !error->permanent && !weir_unwinding(error);
}

// Full jitter: anything up to from * 2^tried, and up to `to`.
static int64_t backoff(weir_runtime *runtime, const weir_retry *retry)
{
    int64_t most = retry->from;
    for (int64_t i = 0; i < retry->tried && most < retry->to; i++) {
        most = most > retry->to / 2 ? retry->to : most * 2;
    }
    return most == 0 ? 0 : (int64_t)(runtime->env->random(runtime->env) % ((uint64_t)most + 1));
}

bool weir_retry_again(weir_context *cx, weir_retry *retry, const weir_permit *permits,
                      uint32_t count, int64_t *pause)
{
    weir_runtime *runtime = cx->runtime;
    const weir_error *error = cx->pending;
    *pause = 0;
    if (error == NULL || !may_be_retried(error)) {
        return false;
    }
    if (retry->tried >= retry->most) {
        return false;
    }
    int64_t wait = backoff(runtime, retry);
    wait = error->retry_after > wait ? error->retry_after : wait;
    int64_t deadline = weir__scope_deadline(cx->task->scope);
    if (deadline != INT64_MAX && wait >= deadline - runtime->now) {
        return false;
    }
    retry->tried++;
    weir__permits_pause(cx, permits, count);
    weir_drop(weir_take(cx));
    *pause = wait;
    return true;
}
