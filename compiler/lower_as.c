// x as T: a value of one type as one of another. What a number or text cannot be fails with kind
// parse.
#include "lowering.h"

static Value *call_one(Lower *l, const char *c, Repr repr, Value *value)
{
    unsigned flags = VALUE_FAILS | (repr.kind == REPR_COUNTED ? VALUE_OWNED : 0U);
    return value_arg(l, value_runtime(l, c, repr, flags), value);
}

static Value *seconds_named(Lower *l)
{
    Value *second = value_new(l, VALUE_NAMED, repr_plain(REPR_INT));
    second->text = "WEIR_SECOND";
    return second;
}

// The same word under another type.
static Value *same_word(Lower *l, Value *value, Repr repr)
{
    Value *same = value_new(l, VALUE_OPERATOR, repr);
    same->text = "as";
    return value_arg(l, same, value);
}

static Value *as_int(Lower *l, Value *value, const Type *from)
{
    Repr repr = repr_plain(REPR_INT);
    switch ((int)from->kind) {
    case TYPE_STRING: return call_one(l, "weir_string_int", repr, value);
    case TYPE_FLOAT: return call_one(l, "weir_float_int", repr, value);
    case TYPE_DURATION:
    case TYPE_TIME: return value_operator(l, "/", repr, value, seconds_named(l));
    }
    return same_word(l, value, repr); // bool, enum
}

static Value *as_float(Lower *l, Value *value, const Type *from)
{
    Repr repr = repr_plain(REPR_REAL);
    switch ((int)from->kind) {
    case TYPE_STRING: return call_one(l, "weir_string_float", repr, value);
    case TYPE_DURATION:
    case TYPE_TIME: return call_one(l, "weir_duration_seconds", repr, value);
    }
    return value_operator(l, "(double)", repr, value, NULL);
}

static Value *as_bool(Lower *l, Value *value, const Type *from)
{
    Repr repr = repr_plain(REPR_BOOL);
    if (from->kind == TYPE_STRING) {
        return call_one(l, "weir_string_bool", repr, value);
    }
    return value_operator(l, "!=", repr, value, value_int(l, 0));
}

// Numbers are seconds; of a time since 1970.
static Value *as_time(Lower *l, Value *value, const Type *from, const Type *to)
{
    Repr repr = repr_plain(REPR_INT);
    if (from->kind == TYPE_STRING) {
        bool time = to->kind == TYPE_TIME;
        return call_one(l, time ? "weir_string_time" : "weir_string_duration", repr, value);
    }
    const char *c = from->kind == TYPE_FLOAT ? "weir_seconds" : "weir_whole_seconds";
    return call_one(l, c, repr, value);
}

static Value *as_case(Lower *l, Value *value, const Type *from, const Type *to)
{
    Repr repr = repr_plain(REPR_INT);
    const char *c = from->kind == TYPE_STRING ? "weir_string_case" : "weir_int_case";
    Value *converted = value_runtime(l, c, repr, VALUE_FAILS);
    value_arg(l, converted, value_descriptor(l, descriptor_of(l, to)));
    return value_arg(l, converted, value);
}

// ── json and rows ────────────────────────────────────────────────────────────────────────────────
Value *value_json(Lower *l, Value *value, const Type *from)
{
    Value *made = value_runtime(l, "weir_json_from", repr_counted("weir_json *"),
                                VALUE_FAILS | VALUE_OWNED);
    value_arg(l, made, value_descriptor(l, descriptor_of(l, from)));
    Slot *slot = slot_word(l, "value", value->repr, (value->flags & VALUE_OWNED) != 0);
    op_set(l, slot, value);
    return value_arg(l, made, value_address(l, slot));
}

// A plain function that gives a field's default, which the runtime asks for where json or a row
// leaves the field out.
static Routine *lower_default(Lower *l, const char *owner, const Decl *decl, const TypeField *field)
{
    const char *file = l->file;
    UnitPart *part = l->part;
    lower_in(l, decl->module);
    const char *hint = arena_print(l->arena, "%s_%s", owner, field->name);
    Routine *routine = routine_new(l, ROUTINE_FN, hint, field->fallback->span);
    routine->fills = true;
    routine->gives = repr_of(l, field->type);
    Builder b;
    builder_open(l, &b, routine);
    b.then = slot_new(l, "result", routine->gives, true);
    lower_leave(l, LEAVE_RETURN, field->fallback, field->fallback->span);
    builder_close(l);
    l->file = file;
    l->part = part;
    LIST_ADD(l->arena, &l->defaults, routine);
    return routine;
}

static void make_defaults(Lower *l, Descriptor *descriptor, const char *owner, const Decl *decl,
                          const TypeField *fields, size_t count)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        any = any || fields[i].fallback != NULL;
    }
    for (size_t i = 0; any && i < count; i++) {
        Routine *routine = fields[i].fallback == NULL ? NULL
                                                      : lower_default(l, owner, decl, &fields[i]);
        LIST_ADD(l->arena, &descriptor->defaults, routine);
    }
}

Descriptor *descriptor_made(Lower *l, const Type *type)
{
    Descriptor *descriptor = descriptor_of(l, type);
    if (descriptor == NULL || descriptor->made || type->c_struct != NULL) {
        return descriptor;
    }
    descriptor->made = true; // a record may hold itself
    if (type->item != NULL) {
        descriptor_made(l, type->item);
    }
    if (type->key != NULL) {
        descriptor_made(l, type->key);
    }
    for (size_t i = 0; i < type->fields.count; i++) {
        descriptor_made(l, type->fields.items[i].type);
    }
    if (type->kind == TYPE_RECORD && type->decl != NULL) {
        make_defaults(l, descriptor, type->name, type->decl, type->fields.items,
                      type->fields.count);
    }
    for (size_t i = 0; i < type->cases.count; i++) {
        const TypeCase *one = &type->cases.items[i];
        for (size_t k = 0; k < one->fields.count; k++) {
            descriptor_made(l, one->fields.items[k].type);
        }
        if (one->fields.count > 0 && type->decl != NULL) {
            const char *owner = arena_print(l->arena, "%s_%s", type->name, one->name);
            make_defaults(l, descriptor->fields.items[i], owner, type->decl, one->fields.items,
                          one->fields.count);
        }
    }
    return descriptor;
}

// j as T: a word of any type, optional included, comes through a slot.
static Value *as_made(Lower *l, Value *value, const Type *to)
{
    Repr repr = repr_of(l, to);
    Slot *slot = slot_word(l, "made", repr, repr.kind == REPR_COUNTED);
    Value *make = value_runtime(l, "weir_json_as", repr_plain(REPR_NONE), VALUE_FAILS);
    value_arg(l, make, value_descriptor(l, descriptor_made(l, to)));
    op_do(l, value_arg(l, value_arg(l, make, value), value_address(l, slot)));
    return value_slot(l, slot);
}

static Value *as_row(Lower *l, Value *value, const Type *to)
{
    Value *make = value_runtime(l, "weir_row_as", repr_of(l, to), VALUE_FAILS | VALUE_OWNED);
    value_arg(l, make, value_descriptor(l, descriptor_made(l, to)));
    return value_arg(l, make, value);
}

static Value *as_plain(Lower *l, Value *value, const Type *from, const Type *to)
{
    switch ((int)to->kind) {
    case TYPE_INT: return as_int(l, value, from);
    case TYPE_FLOAT: return as_float(l, value, from);
    case TYPE_BOOL: return as_bool(l, value, from);
    case TYPE_DURATION:
    case TYPE_TIME: return as_time(l, value, from, to);
    case TYPE_ENUM: return as_case(l, value, from, to);
    case TYPE_BYTES: return call_one(l, "weir_string_bytes", repr_of(l, to), value);
    case TYPE_STRING: return call_one(l, "weir_bytes_string", repr_of(l, to), value);
    }
    return value;
}

Value *lower_as(Lower *l, const Expr *expr)
{
    const Expr *inner = expr->u.as.value;
    const Type *from = inner->converted != NULL ? inner->converted : inner->type;
    const Type *to = expr->type->kind == TYPE_OPTIONAL ? expr->type->item : expr->type;
    Value *value;
    if (from == to || from == expr->type) {
        return value_convert(l, lower_expr(l, inner, "value"), from, expr->type);
    }
    if (from->kind == TYPE_JSON) {
        return as_made(l, value_borrow(l, lower_expr(l, inner, "json"), "json"), expr->type);
    }
    if (to->kind == TYPE_JSON) {
        return value_convert(l, value_json(l, lower_expr(l, inner, "value"), from), to, expr->type);
    }
    if (to->kind == TYPE_RECORD) {
        value = as_row(l, value_borrow(l, lower_expr(l, inner, "row"), "row"), to);
    } else if (to->kind == TYPE_STRING && from->kind != TYPE_BYTES) {
        value = lower_shown(l, inner);
    } else {
        value = as_plain(l, value_borrow(l, lower_expr(l, inner, "value"), "value"), from, to);
    }
    return value_convert(l, value, to, expr->type);
}
