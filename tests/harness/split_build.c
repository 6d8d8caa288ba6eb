// split_build.c: build systems and the C files of a program: what stands in examples/build does
// what the manual says. A change in one module compiles that module alone.
#include "cases.h"
#include "files.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    const char *configure; // {prefix} stands for the installed Weir; NULL: nothing to configure
    const char *build;
    const char *program;
} tools[] = {
    {"make", NULL, "make WEIR={prefix}/bin/weir PREFIX={prefix}", "./parcels"},
    {"cmake", "cmake -B made -DWEIR={prefix}/bin/weir -DPREFIX={prefix}",
     "cmake --build made --verbose", "./made/parcels"},
};
enum { TOOLS = sizeof tools / sizeof *tools };

static Outcome run_words(Report *report, const char *words)
{
    Command command = {.folder = print_text("%s/build", report->scratch), .seconds = 120};
    suite_environment(report->suite, &command);
    command_set(&command, "WEIR_CLOCK", "virtual");
    char *prefix = print_text("%s/..", report->suite->include);
    command.argv = split_words(replace_text(print_text("%s", words), "{prefix}", prefix));
    return command_run(&command, report->scratch);
}

// How many C files the command compiled.
static size_t compiled(const char *output)
{
    size_t count = 0;
    for (const char *at = strstr(output, " -c "); at != NULL; at = strstr(at + 1, " -c ")) {
        count++;
    }
    return count;
}

static void expect(Report *report, size_t tool, const char *what, bool as_expected,
                   const Outcome *outcome)
{
    if (as_expected && outcome->status == 0 && !outcome->timed_out) {
        report_pass(report);
    } else {
        report_fail(
            report, print_text("%s: %s", tools[tool].name, what),
            print_text("status %d\n%s\n%s", outcome->status, outcome->output, outcome->errors));
    }
}

static void change_module(Report *report)
{
    char *path = print_text("%s/lib/parcels.weir", report->scratch);
    char *changed = replace_text(file_read(path, NULL), "wrapping = 50", "wrapping = 60");
    file_write(path, changed, strlen(changed));
}

static bool is_there(Report *report, const char *tool)
{
    folder_make(print_text("%s/build", report->scratch));
    return run_words(report, print_text("which %s", tool)).status == 0;
}

static void run_tool(Report *report, const void *context, size_t tool)
{
    (void)context;
    if (!is_there(report, tools[tool].name)) {
        report_skip(report, tools[tool].name, "is not installed");
        return;
    }
    const char *examples = print_text("%s/examples", report->suite->root);
    folder_copy(print_text("%s/build", examples), print_text("%s/build", report->scratch), "");
    folder_copy(print_text("%s/lib", examples), print_text("%s/lib", report->scratch), ".weir");
    folder_copy(examples, report->scratch, "24_modules.weir");
    if (tools[tool].configure != NULL) {
        Outcome outcome = run_words(report, tools[tool].configure);
        expect(report, tool, "configure", true, &outcome);
    }
    Outcome outcome = run_words(report, tools[tool].build);
    expect(report, tool, "the first time all is compiled", compiled(outcome.output) == 4, &outcome);
    outcome = run_words(report, tools[tool].program);
    expect(report, tool, "the program", starts_with(outcome.output, "1500 g\n"), &outcome);
    outcome = run_words(report, tools[tool].build);
    expect(report, tool, "then nothing", compiled(outcome.output) == 0, &outcome);
    change_module(report);
    outcome = run_words(report, tools[tool].build);
    expect(report, tool, "and what changed alone",
           compiled(outcome.output) == 1 && strstr(outcome.output, "lib_parcels") != NULL,
           &outcome);
    outcome = run_words(report, tools[tool].program);
    expect(report, tool, "the program, changed", starts_with(outcome.output, "1520 g\n"), &outcome);
}

static const char *tool_name(const void *context, size_t index)
{
    (void)context;
    return tools[index].name;
}

// The manual shows the file as it is.
static void check_shown(Report *report, const void *context, size_t index)
{
    (void)context;
    (void)index;
    const char *manual = file_read(print_text("%s/docs/reference.md", report->suite->root), NULL);
    const char *file = file_read(print_text("%s/examples/build/Makefile", report->suite->root),
                                 NULL);
    if (manual != NULL && file != NULL && strstr(manual, print_text("\n%s```\n", file)) != NULL) {
        report_pass(report);
    } else {
        report_fail(report, "docs/reference.md", "does not show examples/build/Makefile as it is");
    }
}

static const char *shown_name(const void *context, size_t index)
{
    (void)context;
    (void)index;
    return "docs/reference.md Makefile";
}

void split_build(Suite *suite)
{
    suite_cases(suite, "split, build systems", NULL, TOOLS, tool_name, run_tool, "");
    suite_cases(suite, "split, shown", NULL, 1, shown_name, check_shown, "");
}
