// lower.h: checked tree → routines of named states. Cannot fail: it is not given the diagnostics.
#ifndef LOWER_H
#define LOWER_H

#include "check.h"
#include "machine.h"

Unit *lower(Arena *arena, const Sources *sources, Program *program);

#endif
