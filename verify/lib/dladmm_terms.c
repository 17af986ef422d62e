#include "verify/lib/dladmm_mirror.h"

#include <math.h>

static const long double u53 = 0x1p-53L;

void clarke_dladmm_order(size_t layers, size_t phase, clarke_dladmm_change *c)
{
    enum { W = CLARKE_DLADMM_W, B = CLARKE_DLADMM_B, Z = CLARKE_DLADMM_Z, A = CLARKE_DLADMM_A };
    static const size_t down[] = {A, Z, B, W}, up[] = {W, B, Z, A};
    *c = (clarke_dladmm_change){0};
    size_t i = 0;
    for (size_t l = layers; l-- > 0;)
        for (size_t k = 0; k < 4; k++) {
            if (l + 1 == layers && down[k] == A) continue; /* there is no a_L */
            if (i++ == phase) *c = (clarke_dladmm_change){.kind = down[k], .layer = l};
        }
    for (size_t l = 0; l < layers; l++)
        for (size_t k = 0; k < 4; k++)
            if (i++ == phase)
                *c = (clarke_dladmm_change){.kind = up[k], .layer = l, .forward = true};
    c->last = c->layer + 1 == layers;
}

long double clarke_dladmm_norm(size_t n, const double *x)
{
    long double sum = 0.0L;
    for (size_t i = 0; i < n; i++) sum += (long double)x[i] * (long double)x[i];
    return sqrtl(sum);
}

long double clarke_dladmm_weight(const clarke_dladmm_mirror *s, size_t l)
{
    return l + 1 == s->d->layers ? (long double)s->rho : (long double)s->nu;
}

void clarke_dladmm_product(const clarke_dladmm *d, size_t l, const long double *direction,
                           const double *a, long double *out)
{
    const size_t rows = d->width[l + 1], in = d->width[l];
    memset(out, 0, rows * d->samples * sizeof *out);
    for (size_t j = 0; j < d->samples; j++)
        for (size_t k = 0; k < in; k++) {
            const long double at = a[j * in + k];
            for (size_t i = 0; i < rows; i++) out[j * rows + i] += direction[k * rows + i] * at;
        }
}

void clarke_dladmm_image(const clarke_dladmm *d, size_t l, const double *w,
                         const long double *direction, long double *out)
{
    const size_t rows = d->width[l + 1], in = d->width[l];
    memset(out, 0, rows * d->samples * sizeof *out);
    for (size_t j = 0; j < d->samples; j++)
        for (size_t k = 0; k < in; k++) {
            const long double at = direction[j * in + k];
            for (size_t i = 0; i < rows; i++)
                out[j * rows + i] += (long double)w[k * rows + i] * at;
        }
}

/* ---- the pieces of the objective ---- */

long double clarke_dladmm_error(const clarke_dladmm_mirror *s, const double *x, size_t l, size_t i)
{
    const size_t *at = s->d->at[l];
    const long double r = (long double)x[at[CLARKE_DLADMM_Z] + i] - s->m[l][i];
    if (l + 1 == s->d->layers)
        return -(long double)x[at[CLARKE_DLADMM_A] + i] - (long double)s->rho * r;
    return -(long double)s->nu * r;
}

/* Of one sample, with z - r (r NULL: z). */
static long double terms_sample(const clarke_dladmm *d, const double *z, const long double *r,
                                const double *y, long double *gradient)
{
    const size_t rows = d->width[d->layers];
    long double largest = -INFINITY, mass = 0.0L, value = 0.0L;
    for (size_t c = 0; c < rows; c++) {
        const long double v = (long double)z[c] - (r ? r[c] : 0.0L), e = v - (long double)y[c];
        largest = fmaxl(largest, v);
        value += 0.5L * e * e;
        if (gradient) gradient[c] = e;
    }
    if (!d->loss->probabilities) return value;
    for (size_t c = 0; c < rows; c++) mass += expl((long double)z[c] - (r ? r[c] : 0.0L) - largest);
    value = 0.0L;
    for (size_t c = 0; c < rows; c++) {
        const long double v = (long double)z[c] - (r ? r[c] : 0.0L) - largest;
        value += (long double)y[c] * (logl(mass) - v);
        if (gradient) gradient[c] = expl(v) / mass - (long double)y[c];
    }
    return value;
}

long double clarke_dladmm_loss(const clarke_dladmm *d, const double *z, long double *gradient)
{
    const size_t rows = d->width[d->layers];
    long double sum = 0.0L;
    for (size_t j = 0; j < d->samples; j++)
        sum += terms_sample(d, z + j * rows, NULL, d->target + j * rows,
                            gradient ? gradient + j * rows : NULL);
    return sum;
}

long double clarke_dladmm_loss_shifted(const clarke_dladmm *d, const double *z,
                                       const long double *r)
{
    const size_t rows = d->width[d->layers];
    long double sum = 0.0L;
    for (size_t j = 0; j < d->samples; j++)
        sum += terms_sample(d, z + j * rows, r + j * rows, d->target + j * rows, NULL);
    return sum;
}

void clarke_dladmm_gradient_w(const clarke_dladmm_mirror *s, const double *x, size_t l,
                              long double *g)
{
    const clarke_dladmm *d = s->d;
    const size_t rows = d->width[l + 1], in = d->width[l];
    const double *a = clarke_dladmm_before(d, x, l);
    memset(g, 0, rows * in * sizeof *g);
    for (size_t i = 0; i < rows * d->samples; i++) {
        const long double e = clarke_dladmm_error(s, x, l, i);
        for (size_t k = 0; k < in; k++)
            g[k * rows + i % rows] += e * (long double)a[i / rows * in + k];
    }
}

void clarke_dladmm_gradient_a(clarke_dladmm_mirror *s, const double *x, size_t l, long double *g)
{
    const clarke_dladmm *d = s->d;
    const size_t rows = d->width[l + 1], out = d->width[l + 2], n = rows * d->samples;
    const double *a = x + d->at[l][CLARKE_DLADMM_A], *w = x + d->at[l + 1][CLARKE_DLADMM_W];
    d->activation->value(&d->opts, n, x + d->at[l][CLARKE_DLADMM_Z], s->f);
    for (size_t i = 0; i < n; i++)
        g[i] = (long double)s->nu * ((long double)a[i] - (long double)s->f[i]);
    for (size_t i = 0; i < out * d->samples; i++) {
        const long double e = clarke_dladmm_error(s, x, l + 1, i);
        for (size_t k = 0; k < rows; k++)
            g[i / out * rows + k] += (long double)w[k * out + i % out] * e;
    }
}

long double clarke_dladmm_omega(const clarke_dladmm *d, size_t n, const double *w)
{
    long double sum = 0.0L;
    for (size_t i = 0; i < n && d->penalty != CLARKE_DLADMM_NONE; i++) {
        const long double v = w[i];
        sum += d->penalty == CLARKE_DLADMM_RIDGE ? 0.5L * v * v : fabsl(v);
    }
    return (long double)d->lambda * sum;
}

long double clarke_dladmm_lagrangian(clarke_dladmm_mirror *s, const double *x)
{
    const clarke_dladmm *d = s->d;
    long double sum = clarke_dladmm_loss(d, x + d->at[d->layers - 1][CLARKE_DLADMM_Z], NULL);
    for (size_t l = 0; l < d->layers; l++) {
        const size_t n = clarke_dladmm_count(d, l, CLARKE_DLADMM_Z), *at = d->at[l];
        const double *z = x + at[CLARKE_DLADMM_Z], *a = x + at[CLARKE_DLADMM_A];
        const bool last = l + 1 == d->layers;
        if (!last) d->activation->value(&d->opts, n, z, s->f);
        for (size_t i = 0; i < n; i++) {
            const long double r = (long double)z[i] - s->m[l][i];
            const long double q = last ? 0.0L : (long double)a[i] - (long double)s->f[i];
            sum += last ? r * ((long double)a[i] + 0.5L * (long double)s->rho * r)
                        : 0.5L * (long double)s->nu * (r * r + q * q);
        }
        sum += clarke_dladmm_omega(d, clarke_dladmm_count(d, l, CLARKE_DLADMM_W),
                                   x + at[CLARKE_DLADMM_W]);
    }
    return sum;
}

/* What is left of the gradient after an exact solve in double: its parts are formed with at most
   8 operations each on numbers of the sizes below; p = softmax(z) carries K + 8 operations and the
   rounding of z, u |z| in the exponent. */
long double clarke_dladmm_solve_rounding(const clarke_dladmm_mirror *s, const double *x, size_t i)
{
    const clarke_dladmm *d = s->d;
    const size_t l = d->layers - 1, rows = d->width[d->layers];
    const long double z = x[d->at[l][CLARKE_DLADMM_Z] + i], u = x[d->at[l][CLARKE_DLADMM_A] + i];
    long double largest = 1.0L;
    for (size_t c = 0; c < rows; c++)
        largest =
            fmaxl(largest, fabsl((long double)x[d->at[l][CLARKE_DLADMM_Z] + i / rows * rows + c]));
    const long double rho = s->rho, loss = (long double)rows + 8.0L + 2.0L * largest;
    return 16.0L * u53 *
           (loss + fabsl((long double)d->target[i]) + fabsl(u) +
            rho * (fabsl(z) + fabsl(s->m[l][i])) + fabsl(z));
}

/* ---- the global minimum of a hidden entry ---- */

double clarke_dladmm_activation(const clarke_dladmm *d, double t)
{
    double y;
    d->activation->value(&d->opts, 1, &t, &y);
    return y;
}

long double clarke_dladmm_entry(const clarke_dladmm *d, long double m, long double a, long double t)
{
    const long double y = (long double)clarke_dladmm_activation(d, (double)t);
    return (t - m) * (t - m) + (a - y) * (a - y);
}

/* f rises and its slopes are at most 1 where it is smooth, so the minimiser lies between m and
   m + (a - f(m)); the best of a fine grid, then golden sections around it. */
static long double terms_search(const clarke_dladmm *d, long double m, long double a)
{
    enum { GRID = 64, CUTS = 60 };
    const long double far = m + (a - (long double)clarke_dladmm_activation(d, (double)m));
    const long double mesh = (far - m) / GRID, golden = 0.381966011250105151795L;
    long double best = clarke_dladmm_entry(d, m, a, m), at = m;
    for (int k = 1; k <= GRID; k++) {
        const long double t = m + mesh * (long double)k, value = clarke_dladmm_entry(d, m, a, t);
        if (value < best) best = value, at = t;
    }
    long double low = at - mesh, high = at + mesh;
    for (int k = 0; k < CUTS; k++) {
        const long double p = low + golden * (high - low), q = high - golden * (high - low);
        const long double fp = clarke_dladmm_entry(d, m, a, p),
                          fq = clarke_dladmm_entry(d, m, a, q);
        best = fminl(best, fminl(fp, fq));
        if (fp < fq)
            high = q;
        else
            low = p;
    }
    return best;
}

/* Rectifiers and the identity: s is the slope on the negative side. */
long double clarke_dladmm_hidden_minimum(const clarke_dladmm *d, long double m, long double a)
{
    if (!d->activation->pieces) return terms_search(d, m, a);
    const long double s = (long double)-clarke_dladmm_activation(d, -1.0);
    const long double right = fmaxl((m + a) / 2.0L, 0.0L);
    const long double left = fminl((m + s * a) / (1.0L + s * s), 0.0L);
    const long double above = (right - m) * (right - m) + (a - right) * (a - right);
    const long double below = (left - m) * (left - m) + (a - s * left) * (a - s * left);
    return fminl(above, below);
}
