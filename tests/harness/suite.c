// suite: runs the parts of the test suite named on the command line, or all of them, and ends with
// a line `N passed, N failed, N skipped` and status 1 when a test failed. `./zigw build test` calls
// it.
#include "suite.h"
#include "files.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *name;
    void (*run)(Suite *suite);
} parts[] = {
    {"tidy", tidy_part},           {"unit", unit_part},       {"snapshots", snapshots_part},
    {"rendering", rendering_part}, {"pages", pages_part},     {"docs", docs_part},
    {"run", programs_part},        {"printed", printed_part}, {"split", split_part},
    {"embed", embed_part},         {"faults", faults_part},   {"mutants", mutants_part},
    {"grown", grown_part},         {"broker", broker_part},
};
enum { PART_COUNT = sizeof parts / sizeof *parts };

static const char *absolute(const char *path)
{
    char *full = realpath(path, NULL);
    if (full == NULL) {
        perror(path);
        exit(2);
    }
    return full;
}

static void add_unit(Suite *suite, const char *option)
{
    const char *equals = strchr(option, '=');
    if (equals == NULL) {
        fprintf(stderr, "--unit takes NAME=PATH\n");
        exit(2);
    }
    UnitTest *items = take((suite->units.count + 1) * sizeof *items);
    if (suite->units.count > 0) {
        memcpy(items, suite->units.items, suite->units.count * sizeof *items);
    }
    items[suite->units.count] = (UnitTest){
        .name = copy_text(option, (size_t)(equals - option)),
        .path = absolute(equals + 1),
    };
    suite->units.items = items;
    suite->units.count++;
}

// The value of `--NAME=VALUE`, or NULL when the argument is not that option.
static const char *option_value(const char *argument, const char *name)
{
    char *start = print_text("--%s=", name);
    return starts_with(argument, start) ? argument + strlen(start) : NULL;
}

static void read_option(Suite *suite, const char *argument)
{
    const char *value = NULL;
    if ((value = option_value(argument, "prefix")) != NULL) {
        suite->weir = absolute(print_text("%s/bin/weir", value));
        suite->include = absolute(print_text("%s/include", value));
    } else if ((value = option_value(argument, "sanitized")) != NULL) {
        suite->sanitized = absolute(print_text("%s/bin/weir", value));
    } else if ((value = option_value(argument, "server")) != NULL) {
        suite->server = absolute(value);
    } else if ((value = option_value(argument, "faults")) != NULL) {
        suite->faults = absolute(value);
    } else if ((value = option_value(argument, "archive")) != NULL) {
        suite->archive = absolute(value);
    } else if ((value = option_value(argument, "compiler")) != NULL) {
        suite->compiler = absolute(value);
    } else if ((value = option_value(argument, "generated")) != NULL) {
        suite->generated = absolute(value);
    } else if ((value = option_value(argument, "unit")) != NULL) {
        add_unit(suite, value);
    } else if ((value = option_value(argument, "seeds")) != NULL) {
        if (sscanf(value, "%zu..%zu", &suite->first_seed, &suite->end_seed) != 2 ||
            suite->end_seed <= suite->first_seed) {
            fprintf(stderr, "--seeds takes FIRST..END\n");
            exit(2);
        }
    } else if (strcmp(argument, "--in-memory") == 0) {
        suite->in_memory = true;
    } else if (strcmp(argument, "--nats") == 0) {
        suite->nats = true;
    } else if (strcmp(argument, "--update") == 0) {
        suite->update = true;
    } else {
        fprintf(stderr, "unknown option %s\n", argument);
        exit(2);
    }
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    char folder[] = "/tmp/weir-tests.XXXXXX";
    if (mkdtemp(folder) == NULL) {
        perror(folder);
        return 2;
    }
    Suite suite = {.root = absolute("."), .scratch = folder, .first_seed = 1, .end_seed = 25};
    bool wanted[PART_COUNT] = {false};
    bool some = false;
    for (int i = 1; i < argc; i++) {
        if (starts_with(argv[i], "--")) {
            read_option(&suite, argv[i]);
            continue;
        }
        bool named = false;
        for (size_t part = 0; part < PART_COUNT; part++) {
            if (strcmp(argv[i], parts[part].name) == 0) {
                wanted[part] = named = some = true;
            }
        }
        if (!named) {
            strings_add(&suite.filters, argv[i]);
        }
    }
    for (size_t part = 0; part < PART_COUNT; part++) {
        if (wanted[part] || !some) {
            parts[part].run(&suite);
        }
    }
    folder_remove(folder);
    if (suite.tally.passed + suite.tally.failed == 0) {
        printf("no test ran\n");
    }
    printf("%d passed, %d failed, %d skipped\n", suite.tally.passed, suite.tally.failed,
           suite.tally.skipped);
    return suite.tally.failed > 0 || suite.tally.passed == 0 ? 1 : 0;
}
