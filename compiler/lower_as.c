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
    case TYPE_DURATION: return value_operator(l, "/", repr, value, seconds_named(l));
    }
    return same_word(l, value, repr); // bool, enum
}

static Value *as_float(Lower *l, Value *value, const Type *from)
{
    Repr repr = repr_plain(REPR_REAL);
    switch ((int)from->kind) {
    case TYPE_STRING: return call_one(l, "weir_string_float", repr, value);
    case TYPE_DURATION: return call_one(l, "weir_duration_seconds", repr, value);
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
    if (from->kind == TYPE_FLOAT) {
        return call_one(l, "weir_seconds", repr, value);
    }
    return value_arg(l, call_one(l, "weir_multiply", repr, value), seconds_named(l));
}

static Value *as_case(Lower *l, Value *value, const Type *from, const Type *to)
{
    Repr repr = repr_plain(REPR_INT);
    if (from->kind == TYPE_FLOAT) {
        value = call_one(l, "weir_float_int", repr, value);
    }
    const char *c = from->kind == TYPE_STRING ? "weir_string_case" : "weir_int_case";
    Value *converted = value_runtime(l, c, repr, VALUE_FAILS);
    value_arg(l, converted, value_descriptor(l, descriptor_of(l, to)));
    return value_arg(l, converted, value);
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
    if (to->kind == TYPE_STRING && from->kind != TYPE_BYTES) {
        value = lower_shown(l, inner);
    } else {
        value = as_plain(l, value_borrow(l, lower_expr(l, inner, "value"), "value"), from, to);
    }
    return value_convert(l, value, to, expr->type);
}
