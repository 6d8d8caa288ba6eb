// Types → how their words are spelled in C, and the weir_type that describes them at run time.
#include "lowering.h"

#include <string.h>

Repr repr_plain(ReprKind kind)
{
    return (Repr){.kind = kind};
}
Repr repr_counted(const char *c)
{
    return (Repr){.kind = REPR_COUNTED, .c = c};
}
Repr repr_place(const char *c)
{
    return (Repr){.kind = REPR_PLACE, .c = c};
}
bool repr_none(Repr repr)
{
    return repr.kind == REPR_NONE;
}

Repr repr_of(Lower *l, const Type *type)
{
    switch (type->kind) {
    case TYPE_UNKNOWN:
    case TYPE_NEVER:
    case TYPE_NOTHING:
    case TYPE_RANGE:
    case TYPE_ANY:
    case TYPE_VARIABLE: return repr_plain(REPR_NONE);
    case TYPE_INT:
    case TYPE_DURATION:
    case TYPE_TIME: return repr_plain(REPR_INT);
    case TYPE_BOOL: return repr_plain(REPR_BOOL);
    case TYPE_FLOAT: return repr_plain(REPR_REAL);
    case TYPE_STRING:
    case TYPE_BYTES:
    case TYPE_SECRET: return repr_counted("weir_string *");
    case TYPE_ERROR: return repr_counted("weir_error *");
    case TYPE_LIST: return repr_counted("weir_list *");
    case TYPE_MAP: return repr_counted("weir_map *");
    case TYPE_TASK: return repr_counted("weir_handle *");
    case TYPE_QUEUE: return repr_counted("weir_queue *");
    case TYPE_STREAM: return repr_counted("weir_stream *");
    case TYPE_JSON: return repr_counted("weir_json *");
    case TYPE_RESULT: return repr_counted("void *");
    case TYPE_ENUM:
        return type_scalar(type) ? repr_plain(REPR_INT)
                                 : (Repr){.kind = REPR_COUNTED, .shape = shape_of(l, type)};
    case TYPE_OPTIONAL:
        return type_boxed(type) ? repr_counted("weir_box *") : repr_of(l, type->item);
    case TYPE_RECORD:
        if (type->c_struct != NULL) {
            return repr_counted(arena_print(l->arena, "%s *", type->c_struct));
        }
        return (Repr){.kind = REPR_COUNTED, .shape = shape_of(l, type)};
    case TYPE_TUPLE: return (Repr){.kind = REPR_COUNTED, .shape = shape_of(l, type)};
    }
    return repr_plain(REPR_NONE);
}

// Records and enums stand in the part that declares them, all else in each part that uses it.
static UnitPart *part_of(Lower *l, const Type *type)
{
    if (l->unit->parts.count == 1) {
        return l->unit->parts.items[0];
    }
    return type->decl == NULL ? NULL : type->decl->module->lowered;
}

static const char *type_hint(Lower *l, const Type *type);

// In a longer name: two modules may each have a Page.
static const char *item_hint(Lower *l, const Type *type)
{
    const UnitPart *part = part_of(l, type);
    return part == NULL || part == l->unit->parts.items[0]
               ? type_hint(l, type)
               : arena_print(l->arena, "%s_%s", part->stem, type->name);
}

// "(string, [Page])" → "string_and_list_of_Page": words for a C name.
static const char *type_hint(Lower *l, const Type *type)
{
    switch (type->kind) {
    case TYPE_LIST: return arena_print(l->arena, "list_of_%s", item_hint(l, type->item));
    case TYPE_OPTIONAL: return arena_print(l->arena, "optional_%s", item_hint(l, type->item));
    case TYPE_RESULT:
        return type->item == NULL ? "result"
                                  : arena_print(l->arena, "result_of_%s", item_hint(l, type->item));
    case TYPE_QUEUE: return arena_print(l->arena, "queue_of_%s", item_hint(l, type->item));
    case TYPE_TASK:
        return type->item == NULL ? "task"
                                  : arena_print(l->arena, "task_of_%s", item_hint(l, type->item));
    case TYPE_STREAM: return arena_print(l->arena, "stream_of_%s", item_hint(l, type->item));
    case TYPE_MAP: return arena_print(l->arena, "map_of_%s", item_hint(l, type->item));
    case TYPE_TUPLE: {
        const char *hint = item_hint(l, type->fields.items[0].type);
        for (size_t i = 1; i < type->fields.count; i++) {
            hint = arena_print(l->arena, "%s_and_%s", hint,
                               item_hint(l, type->fields.items[i].type));
        }
        return hint;
    }
    case TYPE_RECORD:
        if (type->decl == NULL && type->c_struct == NULL) {
            const char *hint = type->fields.items[0].name;
            for (size_t i = 1; i < type->fields.count; i++) {
                hint = arena_print(l->arena, "%s_and_%s", hint, type->fields.items[i].name);
            }
            return hint;
        }
        return type->name;
    case TYPE_UNKNOWN:
    case TYPE_NEVER:
    case TYPE_NOTHING:
    case TYPE_INT:
    case TYPE_FLOAT:
    case TYPE_BOOL:
    case TYPE_DURATION:
    case TYPE_TIME:
    case TYPE_STRING:
    case TYPE_BYTES:
    case TYPE_JSON:
    case TYPE_SECRET:
    case TYPE_ERROR:
    case TYPE_RANGE:
    case TYPE_ENUM:
    case TYPE_ANY:
    case TYPE_VARIABLE: return type->name;
    }
    return type->name;
}

static const char *field_hint(Lower *l, const Type *type, size_t index)
{
    static const char *const ordinals[] = {"first", "second", "third",   "fourth",
                                           "fifth", "sixth",  "seventh", "eighth"};
    const char *name = type->fields.items[index].name;
    if (name != NULL) {
        return name;
    }
    return index < sizeof ordinals / sizeof *ordinals
               ? ordinals[index]
               : arena_print(l->arena, "item_%zu", index + 1);
}

static void add_field(Lower *l, Shape *shape, const char *hint, Repr repr, bool counted)
{
    Slot *field = ARENA_NEW(l->arena, Slot);
    field->hint = hint;
    field->repr = repr;
    field->counted = counted;
    LIST_ADD(l->arena, &shape->fields, field);
}

// An enum with parameters: a shape that shows the case's number, and one for each case with
// parameters.
static void shape_enum(Lower *l, Shape *shape, const Type *type)
{
    add_field(l, shape, "number", repr_plain(REPR_INT), false);
    shape->descriptor = descriptor_of(l, type);
    LIST_ADD(l->arena, &l->unit->shapes, shape);
    for (size_t i = 0; i < type->cases.count; i++) {
        const TypeCase *one = &type->cases.items[i];
        Shape *with = NULL;
        if (one->fields.count > 0) {
            with = ARENA_NEW(l->arena, Shape);
            with->hint = arena_print(l->arena, "%s_%s", type->name, one->name);
            with->words = arena_print(l->arena, "%s.%s", type->name, one->name);
            with->descriptor = shape->descriptor;
            with->part = shape->part;
            add_field(l, with, "number", repr_plain(REPR_INT), false);
        }
        LIST_ADD(l->arena, &shape->cases, with);
    }
    for (size_t i = 0; i < type->cases.count; i++) { // now that what they hold can point to them
        const TypeCase *one = &type->cases.items[i];
        for (size_t k = 0; k < one->fields.count; k++) {
            const TypeField *field = &one->fields.items[k];
            add_field(l, shape->cases.items[i], field->name, repr_of(l, field->type),
                      type_counted(field->type));
        }
        if (one->fields.count > 0) {
            LIST_ADD(l->arena, &l->unit->shapes, shape->cases.items[i]);
        }
    }
}

Shape *shape_of(Lower *l, const Type *type)
{
    for (size_t i = 0; i < l->shape_types.count; i++) {
        if (l->shape_types.items[i] == type) {
            return l->shapes.items[i];
        }
    }
    Shape *shape = ARENA_NEW(l->arena, Shape);
    shape->hint = type_hint(l, type);
    shape->part = part_of(l, type);
    LIST_ADD(l->arena, &l->shapes, shape);
    LIST_ADD(l->arena, &l->shape_types, type);
    for (size_t i = 0; i < type->fields.count; i++) {
        const Type *field = type->fields.items[i].type;
        add_field(l, shape, field_hint(l, type, i), repr_of(l, field), type_counted(field));
    }
    if (type->kind == TYPE_ENUM) {
        shape_enum(l, shape, type);
        return shape;
    }
    shape->descriptor = descriptor_of(l, type);
    LIST_ADD(l->arena, &l->unit->shapes, shape); // after the shapes its fields point to
    return shape;
}

Shape *case_shape(Lower *l, const Type *type, uint32_t index)
{
    return shape_of(l, type)->cases.items[index];
}

static const char *known_descriptor(const Type *type)
{
    switch (type->kind) {
    case TYPE_INT: return "weir_type_int";
    case TYPE_FLOAT: return "weir_type_float";
    case TYPE_BOOL: return "weir_type_bool";
    case TYPE_DURATION: return "weir_type_duration";
    case TYPE_TIME: return "weir_type_time";
    case TYPE_STRING: return "weir_type_string";
    case TYPE_BYTES: return "weir_type_bytes";
    case TYPE_SECRET: return "weir_type_secret";
    case TYPE_ERROR: return "weir_type_error";
    case TYPE_JSON: return "weir_type_json";
    case TYPE_LIST:
        return type->item->kind == TYPE_STRING  ? "weir_type_strings"
               : type->item->kind == TYPE_ERROR ? "weir_type_errors"
                                                : NULL;
    case TYPE_RECORD: return type->c_type;
    case TYPE_UNKNOWN:
    case TYPE_NEVER:
    case TYPE_NOTHING:
    case TYPE_RANGE:
    case TYPE_MAP:
    case TYPE_TUPLE:
    case TYPE_ENUM:
    case TYPE_OPTIONAL:
    case TYPE_RESULT:
    case TYPE_TASK:
    case TYPE_QUEUE:
    case TYPE_STREAM:
    case TYPE_ANY:
    case TYPE_VARIABLE: return NULL;
    }
    return NULL;
}

static const char *descriptor_kind(const Type *type)
{
    switch (type->kind) {
    case TYPE_LIST: return "WEIR_TYPE_LIST";
    case TYPE_MAP: return "WEIR_TYPE_MAP";
    case TYPE_TUPLE: return "WEIR_TYPE_TUPLE";
    case TYPE_RECORD: return "WEIR_TYPE_RECORD";
    case TYPE_ENUM: return "WEIR_TYPE_ENUM";
    case TYPE_OPTIONAL: return "WEIR_TYPE_OPTIONAL";
    case TYPE_RESULT: return "WEIR_TYPE_RESULT";
    case TYPE_TASK: return "WEIR_TYPE_HANDLE";
    case TYPE_QUEUE: return "WEIR_TYPE_QUEUE";
    case TYPE_STREAM: return "WEIR_TYPE_STREAM";
    case TYPE_JSON: return "WEIR_TYPE_JSON";
    case TYPE_SECRET: return "WEIR_TYPE_SECRET";
    case TYPE_UNKNOWN:
    case TYPE_NEVER:
    case TYPE_NOTHING:
    case TYPE_INT:
    case TYPE_FLOAT:
    case TYPE_BOOL:
    case TYPE_DURATION:
    case TYPE_TIME:
    case TYPE_STRING:
    case TYPE_BYTES:
    case TYPE_ERROR:
    case TYPE_RANGE:
    case TYPE_ANY:
    case TYPE_VARIABLE: return "WEIR_TYPE_NOTHING";
    }
    return "WEIR_TYPE_NOTHING";
}

// The parameters of an enum's case, described as a tuple with names; NULL where it has none.
static Descriptor *describe_case(Lower *l, const Type *type, const TypeCase *one)
{
    if (one->fields.count == 0) {
        return NULL;
    }
    Descriptor *row = ARENA_NEW(l->arena, Descriptor);
    row->kind = "WEIR_TYPE_TUPLE";
    row->words = arena_print(l->arena, "%s.%s", type->name, one->name);
    row->hint = arena_print(l->arena, "%s_%s", type->name, one->name);
    row->part = part_of(l, type);
    for (size_t i = 0; i < one->fields.count; i++) {
        LIST_ADD(l->arena, &row->fields, descriptor_of(l, one->fields.items[i].type));
        LIST_ADD(l->arena, &row->field_names, one->fields.items[i].name);
    }
    LIST_ADD(l->arena, &l->unit->descriptors, row);
    return row;
}

static void describe_enum(Lower *l, Descriptor *descriptor, const Type *type)
{
    for (size_t i = 0; i < type->cases.count; i++) {
        LIST_ADD(l->arena, &descriptor->fields, describe_case(l, type, &type->cases.items[i]));
        LIST_ADD(l->arena, &descriptor->field_names, type->cases.items[i].name);
    }
    if (!type_scalar(type)) {
        descriptor->shape = shape_of(l, type);
    }
}

// What json and rows call the fields, where any has a key of its own.
static void describe_keys(Lower *l, Descriptor *descriptor, const Type *type)
{
    bool any = false;
    for (size_t i = 0; i < type->fields.count; i++) {
        const TypeField *field = &type->fields.items[i];
        any = any || (field->key != NULL && strcmp(field->key, field->name) != 0);
    }
    for (size_t i = 0; any && i < type->fields.count; i++) {
        const TypeField *field = &type->fields.items[i];
        bool own = field->key != NULL && strcmp(field->key, field->name) != 0;
        LIST_ADD(l->arena, &descriptor->field_keys, own ? field->key : NULL);
    }
}

Descriptor *descriptor_of(Lower *l, const Type *type)
{
    if (type == NULL || type->kind == TYPE_NOTHING || type->kind == TYPE_NEVER ||
        type->kind == TYPE_UNKNOWN) {
        return NULL;
    }
    for (size_t i = 0; i < l->known_types.count; i++) {
        if (l->known_types.items[i] == type) {
            return l->known.items[i];
        }
    }
    Descriptor *descriptor = ARENA_NEW(l->arena, Descriptor);
    descriptor->known = known_descriptor(type);
    LIST_ADD(l->arena, &l->known, descriptor);
    LIST_ADD(l->arena, &l->known_types, type);
    if (descriptor->known != NULL) {
        return descriptor;
    }
    descriptor->kind = descriptor_kind(type);
    descriptor->words = type->name;
    descriptor->hint = type_hint(l, type);
    descriptor->part = part_of(l, type);
    descriptor->item = type->item == NULL ? NULL : descriptor_of(l, type->item);
    descriptor->key = type->key == NULL ? NULL : descriptor_of(l, type->key);
    if (type->kind == TYPE_RECORD || type->kind == TYPE_TUPLE) {
        for (size_t i = 0; i < type->fields.count; i++) {
            LIST_ADD(l->arena, &descriptor->fields, descriptor_of(l, type->fields.items[i].type));
            LIST_ADD(l->arena, &descriptor->field_names, type->fields.items[i].name);
        }
        describe_keys(l, descriptor, type);
        descriptor->shape = shape_of(l, type);
    }
    if (type->kind == TYPE_ENUM) {
        describe_enum(l, descriptor, type);
    }
    LIST_ADD(l->arena, &l->unit->descriptors, descriptor);
    return descriptor;
}
