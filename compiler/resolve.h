// resolve.h: names → what they mean.
#ifndef RESOLVE_H
#define RESOLVE_H

#include "diag.h"
#include "library.h"

typedef enum SymbolKind {
    SYMBOL_LOCAL,     // let, var, loop name, pattern name, catch name
    SYMBOL_PARAM,
    SYMBOL_ITEM,      // `it`
    SYMBOL_TASK, SYMBOL_FN, // decl tells blocking, extern, pub
    SYMBOL_RECORD, SYMBOL_ENUM, SYMBOL_LIMITER, SYMBOL_QUEUE, SYMBOL_CONSTANT, // CONSTANT: a top-level let
    SYMBOL_MODULE,
    SYMBOL_SPACE,     // a namespace of the library: http, fs
    SYMBOL_BUILTIN,   // a library function
    SYMBOL_TYPE,      // a type name: string, Response
} SymbolKind;

struct Symbol {
    SymbolKind kind;
    const char *name;
    Span span;              // where it was declared; zero for the library
    Decl *decl;             // TASK FN RECORD ENUM LIMITER QUEUE CONSTANT, and PARAM: whose
    const Type *type;       // check: LOCAL PARAM ITEM QUEUE CONSTANT: of its value; RECORD ENUM TYPE: the type; TASK FN: of its result
    const Builtin *builtin; // BUILTIN
    bool variable;          // declared with var
    uint32_t reads, writes; // check: how often; for unused names and moves
    uint32_t index;         // LIMITER: its number in the program, from 0
    void *lowered;          // lower's own
};

typedef struct Program {
    Arena *arena;
    Types *types;
    Library *library;
    LIST(Module *) modules; // [0] is the main one
    Symbol *main;           // task main, or NULL
    LIST(Decl *) decls;     // all declarations in an order in which types and constants come before their users
} Program;

// Gives every name its symbol. Unknown names get a did-you-mean.
void resolve(Program *program, Diags *diags);

#endif
