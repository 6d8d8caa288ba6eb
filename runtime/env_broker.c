// env_broker.c: operations on brokers: begun, cancelled, and looked at again when they are late.
#include "env_broker.h"

#include <stdio.h>

#ifdef WEIR_HAVE_NATS
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

int64_t weir__broker_now(void)
{
    return (int64_t)(uv_hrtime() / 1000000);
}

void weir__broker_say(weir__broker *broker, const char *subject, const char *words)
{
    if (broker->connection != NULL) {
        broker->nats.publish(broker->connection, subject, words, (int)strlen(words));
    }
}

// ── receiving ────────────────────────────────────────────────────────────────────────────────────

weir__operation *weir__receiving_take(weir__broker *broker)
{
    weir__operation *operation = broker->receiving;
    if (operation != NULL) {
        broker->receiving = operation->next;
        if (broker->receiving == NULL) {
            broker->receiving_end = &broker->receiving;
        }
        operation->outside = NULL; // a cancel comes too late
    }
    return operation;
}

void weir__receiving_end(weir__broker *broker)
{
    weir__operation *operation;
    while ((operation = weir__receiving_take(broker)) != NULL) {
        operation->ended = true;
        weir__uv_finish(broker->uv, operation);
    }
}

static void ask_for_one(weir__broker *broker)
{
    char subject[512], reply[128], body[96];
    int64_t wait = broker->shut ? WEIR__BROKER_DRAINED : WEIR__BROKER_ASKING;
    snprintf(subject, sizeof subject, "$JS.API.CONSUMER.MSG.NEXT.%s.%s", broker->place.stream,
             broker->place.consumer);
    snprintf(reply, sizeof reply, "%s.g%llu", broker->inbox, (unsigned long long)++broker->number);
    snprintf(body, sizeof body, "{\"batch\":1,\"expires\":%lld}", (long long)wait * 1000000);
    broker->nats.request(broker->connection, subject, reply, body, (int)strlen(body));
    broker->owed++;
    broker->asked_at = weir__broker_now();
}

static void ask_for_all(weir__broker *broker)
{
    int64_t waiting = 0;
    for (const weir__operation *at = broker->receiving; at != NULL; at = at->next) {
        waiting++;
    }
    while (broker->owed < waiting) {
        ask_for_one(broker);
    }
}

// ── going on ─────────────────────────────────────────────────────────────────────────────────────

void weir__broker_go_on(weir__broker *broker)
{
    bool wanted = !weir__nothing_sends(broker) || broker->receiving != NULL;
    if (broker->stage == WEIR__STAGE_SHUT && wanted) {
        weir__broker_dial(broker);
    }
    if (broker->stage != WEIR__STAGE_OPEN) {
        return;
    }
    weir__send_all(broker);
    if (broker->receiving != NULL && broker->consumer == WEIR__CONSUMER_READY) {
        ask_for_all(broker);
    } else if (broker->receiving != NULL && broker->question == 0) {
        weir__broker_ask(broker);
    }
    if (!weir__nothing_sends(broker) || broker->receiving != NULL) {
        weir__broker_tick(broker);
    }
}

void weir__broker_fail(weir__broker *broker, const char *format, ...)
{
    char why[600];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why, sizeof why, format, arguments);
    va_end(arguments);
    weir__broker_hang_up(broker, false);
    broker->owed = 0;
    while (!weir__nothing_sends(broker)) {
        weir__sending *sending = broker->first.next;
        weir__uv_fail(sending->operation, "io", "queue `%s`: %s %s", broker->name,
                      broker->place.shown, why);
        weir__sending_over(broker, sending);
    }
    weir__operation *operation;
    while ((operation = weir__receiving_take(broker)) != NULL) {
        weir__uv_fail(operation, "io", "queue `%s`: %s %s", broker->name, broker->place.shown, why);
        weir__uv_finish(broker->uv, operation);
    }
}

void weir__broker_resume(weir__broker *broker)
{
    if (broker->connection == NULL) {
        return;
    }
    broker->owed = 0;
    if (broker->question != 0) {
        weir__broker_ask(broker);
    }
    if (broker->stage == WEIR__STAGE_OPEN) {
        weir__send_again(broker, true);
    }
    weir__broker_go_on(broker);
}

// ── late ─────────────────────────────────────────────────────────────────────────────────────────

static void extend(weir__broker *broker, int64_t now)
{
    if (now - broker->extended_at < broker->ack_wait / 3) {
        return;
    }
    broker->extended_at = now;
    for (const weir__delivery *at = broker->deliveries; at != NULL; at = at->next) {
        weir__broker_say(broker, at->reply, "+WPI");
    }
}

static void look_for_late(weir__broker *broker, int64_t now)
{
    if (broker->question != 0 && now >= broker->answer_by) {
        weir__broker_fail(broker, "does not answer: has the server JetStream?");
        return;
    }
    if (broker->question != 0 || broker->stage != WEIR__STAGE_OPEN) {
        if (broker->question != 0) { // nobody may have been there for it
            int64_t until = broker->answer_by;
            weir__broker_ask(broker);
            broker->answer_by = until;
        }
        return;
    }
    weir__send_again(broker, false);
    int64_t patience = WEIR__BROKER_PATIENCE + (broker->shut ? 0 : WEIR__BROKER_ASKING);
    if (broker->owed > 0 && now - broker->asked_at > patience) {
        broker->owed = 0; // the server has said neither one thing nor the other
    }
}

static void on_tick(uv_timer_t *timer)
{
    weir__broker *broker = timer->data;
    int64_t now = weir__broker_now();
    if (now - broker->looked_at >= WEIR__BROKER_TICK) {
        broker->looked_at = now;
        look_for_late(broker, now);
    }
    weir__broker_go_on(broker);
    bool held = broker->deliveries != NULL;
    if (held) {
        extend(broker, now);
    }
    bool idle = weir__nothing_sends(broker) && broker->receiving == NULL && broker->question == 0;
    if (!held && idle) {
        uv_timer_stop(timer);
        broker->ticking = false;
    }
}

void weir__broker_tick(weir__broker *broker)
{
    if (!broker->ticking) {
        broker->ticking = true;
        uv_timer_start(broker->timer, on_tick, WEIR__BROKER_TICK, WEIR__BROKER_TICK);
    }
}

// In the next turn of the loop: begin and cancel complete nothing themselves.
static void soon(weir__broker *broker)
{
    broker->ticking = true;
    uv_timer_start(broker->timer, on_tick, 0, WEIR__BROKER_TICK);
}

// ── what the environment asks ────────────────────────────────────────────────────────────────────

static bool prepare(weir__broker *broker, const char *name, const char *url, char *why, size_t size)
{
    if (!weir__place_read(&broker->place, url, why, size)) {
        return false;
    }
    if (!weir__nats_load(&broker->nats, why, size)) {
        return false;
    }
    snprintf(why, size, "out of memory");
    broker->name = strdup(name);
    uv_timer_t *timer = malloc(sizeof *timer);
    if (timer != NULL) {
        uv_timer_init(broker->uv->loop, timer); // can't fail
        timer->data = broker;
        weir__uv_guest(broker->uv, timer);
        broker->timer = timer;
    }
    return broker->name != NULL && timer != NULL;
}

static void free_timer(uv_handle_t *timer)
{
    free(timer);
}

static void broker_free(weir__broker *broker)
{
    if (broker->timer != NULL) {
        uv_close((uv_handle_t *)broker->timer, free_timer);
    }
    weir__place_free(&broker->place);
    free(broker->name);
    free(broker->subject);
    free(broker);
}

void *weir__broker_bind(weir__uv *uv, const char *name, const char *url, int64_t max, char *why,
                        size_t size)
{
    weir__broker *broker = calloc(1, sizeof *broker);
    if (broker != NULL) {
        broker->uv = uv;
    }
    if (broker == NULL || !prepare(broker, name, url, why, size)) {
        if (broker == NULL) {
            snprintf(why, size, "out of memory");
        } else {
            broker_free(broker);
        }
        return NULL;
    }
    uint64_t chance = 0;
    if (uv_random(NULL, NULL, &chance, sizeof chance, 0, NULL) != 0) {
        chance = uv_hrtime();
    }
    snprintf(broker->id, sizeof broker->id, "%016llx", (unsigned long long)chance);
    broker->max = max;
    broker->first.next = broker->first.prev = broker->unsent = &broker->first;
    broker->receiving_end = &broker->receiving;
    broker->next = uv->brokers;
    uv->brokers = broker;
    return broker;
}

static void begin_receiving(weir__broker *broker, weir__operation *operation)
{
    operation->next = NULL;
    *broker->receiving_end = operation;
    broker->receiving_end = &operation->next;
    operation->outside = broker;
}

void weir__broker_begin(weir__uv *uv, weir__operation *operation)
{
    (void)uv;
    weir__broker *broker = operation->broker;
    broker->runtime = operation->runtime;
    if (operation->kind == WEIR__SEND) {
        weir__sending_begin(broker, operation);
    } else {
        begin_receiving(broker, operation);
    }
    soon(broker);
}

static void cancel_receiving(weir__broker *broker, const weir__operation *operation)
{
    weir__operation **place = &broker->receiving;
    while (*place != operation) {
        place = &(*place)->next;
    }
    *place = operation->next;
    if (broker->receiving_end == &operation->next) {
        broker->receiving_end = place;
    }
}

void weir__broker_cancel(weir__uv *uv, weir__operation *operation)
{
    weir__broker *broker = operation->broker;
    if (operation->outside == NULL) { // it has completed
        return;
    }
    if (operation->kind == WEIR__SEND) {
        weir__sending_cancel(broker, operation);
    } else {
        cancel_receiving(broker, operation);
    }
    operation->outside = NULL;
    weir__uv_set_cancelled(operation);
    weir__uv_finish_later(uv, operation);
}

void weir__broker_settle(void *delivery, weir__settled how)
{
    static const char *const words[] = {
        [WEIR__DONE] = "+ACK", [WEIR__GIVEN_BACK] = "-NAK", [WEIR__REFUSED] = "+TERM"};
    weir__delivery *one = delivery;
    weir__broker_say(one->broker, one->reply, words[how]);
    *one->before = one->next;
    if (one->next != NULL) {
        one->next->before = one->before;
    }
    free(one);
}

void weir__broker_shut(void *shut)
{
    weir__broker *broker = shut;
    broker->shut = true;
    broker->shut_number = broker->number + 1;
    broker->owed = 0;
    soon(broker);
}

void weir__brokers_free(void *first)
{
    weir__broker *broker = first;
    while (broker != NULL) {
        weir__broker *next = broker->next;
        weir__broker_hang_up(broker, true); // what was settled is told before
        broker_free(broker);
        broker = next;
    }
}
#else
void *weir__broker_bind(weir__uv *uv, const char *name, const char *url, int64_t max, char *why,
                        size_t size)
{
    (void)uv;
    (void)name;
    (void)url;
    (void)max;
    snprintf(why, size,
             "this Weir was built without libnats (Debian: apt-get install libnats-dev)");
    return NULL;
}

// Nothing is ever bound, so nobody calls these.
void weir__broker_begin(weir__uv *uv, weir__operation *operation)
{
    (void)uv;
    (void)operation;
}

void weir__broker_cancel(weir__uv *uv, weir__operation *operation)
{
    (void)uv;
    (void)operation;
}

void weir__broker_settle(void *delivery, weir__settled how)
{
    (void)delivery;
    (void)how;
}

void weir__broker_shut(void *broker)
{
    (void)broker;
}

void weir__brokers_free(void *first)
{
    (void)first;
}
#endif
