// Regions, which every way out leaves through one state, and forks, whose paths may meet again.
#include "lowering.h"

#include <string.h>

// ── regions ──────────────────────────────────────────────────────────────────────────────────────
void region_open(Lower *l, Region *region, const char *exit_hint, Span span)
{
    memset(region, 0, sizeof *region);
    Builder *b = l->b;
    region->outer = b->region;
    region->outer_fault = b->fault;
    region->held = b->held.count;
    region->temps = b->temps.count;
    region->taken = b->taken;
    region->line = b->line;
    region->exit = state_new(l, exit_hint, span);
    b->fault = region->exit;
    b->region = region;
}

// Number of the way to a target, made when it is new.
static size_t way_to(Lower *l, Region *region, Way way)
{
    for (size_t i = 0; i < region->ways.count; i++) {
        if (region->ways.items[i].until == way.until &&
            region->ways.items[i].target == way.target) {
            return i;
        }
    }
    LIST_ADD(l->arena, &region->ways, way);
    return region->ways.count - 1;
}

// The routine's own end: nothing stands between any more.
static void routine_end(Lower *l)
{
    Builder *b = l->b;
    op_test(l);
    if (b->machine) {
        op_add(l, OP_FINISH);
    } else {
        Op *op = op_add(l, OP_RETURN);
        if (b->then != NULL) {
            op->value = value_slot(l, b->then);
            if (b->then->counted) {
                op->value = value_new(l, VALUE_MOVE, b->then->repr);
                op->value->slot = b->then;
            }
        }
    }
    op_end_path(l);
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

void region_leave(Lower *l, Region *until, State *target, size_t held, size_t temps)
{
    Builder *b = l->b;
    Region *region = b->region;
    if (b->ops == NULL) {
        return;
    }
    if (region == until) {
        scope_clear(l, held, temps);
        if (target == NULL) {
            routine_end(l);
        } else {
            op_jump(l, target);
        }
        return;
    }
    for (const Region *passed = region; passed != NULL && target == NULL; passed = passed->outer) {
        b->returns_late = b->returns_late || !passed->clauses;
    }
    scope_clear(l, larger(held, region->held), larger(temps, region->temps));
    size_t way = way_to(l, region, (Way){until, target, held, temps});
    if (region->way == NULL && way > 0) {
        region->way = slot_new(l, "way", repr_plain(REPR_INT), false);
        region->way->by_address = true;
    }
    op_test(l);
    // Whether the first way needs its number is known when the region closes: until then a
    // placeholder stands here.
    Op *op = op_add(l, OP_SET);
    op->slot = region->way;
    op->value = value_int(l, (int64_t)way);
    op->state = region->exit;
    op_jump(l, region->exit);
}

void region_done(Lower *l, Region *region, State *after)
{
    region_leave(l, region->outer, after, region->held, region->temps);
}

void region_exit(Lower *l, Region *region)
{
    Builder *b = l->b;
    b->region = region->outer;
    b->fault = region->outer_fault;
    b->held.count = region->held;
    b->temps.count = region->temps;
    b->line = 0; // where a failure came from was told on its way here
    state_go_on(l, region->exit);
}

// The placeholders of a region get their slot, or go where there is only one way.
static void fill_ways(Ops *ops, const Region *region)
{
    size_t kept = 0;
    for (size_t i = 0; i < ops->list.count; i++) {
        Op *op = ops->list.items[i];
        if (op->kind == OP_SET && op->state == region->exit) {
            op->slot = region->way;
            op->state = NULL;
            if (region->way == NULL) {
                continue;
            }
        }
        ops->list.items[kept++] = op;
        fill_ways(&op->then, region);
        fill_ways(&op->otherwise, region);
    }
    ops->list.count = kept;
}

// Where every way out of the region goes on, from the end of its exit.
static void follow_ways(Lower *l, Region *region)
{
    Builder *b = l->b;
    if (region->ways.count == 0) { // nothing but failures comes here
        op_fail(l);
        return;
    }
    op_test(l);
    if (region->ways.count == 1) {
        Way way = region->ways.items[0];
        region_leave(l, way.until, way.target, way.held, way.temps);
        return;
    }
    Op *branch = op_add(l, OP_SWITCH);
    branch->slot = region->way;
    op_end_path(l);
    for (size_t i = 0; i < region->ways.count; i++) {
        Way way = region->ways.items[i];
        State *state = state_new(l, way.target == NULL ? "returning" : way.target->hint,
                                 (Span){0, 0});
        b->held.count = region->held;
        b->temps.count = region->temps;
        state_go_on(l, state);
        region_leave(l, way.until, way.target, way.held, way.temps);
        LIST_ADD(l->arena, &branch->states, state);
    }
    op_end_path(l);
}

void region_close(Lower *l, Region *region, State *after)
{
    Builder *b = l->b;
    for (size_t i = 0; i < b->routine->states.count; i++) {
        fill_ways(&b->routine->states.items[i]->ops, region);
    }
    b->test_due = true;
    follow_ways(l, region);
    b->line = region->line;
    for (size_t i = 0; i < region->ways.count; i++) {
        if (region->ways.items[i].target == after) {
            state_go_on(l, after);
        }
    }
}

// ── forks ────────────────────────────────────────────────────────────────────────────────────────
void fork_open(Lower *l, Fork *fork, const char *meeting, Span span)
{
    op_test(l);
    fork->ops = l->b->ops;
    fork->state = l->b->state;
    fork->meeting = meeting == NULL ? NULL : state_new(l, meeting, span);
    fork->held = l->b->held.count;
    fork->reached = false;
}

void fork_arm(Lower *l, Fork *fork, Ops *arm)
{
    l->b->ops = fork->ops == NULL ? NULL : arm;
    l->b->state = fork->state;
    l->b->test_due = false;
}

void fork_arm_end(Lower *l, Fork *fork)
{
    op_test(l);
    l->b->held.count = fork->held;
    if (l->b->ops == NULL) {
        return;
    }
    fork->reached = true;
    if (fork->meeting != NULL) {
        op_jump(l, fork->meeting);
    }
}

void fork_close(Lower *l, Fork *fork)
{
    if (!fork->reached) {
        l->b->ops = NULL;
    } else if (fork->meeting != NULL) {
        state_go_on(l, fork->meeting);
    } else {
        l->b->ops = fork->ops;
        l->b->state = fork->state;
        l->b->test_due = false;
    }
}

void fork_end(Lower *l, Fork *fork)
{
    fork_arm_end(l, fork);
    fork->reached = fork->ops != NULL; // also where its one arm was not taken
    fork_close(l, fork);
}
