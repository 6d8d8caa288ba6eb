// cache.h: results of tasks that are kept for a while.
//
// Who calls a cached task takes the value that is kept for equal arguments, or waits for the run
// that makes it. A run belongs to the program: it stands in the scope around all, so no deadline of
// a caller reaches it, and it is cancelled when the last one who waits for it has left.
#ifndef WEIR_CACHE_H
#define WEIR_CACHE_H

#include "task.h"

// The only task that waited in the wait list with this head has left: its run is cancelled.
void weir__cache_abandoned(weir_runtime *runtime, weir__link *head);
// A run has ended, with a failure (consumed) or NULL; `mark` is its second extra word. The caller
// frees the task.
void weir__cache_ended(weir_runtime *runtime, void *mark, const weir_machine *machine,
                       weir_task *task, weir_error *error);
void weir__caches_free(weir_runtime *runtime);

// The second extra word of a run is its entry, marked.
static inline bool weir__is_cached(const void *mark)
{
    return ((uintptr_t)mark & 1) != 0;
}

#endif
