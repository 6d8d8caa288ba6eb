// error_value.c: failures as values: `error(…)`, and the parts of one that may be absent.
#include "value.h"

weir_error *weir_error_make(weir_context *cx, const weir_string *kind, const weir_string *message,
                            weir_bool permanent, int64_t retry_after, int64_t status,
                            const weir_error *cause, const weir_string *item)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir_error *error = weir__object_new(cx, WEIR_ERROR, sizeof *error);
    if (error != NULL) {
        cx->told = cx->told == error ? NULL : cx->told; // it may lie where an old one lay
        error->kind = weir_keep(kind);
        error->message = weir_keep(message);
        error->cause = weir_keep(cause);
        error->item = weir_keep(item);
        error->permanent = permanent;
        error->retry_after = retry_after < 0 ? -1 : retry_after;
        error->status = status < 0 ? -1 : status;
    }
    return error;
}

weir_list *weir_error_trail(weir_context *cx, const weir_error *error)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    return error->trail != NULL ? weir_keep(error->trail)
                                : weir_list_new(cx, &weir_type_strings, 0);
}

weir_list *weir_error_also(weir_context *cx, const weir_error *error)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    return error->also != NULL ? weir_keep(error->also) : weir_list_new(cx, &weir_type_errors, 0);
}

static weir_box *boxed_unless_negative(weir_context *cx, const weir_type *type, int64_t number)
{
    return number < 0 ? NULL : weir_box_new(cx, type, &number);
}

weir_box *weir_error_retry_after(weir_context *cx, const weir_error *error)
{
    return weir_failed(cx) ? NULL
                           : boxed_unless_negative(cx, &weir_type_duration, error->retry_after);
}

weir_box *weir_error_status(weir_context *cx, const weir_error *error)
{
    return weir_failed(cx) ? NULL : boxed_unless_negative(cx, &weir_type_int, error->status);
}
