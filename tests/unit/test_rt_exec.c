// test_rt_exec.c: child processes at the environment's door, without tasks: they complete exactly
// once, also when cancelled in any phase, and leave no descriptor and no child behind.
#include "rt.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exec.h"
#include "task.h"

static Rt rt;

static int begin(void **state)
{
    (void)state;
    rt = rt_begin_on(weir__env_uv(), -1, false);
    return 0;
}

static int end(void **state)
{
    (void)state;
    rt_end(&rt);
    return 0;
}

// Descriptors that are open now.
static int open_files(void)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (folder != NULL && readdir(folder) != NULL) {
        count++;
    }
    if (folder != NULL) {
        closedir(folder);
    }
    return count;
}

static void no_child_is_left(void)
{
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void add_word(weir_list **list, const char *word)
{
    weir_string *string = rt_string(rt.cx, word);
    weir_list_push(rt.cx, list, &string);
    weir_drop(string);
}

// sh -c script
static void begin_script(weir__operation *operation, const char *script, const char *input)
{
    *operation = (weir__operation){.kind = WEIR__EXEC, .runtime = rt.runtime, .max = 100000};
    operation->command = weir_list_new(rt.cx, &weir_type_strings, 0);
    add_word(&operation->command, "sh");
    add_word(&operation->command, "-c");
    add_word(&operation->command, script);
    operation->body = input == NULL ? NULL : rt_string(rt.cx, input);
    rt.env->begin(rt.env, operation);
    assert_null(rt.runtime->inbox); // never from within begin
}

static void drop_operation(weir__operation *operation)
{
    weir_drop(operation->command);
    weir_drop(operation->variables);
    weir_drop(operation->path);
    weir_drop(operation->body);
    weir_drop(operation->error);
    weir_drop(operation->result.object);
}

static weir__operation *next_done(void)
{
    while (rt.runtime->inbox == NULL) {
        assert_true(rt.env->poll(rt.env, INT64_MAX));
    }
    weir__operation *operation = rt.runtime->inbox;
    rt.runtime->inbox = operation->next;
    if (rt.runtime->inbox == NULL) {
        rt.runtime->inbox_end = &rt.runtime->inbox;
    }
    return operation;
}

static void poll_for(int64_t ms)
{
    int64_t until = rt.env->now(rt.env) + ms * 1000000;
    while (rt.runtime->inbox == NULL && rt.env->now(rt.env) < until) {
        rt.env->poll(rt.env, until);
    }
}

static void a_child_gives_all_it_wrote(void **state)
{
    (void)state;
    weir__operation operation;
    begin_script(&operation, "cat; printf '\\377\\001' >&2; exit 7", "given");
    assert_ptr_equal(next_done(), &operation);
    assert_null(operation.error);
    const weir_exec_result *result = operation.result.object;
    assert_int_equal(result->status, 7);
    assert_string_equal(result->stdout->bytes, "given");
    assert_string_equal(result->stderr->bytes, "\xef\xbf\xbd\x01");
    assert_int_equal(result->command->length, 3);
    drop_operation(&operation);
    assert_false(rt.env->poll(rt.env, INT64_MAX)); // nothing is under way
    no_child_is_left();
}

static void many_at_once_complete_once_each(void **state)
{
    (void)state;
    enum { COUNT = 50 };
    static weir__operation operations[COUNT];
    for (int i = 0; i < COUNT; i++) {
        char script[64];
        snprintf(script, sizeof script, "head -c 50000 /dev/zero; exit %d", i);
        begin_script(&operations[i], script, i % 2 == 0 ? NULL : "not read");
    }
    for (int i = 0; i < COUNT; i++) {
        weir__operation *done = next_done();
        const weir_exec_result *result = done->result.object;
        assert_null(done->error);
        assert_int_equal(result->status, done - operations);
        assert_int_equal(result->bytes->length, 50000);
        drop_operation(done);
    }
    assert_false(rt.env->poll(rt.env, INT64_MAX));
    no_child_is_left();
}

static void a_cancelled_child_has_ended(void **state)
{
    (void)state;
    static const char *const scripts[] = {
        "sleep 100", "yes", "cat", "true", "sleep 100 & sleep 100 & wait",
        "trap 'sleep 0.1; exit' TERM; while :; do :; done",
    };
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        for (int phase = 0; phase < 3; phase++) {
            weir__operation operation;
            begin_script(&operation, scripts[i], phase == 1 ? "some input" : NULL);
            poll_for(phase * 40);
            if (rt.runtime->inbox == NULL) {
                rt.env->cancel(rt.env, &operation);
                assert_null(rt.runtime->inbox); // never from within cancel
            }
            assert_ptr_equal(next_done(), &operation);
            drop_operation(&operation);
            assert_false(rt.env->poll(rt.env, INT64_MAX)); // and once only
            no_child_is_left();
        }
    }
}

static void who_ignores_term_is_killed(void **state)
{
    (void)state;
    weir__operation operation;
    begin_script(&operation, "trap '' TERM; while :; do sleep 1; done", NULL);
    poll_for(100);
    rt.env->cancel(rt.env, &operation);
    rt.env->cancel(rt.env, &operation); // twice does no more
    int64_t began = rt.env->now(rt.env);
    assert_ptr_equal(next_done(), &operation);
    assert_true(rt.env->now(rt.env) - began >= INT64_C(2000000000)); // it had its time
    assert_true(weir_unwinding(operation.error));
    drop_operation(&operation);
    no_child_is_left();
}

static void too_much_is_refused(void **state)
{
    (void)state;
    static const char *const scripts[] = {"yes", "yes >&2", "cat /dev/zero"};
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        weir__operation operation;
        begin_script(&operation, scripts[i], NULL);
        assert_ptr_equal(next_done(), &operation);
        assert_string_equal(operation.error->kind->bytes, "exec");
        assert_non_null(strstr(operation.error->message->bytes, "more than 100000 bytes"));
        drop_operation(&operation);
        no_child_is_left();
    }
}

static void a_child_sees_nothing_of_ours(void **state)
{
    (void)state;
    weir__operation operations[2];
    begin_script(&operations[0], "sleep 0.3", "input");
    begin_script(&operations[1], "ls /proc/self/fd; readlink /proc/self/fd/0", NULL);
    weir__operation *done = next_done();
    assert_ptr_equal(done, &operations[1]);
    const weir_exec_result *result = done->result.object;
    // 3 is the folder that ls reads
    assert_string_equal(result->stdout->bytes, "0\n1\n2\n3\n/dev/null\n");
    drop_operation(done);
    drop_operation(next_done());
}

static void nothing_is_left_of_a_world(void **state)
{
    (void)state;
    int before = open_files();
    for (int round = 0; round < 3; round++) {
        rt = rt_begin_on(weir__env_uv(), -1, false);
        for (int i = 0; i < 10; i++) {
            weir__operation operation;
            begin_script(&operation, i % 3 == 0 ? "exit 1" : "sleep 100", "input");
            if (i % 3 != 0) {
                rt.env->cancel(rt.env, &operation);
            }
            drop_operation(next_done());
        }
        rt_end(&rt);
        assert_int_equal(open_files(), before);
        no_child_is_left();
    }
}

// No descriptor is free: the failure names the program, and passes.
static void without_descriptors_it_says_so(void **state)
{
    (void)state;
    weir__operation warm;
    begin_script(&warm, "true", NULL);
    drop_operation(next_done());
    enum { MOST = 4096 };
    static int taken[MOST];
    int count = 0;
    while (count < MOST && (taken[count] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0) {
        count++;
    }
    if (count < MOST) {
        weir__operation operation;
        begin_script(&operation, "true", "input");
        assert_ptr_equal(next_done(), &operation);
        assert_string_equal(operation.error->kind->bytes, "exec");
        assert_false(operation.error->permanent);
        assert_non_null(strstr(operation.error->message->bytes, "sh -c true"));
        drop_operation(&operation);
    }
    while (count > 0) {
        close(taken[--count]);
    }
    no_child_is_left();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_child_gives_all_it_wrote, begin, end),
        cmocka_unit_test_setup_teardown(many_at_once_complete_once_each, begin, end),
        cmocka_unit_test_setup_teardown(a_cancelled_child_has_ended, begin, end),
        cmocka_unit_test_setup_teardown(who_ignores_term_is_killed, begin, end),
        cmocka_unit_test_setup_teardown(too_much_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(a_child_sees_nothing_of_ours, begin, end),
        cmocka_unit_test(nothing_is_left_of_a_world),
        cmocka_unit_test_setup_teardown(without_descriptors_it_says_so, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
