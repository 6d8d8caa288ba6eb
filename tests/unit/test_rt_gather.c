// test_rt_gather.c: gather, as_completed, race.
#include "rt_script.h"

static const Step one[] = {{SLEEP, .a = 2 * S}, {GIVE, .a = 1}, {END}};
static const Step two[] = {{SLEEP, .a = 3 * S}, {GIVE, .a = 2}, {END}};
static const Step three[] = {{SLEEP, .a = 1 * S}, {GIVE, .a = 3}, {END}};
static const Step fails[] = {{SLEEP, .a = 1500 * MS}, {FAIL, "io"}, {END}};

// G01: results are in starting order although children finish in another; the parent goes on after the last.
static void test_g01_in_order(void **state)
{
    (void)state;
    const Step main[] = {{GATHER, .type = &rt_ints},
                         {BRANCH, .script = one},
                         {BRANCH, .script = two},
                         {BRANCH, .script = three},
                         {JOINED},
                         {CLOSED, "all=", .type = &rt_ints},
                         {END}};
    for (uint64_t seed = 0; seed < 50; seed++) {
        expect_run(seed, main, "all=1,2,3@3000 ", "");
    }
}

static void test_g03_first_failure_cancels(void **state)
{
    (void)state;
    const Step main[] = {{GATHER, .type = &rt_ints},
                         {BRANCH, .script = one},
                         {BRANCH, .script = fails},
                         {BRANCH, .script = three},
                         {JOINED},
                         {CLOSED, "all=", .type = &rt_ints},
                         {LOG, "not here"},
                         {CATCH, "caught "},
                         {LOG, "on"},
                         {END}};
    expect_run(0, main, "caught io@1500 on@1500 ", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_g01_in_order),
        cmocka_unit_test(test_g03_first_failure_cancels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
