// gather.c: children started, their results collected in order or as they come, and the first of
// them.
#include "gather.h"

#include <stdarg.h>

#include "waitlist.h"

static weir_gather *gather_of(weir_scope *scope)
{
    return (weir_gather *)(void *)scope;
}

// Whether its owner waits for room, or for the next one to end.
static bool waits_for(const weir_gather *gather)
{
    const weir_task *owner = gather->scope.task;
    return weir__waits(owner) == WEIR__GATHERS && owner->wait.thing == gather;
}

// ── opening and starting ─────────────────────────────────────────────────────────────────────────

void weir_gather_open(weir_context *cx, weir_gather *gather, uint32_t flags, int64_t limit,
                      const weir_type *type)
{
    uint32_t bits = WEIR__IS_GATHER;
    bits |= (flags & WEIR_COLLECT) != 0 ? WEIR__COLLECTS : 0;
    bits |= (flags & WEIR_COMPLETED) != 0 ? WEIR__COMPLETES : 0;
    bits |= (flags & WEIR_RACE) != 0 ? WEIR__RACES : 0;
    bits |= (flags & WEIR_HAND_ON) != 0 ? WEIR__HANDS_ON : 0;
    bits |= (flags & WEIR_ORDERED) != 0 ? WEIR__ORDERED : 0;
    if (type != NULL && (flags & (WEIR_COMPLETED | WEIR_RACE | WEIR_HAND_ON)) == 0) {
        bits |= WEIR__ENTRIES;
    }
    weir__scope_open(cx, &gather->scope, bits);
    gather->entries = NULL;
    gather->results = NULL;
    gather->done = NULL;
    gather->type = type;
    gather->limit = limit > 0 ? (uint64_t)limit : UINT64_MAX;
    gather->started = gather->taken = 0;
    gather->item = NULL;
    gather->words = 0;
    weir_stream *stream = (flags & WEIR_HAND_ON) != 0 ? weir__stream_of(cx->runtime, cx->task)
                                                      : NULL;
    if (stream != NULL) { // else it is gone, and its task is cancelled
        gather->results = stream;
        stream->gather = gather;
        stream->take = weir__gather_take_next;
    }
    if (limit < 0 && cx->pending == NULL) {
        weir_fail_with(cx, "type", "limit must be at least 1, it is %lld", (long long)limit);
    }
}

// In flight: what lives, and for as_completed what has ended and was not taken. (One whose result
// is handed on lives until that.) After a failure nothing more begins: who takes it cancels the
// task.
static bool has_room(const weir_gather *gather)
{
    return gather->scope.live + (uint64_t)gather->scope.done < gather->limit &&
           !weir__has(gather, WEIR__FAILING);
}

bool weir_gather_full(const weir_gather *gather)
{
    return gather->scope.error != NULL || !has_room(gather);
}

int64_t weir_limit(weir_context *cx, const char *what, int64_t value)
{
    if (value < 1 && cx->pending == NULL) {
        weir_fail_with(cx, "type", "%s must be at least 1, it is %lld", what, (long long)value);
    }
    return value;
}

weir_step weir_gather_room(weir_context *cx, weir_gather *gather)
{
    cx->ended = false;
    if (cx->pending != NULL) {
        return WEIR_NEXT;
    }
    bool failing = gather->scope.error != NULL && !weir__has(gather, WEIR__RACES);
    if (failing || weir__has(gather, WEIR__WON)) { // or over: start no more
        cx->ended = true;
        return WEIR_NEXT;
    }
    if (!weir__may_wait(cx)) {
        return WEIR_NEXT;
    }
    if (has_room(gather)) {
        return weir__over(cx);
    }
    if (weir__has(gather, WEIR__COMPLETES)) { // who asks is who must take one first
        cx->ended = true;
        return WEIR_NEXT;
    }
    return weir__wait(cx->task, WEIR__GATHERS, gather);
}

// A bit of `entries` for the child that comes next. False: memory ended.
static bool grow_entries(weir_runtime *runtime, weir_gather *gather)
{
    weir_scope *scope = &gather->scope;
    uint64_t room = scope->room == 0 ? 8 : (uint64_t)scope->room * 2;
    if (room > UINT32_MAX) {
        return false;
    }
    uint64_t *alive = gather->entries;
    if (scope->room == 0 || room > 64) {
        alive = weir__resize(runtime, alive, (size_t)(room + 63) / 64 * sizeof *alive);
        if (alive == NULL) {
            return false;
        }
        gather->entries = alive;
    }
    weir_task **children = weir__resize(runtime, scope->children, (size_t)room * sizeof *children);
    if (children == NULL) {
        return false;
    }
    scope->children = children;
    scope->room = (uint32_t)room;
    return true;
}

static bool add_entry(weir_runtime *runtime, weir_gather *gather, weir_task *task)
{
    weir_scope *scope = &gather->scope;
    if (gather->started == scope->room && !grow_entries(runtime, gather)) {
        return false;
    }
    uint64_t place = gather->started;
    uint64_t *alive = (uint64_t *)gather->entries + place / 64;
    *alive = (place % 64 == 0 ? 0 : *alive) | (uint64_t)1 << place % 64;
    task->child = (uint32_t)place;
    scope->children[place] = task;
    scope->live++;
    if ((scope->bits & WEIR__CANCELLED) != 0) {
        task->flags |= WEIR__ASKED;
    }
    return true;
}

// A child with so many words for its item behind it, which the caller fills.
static inline __attribute__((always_inline)) weir_task *
start_child(weir_context *cx, weir_gather *gather, const weir_machine *machine, uint32_t words)
{
    if (cx->pending != NULL) {
        return NULL;
    }
    weir_runtime *runtime = cx->runtime;
    weir_scope *scope = &gather->scope;
    bool placed = weir__has(gather, WEIR__COMPLETES | WEIR__HANDS_ON);
    uint32_t flags = placed ? WEIR__GATHERED | WEIR__PLACED : WEIR__GATHERED;
    if (weir__has(gather, WEIR__ORDERED) && !weir__gather_make_place(runtime, gather)) {
        weir__fail_memory(cx);
        return NULL;
    }
    uint32_t extras = weir__extras(flags) + words;
    weir_task *task = weir__task_new_with(cx, scope, machine, flags, extras);
    if (task == NULL) {
        return NULL;
    }
    bool added = weir__has(gather, WEIR__ENTRIES) ? add_entry(runtime, gather, task)
                                                  : weir__scope_adopt(runtime, scope, task);
    if (!added) {
        weir__task_free_with(runtime, machine, task, extras);
        weir__fail_memory(cx);
        return NULL;
    }
    if ((flags & WEIR__PLACED) != 0) {
        *weir__extra(machine, task) = (void *)(uintptr_t)gather->started;
    }
    gather->started++;
    weir__ready(runtime, task);
    return task;
}

WEIR__INLINED void *weir_gather_start(weir_context *cx, weir_gather *gather,
                                      const weir_machine *machine)
{
    weir_task *task = start_child(cx, gather, machine, 0);
    return task == NULL ? NULL : weir__frame(task);
}

WEIR__INLINED void *weir_gather_start_item(weir_context *cx, weir_gather *gather,
                                           const weir_machine *machine, const void *word)
{
    weir_task *task = start_child(cx, gather, machine, 1);
    if (task == NULL) {
        return NULL;
    }
    weir_word *item = weir__gather_item(machine, task);
    memcpy(item, word, sizeof *item);
    if (weir__has(gather, WEIR__KEEPS)) {
        weir_keep(item->object);
    }
    return weir__frame(task);
}

void *weir_gather_start_items(weir_context *cx, weir_gather *gather, const weir_machine *machine,
                              ...)
{
    weir_task *task = start_child(cx, gather, machine, gather->words);
    if (task == NULL) {
        return NULL;
    }
    weir_word *item = weir__gather_item(machine, task);
    va_list addresses;
    va_start(addresses, machine);
    for (uint32_t i = 0; i < gather->words; i++) {
        memcpy(&item[i], va_arg(addresses, const void *), sizeof *item);
        weir__keep_word(weir__gather_word_type(gather, i), item[i]);
    }
    va_end(addresses);
    return weir__frame(task);
}

// ── children that end ────────────────────────────────────────────────────────────────────────────

// The type of one item of the whole result.
static const weir_type *item_type(const weir_gather *gather, uint64_t place)
{
    const weir_type *type = gather->type;
    return type == NULL || weir__has(gather, WEIR__COMPLETES | WEIR__RACES | WEIR__HANDS_ON) ? type
           : type->kind == WEIR_TYPE_LIST ? type->item
                                          : type->fields[place].type;
}

// What a child that has ended gives: its result, or with `collect errors` a T!. The task is freed.
// A failure (consumed) is only left over, not NULL, where it can't be a result.
weir_word weir__gather_take(weir_runtime *runtime, weir_gather *gather, weir_task *task,
                            weir_error **error)
{
    const weir_machine *machine = weir__machine(runtime, task);
    weir_word word = {.object = NULL};
    *error = weir__gather_tell(runtime, gather, machine, task, *error);
    if (*error == NULL) {
        word = weir__result(machine, task);
        if (weir__has(gather, WEIR__COLLECTS) && gather->type != NULL && machine->result != NULL) {
            weir_context quiet = weir__quiet(&runtime->cx);
            void *wrapped = weir__wrap(&quiet, item_type(gather, task->child), word);
            weir__drop_word(machine->result, word);
            word.object = wrapped;
            *error = weir_take(&quiet);
        } else if (gather->type == NULL) {
            weir__drop_result(machine, task);
        }
    } else if (weir__has(gather, WEIR__COLLECTS) && gather->type != NULL &&
               !weir_unwinding(*error)) {
        word.object = *error;
        *error = NULL;
    }
    weir__gather_free(runtime, gather, machine, task, weir__extras(task->flags));
    return word;
}

// Gives the one who takes from as_completed what a child left.
static void hand_out(weir_runtime *runtime, weir_gather *gather, weir_task *task, weir_error *error)
{
    weir_task *owner = gather->scope.task;
    int64_t index = (int64_t)(uintptr_t)*weir__extra(weir__machine(runtime, task), task);
    weir_word word = weir__gather_take(runtime, gather, task, &error);
    if (error != NULL) {
        gather->results = NULL;
        weir__wake_failed(runtime, owner, error);
        return;
    }
    if (gather->entries != NULL) {
        memcpy(gather->entries, &index, sizeof index);
    }
    if (gather->results != NULL) {
        memcpy(gather->results, &word, sizeof word);
    } else if (gather->type != NULL) {
        weir__drop_word(gather->type, word);
    }
    weir__wake(runtime, owner, 0);
}

void weir__gather_note(weir_task *task, weir_error *error)
{
    task->wait.outcome = error;
    task->flags = (uint16_t)(error != NULL ? task->flags | WEIR__FAILS
                                           : task->flags & ~WEIR__FAILS);
}

void weir__gather_add(weir_gather *gather, weir_task *task)
{
    if (gather->done == NULL) {
        task->link.next = &task->link;
    } else {
        task->link.next = gather->done->link.next;
        gather->done->link.next = &task->link;
    }
    gather->done = task; // the last; its next is the first
}

// In as_completed: to the owner if it waits for that, else to the ring of those done.
static void completed(weir_runtime *runtime, weir_gather *gather, weir_task *task,
                      weir_error *error)
{
    weir_scope *scope = &gather->scope;
    bool killed = (task->flags & WEIR__KILLED) != 0;
    weir__scope_forget(scope, task);
    if (weir_unwinding(error)) {
        weir__gather_free(runtime, gather, weir__machine(runtime, task), task,
                          weir__extras(task->flags));
        weir__scope_absorb(runtime, scope, error, killed);
        if (scope->live == 0 && gather->done == NULL && waits_for(gather)) {
            weir__wake(runtime, scope->task, WEIR__ENDS);
        }
    } else if (waits_for(gather)) {
        hand_out(runtime, gather, task, error);
        return;
    } else {
        weir__gather_note(task, error);
        weir__gather_add(gather, task);
        scope->done++;
    }
    weir__scope_check(runtime, scope);
}

static void raced(weir_runtime *runtime, weir_gather *gather, weir_task *task, weir_error *error)
{
    weir_scope *scope = &gather->scope;
    const weir_machine *machine = weir__machine(runtime, task);
    weir__scope_forget(scope, task);
    error = weir__gather_tell(runtime, gather, machine, task, error);
    if (error != NULL && !weir_unwinding(error)) { // one of several: it counts when none succeeds
        scope->error = scope->error == NULL ? error
                                            : weir__error_join(&runtime->cx, scope->error, error);
    } else if (error != NULL) { // so it is over, by a cancel or because another has won
        weir_error *before = gather->entries;
        gather->entries = before == NULL ? error : weir__error_join(&runtime->cx, before, error);
    } else if (weir__has(gather, WEIR__WON)) {
        weir__drop_result(machine, task);
    } else {
        weir_word word = weir__result(machine, task);
        gather->results = word.object;
        scope->bits |= WEIR__WON;
        weir__scope_cancel(runtime, scope);
    }
    weir__gather_free(runtime, gather, machine, task, weir__extras(task->flags));
    if (!weir__has(gather, WEIR__WON)) {
        weir__gather_check(runtime, scope); // the place of one that failed is free
    }
    weir__scope_check(runtime, scope);
}

void weir__gather_check(weir_runtime *runtime, weir_scope *scope)
{
    weir_gather *gather = gather_of(scope);
    if (weir__has(gather, WEIR__IS_GATHER) && waits_for(gather) &&
        (weir__has(gather, WEIR__DRAINS) ? scope->live == 0 : has_room(gather))) {
        weir__wake(runtime, scope->task, 0);
    }
}

// A child that `entries` has a bit for has ended.
static void forget_entry(weir_gather *gather, uint32_t place)
{
    uint64_t *alive = (uint64_t *)gather->entries + place / 64;
    *alive &= ~((uint64_t)1 << place % 64);
    gather->scope.live--;
}

void weir__gather_gave(weir_runtime *runtime, weir_task *task, const weir_machine *machine)
{
    weir_scope *scope = task->scope;
    weir_gather *gather = gather_of(scope);
    uint32_t place = task->child;
    if (weir__has(gather, WEIR__ENTRIES)) {
        weir_word word = weir__result(machine, task);
        forget_entry(gather, place);
        memcpy(&scope->children[place], &word, sizeof word);
    } else {
        weir__scope_forget(scope, task);
        weir__drop_result(machine, task);
    }
    weir__gather_free(runtime, gather, machine, task, 0);
    weir__gather_check(runtime, scope);
    weir__scope_check(runtime, scope);
}

void weir__gather_ended(weir_runtime *runtime, weir_task *task, weir_error *error)
{
    weir_scope *scope = task->scope;
    weir_gather *gather = gather_of(scope);
    if (weir__has(gather, WEIR__COMPLETES)) {
        completed(runtime, gather, task, error);
        return;
    }
    if (weir__has(gather, WEIR__RACES)) {
        raced(runtime, gather, task, error);
        return;
    }
    if (weir__has(gather, WEIR__HANDS_ON)) {
        weir__gather_finished(runtime, gather, task, error);
        return;
    }
    uint32_t place = task->child;
    bool killed = (task->flags & WEIR__KILLED) != 0;
    if (weir__has(gather, WEIR__ENTRIES)) {
        forget_entry(gather, place);
    } else {
        weir__scope_forget(scope, task);
    }
    weir_word word = weir__gather_take(runtime, gather, task, &error);
    if (weir__has(gather, WEIR__ENTRIES)) {
        memcpy(&scope->children[place], &word, sizeof word);
    }
    if (error != NULL) {
        weir__scope_absorb(runtime, scope, error, killed);
    }
    weir__gather_check(runtime, scope);
    weir__scope_check(runtime, scope);
}

// ── taking ───────────────────────────────────────────────────────────────────────────────────────

// The first of those done, out of the ring.
weir_task *weir__gather_first(weir_gather *gather)
{
    weir_task *last = gather->done;
    if (last == NULL) {
        return NULL;
    }
    weir_task *first = (weir_task *)(void *)last->link.next;
    if (first == last) {
        gather->done = NULL;
    } else {
        last->link.next = first->link.next;
    }
    return first;
}

weir_error *weir__gather_outcome(const weir_task *task)
{
    return (task->flags & WEIR__FAILS) != 0 ? task->wait.outcome : NULL;
}

weir_step weir_gather_next(weir_context *cx, weir_gather *gather, int64_t *index, void *slot)
{
    cx->ended = false;
    if (!weir__may_wait(cx)) {
        return WEIR_NEXT;
    }
    weir_task *task = weir__gather_first(gather);
    if (task != NULL) {
        gather->scope.done--;
        weir_error *error = weir__gather_outcome(task);
        int64_t place = (int64_t)(uintptr_t)*weir__extra(weir__machine(cx->runtime, task), task);
        weir_word word = weir__gather_take(cx->runtime, gather, task, &error);
        if (error != NULL) {
            weir_fail(cx, error);
            return WEIR_NEXT;
        }
        if (index != NULL) {
            *index = place;
        }
        if (slot != NULL) {
            memcpy(slot, &word, sizeof word);
        } else if (gather->type != NULL) {
            weir__drop_word(gather->type, word);
        }
        return weir__over(cx);
    }
    if (gather->scope.live == 0) {
        cx->ended = true;
        return weir__over(cx);
    }
    gather->entries = index;
    gather->results = slot;
    return weir__wait(cx->task, WEIR__GATHERS, gather);
}

// ── the end ──────────────────────────────────────────────────────────────────────────────────────

// A loop over as_completed is left, or nobody reads what is handed on: what was not taken is
// dropped, but a failure is not.
void weir__gather_drop(weir_context *cx, weir_gather *gather)
{
    weir_scope *scope = &gather->scope;
    weir_task *task;
    while ((task = weir__gather_next_done(gather)) != NULL) {
        if (weir__has(gather, WEIR__HANDS_ON)) {
            weir__scope_forget(scope, task);
        } else {
            scope->done--;
        }
        weir_error *error = weir__gather_outcome(task);
        weir_word word = weir__gather_take(cx->runtime, gather, task, &error);
        if (error != NULL) {
            scope->error = scope->error == NULL ? error : weir__error_join(cx, scope->error, error);
        } else if (gather->type != NULL) {
            weir__drop_word(gather->type, word);
        }
    }
}

weir_step weir_gather_join(weir_context *cx, weir_gather *gather)
{
    weir_scope *scope = &gather->scope;
    if (weir__has(gather, WEIR__HANDS_ON)) {
        weir__gather_stop(cx, gather);
    }
    if (weir__has(gather, WEIR__COMPLETES) && cx->pending == NULL && scope->live > 0) {
        scope->bits |= WEIR__WON; // the cancel is the loop's own
        weir__scope_cancel(cx->runtime, scope);
    }
    return weir_scope_join(cx, scope);
}

static void free_entries(weir_runtime *runtime, weir_gather *gather, bool drop)
{
    weir_scope *scope = &gather->scope;
    for (uint64_t i = 0; drop && i < gather->started; i++) {
        weir_word word;
        memcpy(&word, &scope->children[i], sizeof word);
        weir__drop_word(item_type(gather, i), word);
    }
    if (drop) {
        weir__release(&runtime->cx, scope->children);
    }
    weir__release(&runtime->cx, gather->entries);
    scope->children = NULL;
    scope->room = 0;
}

// The list, tuple or record of all results, which it takes over; NULL: memory is pending, and they
// are dropped.
static void *build(weir_context *cx, weir_gather *gather)
{
    weir_scope *scope = &gather->scope;
    if (gather->type->kind == WEIR_TYPE_LIST) {
        weir_list *list = weir_list_new(cx, gather->type, 0);
        if (list != NULL) { // its items are the block of results itself
            list->items = (weir_word *)(void *)scope->children;
            list->length = (int64_t)gather->started;
            list->room = scope->room;
        }
        free_entries(cx->runtime, gather, list == NULL);
        return list;
    }
    void *record = weir_record_new(cx, gather->type);
    if (record == NULL) {
        free_entries(cx->runtime, gather, true);
        return NULL;
    }
    memcpy(weir__words(record), scope->children, gather->started * sizeof(weir_word));
    gather->started = 0;
    free_entries(cx->runtime, gather, true);
    return record;
}

static void close_race(weir_context *cx, weir_gather *gather, void *slot)
{
    bool won = weir__has(gather, WEIR__WON);
    weir_word word = {.object = gather->results};
    weir_error *failed = gather->scope.error, *unwound = gather->entries;
    if (won) { // those who lost are forgotten
        weir_drop(failed);
        weir_drop(unwound);
        failed = NULL;
    } else if (unwound != NULL) { // cancelled: what had failed by then is attached
        failed = failed == NULL ? unwound : weir__error_join(cx, unwound, failed);
    }
    gather->scope.error = failed;
    weir_error *error = weir__scope_close(cx, &gather->scope);
    if (error == NULL && !won) {
        error = weir__error_make(cx, "failed", NULL, "a race needs at least one runner");
    }
    if (error != NULL || slot == NULL) {
        if (won && gather->type != NULL) {
            weir__drop_word(gather->type, word);
        }
    } else {
        memcpy(slot, &word, sizeof word);
    }
    cx->pending = error;
}

void weir_gather_close(weir_context *cx, weir_gather *gather, void *slot)
{
    if (weir__has(gather, WEIR__RACES)) {
        close_race(cx, gather, slot);
        return;
    }
    if (weir__has(gather, WEIR__COMPLETES)) {
        weir__gather_drop(cx, gather);
        weir_error *error = gather->scope.error;
        if (weir__has(gather, WEIR__WON) && weir_unwinding(error)) {
            gather->scope.error = weir__error_become(cx, error, NULL);
        }
    }
    cx->pending = weir__scope_close(cx, &gather->scope);
    if (!weir__has(gather, WEIR__ENTRIES)) {
        return;
    }
    if (cx->pending != NULL) {
        free_entries(cx->runtime, gather, true);
        return;
    }
    void *result = build(cx, gather);
    if (slot == NULL) {
        weir_drop(result);
    } else {
        memcpy(slot, &result, sizeof result);
    }
}
