// type.h: the types of the language.
//
// Types are interned: equal types are equal pointers, so they are compared with ==. Records and
// enums are one type for each declaration. They live in the arena of the compilation.
#ifndef TYPE_H
#define TYPE_H

#include "syntax.h"

typedef enum TypeKind {
    TYPE_UNKNOWN, // after a mistake: fits everything, is never reported
    TYPE_NEVER,   // fail, return: no value comes out; fits everything
    TYPE_NOTHING, // what a call without `->` gives
    TYPE_INT, TYPE_FLOAT, TYPE_BOOL, TYPE_DURATION, TYPE_TIME,
    TYPE_STRING, TYPE_BYTES, TYPE_JSON, TYPE_SECRET, TYPE_ERROR,
    TYPE_RANGE,    // a..b standing in `for` or an index; not a value
    TYPE_LIST, TYPE_MAP, TYPE_TUPLE, TYPE_RECORD, TYPE_ENUM, TYPE_OPTIONAL, TYPE_RESULT, TYPE_TASK,
        TYPE_QUEUE, TYPE_STREAM,
    TYPE_ANY,      // in library signatures: any value that can be shown
    TYPE_VARIABLE, // in library signatures: T, U
} TypeKind;

typedef struct TypeField {
    const char *name; // NULL in a tuple
    const char *key;  // what json calls it
    const Type *type;
    Expr *fallback;   // NULL without a default
    Span span;
    // parameters of the library:
    bool item_expression;    // an expression in `it`, of this type
    const Type *alternative; // or of this type: its word is the same at run time. NULL: no other
    bool encoded;            // any value, as a text of JSON
    bool rest;               // the first: all arguments without a name, as one list of this type
} TypeField;

typedef struct TypeCase {
    const char *name;
    LIST(TypeField) fields; // payload
    Span span;
} TypeCase;

struct Type {
    TypeKind kind;
    const char *name;       // as a user writes it: "[Page!]"; for messages too
    // LIST, MAP (value), OPTIONAL, RESULT, TASK, QUEUE, STREAM (NULL in TASK/RESULT: gives nothing)
    const Type *item;
    const Type *key;        // MAP
    LIST(TypeField) fields; // RECORD, TUPLE
    LIST(TypeCase) cases;   // ENUM
    Decl *decl;             // RECORD, ENUM of the program; NULL for those of the library
    const char *c_struct;   // library records: "weir_response"; their fields are its members
    const char *c_type;     // library records: the weir_type: "weir_type_response"
    uint32_t depth;         // of nesting: 0 for plain and declared types
    const Type *seen;       // type.c's own: chains the types a question has been through
};

typedef struct Types Types; // the table of interned types

Types *types_new(Arena *arena);
const Type *type_plain(Types *types, TypeKind kind);
// LIST OPTIONAL RESULT TASK QUEUE STREAM
const Type *type_of(Types *types, TypeKind kind, const Type *item);
const Type *type_map(Types *types, const Type *key, const Type *value);
const Type *type_tuple(Types *types, const Type *const *items, size_t count);
// The record of a gather with named branches: no declaration, one type for each row of names and
// types.
const Type *type_shape(Types *types, const TypeField *fields, size_t count);
const Type *type_variable(Types *types, const char *name); // T, U: in library signatures
// Types nest at most TYPE_DEPTH deep: a deeper one is TYPE_UNKNOWN, and this says so once, to be
// reported.
enum { TYPE_DEPTH = 64 };
bool type_too_deep(Types *types);
// A new record or enum type; its fields or cases are added by the caller.
Type *type_declared(Types *types, TypeKind kind, const char *name, Decl *decl);
// Questions. An enum whose cases carry nothing is a scalar: the word is the number of its case.
bool type_counted(const Type *type);  // its word is a pointer to a counted object
bool type_scalar(const Type *type);   // int float bool duration time, an enum without payload
bool type_handle(const Type *type);   // holds a task, queue or stream anywhere inside
bool type_sent(const Type *type);     // can be written as JSON, and the same be made of that
// an OPTIONAL or RESULT whose item needs a weir_box (see weir.h); Error! too
bool type_boxed(const Type *type);
// holds TYPE_UNKNOWN or a TYPE_VARIABLE anywhere inside: `none`, `[]`
bool type_open(const Type *type);
// the same, or TYPE_NEVER inside: `[fail "x"]`; of such a thing nothing can be made
bool type_unseen(const Type *type);

#endif
