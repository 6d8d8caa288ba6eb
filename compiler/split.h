// split.h: which file each thing stands in, and what crosses from one to another.
//
// A part prints what its own routines use. A record or an enum belongs to the part that declares
// it; tuples, lists and the like have no home, so each part has its own. What a part uses of
// another crosses: it is not static, and the other's header declares it. So does what that header
// needs in turn: a frame that is embedded elsewhere holds frames itself.
#ifndef SPLIT_H
#define SPLIT_H

#include "machine.h"

void split(Unit *unit);

#endif
