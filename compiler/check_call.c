// check_call.c: what a call calls.
#include "checker.h"

#include <string.h>

// ── the program's own ────────────────────────────────────────────────────────────────────────────
static void no_handles(Check *c, const Exprs *args, const char *callee)
{
    for (size_t i = 0; i < args->count; i++) {
        const Expr *arg = args->items[i];
        if (arg && arg->type && type_handle(arg->type)) {
            say_once(c->diags, DIAG_HANDLE_TO_POOL, arg->span, arg->type->name, callee);
        }
    }
}

static const Type *call_routine(Check *c, Expr *expr, Symbol *symbol)
{
    const Decl *decl = symbol->decl;
    bool task = decl->kind == DECL_TASK;
    expr->u.call.symbol = symbol;
    expr->u.call.target = decl->is_extern ? CALLEE_EXTERN
                          : task          ? CALLEE_TASK
                          : decl->blocking ? CALLEE_BLOCKING_FN
                                           : CALLEE_FN;
    if ((task || decl->blocking) && c->at.started != expr) {
        check_wait(c, expr->u.call.callee->span, task ? WAITING_TASK : WAITING_BLOCKING,
                   symbol->name, decl);
    }
    c->any_kind = c->any_kind || decl->is_extern;
    if (decl->broken) { // its parameters are not known, perhaps not even whether it gives a value
        check_leftover(c, &expr->u.call.args);
        return decl->result && symbol->type ? symbol->type : c->unknown;
    }
    Formals formals = check_formals(c, &decl->params);
    check_arguments(c, expr->span, symbol->name, symbol->span, &formals, &expr->u.call.args,
                    &expr->u.call.ordered);
    if (decl->blocking) {
        no_handles(c, &expr->u.call.ordered, symbol->name);
    }
    return symbol->type ? symbol->type : c->unknown;
}

static const Type *make_record(Check *c, Expr *expr, Symbol *symbol, const Type *type)
{
    expr->u.call.symbol = symbol;
    expr->u.call.target = CALLEE_RECORD;
    expr->u.call.owner = type;
    if (type->decl && type->decl->broken) {
        check_leftover(c, &expr->u.call.args);
        return type;
    }
    Formals formals = check_fields(c, type);
    for (size_t i = 0; type->c_struct && i < formals.count; i++) {
        formals.items[i].takes_text = formals.items[i].type->kind == TYPE_BYTES;
    }
    check_arguments(c, expr->span, type->name, symbol->span, &formals, &expr->u.call.args,
                    &expr->u.call.ordered);
    return type;
}

static const Type *make_case(Check *c, Expr *expr, Symbol *symbol)
{
    Name name = expr->u.call.callee->u.field.name;
    const Type *type = symbol->type ? symbol->type : c->unknown;
    for (size_t i = 0; i < type->cases.count; i++) {
        const TypeCase *one = &type->cases.items[i];
        if (strcmp(one->name, name.text) != 0) {
            continue;
        }
        Type fields = {.fields = {one->fields.items, one->fields.count, one->fields.room}};
        Formals formals = check_fields(c, &fields);
        expr->u.call.symbol = symbol;
        expr->u.call.target = CALLEE_CASE;
        expr->u.call.owner = type;
        expr->u.call.case_index = (uint32_t)i;
        check_arguments(c, expr->span, name.text, one->span, &formals, &expr->u.call.args,
                        &expr->u.call.ordered);
        return type;
    }
    if (type->kind == TYPE_ENUM) {
        check_no_member(c, name, type, NULL);
    }
    check_leftover(c, &expr->u.call.args);
    return c->unknown;
}

// ── the library ──────────────────────────────────────────────────────────────────────────────────
// An argument in `it`: the item may be read, nothing assigned, and nothing waits.
static const Type *item_argument(Check *c, Symbol *it, const Type *item, Expr *value,
                                 const Type *want)
{
    Where outer = c->at;
    c->at.ban = c->at.ban == BAN_NONE ? BAN_IT : c->at.ban;
    c->at.barrier = BARRIER_ITEM;
    c->at.loop = false;
    c->at.result = NULL;
    c->at.yields = NULL;
    c->at.level++;
    if (it) {
        it->type = item;
    }
    const Type *type = check_hinted(c, value, want);
    c->at = outer;
    return type;
}

// A parameter that takes secrets takes texts, too: headers, bodies, what is hashed.
static bool may_be_secret(const Type *type)
{
    bool holder = type->kind == TYPE_LIST || type->kind == TYPE_MAP || type->kind == TYPE_OPTIONAL;
    return type->kind == TYPE_SECRET || (holder && may_be_secret(type->item));
}

static void builtin_argument(Check *c, Expr *expr, const TypeField *param, Expr *value,
                             const Type *item, Binding *binding)
{
    const Type *want = library_fill(c->types, param->type, binding);
    const Type *type;
    bool outer = c->at.hides;
    c->at.hides = may_be_secret(param->type);
    if (expr->u.call.it) {
        expr->u.call.it->passed = !param->item_expression;
    }
    if (param->item_expression) {
        type = item_argument(c, expr->u.call.it, item, value, want);
    } else {
        type = check_hinted(c, value, want);
        if (type_open(want)) {
            check_close(c, value);
            type = value->type;
        }
    }
    if (param->type->kind == TYPE_ANY) {
        if (type_handle(type)) {
            diag_add(c->diags, DIAG_NOT_SHOWN, value->span, type->name, NULL, NULL);
        }
    } else if (type_open(want) && type->kind == TYPE_NEVER) {
        check_tells(c, value, type); // it would say what the parameter is
    } else if (type != param->alternative &&
               (!type_open(want) ? !check_fit(c, value, want)
                                 : !library_match(param->type, type, binding))) {
        check_mismatch(c, value, want);
    }
    c->at.hides = outer;
}

// The arguments without a name become one, in the place of the first: (a, b, named: c) is
// ([a, b], named: c). Gives the one, or NULL.
static Expr *gather_rest(Check *c, const Arguments *from, Arguments *to)
{
    Expr *list = NULL;
    for (size_t i = 0; i < from->count; i++) {
        Argument argument = from->items[i];
        if (argument.name.text) {
            LIST_ADD(c->arena, to, argument);
            continue;
        }
        if (!list) {
            list = ARENA_NEW(c->arena, Expr);
            list->kind = EXPR_LIST;
            list->span = argument.value->span;
            LIST_ADD(c->arena, to, ((Argument){.value = list}));
        }
        list->span.end = argument.value->span.end;
        LIST_ADD(c->arena, &list->u.list.items, argument.value);
    }
    return list;
}

static Expr *joined(Check *c, Expr *a, Expr *b)
{
    if (!a) {
        return b;
    }
    Expr *sum = ARENA_NEW(c->arena, Expr);
    sum->kind = EXPR_BINARY;
    sum->type = a->type;
    sum->span = (Span){a->span.start, b->span.end};
    sum->u.op.op = OP_ADD;
    sum->u.op.a = a;
    sum->u.op.b = b;
    return sum;
}

// [a, b, xs, c], where xs is a list, is [a, b] + xs + [c].
static Expr *rest_argument(Check *c, const Expr *all, const Type *want)
{
    Expr *sum = NULL, *row = NULL;
    for (size_t i = 0; i < all->u.list.items.count; i++) {
        Expr *item = all->u.list.items.items[i];
        const Type *type = check_hinted(c, item, want->item);
        if (type == want) {
            sum = joined(c, row ? joined(c, sum, row) : sum, item);
            row = NULL;
            continue;
        }
        if (!check_fit(c, item, want->item)) {
            check_mismatch(c, item, want->item);
        }
        if (!row) {
            row = ARENA_NEW(c->arena, Expr);
            row->kind = EXPR_LIST;
            row->type = want;
            row->span = item->span;
        }
        row->span.end = item->span.end;
        LIST_ADD(c->arena, &row->u.list.items, item);
    }
    return row ? joined(c, sum, row) : sum;
}

// json: value is json: json.encode(value).
static Expr *encoded_argument(Check *c, Expr *value)
{
    const Builtin *encode = library_function(c->library, "json", "encode");
    Expr *call = ARENA_NEW(c->arena, Expr);
    call->kind = EXPR_CALL;
    call->span = value->span;
    call->type = c->string;
    call->u.call.target = CALLEE_BUILTIN;
    call->u.call.builtin = encode;
    LIST_ADD(c->arena, &call->u.call.ordered, value);
    LIST_ADD(c->arena, &call->u.call.ordered, encode->params.items[1].fallback);
    Binding binding = {0};
    builtin_argument(c, call, &encode->params.items[0], value, c->unknown, &binding);
    return call;
}

static void note_error_kind(Check *c, const Expr *expr)
{
    const Builtin *builtin = expr->u.call.builtin;
    for (size_t i = 0; i < builtin->params.count && i < expr->u.call.ordered.count; i++) {
        const Expr *arg = expr->u.call.ordered.items[i];
        if (strcmp(builtin->params.items[i].name, "kind") != 0 || !arg) {
            continue;
        }
        if (arg->kind == EXPR_STRING) {
            KindUse use = {arg->u.string.text, arg->span};
            LIST_ADD(c->arena, &c->kinds_made, use);
        } else {
            c->any_kind = true;
        }
    }
}

static const Type *call_builtin(Check *c, Expr *expr, const Builtin *builtin, const Type *receiver,
                                Binding *binding)
{
    expr->u.call.builtin = builtin;
    expr->u.call.target = receiver ? CALLEE_METHOD : CALLEE_BUILTIN;
    if ((builtin->flags & LIBRARY_WAITS) && c->at.started != expr) {
        check_wait(c, expr->u.call.callee->span, WAITING_TASK, builtin->space ? builtin->path
                   : builtin->name, NULL);
    }
    Formals formals = {0};
    for (size_t i = 0; i < builtin->params.count; i++) {
        const TypeField *param = &builtin->params.items[i];
        const Type *type = library_fill(c->types, param->type, binding); // as the receiver has it
        Formal formal = {.name = param->name,
                         .type = type_open(type) ? param->type : type,
                         .fallback = param->fallback};
        LIST_ADD(c->arena, &formals, formal);
    }
    Exprs *ordered = &expr->u.call.ordered;
    const Arguments *args = &expr->u.call.args;
    Arguments gathered = {0};
    const Expr *rest = NULL;
    if (builtin->params.count > 0 && builtin->params.items[0].rest) {
        rest = gather_rest(c, args, &gathered);
        args = &gathered;
    }
    bool good = check_order(c, expr->span, builtin->space ? builtin->path : builtin->name,
                            (Span){0}, &formals, args, ordered);
    const Type *item = receiver && receiver->item ? receiver->item : c->unknown;
    for (size_t i = 0; i < formals.count; i++) {
        const TypeField *param = &builtin->params.items[i];
        if (ordered->items[i] && ordered->items[i] == rest) {
            ordered->items[i] = rest_argument(c, rest, param->type);
        } else if (ordered->items[i] && param->encoded) {
            ordered->items[i] = encoded_argument(c, ordered->items[i]);
        } else if (ordered->items[i]) {
            builtin_argument(c, expr, param, ordered->items[i], item, binding);
        } else {
            ordered->items[i] = formals.items[i].fallback;
        }
    }
    if (!good) {
        return library_fill(c->types, builtin->result, binding);
    }
    if (strcmp(builtin->path, "error") == 0) {
        note_error_kind(c, expr);
    }
    if (receiver && receiver->kind == TYPE_RESULT && !receiver->item) {
        return c->nothing; // (try save()).check()
    }
    return library_fill(c->types, builtin->result, binding);
}

// f.forget(args, was: v): drops what a cached task keeps for these arguments. The cache belongs to
// the loop, so it is for tasks alone.
static const Type *call_forget(Check *c, Expr *expr, Symbol *task)
{
    const Decl *decl = task->decl;
    expr->u.call.target = CALLEE_FORGET;
    expr->u.call.symbol = task;
    if (expr->u.call.it) {
        expr->u.call.it->passed = true;
    }
    check_wait(c, expr->u.call.callee->span, WAITING_FORM, "forget", NULL);
    if (!clause_find(&decl->clauses, CLAUSE_CACHE)) {
        Diag *diag = diag_add(c->diags, DIAG_FORGETS_NOTHING, expr->u.call.callee->span, task->name,
                              NULL, NULL);
        diag_label(c->diags, diag, task->span, message_phrase(PHRASE_DECLARED_HERE));
        check_leftover(c, &expr->u.call.args);
        return c->nothing;
    }
    Formals formals = check_formals(c, &decl->params);
    if (task->type && task->type->kind != TYPE_NOTHING) {
        Formal was = {.name = "was", .type = task->type, .optional = true};
        LIST_ADD(c->arena, &formals, was);
    }
    check_arguments(c, expr->span, "forget", task->span, &formals, &expr->u.call.args,
                    &expr->u.call.ordered);
    return c->nothing;
}

// The task in `f.forget`; NULL: it is something else.
static Symbol *forgotten(const Expr *callee)
{
    const Expr *object = callee->u.field.object;
    Symbol *task = object->kind == EXPR_NAME    ? object->u.name.symbol
                   : object->kind == EXPR_FIELD ? object->u.field.symbol
                                                : NULL;
    return task && task->kind == SYMBOL_TASK && strcmp(callee->u.field.name.text, "forget") == 0
        ? task
        : NULL;
}

static const Type *call_symbol(Check *c, Expr *expr, Symbol *symbol)
{
    Span span = expr->u.call.callee->span;
    Binding binding = {0};
    switch (symbol->kind) {
    case SYMBOL_TASK: case SYMBOL_FN: return call_routine(c, expr, symbol);
    case SYMBOL_RECORD: return make_record(c, expr, symbol, symbol->type);
    case SYMBOL_BUILTIN:
        if (symbol->builtin->flags & LIBRARY_PROPERTY) {
            diag_add(c->diags, DIAG_FIELD_CALLED, span, symbol->name, NULL, NULL);
            check_leftover(c, &expr->u.call.args);
            return c->unknown;
        }
        return call_builtin(c, expr, symbol->builtin, NULL, &binding);
    case SYMBOL_TYPE:
        if (symbol->type->kind == TYPE_RECORD) {
            return make_record(c, expr, symbol, symbol->type);
        }
        break;
    case SYMBOL_ENUM:
        if (expr->u.call.callee->kind == EXPR_FIELD) {
            return make_case(c, expr, symbol);
        }
        break;
    case SYMBOL_LOCAL: case SYMBOL_PARAM: case SYMBOL_ITEM: case SYMBOL_LIMITER:
    case SYMBOL_QUEUE: case SYMBOL_CONSTANT:
    case SYMBOL_MODULE: break;
    case SYMBOL_SPACE:
        if (symbol->builtin) {
            return call_builtin(c, expr, symbol->builtin, NULL, &binding);
        }
        break;
    }
    Diag *diag = diag_add(c->diags, DIAG_NOT_CALLABLE, span, symbol->name, NULL, NULL);
    if (symbol->kind == SYMBOL_TYPE || (symbol->kind == SYMBOL_SPACE && symbol->type)) {
        diag->help = say(c->diags, PHRASE_HELP_CONVERT, symbol->name, NULL);
    } else if (symbol->kind == SYMBOL_LIMITER) {
        diag->help = say(c->diags, PHRASE_HELP_WITHIN, symbol->name, NULL);
    } else if (symbol->span.end != 0) {
        diag_label(c->diags, diag, symbol->span, message_phrase(PHRASE_DECLARED_HERE));
    }
    check_leftover(c, &expr->u.call.args);
    return c->unknown;
}

// ── methods ──────────────────────────────────────────────────────────────────────────────────────
// p.with(status: 200): each field may be given, those that are not stay as they are (NULL in
// `ordered`).
static const Type *call_with(Check *c, Expr *expr, const Type *record)
{
    Formals formals = check_fields(c, record);
    for (size_t i = 0; i < formals.count; i++) {
        formals.items[i].optional = true;
        formals.items[i].fallback = NULL;
    }
    expr->u.call.target = CALLEE_WITH;
    if (expr->u.call.it) {
        expr->u.call.it->passed = true;
    }
    expr->u.call.owner = record;
    Span declared = record->decl ? record->decl->name.span : (Span){0};
    check_arguments(c, expr->span, "with", declared, &formals, &expr->u.call.args,
                    &expr->u.call.ordered);
    return record;
}

static bool has_field(const Type *type, const char *name)
{
    for (size_t i = 0; i < type->fields.count; i++) {
        if (type->fields.items[i].name && strcmp(type->fields.items[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static const Type *call_method(Check *c, Expr *expr)
{
    Expr *callee = expr->u.call.callee;
    Name name = callee->u.field.name;
    if (library_changes(c->library, name.text)) {
        check_mark_place(callee->u.field.object);
    }
    const Type *receiver = check_known(c, callee->u.field.object);
    if (check_silent(receiver)) {
        check_leftover(c, &expr->u.call.args);
        return c->unknown;
    }
    if (receiver->kind == TYPE_RECORD && strcmp(name.text, "with") == 0) {
        return call_with(c, expr, receiver);
    }
    const Builtin *builtin = library_method(c->library, receiver, name.text);
    bool property = has_field(receiver, name.text) || (builtin &&
                                                       (builtin->flags & LIBRARY_PROPERTY));
    if (property || !builtin) {
        if (property) {
            Diag *diag = diag_add(c->diags, DIAG_FIELD_CALLED, name.span, name.text, NULL, NULL);
            if (expr->u.call.args.count == 0) {
                check_suggest_removal(c, diag, (Span){name.span.end, expr->span.end});
            }
        } else {
            check_no_member(c, name, receiver, callee->u.field.object);
        }
        check_leftover(c, &expr->u.call.args);
        return c->unknown;
    }
    if (builtin->flags & LIBRARY_CHANGES) {
        check_place(c, callee->u.field.object);
    }
    Binding binding = {0};
    library_match(builtin->receiver, receiver, &binding);
    return call_builtin(c, expr, builtin, receiver, &binding);
}

const Type *check_call(Check *c, Expr *expr, const Type *want)
{
    (void)want;
    Expr *callee = expr->u.call.callee;
    Symbol *symbol = NULL;
    if (callee->kind == EXPR_NAME) {
        symbol = callee->u.name.symbol;
    } else if (callee->kind == EXPR_FIELD) {
        const Expr *object = callee->u.field.object;
        const Symbol *owner = object->kind == EXPR_NAME ? object->u.name.symbol : NULL;
        symbol = callee->u.field.symbol;
        if (!symbol && forgotten(callee)) {
            return call_forget(c, expr, forgotten(callee));
        }
        bool known = !owner || (owner->kind != SYMBOL_MODULE && owner->kind != SYMBOL_SPACE);
        if (!symbol && known) {
            return call_method(c, expr);
        }
    } else if (callee->kind != EXPR_ERRONEOUS && !check_silent(check_hinted(c, callee, NULL))) {
        diag_add(c->diags, DIAG_NOT_CALLABLE, callee->span, callee->type->name, NULL, NULL);
    }
    if (!symbol) {
        check_leftover(c, &expr->u.call.args);
        return c->unknown;
    }
    return call_symbol(c, expr, symbol);
}
