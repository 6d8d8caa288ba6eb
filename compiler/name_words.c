#include "name_words.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

// ── sets of names ────────────────────────────────────────────────────────────────────────────────
static size_t hash(const char *text)
{
    size_t h = 14695981039346656037ULL;
    for (; *text != '\0'; text++) {
        h = (h ^ (unsigned char)*text) * 1099511628211ULL;
    }
    return h;
}

static const char **find(const NameSet *set, const char *name)
{
    size_t at = hash(name) & (set->room - 1);
    while (set->slots[at] != NULL && strcmp(set->slots[at], name) != 0) {
        at = (at + 1) & (set->room - 1);
    }
    return &set->slots[at];
}

bool name_set_has(const NameSet *set, const char *name)
{
    return set->room > 0 && *find(set, name) != NULL;
}

void name_set_put(NameSet *set, const char *name)
{
    if (set->count * 2 >= set->room) {
        NameSet larger = {set->arena, NULL, 0, set->room == 0 ? 64 : set->room * 2};
        larger.slots = arena_take(set->arena, larger.room * sizeof *larger.slots);
        for (size_t i = 0; i < set->room; i++) {
            if (set->slots[i] != NULL) {
                *find(&larger, set->slots[i]) = set->slots[i];
                larger.count++;
            }
        }
        *set = larger;
    }
    const char **slot = find(set, name);
    set->count += *slot == NULL;
    *slot = name;
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
