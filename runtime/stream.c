// stream.c: items yielded and taken, and the end of a stream.
#include "stream.h"

// ── the end ──────────────────────────────────────────────────────────────────────────────────────

// Nothing more comes: whoever waits is told.
static void end_readers(weir_runtime *runtime, weir_stream *stream)
{
    weir_task *reader;
    while ((reader = weir__waitlist_first(&stream->readers)) != NULL) {
        if (reader->wait.slot != NULL) {
            memset(reader->wait.slot, 0, sizeof(weir_word));
        }
        weir__dismiss(runtime, reader, WEIR__ENDS);
    }
}

// Nobody reads any more: the producer is cancelled. What it failed with, unread, is its scope's.
static void close_stream(weir_runtime *runtime, weir_stream *stream)
{
    stream->over = true;
    weir_task *producer = stream->producer;
    if (producer == NULL) {
        return;
    }
    *weir__extra(weir__machine(runtime, producer), producer) = NULL;
    stream->producer = NULL;
    if (stream->gather != NULL) {
        stream->gather->results = NULL;
        stream->gather = NULL;
    }
    if (stream->error != NULL) {
        weir__scope_absorb_unread(runtime, producer->scope, stream->error, false);
        stream->error = NULL;
    }
    weir__task_cancel(runtime, producer);
}

static void stream_end(weir__opaque *self, weir__fall *fall)
{
    weir_stream *stream = (weir_stream *)(void *)self;
    close_stream(fall->cx.runtime, stream);
    weir__fall_drop(fall, stream->error);
    weir__object_release(&fall->cx, stream);
}

// The producer stays among its scope's children, and has ended but for that: a reader may come for
// the failure, and if none does it is the scope's when that ends.
static void wait_to_be_read(weir_stream *stream, weir_task *task, weir_error *error)
{
    stream->error = error;
    weir__link *last = stream->writers.head.prev;
    task->link.next = &stream->writers.head;
    task->link.prev = last;
    last->next = stream->writers.head.prev = &task->link;
    weir__wait(task, WEIR__QUEUES, NULL);
    task->flags |= WEIR__FRESH; // its frame holds nothing: it is never resumed again
}

static weir_error *closed_failure(const weir_context *cx)
{
    return weir__error_make(cx, "closed", NULL, "the scope that this stream was made in has ended");
}

// What a producer leaves: to the one who reads, else to the stream. Gives what the scope is told.
static weir_error *leave_to_reader(weir_runtime *runtime, weir_stream *stream, weir_task *task,
                                   weir_error *error)
{
    weir_error *told = NULL;
    if (stream->error != NULL) { // it had ended, and was cancelled before anyone read that
        told = stream->error;
        stream->error = NULL;
        weir_drop(error);
        error = NULL;
    } else if (weir_unwinding(error)) {
        told = error;
        error = closed_failure(&runtime->cx);
    }
    weir_task *reader = weir__waitlist_first(&stream->readers);
    if (error != NULL && reader == NULL && told == NULL && weir__is_asked(task)) {
        told = error; // its scope ends: nobody will come for it
        error = closed_failure(&runtime->cx);
    }
    if (error != NULL && reader == NULL && told == NULL) {
        wait_to_be_read(stream, task, error);
        return NULL;
    }
    stream->producer = NULL;
    stream->over = true;
    if (error != NULL && reader != NULL) {
        weir__refuse(runtime, reader, error);
    } else if (error != NULL) {
        stream->error = error; // it was closed; whoever reads it after that is told
    }
    end_readers(runtime, stream);
    return told;
}

void weir__stream_ended(weir_runtime *runtime, weir_task *task, weir_error *error)
{
    const weir_machine *machine = weir__machine(runtime, task);
    weir_scope *scope = task->scope;
    weir_stream *stream = weir__stream_of(runtime, task);
    if (stream != NULL) {
        error = leave_to_reader(runtime, stream, task, error);
        if (stream->producer != NULL) {
            weir__scope_check(runtime, scope);
            return;
        }
    }
    if (error != NULL) {
        weir__scope_absorb_unread(runtime, scope, error, (task->flags & WEIR__KILLED) != 0);
    }
    scope->streams--;
    weir__scope_forget(scope, task);
    weir__task_free(runtime, machine, task);
    weir__scope_check(runtime, scope);
}

// ── the beginning ────────────────────────────────────────────────────────────────────────────────

static weir_stream *stream_new(weir_context *cx, const weir_type *item, bool eager)
{
    weir_stream *stream = weir__object_new(cx, WEIR_STREAM, sizeof *stream);
    if (stream != NULL) {
        stream->opaque.end = stream_end;
        stream->item = item;
        stream->counted = item != NULL && weir__counted(item);
        stream->eager = eager;
        weir__waitlist_begin(&stream->readers);
        weir__waitlist_begin(&stream->writers);
    }
    return stream;
}

void *weir_stream_start(weir_context *cx, weir_scope *scope, const weir_machine *machine,
                        const weir_type *item, bool eager, weir_stream **slot)
{
    *slot = NULL;
    if (cx->pending != NULL) {
        return NULL;
    }
    weir_stream *stream = stream_new(cx, item, eager);
    weir_task *task = stream == NULL ? NULL : weir__task_new(cx, scope, machine, WEIR__STREAMS);
    if (task != NULL && !weir__scope_adopt(cx->runtime, scope, task)) {
        weir__task_free(cx->runtime, machine, task);
        weir__fail_memory(cx);
        task = NULL;
    }
    if (task == NULL) {
        weir_drop(stream);
        return NULL;
    }
    scope->streams++;
    *weir__extra(machine, task) = stream;
    stream->producer = task;
    weir__link *head = &stream->writers.head; // it waits to be asked
    task->link.next = task->link.prev = head;
    head->next = head->prev = &task->link;
    weir__wait(task, WEIR__QUEUES, NULL);
    *slot = stream;
    return weir__frame(task);
}

// ── items ────────────────────────────────────────────────────────────────────────────────────────

static void keep_item(const weir_stream *stream, weir_word item)
{
    if (stream->counted) {
        weir_keep(item.object);
    }
}

static void drop_item(const weir_stream *stream, weir_word item)
{
    if (stream->counted) {
        weir_drop(item.object);
    }
}

weir_step weir_yield(weir_context *cx, const void *word)
{
    if (!weir__may_wait(cx)) {
        return WEIR_NEXT;
    }
    weir_stream *stream = weir__stream_of(cx->runtime, cx->task);
    if (stream == NULL) { // in a cleanup, after the reader has gone
        weir_fail_with(cx, "closed", "nobody reads this stream any more");
        return WEIR_NEXT;
    }
    weir_task *reader = weir__waitlist_first(&stream->readers);
    if (reader == NULL) {
        return weir__wait_in(cx, &stream->writers, WEIR__QUEUES, (void *)(uintptr_t)word);
    }
    weir_word item = {.integer = 0};
    if (word != NULL) {
        memcpy(&item, word, sizeof item);
    }
    if (reader->wait.slot != NULL) {
        keep_item(stream, item);
    }
    weir__give(cx->runtime, reader, &item);
    if (stream->eager || !weir__waitlist_is_empty(&stream->readers)) {
        return weir__over(cx);
    }
    return weir__wait_in(cx, &stream->writers, WEIR__QUEUES, NULL); // until the next one is wanted
}

// One of the results of a gather. A failure ends the stream.
static void pass_on(weir_context *cx, weir_stream *stream, weir_word item, weir_error *error,
                    void *slot)
{
    if (error != NULL) {
        close_stream(cx->runtime, stream);
        weir_fail(cx, error);
    } else if (slot != NULL) {
        memcpy(slot, &item, sizeof item);
    } else {
        drop_item(stream, item);
    }
}

void weir__stream_offer(weir_runtime *runtime, weir_stream *stream)
{
    weir_task *reader;
    weir_word item;
    weir_error *error = NULL;
    while (stream->gather != NULL && (reader = weir__waitlist_first(&stream->readers)) != NULL &&
           stream->take(runtime, stream->gather, &item, &error)) {
        if (error != NULL) {
            weir__refuse(runtime, reader, error);
            close_stream(runtime, stream);
            end_readers(runtime, stream);
        } else if (reader->wait.slot != NULL) {
            weir__give(runtime, reader, &item);
        } else {
            drop_item(stream, item);
            weir__give(runtime, reader, &item);
        }
    }
}

// The item that the producer yields; false: it has none yet.
static bool take_yielded(weir_runtime *runtime, weir_stream *stream, void *slot)
{
    weir_task *writer = weir__waitlist_first(&stream->writers);
    if (writer == NULL || writer->wait.slot == NULL) {
        return false;
    }
    if (slot != NULL) {
        weir_word item;
        memcpy(&item, writer->wait.slot, sizeof item);
        keep_item(stream, item);
        memcpy(slot, &item, sizeof item);
    }
    if (stream->eager) {
        weir__dismiss(runtime, writer, 0);
    } else {
        writer->wait.slot = NULL;
    }
    return true;
}

static weir_step stream_over(weir_context *cx, void *slot)
{
    if (slot != NULL) {
        memset(slot, 0, sizeof(weir_word));
    }
    cx->ended = true;
    return weir__over(cx);
}

weir_step weir_next(weir_context *cx, weir_stream *stream, void *slot)
{
    cx->ended = false;
    if (!weir__may_wait(cx) || stream == NULL) {
        return WEIR_NEXT;
    }
    weir_runtime *runtime = cx->runtime;
    if (stream->error != NULL) {
        weir_error *error = stream->error;
        stream->error = NULL;
        close_stream(runtime, stream);
        weir_fail(cx, error);
        return WEIR_NEXT;
    }
    if (stream->over) {
        return stream_over(cx, slot);
    }
    weir_word item;
    weir_error *error = NULL;
    if (stream->gather != NULL && stream->take(runtime, stream->gather, &item, &error)) {
        pass_on(cx, stream, item, error, slot);
        return error != NULL ? WEIR_NEXT : weir__over(cx);
    }
    if (take_yielded(runtime, stream, slot)) {
        return weir__over(cx);
    }
    weir_task *writer = weir__waitlist_first(&stream->writers);
    if (writer != NULL) {
        weir__dismiss(runtime, writer, 0); // an item is wanted
    }
    return weir__wait_in(cx, &stream->readers, WEIR__QUEUES, slot);
}
