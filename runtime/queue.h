// queue.h: bounded queues.
//
// Items lie in a ring. An item goes straight to a reader that waits; while readers wait the ring is
// empty and nobody waits to put. A put that waits leaves its word where it is: it goes into the
// ring when a place becomes free, and a cancel leaves no trace.
#ifndef WEIR_QUEUE_H
#define WEIR_QUEUE_H

#include "task.h"
#include "waitlist.h"

struct weir_queue {
    weir__opaque opaque;
    const weir_type *item;
    weir_word *items;
    int64_t max, room, first, count;
    bool closed;
    bool counted; // its items are objects
    weir__waitlist readers, writers;
    // the environment's, where it is bound to one: then it is empty and full at once (`max` is 0),
    // and nobody waits in it; or NULL
    void *broker;
    const char *name; // where it is bound
};

// queue_bound.c: the same words for a queue that is bound. The caller has asked weir__may_wait.
WEIR__RARE weir_step weir__bound_put(weir_context *cx, weir_queue *queue, const void *word);
WEIR__RARE weir_step weir__bound_get(weir_context *cx, weir_queue *queue, void *slot,
                                     weir_lease **lease);

#endif
