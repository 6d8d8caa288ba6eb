// What `use` finds: files, once each, and every way in which one can't be had.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "message.h"
#include "module.h"
#include "parse.h"

static char folder[] = "/tmp/weir-module-XXXXXX";

typedef struct Read {
    Arena arena;
    Sources sources;
    Diags diags;
    Program *program;
} Read;

static void put(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void read_main(Read *r, const char *path)
{
    memset(r, 0, sizeof *r);
    r->sources = (Sources){.arena = &r->arena, .next = 1};
    r->diags = (Diags){.arena = &r->arena};
    r->program = program_new(&r->arena);
    SourceError error;
    Source *source = source_read(&r->sources, path, &error);
    assert_non_null(source);
    Module *module = parse(&r->arena, &r->sources, source, &r->diags);
    LIST_ADD(&r->arena, &r->program->modules, module);
    modules_read(r->program, &r->sources, &r->diags);
}

static void expect_one(const char *text, int number)
{
    Read r;
    put("main.weir", text);
    read_main(&r, "main.weir");
    assert_int_equal(r.diags.all.count, 1);
    assert_int_equal(message_of(r.diags.all.items[0]->code)->number, number);
    arena_free(&r.arena);
}

static void a_file_is_read_once(void **state)
{
    (void)state;
    Read r;
    assert_int_equal(mkdir("lib", 0700), 0);
    put("lib/a.weir", "use \"b.weir\"\npub fn one() -> int { return 1 }\n");
    put("lib/b.weir", "pub fn two() -> int { return 2 }\n");
    assert_int_equal(symlink("a.weir", "lib/link.weir"), 0);
    put("main.weir",
        "use \"lib/a.weir\"\nuse \"lib/../lib/b.weir\"\nuse \"./lib/link.weir\" as c\n");
    read_main(&r, "main.weir");
    assert_int_equal(r.diags.all.count, 0);
    assert_int_equal(r.program->modules.count, 3);
    const Module *main = r.program->modules.items[0];
    assert_ptr_equal(main->decls.items[0]->module, main->decls.items[2]->module);
    assert_ptr_equal(main->decls.items[1]->module,
                     main->decls.items[0]->module->decls.items[0]->module);
    arena_free(&r.arena);
}

static void what_cannot_be_had_is_said(void **state)
{
    (void)state;
    expect_one("use \"none.weir\"\n", 213);
    expect_one("use \"lib\"\n", 214);
    assert_int_equal(mkfifo("pipe.weir", 0600), 0);
    expect_one("use \"pipe.weir\"\n", 215);
    put("large.weir", "");
    assert_int_equal(truncate("large.weir", (64 << 20) + 1), 0);
    expect_one("use \"large.weir\"\n", 216);
    if (geteuid() != 0) { // root reads everything
        put("closed.weir", "");
        assert_int_equal(chmod("closed.weir", 0), 0);
        expect_one("use \"closed.weir\"\n", 217);
    }
}

static void circles_are_shown(void **state)
{
    (void)state;
    Read r;
    put("x.weir", "use \"y.weir\"\n");
    put("y.weir", "use \"x.weir\"\n");
    put("main.weir", "use \"x.weir\"\nuse \"y.weir\"\n");
    read_main(&r, "main.weir");
    assert_int_equal(r.diags.all.count, 1);
    assert_int_equal(message_of(r.diags.all.items[0]->code)->number, 218);
    assert_string_equal(r.diags.all.items[0]->args[0], "x.weir → y.weir → x.weir");
    arena_free(&r.arena);
    expect_one("use \"main.weir\"\n", 218);
}

static int enter(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL ? -1 : chdir(folder);
}

static int leave(void **state)
{
    (void)state;
    static const char *const files[] = {"lib/a.weir",  "lib/b.weir", "lib/link.weir",
                                        "main.weir",   "pipe.weir",  "large.weir",
                                        "closed.weir", "x.weir",     "y.weir"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        unlink(files[i]);
    }
    rmdir("lib");
    return chdir("/") != 0 ? -1 : rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read_once),
        cmocka_unit_test(what_cannot_be_had_is_said),
        cmocka_unit_test(circles_are_shown),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
