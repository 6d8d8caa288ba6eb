// Enums. One whose cases carry nothing is a number; otherwise a value is a record: the case's
// number, then what the case carries.
#include "lowering.h"

Value *value_case(Lower *l, const Type *type, uint32_t index)
{
    Value *value = value_new(l, VALUE_CASE, repr_plain(REPR_INT));
    value->descriptor = descriptor_of(l, type);
    value->index = index;
    return value;
}

Value *lower_case(Lower *l, const Type *type, uint32_t index, const Exprs *items)
{
    static const Exprs none;
    Value *number = value_case(l, type, index);
    if (type_scalar(type)) {
        return number;
    }
    Shape *with = case_shape(l, type, index);
    Shape *shape = with != NULL ? with : shape_of(l, type);
    Value *made = lower_new(l, shape, number, type->cases.items[index].fields.items,
                            items != NULL ? items : &none);
    made->repr = repr_of(l, type);
    return made;
}

Value *case_number(Lower *l, const Type *type, Value *value)
{
    if (type_scalar(type)) {
        return value;
    }
    Value *number = value_new(l, VALUE_FIELD, repr_plain(REPR_INT));
    number->slot = shape_of(l, type)->fields.items[0];
    return value_arg(l, number, value);
}

Value *case_part(Lower *l, const Type *type, uint32_t index, size_t part, Value *value)
{
    Shape *shape = case_shape(l, type, index);
    Value *with = value_new(l, VALUE_OPERATOR, (Repr){.kind = REPR_COUNTED, .shape = shape});
    with->text = "as";
    value_arg(l, with, value);
    Slot *slot = shape->fields.items[part + 1];
    Value *field = value_new(l, VALUE_FIELD, slot->repr);
    field->slot = slot;
    return value_arg(l, field, with);
}
