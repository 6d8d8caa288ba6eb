// env_broker.h: queues bound to streams of NATS JetStream, among the files that do it.
//
// A broker is one bound queue: a connection, one subscription on which all answers and messages
// come, and lists of what is under way. Everything in it belongs to the loop's thread. The
// library's own threads know only the line: they post what they hear as letters. Nothing of
// JetStream but its messages is used (requests are published to its subjects, answers are JSON), so
// that nothing here ever blocks but connecting, which has a thread of its own, and leaving.
//
//   at the first use: connect ─ stream there? else made ─ open
//   send     message with an id of its own ─ its acknowledgement; sent again where that is missing
//   receive  the server is asked for one message for each that waits; nothing is fetched ahead
//   settle   +ACK, -NAK, +TERM; meanwhile +WPI, so that long work is not given to somebody else
//
// env_broker.c begins and cancels operations and looks for what is late; env_broker_send.c sends,
// env_broker_dial.c connects, env_broker_open.c finds the stream and the consumer,
// env_broker_hear.c takes what comes; env_broker_url.c reads what a queue is bound to.
#ifndef WEIR_ENV_BROKER_H
#define WEIR_ENV_BROKER_H

#include "env_nats.h"
#include "env_uv.h"

#ifdef WEIR_HAVE_NATS

enum { // ms
    WEIR__BROKER_TICK = 250,      // between two looks at what is late
    WEIR__BROKER_PATIENCE = 5000, // for an answer
    WEIR__BROKER_ASKING = 30000,  // that the server keeps a request for a message
    WEIR__BROKER_DRAINED = 250,   // a queue that was closed and gives nothing for so long is empty
};

// nats://[user:password@]host[:port]/STREAM[/CONSUMER][?subject=S&ack_wait=D&create=no]
typedef struct weir__place {
    char *server; // for the library, with credentials
    char *shown;  // for people, without
    char *stream, *consumer;
    char *subject;    // NULL: the stream's own
    int64_t ack_wait; // ns; 0: not said
    bool create;      // the stream, where there is none
} weir__place;

// False: `why` says what is wrong with it.
bool weir__place_read(weir__place *place, const char *url, char *why, size_t size);
void weir__place_free(weir__place *place);

typedef struct weir__broker weir__broker;

// What the library's threads see of a broker. It ends when neither the connection nor the
// subscription calls back any more.
typedef struct weir__line {
    pthread_mutex_t lock;
    pthread_cond_t quiet;
    weir__mailbox *mail;
    weir__broker *broker;
    __typeof__(natsMsg_Destroy) *destroy;
    int callers; // of the connection and the subscription, those that may still call back
    bool leaving; // by us
} weir__line;

typedef enum weir__stage {
    WEIR__STAGE_SHUT,   // not connected
    WEIR__STAGE_DIALS,  // a thread connects
    WEIR__STAGE_STREAM, // is there the stream?
    WEIR__STAGE_MAKES,  // it is made
    WEIR__STAGE_OPEN,
} weir__stage;

typedef enum weir__consumer_stage {
    WEIR__CONSUMER_UNKNOWN,
    WEIR__CONSUMER_ASKED,
    WEIR__CONSUMER_MADE,
    WEIR__CONSUMER_READY,
} weir__consumer_stage;

typedef struct weir__sending { // of an operation: its `outside`
    struct weir__sending *next, *prev;
    weir__operation *operation;
    uint64_t number;
    int64_t sent_at, refused_since; // ms; -1: not yet
} weir__sending;

typedef struct weir__delivery {
    struct weir__delivery *next, **before; // in the broker's list
    weir__broker *broker;
    char reply[]; // where it is settled
} weir__delivery;

struct weir__broker {
    weir__broker *next;
    weir__uv *uv;
    weir__nats nats;
    char *name; // of the queue
    weir__place place;
    int64_t max;
    weir_runtime *runtime;
    weir__line *line; // NULL: no connection
    natsConnection *connection;
    natsSubscription *subscription;
    char inbox[64], id[24]; // id: begins those of its messages
    weir__stage stage;
    weir__consumer_stage consumer;
    char *subject;        // where items are sent
    int64_t ack_wait;     // ms, as the server has it
    int64_t answer_by;    // ms: of the request under way
    uint64_t question;    // its number
    int64_t sent;         // of sendings, those on their way
    weir__sending first;  // a ring: in the order they came
    weir__sending *unsent; // the first that was not sent; the ring's head: none
    weir__operation *receiving, **receiving_end;
    int64_t owed; // messages the server was asked for
    uint64_t number, shut_number; // of the last one sent or asked; the first asked after shut
    int64_t asked_at, extended_at, looked_at; // ms
    bool shut, ticking;
    weir__delivery *deliveries;
    uv_timer_t *timer;
};

// ── env_broker.c ─────────────────────────────────────────────────────────────────────────────────
int64_t weir__broker_now(void); // ms
void weir__broker_go_on(weir__broker *broker); // whatever can be done now
void weir__broker_tick(weir__broker *broker);  // something is under way: look again soon
// All operations fail with kind io, and the connection is given up; the next ones try anew.
void weir__broker_fail(weir__broker *broker, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
// The server was away: what it may have lost is said again.
void weir__broker_resume(weir__broker *broker);
void weir__receiving_end(weir__broker *broker); // nothing more comes: all that wait get the end
weir__operation *weir__receiving_take(weir__broker *broker); // the first; NULL: nobody waits
void weir__broker_say(weir__broker *broker, const char *subject, const char *words);

// ── env_broker_send.c ────────────────────────────────────────────────────────────────────────────
static inline bool weir__nothing_sends(const weir__broker *broker)
{
    return broker->first.next == &broker->first;
}
void weir__sending_begin(weir__broker *broker, weir__operation *operation);
void weir__sending_cancel(weir__broker *broker, const weir__operation *operation);
void weir__sending_over(weir__broker *broker, weir__sending *sending); // its operation is finished
void weir__send_all(weir__broker *broker); // what was not sent yet and may be
// Those without an acknowledgement for long; all: whatever was said to the server may be lost.
void weir__send_again(weir__broker *broker, bool all);

// ── env_broker_dial.c ────────────────────────────────────────────────────────────────────────────
void weir__broker_dial(weir__broker *broker);
// Waits until the library is done with it; flush: until the server has what it was told.
void weir__broker_hang_up(weir__broker *broker, bool flush);

// ── env_broker_open.c ────────────────────────────────────────────────────────────────────────────
void weir__broker_ask(weir__broker *broker); // for what is not known yet
void weir__broker_answer(weir__broker *broker, uint64_t number, natsMsg *message);

// ── env_broker_hear.c ────────────────────────────────────────────────────────────────────────────
void weir__broker_heard(weir__broker *broker, natsMsg *message); // consumed
bool weir__is_status(const weir__broker *broker, natsMsg *message, const char *status); // "503"
#endif

// ── for env_uv.c, whether there is a library or not ──────────────────────────────────────────────
void *weir__broker_bind(weir__uv *uv, const char *name, const char *url, int64_t max, char *why,
                        size_t size);
void weir__broker_begin(weir__uv *uv, weir__operation *operation);
void weir__broker_cancel(weir__uv *uv, weir__operation *operation);
void weir__broker_settle(void *delivery, weir__settled how);
void weir__broker_shut(void *broker);
// What was settled is told to the server before.
void weir__brokers_free(void *first); // NULL is fine

#endif
