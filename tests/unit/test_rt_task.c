// test_rt_task.c: starting, awaiting, turns, deadlocks, and memory that ends. Ids are those of the
// behaviours taken over from other suites.
#include "rt_script.h"

static const Step one[] = {{SLEEP, .a = 10 * MS}, {GIVE, .a = 1}, {END}};
static const Step two[] = {{SLEEP, .a = 20 * MS}, {GIVE, .a = 2}, {END}};
static const Step sleeper[] = {{SLEEP, .a = 10 * S}, {LOG, "not here"}, {END}};
static const Step fails[] = {{SLEEP, .a = 10 * MS}, {FAIL, "io"}, {END}};

// T01: both values; both run at the same time. Awaiting again gives the same.
static void test_t01_await(void **state)
{
    (void)state;
    const Step main[] = {{SCOPE},
                         {HANDLE, .script = one},
                         {HANDLE, .a = 1, .script = two},
                         {AWAIT, "a"},
                         {AWAIT, "b", .a = 1},
                         {AWAIT, "a"},
                         {JOIN},
                         {LEAVE},
                         {END}};
    for (uint64_t seed = 0; seed < 20; seed++) {
        expect_run(seed, main, "a=1@10 b=2@20 a=1@20 ", "");
    }
}

// A child first runs when its starter waits, in the order started.
static void test_started_is_only_ready(void **state)
{
    (void)state;
    const Step a[] = {{LOG, "a"}, {END}};
    const Step b[] = {{LOG, "b"}, {END}};
    const Step main[] = {
        {SCOPE}, {START, .script = a}, {START, .script = b}, {LOG, "main"}, {JOIN}, {LEAVE}, {END}};
    expect_run(0, main, "main@0 a@0 b@0 ", "");
}

typedef struct Selfish {
    uint32_t state;
    weir_scope scope;
    weir_handle *handle;
} Selfish;

static const weir_machine selfish_child;
static weir_handle *selfish_handle; // how a task comes by its own handle: through a queue, say

static weir_step selfish_child_resume(weir_context *cx, void *frame)
{
    Selfish *self = frame;
    if (self->state == 0) {
        self->state = 1;
        if (weir_await(cx, selfish_handle, NULL) == WEIR_WAIT) {
            return WEIR_WAIT;
        }
    }
    return weir_failed(cx) ? weir_leave_failed(cx, &selfish_child, self) : WEIR_DONE;
}

static const weir_site selfish_sites[] = {{3, "start", NULL, 0}, {5, "await me", NULL, 0}};
static const weir_machine selfish_child = {
    .name = "selfish",
    .file = "self.weir",
    .frame_size = sizeof(Selfish),
    .resume = selfish_child_resume,
    .sites = selfish_sites,
    .site_count = 2,
};

static weir_step selfish_resume(weir_context *cx, void *frame);
static const weir_machine selfish = {
    .name = "main",
    .file = "self.weir",
    .frame_size = sizeof(Selfish),
    .resume = selfish_resume,
    .sites = selfish_sites,
    .site_count = 2,
};

static weir_step selfish_resume(weir_context *cx, void *frame)
{
    Selfish *self = frame;
    if (self->state == 0) {
        weir_scope_enter(cx, &self->scope);
        Selfish *child = weir_start(cx, &self->scope, &selfish_child, &self->handle);
        child->state = 0;
        selfish_handle = self->handle;
        self->state = 1;
        if (weir_scope_join(cx, &self->scope) == WEIR_WAIT) {
            return WEIR_WAIT;
        }
    }
    weir_clear(&self->handle);
    weir_scope_leave(cx, &self->scope);
    return weir_failed(cx) ? weir_leave_failed(cx, &selfish, self) : WEIR_DONE;
}

// T02: a task that awaits itself is an error, not a hang.
static void test_t02_awaits_itself(void **state)
{
    (void)state;
    weir_program program = {.name = "test", .main = &selfish};
    weir__env *env = weir__env_sim(0, NULL, NULL);
    weir_runtime *runtime = weir__runtime_new(env, &program);
    ((Selfish *)weir__runtime_main(runtime, &selfish))->state = 0;
    weir_error *error = weir__runtime_run(runtime, NULL);
    assert_non_null(error);
    assert_string_equal(error->kind->bytes, "deadlock");
    assert_string_equal(error->at->bytes, "self.weir:5");
    weir_drop(error);
    assert_int_equal(weir__runtime_free(runtime), 0);
    env->free(env);
}

// T03, T13: a cancelled sleeper ends at once; cancelling what has ended changes nothing.
static void test_t03_cancel(void **state)
{
    (void)state;
    const Step main[] = {{SCOPE},
                         {HANDLE, .script = sleeper},
                         {HANDLE, .a = 1, .script = one},
                         {SLEEP, .a = 15 * MS},
                         {CANCEL, "c"},
                         {CANCEL, "d", .a = 1},
                         {AWAIT, "b", .a = 1},
                         {AWAIT, "not"},
                         {CATCH},
                         {JOIN},
                         {LEAVE},
                         {END}};
    expect_run(0, main, "c@15 d@15 b=1@15 cancelled@15 ", "");
}

// A child cancelled before it first ran never runs.
static void test_cancel_before_first_run(void **state)
{
    (void)state;
    const Step never[] = {{LOG, "not here"}, {END}};
    const Step main[] = {
        {SCOPE}, {HANDLE, .script = never}, {CANCEL, "c"}, {AWAIT}, {CATCH}, {JOIN}, {LEAVE},
        {END}};
    expect_run(0, main, "c@0 cancelled@0 ", "");
}

// T05: a cancel lands at a bare turn too.
static void test_t05_cancel_at_yield(void **state)
{
    (void)state;
    const Step spins[] = {{SLEEP}, {BACK, .a = 2}, {END}};
    const Step main[] = {
        {SCOPE}, {HANDLE, .script = spins}, {SLEEP}, {SLEEP}, {CANCEL, "c"}, {JOIN}, {LEAVE},
        {END}};
    expect_run(0, main, "c@0 ", "");
}

// T14: who was cancelled while awaiting leaves nobody waiting; the awaited goes on.
static void test_t14_awaiter_cancelled(void **state)
{
    (void)state;
    const Step main[] = {{SCOPE},
                         {HANDLE, .script = two},
                         {TIMEOUT, .a = 5 * MS, .id = 1},
                         {AWAIT, "not"},
                         {LEAVE, .id = 1},
                         {CATCH},
                         {AWAIT, "then"},
                         {JOIN},
                         {LEAVE},
                         {END}};
    expect_run(0, main, "timeout@5 then=2@20 ", "");
}

// Private children: what they give, their failures, and cancels through them.
static void test_calls(void **state)
{
    (void)state;
    const Step deeper[] = {{CALL, .script = two}, {SLEEP, .a = 5 * MS}, {END}};
    const Step main[] = {{CALL, "a", .script = one},
                         {CALL, "b", .script = deeper},
                         {CALL, .script = fails},
                         {CATCH},
                         {TIMEOUT, .a = 10 * MS},
                         {CALL, .script = sleeper},
                         {LEAVE},
                         {CATCH},
                         {END}};
    expect_run(0, main, "a=1@10 b=2@35 io@45 timeout@55 ", "");
}

// P19, R03: a task that never really waits does not keep others, timers or signals from their turn.
static void test_r03_others_get_their_turn(void **state)
{
    (void)state;
    const Step spins[] = {{PUT, .b = 1}, {GET}, {BACK, .a = 3}, {END}};
    const Step other[] = {{LOG, "other"}, {END}};
    const Step main[] = {
        {SCOPE}, {START, .script = spins}, {START, .script = other}, {JOIN}, {LEAVE}, {END}};
    Test *test = malloc(sizeof *test);
    char kind[64];
    weir__env *env = weir__env_sim(0, NULL, NULL);
    weir__env_sim_signal(env, 2, 0);
    Place place = place_new(test, env, 0);
    test->queues[0] = weir_queue_new(weir__runtime_context(place.runtime), &weir_type_int, 4);
    place_run(&place, main, kind, sizeof kind);
    assert_string_equal(test->log, "other@0 ");
    assert_string_equal(kind, "unwound");
    free(test);
}

// P11: a deadlock is reported with who waits for what, where; cleanup runs.
static void test_p11_deadlock(void **state)
{
    (void)state;
    const Step reader[] = {
        {GET}, {CLEANUP, .id = 1}, {SLEEP, "cleaned", .a = MS}, {CLEANED, .id = 1}, {END}};
    const Step main[] = {{SCOPE},
                         {SLEEP, .a = 5 * MS},
                         {START, .script = reader},
                         {START, .script = reader},
                         {JOIN},
                         {LEAVE},
                         {END}};
    Test *test = malloc(sizeof *test);
    Place place = place_new(test, weir__env_sim(0, NULL, NULL), 0);
    weir_context *cx = weir__runtime_context(place.runtime);
    test->queues[0] = weir_queue_new(cx, &weir_type_int, 4);
    script_begin(weir__runtime_main(place.runtime, &script), test, main);
    weir_error *error = weir__runtime_run(place.runtime, NULL);
    assert_string_equal(test->log, "cleaned@6 cleaned@6 ");
    assert_string_equal(error->kind->bytes, "deadlock");
    assert_string_equal(error->message->bytes, "every task waits for another, for ever:"
                                               "\n  script waits in step (test.weir:7)"
                                               "\n  script waits in step (test.weir:7)"
                                               "\n  script waits in step (test.weir:7)");
    weir_drop(error);
    weir_drop(test->queues[0]);
    assert_int_equal(weir__runtime_free(place.runtime), 0);
    place.env->free(place.env);
    free(test);
}

// L25, L26: who waits for a limiter it holds itself is reported too.
static void test_p11_own_limiter(void **state)
{
    (void)state;
    const Step main[] = {
        {WANT},
        {ACQUIRE, .a = 1},
        {CALL, .script = (const Step[]){{WANT}, {ACQUIRE, .a = 1}, {RELEASE, .a = 1}, {END}}},
        {RELEASE, .a = 1},
        {END}};
    Test *test = malloc(sizeof *test);
    char kind[64];
    Place place = place_new(test, weir__env_sim(0, NULL, NULL), 1);
    weir_limiter_define(weir__runtime_context(place.runtime), 0, "l", 1, 0, 0, 0, NULL);
    place_run(&place, main, kind, sizeof kind);
    assert_string_equal(kind, "deadlock");
    free(test);
}

static void test_pool_and_signal(void **state)
{
    (void)state;
    const Step main[] = {{POOL}, {POOL}, {LOG, "worked"}, {SLEEP, .a = S}, {LOG, "not"}, {END}};
    Test *test = malloc(sizeof *test);
    char kind[64];
    weir__env *env = weir__env_sim(0, NULL, NULL);
    weir__env_sim_signal(env, 15, 30 * MS);
    Place place = place_new(test, env, 0);
    place_run(&place, main, kind, sizeof kind);
    assert_int_equal(test->count, 2);
    assert_string_equal(test->log, "worked@0 ");
    assert_string_equal(kind, "unwound");
    free(test);
}

// P14: memory ends at the n-th request, once or for good: the program ends, reports, and nothing is
// left.
static void test_p14_memory_ends(void **state)
{
    (void)state;
    const Step worker[] = {
        {WANT}, {ACQUIRE, .a = 1},  {SLEEP, .a = 3 * MS}, {PUT, .b = 1},      {RELEASE, .a = 1},
        {GET},  {CLEANUP, .id = 2}, {SLEEP, .a = MS},     {CLEANED, .id = 2}, {END}};
    const Step main[] = {{SCOPE},
                         {GATHER, .a = WEIR_COLLECT, .b = 2, .type = &rt_results},
                         {ROOM},
                         {BRANCH, .script = worker},
                         {ROOM},
                         {BRANCH, .script = fails},
                         {ROOM},
                         {BRANCH, .script = worker},
                         {JOINED},
                         {CLOSED, .type = &rt_results},
                         {HANDLE, .script = worker},
                         {TIMEOUT, .a = 2 * MS, .id = 1},
                         {CALL, .script = sleeper},
                         {LEAVE, .id = 1},
                         {CATCH, ""},
                         {POOL},
                         {GATHER, .a = WEIR_COMPLETED, .type = &weir_type_int},
                         {BRANCH, .script = two},
                         {BRANCH, .script = one},
                         {NEXT, ""},
                         {JOINED},
                         {CLOSED},
                         {AWAIT, ""},
                         {JOIN},
                         {LEAVE},
                         {END}};
    for (int for_good = 0; for_good < 2; for_good++) {
        int64_t asked = 1, tried = 0;
        for (int64_t n = 0; n <= asked; n++) {
            Test *test = malloc(sizeof *test);
            weir__env *inner = weir__env_sim(0, NULL, NULL);
            weir__env *env = weir__env_faulty(inner, n, for_good == 1);
            Place place = place_new(test, env, 1);
            if (place.runtime == NULL) {
                asked = weir__env_faulty_count(env) + 1;
                env->free(env);
                free(test);
                continue;
            }
            weir_context *cx = weir__runtime_context(place.runtime);
            weir_limiter_define(cx, 0, "l", 1, 0, 0, 0, NULL);
            test->queues[0] = weir_queue_new(cx, &weir_type_int, 4);
            void *frame = cx->pending == NULL ? weir__runtime_main(place.runtime, &script) : NULL;
            weir_error *error = NULL;
            if (frame != NULL) {
                script_begin(frame, test, main);
                error = weir__runtime_run(place.runtime, NULL);
            } else {
                error = weir_take(cx);
            }
            if (error != NULL) {
                assert_string_equal(error->kind->bytes, "memory");
            }
            weir_drop(error);
            weir_clear(&test->queues[0]);
            assert_int_equal(weir__runtime_free(place.runtime), 0);
            asked = weir__env_faulty_count(env);
            env->free(env);
            free(test);
            assert_true(n < 1000);
            tried = asked > tried ? asked : tried;
        }
        assert_true(tried > 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_t01_await),
        cmocka_unit_test(test_started_is_only_ready),
        cmocka_unit_test(test_t02_awaits_itself),
        cmocka_unit_test(test_t03_cancel),
        cmocka_unit_test(test_cancel_before_first_run),
        cmocka_unit_test(test_t05_cancel_at_yield),
        cmocka_unit_test(test_t14_awaiter_cancelled),
        cmocka_unit_test(test_calls),
        cmocka_unit_test(test_r03_others_get_their_turn),
        cmocka_unit_test(test_p11_deadlock),
        cmocka_unit_test(test_p11_own_limiter),
        cmocka_unit_test(test_pool_and_signal),
        cmocka_unit_test(test_p14_memory_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
