// http.c: the Response that a request gives.
#include "http.h"

#include <stdio.h>

#include "error.h"
#include "map.h"
#include "text.h"
#include "value.h"

static const weir_field response_fields[] = {
    {"status", &weir_type_int}, {"headers", &weir__type_texts},   {"body", &weir_type_bytes},
    {"url", &weir_type_string}, {"elapsed", &weir_type_duration},
};
const weir_type weir_type_response = {
    .kind = WEIR_TYPE_RECORD,
    .name = "Response",
    .fields = response_fields,
    .field_count = 5,
};

void weir__show_url(char *to, size_t room, const char *url)
{
    const char *scheme = strstr(url, "://");
    size_t begin = scheme == NULL ? 0 : (size_t)(scheme - url) + 3;
    size_t host_end = begin + strcspn(url + begin, "/?#");
    size_t host = begin;
    for (size_t i = begin; i < host_end; i++) { // behind the last @ before the path
        host = url[i] == '@' ? i + 1 : host;
    }
    bool cut = strlen(url) - (host - begin) >= room;
    snprintf(to, cut ? room - 3 : room, "%.*s%s", (int)begin, url, url + host);
    if (cut) {
        memcpy(to + strlen(to), "\xe2\x80\xa6", 4);
    }
}

// ── answers ──────────────────────────────────────────────────────────────────────────────────────

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// One line into the map; one that is no header is passed over.
static void add_header(weir_context *cx, weir_map **headers, const char *line, size_t length)
{
    const char *colon = memchr(line, ':', length);
    if (colon == NULL || colon == line) {
        return;
    }
    const char *value = colon + 1, *end = line + length;
    while (value < end && is_blank(*value)) {
        value++;
    }
    while (end > value && is_blank(end[-1])) {
        end--;
    }
    weir_string *name = weir__string_mend(cx, line, colon - line);
    weir_word key = {.object = name}, word = {.object = weir__string_mend(cx, value, end - value)};
    if (!weir_failed(cx)) {
        char *at = (char *)(name + 1);
        for (int64_t i = 0; i < name->length; i++) {
            at[i] = at[i] >= 'A' && at[i] <= 'Z' ? (char)(at[i] - 'A' + 'a') : at[i];
        }
        const weir_word *before = weir_map_get(*headers, &key);
        if (before != NULL) {
            weir_string *joined = weir_text(cx, "{s}, {s}", before->object, word.object);
            weir_drop(word.object);
            word.object = joined;
        }
        weir_map_set(cx, headers, &key, &word);
    }
    weir_drop(name);
    weir_drop(word.object);
}

static weir_map *read_head(weir_context *cx, const char *head, size_t length)
{
    weir_map *headers = weir_map_new(cx, &weir__type_texts);
    for (size_t at = 0; headers != NULL && at < length && !weir_failed(cx);) {
        const char *end = memchr(head + at, '\n', length - at);
        size_t line = end == NULL ? length - at : (size_t)(end - head) - at + 1;
        if (line < 5 || memcmp(head + at, "HTTP/", 5) != 0) {
            add_header(cx, &headers, head + at, line);
        }
        at += line;
    }
    return headers;
}

weir_response *weir__response_new(weir_context *cx, int64_t status, const char *head,
                                  size_t head_length, const char *body, size_t body_length,
                                  const char *url, int64_t elapsed)
{
    weir_response *response = weir_record_new(cx, &weir_type_response);
    if (response == NULL) {
        return NULL;
    }
    response->status = status;
    response->elapsed = elapsed;
    response->headers = read_head(cx, head, head_length);
    response->body = weir__bytes_new(cx, body, (int64_t)body_length);
    response->url = weir__string_mend(cx, url, (int64_t)strlen(url));
    if (weir_failed(cx)) {
        weir_drop(response);
        return NULL;
    }
    return response;
}

weir_string *weir_response_text(weir_context *cx, const weir_response *response)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    return weir__text_of(cx, response->body);
}

// ── .check() ─────────────────────────────────────────────────────────────────────────────────────

// Days from 1970 to a date; months from 1.
static int64_t days_to(int64_t year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year, shifted = month > 2 ? month - 3 : month + 9;
    int64_t era = y / 400, in_era = y - era * 400;
    return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + (153 * shifted + 2) / 5 + day -
           1 - 719468;
}

// A number of `digits` digits at *at, behind which *at is left; -1: there is none.
static int take_number(const char **at, int digits)
{
    int number = 0;
    for (int i = 0; i < digits; i++, (*at)++) {
        if (**at < '0' || **at > '9') {
            return -1;
        }
        number = number * 10 + (**at - '0');
    }
    return number;
}

// Goes over `what`; false: it is not there.
static bool take_text(const char **at, const char *what)
{
    size_t length = strlen(what);
    if (strncmp(*at, what, length) != 0) {
        return false;
    }
    *at += length;
    return true;
}

// "Sun, 06 Nov 1994 08:49:37 GMT" in seconds since 1970; -1: it is none.
static int64_t read_date(const char *text)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const char *at = strchr(text, ',');
    if (at != text + 3 || !take_text(&at, ", ")) {
        return -1;
    }
    int day = take_number(&at, 2), month = 0;
    bool good = take_text(&at, " ");
    while (good && month < 12 && !take_text(&at, months[month])) {
        month++;
    }
    good = good && take_text(&at, " ");
    int year = take_number(&at, 4);
    good = good && take_text(&at, " ");
    int hour = take_number(&at, 2);
    good = good && take_text(&at, ":");
    int minute = take_number(&at, 2);
    good = good && take_text(&at, ":");
    int second = take_number(&at, 2);
    good = good && strcmp(at, " GMT") == 0;
    if (!good || day < 1 || day > 31 || month == 12 || year < 1970 || hour < 0 || hour > 23 ||
        minute < 0 || minute > 59 || second < 0 || second > 60) {
        return -1;
    }
    return days_to(year, month + 1, day) * 86400 + hour * 3600 + minute * 60 + second;
}

int64_t weir__retry_after(const weir_string *text, int64_t now)
{
    const int64_t most = INT64_MAX / 1000000000 / 2;
    int64_t digits = 0, seconds = 0;
    while (digits < text->length && text->bytes[digits] >= '0' && text->bytes[digits] <= '9') {
        seconds = seconds > most ? most : seconds * 10 + (text->bytes[digits] - '0');
        digits++;
    }
    if (digits > 0 && digits == text->length) {
        return (seconds > most ? most : seconds) * 1000000000;
    }
    int64_t date = read_date(text->bytes);
    if (date < 0) {
        return -1;
    }
    int64_t left = date - now / 1000000000;
    return left < 0 ? 0 : left * 1000000000;
}

void weir__fail_status(weir_context *cx, int64_t status, const char *url,
                       const weir_string *retry_after)
{
    weir_fail_with(cx, "http", "status %lld from %s", (long long)status, url);
    weir_error *error = weir_take(cx);
    bool own = false;
    error = weir__error_own(cx, error, &own);
    if (own) {
        error->status = status;
        error->permanent = status < 500 && status != 408 && status != 425 && status != 429;
        error->retry_after = retry_after == NULL ? -1
                                                 : weir__retry_after(retry_after, weir_now(cx));
    }
    weir_fail(cx, error);
}

weir_response *weir_response_check(weir_context *cx, const weir_response *response)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    if (response->status < 400) {
        return weir_keep(response);
    }
    static const weir_string name = {{WEIR_STATIC, WEIR_STRING, 0, 0}, 11, "retry-after"};
    const weir_string *key = &name;
    const weir_word *after = weir_map_get(response->headers, &key);
    weir__fail_status(cx, response->status, response->url->bytes,
                      after == NULL ? NULL : after->object);
    return NULL;
}
