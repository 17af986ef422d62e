/* Contracts of parts/activations and parts/losses. */
#include "core/activation.h"
#include "core/loss.h"
#include "core/registry.h"
#include "core/stream.h"

#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <string.h>

/* Numbers with few digits: differences and slopes of piecewise linear functions are exact. */
static const double point[] = {-1024.0, -2.375,  -1.0, -0x1p-40, -0.0,
                               0.0,     0x1p-40, 0.75, 1.0,      300.0};
static const double negative[] = {0.25, -2.0, 1.0};
enum { POINTS = sizeof point / sizeof *point, NEGATIVES = sizeof negative / sizeof *negative };

static const clarke_activation_desc *activation_of(size_t i)
{
    return clarke_activations.entry[i].desc;
}

static double value_of(const clarke_activation_desc *a, const clarke_activation_opts *o, double t)
{
    double y = NAN;
    a->value(o, 1, &t, &y);
    return y;
}

static double chain_of(const clarke_activation_desc *a, const clarke_activation_opts *o, double t)
{
    double d = 1.0;
    a->chain(o, 1, &t, &d);
    return d;
}

Test(activations, registered)
{
    cr_assert_geq(clarke_activations.count, 7, "registry: %zu", clarke_activations.count);
    for (size_t i = 0; i < clarke_activations.count; i++) {
        const clarke_activation_desc *a = activation_of(i);
        cr_expect(a->title && a->formula && a->source && a->value && a->chain && a->slopes &&
                      a->subdifferential && a->lipschitz && a->slope_lipschitz && a->range,
                  "%s: something is missing", clarke_activations.entry[i].id);
    }
}

/* One-sided slopes of the piecewise linear items are difference quotients, exactly: every kink is
   at -1, 0 or 1, all of them points, and h does not reach another piece. */
Test(activations, slopes)
{
    for (size_t i = 0; i < clarke_activations.count * NEGATIVES; i++) {
        const char *id = clarke_activations.entry[i / NEGATIVES].id;
        const clarke_activation_desc *a = activation_of(i / NEGATIVES);
        const clarke_activation_opts o = {0.5, negative[i % NEGATIVES]};
        const double slope_lipschitz = a->slope_lipschitz(&o);
        cr_assert_eq(a->pieces != NULL, slope_lipschitz == 0.0 || isinf(slope_lipschitz),
                     "%s: piecewise linear or smooth", id);
        if (!a->pieces) continue;
        double steepest = 0.0, kink = 0.0;
        for (size_t k = 0; k < POINTS; k++) {
            const double t = point[k], h = fabs(t) > 1.0 ? 0x1p-10 : 0x1p-45;
            const clarke_slopes s = a->slopes(&o, t);
            const clarke_interval c = a->subdifferential(&o, t);
            const double here = value_of(a, &o, t), up = value_of(a, &o, t + h);
            cr_expect_eq(s.right, (up - here) / h, "%s at %g: right %g", id, t, s.right);
            cr_expect_eq(s.left, (here - value_of(a, &o, t - h)) / h, "%s at %g: left %g", id, t,
                         s.left);
            cr_expect(c.low == fmin(s.left, s.right) && c.high == fmax(s.left, s.right),
                      "%s at %g: [%g,%g]", id, t, c.low, c.high);
            if (c.low == c.high)
                cr_expect_eq(chain_of(a, &o, t), s.left, "%s at %g: derivative", id, t);
            steepest = fmax(steepest, fmax(fabs(c.low), fabs(c.high)));
            kink = fmax(kink, c.high - c.low);
        }
        cr_expect_eq(a->lipschitz(&o), steepest, "%s: Lipschitz %g, not %g", id, a->lipschitz(&o),
                     steepest);
        cr_expect_eq(isinf(slope_lipschitz) != 0, kink > 0.0, "%s: kink %g", id, kink);
    }
}

/* The pieces cover the line from left to right without a gap, and sigma is linear on each. */
Test(activations, pieces)
{
    for (size_t i = 0; i < clarke_activations.count * NEGATIVES; i++) {
        const char *id = clarke_activations.entry[i / NEGATIVES].id;
        const clarke_activation_desc *a = activation_of(i / NEGATIVES);
        const clarke_activation_opts o = {0.5, negative[i % NEGATIVES]};
        const clarke_interval range = a->range(&o);
        clarke_piece piece[CLARKE_PIECES_MAX];
        double low = INFINITY, high = -INFINITY;
        const size_t count = a->pieces ? a->pieces(&o, piece) : 0;
        for (size_t k = 0; k < POINTS; k++) {
            const double t = point[k], y = value_of(a, &o, t);
            size_t on = 0;
            for (size_t p = 0; p < count; p++) {
                if (!(piece[p].low <= t && t <= piece[p].high)) continue;
                on++;
                cr_expect_eq(y, piece[p].slope * t + piece[p].level, "%s at %g: piece %zu", id, t,
                             p);
            }
            cr_expect(count == 0 || on == 1 || on == 2, "%s at %g: %zu pieces", id, t, on);
            cr_expect(range.low <= y && y <= range.high, "%s at %g: range", id, t);
            low = fmin(low, y), high = fmax(high, y);
        }
        for (size_t p = 0; p < count; p++)
            cr_expect(piece[p].low == (p == 0 ? -INFINITY : piece[p - 1].high) &&
                          (p + 1 < count || piece[p].high == INFINITY),
                      "%s: piece %zu", id, p);
        /* Bounded ends of the range are reached or neared, unbounded ones are far. */
        cr_expect(isinf(range.low) ? low < -100.0 : low - range.low < 0x1p-30, "%s: low", id);
        cr_expect(isinf(range.high) ? high > 100.0 : range.high - high < 0x1p-30, "%s: high", id);
    }
}

/* Of the smooth items. |sigma(t + h) - sigma(t) - sigma'(t) h| <= L' h^2 / 2, values below 1 err by
   2^-51 (glibc's exp and tanh stay below two units in the last place, and a quotient follows), and
   both constants are neared where the comments of the items say. */
Test(activations, smooth)
{
    for (size_t i = 0; i < clarke_activations.count; i++) {
        const char *id = clarke_activations.entry[i].id;
        const clarke_activation_desc *a = activation_of(i);
        const clarke_activation_opts o = {0.5, 0.25};
        if (a->pieces) continue;
        const double constant = a->slope_lipschitz(&o), h = 0x1p-12;
        double steepest = 0.0, bend = 0.0;
        for (double t = -40.0; t <= 40.0; t += 0x1p-8) {
            const clarke_slopes s = a->slopes(&o, t), next = a->slopes(&o, t + h);
            const double moved = value_of(a, &o, t + h) - value_of(a, &o, t);
            cr_expect(s.left == s.right && fabs(chain_of(a, &o, t) - s.left) <= 0x1p-51 * s.left,
                      "%s at %g: derivative", id, t);
            cr_expect(fabs(moved - s.left * h) <= 0.5 * constant * h * h + 0x1p-50, "%s at %g", id,
                      t);
            steepest = fmax(steepest, s.left);
            bend = fmax(bend, fabs(next.left - s.left) / h);
        }
        cr_expect(steepest <= a->lipschitz(&o) && steepest >= a->lipschitz(&o) * (1.0 - 0x1p-40),
                  "%s: Lipschitz %g, seen %g", id, a->lipschitz(&o), steepest);
        /* A quotient of slopes errs by 2^-50/h; the grid misses the steepest bend by 2^-8. */
        cr_expect(bend <= constant + 0x1p-38 && bend >= constant * (1.0 - 0x1p-12),
                  "%s: bend %g, seen %g", id, constant, bend);
    }
}

/* The change from t to t + d keeps its digits: it errs by fewer than 8 roundings of itself, except
   across a kink, where two values are subtracted, and where |t| is large: 1 - tanh tanh is below
   2^-53 from |t| = 19 on, and its rounding, 2^-52 times tanh d, is what is left. */
Test(activations, change)
{
    for (size_t i = 0; i < clarke_activations.count * POINTS; i++) {
        const char *id = clarke_activations.entry[i / POINTS].id;
        const clarke_activation_desc *a = activation_of(i / POINTS);
        const clarke_activation_opts o = {0.5, 0.25};
        const double t = point[i % POINTS];
        cr_assert_eq(a->pieces == NULL, a->change != NULL, "%s: change", id);
        for (double d = -0x1p-2; d <= 0x1p-2; d += 0x1p-6) {
            const double got = clarke_activation_change(a, &o, t, d);
            if (a->pieces) {
                cr_expect_eq(got, value_of(a, &o, t + d) - value_of(a, &o, t), "%s at %g", id, t);
                continue;
            }
            const bool logistic = strcmp(id, "sigmoid") == 0;
            const long double s = logistic ? 0.5L : 1.0L, p = (long double)t * s;
            const long double q = (long double)d * s;
            /* sinh q / (cosh p cosh(p + q)). */
            const long double wanted = s * sinhl(q) / (coshl(p) * coshl(p + q));
            cr_expect(fabs(got - (double)wanted) <=
                          8.0 * 0x1p-53 * fabs((double)wanted) + 4.0 * 0x1p-52 * fabs(d),
                      "%s at %g + %g: %.17g, not %.17Lg", id, t, d, got, wanted);
        }
        cr_expect_eq(clarke_activation_change(a, &o, 3.0, 0x1p-60) != 0.0,
                     a->slopes(&o, 3.0).left != 0.0, "%s: the digits of a small step", id);
    }
}

/* Where there is a kink its derivative is the option. */
Test(activations, derivative_at_the_kink)
{
    for (size_t i = 0; i < clarke_activations.count; i++) {
        const clarke_activation_desc *a = activation_of(i);
        size_t kinks = 0;
        for (size_t k = 0; k < POINTS; k++)
            for (double zero = 0.0; zero <= 1.0; zero += 0.25) {
                const clarke_activation_opts o = {zero, -0.5};
                const clarke_interval c = a->subdifferential(&o, point[k]);
                if (c.low == c.high) continue;
                kinks++;
                cr_expect_eq(chain_of(a, &o, point[k]), zero, "%s at %g: %g",
                             clarke_activations.entry[i].id, point[k], zero);
            }
        const clarke_activation_opts o = {0.0, -0.5};
        cr_expect_eq(kinks > 0, isinf(a->slope_lipschitz(&o)) != 0, "%s: %zu kinks",
                     clarke_activations.entry[i].id, kinks);
    }
}

Test(activations, vectors_and_nan)
{
    const clarke_activation_opts o = {0.5, 0.25};
    for (size_t i = 0; i < clarke_activations.count; i++) {
        const char *id = clarke_activations.entry[i].id;
        const clarke_activation_desc *a = activation_of(i);
        double t[POINTS], d[POINTS];
        memcpy(t, point, sizeof t);
        for (size_t k = 0; k < POINTS; k++) d[k] = 3.0;
        a->chain(&o, POINTS, t, d);
        a->value(&o, POINTS, t, t); /* in place */
        for (size_t k = 0; k < POINTS; k++)
            cr_expect(t[k] == value_of(a, &o, point[k]) && d[k] == 3.0 * chain_of(a, &o, point[k]),
                      "%s: entry %zu", id, k);
        const clarke_interval c = a->subdifferential(&o, NAN);
        const clarke_slopes s = a->slopes(&o, NAN);
        cr_expect(isnan(value_of(a, &o, NAN)) && isnan(chain_of(a, &o, NAN)) && isnan(c.low) &&
                      isnan(c.high) && isnan(s.left) && isnan(s.right),
                  "%s: NaN is lost", id);
    }
}

enum { SIZE = 4, COUNT = 3, N = SIZE * COUNT };

typedef struct {
    double z[N], y[N];
} sample;

static sample loss_sample(const clarke_loss_desc *loss, size_t k)
{
    sample s;
    const clarke_stream stream = clarke_stream_make(5, "loss", "", k, 0, "test");
    for (size_t i = 0; i < N; i++) {
        s.z[i] = 2.5 * clarke_stream_gaussian(&stream, 0, i);
        const double y = clarke_stream_gaussian(&stream, 1, i);
        s.y[i] = loss->probabilities ? 0.0 : loss->margin ? copysign(1.0, y) : y;
    }
    /* One-hot targets, and one sample with probabilities in between. */
    for (size_t j = 0; loss->probabilities && j < COUNT; j++) {
        const size_t c = clarke_stream_index(&stream, 2, j, SIZE);
        s.y[j * SIZE + c] += j == 0 ? 0.75 : 1.0;
        if (j == 0) s.y[(c + 1) % SIZE] += 0.25;
    }
    return s;
}

static double longest_target(const sample *s)
{
    double longest = 0.0;
    for (size_t j = 0; j < COUNT; j++) {
        double square = 0.0;
        for (size_t c = 0; c < SIZE; c++) square += s->y[j * SIZE + c] * s->y[j * SIZE + c];
        longest = fmax(longest, sqrt(square));
    }
    return longest;
}

/* For convex f with an L-Lipschitz gradient, 0 <= f(z + d) - f(z) - g.d <= L/2 |d|^2. Each value
   errs by at most 4 N 2^-53 times its terms (logarithm, exponential, shift, N additions: below
   (N + 8) roundings each). */
Test(losses, gradient)
{
    for (size_t i = 0; i < clarke_losses.count; i++) {
        const char *id = clarke_losses.entry[i].id;
        const clarke_loss_desc *loss = clarke_losses.entry[i].desc;
        for (size_t k = 0; k < 60; k++) {
            sample s = loss_sample(loss, k);
            const clarke_stream stream = clarke_stream_make(6, "loss", "", k, 0, "direction");
            double g[N], d[N], twice[N], square = 0.0, slope = 0.0, size = 0.0;
            loss->gradient(SIZE, COUNT, 1.0, s.z, s.y, g);
            const double f = loss->value(SIZE, COUNT, s.z, s.y);
            memcpy(twice, s.z, sizeof twice);
            loss->gradient(SIZE, COUNT, 2.0, twice, s.y, twice); /* in place */
            for (size_t r = 0; r < N; r++) {
                cr_expect_eq(twice[r], 2.0 * g[r], "%s: scale and place, %zu", id, r);
                d[r] = clarke_stream_gaussian(&stream, 0, r) * (k % 2 ? 0x1p-14 : 0.5);
                s.z[r] += d[r];
                square += d[r] * d[r];
                slope += g[r] * d[r];
                size += fabs(s.z[r]) + fabs(g[r] * d[r]) + s.z[r] * s.z[r] + s.y[r] * s.y[r] + 2.0;
            }
            const double excess = loss->value(SIZE, COUNT, s.z, s.y) - f - slope;
            const double rounding = 4.0 * N * 0x1p-53 * size;
            const double most = 0.5 * loss->smoothness(longest_target(&s)) * square;
            cr_expect(excess >= -rounding && excess <= most + rounding, "%s: %zu: excess %g of %g",
                      id, k, excess, most);
        }
    }
}

/* The loss of one sample in extended precision, written down from the formulas. */
static long double loss_reference(const char *id, size_t size, const long double *z,
                                  const double *y)
{
    long double margin = 0.0L, square = 0.0L, mass = 0.0L, cross = 0.0L;
    for (size_t c = 0; c < size; c++) {
        margin += (long double)y[c] * z[c];
        square += (z[c] - (long double)y[c]) * (z[c] - (long double)y[c]);
        mass += expl(z[c]);
        cross += (long double)y[c] * z[c];
    }
    if (strcmp(id, "squared") == 0) return 0.5L * square;
    if (strcmp(id, "hinge") == 0) return fmaxl(0.0L, 1.0L - margin);
    if (strcmp(id, "squared_hinge") == 0)
        return 0.5L * fmaxl(0.0L, 1.0L - margin) * fmaxl(0.0L, 1.0L - margin);
    if (strcmp(id, "logistic") == 0) return logl(1.0L + expl(-margin));
    if (strcmp(id, "softmax_cross_entropy") == 0) return logl(mass) - cross;
    cr_assert_fail("no reference of the loss %s", id);
    return 0.0L;
}

/* change() keeps its digits: with |g|_1 |d|_inf <= 12 |d|_inf (1 + |z - y|) the size of what is summed
   to first and second order, it errs by fewer than 40 roundings of that, and the reference, which
   does subtract, by fewer than 40 of its own 2^-64 times the losses. */
Test(losses, change)
{
    static const double scale[] = {3.0, 0.4, 0x1p-10, 0x1p-30};
    for (size_t i = 0; i < clarke_losses.count; i++) {
        const char *id = clarke_losses.entry[i].id;
        const clarke_loss_desc *loss = clarke_losses.entry[i].desc;
        for (size_t k = 0; k < 80; k++) {
            const sample s = loss_sample(loss, k);
            const clarke_stream stream = clarke_stream_make(8, "loss", "", k, 0, "step");
            long double z[SIZE], moved[SIZE];
            double d[SIZE], size = 1.0, step = 0.0;
            for (size_t c = 0; c < SIZE; c++) {
                d[c] = scale[k % 4] * clarke_stream_gaussian(&stream, 0, c);
                z[c] = (long double)s.z[c], moved[c] = z[c] + (long double)d[c];
                size += fabs(s.z[c] - s.y[c]) + fabs(d[c]);
                step = fmax(step, fabs(d[c]));
            }
            const long double f = loss_reference(id, SIZE, z, s.y);
            const long double g = loss_reference(id, SIZE, moved, s.y);
            const double got = loss->change(SIZE, s.z, d, s.y);
            const double rounding = 40.0 * 0x1p-53 * 12.0 * step * size +
                                    40.0 * 0x1p-64 * (double)(fabsl(f) + fabsl(g) + 1.0L);
            cr_expect(fabs(got - (double)(f - g)) <= rounding, "%s: %zu: %.17g, not %.17Lg (%g)",
                      id, k, got, f - g, rounding);
        }
    }
}

/* One sample; the radius is of z - y. */
Test(losses, lipschitz)
{
    for (size_t i = 0; i < clarke_losses.count; i++) {
        const clarke_loss_desc *loss = clarke_losses.entry[i].desc;
        for (size_t k = 0; k < 40; k++) {
            const sample a = loss_sample(loss, k), b = loss_sample(loss, k + 100);
            double radius[2] = {0.0, 0.0}, apart = 0.0;
            for (size_t c = 0; c < SIZE; c++) {
                radius[0] += (a.z[c] - a.y[c]) * (a.z[c] - a.y[c]);
                radius[1] += (b.z[c] - a.y[c]) * (b.z[c] - a.y[c]);
                apart += (a.z[c] - b.z[c]) * (a.z[c] - b.z[c]);
            }
            const double reach = sqrt(fmax(radius[0], radius[1]));
            const double bound = loss->lipschitz(longest_target(&a), reach) * sqrt(apart);
            const double moved =
                fabs(loss->value(SIZE, 1, a.z, a.y) - loss->value(SIZE, 1, b.z, a.y));
            /* Values and lengths err by fewer than 40 roundings of numbers below radius^2 + 10. */
            cr_expect(moved <= bound + 40.0 * 0x1p-52 * (radius[0] + radius[1] + 10.0),
                      "%s: %zu: %g > %g", clarke_losses.entry[i].id, k, moved, bound);
        }
    }
}

/* The constants are attained: of softmax at two equal outputs, where the gradient's first component
   moves by tanh(t)/2 for the step t (1, -1), and where a sure answer is wrong. */
Test(losses, constants_are_sharp)
{
    const clarke_loss_desc *squared = clarke_registry_get(&clarke_losses, "squared");
    const clarke_loss_desc *softmax = clarke_registry_get(&clarke_losses, "softmax_cross_entropy");
    const double y[2] = {1.0, 0.0}, z[2] = {0x1p-11, -0x1p-11}, zero[2] = {0.0, 0.0};
    double g[2], g0[2];
    squared->gradient(2, 1, 1.0, z, y, g);
    squared->gradient(2, 1, 1.0, zero, y, g0);
    cr_expect_eq(g[0] - g0[0], z[0] * squared->smoothness(1.0), "squared: smoothness");
    softmax->gradient(2, 1, 1.0, z, y, g);
    softmax->gradient(2, 1, 1.0, zero, y, g0);
    /* tanh(t)/2 = t/2 (1 - t^2/3 + ...) and t = 2^-11; the components' rounding, 2^-53 / t, is far
       below what t^2/3 leaves of 2^-22. */
    const double ratio = (g[0] - g0[0]) / z[0];
    cr_expect(ratio <= softmax->smoothness(1.0) &&
                  ratio >= softmax->smoothness(1.0) * (1.0 - 0x1p-22),
              "softmax: smoothness, %.17g", ratio);
    const double far[2] = {-800.0, 0.0};
    softmax->gradient(2, 1, 1.0, far, y, g);
    cr_expect_eq(hypot(g[0], g[1]), softmax->lipschitz(1.0, 1.0), "softmax: Lipschitz, %.17g",
                 hypot(g[0], g[1]));
}

/* Two signs, y.z = 2t at z = (t, t): the gradient turns along y by phi'' |y|^2, and is as long as
   the bound says far on the wrong side. */
Test(losses, margins_are_sharp)
{
    const double y[2] = {1.0, 1.0}, length = sqrt(2.0);
    for (size_t i = 0; i < clarke_losses.count; i++) {
        const char *id = clarke_losses.entry[i].id;
        const clarke_loss_desc *loss = clarke_losses.entry[i].desc;
        if (!loss->margin) continue;
        const double h = 0x1p-11, low[2] = {-h, -h}, high[2] = {h, h}, far[2] = {-800.0, -800.0};
        double g[2], g0[2];
        loss->gradient(2, 1, 1.0, high, y, g);
        loss->gradient(2, 1, 1.0, low, y, g0);
        const double turn = hypot(g[0] - g0[0], g[1] - g0[1]) / (2.0 * h * length);
        const double constant = loss->smoothness(length);
        /* The quotient is taken over a step of 2^-9 in the margin: the logistic loses less than
           step^2 of its curvature, and a difference of slopes errs by 2^-52 over 2^-10. */
        if (isfinite(constant))
            cr_expect(turn <= constant + 0x1p-40 && turn >= constant * (1.0 - 0x1p-16),
                      "%s: smoothness %g, seen %g", id, constant, turn);
        loss->gradient(2, 1, 1.0, far, y, g);
        const double bound = loss->lipschitz(length, hypot(801.0, 801.0)), seen = hypot(g[0], g[1]);
        cr_expect(seen <= bound * (1.0 + 0x1p-50) && seen >= bound * (1.0 - 0x1p-50),
                  "%s: Lipschitz %g, seen %g", id, bound, seen);
        const clarke_interval kink = loss->margin->subdifferential(1.0);
        cr_expect_eq(kink.high > kink.low, isinf(constant) != 0, "%s: kink", id);
        cr_expect_eq(loss->margin->value(-800.0), loss->value(2, 1, (double[2]){-400.0, -400.0}, y),
                     "%s: phi", id);
    }
}

Test(losses, softmax_extremes)
{
    const clarke_loss_desc *softmax = clarke_registry_get(&clarke_losses, "softmax_cross_entropy");
    const double z[3] = {1000.0, 0.0, -1000.0}, hit[3] = {1.0, 0.0, 0.0}, miss[3] = {0.0, 0.0, 1.0};
    double g[3];
    cr_expect_eq(softmax->value(3, 1, z, hit), 0.0, "softmax: a sure hit");
    cr_expect_eq(softmax->value(3, 1, z, miss), 2000.0, "softmax: a sure miss");
    softmax->gradient(3, 1, 1.0, z, miss, g);
    cr_expect(g[0] == 1.0 && g[1] == 0.0 && g[2] == -1.0, "softmax: gradient %g %g %g", g[0], g[1],
              g[2]);
}

Test(losses, nan)
{
    for (size_t i = 0; i < clarke_losses.count; i++) {
        const clarke_loss_desc *loss = clarke_losses.entry[i].desc;
        for (size_t k = 0; k < SIZE; k++) {
            sample s = loss_sample(loss, 1);
            double g[SIZE];
            s.z[k] = NAN;
            loss->gradient(SIZE, 1, 1.0, s.z, s.y, g);
            cr_expect(isnan(loss->value(SIZE, 1, s.z, s.y)) && isnan(g[k]),
                      "%s: NaN is lost at %zu", clarke_losses.entry[i].id, k);
        }
    }
}
