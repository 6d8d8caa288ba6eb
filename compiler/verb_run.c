// verb_run.c: `weir run`.
#include "load.h"
#include "verbs.h"
#include "with.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// In memory where that is built in and possible; the C compiler is the way round, not for C that is
// at fault.
bool verb_load(Loading *loading, const Options *options)
{
    switch (options_choice(options, OPTION_COMPILER, -1)) {
    case 0: return load_in_memory(loading);
    case 1: return load_with_cc(loading);
    default: break;
    }
    if (loading->with.count > 0) { // C of others wants a compiler that knows its headers
        return load_with_cc(loading);
    }
    if (load_in_memory(loading)) {
        return true;
    }
    if (loading->status == STATUS_BUG) {
        return false;
    }
    const char *memory = loading->wrong;
    loading->details = NULL;
    if (load_with_cc(loading)) {
        return true;
    }
    if (loading->status == STATUS_USAGE) {
        loading->wrong = arena_print(loading->arena, "%s; and %s", memory, loading->wrong);
    }
    return false;
}

int verb_not_loaded(const Loading *loading)
{
    if (loading->status == STATUS_BUG) {
        return verb_bug(loading->wrong, loading->details);
    }
    verb_wrong(loading->status, "%s", loading->wrong);
    if (loading->details) {
        fputs(loading->details, stderr);
    }
    if (loading->status == STATUS_USAGE) {
        fputs("help: build weir with libtcc (Debian: apt-get install libtcc-dev), or install a C "
              "compiler (apt-get install gcc)\n",
              stderr);
    }
    return loading->status;
}

// The program's own argv: its name, then its arguments.
static char **arguments(const Options *options, char *name, int *count)
{
    *count = 1;
    while (options->arguments[*count - 1]) {
        (*count)++;
    }
    char **argv = malloc(((size_t)*count + 1) * sizeof *argv);
    if (argv) {
        argv[0] = name;
        memcpy(argv + 1, options->arguments, (size_t)*count * sizeof *argv);
    }
    return argv;
}

// Where a built program takes it from; what is there already is kept.
static void set_bindings(const Options *options, Arena *arena)
{
    const char *said = getenv("WEIR_BIND");
    for (size_t i = 0; i < options->binds.count; i++) {
        said = said == NULL ? options->binds.items[i]
                            : arena_print(arena, "%s %s", said, options->binds.items[i]);
        setenv("WEIR_BIND", said, 1);
    }
}

int verb_run(const Options *options, Arena *arena)
{
    Compilation c;
    int status = STATUS_OK;
    uint64_t seed;
    if (!verb_number(options, OPTION_SEED, "--seed", &seed)) {
        return STATUS_USAGE;
    }
    if (options->given[OPTION_SEED] != NULL) { // where a built program takes it from
        setenv("WEIR_SEED", options->given[OPTION_SEED], 1);
    }
    set_bindings(options, arena);
    compilation_init(&c, arena);
    c.needs_main = true;
    if (!verb_compile(&c, options, UNTIL_PRINTED, &status)) {
        return status;
    }
    Loading loading = {
        .arena = arena, .code = c.code, .code_length = c.code_length, .symbol = c.symbol};
    with_load(&loading, &c, options);
    if (!with_check(&c, options, &status)) {
        return status;
    }
    if (!verb_load(&loading, options)) {
        return with_not_loaded(&loading, &c);
    }
    char *name = strdup(c.sources.all.items[0]->path);
    int count;
    char **argv = arguments(options, name, &count);
    arena_free(arena);
    if (!name || !argv) {
        free(name);
        free(argv);
        return verb_wrong(STATUS_FAILED, "out of memory");
    }
    setenv("WEIR_HELD", "100ms", 0); // in development a step that holds the loop is told
    status = weir_main(count, argv, loading.program);
    free(argv);
    free(name);
    return status;
}
