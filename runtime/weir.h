// weir.h: the wall between printed C and the runtime.
//
// Printed C and host programs include this header and nothing else; it names no type of libuv or
// libcurl.
//
// Words. A value is one 8-byte word: int64_t (int, bool, duration and time in nanoseconds), double,
// or a pointer to a counted object. `T?` is NULL for none; `T!` is the value or a weir_error. Where
// T is a scalar, an optional or a result itself, `T?` and `T!` hold it in a weir_box. A `T!` of a
// task that gives nothing is NULL or a weir_error.
//
// Ownership, one law: a counted pointer passed without const is consumed, one passed as const * is
// borrowed, a result is owned by the caller. Where the type is open a word crosses by address
// (`const void *word` is borrowed and copied, `void *slot` is filled): 8 bytes, always. No struct
// crosses by value.
//
// Failure. A function that may fail makes a weir_error pending in the context and gives 0 or NULL;
// weir_failed(cx) tells. A call made while a failure is pending does nothing but take over what it
// consumes, and gives 0 or NULL.
//
// Waiting. A function that gives a weir_step may wait: set self->state to the state that follows,
// then return its step. WEIR_NEXT: over already, go on with that state. WEIR_WAIT: the task is
// resumed in that state later. A failure is pending when that state begins, never returned as
// WEIR_FAILED. Words passed by address to such a function must lie in the frame.
#ifndef WEIR_H
#define WEIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum weir_step { WEIR_NEXT, WEIR_WAIT, WEIR_DONE, WEIR_FAILED } weir_step;

typedef int64_t weir_bool; // a bool as a word: 0 or 1

#define WEIR_SECOND      INT64_C(1000000000) // durations and times are in nanoseconds
#define WEIR_MILLISECOND INT64_C(1000000)

typedef struct weir_runtime weir_runtime; // one running program: loop, scheduler, environment
typedef struct weir_task weir_task;
typedef struct weir_limiter weir_limiter;
typedef struct weir_handle weir_handle; // task<T>
typedef struct weir_queue weir_queue;   // queue<T>
typedef struct weir_lease weir_lease;   // what a block took from queues that are bound to a broker
typedef struct weir_stream weir_stream; // stream<T>
typedef struct weir_map weir_map;       // [K: V], insertion order
typedef struct weir_json weir_json;     // json: an object that tells by its kind what it is
typedef struct weir_type weir_type;
typedef struct weir_context weir_context;

// ── counted objects ──────────────────────────────────────────────────────────────────────────────
typedef enum weir_kind {
    WEIR_STRING = 1,
    WEIR_BYTES,
    WEIR_LIST,
    WEIR_MAP,
    WEIR_RECORD,
    WEIR_BOX,
    WEIR_ERROR,
    WEIR_HANDLE,
    WEIR_QUEUE,
    WEIR_STREAM,
} weir_kind;

// count > 0: counted by one thread. count < 0: WEIR_STATIC (never counted, never freed) or counted
// atomically (shared with the pool; see weir_share).
enum { WEIR_STATIC = INT32_MIN };
typedef struct weir_object {
    int32_t count;
    uint8_t kind; // a weir_kind
    uint8_t bits; // the runtime's
    uint16_t spare;
} weir_object;

typedef struct weir_string { // also WEIR_BYTES
    weir_object object;
    int64_t length;    // bytes
    const char *bytes; // UTF-8 (strings); a NUL follows that is not counted
} weir_string;

typedef union weir_word {
    int64_t integer;
    double real;
    void *object;
} weir_word;

typedef struct weir_list {
    weir_object object;
    const weir_type *type; // of the list
    int64_t length, room;
    weir_word *items;
} weir_list;

typedef struct weir_record { // records, tuples: a printed struct begins with this; its words follow
    weir_object object;
    const weir_type *type;
} weir_record;

typedef struct weir_box {
    weir_object object;
    const weir_type *type; // of the word inside
    weir_word word;
} weir_box;

typedef struct weir_error {
    weir_object object;
    weir_string *kind;        // "timeout", "io", …; never NULL
    weir_string *message;     // never NULL
    weir_string *at;          // "file.weir:12", or NULL where no line is known
    weir_list *trail;         // [string]: "fetch (file.weir:12)", innermost first; NULL while empty
    weir_string *item;        // what was being worked on, or NULL
    int64_t item_at;          // how many entries of the trail come before that
    struct weir_error *cause; // or NULL
    weir_list *also;          // [Error]: failures that came later; NULL while empty
    int64_t retry_after;      // ns; -1 where none
    int64_t status;           // HTTP or exit status; -1 where none
    weir_bool permanent;
} weir_error;

// ── types: how a word is dropped, compared, shown, parsed ────────────────────────────────────────
typedef enum weir_type_kind {
    WEIR_TYPE_INT,
    WEIR_TYPE_FLOAT,
    WEIR_TYPE_BOOL,
    WEIR_TYPE_DURATION,
    WEIR_TYPE_TIME, // scalars: not counted
    WEIR_TYPE_STRING,
    WEIR_TYPE_BYTES,
    WEIR_TYPE_LIST,
    WEIR_TYPE_MAP,
    WEIR_TYPE_TUPLE,
    WEIR_TYPE_RECORD,
    WEIR_TYPE_ENUM,
    WEIR_TYPE_OPTIONAL,
    WEIR_TYPE_RESULT,
    WEIR_TYPE_ERROR,
    WEIR_TYPE_HANDLE,
    WEIR_TYPE_QUEUE,
    WEIR_TYPE_STREAM,
    WEIR_TYPE_JSON,
    WEIR_TYPE_SECRET,
    WEIR_TYPE_NOTHING,
} weir_type_kind;

typedef struct weir_field {
    const char *name; // NULL in a tuple
    const weir_type *type;
} weir_field;

struct weir_type {
    weir_type_kind kind;
    const char *name;      // as written: "Page", "[string]"
    const weir_type *item; // list, map (value), optional, result, handle, queue, stream; else NULL
    const weir_type *key;  // map
    const weir_field
        *fields; // record, tuple: words in this order after the weir_record; enum: its cases
    uint32_t field_count;
    const char *const *keys; // record: what json and rows call its fields, NULL inside where that
                             // is the name; NULL: all by their names
    // record: fill a word with a field's default, NULL inside where it has none; may fail. NULL: no
    // field has one, or no record is made from json or rows
    void (*const *defaults)(weir_context *cx, void *slot);
};

extern const weir_type weir_type_int, weir_type_float, weir_type_bool, weir_type_duration,
    weir_type_time, weir_type_string, weir_type_bytes, weir_type_secret, weir_type_error,
    weir_type_nothing, weir_type_json, weir_type_response, weir_type_exec_result,
    weir_type_strings /* [string] */,
    weir_type_errors /* [Error] */;

// ── what runs ────────────────────────────────────────────────────────────────────────────────────
struct weir_context {          // the loop and its current task, or one thread of the pool
    weir_error *pending;       // the failure on its way; owned
    bool ended;                // the last next or get found the end
    uint32_t depth;            // of recursive fns
    const weir_error *told;    // the failure of which the lines below are told; only compared
    uint32_t first_line, line; // where it arose, and where it passes
    const char *first_file;    // of first_line, constant; NULL: that of the machine it passes
    weir_runtime *runtime;
    weir_task *task;  // NULL in the pool
    const bool *stop; // in the pool: whether the work was asked to end; else NULL
};

typedef struct weir_machine weir_machine;
typedef struct weir_site {      // what a task waits for in one state
    uint32_t line;              // 0: never waits there
    const char *words;          // "sleep(delay)": source text, in a safe alphabet
    const weir_machine *callee; // the machine embedded in the frame that is being called, or NULL
    uint32_t callee_at;         // its offset in the frame
} weir_site;

struct weir_machine {
    const char *name, *file; // "fetch", "http.weir"; file NULL: it has no place in trails
    uint32_t frame_size;     // bytes; the frame's first field is uint32_t state
    uint32_t result_at;      // offset of the result word, 0 when the task gives nothing
    const weir_type *result; // NULL when it gives nothing
    const weir_site *sites;  // one for each state
    uint32_t site_count;
    weir_step (*resume)(weir_context *cx, void *frame);
    void (*drop)(weir_context *cx,
                 void *frame); // clears every counted slot but the result; NULL: there are none
};

typedef struct weir_parameter { // of main: the command line
    const char *name, *doc;     // doc NULL without one
    const weir_type *type;
    uint32_t at;               // offset in main's frame
    bool has_default;          // then it is --name
    const char *shown_default; // for --help; NULL without one
} weir_parameter;

typedef struct weir_test { // a `test "name" { … }`
    const char *name;
    uint32_t line;
    const weir_machine *machine;
    void (*begin)(weir_context *cx, void *frame);
} weir_test;

typedef struct weir_program {
    const char *name, *file, *doc; // doc: the `##` comment of main, or NULL
    const weir_machine *main;
    const weir_parameter *parameters;
    uint32_t parameter_count;
    uint32_t limiter_count;
    uint32_t top_size; // bytes of what weir_top gives
    void (*begin)(
        weir_context *cx); // limiters, queues and top-level values; may fail; NULL: nothing to do
    void (*end)(weir_context *cx); // drops them; NULL: nothing to do
    void (*begin_main)(weir_context *cx,
                       void *frame); // main's frame: slots cleared, defaults set; may fail
    const weir_test *tests;          // in the order of the source; NULL unless they were asked for
    uint32_t test_count;
} weir_program;

// Runs a program to its end on the real world: parses the command line, prints an uncaught failure.
// Gives the exit status.
int weir_main(int argc, char **argv, const weir_program *program);

// What stands at the program's top level: printed C's struct, one for each run, all zero at first.
static inline void *weir_top(const weir_context *cx)
{
    void *top; // the runtime's first word
    memcpy(&top, cx->runtime, sizeof top);
    return top;
}

// Of what every program with a module prints alike: one of them is taken. (The name without the
// underscores behind it, since glibc's headers define the other away where tcc reads them.)
#define WEIR_SHARED __attribute((weak))

// What stands for a function of the library in a test: one of the two, with what the stub has kept
// (a tuple, or NULL) and the call's arguments (another).
typedef struct weir_stub {
    const weir_machine *machine; // of a task: begun by open, which takes both; frame may be NULL
    void (*open)(void *frame, void *locals, void *arguments);
    void (*call)(weir_context *cx, const void *locals, const void *arguments,
                 void *result); // of a fn
} weir_stub;

// A task with `cache`: number, what it is called, how long (ns) and how many values are kept; key:
// the type of the tuple of its arguments, result: of what it gives, or NULL. Checks the values.
void weir_cache_define(weir_context *cx, uint32_t index, const char *name, int64_t keep,
                       int64_t max, const weir_type *key, const weir_type *result);
// A call of it: the value that is kept for these arguments (a tuple, consumed), or a run that gives
// it: the one under way, else a new one of stub->machine.
weir_step weir_cached(weir_context *cx, uint32_t index, const weir_stub *stub, void *arguments,
                      void *slot);
// Drops the value for these arguments; was (a word, or NULL): only if it is that. Of a run under
// way nothing will be kept, unless was is given.
void weir_cache_forget(weir_context *cx, uint32_t index, const void *arguments, const void *was);

// ── these live in frames; their fields are the runtime's ─────────────────────────────────────────
typedef struct weir_scope {
    struct weir_scope *outer; // around this one; leads into the parent task's
    weir_task *task;          // the task this scope stands in
    void *timer[3];
    weir_error *error; // the failure that closes it
    weir_task **children;
    weir_handle *failed; // children that failed and were not awaited yet
    int64_t allowed;     // ns: its timeout or deadline
    uint32_t live, room; // of children: alive; places
    uint32_t used, hole; // places used so far; a free one among them, counted from 1
    uint32_t bits, done;
    uint32_t streams; // of the living children: producers of streams
} weir_scope;

typedef struct weir_gather {
    weir_scope scope;
    void *entries;
    void *results;
    weir_task *done;
    const weir_type *type;
    uint64_t limit, started;
    uint64_t taken; // in starting order: how many
    const weir_type *item; // what its children work on
    uint32_t words;        // of that; 0: it is not told
} weir_gather;

typedef struct weir_permit {
    struct weir_permit *next, *prev;
    weir_limiter *limiter; // NULL: none held, none asked for
    weir_task *task;
} weir_permit;

typedef struct weir_retry {
    int64_t most, from, to; // attempts after the first; backoff in ns (0..0: none)
    int64_t tried;
} weir_retry;

// What a plain fn puts aside while its cleanup runs.
typedef struct weir_aside {
    weir_error *error;
    const bool *stop;
} weir_aside;

// ── counting ─────────────────────────────────────────────────────────────────────────────────────
void weir__count_slowly(const weir_object *object, int by); // static and shared objects
void weir__free(weir_object *object);                       // the last holder is gone; iterative
void weir_share(void *object); // from now on counted atomically, with all it holds; NULL is fine.
                               // For what goes to the pool

// One more holder; gives the object back, for use in place. NULL stays NULL.
static inline void *weir_keep(const void *object)
{
    weir_object *o = (weir_object *)(uintptr_t)object;
    if (o != NULL) {
        if (o->count > 0) {
            o->count++;
        } else {
            weir__count_slowly(o, 1);
        }
    }
    return o;
}

// One holder less. NULL is fine.
static inline void weir_drop(const void *object)
{
    weir_object *o = (weir_object *)(uintptr_t)object;
    if (o == NULL) {
        return;
    }
    if (o->count > 1) {
        o->count--;
    } else if (o->count == 1) {
        weir__free(o);
    } else {
        weir__count_slowly(o, -1);
    }
}

// Drops what a slot holds and leaves NULL there.
static inline void weir_clear(void *slot)
{
    void *object;
    memcpy(&object, slot, sizeof object);
    if (object != NULL) {
        weir_object *none = NULL;
        memcpy(slot, &none, sizeof none);
        weir_drop(object);
    }
}

// What a slot holds, which is empty from now on.
static inline void *weir_move(void *slot)
{
    void *object, *none = NULL;
    memcpy(&object, slot, sizeof object);
    memcpy(slot, &none, sizeof none);
    return object;
}

// ── failures ─────────────────────────────────────────────────────────────────────────────────────
// A failure, a fault or a cancel is pending.
static inline bool weir_failed(const weir_context *cx)
{
    return cx->pending != NULL;
}
// Takes the pending failure; nothing is pending after it. Owned; NULL where none was.
weir_error *weir_take(weir_context *cx);
// What catch and try take: the pending failure, owned. A cancel stays pending, and NULL is given.
weir_error *weir_catch(weir_context *cx);
// Makes a failure pending (consumed). When one is pending already, the new one joins its `also`.
void weir_fail(weir_context *cx, weir_error *error);
// A cancel on its way out: catch, try, retry and collect must pass it on (weir_fail it again).
bool weir_unwinding(const weir_error *error);
// A new failure, not pending. kind and at are constant text (at may be NULL); message is borrowed.
weir_error *weir_error_new(weir_context *cx, const char *kind, const weir_string *message,
                           const char *at);
// `fail "text"`: weir_error_new of kind "failed" and weir_fail in one.
void weir_fail_text(weir_context *cx, const weir_string *message, const char *at);
// A runtime's own failure with a printf-like message; at is found from the task's state.
void weir_fail_with(weir_context *cx, const char *kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
// The pending failure arose while this was worked on: as text, bounded, it is the failure's item.
// Where it has one already, that of a form inside, it joins the trail. Does nothing to a cancel.
void weir_working_on(weir_context *cx, const weir_type *type, const void *word);
// The same of what is several words, of a tuple type: const void *word for each.
void weir_working_on_all(weir_context *cx, const weir_type *type, ...);
// assert: kind assert. message is borrowed, at constant text.
void weir_fail_assert(weir_context *cx, const weir_string *message, const char *at);
// The line a failure passes on its way out, told where the state's own site does not say it. Always
// gives WEIR_FAILED.
static inline weir_step weir_failed_at(weir_context *cx, uint32_t line)
{
    if (cx->told != cx->pending) {
        cx->told = cx->pending;
        cx->first_line = line;
        cx->first_file = NULL;
    }
    cx->line = line;
    return WEIR_FAILED;
}
// The same in a fn of a file that those who call it may not be in.
static inline void weir_failed_in(weir_context *cx, const char *file, uint32_t line)
{
    bool first = cx->told != cx->pending;
    weir_failed_at(cx, line);
    cx->first_file = first ? file : cx->first_file;
}
// What is computed at the top level failed: `at` this constant text, where it is at no place yet.
void weir_failed_top(weir_context *cx, const char *at);
// A machine that fails ends here: adds it to the failure's trail (not to a cancel's), sets `at`
// where the failure has none, and clears the frame's slots. Always gives WEIR_FAILED.
weir_step weir_leave_failed(weir_context *cx, const weir_machine *machine, void *frame);
static inline bool weir_is_error(const void *object) // of a T!: it failed
{
    return object != NULL && ((const weir_object *)object)->kind == WEIR_ERROR;
}

// ── checked arithmetic: fail with kind overflow or math, and give 0 ──────────────────────────────
int64_t weir__overflow(weir_context *cx, const char *what);
int64_t weir_multiply(weir_context *cx, int64_t a, int64_t b);
int64_t weir_divide(weir_context *cx, int64_t a, int64_t b); // truncates; by zero: kind math
int64_t weir_remainder(weir_context *cx, int64_t a, int64_t b);
int64_t weir_scale(weir_context *cx, int64_t duration, double by); // times or over a number
double weir_modulo(weir_context *cx, double a, double b);
static inline int64_t weir_add(weir_context *cx, int64_t a, int64_t b)
{
    if (b > 0 ? a > INT64_MAX - b : a < INT64_MIN - b) {
        return weir__overflow(cx, "+");
    }
    return a + b;
}
static inline int64_t weir_subtract(weir_context *cx, int64_t a, int64_t b)
{
    if (b < 0 ? a > INT64_MAX + b : a < INT64_MIN + b) {
        return weir__overflow(cx, "-");
    }
    return a - b;
}
static inline int64_t weir_negate(weir_context *cx, int64_t a)
{
    return a == INT64_MIN ? weir__overflow(cx, "-") : -a;
}
// Recursive fns: false (kind memory pending, "recursion too deep") at a depth of 10,000; leave only
// after a true enter.
bool weir_enter(weir_context *cx);
static inline void weir_leave(weir_context *cx)
{
    cx->depth--;
}

// ── text ─────────────────────────────────────────────────────────────────────────────────────────
// A new string from a template: `{i}` int64_t, `{f}` double, `{b}` weir_bool, `{d}` duration, `{t}`
// time, `{s}` const weir_string *,
// `{e}` const weir_error *, `{v}` const weir_type * and const void *word (anything), `{q}` the same
// with texts in quotes; a format may follow: `{f:.2f}`, `{d:.1s}`. `{{` and `}}` are braces.
weir_string *weir_text(weir_context *cx, const char *pattern, ...);
weir_string *weir_string_new(weir_context *cx, const char *bytes, int64_t length); // copies
bool weir_string_equal(const weir_string *a, const weir_string *b);      // NULL equals only NULL
int64_t weir_string_compare(const weir_string *a, const weir_string *b); // by bytes; <0, 0, >0
weir_string *weir_string_join(weir_context *cx, const weir_string *a,
                              const weir_string *b); // a + b
// Any two words of a type, by content.
bool weir_equal(const weir_type *type, const void *a, const void *b);
// A word as `print` and `{x}` show it.
weir_string *weir_show(weir_context *cx, const weir_type *type, const void *word);

// ── boxes, lists, records ────────────────────────────────────────────────────────────────────────
weir_box *weir_box_new(weir_context *cx, const weir_type *type, const void *word);
weir_list *weir_list_new(weir_context *cx, const weir_type *type,
                         int64_t room); // of the list type; empty
void weir_list_push(weir_context *cx, weir_list **list,
                    const void *word); // copies a list that others hold too
const weir_word *
weir_list_at(weir_context *cx, const weir_list *list,
             int64_t index); // the item in place, borrowed; outside: kind index, and a zero word
weir_list *weir_list_join(weir_context *cx, const weir_list *a, const weir_list *b);
weir_list *weir_list_zip(weir_context *cx, const weir_type *type, const weir_list *a,
                         const weir_list *b); // of tuples; the shorter length
weir_list *weir_range(weir_context *cx, int64_t from, int64_t to, bool closed); // [int]
weir_list *
weir_list_values(weir_context *cx, const weir_type *type,
                 const weir_list *results); // of a [T!]: what succeeded, as a list of `type`
weir_list *weir_list_errors(weir_context *cx, const weir_list *results); // [Error]
void *
weir_record_new(weir_context *cx,
                const weir_type *type); // words zero; the caller fills them before anything else
void *weir_record_own(weir_context *cx,
                      void *record_slot); // makes the record in the slot unshared (copies it if
                                          // held elsewhere); for p.status = 200

// ── maps ─────────────────────────────────────────────────────────────────────────────────────────
weir_map *weir_map_new(weir_context *cx, const weir_type *type); // of the map type; empty
void weir_map_set(
    weir_context *cx, weir_map **map, const void *key,
    const void *value); // a new key goes to the end; copies a map that others hold too
const weir_word *weir_map_get(const weir_map *map,
                              const void *key); // the value in place, borrowed; NULL: not there
bool weir_map_remove(weir_context *cx, weir_map **map, const void *key); // false: it was not there
int64_t weir_map_length(weir_context *cx, const weir_map *map);
// Goes through the entries in order: *at begins at 0; false at the end. Key and value are borrowed,
// and good until the map changes.
bool weir_map_next(const weir_map *map, int64_t *at, const weir_word **key,
                   const weir_word **value);

// ── parts of values ──────────────────────────────────────────────────────────────────────────────
// `m[k]`: the value as a V? (the type follows cx), owned; NULL: none.
void *weir_map_find(weir_context *cx, const weir_type *optional, const weir_map *map,
                    const void *key);
// The place of an item or value in the list or map in the slot, which is made unshared first; good
// until it changes. NULL: a failure is pending; of kind index where there is none.
weir_word *weir_list_place(weir_context *cx, void *list_slot, int64_t index);
weir_word *weir_map_place(weir_context *cx, void *map_slot, const void *key);
// `xs[from..to]`, clipped to what there is. Of a string the bytes, begun and ended at the start of
// the character they stand in, so that s[..n] + s[n..] is s.
static inline int64_t weir_after(int64_t n) // the end of xs[..=n]
{
    return n == INT64_MAX ? n : n + 1;
}
weir_list *weir_list_slice(weir_context *cx, const weir_list *list, int64_t from, int64_t to);
weir_string *weir_string_slice(weir_context *cx, const weir_string *s, int64_t from, int64_t to);
weir_string *weir_bytes_slice(weir_context *cx, const weir_string *s, int64_t from, int64_t to);

// ── tasks ────────────────────────────────────────────────────────────────────────────────────────
// Makes a child of the scope ready and gives its frame, to be begun at once by the caller; handle
// may be NULL. NULL: memory is pending.
void *weir_start(weir_context *cx, weir_scope *scope, const weir_machine *machine,
                 weir_handle **handle);
weir_step weir_await(weir_context *cx, weir_handle *handle /* borrowed */,
                     void *slot); // slot NULL: nothing is given
// Nobody will await it: its failure goes to its scope at once. NULL is fine.
void weir_unawaited(weir_context *cx, weir_handle *handle /* borrowed */);
weir_step weir_cancel(weir_context *cx,
                      weir_handle *handle /* borrowed */); // asks, and waits until it has ended
// Recursion: a private child whose frame is its own block. The frame is begun by the caller; then
// weir_join_private waits for it.
void *weir_start_private(weir_context *cx, const weir_machine *machine, weir_task **child);
weir_step weir_join_private(weir_context *cx, weir_task *child, void *slot);
weir_step weir_sleep(weir_context *cx, int64_t ns); // 0 or less: to the back of the ready line
weir_step weir_start_after(weir_context *cx, int64_t ns); // the same; fails where it is negative
int64_t weir_now(weir_context *cx); // time: wall clock at start plus monotonic time since;
                                    // differences are monotonic

// ── scopes ───────────────────────────────────────────────────────────────────────────────────────
void weir_scope_enter(weir_context *cx, weir_scope *scope);
// A scope around what asks for items, until a time: then it is cancelled, which is no failure when
// it is left.
void weir_pull_enter(weir_context *cx, weir_scope *scope, int64_t until);
void weir_pull_more(weir_context *cx, weir_scope *scope); // now and not only at the turn's end
void weir_pull_leave(weir_context *cx, weir_scope *scope);
void weir_timeout_enter(weir_context *cx, weir_scope *scope,
                        int64_t ns); // 0 or less: the failure (kind timeout) is pending at once;
                                     // the scope is entered all the same
void weir_deadline_enter(weir_context *cx, weir_scope *scope, int64_t ns);
// Ends a scope: a pending failure is taken into the scope and its children are cancelled; waits
// until the last child has ended. The state that follows calls weir_scope_leave.
weir_step weir_scope_join(weir_context *cx, weir_scope *scope);
// Leaves a scope that has no live children (also one never joined): its failure is pending again; a
// cancel of its own has become `timeout`.
void weir_scope_leave(weir_context *cx, weir_scope *scope);
// Cleanup: what follows is shielded from cancels and bounded by the grace period; the pending
// failure is put aside in `scope` and pending again after leave (a failure of the cleanup joins its
// `also`).
void weir_cleanup_enter(weir_context *cx, weir_scope *scope);
void weir_cleanup_leave(weir_context *cx, weir_scope *scope);
// The same for a plain fn, which never waits: the pending failure is put aside, and in the pool the
// work is not asked to stop. After leave the failure is pending again, and one of the cleanup joins
// its `also`.
void weir_aside_enter(weir_context *cx, weir_aside *aside);
void weir_aside_leave(weir_context *cx, weir_aside *aside);

// ── gather, as_completed, race ───────────────────────────────────────────────────────────────────
enum { WEIR_COLLECT = 1, WEIR_COMPLETED = 2, WEIR_RACE = 4, WEIR_HAND_ON = 8, WEIR_ORDERED = 16 };
// WEIR_HAND_ON: the results are the items of the stream that the current task was started for
// (weir_stream_start), in completion order or, with WEIR_ORDERED, in that of their start.
// `type`: of the whole result: a list, tuple or record type (gather; NULL when items give nothing),
// the item's type (as_completed, race, hand on; with WEIR_COLLECT a result type). limit 0: none.
void weir_gather_open(weir_context *cx, weir_gather *gather, uint32_t flags, int64_t limit,
                      const weir_type *type);
// Until fewer than limit are in flight. When the gather is failing already, `cx->ended` is set:
// start no more. It never waits in as_completed: who asks is who must take one first, so cx->ended
// is set there too while there is no room.
weir_step weir_gather_room(weir_context *cx, weir_gather *gather);
void *weir_gather_start(weir_context *cx, weir_gather *gather,
                        const weir_machine *machine); // as weir_start
// Over items, before the first is started: what they are, for the failures of those who work on
// them. words 1: a word of the type; more: of a tuple type, each for itself.
void weir_gather_items(weir_context *cx, weir_gather *gather, const weir_type *type,
                       uint32_t words);
// Then instead of weir_gather_start. The item is borrowed, and kept until the child has ended.
void *weir_gather_start_item(weir_context *cx, weir_gather *gather, const weir_machine *machine,
                             const void *word);
void *weir_gather_start_items(weir_context *cx, weir_gather *gather, const weir_machine *machine,
                              ...); // const void *word, for each of its words
// As many as the limit allows are in flight (as_completed: or wait to be taken), or it is failing:
// start no more now.
bool weir_gather_full(const weir_gather *gather);
// A limit or rate that is not constant: itself, or kind type pending where it is below 1. what:
// constant text, "limit".
int64_t weir_limit(weir_context *cx, const char *what, int64_t value);
// as_completed: the next one to end; sets cx->ended when all have been given. index (the place in
// starting order) may be NULL.
weir_step weir_gather_next(weir_context *cx, weir_gather *gather, int64_t *index, void *slot);
// Waits until every child has ended; a pending failure, a race that is won or a loop that is left
// (as_completed) cancels them first.
weir_step weir_gather_join(weir_context *cx, weir_gather *gather);
// After join: gives the result (object of `type`, owned; for a race it fills slot) and leaves the
// scope, or makes the failure pending. slot NULL: nothing is given.
void weir_gather_close(weir_context *cx, weir_gather *gather, void *slot);

// ── permits and retry ────────────────────────────────────────────────────────────────────────────
// Defines limiter `index` of the program. limit 0: none; rate 0: none; per in ns. Checks the values
// (fails with kind type). key: the type of the argument tuple of a keyed limiter, or NULL.
void weir_limiter_define(weir_context *cx, uint32_t index, const char *name, int64_t limit,
                         int64_t rate, int64_t per, int64_t burst, const weir_type *key);
// The limiter itself or the one for a key (a word of the key type, borrowed). NULL: memory is
// pending.
weir_limiter *weir_limiter_at(weir_context *cx, uint32_t index, const void *key);
// A limiter of its own for one form or stage, with the values of weir_limiter_define: kept at
// place, which is NULL where it fails. Everyone who asked it has ended when it is closed; closing
// none is fine.
void weir_limiter_open(weir_context *cx, weir_limiter **place, int64_t limit, int64_t rate,
                       int64_t per, int64_t burst);
void weir_limiter_close(weir_context *cx, weir_limiter **place);
// Sets permit i to ask for a limiter; then weir_acquire takes all n or none, in order of arrival.
// Once for every attempt, right before weir_acquire: the limiter of a key may be forgotten between.
void weir_permit_want(weir_permit *permit, weir_limiter *limiter);
weir_step weir_acquire(weir_context *cx, weir_permit *permits, uint32_t count);
// Also of none held. A pending failure with a retry_after pauses their limiters.
void weir_release(weir_context *cx, weir_permit *permits, uint32_t count);
// Fails (kind type) where a number is negative or the backoff ends before it begins.
void weir_retry_begin(weir_context *cx, weir_retry *retry, int64_t most, int64_t from, int64_t to);
// After an attempt failed: with a failure pending, true when another attempt is due (the failure is
// taken and dropped, *pause is the backoff in ns). False: it stays pending. permits: those the
// attempt held, so that a retry_after pauses their limiters; may be NULL with 0.
bool weir_retry_again(weir_context *cx, weir_retry *retry, const weir_permit *permits,
                      uint32_t count, int64_t *pause);

// ── streams ──────────────────────────────────────────────────────────────────────────────────────
// As weir_start, for a task that yields: it begins to run when the first item is asked for. The
// stream goes to slot, owned; the last drop of it cancels the task. eager: it works on the next
// item as soon as one has been taken (a stage of a pipeline), and not only when that is asked for.
// item: the type of its items, or NULL.
void *weir_stream_start(weir_context *cx, weir_scope *scope, const weir_machine *machine,
                        const weir_type *item, bool eager, weir_stream **slot);
// Of the task that was started so: gives its reader an item (borrowed), waits until it is taken.
weir_step weir_yield(weir_context *cx, const void *word);
// The next item; at the end: slot zero, cx->ended set. What the stream's task failed with fails
// here.
weir_step weir_next(weir_context *cx, weir_stream *stream /* borrowed */, void *slot);
// Lists of up to `size` items of the stream `items` (consumed); one that has begun goes on after
// `every` ns (below 0: only when it is full), and at the end.
weir_stream *weir_batch(weir_context *cx, weir_scope *scope, const weir_type *list,
                        weir_stream *items, int64_t size, int64_t every);
// What `every` is told: itself, or kind type pending where it is below 1.
int64_t weir_period(weir_context *cx, int64_t period);
// The time at once, and then every so many ns, as a stream.
weir_stream *weir_every(weir_context *cx, weir_scope *scope, int64_t period);
// What take or skip is told: itself, or kind type pending where it is below 0.
int64_t weir_count(weir_context *cx, const char *what, int64_t value);
// The items of a [T]! as a [T!] (its type follows cx): of a failure that one.
weir_list *weir_result_items(weir_context *cx, const weir_type *type, const void *outcome);
// With WEIR_HAND_ON, once all have been started, or their source has failed (pending): waits until
// all results have been taken.
weir_step weir_gather_drain(weir_context *cx, weir_gather *gather);

// ── the pool ─────────────────────────────────────────────────────────────────────────────────────
// Runs work(pool's context, args) on the pool; args lie in the frame. What it leaves pending there
// is pending here.
weir_step weir_pool(weir_context *cx, void (*work)(weir_context *cx, void *args), void *args);
// Asked at every loop turn of a blocking fn: true with the cancel pending in its context.
bool weir_stop_asked(weir_context *cx);

// The library: functions and methods.
#include "weir_library.h"

// C on both sides: extern, and programs that are called.
#include "weir_c.h"

#ifdef __cplusplus
}
#endif

#endif
