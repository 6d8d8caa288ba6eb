// What `use` finds: files, once each, and every way in which one can't be had.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
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

// From the main file's folder, wherever that is and however the way to it is written.
static void files_have_names_of_their_own(void **state)
{
    (void)state;
    Read r;
    assert_true(mkdir("lib", 0700) == 0 || errno == EEXIST);
    put("lib/a.weir", "use \"../x.weir\"\nuse \"../lib/a-b.weir\" as ab\n");
    put("lib/a-b.weir", "");
    put("x.weir", "");
    put("lib_a.weir", "");
    put("main.weir", "use \"./lib/../lib/a.weir\"\nuse \"lib_a.weir\"\n");
    static const char *const files[] = {"main.weir", "lib/a.weir", "lib_a.weir", "x.weir",
                                        "lib/a-b.weir"};
    static const char *const stems[] = {"main", "lib_a", "lib_a_2", "x", "lib_a_b"};
    char whole[64];
    snprintf(whole, sizeof whole, "%s/main.weir", folder);
    for (int way = 0; way < 2; way++) {
        read_main(&r, way == 0 ? "main.weir" : whole);
        assert_int_equal(r.diags.all.count, 0);
        assert_int_equal(r.program->modules.count, 5);
        for (size_t i = 0; i < 5; i++) {
            const Module *module = r.program->modules.items[i];
            assert_string_equal(module->file, files[i]);
            assert_string_equal(module->stem, stems[i]);
            assert_non_null(strstr(module->source->path, files[i]));
        }
        arena_free(&r.arena);
    }
    // Where a folder is a link, .. leads elsewhere than it says.
    assert_int_equal(mkdir("lib/deep", 0700), 0);
    assert_int_equal(symlink("lib/deep", "short"), 0);
    put("main.weir", "use \"short/../a-b.weir\" as ab\n");
    read_main(&r, "main.weir");
    assert_int_equal(r.diags.all.count, 0);
    assert_string_equal(r.program->modules.items[1]->file, "short/../a-b.weir");
    arena_free(&r.arena);
}

static void a_name_is_asked_for(void **state)
{
    (void)state;
    put("lib/a-b.weir", "");
    put("x.weir", "");
    assert_int_equal(rename("x.weir", "none.weir"), 0);
    expect_one("use \"lib/a-b.weir\"\n", 219);
    expect_one("use \"none.weir\"\n", 219);
    expect_one("use \"a-c.weir\"\n", 213); // one mistake, the first
    expect_one("use \"\"\n", 213);
    Read r;
    put("main.weir", "use \"none.weir\" as some\nuse \"lib/b.weir\"\n");
    read_main(&r, "main.weir");
    assert_int_equal(r.diags.all.count, 0);
    assert_string_equal(r.program->modules.items[0]->decls.items[1]->name.text, "b");
    arena_free(&r.arena);
}

static int enter(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL ? -1 : chdir(folder);
}

static int leave(void **state)
{
    (void)state;
    static const char *const files[] = {"lib/a.weir", "lib/b.weir",   "lib/link.weir", "main.weir",
                                        "pipe.weir",  "large.weir",   "closed.weir",   "x.weir",
                                        "y.weir",     "lib/a-b.weir", "lib_a.weir",    "none.weir",
                                        "short"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        unlink(files[i]);
    }
    rmdir("lib/deep");
    rmdir("lib");
    return chdir("/") != 0 ? -1 : rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read_once), cmocka_unit_test(what_cannot_be_had_is_said),
        cmocka_unit_test(circles_are_shown),   cmocka_unit_test(files_have_names_of_their_own),
        cmocka_unit_test(a_name_is_asked_for),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
