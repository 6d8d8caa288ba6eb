// measure.c: runs programs round by round and prints the medians as a table.
//
// usage: measure ROUNDS < PLAN
//
// The plan has one line a row and one a cell, with a tab between fields:
//   row   NAME  UNIT  GOAL
//   cell  ROW  COLUMN  COUNT  EXPECTED  COMMAND
// A unit is `ns`, `us` (of processor time for each of COUNT, all threads), `k/s` (thousands of
// COUNT in a second of processor time) or `ms` (of wall time, for all). `#` in a command is COUNT;
// such a command is also run with 0, and what that takes is subtracted. The last line of a
// command's output must be EXPECTED
// (- : anything), or the measuring is over: what does not do the work is not to be compared.
//
// Every round runs every cell once, so that a busy moment of the machine strikes all alike.
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { MOST_ROWS = 32, MOST_CELLS = 256, MOST_ROUNDS = 64, MOST_WORDS = 32, COLUMNS = 6 };

static const char *const columns[COLUMNS] = {"weir", "hand", "limit", "go", "node", "asyncio"};

typedef struct Row {
    char *name, *unit, *goal;
} Row;

typedef struct Cell {
    size_t row, column;
    int64_t count;
    char *count_text, *expected;
    char *words[MOST_WORDS];
    bool has_base;
    double took[MOST_ROUNDS], base[MOST_ROUNDS]; // ns
    double memory;                               // most of all rounds, KiB
} Cell;

typedef struct Bench {
    Row rows[MOST_ROWS];
    Cell cells[MOST_CELLS];
    size_t row_count, cell_count, rounds;
} Bench;

static void stop(const char *what, const char *which)
{
    fprintf(stderr, "measure: %s: %s\n", what, which);
    exit(1);
}

// ── the plan ────────────────────────────────────────────────────────────────────────────────────

static char *field(char **rest)
{
    char *text = strsep(rest, "\t");
    if (!text) {
        stop("the plan is wrong", "a field is missing");
    }
    text = strdup(text);
    if (!text) {
        stop("no memory", "");
    }
    return text;
}

static size_t find_row(const Bench *bench, const char *name)
{
    for (size_t i = 0; i < bench->row_count; i++) {
        if (strcmp(bench->rows[i].name, name) == 0) {
            return i;
        }
    }
    stop("the plan has no such row", name);
    return 0;
}

static size_t find_column(const char *name)
{
    for (size_t i = 0; i < COLUMNS; i++) {
        if (strcmp(columns[i], name) == 0) {
            return i;
        }
    }
    stop("there is no such column", name);
    return 0;
}

static void read_cell(Bench *bench, char *rest)
{
    if (bench->cell_count == MOST_CELLS) {
        stop("the plan is wrong", "too many cells");
    }
    Cell *cell = &bench->cells[bench->cell_count++];
    cell->row = find_row(bench, field(&rest));
    cell->column = find_column(field(&rest));
    cell->count_text = field(&rest);
    cell->count = atoll(cell->count_text);
    cell->expected = field(&rest);
    char *command = field(&rest), *word;
    for (size_t i = 0; (word = strsep(&command, " ")); i++) {
        if (i + 1 == MOST_WORDS) {
            stop("the plan is wrong", "too many words");
        }
        cell->words[i] = word;
        cell->has_base |= strcmp(word, "#") == 0;
    }
}

static void read_plan(Bench *bench)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    while ((length = getline(&line, &room, stdin)) > 0) {
        line[strcspn(line, "\n")] = '\0';
        char *rest = line;
        char *kind = field(&rest);
        if (strcmp(kind, "row") == 0 && bench->row_count < MOST_ROWS) {
            Row *row = &bench->rows[bench->row_count++];
            row->name = field(&rest);
            row->unit = field(&rest);
            row->goal = field(&rest);
        } else if (strcmp(kind, "cell") == 0) {
            read_cell(bench, rest);
        } else {
            stop("the plan is wrong", kind);
        }
        free(kind);
    }
    free(line);
}

// ── running ─────────────────────────────────────────────────────────────────────────────────────

static pid_t launch(char **words, int *out)
{
    int ends[2];
    if (pipe(ends) != 0) {
        stop("pipe", strerror(errno));
    }
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, ends[1], 1);
    posix_spawn_file_actions_addclose(&files, ends[0]);
    posix_spawn_file_actions_addclose(&files, ends[1]);
    pid_t child;
    int error = posix_spawnp(&child, words[0], &files, NULL, words, environ);
    posix_spawn_file_actions_destroy(&files);
    if (error != 0) {
        stop(words[0], strerror(error));
    }
    close(ends[1]);
    *out = ends[0];
    return child;
}

// Keeps the end of what it says, which is read until it closes its output.
static void listen_to(int out, char *last, size_t room)
{
    char text[8192];
    size_t length = 0;
    ssize_t got;
    while ((got = read(out, text + length, sizeof text - 1 - length)) > 0) {
        length += (size_t)got;
        if (length > sizeof text / 2) {
            memmove(text, text + length - room, room);
            length = room;
        }
    }
    close(out);
    while (length > 0 && text[length - 1] == '\n') {
        length--;
    }
    text[length] = '\0';
    const char *line = strrchr(text, '\n');
    line = line ? line + 1 : text;
    size_t shown = strnlen(line, room - 1);
    memcpy(last, line, shown);
    last[shown] = '\0';
}

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

// Runs a command once; gives ns of wall or of processor time.
static double run(Cell *cell, const char *unit, bool base)
{
    char *words[MOST_WORDS], zero[] = "0";
    for (size_t i = 0; i < MOST_WORDS; i++) {
        bool count = cell->words[i] && strcmp(cell->words[i], "#") == 0;
        words[i] = !count ? cell->words[i] : base ? zero : cell->count_text;
    }
    struct timespec began, ended;
    clock_gettime(CLOCK_MONOTONIC, &began);
    int out, status;
    pid_t child = launch(words, &out);
    char last[256];
    listen_to(out, last, sizeof last);
    struct rusage used;
    while (wait4(child, &status, 0, &used) < 0) {
        if (errno != EINTR) {
            stop("wait4", strerror(errno));
        }
    }
    clock_gettime(CLOCK_MONOTONIC, &ended);
    if (status != 0) {
        stop("a program has failed", words[0]);
    }
    if (!base && strcmp(cell->expected, "-") != 0 && strcmp(cell->expected, last) != 0) {
        fprintf(stderr, "%s said %s, not %s\n", words[0], last, cell->expected);
        stop("a program has not done its work", words[1] ? words[1] : words[0]);
    }
    if (!base && (double)used.ru_maxrss > cell->memory) {
        cell->memory = (double)used.ru_maxrss;
    }
    if (strcmp(unit, "ms") != 0) {
        return (seconds(used.ru_utime) + seconds(used.ru_stime)) * 1e9;
    }
    return (double)(ended.tv_sec - began.tv_sec) * 1e9 + (double)(ended.tv_nsec - began.tv_nsec);
}

static void run_rounds(Bench *bench)
{
    for (size_t round = 0; round < bench->rounds; round++) {
        fprintf(stderr, "round %zu of %zu\n", round + 1, bench->rounds);
        for (size_t i = 0; i < bench->cell_count; i++) {
            Cell *cell = &bench->cells[i];
            const char *unit = bench->rows[cell->row].unit;
            cell->base[round] = cell->has_base ? run(cell, unit, true) : 0;
            cell->took[round] = run(cell, unit, false);
        }
    }
}

// ── the tables ──────────────────────────────────────────────────────────────────────────────────

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(const double *values, size_t count)
{
    double sorted[MOST_ROUNDS];
    memcpy(sorted, values, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare);
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

static double figure(const Bench *bench, const Cell *cell)
{
    const char *unit = bench->rows[cell->row].unit;
    double ns = median(cell->took, bench->rounds) - median(cell->base, bench->rounds);
    ns = ns < 0 ? 0 : ns;
    if (strcmp(unit, "ns") == 0) {
        return ns / (double)cell->count;
    }
    if (strcmp(unit, "us") == 0) {
        return ns / (double)cell->count / 1e3;
    }
    if (strcmp(unit, "k/s") == 0) {
        return (double)cell->count / ns * 1e6;
    }
    return ns / 1e6;
}

static const Cell *cell_at(const Bench *bench, size_t row, size_t column)
{
    for (size_t i = 0; i < bench->cell_count; i++) {
        if (bench->cells[i].row == row && bench->cells[i].column == column) {
            return &bench->cells[i];
        }
    }
    return NULL;
}

static void print_number(double value)
{
    printf(" %9.*f |", value < 10 ? 2 : value < 100 ? 1 : 0, value);
}

static void print_head(const char *first, bool times)
{
    printf("\n| %-34s |", first);
    for (size_t column = 0; column < COLUMNS; column++) {
        printf(" %9s |", columns[column]);
        if (times && column == 2) {
            printf(" %9s | %9s |", "of hand", "of limit");
        }
    }
    printf(times ? " goal\n" : "\n");
}

static void print_ratio(const Bench *bench, size_t row, size_t column)
{
    const Cell *weir = cell_at(bench, row, 0), *other = cell_at(bench, row, column);
    if (weir && other && figure(bench, other) > 0) {
        printf(" %8.2fx |", figure(bench, weir) / figure(bench, other));
    } else {
        printf(" %9s |", "");
    }
}

static void print_times(const Bench *bench)
{
    print_head("work", true);
    for (size_t row = 0; row < bench->row_count; row++) {
        const Row *about = &bench->rows[row];
        printf("| %-29s %4s |", about->name, about->unit);
        for (size_t column = 0; column < COLUMNS; column++) {
            const Cell *cell = cell_at(bench, row, column);
            if (cell) {
                print_number(figure(bench, cell));
            } else {
                printf(" %9s |", "");
            }
            if (column == 2) {
                print_ratio(bench, row, 1);
                print_ratio(bench, row, 2);
            }
        }
        printf(" %s\n", about->goal);
    }
}

static void print_memory(const Bench *bench)
{
    print_head("memory at most, MB", false);
    for (size_t row = 0; row < bench->row_count; row++) {
        printf("| %-34s |", bench->rows[row].name);
        for (size_t column = 0; column < COLUMNS; column++) {
            const Cell *cell = cell_at(bench, row, column);
            if (cell) {
                print_number(cell->memory / 1024);
            } else {
                printf(" %9s |", "");
            }
        }
        printf("\n");
    }
}

// How far apart the rounds of Weir and of the hand-written program were: what the medians are
// worth.
static void print_spread(const Bench *bench)
{
    double worst = 0;
    const char *where = "";
    for (size_t i = 0; i < bench->cell_count; i++) {
        const Cell *cell = &bench->cells[i];
        double least = cell->took[0], most = cell->took[0];
        for (size_t round = 1; round < bench->rounds; round++) {
            least = cell->took[round] < least ? cell->took[round] : least;
            most = cell->took[round] > most ? cell->took[round] : most;
        }
        if (cell->column < 3 && least > 0 && most / least > worst) {
            worst = most / least;
            where = bench->rows[cell->row].name;
        }
    }
    printf("\nMedians of %zu rounds; the slowest round took up to %.1f times the fastest (%s).\n",
           bench->rounds, worst, where);
}

int main(int argc, char **argv)
{
    static Bench bench;
    long rounds = argc == 2 ? strtol(argv[1], NULL, 10) : 0;
    if (rounds < 1 || rounds > MOST_ROUNDS) {
        fputs("usage: measure ROUNDS < PLAN (1 to 64 rounds)\n", stderr);
        return 2;
    }
    bench.rounds = (size_t)rounds;
    read_plan(&bench);
    run_rounds(&bench);
    print_times(&bench);
    print_memory(&bench);
    print_spread(&bench);
    return fflush(stdout) == 0 ? 0 : 1;
}
