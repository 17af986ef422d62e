/* -sum_c y_c log p_c with p = softmax(z) and y a probability vector, summed over the samples. It is
   convex and smooth in z with gradient p - y, evaluated with the largest z_c taken out so that
   nothing overflows. */
#include "core/loss.h"

/* NaN is never the largest, but exp(NaN - m) brings it back into every sum. */
static clarke_real softmax_cross_entropy_largest(size_t size, const clarke_real *z)
{
    clarke_real m = z[0];
    for (size_t c = 1; c < size; c++)
        if (z[c] > m) m = z[c];
    return m;
}

static double softmax_cross_entropy_value(size_t size, size_t count, const clarke_real *z,
                                          const clarke_real *y)
{
    double total = 0.0;
    for (size_t i = 0; i < count; i++, z += size, y += size) {
        const clarke_real m = softmax_cross_entropy_largest(size, z);
        double mass = 0.0;
        for (size_t c = 0; c < size; c++) mass += (double)clarke_real_exp(z[c] - m);
        const double level = log(mass);
        for (size_t c = 0; c < size; c++) total += (double)y[c] * (level - (double)(z[c] - m));
    }
    return total;
}

static void softmax_cross_entropy_gradient(size_t size, size_t count, clarke_real scale,
                                           const clarke_real *z, const clarke_real *y,
                                           clarke_real *g)
{
    for (size_t i = 0; i < count; i++, z += size, y += size, g += size) {
        const clarke_real m = softmax_cross_entropy_largest(size, z);
        clarke_real mass = 0;
        for (size_t c = 0; c < size; c++) mass += g[c] = clarke_real_exp(z[c] - m);
        for (size_t c = 0; c < size; c++) g[c] = scale * (g[c] / mass - y[c]);
    }
}

/* log sum exp of z + d, shifted by the largest z_c + d_c. */
static double softmax_cross_entropy_level(size_t size, const clarke_real *z, const clarke_real *d)
{
    double m = -INFINITY, mass = 0.0;
    for (size_t c = 0; c < size; c++) m = fmax(m, (double)z[c] + (double)d[c]);
    for (size_t c = 0; c < size; c++) mass += exp((double)z[c] + (double)d[c] - m);
    return m + log(mass);
}

/* log sum exp(z + d) - log sum exp z = log(1 + sum p_c (exp(d_c) - 1)); far steps have no digits to
   lose, but could overflow. */
static double softmax_cross_entropy_change(size_t size, const clarke_real *z, const clarke_real *d,
                                           const clarke_real *y)
{
    const clarke_real m = softmax_cross_entropy_largest(size, z);
    double mass = 0.0, moved = 0.0, target = 0.0, gain = 0.0, longest = 0.0;
    for (size_t c = 0; c < size; c++) {
        const double e = (double)clarke_real_exp(z[c] - m);
        mass += e;
        moved += e * expm1((double)d[c]);
        target += (double)y[c];
        gain += (double)y[c] * (double)d[c];
        longest = fmax(longest, fabs((double)d[c]));
    }
    if (longest <= 1.0) return gain - target * log1p(moved / mass);
    return gain - target * (softmax_cross_entropy_level(size, z, d) - (double)m - log(mass));
}

/* |p - y|_2^2 = |p|^2 + |y|^2 - 2 p.y <= 2 for probability vectors p, y, whatever the radius. */
static double softmax_cross_entropy_lipschitz(double target, double radius)
{
    (void)target, (void)radius;
    return sqrt(2.0);
}

/* The Hessian diag(p) - p p^T is positive semidefinite, and row c's absolute sum is
   p_c (1 - p_c) + p_c sum_{d != c} p_d = 2 p_c (1 - p_c) <= 1/2 (Gershgorin). */
static double softmax_cross_entropy_smoothness(double target)
{
    (void)target;
    return 0.5;
}

const clarke_loss_desc CLARKE_REAL(clarke_loss_softmax_cross_entropy) = {
    .title = "Cross-entropy of the softmax",
    .formula = "-sum_c y_c log(exp z_c / sum_d exp z_d)",
    .source = "folklore",
    .probabilities = true,
    .value = softmax_cross_entropy_value,
    .gradient = softmax_cross_entropy_gradient,
    .change = softmax_cross_entropy_change,
    .lipschitz = softmax_cross_entropy_lipschitz,
    .smoothness = softmax_cross_entropy_smoothness,
};
