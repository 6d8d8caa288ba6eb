// exec.h: what the environment knows of `exec`: how a result is made. The environment runs the
// child (env_child.c) and gives its status and what it wrote.
#ifndef WEIR_EXEC_H
#define WEIR_EXEC_H

#include "env.h"

// False: a failure is pending that says what no child can be given.
bool weir__exec_is_good(weir_context *cx, const weir_list *command, const weir_string *folder,
                        const weir_map *variables);
// What a child of the operation gave; the bytes are copied. Sets the operation's result, or its
// failure when memory ends.
void weir__exec_set_result(weir__operation *operation, int64_t status, const char *output,
                           size_t output_length, const char *errors, size_t errors_length);
// The command as it may be shown: its words, quoted where they must be, and not endless.
void weir__show_command(char *to, size_t room, const weir_list *command);

#endif
