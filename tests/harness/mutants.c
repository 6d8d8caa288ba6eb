// mutants.c: programs with one edit in them, as a slip of the fingers makes it.
//
// Each program of tests/run and examples is taken a few times, and one of its tokens is deleted,
// doubled, replaced or swapped with the next. The compiler ends in time, with status 0 or 3, and
// says something where it ends with 3. One edit is one mistake, or two: more than MOST_SAID
// messages are told of none but a few. Which edits are made follows from the program's name, so a
// failure repeats.
#include "cases.h"
#include "files.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

// Of SHARE mutants one may have more messages; of ALONE one may have more than a single one.
enum { EDITS = 4, MOST_SAID = 3, SHARE = 50, ALONE = 6 };

typedef struct Piece {
    size_t start, length;
} Piece;

typedef struct Pieces {
    Piece *items;
    size_t count;
} Pieces;

static uint64_t next_random(uint64_t *state)
{
    *state += 0x9E3779B97F4A7C15u;
    uint64_t mixed = (*state ^ (*state >> 30)) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
    return mixed ^ (mixed >> 31);
}

static size_t below(uint64_t *state, size_t limit)
{
    return (size_t)(next_random(state) % limit);
}

// The length of the token at `text`, roughly as the compiler sees it; a text is one.
static size_t token_length(const char *text)
{
    static const char *const pairs[] = {
        "->", "=>", "|>", "==", "!=", "<=", ">=", "..", "??", "+=", "-="};
    size_t length = 0;
    if (*text == '"') {
        for (length = 1; text[length] != '\0' && text[length] != '"' && text[length] != '\n';) {
            length += text[length] == '\\' && text[length + 1] != '\0' ? 2 : 1;
        }
        return length + (text[length] == '"');
    }
    while (isalnum((unsigned char)text[length]) || text[length] == '_') {
        length++;
    }
    for (size_t i = 0; length == 0 && i < sizeof pairs / sizeof *pairs; i++) {
        length = starts_with(text, pairs[i]) ? 2 : 0;
    }
    return length > 0 ? length : 1;
}

static Pieces pieces_of(const char *text)
{
    Pieces pieces = {.items = take((strlen(text) + 1) * sizeof *pieces.items)};
    for (size_t at = 0; text[at] != '\0';) {
        size_t length = text[at] == '#' ? strcspn(text + at, "\n") : token_length(text + at);
        if (text[at] != '#' && !isspace((unsigned char)text[at])) {
            pieces.items[pieces.count++] = (Piece){at, length};
        }
        at += length;
    }
    return pieces;
}

// One edit; `what` tells it.
static char *mutate(const char *text, const Pieces *pieces, uint64_t *state, char **what)
{
    static const char *const others[] = {
        "{",     "}",    "(",  ")",  "[", "]",  ",",      ":",     "=",     "timeout", "limit",
        "let",   "task", "1",  "+",  ".", "->", "=>",     "in",    "for",   "x",       "if",
        "\"x\"", "else", "|>", "fn", "?", "5s", "gather", "retry", "await", "return",  "none",
    };
    size_t at = below(state, pieces->count);
    Piece piece = pieces->items[at];
    int length = (int)piece.length, start = (int)piece.start;
    const char *rest = text + piece.start + piece.length;
    const char *here = text + piece.start;
    switch (below(state, 4)) {
    case 0:
        *what = print_text("without `%.*s`", length, here);
        return print_text("%.*s%s", start, text, rest);
    case 1:
        *what = print_text("with `%.*s` twice", length, here);
        return print_text("%.*s%.*s %s", start, text, length, here, here);
    case 2: {
        const char *other = others[below(state, sizeof others / sizeof *others)];
        *what = print_text("with `%s` for `%.*s`", other, length, here);
        return print_text("%.*s%s%s", start, text, other, rest);
    }
    default: break;
    }
    Piece next = pieces->items[at + 1 < pieces->count ? at + 1 : at];
    const char *between = next.start > piece.start ? rest : "";
    int gap = next.start > piece.start ? (int)(next.start - piece.start) - length : 0;
    *what = print_text("with `%.*s` behind the next", length, here);
    return print_text("%.*s%.*s%.*s%.*s%s", start, text, (int)next.length, text + next.start, gap,
                      between, length, here, text + next.start + next.length);
}

static size_t messages_in(const char *json)
{
    size_t count = 0;
    for (const char *line = json; (line = strstr(line, "{\"code\": ")) != NULL; line++) {
        count++;
    }
    return count;
}

// Gives how many messages there are; -1, with a failure, when the compiler did not end as it
// should.
static int check_mutant(Report *report, const char *name, const char *mutant)
{
    file_write(print_text("%s/mutant.weir", report->scratch), mutant, strlen(mutant));
    Command command = {.folder = report->scratch, .seconds = 20};
    suite_environment(report->suite, &command);
    command_add(&command, report->suite->weir);
    command_add(&command, "check");
    command_add(&command, "--json");
    command_add(&command, "mutant.weir");
    Outcome outcome = command_run(&command, report->scratch);
    size_t said = messages_in(outcome.output);
    bool sound = !outcome.timed_out && (outcome.status == 0 ? said == 0 : outcome.status == 3);
    if (!sound || (outcome.status == 3 && said == 0)) {
        report_fail(report, name,
                    print_text("status %d, %zu messages\n%s%s\n%s", outcome.status, said,
                               outcome.output, outcome.errors, mutant));
        return -1;
    }
    return (int)said;
}

// Many programs to a case, so that what is allowed can be a share of them.
enum { PROGRAMS_A_CASE = 40 };

static const char *batch_name(const void *context, size_t index)
{
    (void)context;
    return print_text("mutants of programs %zu to %zu", index * PROGRAMS_A_CASE,
                      (index + 1) * PROGRAMS_A_CASE - 1);
}

static void run_batch(Report *report, const void *context, size_t index)
{
    const Programs *programs = context;
    Text many = {0};
    size_t mutants = 0, loud = 0, several = 0;
    for (size_t i = index * PROGRAMS_A_CASE; i < (index + 1) * PROGRAMS_A_CASE; i++) {
        char *text = i < programs->count ? file_read(programs->items[i].file, NULL) : NULL;
        Pieces pieces = {0};
        if (text != NULL && strstr(text, "\nuse \"") == NULL && !starts_with(text, "use \"")) {
            pieces = pieces_of(text);
        }
        uint64_t state = 0;
        for (const char *at = text == NULL ? "" : programs->items[i].path; *at != '\0'; at++) {
            state = state * 31 + (unsigned char)*at;
        }
        for (int edit = 0; edit < EDITS && pieces.count > 0; edit++) {
            char *what;
            char *mutant = mutate(text, &pieces, &state, &what);
            char *name = print_text("%s %s", programs->items[i].path, what);
            int said = check_mutant(report, name, mutant);
            mutants++;
            several += said > 1 ? 1 : 0;
            if (said > MOST_SAID) {
                loud++;
                text_print(&many, "%d messages: %s\n", said, name);
            }
        }
    }
    if (several * ALONE > mutants + ALONE) {
        report_fail(report, batch_name(context, index),
                    print_text("%zu of %zu have more than one message", several, mutants));
    } else if (loud * SHARE > mutants + SHARE) {
        report_fail(report, batch_name(context, index), text_string(&many));
    } else {
        report_pass(report);
    }
}

void mutants_part(Suite *suite)
{
    Programs programs = programs_list(suite);
    size_t batches = (programs.count + PROGRAMS_A_CASE - 1) / PROGRAMS_A_CASE;
    suite_cases(suite, "mutants", &programs, batches, batch_name, run_batch,
                "there is no program in tests/run");
}
