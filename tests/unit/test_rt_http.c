// test_rt_http.c: requests against a small server on loopback that answers well, badly and not at
// all; the pool; what a Response says. Operations are driven at the environment's door,
// without tasks.
#include "rt.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "http.h"
#include "task.h"

// ── the server ───────────────────────────────────────────────────────────────────────────────────

typedef struct Server {
    int listener, port;
    pthread_t thread;
    int served, connections;
} Server;

static void send_text(int to, const char *text)
{
    size_t left = strlen(text);
    while (left > 0) {
        ssize_t sent = send(to, text, left, MSG_NOSIGNAL);
        if (sent <= 0) {
            return;
        }
        text += sent;
        left -= (size_t)sent;
    }
}

// A body of 80 MiB, of which the client will not want all.
static void send_too_much(int to)
{
    static char chunk[1 << 16];
    memset(chunk, 'x', sizeof chunk);
    send_text(to, "HTTP/1.1 200 OK\r\nContent-Length: 83886080\r\n\r\n");
    for (int i = 0; i < 1280; i++) {
        if (send(to, chunk, sizeof chunk, MSG_NOSIGNAL) <= 0) {
            return;
        }
    }
}

static void send_too_many_headers(int to)
{
    send_text(to, "HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < 4000; i++) {
        char line[128];
        snprintf(line, sizeof line, "X-%d: %080d\r\n", i, i);
        send_text(to, line);
    }
    send_text(to, "Content-Length: 0\r\n\r\n");
}

// Answers one request. False: the connection is to be closed.
static bool answer(Server *server, int to, const char *path)
{
    __atomic_fetch_add(&server->served, 1, __ATOMIC_RELAXED);
    if (strcmp(path, "/ok") == 0) {
        send_text(
            to,
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Twice: one\r\nx-twice:  two \r\n\r\nhello");
        return true;
    }
    if (strcmp(path, "/bytes") == 0) {
        send_text(to, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\na\xff"
                      "b");
        return true;
    }
    if (strcmp(path, "/chunked") == 0) {
        send_text(to, "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
                      "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
        return true;
    }
    if (strcmp(path, "/429") == 0) {
        send_text(to, "HTTP/1.1 429 Slow down\r\nRetry-After: 2\r\nContent-Length: 0\r\n\r\n");
        return true;
    }
    if (strcmp(path, "/loop") == 0) {
        send_text(to, "HTTP/1.1 302 Found\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n");
        return true;
    }
    if (strcmp(path, "/there") == 0) {
        send_text(
            to,
            "HTTP/1.1 301 Moved\r\nLocation: /ok\r\nX-Old: yes\r\nContent-Length: 3\r\n\r\nold");
        return true;
    }
    if (strcmp(path, "/file") == 0) {
        send_text(
            to, "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n");
        return true;
    }
    if (strcmp(path, "/short") == 0) {
        send_text(to, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
    } else if (strcmp(path, "/reset") == 0) {
        send_text(to, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
        struct timespec pause = {.tv_nsec = 50000000};
        nanosleep(&pause, NULL); // what was sent arrives first
        struct linger at_once = {.l_onoff = 1};
        setsockopt(to, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    } else if (strcmp(path, "/garbage") == 0) {
        send_text(to, "this is not HTTP at all\r\n\r\n");
    } else if (strcmp(path, "/endless") == 0) {
        send_too_much(to);
    } else if (strcmp(path, "/headers") == 0) {
        send_too_many_headers(to);
    } else if (strcmp(path, "/gzip") == 0) {
        send_text(to, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope");
    } else if (strcmp(path, "/silent") == 0) {
        char byte;
        (void)!recv(to, &byte, 1, 0); // until the other side goes
    }
    return false; // "/close" too
}

typedef struct Visitor {
    Server *server;
    int file;
} Visitor;

static void *serve(void *argument)
{
    Visitor visitor = *(Visitor *)argument;
    free(argument);
    char request[4096];
    size_t length = 0;
    for (;;) {
        ssize_t got = recv(visitor.file, request + length, sizeof request - 1 - length, 0);
        if (got <= 0) {
            break;
        }
        length += (size_t)got;
        request[length] = '\0';
        if (strstr(request, "\r\n\r\n") == NULL) {
            continue;
        }
        char path[256] = "";
        sscanf(request, "GET %255s", path);
        length = 0;
        if (!answer(visitor.server, visitor.file, path)) {
            break;
        }
    }
    close(visitor.file);
    return NULL;
}

static void *accept_all(void *argument)
{
    Server *server = argument;
    for (;;) {
        int file = accept(server->listener, NULL, NULL);
        if (file < 0) {
            return NULL;
        }
        __atomic_fetch_add(&server->connections, 1, __ATOMIC_RELAXED);
        Visitor *visitor = malloc(sizeof *visitor);
        *visitor = (Visitor){server, file};
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, serve, visitor), 0);
        pthread_detach(thread);
    }
}

static Server server;

static int begin_server(void **state)
{
    (void)state;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    server.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(server.listener, (struct sockaddr *)&address, size) != 0 ||
        listen(server.listener, 512) != 0) {
        return -1;
    }
    getsockname(server.listener, (struct sockaddr *)&address, &size);
    server.port = ntohs(address.sin_port);
    return pthread_create(&server.thread, NULL, accept_all, &server);
}

static int end_server(void **state)
{
    (void)state;
    shutdown(server.listener, SHUT_RDWR);
    pthread_join(server.thread, NULL);
    close(server.listener);
    return 0;
}

// ── operations without tasks ─────────────────────────────────────────────────────────────────────

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

static void begin_get(weir__operation *operation, const char *path)
{
    char url[512];
    if (path[0] == '/') {
        snprintf(url, sizeof url, "http://127.0.0.1:%d%s", server.port, path);
    } else {
        snprintf(url, sizeof url, "%s", path);
    }
    *operation = (weir__operation){
        .kind = WEIR__HTTP, .runtime = rt.runtime, .redirects = 10, .max = 64 << 20};
    operation->method = rt_string(rt.cx, "GET");
    operation->url = rt_string(rt.cx, url);
    rt.env->begin(rt.env, operation);
    assert_null(rt.runtime->inbox); // never from within begin
}

// The next operation that completes.
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
    weir_clear(&operation->method);
    weir_clear(&operation->url);
    return operation;
}

static weir_response *get(const char *path)
{
    weir__operation operation;
    begin_get(&operation, path);
    assert_ptr_equal(next_done(), &operation);
    if (operation.error != NULL) {
        print_error("%s: %s\n", path, operation.error->message->bytes);
    }
    assert_null(operation.error);
    assert_false(rt.env->poll(rt.env, INT64_MAX)); // nothing is under way
    return operation.result.object;
}

// The request must fail so; part: of the message.
static void fails(const char *path, const char *kind, const char *part)
{
    weir__operation operation;
    begin_get(&operation, path);
    assert_ptr_equal(next_done(), &operation);
    assert_non_null(operation.error);
    if (strstr(operation.error->message->bytes, part) == NULL) {
        print_error("%s: %s\n", path, operation.error->message->bytes);
    }
    assert_non_null(strstr(operation.error->message->bytes, part));
    assert_string_equal(operation.error->kind->bytes, kind);
    weir_drop(operation.error);
}

static const char *header(const weir_response *response, const char *name)
{
    weir_string *key = rt_string(rt.cx, name);
    const weir_word *value = weir_map_get(response->headers, &key);
    weir_drop(key);
    return value == NULL ? NULL : ((const weir_string *)value->object)->bytes;
}

// ── answers ──────────────────────────────────────────────────────────────────────────────────────

static void an_answer_has_all_its_parts(void **state)
{
    (void)state;
    weir_response *response = get("/ok");
    assert_int_equal(response->status, 200);
    assert_int_equal(response->body->object.kind, WEIR_BYTES);
    rt_is(weir_response_text(rt.cx, response), "hello");
    assert_int_equal(response->body->length, 5);
    assert_string_equal(header(response, "content-length"), "5");
    assert_string_equal(header(response, "x-twice"), "one, two");
    assert_null(header(response, "X-Twice"));
    assert_true(response->elapsed > 0);
    weir_drop(response);
    response = get("/bytes");
    assert_memory_equal(response->body->bytes,
                        "a\xff"
                        "b",
                        3);
    rt_is(weir_response_text(rt.cx, response), "a\xef\xbf\xbd"
                                               "b");
    weir_drop(response);
    response = get("/chunked");
    rt_is(weir_response_text(rt.cx, response), "abcde");
    weir_drop(response);
}

static void redirects_are_followed_and_bounded(void **state)
{
    (void)state;
    weir_response *response = get("/there");
    rt_is(weir_response_text(rt.cx, response), "hello"); // not "oldhello"
    assert_null(header(response, "x-old"));
    assert_non_null(strstr(response->url->bytes, "/ok"));
    weir_drop(response);
    fails("/loop", "http", "more than 10 redirects");
    fails("/file", "http", "neither http nor https");
}

static void connections_are_kept(void **state)
{
    (void)state;
    int before = __atomic_load_n(&server.connections, __ATOMIC_RELAXED);
    for (int i = 0; i < 50; i++) {
        weir_drop(get("/ok"));
    }
    assert_int_equal(__atomic_load_n(&server.connections, __ATOMIC_RELAXED), before + 1);
}

static void many_at_once_complete_once_each(void **state)
{
    (void)state;
    enum { COUNT = 100 };
    static weir__operation operations[COUNT];
    for (int i = 0; i < COUNT; i++) {
        begin_get(&operations[i], i % 3 == 0 ? "/close" : "/ok");
    }
    int good = 0, bad = 0;
    for (int i = 0; i < COUNT; i++) {
        weir__operation *done = next_done();
        assert_int_equal(done->error != NULL, (done - operations) % 3 == 0);
        *(done->error != NULL ? &bad : &good) += 1;
        weir_clear(&done->error);
        weir_clear(&done->result.object);
    }
    assert_int_equal(bad, 34);
    assert_int_equal(good, 66);
    assert_false(rt.env->poll(rt.env, INT64_MAX));
}

static void bad_servers_are_named(void **state)
{
    (void)state;
    fails("http://127.0.0.1:1/", "io", "connection refused: http://127.0.0.1:1/");
    fails("http://user:secret@127.0.0.1:1/x", "io", "connection refused: http://127.0.0.1:1/x");
    fails("http://nosuch.invalid/", "io", "unknown host: http://nosuch.invalid/");
    fails("/close", "io", "closed before an answer came");
    fails("/short", "io", "ended early");
    fails("/reset", "io", "the connection broke");
    fails("/garbage", "http", "no HTTP");
    fails("/endless", "http", "longer than 64 MiB");
    fails("/headers", "http", "headers are longer");
    fails("/gzip", "http", "not a good answer");
}

static void a_lack_of_descriptors_is_named(void **state)
{
    (void)state;
    fails("http://127.0.0.1:1/", "io", "connection refused"); // all that curl needs is there
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    struct rlimit few = {.rlim_cur = 3, .rlim_max = before.rlim_max}; // the standard streams
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    fails("http://127.0.0.1:1/", "io", "no connection: http://127.0.0.1:1/ (Too many open files)");
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    fails("http://127.0.0.1:1/", "io", "connection refused");
}

static void bad_urls_never_leave(void **state)
{
    (void)state;
    int before = __atomic_load_n(&server.served, __ATOMIC_RELAXED);
    fails("ftp://127.0.0.1/", "http", "neither http nor https");
    fails("file:///etc/passwd", "http", "neither http nor https");
    fails("http://", "http", "not a URL for HTTP");
    fails("nothing", "http", "not a URL for HTTP");
    fails("http://127.0.0.1:99999/", "http", "not a URL for HTTP");
    assert_int_equal(__atomic_load_n(&server.served, __ATOMIC_RELAXED), before);
}

static void a_cancelled_request_ends_at_once(void **state)
{
    (void)state;
    static const char *const paths[] = {"/silent", "http://slow.invalid/", "http://192.0.2.1/",
                                        "/ok"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        for (int turns = 0; turns < 3; turns++) { // in different phases of its life
            weir__operation operation;
            begin_get(&operation, paths[i]);
            for (int turn = 0; turn < turns; turn++) {
                rt.env->poll(rt.env, rt.env->now(rt.env) + 2000000);
            }
            int64_t began = rt.env->now(rt.env);
            if (rt.runtime->inbox == NULL) {
                rt.env->cancel(rt.env, &operation);
                assert_null(rt.runtime->inbox); // never from within cancel
            }
            assert_ptr_equal(next_done(), &operation);
            assert_true(rt.env->now(rt.env) - began < 500000000);
            weir_drop(operation.error);
            weir_drop(operation.result.object);
            assert_false(rt.env->poll(rt.env, INT64_MAX)); // and once only
        }
    }
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

static void nothing_is_left_of_a_world(void **state)
{
    (void)state;
    int before = 0;
    for (int round = 0; round < 3; round++) {
        rt = rt_begin_on(weir__env_uv(), -1, false);
        weir_drop(get("/ok"));
        rt_end(&rt);
        struct timespec pause = {.tv_nsec = 50000000}; // the server closes its end
        nanosleep(&pause, NULL);
        if (round == 0) {
            before = open_files(); // what libraries open once is open
        }
        assert_int_equal(open_files(), before);
    }
}

// ── .check() and Retry-After ─────────────────────────────────────────────────────────────────────

static void check_tells_what_may_be_tried_again(void **state)
{
    (void)state;
    weir_response *response = get("/429");
    assert_null(weir_response_check(rt.cx, response));
    weir_error *error = weir_take(rt.cx);
    assert_string_equal(error->kind->bytes, "http");
    assert_int_equal(error->status, 429);
    assert_int_equal(error->retry_after, 2000000000);
    assert_false(error->permanent);
    weir_drop(error);
    for (int64_t status = 300; status < 600; status++) {
        response->status = status;
        weir_response *checked = weir_response_check(rt.cx, response);
        assert_int_equal(checked == NULL, status >= 400);
        weir_drop(checked);
        error = weir_take(rt.cx);
        if (error != NULL) {
            bool passing = status >= 500 || status == 408 || status == 425 || status == 429;
            assert_int_equal(error->permanent, !passing);
        }
        weir_drop(error);
    }
    weir_drop(response);
}

static void retry_after_is_seconds_or_a_date(void **state)
{
    (void)state;
    const int64_t second = 1000000000, now = 784111777 * second;
    static const struct {
        const char *text;
        int64_t expected;
    } cases[] = {
        {"0", 0},
        {"120", INT64_C(120000000000)},
        {"Sun, 06 Nov 1994 08:49:47 GMT", INT64_C(10000000000)},
        {"Sun, 06 Nov 1994 08:00:00 GMT", 0},
        {"", -1},
        {"soon", -1},
        {"-1", -1},
        {"1.5", -1},
        {"Sun, 06 Xyz 1994 08:49:47 GMT", -1},
        {"Sun, 6 Nov 1994 08:49:47 GMT", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        weir_string *text = rt_string(rt.cx, cases[i].text);
        assert_int_equal(weir__retry_after(text, now), cases[i].expected);
        weir_drop(text);
    }
    weir_string *endless = rt_string(rt.cx, "99999999999999999999999999");
    assert_true(weir__retry_after(endless, now) > 0); // far away, not overflown
    weir_drop(endless);
}

// ── the pool ─────────────────────────────────────────────────────────────────────────────────────

typedef struct Work {
    int rounds, done;
    bool stopped;
    weir_string *made;
} Work;

static void compute(weir_context *cx, void *args)
{
    Work *work = args;
    for (int i = 0; i < work->rounds && !work->stopped; i++) {
        struct timespec pause = {.tv_nsec = 1000000};
        nanosleep(&pause, NULL);
        work->stopped = weir_stop_asked(cx);
        work->done++;
    }
    work->made = weir_text(cx, "{i} rounds", (int64_t)work->done);
}

static void fail_there(weir_context *cx, void *args)
{
    (void)args;
    weir_fail_with(cx, "math", "no");
}

static void begin_work(weir__operation *operation, void (*work)(weir_context *, void *), void *args)
{
    *operation = (weir__operation){
        .kind = WEIR__POOL, .runtime = rt.runtime, .work = work, .args = args};
    rt.env->begin(rt.env, operation);
}

static void the_pool_works_beside_the_loop(void **state)
{
    (void)state;
    enum { COUNT = 40 };
    static weir__operation operations[COUNT];
    static Work works[COUNT];
    memset(works, 0, sizeof works);
    int64_t began = rt.env->now(rt.env);
    for (int i = 0; i < COUNT; i++) {
        works[i].rounds = 10;
        begin_work(&operations[i], compute, &works[i]);
    }
    assert_true(rt.env->now(rt.env) - began < 10000000 * COUNT / 2); // begin does not run it
    for (int i = 0; i < COUNT; i++) {
        assert_null(next_done()->error);
    }
    for (int i = 0; i < COUNT; i++) {
        rt_is(works[i].made, "10 rounds");
    }
    weir__operation operation;
    begin_work(&operation, fail_there, NULL);
    assert_ptr_equal(next_done(), &operation);
    assert_string_equal(operation.error->kind->bytes, "math");
    weir_drop(operation.error);
}

static void cancelled_work_stops_at_its_next_turn(void **state)
{
    (void)state;
    enum { COUNT = 20 }; // more than there are threads: some have not begun
    static weir__operation operations[COUNT];
    static Work works[COUNT];
    memset(works, 0, sizeof works);
    for (int i = 0; i < COUNT; i++) {
        works[i].rounds = 1000000;
        begin_work(&operations[i], compute, &works[i]);
    }
    rt.env->poll(rt.env, rt.env->now(rt.env) + 20000000);
    for (int i = 0; i < COUNT; i++) {
        rt.env->cancel(rt.env, &operations[i]);
    }
    int began = 0;
    for (int i = 0; i < COUNT; i++) {
        weir__operation *done = next_done();
        assert_true(weir_unwinding(done->error));
        weir_drop(done->error);
        began += works[done - operations].done > 0;
        assert_null(works[done - operations].made); // nothing is made while a cancel is pending
    }
    assert_in_range(began, 1, COUNT);
    assert_false(rt.env->poll(rt.env, INT64_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_answer_has_all_its_parts, begin, end),
        cmocka_unit_test_setup_teardown(redirects_are_followed_and_bounded, begin, end),
        cmocka_unit_test_setup_teardown(connections_are_kept, begin, end),
        cmocka_unit_test_setup_teardown(many_at_once_complete_once_each, begin, end),
        cmocka_unit_test_setup_teardown(bad_servers_are_named, begin, end),
        cmocka_unit_test_setup_teardown(a_lack_of_descriptors_is_named, begin, end),
        cmocka_unit_test_setup_teardown(bad_urls_never_leave, begin, end),
        cmocka_unit_test_setup_teardown(a_cancelled_request_ends_at_once, begin, end),
        cmocka_unit_test(nothing_is_left_of_a_world),
        cmocka_unit_test_setup_teardown(check_tells_what_may_be_tried_again, begin, end),
        cmocka_unit_test_setup_teardown(retry_after_is_seconds_or_a_date, begin, end),
        cmocka_unit_test_setup_teardown(the_pool_works_beside_the_loop, begin, end),
        cmocka_unit_test_setup_teardown(cancelled_work_stops_at_its_next_turn, begin, end),
    };
    return cmocka_run_group_tests(tests, begin_server, end_server);
}
