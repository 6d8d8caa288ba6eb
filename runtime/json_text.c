// json_text.c: the sink that writes JSON.
#include "format.h"
#include "json.h"
#include "value.h"

typedef struct Writer {
    weir__json_sink sink;
    weir__text text;
    int64_t indent; // blanks a level; 0: all in one line
    uint32_t depth;
    bool fresh; // an array or object has just begun
    bool keyed; // a key has just been written
    bool object[WEIR__JSON_DEEPEST];
} Writer;

static Writer *writer_of(weir__json_sink *sink)
{
    return (Writer *)(void *)sink;
}

static void new_line(Writer *w)
{
    if (w->indent > 0) {
        weir__text_word(&w->text, "\n");
        weir__text_repeat(&w->text, " ", 1, w->indent * w->depth);
    }
}

// What comes before a key, or before a value that has none.
static void begin_item(Writer *w)
{
    if (weir__text_full(&w->text)) { // of weir__json_show: nobody sees more
        weir_fail_with(w->sink.cx, "type", "the text is as long as it may be");
    }
    if (w->keyed) {
        w->keyed = false;
        return;
    }
    if (w->depth == 0) {
        return;
    }
    if (!w->fresh) {
        weir__text_word(&w->text, ",");
    }
    w->fresh = false;
    new_line(w);
}

static void write_quoted(weir__text *text, const char *bytes, size_t length)
{
    weir__text_word(text, "\"");
    size_t plain = 0; // begin of what needs no escape
    length = weir__text_fits(text, length);
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) {
            continue;
        }
        weir__text_add(text, bytes + plain, i - plain);
        plain = i + 1;
        static const char letters[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt";
        const char *found = c == '\0' ? NULL : strchr(letters, c);
        if (found != NULL) {
            char escape[2] = {'\\', names[found - letters]};
            weir__text_add(text, escape, 2);
        } else {
            weir__text_printf(text, "\\u%04x", c);
        }
    }
    weir__text_add(text, bytes + plain, length - plain);
    weir__text_word(text, "\"");
}

static void write_open(weir__json_sink *sink, bool object)
{
    Writer *w = writer_of(sink);
    begin_item(w);
    weir__text_word(&w->text, object ? "{" : "[");
    w->object[w->depth++] = object;
    w->fresh = true;
}

static void write_close(weir__json_sink *sink)
{
    Writer *w = writer_of(sink);
    bool object = w->object[--w->depth];
    if (!w->fresh) {
        new_line(w);
    }
    w->fresh = false;
    weir__text_word(&w->text, object ? "}" : "]");
}

static void write_key(weir__json_sink *sink, const char *name, size_t length)
{
    Writer *w = writer_of(sink);
    begin_item(w);
    write_quoted(&w->text, name, length);
    weir__text_word(&w->text, w->indent > 0 ? ": " : ":");
    w->keyed = true;
}

static void write_word(weir__json_sink *sink, const weir_type *type, weir_word word)
{
    Writer *w = writer_of(sink);
    begin_item(w);
    if (type->kind == WEIR_TYPE_STRING) {
        const weir_string *string = word.object;
        write_quoted(&w->text, string->bytes, (size_t)string->length);
    } else if (type->kind == WEIR_TYPE_NOTHING) {
        weir__text_word(&w->text, "null");
    } else {
        weir__show(&w->text, type, word); // int, float, bool
    }
}

static void write_json(weir__json_sink *sink, const weir_json *json, const weir__path *path)
{
    weir_word word;
    const weir_type *type = weir__json_inside(json, &word);
    weir__json_walk(sink, type, word, path);
}

static void begin_writer(Writer *w, weir_context *cx, int64_t indent)
{
    w->sink = (weir__json_sink){cx, write_open, write_key, write_word, write_json, write_close, 0};
    weir__text_begin(&w->text, cx);
    w->indent = indent;
    w->depth = 0;
    w->fresh = w->keyed = false;
}

weir_string *weir_json_encode(weir_context *cx, const weir_type *type, const void *word,
                              int64_t indent)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir_word w;
    memcpy(&w, word, sizeof w);
    Writer writer;
    begin_writer(&writer, cx, indent < 0 ? 0 : indent > 16 ? 16 : indent);
    weir__path whole = {0};
    weir__json_walk(&writer.sink, type, w, &whole);
    if (weir_failed(cx)) {
        weir__text_clear(&writer.text);
        return NULL;
    }
    return weir__text_end(&writer.text);
}

void weir__json_show(weir__text *text, const weir_json *json)
{
    weir_context quiet = weir__quiet(text->cx);
    Writer writer;
    begin_writer(&writer, &quiet, 0);
    writer.text.most = text->most == SIZE_MAX ? SIZE_MAX : weir__text_fits(text, SIZE_MAX);
    weir__path whole = {0};
    write_json(&writer.sink, json, &whole);
    weir_error *failure = weir_take(&quiet); // too deep, or memory
    weir__text_add(text, writer.text.bytes, writer.text.length);
    weir__text_word(text, failure == NULL ? "" : "\xe2\x80\xa6");
    text->failed |= writer.text.failed;
    weir__text_clear(&writer.text);
    weir_drop(failure);
}
