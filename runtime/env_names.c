// env_names.c: host names to addresses.
//
// A name is asked once, however many wait for it, and its addresses are kept for a minute. Each
// question has a thread of its own, since getaddrinfo blocks for as long as a name server pleases:
// so names never hold up the pool, a request that is cancelled leaves at once, and at the end of
// the program a thread that is stuck is left behind.
#include "env_uv.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
    MOST_THREADS = 16,
    KEPT_MS = 60000,
    MOST_ADDRESSES = 16,
    ADDRESS_SIZE = 64,
    MOST_NAMES = 1000
};

// One question; the thread's until its letter arrives.
typedef struct Question {
    weir__letter letter; // first: the letter is the question
    weir__mailbox *mail;
    struct Name *name; // the loop's
    int error, system_error;
    char addresses[MOST_ADDRESSES * ADDRESS_SIZE]; // "1.2.3.4,[::1]"
    char host[];
} Question;

typedef struct Name {
    struct Name *next;
    weir__names *names;
    weir__name_wait waiting; // head of the ring; next: the first that came
    bool asked;              // a thread is under way
    uint64_t until;          // ms of the loop's clock: the addresses are good till then
    char *addresses;         // or NULL
    char host[];
} Name;

struct weir__names {
    weir__uv *uv;
    Name *first;
    int asking, count;
};

// ── the thread ───────────────────────────────────────────────────────────────────────────────────

static void add_address(Question *question, const struct addrinfo *found)
{
    char address[ADDRESS_SIZE - 4];
    if (getnameinfo(found->ai_addr, found->ai_addrlen, address, sizeof address, NULL, 0,
                    NI_NUMERICHOST) != 0) {
        return;
    }
    bool six = found->ai_family == AF_INET6;
    size_t length = strlen(question->addresses);
    if (length + ADDRESS_SIZE < sizeof question->addresses) {
        snprintf(question->addresses + length, ADDRESS_SIZE, "%s%s%s%s", length > 0 ? "," : "",
                 six ? "[" : "", address, six ? "]" : "");
    }
}

static void *ask(void *argument)
{
    Question *question = argument;
    struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
    struct addrinfo *found = NULL;
    question->error = getaddrinfo(question->host, NULL, &hints, &found);
    question->system_error = errno;
    for (const struct addrinfo *one = found; one != NULL; one = one->ai_next) {
        add_address(question, one);
    }
    if (found != NULL) {
        freeaddrinfo(found);
    }
    weir__mailbox *mail = question->mail; // the question may be gone once it is posted
    weir__mailbox_post(mail, &question->letter);
    weir__mailbox_leave(mail);
    return NULL;
}

// ── the loop ─────────────────────────────────────────────────────────────────────────────────────

static void answered(weir__letter *letter, bool open);

void weir__names_forget(weir__name_wait *wait)
{
    if (wait->next != NULL) {
        wait->next->prev = wait->prev;
        wait->prev->next = wait->next;
        wait->next = wait->prev = NULL;
    }
}

static bool is_awaited(const Name *name)
{
    return name->waiting.next != &name->waiting;
}

// Tells everybody who waits.
static void tell(Name *name, const char *addresses, const char *why)
{
    while (is_awaited(name)) {
        weir__name_wait *wait = name->waiting.next;
        weir__names_forget(wait);
        wait->found(wait, addresses, why);
    }
}

// Sends a thread to ask. NULL or what is wrong.
static const char *send_question(Name *name)
{
    weir__names *names = name->names;
    size_t length = strlen(name->host) + 1;
    Question *question = calloc(1, sizeof *question + length);
    weir__mailbox *mail = question == NULL ? NULL : weir__uv_mailbox(names->uv);
    if (mail == NULL) {
        free(question);
        return "out of memory";
    }
    question->letter.arrive = answered;
    question->mail = mail;
    question->name = name;
    memcpy(question->host, name->host, length);
    pthread_t thread;
    int error = weir__thread_start(&thread, true, ask, question);
    if (error != 0) {
        weir__mailbox_leave(mail);
        free(question);
        return strerror(error);
    }
    name->asked = true;
    names->asking++;
    return NULL;
}

// Others may have waited for a thread.
static void ask_next(weir__names *names)
{
    for (Name *name = names->first; name != NULL && names->asking < MOST_THREADS;
         name = name->next) {
        if (is_awaited(name) && !name->asked) {
            const char *why = send_question(name);
            if (why != NULL) {
                tell(name, NULL, why);
            }
        }
    }
}

static void answered(weir__letter *letter, bool open)
{
    Question *question = (Question *)(void *)letter;
    if (!open) {
        free(question);
        return;
    }
    Name *name = question->name;
    name->asked = false;
    name->names->asking--;
    if (question->error == 0 && question->addresses[0] != '\0') {
        free(name->addresses);
        name->addresses = strdup(question->addresses);
        name->until = uv_now(name->names->uv->loop) + KEPT_MS;
        tell(name, question->addresses, NULL);
    } else {
        const char *why = question->error == EAI_SYSTEM ? strerror(question->system_error)
                          : question->error == 0        ? "it has no address"
                                                        : gai_strerror(question->error);
        tell(name, NULL, why);
    }
    ask_next(name->names);
    free(question);
}

// Forgets names nobody waits for when there are many.
static void clean(weir__names *names)
{
    for (Name **at = &names->first; *at != NULL;) {
        Name *name = *at;
        if (name->asked || is_awaited(name)) {
            at = &name->next;
            continue;
        }
        *at = name->next;
        names->count--;
        free(name->addresses);
        free(name);
    }
}

static Name *find_name(weir__names *names, const char *host)
{
    for (Name **at = &names->first; *at != NULL; at = &(*at)->next) {
        Name *name = *at;
        if (strcmp(name->host, host) == 0) { // to the front: the next request asks for the same
            *at = name->next;
            name->next = names->first;
            return names->first = name;
        }
    }
    if (names->count >= MOST_NAMES) {
        clean(names);
    }
    size_t length = strlen(host) + 1;
    Name *name = calloc(1, sizeof *name + length);
    if (name != NULL) {
        memcpy(name->host, host, length);
        name->names = names;
        name->waiting.next = name->waiting.prev = &name->waiting;
        name->next = names->first;
        names->first = name;
        names->count++;
    }
    return name;
}

const char *weir__names_find(weir__uv *uv, const char *host, weir__name_wait *wait,
                             const char **why)
{
    if (uv->names == NULL) {
        uv->names = calloc(1, sizeof *uv->names);
    }
    weir__names *names = uv->names;
    if (names != NULL) {
        names->uv = uv;
    }
    Name *name = names == NULL ? NULL : find_name(names, host);
    *why = name == NULL ? "out of memory" : NULL;
    if (name == NULL) {
        return NULL;
    }
    if (name->addresses != NULL && uv_now(uv->loop) < name->until) {
        return name->addresses;
    }
    if (!name->asked && names->asking < MOST_THREADS) {
        *why = send_question(name);
    }
    if (*why == NULL) {
        wait->next = &name->waiting;
        wait->prev = name->waiting.prev;
        wait->prev->next = name->waiting.prev = wait;
    }
    return NULL;
}

void weir__names_free(weir__names *names)
{
    while (names != NULL && names->first != NULL) {
        Name *name = names->first;
        names->first = name->next;
        free(name->addresses);
        free(name);
    }
    free(names);
}
