// edits.c: the edits that `weir check --json` offers, made in a program's text.
#include "edits.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Edit {
    size_t from, to; // bytes of the program
    char *text;
} Edit;

// The byte at a line and a column, both from 1; columns count characters.
static size_t offset_of(const char *program, unsigned line, unsigned column)
{
    const char *at = program;
    for (; line > 1; line--) {
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
    for (; column > 1 && *at != '\0' && *at != '\n'; column--) {
        at++;
        while (((unsigned char)*at & 0xC0) == 0x80) {
            at++;
        }
    }
    return (size_t)(at - program);
}

// A text of JSON that begins behind its quote; `*end` is set behind the closing one.
static char *read_text(const char *json, const char **end)
{
    Text text = {0};
    for (; *json != '"' && *json != '\0'; json++) {
        unsigned code = (unsigned char)*json;
        if (*json == '\\' && json[1] == 'u') {
            sscanf(json + 2, "%4x", &code);
            json += 5;
        } else if (*json == '\\') {
            code = (unsigned char)*++json;
        }
        text_print(&text, "%c", (int)code);
    }
    *end = json + (*json == '"');
    return copy_text(text_string(&text), text.length);
}

static int later_first(const void *a, const void *b)
{
    const Edit *one = a, *other = b;
    return one->from != other->from ? (one->from < other->from ? 1 : -1)
                                    : (one->to < other->to) - (one->to > other->to);
}

// One edit behind `at`, which is moved on; false: there is none.
static bool read_edit(const char **at, const char *program, Edit *edit)
{
    const char *start = strchr(*at, '{');
    const char *stop = strchr(*at, ']');
    if (start == NULL || (stop != NULL && stop < start)) {
        return false;
    }
    unsigned line, column, end_line, end_column;
    const char *place = strstr(start, "\"line\": "), *text = strstr(start, "\"text\": \"");
    if (place == NULL || text == NULL ||
        sscanf(place, "\"line\": %u, \"column\": %u, \"end_line\": %u, \"end_column\": %u", &line,
               &column, &end_line, &end_column) != 4) {
        return false;
    }
    edit->from = offset_of(program, line, column);
    edit->to = offset_of(program, end_line, end_column);
    edit->text = read_text(text + strlen("\"text\": \""), at);
    return true;
}

char *edits_made(const char *json, const char *program)
{
    Edit edits[64];
    size_t count = 0;
    const char *at = json;
    for (const char *list; (list = strstr(at, "\"edits\": [")) != NULL;) {
        at = list + strlen("\"edits\": [");
        if (*at == ']') {
            return NULL; // a mistake without one
        }
        while (count < sizeof edits / sizeof *edits && read_edit(&at, program, &edits[count])) {
            count++;
        }
    }
    if (count == 0) {
        return NULL;
    }
    qsort(edits, count, sizeof *edits, later_first);
    char *mended = copy_text(program, strlen(program));
    for (size_t i = 0; i < count; i++) {
        mended = print_text("%.*s%s%s", (int)edits[i].from, mended, edits[i].text,
                            mended + edits[i].to);
    }
    return mended;
}
