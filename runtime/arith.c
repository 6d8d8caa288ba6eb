// arith.c: checked arithmetic in plain C: no compiler's own builtins, so that tcc can compile it
// too.
#include <math.h>

#include "weir.h"

// While a failure is pending the operands are zeros that mean nothing: then there is no other
// failure to tell.
int64_t weir__overflow(weir_context *cx, const char *what)
{
    if (!weir_failed(cx)) {
        weir_fail_with(cx, "overflow", "the result of %s does not fit an int", what);
    }
    return 0;
}

static int64_t by_zero(weir_context *cx, const char *message)
{
    if (!weir_failed(cx)) {
        weir_fail_with(cx, "math", "%s", message);
    }
    return 0;
}

int64_t weir_multiply(weir_context *cx, int64_t a, int64_t b)
{
    bool fits = true;
    if (a > 0) {
        fits = b > 0 ? a <= INT64_MAX / b : b >= INT64_MIN / a;
    } else if (a < 0) {
        fits = b > 0 ? a >= INT64_MIN / b : b == 0 || b >= INT64_MAX / a;
    }
    return fits ? a * b : weir__overflow(cx, "*");
}

int64_t weir_divide(weir_context *cx, int64_t a, int64_t b)
{
    if (b == 0) {
        return by_zero(cx, "division by zero");
    }
    return a == INT64_MIN && b == -1 ? weir__overflow(cx, "/") : a / b;
}

int64_t weir_remainder(weir_context *cx, int64_t a, int64_t b)
{
    if (b == 0) {
        return by_zero(cx, "remainder of a division by zero");
    }
    return b == -1 ? 0 : a % b;
}

int64_t weir_scale(weir_context *cx, int64_t duration, double by)
{
    double scaled = (double)duration * by;
    if (weir_failed(cx)) {
        return 0;
    }
    if (isnan(scaled)) {
        weir_fail_with(cx, "math", "a duration times something that is not a number");
        return 0;
    }
    scaled = round(scaled);
    if (scaled >= 0x1p63 || scaled < -0x1p63) {
        weir_fail_with(cx, "overflow", "the duration does not fit (at most 292 years)");
        return 0;
    }
    return (int64_t)scaled;
}

double weir_modulo(weir_context *cx, double a, double b)
{
    if (b == 0) {
        return (double)by_zero(cx, "remainder of a division by zero");
    }
    return fmod(a, b);
}

bool weir_enter(weir_context *cx)
{
    if (weir_failed(cx)) {
        return false;
    }
    if (cx->depth >= 10000) {
        weir_fail_with(cx, "memory", "recursion too deep: 10,000 calls of fns inside each other");
        return false;
    }
    cx->depth++;
    return true;
}
