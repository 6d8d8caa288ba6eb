#include "out.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void append(Out *o, const char *text, size_t length)
{
    if (o->length + length + 1 > o->room) {
        size_t room = o->room == 0 ? 4096 : o->room * 2;
        while (room < o->length + length + 1) {
            room *= 2;
        }
        o->text = arena_grow(o->arena, o->text, o->length, room);
        o->room = room;
    }
    memcpy(o->text + o->length, text, length);
    o->length += length;
    o->text[o->length] = '\0';
}

static void begin(Out *o)
{
    if (o->length == 0 || o->text[o->length - 1] == '\n') {
        for (unsigned i = 0; i < o->indent; i++) {
            append(o, "    ", 4);
        }
    }
}

static void vout(Out *o, const char *format, va_list args)
{
    char small[256];
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(small, sizeof small, format, args);
    if (length >= 0 && (size_t)length < sizeof small) {
        append(o, small, (size_t)length);
    } else {
        const char *text = arena_vprint(o->arena, format, again);
        append(o, text, strlen(text));
    }
    va_end(again);
}

void out(Out *o, const char *format, ...)
{
    begin(o);
    va_list args;
    va_start(args, format);
    vout(o, format, args);
    va_end(args);
}

void out_end(Out *o) { append(o, "\n", 1); }

void out_line(Out *o, const char *format, ...)
{
    if (*format != '\0') {
        begin(o);
    }
    va_list args;
    va_start(args, format);
    vout(o, format, args);
    va_end(args);
    out_end(o);
}

void out_flush_left(Out *o, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vout(o, format, args);
    va_end(args);
    out_end(o);
}

void out_string(Out *o, const char *text, size_t length)
{
    append(o, "\"", 1);
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        char escaped[5];
        if (c == '\n') {
            append(o, "\\n", 2);
        } else if (c == '"' || c == '\\') {
            escaped[0] = '\\';
            escaped[1] = (char)c;
            append(o, escaped, 2);
        } else if (c < 32 || c > 126 || (c == '?' && i > 0 && text[i - 1] == '?')) {
            snprintf(escaped, sizeof escaped, "\\%03o", c);
            append(o, escaped, 4);
        } else {
            append(o, (const char *)&c, 1);
        }
    }
    append(o, "\"", 1);
}
