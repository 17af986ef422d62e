/* The exact change of the augmented Lagrangian by one phase, and the bound of its rounding. */
#include "verify/lib/dladmm_mirror.h"

#include <math.h>

static const long double u53 = 0x1p-53L;

/* The inequality of a descent step: with D = D* + delta, D* the exact minimiser of the model,
     (c/2) |D|^2 - decrease = (curve - c |D|^2) / 2 + c' <delta, D>, up to second order,
   where c' = c + lambda; delta changes curve by 2 sqrt(curve) |delta| sqrt(w) |a| at most. `image` is
   that sqrt(w) |a| or its like, `sums` the number of terms in the two norms of the test. */
static void phase_descent(clarke_dladmm_change *c, long double shrink, long double delta,
                          long double image, long double sums)
{
    const long double length = sqrtl(c->square), curve = sqrtl(c->curve);
    c->rounding = 2.0L * (shrink * delta * length + curve * image * delta +
                          u53 * (sums + 16.0L) * (long double)c->constant * c->square) +
                  0x1p-1060L;
}

static void phase_w(clarke_dladmm_mirror *s, const double *x, clarke_dladmm_change *c)
{
    const clarke_dladmm *d = s->d;
    const size_t l = c->layer, n = clarke_dladmm_count(d, l, CLARKE_DLADMM_W);
    const size_t z = clarke_dladmm_count(d, l, CLARKE_DLADMM_Z);
    const double *old = s->x + d->at[l][CLARKE_DLADMM_W], *now = x + d->at[l][CLARKE_DLADMM_W];
    const double *a = clarke_dladmm_before(d, x, l);
    const long double weight = clarke_dladmm_weight(s, l), theta = c->constant, lambda = d->lambda;
    long double error = 0.0L, rise = 0.0L, square = 0.0L, miss = 0.0L, slope = 0.0L;
    clarke_dladmm_gradient_w(s, s->x, l, s->g);
    for (size_t i = 0; i < n; i++) {
        const long double step = (long double)now[i] - (long double)old[i];
        long double q = s->g[i] + theta * step;
        if (d->penalty == CLARKE_DLADMM_RIDGE) q += lambda * (long double)now[i];
        /* The distance of -q to lambda times the subdifferential of |.| at the new entry. */
        if (d->penalty == CLARKE_DLADMM_L1)
            q = now[i] != 0.0 ? q + (now[i] > 0.0 ? lambda : -lambda)
                              : fmaxl(fabsl(q) - lambda, 0.0L);
        miss += q * q;
        slope += s->g[i] * s->g[i];
        c->square += step * step;
        s->g[i] = step;
    }
    clarke_dladmm_product(d, l, s->g, a, s->t);
    for (size_t i = 0; i < z; i++) {
        const long double e = clarke_dladmm_error(s, s->x, l, i);
        error += e * e;
        square += s->t[i] * s->t[i];
        rise += s->t[i] * (e + 0.5L * weight * s->t[i]);
    }
    c->curve = weight * square;
    c->decrease = -rise + clarke_dladmm_omega(d, n, old) - clarke_dladmm_omega(d, n, now);
    const long double na = clarke_dladmm_norm(d->width[l] * d->samples, a), ne = sqrtl(error);
    const long double root = sqrtl((long double)z);
    /* The gradient: E off by weight drift and 4 u of its parts, then N products and sums. */
    const long double part = weight * root * (s->drift[l] + 4.0L * u53 * s->size[l]) +
                             4.0L * u53 * ne;
    const long double gradient = na * (part + u53 * ((long double)d->samples + 2.0L) * ne);
    const long double weights = clarke_dladmm_norm(n, old) + clarke_dladmm_norm(n, now);
    const long double delta = (gradient + u53 * 4.0L * lambda * weights) /
                                  (theta + (d->penalty == CLARKE_DLADMM_RIDGE ? lambda : 0.0L)) +
                              u53 * (4.0L * sqrtl(c->square) + 2.0L * weights);
    phase_descent(c, theta + lambda, delta, sqrtl(weight) * na, (long double)(z + n));
    /* With l1 the model is not smooth: to first order it changes by (|g| + theta |D| + lambda
       sqrt(n)) |delta|. */
    if (d->penalty == CLARKE_DLADMM_L1)
        c->rounding += 2.0L * delta * (sqrtl(slope) + lambda * sqrtl((long double)n));
    c->optimality = sqrtl(miss);
    c->optimality_rounding = 2.0L * (theta + lambda) * delta + 2.0L * gradient;
}

static void phase_a(clarke_dladmm_mirror *s, const double *x, clarke_dladmm_change *c)
{
    const clarke_dladmm *d = s->d;
    const size_t l = c->layer, n = clarke_dladmm_count(d, l, CLARKE_DLADMM_A);
    const size_t out = clarke_dladmm_count(d, l + 1, CLARKE_DLADMM_Z);
    const size_t size = clarke_dladmm_count(d, l + 1, CLARKE_DLADMM_W);
    const double *old = s->x + d->at[l][CLARKE_DLADMM_A], *now = x + d->at[l][CLARKE_DLADMM_A];
    const double *w = x + d->at[l + 1][CLARKE_DLADMM_W];
    const long double weight = clarke_dladmm_weight(s, l + 1), nu = s->nu, tau = c->constant;
    long double error = 0.0L, rise = 0.0L, square = 0.0L, miss = 0.0L;
    clarke_dladmm_gradient_a(s, s->x, l, s->g);
    for (size_t i = 0; i < n; i++) {
        const long double step = (long double)now[i] - (long double)old[i];
        const long double q = s->g[i] + tau * step;
        miss += q * q;
        c->square += step * step;
        rise += nu * step * ((long double)old[i] - (long double)s->f[i] + 0.5L * step);
        s->g[i] = step;
    }
    clarke_dladmm_image(d, l + 1, w, s->g, s->t);
    for (size_t i = 0; i < out; i++) {
        const long double e = clarke_dladmm_error(s, s->x, l + 1, i);
        error += e * e;
        square += s->t[i] * s->t[i];
        rise += s->t[i] * (e + 0.5L * weight * s->t[i]);
    }
    c->curve = weight * square + nu * c->square;
    c->decrease = -rise;
    const long double nw = clarke_dladmm_norm(size, w), ne = sqrtl(error);
    const long double parts = clarke_dladmm_norm(n, old) + clarke_dladmm_norm(n, now) +
                              clarke_dladmm_norm(n, s->f);
    const long double part = weight * sqrtl((long double)out) *
                                 (s->drift[l + 1] + 4.0L * u53 * s->size[l + 1]) +
                             4.0L * u53 * ne;
    const long double gradient = nw * (part + u53 * ((long double)d->width[l + 2] + 2.0L) * ne) +
                                 4.0L * u53 * nu * parts;
    const long double delta = gradient / tau + u53 * (4.0L * sqrtl(c->square) + 2.0L * parts);
    phase_descent(c, tau, delta, sqrtl(weight) * nw + sqrtl(nu), (long double)(n + out));
    c->optimality = sqrtl(miss);
    c->optimality_rounding = 2.0L * tau * delta + 2.0L * gradient;
}

/* The exact minimiser: decrease = (w N / 2) |D|^2, an equality. */
static void phase_b(clarke_dladmm_mirror *s, const double *x, clarke_dladmm_change *c)
{
    const clarke_dladmm *d = s->d;
    const size_t l = c->layer, rows = d->width[l + 1], n = rows * d->samples;
    const double *old = s->x + d->at[l][CLARKE_DLADMM_B], *now = x + d->at[l][CLARKE_DLADMM_B];
    const long double weight = clarke_dladmm_weight(s, l), samples = (long double)d->samples;
    long double error = 0.0L, rise = 0.0L;
    for (size_t i = 0; i < n; i++) {
        const long double e = clarke_dladmm_error(s, s->x, l, i);
        const long double step = (long double)now[i % rows] - (long double)old[i % rows];
        error += e * e;
        rise += step * (e + 0.5L * weight * step);
        if (i < rows) c->square += step * step;
    }
    c->decrease = -rise;
    c->curve = weight * samples * c->square;
    const long double ne = sqrtl(error);
    const long double part =
        weight * sqrtl((long double)n) * (s->drift[l] + 4.0L * u53 * s->size[l]) + 4.0L * u53 * ne;
    const long double delta =
        sqrtl(samples) * (part + u53 * (samples + 2.0L) * ne) / (weight * samples) +
        2.0L * u53 * (clarke_dladmm_norm(rows, old) + clarke_dladmm_norm(rows, now));
    c->rounding = 2.0L * weight * samples * (delta * sqrtl(c->square) + delta * delta) + 0x1p-1060L;
}

/* z minimises for the method's m, which is off by at most drift: the value there is above the true
   minimum by at most 2 drift (|z - m| + |z* - m| + drift), |z* - m| <= sqrt of the value at z; and
   rounding z itself costs 8 u |z| (|z - m| + |a - f|), f having slopes of at most 1. */
static void phase_hidden(clarke_dladmm_mirror *s, const double *x, clarke_dladmm_change *c)
{
    const clarke_dladmm *d = s->d;
    const size_t l = c->layer, n = clarke_dladmm_count(d, l, CLARKE_DLADMM_Z);
    const double *old = s->x + d->at[l][CLARKE_DLADMM_Z], *now = x + d->at[l][CLARKE_DLADMM_Z];
    const double *a = x + d->at[l][CLARKE_DLADMM_A];
    const long double half = 0.5L * (long double)s->nu, drift = s->drift[l];
    for (size_t i = 0; i < n; i++) {
        const long double m = s->m[l][i], t = now[i], b = a[i];
        const long double before = clarke_dladmm_entry(d, m, b, (long double)old[i]);
        const long double after = clarke_dladmm_entry(d, m, b, t), root = sqrtl(after);
        c->square += (t - (long double)old[i]) * (t - (long double)old[i]);
        c->decrease += half * (before - after);
        c->gap += half * (after - clarke_dladmm_hidden_minimum(d, m, b));
        const long double rounding = drift + 8.0L * u53 * (fabsl(t) + fabsl(b) + fabsl(m));
        c->gap_rounding += half * 4.0L * rounding * (2.0L * root + rounding);
    }
    c->gap_rounding += 0x1p-1060L;
    c->rounding = c->gap_rounding;
}

/* z_L minimises a rho-strongly convex function; what is left of its gradient costs |q| |D|. */
static void phase_last(clarke_dladmm_mirror *s, const double *x, clarke_dladmm_change *c)
{
    const clarke_dladmm *d = s->d;
    const size_t l = c->layer, n = clarke_dladmm_count(d, l, CLARKE_DLADMM_Z);
    const double *old = s->x + d->at[l][CLARKE_DLADMM_Z], *now = x + d->at[l][CLARKE_DLADMM_Z];
    const double *u = x + d->at[l][CLARKE_DLADMM_A];
    const long double rho = s->rho;
    long double left = 0.0L, miss = 0.0L;
    c->decrease = clarke_dladmm_loss(d, old, NULL) - clarke_dladmm_loss(d, now, s->g);
    for (size_t i = 0; i < n; i++) {
        const long double step = (long double)now[i] - (long double)old[i];
        const long double r = (long double)now[i] - s->m[l][i];
        const long double q = s->g[i] + (long double)u[i] + rho * r;
        const long double bound = clarke_dladmm_solve_rounding(s, x, i) + rho * s->drift[l];
        c->square += step * step;
        c->decrease -= step * ((long double)u[i] + rho * (r - 0.5L * step));
        miss += q * q;
        left += bound * bound;
    }
    c->curve = rho * c->square;
    c->optimality = sqrtl(miss);
    c->optimality_rounding = sqrtl(left);
    /* The two values of R are summed in long double: 2^-60 of each is a generous bound. */
    c->rounding = 2.0L * sqrtl(left) * sqrtl(c->square) +
                  0x1p-60L * (fabsl(clarke_dladmm_loss(d, old, NULL)) + (long double)n) +
                  0x1p-1060L;
}

/* The dual step raises L by <u' - u, r>. */
static void phase_u(clarke_dladmm_mirror *s, const double *x, clarke_dladmm_change *c)
{
    const clarke_dladmm *d = s->d;
    const size_t l = c->layer, n = clarke_dladmm_count(d, l, CLARKE_DLADMM_A), *at = d->at[l];
    const long double rho = s->rho;
    for (size_t i = 0; i < n; i++) {
        const long double r = (long double)x[at[CLARKE_DLADMM_Z] + i] - s->m[l][i];
        const long double old = s->x[at[CLARKE_DLADMM_A] + i], now = x[at[CLARKE_DLADMM_A] + i];
        c->square += (now - old) * (now - old);
        c->decrease -= (now - old) * r;
        const long double bound =
            rho * s->drift[l] +
            4.0L * u53 * (fabsl(old) + fabsl(now) + rho * (fabsl(s->m[l][i]) + fabsl(r)));
        c->rounding += bound * (fabsl(r) + bound / rho);
    }
    c->rounding += 0x1p-1060L;
}

void clarke_dladmm_phase_change(clarke_dladmm_mirror *s, const double *x, clarke_dladmm_change *c)
{
    if (c->kind == CLARKE_DLADMM_W) phase_w(s, x, c);
    if (c->kind == CLARKE_DLADMM_B) phase_b(s, x, c);
    if (c->kind == CLARKE_DLADMM_Z && !c->last) phase_hidden(s, x, c);
    if (c->kind == CLARKE_DLADMM_Z && c->last) phase_last(s, x, c);
    if (c->kind == CLARKE_DLADMM_A && !c->last) phase_a(s, x, c);
    if (c->kind == CLARKE_DLADMM_A && c->last) phase_u(s, x, c);
}
