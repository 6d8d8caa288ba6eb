#include "library.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

// ── the table ────────────────────────────────────────────────────────────────────────────────────
// A word before the dot is a type unless it is one of these; `(json).x` is a method of the type.
static const char *const spaces[] = {"http", "fs", "json", "csv", "log", "env", "random"};

enum {
    FIELD = LIBRARY_PROPERTY | LIBRARY_FIELD,
    COPY = LIBRARY_PURE_VALUE,
    EACH = LIBRARY_INLINE | LIBRARY_PURE_VALUE,
    METHOD = LIBRARY_FAILS | LIBRARY_PURE_VALUE,
    PART = LIBRARY_FAILS | LIBRARY_PROPERTY,
    CHANGE = LIBRARY_FAILS | LIBRARY_CHANGES,
};

typedef struct Line {
    const char *path, *signature, *c;
    unsigned flags;
    const char *doc;
} Line;

static const Line lines[] = {
    {"print", "(text: any)", "weir_print", LIBRARY_FAILS | LIBRARY_EFFECT,
     "Writes a line to standard output."},
    {"eprint", "(text: any)", "weir_eprint", LIBRARY_FAILS | LIBRARY_EFFECT,
     "Writes a line to standard error."},
    {"now", "() -> time", "weir_now", COPY, "The time. Differences of two are monotonic."},
    {"env", "(name: string) -> string?", "weir_env", LIBRARY_FAILS | COPY,
     "A variable the program was started with."},
    {"error",
     "(kind: string, message: string, permanent: bool = false, retry_after: duration = -1s, "
     "status: int = -1, cause: Error? = none) -> Error",
     "weir_error_make", LIBRARY_FAILS | COPY,
     "A failure to be raised by `fail`. permanent: no use in trying again; retry_after: when to."},
    {"sleep", "(for: duration)", "weir_sleep", LIBRARY_WAITS | LIBRARY_EFFECT,
     "Waits; other tasks run."},
    {"zip", "(a: [A], b: [B]) -> [(A, B)]", "weir_list_zip", LIBRARY_TYPED | LIBRARY_FAILS | COPY,
     "Pairs two lists up to the end of the shorter one."},
    {"http.get", "(url: string) -> Response", "weir_http_get",
     LIBRARY_WAITS | LIBRARY_FAILS | LIBRARY_EFFECT,
     "Gets a URL. A status of 4xx or 5xx is an answer, not a failure; see Response.check."},
    {"Response.check", "() -> Response", "weir_response_check", LIBRARY_FAILS | LIBRARY_EFFECT,
     "The response, or a failure of kind http where its status is 4xx or 5xx."},

    {"string.length", "-> int", "length", FIELD, "Its bytes."},
    {"string.chars", "-> [string]", "weir_string_chars", PART, "Its characters."},
    {"string.upper", "() -> string", "weir_string_upper", METHOD, "In upper case letters."},
    {"string.lower", "() -> string", "weir_string_lower", METHOD, "In lower case letters."},
    {"string.trim", "() -> string", "weir_string_trim", METHOD,
     "Without the white space at both ends."},
    {"string.split", "(at: string) -> [string]", "weir_string_split", METHOD,
     "The parts between the places of a text; at \"\" its characters."},
    {"string.words", "() -> [string]", "weir_string_words", METHOD,
     "The parts between white space."},
    {"string.lines", "() -> [string]", "weir_string_lines", METHOD,
     "Its lines, without what ends them."},
    {"string.contains", "(text: string) -> bool", "weir_string_contains", METHOD,
     "Does the text stand in it?"},
    {"string.starts_with", "(text: string) -> bool", "weir_string_starts_with", METHOD,
     "Does it begin with the text?"},
    {"string.ends_with", "(text: string) -> bool", "weir_string_ends_with", METHOD,
     "Does it end with the text?"},
    {"string.index_of", "(text: string) -> int?", "weir_string_index_of", METHOD,
     "Where the text first stands, in bytes."},
    {"string.replace", "(text: string, with: string) -> string", "weir_string_replace", METHOD,
     "With another text in all places of one."},
    {"string.repeat", "(times: int) -> string", "weir_string_repeat", METHOD,
     "That many times one after the other."},
    {"bytes.length", "-> int", "length", FIELD, "Its bytes."},

    {"int.abs", "() -> int", "weir_int_abs", METHOD, "Without its sign."},
    {"int.min", "(other: int) -> int", "weir_int_min", METHOD, "The smaller of the two."},
    {"int.max", "(other: int) -> int", "weir_int_max", METHOD, "The larger of the two."},
    {"int.power", "(exponent: int) -> int", "weir_int_power", METHOD,
     "Multiplied by itself that many times."},
    {"float.abs", "() -> float", "weir_float_abs", COPY, "Without its sign."},
    {"float.floor", "() -> float", "weir_float_floor", COPY, "The next whole number below."},
    {"float.ceil", "() -> float", "weir_float_ceil", COPY, "The next whole number above."},
    {"float.round", "(digits: int = 0) -> float", "weir_float_round", COPY,
     "Rounded to digits behind the point, halves away from zero."},
    {"float.sqrt", "() -> float", "weir_float_sqrt", METHOD, "Its square root."},
    {"float.power", "(exponent: float) -> float", "weir_float_power", METHOD,
     "Raised to an exponent."},
    {"float.min", "(other: float) -> float", "weir_float_min", COPY, "The smaller of the two."},
    {"float.max", "(other: float) -> float", "weir_float_max", COPY, "The larger of the two."},
    {"float.is_nan", "() -> bool", "weir_float_is_nan", COPY, "Is it not a number?"},
    {"duration.seconds", "-> float", "weir_duration_seconds", LIBRARY_PROPERTY,
     "How many seconds it has."},
    {"duration.abs", "() -> duration", "weir_int_abs", METHOD, "Without its sign."},
    {"duration.min", "(other: duration) -> duration", "weir_int_min", METHOD,
     "The shorter of the two."},
    {"duration.max", "(other: duration) -> duration", "weir_int_max", METHOD,
     "The longer of the two."},

    {"[T].length", "-> int", "length", FIELD, "How many items it holds."},
    {"[T].push", "(item: T)", "weir_list_push", LIBRARY_CHANGES | LIBRARY_FAILS,
     "Adds an item at the end, in place."},
    {"[T].pop", "() -> T?", "weir_list_pop", CHANGE | LIBRARY_TYPED | LIBRARY_EFFECT,
     "Takes the last item out, in place."},
    {"[T].insert", "(at: int, item: T)", "weir_list_insert", CHANGE,
     "Adds an item before the one at a place, in place."},
    {"[T].remove", "(at: int)", "weir_list_remove", CHANGE,
     "Takes out the item at a place, in place."},
    {"[T].clear", "()", "weir_list_clear", CHANGE, "Takes all items out, in place."},
    {"[T].first", "-> T?", "weir_list_first", PART | LIBRARY_TYPED, "Its first item."},
    {"[T].last", "-> T?", "weir_list_last", PART | LIBRARY_TYPED, "Its last item."},
    {"[T].contains", "(item: T) -> bool", "weir_list_contains", METHOD,
     "Is there an equal item?"},
    {"[T].index_of", "(item: T) -> int?", "weir_list_index_of", METHOD,
     "The place of the first equal item."},
    {"[T].reverse", "() -> [T]", "weir_list_reverse", METHOD, "Its items, the last one first."},
    {"[T].unique", "() -> [T]", "weir_list_unique", METHOD, "Without repeated items."},
    {"[T].indexed", "() -> [(int, T)]", "weir_list_indexed", METHOD | LIBRARY_TYPED,
     "Each item with its place."},
    {"[[T]].flatten", "() -> [T]", "weir_list_flatten", METHOD | LIBRARY_TYPED,
     "The items of its lists as one list."},
    {"[string].join", "(between: string = \"\") -> string", "weir_strings_join", METHOD,
     "Its texts as one, with another between them."},
    {"[int].sum", "() -> int", "weir_ints_sum", METHOD, "All added up."},
    {"[float].sum", "() -> float", "weir_floats_sum", METHOD, "All added up."},
    {"[duration].sum", "() -> duration", "weir_ints_sum", METHOD, "All added up."},
    {"[T].sort", "(by: it -> K = none) -> [T]", NULL, EACH,
     "In order, of the items or of what the expression gives for them. Equal ones stay in order."},
    {"[T].min", "(by: it -> K = none) -> T?", NULL, EACH, "The first item in order."},
    {"[T].max", "(by: it -> K = none) -> T?", NULL, EACH, "The last item in order."},
    {"[T].group", "(by: it -> K) -> [K: [T]]", NULL, EACH,
     "The items by what the expression gives for them."},
    {"[T].count", "(of: it -> bool) -> int", NULL, EACH,
     "For how many items the expression is true."},
    {"[T].find", "(is: it -> bool) -> T?", NULL, EACH,
     "The first item for which the expression is true."},
    {"[T!].values", "-> [T]", "weir_list_values", LIBRARY_PROPERTY | LIBRARY_TYPED | LIBRARY_FAILS,
     "What succeeded, in order."},
    {"[T!].errors", "-> [Error]", "weir_list_errors", LIBRARY_PROPERTY | LIBRARY_FAILS,
     "What failed, in order."},
    {"[T].map", "(to: it -> U) -> [U]", NULL, EACH,
     "A list of what the expression gives for each item."},
    {"[T].filter", "(keep: it -> bool) -> [T]", NULL, EACH,
     "The items for which the expression is true."},
    {"[T].any", "(is: it -> bool) -> bool", NULL, EACH, "Is the expression true for an item?"},
    {"[T].all", "(is: it -> bool) -> bool", NULL, EACH, "Is the expression true for every item?"},

    {"[K: V].remove", "(key: K) -> bool", "weir_map_remove",
     LIBRARY_CHANGES | LIBRARY_FAILS | LIBRARY_EFFECT,
     "Takes a key out, in place. false: it was not there."},
    {"[K: V].clear", "()", "weir_map_clear", CHANGE, "Takes all keys out, in place."},
    {"[K: V].length", "-> int", "weir_map_length", LIBRARY_PROPERTY, "How many keys it has."},
    {"[K: V].keys", "-> [K]", "weir_map_keys", PART | LIBRARY_TYPED,
     "Its keys, in the order they came."},
    {"[K: V].values", "-> [V]", "weir_map_values", PART | LIBRARY_TYPED,
     "Its values, in the order their keys came."},
    {"[K: V].contains", "(key: K) -> bool", "weir_map_contains", METHOD, "Has it the key?"},

    {"queue<T>.put", "(item: T)", "weir_put", LIBRARY_WAITS | LIBRARY_FAILS | LIBRARY_EFFECT,
     "Adds an item; waits while the queue is full. Fails (kind closed) once it is closed."},
    {"queue<T>.get", "() -> T?", "weir_get", LIBRARY_WAITS | LIBRARY_EFFECT,
     "Takes an item; waits while the queue is empty. none once it is closed and drained."},
    {"queue<T>.close", "()", "weir_close", LIBRARY_EFFECT,
     "Ends it: readers get what it still holds, then none."},

    {"T!.check", "() -> T", NULL, LIBRARY_INLINE | LIBRARY_FAILS | LIBRARY_EFFECT,
     "The value, or its failure raised again."},

    {"Error.kind", "-> string", "kind", FIELD, "What kind of failure it is: timeout, io, …"},
    {"Error.message", "-> string", "message", FIELD, "What happened, in a sentence."},
    {"Error.at", "-> string?", "at", FIELD, "file:line, where it is known."},
    {"Error.item", "-> string?", "item", FIELD, "What was being worked on."},
    {"Error.cause", "-> Error?", "cause", FIELD, "The failure that led to this one."},
    {"Error.permanent", "-> bool", "permanent", FIELD, "Trying again is no use."},
    {"Error.trail", "-> [string]", "weir_error_trail", PART,
     "The tasks it came through, the innermost first."},
    {"Error.also", "-> [Error]", "weir_error_also", PART, "Failures that came later."},
    {"Error.retry_after", "-> duration?", "weir_error_retry_after", PART,
     "After which time another attempt is worth while."},
    {"Error.status", "-> int?", "weir_error_status", PART, "The HTTP or exit status."},
};

enum { LINES = sizeof lines / sizeof *lines, BUCKETS = 256, RECORDS = 1 };

static const struct {
    const char *name, *c_struct, *c_type, *fields;
} records[RECORDS] = {
    // in the order of the C struct
    {"Response", "weir_response", "weir_type_response",
     "status: int, headers: [string: string], body: bytes, text: string, url: string, "
     "elapsed: duration"},
};

struct Library {
    Arena *arena;
    Types *types;
    Builtin all[LINES];
    size_t next[LINES];      // the chain of a bucket; LINES ends it
    size_t buckets[BUCKETS]; // by the last name of a path
    const Type *records[RECORDS];
};

// ── reading signatures ───────────────────────────────────────────────────────────────────────────
// The table is ours: what cannot be read in it is a mistake of ours, found by the first run of any
// test.
typedef struct Reader {
    Library *library;
    const char *at;
} Reader;

static bool next_is(Reader *reader, const char *text)
{
    while (*reader->at == ' ') {
        reader->at++;
    }
    size_t length = strlen(text);
    if (strncmp(reader->at, text, length) != 0) {
        return false;
    }
    reader->at += length;
    return true;
}

static void expect(Reader *reader, const char *text)
{
    if (!next_is(reader, text)) {
        abort();
    }
}

static const char *read_word(Reader *reader)
{
    while (*reader->at == ' ') {
        reader->at++;
    }
    const char *start = reader->at;
    while (isalnum((unsigned char)*reader->at) || *reader->at == '_') {
        reader->at++;
    }
    return arena_copy(reader->library->arena, start, (size_t)(reader->at - start));
}

static const Type *read_type(Reader *reader);

static const Type *named_type(Library *library, const char *name)
{
    static const TypeKind plain[] = {TYPE_INT,    TYPE_FLOAT, TYPE_BOOL, TYPE_DURATION, TYPE_TIME,
                                     TYPE_STRING, TYPE_BYTES, TYPE_JSON, TYPE_SECRET,   TYPE_ERROR,
                                     TYPE_ANY,    TYPE_NOTHING};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        if (strcmp(type_plain(library->types, plain[i])->name, name) == 0) {
            return type_plain(library->types, plain[i]);
        }
    }
    if (name[0] != 0 && name[1] == 0 && isupper((unsigned char)name[0])) {
        return type_variable(library->types, name);
    }
    return library_type(library, name);
}

static const Type *read_tuple(Reader *reader)
{
    const Type *items[8];
    size_t count = 0;
    do {
        items[count++] = read_type(reader);
    } while (count < 8 && next_is(reader, ","));
    expect(reader, ")");
    return count == 1 ? items[0] : type_tuple(reader->library->types, items, count);
}

static const Type *read_type(Reader *reader)
{
    static const struct {
        const char *open;
        TypeKind kind;
    } handles[] = {{"queue<", TYPE_QUEUE}, {"task<", TYPE_TASK}, {"stream<", TYPE_STREAM}};
    Types *types = reader->library->types;
    const Type *type = NULL;
    for (size_t i = 0; i < 3 && !type; i++) {
        if (next_is(reader, handles[i].open)) {
            type = type_of(types, handles[i].kind, read_type(reader));
            expect(reader, ">");
        }
    }
    if (!type && next_is(reader, "[")) {
        type = read_type(reader);
        type = next_is(reader, ":") ? type_map(types, type, read_type(reader)) : type_of(types,
            TYPE_LIST, type);
        expect(reader, "]");
    }
    if (!type) {
        type = next_is(reader, "(") ? read_tuple(reader) : named_type(reader->library,
            read_word(reader));
    }
    if (!type) {
        abort();
    }
    for (;;) {
        if (next_is(reader, "?")) {
            type = type_of(types, TYPE_OPTIONAL, type);
        } else if (next_is(reader, "!")) {
            type = type_of(types, TYPE_RESULT, type);
        } else {
            return type;
        }
    }
}

// A default: none, true, false, "", a number or a duration in whole units.
static Expr *read_default(Reader *reader, const Type *type)
{
    Expr *value = ARENA_NEW(reader->library->arena, Expr);
    value->type = type;
    if (next_is(reader, "none")) {
        value->kind = EXPR_NONE;
    } else if (next_is(reader, "\"\"")) {
        value->kind = EXPR_STRING;
        value->u.string.text = "";
    } else if (next_is(reader, "true") || next_is(reader, "false")) {
        value->kind = EXPR_BOOL;
        value->u.truth = reader->at[-2] == 'u';
    } else {
        char *end = NULL;
        value->kind = EXPR_INT;
        value->u.integer = strtoll(reader->at, &end, 10);
        reader->at = end;
        if (type->kind == TYPE_DURATION) {
            value->kind = EXPR_DURATION;
            value->u.integer *= next_is(reader, "ms") ? 1000000 : 1000000000;
            (void)next_is(reader, "s");
        }
    }
    return value;
}

static void read_fields(Reader *reader, Builtin *builtin)
{
    do {
        TypeField field = {.name = read_word(reader)};
        expect(reader, ":");
        field.item_expression = next_is(reader, "it ->");
        field.type = read_type(reader);
        field.key = field.name;
        if (next_is(reader, "=")) {
            field.fallback = read_default(reader, field.type);
        }
        LIST_ADD(reader->library->arena, &builtin->params, field);
    } while (next_is(reader, ","));
}

static void read_signature(Library *library, Builtin *builtin)
{
    Reader reader = {library, builtin->signature};
    if (next_is(&reader, "(") && !next_is(&reader, ")")) {
        read_fields(&reader, builtin);
        expect(&reader, ")");
    }
    builtin->result = next_is(&reader, "->") ? read_type(&reader) : type_plain(library->types,
        TYPE_NOTHING);
}

static bool is_space(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
        if (strlen(spaces[i]) == length && memcmp(spaces[i], name, length) == 0) {
            return true;
        }
    }
    return false;
}

static void read_path(Library *library, Builtin *builtin)
{
    const char *dot = strrchr(builtin->path, '.');
    builtin->name = dot ? dot + 1 : builtin->path;
    if (!dot) {
        return;
    }
    size_t length = (size_t)(dot - builtin->path);
    const char *before = arena_copy(library->arena, builtin->path, length);
    if (is_space(before, length)) {
        builtin->space = before;
    } else {
        Reader reader = {library, before};
        builtin->receiver = read_type(&reader);
    }
}

static size_t bucket_of(const char *name)
{
    uint32_t hash = 2166136261u;
    for (; *name; name++) {
        hash = (hash ^ (unsigned char)*name) * 16777619u;
    }
    return (hash ^ hash >> 15) % BUCKETS;
}

Library *library_new(Arena *arena, Types *types)
{
    Library *library = ARENA_NEW(arena, Library);
    library->arena = arena;
    library->types = types;
    for (size_t i = 0; i < RECORDS; i++) {
        Type *type = type_declared(types, TYPE_RECORD, records[i].name, NULL);
        type->c_struct = records[i].c_struct;
        type->c_type = records[i].c_type;
        library->records[i] = type;
        Builtin fields = {0};
        Reader reader = {library, records[i].fields};
        read_fields(&reader, &fields);
        type->fields.items = fields.params.items;
        type->fields.count = type->fields.room = fields.params.count;
    }
    for (size_t i = 0; i < BUCKETS; i++) {
        library->buckets[i] = LINES;
    }
    for (size_t i = LINES; i-- > 0;) { // backwards, so that a chain keeps the order of the table
        Builtin *builtin = &library->all[i];
        *builtin = (Builtin){.path = lines[i].path, .signature = lines[i].signature,
                             .c = lines[i].c,
                             .flags = lines[i].flags, .doc = lines[i].doc};
        read_path(library, builtin);
        read_signature(library, builtin);
        size_t bucket = bucket_of(builtin->name);
        library->next[i] = library->buckets[bucket];
        library->buckets[bucket] = i;
    }
    return library;
}

// ── looking up ───────────────────────────────────────────────────────────────────────────────────
const Builtin *library_function(Library *library, const char *space, const char *name)
{
    for (size_t i = library->buckets[bucket_of(name)]; i < LINES; i = library->next[i]) {
        const Builtin *builtin = &library->all[i];
        bool same_space = space ? builtin->space && strcmp(builtin->space, space) == 0
            : !builtin->space;
        if (!builtin->receiver && same_space && strcmp(builtin->name, name) == 0) {
            return builtin;
        }
    }
    return NULL;
}

bool library_space(Library *library, const char *name)
{
    for (size_t i = 0; i < LINES; i++) {
        if (library->all[i].space && strcmp(library->all[i].space, name) == 0) {
            return true;
        }
    }
    return false;
}

const Builtin *library_method(Library *library, const Type *receiver, const char *name)
{
    for (size_t i = library->buckets[bucket_of(name)]; i < LINES; i = library->next[i]) {
        const Builtin *builtin = &library->all[i];
        Binding binding = {0};
        if (builtin->receiver && strcmp(builtin->name, name) == 0 &&
            library_match(builtin->receiver, receiver, &binding)) {
            return builtin;
        }
    }
    return NULL;
}

bool library_takes_it(Library *library, const char *name)
{
    for (size_t i = library->buckets[bucket_of(name)]; i < LINES; i = library->next[i]) {
        const Builtin *builtin = &library->all[i];
        if (!builtin->receiver || strcmp(builtin->name, name) != 0) {
            continue;
        }
        for (size_t j = 0; j < builtin->params.count; j++) {
            if (builtin->params.items[j].item_expression) {
                return true;
            }
        }
    }
    return false;
}

bool library_knows_method(Library *library, const char *name)
{
    for (size_t i = library->buckets[bucket_of(name)]; i < LINES; i = library->next[i]) {
        if (library->all[i].receiver && strcmp(library->all[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

const Type *library_type(Library *library, const char *name)
{
    for (size_t i = 0; i < RECORDS; i++) {
        if (library->records[i] && strcmp(library->records[i]->name, name) == 0) {
            return library->records[i];
        }
    }
    return NULL;
}

const Builtin *library_all(Library *library, size_t *count)
{
    *count = LINES;
    return library->all;
}

// ── types with variables ─────────────────────────────────────────────────────────────────────────
bool library_match(const Type *pattern, const Type *actual, Binding *binding)
{
    if (pattern == actual || pattern->kind == TYPE_ANY || actual->kind == TYPE_UNKNOWN ||
        actual->kind == TYPE_NEVER) {
        return true;
    }
    if (pattern->kind == TYPE_VARIABLE) {
        const Type **bound = &binding->of[pattern->name[0] - 'A'];
        if (!*bound || type_open(*bound)) {
            *bound = actual;
        }
        return *bound == actual || type_open(actual);
    }
    if (pattern->kind != actual->kind || pattern->fields.count != actual->fields.count ||
        pattern->c_struct ||
        pattern->decl || actual->decl) {
        return false;
    }
    if (pattern->item && !actual->item) {
        return pattern->item->kind == TYPE_VARIABLE; // a task or result that gives nothing
    }
    if (pattern->item && !library_match(pattern->item, actual->item, binding)) {
        return false;
    }
    if (pattern->key && !library_match(pattern->key, actual->key, binding)) {
        return false;
    }
    for (size_t i = 0; i < pattern->fields.count; i++) {
        if (!library_match(pattern->fields.items[i].type, actual->fields.items[i].type, binding)) {
            return false;
        }
    }
    return true;
}

const Type *library_fill(Types *types, const Type *pattern, const Binding *binding)
{
    if (pattern->kind == TYPE_VARIABLE) {
        const Type *bound = binding->of[pattern->name[0] - 'A'];
        return bound ? bound : type_plain(types, TYPE_UNKNOWN);
    }
    if (pattern->kind == TYPE_MAP) {
        return type_map(types, library_fill(types, pattern->key, binding), library_fill(types,
            pattern->item, binding));
    }
    if (pattern->kind == TYPE_TUPLE) {
        const Type *items[8];
        for (size_t i = 0; i < pattern->fields.count && i < 8; i++) {
            items[i] = library_fill(types, pattern->fields.items[i].type, binding);
        }
        return type_tuple(types, items, pattern->fields.count);
    }
    return pattern->item ? type_of(types, pattern->kind, library_fill(types, pattern->item,
        binding)) : pattern;
}
