// test_rt_value.c: counting, sharing with threads, freeing without recursion, boxes, records,
// enums, equality, hashes.
#include "rt_each.h"

#include <pthread.h>

// record Node { next: Node?, number: int }
static const weir_type node_type;
static const weir_type node_optional = {
    .kind = WEIR_TYPE_OPTIONAL,
    .name = "Node?",
    .item = &node_type,
};
static const weir_field node_fields[] = {{"next", &node_optional}, {"number", &weir_type_int}};
static const weir_type node_type = {
    .kind = WEIR_TYPE_RECORD,
    .name = "Node",
    .fields = node_fields,
    .field_count = 2,
};
typedef struct Node {
    weir_record record;
    struct Node *next;
    int64_t number;
} Node;

static Node *chain(weir_context *cx, int64_t length, int64_t last)
{
    Node *first = NULL;
    for (int64_t i = 0; i < length; i++) {
        Node *node = weir_record_new(cx, &node_type);
        if (node == NULL) {
            break;
        }
        node->next = first;
        node->number = i == 0 ? last : i;
        first = node;
    }
    return first;
}

static void a_million_nodes_need_no_stack(void **state)
{
    (void)state;
    Node *a = chain(rt.cx, 1000000, 7), *b = chain(rt.cx, 1000000, 7),
         *c = chain(rt.cx, 1000000, 8);
    assert_true(weir_equal(&node_type, &a, &b));
    assert_false(weir_equal(&node_type, &a, &c));
    weir_string *shown = weir_show(rt.cx, &node_type, &a);
    assert_true(shown->length < 10000); // cut where it is deep
    weir_drop(shown);
    weir_share(b);
    assert_true(b->next->next->record.object.count < 0);
    weir_drop(a);
    weir_drop(b);
    weir_drop(c);
}

static void a_record_held_twice_is_copied_before_it_changes(void **state)
{
    (void)state;
    Node *a = chain(rt.cx, 2, 7), *b = weir_keep(a);
    Node *own = weir_record_own(rt.cx, &b);
    assert_ptr_equal(own, b);
    assert_ptr_not_equal(own, a);
    own->number = 99;
    assert_int_equal(a->number, 1);
    assert_ptr_equal(own->next, a->next); // what it holds is held by both
    assert_int_equal(a->next->record.object.count, 2);
    assert_ptr_equal(weir_record_own(rt.cx, &b), own);
    weir_drop(a);
    weir_drop(b);
}

static void *keep_and_drop(void *object)
{
    for (int i = 0; i < 100000; i++) {
        weir_keep(object);
        weir_drop(object);
    }
    weir_drop(object);
    return NULL;
}

static void shared_objects_are_counted_by_many_threads(void **state)
{
    (void)state;
    weir_list *list = weir_list_new(rt.cx, &weir_type_strings, 0);
    weir_string *text = rt_string(rt.cx, "shared");
    weir_list_push(rt.cx, &list, &text);
    weir_share(list);
    assert_true(text->object.count < 0);
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) {
        pthread_create(&threads[i], NULL, keep_and_drop,
                       i % 2 == 0 ? weir_keep(list) : weir_keep(text));
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_int_equal(list->object.count, -1);
    assert_int_equal(text->object.count, -2);
    weir_list_push(rt.cx, &list, &text); // alone again: changed in place, counted plainly
    assert_int_equal(list->object.count, 1);
    assert_int_equal(list->length, 2);
    weir_share(list); // and shared again, with what it holds now
    assert_int_equal(list->object.count, -1);
    weir_drop(list);
    weir_drop(text);
}

static const weir_field point_words[] = {{"x", &weir_type_int}, {"name", &weir_type_string}};
static const weir_type point = {
    .kind = WEIR_TYPE_TUPLE,
    .name = "(int, string)",
    .fields = point_words,
    .field_count = 2,
};
static const weir_field shape_cases[] = {{"empty", NULL}, {"dot", &point}};
static const weir_type shape = {
    .kind = WEIR_TYPE_ENUM,
    .name = "Shape",
    .fields = shape_cases,
    .field_count = 2,
};
static const weir_field state_cases[] = {{"up", NULL}, {"down", NULL}};
static const weir_type plain = {
    .kind = WEIR_TYPE_ENUM,
    .name = "State",
    .fields = state_cases,
    .field_count = 2,
};

static weir_record *make_dot(weir_context *cx, int64_t x, const char *name)
{
    weir_record *dot = weir_record_new(cx, &shape);
    weir__words(dot)[0] = rt_int(1);
    weir__words(dot)[1] = rt_int(x);
    weir__words(dot)[2] = rt_object(rt_string(cx, name));
    return dot;
}

static void enums_with_and_without_parameters(void **state)
{
    (void)state;
    assert_false(weir__counted(&plain));
    assert_true(weir__counted(&shape));
    weir_word down = rt_int(1);
    rt_is(weir_show(rt.cx, &plain, &down), "down");
    weir_record *a = make_dot(rt.cx, 3, "p"), *b = make_dot(rt.cx, 3, "p"),
                *c = make_dot(rt.cx, 3, "q");
    weir_record *empty = weir_record_new(rt.cx, &shape);
    assert_true(weir_equal(&shape, &a, &b));
    assert_false(weir_equal(&shape, &a, &c));
    assert_false(weir_equal(&shape, &a, &empty));
    assert_true(weir__hash(&shape, &a, 5) == weir__hash(&shape, &b, 5));
    assert_false(weir__hash(&shape, &a, 5) == weir__hash(&shape, &c, 5));
    rt_is(weir_show(rt.cx, &shape, &a), "dot(x: 3, name: \"p\")");
    rt_is(weir_show(rt.cx, &shape, &empty), "empty");
    weir_drop(a);
    weir_drop(b);
    weir_drop(c);
    weir_drop(empty);
}

static void optionals_and_results_box_what_has_no_none(void **state)
{
    (void)state;
    static const weir_type maybe = {
        .kind = WEIR_TYPE_OPTIONAL, .name = "int?", .item = &weir_type_int};
    static const weir_type twice = {.kind = WEIR_TYPE_OPTIONAL, .name = "int??", .item = &maybe};
    static const weir_type result = {.kind = WEIR_TYPE_RESULT, .name = "int?!", .item = &maybe};
    static const weir_type done = {
        .kind = WEIR_TYPE_RESULT,
        .name = "nothing!",
        .item = &weir_type_nothing,
    };
    weir_word inner = rt_int(0), none = rt_object(NULL);
    weir_word some = rt_object(weir__wrap(rt.cx, &maybe, inner));
    assert_non_null(some.object); // some 0 is not none
    assert_int_equal(weir__unwrap(&maybe, some.object).integer, 0);
    weir_word some_none = rt_object(weir__wrap(rt.cx, &twice, none));
    assert_non_null(some_none.object);
    assert_false(weir_equal(&twice, &some_none, &none));
    rt_is(weir_show(rt.cx, &maybe, &none), "none");
    rt_is(weir_show(rt.cx, &maybe, &some), "0");
    weir_word good = rt_object(weir__wrap(rt.cx, &result, none));
    assert_false(weir_is_error(good.object));
    rt_is(weir_show(rt.cx, &result, &good), "none");
    weir_word bad = rt_object(weir__error_make(rt.cx, "io", NULL, "no"));
    rt_is(weir_show(rt.cx, &result, &bad), "error(no)");
    rt_is(weir_show(rt.cx, &done, &none), "ok");
    weir_drop(some.object);
    weir_drop(some_none.object);
    weir_drop(good.object);
    weir_drop(bad.object);
}

static void everything_is_shown_as_it_would_be_written(void **state)
{
    (void)state;
    Node *node = chain(rt.cx, 2, 7);
    rt_is(weir_show(rt.cx, &node_type, &node),
          "Node(next: Node(next: none, number: 7), number: 1)");
    weir_list *list = weir_list_new(rt.cx, &weir_type_strings, 0);
    weir_string *odd = rt_string(rt.cx, "a\"b\\c\n\x01");
    weir_list_push(rt.cx, &list, &odd);
    rt_is(weir_show(rt.cx, &weir_type_strings, &list), "[\"a\\\"b\\\\c\\n\\u{1}\"]");
    static const weir_type secret = {.kind = WEIR_TYPE_SECRET, .name = "secret"};
    rt_is(weir_show(rt.cx, &secret, &odd), "***");
    rt_is(weir_text(rt.cx, "{v:>5}", &secret, &odd), "  ***");
    weir_drop(odd);
    weir_drop(list);
    weir_drop(node);
}

static void floats_compare_as_numbers(void **state)
{
    (void)state;
    weir_word zero = rt_float(0.0), minus = rt_float(-0.0), one = rt_float(1.0);
    assert_true(weir_equal(&weir_type_float, &zero, &minus));
    assert_true(weir__hash(&weir_type_float, &zero, 1) == weir__hash(&weir_type_float, &minus, 1));
    assert_false(weir_equal(&weir_type_float, &zero, &one));
}

static void make_values(weir_context *cx)
{
    Node *node = chain(cx, 5, 1), *other = weir_keep(node);
    if (!weir_failed(cx)) {
        weir_record_own(cx, &other);
    }
    weir_word word = rt_int(5);
    weir_box *box = weir_box_new(cx, &weir_type_int, &word);
    weir_drop(box);
    weir_drop(node);
    weir_drop(other);
}

static void values_survive_the_end_of_memory(void **state)
{
    (void)state;
    rt_starve(make_values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_million_nodes_need_no_stack, begin, end),
        cmocka_unit_test_setup_teardown(a_record_held_twice_is_copied_before_it_changes, begin,
                                        end),
        cmocka_unit_test_setup_teardown(shared_objects_are_counted_by_many_threads, begin, end),
        cmocka_unit_test_setup_teardown(enums_with_and_without_parameters, begin, end),
        cmocka_unit_test_setup_teardown(optionals_and_results_box_what_has_no_none, begin, end),
        cmocka_unit_test_setup_teardown(everything_is_shown_as_it_would_be_written, begin, end),
        cmocka_unit_test_setup_teardown(floats_compare_as_numbers, begin, end),
        cmocka_unit_test(values_survive_the_end_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
