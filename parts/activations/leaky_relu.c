/* t for t >= 0 and a t for t < 0, where a = negative_slope is any finite number. The
   subdifferential at 0 is the interval between a and 1, in either order. */
#include "core/activation.h"

static void leaky_relu_value(const clarke_activation_opts *o, size_t n, const clarke_real *t,
                             clarke_real *y)
{
    const clarke_real a = (clarke_real)o->negative_slope;
    for (size_t i = 0; i < n; i++) y[i] = t[i] < 0 ? a * t[i] : t[i];
}

static void leaky_relu_chain(const clarke_activation_opts *o, size_t n, const clarke_real *t,
                             clarke_real *d)
{
    const clarke_real a = (clarke_real)o->negative_slope;
    const clarke_real kink = a == 1 ? 1 : (clarke_real)o->zero_slope;
    for (size_t i = 0; i < n; i++) d[i] *= t[i] > 0 ? 1 : t[i] < 0 ? a : t[i] == 0 ? kink : t[i];
}

static clarke_slopes leaky_relu_slopes(const clarke_activation_opts *o, double t)
{
    if (isnan(t)) return (clarke_slopes){NAN, NAN};
    return (clarke_slopes){t > 0.0 ? 1.0 : o->negative_slope, t >= 0.0 ? 1.0 : o->negative_slope};
}

static clarke_interval leaky_relu_subdifferential(const clarke_activation_opts *o, double t)
{
    const clarke_slopes s = leaky_relu_slopes(o, t);
    if (isnan(t)) return (clarke_interval){NAN, NAN};
    return (clarke_interval){fmin(s.left, s.right), fmax(s.left, s.right)};
}

static double leaky_relu_lipschitz(const clarke_activation_opts *o)
{
    return fmax(1.0, fabs(o->negative_slope));
}

static double leaky_relu_slope_lipschitz(const clarke_activation_opts *o)
{
    return o->negative_slope == 1.0 ? 0.0 : INFINITY;
}

static clarke_interval leaky_relu_range(const clarke_activation_opts *o)
{
    const double a = o->negative_slope;
    return (clarke_interval){a > 0.0 ? -INFINITY : 0.0, INFINITY};
}

static size_t leaky_relu_pieces(const clarke_activation_opts *o,
                                clarke_piece piece[CLARKE_PIECES_MAX])
{
    piece[0] = (clarke_piece){-INFINITY, 0.0, o->negative_slope, 0.0};
    piece[1] = (clarke_piece){0.0, INFINITY, 1.0, 0.0};
    return 2;
}

const clarke_activation_desc CLARKE_REAL(clarke_activation_leaky_relu) = {
    .title = "Leaky rectifier",
    .formula = "t (t >= 0), a t (t < 0)",
    .source = "Maas, Hannun, Ng 2013",
    .value = leaky_relu_value,
    .chain = leaky_relu_chain,
    .slopes = leaky_relu_slopes,
    .subdifferential = leaky_relu_subdifferential,
    .lipschitz = leaky_relu_lipschitz,
    .slope_lipschitz = leaky_relu_slope_lipschitz,
    .range = leaky_relu_range,
    .pieces = leaky_relu_pieces,
};
