/* The rule for rates on sequences with known answers: what decision rule 4 must get right, one by
   one. How often it is wrong over many is test_rate_table.c's. */
#include "core/stream.h"
#include "verify/rules/rate.h"

#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <string.h>

enum { MOST = 20000 };
static double v[MOST];

static clarke_rate rate_of(const double *k, size_t n, double limit, double accuracy)
{
    clarke_rate r;
    clarke_arena *mem = clarke_arena_new(0);
    const clarke_rate_input in = {
        .count = n, .k = k, .value = v, .limit = limit, .accuracy = accuracy};
    cr_assert_eq(clarke_rate_estimate(&in, mem, &r), CLARKE_OK, "%s", clarke_message());
    clarke_arena_free(mem);
    return r;
}

static void expect_regime(const clarke_rate *r, clarke_rate_regime regime, const char *what)
{
    cr_expect_eq(r->regime, regime, "%s: %s (%s)", what, clarke_rate_text(r->regime), r->reason);
}

/* The interval holds p and is no wider than `width` of it. */
static void expect_power(const clarke_rate *r, double p, double width, const char *what)
{
    expect_regime(r, CLARKE_RATE_SUBLINEAR, what);
    const clarke_interval i = r->exponent_interval;
    cr_expect(clarke_interval_has(i, p), "%s: %.10g not in [%.10g, %.10g]", what, p, i.low, i.high);
    cr_expect_leq(0.5 * (i.high - i.low), width * p, "%s: [%.10g, %.10g]", what, i.low, i.high);
    cr_expect(clarke_interval_has(i, r->exponent), "%s: the estimate is inside", what);
    cr_expect(isnan(r->rate), "%s: a power has no q", what);
}

static void expect_linear(const clarke_rate *r, double q, double width, const char *what)
{
    expect_regime(r, CLARKE_RATE_LINEAR, what);
    const clarke_interval i = r->rate_interval;
    cr_expect(clarke_interval_has(i, q), "%s: %.10g not in [%.10g, %.10g]", what, q, i.low, i.high);
    cr_expect_leq(log(i.high / i.low), -2.0 * width * log(q), "%s: [%.10g, %.10g]", what, i.low,
                  i.high);
    cr_expect(isnan(r->exponent), "%s: q^k has no p", what);
}

Test(rate, powers_with_a_shift)
{
    for (double p = 0.25; p <= 6.0; p *= 2.0)
        for (double k0 = 1.0; k0 < 100.0; k0 *= 7.0) {
            for (size_t i = 0; i < 2000; i++) v[i] = pow((double)i + k0, -p);
            const clarke_rate r = rate_of(NULL, 2000, 0.0, 0.0);
            expect_power(&r, p, 1e-6, "shifted power");
        }
}

/* u = x^-q, q = p - 2, of gradient descent on |x|^p/p is q eta k + (q+1)/2 eta ln k + O(1): raw
   log-log fits are off by the logarithm. */
Test(rate, descent_has_a_logarithm)
{
    for (double p = 3.0; p <= 6.0; p += 1.0) {
        double x = 1.0;
        for (size_t i = 0; i < 10000; i++) v[i] = x, x -= 0.1 * pow(x, p - 1.0);
        clarke_rate r = rate_of(NULL, 10000, 0.0, 0.0);
        expect_power(&r, 1.0 / (p - 2.0), p > 3.0 ? 0.001 : 0.006, "iterates of descent");
        for (size_t i = 0; i < 10000; i++) v[i] = pow(v[i], p) / p;
        r = rate_of(NULL, 10000, 0.0, 0.0);
        expect_power(&r, p / (p - 2.0), 0.01, "values of descent");
    }
    /* Over 100 steps the drift is seen only by the model that has it. */
    for (double p = 4.0; p <= 6.0; p += 1.0) {
        double x = 1.0;
        for (size_t i = 0; i < 100; i++) v[i] = pow(x, p) / p, x -= 0.1 * pow(x, p - 1.0);
        const clarke_rate r = rate_of(NULL, 100, 0.0, 0.0);
        const double truth = p / (p - 2.0);
        cr_expect_float_eq(r.exponent, truth, 0.04 * truth, "p = %g: %g", p, r.exponent);
    }
}

Test(rate, powers_with_a_logarithm)
{
    for (size_t i = 0; i < 10000; i++) v[i] = pow((double)i + 1.0, -1.0) * log((double)i + 2.0);
    const clarke_rate r = rate_of(NULL, 10000, 0.0, 0.0);
    expect_power(&r, 1.0, 0.02, "ln(k)/k");
}

/* x <- x + x^3, then x <- x - 3 x^3: the values rise at every other step, and fall like k^-2. */
Test(rate, a_sequence_that_rises_at_every_other_step)
{
    double x = 0.3;
    for (size_t i = 0; i < MOST; i++) {
        v[i] = pow(x, 4.0) / 4.0;
        x = i % 2 == 0 ? x + x * x * x : x - 3.0 * x * x * x;
    }
    const clarke_rate r = rate_of(NULL, MOST, 0.0, 0.0);
    expect_power(&r, 2.0, 0.1, "not monotone");
}

Test(rate, geometric_sequences)
{
    static const double q[] = {0.1, 0.5, 0.9, 0.99, 0.999};
    for (size_t j = 0; j < sizeof q / sizeof q[0]; j++) {
        for (size_t i = 0; i < MOST; i++) v[i] = pow(q[j], (double)i);
        /* 0.1^k is 0 from k = 324 on: underflow, not a finite sequence. */
        const clarke_rate r = rate_of(NULL, MOST, 0.0, 0.0);
        expect_linear(&r, q[j], 1e-6, "q^k with underflow");
    }
}

/* The norm of (x, x), x = 0.88^k, by squares: below 1e-154 its digits go, and at 1e-162 it is 0. */
Test(rate, squares_underflow_before_numbers_do)
{
    for (size_t i = 0; i < 10000; i++) {
        const double x = pow(0.88, (double)i);
        v[i] = sqrt(x * x + x * x);
    }
    const clarke_rate r = rate_of(NULL, 10000, 0.0, 0.0);
    expect_linear(&r, 0.88, 1e-6, "a norm that underflows");
}

Test(rate, geometric_sequences_with_a_beginning)
{
    for (size_t i = 0; i < 1000; i++) v[i] = pow(0.9, (double)i) + 10.0 * pow(0.7, (double)i);
    clarke_rate r = rate_of(NULL, 1000, 0.0, 0.0);
    expect_linear(&r, 0.9, 1e-4, "a faster beginning");
    for (size_t i = 0; i < 1000; i++) v[i] = pow(0.9, (double)i) * ((double)i + 1.0);
    r = rate_of(NULL, 1000, 0.0, 0.0);
    expect_linear(&r, 0.9, 1e-4, "k q^k");
}

Test(rate, r_linear_with_a_period)
{
    static const double amplitude[] = {1.0, 0.1, 0.5};
    for (size_t i = 0; i < 400; i++) v[i] = amplitude[i % 3] * pow(0.95, (double)i);
    clarke_rate r = rate_of(NULL, 400, 0.0, 0.0);
    expect_linear(&r, 0.95, 0.02, "period 3");
    for (size_t i = 0; i < 2000; i++) v[i] = (fabs(cos((double)i)) + 0.02) * pow(0.99, (double)i);
    r = rate_of(NULL, 2000, 0.0, 0.0);
    expect_linear(&r, 0.99, 0.02, "|cos|");
}

Test(rate, a_plateau_of_rounding_is_cut)
{
    for (size_t i = 0; i < 1000; i++) v[i] = 3.0 + pow(0.9, (double)i);
    clarke_rate r = rate_of(NULL, 1000, 3.0, NAN);
    expect_linear(&r, 0.9, 1e-3, "3 + 0.9^k, limit given");
    cr_expect_lt(r.window_last, 330.0, "cut where v is 2 eps: k = %g", r.window_last);
    cr_expect(r.decades_above_rounding > 1.0 && r.decades_above_rounding < 5.0, "%g decades",
              r.decades_above_rounding);
    r = rate_of(NULL, 1000, NAN, NAN);
    expect_linear(&r, 0.9, 1e-3, "3 + 0.9^k, limit from the plateau");
    cr_expect_leq(fabs(r.limit - 3.0), r.limit_error, "the limit %.17g within %g", r.limit,
                  r.limit_error);
}

Test(rate, an_unknown_limit_is_estimated)
{
    for (size_t i = 0; i < 1000; i++) v[i] = 1.0 + pow((double)i + 5.0, -2.0);
    clarke_rate r = rate_of(NULL, 1000, NAN, NAN);
    expect_power(&r, 2.0, 0.02, "1 + (k+5)^-2");
    /* The best value is above the limit by 1e-6. */
    cr_expect_lt(fabs(r.limit - 1.0), 1e-8, "limit %.17g", r.limit);
    for (size_t i = 0; i < 120; i++) v[i] = -2.0 + pow(0.9, (double)i);
    r = rate_of(NULL, 120, NAN, NAN);
    expect_linear(&r, 0.9, 0.01, "-2 + 0.9^k, not reached");
    cr_expect_lt(fabs(r.limit + 2.0), 1e-8, "limit %.17g", r.limit);
}

Test(rate, superlinear)
{
    double x = 0.5;
    for (size_t i = 0; i < 8; i++) v[i] = x, x *= x;
    clarke_rate r = rate_of(NULL, 8, 0.0, 0.0);
    expect_regime(&r, CLARKE_RATE_SUPERLINEAR, "x^2");
    /* As a computer goes on: zeros after the underflow. */
    for (size_t i = 8; i < 60; i++) v[i] = x, x *= x;
    r = rate_of(NULL, 60, 0.0, 0.0);
    expect_regime(&r, CLARKE_RATE_SUPERLINEAR, "x^2 with underflow");
    /* From 1e-219 to 0 in one step, which order 3 explains. */
    x = 0.5;
    for (size_t i = 0; i < 60; i++) v[i] = x, x *= x * x;
    r = rate_of(NULL, 60, 0.0, 0.0);
    expect_regime(&r, CLARKE_RATE_SUPERLINEAR, "x^3 with underflow");
    /* From 2e-10 to 5e-20, which is 0 beside 3. */
    x = 0.5;
    for (size_t i = 0; i < 60; i++) v[i] = 3.0 + x, x *= x;
    r = rate_of(NULL, 60, 3.0, NAN);
    expect_regime(&r, CLARKE_RATE_SUPERLINEAR, "3 + x^2 at rounding");
    for (size_t i = 0; i < 35; i++) v[i] = exp(-0.2 * (double)(i * i));
    r = rate_of(NULL, 35, 0.0, 0.0);
    expect_regime(&r, CLARKE_RATE_SUPERLINEAR, "exp(-k^2/5)");
}

Test(rate, finite)
{
    for (size_t i = 0; i < 100; i++) v[i] = i < 40 ? 1.0 / (double)(i + 1) : 0.0;
    clarke_rate r = rate_of(NULL, 100, 0.0, 0.0);
    expect_regime(&r, CLARKE_RATE_FINITE, "1/k, then 0");
    cr_expect_eq(r.points, 40, "%zu points", r.points);
    r = rate_of(NULL, 41, 0.0, 0.0);
    expect_regime(&r, CLARKE_RATE_UNDECIDED, "one zero at the end is too few");
    for (size_t i = 0; i < 100; i++) v[i] = 2.0 + fmax(0.0, 1.0 - (double)i / 40.0);
    r = rate_of(NULL, 100, NAN, NAN);
    expect_regime(&r, CLARKE_RATE_FINITE, "a line to 2, limit unknown");
}

Test(rate, slower_than_powers_and_none)
{
    for (size_t i = 0; i < 10000; i++) v[i] = 1.0 / log((double)i + 3.0);
    clarke_rate r = rate_of(NULL, 10000, 0.0, 0.0);
    expect_regime(&r, CLARKE_RATE_SUBPOLYNOMIAL, "1/ln k");
    for (size_t i = 0; i < 10000; i++) v[i] = 0.3 + pow((double)i + 1.0, -0.5);
    r = rate_of(NULL, 10000, 0.0, 0.0);
    expect_regime(&r, CLARKE_RATE_NONE, "0.3 + k^-1/2");
    for (size_t i = 0; i < 1000; i++) v[i] = 0.3;
    r = rate_of(NULL, 1000, 0.0, 0.0);
    expect_regime(&r, CLARKE_RATE_NONE, "a constant");
    for (size_t i = 0; i < 1000; i++) v[i] = pow((double)i + 1.0, 0.3);
    r = rate_of(NULL, 1000, 0.0, 0.0);
    expect_regime(&r, CLARKE_RATE_NONE, "growing");
}

Test(rate, phases_and_gaps)
{
    static double k[400];
    for (size_t i = 0; i < 10000; i++)
        v[i] = pow(0.9, (double)i) + 1e-3 * pow((double)i + 1.0, -1.0);
    clarke_rate r = rate_of(NULL, 10000, 0.0, 0.0);
    expect_power(&r, 1.0, 0.01, "a linear phase, then a power");
    size_t n = 0;
    for (double x = 1.0; x < 1e5 && n < 400; x = ceil(1.04 * x + 0.1)) k[n++] = x;
    for (size_t i = 0; i < n; i++) v[i] = pow(k[i] + 3.0, -1.5);
    r = rate_of(k, n, 0.0, 0.0);
    expect_power(&r, 1.5, 1e-6, "gaps");
    for (size_t i = 0; i < n; i++) k[i] = 7.0 * (double)i - 300.0, v[i] = pow(0.99, k[i]);
    r = rate_of(k, n, 0.0, 0.0);
    expect_linear(&r, 0.99, 1e-6, "negative k, steps of 7: q is per unit of k");
    cr_expect_eq(r.window_first, -300.0, "the window is in the caller's k: %g", r.window_first);
}

Test(rate, noise)
{
    const clarke_stream s = clarke_stream_make(1, "test", "rate", 0, 0, "noise");
    for (size_t i = 0; i < 10000; i++)
        v[i] = pow((double)i + 1.0, -1.0) * exp(0.3 * clarke_stream_gaussian(&s, i, 0));
    clarke_rate r = rate_of(NULL, 10000, 0.0, 0.0);
    expect_power(&r, 1.0, 0.2, "k^-1 with noise 0.3");
    const clarke_interval i = r.exponent_interval;
    cr_expect_geq(i.high - i.low, 0.02 * r.exponent, "never below 1 %% under noise");
    for (size_t j = 0; j < 10000; j++)
        v[j] = pow(0.99, (double)j) * exp(0.01 * clarke_stream_gaussian(&s, j, 2));
    r = rate_of(NULL, 10000, 0.0, 0.0);
    expect_linear(&r, 0.99, 0.1, "0.99^k with noise 0.01");
    cr_expect_geq(log(r.rate_interval.high / r.rate_interval.low), -0.0199 * log(0.99),
                  "never below 1 %% under noise, of lambda too");
    for (size_t j = 0; j < 10000; j++)
        v[j] = pow(0.99, (double)j) * exp(0.3 * clarke_stream_gaussian(&s, j, 1));
    r = rate_of(NULL, 10000, 0.0, 0.0);
    expect_linear(&r, 0.99, 0.1, "0.99^k with noise 0.3");
}

/* 80 short sequences whose error is all noise: 1.2 % of lambda, and the interval is to miss in 5 %. That
   16 of 80 miss has probability 5e-3 if one in ten does, and 1e-6 if one in twenty does. */
Test(rate, intervals_cover_the_noise)
{
    size_t decided = 0, missed = 0;
    for (uint64_t id = 0; id < 80; id++) {
        const clarke_stream s = clarke_stream_make(1, "test", "rate", id, 0, "cover");
        for (size_t i = 0; i < 40; i++)
            v[i] = exp(-0.35 * (double)i + 0.3 * clarke_stream_gaussian(&s, i, 0));
        const clarke_rate r = rate_of(NULL, 40, 0.0, 0.0);
        if (r.regime != CLARKE_RATE_LINEAR) continue;
        decided++;
        missed += !clarke_interval_has(r.rate_interval, exp(-0.35));
    }
    cr_expect_geq(decided, 60, "%zu of 80 are called linear", decided);
    cr_expect_lt(missed, 16, "%zu of %zu intervals miss", missed, decided);
}

Test(rate, what_cannot_be_told_is_not)
{
    for (size_t i = 0; i < 4; i++) v[i] = pow(0.5, (double)i);
    clarke_rate r = rate_of(NULL, 4, 0.0, 0.0);
    expect_regime(&r, CLARKE_RATE_UNDECIDED, "four values");
    for (size_t i = 0; i < 11; i++) v[i] = pow((double)i + 1.0, -1.0);
    r = rate_of(NULL, 11, 0.0, 0.0);
    expect_regime(&r, CLARKE_RATE_UNDECIDED, "eleven values of a power");
    for (size_t i = 0; i < 500; i++) v[i] = pow(0.999, (double)i);
    r = rate_of(NULL, 500, 0.0, 0.0);
    expect_regime(&r, CLARKE_RATE_UNDECIDED, "a fall by exp(0.5)");
    for (size_t i = 0; i < 500; i++) v[i] = pow((double)i + 1.0, -11.0);
    r = rate_of(NULL, 500, 0.0, 0.0);
    cr_expect_neq(r.regime, CLARKE_RATE_LINEAR, "k^-11 is no geometric sequence");
    v[100] = NAN;
    r = rate_of(NULL, 500, 0.0, 0.0);
    expect_regime(&r, CLARKE_RATE_UNDECIDED, "a NaN");
    cr_expect_not_null(strstr(r.reason, "101"), "it says which: %s", r.reason);
    v[100] = INFINITY;
    r = rate_of(NULL, 500, NAN, NAN);
    expect_regime(&r, CLARKE_RATE_UNDECIDED, "an infinity");
}

Test(rate, k_must_increase)
{
    static const double k[] = {0, 1, 2, 2, 3, 4};
    clarke_rate r;
    clarke_arena *mem = clarke_arena_new(0);
    const clarke_rate_input in = {.count = 6, .k = k, .value = v, .limit = 0.0};
    cr_expect_eq(clarke_rate_estimate(&in, mem, &r), CLARKE_EINPUT, "a k twice");
    clarke_arena_free(mem);
}

/* The interval is never narrower than what rounding could have done to the last value. */
Test(rate, rounding_widens)
{
    double before = 0.0;
    for (double accuracy = 1e-16; accuracy < 1e-9; accuracy *= 100.0) {
        for (size_t i = 0; i < 200; i++) v[i] = pow(0.9, (double)i);
        const clarke_rate r = rate_of(NULL, 200, 0.0, accuracy);
        expect_regime(&r, CLARKE_RATE_LINEAR, "q^k, less and less exact");
        const double wide = log(r.rate_interval.high / r.rate_interval.low);
        const double span = r.window_last - r.window_first;
        const double last = pow(0.9, r.window_last);
        cr_expect_geq(wide, 2.0 * accuracy / last / span, "accuracy %g: width %g", accuracy, wide);
        cr_expect_geq(wide, before, "and grows with the error");
        before = wide;
    }
}

/* Logarithms carry what doubles cannot: 10^-1000 and far below. */
Test(rate, logarithms)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_rate r;
    double log_v = log(0.5);
    for (size_t i = 0; i < 30; i++) v[i] = log_v, log_v *= 1.5;
    clarke_rate_input in = {.count = 30, .value = v, .logarithms = true};
    cr_assert_eq(clarke_rate_estimate(&in, mem, &r), CLARKE_OK, "order 1.5");
    expect_regime(&r, CLARKE_RATE_SUPERLINEAR, "order 1.5, down to exp(-88000)");
    for (size_t i = 0; i < 2000; i++) v[i] = -10.0 * (double)i;
    in.count = 2000;
    cr_assert_eq(clarke_rate_estimate(&in, mem, &r), CLARKE_OK, "exp(-10 k)");
    expect_linear(&r, exp(-10.0), 1e-6, "exp(-10 k), k to 2000");
    cr_expect_eq(r.points, 2000, "nothing is cut: %zu points", r.points);
    for (size_t i = 0; i < 2000; i++) v[i] = i < 30 ? -10.0 * (double)i : -INFINITY;
    cr_assert_eq(clarke_rate_estimate(&in, mem, &r), CLARKE_OK, "zeros");
    expect_regime(&r, CLARKE_RATE_FINITE, "exp(-10 k), then exactly the limit");
    clarke_arena_free(mem);
}

/* theta = 3/4: values k^-2, iterates k^-1/2. */
Test(rate, kl_exponents)
{
    clarke_rate r = {
        .regime = CLARKE_RATE_SUBLINEAR, .exponent = 2.0, .exponent_interval = {1.9, 2.1}};
    clarke_rate_kl kl = clarke_rate_kl_exponent(&r, true);
    cr_expect_float_eq(kl.theta, 0.75, 1e-15, "values");
    cr_expect(kl.interval.low < 0.75 && kl.interval.high > 0.75, "[%g, %g]", kl.interval.low,
              kl.interval.high);
    cr_expect_float_eq(kl.interval.low, 3.1 / 4.2, 1e-15, "the ends change places");
    r.exponent = 0.5;
    r.exponent_interval = (clarke_interval){0.0, INFINITY};
    kl = clarke_rate_kl_exponent(&r, false);
    cr_expect_float_eq(kl.theta, 0.75, 1e-15, "iterates");
    cr_expect_float_eq(kl.interval.low, 0.5, 1e-15, "no upper bound of p: 1/2, not %g",
                       kl.interval.low);
    cr_expect_float_eq(kl.interval.high, 1.0, 1e-15, "p = 0: 1");
    r.exponent_interval.low = 0.1;
    kl = clarke_rate_kl_exponent(&r, true);
    cr_expect_float_eq(kl.interval.low, 0.5, 1e-15, "values, p unbounded: %g", kl.interval.low);
    r.regime = CLARKE_RATE_LINEAR;
    cr_expect_eq(clarke_rate_kl_exponent(&r, true).interval.high, 0.5, "linear: at most 1/2");
    r.regime = CLARKE_RATE_FINITE;
    cr_expect_eq(clarke_rate_kl_exponent(&r, true).theta, 0.0, "finite: 0");
    r.regime = CLARKE_RATE_NONE;
    cr_expect(isnan(clarke_rate_kl_exponent(&r, true).interval.low), "none: nothing");
}

Test(rate, memory_that_runs_out_is_told)
{
    for (size_t i = 0; i < 200; i++) v[i] = 1.0 + pow(0.95, (double)i);
    for (size_t at = 1; at < 6; at++) {
        clarke_arena *mem = clarke_arena_new(0);
        clarke_rate r;
        const clarke_rate_input in = {.count = 200, .value = v, .limit = NAN, .accuracy = NAN};
        clarke_arena_fail_at(mem, at);
        const clarke_status status = clarke_rate_estimate(&in, mem, &r);
        cr_expect(status == CLARKE_ENOMEM || !clarke_arena_failed(mem), "request %zu", at);
        clarke_arena_free(mem);
    }
}
