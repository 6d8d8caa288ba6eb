// faults.c: every program of tests/run and examples/ that lives in virtual time, again and again in
// one process of the driver in tests/faults: with memory, signals and the order of tasks against
// it.
//
// The driver judges the disturbed runs, which are compared with the undisturbed one; this file
// knows what the undisturbed one should do, from the directives.
#include "cases.h"
#include "files.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COMPILE_SECONDS = 60, DRIVER_SECONDS = 120 };

// The printed C as a library that the driver loads. Without optimisation: it is compiled once for
// a second of runs.
static const char compile_words[] =
    "clang -std=c11 -O0 -g -fPIC -shared -fsanitize=address,undefined -fno-sanitize-recover=all";

// A program that handles failures may go on in its own way when memory has ended.
static bool handles_failures(const char *source)
{
    static const char *const words[] = {"catch", "try", "retry", "race", "collect"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i]);
        const char *found = source;
        while ((found = strstr(found, words[i])) != NULL) {
            bool starts = found == source || !isalnum((unsigned char)found[-1]);
            if (starts && !isalnum((unsigned char)found[length])) {
                return true;
            }
            found += length;
        }
    }
    return false;
}

// The line `const weir_program NAME = {` of printed C tells the name; NULL: there is none.
static char *program_symbol(const char *code)
{
    static const char before[] = "\nconst weir_program ";
    const char *found = code == NULL ? NULL : strstr(code, before);
    if (found == NULL) {
        return NULL;
    }
    found += sizeof before - 1;
    return copy_text(found, strcspn(found, " "));
}

// "hash.h" for hash.weir: what its C files include.
static char *header_name(const Program *program)
{
    const char *name = base_name(program->path);
    return print_text("%.*s.h", (int)(strlen(name) - strlen(".weir")), name);
}

// Prints and compiles the program in the scratch folder; false when that failed, and is reported,
// or when there is nothing to run in it.
static bool make_library(Report *report, const Program *program, char **symbol)
{
    Command emit = {.folder = report->scratch, .seconds = COMPILE_SECONDS};
    suite_environment(report->suite, &emit);
    const char *header = header_name(program);
    const char *const words[] = {report->suite->weir, "emit", program->file, "-o",
                                 "program.c",         "-H",   header};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        command_add(&emit, words[i]);
    }
    Outcome emitted = command_run(&emit, report->scratch);
    *symbol = program_symbol(file_read(print_text("%s/program.c", report->scratch), NULL));
    if (emitted.status == 0 && *symbol == NULL) {
        return false;
    }
    if (emitted.status != 0) {
        report_fail(report, program->path,
                    print_text("weir emit ended with status %d\n%s", emitted.status,
                               emitted.errors));
        return false;
    }
    Command compile = {.folder = report->scratch,
                       .seconds = COMPILE_SECONDS,
                       .argv = split_words(compile_words)};
    suite_environment(report->suite, &compile);
    const char *const more[] = {"-I", report->suite->include, "-I", report->scratch,
                                "-o", "program.so",           "program.c"};
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        command_add(&compile, more[i]);
    }
    if (program->with.count > 0) {
        command_add(&compile, "-D_GNU_SOURCE");
    }
    for (size_t i = 0; i < program->with.count; i++) {
        command_add(&compile, program->with.items[i]);
    }
    Outcome compiled = command_run(&compile, report->scratch);
    if (compiled.status != 0) {
        report_fail(report, program->path, compiled.errors);
        return false;
    }
    return true;
}

// What is wrong with the undisturbed run, or NULL.
static char *judge(Report *report, const Program *program, const char *said)
{
    int status = -1;
    sscanf(said, "status %d", &status);
    Text wrong = {0};
    if (status != program->status) {
        text_print(&wrong, "ended with status %d, expected %d\n", status, program->status);
    }
    const char *output = file_read(print_text("%s/out", report->scratch), NULL);
    const char *errors = file_read(print_text("%s/err", report->scratch), NULL);
    if (output == NULL || errors == NULL) {
        return copy_text("the driver left no output", 25);
    }
    char *difference = program_compare(report, program, output);
    if (difference != NULL) {
        text_print(&wrong, "%s\n", difference);
    }
    for (size_t i = 0; i < program->errors.count; i++) {
        if (strstr(errors, program->errors.items[i]) == NULL) {
            text_print(&wrong, "standard error does not contain: %s\n", program->errors.items[i]);
        }
    }
    return wrong.bytes;
}

static const char *totals_path(const Suite *suite)
{
    return print_text("%s/faults", suite->scratch);
}

// One test for each kind of disturbance; the part adds up how much of each was covered.
static void count_kinds(Report *report, const char *said)
{
    FILE *totals = fopen(totals_path(report->suite), "a");
    Strings lines = split_lines(said);
    for (size_t i = 0; i < lines.count; i++) {
        if (starts_with(lines.items[i], "covered ")) {
            report_pass(report);
            if (totals != NULL) {
                fprintf(totals, "%s\n", lines.items[i]);
            }
        }
    }
    if (totals != NULL) {
        fclose(totals);
    }
}

static void run_driver(Report *report, const Program *program, const char *symbol)
{
    Command command = {.folder = report->scratch, .seconds = DRIVER_SECONDS};
    suite_environment(report->suite, &command);
    for (size_t i = 0; i < program->environment.count; i++) {
        const char *setting = program->environment.items[i];
        size_t name = strcspn(setting, "=");
        command_set(&command, copy_text(setting, name),
                    setting[name] == '=' ? setting + name + 1 : "");
    }
    const char *const words[] = {report->suite->faults, "./program.so", symbol, report->scratch};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        command_add(&command, words[i]);
    }
    if (handles_failures(file_read(program->file, NULL))) {
        command_add(&command, "--handles");
    }
    if (program->by_chance) {
        command_add(&command, "--by-chance");
    }
    command_add(&command, "--");
    for (size_t i = 0; i < program->args.count; i++) {
        command_add(&command, program->args.items[i]);
    }
    Outcome outcome = command_run(&command, report->scratch);
    char *wrong = judge(report, program, outcome.output);
    if (outcome.status == 0 && wrong == NULL) {
        count_kinds(report, outcome.output);
        return;
    }
    report_fail(report, print_text("%s, disturbed", program->path),
                print_text("%s%s\n%s\n%s%s", outcome.timed_out ? "did not end\n" : "",
                           command_line(&command), wrong == NULL ? "" : wrong, outcome.output,
                           outcome.errors));
}

// One whose C is missing on purpose can't be linked.
static bool is_whole(const Program *program)
{
    for (size_t i = 0; i < program->errors.count; i++) {
        if (strstr(program->errors.items[i], "is not whole") != NULL) {
            return false;
        }
    }
    return true;
}

static void run_fault(Report *report, const void *context, size_t index)
{
    const Programs *programs = context;
    const Program *program = &programs->items[index];
    const char *skip = program->skip;
    if (program->real_time || program->server != NULL) {
        skip = "it needs the real world";
    } else if (program->has_input) {
        skip = "the simulated world has no standard input";
    }
    if (skip != NULL) {
        report_skip(report, program->path, skip);
        return;
    }
    char *symbol = NULL;
    if (program->mistake == NULL && program->status != 3 && is_whole(program) && // else no program
        make_library(report, program, &symbol)) {
        run_driver(report, program, symbol);
    }
}

typedef struct Total {
    const char *kind;
    long long covered, moments;
    int whole, programs; // all of the moments had their turn in so many of the programs
} Total;

// "covered 300 of 812 failed 0 requests refused once", for each program and kind.
static void print_totals(const Suite *suite)
{
    const char *text = file_read(totals_path(suite), NULL);
    Total totals[16] = {{0}};
    Strings lines = split_lines(text == NULL ? "" : text);
    for (size_t i = 0; i < lines.count; i++) {
        long long covered = 0, moments = 0;
        int kind = 0;
        sscanf(lines.items[i], "covered %lld of %lld failed %*d %n", &covered, &moments, &kind);
        for (size_t place = 0; place < sizeof totals / sizeof *totals; place++) {
            Total *total = &totals[place];
            if (total->kind == NULL || strcmp(total->kind, lines.items[i] + kind) == 0) {
                total->kind = lines.items[i] + kind;
                total->covered += covered;
                total->moments += moments;
                total->whole += covered == moments;
                total->programs++;
                break;
            }
        }
    }
    for (const Total *total = totals; total->kind != NULL; total++) {
        printf("  %lld of %lld %s; all in %d of %d programs\n", total->covered, total->moments,
               total->kind, total->whole, total->programs);
    }
}

void faults_part(Suite *suite)
{
    Programs programs = programs_list(suite);
    suite_cases(suite, "faults", &programs, programs.count, program_name, run_fault,
                "there is no program in tests/run or examples");
    print_totals(suite);
}
