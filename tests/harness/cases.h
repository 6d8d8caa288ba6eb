// cases.h: the Weir programs of tests/run and examples/, and the directives in their comments that
// say what they do.
//
//   print("hello")           # expect: hello        the next line of standard output, exactly
//   print("{now() - t}")     # expect-like: 2.?s    a shell pattern for it
//   print(name)              # expect-unordered: a  neighbours of this kind come in any order
//   # stderr: no such host                          standard error contains this (any number)
//   # status: 1                                     exit status, else 0
//   # args: Alice "two words" {server}/bytes/7      command line
//   # stdin: a line                                 a line of standard input (any number)
//   # env: NAME=VALUE                               a variable (any number)
//   # server: scripted                              a server for this run alone; `nginx`, `tls`,
//                                                   `nats`
//   # real-time                                     on the real clock, as with a server
//   # by-chance: reason                             in another order of events, other lines; only
//                                                   the tests of faults run it in such
//   # verb: test                                    `weir test` it, and not as an executable
//   # with: FILE                                    goes to --with; beside the program (any number)
//   # skip: reason                                  not run at all
//
// {here} stands for the program's folder in `args`, {server} for http://127.0.0.1:PORT in every
// directive. Standard output is what the expect lines say, in their order, and nothing else.
// Standard output of a program without any is empty.
#ifndef HARNESS_CASES_H
#define HARNESS_CASES_H

#include "suite.h"

typedef enum LineKind { LINE_EXACT, LINE_LIKE, LINE_UNORDERED } LineKind;

typedef struct ExpectedLine {
    LineKind kind;
    char *text;
} ExpectedLine;

typedef struct Program {
    char *path; // within the tree, such as tests/run/hello.weir
    char *file; // absolute
    ExpectedLine *lines;
    size_t line_count;
    Strings errors, args, environment;
    Strings with; // C files, absolute
    Text input;
    bool has_input;
    const char *server; // name of a fixture, or NULL
    bool real_time;
    bool tests;     // by `weir test`
    bool by_chance; // its lines depend on which ready task runs first, or on random numbers
    bool natively;  // built as an executable, too
    bool optimised; // built natively as users build it; the others without optimisation, in a
                    // quarter of the time
    int status;
    const char *skip;    // reason, or NULL
    const char *mistake; // in the directives, or NULL
} Program;

typedef struct Programs {
    Program *items;
    size_t count;
} Programs;

// Every program of tests/run and examples/, with its directives.
Programs programs_list(const Suite *suite);
// Name for the filters: the path. `context` is a Programs.
const char *program_name(const void *context, size_t index);
// Fills {server} in, and {server-files} with the folder of its files; `url` may be NULL when the
// program has no server.
Program program_with_server(const Program *program, const char *url, const char *files);
// What is wrong with standard output, or NULL when it is as expected. Takes the report for its
// scratch folder.
char *program_compare(Report *report, const Program *program, const char *output);

// A part of `split`: the build systems of examples/build.
void split_build(Suite *suite);
// Copies the program, and the modules that stand in the folder lib beside it, into a folder.
void program_copy(const Program *program, const char *folder);

#endif
