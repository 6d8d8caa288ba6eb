// text.h: strings and lists of them, for the programs of the test harness.
//
// Memory is taken and never given back: a test run is short and every case runs in a process of its
// own.
#ifndef HARNESS_TEXT_H
#define HARNESS_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

// A text that grows. `bytes` is NUL-terminated, or NULL while nothing was added.
typedef struct Text {
    char *bytes;
    size_t length, room;
} Text;

typedef struct Strings {
    char **items;
    size_t count, room;
} Strings;

// Gives `size` zeroed bytes; ends the program when there are none.
void *take(size_t size);
// printf into memory of its own.
char *print_text(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *copy_text(const char *bytes, size_t length);

void text_add(Text *text, const char *bytes, size_t length);
void text_print(Text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_vprint(Text *text, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
// The text as a string, empty where nothing was added.
const char *text_string(const Text *text);

// Adds the pointer itself, not a copy.
void strings_add(Strings *list, char *item);
// Adds a NULL behind the last item, which is not counted: what execv expects.
char **strings_argv(Strings *list);
// The lines of a text without their newlines. What follows the last newline is a line where it is
// not empty.
Strings split_lines(const char *text);
// Words between spaces; "two words" is one, and a backslash inside quotes takes the next byte as it
// is.
Strings split_words(const char *text);

bool starts_with(const char *text, const char *start);
bool ends_with(const char *text, const char *end);
// A copy of `text` with every `from` replaced; `text` itself when there is none.
char *replace_text(char *text, const char *from, const char *to);
// What follows the last slash.
const char *base_name(const char *path);

#endif
