#include "world.h"

#include <stdio.h>
#include <stdlib.h>

#include "scope.h"
#include "task.h"

enum {
    MOST_TURNS = 200000, // a run that takes more never ends
    MOST_CHOICES = 2000000,
    // Memory that ended for good comes back after so many requests in vain: a program that tries
    // again until it succeeds is in its right.
    MOST_REFUSED = 5000,
};

static World *world_of(weir__env *env)
{
    return (World *)(void *)env;
}

static weir__env *sim_of(weir__env *env)
{
    return world_of(env)->sim;
}

static int64_t world_env_now(weir__env *env)
{
    return sim_of(env)->now(sim_of(env));
}

static int64_t world_env_wall(weir__env *env)
{
    return sim_of(env)->wall(sim_of(env));
}

static int64_t world_env_zone(weir__env *env, int64_t wall, char name[WEIR__ZONE_NAME])
{
    return sim_of(env)->zone(sim_of(env), wall, name);
}

static uint64_t world_env_random(weir__env *env)
{
    return sim_of(env)->random(sim_of(env));
}

static bool refuses(World *world)
{
    int64_t number = world->requests++;
    if (world->by.memory < 0 || number < world->by.memory || world->refused == MOST_REFUSED ||
        (number > world->by.memory && !world->by.for_good)) {
        return false;
    }
    world->refused++;
    return true;
}

static void *world_env_allocate(weir__env *env, size_t size)
{
    if (refuses(world_of(env))) {
        return NULL;
    }
    void *block = sim_of(env)->allocate(sim_of(env), size);
    world_of(env)->blocks += block != NULL;
    return block;
}

static void *world_env_resize(weir__env *env, void *block, size_t size)
{
    if (refuses(world_of(env))) {
        return NULL;
    }
    void *grown = sim_of(env)->resize(sim_of(env), block, size);
    world_of(env)->blocks += grown != NULL && block == NULL;
    return grown;
}

static void world_env_release(weir__env *env, void *block)
{
    world_of(env)->blocks -= block != NULL;
    sim_of(env)->release(sim_of(env), block);
}

static int world_env_write(weir__env *env, int stream, const char *bytes, size_t length)
{
    return sim_of(env)->write(sim_of(env), stream, bytes, length);
}

static void world_env_begin(weir__env *env, weir__operation *operation)
{
    sim_of(env)->begin(sim_of(env), operation);
}

static void world_env_cancel(weir__env *env, weir__operation *operation)
{
    sim_of(env)->cancel(sim_of(env), operation);
}

static void world_env_finish(weir__env *env, weir__operation *operation)
{
    sim_of(env)->finish(sim_of(env), operation);
}

static void world_env_post(weir__env *env, weir__letter *letter)
{
    sim_of(env)->post(sim_of(env), letter);
}

static const char *world_env_variable(weir__env *env, const char *name)
{
    return sim_of(env)->variable(sim_of(env), name);
}

static void world_env_close(weir__env *env, int file)
{
    sim_of(env)->close(sim_of(env), file);
}

static void world_env_hang_up(weir__env *env, void *transfer)
{
    sim_of(env)->hang_up(sim_of(env), transfer);
}

static void *world_env_bind(weir__env *env, const char *name, const char *url, int64_t max,
                            char *why, size_t size)
{
    return sim_of(env)->bind(sim_of(env), name, url, max, why, size);
}

static void world_env_settle(weir__env *env, void *delivery, weir__settled how)
{
    sim_of(env)->settle(sim_of(env), delivery, how);
}

static void world_env_shut(weir__env *env, void *broker)
{
    sim_of(env)->shut(sim_of(env), broker);
}

static int world_env_discard(weir__env *env, const char *path)
{
    return sim_of(env)->discard(sim_of(env), path);
}

// A run without end cannot be brought to one from here: it is told, and the process ends.
static void give_up(World *world, const char *bound)
{
    world->bound = bound;
    abort();
}

static void ask(World *world)
{
    world->asked = true;
    world->asked_at = world_now(world);
}

static bool world_env_poll(weir__env *env, int64_t until)
{
    World *world = world_of(env);
    int64_t turn = world->turns++;
    if (turn > MOST_TURNS) {
        give_up(world, "turns");
    }
    if (turn == world->by.turn && !world->by.due) {
        weir__env_sim_signal(world->sim, SIGNAL, 0);
    }
    bool more = world->sim->poll(world->sim, until);
    if (turn == world->by.turn && world->by.due) {
        weir__env_sim_signal(world->sim, SIGNAL, 0);
    }
    return more;
}

static int world_env_signal(weir__env *env)
{
    World *world = world_of(env);
    int signal = world->sim->signal(world->sim);
    if (signal != 0) {
        ask(world);
    }
    return signal;
}

// Between two tasks of one turn: there the runtime takes no signal, but any task might cancel.
static void cancel_main(World *world)
{
    weir_runtime *runtime = world->runtime;
    if (runtime->signal == 0) {
        ask(world);
        runtime->signal = SIGNAL;
        weir__task_cancel(runtime, runtime->main);
    }
}

static uint32_t world_env_choose(weir__env *env, uint32_t choices)
{
    World *world = world_of(env);
    int64_t choice = world->choices++;
    if (choice > MOST_CHOICES) {
        give_up(world, "choices");
    }
    if (choice == world->by.choice) {
        cancel_main(world);
    }
    return world->by.seed == 0 ? 0 : world->sim->choose(world->sim, choices);
}

World *world_new(const Disturbance *by)
{
    World *world = calloc(1, sizeof *world);
    weir__env *sim = weir__env_sim(by->seed, NULL, NULL);
    if (world == NULL || sim == NULL) {
        perror("faults");
        exit(2);
    }
    world->env = (weir__env){
        .chooses = by->seed != 0 || by->choice >= 0,
        .now = world_env_now,
        .wall = world_env_wall,
        .zone = world_env_zone,
        .random = world_env_random,
        .choose = world_env_choose,
        .allocate = world_env_allocate,
        .resize = world_env_resize,
        .release = world_env_release,
        .write = world_env_write,
        .begin = world_env_begin,
        .cancel = world_env_cancel,
        .finish = world_env_finish,
        .post = world_env_post,
        .poll = world_env_poll,
        .signal = world_env_signal,
        .variable = world_env_variable,
        .close = world_env_close,
        .hang_up = world_env_hang_up,
        .bind = world_env_bind,
        .settle = world_env_settle,
        .shut = world_env_shut,
        .discard = world_env_discard,
    };
    world->sim = sim;
    world->by = *by;
    return world;
}

int64_t world_now(World *world)
{
    return world->sim->now(world->sim);
}

const char *world_output(World *world, int stream)
{
    return weir__env_sim_output(world->sim, stream);
}

void world_free(World *world)
{
    world->sim->free(world->sim);
    free(world);
}
