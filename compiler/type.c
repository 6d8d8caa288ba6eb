#include "type.h"

#include <string.h>

#include "text.h"

struct Types {
    Arena *arena;
    const Type *plain[TYPE_VARIABLE + 1];
    const Type **slots; // interned composed types; open addressing
    size_t count, room;
    bool too_deep;
};

static const struct {
    TypeKind kind;
    const char *name;
} plain_names[] = {
    {TYPE_UNKNOWN, "?"},      {TYPE_NEVER, "never"},       {TYPE_NOTHING, "nothing"}, {TYPE_INT,
        "int"},
    {TYPE_FLOAT, "float"},    {TYPE_BOOL, "bool"},         {TYPE_DURATION, "duration"}, {TYPE_TIME,
        "time"},
    {TYPE_STRING, "string"},  {TYPE_BYTES, "bytes"},       {TYPE_JSON, "json"},       {TYPE_SECRET,
        "secret"},
    {TYPE_ERROR, "Error"},    {TYPE_RANGE, "range"},       {TYPE_ANY, "any"},
};

Types *types_new(Arena *arena)
{
    Types *types = ARENA_NEW(arena, Types);
    types->arena = arena;
    for (size_t i = 0; i < sizeof plain_names / sizeof *plain_names; i++) {
        Type *type = ARENA_NEW(arena, Type);
        type->kind = plain_names[i].kind;
        type->name = plain_names[i].name;
        types->plain[type->kind] = type;
    }
    return types;
}

const Type *type_plain(Types *types, TypeKind kind)
{
    return types->plain[kind];
}

// ── interning ────────────────────────────────────────────────────────────────────────────────────
static uint64_t mix(uint64_t hash, const void *pointer)
{
    return (hash ^ (uint64_t)(uintptr_t)pointer) * 0x9E3779B97F4A7C15u;
}

static uint64_t hash_of(const Type *type)
{
    uint64_t hash = mix(mix((uint64_t)type->kind + 1, type->item), type->key);
    for (size_t i = 0; i < type->fields.count; i++) {
        hash = mix(hash, type->fields.items[i].type);
        for (const char *at = type->fields.items[i].name; at && *at; at++) {
            hash = (hash ^ (unsigned char)*at) * 0x100000001B3u;
        }
    }
    if (type->kind == TYPE_VARIABLE) {
        hash ^= (unsigned char)type->name[0];
    }
    return hash ^ hash >> 29;
}

static bool same_name(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_shape(const Type *a, const Type *b)
{
    if (a->kind != b->kind || a->item != b->item || a->key != b->key ||
        a->fields.count != b->fields.count) {
        return false;
    }
    for (size_t i = 0; i < a->fields.count; i++) {
        if (a->fields.items[i].type != b->fields.items[i].type ||
            !same_name(a->fields.items[i].name, b->fields.items[i].name)) {
            return false;
        }
    }
    return a->kind != TYPE_VARIABLE || same_name(a->name, b->name);
}

static size_t slot_of(const Type *const *slots, size_t room, const Type *type)
{
    size_t at = (size_t)hash_of(type) & (room - 1);
    while (slots[at] && !same_shape(slots[at], type)) {
        at = (at + 1) & (room - 1);
    }
    return at;
}

static void make_room(Types *types)
{
    if (types->count * 2 < types->room) {
        return;
    }
    size_t room = types->room ? types->room * 2 : 64;
    const Type **slots = arena_take(types->arena, room * sizeof *slots);
    for (size_t i = 0; i < types->room; i++) {
        if (types->slots[i]) {
            slots[slot_of(slots, room, types->slots[i])] = types->slots[i];
        }
    }
    types->slots = slots;
    types->room = room;
}

// Names are for reading: where one would get long, its parts are left out.
enum { NAME_LONG = 200 };

static const char *short_name(const Type *type)
{
    return !type ? "nothing" : strlen(type->name) > NAME_LONG ? "…" : type->name;
}

static const char *fields_name(Types *types, const Type *type)
{
    Buffer buffer = {.arena = types->arena};
    buffer_text(&buffer, "(");
    for (size_t i = 0; i < type->fields.count; i++) {
        const TypeField *field = &type->fields.items[i];
        buffer_text(&buffer, i ? ", " : "");
        if (field->name) {
            buffer_print(&buffer, "%s: ", field->name);
        }
        buffer_text(&buffer, buffer.length > NAME_LONG ? "…" : short_name(field->type));
    }
    buffer_text(&buffer, ")");
    return buffer_end(&buffer);
}

static const char *name_of(Types *types, const Type *type)
{
    const char *item = short_name(type->item);
    switch (type->kind) {
    case TYPE_LIST: return arena_print(types->arena, "[%s]", item);
    case TYPE_MAP: return arena_print(types->arena, "[%s: %s]", short_name(type->key), item);
    case TYPE_OPTIONAL:
        return arena_print(types->arena, type->item->kind == TYPE_OPTIONAL ? "(%s)?" : "%s?", item);
    case TYPE_RESULT: return arena_print(types->arena, "%s!", item);
    case TYPE_TASK: return arena_print(types->arena, "task<%s>", item);
    case TYPE_QUEUE: return arena_print(types->arena, "queue<%s>", item);
    case TYPE_STREAM: return arena_print(types->arena, "stream<%s>", item);
    case TYPE_TUPLE: case TYPE_RECORD: return fields_name(types, type);
    case TYPE_UNKNOWN: case TYPE_NEVER: case TYPE_NOTHING: case TYPE_INT: case TYPE_FLOAT:
    case TYPE_BOOL:
    case TYPE_DURATION: case TYPE_TIME: case TYPE_STRING: case TYPE_BYTES: case TYPE_JSON:
    case TYPE_SECRET:
    case TYPE_ERROR: case TYPE_RANGE: case TYPE_ENUM: case TYPE_ANY: case TYPE_VARIABLE: break;
    }
    return type->name;
}

static uint32_t depth_of(const Type *type)
{
    uint32_t depth = 0;
    const Type *parts[] = {type->item, type->key};
    for (size_t i = 0; i < 2; i++) {
        depth = parts[i] && parts[i]->depth >= depth ? parts[i]->depth + 1 : depth;
    }
    for (size_t i = 0; i < type->fields.count; i++) {
        const Type *part = type->fields.items[i].type;
        depth = part->depth >= depth ? part->depth + 1 : depth;
    }
    return depth;
}

// Gives the one type that looks like `wanted`, which need not live on.
static const Type *intern(Types *types, const Type *wanted)
{
    uint32_t depth = depth_of(wanted);
    if (depth > TYPE_DEPTH) {
        types->too_deep = true;
        return types->plain[TYPE_UNKNOWN];
    }
    make_room(types);
    size_t at = slot_of(types->slots, types->room, wanted);
    if (!types->slots[at]) {
        Type *type = ARENA_NEW(types->arena, Type);
        *type = *wanted;
        if (wanted->fields.count > 0) {
            type->fields.items = arena_grow(types->arena, wanted->fields.items,
                                            wanted->fields.count * sizeof *wanted->fields.items,
                                            wanted->fields.count * sizeof *wanted->fields.items);
            type->fields.room = wanted->fields.count;
        }
        type->depth = depth;
        type->name = name_of(types, type);
        types->slots[at] = type;
        types->count++;
    }
    return types->slots[at];
}

const Type *type_of(Types *types, TypeKind kind, const Type *item)
{
    bool nothing = item && item->kind == TYPE_NOTHING && (kind == TYPE_TASK || kind == TYPE_RESULT);
    return intern(types, &(Type){.kind = kind, .item = nothing ? NULL : item});
}

const Type *type_map(Types *types, const Type *key, const Type *value)
{
    return intern(types, &(Type){.kind = TYPE_MAP, .item = value, .key = key});
}

const Type *type_tuple(Types *types, const Type *const *items, size_t count)
{
    Type tuple = {.kind = TYPE_TUPLE};
    for (size_t i = 0; i < count; i++) {
        TypeField field = {.type = items[i]};
        LIST_ADD(types->arena, &tuple.fields, field);
    }
    return intern(types, &tuple);
}

const Type *type_shape(Types *types, const TypeField *fields, size_t count)
{
    Type shape = {.kind = TYPE_RECORD};
    for (size_t i = 0; i < count; i++) {
        LIST_ADD(types->arena, &shape.fields, fields[i]);
    }
    return intern(types, &shape);
}

const Type *type_variable(Types *types, const char *name)
{
    return intern(types, &(Type){.kind = TYPE_VARIABLE, .name = name});
}

bool type_too_deep(Types *types)
{
    bool was = types->too_deep;
    types->too_deep = false;
    return was;
}

Type *type_declared(Types *types, TypeKind kind, const char *name, Decl *decl)
{
    Type *type = ARENA_NEW(types->arena, Type);
    type->kind = kind;
    type->name = name;
    type->decl = decl;
    return type;
}

// ── questions ────────────────────────────────────────────────────────────────────────────────────
static bool has_payload(const Type *type)
{
    for (size_t i = 0; i < type->cases.count; i++) {
        if (type->cases.items[i].fields.count > 0) {
            return true;
        }
    }
    return false;
}

bool type_scalar(const Type *type)
{
    switch (type->kind) {
    case TYPE_INT: case TYPE_FLOAT: case TYPE_BOOL: case TYPE_DURATION: case TYPE_TIME: return true;
    case TYPE_ENUM: return !has_payload(type);
    case TYPE_UNKNOWN: case TYPE_NEVER: case TYPE_NOTHING: case TYPE_STRING: case TYPE_BYTES:
    case TYPE_JSON:
    case TYPE_SECRET: case TYPE_ERROR: case TYPE_RANGE: case TYPE_LIST: case TYPE_MAP:
    case TYPE_TUPLE:
    case TYPE_RECORD: case TYPE_OPTIONAL: case TYPE_RESULT: case TYPE_TASK: case TYPE_QUEUE:
    case TYPE_STREAM:
    case TYPE_ANY: case TYPE_VARIABLE: return false;
    }
    return false;
}

bool type_counted(const Type *type)
{
    switch (type->kind) {
    case TYPE_STRING: case TYPE_BYTES: case TYPE_JSON: case TYPE_SECRET: case TYPE_ERROR:
    case TYPE_LIST: case TYPE_MAP:
    case TYPE_TUPLE: case TYPE_RECORD: case TYPE_OPTIONAL: case TYPE_RESULT: case TYPE_TASK:
    case TYPE_QUEUE:
    case TYPE_STREAM: return true;
    case TYPE_ENUM: return has_payload(type);
    case TYPE_UNKNOWN: case TYPE_NEVER: case TYPE_NOTHING: case TYPE_INT: case TYPE_FLOAT:
    case TYPE_BOOL:
    case TYPE_DURATION: case TYPE_TIME: case TYPE_RANGE: case TYPE_ANY:
    case TYPE_VARIABLE: return false;
    }
    return false;
}

bool type_boxed(const Type *type)
{
    if ((type->kind != TYPE_OPTIONAL && type->kind != TYPE_RESULT) || !type->item) {
        return false;
    }
    const Type *item = type->item;
    return type_scalar(item) || item->kind == TYPE_OPTIONAL || item->kind == TYPE_RESULT ||
           (type->kind == TYPE_RESULT && item->kind == TYPE_ERROR);
}

static const Type end_of_seen; // its address ends the chain of a question

// Looks into a type and all it is made of, each once: types may hold themselves.
static bool holds(const Type *type, bool (*wanted)(const Type *), const Type **seen)
{
    if (!type || type->seen) {
        return false;
    }
    if (wanted(type)) {
        return true;
    }
    ((Type *)(uintptr_t)type)->seen = *seen;
    *seen = type;
    if (holds(type->item, wanted, seen) || holds(type->key, wanted, seen)) {
        return true;
    }
    for (size_t i = 0; i < type->fields.count; i++) {
        if (holds(type->fields.items[i].type, wanted, seen)) {
            return true;
        }
    }
    for (size_t i = 0; i < type->cases.count; i++) {
        for (size_t j = 0; j < type->cases.items[i].fields.count; j++) {
            if (holds(type->cases.items[i].fields.items[j].type, wanted, seen)) {
                return true;
            }
        }
    }
    return false;
}

static bool ask(const Type *type, bool (*wanted)(const Type *))
{
    if (type->kind <= TYPE_RANGE) {
        return wanted(type); // nothing inside
    }
    const Type *seen = &end_of_seen;
    bool found = holds(type, wanted, &seen);
    while (seen != &end_of_seen) {
        Type *done = (Type *)(uintptr_t)seen;
        seen = done->seen;
        done->seen = NULL;
    }
    return found;
}

static bool is_handle(const Type *type)
{
    return type->kind == TYPE_TASK || type->kind == TYPE_QUEUE || type->kind == TYPE_STREAM;
}

static bool is_unknown(const Type *type)
{
    return type->kind == TYPE_UNKNOWN || type->kind == TYPE_VARIABLE;
}

bool type_handle(const Type *type)
{
    return ask(type, is_handle);
}

// By its kind: what it holds is asked for itself.
static bool is_kept(const Type *type)
{
    switch (type->kind) {
    case TYPE_UNKNOWN: case TYPE_NEVER: case TYPE_INT: case TYPE_FLOAT: case TYPE_BOOL:
    case TYPE_DURATION: case TYPE_TIME: case TYPE_STRING: case TYPE_BYTES: case TYPE_JSON:
    case TYPE_LIST: case TYPE_MAP: case TYPE_TUPLE: case TYPE_ENUM: case TYPE_OPTIONAL:
        return false;
    case TYPE_RECORD: return type->c_struct != NULL;
    case TYPE_RESULT: case TYPE_ERROR: case TYPE_SECRET: case TYPE_NOTHING: case TYPE_RANGE:
    case TYPE_TASK: case TYPE_QUEUE: case TYPE_STREAM: case TYPE_ANY: case TYPE_VARIABLE: break;
    }
    return true;
}

bool type_sent(const Type *type)
{
    return !ask(type, is_kept);
}

bool type_open(const Type *type)
{
    return type->kind == TYPE_ANY || ask(type, is_unknown);
}

static bool is_unseen(const Type *type)
{
    return is_unknown(type) || type->kind == TYPE_NEVER;
}

bool type_unseen(const Type *type)
{
    return ask(type, is_unseen);
}
