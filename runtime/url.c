// url.c: URLs (RFC 3986): their parts, texts in them, one that is told from another.
#include "coding.h"
#include "map.h"
#include "parse.h"
#include "value.h"

static const weir_type type_port = {
    .kind = WEIR_TYPE_OPTIONAL, .name = "int?", .item = &weir_type_int};
static const weir_field url_fields[] = {
    {"scheme", &weir_type_string}, {"user", &weir_type_string},  {"host", &weir_type_string},
    {"port", &type_port},          {"path", &weir_type_string},  {"query", &weir__type_texts},
    {"fragment", &weir_type_string},
};
const weir_type weir_type_url = {
    .kind = WEIR_TYPE_RECORD,
    .name = "Url",
    .fields = url_fields,
    .field_count = sizeof url_fields / sizeof *url_fields,
};

// ── texts in a URL ───────────────────────────────────────────────────────────────────────────────

static bool is_plain(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-._~", c) != NULL);
}

static void add_encoded(weir__text *text, const weir_string *part)
{
    for (int64_t i = 0; i < part->length; i++) {
        char c = part->bytes[i];
        if (is_plain(c)) {
            weir__text_add(text, &c, 1);
        } else {
            weir__text_printf(text, "%%%02X", (unsigned char)c);
        }
    }
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

// What percent signs stand for, as a string; plus: + is a blank. Kind parse where that is no text.
static weir_string *decoded(weir_context *cx, const char *bytes, size_t length, bool plus)
{
    weir__text text;
    weir__text_begin(&text, cx);
    for (size_t i = 0; i < length; i++) {
        char c = bytes[i] == '+' && plus ? ' ' : bytes[i];
        if (c == '%') {
            bool two = length - i > 2;
            int high = two ? hex_digit(bytes[i + 1]) : -1, low = two ? hex_digit(bytes[i + 2]) : -1;
            if (high < 0 || low < 0) {
                weir_fail_with(cx, "parse", "two hex digits belong behind the %% of a URL");
                break;
            }
            c = (char)(high * 16 + low);
            i += 2;
        }
        weir__text_add(&text, &c, 1);
    }
    const char *at = text.bytes, *end = text.bytes + text.length;
    while (!weir_failed(cx) && at < end) {
        size_t step = weir__utf8_length(at, (size_t)(end - at));
        if (step == 0) {
            weir_fail_with(cx, "parse", "what the URL encodes is not UTF-8");
        }
        at += step;
    }
    if (weir_failed(cx)) {
        weir__text_clear(&text);
        return NULL;
    }
    return weir__text_end(&text);
}

weir_string *weir_url_encode(weir_context *cx, const weir_string *part)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir__text text;
    weir__text_begin(&text, cx);
    add_encoded(&text, part);
    return weir__text_end(&text);
}

weir_string *weir_url_decode(weir_context *cx, const weir_string *part)
{
    return weir_failed(cx) ? NULL : decoded(cx, part->bytes, (size_t)part->length, false);
}

weir_string *weir_url_query(weir_context *cx, const weir_map *query)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir__text text;
    weir__text_begin(&text, cx);
    const weir_word *key, *value;
    for (int64_t at = 0; weir_map_next(query, &at, &key, &value);) {
        weir__text_word(&text, text.length == 0 ? "" : "&");
        add_encoded(&text, key->object);
        weir__text_word(&text, "=");
        add_encoded(&text, value->object);
    }
    return weir__text_end(&text);
}

// ── the parts of a URL ───────────────────────────────────────────────────────────────────────────

typedef struct Part {
    const char *at;
    size_t length;
    bool there;
} Part;

typedef struct Parts {
    Part scheme, authority, path, query, fragment;
} Parts;

// Takes the bytes up to one of `stops` off the front of the rest.
static Part take(const char **rest, const char *end, const char *stops)
{
    Part part = {*rest, 0, true};
    while (*rest < end && (**rest == '\0' || strchr(stops, **rest) == NULL)) {
        (*rest)++;
    }
    part.length = (size_t)(*rest - part.at);
    return part;
}

// RFC 3986, appendix B: every text has these parts.
static Parts split(const weir_string *url)
{
    const char *rest = url->bytes, *end = url->bytes + url->length, *from = rest;
    const Part none = {end, 0, false};
    Parts parts = {none, none, none, none, none};
    Part scheme = take(&rest, end, ":/?#");
    if (rest < end && *rest == ':' && scheme.length > 0) {
        parts.scheme = scheme;
        rest++;
    } else {
        rest = from;
    }
    if (end - rest >= 2 && rest[0] == '/' && rest[1] == '/') {
        rest += 2;
        parts.authority = take(&rest, end, "/?#");
    }
    parts.path = take(&rest, end, "?#");
    if (rest < end && *rest == '?') {
        rest++;
        parts.query = take(&rest, end, "#");
    }
    if (rest < end && *rest == '#') {
        rest++;
        parts.fragment = take(&rest, end, "");
    }
    return parts;
}

static weir_string *lower(weir_context *cx, Part part)
{
    weir_string *text = weir_string_new(cx, part.at, (int64_t)part.length);
    weir_string *small = text == NULL ? NULL : weir_string_lower(cx, text);
    weir_drop(text);
    return small;
}

static weir_map *read_query(weir_context *cx, Part part)
{
    weir_map *query = weir_map_new(cx, &weir__type_texts);
    const char *rest = part.at, *end = part.at + part.length;
    while (query != NULL && part.there && rest < end) {
        Part name = take(&rest, end, "&="), value = {rest, 0, false};
        if (rest < end && *rest == '=') {
            rest++;
            value = take(&rest, end, "&");
        }
        rest += rest < end ? 1 : 0;
        weir_string *key = decoded(cx, name.at, name.length, true);
        weir_string *word = key == NULL ? NULL : decoded(cx, value.at, value.length, true);
        if (word != NULL && (name.length > 0 || value.there)) {
            weir_map_set(cx, &query, &key, &word);
        }
        weir_drop(key);
        weir_drop(word);
        if (weir_failed(cx)) {
            weir_clear(&query);
        }
    }
    return query;
}

// user@host:port; the host of an IPv6 address without its brackets.
static void read_authority(weir_context *cx, weir_url *url, Part part)
{
    const char *rest = part.at, *end = part.at + part.length;
    const char *at = part.length == 0 ? NULL : memrchr(part.at, '@', part.length);
    url->user = at == NULL ? weir_string_new(cx, "", 0)
                           : decoded(cx, part.at, (size_t)(at - part.at), false);
    rest = at == NULL ? rest : at + 1;
    Part host;
    if (rest < end && *rest == '[') {
        rest++;
        host = take(&rest, end, "]");
        rest += rest < end ? 1 : 0;
    } else {
        host = take(&rest, end, ":");
    }
    url->host = weir_failed(cx) ? NULL : lower(cx, host);
    if (rest < end && !weir_failed(cx)) {
        weir_string *text = weir_string_new(cx, rest + 1, end - rest - 1);
        int64_t port = -1;
        if (text != NULL && text->length > 0 &&
            (*rest != ':' || strspn(text->bytes, "0123456789") != (size_t)text->length ||
             !weir__parse_int(text->bytes, &port) || port > 65535)) {
            weir_fail_with(cx, "parse", "%s is no port", text->bytes);
        }
        if (port >= 0 && !weir_failed(cx)) {
            url->port = weir_box_new(cx, &weir_type_int, &port);
        }
        weir_drop(text);
    }
}

weir_url *weir_url_parts(weir_context *cx, const weir_string *text)
{
    weir_url *url = weir_failed(cx) ? NULL : weir_record_new(cx, &weir_type_url);
    if (url == NULL) {
        return NULL;
    }
    Parts parts = split(text);
    url->scheme = lower(cx, parts.scheme);
    read_authority(cx, url, parts.authority);
    if (!weir_failed(cx)) {
        url->path = decoded(cx, parts.path.at, parts.path.length, false);
    }
    if (!weir_failed(cx)) {
        url->query = read_query(cx, parts.query);
    }
    if (!weir_failed(cx)) {
        url->fragment = decoded(cx, parts.fragment.at, parts.fragment.length, false);
    }
    if (weir_failed(cx)) {
        weir_clear(&url);
    }
    return url;
}

// ── a URL that another one tells ─────────────────────────────────────────────────────────────────

// RFC 3986, 5.2.4: without its `.` and `..`.
static void add_path(weir__text *text, const char *path, size_t length)
{
    size_t root = text->length;
    const char *rest = path, *end = path + length;
    while (rest < end) {
        const char *from = rest;
        rest += *rest == '/' ? 1 : 0;
        (void)take(&rest, end, "/");
        const char *name = from + (*from == '/' ? 1 : 0);
        size_t size = (size_t)(rest - name);
        bool up = size == 2 && memcmp(name, "..", 2) == 0;
        if (up) {
            while (text->length > root && text->bytes[--text->length] != '/') {
            }
        }
        if (up || (size == 1 && *name == '.')) {
            if (rest == end) {
                weir__text_word(text, "/");
            }
            continue;
        }
        weir__text_add(text, from, (size_t)(rest - from));
    }
}

static void add_part(weir__text *text, const char *before, Part part)
{
    if (part.there) {
        weir__text_word(text, before);
        weir__text_add(text, part.at, part.length);
    }
}

weir_string *weir_url_join(weir_context *cx, const weir_string *base, const weir_string *reference)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    Parts from = split(base), to = split(reference);
    weir__text text, path;
    weir__text_begin(&text, cx);
    weir__text_begin(&path, cx);
    bool whole = to.scheme.there, host = whole || to.authority.there;
    Part query = to.query;
    if (host || (to.path.length > 0 && to.path.at[0] == '/')) {
        weir__text_add(&path, to.path.at, to.path.length);
    } else if (to.path.length == 0) {
        weir__text_add(&path, from.path.at, from.path.length);
        query = to.query.there ? to.query : from.query;
    } else { // beside the last name
        size_t kept = from.path.length;
        while (kept > 0 && from.path.at[kept - 1] != '/') {
            kept--;
        }
        weir__text_add(&path, from.path.at, kept);
        weir__text_word(&path, kept == 0 && from.authority.there ? "/" : "");
        weir__text_add(&path, to.path.at, to.path.length);
    }
    Part scheme = whole ? to.scheme : from.scheme;
    weir__text_add(&text, scheme.at, scheme.length);
    weir__text_word(&text, scheme.there ? ":" : "");
    add_part(&text, "//", host ? to.authority : from.authority);
    add_path(&text, path.bytes, path.length);
    add_part(&text, "?", query);
    add_part(&text, "#", to.fragment);
    text.failed |= path.failed;
    weir__text_clear(&path);
    return weir__text_end(&text);
}
