/* Refutation in finite time (derived). Over a window of length Tw, with every x_k within r of z,
   the weighted mean of the field's elements d_k is in the convex hull of the field over B(z, r),
   whose distance from 0 is at least H. So |sum eta_k d_k| >= H Tw, and on an event of probability
   1 - delta, the same for all runs and windows, the noise sums to at most N:
     form A, plain steps:  H Tw <= |x_K - z| + N
     form B, any method:   H Tw <= |sum eta_k g_k| + N, g_k the recorded answers
     form M, momentum:     (Tw - t_b) c h <= r + |x_K - z|, h = H - (H + |m_s|) e^(-sum theta) - N_m
   z and r may depend on the data. A violation says that oracle, noise, field or step are not what
   they are said to be; it never says that a theorem is false. */
#include "verify/rules/limit.h"

#include <assert.h>
#include <math.h>

/* Sums of K terms err by K 2^-53 sum |eta g|; H comes from slopes with a relative error of a few
   ulp. 1e-9 Tw scale covers both up to K sup|g| = 9e6 scale; beyond it the bound itself is used. */
static const double refute_rounding = 1e-9;

static double refute_union(const clarke_limit_refutation_setting *s, double count)
{
    return 2.0 * (double)s->n *
           log(2.0 * (double)s->n * CLARKE_LIMIT_WINDOWS * (double)s->runs * count /
               CLARKE_LIMIT_DELTA);
}

static double refute_sum_rounding(const clarke_limit_refutation_setting *s,
                                  const clarke_limit_window *w)
{
    const double steps = (double)s->steps * 0x1p-53;
    return fmax(refute_rounding * s->scale, steps * w->answer_sup) * w->length;
}

/* With replacement: Azuma for each of n coordinates, windows and runs, two-sided, gives
     |sum eta xi|_2 <= M sqrt(2 n ln(2 n W R / delta) sum eta^2).
   Reshuffled, noise that does not depend on x, eta nonincreasing: within an epoch the noise sums to
   0, so that a block of l of its E steps sums to at most min(l, E - l) M <= E M / 2 each.
   Abel: a full epoch adds at most (eta_first - eta_last) E M / 2, the cut ones at either end
   eta E M / 2; all together, telescoped, E M eta_s. It is sure, and constant steps within the
   epoch are not needed. */
double clarke_limit_noise(const clarke_limit_refutation_setting *s, const clarke_limit_window *w)
{
    const double rounding = refute_sum_rounding(s, w), m = s->bound;
    switch (s->law) {
    case CLARKE_NOISE_LAW_NONE: return rounding;
    case CLARKE_NOISE_LAW_REPLACEMENT:
        return m < INFINITY ? m * sqrt(refute_union(s, 1.0) * w->squares) + rounding : INFINITY;
    case CLARKE_NOISE_LAW_RESHUFFLED:
        if (!s->additive || !(m < INFINITY)) return INFINITY;
        return (double)s->epoch * sqrt((double)s->n) * m * s->eta[(size_t)w->step] + rounding;
    }
    return INFINITY;
}

/* H from formulas of the problem: below 1e-9 scale it is rounding. */
static double refute_hull(const clarke_limit_refutation_setting *s, double hull)
{
    return hull > refute_rounding * s->scale ? hull : 0.0;
}

static void refute_compare(clarke_limit_refutation *f, char form, size_t index, double left,
                           double right, double hull, const clarke_limit_window *w)
{
    if (!(left >= 0.0) || isnan(right)) return;
    const bool refutes = left > right;
    const bool farther = f->form == 0 || left * f->right > f->left * right;
    if (!farther && !(refutes && !f->refutes)) return;
    *f = (clarke_limit_refutation){.form = form,
                                   .window = index % CLARKE_LIMIT_WINDOWS,
                                   .run = index / CLARKE_LIMIT_WINDOWS,
                                   .left = left,
                                   .right = right,
                                   .hull = hull,
                                   .length = w->length,
                                   .end = w->end,
                                   .mean_eta = w->squares / w->length,
                                   .refutes = refutes};
}

/* ---- form M ---- */

/* |noise part of m_k|, uniformly in k: its weights' squares sum to at most theta_s / (2 - theta_s)
   while theta does not grow (a -> (1 - theta)^2 a + theta^2 keeps that bound). Nothing is claimed
   for reshuffled noise here. */
static double refute_momentum_noise(const clarke_limit_refutation_setting *s,
                                    const clarke_limit_window *w)
{
    const double rounding = refute_rounding * s->scale;
    switch (s->law) {
    case CLARKE_NOISE_LAW_NONE: return rounding;
    case CLARKE_NOISE_LAW_REPLACEMENT:
        if (!(s->bound < INFINITY)) return INFINITY;
        return s->bound * sqrt(refute_union(s, (double)s->steps) * w->theta / (2.0 - w->theta)) +
               rounding;
    case CLARKE_NOISE_LAW_RESHUFFLED: return INFINITY;
    }
    return INFINITY;
}

/* Speed of x along u per unit of t while <u, m> >= h. */
static double refute_speed(const clarke_limit_refutation_setting *s, const clarke_limit_window *w,
                           double h)
{
    /* |m| <= max(|m_s|, sup |g|): a mean of those. */
    const double reach = fmax(w->momentum, w->answer_sup), c = s->form->opts.threshold;
    switch (s->map) {
    case CLARKE_MAP_IDENTITY: return h;
    case CLARKE_MAP_CLIP_NORM: return h * fmin(1.0, c / reach);
    case CLARKE_MAP_NORMALIZED: return h / reach;
    case CLARKE_MAP_CLIP_COORDINATE: return fmin(h, c);
    case CLARKE_MAP_SIGN: return 1.0;
    case CLARKE_MAP_OTHER: break;
    }
    return NAN;
}

/* The first step from which theta, as used, does not grow any more (a relative 1e-12 is rounding of
   the schedule). */
static double refute_theta_falls(const clarke_limit_refutation_setting *s)
{
    size_t k = s->steps;
    while (k > 1 && s->theta[k - 1] <= s->theta[k - 2] * (1.0 + 1e-12)) k--;
    return (double)(k - 1);
}

static void refute_momentum(const clarke_limit_refutation_setting *s, size_t index,
                            const clarke_limit_window *w, clarke_limit_refutation *f)
{
    const bool separate = s->map == CLARKE_MAP_SIGN || s->map == CLARKE_MAP_CLIP_COORDINATE;
    const double hull = refute_hull(s, separate ? w->axis_hull : w->hull);
    const double start = separate ? w->axis_momentum : w->momentum;
    const double noise = refute_momentum_noise(s, w);
    const size_t first = (size_t)w->step;
    const double tau = s->theta[first] / s->eta[first];
    /* Old momentum steps with m_k in place of m_{k+1}: one more step of burn-in. */
    double burn = s->form->old_momentum ? s->eta[first] : 0.0, forgotten = 0.0;
    size_t k = first;
    for (double wait = 2.0; wait <= 16.0; wait *= 2.0) {
        for (; k < s->steps && burn < wait / tau; k++) {
            burn += s->eta[k];
            forgotten += s->theta[k];
        }
        const double h = hull - (hull + start) * exp(-forgotten) - noise;
        const double left = h > 0.0 ? (w->length - burn) * refute_speed(s, w, h) : 0.0;
        refute_compare(f, 'M', index, left, w->reach + w->end, hull, w);
    }
}

static bool refute_momentum_applies(const clarke_limit_refutation_setting *s)
{
    const clarke_sgd_form *form = s->form;
    if (!form || !s->theta || form->memoryless || form->interpolated || form->per_sample)
        return false;
    if (form->alpha != 0.0 || form->weight_decay != 0.0) return false;
    const bool separate = s->map == CLARKE_MAP_SIGN || s->map == CLARKE_MAP_CLIP_COORDINATE;
    return s->map != CLARKE_MAP_OTHER && (!separate || s->separable);
}

/* ---- all runs and windows ---- */

void clarke_limit_refute(const clarke_limit_refutation_setting *s, const clarke_limit_window *w,
                         clarke_limit_refutation *a, clarke_limit_refutation *b,
                         clarke_limit_refutation *m)
{
    const bool momentum = refute_momentum_applies(s) && !(s->skip & CLARKE_LIMIT_SKIP_M);
    const double falls = momentum ? refute_theta_falls(s) : INFINITY;
    *a = *b = *m = (clarke_limit_refutation){0};
    for (size_t i = 0; i < s->runs * CLARKE_LIMIT_WINDOWS; i++) {
        if (!(w[i].length > 0.0)) continue; /* the run did not finish the window */
        const double hull = refute_hull(s, w[i].hull), left = hull * w[i].length;
        const double noise = clarke_limit_noise(s, &w[i]);
        /* The end displacement is a difference of rounded sums of K steps. */
        const double end = w[i].end + (double)s->steps * 0x1p-53 * (s->scale + w[i].reach);
        if (s->plain && !(s->skip & CLARKE_LIMIT_SKIP_A))
            refute_compare(a, 'A', i, left, end + noise, hull, &w[i]);
        if (!(s->skip & CLARKE_LIMIT_SKIP_B))
            refute_compare(b, 'B', i, left, w[i].answers + noise, hull, &w[i]);
        if (w[i].step >= falls) refute_momentum(s, i, &w[i], m);
    }
}
