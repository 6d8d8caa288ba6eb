// env_files_glob.c: the paths that fit a pattern. `*` is any characters of a name, `?` one, `[a-z]`
// and `[!a-z]` one of a set, `**` as a whole part any number of directories. Names that begin with
// a dot fit where the pattern has the dot. Links to directories are followed but by `**`.
#include "env_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "text.h"

// ── one name ─────────────────────────────────────────────────────────────────────────────────────

// The next character; a byte that begins none stands for itself.
static uint32_t next_char(const char **at, const char *end)
{
    size_t length = weir__utf8_length(*at, (size_t)(end - *at));
    const unsigned char *bytes = (const unsigned char *)*at;
    *at += length == 0 ? 1 : length;
    uint32_t c = length <= 1 ? bytes[0] : bytes[0] & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        c = c << 6 | (bytes[i] & 0x3fu);
    }
    return length == 0 ? 0x110000u + bytes[0] : c;
}

// A set at *at, behind its `[`: is c in it? *at is left behind its `]`. -1: it has no end, and the
// bracket is a plain one.
static int in_set(const char **at, const char *end, uint32_t c)
{
    const char *p = *at;
    bool not = p < end && (*p == '!' || *p == '^');
    p += not;
    bool found = false;
    for (const char *first = p; p < end && (*p != ']' || p == first);) {
        uint32_t low = next_char(&p, end), high = low;
        if (end - p >= 2 && *p == '-' && p[1] != ']') {
            p++;
            high = next_char(&p, end);
        }
        found = found || (c >= low && c <= high);
    }
    if (p >= end) {
        return -1;
    }
    *at = p + 1;
    return found != not;
}

// Does the name fit the part of a pattern? Goes back to the last star only, so time is bounded by
// the product of the lengths.
static bool fits(const char *pattern, const char *pattern_end, const char *name)
{
    const char *name_end = name + strlen(name), *star = NULL, *again = NULL;
    if (*name == '.' && (pattern == pattern_end || *pattern != '.')) {
        return false;
    }
    while (name < name_end) {
        const char *next = name, *p = pattern;
        uint32_t c = next_char(&next, name_end);
        bool fit = false;
        if (p < pattern_end && *p == '*') {
            star = ++pattern;
            again = name;
            continue;
        }
        if (p < pattern_end && *p == '?') {
            fit = true;
            p++;
        } else if (p < pattern_end && *p == '[') {
            p++;
            int in = in_set(&p, pattern_end, c);
            fit = in < 0 ? c == '[' : in == 1;
        } else if (p < pattern_end) {
            fit = next_char(&p, pattern_end) == c;
        }
        if (fit) {
            pattern = p;
            name = next;
        } else if (star == NULL) {
            return false;
        } else { // the star takes one more
            next_char(&again, name_end);
            pattern = star;
            name = again;
        }
    }
    while (pattern < pattern_end && *pattern == '*') {
        pattern++;
    }
    return pattern == pattern_end;
}

// ── paths ────────────────────────────────────────────────────────────────────────────────────────

typedef struct Search {
    weir_context *cx;
    weir_list *found;
    char path[WEIR__LONGEST_PATH]; // so far, with a / behind each directory
} Search;

static bool is_special(const char *part, const char *end)
{
    for (; part < end; part++) {
        if (*part == '*' || *part == '?' || *part == '[') {
            return true;
        }
    }
    return false;
}

// What cannot be looked into holds nothing that fits, as in a shell.
static int unless_closed(int error)
{
    return error == ENOENT || error == ENOTDIR || error == EACCES || error == ELOOP ? 0 : error;
}

static int search(Search *s, size_t length, const char *pattern);

// The path with one more name; what is left of the pattern is looked for behind it.
static int step_into(Search *s, size_t length, const char *name, size_t name_length,
                     const char *rest)
{
    bool more = *rest == '/';
    if (length + name_length + 2 > sizeof s->path) {
        return 0; // too long to be opened
    }
    memcpy(s->path + length, name, name_length);
    size_t end = length + name_length;
    s->path[end] = '\0';
    struct stat found;
    if (!more) {
        if (lstat(s->path, &found) != 0) {
            return unless_closed(errno);
        }
        return weir__file_add(s->cx, &s->found, s->path) ? 0 : WEIR__FILE_TOLD;
    }
    if (stat(s->path, &found) != 0) {
        return unless_closed(errno);
    }
    if (!S_ISDIR(found.st_mode)) {
        return 0;
    }
    while (*rest == '/') {
        rest++;
    }
    s->path[end] = '/';
    s->path[end + 1] = '\0';
    return *rest != '\0' ? search(s, end + 1, rest)
           : weir__file_add(s->cx, &s->found, s->path) ? 0 : WEIR__FILE_TOLD; // "*/"
}

static bool is_directory(Search *s, size_t length, const weir__entry_found *entry)
{
    if (entry->kind != DT_UNKNOWN) {
        return entry->kind == DT_DIR;
    }
    struct stat found;
    if (length + strlen(entry->name) >= sizeof s->path) {
        return false;
    }
    strcpy(s->path + length, entry->name);
    return lstat(s->path, &found) == 0 && S_ISDIR(found.st_mode);
}

// `**`: the rest here, and the same in every directory below.
static int search_below(Search *s, size_t length, const char *pattern, const char *rest,
                        const weir__entries *entries)
{
    while (*rest == '/') {
        rest++;
    }
    int error = search(s, length, *rest == '\0' ? "*" : rest);
    for (size_t i = 0; error == 0 && i < entries->count; i++) {
        const char *name = entries->items[i].name;
        size_t name_length = strlen(name);
        if (*name == '.' || length + name_length + 2 > sizeof s->path ||
            !is_directory(s, length, &entries->items[i])) {
            continue;
        }
        memcpy(s->path + length, name, name_length);
        s->path[length + name_length] = '/';
        s->path[length + name_length + 1] = '\0';
        error = search(s, length + name_length + 1, pattern);
    }
    return error;
}

// All paths that begin with the first `length` bytes of s->path and fit the pattern behind them.
static int search(Search *s, size_t length, const char *pattern)
{
    const char *rest = pattern + strcspn(pattern, "/");
    if (!is_special(pattern, rest)) {
        return step_into(s, length, pattern, (size_t)(rest - pattern), rest);
    }
    if (weir_stop_asked(s->cx)) {
        return WEIR__FILE_TOLD;
    }
    weir__entries entries;
    s->path[length] = '\0';
    int error = unless_closed(weir__entries_read(&entries, length == 0 ? "." : s->path));
    if (rest - pattern == 2 && pattern[0] == '*' && pattern[1] == '*') {
        error = error != 0 ? error : search_below(s, length, pattern, rest, &entries);
    } else {
        for (size_t i = 0; error == 0 && i < entries.count; i++) {
            const char *name = entries.items[i].name;
            if (fits(pattern, rest, name)) {
                error = step_into(s, length, name, strlen(name), rest);
            }
        }
    }
    weir__entries_free(&entries);
    return error;
}

int weir__file_glob(weir_context *cx, weir__operation *operation)
{
    Search *s = malloc(sizeof *s);
    if (s == NULL) {
        return ENOMEM;
    }
    const char *pattern = operation->path->bytes;
    s->cx = cx;
    s->found = weir_list_new(cx, &weir_type_strings, 0);
    s->path[0] = '\0';
    size_t length = 0;
    if (*pattern == '/') {
        strcpy(s->path, "/");
        length = 1;
        pattern += strspn(pattern, "/");
    }
    int error = s->found == NULL ? WEIR__FILE_TOLD : *pattern == '\0' ? 0
                                                                     : search(s, length, pattern);
    if (error == 0) { // `**` finds what is below before what comes behind it
        operation->result.object = weir_list_sort(cx, s->found);
        error = operation->result.object == NULL ? WEIR__FILE_TOLD : 0;
    }
    weir_drop(s->found);
    free(s);
    return error;
}
