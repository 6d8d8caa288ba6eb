// stream.h: streams: what a task yields, taken by one reader as it asks.
//
// The producer is a task in the scope that the stream was made in; it waits, not yet begun, until
// the first item is asked for. Nothing is buffered: an item stays in the producer's frame until it
// is taken, so a stream is as slow as its reader and its memory does not grow. A stage of a
// pipeline (`eager`) goes on once its item has been taken; any other producer when the next one is
// asked for. Where items are worked on side by side the producer is the task of a gather, whose
// children's results are the items (gather.c: `take`).
//
// The last holder of a stream closes it: the producer is cancelled. So does the end of its scope,
// once nothing but producers of streams is left in it.
#ifndef WEIR_STREAM_H
#define WEIR_STREAM_H

#include "scope.h"
#include "waitlist.h"

struct weir_stream {
    weir__opaque opaque;
    const weir_type *item;  // NULL where items give nothing
    bool counted;           // items are objects
    bool eager;             // the producer goes on as soon as its item has been taken
    bool over;              // nothing more comes
    weir_task *producer;    // its extra word leads back here; NULL once it has ended
    weir_error *error;      // what the producer failed with while nobody read; owned
    weir__waitlist readers; // for the next item
    // The producer, with the item it yields, or with nothing while it waits to be asked for one.
    weir__waitlist writers;
    weir_gather *gather; // of the producer, whose children's results are the items; or NULL
    // The next of those; false: there is none yet. A failure instead of a word ends the stream.
    bool (*take)(weir_runtime *runtime, weir_gather *gather, weir_word *word, weir_error **error);
};

// The stream that a producer yields to; NULL: nobody reads it any more.
static inline weir_stream *weir__stream_of(const weir_runtime *runtime, weir_task *producer)
{
    return *weir__extra(weir__machine(runtime, producer), producer);
}

// A producer has ended, with a failure (consumed) or NULL.
void weir__stream_ended(weir_runtime *runtime, weir_task *task, weir_error *error);
// `take` may have something now: hands it to those who wait.
void weir__stream_offer(weir_runtime *runtime, weir_stream *stream);

#endif
