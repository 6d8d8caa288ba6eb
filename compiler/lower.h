// lower.h: checked tree → routines of named states. Cannot fail: it is not given the diagnostics.
#ifndef LOWER_H
#define LOWER_H

#include "check.h"
#include "machine.h"

// A library method that lower writes out itself; another one with LIBRARY_INLINE is not available yet.
bool inlined(const Builtin *builtin);

Unit *lower(Arena *arena, const Sources *sources, Program *program);

#endif
