// fs_watch.c: fs.watch: what changes at a path, as a stream of paths.
//
// The watch begins when the first item is asked for. From then on the system keeps the news; they
// are fetched when those of the time before have all been taken, each path once. What is held is
// what was fetched, and what the system keeps, which has its own limit: where it had to forget
// something, the watched path itself is said to have changed.
#include "map.h"
#include "stream.h"
#include "text.h"

enum { WATCH_BEGINS, WATCH_PLACED, WATCH_READY, WATCH_NEWS, WATCH_TAKEN, WATCH_STATES };

struct watching {
    uint32_t state;
    bool over;          // it is gone: nothing more comes
    weir_string *path;  // as it was written
    weir_string *place; // or NULL: what is watched for it
    int64_t file;       // the watch; -1: none
    weir_map *news;     // what changed, or NULL
    int64_t at;         // in the news
    weir_string *item;  // on its way to the reader
};

static weir_step watching_resume(weir_context *cx, void *frame);
static void watching_drop(weir_context *cx, void *frame);

static const weir_site watching_sites[WATCH_STATES] = {
    {.words = "watch"}, {.words = "watch"}, {.words = "watch"}, {.words = "watch"},
    {.words = "watch"}};

static const weir_machine watching_machine = {
    .name = "watch",
    .file = "",
    .frame_size = sizeof(struct watching),
    .sites = watching_sites,
    .site_count = WATCH_STATES,
    .resume = watching_resume,
    .drop = watching_drop,
};

static void watching_drop(weir_context *cx, void *frame)
{
    struct watching *self = frame;
    weir_clear(&self->path);
    weir_clear(&self->place);
    weir_clear(&self->news);
    weir_clear(&self->item);
    if (self->file >= 0) {
        cx->runtime->env->close(cx->runtime->env, (int)self->file);
        self->file = -1;
    }
}

static weir_step operate(weir_context *cx, weir__file_verb verb, const struct watching *self,
                         void *slot)
{
    weir__operation *operation = !weir__may_wait(cx) ? NULL : weir__operation_new(cx, WEIR__FILE);
    if (operation == NULL) {
        return WEIR_NEXT;
    }
    operation->verb = verb;
    operation->file = (int)self->file;
    operation->path = weir_keep(self->place != NULL ? self->place : self->path);
    return weir__operate(cx, operation, slot);
}

// A name of the news as a path that begins as the watched one. NULL: a failure is pending.
static weir_string *path_of(weir_context *cx, const struct watching *self, const weir_string *name)
{
    if (name->length == 1 && name->bytes[0] == '.') {
        return weir_keep(self->path);
    }
    weir__text text;
    weir__text_begin(&text, cx);
    weir__text_string(&text, self->path);
    weir__text_word(&text, self->path->bytes[self->path->length - 1] == '/' ? "" : "/");
    weir__text_string(&text, name);
    return weir__text_end(&text);
}

// The next of the news into self->item. False: there is none, or a failure is pending.
static bool next_change(weir_context *cx, struct watching *self)
{
    const weir_word *name, *same;
    if (self->news == NULL || !weir_map_next(self->news, &self->at, &name, &same)) {
        weir_clear(&self->news);
        return false;
    }
    const weir_string *changed = name->object;
    if (changed->length == 0) {
        self->over = true;
        return false;
    }
    self->item = path_of(cx, self, changed);
    return self->item != NULL;
}

static weir_step watching_resume(weir_context *cx, void *frame)
{
    struct watching *self = frame;
    for (;;) {
        weir_step step = WEIR_NEXT;
        if (weir_failed(cx)) {
            return weir_leave_failed(cx, &watching_machine, self);
        }
        switch (self->state) {
        case WATCH_BEGINS:
            self->state = WATCH_PLACED;
            step = operate(cx, WEIR__FILE_PLACE, self, &self->place);
            break;
        case WATCH_PLACED:
            self->state = WATCH_READY;
            step = operate(cx, WEIR__FILE_WATCH, self, &self->file);
            break;
        case WATCH_NEWS: self->at = 0; // fall through
        default:
            weir_clear(&self->item);
            if (next_change(cx, self)) {
                self->state = WATCH_TAKEN;
                step = weir_yield(cx, &self->item);
            } else if (self->over) {
                watching_drop(cx, self);
                return WEIR_DONE;
            } else if (!weir_failed(cx)) {
                self->state = WATCH_NEWS;
                step = operate(cx, WEIR__FILE_NEWS, self, &self->news);
            }
            break;
        }
        if (step != WEIR_NEXT) {
            return step;
        }
    }
}

weir_stream *weir_fs_watch(weir_context *cx, weir_scope *scope, const weir_string *path)
{
    weir_stream *stream;
    struct watching *self = weir_stream_start(cx, scope, &watching_machine, &weir_type_string,
                                              false, &stream);
    if (self != NULL) {
        *self = (struct watching){.path = weir_keep(path), .file = -1};
    }
    return stream;
}
