// http_hand.c: GET on libcurl's multi-socket interface and libuv by hand, a hundred in flight, as
// libcurl's own documentation teaches it: a uv_poll_t for each socket while curl wants one.
//
// usage: http_hand COUNT URL
#include <curl/curl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

enum { MOST = 100 };

typedef struct Client {
    CURLM *multi;
    uv_timer_t timer;
    const char *url;
    int64_t left, bytes;
    int failed;
} Client;

typedef struct Socket {
    uv_poll_t poll;
    curl_socket_t number;
    Client *client;
} Socket;

static size_t on_body(char *bytes, size_t size, size_t count, void *with)
{
    Client *client = with;
    (void)bytes;
    client->bytes += (int64_t)(size * count);
    return size * count;
}

static void begin(Client *client, CURL *easy)
{
    client->left--;
    curl_multi_add_handle(client->multi, easy);
}

static void take_done(Client *client)
{
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(client->multi, &left))) {
        CURL *easy = message->easy_handle;
        client->failed |= message->data.result != CURLE_OK;
        curl_multi_remove_handle(client->multi, easy);
        if (client->left > 0) {
            begin(client, easy);
        } else {
            curl_easy_cleanup(easy);
        }
    }
}

static void on_socket(uv_poll_t *poll, int status, int events)
{
    Socket *socket = poll->data;
    Client *client = socket->client;
    int action = status < 0 ? CURL_CSELECT_ERR : 0;
    action |= (events & UV_READABLE) ? CURL_CSELECT_IN : 0;
    action |= (events & UV_WRITABLE) ? CURL_CSELECT_OUT : 0;
    int running;
    curl_multi_socket_action(client->multi, socket->number, action, &running);
    take_done(client);
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static int watch(CURL *easy, curl_socket_t number, int what, void *with, void *socketp)
{
    Client *client = with;
    Socket *socket = socketp;
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (socket) {
            uv_poll_stop(&socket->poll);
            uv_close((uv_handle_t *)&socket->poll, on_closed);
            curl_multi_assign(client->multi, number, NULL);
        }
        return 0;
    }
    if (!socket) {
        socket = malloc(sizeof *socket);
        if (!socket) {
            return -1;
        }
        socket->number = number;
        socket->client = client;
        uv_poll_init_socket(client->timer.loop, &socket->poll, number);
        socket->poll.data = socket;
        curl_multi_assign(client->multi, number, socket);
    }
    int events = what == CURL_POLL_IN    ? UV_READABLE
                 : what == CURL_POLL_OUT ? UV_WRITABLE
                                         : UV_READABLE | UV_WRITABLE;
    uv_poll_start(&socket->poll, events, on_socket);
    return 0;
}

static void on_timer(uv_timer_t *timer)
{
    Client *client = timer->data;
    int running;
    curl_multi_socket_action(client->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    take_done(client);
}

static int set_timer(CURLM *multi, long ms, void *with)
{
    Client *client = with;
    (void)multi;
    if (ms < 0) {
        uv_timer_stop(&client->timer);
    } else {
        uv_timer_start(&client->timer, on_timer, (uint64_t)ms, 0);
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fputs("usage: http_hand COUNT URL\n", stderr);
        return 2;
    }
    uv_loop_t loop;
    uv_loop_init(&loop);
    Client client = {.left = atoll(argv[1]), .url = argv[2]};
    uv_timer_init(&loop, &client.timer);
    client.timer.data = &client;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    client.multi = curl_multi_init();
    curl_multi_setopt(client.multi, CURLMOPT_SOCKETFUNCTION, watch);
    curl_multi_setopt(client.multi, CURLMOPT_SOCKETDATA, &client);
    curl_multi_setopt(client.multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(client.multi, CURLMOPT_TIMERDATA, &client);
    curl_multi_setopt(client.multi, CURLMOPT_MAXCONNECTS, (long)MOST);
    for (int i = 0; i < MOST && client.left > 0; i++) {
        CURL *easy = curl_easy_init();
        curl_easy_setopt(easy, CURLOPT_URL, client.url);
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
        curl_easy_setopt(easy, CURLOPT_WRITEDATA, &client);
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        begin(&client, easy);
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    curl_multi_cleanup(client.multi);
    curl_global_cleanup();
    printf("%lld\n", (long long)client.bytes);
    return client.failed;
}
