// pages.c: the pages of `weir explain` show what is true.
//
// A page is docs/errors/E0301.md: a heading `# E0301: title`, words, and four sections in order.
//
//   ## A wrong program   ```weir blocks: main.weir, or the file that stands behind the language
//                        (```weir lib/net.weir); a ```sh block makes what cannot be shown
//   ## What Weir says    a ```text block: `$ weir check main.weir` or another command, then what it
//                        says. It names the page's code and no other. Where all of its mistakes
//                        come with edits, these make the program right.
//   ## A right program   as the wrong one. It is checked, and run where its main takes nothing and
//                        it asks no server and no C; a ```text block names the command and shows
//                        its output.
//   ## Why               words
//
// `./zigw build snap` fills the ```text blocks in and writes docs/errors/README.md, the list of all
// codes.
#include "edits.h"
#include "files.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

enum { WRONG, SAYS, RIGHT, WHY, SECTION_COUNT };

static const char *const sections[SECTION_COUNT] = {
    "## A wrong program",
    "## What Weir says",
    "## A right program",
    "## Why",
};

typedef struct Block {
    char *language, *file; // file: "" where none is named
    int section;           // -1: before the first
    size_t from, to;       // its lines within the page, without the fences
    Text text;
} Block;

typedef struct Page {
    char *code, *title; // "E0301"
    Strings lines;
    Block blocks[16];
    size_t block_count;
    const char *mistake;
} Page;

static const char folder[] = "docs/errors";
static const char index_name[] = "docs/errors/README.md";

// ── reading ──────────────────────────────────────────────────────────────────────────────────────
static void read_block(Page *page, size_t *at, int section)
{
    enum { MOST = sizeof page->blocks / sizeof *page->blocks };
    char *words = page->lines.items[*at] + 3;
    size_t space = strcspn(words, " ");
    Block block = {.language = copy_text(words, space), .section = section, .from = *at + 1};
    block.file = words[space] ? words + space + 1 : words + space;
    size_t line = block.from;
    while (line < page->lines.count && strcmp(page->lines.items[line], "```") != 0) {
        text_print(&block.text, "%s\n", page->lines.items[line++]);
    }
    block.to = *at = line;
    if (line == page->lines.count || page->block_count == MOST) {
        page->mistake = "a block without an end, or too many blocks";
        return;
    }
    page->blocks[page->block_count++] = block;
}

static void read_heading(Page *page, const char *name)
{
    const char *line = page->lines.count > 0 ? page->lines.items[0] : "";
    page->code = copy_text(name, strlen(name) - strlen(".md"));
    char *start = print_text("# %s: ", page->code);
    if (!starts_with(line, start) || line[strlen(start)] == '\0') {
        page->mistake = "the first line is not `# CODE: title`, with the code of its name";
        return;
    }
    page->title = copy_text(line + strlen(start), strlen(line) - strlen(start));
}

static Page read_page(const char *name)
{
    Page page = {0};
    const char *bytes = file_read(print_text("%s/%s", folder, name), NULL);
    page.lines = split_lines(bytes == NULL ? "" : bytes);
    read_heading(&page, name);
    int section = -1;
    for (size_t i = 0; i < page.lines.count && page.mistake == NULL; i++) {
        const char *line = page.lines.items[i];
        if (starts_with(line, "```")) {
            read_block(&page, &i, section);
        } else if (starts_with(line, "#") && i > 0) {
            section++;
            if (section == SECTION_COUNT || strcmp(line, sections[section]) != 0) {
                page.mistake = print_text("`%s` stands at the wrong place", line);
            }
        }
    }
    if (page.mistake == NULL && section != WHY) {
        page.mistake = "a section is missing";
    }
    return page;
}

static const Block *text_block(const Page *page, int section)
{
    for (size_t i = 0; i < page->block_count; i++) {
        const Block *block = &page->blocks[i];
        if (block->section == section && strcmp(block->language, "text") == 0) {
            return block;
        }
    }
    return NULL;
}

// ── running ──────────────────────────────────────────────────────────────────────────────────────
typedef struct Trial {
    Report *report;
    const char *name, *folder; // of the case; where its files are
} Trial;

static Outcome run_words(const Trial *trial, Strings words)
{
    Command command = {.folder = trial->folder, .seconds = 20};
    suite_environment(trial->report->suite, &command);
    command_set(&command, "WEIR_CLOCK", "virtual");
    for (size_t i = 0; i < words.count; i++) {
        bool weir = i == 0 && strcmp(words.items[0], "weir") == 0;
        command_add(&command, weir ? trial->report->suite->weir : words.items[i]);
    }
    return command_run(&command, trial->folder);
}

static void make_folders(const char *root, const char *file)
{
    for (const char *slash = strchr(file, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        folder_make(print_text("%s/%.*s", root, (int)(slash - file), file));
    }
}

// The files of a section, in a folder of their own. False, with a failure, when a script fails.
static bool make_files(const Trial *trial, const Page *page, int section)
{
    folder_make(trial->folder);
    for (size_t i = 0; i < page->block_count; i++) {
        const Block *block = &page->blocks[i];
        if (block->section != section) {
            continue;
        }
        if (strcmp(block->language, "weir") == 0) {
            const char *file = *block->file ? block->file : "main.weir";
            make_folders(trial->folder, file);
            file_write(print_text("%s/%s", trial->folder, file), text_string(&block->text),
                       block->text.length);
        } else if (strcmp(block->language, "sh") == 0) {
            char *script = print_text("set -e\n%s", text_string(&block->text));
            Strings words = {0};
            strings_add(&words, "sh");
            strings_add(&words, "-c");
            strings_add(&words, script);
            Outcome outcome = run_words(trial, words);
            if (outcome.status != 0) {
                report_fail(trial->report, trial->name, outcome.errors);
                return false;
            }
        }
    }
    return true;
}

// The command of a block, without its `$ `.
static char *command_of(const Block *block)
{
    const char *text = text_string(&block->text);
    return starts_with(text, "$ ") ? copy_text(text + 2, strcspn(text + 2, "\n"))
                                   : copy_text("weir check main.weir", 20);
}

// A block as it should be: in the page, or with --update what the page will be.
static void compare(const Trial *trial, Page *page, const Block *block, char *got)
{
    Report *report = trial->report;
    const char *expected = text_string(&block->text);
    if (strcmp(expected, got) == 0) {
        report_pass(report);
        return;
    }
    if (!report->suite->update) {
        char *diff = suite_diff(report, expected, got);
        report_fail(report, trial->name, print_text("%s\n(./zigw build snap accepts it)", diff));
        return;
    }
    Text file = {0};
    for (size_t i = 0; i < page->lines.count; i++) {
        if (i == block->to) {
            text_print(&file, "%s", got);
        }
        if (i < block->from || i >= block->to) {
            text_print(&file, "%s\n", page->lines.items[i]);
        }
    }
    file_write(print_text("%s/%s", report->suite->root, trial->name), file.bytes, file.length);
    text_print(&report->text, "rewrote %s\n", trial->name);
    report_pass(report);
}

// What Weir says of the page's own code. NULL, with a failure, when it says something else as well:
// a page shows one mistake. Before the compiler gives up (E0903) others have to be.
static char *own_mistakes(const Trial *trial, const Page *page, const Outcome *outcome)
{
    char *code = print_text("error[%s]", page->code);
    bool alone = strcmp(page->code, "E0903") != 0;
    Text own = {0};
    for (const char *at = outcome->errors; *at;) {
        const char *blank = strstr(at, "\n\n");
        size_t length = blank == NULL ? strlen(at) : (size_t)(blank + 1 - at);
        char *part = copy_text(at, length);
        if (strstr(part, code) != NULL) {
            text_print(&own, "%s%s", own.length > 0 ? "\n" : "", part);
        } else if (strstr(part, "error[") != NULL && alone) {
            report_fail(trial->report, trial->name, print_text("not of this page:\n%s", part));
            return NULL;
        }
        at += length;
        at += strspn(at, "\n");
    }
    if (own.length == 0) {
        report_fail(trial->report, trial->name,
                    print_text("the wrong program is accepted\n%s", outcome->errors));
        return NULL;
    }
    return own.bytes;
}

// Where every mistake of the wrong program comes with an edit, the edits make it right.
static void check_edits(const Trial *trial)
{
    Strings words = split_words("weir check --json main.weir");
    char *program = file_read(print_text("%s/main.weir", trial->folder), NULL);
    char *mended = program == NULL ? NULL : edits_made(run_words(trial, words).output, program);
    if (mended == NULL) {
        return;
    }
    file_write(print_text("%s/main.weir", trial->folder), mended, strlen(mended));
    Outcome outcome = run_words(trial, split_words("weir check main.weir"));
    if (outcome.status == 0) {
        report_pass(trial->report);
    } else {
        report_fail(trial->report, trial->name,
                    print_text("with its edits made:\n%s\n%s", mended, outcome.errors));
    }
}

static void check_wrong(Report *report, const char *name, Page *page)
{
    Trial trial = {report, name, print_text("%s/wrong", report->scratch)};
    const Block *block = text_block(page, SAYS);
    if (block == NULL) {
        report_fail(report, name, "`## What Weir says` has no ```text block");
        return;
    }
    if (!make_files(&trial, page, WRONG)) {
        return;
    }
    char *command = command_of(block);
    Outcome outcome = run_words(&trial, split_words(command));
    char *said = own_mistakes(&trial, page, &outcome);
    if (said == NULL) {
        return;
    }
    if (outcome.status != 3) {
        report_fail(report, name, print_text("status %d, not 3", outcome.status));
        return;
    }
    compare(&trial, page, block, print_text("$ %s\n%s", command, said));
    check_edits(&trial);
}

static bool holds(const Page *page, int section, const char *word)
{
    for (size_t i = 0; i < page->block_count; i++) {
        if (page->blocks[i].section == section &&
            strstr(text_string(&page->blocks[i].text), word) != NULL) {
            return true;
        }
    }
    return false;
}

static void check_right(Report *report, const char *name, Page *page)
{
    Trial trial = {report, name, print_text("%s/right", report->scratch)};
    const Block *block = text_block(page, RIGHT);
    if (!make_files(&trial, page, RIGHT)) {
        return;
    }
    bool runs = holds(page, RIGHT, "task main()") && !holds(page, RIGHT, "http.") &&
                !holds(page, RIGHT, "extern ");
    char *command = block != NULL ? command_of(block)
                    : runs        ? print_text("weir run main.weir")
                                  : print_text("weir check main.weir");
    Outcome outcome = run_words(&trial, split_words(command));
    if (outcome.status != 0 || outcome.timed_out) {
        report_fail(report, name,
                    print_text("the right program: `%s` gives %d\n%s%s", command, outcome.status,
                               outcome.output, outcome.errors));
        return;
    }
    if (block == NULL) {
        report_pass(report);
        return;
    }
    compare(&trial, page, block, print_text("$ %s\n%s", command, outcome.output));
}

// ── the list of codes ────────────────────────────────────────────────────────────────────────────
static void check_index(Report *report, const Strings *names)
{
    Text list = {0};
    text_print(&list, "# The mistakes that Weir finds\n\n"
                      "`weir explain E0301` shows a page of this folder on the terminal.\n\n");
    for (size_t i = 0; i < names->count; i++) {
        Page page = read_page(names->items[i]);
        text_print(&list, "- [%s](%s): %s\n", page.code, names->items[i],
                   page.title == NULL ? "" : page.title);
    }
    const char *present = file_read(index_name, NULL);
    if (present != NULL && strcmp(present, list.bytes) == 0) {
        report_pass(report);
    } else if (report->suite->update) {
        file_write(print_text("%s/%s", report->suite->root, index_name), list.bytes, list.length);
        text_print(&report->text, "rewrote %s\n", index_name);
        report_pass(report);
    } else {
        char *diff = suite_diff(report, present == NULL ? "" : present, list.bytes);
        report_fail(report, index_name, print_text("%s\n(./zigw build snap accepts it)", diff));
    }
}

static const char *page_name(const void *context, size_t index)
{
    const Strings *names = context;
    return index == names->count ? index_name : print_text("%s/%s", folder, names->items[index]);
}

static void run_page(Report *report, const void *context, size_t index)
{
    const Strings *names = context;
    if (index == names->count) {
        check_index(report, names);
        return;
    }
    const char *name = page_name(context, index);
    Page page = read_page(names->items[index]);
    if (page.mistake != NULL) {
        report_fail(report, name, page.mistake);
        return;
    }
    check_wrong(report, name, &page);
    page = read_page(names->items[index]); // the first block may have been rewritten
    check_right(report, name, &page);
}

void pages_part(Suite *suite)
{
    Strings all = folder_names(folder, ".md"), names = {0};
    for (size_t i = 0; i < all.count; i++) {
        if (starts_with(all.items[i], "E")) {
            strings_add(&names, all.items[i]);
        }
    }
    suite_cases(suite, "pages", &names, names.count + 1, page_name, run_page, "there is no page");
}
