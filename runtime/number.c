// number.c: the methods of numbers and durations.
#include <math.h>

#include "weir.h"

int64_t weir_int_abs(weir_context *cx, int64_t n)
{
    return n < 0 ? weir_negate(cx, n) : n;
}

int64_t weir_int_min(weir_context *cx, int64_t a, int64_t b)
{
    (void)cx;
    return a < b ? a : b;
}

int64_t weir_int_max(weir_context *cx, int64_t a, int64_t b)
{
    (void)cx;
    return a > b ? a : b;
}

int64_t weir_int_power(weir_context *cx, int64_t base, int64_t exponent)
{
    if (weir_failed(cx)) {
        return 0;
    }
    if (exponent < 0) {
        weir_fail_with(cx, "math", "a whole number to the power %lld", (long long)exponent);
        return 0;
    }
    int64_t power = 1;
    while (exponent > 0 && !weir_failed(cx)) {
        if (exponent % 2 != 0) {
            power = weir_multiply(cx, power, base);
        }
        exponent /= 2;
        if (exponent > 0) {
            base = weir_multiply(cx, base, base);
        }
    }
    return weir_failed(cx) ? 0 : power;
}

double weir_float_abs(weir_context *cx, double x)
{
    (void)cx;
    return fabs(x);
}

double weir_float_floor(weir_context *cx, double x)
{
    (void)cx;
    return floor(x);
}

double weir_float_ceil(weir_context *cx, double x)
{
    (void)cx;
    return ceil(x);
}

double weir_float_round(weir_context *cx, double x, int64_t digits)
{
    (void)cx;
    if (digits == 0 || !isfinite(x)) {
        return round(x);
    }
    if (digits > 300 || digits < -300) {
        return digits > 0 ? x : 0;
    }
    double by = pow(10, (double)(digits < 0 ? -digits : digits));
    double scaled = digits > 0 ? x * by : x / by;
    if (!isfinite(scaled)) {
        return x; // so large that it has no such digits
    }
    return digits > 0 ? round(scaled) / by : round(scaled) * by;
}

double weir_float_sqrt(weir_context *cx, double x)
{
    if (x < 0 && !weir_failed(cx)) {
        weir_fail_with(cx, "math", "the square root of a negative number");
        return 0;
    }
    return sqrt(x);
}

double weir_float_power(weir_context *cx, double x, double exponent)
{
    double power = pow(x, exponent);
    if (weir_failed(cx)) {
        return 0;
    }
    if (isnan(power) && !isnan(x) && !isnan(exponent)) {
        weir_fail_with(cx, "math", "a negative number to a power that is not whole");
        return 0;
    }
    return power;
}

double weir_float_min(weir_context *cx, double a, double b)
{
    (void)cx;
    return a < b || isnan(a) ? a : b;
}

double weir_float_max(weir_context *cx, double a, double b)
{
    (void)cx;
    return a > b || isnan(a) ? a : b;
}

weir_bool weir_float_is_nan(weir_context *cx, double x)
{
    (void)cx;
    return isnan(x);
}

double weir_duration_milliseconds(weir_context *cx, int64_t duration)
{
    (void)cx;
    return (double)duration / 1e6;
}

double weir_duration_minutes(weir_context *cx, int64_t duration)
{
    (void)cx;
    return (double)duration / 6e10;
}

double weir_duration_hours(weir_context *cx, int64_t duration)
{
    (void)cx;
    return (double)duration / 3.6e12;
}

double weir_duration_seconds(weir_context *cx, int64_t duration)
{
    (void)cx;
    return (double)duration / 1e9;
}
