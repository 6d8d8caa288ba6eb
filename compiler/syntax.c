// The text form of the tree: one node a line, two spaces for each level, `kind details
// @line:column`. A child that plays one of several parts is introduced by a line with that part's
// name (`condition`, `else`, `args`). Absent parts are not written. Snapshots pin this form.
#include "syntax_dump.h"

void dump_begin(Dump *dump)
{
    for (int i = 0; i < dump->depth; i++) {
        buffer_text(&dump->out, "  ");
    }
}

void dump_end(Dump *dump, Span span)
{
    if (span.start) {
        Place place = source_place_after(dump->sources, &dump->cursor, span.start);
        buffer_print(&dump->out, " @%u:%u", (unsigned)place.line, (unsigned)place.column);
    }
    buffer_text(&dump->out, "\n");
}

void dump_enter(Dump *dump, const char *part)
{
    dump_begin(dump);
    buffer_text(&dump->out, part);
    buffer_text(&dump->out, "\n");
    dump->depth++;
}

void dump_leave(Dump *dump)
{
    dump->depth--;
}

void dump_quoted(Dump *dump, const char *text, size_t length)
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

void dump_name(Dump *dump, Name name)
{
    buffer_print(&dump->out, " %s", name.text ? name.text : "?");
}

void dump_names(Dump *dump, const Names *names, const char *between)
{
    for (size_t i = 0; i < names->count; i++) {
        buffer_print(&dump->out, "%s%s", i > 0 ? between : " ", names->items[i].text);
    }
}

void dump_part(Dump *dump, const char *part, const Expr *expr)
{
    if (expr) {
        dump_enter(dump, part);
        dump_expr(dump, expr);
        dump_leave(dump);
    }
}

static void dump_doc(Dump *dump, const char *doc)
{
    if (doc) {
        dump_begin(dump);
        buffer_text(&dump->out, "doc ");
        size_t length = 0;
        while (doc[length]) {
            length++;
        }
        dump_quoted(dump, doc, length);
        buffer_text(&dump->out, "\n");
    }
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

void dump_block(Dump *dump, const char *part, const Block *block)
{
    if (block) {
        dump_enter(dump, part);
        dump_stmts(dump, &block->stmts);
        dump_leave(dump);
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
    dump_begin(dump);
    buffer_text(&dump->out, stmt_words[stmt->kind]);
    dump_stmt_details(dump, stmt);
    dump_end(dump, stmt->span);
    dump->depth++;
    dump_stmt_children(dump, stmt);
    dump->depth--;
}

// ── declarations ─────────────────────────────────────────────────────────────────────────────────
static void dump_params(Dump *dump, const Params *params)
{
    for (size_t i = 0; i < params->count; i++) {
        const Param *param = &params->items[i];
        dump_begin(dump);
        buffer_text(&dump->out, "param");
        dump_name(dump, param->name);
        dump_end(dump, param->name.span);
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
        dump_begin(dump);
        buffer_text(&dump->out, "field");
        dump_name(dump, field->name);
        if (field->key) {
            buffer_print(&dump->out, " \"%s\"", field->key);
        }
        dump_end(dump, field->name.span);
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
        dump_begin(dump);
        buffer_text(&dump->out, "case");
        dump_name(dump, item->name);
        dump_end(dump, item->name.span);
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
    dump_begin(dump);
    buffer_print(&dump->out, "%s%s%s%s", decl->pub ? "pub " : "", decl->is_extern ? "extern " : "",
                 decl->blocking ? "blocking " : "", words[decl->kind]);
    if (decl->path) {
        buffer_print(&dump->out, " \"%s\"%s", decl->path, decl->name.text ? " as" : "");
    }
    if (decl->name.text || !decl->path) {
        dump_name(dump, decl->name);
    }
    dump_end(dump, decl->span);
    dump->depth++;
    dump_doc(dump, decl->doc);
    dump_params(dump, &decl->params);
    if (decl->result) {
        dump_enter(dump, "gives");
        dump_type(dump, decl->result);
        dump_leave(dump);
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

const Clause *clause_find(const Clauses *clauses, ClauseKind kind)
{
    for (size_t i = 0; i < clauses->count; i++) {
        if (clauses->items[i]->kind == kind) {
            return clauses->items[i];
        }
    }
    return NULL;
}
