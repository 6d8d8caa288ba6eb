#include "name.h"

#include <stdint.h>
#include <string.h>

#include "name_words.h"

typedef struct Namer {
    Arena *arena;
    Unit *unit;
    NameSet reserved;
    NameScope open;   // at file scope of every part: what C and other parts see, what has no home
    NameScope tags;   // of the structs that C sees
    NameScope *names; // where the next one goes: `open`, or those of the part being named, within …
    const UnitPart *part; // … which is this; NULL: what is open is being named
} Namer;

static bool is_global(const Namer *n, const char *name)
{
    return name_in_scope(n->names, name);
}

static NameScope scope_within(const Namer *n, const NameScope *outer)
{
    return (NameScope){outer, {.arena = n->arena}};
}

static void global_put(Namer *n, const char *name)
{
    name_set_put(&n->names->names, name);
}

// Is a thing of this part named now, if other parts see it, or not?
static bool is_due(const Namer *n, const UnitPart *part, bool crosses)
{
    return crosses || part == NULL ? n->part == NULL : n->part == part;
}

// What other parts see says whose it is.
static const char *full_hint(const Namer *n, const UnitPart *part, bool crosses, const char *hint)
{
    return crosses ? arena_print(n->arena, "%s_%s", part->prefix, hint) : hint;
}

static bool starts_with_digit(const char *name)
{
    return *name >= '0' && *name <= '9';
}

// A name not taken at file scope; takes it.
static const char *global_name(Namer *n, const char *wanted)
{
    if (starts_with_digit(wanted)) {
        wanted = arena_print(n->arena, "n%s", wanted);
    }
    if (name_is_reserved(&n->reserved, wanted)) {
        wanted = arena_print(n->arena, "%s_", wanted);
    }
    return name_take(n->names, wanted);
}

// The same for what C sees; that of the structure alone begins with weir_.
static const char *global_shared(Namer *n, const char *wanted)
{
    if (strncmp(wanted, "weir_", 5) == 0 && !is_global(n, wanted)) {
        return name_take(n->names, wanted);
    }
    return global_name(n, wanted);
}

// ── things at file scope ─────────────────────────────────────────────────────────────────────────
static void name_constants(Namer *n)
{
    for (size_t i = 0; i < n->unit->constants.count; i++) {
        Constant *constant = &n->unit->constants.items[i];
        if (constant->part != n->part) {
            continue;
        }
        char words[33] = {0};
        size_t count = 0;
        for (size_t k = 0; k < constant->length && count < 32; k++) {
            words[count++] = constant->text[k] == '\0' ? ' ' : constant->text[k];
        }
        const char *name = name_lower(n->arena, name_from_words(n->arena, words));
        constant->name = global_name(
            n, arena_print(n->arena, "text_%s", constant->length == 0 ? "empty" : name));
    }
}

// What C sees has the name that lower chose, whatever else there is.
static const char *shared_name(Namer *n, const char *shared)
{
    return name_snake(n->arena, name_from_all(n->arena, shared, SIZE_MAX));
}

// `struct net_page` stands beside a function `net_page`.
static const char *tag_name(Namer *n, const char *wanted)
{
    const char *name = name_take(&n->tags, wanted);
    global_put(n, name);
    return name;
}

static void name_shapes(Namer *n, bool shared)
{
    for (size_t i = 0; i < n->unit->shapes.count; i++) {
        Shape *shape = n->unit->shapes.items[i];
        if ((shape->shared != NULL) != shared ||
            (!shared && !is_due(n, shape->part, shape->crosses))) {
            continue;
        }
        const char *hint = name_snake(n->arena, name_from_words(n->arena, shape->hint));
        shape->name = shared ? tag_name(n, shared_name(n, shape->shared))
                             : global_name(n, full_hint(n, shape->part, shape->crosses, hint));
        const char *maker = arena_print(n->arena, "%s_new", shape->name);
        shape->maker = shared ? global_shared(n, maker) : global_name(n, maker);
        NameScope fields = scope_within(n, NULL);
        name_set_put(&fields.names, "record");
        for (size_t k = 0; k < shape->fields.count; k++) {
            Slot *field = shape->fields.items[k];
            const char *wanted = name_is_reserved(&n->reserved, field->hint)
                                     ? arena_print(n->arena, "%s_", field->hint)
                                     : field->hint;
            field->name = name_take(&fields, wanted);
        }
    }
}

static void name_descriptors(Namer *n, bool shared)
{
    for (size_t i = 0; i < n->unit->descriptors.count; i++) {
        Descriptor *descriptor = n->unit->descriptors.items[i];
        bool crosses = descriptor->crosses;
        if ((descriptor->shared != NULL) != shared ||
            (!shared && !is_due(n, descriptor->part, crosses))) {
            continue;
        }
        const char *words = name_snake(n->arena, name_from_words(n->arena, descriptor->hint));
        const char *hint = descriptor->shape != NULL ? descriptor->shape->name
                           : shared                  ? shared_name(n, descriptor->shared)
                                    : full_hint(n, descriptor->part, crosses, words);
        const char *wanted = arena_print(n->arena, "%s_type", hint);
        descriptor->name = shared ? global_shared(n, wanted) : global_name(n, wanted);
        for (size_t k = 0;
             strcmp(descriptor->kind, "WEIR_TYPE_ENUM") == 0 && k < descriptor->field_names.count;
             k++) {
            const char *one = arena_print(n->arena, "%s_%s", hint,
                                          descriptor->field_names.items[k]);
            LIST_ADD(n->arena, &descriptor->constants, global_name(n, name_upper(n->arena, one)));
        }
    }
}

// ── routines ─────────────────────────────────────────────────────────────────────────────────────
static void name_states(Namer *n, Routine *routine)
{
    bool machine = routine->local != NULL;
    NameScope labels = scope_within(n, NULL);
    name_set_put(&labels.names, "failed");
    for (size_t i = 0; i < routine->states.count; i++) {
        State *state = routine->states.items[i];
        const char *hint = name_from_words(n->arena, state->hint);
        if (machine) {
            state->name = global_name(n, arena_print(n->arena, "%s_%s", routine->local, hint));
            state->constant = global_name(n, name_upper(n->arena, state->name));
        } else {
            hint = name_is_reserved(&n->reserved, hint) ? arena_print(n->arena, "%s_", hint) : hint;
            state->name = name_take(&labels, hint);
        }
    }
}

// "lib/net.weir" → "net"
static const char *module_name(Arena *arena, const char *file)
{
    const char *slash = strrchr(file, '/');
    const char *name = slash == NULL ? file : slash + 1;
    const char *dot = strrchr(name, '.');
    size_t length = dot == NULL || dot == name ? strlen(name) : (size_t)(dot - name);
    return name_from_words(arena, arena_copy(arena, name, length));
}

// What is made from a machine's name: first what other parts see, if they do, then what never
// leaves its file.
static const char *const machine_parts[] = {"begin", "resume", "machine", "open",
                                            "drop",  "sites",  "state"};
enum { OPEN_PARTS = 4, ALL_PARTS = sizeof machine_parts / sizeof *machine_parts };
static const char *const border_parts[] = {"start", "run", "done", "deliver", "complete"};

static bool parts_are_free(const Namer *n, const char *name, const char *const *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (is_global(n, arena_print(n->arena, "%s_%s", name, parts[i]))) {
            return false;
        }
    }
    return true;
}

// A name not taken at file scope, like all made from it; takes them.
static const char *whole_machine(Namer *n, const char *hint, const char *const *parts, size_t count)
{
    // The name itself is taken, too: a struct has it.
    const char *name = strcmp(hint, "main") == 0 && !is_global(n, "main") ? "main"
                                                                          : global_name(n, hint);
    for (unsigned k = 2; !parts_are_free(n, name, parts, count); k++) {
        name = global_name(n, arena_print(n->arena, "%s_task_%u", hint, k));
    }
    global_put(n, name);
    for (size_t i = 0; i < count; i++) {
        global_put(n, arena_print(n->arena, "%s_%s", name, parts[i]));
    }
    return name;
}

// What C calls it by.
static void name_border(Namer *n, Routine *routine)
{
    if (!routine->external && !routine->exported) {
        return;
    }
    const char *wanted = name_lower(n->arena, name_from_all(n->arena, routine->c_name, SIZE_MAX));
    routine->c_name = global_name(n, wanted);
    size_t parts = routine->kind == ROUTINE_TASK ? sizeof border_parts / sizeof *border_parts : 0;
    for (size_t i = 0; i < parts; i++) {
        global_put(n, arena_print(n->arena, "%s_%s", routine->c_name, border_parts[i]));
    }
}

static bool is_seen(const Routine *routine)
{
    return routine->crosses || routine->frame_crosses || routine->work_crosses;
}

static bool is_machine(const Routine *routine)
{
    return routine->kind == ROUTINE_TASK || routine->kind == ROUTINE_BRANCH;
}

static void name_plain(Namer *n, Routine *routine)
{
    const char *hint = name_from_words(n->arena, routine->hint);
    if (routine->c_name != NULL) {
        routine->name = routine->c_name;
    } else if (is_seen(routine)) {
        routine->name = global_name(n, arena_print(n->arena, "%s_%s", routine->part->prefix, hint));
    } else {
        const char *module = name_lower(n->arena, module_name(n->arena, routine->file));
        routine->name = global_name(n, arena_print(n->arena, "%s_%s", module, hint));
    }
    static const char *const parts[] = {"work", "fill", "turn"};
    const bool has_part[] = {routine->pooled, routine->fills, routine->recursive};
    for (size_t i = 0; i < 3; i++) {
        if (has_part[i]) {
            global_put(n, arena_print(n->arena, "%s_%s", routine->name, parts[i]));
        }
    }
}

// What other parts see of it, or all of it.
static void name_routine(Namer *n, Routine *routine)
{
    if (!is_machine(routine)) {
        name_plain(n, routine);
        return;
    }
    const char *hint = name_from_words(n->arena, routine->hint);
    if (is_seen(routine)) {
        hint = arena_print(n->arena, "%s_%s", routine->part->prefix, hint);
        routine->name = whole_machine(n, hint, machine_parts, OPEN_PARTS);
    } else {
        routine->name = routine->local = whole_machine(n, hint, machine_parts, ALL_PARTS);
    }
}

// What nobody else sees of it.
static void name_inside(Namer *n, Routine *routine)
{
    if (is_machine(routine) && routine->local == NULL) {
        routine->local = whole_machine(n, name_from_words(n->arena, routine->hint),
                                       machine_parts + OPEN_PARTS, ALL_PARTS - OPEN_PARTS);
    }
    name_states(n, routine);
}

// A name for a slot, free in the scope and at file scope.
static const char *slot_name(Namer *n, NameScope *scope, const Slot *slot)
{
    const char *wanted = name_from_words(n->arena, slot->hint);
    if (name_is_reserved(&n->reserved, wanted) || is_global(n, wanted)) {
        wanted = arena_print(n->arena, "%s_", wanted);
    }
    return name_take(scope, wanted);
}

// Variables of one C function, by the braces they are declared in.
static void name_ops(Namer *n, const Ops *ops, const NameScope *outer)
{
    NameScope scope = scope_within(n, outer);
    for (size_t i = 0; i < ops->locals.count; i++) {
        Slot *slot = ops->locals.items[i];
        if (!slot->guarded && slot->name == NULL) {
            slot->name = slot_name(n, &scope, slot);
        }
    }
    for (size_t i = 0; i < ops->list.count; i++) {
        const Op *op = ops->list.items[i];
        if (op->then.list.count > 0 || op->kind == OP_FOR) { // it declares its own, in any case
            name_ops(n, &op->then, &scope);
        }
        if (op->otherwise.list.count > 0) {
            name_ops(n, &op->otherwise, &scope);
        }
    }
}

// In front of a function's braces: parameters, and what a failure must drop.
static void name_function(Namer *n, const State *state, NameScope *scope)
{
    for (size_t i = 0; i < state->locals.count; i++) {
        Slot *slot = state->locals.items[i];
        if (slot->name == NULL && (slot->guarded || slot->scope == NULL)) {
            slot->name = slot_name(n, scope, slot);
        }
    }
}

static void name_slots(Namer *n, Routine *routine)
{
    NameScope frame = scope_within(n, n->names), top = frame;
    name_set_put(&frame.names, "state");
    name_set_put(&frame.names, "call");
    if (routine->pooled) {
        name_set_put(&top.names, "result"); // a member beside the parameters
    }
    bool plain = routine->kind == ROUTINE_FN || routine->kind == ROUTINE_BEGIN;
    for (size_t i = 0; i < routine->slots.count; i++) {
        Slot *slot = routine->slots.items[i];
        if (slot->home == HOME_FRAME) {
            slot->name = slot->repr.kind == REPR_FRAME ? slot->repr.routine->name
                                                       : slot_name(n, &frame, slot);
        } else if (slot->home == HOME_PARAM) {
            slot->name = slot_name(n, &top, slot);
        }
    }
    // The entry of a plain function has no braces: the labels see its variables. (C's own functions
    // have no states.)
    const Ops *entry = plain && routine->states.count > 0 ? &routine->states.items[0]->ops : NULL;
    for (size_t i = 0; entry != NULL && i < entry->locals.count; i++) {
        Slot *slot = entry->locals.items[i];
        if (!slot->guarded) {
            slot->name = slot_name(n, &top, slot);
        }
    }
    for (size_t i = 0; i < routine->slots.count && plain; i++) {
        Slot *slot = routine->slots.items[i];
        if (slot->home == HOME_LOCAL && slot->name == NULL &&
            (slot->guarded || slot->scope == NULL)) {
            slot->name = slot_name(n, &top, slot);
        }
    }
    for (size_t i = 0; i < routine->states.count; i++) {
        State *state = routine->states.items[i];
        NameScope function = scope_within(n, &top);
        if (!plain) {
            name_function(n, state, &function);
        }
        name_ops(n, &state->ops, &function);
    }
}

// In the part: those that it keeps to itself, and what it keeps of the others.
static void name_routines(Namer *n)
{
    Unit *unit = n->unit;
    for (size_t i = 0; i < unit->routines.count; i++) {
        Routine *routine = unit->routines.items[i];
        if (is_due(n, routine->part, is_seen(routine))) {
            name_routine(n, routine);
        }
        if (routine->part == n->part) {
            name_inside(n, routine);
        }
    }
    Routine *plain[] = {unit->begin, unit->end, unit->begin_main};
    for (size_t i = 0; i < 3; i++) {
        if (plain[i] != NULL && plain[i]->part == n->part) {
            name_routine(n, plain[i]);
            name_inside(n, plain[i]);
        }
    }
}

// Slots come last: nothing hides a name at file scope.
static void name_variables(Namer *n)
{
    Unit *unit = n->unit;
    for (size_t i = 0; i < unit->routines.count; i++) {
        if (unit->routines.items[i]->part == n->part) {
            name_slots(n, unit->routines.items[i]);
        }
    }
    Routine *plain[] = {unit->begin, unit->end, unit->begin_main};
    for (size_t i = 0; i < 3; i++) {
        if (plain[i] != NULL && plain[i]->part == n->part) {
            name_slots(n, plain[i]);
        }
    }
}

static void name_part(Namer *n, UnitPart *part)
{
    NameScope own = scope_within(n, &n->open);
    n->names = &own;
    n->part = part;
    name_shapes(n, false);
    name_descriptors(n, false);
    name_routines(n);
    name_constants(n);
    if (part == n->unit->parts.items[0]) { // its struct holds those of the others
        for (size_t i = 1; i < n->unit->parts.count; i++) {
            UnitPart *other = n->unit->parts.items[i];
            other->member = global_name(n, name_from_words(n->arena, other->stem));
        }
    }
    for (size_t i = 0; i < part->globals.count; i++) {
        part->globals.items[i]->name = global_name(n, part->globals.items[i]->hint);
    }
    name_variables(n);
}

// Of the program, and of each part in it. Two programs in one process have modules in common.
static void name_parts(Namer *n)
{
    Unit *unit = n->unit;
    const char *hint = name_from_words(n->arena, unit->hint);
    unit->symbol = global_name(n, arena_print(n->arena, "%s_program", hint));
    for (size_t i = 0; i < unit->parts.count; i++) {
        UnitPart *part = unit->parts.items[i];
        const char *stem = name_from_all(n->arena, part->stem, SIZE_MAX);
        part->prefix = i == 0 ? hint
                              : arena_print(n->arena, "%s%s_%s", starts_with_digit(hint) ? "n" : "",
                                            hint, stem);
        part->top = global_name(n, arena_print(n->arena, "%s_top", part->prefix));
    }
}

void name_all(Unit *unit)
{
    Namer n = {.arena = unit->arena, .unit = unit, .reserved = {.arena = unit->arena}};
    n.open = n.tags = scope_within(&n, NULL);
    n.names = &n.open;
    name_reserve(&n.reserved);
    name_parts(&n);
    // What C sees first: nothing takes its names.
    for (size_t i = 0; i < unit->routines.count; i++) {
        name_border(&n, unit->routines.items[i]);
    }
    name_shapes(&n, true);
    name_descriptors(&n, true);
    name_shapes(&n, false);
    name_descriptors(&n, false);
    name_routines(&n);
    for (size_t i = 0; i < unit->parts.count; i++) {
        name_part(&n, unit->parts.items[i]);
    }
}
