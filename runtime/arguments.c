// arguments.c: the command line of a program, read by the table of main's parameters, and its
// --help.
#include <string.h>

#include "format.h"
#include "host.h"
#include "parse.h"
#include "value.h"

// ── one word ─────────────────────────────────────────────────────────────────────────────────────

static bool is_utf8(const char *text)
{
    size_t length = strlen(text);
    for (size_t i = 0, step; i < length; i += step) {
        step = weir__utf8_length(text + i, length - i);
        if (step == 0) {
            return false;
        }
    }
    return true;
}

// An argument as a word of a type, owned. False: it is none, or memory is pending.
static bool read_word(weir_context *cx, const weir_type *type, const char *text, weir_word *word)
{
    switch (type->kind) {
    case WEIR_TYPE_INT: return weir__parse_int(text, &word->integer);
    case WEIR_TYPE_FLOAT: return weir__parse_float(text, &word->real);
    case WEIR_TYPE_BOOL: return weir__parse_bool(text, &word->integer);
    case WEIR_TYPE_DURATION: return weir__parse_duration(text, &word->integer);
    case WEIR_TYPE_STRING:
    case WEIR_TYPE_SECRET:
        word->object = is_utf8(text) ? weir_string_new(cx, text, (int64_t)strlen(text)) : NULL;
        return word->object != NULL;
    case WEIR_TYPE_BYTES:
        word->object = weir__bytes_new(cx, text, (int64_t)strlen(text));
        return word->object != NULL;
    case WEIR_TYPE_TIME: return weir__parse_time(text, &word->integer);
    case WEIR_TYPE_ENUM:
        return weir__enum_plain(type) && weir__parse_case(type, text, &word->integer);
    case WEIR_TYPE_OPTIONAL: {
        weir_word inner = {.integer = 0};
        if (!read_word(cx, type->item, text, &inner)) {
            return false;
        }
        word->object = weir__wrap(cx, type, inner);
        weir__drop_word(type->item, inner);
        return word->object != NULL;
    }
    case WEIR_TYPE_LIST:
    case WEIR_TYPE_MAP:
    case WEIR_TYPE_TUPLE:
    case WEIR_TYPE_RECORD:
    case WEIR_TYPE_RESULT:
    case WEIR_TYPE_ERROR:
    case WEIR_TYPE_HANDLE:
    case WEIR_TYPE_QUEUE:
    case WEIR_TYPE_STREAM:
    case WEIR_TYPE_JSON:
    case WEIR_TYPE_NOTHING: return false;
    }
    return false;
}

static void list_cases(weir__text *text, const weir_type *type)
{
    for (uint32_t i = 0; i < type->field_count; i++) {
        weir__text_printf(text, "%s%s", i > 0 ? ", " : "", type->fields[i].name);
    }
}

// What a word of the type looks like, for messages.
static void describe(weir__text *text, const weir_type *type)
{
    switch (type->kind) {
    case WEIR_TYPE_INT: weir__text_word(text, "a whole number"); return;
    case WEIR_TYPE_FLOAT: weir__text_word(text, "a number"); return;
    case WEIR_TYPE_BOOL: weir__text_word(text, "true or false"); return;
    case WEIR_TYPE_DURATION: weir__text_word(text, "a duration like 250ms, 1.5s or 2m"); return;
    case WEIR_TYPE_STRING:
    case WEIR_TYPE_SECRET: weir__text_word(text, "UTF-8 text"); return;
    case WEIR_TYPE_ENUM:
        weir__text_word(text, "one of ");
        list_cases(text, type);
        return;
    case WEIR_TYPE_OPTIONAL: describe(text, type->item); return;
    case WEIR_TYPE_TIME: weir__text_word(text, "a time like 2024-05-01T12:30:00Z"); return;
    case WEIR_TYPE_BYTES:
    case WEIR_TYPE_LIST:
    case WEIR_TYPE_MAP:
    case WEIR_TYPE_TUPLE:
    case WEIR_TYPE_RECORD:
    case WEIR_TYPE_RESULT:
    case WEIR_TYPE_ERROR:
    case WEIR_TYPE_HANDLE:
    case WEIR_TYPE_QUEUE:
    case WEIR_TYPE_STREAM:
    case WEIR_TYPE_JSON:
    case WEIR_TYPE_NOTHING:
        weir__text_printf(text, "something the command line can give (its type is %s)", type->name);
        return;
    }
}

// ── the line ─────────────────────────────────────────────────────────────────────────────────────

typedef struct Line {
    weir_context *cx;
    const weir_program *program;
    weir_word *words;
    bool *given;
    weir__text *problem;
    uint32_t next; // the next positional parameter
} Line;

static void add_name(weir__text *text, const char *name, char separator)
{
    for (const char *at = name; *at != '\0'; at++) {
        weir__text_add(text, *at == '_' ? &separator : at, 1);
    }
}

static void add_upper(weir__text *text, const char *name)
{
    for (const char *at = name; *at != '\0'; at++) {
        char c = *at >= 'a' && *at <= 'z' ? (char)(*at - 'a' + 'A') : *at;
        weir__text_add(text, &c, 1);
    }
}

static bool refuse(Line *line, const weir_parameter *parameter, const char *text)
{
    if (parameter->has_default) {
        weir__text_word(line->problem, "--");
        add_name(line->problem, parameter->name, '-');
    } else {
        add_upper(line->problem, parameter->name);
    }
    weir__text_printf(line->problem, ": \"%s\" is not ", text);
    describe(line->problem,
             parameter->type->kind == WEIR_TYPE_LIST ? parameter->type->item : parameter->type);
    return false;
}

// An argument for a parameter; a list gets one more item.
static bool take(Line *line, uint32_t i, const char *text)
{
    const weir_parameter *parameter = &line->program->parameters[i];
    const weir_type *type = parameter->type;
    weir_word word = {.integer = 0};
    bool list = type->kind == WEIR_TYPE_LIST;
    if (!read_word(line->cx, list ? type->item : type, text, &word)) {
        return refuse(line, parameter, text);
    }
    if (list) {
        weir_list *items = line->given[i] ? line->words[i].object
                                          : weir_list_new(line->cx, type, 4);
        if (items != NULL) {
            weir_list_push(line->cx, &items, &word);
        }
        weir__drop_word(type->item, word);
        word.object = items;
    } else if (line->given[i]) { // said twice: the later one counts
        weir__drop_word(type, line->words[i]);
    }
    line->words[i] = word;
    line->given[i] = true;
    return !weir_failed(line->cx);
}

// Whether `length` bytes of an option are the parameter's name, `-` standing for `_`.
static bool is_name(const char *name, const char *text, size_t length)
{
    if (strlen(name) != length) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        if (name[i] != text[i] && !(name[i] == '_' && text[i] == '-')) {
            return false;
        }
    }
    return true;
}

static uint32_t find_option(const weir_program *program, const char *text, size_t length)
{
    for (uint32_t i = 0; i < program->parameter_count; i++) {
        if (program->parameters[i].has_default &&
            is_name(program->parameters[i].name, text, length)) {
            return i;
        }
    }
    return UINT32_MAX;
}

// `--name…`. *used: how many arguments it took.
static bool take_option(Line *line, char **arguments, int count, int *used)
{
    const char *text = arguments[0] + 2;
    size_t length = strcspn(text, "=");
    const char *value = text[length] == '=' ? text + length + 1 : NULL;
    uint32_t i = find_option(line->program, text, length);
    *used = 1;
    if (i == UINT32_MAX && value == NULL && strncmp(text, "no-", 3) == 0) {
        i = find_option(line->program, text + 3, length - 3);
        if (i != UINT32_MAX && line->program->parameters[i].type->kind == WEIR_TYPE_BOOL) {
            return take(line, i, "false");
        }
        i = UINT32_MAX;
    }
    if (i == UINT32_MAX) {
        weir__text_printf(line->problem, "there is no option --%.*s", (int)length, text);
        return false;
    }
    if (value == NULL && line->program->parameters[i].type->kind == WEIR_TYPE_BOOL) {
        return take(line, i, "true");
    }
    if (value == NULL && count < 2) {
        weir__text_printf(line->problem, "--%.*s needs a value", (int)length, text);
        return false;
    }
    *used = value == NULL ? 2 : 1;
    return take(line, i, value == NULL ? arguments[1] : value);
}

static bool take_positional(Line *line, const char *text)
{
    const weir_program *program = line->program;
    while (line->next < program->parameter_count && program->parameters[line->next].has_default) {
        line->next++;
    }
    if (line->next == program->parameter_count) {
        weir__text_printf(line->problem, "\"%s\" is one argument too many", text);
        return false;
    }
    uint32_t i = line->next;
    if (program->parameters[i].type->kind != WEIR_TYPE_LIST) {
        line->next++;
    }
    return take(line, i, text);
}

// What was not said: an empty list, none; anything else is missing.
static bool fill_rest(Line *line)
{
    for (uint32_t i = 0; i < line->program->parameter_count; i++) {
        const weir_parameter *parameter = &line->program->parameters[i];
        if (line->given[i] || parameter->has_default) {
            continue;
        }
        if (parameter->type->kind == WEIR_TYPE_LIST) {
            line->words[i].object = weir_list_new(line->cx, parameter->type, 0);
        } else if (parameter->type->kind != WEIR_TYPE_OPTIONAL) {
            weir__text_word(line->problem, "the argument ");
            add_upper(line->problem, parameter->name);
            weir__text_word(line->problem, " is missing");
            return false;
        }
        line->given[i] = true;
    }
    return !weir_failed(line->cx);
}

// "-5", "-.5": a number, not an option.
static bool is_number(const char *text)
{
    return text[0] == '-' && ((text[1] >= '0' && text[1] <= '9') || text[1] == '.');
}

weir__usage weir__command_line(weir_context *cx, const weir_program *program, int argc, char **argv,
                               weir_word *words, bool *given, weir__text *problem)
{
    Line line = {cx, program, words, given, problem, 0};
    bool options = true;
    for (int i = 1, used; i < argc; i += used) {
        const char *text = argv[i];
        used = 1;
        bool good = true;
        if (!options || text[0] != '-' || text[1] == '\0' || is_number(text)) {
            good = take_positional(&line, text);
        } else if (strcmp(text, "--") == 0) {
            options = false;
        } else if ((strcmp(text, "--help") == 0 && find_option(program, "help", 4) == UINT32_MAX) ||
                   strcmp(text, "-h") == 0) {
            return WEIR__USAGE_HELP;
        } else if (text[1] == '-') {
            good = take_option(&line, argv + i, argc - i, &used);
        } else {
            weir__text_printf(problem, "there is no option %s (options begin with --)", text);
            good = false;
        }
        if (!good) {
            return WEIR__USAGE_WRONG;
        }
    }
    return fill_rest(&line) ? WEIR__USAGE_RUN : WEIR__USAGE_WRONG;
}

// ── --help ───────────────────────────────────────────────────────────────────────────────────────

static bool is_flag(const weir_parameter *parameter)
{
    return parameter->has_default && parameter->type->kind == WEIR_TYPE_BOOL;
}

static bool is_set(const weir_parameter *parameter)
{
    return parameter->shown_default != NULL && strcmp(parameter->shown_default, "true") == 0;
}

// The type of one word of it.
static const weir_type *word_type(const weir_parameter *parameter)
{
    const weir_type *type = parameter->type;
    return type->kind == WEIR_TYPE_LIST || type->kind == WEIR_TYPE_OPTIONAL ? type->item : type;
}

// "URLS...", "--name VALUE", "--flag", "--[no-]flag"
static void add_shape(weir__text *text, const weir_parameter *parameter)
{
    if (parameter->has_default) {
        weir__text_word(text, is_flag(parameter) && is_set(parameter) ? "--[no-]" : "--");
        add_name(text, parameter->name, '-');
        if (!is_flag(parameter)) {
            weir__text_word(text, " ");
            add_upper(text, word_type(parameter)->name);
        }
        return;
    }
    add_upper(text, parameter->name);
    weir__text_word(text, parameter->type->kind == WEIR_TYPE_LIST ? "..." : "");
}

void weir__usage_line(weir__text *text, const weir_program *program)
{
    weir__text_printf(text, "Usage: %s", program->name);
    for (uint32_t i = 0; i < program->parameter_count; i++) {
        const weir_parameter *parameter = &program->parameters[i];
        bool optional = parameter->has_default || parameter->type->kind == WEIR_TYPE_LIST ||
                        parameter->type->kind == WEIR_TYPE_OPTIONAL;
        weir__text_word(text, optional ? " [" : " ");
        add_shape(text, parameter);
        weir__text_word(text, optional ? "]" : "");
    }
    weir__text_word(text, "\n");
}

// "(low, high; default: low)", of what there is.
static void add_note(weir__text *text, const weir_parameter *parameter)
{
    const weir_type *type = word_type(parameter);
    const char *shown = is_flag(parameter) && !is_set(parameter) ? NULL : parameter->shown_default;
    if (type->kind != WEIR_TYPE_ENUM && shown == NULL) {
        return;
    }
    weir__text_word(text, parameter->doc != NULL ? " (" : "(");
    if (type->kind == WEIR_TYPE_ENUM) {
        list_cases(text, type);
        weir__text_word(text, shown != NULL ? "; " : "");
    }
    if (shown != NULL) {
        weir__text_printf(text, "default: %s", shown);
    }
    weir__text_word(text, ")");
}

// One line of a table: the shape, padded, and the documentation.
static void add_row(weir__text *text, const char *shape, size_t length, size_t width,
                    const char *doc, const weir__text *note)
{
    weir__text_word(text, "  ");
    weir__text_add(text, shape, length);
    bool more = doc != NULL || (note != NULL && note->length > 0);
    weir__text_repeat(text, " ", 1, more ? (int64_t)(width - length) + 2 : 0);
    // further lines stand below the first
    for (const char *at = doc; at != NULL && *at != '\0'; at++) {
        weir__text_add(text, at, 1);
        weir__text_repeat(text, " ", 1, *at == '\n' ? (int64_t)width + 4 : 0);
    }
    if (note != NULL) {
        weir__text_add(text, note->bytes, note->length);
    }
    weir__text_word(text, "\n");
}

static void add_table(weir__text *text, const weir_program *program, bool options, size_t width)
{
    for (uint32_t i = 0; i < program->parameter_count; i++) {
        const weir_parameter *parameter = &program->parameters[i];
        if (parameter->has_default == options) {
            weir__text shape, note;
            weir__text_begin(&shape, text->cx);
            weir__text_begin(&note, text->cx);
            add_shape(&shape, parameter);
            add_note(&note, parameter);
            add_row(text, shape.bytes, shape.length, width, parameter->doc, &note);
            weir__text_clear(&shape);
            weir__text_clear(&note);
        }
    }
}

void weir__help(weir__text *text, const weir_program *program)
{
    weir__usage_line(text, program);
    if (program->doc != NULL) {
        weir__text_printf(text, "\n%s\n", program->doc);
    }
    size_t width = strlen("--help");
    bool positional = false;
    for (uint32_t i = 0; i < program->parameter_count; i++) {
        weir__text shape;
        weir__text_begin(&shape, text->cx);
        add_shape(&shape, &program->parameters[i]);
        width = shape.length > width ? shape.length : width;
        weir__text_clear(&shape);
        positional |= !program->parameters[i].has_default;
    }
    if (positional) {
        weir__text_word(text, "\nArguments:\n");
        add_table(text, program, false, width);
    }
    weir__text_word(text, "\nOptions:\n");
    add_table(text, program, true, width);
    const char *help = find_option(program, "help", 4) == UINT32_MAX ? "--help" : "-h";
    add_row(text, help, strlen(help), width, "print this and end", NULL);
}
