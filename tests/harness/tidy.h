// tidy.h: what the tidy checks share.
//
// Each check reads something off the sources or the objects and adds a line for every place that
// breaks its rule. The rules are the invariants of ARCHITECTURE.md; where one changes on purpose,
// its table changes with it.
#ifndef HARNESS_TIDY_H
#define HARNESS_TIDY_H

#include "suite.h"

// Adds what is wrong to `wrong`, one line each; what cannot be looked at yet is said in `absent`
// instead.
typedef void TidyCheck(Report *report, Text *wrong, Text *absent);

// tidy_text.c
TidyCheck tidy_lines;
// tidy_words.c
TidyCheck tidy_words;
// tidy_includes.c
TidyCheck tidy_compiler_ladder, tidy_runtime_ladder, tidy_forbidden_includes;
// tidy_objects.c
TidyCheck tidy_core_symbols, tidy_globals, tidy_terminal, tidy_default_loop;
// tidy_warnings.c
TidyCheck tidy_compiler_warnings, tidy_runtime_warnings, tidy_core_unit;

#endif
