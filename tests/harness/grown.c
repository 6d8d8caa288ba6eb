// grown.c: random programs (grow.h) are compiled, printed and run: none is refused, the C that is
// printed has no warning, and a program does the same in memory, natively and under the sanitizers.
//
// A case is one seed. `--seeds=1000..2000` takes others than the suite does, as many as wanted.
#include "compilers.h"
#include "files.h"
#include "grow.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RUN_SECONDS = 20, BUILD_SECONDS = 120, NATIVE_EACH = 12 };

typedef struct Grown { // one program, and what went wrong with it
    Report *report;
    Text wrong;
} Grown;

static Outcome run(Grown *grown, const char *words, double seconds)
{
    Command command = {.folder = grown->report->scratch, .seconds = seconds};
    suite_environment(grown->report->suite, &command);
    command_set(&command, "WEIR_CLOCK", "virtual");
    command_set(&command, "WEIR_SEED", "7");
    Strings all = split_words(words);
    for (size_t i = 0; i < all.count; i++) {
        command_add(&command, all.items[i]);
    }
    return command_run(&command, grown->report->scratch);
}

static bool compiles(Grown *grown)
{
    const Suite *suite = grown->report->suite;
    Outcome outcome = run(grown, print_text("%s emit grown.weir -o grown.c", suite->weir), 20);
    if (outcome.status != 0 || outcome.timed_out) {
        text_print(&grown->wrong, "weir emit ended with status %d\n%s", outcome.status,
                   outcome.errors);
    }
    return grown->wrong.length == 0;
}

static void look_at_c(Grown *grown, bool thorough)
{
    Report *report = grown->report;
    for (int i = 0; i < C_COMPILERS; i++) {
        CCompiler compiler = (CCompiler)i;
        bool wanted = thorough || compiler != COMPILER_GCC; // it takes the longest
        char *said = wanted ? compiler_says(report, compiler, report->scratch, "grown.c") : NULL;
        if (said != NULL) {
            text_print(&grown->wrong, "%s: %s\n", compiler_name(compiler), said);
        }
    }
}

static void must_agree(Grown *grown, const Outcome *expected, const Outcome *got, const char *way)
{
    const char *words = sanitizer_words(got->errors);
    if (got->timed_out || words != NULL) {
        text_print(&grown->wrong, "%s: %s\n", way, words != NULL ? words : "did not end");
    } else if (got->status != expected->status || strcmp(got->output, expected->output) != 0 ||
               strcmp(got->errors, expected->errors) != 0) {
        text_print(&grown->wrong, "%s: status %d, in memory %d\n%s%s", way, got->status,
                   expected->status, suite_diff(grown->report, expected->output, got->output),
                   suite_diff(grown->report, expected->errors, got->errors));
    }
}

static void run_ways(Grown *grown, bool natively)
{
    const Suite *suite = grown->report->suite;
    const char *compiler = suite->in_memory ? "memory" : "cc";
    Outcome first = run(grown, print_text("%s run --compiler %s grown.weir", suite->weir, compiler),
                        RUN_SECONDS);
    if (first.timed_out || first.status < 0 || first.status > 1) {
        text_print(&grown->wrong, "status %d, or no end\n%s", first.status, first.errors);
        return;
    }
    Outcome second = run(grown,
                         print_text("%s run --compiler %s grown.weir", suite->sanitized, compiler),
                         RUN_SECONDS);
    must_agree(grown, &first, &second, "with sanitizers");
    if (natively) {
        Outcome built = run(grown, print_text("%s build grown.weir -o grown", suite->weir),
                            BUILD_SECONDS);
        if (built.status != 0 || built.timed_out) {
            text_print(&grown->wrong, "weir build: %s\n", built.errors);
            return;
        }
        Outcome third = run(grown, "./grown", RUN_SECONDS);
        must_agree(grown, &first, &third, "native");
    }
}

static const char *seed_name(const void *context, size_t index)
{
    const Suite *suite = context;
    return print_text("seed %zu", suite->first_seed + index);
}

static void run_seed(Report *report, const void *context, size_t index)
{
    const Suite *suite = context;
    size_t seed = suite->first_seed + index;
    char *program = grow_program(seed);
    file_write(print_text("%s/grown.weir", report->scratch), program, strlen(program));
    Grown grown = {.report = report};
    bool thorough = seed % NATIVE_EACH == 0;
    if (compiles(&grown)) {
        look_at_c(&grown, thorough);
        run_ways(&grown, thorough);
    }
    if (grown.wrong.length == 0) {
        report_pass(report);
    } else {
        report_fail(report, seed_name(context, index),
                    print_text("%s\n%s", text_string(&grown.wrong), program));
    }
}

void grown_part(Suite *suite)
{
    size_t count = suite->end_seed - suite->first_seed;
    suite_cases(suite, "grown", suite, count, seed_name, run_seed, "no seed was asked for");
}
