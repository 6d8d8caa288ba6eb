// docs.c: the blocks of README.md, ARCHITECTURE.md and docs/*.md are true. document.h tells how a
// document says what its blocks are. (The pages of docs/errors have a checker of their own.)
//
// A document is one case, with one folder, so that its blocks can use the files of those above.
// `./zigw build snap` fills in what the ```text blocks show.
#include "document.h"
#include "files.h"
#include "fixture.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char server_name[] = "http://127.0.0.1:8000";

typedef struct Check {
    Report *report;
    const Document *document;
    const Block *program; // the last one, or NULL
    char *shown;          // what it printed; NULL: it was not run, or is already shown
    Fixture fixture;      // the scripted server, once one was needed
    char **fresh;         // of each block: the text it should have, NULL: the one it has
    Strings python;       // files of its ```python blocks
    const char *folder;
} Check;

// ── running ──────────────────────────────────────────────────────────────────────────────────────
static bool needs_server(const char *text)
{
    return strstr(text, server_name) != NULL;
}

static void want_server(Check *check)
{
    if (check->fixture.url == NULL && check->fixture.problem == NULL) {
        check->fixture = fixture_start(check->report->suite, "scripted",
                                       print_text("%s/server", check->report->scratch));
    }
}

// With the server's address in place of the one in the document.
static char *addressed(Check *check, const char *text)
{
    if (!needs_server(text)) {
        return copy_text(text, strlen(text));
    }
    want_server(check);
    return replace_text(copy_text(text, strlen(text)), server_name,
                        check->fixture.url == NULL ? "" : check->fixture.url);
}

static Command prepare(Check *check, bool real_time)
{
    Command command = {.folder = check->folder, .seconds = 20};
    suite_environment(check->report->suite, &command);
    const char *weir = check->report->suite->weir;
    const char *path = getenv("PATH");
    command_set(&command, "PATH", print_text("%.*s:%s", (int)(base_name(weir) - weir - 1), weir,
                                             path == NULL ? "/usr/bin:/bin" : path));
    if (!real_time) {
        command_set(&command, "WEIR_CLOCK", "virtual");
    }
    return command;
}

// What a command printed, as the document would show it.
static char *printed(Check *check, const Outcome *outcome)
{
    char *text = print_text("%s%s", outcome->output, outcome->errors);
    return check->fixture.url == NULL ? text
                                      : replace_text(text, check->fixture.url, server_name);
}

// ── what a block shows ───────────────────────────────────────────────────────────────────────────
static void compare(Check *check, size_t index, char *got)
{
    const Block *block = &check->document->blocks[index];
    const char *expected = text_string(&block->text);
    if (shows(expected, got)) {
        report_pass(check->report);
    } else if (check->report->suite->update) {
        check->fresh[index] = got;
        report_pass(check->report);
    } else {
        char *diff = suite_diff(check->report, expected, got);
        report_fail(check->report, block->name,
                    print_text("%s\n(./zigw build snap accepts it)", diff));
    }
}

// Lines `$ command`, each followed by what it prints.
static void check_session(Check *check, size_t index)
{
    Strings lines = split_lines(text_string(&check->document->blocks[index].text));
    Text got = {0};
    for (size_t i = 0; i < lines.count;) {
        char *line = addressed(check, lines.items[i] + 2);
        Text expected = {0};
        size_t first = i++; // begins with `$ `, as the block does
        while (i < lines.count && !starts_with(lines.items[i], "$ ")) {
            text_print(&expected, "%s\n", lines.items[i++]);
        }
        Command command = prepare(check, needs_server(lines.items[first]));
        command_add(&command, "sh");
        command_add(&command, "-c");
        command_add(&command, line);
        Outcome outcome = command_run(&command, check->report->scratch);
        char *output = printed(check, &outcome);
        bool as_shown = shows(text_string(&expected), output);
        text_print(&got, "%s\n%s", lines.items[first],
                   as_shown ? text_string(&expected) : output);
    }
    compare(check, index, got.bytes);
}

static void check_text(Check *check, size_t index)
{
    const Block *block = &check->document->blocks[index];
    if (starts_with(text_string(&block->text), "$ ")) {
        check_session(check, index);
    } else if (check->shown == NULL) {
        report_fail(check->report, block->name,
                    "neither a program nor `$ command` stands in front of this");
    } else {
        compare(check, index, check->shown);
        check->shown = NULL;
    }
}

static void check_printed_c(Check *check, const Block *block)
{
    if (check->program == NULL) {
        report_fail(check->report, block->name, "no program stands in front of this");
        return;
    }
    Command command = prepare(check, false);
    const char *const words[] = {"weir", "emit", check->program->file};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        command_add(&command, words[i]);
    }
    Outcome outcome = command_run(&command, check->report->scratch);
    Strings lines = split_lines(text_string(&block->text));
    for (size_t i = 0; i < lines.count; i++) {
        Text part = {0};
        for (; i < lines.count && strcmp(lines.items[i], "// …") != 0; i++) {
            text_print(&part, "%s\n", lines.items[i]);
        }
        if (strstr(outcome.output, text_string(&part)) == NULL) {
            report_fail(check->report, block->name,
                        print_text("this is not printed:\n%s%s", text_string(&part),
                                   outcome.errors));
            return;
        }
    }
    report_pass(check->report);
}

// A compiler of Python takes long to start: the blocks are looked at together, in files named after
// their lines.
static void add_python(Check *check, const Block *block)
{
    const char *line = strrchr(block->name, ':');
    char *file = print_text("line-%s.py", line + 1);
    file_write(print_text("%s/%s", check->folder, file), text_string(&block->text),
               block->text.length);
    strings_add(&check->python, file);
}

static void check_python(Check *check)
{
    static const char script[] =
        "import ast, sys\n"
        "for name in sys.argv[1:]:\n"
        "    with open(name, encoding='utf-8') as file:\n"
        "        compile(file.read(), name, 'exec', ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)\n";
    Command command = {.folder = check->folder, .seconds = 60};
    suite_environment(check->report->suite, &command);
    command_add(&command, "python3");
    command_add(&command, "-c");
    command_add(&command, script);
    for (size_t i = 0; i < check->python.count; i++) {
        command_add(&command, check->python.items[i]);
    }
    char *name = print_text("%s, Python", check->document->path);
    Outcome outcome = command_run(&command, check->report->scratch);
    if (outcome.status == 127) {
        report_skip(check->report, name, "there is no python3");
    } else if (outcome.status != 0) {
        report_fail(check->report, name, outcome.errors);
    } else {
        report_pass(check->report);
    }
}

// ── programs ─────────────────────────────────────────────────────────────────────────────────────
// A code that is said and not in the list, or in the list and not said; NULL: as it should be.
static char *other_code(const Block *block, const char *said)
{
    for (const char *at = said; (at = strstr(at, "error[")) != NULL; at++) {
        char *code = copy_text(at + 6, strcspn(at + 6, "]"));
        bool listed = false;
        for (size_t i = 0; i < block->codes.count; i++) {
            listed = listed || strcmp(block->codes.items[i], code) == 0;
        }
        if (!listed) {
            return print_text("%s is not among its mistakes", code);
        }
    }
    for (size_t i = 0; i < block->codes.count; i++) {
        if (strstr(said, print_text("error[%s]", block->codes.items[i])) == NULL) {
            return print_text("%s is not found", block->codes.items[i]);
        }
    }
    return NULL;
}

static void write_program(Check *check, const Block *block)
{
    for (const char *slash = strchr(block->file, '/'); slash; slash = strchr(slash + 1, '/')) {
        folder_make(
            print_text("%s/%.*s", check->folder, (int)(slash - block->file), block->file));
    }
    char *source = addressed(check, text_string(&block->text));
    file_write(print_text("%s/%s", check->folder, block->file), source, strlen(source));
}

static const char *verb_of(const Block *block)
{
    bool runs = is_program(text_string(&block->text));
    return block->skip != NULL || block->codes.count > 0 ? "check"
           : block->tests                                ? "test"
           : runs                                        ? "run"
                                                         : "check";
}

static void check_program(Check *check, const Block *block)
{
    bool module = strcmp(block->file, "main.weir") != 0;
    if (!block->tests && !module && block->codes.count == 0 &&
        !is_program(text_string(&block->text))) {
        report_fail(check->report, block->name,
                    "it has no main: is it a `fragment`, `tests`, or a FILE.weir?");
        return;
    }
    write_program(check, block);
    char *words = print_text("%s %s", verb_of(block), block->file);
    bool real_time = block->real_time || needs_server(text_string(&block->text));
    for (size_t i = 0; i < block->args.count; i++) {
        real_time = real_time || needs_server(block->args.items[i]);
    }
    Command command = prepare(check, real_time);
    command_add(&command, "weir");
    command_add(&command, verb_of(block));
    command_add(&command, block->file);
    for (size_t i = 0; i < block->args.count; i++) {
        command_add(&command, addressed(check, block->args.items[i]));
    }
    Outcome outcome = command_run(&command, check->report->scratch);
    check->program = block;
    check->shown = block->skip == NULL ? printed(check, &outcome) : NULL;
    char *wrong = other_code(block, outcome.errors);
    if (outcome.status != (block->skip == NULL ? block->status : 0) || outcome.timed_out) {
        wrong = print_text("`weir %s` gives %d", words, outcome.status);
    }
    if (wrong == NULL) {
        report_pass(check->report);
    } else {
        report_fail(check->report, block->name,
                    print_text("%s\n%s%s", wrong, outcome.output, outcome.errors));
    }
}

// ── documents ────────────────────────────────────────────────────────────────────────────────────
static void check_block(Check *check, size_t index)
{
    const Block *block = &check->document->blocks[index];
    const char *language = block->language;
    if (block->mistake != NULL) {
        report_fail(check->report, block->name, block->mistake);
        return;
    }
    if (strcmp(language, "weir") == 0) {
        check_program(check, block);
    } else if (block->skip == NULL && strcmp(language, "text") == 0) {
        check_text(check, index);
    } else if (block->skip == NULL && strcmp(language, "c") == 0) {
        check_printed_c(check, block);
    } else if (block->skip == NULL && strcmp(language, "python") == 0) {
        add_python(check, block);
    } else if (block->skip == NULL) {
        report_fail(check->report, block->name,
                    "nobody checks a block of this language: it says `no-run REASON`");
    }
    if (block->skip != NULL) {
        report_skip(check->report, block->name, block->skip);
    }
}

// The document with the texts that its blocks should have.
static void rewrite(const Check *check)
{
    const Document *document = check->document;
    Text file = {0};
    size_t at = 0;
    bool changed = false;
    for (size_t i = 0; i < document->count; i++) {
        const Block *block = &document->blocks[i];
        if (check->fresh[i] == NULL) {
            continue;
        }
        for (; at < block->from; at++) {
            text_print(&file, "%s\n", document->lines.items[at]);
        }
        text_print(&file, "%s", check->fresh[i]);
        at = block->to;
        changed = true;
    }
    for (; at < document->lines.count; at++) {
        text_print(&file, "%s\n", document->lines.items[at]);
    }
    if (changed) {
        file_write(document->path, file.bytes, file.length);
        text_print(&check->report->text, "rewrote %s\n", document->path);
    }
}

static const char *document_name(const void *context, size_t index)
{
    const Strings *names = context;
    return names->items[index];
}

static void run_document(Report *report, const void *context, size_t index)
{
    Document document = document_read(document_name(context, index));
    Check check = {
        .report = report,
        .document = &document,
        .fresh = take((document.count + 1) * sizeof *check.fresh),
        .folder = print_text("%s/folder", report->scratch),
    };
    folder_make(check.folder);
    for (size_t i = 0; i < document.count; i++) {
        check_block(&check, i);
    }
    char *broken = broken_links(&document);
    if (broken == NULL) {
        report_pass(report);
    } else {
        report_fail(report, document.path, broken);
    }
    if (check.python.count > 0) {
        check_python(&check);
    }
    if (check.fixture.url != NULL) {
        fixture_stop(&check.fixture);
    } else if (check.fixture.problem != NULL) {
        report_fail(report, document.path, check.fixture.problem);
    }
    rewrite(&check);
}

void docs_part(Suite *suite)
{
    Strings names = {0};
    strings_add(&names, "README.md");
    strings_add(&names, "ARCHITECTURE.md");
    Strings docs = folder_names("docs", ".md");
    for (size_t i = 0; i < docs.count; i++) {
        strings_add(&names, print_text("docs/%s", docs.items[i]));
    }
    suite_cases(suite, "docs", &names, names.count, document_name, run_document,
                "there is no document");
}
