/* phi(m) = log(1 + exp(-m)) of the margin m = y.z, summed over the samples; y is a vector of signs,
   one sign for two classes. Convex and smooth; nothing overflows. */
#include "parts/lib/margin.h"

static double logistic_phi(double m)
{
    return m > 0.0 ? log1p(exp(-m)) : log1p(exp(m)) - m;
}

static clarke_interval logistic_subdifferential(double m)
{
    const double e = exp(-fabs(m)), slope = -(m > 0.0 ? e : 1.0) / (1.0 + e);
    return (clarke_interval){slope, slope};
}

/* phi(m + d) - phi(m) = log(1 + (exp(-d) - 1)/(1 + exp(m))). */
static double logistic_change(double m, double d)
{
    if (!(fabs(d) <= 1.0)) return logistic_phi(m) - logistic_phi(m + d);
    return -log1p(expm1(-d) * -logistic_subdifferential(m).low);
}

static const clarke_margin logistic_margin = {logistic_phi, logistic_subdifferential,
                                              logistic_change};

static double logistic_value(size_t size, size_t count, const clarke_real *z, const clarke_real *y)
{
    return clarke_margin_value(&logistic_margin, size, count, z, y);
}

static void logistic_gradient(size_t size, size_t count, clarke_real scale, const clarke_real *z,
                              const clarke_real *y, clarke_real *g)
{
    clarke_margin_gradient(&logistic_margin, size, count, scale, z, y, g);
}

static double logistic_loss_change(size_t size, const clarke_real *z, const clarke_real *d,
                                   const clarke_real *y)
{
    return clarke_margin_change(&logistic_margin, size, z, d, y);
}

/* The gradient is -y/(1 + exp(m)). */
static double logistic_lipschitz(double target, double radius)
{
    (void)radius;
    return target;
}

/* The second derivative of phi, e/(1 + e)^2 with e = exp(-m), is at most 1/4, and the Hessian is
   that times y y^T. */
static double logistic_smoothness(double target)
{
    return 0.25 * target * target;
}

const clarke_loss_desc CLARKE_REAL(clarke_loss_logistic) = {
    .title = "Logistic loss",
    .formula = "log(1 + exp(-y.z))",
    .source = "folklore",
    .margin = &logistic_margin,
    .value = logistic_value,
    .gradient = logistic_gradient,
    .change = logistic_loss_change,
    .lipschitz = logistic_lipschitz,
    .smoothness = logistic_smoothness,
};
