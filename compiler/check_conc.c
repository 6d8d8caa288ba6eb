// check_conc.c: gather, as_completed, race and comprehensions: what runs, over what, and the type
// of the whole.
#include "checker.h"

#include <string.h>

void check_own(Check *c, Symbol *symbol, const Type *type)
{
    if (symbol) {
        symbol->type = type;
        symbol->level = c->at.level;
    }
}

// ── sources and loop names ───────────────────────────────────────────────────────────────────────
const Type *check_source(Check *c, Expr *source, bool *waits)
{
    const Type *type = check_expr(c, source, NULL);
    *waits = false;
    switch (type->kind) {
    case TYPE_UNKNOWN: return c->unknown;
    case TYPE_NEVER: return check_tells(c, source, type);
    case TYPE_RANGE: return c->integer;
    case TYPE_LIST: return type->item;
    case TYPE_MAP: {
        const Type *pair[] = {type->key, type->item};
        return type_tuple(c->types, pair, 2);
    }
    case TYPE_QUEUE: case TYPE_STREAM: *waits = true; return type->item;
    case TYPE_NOTHING: case TYPE_INT: case TYPE_FLOAT: case TYPE_BOOL: case TYPE_DURATION:
    case TYPE_TIME:
    case TYPE_STRING: case TYPE_BYTES: case TYPE_JSON: case TYPE_SECRET: case TYPE_ERROR:
    case TYPE_TUPLE:
    case TYPE_RECORD: case TYPE_ENUM: case TYPE_OPTIONAL: case TYPE_RESULT: case TYPE_TASK:
    case TYPE_ANY:
    case TYPE_VARIABLE: break;
    }
    Diag *diag = diag_add(c->diags, DIAG_NO_SOURCE, source->span, type->name, NULL, NULL);
    diag->help = type->kind == TYPE_INT        ? message_phrase(PHRASE_HELP_RANGE)
                 : type->kind == TYPE_OPTIONAL ? message_phrase(PHRASE_HELP_OPTIONAL)
                 : type->kind == TYPE_RESULT   ? message_phrase(PHRASE_HELP_RESULT)
                 : type->kind == TYPE_TASK     ? message_phrase(PHRASE_HELP_AWAIT)
                                               : NULL;
    return c->unknown;
}

void check_loop_names(Check *c, const Names *names, Symbol *const *symbols, const Type *item)
{
    if (names->count == 1) {
        check_own(c, symbols[0], item);
        return;
    }
    bool pair = item->kind == TYPE_TUPLE && item->fields.count == names->count;
    for (size_t i = 0; i < names->count; i++) {
        check_own(c, symbols[i], pair ? item->fields.items[i].type : c->unknown);
    }
    if (!pair && !check_silent(item)) {
        diag_add(c->diags, DIAG_LOOP_NAMES, names->items[1].span, say_count(c->diags, names->count),
                 item->name, NULL);
    }
}

// The loops of a form over items. True: a source may make it wait, or never end.
static bool check_loops(Check *c, Each *each)
{
    bool endless = false;
    for (size_t i = 0; i < each->loops.count; i++) {
        EachFor *loop = &each->loops.items[i];
        bool waits;
        const Type *item = check_source(c, loop->source, &waits);
        if (waits) {
            check_wait(c, loop->source->span, WAITING_FORM, "for", NULL);
            endless = true;
        }
        c->at.level++; // what runs has its own copy
        check_loop_names(c, &loop->names, loop->symbols.items, item);
        c->at.level--;
    }
    if (each->condition) {
        check_condition(c, each->condition);
    }
    return endless;
}

// ── what one branch gives ────────────────────────────────────────────────────────────────────────
static const Type *check_branch(Check *c, Expr *value)
{
    Where outer = c->at;
    c->at.barrier = BARRIER_BRANCH;
    c->at.loop = false;
    c->at.result = NULL;
    c->at.yields = NULL;
    c->at.ban = c->at.task ? BAN_NONE : c->at.ban;
    c->at.level++;
    const Type *type = check_expr(c, value, NULL);
    if (type->kind == TYPE_RANGE) {
        value->type = type = check_list(c, c->integer);
    }
    c->at = outer;
    return type;
}

static bool gives(const Type *type)
{
    return type->kind != TYPE_NOTHING && type->kind != TYPE_NEVER;
}

static const Type *wrapped(Check *c, const Expr *expr, const Type *type)
{
    return expr->u.conc.collect ? type_of(c->types, TYPE_RESULT, type) : type;
}

// ── branches in braces ───────────────────────────────────────────────────────────────────────────
static void check_branch_names(Check *c, const Expr *expr)
{
    size_t named = 0, count = expr->u.conc.branches.count;
    const Branch *branches = expr->u.conc.branches.items;
    SymbolTable *names = NULL;
    for (size_t i = 0; i < count; i++) {
        if (branches[i].value->kind == EXPR_ERRONEOUS) {
            return; // it may have had a name
        }
        if (branches[i].name.text) {
            named++;
            names = names ? names : symbols_new(c->arena);
            check_unique(c, names, branches[i].name);
        }
    }
    if (named > 0 && (named < count || expr->kind != EXPR_GATHER)) {
        size_t i = 0;
        while (named < count ? branches[i].name.text != NULL : !branches[i].name.text) {
            i++;
        }
        Span span = named < count ? branches[i].value->span : branches[i].name.span;
        int code = named < count ? DIAG_BRANCH_UNNAMED : DIAG_BRANCH_NAMED;
        Diag *diag = diag_add(c->diags, code, span, NULL, NULL, NULL);
        for (i = 0; named == count && i < count; i++) {
            check_suggest_removal(
                c, diag, (Span){branches[i].name.span.start, branches[i].value->span.start});
        }
    }
}

// The type all branches have that give something, or NULL where they differ.
static const Type *common_type(Check *c, const Type *const *types, size_t count)
{
    const Type *common = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!gives(types[i])) {
            continue;
        }
        if (common && common != types[i] && !check_silent(common) &&
            types[i]->kind != TYPE_UNKNOWN) {
            return NULL;
        }
        common = common && types[i]->kind == TYPE_UNKNOWN ? common : types[i];
    }
    return common ? common : c->nothing;
}

static const Type *gather_record(Check *c, const Expr *expr, const Type *const *types)
{
    LIST(TypeField) fields = {0};
    for (size_t i = 0; i < expr->u.conc.branches.count; i++) {
        const Branch *branch = &expr->u.conc.branches.items[i];
        if (branch->name.text && (gives(types[i]) || expr->u.conc.collect)) {
            TypeField field = {.name = branch->name.text, .key = branch->name.text,
                               .span = branch->name.span};
            field.type = wrapped(c, expr, types[i]);
            LIST_ADD(c->arena, &fields, field);
        }
    }
    return fields.count ? type_shape(c->types, fields.items, fields.count) : c->nothing;
}

static const Type *gather_tuple(Check *c, const Expr *expr, const Type *const *types)
{
    LIST(const Type *) items = {0};
    for (size_t i = 0; i < expr->u.conc.branches.count; i++) {
        if (gives(types[i]) || expr->u.conc.collect) {
            LIST_ADD(c->arena, &items, wrapped(c, expr, types[i]));
        }
    }
    return type_tuple(c->types, items.items, items.count);
}

static const Type *gathered(Check *c, const Expr *expr, const Type *item)
{
    if (item->kind == TYPE_NOTHING && !expr->u.conc.collect) {
        return item;
    }
    return check_list(c, wrapped(c, expr, item));
}

static void differ(Check *c, const Expr *expr, const Type *const *types)
{
    size_t first = 0;
    while (!gives(types[first])) {
        first++;
    }
    size_t other = first + 1;
    while (!gives(types[other]) || types[other] == types[first] ||
           types[other]->kind == TYPE_UNKNOWN) {
        other++;
    }
    const Branch *branches = expr->u.conc.branches.items;
    Diag *diag = diag_add(c->diags, DIAG_MIXED_BRANCHES, branches[other].value->span,
                          types[other]->name, types[first]->name, NULL);
    diag_label(c->diags, diag, branches[first].value->span, say(c->diags, PHRASE_OF_TYPE,
        types[first]->name, NULL));
}

static const Type *check_branches(Check *c, Expr *expr)
{
    size_t count = expr->u.conc.branches.count;
    const Type **types = arena_take(c->arena, (count + 1) * sizeof *types);
    for (size_t i = 0; i < count; i++) {
        types[i] = check_branch(c, expr->u.conc.branches.items[i].value);
    }
    check_branch_names(c, expr);
    const Type *common = common_type(c, types, count);
    bool mixed_nothing = false; // some give a value, some nothing
    for (size_t i = 0; common && i < count; i++) {
        mixed_nothing = mixed_nothing || (types[i]->kind == TYPE_NOTHING &&
                                          common->kind != TYPE_NOTHING);
    }
    expr->u.conc.item = common;
    if (expr->kind == EXPR_GATHER) {
        if (count > 0 && expr->u.conc.branches.items[0].name.text) {
            return gather_record(c, expr, types);
        }
        if (!common || (mixed_nothing && expr->u.conc.collect)) {
            expr->u.conc.item = NULL;
            return gather_tuple(c, expr, types);
        }
        return gathered(c, expr, common);
    }
    if (!common) {
        differ(c, expr, types);
        return c->unknown;
    }
    if (mixed_nothing) {
        diag_add(c->diags, DIAG_MIXED_NOTHING, expr->span, common->name, NULL, NULL);
        return c->unknown;
    }
    return expr->kind == EXPR_RACE ? common : type_of(c->types, TYPE_STREAM, wrapped(c, expr,
        common));
}

// ── the forms ────────────────────────────────────────────────────────────────────────────────────
static const Type *check_each(Check *c, Expr *expr, const char *word)
{
    bool endless = check_loops(c, &expr->u.conc.each);
    const Type *item = check_branch(c, expr->u.conc.each.value);
    item = item->kind == TYPE_NEVER ? c->nothing : item;
    expr->u.conc.item = item;
    if (endless && expr->kind != EXPR_RACE && !clause_find(&expr->u.conc.clauses,
        CLAUSE_LIMIT)) {
        Span source = expr->u.conc.each.loops.items[0].source->span;
        Diag *diag = diag_add(c->diags, DIAG_NEEDS_LIMIT, source, word, NULL, NULL);
        diag_edit(c->diags, diag, (Span){expr->span.end, expr->span.end}, " limit 10");
    }
    if (expr->kind == EXPR_GATHER) {
        return item->kind == TYPE_UNKNOWN ? item : gathered(c, expr, item);
    }
    return expr->kind == EXPR_RACE ? item : type_of(c->types, TYPE_STREAM, wrapped(c, expr, item));
}

static const Type *gather_pipe(Check *c, Expr *expr)
{
    c->gathered = expr->u.conc.pipe;
    const Type *type = check_expr(c, expr->u.conc.pipe, NULL);
    if (type->kind != TYPE_STREAM) {
        expr->u.conc.item = type;
        return type; // nothing, or a mistake
    }
    expr->u.conc.item = type->item;
    return check_list(c, type->item);
}

const Type *check_conc(Check *c, Expr *expr)
{
    const char *word = expr->kind == EXPR_GATHER ? "gather" : expr->kind == EXPR_RACE ? "race"
        : "as_completed";
    Span head = {expr->span.start, expr->span.start + (uint32_t)strlen(word)};
    check_wait(c, head, WAITING_FORM, word, NULL);
    expr->u.conc.collect = clause_find(&expr->u.conc.clauses, CLAUSE_COLLECT_ERRORS) != NULL;
    const Type *type;
    ClauseHome home = expr->kind == EXPR_RACE ? HOME_RACE : HOME_BRANCHES;
    if (expr->u.conc.pipe) {
        type = gather_pipe(c, expr);
    } else if (expr->u.conc.each.value) {
        type = check_each(c, expr, word);
    } else {
        type = check_branches(c, expr);
    }
    check_clauses(c, &expr->u.conc.clauses, home);
    return type;
}

// ── comprehensions ───────────────────────────────────────────────────────────────────────────────
const Type *check_comprehension(Check *c, Expr *expr, const Type *want)
{
    Each *each = &expr->u.comprehension.each;
    const Type *item_wanted = want && want->kind == TYPE_LIST && !type_open(want) ? want->item
        : NULL;
    Where outer = c->at;
    c->at.ban = c->at.ban == BAN_NONE ? BAN_COMPREHENSION : c->at.ban;
    c->at.barrier = BARRIER_ITEM;
    c->at.loop = false;
    c->at.result = NULL;
    c->at.yields = NULL;
    check_loops(c, each);
    c->at.level++;
    const Type *item = check_value(c, each->value, item_wanted);
    c->at = outer;
    return check_list(c, check_tells(c, each->value, item));
}
