// stream_batch.c: `batch n every d`: a machine written by hand, as printed C would be. It gathers
// items into a list until that has n of them or d has passed since the first; a batch is never
// empty. What comes while a batch is being passed on waits.
#include "stream.h"

enum { BATCH_BEGINS, BATCH_GOT, BATCH_PASSED, BATCH_STATES };

struct batch {
    uint32_t state;
    bool over;          // nothing more comes
    weir_stream *items; // owned
    const weir_type *type;
    int64_t size, every; // every: below 0: no matter how long it takes
    weir_list *list;     // owned; NULL: none begun
    weir_word item;
    weir_scope timeout;
};

static void batch_drop(weir_context *cx, void *frame)
{
    (void)cx;
    struct batch *self = frame;
    weir_clear(&self->items);
    weir_clear(&self->list);
}

static weir_step batch_resume(weir_context *cx, void *frame);

static const weir_site batch_sites[BATCH_STATES] = {
    {.words = "batch"}, {.words = "batch"}, {.words = "batch"}};

static const weir_machine batch_machine = {
    .name = "batch",
    .file = "",
    .frame_size = sizeof(struct batch),
    .sites = batch_sites,
    .site_count = BATCH_STATES,
    .resume = batch_resume,
    .drop = batch_drop,
};

// Waits for the next item; the first of a batch for as long as it takes.
static weir_step batch_next(weir_context *cx, struct batch *self)
{
    self->state = BATCH_GOT;
    self->item.object = NULL;
    return weir_next(cx, self->items, &self->item);
}

// The item that has come goes into the batch. Gives whether the batch is full.
static bool add_item(weir_context *cx, struct batch *self)
{
    if (self->list == NULL) {
        self->list = weir_list_new(cx, self->type, 0);
    }
    if (self->list != NULL) {
        weir_list_push(cx, &self->list, &self->item);
    }
    weir__drop_word(self->type->item, self->item);
    return self->list != NULL && self->list->length >= self->size;
}

static weir_step give_batch(weir_context *cx, struct batch *self)
{
    self->state = BATCH_PASSED;
    return weir_yield(cx, &self->list);
}

// The time of the batch ends: what is in it is passed on.
static void batch_in_time(weir_context *cx, struct batch *self)
{
    bool fired = (self->timeout.bits & WEIR__FIRED) != 0;
    weir_scope_leave(cx, &self->timeout);
    if (fired && weir_failed(cx) && !weir_unwinding(cx->pending)) {
        weir_drop(weir_take(cx));
    }
}

// With an item, or at the end, or with the timeout: one step further.
static weir_step batch_got(weir_context *cx, struct batch *self)
{
    bool timed = self->every >= 0 && self->list != NULL; // waited under the clock
    bool failed = weir_failed(cx), ended = !failed && cx->ended;
    if (!failed && !ended) {
        bool full = add_item(cx, self);
        if (!timed && !full && self->every >= 0 && !weir_failed(cx)) { // the first: the clock runs
            weir_timeout_enter(cx, &self->timeout, self->every);
            timed = true;
        }
        if (!full && !weir_failed(cx)) {
            return batch_next(cx, self);
        }
    }
    if (timed) {
        batch_in_time(cx, self);
    }
    if (weir_failed(cx)) {
        return weir_leave_failed(cx, &batch_machine, self);
    }
    self->over = ended;
    if (self->list == NULL) {
        batch_drop(cx, self);
        return WEIR_DONE;
    }
    return give_batch(cx, self);
}

static weir_step batch_resume(weir_context *cx, void *frame)
{
    struct batch *self = frame;
    for (;;) {
        weir_step step;
        switch (self->state) {
        case BATCH_GOT: step = batch_got(cx, self); break;
        case BATCH_PASSED:
            if (weir_failed(cx)) {
                return weir_leave_failed(cx, &batch_machine, self);
            }
            weir_clear(&self->list);
            if (self->over) {
                batch_drop(cx, self);
                return WEIR_DONE;
            }
            step = batch_next(cx, self);
            break;
        default: step = batch_next(cx, self); break;
        }
        if (step != WEIR_NEXT) {
            return step;
        }
    }
}

int64_t weir_count(weir_context *cx, const char *what, int64_t value)
{
    if (value < 0 && cx->pending == NULL) {
        weir_fail_with(cx, "type", "%s must be at least 0, it is %lld", what, (long long)value);
    }
    return value;
}

weir_stream *weir_batch(weir_context *cx, weir_scope *scope, const weir_type *type,
                        weir_stream *items, int64_t size, int64_t every)
{
    weir_limit(cx, "batch", size);
    weir_stream *stream;
    struct batch *self = weir_stream_start(cx, scope, &batch_machine, type, true, &stream);
    if (self == NULL) {
        weir_drop(items);
        return NULL;
    }
    *self = (struct batch){
        .state = BATCH_BEGINS, .items = items, .type = type, .size = size, .every = every};
    return stream;
}
