// driver.c: one program of tests/run, again and again in this process, in the simulated world:
// undisturbed, with the k-th request for memory refused (once, and for good), with a signal at the
// k-th turn, with a cancel at the k-th choice, and with its ready tasks in a random order.
//
//   driver PROGRAM.so SYMBOL FOLDER [--handles] [--by-chance] [--run=WHICH] -- ARGUMENT...
//
// Every run must end, leave nothing behind, and either do what the undisturbed one did or report.
// What the undisturbed run wrote is left in FOLDER/out and FOLDER/err for the harness, which
// knows what it should be; its status is the first line printed here. Then each run that went
// wrong, with what --run= takes to have that one alone, and what it wrote; and for each kind of run
// how many moments there were, and how many of them had their turn.
//
//   --handles    the program handles failures, and may go on in its own way when memory has ended
//   --by-chance  what it prints depends on which of two ready tasks runs first
#include "world.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "host.h"
#include "limiter.h"

enum {
    MOST_MOMENTS = 300,      // of one kind; of more a sample is taken
    SEEDS = 40,              // random orders
    RUN_SECONDS = 20,        // one run, on the real clock
    KIND_MILLISECONDS = 500, // of processor time for all runs of one kind
    MOST_FAILURES = 3,       // of one kind are told
    GRACE_SECONDS = 5,       // cleanups may take so long after a cancel
    STATUS_FAILED = 1,
    STATUS_SIGNAL = 128 + SIGNAL,
};

static const Disturbance none = {.memory = -1, .turn = -1, .choice = -1};

typedef struct Told { // what one run did
    int status;
    char *output, *errors;
    int64_t left;   // objects and tasks, by the runtime's count
    int64_t blocks; // of memory, by the world's
    int64_t held;   // permits
    int64_t requests, refused, turns, choices;
    bool asked;
    int64_t after; // the cancel, in virtual ns, it ended
} Told;

typedef struct Driver {
    const weir_program *program;
    int argc;
    char **argv;
    bool handles, by_chance;
    Told base;
    int failures; // of this kind
    int all_failures;
} Driver;

// For the handlers below, which tell in which run the process died.
static World *current;

// ── which run ────────────────────────────────────────────────────────────────────────────────────

static void print_which(FILE *to, const Disturbance *by)
{
    const char *comma = "";
    if (by->memory >= 0) {
        fprintf(to, "memory%s:%" PRId64, by->for_good ? "+" : "", by->memory);
        comma = ",";
    }
    if (by->turn >= 0) {
        fprintf(to, "%s%s:%" PRId64, comma, by->due ? "due" : "turn", by->turn);
        comma = ",";
    }
    if (by->choice >= 0) {
        fprintf(to, "%schoice:%" PRId64, comma, by->choice);
        comma = ",";
    }
    if (by->seed > 0) {
        fprintf(to, "%sseed:%" PRIu64, comma, by->seed);
        comma = ",";
    }
    fputs(*comma == '\0' ? "undisturbed" : "", to);
}

static Disturbance read_which(char *text)
{
    Disturbance by = none;
    for (char *part = strtok(text, ","); part != NULL; part = strtok(NULL, ",")) {
        char *colon = strchr(part, ':');
        int64_t number = colon == NULL ? 0 : strtoll(colon + 1, NULL, 10);
        if (strncmp(part, "memory", 6) == 0) {
            by.memory = number;
            by.for_good = part[6] == '+';
        } else if (strncmp(part, "turn:", 5) == 0 || strncmp(part, "due:", 4) == 0) {
            by.turn = number;
            by.due = *part == 'd';
        } else if (strncmp(part, "choice:", 7) == 0) {
            by.choice = number;
        } else if (strncmp(part, "seed:", 5) == 0) {
            by.seed = (uint64_t)number;
        }
    }
    return by;
}

// ── deaths ───────────────────────────────────────────────────────────────────────────────────────

static void tell_death(void)
{
    if (current == NULL) {
        return;
    }
    fflush(stdout);
    fputs("died ", stderr);
    print_which(stderr, &current->by);
    fputc('\n', stderr);
    if (current->bound != NULL) {
        fprintf(stderr, "it went on without end: too many %s\n", current->bound);
    }
    fprintf(stderr, "its standard error: %s\n", world_output(current, 2));
}

static void on_signal(int signal)
{
    fputs(signal == SIGALRM ? "one run held the processor too long\n" : "", stderr);
    tell_death();
    _exit(98);
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
void __sanitizer_set_death_callback(void (*callback)(void));
#define ON_DEATH(callback) __sanitizer_set_death_callback(callback)
#endif
#endif
#ifndef ON_DEATH
#define ON_DEATH(callback) ((void)0)
#endif

// ── one run ──────────────────────────────────────────────────────────────────────────────────────

// Permits that nobody gave back.
static int64_t permits_held(const weir_runtime *runtime)
{
    int64_t held = 0;
    for (uint32_t i = 0; i < runtime->limiter_count; i++) {
        const weir__limiters *family = &runtime->limiters[i];
        held += family->only != NULL ? family->only->held : 0;
        for (uint64_t place = 0; place < family->room; place++) {
            for (const weir_limiter *one = family->table[place]; one != NULL; one = one->next) {
                held += one->held;
            }
        }
    }
    return held;
}

static Told run(const Driver *driver, const Disturbance *by)
{
    World *world = world_new(by);
    weir__env *env = &world->env;
    Told told = {.status = STATUS_FAILED};
    current = world;
    alarm(RUN_SECONDS);
    weir_runtime *runtime = weir__runtime_new(env, driver->program);
    if (runtime == NULL) { // as weir_main says it
        static const char words[] = "out of memory\n";
        env->write(env, 2, words, sizeof words - 1);
    } else {
        world->runtime = runtime;
        told.status = weir__host_run(runtime, driver->program, driver->argc, driver->argv);
        told.held = permits_held(runtime);
        told.left = weir__runtime_free(runtime);
    }
    alarm(0);
    current = NULL;
    told.output = strdup(world_output(world, 1));
    told.errors = strdup(world_output(world, 2));
    told.blocks = world->blocks;
    told.requests = world->requests;
    told.refused = world->refused;
    told.turns = world->turns;
    told.choices = world->choices;
    told.asked = world->asked;
    told.after = world->asked ? world_now(world) - world->asked_at : 0;
    world_free(world);
    return told;
}

static void told_free(Told *told)
{
    free(told->output);
    free(told->errors);
}

// ── what is wrong with it ────────────────────────────────────────────────────────────────────────

static bool same(const Told *one, const Told *other)
{
    return one->status == other->status && strcmp(one->output, other->output) == 0;
}

static int by_line(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

// The same lines in whatever order.
static bool same_lines(const char *one, const char *other)
{
    char *texts[2] = {strdup(one), strdup(other)};
    char **lines[2] = {NULL, NULL};
    size_t counts[2] = {0, 0};
    for (int i = 0; i < 2; i++) {
        lines[i] = calloc(strlen(texts[i]) + 1, sizeof **lines);
        for (char *line = strtok(texts[i], "\n"); line != NULL; line = strtok(NULL, "\n")) {
            lines[i][counts[i]++] = line;
        }
        qsort(lines[i], counts[i], sizeof **lines, by_line);
    }
    bool equal = counts[0] == counts[1];
    for (size_t i = 0; equal && i < counts[0]; i++) {
        equal = strcmp(lines[0][i], lines[1][i]) == 0;
    }
    for (int i = 0; i < 2; i++) {
        free(lines[i]);
        free(texts[i]);
    }
    return equal;
}

static const char *wrong_after_memory(const Driver *driver, const Told *told)
{
    bool reported = strstr(told->errors, "memory") != NULL;
    if (driver->base.status == STATUS_FAILED) { // there may be no room for a second failure in it
        reported |= strstr(told->errors, "error: ") != NULL;
    }
    if (same(told, &driver->base) || (told->status == STATUS_FAILED && reported)) {
        return NULL;
    }
    if (driver->handles && (told->status == 0 || told->status == STATUS_FAILED ||
                            told->status == driver->base.status)) {
        return NULL;
    }
    return "memory ended: it neither did what it should nor reported that";
}

static const char *wrong_after_cancel(const Driver *driver, const Told *told)
{
    if (!told->asked) { // it ended before
        return same(told, &driver->base) ? NULL : "not cancelled, and yet another output";
    }
    if (told->status != STATUS_SIGNAL) {
        return "cancelled: the status is not 130";
    }
    if (told->after > GRACE_SECONDS * WEIR_SECOND) {
        return "cancelled: it ended later than the grace period allows";
    }
    return NULL;
}

// What is wrong with a run, or NULL.
static const char *wrong(const Driver *driver, const Disturbance *by, const Told *told)
{
    if (told->left != 0) {
        return "the runtime counts objects or tasks that are left over";
    }
    if (told->blocks != 0) {
        return "blocks of memory are left over";
    }
    if (told->held != 0) {
        return "permits were not given back";
    }
    // A task that failed may be one that others wait for; then its failure is told beside it.
    if (strstr(told->errors, "deadlock") != NULL && strstr(told->errors, "memory") == NULL &&
        strstr(driver->base.errors, "deadlock") == NULL) {
        return "a deadlock that is none";
    }
    if (told->refused > 0) {
        return wrong_after_memory(driver, told);
    }
    if (by->turn >= 0 || by->choice >= 0) {
        return by->seed != 0 && !told->asked ? NULL : wrong_after_cancel(driver, told);
    }
    if (by->seed == 0) {
        return same(told, &driver->base) ? NULL : "undisturbed, and yet another output";
    }
    if (!driver->by_chance && (told->status != driver->base.status ||
                          !same_lines(told->output, driver->base.output))) {
        return "in another order: other lines than undisturbed";
    }
    return NULL;
}

static void tell(const Disturbance *by, const Told *told, const char *what)
{
    printf("FAILED ");
    print_which(stdout, by);
    printf(": %s\nstatus %d, left %" PRId64 ", blocks %" PRId64 ", permits %" PRId64
           ", ended %.3f s after a cancel\n",
           what, told->status, told->left, told->blocks, told->held, (double)told->after / 1e9);
    printf("standard output:\n%s\nstandard error:\n%s\n", told->output, told->errors);
}

// Runs and judges; false when something is wrong.
static bool try(Driver *driver, const Disturbance *by)
{
    Told told = run(driver, by);
    const char *what = wrong(driver, by, &told);
    if (what != NULL) {
        driver->failures++;
        driver->all_failures++;
        if (driver->failures <= MOST_FAILURES) {
            tell(by, &told, what);
        }
    }
    told_free(&told);
    return what == NULL;
}

// ── many runs ────────────────────────────────────────────────────────────────────────────────────

static double processor_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// Which of `count` moments the i-th of a sample of `most` is: the first ones in full, since there
// a program is made, and then every n-th.
static int64_t moment(int64_t i, int64_t count, int64_t most)
{
    int64_t first = most / 3;
    return count <= most || i < first ? i : first + (i - first) * (count - first) / (most - first);
}

typedef void Place(Disturbance *by, int64_t moment);

static void at_memory(Disturbance *by, int64_t k)
{
    by->memory = k;
}

static void at_memory_for_good(Disturbance *by, int64_t k)
{
    by->memory = k;
    by->for_good = true;
}

static void at_turn(Disturbance *by, int64_t k)
{
    by->turn = k;
}

static void at_due(Disturbance *by, int64_t k)
{
    by->turn = k;
    by->due = true;
}

static void at_choice(Disturbance *by, int64_t k)
{
    by->choice = k;
}

static void at_seed(Disturbance *by, int64_t k)
{
    by->seed = (uint64_t)k + 1;
}

// Random order, and a cancel somewhere in it.
static void at_seed_and_choice(Disturbance *by, int64_t k)
{
    by->seed = (uint64_t)k / 8 + 1;
    by->choice = k % 8 * 7 + k / 8 % 7;
}

// Random order, and memory ends somewhere in it.
static void at_seed_and_memory(Disturbance *by, int64_t k)
{
    by->seed = (uint64_t)k / 8 + 1;
    by->memory = 2 + k % 8 * 11 + k / 8 % 11;
    by->for_good = k % 2 == 1;
}

// Should the time not suffice, what had its turn is spread over the whole all the same: one moment
// in eight first, then those beside them.
static void try_all(Driver *driver, const char *kind, Place *place, int64_t count)
{
    enum { STRIDE = 8 };
    double end = processor_seconds() + KIND_MILLISECONDS / 1e3;
    int64_t most = count < MOST_MOMENTS ? count : MOST_MOMENTS;
    int64_t done = 0;
    driver->failures = 0;
    for (int64_t offset = 0; offset < STRIDE; offset++) {
        for (int64_t i = offset; i < most && processor_seconds() < end; i += STRIDE) {
            Disturbance by = none;
            place(&by, moment(i, count, most));
            try(driver, &by);
            done++;
        }
    }
    printf("covered %" PRId64 " of %" PRId64 " failed %d %s\n", done, count, driver->failures,
           kind);
}

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    if (file == NULL || fputs(text, file) == EOF || fclose(file) != 0) {
        perror(path);
        exit(2);
    }
}

static const weir_program *load(const char *path, const char *symbol)
{
    void *library = dlopen(path, RTLD_NOW);
    const weir_program *program = library == NULL ? NULL : dlsym(library, symbol);
    if (program == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        exit(2);
    }
    return program;
}

// How many turns and choices there are, first in, first out, and that this is the same program.
static void count_moments(Driver *driver)
{
    Disturbance chosen = none;
    chosen.choice = INT64_MAX; // so that the world is asked
    Told told = run(driver, &chosen);
    driver->base.choices = told.choices;
    if (!same(&told, &driver->base)) {
        driver->all_failures++;
        tell(&chosen, &told, "chosen first in, first out, and yet another output");
    }
    told_free(&told);
}

static void run_all(Driver *driver, const char *folder)
{
    driver->base = run(driver, &none);
    write_file(folder, "out", driver->base.output);
    write_file(folder, "err", driver->base.errors);
    printf("status %d\n", driver->base.status);
    const char *what = wrong(driver, &none, &driver->base);
    if (what != NULL) {
        driver->all_failures++;
        tell(&none, &driver->base, what);
        return;
    }
    count_moments(driver);
    try_all(driver, "requests refused once", at_memory, driver->base.requests);
    try_all(driver, "requests refused for good", at_memory_for_good, driver->base.requests);
    try_all(driver, "signals in a turn", at_turn, driver->base.turns);
    try_all(driver, "signals as a timer is due", at_due, driver->base.turns);
    try_all(driver, "cancels at a choice", at_choice, driver->base.choices);
    try_all(driver, "random orders", at_seed, SEEDS);
    try_all(driver, "cancels in a random order", at_seed_and_choice, SEEDS);
    try_all(driver, "requests refused in a random order", at_seed_and_memory, SEEDS);
}

int main(int argc, char **argv)
{
    Driver driver = {0};
    char *which = NULL;
    int at = 4;
    for (; at < argc && strcmp(argv[at], "--") != 0; at++) {
        driver.handles |= strcmp(argv[at], "--handles") == 0;
        driver.by_chance |= strcmp(argv[at], "--by-chance") == 0;
        which = strncmp(argv[at], "--run=", 6) == 0 ? argv[at] + 6 : which;
    }
    if (argc < 4 || at == argc) {
        fputs("usage: driver PROGRAM.so SYMBOL FOLDER [--handles] [--by-chance] [--run=WHICH] "
              "-- ARGUMENT...\n",
              stderr);
        return 2;
    }
    driver.program = load(argv[1], argv[2]);
    driver.argc = argc - at; // the place of the -- becomes the program's name
    driver.argv = argv + at;
    signal(SIGALRM, on_signal);
    signal(SIGABRT, on_signal);
    ON_DEATH(tell_death);
    if (which != NULL) {
        Disturbance by = read_which(which);
        driver.base = run(&driver, &none);
        Told told = run(&driver, &by);
        const char *what = wrong(&driver, &by, &told);
        driver.all_failures = what != NULL;
        tell(&by, &told, what == NULL ? "nothing is wrong" : what);
        told_free(&told);
    } else {
        run_all(&driver, argv[3]);
    }
    told_free(&driver.base);
    return driver.all_failures > 0 ? 1 : 0;
}
