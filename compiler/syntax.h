// syntax.h: the tree of a program.
//
// grammar.y builds it and looks up nothing; resolve.c fills `symbol`, check.c fills `type`, the
// callee and the order of arguments; lower.c reads it. Every node has the span of its whole text.
// All nodes live in the compilation's arena. Lists are in source order. What a pass fills in stands
// behind its name below.
#ifndef SYNTAX_H
#define SYNTAX_H

#include "source.h"

typedef struct Type Type;       // type.h
typedef struct Symbol Symbol;   // resolve.h
typedef struct Builtin Builtin; // library.h
typedef struct Expr Expr;
typedef struct Stmt Stmt;
typedef struct Decl Decl;
typedef struct TypeName TypeName;

typedef struct Name {
    const char *text; // NUL-terminated, interned: equal names are equal pointers; NULL: absent
    Span span;
} Name;

typedef LIST(Expr *) Exprs;
typedef LIST(Stmt *) Stmts;
typedef LIST(Name) Names;

// The longest way from a node down to a leaf; a tree deeper than NODE_DEPTH_MAX is a diagnostic, so
// passes may recurse.
enum { NODE_DEPTH_MAX = 1000 };

typedef struct Block {
    Stmts stmts;
    Span span; // with the braces
    uint32_t depth;
} Block;

// ── types as written ─────────────────────────────────────────────────────────────────────────────
typedef enum TypeNameKind {
    TYPE_NAME_PLAIN,    // name, or module.name
    TYPE_NAME_LIST,     // [parts[0]]
    TYPE_NAME_MAP,      // [parts[0]: parts[1]]
    TYPE_NAME_OPTIONAL, // parts[0]?
    TYPE_NAME_RESULT,   // parts[0]!
    TYPE_NAME_TUPLE,    // (parts…)
    TYPE_NAME_QUEUE,    // queue<parts[0]>
    TYPE_NAME_TASK,     // task<parts[0]>
    TYPE_NAME_STREAM,   // stream<parts[0]>
} TypeNameKind;

struct TypeName {
    TypeNameKind kind;
    Span span;
    Name module, name; // PLAIN; module.text NULL without one
    LIST(TypeName *) parts;
    uint32_t depth;
    const Type *type; // check
};

// ── clauses ──────────────────────────────────────────────────────────────────────────────────────
typedef enum ClauseKind {
    CLAUSE_LIMIT,    // a = n
    CLAUSE_RATE,     // a = n, b = per, c = burst or NULL
    CLAUSE_WITHIN,   // path, args
    CLAUSE_TIMEOUT,  // a
    CLAUSE_DEADLINE, // a
    CLAUSE_AFTER,    // a
    CLAUSE_RETRY, // a = n, b..c = backoff (backoff is EXPR_RANGE in b; a single duration is allowed
                  // to parse)
    CLAUSE_CACHE, // a = how long, b = max or NULL
    CLAUSE_COLLECT_ERRORS,
    CLAUSE_ORDERED,
    CLAUSE_AS_COMPLETED,
} ClauseKind;

typedef struct Argument {
    Name name; // `name: value`; text NULL when positional
    Expr *value;
} Argument;
typedef LIST(Argument) Arguments;

typedef struct Clause {
    ClauseKind kind;
    Span span;
    Expr *a, *b, *c;
    Names path;     // WITHIN: one or two names
    Arguments args; // WITHIN
    bool parens;    // WITHIN had ( )
    Symbol *symbol; // WITHIN, resolve: the limiter
    Exprs ordered;  // WITHIN, check: the arguments in the limiter's order, defaults filled in
} Clause;
typedef LIST(Clause *) Clauses;
const Clause *clause_find(const Clauses *clauses, ClauseKind kind); // NULL: it is not there

// ── expressions ──────────────────────────────────────────────────────────────────────────────────
typedef enum Operator {
    OP_NEGATE,
    OP_NOT, // unary
    OP_ADD,
    OP_SUB,
    OP_MUL,
    OP_DIV,
    OP_MOD,
    OP_EQ,
    OP_NE,
    OP_LT,
    OP_LE,
    OP_GT,
    OP_GE,
    OP_AND,
    OP_OR,
    OP_ELSE, // OP_ELSE is ??
} Operator;

typedef enum ExprKind {
    EXPR_INT,
    EXPR_FLOAT,
    EXPR_BOOL,
    EXPR_NONE,
    EXPR_DURATION,
    EXPR_STRING, // a text without parts to fill in
    EXPR_TEXT,   // "a {x:.2f} b"
    EXPR_NAME,
    EXPR_IT,
    EXPR_FIELD, // object.name: a field, an enum case, a module's or namespace's member, a property
    EXPR_INDEX, // object[index]
    EXPR_SLICE, // object[a..b]; a or b may be NULL
    EXPR_CALL,
    EXPR_UNARY,
    EXPR_BINARY,
    EXPR_RANGE, // a..b, a..=b
    EXPR_AS,    // a as T
    EXPR_IF,    // if c then a else b
    EXPR_MATCH,
    EXPR_LIST,
    EXPR_MAP,
    EXPR_TUPLE,
    EXPR_COMPREHENSION, // [e for x in xs if c]
    EXPR_QUEUE,         // queue<T>(args)
    EXPR_AWAIT,
    EXPR_FAIL, // fail e: of type never
    // flows
    EXPR_CLAUSED, // inner + clauses (call, await, …)
    EXPR_GATHER,
    EXPR_AS_COMPLETED,
    EXPR_RACE,      // branches or each, or (gather) a pipe in `inner`
    EXPR_START,     // inner + clauses
    EXPR_SCOPE,     // clauses + block
    EXPR_TRY,       // inner
    EXPR_CATCH,     // inner, name, then value or leave or block
    EXPR_LEAVE,     // return/break/continue standing as a value: a ?? return, catch e => break
    EXPR_PIPE,      // inner |> stages
    EXPR_ERRONEOUS, // what the parser skipped after a mistake; check gives it the unknown type and
                    // says nothing
} ExprKind;

typedef struct TextPart {
    const char *text; // the words before the hole, escapes resolved; may hold NUL, so length counts
    size_t length;
    Expr *value;        // NULL in the last part
    const char *format; // after ':'; NULL without one
    Span format_span;
} TextPart;

typedef enum PatternKind {
    PATTERN_OK,
    PATTERN_ERROR, // names[0] if given
    PATTERN_SOME,  // names[0]
    PATTERN_CASE, // enum case `name`, names for its payload; or check: a plain name that is none of
                  // these
    PATTERN_INT,
    PATTERN_FLOAT,
    PATTERN_DURATION,
    PATTERN_STRING,
    PATTERN_BOOL,
    PATTERN_NONE,
    PATTERN_ELSE,
} PatternKind;

typedef struct Pattern {
    PatternKind kind;
    Span span;
    Name name;              // CASE
    Names names;            // bound names
    LIST(Symbol *) symbols; // resolve: one for each of names
    Expr *value;            // INT FLOAT DURATION STRING BOOL: a literal expression (sign applied)
    uint32_t case_index;    // CASE, check
} Pattern;

typedef enum LeaveKind { LEAVE_RETURN, LEAVE_BREAK, LEAVE_CONTINUE } LeaveKind;

typedef struct Arm {
    Pattern pattern;
    Span span;
    Expr *value; // a flow, a leave (EXPR_LEAVE) or EXPR_FAIL; NULL when block is there
    Block *block;
} Arm;

typedef struct Branch {
    Name name;   // text NULL when unnamed
    Expr *value; // a flow
} Branch;

typedef struct EachFor {
    Names names; // one or two
    Expr *source;
    LIST(Symbol *) symbols; // resolve
} EachFor;

typedef struct Each {
    Expr *value;
    LIST(EachFor) loops;
    Expr *condition; // NULL without `if`
} Each;

typedef enum StageKind {
    STAGE_EXPR,
    STAGE_WHERE,
    STAGE_EACH,
    STAGE_BATCH,
    STAGE_TAKE,
    STAGE_SKIP
} StageKind;

typedef struct Stage {
    StageKind kind;
    Span span;
    Expr *value; // the expression, condition, count
    Expr *every; // BATCH: NULL without `every`
    Clauses clauses;
    Symbol *item; // resolve: what `it` means inside
    const Type *in,
        *out;   // check: item types; a bare name `fetch` in value has become the call `fetch(it)`
    bool whole; // check: `it` is the stream itself: the stage is a task that takes a stream<T>
} Stage;

// What a call turned out to call (check).
typedef enum CalleeKind {
    CALLEE_UNKNOWN,
    CALLEE_TASK,        // symbol: a task of the program
    CALLEE_FN,          // symbol: a fn
    CALLEE_BLOCKING_FN, // symbol
    CALLEE_EXTERN,      // symbol: extern fn, task or blocking fn (symbol->decl tells)
    CALLEE_RECORD,      // symbol or type: Page(url: …)
    CALLEE_CASE,        // enum case with payload; case_index
    CALLEE_BUILTIN,     // builtin: a library function; namespace functions too
    CALLEE_METHOD,      // builtin: a method; the receiver is callee.object
    CALLEE_WITH,        // p.with(status: 200): fields in `fields`
    CALLEE_FORGET,      // f.forget(args, was: v): symbol: the task; the last in `ordered`: v
} CalleeKind;

struct Expr {
    ExprKind kind;
    bool parens; // written in ( ): `(a < b) < c` is not a chain. The span is with them
    uint32_t depth;
    Span span;
    const Type *type;      // check; what a use of it gives. nothing_type for calls without result
    const Type *converted; // check: not NULL where the context turns the value into this type (T to
                           // T?, int literal to float)
    union {
        int64_t integer; // INT, DURATION (nanoseconds)
        double real;     // FLOAT
        bool truth;      // BOOL
        struct {
            const char *text;
            size_t length;
        } string; // STRING
        struct {
            LIST(TextPart) parts;
        } text; // TEXT
        struct {
            Name name;
            Symbol *symbol;
        } name; // NAME; resolve
        struct {
            Symbol *symbol;
        } it;    // IT; resolve
        struct { // FIELD
            Expr *object;
            Name name;
            Symbol *symbol;         // resolve: module member, enum case's enum, namespace
            const Builtin *builtin; // check: a property of the library (list.length, …)
            uint32_t index;         // check: field of a record, case of an enum
        } field;
        struct {
            Expr *object, *index;
            bool place; // check: on the way to what is changed: m[k] is the V itself, no V?
        } index; // INDEX
        struct {
            Expr *object, *from, *to;
            bool closed;
        } slice;                    // SLICE; closed: a..=b
        struct {                    // CALL
            Expr *callee;           // NAME or FIELD (or anything: check says what is wrong)
            Arguments args;         // as written
            CalleeKind target;      // check
            Symbol *symbol;         // check
            const Builtin *builtin; // check
            const Type *owner;      // check: RECORD, CASE, WITH
            uint32_t case_index;    // check
            Exprs ordered; // check: in the order of parameters, defaults filled in; NULL: the
                           // callee's own default
            Symbol *it; // resolve: `it` inside an argument of a method like filter; NULL otherwise
        } call;
        struct {
            Operator op;
            Span op_span;
            Expr *a, *b;
        } op; // UNARY (a), BINARY
        struct {
            Expr *from, *to;
            bool closed;
        } range; // RANGE
        struct {
            Expr *value;
            TypeName *to;
        } as; // AS
        struct {
            Expr *condition, *then, *otherwise;
        } choice; // IF
        struct {
            Expr *value;
            LIST(Arm) arms;
        } match; // MATCH
        struct {
            Exprs items;
        } list; // LIST, TUPLE
        struct {
            Exprs keys, values;
        } map; // MAP
        struct {
            Each each;
        } comprehension; // COMPREHENSION
        struct {
            TypeName *item;
            Arguments args;
            Expr *max;
        } queue;                  // QUEUE; check fills max
        struct {                  // AWAIT FAIL CLAUSED START SCOPE TRY PIPE
            Expr *inner;          // NULL for SCOPE
            Clauses clauses;      // CLAUSED START SCOPE
            Block *block;         // SCOPE
            LIST(Stage *) stages; // PIPE
        } flow;
        struct {                   // GATHER AS_COMPLETED RACE
            LIST(Branch) branches; // { … } form
            Each each;             // `e for x in xs` form; each.value NULL in the others
            Expr *pipe;            // gather pipe
            Clauses clauses;
            bool collect; // check: has `collect errors`
            const Type
                *item; // check: the type of one branch or item, before T! and lists are made of it
            // lower: of as_completed in pairs with `collect errors`: what is left of its deadline.
            // What may fail stands inside of each pair then, with its clauses; NULL otherwise
            Symbol *left;
        } conc;
        struct {
            Expr *inner;
            Name name;
            Symbol *symbol;
            Expr *value;
            Block *block;
        } catching; // CATCH; resolve
        struct {
            LeaveKind kind;
            Expr *value;
        } leave; // LEAVE; value NULL for a bare return
    } u;
};

// ── statements ───────────────────────────────────────────────────────────────────────────────────
typedef enum StmtKind {
    STMT_LET, // names, annotation, value
    STMT_VAR,
    STMT_EXPR,   // a flow standing alone
    STMT_ASSIGN, // place op value
    STMT_RETURN,
    STMT_BREAK,
    STMT_CONTINUE,
    STMT_YIELD,
    STMT_CANCEL,
    STMT_IF,
    STMT_FOR,
    STMT_WHILE,
    STMT_DEFER,
    STMT_ASSERT,
    STMT_STUB,
    STMT_ERRONEOUS, // skipped after a mistake
} StmtKind;

typedef enum AssignOp { ASSIGN_SET, ASSIGN_ADD, ASSIGN_SUB } AssignOp;

struct Stmt {
    StmtKind kind;
    uint32_t depth;
    Span span;
    union {
        struct {
            Names names;
            TypeName *annotation;
            Expr *value;
            LIST(Symbol *) symbols;
        } let; // LET VAR; resolve
        struct {
            Expr *value;
        } expr; // EXPR RETURN (NULL: bare) YIELD CANCEL
        struct {
            Expr *place;
            AssignOp op;
            Expr *value;
        } assign;            // ASSIGN
        struct {             // IF
            Expr *condition; // or, with `if let`: the value unwrapped
            Name bound;
            Symbol *symbol; // `if let bound = …`; bound.text NULL otherwise; resolve
            Block then;
            Block *otherwise; // NULL without else; `else if` is a block of one STMT_IF
        } branch;
        struct {
            Names names;
            Expr *source;
            Block body;
            LIST(Symbol *) symbols;
        } each; // FOR; resolve
        struct {
            Expr *condition;
            Name bound;
            Symbol *symbol;
            Block body;
        } loop; // WHILE; `while let` as in IF
        struct {
            Block block;
        } defer; // DEFER: a simple statement is a block of one
        struct {
            Expr *condition, *message;
        } assertion; // ASSERT; message may be NULL
        struct {
            Names path;
            Names params;
            Expr *value;
            Block *block;
            LIST(Symbol *) symbols;
            Symbol *symbol;
            LIST(size_t) places; // check: which parameter each of the params stands for
        } stub;                  // STUB
    } u;
};

// ── declarations ─────────────────────────────────────────────────────────────────────────────────
typedef struct Param {
    Name name;
    TypeName *type_name;
    Expr *fallback;  // default value; NULL without one
    Symbol *symbol;  // resolve
    const char *doc; // `##` lines before it, or NULL
} Param;
typedef LIST(Param) Params;

typedef struct Field {
    Name name;
    const char *key; // "type" in `kind "type": string`; NULL: the name itself
    TypeName *type_name;
    Expr *fallback;
    const char *doc;
} Field;

typedef struct Case {
    Name name;
    Params params; // payload
    const char *doc;
} Case;

typedef enum DeclKind {
    DECL_USE,
    DECL_TASK,
    DECL_FN,
    DECL_RECORD,
    DECL_ENUM,
    DECL_LIMITER,
    DECL_QUEUE,
    DECL_LET,
    DECL_TEST,
} DeclKind;

struct Decl {
    DeclKind kind;
    Span span;
    Name name; // TEST: text is the test's title
    bool pub, is_extern, blocking;
    bool broken;        // parameters, fields or cases could not all be read: count none, miss none
    const char *doc;    // `##` lines before it joined with \n, without the marks; NULL
    Symbol *symbol;     // resolve
    Params params;      // TASK FN LIMITER
    TypeName *result;   // TASK FN: NULL when it gives nothing
    Clauses clauses;    // TASK; LIMITER: its limit and rate
    Block body;         // TASK FN TEST (not extern)
    LIST(Field) fields; // RECORD
    LIST(Case) cases;   // ENUM
    TypeName *item;     // QUEUE: item type; LET: annotation or NULL
    Expr *value;        // QUEUE: max; LET: value
    const char *path;   // USE
    struct Module *module;  // USE: the module, NULL while it is not loaded; resolve, of the others:
                            // where it stands
    LIST(Symbol *) uses;    // resolve: the declarations its text names
    uint8_t order;          // resolve: under way, done
};

typedef struct Module {
    Source *source;
    // module: its path from the folder of the main file, "lib/net.weir": so it is called in lines,
    // failures and C, wherever the compiler was started
    const char *file;
    const char *stem; // module: of its C files, if it has its own: "lib_net"
    LIST(Decl *) decls;
    bool
        unreadable; // not text at all, or given up: nothing can be said about what is missing in it
    size_t nameless; // declarations whose name is missing or spoilt: so many unknown names may be
                     // theirs
    LIST(const char *) lost;   // names in what the parser could not read, interned
    struct SymbolTable *names; // resolve
    bool ordered;              // resolve: its declarations have their place in the order
    void *lowered;             // lower's own
} Module;

// Did this name, an interned one, stand where the parser gave up? Then nothing can be said about
// where it is declared and who reads it.
bool module_lost(const Module *module, const char *name);

// The documented text form: one node a line, indented by two, `kind details @line:col`. For
// snapshots. Writes into the arena.
const char *syntax_dump(Arena *arena, const Sources *sources, const Module *module);

#endif
