#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

size_t utf8_read(const char *text, size_t length, uint32_t *code)
{
    const unsigned char *bytes = (const unsigned char *)text;
    if (length == 0) {
        return 0;
    }
    uint32_t value = bytes[0];
    size_t size = value < 0x80   ? 1
                  : value < 0xC2 ? 0
                  : value < 0xE0 ? 2
                  : value < 0xF0 ? 3
                  : value < 0xF5 ? 4
                                 : 0;
    if (size == 0 || size > length) {
        return 0;
    }
    if (size > 1) {
        value &= 0x7Fu >> size;
    }
    for (size_t i = 1; i < size; i++) {
        if ((bytes[i] & 0xC0) != 0x80) {
            return 0;
        }
        value = value << 6 | (bytes[i] & 0x3F);
    }
    bool overlong = (size == 3 && value < 0x800) || (size == 4 && value < 0x10000);
    bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (overlong || surrogate || value > 0x10FFFF) {
        return 0;
    }
    if (code) {
        *code = value;
    }
    return size;
}

size_t utf8_write(char *out, uint32_t code)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xC0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code >= 0xD800 && code <= 0xDFFF) {
        return 0;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xE0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3F));
        out[2] = (char)(0x80 | (code & 0x3F));
        return 3;
    }
    if (code <= 0x10FFFF) {
        out[0] = (char)(0xF0 | code >> 18);
        out[1] = (char)(0x80 | (code >> 12 & 0x3F));
        out[2] = (char)(0x80 | (code >> 6 & 0x3F));
        out[3] = (char)(0x80 | (code & 0x3F));
        return 4;
    }
    return 0;
}

typedef struct Range {
    uint32_t first, last;
} Range;

static bool in_ranges(uint32_t code, const Range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (code >= ranges[i].first && code <= ranges[i].last) {
            return true;
        }
    }
    return false;
}

// The common blocks only: a wrong column under a rare letter costs a shifted ^, no more.
static const Range wide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},   {0x23E9, 0x23EC},
    {0x23F0, 0x23F0},   {0x23F3, 0x23F3},   {0x25FD, 0x25FE},   {0x2614, 0x2615},
    {0x2648, 0x2653},   {0x267F, 0x267F},   {0x2693, 0x2693},   {0x26A1, 0x26A1},
    {0x26AA, 0x26AB},   {0x26BD, 0x26BE},   {0x26C4, 0x26C5},   {0x26CE, 0x26CE},
    {0x26D4, 0x26D4},   {0x26EA, 0x26EA},   {0x26F2, 0x26F3},   {0x26F5, 0x26F5},
    {0x26FA, 0x26FA},   {0x26FD, 0x26FD},   {0x2705, 0x2705},   {0x270A, 0x270B},
    {0x2728, 0x2728},   {0x274C, 0x274C},   {0x274E, 0x274E},   {0x2753, 0x2755},
    {0x2757, 0x2757},   {0x2795, 0x2797},   {0x2E80, 0x303E},   {0x3041, 0x33FF},
    {0x3400, 0x4DBF},   {0x4E00, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F7E0, 0x1F7EB}, {0x1F900, 0x1F9FF},
    {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD},
};
static const Range narrow_none[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489},   {0x0591, 0x05BD}, {0x0610, 0x061A}, {0x061C, 0x061C},
    {0x064B, 0x065F}, {0x0900, 0x0902},   {0x093C, 0x093C}, {0x0941, 0x0948}, {0x0E31, 0x0E31},
    {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E},   {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200F},
    {0x202A, 0x202E}, {0x2060, 0x2069},   {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F},
    {0xFEFF, 0xFEFF}, {0xE0100, 0xE01EF},
};

int utf8_width(uint32_t code)
{
    if (code < 0x300) {
        return code < 0x20 || (code >= 0x7F && code < 0xA0) ? 0 : 1;
    }
    if (in_ranges(code, narrow_none, sizeof narrow_none / sizeof *narrow_none)) {
        return 0;
    }
    return in_ranges(code, wide, sizeof wide / sizeof *wide) ? 2 : 1;
}

bool utf8_is_bidi_control(uint32_t code)
{
    return (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) ||
           code == 0x200E || code == 0x200F || code == 0x061C;
}

typedef struct InternedText {
    uint64_t hash;
    size_t length;
    const char *text;
} InternedText;

uint64_t text_hash(const char *text, size_t length)
{ // FNV-1a
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)text[i]) * 1099511628211u;
    }
    return hash;
}

static InternedText **slot_of(InternedText **slots, size_t room, uint64_t hash, const char *text,
                              size_t length)
{
    size_t at = (size_t)hash & (room - 1);
    while (slots[at] && !(slots[at]->hash == hash && slots[at]->length == length &&
                          memcmp(slots[at]->text, text, length) == 0)) {
        at = (at + 1) & (room - 1);
    }
    return &slots[at];
}

const char *text_intern(Interned *table, const char *text, size_t length)
{
    if (table->count * 2 >= table->room) {
        size_t room = table->room ? table->room * 2 : 256;
        InternedText **slots = arena_take(table->arena, room * sizeof *slots);
        for (size_t i = 0; i < table->room; i++) {
            InternedText *old = table->slots[i];
            if (old) {
                *slot_of(slots, room, old->hash, old->text, old->length) = old;
            }
        }
        table->slots = slots;
        table->room = room;
    }
    uint64_t hash = text_hash(text, length);
    InternedText **slot = slot_of(table->slots, table->room, hash, text, length);
    if (!*slot) {
        InternedText *fresh = ARENA_NEW(table->arena, InternedText);
        *fresh = (InternedText){hash, length, arena_copy(table->arena, text, length)};
        *slot = fresh;
        table->count++;
    }
    return (*slot)->text;
}

static char lower_of(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

// Names longer than this are not compared: nobody mistypes so little of so much.
enum { LONGEST = 64 };

size_t text_distance(const char *a, const char *b, size_t limit)
{
    size_t rows = strlen(a), columns = strlen(b);
    if (rows > LONGEST || columns > LONGEST) {
        return strcmp(a, b) == 0 ? 0 : limit + 1;
    }
    size_t earlier[LONGEST + 1], last[LONGEST + 1], now[LONGEST + 1];
    for (size_t j = 0; j <= columns; j++) {
        last[j] = j;
        earlier[j] = 0;
    }
    for (size_t i = 1; i <= rows; i++) {
        now[0] = i;
        for (size_t j = 1; j <= columns; j++) {
            bool same = lower_of(a[i - 1]) == lower_of(b[j - 1]);
            size_t best = last[j - 1] + (same ? 0 : 1);
            best = last[j] + 1 < best ? last[j] + 1 : best;
            best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped && earlier[j - 2] + 1 < best) {
                best = earlier[j - 2] + 1;
            }
            now[j] = best;
        }
        memcpy(earlier, last, sizeof earlier);
        memcpy(last, now, (columns + 1) * sizeof *last);
    }
    size_t distance = last[columns];
    if (distance == 0 && strcmp(a, b) != 0) {
        distance = 1; // only the case differs
    }
    return distance > limit ? limit + 1 : distance;
}

void text_nearest(Nearest *nearest, const char *candidate)
{
    // A third of the word may be wrong, never all of it.
    size_t length = strlen(nearest->wanted);
    size_t limit = length < 3 ? 1 : length / 3 + (length < 6 ? 1 : 0);
    size_t distance = text_distance(nearest->wanted, candidate, limit);
    if (distance > limit || distance >= length ||
        (nearest->best && distance >= nearest->distance)) {
        return;
    }
    nearest->best = candidate;
    nearest->distance = distance;
}

void buffer_add(Buffer *buffer, const char *bytes, size_t length)
{
    if (buffer->length + length + 1 > buffer->room) {
        size_t room = buffer->room ? buffer->room * 2 : 128;
        while (room < buffer->length + length + 1) {
            room *= 2;
        }
        buffer->bytes = arena_grow(buffer->arena, buffer->bytes, buffer->length, room);
        buffer->room = room;
    }
    if (length > 0) {
        memcpy(buffer->bytes + buffer->length, bytes, length);
    }
    buffer->length += length;
    buffer->bytes[buffer->length] = '\0';
}

void buffer_text(Buffer *buffer, const char *text)
{
    buffer_add(buffer, text, strlen(text));
}

void buffer_print(Buffer *buffer, const char *format, ...)
{
    char small[256];
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(small, sizeof small, format, args);
    if (length >= 0 && (size_t)length < sizeof small) {
        buffer_add(buffer, small, (size_t)length);
    } else if (length >= 0) {
        buffer_text(buffer, arena_vprint(buffer->arena, format, again));
    }
    va_end(again);
    va_end(args);
}

const char *buffer_end(Buffer *buffer)
{
    return buffer->bytes ? buffer->bytes : "";
}
