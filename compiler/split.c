#include "split.h"

#include <stdlib.h>
#include <string.h>

typedef struct Split {
    Unit *unit;
    UnitPart *part; // whose things are looked at
} Split;

static void add_part(Split *s, UnitParts *parts, UnitPart *part)
{
    if (!part_in(parts, part)) {
        LIST_ADD(s->unit->arena, parts, part);
    }
}

// The part's C needs the header of this one.
static void need(Split *s, UnitPart *other)
{
    if (other != s->part) {
        add_part(s, &s->part->uses, other);
    }
}

// ── structs ──────────────────────────────────────────────────────────────────────────────────────
// What its fields point to goes with it: a header names no struct that another file may have, too.
static void cross_shape(Shape *shape)
{
    if (shape == NULL || shape->part == NULL || shape->crosses) {
        return;
    }
    shape->crosses = true;
    for (size_t i = 0; i < shape->fields.count; i++) {
        cross_shape(shape->fields.items[i]->repr.shape);
    }
    for (size_t i = 0; i < shape->cases.count; i++) {
        cross_shape(shape->cases.items[i]);
    }
}

// The header of the part names it beside a function.
static void name_shape(Split *s, UnitPart *part, Shape *shape)
{
    cross_shape(shape);
    if (shape == NULL || shape->part == part) {
        return;
    }
    for (size_t i = 0; i < part->announces.count; i++) {
        if (part->announces.items[i] == shape) {
            return;
        }
    }
    LIST_ADD(s->unit->arena, &part->announces, shape);
}

static void use_shape(Split *s, Shape *shape);

static void use_fields(Split *s, const Shape *shape)
{
    for (size_t i = 0; i < shape->fields.count; i++) {
        use_shape(s, shape->fields.items[i]->repr.shape);
    }
    for (size_t i = 0; i < shape->cases.count; i++) {
        use_shape(s, shape->cases.items[i]);
    }
}

// The part's C names the struct.
static void use_shape(Split *s, Shape *shape)
{
    if (shape == NULL) {
        return;
    }
    if (shape->part != NULL && shape->part != s->part) {
        need(s, shape->part);
        cross_shape(shape);
        if (shape->words != NULL) { // a case comes with its enum
            cross_shape(shape->descriptor->shape);
        }
        return;
    }
    if (!part_in(&shape->users, s->part)) {
        LIST_ADD(s->unit->arena, &shape->users, s->part);
        use_fields(s, shape);
        if (shape->words != NULL) {
            use_shape(s, shape->descriptor->shape);
        }
    }
}

// ── descriptors ──────────────────────────────────────────────────────────────────────────────────
static void use_routine(Split *s, Routine *routine);

static void use_descriptor(Split *s, Descriptor *descriptor)
{
    if (descriptor == NULL || descriptor->known != NULL) {
        return;
    }
    if (descriptor->part != NULL && descriptor->part != s->part) {
        need(s, descriptor->part);
        descriptor->crosses = true;
        cross_shape(descriptor->shape); // they share a name
        UnitPart *user = s->part;
        s->part = descriptor->part;
        use_descriptor(s, descriptor);
        s->part = user;
        return;
    }
    if (part_in(&descriptor->users, s->part)) {
        return;
    }
    LIST_ADD(s->unit->arena, &descriptor->users, s->part);
    use_descriptor(s, descriptor->item);
    use_descriptor(s, descriptor->key);
    for (size_t i = 0; i < descriptor->fields.count; i++) {
        use_descriptor(s, descriptor->fields.items[i]);
    }
    for (size_t i = 0; i < descriptor->defaults.count; i++) {
        use_routine(s, descriptor->defaults.items[i]);
    }
}

static void use_maker(Split *s, Shape *shape)
{
    use_shape(s, shape);
    if (shape->part != NULL && shape->part != s->part) {
        shape->maker_crosses = true;
        for (size_t i = 0; i < shape->fields.count; i++) {
            name_shape(s, shape->part, shape->fields.items[i]->repr.shape);
        }
        return;
    }
    use_descriptor(s, shape->descriptor);
    add_part(s, &shape->makers, s->part);
}

// ── routines ─────────────────────────────────────────────────────────────────────────────────────
static void cross_signature(Split *s, const Routine *routine)
{
    for (size_t i = 0; i < routine->params.count; i++) {
        name_shape(s, routine->part, routine->params.items[i]->repr.shape);
    }
    name_shape(s, routine->part, routine->gives.shape);
}

static void cross_work(Split *s, Routine *routine)
{
    routine->work_crosses = true;
    cross_signature(s, routine);
}

// The header shows the frame, and so all that lies in it.
static void cross_frame(Split *s, Routine *routine)
{
    if (routine->frame_crosses) {
        return;
    }
    routine->frame_crosses = true;
    for (size_t i = 0; i < routine->slots.count; i++) {
        const Slot *slot = routine->slots.items[i];
        if (slot->home != HOME_FRAME) {
            continue;
        }
        cross_shape(slot->repr.shape);
        Routine *held = slot->repr.routine;
        if (held != NULL && held->part != routine->part) {
            add_part(s, &routine->part->header_uses, held->part);
        }
        if (slot->repr.kind == REPR_FRAME) {
            cross_frame(s, held);
        } else if (slot->repr.kind == REPR_WORK) {
            cross_work(s, held);
        }
    }
}

static void use_routine(Split *s, Routine *routine)
{
    if (routine == NULL || routine->part == s->part) {
        return;
    }
    need(s, routine->part);
    routine->crosses = true;
    cross_signature(s, routine);
}

static void use_slot(Split *s, const Slot *slot)
{
    if (slot == NULL) {
        return;
    }
    use_shape(s, slot->repr.shape);
    Routine *held = slot->repr.routine;
    if (held != NULL && held->part != s->part) {
        use_routine(s, held);
        if (slot->repr.kind == REPR_FRAME) {
            cross_frame(s, held);
        } else {
            cross_work(s, held);
        }
    }
}

static void use_value(Split *s, const Value *value)
{
    if (value == NULL) {
        return;
    }
    use_shape(s, value->repr.shape);
    use_descriptor(s, value->descriptor);
    use_routine(s, value->routine);
    if (value->kind == VALUE_NEW) {
        use_maker(s, value->shape);
    }
    if (value->kind == VALUE_GLOBAL) {
        need(s, value->slot->part);
    }
    for (size_t i = 0; i < value->args.count; i++) {
        use_value(s, value->args.items[i]);
    }
}

static void use_ops(Split *s, const Ops *ops)
{
    for (size_t i = 0; i < ops->list.count; i++) {
        const Op *op = ops->list.items[i];
        use_routine(s, op->routine);
        use_value(s, op->value);
        use_value(s, op->place);
        use_value(s, op->limit);
        for (size_t k = 0; k < op->args.count; k++) {
            use_value(s, op->args.items[k]);
        }
        use_ops(s, &op->then);
        use_ops(s, &op->otherwise);
    }
}

static void split_routine(Split *s, const Routine *routine)
{
    s->part = routine->part;
    use_shape(s, routine->gives.shape);
    use_descriptor(s, routine->result_descriptor);
    for (size_t i = 0; i < routine->slots.count; i++) {
        use_slot(s, routine->slots.items[i]);
    }
    for (size_t i = 0; i < routine->states.count; i++) {
        use_ops(s, &routine->states.items[i]->ops);
    }
}

// ── includes ─────────────────────────────────────────────────────────────────────────────────────
// C promises no more than 15 levels of #include, and a program may call through more modules.
enum { NESTING_MOST = 12 };

static size_t nesting_of(UnitPart *part)
{
    if (part->nesting == 0) {
        part->nesting = 1;
        for (size_t i = 0; i < part->header_uses.count; i++) {
            size_t inner = nesting_of(part->header_uses.items[i]);
            part->nesting = inner + 1 > part->nesting ? inner + 1 : part->nesting;
        }
    }
    return part->nesting;
}

static int by_nesting(const void *one, const void *other)
{
    const UnitPart *a = *(UnitPart *const *)one, *b = *(UnitPart *const *)other;
    if (a->nesting != b->nesting) {
        return a->nesting < b->nesting ? -1 : 1;
    }
    return strcmp(a->stem, b->stem);
}

// The part's own header comes first. Where the headers nest too deep, the C includes all that they
// include before them, the flattest first.
static void order_includes(Split *s, UnitPart *part)
{
    UnitParts uses = {0};
    size_t deepest = 0;
    if (part != s->unit->parts.items[0]) {
        LIST_ADD(s->unit->arena, &uses, part);
    }
    for (size_t i = 0; i < part->uses.count; i++) {
        LIST_ADD(s->unit->arena, &uses, part->uses.items[i]);
    }
    for (size_t i = 0; i < uses.count; i++) {
        uses.items[i]->listed = part;
        deepest = nesting_of(uses.items[i]) > deepest ? nesting_of(uses.items[i]) : deepest;
    }
    for (size_t i = 0; deepest > NESTING_MOST && i < uses.count; i++) {
        for (size_t k = 0; k < uses.items[i]->header_uses.count; k++) {
            UnitPart *inner = uses.items[i]->header_uses.items[k];
            if (inner->listed != part) {
                inner->listed = part;
                LIST_ADD(s->unit->arena, &uses, inner);
            }
        }
    }
    if (deepest > NESTING_MOST) {
        qsort(uses.items, uses.count, sizeof(UnitPart *), by_nesting);
    }
    part->uses = uses;
}

// ── the unit ─────────────────────────────────────────────────────────────────────────────────────
// The main part finds the globals of all others: their structs stand in its own.
static void split_globals(Split *s)
{
    UnitPart *main = s->unit->parts.items[0];
    for (size_t i = 0; i < s->unit->parts.count; i++) {
        UnitPart *part = s->unit->parts.items[i];
        s->part = part;
        for (size_t k = 0; k < part->globals.count; k++) {
            use_slot(s, part->globals.items[k]);
            if (part != main) {
                cross_shape(part->globals.items[k]->repr.shape);
            }
        }
        s->part = main;
        if (part->globals.count > 0) {
            need(s, part);
        }
    }
}

// What nobody but C uses stands with what declares it, or in the main part.
static void split_shared(Split *s)
{
    for (size_t i = 0; i < s->unit->descriptors.count; i++) {
        Descriptor *descriptor = s->unit->descriptors.items[i];
        if (descriptor->shared != NULL) {
            s->part = descriptor->part != NULL ? descriptor->part : s->unit->parts.items[0];
            use_descriptor(s, descriptor);
            use_shape(s, descriptor->shape);
        }
    }
    for (size_t i = 0; i < s->unit->shapes.count; i++) {
        Shape *shape = s->unit->shapes.items[i];
        if (shape->made && (shape->part != NULL || shape->makers.count == 0)) {
            s->part = shape->part != NULL ? shape->part : s->unit->parts.items[0];
            use_maker(s, shape);
        }
    }
}

// All is in one file, also what nothing there uses.
static void keep_whole(Split *s)
{
    s->part = s->unit->parts.items[0];
    for (size_t i = 0; i < s->unit->shapes.count; i++) {
        LIST_ADD(s->unit->arena, &s->unit->shapes.items[i]->users, s->part);
        LIST_ADD(s->unit->arena, &s->unit->shapes.items[i]->makers, s->part);
    }
    for (size_t i = 0; i < s->unit->descriptors.count; i++) {
        LIST_ADD(s->unit->arena, &s->unit->descriptors.items[i]->users, s->part);
    }
}

void split(Unit *unit)
{
    Split s = {.unit = unit};
    if (unit->parts.count == 1) {
        keep_whole(&s);
        return;
    }
    const Routine *others[] = {unit->begin, unit->end, unit->begin_main};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (others[i] != NULL && others[i]->reached) {
            split_routine(&s, others[i]);
        }
    }
    for (size_t i = 0; i < unit->routines.count; i++) {
        if (unit->routines.items[i]->reached) {
            split_routine(&s, unit->routines.items[i]);
        }
    }
    s.part = unit->parts.items[0];
    for (size_t i = 0; i < unit->parameters.count; i++) {
        use_descriptor(&s, unit->parameters.items[i].descriptor);
    }
    if (unit_runs(unit)) {
        split_globals(&s);
    }
    split_shared(&s);
    for (size_t i = 0; i < unit->parts.count; i++) {
        order_includes(&s, unit->parts.items[i]);
    }
}
