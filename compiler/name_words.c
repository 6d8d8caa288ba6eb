#include "name_words.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "text.h"

// ── sets of names ────────────────────────────────────────────────────────────────────────────────
static NameEntry *find(const NameSet *set, const char *name)
{
    size_t at = text_hash(name, strlen(name)) & (set->room - 1);
    while (set->entries[at].name != NULL && strcmp(set->entries[at].name, name) != 0) {
        at = (at + 1) & (set->room - 1);
    }
    return &set->entries[at];
}

bool name_set_has(const NameSet *set, const char *name)
{
    return set->room > 0 && find(set, name)->taken;
}

static NameEntry *entry_of(NameSet *set, const char *name)
{
    if (set->count * 2 >= set->room) {
        NameSet larger = {set->arena, NULL, set->count, set->room == 0 ? 16 : set->room * 2};
        larger.entries = arena_take(set->arena, larger.room * sizeof *larger.entries);
        for (size_t i = 0; i < set->room; i++) {
            if (set->entries[i].name != NULL) {
                *find(&larger, set->entries[i].name) = set->entries[i];
            }
        }
        *set = larger;
    }
    NameEntry *entry = find(set, name);
    if (entry->name == NULL) {
        *entry = (NameEntry){name, 2, false};
        set->count++;
    }
    return entry;
}

void name_set_put(NameSet *set, const char *name)
{
    entry_of(set, name)->taken = true;
}

bool name_in_scope(const NameScope *scope, const char *name)
{
    while (scope != NULL && !name_set_has(&scope->names, name)) {
        scope = scope->outer;
    }
    return scope != NULL;
}

const char *name_take(NameScope *scope, const char *wanted)
{
    const char *name = wanted;
    if (name_in_scope(scope, wanted)) {
        unsigned number = 2;
        for (const NameScope *at = scope; at != NULL; at = at->outer) {
            unsigned next = at->names.room > 0 ? find(&at->names, wanted)->next : 0;
            number = next > number ? next : number;
        }
        do {
            name = arena_print(scope->names.arena, "%s_%u", wanted, number++);
        } while (name_in_scope(scope, name));
        entry_of(&scope->names, wanted)->next = number;
    }
    name_set_put(&scope->names, name);
    return name;
}

// ── what no user's name may be ───────────────────────────────────────────────────────────────────
static const char *const reserved[] = {
    // C11 keywords, and those of later standards and of gcc's default mode
    "auto",
    "break",
    "case",
    "char",
    "const",
    "continue",
    "default",
    "do",
    "double",
    "else",
    "enum",
    "extern",
    "float",
    "for",
    "goto",
    "if",
    "inline",
    "int",
    "long",
    "register",
    "restrict",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "struct",
    "switch",
    "typedef",
    "union",
    "unsigned",
    "void",
    "volatile",
    "while",
    "asm",
    "typeof",
    "alignas",
    "alignof",
    "bool",
    "complex",
    "constexpr",
    "false",
    "true",
    "nullptr",
    "static_assert",
    "thread_local",
    "typeof_unqual",
    "noreturn",
    // macros of the headers weir.h includes, and of compilers on their systems
    "NULL",
    "offsetof",
    "errno",
    "linux",
    "unix",
    "i386",
    "I",
    "EOF",
    "assert",
    "stdin",
    "stdout",
    "stderr",
    "near",
    "far",
    "min",
    "max",
    "major",
    "minor",
    "signals",
    "unix",
    "near",
    "interface",
    "strdupa",
    "memccpy",
    // keywords of C++, which may include the header
    "and",
    "and_eq",
    "bitand",
    "bitor",
    "catch",
    "char16_t",
    "char32_t",
    "char8_t",
    "class",
    "co_await",
    "co_return",
    "co_yield",
    "compl",
    "concept",
    "const_cast",
    "consteval",
    "constinit",
    "decltype",
    "delete",
    "dynamic_cast",
    "explicit",
    "export",
    "friend",
    "mutable",
    "namespace",
    "new",
    "noexcept",
    "not",
    "not_eq",
    "operator",
    "or",
    "or_eq",
    "private",
    "protected",
    "public",
    "reinterpret_cast",
    "requires",
    "static_cast",
    "template",
    "this",
    "throw",
    "try",
    "typeid",
    "typename",
    "using",
    "virtual",
    "wchar_t",
    "xor",
    "xor_eq",
    // what the printed functions themselves call their parts
    "self",
    "cx",
    "step",
    "frame",
    "state",
    "failed",
    "main",
    "work",
    "call",
};

void name_reserve(NameSet *set)
{
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) {
        name_set_put(set, reserved[i]);
    }
}

bool name_is_reserved(const NameSet *set, const char *name)
{
    return name_set_has(set, name) || strncmp(name, "weir", 4) == 0 || name[0] == '_' ||
           strncmp(name, "INT", 3) == 0 || strncmp(name, "UINT", 4) == 0 ||
           strncmp(name, "WEIR", 4) == 0;
}

const char *name_from_all(Arena *arena, const char *words, size_t most)
{
    size_t length = strlen(words), count = 0;
    char *name = arena_take(arena, length + 2);
    for (size_t i = 0; i < length && count < most; i++) {
        unsigned char c = (unsigned char)words[i];
        if (isalnum(c) && c < 128) {
            name[count++] = (char)c;
        } else if (count > 0 && name[count - 1] != '_') {
            name[count++] = '_';
        }
    }
    while (count > 0 && name[count - 1] == '_') {
        count--;
    }
    name[count] = '\0';
    return count == 0 ? "x" : name;
}

const char *name_from_words(Arena *arena, const char *words)
{
    return name_from_all(arena, words, 48);
}

const char *name_lower(Arena *arena, const char *text)
{
    char *name = arena_copy(arena, text, strlen(text));
    for (char *c = name; *c != '\0'; c++) {
        *c = (char)tolower((unsigned char)*c);
    }
    return name;
}

const char *name_upper(Arena *arena, const char *text)
{
    char *name = arena_copy(arena, text, strlen(text));
    for (char *c = name; *c != '\0'; c++) {
        *c = (char)toupper((unsigned char)*c);
    }
    return name;
}

const char *name_snake(Arena *arena, const char *text)
{
    size_t length = strlen(text), count = 0;
    char *name = arena_take(arena, length * 2 + 1);
    for (size_t i = 0; i < length; i++) {
        if (isupper((unsigned char)text[i]) && i > 0 && islower((unsigned char)text[i - 1])) {
            name[count++] = '_';
        }
        name[count++] = (char)tolower((unsigned char)text[i]);
    }
    return name;
}
