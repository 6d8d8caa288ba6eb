// rt.h: what the unit tests of the runtime's values share: a runtime in a simulated world, whose
// memory may end at a chosen allocation, and which must be empty at the end.
#ifndef WEIR_TEST_RT_H
#define WEIR_TEST_RT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "env.h"
#include "error.h"
#include "format.h"
#include "list.h"
#include "map.h"
#include "text.h"
#include "value.h"
#include "weir.h"

typedef struct Rt {
    weir__env *inner, *env;
    weir_runtime *runtime;
    weir_context *cx;
} Rt;

static inline Rt rt_begin_on(weir__env *inner, int64_t fail_at, bool for_good)
{
    static const weir_program nothing = {.name = "test", .file = "test.weir"};
    Rt rt = {.inner = inner};
    // Two allocations at most are the runtime's own: they are not failed here.
    rt.env = weir__env_faulty(inner, fail_at < 0 ? -1 : fail_at + 1, for_good);
    assert_non_null(rt.env);
    rt.runtime = weir__runtime_new(rt.env, &nothing);
    assert_non_null(rt.runtime);
    rt.cx = weir__runtime_context(rt.runtime);
    return rt;
}

static inline Rt rt_begin(void)
{
    return rt_begin_on(weir__env_sim(0, NULL, NULL), -1, false);
}

// Nothing is pending, and nothing is left.
static inline void rt_end(Rt *rt)
{
    assert_null(rt->cx->pending);
    assert_int_equal(weir__runtime_free(rt->runtime), 0);
    rt->env->free(rt->env);
}

// Takes the pending failure, which must be of this kind.
static inline void rt_expect_failure(weir_context *cx, const char *kind)
{
    weir_error *error = weir_take(cx);
    assert_non_null(error);
    assert_string_equal(error->kind->bytes, kind);
    weir_drop(error);
}

// Runs `work` again and again, with memory that ends at its first, second … allocation, once and
// for good, until it gets through. It must leave nothing behind, and either fail of memory or not.
static inline void rt_starve(void (*work)(weir_context *cx))
{
    for (int for_good = 0; for_good < 2; for_good++) {
        bool through = false;
        for (int64_t at = 0; !through; at++) {
            assert_true(at < 10000);
            Rt rt = rt_begin_on(weir__env_sim(0, NULL, NULL), at, for_good != 0);
            work(rt.cx);
            through = weir__env_faulty_count(rt.env) <= at + 1;
            weir_error *error = weir_take(rt.cx);
            if (error != NULL) {
                assert_string_equal(error->kind->bytes, "memory");
                assert_false(through);
            }
            weir_drop(error);
            rt_end(&rt);
        }
    }
}

static inline weir_string *rt_string(weir_context *cx, const char *text)
{
    return weir_string_new(cx, text, (int64_t)strlen(text));
}

// Compares a string, and drops it.
static inline void rt_is(weir_string *string, const char *text)
{
    assert_non_null(string);
    assert_string_equal(string->bytes, text);
    assert_int_equal(string->length, strlen(text));
    weir_drop(string);
}

static inline weir_word rt_int(int64_t value)
{
    return (weir_word){.integer = value};
}

static inline weir_word rt_float(double value)
{
    return (weir_word){.real = value};
}

static inline weir_word rt_object(void *object)
{
    return (weir_word){.object = object};
}

#endif
