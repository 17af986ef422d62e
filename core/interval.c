#include "core/interval.h"

#include <assert.h>

/* ---- powers ---- */

static clarke_interval interval_whole_power(clarke_interval a, unsigned k)
{
    clarke_interval result = clarke_interval_point(1.0);
    for (; k > 0; k /= 2) {
        if (k % 2 == 1) result = clarke_interval_mul(result, a);
        a = clarke_interval_sqr(a);
    }
    return result;
}

/* a^{k/2} */
static clarke_interval interval_half_power(clarke_interval a, unsigned k)
{
    clarke_interval result = interval_whole_power(a, k / 2);
    if (k % 2 == 1) result = clarke_interval_mul(clarke_interval_sqrt(a), result);
    return clarke_interval_clip(result, 0.0, INFINITY);
}

clarke_interval clarke_interval_power(clarke_interval a, double q)
{
    assert(q >= 0.0 && q <= 1e6);
    const clarke_interval base = clarke_interval_relu(a);
    const double twice = 2.0 * q, below = floor(twice);
    const clarke_interval low = interval_half_power(base, (unsigned)below);
    if (below == twice) return low;
    return clarke_interval_hull(low, interval_half_power(base, (unsigned)below + 1));
}

/* ---- sine ---- */

/* sin on [-2, 2] by its Taylor sum t - t^3/3! + ... - t^27/27!, in Horner's form; the remainder is
   at most |t|^29/29! <= 2^29/29! < 6.1e-23. */
static clarke_interval interval_sin_series(clarke_interval t)
{
    static const double remainder = 6.1e-23;
    const clarke_interval square = clarke_interval_sqr(t);
    clarke_interval sum = clarke_interval_point(1.0);
    for (unsigned k = 26; k >= 2; k -= 2) {
        const double denominator = (double)(k * (k + 1)); /* exact */
        const clarke_interval factor =
            clarke_interval_div(square, clarke_interval_point(denominator));
        sum = clarke_interval_sub(clarke_interval_point(1.0), clarke_interval_mul(factor, sum));
    }
    const clarke_interval sine = clarke_interval_mul(t, sum);
    const clarke_interval error = {-remainder, remainder};
    return clarke_interval_clip(clarke_interval_add(sine, error), -1.0, 1.0);
}

/* At one point: sin t = (-1)^k sin(t - k pi). Any whole k is right; this one keeps the rest within
   [-2, 2] up to |t| = 2^40, where k pi is known to 2^-11. */
static clarke_interval interval_sin_point(double t)
{
    const clarke_interval unknown = {-1.0, 1.0};
    if (!(fabs(t) <= 0x1p40)) return unknown;
    const double k = rint(t / clarke_interval_pi.low);
    const clarke_interval rest =
        clarke_interval_sub(clarke_interval_point(t),
                            clarke_interval_mul(clarke_interval_pi, clarke_interval_point(k)));
    if (!(clarke_interval_mag(rest) <= 2.0)) return unknown;
    const clarke_interval sine = interval_sin_series(rest);
    return fmod(k, 2.0) == 0.0 ? sine : clarke_interval_neg(sine);
}

/* Between the points pi/2 + k pi sin is monotone. The quotient encloses (t - pi/2)/pi, so a whole
   number that is not in it belongs to no extremum in `a`. */
clarke_interval clarke_interval_sin(clarke_interval a)
{
    const clarke_interval unknown = {-1.0, 1.0};
    if (!(a.high - a.low <= 8.0)) return unknown;
    clarke_interval sine =
        clarke_interval_hull(interval_sin_point(a.low), interval_sin_point(a.high));
    const clarke_interval half =
        clarke_interval_mul(clarke_interval_pi, clarke_interval_point(0.5));
    const clarke_interval turns =
        clarke_interval_div(clarke_interval_sub(a, half), clarke_interval_pi);
    if (!(clarke_interval_mag(turns) <= 0x1p40)) return unknown;
    for (double k = ceil(turns.low); k <= turns.high; k += 1.0)
        sine = clarke_interval_hull(sine, clarke_interval_point(fmod(k, 2.0) == 0.0 ? 1.0 : -1.0));
    return sine;
}

/* sin increases on [-pi/2, pi/2]: s with sin s <= t <= sin s' encloses asin t. The first guess is
   libm's, and it is only a guess. */
static clarke_interval interval_asin_point(double t)
{
    const double guess = asin(t), half = clarke_interval_pi.high / 2.0;
    clarke_interval a = {guess, guess};
    for (double step = 0x1p-54; step < 4.0; step *= 2.0) {
        a = clarke_interval_clip(clarke_interval_widen(guess - step, guess + step), -half, half);
        const bool low = a.low <= -half || interval_sin_point(a.low).high <= t;
        const bool high = a.high >= half || interval_sin_point(a.high).low >= t;
        if (low && high) break;
    }
    return a;
}

clarke_interval clarke_interval_asin(clarke_interval a)
{
    assert(a.low >= -1.0 && a.high <= 1.0);
    return clarke_interval_hull(interval_asin_point(a.low), interval_asin_point(a.high));
}

/* ---- exponential ---- */

/* exp(t) = exp(t 2^-k)^(2^k) with |t 2^-k| <= 1/2; the Taylor sum to degree 17 leaves less than
   e^{1/2} 2^-18/18! < 1.2e-21. Halving is exact here. */
static clarke_interval interval_exp_point(double t)
{
    static const double remainder = 1.2e-21;
    if (!(fabs(t) <= 700.0))
        return t > 0.0 ? (clarke_interval){1.0, INFINITY} : (clarke_interval){0.0, 1.0};
    unsigned k = 0;
    double small = t;
    for (; fabs(small) > 0.5; k++) small *= 0.5;
    const clarke_interval s = clarke_interval_point(small);
    clarke_interval sum = clarke_interval_point(1.0);
    for (unsigned j = 17; j >= 1; j--)
        sum = clarke_interval_add(
            clarke_interval_point(1.0),
            clarke_interval_div(clarke_interval_mul(s, sum), clarke_interval_point((double)j)));
    const clarke_interval error = {-remainder, remainder};
    sum = clarke_interval_add(sum, error);
    for (; k > 0; k--) sum = clarke_interval_sqr(sum);
    return clarke_interval_clip(sum, 0.0, INFINITY);
}

clarke_interval clarke_interval_exp(clarke_interval a)
{
    return clarke_interval_hull(interval_exp_point(a.low), interval_exp_point(a.high));
}

/* ---- arc tangent ---- */

/* asin(t/sqrt(1 + t^2)) for |t| <= 1, and pi/2 - atan(1/t) for t > 1. */
static clarke_interval interval_atan_point(double t)
{
    const clarke_interval half = {clarke_interval_pi.low / 2.0, clarke_interval_pi.high / 2.0};
    const clarke_interval one = clarke_interval_point(1.0), at = clarke_interval_point(t);
    if (t < 0.0) return clarke_interval_neg(interval_atan_point(-t));
    if (isinf(t)) return half;
    if (t > 1.0) {
        const clarke_interval turned = clarke_interval_div(one, at);
        const clarke_interval rest =
            clarke_interval_hull(interval_atan_point(turned.low), interval_atan_point(turned.high));
        return clarke_interval_clip(clarke_interval_sub(half, rest), 0.0, half.high);
    }
    const clarke_interval root =
        clarke_interval_sqrt(clarke_interval_add(one, clarke_interval_sqr(at)));
    return clarke_interval_asin(clarke_interval_clip(clarke_interval_div(at, root), 0.0, 1.0));
}

clarke_interval clarke_interval_atan(clarke_interval a)
{
    return (clarke_interval){interval_atan_point(a.low).low, interval_atan_point(a.high).high};
}

/* ---- logarithm and general powers ---- */

/* exp increases: s with exp s <= t <= exp s' encloses log t. The first guess is libm's, and it is
   only a guess. */
static clarke_interval interval_log_point(double t)
{
    if (!(t > 0.0)) return clarke_interval_point(-INFINITY);
    if (isinf(t)) return (clarke_interval){709.0, INFINITY}; /* "no bound" */
    if (t == 1.0) return clarke_interval_point(0.0);
    const double guess = log(t);
    for (double step = fmax(0x1p-53 * fabs(guess), 0x1p-55); step < 1024.0; step *= 2.0) {
        const clarke_interval a = clarke_interval_widen(guess - step, guess + step);
        if (interval_exp_point(a.low).high <= t && interval_exp_point(a.high).low >= t) return a;
    }
    return clarke_interval_line;
}

clarke_interval clarke_interval_log(clarke_interval a)
{
    return (clarke_interval){interval_log_point(a.low).low, interval_log_point(a.high).high};
}

/* For one base exp(t log base) is monotone in t; a power increases with its base. */
static clarke_interval interval_raise_point(double base, double t)
{
    if (t == 0.0 || base == 1.0) return clarke_interval_point(1.0);
    if (base == 0.0) return clarke_interval_point(0.0);
    if (isinf(base) || isinf(t)) return (clarke_interval){0.0, INFINITY};
    return clarke_interval_exp(
        clarke_interval_mul(clarke_interval_point(t), interval_log_point(base)));
}

clarke_interval clarke_interval_raise(clarke_interval a, clarke_interval q)
{
    assert(a.low >= 0.0 && q.low >= 0.0);
    const double least = a.low < 1.0 ? q.high : q.low, most = a.high < 1.0 ? q.low : q.high;
    return (clarke_interval){interval_raise_point(a.low, least).low,
                             interval_raise_point(a.high, most).high};
}
