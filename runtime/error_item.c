// error_item.c: what was being worked on when a failure arose, as text: made only then, bounded,
// and done without when memory ends.
#include <stdarg.h>

#include "error.h"
#include "format.h"
#include "value.h"

enum { LONGEST = 1000 }; // bytes of an item's text, without the "…" that says there was more

// The words of an item: side by side, or each by its address.
typedef struct Words {
    const weir_word *row; // NULL: by address
    va_list *addresses;
} Words;

static weir_word next_word(Words *words)
{
    weir_word word;
    const void *at = words->row != NULL ? words->row++ : va_arg(*words->addresses, const void *);
    memcpy(&word, at, sizeof word);
    return word;
}

// Cuts what is too long, in front of a whole character.
static void cut(weir__text *text, size_t longest)
{
    if (text->length > longest) {
        while (longest > 0 && ((unsigned char)text->bytes[longest] & 0xc0) == 0x80) {
            longest--;
        }
        text->length = longest;
        text->most = SIZE_MAX;
        weir__text_word(text, "\xe2\x80\xa6");
    }
}

// As `print` shows it; several words as it shows a tuple of them.
static void show_words(weir__text *text, const weir_type *type, Words *words, bool several)
{
    if (!several) {
        weir__show(text, type, next_word(words));
        return;
    }
    for (uint32_t i = 0; i < type->field_count; i++) {
        weir__text_word(text, i == 0 ? "(" : ", ");
        weir__show_inside(text, type->fields[i].type, next_word(words));
    }
    weir__text_word(text, ")");
}

// In front of what it is for: "working on host-3". NULL: memory has ended.
static weir_string *item_text(weir_context *cx, const char *front, const weir_type *type,
                              Words *words, bool several)
{
    if (type->kind == WEIR_TYPE_STRING && words->row != NULL && *front == '\0') {
        const weir_string *string = words->row->object;
        if (string->length <= LONGEST) {
            return weir_keep(string);
        }
    }
    weir__text text;
    weir__text_begin(&text, cx);
    weir__text_word(&text, front);
    size_t longest = text.length + LONGEST;
    text.most = longest + 1;
    show_words(&text, type, words, several);
    cut(&text, longest);
    return weir__text_end(&text);
}

// A failure that is handed on as an item and raised again was not worked on.
static bool is_itself(const weir_error *error, const weir_type *type, const Words *words)
{
    bool failure = type->kind == WEIR_TYPE_RESULT || type->kind == WEIR_TYPE_ERROR;
    const weir_error *item = failure && words->row != NULL ? words->row->object : NULL;
    return weir_is_error(item) && item->message == error->message;
}

static weir_error *about(const weir_context *cx, weir_error *error, const weir_type *type,
                         Words *words, bool several)
{
    bool own = false;
    if (weir_unwinding(error) || (!several && is_itself(error, type, words))) {
        return error;
    }
    error = weir__error_own(cx, error, &own);
    if (!own) {
        return error;
    }
    weir_context quiet = weir__quiet(cx);
    if (error->item == NULL) {
        error->item = item_text(&quiet, "", type, words, several);
        error->item_at = error->trail == NULL ? 0 : error->trail->length;
    } else {
        weir__error_trail(&quiet, error, item_text(&quiet, "working on ", type, words, several));
    }
    weir_drop(weir_take(&quiet));
    return error;
}

weir_error *weir__error_about(const weir_context *cx, weir_error *error, const weir_type *type,
                              const weir_word *row, bool several)
{
    Words words = {.row = row};
    return about(cx, error, type, &words, several);
}

// The lines that were told of a failure are told of its copy.
static void change_pending(weir_context *cx, const weir_type *type, Words *words, bool several)
{
    bool told = cx->told == cx->pending;
    cx->pending = about(cx, cx->pending, type, words, several);
    cx->told = told ? cx->pending : cx->told;
}

void weir_working_on(weir_context *cx, const weir_type *type, const void *word)
{
    if (weir_failed(cx)) {
        weir_word row;
        memcpy(&row, word, sizeof row);
        change_pending(cx, type, &(Words){.row = &row}, false);
    }
}

void weir_working_on_all(weir_context *cx, const weir_type *type, ...)
{
    if (weir_failed(cx)) {
        va_list addresses;
        va_start(addresses, type);
        change_pending(cx, type, &(Words){.addresses = &addresses}, true);
        va_end(addresses);
    }
}
