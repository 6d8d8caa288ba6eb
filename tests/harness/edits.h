// edits.h: the edits that `weir check --json` offers, made in a program's text.
#ifndef EDITS_H
#define EDITS_H

// The program with all edits made; NULL when a mistake has none.
char *edits_made(const char *json, const char *program);

#endif
