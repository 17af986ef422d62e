/* tanh t. The derivative 1/cosh^2 t is at most 1, and |sigma''| = 2 |tanh t| / cosh^2 t is largest
   where tanh^2 t = 1/3, there 4/(3 sqrt 3). */
#include "core/activation.h"

static void tanh_value(const clarke_activation_opts *o, size_t n, const clarke_real *t,
                       clarke_real *y)
{
    (void)o;
    for (size_t i = 0; i < n; i++) y[i] = clarke_real_tanh(t[i]);
}

static void tanh_chain(const clarke_activation_opts *o, size_t n, const clarke_real *t,
                       clarke_real *d)
{
    (void)o;
    for (size_t i = 0; i < n; i++) {
        const clarke_real c = 1 / clarke_real_cosh(t[i]);
        d[i] *= c * c;
    }
}

static clarke_slopes tanh_slopes(const clarke_activation_opts *o, double t)
{
    (void)o;
    const double c = 1.0 / cosh(t);
    return (clarke_slopes){c * c, c * c};
}

static clarke_interval tanh_subdifferential(const clarke_activation_opts *o, double t)
{
    const clarke_slopes s = tanh_slopes(o, t);
    return (clarke_interval){s.left, s.right};
}

static double tanh_lipschitz(const clarke_activation_opts *o)
{
    (void)o;
    return 1.0;
}

static double tanh_slope_lipschitz(const clarke_activation_opts *o)
{
    (void)o;
    return 4.0 / (3.0 * sqrt(3.0));
}

static clarke_interval tanh_range(const clarke_activation_opts *o)
{
    (void)o;
    return (clarke_interval){-1.0, 1.0};
}

/* tanh a - tanh b = tanh(a - b) (1 - tanh a tanh b). */
static double tanh_change(const clarke_activation_opts *o, double t, double d)
{
    (void)o;
    return tanh(d) * (1.0 - tanh(t + d) * tanh(t));
}

const clarke_activation_desc CLARKE_REAL(clarke_activation_tanh) = {
    .title = "Hyperbolic tangent",
    .formula = "tanh t",
    .source = "folklore",
    .value = tanh_value,
    .chain = tanh_chain,
    .slopes = tanh_slopes,
    .subdifferential = tanh_subdifferential,
    .lipschitz = tanh_lipschitz,
    .slope_lipschitz = tanh_slope_lipschitz,
    .change = tanh_change,
    .range = tanh_range,
};
