// string_part.c: methods of text that count, take off, fill up and take apart. As in string.c,
// lengths and places are in bytes and no character is cut in two; widths are in characters.
#include "list.h"
#include "text.h"
#include "value.h"

// ── looking for text ─────────────────────────────────────────────────────────────────────────────

int64_t weir_string_count(weir_context *cx, const weir_string *s, const weir_string *wanted)
{
    int64_t count = 0;
    size_t length = (size_t)s->length;
    for (size_t at = 0; !weir_failed(cx); count++) {
        at = weir__string_find(s, wanted, at);
        if (at == length) {
            break;
        }
        at += (size_t)wanted->length;
    }
    return count;
}

weir_box *weir_string_last_index_of(weir_context *cx, const weir_string *s,
                                    const weir_string *wanted)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    for (int64_t at = s->length - wanted->length; at >= 0; at--) {
        if (memcmp(s->bytes + at, wanted->bytes, (size_t)wanted->length) == 0) {
            return weir_box_new(cx, &weir_type_int, &at);
        }
    }
    return NULL;
}

// ── taken off ────────────────────────────────────────────────────────────────────────────────────

weir_string *weir_string_remove_prefix(weir_context *cx, const weir_string *s,
                                       const weir_string *prefix)
{
    if (!weir_string_starts_with(cx, s, prefix) || prefix->length == 0) {
        return weir_failed(cx) ? NULL : weir_keep(s);
    }
    return weir_string_new(cx, s->bytes + prefix->length, s->length - prefix->length);
}

weir_string *weir_string_remove_suffix(weir_context *cx, const weir_string *s,
                                       const weir_string *suffix)
{
    if (!weir_string_ends_with(cx, s, suffix) || suffix->length == 0) {
        return weir_failed(cx) ? NULL : weir_keep(s);
    }
    return weir_string_new(cx, s->bytes, s->length - suffix->length);
}

void *weir_string_split_once(weir_context *cx, const weir_type *optional, const weir_string *s,
                             const weir_string *at)
{
    size_t length = (size_t)s->length;
    size_t place = weir_failed(cx) ? length : weir__string_find(s, at, 0);
    if (place == length) {
        return NULL;
    }
    size_t behind = place + (size_t)at->length;
    weir_string *before = weir_string_new(cx, s->bytes, (int64_t)place);
    weir_string *after = weir_string_new(cx, s->bytes + behind, (int64_t)(length - behind));
    weir_record *both = weir_failed(cx) ? NULL : weir_record_new(cx, optional->item);
    if (both == NULL) {
        weir_drop(before);
        weir_drop(after);
        return NULL;
    }
    weir__words(both)[0].object = before;
    weir__words(both)[1].object = after;
    return both;
}

// ── filled up ────────────────────────────────────────────────────────────────────────────────────

static int64_t characters(const weir_string *s)
{
    int64_t count = 0;
    for (int64_t i = 0; i < s->length; i++) {
        count += ((unsigned char)s->bytes[i] & 0xc0) != 0x80;
    }
    return count;
}

// Adds characters of `with`, again and again from its start, until there are so many.
static void fill(weir__text *text, const weir_string *with, int64_t missing)
{
    int64_t round = characters(with);
    if (missing <= 0 || round == 0) {
        return;
    }
    weir__text_repeat(text, with->bytes, (size_t)with->length, missing / round);
    size_t end = 0;
    for (int64_t left = missing % round; left > 0; left--) {
        end += weir__utf8_length(with->bytes + end, (size_t)with->length - end);
    }
    weir__text_add(text, with->bytes, end);
}

weir_string *weir_string_pad_start(weir_context *cx, const weir_string *s, int64_t width,
                                   const weir_string *with)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir__text text;
    weir__text_begin(&text, cx);
    fill(&text, with, width - characters(s));
    weir__text_string(&text, s);
    return weir__text_end(&text);
}

weir_string *weir_string_pad_end(weir_context *cx, const weir_string *s, int64_t width,
                                 const weir_string *with)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir__text text;
    weir__text_begin(&text, cx);
    weir__text_string(&text, s);
    fill(&text, with, width - characters(s));
    return weir__text_end(&text);
}

// ── characters and bytes ─────────────────────────────────────────────────────────────────────────

weir_string *weir_string_reverse(weir_context *cx, const weir_string *s)
{
    weir_string *reversed = weir_failed(cx) ? NULL : weir__string_room(cx, WEIR_STRING, s->length);
    if (reversed == NULL) {
        return NULL;
    }
    char *end = (char *)(reversed + 1) + s->length;
    size_t length = (size_t)s->length;
    for (size_t at = 0, size; at < length; at += size) {
        size = weir__utf8_length(s->bytes + at, length - at);
        size = size == 0 ? 1 : size;
        end -= size;
        memcpy(end, s->bytes + at, size);
    }
    return reversed;
}

weir_list *weir_string_codes(weir_context *cx, const weir_type *type, const weir_string *s)
{
    weir_list *codes = weir_failed(cx) ? NULL : weir_list_new(cx, type, characters(s));
    if (codes == NULL) {
        return NULL;
    }
    size_t length = (size_t)s->length;
    for (size_t at = 0, size; at < length; at += size) {
        size = weir__utf8_length(s->bytes + at, length - at);
        size = size == 0 ? 1 : size;
        int64_t code = (unsigned char)s->bytes[at];
        code &= size == 1 ? 0x7f : 0x7f >> size;
        for (size_t i = 1; i < size; i++) {
            code = code << 6 | ((unsigned char)s->bytes[at + i] & 0x3f);
        }
        codes->items[codes->length++].integer = code;
    }
    return codes;
}

weir_list *weir_bytes_codes(weir_context *cx, const weir_type *type, const weir_string *bytes)
{
    weir_list *codes = weir_failed(cx) ? NULL : weir_list_new(cx, type, bytes->length);
    for (int64_t i = 0; codes != NULL && i < bytes->length; i++) {
        codes->items[codes->length++].integer = (unsigned char)bytes->bytes[i];
    }
    return codes;
}
