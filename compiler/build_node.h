// build_node.h: what the build_*.c files share: new nodes, their depth, their spans.
//
// A node is made with node_expr, node_stmt or node_decl, its children are counted with
// node_under_…, and node_done hands it out. Nodes live in the arena.
#ifndef BUILD_NODE_H
#define BUILD_NODE_H

#include "build.h"

// The elements of one list, given to a field that is a list of the same type.
#define MOVE_LIST(to, from)                                                                        \
    ((to).items = (from).items, (to).count = (from).count, (to).room = (from).room)

// From the start of a to the end of b.
Span node_join(Span a, Span b);
// The span of something followed by clauses.
Span node_end_of_clauses(Span span, const Clauses *clauses);
// The name a token holds; absent for NULL.
Name node_name(const Token *token);

Expr *node_expr(Build *build, ExprKind kind, Span span);
Stmt *node_stmt(Build *build, StmtKind kind, Span span);
// `start` gives the beginning and the documentation; name may be NULL.
Decl *node_decl(Build *build, DeclKind kind, const Token *start, const Token *name, Span end);
// In place of what could not be read.
Expr *node_erroneous(Build *build, Span span);

// Makes *depth that of a node above this one. NULL counts nothing.
void node_under_expr(uint32_t *depth, const Expr *expr);
void node_under_type(uint32_t *depth, const TypeName *type);
void node_under_block(uint32_t *depth, const Block *block);
void node_under_args(uint32_t *depth, const Arguments *args);
void node_under_clauses(uint32_t *depth, const Clauses *clauses);
void node_under_each(uint32_t *depth, const Each *each);
void node_deepen(uint32_t *depth, uint32_t below);

// Every node passes here when it is complete. One that is too deep is reported and replaced by an
// erroneous one, so that the tree stays walkable.
Expr *node_done(Build *build, Expr *expr);
Stmt *node_done_stmt(Build *build, Stmt *stmt);
void node_report_deep(Build *build, Span span);

#endif
