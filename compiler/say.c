#include "say.h"

#include <string.h>

enum { MOST_LOOKED_AT = 256, MOST_PLACES = 3 };

const char *say(Diags *diags, Phrase phrase, const char *a, const char *b)
{
    Diag arguments = {.args = {a, b}};
    return message_fill(diags->arena, message_phrase(phrase), &arguments);
}

void say_nearest(Diags *diags, Diag *diag, const Nearest *nearest)
{
    if (nearest->best) {
        diag->help = say(diags, PHRASE_DID_YOU_MEAN, nearest->best, NULL);
        diag_edit(diags, diag, diag->span, nearest->best);
    }
}

bool say_habit(Diags *diags, Diag *diag, HabitPlace place, const char *word)
{
    const char *advice = message_habit(place, word);
    if (!advice) {
        return false;
    }
    if (message_habit_is_name(advice)) {
        diag->help = say(diags, PHRASE_WRITE, advice, NULL);
        diag_edit(diags, diag, diag->span, advice);
    } else {
        diag->help = advice;
    }
    return true;
}

static bool is_same(const char *one, const char *other)
{
    return one == other || (one && other && strcmp(one, other) == 0);
}

static void label_again(Diags *diags, Diag *first, Span span)
{
    if (first->labels.count < MOST_PLACES) {
        diag_label(diags, first, span, message_phrase(PHRASE_HERE_TOO));
    }
}

static Diag *find(const Diags *diags, int code, const char *a, const char *b)
{
    for (size_t i = 0; i < diags->all.count && i < MOST_LOOKED_AT; i++) {
        Diag *first = diags->all.items[i];
        if (first->code == code && is_same(first->args[0], a) && is_same(first->args[1], b)) {
            return first;
        }
    }
    return NULL;
}

Diag *say_once(Diags *diags, int code, Span span, const char *a, const char *b)
{
    Diag *first = find(diags, code, a, b);
    if (first && first->span.start != span.start) {
        label_again(diags, first, span);
        const DiagEdit *edit = first->edits.items;
        if (first->edits.count > 0 && edit->span.start == first->span.start &&
            edit->span.end == first->span.end) {
            diag_edit(diags, first, span, edit->text); // what mends the first mends this one
        }
    }
    return first ? NULL : diag_add(diags, code, span, a, b, NULL);
}

Diag *say_again(Diags *diags, int code, Span span, const char *a, const char *b)
{
    Diag *first = find(diags, code, a, b);
    if (first) {
        label_again(diags, first, span);
    }
    return first ? first : diag_add(diags, code, span, a, b, NULL);
}

const char *say_count(Diags *diags, size_t count)
{
    return arena_print(diags->arena, "%zu", count);
}

const char *say_counted(Diags *diags, size_t count, Phrase noun)
{
    return arena_print(diags->arena, "%zu %s%s", count, message_phrase(noun),
                       count == 1 ? "" : "s");
}
