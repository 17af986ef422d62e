/* min(max(t, -1), 1), with kinks at -1 and 1. */
#include "core/activation.h"

static void hard_tanh_value(const clarke_activation_opts *o, size_t n, const clarke_real *t,
                            clarke_real *y)
{
    (void)o;
    for (size_t i = 0; i < n; i++) y[i] = t[i] < -1 ? -1 : t[i] > 1 ? 1 : t[i];
}

static clarke_real hard_tanh_derivative(const clarke_activation_opts *o, clarke_real t)
{
    if (t > -1 && t < 1) return 1;
    if (t < -1 || t > 1) return 0;
    return t == -1 || t == 1 ? (clarke_real)o->zero_slope : t;
}

static void hard_tanh_chain(const clarke_activation_opts *o, size_t n, const clarke_real *t,
                            clarke_real *d)
{
    for (size_t i = 0; i < n; i++) d[i] *= hard_tanh_derivative(o, t[i]);
}

static clarke_slopes hard_tanh_slopes(const clarke_activation_opts *o, double t)
{
    (void)o;
    if (isnan(t)) return (clarke_slopes){NAN, NAN};
    return (clarke_slopes){t > -1.0 && t <= 1.0 ? 1.0 : 0.0, t >= -1.0 && t < 1.0 ? 1.0 : 0.0};
}

static clarke_interval hard_tanh_subdifferential(const clarke_activation_opts *o, double t)
{
    const clarke_slopes s = hard_tanh_slopes(o, t);
    if (isnan(t)) return (clarke_interval){NAN, NAN};
    return (clarke_interval){fmin(s.left, s.right), fmax(s.left, s.right)};
}

static double hard_tanh_lipschitz(const clarke_activation_opts *o)
{
    (void)o;
    return 1.0;
}

static double hard_tanh_slope_lipschitz(const clarke_activation_opts *o)
{
    (void)o;
    return INFINITY;
}

static clarke_interval hard_tanh_range(const clarke_activation_opts *o)
{
    (void)o;
    return (clarke_interval){-1.0, 1.0};
}

static size_t hard_tanh_pieces(const clarke_activation_opts *o,
                               clarke_piece piece[CLARKE_PIECES_MAX])
{
    (void)o;
    piece[0] = (clarke_piece){-INFINITY, -1.0, 0.0, -1.0};
    piece[1] = (clarke_piece){-1.0, 1.0, 1.0, 0.0};
    piece[2] = (clarke_piece){1.0, INFINITY, 0.0, 1.0};
    return 3;
}

const clarke_activation_desc CLARKE_REAL(clarke_activation_hard_tanh) = {
    .title = "Hard hyperbolic tangent",
    .formula = "min(max(t, -1), 1)",
    .source = "Collobert 2004",
    .value = hard_tanh_value,
    .chain = hard_tanh_chain,
    .slopes = hard_tanh_slopes,
    .subdifferential = hard_tanh_subdifferential,
    .lipschitz = hard_tanh_lipschitz,
    .slope_lipschitz = hard_tanh_slope_lipschitz,
    .range = hard_tanh_range,
    .pieces = hard_tanh_pieces,
};
