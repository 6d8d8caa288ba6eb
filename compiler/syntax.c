// The text form of the tree: one node a line, two spaces for each level, `kind details
// @line:column`. A child that plays one of several parts is introduced by a line with that part's
// name (`condition`, `else`, `args`). Absent parts are not written. Snapshots pin this form.
#include "syntax.h"

#include <stdlib.h>

#include "text.h"

typedef struct Dump {
    const Sources *sources;
    Buffer out;
    int depth;
} Dump;

static void dump_expr(Dump *dump, const Expr *expr);
static void dump_block(Dump *dump, const char *part, const Block *block);
static void dump_type(Dump *dump, const TypeName *type);

static void begin(Dump *dump)
{
    for (int i = 0; i < dump->depth; i++) {
        buffer_text(&dump->out, "  ");
    }
}

static void end(Dump *dump, Span span)
{
    if (span.start) {
        Place place = source_place(dump->sources, span.start);
        buffer_print(&dump->out, " @%u:%u", (unsigned)place.line, (unsigned)place.column);
    }
    buffer_text(&dump->out, "\n");
}

// Opens a line for a part; its children follow one level deeper, until leave().
static void enter(Dump *dump, const char *part)
{
    begin(dump);
    buffer_text(&dump->out, part);
    buffer_text(&dump->out, "\n");
    dump->depth++;
}

static void leave(Dump *dump)
{
    dump->depth--;
}

static void dump_quoted(Dump *dump, const char *text, size_t length)
{
    buffer_text(&dump->out, "\"");
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '\n') {
            buffer_text(&dump->out, "\\n");
        } else if (c == '"' || c == '\\') {
            buffer_print(&dump->out, "\\%c", c);
        } else if (c < 0x20 || c == 0x7F) {
            buffer_print(&dump->out, "\\x%02X", c);
        } else {
            buffer_add(&dump->out, &text[i], 1);
        }
    }
    buffer_text(&dump->out, "\"");
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

static void dump_name(Dump *dump, Name name)
{
    buffer_print(&dump->out, " %s", name.text ? name.text : "?");
}

static void dump_names(Dump *dump, const Names *names, const char *between)
{
    for (size_t i = 0; i < names->count; i++) {
        buffer_print(&dump->out, "%s%s", i > 0 ? between : " ", names->items[i].text);
    }
}

static void dump_doc(Dump *dump, const char *doc)
{
    if (doc) {
        begin(dump);
        buffer_text(&dump->out, "doc ");
        size_t length = 0;
        while (doc[length]) {
            length++;
        }
        dump_quoted(dump, doc, length);
        buffer_text(&dump->out, "\n");
    }
}

static void dump_part(Dump *dump, const char *part, const Expr *expr)
{
    if (expr) {
        enter(dump, part);
        dump_expr(dump, expr);
        leave(dump);
    }
}

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

static void dump_type(Dump *dump, const TypeName *type)
{
    if (type) {
        begin(dump);
        buffer_text(&dump->out, "type ");
        write_type(dump, type);
        end(dump, type->span);
    }
}

// ── clauses ──────────────────────────────────────────────────────────────────────────────────────
static void dump_args(Dump *dump, const Arguments *args)
{
    for (size_t i = 0; i < args->count; i++) {
        const Argument *arg = &args->items[i];
        if (arg->name.text) {
            begin(dump);
            buffer_text(&dump->out, "named");
            dump_name(dump, arg->name);
            end(dump, arg->name.span);
            dump->depth++;
            dump_expr(dump, arg->value);
            dump->depth--;
        } else {
            dump_expr(dump, arg->value);
        }
    }
}

static void dump_clauses(Dump *dump, const Clauses *clauses)
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
        begin(dump);
        buffer_print(&dump->out, "clause %s", words[clause->kind]);
        dump_names(dump, &clause->path, ".");
        end(dump, clause->span);
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
            begin(dump);
            buffer_text(&dump->out, "words ");
            dump_quoted(dump, part->text, part->length);
            buffer_text(&dump->out, "\n");
        }
        if (!part->value) {
            continue;
        }
        begin(dump);
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
        begin(dump);
        buffer_text(&dump->out, "for");
        dump_names(dump, &each->loops.items[i].names, ", ");
        end(dump, each->loops.items[i].names.items[0].span);
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
        begin(dump);
        dump_pattern(dump, &arm->pattern);
        end(dump, arm->span);
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
        begin(dump);
        buffer_text(&dump->out, "branch");
        if (branch->name.text) {
            dump_name(dump, branch->name);
        }
        end(dump, branch->name.text ? branch->name.span : branch->value->span);
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
        begin(dump);
        buffer_text(&dump->out, words[stage->kind]);
        end(dump, stage->span);
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
        enter(dump, "entry");
        dump_expr(dump, expr->u.map.keys.items[i]);
        dump_expr(dump, expr->u.map.values.items[i]);
        leave(dump);
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
            enter(dump, "args");
            dump_args(dump, &expr->u.call.args);
            leave(dump);
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

static void dump_expr(Dump *dump, const Expr *expr)
{
    begin(dump);
    buffer_text(&dump->out, expr_words[expr->kind]);
    dump_details(dump, expr);
    if (expr->parens) {
        buffer_text(&dump->out, " in parentheses");
    }
    end(dump, expr->span);
    dump->depth++;
    dump_children(dump, expr);
    dump->depth--;
}

// ── statements ───────────────────────────────────────────────────────────────────────────────────
static const char *const stmt_words[] = {
    [STMT_LET] = "let",           [STMT_VAR] = "var",
    [STMT_EXPR] = "do",           [STMT_ASSIGN] = "assign",
    [STMT_RETURN] = "return",     [STMT_BREAK] = "break",
    [STMT_CONTINUE] = "continue", [STMT_YIELD] = "yield",
    [STMT_CANCEL] = "cancel",     [STMT_IF] = "if",
    [STMT_FOR] = "for",           [STMT_WHILE] = "while",
    [STMT_DEFER] = "defer",       [STMT_ASSERT] = "assert",
    [STMT_STUB] = "stub",         [STMT_ERRONEOUS] = "erroneous"};

static void dump_stmt(Dump *dump, const Stmt *stmt);

static void dump_stmts(Dump *dump, const Stmts *stmts)
{
    for (size_t i = 0; i < stmts->count; i++) {
        dump_stmt(dump, stmts->items[i]);
    }
}

static void dump_block(Dump *dump, const char *part, const Block *block)
{
    if (block) {
        enter(dump, part);
        dump_stmts(dump, &block->stmts);
        leave(dump);
    }
}

static void dump_stmt_details(Dump *dump, const Stmt *stmt)
{
    static const char *const assigns[] = {
        [ASSIGN_SET] = "=", [ASSIGN_ADD] = "+=", [ASSIGN_SUB] = "-="};
    switch (stmt->kind) {
    case STMT_LET:
    case STMT_VAR: dump_names(dump, &stmt->u.let.names, ", "); return;
    case STMT_ASSIGN: buffer_print(&dump->out, " %s", assigns[stmt->u.assign.op]); return;
    case STMT_FOR: dump_names(dump, &stmt->u.each.names, ", "); return;
    case STMT_STUB:
        dump_names(dump, &stmt->u.stub.path, ".");
        buffer_text(&dump->out, " (");
        dump_names(dump, &stmt->u.stub.params, ", ");
        buffer_text(&dump->out, " )");
        return;
    case STMT_IF:
        if (stmt->u.branch.bound.text) {
            buffer_print(&dump->out, " let %s", stmt->u.branch.bound.text);
        }
        return;
    case STMT_WHILE:
        if (stmt->u.loop.bound.text) {
            buffer_print(&dump->out, " let %s", stmt->u.loop.bound.text);
        }
        return;
    case STMT_EXPR: case STMT_RETURN: case STMT_BREAK: case STMT_CONTINUE: case STMT_YIELD:
    case STMT_CANCEL: case STMT_DEFER: case STMT_ASSERT:
    case STMT_ERRONEOUS: return;
    }
}

static void dump_stmt_children(Dump *dump, const Stmt *stmt)
{
    switch (stmt->kind) {
    case STMT_LET: case STMT_VAR:
        dump_type(dump, stmt->u.let.annotation);
        dump_expr(dump, stmt->u.let.value);
        return;
    case STMT_EXPR: case STMT_RETURN: case STMT_YIELD: case STMT_CANCEL:
        if (stmt->u.expr.value) {
            dump_expr(dump, stmt->u.expr.value);
        }
        return;
    case STMT_ASSIGN:
        dump_expr(dump, stmt->u.assign.place);
        dump_expr(dump, stmt->u.assign.value);
        return;
    case STMT_IF:
        dump_expr(dump, stmt->u.branch.condition);
        dump_block(dump, "then", &stmt->u.branch.then);
        dump_block(dump, "else", stmt->u.branch.otherwise);
        return;
    case STMT_FOR:
        dump_expr(dump, stmt->u.each.source);
        dump_block(dump, "block", &stmt->u.each.body);
        return;
    case STMT_WHILE:
        dump_expr(dump, stmt->u.loop.condition);
        dump_block(dump, "block", &stmt->u.loop.body);
        return;
    case STMT_DEFER: dump_stmts(dump, &stmt->u.defer.block.stmts); return;
    case STMT_ASSERT:
        dump_expr(dump, stmt->u.assertion.condition);
        dump_part(dump, "message", stmt->u.assertion.message);
        return;
    case STMT_STUB:
        if (stmt->u.stub.value) {
            dump_expr(dump, stmt->u.stub.value);
        }
        dump_block(dump, "block", stmt->u.stub.block);
        return;
    case STMT_BREAK: case STMT_CONTINUE:
    case STMT_ERRONEOUS: return;
    }
}

static void dump_stmt(Dump *dump, const Stmt *stmt)
{
    begin(dump);
    buffer_text(&dump->out, stmt_words[stmt->kind]);
    dump_stmt_details(dump, stmt);
    end(dump, stmt->span);
    dump->depth++;
    dump_stmt_children(dump, stmt);
    dump->depth--;
}

// ── declarations ─────────────────────────────────────────────────────────────────────────────────
static void dump_params(Dump *dump, const Params *params)
{
    for (size_t i = 0; i < params->count; i++) {
        const Param *param = &params->items[i];
        begin(dump);
        buffer_text(&dump->out, "param");
        dump_name(dump, param->name);
        end(dump, param->name.span);
        dump->depth++;
        dump_doc(dump, param->doc);
        dump_type(dump, param->type_name);
        dump_part(dump, "default", param->fallback);
        dump->depth--;
    }
}

static void dump_fields(Dump *dump, const Decl *decl)
{
    for (size_t i = 0; i < decl->fields.count; i++) {
        const Field *field = &decl->fields.items[i];
        begin(dump);
        buffer_text(&dump->out, "field");
        dump_name(dump, field->name);
        if (field->key) {
            buffer_print(&dump->out, " \"%s\"", field->key);
        }
        end(dump, field->name.span);
        dump->depth++;
        dump_doc(dump, field->doc);
        dump_type(dump, field->type_name);
        dump_part(dump, "default", field->fallback);
        dump->depth--;
    }
}

static void dump_cases(Dump *dump, const Decl *decl)
{
    for (size_t i = 0; i < decl->cases.count; i++) {
        const Case *item = &decl->cases.items[i];
        begin(dump);
        buffer_text(&dump->out, "case");
        dump_name(dump, item->name);
        end(dump, item->name.span);
        dump->depth++;
        dump_doc(dump, item->doc);
        dump_params(dump, &item->params);
        dump->depth--;
    }
}

static void dump_decl(Dump *dump, const Decl *decl)
{
    static const char *const words[] = {
        [DECL_USE] = "use",       [DECL_TASK] = "task", [DECL_FN] = "fn",
        [DECL_RECORD] = "record", [DECL_ENUM] = "enum", [DECL_LIMITER] = "limiter",
        [DECL_QUEUE] = "queue",   [DECL_LET] = "let",   [DECL_TEST] = "test"};
    begin(dump);
    buffer_print(&dump->out, "%s%s%s%s", decl->pub ? "pub " : "", decl->is_extern ? "extern " : "",
                 decl->blocking ? "blocking " : "", words[decl->kind]);
    if (decl->path) {
        buffer_print(&dump->out, " \"%s\"%s", decl->path, decl->name.text ? " as" : "");
    }
    if (decl->name.text || !decl->path) {
        dump_name(dump, decl->name);
    }
    end(dump, decl->span);
    dump->depth++;
    dump_doc(dump, decl->doc);
    dump_params(dump, &decl->params);
    if (decl->result) {
        enter(dump, "gives");
        dump_type(dump, decl->result);
        leave(dump);
    }
    dump_clauses(dump, &decl->clauses);
    dump_fields(dump, decl);
    dump_cases(dump, decl);
    dump_type(dump, decl->item);
    dump_part(dump, decl->kind == DECL_QUEUE ? "max" : "value", decl->value);
    dump_stmts(dump, &decl->body.stmts);
    dump->depth--;
}

const char *syntax_dump(Arena *arena, const Sources *sources, const Module *module)
{
    Dump dump = {.sources = sources, .out = {.arena = arena}};
    for (size_t i = 0; i < module->decls.count; i++) {
        dump_decl(&dump, module->decls.items[i]);
    }
    return buffer_end(&dump.out);
}
