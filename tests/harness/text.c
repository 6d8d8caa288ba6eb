#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *take(size_t size)
{
    void *memory = calloc(1, size == 0 ? 1 : size);
    if (memory == NULL) {
        fputs("the test harness ran out of memory\n", stderr);
        exit(1);
    }
    return memory;
}

char *copy_text(const char *bytes, size_t length)
{
    char *copy = take(length + 1);
    memcpy(copy, bytes, length);
    return copy;
}

char *print_text(const char *format, ...)
{
    Text text = {0};
    va_list args;
    va_start(args, format);
    text_vprint(&text, format, args);
    va_end(args);
    return text.bytes;
}

static void make_room(Text *text, size_t more)
{
    if (text->length + more + 1 <= text->room) {
        return;
    }
    size_t room = 2 * (text->length + more + 1);
    char *bytes = take(room);
    if (text->length > 0) {
        memcpy(bytes, text->bytes, text->length);
    }
    free(text->bytes);
    text->bytes = bytes;
    text->room = room;
}

void text_add(Text *text, const char *bytes, size_t length)
{
    make_room(text, length);
    if (length > 0) {
        memcpy(text->bytes + text->length, bytes, length);
    }
    text->length += length;
    text->bytes[text->length] = '\0';
}

void text_vprint(Text *text, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0) {
        abort();
    }
    make_room(text, (size_t)length);
    vsnprintf(text->bytes + text->length, (size_t)length + 1, format, args);
    text->length += (size_t)length;
}

void text_print(Text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    text_vprint(text, format, args);
    va_end(args);
}

const char *text_string(const Text *text)
{
    return text->bytes == NULL ? "" : text->bytes;
}

void strings_add(Strings *list, char *item)
{
    if (list->count == list->room) {
        size_t room = list->room == 0 ? 8 : 2 * list->room;
        char **items = take(room * sizeof *items);
        if (list->count > 0) {
            memcpy(items, list->items, list->count * sizeof *items);
        }
        free(list->items);
        list->items = items;
        list->room = room;
    }
    list->items[list->count++] = item;
}

char **strings_argv(Strings *list)
{
    strings_add(list, NULL);
    list->count--;
    return list->items;
}

Strings split_lines(const char *text)
{
    Strings lines = {0};
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        strings_add(&lines, copy_text(text, length));
        text += length + (text[length] == '\n');
    }
    return lines;
}

Strings split_words(const char *text)
{
    Strings words = {0};
    for (;;) {
        text += strspn(text, " \t");
        if (*text == '\0') {
            return words;
        }
        Text word = {0};
        bool quoted = false;
        for (; *text != '\0' && (quoted || (*text != ' ' && *text != '\t')); text++) {
            if (*text == '"') {
                quoted = !quoted;
                continue;
            }
            if (quoted && *text == '\\' && text[1] != '\0') {
                text++;
            }
            text_add(&word, text, 1);
        }
        strings_add(&words, word.bytes == NULL ? copy_text("", 0) : word.bytes);
    }
}

bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);
    size_t tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

char *replace_text(char *text, const char *from, const char *to)
{
    char *found = strstr(text, from);
    if (found == NULL) {
        return text;
    }
    Text result = {0};
    while (found != NULL) {
        text_add(&result, text, (size_t)(found - text));
        text_print(&result, "%s", to);
        text = found + strlen(from);
        found = strstr(text, from);
    }
    text_print(&result, "%s", text);
    return result.bytes;
}

const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}
