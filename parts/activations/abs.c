/* |t|. Clarke subdifferential {-1} for t < 0, [-1,1] at 0, {1} for t > 0. */
#include "core/activation.h"

static void abs_value(const clarke_activation_opts *o, size_t n, const clarke_real *t,
                      clarke_real *y)
{
    (void)o;
    for (size_t i = 0; i < n; i++) y[i] = CLARKE_REAL_FUNCTION(fabs)(t[i]);
}

static void abs_chain(const clarke_activation_opts *o, size_t n, const clarke_real *t,
                      clarke_real *d)
{
    const clarke_real kink = (clarke_real)o->zero_slope;
    for (size_t i = 0; i < n; i++) d[i] *= t[i] > 0 ? 1 : t[i] < 0 ? -1 : t[i] == 0 ? kink : t[i];
}

static clarke_slopes abs_slopes(const clarke_activation_opts *o, double t)
{
    (void)o;
    if (isnan(t)) return (clarke_slopes){NAN, NAN};
    return (clarke_slopes){t > 0.0 ? 1.0 : -1.0, t >= 0.0 ? 1.0 : -1.0};
}

static clarke_interval abs_subdifferential(const clarke_activation_opts *o, double t)
{
    const clarke_slopes s = abs_slopes(o, t);
    return (clarke_interval){s.left, s.right};
}

static double abs_lipschitz(const clarke_activation_opts *o)
{
    (void)o;
    return 1.0;
}

static double abs_slope_lipschitz(const clarke_activation_opts *o)
{
    (void)o;
    return INFINITY;
}

static clarke_interval abs_range(const clarke_activation_opts *o)
{
    (void)o;
    return (clarke_interval){0.0, INFINITY};
}

static size_t abs_pieces(const clarke_activation_opts *o, clarke_piece piece[CLARKE_PIECES_MAX])
{
    (void)o;
    piece[0] = (clarke_piece){-INFINITY, 0.0, -1.0, 0.0};
    piece[1] = (clarke_piece){0.0, INFINITY, 1.0, 0.0};
    return 2;
}

const clarke_activation_desc CLARKE_REAL(clarke_activation_abs) = {
    .title = "Absolute value",
    .formula = "|t|",
    .source = "folklore",
    .value = abs_value,
    .chain = abs_chain,
    .slopes = abs_slopes,
    .subdifferential = abs_subdifferential,
    .lipschitz = abs_lipschitz,
    .slope_lipschitz = abs_slope_lipschitz,
    .range = abs_range,
    .pieces = abs_pieces,
};
