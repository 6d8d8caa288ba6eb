// test_rt_timer.c: rows, the heap over them, and what a long turn does to timers.
#include "rt_script.h"

enum { COUNT = 3000 };

static uint64_t next_chance(uint64_t *chance)
{
    *chance ^= *chance << 13;
    *chance ^= *chance >> 7;
    *chance ^= *chance << 17;
    return *chance;
}

// Whatever is armed and disarmed, timers come out when they are due, in order, each once.
static void test_random_use(void **state)
{
    (void)state;
    weir__env *env = weir__env_sim(0, NULL, NULL);
    static weir__timer timer[COUNT];
    static bool armed[COUNT];
    for (uint64_t seed = 1; seed <= 20; seed++) {
        uint64_t chance = seed;
        weir__timers timers;
        weir__timers_begin(&timers);
        int64_t now = 0;
        int alive = 0;
        memset(armed, 0, sizeof armed);
        for (int i = 0; i < 20000; i++) {
            size_t at = next_chance(&chance) % COUNT;
            if (armed[at]) {
                weir__timer_disarm(&timers, &timer[at]);
                alive--;
            } else {
                // many of equal duration, and many of their own
                int64_t ns = next_chance(&chance) % 2 == 0
                                 ? (int64_t)(next_chance(&chance) % 90 + 1) * MS
                                 : (int64_t)(next_chance(&chance) % 100000000 + 1);
                if (next_chance(&chance) % 3 == 0) {
                    assert_true(weir__timer_arm_at(&timers, env, &timer[at], now + ns));
                } else {
                    assert_true(weir__timer_arm(&timers, env, &timer[at], now, ns));
                }
                alive++;
            }
            armed[at] = !armed[at];
            if (i % 50 == 0) {
                int64_t to = now + (int64_t)(next_chance(&chance) % (20 * MS)), last = 0;
                weir__timer *due;
                while ((due = weir__timers_take(&timers, to)) != NULL) {
                    assert_true(armed[due - timer]);
                    assert_true(due->until <= to && due->until >= last);
                    last = due->until;
                    armed[due - timer] = false;
                    alive--;
                }
                for (int k = 0; k < COUNT; k++) {
                    assert_true(!armed[k] || timer[k].until > to);
                }
                weir__timers_shift(&timers, now, 0);
                env->poll(env, to);
                now = to;
            }
        }
        int left = 0;
        while (weir__timers_take(&timers, INT64_MAX) != NULL) {
            left++;
        }
        assert_int_equal(left, alive);
        assert_int_equal(timers.count, 0);
        assert_true(weir__timers_next(&timers) == INT64_MAX);
        weir__timers_end(&timers, env);
        env->free(env);
        env = weir__env_sim(0, NULL, NULL);
    }
    env->free(env);
}

// S03, C09: the heap does not grow with timers that are disarmed.
static void test_s03_disarmed_timers_leave(void **state)
{
    (void)state;
    weir__env *env = weir__env_sim(0, NULL, NULL);
    weir__timers timers;
    weir__timers_begin(&timers);
    weir__timer timer, stays;
    assert_true(weir__timer_arm(&timers, env, &stays, 0, S));
    for (int64_t i = 1; i < 100000; i++) {
        assert_true(weir__timer_arm(&timers, env, &timer, 0, i * 7919));
        weir__timer_disarm(&timers, &timer);
    }
    assert_int_equal(timers.count, 1);
    assert_in_range(timers.room, 1, 256);
    weir__timer_disarm(&timers, &stays);
    weir__timers_end(&timers, env);
    env->free(env);
}

// What was armed in a turn that took long is due later by that; what was armed before is not.
static void test_shift(void **state)
{
    (void)state;
    weir__env *env = weir__env_sim(0, NULL, NULL);
    weir__timers timers;
    weir__timers_begin(&timers);
    weir__timer before, in, other;
    assert_true(weir__timer_arm(&timers, env, &before, 0, 100));
    weir__timers_shift(&timers, 0, 0);
    assert_true(weir__timer_arm(&timers, env, &in, 10, 100));
    assert_true(weir__timer_arm(&timers, env, &other, 10, 50));
    assert_true(weir__timers_next(&timers) == 60);
    weir__timers_shift(&timers, 10, 45);
    assert_true(before.until == 100 && in.until == 155 && other.until == 105);
    assert_ptr_equal(weir__timers_take(&timers, 200), &before);
    assert_ptr_equal(weir__timers_take(&timers, 200), &other);
    assert_ptr_equal(weir__timers_take(&timers, 200), &in);
    weir__timers_end(&timers, env);
    env->free(env);
}

static void test_no_overflow(void **state)
{
    (void)state;
    weir__env *env = weir__env_sim(0, NULL, NULL);
    weir__timers timers;
    weir__timers_begin(&timers);
    weir__timer timer;
    assert_true(weir__timer_arm(&timers, env, &timer, 1000, INT64_MAX));
    assert_true(timer.until == INT64_MAX - 1);
    weir__timers_shift(&timers, 0, 1000);
    assert_true(timer.until == INT64_MAX - 1);
    weir__timers_end(&timers, env);
    env->free(env);
}

// S01, S02: sleeps end when they should.
static void test_s01_sleeps(void **state)
{
    (void)state;
    const Step main[] = {{SLEEP, "half", .a = 50 * MS},
                         {SLEEP, "whole", .a = 50 * MS},
                         {SLEEP, "no", .a = -1},
                         {END}};
    expect_run(0, main, "half@50 whole@100 no@100 ", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_use), cmocka_unit_test(test_s03_disarmed_timers_leave),
        cmocka_unit_test(test_shift),      cmocka_unit_test(test_no_overflow),
        cmocka_unit_test(test_s01_sleeps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
