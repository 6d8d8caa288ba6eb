// tidy_includes.c: which file may include which header, read off the #include lines.
//
// A folder is a ladder of rungs. A file includes only headers of its own rung or of rungs above it.
#include "files.h"
#include "tidy.h"

#include <stdio.h>
#include <string.h>

// One rung a line, names without their endings.
static const char *const compiler_rungs[] = {
    "arena text list source",
    "codes habits diag message render say thin",
    "syntax layout lexer build grammar parse",
    "type library symbols resolve resolver module walk check checker",
    "machine lower lowering live split name",
    "out emit emitting machine_dump types_dump",
    "compile",
    NULL, // below: the verbs with what only they use, and main
};

static const char *const runtime_rungs[] = {
    "weir weir_library weir_c",
    "env value hash text string number parse order format show arith list map record error print "
    "clock variable json coding digest url path regex",
    "timer task waitlist scope extern call cache",
    "limiter lease queue stream gather stub turn core",
    "http fs exec csv log random exit",
    "env_child env_exec env_uv env_sim env_faulty env_pool env_http env_curl env_names env_loop "
    "env_files env_ready env_signals env_zone env_broker env_nats",
    "report trace trial",
    "host watch arguments",
    NULL,
};

static bool has_word(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *found = strstr(words, word); found != NULL; found = strstr(found + 1, word)) {
        bool starts = found == words || found[-1] == ' ';
        if (starts && (found[length] == ' ' || found[length] == '\0')) {
            return true;
        }
    }
    return false;
}

// "name.c" → "name"
static char *stem(const char *name)
{
    return copy_text(name, strcspn(name, "."));
}

// The rung of a noun: the one whose words name it, or that of its longest listed beginning
// (`lower_gather` stands with `lower`); -1 when there is none.
static int rung_of(const char *const *rungs, const char *noun)
{
    char *beginning = copy_text(noun, strlen(noun));
    for (;;) {
        for (int i = 0; rungs[i] != NULL; i++) {
            if (has_word(rungs[i], beginning)) {
                return i;
            }
        }
        char *underline = strrchr(beginning, '_');
        if (underline == NULL) {
            return -1;
        }
        *underline = '\0';
    }
}

// The name in `#include "name"`, or NULL.
static char *included(const char *line)
{
    static const char start[] = "#include \"";
    line += strspn(line, " ");
    if (!starts_with(line, start)) {
        return NULL;
    }
    line += sizeof start - 1;
    return copy_text(line, strcspn(line, "\""));
}

static Strings includes_of(const char *path)
{
    Strings names = {0};
    const char *bytes = file_read(path, NULL);
    Strings lines = split_lines(bytes == NULL ? "" : bytes);
    for (size_t i = 0; i < lines.count; i++) {
        char *name = included(lines.items[i]);
        if (name != NULL) {
            strings_add(&names, name);
        }
    }
    return names;
}

static Strings sources_in(const char *folder)
{
    static const char *const suffixes[] = {".h", ".c", ".re", ".y"};
    Strings all = {0};
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        Strings names = folder_names(folder, suffixes[i]);
        for (size_t name = 0; name < names.count; name++) {
            strings_add(&all, names.items[name]);
        }
    }
    return all;
}

// `lowest` is what a file without a rung counts as: one below the last, or -1 when each must have
// one.
static void check_ladder(Text *wrong, Text *absent, const char *folder, const char *const *rungs,
                         int lowest)
{
    Strings files = sources_in(folder);
    if (files.count == 0) {
        text_print(absent, "%s/ is empty", folder);
    }
    for (size_t i = 0; i < files.count; i++) {
        int rung = rung_of(rungs, stem(files.items[i]));
        rung = rung < 0 ? lowest : rung;
        if (rung < 0) {
            text_print(wrong, "%s/%s has no rung: give it one in tests/harness/tidy_includes.c\n",
                       folder, files.items[i]);
            continue;
        }
        Strings headers = includes_of(print_text("%s/%s", folder, files.items[i]));
        for (size_t header = 0; header < headers.count; header++) {
            int other = rung_of(rungs, stem(headers.items[header]));
            other = other < 0 ? lowest : other;
            if (other > rung) {
                text_print(wrong, "%s/%s includes %s, which is below it\n", folder, files.items[i],
                           headers.items[header]);
            }
        }
    }
}

static int rung_count(const char *const *rungs)
{
    int count = 0;
    while (rungs[count] != NULL) {
        count++;
    }
    return count;
}

void tidy_compiler_ladder(Report *report, Text *wrong, Text *absent)
{
    (void)report;
    check_ladder(wrong, absent, "compiler", compiler_rungs, rung_count(compiler_rungs));
}

void tidy_runtime_ladder(Report *report, Text *wrong, Text *absent)
{
    (void)report;
    check_ladder(wrong, absent, "runtime", runtime_rungs, -1);
}

// --- what a file must not see --------------------------------------------------------------------

static const struct {
    const char *files;   // nouns, also as the beginning of a name
    const char *headers; // that none of them includes
    bool through_others; // nor any header that it includes
    const char *reason;
} forbidden[] = {
    {"emit out live split name", "syntax type check resolve diag message", true,
     "what is printed was decided before: it knows machines only"},
    {"lower", "diag message render", false, "after check nothing can fail"},
    {"resolve check type", "parse grammar", true, "tokens end with the tree"},
};

static void find_header(Text *wrong, const char *file, const char *path, size_t rule, int depth)
{
    Strings headers = includes_of(path);
    for (size_t i = 0; i < headers.count; i++) {
        const char *header = headers.items[i];
        if (has_word(forbidden[rule].headers, stem(header))) {
            text_print(wrong, "compiler/%s sees %s through %s: %s\n", file, header, path,
                       forbidden[rule].reason);
        } else if (forbidden[rule].through_others && depth < 16) {
            find_header(wrong, file, print_text("compiler/%s", header), rule, depth + 1);
        }
    }
}

static void check_other_side(Text *wrong, const char *folder, const char *other, const char *except)
{
    Strings files = sources_in(folder);
    for (size_t i = 0; i < files.count; i++) {
        Strings headers = includes_of(print_text("%s/%s", folder, files.items[i]));
        for (size_t header = 0; header < headers.count; header++) {
            const char *name = headers.items[header];
            bool here = path_exists(print_text("%s/%s", folder, name));
            bool there = path_exists(print_text("%s/%s", other, name));
            if (!here && there && strcmp(name, except) != 0) {
                text_print(wrong, "%s/%s includes %s/%s: the two share no header but weir.h\n",
                           folder, files.items[i], other, name);
            }
        }
    }
}

void tidy_forbidden_includes(Report *report, Text *wrong, Text *absent)
{
    (void)report;
    (void)absent;
    Strings files = sources_in("compiler");
    for (size_t i = 0; i < files.count; i++) {
        for (size_t rule = 0; rule < sizeof forbidden / sizeof *forbidden; rule++) {
            const char *const rungs[] = {forbidden[rule].files, NULL};
            if (rung_of(rungs, stem(files.items[i])) >= 0) {
                find_header(wrong, files.items[i], print_text("compiler/%s", files.items[i]), rule,
                            0);
            }
        }
    }
    check_other_side(wrong, "compiler", "runtime", "weir.h");
    check_other_side(wrong, "runtime", "compiler", "");
}
