// path.c: the parts of a path, by what its text says; no file is looked at.
#include "text.h"

// The last name in a path without what follows it: [*from, *to).
static void last_name(const weir_string *path, int64_t *from, int64_t *to)
{
    *to = path->length;
    while (*to > 1 && path->bytes[*to - 1] == '/') {
        (*to)--;
    }
    *from = *to;
    while (*from > 0 && path->bytes[*from - 1] != '/') {
        (*from)--;
    }
    if (*from == *to && *to > 0) {
        *from = *to - 1; // the root
    }
}

// Where the ending of a name begins; its end where it has none. A name may begin with dots.
static int64_t ending(const weir_string *path, int64_t from, int64_t to)
{
    int64_t at = to;
    while (from < to && path->bytes[from] == '.') {
        from++;
    }
    while (at > from && path->bytes[at - 1] != '.') {
        at--;
    }
    return at > from && at < to ? at - 1 : to;
}

weir_string *weir_path_base(weir_context *cx, const weir_string *path)
{
    int64_t from, to;
    last_name(path, &from, &to);
    return weir_string_new(cx, path->bytes + from, to - from);
}

weir_string *weir_path_stem(weir_context *cx, const weir_string *path)
{
    int64_t from, to;
    last_name(path, &from, &to);
    return weir_string_new(cx, path->bytes + from, ending(path, from, to) - from);
}

weir_string *weir_path_ext(weir_context *cx, const weir_string *path)
{
    int64_t from, to;
    last_name(path, &from, &to);
    int64_t at = ending(path, from, to);
    return weir_string_new(cx, path->bytes + at, to - at);
}

weir_string *weir_path_dir(weir_context *cx, const weir_string *path)
{
    int64_t from, to;
    last_name(path, &from, &to);
    while (from > 1 && path->bytes[from - 1] == '/') {
        from--;
    }
    bool root = path->length > 0 && path->bytes[0] == '/';
    if (from == 0) {
        return weir_string_new(cx, root ? "/" : ".", 1);
    }
    return weir_string_new(cx, path->bytes, from);
}

weir_string *weir_path_join(weir_context *cx, const weir_string *path, const weir_string *more)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    bool whole = more->length > 0 && more->bytes[0] == '/';
    if (whole || path->length == 0) {
        return weir_keep(more);
    }
    weir__text text;
    weir__text_begin(&text, cx);
    weir__text_string(&text, path);
    weir__text_word(&text, path->bytes[path->length - 1] == '/' ? "" : "/");
    weir__text_string(&text, more);
    return weir__text_end(&text);
}
