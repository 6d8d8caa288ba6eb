// number_math.c: the mathematics of floats, and whole numbers as rows of bits.
#include <math.h>

#include "weir.h"

static double undefined(weir_context *cx, const char *what)
{
    if (!weir_failed(cx)) {
        weir_fail_with(cx, "math", "%s", what);
    }
    return 0;
}

// ── floats ───────────────────────────────────────────────────────────────────────────────────────

double weir_float_exp(weir_context *cx, double x)
{
    (void)cx;
    return exp(x);
}

double weir_float_sin(weir_context *cx, double x)
{
    (void)cx;
    return sin(x);
}

double weir_float_cos(weir_context *cx, double x)
{
    (void)cx;
    return cos(x);
}

double weir_float_tan(weir_context *cx, double x)
{
    (void)cx;
    return tan(x);
}

double weir_float_atan(weir_context *cx, double x)
{
    (void)cx;
    return atan(x);
}

double weir_float_truncate(weir_context *cx, double x)
{
    (void)cx;
    return trunc(x);
}

double weir_float_log(weir_context *cx, double x)
{
    return x <= 0 ? undefined(cx, "the logarithm of a number that is not above 0") : log(x);
}

double weir_float_log2(weir_context *cx, double x)
{
    return x <= 0 ? undefined(cx, "the logarithm of a number that is not above 0") : log2(x);
}

double weir_float_log10(weir_context *cx, double x)
{
    return x <= 0 ? undefined(cx, "the logarithm of a number that is not above 0") : log10(x);
}

double weir_float_asin(weir_context *cx, double x)
{
    return x < -1 || x > 1 ? undefined(cx, "an angle whose sine is not from -1 to 1") : asin(x);
}

double weir_float_acos(weir_context *cx, double x)
{
    return x < -1 || x > 1 ? undefined(cx, "an angle whose cosine is not from -1 to 1") : acos(x);
}

double weir_float_atan2(weir_context *cx, double y, double x)
{
    (void)cx;
    return atan2(y, x);
}

double weir_float_hypot(weir_context *cx, double a, double b)
{
    (void)cx;
    return hypot(a, b);
}

int64_t weir_float_sign(weir_context *cx, double x)
{
    (void)cx;
    return (x > 0) - (x < 0);
}

weir_bool weir_float_is_finite(weir_context *cx, double x)
{
    (void)cx;
    return isfinite(x);
}

double weir_float_clamp(weir_context *cx, double x, double low, double high)
{
    if (!(low <= high)) {
        return undefined(cx, "the lower bound is above the upper one");
    }
    return x < low ? low : x > high ? high : x;
}

double weir_pi(weir_context *cx)
{
    (void)cx;
    return 3.141592653589793;
}

double weir_e(weir_context *cx)
{
    (void)cx;
    return 2.718281828459045;
}

double weir_inf(weir_context *cx)
{
    (void)cx;
    return HUGE_VAL;
}

double weir_nan(weir_context *cx)
{
    (void)cx;
    return (double)NAN;
}

// ── whole numbers ────────────────────────────────────────────────────────────────────────────────

int64_t weir_int_sign(weir_context *cx, int64_t n)
{
    (void)cx;
    return (n > 0) - (n < 0);
}

int64_t weir_int_clamp(weir_context *cx, int64_t n, int64_t low, int64_t high)
{
    if (low > high) {
        return (int64_t)undefined(cx, "the lower bound is above the upper one");
    }
    return n < low ? low : n > high ? high : n;
}

int64_t weir_int_floor_divide(weir_context *cx, int64_t a, int64_t b)
{
    int64_t quotient = weir_divide(cx, a, b);
    if (weir_failed(cx)) {
        return 0;
    }
    return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

int64_t weir_int_floor_mod(weir_context *cx, int64_t a, int64_t b)
{
    int64_t rest = weir_remainder(cx, a, b);
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

int64_t weir_int_gcd(weir_context *cx, int64_t a, int64_t b)
{
    while (b != 0 && !weir_failed(cx)) {
        int64_t rest = weir_remainder(cx, a, b);
        a = b;
        b = rest;
    }
    return a < 0 ? weir_negate(cx, a) : a;
}

int64_t weir_int_bit_and(weir_context *cx, int64_t a, int64_t b)
{
    (void)cx;
    return a & b;
}

int64_t weir_int_bit_or(weir_context *cx, int64_t a, int64_t b)
{
    (void)cx;
    return a | b;
}

int64_t weir_int_bit_xor(weir_context *cx, int64_t a, int64_t b)
{
    (void)cx;
    return a ^ b;
}

static bool shifts(weir_context *cx, int64_t by)
{
    if ((by < 0 || by > 63) && !weir_failed(cx)) {
        weir_fail_with(cx, "math", "bits are shifted by 0 to 63, not by %lld", (long long)by);
    }
    return !weir_failed(cx);
}

int64_t weir_int_shift_left(weir_context *cx, int64_t n, int64_t by)
{
    return shifts(cx, by) ? (int64_t)((uint64_t)n << by) : 0;
}

int64_t weir_int_shift_right(weir_context *cx, int64_t n, int64_t by)
{
    if (!shifts(cx, by)) {
        return 0;
    }
    return n < 0 ? (int64_t)~(~(uint64_t)n >> by) : n >> by; // the sign comes in from the left
}

// ── durations and times ──────────────────────────────────────────────────────────────────────────

static bool steps(weir_context *cx, int64_t to)
{
    if (to <= 0 && !weir_failed(cx)) {
        weir_fail_with(cx, "math", "the step of a rounding is above 0s");
    }
    return !weir_failed(cx);
}

int64_t weir_duration_round(weir_context *cx, int64_t d, int64_t to)
{
    if (!steps(cx, to)) {
        return 0;
    }
    int64_t rest = d % to, size = rest < 0 ? -rest : rest, whole = d - rest;
    if (size < to - size) {
        return whole;
    }
    return d < 0 ? weir_subtract(cx, whole, to) : weir_add(cx, whole, to); // halves away from zero
}

int64_t weir_time_floor(weir_context *cx, int64_t t, int64_t to)
{
    return steps(cx, to) ? weir_subtract(cx, t, weir_int_floor_mod(cx, t, to)) : 0;
}

double weir_duration_days(weir_context *cx, int64_t duration)
{
    (void)cx;
    return (double)duration / 86400e9;
}

double weir_duration_microseconds(weir_context *cx, int64_t duration)
{
    (void)cx;
    return (double)duration / 1e3;
}
