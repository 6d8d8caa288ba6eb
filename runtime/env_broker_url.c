// env_broker_url.c: what a queue is bound to, as a URL.
#include "env_broker.h"

#ifdef WEIR_HAVE_NATS
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"

enum { LEAST_ACK_WAIT = 1000000000 };

static const char scheme[] = "nats://";

static char *copy(const char *bytes, size_t length)
{
    char *text = malloc(length + 1);
    if (text != NULL) {
        memcpy(text, bytes, length);
        text[length] = '\0';
    }
    return text;
}

// Names of streams and consumers are parts of subjects.
static bool is_name(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c <= ' ' || c > '~' || strchr(".*>/\\?&\"", c) != NULL) {
            return false;
        }
    }
    return length > 0;
}

static bool is_subject(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c <= ' ' || c > '~' || strchr("*>\"\\", c) != NULL) {
            return false;
        }
    }
    return length > 0;
}

static bool read_part(weir__place *place, const char *part, size_t length, char *why, size_t size)
{
    const char *equals = memchr(part, '=', length);
    size_t name = equals == NULL ? length : (size_t)(equals - part);
    const char *value = equals == NULL ? "" : equals + 1;
    size_t rest = equals == NULL ? 0 : length - name - 1;
    char said[64];
    snprintf(said, sizeof said, "%.*s", (int)rest, value);
    if (name == 7 && memcmp(part, "subject", 7) == 0 && place->subject == NULL &&
        is_subject(value, rest)) {
        place->subject = copy(value, rest);
        return place->subject != NULL;
    }
    if (name == 8 && memcmp(part, "ack_wait", 8) == 0 &&
        weir__parse_duration(said, &place->ack_wait) && place->ack_wait >= LEAST_ACK_WAIT) {
        return true;
    }
    if (name == 6 && memcmp(part, "create", 6) == 0 && strcmp(said, "no") == 0) {
        place->create = false;
        return true;
    }
    snprintf(why, size,
             "`%.*s` says nothing behind the `?` (subject=NAME, ack_wait=DURATION of 1s or more, "
             "create=no)",
             (int)(length < 100 ? length : 100), part);
    return false;
}

// "?a=1&b=2", without the mark.
static bool read_query(weir__place *place, const char *query, char *why, size_t size)
{
    while (*query != '\0') {
        size_t length = strcspn(query, "&");
        if (length > 0 && !read_part(place, query, length, why, size)) {
            return false;
        }
        query += length + (query[length] == '&');
    }
    return true;
}

// STREAM[/CONSUMER]
static bool read_path(weir__place *place, const char *path, size_t length, char *why, size_t size)
{
    const char *slash = memchr(path, '/', length);
    size_t stream = slash == NULL ? length : (size_t)(slash - path);
    bool named = slash == NULL || is_name(slash + 1, length - stream - 1);
    if (!is_name(path, stream) || !named) {
        snprintf(why, size,
                 "behind the server comes the name of a stream, such as "
                 "nats://127.0.0.1:4222/JOBS");
        return false;
    }
    place->stream = copy(path, stream);
    place->consumer = slash == NULL ? copy("weir", 4) : copy(slash + 1, length - stream - 1);
    return true;
}

static bool read_place(weir__place *place, const char *url, char *why, size_t size)
{
    size_t length = sizeof scheme - 1;
    if (strncmp(url, scheme, length) != 0) { // the rest is not shown: it may hold a password
        snprintf(why, size, "a broker's address begins with %s", scheme);
        return false;
    }
    const char *authority = url + length;
    size_t end = strcspn(authority, "/?");
    const char *host = authority;
    for (size_t i = 0; i < end; i++) {
        host = authority[i] == '@' ? authority + i + 1 : host;
    }
    size_t host_length = end - (size_t)(host - authority);
    if (host_length == 0) {
        snprintf(why, size, "behind %s comes a server, such as 127.0.0.1:4222", scheme);
        return false;
    }
    const char *path = authority + end + (authority[end] == '/');
    size_t path_length = strcspn(path, "?");
    place->server = copy(url, length + end);
    place->shown = malloc(length + host_length + 1);
    if (place->shown != NULL) {
        snprintf(place->shown, length + host_length + 1, "%s%.*s", scheme, (int)host_length, host);
    }
    const char *query = path + path_length + (path[path_length] == '?');
    return read_path(place, path, path_length, why, size) && read_query(place, query, why, size);
}

bool weir__place_read(weir__place *place, const char *url, char *why, size_t size)
{
    *place = (weir__place){.create = true};
    snprintf(why, size, "out of memory");
    bool good = read_place(place, url, why, size) && place->server != NULL &&
                place->shown != NULL && place->stream != NULL && place->consumer != NULL;
    if (!good) {
        weir__place_free(place);
    }
    return good;
}

void weir__place_free(weir__place *place)
{
    free(place->server);
    free(place->shown);
    free(place->stream);
    free(place->consumer);
    free(place->subject);
    *place = (weir__place){.server = NULL};
}
#else
typedef int weir__no_place;
#endif
