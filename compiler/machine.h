// machine.h: the middle of the compiler: routines made of named states.
//
// lower.c builds a Unit, live.c decides where each slot lives, split.c which file each thing stands
// in, name.c gives every slot, state and routine its C identifier, emit.c prints. Nothing below
// lower.c knows syntax or the type checker's types.
//
// A Routine is a task's machine (its states are separate C functions, and slots that outlive one of
// them are fields of its frame) or a plain C function (its states are labels in one function). A
// State is a tree of operations: straight runs, with `if` and loops inside where nothing waits, and
// every path ends in an exit (OP_GOTO, OP_AWAIT, OP_FINISH, OP_FAIL, OP_RETURN, OP_SWITCH). A
// failed test leaves through an edge of its own.
#ifndef MACHINE_H
#define MACHINE_H

#include "source.h"

typedef struct Routine Routine;
typedef struct State State;
typedef struct Slot Slot;
typedef struct Value Value;
typedef struct Shape Shape;
typedef struct Descriptor Descriptor;
typedef struct Ops Ops;
typedef struct UnitPart UnitPart;
typedef LIST(UnitPart *) UnitParts;

// A C file that is printed: the whole program, or one of its modules. What it prints is static but
// for what other parts see of it, which stands in its header.
struct UnitPart {
    const char *file;        // the module's, "lib/net.weir"; of the whole program the main one's
    const char *stem;        // what the C files are called: "lib_net"
    const char *prefix;      // name: of what other parts see: "app_lib_net"
    const char *top;         // name: the struct of its globals, and the function that finds them
    const char *member;      // name: that struct in the main part's; NULL: it is the main part
    LIST(Slot *) globals;    // what stands at the top level
    UnitParts uses;          // split: whose headers its C includes, its own among them
    UnitParts header_uses;   // split: and whose its header
    LIST(Shape *) announces; // split: structs of others that its header only names
    size_t nesting;          // split: how deep the includes of its header nest, from 1
    const UnitPart *listed;  // split: in whose includes it was found last
};

// ── how a word, or what else a frame holds, is spelled in C ──────────────────────────────────────
typedef enum ReprKind {
    REPR_NONE,    // no value
    REPR_INT,     // int64_t: int, duration, time
    REPR_BOOL,    // weir_bool
    REPR_REAL,    // double
    REPR_COUNTED, // a counted object of C type `c` ("weir_string *"), or of `shape` (struct page *)
    REPR_PLACE,   // something of the runtime's in the frame, not a word: C type `c` ("weir_scope",
                  // "weir_retry")
    REPR_PERMITS, // weir_permit[count]
    REPR_FRAME,   // the frame of a routine that is called, embedded
    REPR_WORK,    // arguments and result of a blocking fn on its way through the pool
} ReprKind;

typedef struct Repr {
    ReprKind kind;
    const char *c;    // COUNTED (NULL with a shape), PLACE
    Shape *shape;     // COUNTED
    Routine *routine; // FRAME, WORK
    uint32_t count;   // PERMITS
} Repr;

// A printed struct: a record, a tuple, a record of named branches.
struct Shape {
    const char *hint;  // the name to be made a C name: "Page"
    const char *name;  // name: "page"
    const char *maker; // name: "page_new"
    const char *words; // an enum's case, as a user writes it: "State.down"; else NULL
    Descriptor *descriptor;
    bool made;           // live: the maker is called
    LIST(Slot *) fields; // in order
    LIST(Shape *) cases; // of an enum with parameters: each case's, NULL for one without
    const char *shared;  // the name C knows it by: "net_page"; NULL: C does not see it
    UnitPart *part;          // whose it is; NULL: of each that uses it, such as a tuple
    UnitParts users, makers; // split: which parts have the struct, and the maker, for themselves
    bool crosses;        // split: the struct stands in the part's header …
    bool maker_crosses;  // … and so does the maker
};

// A printed weir_type.
struct Descriptor {
    const char *known;       // "weir_type_int": the runtime's own; NULL: it is printed
    const char *kind;        // "WEIR_TYPE_LIST"
    const char *words;       // as a user writes it: "[Page]"
    const char *hint, *name; // name: the C identifier
    bool used;               // live: something printed points to it
    bool named;              // live: something printed names its constants
    Descriptor *item, *key;
    Shape *shape;                   // TUPLE, RECORD: its fields have these descriptors …
    LIST(Descriptor *) fields;      // … in order
    LIST(const char *) field_names; // NULL inside for a tuple
    LIST(const char *) field_keys;  // RECORD: where one is not the name, else empty; NULL inside
    LIST(Routine *) defaults;       // RECORD made from json or rows, with defaults; NULL inside
    bool made;                      // lower: those were looked at
    LIST(const char *) constants;   // ENUM: name: "STATE_UP"
    const char *shared;             // as of a shape
    UnitPart *part;                     // as of a shape
    UnitParts users;                    // split: which parts have it for themselves
    bool crosses;                   // split: it is declared in the part's header
};

// ── slots and values ─────────────────────────────────────────────────────────────────────────────
typedef enum SlotHome {
    HOME_UNUSED,
    HOME_FRAME, // self->name
    HOME_LOCAL, // a variable of the one function that uses it
    HOME_PARAM, // a parameter of a plain function
} SlotHome;

struct Slot {
    const char *hint; // what the source calls it
    const char *name; // name: the C identifier; in a frame without self->
    Repr repr;
    bool counted; // owns what it holds; false for scalars and for borrowed words
    bool param;
    bool by_address; // a wait writes or reads it: lives in the frame
    bool lease;      // what was taken from queues: dropped before a failure is taken
    SlotHome home;   // live
    bool used, read; // live: something reads or sets it; reads it
    bool guarded;    // live: a local that may be held when a test fails: begins as NULL, dropped at
                     // the function's end
    Ops *scope;  // live: the operations a variable is declared in; NULL: at the top of its function
    State *only; // live: the one state that uses it; NULL: several, or none (lower: a temporary's
                 // state)
    uint32_t number;          // live: its place in the routine, from 1; 0: not looked at
    bool declared, declaring; // emit: the variable is there; its setter prints the type
    bool moved;               // lower: this temporary was handed over
    size_t taken;             // lower: when it was made, or last used again as a temporary
    bool changes;             // what it points to, without owning it, is changed through it
    UnitPart *part;               // of a global: at whose top level it stands
    uint32_t line;
};

typedef enum ValueKind {
    VALUE_SLOT,     // slot
    VALUE_MOVE,     // slot: its content, and the slot is empty (NULL) from now on
    VALUE_ADDRESS,  // &slot
    VALUE_INT,      // integer; text "duration": in nanoseconds
    VALUE_REAL,     // real
    VALUE_CONSTANT, // text constant number `index` of the unit
    VALUE_TEMPLATE, // a C string literal: text, length
    VALUE_NULL,
    VALUE_NAMED,      // text: a constant of weir.h
    VALUE_RUNTIME,    // text(cx, args…)
    VALUE_PLAIN,      // text(args…): functions of weir.h that take no context
    VALUE_ROUTINE,    // routine(cx, args…): a plain function of the program
    VALUE_NEW,        // shape(cx, args…): the shape's maker
    VALUE_MEMBER,     // args[0]->text
    VALUE_FIELD,      // args[0]->field: a field of a printed struct
    VALUE_ITEM,       // args[0]->items[args[1]] as a word of this repr
    VALUE_WORD,       // args[0]: a `const weir_word *`; its word of this repr
    VALUE_OPERATOR,   // text is the C operator: one or two args
    VALUE_CASE,       // the number of case `index` of the enum `descriptor`
    VALUE_DESCRIPTOR, // &descriptor
    VALUE_MACHINE,    // &routine's machine
    VALUE_WORK,       // the function that runs routine on the pool
    VALUE_STUB,       // &routine's stub
    VALUE_ENDED,      // cx->ended
    VALUE_GLOBAL,     // a top-level value or queue of the program: slot
    VALUE_RESULT,     // what the embedded frame in slot gave
} ValueKind;

enum { VALUE_FAILS = 1, VALUE_EFFECT = 2, VALUE_OWNED = 4 };

struct Value {
    ValueKind kind;
    Repr repr;
    unsigned flags;
    Slot *slot;
    int64_t integer;
    double real;
    const char *text;
    size_t length;
    uint32_t index;
    Routine *routine;
    Shape *shape;
    Descriptor *descriptor;
    LIST(Value *) args;
};

// ── operations ───────────────────────────────────────────────────────────────────────────────────
typedef struct Op Op;
struct Ops {
    LIST(Op *) list;
    LIST(Slot *) locals; // live: the variables that are declared in them
};

typedef enum OpKind {
    OP_SET,   // slot = value
    OP_DO,    // value, for what it does
    OP_CLEAR, // drop what the slot holds
    OP_STORE, // place = value, place being VALUE_FIELD, VALUE_ITEM or VALUE_GLOBAL; what it held is
              // dropped when counted
    OP_TEST,  // when a failure is pending: value (NULL: nothing), then to `state` (NULL: out of the
              // routine); what TEST, RESUME and FAIL do before is to say what was worked on
    OP_IF,    // value, then, otherwise
    OP_FOR,   // slot from value up to (with closed: and including) limit: body
    OP_WHILE, // value (NULL: for ever): body
    OP_BREAK,
    OP_CONTINUE, // of the innermost OP_FOR or OP_WHILE
    OP_START,  // begin(place, args): place is the value (weir_gather_start …; NULL is fine there)
    OP_BEGIN,  // begin(&slot's embedded frame, args)
    OP_RESUME, // runs the embedded frame in slot: waits with it; when it fails: value, to `state`
    OP_WORK,   // fills the work struct in slot with args
    // exits
    OP_GOTO,   // state
    OP_AWAIT,  // value (a weir_step), then state
    OP_SWITCH, // slot: an index into states
    OP_FINISH, // a machine's normal end
    OP_FAIL,   // a failure is pending: value, then to `state` (NULL: out of the routine)
    OP_RETURN, // a plain function's end; value may be NULL
} OpKind;

struct Op {
    OpKind kind;
    bool closed; // FOR
    bool weak;   // CLEAR: only of slots that live in the frame (a handler that clears what a region
                 // left behind)
    uint32_t line;
    const char *file; // that the line is of
    Slot *slot;
    Value *value, *place, *limit;
    LIST(Value *) args;
    Routine *routine;     // START BEGIN RESUME WORK; AWAIT: the extern task that C begins, or NULL
    Ops then, otherwise;  // IF; FOR and WHILE: then is the body
    State *state;         // GOTO AWAIT; TEST RESUME FAIL: the fault edge
    LIST(State *) states; // SWITCH
};

struct State {
    const char *hint, *name, *constant; // name: "fetch_slept", "FETCH_SLEPT"
    uint32_t index;                     // in the routine
    uint32_t line;                      // of the source, 0: none
    const char
        *words; // the source text this state waits in or begins with, safe for a comment; NULL
    Ops ops;
    LIST(Slot *) locals; // live: of a machine: the variables that it alone uses
    Slot *callee; // the embedded frame this state resumes, or NULL
    bool waits;   // a task can be found waiting in it
};

typedef enum RoutineKind {
    ROUTINE_TASK,   // a machine of the source's task
    ROUTINE_BRANCH, // a machine made for a branch or item of a concurrency form
    ROUTINE_FN,     // a plain C function
    ROUTINE_BEGIN,  // a plain function of the unit: begin, end, begin_main
} RoutineKind;

struct Routine {
    RoutineKind kind;
    const char *hint, *name; // name: "fetch"; where other parts see it "app_lib_net_fetch"
    const char *local;       // name: of a machine's parts that nobody else sees: "fetch"
    const char *shown;                // in trails, where that is not the hint; NULL
    uint32_t line;
    const char *words; // its declaration, safe for a comment
    const char *file;
    UnitPart *part;
    bool crosses;       // split: other parts call it
    bool frame_crosses; // split: its frame lies in one that other parts embed, or in theirs
    bool work_crosses;  // split: and so does what it takes through the pool
    bool hidden;          // it is nowhere in the source, and in no trail
    LIST(Slot *) params;  // owned by machines, borrowed by plain functions
    LIST(Slot *) slots;   // all, params first
    LIST(State *) states; // [0] is the entry
    Slot *result;         // machines: NULL when nothing is given
    Repr gives;           // plain functions
    Descriptor *result_descriptor;
    uint32_t index;   // lower: its place in the call graph
    uint32_t limiter; // number of the task's own limiter, where its declaration says limit or rate
    uint32_t cache;   // number of its cache, where its declaration says cache
    bool blocking;    // FN: also run on the pool
    bool external;    // C does it: a task whose one wait that is, a function that is only declared
    bool exported;    // C may call it
    const char *c_name; // of an external or exported task, as C calls it: "net_lookup"; or NULL
    const char *doc;    // of one that C sees: its `##` comment, or NULL
    bool pooled;      // live: a task calls it: the work function is printed
    bool fills;       // FN: the default of a field: a function that fills a word is printed
    bool reached;     // live: main can get there; others are not printed
    bool recursive;   // calls itself, directly or not
    bool started;     // its machine descriptor is needed
    bool stub;        // its weir_stub is printed: two parameters, tuples of locals and arguments
    bool yields;      // a stream's producer
    bool calls;       // has embedded frames
    LIST(Routine *) embeds;  // machines whose frames lie in this one
    struct Routine *main_of; // BEGIN for main's frame: whose
};

typedef struct Constant {
    const char *text;
    size_t length;
    const char *name;
    UnitPart *part;
    bool used; // live: something printed reads it
} Constant;

typedef struct Parameter { // of main
    const char *words, *doc, *shown_default;
    Slot *slot;
    Descriptor *descriptor;
    bool has_default;
} Parameter;

typedef struct TestBlock { // a test block
    const char *title;
    uint32_t line;
    Routine *routine;
} TestBlock;

struct Unit {
    Arena *arena;
    const char *file; // the main source's name without its folder
    const char *hint; // and without its ending
    const char *doc;
    const char *symbol;       // name: the exported weir_program
    UnitParts parts;              // [0] is the main one; only that where all is one C file
    LIST(Routine *) routines; // callees before callers where no recursion forbids it
    LIST(Shape *) shapes;
    LIST(Descriptor *) descriptors; // those that are printed
    LIST(Constant) constants;
    LIST(Parameter) parameters;
    LIST(TestBlock) tests;
    Routine *main, *begin, *end, *begin_main; // NULL where there is none
    uint32_t limiters, caches;
    bool hosted; // something is exported: it is a program for a host, with or without main
};
typedef struct Unit Unit;

static inline bool part_in(const UnitParts *parts, const UnitPart *part)
{
    for (size_t i = 0; i < parts->count; i++) {
        if (parts->items[i] == part) {
            return true;
        }
    }
    return false;
}

// Something stands at the top level, in whichever part.
static inline bool unit_has_globals(const Unit *unit)
{
    for (size_t i = 0; i < unit->parts.count; i++) {
        if (unit->parts.items[i]->globals.count > 0) {
            return true;
        }
    }
    return false;
}

// It can be run: by its main, its tests or a host. What can't is only looked at.
static inline bool unit_runs(const Unit *unit)
{
    return unit->main != NULL || unit->tests.count > 0 || unit->hosted;
}

// The documented text form: one routine after the other, each state with its operations, one a
// line.
const char *machine_dump(Arena *arena, const Unit *unit);

#endif
