/* Every regulariser is held to its contract: convex, selection inside the subdifferential, residual
   the distance to it, flags true. */
#include "core/registry.h"
#include "core/stream.h"
#include "parts/lib/norm.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include <float.h>
#include <math.h>
#include <stdio.h>

enum { N = 4, POINTS = 200 };

static const clarke_regularizer_desc *phi_at(size_t i)
{
    return clarke_regularizers.entry[i].desc;
}

static const char *label(size_t i)
{
    return clarke_regularizers.entry[i].id;
}

static const clarke_regularizer_opts opts = {.threshold = 0.75, .zero_sign = 0.0};

/* Points with zeros, ties, large and small entries, and equal to the threshold. */
static void draw(size_t k, double *m)
{
    static const double special[] = {0.0, -0.0, 0.75, -0.75, 1.0, -1.0, 1e-12, 1e9};
    const clarke_stream s = clarke_stream_make(7, "test", "regularizers", 0, 0, "points");
    for (size_t j = 0; j < N; j++) {
        const double u = clarke_stream_uniform(&s, k, 2 * j);
        const size_t pick = clarke_stream_index(&s, k, 2 * j + 1, 24);
        m[j] = pick < 8 ? special[pick] : 4.0 * u - 2.0;
    }
    for (size_t j = 0; k % 10 == 0 && j < N; j++) m[j] = 0.0;
}

static double dot(const double *a, const double *b)
{
    double sum = 0.0;
    for (size_t j = 0; j < N; j++) sum += a[j] * b[j];
    return sum;
}

ParameterizedTestParameters(regularizers, contract)
{
    static size_t index[64];
    for (size_t i = 0; i < clarke_regularizers.count; i++) index[i] = i;
    return cr_make_param_array(size_t, index, clarke_regularizers.count);
}

/* phi(y) >= phi(m) + <v, y - m>; each side is a sum of N + 1 terms, each with a few roundings. */
ParameterizedTest(const size_t *i, regularizers, contract)
{
    const clarke_regularizer_desc *phi = phi_at(*i);
    for (size_t k = 0; k < POINTS; k++) {
        double m[N], y[N], v[N], d[N];
        draw(k, m);
        phi->selection(&opts, N, m, v);
        const double length = clarke_norm(N, v), norm = clarke_norm(N, m);
        const double residual = phi->residual(&opts, N, m, v);
        cr_expect(residual <= (3 * N + 8) * DBL_EPSILON * length,
                  "%s: the selection is %g from the subdifferential at point %zu", label(*i),
                  residual, k);
        for (size_t l = 0; l < POINTS; l += 7) {
            draw(l, y);
            for (size_t j = 0; j < N; j++) d[j] = y[j] - m[j];
            const double a = phi->value(&opts, N, y), b = phi->value(&opts, N, m);
            const double size = a + b + length * (norm + clarke_norm(N, y));
            cr_expect(a - b - dot(v, d) >= -16.0 * N * DBL_EPSILON * size,
                      "%s: not a subgradient at points %zu, %zu: %g", label(*i), k, l,
                      a - b - dot(v, d));
        }
    }
    const double zero[N] = {0.0};
    cr_expect_eq(phi->value(&opts, N, zero), 0.0, "%s: phi(0) is not 0", label(*i));
}

ParameterizedTestParameters(regularizers, flags)
{
    static size_t index[64];
    for (size_t i = 0; i < clarke_regularizers.count; i++) index[i] = i;
    return cr_make_param_array(size_t, index, clarke_regularizers.count);
}

ParameterizedTest(const size_t *i, regularizers, flags)
{
    const clarke_regularizer_desc *phi = phi_at(*i);
    bool separable = true, radial = true;
    cr_expect(phi->title[0] && phi->formula[0] && phi->source[0], "%s: texts", label(*i));
    for (size_t k = 1; k < POINTS; k++) {
        double m[N], v[N], sum = 0.0;
        draw(k, m);
        phi->selection(&opts, N, m, v);
        for (size_t j = 0; j < N; j++) sum += phi->value(&opts, 1, &m[j]);
        const double whole = phi->value(&opts, N, m);
        separable &= fabs(sum - whole) <= 16.0 * N * DBL_EPSILON * (sum + whole);
        const double across = clarke_norm(N, m) * clarke_norm(N, v) - fabs(dot(m, v));
        radial &= across <= 16.0 * N * DBL_EPSILON * clarke_norm(N, m) * clarke_norm(N, v);
    }
    cr_expect_eq(separable, phi->separable, "%s: separable is %d", label(*i), phi->separable);
    cr_expect_eq(radial, phi->radial, "%s: radial is %d", label(*i), phi->radial);
}

ParameterizedTestParameters(regularizers, nan)
{
    static size_t index[64];
    for (size_t i = 0; i < clarke_regularizers.count; i++) index[i] = i;
    return cr_make_param_array(size_t, index, clarke_regularizers.count);
}

ParameterizedTest(const size_t *i, regularizers, nan)
{
    const clarke_regularizer_desc *phi = phi_at(*i);
    const double m[2] = {NAN, 0.25}, good[2] = {0.5, 0.25};
    double v[2];
    phi->selection(&opts, 2, m, v);
    cr_expect(isnan(v[0]), "%s: the selection hides NaN: %g", label(*i), v[0]);
    cr_expect(isnan(phi->value(&opts, 2, m)), "%s: the value hides NaN", label(*i));
    cr_expect(!isfinite(phi->residual(&opts, 2, m, good)), "%s: residual hides NaN in m",
              label(*i));
    cr_expect(!isfinite(phi->residual(&opts, 2, good, m)), "%s: residual hides NaN in v",
              label(*i));
}

static double residual(const char *id, size_t n, const double *m, const double *v)
{
    const clarke_regularizer_desc *phi = clarke_registry_get(&clarke_regularizers, id);
    return phi->residual(&opts, n, m, v);
}

#define V(...) ((const double[]){__VA_ARGS__})

/* Distances known by hand; dyadic or compared to a few units in the last place. */
Test(regularizers, residual_by_hand)
{
    cr_expect_eq(residual("half_square", 1, V(2.0), V(0.5)), 1.5, "half_square");
    cr_expect_eq(residual("l1", 1, V(2.0), V(-1.0)), 2.0, "l1: wrong sign");
    cr_expect_eq(residual("l1", 1, V(-2.0), V(0.5)), 1.5, "l1: not the sign");
    cr_expect_eq(residual("l1", 1, V(0.0), V(0.5)), 0.0, "l1: inside [-1, 1] at zero");
    cr_expect_eq(residual("l1", 1, V(-0.0), V(-1.0)), 0.0, "l1: the end at minus zero");
    cr_expect_eq(residual("l1", 1, V(0.0), V(1.5)), 0.5, "l1: outside at zero");
    cr_expect_eq(residual("l1", 2, V(1.0, -1.0), V(-2.0, 3.0)), 5.0, "l1: two coordinates");
    cr_expect_eq(residual("l2", 2, V(0.0, 0.0), V(0.6, 0.8)), 0.0, "l2: the unit ball at zero");
    cr_expect_eq(residual("l2", 2, V(0.0, 0.0), V(3.0, 4.0)), 4.0, "l2: outside the ball");
    cr_expect_float_eq(residual("l2", 2, V(3.0, 4.0), V(-0.6, -0.8)), 2.0, 8 * DBL_EPSILON,
                       "l2: opposite");
    cr_expect_eq(residual("huber_norm", 1, V(2.0), V(2.0)), 1.25, "huber_norm: not clipped");
    cr_expect_eq(residual("huber_norm", 1, V(0.5), V(0.75)), 0.25, "huber_norm: scaled up");
    cr_expect_eq(residual("huber_coordinate", 2, V(2.0, 0.5), V(0.75, 0.25)), 0.25,
                 "huber_coordinate");
}

Test(regularizers, selection_of_zero)
{
    const clarke_regularizer_desc *l1 = clarke_registry_get(&clarke_regularizers, "l1");
    const clarke_regularizer_opts up = {.zero_sign = 0.25};
    double v[3];
    l1->selection(&up, 3, V(0.0, -0.0, -1e-310), v);
    cr_expect(v[0] == 0.25 && v[1] == 0.25 && v[2] == -1.0, "l1: %g %g %g", v[0], v[1], v[2]);
}

Test(regularizers, norm_of_any_size)
{
    static const double scale[] = {1.0, 1e-160, 1e160, 1e-300, 1e300, 0x1p-1070};
    for (size_t i = 0; i < sizeof scale / sizeof *scale; i++) {
        const double m[2] = {3.0 * scale[i], -4.0 * scale[i]}, five = 5.0 * scale[i];
        cr_expect(fabs(clarke_norm(2, m) - five) <= 4 * DBL_EPSILON * five, "norm at scale %g: %g",
                  scale[i], clarke_norm(2, m) / scale[i]);
    }
    cr_expect_eq(clarke_norm(0, NULL), 0.0, "norm: empty");
    cr_expect_eq(clarke_norm(1, V(-2.5)), 2.5, "norm: one");
    cr_expect_eq(clarke_norm(3, V(0.0, -0.0, 0.0)), 0.0, "norm: zeros");
    cr_expect(isinf(clarke_norm(2, V(NAN, INFINITY))), "norm: infinity");
    cr_expect(isnan(clarke_norm(3, V(1.0, NAN, 2.0))), "norm: NaN");
}
