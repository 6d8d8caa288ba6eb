// embed.c: hosts in C, tests/embed/*.c and examples/embed/*.c: each is compiled with what Weir
// prints for the programs it names, under three compilers and with the sanitizers, and run; then
// with a C file for each module of them.
//
//   // programs: shop desk                 the programs beside it that it hosts
//   // expect: hello                       the next line of standard output, exactly
//   // expect-unordered: a                 neighbours of this kind come in any order
//
// The printed headers and C are warned about as strictly as our own.
#include "cases.h"
#include "files.h"

#include <stdio.h>
#include <string.h>

static const char strict[] =
    "-std=gnu11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wswitch-enum -Werror";
static const struct {
    const char *name, *words, *flags;
    bool split;
} compilers[] = {
    {"gcc", "gcc -O1", strict, false},
    {"clang with sanitizers", "clang -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all",
     strict, false},
    {"tcc", "tcc -Wall -Werror", "", false},
    {"clang with sanitizers, split",
     "clang -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all", strict, true},
};
enum { COMPILERS = sizeof compilers / sizeof *compilers };

typedef struct Host {
    char *path, *folder, *file; // the first two within the tree
    Strings programs;
    Program expected; // its lines
} Host;

typedef struct Hosts {
    Host *items;
    size_t count;
} Hosts;

// What follows `// NAME: ` in a line, or NULL.
static const char *directive(const char *line, const char *name)
{
    char *start = print_text("// %s: ", name);
    const char *found = strstr(line, start);
    return found == NULL ? NULL : found + strlen(start);
}

static void expect(Program *program, LineKind kind, const char *text)
{
    ExpectedLine *lines = take((program->line_count + 1) * sizeof *lines);
    if (program->line_count > 0) {
        memcpy(lines, program->lines, program->line_count * sizeof *lines);
    }
    lines[program->line_count++] = (ExpectedLine){.kind = kind,
                                                  .text = copy_text(text, strlen(text))};
    program->lines = lines;
}

static Host read_host(const Suite *suite, const char *folder, const char *name)
{
    Host host = {.path = print_text("%s/%s", folder, name),
                 .folder = copy_text(folder, strlen(folder))};
    host.file = print_text("%s/%s", suite->root, host.path);
    const char *source = file_read(host.file, NULL);
    Strings lines = split_lines(source == NULL ? "" : source);
    for (size_t i = 0; i < lines.count; i++) {
        const char *text = NULL;
        if ((text = directive(lines.items[i], "programs")) != NULL) {
            host.programs = split_words(text);
        } else if ((text = directive(lines.items[i], "expect")) != NULL) {
            expect(&host.expected, LINE_EXACT, text);
        } else if ((text = directive(lines.items[i], "expect-unordered")) != NULL) {
            expect(&host.expected, LINE_UNORDERED, text);
        }
    }
    return host;
}

static Hosts list_hosts(const Suite *suite)
{
    static const char *const folders[] = {"examples/embed", "tests/embed"};
    Hosts hosts = {0};
    for (size_t i = 0; i < 2; i++) {
        Strings names = folder_names(print_text("%s/%s", suite->root, folders[i]), ".c");
        Host *items = take((hosts.count + names.count) * sizeof *items);
        if (hosts.count > 0) {
            memcpy(items, hosts.items, hosts.count * sizeof *items);
        }
        for (size_t k = 0; k < names.count; k++) {
            items[hosts.count++] = read_host(suite, folders[i], names.items[k]);
        }
        hosts.items = items;
    }
    return hosts;
}

static const char *host_name(const void *context, size_t index)
{
    const Hosts *hosts = context;
    return hosts->items[index].path;
}

// NAME.c and NAME.h, or with `split` the folder NAME and NAME.h.
static bool emit_programs(Report *report, const Host *host, bool split)
{
    for (size_t i = 0; i < host->programs.count; i++) {
        const char *name = host->programs.items[i];
        Command command = {.folder = report->scratch, .seconds = 20};
        suite_environment(report->suite, &command);
        char *source = print_text("%s/%s/%s.weir", report->suite->root, host->folder, name);
        const char *const words[] = {report->suite->weir,
                                     "emit",
                                     source,
                                     "-o",
                                     print_text("%s%s", name, split ? "" : ".c"),
                                     "-H",
                                     print_text("%s.h", name),
                                     "--split"};
        for (size_t k = 0; k < sizeof words / sizeof *words - (split ? 0 : 1); k++) {
            command_add(&command, words[k]);
        }
        Outcome outcome = command_run(&command, report->scratch);
        if (outcome.status != 0 || outcome.timed_out) {
            report_fail(report, host->path, outcome.errors);
            return false;
        }
    }
    return true;
}

static void add_code(Report *report, Command *command, const char *program, bool split)
{
    if (!split) {
        command_add(command, print_text("%s.c", program));
        return;
    }
    Strings names = folder_names(print_text("%s/%s", report->scratch, program), ".c");
    for (size_t i = 0; i < names.count; i++) {
        command_add(command, print_text("%s/%s", program, names.items[i]));
    }
}

static Outcome compile(Report *report, const Host *host, size_t compiler)
{
    Command command = {.folder = report->scratch,
                       .seconds = 60,
                       .argv = split_words(compilers[compiler].words)};
    suite_environment(report->suite, &command);
    Strings flags = split_words(compilers[compiler].flags);
    for (size_t i = 0; i < flags.count; i++) {
        command_add(&command, flags.items[i]);
    }
    const char *const words[] = {"-I", report->suite->include, "-I", ".", "-o", "host", host->file};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        command_add(&command, words[i]);
    }
    for (size_t i = 0; i < host->programs.count; i++) {
        add_code(report, &command, host->programs.items[i], compilers[compiler].split);
    }
    const char *const libraries[] = {print_text("%s/../lib/libweir.a", report->suite->include),
                                     "-luv", "-lpthread", "-ldl", "-lm"};
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        command_add(&command, libraries[i]);
    }
    return command_run(&command, report->scratch);
}

static void run_compiled(Report *report, const Host *host, const char *name)
{
    Command command = {.folder = report->scratch, .seconds = 30};
    suite_environment(report->suite, &command);
    command_add(&command, "./host");
    Outcome outcome = command_run(&command, report->scratch);
    char *difference = program_compare(report, &host->expected, outcome.output);
    if (outcome.status == 0 && !outcome.timed_out && difference == NULL &&
        sanitizer_words(outcome.errors) == NULL) {
        report_pass(report);
        return;
    }
    report_fail(report, name,
                print_text("%s, status %d\n%s\n%s", outcome.timed_out ? "did not end" : "ended",
                           outcome.status, difference == NULL ? "" : difference, outcome.errors));
}

static void run_host(Report *report, const void *context, size_t index)
{
    const Hosts *hosts = context;
    const Host *host = &hosts->items[index];
    if (!emit_programs(report, host, false) || !emit_programs(report, host, true)) {
        return;
    }
    for (size_t compiler = 0; compiler < COMPILERS; compiler++) {
        char *name = print_text("%s with %s", host->path, compilers[compiler].name);
        Outcome outcome = compile(report, host, compiler);
        if (outcome.status != 0 || outcome.timed_out || *outcome.errors != '\0') {
            report_fail(report, name, outcome.errors);
        } else {
            run_compiled(report, host, name);
        }
    }
}

// ── what the manual shows ────────────────────────────────────────────────────────────────────────

// The block of the manual that begins with `// host.c` is a part of examples/embed/host.c.
static void check_shown(Report *report, const void *context, size_t index)
{
    (void)context;
    (void)index;
    const char *manual = file_read(print_text("%s/docs/reference.md", report->suite->root), NULL);
    const char *source = file_read(print_text("%s/examples/embed/host.c", report->suite->root),
                                   NULL);
    static const char start[] = "\n// host.c\n";
    const char *block = manual == NULL ? NULL : strstr(manual, start);
    if (block == NULL || source == NULL) {
        report_fail(report, "docs/reference.md", "shows no `// host.c`");
        return;
    }
    block += sizeof start - 1;
    const char *end = strstr(block, "```");
    char *shown = copy_text(block, end == NULL ? strlen(block) : (size_t)(end - block));
    if (strstr(source, shown) != NULL) {
        report_pass(report);
    } else {
        report_fail(report, "docs/reference.md, host.c", suite_diff(report, source, shown));
    }
}

static const char *shown_name(const void *context, size_t index)
{
    (void)context;
    (void)index;
    return "docs/reference.md host.c";
}

void embed_part(Suite *suite)
{
    suite_cases(suite, "embed, shown", NULL, 1, shown_name, check_shown, "");
    Hosts hosts = list_hosts(suite);
    suite_cases(suite, "embed", &hosts, hosts.count, host_name, run_host,
                "there is no host in tests/embed or examples/embed");
}
