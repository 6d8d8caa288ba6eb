// snapshots.c: one Markdown file per case, with the source and what Weir makes of it.
//
// A file has a heading for each section its author wants to see, `# SOURCE` first, each followed by
// a fenced block: PROBLEMS, SYNTAX, TYPES, MACHINE and C are what `weir emit --dump=` prints,
// RENDERED is what `weir check` writes to a terminal's standard error, NARROW the same in 60
// columns, COLOURED with colours (the escape character is shown as ␛), JSON its --json, MENDED the
// source with all edits made that it offers, until nothing is wrong. Everything else in the file is
// for the reader. A heading without a block is filled by `./zigw build snap`, which rewrites every
// block that differs.
#include "compilers.h"
#include "edits.h"
#include "files.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *heading, *fence;
    const char *dump; // NULL: not printed by `emit --dump=`
} sections[] = {
    {"SOURCE", "weir", NULL},      {"PROBLEMS", "text", "problems"}, {"SYNTAX", "text", "syntax"},
    {"TYPES", "text", "types"},    {"MACHINE", "text", "machine"},   {"C", "c", "c"},
    {"RENDERED", "text", "check"}, {"NARROW", "text", "narrow"},     {"COLOURED", "text", "colour"},
    {"JSON", "json", "json"},      {"MENDED", "weir", "edits"},
};
enum { SECTION_COUNT = sizeof sections / sizeof *sections, SECTION_SOURCE = 0 };

// A part of the file: a heading of ours with the block below it, or text that is kept as it is.
typedef struct Piece {
    int section; // -1: text
    Text text;   // of the block, or of the text
    bool empty;  // a heading without a block
} Piece;

typedef struct Snapshot {
    Piece *pieces;
    size_t count;
    const char *mistake;
} Snapshot;

typedef struct SnapshotList {
    const char *folder;
    Strings names;
} SnapshotList;

static int section_of(const char *line)
{
    for (int i = 0; i < SECTION_COUNT; i++) {
        if (starts_with(line, "# ") && strcmp(line + 2, sections[i].heading) == 0) {
            return i;
        }
    }
    return -1;
}

static size_t ticks(const char *line)
{
    size_t count = strspn(line, "`");
    return count >= 3 ? count : 0;
}

static Piece *add_piece(Snapshot *snapshot, int section)
{
    Piece *pieces = take((snapshot->count + 1) * sizeof *pieces);
    if (snapshot->count > 0) {
        memcpy(pieces, snapshot->pieces, snapshot->count * sizeof *pieces);
    }
    snapshot->pieces = pieces;
    pieces[snapshot->count] = (Piece){.section = section};
    return &pieces[snapshot->count++];
}

// Reads the block below a heading; `at` is the line after the heading. Gives the line after the
// block.
static size_t read_block(Snapshot *snapshot, const Strings *lines, size_t at, Piece *piece)
{
    size_t fence = at;
    while (fence < lines->count && *lines->items[fence] == '\0') {
        fence++;
    }
    size_t width = fence < lines->count ? ticks(lines->items[fence]) : 0;
    if (width == 0) {
        piece->empty = true;
        return at;
    }
    for (size_t line = fence + 1; line < lines->count; line++) {
        const char *text = lines->items[line];
        if (ticks(text) == width && text[width] == '\0') {
            return line + 1;
        }
        text_print(&piece->text, "%s\n", text);
    }
    snapshot->mistake = "a block has no end";
    return lines->count;
}

static Snapshot read_snapshot(const char *path)
{
    Snapshot snapshot = {0};
    const char *bytes = file_read(path, NULL);
    if (bytes == NULL) {
        snapshot.mistake = "cannot be read";
        return snapshot;
    }
    Strings lines = split_lines(bytes);
    Piece *text = NULL;
    for (size_t at = 0; at < lines.count;) {
        int section = section_of(lines.items[at]);
        if (section >= 0) {
            at = read_block(&snapshot, &lines, at + 1, add_piece(&snapshot, section));
            text = NULL;
            continue;
        }
        text = text == NULL ? add_piece(&snapshot, -1) : text;
        text_print(&text->text, "%s\n", lines.items[at++]);
    }
    return snapshot;
}

static const Text *source_of(const Snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->count; i++) {
        if (snapshot->pieces[i].section == SECTION_SOURCE && !snapshot->pieces[i].empty) {
            return &snapshot->pieces[i].text;
        }
    }
    return NULL;
}

static char *print_snapshot(const Snapshot *snapshot)
{
    Text file = {0};
    for (size_t i = 0; i < snapshot->count; i++) {
        const Piece *piece = &snapshot->pieces[i];
        const char *text = text_string(&piece->text);
        if (piece->section < 0) {
            text_print(&file, "%s", text);
            continue;
        }
        // A fence longer than any run of backticks in the block.
        size_t width = 3;
        for (const char *tick = strchr(text, '`'); tick != NULL; tick = strchr(tick, '`')) {
            size_t run = strspn(tick, "`");
            width = run >= width ? run + 1 : width;
            tick += run;
        }
        text_print(&file, "# %s\n\n", sections[piece->section].heading);
        Text fence = {0};
        while (fence.length < width) {
            text_add(&fence, "`", 1);
        }
        text_print(&file, "%s%s\n%s%s\n", fence.bytes, sections[piece->section].fence, text,
                   fence.bytes);
    }
    return file.bytes;
}

// The source with all edits made, and those of what they brought to light, until nothing is wrong.
static char *mend(Report *report, const char *weir)
{
    enum { MOST_ROUNDS = 5 };
    char *file = print_text("%s/mended.weir", report->scratch);
    char *text = file_read(print_text("%s/case.weir", report->scratch), NULL);
    for (int round = 0; round < MOST_ROUNDS; round++) {
        file_write(file, text, strlen(text));
        Command command = {.folder = report->scratch, .seconds = 20};
        suite_environment(report->suite, &command);
        command_add(&command, weir);
        command_add(&command, "check");
        command_add(&command, "--json");
        command_add(&command, "mended.weir");
        Outcome outcome = command_run(&command, report->scratch);
        if (outcome.status == 0) {
            return text;
        }
        char *next = edits_made(outcome.output, text);
        if (next == NULL) {
            return print_text("a mistake has no edit:\n%s", outcome.output);
        }
        text = next;
    }
    return "the edits do not come to an end\n";
}

static Outcome ask(Report *report, const char *weir, int section)
{
    Command command = {.folder = report->scratch, .seconds = 20};
    suite_environment(report->suite, &command);
    command_add(&command, weir);
    const char *dump = sections[section].dump;
    bool json = strcmp(dump, "json") == 0 || strcmp(dump, "edits") == 0;
    bool narrow = strcmp(dump, "narrow") == 0, colour = strcmp(dump, "colour") == 0;
    bool check = strcmp(dump, "check") == 0 || narrow || colour;
    if (narrow) {
        command_set(&command, "COLUMNS", "60");
    }
    if (check || json) {
        command_add(&command, "check");
        command_add(&command, json ? "--json" : colour ? "--color=always" : "--color=never");
    } else {
        command_add(&command, "emit");
        command_add(&command, print_text("--dump=%s", sections[section].dump));
    }
    command_add(&command, "case.weir");
    Outcome outcome = command_run(&command, report->scratch);
    if (check) {
        outcome.output = replace_text(outcome.errors, "\x1b", "␛");
    } else if (strcmp(dump, "edits") == 0) {
        outcome.output = mend(report, weir);
    }
    return outcome;
}

// What Weir prints for a section, or NULL with a failure reported. A program with mistakes ends
// with status 3.
static char *make_section(Report *report, const char *name, const char *weir, int section)
{
    Outcome outcome = ask(report, weir, section);
    if (outcome.timed_out || (outcome.status != 0 && outcome.status != 3)) {
        report_fail(
            report, name,
            print_text("%s ended with status %d\n%s", weir, outcome.status, outcome.errors));
        return NULL;
    }
    size_t length = strlen(outcome.output);
    bool whole = length == 0 || outcome.output[length - 1] == '\n';
    return whole ? outcome.output : print_text("%s\n", outcome.output);
}

static void check_piece(Report *report, const char *path, Piece *piece, bool *changed)
{
    const Suite *suite = report->suite;
    char *name = print_text("%s # %s", path, sections[piece->section].heading);
    char *got = make_section(report, name, suite->weir, piece->section);
    if (got == NULL) {
        return;
    }
    const char *expected = text_string(&piece->text);
    if (suite->update) {
        *changed = *changed || piece->empty || strcmp(expected, got) != 0;
        piece->text = (Text){.bytes = got, .length = strlen(got)};
        piece->empty = false;
        report_pass(report);
        return;
    }
    if (piece->empty || strcmp(expected, got) != 0) {
        report_fail(
            report, name,
            print_text("%s\n(./zigw build snap accepts it)", suite_diff(report, expected, got)));
        return;
    }
    // The compiler built by another compiler, with sanitizers, prints the same.
    char *again = suite->sanitized == NULL
                      ? got
                      : make_section(report, name, suite->sanitized, piece->section);
    if (again == NULL) {
        return;
    }
    if (strcmp(again, got) != 0) {
        report_fail(report, print_text("%s with sanitizers", name), suite_diff(report, got, again));
        return;
    }
    report_pass(report);
}

// Where the source has no mistakes, the C that it becomes has no warnings.
static void check_printed(Report *report, const char *name)
{
    Command command = {.folder = report->scratch, .seconds = 20};
    suite_environment(report->suite, &command);
    const char *const words[] = {report->suite->weir, "emit", "case.weir", "-o", "case.c"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        command_add(&command, words[i]);
    }
    if (command_run(&command, report->scratch).status != 0) {
        return; // what is wrong with it is shown, and compared
    }
    for (int compiler = 0; compiler < C_COMPILERS; compiler++) {
        char *said = compiler_says(report, (CCompiler)compiler, report->scratch, "case.c");
        if (said == NULL) {
            report_pass(report);
        } else {
            report_fail(report, print_text("%s with %s", name, compiler_name((CCompiler)compiler)),
                        said);
        }
    }
}

static const char *snapshot_name(const void *context, size_t index)
{
    const SnapshotList *list = context;
    return print_text("%s/%s", list->folder, list->names.items[index]);
}

static void run_snapshot(Report *report, const void *context, size_t index)
{
    const char *name = snapshot_name(context, index);
    char *path = print_text("%s/%s", report->suite->root, name);
    Snapshot snapshot = read_snapshot(path);
    const Text *source = source_of(&snapshot);
    if (snapshot.mistake == NULL && source == NULL) {
        snapshot.mistake = "has no `# SOURCE` with a fenced block";
    }
    if (snapshot.mistake != NULL) {
        report_fail(report, name, snapshot.mistake);
        return;
    }
    file_write(print_text("%s/case.weir", report->scratch), text_string(source), source->length);
    bool changed = false;
    int checked = 0;
    for (size_t i = 0; i < snapshot.count; i++) {
        if (snapshot.pieces[i].section > SECTION_SOURCE) {
            check_piece(report, name, &snapshot.pieces[i], &changed);
            checked++;
        }
    }
    if (checked == 0) {
        report_fail(report, name, "shows nothing but its source");
    }
    check_printed(report, name);
    if (changed) {
        char *file = print_snapshot(&snapshot);
        file_write(path, file, strlen(file));
        text_print(&report->text, "rewrote %s\n", name);
    }
}

static void run_folder(Suite *suite, const char *part, const char *folder)
{
    SnapshotList list = {.folder = folder, .names = folder_names(folder, ".md")};
    suite_cases(suite, part, &list, list.names.count, snapshot_name, run_snapshot,
                print_text("there is no file in %s", folder));
}

void snapshots_part(Suite *suite)
{
    run_folder(suite, "snapshots", "tests/snapshots");
}

void rendering_part(Suite *suite)
{
    run_folder(suite, "rendering", "tests/rendering");
}
