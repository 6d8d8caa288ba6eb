// fs.c: files: each call is an operation of the environment, on the pool. env_files.c does them.
#include "task.h"
#include "text.h"
#include "value.h"

static const weir_field stat_fields[] = {
    {"size", &weir_type_int},     {"modified", &weir_type_time}, {"is_file", &weir_type_bool},
    {"is_dir", &weir_type_bool},  {"is_link", &weir_type_bool},  {"mode", &weir_type_int},
};
const weir_type weir_type_stat = {
    .kind = WEIR_TYPE_RECORD,
    .name = "Stat",
    .fields = stat_fields,
    .field_count = 6,
};

// An operation to be begun, or NULL: it must not be.
static weir__operation *call(weir_context *cx, weir__file_verb verb, const weir_string *path)
{
    weir__operation *operation = !weir__may_wait(cx) ? NULL : weir__operation_new(cx, WEIR__FILE);
    if (operation != NULL) {
        operation->verb = verb;
        operation->path = weir_keep(path);
    }
    return operation;
}

static weir_step with_path(weir_context *cx, weir__file_verb verb, const weir_string *path,
                           void *slot)
{
    weir__operation *operation = call(cx, verb, path);
    return operation == NULL ? WEIR_NEXT : weir__operate(cx, operation, slot);
}

static weir_step with_body(weir_context *cx, weir__file_verb verb, const weir_string *path,
                           const weir_string *body)
{
    weir__operation *operation = call(cx, verb, path);
    if (operation == NULL) {
        return WEIR_NEXT;
    }
    operation->body = weir_keep(body);
    return weir__operate(cx, operation, NULL);
}

static weir_step with_two(weir_context *cx, weir__file_verb verb, const weir_string *path,
                          const weir_string *to)
{
    weir__operation *operation = call(cx, verb, path);
    if (operation == NULL) {
        return WEIR_NEXT;
    }
    operation->to = weir_keep(to);
    return weir__operate(cx, operation, NULL);
}

weir_step weir_fs_read(weir_context *cx, const weir_string *path, void *slot)
{
    return with_path(cx, WEIR__FILE_READ, path, slot);
}

weir_step weir_fs_read_bytes(weir_context *cx, const weir_string *path, void *slot)
{
    return with_path(cx, WEIR__FILE_READ_BYTES, path, slot);
}

weir_step weir_fs_write(weir_context *cx, const weir_string *path, const weir_string *text)
{
    return with_body(cx, WEIR__FILE_WRITE, path, text);
}

weir_step weir_fs_append(weir_context *cx, const weir_string *path, const weir_string *text)
{
    return with_body(cx, WEIR__FILE_APPEND, path, text);
}

weir_step weir_fs_list(weir_context *cx, const weir_string *path, void *slot)
{
    return with_path(cx, WEIR__FILE_LIST, path, slot);
}

weir_step weir_fs_glob(weir_context *cx, const weir_string *pattern, void *slot)
{
    return with_path(cx, WEIR__FILE_GLOB, pattern, slot);
}

weir_step weir_fs_stat(weir_context *cx, const weir_string *path, void *slot)
{
    return with_path(cx, WEIR__FILE_STAT, path, slot);
}

weir_step weir_fs_exists(weir_context *cx, const weir_string *path, void *slot)
{
    return with_path(cx, WEIR__FILE_EXISTS, path, slot);
}

weir_step weir_fs_mkdir(weir_context *cx, const weir_string *path)
{
    return with_path(cx, WEIR__FILE_MKDIR, path, NULL);
}

weir_step weir_fs_remove(weir_context *cx, const weir_string *path, weir_bool recursive)
{
    weir__operation *operation = call(cx, WEIR__FILE_REMOVE, path);
    if (operation == NULL) {
        return WEIR_NEXT;
    }
    operation->deep = recursive != 0;
    return weir__operate(cx, operation, NULL);
}

weir_step weir_fs_rename(weir_context *cx, const weir_string *path, const weir_string *to)
{
    return with_two(cx, WEIR__FILE_RENAME, path, to);
}

weir_step weir_fs_copy(weir_context *cx, const weir_string *path, const weir_string *to)
{
    return with_two(cx, WEIR__FILE_COPY, path, to);
}

weir_step weir_fs_temp_dir(weir_context *cx, void *slot)
{
    if (!weir__may_wait(cx)) {
        return WEIR_NEXT;
    }
    weir__env *env = cx->runtime->env;
    const char *where = env->variable(env, "TMPDIR");
    weir__text text;
    weir__text_begin(&text, cx);
    weir__text_word(&text, where != NULL && *where != '\0' ? where : "/tmp");
    weir__text_word(&text, "/weir-XXXXXX");
    weir_string *path = weir__text_end(&text);
    weir_step step = path == NULL ? WEIR_NEXT : with_path(cx, WEIR__FILE_TEMP, path, slot);
    weir_drop(path);
    return step;
}
