// gather.h: several things at once: gather, as_completed, race.
//
// A weir_gather is a scope. Where the results are wanted in starting order, scope.children is
// indexed by that order, and a place holds the task while it lives and its result word afterwards;
// `entries` has a bit for each that lives. For as_completed, tasks that have ended wait, with their
// results in their frames, in a ring at `done` until they are taken.
#ifndef WEIR_GATHER_H
#define WEIR_GATHER_H

#include "stream.h"

static inline bool weir__has(const weir_gather *gather, uint32_t bit)
{
    return (gather->scope.bits & bit) != 0;
}

// A child of a gather has ended, with a failure (consumed) or NULL.
void weir__gather_ended(weir_runtime *runtime, weir_task *task, weir_error *error);
// The same of a child that has ended well, of a plain gather: its result is wanted as it is, in
// starting order (WEIR__ENTRIES), or not at all.
void weir__gather_gave(weir_runtime *runtime, weir_task *task, const weir_machine *machine);

// A child of the scope has ended: wakes its task where that waits for room in a gather. The scope
// may be none.
void weir__gather_check(weir_runtime *runtime, weir_scope *scope);

// ── what children work on ────────────────────────────────────────────────────────────────────────
// The item's words, behind the extra word of those that have a place.
static inline weir_word *weir__gather_item(const weir_machine *machine, weir_task *task)
{
    return (weir_word *)(void *)weir__extra(machine, task) + weir__extras(task->flags);
}
static inline const weir_type *weir__gather_word_type(const weir_gather *gather, uint32_t word)
{
    return gather->words == 1 ? gather->item : gather->item->fields[word].type;
}
// What a child has failed with (consumed; NULL: it has not), with its item where that is told.
weir_error *weir__gather_tell(weir_runtime *runtime, const weir_gather *gather,
                              const weir_machine *machine, weir_task *task, weir_error *error);
void weir__gather_drop_item(const weir_gather *gather, const weir_machine *machine,
                            weir_task *task);
// Gives back a child that has ended, with its item; its frame holds nothing any more. extras: its
// other extra words.
static inline void weir__gather_free(weir_runtime *runtime, const weir_gather *gather,
                                     const weir_machine *machine, weir_task *task,
                                     uint32_t extras)
{
    if (weir__has(gather, WEIR__KEEPS)) {
        weir__gather_drop_item(gather, machine, task);
    }
    weir__task_free_with(runtime, machine, task, extras + gather->words);
}

// ── what gather.c and gather_hand.c share ────────────────────────────────────────────────────────
// What a child that has ended gives: its result, or with `collect errors` a T!. The task is freed.
// A failure (consumed) is only left over, not NULL, where it can't be a result.
weir_word weir__gather_take(weir_runtime *runtime, weir_gather *gather, weir_task *task,
                            weir_error **error);
// One that has ended keeps what it left (NULL: it ended well), for the one who takes it.
void weir__gather_note(weir_task *task, weir_error *error);
weir_error *weir__gather_outcome(const weir_task *task);
// The ring of those that have ended and were not taken: one more; the first, out of it, or NULL.
void weir__gather_add(weir_gather *gather, weir_task *task);
weir_task *weir__gather_first(weir_gather *gather);
// What was not taken is dropped; a failure among it is the scope's.
void weir__gather_drop(weir_context *cx, weir_gather *gather);

// With WEIR__HANDS_ON, gather_hand.c:
// Room for one more to be started. False: memory ended.
bool weir__gather_make_place(weir_runtime *runtime, weir_gather *gather);
// A child has ended, with a failure (consumed) or NULL.
void weir__gather_finished(weir_runtime *runtime, weir_gather *gather, weir_task *task,
                           weir_error *error);
// The next one whose result can be taken, which is from then on the caller's; NULL: none yet.
weir_task *weir__gather_next_done(weir_gather *gather);
// Its result, for the stream's reader. False: there is none yet.
bool weir__gather_take_next(weir_runtime *runtime, weir_gather *gather, weir_word *word,
                            weir_error **error);
// Its task leaves: the stream gets nothing more, what was not taken is dropped.
void weir__gather_stop(weir_context *cx, weir_gather *gather);

#endif
