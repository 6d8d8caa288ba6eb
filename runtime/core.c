// core.c: the core as one unit, for programs that are compiled together with it.
//
// `weir build` includes this file behind the printed C with WEIR_WITH_CORE defined, so that the
// compiler sees through the wall and starting, resuming and waiting are inlined; value.c is there
// for the words they hand on. Compiled by itself it is empty: the archive has the files one by one.
typedef int weir__core;

#ifdef WEIR_WITH_CORE
#include "cache.c"
#include "call.c"
#include "gather.c"
#include "gather_hand.c"
#include "gather_item.c"
#include "lease.c"
#include "limiter.c"
#include "limiter_retry.c"
#include "queue.c"
#include "queue_bound.c"
#include "scope.c"
#include "scope_child.c"
#include "stream.c"
#include "stream_batch.c"
#include "stream_every.c"
#include "stub.c"
#include "task.c"
#include "task_memory.c"
#include "timer.c"
#include "turn.c"
#include "value.c"
#endif
