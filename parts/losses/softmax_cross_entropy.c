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
    .lipschitz = softmax_cross_entropy_lipschitz,
    .smoothness = softmax_cross_entropy_smoothness,
};
