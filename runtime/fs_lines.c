// fs_lines.c: fs.lines and stdin.lines: the lines of a file as a stream.
//
// A piece of the file is read when the lines of the one before have all been taken, so what is held
// is one piece and one line. What was read of the standard input and not taken stays with the
// runtime: the next reader goes on there.
#include "stream.h"
#include "text.h"

enum { MOST_LINE = 1 << 26 }; // bytes

enum { LINES_BEGINS, LINES_OPENED, LINES_READ, LINES_TAKEN, LINES_STATES };

typedef struct Input {
    weir_string *name;  // for messages
    weir_string *piece; // bytes, or NULL
    int64_t at;         // where its next line begins
    int64_t file;       // -1: none
    int64_t number;     // of the line that comes next
    char *begun;        // of a line that goes on in the next piece
    size_t length, room;
    bool ended;
    bool taken; // by a stream: it is the standard input
} Input;

struct lines {
    uint32_t state;
    bool mend;
    Input *from;
    Input own;         // of a file
    weir_string *line; // on its way to the reader
};

static weir_step lines_resume(weir_context *cx, void *frame);
static void lines_drop(weir_context *cx, void *frame);

static const weir_site lines_sites[LINES_STATES] = {
    {.words = "lines"}, {.words = "lines"}, {.words = "lines"}, {.words = "lines"}};

static const weir_machine lines_machine = {
    .name = "lines",
    .file = "",
    .frame_size = sizeof(struct lines),
    .sites = lines_sites,
    .site_count = LINES_STATES,
    .resume = lines_resume,
    .drop = lines_drop,
};

// ── what is read ─────────────────────────────────────────────────────────────────────────────────

static void input_clear(weir_context *cx, Input *input)
{
    weir_clear(&input->name);
    weir_clear(&input->piece);
    weir__release(cx, input->begun);
    input->begun = NULL;
    input->length = input->room = 0;
}

static void lines_drop(weir_context *cx, void *frame)
{
    struct lines *self = frame;
    weir_clear(&self->line);
    input_clear(cx, &self->own);
    if (self->own.file >= 0) {
        cx->runtime->env->close(cx->runtime->env, (int)self->own.file);
        self->own.file = -1;
    }
    if (self->from != NULL && self->from != &self->own) {
        self->from->taken = false;
    }
    self->from = NULL;
}

static void end_input(weir_runtime *runtime)
{
    Input *input = runtime->input;
    input_clear(&runtime->cx, input);
    weir__release(&runtime->cx, input);
    runtime->input = NULL;
    runtime->end_input = NULL;
}

// The standard input, for one reader at a time. NULL: a failure is pending.
static Input *take_stdin(weir_context *cx)
{
    static const weir_string name = {{WEIR_STATIC, WEIR_STRING, 0, 0}, 14, "standard input"};
    weir_runtime *runtime = cx->runtime;
    Input *input = runtime->input;
    if (input == NULL) {
        input = weir__allocate(cx, sizeof *input);
        if (input == NULL) {
            return NULL;
        }
        *input = (Input){.name = weir_keep(&name), .number = 1};
        runtime->input = input;
        runtime->end_input = end_input;
    }
    if (input->taken) {
        weir_fail_with(cx, "io", "cannot read standard input: another stream reads it already");
        return NULL;
    }
    input->taken = true;
    return input;
}

static weir_step operate(weir_context *cx, weir__file_verb verb, const Input *input, void *slot)
{
    weir__operation *operation = !weir__may_wait(cx) ? NULL : weir__operation_new(cx, WEIR__FILE);
    if (operation == NULL) {
        return WEIR_NEXT;
    }
    operation->verb = verb;
    operation->file = (int)input->file;
    operation->path = weir_keep(input->name);
    return weir__operate(cx, operation, slot);
}

// ── lines ────────────────────────────────────────────────────────────────────────────────────────

// Adds to the line that has begun. False: a failure is pending.
static bool go_on(weir_context *cx, Input *input, const char *bytes, size_t length)
{
    if (input->length + length > MOST_LINE) {
        weir_fail_with(cx, "io", "cannot read %s: line %lld is longer than 64 MiB",
                       input->name->bytes, (long long)input->number);
        return false;
    }
    if (input->length + length > input->room) {
        size_t room = (input->length + length) * 2;
        char *grown = weir__allocate(cx, room);
        if (grown == NULL) {
            return false;
        }
        if (input->length > 0) {
            memcpy(grown, input->begun, input->length);
        }
        weir__release(cx, input->begun);
        input->begun = grown;
        input->room = room;
    }
    if (length > 0) {
        memcpy(input->begun + input->length, bytes, length);
    }
    input->length += length;
    return true;
}

// A line as text; ended: by a newline. NULL: a failure is pending.
static weir_string *line_of(weir_context *cx, const Input *input, const char *bytes,
                            size_t length, bool ended, bool mend)
{
    if (ended && length > 0 && bytes[length - 1] == '\r') {
        length--;
    }
    if (mend) {
        return weir__string_mend(cx, bytes, (int64_t)length);
    }
    int64_t end = weir__utf8_end(bytes, (int64_t)length);
    if ((size_t)end < length) {
        weir_fail_with(cx, "parse",
                       "cannot read %s: line %lld is not UTF-8: its byte %lld is 0x%02x",
                       input->name->bytes, (long long)input->number, (long long)end,
                       (unsigned)(unsigned char)bytes[end]);
        return NULL;
    }
    return weir_string_new(cx, bytes, (int64_t)length);
}

// The next line into self->line. False: there is none in what was read, or a failure is pending.
static bool next_line(weir_context *cx, struct lines *self)
{
    Input *input = self->from;
    const char *bytes = NULL;
    size_t length = 0;
    bool newline = false;
    if (input->piece != NULL) {
        bytes = input->piece->bytes + input->at;
        length = (size_t)(input->piece->length - input->at);
        const char *end = memchr(bytes, '\n', length);
        newline = end != NULL;
        length = newline ? (size_t)(end - bytes) : length;
        input->at += (int64_t)length + newline;
    }
    bool begun = input->length > 0 || (!newline && length > 0);
    if (begun && !go_on(cx, input, bytes, length)) {
        return false;
    }
    if (!newline) {
        weir_clear(&input->piece);
        if (!input->ended || input->length == 0) {
            return false;
        }
    }
    self->line = line_of(cx, input, begun ? input->begun : bytes, begun ? input->length : length,
                         newline, self->mend);
    input->length = 0;
    input->number++;
    if (input->room > (1 << 20)) { // a long line's memory is not kept
        weir__release(cx, input->begun);
        input->begun = NULL;
        input->room = 0;
    }
    return self->line != NULL;
}

static weir_step lines_resume(weir_context *cx, void *frame)
{
    struct lines *self = frame;
    for (;;) {
        weir_step step = WEIR_NEXT;
        if (weir_failed(cx)) {
            return weir_leave_failed(cx, &lines_machine, self);
        }
        switch (self->state) {
        case LINES_BEGINS:
            self->state = self->own.name != NULL ? LINES_OPENED : LINES_TAKEN;
            if (self->own.name == NULL) {
                self->from = take_stdin(cx);
            } else {
                self->from = &self->own;
                step = operate(cx, WEIR__FILE_OPEN, self->from, &self->own.file);
            }
            break;
        case LINES_READ:
            self->from->ended = self->from->piece->length == 0;
            self->from->at = 0; // fall through
        default:
            weir_clear(&self->line);
            if (next_line(cx, self)) {
                self->state = LINES_TAKEN;
                step = weir_yield(cx, &self->line);
            } else if (!weir_failed(cx) && self->from->ended) {
                lines_drop(cx, self);
                return WEIR_DONE;
            } else if (!weir_failed(cx)) {
                self->state = LINES_READ;
                step = operate(cx, WEIR__FILE_NEXT, self->from, &self->from->piece);
            }
            break;
        }
        if (step != WEIR_NEXT) {
            return step;
        }
    }
}

static weir_stream *lines(weir_context *cx, weir_scope *scope, const weir_string *path, bool mend)
{
    weir_stream *stream;
    struct lines *self = weir_stream_start(cx, scope, &lines_machine, &weir_type_string, false,
                                           &stream);
    if (self != NULL) {
        *self = (struct lines){
            .mend = mend, .own = {.name = weir_keep(path), .file = -1, .number = 1}};
    }
    return stream;
}

weir_stream *weir_fs_lines(weir_context *cx, weir_scope *scope, const weir_string *path,
                           weir_bool mend)
{
    return lines(cx, scope, path, mend != 0);
}

weir_stream *weir_stdin_lines(weir_context *cx, weir_scope *scope, weir_bool mend)
{
    return lines(cx, scope, NULL, mend != 0);
}
