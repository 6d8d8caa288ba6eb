// gather_hand.c: a gather whose results go on to the reader of a stream, as they come or in the
// order in which they were started. A child that has ended counts as in flight until its result is
// taken.
#include "gather.h"

// In starting order, those that have ended stand in a row: the one at place p (from `taken` on) at
// p modulo its room, a power of two.
struct weir__places {
    uint64_t room;
    weir_task *ended[];
};

static weir_task **ended_at(const weir_gather *gather, uint64_t place)
{
    struct weir__places *places = gather->entries;
    return places == NULL ? NULL : &places->ended[place & (places->room - 1)];
}

static size_t places_size(uint64_t room)
{
    return sizeof(struct weir__places) + (size_t)room * sizeof(weir_task *);
}

static void free_places(weir_runtime *runtime, weir_gather *gather)
{
    if (!weir__has(gather, WEIR__ORDERED) || gather->entries == NULL) {
        return;
    }
    struct weir__places *places = gather->entries;
    for (uint64_t place = gather->taken; place < gather->started; place++) {
        weir_task *task = places->ended[place & (places->room - 1)];
        if (task != NULL) {
            weir__gather_add(gather, task);
        }
    }
    gather->entries = NULL;
    weir__block_give(runtime, places, places_size(places->room));
}

// A place for the next one to be started. False: memory ended.
bool weir__gather_make_place(weir_runtime *runtime, weir_gather *gather)
{
    const struct weir__places *before = gather->entries;
    uint64_t room = before == NULL ? 0 : before->room;
    if (gather->started - gather->taken < room) {
        return true;
    }
    struct weir__places *places = weir__block_take(runtime, places_size(room == 0 ? 8 : room * 2));
    if (places == NULL) {
        return false;
    }
    places->room = room == 0 ? 8 : room * 2;
    memset(places->ended, 0, (size_t)places->room * sizeof *places->ended);
    for (uint64_t place = gather->taken; place < gather->started; place++) {
        places->ended[place & (places->room - 1)] = *ended_at(gather, place);
    }
    if (before != NULL) {
        weir__block_give(runtime, gather->entries, places_size(room));
    }
    gather->entries = places;
    return true;
}

// The next one whose result can be taken, out of the ring or row; NULL: there is none yet.
weir_task *weir__gather_next_done(weir_gather *gather)
{
    if (!weir__has(gather, WEIR__ORDERED) || gather->entries == NULL) {
        return weir__gather_first(gather);
    }
    weir_task **place = ended_at(gather, gather->taken);
    weir_task *task = *place;
    if (task != NULL) {
        *place = NULL;
        gather->taken++;
    }
    return task;
}

bool weir__gather_take_next(weir_runtime *runtime, weir_gather *gather, weir_word *word,
                            weir_error **error)
{
    weir_task *task = weir__gather_next_done(gather);
    if (task == NULL) {
        return false;
    }
    weir__scope_forget(&gather->scope, task);
    *error = weir__gather_outcome(task);
    *word = weir__gather_take(runtime, gather, task, error);
    weir__gather_check(runtime, &gather->scope);
    return true;
}

// One whose result is handed on has ended.
void weir__gather_finished(weir_runtime *runtime, weir_gather *gather, weir_task *task,
                           weir_error *error)
{
    weir_scope *scope = &gather->scope;
    weir_stream *stream = gather->results;
    bool failed = error != NULL && !weir__has(gather, WEIR__COLLECTS);
    if (weir_unwinding(error) || stream == NULL) { // nobody takes it
        bool killed = (task->flags & WEIR__KILLED) != 0;
        weir__scope_forget(scope, task);
        weir_word word = weir__gather_take(runtime, gather, task, &error);
        if (error != NULL) {
            weir__scope_absorb(runtime, scope, error, killed);
        } else if (gather->type != NULL) {
            weir__drop_word(gather->type, word);
        }
        weir__gather_check(runtime, scope);
        weir__scope_check(runtime, scope);
        return;
    }
    weir__gather_note(task, error);
    scope->bits |= failed ? WEIR__FAILING : 0;
    if (weir__has(gather, WEIR__ORDERED)) {
        uint64_t place = (uintptr_t)*weir__extra(weir__machine(runtime, task), task);
        *ended_at(gather, place) = task;
    } else {
        weir__gather_add(gather, task);
    }
    weir__stream_offer(runtime, stream);
}

// What its items come from may have failed (pending): then what has begun is still handed on, and
// the failure comes behind it. Where results overtake each other so does the failure: what runs is
// cancelled.
weir_step weir_gather_drain(weir_context *cx, weir_gather *gather)
{
    weir_scope *scope = &gather->scope;
    if (cx->pending == NULL) {
        if (!weir__may_wait(cx)) {
            return WEIR_NEXT;
        }
    } else if (weir_unwinding(cx->pending) || gather->results == NULL || weir__is_asked(cx->task)) {
        return WEIR_NEXT; // nobody takes them
    } else if (scope->live > 0) {
        weir_error *error = weir_take(cx);
        scope->error = scope->error == NULL ? error : weir__error_join(cx, scope->error, error);
        scope->bits |= WEIR__FAILING;
        if (!weir__has(gather, WEIR__ORDERED)) {
            weir__scope_cancel(cx->runtime, scope);
        }
    }
    if (scope->live == 0) {
        return cx->pending == NULL ? weir__over(cx) : WEIR_NEXT;
    }
    scope->bits |= WEIR__DRAINS;
    return weir__wait(cx->task, WEIR__GATHERS, gather);
}

// Its task leaves, whether all has been taken or not.
void weir__gather_stop(weir_context *cx, weir_gather *gather)
{
    weir_stream *stream = gather->results;
    if (stream != NULL) {
        stream->gather = NULL;
        gather->results = NULL;
    }
    free_places(cx->runtime, gather);
    weir__gather_drop(cx, gather);
}
