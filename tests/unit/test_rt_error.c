// test_rt_error.c: failures: pending, joined, carried out of machines with a trail, drawn; cancels
// among them.
#include "rt_each.h"

#include "report.h"
#include "text.h"

static void later_failures_join_the_first(void **state)
{
    (void)state;
    weir_fail_with(rt.cx, "io", "first %d", 1);
    assert_true(weir_failed(rt.cx));
    weir_fail_with(rt.cx, "math", "second");
    weir_fail(rt.cx, weir__error_unwinding()); // a plain cancel adds nothing
    weir_fail_with(rt.cx, "math", "third");
    weir_error *error = weir_take(rt.cx);
    assert_string_equal(error->message->bytes, "first 1");
    assert_int_equal(error->also->length, 2);
    assert_string_equal(((weir_error *)error->also->items[1].object)->message->bytes, "third");
    assert_false(weir_unwinding(error));
    assert_null(weir_take(rt.cx));
    weir_drop(error);
}

static void calls_do_nothing_while_a_failure_is_pending(void **state)
{
    (void)state;
    weir_string *text = rt_string(rt.cx, "x");
    weir_list *list = weir_list_new(rt.cx, &weir_type_strings, 0);
    weir_fail_with(rt.cx, "io", "broken");
    assert_null(weir_text(rt.cx, "{i}", (int64_t)1));
    assert_null(weir_string_join(rt.cx, text, text));
    assert_null(weir_error_new(rt.cx, "io", text, NULL));
    assert_null(weir_list_new(rt.cx, &weir_type_strings, 3));
    assert_null(weir_list_join(rt.cx, list, list));
    assert_null(weir_range(rt.cx, 0, 3, false));
    weir_list_push(rt.cx, &list, &text);
    assert_int_equal(list->length, 0);
    assert_false(weir_enter(rt.cx));
    weir_fail_text(rt.cx, text, NULL); // its text would not have been made
    assert_null(rt.cx->pending->also);
    rt_expect_failure(rt.cx, "io");
    weir_drop(text);
    weir_drop(list);
}

static void a_held_failure_is_not_changed_by_joining(void **state)
{
    (void)state;
    weir_error *held = weir__error_make(rt.cx, "io", "a.weir:1", "held");
    weir_fail(rt.cx, weir_keep(held));
    weir_fail_with(rt.cx, "io", "later");
    assert_null(held->also);
    weir_error *joined = weir_take(rt.cx);
    assert_int_equal(joined->also->length, 1);
    assert_string_equal(joined->at->bytes, "a.weir:1");
    weir_drop(joined);
    weir_drop(held);
}

static void a_cancel_carries_what_failed_on_its_way(void **state)
{
    (void)state;
    weir_fail(rt.cx, weir__error_unwinding());
    assert_true(weir_unwinding(rt.cx->pending));
    weir_fail_with(rt.cx, "io", "cleanup");
    weir_error *cancel = weir_take(rt.cx);
    assert_true(weir_unwinding(cancel)); // still the cancel
    weir_error *timeout = weir__error_make(rt.cx, "timeout", NULL, "after 1s");
    weir_error *became = weir__error_become(rt.cx, weir_keep(cancel), timeout);
    assert_string_equal(became->kind->bytes, "timeout");
    assert_int_equal(became->also->length, 1);
    weir_drop(became);
    became = weir__error_become(rt.cx, cancel, NULL);
    assert_string_equal(became->message->bytes, "cleanup");
    assert_false(weir_unwinding(became));
    weir_drop(became);
    assert_null(weir__error_become(rt.cx, weir__error_unwinding(), NULL));
}

typedef struct Frame {
    uint32_t state;
    weir_string *held;
} Frame;

static void drop_frame(weir_context *cx, void *frame)
{
    (void)cx;
    weir_clear(&((Frame *)frame)->held);
}

static const weir_site sites[] = {{0, NULL, NULL, 0}, {12, "fetch(url)", NULL, 0}};
static const weir_machine machine = {
    .name = "fetch",
    .file = "a.weir",
    .sites = sites,
    .site_count = 2,
    .drop = drop_frame,
};

static void a_machine_that_fails_leaves_a_trail(void **state)
{
    (void)state;
    Frame frame = {.state = 1, .held = rt_string(rt.cx, "x")};
    weir_fail_with(rt.cx, "io", "broken");
    assert_int_equal(weir_leave_failed(rt.cx, &machine, &frame), WEIR_FAILED);
    assert_null(frame.held);
    frame.state = 0;
    weir_leave_failed(rt.cx, &machine, &frame);
    weir_error *error = weir_take(rt.cx);
    assert_string_equal(error->at->bytes, "a.weir:12");
    assert_int_equal(error->trail->length, 2);
    assert_string_equal(((weir_string *)error->trail->items[0].object)->bytes, "fetch (a.weir:12)");
    assert_string_equal(((weir_string *)error->trail->items[1].object)->bytes, "fetch (a.weir)");
    weir_drop(error);
    weir_fail(rt.cx, weir__error_unwinding()); // a cancel leaves none
    weir_leave_failed(rt.cx, &machine, &frame);
    error = weir_take(rt.cx);
    assert_null(error->trail);
    weir_drop(error);
}

static void a_trail_is_bounded(void **state)
{
    (void)state;
    Frame frame = {.state = 1};
    weir_fail_with(rt.cx, "io", "deep");
    for (int i = 0; i < 10000; i++) {
        weir_leave_failed(rt.cx, &machine, &frame);
    }
    weir_error *error = weir_take(rt.cx);
    assert_int_equal(error->trail->length, 101);
    assert_string_equal(((weir_string *)error->trail->items[100].object)->bytes, "\xe2\x80\xa6");
    weir_drop(error);
}

static void arithmetic_is_checked(void **state)
{
    (void)state;
    static const int64_t edges[] = {0,
                                    1,
                                    -1,
                                    2,
                                    -2,
                                    3037000499,
                                    3037000500,
                                    -3037000500,
                                    INT64_MAX,
                                    INT64_MAX - 1,
                                    INT64_MIN,
                                    INT64_MIN + 1,
                                    INT64_MAX / 2 + 1};
    enum { COUNT = sizeof edges / sizeof *edges };
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t j = 0; j < COUNT; j++) {
            int64_t a = edges[i], b = edges[j], expected;
            bool over = __builtin_mul_overflow(a, b, &expected);
            int64_t got = weir_multiply(rt.cx, a, b);
            assert_int_equal(got, over ? 0 : expected);
            assert_int_equal(weir_failed(rt.cx), over);
            weir_drop(weir_take(rt.cx));
            over = __builtin_add_overflow(a, b, &expected);
            assert_int_equal(weir_add(rt.cx, a, b), over ? 0 : expected);
            assert_int_equal(weir_failed(rt.cx), over);
            weir_drop(weir_take(rt.cx));
            over = __builtin_sub_overflow(a, b, &expected);
            assert_int_equal(weir_subtract(rt.cx, a, b), over ? 0 : expected);
            assert_int_equal(weir_failed(rt.cx), over);
            weir_drop(weir_take(rt.cx));
        }
    }
    assert_int_equal(weir_divide(rt.cx, -7, 2), -3);
    assert_int_equal(weir_remainder(rt.cx, -7, 2), -1);
    assert_int_equal(weir_remainder(rt.cx, INT64_MIN, -1), 0);
    weir_divide(rt.cx, INT64_MIN, -1);
    rt_expect_failure(rt.cx, "overflow");
    weir_divide(rt.cx, 1, 0);
    rt_expect_failure(rt.cx, "math");
    weir_remainder(rt.cx, 1, 0);
    rt_expect_failure(rt.cx, "math");
    assert_int_equal(weir_scale(rt.cx, 1000, 2.5), 2500);
    weir_scale(rt.cx, INT64_MAX, 2);
    rt_expect_failure(rt.cx, "overflow");
    weir_scale(rt.cx, 0, 1e308 * 10);
    rt_expect_failure(rt.cx, "math");
    for (int i = 0; i < 10000; i++) {
        assert_true(weir_enter(rt.cx));
    }
    assert_false(weir_enter(rt.cx));
    rt_expect_failure(rt.cx, "memory");
    rt.cx->depth = 0;
}

static void a_report_is_drawn(void **state)
{
    (void)state;
    Frame frame = {.state = 1};
    weir_fail_with(rt.cx, "http", "bad\x1b[31m news\nsecond line");
    weir_leave_failed(rt.cx, &machine, &frame);
    weir_fail_with(rt.cx, "io", "another");
    weir_error *error = weir_take(rt.cx);
    error->status = 503;
    error->retry_after = 1500000000;
    error->item = rt_string(rt.cx, "page 7");
    error->cause = weir__error_make(rt.cx, "io", "b.weir:3", "why");
    rt_is(weir__report(rt.cx, error, false), "error: bad\\u{1B}[31m news (http)\n  second line\n"
                                             "  at a.weir:12\n"
                                             "  working on page 7\n"
                                             "  in fetch (a.weir:12)\n"
                                             "  status 503\n"
                                             "  retry after 1.5s\n"
                                             "  because: why (io)\n"
                                             "    at b.weir:3\n"
                                             "  also: another (io)\n");
    weir_string *coloured = weir__report(rt.cx, error, true);
    assert_non_null(strstr(coloured->bytes, "\x1b[1;31merror\x1b[0m: \x1b[1mbad\\u{1B}[31m news"));
    weir_drop(coloured);
    weir_drop(error);
}

// A failure that was raised while the word was worked on.
static weir_error *worked_on(const weir_type *type, weir_word word)
{
    weir_fail_with(rt.cx, "io", "no");
    weir_working_on(rt.cx, type, &word);
    return weir_take(rt.cx);
}

static void an_item_is_told_as_it_is_printed(void **state)
{
    (void)state;
    weir_string *text = rt_string(rt.cx, "api/users");
    weir_error *error = worked_on(&weir_type_string, (weir_word){.object = text});
    assert_ptr_equal(error->item, text); // without a copy
    weir_drop(error);
    error = worked_on(&weir_type_secret, (weir_word){.object = text});
    assert_string_equal(error->item->bytes, "***");
    weir_drop(error);
    error = worked_on(&weir_type_duration, (weir_word){.integer = 1500 * WEIR_MILLISECOND});
    assert_string_equal(error->item->bytes, "1.5s");
    weir_drop(error);
    weir_drop(text);
    const weir_field fields[] = {{NULL, &weir_type_string}, {NULL, &weir_type_int}};
    const weir_type pair = {
        .kind = WEIR_TYPE_TUPLE, .name = "(string, int)", .fields = fields, .field_count = 2};
    text = rt_string(rt.cx, "a");
    int64_t number = 7;
    weir_fail_with(rt.cx, "io", "no");
    weir_working_on_all(rt.cx, &pair, &text, &number);
    error = weir_take(rt.cx);
    assert_string_equal(error->item->bytes, "(\"a\", 7)");
    weir_drop(error);
    weir_drop(text);
}

static void a_long_item_is_cut_before_a_whole_character(void **state)
{
    (void)state;
    weir__text text;
    for (size_t plain = 997; plain <= 1003; plain++) {
        weir__text_begin(&text, rt.cx);
        weir__text_repeat(&text, "x", 1, (int64_t)plain);
        weir__text_word(&text, "\xe2\x82\xac"); // three bytes
        weir_string *string = weir__text_end(&text);
        weir_error *error = worked_on(&weir_type_string, (weir_word){.object = string});
        size_t kept = plain <= 997 ? 1000 : plain > 1000 ? 1000 : plain;
        bool cut = plain > 997;
        assert_int_equal(error->item->length, kept + (cut ? 3 : 0));
        assert_true(weir__utf8_end(error->item->bytes, error->item->length) == error->item->length);
        assert_int_equal(cut, strstr(error->item->bytes, "\xe2\x80\xa6") != NULL);
        weir_drop(error);
        weir_drop(string);
    }
}

static void what_was_worked_on_further_out_joins_the_trail(void **state)
{
    (void)state;
    Frame frame = {.state = 1};
    weir_fail_with(rt.cx, "io", "no");
    weir_error *held = weir_keep(rt.cx->pending); // so it is copied
    weir_failed_at(rt.cx, 3);
    int64_t page = 7, host = 2;
    weir_working_on(rt.cx, &weir_type_int, &page);
    assert_null(held->item);
    weir_leave_failed(rt.cx, &machine, &frame);
    weir_working_on(rt.cx, &weir_type_int, &host);
    weir_error *error = weir_take(rt.cx);
    rt_is(weir__report(rt.cx, error, false), "error: no (io)\n"
                                             "  at a.weir:3\n" // the line was not forgotten
                                             "  working on 7\n"
                                             "  in fetch (a.weir:3)\n"
                                             "  working on 2\n");
    // raised again as an item of its own: nothing new
    const weir_type failure = {.kind = WEIR_TYPE_RESULT, .name = "int!", .item = &weir_type_int};
    weir_fail(rt.cx, weir_keep(error));
    weir_word item = {.object = error};
    weir_working_on(rt.cx, &failure, &item);
    assert_ptr_equal(rt.cx->pending, error);
    weir_drop(weir_take(rt.cx));
    weir_drop(error);
    weir_drop(held);
    rt.cx->pending = weir__error_unwinding(); // a cancel is none
    weir_working_on(rt.cx, &weir_type_int, &page);
    assert_ptr_equal(weir_take(rt.cx), weir__error_unwinding());
}

static void make_failures(weir_context *cx)
{
    Frame frame = {.state = 1, .held = rt_string(cx, "held")};
    weir_fail_with(cx, "own kind", "a message that is longer than what lies on the stack %0300d",
                   1);
    double item = 0.5;
    weir_working_on(cx, &weir_type_float, &item);
    weir_working_on(cx, &weir_type_float, &item);
    weir_fail_with(cx, "io", "second");
    weir_leave_failed(cx, &machine, &frame);
    weir_error *error = weir_take(cx);
    weir_drop(weir__report(cx, error, true));
    error = weir__error_join(cx, weir__error_unwinding(), error);
    error = weir__error_become(cx, error, weir__error_make(cx, "timeout", NULL, "late"));
    assert_non_null(error); // never lost altogether
    weir_drop(error);
    weir_drop(weir_take(cx));
}

static void failures_survive_the_end_of_memory(void **state)
{
    (void)state;
    rt_starve(make_failures);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(later_failures_join_the_first, begin, end),
        cmocka_unit_test_setup_teardown(calls_do_nothing_while_a_failure_is_pending, begin, end),
        cmocka_unit_test_setup_teardown(a_held_failure_is_not_changed_by_joining, begin, end),
        cmocka_unit_test_setup_teardown(a_cancel_carries_what_failed_on_its_way, begin, end),
        cmocka_unit_test_setup_teardown(a_machine_that_fails_leaves_a_trail, begin, end),
        cmocka_unit_test_setup_teardown(a_trail_is_bounded, begin, end),
        cmocka_unit_test_setup_teardown(arithmetic_is_checked, begin, end),
        cmocka_unit_test_setup_teardown(a_report_is_drawn, begin, end),
        cmocka_unit_test_setup_teardown(an_item_is_told_as_it_is_printed, begin, end),
        cmocka_unit_test_setup_teardown(a_long_item_is_cut_before_a_whole_character, begin, end),
        cmocka_unit_test_setup_teardown(what_was_worked_on_further_out_joins_the_trail, begin, end),
        cmocka_unit_test(failures_survive_the_end_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
