// test_rt_scope.c: scopes, cancels, timeouts, cleanups. Ids are those of the behaviours taken over
// from other suites.
#include "rt_script.h"

static const Step ticks[] = {{SLEEP, .a = 100 * MS}, {LOG, "x"}, {END}};
static const Step ticks_twice[] = {{SLEEP, .a = 200 * MS}, {LOG, "y"}, {END}};
static const Step fails[] = {{SLEEP, .a = 50 * MS}, {FAIL, "io"}, {END}};
static const Step sleeper[] = {{SLEEP, .a = 9 * S}, {LOG, "not here"}, {END}};
static const Step cleans[] = {
    {SLEEP, .a = 9 * S}, {CLEANUP}, {SLEEP, .a = 10 * MS}, {LOG, "cleaned"}, {CLEANED}, {END},
};
static const Step cleans_badly[] = {
    {SLEEP, .a = 9 * S}, {CLEANUP}, {FAIL, "http"}, {CLEANED}, {END},
};

// N01: a scope ends when both children have.
static void test_n01_waits_for_children(void **state)
{
    (void)state;
    const Step main[] = {{SCOPE},
                         {START, .script = ticks},
                         {START, .script = ticks_twice},
                         {JOIN},
                         {LEAVE},
                         {LOG, "end"},
                         {END}};
    for (uint64_t seed = 0; seed < 20; seed++) {
        expect_run(seed, main, "x@100 y@200 end@200 ", "");
    }
}

// N02: one child cancelled on purpose: the scope goes on normally.
static void test_n02_one_child_cancelled(void **state)
{
    (void)state;
    const Step main[] = {{SCOPE},
                         {HANDLE, .script = sleeper},
                         {START, .script = ticks},
                         {CANCEL, "c"},
                         {JOIN},
                         {LEAVE},
                         {LOG, "end"},
                         {END}};
    expect_run(0, main, "c@0 x@100 end@100 ", "");
}

// N03, N23: a child fails: its siblings are cancelled and cleaned up, code after the scope does not
// run, the error is the child's.
static void test_n03_child_fails(void **state)
{
    (void)state;
    const Step main[] = {{SCOPE},
                         {START, .script = fails},
                         {START, .script = cleans},
                         {SLEEP, .a = 9 * S},
                         {LOG, "not"},
                         {JOIN},
                         {LEAVE},
                         {LOG, "not"},
                         {CATCH},
                         {LOG, "on"},
                         {END}};
    for (uint64_t seed = 0; seed < 20; seed++) {
        expect_run(seed, main, "cleaned@60 io@60 on@60 ", "");
    }
}

// N05, N09, N10: a cancel from outside reaches children at every depth, before the outer scope is
// left.
static void test_n05_cancel_goes_deep(void **state)
{
    (void)state;
    const Step leaf[] = {{SCOPE},
                         {START, .script = cleans},
                         {START, .script = cleans},
                         {JOIN},
                         {LEAVE},
                         {LOG, "not here"},
                         {END}};
    const Step inner[] = {{SCOPE},
                          {START, .script = leaf},
                          {CALL, .script = leaf},
                          {JOIN},
                          {LEAVE},
                          {LOG, "not here"},
                          {END}};
    const Step main[] = {{SCOPE},
                         {START, .script = inner},
                         {START, .script = fails},
                         {JOIN},
                         {LEAVE},
                         {CATCH},
                         {LOG, "end"},
                         {END}};
    for (uint64_t seed = 0; seed < 20; seed++) {
        expect_run(seed, main, "cleaned@60 cleaned@60 cleaned@60 cleaned@60 io@60 end@60 ", "");
    }
}

// N06, O17: what fails in a cleanup is attached to what it cleans up after.
static void test_n06_cleanup_fails(void **state)
{
    (void)state;
    const Step main[] = {
        {SCOPE}, {START, .script = fails}, {START, .script = cleans_badly}, {JOIN}, {LEAVE}, {END}};
    expect_run(0, main, "", "io+http");
    const Step timed[] = {
        {TIMEOUT, .a = 10 * MS, .id = 1}, {CALL, .script = cleans_badly}, {LEAVE, .id = 1}, {END}};
    expect_run(0, timed, "", "timeout+http");
    // nobody else would ever tell
    const Step cancelled[] = {
        {SCOPE}, {HANDLE, .script = cleans_badly}, {SLEEP, .a = MS}, {CANCEL}, {JOIN}, {LEAVE},
        {END}};
    expect_run(0, cancelled, "", "http");
}

// N07, N14, N25: the body fails: children are cancelled; when both fail, both are there.
static void test_n07_body_fails(void **state)
{
    (void)state;
    const Step main[] = {
        {SCOPE}, {START, .script = cleans}, {SLEEP, .a = MS}, {FAIL, "parse"}, {JOIN}, {LEAVE},
        {END}};
    expect_run(0, main, "cleaned@11 ", "parse");
    const Step both[] = {{SCOPE},
                         {START, .script = cleans_badly},
                         {SLEEP, .a = MS},
                         {FAIL, "parse"},
                         {JOIN},
                         {LEAVE},
                         {END}};
    expect_run(0, both, "", "parse+http");
}

// N15: children that have ended are forgotten at once.
static void test_n15_memory_of_ended_children(void **state)
{
    (void)state;
    const Step child[] = {{END}};
    const Step main[] = {
        {SCOPE}, {START, .script = child}, {SLEEP, .a = 0}, {BACK, .a = 3 - 1}, {JOIN}, {LEAVE},
        {END}};
    Test *test = malloc(sizeof *test);
    Place place = place_new(test, weir__env_sim(0, NULL, NULL), 0);
    weir_context *cx = weir__runtime_context(place.runtime);
    Script *frame = weir__runtime_main(place.runtime, &script);
    script_begin(frame, test, main);
    weir_task *task = place.runtime->main;
    cx->task = task;
    weir_scope_enter(cx, &frame->scopes[0]);
    for (int i = 0; i < 1000; i++) {
        assert_non_null(weir_start(cx, &frame->scopes[0], &script, NULL));
        assert_non_null(weir_start(cx, &frame->scopes[0], &script, NULL));
        assert_int_equal(frame->scopes[0].live, 2);
        for (int k = 0; k < 2; k++) { // as if it had run
            weir_task *ended = frame->scopes[0].children[1 - k];
            place.runtime->ready = (weir_task *)(void *)place.runtime->ready->link.next;
            script_begin(weir__frame(ended), test, child);
        }
        place.runtime->ready = task;
        task->link.next = NULL;
        place.runtime->ready_end = &task->link.next;
        weir__child_ended(place.runtime, frame->scopes[0].children[1], NULL);
        weir__child_ended(place.runtime, frame->scopes[0].children[0], NULL);
    }
    assert_in_range(frame->scopes[0].room, 1, 4);
    weir_scope_leave(cx, &frame->scopes[0]);
    assert_int_equal(weir__runtime_free(place.runtime), 0);
    place.env->free(place.env);
    free(test);
}

// N21: a child's failure and a cancel from outside: the failure is handled, then the cancel takes
// effect.
static void test_n21_failure_and_cancel(void **state)
{
    (void)state;
    const Step child[] = {{SCOPE, .id = 1},    {START, .script = fails, .id = 1},
                          {SLEEP, .a = 1 * S}, {JOIN, .id = 1},
                          {LEAVE, .id = 1},    {CATCH, "caught "},
                          {LOG, "then"},       {SLEEP, .a = 1},
                          {LOG, "not"},        {END}};
    const Step main[] = {{SCOPE},
                         {HANDLE, .script = child},
                         {SLEEP, .a = 50 * MS},
                         {CANCEL, "c"},
                         {AWAIT},
                         {CATCH},
                         {JOIN},
                         {LEAVE},
                         {END}};
    expect_run(0, main, "caught io@50 then@50 c@50 cancelled@50 ", "");
}

// N22, O10, T19: after a handled failure or timeout no cancel is left.
static void test_n22_no_cancel_is_left(void **state)
{
    (void)state;
    const Step main[] = {{SCOPE, .id = 1},
                         {START, .script = fails, .id = 1},
                         {SLEEP, .a = 1 * S},
                         {JOIN, .id = 1},
                         {LEAVE, .id = 1},
                         {CATCH},
                         {SLEEP, "on", .a = 10 * MS},
                         {TIMEOUT, .a = 10 * MS},
                         {SLEEP, .a = 1 * S},
                         {LEAVE},
                         {CATCH},
                         {SLEEP, "on", .a = 10 * MS},
                         {END}};
    expect_run(0, main, "io@50 on@60 timeout@70 on@80 ", "");
}

typedef struct Deep {
    uint32_t state;
    weir_scope *scopes;
    int count, cleaned;
} Deep;

// Enters many scopes, one in the other, and waits in the innermost.
static weir_step deep_resume(weir_context *cx, void *frame)
{
    Deep *self = frame;
    if (self->state == 0) {
        for (int i = 0; i < self->count; i++) {
            weir_scope_enter(cx, &self->scopes[i]);
        }
        self->state = 1;
        return weir_sleep(cx, S);
    }
    for (int i = self->count; i-- > 0;) {
        weir_scope_leave(cx, &self->scopes[i]);
        self->cleaned++;
    }
    return weir_failed(cx) ? WEIR_FAILED : WEIR_DONE;
}

// N31: a cancel through many nested scopes, and through many nested tasks, needs no stack.
static void test_n31_deep_nesting(void **state)
{
    (void)state;
    static const weir_machine machine = {
        .name = "deep", .file = "t", .frame_size = sizeof(Deep), .resume = deep_resume};
    weir_program program = {.name = "test", .main = &machine};
    weir__env *env = weir__env_sim(0, NULL, NULL);
    weir_runtime *runtime = weir__runtime_new(env, &program);
    Deep *main = weir__runtime_main(runtime, &machine);
    *main = (Deep){.count = 100000, .scopes = calloc(100000, sizeof(weir_scope))};
    weir_scope *scopes = main->scopes;
    weir__env_sim_signal(env, 2, 10 * MS);
    weir_error *error = weir__runtime_run(runtime, NULL);
    assert_true(weir_unwinding(error));
    weir_drop(error);
    assert_int_equal(weir__runtime_signal(runtime), 2);
    assert_true(env->now(env) == 10 * MS);
    assert_int_equal(weir__runtime_free(runtime), 0);
    env->free(env);
    free(scopes);
}

typedef struct Chain {
    uint32_t state;
    int depth;
    weir_scope scope;
    weir_task *child;
} Chain;

static weir_step chain_resume(weir_context *cx, void *frame);
static const weir_machine chain = {
    .name = "chain", .file = "t", .frame_size = sizeof(Chain), .resume = chain_resume};

// Starts one like itself, as a child of its scope or privately, until the depth is reached.
static weir_step chain_resume(weir_context *cx, void *frame)
{
    Chain *self = frame;
    switch (self->state) {
    case 0: {
        self->state = 2;
        if (self->depth == 0) {
            return weir_sleep(cx, S);
        }
        if (self->depth % 2 == 0) {
            Chain *next = weir_start_private(cx, &chain, &self->child);
            next->state = 0;
            next->depth = self->depth - 1;
            return weir_join_private(cx, self->child, NULL);
        }
        self->state = 1;
        weir_scope_enter(cx, &self->scope);
        Chain *next = weir_start(cx, &self->scope, &chain, NULL);
        next->state = 0;
        next->depth = self->depth - 1;
        return weir_scope_join(cx, &self->scope);
    }
    case 1: weir_scope_leave(cx, &self->scope); break;
    default: break;
    }
    return weir_failed(cx) ? WEIR_FAILED : WEIR_DONE;
}

static void test_n31_deep_tasks(void **state)
{
    (void)state;
    weir_program program = {.name = "test", .main = &chain};
    for (int cancelled = 0; cancelled < 2; cancelled++) {
        weir__env *env = weir__env_sim(0, NULL, NULL);
        weir_runtime *runtime = weir__runtime_new(env, &program);
        Chain *main = weir__runtime_main(runtime, &chain);
        *main = (Chain){.depth = 20001};
        if (cancelled == 1) {
            weir__env_sim_signal(env, 15, 10 * MS);
        }
        weir_error *error = weir__runtime_run(runtime, NULL);
        assert_true(weir_unwinding(error) == (cancelled == 1));
        weir_drop(error);
        assert_true(env->now(env) == (cancelled == 1 ? 10 * MS : S));
        assert_int_equal(weir__runtime_free(runtime), 0);
        env->free(env);
    }
}

// O01, O03: a timeout fires, or leaves nothing behind.
static void test_o01_timeout(void **state)
{
    (void)state;
    const Step main[] = {{TIMEOUT, .a = 10 * MS},
                         {SLEEP, .a = 10 * S},
                         {LEAVE},
                         {CATCH},
                         {TIMEOUT, .a = 10 * MS},
                         {SLEEP, "in time", .a = 5 * MS},
                         {LEAVE},
                         {SLEEP, "on", .a = 100 * MS},
                         {END}};
    expect_run(0, main, "timeout@10 in time@15 on@115 ", "");
}

// O02, O11: nested, due at the same time: only the outer one turns the cancel into its failure,
// once.
static void test_o02_nested_timeouts(void **state)
{
    (void)state;
    const Step main[] = {{TIMEOUT, .a = 10 * MS}, {TIMEOUT, .a = 10 * MS, .id = 1},
                         {SLEEP, .a = S},         {LEAVE, .id = 1},
                         {CATCH, "inner "},       {LEAVE},
                         {CATCH, "outer "},       {END}};
    for (uint64_t seed = 0; seed < 10; seed++) {
        expect_run(seed, main, "outer timeout@10 ", "");
    }
    const Step inner[] = {{TIMEOUT, .a = 20 * MS},
                          {TIMEOUT, .a = 10 * MS, .id = 1},
                          {SLEEP, .a = S},
                          {LEAVE, .id = 1},
                          {CATCH, "inner "},
                          {SLEEP, .a = S},
                          {LEAVE},
                          {CATCH, "outer "},
                          {END}};
    expect_run(0, inner, "inner timeout@10 outer timeout@20 ", "");
}

// O05, O06: no time at all.
static void test_o05_timeout_zero(void **state)
{
    (void)state;
    const Step main[] = {{TIMEOUT}, {LOG, "not here"}, {LEAVE},    {CATCH}, {TIMEOUT, .a = -5},
                         {LEAVE},   {CATCH},           {DEADLINE}, {LEAVE}, {CATCH},
                         {END}};
    expect_run(0, main, "timeout@0 timeout@0 timeout@0 ", "");
}

// O07: the body's own failure passes unchanged.
static void test_o07_own_failure(void **state)
{
    (void)state;
    const Step main[] = {
        {TIMEOUT, .a = 10 * MS}, {SLEEP, .a = 5 * MS}, {FAIL, "parse"}, {LEAVE}, {END}};
    expect_run(0, main, "", "parse");
}

// O09: a cancel from outside stays one inside a timeout.
static void test_o09_foreign_cancel(void **state)
{
    (void)state;
    const Step child[] = {
        {TIMEOUT, .a = 10 * MS}, {SLEEP, .a = S}, {LEAVE}, {CATCH, "not "}, {END}};
    const Step main[] = {{SCOPE},
                         {HANDLE, .script = child},
                         {SLEEP, .a = 5 * MS},
                         {CANCEL},
                         {AWAIT},
                         {CATCH},
                         {JOIN},
                         {LEAVE},
                         {END}};
    expect_run(0, main, "cancelled@5 ", "");
}

// O15, O27: a cleanup may have a timeout of its own; O23: it has run before the timeout is seen.
static void test_o15_timeout_in_cleanup(void **state)
{
    (void)state;
    const Step main[] = {{TIMEOUT, .a = 10 * MS}, {SLEEP, .a = S},
                         {CLEANUP, .id = 1},      {TIMEOUT, .a = 10 * MS, .id = 2},
                         {SLEEP, .a = S},         {LEAVE, .id = 2},
                         {CATCH, "inner "},       {SLEEP, "cleaned", .a = 5 * MS},
                         {CLEANED, .id = 1},      {LEAVE},
                         {CATCH, "outer "},       {END}};
    expect_run(0, main, "inner timeout@20 cleaned@25 outer timeout@25 ", "");
}

// A cleanup that does not end is cut off after five seconds, counted from the cancel, also when
// there are several.
static void test_cleanup_is_bounded(void **state)
{
    (void)state;
    const Step main[] = {{TIMEOUT, .a = 10 * MS},
                         {SLEEP, .a = S},
                         {CLEANUP, .id = 1},
                         {SLEEP, "first", .a = 3 * S},
                         {CLEANED, .id = 1},
                         {CLEANUP, .id = 1},
                         {SLEEP, .a = 60 * S},
                         {CLEANED, .id = 1},
                         {LEAVE},
                         {CLEANUP, .id = 1},
                         {SLEEP, "own", .a = 4 * S},
                         {CLEANED, .id = 1},
                         {LOG, "not"},
                         {END}};
    expect_run(0, main, "first@3010 own@9010 ", "timeout+timeout");
}

// C02, H01: what a cleanup waits for is shielded, with its children; the cancel lands behind it.
static void test_c02_shield(void **state)
{
    (void)state;
    const Step child[] = {{CLEANUP},
                          {SCOPE, .id = 1},
                          {START, .script = ticks, .id = 1},
                          {CALL, .script = ticks},
                          {JOIN, .id = 1},
                          {LEAVE, .id = 1},
                          {CLEANED},
                          {LOG, "left"},
                          {SLEEP, .a = 1},
                          {LOG, "not"},
                          {END}};
    const Step main[] = {
        {SCOPE}, {HANDLE, .script = child}, {SLEEP, .a = 5 * MS}, {CANCEL, "c"}, {JOIN}, {LEAVE},
        {END}};
    expect_run(0, main, "x@100 x@100 left@100 c@100 ", "");
}

// The nearest deadline wins, and reaches everything below.
static void test_deadline_is_inherited(void **state)
{
    (void)state;
    const Step child[] = {
        {DEADLINE, .a = 1 * S}, {SLEEP, .a = 9 * S}, {LEAVE}, {CATCH, "not "}, {END}};
    const Step main[] = {{DEADLINE, .a = 20 * MS},
                         {SCOPE, .id = 1},
                         {START, .script = child, .id = 1},
                         {CALL, .script = child},
                         {JOIN, .id = 1},
                         {LEAVE, .id = 1},
                         {LEAVE},
                         {END}};
    expect_run(0, main, "", "timeout");
}

// A failure nobody awaited is raised at the end of its scope; one that was awaited is not raised
// again.
static void test_unawaited_failure(void **state)
{
    (void)state;
    const Step main[] = {
        {SCOPE}, {HANDLE, .script = fails}, {SLEEP, .a = 100 * MS}, {LOG, "still"}, {JOIN}, {LEAVE},
        {END}};
    expect_run(0, main, "still@100 ", "io");
    const Step awaited[] = {{SCOPE},
                            {HANDLE, .script = fails},
                            {SLEEP, .a = 100 * MS},
                            {AWAIT},
                            {CATCH},
                            {AWAIT},
                            {CATCH},
                            {JOIN},
                            {LEAVE},
                            {LOG, "end"},
                            {END}};
    expect_run(0, awaited, "io@100 io@100 end@100 ", "");
    // nobody can: at once
    const Step dropped[] = {{SCOPE},      {HANDLE, .script = fails},
                            {DROP},       {SLEEP, .a = S},
                            {LOG, "not"}, {JOIN},
                            {LEAVE},      {CATCH},
                            {END}};
    expect_run(0, dropped, "io@50 ", "");
    const Step dropped_late[] = {{SCOPE},
                                 {HANDLE, .script = fails},
                                 {SLEEP, .a = 100 * MS},
                                 {DROP},
                                 {START, .script = sleeper},
                                 {JOIN},
                                 {LEAVE},
                                 {CATCH},
                                 {END}};
    expect_run(0, dropped_late, "io@100 ", "");
}

// P1: shapes of scopes with failures, timeouts and cancels at different moments: all ends, nothing
// is left, in many orders.
static void test_p1_random_shapes(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        uint64_t chance = seed * 0x9e3779b97f4a7c15u;
        Step tasks[4][24];
        for (int t = 3; t >= 0; t--) {
            int at = 0;
            uint32_t open = 0;
            while (at < 10) {
                chance ^= chance << 13;
                chance ^= chance >> 7;
                chance ^= chance << 17;
                int id = (int)(chance >> 20 & 1);
                int64_t ns = (int64_t)(chance >> 24 & 7) * MS;
                const Step *child = t < 3 ? tasks[t + 1 + (int)(chance >> 30 & 3) % (3 - t)]
                                          : ticks;
                switch (chance >> 40 & 7) {
                case 0: tasks[t][at++] = (Step){SLEEP, .a = ns}; break;
                case 1:
                    tasks[t][at++] = (Step){FAIL, (chance >> 50 & 3) == 0 ? "io" : "http"};
                    break;
                case 2:
                    if (open == 0 || (open == 1 && id == 1)) {
                        tasks[t][at++] = (Step){(chance >> 50 & 1) != 0 ? SCOPE : TIMEOUT,
                                                .a = ns + MS, .id = id};
                        open |= 1u << id;
                    }
                    break;
                case 3:
                    if (open != 0) {
                        tasks[t][at++] = (Step){START, .id = (open & 2) != 0 ? 1 : 0,
                                                .script = child};
                    }
                    break;
                case 4:
                    if (open != 0) {
                        tasks[t][at++] = (Step){HANDLE, .a = 1, .id = (open & 2) != 0 ? 1 : 0,
                                                .script = child};
                        tasks[t][at++] = (Step){SLEEP, .a = ns};
                        tasks[t][at++] = (Step){(chance >> 50 & 1) != 0 ? CANCEL : AWAIT, .a = 1};
                        tasks[t][at++] = (Step){DROP, .a = 1};
                    }
                    break;
                case 5: tasks[t][at++] = (Step){CALL, .script = child}; break;
                case 6:
                    if ((open & 2) != 0) {
                        tasks[t][at++] = (Step){JOIN, .id = 1};
                        tasks[t][at++] = (Step){LEAVE, .id = 1};
                        open &= ~2u;
                    }
                    break;
                default: tasks[t][at++] = (Step){CATCH, .text = ""}; break;
                }
            }
            if ((open & 2) != 0) {
                tasks[t][at++] = (Step){JOIN, .id = 1};
                tasks[t][at++] = (Step){LEAVE, .id = 1};
            }
            if ((open & 1) != 0) {
                tasks[t][at++] = (Step){JOIN};
                tasks[t][at++] = (Step){LEAVE};
            }
            tasks[t][at] = (Step){END};
        }
        Test *test = malloc(sizeof *test);
        char kind[1024];
        weir__env *env = weir__env_sim(seed, NULL, NULL);
        if (seed % 3 == 0) {
            weir__env_sim_signal(env, 2, (int64_t)(seed % 11) * MS);
        }
        Place place = place_new(test, env, 0);
        place_run(&place, tasks[0], kind, sizeof kind); // proves that nothing is left
        free(test);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_n01_waits_for_children),
        cmocka_unit_test(test_n02_one_child_cancelled),
        cmocka_unit_test(test_n03_child_fails),
        cmocka_unit_test(test_n05_cancel_goes_deep),
        cmocka_unit_test(test_n06_cleanup_fails),
        cmocka_unit_test(test_n07_body_fails),
        cmocka_unit_test(test_n15_memory_of_ended_children),
        cmocka_unit_test(test_n21_failure_and_cancel),
        cmocka_unit_test(test_n22_no_cancel_is_left),
        cmocka_unit_test(test_n31_deep_nesting),
        cmocka_unit_test(test_n31_deep_tasks),
        cmocka_unit_test(test_o01_timeout),
        cmocka_unit_test(test_o02_nested_timeouts),
        cmocka_unit_test(test_o05_timeout_zero),
        cmocka_unit_test(test_o07_own_failure),
        cmocka_unit_test(test_o09_foreign_cancel),
        cmocka_unit_test(test_o15_timeout_in_cleanup),
        cmocka_unit_test(test_cleanup_is_bounded),
        cmocka_unit_test(test_c02_shield),
        cmocka_unit_test(test_deadline_is_inherited),
        cmocka_unit_test(test_unawaited_failure),
        cmocka_unit_test(test_p1_random_shapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
