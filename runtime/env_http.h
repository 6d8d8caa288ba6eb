// env_http.h: the two halves of the requests: env_http.c begins and ends them, env_http_watch.c
// watches sockets and time for libcurl.
//
// A weir__http belongs to its weir__uv and exists from the first request on. curl is called from
// the loop's callbacks and from begin and cancel only, never from its own callbacks.
#ifndef WEIR_ENV_HTTP_H
#define WEIR_ENV_HTTP_H

#include "env_curl.h"
#include "env_uv.h"

enum { WEIR__HTTP_IDLE = 128 }; // easy handles kept for the next requests

typedef struct weir__socket weir__socket;

struct weir__http {
    weir__uv *uv;
    weir__curl curl;
    CURLM *multi;
    uv_timer_t *timer;
    weir__socket **sockets; // by descriptor
    int socket_room;
    CURL *idle[WEIR__HTTP_IDLE];
    int idle_count;
};

// Takes the transfers that have ended, and completes their operations.
void weir__http_harvest(weir__http *http);

// Tells curl's multi handle to ask us for sockets and time. False: the timer can't be had.
bool weir__http_watch(weir__http *http);
// Makes an easy handle open and close its sockets here.
CURLcode weir__http_own_sockets(weir__http *http, CURL *easy);
// After the multi handle is gone.
void weir__http_unwatch(weir__http *http);

#endif
