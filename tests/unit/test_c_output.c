// Files that are written whole or not at all.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"

typedef struct Case {
    Arena arena;
    Outputs outputs;
    char folder[64];
} Case;

static int begin(void **state)
{
    static Case one;
    memset(&one, 0, sizeof one);
    one.outputs.arena = &one.arena;
    strcpy(one.folder, "/tmp/weir-output.XXXXXX");
    *state = &one;
    return mkdtemp(one.folder) ? 0 : -1;
}

static const char *in(Case *one, const char *name)
{
    return arena_print(&one->arena, "%s/%s", one->folder, name);
}

// Names in the folder, without those that begin with a point twice over.
static size_t entries(Case *one)
{
    size_t count = 0;
    DIR *folder = opendir(one->folder);
    assert_non_null(folder);
    for (struct dirent *next; (next = readdir(folder));) {
        count += strcmp(next->d_name, ".") != 0 && strcmp(next->d_name, "..") != 0;
    }
    closedir(folder);
    return count;
}

static int end(void **state)
{
    Case *one = *state;
    DIR *folder = opendir(one->folder);
    for (struct dirent *next; folder && (next = readdir(folder));) {
        unlink(in(one, next->d_name));
    }
    if (folder) {
        closedir(folder);
    }
    rmdir(in(one, "folder"));
    int gone = rmdir(one->folder);
    arena_free(&one->arena);
    return gone;
}

static void add(Case *one, const char *name, const char *text)
{
    output_add(&one->outputs, in(one, name), text, strlen(text));
}

static bool holds(Case *one, const char *name, const char *text)
{
    return output_holds(in(one, name), text, strlen(text));
}

static void again(Case *one)
{
    one->outputs = (Outputs){.arena = &one->arena};
}

static void writes_all(void **state)
{
    Case *one = *state;
    add(one, "a", "first");
    add(one, "b", "");
    assert_true(output_write(&one->outputs));
    assert_true(holds(one, "a", "first"));
    assert_true(holds(one, "b", ""));
    assert_false(holds(one, "a", "firsT"));
    assert_false(holds(one, "a", "firs"));
    assert_int_equal(entries(one), 2); // nothing temporary
}

static void unchanged_is_left_alone(void **state)
{
    Case *one = *state;
    add(one, "a", "same");
    assert_true(output_write(&one->outputs));
    struct timespec old[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    assert_int_equal(utimensat(AT_FDCWD, in(one, "a"), old, 0), 0);
    struct stat before, after;
    assert_int_equal(stat(in(one, "a"), &before), 0);

    again(one);
    add(one, "a", "same");
    assert_true(output_write(&one->outputs));
    assert_int_equal(stat(in(one, "a"), &after), 0);
    assert_int_equal(after.st_mtime, 1000);
    assert_int_equal(after.st_ino, before.st_ino);

    again(one);
    add(one, "a", "other");
    assert_true(output_write(&one->outputs));
    assert_int_equal(stat(in(one, "a"), &after), 0);
    assert_int_not_equal(after.st_mtime, 1000);
}

static void nothing_when_one_fails(void **state)
{
    Case *one = *state;
    add(one, "a", "old");
    assert_true(output_write(&one->outputs));

    again(one);
    add(one, "a", "new");
    add(one, "no/such/folder", "x");
    assert_false(output_write(&one->outputs));
    assert_non_null(strstr(one->outputs.wrong, "no/such/folder: No such file"));
    assert_true(holds(one, "a", "old"));
    assert_int_equal(entries(one), 1);

    assert_int_equal(mkdir(in(one, "folder"), 0755), 0);
    again(one);
    add(one, "a", "new");
    add(one, "folder", "x");
    assert_false(output_write(&one->outputs));
    assert_true(holds(one, "a", "old"));
    assert_int_equal(entries(one), 2);
}

// A full device refuses when it is written to, which is before any file is renamed.
static void full_device_changes_nothing(void **state)
{
    Case *one = *state;
    if (access("/dev/full", W_OK) != 0) {
        skip();
    }
    add(one, "a", "new");
    output_add(&one->outputs, "/dev/full", "x", 1);
    assert_false(output_write(&one->outputs));
    assert_non_null(strstr(one->outputs.wrong, "No space left"));
    assert_int_equal(entries(one), 0);
}

static void links_and_modes_stay(void **state)
{
    Case *one = *state;
    add(one, "real", "old");
    assert_true(output_write(&one->outputs));
    assert_int_equal(chmod(in(one, "real"), 0751), 0);
    assert_int_equal(symlink("real", in(one, "link")), 0);

    again(one);
    add(one, "link", "new");
    assert_true(output_write(&one->outputs));
    struct stat about;
    assert_int_equal(lstat(in(one, "link"), &about), 0);
    assert_true(S_ISLNK(about.st_mode));
    assert_int_equal(stat(in(one, "real"), &about), 0);
    assert_int_equal(about.st_mode & 07777, 0751);
    assert_true(holds(one, "real", "new"));
}

// What a killed process with our id left behind is in nobody's way.
static void old_temporary_is_replaced(void **state)
{
    Case *one = *state;
    const char *temporary = output_temporary(&one->arena, in(one, "a"));
    int file = open(temporary, O_WRONLY | O_CREAT, 0600);
    assert_true(file >= 0);
    close(file);
    add(one, "a", "text");
    assert_true(output_write(&one->outputs));
    assert_true(holds(one, "a", "text"));
    assert_int_equal(entries(one), 1);
}

static void same_file_by_any_name(void **state)
{
    Case *one = *state;
    add(one, "a", "x");
    assert_true(output_write(&one->outputs));
    assert_int_equal(symlink("a", in(one, "link")), 0);
    assert_int_equal(link(in(one, "a"), in(one, "hard")), 0);
    assert_true(output_is_same(in(one, "a"), in(one, "link")));
    assert_true(output_is_same(in(one, "a"), in(one, "hard")));
    assert_true(output_is_same(in(one, "a"), in(one, "./a")));
    assert_false(output_is_same(in(one, "a"), in(one, "b")));
    assert_true(output_is_same(in(one, "b"), in(one, "./b"))); // neither is there yet
    assert_false(output_is_same(in(one, "b"), in(one, "c")));
    assert_false(output_is_same(in(one, "no/b"), in(one, "no/b"))); // nor can ever be
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(writes_all, begin, end),
        cmocka_unit_test_setup_teardown(unchanged_is_left_alone, begin, end),
        cmocka_unit_test_setup_teardown(nothing_when_one_fails, begin, end),
        cmocka_unit_test_setup_teardown(full_device_changes_nothing, begin, end),
        cmocka_unit_test_setup_teardown(links_and_modes_stay, begin, end),
        cmocka_unit_test_setup_teardown(old_temporary_is_replaced, begin, end),
        cmocka_unit_test_setup_teardown(same_file_by_any_name, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
