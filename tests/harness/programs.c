// programs.c: runs every program of tests/run and examples/ in each of the ways there are, which
// must agree.
#include "cases.h"
#include "files.h"
#include "fixture.h"

#include <stdio.h>
#include <string.h>

enum { RUN_SECONDS = 30, BUILD_SECONDS = 120 };

typedef enum Way {
    WAY_MEMORY,    // weir run, through libtcc
    WAY_CC,        // weir run, through the C compiler
    WAY_NATIVE,    // weir build, then the executable
    WAY_SANITIZED, // weir run of the build with the sanitizers
    WAY_COUNT,
} Way;

static const char *way_name(Way way)
{
    switch (way) {
    case WAY_MEMORY: return "in memory";
    case WAY_CC: return "through cc";
    case WAY_NATIVE: return "native";
    case WAY_SANITIZED: return "with sanitizers";
    case WAY_COUNT: break;
    }
    return "";
}

static Command prepare(const Report *report, const Program *program, const char *folder)
{
    Command command = {.folder = folder, .seconds = RUN_SECONDS};
    suite_environment(report->suite, &command);
    if (!program->real_time) {
        command_set(&command, "WEIR_CLOCK", "virtual");
    }
    for (size_t i = 0; i < program->environment.count; i++) {
        char *setting = program->environment.items[i];
        size_t name = strcspn(setting, "=");
        command_set(&command, copy_text(setting, name),
                    setting[name] == '=' ? setting + name + 1 : "");
    }
    if (program->has_input) {
        command.input = text_string(&program->input);
    }
    return command;
}

static void add_args(Command *command, const Program *program)
{
    for (size_t i = 0; i < program->args.count; i++) {
        command_add(command, program->args.items[i]);
    }
}

static void add_with(Command *command, const Program *program)
{
    for (size_t i = 0; i < program->with.count; i++) {
        command_add(command, "--with");
        command_add(command, program->with.items[i]);
    }
}

static void add_run(Command *command, const Program *program, const char *weir,
                    const char *compiler)
{
    command_add(command, weir);
    command_add(command, program->tests ? "test" : "run");
    command_add(command, "--compiler");
    command_add(command, compiler);
    add_with(command, program);
    command_add(command, program->file);
    add_args(command, program);
}

// Everything that is wrong with how a program ended; NULL when nothing is.
static char *judge(Report *report, const Program *program, const Outcome *outcome)
{
    Text wrong = {0};
    if (outcome->timed_out) {
        text_print(&wrong, "did not end within %.0f s\n", outcome->seconds);
    } else if (outcome->status != program->status) {
        text_print(&wrong, "ended with status %d, expected %d\n", outcome->status, program->status);
    }
    const char *words = sanitizer_words(outcome->errors);
    if (words != NULL) {
        text_print(&wrong, "a sanitizer found something\n");
    }
    char *difference = program_compare(report, program, outcome->output);
    if (difference != NULL) {
        text_print(&wrong, "%s\n", difference);
    }
    for (size_t i = 0; i < program->errors.count; i++) {
        if (strstr(outcome->errors, program->errors.items[i]) == NULL) {
            text_print(&wrong, "standard error does not contain: %s\n", program->errors.items[i]);
        }
    }
    if (outcome->left_children && words == NULL) { // a sanitizer's symbolizer may linger
        text_print(&wrong, "left child processes behind\n");
    }
    if (wrong.length > 0 && *outcome->errors != '\0') {
        text_print(&wrong, "standard error:\n%s\n", outcome->errors);
    }
    return wrong.bytes;
}

// Builds an executable and runs it. A program that shall not compile ends with the build.
static Outcome run_native(Report *report, const Program *program, const char *folder, char **line)
{
    char *executable = print_text("%s/program", report->scratch);
    Command build = prepare(report, program, folder);
    build.seconds = BUILD_SECONDS;
    const char *const words[] = {report->suite->weir, "build", program->file, "-o", executable};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        command_add(&build, words[i]);
    }
    if (!program->optimised) {
        command_add(&build, "--debug");
    }
    add_with(&build, program);
    Outcome built = command_run(&build, report->scratch);
    *line = command_line(&build);
    if (built.status != 0 || built.timed_out) {
        return built;
    }
    Command command = prepare(report, program, folder);
    command_add(&command, executable);
    add_args(&command, program);
    *line = print_text("%s && %s", *line, command_line(&command));
    return command_run(&command, report->scratch);
}

static Outcome run_way(Report *report, const Program *program, Way way, const char *folder,
                       char **line)
{
    if (way == WAY_NATIVE) {
        return run_native(report, program, folder, line);
    }
    const Suite *suite = report->suite;
    bool through_cc = way == WAY_CC || !suite->in_memory;
    Command command = prepare(report, program, folder);
    add_run(&command, program, way == WAY_SANITIZED ? suite->sanitized : suite->weir,
            through_cc ? "cc" : "memory");
    *line = command_line(&command);
    return command_run(&command, report->scratch);
}

static void run_program_once(Report *report, const Program *program, Way way)
{
    char *name = print_text("%s %s", program->path, way_name(way));
    char *folder = print_text("%s/folder-%d", report->scratch, way);
    folder_make(folder);
    Fixture fixture = {0};
    char *files = print_text("%s/server-%d", report->scratch, way);
    if (program->server != NULL) {
        fixture = fixture_start(report->suite, program->server, files);
        if (fixture.missing != NULL) {
            report_skip(report, name, fixture.missing);
            return;
        }
        if (fixture.problem != NULL) {
            report_fail(report, name, fixture.problem);
            return;
        }
    }
    Program filled = program_with_server(program, fixture.url, files);
    char *line = NULL;
    Outcome outcome = run_way(report, &filled, way, folder, &line);
    char *wrong = judge(report, &filled, &outcome);
    if (wrong == NULL) {
        report_pass(report);
    } else {
        const char *clock = program->real_time ? "" : "WEIR_CLOCK=virtual ";
        report_fail(report, name, print_text("%s%s\n%s", clock, line, wrong));
    }
    if (program->server != NULL) {
        fixture_stop(&fixture);
    }
}

static void run_program(Report *report, const void *context, size_t index)
{
    const Programs *programs = context;
    const Program *program = &programs->items[index];
    if (program->mistake != NULL) {
        report_fail(report, program->path, program->mistake);
        return;
    }
    if (program->skip != NULL) {
        report_skip(report, program->path, program->skip);
        return;
    }
    for (Way way = WAY_MEMORY; way < WAY_COUNT; way++) {
        if (way == WAY_CC && !program->optimised) {
            continue; // the same C as natively; loading what cc makes is tried with these
        }
        if (way == WAY_MEMORY && !report->suite->in_memory) {
            report_skip(report, program->path, "this weir was built without libtcc");
        } else if (way != WAY_NATIVE || (program->natively && !program->tests)) {
            run_program_once(report, program, way);
        }
    }
}

void programs_part(Suite *suite)
{
    Programs programs = programs_list(suite);
    suite_cases(suite, "run", &programs, programs.count, program_name, run_program,
                "there is no program in tests/run or examples");
}
