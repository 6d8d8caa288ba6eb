// Operations → C statements.
#include "emitting.h"

#include <string.h>

// ── the fault edge ───────────────────────────────────────────────────────────────────────────────
const char *label_of(Emit *e, const State *state)
{
    if (state == NULL) {
        return "failed";
    }
    return is_machine(e->routine) ? state->name + strlen(e->routine->local) + 1 : state->name;
}

static void take_label(Emit *e, const State *state)
{
    for (size_t i = 0; i < e->targets.count; i++) {
        if (e->targets.items[i] == state) {
            return;
        }
    }
    LIST_ADD(e->out.arena, &e->targets, state);
}

static void go(Emit *e, const State *state)
{
    if (is_machine(e->routine)) {
        out_line(&e->out, "self->state = %s;", state->constant);
        out_line(&e->out, "return WEIR_NEXT;");
    } else {
        out_line(&e->out, "goto %s;", state->name);
    }
}

static const char *nothing(Emit *e)
{
    switch (e->routine->gives.kind) {
    case REPR_NONE: return "return;";
    case REPR_COUNTED: return "return NULL;";
    case REPR_INT:
    case REPR_BOOL:
    case REPR_REAL:
    case REPR_PLACE:
    case REPR_PERMITS:
    case REPR_FRAME:
    case REPR_WORK: return "return 0;";
    }
    return "return;";
}

// Out by the fault edge, having said what was worked on. The line is told where the state's own
// does not say it.
static void fault(Emit *e, const Op *op)
{
    const State *target = op->state;
    uint32_t line = op->line;
    if (op->value != NULL) {
        emit_value(e, op->value);
        out(&e->out, ";");
        out_end(&e->out);
    }
    bool machine = is_machine(e->routine);
    bool told = line != 0 && (!machine || line != e->state->line || target != NULL) &&
                e->routine->kind != ROUTINE_BEGIN;
    bool direct = machine && target == NULL && e->guarded.count == 0;
    if (direct) {
        if (told) {
            out_line(&e->out, "return weir_failed_at(cx, %u);", line);
        } else {
            out_line(&e->out, "return WEIR_FAILED;");
        }
        return;
    }
    if (told && !machine && strcmp(op->file, e->unit->file) != 0) { // a caller's may be another
        out_line(&e->out, "weir_failed_in(cx, \"%s\", %u);", op->file, line);
    } else if (told) {
        out_line(&e->out, "weir_failed_at(cx, %u);", line);
    } else if (line != 0 && e->routine->kind == ROUTINE_BEGIN) { // no machine will say it
        out_line(&e->out, "weir_failed_top(cx, \"%s:%u\");", e->routine->file, line);
    }
    if (machine && e->guarded.count == 0) {
        go(e, target);
    } else if (!machine && target != NULL) {
        out_line(&e->out, "goto %s;", target->name);
    } else if (!machine && e->guarded.count == 0 && !e->routine->recursive) {
        out_line(&e->out, "%s", nothing(e));
    } else {
        take_label(e, target);
        out_line(&e->out, "goto %s;", label_of(e, target));
    }
}

static void drop_guarded(Emit *e)
{
    for (size_t i = 0; i < e->guarded.count; i++) {
        out_line(&e->out, "weir_drop(%s);", e->guarded.items[i]->name);
    }
}

void emit_fault_labels(Emit *e)
{
    for (size_t i = 0; i < e->targets.count; i++) {
        const State *target = e->targets.items[i];
        out_flush_left(&e->out, "%s:", label_of(e, target));
        drop_guarded(e);
        if (!is_machine(e->routine)) {
            if (e->routine->recursive) {
                out_line(&e->out, "weir_leave(cx);");
            }
            out_line(&e->out, "%s", nothing(e));
        } else if (target == NULL) {
            out_line(&e->out, "return WEIR_FAILED;");
        } else {
            go(e, target);
        }
    }
}

// ── variables, where they are first used ─────────────────────────────────────────────────────────
static void declare_slot(Emit *e, Slot *slot, const Ops *ops, const Op *setter)
{
    if (slot == NULL || slot->home != HOME_LOCAL || slot->guarded || slot->scope != ops ||
        slot->declared) {
        return;
    }
    slot->declared = true;
    if (setter == NULL || setter->slot != slot) {
        out_line(&e->out, "%s;", c_declare(e, slot));
    } else {
        slot->declaring = true; // the setter itself prints the type
    }
}

static void declare_in_value(Emit *e, const Value *value, const Ops *ops)
{
    if (value == NULL) {
        return;
    }
    if (value->kind != VALUE_FIELD && value->kind != VALUE_GLOBAL) {
        declare_slot(e, value->slot, ops, NULL);
    }
    for (size_t i = 0; i < value->args.count; i++) {
        declare_in_value(e, value->args.items[i], ops);
    }
}

static void declare_in(Emit *e, const Op *op, const Ops *ops, bool nested)
{
    declare_in_value(e, op->value, ops);
    declare_in_value(e, op->place, ops);
    declare_in_value(e, op->limit, ops);
    for (size_t i = 0; i < op->args.count; i++) {
        declare_in_value(e, op->args.items[i], ops);
    }
    declare_slot(e, op->slot, ops, op->kind == OP_SET && !nested ? op : NULL);
    for (size_t i = 0; i < op->then.list.count; i++) {
        declare_in(e, op->then.list.items[i], ops, true);
    }
    for (size_t i = 0; i < op->otherwise.list.count; i++) {
        declare_in(e, op->otherwise.list.items[i], ops, true);
    }
}

// ── one operation ────────────────────────────────────────────────────────────────────────────────
// n = n + 1
static bool counts_up(const Op *op)
{
    const Value *value = op->value;
    return value->kind == VALUE_OPERATOR && value->args.count == 2 &&
           strcmp(value->text, "+") == 0 && value->args.items[0]->kind == VALUE_SLOT &&
           value->args.items[0]->slot == op->slot && value->args.items[1]->kind == VALUE_INT &&
           value->args.items[1]->integer == 1;
}

static void emit_set(Emit *e, const Op *op)
{
    if (!op->slot->declaring && counts_up(op)) {
        emit_slot(e, op->slot);
        out(&e->out, "++;");
        out_end(&e->out);
        return;
    }
    if (op->slot->declaring) {
        op->slot->declaring = false;
        out(&e->out, "%s", c_declare(e, op->slot));
    } else {
        emit_slot(e, op->slot);
    }
    out(&e->out, " = ");
    emit_value(e, op->value);
    out(&e->out, ";");
    out_end(&e->out);
    if (op->slot->home == HOME_LOCAL && !op->slot->read) { // named in the source, never read
        out_line(&e->out, "(void)%s;", op->slot->name);
    }
}

static void emit_clear(Emit *e, const Slot *slot)
{
    out(&e->out, slot->home == HOME_FRAME || slot->guarded ? "weir_clear(&" : "weir_drop(");
    emit_slot(e, slot);
    out(&e->out, ");");
    out_end(&e->out);
}

static void emit_store(Emit *e, const Op *op)
{
    if (op->place->repr.kind == REPR_COUNTED) {
        out(&e->out, "weir_clear(&");
        emit_value(e, op->place);
        out(&e->out, ");");
        out_end(&e->out);
        if (op->value->kind == VALUE_NULL) {
            return;
        }
    }
    emit_value(e, op->place);
    out(&e->out, " = ");
    emit_value(e, op->value);
    out(&e->out, ";");
    out_end(&e->out);
}

static void emit_condition(Emit *e, const Value *value, bool inverted)
{
    if (inverted) {
        Value no = {.kind = VALUE_OPERATOR, .text = "!"};
        LIST_ADD(e->out.arena, &no.args, (Value *)(uintptr_t)value);
        emit_value(e, &no);
    } else {
        emit_value(e, value);
    }
}

// The `if` that is all of an arm and can follow its `else`; NULL: there is more to it.
static const Op *only_if(const Ops *arm)
{
    const Op *op = arm->list.count == 1 ? arm->list.items[0] : NULL;
    if (op == NULL || op->kind != OP_IF ||
        (op->then.list.count == 0 && op->otherwise.list.count == 0)) {
        return NULL;
    }
    for (size_t i = 0; i < arm->locals.count; i++) {
        if (!arm->locals.items[i]->guarded) {
            return NULL; // a variable is declared in front of it
        }
    }
    return op;
}

static void emit_if(Emit *e, const Op *op)
{
    const Ops *then = &op->then, *otherwise = &op->otherwise;
    bool inverted = then->list.count == 0;
    if (inverted) {
        then = otherwise;
        otherwise = &op->then;
    }
    if (then->list.count == 0) {
        return;
    }
    out(&e->out, "if (");
    emit_condition(e, op->value, inverted);
    out(&e->out, ") {");
    out_end(&e->out);
    emit_ops(e, then);
    const Op *next = only_if(otherwise);
    if (next != NULL) {
        out(&e->out, "} else ");
        emit_if(e, next);
        return;
    }
    if (otherwise->list.count > 0) {
        out_line(&e->out, "} else {");
        emit_ops(e, otherwise);
    }
    out_line(&e->out, "}");
}

static void emit_for(Emit *e, const Op *op)
{
    const char *name = op->slot->name;
    op->slot->declared = true;
    out(&e->out, "for (int64_t %s = ", name);
    emit_value(e, op->value);
    if (op->closed) { // the end may be the largest int: `<=` and `++` would never end
        out(&e->out, ", %s_more = %s <= ", name, name);
        emit_value(e, op->limit);
        out(&e->out, "; %s_more; %s_more = %s < ", name, name, name);
        emit_value(e, op->limit);
        out(&e->out, ", %s += %s_more) {", name, name);
    } else {
        out(&e->out, "; %s < ", name);
        emit_value(e, op->limit);
        out(&e->out, "; %s++) {", name);
    }
    out_end(&e->out);
    emit_ops(e, &op->then);
    out_line(&e->out, "}");
}

static void emit_begin(Emit *e, const Op *op)
{
    out(&e->out, "%s_begin(", op->routine->name);
    if (op->kind == OP_START) {
        emit_value(e, op->place);
    } else {
        out(&e->out, "&");
        emit_slot(e, op->slot);
    }
    for (size_t i = 0; i < op->args.count; i++) {
        out(&e->out, ", ");
        emit_value(e, op->args.items[i]);
    }
    out(&e->out, ");");
    out_end(&e->out);
}

static void emit_resume(Emit *e, const Op *op)
{
    out(&e->out, "weir_step step = %s_resume(cx, &", op->routine->name);
    emit_slot(e, op->slot);
    out(&e->out, ");");
    out_end(&e->out);
    if (op->state == NULL && op->value == NULL && e->guarded.count == 0) {
        out_line(&e->out, "if (step != WEIR_DONE) {");
        out_line(&e->out, "    return step;");
        out_line(&e->out, "}");
        return;
    }
    out_line(&e->out, "if (step == WEIR_WAIT) {");
    out_line(&e->out, "    return step;");
    out_line(&e->out, "}");
    out_line(&e->out, "if (step == WEIR_FAILED) {");
    e->out.indent++;
    fault(e, op);
    e->out.indent--;
    out_line(&e->out, "}");
}

static void emit_work(Emit *e, const Op *op)
{
    for (size_t i = 0; i < op->args.count; i++) {
        emit_slot(e, op->slot);
        out(&e->out, ".%s = ", op->routine->params.items[i]->name);
        emit_value(e, op->args.items[i]);
        out(&e->out, ";");
        out_end(&e->out);
    }
    if (op->routine->gives.kind == REPR_COUNTED) { // it may be cancelled before it runs
        emit_slot(e, op->slot);
        out(&e->out, ".result = NULL;");
        out_end(&e->out);
    }
}

// self->state = LOOKUP_COMPLETED; then C is told to begin, with the arguments as they lie here.
static void emit_extern(Emit *e, const Op *op)
{
    out_line(&e->out, "weir_pending *pending;");
    out(&e->out, "weir_step step = %s(cx, ", op->value->text);
    emit_value(e, op->value->args.items[0]);
    out(&e->out, ", &pending);");
    out_end(&e->out);
    out_line(&e->out, "if (pending != NULL) {");
    e->out.indent++;
    out(&e->out, "%s(cx, pending", op->routine->c_name);
    for (size_t i = 0; i < op->args.count; i++) {
        out(&e->out, ", ");
        emit_value(e, op->args.items[i]);
    }
    out(&e->out, ");");
    out_end(&e->out);
    out_line(&e->out, "weir_extern_begun(cx, pending);");
    e->out.indent--;
    out_line(&e->out, "}");
    out_line(&e->out, "return step;");
}

static void emit_await(Emit *e, const Op *op)
{
    if (op->routine != NULL) {
        out_line(&e->out, "self->state = %s;", op->state->constant);
        emit_extern(e, op);
        return;
    }
    out_line(&e->out, "self->state = %s;", op->state->constant);
    out(&e->out, "return ");
    emit_value(e, op->value);
    out(&e->out, ";");
    out_end(&e->out);
}

static void emit_switch(Emit *e, const Op *op)
{
    out(&e->out, "switch (");
    emit_slot(e, op->slot);
    out(&e->out, ") {");
    out_end(&e->out);
    for (size_t i = 0; i < op->states.count; i++) {
        if (i + 1 < op->states.count) {
            out_line(&e->out, "case %zu:", i);
        } else {
            out_line(&e->out, "default:");
        }
        e->out.indent++;
        go(e, op->states.items[i]);
        e->out.indent--;
    }
    out_line(&e->out, "}");
}

static void emit_return(Emit *e, const Op *op)
{
    if (e->routine->recursive && e->routine->kind == ROUTINE_FN) {
        out_line(&e->out, "weir_leave(cx);");
    }
    if (op->value == NULL) {
        bool last = e->state == e->routine->states.items[e->routine->states.count - 1] &&
                    e->out.indent == 1 && e->targets.count == 0;
        if (last) {
            return; // the end of the function says it
        }
        if (e->routine->gives.kind == REPR_NONE) {
            out_line(&e->out, "return;");
        } else {
            out_line(&e->out, "%s", nothing(e));
        }
        return;
    }
    out(&e->out, "return ");
    if (op->value->kind == VALUE_MOVE) {
        emit_slot(e, op->value->slot); // a variable's last use
    } else {
        emit_value(e, op->value);
    }
    out(&e->out, ";");
    out_end(&e->out);
}

static void emit_body(Emit *e, const char *head, const Op *op)
{
    out_line(&e->out, "%s", head);
    emit_ops(e, &op->then);
    out_line(&e->out, "}");
}

static void emit_op(Emit *e, const Op *op)
{
    switch (op->kind) {
    case OP_SET: emit_set(e, op); break;
    case OP_DO:
        emit_value(e, op->value);
        out(&e->out, ";");
        out_end(&e->out);
        break;
    case OP_CLEAR: emit_clear(e, op->slot); break;
    case OP_STORE: emit_store(e, op); break;
    case OP_TEST:
        out_line(&e->out, "if (weir_failed(cx)) {");
        e->out.indent++;
        fault(e, op);
        e->out.indent--;
        out_line(&e->out, "}");
        break;
    case OP_IF: emit_if(e, op); break;
    case OP_FOR: emit_for(e, op); break;
    case OP_WHILE:
        if (op->value == NULL) {
            emit_body(e, "for (;;) {", op);
        } else {
            out(&e->out, "while (");
            emit_value(e, op->value);
            out(&e->out, ") {");
            out_end(&e->out);
            emit_ops(e, &op->then);
            out_line(&e->out, "}");
        }
        break;
    case OP_BREAK: out_line(&e->out, "break;"); break;
    case OP_CONTINUE: out_line(&e->out, "continue;"); break;
    case OP_START:
    case OP_BEGIN: emit_begin(e, op); break;
    case OP_RESUME: emit_resume(e, op); break;
    case OP_WORK: emit_work(e, op); break;
    case OP_GOTO: go(e, op->state); break;
    case OP_AWAIT: emit_await(e, op); break;
    case OP_SWITCH: emit_switch(e, op); break;
    case OP_FINISH: out_line(&e->out, "return WEIR_DONE;"); break;
    case OP_FAIL: fault(e, op); break;
    case OP_RETURN: emit_return(e, op); break;
    }
}

void emit_ops(Emit *e, const Ops *ops)
{
    e->out.indent++;
    for (size_t i = 0; i < ops->list.count; i++) {
        declare_in(e, ops->list.items[i], ops, false);
        emit_op(e, ops->list.items[i]);
    }
    e->out.indent--;
}
