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
    // CONSTANT: a top-level let
    SYMBOL_RECORD, SYMBOL_ENUM, SYMBOL_LIMITER, SYMBOL_QUEUE, SYMBOL_CONSTANT,
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
    // check: LOCAL PARAM ITEM QUEUE CONSTANT: of its value; RECORD ENUM TYPE: the type; TASK FN: of
    // its result
    const Type *type;
    const Builtin *builtin; // BUILTIN
    bool variable;          // declared with var
    bool bound;             // LOCAL: named by a loop, a pattern, a catch or a condition's let
    uint32_t reads, writes; // resolve, check: how often; for unused names and moves
    uint32_t cancels;       // how many of the reads are `cancel name`
    uint32_t index;         // LIMITER: its number in the program, from 0
    // check: how many concurrent branches it stands in; a branch deeper inside has a copy
    uint32_t level;
    // ITEM: the `it` around the call that this one would belong to; check: it takes no expression
    // in `it` after all, as 1.min(it) does not, so the outer one is meant
    Symbol *outer;
    bool passed;
    void *lowered;          // lower's own
};

typedef struct SymbolTable SymbolTable; // symbols.h

typedef struct Program {
    Arena *arena;
    Types *types;
    Library *library;
    LIST(Module *) modules; // [0] is the main one
    bool wants_tests;       // the caller asks for the test blocks to be compiled
    bool splits;            // the caller asks for a C file for each module
    Symbol *main;           // task main, or NULL
    SymbolTable *library_names; // symbols of what the library offers, made when first named
    // all declarations, file by file: a file after those it uses, and in it types and constants
    // before their users
    LIST(Decl *) decls;
} Program;

// An empty program with its types and its library; the caller adds the modules.
Program *program_new(Arena *arena);
// Gives every name its symbol. A name `_` gets one too, which nothing can name. Unknown names get a
// did-you-mean.
void resolve(Program *program, Diags *diags);
// What a name means at the top of a module: its own declarations, then the library. NULL: nothing.
Symbol *resolve_global(Program *program, const Module *module, const char *name);
// Puts program->decls in order; resolve does it.
void resolve_order(Program *program, Diags *diags);

#endif
