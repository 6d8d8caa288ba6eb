// Expressions → values. What waits or branches on the way becomes operations and states.
#include "lowering.h"

#include <string.h>

// ── questions about the tree ─────────────────────────────────────────────────────────────────────
// A call that makes states when a task makes it.
static bool call_waits(const Expr *expr)
{
    switch (expr->u.call.target) {
    case CALLEE_TASK:
    case CALLEE_BLOCKING_FN: return true;
    case CALLEE_BUILTIN:
    case CALLEE_METHOD: return (expr->u.call.builtin->flags & LIBRARY_WAITS) != 0;
    case CALLEE_EXTERN:
        return expr->u.call.symbol->kind == SYMBOL_TASK || expr->u.call.symbol->decl->blocking;
    case CALLEE_UNKNOWN:
    case CALLEE_FN:
    case CALLEE_RECORD:
    case CALLEE_CASE:
    case CALLEE_WITH:
    case CALLEE_FORGET: return false;
    }
    return false;
}

static bool makes_states(const Expr *expr, void *data)
{
    const Lower *l = data;
    switch (expr->kind) {
    case EXPR_AWAIT:
    case EXPR_GATHER:
    case EXPR_AS_COMPLETED:
    case EXPR_RACE:
    case EXPR_SCOPE:
    case EXPR_PIPE:
    case EXPR_CLAUSED:
    case EXPR_TRY:
    case EXPR_CATCH: return true;
    case EXPR_CALL: return l->b->machine && call_waits(expr);
    case EXPR_INT:
    case EXPR_FLOAT:
    case EXPR_BOOL:
    case EXPR_NONE:
    case EXPR_DURATION:
    case EXPR_STRING:
    case EXPR_TEXT:
    case EXPR_NAME:
    case EXPR_IT:
    case EXPR_FIELD:
    case EXPR_INDEX:
    case EXPR_SLICE:
    case EXPR_UNARY:
    case EXPR_BINARY:
    case EXPR_RANGE:
    case EXPR_AS:
    case EXPR_IF:
    case EXPR_MATCH:
    case EXPR_LIST:
    case EXPR_MAP:
    case EXPR_TUPLE:
    case EXPR_COMPREHENSION:
    case EXPR_QUEUE:
    case EXPR_FAIL:
    case EXPR_START:
    case EXPR_LEAVE:
    case EXPR_ERRONEOUS: return false;
    }
    return false;
}

static bool stmt_splits(const Stmt *stmt, void *data)
{
    (void)data;
    return stmt->kind == STMT_DEFER || stmt->kind == STMT_CANCEL || stmt->kind == STMT_YIELD;
}

// A loop over a queue waits in its head.
static bool loop_waits(const Stmt *stmt, void *data)
{
    if (stmt_splits(stmt, data)) {
        return true;
    }
    return stmt->kind == STMT_FOR && stmt->u.each.source->type != NULL &&
           (stmt->u.each.source->type->kind == TYPE_QUEUE ||
            stmt->u.each.source->type->kind == TYPE_STREAM);
}

bool expr_waits(Lower *l, const Expr *expr)
{
    return walk_expr(&(Walk){.expr = makes_states, .stmt = loop_waits, .data = l}, expr);
}
bool block_waits(Lower *l, const Block *block)
{
    return walk_block(&(Walk){.expr = makes_states, .stmt = loop_waits, .data = l}, block);
}
bool stmt_waits(Lower *l, const Stmt *stmt)
{
    return walk_stmt(&(Walk){.expr = makes_states, .stmt = loop_waits, .data = l}, stmt);
}

bool simple(const Expr *expr)
{
    switch (expr->kind) {
    case EXPR_INT:
    case EXPR_FLOAT:
    case EXPR_BOOL:
    case EXPR_NONE:
    case EXPR_DURATION:
    case EXPR_STRING:
    case EXPR_NAME:
    case EXPR_IT: return true;
    case EXPR_FIELD: return expr->u.field.object == NULL || simple(expr->u.field.object);
    case EXPR_TEXT: {
        for (size_t i = 0; i < expr->u.text.parts.count; i++) {
            const Expr *hole = expr->u.text.parts.items[i].value;
            if (hole != NULL && !simple(hole)) {
                return false;
            }
        }
        return true;
    }
    case EXPR_UNARY: return simple(expr->u.op.a);
    case EXPR_BINARY: return simple(expr->u.op.a) && simple(expr->u.op.b);
    case EXPR_INDEX:
    case EXPR_SLICE:
    case EXPR_CALL:
    case EXPR_RANGE:
    case EXPR_AS:
    case EXPR_IF:
    case EXPR_MATCH:
    case EXPR_LIST:
    case EXPR_MAP:
    case EXPR_TUPLE:
    case EXPR_COMPREHENSION:
    case EXPR_QUEUE:
    case EXPR_AWAIT:
    case EXPR_FAIL:
    case EXPR_CLAUSED:
    case EXPR_GATHER:
    case EXPR_AS_COMPLETED:
    case EXPR_RACE:
    case EXPR_START:
    case EXPR_SCOPE:
    case EXPR_TRY:
    case EXPR_CATCH:
    case EXPR_LEAVE:
    case EXPR_PIPE:
    case EXPR_ERRONEOUS: return false;
    }
    return false;
}

// ── optionals and results ────────────────────────────────────────────────────────────────────────
Value *value_box(Lower *l, Value *value, const Type *item)
{
    Slot *slot = slot_word(l, "word", value->repr, (value->flags & VALUE_OWNED) != 0);
    op_set(l, slot, value);
    Value *box = value_runtime(l, "weir_box_new", repr_counted("weir_box *"),
                               VALUE_OWNED | VALUE_FAILS);
    value_arg(l, box, value_descriptor(l, descriptor_of(l, item)));
    return value_arg(l, box, value_address(l, slot));
}

Value *value_unbox(Lower *l, Value *value, const Type *type)
{
    Repr repr = repr_of(l, type->item);
    if (!type_boxed(type)) { // a T! read as its T: only the C type changes
        Value *same = value_new(l, VALUE_OPERATOR, repr);
        same->text = "as";
        same->flags = value->flags;
        return value_arg(l, same, value);
    }
    Value *box = value_new(l, VALUE_OPERATOR, repr_counted("weir_box *"));
    box->text = "as";
    value_arg(l, box, value);
    Value *word = value_new(l, VALUE_MEMBER, repr);
    word->text = repr.kind == REPR_REAL      ? "word.real"
                 : repr.kind == REPR_COUNTED ? "word.object"
                                             : "word.integer";
    return value_arg(l, word, box);
}

Value *value_convert(Lower *l, Value *value, const Type *from, const Type *to)
{
    if (from == to || from->kind == TYPE_UNKNOWN || from->kind == TYPE_NEVER || value == NULL) {
        return value;
    }
    if (from->kind == TYPE_INT && to->kind == TYPE_FLOAT) {
        if (value->kind == VALUE_INT) {
            Value *real = value_new(l, VALUE_REAL, repr_plain(REPR_REAL));
            real->real = (double)value->integer;
            return real;
        }
        return value_operator(l, "(double)", repr_plain(REPR_REAL), value, NULL);
    }
    if (to->kind == TYPE_JSON) {
        return value_json(l, value, from);
    }
    if (to->kind == TYPE_OPTIONAL || to->kind == TYPE_RESULT) {
        if (value->kind == VALUE_NULL && value->repr.kind == REPR_COUNTED &&
            from->kind != to->item->kind) {
            value->repr = repr_of(l, to);
            return value;
        }
        if (from != to->item) {
            value = value_convert(l, value, from, to->item);
        }
        if (type_boxed(to)) {
            value = value_box(l, value, to->item);
        }
        Value *wide = value_new(l, VALUE_OPERATOR, repr_of(l, to));
        wide->text = "as";
        wide->flags = value->flags;
        return value_arg(l, wide, value);
    }
    if (from->kind == TYPE_STRING && to->kind == TYPE_BYTES) { // in a record of the library
        Value *bytes = value_runtime(l, "weir_string_bytes", repr_of(l, to),
                                     VALUE_OWNED | VALUE_FAILS);
        return value_arg(l, bytes, value_borrow(l, value, "text"));
    }
    return value;
}

// ── names, fields, items ─────────────────────────────────────────────────────────────────────────
Slot *symbol_slot(Symbol *symbol)
{
    return symbol->lowered;
}

static bool is_global(const Symbol *symbol)
{
    return symbol != NULL && (symbol->kind == SYMBOL_CONSTANT || symbol->kind == SYMBOL_QUEUE);
}

static Value *lower_global(Lower *l, Symbol *symbol)
{
    Slot *slot = symbol_slot(symbol);
    Value *global = value_new(l, VALUE_GLOBAL, slot->repr);
    global->slot = slot;
    return global;
}

static Value *lower_name(Lower *l, const Expr *expr)
{
    Symbol *symbol = expr->kind == EXPR_IT ? expr->u.it.symbol : expr->u.name.symbol;
    if (is_global(symbol)) {
        return lower_global(l, symbol);
    }
    Slot *slot = symbol_slot(symbol);
    Value *value = value_slot(l, slot);
    return l->b->changing && symbol->variable ? value_own(l, value) : value;
}

// An object whose fields are read: held for the statement, and known to be there.
Value *lower_object(Lower *l, const Expr *expr, const char *hint)
{
    Value *object = value_borrow(l, lower_expr(l, expr, hint), hint);
    if ((object->flags & VALUE_FAILS) != 0) {
        object = value_settle(l, object, hint);
    }
    op_test(l);
    return object;
}

static Value *lower_field(Lower *l, const Expr *expr)
{
    const Type *type = expr->u.field.object->type;
    const Builtin *builtin = expr->u.field.builtin;
    Repr repr = repr_of(l, expr->type);
    if (is_global(expr->u.field.symbol)) { // of another file
        return lower_global(l, expr->u.field.symbol);
    }
    if (expr->u.field.symbol != NULL && expr->u.field.symbol->kind == SYMBOL_ENUM) {
        return lower_case(l, expr->type, expr->u.field.index, NULL);
    }
    if (builtin != NULL && (builtin->flags & LIBRARY_FIELD) == 0) {
        return lower_method(l, expr, builtin->name);
    }
    Value *object = lower_object(l, expr->u.field.object, expr->u.field.name.text);
    if (builtin == NULL && type->kind == TYPE_RECORD && type->c_struct == NULL) {
        Value *field = value_new(l, VALUE_FIELD, repr);
        field->slot = shape_of(l, type)->fields.items[expr->u.field.index];
        return value_arg(l, field, object);
    }
    Value *member = value_new(l, VALUE_MEMBER, repr);
    member->text = builtin != NULL ? builtin->c : type->fields.items[expr->u.field.index].name;
    return value_arg(l, member, object);
}

// m[k]: a V?.
static Value *lower_entry(Lower *l, const Expr *expr)
{
    Value *map = value_borrow(l, lower_expr(l, expr->u.index.object, "map"), "map");
    if (!simple(expr->u.index.index)) {
        map = value_settle(l, map, "map");
    }
    Value *find = value_runtime(l, "weir_map_find", repr_of(l, expr->type),
                                VALUE_FAILS | VALUE_OWNED);
    value_arg(l, find, value_descriptor(l, descriptor_of(l, expr->type)));
    return value_arg(l, value_arg(l, find, map), lower_word(l, expr->u.index.index, "key"));
}

static Value *lower_index(Lower *l, const Expr *expr, const char *hint)
{
    if (expr->u.index.object->type->kind == TYPE_MAP) {
        return lower_entry(l, expr);
    }
    Value *object = lower_object(l, expr->u.index.object, "list");
    if (!simple(expr->u.index.index)) {
        object = value_settle(l, object, "list");
    }
    Value *index = lower_expr(l, expr->u.index.index, "index");
    if (expr->u.index.object->type->kind == TYPE_JSON) {
        bool field = expr->u.index.index->type->kind == TYPE_STRING;
        Value *part = value_runtime(l, field ? "weir_json_field" : "weir_json_item",
                                    repr_of(l, expr->type), VALUE_FAILS | VALUE_OWNED);
        return value_arg(l, value_arg(l, part, object), value_borrow(l, index, "key"));
    }
    (void)hint;
    Value *at = value_runtime(l, "weir_list_at", repr_plain(REPR_NONE), VALUE_FAILS);
    value_arg(l, value_arg(l, at, object), index);
    Value *word = value_new(l, VALUE_WORD, repr_of(l, expr->type));
    return value_arg(l, word, at);
}

// ── composed values ──────────────────────────────────────────────────────────────────────────────
Value *lower_new(Lower *l, Shape *shape, Value *first, const TypeField *fields, const Exprs *items)
{
    size_t begin = first == NULL ? 0 : 1;
    Value *made = value_new(l, VALUE_NEW, (Repr){.kind = REPR_COUNTED, .shape = shape});
    made->shape = shape;
    made->flags = VALUE_OWNED | VALUE_FAILS;
    if (first != NULL) {
        value_arg(l, made, first);
    }
    for (size_t i = 0; i < items->count; i++) {
        const Expr *item = items->items[i] != NULL ? items->items[i] : fields[i].fallback;
        const char *hint = shape->fields.items[begin + i]->hint;
        Value *value = lower_expr(l, item, hint);
        if (value == NULL) { // an item and what gave nothing for it, of two loop names
            value = value_int(l, 0);
        }
        for (size_t k = i + 1; k < items->count; k++) {
            if (items->items[k] != NULL && !simple(items->items[k])) {
                value = value_settle(l, value, hint);
                break;
            }
        }
        value_arg(l, made, value);
    }
    for (size_t i = 0; i < made->args.count; i++) {
        made->args.items[i] = value_own(l, made->args.items[i]);
    }
    return made;
}

static Value *lower_queue(Lower *l, const Expr *expr)
{
    Value *queue = value_runtime(l, "weir_queue_new", repr_counted("weir_queue *"),
                                 VALUE_OWNED | VALUE_FAILS);
    value_arg(l, queue, value_descriptor(l, descriptor_of(l, expr->type->item)));
    return value_arg(l, queue, lower_expr(l, expr->u.queue.max, "max"));
}

static Value *lower_fail(Lower *l, const Expr *expr)
{
    const Expr *inner = expr->u.flow.inner;
    size_t mark = l->b->temps.count;
    Value *fail;
    if (inner->type->kind == TYPE_ERROR) {
        fail = value_runtime(l, "weir_fail", repr_plain(REPR_NONE), VALUE_EFFECT | VALUE_FAILS);
        value_arg(l, fail, value_own(l, lower_expr(l, inner, "failure")));
    } else {
        fail = value_runtime(l, "weir_fail_text", repr_plain(REPR_NONE),
                             VALUE_EFFECT | VALUE_FAILS);
        value_arg(l, fail, value_borrow(l, lower_expr(l, inner, "message"), "message"));
        const char *at = arena_print(l->arena, "%s:%u", l->file,
                                     source_line_of(l->sources, expr->span.start));
        value_arg(l, fail, value_template(l, at, strlen(at)));
    }
    op_do(l, fail);
    scope_clear(l, l->b->held.count, mark);
    op_fail(l);
    return NULL;
}

static Value *lower_literal(Lower *l, const Expr *expr)
{
    if (expr->kind == EXPR_FLOAT) {
        Value *real = value_new(l, VALUE_REAL, repr_plain(REPR_REAL));
        real->real = expr->u.real;
        return real;
    }
    if (expr->kind == EXPR_NONE && expr->converted != NULL && expr->converted->kind == TYPE_JSON) {
        return value_runtime(l, "weir_json_nothing", repr_of(l, expr->converted), VALUE_OWNED);
    }
    if (expr->kind == EXPR_NONE) {
        return value_new(l, VALUE_NULL,
                         repr_of(l, expr->converted != NULL ? expr->converted : expr->type));
    }
    if (expr->kind == EXPR_STRING) {
        return value_constant(l, expr->u.string.text, expr->u.string.length);
    }
    Value *value = value_int(l, expr->kind == EXPR_BOOL ? expr->u.truth : expr->u.integer);
    value->repr = repr_of(l, expr->type);
    value->text = expr->kind == EXPR_DURATION ? "duration" : NULL;
    return value;
}

static Value *lower_plain(Lower *l, const Expr *expr, const char *hint)
{
    switch (expr->kind) {
    case EXPR_INT:
    case EXPR_FLOAT:
    case EXPR_BOOL:
    case EXPR_NONE:
    case EXPR_DURATION:
    case EXPR_STRING: return lower_literal(l, expr);
    case EXPR_TEXT: return lower_text(l, expr, hint);
    case EXPR_NAME:
    case EXPR_IT: return lower_name(l, expr);
    case EXPR_FIELD: return lower_field(l, expr);
    case EXPR_INDEX: return lower_index(l, expr, hint);
    case EXPR_CALL: return lower_call(l, expr, hint);
    case EXPR_UNARY:
    case EXPR_BINARY: return lower_binary(l, expr, hint);
    case EXPR_IF: return lower_if(l, expr, hint);
    case EXPR_MATCH: return lower_match(l, expr, hint);
    case EXPR_LIST: return lower_list(l, expr, hint);
    case EXPR_TUPLE:
        return lower_new(l, shape_of(l, expr->type), NULL, expr->type->fields.items,
                         &expr->u.list.items);
    case EXPR_QUEUE: return lower_queue(l, expr);
    case EXPR_AWAIT: return lower_await(l, expr, hint);
    case EXPR_FAIL: return lower_fail(l, expr);
    case EXPR_CLAUSED: return lower_claused(l, expr, hint);
    case EXPR_GATHER:
    case EXPR_RACE: return lower_gather(l, expr, hint);
    case EXPR_START: return lower_start(l, expr, hint);
    case EXPR_SCOPE: return lower_scope(l, expr, hint);
    case EXPR_TRY: return lower_try(l, expr, hint);
    case EXPR_CATCH: return lower_catch(l, expr, hint);
    case EXPR_LEAVE:
        lower_leave(l, expr->u.leave.kind, expr->u.leave.value, expr->span);
        return NULL;
    case EXPR_SLICE: return lower_slice(l, expr);
    case EXPR_RANGE: return lower_range(l, expr);
    case EXPR_MAP: return lower_map(l, expr, hint);
    case EXPR_COMPREHENSION: return lower_comprehension(l, expr, hint);
    case EXPR_AS: return lower_as(l, expr);
    case EXPR_AS_COMPLETED: return lower_completed_stream(l, expr, hint);
    case EXPR_PIPE: return lower_pipe(l, expr, hint);
    case EXPR_ERRONEOUS: break; // check has refused it
    }
    return NULL;
}

Value *lower_expr(Lower *l, const Expr *expr, const char *hint)
{
    Value *value = lower_plain(l, expr, hint);
    if (value != NULL && expr->converted != NULL && expr->converted != expr->type &&
        expr->kind != EXPR_NONE) {
        value = value_convert(l, value, expr->type, expr->converted);
    }
    if (value == NULL && expr->type->kind == TYPE_NEVER) {
        value = value_new(l, VALUE_NULL, repr_plain(REPR_NONE)); // never used: the path has ended
    }
    return value;
}

Value *lower_record(Lower *l, const Expr *expr)
{
    if (expr->type->c_struct != NULL) {
        return lower_library_record(l, expr);
    }
    return lower_new(l, shape_of(l, expr->type), NULL, expr->type->fields.items,
                     &expr->u.call.ordered);
}
