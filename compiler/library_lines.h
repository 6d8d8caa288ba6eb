// library_lines.h: how a table of the library is written. library.c reads the tables; each
// library_x.c holds the lines of one area.
#ifndef LIBRARY_LINES_H
#define LIBRARY_LINES_H

#include "library.h"

// What a line is, in one word.
enum {
    FIELD = LIBRARY_PROPERTY | LIBRARY_FIELD,
    COPY = LIBRARY_PURE_VALUE,
    EACH = LIBRARY_INLINE | LIBRARY_PURE_VALUE,
    METHOD = LIBRARY_FAILS | LIBRARY_PURE_VALUE,
    PART = LIBRARY_FAILS | LIBRARY_PROPERTY,
    CHANGE = LIBRARY_FAILS | LIBRARY_CHANGES,
    WAITS = LIBRARY_WAITS | LIBRARY_FAILS | LIBRARY_EFFECT,
    RECORD = 1024, // `{field: type, …}` in the order of the C struct; `c` is weir_x, described by
                   // weir_type_x. A record comes after those its fields name
};

// Before the last dot of a path stands a type (its methods and properties) or a namespace: a word
// in small letters that is no type's. json is both: `json.x` is a function, `(json).x` a method.
typedef struct LibraryLine {
    const char *path, *signature, *c;
    unsigned flags;
    const char *doc;
} LibraryLine;

// A parameter is `name: type`, with ` = default` where it may be left out; none stands for NULL,
// whatever the type. `string|bytes`: either, where both are the same to the C function. The first
// may be `name: string...`: any number of arguments, to the C function a list; one that is a list
// counts as its items. `name: json of any` takes any value; to the C function it is a text of JSON.

// Tables, each ended by a line without a path. A new one joins `tables` in library.c.
extern const LibraryLine library_values[]; // methods of values
extern const LibraryLine library_world[];  // the program, its tasks, the outside world
extern const LibraryLine library_net[];    // http, exec
extern const LibraryLine library_data[];   // json, csv, codings and other tools on text

#endif
