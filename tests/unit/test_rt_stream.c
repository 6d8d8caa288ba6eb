// test_rt_stream.c: streams: who runs when, several readers, and what becomes of failures.
#include "rt_script.h"

// 1, 2, and the end; tells when it goes on.
static const Step numbers[] = {
    {LOG, "begins"}, {GIVE, .a = 1}, {YIELD, "on"}, {GIVE, .a = 2}, {YIELD, "over"}, {END},
};

// A producer begins when the first item is asked for, and goes on when the next one is.
static void test_asked(void **state)
{
    (void)state;
    const Step main[] = {{SCOPE},
                         {STREAM, .script = numbers},
                         {SLEEP, .a = 1 * S},
                         {LOG, "asks"},
                         {TAKE, "item"},
                         {SLEEP, .a = 1 * S},
                         {TAKE, "item"},
                         {SLEEP, .a = 1 * S},
                         {TAKE, "item"},
                         {TAKE, "again"},
                         {JOIN},
                         {LEAVE},
                         {END}};
    expect_run(0, main,
               "asks@1000 begins@1000 item=1@1000 on@2000 item=2@2000 over@3000 item=end@3000 "
               "again=end@3000 ",
               "");
}

// A stage goes on as soon as its item has been taken, by one item.
static void test_works_ahead(void **state)
{
    (void)state;
    const Step main[] = {{SCOPE},
                         {STREAM, .script = numbers, .b = 1},
                         {SLEEP, .a = 1 * S},
                         {TAKE, "item"},
                         {SLEEP, .a = 1 * S},
                         {TAKE, "item"},
                         {TAKE, "item"},
                         {JOIN},
                         {LEAVE},
                         {END}};
    expect_run(0, main,
               "begins@1000 on@1000 item=1@1000 item=2@2000 over@2000 item=end@2000 ", "");
}

// Items go to those who wait in their order; at the end all of them are told.
static void test_readers_in_order(void **state)
{
    (void)state;
    const Step slow[] = {{SLEEP, .a = 1 * S}, {GIVE, .a = 7}, {YIELD}, {END}};
    const Step first[] = {{TAKE, "first"}, {END}}, second[] = {{TAKE, "second"}, {END}},
               third[] = {{TAKE, "third"}, {END}};
    const Step main[] = {{SCOPE},
                         {STREAM, .script = slow},
                         {START, .script = first},
                         {START, .script = second},
                         {START, .script = third},
                         {JOIN},
                         {LEAVE},
                         {END}};
    expect_run(0, main, "first=7@1000 second=end@1000 third=end@1000 ", "");
}

// A reader that is cancelled takes nothing: the item goes to the next one.
static void test_cancelled_reader(void **state)
{
    (void)state;
    const Step slow[] = {{SLEEP, .a = 2 * S}, {GIVE, .a = 7}, {YIELD}, {END}};
    const Step first[] = {{TAKE, "first"}, {END}}, second[] = {{TAKE, "second"}, {END}};
    const Step main[] = {{SCOPE},
                         {STREAM, .script = slow},
                         {HANDLE, .a = 0, .script = first},
                         {START, .script = second},
                         {SLEEP, .a = 1 * S},
                         {CANCEL, .a = 0},
                         {DROP, .a = 0},
                         {JOIN},
                         {LEAVE},
                         {END}};
    for (uint64_t seed = 0; seed < 20; seed++) {
        expect_run(seed, main, "second=7@2000 ", "");
    }
}

static const Step fails[] = {{GIVE, .a = 1}, {YIELD}, {FAIL, "io"}, {END}};

// A failure goes to the reader, behind the items before it.
static void test_failure_to_the_reader(void **state)
{
    (void)state;
    const Step main[] = {{SCOPE},        {STREAM, .script = fails},
                         {TAKE, "item"}, {TAKE, "item"},
                         {CATCH, ""},    {TAKE, "item"},
                         {JOIN},         {LEAVE},
                         {END}};
    expect_run(0, main, "item=1@0 io@0 item=end@0 ", "");
}

// One that nobody comes for is raised when the scope ends, also when the stream goes before that.
static void test_failure_unread(void **state)
{
    (void)state;
    const Step ended[] = {{SCOPE}, {STREAM, .script = fails, .b = 1}, {TAKE, "item"},
                          {SLEEP, .a = 1 * S}, {JOIN}, {LEAVE}, {END}};
    expect_run(0, ended, "item=1@0 ", "io");
    const Step dropped[] = {{SCOPE}, {STREAM, .script = fails, .b = 1}, {TAKE, "item"},
                            {SLEEP, .a = 1 * S}, {UNHELD}, {JOIN}, {LEAVE}, {END}};
    expect_run(0, dropped, "item=1@0 ", "io");
}

// A producer that fails while its scope is cancelled does not wait to be read: nobody will come.
static void test_failure_in_a_cancelled_scope(void **state)
{
    (void)state;
    const Step late[] = {{GIVE, .a = 1}, {YIELD}, {SLEEP, .a = 1 * S}, {FAIL, "io"}, {END}};
    const Step main[] = {{SCOPE},         {STREAM, .script = late, .b = 1},
                         {TAKE, "item"},  {SLEEP, .a = 1 * S},
                         {FAIL, "index"}, {JOIN},
                         {LEAVE},         {END}};
    for (uint64_t seed = 0; seed < 20; seed++) {
        expect_run(seed, main, "item=1@0 ", "index+io");
    }
}

// The last holder ends the producer, and its cleanup is awaited by the scope.
static void test_last_holder(void **state)
{
    (void)state;
    const Step cleans[] = {{GIVE, .a = 1},      {YIELD, "not here"}, {CLEANUP},
                           {SLEEP, .a = 1 * S}, {LOG, "cleaned"},    {CLEANED}, {END}};
    const Step main[] = {{SCOPE},  {STREAM, .script = cleans}, {TAKE, "item"}, {UNHELD},
                         {LOG, "dropped"}, {JOIN}, {LEAVE}, {LOG, "left"}, {END}};
    expect_run(0, main, "item=1@0 dropped@0 cleaned@1000 left@1000 ", "");
}

// One that was never asked for anything never begins.
static void test_never_asked(void **state)
{
    (void)state;
    const Step main[] = {{SCOPE}, {STREAM, .script = numbers}, {JOIN}, {LEAVE},
                         {TAKE, "item"}, {CATCH, ""}, {END}};
    expect_run(0, main, "closed@0 ", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_asked),
        cmocka_unit_test(test_works_ahead),
        cmocka_unit_test(test_readers_in_order),
        cmocka_unit_test(test_cancelled_reader),
        cmocka_unit_test(test_failure_to_the_reader),
        cmocka_unit_test(test_failure_unread),
        cmocka_unit_test(test_failure_in_a_cancelled_scope),
        cmocka_unit_test(test_last_holder),
        cmocka_unit_test(test_never_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
