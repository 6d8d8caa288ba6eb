// library.h: what is always there: functions, namespaces, methods, properties and library records,
// as one table.
//
// A line names the thing, its signature in Weir's own words and the C function that does it. check
// reads the signature, lower the C side, editors and the reference the rest: a new library function
// is a line here and a function in the runtime.
//
// C convention: `RESULT weir_x(weir_context *cx, args…)`; counted arguments are borrowed, the
// result is owned; arguments of a variable type (T) cross by address. LIBRARY_TYPED: the weir_type
// of the result follows cx. LIBRARY_DESCRIBES: before each argument of a variable type goes its
// weir_type. LIBRARY_CHANGES: the receiver is passed by the address of its slot.
// One that gives a stream is passed the address of the scope its producer belongs to, after cx.
// LIBRARY_WAITS: it is a task: it gives a weir_step and its last argument is `void *slot` (none
// when it gives nothing).
//
// What may be secret (headers, bodies, what is hashed, a child's environment) has the type
// `secret`, `secret?`, `[secret]` or `[string: secret]` in its signature: texts are taken there as
// they are. In C a secret is a weir_string; only its weir_type, weir_type_secret, tells.
#ifndef LIBRARY_H
#define LIBRARY_H

#include "type.h"

enum {
    LIBRARY_WAITS = 1,     // a task
    LIBRARY_FAILS = 2,     // may make a failure pending
    LIBRARY_CHANGES = 4,   // changes its receiver in place: a `var`
    LIBRARY_TYPED = 8,     // wants the weir_type of its result
    // does something to the world or a handle: order matters, and its value need not be used
    LIBRARY_EFFECT = 16,
    LIBRARY_PROPERTY = 32, // no parentheses
    LIBRARY_FIELD = 64,    // a member of the receiver's C struct: `c` is its name
    LIBRARY_PURE_VALUE = 128, // a method that copies: dropping its value is a mistake
    LIBRARY_INLINE = 256,  // lower writes it out itself: `c` is NULL
    LIBRARY_DESCRIBES = 512, // before an argument of open type goes its weir_type
};

struct Builtin {
    const char *path;      // "print", "http.get", "[T].push", "string.length"
    const char *signature; // "(url: string) -> Response"; "-> int" for a property
    const char *c;         // the runtime's function or member
    unsigned flags;
    const char *doc;       // a sentence, for the reference and editors
    // read from the signature when first used:
    const Type *receiver;  // methods: may hold TYPE_VARIABLEs; NULL for functions
    LIST(TypeField) params;
    const Type *result;     // TYPE_NOTHING where it gives nothing
    const char *space, *name; // "http", "get"; methods: space is NULL
};

typedef struct Library Library;

Library *library_new(Arena *arena, Types *types);
// "print"; "http" is a namespace, "get" its member. NULL: there is none.
const Builtin *library_function(Library *library, const char *space, const char *name);
bool library_space(Library *library, const char *name);
// A method or property of a type. NULL: there is none.
const Builtin *library_method(Library *library, const Type *receiver, const char *name);
// Has any type a method of this name with a parameter that is an expression in `it`?
bool library_takes_it(Library *library, const char *name);
// Does a method of this name change its receiver in place, whatever that is?
bool library_changes(Library *library, const char *name);
// Has any type a method or property of this name?
bool library_knows_method(Library *library, const char *name);

// What the variables of a signature stand for in one call; they are numbered by their letter.
typedef struct Binding {
    const Type *of[26]; // ['T' - 'A']
} Binding;

// Does a type fit a type of a signature? Binds the variables that are not bound yet. TYPE_UNKNOWN
// fits everything and binds nothing.
bool library_match(const Type *pattern, const Type *actual, Binding *binding);
// The type of a signature with its variables filled in; unbound ones become TYPE_UNKNOWN.
const Type *library_fill(Types *types, const Type *pattern, const Binding *binding);

// What a stub sees of a parameter: text where that is shown or secret.
const Type *library_seen(Types *types, const Type *type);
// A library record (Response) or NULL.
const Type *library_type(Library *library, const char *name);
// Every line, for did-you-mean, the reference and editors.
const Builtin *library_all(Library *library, size_t *count);

#endif
