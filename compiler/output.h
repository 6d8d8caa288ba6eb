// output.h: files that are written whole or not at all.
//
// A verb adds every file of one command and writes them together: first all go to temporary files
// beside their places, then all are renamed. A file that already holds these bytes is left alone,
// so that make and ninja see no change. Used by emit, build and the cache of run.
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "list.h"

typedef struct OutputFile {
    const char *path;
    const char *bytes; // borrowed until output_write
    size_t length;
    const char *place;     // where it really goes: path with its symbolic links followed
    const char *temporary; // beside it; NULL: not written, or renamed already
    bool unchanged;
    bool direct; // a terminal, a pipe, /dev/null: written as it is
} OutputFile;

typedef struct Outputs {
    Arena *arena;
    LIST(OutputFile) files;
    const char *folder; // made by output_folder, and taken away again after a failure; NULL: none
    const char *wrong; // after a failure: "out.c: No space left on device"
} Outputs;

// Makes the folder that outputs go to, where it is missing. False, with `wrong` set, when it can't.
bool output_folder(Outputs *outputs, const char *path);
// The outputs will not be written after all: takes away what output_folder made.
void output_give_up(Outputs *outputs);
void output_add(Outputs *outputs, const char *path, const char *bytes, size_t length);
// Writes all that was added. False, with `wrong` set and no file changed, when one can't be
// written; only a failing rename of a later file can leave an earlier one in place.
bool output_write(Outputs *outputs);

// Writes bytes to an open file. False with errno.
bool output_bytes(int file, const char *bytes, size_t length);
// A name in the folder of `path` for a file that is to be renamed to it; differs for each process.
const char *output_temporary(Arena *arena, const char *path);
// Do both names lead to one file, be it there already or not yet?
bool output_is_same(const char *a, const char *b);
// Does the file hold exactly these bytes?
bool output_holds(const char *path, const char *bytes, size_t length);

#endif
