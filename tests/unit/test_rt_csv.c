// test_rt_csv.c: tables read as they were written, whatever stands in their fields; tables that are
// none; and memory that ends in the middle.
#include "rt_each.h"

static weir_list *rows_of(weir_context *cx, const char *text, size_t length, const char *delimiter)
{
    weir_string *all = weir_string_new(cx, text, (int64_t)length);
    weir_string *between = rt_string(cx, delimiter);
    weir_list *rows = weir_csv_rows(cx, all, between);
    weir_drop(all);
    weir_drop(between);
    return rows;
}

static weir_string *shown(weir_context *cx, const weir_list *rows)
{
    return weir_show(cx, rows->type, &rows);
}

static void tables_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text, *delimiter, *rows;
    } tables[] = {
        {"", ",", "[]"},
        {"\n\r\n\r", ",", "[]"},
        {"\xef\xbb\xbf"
         "a,b",
         ",", "[[\"a\", \"b\"]]"},
        {"a,b\nc,d", ",", "[[\"a\", \"b\"], [\"c\", \"d\"]]"},
        {"a,b\r\nc,d\r\n", ",", "[[\"a\", \"b\"], [\"c\", \"d\"]]"},
        {"a,b\rc,d\r", ",", "[[\"a\", \"b\"], [\"c\", \"d\"]]"},
        {"a\n\nb\n", ",", "[[\"a\"], [\"b\"]]"},
        {",", ",", "[[\"\", \"\"]]"},
        {"\"\"", ",", "[[\"\"]]"},
        {"\"a\"\"b\",\"\"\"\"", ",", "[[\"a\\\"b\", \"\\\"\"]]"},
        {"\"a,b\nc\r\nd\",e", ",", "[[\"a,b\\nc\\r\\nd\", \"e\"]]"},
        {" a , b ", ",", "[[\" a \", \" b \"]]"},
        {"a;b,c", ";", "[[\"a\", \"b,c\"]]"},
        {"a\tb", "\t", "[[\"a\", \"b\"]]"},
        {"a\xe2\x80\xa2"
         "b\xe2\x80\xa3",
         "\xe2\x80\xa2", "[[\"a\", \"b\xe2\x80\xa3\"]]"},
        {"a,b\nc", ",", "[[\"a\", \"b\"], [\"c\"]]"},
    };
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        weir_list *rows = rows_of(rt.cx, tables[i].text, strlen(tables[i].text),
                                  tables[i].delimiter);
        assert_non_null(rows);
        rt_is(shown(rt.cx, rows), tables[i].rows);
        weir_drop(rows);
    }
}

static void fails_with(const char *kind, const char *message)
{
    weir_error *error = weir_take(rt.cx);
    assert_non_null(error);
    assert_string_equal(error->kind->bytes, kind);
    assert_string_equal(error->message->bytes, message);
    weir_drop(error);
}

static void what_is_no_table_is_told_with_its_line(void **state)
{
    (void)state;
    static const char *const texts[][2] = {
        {"a\"b", "line 1: a quote inside a field without quotes"},
        {"x\ny,a\"", "line 2: a quote inside a field without quotes"},
        {"\"a", "line 1: a quoted field that does not end"},
        {"x\n\"a\n\n\"\"", "line 2: a quoted field that does not end"},
        {"\"a\"b", "line 1: expected the end of the field after its quote"},
        {"\"a\nb\r\nc\rd\" ,e", "line 4: expected the end of the field after its quote"},
        {"\"\"\"", "line 1: a quoted field that does not end"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_null(rows_of(rt.cx, texts[i][0], strlen(texts[i][0]), ","));
        fails_with("parse", texts[i][1]);
    }
    static const char *const delimiters[] = {"", ",,", "\"", "\n", "\r", "ab", "\xff"};
    for (size_t i = 0; i < sizeof delimiters / sizeof *delimiters; i++) {
        assert_null(rows_of(rt.cx, "a", 1, delimiters[i]));
        fails_with("type", "a delimiter is one character, and no quote or line end");
    }
}

static void rows_are_named_by_the_header(void **state)
{
    (void)state;
    static const char *const texts[][2] = {
        {"a,b\n1,2\n", NULL},
        {"a,b", NULL},
        {"a,b\n1", "line 2: 1 fields, the header has 2"},
        {"a\n\n\n1,2", "line 4: 2 fields, the header has 1"},
        {"a,a\n1,2", "the header names a twice"},
    };
    weir_string *comma = rt_string(rt.cx, ",");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        weir_string *text = rt_string(rt.cx, texts[i][0]);
        weir_list *table = weir_csv_parse(rt.cx, text, comma);
        if (texts[i][1] == NULL) {
            rt_is(shown(rt.cx, table), i == 0 ? "[[\"a\": \"1\", \"b\": \"2\"]]" : "[]");
        } else {
            assert_null(table);
            fails_with("parse", texts[i][1]);
        }
        weir_drop(table);
        weir_drop(text);
    }
    weir_drop(comma);
}

// The n-th of the texts that can be made of a few letters, the hostile ones.
static size_t field_of(unsigned n, char *field)
{
    static const char *const parts[] = {"", "a", ",", "\"", "\n", "\r\n", "\xc3\xa9", ";", " "};
    enum { PARTS = sizeof parts / sizeof *parts };
    size_t length = 0;
    for (int i = 0; i < 3; i++, n /= PARTS) {
        size_t size = strlen(parts[n % PARTS]);
        memcpy(field + length, parts[n % PARTS], size);
        length += size;
    }
    return length;
}

static void any_field_comes_back(void **state)
{
    (void)state;
    static const weir_type row_type = {
        .kind = WEIR_TYPE_LIST, .name = "[[string]]", .item = &weir_type_strings};
    static const char *const delimiters[] = {",", ";", "a", " ", "\xc3\xa9"};
    for (size_t d = 0; d < sizeof delimiters / sizeof *delimiters; d++) {
        weir_string *between = rt_string(rt.cx, delimiters[d]);
        weir_list *rows = weir_list_new(rt.cx, &row_type, 0);
        for (unsigned n = 0; n < 9 * 9 * 9; n++) {
            char field[16];
            size_t length = field_of(n, field);
            weir_list *row = weir_list_new(rt.cx, &weir_type_strings, 0);
            for (unsigned k = 0; k <= n % 3; k++) {
                weir_string *text = weir_string_new(rt.cx, field, (int64_t)length);
                weir_list_push(rt.cx, &row, &text);
                weir_drop(text);
            }
            weir_list_push(rt.cx, &rows, &row);
            weir_drop(row);
        }
        weir_string *text = weir_csv_encode(rt.cx, rows, between);
        weir_list *again = weir_csv_rows(rt.cx, text, between);
        assert_non_null(again);
        assert_true(weir_equal(&row_type, &rows, &again));
        weir_drop(again);
        weir_drop(text);
        weir_drop(rows);
        weir_drop(between);
    }
}

static const char table[] = "name,\"a,b\"\n\"x \"\"y\"\"\",1\n\n\"line\nline\",2\n";

// Every beginning of a table, and the table with any byte of it replaced, is read or refused.
static void a_broken_table_breaks_nothing(void **state)
{
    (void)state;
    static const char bytes[] = "\",\n\r \xff";
    for (size_t i = 0; i < sizeof table; i++) {
        for (size_t k = 0; k <= sizeof bytes; k++) {
            char text[sizeof table];
            size_t length = k == sizeof bytes ? i : sizeof table - 1; // a beginning
            memcpy(text, table, sizeof table);
            text[i < length ? i : 0] = k == sizeof bytes ? text[0] : bytes[k];
            weir_list *rows = rows_of(rt.cx, text, length, ",");
            if (rows == NULL) {
                rt_expect_failure(rt.cx, "parse");
            }
            weir_drop(rows);
        }
    }
}

static void read_and_write(weir_context *cx)
{
    weir_string *text = rt_string(cx, table), *comma = rt_string(cx, ",");
    weir_list *rows = weir_failed(cx) ? NULL : weir_csv_parse(cx, text, comma);
    weir_drop(rows == NULL ? NULL : weir_csv_encode(cx, rows, comma));
    weir_drop(rows);
    weir_drop(text);
    weir_drop(comma);
}

static void memory_may_end(void **state)
{
    (void)state;
    rt_starve(read_and_write);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tables_are_read, begin, end),
        cmocka_unit_test_setup_teardown(what_is_no_table_is_told_with_its_line, begin, end),
        cmocka_unit_test_setup_teardown(rows_are_named_by_the_header, begin, end),
        cmocka_unit_test_setup_teardown(any_field_comes_back, begin, end),
        cmocka_unit_test_setup_teardown(a_broken_table_breaks_nothing, begin, end),
        cmocka_unit_test(memory_may_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
