// test_rt_json.c: texts that are JSON and texts that are none, however they were broken; what is
// read is written the same again; and memory that ends in the middle.
#include "rt_each.h"

#include "json.h"

#include <stdlib.h>

static weir_json *parsed(weir_context *cx, const char *bytes, size_t length)
{
    weir_string *text = weir_string_new(cx, bytes, (int64_t)length);
    weir_json *json = weir_json_parse(cx, text);
    weir_drop(text);
    return json;
}

static weir_string *written(weir_context *cx, weir_json *json, int64_t indent)
{
    return weir_json_encode(cx, &weir_type_json, &json, indent);
}

static void what_is_json_is_read(void **state)
{
    (void)state;
    static const char *const texts[][2] = {
        {"1", "1"},
        {" \t\r\n1 ", "1"},
        {"\xef\xbb\xbf[]", "[]"},
        {"-0", "0"},
        {"-0.0", "-0.0"},
        {"9223372036854775807", "9223372036854775807"},
        {"-9223372036854775808", "-9223372036854775808"},
        {"1e0", "1.0"},
        {"1.5E+2", "150.0"},
        {"5e-324", "5e-324"},
        {"1e-400", "0.0"},
        {"\"\"", "\"\""},
        {"\"\\u0000\"", "\"\\u0000\""},
        {"\"\\ud83c\\udf0a\"", "\"\xf0\x9f\x8c\x8a\""},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\""},
        {"\"\x7f\xc2\x80\xe2\x80\xa8\"", "\"\\u007f\xc2\x80\xe2\x80\xa8\""},
        {"[ ]", "[]"},
        {"[[],{},[{}]]", "[[],{},[{}]]"},
        {"{\"a\":{\"a\":1},\"\":null}", "{\"a\":{\"a\":1},\"\":null}"},
        {"[true , false,null]", "[true,false,null]"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        weir_json *json = parsed(rt.cx, texts[i][0], strlen(texts[i][0]));
        if (json == NULL) {
            print_error("%s\n", texts[i][0]);
        }
        rt_is(written(rt.cx, json, 0), texts[i][1]);
        weir_drop(json);
    }
}

typedef struct Broken {
    const char *text;
    size_t length; // 0: up to the NUL
    const char *message;
} Broken;

static void what_is_none_is_told_with_its_place(void **state)
{
    (void)state;
    static const Broken texts[] = {
        {"", 0, "line 1, column 1: expected a value, found the end"},
        {"   \n ", 0, "line 2, column 2: expected a value, found the end"},
        {"1 2", 0, "line 1, column 3: expected the end, found 2"},
        {"[1,]", 0, "line 1, column 4: expected a value, found ]"},
        {"[1 2]", 0, "line 1, column 4: expected , or ], found 2"},
        {"[", 0, "line 1, column 2: expected a value, found the end"},
        {"]", 0, "line 1, column 1: expected a value, found ]"},
        {"[}", 0, "line 1, column 2: expected a value, found }"},
        {"{\"a\":1,}", 0, "line 1, column 8: expected a key in double quotes, found }"},
        {"{\"a\" 1}", 0, "line 1, column 6: expected :, found 1"},
        {"{\"a\":}", 0, "line 1, column 6: expected a value, found }"},
        {"{a:1}", 0, "line 1, column 2: expected a key in double quotes, found a"},
        {"{\"a\":1", 0, "line 1, column 7: expected , or }, found the end"},
        {"{\"a\":1]", 0, "line 1, column 7: expected , or }, found ]"},
        {"{\"a\":1,\"\\u0061\":2}", 0, "line 1, column 8: the key \"\\u0061\" is there twice"},
        {"'a'", 0, "line 1, column 1: expected a value, found ': text stands in double quotes"},
        {"nul", 0, "line 1, column 1: expected a value, found nul"},
        {"truely", 0, "line 1, column 5: expected the end, found ly"},
        {"NaN", 0, "line 1, column 1: expected a value, found NaN"},
        {"-Infinity", 0, "line 1, column 2: expected a digit, found Infinity"},
        {"01", 0, "line 1, column 1: a number does not begin with 0"},
        {"-01", 0, "line 1, column 1: a number does not begin with 0"},
        {"1.", 0, "line 1, column 3: expected a digit, found the end"},
        {".5", 0, "line 1, column 1: expected a value, found ."},
        {"+1", 0, "line 1, column 1: expected a value, found +"},
        {"1e", 0, "line 1, column 3: expected a digit, found the end"},
        {"0x10", 0, "line 1, column 2: expected the end, found x"},
        {"9223372036854775808", 0,
         "line 1, column 1: 9223372036854775808 does not fit into 64 bits"},
        {"1e999", 0, "line 1, column 1: the number is beyond what a float holds"},
        {"\"abc", 0, "line 1, column 1: a text that does not end"},
        {"\"a\\", 0,
         "line 1, column 4: expected one of \" \\ / b f n r t u after \\, found the end"},
        {"\"\\x41\"", 0, "line 1, column 3: expected one of \" \\ / b f n r t u after \\, found x"},
        {"\"\\u12\"", 0, "line 1, column 4: expected four hex digits after \\u"},
        {"\"\\ud800\"", 0, "line 1, column 2: half of a surrogate pair"},
        {"\"\\udf0a\\ud83c\"", 0, "line 1, column 2: half of a surrogate pair"},
        {"\"\\ud83c\\u0041\"", 0, "line 1, column 2: half of a surrogate pair"},
        {"[\n\"\xc3\xa9\n\"]", 0,
         "line 2, column 3: the byte 0x0a in a text is written as an escape"},
        {"\"\xff\"", 0, "line 1, column 2: the text is not UTF-8"},
        {"\"\xc0\x80\"", 0, "line 1, column 2: the text is not UTF-8"},
        {"\"\xed\xa0\x80\"", 0, "line 1, column 2: the text is not UTF-8"},
        {"[1\0]", 4, "line 1, column 3: expected , or ], found the byte 0x00"},
        {"\"a\0b\"", 5, "line 1, column 3: the byte 0x00 in a text is written as an escape"},
        {"\"\\\0\"", 4,
         "line 1, column 3: expected one of \" \\ / b f n r t u after \\, found the "
         "byte 0x00"},
        {"/* c */ 1", 0, "line 1, column 1: expected a value, found /"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const Broken *one = &texts[i];
        weir_json *json = parsed(rt.cx, one->text,
                                 one->length == 0 ? strlen(one->text) : one->length);
        assert_null(json);
        weir_error *error = weir_take(rt.cx);
        assert_non_null(error);
        assert_string_equal(error->kind->bytes, "parse");
        assert_string_equal(error->message->bytes, one->message);
        weir_drop(error);
    }
}

// A thousand brackets may be open, of either kind, and no more; without recursion.
static void the_depth_has_a_bound(void **state)
{
    (void)state;
    enum { DEEP = WEIR__JSON_DEEPEST, MOST = 6 * (DEEP + 2) };
    static char text[MOST];
    for (int extra = 0; extra < 2; extra++) {
        size_t length = 0, count = DEEP + (size_t)extra;
        for (size_t i = 0; i < count; i++) {
            length += (size_t)snprintf(text + length, MOST - length, i % 2 == 0 ? "[" : "{\"a\":");
        }
        length += (size_t)snprintf(text + length, MOST - length, "1");
        for (size_t i = count; i > 0; i--) {
            text[length++] = (i - 1) % 2 == 0 ? ']' : '}';
        }
        weir_json *json = parsed(rt.cx, text, length);
        if (extra == 0) {
            assert_non_null(json);
            weir_string *again = written(rt.cx, json, 0);
            assert_int_equal(again->length, length);
            assert_memory_equal(again->bytes, text, length);
            weir_drop(again);
            weir_drop(json);
        } else {
            assert_null(json);
            rt_expect_failure(rt.cx, "parse");
        }
    }
    memset(text, '[', sizeof text); // and no end
    assert_null(parsed(rt.cx, text, sizeof text));
    rt_expect_failure(rt.cx, "parse");
}

static const char rich[] = "{\"list\": [1, -2.5, true, false, null, \"a\\n\\u00e9\", [], {}], "
                           "\"deep\": {\"a\": [[{\"b\": \"\xf0\x9f\x8c\x8a\"}]]}, \"\": 1e3}";

// Every beginning of a text, and the text with any byte of it replaced, is read or refused, and
// what is read can be written and read again.
static void a_broken_text_breaks_nothing(void **state)
{
    (void)state;
    static const char bytes[] = "{}[]\",:\\u0aeE+-.\n\x01\x80\xff ";
    size_t length = sizeof rich - 1;
    for (size_t i = 0; i < length; i++) {
        assert_null(parsed(rt.cx, rich, i));
        rt_expect_failure(rt.cx, "parse");
        for (size_t k = 0; k < sizeof bytes; k++) { // the NUL, too
            char text[sizeof rich];
            memcpy(text, rich, sizeof rich);
            text[i] = bytes[k];
            weir_json *json = parsed(rt.cx, text, length);
            if (json == NULL) {
                rt_expect_failure(rt.cx, "parse");
                continue;
            }
            weir_string *once = written(rt.cx, json, 0);
            weir_json *again = parsed(rt.cx, once->bytes, (size_t)once->length);
            assert_non_null(again);
            assert_true(weir_equal(&weir_type_json, &json, &again));
            weir_drop(again);
            weir_drop(once);
            weir_drop(json);
        }
    }
}

static void indents_are_read_back(void **state)
{
    (void)state;
    weir_json *json = parsed(rt.cx, rich, sizeof rich - 1);
    for (int64_t indent = 0; indent < 5; indent += 2) {
        weir_string *text = written(rt.cx, json, indent);
        weir_json *again = parsed(rt.cx, text->bytes, (size_t)text->length);
        assert_true(weir_equal(&weir_type_json, &json, &again));
        weir_drop(again);
        weir_drop(text);
    }
    weir_drop(json);
    json = parsed(rt.cx, "{\"a\":[1,{}],\"b\":[]}", 19);
    rt_is(written(rt.cx, json, 2), "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}");
    weir_drop(json);
}

static void read_and_write(weir_context *cx)
{
    weir_json *json = parsed(cx, rich, sizeof rich - 1);
    weir_drop(json == NULL ? NULL : written(cx, json, 2));
    weir_drop(json);
}

static void memory_may_end(void **state)
{
    (void)state;
    rt_starve(read_and_write);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_json_is_read, begin, end),
        cmocka_unit_test_setup_teardown(what_is_none_is_told_with_its_place, begin, end),
        cmocka_unit_test_setup_teardown(the_depth_has_a_bound, begin, end),
        cmocka_unit_test_setup_teardown(a_broken_text_breaks_nothing, begin, end),
        cmocka_unit_test_setup_teardown(indents_are_read_back, begin, end),
        cmocka_unit_test(memory_may_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
