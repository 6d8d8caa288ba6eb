// rt_script.h: tasks for the tests of the runtime core, written as scripts.
//
// One machine, `script`, interprets a list of steps; each test puts its tasks together from them
// and runs them in a simulated world. A step that fails goes on with the next step that must happen
// on every way out (RELEASE, JOIN, LEAVE, … of what is open, and CATCH). What happens is written to
// a log: "name@milliseconds ".
#ifndef RT_SCRIPT_H
#define RT_SCRIPT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "env.h"
#include "gather.h"
#include "limiter.h"
#include "queue.h"
#include "scope.h"
#include "stream.h"
#include "task.h"

#pragma GCC diagnostic ignored "-Wmissing-field-initializers" // what a step leaves out is zero

#define MS INT64_C(1000000)
#define S  INT64_C(1000000000)

enum { SLOTS = 4 };

typedef enum What {
    END,      // done; gives the last word
    LOG,      // text
    GIVE,     // the last word becomes a
    SLEEP,    // a: ns
    FAIL,     // text: kind
    CATCH,    // logs the kind of a pending failure, which is over; a cancel passes
    SCOPE,    // opens scope id
    TIMEOUT,  // the same with a: ns
    DEADLINE, //
    JOIN,     // waits for the children of scope id
    LEAVE,    // scope id
    START,    // script in scope id
    HANDLE,   // script in scope id, with handle a
    AWAIT,    // handle a; logs the word as "text=word"
    CANCEL,   // handle a
    DROP,     // handle a
    GATHER,   // opens gather id with flags a, limit b; type
    ROOM,     // gather id; a and b: how many steps to skip when no more may be started
    BRANCH,   // script in gather id
    NEXT,     // of gather id; logs "text=word"; at the end skips a steps
    JOINED,   // waits for gather id
    CLOSED,   // closes gather id; logs the result
    PUT,      // b into queue a
    GET,      // from queue a; logs "text=word", or "text=end" and skips b steps
    CLOSE,    // queue a
    WANT,     // permit id of limiter a (keys: b)
    ACQUIRE,  // the first a permits; logs text if there is one
    RELEASE,  // the first a permits
    CLEANUP,  // opens cleanup id
    CLEANED,  // leaves it
    CALL,     // script as a private child; logs "text=word"
    BACK,     // goes on a steps before the next one
    HOLD,     // counts one more inside, and the most there were
    UNHOLD,   //
    POOL,     // runs work on the pool; a: that ends when it is asked to
    STREAM,   // script in scope id, as the producer of stream a; b: works ahead
    YIELD,    // the last word, to its reader; logs text if there is one
    TAKE,     // from stream a; logs "text=word", or "text=end" and skips b steps
    UNHELD,   // stream a: its last holder goes
} What;

typedef struct Step Step;
struct Step {
    What what;
    const char *text;
    int64_t a, b;
    int id;
    const Step *script;
    const weir_type *type;
};

typedef struct Test { // what all tasks of a test share
    char log[8192];
    size_t length;
    weir_queue *queues[4];
    weir_stream *streams[4];
    int64_t inside, most_inside, count;
} Test;

typedef struct Script { // the frame
    uint32_t state;     // 0: at a step, 1: a step's wait is over
    int16_t at;
    uint8_t open_scopes, open_gathers; // bits
    Test *test;
    const Step *steps;
    weir_scope scopes[SLOTS];
    weir_gather gathers[2];
    weir_permit permits[SLOTS];
    weir_handle *handles[SLOTS];
    uint8_t held; // bits: permits wanted
    weir_word word, sent;
    int64_t index;
    void *result;
} Script;

// The test at hand: cmocka runs one at a time.
typedef struct Place {
    Test *test;
    weir__env *env;
    weir_runtime *runtime;
} Place;

static inline void note(weir_context *cx, Test *test, const char *text, const char *what)
{
    int64_t ms = weir__runtime_env(cx->runtime)->now(weir__runtime_env(cx->runtime)) / MS;
    int length = snprintf(test->log + test->length, sizeof test->log - test->length, "%s%s@%lld ",
                          text, what, (long long)ms);
    assert_true(length >= 0 && (size_t)length < sizeof test->log - test->length);
    test->length += (size_t)length;
}

static inline void note_word(weir_context *cx, Script *self, const Step *step, bool end)
{
    if (step->text != NULL) {
        char what[32];
        snprintf(what, sizeof what, "=%lld", (long long)self->word.integer);
        note(cx, self->test, step->text, end ? "=end" : what);
    }
}

static inline void script_drop(weir_context *cx, void *frame)
{
    (void)cx;
    Script *self = frame;
    for (int i = 0; i < SLOTS; i++) {
        weir_clear(&self->handles[i]);
    }
}

static weir_step script_resume(weir_context *cx, void *frame);

static const weir_site script_sites[] = {{0, NULL, NULL, 0}, {7, "step", NULL, 0}};
static const weir_machine script = {
    .name = "script",
    .file = "test.weir",
    .frame_size = sizeof(Script),
    .result_at = offsetof(Script, word),
    .result = &weir_type_int,
    .sites = script_sites,
    .site_count = 2,
    .resume = script_resume,
    .drop = script_drop,
};

static inline void script_begin(Script *self, Test *test, const Step *steps)
{
    if (self == NULL) {
        return;
    }
    memset(self, 0, sizeof *self);
    self->test = test;
    self->steps = steps;
    for (int i = 0; i < SLOTS; i++) {
        weir_permit_want(&self->permits[i], NULL);
    }
}

// Steps that happen on the way out too, where what they end is open.
static inline bool is_for_exit(const Script *self, const Step *step)
{
    switch (step->what) {
    case JOIN:
    case LEAVE:
    case CLEANED: return (self->open_scopes >> step->id & 1) != 0;
    case JOINED:
    case CLOSED: return (self->open_gathers >> step->id & 1) != 0;
    case RELEASE: return self->held != 0;
    case CATCH:
    case CLEANUP:
    case UNHOLD:
    case END: return true;
    case LOG:
    case GIVE:
    case SLEEP:
    case FAIL:
    case SCOPE:
    case TIMEOUT:
    case DEADLINE:
    case START:
    case HANDLE:
    case AWAIT:
    case CANCEL:
    case DROP:
    case GATHER:
    case ROOM:
    case BRANCH:
    case NEXT:
    case PUT:
    case GET:
    case CLOSE:
    case WANT:
    case ACQUIRE:
    case CALL:
    case BACK:
    case HOLD:
    case STREAM:
    case YIELD:
    case TAKE:
    case UNHELD:
    case POOL: return false;
    }
    return false;
}

static inline void work_counts(weir_context *cx, void *args)
{
    Script *self = args;
    (void)cx;
    self->test->count++;
}

static inline void work_never_ends(weir_context *cx, void *args)
{
    (void)args;
    while (!weir_stop_asked(cx)) {
    }
}

// The part of a step before its wait.
static inline weir_step script_before(weir_context *cx, Script *self, const Step *step)
{
    Test *test = self->test;
    weir_scope *scope = &self->scopes[step->id];
    weir_gather *gather = &self->gathers[step->id & 1];
    uint8_t bit = (uint8_t)(1 << step->id);
    switch (step->what) {
    case END: break;
    case LOG: note(cx, test, step->text, ""); break;
    case GIVE: self->word.integer = step->a; break;
    case SLEEP: return weir_sleep(cx, step->a);
    case FAIL: weir_fail_with(cx, step->text, "%s", step->text); break;
    case CATCH:
        if (cx->pending != NULL && !weir_unwinding(cx->pending)) {
            weir_error *error = weir_take(cx);
            note(cx, test, step->text == NULL ? "" : step->text, error->kind->bytes);
            weir_drop(error);
        }
        break;
    case SCOPE:
        weir_scope_enter(cx, scope);
        self->open_scopes |= bit;
        break;
    case TIMEOUT:
        weir_timeout_enter(cx, scope, step->a);
        self->open_scopes |= bit;
        break;
    case DEADLINE:
        weir_deadline_enter(cx, scope, step->a);
        self->open_scopes |= bit;
        break;
    case JOIN: return weir_scope_join(cx, scope);
    case LEAVE:
        weir_scope_leave(cx, scope);
        self->open_scopes &= (uint8_t)~bit;
        break;
    case START:
    case HANDLE: {
        weir_handle **handle = step->what == HANDLE ? &self->handles[step->a] : NULL;
        if (handle != NULL) {
            weir_clear(handle);
        }
        if ((self->open_scopes >> step->id & 1) != 0) { // else its opening was skipped on a way out
            script_begin(weir_start(cx, scope, &script, handle), test, step->script);
        }
        break;
    }
    case AWAIT: return weir_await(cx, self->handles[step->a], &self->word);
    case CANCEL: return weir_cancel(cx, self->handles[step->a]);
    case DROP: weir_clear(&self->handles[step->a]); break;
    case GATHER:
        weir_gather_open(cx, gather, (uint32_t)step->a, step->b, step->type);
        self->open_gathers |= bit;
        break;
    case ROOM: return weir_gather_room(cx, gather);
    case BRANCH: script_begin(weir_gather_start(cx, gather, &script), test, step->script); break;
    case NEXT: return weir_gather_next(cx, gather, &self->index, &self->word);
    case JOINED: return weir_gather_join(cx, gather);
    case CLOSED:
        self->result = NULL;
        weir_gather_close(cx, gather, &self->result);
        self->open_gathers &= (uint8_t)~bit;
        break;
    case PUT: self->sent.integer = step->b; return weir_put(cx, test->queues[step->a], &self->sent);
    case GET: return weir_get(cx, test->queues[step->a], &self->word, NULL);
    case CLOSE: weir_close(cx, test->queues[step->a]); break;
    case WANT: {
        weir_word key = {.integer = step->b};
        weir_permit_want(&self->permits[step->id], weir_limiter_at(cx, (uint32_t)step->a, &key));
        break;
    }
    case ACQUIRE: self->held = 1; return weir_acquire(cx, self->permits, (uint32_t)step->a);
    case RELEASE:
        weir_release(cx, self->permits, (uint32_t)step->a);
        self->held = 0;
        break;
    case CLEANUP:
        weir_cleanup_enter(cx, scope);
        self->open_scopes |= bit;
        break;
    case CLEANED:
        weir_cleanup_leave(cx, scope);
        self->open_scopes &= (uint8_t)~bit;
        break;
    case CALL: {
        weir_task *child;
        script_begin(weir_start_private(cx, &script, &child), test, step->script);
        return weir_join_private(cx, child, &self->word);
    }
    case BACK: break;
    case HOLD:
        test->inside++;
        test->count++;
        test->most_inside = test->inside > test->most_inside ? test->inside : test->most_inside;
        self->index = 1;
        break;
    case UNHOLD:
        test->inside -= self->index;
        self->index = 0;
        break;
    case POOL: return weir_pool(cx, step->a != 0 ? work_never_ends : work_counts, self);
    case STREAM:
        if ((self->open_scopes >> step->id & 1) != 0) {
            script_begin(weir_stream_start(cx, scope, &script, &weir_type_int, step->b != 0,
                                           &test->streams[step->a]),
                         test, step->script);
        }
        break;
    case YIELD: return weir_yield(cx, &self->word);
    case TAKE: return weir_next(cx, test->streams[step->a], &self->word);
    case UNHELD: weir_clear(&test->streams[step->a]); break;
    }
    return WEIR_NEXT;
}

static inline void note_list(weir_context *cx, Script *self, const Step *step)
{
    char text[512] = "";
    size_t length = 0;
    const weir_list *list = self->result;
    for (int64_t i = 0; list != NULL && i < list->length && length < sizeof text - 40; i++) {
        const char *between = i > 0 ? "," : "";
        if (list->type->item->kind == WEIR_TYPE_RESULT) {
            const void *word = list->items[i].object;
            if (weir_is_error(word)) {
                const weir_error *error = word;
                length += (size_t)snprintf(text + length, sizeof text - length, "%s%s", between,
                                           error->kind->bytes);
                continue;
            }
            long long value = (long long)weir__unwrap(list->type->item, word).integer;
            length += (size_t)snprintf(text + length, sizeof text - length, "%s%lld", between,
                                       value);
            continue;
        }
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%lld", between,
                                   (long long)list->items[i].integer);
    }
    if (step->text != NULL) {
        note(cx, self->test, step->text, text);
    }
    weir_drop(self->result);
    self->result = NULL;
}

// The part after it. Gives how many steps to go forward.
static inline int script_after(weir_context *cx, Script *self, const Step *step)
{
    if (weir_failed(cx)) {
        return 1;
    }
    bool list = (step->type != NULL && step->type->kind == WEIR_TYPE_LIST);
    switch (step->what) {
    case SLEEP:
    case CANCEL:
    case ACQUIRE:
    case PUT:
    case YIELD:
        if (step->text != NULL) {
            note(cx, self->test, step->text, "");
        }
        break;
    case AWAIT:
    case CALL: note_word(cx, self, step, false); break;
    case BACK: return 1 - (int)step->a;
    case NEXT: note_word(cx, self, step, cx->ended); return cx->ended ? 1 + (int)step->a : 1;
    case TAKE:
    case GET: note_word(cx, self, step, cx->ended); return cx->ended ? 1 + (int)step->b : 1;
    case ROOM: return cx->ended ? 1 + (int)step->a : 1;
    case CLOSED:
        if (list) {
            note_list(cx, self, step);
        } else if (step->text != NULL) {
            self->word.object = self->result;
            note_word(cx, self, step, false);
        }
        break;
    case END:
    case LOG:
    case GIVE:
    case FAIL:
    case CATCH:
    case SCOPE:
    case TIMEOUT:
    case DEADLINE:
    case JOIN:
    case LEAVE:
    case START:
    case HANDLE:
    case DROP:
    case GATHER:
    case BRANCH:
    case JOINED:
    case CLOSE:
    case WANT:
    case RELEASE:
    case CLEANUP:
    case CLEANED:
    case HOLD:
    case UNHOLD:
    case STREAM:
    case UNHELD:
    case POOL: break;
    }
    return 1;
}

static weir_step script_resume(weir_context *cx, void *frame)
{
    Script *self = frame;
    for (;;) {
        const Step *step = &self->steps[self->at];
        if (self->state == 0) {
            bool of_open = step->what == JOIN || step->what == LEAVE || step->what == CLEANED;
            if ((weir_failed(cx) || of_open) && !is_for_exit(self, step)) {
                self->at++;
                continue;
            }
            if (step->what == END) {
                if (weir_failed(cx)) {
                    return weir_leave_failed(cx, &script, self);
                }
                script_drop(cx, self);
                return WEIR_DONE;
            }
            self->state = 1;
            if (script_before(cx, self, step) == WEIR_WAIT) {
                return WEIR_WAIT;
            }
        }
        self->state = 0;
        self->at = (int16_t)(self->at + script_after(cx, self, step));
    }
}

// ── running ──────────────────────────────────────────────────────────────────────────────────────

static inline Place place_new(Test *test, weir__env *env, uint32_t limiters)
{
    memset(test, 0, sizeof *test);
    weir_program program = {.name = "test", .main = &script, .limiter_count = limiters};
    Place place = {.test = test, .env = env, .runtime = weir__runtime_new(env, &program)};
    return place;
}

// Runs main to its end, frees everything, and proves that nothing is left. Gives the kind of the
// failure that left main, "" for none, "unwound" for a cancel.
static inline const char *place_run(Place *place, const Step *main, char *kind, size_t room)
{
    weir_context *cx = weir__runtime_context(place->runtime);
    script_begin(weir__runtime_main(place->runtime, &script), place->test, main);
    weir_error *error = weir__runtime_run(place->runtime, NULL);
    snprintf(kind, room, "%s",
             error == NULL           ? ""
             : weir_unwinding(error) ? "unwound"
                                     : error->kind->bytes);
    for (int64_t i = 0; error != NULL && error->also != NULL && i < error->also->length; i++) {
        const weir_error *also = error->also->items[i].object;
        size_t length = strlen(kind);
        snprintf(kind + length, room - length, "+%s", also->kind->bytes);
    }
    weir_drop(error);
    for (int i = 0; i < 4; i++) {
        weir_clear(&place->test->queues[i]);
        weir_clear(&place->test->streams[i]);
    }
    assert_null(cx->pending);
    assert_int_equal(weir__runtime_free(place->runtime), 0);
    place->env->free(place->env);
    return kind;
}

static const weir_type rt_ints = {.kind = WEIR_TYPE_LIST, .name = "[int]", .item = &weir_type_int};
static const weir_type rt_result = {
    .kind = WEIR_TYPE_RESULT, .name = "int!", .item = &weir_type_int};
static const weir_type rt_results = {.kind = WEIR_TYPE_LIST, .name = "[int!]", .item = &rt_result};

// A world of its own for a main without queues and limiters: seed 0 runs first in, first out.
static inline void expect_run(uint64_t seed, const Step *main, const char *log, const char *failure)
{
    (void)rt_ints;
    (void)rt_results;
    Test *test = malloc(sizeof *test);
    char kind[256];
    Place place = place_new(test, weir__env_sim(seed, NULL, NULL), 0);
    place_run(&place, main, kind, sizeof kind);
    assert_string_equal(test->log, log);
    assert_string_equal(kind, failure);
    free(test);
}

#endif
