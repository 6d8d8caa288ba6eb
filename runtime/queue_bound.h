// queue_bound.h: queues of the program that are bound to a broker for this run.
//
// WEIR_BIND says which: `NAME=URL`, several with blanks between. It is read before the program's
// own values are computed; weir_queue_open then finds the queues, and what is wrong is told before
// main begins.
#ifndef WEIR_QUEUE_BOUND_H
#define WEIR_QUEUE_BOUND_H

#include "queue.h"

// Before `begin` of the program. What has been read stays.
void weir__bindings_read(weir_runtime *runtime);
// After it: what is wrong with the bindings, for the one who runs the program; NULL: nothing. Good
// until the runtime is freed.
const char *weir__bindings_problem(weir_runtime *runtime);
void weir__bindings_free(weir_runtime *runtime);

#endif
