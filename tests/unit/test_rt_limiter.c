// test_rt_limiter.c: permits, rates, retries. Ids are those of the behaviours taken over from other
// suites.
#include "rt_script.h"

typedef struct Limits { // a limiter of a test
    int64_t limit, rate, per, burst;
    const weir_type *key;
} Limits;

static void check_full(Place *place, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) { // P4: after every run all permits are back
        const weir_limiter *limiter = place->runtime->limiters[i].only;
        if (limiter != NULL) {
            assert_int_equal(limiter->held, 0);
            assert_ptr_equal(limiter->head.next, &limiter->head);
        }
    }
}

// Runs main with the given limiters; gives what was noted.
static Test *run(uint64_t seed, const Limits *limits, uint32_t count, const Step *main, char *kind,
                 size_t room)
{
    Test *test = malloc(sizeof *test);
    Place place = place_new(test, weir__env_sim(seed, NULL, NULL), count);
    weir_context *cx = weir__runtime_context(place.runtime);
    for (uint32_t i = 0; i < count; i++) {
        weir_limiter_define(cx, i, "test", limits[i].limit, limits[i].rate, limits[i].per,
                            limits[i].burst, limits[i].key);
    }
    script_begin(weir__runtime_main(place.runtime, &script), test, main);
    weir_error *error = weir__runtime_run(place.runtime, NULL);
    snprintf(kind, room, "%s",
             error == NULL           ? ""
             : weir_unwinding(error) ? "unwound"
                                     : error->kind->bytes);
    weir_drop(error);
    check_full(&place, count);
    assert_int_equal(weir__runtime_free(place.runtime), 0);
    place.env->free(place.env);
    return test;
}

static void expect(uint64_t seed, const Limits *limits, uint32_t count, const Step *main,
                   const char *log, const char *failure)
{
    char kind[64];
    Test *test = run(seed, limits, count, main, kind, sizeof kind);
    assert_string_equal(test->log, log);
    assert_string_equal(kind, failure);
    free(test);
}

static bool noted_once(const Test *test, const char *what)
{
    const char *found = strstr(test->log, what);
    return found != NULL && strstr(found + 1, what) == NULL;
}

static const Limits one = {.limit = 1};

#define WORK(name, letter, ns)                                                                     \
    static const Step name[] = {                                                                   \
        {WANT}, {ACQUIRE, letter, .a = 1}, {SLEEP, .a = ns}, {RELEASE, .a = 1}, {END}}
WORK(a, "a", 10 * MS);
WORK(b, "b", 10 * MS);
WORK(c, "c", 10 * MS);
WORK(d, "d", 10 * MS);

// L03: of three permits' waiters exactly as many go on as permits come back.
static void test_l03_waits_for_permits(void **state)
{
    (void)state;
    const Limits three = {.limit = 3};
    const Step main[] = {{SCOPE},
                         {START, .script = a},
                         {START, .script = b},
                         {START, .script = c},
                         {START, .script = d},
                         {JOIN},
                         {LEAVE},
                         {END}};
    expect(0, &three, 1, main, "a@0 b@0 c@0 d@10 ", "");
}

// L02: values are checked.
static void test_l02_values_are_checked(void **state)
{
    (void)state;
    const Limits wrong[] = {{.limit = -1},
                            {.rate = -1, .per = S, .burst = 1},
                            {.rate = 1, .per = 0, .burst = 1},
                            {.rate = 1, .per = S, .burst = -1},
                            {.rate = 1, .per = S, .burst = INT64_MAX}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const Step main[] = {{LOG, "not here"}, {END}};
        expect(0, &wrong[i], 1, main, "", "type");
    }
}

// L05: two waiters cancelled, one release: exactly the third goes on.
static void test_l05_cancelled_before_granted(void **state)
{
    (void)state;
    const Step main[] = {{SCOPE},
                         {START, .script = a},
                         {HANDLE, .script = b},
                         {HANDLE, .a = 1, .script = c},
                         {START, .script = d},
                         {SLEEP, .a = 5 * MS},
                         {CANCEL},
                         {CANCEL, .a = 1},
                         {JOIN},
                         {LEAVE},
                         {END}};
    expect(0, &one, 1, main, "a@0 d@10 ", "");
}

// L06, L14, L15, B03: the first waiter is cancelled in the turn in which the permit comes back: the
// next one gets it.
static void test_l06_cancel_and_release_in_one_turn(void **state)
{
    (void)state;
    const Step main[] = {{SCOPE},
                         {START, .script = a},
                         {HANDLE, .script = b},
                         {START, .script = c},
                         {SLEEP, .a = 10 * MS},
                         {CANCEL},
                         {JOIN},
                         {LEAVE},
                         {LOG, "end"},
                         {END}};
    for (uint64_t seed = 0; seed < 200; seed++) {
        char kind[64];
        Test *test = run(seed, &one, 1, main, kind, sizeof kind);
        assert_string_equal(kind, "");
        assert_true(noted_once(test, "a@") && noted_once(test, "c@") && noted_once(test, "end@"));
        free(test);
    }
}

// L07, L27, B01, B05: cancelled between grant and its turn: the permit is its own, and comes back
// by the normal release.
static void test_l07_cancelled_after_granted(void **state)
{
    (void)state;
    // main holds it, gives it to b, and cancels b before b had its turn
    const Step main[] = {{SCOPE},
                         {WANT},
                         {ACQUIRE, "m", .a = 1},
                         {HANDLE, .script = b},
                         {START, .script = c},
                         {SLEEP, .a = 5 * MS},
                         {RELEASE, .a = 1},
                         {CANCEL, "gone"},
                         {JOIN},
                         {LEAVE},
                         {END}};
    expect(0, &one, 1, main, "m@0 b@5 c@5 gone@5 ", "");
    for (uint64_t seed = 1; seed < 100; seed++) {
        char kind[64];
        Test *test = run(seed, &one, 1, main, kind, sizeof kind);
        assert_true(noted_once(test, "m@0") && noted_once(test, "c@") && noted_once(test, "gone@"));
        free(test);
    }
}

// L10, L11, B02: who asks again goes behind those that wait.
static void test_l10_no_barging(void **state)
{
    (void)state;
    const Step twice_1[] = {{WANT}, {ACQUIRE, "1", .a = 1}, {SLEEP, .a = MS}, {RELEASE, .a = 1},
                            {WANT}, {ACQUIRE, "1", .a = 1}, {SLEEP, .a = MS}, {RELEASE, .a = 1},
                            {END}};
    const Step twice_2[] = {{WANT}, {ACQUIRE, "2", .a = 1}, {SLEEP, .a = MS}, {RELEASE, .a = 1},
                            {WANT}, {ACQUIRE, "2", .a = 1}, {SLEEP, .a = MS}, {RELEASE, .a = 1},
                            {END}};
    const Step twice_3[] = {{WANT}, {ACQUIRE, "3", .a = 1}, {SLEEP, .a = MS}, {RELEASE, .a = 1},
                            {WANT}, {ACQUIRE, "3", .a = 1}, {SLEEP, .a = MS}, {RELEASE, .a = 1},
                            {END}};
    const Step main[] = {{SCOPE},
                         {START, .script = twice_1},
                         {START, .script = twice_2},
                         {START, .script = twice_3},
                         {JOIN},
                         {LEAVE},
                         {END}};
    expect(0, &one, 1, main, "1@0 2@1 3@2 1@3 2@4 3@5 ", "");
}

// L22: after a release with a waiter the permit is the waiter's, before it has had its turn.
static void test_l22_permit_is_the_waiters(void **state)
{
    (void)state;
    const Step main[] = {{SCOPE},
                         {WANT},
                         {ACQUIRE, "m", .a = 1},
                         {START, .script = b},
                         {SLEEP, .a = 5 * MS},
                         {RELEASE, .a = 1},
                         {WANT},
                         {ACQUIRE, "again", .a = 1},
                         {RELEASE, .a = 1},
                         {JOIN},
                         {LEAVE},
                         {END}};
    expect(0, &one, 1, main, "m@0 b@5 again@15 ", "");
}

// L23, P2: never more than the limit inside, whatever the order, also with cancels, failures and
// timeouts at each wait.
static void test_l23_never_exceeded(void **state)
{
    (void)state;
    const Limits two = {.limit = 2};
    const Step good[] = {{WANT},   {ACQUIRE, .a = 1}, {HOLD}, {SLEEP, .a = 3 * MS},
                         {UNHOLD}, {RELEASE, .a = 1}, {END}};
    const Step bad[] = {{WANT},
                        {ACQUIRE, .a = 1},
                        {HOLD},
                        {SLEEP, .a = 2 * MS},
                        {FAIL, "io"},
                        {UNHOLD},
                        {RELEASE, .a = 1},
                        {CATCH},
                        {END}};
    const Step late[] = {
        {TIMEOUT, .a = 4 * MS}, {WANT},  {ACQUIRE, .a = 1}, {HOLD}, {SLEEP, .a = 3 * MS}, {UNHOLD},
        {RELEASE, .a = 1},      {LEAVE}, {CATCH},           {END}};
    for (uint64_t seed = 1; seed < 500; seed++) {
        const Step *of[] = {good, bad, late};
        Step main[32];
        int at = 0;
        main[at++] = (Step){SCOPE};
        for (int i = 0; i < 9; i++) {
            main[at++] = i < 3 ? (Step){HANDLE, .a = i, .script = of[i % 3]}
                               : (Step){START, .script = of[i % 3]};
        }
        main[at++] = (Step){SLEEP, .a = (int64_t)(seed % 6) * MS};
        main[at++] = (Step){CANCEL, .a = (int64_t)(seed % 3)};
        main[at++] = (Step){CATCH};
        main[at++] = (Step){JOIN};
        main[at++] = (Step){LEAVE};
        main[at++] = (Step){END};
        char kind[64];
        Test *test = run(seed, &two, 1, main, kind, sizeof kind);
        assert_string_equal(kind, "");
        assert_int_equal(test->most_inside, 2);
        assert_int_equal(test->inside, 0);
        free(test);
    }
}

// L29: a start that fails takes no permit: a timeout of the wait for one leaves nothing behind.
static void test_l21_timed_out_acquire(void **state)
{
    (void)state;
    const Step main[] = {{SCOPE},
                         {START, .script = a},
                         {SLEEP, .a = MS},
                         {TIMEOUT, .a = 3 * MS, .id = 1},
                         {WANT},
                         {ACQUIRE, "no", .a = 1},
                         {RELEASE, .a = 1},
                         {LEAVE, .id = 1},
                         {CATCH},
                         {JOIN},
                         {LEAVE},
                         {WANT},
                         {ACQUIRE, "m", .a = 1},
                         {RELEASE, .a = 1},
                         {END}};
    expect(0, &one, 1, main, "a@0 timeout@4 m@10 ", "");
}

// Several limiters: all or none; nobody holds one while waiting for another; the earliest is served
// first.
static void test_several_at_once(void **state)
{
    (void)state;
    const Limits both[] = {{.limit = 1}, {.limit = 1}};
    const Step ab[] = {{WANT},
                       {WANT, .a = 1, .id = 1},
                       {ACQUIRE, "ab", .a = 2},
                       {SLEEP, .a = 10 * MS},
                       {RELEASE, .a = 2},
                       {END}};
    const Step ba[] = {{WANT, .a = 1},        {WANT, .id = 1},   {ACQUIRE, "ba", .a = 2},
                       {SLEEP, .a = 10 * MS}, {RELEASE, .a = 2}, {END}};
    const Step just_b[] = {
        {WANT, .a = 1}, {ACQUIRE, "b", .a = 1}, {SLEEP, .a = 10 * MS}, {RELEASE, .a = 1}, {END}};
    const Step same[] = {
        {WANT}, {WANT, .id = 1}, {ACQUIRE, "aa", .a = 2}, {RELEASE, .a = 2}, {END}};
    const Step main[] = {{SCOPE},
                         {START, .script = a},
                         {START, .script = ab},
                         {START, .script = just_b},
                         {START, .script = ba},
                         {START, .script = same},
                         {JOIN},
                         {LEAVE},
                         {END}};
    expect(0, both, 2, main, "a@0 ab@10 b@20 ba@30 aa@40 ", "");
    for (uint64_t seed = 1; seed < 300; seed++) { // and in any other order nobody is left behind
        char kind[64];
        Test *test = run(seed, both, 2, main, kind, sizeof kind);
        assert_string_equal(kind, "");
        free(test);
    }
}

// P3: n starts per d, and in no window more; evenly spread with a burst of one.
static void test_p3_rate(void **state)
{
    (void)state;
    const Limits rates[] = {{.rate = 20, .per = S, .burst = 1}};
    const Step start[] = {{WANT}, {ACQUIRE, "", .a = 1}, {RELEASE, .a = 1}, {END}};
    Step main[16];
    int at = 0;
    main[at++] = (Step){SCOPE};
    for (int i = 0; i < 6; i++) {
        main[at++] = (Step){START, .script = start};
    }
    main[at++] = (Step){JOIN};
    main[at++] = (Step){LEAVE};
    main[at++] = (Step){END};
    expect(0, rates, 1, main, "@0 @50 @100 @150 @200 @250 ", "");
    const Limits burst[] = {{.rate = 10, .per = S, .burst = 3}};
    expect(0, burst, 1, main, "@0 @0 @0 @100 @200 @300 ", "");
}

typedef struct Starts {
    uint32_t state;
    int64_t left, count, next;
    int64_t *times;
    weir_permit permits[1];
    uint64_t chance;
} Starts;

// Takes a permit again and again, sometimes after a pause, and notes when it had it.
static weir_step starts_resume(weir_context *cx, void *frame)
{
    Starts *self = frame;
    for (;;) {
        if (self->state == 0) {
            if (self->left-- == 0) {
                return WEIR_DONE;
            }
            weir_permit_want(&self->permits[0], weir_limiter_at(cx, 0, NULL));
            self->state = 1;
            if (weir_acquire(cx, self->permits, 1) == WEIR_WAIT) {
                return WEIR_WAIT;
            }
        }
        if (self->state == 1) {
            self->times[self->count++] = weir__runtime_env(cx->runtime)
                                             ->now(weir__runtime_env(cx->runtime));
            weir_release(cx, self->permits, 1);
            self->state = 2;
            self->chance = self->chance * 6364136223846793005u + 1442695040888963407u;
            bool pause = self->chance >> 60 == 0;
            if (pause && weir_sleep(cx, (int64_t)(self->chance >> 33)) == WEIR_WAIT) {
                return WEIR_WAIT;
            }
        }
        self->state = 0;
    }
}

// No drift and no window above the bucket, also where the interval is no whole number of ns and
// after pauses.
static void test_p3_all_windows(void **state)
{
    (void)state;
    static const weir_machine machine = {
        .name = "starts", .file = "t", .frame_size = sizeof(Starts), .resume = starts_resume};
    const Limits of[] = {{.rate = 3, .per = S, .burst = 1},
                         {.rate = 7, .per = 1000003, .burst = 5},
                         {.rate = 1000, .per = S, .burst = 20},
                         {.rate = 2000000, .per = 999999, .burst = 1}};
    enum { COUNT = 20000 };
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        weir_program program = {.name = "test", .main = &machine, .limiter_count = 1};
        weir__env *env = weir__env_sim(0, NULL, NULL);
        weir_runtime *runtime = weir__runtime_new(env, &program);
        const Limits *l = &of[i];
        weir_limiter_define(weir__runtime_context(runtime), 0, "test", 0, l->rate, l->per, l->burst,
                            NULL);
        Starts *main = weir__runtime_main(runtime, &machine);
        int64_t *times = calloc(COUNT, sizeof *times);
        *main = (Starts){.left = COUNT, .times = times, .chance = i + 1};
        assert_null(weir__runtime_run(runtime, NULL));
        // in any window of d from a start on there are at most burst + n - 1 others, here: the one
        // n + burst later is out of it
        int64_t step = l->rate + l->burst - 1;
        for (int64_t k = 0; k + step < COUNT; k++) {
            assert_true(times[k + step] - times[k] >= l->per);
        }
        assert_int_equal(weir__runtime_free(runtime), 0);
        env->free(env);
        free(times);
    }
    // exactly n per d over a long time
    weir_program program = {.name = "test", .main = &machine, .limiter_count = 1};
    weir__env *env = weir__env_sim(0, NULL, NULL);
    weir_runtime *runtime = weir__runtime_new(env, &program);
    weir_limiter_define(weir__runtime_context(runtime), 0, "test", 0, 3, S, 1, NULL);
    Starts *main = weir__runtime_main(runtime, &machine);
    int64_t *times = calloc(30001, sizeof *times);
    *main = (Starts){.left = 30001, .times = times, .chance = 0};
    main->chance = 0;
    assert_null(weir__runtime_run(runtime, NULL));
    assert_true(times[30000] >= 10000 * S);
    assert_int_equal(weir__runtime_free(runtime), 0);
    env->free(env);
    free(times);
}

// One bucket for each key; those that are idle and full are forgotten.
static void test_keys(void **state)
{
    (void)state;
    const Limits keyed[] = {{.limit = 1, .key = &weir_type_int}};
    const Step key_1[] = {
        {WANT, .b = 1}, {ACQUIRE, "1", .a = 1}, {SLEEP, .a = 10 * MS}, {RELEASE, .a = 1}, {END}};
    const Step key_2[] = {
        {WANT, .b = 2}, {ACQUIRE, "2", .a = 1}, {SLEEP, .a = 10 * MS}, {RELEASE, .a = 1}, {END}};
    const Step main[] = {{SCOPE},
                         {START, .script = key_1},
                         {START, .script = key_1},
                         {START, .script = key_2},
                         {JOIN},
                         {LEAVE},
                         {END}};
    expect(0, keyed, 1, main, "1@0 2@0 1@10 ", "");
}

static void test_keys_are_forgotten(void **state)
{
    (void)state;
    Test *test = malloc(sizeof *test);
    Place place = place_new(test, weir__env_sim(0, NULL, NULL), 1);
    weir_context *cx = weir__runtime_context(place.runtime);
    weir_runtime *runtime = place.runtime;
    weir_limiter_define(cx, 0, "keyed", 2, 10, S, 1, &weir_type_int);
    weir_task *task = weir__task_new(cx, &runtime->root, &script, WEIR__PRIVATE);
    cx->task = task;
    uint32_t most = 0;
    for (int64_t key = 0; key < 10000; key++) {
        weir_permit permit;
        weir_word word = {.integer = key};
        weir_permit_want(&permit, weir_limiter_at(cx, 0, &word));
        assert_int_equal(weir_acquire(cx, &permit, 1), WEIR_NEXT);
        weir_release(cx, &permit, 1);
        runtime->credit = WEIR__CREDIT; // or one of them yields
        runtime->turn++;
        runtime->now += 10 * MS; // full again after 100
        most = runtime->limiters_alive > most ? runtime->limiters_alive : most;
    }
    assert_true(most < 40);
    weir__task_free(runtime, &script, task);
    assert_int_equal(weir__runtime_free(runtime), 0);
    place.env->free(place.env);
    free(test);
}

// ── retries ──────────────────────────────────────────────────────────────────────────────────────

typedef struct Retried {
    Test test;
    Place place;
    weir_context *cx;
    weir_task *task;
    weir_retry retry;
    weir_permit permit;
} Retried;

static Retried *retried_new(void)
{
    Retried *r = calloc(1, sizeof *r);
    r->place = place_new(&r->test, weir__env_sim(7, NULL, NULL), 1);
    r->cx = weir__runtime_context(r->place.runtime);
    weir_limiter_define(r->cx, 0, "test", 1, 0, 0, 0, NULL);
    r->task = weir__task_new(r->cx, &r->place.runtime->root, &script, WEIR__PRIVATE);
    r->cx->task = r->task;
    weir_permit_want(&r->permit, weir_limiter_at(r->cx, 0, NULL));
    return r;
}

static void retried_end(Retried *r)
{
    weir__task_free(r->place.runtime, &script, r->task);
    assert_int_equal(weir__runtime_free(r->place.runtime), 0);
    r->place.env->free(r->place.env);
    free(r);
}

static bool again(Retried *r, const char *kind, int64_t *pause)
{
    weir_fail_with(r->cx, kind, "no");
    bool due = weir_retry_again(r->cx, &r->retry, &r->permit, 1, pause);
    assert_true(due == (r->cx->pending == NULL));
    weir_drop(weir_take(r->cx));
    return due;
}

static void test_retry_counts_and_backs_off(void **state)
{
    (void)state;
    Retried *r = retried_new();
    int64_t pause, most[6] = {0};
    for (int round = 0; round < 500; round++) {
        weir_retry_begin(r->cx, &r->retry, 5, 100 * MS, 1000 * MS);
        for (int i = 0; i < 5; i++) {
            assert_true(again(r, "io", &pause));
            int64_t cap = (INT64_C(100) << i) * MS < 1000 * MS ? (INT64_C(100) << i) * MS
                                                               : 1000 * MS;
            assert_true(pause >= 0 && pause <= cap);
            most[i] = pause > most[i] ? pause : most[i];
        }
        assert_false(again(r, "io", &pause));
    }
    assert_true(most[0] > 90 * MS && most[1] > 180 * MS && most[2] > 360 * MS &&
                most[4] > 900 * MS);
    retried_end(r);
}

static void test_retry_never(void **state)
{
    (void)state;
    static const char *const never[] = {"index",  "overflow", "math",     "type",
                                        "assert", "memory",   "deadlock", "cancelled"};
    Retried *r = retried_new();
    int64_t pause;
    weir_retry_begin(r->cx, &r->retry, 100, 0, 0);
    for (size_t i = 0; i < sizeof never / sizeof *never; i++) {
        assert_false(again(r, never[i], &pause));
    }
    weir_fail_with(r->cx, "http", "no");
    r->cx->pending->permanent = 1;
    assert_false(weir_retry_again(r->cx, &r->retry, NULL, 0, &pause));
    weir_drop(weir_take(r->cx));
    weir_fail(r->cx, weir__error_unwinding());
    assert_false(weir_retry_again(r->cx, &r->retry, NULL, 0, &pause));
    assert_true(weir_unwinding(r->cx->pending));
    weir_drop(weir_take(r->cx));
    retried_end(r);
}

// A retry_after is honoured, and pauses the limiter for all.
static void test_retry_after(void **state)
{
    (void)state;
    Retried *r = retried_new();
    int64_t pause;
    weir_retry_begin(r->cx, &r->retry, 1, 10 * MS, 10 * MS);
    assert_int_equal(weir_acquire(r->cx, &r->permit, 1), WEIR_NEXT);
    weir_fail_with(r->cx, "http", "429");
    r->cx->pending->retry_after = 3 * S;
    assert_true(weir_retry_again(r->cx, &r->retry, &r->permit, 1, &pause));
    assert_true(pause == 3 * S);
    weir_release(r->cx, &r->permit, 1);
    assert_int_equal(weir_acquire(r->cx, &r->permit, 1), WEIR_WAIT);
    assert_true(weir__timers_next(&r->place.runtime->refills) == 3 * S);
    weir__permits_withdraw(r->place.runtime, r->task);
    r->task->flags &= (uint16_t)~WEIR__WAIT;
    retried_end(r);
}

// No attempt that could only begin after the deadline.
static void test_retry_deadline(void **state)
{
    (void)state;
    Retried *r = retried_new();
    int64_t pause;
    weir_scope scope;
    weir_retry_begin(r->cx, &r->retry, 9, 0, 0);
    weir_deadline_enter(r->cx, &scope, 2 * S);
    assert_true(again(r, "io", &pause));
    weir_fail_with(r->cx, "http", "429");
    r->cx->pending->retry_after = 2 * S;
    assert_false(weir_retry_again(r->cx, &r->retry, NULL, 0, &pause));
    weir_drop(weir_take(r->cx));
    weir_scope_leave(r->cx, &scope);
    retried_end(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_l02_values_are_checked),
        cmocka_unit_test(test_l03_waits_for_permits),
        cmocka_unit_test(test_l05_cancelled_before_granted),
        cmocka_unit_test(test_l06_cancel_and_release_in_one_turn),
        cmocka_unit_test(test_l07_cancelled_after_granted),
        cmocka_unit_test(test_l10_no_barging),
        cmocka_unit_test(test_l21_timed_out_acquire),
        cmocka_unit_test(test_l22_permit_is_the_waiters),
        cmocka_unit_test(test_l23_never_exceeded),
        cmocka_unit_test(test_several_at_once),
        cmocka_unit_test(test_p3_rate),
        cmocka_unit_test(test_p3_all_windows),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_keys_are_forgotten),
        cmocka_unit_test(test_retry_counts_and_backs_off),
        cmocka_unit_test(test_retry_never),
        cmocka_unit_test(test_retry_after),
        cmocka_unit_test(test_retry_deadline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
