// check_member.c: names, fields, indexes and parts of values, and which of them may be changed.
#include "checker.h"

#include <string.h>

// ── names ────────────────────────────────────────────────────────────────────────────────────────
// A name that means something, but not a value.
static const Type *no_value(Check *c, Span span, const Symbol *symbol)
{
    Phrase what = PHRASE_A_TYPE;
    Phrase help = PHRASE_COUNT;
    switch (symbol->kind) {
    case SYMBOL_TASK: what = PHRASE_A_TASK, help = PHRASE_HELP_CALL_IT; break;
    case SYMBOL_FN: case SYMBOL_BUILTIN: what = PHRASE_A_FN, help = PHRASE_HELP_CALL_IT; break;
    case SYMBOL_LIMITER: what = PHRASE_A_LIMITER, help = PHRASE_HELP_WITHIN; break;
    case SYMBOL_MODULE: what = PHRASE_A_MODULE; break;
    case SYMBOL_SPACE: what = PHRASE_A_NAMESPACE; break;
    case SYMBOL_ENUM: help = PHRASE_HELP_CASE; break;
    case SYMBOL_RECORD: help = PHRASE_HELP_RECORD; break;
    case SYMBOL_TYPE: case SYMBOL_LOCAL: case SYMBOL_PARAM: case SYMBOL_ITEM:
    case SYMBOL_QUEUE: case SYMBOL_CONSTANT:
        break;
    }
    Diag *diag = diag_add(c->diags, DIAG_NOT_A_VALUE, span, symbol->name, message_phrase(what),
                          NULL);
    if (help != PHRASE_COUNT) {
        diag->help = say(c->diags, help, symbol->name, NULL);
    }
    return c->unknown;
}

static const Type *symbol_value(Check *c, Span span, const Symbol *symbol)
{
    switch (symbol->kind) {
    case SYMBOL_LOCAL: case SYMBOL_PARAM: case SYMBOL_ITEM: case SYMBOL_QUEUE: case SYMBOL_CONSTANT:
        return symbol->type ? symbol->type : c->unknown;
    case SYMBOL_TASK: case SYMBOL_FN: case SYMBOL_RECORD: case SYMBOL_ENUM:
    case SYMBOL_LIMITER: case SYMBOL_MODULE:
    case SYMBOL_SPACE: case SYMBOL_BUILTIN: case SYMBOL_TYPE: break;
    }
    return no_value(c, span, symbol);
}

const Type *check_name(Check *c, Expr *expr)
{
    const Symbol *symbol = expr->u.name.symbol;
    return symbol ? symbol_value(c, expr->span, symbol) : c->unknown;
}

// ── members ──────────────────────────────────────────────────────────────────────────────────────
// `let net = 3` and then `net.fetch`: a local name may hide the module that is meant.
static bool label_hidden(Check *c, Diag *diag, const Expr *object)
{
    const Symbol *local = object && object->kind == EXPR_NAME ? object->u.name.symbol : NULL;
    const Symbol *hidden = local ? resolve_global(c->program, c->module, local->name) : NULL;
    bool hides = hidden && hidden != local &&
                 (hidden->kind == SYMBOL_MODULE || hidden->kind == SYMBOL_SPACE);
    if (hides) {
        Phrase phrase = hidden->kind == SYMBOL_MODULE ? PHRASE_HIDES_MODULE : PHRASE_HIDES_SPACE;
        diag_label(c->diags, diag, local->span, say(c->diags, phrase, local->name, NULL));
    }
    return hides;
}

void check_no_member(Check *c, Name name, const Type *type, const Expr *object)
{
    if (type->decl && type->decl->broken) {
        return; // some could not be read
    }
    Diag *diag = say_once(c->diags, DIAG_NO_MEMBER, name.span, type->name, name.text);
    if (!diag || label_hidden(c, diag, object)) {
        return;
    }
    if (type->kind == TYPE_OPTIONAL) {
        diag->help = message_phrase(PHRASE_HELP_OPTIONAL);
        return;
    }
    if (type->kind == TYPE_RESULT) {
        diag->help = message_phrase(PHRASE_HELP_RESULT);
        return;
    }
    if (type->kind == TYPE_TASK) {
        diag->help = message_phrase(PHRASE_HELP_AWAIT);
        return;
    }
    if (type->kind == TYPE_JSON) {
        const char *part = arena_print(c->arena, "[\"%s\"]", name.text);
        diag->help = say(c->diags, PHRASE_HELP_JSON_PART, part, NULL);
        diag_edit(c->diags, diag, (Span){name.span.start - 1, name.span.end}, part);
        return;
    }
    if (c->guesses++ >= 64) {
        return;
    }
    const char *advice = message_habit(HABIT_MEMBER, name.text);
    bool known = advice &&
                 (!message_habit_is_name(advice) || library_method(c->library, type, advice));
    if (known && type->kind != TYPE_RECORD) {
        say_habit(c->diags, diag, HABIT_MEMBER, name.text);
        return;
    }
    Nearest nearest = {.wanted = name.text};
    for (size_t i = 0; type->kind == TYPE_RECORD && i < type->fields.count; i++) {
        text_nearest(&nearest, type->fields.items[i].name);
    }
    for (size_t i = 0; i < type->cases.count; i++) {
        text_nearest(&nearest, type->cases.items[i].name);
    }
    size_t count;
    const Builtin *all = library_all(c->library, &count);
    for (size_t i = 0; i < count; i++) {
        Binding binding = {0};
        if (all[i].receiver && library_match(all[i].receiver, type, &binding)) {
            text_nearest(&nearest, all[i].name);
        }
    }
    say_nearest(c->diags, diag, &nearest);
    if (!nearest.best && type->kind == TYPE_MAP && type->key->kind == TYPE_STRING) {
        diag->help = say(c->diags, PHRASE_HELP_KEY, name.text, NULL);
    }
}

// State.up: a case that carries nothing is a value.
static const Type *enum_case(Check *c, Expr *expr, const Symbol *symbol)
{
    const Type *type = symbol->type ? symbol->type : c->unknown;
    for (size_t i = 0; i < type->cases.count; i++) {
        if (strcmp(type->cases.items[i].name, expr->u.field.name.text) != 0) {
            continue;
        }
        expr->u.field.index = (uint32_t)i;
        if (type->cases.items[i].fields.count > 0) {
            diag_add(c->diags, DIAG_CASE_PAYLOAD, expr->span, expr->u.field.name.text, NULL, NULL);
        }
        return type;
    }
    if (type->kind == TYPE_ENUM) {
        check_no_member(c, expr->u.field.name, type, NULL);
    }
    return c->unknown;
}

static const Type *named_member(Check *c, Expr *expr, const Symbol *symbol)
{
    if (symbol->kind == SYMBOL_ENUM) {
        const Expr *object = expr->u.field.object;
        const Symbol *owner = object->kind == EXPR_NAME ? object->u.name.symbol
            : object->u.field.symbol;
        if (owner && owner->kind == SYMBOL_ENUM) {
            return enum_case(c, expr, symbol);
        }
    }
    if (symbol->kind == SYMBOL_BUILTIN && (symbol->builtin->flags & LIBRARY_PROPERTY)) {
        expr->u.field.builtin = symbol->builtin; // math.pi
        return symbol->builtin->result;
    }
    return symbol_value(c, expr->span, symbol);
}

static const Type *property(Check *c, Expr *expr, const Type *object, const Builtin *builtin)
{
    if (!(builtin->flags & LIBRARY_PROPERTY)) {
        Span name = expr->u.field.name.span;
        Diag *diag = diag_add(c->diags, DIAG_METHOD_NOT_CALLED, name, builtin->name, NULL, NULL);
        if (builtin->params.count == 0) {
            diag_edit(c->diags, diag, (Span){name.end, name.end}, "()");
        }
        return c->unknown;
    }
    Binding binding = {0};
    library_match(builtin->receiver, object, &binding);
    expr->u.field.builtin = builtin;
    const Type *type = library_fill(c->types, builtin->result, &binding);
    const Type *item = object->kind == TYPE_LIST ? object->item : NULL;
    bool silent = item && item->kind == TYPE_RESULT && !item->item; // [nothing!]
    if (silent && type->kind == TYPE_LIST && type->item->kind == TYPE_UNKNOWN) { // .values
        diag_add(c->diags, DIAG_NO_VALUE, expr->u.field.name.span, NULL, NULL, NULL);
        return c->unknown;
    }
    return type;
}

const Type *check_field(Check *c, Expr *expr)
{
    Name name = expr->u.field.name;
    if (expr->u.field.symbol) {
        return named_member(c, expr, expr->u.field.symbol);
    }
    Expr *inner = expr->u.field.object;
    const Symbol *owner = inner->kind == EXPR_NAME ? inner->u.name.symbol : NULL;
    if (owner && (owner->kind == SYMBOL_SPACE || owner->kind == SYMBOL_MODULE)) {
        inner->type = c->unknown;
        return c->unknown; // resolve has said that it has no such member
    }
    const Type *object = check_known(c, inner);
    if (check_silent(object)) {
        return c->unknown;
    }
    if (object->kind == TYPE_RECORD) {
        for (size_t i = 0; i < object->fields.count; i++) {
            if (strcmp(object->fields.items[i].name, name.text) == 0) {
                expr->u.field.index = (uint32_t)i;
                return object->fields.items[i].type;
            }
        }
    }
    const Builtin *builtin = library_method(c->library, object, name.text);
    if (builtin) {
        return property(c, expr, object, builtin);
    }
    check_no_member(c, name, object, inner);
    return c->unknown;
}

// ── indexes and parts ────────────────────────────────────────────────────────────────────────────
const Type *check_index(Check *c, Expr *expr)
{
    const Type *object = check_known(c, expr->u.index.object);
    const Type *key = c->integer;
    const Type *item = c->unknown;
    if (object->kind == TYPE_LIST) {
        item = object->item;
    } else if (object->kind == TYPE_MAP) {
        key = object->key;
        item = object->item->kind == TYPE_UNKNOWN || expr->u.index.place
                   ? object->item
                   : type_of(c->types, TYPE_OPTIONAL, object->item);
    } else if (object->kind == TYPE_JSON) {
        const Type *at = check_value(c, expr->u.index.index, NULL);
        if (!check_takes(at, TYPE_STRING) && at->kind != TYPE_INT) {
            check_mismatch(c, expr->u.index.index, c->string);
        }
        return object;
    } else {
        if (!check_silent(object)) {
            Diag *diag = diag_add(c->diags, DIAG_NO_INDEX, expr->u.index.object->span, object->name,
                                  NULL, NULL);
            diag->help = object->kind == TYPE_TUPLE      ? message_phrase(PHRASE_HELP_TUPLE)
                         : object->kind == TYPE_STRING   ? message_phrase(PHRASE_HELP_CHARACTER)
                         : object->kind == TYPE_OPTIONAL ? message_phrase(PHRASE_HELP_OPTIONAL)
                                                         : NULL;
        }
        key = NULL;
    }
    check_value(c, expr->u.index.index, key);
    int64_t at;
    bool before = object->kind == TYPE_LIST && check_constant(expr->u.index.index, &at) && at < 0;
    if (before) {
        Diag *diag = diag_add(c->diags, DIAG_INDEX_BEFORE, expr->u.index.index->span, object->name,
                              NULL, NULL);
        if (at == -1) {
            diag->help = message_phrase(PHRASE_HELP_LAST);
        }
    }
    return item;
}

const Type *check_slice(Check *c, Expr *expr)
{
    const Type *object = check_known(c, expr->u.slice.object);
    if (expr->u.slice.from) {
        check_value(c, expr->u.slice.from, c->integer);
    }
    if (expr->u.slice.to) {
        check_value(c, expr->u.slice.to, c->integer);
    }
    bool parts = object->kind == TYPE_LIST || object->kind == TYPE_STRING ||
        object->kind == TYPE_BYTES;
    if (!parts && !check_silent(object)) {
        diag_add(c->diags, DIAG_NO_INDEX, expr->u.slice.object->span, object->name, NULL, NULL);
        return c->unknown;
    }
    return object;
}

// ── places ───────────────────────────────────────────────────────────────────────────────────────
static Expr *root_of(Expr *place)
{
    for (;;) {
        if (place->kind == EXPR_FIELD && !place->u.field.symbol) {
            place = place->u.field.object;
        } else if (place->kind == EXPR_INDEX) {
            place = place->u.index.object;
        } else {
            return place;
        }
    }
}

static void not_variable(Check *c, const Expr *root, const Symbol *symbol)
{
    Phrase what = PHRASE_A_LET;
    Phrase help = PHRASE_HELP_VAR;
    if (symbol->kind == SYMBOL_PARAM || symbol->bound) {
        what = symbol->bound ? PHRASE_A_BOUND : PHRASE_A_PARAM;
        help = PHRASE_HELP_COPY;
    } else if (symbol->kind == SYMBOL_CONSTANT || symbol->kind == SYMBOL_QUEUE) {
        what = PHRASE_A_CONSTANT;
        help = PHRASE_HELP_PASS;
    }
    Diag *diag = diag_add(c->diags, DIAG_NOT_VARIABLE, root->span, symbol->name,
                          message_phrase(what), NULL);
    diag_label(c->diags, diag, symbol->span, message_phrase(PHRASE_DECLARED_HERE));
    diag->help = say(c->diags, help, symbol->name, NULL);
    if (help == PHRASE_HELP_VAR) {
        check_suggest_var(c, diag, symbol);
    }
}

void check_mark_place(Expr *place)
{
    for (;;) {
        if (place->kind == EXPR_FIELD && !place->u.field.symbol) {
            place = place->u.field.object;
        } else if (place->kind == EXPR_INDEX) {
            place->u.index.place = true;
            place = place->u.index.object;
        } else {
            return;
        }
    }
}

bool check_place(Check *c, Expr *place)
{
    const Expr *root = root_of(place);
    Symbol *symbol = root->kind == EXPR_NAME ? root->u.name.symbol : NULL;
    if (!symbol) {
        if (root->kind != EXPR_ERRONEOUS && root->kind != EXPR_NAME) {
            diag_add(c->diags, DIAG_NOT_A_PLACE, place->span, NULL, NULL, NULL);
        }
        return false;
    }
    bool value = symbol->kind == SYMBOL_LOCAL || symbol->kind == SYMBOL_PARAM ||
        symbol->kind == SYMBOL_CONSTANT ||
                 symbol->kind == SYMBOL_QUEUE;
    if (!value) {
        no_value(c, root->span, symbol);
        return false;
    }
    if (!symbol->variable) {
        not_variable(c, root, symbol);
        return false;
    }
    symbol->writes++;
    if (symbol->level < c->at.level) {
        int code = c->at.barrier == BARRIER_ITEM ? DIAG_ASSIGN_IN_ITEM : DIAG_ASSIGN_IN_BRANCH;
        Diag *diag = diag_add(c->diags, code, root->span, symbol->name, NULL, NULL);
        diag_label(c->diags, diag, symbol->span, message_phrase(PHRASE_DECLARED_HERE));
        return false;
    }
    return true;
}
