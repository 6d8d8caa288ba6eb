// What lib/outside.weir leaves to C. The header is that of the program it goes with.
#include "extern_module.h"

void outside_wait(weir_context *cx, weir_pending *pending, int64_t d)
{
    (void)cx;
    (void)d;
    outside_wait_complete(pending);
}

struct outside_reading *outside_read(weir_context *cx, int64_t at)
{
    return outside_reading_new(cx, at, (double)at / 2);
}
