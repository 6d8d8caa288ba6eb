// verb_test.c: `weir test`: the test blocks of a file, each on a simulated world of its own.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "load.h"
#include "out.h"
#include "output.h"
#include "text.h"
#include "verbs.h"
#include "with.h"

typedef struct Trial { // one test, under all its schedules
    const weir_test *test;
    bool failed;
    uint64_t seed;                        // of the schedule that failed
    int64_t took;                         // virtual ns, of the last schedule
    const char *report, *output, *errors; // copies; of the schedule that failed
} Trial;

typedef struct Trials {
    Arena *arena;
    const char *file;
    uint64_t seed, schedules;
    LIST(Trial) all;
    size_t failed;
    Trial *now;
} Trials;

static const char *copy(Arena *arena, const char *text)
{
    return text == NULL ? "" : arena_copy(arena, text, strlen(text));
}

static void told(void *with, const weir_outcome *outcome)
{
    Trials *trials = with;
    Trial *trial = trials->now;
    trial->took = outcome->took;
    if (!outcome->passed) {
        trial->failed = true;
        trial->report = copy(trials->arena, outcome->report);
        trial->output = copy(trials->arena, outcome->output);
        trial->errors = copy(trials->arena, outcome->errors);
    }
}

// ── what is printed ──────────────────────────────────────────────────────────────────────────────

static void indented(Out *o, const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        out_line(o, "    %s", arena_copy(o->arena, text, length));
        text += length + (text[length] == '\n');
    }
}

static const char *took(Arena *arena, int64_t ns)
{
    return arena_print(arena, "%.10gs", (double)ns / 1e9);
}

// A word as a shell reads it.
static const char *shell_word(Arena *arena, const char *word)
{
    if (strpbrk(word, "\"\\$`!") == NULL) {
        return arena_print(arena, "\"%s\"", word);
    }
    Out o = {.arena = arena};
    for (const char *at = word; *at != '\0'; at++) {
        char one[2] = {*at, '\0'};
        out(&o, "%s", *at == '\'' ? "'\\''" : one);
    }
    return arena_print(arena, "'%s'", o.text == NULL ? "" : o.text);
}

static const char *again(const Trials *trials, const Trial *trial)
{
    return arena_print(trials->arena, "again: weir test %s --filter %s --seed %" PRIu64,
                       trials->file, shell_word(trials->arena, trial->test->name), trial->seed);
}

static int show(const Trials *trials, const Trial *trial)
{
    Out text = {.arena = trials->arena}, *o = &text;
    if (!trial->failed) {
        out_line(o, "ok      %s  (%s)", trial->test->name, took(o->arena, trial->took));
        return verb_print(o->text, o->length);
    }
    out_line(o, "FAILED  %s  (%s:%u)", trial->test->name, trials->file, trial->test->line);
    indented(o, trial->report);
    if (*trial->output != '\0') {
        out_line(o, "  it printed:");
        indented(o, trial->output);
    }
    if (*trial->errors != '\0') {
        out_line(o, "  and to standard error:");
        indented(o, trial->errors);
    }
    out_line(o, "  %s", again(trials, trial));
    return verb_print(o->text, o->length);
}

// ── JUnit ────────────────────────────────────────────────────────────────────────────────────────

// What is no character of XML is left out: most of those that control something, U+FFFE, U+FFFF.
static void xml_text(Out *o, const char *text)
{
    for (; *text != '\0'; text++) {
        if (strncmp(text, "\xef\xbf\xbe", 3) == 0 || strncmp(text, "\xef\xbf\xbf", 3) == 0) {
            text += 2;
            continue;
        }
        switch (*text) {
        case '<': out(o, "&lt;"); break;
        case '>': out(o, "&gt;"); break;
        case '&': out(o, "&amp;"); break;
        case '"': out(o, "&quot;"); break;
        default:
            if ((unsigned char)*text >= 32 || *text == '\n' || *text == '\t') { // else not XML
                char one[2] = {*text, '\0'};
                out(o, "%s", one);
            }
        }
    }
}

static void xml_part(Out *o, const char *name, const char *text)
{
    if (*text != '\0') {
        out(o, "<%s>", name);
        xml_text(o, text);
        out(o, "</%s>", name);
    }
}

static void junit_case(Out *o, const Trials *trials, const Trial *trial)
{
    out(o, "  <testcase classname=\"");
    xml_text(o, trials->file);
    out(o, "\" name=\"");
    xml_text(o, trial->test->name);
    out(o, "\" time=\"%s\"", arena_print(o->arena, "%.9f", (double)trial->took / 1e9));
    if (!trial->failed) {
        out_line(o, "/>");
        return;
    }
    out(o, "><failure message=\"");
    xml_text(o, arena_copy(o->arena, trial->report, strcspn(trial->report, "\n")));
    out(o, "\">");
    xml_text(o, trial->report);
    xml_text(o, again(trials, trial));
    out(o, "</failure>");
    xml_part(o, "system-out", trial->output);
    xml_part(o, "system-err", trial->errors);
    out_line(o, "</testcase>");
}

static const char *junit(const Trials *trials)
{
    Out o = {.arena = trials->arena};
    out_line(&o, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    out(&o, "<testsuite name=\"");
    xml_text(&o, trials->file);
    out(&o, "\" tests=\"%zu\" failures=\"%zu\">", trials->all.count, trials->failed);
    out_end(&o);
    for (size_t i = 0; i < trials->all.count; i++) {
        junit_case(&o, trials, &trials->all.items[i]);
    }
    out_line(&o, "</testsuite>");
    return o.text;
}

// ── running ──────────────────────────────────────────────────────────────────────────────────────

// What became of each test is told as soon as it has ended.
static int run_all(Trials *trials, const weir_program *program, const char *filter)
{
    for (uint32_t i = 0; i < program->test_count; i++) {
        if (filter != NULL && strstr(program->tests[i].name, filter) == NULL) {
            continue;
        }
        Trial trial = {.test = &program->tests[i]};
        trials->now = &trial;
        for (uint64_t k = 0; k < trials->schedules && !trial.failed; k++) {
            trial.seed = trials->seed + k;
            if (!weir_try(program, trial.test, trial.seed, told, trials)) {
                return verb_wrong(STATUS_FAILED, "out of memory");
            }
        }
        LIST_ADD(trials->arena, &trials->all, trial);
        trials->failed += trial.failed;
        int status = show(trials, &trial);
        if (status != STATUS_OK) {
            return status;
        }
    }
    return STATUS_OK;
}

static int write_junit(const Trials *trials, const char *path)
{
    const char *text = junit(trials);
    if (strcmp(path, "-") == 0) {
        return verb_print(text, strlen(text));
    }
    Outputs outputs = {.arena = trials->arena};
    output_add(&outputs, path, text, strlen(text));
    return output_write(&outputs) ? STATUS_OK : verb_wrong(STATUS_OUTPUT, "%s", outputs.wrong);
}

static int finish(const Trials *trials, const Options *options)
{
    const char *path = options->given[OPTION_JUNIT];
    const char *sum = arena_print(trials->arena, "%zu passed, %zu failed\n",
                                  trials->all.count - trials->failed, trials->failed);
    int status = path == NULL ? STATUS_OK : write_junit(trials, path);
    status = status != STATUS_OK ? status : verb_print(sum, strlen(sum));
    return status != STATUS_OK ? status : trials->failed > 0 ? STATUS_FAILED : STATUS_OK;
}

int verb_test(const Options *options, Arena *arena)
{
    Compilation c;
    int status = STATUS_OK;
    Trials trials = {.arena = arena, .schedules = 1, .seed = (uint64_t)time(NULL) % 1000000};
    if (!verb_number(options, OPTION_SEED, "--seed", &trials.seed) ||
        !verb_number(options, OPTION_SCHEDULES, "--schedules", &trials.schedules)) {
        return STATUS_USAGE;
    }
    if (trials.schedules == 0) {
        return verb_wrong(STATUS_USAGE, "`--schedules` is at least 1");
    }
    compilation_init(&c, arena);
    c.wants_tests = true;
    if (!verb_compile(&c, options, UNTIL_PRINTED, &status)) {
        return status;
    }
    trials.file = c.sources.all.items[0]->path;
    if (c.unit_tests == 0) {
        return verb_wrong(STATUS_USAGE, "%s has no tests: `test \"what it shows\" { ... }`",
                          trials.file);
    }
    Loading loading = {
        .arena = arena, .code = c.code, .code_length = c.code_length, .symbol = c.symbol};
    with_load(&loading, &c, options);
    if (!with_check(&c, options, &status)) {
        return status;
    }
    if (!verb_load(&loading, options)) {
        return with_not_loaded(&loading, &c);
    }
    const char *filter = options->given[OPTION_FILTER];
    status = run_all(&trials, loading.program, filter);
    if (status != STATUS_OK) {
        return status;
    }
    if (trials.all.count == 0) {
        return verb_wrong(STATUS_USAGE, "no test of %s has `%s` in its name", trials.file, filter);
    }
    return finish(&trials, options);
}
