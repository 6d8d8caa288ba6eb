// Stages written out in the loop that reads the items.
#include "lower_pipe.h"

static void run_stage(Lower *l, Run *run, Slot *item);

static void run_rest(Lower *l, Run *run, Slot *item)
{
    run->next++;
    run_stage(l, run, item);
    run->next--;
}

typedef struct Parts { // items of an item
    Run *run;
    Symbol *symbol;
} Parts;

static void run_part(Lower *l, void *data)
{
    Parts *part = data;
    run_rest(l, part->run, part->symbol->lowered);
}

// While a stage works on its item. With `collect errors` its failures are caught inside.
static void stage_open(Lower *l, const Stage *stage, Told *told, About *about)
{
    *told = (Told){0};
    bool collects = clause_find(&stage->clauses, CLAUSE_COLLECT_ERRORS) != NULL;
    if (stage->item->lowered != NULL) {
        told_add(l, told, stage->item);
    }
    if (collects) {
        about_open_inside(l, about, told);
    } else {
        about_open(l, about, told);
    }
}

// The rest for each item of what the stage gives: a list or a stream.
static void run_parts(Lower *l, Run *run, const Expr *source)
{
    Parts part = {run, symbol_new(l, "part", source->type->item)};
    lower_over(l, &part.symbol, 1, source, run->splits, source->span, run_part, &part);
}

// What the stream of an item fails with is the item's, and so is, for those who look further, what
// happens to its parts.
static void run_streamed(Lower *l, Run *run)
{
    const Stage *stage = run->flow->stages.items[run->next];
    Told told;
    About about;
    stage_open(l, stage, &told, &about);
    run_parts(l, run, stage_value(l, stage));
    op_test(l);
    about_close(l, &about);
}

// each over a list: computed before its parts are gone through, since what fails there is not this
// stage.
static void run_listed(Lower *l, Run *run)
{
    const Stage *stage = run->flow->stages.items[run->next];
    size_t held = l->b->held.count, mark = l->b->temps.count;
    Told told;
    About about;
    stage_open(l, stage, &told, &about);
    Slot *list = value_adopt(l, value_own(l, lower_expr(l, stage->value, "list")), "list");
    temp_finish(l, mark < l->b->temps.count ? mark : l->b->temps.count);
    about_close(l, &about);
    scope_hold(l, list);
    run_parts(l, run, name_slot(l, list, stage->value->type, stage->span));
    scope_clear(l, held, l->b->temps.count);
    l->b->held.count = held;
}

// Of a stream with `collect errors`: what it gave, or its failure as the one item.
static void run_spread(Lower *l, Run *run, const Expr *outcome)
{
    const Stage *stage = run->flow->stages.items[run->next];
    const Type *type = type_of(l->program->types, TYPE_LIST, stage->out);
    size_t held = l->b->held.count, mark = l->b->temps.count;
    Value *spread = value_runtime(l, "weir_result_items", repr_of(l, type),
                                  VALUE_OWNED | VALUE_FAILS);
    value_arg(l, spread, value_descriptor(l, descriptor_of(l, type)));
    Told told;
    About about;
    stage_open(l, stage, &told, &about);
    value_arg(l, spread, value_borrow(l, lower_expr(l, outcome, "outcome"), "outcome"));
    op_test(l);
    about_close(l, &about);
    Slot *items = slot_new(l, "items", repr_of(l, type), true);
    op_set(l, items, spread);
    temp_finish(l, mark);
    scope_hold(l, items);
    run_parts(l, run, name_slot(l, items, type, stage->span));
    scope_clear(l, held, l->b->temps.count);
    l->b->held.count = held;
}

static void arm(Lower *l, Run *run, Value *condition, Slot *item,
                void (*then)(Lower *, Run *, Slot *))
{
    Op *branch = op_add(l, OP_IF);
    branch->value = condition;
    Fork fork;
    fork_open(l, &fork, run->splits ? "passed" : NULL, run->flow->span);
    fork_arm(l, &fork, &branch->then);
    then(l, run, item);
    fork_arm_end(l, &fork);
    fork_arm(l, &fork, &branch->otherwise);
    fork_arm_end(l, &fork);
    fork_close(l, &fork);
}

static void run_value(Lower *l, Run *run)
{
    const Stage *stage = run->flow->stages.items[run->next];
    size_t held = l->b->held.count, mark = l->b->temps.count;
    const Expr *expr = stage_value(l, stage);
    Told told;
    About about;
    stage_open(l, stage, &told, &about);
    Value *value = lower_expr(l, expr, "item");
    if (l->b->ops == NULL) {
        l->b->temps.count = mark;
        about_close(l, &about);
        return;
    }
    if (value == NULL || repr_none(value->repr)) {
        value_discard(l, value);
        temp_finish(l, mark);
        about_close(l, &about);
        run_rest(l, run, NULL);
        return;
    }
    Slot *item = value_adopt(l, value, "item");
    temp_finish(l, mark < l->b->temps.count ? mark : l->b->temps.count);
    about_close(l, &about);
    scope_hold(l, item);
    run_rest(l, run, item);
    scope_clear(l, held, l->b->temps.count);
    l->b->held.count = held;
}

// each over an optional: its item, if there is one.
static void run_maybe(Lower *l, Run *run)
{
    const Stage *stage = run->flow->stages.items[run->next];
    size_t held = l->b->held.count, mark = l->b->temps.count;
    Told told;
    About about;
    stage_open(l, stage, &told, &about);
    Slot *maybe = value_adopt(l, lower_expr(l, stage->value, "maybe"), "maybe");
    temp_finish(l, mark < l->b->temps.count ? mark : l->b->temps.count);
    about_close(l, &about);
    scope_hold(l, maybe);
    Op *branch = op_add(l, OP_IF);
    branch->value = value_operator(l, "!=", repr_plain(REPR_BOOL), value_slot(l, maybe),
                                   value_new(l, VALUE_NULL, maybe->repr));
    Fork fork;
    fork_open(l, &fork, run->splits ? "passed" : NULL, stage->span);
    fork_arm(l, &fork, &branch->then);
    Slot *item = slot_new(l, "item", repr_of(l, stage->value->type->item), false);
    op_set(l, item, value_unbox(l, value_slot(l, maybe), stage->value->type));
    run_rest(l, run, item);
    fork_arm_end(l, &fork);
    fork_arm(l, &fork, &branch->otherwise);
    fork_arm_end(l, &fork);
    fork_close(l, &fork);
    scope_clear(l, held, l->b->temps.count);
    l->b->held.count = held;
}

static Value *counted_up(Lower *l, const Count *count)
{
    return value_operator(l, "+", repr_plain(REPR_INT), value_slot(l, count->count),
                          value_int(l, 1));
}

// The n-th ends it all, once it has been passed on.
static void run_take(Lower *l, Run *run, Slot *item)
{
    const Count *count = &run->counts[run->next];
    op_set(l, count->count, counted_up(l, count));
    run_rest(l, run, item);
    Op *branch = op_add(l, OP_IF);
    branch->value = value_operator(l, ">=", repr_plain(REPR_BOOL), value_slot(l, count->count),
                                   value_slot(l, count->most));
    Fork fork;
    fork_open(l, &fork, NULL, run->flow->span);
    fork_arm(l, &fork, &branch->then);
    const Loop *loop = run->loop;
    region_leave(l, loop->after_region, loop->after, loop->held, loop->temps);
    fork_end(l, &fork);
}

static void run_skip(Lower *l, Run *run, Slot *item)
{
    const Count *count = &run->counts[run->next];
    Op *branch = op_add(l, OP_IF);
    branch->value = value_operator(l, "<", repr_plain(REPR_BOOL), value_slot(l, count->count),
                                   value_slot(l, count->most));
    Fork fork;
    fork_open(l, &fork, run->splits ? "skipped" : NULL, run->flow->span);
    fork_arm(l, &fork, &branch->then);
    op_set(l, count->count, counted_up(l, count));
    fork_arm_end(l, &fork);
    fork_arm(l, &fork, &branch->otherwise);
    run_rest(l, run, item);
    fork_arm_end(l, &fork);
    fork_close(l, &fork);
}

static void run_stage(Lower *l, Run *run, Slot *item)
{
    if (run->next == run->flow->stages.count) {
        run->body(l, run, item);
        return;
    }
    const Stage *stage = run->flow->stages.items[run->next];
    scope_bind(l, stage->item, item);
    l->b->line = source_line_of(l->sources, stage->span.start);
    switch (stage->kind) {
    case STAGE_WHERE: {
        size_t mark = l->b->temps.count;
        Told told;
        About about;
        stage_open(l, stage, &told, &about);
        Value *truth = lower_truth(l, stage->value);
        op_test(l);
        about_close(l, &about);
        arm(l, run, truth, item, run_rest);
        temp_finish(l, mark);
        break;
    }
    case STAGE_EXPR:
        if (stage_streams(stage) && clause_find(&stage->clauses, CLAUSE_COLLECT_ERRORS) != NULL) {
            run_spread(l, run, stage_value(l, stage));
        } else if (stage_streams(stage)) {
            run_streamed(l, run);
        } else {
            run_value(l, run);
        }
        break;
    case STAGE_EACH:
        if (stage->value->type->kind == TYPE_RESULT) {
            run_spread(l, run, stage->value);
        } else if (stage->value->type->kind == TYPE_OPTIONAL) {
            run_maybe(l, run);
        } else if (stage->value->type->kind == TYPE_LIST) {
            run_listed(l, run);
        } else {
            run_parts(l, run, stage->value);
        }
        break;
    case STAGE_TAKE: run_take(l, run, item); break;
    case STAGE_SKIP: run_skip(l, run, item); break;
    case STAGE_BATCH: break; // a producer of its own
    }
}

static void run_item(Lower *l, void *data)
{
    Run *run = data;
    run->loop = l->b->loop;
    run_stage(l, run, run->item->lowered);
}

static void count_slots(Lower *l, Run *run)
{
    for (size_t i = 0; i < run->flow->stages.count; i++) {
        const Stage *stage = run->flow->stages.items[i];
        if (stage->kind != STAGE_TAKE && stage->kind != STAGE_SKIP) {
            continue;
        }
        const char *word = stage->kind == STAGE_TAKE ? "take" : "skip";
        size_t mark = l->b->temps.count;
        run->counts[i].most = slot_new(l, word, repr_plain(REPR_INT), false);
        Value *most = value_runtime(l, "weir_count", repr_plain(REPR_INT), VALUE_FAILS);
        value_arg(l, most, value_template(l, word, 4));
        value_arg(l, most, lower_expr(l, stage->value, word));
        op_set(l, run->counts[i].most, most);
        temp_finish(l, mark);
        run->counts[i].count = slot_new(l, stage->kind == STAGE_TAKE ? "taken" : "skipped",
                                        repr_plain(REPR_INT), false);
        op_set(l, run->counts[i].count, value_int(l, 0));
    }
}

// Goes through the items: `waits` tells whether the body does.
void run_flow(Lower *l, Run *run, bool waits)
{
    const Flow *flow = run->flow;
    run->splits = waits;
    bool takes = false;
    for (size_t i = 0; i < flow->stages.count; i++) {
        const Stage *stage = flow->stages.items[i];
        takes = takes || stage->kind == STAGE_TAKE;
        run->splits = run->splits || stage_slow(l, stage);
    }
    run->splits = run->splits || takes;
    run->counts = arena_take(l->arena, (flow->stages.count + 1) * sizeof *run->counts);
    count_slots(l, run);
    Value *wanted = NULL; // take 0 asks for nothing
    for (size_t i = 0; i < flow->stages.count; i++) {
        if (flow->stages.items[i]->kind == STAGE_TAKE) {
            Value *some = value_operator(l, ">", repr_plain(REPR_BOOL),
                                         value_slot(l, run->counts[i].most), value_int(l, 0));
            wanted = wanted == NULL ? some
                                    : value_operator(l, "&&", repr_plain(REPR_BOOL), wanted, some);
        }
    }
    const char *name = flow->item->kind == TYPE_NOTHING ? "nothing" : "item";
    run->item = symbol_new(l, name, flow->item);
    run->item->variable = false;
    if (wanted == NULL) {
        lower_over(l, &run->item, 1, flow->source, run->splits, flow->span, run_item, run);
        return;
    }
    Op *branch = op_add(l, OP_IF);
    branch->value = wanted;
    Fork fork;
    fork_open(l, &fork, "taken", flow->span);
    fork_arm(l, &fork, &branch->then);
    lower_over(l, &run->item, 1, flow->source, run->splits, flow->span, run_item, run);
    fork_arm_end(l, &fork);
    fork_arm(l, &fork, &branch->otherwise);
    fork_arm_end(l, &fork);
    fork_close(l, &fork);
}
