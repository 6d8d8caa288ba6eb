// watch.h: in development, a thread that looks now and then whether one step of a task holds the
// loop, and says so once for each. The host starts it before the program and stops it after.
#ifndef WEIR_WATCH_H
#define WEIR_WATCH_H

#include "env.h"

typedef struct weir__watch weir__watch;

// Warns on the standard error stream of steps that take longer than `most` ns. NULL: there is no
// memory or thread for it; the program runs all the same.
weir__watch *weir__watch_start(weir_runtime *runtime, int64_t most);
void weir__watch_stop(weir__watch *watch); // waits for the thread; NULL is fine

#endif
