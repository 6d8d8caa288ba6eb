// env_broker_open.c: a broker finds or makes its stream and its consumer, by questions to the
// server and answers in JSON.
#include "env_broker.h"

#ifdef WEIR_HAVE_NATS
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "value.h"
#include "weir_library.h"

// ── questions ────────────────────────────────────────────────────────────────────────────────────

static void question(weir__broker *broker, const char *verb, const char *of, const char *body)
{
    char subject[512], reply[128];
    broker->question = ++broker->number;
    broker->answer_by = weir__broker_now() + WEIR__BROKER_PATIENCE;
    snprintf(subject, sizeof subject, "$JS.API.%s.%s", verb, of);
    snprintf(reply, sizeof reply, "%s.a%llu", broker->inbox, (unsigned long long)broker->number);
    natsStatus status = broker->nats.request(broker->connection, subject, reply, body,
                                             (int)strlen(body));
    weir__broker_tick(broker);
    if (status != NATS_OK && status != NATS_INSUFFICIENT_BUFFER) { // that one is asked again
        weir__broker_fail(broker, "can't be asked: %s", broker->nats.status_text(status));
    }
}

static void make_stream(weir__broker *broker)
{
    char body[768];
    const weir__place *place = &broker->place;
    snprintf(body, sizeof body,
             "{\"name\":\"%s\",\"subjects\":[\"%s\"],\"retention\":\"workqueue\","
             "\"storage\":\"file\"}",
             place->stream, place->subject == NULL ? place->stream : place->subject);
    question(broker, "STREAM.CREATE", place->stream, body);
}

static void make_consumer(weir__broker *broker)
{
    char body[768], of[300];
    const weir__place *place = &broker->place;
    int64_t wait = place->ack_wait != 0 ? place->ack_wait : INT64_C(30000000000);
    snprintf(body, sizeof body,
             "{\"stream_name\":\"%s\",\"config\":{\"durable_name\":\"%s\","
             "\"ack_policy\":\"explicit\",\"deliver_policy\":\"all\",\"max_ack_pending\":-1,"
             "\"ack_wait\":%lld}}",
             place->stream, place->consumer, (long long)wait);
    snprintf(of, sizeof of, "%s.%s", place->stream, place->consumer);
    question(broker, "CONSUMER.DURABLE.CREATE", of, body);
}

void weir__broker_ask(weir__broker *broker)
{
    char of[300];
    switch (broker->stage) {
    case WEIR__STAGE_SHUT:
    case WEIR__STAGE_DIALS: return;
    case WEIR__STAGE_STREAM: question(broker, "STREAM.INFO", broker->place.stream, ""); return;
    case WEIR__STAGE_MAKES: make_stream(broker); return;
    case WEIR__STAGE_OPEN: break;
    }
    if (broker->consumer == WEIR__CONSUMER_MADE) {
        make_consumer(broker);
    } else if (broker->consumer != WEIR__CONSUMER_READY) {
        broker->consumer = WEIR__CONSUMER_ASKED;
        snprintf(of, sizeof of, "%s.%s", broker->place.stream, broker->place.consumer);
        question(broker, "CONSUMER.INFO", of, "");
    }
}

// ── answers ──────────────────────────────────────────────────────────────────────────────────────

// A part of a json object, borrowed from it; NULL: it has none.
static const weir_json *part(const weir_json *json, const char *name, weir_word *word)
{
    const weir_type *type = json == NULL ? NULL : weir__json_inside(json, word);
    if (type == NULL || type->kind != WEIR_TYPE_MAP) {
        return NULL;
    }
    const weir_map *map = word->object;
    for (int64_t i = 0; i < map->used; i++) {
        const weir__entry *entry = &map->entries[i];
        const weir_string *key = entry->key.object;
        if ((entry->hash & 1) != 0 && strcmp(key->bytes, name) == 0) {
            weir__json_inside(entry->value.object, word);
            return entry->value.object;
        }
    }
    return NULL;
}

static int64_t number_in(const weir_json *json, const char *name)
{
    weir_word word;
    const weir_json *found = part(json, name, &word);
    const weir_type *type = found == NULL ? NULL : weir__json_inside(found, &word);
    return type != NULL && type->kind == WEIR_TYPE_INT ? word.integer : 0;
}

static const char *text_in(const weir_json *json, const char *name)
{
    weir_word word;
    const weir_json *found = part(json, name, &word);
    const weir_type *type = found == NULL ? NULL : weir__json_inside(found, &word);
    return type != NULL && type->kind == WEIR_TYPE_STRING ? ((weir_string *)word.object)->bytes
                                                          : NULL;
}

// Where items are sent: as was said, else the one subject of the stream.
static bool take_subject(weir__broker *broker, const weir_json *config)
{
    const char *subject = broker->place.subject;
    weir_word word;
    const weir_json *all = part(config, "subjects", &word);
    const weir_type *type = all == NULL ? NULL : weir__json_inside(all, &word);
    if (subject == NULL && type != NULL && type->kind == WEIR_TYPE_LIST) {
        const weir_list *list = word.object;
        weir_word one;
        const weir_type *of = list->length != 1 ? NULL
                                                : weir__json_inside(list->items[0].object, &one);
        subject = of != NULL && of->kind == WEIR_TYPE_STRING ? ((weir_string *)one.object)->bytes
                                                             : NULL;
    }
    if (subject == NULL || strpbrk(subject, "*>") != NULL) {
        weir__broker_fail(broker, "has several subjects for stream %s: say which by ?subject=NAME",
                          broker->place.stream);
        return false;
    }
    free(broker->subject);
    broker->subject = strdup(subject);
    if (broker->subject == NULL) {
        weir__broker_fail(broker, "out of memory");
    }
    return broker->subject != NULL;
}

static void take_stream(weir__broker *broker, const weir_json *answer)
{
    weir_word word;
    if (take_subject(broker, part(answer, "config", &word))) {
        broker->stage = WEIR__STAGE_OPEN;
    }
}

static void take_consumer(weir__broker *broker, const weir_json *answer)
{
    weir_word word;
    const weir_json *config = part(answer, "config", &word);
    int64_t wait = number_in(config, "ack_wait") / 1000000;
    const char *policy = text_in(config, "ack_policy");
    if (policy == NULL || strcmp(policy, "explicit") != 0 || text_in(config, "deliver_subject")) {
        weir__broker_fail(broker,
                          "has a consumer %s of stream %s that does not suit: it must be pulled, "
                          "and acknowledge each message",
                          broker->place.consumer, broker->place.stream);
        return;
    }
    broker->ack_wait = wait > 0 ? wait : 30000;
    broker->consumer = WEIR__CONSUMER_READY;
    broker->owed = 0;
}

static void refused(weir__broker *broker, const weir_json *error)
{
    bool opening = broker->stage != WEIR__STAGE_OPEN;
    bool none = number_in(error, "code") == 404;
    const char *why = text_in(error, "description");
    if (none && broker->stage == WEIR__STAGE_STREAM && broker->place.create) {
        broker->stage = WEIR__STAGE_MAKES;
    } else if (none && broker->stage == WEIR__STAGE_OPEN &&
               broker->consumer == WEIR__CONSUMER_ASKED) {
        broker->consumer = WEIR__CONSUMER_MADE;
    } else {
        weir__broker_fail(broker, "has no %s %s: %s", opening ? "stream" : "consumer of stream",
                          broker->place.stream, why == NULL ? "no reason given" : why);
        return;
    }
    weir__broker_ask(broker);
}

void weir__broker_answer(weir__broker *broker, uint64_t number, natsMsg *message)
{
    if (number != broker->question || weir__is_status(broker, message, "503")) {
        return; // of a question given up; nobody is there yet: the tick asks again
    }
    broker->question = 0;
    weir_context cx = {.runtime = broker->runtime};
    weir_string *text = weir_string_new(&cx, broker->nats.message_data(message),
                                        broker->nats.message_length(message));
    weir_json *answer = text == NULL ? NULL : weir_json_parse(&cx, text);
    weir_drop(weir_take(&cx));
    weir_word word;
    const weir_json *error = answer == NULL ? NULL : part(answer, "error", &word);
    if (answer == NULL) {
        weir__broker_fail(broker, "answers what can't be read");
    } else if (error != NULL) {
        refused(broker, error);
    } else if (broker->stage != WEIR__STAGE_OPEN) {
        take_stream(broker, answer);
    } else {
        take_consumer(broker, answer);
    }
    weir_drop(answer);
    weir_drop(text);
    weir__broker_go_on(broker);
}
#else
typedef int weir__no_broker_open;
#endif
