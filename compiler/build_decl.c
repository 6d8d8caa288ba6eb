#include "build_node.h"

#include "grammar.h"

// ── declarations ─────────────────────────────────────────────────────────────────────────────────
void build_module_add(Build *build, Decl *decl)
{
    if (decl) {
        LIST_ADD(build->arena, &build->module->decls, decl);
        build->outside = false;
    }
}

Decl *build_use(Build *build, const Token *use, const Token *path, const Token *as)
{
    Decl *decl = node_decl(build, DECL_USE, use, as, as ? as->span : path->span);
    decl->path = path->text;
    return decl;
}

Decl *build_pub(Decl *decl, const Token *pub)
{
    if (!decl) {
        return NULL;
    }
    decl->pub = true;
    decl->span = node_join(pub->span, decl->span);
    decl->doc = pub->doc ? pub->doc : decl->doc;
    return decl;
}

Decl *build_task(Build *build, DeclKind kind, const Token *start, const Token *name,
                 ParamList *params, TypeName *result)
{
    Decl *decl = node_decl(build, kind, start, name, result ? result->span : params->end);
    decl->params = params->list;
    decl->broken = params->broken;
    decl->result = result;
    return decl;
}

Decl *build_blocking(Decl *decl)
{
    decl->blocking = true;
    return decl;
}

// Without its parameters a body is full of names that mean nothing: it is not kept.
static Block without_content(Build *build, const Block *body)
{
    Block block = {.span = body->span};
    Stmt *stmt = node_stmt(build, STMT_ERRONEOUS, body->span);
    LIST_ADD(build->arena, &block.stmts, stmt);
    return block;
}

Decl *build_task_body(Build *build, Decl *decl, Clauses *clauses, Block *body)
{
    decl->clauses = *clauses;
    decl->body = decl->broken ? without_content(build, body) : *body;
    decl->span = node_join(decl->span, body->span);
    return decl;
}

Decl *build_bare_main(Build *build, Stmts *stmts)
{
    const Source *source = build->module->source;
    Token whole = {.span = {source->base, source->base + source->length},
                   .text = source_intern(build->sources, "main", 4)};
    Decl *decl = node_decl(build, DECL_TASK, &whole, &whole, whole.span);
    decl->body = *build_block(build, &whole, stmts, &whole);
    return decl;
}

Decl *build_extern(Decl *decl, const Token *start)
{
    decl->is_extern = true;
    decl->span = node_join(start->span, decl->span);
    decl->doc = start->doc ? start->doc : decl->doc;
    return decl;
}

Decl *build_broken_task(Build *build, const Token *start, const Token *name, Block *body)
{
    Decl *decl = node_decl(build, start->kind == TOKEN_FN ? DECL_FN : DECL_TASK, start, name,
                           body->span);
    decl->broken = true;
    decl->body = without_content(build, body);
    build->module->nameless++; // the name may be what is wrong with it
    return decl;
}

Decl *build_record(Build *build, const Token *start, const Token *name, FieldList *fields,
                   const Token *end)
{
    Decl *decl = node_decl(build, DECL_RECORD, start, name, end->span);
    MOVE_LIST(decl->fields, fields->list);
    decl->broken = fields->broken;
    return decl;
}

Decl *build_enum(Build *build, const Token *start, const Token *name, CaseList *cases,
                 const Token *end)
{
    Decl *decl = node_decl(build, DECL_ENUM, start, name, end->span);
    MOVE_LIST(decl->cases, cases->list);
    decl->broken = cases->broken;
    return decl;
}

Decl *build_limiter(Build *build, const Token *start, const Token *name, ParamList *params,
                    Clauses *limits)
{
    Decl *decl = node_decl(build, DECL_LIMITER, start, name,
                           limits->items[limits->count - 1]->span);
    if (params) {
        decl->params = params->list;
    }
    decl->clauses = *limits;
    return decl;
}

Decl *build_queue_decl(Build *build, const Token *start, const Token *name, TypeName *item,
                       Expr *max)
{
    Decl *decl = node_decl(build, DECL_QUEUE, start, name, max->span);
    decl->item = item;
    decl->value = max;
    return decl;
}

Decl *build_let_decl(Build *build, const Token *start, const Token *name, TypeName *type,
                     Expr *value)
{
    Decl *decl = node_decl(build, DECL_LET, start, name, value->span);
    decl->item = type;
    decl->value = value;
    return decl;
}

Decl *build_test(Build *build, const Token *start, const Token *title, Block *body)
{
    Decl *decl = node_decl(build, DECL_TEST, start, NULL, body->span);
    decl->name = (Name){source_intern(build->sources, title->text, title->length), title->span};
    decl->body = *body;
    return decl;
}

ParamList *build_params(Build *build, ParamList *list, const Token *name, TypeName *type,
                        Expr *fallback)
{
    if (!list) {
        list = ARENA_NEW(build->arena, ParamList);
    }
    if (name) {
        Param param = {
            .name = node_name(name), .type_name = type, .fallback = fallback, .doc = name->doc};
        LIST_ADD(build->arena, &list->list, param);
    }
    return list;
}

ParamList *build_params_end(ParamList *list, const Token *end)
{
    list->end = end->span;
    return list;
}

ParamList *build_broken_params(Build *build, const Token *end)
{
    ParamList *list = build_params_end(build_params(build, NULL, NULL, NULL, NULL), end);
    list->broken = true;
    return list;
}

FieldList *build_fields(Build *build, FieldList *list, const Field *field)
{
    if (!list) {
        list = ARENA_NEW(build->arena, FieldList);
    }
    if (field) {
        LIST_ADD(build->arena, &list->list, *field);
    }
    return list;
}

Field *build_field(Build *build, const Token *name, const Token *key, TypeName *type,
                   Expr *fallback)
{
    Field *field = ARENA_NEW(build->arena, Field);
    *field = (Field){node_name(name), key ? key->text : NULL, type, fallback, name->doc};
    return field;
}

CaseList *build_cases(Build *build, CaseList *list, const Case *item)
{
    if (!list) {
        list = ARENA_NEW(build->arena, CaseList);
    }
    if (item) {
        LIST_ADD(build->arena, &list->list, *item);
    }
    return list;
}

Case *build_case(Build *build, const Token *name, ParamList *params)
{
    Case *item = ARENA_NEW(build->arena, Case);
    item->name = node_name(name);
    item->doc = name->doc;
    if (params) {
        item->params = params->list;
    }
    return item;
}

// ── types ────────────────────────────────────────────────────────────────────────────────────────
static TypeName *done_type(Build *build, TypeName *type)
{
    for (size_t i = 0; i < type->parts.count; i++) {
        node_under_type(&type->depth, type->parts.items[i]);
    }
    if (type->depth > NODE_DEPTH_MAX) {
        node_report_deep(build, type->span);
        return type->parts.items[0];
    }
    return type;
}

TypeName *build_type_name(Build *build, const Token *module, const Token *name)
{
    TypeName *type = ARENA_NEW(build->arena, TypeName);
    type->kind = TYPE_NAME_PLAIN;
    type->span = module ? node_join(module->span, name->span) : name->span;
    type->module = node_name(module);
    type->name = node_name(name);
    return type;
}

TypeName *build_type(Build *build, TypeNameKind kind, const Token *start, TypeName *a, TypeName *b,
                     const Token *end)
{
    TypeName *type = ARENA_NEW(build->arena, TypeName);
    type->kind = kind;
    type->span = node_join(start ? start->span : a->span, end->span);
    LIST_ADD(build->arena, &type->parts, a);
    if (b) {
        LIST_ADD(build->arena, &type->parts, b);
    }
    return done_type(build, type);
}

TypeName *build_tuple_type(Build *build, const Token *start, TypeNames *parts, const Token *end)
{
    TypeName *type = ARENA_NEW(build->arena, TypeName);
    type->kind = TYPE_NAME_TUPLE;
    type->span = node_join(start->span, end->span);
    MOVE_LIST(type->parts, parts->list);
    return done_type(build, type);
}

TypeNames *build_types(Build *build, TypeNames *list, TypeName *type)
{
    if (!list) {
        list = ARENA_NEW(build->arena, TypeNames);
    }
    LIST_ADD(build->arena, &list->list, type);
    return list;
}
