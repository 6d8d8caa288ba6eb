// lower_form.h: what gather, race and as_completed share: how a form is opened and how one item of
// it is started.
#ifndef LOWER_FORM_H
#define LOWER_FORM_H

#include "lowering.h"

// A routine for what runs beside its starter: the locals that it reads become its parameters.
typedef struct Beside {
    Lower *l;
    Routine *routine;
    Builder builder;
    LIST(Symbol *) symbols; // that it reads
    LIST(void *) outer;     // their slots around it
} Beside;
// What it will read; any number of times, before it is opened. clauses may be NULL.
void beside_reads(Lower *l, Beside *beside, const Expr *expr, const Clauses *clauses);
void beside_reads_block(Lower *l, Beside *beside, const Block *block);
// From here on everything goes into the routine; what it reads is given to `start`.
// what: what trails call it ("a stage", of the routine around it).
void beside_open(Lower *l, Beside *beside, const char *what, const char *hint, Span span,
                 Op *start);
void beside_close(Lower *l, Beside *beside);

typedef struct Form {
    const Expr *expr;
    Slot *gather;
    Clauses item_clauses; // timeout, retry, within, after: each item's
    Clauses form_clauses; // deadline: the form's
    Value *limit;         // NULL without one
    Told told;            // what its items are called; no names: that is not told
    Region region;
    State *after;
    bool limited, completed;
    bool has_room; // by the loop around: the next item need not wait for it
    Slot *rate; // the limiter of its items' starts; NULL without one
    bool hands_on, ordered; // results go to the stream of the routine; in starting order
    bool stage; // of a pipeline: one at a time where no limit is said, `deadline` is each item's
    Slot
        *until; // collect errors: when the form's deadline ends its items; it does not end the form
    Slot *pull;  // the scope that ends with `until` the asking for items; NULL where none is needed
    bool mixed; // some branches give nothing, between others that give the form its value
    const char *hint;
} Form;

// Begins a branch in the block that `place` (weir_start, weir_gather_start) gives. gives: the type
// of its value where that is not the expression's own, or NULL. form: whose item it is, or NULL.
// Gives whether the arguments themselves, computed here, may fail.
bool start_branch(Lower *l, Value *place, const Expr *expr, const Clauses *clauses,
                  const char *hint, const Type *gives, const Form *form);
Value *machine_place(Lower *l); // the argument of `place` that start_branch fills in
Value *time_now(Lower *l);

void form_sort(Lower *l, Form *form); // which clauses are the items' and which the form's
Value *form_verb(Lower *l, const Form *form, const char *verb, unsigned flags); // verb(cx, &gather)
void form_open(Lower *l, Form *form, const Type *type);                         // its region begins
void form_close(Lower *l, Form *form, Slot *result); // all have ended; its region ends
void form_item(Lower *l, Form *form, const Expr *value, const char *name, const Type *gives);
void form_start_all(Lower *l, Form *form);
bool form_condition(Lower *l, const Form *form,
                    Fork *fork); // `if`: what follows is in its arm. False: there is none

#endif
