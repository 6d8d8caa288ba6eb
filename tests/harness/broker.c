// broker.c: processes that share a queue through a NATS server: what tests/broker/jobs.weir does on
// several sides at once, while workers and the server are killed.
#include "files.h"
#include "fixture.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_JOBS = 400, WAIT_SECONDS = 25, RUN_SECONDS = 20 };

typedef struct Run { // one case
    Report *report;
    const char *name;
    Fixture server;
    const char *server_folder, *binding;
    int sides; // started so far
} Run;

typedef struct Side { // a process
    Background process;
    Text line;        // begun
    int count;        // of jobs it has printed
    int seen[MOST_JOBS];
    const char *errors; // file
} Side;

// ── sides ────────────────────────────────────────────────────────────────────────────────────────

static Command side_command(Run *run, const char *side, const char *option, const char *value)
{
    const Suite *suite = run->report->suite;
    Command command = {.folder = run->report->scratch, .seconds = RUN_SECONDS};
    suite_environment(suite, &command);
    const char *const words[] = {suite->weir,
                                 "run",
                                 "--bind",
                                 run->binding,
                                 print_text("%s/tests/broker/jobs.weir", suite->root),
                                 side};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        command_add(&command, words[i]);
    }
    if (option != NULL) {
        command_add(&command, option);
        command_add(&command, value);
    }
    return command;
}

static Side side_start(Run *run, const char *side, const char *pause)
{
    Command command = side_command(run, side, "--pause", pause);
    if (strcmp(side, "feed") == 0) {
        command_add(&command, "--count");
        command_add(&command, "200");
    }
    Side started = {.errors = print_text("%s/side-%d.errors", run->report->scratch, run->sides++)};
    started.process = background_start(&command, started.errors);
    return started;
}

static void feed(Run *run, const char *count)
{
    Command command = side_command(run, "feed", "--count", count);
    Outcome outcome = command_run(&command, run->report->scratch);
    if (outcome.status != 0) {
        report_fail(run->report, run->name, print_text("could not feed:\n%s", outcome.errors));
    }
}

static void take_bytes(Side *side, const char *bytes, ssize_t length)
{
    for (ssize_t i = 0; i < length; i++) {
        if (bytes[i] != '\n') {
            text_print(&side->line, "%c", bytes[i]);
            continue;
        }
        int id = side->line.bytes == NULL ? -1 : atoi(side->line.bytes);
        if (id >= 0 && id < MOST_JOBS) {
            side->seen[id]++;
            side->count++;
        }
        side->line = (Text){0};
    }
}

// Reads what the sides print until all of them together have worked on so many jobs, each counted
// once, or time is over. Gives how many there were.
static int watch(Side *const *sides, int count, int jobs, double seconds)
{
    double until = seconds_now() + seconds;
    for (;;) {
        int different = 0;
        for (int id = 0; id < MOST_JOBS; id++) {
            int seen = 0;
            for (int i = 0; i < count; i++) {
                seen += sides[i]->seen[id];
            }
            different += seen > 0;
        }
        if (different >= jobs || seconds_now() > until) {
            return different;
        }
        for (int i = 0; i < count; i++) {
            struct pollfd ready = {.fd = sides[i]->process.output, .events = POLLIN};
            char bytes[4096];
            ssize_t length = poll(&ready, 1, 20) == 1
                                 ? read(sides[i]->process.output, bytes, sizeof bytes)
                                 : 0;
            take_bytes(sides[i], bytes, length > 0 ? length : 0);
        }
    }
}

static int most_often(Side *const *sides, int count)
{
    int most = 0;
    for (int id = 0; id < MOST_JOBS; id++) {
        int seen = 0;
        for (int i = 0; i < count; i++) {
            seen += sides[i]->seen[id];
        }
        most = seen > most ? seen : most;
    }
    return most;
}

static void side_kill(Side *side)
{
    int status;
    kill(side->process.process, SIGKILL);
    waitpid(side->process.process, &status, 0);
}

// Its status once it has ended; a signal is sent before, where there is one.
static int side_end(Side *side, int with)
{
    int status = 0;
    if (with != 0) {
        kill(side->process.process, with);
    }
    waitpid(side->process.process, &status, 0);
    close(side->process.input);
    close(side->process.output);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void expect(Run *run, bool good, const char *what, int got)
{
    if (good) {
        report_pass(run->report);
    } else {
        report_fail(run->report, run->name, print_text("%s: %d", what, got));
    }
}

static void bind_to(Run *run, const char *rest)
{
    run->binding = print_text("jobs=%s/%s", run->server.url, rest);
}

// ── cases ────────────────────────────────────────────────────────────────────────────────────────

static void shared(Run *run)
{
    bind_to(run, "SHARED");
    feed(run, "200");
    Side one = side_start(run, "work", "3ms"), other = side_start(run, "many", "3ms");
    Side *const both[] = {&one, &other};
    int seen = watch(both, 2, 200, WAIT_SECONDS);
    expect(run, seen == 200, "jobs of 200 that were worked on", seen);
    expect(run, one.count > 0 && other.count > 0, "jobs of the first worker", one.count);
    expect(run, most_often(both, 2) == 1, "one was worked on so often", most_often(both, 2));
    int status = side_end(&one, SIGTERM);
    expect(run, status == 143, "status of a worker that was ended", status);
    side_end(&other, SIGTERM);
}

// What a killed worker held comes to the other, once the server has waited for it.
static void killed(Run *run)
{
    bind_to(run, "KILLED?ack_wait=1s");
    feed(run, "60");
    Side one = side_start(run, "many", "40ms");
    Side *const both[] = {&one, NULL};
    int before = watch(both, 1, 10, WAIT_SECONDS);
    side_kill(&one);
    Side other = side_start(run, "many", "1ms");
    Side *const all[] = {&one, &other};
    int seen = watch(all, 2, 60, WAIT_SECONDS);
    expect(run, before >= 10, "jobs before the kill", before);
    expect(run, seen == 60, "jobs of 60 that were worked on", seen);
    side_end(&other, SIGTERM);
}

// Longer than the server waits: it is told that work goes on.
static void long_work(Run *run)
{
    bind_to(run, "LONG?ack_wait=1s");
    feed(run, "4");
    Side one = side_start(run, "work", "2500ms"), other = side_start(run, "work", "2500ms");
    Side *const both[] = {&one, &other};
    int seen = watch(both, 2, 4, WAIT_SECONDS);
    expect(run, seen == 4, "jobs of 4 that were worked on", seen);
    expect(run, most_often(both, 2) == 1, "one was worked on so often", most_often(both, 2));
    side_end(&one, SIGTERM);
    side_end(&other, SIGTERM);
}

// A worker that is asked to end gives back what it holds: nobody waits for the server's patience.
static void given_back(Run *run)
{
    bind_to(run, "BACK?ack_wait=10m");
    feed(run, "1");
    Side one = side_start(run, "take", "1h");
    char took[16] = "";
    bool read_some = read(one.process.output, took, sizeof took - 1) > 0;
    expect(run, read_some && starts_with(took, "took 0"), "it took nothing", 0);
    int status = side_end(&one, SIGTERM);
    expect(run, status == 143, "status of a worker that was ended", status);
    Side other = side_start(run, "work", "1ms");
    Side *const all[] = {&other};
    int seen = watch(all, 1, 1, WAIT_SECONDS);
    expect(run, seen == 1, "jobs that came back", seen);
    side_end(&other, SIGTERM);
}

static void restarted(Run *run)
{
    bind_to(run, "RESTARTED?ack_wait=2s");
    Side feeder = side_start(run, "feed", "5ms"), worker = side_start(run, "work", "1ms");
    Side *const sides[] = {&worker};
    int before = watch(sides, 1, 20, WAIT_SECONDS);
    kill(run->server.process.process, SIGKILL);
    fixture_stop(&run->server);
    watch(sides, 1, 200, 1); // both go on without it
    run->server = fixture_again(run->report->suite, &run->server, run->server_folder);
    int seen = watch(sides, 1, 200, WAIT_SECONDS);
    int status = side_end(&feeder, 0);
    expect(run, before >= 20, "jobs before the restart", before);
    expect(run, status == 0, "status of the feeder", status);
    expect(run, seen == 200, "jobs of 200 that were worked on", seen);
    side_end(&worker, SIGTERM);
}

static void check_run(Run *run, Command *command, int status, const char *words)
{
    Outcome outcome = command_run(command, run->report->scratch);
    bool said = words == NULL || strstr(outcome.errors, words) != NULL;
    bool secret = strstr(outcome.errors, "s3cret") != NULL;
    if (outcome.status == status && said && !secret) {
        report_pass(run->report);
        return;
    }
    report_fail(run->report, run->name,
                print_text("%s\nstatus %d, expected %d; standard error%s contain: %s\n%s",
                           command_line(command), outcome.status, status,
                           secret ? " must not" : " should", secret ? "s3cret" : words,
                           outcome.errors));
}

// A message that is no job fails the one who reads it, and is not there for the next one.
static void no_job(Run *run)
{
    run->binding = print_text("texts=%s/BAD", run->server.url);
    Command text = side_command(run, "text", NULL, NULL);
    check_run(run, &text, 0, NULL);
    bind_to(run, "BAD");
    feed(run, "1");
    Command take = side_command(run, "take", NULL, NULL),
            again = side_command(run, "take", NULL, NULL);
    check_run(run, &take, 1, "working on \"no job\"");
    check_run(run, &again, 0, NULL);
}

// A queue of a file that is used has that file's name.
static void other_file(Run *run)
{
    run->binding = print_text("lib.extra=%s/EXTRA", run->server.url);
    Command extra = side_command(run, "extra", NULL, NULL);
    Outcome outcome = command_run(&extra, run->report->scratch);
    expect(run, outcome.status == 0 && strcmp(outcome.output, "41\n") == 0, "status",
           outcome.status);
}

static void mistakes(Run *run)
{
    const char *url = run->server.url;
    const struct {
        const char *binding;
        int status;
        const char *words;
    } all[] = {
        {print_text("job=%s/JOBS", url), 2,
         "there is no queue `job` to be bound: at its top level the program has `"},
        {print_text("extra=%s/JOBS", url), 2, "`lib.extra`"},
        {print_text("handles=%s/JOBS", url), 2,
         "queue `handles` can't be bound: its items (queue<int>) have no form as JSON"},
        {"jobs", 2, "what a queue is bound to is said by NAME=URL"},
        {"jobs=http://me:s3cret@127.0.0.1/JOBS", 2, "a broker's address begins with nats://"},
        {"jobs=nats://me:s3cret@/JOBS", 2, "behind nats:// comes a server"},
        {"jobs=nats://me:s3cret@127.0.0.1:1", 2, "comes the name of a stream"},
        {"jobs=nats://127.0.0.1:1/A?acks=no", 2, "`acks=no` says nothing behind the `?`"},
        {"jobs=nats://127.0.0.1:1/A jobs=nats://127.0.0.1:1/B", 2, "queue `jobs` is bound twice"},
        {"jobs=nats://me:s3cret@127.0.0.1:1/JOBS", 1,
         "queue `jobs`: nats://127.0.0.1:1 can't be reached"},
        {print_text("jobs=%s/ABSENT?create=no", url), 1, "has no stream ABSENT: stream not found"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        run->binding = all[i].binding;
        Command command = side_command(run, "take", NULL, NULL);
        check_run(run, &command, all[i].status, all[i].words);
    }
}

static const struct {
    const char *name;
    void (*run)(Run *run);
} cases[] = {
    {"two processes share a queue", shared},
    {"a worker is killed", killed},
    {"work is longer than the server waits", long_work},
    {"a worker is ended", given_back},
    {"the server is killed", restarted},
    {"a message is no item", no_job},
    {"a queue of another file", other_file},
    {"mistakes", mistakes},
};

static const char *case_name(const void *context, size_t index)
{
    (void)context;
    return cases[index].name;
}

static void run_case(Report *report, const void *context, size_t index)
{
    (void)context;
    Run run = {.report = report,
               .name = cases[index].name,
               .server_folder = print_text("%s/server", report->scratch)};
    run.server = fixture_start(report->suite, "nats", run.server_folder);
    if (run.server.missing != NULL) {
        report_skip(report, run.name, run.server.missing);
    } else if (run.server.problem != NULL) {
        report_fail(report, run.name, run.server.problem);
    } else {
        cases[index].run(&run);
        fixture_stop(&run.server);
    }
}

void broker_part(Suite *suite)
{
    suite_cases(suite, "broker", NULL, sizeof cases / sizeof *cases, case_name, run_case, "");
}
