#include "live.h"

#include <string.h>

// ── who uses a slot ──────────────────────────────────────────────────────────────────────────────
typedef struct Use { // of one slot while a routine is looked at
    State *state;
    bool several;   // more than one state
    bool waited;    // its address is given to a wait
    Ops *chain[64]; // the lists around the uses seen so far, outermost first
    size_t depth;   // how many of them are common to all uses
    bool used;
} Use;

typedef struct Live {
    Arena *arena;
    Routine *routine;
    Use *uses; // by the slot's place in the routine
    State *state;
    Ops *chain[64];
    size_t depth;
    bool in_wait;
    bool machine; // it waits: what it holds meanwhile is in its frame
} Live;

static void use_slot(Live *live, Slot *slot)
{
    if (slot == NULL || slot->number == 0) {
        return; // a field, a global, another routine's
    }
    Use *use = &live->uses[slot->number - 1];
    if (use->state != NULL && use->state != live->state) {
        use->several = true;
    }
    use->state = live->state;
    size_t depth = live->depth < 64 ? live->depth : 64;
    if (!use->used) {
        for (size_t i = 0; i < depth; i++) {
            use->chain[i] = live->chain[i];
        }
        use->depth = depth;
        use->used = true;
        return;
    }
    size_t common = 0;
    while (common < use->depth && common < depth && use->chain[common] == live->chain[common]) {
        common++;
    }
    use->depth = common;
}

static void use_value(Live *live, Value *value)
{
    if (value == NULL) {
        return;
    }
    if (value->kind == VALUE_SLOT || value->kind == VALUE_MOVE || value->kind == VALUE_ADDRESS ||
        value->kind == VALUE_RESULT) {
        use_slot(live, value->slot);
        value->slot->read = true;
        if (value->kind == VALUE_ADDRESS && live->in_wait && value->slot->number != 0) {
            live->uses[value->slot->number - 1].waited = true;
        }
    }
    for (size_t i = 0; i < value->args.count; i++) {
        use_value(live, value->args.items[i]);
    }
}

static void use_ops(Live *live, Ops *ops);

static void use_op(Live *live, Op *op)
{
    if (op->kind == OP_CLEAR && op->weak) {
        return;
    }
    if (op->kind == OP_FOR) { // declares its slot inside itself
        use_value(live, op->value);
        use_value(live, op->limit);
        live->chain[live->depth < 64 ? live->depth : 63] = &op->then;
        live->depth++;
        use_slot(live, op->slot);
        live->depth--;
        use_ops(live, &op->then);
        return;
    }
    use_slot(live, op->slot);
    if (op->slot != NULL && op->kind != OP_SET) {
        op->slot->read = true;
    }
    live->in_wait = op->kind == OP_AWAIT;
    use_value(live, op->value);
    live->in_wait = false;
    use_value(live, op->place);
    use_value(live, op->limit);
    for (size_t i = 0; i < op->args.count; i++) {
        use_value(live, op->args.items[i]);
    }
    use_ops(live, &op->then);
    use_ops(live, &op->otherwise);
}

static void use_ops(Live *live, Ops *ops)
{
    live->chain[live->depth < 64 ? live->depth : 63] = ops;
    live->depth++;
    for (size_t i = 0; i < ops->list.count; i++) {
        use_op(live, ops->list.items[i]);
    }
    live->depth--;
}

static void find_homes(Live *live)
{
    Routine *routine = live->routine;
    bool machine = live->machine;
    for (size_t i = 0; i < routine->slots.count; i++) {
        Slot *slot = routine->slots.items[i];
        const Use *use = &live->uses[i];
        bool in_frame = slot->param || slot == routine->result || slot->repr.kind == REPR_PLACE ||
                        slot->repr.kind == REPR_PERMITS || slot->repr.kind == REPR_FRAME ||
                        slot->repr.kind == REPR_WORK || use->several || use->waited;
        if (machine && in_frame) {
            slot->home = use->used || slot->param || slot == routine->result ? HOME_FRAME
                                                                             : HOME_UNUSED;
        } else if (slot->param) {
            slot->home = HOME_PARAM;
        } else {
            slot->home = use->used ? HOME_LOCAL : HOME_UNUSED;
        }
        slot->used = use->used;
        slot->only = use->several ? NULL : use->state;
        slot->scope = use->several || use->depth == 0 ? NULL : use->chain[use->depth - 1];
    }
}

// A call that nothing leads to has left no trace but the place for its frame.
static void find_embeds(Routine *routine)
{
    size_t kept = 0;
    for (size_t i = 0; i < routine->embeds.count; i++) {
        bool used = false;
        for (size_t k = 0; k < routine->slots.count && !used; k++) {
            const Slot *slot = routine->slots.items[k];
            used = slot->repr.kind == REPR_FRAME && slot->home == HOME_FRAME &&
                   slot->repr.routine == routine->embeds.items[i];
        }
        if (used) {
            routine->embeds.items[kept++] = routine->embeds.items[i];
        }
    }
    routine->embeds.count = kept;
    routine->calls = kept > 0;
}

// ── which locals may be held when a test fails ───────────────────────────────────────────────────
typedef LIST(Slot *) Held;

static bool let_go(Held *held, const Slot *slot) // false: it holds nothing here
{
    for (size_t i = 0; i < held->count; i++) {
        if (held->items[i] == slot) {
            held->items[i] = held->items[--held->count];
            return true;
        }
    }
    return false;
}

static void take_up(Live *live, Held *held, Slot *slot)
{
    if (slot != NULL && slot->home == HOME_LOCAL && slot->counted) {
        let_go(held, slot);
        LIST_ADD(live->arena, held, slot);
    }
}

static void guard(const Held *held)
{
    for (size_t i = 0; i < held->count; i++) {
        held->items[i]->guarded = held->items[i]->home == HOME_LOCAL;
    }
}

// A state of a machine ends while they hold something, since all that can come after it are
// failures: the frame's drop finds it there.
static void stay(Live *live, const Held *held)
{
    for (size_t i = 0; i < held->count && live->machine; i++) {
        held->items[i]->home = HOME_FRAME;
        held->items[i]->guarded = false;
        held->items[i]->scope = NULL;
    }
}

static void value_held(Live *live, Held *held, const Value *value)
{
    if (value == NULL) {
        return;
    }
    if (value->kind == VALUE_MOVE) {
        let_go(held, value->slot);
    }
    for (size_t i = 0; i < value->args.count; i++) {
        value_held(live, held, value->args.items[i]);
    }
    if (value->kind == VALUE_ADDRESS) { // filled by the call
        take_up(live, held, value->slot);
    }
}

static void ops_held(Live *live, Held *held, const Ops *ops)
{
    for (size_t i = 0; i < ops->list.count; i++) {
        const Op *op = ops->list.items[i];
        value_held(live, held, op->value);
        value_held(live, held, op->place);
        value_held(live, held, op->limit);
        for (size_t k = 0; k < op->args.count; k++) {
            value_held(live, held, op->args.items[k]);
        }
        switch (op->kind) {
        case OP_SET: take_up(live, held, op->slot); break;
        case OP_CLEAR:
            // A weak one may yet be swept away. One of what this path never set finds NULL there.
            if (!op->weak && !let_go(held, op->slot) && op->slot->counted) {
                op->slot->guarded = op->slot->home == HOME_LOCAL;
            }
            break;
        case OP_TEST:
        case OP_RESUME:
        case OP_FAIL: guard(held); break;
        case OP_IF:
        case OP_FOR:
        case OP_WHILE: {
            Held before = {0};
            for (size_t k = 0; k < held->count; k++) {
                LIST_ADD(live->arena, &before, held->items[k]);
            }
            ops_held(live, held, &op->then);
            ops_held(live, &before, &op->otherwise);
            for (size_t k = 0; k < before.count; k++) {
                take_up(live, held, before.items[k]);
            }
            break;
        }
        case OP_DO:
        case OP_STORE:
        case OP_BREAK:
        case OP_CONTINUE:
        case OP_START:
        case OP_BEGIN:
        case OP_WORK:
        case OP_FINISH:
        case OP_RETURN: break;
        case OP_GOTO:
        case OP_AWAIT:
        case OP_SWITCH: stay(live, held); break;
        }
    }
}

// ── clears that say nothing new ──────────────────────────────────────────────────────────────────
// A plain function's handler clears what may still be held where it came from: nothing where the
// variable is never held when a test fails.
static void sweep_weak(Ops *ops)
{
    size_t kept = 0;
    for (size_t i = 0; i < ops->list.count; i++) {
        Op *op = ops->list.items[i];
        sweep_weak(&op->then);
        sweep_weak(&op->otherwise);
        if (op->kind != OP_CLEAR || !op->weak || op->slot->home != HOME_LOCAL ||
            op->slot->guarded) {
            ops->list.items[kept++] = op;
        }
    }
    ops->list.count = kept;
}

// Weak clears of what is not in the frame; clears just before the machine's end, where drop clears
// everything.
static void sweep(Ops *ops, bool machine)
{
    size_t kept = 0;
    for (size_t i = 0; i < ops->list.count; i++) {
        Op *op = ops->list.items[i];
        sweep(&op->then, machine);
        sweep(&op->otherwise, machine);
        if (op->kind == OP_CLEAR && (op->slot->home == HOME_UNUSED ||
                                     (op->weak && machine && op->slot->home != HOME_FRAME))) {
            continue;
        }
        if (op->kind == OP_FINISH) {
            while (kept > 0 && ops->list.items[kept - 1]->kind == OP_CLEAR &&
                   ops->list.items[kept - 1]->slot->home == HOME_FRAME) {
                kept--;
            }
        }
        ops->list.items[kept++] = op;
    }
    ops->list.count = kept;
}

// ── results ──────────────────────────────────────────────────────────────────────────────────────
// result = v; return result; is return v; unless a call in v still counts as the function's own
// depth.
static bool returns_at_once(const Routine *routine, const Op *set, const Op *leave)
{
    return set->kind == OP_SET && leave->kind == OP_RETURN && leave->value != NULL &&
           leave->value->slot == set->slot && (set->value->flags & VALUE_FAILS) == 0 &&
           (!routine->recursive || set->value->args.count == 0);
}

static void return_results(const Routine *routine, Ops *ops)
{
    size_t kept = 0;
    for (size_t i = 0; i < ops->list.count; i++) {
        Op *op = ops->list.items[i];
        return_results(routine, &op->then);
        return_results(routine, &op->otherwise);
        if (kept > 0 && returns_at_once(routine, ops->list.items[kept - 1], op)) {
            op->value = ops->list.items[--kept]->value;
        }
        ops->list.items[kept++] = op;
    }
    ops->list.count = kept;
}

// ── last uses ────────────────────────────────────────────────────────────────────────────────────
// `… weir_keep(x) …` and then, with nothing between that could still need x, the end of x: the
// content is moved instead.
typedef struct Mention {
    const Slot *slot;
    size_t count;
    Value *keep; // the one weir_keep(slot), or NULL
} Mention;

static void find_in_value(Mention *m, Value *value)
{
    if (value == NULL) {
        return;
    }
    if (value->slot == m->slot && value->kind != VALUE_FIELD) {
        m->count++;
    }
    bool keeps = value->kind == VALUE_PLAIN && value->args.count == 1 &&
                 value->args.items[0]->kind == VALUE_SLOT &&
                 value->args.items[0]->slot == m->slot && strcmp(value->text, "weir_keep") == 0;
    if (keeps) {
        m->keep = value;
    }
    for (size_t i = 0; i < value->args.count; i++) {
        find_in_value(m, value->args.items[i]);
    }
}

static void find_in_op(Mention *m, const Op *op)
{
    m->count += op->slot == m->slot;
    find_in_value(m, op->value);
    find_in_value(m, op->place);
    find_in_value(m, op->limit);
    for (size_t i = 0; i < op->args.count; i++) {
        find_in_value(m, op->args.items[i]);
    }
    for (size_t i = 0; i < op->then.list.count; i++) {
        find_in_op(m, op->then.list.items[i]);
    }
    for (size_t i = 0; i < op->otherwise.list.count; i++) {
        find_in_op(m, op->otherwise.list.items[i]);
    }
}

// Looks back from where the slot ends. True: its last use was a weir_keep, now a move.
static bool move_last(const Ops *ops, size_t end, Slot *slot)
{
    for (size_t i = end; i > 0; i--) {
        Op *op = ops->list.items[i - 1];
        if (op->kind == OP_TEST && op->state != NULL) {
            return false; // a handler may still read it
        }
        Mention mention = {slot, 0, NULL};
        find_in_op(&mention, op);
        if (mention.count == 0) {
            continue;
        }
        bool plain = op->kind == OP_SET || op->kind == OP_DO || op->kind == OP_START ||
                     op->kind == OP_BEGIN;
        if (!plain || mention.count != 1 || mention.keep == NULL || op->slot == slot) {
            return false;
        }
        mention.keep->kind = VALUE_MOVE;
        mention.keep->slot = slot;
        mention.keep->args.count = 0;
        return true;
    }
    return false;
}

static void move_lasts(const Routine *routine, Ops *ops)
{
    size_t kept = 0;
    for (size_t i = 0; i < ops->list.count; i++) {
        Op *op = ops->list.items[i];
        move_lasts(routine, &op->then);
        move_lasts(routine, &op->otherwise);
        if (op->kind == OP_CLEAR && !op->weak && move_last(ops, kept, op->slot)) {
            continue;
        }
        if (op->kind == OP_FINISH) {
            for (size_t k = 0; k < routine->params.count; k++) {
                if (routine->params.items[k]->counted) {
                    move_last(ops, kept, routine->params.items[k]);
                }
            }
        }
        ops->list.items[kept++] = op;
    }
    ops->list.count = kept;
}

static void live_routine(Arena *arena, Routine *routine)
{
    for (size_t i = 0; i < routine->states.count; i++) {
        move_lasts(routine, &routine->states.items[i]->ops);
        return_results(routine, &routine->states.items[i]->ops);
    }
    bool machine = routine->kind == ROUTINE_TASK || routine->kind == ROUTINE_BRANCH;
    Live live = {.arena = arena, .routine = routine, .machine = machine};
    live.uses = arena_take(arena, (routine->slots.count + 1) * sizeof *live.uses);
    for (size_t i = 0; i < routine->slots.count; i++) {
        routine->slots.items[i]->number = (uint32_t)i + 1;
    }
    for (size_t i = 0; i < routine->states.count; i++) {
        live.state = routine->states.items[i];
        use_ops(&live, &routine->states.items[i]->ops);
    }
    find_homes(&live);
    find_embeds(routine);
    for (size_t i = 0; i < routine->states.count; i++) {
        Held held = {0};
        ops_held(&live, &held, &routine->states.items[i]->ops);
    }
    for (size_t i = 0; i < routine->states.count; i++) {
        sweep(&routine->states.items[i]->ops, machine);
    }
    for (size_t i = 0; i < routine->slots.count; i++) {
        Slot *slot = routine->slots.items[i];
        if (slot->home == HOME_LOCAL && slot->counted && slot->scope == NULL) {
            slot->guarded = true; // a plain function's, held across its labels
        }
        if (slot->home == HOME_LOCAL && slot->scope != NULL) {
            LIST_ADD(arena, &slot->scope->locals, slot);
        }
        if (slot->home == HOME_LOCAL && slot->only != NULL && machine) {
            LIST_ADD(arena, &slot->only->locals, slot);
        }
        slot->number = 0;
    }
    for (size_t i = 0; i < routine->states.count; i++) {
        sweep_weak(&routine->states.items[i]->ops);
    }
}

// ── what main can reach ──────────────────────────────────────────────────────────────────────────
static void reach_routine(Unit *unit, Routine *routine);

static void reach_descriptor(Unit *unit, Descriptor *descriptor)
{
    if (descriptor == NULL || descriptor->used) {
        return;
    }
    descriptor->used = true;
    reach_descriptor(unit, descriptor->item);
    reach_descriptor(unit, descriptor->key);
    for (size_t i = 0; i < descriptor->fields.count; i++) {
        reach_descriptor(unit, descriptor->fields.items[i]);
    }
    for (size_t i = 0; i < descriptor->defaults.count; i++) {
        reach_routine(unit, descriptor->defaults.items[i]);
    }
}

static void reach_value(Unit *unit, const Value *value)
{
    if (value == NULL) {
        return;
    }
    if (value->kind == VALUE_CASE) {
        value->descriptor->named = true;
    } else {
        reach_descriptor(unit, value->descriptor);
    }
    if (value->kind == VALUE_CONSTANT) {
        unit->constants.items[value->index].used = true;
    }
    if (value->kind == VALUE_NEW) {
        value->shape->made = true;
        reach_descriptor(unit, value->shape->descriptor);
    }
    if (value->routine != NULL) {
        reach_routine(unit, value->routine);
        value->routine->pooled = value->routine->pooled || value->kind == VALUE_WORK;
    }
    for (size_t i = 0; i < value->args.count; i++) {
        reach_value(unit, value->args.items[i]);
    }
}

static void reach_ops(Unit *unit, const Ops *ops)
{
    for (size_t i = 0; i < ops->list.count; i++) {
        const Op *op = ops->list.items[i];
        if (op->routine != NULL) {
            reach_routine(unit, op->routine);
        }
        reach_value(unit, op->value);
        reach_value(unit, op->place);
        reach_value(unit, op->limit);
        for (size_t k = 0; k < op->args.count; k++) {
            reach_value(unit, op->args.items[k]);
        }
        reach_ops(unit, &op->then);
        reach_ops(unit, &op->otherwise);
    }
}

static void reach_routine(Unit *unit, Routine *routine)
{
    if (routine == NULL || routine->reached) {
        return;
    }
    routine->reached = true;
    if (routine->kind == ROUTINE_TASK || routine->kind == ROUTINE_BRANCH) {
        reach_descriptor(unit, routine->result_descriptor); // a plain function says its type in C
    }
    for (size_t i = 0; i < routine->states.count; i++) {
        reach_ops(unit, &routine->states.items[i]->ops);
    }
}

// What C may call, and what it may make for it.
static void reach_border(Unit *unit)
{
    for (size_t i = 0; i < unit->routines.count; i++) {
        if (unit->routines.items[i]->exported) {
            reach_routine(unit, unit->routines.items[i]);
        }
    }
    for (size_t i = 0; i < unit->descriptors.count; i++) {
        if (unit->descriptors.items[i]->shared != NULL) {
            reach_descriptor(unit, unit->descriptors.items[i]);
        }
    }
    for (size_t i = 0; i < unit->shapes.count; i++) {
        Shape *shape = unit->shapes.items[i];
        shape->made = shape->made || (shape->shared != NULL && shape->cases.count == 0);
    }
}

void live(Unit *unit)
{
    bool runs = unit_runs(unit); // else nothing is printed
    for (size_t i = 0; i < unit->routines.count; i++) {
        live_routine(unit->arena, unit->routines.items[i]);
    }
    Routine *others[] = {unit->begin, unit->end, unit->begin_main};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (others[i] != NULL) {
            live_routine(unit->arena, others[i]);
            if (runs) {
                reach_routine(unit, others[i]);
            }
        }
    }
    reach_routine(unit, unit->main);
    for (size_t i = 0; i < unit->tests.count; i++) {
        reach_routine(unit, unit->tests.items[i].routine);
    }
    for (size_t i = 0; i < unit->parameters.count; i++) {
        reach_descriptor(unit, unit->parameters.items[i].descriptor);
    }
    reach_border(unit);
}
