// http_limit.c: the least that GET costs on libuv: a hundred connections that send one request text
// and count the body's bytes. No redirects, no names, no TLS, no chunks.
//
// usage: http_limit COUNT http://127.0.0.1:PORT/PATH
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

enum { MOST = 100, ROOM = 16 * 1024 };

typedef struct Client {
    uv_loop_t loop;
    char request[512];
    size_t request_length;
    int64_t left, bytes;
} Client;

typedef struct Connection {
    uv_tcp_t tcp;
    uv_connect_t connect;
    Client *client;
    size_t length; // of what lies in `text`: a head that is not complete
    int64_t body;  // still to come
    char text[ROOM];
} Connection;

static void stop(const char *what, int error)
{
    fprintf(stderr, "http_limit: %s: %s\n", what, error ? uv_strerror(error) : "not understood");
    exit(1);
}

static void ask(Connection *connection)
{
    Client *client = connection->client;
    if (client->left == 0) {
        uv_close((uv_handle_t *)&connection->tcp, NULL);
        return;
    }
    client->left--;
    uv_buf_t text = uv_buf_init(client->request, (unsigned)client->request_length);
    if (uv_try_write((uv_stream_t *)&connection->tcp, &text, 1) != (int)text.len) {
        stop("write", UV_EAGAIN); // a request always fits into an idle socket
    }
}

static void room_for(uv_handle_t *handle, size_t wanted, uv_buf_t *room)
{
    Connection *connection = handle->data;
    (void)wanted;
    *room = uv_buf_init(connection->text + connection->length,
                        (unsigned)(ROOM - 1 - connection->length));
}

// Gives the bytes of the head, or 0 while it is not complete.
static size_t read_head(Connection *connection)
{
    connection->text[connection->length] = '\0';
    const char *end = strstr(connection->text, "\r\n\r\n");
    if (!end) {
        return 0;
    }
    const char *length = strcasestr(connection->text, "\r\ncontent-length:");
    if (strncmp(connection->text, "HTTP/1.1 200 ", 13) != 0 || !length || length > end) {
        stop("answer", 0);
    }
    connection->body = atoll(length + strlen("\r\ncontent-length:"));
    return (size_t)(end + 4 - connection->text);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *room)
{
    Connection *connection = stream->data;
    (void)room;
    if (got < 0) {
        stop("read", (int)got);
    }
    connection->length += (size_t)got;
    if (connection->body == 0) {
        size_t head = read_head(connection);
        if (head == 0) {
            return;
        }
        connection->length -= head;
    }
    connection->client->bytes += (int64_t)connection->length;
    connection->body -= (int64_t)connection->length;
    connection->length = 0;
    if (connection->body == 0) {
        ask(connection);
    }
}

static void on_connect(uv_connect_t *request, int error)
{
    Connection *connection = request->data;
    if (error) {
        stop("connect", error);
    }
    uv_read_start((uv_stream_t *)&connection->tcp, room_for, on_read);
    ask(connection);
}

int main(int argc, char **argv)
{
    static Client client;
    char host[64], path[256];
    int port;
    if (argc != 3 || sscanf(argv[2], "http://%63[0-9.]:%d%255s", host, &port, path) != 3) {
        fputs("usage: http_limit COUNT http://127.0.0.1:PORT/PATH\n", stderr);
        return 2;
    }
    client.left = atoll(argv[1]);
    client.request_length = (size_t)snprintf(client.request, sizeof client.request,
                                             "GET %s HTTP/1.1\r\nHost: %s:%d\r\n\r\n", path, host,
                                             port);
    uv_loop_init(&client.loop);
    struct sockaddr_in address;
    uv_ip4_addr(host, port, &address);
    for (int64_t i = 0, count = client.left < MOST ? client.left : MOST; i < count; i++) {
        Connection *connection = calloc(1, sizeof *connection);
        if (!connection) {
            stop("connection", UV_ENOMEM);
        }
        connection->client = &client;
        connection->tcp.data = connection->connect.data = connection;
        uv_tcp_init(&client.loop, &connection->tcp);
        uv_tcp_connect(&connection->connect, &connection->tcp, (struct sockaddr *)&address,
                       on_connect);
    }
    uv_run(&client.loop, UV_RUN_DEFAULT);
    printf("%lld\n", (long long)client.bytes);
    return 0;
}
