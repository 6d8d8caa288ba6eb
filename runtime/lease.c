// lease.c: leases, and loans of them to the children of a gather.
#include "lease.h"

#include "gather.h"

enum { LOAN_ROWS = 64 };

struct weir_lease {
    weir__opaque opaque;
    weir_lease *before; // what the block took before; owned
    void *delivery;     // of the environment; NULL: nothing has come
    bool failed;        // one who held it did
    bool lent;          // its children tell, and not the block that took it
    bool open;          // more children are to come
};

// One task's share in a lease. A task has as many as it was lent.
typedef struct Loan {
    struct Loan *next;
    const weir_task *task;
    weir_lease *lease; // owned
} Loan;

struct weir__loans {
    Loan *rows[LOAN_ROWS];
};

static void lease_end(weir__opaque *self, weir__fall *fall)
{
    weir_lease *lease = (weir_lease *)(void *)self;
    weir_runtime *runtime = fall->cx.runtime;
    if (lease->delivery != NULL) {
        bool unwinds = !lease->lent && runtime->cx.pending != NULL;
        bool back = lease->failed || lease->open || unwinds;
        runtime->env->settle(runtime->env, lease->delivery, back ? WEIR__GIVEN_BACK : WEIR__DONE);
    }
    weir__fall_drop(fall, lease->before);
    weir__object_release(&fall->cx, lease);
}

weir_lease *weir__lease_new(weir_context *cx)
{
    weir_lease *lease = weir__object_new(cx, WEIR_HANDLE, sizeof *lease);
    if (lease != NULL) {
        lease->opaque.end = lease_end;
    }
    return lease;
}

void weir__lease_fill(weir_lease *lease, void *delivery, weir_lease **slot)
{
    lease->delivery = delivery;
    if (slot == NULL) {
        weir_drop(lease);
        return;
    }
    lease->before = *slot;
    *slot = lease;
}

// ── loans ────────────────────────────────────────────────────────────────────────────────────────

static Loan **row_of(weir_runtime *runtime, const weir_task *task)
{
    return &runtime->loans->rows[((uintptr_t)task >> 4) % LOAN_ROWS];
}

static bool have_rows(weir_context *cx)
{
    weir_runtime *runtime = cx->runtime;
    if (runtime->loans == NULL) {
        runtime->loans = weir__allocate(cx, sizeof *runtime->loans);
        if (runtime->loans != NULL) {
            memset(runtime->loans, 0, sizeof *runtime->loans);
        }
    }
    return runtime->loans != NULL;
}

// Where memory ends nobody is lent anything, and the item is given back.
void weir_gather_lend(weir_context *cx, weir_gather *gather, weir_lease *lease)
{
    weir_runtime *runtime = cx->runtime;
    if (lease == NULL || cx->pending != NULL) {
        return;
    }
    // The child that was started last is the one made ready last; link is its first field.
    const weir_task *child = (const weir_task *)(const void *)runtime->ready_end;
    for (; lease != NULL; lease = lease->before) {
        Loan *loan = have_rows(cx) ? weir__allocate(cx, sizeof *loan) : NULL;
        if (loan == NULL) {
            return;
        }
        Loan **row = row_of(runtime, child);
        *loan = (Loan){*row, child, weir_keep(lease)};
        *row = loan;
        lease->lent = true;
    }
    gather->scope.bits |= WEIR__LENDS;
}

void weir_lease_parts(weir_lease *lease, weir_bool more)
{
    for (; lease != NULL; lease = lease->before) {
        lease->open = more;
    }
}

void weir__loan_over(weir_runtime *runtime, const weir_task *task, const weir_error *error)
{
    const weir_gather *gather = (const weir_gather *)(const void *)task->scope;
    // A failure that is collected is a result like any other.
    bool failed = error != NULL && (weir_unwinding(error) || !weir__has(gather, WEIR__COLLECTS));
    for (Loan **place = row_of(runtime, task); *place != NULL;) {
        Loan *loan = *place;
        if (loan->task != task) {
            place = &loan->next;
            continue;
        }
        *place = loan->next;
        loan->lease->failed |= failed;
        weir_drop(loan->lease);
        weir__release(&runtime->cx, loan);
    }
}

void weir__leases_free(weir_runtime *runtime)
{
    weir__release(&runtime->cx, runtime->loans);
    runtime->loans = NULL;
}
