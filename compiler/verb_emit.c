// verb_emit.c: `weir emit`: the C of a program, or a stage on the way to it.
#include "machine.h"
#include "output.h"
#include "verbs.h"

#include <errno.h>
#include <string.h>

#include "text.h"

// In the order of the choices of --dump.
typedef enum Dump {
    DUMP_C,
    DUMP_TOKENS,
    DUMP_SYNTAX,
    DUMP_TYPES,
    DUMP_MACHINE,
    DUMP_PROBLEMS
} Dump;

static CompileUntil stage_of(Dump dump)
{
    switch (dump) {
    case DUMP_TOKENS:
    case DUMP_SYNTAX: return UNTIL_PARSED;
    case DUMP_TYPES: return UNTIL_CHECKED;
    case DUMP_MACHINE: return UNTIL_LOWERED;
    case DUMP_PROBLEMS: return UNTIL_CHECKED;
    case DUMP_C: break;
    }
    return UNTIL_PRINTED;
}

static const char *text_of(Compilation *c, Dump dump)
{
    switch (dump) {
    case DUMP_TOKENS: return verb_tokens(c, c->sources.all.items[0]);
    case DUMP_SYNTAX: return syntax_dump(c->arena, &c->sources, c->program->modules.items[0]);
    case DUMP_TYPES: return types_dump(c->arena, &c->sources, c->program);
    case DUMP_MACHINE: return machine_dump(c->arena, c->unit);
    case DUMP_PROBLEMS: return verb_problems(c);
    case DUMP_C: break;
    }
    return c->code;
}

// A path as make and ninja read it in a list of prerequisites.
static void add_path(Buffer *out, const char *path)
{
    for (; *path; path++) {
        if (*path == '$') {
            buffer_text(out, "$");
        } else if (*path == ' ' || *path == '#') {
            buffer_text(out, "\\");
        }
        buffer_add(out, path, 1);
    }
}

// "out.c out.h: main.weir other.weir"
static const char *depends(const Compilation *c, const Options *options)
{
    Buffer out = {.arena = c->arena};
    add_path(&out, options->given[OPTION_OUT]);
    if (options->given[OPTION_HEADER]) {
        buffer_text(&out, " ");
        add_path(&out, options->given[OPTION_HEADER]);
    }
    buffer_text(&out, ":");
    for (size_t i = 0; i < c->sources.all.count; i++) {
        if (c->sources.all.items[i]->path[0] != '<') { // <stdin>, <command line>
            buffer_text(&out, " \\\n  ");
            add_path(&out, c->sources.all.items[i]->path);
        }
    }
    buffer_text(&out, "\n");
    return buffer_end(&out);
}

// Where -MD writes: -MF, or OUT with its ending replaced by .d.
static const char *depends_path(Arena *arena, const Options *options)
{
    if (options->given[OPTION_DEPENDS_FILE]) {
        return options->given[OPTION_DEPENDS_FILE];
    }
    const char *out = options->given[OPTION_OUT];
    const char *slash = strrchr(out, '/');
    const char *dot = strrchr(slash ? slash : out, '.');
    size_t stem = dot && dot != out && dot[-1] != '/' ? (size_t)(dot - out) : strlen(out);
    return arena_print(arena, "%.*s.d", (int)stem, out);
}

// An output must replace neither a source nor another output (but /dev/null takes them all).
static bool check_paths(const Compilation *c, const Outputs *outputs)
{
    for (size_t i = 0; i < outputs->files.count; i++) {
        const char *path = outputs->files.items[i].path;
        for (size_t other = 0; other < c->sources.all.count; other++) {
            if (output_is_same(path, c->sources.all.items[other]->path)) {
                verb_wrong(STATUS_USAGE, "the output would replace the source `%s`", path);
                return false;
            }
        }
        for (size_t other = 0; other < i; other++) {
            if (output_is_same(path, outputs->files.items[other].path) &&
                strcmp(path, "/dev/null") != 0) {
                verb_wrong(STATUS_USAGE, "`%s` would be written twice", path);
                return false;
            }
        }
    }
    return true;
}

static int write_files(Compilation *c, const Options *options, const char *text)
{
    const char *header = options->given[OPTION_HEADER];
    Outputs outputs = {.arena = c->arena};
    if (options->given[OPTION_OUT]) {
        output_add(&outputs, options->given[OPTION_OUT], text, strlen(text));
    }
    if (header) {
        output_add(&outputs, header, c->header, c->header_length);
    }
    if (options->given[OPTION_DEPENDS]) {
        const char *list = depends(c, options);
        output_add(&outputs, depends_path(c->arena, options), list, strlen(list));
    }
    if (!check_paths(c, &outputs)) {
        return STATUS_USAGE;
    }
    if (!output_write(&outputs)) {
        return verb_wrong(STATUS_OUTPUT, "%s", outputs.wrong);
    }
    return options->given[OPTION_OUT] ? STATUS_OK : verb_print(text, strlen(text));
}

int verb_emit(const Options *options, Arena *arena)
{
    Dump dump = (Dump)options_choice(options, OPTION_DUMP, DUMP_C);
    const char *header = options->given[OPTION_HEADER];
    int status = STATUS_OK;
    Compilation c;
    compilation_init(&c, arena);
    if (header) {
        const char *slash = strrchr(header, '/');
        c.header_name = slash ? slash + 1 : header;
    }
    if (dump == DUMP_PROBLEMS) {
        Source *source = verb_source(&c, options,
                                     options->files.items ? options->files.items[0] : NULL);
        if (!source) {
            return STATUS_USAGE;
        }
        compile(&c, source, stage_of(dump)); // its mistakes are what is printed
    } else if (!verb_compile(&c, options, stage_of(dump), &status)) {
        return status;
    }
    const char *text = text_of(&c, dump);
    if (!text) {
        return verb_wrong(STATUS_OUTPUT, "the mistakes found can't be shown: %s", strerror(errno));
    }
    return write_files(&c, options, text);
}
