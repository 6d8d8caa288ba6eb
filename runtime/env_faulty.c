// env_faulty.c: another environment, in which memory ends at a given moment.
#include <stdlib.h>

#include "env.h"

typedef struct Faulty {
    weir__env env; // first
    weir__env *inner;
    int64_t fail_at, count;
    bool for_good;
} Faulty;

static Faulty *faulty_of(weir__env *env)
{
    return (Faulty *)(void *)env;
}

static weir__env *inner_of(weir__env *env)
{
    return faulty_of(env)->inner;
}

// Asked also from the pool's threads.
static bool refuses(weir__env *env)
{
    Faulty *faulty = faulty_of(env);
    int64_t number = __atomic_fetch_add(&faulty->count, 1, __ATOMIC_RELAXED);
    return faulty->fail_at >= 0 &&
           (faulty->for_good ? number >= faulty->fail_at : number == faulty->fail_at);
}

static void *faulty_allocate(weir__env *env, size_t size)
{
    return refuses(env) ? NULL : inner_of(env)->allocate(inner_of(env), size);
}

static void *faulty_resize(weir__env *env, void *block, size_t size)
{
    return refuses(env) ? NULL : inner_of(env)->resize(inner_of(env), block, size);
}

static void faulty_release(weir__env *env, void *block)
{
    inner_of(env)->release(inner_of(env), block);
}

static int64_t faulty_now(weir__env *env)
{
    return inner_of(env)->now(inner_of(env));
}

static int64_t faulty_wall(weir__env *env)
{
    return inner_of(env)->wall(inner_of(env));
}

static int64_t faulty_zone(weir__env *env, int64_t wall, char name[WEIR__ZONE_NAME])
{
    return inner_of(env)->zone(inner_of(env), wall, name);
}

static uint64_t faulty_random(weir__env *env)
{
    return inner_of(env)->random(inner_of(env));
}

static uint32_t faulty_choose(weir__env *env, uint32_t choices)
{
    return inner_of(env)->choose(inner_of(env), choices);
}

static int faulty_write(weir__env *env, int stream, const char *bytes, size_t length)
{
    return inner_of(env)->write(inner_of(env), stream, bytes, length);
}

static void faulty_begin(weir__env *env, weir__operation *operation)
{
    inner_of(env)->begin(inner_of(env), operation);
}

static void faulty_cancel(weir__env *env, weir__operation *operation)
{
    inner_of(env)->cancel(inner_of(env), operation);
}

static void faulty_finish(weir__env *env, weir__operation *operation)
{
    inner_of(env)->finish(inner_of(env), operation);
}

static void faulty_post(weir__env *env, weir__letter *letter)
{
    inner_of(env)->post(inner_of(env), letter);
}

static bool faulty_poll(weir__env *env, int64_t until)
{
    return inner_of(env)->poll(inner_of(env), until);
}

static int faulty_signal(weir__env *env)
{
    return inner_of(env)->signal(inner_of(env));
}

static const char *faulty_variable(weir__env *env, const char *name)
{
    return inner_of(env)->variable(inner_of(env), name);
}

static void faulty_close(weir__env *env, int file)
{
    inner_of(env)->close(inner_of(env), file);
}

static void faulty_hang_up(weir__env *env, void *transfer)
{
    inner_of(env)->hang_up(inner_of(env), transfer);
}

static void *faulty_bind(weir__env *env, const char *name, const char *url, int64_t max, char *why,
                         size_t size)
{
    return inner_of(env)->bind(inner_of(env), name, url, max, why, size);
}

static void faulty_settle(weir__env *env, void *delivery, weir__settled how)
{
    inner_of(env)->settle(inner_of(env), delivery, how);
}

static void faulty_shut(weir__env *env, void *broker)
{
    inner_of(env)->shut(inner_of(env), broker);
}

static int faulty_discard(weir__env *env, const char *path)
{
    return inner_of(env)->discard(inner_of(env), path);
}

static void faulty_free(weir__env *env)
{
    inner_of(env)->free(inner_of(env));
    free(env);
}

int64_t weir__env_faulty_count(const weir__env *env)
{
    return __atomic_load_n(&((const Faulty *)(const void *)env)->count, __ATOMIC_RELAXED);
}

weir__env *weir__env_faulty(weir__env *inner, int64_t fail_at, bool for_good)
{
    Faulty *faulty = calloc(1, sizeof *faulty);
    if (faulty == NULL) {
        return NULL;
    }
    faulty->env = (weir__env){
        .chooses = inner->chooses,
        .loop = inner->loop,
        .finish = faulty_finish,
        .post = faulty_post,
        .now = faulty_now,
        .wall = faulty_wall,
        .zone = faulty_zone,
        .random = faulty_random,
        .choose = faulty_choose,
        .allocate = faulty_allocate,
        .resize = faulty_resize,
        .release = faulty_release,
        .write = faulty_write,
        .begin = faulty_begin,
        .cancel = faulty_cancel,
        .poll = faulty_poll,
        .signal = faulty_signal,
        .variable = faulty_variable,
        .close = faulty_close,
        .hang_up = faulty_hang_up,
        .bind = faulty_bind,
        .settle = faulty_settle,
        .shut = faulty_shut,
        .discard = faulty_discard,
        .free = faulty_free,
    };
    faulty->inner = inner;
    faulty->fail_at = fail_at;
    faulty->for_good = for_good;
    return &faulty->env;
}
