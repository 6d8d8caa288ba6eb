// name.h: every C identifier that is printed.
//
// Nothing a user wrote is printed as it is: names that are C keywords, macros or functions of the C
// library get a trailing underscore, and two things that would share a name get a number.
#ifndef NAME_H
#define NAME_H

#include "machine.h"

void name_all(Unit *unit);

#endif
