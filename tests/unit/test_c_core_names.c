// The names of a program and of the runtime's core, compiled as one unit.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core_names.h"

static char folder[] = "/tmp/weir-names.XXXXXX";

static void put(Arena *arena, const char *name, const char *text)
{
    FILE *file = fopen(arena_print(arena, "%s/%s", folder, name), "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int begin(void **state)
{
    (void)state;
    Arena arena = {0};
    if (!mkdtemp(folder)) {
        return -1;
    }
    put(&arena, "weir.h",
        "typedef struct weir_list { int items; } weir_list; int weir_sleep(void);");
    put(&arena, "task.h", "struct sleeper { int woken; };");
    put(&arena, "task.c", "static int wake(int items) { int static_ = 0; return items + true; }");
    put(&arena, "notes.txt", "note");
    arena_free(&arena);
    return 0;
}

static int end(void **state)
{
    (void)state;
    static const char *const names[] = {"weir.h", "task.h", "task.c", "notes.txt"};
    Arena arena = {0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        unlink(arena_print(&arena, "%s/%s", folder, names[i]));
    }
    arena_free(&arena);
    return rmdir(folder);
}

static void shared_names_are_kept_apart(void **state)
{
    (void)state;
    Arena arena = {0};
    CoreNames names = core_names(&arena, folder,
                                 "static int wake(weir_list *items)\n"
                                 "{ return weir_sleep() + note + true; } // woken\n"
                                 "struct sleeper_of { int mine; };\n");
    // In the order of the program. `woken` stands in a comment only, which does no harm.
    assert_string_equal(names.define, "#define wake wake_of_program\n"
                                      "#define woken woken_of_program\n");
    assert_string_equal(names.undefine, "#undef wake\n#undef woken\n");
    arena_free(&arena);
}

static void nothing_shared_is_nothing_defined(void **state)
{
    (void)state;
    Arena arena = {0};
    CoreNames names = core_names(&arena, folder, "static const int fetch = 0x1F;\n");
    assert_string_equal(names.define, "");
    assert_string_equal(names.undefine, "");
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shared_names_are_kept_apart),
        cmocka_unit_test(nothing_shared_is_nothing_defined),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
