// task_memory.c: memory. The core's own blocks come from slabs, by size; values come straight from
// the environment.
//
// Small blocks are never given back one by one: a block that is free waits for the next one of its
// size. That is what makes a task cost two list operations. Slabs are freed with the runtime.
#include "task.h"

struct weir__slab {
    weir__slab *next;
    uint64_t spare; // so that what follows is aligned to 16 bytes
};

enum { SLAB = 1 << 20, FIRST_SLAB = 1 << 16 };

// Another slab; the first one is small, for programs that are.
static bool slab_new(weir_runtime *runtime)
{
    size_t size = runtime->slabs == NULL ? FIRST_SLAB : SLAB;
    weir__slab *slab = runtime->env->allocate(runtime->env, size);
    if (slab == NULL) {
        return false;
    }
    // What is left of the old one is put where its size is looked for.
    size_t left = (size_t)(runtime->fresh_end - runtime->fresh);
    if (left >= 8) {
        weir__block_give(runtime, runtime->fresh, left);
    }
    slab->next = runtime->slabs;
    runtime->slabs = slab;
    runtime->fresh = (char *)(slab + 1);
    runtime->fresh_end = (char *)slab + size;
    return true;
}

void *weir__block_grow(weir_runtime *runtime, size_t size)
{
    size_t words = (size + 7) / 8;
    if (!weir__is_small(words)) {
        return runtime->env->allocate(runtime->env, size);
    }
    return slab_new(runtime) ? weir__block_take(runtime, size) : NULL;
}

void weir__block_free_large(weir_runtime *runtime, void *block)
{
    if (block == runtime->cx.task) { // who looks at what runs must not find what is gone
        __atomic_store_n(&runtime->cx.task, NULL, __ATOMIC_SEQ_CST);
        while (__atomic_load_n(&runtime->looking, __ATOMIC_SEQ_CST) != 0) {
        }
    }
    runtime->env->release(runtime->env, block);
}

void weir__slabs_free(weir_runtime *runtime)
{
    weir__slab *slab = runtime->slabs;
    while (slab != NULL) {
        weir__slab *next = slab->next;
        runtime->env->release(runtime->env, slab);
        slab = next;
    }
    runtime->slabs = NULL;
}

// Also called from the pool's threads, which share the count.
void *weir__allocate(weir_context *cx, size_t size)
{
    weir_runtime *runtime = cx->runtime;
    void *block = runtime->env->allocate(runtime->env, size);
    if (block == NULL) {
        weir__fail_memory(cx);
        return NULL;
    }
    __atomic_fetch_add(&runtime->objects, 1, __ATOMIC_RELAXED);
    return block;
}

void weir__release(weir_context *cx, void *block)
{
    if (block != NULL) {
        weir_runtime *runtime = cx->runtime;
        runtime->env->release(runtime->env, block);
        __atomic_fetch_sub(&runtime->objects, 1, __ATOMIC_RELAXED);
    }
}

void *weir__resize(weir_runtime *runtime, void *block, size_t size)
{
    void *grown = runtime->env->resize(runtime->env, block, size);
    if (grown != NULL && block == NULL) {
        __atomic_fetch_add(&runtime->objects, 1, __ATOMIC_RELAXED);
    }
    return grown;
}
