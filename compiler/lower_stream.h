// lower_stream.h: how a stream is made whose producer is a routine of the compiler's own: what
// lower_stream.c and lower_pipe.c share.
#ifndef LOWER_STREAM_H
#define LOWER_STREAM_H

#include "lower_form.h"

// weir_stream_start in the innermost scope, the stream going to a slot; stream_begin completes it.
Value *stream_place(Lower *l, const Type *item, bool eager, Slot *stream);
void stream_begin(Lower *l, Op *start);
// The stream whose producer is a routine with this body; `beside` knows what it reads. eager: a
// stage, which works ahead of its reader by one item.
Slot *stream_routine(Lower *l, Beside *beside, const Type *item, bool eager, const char *hint,
                     Span span, Body body, void *data);
// The stream of what the items of a form (`as_completed … for … in …`) give. stage: as a stage of a
// pipeline, one at a time where no limit is said. ordered: in the order of the items.
Slot *stream_of_form(Lower *l, const Expr *form, bool stage, bool ordered, const char *hint);
void yield_value(Lower *l, Value *value, Span span);

#endif
