#include "out.h"

#include <stdarg.h>
#include <stdbool.h>
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

static void append_number(Out *o, unsigned long long number)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    append(o, digits + at, sizeof digits - at);
}

// What most lines are made of is written without printf: %s %u %zu. Any other format goes to
// printf.
static void vout(Out *o, const char *format, va_list args)
{
    for (;;) {
        size_t words = strcspn(format, "%");
        append(o, format, words);
        format += words;
        if (*format == '\0') {
            return;
        }
        if (format[1] == 's') {
            const char *text = va_arg(args, const char *);
            append(o, text, strlen(text));
            format += 2;
        } else if (format[1] == 'u') {
            append_number(o, va_arg(args, unsigned));
            format += 2;
        } else if (format[1] == 'z' && format[2] == 'u') {
            append_number(o, va_arg(args, size_t));
            format += 3;
        } else {
            const char *text = arena_vprint(o->arena, format, args);
            append(o, text, strlen(text));
            return;
        }
    }
}

void out(Out *o, const char *format, ...)
{
    begin(o);
    va_list args;
    va_start(args, format);
    vout(o, format, args);
    va_end(args);
}

// Where a line of over 100 columns may be broken best: after a comma, as far out of brackets and as
// far right as possible. *column: of the bracket the line begins in (0: none), then of the one it
// is broken in.
static size_t best_break(const char *line, size_t length, size_t *column)
{
    size_t opens[32] = {*column}, depth = *column > 0, best = 0, best_depth = 32;
    bool quoted = false;
    for (size_t i = 0; i < length && i < 99; i++) {
        char c = line[i];
        if (quoted) {
            i += c == '\\';
            quoted = c != '"';
        } else if (c == '"') {
            quoted = true;
        } else if (c == '/' && i + 1 < length && line[i + 1] == '/') {
            break;
        } else if ((c == '(' || c == '{') && depth < 31) {
            opens[depth++] = i + 1;
        } else if ((c == ')' || c == '}') && depth > 0) {
            depth--;
        } else if (c == ',' && depth > 0 && depth <= best_depth && i + 1 < length) {
            best = i + 1;
            best_depth = depth;
            *column = opens[depth - 1];
        }
    }
    return best;
}

static size_t line_start(const Out *o)
{
    size_t start = o->length;
    while (start > 0 && o->text[start - 1] != '\n') {
        start--;
    }
    return start;
}

void out_end(Out *o)
{
    size_t start = line_start(o);
    size_t column = 0; // of the bracket the line continues in
    while (o->length - start > 100) {
        size_t at = best_break(o->text + start, o->length - start, &column);
        if (at == 0 || column > 80) {
            break;
        }
        const char *rest = arena_copy(o->arena, o->text + start + at + 1,
                                      o->length - start - at - 1);
        o->length = start + at;
        append(o, "\n", 1);
        start = o->length;
        for (size_t i = 0; i < column; i++) {
            append(o, " ", 1);
        }
        append(o, rest, strlen(rest));
        if (o->length - start > 100 && at <= column + 1) {
            break;
        }
    }
    append(o, "\n", 1);
}

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
