// Once a routine is built: states nobody reaches go, and a state that one jump alone leads to
// stands in its place.
#include "lowering.h"

#include <string.h>

typedef void (*Visit)(Op *op, void *data);

static void visit_ops(Ops *ops, Visit visit, void *data)
{
    for (size_t i = 0; i < ops->list.count; i++) {
        Op *op = ops->list.items[i];
        visit(op, data);
        visit_ops(&op->then, visit, data);
        visit_ops(&op->otherwise, visit, data);
    }
}

static bool is_exit(OpKind kind)
{
    return kind == OP_GOTO || kind == OP_AWAIT || kind == OP_SWITCH || kind == OP_FINISH ||
           kind == OP_FAIL || kind == OP_RETURN || kind == OP_BREAK || kind == OP_CONTINUE;
}

// What follows an exit is never reached; a test just before a jump to its own fault edge decides
// nothing.
static void trim(Ops *ops)
{
    for (size_t i = 0; i < ops->list.count; i++) {
        Op *op = ops->list.items[i];
        trim(&op->then);
        trim(&op->otherwise);
        if (i > 0 && ops->list.items[i - 1]->kind == OP_TEST &&
            ops->list.items[i - 1]->state != NULL && ops->list.items[i - 1]->value == NULL &&
            (op->kind == OP_GOTO || op->kind == OP_FAIL) &&
            ops->list.items[i - 1]->state == op->state) {
            memmove(ops->list.items + i - 1, ops->list.items + i,
                    (ops->list.count - i) * sizeof(Op *));
            ops->list.count--;
            i--;
        }
        if (is_exit(op->kind)) {
            ops->list.count = i + 1;
        }
    }
}

typedef struct Reach {
    Arena *arena;
    LIST(State *) queue, faults; // faults: reached so far by failures alone
    bool *seen;
    uint32_t *jumps, *others; // how often each state is the target of a goto, and of anything else
    Op **jump;
} Reach;

static void reach(Reach *r, State *state)
{
    if (state != NULL && !r->seen[state->index]) {
        r->seen[state->index] = true;
        LIST_ADD(r->arena, &r->queue, state);
    }
}

static void count_op(Op *op, void *data)
{
    Reach *r = data;
    if (op->state != NULL) {
        if (op->kind == OP_GOTO || op->kind == OP_AWAIT) {
            reach(r, op->state);
        } else {
            LIST_ADD(r->arena, &r->faults, op->state);
        }
        if (op->kind == OP_GOTO) {
            r->jumps[op->state->index]++;
            r->jump[op->state->index] = op;
        } else {
            r->others[op->state->index]++;
        }
    }
    for (size_t i = 0; i < op->states.count; i++) {
        reach(r, op->states.items[i]);
        r->others[op->states.items[i]->index]++;
    }
}

static void find_reach(Lower *l, Routine *routine, Reach *r)
{
    size_t count = routine->states.count;
    memset(r, 0, sizeof *r);
    r->arena = l->arena;
    r->seen = arena_take(l->arena, count * sizeof *r->seen);
    r->jumps = arena_take(l->arena, count * sizeof *r->jumps);
    r->others = arena_take(l->arena, count * sizeof *r->others);
    r->jump = arena_take(l->arena, count * sizeof(Op *));
    for (size_t i = 0; i < count; i++) {
        routine->states.items[i]->index = (uint32_t)i;
    }
    reach(r, routine->states.items[0]);
    r->others[0]++;
    // In the order in which a program that does not fail comes through them; what failures alone
    // lead to stands last.
    for (size_t i = 0, fault = 0; i < r->queue.count || fault < r->faults.count;) {
        if (i < r->queue.count) {
            visit_ops(&r->queue.items[i++]->ops, count_op, r);
        } else {
            reach(r, r->faults.items[fault++]);
        }
    }
}

// Puts `inner` where `jump` stands.
static bool splice(Arena *arena, Ops *ops, const Op *jump, const Ops *inner)
{
    for (size_t i = 0; i < ops->list.count; i++) {
        Op *op = ops->list.items[i];
        if (op == jump) {
            ops->list.count = i;
            for (size_t k = 0; k < inner->list.count; k++) {
                LIST_ADD(arena, &ops->list, inner->list.items[k]);
            }
            return true;
        }
        if (splice(arena, &op->then, jump, inner) || splice(arena, &op->otherwise, jump, inner)) {
            return true;
        }
    }
    return false;
}

typedef struct Holds {
    const Op *op;
    bool found;
} Holds;

static void holds_op(Op *op, void *data)
{
    Holds *holds = data;
    holds->found = holds->found || op == holds->op;
}

static bool merge_one(Lower *l, Routine *routine)
{
    Reach r;
    find_reach(l, routine, &r);
    bool changed = false;
    for (size_t i = 1; i < routine->states.count && !changed; i++) {
        State *state = routine->states.items[i];
        if (!r.seen[i] || state->callee != NULL || state->waits || r.jumps[i] != 1 ||
            r.others[i] != 0) {
            continue;
        }
        Holds self = {r.jump[i], false};
        visit_ops(&state->ops, holds_op, &self);
        for (size_t k = 0; k < routine->states.count && !self.found; k++) {
            if (r.seen[k] &&
                splice(l->arena, &routine->states.items[k]->ops, r.jump[i], &state->ops)) {
                changed = true;
                break;
            }
        }
    }
    memcpy(routine->states.items, r.queue.items, r.queue.count * sizeof(State *));
    routine->states.count = r.queue.count;
    return changed;
}

void builder_close(Lower *l)
{
    Routine *routine = l->b->routine;
    for (size_t i = 0; i < routine->states.count; i++) {
        trim(&routine->states.items[i]->ops);
    }
    while (merge_one(l, routine)) {
        for (size_t i = 0; i < routine->states.count; i++) {
            trim(&routine->states.items[i]->ops);
        }
    }
    for (size_t i = 0; i < routine->states.count; i++) {
        routine->states.items[i]->index = (uint32_t)i;
    }
    l->b = l->b->outer;
}
