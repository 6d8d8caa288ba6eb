// check_decl.c: declarations: types, signatures, values at the top of a file, bodies.
#include "checker.h"

#include <string.h>

static void enter(Check *c, Decl *decl)
{
    c->decl = decl;
    c->module = decl->module;
    c->at = (Where){.ban = BAN_CONSTANT, .barrier = BARRIER_NONE};
    c->breaks = 0;
    c->yielded = false;
}

void check_unique(Check *c, SymbolTable *names, Name name)
{
    Symbol *first = symbols_find(names, name.text);
    if (first) {
        Diag *diag = diag_add(c->diags, DIAG_DUPLICATE_NAME, name.span, name.text, NULL, NULL);
        diag_label(c->diags, diag, first->span, message_phrase(PHRASE_FIRST_DECLARED));
        return;
    }
    Symbol *symbol = ARENA_NEW(c->arena, Symbol);
    symbol->name = name.text;
    symbol->span = name.span;
    symbols_add(names, name.text, symbol);
}

// A type of something that has a value.
static const Type *value_type(Check *c, TypeName *name)
{
    const Type *type = check_type_name(c, name);
    if (name && type->kind == TYPE_NOTHING) {
        diag_add(c->diags, DIAG_NOTHING_TYPE, name->span, NULL, NULL, NULL);
        return c->unknown;
    }
    return name ? type : c->unknown;
}

// ── records and enums ────────────────────────────────────────────────────────────────────────────
static void fill_record(Check *c, const Decl *decl, Type *type)
{
    SymbolTable *names = symbols_new(c->arena);
    for (size_t i = 0; i < decl->fields.count; i++) {
        const Field *field = &decl->fields.items[i];
        TypeField made = {.name = field->name.text, .key = field->key ? field->key
                          : field->name.text};
        check_unique(c, names, field->name);
        made.type = value_type(c, field->type_name);
        made.fallback = field->fallback;
        made.span = field->name.span;
        LIST_ADD(c->arena, &type->fields, made);
    }
}

static void fill_enum(Check *c, const Decl *decl, Type *type)
{
    SymbolTable *names = symbols_new(c->arena);
    for (size_t i = 0; i < decl->cases.count; i++) {
        const Case *one = &decl->cases.items[i];
        TypeCase made = {.name = one->name.text, .span = one->name.span};
        check_unique(c, names, one->name);
        for (size_t j = 0; j < one->params.count; j++) {
            const Param *param = &one->params.items[j];
            TypeField field = {.name = param->name.text, .key = param->name.text,
                               .span = param->name.span};
            field.type = value_type(c, param->type_name);
            field.fallback = param->fallback;
            param->symbol->type = field.type;
            LIST_ADD(c->arena, &made.fields, field);
        }
        LIST_ADD(c->arena, &type->cases, made);
    }
}

// A record that holds itself, not through a list, a map, an optional or an enum, could never be
// made.
enum { LOOKING = 3, FINITE = 4, DEEPEST = 2000 };

static bool endless(const Type *type, unsigned depth)
{
    if (type->kind == TYPE_TUPLE || (type->kind == TYPE_RECORD && type->decl)) {
        if (type->decl && type->decl->order >= LOOKING) {
            return type->decl->order == LOOKING;
        }
        if (depth > DEEPEST) {
            return false;
        }
        if (type->decl) {
            type->decl->order = LOOKING;
        }
        bool found = false;
        for (size_t i = 0; i < type->fields.count && !found; i++) {
            found = endless(type->fields.items[i].type, depth + 1);
        }
        if (type->decl) {
            type->decl->order = FINITE;
        }
        return found;
    }
    return false;
}

static void check_endless(Check *c, const Decl *decl)
{
    for (size_t i = 0; decl->order < LOOKING && i < decl->fields.count; i++) {
        const Type *type = decl->symbol->type;
        if (endless(type, 0)) {
            diag_add(c->diags, DIAG_ENDLESS_RECORD, decl->name.span, decl->name.text, NULL, NULL);
        }
    }
}

// ── signatures ───────────────────────────────────────────────────────────────────────────────────
static void check_main(Check *c, const Decl *decl)
{
    const Param *rest = NULL;
    for (size_t i = 0; i < decl->params.count; i++) {
        const Param *param = &decl->params.items[i];
        const Type *type = param->symbol->type;
        bool list = type->kind == TYPE_LIST;
        const Type *item = list || type->kind == TYPE_OPTIONAL ? type->item : type;
        bool plain = item->kind == TYPE_STRING || item->kind == TYPE_INT ||
            item->kind == TYPE_FLOAT ||
                     item->kind == TYPE_BOOL || item->kind == TYPE_DURATION || check_silent(item) ||
                     (item->kind == TYPE_ENUM && type_scalar(item));
        if (!plain) {
            diag_add(c->diags, DIAG_MAIN_PARAM, param->type_name->span, type->name, NULL, NULL);
        } else if (rest && !param->fallback) {
            Diag *diag = diag_add(c->diags, DIAG_MAIN_REST, param->name.span, rest->name.text, NULL,
                                  NULL);
            diag_label(c->diags, diag, rest->name.span, message_phrase(PHRASE_DECLARED_HERE));
        }
        rest = list && !param->fallback ? param : rest;
    }
    const Type *result = decl->symbol->type;
    if (result->kind != TYPE_NOTHING && !check_takes(result, TYPE_INT)) {
        diag_add(c->diags, DIAG_MAIN_RESULT, decl->result->span, result->name, NULL, NULL);
    }
}

// C takes part in no wait: a handle would be of no use to it.
static void check_extern(Check *c, const Decl *decl)
{
    const Type *result = decl->symbol->type;
    for (size_t i = 0; i < decl->params.count && !decl->blocking; i++) {
        const Param *param = &decl->params.items[i];
        if (type_handle(param->symbol->type)) {
            diag_add(c->diags, DIAG_HANDLE_TO_C, param->type_name->span,
                     param->symbol->type->name, decl->name.text, NULL);
        }
    }
    if (type_handle(result)) {
        diag_add(c->diags, DIAG_HANDLE_TO_C, decl->result->span, result->name, decl->name.text,
                 NULL);
    }
}

static void check_signature(Check *c, Decl *decl)
{
    Symbol *symbol = decl->symbol;
    enter(c, decl);
    for (size_t i = 0; i < decl->params.count; i++) {
        Param *param = &decl->params.items[i];
        param->symbol->type = value_type(c, param->type_name);
        if (decl->kind == DECL_LIMITER && !check_key(param->symbol->type)) {
            diag_add(c->diags, DIAG_MAP_KEY, param->type_name->span, param->symbol->type->name,
                     NULL, NULL);
        }
        if (decl->blocking && type_handle(param->symbol->type)) {
            diag_add(c->diags, DIAG_HANDLE_TO_POOL, param->type_name->span,
                     param->symbol->type->name, decl->name.text,
                     NULL);
        }
    }
    switch (decl->kind) {
    case DECL_TASK: case DECL_FN: symbol->type = check_type_name(c, decl->result); break;
    case DECL_QUEUE: symbol->type = type_of(c->types, TYPE_QUEUE, value_type(c, decl->item)); break;
    case DECL_LET: symbol->type = decl->item ? value_type(c, decl->item) : NULL; break;
    case DECL_USE: case DECL_RECORD: case DECL_ENUM: case DECL_LIMITER: case DECL_TEST: break;
    }
    if (decl->is_extern) {
        check_extern(c, decl);
    }
}

void check_types(Check *c)
{
    Program *program = c->program;
    for (size_t i = 0; i < program->decls.count; i++) {
        Decl *decl = program->decls.items[i];
        if (decl->kind == DECL_RECORD || decl->kind == DECL_ENUM) {
            TypeKind kind = decl->kind == DECL_RECORD ? TYPE_RECORD : TYPE_ENUM;
            decl->symbol->type = type_declared(c->types, kind, decl->name.text, decl);
        }
    }
    for (size_t i = 0; i < program->decls.count; i++) {
        Decl *decl = program->decls.items[i];
        enter(c, decl);
        if (decl->kind == DECL_RECORD) {
            fill_record(c, decl, (Type *)(uintptr_t)decl->symbol->type);
        } else if (decl->kind == DECL_ENUM) {
            fill_enum(c, decl, (Type *)(uintptr_t)decl->symbol->type);
        }
    }
    for (size_t i = 0; i < program->decls.count; i++) {
        Decl *decl = program->decls.items[i];
        if (decl->kind == DECL_RECORD) {
            check_endless(c, decl);
        } else if (decl->kind != DECL_ENUM) {
            check_signature(c, decl);
        }
    }
    if (program->main) {
        check_main(c, program->main->decl);
    }
}

// ── values ───────────────────────────────────────────────────────────────────────────────────────
static void check_top_value(Check *c, Decl *decl)
{
    enter(c, decl);
    const Type *want = decl->symbol->type && decl->symbol->type->kind != TYPE_UNKNOWN
        ? decl->symbol->type : NULL;
    check_value(c, decl->value, want);
    decl->symbol->type = want ? want : check_settled(c, decl->value, decl->name.text);
}

static void check_defaults(Check *c, const Params *params)
{
    for (size_t i = 0; i < params->count; i++) {
        const Param *param = &params->items[i];
        if (param->fallback) {
            const Type *type = param->symbol->type;
            check_value(c, param->fallback, check_silent(type) ? NULL : type);
        }
    }
}

static void check_declared_values(Check *c, Decl *decl)
{
    enter(c, decl);
    c->at.ban = BAN_DEFAULT;
    check_defaults(c, &decl->params);
    for (size_t i = 0; i < decl->cases.count; i++) {
        check_defaults(c, &decl->cases.items[i].params);
    }
    for (size_t i = 0; i < decl->fields.count; i++) {
        Expr *fallback = decl->fields.items[i].fallback;
        const Type *type = i < decl->symbol->type->fields.count
            ? decl->symbol->type->fields.items[i].type : c->unknown;
        if (fallback) {
            check_value(c, fallback, check_silent(type) ? NULL : type);
        }
    }
    c->at.ban = BAN_CONSTANT;
    if (decl->kind == DECL_QUEUE && decl->value) {
        int64_t max;
        check_value(c, decl->value, c->integer);
        if (check_constant(decl->value, &max) && max < 1) {
            diag_add(c->diags, DIAG_CLAUSE_VALUE, decl->value->span, "max", "1", NULL);
        }
    } else if (decl->kind == DECL_LIMITER) {
        check_clauses(c, &decl->clauses, HOME_LIMITER);
    }
}

void check_values(Check *c)
{
    Program *program = c->program;
    for (size_t i = 0; i < program->decls.count; i++) {
        if (program->decls.items[i]->kind == DECL_LET) {
            check_top_value(c, program->decls.items[i]);
        }
    }
    for (size_t i = 0; i < program->decls.count; i++) {
        check_declared_values(c, program->decls.items[i]);
    }
}

// ── bodies ───────────────────────────────────────────────────────────────────────────────────────
static void check_body(Check *c, Decl *decl)
{
    enter(c, decl);
    const Type *result = decl->kind == DECL_TEST ? c->nothing : decl->symbol->type;
    bool stream = decl->kind == DECL_TASK && result->kind == TYPE_STREAM;
    c->at.task = decl->kind != DECL_FN;
    c->at.test = decl->kind == DECL_TEST;
    c->at.ban = BAN_NONE;
    c->at.result = result;
    c->at.yields = stream ? result->item : NULL;
    if (decl->kind == DECL_TASK) {
        check_clauses(c, &decl->clauses, stream ? HOME_STREAM_TASK : HOME_TASK);
    } else if (decl->kind == DECL_FN) {
        check_clauses(c, &decl->clauses, HOME_FN);
    }
    if (decl->is_extern) {
        return;
    }
    bool ends = check_block(c, &decl->body);
    if (ends || check_silent(result) || result->kind == TYPE_NOTHING || c->yielded) {
        return;
    }
    Span brace = {decl->body.span.end - 1, decl->body.span.end};
    Diag *diag = diag_add(c->diags, stream ? DIAG_NEVER_YIELDS : DIAG_MISSING_RETURN, brace,
                          decl->name.text, result->name, NULL);
    diag_label(c->diags, diag, decl->result->span, message_phrase(PHRASE_PROMISED));
}

// In source order, so that what is said first is said of what stands first.
void check_bodies(Check *c)
{
    for (size_t i = 0; i < c->program->modules.count; i++) {
        const Module *module = c->program->modules.items[i];
        for (size_t j = 0; j < module->decls.count; j++) {
            Decl *decl = module->decls.items[j];
            if (decl->kind == DECL_TASK || decl->kind == DECL_FN || decl->kind == DECL_TEST) {
                check_body(c, decl);
            }
        }
    }
}
