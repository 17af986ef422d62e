/* 1/2 |z - y|_2^2, summed over the samples. */
#include "core/loss.h"

static double squared_value(size_t size, size_t count, const clarke_real *z, const clarke_real *y)
{
    double sum = 0.0;
    for (size_t i = 0; i < size * count; i++) {
        const double r = (double)z[i] - (double)y[i];
        sum += 0.5 * r * r;
    }
    return sum;
}

static void squared_gradient(size_t size, size_t count, clarke_real scale, const clarke_real *z,
                             const clarke_real *y, clarke_real *g)
{
    for (size_t i = 0; i < size * count; i++) g[i] = scale * (z[i] - y[i]);
}

static double squared_change(size_t size, const clarke_real *z, const clarke_real *d,
                             const clarke_real *y)
{
    double sum = 0.0;
    for (size_t c = 0; c < size; c++) {
        const double step = (double)d[c];
        sum -= step * (((double)z[c] - (double)y[c]) + 0.5 * step);
    }
    return sum;
}

/* The gradient is z - y. */
static double squared_lipschitz(double target, double radius)
{
    (void)target;
    return radius;
}

static double squared_smoothness(double target)
{
    (void)target;
    return 1.0;
}

const clarke_loss_desc CLARKE_REAL(clarke_loss_squared) = {
    .title = "Squared error",
    .formula = "|z - y|_2^2 / 2",
    .source = "folklore",
    .value = squared_value,
    .gradient = squared_gradient,
    .change = squared_change,
    .lipschitz = squared_lipschitz,
    .smoothness = squared_smoothness,
};
