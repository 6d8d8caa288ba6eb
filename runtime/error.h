// error.h: failures, seen from inside the runtime.
//
// A failure is a weir_error; at most one is pending in a context, and those that come later join
// its `also`. A cancel on its way out is one too, marked, so that everything that lets a failure
// through lets a cancel through; only the scope that cancelled takes it (weir__error_become). Two
// failures need no memory: "out of memory" and the plain cancel are constants.
#ifndef WEIR_ERROR_INTERNAL_H
#define WEIR_ERROR_INTERNAL_H

#include "weir.h"

// A new failure with a printf-like message, whatever is pending in cx (only its runtime is used).
// kind and at: constant text, at may be NULL. Never NULL: when memory ends, the constant failure of
// kind memory.
weir_error *weir__error_make(const weir_context *cx, const char *kind, const char *at,
                             const char *format, ...) __attribute__((format(printf, 4, 5)));
// Makes the constant failure of kind memory pending, unless one is pending. For weir__allocate.
void weir__fail_memory(weir_context *cx);
// The mark of a cancel, to be made pending where a task unwinds.
weir_error *weir__error_unwinding(void);
// `later` joins the `also` of `first`; both are consumed, the result is owned. A cancel that joins
// leaves only what joined it. When memory ends the later one is lost; a cancel then tells of that.
weir_error *weir__error_join(const weir_context *cx, weir_error *first, weir_error *later);
// What a cancel turns into where it ends (a timeout, or NULL for nothing): what joined the cancel
// joins that. Both are consumed; owned, or NULL when there is nothing to tell.
weir_error *weir__error_become(const weir_context *cx, weir_error *unwinding, weir_error *becomes);
// The pending failure, of which lines may have been told, leaves no machine that would say where it
// arose. file: of what runs.
void weir__failed_here(weir_context *cx, const char *file);
// A failure that may be changed: the same when the caller alone holds it, else a copy. Consumed;
// owned. When memory ends, the same unchanged (then *own is false).
weir_error *weir__error_own(const weir_context *cx, weir_error *error, bool *own);
// The failure arose while an item was worked on, of one word or, as a tuple type has fields, of
// several side by side (borrowed): see weir_working_on. Consumed; owned. When memory ends, the same
// without the item.
weir_error *weir__error_about(const weir_context *cx, weir_error *error, const weir_type *type,
                              const weir_word *row, bool several);
// An entry for the trail of a failure that is the caller's alone (weir__error_own). The entry is
// consumed; NULL adds nothing. The trail is bounded.
void weir__error_trail(weir_context *cx, weir_error *error, weir_string *entry);

#endif
