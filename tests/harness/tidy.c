// tidy.c: the invariants of ARCHITECTURE.md that can be read off the sources and objects.
#include "tidy.h"

static const struct {
    const char *name;
    TidyCheck *check;
} checks[] = {
    {"tidy: length of lines and files, tabs, blanks", tidy_lines},
    {"tidy: the words in editors/ and the reference are the lexer's", tidy_words},
    {"tidy: the compiler's ladder of headers", tidy_compiler_ladder},
    {"tidy: the runtime's ladder of headers", tidy_runtime_ladder},
    {"tidy: what a file must not see", tidy_forbidden_includes},
    {"tidy: the core asks only env", tidy_core_symbols},
    {"tidy: no writable globals", tidy_globals},
    {"tidy: who writes to the terminal", tidy_terminal},
    {"tidy: no default loop", tidy_default_loop},
    {"tidy: gcc has nothing to say about compiler/", tidy_compiler_warnings},
    {"tidy: gcc has nothing to say about runtime/", tidy_runtime_warnings},
    {"tidy: the core compiles as one unit", tidy_core_unit},
};

static const char *check_name(const void *context, size_t index)
{
    (void)context;
    return checks[index].name;
}

static void run_check(Report *report, const void *context, size_t index)
{
    (void)context;
    Text wrong = {0};
    Text absent = {0};
    checks[index].check(report, &wrong, &absent);
    if (wrong.length > 0) {
        report_fail(report, checks[index].name, wrong.bytes);
    } else if (absent.length > 0) {
        report_skip(report, checks[index].name, absent.bytes);
    } else {
        report_pass(report);
    }
}

void tidy_part(Suite *suite)
{
    suite_cases(suite, "tidy", NULL, sizeof checks / sizeof *checks, check_name, run_check, "");
}
