// check_expr.c: expressions, and the forms that only put values together.
#include "checker.h"

#include <string.h>

// ── literals and constants ───────────────────────────────────────────────────────────────────────
bool check_literal(const Expr *expr)
{
    if (expr->kind == EXPR_UNARY && expr->u.op.op == OP_NEGATE) {
        expr = expr->u.op.a;
    }
    return expr->kind == EXPR_INT || expr->kind == EXPR_FLOAT;
}

bool check_constant(const Expr *expr, int64_t *value)
{
    bool negative = expr->kind == EXPR_UNARY && expr->u.op.op == OP_NEGATE;
    if (negative) {
        expr = expr->u.op.a;
    }
    int64_t a, b;
    if (!negative && expr->kind == EXPR_BINARY &&
        (expr->u.op.op == OP_ADD || expr->u.op.op == OP_SUB) &&
        check_constant(expr->u.op.a, &a) && check_constant(expr->u.op.b, &b)) {
        return expr->u.op.op == OP_ADD ? !__builtin_add_overflow(a, b, value)
                                       : !__builtin_sub_overflow(a, b, value);
    }
    if (expr->kind != EXPR_INT && expr->kind != EXPR_DURATION) {
        return false;
    }
    *value = negative ? -expr->u.integer : expr->u.integer;
    return true;
}

// ── one type for several ─────────────────────────────────────────────────────────────────────────
static const Type *join_two(Check *c, const Type *a, const Type *b)
{
    bool numbers = (a->kind == TYPE_INT && b->kind == TYPE_FLOAT) || (a->kind == TYPE_FLOAT &&
        b->kind == TYPE_INT);
    // whether the ints are literals shows when they are fitted
    return numbers ? c->real : check_join(c, a, b);
}

const Type *check_join_all(Check *c, Exprs *exprs, const Type *want, int code)
{
    const Type *all = NULL;
    for (size_t i = 0; i < exprs->count; i++) {
        Expr *expr = exprs->items[i];
        const Type *type = check_value(c, expr, want);
        const Type *joined = !all ? type : join_two(c, all, type);
        if (!joined) {
            Diag *diag = diag_add(c->diags, code, expr->span, type->name, all->name, NULL);
            diag_label(c->diags, diag, exprs->items[0]->span, say(c->diags, PHRASE_OF_TYPE,
                all->name, NULL));
            return c->unknown;
        }
        all = joined;
    }
    if (!all) {
        return want ? want : c->unknown;
    }
    for (size_t i = 0; i < exprs->count; i++) {
        if (!check_fit(c, exprs->items[i], all)) {
            check_mismatch(c, exprs->items[i], all);
        }
    }
    return want && !type_open(want) ? want : all;
}

// ── values ───────────────────────────────────────────────────────────────────────────────────────
const Type *check_hinted(Check *c, Expr *expr, const Type *hint)
{
    const Type *type = check_expr(c, expr, hint);
    if (type->kind == TYPE_RANGE) {
        // a range that is not run through is the list of its numbers
        expr->type = type = check_list(c, c->integer);
    }
    if (type->kind == TYPE_NOTHING) {
        diag_add(c->diags, DIAG_NO_VALUE, expr->span, NULL, NULL, NULL);
        expr->type = type = c->unknown;
    }
    return type;
}

const Type *check_value(Check *c, Expr *expr, const Type *want)
{
    check_hinted(c, expr, want);
    if (want && !check_fit(c, expr, want)) {
        check_mismatch(c, expr, want);
        return c->unknown;
    }
    return expr->converted ? expr->converted : expr->type;
}

const Type *check_tells(Check *c, const Expr *expr, const Type *type)
{
    if (type->kind == TYPE_NEVER) {
        diag_add(c->diags, DIAG_NO_VALUE, expr->span, NULL, NULL, NULL);
        return c->unknown;
    }
    return type;
}

const Type *check_known(Check *c, Expr *expr)
{
    return check_tells(c, expr, check_value(c, expr, NULL));
}

void check_condition(Check *c, Expr *expr)
{
    const Type *type = check_value(c, expr, NULL);
    if (!check_takes(type, TYPE_BOOL)) {
        Diag *diag = diag_add(c->diags, DIAG_NOT_A_CONDITION, expr->span, type->name, NULL, NULL);
        if (type->kind == TYPE_OPTIONAL) {
            diag->help = message_phrase(PHRASE_HELP_IF_LET);
        } else if (type->kind == TYPE_LIST || type->kind == TYPE_STRING) {
            diag->help = message_phrase(PHRASE_HELP_LENGTH);
        }
    }
}

static const Type *check_text(Check *c, Expr *expr)
{
    for (size_t i = 0; i < expr->u.text.parts.count; i++) {
        const TextPart *part = &expr->u.text.parts.items[i];
        if (!part->value) {
            continue;
        }
        const Type *type = check_value(c, part->value, NULL);
        check_close(c, part->value);
        if (type_handle(type)) {
            diag_add(c->diags, DIAG_NOT_SHOWN, part->value->span, type->name, NULL, NULL);
        }
        if (part->format) {
            check_format(c, part);
        }
    }
    return c->string;
}

static const Type *check_items(Check *c, Expr *expr, const Type *want)
{
    const Type *item = want && want->kind == TYPE_LIST ? want->item : NULL;
    if (expr->u.list.items.count == 0) {
        return want && want->kind == TYPE_LIST ? want : check_list(c, c->unknown);
    }
    const Type *all = check_join_all(c, &expr->u.list.items, item, DIAG_MIXED_LIST);
    return check_list(c, check_tells(c, expr->u.list.items.items[0], all));
}

static const Type *check_map(Check *c, Expr *expr, const Type *want)
{
    bool wanted = want && want->kind == TYPE_MAP;
    if (expr->u.map.keys.count == 0) {
        return wanted ? want : type_map(c->types, c->unknown, c->unknown);
    }
    const Type *key = check_join_all(c, &expr->u.map.keys, wanted ? want->key : NULL,
                                     DIAG_MIXED_LIST);
    const Type *value = check_join_all(c, &expr->u.map.values, wanted ? want->item : NULL,
                                       DIAG_MIXED_LIST);
    key = check_tells(c, expr->u.map.keys.items[0], key);
    value = check_tells(c, expr->u.map.values.items[0], value);
    if (!check_key(key)) {
        diag_add(c->diags, DIAG_MAP_KEY, expr->u.map.keys.items[0]->span, key->name, NULL, NULL);
    }
    return type_map(c->types, key, value);
}

static const Type *check_tuple(Check *c, Expr *expr, const Type *want)
{
    size_t count = expr->u.list.items.count;
    bool wanted = want && want->kind == TYPE_TUPLE && want->fields.count == count;
    const Type **items = arena_take(c->arena, (count ? count : 1) * sizeof *items);
    for (size_t i = 0; i < count; i++) {
        Expr *item = expr->u.list.items.items[i];
        items[i] = wanted ? check_value(c, item, want->fields.items[i].type) : check_known(c, item);
    }
    return type_tuple(c->types, items, count);
}

static const Type *check_choice(Check *c, Expr *expr, const Type *want)
{
    check_condition(c, expr->u.choice.condition);
    Expr *both[] = {expr->u.choice.then, expr->u.choice.otherwise};
    Exprs exprs = {.items = both, .count = 2};
    return check_join_all(c, &exprs, want, DIAG_MIXED_BRANCHES);
}

static const Type *check_range(Check *c, Expr *expr)
{
    Expr *ends[] = {expr->u.range.from, expr->u.range.to};
    if (ends[0]->kind == EXPR_RANGE || ends[1]->kind == EXPR_RANGE) {
        Diag *diag = diag_add(c->diags, DIAG_CHAINED, expr->span, "..", NULL, NULL);
        diag->help = message_phrase(PHRASE_HELP_TWO_ENDS);
        return c->unknown;
    }
    for (size_t i = 0; i < 2; i++) {
        const Type *type = check_value(c, ends[i], NULL);
        if (!check_takes(type, TYPE_INT)) {
            check_mismatch(c, ends[i], c->integer);
        }
    }
    return c->range;
}

// queue<T>(max: n): a bound is always given.
static const Type *check_queue(Check *c, Expr *expr)
{
    const Type *item = check_type_name(c, expr->u.queue.item);
    Formals formals = {0};
    Formal max = {.name = "max", .type = c->integer};
    LIST_ADD(c->arena, &formals, max);
    Exprs ordered = {0};
    if (expr->u.queue.args.count == 0) {
        diag_add(c->diags, DIAG_QUEUE_BOUND, expr->span, NULL, NULL, NULL);
    } else {
        check_arguments(c, expr->span, "queue", (Span){0}, &formals, &expr->u.queue.args, &ordered);
    }
    if (ordered.count == 1 && ordered.items[0]) {
        int64_t value;
        expr->u.queue.max = ordered.items[0];
        if (check_constant(expr->u.queue.max, &value) && value < 1) {
            diag_add(c->diags, DIAG_CLAUSE_VALUE, expr->u.queue.max->span, "max", "1", NULL);
        }
    }
    return type_of(c->types, TYPE_QUEUE, item);
}

static const Type *check_it(Check *c, Expr *expr)
{
    Symbol *symbol = expr->u.it.symbol;
    if (symbol && symbol->passed) {
        while (symbol && symbol->passed) {
            symbol = symbol->outer;
        }
        expr->u.it.symbol = symbol;
        if (symbol) {
            symbol->reads++;
        } else {
            diag_add(c->diags, DIAG_IT_OUTSIDE, expr->span, NULL, NULL, NULL);
        }
    }
    return symbol && symbol->type ? symbol->type : c->unknown;
}

static const Type *type_of_expr(Check *c, Expr *expr, const Type *want)
{
    switch (expr->kind) {
    case EXPR_INT: return c->integer;
    case EXPR_FLOAT: return c->real;
    case EXPR_BOOL: return c->boolean;
    case EXPR_NONE: return want && want->kind == TYPE_OPTIONAL ? want : type_of(c->types,
        TYPE_OPTIONAL, c->unknown);
    case EXPR_DURATION: return c->duration;
    case EXPR_STRING: return c->string;
    case EXPR_TEXT: return check_text(c, expr);
    case EXPR_NAME: return check_name(c, expr);
    case EXPR_IT: return check_it(c, expr);
    case EXPR_FIELD: return check_field(c, expr);
    case EXPR_INDEX: return check_index(c, expr);
    case EXPR_SLICE: return check_slice(c, expr);
    case EXPR_CALL: return check_call(c, expr, want);
    case EXPR_UNARY: return check_unary(c, expr, want);
    case EXPR_BINARY: return check_binary(c, expr, want);
    case EXPR_RANGE: return check_range(c, expr);
    case EXPR_AS: return check_as(c, expr);
    case EXPR_IF: return check_choice(c, expr, want);
    case EXPR_MATCH: return check_match(c, expr, want);
    case EXPR_LIST: return check_items(c, expr, want);
    case EXPR_MAP: return check_map(c, expr, want);
    case EXPR_TUPLE: return check_tuple(c, expr, want);
    case EXPR_COMPREHENSION: return check_comprehension(c, expr, want);
    case EXPR_QUEUE: return check_queue(c, expr);
    case EXPR_AWAIT: case EXPR_FAIL: case EXPR_CLAUSED: case EXPR_START: case EXPR_SCOPE:
    case EXPR_TRY:
    case EXPR_CATCH: case EXPR_LEAVE: return check_flow(c, expr, want);
    case EXPR_GATHER: case EXPR_AS_COMPLETED: case EXPR_RACE: return check_conc(c, expr);
    case EXPR_PIPE: return check_pipe(c, expr, want);
    case EXPR_ERRONEOUS: return c->unknown;
    }
    return c->unknown;
}

const Type *check_expr(Check *c, Expr *expr, const Type *want)
{
    if (want && (want->kind == TYPE_OPTIONAL || want->kind == TYPE_RESULT) && want->item &&
        expr->kind != EXPR_NONE &&
        expr->kind != EXPR_IF && expr->kind != EXPR_MATCH && expr->kind != EXPR_NAME &&
            expr->kind != EXPR_CATCH) {
        // what is literal in it is of the type inside; the value is wrapped afterwards
        want = want->item;
    }
    if (want && want->kind == TYPE_ANY) {
        want = NULL; // no hint, and parts are not to be closed one by one
    }
    // the value is not used: those two look into their parts, and a pipeline is drained
    bool statement = want && want->kind == TYPE_NOTHING;
    if (statement && expr->kind != EXPR_MATCH && expr->kind != EXPR_CATCH &&
        expr->kind != EXPR_PIPE) {
        want = NULL;
    }
    expr->type = type_of_expr(c, expr, want);
    if (type_too_deep(c->types)) {
        diag_add(c->diags, DIAG_TYPE_TOO_DEEP, expr->span, NULL, NULL, NULL);
    }
    return expr->type;
}
