// host.c: main() of a compiled program: picks the world, reads the command line, runs, reports,
// gives the exit status.
#include "host.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "env_uv.h"
#include "error.h"
#include "queue_bound.h"
#include "report.h"
#include "value.h"
#include "watch.h"

enum {
    STATUS_FAILED = 1,
    STATUS_USAGE = 2,
    STATUS_OUTPUT = 7,
    STATUS_BUG = 70,
    STATUS_SIGNAL = 128
};

// ── where it speaks ──────────────────────────────────────────────────────────────────────────────

static int say(weir_runtime *runtime, int stream, const char *bytes, size_t length)
{
    weir__env *env = weir__runtime_env(runtime);
    return env->write(env, stream, bytes, length);
}

static bool is_set(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && *value != '\0';
}

static bool may_colour(void)
{
    if (is_set("NO_COLOR")) {
        return false;
    }
    const char *terminal = getenv("TERM");
    return is_set("FORCE_COLOR") ||
           (isatty(2) == 1 && (terminal == NULL || strcmp(terminal, "dumb") != 0));
}

static void report(weir_runtime *runtime, const weir_error *error)
{
    weir_string *drawn = weir__report(weir__runtime_context(runtime), error, may_colour());
    if (drawn != NULL) {
        say(runtime, 2, drawn->bytes, (size_t)drawn->length);
        weir_drop(drawn);
        return;
    }
    say(runtime, 2, "error: ", 7); // no memory to draw it
    say(runtime, 2, error->message->bytes, (size_t)error->message->length);
    say(runtime, 2, "\n", 1);
}

static int usage(weir_runtime *runtime, const weir_program *program, weir__usage wanted,
                 const weir__text *problem)
{
    weir_context quiet = weir__quiet(weir__runtime_context(runtime));
    weir__text text;
    weir__text_begin(&text, &quiet);
    bool help = wanted == WEIR__USAGE_HELP;
    if (help) {
        weir__help(&text, program);
    } else {
        weir__text_printf(&text, "%s: ", program->name);
        weir__text_add(&text, problem->bytes, problem->length);
        weir__text_word(&text, "\n");
        weir__usage_line(&text, program);
        weir__text_printf(&text, "Try: %s --help\n", program->name);
    }
    int error = say(runtime, help ? 1 : 2, text.bytes, text.length);
    weir__text_clear(&text);
    weir_drop(weir_take(&quiet));
    return !help ? STATUS_USAGE : error != 0 ? STATUS_OUTPUT : 0;
}

// ── one run ──────────────────────────────────────────────────────────────────────────────────────

// In virtual time the streams are still the real ones.
static int write_really(weir__env *env, int stream, const char *bytes, size_t length)
{
    (void)env;
    return weir__write_whole(stream, bytes, length);
}

weir__env *weir__host_world(bool signals)
{
    const char *clock = getenv("WEIR_CLOCK");
    if (clock != NULL && strcmp(clock, "virtual") == 0) {
        const char *seed = getenv("WEIR_SEED");
        weir__env *env = weir__env_sim(seed == NULL ? 0 : strtoull(seed, NULL, 10), NULL, NULL);
        if (env != NULL) {
            env->write = write_really;
            if (signals) {
                signal(SIGPIPE, SIG_IGN); // a closed pipe is a failing write
            }
        }
        return env;
    }
    return signals ? weir__env_uv() : weir__env_uv_quiet();
}

// Moves what the command line said into main's frame, over the defaults that are there.
static void place(const weir_program *program, void *frame, weir_word *words, bool *given)
{
    for (uint32_t i = 0; i < program->parameter_count; i++) {
        const weir_parameter *parameter = &program->parameters[i];
        if (given[i]) {
            weir_word old;
            char *at = (char *)frame + parameter->at;
            memcpy(&old, at, sizeof old);
            weir__drop_word(parameter->type, old);
            memcpy(at, &words[i], sizeof words[i]);
            given[i] = false;
        }
    }
}

static int status_of(const weir_machine *machine, weir_word result)
{
    if (machine->result == NULL || machine->result->kind != WEIR_TYPE_INT) {
        return 0;
    }
    // never 0 by being cut off
    return result.integer < 0 || result.integer > 255 ? 255 : (int)result.integer;
}

// From begin to end; the words move into main's frame. The failure that left the program is given,
// owned, or NULL.
static weir_error *run_main(weir_runtime *runtime, const weir_program *program, weir_word *words,
                            bool *given, int *status)
{
    weir_context *cx = weir__runtime_context(runtime);
    weir__bindings_read(runtime);
    if (program->begin != NULL) {
        program->begin(cx);
    }
    if (!weir_failed(cx) && weir__bindings_problem(runtime) != NULL) {
        return NULL; // main never runs
    }
    void *frame = weir_failed(cx) ? NULL : weir__runtime_main(runtime, program->main);
    if (frame == NULL) {
        return weir_take(cx);
    }
    program->begin_main(cx, frame);
    if (weir_failed(cx)) { // a default could not be computed: main is never run
        weir_error *error = weir_take(cx);
        if (program->main->drop != NULL) {
            program->main->drop(cx, frame);
        }
        return error;
    }
    place(program, frame, words, given);
    weir_word result = {.integer = 0};
    weir_error *error = weir__runtime_run(runtime, &result);
    if (error == NULL) {
        *status = status_of(program->main, result);
        if (program->main->result != NULL) {
            weir__drop_word(program->main->result, result);
        }
    }
    return error;
}

static int misbound(weir_runtime *runtime, const weir_program *program, const char *problem)
{
    weir_context quiet = weir__quiet(weir__runtime_context(runtime));
    weir__text text;
    weir__text_begin(&text, &quiet);
    weir__text_printf(&text, "%s: %s\n", program->name, problem);
    say(runtime, 2, text.bytes, text.length);
    weir__text_clear(&text);
    weir_drop(weir_take(&quiet));
    return STATUS_USAGE;
}

// The command line is right: runs the program and gives its exit status.
static int run(weir_runtime *runtime, const weir_program *program, weir_word *words, bool *given)
{
    int status = 0;
    weir_error *error = run_main(runtime, program, words, given, &status);
    const char *unbound = weir__bindings_problem(runtime);
    if (error == NULL && unbound != NULL) {
        status = misbound(runtime, program, unbound);
    }
    int signal = weir__runtime_signal(runtime), said;
    bool exits = weir__runtime_exits(runtime, &said);
    status = exits ? said : status;
    if (error != NULL && !((signal != 0 || exits) && weir_unwinding(error))) {
        report(runtime, error);
        status = exits && said != 0 ? said : STATUS_FAILED;
    } else if (error != NULL && error->also != NULL) { // what failed while it was obeyed
        for (int64_t i = 0; i < error->also->length; i++) {
            report(runtime, error->also->items[i].object);
        }
        status = status != 0 ? status : STATUS_FAILED;
    }
    weir_drop(error);
    if (program->end != NULL) {
        program->end(weir__runtime_context(runtime));
    }
    return signal != 0 ? STATUS_SIGNAL + signal : status;
}

int weir__host_run(weir_runtime *runtime, const weir_program *program, int argc, char **argv)
{
    weir_context *cx = weir__runtime_context(runtime);
    size_t count = program->parameter_count;
    weir_word *words = weir__allocate(cx, (count + 1) * (sizeof *words + sizeof(bool)));
    if (words == NULL) {
        report(runtime, cx->pending);
        weir_drop(weir_take(cx));
        return STATUS_FAILED;
    }
    memset(words, 0, (count + 1) * (sizeof *words + sizeof(bool)));
    bool *given = (bool *)(words + count + 1);
    weir__text problem;
    weir__text_begin(&problem, cx);
    weir__usage wanted = weir__command_line(cx, program, argc, argv, words, given, &problem);
    int status;
    if (weir_failed(cx)) {
        report(runtime, cx->pending);
        weir_drop(weir_take(cx));
        status = STATUS_FAILED;
    } else if (wanted != WEIR__USAGE_RUN) {
        status = usage(runtime, program, wanted, &problem);
    } else {
        status = run(runtime, program, words, given);
    }
    weir__text_clear(&problem);
    for (uint32_t i = 0; i < count; i++) {
        if (given[i]) { // it never reached main
            weir__drop_word(program->parameters[i].type, words[i]);
        }
    }
    weir__release(cx, words);
    return status;
}

// WEIR_HELD says how long a step may hold the loop (`100ms`) before a warning; `weir run` sets it.
static weir__watch *watch_wanted(weir_runtime *runtime)
{
    const char *said = getenv("WEIR_HELD"), *clock = getenv("WEIR_CLOCK");
    if (said == NULL || (clock != NULL && strcmp(clock, "virtual") == 0)) {
        return NULL;
    }
    weir_context *cx = weir__runtime_context(runtime);
    weir_string *text = weir_string_new(cx, said, (int64_t)strlen(said));
    int64_t most = weir_string_duration(cx, text);
    weir_drop(text);
    if (weir_failed(cx)) {
        report(runtime, cx->pending);
        weir_drop(weir_take(cx));
        return NULL;
    }
    return most > 0 ? weir__watch_start(runtime, most) : NULL;
}

// Who says a seed wants it to count.
static bool seed_is_good(const weir_program *program)
{
    const char *seed = getenv("WEIR_SEED");
    if (seed == NULL) {
        return true;
    }
    char *end;
    errno = 0;
    strtoull(seed, &end, 10);
    bool good = errno == 0 && *end == '\0' && *seed >= '0' && *seed <= '9';
    if (!good) {
        fprintf(stderr, "%s: WEIR_SEED is a number, not `%s`\n", program->name, seed);
    }
    return good;
}

int weir_main(int argc, char **argv, const weir_program *program)
{
    if (!seed_is_good(program)) {
        return STATUS_USAGE;
    }
    weir__env *env = weir__host_world(true);
    if (env == NULL) {
        fprintf(stderr, "%s: the event loop can't be had: %s\n", program->name, strerror(errno));
        return STATUS_FAILED;
    }
    weir_runtime *runtime = weir__runtime_new(env, program);
    if (runtime == NULL) {
        env->free(env);
        fprintf(stderr, "%s: out of memory\n", program->name);
        return STATUS_FAILED;
    }
    if (may_colour()) {
        weir__runtime_colour(runtime);
    }
    weir__bindings_read(runtime);
    unsetenv("WEIR_BIND"); // it is for this program, not for what that starts
    weir__watch *watch = watch_wanted(runtime);
    int status = weir__host_run(runtime, program, argc, argv);
    weir__watch_stop(watch);
    int64_t left = weir__runtime_free(runtime);
    env->free(env);
    if (left != 0 && is_set("WEIR_CHECK")) { // for the harness: nothing may be left over
        fprintf(stderr, "%s: a bug in Weir: %lld objects or tasks left over\n", program->name,
                (long long)left);
        return STATUS_BUG;
    }
    return status;
}
