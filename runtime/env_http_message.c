// env_http_message.c: what a request sends, and where the answer to it leads.
#include "env_http.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *weir__http_url(const weir__request *request)
{
    return request->url != NULL ? request->url : request->operation->url->bytes;
}

bool weir__http_add_line(weir__http *http, struct curl_slist **list, const char *line)
{
    struct curl_slist *longer = http->curl.slist_append(*list, line);
    if (longer == NULL) {
        return false;
    }
    *list = longer;
    return true;
}

const char *weir__http_read_url(weir__request *request)
{
    const weir__curl *curl = &request->http->curl;
    CURLU *parts = curl->url();
    if (parts == NULL) {
        return "out of memory";
    }
    char *scheme = NULL, *port = NULL;
    CURLUcode code = curl->url_set(parts, CURLUPART_URL, weir__http_url(request),
                                   CURLU_NON_SUPPORT_SCHEME);
    code = code != CURLUE_OK ? code : curl->url_get(parts, CURLUPART_SCHEME, &scheme, 0);
    const char *wrong = code != CURLUE_OK ? curl->url_strerror(code) : NULL;
    if (wrong == NULL && strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0) {
        wrong = "neither http nor https";
    }
    if (wrong == NULL) {
        request->tls = strcmp(scheme, "https") == 0;
        code = curl->url_get(parts, CURLUPART_HOST, &request->host, 0);
        code = code != CURLUE_OK ? code
                                 : curl->url_get(parts, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT);
        wrong = code != CURLUE_OK ? curl->url_strerror(code) : NULL;
    }
    if (wrong == NULL) {
        memset(request->port, 0, sizeof request->port);
        memcpy(request->port, port, strnlen(port, sizeof request->port - 1)); // at most 65535
    }
    curl->free(scheme);
    curl->free(port);
    curl->url_cleanup(parts);
    return wrong;
}

// ── the message ──────────────────────────────────────────────────────────────────────────────────

static const char *method_of(const weir__request *request)
{
    return request->get ? "GET" : request->operation->method->bytes;
}

static bool begins(const char *line, const char *with)
{
    return strncasecmp(line, with, strlen(with)) == 0;
}

// Another host, where a redirect leads, gets of the program's headers only those that tell nothing
// of who asks; and none that describe a body that is not sent again.
static bool goes_along(const weir__request *request, const char *line)
{
    static const char *const harmless[] = {"accept", "content-", "user-agent:", "range:", "if-"};
    if (request->get && begins(line, "content-")) {
        return false;
    }
    bool fine = !request->foreign;
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
        fine = fine || begins(line, harmless[i]);
    }
    return fine;
}

bool weir__http_set_message(weir__request *request)
{
    const weir__operation *operation = request->operation;
    __typeof__(curl_easy_setopt) *set = request->http->curl.easy_setopt;
    const char *method = method_of(request);
    set(request->easy, CURLOPT_NOBODY, 0L);
    set(request->easy, CURLOPT_HTTPGET, 1L); // undoes what the handle's last request set
    set(request->easy, CURLOPT_CUSTOMREQUEST, NULL);
    bool posts = strcmp(method, "POST") == 0;
    bool body = !request->get && operation->body != NULL;
    if (body || posts || strcmp(method, "PUT") == 0 || strcmp(method, "PATCH") == 0) {
        int64_t length = body ? operation->body->length : 0;
        set(request->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
        set(request->easy, CURLOPT_POSTFIELDS,
            body ? operation->body->bytes : ""); // the operation keeps it
        if (!weir__http_add_line(request->http, &request->headers, "Expect:")) { // send it at once
            return false;
        }
        body = true;
    }
    if (strcmp(method, "HEAD") == 0) {
        set(request->easy, CURLOPT_NOBODY, 1L);
    } else if (strcmp(method, body ? "POST" : "GET") != 0) {
        set(request->easy, CURLOPT_CUSTOMREQUEST, method);
    }
    for (int64_t i = 0; operation->headers != NULL && i < operation->headers->length; i++) {
        const weir_string *line = operation->headers->items[i].object;
        if (goes_along(request, line->bytes) &&
            !weir__http_add_line(request->http, &request->headers, line->bytes)) {
            return false;
        }
    }
    return set(request->easy, CURLOPT_HTTPHEADER, request->headers) == CURLE_OK;
}

// ── where the answer leads ───────────────────────────────────────────────────────────────────────

const char *weir__http_header(const weir__request *request, const char *name, size_t *length)
{
    const char *at = request->head.bytes, *end = at == NULL ? NULL : at + request->head.length;
    size_t name_length = strlen(name);
    while (at != NULL && at < end) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        line_end = line_end == NULL ? end : line_end;
        if ((size_t)(line_end - at) > name_length && at[name_length] == ':' &&
            strncasecmp(at, name, name_length) == 0) {
            at += name_length + 1;
            while (at < line_end && (*at == ' ' || *at == '\t')) {
                at++;
            }
            while (line_end > at && (unsigned char)line_end[-1] <= ' ') {
                line_end--;
            }
            *length = (size_t)(line_end - at);
            return at;
        }
        at = line_end + 1;
    }
    return NULL;
}

static long status_of(const weir__request *request)
{
    long status = 0;
    request->http->curl.easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

bool weir__http_leads_on(const weir__request *request)
{
    long status = status_of(request);
    bool redirects = status == 301 || status == 302 || status == 303 || status == 307 ||
                     status == 308;
    size_t length = 0;
    return redirects && request->operation->redirects > 0 &&
           weir__http_header(request, "location", &length) != NULL;
}

// The URL the Location header tells, which may be relative to the present one. NULL: it is none, or
// memory ended.
static char *next_url(weir__request *request)
{
    const weir__curl *curl = &request->http->curl;
    size_t length = 0;
    const char *value = weir__http_header(request, "location", &length);
    char *location = strndup(value, length), *url = NULL, *copy = NULL;
    CURLU *parts = location == NULL ? NULL : curl->url();
    if (parts != NULL &&
        curl->url_set(parts, CURLUPART_URL, weir__http_url(request), 0) == CURLUE_OK &&
        curl->url_set(parts, CURLUPART_URL, location,
                      CURLU_URLENCODE | CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
        curl->url_set(parts, CURLUPART_FRAGMENT, NULL, 0) == CURLUE_OK &&
        curl->url_get(parts, CURLUPART_URL, &url, 0) == CURLUE_OK) {
        copy = strdup(url);
    }
    curl->free(url);
    curl->url_cleanup(parts);
    free(location);
    return copy;
}

bool weir__http_redirect(weir__request *request)
{
    char shown[WEIR__HTTP_SHOWN_URL];
    weir__http_show_url(request, shown);
    long status = status_of(request);
    const char *method = method_of(request);
    if (request->hops++ == request->operation->redirects) {
        return weir__http_fail(request, "http", "more than %lld redirects: %s",
                               (long long)request->operation->redirects, shown);
    }
    char *url = next_url(request);
    if (url == NULL) {
        return weir__http_fail(request, "http", "a redirect that leads nowhere: %s", shown);
    }
    if ((status == 303 && strcmp(method, "HEAD") != 0) ||
        (status != 307 && status != 308 && strcmp(method, "POST") == 0)) {
        request->get = true;
    }
    char *host = request->host, port[sizeof request->port];
    bool tls = request->tls;
    memcpy(port, request->port, sizeof port);
    request->host = NULL;
    free(request->url);
    request->url = url;
    const char *wrong = weir__http_read_url(request);
    bool same = wrong == NULL && tls == request->tls && strcmp(port, request->port) == 0 &&
                strcasecmp(host, request->host) == 0;
    request->foreign = request->foreign || !same;
    request->http->curl.free(host);
    if (wrong != NULL) {
        weir__http_fail_for_good(request, "http", "a redirect that leads nowhere: %s (%s)", shown,
                                 wrong);
    }
    return wrong == NULL;
}
