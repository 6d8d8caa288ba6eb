// variable.c: `env`, `env.secret`: the variables the program was started with.
#include "env.h"
#include "error.h"
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

weir_string *weir_env_secret(weir_context *cx, const weir_string *name)
{
    weir_string *value = weir_env(cx, name);
    if (value == NULL && !weir_failed(cx)) {
        weir_error *error = weir__error_make(cx, "io", NULL, "the variable %.*s is not set",
                                             (int)name->length, name->bytes);
        bool own = false;
        error = weir__error_own(cx, error, &own);
        if (own) {
            error->permanent = 1; // it will not be set by trying again
        }
        weir_fail(cx, error);
    }
    return value;
}
