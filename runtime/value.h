// value.h: counted objects, seen from inside the runtime.
//
// Every value that is not a scalar is one block: a hidden word that names the runtime it belongs to
// (so that the last weir_drop can give it back without a context), then the weir_object. value.c
// counts, frees, shares and compares words of any type, hash.c hashes them; string, list, map and
// error build on it. It knows nothing of tasks: the core's own objects (handles, queues) begin with
// weir__opaque and bring their ending along.
//
// Counts: > 0 held by one thread; WEIR_STATIC never counted; otherwise -n, n holders, counted
// atomically. What a shared object holds is shared too. An object is changed in place only when it
// has one holder, and is then counted plainly again (weir__own_alone), so the whole path to a
// change is unshared first.
//
// Words: an enum none of whose cases has parameters is its case's number, a scalar. Otherwise it is
// a weir_record of the enum's type: the case's number, then the words of that case. In T? and T!
// scalars, optionals and results are boxed; in T! an Error is too, since a bare one would be the
// failure.
#ifndef WEIR_VALUE_H
#define WEIR_VALUE_H

#include "env.h"
#include "weir.h"

// A context to work in while a failure is pending in another: same runtime, nothing pending. Its
// own failure, if one comes, is the caller's to take.
static inline weir_context weir__quiet(const weir_context *cx)
{
    weir_context quiet = {.runtime = cx->runtime};
    return quiet;
}

// The word in front of an object: its runtime, or, for one on its way out or being shared, the next
// such one.
typedef union weir__hidden {
    weir_runtime *runtime;
    weir_object *next;
} weir__hidden;

static inline weir__hidden *weir__hidden_of(const weir_object *object)
{
    return (weir__hidden *)((uintptr_t)object - sizeof(weir__hidden));
}

// A new object: all bytes zero, one holder. NULL: memory is pending. Works also while a failure is
// pending.
void *weir__object_new(weir_context *cx, weir_kind kind, size_t size);
// The runtime an object that is not static belongs to.
weir_runtime *weir__object_runtime(const weir_object *object);
// Gives the block of an object back that holds nothing any more, without counting.
void weir__object_release(weir_context *cx, void *object);
// Whether the one who holds it may change it in place. If so it is counted plainly from now on.
bool weir__own_alone(weir_object *object);

// Objects that are being freed, one after the other and never by recursion.
typedef struct weir__fall {
    weir_context cx;    // for weir__release
    weir_object *first; // without holders, chained through the hidden word
} weir__fall;
// One holder less, from within an ending: what has no holder left joins the fall. NULL is fine.
void weir__fall_drop(weir__fall *fall, void *object);
// A word of a type, from within an ending.
void weir__fall_drop_word(weir__fall *fall, const weir_type *type, weir_word word);

// Begins every object whose parts value.c does not know: WEIR_HANDLE, WEIR_QUEUE, WEIR_STREAM.
// `end` is called when the last holder is gone: it gives up all it holds by weir__fall_drop and
// weir__release, and then its own block.
typedef struct weir__opaque {
    weir_object object;
    void (*end)(struct weir__opaque *self, weir__fall *fall);
} weir__opaque;

// Whether words of the type are pointers to counted objects (or NULL).
bool weir__counted(const weir_type *type);
// Whether T stands in a weir_box in T?; in_result: in T!.
bool weir__boxed(const weir_type *type, bool in_result);
// One more holder of a word of the type; the word is given back.
weir_word weir__keep_word(const weir_type *type, weir_word word);
void weir__drop_word(const weir_type *type, weir_word word);
// A word into a T? or T! of the container type (boxed where it must be); the word is borrowed.
// NULL: memory is pending.
void *weir__wrap(weir_context *cx, const weir_type *container, weir_word word);
// The word inside a T? that is some, or a T! that succeeded; borrowed.
weir_word weir__unwrap(const weir_type *container, const void *wrapped);

// The words of a record, tuple or enum with parameters.
static inline weir_word *weir__words(const void *record)
{
    return (weir_word *)((uintptr_t)record + sizeof(weir_record));
}
// What json and rows call a record's field.
static inline const char *weir__field_key(const weir_type *type, uint32_t index)
{
    bool own = type->keys != NULL && type->keys[index] != NULL;
    return own ? type->keys[index] : type->fields[index].name;
}
// Whether no case of the enum has parameters: then its word is the case's number.
bool weir__enum_plain(const weir_type *type);
// The type of the words of an enum's case, as a tuple type, or NULL for a case without.
const weir_type *weir__case_type(const weir_type *type, int64_t number);

// Whether a box, in a json, holds a number; as a float. There 1 equals 1.0.
bool weir__number_in(const weir_box *box, double *real);
// A hash of a word by content: equal words have equal hashes. Keyed, so that what arrives from
// outside cannot collide on purpose.
uint64_t weir__hash(const weir_type *type, const void *word, uint64_t key);

// [K: V]: entries in the order they came, and an index by hash. map.c's; here because value.c walks
// it.
typedef struct weir__entry {
    uint64_t hash; // lowest bit set: alive
    weir_word key, value;
} weir__entry;

struct weir_map {
    weir_object object;
    const weir_type *type;
    int64_t length;     // entries alive
    int64_t used, room; // of entries
    weir__entry *entries;
    uint32_t *index;     // 0: free, else the entry's place + 1; `slots` of them, a power of two
    uint64_t slots, key; // key: of the hash
};

#endif
