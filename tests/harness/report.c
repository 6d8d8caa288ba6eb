// report.c: runs cases in processes of their own and counts what they report.
#include "files.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_LINES = 100, MOST_COLUMNS = 2000 }; // shown of one failure

enum { WORKERS = 2 }; // at once; more would disturb the programs that run in real time

static void add_indented(Text *text, const char *detail)
{
    Strings lines = split_lines(detail);
    for (size_t i = 0; i < lines.count && i < MOST_LINES; i++) {
        text_print(text, "    %.*s\n", MOST_COLUMNS, lines.items[i]);
    }
    if (lines.count > MOST_LINES) {
        text_print(text, "    and %zu more lines\n", lines.count - MOST_LINES);
    }
}

void report_pass(Report *report)
{
    report->tally.passed++;
}

void report_fail(Report *report, const char *name, const char *detail)
{
    report->tally.failed++;
    text_print(&report->text, "FAILED %s\n", name);
    add_indented(&report->text, detail);
}

void report_skip(Report *report, const char *name, const char *reason)
{
    report->tally.skipped++;
    text_print(&report->text, "skipped %s: %s\n", name, reason);
}

void suite_environment(const Suite *suite, Command *command)
{
    const char *path = getenv("PATH");
    const char *compiler = getenv("CC");
    command_set(command, "PATH", path == NULL ? "/usr/bin:/bin" : path);
    if (compiler != NULL) {
        command_set(command, "CC", compiler);
    }
    command_set(command, "HOME", suite->scratch);
    command_set(command, "XDG_CACHE_HOME", print_text("%s/cache", suite->scratch));
    command_set(command, "XDG_STATE_HOME", print_text("%s/state", suite->scratch));
    command_set(command, "LC_ALL", "C.UTF-8");
    command_set(command, "TZ", "UTC");
    command_set(command, "NO_COLOR", "1");
    command_set(command, "ASAN_OPTIONS",
                "exitcode=99:detect_leaks=1:detect_stack_use_after_return=1");
    command_set(command, "UBSAN_OPTIONS", "print_stacktrace=1");
    command_set(
        command, "LSAN_OPTIONS",
        print_text("suppressions=%s/tests/harness/leaks.txt:print_suppressions=0", suite->root));
}

const char *sanitizer_words(const char *errors)
{
    static const char *const signs[] = {"ERROR: AddressSanitizer", "ERROR: LeakSanitizer",
                                        "runtime error: "};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        const char *found = strstr(errors, signs[i]);
        if (found != NULL) {
            return found;
        }
    }
    return NULL;
}

char *suite_diff(Report *report, const char *expected, const char *got)
{
    char *old = print_text("%s/expected", report->scratch);
    char *new = print_text("%s/got", report->scratch);
    file_write(old, expected, strlen(expected));
    file_write(new, got, strlen(got));
    Command command = {.seconds = 10, .folder = report->scratch};
    suite_environment(report->suite, &command);
    const char *const words[] = {"diff", "-u", "--label", "expected", "--label", "got", old, new};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        command_add(&command, words[i]);
    }
    Outcome outcome = command_run(&command, report->scratch);
    return outcome.status == 1 ? outcome.output : outcome.errors;
}

// --- many cases ----------------------------------------------------------------------------------

typedef struct Worker {
    pid_t process; // 0: idle
    size_t place;  // in the list of chosen cases
} Worker;

static char *report_path(const Suite *suite, size_t place)
{
    return print_text("%s/report-%zu", suite->scratch, place);
}

// In the process of a case: runs it and leaves "passed failed skipped\ntext" for the parent.
static _Noreturn void run_one(Suite *suite, size_t place, const void *context, size_t index,
                              CaseFunction *run)
{
    char *scratch = print_text("%s/case-%zu", suite->scratch, place);
    folder_make(scratch);
    Report report = {.suite = suite, .scratch = scratch};
    run(&report, context, index);
    folder_remove(scratch);
    Text text = {0};
    text_print(&text, "%d %d %d\n%s", report.tally.passed, report.tally.failed,
               report.tally.skipped, text_string(&report.text));
    file_write(report_path(suite, place), text.bytes, text.length);
    _exit(0);
}

// Prints and counts what a case left; one that left nothing has died.
static void collect(Suite *suite, Tally *tally, size_t place, const char *name)
{
    char *path = report_path(suite, place);
    char *text = file_read(path, NULL);
    Tally one = {0};
    int offset = 0;
    if (text == NULL ||
        sscanf(text, "%d %d %d%n", &one.passed, &one.failed, &one.skipped, &offset) != 3) {
        printf("FAILED %s\n    the test harness itself died in this case\n", name);
        tally->failed++;
        return;
    }
    fputs(text + offset + 1, stdout);
    fflush(stdout);
    unlink(path);
    tally->passed += one.passed;
    tally->failed += one.failed;
    tally->skipped += one.skipped;
}

static void wait_for_one(Worker *workers, bool *finished)
{
    pid_t ended = wait(NULL);
    for (size_t i = 0; i < WORKERS; i++) {
        if (workers[i].process == ended) {
            workers[i].process = 0;
            finished[workers[i].place] = true;
        }
    }
}

static bool is_chosen(const Suite *suite, const char *name)
{
    for (size_t i = 0; i < suite->filters.count; i++) {
        if (strstr(name, suite->filters.items[i]) != NULL) {
            return true;
        }
    }
    return suite->filters.count == 0;
}

static Tally run_all(Suite *suite, const void *context, const size_t *cases, size_t count,
                     NameFunction *name, CaseFunction *run)
{
    Tally tally = {0};
    Worker workers[WORKERS] = {{0}};
    bool *finished = take(count * sizeof *finished);
    size_t started = 0;
    for (size_t printed = 0; printed < count;) {
        for (size_t i = 0; i < WORKERS && started < count; i++) {
            if (workers[i].process != 0) {
                continue;
            }
            fflush(stdout);
            pid_t process = fork();
            if (process < 0) {
                perror("fork");
                exit(1);
            }
            if (process == 0) {
                run_one(suite, started, context, cases[started], run);
            }
            workers[i] = (Worker){.process = process, .place = started++};
        }
        wait_for_one(workers, finished);
        for (; printed < count && finished[printed]; printed++) {
            collect(suite, &tally, printed, name(context, cases[printed]));
        }
    }
    return tally;
}

void suite_cases(Suite *suite, const char *part, const void *context, size_t count,
                 NameFunction *name, CaseFunction *run, const char *none)
{
    double start = seconds_now();
    size_t *cases = take(count * sizeof *cases);
    size_t chosen = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_chosen(suite, name(context, i))) {
            cases[chosen++] = i;
        }
    }
    Tally tally = {0};
    if (count == 0) {
        printf("skipped %s: %s\n", part, none);
        tally.skipped = 1;
    } else {
        tally = run_all(suite, context, cases, chosen, name, run);
    }
    printf("%s: %d passed, %d failed, %d skipped (%.1f s)\n", part, tally.passed, tally.failed,
           tally.skipped, seconds_now() - start);
    suite->tally.passed += tally.passed;
    suite->tally.failed += tally.failed;
    suite->tally.skipped += tally.skipped;
}
