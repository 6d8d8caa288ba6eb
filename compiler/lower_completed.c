// for … in as_completed: results in the order in which they come.
#include "lower_form.h"

#include <string.h>

// ── for … in as_completed … ──────────────────────────────────────────────────────────────────────
// With a limit items are started as places become free: the head of the loop tops up before it
// waits.
typedef struct Supply {
    Slot *list, *at, *to; // list: NULL for a range
    Slot *more; // of a closed range, whose end may be the largest int; NULL otherwise
    const EachFor *loop;
} Supply;

static void supply_open(Lower *l, Supply *source, const EachFor *loop)
{
    memset(source, 0, sizeof *source);
    source->loop = loop;
    size_t mark = l->b->temps.count;
    source->at = slot_new(l, "started", repr_plain(REPR_INT), false);
    if (loop->source->kind == EXPR_RANGE) {
        op_set(l, source->at, lower_expr(l, loop->source->u.range.from, "from"));
        source->to = slot_new(l, "to", repr_plain(REPR_INT), false);
        op_set(l, source->to, lower_expr(l, loop->source->u.range.to, "to"));
        temp_finish(l, mark);
        if (loop->source->u.range.closed) {
            source->more = slot_new(l, "more", repr_plain(REPR_BOOL), false);
            op_set(l, source->more,
                   value_operator(l, "<=", repr_plain(REPR_BOOL), value_slot(l, source->at),
                                  value_slot(l, source->to)));
        }
        return;
    }
    Value *list = value_own(l, lower_expr(l, loop->source, "items"));
    source->list = slot_new(l, "items", repr_counted("weir_list *"), true);
    op_set(l, source->list, list);
    temp_finish(l, mark);
    scope_hold(l, source->list);
    op_set(l, source->at, value_int(l, 0));
}

static Value *supply_more(Lower *l, const Supply *source)
{
    Value *end;
    if (source->more != NULL) {
        return value_slot(l, source->more);
    }
    if (source->list != NULL) {
        end = value_new(l, VALUE_MEMBER, repr_plain(REPR_INT));
        end->text = "length";
        value_arg(l, end, value_slot(l, source->list));
    } else {
        end = value_slot(l, source->to);
    }
    return value_operator(l, "<", repr_plain(REPR_BOOL), value_slot(l, source->at), end);
}

static void supply_item(Lower *l, const Supply *source)
{
    Symbol *symbol = source->loop->symbols.items[0];
    Value *item;
    if (source->list != NULL) {
        item = value_new(l, VALUE_ITEM, repr_of(l, source->loop->source->type->item));
        value_arg(l, value_arg(l, item, value_slot(l, source->list)), value_slot(l, source->at));
    } else {
        item = value_slot(l, source->at);
    }
    Slot *slot = slot_new(l, symbol->name, item->repr, false);
    op_set(l, slot, item);
    scope_bind(l, symbol, slot);
    Value *step = value_int(l, 1);
    if (source->more != NULL) {
        op_set(l, source->more,
               value_operator(l, "<", repr_plain(REPR_BOOL), value_slot(l, source->at),
                              value_slot(l, source->to)));
        step = value_slot(l, source->more);
    }
    op_set(l, source->at,
           value_operator(l, "+", repr_plain(REPR_INT), value_slot(l, source->at), step));
}

static void top_up(Lower *l, Form *form, const Supply *source)
{
    Op *each_turn = op_add(l, OP_WHILE);
    Value *room = value_plain(l, "weir_gather_full", repr_plain(REPR_BOOL), 0);
    room = value_operator(l, "!", repr_plain(REPR_BOOL),
                          value_arg(l, room, value_address(l, form->gather)), NULL);
    each_turn->value = value_operator(l, "&&", repr_plain(REPR_BOOL), supply_more(l, source), room);
    Ops *ops = l->b->ops;
    l->b->ops = ops == NULL ? NULL : &each_turn->then;
    supply_item(l, source);
    Fork fork;
    bool conditional = form_condition(l, form, &fork);
    form_item(l, form, form->expr->u.conc.each.value,
              arena_print(l->arena, "%s_item", l->b->routine->hint), NULL);
    if (conditional) {
        fork_end(l, &fork);
    }
    l->b->ops = ops;
}

static Slot *next_result(Lower *l, Form *form, const Stmt *stmt, const Type *type, Slot *index)
{
    Repr repr = repr_of(l, type);
    Slot *result = NULL;
    size_t last = stmt->u.each.symbols.count - 1;
    Value *next = form_verb(l, form, "weir_gather_next", 0);
    value_arg(l, next, index == NULL ? value_new(l, VALUE_NULL, repr) : value_address(l, index));
    if (repr.kind != REPR_NONE) {
        result = slot_new(l, stmt->u.each.names.items[last].text, repr, true);
        result->by_address = true;
        scope_bind(l, stmt->u.each.symbols.items[last], result);
        value_arg(l, next, value_address(l, result));
    } else {
        value_arg(l, next, value_new(l, VALUE_NULL, repr));
    }
    op_await(l, next,
             state_new(l, arena_print(l->arena, "got_%s", stmt->u.each.names.items[last].text),
                       stmt->span));
    return result;
}

typedef struct CompletedBody {
    Form *form;
    const Stmt *stmt;
} CompletedBody;

static void completed_loop(Lower *l, Form *form, const Stmt *stmt, const Supply *source)
{
    const char *name = stmt->u.each.names.items[0].text;
    const Type *type = stmt->u.each.source->type->item;
    State *next = state_new(l, arena_print(l->arena, "each_%s", name), stmt->span);
    op_jump(l, next);
    state_go_on(l, next);
    if (source != NULL) {
        top_up(l, form, source);
    }
    bool pairs = stmt->u.each.symbols.count == 2;
    Slot *index = NULL;
    if (pairs) {
        index = slot_new(l, "place", repr_plain(REPR_INT), false);
        index->by_address = true;
    }
    Slot *result = next_result(l, form, stmt, type, index);
    Op *branch = op_add(l, OP_IF);
    branch->value = value_new(l, VALUE_ENDED, repr_plain(REPR_BOOL));
    Ops *ops = l->b->ops;
    l->b->ops = &branch->then;
    region_done(l, &form->region, form->after);
    l->b->ops = ops;
    Builder *b = l->b;
    Loop loop = {.outer = b->loop,
                 .after_region = form->region.outer,
                 .again_region = &form->region,
                 .held = form->region.held,
                 .temps = form->region.temps,
                 .held_inside = b->held.count,
                 .after = form->after,
                 .again = next};
    b->loop = &loop;
    if (pairs && source != NULL) {
        Value *item = value_new(l, VALUE_ITEM, repr_of(l, source->loop->source->type->item));
        value_arg(l, value_arg(l, item, value_slot(l, source->list)), value_slot(l, index));
        Slot *slot = slot_new(l, name, item->repr, false);
        op_set(l, slot, item);
        scope_bind(l, stmt->u.each.symbols.items[0], slot);
    }
    if (result != NULL) {
        scope_hold(l, result);
    }
    lower_block(l, &stmt->u.each.body);
    scope_clear(l, loop.held_inside, b->temps.count);
    b->held.count = loop.held_inside;
    if (b->ops != NULL) {
        op_jump(l, next);
    }
    b->loop = loop.outer;
}

static void completed_body(Lower *l, void *data)
{
    CompletedBody *body = data;
    Form *form = body->form;
    const Expr *expr = form->expr;
    Supply source;
    bool pulled = expr->u.conc.each.value != NULL && expr->u.conc.each.loops.count == 1 &&
                  (form->limited || body->stmt->u.each.symbols.count == 2);
    size_t held = l->b->held.count;
    if (pulled) {
        supply_open(l, &source, &expr->u.conc.each.loops.items[0]);
    }
    form_open(l, form, expr->type->item);
    form->after = state_new(l, "after_loop", (Span){0, 0});
    if (!pulled) {
        form_start_all(l, form);
    }
    completed_loop(l, form, body->stmt, pulled ? &source : NULL);
    region_exit(l, &form->region);
    op_await_quietly(l, form_verb(l, form, "weir_gather_join", 0),
                     state_new(l, "joined", expr->span));
    form_close(l, form, NULL);
    scope_clear(l, held, l->b->temps.count);
    l->b->held.count = held;
}

// Where what is gone through waits, or is not simply one list or range, a producer goes through it
// while the loop waits for results.
bool completed_here(Lower *l, const Stmt *stmt)
{
    const Expr *form = stmt->u.each.source;
    const Each *each = &form->u.conc.each;
    bool limited = clause_find(&form->u.conc.clauses, CLAUSE_LIMIT) != NULL;
    for (size_t i = 0; i < each->loops.count; i++) {
        const Expr *source = each->loops.items[i].source;
        if (source->type->kind == TYPE_QUEUE || source->type->kind == TYPE_STREAM) {
            return false;
        }
    }
    if (each->value == NULL) {
        return true;
    }
    if (each->condition != NULL && expr_waits(l, each->condition)) {
        return false; // what starts items is a C loop
    }
    const EachFor *first = &each->loops.items[0];
    bool single = each->loops.count == 1 && first->symbols.count == 1 &&
                  first->source->type->kind != TYPE_MAP;
    return stmt->u.each.names.count == 2 ? single && first->source->kind != EXPR_RANGE
                                         : single || !limited;
}

void lower_completed(Lower *l, const Stmt *stmt)
{
    Form form = {.expr = stmt->u.each.source, .completed = true};
    form.limited = clause_find(&form.expr->u.conc.clauses, CLAUSE_LIMIT) != NULL;
    form_sort(l, &form);
    CompletedBody body = {&form, stmt};
    lower_clauses(l, &form.form_clauses, stmt->span, completed_body, &body);
}
