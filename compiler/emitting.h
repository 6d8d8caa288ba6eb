// emitting.h: what the emit_*.c files share.
#ifndef EMITTING_H
#define EMITTING_H

#include "emit.h"
#include "machine.h"
#include "out.h"

typedef struct Emit {
    Out out;
    const Unit *unit;
    const UnitPart *part;            // being printed
    const Routine *routine;      // being printed
    const State *state;          // whose function is being printed
    LIST(Slot *) guarded;        // variables of the function that `failed` drops
    LIST(const State *) targets; // fault edges taken through a label, NULL: out of the routine
} Emit;

// emit_value.c
void emit_value(Emit *e, const Value *value);
void emit_args(Emit *e, const Value *value, bool context);
void emit_slot(Emit *e, const Slot *slot);
const char *c_type(Emit *e, Repr repr); // with its star: "int64_t ", "weir_string *"
const char *c_declare(Emit *e,
                      const Slot *slot); // "weir_string *name"; borrowed: "const weir_string *name"
bool is_machine(const Routine *routine);

// emit.c
void emit_plain(Emit *e, const Routine *routine); // a plain function
void emit_frame(Emit *e, const Routine *routine);
void emit_begin_signature(Emit *e, const Routine *routine);
void emit_fn_signature(Emit *e, const Routine *routine);
void emit_work_struct(Emit *e, const Routine *routine);
const char *linkage(const Routine *routine); // "static ", or "" where others see it

// emit_stub.c
void emit_stub(Emit *e, const Routine *routine);  // what the runtime calls a stub by

// emit_part.c
void emit_part_header(Emit *e);        // what other parts see of this one
void emit_part_includes(Emit *e);      // the headers that the part's C needs
void emit_part_globals(Emit *e);       // where the globals of other parts lie, in the main part

// emit_op.c
void emit_ops(Emit *e, const Ops *ops);
void emit_fault_labels(Emit *e);
const char *label_of(Emit *e, const State *state);

// emit_data.c
void emit_constants(Emit *e);
void emit_types(Emit *e);
void emit_program(Emit *e);
void emit_shape(Emit *e, const Shape *shape);
void emit_maker_prototype(Emit *e, const Shape *shape);
void emit_top(Emit *e, const UnitPart *part); // the struct of its globals
void emit_cases(Emit *e, const Descriptor *descriptor);  // the numbers of an enum's cases
void emit_shared(Emit *e, const Descriptor *descriptor); // what C needs to make such values

// emit_border.c
void emit_border(Emit *e);                           // prototypes of what C does or may call
void emit_prototype(Emit *e, const Routine *routine); // of a function in C, without its semicolon
void emit_exported(Emit *e, const Routine *routine); // functions by which C calls a task
void emit_header(Emit *e);

#endif
