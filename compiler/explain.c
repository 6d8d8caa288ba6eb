#include "explain.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lexer.h"
#include "message.h"
#include "text.h"

typedef enum Tint { PLAIN, BOLD, RED, GREEN, BLUE, MAGENTA, CYAN, GREY } Tint;

typedef struct Page {
    Buffer out;
    bool colour;
} Page;

static void tint(Page *page, Tint tint)
{
    static const char *const codes[] = {
        [PLAIN] = "\x1b[0m", [BOLD] = "\x1b[1m",     [RED] = "\x1b[1;31m", [GREEN] = "\x1b[32m",
        [BLUE] = "\x1b[34m", [MAGENTA] = "\x1b[35m", [CYAN] = "\x1b[36m",  [GREY] = "\x1b[90m",
    };
    if (page->colour) {
        buffer_text(&page->out, codes[tint]);
    }
}

static void put_tinted(Page *page, Tint colour, const char *text, size_t length)
{
    if (length > 0) {
        tint(page, colour);
        buffer_add(&page->out, text, length);
        tint(page, PLAIN);
    }
}

// ── finding ──────────────────────────────────────────────────────────────────────────────────────

// 301 for E0301, e301 and 301; -1 for what is no code.
static int number_of(const char *code)
{
    if (*code == 'E' || *code == 'e') {
        code++;
    }
    size_t digits = strspn(code, "0123456789");
    return digits == 0 || digits > 6 || code[digits] ? -1 : (int)strtol(code, NULL, 10);
}

const ExplainPage *explain_find(const char *code)
{
    int number = number_of(code);
    for (size_t i = 0; i < explain_page_count; i++) {
        if (explain_pages[i].number == number) {
            return &explain_pages[i];
        }
    }
    return NULL;
}

const char *explain_nearest(Arena *arena, const char *code)
{
    int number = number_of(code);
    char *wanted = number >= 0 ? arena_print(arena, "E%04d", number)
                               : arena_copy(arena, code, strlen(code));
    for (char *at = wanted; *at; at++) {
        *at = (char)toupper((unsigned char)*at);
    }
    Nearest nearest = {.wanted = wanted};
    for (size_t i = 0; i < explain_page_count; i++) {
        text_nearest(&nearest, arena_print(arena, "E%04d", explain_pages[i].number));
    }
    return nearest.best;
}

const char *explain_title(Arena *arena, const ExplainPage *page)
{
    const char *title = page->text + strcspn(page->text, ":\n");
    title += strspn(title, ": ");
    return arena_copy(arena, title, strcspn(title, "\n"));
}

// ── a page ───────────────────────────────────────────────────────────────────────────────────────

// `words of code` in a line of prose: in colour without the marks.
static void put_prose(Page *page, const char *line, size_t length)
{
    const char *end = line + length;
    while (line < end) {
        const char *tick = memchr(line, '`', (size_t)(end - line));
        const char *close = tick ? memchr(tick + 1, '`', (size_t)(end - tick - 1)) : NULL;
        if (!close || !page->colour) {
            buffer_add(&page->out, line, (size_t)(end - line));
            return;
        }
        buffer_add(&page->out, line, (size_t)(tick - line));
        put_tinted(page, CYAN, tick + 1, (size_t)(close - tick - 1));
        line = close + 1;
    }
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

// Words that mean something only at the beginning of a line (`record`, `limiter`) count there.
static bool is_keyword(const char *word, size_t length, bool first)
{
    size_t count;
    const Keyword *table = keywords(&count);
    for (size_t i = 0; i < count; i++) {
        if (strlen(table[i].word) == length && memcmp(table[i].word, word, length) == 0) {
            return table[i].kind != KEYWORD_SOFT || first;
        }
    }
    return false;
}

// The end of a text that begins at `at`, or of the line when it is never closed.
static size_t text_end(const char *line, size_t at, size_t length)
{
    for (at++; at < length && line[at] != '"'; at++) {
        at += line[at] == '\\' && at + 1 < length;
    }
    return at < length ? at + 1 : length;
}

static void put_code(Page *page, const char *line, size_t length)
{
    bool first = true; // nothing but blanks so far
    for (size_t at = 0; at < length;) {
        size_t end = at + 1;
        Tint colour = PLAIN;
        if (line[at] == '#') {
            end = length;
            colour = GREY;
        } else if (line[at] == '"') {
            end = text_end(line, at, length);
            colour = GREEN;
        } else if (is_word(line[at])) {
            while (end < length && is_word(line[end])) {
                end++;
            }
            bool member = (at > 0 && line[at - 1] == '.') || (end < length && line[end] == ':');
            bool known = !member && is_keyword(line + at, end - at, first);
            colour = known ? MAGENTA : PLAIN;
        }
        first = first && line[at] == ' ';
        if (colour == PLAIN) {
            buffer_add(&page->out, line + at, end - at);
        } else {
            put_tinted(page, colour, line + at, end - at);
        }
        at = end;
    }
}

static bool begins(const char *line, size_t length, const char *start)
{
    return length >= strlen(start) && memcmp(line, start, strlen(start)) == 0;
}

// A line of what Weir says: the first line of a mistake, the marks below a place, note and help.
static void put_message(Page *page, const char *line, size_t length)
{
    const char *error = strstr(line, "error[");
    const char *colon = error ? strchr(error, ':') : NULL;
    size_t edge = strspn(line, " 0123456789");
    if (colon && colon < line + length) {
        put_tinted(page, BOLD, line, (size_t)(error - line));
        put_tinted(page, RED, error, (size_t)(colon + 1 - error));
        put_tinted(page, BOLD, colon + 1, (size_t)(line + length - colon - 1));
    } else if (begins(line, length, "$ ")) {
        put_tinted(page, BOLD, line, length);
    } else if (edge > 0 && begins(line + edge, length - edge, "│")) {
        size_t bar = edge + strlen("│");
        put_tinted(page, BLUE, line, bar);
        bool marks = strspn(line, " ") == edge;
        put_tinted(page, marks ? RED : PLAIN, line + bar, length - bar);
    } else if (edge > 0 && begins(line + edge, length - edge, "╰ ")) {
        size_t word = edge + strlen("╰ ");
        size_t end = word + strcspn(line + word, ":\n") + 1;
        end = end > length ? length : end;
        put_tinted(page, BLUE, line, word);
        put_tinted(page, CYAN, line + word, end - word);
        buffer_add(&page->out, line + end, length - end);
    } else {
        buffer_add(&page->out, line, length);
    }
}

// The line that opens a block of code: its language, then the name of the file it shows.
static bool open_block(Page *page, const char *line, size_t length)
{
    size_t word = 3 + strcspn(line + 3, " \n");
    if (word < length) {
        buffer_text(&page->out, "    ");
        put_tinted(page, BOLD, line + word + 1, length - word - 1);
        buffer_text(&page->out, ":\n");
    }
    return begins(line, length, "```weir");
}

const char *explain_text(Arena *arena, const ExplainPage *explained, bool colour)
{
    Page page = {.out = {.arena = arena}, .colour = colour};
    bool in_block = false, in_code = false;
    for (const char *line = explained->text; *line;) {
        size_t length = strcspn(line, "\n");
        const char *next = line + length + (line[length] == '\n');
        if (begins(line, length, "```")) {
            in_code = !in_block && open_block(&page, line, length);
            in_block = !in_block;
            line = next;
            continue;
        }
        if (in_block && length > 0) {
            buffer_text(&page.out, "    ");
            (in_code ? put_code : put_message)(&page, line, length);
        } else if (begins(line, length, "#")) {
            size_t marks = strspn(line, "# ");
            put_tinted(&page, BOLD, line + marks, length - marks);
        } else {
            put_prose(&page, line, length);
        }
        buffer_text(&page.out, "\n");
        line = next;
    }
    return buffer_end(&page.out);
}

// ── the list ─────────────────────────────────────────────────────────────────────────────────────
static const Phrase areas[] = {
    PHRASE_AREA_TEXT,    PHRASE_AREA_GRAMMAR, PHRASE_AREA_NAMES, PHRASE_AREA_TYPES,
    PHRASE_AREA_WAITING, PHRASE_AREA_CLAUSES, PHRASE_AREA_MATCH, PHRASE_AREA_OTHER,
    PHRASE_AREA_OTHER,   PHRASE_AREA_LIMITS,
};

const char *explain_list(Arena *arena, bool colour)
{
    Page page = {.out = {.arena = arena}, .colour = colour};
    int last = -1;
    for (size_t i = 0; i < explain_page_count; i++) {
        const ExplainPage *one = &explain_pages[i];
        int area = one->number / 100;
        if (area != last) {
            size_t known = sizeof areas / sizeof *areas;
            const char *name = message_phrase((size_t)area < known ? areas[area]
                                                                   : PHRASE_AREA_OTHER);
            buffer_text(&page.out, last < 0 ? "" : "\n");
            put_tinted(&page, BOLD, name, strlen(name));
            buffer_text(&page.out, "\n");
            last = area;
        }
        const char *title = explain_title(arena, one);
        buffer_print(&page.out, "  E%04d  ", one->number);
        put_prose(&page, title, strlen(title));
        buffer_text(&page.out, "\n");
    }
    return buffer_end(&page.out);
}
