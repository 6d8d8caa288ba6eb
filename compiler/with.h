// with.h: the C that goes with a program (`--with`): what its extern declarations need.
//
// The files see two headers, weir.h and the program's own, NAME.h, which are written into a folder
// for them. They are compiled as they are: what they say wrongly is their author's to mend.
#ifndef WITH_H
#define WITH_H

#include "options.h"
#include "verbs.h"

// The name of the program's header: "hash.h" for hash.weir.
const char *with_header_name(Compilation *c);
// Fills in what --with gives for loading.
void with_load(Loading *loading, Compilation *c, const Options *options);
// Before anything is compiled: what the program needs is given, and is there. False, with all said
// and *status set, where not.
bool with_check(Compilation *c, const Options *options, int *status);
// Does the linker's text say that extern functions are missing? Then says so in the program's
// words, and gives true.
bool with_explain(Compilation *c, const char *said);
// After loading failed: says why, and gives the status.
int with_not_loaded(const Loading *loading, Compilation *c);

#endif
