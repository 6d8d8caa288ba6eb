// verb_build.c: `weir build`: a native executable.
//
// The printed C, the core of the runtime and a main of two lines are compiled as one unit, so that
// the compiler sees through the calls between them; the world outside the core, and what else of
// the runtime is used, comes from libweir.a. The executable is made beside its place and renamed.
#include "cc.h"
#include "core_names.h"
#include "output.h"
#include "verbs.h"
#include "with.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text.h"

typedef struct Build {
    const Options *options;
    Arena *arena;
    Compilation c;
    CCompiler cc;
    const char *out;                     // where the executable goes
    const char *temporary;               // beside it
    const char *folder;                  // for everything else
    const char *code;                    // where the printed C lies: in the folder, or kept
    const char *header, *core, *archive; // folders of weir.h and core.c (NULL: none), and libweir.a
} Build;

static bool exists(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0;
}

// The parts of the installation that a program is built from.
static bool find_parts(Build *build)
{
    Arena *arena = build->arena;
    const char *prefix = verb_prefix(arena);
    if (!prefix) {
        verb_wrong(STATUS_USAGE, "where weir is installed can't be told");
        return false;
    }
    build->core = arena_print(arena, "%s/share/weir/core", prefix);
    build->header = arena_print(arena, "%s/include", prefix);
    build->archive = arena_print(arena, "%s/lib/libweir.a", prefix);
    if (!exists(arena_print(arena, "%s/core.c", build->core))) {
        build->core = NULL;
    }
    const char *missing = !exists(arena_print(arena, "%s/weir.h", build->header))
                              ? arena_print(arena, "%s/weir.h", build->header)
                          : !exists(build->archive) ? build->archive
                                                    : NULL;
    if (missing) {
        verb_wrong(STATUS_USAGE,
                   "`%s` is missing: this weir is not whole, so it can't build executables",
                   missing);
    }
    return !missing;
}

static int choose_out(Build *build)
{
    const char *source = build->c.sources.all.items[0]->path;
    const char *out = build->options->given[OPTION_OUT];
    if (!out) {
        const char *slash = strrchr(source, '/');
        const char *name = slash ? slash + 1 : source;
        size_t length = strlen(name);
        if (source[0] == '<' || length < 6 || strcmp(name + length - 5, ".weir") != 0) {
            return verb_wrong(STATUS_USAGE,
                              "say with `-o OUT` where the executable goes: %s has no name "
                              "that ends in .weir",
                              source);
        }
        out = arena_copy(build->arena, name, length - 5);
    }
    build->out = out;
    build->temporary = output_temporary(build->arena, out);
    const char *kept = arena_print(build->arena, "%s.c", out);
    build->code = build->options->given[OPTION_KEEP] ? kept : NULL;
    for (size_t i = 0; i < build->c.sources.all.count; i++) {
        const char *path = build->c.sources.all.items[i]->path;
        if (output_is_same(out, path) || (build->code && output_is_same(kept, path))) {
            return verb_wrong(STATUS_OUTPUT, "the output would replace the source `%s`", path);
        }
    }
    struct stat about;
    if (stat(out, &about) == 0 && !S_ISREG(about.st_mode)) {
        return verb_wrong(STATUS_OUTPUT, "%s: %s", out,
                          S_ISDIR(about.st_mode) ? strerror(EISDIR) : "not an ordinary file");
    }
    const char *slash = strrchr(out, '/');
    const char *folder = slash ? arena_print(build->arena, "%.*s/", (int)(slash - out), out) : ".";
    if (access(folder, W_OK) != 0) {
        return verb_wrong(STATUS_OUTPUT, "%s: %s", out, strerror(errno));
    }
    return STATUS_OK;
}

static bool make_folder(Build *build)
{
    const char *base = getenv("TMPDIR");
    base = base && base[0] == '/' ? base : "/tmp";
    char *folder = arena_print(build->arena, "%s/weir.XXXXXX", base);
    if (!mkdtemp(folder)) {
        verb_wrong(STATUS_OUTPUT, "%s: %s", folder, strerror(errno));
        return false;
    }
    build->folder = folder;
    return true;
}

// A path as a C string literal or #include operand may hold it.
static const char *quoted(Arena *arena, const char *path)
{
    Buffer out = {.arena = arena};
    for (; *path; path++) {
        if (*path == '"' || *path == '\\') {
            buffer_add(&out, "\\", 1);
        }
        buffer_add(&out, path, 1);
    }
    return buffer_end(&out);
}

static const char *in_folder(Build *build, const char *name)
{
    return arena_print(build->arena, "%s/%s", build->folder, name);
}

// Would a name that C of others knows be another one?
static bool renames_shared(const Build *build, const char *define)
{
    for (size_t i = 0; i < build->c.shared.count; i++) {
        const char *line = arena_print(build->arena, "#define %s ", build->c.shared.items[i]);
        if (strstr(define, line)) {
            return true;
        }
    }
    return false;
}

// The unit: the program, its main, and behind them the core. Names of the program that the core
// uses, too, are other names while the program is read.
static const char *whole_text(Build *build)
{
    Buffer out = {.arena = build->arena};
    CoreNames names = {0};
    if (build->core) {
        names = core_names(build->arena, build->core, build->c.code);
        if (renames_shared(build, names.define)) {
            build->core = NULL; // its names have to stay: the archive has the core, too
        }
    }
    if (build->core) {
        buffer_text(&out, "#define WEIR_WITH_CORE 1\n#include \"weir.h\"\n");
        buffer_text(&out, names.define);
    }
    buffer_print(&out, "#include \"%s\"\n", quoted(build->arena, build->code));
    buffer_print(&out,
                 "int main(int argc, char **argv)\n"
                 "{\n"
                 "    return weir_main(argc, argv, &%s);\n"
                 "}\n",
                 build->c.symbol);
    if (build->core) {
        buffer_text(&out, names.undefine);
        buffer_text(&out, "#include \"core.c\"\n");
    }
    return buffer_end(&out);
}

static bool write_sources(Build *build)
{
    Compilation *c = &build->c;
    char *here =
        NULL; // #include looks beside the including file, so a kept file needs its full path
    if (!build->code) {
        build->code = in_folder(build, "program.c");
    } else if (build->code[0] != '/') {
        here = getcwd(NULL, 0);
        if (here) {
            build->code = arena_print(build->arena, "%s/%s", here, build->code);
        }
        free(here);
    }
    const char *whole = whole_text(build);
    Outputs outputs = {.arena = build->arena};
    output_add(&outputs, build->code, c->code, c->code_length);
    output_add(&outputs, in_folder(build, "whole.c"), whole, strlen(whole));
    if (build->options->with.count > 0) {
        output_add(&outputs, in_folder(build, with_header_name(c)), c->header, c->header_length);
    }
    if (!output_write(&outputs)) {
        verb_wrong(STATUS_OUTPUT, "%s", outputs.wrong);
        return false;
    }
    return true;
}

static void add_words(Build *build, Words *words, const char *const *text, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        LIST_ADD(build->arena, words, text[i]);
    }
}

static Words command(Build *build)
{
    static const char *const fast[] = {"-O2"}, *const debug[] = {"-O0", "-g"};
    Words words = {0};
    if (build->options->given[OPTION_DEBUG]) {
        add_words(build, &words, debug, 2);
    } else {
        add_words(build, &words, fast, 1);
    }
    const char *const compile[] = {"-std=gnu11", "-D_GNU_SOURCE", "-I", build->header};
    add_words(build, &words, compile, sizeof compile / sizeof *compile);
    if (build->core) {
        const char *const core[] = {"-I", build->core};
        add_words(build, &words, core, sizeof core / sizeof *core);
    }
    const char *const link[] = {"-o",
                                build->temporary,
                                "-I",
                                build->folder,
                                in_folder(build, "whole.c")};
    add_words(build, &words, link, sizeof link / sizeof *link);
    for (size_t i = 0; i < build->options->with.count; i++) {
        add_words(build, &words, &build->options->with.items[i], 1);
    }
    const char *const libraries[] = {build->archive, "-luv", "-lpthread", "-ldl", "-lm"};
    add_words(build, &words, libraries, sizeof libraries / sizeof *libraries);
    return words;
}

// The compiler's words tell whose fault it is: a line of our own C, a part of the machine that is
// missing, or something else that only they can explain.
static int explain(Build *build, const char *text)
{
    const char *name = build->cc.words.items[0];
    const char *shown = text ? text : "";
    if (strstr(shown, "-luv") || strstr(shown, "library 'uv'")) {
        fputs(shown, stderr);
        return verb_wrong(STATUS_USAGE,
                          "the C compiler `%s` found no libuv, which programs are "
                          "linked with (Debian: apt-get install libuv1-dev)",
                          name);
    }
    if (strstr(shown, "No space left on device")) {
        fputs(shown, stderr);
        return verb_wrong(STATUS_OUTPUT, "%s: the C compiler found no room on the disk",
                          build->out);
    }
    if (strstr(shown, "stdint.h") || strstr(shown, "crt1.o")) {
        fputs(shown, stderr);
        return verb_wrong(STATUS_USAGE,
                          "the C compiler `%s` has no C library (Debian: apt-get "
                          "install libc6-dev)",
                          name);
    }
    if (with_explain(&build->c, shown)) {
        return STATUS_USAGE;
    }
    if (build->options->with.count > 0) {
        fputs(shown, stderr);
        return verb_wrong(STATUS_USAGE, "the program and the C that `--with` gives do not compile "
                                        "or link");
    }
    bool unresolved = strstr(shown, "undefined") && strstr(shown, "weir_");
    if (unresolved || cc_blames_code(text)) {
        return verb_bug("the C that was printed for this program can't be compiled", text);
    }
    fputs(shown, stderr);
    return verb_wrong(STATUS_USAGE, "the C compiler `%s` failed", name);
}

static int compile_all(Build *build)
{
    Words words = command(build);
    const char *log = in_folder(build, "log");
    int status = cc_run(&build->cc, build->arena, &words, log);
    if (status < 0) {
        return verb_wrong(STATUS_USAGE, "could not start the C compiler `%s`: %s",
                          build->cc.words.items[0], strerror(errno));
    }
    if (status > 128) {
        return verb_wrong(status, "the C compiler `%s` was ended by signal %d",
                          build->cc.words.items[0], status - 128);
    }
    const char *text = cc_said(build->arena, log);
    if (status != 0) {
        return explain(build, text);
    }
    if (rename(build->temporary, build->out) != 0) {
        return verb_wrong(STATUS_OUTPUT, "%s: %s", build->out, strerror(errno));
    }
    return STATUS_OK;
}

static void clean_up(Build *build)
{
    unlink(build->temporary);
    unlink(in_folder(build, "program.c"));
    unlink(in_folder(build, "whole.c"));
    unlink(in_folder(build, "log"));
    unlink(in_folder(build, with_header_name(&build->c)));
    rmdir(build->folder);
}

int verb_build(const Options *options, Arena *arena)
{
    Build build = {.options = options, .arena = arena};
    int status = STATUS_OK;
    compilation_init(&build.c, arena);
    build.c.needs_main = true;
    if (!verb_compile(&build.c, options, UNTIL_PRINTED, &status)) {
        return status;
    }
    if (!with_check(&build.c, options, &status)) {
        return status;
    }
    status = choose_out(&build);
    if (status != STATUS_OK) {
        return status;
    }
    if (!cc_find(&build.cc, arena)) {
        return verb_wrong(STATUS_USAGE, "%s (Debian: apt-get install gcc)", build.cc.wrong);
    }
    if (!find_parts(&build)) {
        return STATUS_USAGE;
    }
    if (!make_folder(&build)) {
        return STATUS_OUTPUT;
    }
    status = write_sources(&build) ? compile_all(&build) : STATUS_OUTPUT;
    clean_up(&build);
    return status;
}
