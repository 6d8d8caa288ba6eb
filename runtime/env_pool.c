// env_pool.c: the pool: threads that run what holds the processor or blocks.
//
// Threads come one by one as there is work that nobody is idle for, up to one per core (at least
// four), and stay. A result goes to the loop as a letter.
#include "env_uv.h"
#include "error.h"

#include <stdlib.h>
#include <unistd.h>

enum { LEAST_THREADS = 4, MOST_THREADS = 64 };

typedef struct Job {
    weir__letter letter;        // first: the letter is the job
    struct Job *next, **before; // before NULL: taken by a thread
    weir__operation *operation;
    weir__uv *uv;
} Job;

struct weir__pool {
    pthread_mutex_t lock;
    pthread_cond_t work;
    Job *first, **end;
    weir__mailbox *mail;
    pthread_t threads[MOST_THREADS];
    int count, idle, most, waiting; // waiting: jobs nobody has taken
    bool stopping;
};

static void finished(weir__letter *letter, bool open)
{
    Job *job = (Job *)(void *)letter;
    if (open) { // the threads are joined before the mailbox closes, so it always is
        job->operation->outside = NULL; // a cancel comes too late
        weir__uv_finish(job->uv, job->operation);
    }
    free(job);
}

static void run(Job *job)
{
    weir__operation *operation = job->operation;
    weir_context cx = {.runtime = operation->runtime, .stop = &operation->cancelled};
    __atomic_store_n(&operation->pool, &cx, __ATOMIC_RELEASE);
    operation->work(&cx, operation->args);
    __atomic_store_n(&operation->pool, (weir_context *)NULL, __ATOMIC_RELEASE);
    operation->error = weir_take(&cx);
}

static void *thread_main(void *argument)
{
    weir__pool *pool = argument;
    pthread_mutex_lock(&pool->lock);
    for (;;) {
        while (pool->first == NULL && !pool->stopping) {
            pool->idle++;
            pthread_cond_wait(&pool->work, &pool->lock);
            pool->idle--;
        }
        Job *job = pool->first;
        if (job == NULL) {
            break;
        }
        pool->first = job->next;
        if (pool->first == NULL) {
            pool->end = &pool->first;
        } else {
            pool->first->before = &pool->first;
        }
        job->before = NULL;
        pool->waiting--;
        pthread_mutex_unlock(&pool->lock);
        run(job);
        weir__mailbox_post(pool->mail, &job->letter);
        pthread_mutex_lock(&pool->lock);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

static weir__pool *pool_new(weir__uv *uv)
{
    weir__pool *pool = calloc(1, sizeof *pool);
    weir__mailbox *mail = pool == NULL ? NULL : weir__uv_mailbox(uv);
    if (mail == NULL) {
        free(pool);
        return NULL;
    }
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    pool->most = cores < LEAST_THREADS  ? LEAST_THREADS
                 : cores > MOST_THREADS ? MOST_THREADS
                                        : (int)cores;
    pool->mail = mail;
    pool->end = &pool->first;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->work, NULL);
    return pool;
}

// Takes a job out of the line again.
static void unlink_job(weir__pool *pool, Job *job)
{
    *job->before = job->next;
    if (job->next != NULL) {
        job->next->before = job->before;
    } else {
        pool->end = job->before;
    }
    job->before = NULL;
    pool->waiting--;
}

void weir__pool_begin(weir__uv *uv, weir__operation *operation)
{
    Job *job = calloc(1, sizeof *job);
    if (uv->pool == NULL) {
        uv->pool = pool_new(uv);
    }
    weir__pool *pool = uv->pool;
    if (job == NULL || pool == NULL) {
        free(job);
        weir__uv_fail(operation, "memory", "no memory for the pool");
        weir__uv_finish_later(uv, operation);
        return;
    }
    job->letter.arrive = finished;
    job->operation = operation;
    job->uv = uv;
    operation->outside = job;
    pthread_mutex_lock(&pool->lock);
    job->before = pool->end;
    *pool->end = job;
    pool->end = &job->next;
    pool->waiting++;
    int error = 0;
    if (pool->waiting > pool->idle && pool->count < pool->most) {
        error = weir__thread_start(&pool->threads[pool->count], false, thread_main, pool);
        pool->count += error == 0;
    }
    if (pool->count == 0) { // not even one thread: nobody would ever take it
        unlink_job(pool, job);
    } else {
        error = 0;
    }
    pthread_cond_signal(&pool->work);
    pthread_mutex_unlock(&pool->lock);
    if (error != 0) {
        weir__uv_fail(operation, "io", "a thread of the pool could not be started: %s",
                      strerror(error));
        operation->outside = NULL;
        weir__uv_finish_later(uv, operation);
        free(job);
    }
}

void weir__pool_cancel(weir__uv *uv, weir__operation *operation)
{
    // a running one sees it at its next loop turn
    __atomic_store_n(&operation->cancelled, true, __ATOMIC_RELEASE);
    weir__pool *pool = uv->pool;
    Job *job = operation->outside;
    if (pool == NULL || job == NULL) {
        return; // it failed in begin and completes anyway
    }
    pthread_mutex_lock(&pool->lock);
    bool waiting = job->before != NULL;
    if (waiting) {
        unlink_job(pool, job);
    }
    pthread_mutex_unlock(&pool->lock);
    if (waiting) {
        weir__uv_set_cancelled(operation);
        operation->outside = NULL;
        weir__uv_finish_later(uv, operation);
        free(job);
    }
}

void weir__pool_free(weir__pool *pool)
{
    if (pool == NULL) {
        return;
    }
    pthread_mutex_lock(&pool->lock);
    pool->stopping = true;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 0; i < pool->count; i++) {
        pthread_join(pool->threads[i], NULL);
    }
    weir__mailbox_leave(pool->mail);
    pthread_cond_destroy(&pool->work);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}
