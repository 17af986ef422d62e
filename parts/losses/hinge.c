/* phi(m) = max(0, 1 - m) of the margin m = y.z, summed over the samples; y is a vector of signs, one
   sign for two classes. Convex, with a kink where m = 1. */
#include "parts/lib/margin.h"

static double hinge_phi(double m)
{
    return m >= 1.0 ? 0.0 : 1.0 - m;
}

static clarke_interval hinge_subdifferential(double m)
{
    if (isnan(m)) return (clarke_interval){NAN, NAN};
    return (clarke_interval){m <= 1.0 ? -1.0 : 0.0, m < 1.0 ? -1.0 : 0.0};
}

static double hinge_change(double m, double d)
{
    const double before = 1.0 - m, after = 1.0 - m - d;
    return before > 0.0 && after > 0.0 ? d : hinge_phi(m) - hinge_phi(m + d);
}

static const clarke_margin hinge_margin = {hinge_phi, hinge_subdifferential, hinge_change};

static double hinge_value(size_t size, size_t count, const clarke_real *z, const clarke_real *y)
{
    return clarke_margin_value(&hinge_margin, size, count, z, y);
}

static void hinge_gradient(size_t size, size_t count, clarke_real scale, const clarke_real *z,
                           const clarke_real *y, clarke_real *g)
{
    clarke_margin_gradient(&hinge_margin, size, count, scale, z, y, g);
}

static double hinge_loss_change(size_t size, const clarke_real *z, const clarke_real *d,
                                const clarke_real *y)
{
    return clarke_margin_change(&hinge_margin, size, z, d, y);
}

/* The gradient is 0 or -y. */
static double hinge_lipschitz(double target, double radius)
{
    (void)radius;
    return target;
}

static double hinge_smoothness(double target)
{
    return target > 0.0 ? INFINITY : 0.0;
}

const clarke_loss_desc CLARKE_REAL(clarke_loss_hinge) = {
    .title = "Hinge loss",
    .formula = "max(0, 1 - y.z)",
    .source = "Cortes, Vapnik 1995",
    .margin = &hinge_margin,
    .value = hinge_value,
    .gradient = hinge_gradient,
    .change = hinge_loss_change,
    .lipschitz = hinge_lipschitz,
    .smoothness = hinge_smoothness,
};
