// The lexer and the layout: literals, texts, documentation, places, and where a line ends.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grammar.h"
#include "lexer.h"
#include "message.h"
#include "text.h"

typedef struct Read {
    Arena *arena;
    Sources sources;
    Diags diags;
    bool readable;
    Tokens raw, tokens;
} Read;

static Read read_bytes(const char *text, size_t length)
{
    Read one = {.arena = calloc(1, sizeof(Arena))};
    one.sources.arena = one.diags.arena = one.arena;
    Source *source = source_text(&one.sources, "test.weir", text, length);
    one.readable = lexer_check(&one.sources, source, &one.diags);
    if (one.readable) {
        one.raw = lexer_read(one.arena, one.arena, &one.sources, source, &one.diags);
        one.tokens = layout_apply(one.arena, &one.sources, &one.raw, &one.diags);
    }
    diags_sort(&one.diags);
    return one;
}

static void end(Read *one)
{
    arena_free(one->arena);
    free(one->arena);
}

static Read read_text(const char *text)
{
    return read_bytes(text, strlen(text));
}

// The first token and the number of mistakes.
static Token first_of(Read *one)
{
    assert_true(one->raw.count > 0);
    return one->raw.items[0];
}

static void expect_problem(const char *text, size_t length, const char *wanted)
{
    Read one = read_bytes(text, length);
    Buffer out = {.arena = one.arena};
    for (size_t i = 0; i < one.diags.all.count; i++) {
        const Diag *diag = one.diags.all.items[i];
        Place place = source_place(&one.sources, diag->span.start);
        buffer_print(&out, "%s%u:%u E%04d", i > 0 ? " " : "", place.line, place.column,
                     message_of(diag->code)->number);
    }
    assert_string_equal(buffer_end(&out), wanted);
    end(&one);
}
#define PROBLEM(text, wanted) expect_problem(text, sizeof text - 1, wanted)

static void numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int kind;
        int64_t integer;
    } cases[] = {
        {"42", TOKEN_INTEGER, 42},
        {"1_000", TOKEN_INTEGER, 1000},
        {"9223372036854775807", TOKEN_INTEGER, INT64_MAX},
        {"250ms", TOKEN_DURATION, 250000000},
        {"1.5s", TOKEN_DURATION, 1500000000},
        {"0.1s", TOKEN_DURATION, 100000000},
        {"2m", TOKEN_DURATION, 120000000000},
        {"1h", TOKEN_DURATION, 3600000000000},
        {"1d", TOKEN_DURATION, 86400000000000},
        {"7us", TOKEN_DURATION, 7000},
        {"7ns", TOKEN_DURATION, 7},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Read one = read_text(cases[i].text);
        assert_int_equal(one.diags.all.count, 0);
        assert_int_equal(first_of(&one).kind, cases[i].kind);
        assert_true(first_of(&one).value.integer == cases[i].integer);
        end(&one);
    }
    Read real = read_text("3.25e-2");
    assert_int_equal(first_of(&real).kind, TOKEN_FLOAT);
    assert_true(first_of(&real).value.real == 3.25e-2);
    end(&real);
    Read smallest = read_text("-9223372036854775808");
    assert_int_equal(smallest.diags.all.count, 0);
    assert_true(smallest.raw.items[1].value.integer == INT64_MIN);
    end(&smallest);
    PROBLEM("9223372036854775808", "1:1 E0012");
    PROBLEM("a -9223372036854775808", "1:4 E0012");
    PROBLEM("99999999999999999999", "1:1 E0012");
    PROBLEM("1e999", "1:1 E0013");
    PROBLEM("9999999999h", "1:1 E0014");
    PROBLEM("x = 12abc", "1:5 E0015");
    PROBLEM("0x1F", "1:1 E0015");
}

static void expect_text(const char *text, const char *wanted, size_t length)
{
    Read one = read_text(text);
    assert_int_equal(one.diags.all.count, 0);
    Token token = first_of(&one);
    assert_int_equal(token.kind, TOKEN_STRING);
    assert_int_equal(token.length, length);
    assert_memory_equal(token.text, wanted, length);
    end(&one);
}
#define TEXT(text, wanted) expect_text(text, wanted, sizeof wanted - 1)

static void texts(void **state)
{
    (void)state;
    TEXT("\"\"", "");
    TEXT("\"a b\"", "a b");
    TEXT("\"\\n\\t\\\"\\\\\\{\\u{1F30A}\\0x\"", "\n\t\"\\{\xF0\x9F\x8C\x8A\0x");
    TEXT("\"\xC3\xA4\"", "\xC3\xA4");
    TEXT("r\"\\n{x}\"", "\\n{x}");
    TEXT("\"\"\"one line\"\"\"", "one line");
    TEXT("\"\"\"\n    a\n      b\n\n    c\n    \"\"\"", "a\n  b\n\nc");
    TEXT("\"\"\"\n    a\n  \"\"\"", "  a");
    TEXT("\"\"\"\r\n  a\r\n  b\r\n  \"\"\"", "a\nb");
    TEXT("\"\"\"\n\ta\n\t\tb\n\t\"\"\"", "a\n\tb");
    TEXT("\"\"\"\n\"\"\"", "");
    TEXT("\"\"\"a \"quoted\" word\"\"\"", "a \"quoted\" word");
    PROBLEM("x = \"abc", "1:5 E0008");
    PROBLEM("x = \"abc\ny = 2", "1:5 E0008");
    PROBLEM("x = \"\"\"abc\n", "1:5 E0009");
    PROBLEM("x = r\"abc", "1:6 E0008");
    PROBLEM("x = 'abc'", "1:5 E0016");
    PROBLEM("x = 'abc", "1:5 E0016");
    PROBLEM("\"a\\qb\"", "1:3 E0010");
    PROBLEM("\"a\\u{110000}\"", "1:3 E0011");
    PROBLEM("\"a\\u12\"", "1:3 E0011");
    PROBLEM("\"a\\u{D800}\"", "1:3 E0011");
    PROBLEM("\"price {x", "1:8 E0021");
    PROBLEM("\"price {x\"", "1:8 E0021");
    PROBLEM("\"price {x\ny = 2", "1:8 E0021");
}

static void holes(void **state)
{
    (void)state;
    Read one = read_text("\"a {x:.2f} b {f({1}, \"in {y}\")}\"");
    static const int kinds[] = {
        TOKEN_TEXT_OPEN,  TOKEN_NAME,   TOKEN_FORMAT,     TOKEN_TEXT_NEXT,
        TOKEN_NAME,       TOKEN_LPAREN, TOKEN_LBRACE,     TOKEN_INTEGER,
        TOKEN_RBRACE,     TOKEN_COMMA,  TOKEN_TEXT_OPEN,  TOKEN_NAME,
        TOKEN_TEXT_CLOSE, TOKEN_RPAREN, TOKEN_TEXT_CLOSE, 0,
    };
    assert_int_equal(one.diags.all.count, 0);
    assert_int_equal(one.raw.count, sizeof kinds / sizeof *kinds);
    for (size_t i = 0; i < one.raw.count; i++) {
        assert_int_equal(one.raw.items[i].kind, kinds[i]);
    }
    assert_string_equal(one.raw.items[0].text, "a ");
    assert_string_equal(one.raw.items[2].text, ".2f");
    assert_string_equal(one.raw.items[3].text, " b ");
    assert_string_equal(one.raw.items[10].text, "in ");
    end(&one);

    Read block = read_text("\"\"\"\n    a {x}\n      b {y}\n    {z} c\n    \"\"\"");
    assert_int_equal(block.diags.all.count, 0);
    assert_string_equal(block.raw.items[0].text, "a ");
    assert_string_equal(block.raw.items[2].text, "\n  b ");
    assert_string_equal(block.raw.items[4].text, "\n");
    assert_string_equal(block.raw.items[6].text, " c");
    end(&block);
}

static void what_no_source_may_hold(void **state)
{
    (void)state;
    PROBLEM("a\0b", "1:2 E0001");
    PROBLEM("x = 1\ny = \"\xFF\"", "2:6 E0002");
    PROBLEM("\xC3\xA4\xC0\x80", "1:2 E0002");
    PROBLEM("\xED\xA0\x80", "1:1 E0002"); // a surrogate
    PROBLEM("a = 1 # \xE2\x80\xAE", "1:9 E0004");
    PROBLEM("a = 1\rb = 2", "1:6 E0005");
    PROBLEM("a = 1\r\nb = 2", "");
    PROBLEM("\xEF\xBB\xBF"
            "a = 1",
            "1:1 E0006");
    PROBLEM("a = \xC3\xA4\xC3\xB6 + 1", "1:5 E0025");
    PROBLEM("gr\xC3\xB6\xC3\x9F" "e = gr\xC3\xB6\xC3\x9F" "e", "1:3 E0025"); // a word once
    PROBLEM("a \xE2\x89\xA4 b", "1:3 E0019");
    PROBLEM("a = \xE2\x80\x9C" "b\xE2\x80\x9D", "1:5 E0024");
    PROBLEM("a = 5sec", "1:5 E0015");
    PROBLEM("a = 3 $ 4", "1:7 E0007");
    PROBLEM("# \xC3\xA4 \xF0\x9F\x8C\x8A fine\n\"\xE4\xB8\xAD\" $",
            "2:5 E0007"); // characters, not bytes
}

static void documentation(void **state)
{
    (void)state;
    Read one = read_text("# plain\n## one\n##two\n#### rule\n##\na(\n## of b\nb) # no\n");
    assert_string_equal(one.raw.items[0].doc, "one\ntwo\n");
    assert_null(one.raw.items[1].doc);
    assert_string_equal(one.raw.items[2].doc, "of b");
    assert_null(one.raw.items[3].doc);
    end(&one);
}

static const char *spell(int kind)
{
    switch (kind) {
    case 0: return "$";
    case TOKEN_NEWLINE: return ";";
    case TOKEN_LBRACE: return "{";
    case TOKEN_RBRACE: return "}";
    case TOKEN_LPAREN: return "(";
    case TOKEN_RPAREN: return ")";
    case TOKEN_NAME: return "n";
    case TOKEN_INTEGER: return "1";
    }
    return "*";
}

// What the layout makes of a text: `;` is a NEWLINE, `n` a name, `*` all else.
static void expect_layout(const char *text, const char *wanted)
{
    Read one = read_text(text);
    Buffer out = {.arena = one.arena};
    for (size_t i = 0; i < one.tokens.count; i++) {
        buffer_text(&out, spell(one.tokens.items[i].kind));
    }
    if (strcmp(buffer_end(&out), wanted) != 0) {
        print_error("%s\n", text);
    }
    assert_string_equal(buffer_end(&out), wanted);
    end(&one);
}

static void line_ends(void **state)
{
    (void)state;
    expect_layout("a\nb", "n;n;$");
    expect_layout("\n\na\n\n\nb\n\n", "n;n;$");
    expect_layout("a {\n\nb\n}\nc", "n{n;};n;$");
    expect_layout("{ a }", "{n;};$");
    expect_layout("{ a, }", "{n*};$");
    expect_layout("a(\nb\n)\nc", "n(n);n;$");
    expect_layout("a +\nb", "n*n;$");
    expect_layout("a\n+ b", "n;*n;$");
    expect_layout("a\n.b", "n*n;$");
    expect_layout("a\n|> b\n?? c", "n*n*n;$");
    expect_layout("a\n{ b }", "n{n;};$");
    expect_layout("a\nlimit 3", "n*1;$");
    expect_layout("a\nlimit = 3", "n;**1;$");
    expect_layout("a\nlimit(3)", "n;*(1);$");
    expect_layout("a\nlimit (3)", "n*(1);$");
    expect_layout("a\nlimit: 3", "n;n*1;$"); // before `:` any word is a name
    expect_layout("record R {\na: b\nlimit \"k\": b\n}", "*n{n*n;***n;};$");
    expect_layout("enum E {\na\nordered\nlimit (b: c)\n}", "*n{n;*;*(n*n);};$");
    expect_layout("a\nlimit\nb", "n;*;n;$");
    expect_layout("a\ncollect errors", "n**;$");
    expect_layout("a\ncollect(b)", "n;*(n);$");
    expect_layout("a\nordered\nb", "n*;n;$");
    expect_layout("a\nas_completed {\nb }", "n*{n;};$");
    expect_layout("a\nelse b", "n*n;$");
    expect_layout("a\nelse => b", "n;**n;$");
    expect_layout("a\nfor b", "n;*n;$");
    expect_layout("a.match\nb.limit", "n*n;n*n;$");
    expect_layout("a; b;", "n;n;$");
}

static void keywords_are_sorted(void **state)
{
    (void)state;
    size_t count;
    const Keyword *table = keywords(&count);
    assert_true(count > 60);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            assert_true(strcmp(table[i - 1].word, table[i].word) < 0);
        }
        Read one = read_text(table[i].word);
        assert_int_equal(first_of(&one).kind, table[i].token);
        assert_string_equal(first_of(&one).text, table[i].word);
        end(&one);
    }
}

static void names_are_interned(void **state)
{
    (void)state;
    Read one = read_text("abc xyz abc limit limit");
    const Token *tokens = one.raw.items;
    assert_ptr_equal(tokens[0].text, tokens[2].text);
    assert_ptr_equal(tokens[3].text, tokens[4].text);
    assert_ptr_not_equal(tokens[0].text, tokens[1].text);
    assert_ptr_equal(tokens[0].text, source_intern(&one.sources, "abc", 3));
    end(&one);
}

static const char *nearest_of(const char *wanted, const char *const *words, size_t count)
{
    Nearest nearest = {.wanted = wanted};
    for (size_t i = 0; i < count; i++) {
        text_nearest(&nearest, words[i]);
    }
    return nearest.best;
}

static void did_you_mean(void **state)
{
    (void)state;
    static const char *const words[] = {"print", "eprint", "sleep", "status", "length", "a"};
    const size_t count = sizeof words / sizeof *words;
    assert_string_equal(nearest_of("prnit", words, count), "print");
    assert_string_equal(nearest_of("Sleep", words, count), "sleep");
    assert_string_equal(nearest_of("lenght", words, count), "length");
    assert_string_equal(nearest_of("staus", words, count), "status");
    assert_null(nearest_of("b", words, count));
    assert_null(nearest_of("banana", words, count));
    assert_int_equal(text_distance("abc", "abc", 3), 0);
    assert_int_equal(text_distance("abc", "acb", 3), 1);
    assert_int_equal(text_distance("abc", "xyz", 2), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),
        cmocka_unit_test(texts),
        cmocka_unit_test(holes),
        cmocka_unit_test(what_no_source_may_hold),
        cmocka_unit_test(documentation),
        cmocka_unit_test(line_ends),
        cmocka_unit_test(keywords_are_sorted),
        cmocka_unit_test(names_are_interned),
        cmocka_unit_test(did_you_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
