#include "say.h"

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

const char *say_count(Diags *diags, size_t count)
{
    return arena_print(diags->arena, "%zu", count);
}
