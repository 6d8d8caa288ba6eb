// world.h: the simulated world, watched and disturbed: memory ends at the k-th request, a signal
// comes at the k-th turn, main is cancelled at the k-th choice, ready tasks run in the order of a
// seed.
//
// Made and freed by the driver, one for each run. The runtime sees it as its environment; the world
// counts what the runtime asks for, so that the next run can disturb each of these moments.
#ifndef FAULTS_WORLD_H
#define FAULTS_WORLD_H

#include "env.h"

// One way to run a program. Moments count from 0; -1 is never.
typedef struct Disturbance {
    int64_t memory; // this request for memory is refused
    bool for_good;  // and those after it
    int64_t turn;   // a signal comes in the poll of this turn
    bool due;       // not at once, but at the moment at which the next timer is due
    int64_t choice; // main is cancelled, as by a signal, before the task chosen here runs
    uint64_t seed;  // of the order in which ready tasks run; 0: first in, first out
} Disturbance;

typedef struct World {
    weir__env env; // first
    weir__env *sim;
    weir_runtime *runtime; // set by the driver
    Disturbance by;
    const char *bound; // what the run had too much of, or NULL
    int64_t blocks;    // of memory, alive
    int64_t requests, refused, turns, choices;
    bool asked;       // the signal or cancel has come
    int64_t asked_at; // when, in virtual ns
} World;

enum { SIGNAL = 2 }; // SIGINT

// Makes the world and its seeded simulation. Ends the process when there is no memory for it.
World *world_new(const Disturbance *by);
// In virtual ns.
int64_t world_now(World *world);
// What the program wrote to stream 1 or 2 so far.
const char *world_output(World *world, int stream);
void world_free(World *world);

#endif
