// coding.c: bytes as text and back: base64, hex, and what stands in a URL.
#include "coding.h"

// ── base64 ───────────────────────────────────────────────────────────────────────────────────────

void weir__base64_encode(weir__text *text, const weir_string *bytes, bool url)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static const char for_url[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *letters = url ? for_url : plain;
    const unsigned char *at = (const unsigned char *)bytes->bytes;
    for (int64_t left = bytes->length; left > 0; left -= 3, at += 3) {
        uint32_t group = (uint32_t)at[0] << 16;
        group |= left > 1 ? (uint32_t)at[1] << 8 : 0;
        group |= left > 2 ? (uint32_t)at[2] : 0;
        char four[4] = {letters[group >> 18], letters[group >> 12 & 63],
                        left > 1 ? letters[group >> 6 & 63] : '=',
                        left > 2 ? letters[group & 63] : '='};
        weir__text_add(text, four, !url || left > 2 ? 4 : (size_t)left + 1);
    }
}

static uint32_t base64_value(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return (uint32_t)(c - 'A');
    }
    if (c >= 'a' && c <= 'z') {
        return (uint32_t)(c - 'a' + 26);
    }
    if (c >= '0' && c <= '9') {
        return (uint32_t)(c - '0' + 52);
    }
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : 64;
}

bool weir__base64_decode(weir__text *bytes, const weir_string *text)
{
    uint32_t group = 0, count = 0, padding = 0;
    for (int64_t i = 0; i < text->length; i++) {
        char c = text->bytes[i];
        if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            continue;
        }
        if (c == '=') {
            padding++;
            continue;
        }
        uint32_t value = base64_value(c);
        if (value == 64 || padding > 0) {
            return false;
        }
        group = group << 6 | value;
        if (++count % 4 == 0) {
            char three[3] = {(char)(group >> 16), (char)(group >> 8), (char)group};
            weir__text_add(bytes, three, 3);
            group = 0;
        }
    }
    uint32_t over = count % 4;
    bool padded = padding == 0 || (over >= 2 && padding == 4 - over);
    if (over == 1 || !padded || (group & (over == 2 ? 15 : over == 3 ? 3 : 0)) != 0) {
        return false; // also where bits are left that say nothing
    }
    char two[2] = {(char)(over == 2 ? group >> 4 : group >> 10), (char)(group >> 2)};
    weir__text_add(bytes, two, over == 0 ? 0 : over - 1);
    return true;
}

weir_string *weir_base64(weir_context *cx, const weir_string *bytes, weir_bool url)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir__text text;
    weir__text_begin(&text, cx);
    weir__base64_encode(&text, bytes, url != 0);
    return weir__text_end(&text);
}

// What was written, as bytes; or kind parse.
static weir_string *end_bytes(weir__text *text, bool good, const char *what)
{
    weir_context *cx = text->cx;
    weir_string *bytes = NULL;
    if (text->failed && !weir_failed(cx)) {
        weir_fail_with(cx, "memory", "a text is too long");
    }
    if (!good && !weir_failed(cx)) {
        weir_fail_with(cx, "parse", "the text is not %s", what);
    }
    if (!weir_failed(cx)) {
        bytes = weir__bytes_new(cx, text->bytes, (int64_t)text->length);
    }
    weir__text_clear(text);
    return bytes;
}

weir_string *weir_from_base64(weir_context *cx, const weir_string *text)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir__text bytes;
    weir__text_begin(&bytes, cx);
    bool good = weir__base64_decode(&bytes, text);
    return end_bytes(&bytes, good, "base64");
}

// ── hex ──────────────────────────────────────────────────────────────────────────────────────────

weir_string *weir_hex(weir_context *cx, const weir_string *bytes)
{
    static const char digits[] = "0123456789abcdef";
    weir_string *hex = weir__string_room(cx, WEIR_STRING, bytes->length * 2);
    if (hex == NULL) {
        return NULL;
    }
    char *at = (char *)(hex + 1);
    for (int64_t i = 0; i < bytes->length; i++) {
        unsigned char c = (unsigned char)bytes->bytes[i];
        *at++ = digits[c >> 4];
        *at++ = digits[c & 15];
    }
    return hex;
}

static int hex_value(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

weir_string *weir_from_hex(weir_context *cx, const weir_string *text)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir__text bytes;
    weir__text_begin(&bytes, cx);
    bool good = text->length % 2 == 0;
    for (int64_t i = 0; good && i < text->length; i += 2) {
        int high = hex_value(text->bytes[i]), low = hex_value(text->bytes[i + 1]);
        good = high >= 0 && low >= 0;
        char byte = (char)(high * 16 + low);
        weir__text_add(&bytes, &byte, 1);
    }
    return end_bytes(&bytes, good, "hex");
}
