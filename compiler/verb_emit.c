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
    DUMP_PROBLEMS,
    DUMP_FILES
} Dump;

static CompileUntil stage_of(Dump dump)
{
    switch (dump) {
    case DUMP_TOKENS:
    case DUMP_SYNTAX: return UNTIL_PARSED;
    case DUMP_TYPES: return UNTIL_CHECKED;
    case DUMP_MACHINE: return UNTIL_LOWERED;
    case DUMP_PROBLEMS: return UNTIL_CHECKED;
    case DUMP_FILES: return UNTIL_READ;
    case DUMP_C: break;
    }
    return UNTIL_PRINTED;
}

// What --split writes. It can be asked for before anything can be compiled: it depends on nothing
// but which files there are.
static const char *file_names(const Compilation *c)
{
    Buffer out = {.arena = c->arena};
    for (size_t i = 0; i < c->program->modules.count; i++) {
        const char *stem = c->program->modules.items[i]->stem;
        buffer_print(&out, i == 0 ? "%s.c\n" : "%s.c\n%s.h\n", stem, stem);
    }
    return buffer_end(&out);
}

static const char *text_of(Compilation *c, Dump dump)
{
    switch (dump) {
    case DUMP_TOKENS: return verb_tokens(c, c->sources.all.items[0]);
    case DUMP_SYNTAX: return syntax_dump(c->arena, &c->sources, c->program->modules.items[0]);
    case DUMP_TYPES: return types_dump(c->arena, &c->sources, c->program);
    case DUMP_MACHINE: return machine_dump(c->arena, c->unit);
    case DUMP_PROBLEMS: return verb_problems(c);
    case DUMP_FILES: return file_names(c);
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

static const char *in_folder(const Compilation *c, const char *folder, const char *name)
{
    size_t length = strlen(folder);
    bool slash = length > 0 && folder[length - 1] == '/';
    return arena_print(c->arena, "%s%s%s", folder, slash ? "" : "/", name);
}

// "out.c out.h: main.weir other.weir"
static const char *depends(const Compilation *c, const Options *options, const Outputs *outputs)
{
    Buffer out = {.arena = c->arena};
    if (options->given[OPTION_DEPENDS_FOR]) {
        add_path(&out, options->given[OPTION_DEPENDS_FOR]);
    }
    for (size_t i = 0; i < outputs->files.count && !options->given[OPTION_DEPENDS_FOR]; i++) {
        buffer_text(&out, i > 0 ? " " : "");
        add_path(&out, outputs->files.items[i].path);
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

// Where -MD writes: -MF, or OUT with its ending replaced by .d. Of a folder it is beside it: in it
// the C compiler has such files for each C file.
static const char *depends_path(const Compilation *c, const Options *options)
{
    if (options->given[OPTION_DEPENDS_FILE]) {
        return options->given[OPTION_DEPENDS_FILE];
    }
    const char *out = options->given[OPTION_OUT];
    if (options->given[OPTION_SPLIT]) {
        size_t length = strlen(out);
        while (length > 1 && out[length - 1] == '/') {
            length--;
        }
        return arena_print(c->arena, "%.*s.d", (int)length, out);
    }
    const char *slash = strrchr(out, '/');
    const char *dot = strrchr(slash ? slash : out, '.');
    size_t stem = dot && dot != out && dot[-1] != '/' ? (size_t)(dot - out) : strlen(out);
    return arena_print(c->arena, "%.*s.d", (int)stem, out);
}

// An output must replace neither a source nor another output (but /dev/null takes them all). Gives
// the status.
static int check_paths(const Compilation *c, const Outputs *outputs)
{
    for (size_t i = 0; i < outputs->files.count; i++) {
        const char *path = outputs->files.items[i].path;
        for (size_t other = 0; other < c->sources.all.count; other++) {
            if (output_is_same(path, c->sources.all.items[other]->path)) {
                return verb_wrong(STATUS_OUTPUT, "the output would replace the source `%s`", path);
            }
        }
        for (size_t other = 0; other < i; other++) {
            if (output_is_same(path, outputs->files.items[other].path) &&
                strcmp(path, "/dev/null") != 0) {
                return verb_wrong(STATUS_USAGE, "`%s` would be written twice", path);
            }
        }
    }
    return STATUS_OK;
}

static void add_code(const Compilation *c, const Options *options, Outputs *outputs,
                     const char *text)
{
    const char *path = options->given[OPTION_OUT];
    if (path && !options->given[OPTION_SPLIT]) {
        output_add(outputs, path, text, strlen(text));
    }
    for (size_t i = 0; options->given[OPTION_SPLIT] && i < c->printed.files.count; i++) {
        const PrintedFile *file = &c->printed.files.items[i];
        output_add(outputs, in_folder(c, path, file->name), file->text, file->length);
    }
}

static int write_files(Compilation *c, const Options *options, const char *text)
{
    const char *header = options->given[OPTION_HEADER];
    Outputs outputs = {.arena = c->arena};
    add_code(c, options, &outputs, text);
    if (header) {
        output_add(&outputs, header, c->header, c->header_length);
    }
    if (options->given[OPTION_DEPENDS]) {
        const char *list = depends(c, options, &outputs);
        output_add(&outputs, depends_path(c, options), list, strlen(list));
    }
    if (options->given[OPTION_SPLIT] && !output_folder(&outputs, options->given[OPTION_OUT])) {
        return verb_wrong(STATUS_OUTPUT, "%s", outputs.wrong);
    }
    int clash = check_paths(c, &outputs);
    if (clash != STATUS_OK) {
        output_give_up(&outputs);
        return clash;
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
    c.splits = options->given[OPTION_SPLIT] != NULL;
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
