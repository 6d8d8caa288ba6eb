// env_http_fail.c: what went wrong with a request, in words that name the URL it happened at.
#include "env_http.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "http.h"
#include "text.h"

void weir__http_show_url(const weir__request *request, char *to)
{
    weir__show_url(to, WEIR__HTTP_SHOWN_URL, weir__http_url(request));
}

static void fail(weir__request *request, const char *kind, const char *format, va_list arguments)
{
    char message[1024];
    vsnprintf(message, sizeof message, format, arguments);
    weir__uv_fail(request->operation, kind, "%s", message);
}

bool weir__http_fail(weir__request *request, const char *kind, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fail(request, kind, format, arguments);
    va_end(arguments);
    return false;
}

bool weir__http_fail_for_good(weir__request *request, const char *kind, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fail(request, kind, format, arguments);
    va_end(arguments);
    weir_context quiet = {.runtime = request->operation->runtime};
    bool own = false;
    request->operation->error = weir__error_own(&quiet, request->operation->error, &own);
    if (own) {
        request->operation->error->permanent = true;
    }
    return false;
}

bool weir__http_fail_memory(weir__request *request)
{
    char url[WEIR__HTTP_SHOWN_URL];
    weir__http_show_url(request, url);
    return weir__http_fail(request, "memory", "out of memory: %s", url);
}

// A transfer that we ended ourselves.
static void fail_refused(weir__request *request, const char *url)
{
    int64_t max = request->operation->max;
    switch (request->refusal) {
    case WEIR__HTTP_BODY_TOO_LONG:
        if (max >= 1 << 20 && max % (1 << 20) == 0) {
            weir__http_fail(request, "http", "the answer's body is longer than %lld MiB: %s",
                            (long long)(max >> 20), url);
        } else {
            weir__http_fail(request, "http", "the answer's body is longer than %lld bytes: %s",
                            (long long)max, url);
        }
        return;
    case WEIR__HTTP_HEAD_TOO_LONG:
        weir__http_fail(request, "http", "the answer's headers are longer than %d KiB: %s",
                        WEIR__HTTP_HEAD_LIMIT >> 10, url);
        return;
    case WEIR__HTTP_NO_MEMORY:
    case WEIR__HTTP_PASSED_OVER:
    case WEIR__HTTP_ACCEPTED: weir__http_fail_memory(request); return;
    }
}

void weir__http_fail_transfer(weir__request *request, CURLcode code)
{
    const weir__curl *curl = &request->http->curl;
    char url[WEIR__HTTP_SHOWN_URL];
    weir__http_show_url(request, url);
    if (request->refusal != WEIR__HTTP_ACCEPTED) {
        fail_refused(request, url);
        return;
    }
    const char *told = request->problem[0] != '\0' ? request->problem : curl->easy_strerror(code);
    long system_error = 0;
    curl->easy_getinfo(request->easy, CURLINFO_OS_ERRNO, &system_error);
    if (request->no_socket != 0) { // curl does not know; it tells what was wrong another time
        system_error = request->no_socket;
    }
    switch ((int)code) { // an enum of a hundred names: those that say something to a user
    case CURLE_COULDNT_CONNECT:
        if (system_error == ECONNREFUSED) {
            weir__http_fail(request, "io", "connection refused: %s", url);
        } else {
            weir__http_fail(request, "io", "no connection: %s (%s)", url,
                          system_error != 0 ? strerror((int)system_error) : told);
        }
        return;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        weir__http_fail(request, "io", "unknown host: %s (%s)", url, told);
        return;
    case CURLE_OPERATION_TIMEDOUT:
        weir__http_fail(request, "io", "no answer: %s (%s)", url, told);
        return;
    case CURLE_GOT_NOTHING:
        weir__http_fail(request, "io", "the connection was closed before an answer came: %s", url);
        return;
    case CURLE_PARTIAL_FILE:
        weir__http_fail(request, "io", "the answer ended early: %s (%s)", url, told);
        return;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
        weir__http_fail(request, "io", "the connection broke: %s (%s)", url, told);
        return;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
        weir__http_fail_for_good(request, "io", "no trusted connection: %s (%s)", url, told);
        return;
    case CURLE_SSL_CONNECT_ERROR:
        weir__http_fail(request, "io", "no trusted connection: %s (%s)", url, told);
        return;
    case CURLE_UNSUPPORTED_PROTOCOL:
        weir__http_fail(request, "http", "no HTTP at all: %s (%s)", url, told);
        return;
    case CURLE_OUT_OF_MEMORY: weir__http_fail_memory(request); return;
    case CURLE_URL_MALFORMAT:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
        weir__http_fail(request, "http", "not a good answer: %s (%s)", url, told);
        return;
    }
    weir__http_fail(request, "io", "%s: %s", told, url);
}

bool weir__http_is_good(const weir__request *request)
{
    long status = 0;
    request->http->curl.easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &status);
    return status >= 200 && status < 300;
}

void weir__http_fail_bad_status(weir__request *request)
{
    long status = 0;
    request->http->curl.easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &status);
    if (weir__http_is_good(request)) {
        return;
    }
    weir_context quiet = {.runtime = request->operation->runtime};
    char url[WEIR__HTTP_SHOWN_URL];
    weir__http_show_url(request, url);
    size_t length = 0;
    const char *after = weir__http_header(request, "retry-after", &length);
    weir_string *text = after == NULL ? NULL : weir__string_mend(&quiet, after, (int64_t)length);
    weir__fail_status(&quiet, status, url, text);
    weir_drop(text);
    request->operation->error = weir_take(&quiet);
}
