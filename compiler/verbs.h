// verbs.h: the command-line verbs, and what they share.
//
// main parses the command line and calls one verb, which gives the exit status. The verbs, main and
// render.c are the only ones that write to the terminal.
#ifndef VERBS_H
#define VERBS_H

#include "compile.h"
#include "load.h"
#include "options.h"

// Loads the program and runs it. Frees the arena before the program begins: a long run shall not
// hold the compiler's memory.
int verb_run(const Options *options, Arena *arena);
int verb_build(const Options *options, Arena *arena);
int verb_emit(const Options *options, Arena *arena);
int verb_check(const Options *options, Arena *arena);
int verb_test(const Options *options, Arena *arena);
int verb_explain(const Options *options, Arena *arena);

// Makes printed C a program, the way the options ask for. False: verb_not_loaded says why, and
// gives the status.
bool verb_load(Loading *loading, const Options *options);
int verb_not_loaded(const Loading *loading);

// Prints `weir: error: …` to stderr. Gives `status`, so that a verb can end with it.
int verb_wrong(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Reads an option's value as a number without a sign into *value, which stays as it is where the
// option was not given. False, with all said, where it is none. word: the option, for the message.
bool verb_number(const Options *options, OptionName name, const char *word, uint64_t *value);

// Says that Weir is at fault, what happened and what to send. `details` may be NULL. STATUS_BUG.
int verb_bug(const char *what, const char *details);

// Reads the program that the options name: FILE, or the text after -e. NULL, with a message
// printed, when it can't be read.
Source *verb_source(Compilation *c, const Options *options, const char *file);

// The mistakes that were shown in this run, each once, no more than a line has room for.
enum { MOST_TOLD = 5 };
typedef struct Told {
    int codes[MOST_TOLD + 1]; // of messages; the last only says that there are more
    size_t count;
} Told;

// Prints the mistakes of a compilation: to stderr, in colour when that is wanted there; with --json
// to standard output. Gives STATUS_SOURCE, or STATUS_OUTPUT when they could not be written. Adds
// their codes to `told`.
int verb_report(Compilation *c, const Options *options, Told *told);
// Prints the line that names `weir explain` with the codes told, once a run; nothing when there are
// none, and nothing for tools.
void verb_hint(const Told *told, const Options *options);
// The mistakes as plain text; "" without any. In the arena. NULL with errno when memory runs out.
const char *verb_problems(Compilation *c);
// The tokens of a source that has no mistakes, one a line: where, class, text. In the arena.
const char *verb_tokens(Compilation *c, const Source *source);

// Compiles FILE (or -e) as far as asked. False, with all said, and *status set, when that fails.
bool verb_compile(Compilation *c, const Options *options, CompileUntil until, int *status);

// True when what is written to this file (STDERR_FILENO, STDOUT_FILENO) shall be in colour: the
// flag says it, then NO_COLOR, FORCE_COLOR, then whether it is a terminal that knows colours.
bool verb_wants_color(const Options *options, int file);

// Writes to standard output at once. Gives STATUS_OK, or STATUS_OUTPUT with a message printed.
int verb_print(const char *bytes, size_t length);

// The folder that Weir was installed to, the one with bin/ in it; NULL when it can't be told.
const char *verb_prefix(Arena *arena);

#endif
