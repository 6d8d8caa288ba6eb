// The pages of `weir explain`: each mistake has one, and a code is found however it is typed.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "explain.h"
#include "message.h"

static void every_code_has_a_page(void **state)
{
    (void)state;
    Arena arena = {0};
    for (int code = 0; code < DIAG_COUNT; code++) {
        const char *shown = arena_print(&arena, "E%04d", message_of(code)->number);
        const ExplainPage *page = explain_find(shown);
        if (!page) {
            fail_msg("%s (%s) has no page: write docs/errors/%s.md, then `./zigw build snap`",
                     shown, message_of(code)->name, shown);
        }
        assert_true(strlen(explain_title(&arena, page)) > 3);
    }
    arena_free(&arena);
}

static void every_page_has_a_code(void **state)
{
    (void)state;
    for (size_t i = 0; i < explain_page_count; i++) {
        bool known = false;
        for (int code = 0; code < DIAG_COUNT; code++) {
            known = known || message_of(code)->number == explain_pages[i].number;
        }
        if (!known) {
            fail_msg("docs/errors/E%04d.md belongs to no mistake", explain_pages[i].number);
        }
        assert_true(i == 0 || explain_pages[i - 1].number < explain_pages[i].number);
    }
}

static void codes_are_found(void **state)
{
    (void)state;
    static const char *const typed[] = {"E0301", "e0301", "E301", "e301", "301", "0301"};
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        assert_non_null(explain_find(typed[i]));
        assert_int_equal(explain_find(typed[i])->number, 301);
    }
    static const char *const wrong[] = {"",     "E",       "E0399", "E03x1", "mismatch",
                                        "-301", "9999999", "E 301", "EE301", "99999999999999"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_null(explain_find(wrong[i]));
    }
}

static void near_codes_are_told(void **state)
{
    (void)state;
    Arena arena = {0};
    assert_string_equal(explain_nearest(&arena, "e0301x"), "E0301");
    assert_string_equal(explain_nearest(&arena, "E03O1"), "E0301");
    assert_null(explain_nearest(&arena, "something"));
    arena_free(&arena);
}

static const ExplainPage page = {
    1, "# E0001: a title\n\nSay `x`.\n\n```weir lib/a.weir\nlet x = \"a\"  # why\n```\n\n"
       "```text\na.weir:1:2: error[E0001]: no\n  1 │ x\n    │ ^ here\n    ╰ help: y\n```\n"};

static void plain_page(void **state)
{
    (void)state;
    Arena arena = {0};
    assert_string_equal(
        explain_text(&arena, &page, false),
        "E0001: a title\n\nSay `x`.\n\n    lib/a.weir:\n    let x = \"a\"  # why\n\n"
        "    a.weir:1:2: error[E0001]: no\n      1 │ x\n        │ ^ here\n"
        "        ╰ help: y\n");
    arena_free(&arena);
}

static void coloured_page(void **state)
{
    (void)state;
    Arena arena = {0};
    const char *text = explain_text(&arena, &page, true);
    assert_non_null(strstr(text, "\x1b[1mE0001: a title\x1b[0m"));
    assert_non_null(strstr(text, "Say \x1b[36mx\x1b[0m."));
    assert_non_null(strstr(text, "\x1b[35mlet\x1b[0m x = \x1b[32m\"a\"\x1b[0m"));
    assert_non_null(strstr(text, "\x1b[90m# why\x1b[0m"));
    assert_non_null(strstr(text, "\x1b[1;31merror[E0001]:\x1b[0m"));
    arena_free(&arena);
}

static void the_list_has_all(void **state)
{
    (void)state;
    Arena arena = {0};
    const char *list = explain_list(&arena, false);
    for (size_t i = 0; i < explain_page_count; i++) {
        const char *line = arena_print(&arena, "\n  E%04d  ", explain_pages[i].number);
        assert_non_null(strstr(list, line));
    }
    assert_null(strstr(list, message_phrase(PHRASE_AREA_OTHER)));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_a_page),
        cmocka_unit_test(every_page_has_a_code),
        cmocka_unit_test(codes_are_found),
        cmocka_unit_test(near_codes_are_told),
        cmocka_unit_test(plain_page),
        cmocka_unit_test(coloured_page),
        cmocka_unit_test(the_list_has_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
