#include "emitting.h"

#include <string.h>

// ── where a place in the source is named ─────────────────────────────────────────────────────────
static void name_place(Emit *e, uint32_t line, const char *words)
{
    if (line == 0) {
        return;
    }
    if (words != NULL && *words != '\0') {
        out_line(&e->out, "// %s", words);
    }
    out_flush_left(&e->out, "#line %u \"%s\"", line, e->routine->file);
}

const char *linkage(const Routine *routine)
{
    return routine->crosses ? "" : "static ";
}

// ── frames ───────────────────────────────────────────────────────────────────────────────────────
static void emit_state_enum(Emit *e, const Routine *routine)
{
    out_line(&e->out, "enum %s_state {", routine->local);
    e->out.indent++;
    for (size_t i = 0; i < routine->states.count; i++) {
        out_line(&e->out, "%s,", routine->states.items[i]->constant);
    }
    e->out.indent--;
    out_line(&e->out, "};");
    out_line(&e->out, "%s", "");
}

static const char *slot_comment(const Routine *routine, const Slot *slot)
{
    if (slot->param) {
        return " // parameter";
    }
    if (slot == routine->result) {
        return "";
    }
    return slot->repr.kind == REPR_COUNTED && !slot->counted ? " // borrowed" : "";
}

void emit_frame(Emit *e, const Routine *routine)
{
    out_line(&e->out, "struct %s {", routine->name);
    e->out.indent++;
    out_line(&e->out, "uint32_t state; // enum %s_state", routine->local);
    for (size_t i = 0; i < routine->slots.count; i++) {
        const Slot *slot = routine->slots.items[i];
        if (slot->home == HOME_FRAME && slot->repr.kind != REPR_FRAME) {
            out_line(&e->out, "%s;%s", c_declare(e, slot), slot_comment(routine, slot));
        }
    }
    if (routine->calls) {
        out_line(&e->out, "union { // one call at a time");
        e->out.indent++;
        for (size_t i = 0; i < routine->embeds.count; i++) {
            out_line(&e->out, "struct %s %s;", routine->embeds.items[i]->name,
                     routine->embeds.items[i]->name);
        }
        e->out.indent--;
        out_line(&e->out, "} call;");
    }
    e->out.indent--;
    out_line(&e->out, "};");
    out_line(&e->out, "%s", "");
}

static bool dropped(const Routine *routine, const Slot *slot)
{
    return slot->home == HOME_FRAME && slot->counted && slot != routine->result;
}

static bool has_drop(const Routine *routine)
{
    for (size_t i = 0; i < routine->slots.count; i++) {
        if (dropped(routine, routine->slots.items[i])) {
            return true;
        }
    }
    return false;
}

// ── the parts of a machine ───────────────────────────────────────────────────────────────────────
void emit_begin_signature(Emit *e, const Routine *routine)
{
    out(&e->out, "%svoid %s_begin(struct %s *self", linkage(routine), routine->name, routine->name);
    for (size_t i = 0; i < routine->params.count; i++) {
        out(&e->out, ", %s", c_declare(e, routine->params.items[i]));
    }
    out(&e->out, ")");
}

static void emit_begin_function(Emit *e, const Routine *routine)
{
    emit_begin_signature(e, routine);
    out_end(&e->out);
    out_line(&e->out, "{");
    e->out.indent++;
    if (routine->started) {
        out_line(&e->out, "if (self == NULL) { // no memory: the arguments go");
        for (size_t i = 0; i < routine->params.count; i++) {
            if (routine->params.items[i]->counted) {
                out_line(&e->out, "    weir_drop(%s);", routine->params.items[i]->name);
            }
        }
        out_line(&e->out, "    return;");
        out_line(&e->out, "}");
    }
    out_line(&e->out, "self->state = %s;", routine->states.items[0]->constant);
    for (size_t i = 0; i < routine->slots.count; i++) {
        const Slot *slot = routine->slots.items[i];
        if (slot->home != HOME_FRAME) {
            continue;
        }
        if (slot->param) {
            out_line(&e->out, "self->%s = %s;", slot->name, slot->name);
        } else if (slot->counted) {
            out_line(&e->out, "self->%s = NULL;", slot->name);
        }
    }
    e->out.indent--;
    out_line(&e->out, "}");
    out_line(&e->out, "%s", "");
}

// Where a state stands: one where ways meet has no text of its own, and stands where it begins.
static unsigned site_line(const State *state)
{
    return state->line == 0 && state->ops.list.count > 0 ? state->ops.list.items[0]->line
                                                         : state->line;
}

static void emit_sites(Emit *e, const Routine *routine)
{
    out_line(&e->out, "static const weir_site %s_sites[] = {", routine->local);
    e->out.indent++;
    for (size_t i = 0; i < routine->states.count; i++) {
        const State *state = routine->states.items[i];
        out(&e->out, "[%s] = {%u, ", state->constant, site_line(state));
        const char *words = state->words == NULL ? "" : state->words;
        out_string(&e->out, words, strlen(words));
        if (state->callee != NULL) {
            out(&e->out, ", &%s_machine, offsetof(struct %s, call.%s)},",
                state->callee->repr.routine->name, routine->name,
                state->callee->repr.routine->name);
        } else {
            out(&e->out, ", NULL, 0},");
        }
        out_end(&e->out);
    }
    e->out.indent--;
    out_line(&e->out, "};");
    out_line(&e->out, "%s", "");
}

static void emit_descriptor(Emit *e, const Routine *routine)
{
    const char *name = routine->name;
    if (!routine->crosses) {
        out_line(&e->out, "static weir_step %s_resume(weir_context *cx, void *frame);", name);
    }
    if (has_drop(routine)) {
        out_line(&e->out, "static void %s_drop(weir_context *cx, void *frame);", routine->local);
    }
    out_line(&e->out, "%sconst weir_machine %s_machine = {", linkage(routine), name);
    e->out.indent++;
    const char *shown = routine->shown != NULL ? routine->shown : routine->hint;
    out(&e->out, ".name = ");
    out_string(&e->out, shown, strlen(shown));
    out(&e->out, ",");
    out_end(&e->out);
    if (!routine->hidden) {
        out_line(&e->out, ".file = \"%s\",", routine->file);
    }
    out_line(&e->out, ".frame_size = sizeof(struct %s),", name);
    if (routine->result != NULL) {
        out_line(&e->out, ".result_at = offsetof(struct %s, %s),", name, routine->result->name);
        const Descriptor *result = routine->result_descriptor;
        out_line(&e->out, ".result = &%s,", result->known != NULL ? result->known : result->name);
    }
    out_line(&e->out, ".sites = %s_sites,", routine->local);
    out_line(&e->out, ".site_count = %zu,", routine->states.count);
    out_line(&e->out, ".resume = %s_resume,", name);
    if (has_drop(routine)) {
        out_line(&e->out, ".drop = %s_drop,", routine->local);
    }
    e->out.indent--;
    out_line(&e->out, "};");
    out_line(&e->out, "%s", "");
}

static void emit_drop(Emit *e, const Routine *routine)
{
    if (!has_drop(routine)) {
        return;
    }
    out_line(&e->out, "static void %s_drop(weir_context *cx, void *frame)", routine->local);
    out_line(&e->out, "{");
    e->out.indent++;
    out_line(&e->out, "struct %s *self = frame;", routine->name);
    out_line(&e->out, "(void)cx;");
    for (size_t i = 0; i < routine->slots.count; i++) {
        if (dropped(routine, routine->slots.items[i])) {
            out_line(&e->out, "weir_clear(&self->%s);", routine->slots.items[i]->name);
        }
    }
    e->out.indent--;
    out_line(&e->out, "}");
    out_line(&e->out, "%s", "");
}

static void emit_resume(Emit *e, const Routine *routine)
{
    const char *name = routine->name;
    out_line(&e->out, "%sweir_step %s_resume(weir_context *cx, void *frame)", linkage(routine),
             name);
    out_line(&e->out, "{");
    e->out.indent++;
    out_line(&e->out, "struct %s *self = frame;", name);
    out_line(&e->out, "weir_step step = WEIR_NEXT;");
    out_line(&e->out, "while (step == WEIR_NEXT) {");
    e->out.indent++;
    out_line(&e->out, "switch ((enum %s_state)self->state) {", routine->local);
    for (size_t i = 0; i < routine->states.count; i++) {
        out_line(&e->out, "case %s:", routine->states.items[i]->constant);
        out_line(&e->out, "    step = %s(cx, self);", routine->states.items[i]->name);
        out_line(&e->out, "    break;");
    }
    out_line(&e->out, "}");
    e->out.indent--;
    out_line(&e->out, "}");
    out_line(&e->out, "if (step == WEIR_FAILED) {");
    if (routine->result != NULL && routine->result->counted) {
        out_line(&e->out, "    weir_clear(&self->%s);", routine->result->name);
    }
    out_line(&e->out, "    return weir_leave_failed(cx, &%s_machine, self);", name);
    out_line(&e->out, "}");
    if (has_drop(routine)) {
        out_line(&e->out, "if (step == WEIR_DONE) {");
        out_line(&e->out, "    %s_drop(cx, self);", routine->local);
        out_line(&e->out, "}");
    }
    out_line(&e->out, "return step;");
    e->out.indent--;
    out_line(&e->out, "}");
    out_line(&e->out, "%s", "");
}

// ── bodies ───────────────────────────────────────────────────────────────────────────────────────
// A number that crosses labels: gcc does not see that a region's exit reads only what its ways set.
static const char *open_value(const Emit *e, const Slot *slot)
{
    bool number = slot->repr.kind == REPR_INT || slot->repr.kind == REPR_BOOL ||
                  slot->repr.kind == REPR_REAL;
    return number && !is_machine(e->routine) && slot->only == NULL ? " = 0" : "";
}

static void begin_function(Emit *e, const State *state)
{
    e->state = state;
    e->guarded.count = 0;
    e->targets.count = 0;
    bool machine = is_machine(e->routine);
    size_t count = machine ? state->locals.count : e->routine->slots.count;
    for (size_t i = 0; i < count; i++) {
        Slot *slot = machine ? state->locals.items[i] : e->routine->slots.items[i];
        if (slot->home != HOME_LOCAL) {
            continue;
        }
        if (slot->guarded) {
            LIST_ADD(e->out.arena, &e->guarded, slot);
            out_line(&e->out, "    %s = NULL;", c_declare(e, slot));
        } else if (slot->scope == NULL) {
            slot->declared = true;
            out_line(&e->out, "    %s%s;", c_declare(e, slot), open_value(e, slot));
        }
    }
}

static bool value_uses_context(const Value *value)
{
    if (value == NULL) {
        return false;
    }
    if (value->kind == VALUE_RUNTIME || value->kind == VALUE_ROUTINE || value->kind == VALUE_NEW ||
        value->kind == VALUE_ENDED || value->kind == VALUE_GLOBAL) {
        return true;
    }
    for (size_t i = 0; i < value->args.count; i++) {
        if (value_uses_context(value->args.items[i])) {
            return true;
        }
    }
    return false;
}

static bool uses_context(const Ops *ops)
{
    for (size_t i = 0; i < ops->list.count; i++) {
        const Op *op = ops->list.items[i];
        if (op->kind == OP_TEST || op->kind == OP_RESUME || op->kind == OP_FAIL ||
            value_uses_context(op->value) || value_uses_context(op->place) ||
            value_uses_context(op->limit) || uses_context(&op->then) ||
            uses_context(&op->otherwise)) {
            return true;
        }
        for (size_t k = 0; k < op->args.count; k++) {
            if (value_uses_context(op->args.items[k])) {
                return true;
            }
        }
    }
    return false;
}

static bool value_uses_self(const Value *value)
{
    if (value == NULL) {
        return false;
    }
    if (value->slot != NULL && value->slot->home == HOME_FRAME && value->kind != VALUE_FIELD) {
        return true;
    }
    for (size_t i = 0; i < value->args.count; i++) {
        if (value_uses_self(value->args.items[i])) {
            return true;
        }
    }
    return false;
}

static bool uses_self(const Ops *ops)
{
    for (size_t i = 0; i < ops->list.count; i++) {
        const Op *op = ops->list.items[i];
        if (op->kind == OP_GOTO || op->kind == OP_AWAIT || op->kind == OP_SWITCH ||
            op->state != NULL || (op->slot != NULL && op->slot->home == HOME_FRAME) ||
            value_uses_self(op->value) || value_uses_self(op->place) ||
            value_uses_self(op->limit) || uses_self(&op->then) || uses_self(&op->otherwise)) {
            return true;
        }
        for (size_t k = 0; k < op->args.count; k++) {
            if (value_uses_self(op->args.items[k])) {
                return true;
            }
        }
    }
    return false;
}

static void emit_unused(Emit *e, const State *state)
{
    // A state that needs neither context nor frame still has the signature of all states.
    if (!uses_context(&state->ops)) {
        out_line(&e->out, "    (void)cx;");
    }
    if (!uses_self(&state->ops)) {
        out_line(&e->out, "    (void)self;");
    }
}

static void emit_state(Emit *e, const State *state)
{
    name_place(e, state->line, state->words);
    out_line(&e->out, "static weir_step %s(weir_context *cx, struct %s *self)", state->name,
             e->routine->name);
    out_line(&e->out, "{");
    begin_function(e, state);
    emit_unused(e, state);
    emit_ops(e, &state->ops);
    e->out.indent++;
    emit_fault_labels(e);
    e->out.indent--;
    out_line(&e->out, "}");
    out_line(&e->out, "%s", "");
}

static void emit_machine(Emit *e, const Routine *routine)
{
    e->routine = routine;
    if (routine->hidden) {
        out_line(&e->out, "// ── %s itself", routine->shown);
    } else {
        out_line(&e->out, "// ── %s:%u: %s", routine->file, routine->line,
                 routine->words == NULL ? "" : routine->words);
    }
    emit_state_enum(e, routine);
    if (!routine->frame_crosses) {
        emit_frame(e, routine);
    }
    emit_begin_function(e, routine);
    emit_sites(e, routine);
    emit_descriptor(e, routine);
    emit_drop(e, routine);
    for (size_t i = 0; i < routine->states.count; i++) {
        emit_state(e, routine->states.items[i]);
    }
    emit_resume(e, routine);
}

void emit_fn_signature(Emit *e, const Routine *routine)
{
    out(&e->out, "%s%s%s(weir_context *cx", routine->exported ? "" : linkage(routine),
        c_type(e, routine->gives), routine->name);
    if (routine->main_of != NULL) {
        out(&e->out, ", void *frame");
    }
    for (size_t i = 0; i < routine->params.count; i++) {
        out(&e->out, ", %s", c_declare(e, routine->params.items[i]));
    }
    out(&e->out, ")");
}

void emit_plain(Emit *e, const Routine *routine)
{
    e->routine = routine;
    if (routine->line != 0) {
        out_line(&e->out, "// ── %s:%u: %s", routine->file, routine->line, routine->words);
        out_flush_left(&e->out, "#line %u \"%s\"", routine->line, routine->file);
    }
    emit_fn_signature(e, routine);
    out_end(&e->out);
    out_line(&e->out, "{");
    begin_function(e, routine->states.items[0]);
    bool context = false;
    for (size_t i = 0; i < routine->states.count; i++) {
        context = context || uses_context(&routine->states.items[i]->ops);
    }
    e->out.indent++;
    if (routine->recursive) {
        out_line(&e->out, "if (!weir_enter(cx)) {");
        out_line(&e->out, "    %s",
                 routine->gives.kind == REPR_NONE      ? "return;"
                 : routine->gives.kind == REPR_COUNTED ? "return NULL;"
                                                       : "return 0;");
        out_line(&e->out, "}");
    } else if (!context) {
        out_line(&e->out, "(void)cx;");
    }
    for (size_t i = 0; i < routine->params.count; i++) {
        if (!routine->params.items[i]->used) {
            out_line(&e->out, "(void)%s;", routine->params.items[i]->name);
        }
    }
    e->out.indent--;
    for (size_t i = 0; i < routine->states.count; i++) {
        const State *state = routine->states.items[i];
        e->state = state;
        if (i > 0) {
            out_flush_left(&e->out, "%s: {", state->name);
        }
        emit_ops(e, &state->ops);
        if (i > 0) {
            out_line(&e->out, "}");
        }
    }
    e->out.indent++;
    emit_fault_labels(e);
    e->out.indent--;
    out_line(&e->out, "}");
    out_line(&e->out, "%s", "");
}

void emit_work_struct(Emit *e, const Routine *routine)
{
    out_line(&e->out, "struct %s_work {", routine->name);
    e->out.indent++;
    for (size_t i = 0; i < routine->params.count; i++) {
        out_line(&e->out, "%s;", c_declare(e, routine->params.items[i]));
    }
    if (routine->gives.kind != REPR_NONE) {
        out_line(&e->out, "%sresult;", c_type(e, routine->gives));
    } else if (routine->params.count == 0) {
        out_line(&e->out, "char nothing;");
    }
    e->out.indent--;
    out_line(&e->out, "};");
    out_line(&e->out, "%s", "");
}

// What the pool runs: the arguments lie in the caller's frame, and so will the result.
static void emit_work_function(Emit *e, const Routine *routine)
{
    if (!routine->work_crosses) {
        emit_work_struct(e, routine);
    }
    out_line(&e->out, "%svoid %s_work(weir_context *cx, void *args)",
             routine->work_crosses ? "" : "static ", routine->name);
    out_line(&e->out, "{");
    e->out.indent++;
    if (routine->params.count > 0 || routine->gives.kind != REPR_NONE) {
        out_line(&e->out, "struct %s_work *call = args;", routine->name);
    } else {
        out_line(&e->out, "(void)args;");
    }
    out(&e->out, "%s%s(cx",
        routine->gives.kind == REPR_NONE ? "" : "call->result = ", routine->name);
    for (size_t i = 0; i < routine->params.count; i++) {
        out(&e->out, ", call->%s", routine->params.items[i]->name);
    }
    out(&e->out, ");");
    out_end(&e->out);
    e->out.indent--;
    out_line(&e->out, "}");
    out_line(&e->out, "%s", "");
}

// What the runtime calls for a field that json or a row leaves out.
static void emit_fill_function(Emit *e, const Routine *routine)
{
    out_line(&e->out, "static void %s_fill(weir_context *cx, void *slot)", routine->name);
    out_line(&e->out, "{");
    out_line(&e->out, "    %sword = %s(cx);", c_type(e, routine->gives), routine->name);
    out_line(&e->out, "    memcpy(slot, &word, sizeof word);");
    out_line(&e->out, "}");
    out_line(&e->out, "%s", "");
}

// Routines in a circle of calls are printed before all they call: they are announced.
static void emit_announcements(Emit *e)
{
    bool any = false;
    for (size_t i = 0; i < e->unit->routines.count; i++) {
        const Routine *routine = e->unit->routines.items[i];
        if (!routine->recursive || !routine->reached || routine->part != e->part ||
            routine->crosses) { // then its header has announced it
            continue;
        }
        any = true;
        if (is_machine(routine)) {
            out_line(&e->out, "struct %s;", routine->name);
            out_line(&e->out, "static const weir_machine %s_machine;", routine->name);
            emit_begin_signature(e, routine);
        } else {
            emit_fn_signature(e, routine);
        }
        out(&e->out, ";");
        out_end(&e->out);
    }
    if (any) {
        out_line(&e->out, "%s", "");
    }
}

static void emit_routine(Emit *e, const Routine *routine)
{
    if (is_machine(routine)) {
        emit_machine(e, routine);
        if (routine->exported) {
            emit_exported(e, routine);
        }
    } else {
        if (!routine->external) {
            emit_plain(e, routine);
        }
        if (routine->pooled) {
            emit_work_function(e, routine);
        }
        if (routine->fills) {
            emit_fill_function(e, routine);
        }
    }
    if (routine->stub) {
        emit_stub(e, routine);
    }
}

static void emit_part(Emit *e)
{
    out_line(&e->out, "// Printed by Weir from %s: change that file, not this one.",
             e->part->file);
    out_line(&e->out, "#include \"weir.h\"");
    emit_part_includes(e);
    out_line(&e->out, "%s", "");
    emit_constants(e);
    emit_types(e);
    emit_border(e);
    emit_announcements(e);
    for (size_t i = 0; i < e->unit->routines.count; i++) {
        const Routine *routine = e->unit->routines.items[i];
        if (routine->reached && routine->part == e->part) {
            emit_routine(e, routine);
        }
    }
    if (e->part == e->unit->parts.items[0]) {
        emit_program(e);
    }
}

// One file: what `print` makes of the unit, or of a part of it.
static PrintedFile print_file(Arena *arena, const Unit *unit, const UnitPart *part,
                              const char *ending, void (*print)(Emit *e))
{
    Emit e = {.unit = unit, .part = part};
    e.out.arena = arena;
    print(&e);
    return (PrintedFile){arena_print(arena, "%s.%s", part->stem, ending), e.out.text, e.out.length};
}

Printed emit(Arena *arena, const Unit *unit)
{
    Printed printed = {0};
    for (size_t i = 0; i < unit->parts.count; i++) {
        const UnitPart *part = unit->parts.items[i];
        PrintedFile code = print_file(arena, unit, part, "c", emit_part);
        LIST_ADD(arena, &printed.files, code);
        if (i > 0) { // nothing uses the main part
            PrintedFile header = print_file(arena, unit, part, "h", emit_part_header);
            LIST_ADD(arena, &printed.files, header);
        }
    }
    printed.header = print_file(arena, unit, unit->parts.items[0], "h", emit_header);
    return printed;
}
