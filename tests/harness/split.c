// split.c: programs of several files, printed as a C file for each module. The names are those that
// --dump=files tells; each file compiles without a warning under three compilers; linked, they do
// what the program does; from another folder they are the same bytes; and a change in one module
// leaves the C of all others alone.
#include "cases.h"
#include "files.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define STRICT                                                                                     \
    "-std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wswitch-enum -Wmissing-prototypes "  \
    "-Wredundant-decls -Werror -O1"
static const struct {
    const char *name, *flags;
} compilers[] = {{"gcc", STRICT}, {"clang", STRICT}, {"tcc", "-Wall -Werror"}};
enum { COMPILERS = sizeof compilers / sizeof *compilers };

static bool uses_modules(const Program *program)
{
    const char *source = file_read(program->file, NULL);
    return source != NULL && !program->tests && program->status == 0 && program->skip == NULL &&
           program->server == NULL &&
           (starts_with(source, "use \"") || strstr(source, "\nuse \"") != NULL);
}

static Programs list_programs(const Suite *suite)
{
    Programs all = programs_list(suite), chosen = {0};
    chosen.items = take((all.count + 1) * sizeof *chosen.items);
    for (size_t i = 0; i < all.count; i++) {
        if (uses_modules(&all.items[i])) {
            chosen.items[chosen.count++] = all.items[i];
        }
    }
    return chosen;
}

static bool went_well(Report *report, const char *name, const Outcome *outcome)
{
    if (outcome->status == 0 && !outcome->timed_out && *outcome->errors == '\0') {
        return true;
    }
    report_fail(report, name, print_text("status %d\n%s", outcome->status, outcome->errors));
    return false;
}

// ── printing ─────────────────────────────────────────────────────────────────────────────────────

// Prints the program in the folder `tree` to the folder `out` beside that.
static bool emit(Report *report, const Program *program, const char *tree, const char *out)
{
    Command command = {.folder = print_text("%s/%s", report->scratch, tree), .seconds = 20};
    suite_environment(report->suite, &command);
    const char *name = base_name(program->path);
    const char *stem = print_text("%.*s", (int)(strlen(name) - strlen(".weir")), name);
    const char *const words[] = {
        report->suite->weir,        "emit", name, "--split", "-o", print_text("../%s", out), "-H",
        print_text("../%s.h", stem)};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        command_add(&command, words[i]);
    }
    Outcome outcome = command_run(&command, report->scratch);
    return went_well(report, program->path, &outcome);
}

static char *all_files(Report *report, const char *folder)
{
    char *path = print_text("%s/%s", report->scratch, folder);
    Strings names = folder_names(path, "");
    Text text = {0};
    for (size_t i = 0; i < names.count; i++) {
        const char *bytes = file_read(print_text("%s/%s", path, names.items[i]), NULL);
        text_print(&text, "---- %s\n%s", names.items[i], bytes);
    }
    return text.bytes;
}

static void check_names(Report *report, const Program *program)
{
    Command command = {.folder = report->scratch, .seconds = 20};
    suite_environment(report->suite, &command);
    const char *const words[] = {report->suite->weir, "emit", program->file, "--dump=files"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        command_add(&command, words[i]);
    }
    Outcome outcome = command_run(&command, report->scratch);
    Strings told = split_lines(outcome.output);
    Strings names = folder_names(print_text("%s/out", report->scratch), "");
    bool same = told.count == names.count;
    for (size_t i = 0; i < told.count; i++) {
        same = same && path_exists(print_text("%s/out/%s", report->scratch, told.items[i]));
    }
    if (same && names.count > 1) {
        report_pass(report);
    } else {
        report_fail(report, print_text("%s --dump=files", program->path), outcome.output);
    }
}

static void print_elsewhere(Report *report, const Program *program)
{
    folder_make(print_text("%s/deep", report->scratch));
    folder_make(print_text("%s/deep/tree", report->scratch));
    program_copy(program, print_text("%s/deep/tree", report->scratch));
    if (!emit(report, program, "deep/tree", "out")) {
        return;
    }
    const char *expected = all_files(report, "out"), *got = all_files(report, "deep/out");
    if (strcmp(expected, got) == 0) {
        report_pass(report);
    } else {
        report_fail(report, print_text("%s printed from another folder", program->path),
                    suite_diff(report, expected, got));
    }
}

// ── compiling and running ────────────────────────────────────────────────────────────────────────

static void write_host(Report *report)
{
    Strings names = folder_names(print_text("%s/out", report->scratch), ".c");
    for (size_t i = 0; i < names.count; i++) {
        const char *code = file_read(print_text("%s/out/%s", report->scratch, names.items[i]),
                                     NULL);
        static const char start[] = "\nextern const weir_program ";
        const char *found = strstr(code, start);
        if (found != NULL) {
            found += strlen(start);
            char *host = print_text("#include \"weir.h\"\n"
                                    "extern const weir_program %.*s;\n"
                                    "int main(int argc, char **argv)\n"
                                    "{\n"
                                    "    return weir_main(argc, argv, &%.*s);\n"
                                    "}\n",
                                    (int)strcspn(found, ";"), found, (int)strcspn(found, ";"),
                                    found);
            file_write(print_text("%s/host.c", report->scratch), host, strlen(host));
        }
    }
}

static bool compile(Report *report, const char *name, size_t compiler, const char *file,
                    const char *object)
{
    Command command = {.folder = report->scratch, .seconds = 60};
    suite_environment(report->suite, &command);
    command_add(&command, compilers[compiler].name);
    Strings flags = split_words(compilers[compiler].flags);
    for (size_t i = 0; i < flags.count; i++) {
        command_add(&command, flags.items[i]);
    }
    const char *const words[] = {"-I", report->suite->include, "-I", ".", "-c", "-o", object, file};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        command_add(&command, words[i]);
    }
    Outcome outcome = command_run(&command, report->scratch);
    return went_well(report, print_text("%s, %s", name, file), &outcome);
}

// Each file by itself, then all together. False, with all said, when one can't be.
static bool build(Report *report, const Program *program, const char *name, size_t compiler)
{
    Strings names = folder_names(print_text("%s/out", report->scratch), ".c");
    Command link = {.folder = report->scratch, .seconds = 60};
    suite_environment(report->suite, &link);
    command_add(&link, compilers[compiler].name);
    bool good = compile(report, name, compiler, "host.c", "host.o");
    const char *const output[] = {"-o", "program", "host.o"};
    for (size_t i = 0; i < sizeof output / sizeof *output; i++) {
        command_add(&link, output[i]);
    }
    for (size_t i = 0; good && i < names.count; i++) {
        const char *object = print_text("%s.o", names.items[i]);
        good = compile(report, name, compiler, print_text("out/%s", names.items[i]), object);
        command_add(&link, object);
    }
    for (size_t i = 0; good && i < program->with.count; i++) {
        const char *object = print_text("with_%zu.o", i);
        good = compile(report, name, compiler, program->with.items[i], object);
        command_add(&link, object);
    }
    const char *const libraries[] = {print_text("%s/../lib/libweir.a", report->suite->include),
                                     "-luv", "-lpthread", "-ldl", "-lm"};
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        command_add(&link, libraries[i]);
    }
    if (!good) {
        return false;
    }
    Outcome outcome = command_run(&link, report->scratch);
    return went_well(report, name, &outcome);
}

static void run(Report *report, const Program *program, const char *name)
{
    Command command = {.folder = report->scratch, .seconds = 30};
    suite_environment(report->suite, &command);
    if (!program->real_time) {
        command_set(&command, "WEIR_CLOCK", "virtual");
    }
    command_add(&command, "./program");
    for (size_t i = 0; i < program->args.count; i++) {
        command_add(&command, program->args.items[i]);
    }
    Outcome outcome = command_run(&command, report->scratch);
    const char *difference = program_compare(report, program, outcome.output);
    if (outcome.status == 0 && !outcome.timed_out && difference == NULL) {
        report_pass(report);
    } else {
        report_fail(report, name,
                    print_text("status %d\n%s\n%s", outcome.status,
                               difference == NULL ? "" : difference, outcome.errors));
    }
}

// ── what a change leaves alone ───────────────────────────────────────────────────────────────────

static void make_old(const char *path)
{
    const struct timespec times[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
    utimensat(AT_FDCWD, path, times, 0);
}

static bool is_old(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && about.st_mtime == 1000000000;
}

// A module moves down by a line: all places in it change, and nothing that others see of it.
static void change_one(Report *report, const Program *program, const char *path)
{
    char *file = print_text("%s/tree/%s", report->scratch, path);
    char *out = print_text("%s/out", report->scratch);
    const char *before = file_read(file, NULL);
    char *after = print_text("# a line more\n%s", before);
    Strings names = folder_names(out, "");
    for (size_t i = 0; i < names.count; i++) {
        make_old(print_text("%s/%s", out, names.items[i]));
    }
    file_write(file, after, strlen(after));
    if (!emit(report, program, "tree", "out")) {
        return;
    }
    char *stem = replace_text(print_text("%.*s", (int)(strlen(path) - strlen(".weir")), path), "/",
                              "_");
    Text written = {0};
    for (size_t i = 0; i < names.count; i++) {
        if (!is_old(print_text("%s/%s", out, names.items[i]))) {
            text_print(&written, "%s\n", names.items[i]);
        }
    }
    if (strcmp(text_string(&written), print_text("%s.c\n", stem)) == 0) {
        report_pass(report);
    } else {
        report_fail(report, print_text("%s after a change of %s", program->path, path),
                    print_text("written: %s", text_string(&written)));
    }
}

// The sources of the tree that are read: those that have C, told by the banner in it.
static void change_each(Report *report, const Program *program)
{
    char *out = print_text("%s/out", report->scratch);
    Strings names = folder_names(out, ".c");
    for (size_t i = 0; i < names.count; i++) {
        const char *code = file_read(print_text("%s/%s", out, names.items[i]), NULL);
        static const char start[] = "// Printed by Weir from ";
        const char *path = code + strlen(start);
        change_one(report, program, print_text("%.*s", (int)strcspn(path, ":"), path));
    }
}

static void run_split(Report *report, const void *context, size_t index)
{
    const Programs *programs = context;
    const Program *program = &programs->items[index];
    folder_make(print_text("%s/tree", report->scratch));
    program_copy(program, print_text("%s/tree", report->scratch));
    if (!emit(report, program, "tree", "out")) {
        return;
    }
    check_names(report, program);
    write_host(report);
    for (size_t compiler = 0; compiler < COMPILERS; compiler++) {
        char *name = print_text("%s with %s", program->path, compilers[compiler].name);
        if (build(report, program, name, compiler)) {
            run(report, program, name);
        }
    }
    print_elsewhere(report, program);
    change_each(report, program);
}

// ── many modules ─────────────────────────────────────────────────────────────────────────────────

enum { CHAIN = 60 };

// Each embeds the frames of the one before: headers must not nest as deep as modules do, since a
// compiler need not go deeper than 15 levels.
static void write_chain(const char *tree)
{
    for (int i = 0; i < CHAIN; i++) {
        char *text = i == 0 ? print_text("pub task step() -> int {\n"
                                         "    sleep(1ms)\n"
                                         "    return 1\n"
                                         "}\n")
                            : print_text("use \"m%d.weir\" as before\n"
                                         "pub task step() -> int {\n"
                                         "    return before.step() + 1\n"
                                         "}\n",
                                         i - 1);
        file_write(print_text("%s/m%d.weir", tree, i), text, strlen(text));
    }
    char *text = print_text("use \"m%d.weir\" as last\n"
                            "task main() { print(last.step()) }\n",
                            CHAIN - 1);
    file_write(print_text("%s/chain.weir", tree), text, strlen(text));
}

static void run_chain(Report *report, const void *context, size_t index)
{
    (void)context;
    (void)index;
    char *tree = print_text("%s/tree", report->scratch);
    folder_make(tree);
    write_chain(tree);
    ExpectedLine line = {.kind = LINE_EXACT, .text = print_text("%d", CHAIN)};
    const Program program = {.path = print_text("chain.weir"), .lines = &line, .line_count = 1};
    size_t tcc = COMPILERS - 1; // the one that nests least
    if (!emit(report, &program, "tree", "out")) {
        return;
    }
    write_host(report);
    if (build(report, &program, "a chain of modules", tcc)) {
        run(report, &program, "a chain of modules");
    }
}

static const char *chain_name(const void *context, size_t index)
{
    (void)context;
    (void)index;
    return "a chain of modules";
}

void split_part(Suite *suite)
{
    Programs programs = list_programs(suite);
    suite_cases(suite, "split", &programs, programs.count, program_name, run_split,
                "no program in tests/run or examples uses another file");
    suite_cases(suite, "split, many", NULL, 1, chain_name, run_chain, "");
    split_build(suite);
}
