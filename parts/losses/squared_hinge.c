/* phi(m) = 1/2 max(0, 1 - m)^2 of the margin m = y.z, summed over the samples; y is a vector of
   signs, one sign for two classes. Convex and smooth. */
#include "parts/lib/margin.h"

static double squared_hinge_phi(double m)
{
    return m >= 1.0 ? 0.0 : 0.5 * (1.0 - m) * (1.0 - m);
}

static clarke_interval squared_hinge_subdifferential(double m)
{
    const double slope = m >= 1.0 ? 0.0 : m - 1.0;
    return (clarke_interval){slope, slope};
}

/* Half the difference of squares h^2 - g^2 = (h - g)(h + g) of h = max(0, 1 - m), g the same of
   m + d. */
static double squared_hinge_change(double m, double d)
{
    const double h = m >= 1.0 ? 0.0 : 1.0 - m, g = m + d >= 1.0 ? 0.0 : 1.0 - m - d;
    const double difference = h > 0.0 && g > 0.0 ? d : h - g;
    return 0.5 * difference * (h + g);
}

static const clarke_margin squared_hinge_margin = {squared_hinge_phi, squared_hinge_subdifferential,
                                                   squared_hinge_change};

static double squared_hinge_value(size_t size, size_t count, const clarke_real *z,
                                  const clarke_real *y)
{
    return clarke_margin_value(&squared_hinge_margin, size, count, z, y);
}

static void squared_hinge_gradient(size_t size, size_t count, clarke_real scale,
                                   const clarke_real *z, const clarke_real *y, clarke_real *g)
{
    clarke_margin_gradient(&squared_hinge_margin, size, count, scale, z, y, g);
}

static double squared_hinge_loss_change(size_t size, const clarke_real *z, const clarke_real *d,
                                        const clarke_real *y)
{
    return clarke_margin_change(&squared_hinge_margin, size, z, d, y);
}

/* |gradient| = max(0, 1 - m) |y|, and m = |y|^2 + y.(z - y) >= |y|^2 - |y| radius. With s = |y| the
   bound (1 - s^2 + s radius) s rises until its derivative 1 + 2 s radius - 3 s^2 is 0. */
static double squared_hinge_lipschitz(double target, double radius)
{
    const double s = fmin(target, (radius + sqrt(radius * radius + 3.0)) / 3.0);
    return fmax(0.0, 1.0 - s * s + s * radius) * s;
}

/* The second derivative of phi is 0 or 1, and the Hessian is that times y y^T. */
static double squared_hinge_smoothness(double target)
{
    return target * target;
}

const clarke_loss_desc CLARKE_REAL(clarke_loss_squared_hinge) = {
    .title = "Squared hinge loss",
    .formula = "max(0, 1 - y.z)^2 / 2",
    .source = "folklore",
    .margin = &squared_hinge_margin,
    .value = squared_hinge_value,
    .gradient = squared_hinge_gradient,
    .change = squared_hinge_loss_change,
    .lipschitz = squared_hinge_lipschitz,
    .smoothness = squared_hinge_smoothness,
};
