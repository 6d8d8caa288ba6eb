// verb_explain.c: `weir explain`.
#include "explain.h"
#include "text.h"
#include "verbs.h"

#include <string.h>
#include <unistd.h>

static int no_such_page(Arena *arena, const char *code)
{
    const char *nearest = explain_nearest(arena, code);
    if (nearest) {
        return verb_wrong(STATUS_USAGE, "there is no mistake `%s`; did you mean `%s`?", code,
                          nearest);
    }
    return verb_wrong(STATUS_USAGE, "there is no mistake `%s`; `weir explain` lists them all",
                      code);
}

int verb_explain(const Options *options, Arena *arena)
{
    bool colour = verb_wants_color(options, STDOUT_FILENO);
    Buffer out = {.arena = arena};
    for (size_t i = 0; i < options->files.count; i++) {
        const ExplainPage *page = explain_find(options->files.items[i]);
        if (!page) {
            return no_such_page(arena, options->files.items[i]);
        }
        buffer_text(&out, i > 0 ? "\n" : "");
        buffer_text(&out, explain_text(arena, page, colour));
    }
    if (options->files.count == 0) {
        buffer_text(&out, explain_list(arena, colour));
    }
    const char *text = buffer_end(&out);
    return verb_print(text, strlen(text));
}
