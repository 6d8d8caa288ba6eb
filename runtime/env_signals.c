// env_signals.c: SIGINT and SIGTERM while there are child processes.
//
// Without children the kernel ends the program at the second signal (env_uv.c). Children live in
// sessions of their own, which that does not reach, so from the first child on both signals are
// blocked everywhere and a thread waits for them: the first one goes to the loop, the second one
// KILLs what is left of the children and then ends the program, also while the loop is held.
#include "env_uv.h"

#include <signal.h>
#include <stdlib.h>

struct weir__listener {
    weir__letter letter; // first: the first signal, on its way to the loop
    weir__uv *uv;
    weir__mailbox *mail;
    pthread_t thread;
    pthread_mutex_t lock; // of what follows
    pid_t *groups;        // of the children that live
    size_t count, room;
    bool closing;
    int number;      // of the first signal
    sigset_t before; // what the loop's thread blocked
};

static sigset_t both(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

// On the loop.
static void arrive(weir__letter *letter, bool open)
{
    const weir__listener *listener = (weir__listener *)(void *)letter;
    if (open) {
        weir__uv_signalled(listener->uv, listener->number);
    }
}

// Ends all at once. The lock is held, so no child is begun meanwhile.
static void end_all(const weir__listener *listener, int number)
{
    for (size_t i = 0; i < listener->count; i++) {
        kill(-listener->groups[i], SIGKILL);
    }
    struct sigaction usual = {.sa_handler = SIG_DFL};
    sigaction(number, &usual, NULL);
    sigset_t set = both();
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    raise(number);
}

static void *listen_for_both(void *argument)
{
    weir__listener *listener = argument;
    sigset_t set = both();
    for (;;) {
        int number = 0;
        if (sigwait(&set, &number) != 0) {
            continue;
        }
        pthread_mutex_lock(&listener->lock);
        if (listener->closing) {
            pthread_mutex_unlock(&listener->lock);
            return NULL;
        }
        if (__atomic_exchange_n(&listener->uv->told, true, __ATOMIC_ACQ_REL)) {
            end_all(listener, number);
        }
        listener->number = number;
        pthread_mutex_unlock(&listener->lock);
        weir__mailbox_post(listener->mail, &listener->letter);
    }
}

static weir__listener *begin(weir__uv *uv)
{
    weir__listener *listener = calloc(1, sizeof *listener);
    weir__mailbox *mail = listener == NULL ? NULL : weir__uv_mailbox(uv);
    if (mail == NULL) {
        free(listener);
        return NULL;
    }
    listener->letter.arrive = arrive;
    listener->uv = uv;
    listener->mail = mail;
    pthread_mutex_init(&listener->lock, NULL);
    sigset_t set = both();
    pthread_sigmask(SIG_BLOCK, &set, &listener->before);
    if (weir__thread_start(&listener->thread, false, listen_for_both, listener) != 0) {
        pthread_sigmask(SIG_SETMASK, &listener->before, NULL);
        weir__mailbox_leave(mail);
        pthread_mutex_destroy(&listener->lock);
        free(listener);
        return NULL;
    }
    return listener;
}

bool weir__listener_hold(weir__uv *uv)
{
    if (!uv->listens) {
        return true;
    }
    if (uv->listener == NULL && (uv->listener = begin(uv)) == NULL) {
        return false;
    }
    weir__listener *listener = uv->listener;
    pthread_mutex_lock(&listener->lock);
    if (listener->count == listener->room) {
        size_t room = listener->room == 0 ? 16 : listener->room * 2;
        pid_t *groups = realloc(listener->groups, room * sizeof *groups);
        if (groups == NULL) {
            pthread_mutex_unlock(&listener->lock);
            return false;
        }
        listener->groups = groups;
        listener->room = room;
    }
    return true;
}

void weir__listener_add(weir__uv *uv, pid_t group)
{
    if (uv->listens) {
        if (group != 0) {
            uv->listener->groups[uv->listener->count++] = group;
        }
        pthread_mutex_unlock(&uv->listener->lock);
    }
}

void weir__listener_remove(weir__uv *uv, pid_t group)
{
    weir__listener *listener = uv->listener;
    if (listener == NULL) {
        return;
    }
    pthread_mutex_lock(&listener->lock);
    size_t place = 0;
    while (place < listener->count && listener->groups[place] != group) {
        place++;
    }
    if (place < listener->count) {
        listener->groups[place] = listener->groups[--listener->count];
    }
    pthread_mutex_unlock(&listener->lock);
}

void weir__listener_free(weir__uv *uv)
{
    weir__listener *listener = uv->listener;
    if (listener == NULL) {
        return;
    }
    pthread_mutex_lock(&listener->lock);
    listener->closing = true;
    pthread_mutex_unlock(&listener->lock);
    pthread_kill(listener->thread, SIGTERM); // wakes it; it takes no more
    pthread_join(listener->thread, NULL);
    pthread_sigmask(SIG_SETMASK, &listener->before, NULL);
    weir__mailbox_leave(listener->mail);
    pthread_mutex_destroy(&listener->lock);
    free(listener->groups);
    free(listener);
    uv->listener = NULL;
}
