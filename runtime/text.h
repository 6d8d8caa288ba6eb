// text.h: text, seen from inside the runtime.
//
// A weir_string made here is one block, its bytes behind it. Text is put together in a weir__text,
// which lies on the stack and takes memory only when it grows; text.c, format.c and show.c write
// into it, and so do the reports.
#ifndef WEIR_TEXT_H
#define WEIR_TEXT_H

#include <stdarg.h>

#include "weir.h"

typedef struct weir__text {
    weir_context *cx;
    char *bytes; // first, or a block of its own
    size_t length, room;
    size_t most; // bytes: what is added behind them may be left out; SIZE_MAX: all is wanted
    bool failed; // memory ended: what follows is dropped, and weir__text_end gives NULL
    char first[248];
} weir__text;

// Begins an empty text. It must be ended, or cleared, in the same context.
void weir__text_begin(weir__text *text, weir_context *cx);
void weir__text_add(weir__text *text, const char *bytes, size_t length);
void weir__text_word(weir__text *text, const char *word);          // up to its NUL
void weir__text_string(weir__text *text, const weir_string *part); // NULL adds nothing
void weir__text_character(weir__text *text, uint32_t c); // a code point as UTF-8
void weir__text_repeat(weir__text *text, const char *part, size_t length, int64_t times);
void weir__text_printf(weir__text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void weir__text_vprintf(weir__text *text, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
// It is as long as it may become.
static inline bool weir__text_full(const weir__text *text)
{
    return text->length >= text->most;
}
// Nothing more is added: who has much to say may stop.
static inline bool weir__text_over(const weir__text *text)
{
    return text->failed || weir__text_full(text);
}
// How many of so many bytes it can still become longer.
static inline size_t weir__text_fits(const weir__text *text, size_t length)
{
    size_t left = weir__text_full(text) ? 0 : text->most - text->length;
    return length < left ? length : left;
}
// The text as a new string. NULL: memory is pending.
weir_string *weir__text_end(weir__text *text);
// Gives the memory back without making a string.
void weir__text_clear(weir__text *text);

// A string or bytes object with room for `length` bytes to be filled in, and a NUL behind them.
// NULL: memory is pending.
weir_string *weir__string_room(weir_context *cx, weir_kind kind, int64_t length);
// Bytes object; copies.
weir_string *weir__bytes_new(weir_context *cx, const char *bytes, int64_t length);
// A string from bytes that should be UTF-8: what is not becomes U+FFFD. Copies; NULL: memory is
// pending.
weir_string *weir__string_mend(weir_context *cx, const char *bytes, int64_t length);
// Bytes as text: the same object, with one more holder, where they are UTF-8; else mended. They are
// looked through once: what is found to be UTF-8 has the kind of a string from then on. NULL:
// memory is pending.
weir_string *weir__text_of(weir_context *cx, weir_string *bytes);
// Where `wanted` begins in s from the byte `from` on; the length of s: nowhere. "" is nowhere.
size_t weir__string_find(const weir_string *s, const weir_string *wanted, size_t from);
// How many bytes the UTF-8 character at `bytes` has, 0 when it is none. length > 0.
size_t weir__utf8_length(const char *bytes, size_t length);
// Where bytes stop being UTF-8; length: nowhere.
int64_t weir__utf8_end(const char *bytes, int64_t length);

#endif
