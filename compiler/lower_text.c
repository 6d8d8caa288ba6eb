// Text with holes: one weir_text call, whose template says what each hole holds.
#include "lowering.h"

#include <stdio.h>
#include <string.h>

typedef struct Template {
    Lower *l;
    LIST(char) text;
    Value *call;
    bool open; // a secret text: its secrets are filled in, not shown as ***
} Template;

static void add_text(Template *t, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        LIST_ADD(t->l->arena, &t->text, text[i]);
    }
}

// Words between holes: braces are doubled; a NUL would end the template, so what holds one is an
// argument of its own.
static void add_words(Template *t, const char *text, size_t length)
{
    if (memchr(text, '\0', length) != NULL) {
        add_text(t, "{s}", 3);
        value_arg(t->l, t->call, value_constant(t->l, text, length));
        return;
    }
    for (size_t i = 0; i < length; i++) {
        add_text(t, text + i, 1);
        if (text[i] == '{' || text[i] == '}') {
            add_text(t, text + i, 1);
        }
    }
}

static char hole_letter(const Type *type)
{
    switch (type->kind) {
    case TYPE_INT: return 'i';
    case TYPE_FLOAT: return 'f';
    case TYPE_BOOL: return 'b';
    case TYPE_DURATION: return 'd';
    case TYPE_TIME: return 't';
    case TYPE_STRING: return 's';
    case TYPE_ERROR: return 'e';
    case TYPE_UNKNOWN:
    case TYPE_NEVER:
    case TYPE_NOTHING:
    case TYPE_BYTES:
    case TYPE_JSON:
    case TYPE_SECRET:
    case TYPE_RANGE:
    case TYPE_LIST:
    case TYPE_MAP:
    case TYPE_TUPLE:
    case TYPE_RECORD:
    case TYPE_ENUM:
    case TYPE_OPTIONAL:
    case TYPE_RESULT:
    case TYPE_TASK:
    case TYPE_QUEUE:
    case TYPE_STREAM:
    case TYPE_ANY:
    case TYPE_VARIABLE: return 'v';
    }
    return 'v';
}

static void add_hole(Template *t, const Expr *expr, const char *format, bool settled)
{
    Lower *l = t->l;
    const Type *type = expr->converted != NULL ? expr->converted : expr->type;
    char letter = t->open && type->kind == TYPE_SECRET ? 's' : hole_letter(type);
    char hole[3] = {'{', letter, '\0'};
    add_text(t, hole, 2);
    if (format != NULL) {
        add_text(t, ":", 1);
        add_text(t, format, strlen(format));
    }
    add_text(t, "}", 1);
    Value *value = value_borrow(l, lower_expr(l, expr, "shown"), "shown");
    if (letter == 'v') {
        Slot *slot = slot_word(l, "shown", value->repr, false);
        op_set(l, slot, value);
        value_arg(l, t->call, value_descriptor(l, descriptor_of(l, type)));
        value_arg(l, t->call, value_address(l, slot));
        return;
    }
    value_arg(l, t->call, settled ? value_settle(l, value, "shown") : value);
}

// The number of parts up to and with the last hole that is not simple.
static size_t simple_from(const Expr *expr)
{
    size_t count = expr->u.text.parts.count;
    while (count > 0) {
        const Expr *hole = expr->u.text.parts.items[count - 1].value;
        if (hole != NULL && !simple(hole)) {
            break;
        }
        count--;
    }
    return count;
}

static Value *text_call(Lower *l, Template *t)
{
    t->l = l;
    t->call = value_runtime(l, "weir_text", repr_counted("weir_string *"),
                            VALUE_OWNED | VALUE_FAILS);
    value_arg(l, t->call, value_template(l, "", 0)); // its place; text_done knows the words
    return t->call;
}

static Value *text_done(Template *t)
{
    size_t length = t->text.count;
    add_text(t, "", 1);
    t->call->args.items[0] = value_template(t->l, t->text.items, length);
    return t->call;
}

Value *lower_text(Lower *l, const Expr *expr, const char *hint)
{
    (void)hint;
    Template t = {.open = expr->type->kind == TYPE_SECRET};
    text_call(l, &t);
    size_t last = simple_from(expr);
    for (size_t i = 0; i < expr->u.text.parts.count; i++) {
        const TextPart *part = &expr->u.text.parts.items[i];
        add_words(&t, part->text, part->length);
        if (part->value != NULL) {
            add_hole(&t, part->value, part->format, i + 1 < last);
        }
    }
    return text_done(&t);
}

Value *lower_shown(Lower *l, const Expr *expr)
{
    const Type *type = expr->converted != NULL ? expr->converted : expr->type;
    if (type->kind == TYPE_STRING) {
        return lower_expr(l, expr, "text");
    }
    Template t = {0};
    text_call(l, &t);
    add_hole(&t, expr, NULL, false);
    return text_done(&t);
}

static void add_slot(Template *t, const Expr *expr, Slot *slot)
{
    Lower *l = t->l;
    const Type *type = expr->converted != NULL ? expr->converted : expr->type;
    add_text(t, "{q}", 3);
    value_arg(l, t->call, value_descriptor(l, descriptor_of(l, type)));
    value_arg(l, t->call, value_address(l, slot));
}

Value *lower_sides(Lower *l, const char *words, const Expr *message, const Expr *expr, Slot *a,
                   Slot *b)
{
    static const char *const signs[] = {[OP_EQ] = " == ", [OP_NE] = " != ", [OP_LT] = " < ",
                                        [OP_LE] = " <= ", [OP_GT] = " > ",  [OP_GE] = " >= "};
    Template t = {0};
    text_call(l, &t);
    if (message != NULL) {
        add_hole(&t, message, NULL, true);
    } else {
        add_words(&t, words, strlen(words));
    }
    add_words(&t, ": ", 2);
    add_slot(&t, expr->u.op.a, a);
    add_words(&t, signs[expr->u.op.op], strlen(signs[expr->u.op.op]));
    add_slot(&t, expr->u.op.b, b);
    return text_done(&t);
}
