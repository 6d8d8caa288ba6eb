// verb_check.c: `weir check`.
#include "verbs.h"

// Every file is a program of its own; the worst status of all counts. A file that can't be read
// outweighs mistakes: then not everything was looked at.
int verb_check(const Options *options, Arena *arena)
{
    int worst = STATUS_OK;
    Told told = {0};
    size_t count = options->given[OPTION_SOURCE] ? 1 : options->files.count;
    for (size_t i = 0; i < count; i++) {
        Arena own = {0};
        Compilation c;
        compilation_init(&c, &own);
        Source *source = verb_source(&c, options,
                                     options->files.items ? options->files.items[i] : NULL);
        int status = STATUS_USAGE;
        if (source) {
            bool good = compile(&c, source, UNTIL_CHECKED);
            status = good ? STATUS_OK : verb_report(&c, options, &told);
        }
        bool outweighs = status == STATUS_USAGE || worst == STATUS_OK;
        worst = status != STATUS_OK && outweighs ? status : worst;
        arena_free(&own);
    }
    (void)arena;
    verb_hint(&told, options);
    return worst;
}
