// What the C files of one program see of each other. Each but the main one has a header for that;
// what does not stand there is static. It holds no line numbers, so that it stays the same as long
// as what crosses does.
#include "emitting.h"

void emit_part_includes(Emit *e)
{
    for (size_t i = 0; i < e->part->uses.count; i++) {
        out_line(&e->out, "#include \"%s.h\"", e->part->uses.items[i]->stem);
    }
}

void emit_part_globals(Emit *e)
{
    for (size_t i = 1; i < e->unit->parts.count; i++) {
        const UnitPart *other = e->unit->parts.items[i];
        if (other->globals.count > 0) {
            out_line(&e->out, "struct %s *%s(weir_context *cx)", other->top, other->top);
            out_line(&e->out, "{");
            out_line(&e->out, "    return &%s(cx)->%s;", e->part->top, other->member);
            out_line(&e->out, "}");
            out_line(&e->out, "%s", "");
        }
    }
}

// ── the header ───────────────────────────────────────────────────────────────────────────────────
static void end_prototype(Emit *e)
{
    out(&e->out, ";");
    out_end(&e->out);
}

static void header_structs(Emit *e)
{
    const Unit *unit = e->unit;
    for (size_t i = 0; i < e->part->announces.count; i++) {
        out_line(&e->out, "struct %s;", e->part->announces.items[i]->name);
    }
    if (e->part->announces.count > 0) {
        out_line(&e->out, "%s", "");
    }
    for (size_t i = 0; i < unit->descriptors.count; i++) {
        const Descriptor *descriptor = unit->descriptors.items[i];
        if (descriptor->crosses && descriptor->part == e->part && descriptor->constants.count > 0) {
            emit_cases(e, descriptor);
        }
    }
    for (size_t i = 0; i < unit->shapes.count; i++) {
        if (unit->shapes.items[i]->crosses && unit->shapes.items[i]->part == e->part) {
            emit_shape(e, unit->shapes.items[i]);
        }
    }
}

static void header_types(Emit *e)
{
    const Unit *unit = e->unit;
    bool any = false;
    for (size_t i = 0; i < unit->descriptors.count; i++) {
        const Descriptor *descriptor = unit->descriptors.items[i];
        if (descriptor->used && descriptor->crosses && descriptor->part == e->part) {
            out_line(&e->out, "extern const weir_type %s;", descriptor->name);
            any = true;
        }
    }
    for (size_t i = 0; i < unit->shapes.count; i++) {
        const Shape *shape = unit->shapes.items[i];
        if (shape->maker_crosses && shape->part == e->part) {
            emit_maker_prototype(e, shape);
            any = true;
        }
    }
    if (any) {
        out_line(&e->out, "%s", "");
    }
}

static void header_globals(Emit *e)
{
    if (e->part->globals.count > 0 && unit_runs(e->unit)) {
        emit_top(e, e->part);
        out_line(&e->out, "struct %s *%s(weir_context *cx);", e->part->top, e->part->top);
        out_line(&e->out, "%s", "");
    }
}

static void header_machine(Emit *e, const Routine *routine)
{
    const char *name = routine->name;
    if (routine->frame_crosses) {
        emit_frame(e, routine);
    } else {
        out_line(&e->out, "struct %s;", name);
    }
    if (!routine->crosses) {
        return;
    }
    emit_begin_signature(e, routine);
    end_prototype(e);
    out_line(&e->out, "weir_step %s_resume(weir_context *cx, void *frame);", name);
    out_line(&e->out, "extern const weir_machine %s_machine;", name);
    out_line(&e->out, "%s", "");
}

static void header_plain(Emit *e, const Routine *routine)
{
    if (routine->work_crosses) {
        emit_work_struct(e, routine);
    }
    if (!routine->crosses) {
        return;
    }
    if (routine->external) {
        emit_prototype(e, routine);
    } else {
        emit_fn_signature(e, routine);
    }
    end_prototype(e);
    if (routine->work_crosses) {
        out_line(&e->out, "void %s_work(weir_context *cx, void *args);", routine->name);
    }
    out_line(&e->out, "%s", "");
}

static void header_routine(Emit *e, const Routine *routine)
{
    if (routine->words != NULL && *routine->words != '\0') {
        out_line(&e->out, "// %s", routine->words);
    }
    e->routine = routine;
    if (is_machine(routine)) {
        header_machine(e, routine);
    } else {
        header_plain(e, routine);
    }
}

void emit_part_header(Emit *e)
{
    const Unit *unit = e->unit;
    out_line(&e->out, "// Printed by Weir from %s, for the other C files of %s.", e->part->file,
             unit->file);
    out_line(&e->out, "#ifndef WEIR_%s_h", e->part->prefix);
    out_line(&e->out, "#define WEIR_%s_h", e->part->prefix);
    out_line(&e->out, "#include \"weir.h\"");
    for (size_t i = 0; i < e->part->header_uses.count; i++) {
        out_line(&e->out, "#include \"%s.h\"", e->part->header_uses.items[i]->stem);
    }
    out_line(&e->out, "%s", "");
    header_structs(e);
    header_types(e);
    header_globals(e);
    for (size_t i = 0; i < unit->routines.count; i++) {
        const Routine *routine = unit->routines.items[i];
        if (routine->reached && routine->part == e->part &&
            (routine->crosses || routine->frame_crosses || routine->work_crosses)) {
            header_routine(e, routine);
        }
    }
    out_line(&e->out, "#endif");
}
