// say.h: help and labels whose words depend on the program.
//
// The words are phrases of message.c; here they get their arguments. resolve and check use it.
#ifndef SAY_H
#define SAY_H

#include "message.h"
#include "text.h"

// A phrase with {0} and {1} filled in. Arguments may be NULL where the phrase has none.
const char *say(Diags *diags, Phrase phrase, const char *a, const char *b);
// "Did you mean …?" as the help, when a candidate was near enough.
void say_nearest(Diags *diags, Diag *diag, const Nearest *nearest);
// What there is instead of a word of another language, as the help. False: it is none.
bool say_habit(Diags *diags, Diag *diag, HabitPlace place, const char *word);
// Adds a mistake, unless the same was said of another place: then that one gets a label here, and
// NULL comes back. For what one slip causes in many places: a misspelt name is misspelt once.
Diag *say_once(Diags *diags, int code, Span span, const char *a, const char *b);
// The same, and gives that first one: for edits that differ from place to place.
Diag *say_again(Diags *diags, int code, Span span, const char *a, const char *b);
// "1 argument", "2 arguments"; `noun` is a phrase in the singular.
const char *say_counted(Diags *diags, size_t count, Phrase noun);
// A number as text, for an argument.
const char *say_count(Diags *diags, size_t count);

#endif
