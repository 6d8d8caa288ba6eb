// message.h: every English sentence of the compiler, in one table.
//
// A code has a stable number (E0142), a first line with {0} {1} {2} {3} where the arguments of a
// Diag go, the words under the underlined place, an optional note (why) and help (what to do).
// Passes name codes; only message.c holds sentences.
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdbool.h>

#include "diag.h"

// Codes: E00xx text and tokens, E01xx grammar, E02xx names, E03xx types, E04xx tasks and waiting,
// E05xx clauses, E06xx records, enums, match, E09xx limits of the compiler. The table is the X-list
// in codes.h: one line a code,
//     MESSAGE(DIAG_UNKNOWN_NAME, 201,
//             "…first line…", "…under the place…", "…note or NULL…", "…help or NULL…")
typedef enum Message {
#define MESSAGE(name, number, line, under, note, help) name,
#include "codes.h"
#undef MESSAGE
    DIAG_COUNT,
} Message;

// Words and half sentences that passes put into arguments and labels: the other X-list in codes.h,
//     PHRASE(PHRASE_A_TYPE, "a type")
typedef enum Phrase {
#define PHRASE(name, text) name,
#include "codes.h"
#undef PHRASE
    PHRASE_COUNT,
} Phrase;

typedef struct MessageText {
    const char *name;                       // "DIAG_UNKNOWN_NAME"
    int number;                             // 201 is shown as E0201
    const char *line, *under, *note, *help; // under, note and help may be NULL
} MessageText;

const MessageText *message_of(int code);
const char *message_phrase(Phrase phrase);
// What stands before the at-th of `count` things in a row: "a, b and c". last: PHRASE_AND or
// PHRASE_OR.
const char *message_joint(size_t at, size_t count, Phrase last);
// Words of other languages, and where they are met: the list in habits.h.
typedef enum HabitPlace { HABIT_WORD, HABIT_NAME, HABIT_MEMBER, HABIT_TYPE } HabitPlace;
// What there is instead of such a word: a single name, or a sentence. NULL: it is none of them.
const char *message_habit(HabitPlace place, const char *word);
// Is the advice a single name, which can be written in the place of the word?
bool message_habit_is_name(const char *advice);
// Fills the arguments in. NULL when `text` is NULL.
const char *message_fill(Arena *arena, const char *text, const Diag *diag);

#endif
