// test_rt_files.c: what programs cannot make: links, permissions, pipes, limits, memory that ends;
// and that a call that is cancelled ends with everything closed.
#include "rt.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "env_files.h"

enum { MS = 1000000 };

// A directory for each test.
static char where[64];

static int set_up(void **state)
{
    (void)state;
    strcpy(where, "/tmp/weir-files-XXXXXX");
    return mkdtemp(where) == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
    (void)state;
    return weir__file_discard(where);
}

// "where/name", good until the fourth call after.
static const char *in(const char *name)
{
    static char paths[4][256];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", where, name);
    return path;
}

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void is(const char *path, const char *text)
{
    char got[256] = "";
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t length = fread(got, 1, sizeof got - 1, file);
    fclose(file);
    got[length] = '\0';
    assert_string_equal(got, text);
}

static int mode_of(const char *path)
{
    struct stat found;
    assert_int_equal(lstat(path, &found), 0);
    return (int)found.st_mode & 07777;
}

static size_t names_in(const char *path)
{
    weir__entries entries;
    assert_int_equal(weir__entries_read(&entries, path), 0);
    size_t count = entries.count;
    weir__entries_free(&entries);
    return count;
}

// One verb, done here and now. The result's object is the caller's.
static void *done(weir_context *cx, weir__file_verb verb, const char *path, const char *other)
{
    weir__operation operation = {.kind = WEIR__FILE, .runtime = cx->runtime, .verb = verb};
    operation.path = rt_string(cx, path);
    if (verb == WEIR__FILE_RENAME || verb == WEIR__FILE_COPY) {
        operation.to = rt_string(cx, other);
    } else if (other != NULL) {
        operation.body = rt_string(cx, other);
    }
    operation.deep = true;
    if (!weir_failed(cx)) {
        weir__file_work(cx, &operation);
    }
    weir_drop(operation.path);
    weir_drop(operation.to);
    weir_drop(operation.body);
    return operation.result.object;
}

static void test_write_keeps_links_and_permissions(void **state)
{
    (void)state;
    Rt rt = rt_begin();
    put(in("real"), "old");
    assert_int_equal(chmod(in("real"), 0640), 0);
    assert_int_equal(mkdir(in("links"), 0777), 0);
    assert_int_equal(symlink("../real", in("links/one")), 0);
    assert_int_equal(symlink("links/one", in("two")), 0);
    done(rt.cx, WEIR__FILE_WRITE, in("two"), "new");
    assert_null(rt.cx->pending);
    is(in("real"), "new");
    assert_int_equal(mode_of(in("real")), 0640);
    struct stat found;
    assert_int_equal(lstat(in("two"), &found), 0);
    assert_true(S_ISLNK(found.st_mode));

    assert_int_equal(symlink("made", in("dangling")), 0); // what it names is made
    done(rt.cx, WEIR__FILE_WRITE, in("dangling"), "x");
    assert_null(rt.cx->pending);
    is(in("made"), "x");

    mode_t mask = umask(027); // a new file is as the process makes them
    done(rt.cx, WEIR__FILE_WRITE, in("fresh"), "x");
    umask(mask);
    assert_int_equal(mode_of(in("fresh")), 0640);

    assert_int_equal(chmod(in("fresh"), 0751), 0);
    done(rt.cx, WEIR__FILE_COPY, in("fresh"), in("copy")); // a copy has the permissions, too
    assert_null(rt.cx->pending);
    assert_int_equal(mode_of(in("copy")), 0751 & ~mask);
    assert_int_equal(names_in(where), 7);
    rt_end(&rt);
}

static void test_links_without_end(void **state)
{
    (void)state;
    Rt rt = rt_begin();
    assert_int_equal(symlink("b", in("a")), 0);
    assert_int_equal(symlink("a", in("b")), 0);
    done(rt.cx, WEIR__FILE_WRITE, in("a"), "x");
    rt_expect_failure(rt.cx, "io");
    done(rt.cx, WEIR__FILE_READ, in("a"), NULL);
    rt_expect_failure(rt.cx, "io");
    weir_stat *stat = done(rt.cx, WEIR__FILE_STAT, in("a"), NULL); // it is there, and a link
    assert_non_null(stat);
    assert_true(stat->is_link && !stat->is_file && !stat->is_dir);
    weir_drop(stat);
    assert_int_equal(names_in(where), 2);
    rt_end(&rt);
}

static void test_remove_follows_no_link(void **state)
{
    (void)state;
    Rt rt = rt_begin();
    assert_int_equal(mkdir(in("kept"), 0777), 0);
    put(in("kept/file"), "x");
    assert_int_equal(mkdir(in("gone"), 0777), 0);
    assert_int_equal(symlink(in("kept"), in("gone/link")), 0);
    assert_int_equal(symlink("nowhere", in("gone/dangling")), 0);
    done(rt.cx, WEIR__FILE_REMOVE, in("gone"), NULL);
    assert_null(rt.cx->pending);
    is(in("kept/file"), "x");
    assert_int_equal(symlink("kept", in("link")), 0);
    done(rt.cx, WEIR__FILE_REMOVE, in("link"), NULL); // the link itself
    assert_null(rt.cx->pending);
    is(in("kept/file"), "x");
    assert_int_equal(names_in(where), 1);
    rt_end(&rt);
}

static void test_deep_trees(void **state)
{
    (void)state;
    Rt rt = rt_begin();
    char path[2048];
    strcpy(path, in("d"));
    for (int i = 0; i < 200; i++) {
        strcat(path, "/d");
    }
    done(rt.cx, WEIR__FILE_MKDIR, path, NULL);
    assert_null(rt.cx->pending);
    weir_list *found = done(rt.cx, WEIR__FILE_GLOB, in("**"), NULL);
    assert_int_equal(found->length, 201);
    weir_drop(found);
    done(rt.cx, WEIR__FILE_REMOVE, in("d"), NULL);
    assert_null(rt.cx->pending);
    assert_int_equal(names_in(where), 0);
    rt_end(&rt);
}

// A pattern of many stars must not take for ever.
static void test_many_stars(void **state)
{
    (void)state;
    Rt rt = rt_begin();
    put(in("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), "");
    weir_list *found = done(rt.cx, WEIR__FILE_GLOB, in("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b"), NULL);
    assert_int_equal(found->length, 0);
    weir_drop(found);
    found = done(rt.cx, WEIR__FILE_GLOB, in("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*"), NULL);
    assert_int_equal(found->length, 1);
    weir_drop(found);
    rt_end(&rt);
}

// The disk is full: the file is as it was, and the new one is gone.
static void test_a_write_that_fails_leaves_the_old_file(void **state)
{
    (void)state;
    Rt rt = rt_begin();
    put(in("file"), "old");
    char big[8192];
    memset(big, 'x', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    struct rlimit before, small = {.rlim_cur = 4096};
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small.rlim_max = before.rlim_max;
    assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR); // the write fails instead
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    done(rt.cx, WEIR__FILE_WRITE, in("file"), big);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    rt_expect_failure(rt.cx, "io");
    is(in("file"), "old");
    assert_int_equal(names_in(where), 1);
    rt_end(&rt);
}

static int open_files(void)
{
    int count = 0;
    DIR *directory = opendir("/proc/self/fd");
    while (directory != NULL && readdir(directory) != NULL) {
        count++;
    }
    closedir(directory);
    return count;
}

// Begins one, waits a moment, cancels it, and waits until it is over.
static void cancelled(weir__file_verb verb, const char *path)
{
    Rt rt = rt_begin_on(weir__env_uv(), -1, false);
    weir__operation operation = {.kind = WEIR__FILE, .runtime = rt.runtime, .verb = verb};
    operation.path = rt_string(rt.cx, path);
    operation.body = verb == WEIR__FILE_APPEND ? weir__string_room(rt.cx, WEIR_STRING, 1 << 20)
                                               : NULL;
    rt.env->begin(rt.env, &operation);
    rt.env->poll(rt.env, rt.env->now(rt.env) + 20 * MS);
    assert_true(operation.result.object == NULL && operation.error == NULL);
    rt.env->cancel(rt.env, &operation);
    while (operation.error == NULL) {
        assert_true(rt.env->poll(rt.env, INT64_MAX));
    }
    assert_true(weir_unwinding(operation.error));
    weir_drop(operation.error);
    weir_drop(operation.path);
    weir_drop(operation.body);
    assert_int_equal(weir__runtime_free(rt.runtime), 0);
    rt.env->free(rt.env);
}

static void test_cancelled_waits_for_pipes(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(in("pipe"), 0600), 0);
    cancelled(WEIR__FILE_READ, in("pipe")); // nobody writes to it
    int before = open_files();              // libuv keeps two for the process
    cancelled(WEIR__FILE_READ, in("pipe"));
    int reader = open(in("pipe"), O_RDONLY | O_NONBLOCK);
    assert_true(reader >= 0);
    cancelled(WEIR__FILE_APPEND, in("pipe")); // nobody reads what fills it
    close(reader);
    assert_int_equal(open_files(), before);
}

static int open_to_write(const char *path)
{
    int fd = open(path, O_WRONLY);
    assert_true(fd >= 0);
    return fd;
}

// The pieces of a pipe, as they come: the loop waits for them, and no thread does.
static void test_pieces_of_a_pipe(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(in("pipe"), 0600), 0);
    Rt rt = rt_begin_on(weir__env_uv(), -1, false);
    int before = open_files();
    weir__operation open = {.kind = WEIR__FILE, .runtime = rt.runtime, .verb = WEIR__FILE_OPEN};
    open.path = rt_string(rt.cx, in("pipe"));
    weir__file_work(rt.cx, &open);
    assert_null(rt.cx->pending);
    int writer = open_to_write(in("pipe"));
    weir__operation next[3]; // each is in the inbox for ever
    for (int i = 0; i < 3; i++) {
        next[i] = (weir__operation){.kind = WEIR__FILE, .runtime = rt.runtime};
        next[i].verb = WEIR__FILE_NEXT;
        next[i].path = open.path;
        next[i].file = (int)open.result.integer;
    }
    assert_true(weir__file_waits(&next[0]));
    rt.env->begin(rt.env, &next[0]);
    rt.env->poll(rt.env, rt.env->now(rt.env) + 5 * MS);
    assert_null(next[0].result.object);
    assert_int_equal(write(writer, "piece", 5), 5);
    while (next[0].result.object == NULL) {
        assert_true(rt.env->poll(rt.env, INT64_MAX));
    }
    rt_is(next[0].result.object, "piece");

    rt.env->begin(rt.env, &next[1]);
    rt.env->poll(rt.env, rt.env->now(rt.env) + 5 * MS);
    rt.env->cancel(rt.env, &next[1]);
    while (next[1].error == NULL) {
        assert_true(rt.env->poll(rt.env, INT64_MAX));
    }
    assert_true(weir_unwinding(next[1].error));
    weir_drop(next[1].error);

    close(writer);
    rt.env->begin(rt.env, &next[2]);
    while (next[2].result.object == NULL) {
        assert_true(rt.env->poll(rt.env, INT64_MAX));
    }
    rt_is(next[2].result.object, ""); // nobody writes any more
    rt.env->close(rt.env, next[0].file);
    assert_int_equal(open_files(), before);
    weir_drop(open.path);
    rt_end(&rt);
}

static void test_pipes_are_read_to_their_end(void **state)
{
    (void)state;
    Rt rt = rt_begin();
    assert_int_equal(mkfifo(in("pipe"), 0600), 0);
    int both = open(in("pipe"), O_RDWR);
    assert_true(both >= 0);
    pid_t child = fork();
    if (child == 0) {
        usleep(20000);
        _exit(write(both, "from a pipe", 11) == 11 ? 0 : 1);
    }
    close(both);
    rt_is(done(rt.cx, WEIR__FILE_READ, in("pipe"), NULL), "from a pipe");
    rt_end(&rt);
}

static void test_no_file_is_left_over(void **state)
{
    (void)state;
    Rt rt = rt_begin();
    int next = dup(0); // the lowest that is free
    close(next);
    struct rlimit before, few = {.rlim_cur = (rlim_t)next};
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    few.rlim_max = before.rlim_max;
    put(in("file"), "x");
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    done(rt.cx, WEIR__FILE_READ, in("file"), NULL);
    assert_non_null(rt.cx->pending);
    assert_false(rt.cx->pending->permanent);
    rt_expect_failure(rt.cx, "io");
    done(rt.cx, WEIR__FILE_LIST, where, NULL);
    rt_expect_failure(rt.cx, "io");
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    rt_end(&rt);
}

static void all_of_it(weir_context *cx)
{
    int before = open_files();
    weir_drop(done(cx, WEIR__FILE_TEMP, in("t-XXXXXX"), NULL));
    done(cx, WEIR__FILE_WRITE, in("file"), "text");
    done(cx, WEIR__FILE_COPY, in("file"), in("other"));
    weir_drop(done(cx, WEIR__FILE_READ, in("file"), NULL));
    weir_drop(done(cx, WEIR__FILE_LIST, where, NULL));
    weir_drop(done(cx, WEIR__FILE_GLOB, in("**/*"), NULL));
    weir_drop(done(cx, WEIR__FILE_STAT, where, NULL));
    assert_int_equal(open_files(), before);
}

static void test_without_memory(void **state)
{
    (void)state;
    rt_starve(all_of_it);
    assert_int_equal(names_in(where), 2); // the temporary directories are gone
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_write_keeps_links_and_permissions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_links_without_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_remove_follows_no_link, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_deep_trees, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_many_stars, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_write_that_fails_leaves_the_old_file, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_cancelled_waits_for_pipes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_pieces_of_a_pipe, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_pipes_are_read_to_their_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_file_is_left_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_without_memory, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
