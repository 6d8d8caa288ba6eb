// source.h: the text of the program and places in it.
//
// Sources are read once and kept whole. All sources of one compilation share one space of offsets,
// so that a Span (two offsets) names a place in any file; offset 0 belongs to nothing, so an
// all-zero Span means "no place".
#ifndef SOURCE_H
#define SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "list.h"

typedef struct Span {
    uint32_t start, end; // bytes; end is one past the last
} Span;

typedef struct Source {
    const char *path; // as the user wrote it; "<stdin>" or "<command line>" where there is none
    const char *text; // length bytes, then a NUL; may hold any bytes before that
    uint32_t length;
    uint32_t base;        // offset of text[0]
    bool bare;            // may be the statements of a `task main()` without its head (-e)
    LIST(uint32_t) lines; // offset within text of each line's first byte
} Source;

typedef struct Sources {
    Arena *arena;
    LIST(Source *) all;
    uint32_t next;          // base of the next source
    struct Interned *names; // made on first use; see source_intern
} Sources;

typedef struct Place {
    const Source *source;
    uint32_t line, column; // from 1; column counts characters (UTF-8 code points)
} Place;

typedef enum SourceError {
    SOURCE_OK,
    SOURCE_MISSING,
    SOURCE_UNREADABLE, // errno tells
    SOURCE_DIRECTORY,
    SOURCE_NOT_A_FILE, // a FIFO, a device
    SOURCE_TOO_LARGE,  // over 64 MiB
} SourceError;

// Reads a file ("-" is standard input). NULL with *error set (and errno) when it can't be had.
Source *source_read(Sources *sources, const char *path, SourceError *error);
// A source from text in memory; the text is copied.
Source *source_text(Sources *sources, const char *path, const char *text, size_t length);
// The one copy of a name in this compilation, NUL-terminated: equal names are equal pointers.
// resolve and the library use it too, so that the names they look up can be compared with those of
// the tree.
const char *source_intern(Sources *sources, const char *text, size_t length);
// Where an offset is. The span must not be all zero.
Place source_place(const Sources *sources, uint32_t offset);
// Only its line: without counting the columns of a line that may be a megabyte long.
uint32_t source_line_of(const Sources *sources, uint32_t offset);
// The same as source_place for offsets that mostly grow: it counts on from the one asked for last.
// Begin with {0}.
typedef struct PlaceCursor {
    Place last;
    uint32_t offset;
} PlaceCursor;
Place source_place_after(const Sources *sources, PlaceCursor *cursor, uint32_t offset);
// The text of one line without its line end; `line` from 1.
const char *source_line(const Source *source, uint32_t line, uint32_t *length);

#endif
