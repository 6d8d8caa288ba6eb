// test_rt_host.c: the command line by the table of parameters, --help, and whole programs in
// processes of their own: exit status, reports, signals, streams that cannot be written.
#include "rt.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "host.h"

// ── the command line ─────────────────────────────────────────────────────────────────────────────

static const weir_field level_cases[] = {{"low", NULL}, {"high", NULL}};
static const weir_type level = {
    .kind = WEIR_TYPE_ENUM,
    .name = "Level",
    .fields = level_cases,
    .field_count = 2,
};
static const weir_parameter parameters[] = {
    {"name", "who to greet", &weir_type_string, 8, false, NULL},
    {"count", NULL, &weir_type_int, 16, false, NULL},
    {"urls", "what to fetch", &weir_type_strings, 24, false, NULL},
    {"dry_run", "change nothing", &weir_type_bool, 32, true, "false"},
    {"wait", "how long", &weir_type_duration, 40, true, "250ms"},
    {"level", NULL, &level, 48, true, "low"},
    {"factor", NULL, &weir_type_float, 56, true, "1.0"},
};
enum { COUNT = sizeof parameters / sizeof *parameters, MOST_ARGUMENTS = 12 };
static const weir_program program = {
    .name = "greet",
    .file = "greet.weir",
    .doc = "Greets.",
    .parameters = parameters,
    .parameter_count = COUNT,
};

static Rt rt;
static weir_word words[COUNT];
static bool given[COUNT];
static char problem[512];

static int begin(void **state)
{
    (void)state;
    rt = rt_begin();
    return 0;
}

static int end(void **state)
{
    (void)state;
    rt_end(&rt);
    return 0;
}

static void drop_words(void)
{
    for (int i = 0; i < COUNT; i++) {
        if (given[i]) {
            weir__drop_word(parameters[i].type, words[i]);
        }
    }
}

// Reads a line whose arguments are parted by '|'.
static weir__usage read_line(const char *line)
{
    static char copy[512];
    char *arguments[MOST_ARGUMENTS + 1] = {(char *)(uintptr_t) "greet"};
    int count = 1;
    snprintf(copy, sizeof copy, "%s", line);
    for (char *at = copy; *line != '\0' && at != NULL && count < MOST_ARGUMENTS; count++) {
        char *next = strchr(at, '|');
        arguments[count] = at;
        if (next != NULL) {
            *next++ = '\0';
        }
        at = next;
    }
    memset(words, 0, sizeof words);
    memset(given, 0, sizeof given);
    weir__text text;
    weir__text_begin(&text, rt.cx);
    weir__usage usage = weir__command_line(rt.cx, &program, count, arguments, words, given, &text);
    snprintf(problem, sizeof problem, "%.*s", (int)text.length, text.bytes);
    weir__text_clear(&text);
    return usage;
}

static void a_good_line_gives_words(void **state)
{
    (void)state;
    assert_int_equal(read_line("--wait=1.5s|Ada|-5|--dry-run|u1|u2|--level|high|--factor|-0.5"),
                     WEIR__USAGE_RUN);
    assert_string_equal(((weir_string *)words[0].object)->bytes, "Ada");
    assert_int_equal(words[1].integer, -5);
    assert_int_equal(((weir_list *)words[2].object)->length, 2);
    assert_int_equal(words[3].integer, 1);
    assert_int_equal(words[4].integer, 1500000000);
    assert_int_equal(words[5].integer, 1);
    assert_true(words[6].real == -0.5);
    drop_words();
    assert_int_equal(read_line("Ada|7"), WEIR__USAGE_RUN);
    assert_int_equal(((weir_list *)words[2].object)->length, 0);
    assert_false(given[3]); // the default stays
    drop_words();
    assert_int_equal(read_line("Ada|7|--|--level|--help"), WEIR__USAGE_RUN);
    assert_int_equal(((weir_list *)words[2].object)->length, 2);
    drop_words();
    assert_int_equal(read_line("Ada|7|--no-dry_run|--level=low|--level=high"), WEIR__USAGE_RUN);
    assert_int_equal(words[3].integer, 0);
    assert_int_equal(words[5].integer, 1); // the later one counts
    drop_words();
}

static void a_wrong_line_says_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *line, *problem;
    } cases[] = {
        {"", "the argument NAME is missing"},
        {"Ada", "the argument COUNT is missing"},
        {"Ada|many", "COUNT: \"many\" is not a whole number"},
        {"Ada|9223372036854775808", "COUNT: \"9223372036854775808\" is not a whole number"},
        {"Ada|1.5", "COUNT: \"1.5\" is not a whole number"},
        {"Ada|", "COUNT: \"\" is not a whole number"},
        {"Ada|1|--wait|soon", "--wait: \"soon\" is not a duration like 250ms, 1.5s or 2m"},
        {"Ada|1|--wait", "--wait needs a value"},
        {"Ada|1|--level|mid", "--level: \"mid\" is not one of low, high"},
        {"Ada|1|--factor|0x5", "--factor: \"0x5\" is not a number"},
        {"Ada|1|--dry-run=maybe", "--dry-run: \"maybe\" is not true or false"},
        {"Ada|1|--lev|low", "there is no option --lev"},
        {"Ada|1|--no-wait", "there is no option --no-wait"},
        {"Ada|1|-x", "there is no option -x (options begin with --)"},
        {"A\xff|1", "NAME: \"A\xff\" is not UTF-8 text"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(read_line(cases[i].line), WEIR__USAGE_WRONG);
        assert_string_equal(problem, cases[i].problem);
        drop_words();
    }
    assert_int_equal(read_line("Ada|-h"), WEIR__USAGE_HELP);
    drop_words();
}

static void help_is_a_table(void **state)
{
    (void)state;
    weir__text text;
    weir__text_begin(&text, rt.cx);
    weir__help(&text, &program);
    rt_is(weir__text_end(&text),
          "Usage: greet NAME COUNT [URLS...] [--dry-run] [--wait DURATION] [--level LEVEL] "
          "[--factor FLOAT]\n"
          "\nGreets.\n"
          "\nArguments:\n"
          "  NAME             who to greet\n"
          "  COUNT\n"
          "  URLS...          what to fetch\n"
          "\nOptions:\n"
          "  --dry-run        change nothing\n"
          "  --wait DURATION  how long (default: 250ms)\n"
          "  --level LEVEL    (low, high; default: low)\n"
          "  --factor FLOAT   (default: 1.0)\n"
          "  --help           print this and end\n");
}

static void read_lines(weir_context *cx)
{
    Rt before = rt;
    rt.cx = cx;
    read_line("--wait=1.5s|Ada|-5|u1|u2|--level|high");
    drop_words();
    rt = before;
}

static void lines_survive_the_end_of_memory(void **state)
{
    (void)state;
    rt_starve(read_lines);
}

// ── whole programs ───────────────────────────────────────────────────────────────────────────────

// A program that does what its one argument says.
typedef struct Frame {
    uint32_t state;
    weir_string *word;
    int64_t result;
} Frame;

static bool said(const Frame *self, const char *word)
{
    return strcmp(self->word->bytes, word) == 0;
}

static weir_step resume(weir_context *cx, void *frame);

static void drop(weir_context *cx, void *frame)
{
    (void)cx;
    weir_clear(&((Frame *)frame)->word);
}

static const weir_site sites[] = {{5, "act", NULL, 0}, {9, "sleep(1h)", NULL, 0}, {9, "", NULL, 0}};
static const weir_machine machine = {
    .name = "main",
    .file = "act.weir",
    .frame_size = sizeof(Frame),
    .result_at = offsetof(Frame, result),
    .result = &weir_type_int,
    .sites = sites,
    .site_count = 3,
    .resume = resume,
    .drop = drop,
};

// A child that does not end when it is asked to, and says so in a file.
static weir_step run_a_child(weir_context *cx, Frame *self)
{
    static const char script[] = "trap '' TERM; echo $$ >child.new; mv child.new child; "
                                 "while :; do sleep 0.05; done";
    weir_list *command = weir_list_new(cx, &weir_type_strings, 3);
    const char *parts[] = {"sh", "-c", script};
    for (size_t i = 0; i < 3; i++) {
        weir_string *word = weir_string_new(cx, parts[i], (int64_t)strlen(parts[i]));
        weir_list_push(cx, &command, &word);
    }
    self->state = 2;
    weir_step step = weir_exec(cx, command, NULL, NULL, NULL, 1000, NULL);
    weir_drop(command);
    return step;
}

static weir_step act(weir_context *cx, Frame *self)
{
    if (said(self, "child")) {
        return run_a_child(cx, self);
    }
    weir_string *text = weir_text(cx, "did {s}", self->word);
    if (said(self, "fail")) {
        weir_fail_text(cx, text, "act.weir:5");
    } else if (said(self, "sleep")) {
        weir_print(cx, text);
        weir_drop(text);
        self->state = 1;
        return weir_sleep(cx, INT64_C(3600000000000));
    } else if (said(self, "get")) {
        static const weir_string url = {{WEIR_STATIC, WEIR_STRING, 0, 0}, 14, "http://x/\r\nX:1"};
        weir_drop(text);
        self->state = 2;
        return weir_http_get(cx, &url, NULL, NULL, 10, 1000, &self->result);
    } else if (said(self, "hang")) { // holds the loop
        weir_print(cx, text);
        for (;;) {
        }
    } else {
        weir_print(cx, text);
        self->result = said(self, "three") ? 3 : said(self, "300") ? 300 : 0;
    }
    weir_drop(text);
    self->state = 2;
    return WEIR_NEXT;
}

static weir_step resume(weir_context *cx, void *frame)
{
    Frame *self = frame;
    for (;;) {
        switch (self->state) {
        case 0:
            if (act(cx, self) == WEIR_WAIT) {
                return WEIR_WAIT;
            }
            break;
        case 1:
        case 2:
            if (weir_failed(cx)) {
                return weir_leave_failed(cx, &machine, self);
            }
            drop(cx, self);
            return WEIR_DONE;
        }
    }
}

static void begin_main(weir_context *cx, void *frame)
{
    (void)cx;
    memset(frame, 0, sizeof(Frame));
}

static const weir_parameter one[] = {
    {"word", NULL, &weir_type_string, offsetof(Frame, word), false, NULL},
};
static const weir_program acting = {
    .name = "act",
    .file = "act.weir",
    .main = &machine,
    .parameters = one,
    .parameter_count = 1,
    .begin_main = begin_main,
};

typedef struct Run {
    int status; // of waitpid
    char output[4096], errors[4096];
} Run;

static void read_all(int from, char *to, size_t room)
{
    size_t length = 0;
    ssize_t got;
    while (length < room - 1 && (got = read(from, to + length, room - 1 - length)) > 0) {
        length += (size_t)got;
    }
    to[length] = '\0';
    close(from);
}

// Runs the program in a child. signal: sent, `times`, once it has printed; output: where stdout
// goes, or NULL.
static Run run_program(const char *word, const char *output, int signal, int times)
{
    Run run;
    int out[2], err[2];
    assert_int_equal(pipe(out), 0);
    assert_int_equal(pipe(err), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(output == NULL ? out[1] : open(output, O_WRONLY | O_CLOEXEC), 1);
        dup2(err[1], 2);
        close(out[0]), close(out[1]), close(err[0]), close(err[1]);
        setenv("WEIR_CHECK", "1", 1);
        unsetenv("FORCE_COLOR");
        char *arguments[] = {(char *)(uintptr_t) "act", (char *)(uintptr_t)word, NULL};
        _exit(weir_main(word == NULL ? 1 : 2, arguments, &acting));
    }
    close(out[1]);
    close(err[1]);
    if (signal != 0) {
        assert_true(read(out[0], run.output, 1) == 1);
        for (int i = 0; i < times; i++) {
            struct timespec pause = {.tv_nsec = 30000000};
            kill(child, signal);
            nanosleep(&pause, NULL);
        }
    }
    read_all(out[0], run.output, sizeof run.output);
    read_all(err[0], run.errors, sizeof run.errors);
    waitpid(child, &run.status, 0);
    return run;
}

static int exit_of(const Run *run)
{
    return WIFEXITED(run->status) ? WEXITSTATUS(run->status) : -WTERMSIG(run->status);
}

static void the_status_tells_how_it_went(void **state)
{
    (void)state;
    Run run = run_program("well", NULL, 0, 0);
    assert_int_equal(exit_of(&run), 0);
    assert_string_equal(run.output, "did well\n");
    assert_string_equal(run.errors, "");
    run = run_program("three", NULL, 0, 0);
    assert_int_equal(exit_of(&run), 3);
    run = run_program("300", NULL, 0, 0);
    assert_int_equal(exit_of(&run), 255);
    run = run_program(NULL, NULL, 0, 0);
    assert_int_equal(exit_of(&run), 2);
    assert_string_equal(run.output, "");
    assert_string_equal(run.errors, "act: the argument WORD is missing\nUsage: act WORD\n"
                                    "Try: act --help\n");
    run = run_program("--help", NULL, 0, 0);
    assert_int_equal(exit_of(&run), 0);
    assert_non_null(strstr(run.output, "Usage: act WORD"));
    run = run_program("fail", NULL, 0, 0);
    assert_int_equal(exit_of(&run), 1);
    assert_string_equal(run.errors,
                        "error: did fail (failed)\n  at act.weir:5\n  in main (act.weir:9)\n");
}

static void a_url_cannot_smuggle_a_header(void **state)
{
    (void)state;
    Run run = run_program("get", NULL, 0, 0);
    assert_int_equal(exit_of(&run), 1);
    assert_string_equal(run.errors, "error: not a URL: \"http://x/\\r\\nX:1\" (http)\n"
                                    "  at act.weir:9\n  in main (act.weir:9)\n");
}

static void output_that_cannot_be_written_fails(void **state)
{
    (void)state;
    Run run = run_program("well", "/dev/full", 0, 0);
    assert_int_equal(exit_of(&run), 1);
    assert_non_null(strstr(run.errors, "standard output: No space left on device (io)"));
}

static void a_signal_ends_it_after_cleanup(void **state)
{
    (void)state;
    Run run = run_program("sleep", NULL, SIGINT, 1);
    assert_int_equal(exit_of(&run), 130);
    assert_string_equal(run.errors, "");
    run = run_program("sleep", NULL, SIGTERM, 1);
    assert_int_equal(exit_of(&run), 143);
    run = run_program("hang", NULL, SIGINT, 2); // the first is never seen: the loop is held
    assert_int_equal(exit_of(&run), -SIGINT);
}

// Once it is gone, or a zombie that whoever inherited it has not looked at.
static bool is_gone(long process)
{
    char path[64], line[256] = "";
    snprintf(path, sizeof path, "/proc/%ld/stat", process);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return true;
    }
    bool read = fgets(line, sizeof line, file) != NULL;
    fclose(file);
    const char *state = strrchr(line, ')');
    return read && state != NULL && state[2] == 'Z';
}

static void pause_a_moment(void)
{
    struct timespec moment = {.tv_nsec = 10000000};
    nanosleep(&moment, NULL);
}

// Its child does not end at TERM: a second signal ends both at once.
static void a_second_signal_kills_children(void **state)
{
    (void)state;
    char folder[] = "/tmp/weir_host.XXXXXX";
    assert_non_null(mkdtemp(folder));
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        char *arguments[] = {(char *)(uintptr_t) "act", (char *)(uintptr_t) "child", NULL};
        _exit(chdir(folder) == 0 ? weir_main(2, arguments, &acting) : 9);
    }
    char path[64];
    snprintf(path, sizeof path, "%s/child", folder);
    FILE *file = NULL;
    for (int i = 0; i < 3000 && (file = fopen(path, "r")) == NULL; i++) {
        pause_a_moment();
    }
    long grandchild = 0;
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%ld", &grandchild), 1);
    fclose(file);
    kill(child, SIGTERM);
    for (int i = 0; i < 20; i++) {
        pause_a_moment();
    }
    assert_false(is_gone(grandchild));
    assert_int_equal(waitpid(child, NULL, WNOHANG), 0);
    kill(child, SIGINT);
    int status = 0;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
    for (int i = 0; i < 1000 && !is_gone(grandchild); i++) {
        pause_a_moment();
    }
    assert_true(is_gone(grandchild));
    unlink(path);
    rmdir(folder);
}

static void virtual_time_passes_at_once(void **state)
{
    (void)state;
    setenv("WEIR_CLOCK", "virtual", 1);
    Run run = run_program("sleep", NULL, 0, 0); // an hour
    unsetenv("WEIR_CLOCK");
    assert_int_equal(exit_of(&run), 0);
    assert_string_equal(run.output, "did sleep\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_good_line_gives_words, begin, end),
        cmocka_unit_test_setup_teardown(a_wrong_line_says_what_is_wrong, begin, end),
        cmocka_unit_test_setup_teardown(help_is_a_table, begin, end),
        cmocka_unit_test(lines_survive_the_end_of_memory),
        cmocka_unit_test(the_status_tells_how_it_went),
        cmocka_unit_test(a_url_cannot_smuggle_a_header),
        cmocka_unit_test(output_that_cannot_be_written_fails),
        cmocka_unit_test(a_signal_ends_it_after_cleanup),
        cmocka_unit_test(a_second_signal_kills_children),
        cmocka_unit_test(virtual_time_passes_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
