// live.h: where each slot lives.
//
// A slot that one state alone uses is a variable of that state's function; every other one, and all
// that a wait writes to, are fields of the frame. Of plain functions every slot is a variable.
#ifndef LIVE_H
#define LIVE_H

#include "machine.h"

void live(Unit *unit);

#endif
