// suite.h: what the parts of the test suite share: the options, and a way to run many cases and
// count them.
//
// A part (unit.c, programs.c, ...) lists its cases and hands them to suite_cases, which runs each
// in a process of its own, two at a time, and prints what they report in the order of the list. So
// a case that crashes the harness is one failure, and the output of a run does not depend on which
// case was quicker.
#ifndef HARNESS_SUITE_H
#define HARNESS_SUITE_H

#include "process.h"
#include "text.h"

// One built unit test; the name says also how it was built.
typedef struct UnitTest {
    const char *name, *path;
} UnitTest;

typedef struct UnitTests {
    UnitTest *items;
    size_t count;
} UnitTests;

typedef struct Tally {
    int passed, failed, skipped;
} Tally;

typedef struct Suite {
    const char *root;    // the source tree, absolute; the suite runs in it
    const char *scratch; // a folder of this run, removed at its end
    const char *weir; // the installed executable, or NULL when the parts asked for do not need it
    const char *sanitized; // the same, built with the sanitizers, or NULL
    const char *include;   // the folder with weir.h
    const char *server;    // the scripted server, or NULL
    const char *faults;    // the driver of tests/faults, or NULL
    const char *archive;   // libweir.a, or NULL
    const char *compiler;  // the compiler's objects in an archive, or NULL
    const char *generated; // the folder with grammar.h, or NULL
    bool in_memory;        // weir has libtcc in it
    bool nats;             // weir can load libnats
    bool update;           // rewrite expected sections instead of comparing
    size_t first_seed, end_seed; // of the random programs
    UnitTests units;
    Strings filters; // a case runs when its name contains one of them, or when there are none
    Tally tally;
} Suite;

// What one case found out; only valid in the process of that case.
typedef struct Report {
    const Suite *suite;
    const char *scratch; // a folder of this case alone
    Tally tally;
    Text text; // what will be printed
} Report;

typedef void CaseFunction(Report *report, const void *context, size_t index);
// The name of a case, for the filters.
typedef const char *NameFunction(const void *context, size_t index);

// Runs the cases that pass the filters, prints what they reported and a summary line for the part,
// and counts. A part without a single case is one skipped test, with the reason given in `none`.
void suite_cases(Suite *suite, const char *part, const void *context, size_t count,
                 NameFunction *name, CaseFunction *run, const char *none);

void report_pass(Report *report);
// Counts a failed test and prints its name, then `detail` indented; detail may be long.
void report_fail(Report *report, const char *name, const char *detail);
void report_skip(Report *report, const char *name, const char *reason);

// The environment every program gets: nothing of the user's but PATH and CC, folders inside the
// scratch folder, no colour, UTC, sanitizers that end the process.
void suite_environment(const Suite *suite, Command *command);
// What the sanitizers said in `errors`, or NULL when they were silent.
const char *sanitizer_words(const char *errors);
// The difference between two texts, as `diff -u` prints it.
char *suite_diff(Report *report, const char *expected, const char *got);

// The parts.
void unit_part(Suite *suite);
void programs_part(Suite *suite);
void snapshots_part(Suite *suite);
void rendering_part(Suite *suite);
void pages_part(Suite *suite);
void mutants_part(Suite *suite);
void printed_part(Suite *suite);
void split_part(Suite *suite);
void grown_part(Suite *suite);
void embed_part(Suite *suite);
void faults_part(Suite *suite);
void docs_part(Suite *suite);
void broker_part(Suite *suite);
void tidy_part(Suite *suite);

#endif
