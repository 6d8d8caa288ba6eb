// error.c: failures: made, pending, joined, taken, and the trail they leave on their way out.
#include "error.h"

#include <stdio.h>

#include "list.h"
#include "text.h"
#include "value.h"

enum {
    UNWINDING = 1,      // in object.bits: a cancel
    LONGEST_TRAIL = 100 // entries; a recursion may fail ten thousand calls deep
};

// ── failures that need no memory ─────────────────────────────────────────────────────────────────

#define TEXT(name, words)                                                                          \
    static const weir_string name = {{WEIR_STATIC, WEIR_STRING, 0, 0}, sizeof(words) - 1, words}

TEXT(kind_memory, "memory");
TEXT(kind_cancelled, "cancelled");
TEXT(message_memory, "out of memory");
TEXT(message_cancelled, "cancelled");
TEXT(ellipsis, "\xe2\x80\xa6");

static weir_string *constant(const weir_string *string)
{
    return (weir_string *)(uintptr_t)string;
}

static const weir_error out_of_memory = {
    .object = {WEIR_STATIC, WEIR_ERROR, 0, 0},
    .kind = (weir_string *)(uintptr_t)&kind_memory,
    .message = (weir_string *)(uintptr_t)&message_memory,
    .retry_after = -1,
    .status = -1,
};

static const weir_error unwinding = {
    .object = {WEIR_STATIC, WEIR_ERROR, UNWINDING, 0},
    .kind = (weir_string *)(uintptr_t)&kind_cancelled,
    .message = (weir_string *)(uintptr_t)&message_cancelled,
    .retry_after = -1,
    .status = -1,
};

// A cancel that was joined by a failure when memory had ended: that much of it can be told.
static const weir_word only_memory[] = {{.object = (void *)(uintptr_t)&out_of_memory}};
static const weir_list also_memory = {
    .object = {WEIR_STATIC, WEIR_LIST, 0, 0},
    .type = &weir_type_errors,
    .length = 1,
    .room = 1,
    .items = (weir_word *)(uintptr_t)only_memory,
};
static const weir_error unwinding_without_memory = {
    .object = {WEIR_STATIC, WEIR_ERROR, UNWINDING, 0},
    .kind = (weir_string *)(uintptr_t)&kind_cancelled,
    .message = (weir_string *)(uintptr_t)&message_cancelled,
    .also = (weir_list *)(uintptr_t)&also_memory,
    .retry_after = -1,
    .status = -1,
};

static weir_error *memory_error(void)
{
    return (weir_error *)(uintptr_t)&out_of_memory;
}

weir_error *weir__error_unwinding(void)
{
    return (weir_error *)(uintptr_t)&unwinding;
}

bool weir_unwinding(const weir_error *error)
{
    return error != NULL && (error->object.bits & UNWINDING) != 0;
}

void weir__fail_memory(weir_context *cx)
{
    if (cx->pending == NULL) {
        cx->pending = memory_error();
    }
}

// ── made ─────────────────────────────────────────────────────────────────────────────────────────

// The kinds the runtime itself uses, so that a failure is one object less.
static weir_string *kind_string(weir_context *cx, const char *kind)
{
    TEXT(failed, "failed");
    TEXT(timeout, "timeout");
    TEXT(closed, "closed");
    TEXT(io, "io");
    TEXT(http, "http");
    TEXT(parse, "parse");
    TEXT(index, "index");
    TEXT(overflow, "overflow");
    TEXT(math, "math");
    TEXT(type, "type");
    TEXT(deadlock, "deadlock");
    TEXT(assertion, "assert");
    static const weir_string *const known[] = {
        &failed, &timeout,  &kind_cancelled, &closed, &io,       &http,      &parse,
        &index,  &overflow, &math,           &type,   &deadlock, &assertion, &kind_memory,
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(known[i]->bytes, kind) == 0) {
            return constant(known[i]);
        }
    }
    return weir_string_new(cx, kind, (int64_t)strlen(kind));
}

// Message is consumed, and may be NULL when it could not be made (memory is then pending in cx).
static weir_error *make(weir_context *cx, const char *kind, weir_string *message, const char *at)
{
    if (weir_failed(cx) || message == NULL) {
        weir_drop(message);
        return NULL;
    }
    weir_string *kind_text = kind_string(cx, kind);
    weir_string *place = at == NULL ? NULL : weir_string_new(cx, at, (int64_t)strlen(at));
    weir_error *error = weir_failed(cx) ? NULL : weir__object_new(cx, WEIR_ERROR, sizeof *error);
    if (error == NULL) {
        weir_drop(kind_text);
        weir_drop(place);
        weir_drop(message);
        return NULL;
    }
    error->kind = kind_text;
    error->message = message;
    error->at = place;
    error->retry_after = -1;
    error->status = -1;
    return error;
}

weir_error *weir_error_new(weir_context *cx, const char *kind, const weir_string *message,
                           const char *at)
{
    return weir_failed(cx) ? NULL : make(cx, kind, weir_keep(message), at);
}

static weir_error *vmake(const weir_context *cx, const char *kind, const char *at,
                         const char *format, va_list arguments)
{
    weir_context quiet = weir__quiet(cx);
    weir__text text;
    weir__text_begin(&text, &quiet);
    weir__text_vprintf(&text, format, arguments);
    weir_error *error = make(&quiet, kind, weir__text_end(&text), at);
    if (error == NULL) {
        weir_drop(weir_take(&quiet));
        error = memory_error();
    }
    return error;
}

weir_error *weir__error_make(const weir_context *cx, const char *kind, const char *at,
                             const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    weir_error *error = vmake(cx, kind, at, format, arguments);
    va_end(arguments);
    return error;
}

// ── pending ──────────────────────────────────────────────────────────────────────────────────────

weir_error *weir_take(weir_context *cx)
{
    weir_error *error = cx->pending;
    cx->pending = NULL;
    return error;
}

void weir_fail_assert(weir_context *cx, const weir_string *message, const char *at)
{
    if (!weir_failed(cx)) {
        weir_fail(cx, weir_error_new(cx, "assert", message, at));
    }
}

void weir_fail(weir_context *cx, weir_error *error)
{
    if (error == NULL) { // it could not even be made
        weir__fail_memory(cx);
    } else if (cx->pending == NULL) {
        cx->pending = error;
    } else {
        cx->pending = weir__error_join(cx, cx->pending, error);
    }
}

void weir_fail_text(weir_context *cx, const weir_string *message, const char *at)
{
    if (!weir_failed(cx)) { // while one is pending the text was not made
        weir_fail(cx, weir_error_new(cx, "failed", message, at));
    }
}

void weir_fail_with(weir_context *cx, const char *kind, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (cx->pending == NULL) { // a new failure may lie where an old one lay
        cx->told = NULL;
    }
    weir_fail(cx, vmake(cx, kind, NULL, format, arguments));
    va_end(arguments);
}

void weir_aside_enter(weir_context *cx, weir_aside *aside)
{
    *aside = (weir_aside){weir_take(cx), cx->stop};
    cx->stop = NULL;
}

void weir_aside_leave(weir_context *cx, weir_aside *aside)
{
    cx->stop = aside->stop;
    if (cx->pending == NULL) {
        cx->pending = aside->error;
    } else if (aside->error != NULL) {
        cx->pending = weir__error_join(cx, aside->error, cx->pending);
    }
}

// ── changed and joined ───────────────────────────────────────────────────────────────────────────

weir_error *weir__error_own(const weir_context *cx, weir_error *error, bool *own)
{
    *own = weir__own_alone(&error->object);
    if (*own) {
        return error;
    }
    weir_context quiet = weir__quiet(cx);
    weir_error *copy = weir__object_new(&quiet, WEIR_ERROR, sizeof *copy);
    if (copy == NULL) {
        weir_drop(weir_take(&quiet));
        return error;
    }
    weir_object object = copy->object;
    *copy = *error;
    copy->object = object;
    copy->object.bits = error->object.bits;
    weir_keep(copy->kind);
    weir_keep(copy->message);
    weir_keep(copy->at);
    weir_keep(copy->trail);
    weir_keep(copy->item);
    weir_keep(copy->cause);
    weir_keep(copy->also);
    weir_drop(error);
    *own = true;
    return copy;
}

// Adds to a list of errors that may be NULL. The word is taken over; when memory ends it is
// dropped.
static void add_also(const weir_context *cx, weir_list **also, weir_error *later)
{
    weir_context quiet = weir__quiet(cx);
    if (*also == NULL) {
        *also = weir_list_new(&quiet, &weir_type_errors, 1);
    }
    if (*also == NULL) {
        weir_drop(later);
    } else {
        weir__list_take(&quiet, also, (weir_word){.object = later});
    }
    weir_drop(weir_take(&quiet));
}

// Memory ended, and what should have joined is lost. A failure says enough as it is, a cancel does
// not: who takes it would take it for all there was.
static weir_error *joined_in_vain(weir_error *first)
{
    if (!weir_unwinding(first) || first->also != NULL) {
        return first;
    }
    weir_drop(first);
    return (weir_error *)(uintptr_t)&unwinding_without_memory;
}

weir_error *weir__error_join(const weir_context *cx, weir_error *first, weir_error *later)
{
    bool own = false;
    if (weir_unwinding(later) && later->also == NULL) {
        weir_drop(later);
        return first;
    }
    first = weir__error_own(cx, first, &own);
    if (!own) {
        weir_drop(later);
        return joined_in_vain(first);
    }
    if (!weir_unwinding(later)) {
        add_also(cx, &first->also, later);
        return joined_in_vain(first);
    }
    for (int64_t i = 0; i < later->also->length; i++) {
        add_also(cx, &first->also, weir_keep(later->also->items[i].object));
    }
    weir_drop(later);
    return joined_in_vain(first);
}

weir_error *weir__error_become(const weir_context *cx, weir_error *cancel, weir_error *becomes)
{
    if (becomes != NULL) {
        return weir__error_join(cx, becomes, cancel);
    }
    weir_error *first = NULL;
    for (int64_t i = 0; cancel->also != NULL && i < cancel->also->length; i++) {
        weir_error *joined = weir_keep(cancel->also->items[i].object);
        first = first == NULL ? joined : weir__error_join(cx, first, joined);
    }
    weir_drop(cancel);
    return first;
}

// ── the trail ────────────────────────────────────────────────────────────────────────────────────

// "fetch (http.weir:12)", or without the line where none is known.
static weir_string *trail_entry(weir_context *cx, const weir_machine *machine, uint32_t line)
{
    weir__text text;
    weir__text_begin(&text, cx);
    weir__text_printf(&text, line != 0 ? "%s (%s:%u)" : "%s (%s)", machine->name, machine->file,
                      line);
    return weir__text_end(&text);
}

void weir__error_trail(weir_context *cx, weir_error *error, weir_string *entry)
{
    if (error->trail == NULL && entry != NULL) {
        error->trail = weir_list_new(cx, &weir_type_strings, 1);
    }
    int64_t length = error->trail == NULL ? LONGEST_TRAIL + 1 : error->trail->length;
    if (entry == NULL || length > LONGEST_TRAIL) {
        weir_drop(entry);
        return;
    }
    if (length == LONGEST_TRAIL) {
        weir_drop(entry);
        entry = constant(&ellipsis);
    }
    weir__list_take(cx, &error->trail, (weir_word){.object = entry});
}

static void set_place(weir_context *cx, weir_error *error, const char *file, uint32_t line)
{
    if (error->at == NULL) {
        weir__text text;
        weir__text_begin(&text, cx);
        weir__text_printf(&text, line != 0 ? "%s:%u" : "%s", file, line);
        error->at = weir__text_end(&text);
    }
}

static void add_trail(const weir_context *cx, weir_error *error, const weir_machine *machine,
                      uint32_t line)
{
    weir_context quiet = weir__quiet(cx);
    bool told = cx->told == error;
    uint32_t arose = told ? cx->first_line : line;
    if (arose != 0) {
        bool elsewhere = told && cx->first_file != NULL;
        set_place(&quiet, error, elsewhere ? cx->first_file : machine->file, arose);
    }
    bool full = error->trail != NULL && error->trail->length >= LONGEST_TRAIL;
    weir__error_trail(&quiet, error,
                      full ? constant(&ellipsis) : trail_entry(&quiet, machine, line));
    weir_drop(weir_take(&quiet));
}

// The pending failure is at this place, where it is at none yet.
static void tell_place(weir_context *cx, const char *file, uint32_t line)
{
    bool own = false;
    cx->pending = weir__error_own(cx, cx->pending, &own);
    if (own) {
        weir_context quiet = weir__quiet(cx);
        set_place(&quiet, cx->pending, file, line);
        weir_drop(weir_take(&quiet));
    }
}

void weir_failed_top(weir_context *cx, const char *at)
{
    tell_place(cx, at, 0);
    cx->told = NULL;
}

void weir__failed_here(weir_context *cx, const char *file)
{
    if (cx->told == cx->pending && cx->first_line != 0 && cx->pending->at == NULL) {
        tell_place(cx, cx->first_file != NULL ? cx->first_file : file, cx->first_line);
    }
}

weir_step weir_leave_failed(weir_context *cx, const weir_machine *machine, void *frame)
{
    if (cx->pending != NULL && !weir_unwinding(cx->pending) && machine->file != NULL) {
        uint32_t state;
        memcpy(&state, frame, sizeof state);
        uint32_t line = state < machine->site_count ? machine->sites[state].line : 0;
        line = cx->told == cx->pending ? cx->line : line;
        bool own = false;
        cx->pending = weir__error_own(cx, cx->pending, &own);
        if (own && *machine->file != '\0') { // a machine of the library's is at no line
            add_trail(cx, cx->pending, machine, line);
        }
    }
    cx->told = NULL;
    if (machine->drop != NULL) {
        machine->drop(cx, frame);
    }
    return WEIR_FAILED;
}
