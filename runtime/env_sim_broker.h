// env_sim_broker.h: a broker of the simulated world, whose messages are this run's alone. A queue
// bound to `sim:` has one of its own, those bound to `sim:NAME` share one.
#ifndef WEIR_ENV_SIM_BROKER_H
#define WEIR_ENV_SIM_BROKER_H

#include "env.h"

typedef struct weir__sim_broker weir__sim_broker;
typedef struct weir__sim_brokers { // of one world; all zero: none
    weir__sim_broker *first;
    weir__operation *receiving; // WEIR__RECEIVE that wait, the first first
} weir__sim_brokers;

// As weir__env.bind, settle, shut.
weir__sim_broker *weir__sim_bind(weir__sim_brokers *all, const char *url, char *why, size_t size);
void weir__sim_settle(void *delivery, weir__settled how);
void weir__sim_shut(void *broker);
// A WEIR__SEND is under way; it is over: well, then its message is the broker's, or not.
void weir__sim_send(weir__operation *operation);
void weir__sim_sent(weir__operation *operation, bool well);
// A WEIR__RECEIVE waits; it no longer does (false: it has completed before).
void weir__sim_receive(weir__sim_brokers *all, weir__operation *operation);
bool weir__sim_receive_not(weir__sim_brokers *all, weir__operation *operation);
// Completes those whose message is there, or whose broker has nothing left. True: there were some.
bool weir__sim_serve(weir__sim_brokers *all);
void weir__sim_brokers_free(weir__sim_brokers *all);

#endif
