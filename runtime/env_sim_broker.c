// env_sim_broker.c: messages in memory, in the order they came; what is given back comes first.
#include "env_sim_broker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

typedef struct Message {
    struct Message *next;
    weir__sim_broker *broker;
    size_t length;
    char bytes[];
} Message;

struct weir__sim_broker {
    weir__sim_broker *next;
    Message *first;
    int sending; // WEIR__SEND under way
    bool shut;
    char name[]; // "": it is one queue's alone
};

weir__sim_broker *weir__sim_bind(weir__sim_brokers *all, const char *url, char *why, size_t size)
{
    if (strncmp(url, "sim:", 4) != 0) {
        snprintf(why, size, "in virtual time there is no broker but sim:NAME");
        return NULL;
    }
    const char *name = url + 4;
    for (weir__sim_broker *known = all->first; known != NULL; known = known->next) {
        if (*name != '\0' && strcmp(known->name, name) == 0) {
            return known;
        }
    }
    size_t length = strlen(name) + 1;
    weir__sim_broker *broker = calloc(1, sizeof *broker + length);
    if (broker == NULL) {
        abort(); // the harness itself is out of memory
    }
    memcpy(broker->name, name, length);
    broker->next = all->first;
    return all->first = broker;
}

static void add(Message **place, Message *message)
{
    message->next = *place;
    *place = message;
}

void weir__sim_settle(void *delivery, weir__settled how)
{
    Message *message = delivery;
    if (how == WEIR__GIVEN_BACK) {
        add(&message->broker->first, message);
    } else {
        free(message);
    }
}

void weir__sim_shut(void *broker)
{
    ((weir__sim_broker *)broker)->shut = true;
}

void weir__sim_send(weir__operation *operation)
{
    ((weir__sim_broker *)operation->broker)->sending++;
}

void weir__sim_sent(weir__operation *operation, bool well)
{
    weir__sim_broker *broker = operation->broker;
    broker->sending--;
    if (!well) {
        return;
    }
    size_t length = (size_t)operation->body->length;
    Message *message = malloc(sizeof *message + length);
    if (message == NULL) {
        abort();
    }
    message->broker = broker;
    message->length = length;
    memcpy(message->bytes, operation->body->bytes, length);
    Message **place = &broker->first;
    while (*place != NULL) {
        place = &(*place)->next;
    }
    add(place, message);
}

void weir__sim_receive(weir__sim_brokers *all, weir__operation *operation)
{
    weir__operation **place = &all->receiving;
    while (*place != NULL) {
        place = &(*place)->next;
    }
    operation->next = NULL;
    *place = operation;
}

bool weir__sim_receive_not(weir__sim_brokers *all, weir__operation *operation)
{
    for (weir__operation **at = &all->receiving; *at != NULL; at = &(*at)->next) {
        if (*at == operation) {
            *at = operation->next;
            return true;
        }
    }
    return false;
}

// What the operation gets; false: it waits on.
static bool serve(weir__operation *operation)
{
    weir__sim_broker *broker = operation->broker;
    Message *message = broker->first;
    if (message == NULL) {
        operation->ended = broker->shut && broker->sending == 0;
        return operation->ended;
    }
    weir_context cx = {.runtime = operation->runtime};
    operation->result.object = weir__bytes_new(&cx, message->bytes, (int64_t)message->length);
    operation->error = weir_take(&cx);
    if (operation->error == NULL) {
        broker->first = message->next;
        operation->delivery = message;
    }
    return true;
}

bool weir__sim_serve(weir__sim_brokers *all)
{
    bool served = false;
    for (weir__operation **at = &all->receiving; *at != NULL;) {
        weir__operation *operation = *at;
        if (!serve(operation)) {
            at = &operation->next;
            continue;
        }
        *at = operation->next;
        weir__complete(operation);
        served = true;
    }
    return served;
}

void weir__sim_brokers_free(weir__sim_brokers *all)
{
    while (all->first != NULL) {
        weir__sim_broker *broker = all->first;
        all->first = broker->next;
        while (broker->first != NULL) {
            Message *message = broker->first;
            broker->first = message->next;
            free(message);
        }
        free(broker);
    }
}
