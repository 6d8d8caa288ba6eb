// log.c: lines for who runs the program: time, level, text, on the standard error stream.
//
//     2026-05-01T12:30:00.250Z warn  the mirror is slow
//
// WEIR_LOG names the least level that is written. It is read once; threads of the pool may race to
// be first, and all read the same.
#include "format.h"
#include "task.h"
#include "text.h"

enum { UNKNOWN, DEBUG, INFO, WARN, ERROR, OFF };

static const char *const levels[] = {
    [DEBUG] = "debug", [INFO] = "info", [WARN] = "warn", [ERROR] = "error", [OFF] = "off"};

static void line(weir_context *cx, int level, const weir_string *string)
{
    static const char *const colours[] = {
        [DEBUG] = "\x1b[2m", [INFO] = "\x1b[36m", [WARN] = "\x1b[33m", [ERROR] = "\x1b[31m"};
    weir_runtime *runtime = cx->runtime;
    bool colour = runtime->colour;
    weir__text text;
    weir__text_begin(&text, cx);
    weir__text_word(&text, colour ? "\x1b[2m" : "");
    static const char time[] = "%Y-%m-%dT%H:%M:%S.%LZ";
    weir__show_time(&text, weir_now(cx), time, sizeof time - 1);
    weir__text_word(&text, colour ? "\x1b[0m " : " ");
    weir__text_word(&text, colour ? colours[level] : "");
    weir__text_printf(&text, "%-5s", levels[level]);
    weir__text_word(&text, colour ? "\x1b[0m " : " ");
    const char *part = string->bytes, *end = part + string->length;
    for (const char *stop; (stop = memchr(part, '\n', (size_t)(end - part))) != NULL;
         part = stop + 1) { // what follows a line's end does not look like a line of its own
        weir__text_add(&text, part, (size_t)(stop - part));
        weir__text_word(&text, "\n    ");
    }
    weir__text_add(&text, part, (size_t)(end - part));
    weir__text_word(&text, "\n");
    int error = text.failed ? 0
                            : runtime->env->write(runtime->env, 2, text.bytes, text.length);
    weir__text_clear(&text);
    if (error != 0) {
        weir_fail_with(cx, "io", "standard error: %s", strerror(error));
    }
}

// What WEIR_LOG says; a word that is no level is told once, and means info.
static int least_level(weir_context *cx)
{
    weir_runtime *runtime = cx->runtime;
    int least = __atomic_load_n(&runtime->log_level, __ATOMIC_RELAXED);
    if (least != UNKNOWN) {
        return least;
    }
    const char *set = runtime->env->variable(runtime->env, "WEIR_LOG");
    least = INFO;
    bool known = set == NULL || *set == '\0';
    for (int level = DEBUG; !known && level <= OFF; level++) {
        if (strcmp(set, levels[level]) == 0) {
            least = level;
            known = true;
        }
    }
    int before = __atomic_exchange_n(&runtime->log_level, least, __ATOMIC_RELAXED);
    if (!known && before == UNKNOWN) {
        weir_string *told = weir_text(cx, "WEIR_LOG is none of debug, info, warn, error and off");
        if (told != NULL) {
            line(cx, WARN, told);
            weir_drop(told);
        }
    }
    return least;
}

static void log_line(weir_context *cx, int level, const weir_string *text)
{
    if (!weir_failed(cx) && level >= least_level(cx) && !weir_failed(cx)) {
        line(cx, level, text);
    }
}

void weir_log_debug(weir_context *cx, const weir_string *text)
{
    log_line(cx, DEBUG, text);
}

void weir_log_info(weir_context *cx, const weir_string *text)
{
    log_line(cx, INFO, text);
}

void weir_log_warn(weir_context *cx, const weir_string *text)
{
    log_line(cx, WARN, text);
}

void weir_log_error(weir_context *cx, const weir_string *text)
{
    log_line(cx, ERROR, text);
}
