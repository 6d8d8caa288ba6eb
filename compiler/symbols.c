#include "symbols.h"

#include <string.h>

typedef struct Entry {
    const char *name;
    Symbol *symbol;
    uint32_t hash;
    uint32_t outer; // index + 1 of the next in the bucket, which is older; 0: none
} Entry;

struct SymbolTable {
    Arena *arena;
    LIST(Entry) entries;
    uint32_t *buckets; // index + 1; a power of two of them
    size_t room;
};

static uint32_t hash_of(const char *name)
{
    uint32_t hash = 2166136261u;
    for (; *name; name++) {
        hash = (hash ^ (unsigned char)*name) * 16777619u;
    }
    return hash ^ hash >> 15;
}

SymbolTable *symbols_new(Arena *arena)
{
    SymbolTable *table = ARENA_NEW(arena, SymbolTable);
    table->arena = arena;
    table->room = 64;
    table->buckets = arena_take(arena, table->room * sizeof *table->buckets);
    return table;
}

static Entry *find(const SymbolTable *table, const char *name)
{
    uint32_t hash = hash_of(name);
    uint32_t i = table->buckets[hash & (table->room - 1)];
    for (Entry *entry = NULL; i; i = entry->outer) {
        entry = &table->entries.items[i - 1];
        if (entry->hash == hash && strcmp(entry->name, name) == 0) {
            return entry;
        }
    }
    return NULL;
}

Symbol *symbols_find(const SymbolTable *table, const char *name)
{
    Entry *entry = find(table, name);
    return entry ? entry->symbol : NULL;
}

Symbol *symbols_find_since(const SymbolTable *table, const char *name, size_t mark)
{
    Entry *entry = find(table, name);
    return entry && (size_t)(entry - table->entries.items) >= mark ? entry->symbol : NULL;
}

// Entries are hung in their order, so that a bucket always begins with its newest.
static void hang(SymbolTable *table, size_t i)
{
    Entry *entry = &table->entries.items[i];
    uint32_t *bucket = &table->buckets[entry->hash & (table->room - 1)];
    entry->outer = *bucket;
    *bucket = (uint32_t)i + 1;
}

void symbols_add(SymbolTable *table, const char *name, Symbol *symbol)
{
    Entry entry = {name, symbol, hash_of(name), 0};
    LIST_ADD(table->arena, &table->entries, entry);
    if (table->entries.count <= table->room) {
        hang(table, table->entries.count - 1);
        return;
    }
    table->room *= 2;
    table->buckets = arena_take(table->arena, table->room * sizeof *table->buckets);
    for (size_t i = 0; i < table->entries.count; i++) {
        hang(table, i);
    }
}

size_t symbols_mark(const SymbolTable *table)
{
    return table->entries.count;
}

void symbols_release(SymbolTable *table, size_t mark)
{
    while (table->entries.count > mark) {
        Entry *entry = &table->entries.items[--table->entries.count];
        table->buckets[entry->hash & (table->room - 1)] = entry->outer;
    }
}

Symbol *symbols_at(const SymbolTable *table, size_t i)
{
    return table->entries.items[i].symbol;
}
