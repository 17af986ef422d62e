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

/* ---- sizes and products ---- */

static long double mirror_square(size_t n, const double *x)
{
    long double sum = 0.0L;
    for (size_t i = 0; i < n; i++) sum += (long double)x[i] * (long double)x[i];
    return sum;
}

static long double mirror_norm(size_t n, const double *x)
{
    return sqrtl(mirror_square(n, x));
}

static void mirror_size(clarke_dladmm_mirror *s, const double *x, size_t l, bool anew)
{
    const clarke_dladmm *d = s->d;
    const size_t rows = d->width[l + 1], in = d->width[l];
    const double *w = x + d->at[l][CLARKE_DLADMM_W], *b = x + d->at[l][CLARKE_DLADMM_B];
    const double *a = clarke_dladmm_before(d, x, l);
    long double row = 0.0L, column = 0.0L, bias = 0.0L;
    for (size_t i = 0; i < rows; i++) {
        long double sum = 0.0L;
        for (size_t k = 0; k < in; k++)
            sum += (long double)w[k * rows + i] * (long double)w[k * rows + i];
        row = fmaxl(row, sum);
        bias = fmaxl(bias, fabsl((long double)b[i]));
    }
    for (size_t j = 0; j < d->samples; j++) column = fmaxl(column, mirror_square(in, a + j * in));
    const long double size = sqrtl(row) * sqrtl(column) + bias;
    if (anew || !(size <= s->size[l])) s->size[l] = size;
    const long double changes = 4.0L * CLARKE_DLADMM_REFRESH + 4.0L;
    s->drift[l] = 2.0L * u53 * changes * ((long double)in + 4.0L) * s->size[l];
}

/* out[rows][N] = D a, D[rows][in] */
static void mirror_product(const clarke_dladmm *d, size_t l, const long double *direction,
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

/* out[rows][N] = W D, D[in][N] */
static void mirror_image(const clarke_dladmm *d, size_t l, const double *w,
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

static void mirror_anew(clarke_dladmm_mirror *s, const double *x, size_t l)
{
    const clarke_dladmm *d = s->d;
    const size_t rows = d->width[l + 1];
    for (size_t i = 0; i < rows * d->width[l]; i++)
        s->g[i] = (long double)x[d->at[l][CLARKE_DLADMM_W] + i];
    mirror_product(d, l, s->g, clarke_dladmm_before(d, x, l), s->m[l]);
    for (size_t i = 0; i < rows * d->samples; i++)
        s->m[l][i] += (long double)x[d->at[l][CLARKE_DLADMM_B] + i % rows];
}

clarke_status clarke_dladmm_mirror_begin(clarke_dladmm_mirror *s, const clarke_measure *m)
{
    const clarke_dladmm *d = s->d = m->problem->dladmm;
    if (!d)
        return clarke_fail(CLARKE_EINPUT,
                           "the measure %s needs a network with split layers; %s "
                           "is not one",
                           m->desc->title, m->problem->spec);
    size_t widest = 0;
    s->n = m->n;
    s->x = clarke_vec(m->mem, s->n);
    for (size_t l = 0; l < d->layers; l++) {
        const size_t z = clarke_dladmm_count(d, l, CLARKE_DLADMM_Z);
        const size_t w = clarke_dladmm_count(d, l, CLARKE_DLADMM_W);
        if (z > widest) widest = z;
        if (w > widest) widest = w;
        s->m[l] = clarke_alloc_array(m->mem, z, sizeof *s->m[l]);
    }
    s->t = clarke_alloc_array(m->mem, widest, sizeof *s->t);
    s->g = clarke_alloc_array(m->mem, widest, sizeof *s->g);
    s->f = clarke_vec(m->mem, widest);
    s->rho = d->rho;
    CLARKE_TRY(clarke_arena_status(m->mem));
    memcpy(s->x, m->start, s->n * sizeof *s->x);
    for (size_t l = 0; l < d->layers; l++) {
        mirror_anew(s, s->x, l);
        mirror_size(s, s->x, l, true);
    }
    return CLARKE_OK;
}

/* ---- the pieces of the objective ---- */

long double clarke_dladmm_error(const clarke_dladmm_mirror *s, const double *x, size_t l, size_t i)
{
    const size_t *at = s->d->at[l];
    const long double r = (long double)x[at[CLARKE_DLADMM_Z] + i] - s->m[l][i];
    if (l + 1 == s->d->layers)
        return -(long double)x[at[CLARKE_DLADMM_A] + i] - (long double)s->rho * r;
    return -(long double)s->d->nu * r;
}

static long double mirror_weight(const clarke_dladmm_mirror *s, size_t l)
{
    return l + 1 == s->d->layers ? (long double)s->rho : (long double)s->d->nu;
}

/* Of one sample, with z - r (r NULL: z). */
static long double mirror_sample(const clarke_dladmm *d, const double *z, const long double *r,
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
        sum += mirror_sample(d, z + j * rows, NULL, d->target + j * rows,
                             gradient ? gradient + j * rows : NULL);
    return sum;
}

long double clarke_dladmm_loss_shifted(const clarke_dladmm *d, const double *z,
                                       const long double *r)
{
    const size_t rows = d->width[d->layers];
    long double sum = 0.0L;
    for (size_t j = 0; j < d->samples; j++)
        sum += mirror_sample(d, z + j * rows, r + j * rows, d->target + j * rows, NULL);
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
        g[i] = (long double)d->nu * ((long double)a[i] - (long double)s->f[i]);
    for (size_t i = 0; i < out * d->samples; i++) {
        const long double e = clarke_dladmm_error(s, x, l + 1, i);
        for (size_t k = 0; k < rows; k++)
            g[i / out * rows + k] += (long double)w[k * out + i % out] * e;
    }
}

static long double mirror_penalty(const clarke_dladmm *d, size_t n, const double *w)
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
                        : 0.5L * (long double)d->nu * (r * r + q * q);
        }
        sum +=
            mirror_penalty(d, clarke_dladmm_count(d, l, CLARKE_DLADMM_W), x + at[CLARKE_DLADMM_W]);
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

static long double mirror_entry(const clarke_dladmm *d, long double m, long double a, long double t)
{
    const long double y = (long double)clarke_dladmm_activation(d, (double)t);
    return (t - m) * (t - m) + (a - y) * (a - y);
}

/* f rises and its slopes are at most 1 where it is smooth, so the minimiser lies between m and
   m + (a - f(m)); the best of a fine grid, then golden sections around it. */
static long double mirror_search(const clarke_dladmm *d, long double m, long double a)
{
    enum { GRID = 64, CUTS = 60 };
    const long double far = m + (a - (long double)clarke_dladmm_activation(d, (double)m));
    const long double mesh = (far - m) / GRID, golden = 0.381966011250105151795L;
    long double best = mirror_entry(d, m, a, m), at = m;
    for (int k = 1; k <= GRID; k++) {
        const long double t = m + mesh * (long double)k, value = mirror_entry(d, m, a, t);
        if (value < best) best = value, at = t;
    }
    long double low = at - mesh, high = at + mesh;
    for (int k = 0; k < CUTS; k++) {
        const long double p = low + golden * (high - low), q = high - golden * (high - low);
        const long double fp = mirror_entry(d, m, a, p), fq = mirror_entry(d, m, a, q);
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
    if (!d->activation->pieces) return mirror_search(d, m, a);
    const long double s = (long double)-clarke_dladmm_activation(d, -1.0);
    const long double right = fmaxl((m + a) / 2.0L, 0.0L);
    const long double left = fminl((m + s * a) / (1.0L + s * s), 0.0L);
    const long double above = (right - m) * (right - m) + (a - right) * (a - right);
    const long double below = (left - m) * (left - m) + (a - s * left) * (a - s * left);
    return fminl(above, below);
}

/* ---- one phase ---- */

/* The inequality of a descent step: with D = D* + delta, D* the exact minimiser of the model,
     (c/2) |D|^2 - decrease = (curve - c |D|^2) / 2 + c' <delta, D>, up to second order,
   where c' = c + lambda; delta changes curve by 2 sqrt(curve) |delta| sqrt(w) |a| at most. `image` is
   that sqrt(w) |a| or its like, `sums` the number of terms in the two norms of the test. */
static void mirror_descent(clarke_dladmm_change *c, long double shrink, long double delta,
                           long double image, long double sums)
{
    const long double length = sqrtl(c->square), curve = sqrtl(c->curve);
    c->rounding = 2.0L * (shrink * delta * length + curve * image * delta +
                          u53 * (sums + 16.0L) * (long double)c->constant * c->square) +
                  0x1p-1060L;
}

static void mirror_phase_w(clarke_dladmm_mirror *s, const double *x, clarke_dladmm_change *c)
{
    const clarke_dladmm *d = s->d;
    const size_t l = c->layer, n = clarke_dladmm_count(d, l, CLARKE_DLADMM_W);
    const size_t z = clarke_dladmm_count(d, l, CLARKE_DLADMM_Z);
    const double *old = s->x + d->at[l][CLARKE_DLADMM_W], *now = x + d->at[l][CLARKE_DLADMM_W];
    const double *a = clarke_dladmm_before(d, x, l);
    const long double weight = mirror_weight(s, l), theta = c->constant, lambda = d->lambda;
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
    mirror_product(d, l, s->g, a, s->t);
    for (size_t i = 0; i < z; i++) {
        const long double e = clarke_dladmm_error(s, s->x, l, i);
        error += e * e;
        square += s->t[i] * s->t[i];
        rise += s->t[i] * (e + 0.5L * weight * s->t[i]);
    }
    c->curve = weight * square;
    c->decrease = -rise + mirror_penalty(d, n, old) - mirror_penalty(d, n, now);
    const long double na = mirror_norm(d->width[l] * d->samples, a), ne = sqrtl(error);
    const long double root = sqrtl((long double)z);
    /* The gradient: E off by weight drift and 4 u of its parts, then N products and sums. */
    const long double part = weight * root * (s->drift[l] + 4.0L * u53 * s->size[l]) +
                             4.0L * u53 * ne;
    const long double gradient = na * (part + u53 * ((long double)d->samples + 2.0L) * ne);
    const long double weights = mirror_norm(n, old) + mirror_norm(n, now);
    const long double delta = (gradient + u53 * 4.0L * lambda * weights) /
                                  (theta + (d->penalty == CLARKE_DLADMM_RIDGE ? lambda : 0.0L)) +
                              u53 * (4.0L * sqrtl(c->square) + 2.0L * weights);
    mirror_descent(c, theta + lambda, delta, sqrtl(weight) * na, (long double)(z + n));
    /* With l1 the model is not smooth: to first order it changes by (|g| + theta |D| + lambda
       sqrt(n)) |delta|. */
    if (d->penalty == CLARKE_DLADMM_L1)
        c->rounding += 2.0L * delta * (sqrtl(slope) + lambda * sqrtl((long double)n));
    c->optimality = sqrtl(miss);
    c->optimality_rounding = 2.0L * (theta + lambda) * delta + 2.0L * gradient;
}

static void mirror_phase_a(clarke_dladmm_mirror *s, const double *x, clarke_dladmm_change *c)
{
    const clarke_dladmm *d = s->d;
    const size_t l = c->layer, n = clarke_dladmm_count(d, l, CLARKE_DLADMM_A);
    const size_t out = clarke_dladmm_count(d, l + 1, CLARKE_DLADMM_Z);
    const size_t size = clarke_dladmm_count(d, l + 1, CLARKE_DLADMM_W);
    const double *old = s->x + d->at[l][CLARKE_DLADMM_A], *now = x + d->at[l][CLARKE_DLADMM_A];
    const double *w = x + d->at[l + 1][CLARKE_DLADMM_W];
    const long double weight = mirror_weight(s, l + 1), nu = d->nu, tau = c->constant;
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
    mirror_image(d, l + 1, w, s->g, s->t);
    for (size_t i = 0; i < out; i++) {
        const long double e = clarke_dladmm_error(s, s->x, l + 1, i);
        error += e * e;
        square += s->t[i] * s->t[i];
        rise += s->t[i] * (e + 0.5L * weight * s->t[i]);
    }
    c->curve = weight * square + nu * c->square;
    c->decrease = -rise;
    const long double nw = mirror_norm(size, w), ne = sqrtl(error);
    const long double parts = mirror_norm(n, old) + mirror_norm(n, now) + mirror_norm(n, s->f);
    const long double part = weight * sqrtl((long double)out) *
                                 (s->drift[l + 1] + 4.0L * u53 * s->size[l + 1]) +
                             4.0L * u53 * ne;
    const long double gradient = nw * (part + u53 * ((long double)d->width[l + 2] + 2.0L) * ne) +
                                 4.0L * u53 * nu * parts;
    const long double delta = gradient / tau + u53 * (4.0L * sqrtl(c->square) + 2.0L * parts);
    mirror_descent(c, tau, delta, sqrtl(weight) * nw + sqrtl(nu), (long double)(n + out));
    c->optimality = sqrtl(miss);
    c->optimality_rounding = 2.0L * tau * delta + 2.0L * gradient;
}

/* The exact minimiser: decrease = (w N / 2) |D|^2, an equality. */
static void mirror_phase_b(clarke_dladmm_mirror *s, const double *x, clarke_dladmm_change *c)
{
    const clarke_dladmm *d = s->d;
    const size_t l = c->layer, rows = d->width[l + 1], n = rows * d->samples;
    const double *old = s->x + d->at[l][CLARKE_DLADMM_B], *now = x + d->at[l][CLARKE_DLADMM_B];
    const long double weight = mirror_weight(s, l), samples = (long double)d->samples;
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
    const long double delta = sqrtl(samples) * (part + u53 * (samples + 2.0L) * ne) /
                                  (weight * samples) +
                              2.0L * u53 * (mirror_norm(rows, old) + mirror_norm(rows, now));
    c->rounding = 2.0L * weight * samples * (delta * sqrtl(c->square) + delta * delta) + 0x1p-1060L;
}

/* z minimises for the method's m, which is off by at most drift: the value there is above the true
   minimum by at most 2 drift (|z - m| + |z* - m| + drift), |z* - m| <= sqrt of the value at z; and
   rounding z itself costs 8 u |z| (|z - m| + |a - f|), f having slopes of at most 1. */
static void mirror_phase_hidden(clarke_dladmm_mirror *s, const double *x, clarke_dladmm_change *c)
{
    const clarke_dladmm *d = s->d;
    const size_t l = c->layer, n = clarke_dladmm_count(d, l, CLARKE_DLADMM_Z);
    const double *old = s->x + d->at[l][CLARKE_DLADMM_Z], *now = x + d->at[l][CLARKE_DLADMM_Z];
    const double *a = x + d->at[l][CLARKE_DLADMM_A];
    const long double half = 0.5L * (long double)d->nu, drift = s->drift[l];
    for (size_t i = 0; i < n; i++) {
        const long double m = s->m[l][i], t = now[i], b = a[i];
        const long double before = mirror_entry(d, m, b, (long double)old[i]);
        const long double after = mirror_entry(d, m, b, t), root = sqrtl(after);
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
static void mirror_phase_last(clarke_dladmm_mirror *s, const double *x, clarke_dladmm_change *c)
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
static void mirror_phase_u(clarke_dladmm_mirror *s, const double *x, clarke_dladmm_change *c)
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

static size_t mirror_strayed(const clarke_dladmm_mirror *s, const double *x, size_t from,
                             size_t count)
{
    size_t strayed = 0;
    for (size_t i = 0; i < s->n; i++)
        strayed += (i < from || i >= from + count) && memcmp(&s->x[i], &x[i], sizeof *x) != 0;
    return strayed;
}

/* M_l and the sizes of what changed. */
static void mirror_follow(clarke_dladmm_mirror *s, const double *x, const clarke_dladmm_change *c)
{
    const size_t l = c->layer;
    if (c->kind == CLARKE_DLADMM_W || c->kind == CLARKE_DLADMM_B) {
        mirror_anew(s, x, l);
        mirror_size(s, x, l, false);
    }
    if (c->kind == CLARKE_DLADMM_A && !c->last) {
        mirror_anew(s, x, l + 1);
        mirror_size(s, x, l + 1, false);
    }
}

/* rho of the phase; the sizes begin anew where the method forms its products anew. */
static clarke_dladmm_change mirror_open(clarke_dladmm_mirror *s, const clarke_event *e)
{
    const double *accepted = clarke_event_view(e, "accepted"), *rho = clarke_event_view(e, "rho");
    clarke_dladmm_change c;
    clarke_dladmm_order(s->d->layers, e->phase, &c);
    s->rho = rho ? rho[0] : s->d->rho;
    c.constant = accepted ? accepted[e->phase] : NAN;
    if (e->phase == 0 && e->k % CLARKE_DLADMM_REFRESH == 0)
        for (size_t l = 0; l < s->d->layers; l++) mirror_size(s, s->x, l, true);
    return c;
}

static void mirror_close(clarke_dladmm_mirror *s, const clarke_event *e,
                         const clarke_dladmm_change *c)
{
    const size_t from = s->d->at[c->layer][c->kind];
    mirror_follow(s, e->after, c);
    memcpy(s->x + from, e->after + from,
           clarke_dladmm_count(s->d, c->layer, c->kind) * sizeof *s->x);
}

void clarke_dladmm_mirror_follow(clarke_dladmm_mirror *s, const clarke_event *e)
{
    const clarke_dladmm_change c = mirror_open(s, e);
    mirror_close(s, e, &c);
}

clarke_dladmm_change clarke_dladmm_mirror_step(clarke_dladmm_mirror *s, const clarke_event *e,
                                               size_t *strayed)
{
    clarke_dladmm_change c = mirror_open(s, e);
    const size_t count = clarke_dladmm_count(s->d, c.layer, c.kind);
    *strayed = mirror_strayed(s, e->after, s->d->at[c.layer][c.kind], count);
    if (c.kind == CLARKE_DLADMM_W) mirror_phase_w(s, e->after, &c);
    if (c.kind == CLARKE_DLADMM_B) mirror_phase_b(s, e->after, &c);
    if (c.kind == CLARKE_DLADMM_Z && !c.last) mirror_phase_hidden(s, e->after, &c);
    if (c.kind == CLARKE_DLADMM_Z && c.last) mirror_phase_last(s, e->after, &c);
    if (c.kind == CLARKE_DLADMM_A && !c.last) mirror_phase_a(s, e->after, &c);
    if (c.kind == CLARKE_DLADMM_A && c.last) mirror_phase_u(s, e->after, &c);
    mirror_close(s, e, &c);
    return c;
}
