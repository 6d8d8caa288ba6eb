// env_http.c: requests on libcurl's multi-socket interface.
//
//   begin ─ url ─ name (env_names.c, unless it is an address) ─ transfer ─ answer ─ finish
//
// Everything received has a bound, and every way of failing names the URL it happened at.
#include "env_http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "error.h"
#include "http.h"
#include "map.h"
#include "text.h"
#include "value.h"

enum {
    BODY_LIMIT = 64 << 20,  // bytes, after decompression
    HEAD_LIMIT = 256 << 10, // bytes of one answer's headers
    CONNECT_LIMIT_MS = 30000,
    SILENCE_LIMIT_S = 60, // less than a byte a second for so long ends a transfer
    MOST_REDIRECTS = 10,
    MOST_CONNECTIONS_KEPT = 256,
    SHOWN_URL = 300,
};

typedef enum Refusal { ACCEPTED, BODY_TOO_LONG, HEAD_TOO_LONG, NO_MEMORY } Refusal;

typedef struct Bytes {
    char *bytes;
    size_t length, room;
} Bytes;

typedef struct Request {
    weir__name_wait wait; // first: the wait is the request
    weir__http *http;
    weir__operation *operation;
    CURL *easy;
    bool added; // to the multi handle
    Refusal refusal;
    int64_t began;
    char *host; // as curl names it in CURLOPT_RESOLVE
    char port[8];
    struct curl_slist *resolve, *headers;
    Bytes body, head;
    char problem[CURL_ERROR_SIZE];
} Request;

// ── what comes in ────────────────────────────────────────────────────────────────────────────────

static bool add_bytes(Bytes *to, const char *bytes, size_t length)
{
    if (to->length + length > to->room) {
        size_t room = (to->length + length) * 2;
        char *grown = realloc(to->bytes, room);
        if (grown == NULL) {
            return false;
        }
        to->bytes = grown;
        to->room = room;
    }
    memcpy(to->bytes + to->length, bytes, length);
    to->length += length;
    return true;
}

static size_t take_bytes(Request *request, Bytes *to, const char *bytes, size_t length,
                         size_t limit, Refusal too_long)
{
    if (length > limit - to->length) {
        request->refusal = too_long;
        return 0;
    }
    if (!add_bytes(to, bytes, length)) {
        request->refusal = NO_MEMORY;
        return 0;
    }
    return length;
}

static size_t take_body(char *bytes, size_t one, size_t length, void *request)
{
    (void)one; // always 1
    Request *r = request;
    return length == 0 ? 0 : take_bytes(r, &r->body, bytes, length, BODY_LIMIT, BODY_TOO_LONG);
}

static size_t take_head(char *bytes, size_t one, size_t length, void *request)
{
    (void)one;
    Request *r = request;
    // another answer: after a redirect, after 100
    if (length >= 5 && memcmp(bytes, "HTTP/", 5) == 0) {
        r->head.length = 0;
        r->body.length = 0;
    }
    return take_bytes(r, &r->head, bytes, length, HEAD_LIMIT, HEAD_TOO_LONG);
}

// ── the end of a request ─────────────────────────────────────────────────────────────────────────

// Gives everything back but the operation.
static void release(Request *request)
{
    weir__http *http = request->http;
    weir__names_forget(&request->wait);
    if (request->added) {
        http->curl.multi_remove_handle(http->multi, request->easy);
    }
    if (request->easy != NULL) { // it must not remember what goes now
        http->curl.easy_setopt(request->easy, CURLOPT_RESOLVE, NULL);
        http->curl.easy_setopt(request->easy, CURLOPT_HTTPHEADER, NULL);
        http->curl.easy_setopt(request->easy, CURLOPT_POSTFIELDS, NULL);
        http->curl.easy_setopt(request->easy, CURLOPT_ERRORBUFFER, NULL);
        if (http->idle_count < WEIR__HTTP_IDLE) {
            http->idle[http->idle_count++] = request->easy;
        } else {
            http->curl.easy_cleanup(request->easy);
        }
    }
    if (http != NULL) {
        http->curl.slist_free_all(request->resolve);
        http->curl.slist_free_all(request->headers);
        http->curl.free(request->host);
    }
    request->operation->outside = NULL;
    free(request->body.bytes);
    free(request->head.bytes);
    free(request);
}

// The URL a failure names: where it happened, after redirects.
static void show_url(const Request *request, char *to, size_t room)
{
    char *url = NULL;
    if (request->easy != NULL) {
        request->http->curl.easy_getinfo(request->easy, CURLINFO_EFFECTIVE_URL, &url);
    }
    weir__show_url(to, room, url != NULL && *url != '\0' ? url : request->operation->url->bytes);
}

// A transfer that was not refused by us but by someone on the way.
static void fail_transfer(Request *request, CURLcode code)
{
    weir__operation *operation = request->operation;
    const weir__curl *curl = &request->http->curl;
    char url[SHOWN_URL];
    show_url(request, url, sizeof url);
    const char *told = request->problem[0] != '\0' ? request->problem : curl->easy_strerror(code);
    long system_error = 0;
    curl->easy_getinfo(request->easy, CURLINFO_OS_ERRNO, &system_error);
    switch ((int)code) { // an enum of a hundred names: those that say something to a user
    case CURLE_COULDNT_CONNECT:
        if (system_error == ECONNREFUSED) {
            weir__uv_fail(operation, "io", "connection refused: %s", url);
        } else {
            weir__uv_fail(operation, "io", "no connection: %s (%s)", url,
                          system_error != 0 ? strerror((int)system_error) : told);
        }
        return;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        weir__uv_fail(operation, "io", "unknown host: %s (%s)", url, told);
        return;
    case CURLE_OPERATION_TIMEDOUT:
        weir__uv_fail(operation, "io", "no answer: %s (%s)", url, told);
        return;
    case CURLE_GOT_NOTHING:
        weir__uv_fail(operation, "io", "the connection was closed before an answer came: %s", url);
        return;
    case CURLE_PARTIAL_FILE:
        weir__uv_fail(operation, "io", "the answer ended early: %s (%s)", url, told);
        return;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
        weir__uv_fail(operation, "io", "the connection broke: %s (%s)", url, told);
        return;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
        weir__uv_fail(operation, "io", "no trusted connection: %s (%s)", url, told);
        return;
    case CURLE_TOO_MANY_REDIRECTS:
        weir__uv_fail(operation, "http", "more than %d redirects: %s", MOST_REDIRECTS, url);
        return;
    case CURLE_UNSUPPORTED_PROTOCOL:
        weir__uv_fail(operation, "http", "neither http nor https, or no HTTP at all: %s (%s)", url,
                      told);
        return;
    case CURLE_OUT_OF_MEMORY: weir__uv_fail(operation, "memory", "out of memory: %s", url); return;
    case CURLE_URL_MALFORMAT:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
        weir__uv_fail(operation, "http", "not a good answer: %s (%s)", url, told);
        return;
    }
    weir__uv_fail(operation, "io", "%s: %s", told, url);
}

static void fail_refused(Request *request)
{
    char url[SHOWN_URL];
    show_url(request, url, sizeof url);
    switch (request->refusal) {
    case BODY_TOO_LONG:
        weir__uv_fail(request->operation, "http", "the answer's body is longer than %d MiB: %s",
                      BODY_LIMIT >> 20, url);
        return;
    case HEAD_TOO_LONG:
        weir__uv_fail(request->operation, "http", "the answer's headers are longer than %d KiB: %s",
                      HEAD_LIMIT >> 10, url);
        return;
    case NO_MEMORY:
    case ACCEPTED: weir__uv_fail(request->operation, "memory", "out of memory: %s", url); return;
    }
}

static void set_answer(Request *request)
{
    weir__operation *operation = request->operation;
    weir_context quiet = {.runtime = operation->runtime};
    long status = 0;
    char *url = NULL;
    request->http->curl.easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &status);
    request->http->curl.easy_getinfo(request->easy, CURLINFO_EFFECTIVE_URL, &url);
    const char *reached = url == NULL ? operation->url->bytes : url;
    operation->result.object = weir__response_new(
        &quiet, status, request->head.bytes, request->head.length, request->body.bytes,
        request->body.length, reached, (int64_t)uv_hrtime() - request->began);
    operation->error = weir_take(&quiet);
}

static void finish(Request *request, CURLcode code)
{
    weir__operation *operation = request->operation;
    weir__uv *uv = request->http->uv;
    if (request->refusal != ACCEPTED) {
        fail_refused(request);
    } else if (code != CURLE_OK) {
        fail_transfer(request, code);
    } else {
        set_answer(request);
    }
    release(request);
    weir__uv_finish(uv, operation);
}

// Takes the transfers that have ended.
void weir__http_harvest(weir__http *http)
{
    int left;
    for (CURLMsg *message; (message = http->curl.multi_info_read(http->multi, &left)) != NULL;) {
        if (message->msg == CURLMSG_DONE) {
            char *private = NULL;
            CURLcode code = message->data.result; // the message goes with the handle
            http->curl.easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private);
            finish((Request *)(void *)private, code);
        }
    }
}

// ── the begin of a request ───────────────────────────────────────────────────────────────────────

// What is the same for all requests. False: this libcurl lacks something that must not be missing.
static bool prepare(weir__http *http, CURL *easy)
{
    __typeof__(curl_easy_setopt) *set = http->curl.easy_setopt;
    CURLcode code = set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    code = code != CURLE_OK ? code : set(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    code = code != CURLE_OK ? code : weir__http_own_sockets(http, easy);
    code = code != CURLE_OK ? code : set(easy, CURLOPT_NOSIGNAL, 1L);
    // a name curl itself resolves (behind a redirect) is not waited for
    set(easy, CURLOPT_QUICK_EXIT, 1L);
    set(easy, CURLOPT_WRITEFUNCTION, take_body);
    set(easy, CURLOPT_HEADERFUNCTION, take_head);
    set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(easy, CURLOPT_FOLLOWLOCATION, 1L); // credentials and own headers for one host stay with it
    set(easy, CURLOPT_MAXREDIRS, (long)MOST_REDIRECTS);
    set(easy, CURLOPT_ACCEPT_ENCODING, ""); // all that curl can undo
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_LIMIT_MS);
    set(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(easy, CURLOPT_LOW_SPEED_TIME, (long)SILENCE_LIMIT_S);
    set(easy, CURLOPT_USERAGENT, "weir");
    return code == CURLE_OK;
}

static weir__http *http_new(weir__uv *uv, char *why, size_t size)
{
    weir__http *http = calloc(1, sizeof *http);
    if (http == NULL || !weir__curl_load(&http->curl, why, size)) {
        free(http);
        return NULL;
    }
    http->uv = uv;
    http->multi = http->curl.multi_init();
    if (http->multi == NULL || !weir__http_watch(http)) {
        if (http->multi != NULL) {
            http->curl.multi_cleanup(http->multi);
        }
        weir__curl_unload(&http->curl);
        free(http);
        return NULL;
    }
    http->curl.multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, (long)MOST_CONNECTIONS_KEPT);
    return http;
}

// The operation fails before anything was sent.
static void refuse(weir__uv *uv, Request *request, const char *kind, const char *what,
                   const char *why)
{
    weir__operation *operation = request->operation;
    char url[SHOWN_URL];
    weir__show_url(url, sizeof url, operation->url->bytes);
    weir__uv_fail(operation, kind, why == NULL ? "%s: %s" : "%s: %s (%s)", what, url, why);
    if (request->http == NULL) {
        operation->outside = NULL;
        free(request);
    } else {
        release(request);
    }
    weir__uv_finish_later(uv, operation);
}

// A proxy from the environment resolves the name itself.
static bool has_proxy(void)
{
    static const char *const names[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                        "ALL_PROXY"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && *value != '\0') {
            return true;
        }
    }
    return false;
}

// Whether the host needs no name server of ours: an address, what curl knows by itself, what it has
// to translate first.
static bool needs_no_name(const char *host)
{
    struct in_addr four;
    size_t length = strlen(host);
    if (host[0] == '[' || inet_aton(host, &four) != 0 || strcasecmp(host, "localhost") == 0 ||
        (length > 10 && strcasecmp(host + length - 10, ".localhost") == 0)) {
        return true;
    }
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)host[i] >= 0x80) {
            return true;
        }
    }
    return has_proxy();
}

// Takes host and port out of the URL. NULL, or what is wrong with it.
static const char *read_url(Request *request)
{
    const weir__curl *curl = &request->http->curl;
    CURLU *parts = curl->url();
    if (parts == NULL) {
        return "out of memory";
    }
    char *scheme = NULL, *port = NULL;
    CURLUcode code = curl->url_set(parts, CURLUPART_URL, request->operation->url->bytes,
                                   CURLU_NON_SUPPORT_SCHEME);
    code = code != CURLUE_OK ? code : curl->url_get(parts, CURLUPART_SCHEME, &scheme, 0);
    const char *wrong = code != CURLUE_OK ? curl->url_strerror(code) : NULL;
    if (wrong == NULL && strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0) {
        wrong = "neither http nor https";
    }
    if (wrong == NULL) {
        code = curl->url_get(parts, CURLUPART_HOST, &request->host, 0);
        code = code != CURLUE_OK ? code
                                 : curl->url_get(parts, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT);
        wrong = code != CURLUE_OK ? curl->url_strerror(code) : NULL;
    }
    if (wrong == NULL) {
        memcpy(request->port, port, strnlen(port, sizeof request->port - 1)); // at most 65535
    }
    curl->free(scheme);
    curl->free(port);
    curl->url_cleanup(parts);
    return wrong;
}

// A handle for the request, used before or new. NULL: it can't be had.
static CURL *take_easy(weir__http *http)
{
    if (http->idle_count > 0) {
        return http->idle[--http->idle_count];
    }
    CURL *easy = http->curl.easy_init();
    if (easy != NULL && !prepare(http, easy)) {
        http->curl.easy_cleanup(easy);
        easy = NULL;
    }
    return easy;
}

static bool add_line(weir__http *http, struct curl_slist **list, const char *line)
{
    struct curl_slist *longer = http->curl.slist_append(*list, line);
    if (longer == NULL) {
        return false;
    }
    *list = longer;
    return true;
}

// Method, headers and body.
static bool set_message(Request *request)
{
    const weir__operation *operation = request->operation;
    __typeof__(curl_easy_setopt) *set = request->http->curl.easy_setopt;
    const char *method = operation->method->bytes;
    set(request->easy, CURLOPT_NOBODY, 0L);
    set(request->easy, CURLOPT_HTTPGET, 1L); // undoes what the handle's last request set
    set(request->easy, CURLOPT_CUSTOMREQUEST, NULL);
    if (operation->body != NULL) {
        set(request->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)operation->body->length);
        set(request->easy, CURLOPT_POSTFIELDS, operation->body->bytes); // the operation keeps it
        if (!add_line(request->http, &request->headers, "Expect:")) {   // send it right away
            return false;
        }
    }
    if (strcmp(method, "HEAD") == 0) {
        set(request->easy, CURLOPT_NOBODY, 1L);
    } else if (strcmp(method, operation->body != NULL ? "POST" : "GET") != 0) {
        set(request->easy, CURLOPT_CUSTOMREQUEST, method);
    }
    for (int64_t i = 0; operation->headers != NULL && i < operation->headers->length; i++) {
        const weir_string *line = operation->headers->items[i].object;
        if (!add_line(request->http, &request->headers, line->bytes)) {
            return false;
        }
    }
    return set(request->easy, CURLOPT_HTTPHEADER, request->headers) == CURLE_OK;
}

// The name is resolved (addresses NULL: it needs no resolving): hands the request to curl. False:
// memory ended.
static bool send_request(Request *request, const char *addresses)
{
    weir__http *http = request->http;
    __typeof__(curl_easy_setopt) *set = http->curl.easy_setopt;
    request->easy = take_easy(http);
    if (request->easy == NULL) {
        return false;
    }
    if (addresses != NULL) { // "+": for as long as curl keeps names, not for ever
        char line[2048];
        int length = snprintf(line, sizeof line, "+%s:%s:%s", request->host, request->port,
                              addresses);
        if (length < 0 || (size_t)length >= sizeof line ||
            !add_line(http, &request->resolve, line)) {
            return false;
        }
        set(request->easy, CURLOPT_RESOLVE, request->resolve);
    }
    set(request->easy, CURLOPT_PRIVATE, request);
    set(request->easy, CURLOPT_WRITEDATA, request);
    set(request->easy, CURLOPT_HEADERDATA, request);
    set(request->easy, CURLOPT_ERRORBUFFER, request->problem);
    if (set(request->easy, CURLOPT_URL, request->operation->url->bytes) != CURLE_OK ||
        !set_message(request)) {
        return false;
    }
    request->added = http->curl.multi_add_handle(http->multi, request->easy) == CURLM_OK;
    return request->added;
}

static void name_found(weir__name_wait *wait, const char *addresses, const char *why)
{
    Request *request = (Request *)(void *)wait;
    if (addresses != NULL && send_request(request, addresses)) {
        return;
    }
    weir__operation *operation = request->operation;
    weir__uv *uv = request->http->uv;
    char url[SHOWN_URL];
    weir__show_url(url, sizeof url, operation->url->bytes);
    if (addresses == NULL) {
        weir__uv_fail(operation, "io", "unknown host: %s (%s)", url, why);
    } else {
        weir__uv_fail(operation, "memory", "out of memory: %s", url);
    }
    release(request);
    weir__uv_finish(uv, operation);
}

void weir__http_begin(weir__uv *uv, weir__operation *operation)
{
    Request *request = calloc(1, sizeof *request);
    if (request == NULL) {
        weir__uv_fail(operation, "memory", "out of memory");
        weir__uv_finish_later(uv, operation);
        return;
    }
    operation->outside = request;
    request->operation = operation;
    request->began = (int64_t)uv_hrtime();
    request->wait.found = name_found;
    char why[512] = "out of memory";
    if (uv->http == NULL) {
        uv->http = http_new(uv, why, sizeof why);
    }
    request->http = uv->http;
    if (request->http == NULL) {
        refuse(uv, request, "io", why, NULL);
        return;
    }
    const char *wrong = read_url(request);
    if (wrong != NULL) {
        refuse(uv, request, "http", "not a URL for HTTP", wrong);
        return;
    }
    const char *addresses = NULL;
    bool literal = needs_no_name(request->host);
    if (!literal) {
        addresses = weir__names_find(uv, request->host, &request->wait, &wrong);
        if (addresses == NULL && wrong == NULL) {
            return; // name_found goes on
        }
    }
    if (wrong != NULL) {
        refuse(uv, request, "io", "the host's name can't be asked for", wrong);
    } else if (!send_request(request, addresses)) {
        refuse(uv, request, "memory", "out of memory", NULL);
    }
}

void weir__http_cancel(weir__uv *uv, weir__operation *operation)
{
    Request *request = operation->outside;
    if (request == NULL) {
        return; // it has ended already, and completes
    }
    release(request);
    weir__uv_set_cancelled(operation);
    weir__uv_finish_later(uv, operation);
}

void weir__http_free(weir__http *http)
{
    if (http == NULL) {
        return;
    }
    while (http->idle_count > 0) {
        http->curl.easy_cleanup(http->idle[--http->idle_count]);
    }
    http->curl.multi_cleanup(http->multi); // closes the kept connections: close_socket
    weir__curl_unload(&http->curl);
    weir__http_unwatch(http);
    free(http);
}
