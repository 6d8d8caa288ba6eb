#include "build_node.h"

#include "grammar.h"
#include "message.h"

Expr *build_literal(Build *build, ExprKind kind, const Token *token)
{
    if (token->broken && kind != EXPR_STRING) {
        return node_erroneous(build, token->span);
    }
    Expr *expr = node_expr(build, kind, token->span);
    if (kind == EXPR_INT || kind == EXPR_DURATION) {
        expr->u.integer = token->value.integer;
    } else if (kind == EXPR_FLOAT) {
        expr->u.real = token->value.real;
    } else if (kind == EXPR_STRING) {
        expr->u.string.text = token->text;
        expr->u.string.length = token->length;
    }
    return expr;
}

Expr *build_bool(Build *build, const Token *token, bool truth)
{
    Expr *expr = node_expr(build, EXPR_BOOL, token->span);
    expr->u.truth = truth;
    return expr;
}

Expr *build_name_expr(Build *build, const Token *name)
{
    Expr *expr = node_expr(build, EXPR_NAME, name->span);
    expr->u.name.name = node_name(name);
    return expr;
}

Expr *build_erroneous(Build *build, const Token *start, const Token *end)
{
    return node_erroneous(build, node_join(start->span, end->span));
}

Expr *build_text(Build *build, const Token *start)
{
    Expr *expr = node_expr(build, EXPR_TEXT, start->span);
    TextPart part = {.text = start->text, .length = start->length};
    LIST_ADD(build->arena, &expr->u.text.parts, part);
    return expr;
}

Expr *build_text_next(Build *build, Expr *text, Expr *hole, const Token *format, const Token *piece)
{
    TextPart *last = &text->u.text.parts.items[text->u.text.parts.count - 1];
    Span behind = {text->span.end, piece->span.start};
    last->value = hole ? hole : node_erroneous(build, behind);
    node_under_expr(&text->depth, last->value);
    if (format) {
        last->format = format->text;
        last->format_span = (Span){format->span.start + 1, format->span.end}; // without the `:`
    }
    TextPart part = {.text = piece->text, .length = piece->length};
    LIST_ADD(build->arena, &text->u.text.parts, part);
    text->span = node_join(text->span, piece->span);
    return text;
}

Expr *build_text_close(Build *build, Expr *text, Expr *hole, const Token *format,
                       const Token *piece)
{
    return node_done(build, build_text_next(build, text, hole, format, piece));
}

Expr *build_parens(const Token *start, Expr *inner, const Token *end)
{
    inner->span = node_join(start->span, end->span);
    inner->parens = true;
    return inner;
}

Expr *build_tuple(Build *build, const Token *start, Expr *first, Exprs *rest, const Token *end)
{
    Expr *expr = node_expr(build, EXPR_TUPLE, node_join(start->span, end->span));
    LIST_ADD(build->arena, &expr->u.list.items, first);
    node_under_expr(&expr->depth, first);
    for (size_t i = 0; i < rest->count; i++) {
        LIST_ADD(build->arena, &expr->u.list.items, rest->items[i]);
        node_under_expr(&expr->depth, rest->items[i]);
    }
    return node_done(build, expr);
}

Exprs *build_exprs(Build *build, Exprs *list, Expr *item)
{
    if (!list) {
        list = ARENA_NEW(build->arena, Exprs);
    }
    LIST_ADD(build->arena, list, item);
    return list;
}

Expr *build_list(Build *build, const Token *start, Exprs *items, const Token *end)
{
    Expr *expr = node_expr(build, EXPR_LIST, node_join(start->span, end->span));
    if (items) {
        expr->u.list.items = *items;
        for (size_t i = 0; i < items->count; i++) {
            node_under_expr(&expr->depth, items->items[i]);
        }
    }
    return node_done(build, expr);
}

Expr *build_comprehension(Build *build, const Token *start, Each *each, const Token *end)
{
    Expr *expr = node_expr(build, EXPR_COMPREHENSION, node_join(start->span, end->span));
    expr->u.comprehension.each = *each;
    node_under_each(&expr->depth, each);
    return node_done(build, expr);
}

Expr *build_map(Build *build, const Token *start, Expr *entries, const Token *end)
{
    Expr *expr = entries ? entries : node_expr(build, EXPR_MAP, start->span);
    expr->span = node_join(start->span, end->span);
    return node_done(build, expr);
}

Expr *build_entries(Build *build, Expr *map, Expr *key, Expr *value)
{
    if (!map) {
        map = node_expr(build, EXPR_MAP, key->span);
    }
    LIST_ADD(build->arena, &map->u.map.keys, key);
    LIST_ADD(build->arena, &map->u.map.values, value);
    node_under_expr(&map->depth, key);
    node_under_expr(&map->depth, value);
    return map;
}

Expr *build_field_expr(Build *build, Expr *object, const Token *name)
{
    Expr *expr = node_expr(build, EXPR_FIELD, node_join(object->span, name->span));
    expr->u.field.object = object;
    expr->u.field.name = node_name(name);
    node_under_expr(&expr->depth, object);
    return node_done(build, expr);
}

Expr *build_call(Build *build, Expr *callee, ArgList *args)
{
    Expr *expr = node_expr(build, EXPR_CALL, node_join(callee->span, args->end));
    expr->u.call.callee = callee;
    expr->u.call.args = args->list;
    node_under_expr(&expr->depth, callee);
    node_under_args(&expr->depth, &args->list);
    return node_done(build, expr);
}

Expr *build_part(Build *build, Expr *from, const Token *range, Expr *to)
{
    Span span = node_join(from ? from->span : range->span, to ? to->span : range->span);
    Expr *expr = node_expr(build, EXPR_SLICE, span);
    expr->u.slice.from = from;
    expr->u.slice.to = to;
    expr->u.slice.closed = range->kind == TOKEN_RANGE_CLOSED;
    return expr;
}

Expr *build_index(Build *build, Expr *object, Expr *index, const Token *end)
{
    Span span = node_join(object->span, end->span);
    Expr *expr = node_expr(build, EXPR_INDEX, span);
    if (index->kind == EXPR_SLICE &&
        !index->u.slice.object) { // `..b`, `a..`, `..`, from build_part
        expr = index;
        expr->span = span;
        expr->u.slice.object = object;
        node_under_expr(&expr->depth, index->u.slice.from);
        node_under_expr(&expr->depth, index->u.slice.to);
    } else if (index->kind == EXPR_RANGE && !index->parens) {
        expr->kind = EXPR_SLICE;
        expr->u.slice.object = object;
        expr->u.slice.from = index->u.range.from;
        expr->u.slice.to = index->u.range.to;
        expr->u.slice.closed = index->u.range.closed;
        node_under_expr(&expr->depth, index);
    } else {
        expr->u.index.object = object;
        expr->u.index.index = index;
        node_under_expr(&expr->depth, index);
    }
    node_under_expr(&expr->depth, object);
    return node_done(build, expr);
}

Expr *build_as(Build *build, Expr *value, TypeName *to)
{
    Expr *expr = node_expr(build, EXPR_AS, node_join(value->span, to->span));
    expr->u.as.value = value;
    expr->u.as.to = to;
    node_under_expr(&expr->depth, value);
    node_under_type(&expr->depth, to);
    return node_done(build, expr);
}

Expr *build_queue(Build *build, const Token *start, TypeName *item, ArgList *args)
{
    Expr *expr = node_expr(build, EXPR_QUEUE, node_join(start->span, args->end));
    expr->u.queue.item = item;
    expr->u.queue.args = args->list;
    node_under_type(&expr->depth, item);
    node_under_args(&expr->depth, &args->list);
    return node_done(build, expr);
}

ArgList *build_args(Build *build, ArgList *list, const Argument *arg)
{
    if (!list) {
        list = ARENA_NEW(build->arena, ArgList);
    }
    if (arg) {
        LIST_ADD(build->arena, &list->list, *arg);
    }
    return list;
}

ArgList *build_args_end(ArgList *list, const Token *end)
{
    list->end = end->span;
    return list;
}

// One argument that is known to be wrong: check then counts no arguments.
ArgList *build_broken_args(Build *build, const Token *start, const Token *end)
{
    Argument arg = {.value = build_erroneous(build, start, end)};
    return build_args_end(build_args(build, NULL, &arg), end);
}

Argument *build_arg(Build *build, const Token *name, Expr *value)
{
    Argument *arg = ARENA_NEW(build->arena, Argument);
    *arg = (Argument){node_name(name), value};
    return arg;
}

Expr *build_unary(Build *build, Operator op, const Token *token, Expr *a)
{
    Expr *expr = node_expr(build, EXPR_UNARY, node_join(token->span, a->span));
    bool smallest = op == OP_NEGATE && a->kind == EXPR_INT && a->u.integer == INT64_MIN;
    if (smallest) { // its positive form does not fit; the lexer gives it only behind a sign
        a->span = expr->span;
        return a;
    }
    expr->u.op.op = op;
    expr->u.op.op_span = token->span;
    expr->u.op.a = a;
    node_under_expr(&expr->depth, a);
    return node_done(build, expr);
}

static Expr *flow_of(Build *build, ExprKind kind, const Token *token, Expr *inner)
{
    Expr *expr = node_expr(build, kind, node_join(token->span, inner->span));
    expr->u.flow.inner = inner;
    node_under_expr(&expr->depth, inner);
    return node_done(build, expr);
}

Expr *build_await(Build *build, const Token *token, Expr *inner)
{
    return flow_of(build, EXPR_AWAIT, token, inner);
}

Expr *build_fail(Build *build, const Token *token, Expr *inner)
{
    return flow_of(build, EXPR_FAIL, token, inner);
}

Expr *build_choice(Build *build, const Token *start, Expr *condition, Expr *then, Expr *otherwise)
{
    Expr *expr = node_expr(build, EXPR_IF, node_join(start->span, otherwise->span));
    expr->u.choice.condition = condition;
    expr->u.choice.then = then;
    expr->u.choice.otherwise = otherwise;
    node_under_expr(&expr->depth, condition);
    node_under_expr(&expr->depth, then);
    node_under_expr(&expr->depth, otherwise);
    return node_done(build, expr);
}

Expr *build_binary(Build *build, Operator op, Expr *a, const Token *token, Expr *b)
{
    Expr *expr = node_expr(build, EXPR_BINARY, node_join(a->span, b->span));
    expr->u.op.op = op;
    expr->u.op.op_span = token->span;
    expr->u.op.a = a;
    expr->u.op.b = b;
    node_under_expr(&expr->depth, a);
    node_under_expr(&expr->depth, b);
    return node_done(build, expr);
}

Expr *build_range(Build *build, Expr *from, bool closed, Expr *to)
{
    Expr *expr = node_expr(build, EXPR_RANGE, node_join(from->span, to->span));
    expr->u.range.from = from;
    expr->u.range.to = to;
    expr->u.range.closed = closed;
    node_under_expr(&expr->depth, from);
    node_under_expr(&expr->depth, to);
    return node_done(build, expr);
}

Expr *build_match(Build *build, const Token *start, Expr *value, ArmList *arms, const Token *end)
{
    Expr *expr = node_expr(build, EXPR_MATCH, node_join(start->span, end->span));
    expr->u.match.value = value ? value : node_erroneous(build, start->span);
    MOVE_LIST(expr->u.match.arms, arms->list);
    node_under_expr(&expr->depth, value);
    for (size_t i = 0; i < arms->list.count; i++) {
        node_under_expr(&expr->depth, arms->list.items[i].value);
        node_under_block(&expr->depth, arms->list.items[i].block);
    }
    return node_done(build, expr);
}

ArmList *build_arms(Build *build, ArmList *list, const Arm *arm)
{
    if (!list) {
        list = ARENA_NEW(build->arena, ArmList);
    }
    if (arm) {
        LIST_ADD(build->arena, &list->list, *arm);
    }
    return list;
}

Arm *build_arm(Build *build, Pattern *pattern, Expr *value, Block *block)
{
    Arm *arm = ARENA_NEW(build->arena, Arm);
    arm->pattern = *pattern;
    arm->span = node_join(pattern->span, value ? value->span : block->span);
    arm->value = value;
    arm->block = block;
    return arm;
}

Pattern *build_pattern(Build *build, PatternKind kind, const Token *start, const Token *name)
{
    Pattern *pattern = ARENA_NEW(build->arena, Pattern);
    pattern->kind = kind;
    pattern->span = name ? node_join(start->span, name->span) : start->span;
    if (name) {
        LIST_ADD(build->arena, &pattern->names, node_name(name));
    }
    return pattern;
}

Pattern *build_case_pattern(Build *build, const Token *name, Names *names, const Token *end)
{
    Pattern *pattern = ARENA_NEW(build->arena, Pattern);
    pattern->kind = PATTERN_CASE;
    pattern->span = end ? node_join(name->span, end->span) : name->span;
    pattern->name = node_name(name);
    if (names) {
        pattern->names = *names;
    }
    return pattern;
}

static void negate(Build *build, Expr *literal, const Token *minus)
{
    switch ((int)literal->kind) {
    case EXPR_INT: case EXPR_DURATION:
        literal->u.integer = literal->u.integer == INT64_MIN ? INT64_MIN : -literal->u.integer;
        break;
    case EXPR_FLOAT: literal->u.real = -literal->u.real; break;
    default:
        diag_add(build->diags, DIAG_EXPECTED, literal->span, message_phrase(PHRASE_A_NUMBER),
                 message_phrase(PHRASE_ANOTHER_LITERAL), NULL);
        break;
    }
    literal->span = node_join(minus->span, literal->span);
}

Pattern *build_literal_pattern(Build *build, const Token *minus, Expr *literal)
{
    if (minus) {
        negate(build, literal, minus);
    }
    Pattern *pattern = ARENA_NEW(build->arena, Pattern);
    pattern->span = literal->span;
    pattern->value = literal;
    switch ((int)literal->kind) {
    case EXPR_FLOAT: pattern->kind = PATTERN_FLOAT; break;
    case EXPR_DURATION: pattern->kind = PATTERN_DURATION; break;
    case EXPR_STRING: pattern->kind = PATTERN_STRING; break;
    case EXPR_BOOL: pattern->kind = PATTERN_BOOL; break;
    case EXPR_NONE: pattern->kind = PATTERN_NONE; break;
    default: pattern->kind = PATTERN_INT; break;
    }
    return pattern;
}
