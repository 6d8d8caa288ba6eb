// test_rt_map.c: maps keep the order keys came in, through growth, removal and copying; against a
// plain array.
#include "rt_each.h"

static const weir_type numbers = {
    .kind = WEIR_TYPE_MAP,
    .name = "[int: string]",
    .item = &weir_type_string,
    .key = &weir_type_int,
};

static void set(weir_context *cx, weir_map **map, const char *key, const char *value)
{
    weir_string *k = rt_string(cx, key), *v = rt_string(cx, value);
    weir_map_set(cx, map, &k, &v);
    weir_drop(k);
    weir_drop(v);
}

static void order_is_kept(void **state)
{
    (void)state;
    weir_map *map = weir_map_new(rt.cx, &weir__type_texts);
    rt_is(weir_show(rt.cx, &weir__type_texts, &map), "[:]");
    set(rt.cx, &map, "b", "1");
    set(rt.cx, &map, "a", "2");
    set(rt.cx, &map, "b", "3"); // keeps its place
    rt_is(weir_show(rt.cx, &weir__type_texts, &map), "[\"b\": \"3\", \"a\": \"2\"]");
    weir_string *b = rt_string(rt.cx, "b"), *c = rt_string(rt.cx, "c");
    assert_true(weir_map_remove(rt.cx, &map, &b));
    assert_false(weir_map_remove(rt.cx, &map, &b));
    assert_null(weir_map_get(map, &b));
    assert_null(weir_map_get(map, &c));
    set(rt.cx, &map, "b", "4"); // a new one, at the end
    rt_is(weir_show(rt.cx, &weir__type_texts, &map), "[\"a\": \"2\", \"b\": \"4\"]");
    weir_drop(b);
    weir_drop(c);
    weir_drop(map);
}

static void a_map_held_twice_is_copied(void **state)
{
    (void)state;
    weir_map *a = weir_map_new(rt.cx, &weir__type_texts);
    set(rt.cx, &a, "x", "1");
    weir_map *b = weir_keep(a);
    set(rt.cx, &b, "y", "2");
    assert_int_equal(weir_map_length(rt.cx, a), 1);
    assert_int_equal(weir_map_length(rt.cx, b), 2);
    weir_string *x = rt_string(rt.cx, "x");
    weir_map *c = weir_keep(b);
    assert_true(weir_map_remove(rt.cx, &c, &x));
    assert_int_equal(weir_map_length(rt.cx, b), 2);
    weir_drop(x);
    weir_drop(a);
    weir_drop(b);
    weir_drop(c);
}

static void equality_looks_at_content_not_order(void **state)
{
    (void)state;
    weir_map *a = weir_map_new(rt.cx, &weir__type_texts),
             *b = weir_map_new(rt.cx, &weir__type_texts);
    set(rt.cx, &a, "x", "1");
    set(rt.cx, &a, "y", "2");
    set(rt.cx, &b, "y", "2");
    assert_false(weir_equal(&weir__type_texts, &a, &b));
    set(rt.cx, &b, "x", "1");
    assert_true(weir_equal(&weir__type_texts, &a, &b));
    assert_true(weir__hash(&weir__type_texts, &a, 3) == weir__hash(&weir__type_texts, &b, 3));
    set(rt.cx, &b, "x", "other");
    assert_false(weir_equal(&weir__type_texts, &a, &b));
    weir_drop(a);
    weir_drop(b);
}

// Random sets and removals, against an array of keys in their order.
static void a_long_life_agrees_with_a_plain_array(void **state)
{
    (void)state;
    enum { KEYS = 400, STEPS = 60000 };
    static int64_t order[KEYS];
    static int64_t value_of[KEYS];
    int count = 0;
    uint64_t chance = 88172645463325252u;
    weir_map *map = weir_map_new(rt.cx, &numbers);
    for (int step = 0; step < STEPS; step++) {
        chance ^= chance << 13, chance ^= chance >> 7, chance ^= chance << 17;
        int64_t key = (int64_t)(chance % KEYS);
        int at = 0;
        while (at < count && order[at] != key) {
            at++;
        }
        if ((chance >> 32) % 3 == 0) {
            assert_int_equal(weir_map_remove(rt.cx, &map, &key), at < count);
            if (at < count) {
                memmove(order + at, order + at + 1, (size_t)(count - at - 1) * sizeof *order);
                count--;
            }
        } else {
            weir_string *value = weir_text(rt.cx, "{i}", (int64_t)step);
            weir_map_set(rt.cx, &map, &key, &value);
            weir_drop(value);
            value_of[key] = step;
            if (at == count) {
                order[count++] = key;
            }
        }
        assert_int_equal(weir_map_length(rt.cx, map), count);
    }
    const weir_word *key, *value;
    int seen = 0;
    for (int64_t at = 0; weir_map_next(map, &at, &key, &value); seen++) {
        assert_int_equal(key->integer, order[seen]);
        rt_is(weir_text(rt.cx, "{i}", value_of[order[seen]]),
              ((weir_string *)value->object)->bytes);
    }
    assert_int_equal(seen, count);
    assert_true(map->room < 4 * KEYS); // what was removed does not stay
    weir_drop(map);
}

static void make_maps(weir_context *cx)
{
    weir_map *map = weir_map_new(cx, &weir__type_texts), *held = NULL;
    for (int i = 0; i < 20 && map != NULL; i++) {
        char key[16];
        snprintf(key, sizeof key, "%d", i);
        set(cx, &map, key, "value");
        if (i == 10) {
            held = weir_keep(map);
        }
    }
    weir_share(map);
    weir_drop(held);
    weir_drop(map);
}

static void maps_survive_the_end_of_memory(void **state)
{
    (void)state;
    rt_starve(make_maps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(order_is_kept, begin, end),
        cmocka_unit_test_setup_teardown(a_map_held_twice_is_copied, begin, end),
        cmocka_unit_test_setup_teardown(equality_looks_at_content_not_order, begin, end),
        cmocka_unit_test_setup_teardown(a_long_life_agrees_with_a_plain_array, begin, end),
        cmocka_unit_test(maps_survive_the_end_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
