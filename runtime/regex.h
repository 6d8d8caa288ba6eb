// regex.h: patterns as programs of a machine that goes through a text once.
//
// regex_compile.c reads a pattern, regex.c runs it: all ways to go on are followed at the same
// time, one step for each character of the text, so the time is at most the length of the text
// times that of the program, whatever pattern and text are (Thompson, Pike). What cannot be done so
// (references back, looking around) is refused.
//
// Written here since no library in C offers that: PCRE goes back and tries again, POSIX regcomp
// depends on the locale and takes any time it likes, RE2 is C++.
#ifndef WEIR_REGEX_H
#define WEIR_REGEX_H

#include "weir.h"

typedef enum weir__regex_op {
    WEIR__RE_CHAR,       // character a; with fold: or its other case
    WEIR__RE_SET,        // one of the b ranges from a on
    WEIR__RE_NOT_SET,    // any other
    WEIR__RE_ANY,        // any character
    WEIR__RE_SPLIT,      // goes on at +a, or else at +b
    WEIR__RE_JUMP,       // +a
    WEIR__RE_SAVE,       // the position, in place a
    WEIR__RE_BEGIN,      // at the begin of the text
    WEIR__RE_END,        // at its end
    WEIR__RE_LINE_BEGIN, // at the begin of a line
    WEIR__RE_LINE_END,
    WEIR__RE_WORD,     // between a letter, digit or _ and something else
    WEIR__RE_NOT_WORD, // not there
    WEIR__RE_MATCH,
} weir__regex_op;

typedef struct weir__regex_step {
    weir__regex_op op;
    bool fold;
    int32_t a, b; // jumps are relative, so code may be moved and copied
} weir__regex_step;

typedef struct weir__regex_range {
    uint32_t from, to; // both in it
} weir__regex_range;

enum { WEIR__RE_LARGEST = 20000, WEIR__RE_GROUPS = 100 };

typedef struct weir__regex {
    weir_context *cx;
    weir__regex_step *code;
    weir__regex_range *ranges;
    int32_t length, room, range_count, range_room;
    int32_t groups;                     // with the whole, which is 0
    const char *names[WEIR__RE_GROUPS]; // in the pattern; NULL
    size_t name_lengths[WEIR__RE_GROUPS];
} weir__regex;

// False: kind parse or memory is pending. Ended in any case by weir__regex_free.
bool weir__regex_compile(weir__regex *regex, weir_context *cx, const weir_string *pattern);
void weir__regex_free(weir__regex *regex);
// The character at a place of valid UTF-8, and how many bytes it has.
uint32_t weir__regex_read(const char *at, const char *end, size_t *length);

#endif
