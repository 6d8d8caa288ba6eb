// host.h: what the host of a program does before and after it, in parts that can be tested.
//
// The command line is read by the table of main's parameters: one without a default is positional,
// in order, a list takes the rest; one with a default is `--name value` or `--name=value`, a bool a
// flag `--name` (or `--no-name`). Options may stand anywhere, `--` ends them, nothing is
// abbreviated. A name's `_` may be written `-`.
#ifndef WEIR_HOST_H
#define WEIR_HOST_H

#include "env.h"
#include "text.h"
#include "weir.h"

typedef enum weir__usage { WEIR__USAGE_RUN, WEIR__USAGE_HELP, WEIR__USAGE_WRONG } weir__usage;

// Reads argv[1..] into one word for each parameter; given[i]: it was there. Wrong: what is wrong is
// in `problem`. The words are owned by the caller, of whatever result. Memory may be pending.
weir__usage weir__command_line(weir_context *cx, const weir_program *program, int argc, char **argv,
                               weir_word *words, bool *given, weir__text *problem);
// One line on how the program is called.
void weir__usage_line(weir__text *text, const weir_program *program);
// What --help prints.
void weir__help(weir__text *text, const weir_program *program);
// All of weir_main but the world and the runtime, which are the caller's: reads the command line,
// runs the program, reports a failure. The exit status.
int weir__host_run(weir_runtime *runtime, const weir_program *program, int argc, char **argv);

// The world a program lives in: the real one, with or without its signals, or, as the environment
// says (WEIR_CLOCK), a simulated one. NULL with errno.
weir__env *weir__host_world(bool signals);

#endif
