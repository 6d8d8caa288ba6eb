// test_rt_string.c: text: made, joined, compared, mended, shown; every kind of format.
#include "rt_each.h"

#include <math.h>

static void strings_are_joined_and_compared(void **state)
{
    (void)state;
    weir_string *a = rt_string(rt.cx, "ab"), *b = rt_string(rt.cx, "abc"),
                *none = rt_string(rt.cx, "");
    weir_string *joined = weir_string_join(rt.cx, a, b), *same = weir_string_join(rt.cx, a, none);
    assert_string_equal(joined->bytes, "ababc");
    assert_ptr_equal(same, a); // nothing to copy
    assert_true(weir_string_compare(a, b) < 0);
    assert_true(weir_string_compare(b, a) > 0);
    assert_int_equal(weir_string_compare(a, same), 0);
    assert_true(weir_string_equal(a, same));
    assert_false(weir_string_equal(a, NULL));
    assert_true(weir_string_equal(NULL, NULL));
    weir_drop(a);
    weir_drop(b);
    weir_drop(none);
    weir_drop(joined);
    weir_drop(same);
}

static void templates_take_every_letter(void **state)
{
    (void)state;
    weir_string *s = rt_string(rt.cx, "Ada");
    weir_error *e = weir_error_new(rt.cx, "io", s, NULL);
    weir_word word = rt_int(7);
    rt_is(weir_text(rt.cx, "{i} {f} {b} {b} {d} {s} {e} {v}", (int64_t)-3, 1.0, (weir_bool)1,
                    (weir_bool)0, INT64_C(250000000), s, e, &weir_type_int, &word),
          "-3 1.0 true false 250ms Ada Ada 7");
    rt_is(weir_text(rt.cx, "{{{i:>4}}} {f:.2f} {d:.1s} {s:^7}|", (int64_t)5, 2.0 / 3,
                    INT64_C(2960000000), s),
          "{   5} 0.67 3.0s   Ada  |");
    rt_is(weir_text(rt.cx, "{t}", INT64_C(0)), "1970-01-01T00:00:00Z");
    rt_is(weir_text(rt.cx, ""), "");
    assert_null(weir_text(rt.cx, "{i:q}", (int64_t)5));
    rt_expect_failure(rt.cx, "type");
    weir_drop(s);
    weir_drop(e);
}

// A word by a format must come out as `expected`; NULL: the format does not fit.
static void formatted(const weir_type *type, weir_word word, const char *format,
                      const char *expected)
{
    weir__text text;
    weir__text_begin(&text, rt.cx);
    weir__format(&text, type, word, format, strlen(format));
    weir_string *string = weir__text_end(&text);
    if (expected == NULL) {
        assert_null(string);
        rt_expect_failure(rt.cx, "type");
        return;
    }
    if (string == NULL || strcmp(string->bytes, expected) != 0) {
        print_error("format \"%s\": \"%s\" instead of \"%s\"\n", format,
                    string == NULL ? "(failed)" : string->bytes, expected);
    }
    rt_is(string, expected);
}

static void ints_follow_pythons_formats(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        const char *format, *expected;
    } cases[] = {
        {42, "5", "   42"},
        {42, "<5", "42   "},
        {42, "^5", " 42  "},
        {42, "*^6", "**42**"},
        {42, "05", "00042"},
        {-42, "05", "-0042"},
        {-42, "=6", "-   42"},
        {42, "+", "+42"},
        {42, " ", " 42"},
        {255, "x", "ff"},
        {255, "#X", "0XFF"},
        {255, "#010x", "0x000000ff"},
        {5, "b", "101"},
        {8, "#o", "0o10"},
        {1234567, ",", "1,234,567"},
        {1234567, "_", "1_234_567"},
        {65535, "_b", "1111_1111_1111_1111"},
        {1234, "010,", "00,001,234"},
        {1234, "06,", "01,234"},
        {1234, "07,", "001,234"},
        {1234, "08,", "0,001,234"},
        {-1234, "010,", "-0,001,234"},
        {9786, "c", "\xe2\x98\xba"},
        {9786, "3c", "  \xe2\x98\xba"},
        {1234, ".2f", "1234.00"},
        {5, "%", "500.000000%"},
        {12345, ".2e", "1.23e+04"},
        {1234567, ",.1f", "1,234,567.0"},
        {INT64_MIN, "d", "-9223372036854775808"},
        {7, "\xc3\xa9>3",
         "\xc3\xa9\xc3\xa9"
         "7"},
        {7, "s", NULL},
        {7, ".3", NULL},
        {7, ".3d", NULL},
        {7, ",x", NULL},
        {7, "zz", NULL},
        {7, "99999999999", NULL},
        {7, "5.", NULL},
        {-1, "c", NULL},
        {0xd800, "c", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        formatted(&weir_type_int, rt_int(cases[i].value), cases[i].format, cases[i].expected);
    }
}

static void floats_follow_pythons_formats(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *format, *expected;
    } cases[] = {
        {3.14159, ".2f", "3.14"},
        {3.14159, "8.2f", "    3.14"},
        {-3.14159, "08.2f", "-0003.14"},
        {1234567.891, ",.2f", "1,234,567.89"},
        {1234.5, "012,.1f", "00,001,234.5"},
        {0.5, ".0%", "50%"},
        {0.1234, "%", "12.340000%"},
        {1e10, "g", "1e+10"},
        {123456, "g", "123456"},
        {0.0001, "g", "0.0001"},
        {1.5, "e", "1.500000e+00"},
        {1.0, "#.0f", "1."},
        {12.0, ".3", "12.0"},
        {1234.5, ".3", "1.23e+03"},
        {123.0, ".3", "1.23e+02"},
        {1.0, ".1", "1e+00"},
        {0.5, ".1", "0.5"},
        {0.00001234, ".3", "1.23e-05"},
        {2.5, "+", "+2.5"},
        {2.5, "10", "       2.5"},
        {-0.0, ".1f", "-0.0"},
        {1e300, ".1f",
         "10000000000000000525047602552044202487044685811081262906409151037521"
         "27217613930264183110014609054128286466242320838464731384797425842156"
         "88096230837156949183362330560041180801943103787404640012838164842880"
         "32785826382852372001931218440061441236044410406302341180370451140710"
         "9764198435446489222987121"}, // checked by its length below
        {2, "d", NULL},
        {2, "x", NULL},
        {2, "s", NULL},
        {2, ".500f", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (cases[i].value == 1e300) {
            weir_string *long_one = weir_text(rt.cx, "{f:.1f}", 1e300);
            assert_int_equal(long_one->length, 303);
            weir_drop(long_one);
            continue;
        }
        formatted(&weir_type_float, rt_float(cases[i].value), cases[i].format, cases[i].expected);
    }
}

static void floats_are_shown_shortest(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *expected;
    } cases[] = {
        {1, "1.0"},
        {0, "0.0"},
        {-0.0, "-0.0"},
        {0.1, "0.1"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1e15, "1000000000000000.0"},
        {1e16, "1e+16"},
        {123456789012345680.0, "1.2345678901234568e+17"},
        {0.0001, "0.0001"},
        {0.00001, "1e-05"},
        {1e22, "1e+22"},
        {5e-324, "5e-324"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {100, "100.0"},
        {-2.5, "-2.5"},
        {(double)INFINITY, "inf"},
        {-(double)INFINITY, "-inf"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rt_is(weir_text(rt.cx, "{f}", cases[i].value), cases[i].expected);
    }
    rt_is(weir_text(rt.cx, "{f} {f:5}", (double)NAN, (double)NAN), "nan   nan");
}

static void text_is_cut_and_padded_by_characters(void **state)
{
    (void)state;
    weir_string *s = rt_string(rt.cx, "h\xc3\xa9llo");
    formatted(&weir_type_string, rt_object(s), "8", "h\xc3\xa9llo   ");
    formatted(&weir_type_string, rt_object(s), ">8", "   h\xc3\xa9llo");
    formatted(&weir_type_string, rt_object(s), ".2", "h\xc3\xa9");
    formatted(&weir_type_string, rt_object(s), "-^9.3s", "---h\xc3\xa9l---");
    formatted(&weir_type_string, rt_object(s), "07", "h\xc3\xa9llo00");
    formatted(&weir_type_string, rt_object(s), "d", NULL);
    formatted(&weir_type_string, rt_object(s), "+", NULL);
    formatted(&weir_type_string, rt_object(s), "=9", NULL);
    formatted(&weir_type_bool, rt_int(1), "6", "true  ");
    weir_drop(s);
}

static void durations_are_shown_and_formatted(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        const char *expected;
    } shown[] = {
        {0, "0s"},
        {250000000, "250ms"},
        {1500000000, "1.5s"},
        {INT64_C(120000000000), "2m"},
        {INT64_C(90000000000), "1.5m"},
        {INT64_C(61000000000), "61s"},
        {INT64_C(5400000000000), "1.5h"},
        {INT64_C(3660000000000), "61m"},
        {999, "999ns"},
        {1500, "1.5us"},
        {-1500000, "-1.5ms"},
        {3000412345, "3.000412345s"},
        {INT64_MIN, "-9223372036.854775808s"},
    };
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        rt_is(weir_text(rt.cx, "{d}", shown[i].value), shown[i].expected);
    }
    static const struct {
        int64_t value;
        const char *format, *expected;
    } cases[] = {
        {2960000000, ".1s", "3.0s"},       {6001000000, ".1s", "6.0s"},
        {1500000000, "ms", "1500ms"},      {1500000000, "s", "1.5s"},
        {1500000000, ".0s", "2s"},         {-1500000000, ".2s", "-1.50s"},
        {5400000000000, ".2h", "1.50h"},   {1234, ".2us", "1.23us"},
        {1500000000, ">8.1s", "    1.5s"}, {1500000000, "+.1s", "+1.5s"},
        {1, ".9h", "0.000000000h"},        {1500000000, ".1", NULL},
        {1500000000, "x", NULL},           {1500000000, ".10s", NULL},
        {1500000000, "05s", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        formatted(&weir_type_duration, rt_int(cases[i].value), cases[i].format, cases[i].expected);
    }
}

static void times_are_shown_in_utc(void **state)
{
    (void)state;
    const int64_t second = 1000000000;
    static const struct {
        int64_t seconds;
        const char *format, *expected;
    } cases[] = {
        {0, "%Y-%m-%d %H:%M:%S", "1970-01-01 00:00:00"},
        {951782400, "%F %a %j", "2000-02-29 Tue 060"},
        {1709251199, "%c", "Thu Feb 29 23:59:59 2024"},
        {1735689600, "%G-W%V-%u %U %W", "2025-W01-3 00 00"},
        {1609459200, "%G-W%V", "2020-W53"},
        {1451606400, "%G-W%V", "2015-W53"},
        {1230768000, "%G-W%V", "2009-W01"},
        {-1, "%FT%T", "1969-12-31T23:59:59"},
        {-2208988800, "%F %A", "1900-01-01 Monday"},
        {-62135596800, "%F", "0001-01-01"},
        {0, "%I:%M %p|%l|%k|%D|%Z|%%|%s|%f", "12:00 AM|12| 0|01/01/70|UTC|%|0|000000"},
        {0, "%Q", NULL},
        {0, "%", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        // The oldest one does not fit nanoseconds in 64 bits.
        if (cases[i].seconds > -9223372036) {
            formatted(&weir_type_time, rt_int(cases[i].seconds * second), cases[i].format,
                      cases[i].expected);
        }
    }
    rt_is(weir_text(rt.cx, "{t}", second * 951782400 + 120000000), "2000-02-29T00:00:00.120Z");
    rt_is(weir_text(rt.cx, "{t}", second * 951782400 + 120001), "2000-02-29T00:00:00.000120001Z");
    rt_is(weir_text(rt.cx, "{t:%H h}", INT64_C(0)), "00 h");
}

static void bad_utf8_is_mended(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to;
    } cases[] = {
        {"plain", "plain"},
        {"gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"},
        {"a\xff"
         "b",
         "a\xef\xbf\xbd"
         "b"},
        {"\xc3", "\xef\xbf\xbd"},
        {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, // a surrogate
        {"\xc0\x80", "\xef\xbf\xbd\xef\xbf\xbd"},                 // overlong
        {"\xf4\x90\x80\x80!", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd!"},
        {"\xf0\x9f\x8c\x8a", "\xf0\x9f\x8c\x8a"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rt_is(weir__string_mend(rt.cx, cases[i].from, (int64_t)strlen(cases[i].from)), cases[i].to);
    }
}

static void long_texts_grow(void **state)
{
    (void)state;
    weir__text text;
    weir__text_begin(&text, rt.cx);
    for (int i = 0; i < 10000; i++) {
        weir__text_printf(&text, "%d,", i % 10);
    }
    weir_string *string = weir__text_end(&text);
    assert_int_equal(string->length, 20000);
    assert_memory_equal(string->bytes + 19980, "0,1,2,3,4,5,6,7,8,9,", 20);
    weir_drop(string);
}

static void make_texts(weir_context *cx)
{
    weir_string *a = rt_string(cx, "one"), *b = rt_string(cx, "two");
    weir_string *joined = weir_string_join(cx, a, b);
    weir_string *text = weir_text(cx, "{s:>300} and {s}, {i:,}", joined, a, INT64_C(1234567));
    weir_string *bytes = weir__bytes_new(cx, "\0\xff", 2);
    weir_word word = rt_object(bytes);
    weir_string *shown = weir_show(cx, &weir_type_bytes, &word);
    if (!weir_failed(cx)) {
        assert_string_equal(shown->bytes, "b\"\\x00\\xff\"");
    }
    weir_drop(a);
    weir_drop(b);
    weir_drop(joined);
    weir_drop(text);
    weir_drop(bytes);
    weir_drop(shown);
}

static void texts_survive_the_end_of_memory(void **state)
{
    (void)state;
    rt_starve(make_texts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(strings_are_joined_and_compared, begin, end),
        cmocka_unit_test_setup_teardown(templates_take_every_letter, begin, end),
        cmocka_unit_test_setup_teardown(ints_follow_pythons_formats, begin, end),
        cmocka_unit_test_setup_teardown(floats_follow_pythons_formats, begin, end),
        cmocka_unit_test_setup_teardown(floats_are_shown_shortest, begin, end),
        cmocka_unit_test_setup_teardown(text_is_cut_and_padded_by_characters, begin, end),
        cmocka_unit_test_setup_teardown(durations_are_shown_and_formatted, begin, end),
        cmocka_unit_test_setup_teardown(times_are_shown_in_utc, begin, end),
        cmocka_unit_test_setup_teardown(bad_utf8_is_mended, begin, end),
        cmocka_unit_test_setup_teardown(long_texts_grow, begin, end),
        cmocka_unit_test(texts_survive_the_end_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
