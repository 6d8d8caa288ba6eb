// out.h: a text that grows, line by line, for the emitter and the dumps.
#ifndef OUT_H
#define OUT_H

#include "arena.h"

typedef struct Out {
    Arena *arena;
    char *text; // NUL-terminated
    size_t length, room;
    unsigned indent; // levels of four spaces at the start of a line
} Out;

// printf at the end; a line's first text is indented.
void out(Out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
// Ends the line.
void out_end(Out *out);
// A whole line.
void out_line(Out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
// A line without indentation (labels, preprocessor).
void out_flush_left(Out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
// A C string literal of any bytes, in a safe alphabet.
void out_string(Out *out, const char *text, size_t length);

#endif
