#include "options.h"

#include <string.h>
#include <unistd.h>

#include "text.h"

typedef struct VerbRow {
    const char *name, *operands;
    const char *sentence; // in the overview
    const char *more;     // in the verb's own help; NULL: nothing
} VerbRow;

static const VerbRow verbs[VERB_COUNT] = {
    [VERB_RUN] = {"run", "FILE [ARGUMENT...]", "run a program",
                  "Everything after FILE, or after -e SOURCE, goes to the program: `weir run FILE "
                  "--help`\nshows its own help.\n`weir FILE` is `weir run FILE`; `-` reads the "
                  "program from standard "
                  "input.\n"},
    [VERB_BUILD] = {"build", "FILE", "make a native executable",
                    "Uses the C compiler that $CC names, else cc, gcc or clang.\n"},
    [VERB_EMIT] = {"emit", "FILE", "print the C that the program becomes",
                   "Files are written whole or not at all, and left alone when nothing changed.\n"},
    [VERB_CHECK] = {"check", "FILE...", "look for mistakes", NULL},
    [VERB_TEST] =
        {"test", "FILE", "run the tests of a program, in virtual time",
         "Each test runs in a world of its own, in which sleeping takes no time. The order of\n"
         "what could go either way is drawn from a seed; a failure tells the seed that "
         "repeats it.\n"},
    [VERB_EXPLAIN] = {"explain", "[CODE...]", "tell more about a mistake",
                      "CODE is what stands in a message: E0301, or 301 for short. Without one, all "
                      "codes\nare listed.\n"},
    [VERB_VERSION] = {"version", "", "say which Weir this is", NULL},
    [VERB_HELP] = {"help", "[VERB]", "explain weir, or one verb", NULL},
};

enum {
    IN_RUN = 1 << VERB_RUN,
    IN_BUILD = 1 << VERB_BUILD,
    IN_EMIT = 1 << VERB_EMIT,
    IN_CHECK = 1 << VERB_CHECK,
    IN_TEST = 1 << VERB_TEST,
    IN_EXPLAIN = 1 << VERB_EXPLAIN,
    IN_SOURCES = IN_RUN | IN_BUILD | IN_EMIT | IN_CHECK | IN_TEST,
    IN_ALL = (1 << VERB_COUNT) - 1,
};

typedef struct OptionRow {
    const char *dash;    // "-o"; NULL: only the long form
    const char *word;    // "--out"; NULL: only the short form
    const char *value;   // "FILE"; NULL: takes none
    const char *choices; // "auto|always|never"; NULL: any value
    unsigned verbs;
    const char *sentence;
} OptionRow;

static const OptionRow rows[OPTION_COUNT] = {
    [OPTION_SOURCE] = {"-e", NULL, "SOURCE", NULL, IN_SOURCES,
                       "take the program from the command line instead of FILE; statements "
                       "alone are those of `task main()`"},
    [OPTION_COMPILER] = {NULL, "--compiler", "memory|cc", "memory|cc", IN_RUN | IN_TEST,
                         "compile in memory, or with the C compiler and a cache (default: in "
                         "memory where that is built in and possible)"},
    [OPTION_OUT] = {"-o", NULL, "OUT", NULL, IN_BUILD | IN_EMIT,
                    "where to write (emit: standard output; build: FILE's name without .weir)"},
    [OPTION_DEBUG] = {NULL, "--debug", NULL, NULL, IN_BUILD, "-O0 -g instead of -O2"},
    [OPTION_KEEP] = {NULL, "--keep", NULL, NULL, IN_BUILD, "keep the printed C as OUT.c"},
    [OPTION_SPLIT] = {NULL, "--split", NULL, NULL, IN_EMIT,
                      "write a C file for each module, and headers for them, into the folder OUT"},
    [OPTION_HEADER] = {"-H", NULL, "HEADER", NULL, IN_EMIT, "write the C header for hosts, too"},
    [OPTION_DEPENDS] = {"-MD", NULL, NULL, NULL, IN_EMIT,
                        "write which files OUT depends on, for make and ninja"},
    [OPTION_DEPENDS_FILE] = {"-MF", NULL, "DEPFILE", NULL, IN_EMIT,
                             "where -MD writes (default: OUT with .d at its end)"},
    [OPTION_DEPENDS_FOR] = {"-MT", NULL, "TARGET", NULL, IN_EMIT,
                            "what -MD says depends on the files (default: what is written)"},
    [OPTION_DUMP] = {NULL, "--dump", "WHAT", "c|tokens|syntax|types|machine|problems|files",
                     IN_EMIT,
                     "print a stage of the compiler instead: c, tokens, syntax, types, machine, or "
                     "problems (which gives status 0); or the names of the files that --split "
                     "writes"},
    [OPTION_JSON] = {NULL, "--json", NULL, NULL, IN_CHECK, "mistakes as JSON on standard output"},
    [OPTION_COLOR] = {NULL, "--color", "auto|always|never", "auto|always|never",
                      IN_SOURCES | IN_EXPLAIN,
                      "colour what is said (auto: NO_COLOR, FORCE_COLOR, then whether it goes to a "
                      "terminal)"},
    [OPTION_FILTER] = {NULL, "--filter", "TEXT", NULL, IN_TEST,
                       "only the tests with TEXT in their names"},
    [OPTION_SEED] = {NULL, "--seed", "N", NULL, IN_RUN | IN_TEST,
                     "the seed of what is drawn by chance (default: another one each time); test: "
                     "that of the first schedule (0: first in, first out)"},
    [OPTION_SCHEDULES] = {NULL, "--schedules", "N", NULL, IN_TEST,
                          "try each test under N schedules, with seeds that follow each other"},
    [OPTION_JUNIT] = {NULL, "--junit", "FILE", NULL, IN_TEST,
                      "write a JUnit XML report, too (-: to standard output)"},
    [OPTION_WITH] = {NULL, "--with", "FILE", NULL, IN_RUN | IN_BUILD | IN_TEST,
                     "C that the program's `extern` needs: a .c, .o, .a or .so file, or -lNAME; "
                     "may be given several times"},
    [OPTION_BIND] = {NULL, "--bind", "QUEUE=URL", NULL, IN_RUN,
                     "bind a queue of the program to a broker, such as "
                     "jobs=nats://127.0.0.1:4222/JOBS; may be given several times"},
    [OPTION_HELP] = {"-h", "--help", NULL, NULL, IN_ALL, "show this help"},
};

// ── parsing ─────────────────────────────────────────────────────────────────────────────────────

typedef struct Parser {
    Options *options;
    Arena *arena;
    char **argv;
    int argc, at; // the next argument to be read
} Parser;

Verb options_verb(const char *name)
{
    Verb verb = 0;
    while (verb < VERB_COUNT && strcmp(name, verbs[verb].name) != 0) {
        verb++;
    }
    return verb;
}

static bool takes_rest(Verb verb)
{
    return verb == VERB_RUN;
}

static void complain(Parser *parser, const char *text, const char *nearest)
{
    if (nearest) {
        text = arena_print(parser->arena, "%s; did you mean `%s`?", text, nearest);
    }
    parser->options->wrong = text;
}

static bool is_choice(const char *choices, const char *value, int *place)
{
    size_t length = strlen(value);
    for (*place = 0; length > 0; (*place)++) {
        size_t size = strcspn(choices, "|");
        if (size == length && memcmp(choices, value, size) == 0) {
            return true;
        }
        if (!choices[size]) {
            break;
        }
        choices += size + 1;
    }
    return false;
}

static const char *nearest_choice(Arena *arena, const char *choices, const char *value)
{
    Nearest nearest = {.wanted = value};
    for (;;) {
        size_t size = strcspn(choices, "|");
        text_nearest(&nearest, arena_copy(arena, choices, size));
        if (!choices[size]) {
            return nearest.best;
        }
        choices += size + 1;
    }
}

// Does the argument name this option? Gives where a value is attached to it, or NULL.
static bool names_option(const OptionRow *row, const char *argument, const char **attached)
{
    *attached = NULL;
    if (row->word) {
        size_t length = strlen(row->word);
        if (strncmp(argument, row->word, length) == 0 &&
            (argument[length] == '=' || !argument[length])) {
            *attached = argument[length] ? argument + length + 1 : NULL;
            return true;
        }
    }
    if (row->dash) {
        size_t length = strlen(row->dash);
        bool same = strncmp(argument, row->dash, length) == 0;
        if (same && (!argument[length] || row->value)) {
            *attached = argument[length] ? argument + length : NULL;
            return true;
        }
    }
    return false;
}

static void unknown_option(Parser *parser, const char *argument)
{
    Verb verb = parser->options->verb;
    const char *name = arena_copy(parser->arena, argument, strcspn(argument, "="));
    Nearest nearest = {.wanted = name};
    Verb other = VERB_COUNT;
    for (OptionName i = 0; i < OPTION_COUNT; i++) {
        const char *attached;
        if (rows[i].verbs & 1u << verb) {
            const char *word = rows[i].word ? rows[i].word : rows[i].dash;
            text_nearest(&nearest, word);
            if (strlen(name) > 3 && strncmp(word, name, strlen(name)) == 0) {
                nearest = (Nearest){name, word, 0}; // there are no abbreviations
            }
        } else if (names_option(&rows[i], argument, &attached)) {
            for (other = 0; !(rows[i].verbs & 1u << other);) {
                other++;
            }
        }
    }
    const char *text = other == VERB_COUNT
                           ? arena_print(parser->arena, "`weir %s` has no option `%s`",
                                         verbs[verb].name, name)
                           : arena_print(parser->arena,
                                         "`weir %s` has no option `%s` (`weir %s` has)",
                                         verbs[verb].name, name, verbs[other].name);
    complain(parser, text, other == VERB_COUNT ? nearest.best : NULL);
}

static void take_value(Parser *parser, OptionName name, const char *shown, const char *attached)
{
    const OptionRow *row = &rows[name];
    const char *value = attached;
    if (!row->value) {
        if (attached) {
            complain(parser, arena_print(parser->arena, "`%s` takes no value", shown), NULL);
            return;
        }
        value = "";
    } else if (!value) {
        if (parser->at == parser->argc) {
            complain(
                parser,
                arena_print(parser->arena, "`%s` needs a value: `%s %s`", shown, shown, row->value),
                NULL);
            return;
        }
        value = parser->argv[parser->at++];
    }
    int place;
    if (row->choices && !is_choice(row->choices, value, &place)) {
        complain(parser,
                 arena_print(parser->arena, "`%s` is %s, not `%s`", shown, row->choices, value),
                 nearest_choice(parser->arena, row->choices, value));
        return;
    }
    parser->options->given[name] = value;
    if (name == OPTION_WITH) {
        LIST_ADD(parser->arena, &parser->options->with, value);
    } else if (name == OPTION_BIND) {
        LIST_ADD(parser->arena, &parser->options->binds, value);
    }
}

static void take_option(Parser *parser)
{
    const char *argument = parser->argv[parser->at++];
    // The longest name wins, so that `-MF` is not some `-M` with an `F`.
    OptionName best = OPTION_COUNT;
    const char *best_attached = NULL;
    size_t best_length = 0;
    for (OptionName i = 0; i < OPTION_COUNT; i++) {
        const char *attached;
        if (!(rows[i].verbs & 1u << parser->options->verb) ||
            !names_option(&rows[i], argument, &attached)) {
            continue;
        }
        size_t length = attached ? (size_t)(attached - argument) : strlen(argument);
        if (length > best_length) {
            best = i;
            best_attached = attached;
            best_length = length;
        }
    }
    if (best == OPTION_COUNT) {
        unknown_option(parser, argument);
        return;
    }
    const char *shown = arena_copy(parser->arena, argument,
                                   argument[1] == '-' ? strcspn(argument, "=") : best_length);
    take_value(parser, best, shown, best_attached);
}

static void take_arguments(Parser *parser)
{
    Options *options = parser->options;
    bool options_end = false;
    // What follows the program, be it FILE or the text after -e, is not for weir.
    bool rest = false;
    while (parser->at < parser->argc && !options->wrong && !rest) {
        const char *argument = parser->argv[parser->at];
        if (!options_end && strcmp(argument, "--") == 0) {
            options_end = true;
            parser->at++;
        } else if (!options_end && argument[0] == '-' && argument[1]) {
            take_option(parser);
            rest = takes_rest(options->verb) && options->given[OPTION_SOURCE];
        } else {
            LIST_ADD(parser->arena, &options->files, argument);
            parser->at++;
            rest = takes_rest(options->verb);
        }
    }
    options->arguments = parser->argv + parser->at;
}

static void check_operands(Parser *parser)
{
    Options *options = parser->options;
    const char *name = verbs[options->verb].name;
    size_t count = options->files.count;
    size_t least = 0, most = 0;
    switch (options->verb) {
    case VERB_RUN:
    case VERB_BUILD:
    case VERB_TEST:
    case VERB_EMIT: least = most = 1; break;
    case VERB_CHECK:
        least = 1;
        most = (size_t)-1;
        break;
    case VERB_EXPLAIN: most = (size_t)-1; break;
    case VERB_HELP: most = 1; break;
    case VERB_VERSION:
    case VERB_COUNT: break;
    }
    if (options->given[OPTION_HELP]) {
        return;
    }
    if (options->given[OPTION_SOURCE]) {
        least = most = 0;
    }
    if (count < least) {
        complain(parser, arena_print(parser->arena, "`weir %s` needs a FILE", name), NULL);
    } else if (count > most && options->given[OPTION_SOURCE]) {
        complain(parser,
                 arena_print(parser->arena, "the program is given by -e and by `%s`",
                             options->files.items[0]),
                 NULL);
    } else if (count > most) {
        complain(parser,
                 arena_print(parser->arena, "`weir %s` has no use for `%s`", name,
                             options->files.items[most]),
                 NULL);
    }
}

// What stands together with what.
static void check_options(Parser *parser)
{
    Options *options = parser->options;
    const char *const *given = options->given;
    int dump = options_choice(options, OPTION_DUMP, 0);
    if (given[OPTION_DEPENDS_FILE] && !given[OPTION_DEPENDS]) {
        complain(parser, "`-MF` says where `-MD` writes, but `-MD` is missing", NULL);
    } else if (given[OPTION_DEPENDS_FOR] && !given[OPTION_DEPENDS]) {
        complain(parser, "`-MT` says what `-MD` writes, but `-MD` is missing", NULL);
    } else if (given[OPTION_SPLIT] && !given[OPTION_OUT]) {
        complain(parser, "`--split` writes several files: it needs `-o FOLDER`", NULL);
    } else if (given[OPTION_SPLIT] && dump != 0) {
        complain(parser, "`--dump` prints one thing: it does not go with `--split`", NULL);
    } else if (given[OPTION_DEPENDS] && !given[OPTION_OUT]) {
        complain(parser, "`-MD` needs `-o OUT`: what depends on the files?", NULL);
    } else if (dump != 0 && (given[OPTION_HEADER] || given[OPTION_DEPENDS])) {
        complain(parser, "`--dump` prints one thing: it goes with neither `-H` nor `-MD`", NULL);
    }
}

// `weir FILE`: a name that can only be a file's, or is one.
static bool is_program(const char *argument)
{
    size_t length = strlen(argument);
    return strcmp(argument, "-") == 0 || strchr(argument, '/') ||
           (length > 5 && strcmp(argument + length - 5, ".weir") == 0) ||
           access(argument, F_OK) == 0;
}

static void take_verb(Parser *parser)
{
    Options *options = parser->options;
    options->verb = VERB_HELP;
    if (parser->argc < 2) {
        complain(parser, "what shall be done?", NULL);
        return;
    }
    const char *first = parser->argv[1];
    Verb verb = options_verb(first);
    if (verb != VERB_COUNT) {
        options->verb = verb;
        parser->at++;
    } else if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0) {
        parser->at++;
    } else if (strcmp(first, "--version") == 0) {
        options->verb = VERB_VERSION;
        parser->at++;
    } else if ((first[0] == '-' && first[1]) || is_program(first)) {
        options->verb = VERB_RUN;
    } else {
        Nearest nearest = {.wanted = first};
        for (verb = 0; verb < VERB_COUNT; verb++) {
            text_nearest(&nearest, verbs[verb].name);
        }
        complain(parser, arena_print(parser->arena, "there is no verb and no file `%s`", first),
                 nearest.best);
    }
}

void options_parse(Options *options, Arena *arena, int argc, char **argv)
{
    Parser parser = {options, arena, argv, argc, 1};
    take_verb(&parser);
    if (!options->wrong) {
        take_arguments(&parser);
    }
    if (!options->wrong) {
        check_operands(&parser);
    }
    if (!options->wrong) {
        check_options(&parser);
    }
}

int options_choice(const Options *options, OptionName name, int otherwise)
{
    int place;
    const char *value = options->given[name];
    return value && is_choice(rows[name].choices, value, &place) ? place : otherwise;
}

// ── help ────────────────────────────────────────────────────────────────────────────────────────

enum { HELP_WIDTH = 80 };

// A term in a column of its own, and beside it a sentence, broken at spaces.
static void help_line(Buffer *out, const char *term, int column, const char *sentence)
{
    buffer_print(out, "  %-*s", column - 2, term);
    size_t width = (size_t)(HELP_WIDTH - column);
    for (bool first = true; *sentence; first = false) {
        size_t length = strlen(sentence);
        if (length > width) {
            length = width;
            while (length > 0 && sentence[length] != ' ') {
                length--;
            }
            length = length ? length : strcspn(sentence, " ");
        }
        buffer_print(out, "%*s%.*s\n", first ? 0 : column, "", (int)length, sentence);
        sentence += length;
        sentence += strspn(sentence, " ");
    }
}

static const char *option_term(Arena *arena, const OptionRow *row)
{
    const char *both = row->dash && row->word ? ", " : "";
    const char *value = row->value ? row->value : "";
    const char *between = !row->value ? "" : row->word ? "=" : " ";
    return arena_print(arena, "%s%s%s%s%s", row->dash ? row->dash : "", both,
                       row->word ? row->word : "", between, value);
}

static const char *help_of(Arena *arena, Verb verb)
{
    Buffer out = {.arena = arena};
    const VerbRow *row = &verbs[verb];
    buffer_print(&out, "usage: weir %s [OPTION...]%s%s\n\n", row->name, *row->operands ? " " : "",
                 row->operands);
    char *sentence = arena_copy(arena, row->sentence, strlen(row->sentence));
    sentence[0] = (char)(sentence[0] - 'a' + 'A');
    buffer_print(&out, "%s.\n", sentence);
    if (row->more) {
        buffer_text(&out, row->more);
    }
    buffer_text(&out, "\nOptions:\n");
    for (OptionName i = 0; i < OPTION_COUNT; i++) {
        if (rows[i].verbs & 1u << verb) {
            help_line(&out, option_term(arena, &rows[i]), 30, rows[i].sentence);
        }
    }
    return buffer_end(&out);
}

static const char *overview(Arena *arena)
{
    Buffer out = {.arena = arena};
    buffer_text(&out, "Weir: a small language for asynchronous pipelines.\n\n"
                      "usage: weir VERB [OPTION...] [ARGUMENT...]\n"
                      "       weir FILE [ARGUMENT...]\n\n");
    for (Verb verb = 0; verb < VERB_COUNT; verb++) {
        const char *term = arena_print(arena, "%s %s", verbs[verb].name, verbs[verb].operands);
        help_line(&out, term, 28, verbs[verb].sentence);
    }
    buffer_text(&out, "\n`weir help VERB` lists the options of a verb.\n\nExit status:\n");
    static const struct {
        const char *status, *sentence;
    } statuses[] = {
        {"0", "all went well"},
        {"1", "the program failed"},
        {"2", "wrong usage; also a file that can't be read, and no C compiler where one is needed"},
        {"3", "there are mistakes in the source"},
        {"7", "own output could not be written"},
        {"70", "a bug in Weir"},
        {"130, 143", "ended by a signal, after cleaning up"},
    };
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        help_line(&out, statuses[i].status, 14, statuses[i].sentence);
    }
    return buffer_end(&out);
}

const char *options_help(Arena *arena, Verb verb)
{
    return verb == VERB_COUNT ? overview(arena) : help_of(arena, verb);
}
