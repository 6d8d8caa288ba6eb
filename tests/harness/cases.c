#include "cases.h"
#include "files.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// --- reading the directives ----------------------------------------------------------------------

// What follows `# NAME:` and one space in a line, or NULL when the line has no such directive.
static const char *directive(const char *line, const char *name)
{
    const char *start = print_text("# %s:", name);
    const char *found = strstr(line, start);
    if (found == NULL || (found > line && found[-1] != ' ' && found[-1] != '\t')) {
        return NULL;
    }
    found += strlen(start);
    return *found == ' ' ? found + 1 : found;
}

static void expect(Program *program, LineKind kind, const char *text)
{
    ExpectedLine *lines = take((program->line_count + 1) * sizeof *lines);
    if (program->line_count > 0) {
        memcpy(lines, program->lines, program->line_count * sizeof *lines);
    }
    lines[program->line_count++] = (ExpectedLine){.kind = kind,
                                                  .text = copy_text(text, strlen(text))};
    program->lines = lines;
}

static void read_status(Program *program, const char *text)
{
    char *end = NULL;
    long status = strtol(text, &end, 10);
    if (end == text || *end != '\0' || status < 0 || status > 255) {
        program->mistake = "`# status:` takes a number from 0 to 255";
    }
    program->status = (int)status;
}

// Named from the program's folder.
static void add_with(Program *program, const char *name)
{
    size_t folder = (size_t)(base_name(program->file) - program->file);
    strings_add(&program->with, print_text("%.*s%s", (int)folder, program->file, name));
}

static void read_line(Program *program, char *line)
{
    const char *text = NULL;
    if ((text = directive(line, "expect")) != NULL) {
        expect(program, LINE_EXACT, text);
    } else if ((text = directive(line, "expect-like")) != NULL) {
        expect(program, LINE_LIKE, text);
    } else if ((text = directive(line, "expect-unordered")) != NULL) {
        expect(program, LINE_UNORDERED, text);
    } else if ((text = directive(line, "stderr")) != NULL) {
        strings_add(&program->errors, copy_text(text, strlen(text)));
    } else if ((text = directive(line, "status")) != NULL) {
        read_status(program, text);
    } else if ((text = directive(line, "args")) != NULL) {
        program->args = split_words(text);
    } else if ((text = directive(line, "stdin")) != NULL) {
        program->has_input = true;
        text_print(&program->input, "%s\n", text);
    } else if ((text = directive(line, "env")) != NULL) {
        strings_add(&program->environment, copy_text(text, strlen(text)));
    } else if ((text = directive(line, "server")) != NULL) {
        program->server = copy_text(text, strlen(text));
        program->real_time = true; // a server does not live in virtual time
    } else if ((text = directive(line, "with")) != NULL) {
        add_with(program, text);
    } else if ((text = directive(line, "skip")) != NULL) {
        program->skip = copy_text(text, strlen(text));
    } else if (directive(line, "by-chance") != NULL) {
        program->by_chance = true;
    } else if (strcmp(line, "# verb: test") == 0) {
        program->tests = true;
    } else if (strcmp(line, "# real-time") == 0) {
        program->real_time = true;
    }
}

static Program read_program(const Suite *suite, const char *folder, const char *name)
{
    Program program = {.path = print_text("%s/%s", folder, name)};
    program.file = print_text("%s/%s", suite->root, program.path);
    const char *source = file_read(program.file, NULL);
    if (source == NULL) {
        program.mistake = "cannot be read";
        return program;
    }
    Strings lines = split_lines(source);
    for (size_t i = 0; i < lines.count; i++) {
        read_line(&program, lines.items[i]);
    }
    char *here = print_text("%s/%s", suite->root, folder);
    for (size_t i = 0; i < program.args.count; i++) {
        program.args.items[i] = replace_text(program.args.items[i], "{here}", here);
    }
    return program;
}

Programs programs_list(const Suite *suite)
{
    static const char *const folders[] = {"examples", "tests/run"};
    Programs programs = {0};
    Strings names[2];
    size_t count = 0;
    for (size_t i = 0; i < 2; i++) {
        names[i] = folder_names(print_text("%s/%s", suite->root, folders[i]), ".weir");
        count += names[i].count;
    }
    programs.items = take(count * sizeof *programs.items);
    for (size_t i = 0; i < 2; i++) {
        for (size_t name = 0; name < names[i].count; name++) {
            Program *program = &programs.items[programs.count++];
            *program = read_program(suite, folders[i], names[i].items[name]);
            program->natively = i == 0 || name % 3 == 0;
            program->optimised = i == 0 || name % 12 == 0;
        }
    }
    return programs;
}

const char *program_name(const void *context, size_t index)
{
    const Programs *programs = context;
    return programs->items[index].path;
}

// --- a server's address --------------------------------------------------------------------------

static Strings fill_strings(const Strings *list, const char *word, const char *with)
{
    Strings filled = {0};
    for (size_t i = 0; i < list->count; i++) {
        strings_add(&filled, replace_text(list->items[i], word, with));
    }
    return filled;
}

Program program_with_server(const Program *program, const char *url, const char *files)
{
    if (url == NULL) {
        return *program;
    }
    Program filled = *program;
    filled.errors = fill_strings(&program->errors, "{server}", url);
    filled.args = fill_strings(&program->args, "{server}", url);
    filled.environment = fill_strings(&program->environment, "{server}", url);
    filled.environment = fill_strings(&filled.environment, "{server-files}", files);
    filled.lines = take(program->line_count * sizeof *filled.lines);
    for (size_t i = 0; i < program->line_count; i++) {
        filled.lines[i] = program->lines[i];
        filled.lines[i].text = replace_text(program->lines[i].text, "{server}", url);
    }
    if (program->has_input) {
        filled.input.bytes = replace_text(program->input.bytes, "{server}", url);
        filled.input.length = strlen(filled.input.bytes);
    }
    return filled;
}

// --- comparing -----------------------------------------------------------------------------------

static bool line_matches(const ExpectedLine *expected, const char *line)
{
    switch (expected->kind) {
    case LINE_EXACT:
    case LINE_UNORDERED: return strcmp(expected->text, line) == 0;
    case LINE_LIKE: return fnmatch(expected->text, line, 0) == 0;
    }
    return false;
}

// Neighbouring unordered lines: each must have a partner of its own among as many lines of output.
static bool group_matches(const ExpectedLine *expected, size_t count, char *const *lines)
{
    bool *used = take(count * sizeof *used);
    for (size_t i = 0; i < count; i++) {
        size_t partner = 0;
        while (partner < count && (used[partner] || !line_matches(&expected[i], lines[partner]))) {
            partner++;
        }
        if (partner == count) {
            return false;
        }
        used[partner] = true;
    }
    return true;
}

static bool all_match(const Program *program, const Strings *lines)
{
    if (lines->count != program->line_count) {
        return false;
    }
    for (size_t i = 0; i < lines->count;) {
        size_t count = 0;
        while (i + count < lines->count && program->lines[i + count].kind == LINE_UNORDERED) {
            count++;
        }
        if (count == 0 && !line_matches(&program->lines[i], lines->items[i])) {
            return false;
        }
        if (count > 0 && !group_matches(program->lines + i, count, lines->items + i)) {
            return false;
        }
        i += count == 0 ? 1 : count;
    }
    return true;
}

char *program_compare(Report *report, const Program *program, const char *output)
{
    Strings lines = split_lines(output);
    if (all_match(program, &lines)) {
        return *output != '\0' && !ends_with(output, "\n") ? "the last line has no newline" : NULL;
    }
    // Lines that match their pattern are shown as they are, so that the difference is only what is
    // wrong.
    Text expected = {0};
    for (size_t i = 0; i < program->line_count; i++) {
        bool fits = program->lines[i].kind == LINE_LIKE && i < lines.count &&
                    line_matches(&program->lines[i], lines.items[i]);
        text_print(&expected, "%s\n", fits ? lines.items[i] : program->lines[i].text);
    }
    return suite_diff(report, text_string(&expected), output);
}

// --- a copy elsewhere ----------------------------------------------------------------------------

void program_copy(const Program *program, const char *folder)
{
    size_t length = 0;
    const char *source = file_read(program->file, &length);
    file_write(print_text("%s/%s", folder, base_name(program->file)), source, length);
    size_t directory = (size_t)(base_name(program->file) - program->file);
    folder_copy(print_text("%.*slib", (int)directory, program->file), print_text("%s/lib", folder),
                ".weir");
}
