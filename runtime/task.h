// task.h: the runtime and its tasks, seen from inside the core.
//
// A task is one block: this header of 40 bytes, the frame of its machine, and for some a word or
// more behind it (weir__extra). It is in at most one list at a time: the ready line, a wait list, a
// row of timers. What it waits in, and what it wakes with, is in its flags and in `wait`; the
// context says nothing about tasks that do not run.
//
// task.c makes tasks, wakes them and resumes them; task_memory.c gives blocks out; turn.c decides
// when which one runs.
#ifndef WEIR_TASK_H
#define WEIR_TASK_H

#include "env.h"
#include "error.h"
#include "timer.h"
#include "value.h"
#include "weir.h"

typedef enum weir__wait_kind { // what a task waits in
    WEIR__RUNS,                // nothing: it runs, is ready, or has ended
    WEIR__SLEEPS,              // its timer, in runtime->sleeps
    WEIR__AWAITS,              // a handle's wait list, for what it gives
    WEIR__CANCELS,             // the same, for its end only
    // wait.thing: the scope whose children must end; a cancel does not end this wait
    WEIR__JOINS,
    WEIR__CALLS,    // wait.thing: its private child; the same
    WEIR__GATHERS,  // wait.thing: a weir_gather, for room or for the next one to end
    WEIR__ACQUIRES, // wait.thing: its permits, in the lines of their limiters
    WEIR__QUEUES,   // a queue's wait list
    // wait.thing: an operation of the environment; a cancel asks it to end
    WEIR__OPERATES,
    WEIR__CACHES, // the wait list of a cached task's run
} weir__wait_kind;

enum { // weir_task.flags, above the weir__wait_kind
    WEIR__WAIT = 0xf,
    // a cancel has arrived and is not shielded off: the next wait ends at once
    WEIR__ASKED = 0x10,
    // the task itself was cancelled, by weir_cancel or with the whole program
    WEIR__KILLED = 0x20,
    WEIR__FRESH = 0x40,   // it has never run
    WEIR__UNWINDS = 0x80, // it wakes with a cancel pending
    // it wakes with wait.outcome pending; of a finished task: that is what it left
    WEIR__FAILS = 0x100,
    WEIR__ENDS = 0x200,    // it wakes with cx->ended set
    WEIR__HANDLED = 0x400, // extra word: its weir_handle
    // extra words: the task that waits for it (NULL: main), and where its result goes
    WEIR__PRIVATE = 0x800,
    // child of a weir_gather; last of its extra words: the item it works on, where that is told
    WEIR__GATHERED = 0x1000,
    WEIR__SHIELDED = 0x2000, // it is in a cleanup
    WEIR__PLACED = 0x4000,   // of as_completed; extra word: its place in starting order
    WEIR__STREAMS = 0x8000,  // extra word: the weir_stream that it yields to
    WEIR__EXTRA = WEIR__HANDLED | WEIR__PRIVATE | WEIR__PLACED | WEIR__STREAMS,
    WEIR__WAKES = WEIR__FRESH | WEIR__UNWINDS | WEIR__FAILS | WEIR__ENDS,
};

// What is nearly always so, and what is hardly ever called: for the compiler's layout of the code.
#define WEIR__USUAL(condition) __builtin_expect(!!(condition), 1)
#define WEIR__RARE             __attribute__((noinline, cold))
// What is worth a copy at each call, where the core is compiled with the program. Without `inline`
// gcc doubts that it can be; with it clang expects no static function to be used.
#ifdef __clang__
#define WEIR__INLINED __attribute__((always_inline))
#else
#define WEIR__INLINED inline __attribute__((always_inline))
#endif

struct weir_task {
    weir__link link; // the one list it is in; the ready line uses next only
    union {
        int64_t until; // while it sleeps: link and this are a weir__timer
        void *slot;    // where what it waits for goes
        void *thing;
        weir_error *outcome; // owned
    } wait;
    weir_scope *scope; // the innermost scope around it
    uint32_t child;    // its place among the scope's children
    uint16_t machine;  // its place in runtime->machines
    uint16_t flags;
};

enum {
    WEIR__CREDIT = 1024,  // waits that may be over at once before one yields
    WEIR__SIZES = 257,    // of small blocks, in words
    WEIR__MACHINES = 128, // places to find a machine at once; a power of two
};

// A directory that is removed when the program ends.
typedef struct weir__temp {
    struct weir__temp *next;
    char path[];
} weir__temp;

typedef struct weir__slab weir__slab;
typedef struct weir__block weir__block;

struct weir_runtime {
    void *top; // of the program; first, for weir_top
    weir_context cx;
    uint32_t credit;        // completions left until a wait yields all the same
    bool chooses;           // the environment decides which ready task is next
    bool over;              // main has ended
    bool busy;              // tasks run, in this turn
    int looking;            // another thread looks at the task that runs: see weir__runtime_look
    weir_task *ready;       // the ready line
    weir__link **ready_end; // where the next one is linked in
    int64_t now;            // monotonic ns at the turn's beginning
    uint64_t turn;
    const weir_machine **machines;
    uint32_t machine_count, machine_room;
    struct {
        const weir_machine *machine;
        uint16_t number;
    } found[WEIR__MACHINES];

    weir__block *free[WEIR__SIZES]; // by size in words
    char *fresh, *fresh_end;        // the unused end of the newest slab
    weir__slab *slabs;

    weir__timers sleeps, deadlines, refills;
    weir__env *env;
    const weir_program *program;
    weir_scope root; // around main
    weir_task *main;
    weir_error *failure; // why the runtime itself cancelled main (a deadlock); owned
    int64_t wall;        // wall clock minus monotonic clock, at the start
    int64_t grace;       // ns that a cleanup may take
    int64_t tasks;       // alive
    int64_t handles;     // that someone holds
    int64_t objects;     // blocks given out by weir__allocate; counted atomically
    int64_t underway;    // operations
    weir__temp *temps;   // the pool's threads add to them
    void *input;         // what was read of the standard input; fs_lines.c's
    void (*end_input)(weir_runtime *runtime); // gives it back; NULL: there is none
    weir__operation *inbox, **inbox_end;
    struct weir__limiters *limiters; // by number
    uint32_t limiter_count;
    uint32_t limiters_alive; // with those for keys
    uint64_t hash_key;
    struct weir__cache *caches; // by number
    uint32_t cache_count;
    uint64_t cache_rounds; // of looking for circles
    uint32_t runs;   // of cached tasks, under way
    bool main_ended; // what still runs are those
    struct weir__stubbed *stubs; // of a test, by number; NULL: none
    uint32_t stub_count;
    int signal;
    int status;    // what exit said
    bool exits;    // exit was called: main is cancelled
    bool colour;   // what goes to the standard error stream may be coloured
    int log_level; // of log.c; 0: not read yet
    weir__operation *asked, **asked_end; // extern tasks that were cancelled, to be told
    struct weir_call *calls;             // of a host, that have not ended
    struct weir_call *ended, **ended_end; // that have, to be delivered
    void (*withdraw)(weir_runtime *runtime, weir_task *task); // undoes WEIR__ACQUIRES
    struct weir__bindings *bindings; // of queues to brokers; NULL: there are none
    struct weir__loans *loans;       // of leases to children of gathers; NULL: there are none
};

static inline void *weir__frame(weir_task *task)
{
    return task + 1;
}

static inline const weir_machine *weir__machine(const weir_runtime *runtime, const weir_task *task)
{
    return runtime->machines[task->machine];
}

static inline weir__wait_kind weir__waits(const weir_task *task)
{
    return (weir__wait_kind)(task->flags & WEIR__WAIT);
}

static inline bool weir__is_asked(const weir_task *task)
{
    return (task->flags & WEIR__ASKED) != 0;
}

// The words behind the frame.
static inline void **weir__extra(const weir_machine *machine, weir_task *task)
{
    return (void **)(void *)((char *)weir__frame(task) + ((machine->frame_size + 7u) & ~7u));
}

// ── memory ───────────────────────────────────────────────────────────────────────────────────────
struct weir__block {
    weir__block *next;
};

// A block where the newest slab has no room, or one that is large.
WEIR__RARE void *weir__block_grow(weir_runtime *runtime, size_t size);
WEIR__RARE void weir__block_free_large(weir_runtime *runtime, void *block);
void weir__slabs_free(weir_runtime *runtime);
void *weir__resize(weir_runtime *runtime, void *block, size_t size); // of a block of weir__allocate

// With the sanitizer every block is the environment's own: it sees their bounds and their ends, and
// each of them can be refused by a test.
#if defined(__SANITIZE_ADDRESS__)
#define WEIR__SLABS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WEIR__SLABS 0
#endif
#endif
#ifndef WEIR__SLABS
#define WEIR__SLABS 1
#endif

// A block of so many words comes from the slabs.
static inline bool weir__is_small(size_t words)
{
    return WEIR__SLABS && words < WEIR__SIZES;
}

// A block of the core's own, from the slabs when it is small. NULL: memory ended; nothing is
// pending.
static inline void *weir__block_take(weir_runtime *runtime, size_t size)
{
    size_t words = (size + 7) / 8;
    if (WEIR__USUAL(weir__is_small(words))) {
        weir__block *block = runtime->free[words];
        if (WEIR__USUAL(block != NULL)) {
            runtime->free[words] = block->next;
            return block;
        }
        if (WEIR__USUAL((size_t)(runtime->fresh_end - runtime->fresh) >= words * 8)) {
            block = (weir__block *)(void *)runtime->fresh;
            runtime->fresh += words * 8;
            return block;
        }
    }
    return weir__block_grow(runtime, size);
}

static inline void weir__block_give(weir_runtime *runtime, void *memory, size_t size)
{
    size_t words = (size + 7) / 8;
    if (WEIR__USUAL(weir__is_small(words))) {
        weir__block *block = memory;
        block->next = runtime->free[words];
        runtime->free[words] = block;
    } else {
        weir__block_free_large(runtime, memory);
    }
}

static inline size_t weir__task_size(const weir_machine *machine, uint32_t extra)
{
    return sizeof(weir_task) + ((machine->frame_size + 7u) & ~7u) + extra * sizeof(void *);
}

static inline uint32_t weir__extras(uint32_t flags)
{
    if (WEIR__USUAL((flags & WEIR__EXTRA) == 0)) {
        return 0;
    }
    return (flags & WEIR__PRIVATE) != 0 ? 2 : 1;
}

// ── the ready line ───────────────────────────────────────────────────────────────────────────────
static inline void weir__ready(weir_runtime *runtime, weir_task *task)
{
    task->link.next = NULL;
    *runtime->ready_end = &task->link;
    runtime->ready_end = &task->link.next;
}

// A waiting task, out of its list already, is ready again; flags say with what it wakes.
static inline void weir__wake(weir_runtime *runtime, weir_task *task, uint32_t flags)
{
    task->flags = (uint16_t)((task->flags & ~(uint32_t)WEIR__WAIT) | flags);
    weir__ready(runtime, task);
}

static inline void weir__wake_failed(weir_runtime *runtime, weir_task *task, weir_error *error)
{
    task->wait.outcome = error;
    weir__wake(runtime, task, WEIR__FAILS);
}

// ── waiting ──────────────────────────────────────────────────────────────────────────────────────
WEIR__RARE bool weir__refuse_wait(weir_context *cx);

// Every function that may wait begins with this: false when it must not begin to, since a failure
// is pending (now).
static inline bool weir__may_wait(weir_context *cx)
{
    return WEIR__USUAL(cx->pending == NULL && !weir__is_asked(cx->task)) || weir__refuse_wait(cx);
}

// The current task waits from now on.
static inline weir_step weir__wait(weir_task *task, weir__wait_kind kind, void *thing)
{
    task->wait.thing = thing;
    task->flags = (uint16_t)(task->flags | (uint32_t)kind);
    return WEIR_WAIT;
}

WEIR__RARE weir_step weir__yield_now(weir_context *cx);

// A wait that is over already ends with this: now and then the others get their turn.
static inline weir_step weir__over(weir_context *cx)
{
    return WEIR__USUAL(--cx->runtime->credit != 0) ? WEIR_NEXT : weir__yield_now(cx);
}

// ── tasks ────────────────────────────────────────────────────────────────────────────────────────
// UINT32_MAX: memory ended
WEIR__RARE uint32_t weir__machine_add(weir_runtime *runtime, const weir_machine *machine);

// The number of a machine in the runtime's table; UINT32_MAX: memory ended.
static inline uint32_t weir__machine_number(weir_runtime *runtime, const weir_machine *machine)
{
    size_t place = ((uintptr_t)machine >> 4) % WEIR__MACHINES;
    if (WEIR__USUAL(runtime->found[place].machine == machine)) {
        return runtime->found[place].number;
    }
    return weir__machine_add(runtime, machine);
}

// A new task in a scope (not counted among its children yet), not ready, with so many extra words.
// NULL: memory is pending.
static inline weir_task *weir__task_new_with(weir_context *cx, weir_scope *scope,
                                             const weir_machine *machine, uint32_t flags,
                                             uint32_t extras)
{
    weir_runtime *runtime = cx->runtime;
    uint32_t number = weir__machine_number(runtime, machine);
    weir_task *task = number == UINT32_MAX
                          ? NULL
                          : weir__block_take(runtime, weir__task_size(machine, extras));
    if (!WEIR__USUAL(task != NULL)) {
        weir__fail_memory(cx);
        return NULL;
    }
    runtime->tasks++;
    task->scope = scope;
    task->machine = (uint16_t)number;
    task->flags = (uint16_t)(flags | WEIR__FRESH);
    return task;
}

static inline weir_task *weir__task_new(weir_context *cx, weir_scope *scope,
                                        const weir_machine *machine, uint32_t flags)
{
    return weir__task_new_with(cx, scope, machine, flags, weir__extras(flags));
}

// Gives back a task that has ended; its frame and its extra words hold nothing any more.
static inline void weir__task_free_with(weir_runtime *runtime, const weir_machine *machine,
                                        weir_task *task, uint32_t extras)
{
    runtime->tasks--;
    weir__block_give(runtime, task, weir__task_size(machine, extras));
}

static inline void weir__task_free(weir_runtime *runtime, const weir_machine *machine,
                                   weir_task *task)
{
    weir__task_free_with(runtime, machine, task, weir__extras(task->flags));
}

// The result word of a task that is done; zero where it gives nothing.
static inline weir_word weir__result(const weir_machine *machine, weir_task *task)
{
    weir_word word = {.integer = 0};
    if (machine->result != NULL) {
        memcpy(&word, (char *)weir__frame(task) + machine->result_at, sizeof word);
    }
    return word;
}

static inline void weir__drop_result(const weir_machine *machine, weir_task *task)
{
    if (machine->result != NULL) {
        weir__drop_word(machine->result, weir__result(machine, task));
    }
}

// ── operations of the environment ────────────────────────────────────────────────────────────────
// An operation with nothing in it but its kind. NULL: memory is pending.
weir__operation *weir__operation_new(weir_context *cx, weir__operation_kind kind);
// Gives back one that was not begun, with what it owns of its request.
void weir__operation_free(weir_runtime *runtime, weir__operation *operation);
// Begins it, and makes the current task wait for it; the caller has asked weir__may_wait before.
// The result goes to slot (NULL: nothing is given). The runtime frees it when it is complete.
weir_step weir__operate(weir_context *cx, weir__operation *operation, void *slot);

// ── extern tasks (extern.c) ──────────────────────────────────────────────────────────────────────
// One under way was cancelled: told in the next turn.
void weir__extern_cancel(weir_runtime *runtime, weir__operation *operation);
// Tells those that were cancelled.
void weir__extern_tell(weir_runtime *runtime);

// What runs, seen from another thread; the texts are constant.
typedef struct weir__look {
    uint64_t turn;
    const void *task; // only to be compared
    const char *name, *file, *words;
    uint32_t line;
} weir__look;
// False: no task runs now. What is seen may be of a moment ago.
bool weir__runtime_look(weir_runtime *runtime, weir__look *look);

// Where a task is: its innermost wait. Gives the machine there and its site (NULL where it has
// none).
const weir_machine *weir__where(weir_runtime *runtime, weir_task *task, const weir_site **site);

// Says on the standard error stream what is wrong with the runtime itself, and aborts.
_Noreturn void weir__bug(weir_runtime *runtime, const weir_machine *machine, const char *what);

#endif
