// env_broker_dial.c: a broker connects and hangs up; what the library calls back.
//
// Connecting blocks, so it has a thread, as the resolving of names: when the loop goes meanwhile,
// the thread ends what it has begun by itself.
#include "env_broker.h"

#ifdef WEIR_HAVE_NATS
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIAL_MILLISECONDS = 3000, AGAIN_MILLISECONDS = 250, LEAVE_MILLISECONDS = 2000 };

typedef struct Dial {
    weir__letter letter; // first
    weir__broker *broker; // of use only while the loop is there
    weir__nats nats;
    weir__mailbox *mail;
    weir__line *line;
    natsConnection *connection;
    natsSubscription *subscription;
    char inbox[64];
    natsStatus status;
    char server[]; // with credentials
} Dial;

// ── the line ─────────────────────────────────────────────────────────────────────────────────────

typedef struct Heard {
    weir__letter letter; // first
    weir__broker *broker;
    __typeof__(natsMsg_Destroy) *destroy; // the broker may be gone
    natsMsg *message; // NULL: the connection is there again, or `gone`
    bool gone;
} Heard;

static void open_heard(weir__letter *letter, bool open)
{
    Heard *heard = (Heard *)(void *)letter;
    weir__broker *broker = heard->broker;
    if (heard->message != NULL && open) {
        weir__broker_heard(broker, heard->message);
    } else if (heard->message != NULL) {
        heard->destroy(heard->message);
    } else if (open && heard->gone) {
        weir__broker_fail(broker, "has ended the connection");
    } else if (open) {
        weir__broker_resume(broker);
    }
    free(heard);
}

static void post_heard(weir__line *line, natsMsg *message, bool gone)
{
    Heard *heard = calloc(1, sizeof *heard);
    if (heard == NULL) { // it comes again
        if (message != NULL) {
            line->destroy(message);
        }
        return;
    }
    *heard = (Heard){{NULL, open_heard}, line->broker, line->destroy, message, gone};
    weir__mailbox_post(line->mail, &heard->letter);
}

static void on_message(natsConnection *connection, natsSubscription *subscription, natsMsg *message,
                       void *closure)
{
    (void)connection;
    (void)subscription;
    post_heard(closure, message, false);
}

static void on_reconnected(natsConnection *connection, void *closure)
{
    (void)connection;
    post_heard(closure, NULL, false);
}

// What the library would print by itself.
static void on_error(natsConnection *connection, natsSubscription *subscription, natsStatus status,
                     void *closure)
{
    (void)connection;
    (void)subscription;
    (void)status;
    (void)closure;
}

static void caller_over(weir__line *line)
{
    pthread_mutex_lock(&line->lock);
    line->callers--;
    pthread_cond_signal(&line->quiet);
    pthread_mutex_unlock(&line->lock);
}

static void on_complete(void *closure)
{
    caller_over(closure);
}

static void on_closed(natsConnection *connection, void *closure)
{
    (void)connection;
    weir__line *line = closure;
    pthread_mutex_lock(&line->lock);
    bool ours = line->leaving;
    pthread_mutex_unlock(&line->lock);
    if (!ours) { // the server has refused it, for good
        post_heard(line, NULL, true);
    }
    caller_over(line);
}

static weir__line *line_new(weir__broker *broker, const weir__nats *nats)
{
    weir__line *line = calloc(1, sizeof *line);
    line->mail = line == NULL ? NULL : weir__uv_mailbox(broker->uv);
    if (line == NULL || line->mail == NULL) {
        free(line);
        return NULL;
    }
    pthread_mutex_init(&line->lock, NULL);
    pthread_cond_init(&line->quiet, NULL);
    line->broker = broker;
    line->destroy = nats->message_destroy;
    return line;
}

static void line_free(weir__line *line)
{
    weir__mailbox_leave(line->mail);
    pthread_mutex_destroy(&line->lock);
    pthread_cond_destroy(&line->quiet);
    free(line);
}

// Nothing calls back any more once this is over. Both may be NULL.
static void disconnect(const weir__nats *nats, weir__line *line, natsConnection *connection,
                       natsSubscription *subscription)
{
    pthread_mutex_lock(&line->lock);
    line->leaving = true;
    pthread_mutex_unlock(&line->lock);
    nats->subscription_destroy(subscription);
    nats->destroy(connection);
    pthread_mutex_lock(&line->lock);
    while (line->callers > 0) {
        pthread_cond_wait(&line->quiet, &line->lock);
    }
    pthread_mutex_unlock(&line->lock);
    line_free(line);
}

// ── connecting ───────────────────────────────────────────────────────────────────────────────────

static natsStatus subscribe(Dial *dial)
{
    natsInbox *inbox = NULL;
    natsStatus status = dial->nats.inbox_create(&inbox);
    if (status != NATS_OK) {
        return status;
    }
    snprintf(dial->inbox, sizeof dial->inbox, "%s", inbox);
    dial->nats.inbox_destroy(inbox);
    char every[sizeof dial->inbox + 2];
    snprintf(every, sizeof every, "%s.*", dial->inbox);
    status = dial->nats.subscribe(&dial->subscription, dial->connection, every, on_message,
                                  dial->line);
    if (status != NATS_OK) {
        return status;
    }
    dial->nats.subscription_limits(dial->subscription, -1, -1); // bounded by what was asked for
    dial->line->callers++;
    status = dial->nats.subscription_complete(dial->subscription, on_complete, dial->line);
    if (status != NATS_OK) {
        dial->line->callers--;
    }
    return status;
}

static natsStatus set_options(Dial *dial, natsOptions *options)
{
    const weir__nats *nats = &dial->nats;
    const natsStatus statuses[] = {
        nats->options_url(options, dial->server),
        nats->options_name(options, "weir"),
        nats->options_timeout(options, DIAL_MILLISECONDS),
        nats->options_reconnects(options, -1), // for ever: who waits may have a timeout
        nats->options_reconnect_wait(options, AGAIN_MILLISECONDS),
        nats->options_asap(options, true), // else all that is sent waits for a millisecond
        nats->options_reconnected(options, on_reconnected, dial->line),
        nats->options_closed(options, on_closed, dial->line),
        nats->options_error(options, on_error, dial->line),
    };
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        if (statuses[i] != NATS_OK) {
            return statuses[i];
        }
    }
    return NATS_OK;
}

static void *dial_thread(void *argument)
{
    Dial *dial = argument;
    natsOptions *options = NULL;
    dial->status = dial->nats.options_create(&options);
    if (dial->status == NATS_OK) {
        dial->status = set_options(dial, options);
    }
    if (dial->status == NATS_OK) {
        dial->status = dial->nats.connect(&dial->connection, options);
    }
    dial->nats.options_destroy(options);
    if (dial->status == NATS_OK) {
        dial->line->callers++;
        dial->status = subscribe(dial);
    }
    weir__mailbox *mail = dial->mail;
    weir__mailbox_post(mail, &dial->letter);
    weir__mailbox_leave(mail);
    return NULL;
}

static void dialled(weir__letter *letter, bool open)
{
    Dial *dial = (Dial *)(void *)letter;
    weir__broker *broker = dial->broker;
    if (!open || dial->status != NATS_OK) {
        disconnect(&dial->nats, dial->line, dial->connection, dial->subscription);
    }
    if (open && dial->status != NATS_OK) {
        broker->stage = WEIR__STAGE_SHUT;
        weir__broker_fail(broker, "can't be reached: %s", broker->nats.status_text(dial->status));
    } else if (open) {
        broker->line = dial->line;
        broker->connection = dial->connection;
        broker->subscription = dial->subscription;
        memcpy(broker->inbox, dial->inbox, sizeof broker->inbox);
        broker->stage = WEIR__STAGE_STREAM;
        weir__broker_ask(broker);
        weir__broker_go_on(broker);
    }
    free(dial);
}

void weir__broker_dial(weir__broker *broker)
{
    const char *server = broker->place.server;
    size_t length = strlen(server) + 1;
    Dial *dial = calloc(1, sizeof *dial + length);
    if (dial != NULL) {
        dial->letter.arrive = dialled;
        dial->broker = broker;
        dial->nats = broker->nats;
        memcpy(dial->server, server, length);
        dial->line = line_new(broker, &dial->nats);
        dial->mail = dial->line == NULL ? NULL : weir__uv_mailbox(broker->uv);
    }
    int error = dial == NULL || dial->mail == NULL ? ENOMEM : 0;
    pthread_t thread;
    broker->stage = WEIR__STAGE_DIALS;
    if (error == 0) {
        error = weir__thread_start(&thread, true, dial_thread, dial);
    }
    if (error == 0) {
        return;
    }
    if (dial != NULL && dial->mail != NULL) {
        weir__mailbox_leave(dial->mail);
    }
    if (dial != NULL && dial->line != NULL) {
        line_free(dial->line);
    }
    free(dial);
    broker->stage = WEIR__STAGE_SHUT;
    weir__broker_fail(broker, "can't be asked: %s", strerror(error));
}

void weir__broker_hang_up(weir__broker *broker, bool flush)
{
    if (broker->line != NULL) {
        if (flush) {
            broker->nats.flush(broker->connection, LEAVE_MILLISECONDS);
        }
        disconnect(&broker->nats, broker->line, broker->connection, broker->subscription);
    }
    broker->line = NULL;
    broker->connection = NULL;
    broker->subscription = NULL;
    broker->stage = WEIR__STAGE_SHUT;
    broker->consumer = WEIR__CONSUMER_UNKNOWN;
    broker->question = 0;
}
#else
typedef int weir__no_broker_dial;
#endif
