// walk.h: looking through a tree: is there anywhere in it …?
#ifndef WALK_H
#define WALK_H

#include "resolve.h"

typedef struct Walk {
    // Called for every expression, outermost first. True stops the walk: found.
    bool (*expr)(const Expr *expr, void *data);
    // The same for statements; NULL: not asked.
    bool (*stmt)(const Stmt *stmt, void *data);
    void *data;
    bool shallow; // neither into blocks within, nor into what a form runs beside
} Walk;

bool walk_expr(const Walk *walk, const Expr *expr); // expr may be NULL
bool walk_stmt(const Walk *walk, const Stmt *stmt);
bool walk_block(const Walk *walk, const Block *block);
bool walk_clauses(const Walk *walk, const Clauses *clauses);

#endif
