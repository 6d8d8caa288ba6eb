#include "available.h"

#include <string.h>

#include "message.h"
#include "walk.h"

typedef struct Gate {
    Diags *diags;
    bool tests; // test blocks are compiled, too
} Gate;

static void refuse(Gate *gate, Span span, Phrase feature)
{
    diag_add(gate->diags, DIAG_NOT_AVAILABLE, span, message_phrase(feature), NULL, NULL);
}

static void gate_call(Gate *gate, const Expr *expr)
{
    switch (expr->u.call.target) {
    case CALLEE_RECORD:
        if (expr->type != NULL &&
            (expr->type->kind == TYPE_ERROR || expr->type->c_struct != NULL)) {
            refuse(gate, expr->span, PHRASE_FEATURE_ERROR_MAKER);
        }
        break;
    case CALLEE_UNKNOWN:
    case CALLEE_TASK:
    case CALLEE_FN:
    case CALLEE_BLOCKING_FN:
    case CALLEE_EXTERN:
    case CALLEE_CASE:
    case CALLEE_METHOD:
    case CALLEE_BUILTIN:
    case CALLEE_WITH: break;
    }
}

static bool gate_expr(const Expr *expr, void *data)
{
    Gate *gate = data;
    switch (expr->kind) {
    case EXPR_CALL: gate_call(gate, expr); break;
    case EXPR_AS:
    case EXPR_PIPE:
    case EXPR_GATHER:
    case EXPR_RACE:
    case EXPR_AS_COMPLETED:
    case EXPR_INDEX:
    case EXPR_SLICE:
    case EXPR_MAP:
    case EXPR_COMPREHENSION:
    case EXPR_INT:
    case EXPR_FLOAT:
    case EXPR_BOOL:
    case EXPR_NONE:
    case EXPR_DURATION:
    case EXPR_STRING:
    case EXPR_TEXT:
    case EXPR_NAME:
    case EXPR_IT:
    case EXPR_FIELD:
    case EXPR_UNARY:
    case EXPR_BINARY:
    case EXPR_RANGE:
    case EXPR_IF:
    case EXPR_MATCH:
    case EXPR_LIST:
    case EXPR_TUPLE:
    case EXPR_QUEUE:
    case EXPR_AWAIT:
    case EXPR_FAIL:
    case EXPR_CLAUSED:
    case EXPR_START:
    case EXPR_SCOPE:
    case EXPR_TRY:
    case EXPR_CATCH:
    case EXPR_LEAVE:
    case EXPR_ERRONEOUS: break;
    }
    return false;
}

static bool gate_stmt(const Stmt *stmt, void *data)
{
    Gate *gate = data;
    switch (stmt->kind) {
    case STMT_LET:
    case STMT_VAR:
    case STMT_EXPR:
    case STMT_RETURN:
    case STMT_FOR:
    case STMT_YIELD: break;
    case STMT_STUB: refuse(gate, stmt->span, PHRASE_FEATURE_STUB); break;
    case STMT_DEFER:
    case STMT_ASSIGN:
    case STMT_CANCEL:
    case STMT_IF:
    case STMT_WHILE:
    case STMT_BREAK:
    case STMT_CONTINUE:
    case STMT_ASSERT:
    case STMT_ERRONEOUS: break;
    }
    return false;
}

static void gate_decl(Gate *gate, const Decl *decl)
{
    Walk walk = {gate_expr, gate_stmt, gate};
    switch (decl->kind) {
    case DECL_USE: return;
    case DECL_TEST:
        if (!gate->tests) {
            return; // not part of the program
        }
        break;
    case DECL_TASK:
        break;
    case DECL_FN:
    case DECL_RECORD:
    case DECL_ENUM:
    case DECL_LIMITER:
    case DECL_QUEUE:
    case DECL_LET: break;
    }
    for (size_t i = 0; i < decl->clauses.count; i++) {
        if (decl->clauses.items[i]->kind == CLAUSE_CACHE) {
            refuse(gate, decl->clauses.items[i]->span, PHRASE_FEATURE_CACHE);
        }
    }
    walk_clauses(&walk, &decl->clauses);
    walk_block(&walk, &decl->body);
    walk_expr(&walk, decl->value);
    for (size_t i = 0; i < decl->params.count; i++) {
        walk_expr(&walk, decl->params.items[i].fallback);
    }
    for (size_t i = 0; i < decl->fields.count; i++) {
        walk_expr(&walk, decl->fields.items[i].fallback);
    }
}

void available(Program *program, Diags *diags)
{
    if (diags->all.count > 0) {
        return; // the tree is only right where check found nothing
    }
    Gate gate = {diags, program->wants_tests};
    for (size_t i = 0; i < program->modules.count; i++) {
        const Module *module = program->modules.items[i];
        for (size_t k = 0; k < module->decls.count; k++) {
            gate_decl(&gate, module->decls.items[k]);
        }
    }
}
