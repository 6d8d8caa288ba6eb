// cache.c: values kept by the arguments that led to them, and the runs that make them.
#include "cache.h"

#include "scope.h"
#include "waitlist.h"

typedef struct weir__cached weir__cached;
struct weir__cached { // the value for some arguments, or a run under way
    weir__waitlist waiting;
    weir__cached *next;           // of equal place in the table
    weir__cached *newer, *older;  // of a value: in the order of last use
    struct weir__cache *cache;
    void *arguments; // a tuple, owned; NULL: the task takes none
    uint64_t hash;
    weir_task *run; // NULL: there is a value
    weir_word value;
    int64_t until;
    bool listed; // in the table
    weir__cached *todo; // while circles are looked for
    uint64_t seen;
};

typedef struct weir__cache {
    int64_t keep, max, values;
    const weir_type *key, *result; // NULL: no arguments; gives nothing
    weir__cached **table;
    uint64_t count, room; // room: a power of two, or 0
    weir__cached *newest, *oldest;
} weir__cache;

void weir_cache_define(weir_context *cx, uint32_t index, const char *name, int64_t keep,
                       int64_t max, const weir_type *key, const weir_type *result)
{
    weir_runtime *runtime = cx->runtime;
    if (cx->pending != NULL) {
        return;
    }
    if (keep < 0 || max < 1) {
        weir_fail_with(cx, "type", "cache of %s: %s", name,
                       keep < 0 ? "the time must not be negative" : "max must be at least 1");
        return;
    }
    if (index >= runtime->cache_count) {
        weir__cache *caches = runtime->env->resize(runtime->env, runtime->caches,
                                                   (index + 1) * sizeof *caches);
        if (caches == NULL) {
            weir__fail_memory(cx);
            return;
        }
        memset(caches + runtime->cache_count, 0,
               (index + 1 - runtime->cache_count) * sizeof *caches);
        runtime->caches = caches;
        runtime->cache_count = index + 1;
    }
    runtime->caches[index] = (weir__cache){.keep = keep, .max = max, .key = key, .result = result};
}

// ── the table, and the order of last use ─────────────────────────────────────────────────────────

static weir__cached **entry_bucket(const weir__cache *cache, uint64_t hash)
{
    return &cache->table[hash & (cache->room - 1)];
}

static weir__cached *entry_find(const weir__cache *cache, uint64_t hash, const void *arguments)
{
    weir__cached *entry = cache->room == 0 ? NULL : *entry_bucket(cache, hash);
    while (entry != NULL &&
           (entry->hash != hash ||
            (cache->key != NULL && !weir_equal(cache->key, &entry->arguments, &arguments)))) {
        entry = entry->next;
    }
    return entry;
}

static bool cache_grow(weir_runtime *runtime, weir__cache *cache)
{
    uint64_t room = cache->room == 0 ? 16 : cache->room * 2;
    weir__cached **table = weir__block_take(runtime, room * sizeof *table);
    if (table == NULL) {
        return false;
    }
    memset(table, 0, room * sizeof *table);
    for (uint64_t i = 0; i < cache->room; i++) {
        for (weir__cached *entry = cache->table[i], *next; entry != NULL; entry = next) {
            next = entry->next;
            entry->next = table[entry->hash & (room - 1)];
            table[entry->hash & (room - 1)] = entry;
        }
    }
    if (cache->table != NULL) {
        weir__block_give(runtime, cache->table, cache->room * sizeof *table);
    }
    cache->table = table;
    cache->room = room;
    return true;
}

static void entry_unlist(weir__cached *entry)
{
    if (entry->listed) {
        weir__cached **place = entry_bucket(entry->cache, entry->hash);
        while (*place != entry) {
            place = &(*place)->next;
        }
        *place = entry->next;
        entry->cache->count--;
        entry->listed = false;
    }
}

static void leave_order(weir__cached *entry)
{
    weir__cache *cache = entry->cache;
    *(entry->newer != NULL ? &entry->newer->older : &cache->newest) = entry->older;
    *(entry->older != NULL ? &entry->older->newer : &cache->oldest) = entry->newer;
}

static void join_order(weir__cached *entry)
{
    weir__cache *cache = entry->cache;
    entry->newer = NULL;
    entry->older = cache->newest;
    *(cache->newest != NULL ? &cache->newest->newer : &cache->oldest) = entry;
    cache->newest = entry;
}

static void entry_free(weir_runtime *runtime, weir__cached *entry)
{
    entry_unlist(entry);
    weir_drop(entry->arguments);
    weir__block_give(runtime, entry, sizeof *entry);
}

static void drop_value(weir_runtime *runtime, weir__cached *entry)
{
    leave_order(entry);
    entry->cache->values--;
    if (entry->cache->result != NULL) {
        weir__drop_word(entry->cache->result, entry->value);
    }
    entry_free(runtime, entry);
}

// ── calls ────────────────────────────────────────────────────────────────────────────────────────

// A new entry with a run that has not begun. arguments are consumed. NULL: memory is pending.
static weir__cached *entry_run(weir_context *cx, weir__cache *cache, const weir_stub *stub,
                               uint64_t hash, void *arguments)
{
    weir_runtime *runtime = cx->runtime;
    bool room = cache->count < cache->room || cache_grow(runtime, cache);
    weir__cached *entry = room ? weir__block_take(runtime, sizeof *entry) : NULL;
    weir_task *task = entry == NULL
                          ? NULL
                          : weir__task_new(cx, &runtime->root, stub->machine, WEIR__PRIVATE);
    if (task == NULL) {
        if (entry != NULL) {
            weir__block_give(runtime, entry, sizeof *entry);
        }
        weir__fail_memory(cx);
        weir_drop(arguments);
        return NULL;
    }
    *entry = (weir__cached){.cache = cache, .arguments = arguments, .hash = hash, .run = task};
    weir__waitlist_begin(&entry->waiting);
    entry->next = *entry_bucket(cache, hash);
    *entry_bucket(cache, hash) = entry;
    entry->listed = true;
    cache->count++;
    void **extra = weir__extra(stub->machine, task);
    extra[0] = NULL;
    extra[1] = (void *)((uintptr_t)entry | 1);
    task->child = 0;
    runtime->runs++;
    stub->open(weir__frame(task), NULL, weir_keep(arguments));
    weir__ready(runtime, task);
    return entry;
}

// The run that a task belongs to, or NULL.
static const weir_task *run_of(const weir_runtime *runtime, const weir_task *task)
{
    for (;;) {
        const weir_scope *scope = task->scope;
        while (scope->task == task) {
            scope = scope->outer;
        }
        void **extra = weir__extra(weir__machine(runtime, task), (weir_task *)(uintptr_t)task);
        if ((task->flags & WEIR__PRIVATE) != 0 && extra[0] != NULL) {
            task = extra[0];
        } else if (scope->task == NULL) {
            return task;
        } else {
            task = scope->task;
        }
    }
}

// The entry of the run that a task belongs to; NULL: it belongs to none.
static weir__cached *entry_of(const weir_runtime *runtime, const weir_task *task)
{
    const weir_task *run = run_of(runtime, task);
    void **extra = weir__extra(weir__machine(runtime, run), (weir_task *)(uintptr_t)run);
    bool cached = (run->flags & WEIR__PRIVATE) != 0 && weir__is_cached(extra[1]);
    return cached ? (weir__cached *)(void *)((uintptr_t)extra[1] & ~(uintptr_t)1) : NULL;
}

// Whether what a run gives is waited for by the current task's own run, directly or through others:
// then nobody in the circle would ever end.
static bool is_circle(weir_runtime *runtime, const weir_task *task, const weir__cached *wanted)
{
    weir__cached *todo = entry_of(runtime, task);
    uint64_t round = ++runtime->cache_rounds;
    if (todo != NULL) {
        todo->todo = NULL;
        todo->seen = round;
    }
    while (todo != NULL) {
        weir__cached *entry = todo;
        todo = entry->todo;
        if (entry == wanted) {
            return true;
        }
        for (weir__link *link = entry->waiting.head.next; link != &entry->waiting.head;
             link = link->next) {
            weir__cached *waits = entry_of(runtime, (weir_task *)(void *)link);
            if (waits != NULL && waits->seen != round) {
                waits->seen = round;
                waits->todo = todo;
                todo = waits;
            }
        }
    }
    return false;
}

weir_step weir_cached(weir_context *cx, uint32_t index, const weir_stub *stub, void *arguments,
                      void *slot)
{
    weir_runtime *runtime = cx->runtime;
    if (!weir__may_wait(cx)) {
        weir_drop(arguments);
        return WEIR_NEXT;
    }
    weir__cache *cache = &runtime->caches[index];
    uint64_t hash = cache->key == NULL ? 0 : weir__hash(cache->key, &arguments, runtime->hash_key);
    weir__cached *entry = entry_find(cache, hash, arguments);
    if (entry != NULL && entry->run == NULL && entry->until <= runtime->now) {
        drop_value(runtime, entry);
        entry = NULL;
    }
    if (entry == NULL) {
        entry = entry_run(cx, cache, stub, hash, arguments);
        return entry == NULL ? WEIR_NEXT
                             : weir__wait_in(cx, &entry->waiting, WEIR__CACHES, slot);
    }
    weir_drop(arguments);
    if (entry->run == NULL) {
        leave_order(entry);
        join_order(entry);
        if (slot != NULL && cache->result != NULL) {
            weir_word word = weir__keep_word(cache->result, entry->value);
            memcpy(slot, &word, sizeof word);
        }
        return weir__over(cx);
    }
    if (is_circle(runtime, cx->task, entry)) {
        weir_fail_with(cx, "deadlock", "a run of %s waits for its own end", stub->machine->name);
        return WEIR_NEXT;
    }
    return weir__wait_in(cx, &entry->waiting, WEIR__CACHES, slot);
}

void weir_cache_forget(weir_context *cx, uint32_t index, const void *arguments, const void *was)
{
    weir__cache *cache = &cx->runtime->caches[index];
    if (cx->pending != NULL) {
        return;
    }
    uint64_t hash = cache->key == NULL
                        ? 0
                        : weir__hash(cache->key, &arguments, cx->runtime->hash_key);
    weir__cached *entry = entry_find(cache, hash, arguments);
    if (entry == NULL) {
        return;
    }
    if (entry->run != NULL) { // who waits gets its value, nobody else does
        if (was == NULL) {
            entry_unlist(entry);
        }
    } else if (was == NULL || (cache->result != NULL &&
                               weir_equal(cache->result, &entry->value, was))) {
        drop_value(cx->runtime, entry);
    }
}

// ── runs that end ────────────────────────────────────────────────────────────────────────────────

void weir__cache_abandoned(weir_runtime *runtime, weir__link *head)
{
    weir__cached *entry = (weir__cached *)(void *)head; // waiting is its first field
    entry_unlist(entry);
    weir__task_cancel(runtime, entry->run);
}

static void entry_keep(weir_runtime *runtime, weir__cached *entry, weir_word word)
{
    weir__cache *cache = entry->cache;
    entry->run = NULL;
    entry->value = word;
    entry->until = cache->keep > INT64_MAX - runtime->now ? INT64_MAX : runtime->now + cache->keep;
    join_order(entry);
    cache->values++;
    if (cache->values > cache->max) {
        drop_value(runtime, cache->oldest);
    }
}

void weir__cache_ended(weir_runtime *runtime, void *mark, const weir_machine *machine,
                       weir_task *task, weir_error *error)
{
    weir__cached *entry = (weir__cached *)(void *)((uintptr_t)mark & ~(uintptr_t)1);
    const weir_type *result = entry->cache->result;
    weir_word word = error == NULL ? weir__result(machine, task) : (weir_word){.integer = 0};
    weir_task *waiter;
    while ((waiter = weir__waitlist_first(&entry->waiting)) != NULL) {
        if (error != NULL) {
            weir__refuse(runtime, waiter, weir_keep(error));
            continue;
        }
        if (result != NULL && waiter->wait.slot != NULL) {
            weir__keep_word(result, word);
        }
        weir__give(runtime, waiter, &word);
    }
    if (error == NULL && entry->listed && entry->cache->keep > 0) {
        entry_keep(runtime, entry, word);
    } else {
        if (error == NULL) {
            weir__drop_result(machine, task);
        }
        weir_drop(error);
        entry_free(runtime, entry);
    }
    runtime->runs--;
    runtime->over = runtime->over || (runtime->main_ended && runtime->runs == 0);
}

void weir__caches_free(weir_runtime *runtime)
{
    for (uint32_t i = 0; i < runtime->cache_count; i++) {
        weir__cache *cache = &runtime->caches[i];
        while (cache->oldest != NULL) {
            drop_value(runtime, cache->oldest);
        }
        if (cache->table != NULL) {
            weir__block_give(runtime, cache->table, cache->room * sizeof *cache->table);
        }
    }
    runtime->env->release(runtime->env, runtime->caches);
    runtime->caches = NULL;
    runtime->cache_count = 0;
}
