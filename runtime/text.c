// text.c: strings and bytes: made, compared, joined, put together, mended.
#include "text.h"

#include <stdio.h>

#include "format.h"
#include "value.h"

// ── made ─────────────────────────────────────────────────────────────────────────────────────────

weir_string *weir__string_room(weir_context *cx, weir_kind kind, int64_t length)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir_string *string = weir__object_new(cx, kind, sizeof *string + (size_t)length + 1);
    if (string != NULL) {
        string->length = length;
        string->bytes = (const char *)(string + 1);
    }
    return string;
}

static weir_string *copied(weir_context *cx, weir_kind kind, const char *bytes, int64_t length)
{
    weir_string *string = weir__string_room(cx, kind, length);
    if (string != NULL && length > 0) {
        memcpy(string + 1, bytes, (size_t)length);
    }
    return string;
}

weir_string *weir_string_new(weir_context *cx, const char *bytes, int64_t length)
{
    return copied(cx, WEIR_STRING, bytes, length);
}

weir_string *weir__bytes_new(weir_context *cx, const char *bytes, int64_t length)
{
    return copied(cx, WEIR_BYTES, bytes, length);
}

weir_string *weir_string_join(weir_context *cx, const weir_string *a, const weir_string *b)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    if (b->length == 0) {
        return weir_keep(a);
    }
    if (a->length == 0) {
        return weir_keep(b);
    }
    weir_string *joined = weir__string_room(cx, (weir_kind)a->object.kind, a->length + b->length);
    if (joined != NULL) {
        char *bytes = (char *)(joined + 1);
        memcpy(bytes, a->bytes, (size_t)a->length);
        memcpy(bytes + a->length, b->bytes, (size_t)b->length);
    }
    return joined;
}

// ── compared ─────────────────────────────────────────────────────────────────────────────────────

bool weir_string_equal(const weir_string *a, const weir_string *b)
{
    if (a == b || a == NULL || b == NULL) {
        return a == b;
    }
    return a->length == b->length && memcmp(a->bytes, b->bytes, (size_t)a->length) == 0;
}

int64_t weir_string_compare(const weir_string *a, const weir_string *b)
{
    if (a == NULL || b == NULL) {
        return (a != NULL) - (b != NULL);
    }
    int64_t shorter = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->bytes, b->bytes, (size_t)shorter);
    if (order != 0) {
        return order < 0 ? -1 : 1;
    }
    return (a->length > b->length) - (a->length < b->length);
}

// ── put together ─────────────────────────────────────────────────────────────────────────────────

void weir__text_begin(weir__text *text, weir_context *cx)
{
    text->cx = cx;
    text->bytes = text->first;
    text->length = 0;
    text->room = sizeof text->first;
    text->most = SIZE_MAX;
    text->failed = false;
}

void weir__text_clear(weir__text *text)
{
    if (text->bytes != text->first) {
        weir__release(text->cx, text->bytes);
    }
    text->bytes = text->first;
    text->length = 0;
    text->room = sizeof text->first;
}

// Makes room for `more` bytes; false: memory has ended.
static bool text_grow(weir__text *text, size_t more)
{
    if (text->failed || more > SIZE_MAX / 4 - text->length) {
        text->failed = true;
        return false;
    }
    if (text->length + more <= text->room) {
        return true;
    }
    size_t room = (text->length + more) * 2;
    char *bytes = weir__allocate(text->cx, room);
    if (bytes == NULL) {
        text->failed = true;
        return false;
    }
    memcpy(bytes, text->bytes, text->length);
    if (text->bytes != text->first) {
        weir__release(text->cx, text->bytes);
    }
    text->bytes = bytes;
    text->room = room;
    return true;
}

void weir__text_add(weir__text *text, const char *bytes, size_t length)
{
    length = weir__text_fits(text, length);
    if (length > 0 && text_grow(text, length)) {
        memcpy(text->bytes + text->length, bytes, length);
        text->length += length;
    }
}

void weir__text_word(weir__text *text, const char *word)
{
    weir__text_add(text, word, strlen(word));
}

void weir__text_string(weir__text *text, const weir_string *part)
{
    if (part != NULL) {
        weir__text_add(text, part->bytes, (size_t)part->length);
    }
}

void weir__text_repeat(weir__text *text, const char *part, size_t length, int64_t times)
{
    if (times > 0 && (uint64_t)times > (SIZE_MAX / 8) / (length + 1)) {
        text->failed = true; // more than there can be
        return;
    }
    if (times > 0 && text_grow(text, length * (size_t)times)) {
        for (int64_t i = 0; i < times; i++) {
            weir__text_add(text, part, length);
        }
    }
}

void weir__text_vprintf(weir__text *text, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    char *at = text->bytes + text->length;
    int length = vsnprintf(at, text->room - text->length, format, arguments);
    if (length > 0 && (size_t)length < text->room - text->length) {
        text->length += (size_t)length;
    } else if (length > 0 && text_grow(text, (size_t)length + 1)) {
        vsnprintf(text->bytes + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

void weir__text_printf(weir__text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    weir__text_vprintf(text, format, arguments);
    va_end(arguments);
}

void weir__text_character(weir__text *text, uint32_t c)
{
    char bytes[4];
    if (c < 0x80) {
        bytes[0] = (char)c;
        weir__text_add(text, bytes, 1);
    } else if (c < 0x800) {
        bytes[0] = (char)(0xc0 | c >> 6), bytes[1] = (char)(0x80 | (c & 0x3f));
        weir__text_add(text, bytes, 2);
    } else if (c < 0x10000) {
        bytes[0] = (char)(0xe0 | c >> 12), bytes[1] = (char)(0x80 | (c >> 6 & 0x3f));
        bytes[2] = (char)(0x80 | (c & 0x3f));
        weir__text_add(text, bytes, 3);
    } else {
        bytes[0] = (char)(0xf0 | c >> 18), bytes[1] = (char)(0x80 | (c >> 12 & 0x3f));
        bytes[2] = (char)(0x80 | (c >> 6 & 0x3f)), bytes[3] = (char)(0x80 | (c & 0x3f));
        weir__text_add(text, bytes, 4);
    }
}

weir_string *weir__text_end(weir__text *text)
{
    weir_string *string = NULL;
    if (!text->failed) {
        string = weir_string_new(text->cx, text->bytes, (int64_t)text->length);
    } else if (!weir_failed(text->cx)) {
        weir_fail_with(text->cx, "memory", "a text is too long");
    }
    weir__text_clear(text);
    return string;
}

// ── templates ────────────────────────────────────────────────────────────────────────────────────

// Shows one argument by the letter in its braces. `arguments` is passed by pointer: a va_list
// handed down is used up.
static void show_argument(weir__text *text, char letter, const char *spec, size_t length,
                          va_list *arguments)
{
    weir_word word = {.integer = 0};
    switch (letter) {
    case 'i':
        word.integer = va_arg(*arguments, int64_t);
        weir__format(text, &weir_type_int, word, spec, length);
        return;
    case 'f':
        word.real = va_arg(*arguments, double);
        weir__format(text, &weir_type_float, word, spec, length);
        return;
    case 'b':
        word.integer = va_arg(*arguments, weir_bool);
        weir__format(text, &weir_type_bool, word, spec, length);
        return;
    case 'd':
        word.integer = va_arg(*arguments, int64_t);
        weir__format(text, &weir_type_duration, word, spec, length);
        return;
    case 't':
        word.integer = va_arg(*arguments, int64_t);
        weir__format(text, &weir_type_time, word, spec, length);
        return;
    case 's':
        word.object = (void *)(uintptr_t)va_arg(*arguments, const weir_string *);
        weir__format(text, &weir_type_string, word, spec, length);
        return;
    case 'e':
        word.object = (void *)(uintptr_t)va_arg(*arguments, const weir_error *);
        weir__format(text, &weir_type_error, word, spec, length);
        return;
    case 'v':
    case 'q': {
        const weir_type *type = va_arg(*arguments, const weir_type *);
        const void *at = va_arg(*arguments, const void *);
        memcpy(&word, at, sizeof word);
        if (letter == 'q') {
            weir__show_inside(text, type, word);
        } else {
            weir__format(text, type, word, spec, length);
        }
        return;
    }
    }
    weir_fail_with(text->cx, "type", "a template has no letter '%c'", letter);
}

weir_string *weir_text(weir_context *cx, const char *template, ...)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir__text text;
    weir__text_begin(&text, cx);
    va_list arguments;
    va_start(arguments, template);
    const char *at = template;
    while (*at != '\0') {
        size_t plain = strcspn(at, "{}");
        weir__text_add(&text, at, plain);
        at += plain;
        if (*at == '\0') {
            break;
        }
        if (at[1] == *at) { // {{ and }}
            weir__text_add(&text, at, 1);
            at += 2;
            continue;
        }
        const char *end = strchr(at, '}');
        if (*at == '}' || end == NULL || end - at < 2) {
            weir_fail_with(cx, "type", "a template has a brace without a partner");
            break;
        }
        const char *spec = at[2] == ':' ? at + 3 : end;
        show_argument(&text, at[1], spec, (size_t)(end - spec), &arguments);
        at = end + 1;
    }
    va_end(arguments);
    return weir__text_end(&text); // NULL when a format failed
}

// ── mended ───────────────────────────────────────────────────────────────────────────────────────

size_t weir__utf8_length(const char *bytes, size_t length)
{
    const unsigned char *at = (const unsigned char *)bytes;
    if (at[0] < 0x80) {
        return 1;
    }
    size_t wanted = at[0] >= 0xc2 && at[0] < 0xe0   ? 2
                    : at[0] >= 0xe0 && at[0] < 0xf0 ? 3
                    : at[0] >= 0xf0 && at[0] < 0xf5 ? 4
                                                    : 0;
    if (wanted == 0 || wanted > length) {
        return 0;
    }
    for (size_t i = 1; i < wanted; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    bool overlong = (at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xf0 && at[1] < 0x90);
    bool surrogate = at[0] == 0xed && at[1] >= 0xa0;
    bool beyond = at[0] == 0xf4 && at[1] >= 0x90;
    return overlong || surrogate || beyond ? 0 : wanted;
}

int64_t weir__utf8_end(const char *bytes, int64_t length)
{
    int64_t at = 0;
    while (at < length) {
        uint64_t eight;
        if (length - at >= 8) {
            memcpy(&eight, bytes + at, 8);
            if ((eight & UINT64_C(0x8080808080808080)) == 0) {
                at += 8;
                continue;
            }
        }
        size_t one = weir__utf8_length(bytes + at, (size_t)(length - at));
        if (one == 0) {
            break;
        }
        at += (int64_t)one;
    }
    return at;
}

// How many of the bytes, from the first, are UTF-8.
static size_t good_bytes(const char *bytes, size_t size)
{
    size_t good = 0;
    while (good < size) {
        size_t character = weir__utf8_length(bytes + good, size - good);
        if (character == 0) {
            break;
        }
        good += character;
    }
    return good;
}

weir_string *weir__text_of(weir_context *cx, weir_string *bytes)
{
    size_t size = (size_t)bytes->length;
    bool text = bytes->object.kind == WEIR_STRING;
    if (!text && good_bytes(bytes->bytes, size) != size) {
        return weir__string_mend(cx, bytes->bytes, bytes->length);
    }
    if (!text && bytes->object.count < 1) { // other threads may look at it
        return weir_string_new(cx, bytes->bytes, bytes->length);
    }
    bytes->object.kind = WEIR_STRING; // which bytes may be, too; bytes as text never
    return weir_keep(bytes);
}

weir_string *weir__string_mend(weir_context *cx, const char *bytes, int64_t length)
{
    size_t size = (size_t)length, good = good_bytes(bytes, size);
    if (good == size) {
        return weir_string_new(cx, bytes, length);
    }
    size_t mended = good; // its length, then its bytes
    for (size_t i = good; i < size;) {
        size_t character = weir__utf8_length(bytes + i, size - i);
        mended += character == 0 ? 3 : character;
        i += character == 0 ? 1 : character;
    }
    weir_string *string = weir__string_room(cx, WEIR_STRING, (int64_t)mended);
    if (string == NULL) {
        return NULL;
    }
    char *to = (char *)(string + 1);
    memcpy(to, bytes, good);
    to += good;
    for (size_t i = good; i < size;) {
        size_t character = weir__utf8_length(bytes + i, size - i);
        memcpy(to, character == 0 ? "\xef\xbf\xbd" : bytes + i, character == 0 ? 3 : character);
        to += character == 0 ? 3 : character;
        i += character == 0 ? 1 : character;
    }
    return string;
}
