// json.h: json values, seen from inside the runtime.
//
// A json is an object that tells by its kind what it is, so it is shared, dropped and compared like
// all others: a string; a weir_list of [json]; a weir_map of [string: json]; a weir_box around an
// int, a float, a bool or nothing, which is null. It is never NULL (that is none, in a `json?`).
//
// json.c has the parts of a json, json_parse.c reads text, json_walk.c goes through a value of any
// type and tells a sink what JSON it is; json_build.c is the sink that makes a json of it,
// json_text.c the one that writes text. json_as.c makes typed values of a json or of a row of
// texts.
#ifndef WEIR_JSON_H
#define WEIR_JSON_H

#include "text.h"

// Nothing is nested deeper in what is read, written or converted; beyond it: kind parse.
enum { WEIR__JSON_DEEPEST = 1000 };

extern const weir_type weir__type_jsons;     // [json]
extern const weir_type weir__type_json_map;  // [string: json]
extern const weir_box weir__json_nothing, weir__json_no, weir__json_yes; // null, false, true

static inline weir_json *weir__json_null(void)
{
    return (weir_json *)(uintptr_t)&weir__json_nothing;
}

// What a json holds: its type (string, [json], [string: json], int, float, bool, nothing) and the
// word of it, borrowed. NULL is taken as null.
const weir_type *weir__json_inside(const weir_json *json, weir_word *word);

// Where in a value one is, for messages: `.items[3].price`. On the C stack, each in its outer one.
typedef struct weir__path {
    const struct weir__path *outer; // NULL: the whole value
    const char *name;               // NULL: an item
    size_t length;                  // of the name
    int64_t index;                  // of the item
    uint32_t depth;                 // how many are around it
} weir__path;

static inline weir__path weir__path_key(const weir__path *outer, const char *name, size_t length)
{
    return (weir__path){outer, name, length, 0, outer->depth + 1};
}
static inline weir__path weir__path_item(const weir__path *outer, int64_t index)
{
    return (weir__path){outer, NULL, 0, index, outer->depth + 1};
}
// Kind parse, where nothing is pending: the path, a colon, the message.
void weir__path_fail(weir_context *cx, const weir__path *path, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// Who is told what JSON a value is. Each may make a failure pending in cx; then no more is told.
typedef struct weir__json_sink weir__json_sink;
struct weir__json_sink {
    weir_context *cx;
    void (*open)(weir__json_sink *sink, bool object); // an array or object begins
    void (*key)(weir__json_sink *sink, const char *name, size_t length); // of what follows
    void (*put)(weir__json_sink *sink, const weir_type *type,
                weir_word word); // string, int, float, bool, nothing; borrowed
    void (*json)(weir__json_sink *sink, const weir_json *json,
                 const weir__path *path); // a whole one
    void (*close)(weir__json_sink *sink);
    uint32_t depth; // how many are open: at most WEIR__JSON_DEEPEST
};

// Tells the sink about a word. A float that is not finite fails, and what is nested too deep.
void weir__json_walk(weir__json_sink *sink, const weir_type *type, weir_word word,
                     const weir__path *path);

// Makes a json of what it is told.
typedef struct weir__json_build {
    weir__json_sink sink;
    weir_json *made; // the whole, once it is there; owned
    uint32_t depth;
    struct {
        void *holder;     // the list or map that is being filled; owned
        weir_string *key; // of the value that follows; owned
    } open[WEIR__JSON_DEEPEST];
    weir_string *known[64]; // keys seen before, to be shared; owned
} weir__json_build;

void weir__json_begin(weir__json_build *build, weir_context *cx);
// As the sink's, for the parser. A key that is there already gives false and changes nothing.
bool weir__json_open(weir__json_build *build, bool object); // false: too deep
bool weir__json_key(weir__json_build *build, const char *name, size_t length);
void weir__json_take(weir__json_build *build, weir_json *json); // consumed
void weir__json_close(weir__json_build *build);
// The json; NULL: a failure is pending. What was begun is given back in any case.
weir_json *weir__json_end(weir__json_build *build);

weir_json *weir__json_number(weir_context *cx, const weir_type *type, weir_word word);

// Writes a json as `print` shows it: compact; what is nested too deep as "…".
void weir__json_show(weir__text *text, const weir_json *json);

#endif
