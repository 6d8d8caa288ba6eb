// grammar.y: tokens → tree. The whole grammar of the language, LALR(1), without a conflict; actions only build nodes
// (build.h), look nothing up and never fail.
//
// Made by `lemon -c`: without compression a state has no default action, so the table knows exactly which tokens fit
// (grammar_expects), and a soft keyword falls back to a name only where the keyword itself has no place. `-c` also ignores
// %nonassoc, so `a < b < c` parses here and is refused by check.
//
// Every statement, field, case, arm and branch ends in NEWLINE or a comma: the layout puts one before a closing brace too.
// Each bracket and each of these has an `error` rule, so that a mistake costs its own line and no more. parse.c skips
// whole brackets while such a rule looks for its end.
//
// Without default actions what was just read (`stmts stmt NEWLINE`) is not yet part of its list when a token does not fit,
// and recovery would throw it away: grammar_settle, called before such a token, completes it.

%name grammar
%token_prefix TOKEN_
%token_type {const Token *}
%extra_context {Build *build}
%stack_size 8192

%include {
#include "build.h"
#include "grammar_driver.h"

// After an error rule has found its end, the next mistake is worth reporting again.
#define RECOVERED (yypParser->yyerrcnt = -1)
}

%syntax_error { grammar_mistake(build, yypParser, TOKEN); }
%stack_overflow { build_too_nested(build); }
%parse_failure { build->gave_up = true; }

// ── precedence, lowest first ──────────────────────────────────────────────────────────────────────────────────────────
%right LOWEST.
%right TRY.
%left CATCH.
%left PIPE.
%left OR_ELSE.
%left OR.
%left AND.
%right NOT.
%left EQ NE LT LE GT GE.
%left RANGE RANGE_CLOSED.
%left PLUS MINUS.
%left STAR SLASH PERCENT.
%right AWAIT.
%left DOT LPAREN LBRACKET AS.

%token BARE.

%fallback NAME
    AFTER BACKOFF BATCH BLOCKING BURST CACHE COLLECT DEADLINE EACH ENUM ERROR_WORD ERRORS EVERY EXTERN LIMIT LIMITER MAX
    OK ORDERED PER PUB QUEUE RATE RECORD RETRY SKIP SOME TAKE TEST TIMEOUT USE WHERE WITHIN.

%type pub            {const Token *}
%type blocking       {const Token *}
%type decl           {Decl *}
%type declared       {Decl *}
%type header         {Decl *}
%type extern_header  {Decl *}
%type param_block    {ParamList *}
%type params         {ParamList *}
%type param_list     {ParamList *}
%type fields         {FieldList *}
%type field          {Field *}
%type cases          {CaseList *}
%type case           {Case *}
%type type           {TypeName *}
%type types          {TypeNames *}
%type result         {TypeName *}
%type annotation     {TypeName *}
%type fallback_value {Expr *}
%type block          {Block *}
%type stmts          {Stmts *}
%type stmt           {Stmt *}
%type simple         {Stmt *}
%type if             {Stmt *}
%type otherwise      {Block *}
%type condition      {Condition *}
%type leave          {Expr *}
%type assign_op      {AssignOp}
%type names          {Names *}
%type one_or_two     {Names *}
%type path           {Names *}
%type name_block     {Names *}
%type name_params    {Names *}
%type flow           {Expr *}
%type conc           {Expr *}
%type pipe           {Expr *}
%type branches       {BranchList *}
%type branch_list    {BranchList *}
%type branch         {Branch *}
%type each           {Each *}
%type loops          {Each *}
%type stage          {Stage *}
%type clauses        {Clauses *}
%type some_clauses   {Clauses *}
%type clause         {Clause *}
%type limit          {Clause *}
%type limits         {Clauses *}
%type burst          {Expr *}
%type expr           {Expr *}
%type literal        {Expr *}
%type text           {Expr *}
%type open_text      {Expr *}
%type format         {const Token *}
%type index          {Expr *}
%type arg_block      {ArgList *}
%type args           {ArgList *}
%type arg_list       {ArgList *}
%type arg            {Argument *}
%type items          {Exprs *}
%type entries        {Expr *}
%type arms           {ArmList *}
%type arm            {Arm *}
%type pattern        {Pattern *}

// ── file ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
// grammar_run puts the first token in: lemon looks for an error rule only in states above the bottom of its stack.
file ::= START decls.
file ::= BARE stmts(L).                         { build_module_add(build, build_bare_main(build, L)); }

decls ::= .
decls ::= decls decl(D) NEWLINE.                { build_module_add(build, D); }
decls ::= decls error NEWLINE.                  { RECOVERED; }

decl(A) ::= USE(U) STRING(S).                   { A = build_use(build, U, S, NULL); }
decl(A) ::= USE(U) STRING(S) AS NAME(N).        { A = build_use(build, U, S, N); }
decl(A) ::= declared(A).
decl(A) ::= pub(P) declared(D).                 { A = build_pub(D, P); }
pub(A) ::= PUB(A).

declared(A) ::= header(H) clauses(C) block(B).  { A = build_task_body(build, H, C, B); }
declared(A) ::= EXTERN(E) extern_header(H).     { A = build_extern(H, E); }
declared(A) ::= TASK error block.               { A = NULL; RECOVERED; }
declared(A) ::= FN error block.                 { A = NULL; RECOVERED; }
declared(A) ::= TASK(T) NAME(N) error block(B). { A = build_broken_task(build, T, N, B); RECOVERED; }
declared(A) ::= FN(T) NAME(N) error block(B).   { A = build_broken_task(build, T, N, B); RECOVERED; }
header(A) ::= TASK(T) NAME(N) param_block(P) result(R).
                                                { A = build_task(build, DECL_TASK, T, N, P, R); }
header(A) ::= FN(T) NAME(N) param_block(P) result(R).
                                                { A = build_task(build, DECL_FN, T, N, P, R); }
header(A) ::= blocking(B) FN NAME(N) param_block(P) result(R).
                                                { A = build_blocking(build_task(build, DECL_FN, B, N, P, R)); }
blocking(A) ::= BLOCKING(A).
extern_header(A) ::= header(A).

declared(A) ::= RECORD(R) NAME(N) LBRACE fields(F) RBRACE(E).
                                                { A = build_record(build, R, N, F, E); }
declared(A) ::= ENUM(R) NAME(N) LBRACE cases(C) RBRACE(E).
                                                { A = build_enum(build, R, N, C, E); }
declared(A) ::= LIMITER(L) NAME(N) limits(C).   { A = build_limiter(build, L, N, NULL, C); }
declared(A) ::= LIMITER(L) NAME(N) param_block(P) limits(C).
                                                { A = build_limiter(build, L, N, P, C); }
declared(A) ::= QUEUE(Q) NAME(N) COLON type(T) MAX expr(E).
                                                { A = build_queue_decl(build, Q, N, T, E); }
declared(A) ::= LET(L) NAME(N) annotation(T) ASSIGN expr(E).
                                                { A = build_let_decl(build, L, N, T, E); }
declared(A) ::= TEST(T) STRING(S) block(B).     { A = build_test(build, T, S, B); }

param_block(A) ::= LPAREN params(P) RPAREN(E).  { A = build_params_end(P, E); }
param_block(A) ::= LPAREN error RPAREN(E).      { A = build_broken_params(build, E); RECOVERED; }
params(A) ::= .                                 { A = build_params(build, NULL, NULL, NULL, NULL); }
params(A) ::= param_list(A).
params(A) ::= param_list(A) COMMA.
param_list(A) ::= NAME(N) COLON type(T) fallback_value(E).
                                                { A = build_params(build, NULL, N, T, E); }
param_list(A) ::= param_list(L) COMMA NAME(N) COLON type(T) fallback_value(E).
                                                { A = build_params(build, L, N, T, E); }
fallback_value(A) ::= .                         { A = NULL; }
fallback_value(A) ::= ASSIGN expr(E).           { A = E; }
result(A) ::= .                                 { A = NULL; }
result(A) ::= GIVES type(T).                    { A = T; }
annotation(A) ::= .                             { A = NULL; }
annotation(A) ::= COLON type(T).                { A = T; }

sep ::= NEWLINE.
sep ::= COMMA.

fields(A) ::= .                                 { A = build_fields(build, NULL, NULL); }
fields(A) ::= fields(L) field(F) sep.           { A = build_fields(build, L, F); }
fields(A) ::= fields(A) error sep.              { A->broken = true; RECOVERED; }
field(A) ::= NAME(N) COLON type(T) fallback_value(E).
                                                { A = build_field(build, N, NULL, T, E); }
field(A) ::= NAME(N) STRING(S) COLON type(T) fallback_value(E).
                                                { A = build_field(build, N, S, T, E); }

cases(A) ::= .                                  { A = build_cases(build, NULL, NULL); }
cases(A) ::= cases(L) case(C) sep.              { A = build_cases(build, L, C); }
cases(A) ::= cases(A) error sep.                { A->broken = true; RECOVERED; }
case(A) ::= NAME(N).                            { A = build_case(build, N, NULL); }
case(A) ::= NAME(N) param_block(P).             { A = build_case(build, N, P); }

// ── types ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
type(A) ::= NAME(N). [LOWEST]                   { A = build_type_name(build, NULL, N); }
type(A) ::= NAME(M) DOT NAME(N).                { A = build_type_name(build, M, N); }
type(A) ::= LBRACKET(B) type(T) RBRACKET(E).    { A = build_type(build, TYPE_NAME_LIST, B, T, NULL, E); }
type(A) ::= LBRACKET(B) type(K) COLON type(T) RBRACKET(E).
                                                { A = build_type(build, TYPE_NAME_MAP, B, K, T, E); }
type(A) ::= type(T) QUESTION(E).                { A = build_type(build, TYPE_NAME_OPTIONAL, NULL, T, NULL, E); }
type(A) ::= type(T) BANG(E).                    { A = build_type(build, TYPE_NAME_RESULT, NULL, T, NULL, E); }
type(A) ::= LPAREN type(T) RPAREN.              { A = T; }
type(A) ::= LPAREN(B) types(L) RPAREN(E).       { A = build_tuple_type(build, B, L, E); }
type(A) ::= QUEUE_OPEN(B) type(T) TYPE_CLOSE(E).
                                                { A = build_type(build, TYPE_NAME_QUEUE, B, T, NULL, E); }
type(A) ::= TASK_OPEN(B) type(T) TYPE_CLOSE(E). { A = build_type(build, TYPE_NAME_TASK, B, T, NULL, E); }
type(A) ::= STREAM_OPEN(B) type(T) TYPE_CLOSE(E).
                                                { A = build_type(build, TYPE_NAME_STREAM, B, T, NULL, E); }
types(A) ::= type(T) COMMA type(U).             { A = build_types(build, build_types(build, NULL, T), U); }
types(A) ::= types(L) COMMA type(T).            { A = build_types(build, L, T); }

// ── blocks and statements ─────────────────────────────────────────────────────────────────────────────────────────────
block(A) ::= LBRACE(B) stmts(L) RBRACE(E).      { A = build_block(build, B, L, E); }

stmts(A) ::= .                                  { A = build_stmts(build, NULL, NULL); }
stmts(A) ::= stmts(L) stmt(S) NEWLINE.          { A = build_stmts(build, L, S); }
stmts(A) ::= stmts(L) LET(T) names(N) annotation(Y) ASSIGN error NEWLINE(E).
                                                { A = build_broken_let(build, L, STMT_LET, T, N, Y, E); RECOVERED; }
stmts(A) ::= stmts(L) VAR(T) names(N) annotation(Y) ASSIGN error NEWLINE(E).
                                                { A = build_broken_let(build, L, STMT_VAR, T, N, Y, E); RECOVERED; }
stmts(A) ::= stmts(L) error NEWLINE(E).         { A = build_stmts(build, L, build_broken_stmt(build, E)); RECOVERED; }

stmt(A) ::= LET(L) names(N) annotation(T) ASSIGN flow(E).
                                                { A = build_let(build, STMT_LET, L, N, T, E); }
stmt(A) ::= VAR(L) names(N) annotation(T) ASSIGN flow(E).
                                                { A = build_let(build, STMT_VAR, L, N, T, E); }
stmt(A) ::= simple(A).
stmt(A) ::= if(A).
stmt(A) ::= FOR(F) one_or_two(N) IN flow(E) block(B).
                                                { A = build_for(build, F, N, E, B); }
stmt(A) ::= FOR(F) one_or_two(N) IN(I) error block(B).
                                                { A = build_for(build, F, N, build_erroneous(build, I, I), B); RECOVERED; }
stmt(A) ::= FOR(F) error block(B).              { A = build_broken_for(build, F, B); RECOVERED; }
stmt(A) ::= WHILE(W) condition(C) block(B).     { A = build_while(build, W, C, B); }
stmt(A) ::= WHILE(W) error block(B).            { A = build_broken_for(build, W, B); RECOVERED; }
stmt(A) ::= DEFER(D) simple(S).                 { A = build_defer(build, D, S, NULL); }
stmt(A) ::= DEFER(D) block(B).                  { A = build_defer(build, D, NULL, B); }
stmt(A) ::= ASSERT(T) expr(E).                  { A = build_assert(build, T, E, NULL); }
stmt(A) ::= ASSERT(T) expr(E) COMMA expr(M).    { A = build_assert(build, T, E, M); }
stmt(A) ::= STUB(T) path(P) name_block(N) ARROW expr(E).
                                                { A = build_stub(build, T, P, N, E, NULL); }
stmt(A) ::= STUB(T) path(P) name_block(N) ARROW block(B).
                                                { A = build_stub(build, T, P, N, NULL, B); }

if(A) ::= IF(I) condition(C) block(B) otherwise(O).
                                                { A = build_if(build, I, C, B, O); }
if(A) ::= IF(I) error block(B) otherwise(O).    { A = build_if(build, I, NULL, B, O); RECOVERED; }
otherwise(A) ::= .                              { A = NULL; }
otherwise(A) ::= ELSE block(B).                 { A = B; }
otherwise(A) ::= ELSE if(S).                    { A = build_else_if(build, S); }

condition(A) ::= expr(E).                       { A = build_condition(build, NULL, E); }
condition(A) ::= LET NAME(N) ASSIGN expr(E).    { A = build_condition(build, N, E); }
condition(A) ::= expr(E) ASSIGN(T) expr.        { A = build_condition_assigned(build, E, T); }

simple(A) ::= flow(E).                          { A = build_expr_stmt(build, E); }
simple(A) ::= expr(P) assign_op(O) flow(E).     { A = build_assign(build, P, O, E); }
simple(A) ::= leave(L).                         { A = build_leave_stmt(build, L); }
simple(A) ::= YIELD(T) flow(E).                 { A = build_stmt_of(build, STMT_YIELD, T, E); }
simple(A) ::= CANCEL(T) expr(E).                { A = build_stmt_of(build, STMT_CANCEL, T, E); }
assign_op(A) ::= ASSIGN.                        { A = ASSIGN_SET; }
assign_op(A) ::= ADD_ASSIGN.                    { A = ASSIGN_ADD; }
assign_op(A) ::= SUB_ASSIGN.                    { A = ASSIGN_SUB; }

leave(A) ::= RETURN(T). [LOWEST]                { A = build_leave(build, LEAVE_RETURN, T, NULL); }
leave(A) ::= RETURN(T) flow(E). [LOWEST]        { A = build_leave(build, LEAVE_RETURN, T, E); }
leave(A) ::= BREAK(T).                          { A = build_leave(build, LEAVE_BREAK, T, NULL); }
leave(A) ::= CONTINUE(T).                       { A = build_leave(build, LEAVE_CONTINUE, T, NULL); }

names(A) ::= NAME(N).                           { A = build_names(build, NULL, N); }
names(A) ::= names(L) COMMA NAME(N).            { A = build_names(build, L, N); }
one_or_two(A) ::= NAME(N).                      { A = build_names(build, NULL, N); }
one_or_two(A) ::= NAME(N) COMMA NAME(M).        { A = build_names(build, build_names(build, NULL, N), M); }
path(A) ::= NAME(N).                            { A = build_names(build, NULL, N); }
path(A) ::= path(L) DOT NAME(N).                { A = build_names(build, L, N); }
name_block(A) ::= LPAREN name_params(N) RPAREN. { A = N; }
name_block(A) ::= LPAREN error RPAREN.          { A = build_names(build, NULL, NULL); RECOVERED; }
name_params(A) ::= .                            { A = build_names(build, NULL, NULL); }
name_params(A) ::= names(A).

// ── flows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
flow(A) ::= expr(A).
flow(A) ::= expr(E) some_clauses(C).            { A = build_claused(build, E, C); }
flow(A) ::= pipe(A).
flow(A) ::= conc(A).
flow(A) ::= expr(E) OR_ELSE(O) leave(L).        { A = build_binary(build, OP_ELSE, E, O, L); }
flow(A) ::= flow(F) CATCH NAME(N) ARROW expr(E).
                                                { A = build_catch(build, F, N, E, NULL); }
flow(A) ::= flow(F) CATCH NAME(N) ARROW leave(L).
                                                { A = build_catch(build, F, N, L, NULL); }
flow(A) ::= flow(F) CATCH NAME(N) block(B).     { A = build_catch(build, F, N, NULL, B); }

conc(A) ::= GATHER(T) branches(B) clauses(C).   { A = build_conc(build, EXPR_GATHER, T, B, NULL, NULL, C); }
conc(A) ::= GATHER(T) each(E) clauses(C).       { A = build_conc(build, EXPR_GATHER, T, NULL, E, NULL, C); }
conc(A) ::= GATHER(T) pipe(P).                  { A = build_conc(build, EXPR_GATHER, T, NULL, NULL, P, NULL); }
conc(A) ::= AS_COMPLETED(T) branches(B) clauses(C).
                                                { A = build_conc(build, EXPR_AS_COMPLETED, T, B, NULL, NULL, C); }
conc(A) ::= AS_COMPLETED(T) each(E) clauses(C). { A = build_conc(build, EXPR_AS_COMPLETED, T, NULL, E, NULL, C); }
conc(A) ::= RACE(T) branches(B) clauses(C).     { A = build_conc(build, EXPR_RACE, T, B, NULL, NULL, C); }
conc(A) ::= RACE(T) each(E) clauses(C).         { A = build_conc(build, EXPR_RACE, T, NULL, E, NULL, C); }
conc(A) ::= START(T) expr(E) clauses(C).        { A = build_start(build, T, E, C); }
conc(A) ::= SCOPE(T) clauses(C) block(B).       { A = build_scope(build, T, C, B); }
conc(A) ::= TRY(T) flow(E). [TRY]               { A = build_try(build, T, E); }

branches(A) ::= LBRACE branch_list(L) RBRACE(E).
                                                { A = build_branches_end(L, E); }
branch_list(A) ::= .                            { A = build_branches(build, NULL, NULL); }
branch_list(A) ::= branch_list(L) branch(B) sep.
                                                { A = build_branches(build, L, B); }
branch_list(A) ::= branch_list(L) error sep.    { A = build_broken_branch(build, L); RECOVERED; }
branch(A) ::= flow(E).                          { A = build_branch(build, NULL, E); }
branch(A) ::= NAME(N) COLON flow(E).            { A = build_branch(build, N, E); }

each(A) ::= expr(E) loops(L).                   { A = build_each(L, E, NULL); }
each(A) ::= expr(E) loops(L) IF expr(C).        { A = build_each(L, E, C); }
loops(A) ::= FOR one_or_two(N) IN expr(S).      { A = build_loops(build, NULL, N, S); }
loops(A) ::= loops(L) FOR one_or_two(N) IN expr(S).
                                                { A = build_loops(build, L, N, S); }

pipe(A) ::= expr(E) PIPE stage(S) clauses(C).   { A = build_pipe(build, E, S, C); }
pipe(A) ::= pipe(P) PIPE stage(S) clauses(C).   { A = build_pipe_more(build, P, S, C); }
stage(A) ::= expr(E).                           { A = build_stage(build, STAGE_EXPR, NULL, E, NULL); }
stage(A) ::= WHERE(T) expr(E).                  { A = build_stage(build, STAGE_WHERE, T, E, NULL); }
stage(A) ::= EACH(T) expr(E).                   { A = build_stage(build, STAGE_EACH, T, E, NULL); }
stage(A) ::= BATCH(T) expr(E).                  { A = build_stage(build, STAGE_BATCH, T, E, NULL); }
stage(A) ::= BATCH(T) expr(E) EVERY expr(D).    { A = build_stage(build, STAGE_BATCH, T, E, D); }
stage(A) ::= TAKE(T) expr(E).                   { A = build_stage(build, STAGE_TAKE, T, E, NULL); }
stage(A) ::= SKIP(T) expr(E).                   { A = build_stage(build, STAGE_SKIP, T, E, NULL); }

// ── clauses ───────────────────────────────────────────────────────────────────────────────────────────────────────────
clauses(A) ::= .                                { A = build_clauses(build, NULL, NULL); }
clauses(A) ::= some_clauses(A).
some_clauses(A) ::= clause(C).                  { A = build_clauses(build, NULL, C); }
some_clauses(A) ::= some_clauses(L) clause(C).  { A = build_clauses(build, L, C); }
limits(A) ::= limit(C).                         { A = build_clauses(build, NULL, C); }
limits(A) ::= limits(L) limit(C).               { A = build_clauses(build, L, C); }

limit(A) ::= LIMIT(T) expr(E).                  { A = build_clause(build, CLAUSE_LIMIT, T, E, NULL, NULL); }
limit(A) ::= RATE(T) expr(E) PER expr(P) burst(B).
                                                { A = build_clause(build, CLAUSE_RATE, T, E, P, B); }
burst(A) ::= .                                  { A = NULL; }
burst(A) ::= BURST expr(E).                     { A = E; }
clause(A) ::= limit(A).
clause(A) ::= WITHIN(T) path(P).                { A = build_within(build, T, P, NULL); }
clause(A) ::= WITHIN(T) path(P) arg_block(L).   { A = build_within(build, T, P, L); }
clause(A) ::= TIMEOUT(T) expr(E).               { A = build_clause(build, CLAUSE_TIMEOUT, T, E, NULL, NULL); }
clause(A) ::= DEADLINE(T) expr(E).              { A = build_clause(build, CLAUSE_DEADLINE, T, E, NULL, NULL); }
clause(A) ::= AFTER(T) expr(E).                 { A = build_clause(build, CLAUSE_AFTER, T, E, NULL, NULL); }
clause(A) ::= RETRY(T) expr(E).                 { A = build_clause(build, CLAUSE_RETRY, T, E, NULL, NULL); }
clause(A) ::= RETRY(T) expr(E) BACKOFF expr(B). { A = build_clause(build, CLAUSE_RETRY, T, E, B, NULL); }
clause(A) ::= CACHE(T) expr(E).                 { A = build_clause(build, CLAUSE_CACHE, T, E, NULL, NULL); }
clause(A) ::= CACHE(T) expr(E) MAX expr(M).     { A = build_clause(build, CLAUSE_CACHE, T, E, M, NULL); }
clause(A) ::= COLLECT(T) ERRORS(E).             { A = build_collect(build, T, E); }
clause(A) ::= ORDERED(T).                       { A = build_clause(build, CLAUSE_ORDERED, T, NULL, NULL, NULL); }
clause(A) ::= AS_COMPLETED(T).                  { A = build_clause(build, CLAUSE_AS_COMPLETED, T, NULL, NULL, NULL); }

// ── expressions ───────────────────────────────────────────────────────────────────────────────────────────────────────
expr(A) ::= literal(A).
literal(A) ::= INTEGER(T).                      { A = build_literal(build, EXPR_INT, T); }
literal(A) ::= FLOAT(T).                        { A = build_literal(build, EXPR_FLOAT, T); }
literal(A) ::= DURATION(T).                     { A = build_literal(build, EXPR_DURATION, T); }
literal(A) ::= STRING(T).                       { A = build_literal(build, EXPR_STRING, T); }
literal(A) ::= TRUE(T).                         { A = build_bool(build, T, true); }
literal(A) ::= FALSE(T).                        { A = build_bool(build, T, false); }
literal(A) ::= NONE(T).                         { A = build_literal(build, EXPR_NONE, T); }
expr(A) ::= NAME(T).                            { A = build_name_expr(build, T); }
expr(A) ::= IT(T).                              { A = build_literal(build, EXPR_IT, T); }
expr(A) ::= text(A).

text(A) ::= open_text(X) flow(E) format(F) TEXT_CLOSE(T).
                                                { A = build_text_close(build, X, E, F, T); }
text(A) ::= open_text(X) error TEXT_CLOSE(T).   { A = build_text_close(build, X, NULL, NULL, T); RECOVERED; }
open_text(A) ::= TEXT_OPEN(T).                  { A = build_text(build, T); }
open_text(A) ::= open_text(X) flow(E) format(F) TEXT_NEXT(T).
                                                { A = build_text_next(build, X, E, F, T); }
open_text(A) ::= open_text(X) error TEXT_NEXT(T).
                                                { A = build_text_next(build, X, NULL, NULL, T); RECOVERED; }
format(A) ::= .                                 { A = NULL; }
format(A) ::= FORMAT(A).

expr(A) ::= LPAREN(B) flow(E) RPAREN(T).        { A = build_parens(B, E, T); }
expr(A) ::= LPAREN(B) error RPAREN(E).          { A = build_erroneous(build, B, E); RECOVERED; }
expr(A) ::= LPAREN(B) flow(F) COMMA items(L) RPAREN(E).
                                                { A = build_tuple(build, B, F, L, E); }
items(A) ::= flow(E).                           { A = build_exprs(build, NULL, E); }
items(A) ::= items(L) COMMA flow(E).            { A = build_exprs(build, L, E); }

expr(A) ::= LBRACKET(B) RBRACKET(E).            { A = build_list(build, B, NULL, E); }
expr(A) ::= LBRACKET(B) items(L) RBRACKET(E).   { A = build_list(build, B, L, E); }
expr(A) ::= LBRACKET(B) items(L) COMMA RBRACKET(E).
                                                { A = build_list(build, B, L, E); }
expr(A) ::= LBRACKET(B) each(C) RBRACKET(E).    { A = build_comprehension(build, B, C, E); }
expr(A) ::= LBRACKET(B) COLON RBRACKET(E).      { A = build_map(build, B, NULL, E); }
expr(A) ::= LBRACKET(B) entries(M) RBRACKET(E). { A = build_map(build, B, M, E); }
expr(A) ::= LBRACKET(B) entries(M) COMMA RBRACKET(E).
                                                { A = build_map(build, B, M, E); }
expr(A) ::= LBRACKET(B) error RBRACKET(E).      { A = build_erroneous(build, B, E); RECOVERED; }
entries(A) ::= expr(K) COLON flow(V).           { A = build_entries(build, NULL, K, V); }
entries(A) ::= entries(M) COMMA expr(K) COLON flow(V).
                                                { A = build_entries(build, M, K, V); }

expr(A) ::= expr(E) DOT NAME(N).                { A = build_field_expr(build, E, N); }
expr(A) ::= expr(F) arg_block(L).               { A = build_call(build, F, L); }
expr(A) ::= expr(E) LBRACKET index(I) RBRACKET(T).
                                                { A = build_index(build, E, I, T); }
expr(A) ::= expr(E) LBRACKET(B) error RBRACKET(T).
                                                { A = build_index(build, E, build_erroneous(build, B, T), T); RECOVERED; }
expr(A) ::= expr(E) AS type(T).                 { A = build_as(build, E, T); }
expr(A) ::= QUEUE_OPEN(B) type(T) TYPE_CLOSE arg_block(L).
                                                { A = build_queue(build, B, T, L); }

index(A) ::= expr(A).
index(A) ::= expr(F) RANGE(T).                  { A = build_part(build, F, T, NULL); }
index(A) ::= RANGE(T) expr(E).                  { A = build_part(build, NULL, T, E); }
index(A) ::= RANGE_CLOSED(T) expr(E).           { A = build_part(build, NULL, T, E); }
index(A) ::= RANGE(T).                          { A = build_part(build, NULL, T, NULL); }

arg_block(A) ::= LPAREN args(L) RPAREN(E).      { A = build_args_end(L, E); }
arg_block(A) ::= LPAREN(B) error RPAREN(E).     { A = build_broken_args(build, B, E); RECOVERED; }
args(A) ::= .                                   { A = build_args(build, NULL, NULL); }
args(A) ::= arg_list(A).
args(A) ::= arg_list(A) COMMA.
arg_list(A) ::= arg(G).                         { A = build_args(build, NULL, G); }
arg_list(A) ::= arg_list(L) COMMA arg(G).       { A = build_args(build, L, G); }
arg(A) ::= flow(E).                             { A = build_arg(build, NULL, E); }
arg(A) ::= NAME(N) COLON flow(E).               { A = build_arg(build, N, E); }

expr(A) ::= MINUS(O) expr(E). [AWAIT]           { A = build_unary(build, OP_NEGATE, O, E); }
expr(A) ::= NOT(O) expr(E).                     { A = build_unary(build, OP_NOT, O, E); }
expr(A) ::= AWAIT(O) expr(E).                   { A = build_await(build, O, E); }
expr(A) ::= FAIL(O) expr(E). [LOWEST]           { A = build_fail(build, O, E); }
expr(A) ::= IF(I) expr(C) THEN expr(T) ELSE expr(E). [LOWEST]
                                                { A = build_choice(build, I, C, T, E); }

expr(A) ::= expr(X) OR_ELSE(O) expr(Y).         { A = build_binary(build, OP_ELSE, X, O, Y); }
expr(A) ::= expr(X) OR(O) expr(Y).              { A = build_binary(build, OP_OR, X, O, Y); }
expr(A) ::= expr(X) AND(O) expr(Y).             { A = build_binary(build, OP_AND, X, O, Y); }
expr(A) ::= expr(X) EQ(O) expr(Y).              { A = build_binary(build, OP_EQ, X, O, Y); }
expr(A) ::= expr(X) NE(O) expr(Y).              { A = build_binary(build, OP_NE, X, O, Y); }
expr(A) ::= expr(X) LT(O) expr(Y).              { A = build_binary(build, OP_LT, X, O, Y); }
expr(A) ::= expr(X) LE(O) expr(Y).              { A = build_binary(build, OP_LE, X, O, Y); }
expr(A) ::= expr(X) GT(O) expr(Y).              { A = build_binary(build, OP_GT, X, O, Y); }
expr(A) ::= expr(X) GE(O) expr(Y).              { A = build_binary(build, OP_GE, X, O, Y); }
expr(A) ::= expr(X) RANGE expr(Y).              { A = build_range(build, X, false, Y); }
expr(A) ::= expr(X) RANGE_CLOSED expr(Y).       { A = build_range(build, X, true, Y); }
expr(A) ::= expr(X) PLUS(O) expr(Y).            { A = build_binary(build, OP_ADD, X, O, Y); }
expr(A) ::= expr(X) MINUS(O) expr(Y).           { A = build_binary(build, OP_SUB, X, O, Y); }
expr(A) ::= expr(X) STAR(O) expr(Y).            { A = build_binary(build, OP_MUL, X, O, Y); }
expr(A) ::= expr(X) SLASH(O) expr(Y).           { A = build_binary(build, OP_DIV, X, O, Y); }
expr(A) ::= expr(X) PERCENT(O) expr(Y).         { A = build_binary(build, OP_MOD, X, O, Y); }

// ── match ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
expr(A) ::= MATCH(M) expr(E) LBRACE arms(L) RBRACE(T).
                                                { A = build_match(build, M, E, L, T); }
expr(A) ::= MATCH(M) error LBRACE arms(L) RBRACE(T).
                                                { A = build_match(build, M, NULL, L, T); RECOVERED; }
arms(A) ::= .                                   { A = build_arms(build, NULL, NULL); }
arms(A) ::= arms(L) arm(X) sep.                 { A = build_arms(build, L, X); }
arms(A) ::= arms(A) error sep.                  { RECOVERED; }
arm(A) ::= pattern(P) ARROW flow(E).            { A = build_arm(build, P, E, NULL); }
arm(A) ::= pattern(P) ARROW leave(L).           { A = build_arm(build, P, L, NULL); }
arm(A) ::= pattern(P) ARROW block(B).           { A = build_arm(build, P, NULL, B); }

pattern(A) ::= OK(T).                           { A = build_pattern(build, PATTERN_OK, T, NULL); }
pattern(A) ::= OK(T) NAME(N).                   { A = build_pattern(build, PATTERN_OK, T, N); }
pattern(A) ::= ERROR_WORD(T).                   { A = build_pattern(build, PATTERN_ERROR, T, NULL); }
pattern(A) ::= ERROR_WORD(T) NAME(N).           { A = build_pattern(build, PATTERN_ERROR, T, N); }
pattern(A) ::= SOME(T) NAME(N).                 { A = build_pattern(build, PATTERN_SOME, T, N); }
pattern(A) ::= NAME(N).                         { A = build_case_pattern(build, N, NULL, NULL); }
pattern(A) ::= NAME(N) LPAREN names(L) RPAREN(E).
                                                { A = build_case_pattern(build, N, L, E); }
pattern(A) ::= NAME(N) LPAREN error RPAREN(E).  { A = build_case_pattern(build, N, NULL, E); RECOVERED; }
pattern(A) ::= literal(E).                      { A = build_literal_pattern(build, NULL, E); }
pattern(A) ::= MINUS(M) literal(E).             { A = build_literal_pattern(build, M, E); }
pattern(A) ::= ELSE(T).                         { A = build_pattern(build, PATTERN_ELSE, T, NULL); }

// ── questions about the table ─────────────────────────────────────────────────────────────────────────────────────────
%code {
// The parser lives on the stack of parse(), which hands the tokens in.
void grammar_run(Build *build, bool bare, bool (*feed)(void *parser, Build *build)) {
    yyParser parser;
    grammarInit(&parser, build);
    grammar(&parser, bare ? TOKEN_BARE : TOKEN_START, NULL);
    while (feed(&parser, build)) {
    }
    grammarFinalize(&parser);
}

void grammar_feed(void *parser, const Token *token) {
    grammar(parser, token->kind, token);
}

bool grammar_accepts(const void *parser, int token) {
    int second_life = grammarFallback(token);
    return grammar_expects(parser, token) || (second_life != 0 && grammar_expects(parser, second_life));
}

static int action_at(int state, int token) {
    if (state > YY_MAX_SHIFT) {
        return state; // a rule that is complete: it is reduced whatever comes
    }
    int at = yy_shift_ofst[state] + token;
    return yy_lookahead[at] == token ? (int)yy_action[at] : (int)yy_default[state];
}

// The only rule a state can complete, when it can do nothing else; -1 otherwise.
static int only_rule(int state) {
    if (state > YY_MAX_SHIFT) {
        return state - YY_MIN_REDUCE;
    }
    int rule = -1;
    for (int token = 0; token < YYNTOKEN; token++) {
        int action = action_at(state, token);
        if (action <= YY_MAX_SHIFTREDUCE || action == YY_ACCEPT_ACTION) {
            return -1;
        }
        if (action < YY_MIN_REDUCE) {
            continue;
        }
        if (rule >= 0 && rule != action - YY_MIN_REDUCE) {
            return -1;
        }
        rule = action - YY_MIN_REDUCE;
    }
    return rule;
}

void grammar_settle(void *parser_, Build *build) {
    yyParser *parser = parser_;
    for (;;) {
        int rule = only_rule(parser->yytos->stateno);
        bool room = parser->yytos < parser->yystackEnd; // an empty rule adds to the stack
        if (rule < 0 || !room) {
            return;
        }
        yy_reduce(parser, (unsigned)rule, YYNOCODE, NULL, build);
    }
}

bool grammar_skips(const void *parser) {
    return ((const yyParser *)parser)->yytos->major == YYERRORSYMBOL;
}

// Plays the reductions that the token would cause on a few states above the real stack, without running actions.
bool grammar_expects(const void *parser_, int token) {
    const yyParser *parser = parser_;
    const yyStackEntry *real = parser->yytos;
    int above[64];
    int count = 0;
    for (int steps = 0; steps < 10000; steps++) {
        int action = action_at(count > 0 ? above[count - 1] : (int)real->stateno, token);
        if (action <= YY_MAX_SHIFTREDUCE || action == YY_ACCEPT_ACTION) {
            return true;
        }
        if (action < YY_MIN_REDUCE) {
            return false;
        }
        int rule = action - YY_MIN_REDUCE;
        int pop = -yyRuleInfoNRhs[rule];
        int from_above = pop < count ? pop : count;
        count -= from_above;
        real -= pop - from_above;
        int state = count > 0 ? above[count - 1] : (int)real->stateno;
        if (count == 64) {
            return false;
        }
        above[count++] = yy_find_reduce_action((YYACTIONTYPE)state, yyRuleInfoLhs[rule]);
    }
    return false;
}
}
