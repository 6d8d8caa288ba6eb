// format.h: what stands behind the colon in `{x:…}`, and how any word is shown without one.
//
// format.c knows numbers, text and durations, clock.c times, show.c everything that is made of
// other words. All write into a weir__text; a format that does not fit the type makes kind `type`
// pending in the text's context (the compiler rejects what it can see, so this is for formats it
// could not).
#ifndef WEIR_FORMAT_H
#define WEIR_FORMAT_H

#include "text.h"

// A word by a format of `length` bytes; length 0: as weir__show.
void weir__format(weir__text *text, const weir_type *type, weir_word word, const char *spec,
                  size_t length);
// A word as `print` shows it.
void weir__show(weir__text *text, const weir_type *type, weir_word word);
// As part of a list or record: texts are quoted.
void weir__show_inside(weir__text *text, const weir_type *type, weir_word word);

// [[fill]align][sign][z][#][0][width][,|_][.precision][type], taken apart.
typedef struct weir__spec {
    char fill[4]; // one UTF-8 character
    uint8_t fill_size;
    char align; // '<' '>' '^' '=' or 0
    char sign;  // '+' '-' ' ' or 0
    bool unsigned_zero; // z: what is rounded to zero has no sign
    bool alternate;
    bool zero;        // the 0 before the width
    char group;       // ',' '_' or 0
    int width;        // -1: none
    int precision;    // -1: none
    const char *type; // what is left
    size_t type_length;
} weir__spec;

// Adds `body` padded to the spec's width; usual: the alignment where it has none. sign: leading
// bytes '=' keeps in front.
void weir__pad(weir__text *text, const weir__spec *spec, const char *body, size_t length,
               size_t sign, char usual);

// shortest that reads back the same; always looks like a float
void weir__show_float(weir__text *text, double value);
void weir__show_duration(weir__text *text, int64_t ns); // 250ms, 1.5s, 2m
void weir__show_quoted(weir__text *text, const weir_string *string);
// strftime's conversions in UTC; spec of length 0: ISO 8601. False: it has a conversion that does
// not exist.
bool weir__show_time(weir__text *text, int64_t ns, const char *spec, size_t length);
// The same of a Local, in its zone.
bool weir__show_local(weir__text *text, const weir_local *local, const char *spec, size_t length);

#endif
