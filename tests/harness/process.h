// process.h: child processes with a time limit, for the test harness.
//
// A child runs in a process group of its own, so that a limit ends what it started too, and so that
// the harness sees whether a program leaves children behind.
#ifndef HARNESS_PROCESS_H
#define HARNESS_PROCESS_H

#include "text.h"

typedef struct Command {
    Strings argv;        // the program first; looked up on PATH where it has no slash
    Strings environment; // "NAME=VALUE", the whole environment of the child
    const char *folder;  // where it runs
    const char *input;   // its standard input; NULL: /dev/null
    double seconds;      // after which it is killed
} Command;

typedef struct Outcome {
    int status; // as a shell tells it: 128 + n for signal n; -1 when the limit ended it
    bool timed_out;
    bool left_children; // of its group, still alive a moment after its end; they were killed
    char *output;       // stdout and stderr, NUL-terminated
    char *errors;
    double seconds; // it took
} Outcome;

typedef struct Background {
    int process;
    int input;  // written end of its standard input, -1 when it has none
    int output; // its standard output, -1 when it goes nowhere
} Background;

void command_add(Command *command, const char *argument);
// Sets a variable, instead of an earlier value of the same name.
void command_set(Command *command, const char *name, const char *value);
// The command as a line to paste into a shell.
char *command_line(const Command *command);

// Runs a command to its end or its time limit. `scratch` is a folder for its output.
Outcome command_run(Command *command, const char *scratch);
// Starts a command that goes on while others run, with a pipe to and from it. Ends the program when
// that fails.
Background background_start(Command *command, const char *errors_path);
// Sends SIGTERM, waits, and kills after two seconds.
void background_stop(Background *background);

// Seconds on the monotonic clock.
double seconds_now(void);
void seconds_sleep(double seconds);

#endif
