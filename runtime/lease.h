// lease.h: what a program holds of bound queues until it is done with it.
//
// A lease is a counted object in a slot of the block that took the item; a child of a gather that
// works on the item holds it, too, by a loan. With its last holder it settles the delivery: it is
// given back when one of them failed, or was cancelled, else it is done with.
#ifndef WEIR_LEASE_H
#define WEIR_LEASE_H

#include "task.h"

// A lease of nothing yet. NULL: memory is pending.
weir_lease *weir__lease_new(weir_context *cx);
// From now on it holds a delivery of the environment, and is in the slot, before those that are
// there already; slot NULL: it is done with at once. The lease is consumed.
void weir__lease_fill(weir_lease *lease, void *delivery, weir_lease **slot);

// A child of a scope with WEIR__LENDS has ended, with a failure (borrowed) or NULL: what it was
// lent goes back.
void weir__loan_over(weir_runtime *runtime, const weir_task *task, const weir_error *error);
void weir__leases_free(weir_runtime *runtime); // of the runtime's end

#endif
