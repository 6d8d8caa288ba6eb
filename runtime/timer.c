// timer.c: rows of equal durations, and a heap over them.
#include "timer.h"

enum { ROW_HEAD = -1 }; // `until` of a row's head: no timer has a negative one

void weir__timers_begin(weir__timers *timers)
{
    memset(timers, 0, sizeof *timers);
    for (uint32_t i = 0; i < WEIR__ROWS; i++) {
        weir__row *row = &timers->rows[i];
        row->head.link.next = row->head.link.prev = &row->head.link;
        row->head.until = ROW_HEAD;
        row->duration = -1;
    }
    timers->last = &timers->rows[0];
}

void weir__timers_end(weir__timers *timers, weir__env *env)
{
    env->release(env, timers->heap);
    timers->heap = NULL;
}

// ── the heap ─────────────────────────────────────────────────────────────────────────────────────

static void put_at(weir__timers *timers, uint32_t place, weir__due due)
{
    timers->heap[place] = due;
    if (due.timer->until == ROW_HEAD) {
        ((weir__row *)(void *)due.timer)->place = place;
    } else {
        due.timer->link.prev = (weir__link *)(uintptr_t)place;
    }
}

static void sift_up(weir__timers *timers, uint32_t place, weir__due due)
{
    while (place > 0) {
        uint32_t above = (place - 1) / 4;
        if (timers->heap[above].until <= due.until) {
            break;
        }
        put_at(timers, place, timers->heap[above]);
        place = above;
    }
    put_at(timers, place, due);
}

static void sift_down(weir__timers *timers, uint32_t place, weir__due due)
{
    for (;;) {
        uint32_t first = place * 4 + 1;
        if (first >= timers->count) {
            break;
        }
        uint32_t least = first;
        uint32_t end = first + 4 < timers->count ? first + 4 : timers->count;
        for (uint32_t i = first + 1; i < end; i++) {
            if (timers->heap[i].until < timers->heap[least].until) {
                least = i;
            }
        }
        if (timers->heap[least].until >= due.until) {
            break;
        }
        put_at(timers, place, timers->heap[least]);
        place = least;
    }
    put_at(timers, place, due);
}

static void move_to(weir__timers *timers, uint32_t place, weir__due due)
{
    if (place > 0 && timers->heap[(place - 1) / 4].until > due.until) {
        sift_up(timers, place, due);
    } else {
        sift_down(timers, place, due);
    }
}

static void remove_at(weir__timers *timers, uint32_t place)
{
    timers->count--;
    if (place < timers->count) {
        move_to(timers, place, timers->heap[timers->count]);
    }
}

bool weir__timers_reserve(weir__timers *timers, weir__env *env, uint32_t alone)
{
    uint32_t needed = alone + WEIR__ROWS;
    if (needed <= timers->room) {
        return true;
    }
    uint32_t room = needed + needed / 2;
    weir__due *heap = env->resize(env, timers->heap, (size_t)room * sizeof *heap);
    if (heap == NULL) {
        return false;
    }
    timers->heap = heap;
    timers->room = room;
    return true;
}

// ── arming ───────────────────────────────────────────────────────────────────────────────────────

static bool row_is_empty(const weir__row *row)
{
    return row->head.link.next == &row->head.link;
}

static weir__timer *timer_of(weir__link *link)
{
    return (weir__timer *)(void *)link;
}

// The row for a duration, or NULL when its place is taken by another one.
static weir__row *row_for(weir__timers *timers, int64_t ns)
{
    weir__row *row = timers->last;
    if (row->duration != ns) {
        row = &timers->rows[(uint64_t)ns * 0x9e3779b97f4a7c15u >> 58];
        if (row->duration != ns) {
            if (!row_is_empty(row)) {
                return NULL;
            }
            row->duration = ns;
        }
        timers->last = row;
    }
    return row;
}

static int64_t moment(int64_t now, int64_t ns)
{
    return ns > INT64_MAX - 1 - now ? INT64_MAX - 1 : now + ns;
}

bool weir__timer_arm_at(weir__timers *timers, weir__env *env, weir__timer *timer, int64_t until)
{
    if (!weir__timers_reserve(timers, env, timers->alone + 1)) {
        return false;
    }
    timer->until = until;
    timer->link.next = NULL;
    timers->alone++;
    sift_up(timers, timers->count++, (weir__due){until, timer});
    return true;
}

bool weir__timer_arm(weir__timers *timers, weir__env *env, weir__timer *timer, int64_t now,
                     int64_t ns)
{
    if (timers->room == 0 && !weir__timers_reserve(timers, env, 1)) {
        return false;
    }
    weir__row *row = row_for(timers, ns);
    if (row == NULL) { // what stands alone is not shifted
        return weir__timer_arm_at(timers, env, timer, moment(env->now(env), ns));
    }
    weir__link *last = row->head.link.prev;
    timer->until = moment(now, ns);
    timer->link.next = &row->head.link;
    timer->link.prev = last;
    last->next = row->head.link.prev = &timer->link;
    timers->touched |= (uint64_t)1 << (row - timers->rows);
    if (last == &row->head.link) {
        sift_up(timers, timers->count++, (weir__due){timer->until, &row->head});
    }
    return true;
}

// After its first timer is gone.
static void first_has_left(weir__timers *timers, weir__row *row)
{
    if (row_is_empty(row)) {
        remove_at(timers, row->place);
    } else {
        int64_t until = timer_of(row->head.link.next)->until;
        if (until != timers->heap[row->place].until) {
            sift_down(timers, row->place, (weir__due){until, &row->head});
        }
    }
}

void weir__timer_disarm(weir__timers *timers, weir__timer *timer)
{
    weir__link *next = timer->link.next, *prev = timer->link.prev;
    if (next == NULL) {
        timers->alone--;
        remove_at(timers, (uint32_t)(uintptr_t)prev);
        return;
    }
    prev->next = next;
    next->prev = prev;
    if (timer_of(prev)->until == ROW_HEAD) {
        first_has_left(timers, (weir__row *)(void *)prev);
    }
}

weir__timer *weir__timers_take(weir__timers *timers, int64_t now)
{
    if (timers->count == 0 || timers->heap[0].until > now) {
        return NULL;
    }
    weir__timer *timer = timers->heap[0].timer;
    if (timer->until == ROW_HEAD) {
        timer = timer_of(timer->link.next);
    }
    weir__timer_disarm(timers, timer);
    return timer;
}

void weir__timers_shift(weir__timers *timers, int64_t began, int64_t by)
{
    uint64_t touched = timers->touched;
    timers->touched = 0;
    for (uint32_t i = 0; touched != 0 && by > 0; i++, touched >>= 1) {
        weir__row *row = &timers->rows[i];
        if ((touched & 1) == 0 || row_is_empty(row)) {
            continue;
        }
        // Only those at the end of the row can have been armed in this turn.
        for (weir__link *link = row->head.link.prev; link != &row->head.link; link = link->prev) {
            weir__timer *timer = timer_of(link);
            if (timer->until - row->duration < began || timer->until >= INT64_MAX - 1 - by) {
                break;
            }
            timer->until += by;
        }
        int64_t until = timer_of(row->head.link.next)->until;
        if (until != timers->heap[row->place].until) {
            sift_down(timers, row->place, (weir__due){until, &row->head});
        }
    }
}
