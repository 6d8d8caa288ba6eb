// variable.c: `env`: the variables the program was started with.
#include "env.h"
#include "text.h"

weir_string *weir_env(weir_context *cx, const weir_string *name)
{
    if (weir_failed(cx) || memchr(name->bytes, '\0', (size_t)name->length) != NULL) {
        return NULL; // no variable has such a name
    }
    weir__env *env = weir__runtime_env(cx->runtime);
    const char *value = env->variable(env, name->bytes);
    return value == NULL ? NULL : weir__string_mend(cx, value, (int64_t)strlen(value));
}
