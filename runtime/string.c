// string.c: the methods of text. Lengths and places are in bytes; no method cuts a character in
// two.
#include "list.h"
#include "text.h"
#include "value.h"

// ── characters ───────────────────────────────────────────────────────────────────────────────────

// The character at `at`, which is UTF-8, and how many bytes it has.
static uint32_t decode(const char *at, size_t left, size_t *size)
{
    const unsigned char *bytes = (const unsigned char *)at;
    *size = weir__utf8_length(at, left);
    switch (*size) {
    case 2: return (bytes[0] & 0x1fU) << 6 | (bytes[1] & 0x3fU);
    case 3: return (bytes[0] & 0x0fU) << 12 | (bytes[1] & 0x3fU) << 6 | (bytes[2] & 0x3fU);
    case 4:
        return (bytes[0] & 0x07U) << 18 | (bytes[1] & 0x3fU) << 12 | (bytes[2] & 0x3fU) << 6 |
               (bytes[3] & 0x3fU);
    default: *size = 1; return bytes[0];
    }
}

static void add_character(weir__text *text, uint32_t c)
{
    char bytes[4];
    size_t size = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = size; i > 1; i--) {
        bytes[i - 1] = (char)(0x80 | (c & 0x3f));
        c >>= 6;
    }
    bytes[0] = (char)(lead[size] | c);
    weir__text_add(text, bytes, size);
}

static bool is_space(uint32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xa0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
           c == 0x205f || c == 0x3000;
}

// ── upper and lower case ─────────────────────────────────────────────────────────────────────────
// Of the Latin, Greek and Cyrillic letters that have one counterpart; no locale has a say.

static const struct Letters {
    uint16_t from, to; // upper case letters
    uint16_t by;       // to the lower case; 1: the two take turns
} letters[] = {
    {'A', 'Z', 32},      {0xc0, 0xd6, 32},   {0xd8, 0xde, 32},   {0x100, 0x12f, 1},
    {0x132, 0x137, 1},   {0x139, 0x148, 1},  {0x14a, 0x177, 1},  {0x179, 0x17e, 1},
    {0x391, 0x3a1, 32},  {0x3a3, 0x3a9, 32}, {0x400, 0x40f, 80}, {0x410, 0x42f, 32},
    {0x460, 0x481, 1},   {0x48a, 0x4bf, 1},  {0x4d0, 0x52f, 1},  {0x1e00, 0x1e95, 1},
    {0x1ea0, 0x1eff, 1},
};

static uint32_t to_lower(uint32_t c)
{
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        const struct Letters *row = &letters[i];
        if (c >= row->from && c <= row->to) {
            return row->by > 1 ? c + row->by : (c - row->from) % 2 == 0 ? c + 1 : c;
        }
    }
    return c == 0x178 ? 0xff : c;
}

static uint32_t to_upper(uint32_t c)
{
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        const struct Letters *row = &letters[i];
        if (row->by > 1 && c >= row->from + (uint32_t)row->by && c <= row->to + (uint32_t)row->by) {
            return c - row->by;
        }
        if (row->by == 1 && c >= row->from && c <= row->to) {
            return (c - row->from) % 2 == 0 ? c : c - 1;
        }
    }
    return c == 0xff ? 0x178 : c == 0x3c2 ? 0x3a3 : c == 0xb5 ? 0x39c : c;
}

static weir_string *mapped(weir_context *cx, const weir_string *s, uint32_t (*map)(uint32_t c))
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir__text text;
    weir__text_begin(&text, cx);
    size_t length = (size_t)s->length;
    for (size_t i = 0, size; i < length && !text.failed; i += size) {
        add_character(&text, map(decode(s->bytes + i, length - i, &size)));
    }
    return weir__text_end(&text);
}

weir_string *weir_string_upper(weir_context *cx, const weir_string *s)
{
    return mapped(cx, s, to_upper);
}

weir_string *weir_string_lower(weir_context *cx, const weir_string *s)
{
    return mapped(cx, s, to_lower);
}

weir_string *weir_string_capitalize(weir_context *cx, const weir_string *s)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir__text text;
    weir__text_begin(&text, cx);
    size_t length = (size_t)s->length, size = 0;
    if (length > 0) {
        add_character(&text, to_upper(decode(s->bytes, length, &size)));
    }
    weir__text_add(&text, s->bytes + size, length - size);
    return weir__text_end(&text);
}

// ── parts ────────────────────────────────────────────────────────────────────────────────────────

// The bytes [from, to) of a string as one; the same string where that is all of it.
static weir_string *part(weir_context *cx, const weir_string *s, size_t from, size_t to)
{
    if (from == 0 && to == (size_t)s->length) {
        return weir_keep(s);
    }
    return weir_string_new(cx, s->bytes + from, (int64_t)(to - from));
}

// The start of the character that `at` stands in.
static size_t character_start(const weir_string *s, int64_t at)
{
    if (at >= s->length) {
        return (size_t)s->length;
    }
    while (at > 0 && ((unsigned char)s->bytes[at] & 0xc0) == 0x80) {
        at--;
    }
    return at < 0 ? 0 : (size_t)at;
}

weir_string *weir_string_slice(weir_context *cx, const weir_string *s, int64_t from, int64_t to)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    size_t start = character_start(s, from), end = character_start(s, to);
    return part(cx, s, start, end < start ? start : end);
}

weir_string *weir_bytes_slice(weir_context *cx, const weir_string *s, int64_t from, int64_t to)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    from = from < 0 ? 0 : from > s->length ? s->length : from;
    to = to > s->length ? s->length : to;
    return weir__bytes_new(cx, s->bytes + from, to > from ? to - from : 0);
}

static weir_string *trimmed(weir_context *cx, const weir_string *s, bool start, bool end)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    size_t length = (size_t)s->length, from = length, to = 0;
    for (size_t i = 0, size; i < length; i += size) {
        if (!is_space(decode(s->bytes + i, length - i, &size))) {
            from = from < i ? from : i;
            to = i + size;
        }
    }
    if (to == 0) {
        return weir_string_new(cx, "", 0);
    }
    return part(cx, s, start ? from : 0, end ? to : length);
}

weir_string *weir_string_trim(weir_context *cx, const weir_string *s)
{
    return trimmed(cx, s, true, true);
}

weir_string *weir_string_trim_start(weir_context *cx, const weir_string *s)
{
    return trimmed(cx, s, true, false);
}

weir_string *weir_string_trim_end(weir_context *cx, const weir_string *s)
{
    return trimmed(cx, s, false, true);
}

// Adds the bytes [from, to) to a list of strings; false: a failure is pending.
static bool add_part(weir_context *cx, weir_list **parts, const weir_string *s, size_t from,
                     size_t to)
{
    weir_string *piece = part(cx, s, from, to);
    if (piece != NULL) {
        weir__list_take(cx, parts, (weir_word){.object = piece});
    }
    return !weir_failed(cx);
}

static weir_list *finished(weir_context *cx, weir_list *parts)
{
    if (weir_failed(cx)) {
        weir_clear(&parts);
    }
    return parts;
}

weir_list *weir_string_chars(weir_context *cx, const weir_string *s)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir_list *parts = weir_list_new(cx, &weir_type_strings, 0);
    size_t length = (size_t)s->length, size;
    for (size_t i = 0; parts != NULL && i < length; i += size) {
        (void)decode(s->bytes + i, length - i, &size);
        if (!add_part(cx, &parts, s, i, i + size)) {
            break;
        }
    }
    return finished(cx, parts);
}

size_t weir__string_find(const weir_string *s, const weir_string *wanted, size_t from)
{
    size_t length = (size_t)s->length, size = (size_t)wanted->length;
    while (size > 0 && from + size <= length) {
        const char *at = memchr(s->bytes + from, wanted->bytes[0], length - from - size + 1);
        if (at == NULL) {
            break;
        }
        from = (size_t)(at - s->bytes);
        if (memcmp(at, wanted->bytes, size) == 0) {
            return from;
        }
        from++;
    }
    return length;
}

weir_list *weir_string_split(weir_context *cx, const weir_string *s, const weir_string *at)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    if (at->length == 0) {
        return weir_string_chars(cx, s);
    }
    weir_list *parts = weir_list_new(cx, &weir_type_strings, 0);
    size_t length = (size_t)s->length, from = 0;
    while (parts != NULL) {
        size_t to = weir__string_find(s, at, from);
        if (!add_part(cx, &parts, s, from, to) || to == length) {
            break;
        }
        from = to + (size_t)at->length;
        if (from == length) { // what stands at the end is followed by nothing
            add_part(cx, &parts, s, from, from);
            break;
        }
    }
    return finished(cx, parts);
}

weir_list *weir_string_words(weir_context *cx, const weir_string *s)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir_list *parts = weir_list_new(cx, &weir_type_strings, 0);
    size_t length = (size_t)s->length, start = length;
    for (size_t i = 0, size; parts != NULL && i < length; i += size) {
        bool space = is_space(decode(s->bytes + i, length - i, &size));
        if (space && start < i && !add_part(cx, &parts, s, start, i)) {
            return finished(cx, parts);
        }
        start = space ? length : start == length ? i : start;
    }
    if (parts != NULL && start < length) {
        add_part(cx, &parts, s, start, length);
    }
    return finished(cx, parts);
}

weir_list *weir_string_lines(weir_context *cx, const weir_string *s)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir_list *parts = weir_list_new(cx, &weir_type_strings, 0);
    size_t length = (size_t)s->length, from = 0;
    while (parts != NULL && from < length) {
        const char *end = memchr(s->bytes + from, '\n', length - from);
        size_t to = end == NULL ? length : (size_t)(end - s->bytes);
        bool carriage = end != NULL && to > from && s->bytes[to - 1] == '\r';
        if (!add_part(cx, &parts, s, from, carriage ? to - 1 : to)) {
            break;
        }
        from = to + 1;
    }
    return finished(cx, parts);
}

// ── looking for text ─────────────────────────────────────────────────────────────────────────────

weir_bool weir_string_contains(weir_context *cx, const weir_string *s, const weir_string *wanted)
{
    return !weir_failed(cx) &&
           (wanted->length == 0 || weir__string_find(s, wanted, 0) < (size_t)s->length);
}

weir_bool weir_string_starts_with(weir_context *cx, const weir_string *s, const weir_string *wanted)
{
    return !weir_failed(cx) && wanted->length <= s->length &&
           memcmp(s->bytes, wanted->bytes, (size_t)wanted->length) == 0;
}

weir_bool weir_string_ends_with(weir_context *cx, const weir_string *s, const weir_string *wanted)
{
    return !weir_failed(cx) && wanted->length <= s->length &&
           memcmp(s->bytes + (s->length - wanted->length), wanted->bytes, (size_t)wanted->length) ==
               0;
}

weir_box *weir_string_index_of(weir_context *cx, const weir_string *s, const weir_string *wanted)
{
    if (!weir_string_contains(cx, s, wanted)) {
        return NULL;
    }
    int64_t at = wanted->length == 0 ? 0 : (int64_t)weir__string_find(s, wanted, 0);
    return weir_box_new(cx, &weir_type_int, &at);
}

// ── other texts ──────────────────────────────────────────────────────────────────────────────────

weir_string *weir_string_replace(weir_context *cx, const weir_string *s, const weir_string *wanted,
                                 const weir_string *with)
{
    if (!weir_string_contains(cx, s, wanted) || wanted->length == 0) {
        return weir_failed(cx) ? NULL : weir_keep(s);
    }
    weir__text text;
    weir__text_begin(&text, cx);
    size_t length = (size_t)s->length, from = 0;
    while (from < length) {
        size_t to = weir__string_find(s, wanted, from);
        weir__text_add(&text, s->bytes + from, to - from);
        if (to == length) {
            break;
        }
        weir__text_string(&text, with);
        from = to + (size_t)wanted->length;
    }
    return weir__text_end(&text);
}

weir_string *weir_string_repeat(weir_context *cx, const weir_string *s, int64_t times)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir__text text;
    weir__text_begin(&text, cx);
    weir__text_repeat(&text, s->bytes, (size_t)s->length, times);
    return weir__text_end(&text);
}
