// check_type.c: types as written, and how values fit them.
#include "checker.h"

#include <string.h>

bool check_silent(const Type *type)
{
    return type->kind == TYPE_UNKNOWN || type->kind == TYPE_NEVER;
}

bool check_takes(const Type *type, TypeKind kind)
{
    return type->kind == kind || check_silent(type);
}

// Is it empty as written, so that nothing in it tells what it is of? (Other open types come from
// mistakes.)
static bool is_empty(const Expr *expr)
{
    switch ((int)expr->kind) {
    case EXPR_NONE: return true;
    case EXPR_MAP: return expr->u.map.keys.count == 0;
    case EXPR_LIST: case EXPR_TUPLE:
        for (size_t i = 0; i < expr->u.list.items.count; i++) {
            if (is_empty(expr->u.list.items.items[i])) {
                return true;
            }
        }
        return expr->u.list.items.count == 0;
    case EXPR_IF: return is_empty(expr->u.choice.then) || is_empty(expr->u.choice.otherwise);
    }
    return false;
}

const Type *check_settled(Check *c, const Expr *value, const char *name)
{
    const Type *type = value->converted ? value->converted : value->type;
    if (type->kind == TYPE_NEVER || !type_unseen(type)) {
        return type->kind == TYPE_NEVER ? c->unknown : type;
    }
    if (is_empty(value)) {
        diag_add(c->diags, DIAG_TYPE_UNSEEN, value->span, name, NULL, NULL);
    }
    return c->unknown;
}

const Type *check_list(Check *c, const Type *item)
{
    return type_of(c->types, TYPE_LIST, item);
}

// ── types as written ─────────────────────────────────────────────────────────────────────────────
// `others`: another module's, of which only the public ones count.
static void near_types(Nearest *nearest, const SymbolTable *names, bool others)
{
    for (size_t i = 0; i < symbols_mark(names); i++) {
        const Symbol *symbol = symbols_at(names, i);
        if ((symbol->kind == SYMBOL_RECORD || symbol->kind == SYMBOL_ENUM) &&
            (!others || symbol->decl->pub)) {
            text_nearest(nearest, symbol->name);
        }
    }
}

static void unknown_type(Check *c, Name name)
{
    static const char *const plain[] = {"int",  "float", "bool",   "string", "bytes",    "duration",
                                        "time", "json",  "secret", "Error",  "Response", "Exec"};
    Diag *diag = module_lost(c->module, name.text)
                     ? NULL
                     : say_once(c->diags, DIAG_UNKNOWN_TYPE, name.span, name.text, NULL);
    if (!diag) {
        return;
    }
    if (say_habit(c->diags, diag, HABIT_TYPE, name.text)) {
        return;
    }
    Nearest nearest = {.wanted = name.text};
    if (c->guesses++ < 64) {
        for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
            text_nearest(&nearest, plain[i]);
        }
        near_types(&nearest, c->module->names, false);
    }
    say_nearest(c->diags, diag, &nearest);
}

static bool names_type(const Symbol *symbol)
{
    return symbol && symbol->type &&
           (symbol->kind == SYMBOL_RECORD || symbol->kind == SYMBOL_ENUM ||
            symbol->kind == SYMBOL_TYPE || symbol->kind == SYMBOL_SPACE);
}

// `nett.Page`, where nothing is a module of that name.
static void unknown_module(Check *c, Name name)
{
    Diag *diag = module_lost(c->module, name.text)
                     ? NULL
                     : say_once(c->diags, DIAG_UNKNOWN_NAME, name.span, name.text, NULL);
    if (!diag || c->guesses++ >= 64) {
        return;
    }
    Nearest nearest = {.wanted = name.text};
    for (size_t i = 0; i < symbols_mark(c->module->names); i++) {
        if (symbols_at(c->module->names, i)->kind == SYMBOL_MODULE) {
            text_nearest(&nearest, symbols_at(c->module->names, i)->name);
        }
    }
    say_nearest(c->diags, diag, &nearest);
}

// `net.Page`
static const Type *module_type(Check *c, const TypeName *name)
{
    Symbol *module = symbols_find(c->module->names, name->module.text);
    if (!module || module->kind != SYMBOL_MODULE) {
        unknown_module(c, name->module);
        return c->unknown;
    }
    const Module *other = module->decl->module;
    if (!other || module_lost(other, name->name.text)) {
        return c->unknown; // it could not be had or read, which was said
    }
    Symbol *symbol = symbols_find(other->names, name->name.text);
    if (!names_type(symbol)) {
        Diag *diag = say_once(c->diags, DIAG_UNKNOWN_MEMBER, name->name.span, module->name,
                              name->name.text);
        Nearest nearest = {.wanted = name->name.text};
        if (diag && c->guesses++ < 64) {
            near_types(&nearest, other->names, true);
            say_nearest(c->diags, diag, &nearest);
        }
        return c->unknown;
    }
    if (!symbol->decl->pub) {
        Diag *diag = diag_add(c->diags, DIAG_NOT_PUBLIC, name->name.span, symbol->name,
                              module->name, NULL);
        diag_label(c->diags, diag, symbol->span, message_phrase(PHRASE_DECLARED_HERE));
    }
    return symbol->type;
}

static const Type *plain_name(Check *c, const TypeName *name)
{
    if (name->module.text) {
        return module_type(c, name);
    }
    const Symbol *symbol = resolve_global(c->program, c->module, name->name.text);
    if (!names_type(symbol)) {
        unknown_type(c, name->name);
        return c->unknown;
    }
    return symbol->type;
}

bool check_key(const Type *type)
{
    switch (type->kind) {
    case TYPE_UNKNOWN: case TYPE_NEVER: case TYPE_INT: case TYPE_BOOL: case TYPE_DURATION:
    case TYPE_TIME:
    case TYPE_STRING: case TYPE_BYTES: return true;
    case TYPE_ENUM: return type_scalar(type);
    case TYPE_TUPLE:
        for (size_t i = 0; i < type->fields.count; i++) {
            if (!check_key(type->fields.items[i].type)) {
                return false;
            }
        }
        return true;
    case TYPE_NOTHING: case TYPE_FLOAT: case TYPE_JSON: case TYPE_SECRET: case TYPE_ERROR:
    case TYPE_RANGE:
    case TYPE_LIST: case TYPE_MAP: case TYPE_RECORD: case TYPE_OPTIONAL: case TYPE_RESULT:
    case TYPE_TASK:
    case TYPE_QUEUE: case TYPE_STREAM: case TYPE_ANY: case TYPE_VARIABLE: return false;
    }
    return false;
}

static const Type *named(Check *c, TypeName *name)
{
    size_t count = name->parts.count;
    const Type **parts = arena_take(c->arena, (count + 1) * sizeof *parts);
    bool may_be_nothing = name->kind == TYPE_NAME_TASK || name->kind == TYPE_NAME_RESULT;
    for (size_t i = 0; i < count; i++) {
        parts[i] = check_type_name(c, name->parts.items[i]);
        if (parts[i]->kind == TYPE_NOTHING && !may_be_nothing) {
            diag_add(c->diags, DIAG_NOTHING_TYPE, name->parts.items[i]->span, NULL, NULL, NULL);
            parts[i] = c->unknown;
        }
    }
    switch (name->kind) {
    case TYPE_NAME_PLAIN: return plain_name(c, name);
    case TYPE_NAME_LIST: return type_of(c->types, TYPE_LIST, parts[0]);
    case TYPE_NAME_MAP:
        if (!check_key(parts[0])) {
            diag_add(c->diags, DIAG_MAP_KEY, name->parts.items[0]->span, parts[0]->name, NULL,
                     NULL);
        }
        return type_map(c->types, parts[0], parts[1]);
    case TYPE_NAME_OPTIONAL: return type_of(c->types, TYPE_OPTIONAL, parts[0]);
    case TYPE_NAME_RESULT: return type_of(c->types, TYPE_RESULT, parts[0]);
    case TYPE_NAME_TUPLE: return type_tuple(c->types, parts, count);
    case TYPE_NAME_QUEUE: return type_of(c->types, TYPE_QUEUE, parts[0]);
    case TYPE_NAME_TASK: return type_of(c->types, TYPE_TASK, parts[0]);
    case TYPE_NAME_STREAM: return type_of(c->types, TYPE_STREAM, parts[0]);
    }
    return c->unknown;
}

// Was it said of a part of it?
static bool told_deep(const Check *c, Span span)
{
    size_t count = c->diags->all.count;
    const Diag *last = count > 0 ? c->diags->all.items[count - 1] : NULL;
    return last && last->code == DIAG_TYPE_TOO_DEEP && last->span.start >= span.start &&
           last->span.end <= span.end;
}

const Type *check_type_name(Check *c, TypeName *name)
{
    if (!name) {
        return c->nothing;
    }
    if (!name->type) {
        name->type = named(c, name);
        if (type_too_deep(c->types) && !told_deep(c, name->span)) {
            diag_add(c->diags, DIAG_TYPE_TOO_DEEP, name->span, NULL, NULL, NULL);
        }
    }
    return name->type;
}

// ── fitting ──────────────────────────────────────────────────────────────────────────────────────
// The same but for parts that are not known: [?] fits [int].
static bool same_but_open(const Type *type, const Type *want)
{
    if (type == want || !type || !want) {
        return type == want;
    }
    if (check_silent(type) || check_silent(want)) {
        return true;
    }
    bool structural = type->kind != TYPE_RECORD && type->kind != TYPE_ENUM;
    if (!structural || type->kind != want->kind || type->fields.count != want->fields.count) {
        return false;
    }
    if (!type->item && type->fields.count == 0) {
        return false;
    }
    for (size_t i = 0; i < type->fields.count; i++) {
        if (!same_but_open(type->fields.items[i].type, want->fields.items[i].type)) {
            return false;
        }
    }
    return same_but_open(type->item, want->item) && same_but_open(type->key, want->key);
}

static bool fit_all(Check *c, const Exprs *exprs, const Type *want)
{
    for (size_t i = 0; i < exprs->count; i++) {
        if (!check_fit(c, exprs->items[i], want)) {
            return false;
        }
    }
    return true;
}

// Numbers as written become floats where a float is wanted.
static bool make_float(Check *c, Expr *expr)
{
    if (!check_literal(expr)) {
        return false;
    }
    expr->type = c->real;
    if (expr->kind == EXPR_UNARY) {
        return make_float(c, expr->u.op.a);
    }
    if (expr->kind == EXPR_INT) {
        double value = (double)expr->u.integer;
        expr->kind = EXPR_FLOAT;
        expr->u.real = value;
    }
    return true;
}

// Text where a secret is wanted, and what holds texts where secrets are.
static bool hides(const Type *type, const Type *want)
{
    if (type->kind == TYPE_STRING && want->kind == TYPE_SECRET) {
        return true;
    }
    bool holder = type->kind == TYPE_LIST || type->kind == TYPE_MAP || type->kind == TYPE_OPTIONAL;
    return holder && type->kind == want->kind && type->key == want->key &&
           hides(type->item, want->item);
}

// Forms whose parts take the type of the context one by one.
static bool fit_parts(Check *c, Expr *expr, const Type *want)
{
    bool fits = false;
    switch ((int)expr->kind) {
    case EXPR_LIST: fits = want->kind == TYPE_LIST && fit_all(c, &expr->u.list.items,
        want->item); break;
    case EXPR_MAP:
        fits = want->kind == TYPE_MAP && fit_all(c, &expr->u.map.keys, want->key) &&
               fit_all(c, &expr->u.map.values, want->item);
        break;
    case EXPR_TUPLE:
        fits = want->kind == TYPE_TUPLE && want->fields.count == expr->u.list.items.count;
        for (size_t i = 0; fits && i < want->fields.count; i++) {
            fits = check_fit(c, expr->u.list.items.items[i], want->fields.items[i].type);
        }
        break;
    case EXPR_IF: fits = check_fit(c, expr->u.choice.then, want) && check_fit(c,
        expr->u.choice.otherwise, want); break;
    case EXPR_MATCH:
        fits = true;
        for (size_t i = 0; fits && i < expr->u.match.arms.count; i++) {
            Expr *value = expr->u.match.arms.items[i].value;
            fits = !value || check_fit(c, value, want);
        }
        break;
    }
    if (fits) {
        expr->type = want;
    }
    return fits;
}

// A text written where a secret is wanted is one. Other texts are taken only by the library.
static bool make_secret(Check *c, Expr *expr, const Type *want)
{
    bool text = expr->kind == EXPR_STRING || expr->kind == EXPR_TEXT;
    if (!hides(expr->type, want) || (!text && !c->at.hides)) {
        return false;
    }
    if (text) {
        expr->type = want;
    } else {
        expr->converted = want;
    }
    return true;
}

bool check_fit(Check *c, Expr *expr, const Type *want)
{
    const Type *type = expr->type;
    if (expr->converted) {
        return expr->converted == want || check_silent(want);
    }
    if (want->kind == TYPE_ANY) {
        check_close(c, expr);
        return true;
    }
    if (type == want || check_silent(type) || want->kind == TYPE_UNKNOWN) {
        return true;
    }
    if (expr->kind == EXPR_NONE) {
        expr->type = want->kind == TYPE_OPTIONAL ? want : type;
        return want->kind == TYPE_OPTIONAL;
    }
    if (type->kind == TYPE_INT && want->kind == TYPE_FLOAT) {
        return make_float(c, expr);
    }
    if (fit_parts(c, expr, want) || make_secret(c, expr, want)) {
        return true;
    }
    if (same_but_open(type, want)) {
        expr->type = type_open(want) ? type : want;
        return true;
    }
    bool wraps = (want->kind == TYPE_OPTIONAL || want->kind == TYPE_RESULT) && want->item;
    if (wraps && type->kind != TYPE_NOTHING && check_fit(c, expr, want->item)) {
        expr->converted = want;
        return true;
    }
    return false;
}

const Type *check_join(Check *c, const Type *a, const Type *b)
{
    if (a == b || check_silent(b)) {
        return a;
    }
    if (check_silent(a)) {
        return b;
    }
    for (int turn = 0; turn < 2; turn++) {
        if ((a->kind == TYPE_OPTIONAL || a->kind == TYPE_RESULT) && a->item) {
            const Type *inner = a->kind == b->kind ? b->item : b;
            const Type *item = inner ? check_join(c, a->item, inner) : NULL;
            if (item && (item == inner || item == a->item)) {
                return type_of(c->types, a->kind, item);
            }
        }
        const Type *swap = a;
        a = b;
        b = swap;
    }
    if (same_but_open(a, b)) {
        return type_open(a) ? b : a;
    }
    return NULL;
}

// ── saying that something does not fit ───────────────────────────────────────────────────────────
static const char *mismatch_help(Check *c, Diag *diag, const Expr *expr, const Type *want)
{
    const Type *type = expr->type;
    if (type->kind == TYPE_TASK && type->item == want) {
        return message_phrase(PHRASE_HELP_AWAIT);
    }
    if (type->kind == TYPE_RESULT && type->item == want) {
        return message_phrase(PHRASE_HELP_RESULT);
    }
    if (type->kind == TYPE_OPTIONAL && type->item == want) {
        return message_phrase(PHRASE_HELP_OPTIONAL);
    }
    if (type->kind == TYPE_SECRET) {
        return message_phrase(PHRASE_HELP_SECRET);
    }
    const char *stage = expr->kind == EXPR_IT ? check_written(c, expr->span) : NULL;
    if (stage && strcmp(stage, "it") != 0) { // |> fetch
        return say(c->diags, PHRASE_HELP_STAGE, stage, NULL);
    }
    if (hides(type, want)) {
        check_suggest_as(c, diag, expr, want->name);
        return diag->help;
    }
    if (check_suggest_literal(c, diag, expr, want) || expr->kind == EXPR_STRING) {
        return diag->help; // of a text that is no number none can be made
    }
    bool numbers = (type->kind == TYPE_INT && want->kind == TYPE_FLOAT) ||
                   (type->kind == TYPE_FLOAT && want->kind == TYPE_INT) ||
                   (type->kind == TYPE_STRING && (want->kind == TYPE_INT ||
                                                  want->kind == TYPE_FLOAT));
    if (numbers) {
        check_suggest_as(c, diag, expr, want->name);
        return diag->help;
    }
    if (want->kind == TYPE_STRING && (type_scalar(type) || type->kind == TYPE_ERROR)) {
        const char *written = check_written(c, expr->span);
        bool simple = written && !strpbrk(written, "\"{}:");
        if (simple) {
            check_suggest_around(c, diag, PHRASE_HELP_TEXT, expr->span, "\"{", "}\"");
            return diag->help;
        }
        return say(c->diags, PHRASE_HELP_TEXT, "\"{x}\"", NULL);
    }
    if (want->kind == TYPE_DURATION && (type->kind == TYPE_INT || type->kind == TYPE_FLOAT)) {
        return message_phrase(PHRASE_HELP_DURATION);
    }
    if (want->kind == TYPE_LIST && want->item == type) {
        check_suggest_around(c, diag, PHRASE_HELP_LIST, expr->span, "[", "]");
        return diag->help;
    }
    return NULL;
}

void check_mismatch(Check *c, const Expr *expr, const Type *want)
{
    const Type *type = expr->type;
    if (type->kind == TYPE_NOTHING) {
        diag_add(c->diags, DIAG_NO_VALUE, expr->span, NULL, NULL, NULL);
        return;
    }
    if (expr->kind == EXPR_NONE) {
        diag_add(c->diags, DIAG_NONE_MISFIT, expr->span, want->name, NULL, NULL);
        return;
    }
    Diag *diag = diag_add(c->diags, DIAG_MISMATCH, expr->span, type->name, want->name, NULL);
    diag->help = mismatch_help(c, diag, expr, want);
}
