#include "message.h"

#include <string.h>

#include "text.h"

static const MessageText messages[] = {
#define MESSAGE(name, number, line, under, note, help) {#name, number, line, under, note, help},
#include "codes.h"
#undef MESSAGE
};

static const char *const phrases[] = {
#define PHRASE(name, text) text,
#include "codes.h"
#undef PHRASE
};

const MessageText *message_of(int code)
{
    static const MessageText unknown = {"DIAG_UNKNOWN", 0,    "a mistake without a text",
                                        NULL,           NULL, NULL};
    return code >= 0 && code < DIAG_COUNT ? &messages[code] : &unknown;
}

const char *message_phrase(Phrase phrase)
{
    return phrases[phrase];
}

const char *message_joint(size_t at, size_t count, Phrase last)
{
    return at == 0 ? "" : phrases[at + 1 == count ? last : PHRASE_COMMA];
}

typedef struct Habit {
    HabitPlace place;
    const char *word, *advice;
} Habit;

static const Habit habits[] = {
#define HABIT(place, word, advice) {place, word, advice},
#include "habits.h"
};

const char *message_habit(HabitPlace place, const char *word)
{
    for (size_t i = 0; i < sizeof habits / sizeof *habits; i++) {
        if (habits[i].place == place && strcmp(habits[i].word, word) == 0) {
            return habits[i].advice;
        }
    }
    return NULL;
}

bool message_habit_is_name(const char *advice)
{
    return strpbrk(advice, " `") == NULL;
}

const char *message_fill(Arena *arena, const char *text, const Diag *diag)
{
    if (!text) {
        return NULL;
    }
    Buffer buffer = {.arena = arena};
    for (const char *at = text; *at;) {
        if (at[0] == '{' && at[1] >= '0' && at[1] <= '3' && at[2] == '}') {
            const char *arg = diag->args[at[1] - '0'];
            buffer_text(&buffer, arg ? arg : "?");
            at += 3;
        } else {
            size_t run = 1 + strcspn(at + 1, "{");
            buffer_add(&buffer, at, run);
            at += run;
        }
    }
    return buffer_end(&buffer);
}
