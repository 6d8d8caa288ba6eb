// test_rt_gather.c: gather, as_completed, race. Ids are those of the behaviours taken over from
// other suites.
#include "rt_script.h"

static const Step one[] = {{SLEEP, .a = 2 * S}, {GIVE, .a = 1}, {END}};
static const Step two[] = {{SLEEP, .a = 3 * S}, {GIVE, .a = 2}, {END}};
static const Step three[] = {{SLEEP, .a = 1 * S}, {GIVE, .a = 3}, {END}};
static const Step fails[] = {{SLEEP, .a = 1500 * MS}, {FAIL, "io"}, {END}};
static const Step fails_too[] = {{SLEEP, .a = 1500 * MS}, {FAIL, "http"}, {END}};
static const Step cleans[] = {
    {SLEEP, .a = 9 * S}, {LOG, "not here"}, {CLEANUP}, {SLEEP, .a = 1 * S},
    {LOG, "cleaned"},    {CLEANED},         {END},
};

// G01: results are in starting order although children finish in another; the parent goes on after
// the last.
static void test_g01_results_in_order(void **state)
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

// G02: collecting, with no failure, gives the same list.
static void test_g02_collect_without_failures(void **state)
{
    (void)state;
    const Step main[] = {{GATHER, .a = WEIR_COLLECT, .type = &rt_results},
                         {BRANCH, .script = one},
                         {BRANCH, .script = three},
                         {JOINED},
                         {CLOSED, "all=", .type = &rt_results},
                         {END}};
    expect_run(0, main, "all=1,3@2000 ", "");
}

// G03: the first failure cancels the others, whose cleanup is awaited; then it is raised, once.
static void test_g03_first_failure_cancels(void **state)
{
    (void)state;
    const Step main[] = {{GATHER, .type = &rt_ints},
                         {BRANCH, .script = one},
                         {BRANCH, .script = fails},
                         {BRANCH, .script = cleans},
                         {JOINED},
                         {CLOSED, "all=", .type = &rt_ints},
                         {LOG, "not here"},
                         {CATCH, "caught "},
                         {LOG, "on"},
                         {END}};
    for (uint64_t seed = 0; seed < 20; seed++) {
        expect_run(seed, main, "cleaned@2500 caught io@2500 on@2500 ", "");
    }
}

// G05: a gather over nothing.
static void test_g05_nothing(void **state)
{
    (void)state;
    const Step main[] = {
        {GATHER, .type = &rt_ints}, {JOINED}, {CLOSED, "all=", .type = &rt_ints}, {END}};
    expect_run(0, main, "all=@0 ", "");
}

// G07: with `collect errors` all run to their end, and failures are values.
static void test_g07_failures_as_values(void **state)
{
    (void)state;
    const Step main[] = {{GATHER, .a = WEIR_COLLECT, .type = &rt_results},
                         {BRANCH, .script = one},
                         {BRANCH, .script = fails},
                         {BRANCH, .script = two},
                         {JOINED},
                         {CLOSED, "all=", .type = &rt_results},
                         {END}};
    for (uint64_t seed = 0; seed < 20; seed++) {
        expect_run(seed, main, "all=1,io,2@3000 ", "");
    }
}

// G09: cancelling the parent cancels every child; a second cancel changes nothing.
static void test_g09_cancel_reaches_all(void **state)
{
    (void)state;
    const Step child[] = {{GATHER, .type = &rt_ints},
                          {BRANCH, .script = one},
                          {BRANCH, .script = cleans},
                          {JOINED},
                          {CLOSED},
                          {LOG, "not here"},
                          {END}};
    const Step main[] = {{SCOPE},
                         {HANDLE, .script = child},
                         {SLEEP, .a = 500 * MS},
                         {CANCEL, "c"},
                         {CANCEL, "c"},
                         {AWAIT, "value"},
                         {CATCH},
                         {JOIN},
                         {LEAVE},
                         {END}};
    expect_run(0, main, "cleaned@1500 c@1500 c@1500 cancelled@1500 ", "");
}

// G10, G14: of two failures in one turn one is raised, the other is attached.
static void test_g10_second_failure_is_attached(void **state)
{
    (void)state;
    const Step main[] = {{GATHER, .type = &rt_ints},    {BRANCH, .script = fails},
                         {BRANCH, .script = fails_too}, {JOINED},
                         {CLOSED, .type = &rt_ints},    {END}};
    expect_run(0, main, "", "io+http");
}

// G11: a cancel that comes when all children are done finds the result there.
static void test_g11_result_wins_over_cancel(void **state)
{
    (void)state;
    const Step quick[] = {{SLEEP, .a = 500 * MS}, {GIVE, .a = 42}, {END}};
    const Step child[] = {{GATHER, .type = &rt_ints},
                          {BRANCH, .script = quick},
                          {JOINED},
                          {CLOSED, "all=", .type = &rt_ints},
                          {LOG, "kept"},
                          {SLEEP, .a = 1},
                          {LOG, "not here"},
                          {END}};
    const Step main[] = {{SCOPE},
                         {TIMEOUT, .a = 500 * MS, .id = 1},
                         {CALL, .script = child},
                         {LEAVE, .id = 1},
                         {CATCH},
                         {JOIN},
                         {LEAVE},
                         {END}};
    expect_run(0, main, "all=42@500 kept@500 timeout@500 ", "");
}

// P5: every order in which eight can end.
static void test_p5_all_permutations_of_eight(void **state)
{
    (void)state;
    int order[8] = {0, 1, 2, 3, 4, 5, 6, 7}, turns[8] = {0}, count = 0;
    Step branch[8][3], main[12] = {{GATHER, .type = &rt_ints}};
    for (int i = 0; i < 8; i++) {
        branch[i][1] = (Step){GIVE, .a = i};
        branch[i][2] = (Step){END};
        main[1 + i] = (Step){BRANCH, .script = branch[i]};
    }
    main[9] = (Step){JOINED};
    main[10] = (Step){CLOSED, "", .type = &rt_ints};
    main[11] = (Step){END};
    for (int i = 0; i < 8;) { // Heap's algorithm
        if (count == 0 || turns[i] < i) {
            if (count > 0) {
                int with = i % 2 == 0 ? 0 : turns[i], kept = order[with];
                order[with] = order[i];
                order[i] = kept;
                turns[i]++;
                i = 0;
            }
            for (int k = 0; k < 8; k++) {
                branch[k][0] = (Step){SLEEP, .a = (order[k] + 1) * MS};
            }
            expect_run(0, main, "0,1,2,3,4,5,6,7@8 ", "");
            count++;
        } else {
            turns[i++] = 0;
        }
    }
    assert_int_equal(count, 40320);
}

// A01, A02: in order of completion, each once, with its place in starting order.
static void test_a01_completion_order(void **state)
{
    (void)state;
    const Step main[] = {{GATHER, .a = WEIR_COMPLETED, .type = &weir_type_int},
                         {BRANCH, .script = one},
                         {BRANCH, .script = two},
                         {BRANCH, .script = three},
                         {NEXT, "next", .a = 1},
                         {BACK, .a = 2},
                         {JOINED},
                         {CLOSED},
                         {END}};
    for (uint64_t seed = 0; seed < 50; seed++) {
        expect_run(seed, main, "next=3@1000 next=1@2000 next=2@3000 next=end@3000 ", "");
    }
}

// A failure is raised at the loop, when its turn comes; what was done before is delivered.
static void test_a03_failure_in_its_turn(void **state)
{
    (void)state;
    const Step main[] = {{GATHER, .a = WEIR_COMPLETED, .type = &weir_type_int},
                         {BRANCH, .script = fails},
                         {BRANCH, .script = three},
                         {BRANCH, .script = cleans},
                         {SLEEP, .a = 1800 * MS},
                         {NEXT, "next", .a = 1},
                         {BACK, .a = 2},
                         {JOINED},
                         {CLOSED},
                         {END}};
    expect_run(0, main, "next=3@1800 cleaned@2800 ", "io");
}

static void test_a04_collected_failures(void **state)
{
    (void)state;
    const Step main[] = {{GATHER, .a = WEIR_COMPLETED | WEIR_COLLECT, .type = &rt_result},
                         {BRANCH, .script = fails},
                         {NEXT, .a = 1},
                         {DROP, .a = 1},
                         {JOINED},
                         {CLOSED, "done"},
                         {END}};
    Test *test = malloc(sizeof *test);
    char kind[256];
    Place place = place_new(test, weir__env_sim(0, NULL, NULL), 0);
    // the word is an error object, which the script would leak: nothing takes it
    Step taken[8];
    memcpy(taken, main, sizeof main);
    taken[2] = (Step){SLEEP, .a = 2 * S};
    place_run(&place, taken, kind, sizeof kind);
    assert_string_equal(kind, "");
    free(test);
}

// P6: every order in which seven can end, and every place where the loop is left.
static void test_p6_all_breaks(void **state)
{
    (void)state;
    int order[7] = {0, 1, 2, 3, 4, 5, 6}, turns[7] = {0}, count = 0;
    Step branch[7][3], main[20];
    for (int i = 0; i < 7; i++) {
        branch[i][1] = (Step){GIVE, .a = i};
        branch[i][2] = (Step){END};
    }
    for (int i = 0; i < 7;) {
        if (count == 0 || turns[i] < i) {
            if (count > 0) {
                int with = i % 2 == 0 ? 0 : turns[i], kept = order[with];
                order[with] = order[i];
                order[i] = kept;
                turns[i]++;
                i = 0;
            }
            for (int k = 0; k < 7; k++) {
                branch[k][0] = (Step){SLEEP, .a = (order[k] + 1) * MS};
            }
            for (int taken = 0; taken <= 7; taken += count % 4 == 0 ? 1 : 7) {
                char log[256] = "";
                size_t length = 0;
                int at = 0;
                main[at++] = (Step){GATHER, .a = WEIR_COMPLETED, .type = &weir_type_int};
                for (int k = 0; k < 7; k++) {
                    main[at++] = (Step){BRANCH, .script = branch[k]};
                }
                for (int k = 0; k < taken; k++) {
                    main[at++] = (Step){NEXT, ""};
                    for (int child = 0; child < 7; child++) {
                        if (order[child] == k) {
                            length += (size_t)snprintf(log + length, sizeof log - length, "=%d@%d ",
                                                       child, k + 1);
                        }
                    }
                }
                main[at++] = (Step){JOINED};
                main[at++] = (Step){CLOSED};
                main[at++] = (Step){END};
                expect_run(0, main, log, "");
            }
            count++;
        } else {
            turns[i++] = 0;
        }
    }
    assert_int_equal(count, 5040);
}

// Room: never more than the limit in flight, and the limit is reached.
static void test_room_is_kept_and_reached(void **state)
{
    (void)state;
    const Step item[] = {{HOLD}, {SLEEP, .a = 10 * MS}, {UNHOLD}, {GIVE, .a = 1}, {END}};
    for (uint64_t seed = 0; seed < 100; seed++) {
        Step main[64];
        int at = 0;
        main[at++] = (Step){GATHER, .b = 3, .type = &rt_ints};
        for (int i = 0; i < 20; i++) {
            main[at++] = (Step){ROOM};
            main[at++] = (Step){BRANCH, .script = item};
        }
        main[at++] = (Step){JOINED};
        main[at++] = (Step){CLOSED, .type = &rt_ints};
        main[at++] = (Step){LOG, "end"};
        main[at++] = (Step){END};
        Test *test = malloc(sizeof *test);
        char kind[256];
        Place place = place_new(test, weir__env_sim(seed, NULL, NULL), 0);
        place_run(&place, main, kind, sizeof kind);
        assert_string_equal(test->log, "end@70 ");
        assert_int_equal(test->most_inside, 3);
        assert_int_equal(test->count, 20);
        free(test);
    }
}

// Waiting for room ends when one fails: no more are started, and the failure is raised.
static void test_room_of_a_failing_gather(void **state)
{
    (void)state;
    const Step main[] = {{GATHER, .b = 1, .type = &rt_ints},
                         {ROOM},
                         {BRANCH, .script = fails},
                         {ROOM},
                         {BRANCH, .script = one},
                         {JOINED},
                         {CLOSED, .type = &rt_ints},
                         {END}};
    expect_run(0, main, "", "io");
}

static void test_race_first_success_wins(void **state)
{
    (void)state;
    const Step main[] = {{GATHER, .a = WEIR_RACE, .type = &weir_type_int},
                         {BRANCH, .script = fails},
                         {BRANCH, .script = one},
                         {BRANCH, .script = cleans},
                         {BRANCH, .script = two},
                         {JOINED},
                         {CLOSED, "won"},
                         {END}};
    for (uint64_t seed = 0; seed < 20; seed++) {
        expect_run(seed, main, "cleaned@3000 won=1@3000 ", "");
    }
}

static void test_race_all_fail(void **state)
{
    (void)state;
    const Step main[] = {{GATHER, .a = WEIR_RACE, .type = &weir_type_int},
                         {BRANCH, .script = fails},
                         {BRANCH, .script = fails_too},
                         {JOINED},
                         {CLOSED, "won"},
                         {END}};
    expect_run(0, main, "", "io+http");
    const Step nobody[] = {
        {GATHER, .a = WEIR_RACE, .type = &weir_type_int}, {JOINED}, {CLOSED, "won"}, {END}};
    expect_run(0, nobody, "", "failed");
}

// A race that is cut off from outside has not failed: what its runners failed with is attached.
static void test_race_timed_out(void **state)
{
    (void)state;
    const Step main[] = {{TIMEOUT, .a = 1700 * MS, .id = 1},
                         {GATHER, .a = WEIR_RACE, .type = &weir_type_int},
                         {BRANCH, .script = fails},
                         {BRANCH, .script = one},
                         {JOINED},
                         {CLOSED, "won"},
                         {LEAVE, .id = 1},
                         {END}};
    expect_run(0, main, "", "timeout+io");
}

// W10, P9: a timeout at the very moment at which the last child ends: the result wins, in every
// order of events.
static void test_w10_tie_of_timeout_and_result(void **state)
{
    (void)state;
    const Step main[] = {{TIMEOUT, .a = 3 * S, .id = 1},
                         {GATHER, .type = &rt_ints},
                         {BRANCH, .script = one},
                         {BRANCH, .script = two},
                         {JOINED},
                         {CLOSED, "all=", .type = &rt_ints},
                         {LEAVE, .id = 1},
                         {LOG, "on"},
                         {END}};
    for (uint64_t seed = 0; seed < 200; seed++) {
        expect_run(seed, main, "all=1,2@3000 on@3000 ", "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_g01_results_in_order),
        cmocka_unit_test(test_g02_collect_without_failures),
        cmocka_unit_test(test_g03_first_failure_cancels),
        cmocka_unit_test(test_g05_nothing),
        cmocka_unit_test(test_g07_failures_as_values),
        cmocka_unit_test(test_g09_cancel_reaches_all),
        cmocka_unit_test(test_g10_second_failure_is_attached),
        cmocka_unit_test(test_g11_result_wins_over_cancel),
        cmocka_unit_test(test_p5_all_permutations_of_eight),
        cmocka_unit_test(test_a01_completion_order),
        cmocka_unit_test(test_a03_failure_in_its_turn),
        cmocka_unit_test(test_a04_collected_failures),
        cmocka_unit_test(test_p6_all_breaks),
        cmocka_unit_test(test_room_is_kept_and_reached),
        cmocka_unit_test(test_room_of_a_failing_gather),
        cmocka_unit_test(test_race_first_success_wins),
        cmocka_unit_test(test_race_all_fail),
        cmocka_unit_test(test_race_timed_out),
        cmocka_unit_test(test_w10_tie_of_timeout_and_result),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
