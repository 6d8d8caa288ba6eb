// test_rt_list.c: lists grow in place while one holds them and are copied otherwise; ranges, zips,
// halves of results.
#include "rt_each.h"

static const weir_type ints = {.kind = WEIR_TYPE_LIST, .name = "[int]", .item = &weir_type_int};

static weir_list *numbers(weir_context *cx, int64_t length)
{
    weir_list *list = weir_list_new(cx, &ints, 0);
    for (int64_t i = 0; i < length && list != NULL; i++) {
        weir_list_push(cx, &list, &i);
    }
    return list;
}

static void a_list_grows_in_place(void **state)
{
    (void)state;
    weir_list *list = numbers(rt.cx, 1000), *same = list;
    for (int64_t i = 0; i < 1000; i++) {
        assert_int_equal(weir_list_at(rt.cx, list, i)->integer, i);
    }
    int64_t room = list->room;
    assert_true(room < 2100);
    weir_list_push(rt.cx, &list, &list->items[3]); // a word of the list itself
    assert_int_equal(list->items[1000].integer, 3);
    assert_ptr_equal(list, same);
    weir_drop(list);
}

static void a_list_held_twice_is_copied(void **state)
{
    (void)state;
    weir_list *a = weir_list_new(rt.cx, &weir_type_strings, 0);
    weir_string *text = rt_string(rt.cx, "x");
    weir_list_push(rt.cx, &a, &text);
    weir_list *b = weir_keep(a);
    weir_list_push(rt.cx, &b, &text);
    assert_int_equal(a->length, 1);
    assert_int_equal(b->length, 2);
    assert_int_equal(text->object.count, 4);
    weir_drop(a);
    weir_drop(b);
    assert_int_equal(text->object.count, 1);
    weir_drop(text);
}

static void outside_is_a_failure(void **state)
{
    (void)state;
    weir_list *list = numbers(rt.cx, 3);
    static const int64_t outside[] = {3, -1, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        assert_int_equal(weir_list_at(rt.cx, list, outside[i])->integer, 0);
        rt_expect_failure(rt.cx, "index");
    }
    weir_drop(list);
}

static void lists_are_joined_and_compared(void **state)
{
    (void)state;
    weir_list *a = numbers(rt.cx, 3), *b = numbers(rt.cx, 2), *none = numbers(rt.cx, 0);
    weir_list *joined = weir_list_join(rt.cx, a, b), *same = weir_list_join(rt.cx, a, none);
    rt_is(weir_show(rt.cx, &ints, &joined), "[0, 1, 2, 0, 1]");
    assert_ptr_equal(same, a);
    assert_false(weir_equal(&ints, &a, &b));
    assert_true(weir_equal(&ints, &a, &same));
    weir_list *begun = numbers(rt.cx, 3);
    assert_true(weir_equal(&ints, &a, &begun));
    begun->items[0].integer = 9;
    assert_false(weir_equal(&ints, &a, &begun));
    rt_is(weir_show(rt.cx, &ints, &none), "[]");
    weir_drop(a);
    weir_drop(b);
    weir_drop(none);
    weir_drop(joined);
    weir_drop(same);
    weir_drop(begun);
}

static void ranges_have_both_kinds_of_end(void **state)
{
    (void)state;
    static const struct {
        int64_t from, to;
        bool closed;
        const char *expected;
    } cases[] = {
        {0, 3, false, "[0, 1, 2]"},
        {0, 3, true, "[0, 1, 2, 3]"},
        {3, 3, false, "[]"},
        {3, 3, true, "[3]"},
        {4, 3, true, "[]"},
        {-2, 1, false, "[-2, -1, 0]"},
        {INT64_MAX - 1, INT64_MAX, true, "[9223372036854775806, 9223372036854775807]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        weir_list *list = weir_range(rt.cx, cases[i].from, cases[i].to, cases[i].closed);
        rt_is(weir_show(rt.cx, &ints, &list), cases[i].expected);
        weir_drop(list);
    }
    assert_null(weir_range(rt.cx, INT64_MIN, INT64_MAX, true)); // more than there is
    rt_expect_failure(rt.cx, "memory");
    assert_null(weir_range(rt.cx, 0, INT64_MAX / 4, false));
    rt_expect_failure(rt.cx, "memory");
}

static const weir_field pair_words[] = {{NULL, &weir_type_string}, {NULL, &weir_type_int}};
static const weir_type pair = {
    .kind = WEIR_TYPE_TUPLE,
    .name = "(string, int)",
    .fields = pair_words,
    .field_count = 2,
};
static const weir_type pairs = {.kind = WEIR_TYPE_LIST, .name = "[(string, int)]", .item = &pair};
static const weir_type result = {.kind = WEIR_TYPE_RESULT, .name = "int!", .item = &weir_type_int};
static const weir_type results = {.kind = WEIR_TYPE_LIST, .name = "[int!]", .item = &result};

static weir_list *words(weir_context *cx)
{
    weir_list *list = weir_list_new(cx, &weir_type_strings, 2);
    weir_string *a = rt_string(cx, "a"), *b = rt_string(cx, "b");
    if (list != NULL) {
        weir_list_push(cx, &list, &a);
        weir_list_push(cx, &list, &b);
    }
    weir_drop(a);
    weir_drop(b);
    return list;
}

static void zips_end_with_the_shorter(void **state)
{
    (void)state;
    weir_list *a = words(rt.cx), *b = numbers(rt.cx, 5);
    weir_list *zipped = weir_list_zip(rt.cx, &pairs, a, b);
    rt_is(weir_show(rt.cx, &pairs, &zipped), "[(\"a\", 0), (\"b\", 1)]");
    weir_drop(a);
    weir_drop(b);
    weir_drop(zipped);
}

static weir_list *outcomes(weir_context *cx)
{
    weir_list *list = weir_list_new(cx, &results, 0);
    for (int64_t i = 0; i < 4 && list != NULL; i++) {
        weir_word word = rt_int(i);
        void *outcome = i % 2 == 0 ? (void *)weir_box_new(cx, &weir_type_int, &word)
                                   : (void *)weir__error_make(cx, "io", NULL, "no %d", (int)i);
        weir_list_push(cx, &list, &outcome);
        weir_drop(outcome);
    }
    return list;
}

static void results_are_split(void **state)
{
    (void)state;
    weir_list *list = outcomes(rt.cx);
    weir_list *values = weir_list_values(rt.cx, &ints, list);
    weir_list *errors = weir_list_errors(rt.cx, list);
    rt_is(weir_show(rt.cx, &ints, &values), "[0, 2]");
    rt_is(weir_show(rt.cx, &weir_type_errors, &errors), "[no 1, no 3]");
    rt_is(weir_show(rt.cx, &results, &list), "[0, error(no 1), 2, error(no 3)]");
    weir_drop(list);
    weir_drop(values);
    weir_drop(errors);
}

static void make_lists(weir_context *cx)
{
    weir_list *a = words(cx), *b = numbers(cx, 9), *held = weir_keep(a);
    weir_list *zipped = weir_list_zip(cx, &pairs, a, b);
    weir_string *more = rt_string(cx, "more");
    weir_list_push(cx, &a, &more);
    weir_list *list = outcomes(cx), *range = weir_range(cx, 0, 10, true);
    weir_list *values = weir_list_values(cx, &ints, list), *errors = weir_list_errors(cx, list);
    weir_list *joined = weir_list_join(cx, range, values);
    void *all[] = {a, b, held, zipped, more, list, range, values, errors, joined};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        weir_drop(all[i]);
    }
}

static void lists_survive_the_end_of_memory(void **state)
{
    (void)state;
    rt_starve(make_lists);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_list_grows_in_place, begin, end),
        cmocka_unit_test_setup_teardown(a_list_held_twice_is_copied, begin, end),
        cmocka_unit_test_setup_teardown(outside_is_a_failure, begin, end),
        cmocka_unit_test_setup_teardown(lists_are_joined_and_compared, begin, end),
        cmocka_unit_test_setup_teardown(ranges_have_both_kinds_of_end, begin, end),
        cmocka_unit_test_setup_teardown(zips_end_with_the_shorter, begin, end),
        cmocka_unit_test_setup_teardown(results_are_split, begin, end),
        cmocka_unit_test(lists_survive_the_end_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
