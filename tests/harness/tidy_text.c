// tidy_text.c: lines of at most 100 columns, files of at most 700 lines, no tabs, no trailing
// blanks.
#include "files.h"
#include "tidy.h"

#include <stdio.h>
#include <string.h>

enum { MOST_COLUMNS = 100, MOST_TABLE_COLUMNS = 140, MOST_LINES = 700 };

// Files that are one table, whose rows read better whole.
static const char *const tables[] = {"codes.h", "habits.h", "lexer.re", "grammar.y"};

static const struct {
    const char *folder, *suffix;
} places[] = {
    {"compiler", ".c"},   {"compiler", ".h"},    {"compiler", ".re"},     {"compiler", ".y"},
    {"runtime", ".c"},    {"runtime", ".h"},     {"tests/harness", ".c"}, {"tests/harness", ".h"},
    {"tests/unit", ".c"}, {"tests/bench", ".c"}, {"tests/run", ".weir"},  {"examples", ".weir"},
    {".", ".zig"},        {".", "zigw"},         {".ci", "run"},          {"tests/faults", ".c"},
    {"tests/faults", ".h"},
};

// Characters, not bytes: a comment may draw with lines.
static size_t columns(const char *line)
{
    size_t count = 0;
    for (; *line != '\0'; line++) {
        count += ((unsigned char)*line & 0xC0) != 0x80;
    }
    return count;
}

static void check_file(Text *wrong, const char *path)
{
    const char *bytes = file_read(path, NULL);
    if (bytes == NULL) {
        text_print(wrong, "%s: cannot be read\n", path);
        return;
    }
    size_t most = MOST_COLUMNS;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        most = strcmp(base_name(path), tables[i]) == 0 ? MOST_TABLE_COLUMNS : most;
    }
    Strings lines = split_lines(bytes);
    for (size_t i = 0; i < lines.count; i++) {
        const char *line = lines.items[i];
        size_t length = strlen(line);
        // What a program is expected to print is as long as it is.
        bool told = ends_with(path, ".weir") && (strstr(line, "# expect") != NULL ||
                                                 strstr(line, "# stderr:") != NULL);
        if (columns(line) > most && !told) {
            text_print(wrong, "%s:%zu: %zu columns\n", path, i + 1, columns(line));
        }
        if (strchr(line, '\t') != NULL) {
            text_print(wrong, "%s:%zu: a tab\n", path, i + 1);
        }
        if (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\r')) {
            text_print(wrong, "%s:%zu: blanks at the end of the line\n", path, i + 1);
        }
    }
    if (lines.count > MOST_LINES) {
        text_print(wrong, "%s: %zu lines; split it at %d\n", path, lines.count, MOST_LINES);
    }
    if (*bytes != '\0' && !ends_with(bytes, "\n")) {
        text_print(wrong, "%s: no newline at its end\n", path);
    }
}

void tidy_lines(Report *report, Text *wrong, Text *absent)
{
    (void)report;
    (void)absent;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        Strings names = folder_names(places[i].folder, places[i].suffix);
        for (size_t name = 0; name < names.count; name++) {
            check_file(wrong, print_text("%s/%s", places[i].folder, names.items[name]));
        }
    }
}
