/* The identity, t: a layer without nonlinearity. */
#include "core/activation.h"

#include <string.h>

static void linear_value(const clarke_activation_opts *o, size_t n, const clarke_real *t,
                         clarke_real *y)
{
    (void)o;
    if (n > 0) memmove(y, t, n * sizeof *y);
}

static void linear_chain(const clarke_activation_opts *o, size_t n, const clarke_real *t,
                         clarke_real *d)
{
    (void)o;
    for (size_t i = 0; i < n; i++) d[i] = isnan(t[i]) ? t[i] : d[i];
}

static clarke_slopes linear_slopes(const clarke_activation_opts *o, double t)
{
    (void)o;
    const double slope = isnan(t) ? NAN : 1.0;
    return (clarke_slopes){slope, slope};
}

static clarke_interval linear_subdifferential(const clarke_activation_opts *o, double t)
{
    (void)o;
    const double slope = isnan(t) ? NAN : 1.0;
    return (clarke_interval){slope, slope};
}

static double linear_lipschitz(const clarke_activation_opts *o)
{
    (void)o;
    return 1.0;
}

static double linear_slope_lipschitz(const clarke_activation_opts *o)
{
    (void)o;
    return 0.0;
}

static clarke_interval linear_range(const clarke_activation_opts *o)
{
    (void)o;
    return (clarke_interval){-INFINITY, INFINITY};
}

static size_t linear_pieces(const clarke_activation_opts *o, clarke_piece piece[CLARKE_PIECES_MAX])
{
    (void)o;
    piece[0] = (clarke_piece){-INFINITY, INFINITY, 1.0, 0.0};
    return 1;
}

const clarke_activation_desc CLARKE_REAL(clarke_activation_linear) = {
    .title = "Identity",
    .formula = "t",
    .source = "folklore",
    .value = linear_value,
    .chain = linear_chain,
    .slopes = linear_slopes,
    .subdifferential = linear_subdifferential,
    .lipschitz = linear_lipschitz,
    .slope_lipschitz = linear_slope_lipschitz,
    .range = linear_range,
    .pieces = linear_pieces,
};
