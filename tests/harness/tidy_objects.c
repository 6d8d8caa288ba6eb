// tidy_objects.c: what the compiled files ask of others, and whether they keep state of their own;
// read with nm.
#include "files.h"
#include "tidy.h"

#include <stdio.h>
#include <string.h>

// Files of the runtime that are the outside world, or stand outside with it. All others are the
// core.
static const char *const outside[] = {"watch", "env", "host", "pool"};

// What the core may ask of the C library: functions of their arguments alone.
static const char *const pure[] = {
    "memchr",
    "memcmp",
    "memcpy",
    "memmove",
    "memset",
    "memrchr",
    "memmem",
    "strlen",
    "strnlen",
    "strcmp",
    "strncmp",
    "strchr",
    "strrchr",
    "strstr",
    "strspn",
    "strcspn",
    "strpbrk",
    "snprintf",
    "vsnprintf",
    "strtod",
    "strtol",
    "strtoll",
    "strtoul",
    "strtoull",
    "abort",
    "floor",
    "ceil",
    "trunc",
    "round",
    "fmod",
    "fabs",
    "pow",
    "sqrt",
    "log",
    "log10",
    "log2",
    "exp",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "atan2",
    "hypot",
    "ldexp",
    "frexp",
    "isnan",
    "isinf",
    "__stack_chk_fail",
    "_GLOBAL_OFFSET_TABLE_",
    "__isoc99_strtol",
    "bcmp",
    "strerror",
};

// One symbol, as `nm --format=sysv` prints it: file|name|class|section.
typedef struct Symbol {
    char *object, *name, *section;
    char kind;
} Symbol;

static char *trimmed(char *text)
{
    text += strspn(text, " ");
    size_t length = strlen(text);
    while (length > 0 && text[length - 1] == ' ') {
        text[--length] = '\0';
    }
    return text;
}

// Reads "archive:member.o:name  |value|class|type|size|line|section". Gives false for other lines.
static bool read_symbol(char *line, Symbol *symbol)
{
    char *fields[7] = {0};
    size_t count = 0;
    for (char *field = line; field != NULL && count < 7; count++) {
        char *end = strchr(field, '|');
        fields[count] = field;
        if (end != NULL) {
            *end = '\0';
        }
        field = end == NULL ? NULL : end + 1;
    }
    char *colon = count == 7 ? strrchr(fields[0], ':') : NULL;
    if (colon == NULL) {
        return false;
    }
    *colon = '\0';
    char *inner = strrchr(fields[0], ':');
    const char *object = base_name(inner == NULL ? fields[0] : inner + 1);
    *symbol = (Symbol){
        .object = copy_text(object, strcspn(object, ".")),
        .name = trimmed(colon + 1),
        .kind = *trimmed(fields[2]),
        .section = trimmed(fields[6]),
    };
    return true;
}

typedef void SymbolCheck(Text *wrong, const Symbol *symbol);

static void each_symbol(Report *report, Text *wrong, Text *absent, const char *archive,
                        SymbolCheck *check)
{
    if (archive == NULL) {
        text_print(absent, "the archive was not built");
        return;
    }
    Command command = {.seconds = 30};
    suite_environment(report->suite, &command);
    const char *const words[] = {"nm", "-A", "--format=sysv", archive};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        command_add(&command, words[i]);
    }
    Outcome outcome = command_run(&command, report->scratch);
    Strings lines = split_lines(outcome.output);
    size_t count = 0;
    for (size_t i = 0; i < lines.count; i++) {
        Symbol symbol;
        if (read_symbol(lines.items[i], &symbol)) {
            check(wrong, &symbol);
            count++;
        }
    }
    if (outcome.status != 0 || count == 0) {
        text_print(wrong, "nm could not read %s\n%s\n", archive, outcome.errors);
    }
}

static bool is_outside(const char *object)
{
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        size_t length = strlen(outside[i]);
        if (strncmp(object, outside[i], length) == 0 &&
            (object[length] == '\0' || object[length] == '_')) {
            return true;
        }
    }
    return false;
}

static bool is_pure(const char *name)
{
    for (size_t i = 0; i < sizeof pure / sizeof *pure; i++) {
        if (strcmp(name, pure[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void check_core(Text *wrong, const Symbol *symbol)
{
    if (symbol->kind == 'U' && !is_outside(symbol->object) && !starts_with(symbol->name, "weir_") &&
        !is_pure(symbol->name)) {
        text_print(wrong, "runtime/%s.c asks for %s: the core asks env\n", symbol->object,
                   symbol->name);
    }
}

void tidy_core_symbols(Report *report, Text *wrong, Text *absent)
{
    each_symbol(report, wrong, absent, report->suite->archive, check_core);
}

static void check_global(Text *wrong, const Symbol *symbol)
{
    bool variable = symbol->kind != '\0' && strchr("BbCDdGgSs", symbol->kind) != NULL;
    // Tables of constant pointers are in .data.rel.ro, which is read-only once the program is
    // loaded.
    if (variable && !starts_with(symbol->section, ".data.rel.ro") &&
        !starts_with(symbol->section, ".rodata")) {
        text_print(wrong, "%s.c: %s is a writable global (%s)\n", symbol->object, symbol->name,
                   symbol->section);
    }
}

void tidy_globals(Report *report, Text *wrong, Text *absent)
{
    each_symbol(report, wrong, absent, report->suite->archive, check_global);
    each_symbol(report, wrong, absent, report->suite->compiler, check_global);
}

// The passes hand mistakes over as data; arena ends the program when memory does.
static void check_terminal(Text *wrong, const Symbol *symbol)
{
    static const char *const quiet[] = {
        "list",  "text",   "source", "diag",    "message", "lexer", "grammar",
        "parse", "syntax", "type",   "library", "resolve", "check", "machine",
        "lower", "live",   "split",  "name",    "out",     "emit",  "compile",
    };
    static const char *const streams[] = {"stdout",  "stderr", "printf", "puts",
                                          "putchar", "write",  "perror"};
    bool is_quiet = false;
    for (size_t i = 0; i < sizeof quiet / sizeof *quiet; i++) {
        is_quiet = is_quiet || strcmp(symbol->object, quiet[i]) == 0;
    }
    for (size_t i = 0; is_quiet && symbol->kind == 'U' && i < sizeof streams / sizeof *streams;
         i++) {
        if (strcmp(symbol->name, streams[i]) == 0) {
            text_print(wrong,
                       "compiler/%s.c uses %s: only render.c and the verbs write to the terminal\n",
                       symbol->object, symbol->name);
        }
    }
}

void tidy_terminal(Report *report, Text *wrong, Text *absent)
{
    each_symbol(report, wrong, absent, report->suite->compiler, check_terminal);
}

static void check_loop(Text *wrong, const Symbol *symbol)
{
    if (strcmp(symbol->name, "uv_default_loop") == 0) {
        text_print(wrong, "%s.c uses uv_default_loop: a weir_runtime owns its loop\n",
                   symbol->object);
    }
}

void tidy_default_loop(Report *report, Text *wrong, Text *absent)
{
    each_symbol(report, wrong, absent, report->suite->archive, check_loop);
}
