// docs.c: every ```weir block in README.md and docs/*.md that is a whole program is one that Weir
// accepts.
#include "files.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

typedef struct Example {
    char *name; // FILE:LINE of its first line
    Text source;
    bool whole; // has a main task
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

static void read_examples(ExampleList *list, const char *path)
{
    const char *bytes = file_read(path, NULL);
    if (bytes == NULL) {
        return;
    }
    Strings lines = split_lines(bytes);
    for (size_t at = 0; at < lines.count; at++) {
        if (strcmp(lines.items[at], "```weir") != 0) {
            continue;
        }
        Example example = {.name = print_text("%s:%zu", path, at + 2)};
        for (at++; at < lines.count && strcmp(lines.items[at], "```") != 0; at++) {
            text_print(&example.source, "%s\n", lines.items[at]);
            example.whole = example.whole || starts_with(lines.items[at], "task main(");
        }
        if (example.whole) {
            add_example(list, example);
        }
    }
}

static const char *example_name(const void *context, size_t index)
{
    const ExampleList *list = context;
    return list->items[index].name;
}

static void run_example(Report *report, const void *context, size_t index)
{
    const ExampleList *list = context;
    const Example *example = &list->items[index];
    file_write(print_text("%s/case.weir", report->scratch), example->source.bytes,
               example->source.length);
    Command command = {.folder = report->scratch, .seconds = 20};
    suite_environment(report->suite, &command);
    command_add(&command, report->suite->weir);
    command_add(&command, "check");
    command_add(&command, "case.weir");
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
    Strings names = folder_names("docs", ".md");
    for (size_t i = 0; i < names.count; i++) {
        read_examples(&list, print_text("docs/%s", names.items[i]));
    }
    suite_cases(suite, "docs", &list, list.count, example_name, run_example,
                "there is no whole program in README.md or docs/*.md");
}
