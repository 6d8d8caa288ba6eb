#include "library.h"
#include "library_lines.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

// A new table joins here.
static const LibraryLine *const tables[] = {library_world, library_net, library_values,
                                            library_data};
enum { TABLES = sizeof tables / sizeof *tables, BUCKETS = 512 };

struct Library {
    Arena *arena;
    Types *types;
    Builtin *all;
    size_t count;
    size_t *next;            // the chain of a bucket; `count` ends it
    size_t buckets[BUCKETS]; // by the last name of a path
    LIST(const Type *) records;
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
                                     TYPE_ANY,    TYPE_NOTHING, TYPE_NEVER};
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

// A default: none, true, false, a text without escapes, [] and [:], a whole number or a duration.
static Expr *read_default(Reader *reader, const Type *type)
{
    Expr *value = ARENA_NEW(reader->library->arena, Expr);
    value->type = type;
    if (next_is(reader, "none")) {
        value->kind = EXPR_NONE;
    } else if (next_is(reader, "[:]")) {
        value->kind = EXPR_MAP;
    } else if (next_is(reader, "[]")) {
        value->kind = EXPR_LIST;
    } else if (next_is(reader, "\"")) {
        size_t length = strcspn(reader->at, "\"");
        value->kind = EXPR_STRING;
        value->u.string.text = arena_copy(reader->library->arena, reader->at, length);
        value->u.string.length = length;
        reader->at += length + 1;
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
        field.encoded = next_is(reader, "json of any");
        field.type = field.encoded ? type_plain(reader->library->types, TYPE_STRING)
                                   : read_type(reader);
        field.rest = next_is(reader, "...");
        if (field.rest) {
            field.type = type_of(reader->library->types, TYPE_LIST, field.type);
        }
        field.alternative = next_is(reader, "|") ? read_type(reader) : NULL;
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

static bool is_space(Library *library, const char *name)
{
    return islower((unsigned char)name[0]) && strpbrk(name, "[<(!?") == NULL &&
           (strcmp(name, "json") == 0 || named_type(library, name) == NULL);
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
    if (is_space(library, before)) {
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

static void add_record(Library *library, const LibraryLine *line)
{
    Type *type = type_declared(library->types, TYPE_RECORD, line->path, NULL);
    type->c_struct = line->c;
    type->c_type = arena_print(library->arena, "weir_type_%s", line->c + strlen("weir_"));
    Builtin fields = {0};
    Reader reader = {library, line->signature};
    expect(&reader, "{");
    read_fields(&reader, &fields);
    expect(&reader, "}");
    type->fields.items = fields.params.items;
    type->fields.count = type->fields.room = fields.params.count;
    LIST_ADD(library->arena, &library->records, type);
}

static void add_line(Library *library, const LibraryLine *line)
{
    Builtin *builtin = &library->all[library->count++];
    *builtin = (Builtin){.path = line->path, .signature = line->signature, .c = line->c,
                         .flags = line->flags, .doc = line->doc};
    read_path(library, builtin);
    read_signature(library, builtin);
}

// Visits every line of the tables that is a record, or every one that is none.
static void each_line(Library *library, bool records,
                      void (*visit)(Library *library, const LibraryLine *line))
{
    for (size_t i = 0; i < TABLES; i++) {
        for (const LibraryLine *line = tables[i]; line->path != NULL; line++) {
            if (((line->flags & RECORD) != 0) == records) {
                visit(library, line);
            }
        }
    }
}

static void count_line(Library *library, const LibraryLine *line)
{
    (void)line;
    library->count++;
}

Library *library_new(Arena *arena, Types *types)
{
    Library *library = ARENA_NEW(arena, Library);
    library->arena = arena;
    library->types = types;
    each_line(library, true, add_record); // first: signatures name them
    each_line(library, false, count_line);
    library->all = arena_take(arena, library->count * sizeof *library->all);
    library->next = arena_take(arena, library->count * sizeof *library->next);
    library->count = 0;
    each_line(library, false, add_line);
    for (size_t i = 0; i < BUCKETS; i++) {
        library->buckets[i] = library->count;
    }
    for (size_t i = library->count; i-- > 0;) { // backwards: a chain keeps the order of the table
        size_t bucket = bucket_of(library->all[i].name);
        library->next[i] = library->buckets[bucket];
        library->buckets[bucket] = i;
    }
    return library;
}

const Type *library_seen(Types *types, const Type *type)
{
    switch ((int)type->kind) {
    case TYPE_ANY:
    case TYPE_SECRET: return type_plain(types, TYPE_STRING);
    case TYPE_OPTIONAL:
    case TYPE_LIST: return type_of(types, type->kind, library_seen(types, type->item));
    case TYPE_MAP: return type_map(types, type->key, library_seen(types, type->item));
    }
    return type;
}

// ── looking up ───────────────────────────────────────────────────────────────────────────────────
const Builtin *library_function(Library *library, const char *space, const char *name)
{
    for (size_t i = library->buckets[bucket_of(name)]; i < library->count; i = library->next[i]) {
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
    for (size_t i = 0; i < library->count; i++) {
        if (library->all[i].space && strcmp(library->all[i].space, name) == 0) {
            return true;
        }
    }
    return false;
}

const Builtin *library_method(Library *library, const Type *receiver, const char *name)
{
    for (size_t i = library->buckets[bucket_of(name)]; i < library->count; i = library->next[i]) {
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
    for (size_t i = library->buckets[bucket_of(name)]; i < library->count; i = library->next[i]) {
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

bool library_changes(Library *library, const char *name)
{
    for (size_t i = library->buckets[bucket_of(name)]; i < library->count; i = library->next[i]) {
        const Builtin *builtin = &library->all[i];
        if (strcmp(builtin->name, name) == 0 && (builtin->flags & LIBRARY_CHANGES)) {
            return true;
        }
    }
    return false;
}

bool library_knows_method(Library *library, const char *name)
{
    for (size_t i = library->buckets[bucket_of(name)]; i < library->count; i = library->next[i]) {
        if (library->all[i].receiver && strcmp(library->all[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

const Type *library_type(Library *library, const char *name)
{
    for (size_t i = 0; i < library->records.count; i++) {
        if (strcmp(library->records.items[i]->name, name) == 0) {
            return library->records.items[i];
        }
    }
    return NULL;
}

const Builtin *library_all(Library *library, size_t *count)
{
    *count = library->count;
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
