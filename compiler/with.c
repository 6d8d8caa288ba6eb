#include "with.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "text.h"

const char *with_header_name(Compilation *c)
{
    const char *path = c->sources.all.items[0]->path;
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    if (*name == '<') {
        return "program.h"; // standard input, -e
    }
    const char *dot = strrchr(name, '.');
    return arena_print(c->arena, "%.*s.h", (int)(dot && dot != name ? dot - name
                                                                    : (long)strlen(name)),
                       name);
}

void with_load(Loading *loading, Compilation *c, const Options *options)
{
    for (size_t i = 0; i < options->with.count; i++) {
        LIST_ADD(loading->arena, &loading->with, options->with.items[i]);
    }
    loading->header = c->header;
    loading->header_length = c->header_length;
    loading->header_name = with_header_name(c);
}

// "`lookup` (net.weir:3) is `net_lookup` in C"
static void say_missing(const Extern *one)
{
    fprintf(stderr, "  `%s` (%s:%u): the C function `%s`\n", one->name, one->file,
            (unsigned)one->line, one->c_name);
}

static void say_help(Compilation *c)
{
    const char *path = c->sources.all.items[0]->path;
    const char *name = with_header_name(c);
    fprintf(stderr,
            "help: write it in C against the header that `weir emit %s -H %s` prints, and add "
            "`--with FILE.c`\n",
            path, name);
}

bool with_check(Compilation *c, const Options *options, int *status)
{
    for (size_t i = 0; i < options->with.count; i++) {
        const char *path = options->with.items[i];
        if (path[0] != '-' && access(path, R_OK) != 0) {
            *status = verb_wrong(STATUS_USAGE, "`--with %s`: there is no such file", path);
            return false;
        }
        if (path[0] == '-' && strncmp(path, "-l", 2) != 0) {
            *status = verb_wrong(STATUS_USAGE, "`--with` takes a file or -lNAME, not `%s`", path);
            return false;
        }
    }
    if (c->externs.count == 0 || options->with.count > 0) {
        return true;
    }
    *status = verb_wrong(STATUS_USAGE, "this program is not whole: C has to do what is `extern`");
    for (size_t i = 0; i < c->externs.count; i++) {
        say_missing(&c->externs.items[i]);
    }
    say_help(c);
    return false;
}

static bool in_name(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool has_name(const char *text, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = text; (at = strstr(at, name)); at += length) {
        // Where C names begin with an underscore for the linker it is another name, too.
        bool begins = at == text || !in_name(at[-1]) ||
                      (at[-1] == '_' && (at - 1 == text || !in_name(at[-2])));
        if (begins && !in_name(at[length])) {
            return true;
        }
    }
    return false;
}

bool with_explain(Compilation *c, const char *said)
{
    bool linker = said && (strstr(said, "ndefined") || strstr(said, "unresolved"));
    bool any = false;
    for (size_t i = 0; linker && i < c->externs.count; i++) {
        if (has_name(said, c->externs.items[i].c_name)) {
            if (!any) {
                verb_wrong(STATUS_USAGE, "what `--with` gives has no C function for what is "
                                         "`extern`");
            }
            any = true;
            say_missing(&c->externs.items[i]);
        }
    }
    if (any) {
        say_help(c);
    }
    return any;
}

int with_not_loaded(const Loading *loading, Compilation *c)
{
    if (loading->with.count == 0 || loading->status != STATUS_USAGE) {
        return verb_not_loaded(loading);
    }
    if (!with_explain(c, loading->details)) {
        verb_wrong(STATUS_USAGE, "%s", loading->wrong);
        fputs(loading->details ? loading->details : "", stderr);
    }
    return STATUS_USAGE;
}
