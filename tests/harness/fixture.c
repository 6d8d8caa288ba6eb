#include "fixture.h"
#include "files.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const double start_seconds = 10;

static struct sockaddr_in loopback(int port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
}

// A port that was free a moment ago; 0 when there is none. nginx cannot choose one and tell.
static int free_port(void)
{
    int file = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    int port = 0;
    if (file >= 0 && bind(file, (struct sockaddr *)&address, size) == 0 &&
        getsockname(file, (struct sockaddr *)&address, &size) == 0) {
        port = ntohs(address.sin_port);
    }
    close(file);
    return port;
}

static bool accepts(int port)
{
    int file = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = loopback(port);
    bool connected = connect(file, (struct sockaddr *)&address, sizeof address) == 0;
    close(file);
    return connected;
}

// The scripted server chooses its port and prints it.
static Fixture start_scripted(const Suite *suite, const char *scratch)
{
    Command command = {.folder = scratch};
    suite_environment(suite, &command);
    command_add(&command, suite->server);
    command_add(&command, "0");
    Fixture fixture = {.process = background_start(&command, print_text("%s/server.log", scratch))};
    struct pollfd ready = {.fd = fixture.process.output, .events = POLLIN};
    char line[32] = {0};
    if (poll(&ready, 1, (int)(start_seconds * 1000)) != 1 ||
        read(fixture.process.output, line, sizeof line - 1) <= 0 || atoi(line) <= 0) {
        background_stop(&fixture.process);
        fixture.problem = "the scripted server did not start";
        return fixture;
    }
    fixture.url = print_text("http://127.0.0.1:%d", atoi(line));
    return fixture;
}

static void write_nginx_files(const char *scratch)
{
    folder_make(print_text("%s/html", scratch));
    static const char index[] = "<!doctype html><title>Weir</title><p>A page from nginx.\n";
    file_write(print_text("%s/html/index.html", scratch), index, strlen(index));
    file_write(print_text("%s/html/hello.txt", scratch), "hello from nginx\n", 17);
    file_write(print_text("%s/html/empty.txt", scratch), "", 0);
    static const struct {
        const char *name;
        size_t size;
    } files[] = {{"1k.bin", 1 << 10}, {"64k.bin", 1 << 16}, {"1m.bin", 1 << 20}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *bytes = take(files[i].size);
        for (size_t at = 0; at < files[i].size; at++) {
            bytes[at] = (char)('a' + at % 26);
        }
        file_write(print_text("%s/html/%s", scratch, files[i].name), bytes, files[i].size);
    }
}

static void write_nginx_settings(const char *scratch, const char *servers)
{
    char *settings = print_text("daemon off;\n"
                                "master_process off;\n"
                                "pid nginx.pid;\n"
                                "error_log stderr;\n"
                                "events { worker_connections 4096; }\n"
                                "http {\n"
                                "    access_log off;\n"
                                "    client_body_temp_path body;\n"
                                "    proxy_temp_path proxy;\n"
                                "    fastcgi_temp_path fastcgi;\n"
                                "    uwsgi_temp_path uwsgi;\n"
                                "    scgi_temp_path scgi;\n"
                                "    default_type text/plain;\n"
                                "%s"
                                "}\n",
                                servers);
    file_write(print_text("%s/nginx.conf", scratch), settings, strlen(settings));
}

// Once it accepts connections.
static Fixture start_server(Command *command, const char *name, int port, const char *scratch)
{
    char *log = print_text("%s/server.log", scratch);
    Fixture fixture = {.process = background_start(command, log)};
    double until = seconds_now() + start_seconds;
    while (!accepts(port)) {
        if (seconds_now() > until) {
            background_stop(&fixture.process);
            fixture.problem = print_text("%s did not start: %s", name, file_read(log, NULL));
            return fixture;
        }
        seconds_sleep(0.01);
    }
    return fixture;
}

static Fixture run_nginx(const Suite *suite, const char *scratch, int port)
{
    Command command = {.folder = scratch};
    suite_environment(suite, &command);
    command_add(&command, path_exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx");
    const char *const words[] = {"-p", scratch, "-c", "nginx.conf", "-e", "stderr"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        command_add(&command, words[i]);
    }
    return start_server(&command, "nginx", port, scratch);
}

static Fixture start_nginx(const Suite *suite, const char *scratch)
{
    int port = free_port();
    write_nginx_files(scratch);
    write_nginx_settings(scratch,
                         print_text("    server { listen 127.0.0.1:%d; root html; }\n", port));
    Fixture fixture = run_nginx(suite, scratch, port);
    fixture.url = print_text("http://127.0.0.1:%d", port);
    return fixture;
}

// --- NATS ----------------------------------------------------------------------------------------

// Where the program is; NULL: nowhere.
static const char *find_nats(void)
{
    static const char *const paths[] = {"/usr/sbin/nats-server", "/usr/bin/nats-server",
                                        "/usr/local/bin/nats-server",
                                        "/opt/homebrew/bin/nats-server"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        if (path_exists(paths[i])) {
            return paths[i];
        }
    }
    return NULL;
}

static Fixture start_nats(const Suite *suite, const char *scratch, int port)
{
    const char *program = find_nats();
    if (program == NULL || !suite->nats) {
        return (Fixture){.missing = program == NULL ? "nats-server is not installed"
                                                    : "this weir was built without libnats"};
    }
    Command command = {.folder = scratch};
    suite_environment(suite, &command);
    command_add(&command, program);
    const char *const words[] = {"-a",
                                 "127.0.0.1",
                                 "-p",
                                 print_text("%d", port),
                                 "-js",
                                 "-sd",
                                 print_text("%s/kept", scratch)};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        command_add(&command, words[i]);
    }
    Fixture fixture = start_server(&command, "nats-server", port, scratch);
    fixture.url = print_text("nats://127.0.0.1:%d", port);
    return fixture;
}

Fixture fixture_again(const Suite *suite, const Fixture *before, const char *scratch)
{
    return start_nats(suite, scratch, atoi(strrchr(before->url, ':') + 1));
}

// --- TLS -----------------------------------------------------------------------------------------

// An authority of our own and what it vouches for: localhost, a name that is not the server's, a
// time that is over; and one that only vouches for itself.
static const char certificates[] =
    "set -e\n"
    "new='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'\n"
    "own() {\n"
    "    openssl req -x509 $new -keyout $1.key -out $1.pem -days 2 -subj \"/CN=$2\" \\\n"
    "        -addext \"subjectAltName=DNS:$2\"\n"
    "}\n"
    "vouched() {\n"
    "    openssl req $new -keyout $1.key -out $1.csr -subj \"/CN=$2\"\n"
    "    echo \"subjectAltName=DNS:$2\" > $1.names\n"
    "    openssl x509 -req -in $1.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days $3 \\\n"
    "        -extfile $1.names -out $1.pem\n"
    "}\n"
    "own ca 'the tests'\n"
    "own self self.localhost\n"
    "vouched good localhost 2\n"
    "vouched other elsewhere.localhost 2\n"
    "vouched expired expired.localhost -1\n";

// The servers that a client tells apart by name; all of them on one port.
static const char *tls_servers(int port)
{
    static const struct {
        const char *host, *certificate;
    } servers[] = {{"localhost", "good"},
                   {"other.localhost", "other"},
                   {"expired.localhost", "expired"},
                   {"self.localhost", "self"}};
    Text all = {0};
    for (size_t i = 0; i < sizeof servers / sizeof *servers; i++) {
        text_print(&all,
                   "    server {\n"
                   "        listen 127.0.0.1:%d ssl http2;\n"
                   "        server_name %s;\n"
                   "        ssl_certificate %s.pem;\n"
                   "        ssl_certificate_key %s.key;\n"
                   "        root html;\n"
                   "        location = /told {\n"
                   "            return 200 \"$server_protocol $http_authorization\";\n"
                   "        }\n"
                   "        location = /here { return 302 /told; }\n"
                   "        location = /there { return 302 https://127.0.0.1:%d/told; }\n"
                   "        location = /file { return 302 file:///etc/passwd; }\n"
                   "    }\n",
                   port, servers[i].host, servers[i].certificate, servers[i].certificate, port);
    }
    return text_string(&all);
}

static Fixture start_tls(const Suite *suite, const char *scratch)
{
    int port = free_port();
    write_nginx_files(scratch);
    write_nginx_settings(scratch, tls_servers(port));
    Command make = {.folder = scratch, .seconds = start_seconds};
    suite_environment(suite, &make);
    const char *const words[] = {"sh", "-c", certificates};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        command_add(&make, words[i]);
    }
    Outcome made = command_run(&make, scratch);
    if (made.status != 0) {
        return (Fixture){.problem = print_text("no certificates: %s", made.errors)};
    }
    Fixture fixture = run_nginx(suite, scratch, port);
    fixture.url = print_text("https://localhost:%d", port);
    return fixture;
}

Fixture fixture_start(const Suite *suite, const char *name, const char *scratch)
{
    folder_make(scratch);
    if (strcmp(name, "scripted") == 0) {
        return start_scripted(suite, scratch);
    }
    if (strcmp(name, "nginx") == 0) {
        return start_nginx(suite, scratch);
    }
    if (strcmp(name, "tls") == 0) {
        return start_tls(suite, scratch);
    }
    if (strcmp(name, "nats") == 0) {
        return start_nats(suite, scratch, free_port());
    }
    return (Fixture){
        .problem = print_text("there is no server named `%s` (scripted, nginx, tls, nats)", name)};
}

void fixture_stop(Fixture *fixture)
{
    background_stop(&fixture->process);
}
