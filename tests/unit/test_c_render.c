// How mistakes are drawn: the snippet, its labels, what is cut, and the JSON form.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "parse.h"
#include "render.h"

typedef struct Drawn {
    Arena *arena;
    Sources sources;
    Diags diags;
    char *text;
} Drawn;

static Drawn begin(const char *path, const char *text)
{
    Drawn one = {.arena = calloc(1, sizeof(Arena))};
    one.sources.arena = one.diags.arena = one.arena;
    source_text(&one.sources, path, text, strlen(text));
    return one;
}

static void draw(Drawn *one, RenderStyle style)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    render_diags(out, &one->sources, &one->diags, style);
    fclose(out);
    one->text = text;
}

static void end(Drawn *one)
{
    free(one->text);
    arena_free(one->arena);
    free(one->arena);
}

// Parses the text and draws what is wrong with it.
static void expect_drawn(const char *text, RenderStyle style, const char *wanted)
{
    Drawn one = begin("t.weir", text);
    parse(one.arena, &one.sources, one.sources.all.items[0], &one.diags);
    diags_sort(&one.diags);
    draw(&one, style);
    assert_string_equal(one.text, wanted);
    end(&one);
}

static Span at(const Drawn *one, uint32_t start, uint32_t end_)
{
    uint32_t base = one->sources.all.items[0]->base;
    return (Span){base + start, base + end_};
}

static void one_place(void **state)
{
    (void)state;
    expect_drawn("task main() {\n    let 7 = x\n}\n", (RenderStyle){0},
                 "t.weir:2:9: error[E0101]: expected a name for the value, found `7`\n"
                 "    |\n"
                 "  2 |     let 7 = x\n"
                 "    |         ^ a name for the value is missing here\n");
}

static void several_places(void **state)
{
    (void)state;
    expect_drawn("task main() {\n    f(1, 2]\n}\n", (RenderStyle){.unicode = true},
                 "t.weir:2:11: error[E0104]: `(` is closed by `)`, not by `]`\n"
                 "    │\n"
                 "  2 │     f(1, 2]\n"
                 "    │      -    ^ a `)` belongs here\n"
                 "    │      ╰ opened here\n");
    expect_drawn("task a() {\n    if x {\n        f()\n        g()\n}\n\ntask b() { }\n",
                 (RenderStyle){0},
                 "t.weir:2:10: error[E0102]: this `{` is never closed\n"
                 "    |\n"
                 "  2 |     if x {\n"
                 "    |          ^ no `}` belongs to it\n"
                 "    :\n"
                 "  5 | }\n"
                 "    | - by its column this was meant for another one, further out\n");
}

static void notes_and_help(void **state)
{
    (void)state;
    expect_drawn("task a() { f(); }\n", (RenderStyle){0},
                 "t.weir:1:15: error[E0018]: there are no semicolons\n"
                 "    |\n"
                 "  1 | task a() { f(); }\n"
                 "    |               ^\n"
                 "    = note: A statement ends with its line.\n"
                 "    = help: remove it, or begin a new line\n");
}

static void tabs_and_wide_letters(void **state)
{
    (void)state;
    expect_drawn("task a() {\n\tf(\"\xE4\xB8\xAD\xC3\xA4\", \xC3\xA4)\n}\n", (RenderStyle){0},
                 "t.weir:2:10: error[E0025]: `\xC3\xA4` can't stand in a name\n"
                 "    |\n"
                 "  2 |     f(\"\xE4\xB8\xAD\xC3\xA4\", \xC3\xA4)\n"
                 "    |              ^ not a letter of a name\n"
                 "    = note: Names are ASCII letters, digits and `_`; anything may stand in texts "
                 "and comments.\n"
                 "    = help: write the name without it\n");
}

static void control_characters_are_not_sent(void **state)
{
    (void)state;
    Drawn one = begin("t\x1b[31m.weir", "a \x1b[2J \xE2\x80\xAE b $\n");
    parse(one.arena, &one.sources, one.sources.all.items[0], &one.diags);
    draw(&one, (RenderStyle){0});
    assert_null(strchr(one.text, '\x1b'));
    assert_null(strstr(one.text, "\xE2\x80\xAE"));
    end(&one);
}

static void long_lines_are_cut(void **state)
{
    (void)state;
    size_t before = 5000, after = 100000;
    char *text = calloc(1, before + after + 64);
    memset(text, ' ', before);
    strcpy(text + before, "let 7 = x #");
    memset(text + before + 11, 'y', after);
    Drawn one = begin("t.weir", text);
    parse(one.arena, &one.sources, one.sources.all.items[0], &one.diags);
    draw(&one, (RenderStyle){.width = 60});
    assert_string_equal(one.text,
                        "t.weir:1:5005: error[E0101]: expected a name for the value, found `7`\n"
                        "    |\n"
                        "  1 | ...            let 7 = x #yyyyyyyyyyyyyyyyyyyyyyyyy...\n"
                        "    |                    ^ a name for the value is missing here\n");
    end(&one);
    free(text);
}

static void spans_over_lines(void **state)
{
    (void)state;
    Drawn one = begin("t.weir", "let a = [\n    1,\n    2\n]\n");
    diag_add(&one.diags, DIAG_OPERATOR_STATEMENT, at(&one, 8, 24), NULL, NULL, NULL);
    draw(&one, (RenderStyle){0});
    assert_string_equal(one.text,
                        "t.weir:1:9: error[E0109]: the value of this expression is not used\n"
                        "    |\n"
                        "  1 | let a = [\n"
                        "    |         ^ this does nothing\n"
                        "    :\n"
                        "  4 | ]\n"
                        "    | ^\n"
                        "    = help: give it a name with `let`, or remove it\n");
    end(&one);
}

static void two_files(void **state)
{
    (void)state;
    Drawn one = begin("a.weir", "let a = 1\n");
    Source *other = source_text(&one.sources, "b.weir", "\n\nlet a = 2\n", 12);
    Diag *diag = diag_add(&one.diags, DIAG_NOT_A_PLACE, at(&one, 4, 5), NULL, NULL, NULL);
    diag_label(&one.diags, diag, (Span){other->base + 6, other->base + 7}, "the other");
    draw(&one, (RenderStyle){0});
    assert_string_equal(one.text, "a.weir:1:5: error[E0108]: nothing can be assigned to this\n"
                                  "    |\n"
                                  "  1 | let a = 1\n"
                                  "    |     ^ neither a name, a field nor an element\n"
                                  "    + b.weir:3\n"
                                  "  3 | let a = 2\n"
                                  "    |     - the other\n");
    end(&one);
}

static void the_end_of_the_file(void **state)
{
    (void)state;
    expect_drawn("let a =", (RenderStyle){0},
                 "t.weir:1:8: error[E0101]: expected a value, found the end of the line\n"
                 "    |\n"
                 "  1 | let a =\n"
                 "    |        ^ a value is missing here\n");
    expect_drawn("let a = \"b\n\n\n", (RenderStyle){0},
                 "t.weir:1:9: error[E0008]: this text is never closed\n"
                 "    |\n"
                 "  1 | let a = \"b\n"
                 "    |         ^ the closing `\"` is missing on this line\n"
                 "    = help: a text over several lines stands between `\"\"\"` and `\"\"\"`\n");
}

static void colours_only_when_asked(void **state)
{
    (void)state;
    Drawn one = begin("t.weir", "let 7 = 1\n");
    parse(one.arena, &one.sources, one.sources.all.items[0], &one.diags);
    draw(&one, (RenderStyle){.colour = true});
    assert_non_null(strstr(one.text, "\x1b[1;31merror[E0101]:"));
    free(one.text);
    draw(&one, (RenderStyle){0});
    assert_null(strchr(one.text, '\x1b'));
    end(&one);
}

static void json_lines(void **state)
{
    (void)state;
    expect_drawn(
        "task a() {\n f(1]\n let \"\xC3\xA4\" = 1\n}\n", (RenderStyle){.json = true},
        "{\"code\": \"E0104\", \"severity\": \"error\", \"message\": \"`(` is closed by `)`, not "
        "by "
        "`]`\", \"file\": \"t.weir\", \"line\": 2, \"column\": 5, \"end_line\": 2, "
        "\"end_column\": 6, \"under\": \"a `)` belongs here\", \"labels\": [{\"file\": "
        "\"t.weir\", \"line\": 2, \"column\": 3, \"end_line\": 2, \"end_column\": 4, "
        "\"text\": \"opened here\"}], \"note\": null, \"help\": null, "
        "\"edits\": []}\n"
        "{\"code\": \"E0101\", \"severity\": \"error\", \"message\": \"expected a name for the "
        "value, found a text\", \"file\": \"t.weir\", \"line\": 3, \"column\": 6, "
        "\"end_line\": 3, \"end_column\": 9, \"under\": \"a name for the value is missing "
        "here\", \"labels\": [], \"note\": null, \"help\": null, \"edits\": []}\n");
}

static void repeated_mistakes_are_one(void **state)
{
    (void)state;
    Drawn one = begin("t.weir", "abc\n");
    for (uint32_t i = 0; i < 200; i++) {
        diag_add(&one.diags, DIAG_NOT_A_PLACE, at(&one, i % 3, 3), NULL, NULL, NULL);
        diag_add(&one.diags, DIAG_STEP, at(&one, i % 3, 3), "++", "+= 1", NULL);
    }
    assert_int_equal(one.diags.all.count, 6);
    diags_sort(&one.diags);
    for (size_t i = 1; i < one.diags.all.count; i++) {
        assert_true(one.diags.all.items[i - 1]->span.start <= one.diags.all.items[i]->span.start);
    }
    assert_int_equal(one.diags.all.items[0]->code, DIAG_NOT_A_PLACE); // found first, shown first
    end(&one);
}

static void codes_are_used_once(void **state)
{
    (void)state;
    for (int i = 0; i < DIAG_COUNT; i++) {
        const MessageText *text = message_of(i);
        assert_non_null(text->line);
        assert_in_range(text->number, 1, 999);
        for (int j = 0; j < i; j++) {
            if (message_of(j)->number == text->number) {
                print_error("%s and %s\n", message_of(j)->name, text->name);
            }
            assert_int_not_equal(message_of(j)->number, text->number);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_place),
        cmocka_unit_test(several_places),
        cmocka_unit_test(notes_and_help),
        cmocka_unit_test(tabs_and_wide_letters),
        cmocka_unit_test(control_characters_are_not_sent),
        cmocka_unit_test(long_lines_are_cut),
        cmocka_unit_test(spans_over_lines),
        cmocka_unit_test(two_files),
        cmocka_unit_test(the_end_of_the_file),
        cmocka_unit_test(colours_only_when_asked),
        cmocka_unit_test(json_lines),
        cmocka_unit_test(repeated_mistakes_are_one),
        cmocka_unit_test(codes_are_used_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
