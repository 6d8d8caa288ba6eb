// What the runtime needs to call a stub: its two parameters come as pointers to whatever they are.
#include "emitting.h"

static void emit_wrapped_call(Emit *e, const Routine *routine)
{
    const char *name = routine->name;
    out_line(&e->out, "static void %s_call(weir_context *cx, const void *locals, "
                      "const void *arguments, void *result)", name);
    out_line(&e->out, "{");
    if (routine->gives.kind == REPR_NONE) {
        out_line(&e->out, "    (void)result;");
        out_line(&e->out, "    %s(cx, locals, arguments);", name);
    } else {
        out_line(&e->out, "    %svalue = %s(cx, locals, arguments);",
                 c_type(e, routine->gives), name);
        out_line(&e->out, "    memcpy(result, &value, sizeof value);");
    }
    out_line(&e->out, "}");
}

void emit_stub(Emit *e, const Routine *routine)
{
    const char *name = routine->name;
    bool machine = is_machine(routine);
    if (machine) {
        out_line(&e->out, "static void %s_open(void *frame, void *locals, void *arguments)", name);
        out_line(&e->out, "{");
        out_line(&e->out, "    %s_begin(frame, locals, arguments);", name);
        out_line(&e->out, "}");
    } else {
        emit_wrapped_call(e, routine);
    }
    out_line(&e->out, "%s", "");
    out_line(&e->out, "static const weir_stub %s_stub = {", name);
    if (machine) {
        out_line(&e->out, "    .machine = &%s_machine,", name);
        out_line(&e->out, "    .open = %s_open,", name);
    } else {
        out_line(&e->out, "    .call = %s_call,", name);
    }
    out_line(&e->out, "};");
    out_line(&e->out, "%s", "");
}
