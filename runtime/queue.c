// queue.c: put, get, close.
#include "queue.h"

static void queue_end(weir__opaque *self, weir__fall *fall)
{
    weir_queue *queue = (weir_queue *)(void *)self;
    for (int64_t i = 0; i < queue->count; i++) {
        weir__fall_drop_word(fall, queue->item,
                             queue->items[(queue->first + i) & (queue->room - 1)]);
    }
    weir__release(&fall->cx, queue->items);
    weir__object_release(&fall->cx, queue);
}

weir_queue *weir_queue_new(weir_context *cx, const weir_type *item, int64_t max)
{
    if (cx->pending != NULL) {
        return NULL;
    }
    if (max < 1) {
        weir_fail_with(cx, "type", "a queue holds at least 1 item, max is %lld", (long long)max);
        return NULL;
    }
    weir_queue *queue = weir__object_new(cx, WEIR_QUEUE, sizeof *queue);
    if (queue != NULL) {
        queue->opaque.end = queue_end;
        queue->item = item;
        queue->counted = weir__counted(item);
        queue->max = max;
        weir__waitlist_begin(&queue->readers);
        weir__waitlist_begin(&queue->writers);
    }
    return queue;
}

// Room in the ring for one more item. False: memory ended.
WEIR__RARE static bool grow(weir_runtime *runtime, weir_queue *queue)
{
    int64_t room = queue->room == 0 ? 8 : queue->room * 2;
    weir_word *items = (uint64_t)room > SIZE_MAX / sizeof *items
                           ? NULL
                           : weir__resize(runtime, queue->items, (size_t)room * sizeof *items);
    if (items == NULL) {
        return false;
    }
    // What had gone round the old end now lies behind it.
    int64_t behind = queue->first + queue->count - queue->room;
    if (behind > 0) {
        memcpy(items + queue->room, items, (size_t)behind * sizeof *items);
    }
    queue->items = items;
    queue->room = room;
    return true;
}

static void push(weir_queue *queue, const void *word)
{
    weir_word item;
    memcpy(&item, word, sizeof item);
    if (queue->counted) {
        weir_keep(item.object);
    }
    queue->items[(queue->first + queue->count) & (queue->room - 1)] = item;
    queue->count++;
}

weir_step weir_put(weir_context *cx, weir_queue *queue, const void *word)
{
    if (!weir__may_wait(cx) || queue == NULL) {
        return WEIR_NEXT;
    }
    if (queue->closed) {
        weir_fail_with(cx, "closed", "put into a queue that is closed");
        return WEIR_NEXT;
    }
    weir_task *reader = weir__waitlist_first(&queue->readers);
    if (reader != NULL) {
        weir_word item;
        memcpy(&item, word, sizeof item);
        if (reader->wait.slot != NULL && queue->counted) {
            weir_keep(item.object);
        }
        weir__give(cx->runtime, reader, &item);
        return weir__over(cx);
    }
    if (queue->count >= queue->max) {
        if (queue->broker != NULL) {
            return weir__bound_put(cx, queue, word);
        }
        return weir__wait_in(cx, &queue->writers, WEIR__QUEUES, (void *)(uintptr_t)word);
    }
    if (queue->count == queue->room && !grow(cx->runtime, queue)) {
        weir__fail_memory(cx);
        return WEIR_NEXT;
    }
    push(queue, word);
    return weir__over(cx);
}

static weir_step at_end(weir_context *cx, void *slot)
{
    if (slot != NULL) {
        memset(slot, 0, sizeof(weir_word));
    }
    cx->ended = true;
    return weir__over(cx);
}

weir_step weir_get(weir_context *cx, weir_queue *queue, void *slot, weir_lease **lease)
{
    cx->ended = false;
    if (!weir__may_wait(cx) || queue == NULL) {
        return WEIR_NEXT;
    }
    if (queue->count == 0) {
        if (queue->broker != NULL) {
            return weir__bound_get(cx, queue, slot, lease);
        }
        return queue->closed ? at_end(cx, slot)
                             : weir__wait_in(cx, &queue->readers, WEIR__QUEUES, slot);
    }
    weir_word item = queue->items[queue->first];
    queue->first = (queue->first + 1) & (queue->room - 1);
    queue->count--;
    if (slot != NULL) {
        memcpy(slot, &item, sizeof item);
    } else if (queue->counted) {
        weir_drop(item.object);
    }
    weir_task *writer = weir__waitlist_first(&queue->writers);
    if (writer != NULL) { // the place that became free is the first writer's
        push(queue, writer->wait.slot);
        weir__dismiss(cx->runtime, writer, 0);
    }
    return weir__over(cx);
}

void weir_close(weir_context *cx, weir_queue *queue)
{
    if (cx->pending != NULL || queue == NULL || queue->closed) {
        return;
    }
    if (queue->broker != NULL) {
        cx->runtime->env->shut(cx->runtime->env, queue->broker);
    }
    queue->closed = true; // puts that wait already still go in, as places become free
    weir_task *reader;
    while ((reader = weir__waitlist_first(&queue->readers)) != NULL) {
        if (reader->wait.slot != NULL) {
            memset(reader->wait.slot, 0, sizeof(weir_word));
        }
        weir__dismiss(cx->runtime, reader, WEIR__ENDS);
    }
}
