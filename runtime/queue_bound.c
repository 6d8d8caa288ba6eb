// queue_bound.c: a queue bound to a broker: its items cross as JSON of their type, and what is
// taken is held by a lease until it is done with. Everything that waits is an operation of the
// environment.
#include "queue_bound.h"

#include <stdio.h>

#include "lease.h"
#include "text.h"
#include "weir_library.h"

enum { PROBLEM_ROOM = 1024, SHOWN_ITEM = 1000 };

typedef struct Binding {
    struct Binding *next;
    bool found; // there is such a queue
    const char *name, *url;
    char text[]; // NAME NUL URL NUL
} Binding;

struct weir__bindings {
    Binding *first;
    char problem[PROBLEM_ROOM]; // the first; "": none
    char names[PROBLEM_ROOM];   // of all queues there are: "`jobs`, `results`"
};

// ── what WEIR_BIND says ──────────────────────────────────────────────────────────────────────────

static void add_binding(weir_context *cx, struct weir__bindings *all, const char *at, size_t length)
{
    const char *equals = memchr(at, '=', length);
    if (equals == NULL || equals == at) {
        if (all->problem[0] == '\0') { // not shown: a url may hold a password
            snprintf(all->problem, PROBLEM_ROOM,
                     "what a queue is bound to is said by NAME=URL, such as "
                     "jobs=nats://127.0.0.1:4222/JOBS");
        }
        return;
    }
    Binding *binding = weir__allocate(cx, sizeof *binding + length + 1);
    if (binding == NULL) {
        return;
    }
    memcpy(binding->text, at, length);
    binding->text[equals - at] = binding->text[length] = '\0';
    binding->name = binding->text;
    binding->url = binding->text + (equals - at) + 1;
    binding->found = false;
    binding->next = all->first;
    all->first = binding;
}

void weir__bindings_read(weir_runtime *runtime)
{
    const char *said = runtime->env->variable(runtime->env, "WEIR_BIND");
    if (runtime->bindings != NULL || said == NULL || said[strspn(said, " \t\n")] == '\0') {
        return;
    }
    weir_context *cx = &runtime->cx;
    struct weir__bindings *all = weir__allocate(cx, sizeof *all);
    runtime->bindings = all;
    if (all == NULL) {
        return;
    }
    memset(all, 0, sizeof *all);
    for (const char *at = said; *at != '\0';) {
        at += strspn(at, " \t\n");
        size_t length = strcspn(at, " \t\n");
        if (length > 0) {
            add_binding(cx, all, at, length);
        }
        at += length;
    }
}

const char *weir__bindings_problem(weir_runtime *runtime)
{
    struct weir__bindings *all = runtime->bindings;
    if (all == NULL) {
        return NULL;
    }
    for (const Binding *at = all->first; at != NULL && all->problem[0] == '\0'; at = at->next) {
        if (!at->found && all->names[0] == '\0') {
            snprintf(all->problem, PROBLEM_ROOM,
                     "there is no queue `%s` to be bound: the program has none at its top level",
                     at->name);
        } else if (!at->found) {
            snprintf(all->problem, PROBLEM_ROOM,
                     "there is no queue `%s` to be bound: at its top level the program has %s",
                     at->name, all->names);
        }
    }
    return all->problem[0] == '\0' ? NULL : all->problem;
}

void weir__bindings_free(weir_runtime *runtime)
{
    struct weir__bindings *all = runtime->bindings;
    while (all != NULL && all->first != NULL) {
        Binding *binding = all->first;
        all->first = binding->next;
        weir__release(&runtime->cx, binding);
    }
    weir__release(&runtime->cx, all);
    runtime->bindings = NULL;
}

// ── opening ──────────────────────────────────────────────────────────────────────────────────────

static void bind(weir_runtime *runtime, weir_queue *queue, Binding *binding, bool sent)
{
    char *problem = runtime->bindings->problem;
    char why[PROBLEM_ROOM / 2];
    binding->found = true;
    if (problem[0] != '\0') {
        return;
    }
    if (!sent) {
        snprintf(problem, PROBLEM_ROOM,
                 "queue `%s` can't be bound: its items (%s) have no form as JSON", queue->name,
                 queue->item->name);
        return;
    }
    queue->broker = runtime->env->bind(runtime->env, queue->name, binding->url, queue->max, why,
                                       sizeof why);
    if (queue->broker == NULL) {
        snprintf(problem, PROBLEM_ROOM, "queue `%s` can't be bound: %s", queue->name, why);
    } else {
        queue->max = 0; // the broker minds it
    }
}

weir_queue *weir_queue_open(weir_context *cx, const char *name, const weir_type *item, int64_t max,
                            weir_bool sent)
{
    weir_queue *queue = weir_queue_new(cx, item, max);
    struct weir__bindings *all = cx->runtime->bindings;
    if (queue == NULL || all == NULL) {
        return queue;
    }
    queue->name = name;
    size_t used = strlen(all->names);
    snprintf(all->names + used, PROBLEM_ROOM - used, "%s`%s`", used > 0 ? ", " : "", name);
    for (Binding *at = all->first; at != NULL; at = at->next) {
        if (strcmp(at->name, name) == 0 && queue->broker != NULL) {
            snprintf(all->problem, PROBLEM_ROOM, "queue `%s` is bound twice", name);
        } else if (strcmp(at->name, name) == 0) {
            bind(cx->runtime, queue, at, sent);
        }
    }
    return queue;
}

// ── items ────────────────────────────────────────────────────────────────────────────────────────

weir_step weir__bound_put(weir_context *cx, weir_queue *queue, const void *word)
{
    weir_string *text = weir_json_encode(cx, queue->item, word, -1);
    weir__operation *operation = text == NULL ? NULL : weir__operation_new(cx, WEIR__SEND);
    if (operation == NULL) {
        weir_drop(text);
        return WEIR_NEXT;
    }
    operation->broker = queue->broker;
    operation->body = text;
    return weir__operate(cx, operation, NULL);
}

// The item that a message is; false: it is none, and why is pending in cx.
static bool read_item(weir_context *cx, const weir_queue *queue, weir_string *message,
                      weir_word *item)
{
    weir_string *text = weir__text_of(cx, message);
    weir_json *json = text == NULL ? NULL : weir_json_parse(cx, text);
    item->object = NULL;
    if (json != NULL) {
        weir_json_as(cx, queue->item, json, item);
    }
    weir_drop(json);
    weir_drop(text);
    return cx->pending == NULL;
}

// Who reads it fails, and is told what it was: nobody else shall meet it again.
static weir_error *unreadable(const weir_context *cx, const weir_queue *queue, weir_string *message,
                              weir_error *why)
{
    weir_context quiet = weir__quiet(cx);
    weir_error *error = weir__error_make(cx, "parse", NULL,
                                         "a message of queue `%s` is no item of it: %s",
                                         queue->name, why->message->bytes);
    bool own = false;
    error = weir__error_own(cx, error, &own);
    if (own) {
        int64_t length = message->length < SHOWN_ITEM ? message->length : SHOWN_ITEM;
        error->item = weir__string_mend(&quiet, message->bytes, length);
    }
    weir_drop(why);
    weir_drop(weir_take(&quiet));
    return error;
}

// A message has come (or nothing more does): in the turn that takes it.
static void arrived(weir__operation *operation)
{
    weir_runtime *runtime = operation->runtime;
    if (operation->error != NULL || operation->ended) {
        return;
    }
    weir_context quiet = weir__quiet(&runtime->cx);
    const weir_queue *queue = operation->queue;
    weir_string *message = operation->result.object;
    weir_word item;
    if (read_item(&quiet, queue, message, &item)) {
        operation->result = item;
        if (operation->slot == NULL) {
            weir__drop_word(queue->item, item);
        }
        weir__lease_fill(operation->lease, operation->delivery, operation->hold);
        operation->lease = NULL;
    } else {
        weir_error *why = weir_take(&quiet);
        bool bad = strcmp(why->kind->bytes, "memory") != 0;
        runtime->env->settle(runtime->env, operation->delivery,
                             bad ? WEIR__REFUSED : WEIR__GIVEN_BACK);
        operation->error = bad ? unreadable(&runtime->cx, queue, message, why) : why;
    }
    weir_drop(message);
}

weir_step weir__bound_get(weir_context *cx, weir_queue *queue, void *slot, weir_lease **lease)
{
    weir__operation *operation = weir__operation_new(cx, WEIR__RECEIVE);
    if (operation == NULL) {
        return WEIR_NEXT;
    }
    operation->lease = weir__lease_new(cx);
    if (operation->lease == NULL) {
        weir__operation_free(cx->runtime, operation);
        return WEIR_NEXT;
    }
    operation->broker = queue->broker;
    operation->queue = weir_keep(queue);
    operation->hold = lease;
    operation->arrived = arrived;
    return weir__operate(cx, operation, slot);
}
