// check_op.c: operators and `as`.
#include "checker.h"

#include <string.h>

static const char *const words[] = {
    [OP_NEGATE] = "-", [OP_NOT] = "not", [OP_ADD] = "+", [OP_SUB] = "-",  [OP_MUL] = "*",
        [OP_DIV] = "/",
    [OP_MOD] = "%",    [OP_EQ] = "==",   [OP_NE] = "!=", [OP_LT] = "<",   [OP_LE] = "<=",
        [OP_GT] = ">",
    [OP_GE] = ">=",    [OP_AND] = "and", [OP_OR] = "or", [OP_ELSE] = "??",
};

static bool is_comparison(Operator op)
{
    return op >= OP_EQ && op <= OP_GE;
}

// ── arithmetic ───────────────────────────────────────────────────────────────────────────────────
static bool both(const Type *a, const Type *b, TypeKind one, TypeKind other)
{
    return a->kind == one && b->kind == other;
}

static const Type *same_arithmetic(Check *c, Operator op, const Type *a)
{
    switch ((int)a->kind) {
    case TYPE_INT: case TYPE_FLOAT: return a;
    case TYPE_DURATION: return op == OP_DIV ? c->real : op == OP_ADD || op == OP_SUB ? a : NULL;
    case TYPE_TIME: return op == OP_SUB ? c->duration : NULL;
    case TYPE_STRING: case TYPE_BYTES: case TYPE_SECRET: case TYPE_LIST:
        return op == OP_ADD ? a : NULL;
    }
    return NULL;
}

const Type *check_arithmetic(Check *c, Operator op, const Type *a, const Type *b)
{
    if (check_silent(a) || check_silent(b)) {
        return c->unknown;
    }
    if (a == b) {
        return same_arithmetic(c, op, a);
    }
    bool number = b->kind == TYPE_INT || b->kind == TYPE_FLOAT;
    if (a->kind == TYPE_DURATION && number && (op == OP_MUL || op == OP_DIV)) {
        return a;
    }
    if (b->kind == TYPE_DURATION && (a->kind == TYPE_INT || a->kind == TYPE_FLOAT) &&
        op == OP_MUL) {
        return b;
    }
    if (both(a, b, TYPE_TIME, TYPE_DURATION) && (op == OP_ADD || op == OP_SUB)) {
        return a;
    }
    if (both(a, b, TYPE_DURATION, TYPE_TIME) && op == OP_ADD) {
        return b;
    }
    if ((both(a, b, TYPE_STRING, TYPE_SECRET) || both(a, b, TYPE_SECRET, TYPE_STRING)) &&
        op == OP_ADD) {
        return c->secret; // text with a secret in it is secret
    }
    return a->kind == TYPE_LIST && b->kind == TYPE_LIST && op == OP_ADD ? check_join(c, a, b)
        : NULL;
}

static void suggest_text(Check *c, Diag *diag, const Expr *expr)
{
    const char *written = check_written(c, expr->span);
    if (written && !strpbrk(written, "\"{}:")) {
        check_suggest_around(c, diag, PHRASE_HELP_TEXT, expr->span, "\"{", "}\"");
    } else {
        diag->help = say(c->diags, PHRASE_HELP_TEXT, "\"{x}\"", NULL);
    }
}

static bool type_number(const Type *type)
{
    return type->kind == TYPE_INT || type->kind == TYPE_FLOAT;
}

// A text beside a number.
static void suggest_number(Check *c, Diag *diag, const Expr *text, const Expr *number)
{
    if (!check_suggest_literal(c, diag, text, number->type) && text->kind != EXPR_STRING) {
        check_suggest_as(c, diag, text, number->type->name);
    }
}

static const Type *bad_operands(Check *c, const Expr *expr, const Type *a, const Type *b)
{
    Diag *diag = diag_add(c->diags, DIAG_OPERANDS, expr->u.op.op_span, words[expr->u.op.op],
                          a->name, b->name);
    diag_label(c->diags, diag, expr->u.op.a->span, say(c->diags, PHRASE_OF_TYPE, a->name, NULL));
    diag_label(c->diags, diag, expr->u.op.b->span, say(c->diags, PHRASE_OF_TYPE, b->name, NULL));
    bool numbers = both(a, b, TYPE_INT, TYPE_FLOAT) || both(a, b, TYPE_FLOAT, TYPE_INT);
    if (numbers) {
        check_suggest_as(c, diag, a->kind == TYPE_INT ? expr->u.op.a : expr->u.op.b, "float");
    } else if (expr->u.op.op == OP_ADD && (a->kind == TYPE_STRING || b->kind == TYPE_STRING)) {
        suggest_text(c, diag, a->kind == TYPE_STRING ? expr->u.op.b : expr->u.op.a);
    } else if ((a->kind == TYPE_DURATION && type_number(b)) ||
               (b->kind == TYPE_DURATION && type_number(a))) {
        diag->help = message_phrase(PHRASE_HELP_DURATION);
    } else if (a->kind == TYPE_STRING && type_number(b)) {
        suggest_number(c, diag, expr->u.op.a, expr->u.op.b);
    } else if (b->kind == TYPE_STRING && type_number(a)) {
        suggest_number(c, diag, expr->u.op.b, expr->u.op.a);
    } else if (a->kind == TYPE_OPTIONAL || b->kind == TYPE_OPTIONAL) {
        diag->help = message_phrase(PHRASE_HELP_OPTIONAL);
    } else if (a->kind == TYPE_RESULT || b->kind == TYPE_RESULT) {
        diag->help = message_phrase(PHRASE_HELP_RESULT);
    } else if (a->kind == TYPE_TASK || b->kind == TYPE_TASK) {
        diag->help = message_phrase(PHRASE_HELP_AWAIT);
    }
    return c->unknown;
}

// A literal int beside a float is a float.
static void even_out(Check *c, Expr *a, Expr *b)
{
    if (a->type->kind == TYPE_FLOAT && b->type->kind == TYPE_INT) {
        check_fit(c, b, c->real);
    } else if (b->type->kind == TYPE_FLOAT && a->type->kind == TYPE_INT) {
        check_fit(c, a, c->real);
    }
}

static const Type *check_calculation(Check *c, Expr *expr, const Type *want)
{
    Expr *a = expr->u.op.a, *b = expr->u.op.b;
    check_value(c, a, NULL);
    if (want && want->kind == TYPE_FLOAT && check_literal(a)) {
        check_fit(c, a, want);
    }
    const Type *hint = a->type->kind == TYPE_LIST ? a->type : NULL;
    check_hinted(c, b, hint);
    even_out(c, a, b);
    const Type *type = check_arithmetic(c, expr->u.op.op, a->type, b->type);
    if (type && type->kind == TYPE_LIST) {
        check_fit(c, a, type);
        check_fit(c, b, type);
    }
    return type ? type : bad_operands(c, expr, a->type, b->type);
}

// ── comparisons ──────────────────────────────────────────────────────────────────────────────────
// Remembers `e.kind == "text"`: whether any failure has that kind shows at the end.
static void note_kind(Check *c, const Expr *a, const Expr *b)
{
    bool is_kind = a->kind == EXPR_FIELD && a->u.field.builtin && strcmp(a->u.field.builtin->path,
        "Error.kind") == 0;
    if (is_kind && b->kind == EXPR_STRING) {
        KindUse use = {b->u.string.text, b->span};
        LIST_ADD(c->arena, &c->kinds_used, use);
    }
}

static bool ordered(const Type *type)
{
    switch ((int)type->kind) {
    case TYPE_INT: case TYPE_FLOAT: case TYPE_STRING: case TYPE_DURATION:
    case TYPE_TIME: return true;
    }
    return false;
}

// Parentheses are not in the tree; the text between the operand and the operator shows them.
static bool in_parentheses(const Check *c, const Expr *inner, Span op)
{
    const Source *source = c->module->source;
    const char *text = source->text;
    uint32_t end = inner->span.end - source->base, stop = op.start - source->base;
    for (uint32_t i = end; i < stop; i++) {
        if (text[i] == ')') {
            return true;
        }
    }
    return text[inner->span.start - source->base] == '(' && text[end - 1] == ')';
}

static const Type *check_comparison(Check *c, Expr *expr)
{
    Expr *a = expr->u.op.a, *b = expr->u.op.b;
    Operator op = expr->u.op.op;
    if (a->kind == EXPR_BINARY && is_comparison(a->u.op.op) && !in_parentheses(c, a,
        expr->u.op.op_span)) {
        diag_add(c->diags, DIAG_CHAINED, expr->u.op.op_span, words[op], NULL, NULL);
        return c->boolean;
    }
    const Type *left = check_value(c, a, NULL);
    const Type *right = check_hinted(c, b, left);
    even_out(c, a, b);
    note_kind(c, a, b);
    note_kind(c, b, a);
    if (check_silent(left) || check_silent(right)) {
        return c->boolean;
    }
    bool fits = check_fit(c, b, a->type) || check_fit(c, a, b->type);
    bool equality = op == OP_EQ || op == OP_NE;
    if (!fits || type_handle(left) || (!equality && !ordered(a->type))) {
        bad_operands(c, expr, left, right);
    }
    return c->boolean;
}

static const Type *check_logic(Check *c, Expr *expr)
{
    check_condition(c, expr->u.op.a);
    check_condition(c, expr->u.op.b);
    return c->boolean;
}

// a ?? b: where a is none or a failed result, b. When b is as optional as a, so is the whole.
static const Type *check_else(Check *c, Expr *expr)
{
    Expr *a = expr->u.op.a, *b = expr->u.op.b;
    const Type *left = check_known(c, a);
    bool optional = left->kind == TYPE_OPTIONAL || left->kind == TYPE_RESULT;
    if (!optional && !check_silent(left)) {
        Diag *diag = diag_add(c->diags, DIAG_POINTLESS_ELSE, a->span, left->name, NULL, NULL);
        check_suggest_removal(c, diag, (Span){a->span.end, b->span.end});
    }
    if (!optional) {
        check_expr(c, b, NULL);
        return left;
    }
    const Type *item = left->item ? left->item : c->nothing;
    check_expr(c, b, item);
    if (b->type == left || item->kind == TYPE_UNKNOWN) {
        return b->type;
    }
    if (!check_fit(c, b, item)) {
        check_mismatch(c, b, item);
    }
    return item;
}

const Type *check_binary(Check *c, Expr *expr, const Type *want)
{
    switch (expr->u.op.op) {
    case OP_ADD: case OP_SUB: case OP_MUL: case OP_DIV: case OP_MOD: return check_calculation(c,
        expr, want);
    case OP_EQ: case OP_NE: case OP_LT: case OP_LE: case OP_GT:
    case OP_GE: return check_comparison(c, expr);
    case OP_AND: case OP_OR: return check_logic(c, expr);
    case OP_ELSE: return check_else(c, expr);
    case OP_NEGATE: case OP_NOT: break;
    }
    return c->unknown;
}

const Type *check_unary(Check *c, Expr *expr, const Type *want)
{
    Expr *a = expr->u.op.a;
    if (expr->u.op.op == OP_NOT) {
        check_condition(c, a);
        return c->boolean;
    }
    const Type *type = check_value(c, a, NULL);
    if (want && want->kind == TYPE_FLOAT && check_literal(a)) {
        check_fit(c, a, want);
        type = a->type;
    }
    if (check_silent(type) || type->kind == TYPE_INT || type->kind == TYPE_FLOAT ||
        type->kind == TYPE_DURATION) {
        return type;
    }
    diag_add(c->diags, DIAG_OPERAND, expr->u.op.op_span, words[expr->u.op.op], type->name, NULL);
    return c->unknown;
}

// ── as ───────────────────────────────────────────────────────────────────────────────────────────
typedef struct Around { // the types a type stands in
    const struct Around *outer;
    const Type *type;
} Around;

// May a value of the type be written as JSON; reading: be made of it?
static bool has_json(const Type *type, bool reading, const Around *outer)
{
    for (const Around *around = outer; around; around = around->outer) {
        if (around->type == type) {
            return true; // a record that holds itself
        }
    }
    Around around = {outer, type};
    if ((type->item && !has_json(type->item, reading, &around)) ||
        (type->key && !has_json(type->key, reading, &around))) {
        return false;
    }
    for (size_t i = 0; i < type->fields.count; i++) {
        if (!has_json(type->fields.items[i].type, reading, &around)) {
            return false;
        }
    }
    for (size_t i = 0; i < type->cases.count; i++) {
        const TypeCase *one = &type->cases.items[i];
        for (size_t k = 0; k < one->fields.count; k++) {
            if (!has_json(one->fields.items[k].type, reading, &around)) {
                return false;
            }
        }
    }
    switch (type->kind) {
    case TYPE_UNKNOWN: case TYPE_NEVER: case TYPE_INT: case TYPE_FLOAT: case TYPE_BOOL:
    case TYPE_DURATION: case TYPE_TIME: case TYPE_STRING: case TYPE_BYTES: case TYPE_JSON:
    case TYPE_LIST: case TYPE_MAP: case TYPE_TUPLE: case TYPE_ENUM: case TYPE_OPTIONAL: return true;
    case TYPE_RECORD: return !reading || type->c_struct == NULL;
    case TYPE_RESULT: case TYPE_ERROR: return !reading;
    case TYPE_SECRET: return reading;
    case TYPE_NOTHING: case TYPE_RANGE: case TYPE_TASK: case TYPE_QUEUE:
    case TYPE_STREAM: case TYPE_ANY: case TYPE_VARIABLE: return false;
    }
    return false;
}

// May a [string: string] be read as the record, field by field?
static bool reads_row(const Type *record)
{
    for (size_t i = 0; i < record->fields.count; i++) {
        const Type *type = record->fields.items[i].type;
        if (type->kind == TYPE_OPTIONAL) {
            type = type->item;
        }
        bool text = type->kind == TYPE_STRING || type->kind == TYPE_BYTES ||
            type->kind == TYPE_SECRET;
        if (!type_scalar(type) && !text) {
            return false;
        }
    }
    return record->c_struct == NULL;
}

static bool converts(const Type *from, const Type *to)
{
    if (from->kind == TYPE_JSON) {
        return has_json(to, true, NULL);
    }
    if (to->kind == TYPE_JSON) {
        return has_json(from, false, NULL);
    }
    if (to->kind == TYPE_OPTIONAL) {
        return converts(from, to->item);
    }
    bool number = from->kind == TYPE_INT || from->kind == TYPE_FLOAT;
    bool string_map = from->kind == TYPE_MAP && from->key->kind == TYPE_STRING &&
        from->item->kind == TYPE_STRING;
    switch ((int)to->kind) {
    case TYPE_INT: case TYPE_FLOAT:
        return number || from->kind == TYPE_STRING || from->kind == TYPE_DURATION ||
               from->kind == TYPE_TIME || from->kind == TYPE_BOOL ||
               (from->kind == TYPE_ENUM && type_scalar(from) && to->kind == TYPE_INT);
    case TYPE_STRING:
        return type_scalar(from) || from->kind == TYPE_BYTES || from->kind == TYPE_STRING;
    case TYPE_ENUM:
        return type_scalar(to) && (from->kind == TYPE_INT || from->kind == TYPE_STRING);
    case TYPE_BOOL: case TYPE_DURATION: case TYPE_TIME: case TYPE_BYTES:
        return from->kind == TYPE_STRING || (number && to->kind != TYPE_BYTES);
    case TYPE_SECRET: return from->kind == TYPE_STRING;
    case TYPE_RECORD: return string_map && reads_row(to);
    }
    return false;
}

static void check_json_literal(Check *c, Expr *expr);

// A part of a list or map that becomes a json: whatever its type, it becomes one, too.
static void check_json_part(Check *c, Expr *expr)
{
    if (expr->kind == EXPR_LIST || expr->kind == EXPR_MAP) {
        check_json_literal(c, expr);
        expr->converted = c->json;
        return;
    }
    const Type *type = check_value(c, expr, NULL);
    check_close(c, expr);
    if (!check_silent(type) && !has_json(type, false, NULL)) {
        diag_add(c->diags, DIAG_NO_CONVERSION, expr->span, type->name, c->json->name, NULL);
    } else if (type != c->json) {
        expr->converted = c->json;
    }
}

// ["name": "Ann", "age": 3] as json
static void check_json_literal(Check *c, Expr *expr)
{
    if (expr->kind == EXPR_LIST) {
        for (size_t i = 0; i < expr->u.list.items.count; i++) {
            check_json_part(c, expr->u.list.items.items[i]);
        }
        expr->type = check_list(c, c->json);
        return;
    }
    for (size_t i = 0; i < expr->u.map.keys.count; i++) {
        check_value(c, expr->u.map.keys.items[i], c->string);
        check_json_part(c, expr->u.map.values.items[i]);
    }
    expr->type = type_map(c->types, c->string, c->json);
}

const Type *check_as(Check *c, Expr *expr)
{
    const Type *to = check_type_name(c, expr->u.as.to);
    Expr *value = expr->u.as.value;
    if (to == c->json && (value->kind == EXPR_LIST || value->kind == EXPR_MAP)) {
        check_json_literal(c, value);
        return to;
    }
    const Type *from = check_value(c, value, NULL);
    if (to == c->json) {
        check_close(c, value);
    }
    if (!check_silent(from) && !check_silent(to) && from != to && !converts(from, to)) {
        Diag *diag = diag_add(c->diags, DIAG_NO_CONVERSION, expr->span, from->name, to->name, NULL);
        if (from->kind == TYPE_OPTIONAL || from->kind == TYPE_RESULT) {
            diag->help = message_phrase(from->kind == TYPE_OPTIONAL ? PHRASE_HELP_OPTIONAL
                                        : PHRASE_HELP_RESULT);
        } else if (to->kind == TYPE_STRING) {
            suggest_text(c, diag, value);
        } else if (from->kind == TYPE_STRING) {
            diag->help = say(c->diags, PHRASE_HELP_JSON, to->name, NULL);
        }
    }
    return to;
}
