// exec_lines.c: exec.lines: what a child writes to its two outputs, line by line, as a stream.
//
//   open ─ next ─ yield … ─ next ─ … ─ close
//
// A piece is read when the lines of the one before have all been taken, so what is held is one
// piece, and of each output a line that has begun. Whatever the stream ends with, the child is
// closed and awaited: that operation is there from the beginning, because memory may end later.
#include "exec.h"
#include "stream.h"
#include "text.h"

enum { MOST_LINE = 1 << 26, KEPT_LINE = 1 << 20, TOLD = 1000 }; // bytes

enum { EXEC_BEGINS, EXEC_OPENED, EXEC_READ, EXEC_TAKEN, EXEC_CLOSED, EXEC_STATES };

typedef struct Begun { // a line that goes on in a later piece of the same output
    char *bytes;
    size_t length, room;
} Begun;

struct exec_lines {
    uint32_t state;
    bool ended;               // nothing more will be read
    weir__operation *opening; // owned until it is begun
    weir__operation *closing; // the same
    weir_list *command;
    void *child;         // the environment's; NULL: none, or it is being closed
    weir_string *piece;  // the number of an output, and bytes of it; or NULL
    int64_t at;          // where its next line begins
    Begun begun[2];      // of output, of errors
    weir_string *line;   // on its way to the reader
    weir_error *error;   // what it ends with, while the child is being closed
    int64_t status;      // once closed
    size_t told_length;
    char told[TOLD]; // the last of what it wrote to standard error
};

static weir_step exec_resume(weir_context *cx, void *frame);
static void exec_drop(weir_context *cx, void *frame);

static const weir_site exec_sites[EXEC_STATES] = {{.words = "exec.lines"},
                                                  {.words = "exec.lines"},
                                                  {.words = "exec.lines"},
                                                  {.words = "exec.lines"},
                                                  {.words = "exec.lines"}};

static const weir_machine exec_machine = {
    .name = "exec.lines",
    .file = "",
    .frame_size = sizeof(struct exec_lines),
    .sites = exec_sites,
    .site_count = EXEC_STATES,
    .resume = exec_resume,
    .drop = exec_drop,
};

static void exec_drop(weir_context *cx, void *frame)
{
    struct exec_lines *self = frame;
    if (self->opening != NULL) {
        weir__operation_free(cx->runtime, self->opening);
        self->opening = NULL;
    }
    if (self->closing != NULL) {
        weir__operation_free(cx->runtime, self->closing);
        self->closing = NULL;
    }
    weir_clear(&self->command);
    weir_clear(&self->piece);
    weir_clear(&self->line);
    weir_clear(&self->error);
    for (int i = 0; i < 2; i++) {
        weir__release(cx, self->begun[i].bytes);
        self->begun[i] = (Begun){.bytes = NULL};
    }
}

// ── lines ────────────────────────────────────────────────────────────────────────────────────────

// Adds to the line that has begun. False: a failure is pending.
static bool go_on(weir_context *cx, Begun *begun, const char *bytes, size_t length)
{
    if (begun->length + length > MOST_LINE) {
        weir_fail_with(cx, "exec", "a line of a child's output is longer than 64 MiB");
        return false;
    }
    if (begun->length + length > begun->room) {
        size_t room = (begun->length + length) * 2;
        char *grown = weir__allocate(cx, room);
        if (grown == NULL) {
            return false;
        }
        if (begun->length > 0) {
            memcpy(grown, begun->bytes, begun->length);
        }
        weir__release(cx, begun->bytes);
        begun->bytes = grown;
        begun->room = room;
    }
    if (length > 0) {
        memcpy(begun->bytes + begun->length, bytes, length);
    }
    begun->length += length;
    return true;
}

// For the message of a failure.
static void remember(struct exec_lines *self, const char *bytes, size_t length)
{
    if (length > TOLD - 1) {
        bytes += length - (TOLD - 1);
        length = TOLD - 1;
    }
    if (self->told_length + length + 1 > TOLD) {
        size_t gone = self->told_length + length + 1 - TOLD;
        self->told_length -= gone;
        memmove(self->told, self->told + gone, self->told_length);
    }
    memcpy(self->told + self->told_length, bytes, length);
    self->told_length += length;
    self->told[self->told_length++] = '\n';
}

// The line that has begun becomes self->line. False: a failure is pending.
static bool end_line(weir_context *cx, struct exec_lines *self, int which, bool newline)
{
    Begun *begun = &self->begun[which];
    const char *bytes = begun->bytes == NULL ? "" : begun->bytes;
    size_t length = begun->length;
    if (newline && length > 0 && bytes[length - 1] == '\r') {
        length--;
    }
    if (which == 1) {
        remember(self, bytes, length);
    }
    self->line = weir__string_mend(cx, bytes, (int64_t)length);
    begun->length = 0;
    if (begun->room > KEPT_LINE) {
        weir__release(cx, begun->bytes);
        *begun = (Begun){.bytes = NULL};
    }
    return self->line != NULL;
}

// The next line into self->line. False: there is none in what was read, or a failure is pending.
static bool next_line(weir_context *cx, struct exec_lines *self)
{
    if (self->piece != NULL) {
        int which = self->piece->bytes[0];
        const char *bytes = self->piece->bytes + self->at;
        size_t length = (size_t)(self->piece->length - self->at);
        const char *end = memchr(bytes, '\n', length);
        length = end != NULL ? (size_t)(end - bytes) : length;
        self->at += (int64_t)length + 1;
        if (!go_on(cx, &self->begun[which], bytes, length)) {
            return false;
        }
        if (end != NULL) {
            return end_line(cx, self, which, true);
        }
        weir_clear(&self->piece);
    }
    for (int which = 0; self->ended && which < 2; which++) {
        if (self->begun[which].length > 0) {
            return end_line(cx, self, which, false);
        }
    }
    return false;
}

// ── the child ────────────────────────────────────────────────────────────────────────────────────

static weir_step open_child(weir_context *cx, struct exec_lines *self)
{
    if (!weir__may_wait(cx)) {
        return WEIR_NEXT;
    }
    weir__operation *opening = self->opening;
    self->opening = NULL;
    self->state = EXEC_OPENED;
    return weir__operate(cx, opening, &self->child);
}

static weir_step read_piece(weir_context *cx, struct exec_lines *self)
{
    weir__operation *operation = !weir__may_wait(cx) ? NULL : weir__operation_new(cx, WEIR__EXEC);
    if (operation == NULL) {
        return WEIR_NEXT;
    }
    operation->exec = WEIR__EXEC_NEXT;
    operation->child = self->child;
    self->state = EXEC_READ;
    return weir__operate(cx, operation, &self->piece);
}

// With a failure pending, or without: also one that is cancelled waits for its child.
static weir_step close_child(weir_context *cx, struct exec_lines *self)
{
    weir__operation *closing = self->closing;
    self->closing = NULL;
    closing->child = self->child;
    self->child = NULL;
    self->error = weir_take(cx);
    self->state = EXEC_CLOSED;
    return weir__operate(cx, closing, &self->status);
}

// The child has ended by itself: fails unless its status is 0.
static void check_status(weir_context *cx, struct exec_lines *self)
{
    weir_exec_result *result = weir_record_new(cx, &weir_type_exec_result);
    if (result == NULL) {
        return;
    }
    result->status = self->status;
    result->command = weir_keep(self->command);
    result->stderr = weir__string_mend(cx, self->told, (int64_t)self->told_length);
    weir_drop(weir_exec_check(cx, result));
    weir_drop(result);
}

static weir_step give_line(weir_context *cx, struct exec_lines *self)
{
    weir_clear(&self->line);
    if (next_line(cx, self)) {
        self->state = EXEC_TAKEN;
        return weir_yield(cx, &self->line);
    }
    if (weir_failed(cx)) {
        return WEIR_NEXT;
    }
    return self->ended ? close_child(cx, self) : read_piece(cx, self);
}

static weir_step exec_resume(weir_context *cx, void *frame)
{
    struct exec_lines *self = frame;
    for (;;) {
        weir_step step = WEIR_NEXT;
        if (weir_failed(cx)) {
            if (self->child == NULL) {
                return weir_leave_failed(cx, &exec_machine, self);
            }
            return close_child(cx, self);
        }
        switch (self->state) {
        case EXEC_BEGINS: step = open_child(cx, self); break;
        case EXEC_CLOSED:
            if (self->error != NULL) {
                weir_fail(cx, self->error);
                self->error = NULL;
            } else if (self->status != 0) {
                check_status(cx, self);
            }
            if (!weir_failed(cx)) {
                exec_drop(cx, self);
                return WEIR_DONE;
            }
            break;
        case EXEC_READ:
            self->ended = self->piece->length == 0;
            if (self->ended) {
                weir_clear(&self->piece);
            }
            self->at = 1;
            self->state = EXEC_TAKEN; // fall through
        default: step = give_line(cx, self); break;
        }
        if (step != WEIR_NEXT) {
            return step;
        }
    }
}

weir_stream *weir_exec_lines(weir_context *cx, weir_scope *scope, const weir_list *command,
                             const weir_string *folder, const weir_map *variables,
                             const weir_string *input)
{
    if (weir_failed(cx) || !weir__exec_is_good(cx, command, folder, variables)) {
        return NULL;
    }
    weir__operation *opening = weir__operation_new(cx, WEIR__EXEC);
    weir__operation *closing = opening == NULL ? NULL : weir__operation_new(cx, WEIR__EXEC);
    weir_stream *stream = NULL;
    struct exec_lines *self = closing == NULL
                                  ? NULL
                                  : weir_stream_start(cx, scope, &exec_machine, &weir_type_string,
                                                      false, &stream);
    if (self == NULL) {
        if (closing != NULL) {
            weir__operation_free(cx->runtime, closing);
        }
        if (opening != NULL) {
            weir__operation_free(cx->runtime, opening);
        }
        return NULL;
    }
    opening->exec = WEIR__EXEC_OPEN;
    opening->command = weir_keep(command);
    opening->variables = weir_keep(variables);
    opening->path = weir_keep(folder);
    opening->body = weir_keep(input);
    closing->exec = WEIR__EXEC_CLOSE;
    *self = (struct exec_lines){
        .opening = opening, .closing = closing, .command = weir_keep(command)};
    return stream;
}
