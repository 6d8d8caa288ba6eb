// stream_every.c: `every(d)`: the time, at once and then every d, counted from the first. A reader
// that is late gets one tick for all that it missed.
#include "stream.h"

enum { EVERY_BEGINS, EVERY_SLEPT, EVERY_TICKED, EVERY_STATES };

struct every {
    uint32_t state;
    int64_t period, due, tick; // ns; due: monotonic; tick: a time
};

static weir_step every_resume(weir_context *cx, void *frame);

static const weir_site every_sites[EVERY_STATES] = {
    {.words = "every"}, {.words = "every"}, {.words = "every"}};

static const weir_machine every_machine = {
    .name = "every",
    .file = "",
    .frame_size = sizeof(struct every),
    .sites = every_sites,
    .site_count = EVERY_STATES,
    .resume = every_resume,
};

static weir_step every_resume(weir_context *cx, void *frame)
{
    struct every *self = frame;
    for (;;) {
        weir_step step;
        int64_t now = cx->runtime->now;
        if (weir_failed(cx)) {
            return weir_leave_failed(cx, &every_machine, self);
        }
        switch (self->state) {
        case EVERY_TICKED: {
            int64_t late = now - self->due;
            int64_t passed = late / self->period; // periods nobody asked for
            if (passed > 0) {
                self->due += (passed - 1) * self->period;
            }
            self->due += self->period;
            self->state = EVERY_SLEPT;
            step = self->due > now ? weir_sleep(cx, self->due - now) : WEIR_NEXT;
            break;
        }
        case EVERY_BEGINS: self->due = now; // fall through
        default:
            self->tick = weir_now(cx);
            self->state = EVERY_TICKED;
            step = weir_yield(cx, &self->tick);
            break;
        }
        if (step != WEIR_NEXT) {
            return step;
        }
    }
}

int64_t weir_period(weir_context *cx, int64_t period)
{
    if (period < 1 && cx->pending == NULL) {
        weir_fail_with(cx, "type", "every must be at least 1ns");
    }
    return period;
}

weir_stream *weir_every(weir_context *cx, weir_scope *scope, int64_t period)
{
    weir_period(cx, period);
    weir_stream *stream;
    struct every *self = weir_stream_start(cx, scope, &every_machine, &weir_type_time, false,
                                           &stream);
    if (self != NULL) {
        *self = (struct every){.state = EVERY_BEGINS, .period = period};
    }
    return stream;
}
