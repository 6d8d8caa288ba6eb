// The command line, as people type it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include "options.h"

typedef struct Case {
    Arena arena;
    Options options;
} Case;

static int begin(void **state)
{
    static Case one;
    memset(&one, 0, sizeof one);
    *state = &one;
    return 0;
}

static int end(void **state)
{
    arena_free(&((Case *)*state)->arena);
    return 0;
}

// Parses `weir` followed by the words, up to a NULL.
static Options *parse(void **state, const char **words)
{
    Case *one = *state;
    int count = 0;
    while (words[count]) {
        count++;
    }
    char **argv = arena_take(&one->arena, ((size_t)count + 2) * sizeof *argv);
    argv[0] = arena_copy(&one->arena, "weir", 4);
    for (int i = 0; i < count; i++) {
        argv[i + 1] = arena_copy(&one->arena, words[i], strlen(words[i]));
    }
    one->options = (Options){0};
    options_parse(&one->options, &one->arena, count + 1, argv);
    return &one->options;
}
#define PARSE(...) parse(state, (const char *[]){__VA_ARGS__, NULL})

static void file_is_run(void **state)
{
    static const char *const programs[] = {"a.weir", "-", "some/where", "/dev/null"};
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        Options *options = PARSE(programs[i], "-o", "--help");
        assert_null(options->wrong);
        assert_int_equal(options->verb, VERB_RUN);
        assert_int_equal(options->files.count, 1);
        assert_string_equal(options->files.items[0], programs[i]);
        assert_string_equal(options->arguments[0], "-o");
        assert_string_equal(options->arguments[1], "--help");
        assert_null(options->arguments[2]);
        assert_null(options->given[OPTION_HELP]);
    }
}

static void rest_goes_to_the_program(void **state)
{
    Options *options = PARSE("run", "--compiler", "cc", "a.weir", "--compiler", "x", "--");
    assert_null(options->wrong);
    assert_int_equal(options_choice(options, OPTION_COMPILER, -1), 1);
    assert_string_equal(options->arguments[0], "--compiler");
    assert_string_equal(options->arguments[2], "--");
    assert_null(options->arguments[3]);

    options = PARSE("run", "--", "--odd.weir", "-x");
    assert_null(options->wrong);
    assert_string_equal(options->files.items[0], "--odd.weir");
    assert_string_equal(options->arguments[0], "-x");
}

static void program_from_the_line(void **state)
{
    Options *options = PARSE("-e", "print(1)", "-o", "b");
    assert_null(options->wrong);
    assert_int_equal(options->verb, VERB_RUN);
    assert_string_equal(options->given[OPTION_SOURCE], "print(1)");
    assert_int_equal(options->files.count, 0);
    assert_string_equal(options->arguments[0], "-o");
    assert_string_equal(options->arguments[1], "b");

    options = PARSE("check", "-eprint(1)");
    assert_null(options->wrong);
    assert_string_equal(options->given[OPTION_SOURCE], "print(1)");

    options = PARSE("build", "-e", "", "a.weir");
    assert_non_null(options->wrong);
}

static void options_stand_anywhere(void **state)
{
    Options *options = PARSE("emit", "a.weir", "-o", "a.c", "-H", "a.h", "-MD", "-MF", "a.d");
    assert_null(options->wrong);
    assert_int_equal(options->files.count, 1);
    assert_string_equal(options->given[OPTION_OUT], "a.c");
    assert_string_equal(options->given[OPTION_HEADER], "a.h");
    assert_string_equal(options->given[OPTION_DEPENDS], "");
    assert_string_equal(options->given[OPTION_DEPENDS_FILE], "a.d");

    options = PARSE("emit", "-oa.c", "--color=never", "--", "-a.weir");
    assert_null(options->wrong);
    assert_string_equal(options->given[OPTION_OUT], "a.c");
    assert_string_equal(options->files.items[0], "-a.weir");
    assert_int_equal(options_choice(options, OPTION_COLOR, 0), 2);

    options = PARSE("check", "a.weir", "--json", "b.weir");
    assert_null(options->wrong);
    assert_int_equal(options->files.count, 2);
    assert_non_null(options->given[OPTION_JSON]);
}

static void wrong(void **state, const char **words, const char *said)
{
    Options *options = parse(state, words);
    assert_non_null(options->wrong);
    assert_string_equal(options->wrong, said);
}
#define WRONG(said, ...) wrong(state, (const char *[]){__VA_ARGS__, NULL}, said)

static void mistakes_are_named(void **state)
{
    WRONG("there is no verb and no file `rnu`; did you mean `run`?", "rnu");
    WRONG("there is no verb and no file `lsp`", "lsp");
    WRONG("`weir run` needs a FILE", "run");
    WRONG("`weir emit` needs a FILE", "emit", "--dump=c");
    WRONG("`weir build` has no use for `b.weir`", "build", "a.weir", "b.weir");
    WRONG("`weir version` has no use for `x`", "version", "x");
    WRONG("`weir emit` has no option `--dunp`; did you mean `--dump`?", "emit", "--dunp=c", "a");
    WRONG("`weir check` has no option `--keep` (`weir build` has)", "check", "--keep", "a");
    WRONG("`weir emit` has no option `--du`; did you mean `--dump`?", "emit", "--du=c", "a");
    WRONG("`--compiler` is memory|cc, not `memroy`; did you mean `memory`?", "run",
          "--compiler=memroy", "a");
    WRONG("`--compiler` is memory|cc, not ``", "run", "--compiler=", "a");
    WRONG("`--compiler` needs a value: `--compiler memory|cc`", "run", "--compiler");
    WRONG("`-o` needs a value: `-o OUT`", "build", "a.weir", "-o");
    WRONG("`--json` takes no value", "check", "--json=yes", "a.weir");
    WRONG("`-MD` needs `-o OUT`: what depends on the files?", "emit", "-MD", "a.weir");
    WRONG("`-MT` says what `-MD` writes, but `-MD` is missing", "emit", "-MT", "t", "a.weir");
    WRONG("`--split` writes several files: it needs `-o FOLDER`", "emit", "--split", "a.weir");
    WRONG("`--dump` prints one thing: it does not go with `--split`", "emit", "--split", "-o", "d",
          "--dump=files", "a.weir");
    WRONG("`-MF` says where `-MD` writes, but `-MD` is missing", "emit", "-MF", "d", "a.weir");
}

static void nothing_is_wrong_usage(void **state)
{
    Case *one = *state;
    char name[] = "weir", *argv[] = {name, NULL};
    options_parse(&one->options, &one->arena, 1, argv);
    assert_non_null(one->options.wrong);
    options_parse(&one->options, &one->arena, 0, argv + 1); // exec with an empty argv
    assert_non_null(one->options.wrong);
}

static void every_bind_counts(void **state)
{
    const Options *options = PARSE("run", "--bind", "jobs=nats://a/JOBS", "--bind=other=nats://b/O",
                                   "prog.weir", "--bind", "its own");
    assert_null(options->wrong);
    assert_int_equal(options->binds.count, 2);
    assert_string_equal(options->binds.items[0], "jobs=nats://a/JOBS");
    assert_string_equal(options->binds.items[1], "other=nats://b/O");
    assert_string_equal(options->arguments[0], "--bind"); // behind the file it is the program's
    assert_non_null(PARSE("build", "--bind", "jobs=nats://a/JOBS", "prog.weir")->wrong);
    assert_non_null(PARSE("run", "--bind")->wrong);
}

static void help_names_every_verb(void **state)
{
    Case *one = *state;
    static const char *const verbs[] = {"run",     "build",   "emit", "check",
                                       "explain", "version", "help"};
    const char *overview = options_help(&one->arena, VERB_COUNT);
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        Verb verb = options_verb(verbs[i]);
        assert_int_not_equal(verb, VERB_COUNT);
        assert_non_null(strstr(overview, arena_print(&one->arena, "\n  %s ", verbs[i])));
        const char *own = options_help(&one->arena, verb);
        assert_non_null(strstr(own, arena_print(&one->arena, "usage: weir %s ", verbs[i])));
        assert_non_null(strstr(own, "-h, --help"));
        assert_null(PARSE(verbs[i], "--help")->wrong);
    }
    assert_int_equal(options_verb("fmt"), VERB_COUNT);
    assert_non_null(strstr(options_help(&one->arena, VERB_EMIT), "-MF DEPFILE"));
    assert_null(strstr(options_help(&one->arena, VERB_CHECK), "-MF"));
}

static void help_fits_a_terminal(void **state)
{
    Case *one = *state;
    for (Verb verb = 0; verb <= VERB_COUNT; verb++) {
        for (const char *line = options_help(&one->arena, verb); *line;) {
            size_t length = strcspn(line, "\n");
            assert_in_range(length, 0, 90);
            line += length + 1;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(file_is_run, begin, end),
        cmocka_unit_test_setup_teardown(rest_goes_to_the_program, begin, end),
        cmocka_unit_test_setup_teardown(program_from_the_line, begin, end),
        cmocka_unit_test_setup_teardown(options_stand_anywhere, begin, end),
        cmocka_unit_test_setup_teardown(mistakes_are_named, begin, end),
        cmocka_unit_test_setup_teardown(nothing_is_wrong_usage, begin, end),
        cmocka_unit_test_setup_teardown(every_bind_counts, begin, end),
        cmocka_unit_test_setup_teardown(help_names_every_verb, begin, end),
        cmocka_unit_test_setup_teardown(help_fits_a_terminal, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
