#include "verify/lib/dladmm_mirror.h"

#include <math.h>

long double clarke_dladmm_kkt_w(clarke_dladmm_mirror *s, const double *x, size_t l)
{
    const clarke_dladmm *d = s->d;
    const double *w = x + d->at[l][CLARKE_DLADMM_W];
    long double sum = 0.0L;
    clarke_dladmm_gradient_w(s, x, l, s->g);
    for (size_t i = 0; i < clarke_dladmm_count(d, l, CLARKE_DLADMM_W); i++) {
        const long double lambda = d->lambda;
        long double q = s->g[i];
        if (d->penalty == CLARKE_DLADMM_RIDGE) q += lambda * (long double)w[i];
        if (d->penalty == CLARKE_DLADMM_L1)
            q = w[i] != 0.0 ? q + (w[i] > 0.0 ? lambda : -lambda) : fmaxl(fabsl(q) - lambda, 0.0L);
        sum += q * q;
    }
    return sqrtl(sum);
}

long double clarke_dladmm_kkt_b(const clarke_dladmm_mirror *s, const double *x, size_t l)
{
    const size_t rows = s->d->width[l + 1];
    long double square = 0.0L;
    for (size_t i = 0; i < rows; i++) {
        long double sum = 0.0L;
        for (size_t j = 0; j < s->d->samples; j++)
            sum += clarke_dladmm_error(s, x, l, j * rows + i);
        square += sum * sum;
    }
    return sqrtl(square);
}

/* dist(0, limiting subdifferential in z_l) / nu. At a kink the part (a - f)^2 / 2 of a concave kind
   (a > f) has two limits of gradients and nothing between them; of a convex kind the interval. */
static long double kkt_entry(const clarke_dladmm *d, long double m, double z, double a)
{
    const clarke_slopes slope = d->activation->slopes(&d->opts, z);
    const long double rest = (long double)z - m;
    const long double miss = (long double)clarke_dladmm_activation(d, z) - (long double)a;
    const long double p = rest + (long double)slope.left * miss;
    const long double q = rest + (long double)slope.right * miss;
    /* miss >= 0 with slopes that rise: convex, so [p, q] counts. */
    if (miss * ((long double)slope.right - (long double)slope.left) > 0.0L && p <= 0.0L &&
        q >= 0.0L)
        return 0.0L;
    return fminl(fabsl(p), fabsl(q));
}

long double clarke_dladmm_kkt_z(const clarke_dladmm_mirror *s, const double *x, size_t l,
                                long double *gap)
{
    const clarke_dladmm *d = s->d;
    const double *z = x + d->at[l][CLARKE_DLADMM_Z], *a = x + d->at[l][CLARKE_DLADMM_A];
    const long double nu = s->nu;
    long double sum = 0.0L;
    for (size_t i = 0; i < clarke_dladmm_count(d, l, CLARKE_DLADMM_Z); i++) {
        const long double m = s->m[l][i], b = a[i], t = z[i];
        const long double q = nu * kkt_entry(d, m, z[i], a[i]);
        const long double f = clarke_dladmm_activation(d, z[i]);
        sum += q * q;
        *gap += 0.5L * nu *
                ((t - m) * (t - m) + (b - f) * (b - f) - clarke_dladmm_hidden_minimum(d, m, b));
    }
    return sqrtl(sum);
}

long double clarke_dladmm_kkt_a(clarke_dladmm_mirror *s, const double *x, size_t l)
{
    long double sum = 0.0L;
    clarke_dladmm_gradient_a(s, x, l, s->g);
    for (size_t i = 0; i < clarke_dladmm_count(s->d, l, CLARKE_DLADMM_A); i++)
        sum += s->g[i] * s->g[i];
    return sqrtl(sum);
}

long double clarke_dladmm_kkt_last(clarke_dladmm_mirror *s, const double *x, long double *residual,
                                   long double *rounding)
{
    const clarke_dladmm *d = s->d;
    const size_t l = d->layers - 1, n = clarke_dladmm_count(d, l, CLARKE_DLADMM_Z);
    const double *z = x + d->at[l][CLARKE_DLADMM_Z], *u = x + d->at[l][CLARKE_DLADMM_A];
    const long double rho = s->rho;
    long double sum = 0.0L, square = 0.0L, left = 0.0L;
    clarke_dladmm_loss(d, z, s->g);
    for (size_t i = 0; i < n; i++) {
        const long double r = (long double)z[i] - s->m[l][i];
        const long double q = s->g[i] + (long double)u[i] + rho * r;
        const long double bound = 2.0L * clarke_dladmm_solve_rounding(s, x, i);
        sum += q * q;
        square += r * r;
        left += bound * bound;
    }
    *residual = sqrtl(square);
    *rounding = sqrtl(left);
    return sqrtl(sum);
}
