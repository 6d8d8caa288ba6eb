// document.c: cuts a Markdown document into blocks, and reads the words in which its author says
// what they are.
#include "document.h"
#include "files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ── info strings ─────────────────────────────────────────────────────────────────────────────────
static Strings words_after(const Strings *words, size_t first)
{
    Strings rest = {0};
    for (size_t i = first; i < words->count; i++) {
        strings_add(&rest, words->items[i]);
    }
    return rest;
}

static const char *joined(const Strings *words, size_t first)
{
    Text text = {0};
    for (size_t i = first; i < words->count; i++) {
        text_print(&text, "%s%s", i > first ? " " : "", words->items[i]);
    }
    return text_string(&text);
}

static size_t read_codes(Block *block, const Strings *words, size_t at)
{
    while (at + 1 < words->count && words->items[at + 1][0] == 'E') {
        strings_add(&block->codes, words->items[++at]);
    }
    if (block->codes.count == 0) {
        block->mistake = "`error` wants the codes of the mistakes";
    }
    block->status = 3;
    return at;
}

// Reads what stands behind the fence; true: a fragment.
static bool read_info(Block *block, const char *info)
{
    bool fragment = false;
    Strings words = split_words(info);
    block->language = words.count > 0 ? words.items[0] : copy_text("", 0);
    block->file = copy_text("main.weir", 9);
    for (size_t i = 1; i < words.count; i++) {
        char *word = words.items[i];
        bool more = i + 1 < words.count;
        if (strcmp(word, "no-run") == 0 && more) {
            block->skip = joined(&words, i + 1);
            break;
        }
        if (strcmp(word, "args") == 0) {
            block->args = words_after(&words, i + 1);
            break;
        }
        if (ends_with(word, ".weir")) {
            block->file = word;
        } else if (strcmp(word, "fragment") == 0) {
            fragment = true;
        } else if (strcmp(word, "tests") == 0) {
            block->tests = true;
        } else if (strcmp(word, "real-time") == 0) {
            block->real_time = true;
        } else if (strcmp(word, "error") == 0) {
            i = read_codes(block, &words, i);
        } else if (strcmp(word, "status") == 0 && more) {
            block->status = atoi(words.items[++i]);
        } else {
            block->mistake = print_text("`%s` means nothing here; see document.h", word);
        }
    }
    return fragment;
}

// ── fragments ────────────────────────────────────────────────────────────────────────────────────
static bool declares(const char *line)
{
    static const char *const words[] = {"task ",   "fn ",    "blocking fn ", "record ", "enum ",
                                        "limiter ", "queue ", "use ",         "pub ",    "test ",
                                        "extern "};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (starts_with(line, words[i])) {
            return true;
        }
    }
    return false;
}

// Indented, or a bracket, or nothing.
static bool goes_on(const char *line)
{
    return *line == '\0' || strchr(" {})]", *line) != NULL;
}

static Text program_of(const Text *fragment, const Text *given)
{
    Text declarations = {0}, body = {0};
    Strings lines = split_lines(text_string(fragment));
    bool declaring = false;
    for (size_t i = 0; i < lines.count; i++) {
        const char *line = lines.items[i];
        declaring = declares(line) || (declaring && goes_on(line));
        if (declaring) {
            text_print(&declarations, "%s\n", line);
        } else {
            text_print(&body, "%s%s\n", *line == '\0' ? "" : "    ", line);
        }
    }
    Text program = {0};
    text_print(&program, "task main() {\n%s}\n\n%s%s", text_string(&body),
               text_string(&declarations), text_string(given));
    return program;
}

// ── documents ────────────────────────────────────────────────────────────────────────────────────
// The lines up to one that is `end`; gives that one's place, or that behind the last line.
static size_t read_until(Text *text, const Strings *lines, size_t at, const char *end)
{
    for (; at < lines->count && strcmp(lines->items[at], end) != 0; at++) {
        text_print(text, "%s\n", lines->items[at]);
    }
    return at;
}

static void add_block(Document *document, Block block)
{
    Block *blocks = take((document->count + 1) * sizeof *blocks);
    if (document->count > 0) {
        memcpy(blocks, document->blocks, document->count * sizeof *blocks);
    }
    blocks[document->count++] = block;
    document->blocks = blocks;
}

Document document_read(const char *path)
{
    Document document = {.path = path};
    const char *bytes = file_read(path, NULL);
    document.lines = split_lines(bytes == NULL ? "" : bytes);
    const Strings *lines = &document.lines;
    Text given = {0};
    for (size_t at = 0; at < lines->count; at++) {
        const char *line = lines->items[at];
        if (strcmp(line, "<!-- given") == 0) {
            given = (Text){0};
            at = read_until(&given, lines, at + 1, "-->");
            continue;
        }
        if (!starts_with(line, "```")) {
            continue;
        }
        Block block = {.name = print_text("%s:%zu", path, at + 1), .from = at + 1};
        bool fragment = read_info(&block, line + 3);
        at = block.to = read_until(&block.text, lines, at + 1, "```");
        if (at == lines->count) {
            block.mistake = "this block has no end";
        }
        if (fragment) {
            block.text = program_of(&block.text, &given);
        }
        add_block(&document, block);
    }
    return document;
}

bool is_program(const char *source)
{
    return starts_with(source, "task main(") || strstr(source, "\ntask main(") != NULL;
}

// ── what is shown ────────────────────────────────────────────────────────────────────────────────
static const char anything[] = "…";

// One line, with parts left out.
static bool line_shows(const char *expected, const char *got)
{
    const char *gap = strstr(expected, anything);
    if (gap == NULL) {
        return strcmp(expected, got) == 0;
    }
    size_t head = (size_t)(gap - expected);
    if (strncmp(expected, got, head) != 0) {
        return false;
    }
    for (got += head;; got++) {
        if (line_shows(gap + strlen(anything), got)) {
            return true;
        }
        if (*got == '\0') {
            return false;
        }
    }
}

static bool lines_show(char **expected, size_t wanted, char **got, size_t count)
{
    if (wanted == 0) {
        return count == 0;
    }
    if (strcmp(*expected, anything) == 0) {
        for (size_t skipped = 0; skipped <= count; skipped++) {
            if (lines_show(expected + 1, wanted - 1, got + skipped, count - skipped)) {
                return true;
            }
        }
        return false;
    }
    return count > 0 && line_shows(*expected, *got) &&
           lines_show(expected + 1, wanted - 1, got + 1, count - 1);
}

bool shows(const char *expected, const char *got)
{
    Strings wanted = split_lines(expected), lines = split_lines(got);
    return lines_show(wanted.items, wanted.count, lines.items, lines.count);
}
