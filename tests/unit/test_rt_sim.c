// test_rt_sim.c: the simulated world: virtual time, seeds, choices, operations, output.
#include "rt_script.h"

static const Step a[] = {{LOG, "a"}, {SLEEP}, {LOG, "a"}, {SLEEP, .a = MS}, {LOG, "a"}, {END}};
static const Step b[] = {{LOG, "b"}, {SLEEP}, {LOG, "b"}, {SLEEP, .a = MS}, {LOG, "b"}, {END}};
static const Step c[] = {{LOG, "c"}, {SLEEP}, {LOG, "c"}, {SLEEP, .a = MS}, {LOG, "c"}, {END}};
static const Step three[] = {
    {SCOPE}, {START, .script = a}, {START, .script = b}, {START, .script = c}, {JOIN}, {LEAVE},
    {END}};

static void log_of(weir__env *env, char *log, size_t room)
{
    Test *test = malloc(sizeof *test);
    char kind[64];
    Place place = place_new(test, env, 0);
    place_run(&place, three, kind, sizeof kind);
    assert_string_equal(kind, "");
    assert_true(test->length < room);
    memcpy(log, test->log, test->length + 1);
    free(test);
}

// P12: the same seed gives the same order of events, other seeds give others.
static void test_p12_seeds(void **state)
{
    (void)state;
    char first[256], again[256], fifo[256];
    int different = 0;
    log_of(weir__env_sim(0, NULL, NULL), fifo, sizeof fifo);
    assert_string_equal(fifo, "a@0 b@0 c@0 a@0 b@0 c@0 a@1 b@1 c@1 ");
    for (uint64_t seed = 1; seed < 100; seed++) {
        log_of(weir__env_sim(seed, NULL, NULL), first, sizeof first);
        log_of(weir__env_sim(seed, NULL, NULL), again, sizeof again);
        assert_string_equal(first, again);
        different += strcmp(first, fifo) != 0;
    }
    assert_true(different > 90);
}

typedef struct Tree { // all sequences of choices, one after the other
    uint32_t chosen[64], choices[64];
    size_t length, at;
} Tree;

static uint32_t next_branch(void *with, uint32_t choices)
{
    Tree *tree = with;
    assert_true(tree->at < 64);
    if (tree->at == tree->length) {
        tree->chosen[tree->length] = 0;
        tree->choices[tree->length++] = choices;
    }
    assert_int_equal(tree->choices[tree->at], choices); // the run repeats up to here
    return tree->chosen[tree->at++];
}

static bool next_run(Tree *tree)
{
    while (tree->length > 0 &&
           tree->chosen[tree->length - 1] + 1 == tree->choices[tree->length - 1]) {
        tree->length--;
    }
    if (tree->length == 0) {
        return false;
    }
    tree->chosen[tree->length - 1]++;
    return true;
}

// P1, P7 exhaustively: two writers, two readers, one cancel, in every order of events there is:
// each item once, or never put.
static void test_p7_every_order(void **state)
{
    (void)state;
    const Step writer[] = {{PUT, .b = 1}, {PUT, .b = 2}, {END}};
    const Step other[] = {{PUT, .b = 3}, {END}};
    const Step reader[] = {{GET, "r", .b = 1}, {BACK, .a = 2}, {END}};
    const Step main[] = {{SCOPE},
                         {SCOPE, .id = 1},
                         {HANDLE, .script = writer, .id = 1},
                         {START, .script = other, .id = 1},
                         {START, .script = reader},
                         {START, .script = reader},
                         {SLEEP},
                         {CANCEL},
                         {JOIN, .id = 1},
                         {LEAVE, .id = 1},
                         {CLOSE},
                         {JOIN},
                         {LEAVE},
                         {END}};
    Tree tree = {.length = 0};
    int64_t runs = 0;
    do {
        Test *test = malloc(sizeof *test);
        char kind[64];
        weir__env *env = weir__env_sim(1, NULL, NULL);
        tree.at = 0;
        weir__env_sim_choose(env, next_branch, &tree);
        Place place = place_new(test, env, 0);
        test->queues[0] = weir_queue_new(weir__runtime_context(place.runtime), &weir_type_int, 1);
        place_run(&place, main, kind, sizeof kind);
        assert_string_equal(kind, "");
        assert_non_null(strstr(test->log, "r=3@"));
        for (int item = 1; item <= 3; item++) {
            char text[8];
            snprintf(text, sizeof text, "r=%d@", item);
            const char *found = strstr(test->log, text);
            assert_true(found == NULL || strstr(found + 1, text) == NULL);
        }
        assert_true(strstr(test->log, "r=2@") == NULL || strstr(test->log, "r=1@") != NULL);
        free(test);
        runs++;
    } while (next_run(&tree) && runs < 300000);
    assert_true(runs > 100 && runs < 300000);
}

static int64_t answer(void *world, weir__operation *operation)
{
    int64_t *asked = world;
    ++*asked;
    operation->result.object = weir_keep(operation->url);
    return 25 * MS;
}

typedef struct Asks {
    uint32_t state;
    weir_scope timeout;
    weir_string *url, *got;
    int64_t timeout_ns;
} Asks;

static weir_step asks_resume(weir_context *cx, void *frame)
{
    Asks *self = frame;
    switch (self->state) {
    case 0: {
        weir_timeout_enter(cx, &self->timeout, self->timeout_ns);
        self->state = 1;
        weir__operation *operation = weir__operation_new(cx, WEIR__HTTP);
        operation->url = weir_string_new(cx, "u", 1);
        return weir__operate(cx, operation, &self->got);
    }
    default: break;
    }
    weir_scope_leave(cx, &self->timeout);
    weir_clear(&self->got);
    return weir_failed(cx) ? WEIR_FAILED : WEIR_DONE;
}

// An operation takes the time the world says; cancelled, it ends at once, and is waited for.
static void test_operations(void **state)
{
    (void)state;
    static const weir_machine machine = {
        .name = "asks", .file = "t", .frame_size = sizeof(Asks), .resume = asks_resume};
    weir_program program = {.name = "test", .main = &machine};
    for (int late = 0; late < 3; late++) {
        int64_t asked = 0;
        weir__env *env = weir__env_sim(0, late == 2 ? NULL : answer, &asked);
        weir_runtime *runtime = weir__runtime_new(env, &program);
        Asks *main = weir__runtime_main(runtime, &machine);
        *main = (Asks){.timeout_ns = late == 1 ? 10 * MS : 25 * MS};
        weir_error *error = weir__runtime_run(runtime, NULL);
        const char *kind = error == NULL ? "" : error->kind->bytes;
        // a tie: the answer wins
        assert_string_equal(kind, late == 0 ? "" : late == 1 ? "timeout" : "io");
        assert_true(env->now(env) == (late == 0 ? 25 * MS : late == 1 ? 10 * MS : 0));
        weir_drop(error);
        assert_int_equal(weir__runtime_free(runtime), 0);
        env->free(env);
    }
}

// What blocks takes no time; what never ends takes as much as there is until it is to end.
static void test_blocking(void **state)
{
    (void)state;
    static const Step other[] = {{SLEEP, "other", .a = 10 * MS}, {END}};
    static const Step stuck[] = {{POOL, .a = 1}, {LOG, "not here"}, {END}};
    static const Step main[] = {{POOL},
                                {POOL},
                                {LOG, "worked"},
                                {TIMEOUT, .a = 1500 * MS},
                                {SCOPE, .id = 1},
                                {START, .script = other, .id = 1},
                                {START, .script = stuck, .id = 1},
                                {START, .script = stuck, .id = 1},
                                {JOIN, .id = 1},
                                {LEAVE, .id = 1},
                                {LEAVE},
                                {CATCH},
                                {POOL},
                                {LOG, "on"},
                                {END}};
    expect_run(0, main, "worked@0 other@10 timeout@1500 on@1500 ", "");
}

static void test_output(void **state)
{
    (void)state;
    weir__env *env = weir__env_sim(0, NULL, NULL);
    assert_string_equal(weir__env_sim_output(env, 1), "");
    for (int i = 0; i < 100; i++) {
        assert_int_equal(env->write(env, 1, "ab", 2), 0);
    }
    assert_int_equal(env->write(env, 2, "c", 1), 0);
    assert_int_equal(strlen(weir__env_sim_output(env, 1)), 200);
    assert_string_equal(weir__env_sim_output(env, 2), "c");
    env->free(env);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_p12_seeds),  cmocka_unit_test(test_p7_every_order),
        cmocka_unit_test(test_operations), cmocka_unit_test(test_blocking),
        cmocka_unit_test(test_output),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
