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

static void show(Out *o, const Trials *trials, const Trial *trial)
{
    if (!trial->failed) {
        out_line(o, "ok      %s  (%s)", trial->test->name, took(o->arena, trial->took));
        return;
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
    out_line(o, "  again: weir test %s --filter \"%s\" --seed %s", trials->file, trial->test->name,
             arena_print(o->arena, "%" PRIu64, trial->seed));
}

static void xml_text(Out *o, const char *text)
{
    for (; *text != '\0'; text++) {
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

static const char *junit(Trials *trials, size_t failed)
{
    Out o = {.arena = trials->arena};
    out_line(&o, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    out(&o, "<testsuite name=\"");
    xml_text(&o, trials->file);
    out(&o, "\" tests=\"%zu\" failures=\"%zu\">", trials->all.count, failed);
    out_end(&o);
    for (size_t i = 0; i < trials->all.count; i++) {
        const Trial *trial = &trials->all.items[i];
        out(&o, "  <testcase name=\"");
        xml_text(&o, trial->test->name);
        out(&o, "\" time=\"%s\"", arena_print(trials->arena, "%.9f", (double)trial->took / 1e9));
        if (!trial->failed) {
            out_line(&o, "/>");
            continue;
        }
        out(&o, "><failure message=\"seed %s\">",
            arena_print(trials->arena, "%" PRIu64, trial->seed));
        xml_text(&o, trial->report);
        out_line(&o, "</failure></testcase>");
    }
    out_line(&o, "</testsuite>");
    return o.text;
}

// ── running ──────────────────────────────────────────────────────────────────────────────────────

static bool run_all(Trials *trials, const weir_program *program, const char *filter)
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
                return false;
            }
        }
        LIST_ADD(trials->arena, &trials->all, trial);
    }
    return true;
}

static int finish(Trials *trials, const Options *options)
{
    Out o = {.arena = trials->arena};
    size_t failed = 0;
    for (size_t i = 0; i < trials->all.count; i++) {
        show(&o, trials, &trials->all.items[i]);
        failed += trials->all.items[i].failed;
    }
    out_line(&o, "%zu passed, %zu failed", trials->all.count - failed, failed);
    if (options->given[OPTION_JUNIT] != NULL) {
        const char *text = junit(trials, failed);
        Outputs outputs = {.arena = trials->arena};
        output_add(&outputs, options->given[OPTION_JUNIT], text, strlen(text));
        if (!output_write(&outputs)) {
            return verb_wrong(STATUS_OUTPUT, "%s", outputs.wrong);
        }
    }
    int status = verb_print(o.text, o.length);
    return status != STATUS_OK ? status : failed > 0 ? STATUS_FAILED : STATUS_OK;
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
    if (!run_all(&trials, loading.program, filter)) {
        return verb_wrong(STATUS_FAILED, "out of memory");
    }
    if (trials.all.count == 0) {
        return verb_wrong(STATUS_USAGE, "no test of %s has `%s` in its name", trials.file, filter);
    }
    return finish(&trials, options);
}
