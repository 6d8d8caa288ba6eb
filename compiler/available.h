// available.h: what the language has and this version cannot lower yet.
//
// The grammar and the checker know the whole language; a construct that lower.c has no states for
// is refused here, with its place, so that lower never meets it. A line goes from here the day the
// construct is lowered.
#ifndef AVAILABLE_H
#define AVAILABLE_H

#include "resolve.h"

void available(Program *program, Diags *diags);

#endif
