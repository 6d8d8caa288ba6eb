// http_stream.c: http.stream: the body of an answer as a stream of bytes: a machine written by
// hand. The environment keeps the little that has come and not been asked for; here there is never
// more than one piece.
#include "error.h"
#include "http.h"
#include "stream.h"
#include "task.h"

enum { BODY_BEGINS, BODY_OPENED, BODY_GOT, BODY_TAKEN, BODY_STATES };

struct body {
    uint32_t state;
    weir_string *url;
    weir_list *headers; // or NULL
    int64_t redirects;
    void *transfer;     // the environment's; NULL: none
    weir_string *piece; // on its way to the reader
};

static weir_step body_resume(weir_context *cx, void *frame);

// It also ends the transfer: whoever leaves the stream early does not wait for that.
static void body_drop(weir_context *cx, void *frame)
{
    struct body *self = frame;
    weir_clear(&self->url);
    weir_clear(&self->headers);
    weir_clear(&self->piece);
    if (self->transfer != NULL) {
        cx->runtime->env->hang_up(cx->runtime->env, self->transfer);
        self->transfer = NULL;
    }
}

static const weir_site body_sites[BODY_STATES] = {{.words = "http.stream"},
                                                  {.words = "http.stream"},
                                                  {.words = "http.stream"},
                                                  {.words = "http.stream"}};

static const weir_machine body_machine = {
    .name = "http.stream",
    .file = "",
    .frame_size = sizeof(struct body),
    .sites = body_sites,
    .site_count = BODY_STATES,
    .resume = body_resume,
    .drop = body_drop,
};

// The request goes out, and there is a transfer once its body begins.
static weir_step open_body(weir_context *cx, struct body *self)
{
    static const weir_string get = {{WEIR_STATIC, WEIR_STRING, 0, 0}, 3, "GET"};
    weir__operation *operation =
        !weir__may_wait(cx) ? NULL : weir__operation_new(cx, WEIR__HTTP_OPEN);
    if (operation == NULL) {
        return WEIR_NEXT;
    }
    operation->method = weir_keep(&get);
    operation->url = weir_keep(self->url);
    operation->headers = weir_keep(self->headers);
    operation->redirects = self->redirects;
    return weir__operate(cx, operation, &self->transfer);
}

static weir_step next_piece(weir_context *cx, struct body *self)
{
    weir__operation *operation =
        !weir__may_wait(cx) ? NULL : weir__operation_new(cx, WEIR__HTTP_NEXT);
    if (operation == NULL) {
        return WEIR_NEXT;
    }
    operation->transfer = self->transfer;
    return weir__operate(cx, operation, &self->piece);
}

static weir_step body_resume(weir_context *cx, void *frame)
{
    struct body *self = frame;
    for (;;) {
        weir_step step;
        if (weir_failed(cx)) {
            return weir_leave_failed(cx, &body_machine, self);
        }
        switch (self->state) {
        case BODY_BEGINS:
            self->state = BODY_OPENED;
            step = open_body(cx, self);
            break;
        case BODY_GOT:
            if (self->piece->length == 0) {
                body_drop(cx, self);
                return WEIR_DONE;
            }
            self->state = BODY_TAKEN;
            step = weir_yield(cx, &self->piece);
            break;
        default:
            weir_clear(&self->piece);
            self->state = BODY_GOT;
            step = next_piece(cx, self);
            break;
        }
        if (step != WEIR_NEXT) {
            return step;
        }
    }
}

weir_stream *weir__body_stream(weir_context *cx, weir_scope *scope, weir_string *url,
                               weir_list *headers, int64_t redirects)
{
    weir_stream *stream;
    struct body *self = weir_stream_start(cx, scope, &body_machine, &weir_type_bytes, false,
                                          &stream);
    if (self == NULL) {
        weir_drop(url);
        weir_drop(headers);
        return NULL;
    }
    *self = (struct body){.url = url, .headers = headers, .redirects = redirects};
    return stream;
}
