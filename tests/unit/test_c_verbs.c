// The verbs as children: exit status, standard output, standard error, and what they leave behind.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "output.h"
#include "verbs.h"

enum { LONGEST = 1 << 16 };

// What one command did.
static int status;
static char out[LONGEST], err[LONGEST];

static const char good[] = "task main(name: string = \"you\") {\n    print(\"Hello, {name}\")\n}\n";
static const char bad[] = "task main() {\n    print(nome)\n}\n";

static void read_file(const char *path, char *to)
{
    FILE *file = fopen(path, "r");
    size_t length = file ? fread(to, 1, LONGEST - 1, file) : 0;
    to[length] = '\0';
    if (file) {
        fclose(file);
    }
}

static void put(const char *path, const char *bytes, size_t length)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void to(int file, const char *path)
{
    int opened = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (opened < 0 || dup2(opened, file) < 0) {
        _exit(99);
    }
    close(opened);
}

static int act(const Options *options, Arena *arena)
{
    switch (options->verb) {
    case VERB_RUN: return verb_run(options, arena);
    case VERB_BUILD: return verb_build(options, arena);
    case VERB_EMIT: return verb_emit(options, arena);
    case VERB_CHECK: return verb_check(options, arena);
    case VERB_TEST: return verb_test(options, arena);
    case VERB_EXPLAIN: return verb_explain(options, arena);
    case VERB_VERSION:
    case VERB_HELP:
    case VERB_COUNT: break;
    }
    return 98;
}

// Runs `weir` with these words in the case's folder, its standard output going to `where`.
static void weir_to(const char *where, const char **words)
{
    static char name[] = "weir";
    char *argv[16] = {name};
    int argc = 1;
    for (; words[argc - 1]; argc++) {
        argv[argc] = strdup(words[argc - 1]);
    }
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        Arena arena = {0};
        Options options = {0};
        signal(SIGPIPE, SIG_IGN);
        to(1, where);
        to(2, "stderr");
        options_parse(&options, &arena, argc, argv);
        int ends = options.wrong ? verb_wrong(STATUS_USAGE, "%s", options.wrong)
                                 : act(&options, &arena);
        fflush(NULL);
        _exit(ends);
    }
    int how = 0;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFEXITED(how));
    status = WEXITSTATUS(how);
    read_file("stderr", err);
    unlink("stderr");
    out[0] = '\0';
    if (strcmp(where, "stdout") == 0) {
        read_file("stdout", out);
        unlink("stdout");
    }
    for (int i = 1; i < argc; i++) {
        free(argv[i]);
    }
}
#define WEIR(...) weir_to("stdout", (const char *[]){__VA_ARGS__, NULL})

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static size_t entries(void)
{
    size_t count = 0;
    DIR *folder = opendir(".");
    assert_non_null(folder);
    while (readdir(folder)) {
        count++;
    }
    closedir(folder);
    return count - 2;
}

static int begin(void **state)
{
    static char folder[64];
    strcpy(folder, "/tmp/weir-verbs.XXXXXX");
    *state = folder;
    if (!mkdtemp(folder) || chdir(folder) != 0) {
        return -1;
    }
    put("good.weir", good, sizeof good - 1);
    put("bad.weir", bad, sizeof bad - 1);
    return 0;
}

static int end(void **state)
{
    DIR *folder = opendir(".");
    for (struct dirent *next; folder && (next = readdir(folder));) {
        unlink(next->d_name);
    }
    if (folder) {
        closedir(folder);
    }
    rmdir("folder");
    return chdir("/") == 0 ? rmdir(*state) : -1;
}

// ── sources that can't be read, or are none ─────────────────────────────────────────────────────

static void unreadable_is_wrong_usage(void **state)
{
    (void)state;
    static const char *const verbs[] = {"run", "build", "emit", "check"};
    assert_int_equal(mkdir("folder", 0755), 0);
    assert_int_equal(mkfifo("pipe.weir", 0644), 0);
    put("large.weir", "", 0);
    assert_int_equal(truncate("large.weir", 64 * 1024 * 1024 + 1), 0);
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        WEIR(verbs[i], "none.weir");
        assert_int_equal(status, 2);
        assert_string_equal(err, "none.weir: error: there is no such file\n");
        WEIR(verbs[i], "good");
        assert_string_equal(err, "good: error: there is no such file; did you mean `good.weir`?\n");
        WEIR(verbs[i], "folder");
        assert_int_equal(status, 2);
        assert_string_equal(err, "folder: error: this is a folder; a program is a file\n");
        WEIR(verbs[i], "pipe.weir");
        assert_int_equal(status, 2);
        assert_non_null(strstr(err, "pipe.weir: error: this is not an ordinary file"));
        WEIR(verbs[i], "/dev/zero");
        assert_int_equal(status, 2);
        WEIR(verbs[i], "large.weir");
        assert_int_equal(status, 2);
        assert_string_equal(err, "large.weir: error: the file is larger than 64 MiB\n");
        assert_string_equal(out, "");
    }
    if (geteuid() != 0) { // root may read everything
        assert_int_equal(chmod("good.weir", 0), 0);
        WEIR("check", "good.weir");
        assert_int_equal(status, 2);
        assert_non_null(strstr(err, "good.weir: error: the file can't be read: Permission"));
    }
}

static void no_program_does_not_compile(void **state)
{
    (void)state;
    static const char nul[] = "task main() {\0}\n", binary[] = "\x7f"
                                                               "ELF\x02\x01\x01\0\xff\xfe";
    put("empty.weir", "", 0);
    put("nul.weir", nul, sizeof nul - 1);
    put("binary.weir", binary, sizeof binary - 1);
    static const char *const files[] = {"empty.weir", "nul.weir", "binary.weir", "bad.weir"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        WEIR("run", files[i]);
        assert_int_equal(status, 3);
        assert_memory_equal(err, files[i], strlen(files[i])); // gcc's form: the file comes first
        assert_non_null(strstr(err, ": error[E"));
        WEIR("build", files[i], "-o", "program");
        assert_int_equal(status, 3);
        assert_false(exists("program"));
    }
    WEIR("check", "empty.weir"); // a module needs no main
    assert_int_equal(status, 0);
}

// ── check ───────────────────────────────────────────────────────────────────────────────────────

static void check_looks_at_all(void **state)
{
    (void)state;
    WEIR("check", "good.weir", "good.weir");
    assert_int_equal(status, 0);
    assert_string_equal(err, "");
    WEIR("check", "bad.weir", "good.weir", "bad.weir");
    assert_int_equal(status, 3);
    assert_string_equal(out, "");
    const char *first = strstr(err, "bad.weir:2:11: error[E");
    assert_non_null(first);
    assert_non_null(strstr(first + 1, "bad.weir:2:11: error[E"));
    WEIR("check", "bad.weir", "none.weir");
    assert_int_equal(status, 2);
    assert_non_null(strstr(err, "bad.weir:2:11: error[E"));
    WEIR("check", "-e", "task main() { print(nome) }");
    assert_int_equal(status, 3);
    assert_non_null(strstr(err, "<command line>:1:21: error[E"));
}

// Statements alone are those of main; what declares anything is a whole program.
static void statements_on_the_command_line(void **state)
{
    (void)state;
    WEIR("emit", "--dump=syntax", "-e", "let n = 5\nprint(n)");
    assert_int_equal(status, 0);
    assert_ptr_equal(strstr(out, "task main"), out);
    static const char *const whole[] = {
        "", "let record = 1\nlet queue = record\nprint(queue)",
        "let two = 2\nfn twice() -> int { return two * 2 }\ntask main() { print(twice()) }"};
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        WEIR("check", "-e", whole[i]);
        assert_string_equal(err, "");
        assert_int_equal(status, 0);
    }
    WEIR("check", "-e", "print(1)\nprint(nope)");
    assert_int_equal(status, 3);
    assert_non_null(strstr(err, "<command line>:2:7: error[E0201]"));
    WEIR("check", "-e", "print(1)\nfn two() -> int { return 2 }");
    assert_non_null(strstr(err, "<command line>:1:1: error[E0117]"));
    WEIR("check", "-e", "if true { print(1");
    assert_non_null(strstr(err, "error[E0102]"));
}

static void mistakes_name_their_pages(void **state)
{
    (void)state;
    WEIR("check", "bad.weir");
    assert_non_null(strstr(err, "\n\nMore about this mistake: weir explain E0201\n"));
    WEIR("check", "bad.weir", "good.weir", "bad.weir"); // once a run
    const char *hint = strstr(err, "weir explain");
    assert_non_null(hint);
    assert_null(strstr(hint + 1, "weir explain"));
    assert_string_equal(hint, "weir explain E0201\n");
    WEIR("run", "bad.weir");
    assert_non_null(strstr(err, "weir explain E0201\n"));
    WEIR("check", "-e", "task main() {\nprint(a)\nlet b: int = \"\"\nprint(b)\n}");
    assert_non_null(strstr(err, "More about these mistakes: weir explain E0201 E0301\n"));
    WEIR("check", "-e",
         "task main() {\nprint(a)\nlet b: int = \"\"\nbreak\nif b { c = 1 }\n1 + d.e\n"
         "print(-\"\")\nfail 3\n}");
    assert_non_null(strstr(err, " ...\n"));
}

static void pages_are_shown(void **state)
{
    (void)state;
    WEIR("explain", "e301");
    assert_int_equal(status, 0);
    assert_int_equal(strncmp(out, "E0301: ", 7), 0);
    assert_non_null(strstr(out, "\nWhy\n"));
    assert_null(strchr(out, '\033'));
    WEIR("explain", "301", "E0201");
    assert_non_null(strstr(out, "\nE0201: "));
    WEIR("explain", "--color=always", "301");
    assert_non_null(strchr(out, '\033'));
    WEIR("explain");
    assert_int_equal(status, 0);
    assert_non_null(strstr(out, "\n  E0301  "));
    WEIR("explain", "E0311x");
    assert_int_equal(status, 2);
    assert_string_equal(out, "");
    assert_non_null(strstr(err, "there is no mistake `E0311x`; did you mean `E0311`?"));
    WEIR("explain", "borrowing");
    assert_int_equal(status, 2);
    assert_non_null(strstr(err, "`weir explain` lists them all"));
    weir_to("/dev/full", (const char *[]){"explain", "301", NULL});
    assert_int_equal(status, 7);
}

static void check_speaks_json(void **state)
{
    (void)state;
    WEIR("check", "--json", "bad.weir", "good.weir", "bad.weir");
    assert_int_equal(status, 3);
    assert_string_equal(err, "");
    assert_int_equal(out[0], '{');
    const char *line = strchr(out, '\n');
    assert_non_null(line);
    assert_int_equal(line[1], '{');
    assert_non_null(strstr(out, "\"bad.weir\""));
    static const char *const fields[] = {
        "{\"code\": \"E0201\"", "\"severity\": \"error\"", "\"message\": \"", "\"line\": 2",
        "\"column\": 11",       "\"end_line\": 2",         "\"under\": ",     "\"labels\": [",
        "\"note\": ",           "\"help\": ",
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        assert_non_null(strstr(out, fields[i]));
    }
    weir_to("/dev/full", (const char *[]){"check", "--json", "bad.weir", NULL});
    assert_int_equal(status, 7);
}

static void colour_is_asked_for(void **state)
{
    (void)state;
    unsetenv("NO_COLOR");
    unsetenv("FORCE_COLOR");
    WEIR("check", "bad.weir");
    assert_null(strchr(err, '\033'));
    WEIR("check", "--color=always", "bad.weir");
    assert_non_null(strchr(err, '\033'));
    setenv("FORCE_COLOR", "1", 1);
    WEIR("check", "bad.weir");
    assert_non_null(strchr(err, '\033'));
    WEIR("check", "--color=never", "bad.weir");
    assert_null(strchr(err, '\033'));
    setenv("NO_COLOR", "1", 1);
    WEIR("check", "bad.weir");
    assert_null(strchr(err, '\033'));
    unsetenv("FORCE_COLOR");
    unsetenv("NO_COLOR");
}

// ── emit ────────────────────────────────────────────────────────────────────────────────────────

static void emit_prints_what_it_writes(void **state)
{
    (void)state;
    static char printed[LONGEST], written[LONGEST];
    WEIR("emit", "good.weir");
    assert_int_equal(status, 0);
    assert_string_equal(err, "");
    assert_non_null(strstr(out, "#include \"weir.h\""));
    strcpy(printed, out);
    WEIR("emit", "good.weir", "-o", "a.c");
    assert_int_equal(status, 0);
    assert_string_equal(out, "");
    read_file("a.c", written);
    assert_string_equal(written, printed);
}

static void emit_writes_all_or_nothing(void **state)
{
    (void)state;
    WEIR("emit", "good.weir", "-o", "a.c", "-H", "a.h", "-MD");
    assert_int_equal(status, 0);
    assert_string_equal(err, "");
    assert_true(exists("a.h"));
    static char depends[LONGEST];
    read_file("a.d", depends);
    assert_string_equal(depends, "a.c a.h: \\\n  good.weir\n");

    size_t before = entries();
    WEIR("emit", "good.weir", "-o", "b.c", "-H", "none/b.h");
    assert_int_equal(status, 7);
    assert_non_null(strstr(err, "none/b.h: No such file or directory"));
    WEIR("emit", "bad.weir", "-o", "b.c", "-H", "b.h", "-MD");
    assert_int_equal(status, 3);
    WEIR("emit", "good.weir", "-o", "b.c", "-H", "/dev/full");
    assert_int_equal(status, 7);
    assert_int_equal(entries(), before);
}

static const char *names_in(const char *folder)
{
    static char names[1024];
    names[0] = '\0';
    struct dirent **found = NULL;
    int count = scandir(folder, &found, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        if (found[i]->d_name[0] != '.') {
            strcat(strcat(names, found[i]->d_name), " ");
        }
        free(found[i]);
    }
    free(found);
    return names;
}

static void empty(const char *folder)
{
    char path[512];
    struct dirent **found = NULL;
    int count = scandir(folder, &found, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, found[i]->d_name);
        unlink(path);
        free(found[i]);
    }
    free(found);
    rmdir(folder);
}

static const char user[] = "use \"net.weir\"\ntask main() {\n    net.wait()\n}\n";
static const char used[] = "pub task wait() {\n    sleep(1s)\n}\n";

static void emit_splits(void **state)
{
    (void)state;
    put("user.weir", user, sizeof user - 1);
    put("net.weir", used, sizeof used - 1);
    WEIR("emit", "user.weir", "--dump=files");
    assert_int_equal(status, 0);
    assert_string_equal(out, "user.c\nnet.c\nnet.h\n");
    size_t before = entries();
    WEIR("emit", "user.weir", "--split", "-o", "parts", "-MD", "-MT", "a stamp");
    assert_int_equal(status, 0);
    assert_string_equal(names_in("parts"), "net.c net.h user.c ");
    static char depends[LONGEST];
    read_file("parts.d", depends);
    assert_string_equal(depends, "a\\ stamp: \\\n  user.weir \\\n  net.weir\n");
    WEIR("emit", "user.weir", "--split", "-o", "parts/", "-MD");
    assert_int_equal(status, 0);
    read_file("parts.d", depends);
    assert_non_null(strstr(depends, "parts/user.c parts/net.c parts/net.h: \\\n  user.weir"));
    empty("parts");
    assert_int_equal(unlink("parts.d"), 0);
    assert_int_equal(entries(), before);
}

static void emit_splits_all_or_nothing(void **state)
{
    (void)state;
    put("user.weir", user, sizeof user - 1);
    put("net.weir", used, sizeof used - 1);
    size_t before = entries();
    WEIR("emit", "user.weir", "--split", "-o", "parts", "-H", "parts/./net.h");
    assert_int_equal(status, 2);
    assert_non_null(strstr(err, "would be written twice"));
    WEIR("emit", "user.weir", "--split", "-o", "parts", "-H", "none/user.h");
    assert_int_equal(status, 7);
    WEIR("emit", "bad.weir", "--split", "-o", "parts");
    assert_int_equal(status, 3);
    WEIR("emit", "user.weir", "--split", "-o", "none/parts");
    assert_int_equal(status, 7);
    WEIR("emit", "user.weir", "--split", "-o", "net.weir");
    assert_int_equal(status, 7);
    assert_non_null(strstr(err, "net.weir: Not a directory"));
    assert_int_equal(entries(), before);
    // Where one can't be written, none is.
    assert_int_equal(mkdir("parts", 0755), 0);
    assert_int_equal(mkdir("parts/user.c", 0755), 0);
    WEIR("emit", "user.weir", "--split", "-o", "parts");
    assert_int_equal(status, 7);
    assert_string_equal(names_in("parts"), "user.c ");
    assert_int_equal(rmdir("parts/user.c"), 0);
    empty("parts");
}

static void emit_refuses_what_would_hurt(void **state)
{
    (void)state;
    assert_int_equal(symlink("good.weir", "link"), 0);
    static const char *const outs[] = {"good.weir", "./good.weir", "link"};
    for (size_t i = 0; i < sizeof outs / sizeof *outs; i++) {
        WEIR("emit", "good.weir", "-o", outs[i]);
        assert_int_equal(status, 7);
        WEIR("emit", "good.weir", "-H", outs[i]);
        assert_int_equal(status, 7);
        WEIR("build", "good.weir", "-o", outs[i]);
        assert_int_equal(status, 7);
        assert_true(output_holds("good.weir", good, sizeof good - 1));
    }
    WEIR("emit", "good.weir", "-o", "same", "-H", "./same");
    assert_int_equal(status, 2);
    assert_false(exists("same"));
}

// A line as long as a file: what takes the square of its length takes so long here that the suite
// ends it.
static void one_line_takes_linear_time(void **state)
{
    (void)state;
    enum { ITEMS = 60000, ROOM = ITEMS * 16 };
    static const struct {
        const char *before, *item, *behind; // item: NULL for an entry of a map
    } shapes[] = {{"task main() { let xs = [", "1, ", "2]\n print(xs.length) }\n"},
                  {"task main() { let xs = [", NULL, "\"a\": 2]\n print(xs.length) }\n"},
                  {"task main() { print(\"", "{1}", "\".length) }\n"}};
    char *text = malloc(ROOM + 128);
    assert_non_null(text);
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        size_t length = (size_t)sprintf(text, "%s", shapes[i].before);
        for (int item = 0; item < ITEMS; item++) {
            length += (size_t)(shapes[i].item ? sprintf(text + length, "%s", shapes[i].item)
                                              : sprintf(text + length, "\"%d\": 1, ", item));
        }
        length += (size_t)sprintf(text + length, "%s", shapes[i].behind);
        put("line.weir", text, length);
        weir_to("/dev/null", (const char *[]){"emit", "--dump=tokens", "line.weir", NULL});
        assert_int_equal(status, 0);
        weir_to("/dev/null", (const char *[]){"emit", "line.weir", NULL});
        assert_int_equal(status, 0);
    }
    free(text);
}

static void full_output_is_told(void **state)
{
    (void)state;
    weir_to("/dev/full", (const char *[]){"emit", "good.weir", NULL});
    assert_int_equal(status, 7);
    assert_non_null(strstr(err, "No space left on device"));
    weir_to("/dev/full", (const char *[]){"emit", "--dump=problems", "bad.weir", NULL});
    assert_int_equal(status, 7);
}

static void dumps_show_every_stage(void **state)
{
    (void)state;
    static const char *const dumps[] = {"--dump=c", "--dump=tokens", "--dump=syntax",
                                        "--dump=types", "--dump=machine"};
    for (size_t i = 0; i < sizeof dumps / sizeof *dumps; i++) {
        WEIR("emit", dumps[i], "good.weir");
        assert_int_equal(status, 0);
        assert_string_equal(err, "");
        assert_true(strlen(out) > 20);
        WEIR("emit", dumps[i], "-e", "task main( {");
        assert_int_equal(status, 3);
        assert_string_equal(out, "");
    }
    WEIR("emit", "--dump=problems", "good.weir");
    assert_int_equal(status, 0);
    assert_string_equal(out, "");
    WEIR("emit", "--dump=problems", "bad.weir", "--color=always");
    assert_int_equal(status, 0);
    assert_string_equal(err, "");
    assert_non_null(strstr(out, "bad.weir:2:11: error[E"));
    assert_null(strchr(out, '\033'));
    WEIR("emit", "--dump=tokens", "-e", "task main() { print(1) }");
    assert_non_null(strstr(out, "1:1-1:5 keyword task\n1:6-1:10 name main\n1:10-1:11 sign (\n"));
    assert_non_null(strstr(out, "1:21-1:22 int 1\n"));
}

// ── build ───────────────────────────────────────────────────────────────────────────────────────

static void build_needs_a_compiler(void **state)
{
    (void)state;
    size_t before = entries();
    setenv("CC", "no-such-compiler -O9", 1);
    WEIR("build", "good.weir");
    unsetenv("CC");
    assert_int_equal(status, 2);
    assert_non_null(strstr(err, "`no-such-compiler`, was not found"));
    WEIR("build", "good.weir", "-o", ".");
    assert_int_equal(status, 7);
    WEIR("build", "good.weir", "-o", "none/program");
    assert_int_equal(status, 7);
    WEIR("build", "-e", good);
    assert_int_equal(status, 2);
    assert_non_null(strstr(err, "-o OUT"));
    assert_int_equal(entries(), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(unreadable_is_wrong_usage, begin, end),
        cmocka_unit_test_setup_teardown(no_program_does_not_compile, begin, end),
        cmocka_unit_test_setup_teardown(check_looks_at_all, begin, end),
        cmocka_unit_test_setup_teardown(statements_on_the_command_line, begin, end),
        cmocka_unit_test_setup_teardown(mistakes_name_their_pages, begin, end),
        cmocka_unit_test_setup_teardown(pages_are_shown, begin, end),
        cmocka_unit_test_setup_teardown(check_speaks_json, begin, end),
        cmocka_unit_test_setup_teardown(colour_is_asked_for, begin, end),
        cmocka_unit_test_setup_teardown(emit_prints_what_it_writes, begin, end),
        cmocka_unit_test_setup_teardown(emit_writes_all_or_nothing, begin, end),
        cmocka_unit_test_setup_teardown(emit_splits, begin, end),
        cmocka_unit_test_setup_teardown(emit_splits_all_or_nothing, begin, end),
        cmocka_unit_test_setup_teardown(emit_refuses_what_would_hurt, begin, end),
        cmocka_unit_test_setup_teardown(one_line_takes_linear_time, begin, end),
        cmocka_unit_test_setup_teardown(full_output_is_told, begin, end),
        cmocka_unit_test_setup_teardown(dumps_show_every_stage, begin, end),
        cmocka_unit_test_setup_teardown(build_needs_a_compiler, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
