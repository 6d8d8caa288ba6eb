#include "verbs.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

#include "message.h"
#include "output.h"
#include "render.h"
#include "text.h"

int verb_wrong(int status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("weir: error: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    return status;
}

bool verb_number(const Options *options, OptionName name, const char *word, uint64_t *value)
{
    const char *given = options->given[name];
    if (given == NULL) {
        return true;
    }
    char *end;
    errno = 0;
    *value = strtoull(given, &end, 10);
    if (errno != 0 || *end != '\0' || *given < '0' || *given > '9') {
        verb_wrong(STATUS_USAGE, "`%s` takes a number, not `%s`", word, given);
        return false;
    }
    return true;
}

int verb_bug(const char *what, const char *details)
{
    fprintf(stderr, "weir: this is a bug in Weir: %s\n%s", what, details ? details : "");
    fputs("Please report it, with this message, the program, and what `weir version` says.\n",
          stderr);
    return STATUS_BUG;
}

// ── sources ─────────────────────────────────────────────────────────────────────────────────────

// The user left out the ending?
static const char *with_ending(Arena *arena, const char *path)
{
    const char *longer = arena_print(arena, "%s.weir", path);
    return access(longer, R_OK) == 0 ? longer : NULL;
}

static void cannot_read(Arena *arena, const char *path, SourceError error, int why)
{
    const char *text = "";
    const char *longer = NULL;
    switch (error) {
    case SOURCE_MISSING:
        text = "there is no such file";
        longer = with_ending(arena, path);
        break;
    case SOURCE_UNREADABLE:
        text = arena_print(arena, "the file can't be read: %s", strerror(why));
        break;
    case SOURCE_DIRECTORY: text = "this is a folder; a program is a file"; break;
    case SOURCE_NOT_A_FILE: text = "this is not an ordinary file (`-` reads standard input)"; break;
    case SOURCE_TOO_LARGE: text = "the file is larger than 64 MiB"; break;
    case SOURCE_OK: break;
    }
    fprintf(stderr, "%s: error: %s", strcmp(path, "-") == 0 ? "<stdin>" : path, text);
    if (longer) {
        fprintf(stderr, "; did you mean `%s`?", longer);
    }
    fputc('\n', stderr);
}

Source *verb_source(Compilation *c, const Options *options, const char *file)
{
    const char *text = options->given[OPTION_SOURCE];
    if (text) {
        Source *source = source_text(&c->sources, "<command line>", text, strlen(text));
        source->bare = true;
        return source;
    }
    SourceError error = SOURCE_OK;
    Source *source = source_read(&c->sources, file, &error);
    if (!source) {
        cannot_read(c->arena, file, error, errno);
    }
    return source;
}

bool verb_compile(Compilation *c, const Options *options, CompileUntil until, int *status)
{
    Source *source = verb_source(c, options, options->files.count ? options->files.items[0] : NULL);
    if (!source) {
        *status = STATUS_USAGE;
        return false;
    }
    if (compile(c, source, until)) {
        return true;
    }
    Told told = {0};
    *status = verb_report(c, options, &told);
    verb_hint(&told, options);
    return false;
}

// ── output ──────────────────────────────────────────────────────────────────────────────────────

bool verb_wants_color(const Options *options, int file)
{
    switch (options_choice(options, OPTION_COLOR, 0)) {
    case 1: return true;
    case 2: return false;
    default: break;
    }
    const char *no = getenv("NO_COLOR"), *force = getenv("FORCE_COLOR"), *term = getenv("TERM");
    if (no && *no) {
        return false;
    }
    if (force && *force) {
        return strcmp(force, "0") != 0;
    }
    return isatty(file) && term && strcmp(term, "dumb") != 0;
}

int verb_print(const char *bytes, size_t length)
{
    if (!output_bytes(STDOUT_FILENO, bytes, length)) {
        return verb_wrong(STATUS_OUTPUT, "standard output can't be written: %s", strerror(errno));
    }
    return STATUS_OK;
}

static bool knows_unicode(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value && *value) { // the first that is set counts
            return strstr(value, "UTF-8") || strstr(value, "utf8") || strstr(value, "UTF8");
        }
    }
    return false;
}

// Of the terminal; where there is none, what COLUMNS says, as a build server sets it. 0: unknown.
static int columns(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0) {
        return size.ws_col;
    }
    const char *words = getenv("COLUMNS");
    long count = words ? strtol(words, NULL, 10) : 0;
    return count > 0 && count <= 1000 ? (int)count : 0;
}

// All mistakes as one text: it is written at once, or it can be seen that it was not.
static const char *rendered(Compilation *c, RenderStyle style)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (!out) {
        return NULL;
    }
    diags_sort(&c->diags);
    render_diags(out, &c->sources, &c->diags, style);
    bool good = fclose(out) == 0;
    const char *copy = good ? arena_copy(c->arena, text, length) : NULL;
    free(text);
    return copy;
}

static void tell(Told *told, int code)
{
    bool known = told->count > MOST_TOLD;
    for (size_t i = 0; i < told->count; i++) {
        known = known || told->codes[i] == code;
    }
    if (!known) {
        told->codes[told->count++] = code;
    }
}

int verb_report(Compilation *c, const Options *options, Told *told)
{
    bool json = options->given[OPTION_JSON];
    RenderStyle style = {.json = json};
    if (!json) {
        style.colour = verb_wants_color(options, STDERR_FILENO);
        style.unicode = knows_unicode();
        style.width = columns();
    }
    const char *text = rendered(c, style);
    if (!text) {
        return verb_wrong(STATUS_OUTPUT, "the mistakes found can't be shown: %s", strerror(errno));
    }
    if (told->count > 0 && !json) { // of another file
        text = arena_print(c->arena, "\n%s", text);
    }
    for (size_t i = 0; i < c->diags.all.count; i++) {
        tell(told, c->diags.all.items[i]->code);
    }
    if (json) {
        int status = verb_print(text, strlen(text));
        return status == STATUS_OK ? STATUS_SOURCE : status;
    }
    return output_bytes(STDERR_FILENO, text, strlen(text)) ? STATUS_SOURCE : STATUS_OUTPUT;
}

void verb_hint(const Told *told, const Options *options)
{
    if (told->count == 0 || options->given[OPTION_JSON]) {
        return;
    }
    Arena arena = {0};
    Buffer line = {.arena = &arena};
    buffer_print(&line, "\n%s weir explain",
                 message_phrase(told->count > 1 ? PHRASE_MORE_ABOUT_SEVERAL : PHRASE_MORE_ABOUT));
    for (size_t i = 0; i < told->count && i < MOST_TOLD; i++) {
        buffer_print(&line, " E%04d", message_of(told->codes[i])->number);
    }
    buffer_text(&line, told->count > MOST_TOLD ? " ...\n" : "\n");
    output_bytes(STDERR_FILENO, buffer_end(&line), line.length);
    arena_free(&arena);
}

const char *verb_problems(Compilation *c)
{
    return rendered(c, (RenderStyle){0});
}

const char *verb_prefix(Arena *arena)
{
    char *path = NULL;
#ifdef __APPLE__
    uint32_t size = 0;
    _NSGetExecutablePath(NULL, &size);
    char *given = arena_take(arena, size + 1);
    if (_NSGetExecutablePath(given, &size) == 0) {
        path = realpath(given, NULL);
    }
#else
    path = realpath("/proc/self/exe", NULL);
#endif
    char *prefix = path ? arena_copy(arena, path, strlen(path)) : NULL;
    free(path);
    for (int up = 0; prefix && up < 2; up++) { // …/bin/weir
        char *slash = strrchr(prefix, '/');
        if (!slash) {
            return NULL;
        }
        *slash = '\0';
    }
    return prefix;
}
