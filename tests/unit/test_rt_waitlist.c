// test_rt_waitlist.c: the one primitive: waiting, handing over, dismissing.
#include "rt_script.h"
#include "waitlist.h"

enum { TASKS = 5 };

typedef struct Fixture {
    Test test;
    Place place;
    weir_context *cx;
    weir_task *tasks[TASKS];
    weir__waitlist list;
} Fixture;

static Fixture *fixture_new(void)
{
    Fixture *f = calloc(1, sizeof *f);
    f->place = place_new(&f->test, weir__env_sim(0, NULL, NULL), 0);
    f->cx = weir__runtime_context(f->place.runtime);
    for (int i = 0; i < TASKS; i++) {
        f->tasks[i] = weir__task_new(f->cx, &f->place.runtime->root, &script, WEIR__PRIVATE);
        f->tasks[i]->flags = WEIR__PRIVATE;
    }
    weir__waitlist_begin(&f->list);
    return f;
}

static void fixture_end(Fixture *f)
{
    for (int i = 0; i < TASKS; i++) {
        weir__task_free(f->place.runtime, &script, f->tasks[i]);
    }
    assert_int_equal(weir__runtime_free(f->place.runtime), 0);
    f->place.env->free(f->place.env);
    free(f);
}

static void wait_for(Fixture *f, int task, void *slot)
{
    f->cx->task = f->tasks[task];
    assert_int_equal(weir__wait_in(f->cx, &f->list, WEIR__QUEUES, slot), WEIR_WAIT);
}

static weir_task *ready(Fixture *f)
{
    weir_runtime *runtime = f->place.runtime;
    weir_task *task = runtime->ready;
    if (task != NULL) {
        runtime->ready = (weir_task *)(void *)task->link.next;
        runtime->ready_end = runtime->ready == NULL ? (weir__link **)(void *)&runtime->ready
                                                    : runtime->ready_end;
    }
    return task;
}

static void test_in_order_of_arrival(void **state)
{
    (void)state;
    Fixture *f = fixture_new();
    int64_t slots[TASKS] = {0};
    assert_true(weir__waitlist_is_empty(&f->list));
    assert_null(weir__waitlist_first(&f->list));
    for (int i = 0; i < TASKS; i++) {
        wait_for(f, i, &slots[i]);
    }
    for (int64_t i = 0; i < TASKS; i++) {
        assert_ptr_equal(weir__waitlist_first(&f->list), f->tasks[i]);
        int64_t word = 100 + i;
        weir__give(f->place.runtime, f->tasks[i], &word);
        assert_true(slots[i] == word);
        assert_int_equal(weir__waits(f->tasks[i]), WEIR__RUNS);
    }
    assert_true(weir__waitlist_is_empty(&f->list));
    for (int i = 0; i < TASKS; i++) {
        assert_ptr_equal(ready(f), f->tasks[i]);
    }
    assert_null(ready(f));
    fixture_end(f);
}

// A hand-over is final: a cancel that comes later does not undo it. Before it, the task leaves the
// list.
static void test_cancel_before_and_after(void **state)
{
    (void)state;
    Fixture *f = fixture_new();
    int64_t slots[TASKS] = {0}, word = 7;
    for (int i = 0; i < 3; i++) {
        wait_for(f, i, &slots[i]);
    }
    weir__give(f->place.runtime, f->tasks[0], &word);
    weir__task_cancel(f->place.runtime, f->tasks[0]);
    weir__task_cancel(f->place.runtime, f->tasks[1]);
    weir__task_cancel(f->place.runtime, f->tasks[1]);
    assert_true(slots[0] == 7);
    assert_int_equal(f->tasks[0]->flags & (WEIR__UNWINDS | WEIR__ASKED), WEIR__ASKED);
    assert_int_equal(f->tasks[1]->flags & (WEIR__UNWINDS | WEIR__ASKED),
                     WEIR__ASKED | WEIR__UNWINDS);
    assert_ptr_equal(weir__waitlist_first(&f->list), f->tasks[2]);
    weir__dismiss(f->place.runtime, f->tasks[2], WEIR__ENDS);
    assert_int_equal(f->tasks[2]->flags & WEIR__ENDS, WEIR__ENDS);
    for (int i = 0; i < 3; i++) {
        assert_ptr_equal(ready(f), f->tasks[i]);
    }
    assert_null(ready(f));
    fixture_end(f);
}

static void test_refused(void **state)
{
    (void)state;
    Fixture *f = fixture_new();
    wait_for(f, 0, NULL);
    weir__refuse(f->place.runtime, f->tasks[0], weir__error_unwinding());
    assert_int_equal(f->tasks[0]->flags & WEIR__FAILS, WEIR__FAILS);
    assert_ptr_equal(f->tasks[0]->wait.outcome, weir__error_unwinding());
    assert_ptr_equal(ready(f), f->tasks[0]);
    fixture_end(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_order_of_arrival),
        cmocka_unit_test(test_cancel_before_and_after),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
