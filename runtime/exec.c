// exec.c: child processes: what a program asks for becomes an operation, and what came of it an
// Exec. env_child.c starts them. (No stdio.h: it may make other words of stdout and stderr.)
#include "exec.h"

#include "error.h"
#include "format.h"
#include "map.h"
#include "task.h"
#include "text.h"
#include "value.h"

enum { SHOWN_COMMAND = 200, TOLD_LINES = 5, TOLD_BYTES = 1000 };

static const weir_field result_fields[] = {
    {"status", &weir_type_int},  {"stdout", &weir_type_string},   {"stderr", &weir_type_string},
    {"bytes", &weir_type_bytes}, {"command", &weir_type_strings},
};
const weir_type weir_type_exec_result = {
    .kind = WEIR_TYPE_RECORD,
    .name = "Exec",
    .fields = result_fields,
    .field_count = 5,
};

// ── commands ─────────────────────────────────────────────────────────────────────────────────────

static bool has_nul(const weir_string *text)
{
    return text != NULL && memchr(text->bytes, '\0', (size_t)text->length) != NULL;
}

// Adds as much as there is room for, and gives the new length.
static size_t add(char *to, size_t room, size_t length, const char *part, size_t part_length)
{
    size_t fits = part_length < room - 1 - length ? part_length : room - 1 - length;
    memcpy(to + length, part, fits);
    return length + fits;
}

void weir__show_command(char *to, size_t room, const weir_list *command)
{
    size_t length = 0;
    for (int64_t i = 0; command != NULL && i < command->length; i++) {
        const weir_string *word = command->items[i].object;
        bool bare = word->length > 0 && strpbrk(word->bytes, " \t\n\"'") == NULL;
        length = add(to, room, length, " ", i == 0 ? 0 : 1);
        length = add(to, room, length, "'", bare ? 0 : 1);
        length = add(to, room, length, word->bytes, (size_t)word->length);
        length = add(to, room, length, "'", bare ? 0 : 1);
    }
    to[length] = '\0';
    if (length == room - 1) {
        memcpy(to + room - 4, "\xe2\x80\xa6", 4);
    }
}

// What no child can be given. Trying again is no use.
static void refuse(weir_context *cx, weir_string *message)
{
    if (message == NULL) {
        return;
    }
    weir_error *error = weir_error_new(cx, "exec", message, NULL);
    weir_drop(message);
    if (error == NULL) {
        return;
    }
    error->permanent = true;
    weir_fail(cx, error);
}

bool weir__exec_is_good(weir_context *cx, const weir_list *command, const weir_string *folder,
                        const weir_map *variables)
{
    if (command->length == 0 || ((const weir_string *)command->items[0].object)->length == 0) {
        refuse(cx, weir_text(cx, "exec without the name of a program"));
        return false;
    }
    bool nul = has_nul(folder);
    for (int64_t i = 0; i < command->length; i++) {
        nul = nul || has_nul(command->items[i].object);
    }
    const weir_word *name = NULL, *value = NULL;
    for (int64_t at = 0; variables != NULL && weir_map_next(variables, &at, &name, &value);) {
        const weir_string *text = name->object;
        nul = nul || has_nul(text) || has_nul(value->object);
        if (!nul && (text->length == 0 || strchr(text->bytes, '=') != NULL)) {
            weir__text shown;
            weir__text_begin(&shown, cx);
            weir__text_word(&shown, "not the name of a variable: ");
            weir__show_quoted(&shown, text);
            refuse(cx, weir__text_end(&shown));
            return false;
        }
    }
    if (nul) {
        char shown[SHOWN_COMMAND];
        weir__show_command(shown, sizeof shown, command);
        weir__text message;
        weir__text_begin(&message, cx);
        weir__text_printf(&message, "a NUL in what is given to %s", shown);
        refuse(cx, weir__text_end(&message));
    }
    return !weir_failed(cx);
}

weir_step weir_exec(weir_context *cx, const weir_list *command, const weir_string *folder,
                    const weir_map *variables, const weir_string *input, int64_t max, void *slot)
{
    if (!weir__may_wait(cx) || !weir__exec_is_good(cx, command, folder, variables)) {
        return WEIR_NEXT;
    }
    if (max < 0) {
        weir_fail_with(cx, "type", "max below 0");
        return WEIR_NEXT;
    }
    weir__operation *operation = weir__operation_new(cx, WEIR__EXEC);
    if (operation == NULL) {
        return WEIR_NEXT;
    }
    operation->command = weir_keep(command);
    operation->variables = weir_keep(variables);
    operation->path = weir_keep(folder);
    operation->body = weir_keep(input);
    operation->max = max;
    return weir__operate(cx, operation, slot);
}

// ── results ──────────────────────────────────────────────────────────────────────────────────────

void weir__exec_set_result(weir__operation *operation, int64_t status, const char *output,
                           size_t output_length, const char *errors, size_t errors_length)
{
    weir_context quiet = {.runtime = operation->runtime};
    weir_exec_result *result = weir_record_new(&quiet, &weir_type_exec_result);
    if (result != NULL) {
        result->status = status;
        result->bytes = weir__bytes_new(&quiet, output, (int64_t)output_length);
        result->stdout = result->bytes == NULL ? NULL : weir__text_of(&quiet, result->bytes);
        result->stderr = weir__string_mend(&quiet, errors, (int64_t)errors_length);
        result->command = weir_keep(operation->command);
    }
    operation->error = weir_take(&quiet);
    if (operation->error != NULL) {
        weir_drop(result);
        return;
    }
    operation->result.object = result;
}

// The last lines of what it wrote to standard error, without blank ends.
static void last_lines(const weir_string *text, const char **begin, size_t *length)
{
    size_t end = text == NULL ? 0 : (size_t)text->length;
    while (end > 0 && (unsigned char)text->bytes[end - 1] <= ' ') {
        end--;
    }
    size_t at = end;
    for (int lines = 0; at > 0 && end - at < TOLD_BYTES; at--) {
        if (text->bytes[at - 1] == '\n' && ++lines == TOLD_LINES) {
            break;
        }
    }
    while (at < end && ((unsigned char)text->bytes[at] & 0xc0) == 0x80) { // within a character
        at++;
    }
    *begin = text == NULL ? "" : text->bytes + at;
    *length = end - at;
}

weir_exec_result *weir_exec_check(weir_context *cx, const weir_exec_result *result)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    if (result->status == 0) {
        return weir_keep(result);
    }
    char command[SHOWN_COMMAND];
    weir__show_command(command, sizeof command, result->command);
    const char *lines = "";
    size_t length = 0;
    last_lines(result->stderr, &lines, &length);
    weir_fail_with(cx, "exec", "%s ended with status %lld%s%.*s", command,
                   (long long)result->status, length == 0 ? "" : ": ", (int)length, lines);
    weir_error *error = weir_take(cx);
    bool own = false;
    error = weir__error_own(cx, error, &own);
    if (own) {
        error->status = result->status;
    }
    weir_fail(cx, error);
    return NULL;
}
