// test_rt_tls.c: requests to a real nginx over TLS: who is trusted, HTTP/2, compression.
#include "rt.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char nginx[] = "/usr/sbin/nginx";
static char folder[] = "/tmp/weir-tls.XXXXXX", certificate[64];
static int port;
static pid_t server;

static void run(const char *command)
{
    if (system(command) != 0) {
        fail_msg("%s", command);
    }
}

static struct sockaddr_in loopback(int number)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)number),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static int free_port(void)
{
    int file = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    assert_int_equal(bind(file, (struct sockaddr *)&address, size), 0);
    getsockname(file, (struct sockaddr *)&address, &size);
    close(file);
    return ntohs(address.sin_port);
}

static void wait_for_server(void)
{
    for (int i = 0; i < 1000; i++) {
        int file = socket(AF_INET, SOCK_STREAM, 0);
        struct sockaddr_in address = loopback(port);
        bool there = connect(file, (struct sockaddr *)&address, sizeof address) == 0;
        close(file);
        if (there) {
            return;
        }
        struct timespec pause = {.tv_nsec = 10000000};
        nanosleep(&pause, NULL);
    }
    fail_msg("nginx did not start");
}

static int begin_server(void **state)
{
    (void)state;
    if (access(nginx, X_OK) != 0) {
        return 0;
    }
    assert_non_null(mkdtemp(folder));
    snprintf(certificate, sizeof certificate, "%s/cert.pem", folder);
    char command[1024];
    snprintf(command, sizeof command,
             "cd %s && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "
             "-days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost "
             "-keyout key.pem -out cert.pem 2>/dev/null",
             folder);
    run(command);
    port = free_port();
    snprintf(command, sizeof command, "%s/nginx.conf", folder);
    FILE *settings = fopen(command, "w");
    assert_non_null(settings);
    fprintf(settings,
            "daemon off; master_process off; pid nginx.pid; error_log stderr;\n"
            "events { worker_connections 64; }\n"
            "http {\n"
            "  access_log off; default_type text/plain;\n"
            "  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;\n"
            "  uwsgi_temp_path uwsgi; scgi_temp_path scgi;\n"
            "  gzip on; gzip_min_length 1; gzip_types text/plain;\n"
            "  server {\n"
            "    listen 127.0.0.1:%d ssl http2;\n"
            "    ssl_certificate cert.pem; ssl_certificate_key key.pem;\n"
            "    location /protocol { return 200 $server_protocol; }\n"
            "    location / { root html; }\n"
            "  }\n"
            "}\n",
            port);
    fclose(settings);
    snprintf(command, sizeof command,
             "cd %s && mkdir html && head -c 100000 /dev/zero | tr '\\0' a > html/long.txt",
             folder);
    run(command);
    server = fork();
    if (server == 0) {
        execl(nginx, nginx, "-p", folder, "-c", "nginx.conf", "-e", "stderr", (char *)NULL);
        _exit(127);
    }
    wait_for_server();
    return 0;
}

static int end_server(void **state)
{
    (void)state;
    if (server > 0) {
        kill(server, SIGTERM);
        waitpid(server, NULL, 0);
        char command[64];
        snprintf(command, sizeof command, "rm -r %s", folder);
        run(command);
    }
    return 0;
}

// One request in a world of its own: handles keep what they were told of certificates.
static weir_response *get(Rt *rt, const char *host, const char *path, weir_error **error)
{
    if (server == 0) {
        skip();
    }
    char url[256];
    snprintf(url, sizeof url, "https://%s:%d%s", host, port, path);
    *rt = rt_begin_on(weir__env_uv(), -1, false);
    weir__operation operation = {
        .kind = WEIR__HTTP, .runtime = rt->runtime, .redirects = 10, .max = 1 << 20};
    operation.method = rt_string(rt->cx, "GET");
    operation.url = rt_string(rt->cx, url);
    rt->env->begin(rt->env, &operation);
    while (rt->env->poll(rt->env, INT64_MAX)) {
    }
    weir_drop(operation.method);
    weir_drop(operation.url);
    *error = operation.error;
    return operation.result.object;
}

static void refused(const char *host)
{
    Rt rt;
    weir_error *error = NULL;
    weir_response *response = get(&rt, host, "/protocol", &error);
    assert_null(response);
    assert_string_equal(error->kind->bytes, "io");
    assert_non_null(strstr(error->message->bytes, "no trusted connection"));
    assert_true(error->permanent);
    weir_drop(error);
    rt_end(&rt);
}

static void gives(const char *path, const char *text, int64_t length)
{
    Rt rt;
    weir_error *error = NULL;
    weir_response *response = get(&rt, "localhost", path, &error);
    if (error != NULL) {
        print_error("%s\n", error->message->bytes);
    }
    assert_null(error);
    assert_int_equal(response->status, 200);
    weir_string *got = weir_response_text(rt.cx, response);
    assert_int_equal(got->length, length);
    assert_memory_equal(got->bytes, text, strlen(text));
    weir_drop(got);
    weir_drop(response);
    rt_end(&rt);
}

static void a_stranger_is_not_trusted(void **state)
{
    (void)state;
    unsetenv("CURL_CA_BUNDLE");
    unsetenv("SSL_CERT_FILE");
    refused("localhost");
}

static void who_is_named_is_trusted(void **state)
{
    (void)state;
    unsetenv("CURL_CA_BUNDLE");
    setenv("SSL_CERT_FILE", certificate, 1);
    gives("/protocol", "HTTP/2.0", 8);
    setenv("SSL_CERT_FILE", "/dev/null", 1);
    setenv("CURL_CA_BUNDLE", certificate, 1); // counts more
    gives("/protocol", "HTTP/2.0", 8);
    unsetenv("SSL_CERT_FILE");
    gives("/long.txt", "aaaa", 100000); // compressed on its way
}

static void another_name_is_not(void **state)
{
    (void)state;
    setenv("CURL_CA_BUNDLE", certificate, 1);
    refused("127.0.0.1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stranger_is_not_trusted),
        cmocka_unit_test(who_is_named_is_trusted),
        cmocka_unit_test(another_name_is_not),
    };
    return cmocka_run_group_tests(tests, begin_server, end_server);
}
