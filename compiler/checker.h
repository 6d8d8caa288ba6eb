// checker.h: what the check*.c files share. No other file includes it.
//
// Every check_… of an expression fills its `type` and gives it; `want` is the type the context
// would like (NULL: none) and only guides literals. check_value is the strict one: it converts or
// reports. After a mistake a node is TYPE_UNKNOWN, which fits everything, so that one mistake is
// told once.
#ifndef CHECKER_H
#define CHECKER_H

#include "check.h"
#include "say.h"
#include "symbols.h"

// Where nothing may wait, and why.
typedef enum Ban {
    BAN_NONE,
    BAN_IT,            // an `it` expression of a method
    BAN_COMPREHENSION,
    BAN_CLAUSE,        // a clause's value
    BAN_CONSTANT,      // a value at the top of a file
    BAN_DEFAULT,       // the default of a parameter or field
    BAN_STUB,          // the stub of a library fn
} Ban;

// What `return` and `break` cannot get out of.
typedef enum Barrier { BARRIER_NONE, BARRIER_BRANCH, BARRIER_DEFER, BARRIER_ITEM } Barrier;

typedef struct Where { // saved and put back by copy
    bool task;            // in a task or a test: waiting is allowed unless banned
    Ban ban;
    const Type *result;   // what `return` gives; NULL: nothing can be returned from here
    const Type *yields;   // of a stream task; NULL: not one
    Barrier barrier;
    bool loop;            // `break` has a loop to leave
    bool test;            // `stub` is allowed
    bool hides;           // in an argument of the library that may be secret: takes text
    uint32_t level;       // how many concurrent branches this stands in
    const Expr *started;  // the call under `start`: its starter does not wait for it
} Where;

// `e.kind == "…"`, to be looked at when all kinds of the program are known.
typedef struct KindUse {
    const char *text;
    Span span;
} KindUse;

typedef struct Check {
    Program *program;
    Arena *arena;
    Types *types;
    Library *library;
    Diags *diags;
    Module *module;
    Decl *decl;
    const Decl *waits; // the fn that was last told that it may not
    const Expr *gathered; // the pipeline of a gather that was told already, where it may not wait
    Where at;
    const Type *unknown, *never, *nothing, *integer, *real, *boolean, *duration, *time, *string,
        *bytes, *json, *secret,
        *error, *range;
    LIST(KindUse) kinds_used, kinds_made;
    bool any_kind;        // a kind is computed, or C code is called: every kind is possible
    unsigned guesses;     // see Resolver
    unsigned breaks;      // `break`s of the innermost loop seen so far
    bool yielded;         // the body under way has said yield
} Check;

// A parameter or field as calls see it.
typedef struct Formal {
    const char *name;
    const Type *type;
    Expr *fallback;
    bool optional;        // may be left out, and then is NULL in `ordered`
    bool item_expression; // of the library: in `it`
    bool takes_text;      // of a library record: bytes that may be said as text
} Formal;
typedef LIST(Formal) Formals;

// ── check_type.c: types as written, and how values fit them ──────────────────────────────────────
const Type *check_type_name(Check *c, TypeName *name);        // may be NULL: gives nothing
bool check_fit(Check *c, Expr *expr, const Type *want);       // converts if it can; says nothing
bool check_takes(const Type *type, TypeKind kind);            // is of the kind, or unknown or never
// unknown or never: nothing to say about it
bool check_silent(const Type *type);
const Type *check_join(Check *c, const Type *a, const Type *b); // the type both fit, or NULL
// ── check_suggest.c: edits ───────────────────────────────────────────────────────────────────────
// What stands there in the source; NULL when it is long or takes several lines.
const char *check_written(const Check *c, Span span);
// Puts text before and behind it. `help` is a phrase with a place for how it is to be written.
void check_suggest_around(Check *c, Diag *diag, Phrase help, Span span, const char *before,
                          const char *behind);
void check_suggest_as(Check *c, Diag *diag, const Expr *expr, const char *type);
// "200" where 200 is meant, or the other way round. False: it is no such literal.
bool check_suggest_literal(Check *c, Diag *diag, const Expr *expr, const Type *want);
void check_suggest_removal(Check *c, Diag *diag, Span span);
// `let` becomes `var` where the symbol is declared.
void check_suggest_var(Check *c, Diag *diag, const Symbol *symbol);

void check_mismatch(Check *c, const Expr *expr, const Type *want);
// The type a name gets from its value; reports a value that does not tell.
const Type *check_settled(Check *c, const Expr *value, const char *name);
const Type *check_list(Check *c, const Type *item);
// may it be a key of a map or limiter?
bool check_key(const Type *type);

// ── check_expr.c ─────────────────────────────────────────────────────────────────────────────────
const Type *check_expr(Check *c, Expr *expr, const Type *want);
// some value; a report when there is none
const Type *check_hinted(Check *c, Expr *expr, const Type *hint);
// a value of that type (NULL: any), or a report
const Type *check_value(Check *c, Expr *expr, const Type *want);
// the type of what is there, or a report: `fail` has none that says what may be done with it
const Type *check_tells(Check *c, const Expr *expr, const Type *type);
// some value of a type that tells
const Type *check_known(Check *c, Expr *expr);
// items of a list, arms: one type for all
const Type *check_join_all(Check *c, Exprs *exprs, const Type *want, int code);
void check_condition(Check *c, Expr *expr);
// a number as written, with a sign or not
bool check_literal(const Expr *expr);
bool check_constant(const Expr *expr, int64_t *value);        // an int or duration known now

// ── check_member.c: fields, indexes, parts ───────────────────────────────────────────────────────
const Type *check_name(Check *c, Expr *expr);
const Type *check_field(Check *c, Expr *expr);
const Type *check_index(Check *c, Expr *expr);
const Type *check_slice(Check *c, Expr *expr);
// `object`: whose member is asked for, NULL where no value is named.
void check_no_member(Check *c, Name name, const Type *type, const Expr *object);
// Is it something that can be changed here: a `var` of this branch? Reports it when not.
bool check_place(Check *c, Expr *place);
void check_mark_place(Expr *place); // before it is given a type: it is to be changed

// ── check_op.c ───────────────────────────────────────────────────────────────────────────────────
const Type *check_unary(Check *c, Expr *expr, const Type *want);
const Type *check_binary(Check *c, Expr *expr, const Type *want);
// NULL: not for these
const Type *check_arithmetic(Check *c, Operator op, const Type *a, const Type *b);
const Type *check_as(Check *c, Expr *expr);
// ── check_format.c ───────────────────────────────────────────────────────────────────────────────
void check_format(Check *c, const TextPart *part); // of a hole `{x:…}`

// ── check_call.c, check_args.c ───────────────────────────────────────────────────────────────────
const Type *check_call(Check *c, Expr *expr, const Type *want);
Formals check_formals(Check *c, const Params *params);
Formals check_fields(Check *c, const Type *record);
// Puts the arguments in order and checks each. `it`: what the item expressions among them mean by
// it.
void check_arguments(Check *c, Span call, const char *callee, Span declared, const Formals *formals,
                     const Arguments *args,
                     Exprs *ordered);
// Puts arguments in order without checking their values.
bool check_order(Check *c, Span call, const char *callee, Span declared, const Formals *formals,
                 const Arguments *args,
                 Exprs *ordered);
// after a mistake: looks into the arguments all the same
void check_leftover(Check *c, const Arguments *args);

// ── check_wait.c: who may wait where, and what must not be dropped ───────────────────────────────
typedef enum Waiting { WAITING_TASK, WAITING_BLOCKING, WAITING_FORM, WAITING_START } Waiting;
// Something that waits: reports it where it may not. `what`: its name or words.
void check_wait(Check *c, Span span, Waiting waiting, const char *what, const Decl *callee);
// a statement's value is not used: is that right?
void check_dropped(Check *c, const Expr *expr);
void check_unread(Check *c, const Symbol *symbol);            // a let that nobody reads: may it?
void check_unlooked(Check *c, const Symbol *symbol);          // the same of a name in a loop

// ── check_match.c ────────────────────────────────────────────────────────────────────────────────
const Type *check_match(Check *c, Expr *expr, const Type *want);

// ── check_flow.c ─────────────────────────────────────────────────────────────────────────────────
// await fail claused start scope try catch leave
const Type *check_flow(Check *c, Expr *expr, const Type *want);
const Type *check_leave(Check *c, Span span, LeaveKind kind, Expr *value);

// ── check_conc.c, check_pipe.c ───────────────────────────────────────────────────────────────────
const Type *check_conc(Check *c, Expr *expr);
const Type *check_comprehension(Check *c, Expr *expr, const Type *want);
// The type of one item of a source (list, range, map, queue, stream); reports what is none. *waits:
// pulling may wait.
const Type *check_source(Check *c, Expr *source, bool *waits);
// Gives loop names their types: one name the item, two a pair's halves.
void check_loop_names(Check *c, const Names *names, Symbol *const *symbols, const Type *item);
const Type *check_pipe(Check *c, Expr *expr, const Type *want);
// a local of this place: its type and level
void check_own(Check *c, Symbol *symbol, const Type *type);

// ── check_stub.c: what a test replaces ───────────────────────────────────────────────────────────
void check_stub(Check *c, Stmt *stmt);

// ── check_clause.c ───────────────────────────────────────────────────────────────────────────────
typedef enum ClauseHome {
    HOME_TASK,
    HOME_STREAM_TASK,
    HOME_LIMITER,
    HOME_FN,
    HOME_CALL,
    HOME_START,
    HOME_SCOPE,
    HOME_BRANCHES, // gather, as_completed: branches or items
    HOME_RACE,
    HOME_STAGE,
    HOMES,
} ClauseHome;
// Are the clauses allowed there, and their values right? Those that belong to each item see its
// names.
void check_clauses(Check *c, const Clauses *clauses, ClauseHome home);
const char *check_clause_words(const Clause *clause); // as it is written

// ── check_stmt.c ─────────────────────────────────────────────────────────────────────────────────
bool check_block(Check *c, const Block *block);               // true: its end is never reached

// ── check_seen.c: what nothing tells the type of ─────────────────────────────────────────────────
// A value that is only shown or written, whatever it is: where its type is open it becomes closed.
void check_close(Check *c, Expr *expr);
void check_seen(Check *c); // reports what is open when all has been checked

// ── check_decl.c, check_rules.c ──────────────────────────────────────────────────────────────────
// Fields, cases, branches: a name that is in the table already is reported; else it goes there.
void check_unique(Check *c, SymbolTable *names, Name name);
// records, enums and signatures of all modules
void check_types(Check *c);
// limiters, queues, top-level values, defaults
void check_values(Check *c);
void check_bodies(Check *c);
void check_kinds(Check *c);                                   // comparisons with Error.kind
void check_limiters(Check *c);                                // waiting for what one holds

#endif
