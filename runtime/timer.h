// timer.h: what is due when.
//
// A weir__timer lies in what waits for a moment: a sleeping task, a scope with a deadline, a
// limiter that refills. Timers of equal duration stand in a row, first armed first due, so arming
// and disarming are a link or two; a duration that is seen for the first time goes straight into
// the heap that keeps the rows in order. Nothing here knows what a timer is for.
//
// The clock is read once a turn, and a turn may take long. A timer armed in a row counts from the
// turn's beginning at first; weir__timers_shift moves those armed in this turn by what the turn
// took, so that none is ever early.
#ifndef WEIR_TIMER_H
#define WEIR_TIMER_H

#include "env.h"
#include "weir.h"

typedef struct weir__link { // of a list that is a ring, with a link of its own at its head
    struct weir__link *next, *prev;
} weir__link;

typedef struct weir__timer {
    weir__link link; // in a row; in the heap: next is NULL and prev holds the place
    int64_t until;   // monotonic ns
} weir__timer;

typedef struct weir__row {
    weir__timer head; // of the ring; head.until is WEIR__ROW_HEAD
    int64_t duration;
    uint32_t place; // in the heap, while it is not empty
} weir__row;

typedef struct weir__due { // one place of the heap
    int64_t until;
    weir__timer *timer; // a row's head, or a timer that stands alone
} weir__due;

enum { WEIR__ROWS = 64 };

typedef struct weir__timers {
    weir__due *heap;      // 4-ary
    uint32_t count, room; // room is at least what stands alone now, and all rows
    uint32_t alone;
    weir__row *last;  // the row armed last
    uint64_t touched; // rows armed in this turn, a bit each
    weir__row rows[WEIR__ROWS];
} weir__timers;

void weir__timers_begin(weir__timers *timers);
void weir__timers_end(weir__timers *timers, weir__env *env);
// Sets a timer that is not armed: due `ns` after `now`, the turn's time. False: memory ended.
bool weir__timer_arm(weir__timers *timers, weir__env *env, weir__timer *timer, int64_t now,
                     int64_t ns);
// Sets one that is due at `until` exactly, and is not shifted.
bool weir__timer_arm_at(weir__timers *timers, weir__env *env, weir__timer *timer, int64_t until);
// Makes sure that `alone` timers can be armed without asking for memory. False: memory ended.
bool weir__timers_reserve(weir__timers *timers, weir__env *env, uint32_t alone);
void weir__timer_disarm(weir__timers *timers, weir__timer *timer);
// Takes the next timer that is due at `now` out, or gives NULL.
weir__timer *weir__timers_take(weir__timers *timers, int64_t now);
// When the next one is due; INT64_MAX: there is none.
static inline int64_t weir__timers_next(const weir__timers *timers)
{
    return timers->count == 0 ? INT64_MAX : timers->heap[0].until;
}
// The turn that began at `began` has taken `by` ns: what was armed in it is due that much later.
void weir__timers_shift(weir__timers *timers, int64_t began, int64_t by);

#endif
