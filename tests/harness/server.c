// server: the scripted server of server.h.
//
//   server [PORT]
//
// It listens on 127.0.0.1, on a free port when PORT is 0 or missing, and prints the port.
// It ends when its standard input ends, or on SIGTERM.
#include "server.h"
#include "process.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_HEAD = 64 << 10, MOST_BODY = 64 << 20, BACKLOG = 4096 };

typedef enum Phase {
    PHASE_READING, // a request is not whole yet
    PHASE_WAITING, // its answer is decided and not due
    PHASE_STALLED, // it gets none
    PHASE_SENDING,
} Phase;

typedef struct Connection {
    int file;
    Phase phase;
    Text in, out;
    size_t request_length; // bytes of `in` that the present request takes
    size_t sent;
    double due;
    bool counted; // in counts.current
    bool close_after;
} Connection;

typedef struct Server {
    int listener;
    Connection **connections;
    struct pollfd *polled; // stdin, the listener, then one per connection
    size_t count, room;
    Counts counts;
} Server;

// --- answers -------------------------------------------------------------------------------------

// The value of a header in the lines of a head, or NULL. Names are compared without case.
static const char *header_value(const char *lines, const char *name)
{
    size_t length = strlen(name);
    for (const char *line = lines; line != NULL && *line != '\0';) {
        if (strncasecmp(line, name, length) == 0 && line[length] == ':') {
            return line + length + 1 + strspn(line + length + 1, " \t");
        }
        line = strchr(line, '\n');
        line = line == NULL ? NULL : line + 1;
    }
    return NULL;
}

static const char *reason(int status)
{
    switch (status) {
    case 200: return "OK";
    case 302: return "Found";
    case 404: return "Not Found";
    case 429: return "Too Many Requests";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    default: return "Status";
    }
}

static void release(Server *server, Connection *connection)
{
    if (connection->counted) {
        routes_done(&server->counts);
        connection->counted = false;
    }
}

static void drop(Server *server, Connection *connection)
{
    release(server, connection);
    close(connection->file);
    connection->file = -1; // swept by the loop
}

static void add_chunks(Text *out, const Text *body)
{
    enum { CHUNK = 1000 };
    for (size_t at = 0; at < body->length; at += CHUNK) {
        size_t length = body->length - at < CHUNK ? body->length - at : CHUNK;
        text_print(out, "%zx\r\n", length);
        text_add(out, body->bytes + at, length);
        text_add(out, "\r\n", 2);
    }
    text_print(out, "0\r\n\r\n");
}

static void decide(Server *server, Connection *connection, const Request *request, bool keep_alive)
{
    double now = seconds_now();
    Answer answer = routes_answer(&server->counts, request, now);
    connection->counted = answer.counted;
    if (answer.kind == ANSWER_CLOSE) {
        drop(server, connection);
        return;
    }
    if (answer.kind == ANSWER_NEVER) {
        connection->phase = PHASE_STALLED;
        return;
    }
    bool bodiless = answer.status == 204 || answer.status == 304 || answer.status < 200;
    connection->close_after = answer.missing > 0 || !keep_alive;
    connection->out.length = 0;
    connection->sent = 0;
    text_print(&connection->out, "HTTP/1.1 %d %s\r\n", answer.status, reason(answer.status));
    if (answer.chunked) {
        text_print(&connection->out, "Transfer-Encoding: chunked\r\n");
    } else if (!bodiless) {
        text_print(&connection->out, "Content-Length: %zu\r\n",
                   answer.body.length + answer.missing);
    }
    text_print(&connection->out, "%s%s\r\n", text_string(&answer.headers),
               connection->close_after ? "Connection: close\r\n" : "");
    if (answer.chunked) {
        add_chunks(&connection->out, &answer.body);
    } else if (!bodiless && strcmp(request->method, "HEAD") != 0) {
        text_add(&connection->out, text_string(&answer.body), answer.body.length);
    }
    free(answer.headers.bytes);
    free(answer.body.bytes);
    connection->due = now + answer.delay;
    connection->phase = answer.delay > 0 ? PHASE_WAITING : PHASE_SENDING;
}

// Looks whether a whole request has come, and decides on its answer.
static void read_request(Server *server, Connection *connection)
{
    if (connection->in.length == 0) {
        return;
    }
    char *head_end = strstr(connection->in.bytes, "\r\n\r\n");
    if (head_end == NULL) {
        if (connection->in.length > MOST_HEAD) {
            drop(server, connection);
        }
        return;
    }
    size_t head = (size_t)(head_end - connection->in.bytes) + 4;
    char *lines = copy_text(connection->in.bytes, head - 2);
    char *first_end = strstr(lines, "\r\n");
    *first_end = '\0';
    const char *headers = first_end + 2;
    const char *length_text = header_value(headers, "Content-Length");
    unsigned long length = length_text == NULL ? 0 : strtoul(length_text, NULL, 10);
    char *space = strchr(lines, ' ');
    char *end = space == NULL ? NULL : strchr(space + 1, ' ');
    if (end == NULL || length > MOST_BODY || header_value(headers, "Transfer-Encoding") != NULL) {
        drop(server, connection);
    } else if (connection->in.length >= head + length) {
        *space = *end = '\0';
        const char *wish = header_value(headers, "Connection");
        bool keep_alive = wish == NULL || strncasecmp(wish, "close", 5) != 0;
        connection->request_length = head + length;
        Request request = {
            .method = lines,
            .target = space + 1,
            .headers = headers,
            .body = connection->in.bytes + head,
            .body_length = length,
        };
        decide(server, connection, &request, keep_alive);
    }
    free(lines);
}

static void finish_answer(Server *server, Connection *connection)
{
    release(server, connection);
    if (connection->close_after) {
        drop(server, connection);
        return;
    }
    Text *in = &connection->in;
    in->length -= connection->request_length;
    memmove(in->bytes, in->bytes + connection->request_length, in->length + 1);
    connection->phase = PHASE_READING;
    read_request(server, connection); // the next may have come with it
}

static void send_more(Server *server, Connection *connection)
{
    while (connection->file >= 0 && connection->phase == PHASE_SENDING) {
        if (connection->sent == connection->out.length) {
            finish_answer(server, connection);
            continue;
        }
        ssize_t count = send(connection->file, connection->out.bytes + connection->sent,
                             connection->out.length - connection->sent, MSG_NOSIGNAL);
        if (count < 0) {
            if (errno != EAGAIN && errno != EINTR) {
                drop(server, connection);
            }
            return;
        }
        connection->sent += (size_t)count;
    }
}

static void receive(Server *server, Connection *connection)
{
    char chunk[1 << 14];
    ssize_t count = recv(connection->file, chunk, sizeof chunk, 0);
    if (count > 0) {
        text_add(&connection->in, chunk, (size_t)count);
        if (connection->phase == PHASE_READING) {
            read_request(server, connection);
        }
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
        drop(server, connection);
    }
}

// --- the loop ------------------------------------------------------------------------------------

static void accept_all(Server *server)
{
    for (;;) {
        int file = accept(server->listener, NULL, NULL);
        if (file < 0) {
            return;
        }
        fcntl(file, F_SETFL, O_NONBLOCK);
        setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        if (server->count == server->room) {
            size_t room = server->room == 0 ? 256 : 2 * server->room;
            Connection **connections = take(room * sizeof *connections);
            if (server->count > 0) {
                memcpy(connections, server->connections, server->count * sizeof *connections);
            }
            free(server->connections);
            free(server->polled);
            server->connections = connections;
            server->polled = take((room + 2) * sizeof *server->polled);
            server->room = room;
        }
        Connection *connection = take(sizeof *connection);
        connection->file = file;
        server->connections[server->count++] = connection;
    }
}

// Milliseconds until the next answer is due, -1 when none is.
static int until_due(const Server *server)
{
    double next = -1;
    for (size_t i = 0; i < server->count; i++) {
        const Connection *connection = server->connections[i];
        if (connection->phase == PHASE_WAITING && (next < 0 || connection->due < next)) {
            next = connection->due;
        }
    }
    if (next < 0) {
        return -1;
    }
    double left = next - seconds_now();
    return left <= 0 ? 0 : (int)(left * 1000) + 1;
}

static void serve(Server *server, Connection *connection, short events)
{
    if (connection->phase == PHASE_WAITING && seconds_now() >= connection->due) {
        connection->phase = PHASE_SENDING;
    }
    if (events & (POLLIN | POLLHUP | POLLERR)) {
        receive(server, connection);
    }
    send_more(server, connection);
}

static void sweep(Server *server)
{
    size_t kept = 0;
    for (size_t i = 0; i < server->count; i++) {
        Connection *connection = server->connections[i];
        if (connection->file >= 0) {
            server->connections[kept++] = connection;
            continue;
        }
        free(connection->in.bytes);
        free(connection->out.bytes);
        free(connection);
    }
    server->count = kept;
}

static void loop(Server *server)
{
    for (;;) {
        size_t count = server->count;
        server->polled[0] = (struct pollfd){.fd = 0, .events = POLLIN};
        server->polled[1] = (struct pollfd){.fd = server->listener, .events = POLLIN};
        for (size_t i = 0; i < count; i++) {
            bool sending = server->connections[i]->phase == PHASE_SENDING;
            server->polled[i + 2] = (struct pollfd){
                .fd = server->connections[i]->file,
                .events = (short)(POLLIN | (sending ? POLLOUT : 0)),
            };
        }
        if (poll(server->polled, (nfds_t)(count + 2), until_due(server)) < 0 && errno != EINTR) {
            perror("poll");
            exit(1);
        }
        char byte;
        if (server->polled[0].revents != 0 && read(0, &byte, 1) <= 0) {
            return;
        }
        for (size_t i = 0; i < count; i++) {
            serve(server, server->connections[i], server->polled[i + 2].revents);
        }
        if (server->polled[1].revents != 0) {
            accept_all(server);
        }
        sweep(server);
    }
}

static int listen_on(int port)
{
    int file = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    socklen_t size = sizeof address;
    if (file < 0 || bind(file, (struct sockaddr *)&address, size) != 0 ||
        listen(file, BACKLOG) != 0 || getsockname(file, (struct sockaddr *)&address, &size) != 0) {
        perror("listen");
        exit(1);
    }
    fcntl(file, F_SETFL, O_NONBLOCK);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return file;
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    Server server = {.room = 256};
    server.connections = take(server.room * sizeof *server.connections);
    server.polled = take((server.room + 2) * sizeof *server.polled);
    server.listener = listen_on(argc > 1 ? atoi(argv[1]) : 0);
    loop(&server);
    return 0;
}
