// main.c: the command line, its verbs, and the exit status.
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "load.h"

// Standard streams that are closed would be taken by the next file that is opened. They become
// /dev/null, opened the wrong way round, so that using them fails as it would have.
static void keep_streams(void)
{
    for (int file = 0; file <= 2; file++) {
        if (fcntl(file, F_GETFD) < 0 && errno == EBADF) {
            int opened = open("/dev/null", file == 0 ? O_WRONLY : O_RDONLY);
            if (opened != file && opened >= 0) {
                close(opened);
            }
        }
    }
}

static int say_version(Arena *arena)
{
    const char *memory = load_has_memory() ? "libtcc, or the C compiler" : "the C compiler";
    const char *text = arena_print(arena, "weir " WEIR_VERSION "\nprograms run through %s\n",
                                   memory);
    return verb_print(text, strlen(text));
}

static int say_help(const Options *options, Arena *arena)
{
    Verb verb = VERB_COUNT;
    if (options->given[OPTION_HELP] && options->verb != VERB_HELP) {
        verb = options->verb;
    } else if (options->files.count > 0) {
        const char *name = options->files.items[0];
        verb = options_verb(name);
        if (verb == VERB_COUNT) {
            return verb_wrong(STATUS_USAGE, "there is no verb `%s`; `weir help` lists them", name);
        }
    }
    const char *text = options_help(arena, verb);
    return verb_print(text, strlen(text));
}

static int act(const Options *options, Arena *arena)
{
    if (options->given[OPTION_HELP]) {
        return say_help(options, arena);
    }
    switch (options->verb) {
    case VERB_RUN: return verb_run(options, arena);
    case VERB_BUILD: return verb_build(options, arena);
    case VERB_EMIT: return verb_emit(options, arena);
    case VERB_CHECK: return verb_check(options, arena);
    case VERB_TEST: return verb_test(options, arena);
    case VERB_EXPLAIN: return verb_explain(options, arena);
    case VERB_VERSION: return say_version(arena);
    case VERB_HELP:
    case VERB_COUNT: break;
    }
    return say_help(options, arena);
}

int main(int argc, char **argv)
{
    Arena arena = {0};
    Options options = {0};
    keep_streams();
    options_parse(&options, &arena, argc, argv);
    int status;
    if (options.wrong) {
        status = verb_wrong(STATUS_USAGE, "%s", options.wrong);
        fputs(options.verb == VERB_HELP ? "usage: weir VERB [OPTION...] [ARGUMENT...]; `weir help` "
                                          "lists the verbs\n"
                                        : "`weir help` lists verbs, `weir VERB --help` options\n",
              stderr);
    } else {
        if (options.verb != VERB_RUN) {
            signal(SIGPIPE, SIG_IGN); // a closed pipe is an output that can't be written
        }
        status = act(&options, &arena);
    }
    arena_free(&arena);
    return status;
}
