// thin.h: what follows from another mistake is not told.
//
// Where the parser had to drop tokens, the rest of the line is guesswork: of the mistakes on such a
// line only one is shown, the most telling, and what names and types seem to be wrong with it is
// not. compile.c calls it when all mistakes are known.
#ifndef THIN_H
#define THIN_H

#include "diag.h"

// Removes them. The mistakes have to be sorted.
void thin_diags(Diags *diags, const Sources *sources);

#endif
