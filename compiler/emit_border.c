// The border to C: prototypes of what C does, functions by which C calls, and the header.
//
// The C file and the header say the same, each for itself: printed C includes nothing but weir.h.
#include "emitting.h"

#include <string.h>

// ── prototypes ───────────────────────────────────────────────────────────────────────────────────
// As C sees a parameter: borrowed.
static void emit_borrowed(Emit *e, const Slot *slot)
{
    out(&e->out, ", %s%s%s", slot->repr.kind == REPR_COUNTED ? "const " : "",
        c_type(e, slot->repr), slot->name);
}

static void emit_params(Emit *e, const Routine *routine)
{
    for (size_t i = 0; i < routine->params.count; i++) {
        emit_borrowed(e, routine->params.items[i]);
    }
}

// `int64_t net_add(weir_context *cx, int64_t a)`, `void net_lookup(weir_context *cx, weir_pending
// *pending, …)`
void emit_prototype(Emit *e, const Routine *routine)
{
    bool task = is_machine(routine);
    out(&e->out, "%s%s(weir_context *cx%s", task ? "void " : c_type(e, routine->gives),
        routine->c_name, task ? ", weir_pending *pending" : "");
    emit_params(e, routine);
    out(&e->out, ")");
}

static Repr result_of(const Routine *routine)
{
    return routine->result != NULL ? routine->result->repr : (Repr){.kind = REPR_NONE};
}

static bool gives(const Routine *routine)
{
    return routine->result != NULL;
}

// `typedef void a_fetch_done(void *with, weir_string *result, weir_error *error)`
static void emit_done(Emit *e, const Routine *routine)
{
    out(&e->out, "typedef void %s_done(void *with, ", routine->c_name);
    if (gives(routine)) {
        out(&e->out, "%sresult, ", c_type(e, result_of(routine)));
    }
    out(&e->out, "weir_error *error);");
    out_end(&e->out);
}

static void emit_start_prototype(Emit *e, const Routine *routine)
{
    out(&e->out, "weir_call *%s_start(weir_host *host", routine->c_name);
    emit_params(e, routine);
    out(&e->out, ", %s_done *done, void *with)", routine->c_name);
}

static void emit_run_prototype(Emit *e, const Routine *routine)
{
    out(&e->out, "bool %s_run(weir_host *host", routine->c_name);
    emit_params(e, routine);
    if (gives(routine)) {
        out(&e->out, ", %s*result", c_type(e, result_of(routine)));
    }
    out(&e->out, ", weir_error **error)");
}

static void end_prototype(Emit *e)
{
    out(&e->out, ";");
    out_end(&e->out);
}

void emit_border(Emit *e)
{
    bool any = false;
    for (size_t i = 0; i < e->unit->routines.count; i++) {
        const Routine *routine = e->unit->routines.items[i];
        if (!routine->reached || routine->c_name == NULL || routine->part != e->part) {
            continue;
        }
        any = true;
        if (routine->external || !is_machine(routine)) {
            emit_prototype(e, routine);
        } else {
            emit_done(e, routine);
            emit_start_prototype(e, routine);
            end_prototype(e);
            emit_run_prototype(e, routine);
        }
        end_prototype(e);
    }
    if (any) {
        out_line(&e->out, "%s", "");
    }
}

// ── calls from C ─────────────────────────────────────────────────────────────────────────────────
static const char *member(Repr repr)
{
    return repr.kind == REPR_REAL ? "real" : repr.kind == REPR_COUNTED ? "object" : "integer";
}

static void emit_deliver(Emit *e, const Routine *routine)
{
    const char *name = routine->c_name;
    out_line(&e->out,
             "static void %s_deliver(void (*done)(void), void *with, const weir_word *result,",
             name);
    out_line(&e->out, "                    weir_error *error)");
    out_line(&e->out, "{");
    if (gives(routine)) {
        out_line(&e->out, "    ((%s_done *)done)(with, result->%s, error);", name,
                 member(result_of(routine)));
    } else {
        out_line(&e->out, "    (void)result;");
        out_line(&e->out, "    ((%s_done *)done)(with, error);", name);
    }
    out_line(&e->out, "}");
    out_line(&e->out, "%s", "");
}

static void emit_start(Emit *e, const Routine *routine)
{
    const char *name = routine->c_name;
    emit_start_prototype(e, routine);
    out_end(&e->out);
    out_line(&e->out, "{");
    e->out.indent++;
    out_line(&e->out, "weir_call *call = weir_call_new(host, &%s_machine, %s_deliver,",
             routine->name, name);
    out_line(&e->out, "                                (void (*)(void))done, with);");
    out(&e->out, "%s_begin(weir_call_frame(call)", routine->name);
    for (size_t i = 0; i < routine->params.count; i++) {
        const Slot *slot = routine->params.items[i];
        out(&e->out, slot->counted ? ", weir_keep(%s)" : ", %s", slot->name);
    }
    out(&e->out, ");");
    out_end(&e->out);
    out_line(&e->out, "return call;");
    e->out.indent--;
    out_line(&e->out, "}");
    out_line(&e->out, "%s", "");
}

static void emit_run(Emit *e, const Routine *routine)
{
    emit_run_prototype(e, routine);
    out_end(&e->out);
    out_line(&e->out, "{");
    e->out.indent++;
    out(&e->out, "weir_call *call = %s_start(host", routine->c_name);
    for (size_t i = 0; i < routine->params.count; i++) {
        out(&e->out, ", %s", routine->params.items[i]->name);
    }
    out(&e->out, ", NULL, NULL);");
    out_end(&e->out);
    out_line(&e->out, "return weir_call_run(host, call, %s, error);",
             gives(routine) ? "result" : "NULL");
    e->out.indent--;
    out_line(&e->out, "}");
    out_line(&e->out, "%s", "");
}

void emit_exported(Emit *e, const Routine *routine)
{
    out_line(&e->out, "// ── %s for C", routine->hint);
    emit_deliver(e, routine);
    emit_start(e, routine);
    emit_run(e, routine);
}

// ── the header ───────────────────────────────────────────────────────────────────────────────────
// One line of it: no backslash ends the line, no `??` begins a trigraph.
static void comment_line(Emit *e, const char *text, size_t length)
{
    out(&e->out, "// ");
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        bool bad = c < 32 || c == 127 || c == '\\' || (c == '?' && i > 0 && text[i - 1] == '?');
        out(&e->out, "%c", bad ? ' ' : (char)c);
    }
    out_end(&e->out);
}

static void comment(Emit *e, const char *text)
{
    while (text != NULL && *text != '\0') {
        size_t length = strcspn(text, "\n");
        comment_line(e, text, length);
        text += length + (text[length] == '\n');
    }
}

static void header_type(Emit *e, const Descriptor *descriptor)
{
    out_line(&e->out, "#ifndef WEIR_%s", descriptor->name);
    out_line(&e->out, "#define WEIR_%s", descriptor->name);
    if (descriptor->constants.count > 0) {
        emit_cases(e, descriptor);
    }
    if (descriptor->shape != NULL) {
        emit_shape(e, descriptor->shape);
        for (size_t i = 0; i < descriptor->shape->cases.count; i++) {
            if (descriptor->shape->cases.items[i] != NULL) {
                emit_shape(e, descriptor->shape->cases.items[i]);
            }
        }
    }
    emit_shared(e, descriptor);
    out_line(&e->out, "#endif");
    out_line(&e->out, "%s", "");
}

static void header_external(Emit *e, const Routine *routine)
{
    emit_prototype(e, routine);
    end_prototype(e);
    if (!is_machine(routine)) {
        return;
    }
    const char *name = routine->c_name;
    out_line(&e->out, "#ifndef WEIR_%s", name);
    out_line(&e->out, "#define WEIR_%s", name);
    out(&e->out, "static inline void %s_complete(weir_pending *pending", name);
    if (gives(routine)) {
        out(&e->out, ", %sresult", c_type(e, result_of(routine)));
    }
    out(&e->out, ")");
    out_end(&e->out);
    out_line(&e->out, "{");
    out_line(&e->out, "    weir_complete(pending, %s);", gives(routine) ? "&result" : "NULL");
    out_line(&e->out, "}");
    out_line(&e->out, "#endif");
}

static void header_exported(Emit *e, const Routine *routine)
{
    if (!is_machine(routine)) {
        emit_prototype(e, routine);
        end_prototype(e);
        return;
    }
    emit_done(e, routine);
    emit_start_prototype(e, routine);
    end_prototype(e);
    emit_run_prototype(e, routine);
    end_prototype(e);
}

static void header_routine(Emit *e, const Routine *routine)
{
    comment(e, routine->doc);
    out_line(&e->out, "// %s:%u: %s", routine->file, routine->line, routine->words);
    if (routine->external) {
        header_external(e, routine);
    } else {
        header_exported(e, routine);
    }
    out_line(&e->out, "%s", "");
}

void emit_header(Emit *e)
{
    const Unit *unit = e->unit;
    out_line(&e->out, "// Printed by Weir from %s: change that file, not this one.", unit->file);
    out_line(&e->out, "#ifndef WEIR_%s", unit->symbol);
    out_line(&e->out, "#define WEIR_%s", unit->symbol);
    out_line(&e->out, "#include \"weir.h\"");
    out_line(&e->out, "#ifdef __cplusplus");
    out_line(&e->out, "extern \"C\" {");
    out_line(&e->out, "#endif");
    if (unit_runs(unit)) {
        out_line(&e->out, "extern const weir_program %s;", unit->symbol);
    }
    bool border = false;
    for (size_t i = 0; i < unit->routines.count; i++) {
        border = border || unit->routines.items[i]->c_name != NULL;
    }
    if (border) {
        out_line(&e->out, "%s", "");
    }
    for (size_t i = 0; i < unit->descriptors.count; i++) {
        if (unit->descriptors.items[i]->shared != NULL) {
            header_type(e, unit->descriptors.items[i]);
        }
    }
    for (size_t i = 0; i < unit->routines.count; i++) {
        if (unit->routines.items[i]->c_name != NULL) {
            header_routine(e, unit->routines.items[i]);
        }
    }
    out_line(&e->out, "#ifdef __cplusplus");
    out_line(&e->out, "}");
    out_line(&e->out, "#endif");
    out_line(&e->out, "#endif");
}
