// json_parse.c: text to json (RFC 8259), in one pass and without recursion.
//
// Strict: no comments, no comma at the end, no NaN; a key that comes twice and a number that does
// not fit fail too, since either would lose what somebody wrote.
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>

#include "json.h"
#include "value.h"

typedef struct Parser {
    weir_context *cx;
    const char *start, *at, *end; // a NUL stands at the end
    weir__json_build *build;
    bool object[WEIR__JSON_DEEPEST]; // what is open
} Parser;

// ── failures ─────────────────────────────────────────────────────────────────────────────────────

static void fail_at(Parser *p, const char *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// Kind parse, with line and column (both from 1, the column in characters).
static void fail_at(Parser *p, const char *at, const char *format, ...)
{
    if (weir_failed(p->cx)) {
        return;
    }
    long long line = 1, column = 1;
    for (const char *c = p->start; c < at; c++) {
        if (*c == '\n') {
            line++;
            column = 1;
        } else if (((unsigned char)*c & 0xc0) != 0x80) {
            column++;
        }
    }
    weir__text text;
    weir_context quiet = weir__quiet(p->cx);
    weir__text_begin(&text, &quiet);
    va_list arguments;
    va_start(arguments, format);
    weir__text_vprintf(&text, format, arguments);
    va_end(arguments);
    weir_string *message = weir__text_end(&text);
    weir_drop(weir_take(&quiet));
    weir_fail_with(p->cx, "parse", "line %lld, column %lld: %s", line, column,
                   message == NULL ? "this is not JSON" : message->bytes);
    weir_drop(message);
}

// What stands at a place, in a few words: a bracket or character, a word, the end.
static void expected(Parser *p, const char *what)
{
    const char *at = p->at;
    if (at == p->end) {
        fail_at(p, at, "expected %s, found the end", what);
        return;
    }
    size_t length = strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    if (length == 0) {
        length = weir__utf8_length(at, (size_t)(p->end - at));
    }
    if (*at == '\'') {
        fail_at(p, at, "expected %s, found ': text stands in double quotes", what);
    } else if (length == 0 || (unsigned char)*at < 0x20) {
        fail_at(p, at, "expected %s, found the byte 0x%02x", what, (unsigned char)*at);
    } else {
        fail_at(p, at, "expected %s, found %.*s", what, length > 20 ? 20 : (int)length, at);
    }
}

static void skip_space(Parser *p)
{
    while (*p->at == ' ' || *p->at == '\n' || *p->at == '\r' || *p->at == '\t') {
        p->at++;
    }
}

// ── texts ────────────────────────────────────────────────────────────────────────────────────────

static uint32_t hex4(Parser *p)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) {
        char c = p->at[i];
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10)
                                                : 16;
        if (digit == 16) {
            fail_at(p, p->at, "expected four hex digits after \\u");
            return 0;
        }
        value = value * 16 + digit;
    }
    p->at += 4;
    return value;
}

// After `\u`: one character, of two halves where it lies beyond U+FFFF.
static void read_unicode(Parser *p, weir__text *text)
{
    const char *from = p->at - 2;
    uint32_t code = hex4(p);
    if (code >= 0xd800 && code < 0xdc00 && p->at[0] == '\\' && p->at[1] == 'u') {
        p->at += 2;
        uint32_t low = hex4(p);
        code = low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)
                                             : 0xd800;
    }
    if (code >= 0xd800 && code < 0xe000) {
        fail_at(p, from, "half of a surrogate pair");
        return;
    }
    weir__text_character(text, code);
}

static void read_escape(Parser *p, weir__text *text)
{
    static const char letters[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
    char c = p->at[1];
    p->at += 2;
    if (c == 'u') {
        read_unicode(p, text);
        return;
    }
    const char *found = c == '\0' ? NULL : strchr(letters, c);
    if (found == NULL) {
        p->at--;
        expected(p, "one of \" \\ / b f n r t u after \\");
        return;
    }
    weir__text_add(text, &means[found - letters], 1);
}

// Bytes that stand for themselves.
static const char *plain_end(Parser *p, const char *at)
{
    for (;;) {
        unsigned char c = (unsigned char)*at;
        if (c < 0x20 || c == '"' || c == '\\') {
            return at;
        }
        size_t length = c < 0x80 ? 1 : weir__utf8_length(at, (size_t)(p->end - at));
        if (length == 0) {
            fail_at(p, at, "the text is not UTF-8");
            return at;
        }
        at += length;
    }
}

// A text into *bytes and *length: in the source where it has no escapes, else in `text`, which is
// begun and the caller's to clear. False: a failure is pending.
static bool read_text(Parser *p, weir__text *text, const char **bytes, size_t *length)
{
    const char *from = p->at++;
    const char *plain = p->at;
    p->at = plain_end(p, plain);
    *bytes = plain;
    *length = (size_t)(p->at - plain);
    if (*p->at != '"') {
        weir__text_add(text, plain, *length);
        while (*p->at == '\\' && !weir_failed(p->cx)) {
            read_escape(p, text);
            plain = p->at;
            p->at = plain_end(p, plain);
            weir__text_add(text, plain, (size_t)(p->at - plain));
        }
        *bytes = text->bytes;
        *length = text->length;
    }
    if (weir_failed(p->cx)) {
        return false;
    }
    if (*p->at != '"') {
        if (p->at == p->end) {
            fail_at(p, from, "a text that does not end");
        } else {
            fail_at(p, p->at, "the byte 0x%02x in a text is written as an escape",
                    (unsigned char)*p->at);
        }
        return false;
    }
    p->at++;
    return true;
}

// ── scalars ──────────────────────────────────────────────────────────────────────────────────────

static bool digits(Parser *p)
{
    const char *from = p->at;
    while (*p->at >= '0' && *p->at <= '9') {
        p->at++;
    }
    return p->at > from;
}

static weir_json *read_int(Parser *p, const char *from)
{
    bool negative = *from == '-';
    uint64_t sum = 0, most = (uint64_t)INT64_MAX + (negative ? 1 : 0);
    for (const char *at = from + (negative ? 1 : 0); at < p->at; at++) {
        uint64_t digit = (uint64_t)(*at - '0');
        if (sum > (most - digit) / 10) {
            int length = p->at - from > 40 ? 40 : (int)(p->at - from);
            fail_at(p, from, "%.*s%s does not fit into 64 bits", length, from,
                    p->at - from > 40 ? "\xe2\x80\xa6" : "");
            return NULL;
        }
        sum = sum * 10 + digit;
    }
    weir_word word = {.integer = (int64_t)(negative ? 0 - sum : sum)};
    return weir__json_number(p->cx, &weir_type_int, word);
}

static weir_json *read_number(Parser *p)
{
    const char *from = p->at;
    p->at += *p->at == '-' ? 1 : 0;
    const char *whole = p->at;
    if (!digits(p)) {
        expected(p, "a digit");
        return NULL;
    }
    if (*whole == '0' && p->at > whole + 1) {
        fail_at(p, from, "a number does not begin with 0");
        return NULL;
    }
    bool real = false;
    if (*p->at == '.') {
        p->at++;
        real = true;
        if (!digits(p)) {
            expected(p, "a digit");
            return NULL;
        }
    }
    if (*p->at == 'e' || *p->at == 'E') {
        p->at++;
        real = true;
        p->at += *p->at == '+' || *p->at == '-' ? 1 : 0;
        if (!digits(p)) {
            expected(p, "a digit");
            return NULL;
        }
    }
    if (!real) {
        return read_int(p, from);
    }
    weir_word word = {.real = strtod(from, NULL)};
    if (!isfinite(word.real)) {
        fail_at(p, from, "the number is beyond what a float holds");
        return NULL;
    }
    return weir__json_number(p->cx, &weir_type_float, word);
}

static bool is_word(Parser *p, const char *word)
{
    size_t length = strlen(word);
    if (strncmp(p->at, word, length) != 0) {
        return false;
    }
    p->at += length;
    return true;
}

// ── values ───────────────────────────────────────────────────────────────────────────────────────

static void read_string(Parser *p)
{
    weir__text text;
    const char *bytes;
    size_t length;
    weir__text_begin(&text, p->cx);
    if (read_text(p, &text, &bytes, &length)) {
        weir__json_take(p->build, (weir_json *)(void *)weir_string_new(p->cx, bytes,
                                                                       (int64_t)length));
    }
    weir__text_clear(&text);
}

// `"key":`, and on to the value.
static void read_key(Parser *p)
{
    if (*p->at != '"') {
        expected(p, "a key in double quotes");
        return;
    }
    const char *from = p->at, *bytes;
    size_t length;
    weir__text text;
    weir__text_begin(&text, p->cx);
    if (read_text(p, &text, &bytes, &length)) {
        if (!weir__json_key(p->build, bytes, length)) {
            fail_at(p, from, "the key %.*s is there twice", p->at - from > 60 ? 60
                    : (int)(p->at - from), from);
        }
        skip_space(p);
        if (*p->at == ':') {
            p->at++;
        } else {
            expected(p, ":");
        }
    }
    weir__text_clear(&text);
}

// A value, or the beginning of an array or object: then *opened, and its first item or key follows.
static void read_value(Parser *p, bool *opened)
{
    *opened = false;
    char c = *p->at;
    if (c == '{' || c == '[') {
        p->object[p->build->depth < WEIR__JSON_DEEPEST ? p->build->depth : 0] = c == '{';
        if (!weir__json_open(p->build, c == '{')) {
            fail_at(p, p->at, "nested more than %d deep", WEIR__JSON_DEEPEST);
        }
        p->at++;
        *opened = true;
    } else if (c == '"') {
        read_string(p);
    } else if (c == '-' || (c >= '0' && c <= '9')) {
        weir__json_take(p->build, read_number(p));
    } else if (is_word(p, "true")) {
        weir__json_take(p->build, (weir_json *)(uintptr_t)&weir__json_yes);
    } else if (is_word(p, "false")) {
        weir__json_take(p->build, (weir_json *)(uintptr_t)&weir__json_no);
    } else if (is_word(p, "null")) {
        weir__json_take(p->build, weir__json_null());
    } else {
        expected(p, "a value");
    }
}

// After a value: closes what ends here. False: the whole value has ended, or failed; else the next
// item or key follows.
static bool go_on(Parser *p)
{
    while (!weir_failed(p->cx) && p->build->depth > 0) {
        bool object = p->object[p->build->depth - 1];
        skip_space(p);
        if (*p->at == ',') {
            p->at++;
            return true;
        }
        if (*p->at != (object ? '}' : ']')) {
            expected(p, object ? ", or }" : ", or ]");
            return false;
        }
        p->at++;
        weir__json_close(p->build);
    }
    return false;
}

static void read_all(Parser *p)
{
    bool more = true, opened = false;
    while (more && !weir_failed(p->cx)) {
        skip_space(p);
        bool object = p->build->depth > 0 && p->object[p->build->depth - 1];
        if (opened && *p->at == (object ? '}' : ']')) { // nothing in it
            p->at++;
            weir__json_close(p->build);
            opened = false;
            more = go_on(p);
            continue;
        }
        if (object) {
            read_key(p);
            skip_space(p);
        }
        if (!weir_failed(p->cx)) {
            read_value(p, &opened);
            more = opened || go_on(p);
        }
    }
    skip_space(p);
    if (!weir_failed(p->cx) && p->at < p->end) {
        expected(p, "the end");
    }
}

weir_json *weir_json_parse(weir_context *cx, const weir_string *text)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir__json_build build;
    weir__json_begin(&build, cx);
    Parser parser;
    parser.cx = cx;
    parser.start = parser.at = text->bytes;
    parser.end = text->bytes + text->length;
    parser.build = &build;
    if (text->length >= 3 && memcmp(text->bytes, "\xef\xbb\xbf", 3) == 0) {
        parser.start = parser.at += 3; // a byte order mark
    }
    read_all(&parser);
    return weir__json_end(&build);
}

weir_json *weir_response_json(weir_context *cx, const weir_response *response)
{
    weir_string *text = weir_response_text(cx, response);
    weir_json *json = text == NULL ? NULL : weir_json_parse(cx, text);
    weir_drop(text);
    return json;
}
