// test_rt_place.c: what one holds alone is changed without a copy, what others hold too is copied
// once; and the methods that make new values, with memory that ends at each of their allocations.
#include "rt_each.h"

// How many blocks were asked for so far: what is copied shows in it.
static int64_t blocks(void)
{
    return weir__env_faulty_count(rt.env);
}

static const weir_type ints = {.kind = WEIR_TYPE_LIST, .name = "[int]", .item = &weir_type_int};
static const weir_type some_int = {
    .kind = WEIR_TYPE_OPTIONAL, .name = "int?", .item = &weir_type_int};
static const weir_field item_fields[] = {{"name", &weir_type_string}, {"counts", &ints}};
static const weir_type item_type = {
    .kind = WEIR_TYPE_RECORD, .name = "Item", .fields = item_fields, .field_count = 2};
static const weir_type items_type = {.kind = WEIR_TYPE_LIST, .name = "[Item]", .item = &item_type};
static const weir_type map_type = {.kind = WEIR_TYPE_MAP,
                                   .name = "[string: int]",
                                   .item = &weir_type_int,
                                   .key = &weir_type_string};

typedef struct Item {
    weir_record record;
    weir_string *name;
    weir_list *counts;
} Item;

static weir_list *numbers(weir_context *cx, int64_t length)
{
    weir_list *list = weir_list_new(cx, &ints, length);
    for (int64_t i = 0; i < length && list != NULL; i++) {
        weir_list_push(cx, &list, &i);
    }
    return list;
}

// [Item("a", [0, 1, 2]), …]
static weir_list *things(weir_context *cx, int64_t length)
{
    weir_list *list = weir_list_new(cx, &items_type, length);
    for (int64_t i = 0; i < length; i++) {
        Item *item = weir_record_new(cx, &item_type);
        item->name = weir_string_new(cx, "a", 1);
        item->counts = numbers(cx, 3);
        weir_list_push(cx, &list, &item);
        weir_drop(item);
    }
    return list;
}

// items[at].counts[1] = value, as printed C does it
static void change(weir_list **items, int64_t at, int64_t value)
{
    weir_word *place = weir_list_place(rt.cx, items, at);
    assert_non_null(place);
    Item *item = weir_record_own(rt.cx, &place->object);
    assert_non_null(item);
    weir_word *count = weir_list_place(rt.cx, &item->counts, 1);
    assert_non_null(count);
    count->integer = value;
}

static int64_t read(const weir_list *items, int64_t at)
{
    return ((const Item *)items->items[at].object)->counts->items[1].integer;
}

static void what_one_holds_alone_is_not_copied(void **state)
{
    (void)state;
    weir_list *items = things(rt.cx, 10);
    int64_t before = blocks();
    for (int64_t i = 0; i < 1000; i++) {
        change(&items, i % 10, i);
    }
    assert_int_equal(blocks(), before);
    assert_int_equal(read(items, 9), 999);
    weir_drop(items);
}

static void what_others_hold_is_copied_once(void **state)
{
    (void)state;
    weir_list *items = things(rt.cx, 10), *others = weir_keep(items);
    int64_t before = blocks();
    change(&items, 4, 77);
    // the list and its items, one record, its list of counts and their items
    assert_int_equal(blocks(), before + 5);
    for (int64_t i = 0; i < 1000; i++) {
        change(&items, 4, i);
    }
    assert_int_equal(blocks(), before + 5);
    assert_int_equal(read(items, 4), 999);
    assert_int_equal(read(others, 4), 1);
    // the nine others are still the same records
    assert_ptr_equal(items->items[3].object, others->items[3].object);
    weir_drop(others);
    weir_drop(items);
}

static void a_map_is_changed_in_place(void **state)
{
    (void)state;
    weir_map *map = weir_map_new(rt.cx, &map_type);
    weir_string *key = rt_string(rt.cx, "k");
    int64_t one = 1;
    weir_map_set(rt.cx, &map, &key, &one);
    int64_t before = blocks();
    for (int64_t i = 0; i < 1000; i++) {
        weir_word *place = weir_map_place(rt.cx, &map, &key);
        assert_non_null(place);
        place->integer += i;
    }
    assert_int_equal(blocks(), before);
    weir_map *other = weir_keep(map);
    weir_map_place(rt.cx, &map, &key)->integer = 5;
    assert_int_equal(blocks(), before + 3); // the map, its entries, its index
    assert_int_equal(weir_map_get(other, &key)->integer, 499501);
    weir_drop(other);
    weir_string *absent = rt_string(rt.cx, "x");
    assert_null(weir_map_place(rt.cx, &map, &absent));
    rt_expect_failure(rt.cx, "index");
    weir_drop(absent);
    weir_drop(key);
    weir_drop(map);
}

static void list_methods(weir_context *cx)
{
    weir_list *list = numbers(cx, 20);
    int64_t seven = 7;
    weir_list *shared = weir_keep(list);
    weir_list_insert(cx, &list, 3, &seven);
    weir_list_remove(cx, &list, 0);
    weir_drop(weir_list_pop(cx, &some_int, &list));
    weir_drop(weir_list_first(cx, &some_int, list));
    weir_drop(weir_list_max(cx, &some_int, list));
    weir_drop(weir_list_index_of(cx, list, &seven));
    weir_drop(weir_list_unique(cx, list));
    weir_list *reversed = weir_list_reverse(cx, list);
    weir_list *sorted = weir_list_sort(cx, reversed);
    weir_drop(weir_list_sort_by(cx, sorted, reversed));
    weir_drop(weir_list_slice(cx, sorted, 2, 5));
    weir_list_clear(cx, &sorted);
    weir_drop(sorted);
    weir_drop(reversed);
    weir_drop(shared);
    weir_drop(list);
}

static void text_methods(weir_context *cx)
{
    weir_string *text = weir_string_new(cx, " One, two,  three ", 18);
    weir_string *comma = weir_string_new(cx, ",", 1);
    weir_list *parts = weir_string_split(cx, text, comma);
    weir_drop(weir_strings_join(cx, parts, comma));
    weir_drop(parts);
    weir_drop(weir_string_words(cx, text));
    weir_drop(weir_string_lines(cx, text));
    weir_drop(weir_string_chars(cx, comma));
    weir_drop(weir_string_upper(cx, text));
    weir_drop(weir_string_trim(cx, text));
    weir_drop(weir_string_replace(cx, text, comma, text));
    weir_drop(weir_string_repeat(cx, text, 100));
    weir_drop(weir_string_slice(cx, text, 1, 4));
    weir_drop(weir_string_index_of(cx, text, comma));
    weir_drop(comma);
    weir_drop(text);
}

static void map_methods(weir_context *cx)
{
    weir_map *map = weir_map_new(cx, &map_type);
    weir_string *key = weir_string_new(cx, "k", 1);
    int64_t one = 1;
    if (!weir_failed(cx)) {
        weir_map_set(cx, &map, &key, &one);
    }
    weir_map *shared = weir_keep(map);
    weir_map_place(cx, &map, &key);
    weir_drop(weir_map_find(cx, &some_int, map, &key));
    weir_drop(weir_map_keys(cx, &weir_type_strings, map));
    weir_drop(weir_map_values(cx, &ints, map));
    weir_map_clear(cx, &map);
    weir_drop(shared);
    weir_drop(key);
    weir_drop(map);
}

static void methods_without_memory(void **state)
{
    (void)state;
    rt_starve(list_methods);
    rt_starve(text_methods);
    rt_starve(map_methods);
}

static void parts_of_text_are_whole_characters(void **state)
{
    (void)state;
    weir_string *text = rt_string(rt.cx, "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x8c\x8a");
    for (int64_t i = -1; i <= text->length + 1; i++) {
        weir_string *head = weir_string_slice(rt.cx, text, 0, i);
        weir_string *tail = weir_string_slice(rt.cx, text, i, INT64_MAX);
        weir_string *whole = weir_string_join(rt.cx, head, tail);
        assert_true(weir_string_equal(whole, text));
        assert_true(head->length == 0 ||
                    weir__utf8_length(text->bytes + head->length,
                                      (size_t)(text->length - head->length) + 1) > 0);
        weir_drop(whole);
        weir_drop(head);
        weir_drop(tail);
    }
    weir_drop(text);
}

static void numbers_are_read_whole(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
        bool good;
    } cases[] = {
        {"0", 0, true},    {"-9223372036854775808", INT64_MIN, true},
        {"+12", 12, true}, {"9223372036854775808", 0, false},
        {"1_0", 10, true}, {"1__0", 0, false},
        {"_1", 0, false},  {"1_", 0, false},
        {"", 0, false},    {"-", 0, false},
        {"1.0", 0, false}, {"0x1", 0, false},
        {" 5\n", 5, true}, {"5 5", 0, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        weir_string *text = rt_string(rt.cx, cases[i].text);
        assert_int_equal(weir_string_int(rt.cx, text), cases[i].value);
        if (!cases[i].good) {
            rt_expect_failure(rt.cx, "parse");
        }
        assert_false(weir_failed(rt.cx));
        weir_drop(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_one_holds_alone_is_not_copied, begin, end),
        cmocka_unit_test_setup_teardown(what_others_hold_is_copied_once, begin, end),
        cmocka_unit_test_setup_teardown(a_map_is_changed_in_place, begin, end),
        cmocka_unit_test_setup_teardown(parts_of_text_are_whole_characters, begin, end),
        cmocka_unit_test_setup_teardown(numbers_are_read_whole, begin, end),
        cmocka_unit_test(methods_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
