// printed.c: the C that Weir prints for every program compiles without a warning under three
// compilers, its header where C may call it also as C++, and it is the same bytes from whatever
// folder, under whatever locale and time zone it is printed.
#include "cases.h"
#include "compilers.h"
#include "files.h"

#include <stdio.h>
#include <string.h>

static Outcome emit(Report *report, const char *source, const char *folder, const char *locale,
                    const char *zone)
{
    Command command = {.folder = folder, .seconds = 20};
    suite_environment(report->suite, &command);
    command_set(&command, "LC_ALL", locale);
    command_set(&command, "TZ", zone);
    const char *const words[] = {report->suite->weir, "emit", source,     "-o",
                                 "program.c",         "-H",   "program.h"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        command_add(&command, words[i]);
    }
    return command_run(&command, report->scratch);
}

static void compile(Report *report, const char *path, const char *folder, CCompiler compiler,
                    const char *file)
{
    char *said = compiler_says(report, compiler, folder, file);
    if (said == NULL) {
        report_pass(report);
    } else {
        report_fail(report, print_text("%s %s with %s", path, file, compiler_name(compiler)), said);
    }
}

static char *both_files(const char *folder)
{
    const char *code = file_read(print_text("%s/program.c", folder), NULL);
    const char *header = file_read(print_text("%s/program.h", folder), NULL);
    return print_text("%s\n----\n%s", code == NULL ? "(no file)" : code,
                      header == NULL ? "(no file)" : header);
}

static void print_again(Report *report, const Program *program, const char *first)
{
    // A copy elsewhere, named by itself, under a locale with another decimal sign and another idea
    // of upper case.
    char *folder = print_text("%s/elsewhere", report->scratch);
    folder_make(folder);
    program_copy(program, folder);
    emit(report, base_name(program->path), folder, "tr_TR.UTF-8", "Pacific/Chatham");
    const char *expected = both_files(first);
    const char *got = both_files(folder);
    if (strcmp(expected, got) == 0) {
        report_pass(report);
    } else {
        report_fail(report, print_text("%s printed from another folder", program->path),
                    suite_diff(report, expected, got));
    }
}

static void run_printed(Report *report, const void *context, size_t index)
{
    const Programs *programs = context;
    const Program *program = &programs->items[index];
    if (program->skip != NULL) {
        report_skip(report, program->path, program->skip);
        return;
    }
    char *folder = print_text("%s/here", report->scratch);
    folder_make(folder);
    Outcome outcome = emit(report, program->file, folder, "C.UTF-8", "UTC");
    if (outcome.status == 3 && program->status == 3) {
        report_pass(report); // shall not compile
        return;
    }
    if (outcome.status != 0 || outcome.timed_out) {
        report_fail(
            report, program->path,
            print_text("weir emit ended with status %d\n%s", outcome.status, outcome.errors));
        return;
    }
    // The header stands on its own and may be included twice.
    static const char twice[] =
        "#include \"program.h\"\n#include \"program.h\"\nextern int unused;\n";
    file_write(print_text("%s/twice.c", folder), twice, strlen(twice));
    for (int compiler = 0; compiler < C_COMPILERS; compiler++) {
        compile(report, program->path, folder, (CCompiler)compiler, "program.c");
    }
    compile(report, program->path, folder, COMPILER_GCC, "twice.c");
    const char *header = file_read(print_text("%s/program.h", folder), NULL);
    if (header != NULL && strstr(header, "weir_context *cx") != NULL) {
        compile(report, program->path, folder, COMPILER_CXX, "twice.c");
    }
    print_again(report, program, folder);
}

void printed_part(Suite *suite)
{
    Programs programs = programs_list(suite);
    suite_cases(suite, "printed", &programs, programs.count, program_name, run_printed,
                "there is no program in tests/run or examples");
}
