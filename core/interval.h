/* Interval arithmetic with outward-rounded doubles, for proofs by machine.

   Why the enclosures hold. IEEE 754 gives every +, -, *, / and sqrt correctly rounded to nearest,
   so the exact result lies between the two neighbours of the computed one; nextafter of a computed
   lower (upper) bound towards -infinity (infinity) is therefore a lower (upper) bound of the exact
   one. That covers overflow (the neighbour of infinity is DBL_MAX, and the exact value exceeds it)
   and underflow (the neighbour of 0 is the smallest subnormal number, and the exact value is at
   most half of it). Operations that are exact (sign, minimum, comparison) are not widened. An
   interval is a set of real numbers; an infinite end means "no bound", so 0 times such an end is 0,
   and an operation that would be NaN gives the whole line. Every function below is inclusion
   isotone: a point of the arguments gives a point of the result. It rests on double evaluation
   without excess precision (checked), on -ffp-contract=off, and on the rounding mode being to
   nearest, which nothing here changes. Of libm only exact or correctly rounded functions are
   trusted: nextafter, sqrt, fabs, floor, ceil, rint, fmod. */
#pragma once

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>

_Static_assert(FLT_EVAL_METHOD == 0, "interval arithmetic needs plain double evaluation");

typedef struct {
    double low, high;
} clarke_interval;

static const clarke_interval clarke_interval_line = {-INFINITY, INFINITY};
static const clarke_interval clarke_interval_signs = {-1.0, 1.0};
/* pi lies between these neighbours: 3.14159265358979311... and 3.14159265358979356... */
static const clarke_interval clarke_interval_pi = {0x1.921fb54442d18p+1, 0x1.921fb54442d19p+1};

/* ---- exact ---- */

static inline clarke_interval clarke_interval_point(double t)
{
    return (clarke_interval){t, t};
}

static inline clarke_interval clarke_interval_hull(clarke_interval a, clarke_interval b)
{
    return (clarke_interval){a.low < b.low ? a.low : b.low, a.high > b.high ? a.high : b.high};
}

/* dist(0, [low, high]) */
static inline double clarke_interval_distance(clarke_interval a)
{
    return a.low > 0.0 ? a.low : a.high < 0.0 ? -a.high : 0.0;
}

static inline bool clarke_interval_has(clarke_interval a, double t)
{
    return a.low <= t && t <= a.high;
}

static inline clarke_interval clarke_interval_neg(clarke_interval a)
{
    return (clarke_interval){-a.high, -a.low};
}

static inline clarke_interval clarke_interval_abs(clarke_interval a)
{
    if (a.low >= 0.0) return a;
    if (a.high <= 0.0) return clarke_interval_neg(a);
    return (clarke_interval){0.0, -a.low > a.high ? -a.low : a.high};
}

/* The largest |t|. */
static inline double clarke_interval_mag(clarke_interval a)
{
    return clarke_interval_abs(a).high;
}

/* max(t, 0) */
static inline clarke_interval clarke_interval_relu(clarke_interval a)
{
    return (clarke_interval){a.low > 0.0 ? a.low : 0.0, a.high > 0.0 ? a.high : 0.0};
}

/* The subdifferentials of |t| and of max(t, 0): one number where the sign is known. */
static inline clarke_interval clarke_interval_sign(clarke_interval a)
{
    return (clarke_interval){a.low > 0.0 ? 1.0 : -1.0, a.high < 0.0 ? -1.0 : 1.0};
}

static inline clarke_interval clarke_interval_step(clarke_interval a)
{
    return (clarke_interval){a.low > 0.0 ? 1.0 : 0.0, a.high < 0.0 ? 0.0 : 1.0};
}

/* The part of `a` within [low, high]; for results that are known to lie there. */
static inline clarke_interval clarke_interval_clip(clarke_interval a, double low, double high)
{
    if (a.low < low) a.low = low;
    if (a.high > high) a.high = high;
    return a;
}

/* Whether some t of `a` is in [low, high]. */
static inline bool clarke_interval_meets(clarke_interval a, double low, double high)
{
    return a.low <= high && a.high >= low;
}

/* ---- rounded outwards ---- */

static inline double clarke_round_down(double t)
{
    return nextafter(t, -INFINITY);
}

static inline double clarke_round_up(double t)
{
    return nextafter(t, INFINITY);
}

/* The interval of a computed pair. */
static inline clarke_interval clarke_interval_widen(double low, double high)
{
    const clarke_interval a = {clarke_round_down(low), clarke_round_up(high)};
    return a.low <= a.high ? a : clarke_interval_line;
}

static inline clarke_interval clarke_interval_add(clarke_interval a, clarke_interval b)
{
    return clarke_interval_widen(a.low + b.low, a.high + b.high);
}

static inline clarke_interval clarke_interval_sub(clarke_interval a, clarke_interval b)
{
    return clarke_interval_widen(a.low - b.high, a.high - b.low);
}

static inline double clarke_interval_product(double a, double b)
{
    return a == 0.0 || b == 0.0 ? 0.0 : a * b;
}

static inline clarke_interval clarke_interval_mul(clarke_interval a, clarke_interval b)
{
    /* Products with 0, 1 and -1 are exact: signs and switches cost no accuracy. */
    if (b.low == b.high && fabs(b.low) <= 1.0 && b.low == rint(b.low))
        return b.low == 0.0 ? clarke_interval_point(0.0) : b.low > 0.0 ? a : clarke_interval_neg(a);
    const double p[] = {
        clarke_interval_product(a.low, b.low), clarke_interval_product(a.low, b.high),
        clarke_interval_product(a.high, b.low), clarke_interval_product(a.high, b.high)};
    double low = p[0], high = p[0];
    for (size_t i = 1; i < 4; i++) {
        if (p[i] < low) low = p[i];
        if (p[i] > high) high = p[i];
    }
    return clarke_interval_widen(low, high);
}

static inline clarke_interval clarke_interval_scale(double c, clarke_interval a)
{
    return clarke_interval_mul(a, clarke_interval_point(c));
}

static inline clarke_interval clarke_interval_minus(clarke_interval a, double t)
{
    return t == 0.0 ? a : clarke_interval_widen(a.low - t, a.high - t);
}

/* The whole line where b contains 0. */
static inline clarke_interval clarke_interval_div(clarke_interval a, clarke_interval b)
{
    if (!(b.low > 0.0 || b.high < 0.0)) return clarke_interval_line;
    const double q[] = {a.low / b.low, a.low / b.high, a.high / b.low, a.high / b.high};
    double low = q[0], high = q[0];
    for (size_t i = 0; i < 4; i++) {
        if (isnan(q[i])) return clarke_interval_line; /* infinity / infinity */
        if (q[i] < low) low = q[i];
        if (q[i] > high) high = q[i];
    }
    return clarke_interval_widen(low, high);
}

/* The decimal fraction numerator / denominator of a formula. */
static inline clarke_interval clarke_interval_ratio(double numerator, double denominator)
{
    return clarke_interval_div(clarke_interval_point(numerator),
                               clarke_interval_point(denominator));
}

static inline clarke_interval clarke_interval_sqr(clarke_interval a)
{
    const clarke_interval b = clarke_interval_abs(a);
    const clarke_interval c = clarke_interval_widen(b.low * b.low, b.high * b.high);
    return clarke_interval_clip(c, 0.0, INFINITY);
}

/* Of the part of `a` that is not negative, which is not empty. */
static inline clarke_interval clarke_interval_sqrt(clarke_interval a)
{
    const clarke_interval b = clarke_interval_relu(a);
    return clarke_interval_clip(clarke_interval_widen(sqrt(b.low), sqrt(b.high)), 0.0, INFINITY);
}

/* a^q for a >= 0 (a negative part is left out), q >= 0, 0^0 = 1. Products and roots where 2q is a
   whole number; else the hull of the neighbouring half-whole powers, between which a^q lies. */
clarke_interval clarke_interval_power(clarke_interval a, double q);
clarke_interval clarke_interval_sin(clarke_interval a);
clarke_interval clarke_interval_exp(clarke_interval a);
/* asin(t) for |t| <= 1. */
clarke_interval clarke_interval_asin(clarke_interval a);
/* atan(t); the ends may be infinite. */
clarke_interval clarke_interval_atan(clarke_interval a);
/* log of the part of `a` above 0, which is not empty. */
clarke_interval clarke_interval_log(clarke_interval a);
/* s^t for s in `a`, a.low >= 0, and t in `q`, q.low >= 0; 0^0 = 1. */
clarke_interval clarke_interval_raise(clarke_interval a, clarke_interval q);
