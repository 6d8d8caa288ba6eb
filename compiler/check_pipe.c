// check_pipe.c: pipelines: what each stage takes and passes on.
#include "checker.h"

static Symbol *routine_of(const Expr *expr)
{
    Symbol *symbol = expr->kind == EXPR_NAME    ? expr->u.name.symbol
                     : expr->kind == EXPR_FIELD ? expr->u.field.symbol
                                                : NULL;
    bool routine = symbol && (symbol->kind == SYMBOL_TASK || symbol->kind == SYMBOL_FN ||
                              symbol->kind == SYMBOL_BUILTIN ||
                              symbol->kind == SYMBOL_RECORD);
    return routine ? symbol : NULL;
}

// `|> fetch` stands for `|> fetch(it)`.
static void spell_out(Check *c, Stage *stage)
{
    if (!routine_of(stage->value)) {
        return;
    }
    Expr *it = ARENA_NEW(c->arena, Expr);
    it->kind = EXPR_IT;
    it->span = stage->value->span;
    it->u.it.symbol = stage->item;
    stage->item->reads++;
    Expr *call = ARENA_NEW(c->arena, Expr);
    call->kind = EXPR_CALL;
    call->span = stage->value->span;
    call->u.call.callee = stage->value;
    Argument argument = {.value = it};
    LIST_ADD(c->arena, &call->u.call.args, argument);
    stage->value = call;
}

// Does the stage hand `it` to a parameter that is a stream? Then it takes the whole stream: a stage
// with memory.
static bool takes_whole(const Stage *stage)
{
    const Expr *call = stage->value;
    const Symbol *symbol = call->kind == EXPR_CALL ? routine_of(call->u.call.callee) : NULL;
    if (!symbol || symbol->kind != SYMBOL_TASK || stage->in->kind == TYPE_STREAM) {
        return false;
    }
    const Params *params = &symbol->decl->params;
    for (size_t i = 0; i < call->u.call.args.count && i < params->count; i++) {
        const Symbol *param = params->items[i].symbol;
        bool it = call->u.call.args.items[i].value->kind == EXPR_IT &&
            !call->u.call.args.items[i].name.text;
        if (it && param && param->type && param->type->kind == TYPE_STREAM) {
            return true;
        }
    }
    return false;
}

static const Type *in_stage(Check *c, Stage *stage, bool condition)
{
    Where outer = c->at;
    c->at.barrier = BARRIER_BRANCH;
    c->at.loop = false;
    c->at.result = NULL;
    c->at.yields = NULL;
    c->at.ban = c->at.task ? BAN_NONE : c->at.ban;
    c->at.level++;
    const Type *type = c->boolean;
    if (condition) {
        check_condition(c, stage->value);
    } else {
        type = check_expr(c, stage->value, NULL);
    }
    check_clauses(c, &stage->clauses, HOME_STAGE);
    c->at = outer;
    return type;
}

static const Type *expression_stage(Check *c, Stage *stage)
{
    spell_out(c, stage);
    stage->whole = takes_whole(stage);
    if (stage->whole) {
        stage->item->type = type_of(c->types, TYPE_STREAM, stage->in);
    }
    const Type *type = in_stage(c, stage, false);
    if (stage->item->reads == 0 && !check_silent(type)) {
        diag_add(c->diags, DIAG_STAGE_WITHOUT_IT, stage->value->span, NULL, NULL, NULL);
    }
    if (type->kind == TYPE_STREAM) {
        const Clause *retry = clause_find(&stage->clauses, CLAUSE_RETRY);
        if (retry) {
            diag_add(c->diags, DIAG_RETRY_STREAM, retry->span, NULL, NULL, NULL);
        }
        return type->item;
    }
    return type->kind == TYPE_NEVER ? c->nothing : type; // `|> fail "{it}"` hands nothing on
}

static const Type *each_stage(Check *c, Stage *stage)
{
    const Type *type = in_stage(c, stage, false);
    if (type->kind == TYPE_LIST || type->kind == TYPE_OPTIONAL) {
        return type->item;
    }
    if (!check_silent(check_tells(c, stage->value, type))) {
        Diag *diag = diag_add(c->diags, DIAG_EACH_WHAT, stage->value->span, type->name, NULL, NULL);
        diag->help = type->kind == TYPE_STREAM ? message_phrase(PHRASE_HELP_NO_EACH) : NULL;
    }
    return c->unknown;
}

static void count_stage(Check *c, Stage *stage, int64_t least, const char *word)
{
    int64_t value;
    check_value(c, stage->value, c->integer);
    if (check_constant(stage->value, &value) && value < least) {
        diag_add(c->diags, DIAG_CLAUSE_VALUE, stage->value->span, word, least ? "1" : "0", NULL);
    }
    if (stage->every) {
        check_value(c, stage->every, c->duration);
        if (check_constant(stage->every, &value) && value < 1) {
            diag_add(c->diags, DIAG_CLAUSE_VALUE, stage->every->span, "every", "1ns", NULL);
        }
    }
    if (stage->clauses.count > 0) {
        diag_add(c->diags, DIAG_CLAUSE_HERE, stage->clauses.items[0]->span,
                 check_clause_words(stage->clauses.items[0]), word, NULL);
    }
}

static const Type *check_stage(Check *c, Stage *stage)
{
    switch (stage->kind) {
    case STAGE_EXPR: return expression_stage(c, stage);
    case STAGE_WHERE: in_stage(c, stage, true); return stage->in;
    case STAGE_EACH: return each_stage(c, stage);
    case STAGE_BATCH: count_stage(c, stage, 1, "batch"); return check_list(c, stage->in);
    case STAGE_TAKE: count_stage(c, stage, 0, "take"); return stage->in;
    case STAGE_SKIP: count_stage(c, stage, 0, "skip"); return stage->in;
    }
    return c->unknown;
}

const Type *check_pipe(Check *c, Expr *expr, const Type *want)
{
    bool waits;
    const Type *item = check_source(c, expr->u.flow.inner, &waits);
    for (size_t i = 0; i < expr->u.flow.stages.count; i++) {
        Stage *stage = expr->u.flow.stages.items[i];
        if (i == 0 && c->gathered != expr) {
            check_wait(c, stage->span, WAITING_FORM, "|>", NULL);
        }
        if (item->kind == TYPE_NOTHING) {
            diag_add(c->diags, DIAG_STAGE_GETS_NOTHING, stage->span, NULL, NULL, NULL);
            item = c->unknown;
        }
        stage->in = item;
        stage->item->type = item;
        item = check_stage(c, stage);
        if (clause_find(&stage->clauses, CLAUSE_COLLECT_ERRORS) && !check_silent(item)) {
            item = type_of(c->types, TYPE_RESULT, item);
        }
        stage->out = item;
    }
    if (item->kind == TYPE_NOTHING) {
        return item;
    }
    const Type *stream = type_of(c->types, TYPE_STREAM, item);
    if (!want || want->kind != TYPE_NOTHING) {
        return stream;
    }
    expr->type = stream; // it stands alone, or with a `catch`: it is drained
    check_dropped(c, expr);
    return want;
}
