// print.c: print and eprint: a line goes out whole, in one write.
#include <string.h>

#include "env.h"
#include "text.h"
#include "value.h"

static void line(weir_context *cx, const weir_string *string, int stream)
{
    if (weir_failed(cx)) {
        return;
    }
    weir__text text;
    weir__text_begin(&text, cx);
    weir__text_string(&text, string);
    weir__text_add(&text, "\n", 1);
    weir__env *env = weir__runtime_env(cx->runtime);
    int error = text.failed ? 0 : env->write(env, stream, text.bytes, text.length);
    weir__text_clear(&text);
    if (error != 0) {
        weir_fail_with(cx, "io", "%s: %s", stream == 1 ? "standard output" : "standard error",
                       strerror(error));
    }
}

void weir_print(weir_context *cx, const weir_string *text)
{
    line(cx, text, 1);
}

void weir_eprint(weir_context *cx, const weir_string *text)
{
    line(cx, text, 2);
}
