// symbols.h: a table of symbols by name, with nested scopes.
//
// resolve keeps one for each module and one for the locals of a declaration. An inner symbol hides
// an outer one of the same name until the scope is left. All steps take constant time. Lives in an
// arena.
#ifndef SYMBOLS_H
#define SYMBOLS_H

#include "resolve.h"

SymbolTable *symbols_new(Arena *arena);
// The innermost symbol of that name, or NULL.
Symbol *symbols_find(const SymbolTable *table, const char *name);
// The same, if it was added since `mark`.
Symbol *symbols_find_since(const SymbolTable *table, const char *name, size_t mark);
void symbols_add(SymbolTable *table, const char *name, Symbol *symbol);
// A scope: what was added after the mark goes with the release.
size_t symbols_mark(const SymbolTable *table);
void symbols_release(SymbolTable *table, size_t mark);
// The i-th from the outermost, i < symbols_mark(table).
Symbol *symbols_at(const SymbolTable *table, size_t i);

#endif
