// env_broker_hear.c: what a broker is told: acknowledgements, answers, messages, and that there are
// none.
#include "env_broker.h"

#ifdef WEIR_HAVE_NATS
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "weir_library.h"

bool weir__is_status(const weir__broker *broker, natsMsg *message, const char *status)
{
    const char *said = NULL;
    return broker->nats.message_length(message) == 0 &&
           broker->nats.header_get(message, "Status", &said) == NATS_OK && said != NULL &&
           strcmp(said, status) == 0;
}

// ── sent ─────────────────────────────────────────────────────────────────────────────────────────

// Why the stream has refused it, as a failure of the operation.
static void set_refusal(weir__broker *broker, weir__operation *operation, natsMsg *message)
{
    const char *text = broker->nats.message_data(message);
    int length = broker->nats.message_length(message);
    weir__uv_fail(operation, "io", "queue `%s`: stream %s does not take it: %.*s", broker->name,
                  broker->place.stream, length < 500 ? length : 500, text);
}

static void acknowledged(weir__broker *broker, uint64_t number, natsMsg *message)
{
    weir__sending *sending = broker->first.next;
    while (sending != &broker->first && sending->number != number) {
        sending = sending->next;
    }
    if (sending == &broker->first) {
        return; // cancelled, or acknowledged before
    }
    if (weir__is_status(broker, message, "503")) { // nobody takes it, yet: the tick sends it again
        int64_t now = weir__broker_now();
        sending->refused_since = sending->refused_since < 0 ? now : sending->refused_since;
        if (now - sending->refused_since < WEIR__BROKER_PATIENCE) {
            sending->sent_at = 0;
            return;
        }
        weir__uv_fail(sending->operation, "io", "queue `%s`: no stream takes what is sent to %s",
                      broker->name, broker->subject);
    } else {
        const char *text = broker->nats.message_data(message);
        int length = broker->nats.message_length(message);
        static const char refusal[] = "\"error\":";
        if (memmem(text, (size_t)length, refusal, sizeof refusal - 1) != NULL) {
            set_refusal(broker, sending->operation, message);
        }
    }
    weir__sending_over(broker, sending);
}

// ── received ─────────────────────────────────────────────────────────────────────────────────────

static void delivered(weir__broker *broker, natsMsg *message, const char *reply)
{
    broker->owed -= broker->owed > 0;
    weir__operation *operation = weir__receiving_take(broker);
    size_t length = strlen(reply) + 1;
    weir__delivery *delivery = operation == NULL ? NULL : malloc(sizeof *delivery + length);
    if (delivery == NULL) { // who asked no longer waits
        weir__broker_say(broker, reply, "-NAK");
        if (operation != NULL) {
            weir__uv_fail(operation, "memory", "no memory for a message of queue `%s`",
                          broker->name);
            weir__uv_finish(broker->uv, operation);
        }
        return;
    }
    memcpy(delivery->reply, reply, length);
    delivery->broker = broker;
    delivery->next = broker->deliveries;
    delivery->before = &broker->deliveries;
    if (delivery->next != NULL) {
        delivery->next->before = &delivery->next;
    }
    broker->deliveries = delivery;
    weir_context quiet = {.runtime = operation->runtime};
    operation->result.object = weir__bytes_new(&quiet, broker->nats.message_data(message),
                                               broker->nats.message_length(message));
    operation->error = weir_take(&quiet);
    operation->delivery = delivery;
    if (operation->error != NULL) {
        weir__broker_settle(delivery, WEIR__GIVEN_BACK);
    }
    weir__uv_finish(broker->uv, operation);
    weir__broker_tick(broker);
}

// The server has none, within the time it was given, or has no longer the consumer.
static void none_came(weir__broker *broker, uint64_t number, natsMsg *message)
{
    broker->owed -= broker->owed > 0;
    if (weir__is_status(broker, message, "408") || weir__is_status(broker, message, "404")) {
        bool drained = broker->shut && number >= broker->shut_number;
        if (drained && weir__nothing_sends(broker)) {
            weir__receiving_end(broker);
        }
        weir__broker_go_on(broker);
    } else if (weir__is_status(broker, message, "503")) {
        broker->consumer = WEIR__CONSUMER_UNKNOWN; // the tick asks for it
        weir__broker_tick(broker);
    } // else too many requests wait already: the tick asks again
}

void weir__broker_heard(weir__broker *broker, natsMsg *message)
{
    const weir__nats *nats = &broker->nats;
    const char *subject = nats->message_subject(message), *reply = nats->message_reply(message);
    size_t inbox = strlen(broker->inbox);
    static const char settles[] = "$JS.ACK.";
    if (broker->connection == NULL) {
        // it was given up meanwhile
    } else if (reply != NULL && strncmp(reply, settles, sizeof settles - 1) == 0) {
        delivered(broker, message, reply);
    } else if (strncmp(subject, broker->inbox, inbox) == 0 && subject[inbox] == '.') {
        uint64_t number = strtoull(subject + inbox + 2, NULL, 10);
        switch (subject[inbox + 1]) {
        case 'p': acknowledged(broker, number, message); break;
        case 'a': weir__broker_answer(broker, number, message); break;
        case 'g': none_came(broker, number, message); break;
        default: break;
        }
    }
    nats->message_destroy(message);
}
#else
typedef int weir__no_broker_hear;
#endif
