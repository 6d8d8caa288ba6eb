// docs.c: every ```weir block in README.md, ARCHITECTURE.md and docs/*.md that is a whole program
// is one that Weir accepts, and a ```c block behind such a program is what Weir prints for it.
//
// Printed C is shown in parts, with a line `// …` where something is left out. The program has the
// name that stands in the parts' #line.
#include "files.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

typedef struct Example {
    char *name; // FILE:LINE of its first line
    Text source;
    bool whole;    // has a main task
    Strings shown; // parts of the printed C that stand behind it
} Example;

typedef struct ExampleList {
    Example *items;
    size_t count;
} ExampleList;

static void add_example(ExampleList *list, Example example)
{
    Example *items = take((list->count + 1) * sizeof *items);
    if (list->count > 0) {
        memcpy(items, list->items, list->count * sizeof *items);
    }
    items[list->count++] = example;
    list->items = items;
}

// A ```c block from its first line on; gives the line that ends it.
static size_t read_shown(Example *example, const Strings *lines, size_t at)
{
    Text part = {0};
    for (; at < lines->count && strcmp(lines->items[at], "```") != 0; at++) {
        if (strcmp(lines->items[at], "// …") == 0) {
            strings_add(&example->shown, part.bytes);
            part = (Text){0};
        } else {
            text_print(&part, "%s\n", lines->items[at]);
        }
    }
    strings_add(&example->shown, part.bytes);
    return at;
}

static void read_examples(ExampleList *list, const char *path)
{
    const char *bytes = file_read(path, NULL);
    if (bytes == NULL) {
        return;
    }
    Strings lines = split_lines(bytes);
    bool program = false; // the last ```weir block was one
    for (size_t at = 0; at < lines.count; at++) {
        if (strcmp(lines.items[at], "```c") == 0 && program) {
            at = read_shown(&list->items[list->count - 1], &lines, at + 1);
        }
        if (at >= lines.count || strcmp(lines.items[at], "```weir") != 0) {
            continue;
        }
        Example example = {.name = print_text("%s:%zu", path, at + 2)};
        for (at++; at < lines.count && strcmp(lines.items[at], "```") != 0; at++) {
            text_print(&example.source, "%s\n", lines.items[at]);
            example.whole = example.whole || starts_with(lines.items[at], "task main(");
        }
        program = example.whole;
        if (program) {
            add_example(list, example);
        }
    }
}

static const char *example_name(const void *context, size_t index)
{
    const ExampleList *list = context;
    return list->items[index].name;
}

// The file that the first #line of the parts names.
static const char *shown_file(const Example *example)
{
    for (size_t i = 0; i < example->shown.count; i++) {
        const char *line = strstr(example->shown.items[i], "#line ");
        const char *name = line == NULL ? NULL : strchr(line, '"');
        if (name != NULL) {
            return copy_text(name + 1, strcspn(name + 1, "\"\n"));
        }
    }
    return "case.weir";
}

static void compare_shown(Report *report, const Example *example, Command *command)
{
    Outcome outcome = command_run(command, report->scratch);
    if (outcome.status != 0 || outcome.timed_out) {
        report_fail(report, example->name, outcome.errors);
        return;
    }
    for (size_t i = 0; i < example->shown.count; i++) {
        if (strstr(outcome.output, example->shown.items[i]) == NULL) {
            report_fail(report, print_text("%s, printed C", example->name),
                        print_text("this is not printed:\n%s", example->shown.items[i]));
            return;
        }
    }
    report_pass(report);
}

static void run_example(Report *report, const void *context, size_t index)
{
    const ExampleList *list = context;
    const Example *example = &list->items[index];
    const char *file = shown_file(example);
    file_write(print_text("%s/%s", report->scratch, file), example->source.bytes,
               example->source.length);
    Command command = {.folder = report->scratch, .seconds = 20};
    suite_environment(report->suite, &command);
    Command emit = command;
    emit.argv = (Strings){0};
    command_add(&emit, report->suite->weir);
    command_add(&emit, "emit");
    command_add(&emit, file);
    if (example->shown.count > 0) {
        compare_shown(report, example, &emit);
    }
    command_add(&command, report->suite->weir);
    command_add(&command, "check");
    command_add(&command, file);
    Outcome outcome = command_run(&command, report->scratch);
    if (outcome.status == 0 && !outcome.timed_out) {
        report_pass(report);
    } else {
        report_fail(report, example->name, outcome.errors);
    }
}

void docs_part(Suite *suite)
{
    ExampleList list = {0};
    read_examples(&list, "README.md");
    read_examples(&list, "ARCHITECTURE.md");
    Strings names = folder_names("docs", ".md");
    for (size_t i = 0; i < names.count; i++) {
        read_examples(&list, print_text("docs/%s", names.items[i]));
    }
    suite_cases(suite, "docs", &list, list.count, example_name, run_example,
                "there is no whole program in README.md or docs/*.md");
}
