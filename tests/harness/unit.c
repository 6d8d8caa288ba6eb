// unit.c: the cmocka programs of tests/unit, each built twice: as it ships and with the sanitizers.
#include "suite.h"

#include <stdio.h>
#include <string.h>

static const char *unit_name(const void *context, size_t index)
{
    const UnitTests *units = context;
    return units->items[index].name;
}

// One program is many tests: cmocka tells of each in a line of the Test Anything Protocol.
static void run_unit(Report *report, const void *context, size_t index)
{
    const UnitTests *units = context;
    const UnitTest *unit = &units->items[index];
    Command command = {.folder = report->scratch, .seconds = 120};
    suite_environment(report->suite, &command);
    command_set(&command, "CMOCKA_MESSAGE_OUTPUT", "TAP");
    command_add(&command, unit->path);
    Outcome outcome = command_run(&command, report->scratch);

    Text all = {0};
    text_print(&all, "%s%s", outcome.output, outcome.errors);
    Strings lines = split_lines(all.bytes);
    int passed = 0;
    int failed = 0;
    for (size_t i = 0; i < lines.count; i++) {
        const char *line = lines.items[i];
        if (starts_with(line, "ok ") && strstr(line, "# SKIP") != NULL) {
            report_skip(report, unit->name, line);
        } else if (starts_with(line, "ok ")) {
            passed++;
        } else if (starts_with(line, "not ok ")) {
            failed++;
        }
    }
    report->tally.passed += passed;
    if (failed > 0) {
        report->tally.failed += failed - 1;
        report_fail(report, unit->name, all.bytes);
    } else if (outcome.timed_out) {
        report_fail(report, unit->name, print_text("did not end within 120 s\n%s", all.bytes));
    } else if (outcome.status != 0) {
        report_fail(report, unit->name,
                    print_text("ended with status %d\n%s", outcome.status, all.bytes));
    } else if (passed == 0) {
        report_fail(report, unit->name, print_text("ran no test\n%s", all.bytes));
    }
}

void unit_part(Suite *suite)
{
    suite_cases(suite, "unit", &suite->units, suite->units.count, unit_name, run_unit,
                "there is no tests/unit/test_*.c");
}
