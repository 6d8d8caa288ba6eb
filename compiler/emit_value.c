// Values → C expressions.
#include "emitting.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool is_machine(const Routine *routine)
{
    return routine->kind == ROUTINE_TASK || routine->kind == ROUTINE_BRANCH;
}

const char *c_type(Emit *e, Repr repr)
{
    switch (repr.kind) {
    case REPR_NONE: return "void ";
    case REPR_INT: return "int64_t ";
    case REPR_BOOL: return "weir_bool ";
    case REPR_REAL: return "double ";
    case REPR_COUNTED:
        return repr.shape != NULL ? arena_print(e->out.arena, "struct %s *", repr.shape->name)
                                  : repr.c;
    case REPR_PLACE:
        return repr.c[strlen(repr.c) - 1] == '*' ? repr.c
                                                 : arena_print(e->out.arena, "%s ", repr.c);
    case REPR_PERMITS: return "weir_permit ";
    case REPR_FRAME: return arena_print(e->out.arena, "struct %s ", repr.routine->name);
    case REPR_WORK: return arena_print(e->out.arena, "struct %s_work ", repr.routine->name);
    }
    return "void ";
}

// Handles, queues and streams are used, not read: a borrowed one is no const.
static bool is_const(const Slot *slot)
{
    return slot->repr.kind == REPR_COUNTED && !slot->counted && !slot->changes &&
           (slot->repr.c == NULL || (strcmp(slot->repr.c, "weir_queue *") != 0 &&
                                     strcmp(slot->repr.c, "weir_stream *") != 0 &&
                                     strcmp(slot->repr.c, "weir_handle *") != 0));
}

const char *c_declare(Emit *e, const Slot *slot)
{
    if (slot->repr.kind == REPR_PERMITS) {
        return arena_print(e->out.arena, "weir_permit %s[%u]", slot->name, slot->repr.count);
    }
    return arena_print(e->out.arena, "%s%s%s", is_const(slot) ? "const " : "",
                       c_type(e, slot->repr), slot->name);
}

void emit_slot(Emit *e, const Slot *slot)
{
    if (slot->home == HOME_FRAME) {
        out(&e->out, slot->repr.kind == REPR_FRAME ? "self->call.%s" : "self->%s", slot->name);
    } else {
        out(&e->out, "%s", slot->name);
    }
}

static void emit_int(Emit *e, const Value *value)
{
    int64_t i = value->integer;
    if (value->text != NULL && i != 0 && i % 1000000 == 0) {
        if (i % 1000000000 == 0) {
            out(&e->out, "%" PRId64 " * WEIR_SECOND", i / 1000000000);
        } else {
            out(&e->out, "%" PRId64 " * WEIR_MILLISECOND", i / 1000000);
        }
        return;
    }
    if (i == INT64_MIN) {
        out(&e->out, "INT64_MIN");
    } else if (i > INT32_MAX || i < -INT32_MAX) {
        out(&e->out, "INT64_C(%" PRId64 ")", i);
    } else {
        out(&e->out, "%" PRId64, i);
    }
}

static void emit_real(Emit *e, double real)
{
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, real);
        if (strtod(text, NULL) == real) {
            break;
        }
    }
    out(&e->out, "%s%s", text, strpbrk(text, ".eEni") == NULL ? ".0" : "");
}

static bool atom(const Value *value)
{
    if (value->kind == VALUE_INT) {
        return value->text == NULL && value->integer >= 0;
    }
    return value->kind != VALUE_OPERATOR ||
           (strcmp(value->text, "as") == 0 && atom(value->args.items[0]));
}

// How tightly a C operator binds; only those that are printed.
static int binding(const char *op)
{
    static const char *const levels[][5] = {
        {"||"}, {"&&"}, {"==", "!="}, {"<", "<=", ">", ">="}, {"+", "-"}, {"*", "/"},
    };
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        for (size_t k = 0; k < 5 && levels[i][k] != NULL; k++) {
            if (strcmp(levels[i][k], op) == 0) {
                return (int)i;
            }
        }
    }
    return -1;
}

// An operand of && and || that compares needs no parentheses; arithmetic keeps them.
static bool stands_alone(const Value *operand, const Value *around)
{
    if (operand->kind != VALUE_OPERATOR || around->args.count != 2) {
        return false;
    }
    int inner = binding(operand->text), outer = binding(around->text);
    if (operand->args.count == 1) {
        return outer <= 1 && strcmp(operand->text, "!") == 0; // `!a == b` looks like a slip
    }
    return outer <= 1 && inner >= 2 && strcmp(operand->text, "as") != 0;
}

static void emit_operand(Emit *e, const Value *value)
{
    if (atom(value)) {
        emit_value(e, value);
    } else {
        out(&e->out, "(");
        emit_value(e, value);
        out(&e->out, ")");
    }
}

static void emit_side(Emit *e, const Value *operand, const Value *around)
{
    if (stands_alone(operand, around)) {
        emit_value(e, operand);
    } else {
        emit_operand(e, operand);
    }
}

// An object whose member is read: what C sees as void * is named by its type first.
static void emit_object(Emit *e, const Value *value)
{
    switch (value->kind) {
    case VALUE_SLOT:
    case VALUE_FIELD:
    case VALUE_MEMBER:
    case VALUE_RESULT:
    case VALUE_GLOBAL:
    case VALUE_RUNTIME:
    case VALUE_ROUTINE:
    case VALUE_NEW: emit_value(e, value); return;
    case VALUE_CONSTANT: out(&e->out, "(&%s)", e->unit->constants.items[value->index].name); return;
    case VALUE_MOVE:
    case VALUE_ADDRESS:
    case VALUE_INT:
    case VALUE_REAL:
    case VALUE_TEMPLATE:
    case VALUE_NULL:
    case VALUE_NAMED:
    case VALUE_PLAIN:
    case VALUE_ITEM:
    case VALUE_WORD:
    case VALUE_OPERATOR:
    case VALUE_CASE:
    case VALUE_DESCRIPTOR:
    case VALUE_MACHINE:
    case VALUE_STUB:
    case VALUE_WORK:
    case VALUE_ENDED:
        out(&e->out, "((%s)", c_type(e, value->repr));
        emit_operand(e, value);
        out(&e->out, ")");
        return;
    }
}

static const char *word_member(Repr repr)
{
    return repr.kind == REPR_REAL ? "real" : repr.kind == REPR_COUNTED ? "object" : "integer";
}

static void emit_operator(Emit *e, const Value *value)
{
    const Value *a = value->args.items[0];
    if (strcmp(value->text, "as") == 0) {
        emit_value(e, a);
        return;
    }
    if (value->args.count == 1) {
        if (strcmp(value->text, "!") == 0 && a->kind == VALUE_OPERATOR && a->args.count == 2 &&
            (strcmp(a->text, "==") == 0 || strcmp(a->text, "!=") == 0)) {
            emit_operand(e, a->args.items[0]);
            out(&e->out, " %s ", strcmp(a->text, "==") == 0 ? "!=" : "==");
            emit_operand(e, a->args.items[1]);
            return;
        }
        out(&e->out, "%s", value->text);
        emit_operand(e, a);
        return;
    }
    emit_side(e, a, value);
    out(&e->out, " %s ", value->text);
    emit_side(e, value->args.items[1], value);
}

// What follows a template goes through `...`: it must have exactly the type the template says.
static void emit_vararg(Emit *e, const Value *value)
{
    bool exact = value->kind == VALUE_SLOT || value->kind == VALUE_FIELD ||
                 value->kind == VALUE_RESULT || value->kind == VALUE_MEMBER ||
                 value->kind == VALUE_ITEM || value->kind == VALUE_WORD ||
                 (value->kind == VALUE_RUNTIME && value->repr.kind == REPR_INT) ||
                 value->kind == VALUE_ROUTINE;
    if (!exact && (value->repr.kind == REPR_INT || value->repr.kind == REPR_BOOL)) {
        out(&e->out, "(int64_t)");
        emit_operand(e, value);
    } else if (value->kind == VALUE_NULL) {
        out(&e->out, "(void *)NULL");
    } else {
        emit_value(e, value);
    }
}

void emit_args(Emit *e, const Value *value, bool context)
{
    out(&e->out, context ? "(cx" : "(");
    bool varargs = false;
    for (size_t i = 0; i < value->args.count; i++) {
        out(&e->out, i > 0 || context ? ", " : "");
        if (varargs && value->args.items[i]->kind != VALUE_DESCRIPTOR &&
            value->args.items[i]->kind != VALUE_ADDRESS) {
            emit_vararg(e, value->args.items[i]);
        } else {
            emit_value(e, value->args.items[i]);
        }
        varargs = varargs || (value->args.items[i]->kind == VALUE_TEMPLATE &&
                              strcmp(value->text, "weir_text") == 0);
    }
    out(&e->out, ")");
}

static void emit_move(Emit *e, const Slot *slot)
{
    if (slot->counted && (slot->home == HOME_FRAME || slot->guarded)) {
        out(&e->out, "weir_move(&");
        emit_slot(e, slot);
        out(&e->out, ")");
    } else {
        emit_slot(e, slot);
    }
}

static void emit_address(Emit *e, const Value *value)
{
    out(&e->out, "&");
    emit_slot(e, value->slot);
    if (value->slot->repr.kind == REPR_PERMITS) {
        out(&e->out, "[%u]", value->index);
    }
}

static void emit_reference(Emit *e, const Value *value)
{
    switch (value->kind) {
    case VALUE_DESCRIPTOR:
        out(&e->out, "&%s",
            value->descriptor->known != NULL ? value->descriptor->known : value->descriptor->name);
        return;
    case VALUE_MACHINE: out(&e->out, "&%s_machine", value->routine->name); return;
    case VALUE_STUB: out(&e->out, "&%s_stub", value->routine->name); return;
    case VALUE_WORK: out(&e->out, "%s_work", value->routine->name); return;
    case VALUE_CONSTANT: out(&e->out, "&%s", e->unit->constants.items[value->index].name); return;
    case VALUE_RESULT:
        emit_slot(e, value->slot);
        out(&e->out, ".%s",
            value->slot->repr.kind == REPR_FRAME ? value->slot->repr.routine->result->name
                                                 : "result");
        return;
    case VALUE_SLOT:
    case VALUE_MOVE:
    case VALUE_ADDRESS:
    case VALUE_INT:
    case VALUE_REAL:
    case VALUE_TEMPLATE:
    case VALUE_NULL:
    case VALUE_NAMED:
    case VALUE_RUNTIME:
    case VALUE_PLAIN:
    case VALUE_ROUTINE:
    case VALUE_NEW:
    case VALUE_MEMBER:
    case VALUE_FIELD:
    case VALUE_ITEM:
    case VALUE_WORD:
    case VALUE_OPERATOR:
    case VALUE_CASE:
    case VALUE_ENDED:
    case VALUE_GLOBAL: return;
    }
}

void emit_value(Emit *e, const Value *value)
{
    switch (value->kind) {
    case VALUE_SLOT: emit_slot(e, value->slot); return;
    case VALUE_MOVE: emit_move(e, value->slot); return;
    case VALUE_ADDRESS: emit_address(e, value); return;
    case VALUE_INT: emit_int(e, value); return;
    case VALUE_REAL: emit_real(e, value->real); return;
    case VALUE_TEMPLATE:
        out(&e->out, "%s", "");
        out_string(&e->out, value->text, value->length);
        return;
    case VALUE_NULL: out(&e->out, "NULL"); return;
    case VALUE_NAMED: out(&e->out, "%s", value->text); return;
    case VALUE_RUNTIME:
        out(&e->out, "%s", value->text);
        emit_args(e, value, true);
        return;
    case VALUE_PLAIN:
        out(&e->out, "%s", value->text);
        emit_args(e, value, false);
        return;
    case VALUE_ROUTINE:
        out(&e->out, "%s", value->routine->name);
        emit_args(e, value, true);
        return;
    case VALUE_NEW:
        out(&e->out, "%s", value->shape->maker);
        emit_args(e, value, true);
        return;
    case VALUE_MEMBER:
        emit_object(e, value->args.items[0]);
        out(&e->out, "->%s", value->text);
        return;
    case VALUE_FIELD:
        emit_object(e, value->args.items[0]);
        out(&e->out, "->%s", value->slot->name);
        return;
    case VALUE_ITEM:
        emit_object(e, value->args.items[0]);
        out(&e->out, "->items[");
        emit_value(e, value->args.items[1]);
        out(&e->out, "].%s", word_member(value->repr));
        return;
    case VALUE_WORD:
        emit_value(e, value->args.items[0]);
        out(&e->out, "->%s", word_member(value->repr));
        return;
    case VALUE_OPERATOR: emit_operator(e, value); return;
    case VALUE_CASE: out(&e->out, "%s", value->descriptor->constants.items[value->index]); return;
    case VALUE_ENDED: out(&e->out, "cx->ended"); return;
    case VALUE_GLOBAL:
        out(&e->out, "%s(cx)->%s", value->slot->part->top, value->slot->name);
        return;
    case VALUE_DESCRIPTOR:
    case VALUE_MACHINE:
    case VALUE_STUB:
    case VALUE_WORK:
    case VALUE_CONSTANT:
    case VALUE_RESULT: emit_reference(e, value); return;
    }
}
