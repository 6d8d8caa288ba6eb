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
    }
}

static bool is_same(const char *one, const char *other)
{
    return one == other || (one && other && strcmp(one, other) == 0);
}

Diag *say_once(Diags *diags, int code, Span span, const char *a, const char *b)
{
    for (size_t i = 0; i < diags->all.count && i < MOST_LOOKED_AT; i++) {
        Diag *first = diags->all.items[i];
        if (first->code == code && is_same(first->args[0], a) && is_same(first->args[1], b)) {
            if (first->labels.count < MOST_PLACES && first->span.start != span.start) {
                diag_label(diags, first, span, message_phrase(PHRASE_HERE_TOO));
            }
            return NULL;
        }
    }
    return diag_add(diags, code, span, a, b, NULL);
}

const char *say_count(Diags *diags, size_t count)
{
    return arena_print(diags->arena, "%zu", count);
}
