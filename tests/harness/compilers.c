// compilers.c: printed C under the strict flags of gcc, clang and tcc.
#include "compilers.h"

#define STRICT "-std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wswitch-enum -Werror "
static const struct {
    const char *name, *flags;
} compilers[COMPILER_COUNT] = {
    [COMPILER_GCC] = {"gcc", STRICT "-O1 -c"}, // some of its warnings come from the optimizer
    [COMPILER_CLANG] = {"clang", STRICT "-fsyntax-only"},
    [COMPILER_TCC] = {"tcc", "-Wall -Werror -c"},
    [COMPILER_CXX] = {"clang++", "-x c++ -std=c++11 -Wall -Wextra -Wpedantic -Werror "
                                 "-fsyntax-only"},
};

const char *compiler_name(CCompiler compiler)
{
    return compilers[compiler].name;
}

char *compiler_says(const Report *report, CCompiler compiler, const char *folder, const char *file)
{
    Command command = {.folder = folder, .seconds = 60};
    suite_environment(report->suite, &command);
    command_add(&command, compilers[compiler].name);
    Strings flags = split_words(compilers[compiler].flags);
    for (size_t i = 0; i < flags.count; i++) {
        command_add(&command, flags.items[i]);
    }
    const char *const words[] = {"-I", report->suite->include, "-o", "printed.o", file};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        command_add(&command, words[i]);
    }
    Outcome outcome = command_run(&command, report->scratch);
    // tcc may warn and still succeed.
    bool clean = outcome.status == 0 && !outcome.timed_out && *outcome.errors == '\0';
    return clean ? NULL : print_text("status %d\n%s", outcome.status, outcome.errors);
}
