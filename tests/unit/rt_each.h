// rt_each.h: a runtime for each case of a test of values; `begin` and `end` are its set-up and
// tear-down.
#ifndef WEIR_TEST_RT_EACH_H
#define WEIR_TEST_RT_EACH_H

#include "rt.h"

static Rt rt;

static int begin(void **state)
{
    (void)state;
    rt = rt_begin();
    return 0;
}

static int end(void **state)
{
    (void)state;
    rt_end(&rt);
    return 0;
}

#endif
