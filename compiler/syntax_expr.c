#include "syntax_dump.h"

#include <stdlib.h>

// ── types ────────────────────────────────────────────────────────────────────────────────────────
static void write_type(Dump *dump, const TypeName *type)
{
    Buffer *out = &dump->out;
    switch (type->kind) {
    case TYPE_NAME_PLAIN:
        if (type->module.text) {
            buffer_print(out, "%s.", type->module.text);
        }
        buffer_text(out, type->name.text);
        return;
    case TYPE_NAME_OPTIONAL: case TYPE_NAME_RESULT:
        write_type(dump, type->parts.items[0]);
        buffer_text(out, type->kind == TYPE_NAME_OPTIONAL ? "?" : "!");
        return;
    case TYPE_NAME_LIST:
    case TYPE_NAME_MAP: buffer_text(out, "["); break;
    case TYPE_NAME_TUPLE: buffer_text(out, "("); break;
    case TYPE_NAME_QUEUE: buffer_text(out, "queue<"); break;
    case TYPE_NAME_TASK: buffer_text(out, "task<"); break;
    case TYPE_NAME_STREAM: buffer_text(out, "stream<"); break;
    }
    for (size_t i = 0; i < type->parts.count; i++) {
        if (i > 0) {
            buffer_text(out, type->kind == TYPE_NAME_MAP ? ": " : ", ");
        }
        write_type(dump, type->parts.items[i]);
    }
    bool square = type->kind == TYPE_NAME_LIST || type->kind == TYPE_NAME_MAP;
    buffer_text(out, square ? "]" : type->kind == TYPE_NAME_TUPLE ? ")" : ">");
}

void dump_type(Dump *dump, const TypeName *type)
{
    if (type) {
        dump_begin(dump);
        buffer_text(&dump->out, "type ");
        write_type(dump, type);
        dump_end(dump, type->span);
    }
}

// ── clauses ──────────────────────────────────────────────────────────────────────────────────────
static void dump_args(Dump *dump, const Arguments *args)
{
    for (size_t i = 0; i < args->count; i++) {
        const Argument *arg = &args->items[i];
        if (arg->name.text) {
            dump_begin(dump);
            buffer_text(&dump->out, "named");
            dump_name(dump, arg->name);
            dump_end(dump, arg->name.span);
            dump->depth++;
            dump_expr(dump, arg->value);
            dump->depth--;
        } else {
            dump_expr(dump, arg->value);
        }
    }
}

void dump_clauses(Dump *dump, const Clauses *clauses)
{
    static const char *const words[] = {[CLAUSE_LIMIT] = "limit",
                                        [CLAUSE_RATE] = "rate",
                                        [CLAUSE_WITHIN] = "within",
                                        [CLAUSE_TIMEOUT] = "timeout",
                                        [CLAUSE_DEADLINE] = "deadline",
                                        [CLAUSE_AFTER] = "after",
                                        [CLAUSE_RETRY] = "retry",
                                        [CLAUSE_CACHE] = "cache",
                                        [CLAUSE_COLLECT_ERRORS] = "collect errors",
                                        [CLAUSE_ORDERED] = "ordered",
                                        [CLAUSE_AS_COMPLETED] = "as_completed"};
    for (size_t i = 0; i < clauses->count; i++) {
        const Clause *clause = clauses->items[i];
        dump_begin(dump);
        buffer_print(&dump->out, "clause %s", words[clause->kind]);
        dump_names(dump, &clause->path, ".");
        dump_end(dump, clause->span);
        dump->depth++;
        if (clause->a) {
            dump_expr(dump, clause->a);
        }
        bool retry = clause->kind == CLAUSE_RETRY;
        dump_part(dump,
                  retry                          ? "backoff"
                  : clause->kind == CLAUSE_CACHE ? "max"
                                                 : "per",
                  clause->b);
        dump_part(dump, "burst", clause->c);
        dump_args(dump, &clause->args);
        dump->depth--;
    }
}

// The shortest decimal that reads back as the same number: stable, and what a person would write.
static void dump_real(Dump *dump, double real)
{
    for (int digits = 1; digits <= 17; digits++) {
        char *text = arena_print(dump->out.arena, "%.*g", digits, real);
        if (digits == 17 || strtod(text, NULL) == real) {
            buffer_text(&dump->out, text);
            return;
        }
    }
}

// ── expressions ──────────────────────────────────────────────────────────────────────────────────
static const char *const expr_words[] = {[EXPR_INT] = "int",
                                         [EXPR_FLOAT] = "float",
                                         [EXPR_BOOL] = "bool",
                                         [EXPR_NONE] = "none",
                                         [EXPR_DURATION] = "duration",
                                         [EXPR_STRING] = "string",
                                         [EXPR_TEXT] = "text",
                                         [EXPR_NAME] = "name",
                                         [EXPR_IT] = "it",
                                         [EXPR_FIELD] = "field",
                                         [EXPR_INDEX] = "index",
                                         [EXPR_SLICE] = "slice",
                                         [EXPR_CALL] = "call",
                                         [EXPR_UNARY] = "unary",
                                         [EXPR_BINARY] = "binary",
                                         [EXPR_RANGE] = "range",
                                         [EXPR_AS] = "as",
                                         [EXPR_IF] = "choose",
                                         [EXPR_MATCH] = "match",
                                         [EXPR_LIST] = "list",
                                         [EXPR_MAP] = "map",
                                         [EXPR_TUPLE] = "tuple",
                                         [EXPR_COMPREHENSION] = "comprehension",
                                         [EXPR_QUEUE] = "queue",
                                         [EXPR_AWAIT] = "await",
                                         [EXPR_FAIL] = "fail",
                                         [EXPR_CLAUSED] = "claused",
                                         [EXPR_GATHER] = "gather",
                                         [EXPR_AS_COMPLETED] = "as_completed",
                                         [EXPR_RACE] = "race",
                                         [EXPR_START] = "start",
                                         [EXPR_SCOPE] = "scope",
                                         [EXPR_TRY] = "try",
                                         [EXPR_CATCH] = "catch",
                                         [EXPR_LEAVE] = "leave",
                                         [EXPR_PIPE] = "pipe",
                                         [EXPR_ERRONEOUS] = "erroneous"};

static const char *const operator_words[] = {
    [OP_NEGATE] = "-", [OP_NOT] = "not", [OP_ADD] = "+", [OP_SUB] = "-",
    [OP_MUL] = "*",    [OP_DIV] = "/",   [OP_MOD] = "%", [OP_EQ] = "==",
    [OP_NE] = "!=",    [OP_LT] = "<",    [OP_LE] = "<=", [OP_GT] = ">",
    [OP_GE] = ">=",    [OP_AND] = "and", [OP_OR] = "or", [OP_ELSE] = "??"};

// What stands on the node's own line, behind its kind.
static void dump_details(Dump *dump, const Expr *expr)
{
    static const char *const leaves[] = {
        [LEAVE_RETURN] = "return", [LEAVE_BREAK] = "break", [LEAVE_CONTINUE] = "continue"};
    Buffer *out = &dump->out;
    switch (expr->kind) {
    case EXPR_INT: buffer_print(out, " %lld", (long long)expr->u.integer); return;
    case EXPR_DURATION: buffer_print(out, " %lldns", (long long)expr->u.integer); return;
    case EXPR_FLOAT:
        buffer_text(out, " ");
        dump_real(dump, expr->u.real);
        return;
    case EXPR_BOOL: buffer_text(out, expr->u.truth ? " true" : " false"); return;
    case EXPR_STRING:
        buffer_text(out, " ");
        dump_quoted(dump, expr->u.string.text, expr->u.string.length);
        return;
    case EXPR_NAME: dump_name(dump, expr->u.name.name); return;
    case EXPR_FIELD: dump_name(dump, expr->u.field.name); return;
    case EXPR_SLICE: buffer_text(out, expr->u.slice.closed ? " ..=" : " .."); return;
    case EXPR_RANGE: buffer_text(out, expr->u.range.closed ? " ..=" : " .."); return;
    case EXPR_UNARY:
    case EXPR_BINARY: buffer_print(out, " %s", operator_words[expr->u.op.op]); return;
    case EXPR_CATCH: dump_name(dump, expr->u.catching.name); return;
    case EXPR_LEAVE: buffer_print(out, " %s", leaves[expr->u.leave.kind]); return;
    case EXPR_NONE: case EXPR_TEXT: case EXPR_IT: case EXPR_INDEX: case EXPR_CALL: case EXPR_AS:
    case EXPR_IF: case EXPR_MATCH: case EXPR_LIST: case EXPR_MAP: case EXPR_TUPLE:
    case EXPR_COMPREHENSION: case EXPR_QUEUE: case EXPR_AWAIT: case EXPR_FAIL: case EXPR_CLAUSED:
    case EXPR_GATHER: case EXPR_AS_COMPLETED: case EXPR_RACE: case EXPR_START: case EXPR_SCOPE:
    case EXPR_TRY: case EXPR_PIPE:
    case EXPR_ERRONEOUS: return;
    }
}

static void dump_text(Dump *dump, const Expr *expr)
{
    for (size_t i = 0; i < expr->u.text.parts.count; i++) {
        const TextPart *part = &expr->u.text.parts.items[i];
        if (part->length > 0) {
            dump_begin(dump);
            buffer_text(&dump->out, "words ");
            dump_quoted(dump, part->text, part->length);
            buffer_text(&dump->out, "\n");
        }
        if (!part->value) {
            continue;
        }
        dump_begin(dump);
        buffer_text(&dump->out, "hole");
        if (part->format) {
            buffer_print(&dump->out, " :%s", part->format);
        }
        buffer_text(&dump->out, "\n");
        dump->depth++;
        dump_expr(dump, part->value);
        dump->depth--;
    }
}

static void dump_each(Dump *dump, const Each *each)
{
    dump_expr(dump, each->value);
    for (size_t i = 0; i < each->loops.count; i++) {
        dump_begin(dump);
        buffer_text(&dump->out, "for");
        dump_names(dump, &each->loops.items[i].names, ", ");
        dump_end(dump, each->loops.items[i].names.items[0].span);
        dump->depth++;
        dump_expr(dump, each->loops.items[i].source);
        dump->depth--;
    }
    dump_part(dump, "if", each->condition);
}

static void dump_pattern(Dump *dump, const Pattern *pattern)
{
    static const char *const words[] = {[PATTERN_OK] = "ok",
                                        [PATTERN_ERROR] = "error",
                                        [PATTERN_SOME] = "some",
                                        [PATTERN_CASE] = "case",
                                        [PATTERN_INT] = "int",
                                        [PATTERN_FLOAT] = "float",
                                        [PATTERN_DURATION] = "duration",
                                        [PATTERN_STRING] = "string",
                                        [PATTERN_BOOL] = "bool",
                                        [PATTERN_NONE] = "none",
                                        [PATTERN_ELSE] = "else"};
    buffer_print(&dump->out, "arm %s", words[pattern->kind]);
    if (pattern->name.text) {
        dump_name(dump, pattern->name);
    }
    if (pattern->value) {
        dump_details(dump, pattern->value);
    }
    dump_names(dump, &pattern->names, ", ");
}

static void dump_match(Dump *dump, const Expr *expr)
{
    dump_expr(dump, expr->u.match.value);
    for (size_t i = 0; i < expr->u.match.arms.count; i++) {
        const Arm *arm = &expr->u.match.arms.items[i];
        dump_begin(dump);
        dump_pattern(dump, &arm->pattern);
        dump_end(dump, arm->span);
        dump->depth++;
        if (arm->value) {
            dump_expr(dump, arm->value);
        }
        dump_block(dump, "block", arm->block);
        dump->depth--;
    }
}

static void dump_conc(Dump *dump, const Expr *expr)
{
    for (size_t i = 0; i < expr->u.conc.branches.count; i++) {
        const Branch *branch = &expr->u.conc.branches.items[i];
        dump_begin(dump);
        buffer_text(&dump->out, "branch");
        if (branch->name.text) {
            dump_name(dump, branch->name);
        }
        dump_end(dump, branch->name.text ? branch->name.span : branch->value->span);
        dump->depth++;
        dump_expr(dump, branch->value);
        dump->depth--;
    }
    if (expr->u.conc.each.value) {
        dump_each(dump, &expr->u.conc.each);
    }
    if (expr->u.conc.pipe) {
        dump_expr(dump, expr->u.conc.pipe);
    }
    dump_clauses(dump, &expr->u.conc.clauses);
}

static void dump_stages(Dump *dump, const Expr *expr)
{
    static const char *const words[] = {
        [STAGE_EXPR] = "stage",        [STAGE_WHERE] = "stage where", [STAGE_EACH] = "stage each",
        [STAGE_BATCH] = "stage batch", [STAGE_TAKE] = "stage take",   [STAGE_SKIP] = "stage skip"};
    for (size_t i = 0; i < expr->u.flow.stages.count; i++) {
        const Stage *stage = expr->u.flow.stages.items[i];
        dump_begin(dump);
        buffer_text(&dump->out, words[stage->kind]);
        dump_end(dump, stage->span);
        dump->depth++;
        dump_expr(dump, stage->value);
        dump_part(dump, "every", stage->every);
        dump_clauses(dump, &stage->clauses);
        dump->depth--;
    }
}

static void dump_exprs(Dump *dump, const Exprs *exprs)
{
    for (size_t i = 0; i < exprs->count; i++) {
        dump_expr(dump, exprs->items[i]);
    }
}

static void dump_map(Dump *dump, const Expr *expr)
{
    for (size_t i = 0; i < expr->u.map.keys.count; i++) {
        dump_enter(dump, "entry");
        dump_expr(dump, expr->u.map.keys.items[i]);
        dump_expr(dump, expr->u.map.values.items[i]);
        dump_leave(dump);
    }
}

static void dump_children(Dump *dump, const Expr *expr)
{
    switch (expr->kind) {
    case EXPR_INT: case EXPR_FLOAT: case EXPR_BOOL: case EXPR_NONE: case EXPR_DURATION:
    case EXPR_STRING: case EXPR_NAME: case EXPR_IT:
    case EXPR_ERRONEOUS: return;
    case EXPR_TEXT: dump_text(dump, expr); return;
    case EXPR_FIELD: dump_expr(dump, expr->u.field.object); return;
    case EXPR_INDEX:
        dump_expr(dump, expr->u.index.object);
        dump_expr(dump, expr->u.index.index);
        return;
    case EXPR_SLICE:
        dump_expr(dump, expr->u.slice.object);
        dump_part(dump, "from", expr->u.slice.from);
        dump_part(dump, "to", expr->u.slice.to);
        return;
    case EXPR_CALL:
        dump_expr(dump, expr->u.call.callee);
        if (expr->u.call.args.count > 0) {
            dump_enter(dump, "args");
            dump_args(dump, &expr->u.call.args);
            dump_leave(dump);
        }
        return;
    case EXPR_UNARY: dump_expr(dump, expr->u.op.a); return;
    case EXPR_BINARY:
        dump_expr(dump, expr->u.op.a);
        dump_expr(dump, expr->u.op.b);
        return;
    case EXPR_RANGE:
        dump_expr(dump, expr->u.range.from);
        dump_expr(dump, expr->u.range.to);
        return;
    case EXPR_AS:
        dump_expr(dump, expr->u.as.value);
        dump_type(dump, expr->u.as.to);
        return;
    case EXPR_IF:
        dump_part(dump, "condition", expr->u.choice.condition);
        dump_part(dump, "then", expr->u.choice.then);
        dump_part(dump, "else", expr->u.choice.otherwise);
        return;
    case EXPR_MATCH: dump_match(dump, expr); return;
    case EXPR_LIST:
    case EXPR_TUPLE: dump_exprs(dump, &expr->u.list.items); return;
    case EXPR_MAP: dump_map(dump, expr); return;
    case EXPR_COMPREHENSION: dump_each(dump, &expr->u.comprehension.each); return;
    case EXPR_QUEUE:
        dump_type(dump, expr->u.queue.item);
        dump_args(dump, &expr->u.queue.args);
        return;
    case EXPR_AWAIT: case EXPR_FAIL:
    case EXPR_TRY: dump_expr(dump, expr->u.flow.inner); return;
    case EXPR_CLAUSED: case EXPR_START:
        dump_expr(dump, expr->u.flow.inner);
        dump_clauses(dump, &expr->u.flow.clauses);
        return;
    case EXPR_SCOPE:
        dump_clauses(dump, &expr->u.flow.clauses);
        dump_block(dump, "block", expr->u.flow.block);
        return;
    case EXPR_GATHER: case EXPR_AS_COMPLETED:
    case EXPR_RACE: dump_conc(dump, expr); return;
    case EXPR_CATCH:
        dump_expr(dump, expr->u.catching.inner);
        dump_part(dump, "handler", expr->u.catching.value);
        dump_block(dump, "block", expr->u.catching.block);
        return;
    case EXPR_LEAVE:
        if (expr->u.leave.value) {
            dump_expr(dump, expr->u.leave.value);
        }
        return;
    case EXPR_PIPE:
        dump_expr(dump, expr->u.flow.inner);
        dump_stages(dump, expr);
        return;
    }
}

void dump_expr(Dump *dump, const Expr *expr)
{
    dump_begin(dump);
    buffer_text(&dump->out, expr_words[expr->kind]);
    dump_details(dump, expr);
    if (expr->parens) {
        buffer_text(&dump->out, " in parentheses");
    }
    dump_end(dump, expr->span);
    dump->depth++;
    dump_children(dump, expr);
    dump->depth--;
}
