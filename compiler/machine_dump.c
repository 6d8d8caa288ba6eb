// The text form of routines: what lower, live and name decided, without the C around it.
//
//     task fetch(url: frame, delay: frame)
//       slot text: weir_string *, variable, guarded
//       state entry @3
//         set text = weir_text("Fetching {s}...", url)
//         await weir_sleep(delay) -> slept
#include "out.h"

#include "machine.h"

static const char *const op_words[] = {
    [OP_SET] = "set",           [OP_DO] = "do",         [OP_CLEAR] = "clear",
    [OP_STORE] = "store",       [OP_TEST] = "test",     [OP_IF] = "if",
    [OP_FOR] = "for",           [OP_WHILE] = "while",   [OP_BREAK] = "break",
    [OP_CONTINUE] = "continue", [OP_START] = "start",   [OP_BEGIN] = "begin",
    [OP_RESUME] = "resume",     [OP_WORK] = "work",     [OP_GOTO] = "goto",
    [OP_AWAIT] = "await",       [OP_SWITCH] = "switch", [OP_FINISH] = "finish",
    [OP_FAIL] = "fail",         [OP_RETURN] = "return",
};

static void dump_value(Out *o, const Unit *unit, const Value *value);

static void dump_args(Out *o, const Unit *unit, const Value *value, const char *head)
{
    out(o, "%s(", head);
    for (size_t i = 0; i < value->args.count; i++) {
        out(o, "%s", i > 0 ? ", " : "");
        dump_value(o, unit, value->args.items[i]);
    }
    out(o, ")");
}

static const char *slot_word(const Slot *slot)
{
    return slot->name != NULL ? slot->name : slot->hint;
}

static void dump_value(Out *o, const Unit *unit, const Value *value)
{
    switch (value->kind) {
    case VALUE_SLOT:
    case VALUE_GLOBAL: out(o, "%s", slot_word(value->slot)); break;
    case VALUE_MOVE: out(o, "move %s", slot_word(value->slot)); break;
    case VALUE_ADDRESS: out(o, "&%s", slot_word(value->slot)); break;
    case VALUE_INT: out(o, "%lld", (long long)value->integer); break;
    case VALUE_REAL: out(o, "%.17g", value->real); break;
    case VALUE_CONSTANT: {
        const Constant *constant = &unit->constants.items[value->index];
        out(o, "text ");
        out_string(o, constant->text, constant->length);
        break;
    }
    case VALUE_TEMPLATE:
        out(o, "%s", "");
        out_string(o, value->text, value->length);
        break;
    case VALUE_NULL: out(o, "none"); break;
    case VALUE_NAMED: out(o, "%s", value->text); break;
    case VALUE_RUNTIME:
    case VALUE_PLAIN: dump_args(o, unit, value, value->text); break;
    case VALUE_ROUTINE: dump_args(o, unit, value, value->routine->hint); break;
    case VALUE_NEW: dump_args(o, unit, value, value->shape->hint); break;
    case VALUE_MEMBER:
        dump_value(o, unit, value->args.items[0]);
        out(o, ".%s", value->text);
        break;
    case VALUE_FIELD:
        dump_value(o, unit, value->args.items[0]);
        out(o, ".%s", value->slot->hint);
        break;
    case VALUE_ITEM:
        dump_value(o, unit, value->args.items[0]);
        out(o, "[");
        dump_value(o, unit, value->args.items[1]);
        out(o, "]");
        break;
    case VALUE_WORD: dump_value(o, unit, value->args.items[0]); break;
    case VALUE_OPERATOR: dump_args(o, unit, value, value->text); break;
    case VALUE_DESCRIPTOR:
        out(o, "type %s",
            value->descriptor->known != NULL ? value->descriptor->known : value->descriptor->words);
        break;
    case VALUE_MACHINE:
    case VALUE_STUB:
    case VALUE_WORK: out(o, "%s", value->routine->hint); break;
    case VALUE_CASE:
        out(o, "%s.%s", value->descriptor->words,
            value->descriptor->field_names.items[value->index]);
        break;
    case VALUE_ENDED: out(o, "ended"); break;
    case VALUE_RESULT: out(o, "result of %s", slot_word(value->slot)); break;
    }
}

static const char *state_word(const State *state)
{
    return state == NULL ? "out" : state->name != NULL ? state->name : state->hint;
}

static void dump_ops(Out *o, const Unit *unit, const Ops *ops);

static void dump_op(Out *o, const Unit *unit, const Op *op)
{
    out(o, "%s", op_words[op->kind]);
    if (op->routine != NULL) {
        out(o, " %s", op->routine->hint);
    }
    if (op->slot != NULL) {
        out(o, " %s", slot_word(op->slot));
    }
    if (op->place != NULL) {
        out(o, " ");
        dump_value(o, unit, op->place);
    }
    if (op->value != NULL) {
        out(o, op->kind == OP_SET || op->kind == OP_STORE || op->kind == OP_FOR ? " = " : " ");
        dump_value(o, unit, op->value);
    }
    if (op->limit != NULL) {
        out(o, op->closed ? " ..= " : " .. ");
        dump_value(o, unit, op->limit);
    }
    for (size_t i = 0; i < op->args.count; i++) {
        out(o, i == 0 ? " with " : ", ");
        dump_value(o, unit, op->args.items[i]);
    }
    if (op->state != NULL || op->kind == OP_TEST || op->kind == OP_FAIL || op->kind == OP_RESUME) {
        out(o, " -> %s", state_word(op->state));
    }
    for (size_t i = 0; i < op->states.count; i++) {
        out(o, " %s", state_word(op->states.items[i]));
    }
    out_end(o);
    dump_ops(o, unit, &op->then);
    if (op->otherwise.list.count > 0) {
        out_line(o, "else");
        dump_ops(o, unit, &op->otherwise);
    }
}

static void dump_ops(Out *o, const Unit *unit, const Ops *ops)
{
    o->indent++;
    for (size_t i = 0; i < ops->list.count; i++) {
        dump_op(o, unit, ops->list.items[i]);
    }
    o->indent--;
}

static void dump_slots(Out *o, const Routine *routine)
{
    static const char *const homes[] = {"unused", "frame", "variable", "parameter"};
    for (size_t i = 0; i < routine->slots.count; i++) {
        const Slot *slot = routine->slots.items[i];
        if (slot->home == HOME_UNUSED) {
            continue;
        }
        out_line(o, "slot %s: %s%s%s%s", slot_word(slot), homes[slot->home],
                 slot->counted ? ", counted" : "", slot->guarded ? ", guarded" : "",
                 slot->param ? ", given" : "");
    }
}

static void dump_routine(Out *o, const Unit *unit, const Routine *routine)
{
    static const char *const kinds[] = {"task", "branch", "fn", "begin"};
    out_line(o, "%s %s%s", kinds[routine->kind], routine->name,
             routine->recursive ? ", recursive" : "");
    o->indent++;
    dump_slots(o, routine);
    for (size_t i = 0; i < routine->states.count; i++) {
        const State *state = routine->states.items[i];
        out_line(o, "state %s @%u%s", state_word(state), state->line,
                 state->waits ? ", waits" : "");
        dump_ops(o, unit, &state->ops);
    }
    o->indent--;
}

const char *machine_dump(Arena *arena, const Unit *unit)
{
    Out o = {.arena = arena};
    for (size_t i = 0; i < unit->routines.count; i++) {
        if (unit->routines.items[i]->reached) {
            dump_routine(&o, unit, unit->routines.items[i]);
        }
    }
    const Routine *others[] = {unit->begin, unit->begin_main};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (others[i] != NULL) {
            dump_routine(&o, unit, others[i]);
        }
    }
    return o.text == NULL ? "" : o.text;
}
