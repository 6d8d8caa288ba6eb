// stub.h: stubs, seen from inside the core: a runtime's table of them, by the numbers the program
// gives to what its tests stub. Empty in a program without tests.
#ifndef WEIR_STUB_H
#define WEIR_STUB_H

#include "task.h"

typedef struct weir__stubbed weir__stubbed;

// Drops what the stubs hold. Before the runtime counts what is left.
void weir__stubs_free(weir_runtime *runtime);

#endif
