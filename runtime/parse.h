// parse.h: text as a value of another type, seen from inside the runtime: for `as` and for the
// command line, which take the same words.
#ifndef WEIR_PARSE_H
#define WEIR_PARSE_H

#include "weir.h"

// Each reads all of a NUL-terminated text. False: it is no such value; nothing is pending.
bool weir__parse_int(const char *text, int64_t *value);      // 42, -7, +1, 1_000
bool weir__parse_float(const char *text, double *value);     // 3.5, -1e9, inf, nan
bool weir__parse_bool(const char *text, int64_t *value);     // true, false
bool weir__parse_duration(const char *text, int64_t *value); // 250ms, 1.5s, -2m, 1h30m
bool weir__parse_time(const char *text, int64_t *value);     // 2024-05-01T12:30:00.5Z
bool weir__parse_case(const weir_type *type, const char *text, int64_t *value); // of a plain enum

#endif
