// options.h: the command line.
//
// One table of verbs and one of options make the parser, the help, and later the manual page and
// the completions. main parses once; verbs look at what was given. Nothing here prints.
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>

#include "arena.h"
#include "list.h"

typedef enum Verb {
    VERB_RUN,
    VERB_BUILD,
    VERB_EMIT,
    VERB_CHECK,
    VERB_TEST,
    VERB_EXPLAIN,
    VERB_VERSION,
    VERB_HELP,
    VERB_COUNT
} Verb;

typedef enum OptionName {
    OPTION_SOURCE,       // -e
    OPTION_COMPILER,     // --compiler
    OPTION_OUT,          // -o
    OPTION_DEBUG,        // --debug
    OPTION_KEEP,         // --keep
    OPTION_SPLIT,        // --split
    OPTION_HEADER,       // -H
    OPTION_DEPENDS,      // -MD
    OPTION_DEPENDS_FILE, // -MF
    OPTION_DEPENDS_FOR,  // -MT
    OPTION_DUMP,         // --dump
    OPTION_JSON,         // --json
    OPTION_COLOR,        // --color
    OPTION_FILTER,       // --filter
    OPTION_SEED,         // --seed
    OPTION_SCHEDULES,    // --schedules
    OPTION_JUNIT,        // --junit
    OPTION_WITH,         // --with
    OPTION_BIND,         // --bind
    OPTION_HELP,         // -h, --help
    OPTION_COUNT
} OptionName;

// Exit statuses, as documented.
enum {
    STATUS_OK = 0,
    STATUS_FAILED = 1, // the program, or findings
    STATUS_USAGE = 2,  // also a file that can't be read, and no C compiler where one is needed
    STATUS_SOURCE = 3, // mistakes in the source
    STATUS_OUTPUT = 7, // own output could not be written
    STATUS_BUG = 70,
};

typedef struct Options {
    Verb verb;
    const char *given[OPTION_COUNT]; // the option's value, "" for one without; NULL: not given
    LIST(const char *) with;         // each --with, in order
    LIST(const char *) binds;        // each --bind, in order
    LIST(const char *) files;        // operands; of run: the file, and nothing with -e
    char **arguments;                // of run: what goes to the program, in argv, NULL at the end
    const char *wrong;               // what is wrong with the command line; NULL: nothing
} Options;

// Reads the command line; argv is borrowed and must outlive the options. Where it is wrong,
// `wrong` says how, and the rest is not to be used.
void options_parse(Options *options, Arena *arena, int argc, char **argv);

// The place of an option's value among its choices (`--color=auto|always|never`: 0, 1, 2);
// `otherwise` when it was not given.
int options_choice(const Options *options, OptionName name, int otherwise);

// The help of one verb, or with VERB_COUNT the overview. In the arena.
const char *options_help(Arena *arena, Verb verb);

// The verb of this name, or VERB_COUNT.
Verb options_verb(const char *name);

#endif
