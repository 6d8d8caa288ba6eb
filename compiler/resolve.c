#include "resolver.h"

#include <string.h>

// ── the program ──────────────────────────────────────────────────────────────────────────────────
Program *program_new(Arena *arena)
{
    Program *program = ARENA_NEW(arena, Program);
    program->arena = arena;
    program->types = types_new(arena);
    program->library = library_new(arena, program->types);
    program->library_names = symbols_new(arena);
    return program;
}

static const TypeKind plain_types[] = {TYPE_INT,    TYPE_FLOAT, TYPE_BOOL, TYPE_DURATION, TYPE_TIME,
                                       TYPE_STRING,
                                       TYPE_BYTES,  TYPE_JSON,  TYPE_SECRET, TYPE_ERROR,
                                           TYPE_NOTHING};

static const Type *plain_type(Program *program, const char *name)
{
    for (size_t i = 0; i < sizeof plain_types / sizeof *plain_types; i++) {
        const Type *type = type_plain(program->types, plain_types[i]);
        if (strcmp(type->name, name) == 0) {
            return type;
        }
    }
    return NULL;
}

// `json` is a namespace and a type, `env` one and a function: the symbol is the namespace and has
// the other.
static Symbol *library_symbol(Program *program, const char *name)
{
    Symbol *known = symbols_find(program->library_names, name);
    if (known) {
        return known;
    }
    Symbol symbol = {.name = name};
    symbol.builtin = library_function(program->library, NULL, name);
    symbol.type = plain_type(program, name);
    if (!symbol.type) {
        symbol.type = library_type(program->library, name);
    }
    if (library_space(program->library, name)) {
        symbol.kind = SYMBOL_SPACE;
    } else if (symbol.builtin) {
        symbol.kind = SYMBOL_BUILTIN;
    } else if (symbol.type) {
        symbol.kind = SYMBOL_TYPE;
    } else {
        return NULL;
    }
    known = ARENA_NEW(program->arena, Symbol);
    *known = symbol;
    symbols_add(program->library_names, name, known);
    return known;
}

Symbol *resolve_global(Program *program, const Module *module, const char *name)
{
    Symbol *symbol = symbols_find(module->names, name);
    return symbol ? symbol : library_symbol(program, name);
}

// ── locals ───────────────────────────────────────────────────────────────────────────────────────
size_t resolver_enter(Resolver *r, size_t *block)
{
    *block = r->block;
    r->block = symbols_mark(r->locals);
    return r->block;
}

void resolver_leave(Resolver *r, size_t mark, size_t block)
{
    symbols_release(r->locals, mark);
    r->block = block;
}

static void duplicate(Resolver *r, Name name, const Symbol *first)
{
    Diag *diag = diag_add(r->diags, DIAG_DUPLICATE_NAME, name.span, name.text, NULL, NULL);
    diag_label(r->diags, diag, first->span, message_phrase(PHRASE_FIRST_DECLARED));
}

Symbol *resolver_declare(Resolver *r, SymbolKind kind, Name name, bool variable)
{
    if (!name.text) {
        return NULL;
    }
    Symbol *symbol = ARENA_NEW(r->arena, Symbol);
    symbol->kind = kind;
    symbol->name = name.text;
    symbol->span = name.span;
    symbol->decl = r->decl;
    symbol->variable = variable;
    symbol->bound = kind == SYMBOL_LOCAL;
    if (strcmp(name.text, "_") == 0) {
        return symbol;
    }
    symbol->reads = module_lost(r->module, name.text) ? 1 : 0;
    Symbol *first = symbols_find_since(r->locals, name.text, r->block);
    if (first) {
        duplicate(r, name, first);
    }
    symbols_add(r->locals, name.text, symbol);
    return symbol;
}

void resolver_uses(Resolver *r, Symbol *symbol)
{
    if (symbol->decl && symbol->kind != SYMBOL_LOCAL && symbol->kind != SYMBOL_PARAM &&
        symbol->kind != SYMBOL_ITEM) {
        LIST_ADD(r->arena, &r->decl->uses, symbol);
    }
}

Symbol *resolver_find(Resolver *r, const char *name)
{
    Symbol *symbol = symbols_find(r->locals, name);
    if (!symbol) {
        symbol = resolve_global(r->program, r->module, name);
        if (symbol) {
            resolver_uses(r, symbol);
        }
    }
    return symbol;
}

// ── unknown names ────────────────────────────────────────────────────────────────────────────────
enum { GUESSES = 64 };

static void near_table(Nearest *nearest, const SymbolTable *table)
{
    for (size_t i = 0; i < symbols_mark(table); i++) {
        text_nearest(nearest, symbols_at(table, i)->name);
    }
}

static void near_limiters(Nearest *nearest, const SymbolTable *table)
{
    for (size_t i = 0; i < symbols_mark(table); i++) {
        if (symbols_at(table, i)->kind == SYMBOL_LIMITER) {
            text_nearest(nearest, symbols_at(table, i)->name);
        }
    }
}

// `up` where State.up is meant.
static bool say_case(Resolver *r, Diag *diag, Name name)
{
    for (size_t i = 0; i < r->module->decls.count; i++) {
        const Decl *decl = r->module->decls.items[i];
        for (size_t j = 0; decl->kind == DECL_ENUM && j < decl->cases.count; j++) {
            if (strcmp(decl->cases.items[j].name.text, name.text) == 0) {
                diag->help = say(r->diags, PHRASE_HELP_CASE_OF, decl->name.text, name.text);
                diag_edit(r->diags, diag, (Span){name.span.start, name.span.start},
                          arena_print(r->arena, "%s.", decl->name.text));
                return true;
            }
        }
    }
    return false;
}

void resolver_unknown(Resolver *r, int code, Name name)
{
    if (module_lost(r->module, name.text)) {
        return; // said already
    }
    if (r->module->nameless > 0) { // probably what the name is missing of
        r->module->nameless--;
        LIST_ADD(r->arena, &r->module->lost, name.text);
        return;
    }
    Diag *diag = say_once(r->diags, code, name.span, name.text, NULL);
    if (!diag) {
        return;
    }
    if (code == DIAG_UNKNOWN_NAME && strcmp(name.text, "queue") == 0) {
        diag->help = message_phrase(PHRASE_HELP_QUEUE_OF);
        return;
    }
    if (r->guesses++ >= GUESSES) {
        return;
    }
    Nearest nearest = {.wanted = name.text};
    if (code == DIAG_UNKNOWN_LIMITER) { // nothing else can stand there
        near_limiters(&nearest, r->module->names);
        say_nearest(r->diags, diag, &nearest);
        return;
    }
    if (say_habit(r->diags, diag, HABIT_NAME, name.text) || say_case(r, diag, name)) {
        return;
    }
    near_table(&nearest, r->locals);
    near_table(&nearest, r->module->names);
    size_t count;
    const Builtin *all = library_all(r->program->library, &count);
    for (size_t i = 0; i < count; i++) {
        if (!all[i].receiver) {
            text_nearest(&nearest, all[i].space ? all[i].space : all[i].name);
        }
    }
    say_nearest(r->diags, diag, &nearest);
}

static void unknown_member(Resolver *r, Symbol *owner, Name name)
{
    if (owner->kind == SYMBOL_MODULE && module_lost(owner->decl->module, name.text)) {
        return; // said already, in that file
    }
    Diag *diag = say_once(r->diags, DIAG_UNKNOWN_MEMBER, name.span, owner->name, name.text);
    if (!diag) {
        return;
    }
    if (r->guesses++ >= GUESSES) {
        return;
    }
    Nearest nearest = {.wanted = name.text};
    if (owner->kind == SYMBOL_MODULE) {
        near_table(&nearest, owner->decl->module->names);
    } else {
        size_t count;
        const Builtin *all = library_all(r->program->library, &count);
        for (size_t i = 0; i < count; i++) {
            if (all[i].space && strcmp(all[i].space, owner->name) == 0) {
                text_nearest(&nearest, all[i].name);
            }
        }
    }
    say_nearest(r->diags, diag, &nearest);
}

static Symbol *space_member(Resolver *r, Symbol *space, Name name)
{
    const Builtin *builtin = library_function(r->program->library, space->name, name.text);
    if (!builtin) {
        unknown_member(r, space, name);
        return NULL;
    }
    Symbol *symbol = symbols_find(r->program->library_names, builtin->path);
    if (!symbol) {
        symbol = ARENA_NEW(r->arena, Symbol);
        symbol->kind = SYMBOL_BUILTIN;
        symbol->name = builtin->path;
        symbol->builtin = builtin;
        symbols_add(r->program->library_names, builtin->path, symbol);
    }
    return symbol;
}

// A member of a module or a namespace; NULL when there is none, which is reported.
Symbol *resolver_member(Resolver *r, Symbol *owner, Name name)
{
    if (owner->kind == SYMBOL_SPACE) {
        return space_member(r, owner, name);
    }
    if (!owner->decl->module) {
        return NULL; // the module could not be had, which was reported
    }
    Symbol *symbol = symbols_find(owner->decl->module->names, name.text);
    if (!symbol || symbol->kind == SYMBOL_MODULE) {
        unknown_member(r, owner, name);
        return NULL;
    }
    if (!symbol->decl->pub) {
        Diag *diag = diag_add(r->diags, DIAG_NOT_PUBLIC, name.span, name.text, owner->name, NULL);
        diag_label(r->diags, diag, symbol->span, message_phrase(PHRASE_DECLARED_HERE));
    }
    resolver_uses(r, symbol);
    return symbol;
}

// ── declarations ─────────────────────────────────────────────────────────────────────────────────
static SymbolKind symbol_kind(const Decl *decl)
{
    switch (decl->kind) {
    case DECL_USE: return SYMBOL_MODULE;
    case DECL_TASK: return SYMBOL_TASK;
    case DECL_FN: return SYMBOL_FN;
    case DECL_RECORD: return SYMBOL_RECORD;
    case DECL_ENUM: return SYMBOL_ENUM;
    case DECL_LIMITER: return SYMBOL_LIMITER;
    case DECL_QUEUE: return SYMBOL_QUEUE;
    case DECL_LET: case DECL_TEST: break;
    }
    return SYMBOL_CONSTANT;
}

static bool clause_word(const char *name)
{
    static const char *const words[] = {"limit", "rate",  "per",   "burst",   "within",  "timeout",
                                        "deadline",
                                        "after", "retry", "backoff", "cache", "collect", "ordered"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static void declare_global(Resolver *r, Module *module, Decl *decl, uint32_t *limiters)
{
    Name name = decl->name;
    Symbol *symbol = ARENA_NEW(r->arena, Symbol);
    symbol->kind = symbol_kind(decl);
    symbol->name = name.text;
    symbol->span = name.span;
    symbol->decl = decl;
    decl->symbol = symbol;
    if (decl->kind != DECL_USE) {
        decl->module = module;
    }
    if (decl->kind == DECL_LIMITER) {
        symbol->index = (*limiters)++;
    }
    if (!name.text || decl->kind == DECL_TEST) {
        return;
    }
    Symbol *first = symbols_find(module->names, name.text);
    if (first) {
        duplicate(r, name, first);
        return;
    }
    bool callable = decl->kind == DECL_TASK || decl->kind == DECL_FN || decl->kind == DECL_LIMITER;
    if (callable && clause_word(name.text)) {
        diag_add(r->diags, DIAG_CLAUSE_WORD_NAME, name.span, name.text, NULL, NULL);
    } else if (plain_type(r->program, name.text)) {
        diag_add(r->diags, DIAG_BUILTIN_TYPE_NAME, name.span, name.text, NULL, NULL);
    }
    symbols_add(module->names, name.text, symbol);
}

static void resolve_params(Resolver *r, Params *params)
{
    for (size_t i = 0; i < params->count; i++) {
        resolve_expr(r, params->items[i].fallback);
    }
    for (size_t i = 0; i < params->count; i++) {
        params->items[i].symbol = resolver_declare(r, SYMBOL_PARAM, params->items[i].name, false);
    }
}

// Names of a type, for the order of declarations; check reports what is unknown in them.
static void resolve_type_name(Resolver *r, const TypeName *name)
{
    if (!name) {
        return;
    }
    for (size_t i = 0; i < name->parts.count; i++) {
        resolve_type_name(r, name->parts.items[i]);
    }
    Symbol *symbol = name->name.text && !name->module.text ? symbols_find(r->module->names,
        name->name.text) : NULL;
    if (symbol) {
        resolver_uses(r, symbol);
    }
}

static void resolve_decl(Resolver *r, Decl *decl)
{
    size_t block, mark = resolver_enter(r, &block);
    r->decl = decl;
    r->it = NULL;
    for (size_t i = 0; i < decl->params.count; i++) {
        resolve_type_name(r, decl->params.items[i].type_name);
    }
    resolve_type_name(r, decl->result);
    resolve_type_name(r, decl->item);
    resolve_expr(r, decl->value);
    for (size_t i = 0; i < decl->fields.count; i++) {
        resolve_type_name(r, decl->fields.items[i].type_name);
        resolve_expr(r, decl->fields.items[i].fallback);
    }
    for (size_t i = 0; i < decl->cases.count; i++) {
        size_t inner, case_mark = resolver_enter(r, &inner);
        for (size_t j = 0; j < decl->cases.items[i].params.count; j++) {
            resolve_type_name(r, decl->cases.items[i].params.items[j].type_name);
        }
        resolve_params(r, &decl->cases.items[i].params);
        resolver_leave(r, case_mark, inner);
    }
    if (decl->kind == DECL_LIMITER) {
        resolve_clauses(r, &decl->clauses); // one limiter for all keys: its values do not see them
        resolve_params(r, &decl->params);
    } else {
        resolve_params(r, &decl->params);
        resolve_clauses(r, &decl->clauses);
    }
    resolve_block_here(r, &decl->body);
    resolver_leave(r, mark, block);
}

void resolve(Program *program, Diags *diags)
{
    Resolver r = {.program = program, .arena = program->arena, .diags = diags};
    r.locals = symbols_new(r.arena);
    uint32_t limiters = 0;
    for (size_t i = 0; i < program->modules.count; i++) {
        Module *module = program->modules.items[i];
        module->names = symbols_new(r.arena);
        for (size_t j = 0; j < module->decls.count; j++) {
            declare_global(&r, module, module->decls.items[j], &limiters);
        }
    }
    for (size_t i = 0; i < program->modules.count; i++) {
        r.module = program->modules.items[i];
        for (size_t j = 0; j < r.module->decls.count; j++) {
            resolve_decl(&r, r.module->decls.items[j]);
        }
    }
    if (program->modules.count > 0) {
        Symbol *named = symbols_find(program->modules.items[0]->names, "main");
        program->main = named && named->kind == SYMBOL_TASK ? named : NULL;
    }
    resolve_order(program, diags);
}
