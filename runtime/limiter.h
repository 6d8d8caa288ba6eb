// limiter.h: permits: how many at once, and how often.
//
// A limiter counts permits that are held, and measures starts with a token bucket whose level is
// exact: in units of 1/per of a token, so that a rate never drifts. Who can't have a permit stands
// in the limiter's line; who needs several stands in all lines, and is granted all at once when it
// is first everywhere. Since one arrival joins all its lines at once, the earliest is always first
// in all of its own: nobody starves, and nobody holds one permit while waiting for another.
#ifndef WEIR_LIMITER_H
#define WEIR_LIMITER_H

#include "task.h"

struct weir_limiter {
    weir__timer timer; // in runtime->refills, while armed
    struct weir__limiters *family;
    weir_permit head;        // of the line, a ring
    weir_permit holders;     // the same of those that are held
    int64_t limit, held;     // permits; limit INT64_MAX: none
    int64_t rate, per;       // starts per ns; rate 0: none
    int64_t level, most, at; // of the bucket, and when it was so
    int64_t paused;          // nobody starts before
    bool armed;
    bool listed;      // idle: in the family's idle list
    uint64_t touched; // the turn it was last asked for
    // One for a key:
    uint64_t hash;
    weir_word key;
    weir_limiter *next; // of equal place in the table
    weir_limiter *idle_next, *idle_prev;
    weir_limiter *pump_next; // to be looked at, while another one is
    bool pumping;
};

typedef struct weir__limiters { // a declared limiter, and those for its keys
    weir_limiter *only;         // without keys
    const char *name;
    int64_t limit, rate, per, burst;
    const weir_type *key; // NULL: without keys
    weir_limiter **table;
    uint64_t count, room; // room: a power of two, or 0
    weir_limiter idle;    // head of a ring, the longest idle first
} weir__limiters;

// A refill or a pause is over.
void weir__limiter_due(weir_runtime *runtime, weir_limiter *limiter);
// A task that waits for permits no longer does.
void weir__permits_withdraw(weir_runtime *runtime, weir_task *task);
// A failure is pending that says when to come back (retry_after): nobody starts before then in the
// limiters that are held.
void weir__permits_pause(const weir_context *cx, const weir_permit *permits, uint32_t count);
void weir__limiters_free(weir_runtime *runtime);

#endif
