// env_http_watch.c: sockets and time for libcurl.
//
// A watcher lives as long as its socket, not as long as curl wants to hear of it: a kept connection
// changes hands between transfers without a system call. A watcher that fires while nobody wants it
// is stopped.
#include "env_http.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct weir__socket { // a heap object of its own: it may close after everything else
    uv_poll_t poll;
    weir__http *http;
    curl_socket_t descriptor;
    int wanted, watched; // UV_READABLE | UV_WRITABLE
    bool ours;           // made by open_socket, and closed by close_socket
};

// ── sockets ──────────────────────────────────────────────────────────────────────────────────────

static weir__socket *find_socket(const weir__http *http, curl_socket_t descriptor)
{
    return descriptor < http->socket_room ? http->sockets[descriptor] : NULL;
}

static void free_handle(uv_handle_t *handle)
{
    free(handle);
}

static void forget_socket(weir__http *http, weir__socket *s)
{
    http->sockets[s->descriptor] = NULL;
    uv_poll_stop(&s->poll);
    uv_close((uv_handle_t *)&s->poll, free_handle); // the handle is the weir__socket's first field
}

// A watcher for a descriptor. NULL: memory ended, or libuv refuses it.
static weir__socket *watch_socket(weir__http *http, curl_socket_t descriptor, bool ours)
{
    if (descriptor >= http->socket_room) {
        int room = descriptor < 64 ? 128 : descriptor * 2;
        weir__socket **sockets = realloc(http->sockets, (size_t)room * sizeof *sockets);
        if (sockets == NULL) {
            return NULL;
        }
        memset(sockets + http->socket_room, 0,
               (size_t)(room - http->socket_room) * sizeof *sockets);
        http->sockets = sockets;
        http->socket_room = room;
    }
    weir__socket *s = calloc(1, sizeof *s);
    if (s == NULL || uv_poll_init(http->uv->loop, &s->poll, descriptor) != 0) {
        free(s);
        return NULL;
    }
    weir__uv_guest(http->uv, &s->poll);
    s->http = http;
    s->descriptor = descriptor;
    s->ours = ours;
    http->sockets[descriptor] = s;
    return s;
}

static curl_socket_t open_socket(void *with, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void)purpose;
    weir__request *request = with;
    curl_socket_t descriptor = socket(address->family, address->socktype, address->protocol);
    if (descriptor < 0) {
        request->no_socket = errno;
        return CURL_SOCKET_BAD;
    }
    fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    if (watch_socket(request->http, descriptor, true) == NULL) {
        close(descriptor);
        request->no_socket = ENOMEM;
        return CURL_SOCKET_BAD;
    }
    request->no_socket = 0;
    return descriptor;
}

static int close_socket(void *http, curl_socket_t descriptor)
{
    weir__socket *s = find_socket(http, descriptor);
    if (s != NULL) {
        forget_socket(http, s);
    }
    return close(descriptor);
}

static void socket_ready(uv_poll_t *poll, int status, int events)
{
    weir__socket *s = (weir__socket *)(void *)poll;
    weir__http *http = s->http;
    // a kept connection the other side closed; curl looks before it uses it again
    if (s->wanted == 0) {
        uv_poll_stop(poll);
        s->watched = 0;
        return;
    }
    int flags = status < 0 ? CURL_CSELECT_ERR : 0;
    flags |= (events & UV_READABLE) != 0 ? CURL_CSELECT_IN : 0;
    flags |= (events & UV_WRITABLE) != 0 ? CURL_CSELECT_OUT : 0;
    int running;
    http->curl.multi_socket_action(http->multi, s->descriptor, flags, &running);
    weir__http_harvest(http);
}

static int socket_wanted(CURL *easy, curl_socket_t descriptor, int what, void *callback_data,
                         void *unused)
{
    (void)easy;
    (void)unused;
    weir__http *http = callback_data;
    weir__socket *s = find_socket(http, descriptor);
    if (what == CURL_POLL_REMOVE) {
        if (s != NULL && s->ours) {
            s->wanted = 0; // watched as before: the next transfer on it most often wants the same
        } else if (s != NULL) {
            forget_socket(http, s);
        }
        return 0;
    }
    if (s == NULL) { // one of curl's own, to wake itself up
        s = watch_socket(http, descriptor, false);
    }
    if (s == NULL) {
        return -1;
    }
    s->wanted = (what == CURL_POLL_IN || what == CURL_POLL_INOUT ? UV_READABLE : 0) |
                (what == CURL_POLL_OUT || what == CURL_POLL_INOUT ? UV_WRITABLE : 0);
    if (s->wanted != s->watched) {
        if (uv_poll_start(&s->poll, s->wanted, socket_ready) != 0) {
            return -1;
        }
        s->watched = s->wanted;
    }
    return 0;
}

static void timer_fired(uv_timer_t *timer)
{
    weir__http *http = timer->data;
    int running;
    http->curl.multi_socket_action(http->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    weir__http_harvest(http);
}

static int timer_wanted(CURLM *multi, long ms, void *callback_data)
{
    (void)multi;
    weir__http *http = callback_data;
    if (ms < 0) {
        uv_timer_stop(http->timer);
    } else {
        uv_timer_start(http->timer, timer_fired, (uint64_t)ms, 0);
    }
    return 0;
}

// ── begin and end ────────────────────────────────────────────────────────────────────────────────

bool weir__http_watch(weir__http *http)
{
    http->timer = calloc(1, sizeof *http->timer);
    if (http->timer == NULL) {
        return false;
    }
    uv_timer_init(http->uv->loop, http->timer);
    http->timer->data = http;
    __typeof__(curl_multi_setopt) *set = http->curl.multi_setopt;
    set(http->multi, CURLMOPT_SOCKETFUNCTION, socket_wanted);
    set(http->multi, CURLMOPT_SOCKETDATA, http);
    set(http->multi, CURLMOPT_TIMERFUNCTION, timer_wanted);
    set(http->multi, CURLMOPT_TIMERDATA, http);
    return true;
}

CURLcode weir__http_own_sockets(weir__http *http, CURL *easy)
{
    __typeof__(curl_easy_setopt) *set = http->curl.easy_setopt;
    CURLcode code = set(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    code = code != CURLE_OK ? code : set(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
    return code != CURLE_OK ? code : set(easy, CURLOPT_CLOSESOCKETDATA, http);
}

void weir__http_unwatch(weir__http *http)
{
    uv_close((uv_handle_t *)http->timer, free_handle);
    free(http->sockets);
}
