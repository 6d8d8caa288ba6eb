// limiter.c: limiters defined and found, permits taken, waited for and released.
#include "limiter.h"

// ── one limiter ──────────────────────────────────────────────────────────────────────────────────

// Adds what has flowed into the bucket since it was looked at last. The remainder below one ns is
// kept: no drift.
static void refill(weir_limiter *limiter, int64_t now)
{
    int64_t since = now - limiter->at, missing = limiter->most - limiter->level;
    limiter->at = now;
    limiter->level = since > missing / limiter->rate ? limiter->most
                                                     : limiter->level + since * limiter->rate;
}

// How long until a start is allowed, as far as time decides: 0: now.
static int64_t time_to_start(weir_limiter *limiter, int64_t now)
{
    int64_t wait = limiter->paused > now ? limiter->paused - now : 0;
    if (limiter->rate > 0) {
        refill(limiter, now);
        int64_t missing = limiter->per - limiter->level;
        int64_t refilled = missing <= 0 ? 0 : (missing - 1) / limiter->rate + 1;
        wait = refilled > wait ? refilled : wait;
    }
    return wait;
}

static bool line_is_empty(const weir_limiter *limiter)
{
    return limiter->head.next == &limiter->head;
}

static bool is_timed(const weir_limiter *limiter)
{
    return limiter->rate > 0 || limiter->paused != 0;
}

static bool may_start(weir_runtime *runtime, weir_limiter *limiter)
{
    return limiter->held < limiter->limit &&
           (!is_timed(limiter) || time_to_start(limiter, runtime->now) == 0);
}

// What stands beside the task of a permit, in its pointer.
enum {
    MORE = 1, // in a line: another permit of the same group follows it
    HELD = 2,
};

static bool is_held(const weir_permit *permit)
{
    return ((uintptr_t)permit->task & HELD) != 0;
}

static weir_task *task_of(const weir_permit *permit)
{
    return (weir_task *)((uintptr_t)permit->task & ~(uintptr_t)(MORE | HELD));
}

static void link_last(weir_permit *head, weir_permit *permit)
{
    permit->next = head;
    permit->prev = head->prev;
    permit->prev->next = head->prev = permit;
}

static void unlink_from(weir_permit *permit)
{
    permit->next->prev = permit->prev;
    permit->prev->next = permit->next;
    permit->prev = NULL;
    permit->task = NULL;
}

static void unlist(weir_limiter *limiter)
{
    if (limiter->listed) {
        limiter->idle_prev->idle_next = limiter->idle_next;
        limiter->idle_next->idle_prev = limiter->idle_prev;
        limiter->listed = false;
    }
}

// A limiter of a key that nobody holds or waits for may go, once it is full.
static void list_if_idle(weir_limiter *limiter)
{
    weir__limiters *family = limiter->family;
    if (family->key != NULL && limiter->held == 0 && !limiter->listed && line_is_empty(limiter)) {
        limiter->idle_prev = family->idle.idle_prev;
        limiter->idle_next = &family->idle;
        limiter->idle_prev->idle_next = family->idle.idle_prev = limiter;
        limiter->listed = true;
    }
}

static void take(weir_limiter *limiter, weir_permit *permit, weir_task *task)
{
    unlist(limiter);
    limiter->held++;
    limiter->level -= limiter->rate > 0 ? limiter->per : 0;
    link_last(&limiter->holders, permit);
    permit->task = (weir_task *)((uintptr_t)task | HELD);
}

// ── the lines ────────────────────────────────────────────────────────────────────────────────────

static void stand_in_line(weir_permit *permit, weir_task *task, bool more)
{
    weir_limiter *limiter = permit->limiter;
    unlist(limiter);
    link_last(&limiter->head, permit);
    permit->task = (weir_task *)((uintptr_t)task | (more ? MORE : 0));
}

static bool more_follow(const weir_permit *permit)
{
    return ((uintptr_t)permit->task & MORE) != 0;
}

WEIR__RARE static void arm_refill(weir_runtime *runtime, weir_limiter *limiter)
{
    int64_t wait = limiter->armed || !is_timed(limiter) ? 0 : time_to_start(limiter, runtime->now);
    if (wait > 0) { // room for every limiter's timer was made when the limiter was
        limiter->armed = weir__timer_arm_at(&runtime->refills, runtime->env, &limiter->timer,
                                            runtime->now + wait);
    }
}

// Whether a group that waits may have all its permits now. Where it is first and only time is
// missing, a timer is set.
WEIR__RARE static bool may_have_all(weir_runtime *runtime, weir_permit *permits)
{
    bool all = true;
    for (weir_permit *permit = permits;; permit++) {
        weir_limiter *limiter = permit->limiter;
        if (limiter != NULL) {
            if (limiter->head.next != permit) {
                all = false;
            } else if (!may_start(runtime, limiter)) {
                all = false;
                if (limiter->held < limiter->limit) {
                    arm_refill(runtime, limiter);
                }
            }
        }
        if (!more_follow(permit)) {
            return all;
        }
    }
}

// The same for the first of a line, which mostly asks for no more than that.
static bool may_have(weir_runtime *runtime, weir_limiter *limiter, weir_permit *first)
{
    if (limiter->held >= limiter->limit) {
        return false;
    }
    if (!is_timed(limiter) && first->task == task_of(first) &&
        task_of(first)->wait.thing == first) {
        return true;
    }
    return may_have_all(runtime, task_of(first)->wait.thing);
}

// Grants what can be granted in a limiter's line, and then in the lines where that made someone
// else the first.
static void pump(weir_runtime *runtime, weir_limiter *limiter)
{
    weir_limiter *todo = NULL; // chained through pump_next; the one at hand is not in it
    for (;;) {
        weir_permit *first = limiter->head.next;
        weir_task *task = first == &limiter->head ? NULL : task_of(first);
        if (task == NULL || !may_have(runtime, limiter, first)) {
            if (todo == NULL) {
                return;
            }
            limiter = todo;
            todo = limiter->pump_next;
            limiter->pumping = false;
            continue;
        }
        bool more = true;
        for (weir_permit *permit = task->wait.thing; more; permit++) {
            weir_limiter *granted = permit->limiter;
            more = more_follow(permit);
            permit->task = NULL;
            if (granted == NULL) {
                continue;
            }
            unlink_from(permit);
            take(granted, permit, task);
            if (granted != limiter && !granted->pumping) {
                granted->pumping = true;
                granted->pump_next = todo;
                todo = granted;
            }
        }
        weir__wake(runtime, task, 0);
    }
}

void weir__limiter_due(weir_runtime *runtime, weir_limiter *limiter)
{
    limiter->armed = false;
    pump(runtime, limiter);
}

void weir__permits_withdraw(weir_runtime *runtime, weir_task *task)
{
    weir_permit *permits = task->wait.thing;
    uint32_t count = 1;
    for (const weir_permit *permit = permits; more_follow(permit); permit++) {
        count++;
    }
    for (uint32_t i = 0; i < count; i++) {
        permits[i].task = NULL;
        if (permits[i].limiter != NULL) {
            unlink_from(&permits[i]);
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        if (permits[i].limiter != NULL) {
            pump(runtime, permits[i].limiter);
            list_if_idle(permits[i].limiter);
        }
    }
}

// ── permits ──────────────────────────────────────────────────────────────────────────────────────

void weir_permit_want(weir_permit *permit, weir_limiter *limiter)
{
    permit->limiter = limiter;
    permit->next = permit->prev = NULL;
    permit->task = NULL;
}

// The same limiter twice is one permit.
static void forget_doubles(weir_permit *permits, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        for (uint32_t k = 0; k < i; k++) {
            if (permits[k].limiter == permits[i].limiter) {
                permits[i].limiter = NULL;
            }
        }
    }
}

// Whether a task would wait for itself: all permits are its own, or of those that call it.
static bool holds_all(weir_runtime *runtime, const weir_limiter *limiter, weir_task *task)
{
    enum { CALLERS = 64 }; // looked at; further out only the report of a deadlock tells
    if (limiter->held < limiter->limit) {
        return false;
    }
    const weir_permit *permit = limiter->holders.next;
    for (; permit != &limiter->holders; permit = permit->next) {
        weir_task *holder = task;
        for (int i = 0; i < CALLERS && holder != NULL && holder != task_of(permit); i++) {
            bool called = (holder->flags & WEIR__PRIVATE) != 0;
            holder = called ? *weir__extra(weir__machine(runtime, holder), holder) : NULL;
        }
        if (holder != task_of(permit)) {
            return false;
        }
    }
    return true;
}

WEIR__RARE static bool waits_for_itself(weir_context *cx, const weir_permit *permits,
                                        uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (permits[i].limiter != NULL && holds_all(cx->runtime, permits[i].limiter, cx->task)) {
            weir_fail_with(cx, "deadlock", "a task waits for a permit of %s that it holds itself",
                           permits[i].limiter->family->name);
            return true;
        }
    }
    return false;
}

weir_step weir_acquire(weir_context *cx, weir_permit *permits, uint32_t count)
{
    if (!weir__may_wait(cx)) {
        return WEIR_NEXT;
    }
    weir_runtime *runtime = cx->runtime;
    bool all = true, any = false;
    forget_doubles(permits, count);
    for (uint32_t i = 0; i < count; i++) {
        weir_limiter *limiter = permits[i].limiter;
        any = any || limiter != NULL;
        all = all && (limiter == NULL || (line_is_empty(limiter) && may_start(runtime, limiter)));
    }
    if (all) {
        for (uint32_t i = 0; i < count; i++) {
            if (permits[i].limiter != NULL) {
                take(permits[i].limiter, &permits[i], cx->task);
            }
        }
        return weir__over(cx);
    }
    if (waits_for_itself(cx, permits, count)) {
        return WEIR_NEXT;
    }
    for (uint32_t i = 0; i < count; i++) {
        permits[i].task = (weir_task *)(uintptr_t)(i + 1 < count);
        if (permits[i].limiter != NULL) {
            stand_in_line(&permits[i], cx->task, i + 1 < count);
        }
    }
    if (count > 1 || is_timed(permits->limiter)) {
        may_have_all(runtime, permits); // sets the timers
    }
    return weir__wait(cx->task, WEIR__ACQUIRES, permits);
}

// A failure that says when to come back holds up all who would take the same permits.
void weir__permits_pause(const weir_context *cx, const weir_permit *permits, uint32_t count)
{
    const weir_error *error = cx->pending;
    if (WEIR__USUAL(error == NULL || error->retry_after <= 0)) {
        return;
    }
    int64_t now = cx->runtime->now;
    int64_t until = error->retry_after > INT64_MAX - now ? INT64_MAX : now + error->retry_after;
    for (uint32_t i = 0; i < count; i++) {
        weir_limiter *limiter = permits[i].limiter;
        if (limiter != NULL && is_held(&permits[i]) && limiter->paused < until) {
            limiter->paused = until;
        }
    }
}

void weir_release(weir_context *cx, weir_permit *permits, uint32_t count)
{
    weir__permits_pause(cx, permits, count);
    for (uint32_t i = 0; i < count; i++) {
        if (permits[i].limiter != NULL && is_held(&permits[i])) {
            permits[i].limiter->held--;
            unlink_from(&permits[i]);
            permits[i].next = &permits[i]; // given back in this call
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        if (permits[i].next == &permits[i]) {
            permits[i].next = NULL;
            if (!line_is_empty(permits[i].limiter)) {
                pump(cx->runtime, permits[i].limiter);
            }
            list_if_idle(permits[i].limiter);
        }
    }
}

// ── defined and found ────────────────────────────────────────────────────────────────────────────

// A limiter of a family; NULL: memory is pending.
static weir_limiter *limiter_new(weir_context *cx, weir__limiters *family)
{
    weir_runtime *runtime = cx->runtime;
    bool room = weir__timers_reserve(&runtime->refills, runtime->env, runtime->limiters_alive + 1);
    weir_limiter *limiter = room ? weir__block_take(runtime, sizeof *limiter) : NULL;
    if (limiter == NULL) {
        weir__fail_memory(cx);
        return NULL;
    }
    memset(limiter, 0, sizeof *limiter);
    runtime->limiters_alive++;
    limiter->family = family;
    limiter->head.next = limiter->head.prev = &limiter->head;
    limiter->holders.next = limiter->holders.prev = &limiter->holders;
    limiter->limit = family->limit == 0 ? INT64_MAX : family->limit;
    limiter->rate = family->rate;
    limiter->per = family->per;
    if (family->rate > 0) {
        // less than a ns more: see refill
        limiter->most = family->burst * family->per + family->rate - 1;
        limiter->level = family->burst * family->per;
    }
    limiter->at = runtime->now;
    return limiter;
}

// name: NULL for the limiter of a form.
static bool are_sound(weir_context *cx, const char *name, int64_t limit, int64_t rate, int64_t per,
                      int64_t burst)
{
    const char *wrong = limit < 0                ? "limit must be at least 1"
                        : rate < 0               ? "rate must be at least 1"
                        : rate > 0 && per <= 0   ? "the time of a rate must be more than 0s"
                        : rate > 0 && burst <= 0 ? "burst must be at least 1"
                        : rate > 0 && burst > (INT64_MAX - rate) / per / 2
                            ? "burst is too large for the time of the rate"
                            : NULL;
    if (wrong != NULL) {
        weir_fail_with(cx, "type", "%s%s%s%s", name == NULL ? "" : "limiter ",
                       name == NULL ? "" : name, name == NULL ? "" : ": ", wrong);
    }
    return wrong == NULL;
}

void weir_limiter_define(weir_context *cx, uint32_t index, const char *name, int64_t limit,
                         int64_t rate, int64_t per, int64_t burst, const weir_type *key)
{
    if (cx->pending != NULL || !are_sound(cx, name, limit, rate, per, burst)) {
        return;
    }
    weir__limiters *family = &cx->runtime->limiters[index];
    *family = (weir__limiters){
        .name = name, .limit = limit, .rate = rate, .per = per, .burst = burst, .key = key};
    family->idle.idle_next = family->idle.idle_prev = &family->idle;
    if (key == NULL) {
        family->only = limiter_new(cx, family);
    }
}

void weir_limiter_open(weir_context *cx, weir_limiter **place, int64_t limit, int64_t rate,
                       int64_t per, int64_t burst)
{
    *place = NULL;
    if (cx->pending != NULL || !are_sound(cx, NULL, limit, rate, per, burst)) {
        return;
    }
    weir__limiters *family = weir__block_take(cx->runtime, sizeof *family);
    if (family == NULL) {
        weir__fail_memory(cx);
        return;
    }
    *family = (weir__limiters){.limit = limit, .rate = rate, .per = per, .burst = burst};
    *place = limiter_new(cx, family);
    if (*place == NULL) {
        weir__block_give(cx->runtime, family, sizeof *family);
    }
}

void weir_limiter_close(weir_context *cx, weir_limiter **place)
{
    weir_limiter *limiter = *place;
    weir_runtime *runtime = cx->runtime;
    *place = NULL;
    if (limiter == NULL) {
        return;
    }
    if (limiter->armed) { // for one that was cancelled in the line
        weir__timer_disarm(&runtime->refills, &limiter->timer);
    }
    runtime->limiters_alive--;
    weir__block_give(runtime, limiter->family, sizeof *limiter->family);
    weir__block_give(runtime, limiter, sizeof *limiter);
}

static weir_limiter **bucket_of(weir__limiters *family, uint64_t hash)
{
    return &family->table[hash & (family->room - 1)];
}

static bool grow_table(weir_runtime *runtime, weir__limiters *family)
{
    uint64_t room = family->room == 0 ? 16 : family->room * 2;
    weir_limiter **table = weir__block_take(runtime, room * sizeof *table);
    if (table == NULL) {
        return false;
    }
    memset(table, 0, room * sizeof *table);
    for (uint64_t i = 0; i < family->room; i++) {
        for (weir_limiter *limiter = family->table[i], *next; limiter != NULL; limiter = next) {
            next = limiter->next;
            limiter->next = table[limiter->hash & (room - 1)];
            table[limiter->hash & (room - 1)] = limiter;
        }
    }
    if (family->table != NULL) {
        weir__block_give(runtime, family->table, family->room * sizeof *table);
    }
    family->table = table;
    family->room = room;
    return true;
}

static void forget(weir_runtime *runtime, weir_limiter *limiter)
{
    weir__limiters *family = limiter->family;
    weir_limiter **place = bucket_of(family, limiter->hash);
    while (*place != limiter) {
        place = &(*place)->next;
    }
    *place = limiter->next;
    family->count--;
    unlist(limiter);
    weir__drop_word(family->key, limiter->key);
    runtime->limiters_alive--;
    weir__block_give(runtime, limiter, sizeof *limiter);
}

// Frees a few that are idle and full: each new one pays for old ones. One asked for in this turn is
// about to be used.
static void forget_some(weir_runtime *runtime, weir__limiters *family)
{
    for (int i = 0; i < 4 && family->idle.idle_next != &family->idle; i++) {
        weir_limiter *limiter = family->idle.idle_next;
        if (limiter->rate > 0) {
            refill(limiter, runtime->now);
        }
        bool full = limiter->rate == 0 || limiter->level >= family->burst * family->per;
        if (full && limiter->paused <= runtime->now && limiter->touched < runtime->turn &&
            !limiter->armed) {
            forget(runtime, limiter);
        } else {
            unlist(limiter);
            list_if_idle(limiter);
        }
    }
}

weir_limiter *weir_limiter_at(weir_context *cx, uint32_t index, const void *key)
{
    if (cx->pending != NULL) {
        return NULL;
    }
    weir_runtime *runtime = cx->runtime;
    weir__limiters *family = &runtime->limiters[index];
    if (family->key == NULL) {
        return family->only;
    }
    uint64_t hash = weir__hash(family->key, key, runtime->hash_key);
    if (family->room > 0) {
        for (weir_limiter *limiter = *bucket_of(family, hash); limiter != NULL;
             limiter = limiter->next) {
            if (limiter->hash == hash && weir_equal(family->key, &limiter->key, key)) {
                limiter->touched = runtime->turn;
                return limiter;
            }
        }
    }
    forget_some(runtime, family);
    if (family->count >= family->room && !grow_table(runtime, family)) {
        weir__fail_memory(cx);
        return NULL;
    }
    weir_limiter *limiter = limiter_new(cx, family);
    if (limiter == NULL) {
        return NULL;
    }
    memcpy(&limiter->key, key, sizeof limiter->key);
    weir__keep_word(family->key, limiter->key);
    limiter->hash = hash;
    limiter->touched = runtime->turn;
    limiter->next = *bucket_of(family, hash);
    *bucket_of(family, hash) = limiter;
    family->count++;
    list_if_idle(limiter);
    return limiter;
}

static void family_free(weir_runtime *runtime, weir__limiters *family)
{
    if (family->only != NULL) {
        weir__block_give(runtime, family->only, sizeof *family->only);
    }
    for (uint64_t i = 0; i < family->room; i++) {
        while (family->table[i] != NULL) {
            forget(runtime, family->table[i]);
        }
    }
    if (family->table != NULL) {
        weir__block_give(runtime, family->table, family->room * sizeof(weir_limiter *));
    }
}

void weir__limiters_free(weir_runtime *runtime)
{
    for (uint32_t i = 0; i < runtime->limiter_count; i++) {
        family_free(runtime, &runtime->limiters[i]);
    }
}
