// waitlist.h: the one primitive by which tasks wait for things and things are handed to tasks.
//
// A wait list is a ring of tasks in order of arrival. Who owns the thing waited for (a queue, a
// handle, a gather) unlinks the first, fills its slot and makes it ready in one step: weir__give.
// That is final: nobody re-checks, from then on the thing is the waiter's, and a cancel lands at
// its next wait. A cancelled waiter is unlinked by weir__withdraw.
#ifndef WEIR_WAITLIST_H
#define WEIR_WAITLIST_H

#include "task.h"

typedef struct weir__waitlist {
    weir__link head; // next: the first that waits
} weir__waitlist;

static inline void weir__waitlist_begin(weir__waitlist *list)
{
    list->head.next = list->head.prev = &list->head;
}

static inline bool weir__waitlist_is_empty(const weir__waitlist *list)
{
    return list->head.next == &list->head;
}

// The first that waits; NULL: nobody does.
static inline weir_task *weir__waitlist_first(const weir__waitlist *list)
{
    return list->head.next == &list->head ? NULL : (weir_task *)(void *)list->head.next;
}

// The current task waits in the list from now on, behind the others; slot is what the owner will
// fill or read.
static inline weir_step weir__wait_in(weir_context *cx, weir__waitlist *list, weir__wait_kind kind,
                                      void *slot)
{
    weir_task *task = cx->task;
    weir__link *last = list->head.prev;
    task->link.next = &list->head;
    task->link.prev = last;
    last->next = list->head.prev = &task->link;
    return weir__wait(task, kind, slot);
}

// Takes a task out of whichever list it waits in.
static inline void weir__unlink(weir__link *link)
{
    link->next->prev = link->prev;
    link->prev->next = link->next;
}

// Hands a word to a task that waits in a list: into its slot (where it has one), and makes it
// ready.
static inline void weir__give(weir_runtime *runtime, weir_task *task, const void *word)
{
    weir__unlink(&task->link);
    if (task->wait.slot != NULL) {
        memcpy(task->wait.slot, word, sizeof(weir_word));
    }
    weir__wake(runtime, task, 0);
}

// Ends its wait without a thing: `flags` say with what it wakes.
static inline void weir__dismiss(weir_runtime *runtime, weir_task *task, uint16_t flags)
{
    weir__unlink(&task->link);
    weir__wake(runtime, task, flags);
}

// Ends its wait with a failure (owned).
static inline void weir__refuse(weir_runtime *runtime, weir_task *task, weir_error *error)
{
    weir__unlink(&task->link);
    weir__wake_failed(runtime, task, error);
}

#endif
