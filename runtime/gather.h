// gather.h: several things at once: gather, as_completed, race.
//
// A weir_gather is a scope. Where the results are wanted in starting order, scope.children is
// indexed by that order, and a place holds the task while it lives and its result word afterwards;
// `entries` has a bit for each that lives. For as_completed, tasks that have ended wait, with their
// results in their frames, in a ring at `done` until they are taken.
#ifndef WEIR_GATHER_H
#define WEIR_GATHER_H

#include "scope.h"

// A child of a gather has ended, with a failure (consumed) or NULL.
void weir__gather_ended(weir_runtime *runtime, weir_task *task, weir_error *error);
// The same of a child that has ended well and whose result is wanted as it is, in starting order:
// of a gather with WEIR__ENTRIES and without WEIR__COLLECTS.
void weir__gather_gave(weir_runtime *runtime, weir_task *task, const weir_machine *machine);

// A child of the scope has ended: wakes its task where that waits for room in a gather. The scope
// may be none.
void weir__gather_check(weir_runtime *runtime, weir_scope *scope);

#endif
