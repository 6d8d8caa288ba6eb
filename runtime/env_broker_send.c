// env_broker_send.c: what a broker sends: in order, at most so many on their way at once, each
// until it is acknowledged.
#include "env_broker.h"

#ifdef WEIR_HAVE_NATS
#include <stdio.h>
#include <stdlib.h>

static void take_out(weir__broker *broker, weir__sending *sending)
{
    if (broker->unsent == sending) {
        broker->unsent = sending->next;
    }
    broker->sent -= sending->sent_at >= 0;
    sending->next->prev = sending->prev;
    sending->prev->next = sending->next;
    free(sending);
}

void weir__sending_over(weir__broker *broker, weir__sending *sending)
{
    weir__operation *operation = sending->operation;
    take_out(broker, sending);
    operation->outside = NULL;
    weir__uv_finish(broker->uv, operation);
}

// With an id, by which the stream knows it when it comes twice.
static natsStatus publish(weir__broker *broker, const weir__sending *sending)
{
    const weir__nats *nats = &broker->nats;
    const weir_string *body = sending->operation->body;
    char reply[128], id[64];
    unsigned long long number = sending->number;
    snprintf(reply, sizeof reply, "%s.p%llu", broker->inbox, number);
    snprintf(id, sizeof id, "%s-%llu", broker->id, number);
    natsMsg *message = NULL;
    natsStatus status = nats->message_create(&message, broker->subject, reply, body->bytes,
                                             (int)body->length);
    if (status == NATS_OK) {
        status = nats->header_set(message, "Nats-Msg-Id", id);
    }
    if (status == NATS_OK) {
        status = nats->publish_message(broker->connection, message);
    }
    nats->message_destroy(message);
    return status;
}

// False: not now; the tick tries again. What can't be sent at all fails.
static bool send_one(weir__broker *broker, weir__sending *sending)
{
    if (sending->operation->body->length > INT32_MAX) {
        weir__uv_fail(sending->operation, "io", "queue `%s`: an item is over 2 GiB", broker->name);
        weir__sending_over(broker, sending);
        return true;
    }
    natsStatus status = publish(broker, sending);
    if (status == NATS_OK) {
        broker->sent += sending->sent_at < 0;
        sending->sent_at = weir__broker_now();
        return true;
    }
    if (status == NATS_INSUFFICIENT_BUFFER) {
        return false;
    }
    weir__uv_fail(sending->operation, "io", "queue `%s`: an item can't be sent: %s", broker->name,
                  broker->nats.status_text(status));
    weir__sending_over(broker, sending);
    return true;
}

void weir__send_all(weir__broker *broker)
{
    while (broker->unsent != &broker->first && broker->sent < broker->max) {
        weir__sending *sending = broker->unsent;
        weir__sending *next = sending->next;
        if (!send_one(broker, sending)) {
            return;
        }
        broker->unsent = next;
    }
}

void weir__send_again(weir__broker *broker, bool all)
{
    int64_t late = weir__broker_now() - WEIR__BROKER_PATIENCE;
    weir__sending *next;
    for (weir__sending *at = broker->first.next; at != broker->unsent; at = next) {
        next = at->next;
        if ((all || at->sent_at <= late) && !send_one(broker, at)) {
            return;
        }
    }
}

void weir__sending_begin(weir__broker *broker, weir__operation *operation)
{
    weir__sending *sending = calloc(1, sizeof *sending);
    if (sending == NULL) {
        weir__uv_fail(operation, "memory", "no memory for an item of queue `%s`", broker->name);
        weir__uv_finish_later(broker->uv, operation);
        return;
    }
    *sending = (weir__sending){
        &broker->first, broker->first.prev, operation, ++broker->number, -1, -1};
    sending->prev->next = broker->first.prev = sending;
    if (broker->unsent == &broker->first) {
        broker->unsent = sending;
    }
    operation->outside = sending;
}

void weir__sending_cancel(weir__broker *broker, const weir__operation *operation)
{
    take_out(broker, operation->outside);
}
#else
typedef int weir__no_broker_send;
#endif
