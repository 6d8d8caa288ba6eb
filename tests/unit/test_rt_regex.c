// test_rt_regex.c: patterns beside a matcher that tries everything, patterns that are none, texts
// and patterns made to take long, and memory that ends in the middle.
#include "rt_each.h"

#include "regex.h"

#include <time.h>

// All matches as "from-to(groups) …".
static void found(const char *pattern, const char *text, char *out, size_t room)
{
    weir_string *p = rt_string(rt.cx, pattern), *t = rt_string(rt.cx, text);
    weir_list *all = weir_re_find_all(rt.cx, p, t);
    size_t at = 0;
    out[0] = '\0';
    for (int64_t i = 0; all != NULL && i < all->length; i++) {
        const weir_match *match = all->items[i].object;
        at += (size_t)snprintf(out + at, room - at, "%s%d-%d", i == 0 ? "" : " ", (int)match->start,
                               (int)match->end);
        for (int64_t g = 0; g < match->groups->length; g++) {
            const weir_string *group = match->groups->items[g].object;
            at += (size_t)snprintf(out + at, room - at, "(%s)", group == NULL ? "?" : group->bytes);
        }
    }
    weir_drop(all);
    weir_drop(p);
    weir_drop(t);
}

static void matches_are_those_of_perl(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"", "ab", "0-0 1-1 2-2"},
        {"a*", "baac", "0-0 1-3 4-4"},
        {"a|ab", "ab", "0-1"},
        {"ab|a", "ab", "0-2"},
        {"a+?", "aa", "0-1 1-2"},
        {"(a+)(b?)", "aab", "0-3(aa)(b)"},
        {"(a)|(b)", "ba", "0-1(?)(b) 1-2(a)(?)"},
        {"(a|b)*", "ab", "0-2(b)"},
        {"(|a)*", "aa", "0-0() 1-1() 2-2()"},
        {"(|a)+", "aa", "0-0() 1-1() 2-2()"},
        {"(a|)*", "aa", "0-2(a)"}, // but for an empty turn at the end, which is not taken
        {"(a*)*", "b", "0-0() 1-1()"},
        {"(a{2}){2}", "aaaaa", "0-4(aa)"},
        {"a{0}b", "ab", "1-2"},
        {"a{,2}", "a{,2}", "0-5"}, // a brace that is no repetition stands for itself
        {"^a", "aa\na", "0-1"},
        {"(?m)^a$", "a\nb\na", "0-1 4-5"},
        {"a$", "a\n", ""},
        {"\\Aa|a\\z", "aaa", "0-1 2-3"},
        {"\\bb\\b", "b ab b", "0-1 5-6"},
        {"\\Bb", "b ab", "3-4"},
        {".", "\n\xc3\xa9", "1-3"},
        {"(?s).", "\n", "0-1"},
        {"[^a]", "a\xf0\x9f\x8c\x8a", "1-5"},
        {"[\xc3\xa0-\xc3\xbf]+", "a\xc3\xa9\xc3\xa8z", "1-5"},
        {"[]a]+", "a]b", "0-2"},
        {"[a-]+", "a-b", "0-2"},
        {"[\\d\\-]+", "a1-2", "1-4"},
        {"(?i)ab[c-e]", "ABD", "0-3"},
        {"(?i:a)b", "Ab AB", "0-2"},
        {"(?i)[^a]", "A", ""},
        {"(?<year>\\d{4})-(?P<m>\\d\\d)", "on 2024-05", "3-10(2024)(05)"},
        {"\\x41\\x{1F30A}\\u{42}",
         "A\xf0\x9f\x8c\x8a"
         "B",
         "0-6"},
        {"\\.\\*\\\\", ".*\\", "0-3"},
        {"x{2,3}?", "xxxx", "0-2 2-4"},
        {"(?:ab|a)(?:c|bcd)", "abcd", "0-3"},
        {"a.c|a..d", "abcd", "0-3"},
    };
    char out[256];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        found(cases[i][0], cases[i][1], out, sizeof out);
        assert_null(rt.cx->pending);
        if (strcmp(out, cases[i][2]) != 0) {
            print_error("%s in %s\n", cases[i][0], cases[i][1]);
        }
        assert_string_equal(out, cases[i][2]);
    }
}

static void what_is_no_pattern_is_told_with_its_place(void **state)
{
    (void)state;
    static const char *const patterns[][2] = {
        {"(", "the pattern, at character 1: ( is not closed"},
        {"(a|", "the pattern, at character 1: ( is not closed"},
        {"a)", "the pattern, at character 2: ) closes nothing"},
        {"[a", "the pattern, at character 1: [ is not closed"},
        {"[", "the pattern, at character 1: [ is not closed"},
        {"[]", "the pattern, at character 1: [ is not closed"},
        {"[b-a]", "the pattern, at character 2: a range ends before it begins"},
        {"*", "the pattern, at character 1: there is nothing to repeat"},
        {"\xc3\xa9|+", "the pattern, at character 3: there is nothing to repeat"},
        {"a**", "the pattern, at character 3: this repeats a repetition: use a group"},
        {"a{2,1}", "the pattern, at character 2: a repetition is {least,most}, up to 1000"},
        {"a{1001}", "the pattern, at character 2: a repetition is {least,most}, up to 1000"},
        {"a{99999999999999999999}",
         "the pattern, at character 2: a repetition is {least,most}, up to 1000"},
        {"\\", "the pattern, at character 1: nothing behind \\"},
        {"\\q", "the pattern, at character 1: \\ and this letter mean nothing"},
        {"(a)\\1",
         "the pattern, at character 4: a reference back cannot be matched in linear time"},
        {"(?=a)",
         "the pattern, at character 3: looking ahead or behind cannot be matched in linear time"},
        {"(?<=a)",
         "the pattern, at character 3: looking ahead or behind cannot be matched in linear time"},
        {"(?q)", "the pattern, at character 3: expected (?: (?i) (?m) (?s) or (?<name>"},
        {"(?<a>x)(?<a>y)", "the pattern, at character 11: two groups have this name"},
        {"(?<>x)",
         "the pattern, at character 4: a group's name is letters, digits and _, and ends with >"},
        {"\\x{110000}", "the pattern, at character 3: two hex digits or {…} belong behind \\x"},
        {"\\x4", "the pattern, at character 3: two hex digits or {…} belong behind \\x"},
    };
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        weir_string *p = rt_string(rt.cx, patterns[i][0]), *t = rt_string(rt.cx, "a");
        assert_false(weir_re_contains(rt.cx, p, t));
        weir_error *error = weir_take(rt.cx);
        assert_non_null(error);
        assert_string_equal(error->kind->bytes, "parse");
        assert_string_equal(error->message->bytes, patterns[i][1]);
        weir_drop(error);
        weir_drop(p);
        weir_drop(t);
    }
}

// A pattern that repeats itself, so that it is too large, too deep or has too many groups.
static void too_much_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *before, *middle, *after;
        int times;
    } patterns[] = {
        {"(?:", "", "a)", 200},
        {"", "(a)", "", 200},
        {"", "((a{1000}){1000}){1000}", "", 1},
        {"", "[a-z]{1000}", "", 40},
        {"((((", "a{1000}", "){10}){10}){10}){10}", 1},
    };
    static char pattern[4096];
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        size_t at = 0;
        pattern[0] = '\0';
        bool nested = patterns[i].times > 1 && patterns[i].before[0] != '\0';
        for (int k = 0; k < patterns[i].times; k++) {
            at += (size_t)snprintf(pattern + at, sizeof pattern - at, "%s%s%s", patterns[i].before,
                                   patterns[i].middle, nested ? "" : patterns[i].after);
        }
        for (int k = 0; nested && k < patterns[i].times; k++) {
            at += (size_t)snprintf(pattern + at, sizeof pattern - at, "%s", patterns[i].after);
        }
        weir_string *p = rt_string(rt.cx, pattern), *t = rt_string(rt.cx, "a");
        assert_false(weir_re_contains(rt.cx, p, t));
        rt_expect_failure(rt.cx, "parse");
        weir_drop(p);
        weir_drop(t);
    }
}

// What sends matchers that go back and try again into exponential time.
static void time_is_linear(void **state)
{
    (void)state;
    static const char *const patterns[] = {
        "(a+)+$",        "(a|a)*$", "(a|aa)+$", "(.*a){20}$", "^(([a-z])+.)+[A-Z]([a-z])+$",
        "(a?){50}a{50}$"};
    enum { LONG = 20000 };
    static char text[LONG + 2];
    memset(text, 'a', LONG);
    text[LONG] = '!';
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        weir_string *p = rt_string(rt.cx, patterns[i]), *t = rt_string(rt.cx, text);
        clock_t began = clock();
        assert_null(weir_re_match(rt.cx, p, t));
        assert_true((double)(clock() - began) / CLOCKS_PER_SEC < 60); // it takes part of a second
        weir_drop(p);
        weir_drop(t);
    }
}

// ── beside a matcher that tries everything ───────────────────────────────────────────────────────
// Patterns are drawn as trees, and matched by going through all ways in order of preference.

typedef enum Kind { LETTER, ANY, JOIN, EITHER, STAR, MAYBE, GROUP, EMPTY } Kind;

typedef struct Node {
    Kind kind;
    char letter;
    bool lazy;
    struct Node *a, *b;
} Node;

typedef struct Draw {
    uint32_t seed;
    Node nodes[64];
    int count;
} Draw;

static uint32_t draw(Draw *d, uint32_t below)
{
    d->seed = d->seed * 1664525 + 1013904223;
    return (d->seed >> 8) % below;
}

static bool may_be_empty(const Node *node)
{
    switch (node->kind) {
    case LETTER:
    case ANY: return false;
    case EMPTY:
    case STAR:
    case MAYBE: return true;
    case GROUP: return may_be_empty(node->a);
    case JOIN: return may_be_empty(node->a) && may_be_empty(node->b);
    case EITHER: return may_be_empty(node->a) || may_be_empty(node->b);
    }
    return true;
}

static Node *tree(Draw *d, int depth)
{
    Node *node = &d->nodes[d->count++];
    Kind kind = depth == 0 ? (Kind)draw(d, 2) : (Kind)draw(d, 8);
    *node = (Node){.kind = kind, .letter = (char)('a' + draw(d, 2)), .lazy = draw(d, 3) == 0};
    if (kind >= JOIN && kind <= GROUP) {
        node->a = tree(d, depth - 1);
    }
    if (kind == STAR && may_be_empty(node->a)) {
        node->kind = MAYBE; // where turns may be empty the two differ in which ones they try
    }
    if (kind == JOIN || kind == EITHER) {
        node->b = tree(d, depth - 1);
    }
    return node;
}

static void spell(const Node *node, char *out)
{
    char *to = out + strlen(out);
    switch (node->kind) {
    case LETTER: to[0] = node->letter, to[1] = '\0'; return;
    case ANY: strcpy(to, "."); return;
    case EMPTY: strcpy(to, "(?:)"); return;
    case JOIN:
        spell(node->a, out);
        spell(node->b, out);
        return;
    case EITHER:
    case STAR:
    case MAYBE:
    case GROUP: break;
    }
    strcpy(to, node->kind == GROUP ? "(" : "(?:");
    spell(node->a, out);
    if (node->kind == EITHER) {
        strcat(out, "|");
        spell(node->b, out);
    }
    strcat(out, node->kind == STAR ? ")*" : node->kind == MAYBE ? ")?" : ")");
    strcat(out, (node->kind == STAR || node->kind == MAYBE) && node->lazy ? "?" : "");
}

// What is to be matched after a node: another node, or once more the one that is repeated.
typedef struct Next {
    const Node *node;
    const char *from; // of the turn of a star; NULL: not one
    const struct Next *next;
} Next;

static const char *try_all(const Node *node, const char *at, const Next *next);

// Once more, unless the turn before read nothing, or on.
static const char *try_star(const Node *star, const char *at, const Next *next)
{
    Next again = {star, at, next};
    const char *end = star->lazy ? try_all(NULL, at, next) : NULL;
    end = end == NULL ? try_all(star->a, at, &again) : end;
    return end == NULL && !star->lazy ? try_all(NULL, at, next) : end;
}

static const char *try_all(const Node *node, const char *at, const Next *next)
{
    if (node == NULL) {
        if (next == NULL) {
            return at;
        }
        if (next->from == NULL) {
            return try_all(next->node, at, next->next);
        }
        return at == next->from ? try_all(NULL, at, next->next)
                                : try_star(next->node, at, next->next);
    }
    const char *end = NULL;
    switch (node->kind) {
    case LETTER: return *at == node->letter ? try_all(NULL, at + 1, next) : NULL;
    case ANY: return *at != '\0' ? try_all(NULL, at + 1, next) : NULL;
    case EMPTY: return try_all(NULL, at, next);
    case GROUP: return try_all(node->a, at, next);
    case JOIN: return try_all(node->a, at, &(Next){node->b, NULL, next});
    case EITHER:
        end = try_all(node->a, at, next);
        return end != NULL ? end : try_all(node->b, at, next);
    case MAYBE:
        end = try_all(node->lazy ? NULL : node->a, at, next);
        return end != NULL ? end : try_all(node->lazy ? node->a : NULL, at, next);
    case STAR: return try_star(node, at, next);
    }
    return NULL;
}

static void drawn_patterns_match_the_same(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 4000; seed++) {
        Draw d = {.seed = seed * 7919};
        const Node *root = tree(&d, 3);
        char pattern[512] = "", text[9], out[512];
        spell(root, pattern);
        size_t length = draw(&d, 8);
        for (size_t i = 0; i < length; i++) {
            text[i] = (char)('a' + draw(&d, 3));
        }
        text[length] = '\0';
        const char *begun = text, *ended = NULL;
        while ((ended = try_all(root, begun, NULL)) == NULL && *begun != '\0') {
            begun++;
        }
        weir_string *p = rt_string(rt.cx, pattern), *t = rt_string(rt.cx, text);
        weir_match *match = weir_re_find(rt.cx, p, t);
        snprintf(out, sizeof out, "%s in \"%s\"", pattern, text);
        if ((match != NULL) != (ended != NULL) ||
            (match != NULL && (match->start != begun - text || match->end != ended - text))) {
            fail_msg("%s: %d-%d", out, match == NULL ? -1 : (int)match->start,
                     match == NULL ? -1 : (int)match->end);
        }
        weir_drop(match);
        weir_drop(p);
        weir_drop(t);
    }
}

// ── what is done with matches ────────────────────────────────────────────────────────────────────

static void texts_are_replaced_and_split(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *text, *with, *replaced, *parts;
    } cases[] = {
        {",", "a,b,,c", ";", "a;b;;c", "[\"a\", \"b\", \"\", \"c\"]"},
        {"", "ab", "-", "-a-b-", "[\"a\", \"b\"]"},
        {"x*", "axb", "-", "-a-b-", "[\"a\", \"b\"]"},
        {"(a)(?<n>b)?", "aba", "<$2${n}$1$$>", "<bba$><a$>", "[\"\", \"\", \"\"]"},
        {"$", "ab", "!", "ab!", "[\"ab\"]"},
        {"^", "", "!", "!", "[\"\"]"},
        {"\xc3\xa9",
         "\xc3\xa9"
         "a\xc3\xa9",
         "", "a", "[\"\", \"a\", \"\"]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        weir_string *p = rt_string(rt.cx, cases[i].pattern), *t = rt_string(rt.cx, cases[i].text),
                    *with = rt_string(rt.cx, cases[i].with);
        rt_is(weir_re_replace(rt.cx, p, t, with), cases[i].replaced);
        weir_list *parts = weir_re_split(rt.cx, p, t);
        rt_is(weir_show(rt.cx, &weir_type_strings, &parts), cases[i].parts);
        weir_drop(parts);
        weir_drop(p);
        weir_drop(t);
        weir_drop(with);
    }
    static const char *const wrong[] = {"$", "$x", "${", "${1", "$2", "${nobody}", "$99", "${}"};
    weir_string *p = rt_string(rt.cx, "(a)"), *t = rt_string(rt.cx, "a");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        weir_string *with = rt_string(rt.cx, wrong[i]);
        assert_null(weir_re_replace(rt.cx, p, t, with));
        rt_expect_failure(rt.cx, "parse");
        weir_drop(with);
    }
    weir_drop(p);
    weir_drop(t);
}

static void any_text_is_escaped(void **state)
{
    (void)state;
    char all[] = "a.+*?()|[]{}^$\\/-\"\n\xc3\xa9 &~#0";
    weir_string *t = rt_string(rt.cx, all), *p = weir_re_escape(rt.cx, t);
    weir_match *match = weir_re_match(rt.cx, p, t);
    assert_non_null(match);
    weir_drop(match);
    weir_drop(p);
    weir_drop(t);
}

static void search(weir_context *cx)
{
    weir_string *p = rt_string(cx, "(?i)(?<a>[a-c]+|x{2,4}?)(\\d*)"),
                *t = rt_string(cx, "ab12 xxx cab"), *with = rt_string(cx, "<${a}$2>");
    if (!weir_failed(cx)) {
        weir_drop(weir_re_find_all(cx, p, t));
        weir_drop(weir_re_replace(cx, p, t, with));
        weir_drop(weir_re_split(cx, p, t));
        weir_drop(weir_re_match(cx, p, t));
    }
    weir_drop(p);
    weir_drop(t);
    weir_drop(with);
}

static void memory_may_end(void **state)
{
    (void)state;
    rt_starve(search);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(matches_are_those_of_perl, begin, end),
        cmocka_unit_test_setup_teardown(what_is_no_pattern_is_told_with_its_place, begin, end),
        cmocka_unit_test_setup_teardown(too_much_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(time_is_linear, begin, end),
        cmocka_unit_test_setup_teardown(drawn_patterns_match_the_same, begin, end),
        cmocka_unit_test_setup_teardown(texts_are_replaced_and_split, begin, end),
        cmocka_unit_test_setup_teardown(any_text_is_escaped, begin, end),
        cmocka_unit_test(memory_may_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
