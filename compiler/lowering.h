// lowering.h: what the lower_*.c files share: the routine being built and the verbs that build it.
//
// Every verb appends to the current operations. After an exit the path has ended (b->ops is NULL)
// and verbs do nothing until state_go_on continues in another state.
//
// Values and ownership. A counted Value is owned (a fresh object: VALUE_OWNED) or borrowed (read
// from a slot or a field). value_borrow() gives a value that may be used until the end of the
// statement; value_own() one that the consumer takes over. Temporaries are dropped at the end of
// their statement.
#ifndef LOWERING_H
#define LOWERING_H

#include "lower.h"
#include "walk.h"

// A way out of a region: where it goes on once the region has been left.
typedef struct Way {
    struct Region *until; // the region around the target; NULL: the routine
    State *target;        // NULL: the routine's end
    size_t held, temps;   // what is still in scope there
} Way;

// A stretch that every way out leaves through one state: a scope, a gather, clauses, a cleanup.
typedef struct Region {
    struct Region *outer;
    State *exit;
    Slot *way; // which way, where there is more than one
    LIST(Way) ways;
    size_t held, temps; // how many there were when it began
    size_t taken;       // of the builder, when it began
    uint32_t line;      // of the statement it stands in
    bool clauses;       // of clauses alone: nothing can fail where it ends
    State *outer_fault;
} Region;

typedef struct Loop {
    struct Loop *outer;
    Region *after_region, *again_region;
    size_t held, temps; // in scope after the loop
    size_t held_inside; // in scope at the start of a turn
    bool structured;    // a C loop: OP_BREAK and OP_CONTINUE
    State *after, *again;
} Loop;

typedef struct Told { // an item, by its names
    LIST(Symbol *) symbols;
} Told;

// A stretch that works on an item.
typedef struct About {
    struct About *outer;
    const Told *told; // NULL: nothing
    State *fault;     // a failure that goes there leaves the stretch
    bool inside;      // only what is caught in the stretch is told there
} About;

typedef struct Builder { // one routine
    struct Builder *outer;
    Routine *routine;
    Ops *ops;     // where operations go; NULL: this path has ended
    State *state; // the state they belong to
    State *fault; // the fault edge in force
    About *about; // the innermost stretch that works on an item; NULL: none
    Region *region;
    Loop *loop;
    LIST(Slot *) held;  // counted slots in scope, in order of declaration
    LIST(Slot *) temps; // of the statements under way
    LIST(Slot *) spare; // temporaries to be used again
    size_t taken;       // counts slots that were made or used again
    bool changing;      // the statement changes a variable within an expression that may read it
    bool test_due;      // something may have failed since the last test
    bool returns_late;  // a return leads through an end that may fail: the result is set by then
    bool machine;       // tasks and branches: may wait
    Slot *children;     // the innermost scope that `start` uses; NULL: none yet
    Slot *rate;         // of a form's item: the form's limiter of starts; NULL without one
    Slot *lease;        // of the block: what it takes from bound queues; NULL: it takes nothing
    Slot *then;         // for plain functions: the result on its way out
    uint32_t line;
    Span span;
    const Block *body;
} Builder;

typedef struct Stubbed Stubbed; // a function of the library that a test stubs

typedef struct Lower {
    Arena *arena;
    const Sources *sources;
    Program *program;
    Unit *unit;
    Builder *b;
    LIST(Descriptor *) known;       // all descriptors made, with …
    LIST(const Type *) known_types; // … their types
    LIST(Shape *) shapes;
    LIST(const Type *) shape_types;
    LIST(Routine *) defaults; // of fields, called through descriptors: they come last
    const char *file; // what stands in which file and in which part of the unit …
    UnitPart *part;   // … is being lowered; see lower_in
    uint32_t *constants;  // the unit's by their text: a table with open places
    size_t constant_room; // a power of two, or 0
    LIST(Stubbed *) stubs; // what the tests of the program stub
    const Stubbed *inside; // whose stub is being lowered
    bool binds;            // there is a queue at the top level: a run may bind it to a broker
} Lower;

typedef void (*Body)(Lower *l, void *data);

// ── lower.c ──────────────────────────────────────────────────────────────────────────────────────
// What follows is of this file, in its part of the unit.
void lower_in(Lower *l, const Module *module);
bool has_limit(const Decl *decl); // a declaration of a limiter of the task's own: limit or rate

// ── lower_top.c ──────────────────────────────────────────────────────────────────────────────────
void lower_ends(Lower *l); // the unit's begin and end, and those of the files it uses

// ── lower_type.c ─────────────────────────────────────────────────────────────────────────────────
Repr repr_of(Lower *l, const Type *type);
Repr repr_counted(const char *c);
Repr repr_plain(ReprKind kind);
Repr repr_place(const char *c);
bool repr_none(Repr repr);
Shape *shape_of(Lower *l, const Type *type); // RECORD of the program, TUPLE, named branches
// The record of an enum's case with parameters: the case's number, then they.
Shape *case_shape(Lower *l, const Type *type, uint32_t index);
Descriptor *descriptor_of(Lower *l, const Type *type); // NULL for NOTHING

// ── lower_build.c, lower_region.c, lower_temp.c ──────────────────────────────────────────────────
Routine *routine_new(Lower *l, RoutineKind kind, const char *hint, Span span);
void builder_open(Lower *l, Builder *b,
                  Routine *routine); // becomes l->b, in the routine's entry state
void builder_close(Lower *l);        // merges states; l->b is the one before

Slot *slot_new(Lower *l, const char *hint, Repr repr, bool counted);
Slot *slot_place(Lower *l, const char *hint, Repr repr); // something of the runtime's; in the frame
Slot *slot_param(Lower *l, const char *hint, Repr repr, bool counted);
void scope_hold(Lower *l, Slot *slot); // in scope from here on; NULL is fine
// For what is taken from queues, to be held; NULL: no queue of the program can be bound.
Slot *lease_new(Lower *l);
Value *lease_arg(Lower *l, Value *get, Slot *lease); // tells weir_get of it; NULL: of none

State *state_new(Lower *l, const char *hint, Span span);
void state_go_on(Lower *l, State *state); // what follows is in this state
Op *op_new(Lower *l, OpKind kind);
Op *op_add(Lower *l, OpKind kind); // op_new, appended; a throw-away where the path has ended
void op_set(Lower *l, Slot *slot, Value *value);
void op_do(Lower *l, Value *value); // OP_DO
void op_clear(Lower *l, Slot *slot);
void op_test(Lower *l); // tests now, if anything may have failed
void op_jump(Lower *l, State *state);
void op_end_path(Lower *l);
void op_fail(Lower *l);                            // OP_FAIL: a failure is pending for sure
void op_await(Lower *l, Value *step, State *next); // goes on in next, which begins with a test
Op *op_await_quietly(Lower *l, Value *step, State *next); // without the test
void scope_clear(
    Lower *l, size_t held,
    size_t temps); // drops what is in scope beyond the marks; it stays in scope for other paths
void op_turn(Lower *l); // at the start of a loop's turn: a blocking fn asks whether to stop
void value_discard(Lower *l, Value *value); // computed for what it does; NULL is fine
void temp_finish(Lower *l, size_t mark);    // end of a statement: drops its temporaries, then tests
// Weak clears of all counted slots made or used again since l->b->taken was this.
void scope_clear_left_behind(Lower *l, size_t taken);
void leases_clear_left_behind(Lower *l, size_t taken); // of the leases among them

void region_open(Lower *l, Region *region, const char *exit_hint, Span span);
// From wherever we are, through all regions between; drops what is not in scope at the target.
void region_leave(Lower *l, Region *until, State *target, size_t held, size_t temps);
void region_done(Lower *l, Region *region,
                 State *after); // the body's normal end: leaves to `after` in the region around
void region_exit(Lower *l, Region *region); // go on in the exit state, outside the region
// After the exit's own operations: tests, then goes on along each way; what follows is in `after`,
// if anything leads there.
void region_close(Lower *l, Region *region, State *after);

Value *value_new(Lower *l, ValueKind kind, Repr repr);
Value *value_slot(Lower *l, Slot *slot);
Value *value_address(Lower *l, Slot *slot);
Value *value_int(Lower *l, int64_t integer);
Value *value_runtime(Lower *l, const char *c, Repr repr, unsigned flags);
Value *value_plain(Lower *l, const char *c, Repr repr, unsigned flags);
Value *value_operator(Lower *l, const char *op, Repr repr, Value *a, Value *b);
Value *value_constant(Lower *l, const char *text, size_t length);
Value *value_template(Lower *l, const char *text, size_t length);
Value *value_descriptor(Lower *l, Descriptor *descriptor);
Value *value_arg(Lower *l, Value *call,
                 Value *arg); // appends; gives call back; takes over FAILS and EFFECT

Value *value_borrow(Lower *l, Value *value,
                    const char *hint);    // usable until the end of the statement
Value *value_own(Lower *l, Value *value); // for a consumer
Value *value_settle(Lower *l, Value *value, const char *hint); // computed now, whatever comes later
Slot *value_store(Lower *l, Value *value,
                  const char *hint);       // in a slot of its own until the end of the statement
const char *words_of(Lower *l, Span span); // one line of source text, safe for comments and strings

Slot *value_adopt(
    Lower *l, Value *value,
    const char *hint); // a temporary's slot becomes a named one; otherwise a new slot is set
Slot *slot_word(Lower *l, const char *hint, Repr repr,
                bool owned); // a temporary that crosses by address

// Paths that part and may meet again. Where an arm waits, they meet in a state of their own.
typedef struct Fork {
    Ops *ops;
    State *state, *meeting;
    size_t held;
    bool reached;
} Fork;
void fork_open(Lower *l, Fork *fork, const char *meeting /* NULL: no arm waits */, Span span);
void fork_arm(Lower *l, Fork *fork, Ops *arm); // what follows goes there
void fork_arm_end(Lower *l, Fork *fork);
void fork_close(Lower *l, Fork *fork);
void fork_end(Lower *l, Fork *fork); // of one with a single arm: its end, and the fork's

// ── lower_value.c, lower_text.c, lower_call.c ────────────────────────────────────────────────────
Value *lower_expr(Lower *l, const Expr *expr, const char *hint); // NULL where nothing is given
// An object whose parts are read: held for the statement, and known to be there.
Value *lower_object(Lower *l, const Expr *expr, const char *hint);
Value *lower_binary(Lower *l, const Expr *expr, const char *hint); // UNARY and BINARY
Value *lower_text(Lower *l, const Expr *expr, const char *hint);
// A new object of a shape; first: its first word, or NULL; items: the others', NULL for a default.
Value *lower_new(Lower *l, Shape *shape, Value *first, const TypeField *fields, const Exprs *items);
Value *lower_record(Lower *l, const Expr *expr); // Page(url: …)
Value *lower_call(Lower *l, const Expr *expr, const char *hint);
Value *lower_method(Lower *l, const Expr *expr, const char *hint);
Value *lower_inline(Lower *l, const Expr *expr,
                    const char *hint); // a method written out where it stands
Value *value_compare(Lower *l, const Expr *expr, Value *a,
                     Value *b); // a BINARY comparison of operands already lowered
// A condition, or the truth it always has.
Value *value_decide(Lower *l, Value *condition);
// "assert a == b: 1 == 2"; message, if not NULL, stands in the place of the words.
Value *lower_sides(Lower *l, const char *words, const Expr *message, const Expr *expr, Slot *a,
                   Slot *b);
Value *lower_shown(Lower *l, const Expr *expr); // as text, for print
Value *lower_truth(Lower *l, const Expr *expr); // a condition, ready to be branched on
Value *value_convert(Lower *l, Value *value, const Type *from, const Type *to);
Value *value_box(Lower *l, Value *value, const Type *item);
Value *value_unbox(Lower *l, Value *value,
                   const Type *type);        // the item in an optional or result known to hold one
bool expr_waits(Lower *l, const Expr *expr); // lowering it makes states
bool expr_takes(const Expr *expr);           // there is a q.get() in it; NULL: no
bool block_waits(Lower *l, const Block *block);
bool stmt_waits(Lower *l, const Stmt *stmt);
bool simple(const Expr *expr); // reading it later gives the same
Slot *symbol_slot(Symbol *symbol);
void lower_args(Lower *l, const Exprs *ordered, const Params *params, Op *into); // owned, in order
Value *lower_match(Lower *l, const Expr *expr, const char *hint);
Value *lower_if(Lower *l, const Expr *expr, const char *hint);

// ── lower_collection.c ───────────────────────────────────────────────────────────────────────────
// What an expression gives, in a slot: its address.
Value *lower_word(Lower *l, const Expr *expr, const char *hint);
Value *value_word(Lower *l, Value *value, const char *hint); // the address of a slot with it
Slot *list_open(Lower *l, const Type *type, int64_t room, const char *hint); // an empty list
void list_push(Lower *l, Slot *list, Value *item);
Value *lower_list(Lower *l, const Expr *expr, const char *hint);
Value *lower_map(Lower *l, const Expr *expr, const char *hint);
Value *lower_range(Lower *l, const Expr *expr); // as a list
Value *lower_slice(Lower *l, const Expr *expr);
Value *lower_comprehension(Lower *l, const Expr *expr, const char *hint);

// ── lower_extern.c ───────────────────────────────────────────────────────────────────────────────
void lower_extern(Lower *l, const Decl *decl, Span heading); // what C does
void lower_share(Lower *l, const Decl *decl); // what C may see of a declared routine: names for it

// ── lower_as.c ───────────────────────────────────────────────────────────────────────────────────
Value *lower_as(Lower *l, const Expr *expr);
Value *value_json(Lower *l, Value *value, const Type *from); // as json
// The descriptor of a type that is made from json or rows: with its fields' defaults.
Descriptor *descriptor_made(Lower *l, const Type *type);

// ── lower_place.c ────────────────────────────────────────────────────────────────────────────────
// A variable or a part of one that is about to be changed.
typedef struct Part {
    const Expr *expr;
    LIST(Value *) keys; // of the indexes on the way, computed
    size_t next;        // key
    Value *part;        // where it stands, once opened
    Slot *out;          // where it is meanwhile; NULL: in its place
} Part;
void place_begin(Lower *l, Part *place, const Expr *expr); // computes the indexes
// The value of an expression that is put into the place: held, where the place is part of it.
Value *place_holds(Lower *l, const Part *place, const Expr *expr, Value *value);
// Opens the way: gives the address for the one operation that changes it, to be done at once …
Value *place_address(Lower *l, Part *place);
void place_done(Lower *l, Part *place); // … and after it
void lower_assign(Lower *l, const Stmt *stmt);
Value *lower_with(Lower *l, const Expr *expr);

// ── lower_enum.c ─────────────────────────────────────────────────────────────────────────────────
Value *value_case(Lower *l, const Type *type, uint32_t index); // the number of a case
// A case as a value, with what its parameters are given; NULL: it has none.
Value *lower_case(Lower *l, const Type *type, uint32_t index, const Exprs *items);
Value *case_number(Lower *l, const Type *type, Value *value); // of a value of the enum
Value *case_part(Lower *l, const Type *type, uint32_t index, size_t part, Value *value);

// ── lower_stub.c ─────────────────────────────────────────────────────────────────────────────────
const Type *params_tuple(Lower *l, const Decl *decl); // of its parameters; NULL: it has none
void lower_stubs(Lower *l); // finds what the tests stub, before anything is lowered
void lower_stub(Lower *l, const Stmt *stmt);
const Stubbed *stubbed_call(const Lower *l, const Expr *expr); // NULL: an ordinary call
Value *lower_stubbed(Lower *l, const Stubbed *stubbed, const Expr *expr, const char *hint);
// A cached task: its body, with all its other clauses, becomes a routine of its own.
Value *lower_forget(Lower *l, const Expr *expr); // f.forget(args, was: v)
void lower_cached(Lower *l, const Decl *decl, Span span, Body body, void *data);
void define_cache(Lower *l, const Decl *decl);
Value *lower_library_record(Lower *l, const Expr *expr); // Response(status: 200)

// ── lower_item.c ─────────────────────────────────────────────────────────────────────────────────
// One more name of an item, unless its value shows nothing.
void told_add(Lower *l, Told *told, Symbol *symbol);
// What the items of a form are called, none where its expression reads none of these names. Named
// branches work on their name, which is set before each is started.
void told_form(Lower *l, Told *told, const Expr *form);
void told_branch(Lower *l, const Told *told, const Branch *branch);
Value *told_descriptor(Lower *l, const Told *told); // with several names: of a tuple
// Appends the addresses of the item's words; gives call back.
Value *told_words(Lower *l, const Told *told, Value *call);
void about_open(Lower *l, About *about, const Told *told);
void about_open_inside(Lower *l, About *about, const Told *told); // who is around it tells the rest
void about_go_on(Lower *l, About *about); // within the one that is open: up to another fault edge
void about_close(Lower *l, const About *about);
void op_tell(Lower *l, Op *op); // a TEST, RESUME or FAIL: what is worked on, if it leaves that

// ── lower_flow.c, lower_conc.c ───────────────────────────────────────────────────────────────────
Value *lower_try(Lower *l, const Expr *expr, const char *hint);
Value *lower_catch(Lower *l, const Expr *expr, const char *hint);
Value *lower_await(Lower *l, const Expr *expr, const char *hint);
Value *lower_start(Lower *l, const Expr *expr, const char *hint);
Value *lower_gather(Lower *l, const Expr *expr, const char *hint); // gather and race
Value *lower_scope(Lower *l, const Expr *expr, const char *hint);
Value *lower_claused(Lower *l, const Expr *expr, const char *hint);
void lower_scoped(Lower *l, Span span, Body body, void *data); // with a scope for children
void lower_completed(Lower *l, const Stmt *loop);              // for … in as_completed …
// What else such a loop goes through: a stream; of pairs, where the loop has two names.
const Expr *completed_source(Lower *l, const Stmt *loop);
// Its items are started by the loop itself, not by a producer.
bool completed_here(Lower *l, const Stmt *loop);
// ── lower_stream.c, lower_pipe.c ─────────────────────────────────────────────────────────────────
// A source of items that is made on the spot: it ends with its loop.
bool stream_made(const Expr *source);
// Whether lowering it needs a scope for what it starts: tasks and the producers of streams.
bool expr_starts(Lower *l, const Expr *expr);
bool block_starts(Lower *l, const Block *block);
Value *lower_stream_call(Lower *l, const Expr *expr, const char *hint); // of a task that yields
Value *lower_stream_claused(Lower *l, const Expr *expr, const char *hint);
Value *lower_completed_stream(Lower *l, const Expr *expr, const char *hint); // as_completed …
void lower_yield(Lower *l, const Stmt *stmt);
void lower_forward(Lower *l, const Expr *stream); // `return s` in a stream task
// A pipeline as a value; NULL where its last stage gives nothing: then it is drained here.
Value *lower_pipe(Lower *l, const Expr *expr, const char *hint);
Value *lower_gather_pipe(Lower *l, const Expr *expr, const char *hint);
void lower_pipe_drain(Lower *l, const Expr *expr);
void lower_pipe_for(Lower *l, const Stmt *loop);
Value *value_at_least_one(Lower *l, const char *what,
                          Value *value); // a limit or rate: checked where it is not constant
const Type *limiter_key_type(Lower *l, const Decl *decl); // NULL: it has no parameters
// The body under a deadline of so many ns from now.
void lower_deadline(Lower *l, Value *limit, Span span, Body body, void *data);
void lower_clauses(Lower *l, const Clauses *clauses, Span span, Body body, void *data);

// The loop that break and continue mean from here on.
void loop_begin(Lower *l, Loop *loop, bool structured);
// A loop over a list, range, queue …: binds the names and lowers the body for each item.
void lower_over(Lower *l, Symbol **symbols, size_t count, const Expr *source, bool splits,
                Span span, Body body, void *data);
// The same over a list that is there; the items are called `it`.
void lower_over_items(Lower *l, Symbol *it, Slot *list, const Type *type, bool splits, Span span,
                      Body body, void *data);
// The same; before an item of a queue or stream is asked for there is `before` (or NULL).
void lower_over_asking(Lower *l, const EachFor *loop, bool splits, Body before, Body body,
                       void *data);

// ── lower_stmt.c ─────────────────────────────────────────────────────────────────────────────────
void lower_block(Lower *l, const Block *block);
void lower_stmt(Lower *l, const Stmt *stmt);
void lower_leave(Lower *l, LeaveKind kind, const Expr *value, Span span);
// A block that awaits what it starts, where it starts anything.
void lower_children(Lower *l, const Block *block, Span span);
void lower_body(Lower *l, const Block *block,
                Span span); // a task's: with a scope for its children where it has any
void scope_bind(Lower *l, Symbol *symbol, Slot *slot);

#endif
