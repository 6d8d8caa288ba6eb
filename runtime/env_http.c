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
#include <sys/resource.h>

#include "error.h"
#include "http.h"
#include "map.h"
#include "text.h"
#include "value.h"

enum {
    CONNECT_LIMIT_MS = 30000,
    SILENCE_LIMIT_S = 60, // less than a byte a second for so long ends a transfer
    MOST_CONNECTIONS_KEPT = 256,
    MOST_PASSED_OVER = 64 << 10, // bytes of redirects' bodies; then the connection is closed
};

// ── what comes in ────────────────────────────────────────────────────────────────────────────────

bool weir__http_add_bytes(weir__http_bytes *to, const char *bytes, size_t length)
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

static size_t take_bytes(weir__request *request, weir__http_bytes *to, const char *bytes,
                         size_t length, size_t limit, weir__http_refusal too_long)
{
    if (length > limit - to->length) {
        request->refusal = too_long;
        return 0;
    }
    if (!weir__http_add_bytes(to, bytes, length)) {
        request->refusal = WEIR__HTTP_NO_MEMORY;
        return 0;
    }
    return length;
}

static size_t take_body(char *bytes, size_t one, size_t length, void *request)
{
    (void)one; // always 1
    weir__request *r = request;
    if (length == 0) {
        return 0;
    }
    if (weir__http_stream_opened(r)) {
        return weir__http_stream_take(r, bytes, length);
    }
    if (weir__http_leads_on(r) || (r->stream != NULL && !weir__http_is_good(r))) {
        r->passed_over += (int64_t)length;
        bool enough = r->passed_over > MOST_PASSED_OVER;
        r->refusal = enough ? WEIR__HTTP_PASSED_OVER : r->refusal;
        return enough ? 0 : length;
    }
    if (r->stream != NULL) {
        return weir__http_stream_take(r, bytes, length);
    }
    size_t max = (size_t)r->operation->max;
    if (r->file != NULL) {
        return weir__http_file_take(r, bytes, length);
    }
    return take_bytes(r, &r->body, bytes, length, max, WEIR__HTTP_BODY_TOO_LONG);
}

static size_t take_head(char *bytes, size_t one, size_t length, void *request)
{
    (void)one;
    weir__request *r = request;
    // another answer: after 100
    if (length >= 5 && memcmp(bytes, "HTTP/", 5) == 0) {
        r->head.length = 0;
        r->body.length = 0;
    }
    return take_bytes(r, &r->head, bytes, length, WEIR__HTTP_HEAD_LIMIT,
                      WEIR__HTTP_HEAD_TOO_LONG);
}

// ── the end of a request ─────────────────────────────────────────────────────────────────────────

void weir__http_stop(weir__request *request)
{
    weir__http *http = request->http;
    weir__names_forget(&request->wait);
    if (request->added) {
        http->curl.multi_remove_handle(http->multi, request->easy);
        request->added = false;
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
        request->easy = NULL;
    }
    http->curl.slist_free_all(request->resolve);
    http->curl.slist_free_all(request->headers);
    request->resolve = request->headers = NULL;
}

// Gives everything back but the operation.
static void release(weir__request *request)
{
    if (request->http != NULL) {
        weir__http_stop(request);
        request->http->curl.free(request->host);
    }
    if (request->operation != NULL) {
        request->operation->outside = NULL;
    }
    weir__http_stream_free(request->stream);
    free(request->url);
    free(request->body.bytes);
    free(request->head.bytes);
    free(request);
}

static void set_answer(weir__request *request)
{
    weir__operation *operation = request->operation;
    weir_context quiet = {.runtime = operation->runtime};
    long status = 0;
    char *url = NULL;
    request->http->curl.easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &status);
    request->http->curl.easy_getinfo(request->easy, CURLINFO_EFFECTIVE_URL, &url);
    const char *reached = url == NULL ? weir__http_url(request) : url;
    operation->result.object = weir__response_new(
        &quiet, status, request->head.bytes, request->head.length, request->body.bytes,
        request->body.length, reached, (int64_t)uv_hrtime() - request->began);
    operation->error = weir_take(&quiet);
}

void weir__http_done(weir__request *request)
{
    weir__operation *operation = request->operation;
    weir__uv *uv = request->http->uv;
    release(request);
    weir__uv_finish(uv, operation);
}

static bool go(weir__request *request);

// Goes on to where the answer leads. False: the operation has its failure.
static bool follow(weir__request *request)
{
    if (!weir__http_redirect(request)) {
        return false;
    }
    weir__http_stop(request);
    request->refusal = WEIR__HTTP_ACCEPTED;
    request->head.length = request->body.length = 0;
    return go(request);
}

// What a download gave: the file, when the answer is a good one.
static void finish_file(weir__request *request)
{
    if (request->operation->error == NULL) {
        weir__http_fail_bad_status(request);
    }
    weir__http_stop(request);
    weir__http_file_close(request, request->operation->error == NULL);
}

static void finish(weir__request *request, CURLcode code)
{
    if (weir__http_stream_opened(request)) {
        weir__http_stream_ended(request, code);
        return;
    }
    bool cut = request->refusal == WEIR__HTTP_PASSED_OVER;
    if ((code == CURLE_OK || cut) && weir__http_leads_on(request)) {
        if (follow(request)) {
            return;
        }
    } else if (request->stream != NULL && (code == CURLE_OK || cut)) {
        weir__http_fail_bad_status(request);
        if (request->operation->error == NULL) {
            weir__http_stream_ended(request, code);
            return;
        }
    } else if (code != CURLE_OK) {
        weir__http_fail_transfer(request, code);
    } else if (request->file == NULL) {
        set_answer(request);
    }
    if (request->file != NULL) {
        finish_file(request);
    } else {
        weir__http_done(request);
    }
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
            finish((weir__request *)(void *)private, code);
        }
    }
}

// ── the begin of a request ───────────────────────────────────────────────────────────────────────

// A variable of the process that is set and not empty, or NULL.
static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && *value != '\0' ? value : NULL;
}

// What is the same for all requests. False: this libcurl lacks something that must not be missing.
static bool prepare(weir__http *http, CURL *easy)
{
    __typeof__(curl_easy_setopt) *set = http->curl.easy_setopt;
    CURLcode code = set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    code = code != CURLE_OK ? code : weir__http_own_sockets(http, easy);
    code = code != CURLE_OK ? code : set(easy, CURLOPT_NOSIGNAL, 1L);
    // a name curl itself resolves (a proxy's) is not waited for
    set(easy, CURLOPT_QUICK_EXIT, 1L);
    set(easy, CURLOPT_WRITEFUNCTION, take_body);
    set(easy, CURLOPT_HEADERFUNCTION, take_head);
    set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(easy, CURLOPT_ACCEPT_ENCODING, ""); // all that curl can undo
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_LIMIT_MS);
    set(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(easy, CURLOPT_LOW_SPEED_TIME, (long)SILENCE_LIMIT_S);
    set(easy, CURLOPT_USERAGENT, "weir");
    const char *trusted = variable("CURL_CA_BUNDLE");
    trusted = trusted != NULL ? trusted : variable("SSL_CERT_FILE");
    if (trusted != NULL) {
        set(easy, CURLOPT_CAINFO, trusted);
    }
    if (variable("SSL_CERT_DIR") != NULL) {
        set(easy, CURLOPT_CAPATH, variable("SSL_CERT_DIR"));
    }
    return code == CURLE_OK;
}

// How many connections are kept for later: not so many that nothing else can be opened.
static long most_kept(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur / 4 >= MOST_CONNECTIONS_KEPT) {
        return MOST_CONNECTIONS_KEPT;
    }
    return files.rlim_cur >= 4 ? (long)(files.rlim_cur / 4) : 1;
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
    http->curl.multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, most_kept());
    return http;
}

// A proxy from the environment resolves the name itself.
static bool has_proxy(void)
{
    static const char *const names[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                        "ALL_PROXY"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (variable(names[i]) != NULL) {
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

// The name is resolved (addresses NULL: it needs no resolving): hands the request to curl. False:
// memory ended, and the operation has its failure.
static bool transfer(weir__request *request, const char *addresses)
{
    weir__http *http = request->http;
    __typeof__(curl_easy_setopt) *set = http->curl.easy_setopt;
    request->easy = take_easy(http);
    if (request->easy == NULL) {
        return weir__http_fail_memory(request);
    }
    if (addresses != NULL) { // "+": for as long as curl keeps names, not for ever
        char line[2048];
        int length = snprintf(line, sizeof line, "+%s:%s:%s", request->host, request->port,
                              addresses);
        if (length < 0 || (size_t)length >= sizeof line ||
            !weir__http_add_line(http, &request->resolve, line)) {
            return weir__http_fail_memory(request);
        }
        set(request->easy, CURLOPT_RESOLVE, request->resolve);
    }
    set(request->easy, CURLOPT_PRIVATE, request);
    set(request->easy, CURLOPT_WRITEDATA, request);
    set(request->easy, CURLOPT_HEADERDATA, request);
    set(request->easy, CURLOPT_OPENSOCKETDATA, request);
    request->no_socket = 0;
    set(request->easy, CURLOPT_ERRORBUFFER, request->problem);
    request->problem[0] = '\0';
    if (set(request->easy, CURLOPT_URL, weir__http_url(request)) != CURLE_OK ||
        !weir__http_set_message(request)) {
        return weir__http_fail_memory(request);
    }
    request->added = http->curl.multi_add_handle(http->multi, request->easy) == CURLM_OK;
    return request->added || weir__http_fail_memory(request);
}

// The request ends before it came to a transfer: the operation has its failure.
static void give_up(weir__request *request)
{
    if (request->file != NULL) {
        weir__http_stop(request);
        weir__http_file_close(request, false);
    } else {
        weir__http_done(request);
    }
}

static void name_found(weir__name_wait *wait, const char *addresses, const char *why)
{
    weir__request *request = (weir__request *)(void *)wait;
    if (addresses == NULL) {
        char url[WEIR__HTTP_SHOWN_URL];
        weir__http_show_url(request, url);
        weir__http_fail(request, "io", "unknown host: %s (%s)", url, why);
        give_up(request);
    } else if (!transfer(request, addresses)) {
        give_up(request);
    }
}

// The URL is read: asks for the name's addresses, or goes on at once. False: the operation has its
// failure.
static bool go(weir__request *request)
{
    if (needs_no_name(request->host)) {
        return transfer(request, NULL);
    }
    const char *wrong = NULL;
    const char *addresses = weir__names_find(request->http->uv, request->host, &request->wait,
                                             &wrong);
    if (wrong != NULL) {
        char url[WEIR__HTTP_SHOWN_URL];
        weir__http_show_url(request, url);
        return weir__http_fail(request, "io", "the host's name can't be asked for: %s (%s)", url,
                               wrong);
    }
    return addresses == NULL || transfer(request, addresses); // NULL: name_found goes on
}

void weir__http_send(weir__request *request)
{
    if (!go(request)) {
        give_up(request);
    }
}

// Everything up to the point where something is waited for. False: the operation has its failure.
static bool begin(weir__request *request)
{
    weir__uv *uv = request->uv;
    char why[512] = "out of memory", url[WEIR__HTTP_SHOWN_URL];
    if (uv->http == NULL) {
        uv->http = http_new(uv, why, sizeof why);
    }
    request->http = uv->http;
    weir__http_show_url(request, url);
    if (request->http == NULL) {
        return weir__http_fail(request, "io", "%s: %s", why, url);
    }
    const char *wrong = weir__http_read_url(request);
    if (wrong != NULL) {
        return weir__http_fail_for_good(request, "http", "not a URL for HTTP: %s (%s)", url, wrong);
    }
    if (request->operation->kind == WEIR__HTTP_OPEN && !weir__http_stream_new(request)) {
        return false;
    }
    return request->operation->path != NULL ? weir__http_file_open(request) : go(request);
}

void weir__http_begin(weir__uv *uv, weir__operation *operation)
{
    weir__request *request = calloc(1, sizeof *request);
    if (request == NULL) {
        weir__uv_fail(operation, "memory", "out of memory");
        weir__uv_finish_later(uv, operation);
        return;
    }
    operation->outside = request;
    request->operation = operation;
    request->uv = uv;
    request->began = (int64_t)uv_hrtime();
    request->wait.found = name_found;
    if (!begin(request)) {
        release(request);
        weir__uv_finish_later(uv, operation);
    }
}

void weir__http_cancel(weir__uv *uv, weir__operation *operation)
{
    weir__request *request = operation->outside;
    if (request == NULL || (request->file != NULL && weir__http_file_closing(request))) {
        return; // it has ended already, and completes
    }
    if (weir__http_stream_opened(request)) { // the transfer goes on until it is hung up
        request->operation = NULL;
        operation->outside = NULL;
        weir__uv_set_cancelled(operation);
        weir__uv_finish_later(uv, operation);
        return;
    }
    weir__http_stop(request);
    if (request->file != NULL) {
        weir_drop(operation->error);
        weir__uv_set_cancelled(operation);
        weir__http_file_close(request, false); // completes it when the file is gone
        return;
    }
    release(request);
    weir__uv_set_cancelled(operation);
    weir__uv_finish_later(uv, operation);
}

void weir__http_hang_up(void *transfer)
{
    release(transfer);
}

void weir__http_abort(weir__request *request)
{
    weir__http_stop(request);
    weir__http_file_close(request, false);
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
