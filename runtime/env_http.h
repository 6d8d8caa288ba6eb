// env_http.h: the parts of the requests: env_http.c begins and ends them, env_http_message.c
// decides on what is sent and where a redirect leads, env_http_fail.c tells what went wrong,
// env_http_file.c writes downloads, env_http_stream.c gives bodies in pieces, env_http_watch.c
// watches sockets and time for libcurl.
//
// A weir__http belongs to its weir__uv and exists from the first request on. curl is called from
// the loop's callbacks and from begin and cancel only, never from its own callbacks.
#ifndef WEIR_ENV_HTTP_H
#define WEIR_ENV_HTTP_H

#include "env_curl.h"
#include "env_uv.h"

enum {
    WEIR__HTTP_IDLE = 128,             // easy handles kept for the next requests
    WEIR__HTTP_HEAD_LIMIT = 256 << 10, // bytes of one answer's headers
};

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

typedef enum weir__http_refusal { // why we ended a transfer ourselves
    WEIR__HTTP_ACCEPTED,
    WEIR__HTTP_BODY_TOO_LONG,
    WEIR__HTTP_HEAD_TOO_LONG,
    WEIR__HTTP_NO_MEMORY,
    WEIR__HTTP_PASSED_OVER, // the body of a redirect, of which enough was read
} weir__http_refusal;

typedef struct weir__http_bytes {
    char *bytes;
    size_t length, room;
} weir__http_bytes;

typedef struct weir__http_file weir__http_file;

typedef struct weir__http_stream weir__http_stream;

typedef struct weir__request {
    weir__name_wait wait; // first: the wait is the request
    weir__uv *uv;
    weir__http *http; // NULL: libcurl can't be had
    weir__operation *operation; // NULL: of a stream, while nobody asks
    CURL *easy;
    bool added; // to the multi handle
    int no_socket; // errno of why it got none; 0: it got one, or a connection that was kept
    weir__http_refusal refusal;
    int64_t began, hops; // hops: redirects followed
    // what is asked for now: after redirects not what the operation says
    char *url;         // NULL: the operation's
    bool get, foreign; // made a GET without a body; at another host than the first
    bool tls;
    char *host; // as curl names it in CURLOPT_RESOLVE; curl's memory
    char port[8];
    struct curl_slist *resolve, *headers;
    weir__http_bytes body, head;
    int64_t passed_over;   // bytes of redirects' bodies
    weir__http_file *file; // of a download, or NULL
    weir__http_stream *stream; // of a body in pieces, or NULL
    char problem[CURL_ERROR_SIZE];
} weir__request;

// ── env_http.c ───────────────────────────────────────────────────────────────────────────────────
bool weir__http_add_bytes(weir__http_bytes *to, const char *bytes, size_t length);
// The file of a download is open: sends the request. Its operation completes later.
void weir__http_send(weir__request *request);
// The file of a download is whole, or never will be (the operation has its error): completes the
// operation.
void weir__http_done(weir__request *request);
// The file can't be written: the transfer ends. error is the operation's by now.
void weir__http_abort(weir__request *request);
// Ends what the request has under way, but keeps it.
void weir__http_stop(weir__request *request);

// ── env_http_message.c ───────────────────────────────────────────────────────────────────────────
// Where it is asked for now.
const char *weir__http_url(const weir__request *request);
// Takes host and port out of the URL. NULL, or what is wrong with it.
const char *weir__http_read_url(weir__request *request);
// Gives the easy handle method, headers and body. False: memory ended.
bool weir__http_set_message(weir__request *request);
bool weir__http_add_line(weir__http *http, struct curl_slist **list, const char *line);
// A header of the answer that is coming in, or NULL; length is that of its value.
const char *weir__http_header(const weir__request *request, const char *name, size_t *length);
// Whether the answer that is coming in says where to go on, and the program wants to be led.
bool weir__http_leads_on(const weir__request *request);
// Turns the request into the one the answer leads to. False: memory ended, or the failure is in the
// operation.
bool weir__http_redirect(weir__request *request);

// ── env_http_fail.c: the operation's failure is set, always false is given ───────────────────────
bool weir__http_fail(weir__request *request, const char *kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
// The same, marked as permanent.
bool weir__http_fail_for_good(weir__request *request, const char *kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool weir__http_fail_memory(weir__request *request);
bool weir__http_is_good(const weir__request *request); // the status is of 2xx
// A download or a stream whose answer is not of 2xx, as Response.check says it.
void weir__http_fail_bad_status(weir__request *request);
// A transfer that was refused by someone on the way, or (refusal) by us.
void weir__http_fail_transfer(weir__request *request, CURLcode code);
enum { WEIR__HTTP_SHOWN_URL = 300 };
// The URL a failure names: where it happened.
void weir__http_show_url(const weir__request *request, char *to);

// ── env_http_file.c ──────────────────────────────────────────────────────────────────────────────
// Opens a file beside the one wanted; then weir__http_send, or weir__http_done with a failure.
bool weir__http_file_open(weir__request *request);
// From curl's write callback: how many bytes it took, or CURL_WRITEFUNC_PAUSE.
size_t weir__http_file_take(weir__request *request, const char *bytes, size_t length);
// The transfer is over: keep it, if it may get its name. Then weir__http_done.
void weir__http_file_close(weir__request *request, bool keep);
bool weir__http_file_closing(const weir__request *request); // that was said already

// ── env_http_stream.c ────────────────────────────────────────────────────────────────────────────
// Makes the request, whose operation is a WEIR__HTTP_OPEN, one for a body in pieces. False: memory
// ended, and the operation has its failure.
bool weir__http_stream_new(weir__request *request);
void weir__http_stream_free(weir__http_stream *stream); // NULL is fine
// The operation that opened it has completed; the request lives until it is hung up.
bool weir__http_stream_opened(const weir__request *request);
// From curl's write callback, with a good answer: how many bytes it took, or CURL_WRITEFUNC_PAUSE.
size_t weir__http_stream_take(weir__request *request, const char *bytes, size_t length);
// The transfer of a good answer is over.
void weir__http_stream_ended(weir__request *request, CURLcode code);

// ── env_http_watch.c ─────────────────────────────────────────────────────────────────────────────
// Takes the transfers that have ended, and completes their operations.
void weir__http_harvest(weir__http *http);

// Tells curl's multi handle to ask us for sockets and time. False: the timer can't be had.
bool weir__http_watch(weir__http *http);
// Makes an easy handle open and close its sockets here; its OPENSOCKETDATA is to be the request.
CURLcode weir__http_own_sockets(weir__http *http, CURL *easy);
// After the multi handle is gone.
void weir__http_unwatch(weir__http *http);

#endif
