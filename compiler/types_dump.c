// types_dump.c: the text form of what check found out, for snapshots.
#include <stdlib.h>

#include "check.h"
#include "text.h"
#include "walk.h"

typedef struct Dump {
    Arena *arena;
    const Sources *sources;
    PlaceCursor cursor;
    Buffer out;
    LIST(const Symbol *) names; // of the declaration under way
} Dump;

// ── collecting ───────────────────────────────────────────────────────────────────────────────────
static void note(Dump *dump, const Symbol *symbol)
{
    if (symbol) {
        LIST_ADD(dump->arena, &dump->names, symbol);
    }
}

static void note_loops(Dump *dump, const Each *each)
{
    for (size_t i = 0; i < each->loops.count; i++) {
        for (size_t j = 0; j < each->loops.items[i].symbols.count; j++) {
            note(dump, each->loops.items[i].symbols.items[j]);
        }
    }
}

static bool see_expr(const Expr *expr, void *data)
{
    Dump *dump = data;
    switch ((int)expr->kind) {
    case EXPR_CATCH: note(dump, expr->u.catching.symbol); break;
    case EXPR_COMPREHENSION: note_loops(dump, &expr->u.comprehension.each); break;
    case EXPR_GATHER: case EXPR_AS_COMPLETED: case EXPR_RACE: note_loops(dump,
        &expr->u.conc.each); break;
    case EXPR_MATCH:
        for (size_t i = 0; i < expr->u.match.arms.count; i++) {
            const Pattern *pattern = &expr->u.match.arms.items[i].pattern;
            for (size_t j = 0; j < pattern->symbols.count; j++) {
                note(dump, pattern->symbols.items[j]);
            }
        }
        break;
    }
    return false;
}

static bool see_stmt(const Stmt *stmt, void *data)
{
    Dump *dump = data;
    switch ((int)stmt->kind) {
    case STMT_LET: case STMT_VAR:
        for (size_t i = 0; i < stmt->u.let.symbols.count; i++) {
            note(dump, stmt->u.let.symbols.items[i]);
        }
        break;
    case STMT_FOR:
        for (size_t i = 0; i < stmt->u.each.symbols.count; i++) {
            note(dump, stmt->u.each.symbols.items[i]);
        }
        break;
    case STMT_IF: note(dump, stmt->u.branch.symbol); break;
    case STMT_WHILE: note(dump, stmt->u.loop.symbol); break;
    }
    return false;
}

// ── writing ──────────────────────────────────────────────────────────────────────────────────────
static int by_place(const void *a, const void *b)
{
    const Symbol *const *one = a, *const *other = b;
    return (*one)->span.start < (*other)->span.start ? -1
        : (*one)->span.start > (*other)->span.start;
}

static void write_place(Dump *dump, Span span)
{
    if (span.end != 0) {
        Place place = source_place_after(dump->sources, &dump->cursor, span.start);
        buffer_print(&dump->out, " @%u:%u", place.line, place.column);
    }
    buffer_text(&dump->out, "\n");
}

static const char *type_name(const Type *type)
{
    return type ? type->name : "?";
}

static void write_params(Dump *dump, const Params *params)
{
    buffer_text(&dump->out, "(");
    for (size_t i = 0; i < params->count; i++) {
        const Param *param = &params->items[i];
        buffer_print(&dump->out, "%s%s: %s%s", i ? ", " : "", param->name.text ? param->name.text
                     : "?",
                     type_name(param->symbol ? param->symbol->type : NULL), param->fallback
                         ? " = …" : "");
    }
    buffer_text(&dump->out, ")");
}

static void write_fields(Dump *dump, const Decl *decl)
{
    const Type *type = decl->symbol->type;
    for (size_t i = 0; type && i < type->fields.count; i++) {
        buffer_print(&dump->out, "  %s: %s", type->fields.items[i].name,
                     type->fields.items[i].type->name);
        write_place(dump, type->fields.items[i].span);
    }
    for (size_t i = 0; type && i < type->cases.count; i++) {
        buffer_print(&dump->out, "  %s", type->cases.items[i].name);
        if (decl->cases.items[i].params.count > 0) {
            write_params(dump, &decl->cases.items[i].params);
        }
        write_place(dump, type->cases.items[i].span);
    }
}

static void write_head(Dump *dump, const Decl *decl)
{
    const char *name = decl->name.text ? decl->name.text : "?";
    const Type *type = decl->symbol ? decl->symbol->type : NULL;
    switch (decl->kind) {
    case DECL_USE: buffer_print(&dump->out, "use \"%s\"", decl->path ? decl->path : "?"); break;
    case DECL_TASK: case DECL_FN:
        buffer_print(&dump->out, "%s%s%s %s", decl->is_extern ? "extern " : "", decl->blocking
                     ? "blocking " : "",
                     decl->kind == DECL_TASK ? "task" : "fn", name);
        write_params(dump, &decl->params);
        if (decl->result) {
            buffer_print(&dump->out, " -> %s", type_name(type));
        }
        break;
    case DECL_RECORD: buffer_print(&dump->out, "record %s", name); break;
    case DECL_ENUM: buffer_print(&dump->out, "enum %s", name); break;
    case DECL_LIMITER:
        buffer_print(&dump->out, "limiter %s", name);
        if (decl->params.count > 0) {
            write_params(dump, &decl->params);
        }
        break;
    case DECL_QUEUE: buffer_print(&dump->out, "queue %s: %s", name, type_name(type)); break;
    case DECL_LET: buffer_print(&dump->out, "let %s: %s", name, type_name(type)); break;
    case DECL_TEST: buffer_print(&dump->out, "test \"%s\"", name); break;
    }
    write_place(dump, decl->name.span.end ? decl->name.span : decl->span);
}

static void write_decl(Dump *dump, const Decl *decl)
{
    write_head(dump, decl);
    if (decl->kind == DECL_RECORD || decl->kind == DECL_ENUM) {
        write_fields(dump, decl);
        return;
    }
    dump->names.count = 0;
    Walk walk = {.expr = see_expr, .stmt = see_stmt, .data = dump};
    walk_expr(&walk, decl->value);
    walk_block(&walk, &decl->body);
    if (dump->names.count > 1) {
        qsort(dump->names.items, dump->names.count, sizeof *dump->names.items, by_place);
    }
    for (size_t i = 0; i < dump->names.count; i++) {
        const Symbol *symbol = dump->names.items[i];
        buffer_print(&dump->out, "  %s%s: %s", symbol->variable ? "var " : "", symbol->name,
                     type_name(symbol->type));
        write_place(dump, symbol->span);
    }
}

const char *types_dump(Arena *arena, const Sources *sources, const Program *program)
{
    Dump dump = {.arena = arena, .sources = sources, .out = {.arena = arena}};
    for (size_t i = 0; i < program->modules.count; i++) {
        const Module *module = program->modules.items[i];
        for (size_t j = 0; j < module->decls.count; j++) {
            write_decl(&dump, module->decls.items[j]);
        }
    }
    return buffer_end(&dump.out);
}
