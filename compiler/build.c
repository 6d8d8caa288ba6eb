#include "build.h"

#include <string.h>

#include "grammar.h"
#include "message.h"

static Span join(Span a, Span b)
{
    return (Span){a.start, b.end};
}

static Name name_of(const Token *token)
{
    return token ? (Name){token->text, token->span} : (Name){0};
}

#define MOVE_LIST(to, from)                                                                        \
    ((to).items = (from).items, (to).count = (from).count, (to).room = (from).room)

// ── depth ────────────────────────────────────────────────────────────────────────────────────────
static void deepen(uint32_t *depth, uint32_t below)
{
    if (below + 1 > *depth) {
        *depth = below + 1;
    }
}

static void under_expr(uint32_t *depth, const Expr *expr)
{
    if (expr) {
        deepen(depth, expr->depth);
    }
}

static void under_type(uint32_t *depth, const TypeName *type)
{
    if (type) {
        deepen(depth, type->depth);
    }
}

static void under_block(uint32_t *depth, const Block *block)
{
    if (block) {
        deepen(depth, block->depth);
    }
}

static void under_args(uint32_t *depth, const Arguments *args)
{
    for (size_t i = 0; i < args->count; i++) {
        under_expr(depth, args->items[i].value);
    }
}

static void under_clauses(uint32_t *depth, const Clauses *clauses)
{
    for (size_t i = 0; i < clauses->count; i++) {
        under_expr(depth, clauses->items[i]->a);
        under_expr(depth, clauses->items[i]->b);
        under_expr(depth, clauses->items[i]->c);
        under_args(depth, &clauses->items[i]->args);
    }
}

static void report_deep(Build *build, Span span)
{
    if (!build->deep_reported) {
        diag_add(build->diags, DIAG_DEEP, span, NULL, NULL, NULL);
    }
    build->deep_reported = true;
}

// Every node passes here when it is complete. One that is too deep is dropped, so that the tree
// stays walkable.
static Expr *done(Build *build, Expr *expr)
{
    if (expr->depth > NODE_DEPTH_MAX) {
        report_deep(build, expr->span);
        Expr *stump = ARENA_NEW(build->arena, Expr);
        stump->kind = EXPR_ERRONEOUS;
        stump->span = expr->span;
        return stump;
    }
    return expr;
}

static Stmt *done_stmt(Build *build, Stmt *stmt)
{
    if (stmt->depth > NODE_DEPTH_MAX) {
        report_deep(build, stmt->span);
        Stmt *stump = ARENA_NEW(build->arena, Stmt);
        stump->kind = STMT_ERRONEOUS;
        stump->span = stmt->span;
        return stump;
    }
    return stmt;
}

void build_too_nested(Build *build)
{
    const Token *token = &build->tokens->items[build->at];
    report_deep(build, token->span);
    build->gave_up = true;
    build->module->unreadable = true;
}

static Expr *new_expr(Build *build, ExprKind kind, Span span)
{
    Expr *expr = ARENA_NEW(build->arena, Expr);
    expr->kind = kind;
    expr->span = span;
    return expr;
}

static Stmt *new_stmt(Build *build, StmtKind kind, Span span)
{
    Stmt *stmt = ARENA_NEW(build->arena, Stmt);
    stmt->kind = kind;
    stmt->span = span;
    return stmt;
}

static Decl *new_decl(Build *build, DeclKind kind, const Token *start, const Token *name, Span end)
{
    Decl *decl = ARENA_NEW(build->arena, Decl);
    decl->kind = kind;
    decl->span = join(start->span, end);
    decl->name = name_of(name);
    decl->doc = start->doc;
    return decl;
}

// The span of something followed by clauses.
static Span end_of_clauses(Span span, const Clauses *clauses)
{
    return clauses->count > 0 ? join(span, clauses->items[clauses->count - 1]->span) : span;
}

// ── declarations ─────────────────────────────────────────────────────────────────────────────────
void build_module_add(Build *build, Decl *decl)
{
    if (decl) {
        LIST_ADD(build->arena, &build->module->decls, decl);
    }
}

Decl *build_use(Build *build, const Token *use, const Token *path, const Token *as)
{
    Decl *decl = new_decl(build, DECL_USE, use, as, as ? as->span : path->span);
    decl->path = path->text;
    return decl;
}

Decl *build_pub(Decl *decl, const Token *pub)
{
    if (!decl) {
        return NULL;
    }
    decl->pub = true;
    decl->span = join(pub->span, decl->span);
    decl->doc = pub->doc ? pub->doc : decl->doc;
    return decl;
}

Decl *build_task(Build *build, DeclKind kind, const Token *start, const Token *name,
                 ParamList *params, TypeName *result)
{
    Decl *decl = new_decl(build, kind, start, name, result ? result->span : params->end);
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
    Stmt *stmt = new_stmt(build, STMT_ERRONEOUS, body->span);
    LIST_ADD(build->arena, &block.stmts, stmt);
    return block;
}

Decl *build_task_body(Build *build, Decl *decl, Clauses *clauses, Block *body)
{
    decl->clauses = *clauses;
    decl->body = decl->broken ? without_content(build, body) : *body;
    decl->span = join(decl->span, body->span);
    return decl;
}

Decl *build_extern(Decl *decl, const Token *start)
{
    decl->is_extern = true;
    decl->span = join(start->span, decl->span);
    decl->doc = start->doc ? start->doc : decl->doc;
    return decl;
}

Decl *build_broken_task(Build *build, const Token *start, const Token *name, Block *body)
{
    Decl *decl = new_decl(build, start->kind == TOKEN_FN ? DECL_FN : DECL_TASK, start, name,
                          body->span);
    decl->broken = true;
    decl->body = without_content(build, body);
    return decl;
}

Decl *build_record(Build *build, const Token *start, const Token *name, FieldList *fields,
                   const Token *end)
{
    Decl *decl = new_decl(build, DECL_RECORD, start, name, end->span);
    MOVE_LIST(decl->fields, fields->list);
    decl->broken = fields->broken;
    return decl;
}

Decl *build_enum(Build *build, const Token *start, const Token *name, CaseList *cases,
                 const Token *end)
{
    Decl *decl = new_decl(build, DECL_ENUM, start, name, end->span);
    MOVE_LIST(decl->cases, cases->list);
    decl->broken = cases->broken;
    return decl;
}

Decl *build_limiter(Build *build, const Token *start, const Token *name, ParamList *params,
                    Clauses *limits)
{
    Decl *decl = new_decl(build, DECL_LIMITER, start, name, limits->items[limits->count - 1]->span);
    if (params) {
        decl->params = params->list;
    }
    decl->clauses = *limits;
    return decl;
}

Decl *build_queue_decl(Build *build, const Token *start, const Token *name, TypeName *item,
                       Expr *max)
{
    Decl *decl = new_decl(build, DECL_QUEUE, start, name, max->span);
    decl->item = item;
    decl->value = max;
    return decl;
}

Decl *build_let_decl(Build *build, const Token *start, const Token *name, TypeName *type,
                     Expr *value)
{
    Decl *decl = new_decl(build, DECL_LET, start, name, value->span);
    decl->item = type;
    decl->value = value;
    return decl;
}

Decl *build_test(Build *build, const Token *start, const Token *title, Block *body)
{
    Decl *decl = new_decl(build, DECL_TEST, start, NULL, body->span);
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
            .name = name_of(name), .type_name = type, .fallback = fallback, .doc = name->doc};
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
    *field = (Field){name_of(name), key ? key->text : NULL, type, fallback, name->doc};
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
    item->name = name_of(name);
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
        under_type(&type->depth, type->parts.items[i]);
    }
    if (type->depth > NODE_DEPTH_MAX) {
        report_deep(build, type->span);
        return type->parts.items[0];
    }
    return type;
}

TypeName *build_type_name(Build *build, const Token *module, const Token *name)
{
    TypeName *type = ARENA_NEW(build->arena, TypeName);
    type->kind = TYPE_NAME_PLAIN;
    type->span = module ? join(module->span, name->span) : name->span;
    type->module = name_of(module);
    type->name = name_of(name);
    return type;
}

TypeName *build_type(Build *build, TypeNameKind kind, const Token *start, TypeName *a, TypeName *b,
                     const Token *end)
{
    TypeName *type = ARENA_NEW(build->arena, TypeName);
    type->kind = kind;
    type->span = join(start ? start->span : a->span, end->span);
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
    type->span = join(start->span, end->span);
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

// ── statements ───────────────────────────────────────────────────────────────────────────────────
Block *build_block(Build *build, const Token *start, Stmts *stmts, const Token *end)
{
    Block *block = ARENA_NEW(build->arena, Block);
    block->stmts = *stmts;
    block->span = join(start->span, end->span);
    for (size_t i = 0; i < stmts->count; i++) {
        deepen(&block->depth, stmts->items[i]->depth);
    }
    return block;
}

Stmts *build_stmts(Build *build, Stmts *list, Stmt *stmt)
{
    if (!list) {
        list = ARENA_NEW(build->arena, Stmts);
    }
    if (stmt) {
        LIST_ADD(build->arena, list, stmt);
    }
    return list;
}

Stmt *build_broken_stmt(Build *build, const Token *at)
{
    return new_stmt(build, STMT_ERRONEOUS, at->span);
}

Stmt *build_let(Build *build, StmtKind kind, const Token *start, Names *names, TypeName *type,
                Expr *value)
{
    Stmt *stmt = new_stmt(build, kind, join(start->span, value->span));
    stmt->u.let.names = *names;
    stmt->u.let.annotation = type;
    stmt->u.let.value = value;
    under_expr(&stmt->depth, value);
    under_type(&stmt->depth, type);
    return done_stmt(build, stmt);
}

Stmts *build_broken_let(Build *build, Stmts *list, StmtKind kind, const Token *start, Names *names,
                        TypeName *type, const Token *end)
{
    return build_stmts(
        build, list, build_let(build, kind, start, names, type, build_erroneous(build, end, end)));
}

Stmt *build_for(Build *build, const Token *start, Names *names, Expr *source, Block *body)
{
    Stmt *stmt = new_stmt(build, STMT_FOR, join(start->span, body->span));
    stmt->u.each.names = *names;
    stmt->u.each.source = source;
    stmt->u.each.body = *body;
    under_expr(&stmt->depth, source);
    under_block(&stmt->depth, body);
    return done_stmt(build, stmt);
}

static Expr *erroneous(Build *build, Span span)
{
    return new_expr(build, EXPR_ERRONEOUS, span);
}

// The names it would bind are missing, so the body is not kept for later passes: they would report
// every use of them. Its own mistakes of grammar have been found.
Stmt *build_broken_for(Build *build, const Token *start, Block *body)
{
    return new_stmt(build, STMT_ERRONEOUS, join(start->span, body->span));
}

Stmt *build_while(Build *build, const Token *start, Condition *condition, Block *body)
{
    Stmt *stmt = new_stmt(build, STMT_WHILE, join(start->span, body->span));
    stmt->u.loop.condition = condition->value;
    stmt->u.loop.bound = condition->bound;
    stmt->u.loop.body = *body;
    under_expr(&stmt->depth, condition->value);
    under_block(&stmt->depth, body);
    return done_stmt(build, stmt);
}

Stmt *build_if(Build *build, const Token *start, Condition *condition, Block *then,
               Block *otherwise)
{
    Span end = otherwise ? otherwise->span : then->span;
    Stmt *stmt = new_stmt(build, STMT_IF, join(start->span, end));
    stmt->u.branch.condition = condition ? condition->value : erroneous(build, start->span);
    stmt->u.branch.bound = condition ? condition->bound : (Name){0};
    stmt->u.branch.then = *then;
    stmt->u.branch.otherwise = otherwise;
    under_expr(&stmt->depth, stmt->u.branch.condition);
    under_block(&stmt->depth, then);
    under_block(&stmt->depth, otherwise);
    return done_stmt(build, stmt);
}

Block *build_else_if(Build *build, Stmt *stmt)
{
    Block *block = ARENA_NEW(build->arena, Block);
    LIST_ADD(build->arena, &block->stmts, stmt);
    block->span = stmt->span;
    deepen(&block->depth, stmt->depth);
    return block;
}

Condition *build_condition(Build *build, const Token *bound, Expr *value)
{
    Condition *condition = ARENA_NEW(build->arena, Condition);
    *condition = (Condition){name_of(bound), value};
    return condition;
}

Condition *build_condition_assigned(Build *build, Expr *value, const Token *assign)
{
    diag_add(build->diags, DIAG_ASSIGN_IN_CONDITION, assign->span, NULL, NULL, NULL);
    return build_condition(build, NULL, erroneous(build, value->span));
}

Stmt *build_defer(Build *build, const Token *start, Stmt *simple, Block *block)
{
    if (!block) {
        block = build_else_if(build, simple);
    }
    Stmt *stmt = new_stmt(build, STMT_DEFER, join(start->span, block->span));
    stmt->u.defer.block = *block;
    under_block(&stmt->depth, block);
    return done_stmt(build, stmt);
}

Stmt *build_assert(Build *build, const Token *start, Expr *condition, Expr *message)
{
    Stmt *stmt = new_stmt(build, STMT_ASSERT,
                          join(start->span, message ? message->span : condition->span));
    stmt->u.assertion.condition = condition;
    stmt->u.assertion.message = message;
    under_expr(&stmt->depth, condition);
    under_expr(&stmt->depth, message);
    return done_stmt(build, stmt);
}

Stmt *build_stub(Build *build, const Token *start, Names *path, Names *params, Expr *value,
                 Block *block)
{
    Stmt *stmt = new_stmt(build, STMT_STUB, join(start->span, value ? value->span : block->span));
    stmt->u.stub.path = *path;
    stmt->u.stub.params = *params;
    stmt->u.stub.value = value;
    stmt->u.stub.block = block;
    under_expr(&stmt->depth, value);
    under_block(&stmt->depth, block);
    return done_stmt(build, stmt);
}

// A line that begins `- 1`, or a comparison nobody looks at, is a slip. `a ?? fail "…"` does
// something.
static bool does_nothing(const Expr *value)
{
    switch (value->kind) {
    case EXPR_UNARY:
    case EXPR_RANGE: return true;
    case EXPR_BINARY: return value->u.op.op != OP_ELSE;
    case EXPR_INT: case EXPR_FLOAT: case EXPR_BOOL: case EXPR_NONE: case EXPR_DURATION:
    case EXPR_STRING: case EXPR_TEXT: case EXPR_NAME: case EXPR_IT: case EXPR_FIELD:
    case EXPR_INDEX: case EXPR_SLICE: case EXPR_CALL: case EXPR_AS: case EXPR_IF: case EXPR_MATCH:
    case EXPR_LIST: case EXPR_MAP: case EXPR_TUPLE: case EXPR_COMPREHENSION: case EXPR_QUEUE:
    case EXPR_AWAIT: case EXPR_FAIL: case EXPR_CLAUSED: case EXPR_GATHER: case EXPR_AS_COMPLETED:
    case EXPR_RACE: case EXPR_START: case EXPR_SCOPE: case EXPR_TRY: case EXPR_CATCH:
    case EXPR_LEAVE: case EXPR_PIPE:
    case EXPR_ERRONEOUS: return false;
    }
    return false;
}

Stmt *build_expr_stmt(Build *build, Expr *value)
{
    Stmt *stmt = new_stmt(build, STMT_EXPR, value->span);
    if (does_nothing(value)) {
        Diag *diag = diag_add(build->diags, DIAG_OPERATOR_STATEMENT, value->span, NULL, NULL, NULL);
        bool sign = value->kind == EXPR_UNARY && value->u.op.op == OP_NEGATE;
        diag->help = sign ? message_phrase(PHRASE_CONTINUE_LINE) : NULL;
        value = erroneous(build, value->span);
    }
    stmt->u.expr.value = value;
    under_expr(&stmt->depth, value);
    return done_stmt(build, stmt);
}

Stmt *build_assign(Build *build, Expr *place, AssignOp op, Expr *value)
{
    bool fits = place->kind == EXPR_NAME || place->kind == EXPR_FIELD ||
                place->kind == EXPR_INDEX || place->kind == EXPR_ERRONEOUS;
    if (!fits) {
        diag_add(build->diags, DIAG_NOT_A_PLACE, place->span, NULL, NULL, NULL);
        place = erroneous(build, place->span);
    }
    Stmt *stmt = new_stmt(build, STMT_ASSIGN, join(place->span, value->span));
    stmt->u.assign.place = place;
    stmt->u.assign.op = op;
    stmt->u.assign.value = value;
    under_expr(&stmt->depth, place);
    under_expr(&stmt->depth, value);
    return done_stmt(build, stmt);
}

Stmt *build_leave_stmt(Build *build, Expr *leave)
{
    static const StmtKind kinds[] = {
        [LEAVE_RETURN] = STMT_RETURN, [LEAVE_BREAK] = STMT_BREAK, [LEAVE_CONTINUE] = STMT_CONTINUE};
    Stmt *stmt = new_stmt(build, kinds[leave->u.leave.kind], leave->span);
    stmt->u.expr.value = leave->u.leave.value;
    under_expr(&stmt->depth, leave->u.leave.value);
    return done_stmt(build, stmt);
}

Stmt *build_stmt_of(Build *build, StmtKind kind, const Token *start, Expr *value)
{
    Stmt *stmt = new_stmt(build, kind, join(start->span, value->span));
    stmt->u.expr.value = value;
    under_expr(&stmt->depth, value);
    return done_stmt(build, stmt);
}

Expr *build_leave(Build *build, LeaveKind kind, const Token *start, Expr *value)
{
    Expr *expr = new_expr(build, EXPR_LEAVE, value ? join(start->span, value->span) : start->span);
    expr->u.leave.kind = kind;
    expr->u.leave.value = value;
    under_expr(&expr->depth, value);
    return done(build, expr);
}

Names *build_names(Build *build, Names *list, const Token *name)
{
    if (!list) {
        list = ARENA_NEW(build->arena, Names);
    }
    if (name) {
        LIST_ADD(build->arena, list, name_of(name));
    }
    return list;
}

// ── flows ────────────────────────────────────────────────────────────────────────────────────────
Expr *build_claused(Build *build, Expr *inner, Clauses *clauses)
{
    Expr *expr = new_expr(build, EXPR_CLAUSED, end_of_clauses(inner->span, clauses));
    expr->u.flow.inner = inner;
    expr->u.flow.clauses = *clauses;
    under_expr(&expr->depth, inner);
    under_clauses(&expr->depth, clauses);
    return done(build, expr);
}

Expr *build_catch(Build *build, Expr *inner, const Token *name, Expr *value, Block *block)
{
    Expr *expr = new_expr(build, EXPR_CATCH, join(inner->span, value ? value->span : block->span));
    expr->u.catching.inner = inner;
    expr->u.catching.name = name_of(name);
    expr->u.catching.value = value;
    expr->u.catching.block = block;
    under_expr(&expr->depth, inner);
    under_expr(&expr->depth, value);
    under_block(&expr->depth, block);
    return done(build, expr);
}

static void under_each(uint32_t *depth, const Each *each)
{
    under_expr(depth, each->value);
    under_expr(depth, each->condition);
    for (size_t i = 0; i < each->loops.count; i++) {
        under_expr(depth, each->loops.items[i].source);
    }
}

static Span end_of_each(const Each *each)
{
    return each->condition ? each->condition->span
                           : each->loops.items[each->loops.count - 1].source->span;
}

Expr *build_conc(Build *build, ExprKind kind, const Token *start, BranchList *branches, Each *each,
                 Expr *pipe, Clauses *clauses)
{
    Span end = branches ? branches->end : each ? end_of_each(each) : pipe->span;
    Expr *expr = new_expr(build, kind, join(start->span, end));
    if (branches) {
        MOVE_LIST(expr->u.conc.branches, branches->list);
        for (size_t i = 0; i < branches->list.count; i++) {
            under_expr(&expr->depth, branches->list.items[i].value);
        }
    } else if (each) {
        expr->u.conc.each = *each;
        under_each(&expr->depth, each);
    }
    expr->u.conc.pipe = pipe;
    under_expr(&expr->depth, pipe);
    if (clauses) {
        expr->u.conc.clauses = *clauses;
        expr->span = end_of_clauses(expr->span, clauses);
        under_clauses(&expr->depth, clauses);
    }
    return done(build, expr);
}

Expr *build_start(Build *build, const Token *start, Expr *inner, Clauses *clauses)
{
    Expr *expr = new_expr(build, EXPR_START,
                          end_of_clauses(join(start->span, inner->span), clauses));
    expr->u.flow.inner = inner;
    expr->u.flow.clauses = *clauses;
    under_expr(&expr->depth, inner);
    under_clauses(&expr->depth, clauses);
    return done(build, expr);
}

Expr *build_scope(Build *build, const Token *start, Clauses *clauses, Block *block)
{
    Expr *expr = new_expr(build, EXPR_SCOPE, join(start->span, block->span));
    expr->u.flow.clauses = *clauses;
    expr->u.flow.block = block;
    under_clauses(&expr->depth, clauses);
    under_block(&expr->depth, block);
    return done(build, expr);
}

Expr *build_try(Build *build, const Token *start, Expr *inner)
{
    Expr *expr = new_expr(build, EXPR_TRY, join(start->span, inner->span));
    if (inner->kind == EXPR_CATCH && !inner->parens) {
        diag_add(build->diags, DIAG_TRY_CATCH, start->span, NULL, NULL, NULL);
        return inner;
    }
    expr->u.flow.inner = inner;
    under_expr(&expr->depth, inner);
    return done(build, expr);
}

BranchList *build_branches(Build *build, BranchList *list, const Branch *branch)
{
    if (!list) {
        list = ARENA_NEW(build->arena, BranchList);
    }
    if (branch) {
        LIST_ADD(build->arena, &list->list, *branch);
    }
    return list;
}

BranchList *build_branches_end(BranchList *list, const Token *end)
{
    list->end = end->span;
    return list;
}

Branch *build_branch(Build *build, const Token *name, Expr *value)
{
    Branch *branch = ARENA_NEW(build->arena, Branch);
    *branch = (Branch){name_of(name), value};
    return branch;
}

Each *build_each(Each *loops, Expr *value, Expr *condition)
{
    loops->value = value;
    loops->condition = condition;
    return loops;
}

Each *build_loops(Build *build, Each *loops, Names *names, Expr *source)
{
    if (!loops) {
        loops = ARENA_NEW(build->arena, Each);
    }
    EachFor each = {.names = *names, .source = source};
    LIST_ADD(build->arena, &loops->loops, each);
    return loops;
}

Expr *build_pipe(Build *build, Expr *source, Stage *stage, Clauses *clauses)
{
    Expr *expr = new_expr(build, EXPR_PIPE, source->span);
    expr->u.flow.inner = source;
    under_expr(&expr->depth, source);
    return build_pipe_more(build, expr, stage, clauses);
}

Expr *build_pipe_more(Build *build, Expr *pipe, Stage *stage, Clauses *clauses)
{
    if (pipe->kind != EXPR_PIPE) { // it was too deep
        return pipe;
    }
    stage->clauses = *clauses;
    stage->span = end_of_clauses(stage->span, clauses);
    pipe->span = join(pipe->span, stage->span);
    LIST_ADD(build->arena, &pipe->u.flow.stages, stage);
    under_expr(&pipe->depth, stage->value);
    under_expr(&pipe->depth, stage->every);
    under_clauses(&pipe->depth, clauses);
    return done(build, pipe);
}

Stage *build_stage(Build *build, StageKind kind, const Token *start, Expr *value, Expr *every)
{
    Stage *stage = ARENA_NEW(build->arena, Stage);
    stage->kind = kind;
    stage->span = join(start ? start->span : value->span, every ? every->span : value->span);
    stage->value = value;
    stage->every = every;
    return stage;
}

Clauses *build_clauses(Build *build, Clauses *list, Clause *clause)
{
    if (!list) {
        list = ARENA_NEW(build->arena, Clauses);
    }
    if (clause) {
        LIST_ADD(build->arena, list, clause);
    }
    return list;
}

Clause *build_clause(Build *build, ClauseKind kind, const Token *start, Expr *a, Expr *b, Expr *c)
{
    Clause *clause = ARENA_NEW(build->arena, Clause);
    const Expr *last = c ? c : b ? b : a;
    clause->kind = kind;
    clause->span = last ? join(start->span, last->span) : start->span;
    clause->a = a;
    clause->b = b;
    clause->c = c;
    return clause;
}

Clause *build_within(Build *build, const Token *start, Names *path, ArgList *args)
{
    Clause *clause = build_clause(build, CLAUSE_WITHIN, start, NULL, NULL, NULL);
    clause->path = *path;
    clause->span = join(start->span, path->items[path->count - 1].span);
    if (args) {
        clause->args = args->list;
        clause->parens = true;
        clause->span = join(start->span, args->end);
    }
    return clause;
}

Clause *build_collect(Build *build, const Token *start, const Token *end)
{
    Clause *clause = build_clause(build, CLAUSE_COLLECT_ERRORS, start, NULL, NULL, NULL);
    clause->span = join(start->span, end->span);
    return clause;
}

// ── expressions ──────────────────────────────────────────────────────────────────────────────────
Expr *build_literal(Build *build, ExprKind kind, const Token *token)
{
    Expr *expr = new_expr(build, kind, token->span);
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
    Expr *expr = new_expr(build, EXPR_BOOL, token->span);
    expr->u.truth = truth;
    return expr;
}

Expr *build_name_expr(Build *build, const Token *name)
{
    Expr *expr = new_expr(build, EXPR_NAME, name->span);
    expr->u.name.name = name_of(name);
    return expr;
}

Expr *build_erroneous(Build *build, const Token *start, const Token *end)
{
    return erroneous(build, join(start->span, end->span));
}

Expr *build_text(Build *build, const Token *start)
{
    Expr *expr = new_expr(build, EXPR_TEXT, start->span);
    TextPart part = {.text = start->text, .length = start->length};
    LIST_ADD(build->arena, &expr->u.text.parts, part);
    return expr;
}

Expr *build_text_next(Build *build, Expr *text, Expr *hole, const Token *format, const Token *piece)
{
    TextPart *last = &text->u.text.parts.items[text->u.text.parts.count - 1];
    Span behind = {text->span.end, piece->span.start};
    last->value = hole ? hole : erroneous(build, behind);
    under_expr(&text->depth, last->value);
    if (format) {
        last->format = format->text;
        last->format_span = (Span){format->span.start + 1, format->span.end}; // without the `:`
    }
    TextPart part = {.text = piece->text, .length = piece->length};
    LIST_ADD(build->arena, &text->u.text.parts, part);
    text->span = join(text->span, piece->span);
    return text;
}

Expr *build_text_close(Build *build, Expr *text, Expr *hole, const Token *format,
                       const Token *piece)
{
    return done(build, build_text_next(build, text, hole, format, piece));
}

Expr *build_parens(const Token *start, Expr *inner, const Token *end)
{
    inner->span = join(start->span, end->span);
    inner->parens = true;
    return inner;
}

Expr *build_tuple(Build *build, const Token *start, Expr *first, Exprs *rest, const Token *end)
{
    Expr *expr = new_expr(build, EXPR_TUPLE, join(start->span, end->span));
    LIST_ADD(build->arena, &expr->u.list.items, first);
    under_expr(&expr->depth, first);
    for (size_t i = 0; i < rest->count; i++) {
        LIST_ADD(build->arena, &expr->u.list.items, rest->items[i]);
        under_expr(&expr->depth, rest->items[i]);
    }
    return done(build, expr);
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
    Expr *expr = new_expr(build, EXPR_LIST, join(start->span, end->span));
    if (items) {
        expr->u.list.items = *items;
        for (size_t i = 0; i < items->count; i++) {
            under_expr(&expr->depth, items->items[i]);
        }
    }
    return done(build, expr);
}

Expr *build_comprehension(Build *build, const Token *start, Each *each, const Token *end)
{
    Expr *expr = new_expr(build, EXPR_COMPREHENSION, join(start->span, end->span));
    expr->u.comprehension.each = *each;
    under_each(&expr->depth, each);
    return done(build, expr);
}

Expr *build_map(Build *build, const Token *start, Expr *entries, const Token *end)
{
    Expr *expr = entries ? entries : new_expr(build, EXPR_MAP, start->span);
    expr->span = join(start->span, end->span);
    return done(build, expr);
}

Expr *build_entries(Build *build, Expr *map, Expr *key, Expr *value)
{
    if (!map) {
        map = new_expr(build, EXPR_MAP, key->span);
    }
    LIST_ADD(build->arena, &map->u.map.keys, key);
    LIST_ADD(build->arena, &map->u.map.values, value);
    under_expr(&map->depth, key);
    under_expr(&map->depth, value);
    return map;
}

Expr *build_field_expr(Build *build, Expr *object, const Token *name)
{
    Expr *expr = new_expr(build, EXPR_FIELD, join(object->span, name->span));
    expr->u.field.object = object;
    expr->u.field.name = name_of(name);
    under_expr(&expr->depth, object);
    return done(build, expr);
}

Expr *build_call(Build *build, Expr *callee, ArgList *args)
{
    Expr *expr = new_expr(build, EXPR_CALL, join(callee->span, args->end));
    expr->u.call.callee = callee;
    expr->u.call.args = args->list;
    under_expr(&expr->depth, callee);
    under_args(&expr->depth, &args->list);
    return done(build, expr);
}

Expr *build_part(Build *build, Expr *from, const Token *range, Expr *to)
{
    Span span = join(from ? from->span : range->span, to ? to->span : range->span);
    Expr *expr = new_expr(build, EXPR_SLICE, span);
    expr->u.slice.from = from;
    expr->u.slice.to = to;
    expr->u.slice.closed = range->kind == TOKEN_RANGE_CLOSED;
    return expr;
}

Expr *build_index(Build *build, Expr *object, Expr *index, const Token *end)
{
    Span span = join(object->span, end->span);
    Expr *expr = new_expr(build, EXPR_INDEX, span);
    if (index->kind == EXPR_SLICE &&
        !index->u.slice.object) { // `..b`, `a..`, `..`, from build_part
        expr = index;
        expr->span = span;
        expr->u.slice.object = object;
        under_expr(&expr->depth, index->u.slice.from);
        under_expr(&expr->depth, index->u.slice.to);
    } else if (index->kind == EXPR_RANGE && !index->parens) {
        expr->kind = EXPR_SLICE;
        expr->u.slice.object = object;
        expr->u.slice.from = index->u.range.from;
        expr->u.slice.to = index->u.range.to;
        expr->u.slice.closed = index->u.range.closed;
        under_expr(&expr->depth, index);
    } else {
        expr->u.index.object = object;
        expr->u.index.index = index;
        under_expr(&expr->depth, index);
    }
    under_expr(&expr->depth, object);
    return done(build, expr);
}

Expr *build_as(Build *build, Expr *value, TypeName *to)
{
    Expr *expr = new_expr(build, EXPR_AS, join(value->span, to->span));
    expr->u.as.value = value;
    expr->u.as.to = to;
    under_expr(&expr->depth, value);
    under_type(&expr->depth, to);
    return done(build, expr);
}

Expr *build_queue(Build *build, const Token *start, TypeName *item, ArgList *args)
{
    Expr *expr = new_expr(build, EXPR_QUEUE, join(start->span, args->end));
    expr->u.queue.item = item;
    expr->u.queue.args = args->list;
    under_type(&expr->depth, item);
    under_args(&expr->depth, &args->list);
    return done(build, expr);
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
    *arg = (Argument){name_of(name), value};
    return arg;
}

Expr *build_unary(Build *build, Operator op, const Token *token, Expr *a)
{
    Expr *expr = new_expr(build, EXPR_UNARY, join(token->span, a->span));
    bool smallest = op == OP_NEGATE && a->kind == EXPR_INT && a->u.integer == INT64_MIN;
    if (smallest) { // its positive form does not fit; the lexer gives it only behind a sign
        a->span = expr->span;
        return a;
    }
    expr->u.op.op = op;
    expr->u.op.op_span = token->span;
    expr->u.op.a = a;
    under_expr(&expr->depth, a);
    return done(build, expr);
}

static Expr *flow_of(Build *build, ExprKind kind, const Token *token, Expr *inner)
{
    Expr *expr = new_expr(build, kind, join(token->span, inner->span));
    expr->u.flow.inner = inner;
    under_expr(&expr->depth, inner);
    return done(build, expr);
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
    Expr *expr = new_expr(build, EXPR_IF, join(start->span, otherwise->span));
    expr->u.choice.condition = condition;
    expr->u.choice.then = then;
    expr->u.choice.otherwise = otherwise;
    under_expr(&expr->depth, condition);
    under_expr(&expr->depth, then);
    under_expr(&expr->depth, otherwise);
    return done(build, expr);
}

Expr *build_binary(Build *build, Operator op, Expr *a, const Token *token, Expr *b)
{
    Expr *expr = new_expr(build, EXPR_BINARY, join(a->span, b->span));
    expr->u.op.op = op;
    expr->u.op.op_span = token->span;
    expr->u.op.a = a;
    expr->u.op.b = b;
    under_expr(&expr->depth, a);
    under_expr(&expr->depth, b);
    return done(build, expr);
}

Expr *build_range(Build *build, Expr *from, bool closed, Expr *to)
{
    Expr *expr = new_expr(build, EXPR_RANGE, join(from->span, to->span));
    expr->u.range.from = from;
    expr->u.range.to = to;
    expr->u.range.closed = closed;
    under_expr(&expr->depth, from);
    under_expr(&expr->depth, to);
    return done(build, expr);
}

Expr *build_match(Build *build, const Token *start, Expr *value, ArmList *arms, const Token *end)
{
    Expr *expr = new_expr(build, EXPR_MATCH, join(start->span, end->span));
    expr->u.match.value = value ? value : erroneous(build, start->span);
    MOVE_LIST(expr->u.match.arms, arms->list);
    under_expr(&expr->depth, value);
    for (size_t i = 0; i < arms->list.count; i++) {
        under_expr(&expr->depth, arms->list.items[i].value);
        under_block(&expr->depth, arms->list.items[i].block);
    }
    return done(build, expr);
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
    arm->span = join(pattern->span, value ? value->span : block->span);
    arm->value = value;
    arm->block = block;
    return arm;
}

Pattern *build_pattern(Build *build, PatternKind kind, const Token *start, const Token *name)
{
    Pattern *pattern = ARENA_NEW(build->arena, Pattern);
    pattern->kind = kind;
    pattern->span = name ? join(start->span, name->span) : start->span;
    if (name) {
        LIST_ADD(build->arena, &pattern->names, name_of(name));
    }
    return pattern;
}

Pattern *build_case_pattern(Build *build, const Token *name, Names *names, const Token *end)
{
    Pattern *pattern = ARENA_NEW(build->arena, Pattern);
    pattern->kind = PATTERN_CASE;
    pattern->span = end ? join(name->span, end->span) : name->span;
    pattern->name = name_of(name);
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
                 message_phrase(PHRASE_SOMETHING_ELSE), NULL);
        break;
    }
    literal->span = join(minus->span, literal->span);
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
