// check.h: the types and the rules of the language.
//
// After check a tree without diagnostics is right: every expression has its type, every call its
// callee with the arguments in order, every conversion is marked, every rule of the language holds.
// lower relies on that and asks no questions.
#ifndef CHECK_H
#define CHECK_H

#include "resolve.h"

void check(Program *program, Diags *diags);

// The text form for snapshots: each declaration's signature and each let/var/loop name with its
// type, in source order.
const char *types_dump(Arena *arena, const Sources *sources, const Program *program);

#endif
