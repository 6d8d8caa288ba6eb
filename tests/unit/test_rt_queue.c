// test_rt_queue.c: bounded queues. Ids are those of the behaviours taken over from other suites.
#include "rt_script.h"

// A main with queue 0 of the given bound.
static void expect(uint64_t seed, int64_t max, const Step *main, const char *log,
                   const char *failure)
{
    Test *test = malloc(sizeof *test);
    char kind[256];
    Place place = place_new(test, weir__env_sim(seed, NULL, NULL), 0);
    test->queues[0] = weir_queue_new(weir__runtime_context(place.runtime), &weir_type_int, max);
    place_run(&place, main, kind, sizeof kind);
    assert_string_equal(test->log, log);
    assert_string_equal(kind, failure);
    free(test);
}

static const Step reads_one[] = {{GET, "r"}, {END}};

// Q01: first in, first out.
static void test_q01_order(void **state)
{
    (void)state;
    const Step main[] = {{PUT, .b = 1}, {PUT, .b = 3}, {PUT, .b = 2}, {GET, "r"},
                         {GET, "r"},    {GET, "r"},    {END}};
    expect(0, 4, main, "r=1@0 r=3@0 r=2@0 ", "");
}

// Q02: with a bound of two the third put waits until a get.
static void test_q02_bound(void **state)
{
    (void)state;
    const Step writer[] = {{PUT, "p1", .b = 1}, {PUT, "p2", .b = 2}, {PUT, "p3", .b = 3}, {END}};
    const Step main[] = {
        {SCOPE}, {START, .script = writer}, {SLEEP, .a = 5 * MS}, {GET, "r"}, {JOIN}, {LEAVE},
        {END}};
    expect(0, 2, main, "p1@0 p2@0 r=1@5 p3@5 ", "");
}

// Q03, Q31: a get on an empty queue receives the later put; nobody else can take it.
static void test_q03_reader_waits(void **state)
{
    (void)state;
    const Step main[] = {{SCOPE},
                         {START, .script = reads_one},
                         {SLEEP, .a = 5 * MS},
                         {PUT, .b = 7},
                         {PUT, .b = 8},
                         {GET, "own"},
                         {JOIN},
                         {LEAVE},
                         {END}};
    expect(0, 2, main, "own=8@5 r=7@5 ", "");
}

// Q06: the first reader is cancelled: the item goes to the second.
static void test_q06_cancelled_reader(void **state)
{
    (void)state;
    const Step second[] = {{GET, "second"}, {END}};
    const Step main[] = {{SCOPE},
                         {HANDLE, .script = reads_one},
                         {START, .script = second},
                         {SLEEP, .a = 5 * MS},
                         {CANCEL, "c"},
                         {PUT, .b = 7},
                         {JOIN},
                         {LEAVE},
                         {END}};
    for (uint64_t seed = 0; seed < 30; seed++) {
        expect(seed, 2, main, "c@5 second=7@5 ", "");
    }
}

// The item was handed over before the cancel: it is the reader's, and the cancel lands at its next
// wait.
static void test_t_hand_over_is_final(void **state)
{
    (void)state;
    const Step reader[] = {{GET, "r"}, {SLEEP, .a = 1}, {LOG, "not here"}, {END}};
    const Step main[] = {{SCOPE},
                         {HANDLE, .script = reader},
                         {SLEEP, .a = 5 * MS},
                         {PUT, .b = 7},
                         {CANCEL, "c"},
                         {JOIN},
                         {LEAVE},
                         {END}};
    expect(0, 2, main, "r=7@5 c@5 ", "");
}

// Q07, Q09: writers that wait deliver in order, as many as there is room for.
static void test_q07_writers_wait(void **state)
{
    (void)state;
    const Step a[] = {{PUT, "pa", .b = 1}, {END}};
    const Step b[] = {{PUT, "pb", .b = 2}, {END}};
    const Step c[] = {{PUT, "pc", .b = 3}, {END}};
    const Step main[] = {{SCOPE},
                         {PUT, .b = 0},
                         {START, .script = a},
                         {START, .script = b},
                         {START, .script = c},
                         {SLEEP, .a = 5 * MS},
                         {GET, "r"},
                         {GET, "r"},
                         {SLEEP, .a = 5 * MS},
                         {GET, "r"},
                         {GET, "r"},
                         {JOIN},
                         {LEAVE},
                         {END}};
    expect(0, 1, main, "r=0@5 r=1@5 pa@5 pb@5 r=2@10 r=3@10 pc@10 ", "");
}

// Q10, Q25, Q33: a get that timed out leaves nobody waiting, and swallows nothing.
static void test_q10_timed_out_get(void **state)
{
    (void)state;
    const Step main[] = {{TIMEOUT, .a = 5 * MS}, {GET, "not here"}, {LEAVE}, {CATCH},
                         {PUT, "p", .b = 7},     {GET, "r"},        {END}};
    expect(0, 1, main, "timeout@5 p@5 r=7@5 ", "");
}

// Q11, Q14, Q15: a put that was cancelled put nothing; again, it puts once.
static void test_q11_cancelled_put(void **state)
{
    (void)state;
    const Step third[] = {{PUT, "not here", .b = 3}, {END}};
    const Step fourth[] = {{PUT, .b = 4}, {END}};
    const Step main[] = {{SCOPE},
                         {PUT, .b = 1},
                         {HANDLE, .script = third},
                         {START, .script = fourth},
                         {SLEEP, .a = 5 * MS},
                         {CANCEL, "c"},
                         {GET, "r"},
                         {GET, "r"},
                         {CLOSE},
                         {GET, "r"},
                         {JOIN},
                         {LEAVE},
                         {END}};
    expect(0, 1, main, "c@5 r=1@5 r=4@5 r=end@5 ", "");
}

// Q13: three readers, two items, one cancel: the two others get them.
static void test_q13_cancel_among_readers(void **state)
{
    (void)state;
    const Step main[] = {{SCOPE},
                         {HANDLE, .script = reads_one},
                         {HANDLE, .a = 1, .script = reads_one},
                         {HANDLE, .a = 2, .script = reads_one},
                         {SLEEP, .a = 5 * MS},
                         {CANCEL, .a = 1},
                         {PUT, .b = 1},
                         {PUT, .b = 2},
                         {JOIN},
                         {LEAVE},
                         {END}};
    expect(0, 4, main, "r=1@5 r=2@5 ", "");
}

// Q21: close lets puts that wait go in, fails later ones, and readers get what is there before the
// end.
static void test_q21_close(void **state)
{
    (void)state;
    const Step waits[] = {{PUT, "in", .b = 2}, {END}};
    const Step reader[] = {{GET, "r", .b = 1}, {BACK, .a = 2}, {END}};
    const Step main[] = {{SCOPE},
                         {PUT, .b = 1},
                         {START, .script = waits},
                         {SLEEP, .a = 5 * MS},
                         {CLOSE},
                         {CLOSE},
                         {PUT, "not here", .b = 3},
                         {CATCH},
                         {START, .script = reader},
                         {JOIN},
                         {LEAVE},
                         {END}};
    expect(0, 1, main, "closed@5 r=1@5 r=2@5 r=end@5 in@5 ", "");
}

// Close wakes every reader that waits.
static void test_q22_close_wakes_readers(void **state)
{
    (void)state;
    const Step main[] = {{SCOPE},
                         {START, .script = reads_one},
                         {START, .script = reads_one},
                         {SLEEP, .a = 5 * MS},
                         {CLOSE},
                         {JOIN},
                         {LEAVE},
                         {END}};
    for (uint64_t seed = 0; seed < 10; seed++) {
        expect(seed, 1, main, "r=end@5 r=end@5 ", "");
    }
}

static void test_bounds_are_checked(void **state)
{
    (void)state;
    Test *test = malloc(sizeof *test);
    Place place = place_new(test, weir__env_sim(0, NULL, NULL), 0);
    weir_context *cx = weir__runtime_context(place.runtime);
    assert_null(weir_queue_new(cx, &weir_type_int, 0));
    assert_string_equal(cx->pending->kind->bytes, "type");
    weir_drop(weir_take(cx));
    assert_int_equal(weir__runtime_free(place.runtime), 0);
    place.env->free(place.env);
    free(test);
}

// What is in a queue, and in tasks that were cancelled, is freed with it.
static void test_objects_are_counted(void **state)
{
    (void)state;
    Test *test = malloc(sizeof *test);
    Place place = place_new(test, weir__env_sim(0, NULL, NULL), 0);
    weir_context *cx = weir__runtime_context(place.runtime);
    weir_queue *queue = weir_queue_new(cx, &weir_type_string, 100);
    weir_runtime *runtime = place.runtime;
    weir_task *task = weir__task_new(cx, &runtime->root, &script, WEIR__PRIVATE);
    cx->task = task;
    weir_string *text = weir_string_new(cx, "item", 4);
    for (int i = 0; i < 40; i++) {
        assert_int_equal(weir_put(cx, queue, &text), WEIR_NEXT);
    }
    assert_int_equal(text->object.count, 41);
    weir_string *taken = NULL;
    for (int i = 0; i < 30; i++) {
        weir_get(cx, queue, &taken, NULL);
        weir_drop(taken);
        weir_put(cx, queue, &text);
    }
    weir_get(cx, queue, NULL, NULL);
    assert_int_equal(text->object.count, 40);
    weir_drop(queue);
    assert_int_equal(text->object.count, 1);
    weir_drop(text);
    weir__task_free(runtime, &script, task);
    assert_int_equal(weir__runtime_free(runtime), 0);
    place.env->free(place.env);
    free(test);
}

// P7, Q26, Q27: producers and consumers in many orders of events: each item exactly once.
static void test_p7_each_item_once(void **state)
{
    (void)state;
    const Step consumer[] = {{GET, "", .b = 1}, {BACK, .a = 2}, {END}};
    const Step cancelled[] = {
        {SLEEP, .a = 2 * MS}, {PUT, .b = 90}, {PUT, .b = 91}, {PUT, .b = 92}, {END}};
    for (uint64_t seed = 1; seed < 400; seed++) {
        Step producers[3][5], main[24];
        int at = 0;
        main[at++] = (Step){SCOPE};
        main[at++] = (Step){SCOPE, .id = 1};
        for (int i = 0; i < 3; i++) {
            for (int k = 0; k < 4; k++) {
                producers[i][k] = (Step){PUT, .b = 1 + i * 10 + k};
            }
            producers[i][4] = (Step){END};
            main[at++] = (Step){START, .script = producers[i], .id = 1};
            main[at++] = (Step){START, .script = consumer};
        }
        main[at++] = (Step){HANDLE, .script = cancelled, .id = 1};
        main[at++] = (Step){SLEEP, .a = 2 * MS};
        main[at++] = (Step){CANCEL};
        main[at++] = (Step){JOIN, .id = 1};
        main[at++] = (Step){LEAVE, .id = 1};
        main[at++] = (Step){CLOSE};
        main[at++] = (Step){JOIN};
        main[at++] = (Step){LEAVE};
        main[at++] = (Step){END};
        Test *test = malloc(sizeof *test);
        char kind[256], item[16];
        Place place = place_new(test, weir__env_sim(seed, NULL, NULL), 0);
        test->queues[0] = weir_queue_new(weir__runtime_context(place.runtime), &weir_type_int,
                                         1 + (int64_t)(seed % 3));
        place_run(&place, main, kind, sizeof kind);
        assert_string_equal(kind, "");
        for (int i = 0; i < 3; i++) {
            for (int k = 0; k < 4; k++) {
                snprintf(item, sizeof item, "=%d@", 1 + i * 10 + k);
                const char *found = strstr(test->log, item);
                assert_non_null(found);
                assert_null(strstr(found + 1, item));
            }
        }
        free(test);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_q01_order),
        cmocka_unit_test(test_q02_bound),
        cmocka_unit_test(test_q03_reader_waits),
        cmocka_unit_test(test_q06_cancelled_reader),
        cmocka_unit_test(test_t_hand_over_is_final),
        cmocka_unit_test(test_q07_writers_wait),
        cmocka_unit_test(test_q10_timed_out_get),
        cmocka_unit_test(test_q11_cancelled_put),
        cmocka_unit_test(test_q13_cancel_among_readers),
        cmocka_unit_test(test_q21_close),
        cmocka_unit_test(test_q22_close_wakes_readers),
        cmocka_unit_test(test_bounds_are_checked),
        cmocka_unit_test(test_objects_are_counted),
        cmocka_unit_test(test_p7_each_item_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
