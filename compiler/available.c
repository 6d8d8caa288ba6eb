#include "available.h"

#include "message.h"

void available(Program *program, Diags *diags)
{
    if (diags->all.count > 0) {
        return; // the tree is only right where check found nothing
    }
    for (size_t i = 0; i < program->decls.count; i++) {
        const Decl *decl = program->decls.items[i];
        for (size_t k = 0; k < decl->clauses.count; k++) {
            if (decl->clauses.items[k]->kind == CLAUSE_CACHE) {
                diag_add(diags, DIAG_NOT_AVAILABLE, decl->clauses.items[k]->span,
                         message_phrase(PHRASE_FEATURE_CACHE), NULL, NULL);
            }
        }
    }
}
