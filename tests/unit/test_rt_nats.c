// What a queue is bound to, as a URL. What comes of it is tested with a server, by
// tests/harness/broker.c.
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "env_broker.h"

#ifdef WEIR_HAVE_NATS

static void reads_all_parts(void **state)
{
    (void)state;
    char why[300];
    weir__place place;
    assert_true(weir__place_read(&place, "nats://me:s3cret@host.example:4333/JOBS/mine"
                                         "?subject=jobs.new&ack_wait=90s&create=no",
                                 why, sizeof why));
    assert_string_equal(place.server, "nats://me:s3cret@host.example:4333");
    assert_string_equal(place.shown, "nats://host.example:4333");
    assert_string_equal(place.stream, "JOBS");
    assert_string_equal(place.consumer, "mine");
    assert_string_equal(place.subject, "jobs.new");
    assert_int_equal(place.ack_wait, INT64_C(90000000000));
    assert_false(place.create);
    weir__place_free(&place);
}

static void has_defaults(void **state)
{
    (void)state;
    char why[300];
    weir__place place;
    assert_true(weir__place_read(&place, "nats://[::1]/JOBS", why, sizeof why));
    assert_string_equal(place.server, "nats://[::1]");
    assert_string_equal(place.shown, "nats://[::1]");
    assert_string_equal(place.consumer, "weir");
    assert_null(place.subject);
    assert_int_equal(place.ack_wait, 0);
    assert_true(place.create);
    weir__place_free(&place);
}

// Credentials end at the last @ of the server, and only of that.
static void never_shows_a_password(void **state)
{
    (void)state;
    char why[300];
    weir__place place;
    assert_true(weir__place_read(&place, "nats://me:a@b@h/S?subject=a@b", why, sizeof why));
    assert_string_equal(place.shown, "nats://h");
    weir__place_free(&place);
}

static void says_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *url, *words;
    } wrong[] = {
        {"", "begins with nats://"},
        {"JOBS", "begins with nats://"},
        {"tls://me:s3cret@host/JOBS", "begins with nats://"},
        {"nats:///JOBS", "comes a server"},
        {"nats://me:s3cret@/JOBS", "comes a server"},
        {"nats://host", "name of a stream"},
        {"nats://host/", "name of a stream"},
        {"nats://host/A.B", "name of a stream"},
        {"nats://host/A/", "name of a stream"},
        {"nats://host/A/b/c", "name of a stream"},
        {"nats://host/A*", "name of a stream"},
        {"nats://host/A\"", "name of a stream"},
        {"nats://host/A?", NULL},
        {"nats://host/A?subject=", "says nothing"},
        {"nats://host/A?subject=a.*", "says nothing"},
        {"nats://host/A?subject=a&subject=b", "says nothing"},
        {"nats://host/A?subject=a\"b", "says nothing"},
        {"nats://host/A?ack_wait=999ms", "says nothing"},
        {"nats://host/A?ack_wait=1", "says nothing"},
        {"nats://host/A?ack_wait=-1s", "says nothing"},
        {"nats://host/A?create=yes", "says nothing"},
        {"nats://host/A?creates=no", "says nothing"},
        {"nats://host/A?create", "says nothing"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char why[300] = "";
        weir__place place;
        bool good = weir__place_read(&place, wrong[i].url, why, sizeof why);
        if (good != (wrong[i].words == NULL)) {
            fail_msg("%s", wrong[i].url);
        }
        if (good) {
            weir__place_free(&place);
        } else if (strstr(why, wrong[i].words) == NULL || strstr(why, "s3cret") != NULL) {
            fail_msg("%s: %s", wrong[i].url, why);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_all_parts),
        cmocka_unit_test(has_defaults),
        cmocka_unit_test(never_shows_a_password),
        cmocka_unit_test(says_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
#else
static void cannot_bind(void **state)
{
    (void)state;
    char why[300] = "";
    assert_null(weir__broker_bind(NULL, "jobs", "nats://host/JOBS", 1, why, sizeof why));
    assert_non_null(strstr(why, "without libnats"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cannot_bind)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
#endif
