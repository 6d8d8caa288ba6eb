// text.h: small helpers for text: UTF-8, interning, likeness of words, a growing buffer.
//
// Everything lives in the arena that is passed in. Used by every pass; knows nothing of Weir.
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

// ── UTF-8 ────────────────────────────────────────────────────────────────────────────────────────
// Reads one code point from text[0 … length). Gives its bytes (1–4), or 0 where there is no valid
// UTF-8 (cut, overlong, a surrogate, above U+10FFFF). `code` may be NULL.
size_t utf8_read(const char *text, size_t length, uint32_t *code);
// Writes a code point; `out` has room for 4 bytes. Gives the bytes written, 0 for what is not a
// code point.
size_t utf8_write(char *out, uint32_t code);
// Columns a terminal needs for it: 0 (combining, invisible), 1 or 2 (East Asian wide, emoji).
int utf8_width(uint32_t code);
// Does it change the direction of the text after it, so that source could read differently from
// what it says?
bool utf8_is_bidi_control(uint32_t code);

// For tables of texts.
uint64_t text_hash(const char *text, size_t length);

// ── equal texts are equal pointers ───────────────────────────────────────────────────────────────
typedef struct Interned {
    Arena *arena;
    struct InternedText **slots; // open addressing
    size_t count, room;
} Interned;

// The one copy of this text, NUL-terminated, as long-lived as the table's arena.
const char *text_intern(Interned *table, const char *text, size_t length);

// ── did you mean ─────────────────────────────────────────────────────────────────────────────────
// Number of single changes (insert, drop, replace, swap neighbours; ASCII case is half free:
// `Print` is near `print`) that turn one into the other, or `limit + 1` when it is more than
// `limit`.
size_t text_distance(const char *a, const char *b, size_t limit);
// Feeds candidates one by one and keeps the nearest. Start from {.wanted = name}; `best` stays NULL
// when none is near enough to be a slip of the fingers.
typedef struct Nearest {
    const char *wanted, *best;
    size_t distance;
} Nearest;
void text_nearest(Nearest *nearest, const char *candidate);

// ── a text that grows ────────────────────────────────────────────────────────────────────────────
typedef struct Buffer {
    Arena *arena;
    char *bytes; // always NUL-terminated once something was added
    size_t length, room;
} Buffer;

void buffer_add(Buffer *buffer, const char *bytes, size_t length);
void buffer_text(Buffer *buffer, const char *text);
void buffer_print(Buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
// The text so far; "" when nothing was added.
const char *buffer_end(Buffer *buffer);

#endif
