/* Interval arithmetic: every enclosure contains the value in extended precision, exact cases stay
   exact, and infinite or undefined cases give a set that is large enough. */
#include "core/enclosure.h"
#include "core/stream.h"

#include <criterion/criterion.h>

static double draw(size_t a, size_t b, double low, double high)
{
    const clarke_stream s = clarke_stream_make(7, "interval", "", 0, 0, "test");
    return low + (high - low) * clarke_stream_uniform(&s, a, b);
}

static void holds(const char *label, clarke_interval a, long double t)
{
    cr_assert(a.low <= a.high, "%s: [%.17g, %.17g] is empty", label, a.low, a.high);
    cr_assert((long double)a.low <= t && t <= (long double)a.high,
              "%s: %.21Lg is not in [%.17g, %.17g]", label, t, a.low, a.high);
}

/* One operation widens by one unit in the last place on either side: relative 2^-51 at most, below
   5e-16; the limits below leave a factor for functions of many operations. */
static void tight(const char *label, clarke_interval a, double unit)
{
    cr_assert(a.high - a.low <= unit, "%s: the width is %g, not below %g", label, a.high - a.low,
              unit);
}

static clarke_interval around(double t, double width)
{
    return (clarke_interval){t - width, t + width};
}

Test(interval, arithmetic)
{
    for (size_t k = 0; k < 2000; k++) {
        const double scale = exp2(draw(k, 9, -30.0, 30.0));
        const double wide = k % 2 ? draw(k, 8, 0.0, 2.0) : 0.0;
        const double s = draw(k, 0, -scale, scale), t = draw(k, 1, -2.0, 2.0);
        const clarke_interval a = around(s, wide * scale), b = around(t, wide);
        const long double x = s, y = t;
        holds("add", clarke_interval_add(a, b), x + y);
        holds("sub", clarke_interval_sub(a, b), x - y);
        holds("mul", clarke_interval_mul(a, b), x * y);
        holds("scale", clarke_interval_scale(t, a), x * y);
        holds("minus", clarke_interval_minus(a, t), x - y);
        holds("div", clarke_interval_div(a, b), x / y);
        holds("sqr", clarke_interval_sqr(a), x * x);
        holds("sqrt", clarke_interval_sqrt(clarke_interval_abs(a)), sqrtl(fabsl(x)));
        holds("abs", clarke_interval_abs(a), fabsl(x));
        holds("relu", clarke_interval_relu(a), fmaxl(x, 0.0L));
        holds("sign", clarke_interval_sign(a), (long double)((x > 0) - (x < 0)));
        holds("step", clarke_interval_step(a), (long double)(x > 0));
        if (wide > 0.0) continue;
        tight("add", clarke_interval_add(a, b), 5e-16 * (fabs(s) + fabs(t)));
        tight("mul", clarke_interval_mul(a, b), 5e-16 * fabs(s * t));
        tight("div", clarke_interval_div(a, b), 5e-16 * fabs(s / t));
    }
}

Test(interval, ends_of_products)
{
    /* The extreme products of ends, with all signs: a hull over a grid is inside. */
    for (size_t k = 0; k < 200; k++) {
        const clarke_interval a = around(draw(k, 0, -2.0, 2.0), draw(k, 1, 0.0, 2.0));
        const clarke_interval b = around(draw(k, 2, -2.0, 2.0), draw(k, 3, 0.0, 2.0));
        const clarke_interval product = clarke_interval_mul(a, b),
                              ratio = clarke_interval_div(a, b);
        for (size_t i = 0; i <= 8; i++)
            for (size_t j = 0; j <= 8; j++) {
                const double x = fmin(a.low + (a.high - a.low) * (double)i / 8.0, a.high);
                const double y = fmin(b.low + (b.high - b.low) * (double)j / 8.0, b.high);
                holds("product", product, (long double)x * y);
                if (y != 0.0) holds("ratio", ratio, (long double)x / y);
            }
        cr_assert(!clarke_interval_has(b, 0.0) || isinf(ratio.high), "division by zero");
    }
}

Test(interval, powers)
{
    static const double power[] = {0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 7.0, 15.0};
    for (size_t k = 0; k < 500; k++) {
        const double t = draw(k, 0, 0.0, 3.0);
        for (size_t i = 0; i < sizeof power / sizeof power[0]; i++) {
            const clarke_interval a = clarke_interval_power(clarke_interval_point(t), power[i]);
            /* powl is not trusted to the last digit of long double. */
            const long double value = powl(t, power[i]);
            cr_assert(a.low <= (double)(value * (1 + 1e-17L)) && a.high >= (double)value,
                      "power: %g^%g", t, power[i]);
            tight("power", a, 1e-14 * (double)value + 1e-300);
        }
        holds("third power", clarke_interval_power(clarke_interval_point(t), 1.0 / 3.0), cbrtl(t));
        holds("power of an interval", clarke_interval_power((clarke_interval){-1.0, t}, 2.5),
              powl(t, 2.5L));
    }
    const clarke_interval zero = clarke_interval_power(clarke_interval_point(0.0), 0.0);
    cr_assert(zero.low == 1.0 && zero.high == 1.0, "0^0");
}

Test(interval, transcendental)
{
    for (size_t k = 0; k < 3000; k++) {
        const double t = draw(k, 0, -50.0, 50.0), width = k % 3 ? draw(k, 1, 0.0, 4.0) : 0.0;
        const clarke_interval a = around(t, width), sine = clarke_interval_sin(a);
        cr_assert(sine.low >= -1.0 && sine.high <= 1.0, "sine: range");
        for (size_t i = 0; i <= 16; i++) {
            const double s = fmin(a.low + (a.high - a.low) * (double)i / 16.0, a.high);
            holds("sine", sine, sinl(s));
            if (fabs(s) < 30.0) holds("exp", clarke_interval_exp(a), expl(s));
        }
        if (width > 0.0) continue;
        tight("sine", sine, 1e-13);
        tight("exp", clarke_interval_exp(a), 1e-12 * exp(t));
        const double u = draw(k, 2, -1.0, 1.0);
        holds("asin", clarke_interval_asin(clarke_interval_point(u)), asinl(u));
        tight("asin", clarke_interval_asin(clarke_interval_point(u)),
              fabs(u) < 0.99 ? 1e-13 : 1e-11);
    }
    holds("asin", clarke_interval_asin(clarke_interval_point(1.0)), 1.57079632679489661923L);
    holds("asin", clarke_interval_asin(clarke_interval_point(-1.0)), -1.57079632679489661923L);
    holds("pi", clarke_interval_pi, 3.14159265358979323846L);
    const clarke_interval far = clarke_interval_sin(clarke_interval_point(1e300));
    cr_assert(far.low == -1.0 && far.high == 1.0, "sine: far away nothing is claimed");
    cr_assert(isinf(clarke_interval_exp(clarke_interval_point(800.0)).high), "exp: overflow");
    cr_assert_eq(clarke_interval_exp(clarke_interval_point(-800.0)).low, 0.0, "exp: underflow");
}

Test(interval, arc_tangent_and_logarithm)
{
    for (size_t k = 0; k < 2000; k++) {
        const double t = draw(k, 0, -1.0, 1.0) * exp2(draw(k, 1, -30.0, 30.0));
        const double width = k % 3 ? draw(k, 2, 0.0, 4.0) : 0.0;
        const clarke_interval a = around(t, width), arc = clarke_interval_atan(a);
        for (size_t i = 0; i <= 16; i++) {
            const double s = fmin(a.low + (a.high - a.low) * (double)i / 16.0, a.high);
            holds("atan", arc, atanl(s));
            if (s > 0.0) holds("log", clarke_interval_log(a), logl(s));
        }
        if (width > 0.0) continue;
        tight("atan", arc, 1e-13);
        if (t > 0.0) tight("log", clarke_interval_log(a), 1e-13 * (1.0 + fabs(log(t))));
    }
    const clarke_interval line = clarke_interval_atan(clarke_interval_line);
    holds("atan", line, 1.57079632679489661923L);
    holds("atan", line, -1.57079632679489661923L);
    const clarke_interval zero = clarke_interval_log((clarke_interval){0.0, 1.0});
    cr_assert(isinf(zero.low) && zero.high == 0.0, "log: no bound at 0");
}

Test(interval, general_powers)
{
    for (size_t k = 0; k < 2000; k++) {
        const double base = draw(k, 0, 0.0, 3.0), exponent = draw(k, 2, 0.0, 8.0);
        const clarke_interval a = {base, base + draw(k, 1, 0.0, (double)(k % 3))};
        const clarke_interval q = {exponent, exponent + draw(k, 3, 0.0, (double)(k % 5))};
        const clarke_interval zero = {0.0, a.high}, any = {0.0, q.high};
        const clarke_interval power = clarke_interval_raise(a, q);
        for (size_t i = 0; i <= 8; i++)
            for (size_t j = 0; j <= 8; j++) {
                const double s = fmin(a.low + (a.high - a.low) * (double)i / 8.0, a.high);
                const double t = fmin(q.low + (q.high - q.low) * (double)j / 8.0, q.high);
                holds("power", power, powl(s, t));
                holds("power from 0", clarke_interval_raise(zero, any), powl(s, t));
            }
        if (a.low == a.high && q.low == q.high)
            tight("power", power, 1e-13 * (1.0 + pow(a.low, q.low)));
    }
    const clarke_interval at =
        clarke_interval_raise((clarke_interval){0.0, 0.5}, (clarke_interval){0.0, 1.0});
    cr_assert(at.low == 0.0 && at.high == 1.0, "powers from 0: [%g, %g]", at.low, at.high);
}

Test(interval, extremes)
{
    const clarke_interval line = clarke_interval_line, unit = {-1.0, 1.0};
    const clarke_interval half = {0.0, INFINITY}, big = {DBL_MAX, DBL_MAX};
    const clarke_interval sum = clarke_interval_add(big, big);
    cr_assert(sum.low == DBL_MAX && isinf(sum.high), "sum: overflow stays an enclosure");
    const clarke_interval tiny =
        clarke_interval_mul(clarke_interval_point(DBL_MIN), clarke_interval_point(DBL_MIN));
    cr_assert(tiny.low <= 0.0 && tiny.high > 0.0, "product: underflow");
    const clarke_interval zero = clarke_interval_mul(line, clarke_interval_point(0.0));
    cr_assert(zero.low == 0.0 && zero.high == 0.0, "product: 0 times anything");
    const clarke_interval product = clarke_interval_mul(half, unit);
    cr_assert(isinf(product.low) && isinf(product.high), "product: no bound");
    const clarke_interval ratio = clarke_interval_div(half, (clarke_interval){1.0, INFINITY});
    cr_assert(ratio.low <= 0.0 && isinf(ratio.high), "ratio: no bound");
    const clarke_interval nan = clarke_interval_widen(NAN, 1.0);
    cr_assert(isinf(nan.low) && isinf(nan.high), "NaN is the whole line");
    const clarke_interval sign =
        clarke_interval_mul((clarke_interval){0.1, 0.3}, clarke_interval_point(-1.0));
    cr_assert(sign.low == -0.3 && sign.high == -0.1, "a sign is exact");
}

Test(interval, enclosures)
{
    clarke_enclosure e;
    const clarke_interval v[] = {{1.0, 2.0}, {0.0, 0.0}}, box[] = {{3.0, 4.0}, {0.0, 1.0}};
    const clarke_interval near[] = {{0.0, 1.0}, {0.0, 0.0}};
    clarke_enclosure_begin(&e, 2);
    clarke_enclosure_segment(&e, clarke_interval_point(1.0), v);
    cr_assert(e.parts == 0 && e.centre[0].high >= 2.0, "a known sign goes to the centre");
    clarke_enclosure_segment(&e, clarke_interval_signs, v);
    cr_assert(e.parts == 1 && e.vertices == 2, "a free sign is a part");
    cr_assert(e.vertex[0][0].low == -2.0 && e.vertex[1][0].high == 2.0, "its two ends");
    const double d = clarke_box_distance(2, box, near);
    cr_assert(d >= sqrt(17.0) && d <= sqrt(17.0) * (1.0 + 1e-15), "distance of boxes: %.17g", d);
    holds("norm", clarke_box_norm(2, box), sqrtl(3.5L * 3.5L + 0.25L));
}
