// Places: what an assignment or a changing method changes: a variable, or a part of one like
// p.items[2].name.
//
// Values are copied when they are shared, and changed in place when they are not. So the way to a
// part is opened from the variable inwards: each record, list and map on it is made unshared before
// what it holds is looked at.
//
//     p.items[2].name = x          struct cart *changed = weir_record_own(cx, &self->p);
//                                  weir_word *item = weir_list_place(cx, &changed->items, 2);
//                                  struct thing *changed_2 = weir_record_own(cx, &item->object);
//                                  … = x
#include "lowering.h"
#include "walk.h"

// ── the way to a part ────────────────────────────────────────────────────────────────────────────
static bool in_map(const Expr *place)
{
    return place->kind == EXPR_INDEX && place->u.index.object->type->kind == TYPE_MAP;
}

// The indexes on the way are computed first, in order; the way is opened when nothing can fail or
// wait any more before it is used.
static void find_keys(Lower *l, Part *place, const Expr *expr)
{
    if (expr->kind == EXPR_FIELD) {
        find_keys(l, place, expr->u.field.object);
    } else if (expr->kind == EXPR_INDEX) {
        find_keys(l, place, expr->u.index.object);
        const Expr *index = expr->u.index.index;
        Value *key = in_map(expr) ? lower_word(l, index, "key") : lower_expr(l, index, "index");
        key = value_settle(l, value_borrow(l, key, "index"), "index");
        LIST_ADD(l->arena, &place->keys, key);
    }
}

static Value *address_of(Lower *l, Value *part)
{
    return part->kind == VALUE_SLOT ? value_address(l, part->slot)
                                    : value_operator(l, "&", part->repr, part, NULL);
}

static Slot *changed_slot(Lower *l, const char *hint, Repr repr, Value *value)
{
    Slot *slot = slot_new(l, hint, repr, false);
    slot->changes = true;
    op_set(l, slot, value);
    return slot;
}

// slot = c(cx, &holder, key): what the holder has there, unshared
static Slot *open_with(Lower *l, const char *c, Value *holder, Value *key, Repr repr,
                       const char *hint)
{
    Value *open = value_runtime(l, c, repr, VALUE_FAILS);
    value_arg(l, open, address_of(l, holder));
    if (key != NULL) {
        value_arg(l, open, key);
    }
    Slot *slot = changed_slot(l, hint, repr, open);
    op_test(l);
    return slot;
}

static Value *field_of(Lower *l, const Type *type, uint32_t index, Slot *record)
{
    Value *field = value_new(l, VALUE_MEMBER, repr_of(l, type->fields.items[index].type));
    if (type->c_struct != NULL) {
        field->text = type->fields.items[index].name;
    } else {
        field->kind = VALUE_FIELD;
        field->slot = shape_of(l, type)->fields.items[index];
    }
    return value_arg(l, field, value_slot(l, record));
}

// What gives the place of an index.
static const char *place_verb(const Expr *expr)
{
    if (expr->u.index.object->type->kind != TYPE_JSON) {
        return in_map(expr) ? "weir_map_place" : "weir_list_place";
    }
    bool field = expr->u.index.index->type->kind == TYPE_STRING;
    return field ? "weir_json_field_place" : "weir_json_item_place";
}

static Value *open_place(Lower *l, Part *place, const Expr *expr)
{
    if (expr->kind == EXPR_FIELD) {
        const Expr *object = expr->u.field.object;
        Value *holder = open_place(l, place, object);
        Slot *record = open_with(l, "weir_record_own", holder, NULL, repr_of(l, object->type),
                                 "changed");
        return field_of(l, object->type, expr->u.field.index, record);
    }
    if (expr->kind == EXPR_INDEX) {
        Value *holder = open_place(l, place, expr->u.index.object);
        Slot *word = open_with(l, place_verb(expr), holder, place->keys.items[place->next++],
                               repr_counted("weir_word *"), in_map(expr) ? "entry" : "item");
        return value_arg(l, value_new(l, VALUE_WORD, repr_of(l, expr->type)), value_slot(l, word));
    }
    Slot *slot = symbol_slot(expr->u.name.symbol);
    slot->by_address = true;
    return value_slot(l, slot);
}

void place_begin(Lower *l, Part *place, const Expr *expr)
{
    *place = (Part){.expr = expr};
    find_keys(l, place, expr);
}

// ── what is put into it ──────────────────────────────────────────────────────────────────────────
static bool reads_root(const Expr *expr, void *data)
{
    return expr->kind == EXPR_NAME && expr->u.name.symbol == data;
}

// r.kids.push(r): what comes from the variable itself is held meanwhile, so that the way is copied
// and nothing comes to hold itself.
Value *place_holds(Lower *l, const Part *place, const Expr *expr, Value *value)
{
    const Expr *root = place->expr;
    while (root->kind != EXPR_NAME) {
        root = root->kind == EXPR_FIELD ? root->u.field.object : root->u.index.object;
    }
    Walk walk = {.expr = reads_root, .data = root->u.name.symbol};
    bool itself = value->repr.kind == REPR_COUNTED && walk_expr(&walk, expr);
    return itself ? value_own(l, value) : value;
}

Value *place_address(Lower *l, Part *place)
{
    place->part = open_place(l, place, place->expr);
    if (place->part->kind != VALUE_WORD) {
        return address_of(l, place->part);
    }
    // A word has no C type of its own: what it holds is taken out meanwhile.
    Value *move = value_plain(l, "weir_move", place->part->repr, 0);
    place->out = changed_slot(l, "changed", place->part->repr,
                              value_arg(l, move, address_of(l, place->part)));
    return value_address(l, place->out);
}

void place_done(Lower *l, Part *place)
{
    if (place->out != NULL) {
        op_do(l, value_operator(l, "=", place->part->repr, place->part, value_slot(l, place->out)));
    }
}

// ── assignment ───────────────────────────────────────────────────────────────────────────────────
// old + by, old - by
static Value *combined(Lower *l, const Stmt *stmt, Value *old, Value *by)
{
    const Type *type = stmt->u.assign.place->type;
    bool add_up = stmt->u.assign.op == ASSIGN_ADD;
    if (type->kind == TYPE_FLOAT) {
        return value_operator(l, add_up ? "+" : "-", old->repr, old, by);
    }
    const char *c = type_scalar(type) ? add_up ? "weir_add" : "weir_subtract" : "weir_string_join";
    Value *sum = value_runtime(l, c, old->repr,
                               VALUE_FAILS | (old->repr.kind == REPR_COUNTED ? VALUE_OWNED : 0U));
    return value_arg(l, value_arg(l, sum, old), by);
}

static void assign_name(Lower *l, const Stmt *stmt)
{
    Slot *slot = symbol_slot(stmt->u.assign.place->u.name.symbol);
    const Expr *expr = stmt->u.assign.value;
    Value *value;
    if (stmt->u.assign.op == ASSIGN_SET) {
        value = lower_expr(l, expr, slot->hint);
    } else {
        Value *by = value_borrow(l, lower_expr(l, expr, "by"), "by");
        value = combined(l, stmt, value_slot(l, slot), by);
    }
    if (l->b->ops == NULL || (value->kind == VALUE_SLOT && value->slot == slot)) {
        return; // `x = x` changes nothing
    }
    if (slot->counted || ((value->flags & VALUE_FAILS) != 0 && l->b->fault != NULL)) {
        // The old value stays until the new one is there: a failure changes nothing.
        value = value_own(l, value_settle(l, value_own(l, value), "fresh"));
        op_test(l);
        if (slot->counted) {
            op_clear(l, slot);
        }
    }
    op_set(l, slot, value);
}

// xs += more: the items are added in place.
static void append(Lower *l, const Stmt *stmt)
{
    Part list;
    place_begin(l, &list, stmt->u.assign.place);
    const Expr *added = stmt->u.assign.value;
    Value *more = place_holds(l, &list, added, lower_expr(l, added, "more"));
    more = value_borrow(l, more, "more");
    more = value_settle(l, more, "more");
    Value *add = value_runtime(l, "weir_list_append", repr_plain(REPR_NONE), VALUE_FAILS);
    value_arg(l, add, place_address(l, &list));
    op_do(l, value_arg(l, add, more));
    place_done(l, &list);
}

static void store(Lower *l, Value *part, Value *value)
{
    Op *op = op_add(l, OP_STORE);
    op->place = part;
    op->value = value_own(l, value);
}

// m[k] = v: a new key is added.
static void assign_entry(Lower *l, const Stmt *stmt)
{
    const Expr *expr = stmt->u.assign.place;
    Part map;
    place_begin(l, &map, expr->u.index.object);
    Value *key = lower_word(l, expr->u.index.index, "key");
    const Expr *put = stmt->u.assign.value;
    Value *value = value_word(l, place_holds(l, &map, put, lower_expr(l, put, "value")), "value");
    Value *entry = value_runtime(l, "weir_map_set", repr_plain(REPR_NONE), VALUE_FAILS);
    value_arg(l, entry, place_address(l, &map));
    op_do(l, value_arg(l, value_arg(l, entry, key), value));
    place_done(l, &map);
}

static void assign_part(Lower *l, const Stmt *stmt)
{
    bool whole = stmt->u.assign.op == ASSIGN_SET;
    Part place;
    place_begin(l, &place, stmt->u.assign.place);
    Value *value = lower_expr(l, stmt->u.assign.value, whole ? "fresh" : "by");
    if (l->b->ops == NULL) {
        return;
    }
    value = whole ? value_settle(l, value_own(l, value), "fresh")
                  : value_settle(l, value_borrow(l, value, "by"), "by");
    op_test(l);
    Value *part = open_place(l, &place, place.expr);
    if (!whole) {
        value = value_settle(l, combined(l, stmt, part, value), "fresh");
        op_test(l);
    }
    store(l, part, value);
}

void lower_assign(Lower *l, const Stmt *stmt)
{
    size_t mark = l->b->temps.count;
    const Expr *place = stmt->u.assign.place;
    if (place->type->kind == TYPE_LIST && stmt->u.assign.op == ASSIGN_ADD) {
        append(l, stmt);
    } else if (place->kind == EXPR_NAME) {
        assign_name(l, stmt);
    } else if (in_map(place) && stmt->u.assign.op == ASSIGN_SET) {
        assign_entry(l, stmt);
    } else {
        assign_part(l, stmt);
    }
    if (l->b->ops != NULL) {
        temp_finish(l, mark);
    }
}

// ── p.with(status: 200) ──────────────────────────────────────────────────────────────────────────
Value *lower_with(Lower *l, const Expr *expr)
{
    const Type *type = expr->u.call.owner;
    const Exprs *fields = &expr->u.call.ordered;
    Value *whole = value_own(l, lower_expr(l, expr->u.call.callee->u.field.object, "copy"));
    Slot *copy = slot_word(l, "copy", whole->repr, true);
    op_set(l, copy, whole);
    LIST(Value *) values = {0};
    for (size_t i = 0; i < fields->count; i++) {
        const Expr *field = fields->items[i];
        const char *hint = type->fields.items[i].name;
        Value *value = field == NULL
                           ? NULL
                           : value_settle(l, value_own(l, lower_expr(l, field, hint)), hint);
        LIST_ADD(l->arena, &values, value);
    }
    op_test(l);
    Slot *changed = open_with(l, "weir_record_own", value_slot(l, copy), NULL, copy->repr,
                              "changed");
    for (size_t i = 0; i < values.count; i++) {
        if (values.items[i] != NULL) {
            store(l, field_of(l, type, (uint32_t)i, changed), values.items[i]);
        }
    }
    return value_slot(l, copy);
}
