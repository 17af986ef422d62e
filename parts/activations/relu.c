/* relu(t) = max(t, 0). Clarke subdifferential {0} for t < 0, [0,1] at 0, {1} for t > 0. */
#include "core/activation.h"

static void relu_value(const clarke_activation_opts *o, size_t n, const clarke_real *t,
                       clarke_real *y)
{
    (void)o;
    /* Not t > 0 ? t : 0, which would turn NaN into 0. */
    for (size_t i = 0; i < n; i++) y[i] = t[i] <= 0 ? 0 : t[i];
}

static void relu_chain(const clarke_activation_opts *o, size_t n, const clarke_real *t,
                       clarke_real *d)
{
    const clarke_real kink = (clarke_real)o->zero_slope;
    for (size_t i = 0; i < n; i++) d[i] *= t[i] > 0 ? 1 : t[i] < 0 ? 0 : t[i] == 0 ? kink : t[i];
}

static clarke_slopes relu_slopes(const clarke_activation_opts *o, double t)
{
    (void)o;
    if (isnan(t)) return (clarke_slopes){NAN, NAN};
    return (clarke_slopes){t > 0.0, t >= 0.0};
}

static clarke_interval relu_subdifferential(const clarke_activation_opts *o, double t)
{
    (void)o;
    if (isnan(t)) return (clarke_interval){NAN, NAN};
    return (clarke_interval){t > 0.0, t >= 0.0};
}

static double relu_lipschitz(const clarke_activation_opts *o)
{
    (void)o;
    return 1.0;
}

static double relu_slope_lipschitz(const clarke_activation_opts *o)
{
    (void)o;
    return INFINITY;
}

static clarke_interval relu_range(const clarke_activation_opts *o)
{
    (void)o;
    return (clarke_interval){0.0, INFINITY};
}

static size_t relu_pieces(const clarke_activation_opts *o, clarke_piece piece[CLARKE_PIECES_MAX])
{
    (void)o;
    piece[0] = (clarke_piece){-INFINITY, 0.0, 0.0, 0.0};
    piece[1] = (clarke_piece){0.0, INFINITY, 1.0, 0.0};
    return 2;
}

const clarke_activation_desc CLARKE_REAL(clarke_activation_relu) = {
    .title = "Rectifier",
    .formula = "max(t, 0)",
    .source = "folklore",
    .value = relu_value,
    .chain = relu_chain,
    .slopes = relu_slopes,
    .subdifferential = relu_subdifferential,
    .lipschitz = relu_lipschitz,
    .slope_lipschitz = relu_slope_lipschitz,
    .range = relu_range,
    .pieces = relu_pieces,
};
