// report.c: draws a failure: message, kind, place, trail, what it carried, what joined it, what
// caused it.
#include "report.h"

#include "format.h"
#include "text.h"
#include "value.h"

enum {
    DEEPEST = 8,    // causes of causes shown
    MOST_ALSO = 20, // failures that joined, shown in full
    REPEATS = 3,    // equal trail entries in a row shown before they are counted
    LONGEST = 200,  // bytes shown of what was being worked on
};

typedef struct Pen {
    weir__text *text;
    bool colour;
} Pen;

static void paint(Pen *pen, const char *code)
{
    if (pen->colour) {
        weir__text_word(pen->text, code);
    }
}

static void margin(Pen *pen, int depth)
{
    weir__text_repeat(pen->text, "  ", 2, depth);
}

// Text from outside: control characters cannot drive the terminal, further lines keep the margin.
static void plain(Pen *pen, const weir_string *string, int depth)
{
    for (int64_t i = 0; i < string->length; i++) {
        unsigned char c = (unsigned char)string->bytes[i];
        if (c == '\n') {
            weir__text_word(pen->text, "\n");
            margin(pen, depth + 1);
        } else if (c == '\t') {
            weir__text_word(pen->text, "    ");
        } else if (c < 0x20 || c == 0x7f) {
            weir__text_printf(pen->text, "\\u{%X}", c);
        } else {
            weir__text_add(pen->text, &string->bytes[i], 1);
        }
    }
}

static void headline(Pen *pen, const char *title, const weir_error *error, int depth)
{
    margin(pen, depth);
    paint(pen, "\x1b[1;31m");
    weir__text_word(pen->text, title);
    paint(pen, "\x1b[0m");
    weir__text_word(pen->text, ": ");
    paint(pen, "\x1b[1m");
    // The kind stands at the end of the first line of a message of several.
    const char *end = memchr(error->message->bytes, '\n', (size_t)error->message->length);
    int64_t first = end == NULL ? error->message->length : end - error->message->bytes;
    weir_string head = {{WEIR_STATIC, WEIR_STRING, 0, 0}, first, error->message->bytes};
    weir_string rest = {{WEIR_STATIC, WEIR_STRING, 0, 0},
                        error->message->length - first,
                        error->message->bytes + first};
    plain(pen, &head, depth);
    paint(pen, "\x1b[0m");
    if (!weir_string_equal(error->kind, error->message)) {
        paint(pen, "\x1b[2m");
        weir__text_word(pen->text, " (");
        plain(pen, error->kind, depth);
        weir__text_word(pen->text, ")");
        paint(pen, "\x1b[0m");
    }
    plain(pen, &rest, depth);
    weir__text_word(pen->text, "\n");
}

static void detail_cut(Pen *pen, const char *word, const weir_string *string, const char *end,
                       int depth)
{
    margin(pen, depth + 1);
    paint(pen, "\x1b[2m");
    weir__text_word(pen->text, word);
    paint(pen, "\x1b[0m");
    weir__text_word(pen->text, " ");
    plain(pen, string, depth + 1);
    weir__text_word(pen->text, end);
    weir__text_word(pen->text, "\n");
}

static void detail(Pen *pen, const char *word, const weir_string *string, int depth)
{
    if (string != NULL) {
        detail_cut(pen, word, string, "", depth);
    }
}

// What was being worked on: the bytes from `from` on.
static void item(Pen *pen, const weir_string *string, int64_t from, int depth)
{
    int64_t end = string->length;
    if (end - from > LONGEST) {
        end = from + LONGEST;
        while (end > from && ((unsigned char)string->bytes[end] & 0xc0) == 0x80) {
            end--;
        }
    }
    weir_string shown = {{WEIR_STATIC, WEIR_STRING, 0, 0}, end - from, string->bytes + from};
    detail_cut(pen, "working on", &shown, end < string->length ? "\xe2\x80\xa6" : "", depth);
}

// A task it came through, or what one of them was working on.
static void entry(Pen *pen, const weir_string *string, int depth)
{
    static const char front[] = "working on ";
    int64_t length = (int64_t)sizeof front - 1;
    if (string->length >= length && memcmp(string->bytes, front, (size_t)length) == 0) {
        item(pen, string, length, depth);
    } else {
        detail(pen, "in", string, depth);
    }
}

static void trail(Pen *pen, const weir_error *error, int depth)
{
    int64_t length = error->trail == NULL ? 0 : error->trail->length;
    int64_t at = error->item == NULL ? -1 : error->item_at < length ? error->item_at : length;
    const weir_word *items = length == 0 ? NULL : error->trail->items;
    for (int64_t i = 0, same; i < length; i += same) {
        if (i == at) {
            item(pen, error->item, 0, depth);
        }
        same = 1;
        while (i + same < length && i + same != at &&
               weir_string_equal(items[i].object, items[i + same].object)) {
            same++;
        }
        entry(pen, items[i].object, depth);
        if (same > REPEATS) {
            margin(pen, depth + 1);
            weir__text_printf(pen->text, "(%lld more times)\n", (long long)(same - 1));
        } else {
            for (int64_t j = 1; j < same; j++) {
                entry(pen, items[i].object, depth);
            }
        }
    }
    if (at == length) {
        item(pen, error->item, 0, depth);
    }
}

static void draw(Pen *pen, const char *title, const weir_error *error, int depth)
{
    headline(pen, title, error, depth);
    detail(pen, "at", error->at, depth);
    trail(pen, error, depth);
    if (error->status >= 0) {
        margin(pen, depth + 1);
        weir__text_printf(pen->text, "status %lld\n", (long long)error->status);
    }
    if (error->retry_after >= 0) {
        margin(pen, depth + 1);
        weir__text_word(pen->text, "retry after ");
        weir__show_duration(pen->text, error->retry_after);
        weir__text_word(pen->text, "\n");
    }
    if (depth >= DEEPEST) {
        return;
    }
    if (error->cause != NULL) {
        draw(pen, "because", error->cause, depth + 1);
    }
    int64_t also = error->also == NULL ? 0 : error->also->length;
    for (int64_t i = 0; i < also && i < MOST_ALSO; i++) {
        draw(pen, "also", error->also->items[i].object, depth + 1);
    }
    if (also > MOST_ALSO) {
        margin(pen, depth + 1);
        weir__text_printf(pen->text, "and %lld more failures\n", (long long)(also - MOST_ALSO));
    }
}

weir_string *weir__report(const weir_context *cx, const weir_error *error, bool colour)
{
    weir_context quiet = weir__quiet(cx);
    weir__text text;
    weir__text_begin(&text, &quiet);
    Pen pen = {&text, colour};
    draw(&pen, "error", error, 0);
    weir_string *report = weir__text_end(&text);
    weir_drop(weir_take(&quiet));
    return report;
}
