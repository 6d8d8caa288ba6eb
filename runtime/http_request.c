// http_request.c: what a program asks for becomes an operation: the URL with its query, the header
// lines, the body. Whatever could become a line of its own on the wire is refused here, before
// anything is sent.
#include "http.h"

#include "error.h"
#include "format.h"
#include "task.h"
#include "text.h"
#include "value.h"

enum { SHOWN_URL = 300 };

typedef struct Request {
    const weir_string *method, *url;
    const weir_string *body; // text or bytes; NULL: none
    const weir_map *headers, *form, *query;
    const weir_string *json, *path; // text of JSON; the file of a download
    int64_t redirects, max;
} Request;

#define METHOD(name, text)                                                                         \
    static const weir_string name = {{WEIR_STATIC, WEIR_STRING, 0, 0}, sizeof text - 1, text}
METHOD(method_get, "GET");
METHOD(method_head, "HEAD");
METHOD(method_post, "POST");
METHOD(method_put, "PUT");
METHOD(method_patch, "PATCH");
METHOD(method_delete, "DELETE");

// ── failures ─────────────────────────────────────────────────────────────────────────────────────

// A mistake in what is asked for: trying again is no use.
static void refuse(weir_context *cx, weir_string *message)
{
    if (message == NULL) {
        return;
    }
    weir_error *error = weir_error_new(cx, "http", message, NULL);
    weir_drop(message);
    if (error == NULL) {
        return;
    }
    error->permanent = true;
    weir_fail(cx, error);
}

static void refuse_quoted(weir_context *cx, const char *what, const char *bytes, size_t length)
{
    weir__text text;
    weir__text_begin(&text, cx);
    weir_string *part = weir__string_mend(cx, bytes, (int64_t)(length > SHOWN_URL ? SHOWN_URL
                                                                                  : length));
    weir__text_word(&text, what);
    if (part != NULL) {
        weir__show_quoted(&text, part);
    }
    weir_drop(part);
    refuse(cx, weir__text_end(&text));
}

// ── the URL ──────────────────────────────────────────────────────────────────────────────────────

// Whether the URL has something in it that would end the line it is sent in, or that no URL has.
static bool is_sendable(const weir_string *url)
{
    for (int64_t i = 0; i < url->length; i++) {
        unsigned char c = (unsigned char)url->bytes[i];
        if (c <= ' ' || c == 0x7f) {
            return false;
        }
    }
    return url->length > 0;
}

// Letters, digits and -._~ stand for themselves.
static void add_encoded(weir__text *to, const weir_string *part, bool form)
{
    static const char digits[] = "0123456789ABCDEF";
    for (int64_t i = 0; i < part->length; i++) {
        unsigned char c = (unsigned char)part->bytes[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            weir__text_add(to, part->bytes + i, 1);
        } else if (form && c == ' ') {
            weir__text_add(to, "+", 1);
        } else {
            weir__text_add(to, (const char[]){'%', digits[c >> 4], digits[c & 15]}, 3);
        }
    }
}

// name=value&name=value
static void add_pairs(weir__text *to, const weir_map *pairs, bool form)
{
    const weir_word *key = NULL, *value = NULL;
    bool first = true;
    for (int64_t at = 0; weir_map_next(pairs, &at, &key, &value); first = false) {
        weir__text_word(to, first ? "" : "&");
        add_encoded(to, key->object, form);
        weir__text_add(to, "=", 1);
        add_encoded(to, value->object, form);
    }
}

// The query goes behind the one the URL has, and before its fragment, which is never sent.
static weir_string *url_with_query(weir_context *cx, const weir_string *url, const weir_map *query)
{
    if (query == NULL || weir_map_length(cx, query) == 0) {
        return weir_keep(url);
    }
    size_t length = strcspn(url->bytes, "#");
    const char *has = memchr(url->bytes, '?', length);
    weir__text text;
    weir__text_begin(&text, cx);
    weir__text_add(&text, url->bytes, length);
    if (has == NULL) {
        weir__text_word(&text, "?");
    } else if (url->bytes[length - 1] != '?' && url->bytes[length - 1] != '&') {
        weir__text_word(&text, "&");
    }
    add_pairs(&text, query, false);
    return weir__text_end(&text);
}

// ── headers ──────────────────────────────────────────────────────────────────────────────────────

static bool same_name(const weir_string *name, const char *word)
{
    size_t length = strlen(word);
    bool same = (size_t)name->length == length;
    for (size_t i = 0; same && i < length; i++) {
        char c = name->bytes[i];
        same = (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) == word[i];
    }
    return same;
}

static bool has_header(const weir_map *headers, const char *word)
{
    const weir_word *key = NULL, *value = NULL;
    for (int64_t at = 0; headers != NULL && weir_map_next(headers, &at, &key, &value);) {
        if (same_name(key->object, word)) {
            return true;
        }
    }
    return false;
}

static bool is_token(const weir_string *name)
{
    for (int64_t i = 0; i < name->length; i++) {
        unsigned char c = (unsigned char)name->bytes[i];
        bool good = c > ' ' && c < 0x7f && strchr("\"(),/:;<=>?@[\\]{}", c) == NULL;
        if (!good) {
            return false;
        }
    }
    return name->length > 0;
}

static bool is_one_line(const weir_string *value)
{
    for (int64_t i = 0; i < value->length; i++) {
        unsigned char c = (unsigned char)value->bytes[i];
        if ((c < ' ' && c != '\t') || c == 0x7f) {
            return false;
        }
    }
    return true;
}

// One header as libcurl takes it: an empty one is written with a semicolon.
static void add_header(weir_context *cx, weir_list **lines, const weir_string *name,
                       const weir_string *value)
{
    if (!is_token(name)) {
        refuse_quoted(cx, "not the name of a header: ", name->bytes, (size_t)name->length);
    } else if (!is_one_line(value)) { // the value may be a secret
        refuse(cx, weir_text(cx, "the header {s} has a line break or another control character",
                             name));
    } else if (same_name(name, "content-length") || same_name(name, "transfer-encoding")) {
        refuse(cx, weir_text(cx, "the header {s} follows from the body and can't be given", name));
    } else {
        weir_string *line = value->length == 0 ? weir_text(cx, "{s};", name)
                                               : weir_text(cx, "{s}: {s}", name, value);
        if (line != NULL) {
            weir_list_push(cx, lines, &line);
        }
        weir_drop(line);
    }
}

static void add_line(weir_context *cx, weir_list **lines, const char *text)
{
    weir_string *line = weir_failed(cx) ? NULL
                                        : weir_string_new(cx, text, (int64_t)strlen(text));
    if (line != NULL) {
        weir_list_push(cx, lines, &line);
    }
    weir_drop(line);
}

// The program's own, and what follows from the kind of body. A body of which nothing is known goes
// without a type.
static weir_list *header_lines(weir_context *cx, const Request *request)
{
    bool bare = request->method == &method_get || request->method == &method_head;
    if (bare && request->headers == NULL) {
        return NULL;
    }
    weir_list *lines = weir_list_new(cx, &weir_type_strings, 0);
    const weir_word *key = NULL, *value = NULL;
    for (int64_t at = 0; request->headers != NULL && !weir_failed(cx) &&
                         weir_map_next(request->headers, &at, &key, &value);) {
        add_header(cx, &lines, key->object, value->object);
    }
    bool typed = has_header(request->headers, "content-type");
    if (request->form != NULL && !typed) {
        add_line(cx, &lines, "Content-Type: application/x-www-form-urlencoded");
    } else if (request->json != NULL && !typed) {
        add_line(cx, &lines, "Content-Type: application/json");
    } else if (!bare && !typed) { // curl would name one of its own
        add_line(cx, &lines, "Content-Type:");
    }
    return lines;
}

// ── requests ─────────────────────────────────────────────────────────────────────────────────────

static weir_string *body_of(weir_context *cx, const Request *request)
{
    if (request->form == NULL) {
        return weir_keep(request->json != NULL ? request->json : request->body);
    }
    weir__text text;
    weir__text_begin(&text, cx);
    add_pairs(&text, request->form, true);
    return weir__text_end(&text);
}

static bool is_good(weir_context *cx, const Request *request)
{
    int bodies = (request->body != NULL) + (request->json != NULL) + (request->form != NULL);
    if (!is_sendable(request->url)) {
        refuse_quoted(cx, "not a URL: ", request->url->bytes, (size_t)request->url->length);
    } else if (!is_token(request->method)) {
        refuse_quoted(cx, "not a method: ", request->method->bytes,
                      (size_t)request->method->length);
    } else if (request->path != NULL &&
               (request->path->length == 0 ||
                memchr(request->path->bytes, '\0', (size_t)request->path->length) != NULL)) {
        refuse_quoted(cx, "not the path of a file: ", request->path->bytes,
                      (size_t)request->path->length);
    } else if (bodies > 1) {
        refuse(cx, weir_text(cx, "body, json and form are one and the same: give one of them"));
    } else if (request->redirects < 0 || request->max < 0) {
        weir_fail_with(cx, "type", "%s below 0", request->max < 0 ? "max" : "redirects");
    }
    return !weir_failed(cx);
}

static weir_step send(weir_context *cx, const Request *request, void *slot)
{
    if (!weir__may_wait(cx) || !is_good(cx, request)) {
        return WEIR_NEXT;
    }
    weir_string *url = url_with_query(cx, request->url, request->query);
    weir_list *headers = weir_failed(cx) ? NULL : header_lines(cx, request);
    weir_string *body = weir_failed(cx) ? NULL : body_of(cx, request);
    weir__operation *operation = weir_failed(cx) ? NULL : weir__operation_new(cx, WEIR__HTTP);
    if (operation == NULL) {
        weir_drop(url);
        weir_drop(headers);
        weir_drop(body);
        return WEIR_NEXT;
    }
    operation->method = weir_keep(request->method);
    operation->url = url;
    operation->headers = headers;
    operation->body = body;
    operation->path = weir_keep(request->path);
    operation->redirects = request->redirects;
    operation->max = request->max;
    return weir__operate(cx, operation, slot);
}

weir_step weir_http_get(weir_context *cx, const weir_string *url, const weir_map *headers,
                        const weir_map *query, int64_t redirects, int64_t max, void *slot)
{
    const Request request = {.method = &method_get,
                             .url = url,
                             .headers = headers,
                             .query = query,
                             .redirects = redirects,
                             .max = max};
    return send(cx, &request, slot);
}

weir_step weir_http_head(weir_context *cx, const weir_string *url, const weir_map *headers,
                         const weir_map *query, int64_t redirects, void *slot)
{
    const Request request = {.method = &method_head,
                             .url = url,
                             .headers = headers,
                             .query = query,
                             .redirects = redirects};
    return send(cx, &request, slot);
}

weir_step weir_http_request(weir_context *cx, const weir_string *method, const weir_string *url,
                            const weir_string *body, const weir_map *headers,
                            const weir_string *json, const weir_map *form, const weir_map *query,
                            int64_t redirects, int64_t max, void *slot)
{
    const Request request = {.method = method,
                             .url = url,
                             .body = body,
                             .headers = headers,
                             .json = json,
                             .form = form,
                             .query = query,
                             .redirects = redirects,
                             .max = max};
    return send(cx, &request, slot);
}

weir_step weir_http_post(weir_context *cx, const weir_string *url, const weir_string *body,
                         const weir_map *headers, const weir_string *json, const weir_map *form,
                         const weir_map *query, int64_t redirects, int64_t max, void *slot)
{
    return weir_http_request(cx, &method_post, url, body, headers, json, form, query, redirects,
                             max, slot);
}

weir_step weir_http_put(weir_context *cx, const weir_string *url, const weir_string *body,
                        const weir_map *headers, const weir_string *json, const weir_map *form,
                        const weir_map *query, int64_t redirects, int64_t max, void *slot)
{
    return weir_http_request(cx, &method_put, url, body, headers, json, form, query, redirects,
                             max, slot);
}

weir_step weir_http_patch(weir_context *cx, const weir_string *url, const weir_string *body,
                          const weir_map *headers, const weir_string *json, const weir_map *form,
                          const weir_map *query, int64_t redirects, int64_t max, void *slot)
{
    return weir_http_request(cx, &method_patch, url, body, headers, json, form, query, redirects,
                             max, slot);
}

weir_step weir_http_delete(weir_context *cx, const weir_string *url, const weir_string *body,
                           const weir_map *headers, const weir_string *json, const weir_map *form,
                           const weir_map *query, int64_t redirects, int64_t max, void *slot)
{
    return weir_http_request(cx, &method_delete, url, body, headers, json, form, query, redirects,
                             max, slot);
}

weir_step weir_http_download(weir_context *cx, const weir_string *url, const weir_string *path,
                             const weir_map *headers, const weir_map *query, int64_t redirects,
                             int64_t max, void *slot)
{
    const Request request = {.method = &method_get,
                             .url = url,
                             .path = path,
                             .headers = headers,
                             .query = query,
                             .redirects = redirects,
                             .max = max};
    return send(cx, &request, slot);
}

weir_stream *weir_http_stream(weir_context *cx, weir_scope *scope, const weir_string *url,
                              const weir_map *headers, const weir_map *query, int64_t redirects)
{
    const Request request = {
        .method = &method_get, .url = url, .headers = headers, .redirects = redirects};
    if (weir_failed(cx) || !is_good(cx, &request)) {
        return NULL;
    }
    weir_string *whole = url_with_query(cx, url, query);
    weir_list *lines = weir_failed(cx) ? NULL : header_lines(cx, &request);
    if (weir_failed(cx)) {
        weir_drop(whole);
        weir_drop(lines);
        return NULL;
    }
    return weir__body_stream(cx, scope, whole, lines, redirects);
}
