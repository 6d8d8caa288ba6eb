// build.h: what the actions of grammar.y do: one function a node.
//
// Nothing is looked up and nothing fails; the few mistakes reported here are those of shape, which
// only the finished node shows (a value assigned to a call, an operator expression standing alone,
// a tree too deep). Tokens and nodes are borrowed; what is given back lives in the arena. Arguments
// marked "or NULL" may be absent in the source.
#ifndef BUILD_H
#define BUILD_H

#include "lexer.h"
#include "syntax.h"

typedef struct Build {
    Arena *arena;
    Sources *sources;
    Diags *diags;
    Module *module;
    const Tokens *tokens; // of the layout
    size_t at;            // index of the token being parsed
    size_t mistakes;      // reported by the parser so far
    size_t lost;          // index of the first token whose name was not looked at as lost
    bool deep_reported;   // once is enough: what is cut off is deep again soon
    bool outside;         // a statement at the top of the file was reported, no declaration since
    bool gave_up;         // the parser can't go on
} Build;

// Lists under construction; `end` is the closing bracket.
typedef struct ParamList {
    Params list;
    Span end;
    bool broken;
} ParamList;
typedef struct ArgList {
    Arguments list;
    Span end;
} ArgList;
typedef struct FieldList {
    LIST(Field) list;
    bool broken;
} FieldList;
typedef struct CaseList {
    LIST(Case) list;
    bool broken;
} CaseList;
typedef struct TypeNames {
    LIST(TypeName *) list;
} TypeNames;
typedef struct BranchList {
    LIST(Branch) list;
    Span end;
} BranchList;
typedef struct ArmList {
    LIST(Arm) list;
} ArmList;
typedef struct Condition {
    Name bound;
    Expr *value;
} Condition;

void build_too_nested(Build *build);
// The names in a part that is not kept: what they declare or read is then no second mistake.
void build_lose(Build *build, Span span);

// ── declarations ─────────────────────────────────────────────────────────────────────────────────
void build_module_add(Build *build,
                      Decl *decl); // decl: or NULL, when not even its name could be read
Decl *build_use(Build *build, const Token *use, const Token *path, const Token *as); // as: or NULL
Decl *build_pub(Decl *decl, const Token *pub);
Decl *build_task(Build *build, DeclKind kind, const Token *start, const Token *name,
                 ParamList *params, TypeName *result);
Decl *build_blocking(Decl *decl);
Decl *build_task_body(Build *build, Decl *decl, Clauses *clauses, Block *body);
// A `task main()` of which only the statements were written.
Decl *build_bare_main(Build *build, Stmts *stmts);
Decl *build_extern(Decl *decl, const Token *start);
Decl *build_broken_task(Build *build, const Token *start, const Token *name, Block *body);
Decl *build_record(Build *build, const Token *start, const Token *name, FieldList *fields,
                   const Token *end);
Decl *build_enum(Build *build, const Token *start, const Token *name, CaseList *cases,
                 const Token *end);
Decl *build_limiter(Build *build, const Token *start, const Token *name, ParamList *params,
                    Clauses *limits);
Decl *build_queue_decl(Build *build, const Token *start, const Token *name, TypeName *item,
                       Expr *max);
Decl *build_let_decl(Build *build, const Token *start, const Token *name, TypeName *type,
                     Expr *value);
Decl *build_test(Build *build, const Token *start, const Token *title, Block *body);
// Adds one parameter; list NULL begins one, name NULL adds nothing.
ParamList *build_params(Build *build, ParamList *list, const Token *name, TypeName *type,
                        Expr *fallback);
ParamList *build_params_end(ParamList *list, const Token *end);
ParamList *build_broken_params(Build *build, const Token *end);
FieldList *build_fields(Build *build, FieldList *list, const Field *field);
Field *build_field(Build *build, const Token *name, const Token *key, TypeName *type,
                   Expr *fallback);
CaseList *build_cases(Build *build, CaseList *list, const Case *item);
Case *build_case(Build *build, const Token *name, ParamList *params);

// ── types ────────────────────────────────────────────────────────────────────────────────────────
TypeName *build_type_name(Build *build, const Token *module, const Token *name);
// start or end NULL: the type reaches to its part.
TypeName *build_type(Build *build, TypeNameKind kind, const Token *start, TypeName *a, TypeName *b,
                     const Token *end);
TypeName *build_tuple_type(Build *build, const Token *start, TypeNames *parts, const Token *end);
TypeNames *build_types(Build *build, TypeNames *list, TypeName *type);

// ── statements ───────────────────────────────────────────────────────────────────────────────────
Block *build_block(Build *build, const Token *start, Stmts *stmts, const Token *end);
Stmts *build_stmts(Build *build, Stmts *list, Stmt *stmt);
Stmt *build_broken_stmt(Build *build, const Token *at);
Stmt *build_let(Build *build, StmtKind kind, const Token *start, Names *names, TypeName *type,
                Expr *value);
// Its value could not be read, its names could: what uses them is then no second mistake.
Stmts *build_broken_let(Build *build, Stmts *list, StmtKind kind, const Token *start, Names *names,
                        TypeName *type, const Token *end);
Stmt *build_for(Build *build, const Token *start, Names *names, Expr *source, Block *body);
Stmt *build_broken_for(Build *build, const Token *start, Block *body);
Stmt *build_while(Build *build, const Token *start, Condition *condition, Block *body);
Stmt *build_if(Build *build, const Token *start, Condition *condition, Block *then,
               Block *otherwise);
Block *build_else_if(Build *build, Stmt *stmt);
Condition *build_condition(Build *build, const Token *bound, Expr *value);
Condition *build_condition_assigned(Build *build, Expr *value, const Token *assign);
Stmt *build_defer(Build *build, const Token *start, Stmt *simple, Block *block);
Stmt *build_assert(Build *build, const Token *start, Expr *condition, Expr *message);
Stmt *build_stub(Build *build, const Token *start, Names *path, Names *params, Expr *value,
                 Block *block);
Stmt *build_expr_stmt(Build *build, Expr *value);
Stmt *build_assign(Build *build, Expr *place, AssignOp op, Expr *value);
Stmt *build_leave_stmt(Build *build, Expr *leave);
Stmt *build_stmt_of(Build *build, StmtKind kind, const Token *start, Expr *value);
Expr *build_leave(Build *build, LeaveKind kind, const Token *start, Expr *value);
Names *build_names(Build *build, Names *list, const Token *name);

// ── flows ────────────────────────────────────────────────────────────────────────────────────────
Expr *build_claused(Build *build, Expr *inner, Clauses *clauses);
Expr *build_catch(Build *build, Expr *inner, const Token *name, Expr *value, Block *block);
Expr *build_conc(Build *build, ExprKind kind, const Token *start, BranchList *branches, Each *each,
                 Expr *pipe, Clauses *clauses);
Expr *build_start(Build *build, const Token *start, Expr *inner, Clauses *clauses);
Expr *build_scope(Build *build, const Token *start, Clauses *clauses, Block *block);
Expr *build_try(Build *build, const Token *start, Expr *inner);
BranchList *build_branches(Build *build, BranchList *list, const Branch *branch);
BranchList *build_broken_branch(Build *build, BranchList *list);
BranchList *build_branches_end(BranchList *list, const Token *end);
Branch *build_branch(Build *build, const Token *name, Expr *value);
Each *build_each(Each *loops, Expr *value, Expr *condition);
Each *build_loops(Build *build, Each *loops, Names *names, Expr *source);
Expr *build_pipe(Build *build, Expr *source, Stage *stage, Clauses *clauses);
Expr *build_pipe_more(Build *build, Expr *pipe, Stage *stage, Clauses *clauses);
Stage *build_stage(Build *build, StageKind kind, const Token *start, Expr *value, Expr *every);
Clauses *build_clauses(Build *build, Clauses *list, Clause *clause);
Clause *build_clause(Build *build, ClauseKind kind, const Token *start, Expr *a, Expr *b, Expr *c);
Clause *build_within(Build *build, const Token *start, Names *path, ArgList *args); // args: or NULL
Clause *build_collect(Build *build, const Token *start, const Token *end);

// ── expressions ──────────────────────────────────────────────────────────────────────────────────
Expr *build_literal(Build *build, ExprKind kind, const Token *token); // also NONE and IT
Expr *build_bool(Build *build, const Token *token, bool truth);
Expr *build_name_expr(Build *build, const Token *name);
Expr *build_erroneous(Build *build, const Token *start, const Token *end);
Expr *build_text(Build *build, const Token *start);
Expr *build_text_next(Build *build, Expr *text, Expr *hole, const Token *format,
                      const Token *piece);
Expr *build_text_close(Build *build, Expr *text, Expr *hole, const Token *format,
                       const Token *piece);
Expr *build_parens(const Token *start, Expr *inner, const Token *end);
Expr *build_tuple(Build *build, const Token *start, Expr *first, Exprs *rest, const Token *end);
Exprs *build_exprs(Build *build, Exprs *list, Expr *item);
Expr *build_list(Build *build, const Token *start, Exprs *items, const Token *end);
Expr *build_comprehension(Build *build, const Token *start, Each *each, const Token *end);
Expr *build_map(Build *build, const Token *start, Expr *entries, const Token *end);
Expr *build_entries(Build *build, Expr *map, Expr *key, Expr *value);
Expr *build_field_expr(Build *build, Expr *object, const Token *name);
Expr *build_call(Build *build, Expr *callee, ArgList *args);
Expr *build_part(Build *build, Expr *from, const Token *range, Expr *to);
Expr *build_index(Build *build, Expr *object, Expr *index, const Token *end);
Expr *build_as(Build *build, Expr *value, TypeName *to);
Expr *build_queue(Build *build, const Token *start, TypeName *item, ArgList *args);
ArgList *build_args(Build *build, ArgList *list, const Argument *arg);
ArgList *build_args_end(ArgList *list, const Token *end);
ArgList *build_broken_args(Build *build, const Token *start, const Token *end);
Argument *build_arg(Build *build, const Token *name, Expr *value);
Expr *build_unary(Build *build, Operator op, const Token *token, Expr *a);
Expr *build_await(Build *build, const Token *token, Expr *inner);
Expr *build_fail(Build *build, const Token *token, Expr *inner);
Expr *build_choice(Build *build, const Token *start, Expr *condition, Expr *then, Expr *otherwise);
Expr *build_binary(Build *build, Operator op, Expr *a, const Token *token, Expr *b);
Expr *build_range(Build *build, Expr *from, bool closed, Expr *to);
Expr *build_match(Build *build, const Token *start, Expr *value, ArmList *arms, const Token *end);
ArmList *build_arms(Build *build, ArmList *list, const Arm *arm);
Arm *build_arm(Build *build, Pattern *pattern, Expr *value, Block *block);
Pattern *build_pattern(Build *build, PatternKind kind, const Token *start, const Token *name);
Pattern *build_case_pattern(Build *build, const Token *name, Names *names, const Token *end);
Pattern *build_literal_pattern(Build *build, const Token *minus, Expr *literal);

#endif
