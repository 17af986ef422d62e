/* The models and their scores. A model is columns, some of them with one parameter that is searched
   over a grid and then by golden section; clamps keep the models apart, since q^k is the limit
   p -> infinity of the powers, and both are in the family with a constant. */
#include "verify/rules/rate_columns.h"

#include <assert.h>
#include <math.h>

static const double models_penalty[CLARKE_RATE_MODELS] = {
    [CLARKE_RATE_L] = 5.0, [CLARKE_RATE_LJ] = 12.0, [CLARKE_RATE_LT] = 14.0,
    [CLARKE_RATE_P] = 7.5, [CLARKE_RATE_PG] = 12.0, [CLARKE_RATE_PL] = 14.0,
    [CLARKE_RATE_S] = 7.5, [CLARKE_RATE_X] = 7.5,   [CLARKE_RATE_N] = 10.0};

void clarke_rate_score(const clarke_rate_bins *b, double sse, clarke_rate_fit *f)
{
    f->sse = sse + b->total * 1e-26;
    f->rms = sqrt(f->sse / b->total);
    f->score = (double)b->count * log(f->sse) + models_penalty[f->model];
}

/* ---- one model ---- */

typedef struct {
    const clarke_rate_bins *bins;
    clarke_rate_model model;
    clarke_rate_fit fit; /* of the last evaluation */
} models_task;

static void models_score(models_task *t, double sse)
{
    clarke_rate_score(t->bins, sse, &t->fit);
}

/* A power whose exponent is fixed at its bound: only the constant is fitted. */
static void models_clamp(models_task *t, double p, double s)
{
    const clarke_rate_bins *b = t->bins;
    double column[CLARKE_RATE_BINS], mean = 0.0, sse = 0.0;
    clarke_rate_fill(b, CLARKE_COLUMN_LOG_KAPPA, s, column);
    for (size_t i = 0; i < b->count; i++) mean += b->weight[i] * (b->y[i] + p * column[i]);
    mean /= b->total;
    for (size_t i = 0; i < b->count; i++) {
        const double r = b->y[i] + p * column[i] - mean;
        sse += b->weight[i] * r * r;
    }
    t->fit.theta = p;
    t->fit.clamped = true;
    models_score(t, sse);
}

/* k0 of (k + k0) from its logarithm, as the distance s of the window's first point. */
static double models_shift(const clarke_rate_bins *b, double log_shift)
{
    return exp(log_shift) - 1.0 + b->k_first;
}

static void models_shift_range(const clarke_rate_bins *b, double *low, double *high)
{
    *low = log(fmax(0.1, 1.1 - b->k_first));
    *high = fmax(*low + 1e-9, log1p(fmin(100.0, 0.05 * b->k_last)));
}

/* (k + k0)^-p, with a drift or a power of ln k. */
static double models_power(double log_s, void *self)
{
    models_task *t = self;
    const clarke_rate_bins *b = t->bins;
    const double s = t->model == CLARKE_RATE_PL ? models_shift(b, log_s) : exp(log_s);
    clarke_rate_squares q = {.columns = t->model == CLARKE_RATE_P ? 2 : 3};
    t->fit = (clarke_rate_fit){.model = t->model, .shift = s, .sse = INFINITY, .score = INFINITY};
    if (!(s > 0.0)) return INFINITY;
    clarke_rate_fill(b, CLARKE_COLUMN_ONE, s, q.column[0]);
    clarke_rate_fill(b, CLARKE_COLUMN_LOG_KAPPA, s, q.column[1]);
    if (t->model == CLARKE_RATE_PG) clarke_rate_fill(b, CLARKE_COLUMN_DRIFT, s, q.column[2]);
    if (t->model == CLARKE_RATE_PL) clarke_rate_fill(b, CLARKE_COLUMN_LOG_LOG, s, q.column[2]);
    clarke_rate_least_squares(b, b->y, &q);
    if (!q.full_rank) return INFINITY;
    const double p = -q.coef[1];
    if (!(p >= CLARKE_RATE_LOWEST && p <= CLARKE_RATE_HIGHEST)) {
        if (t->model != CLARKE_RATE_P) return INFINITY;
        models_clamp(t, p >= CLARKE_RATE_LOWEST ? CLARKE_RATE_HIGHEST : CLARKE_RATE_LOWEST, s);
    } else {
        t->fit.theta = p;
        t->fit.extra = t->model == CLARKE_RATE_PG ? -q.coef[2] / p : q.coef[2];
        models_score(t, q.sse);
    }
    const double e = t->fit.extra;
    if (t->model == CLARKE_RATE_PG && !(e > -4.0 && e < 8.0)) return INFINITY;
    if (t->model == CLARKE_RATE_PL && !(fabs(e) <= 3.5)) return INFINITY;
    t->fit.valid = true;
    return t->fit.sse;
}

/* The standard error with the shift among the parameters. */
static double models_power_error(const clarke_rate_bins *b, const clarke_rate_fit *fit)
{
    clarke_rate_squares q = {.columns = 3};
    clarke_rate_fill(b, CLARKE_COLUMN_ONE, fit->shift, q.column[0]);
    clarke_rate_fill(b, CLARKE_COLUMN_LOG_KAPPA, fit->shift, q.column[1]);
    if (fit->model == CLARKE_RATE_PG)
        clarke_rate_fill(b, CLARKE_COLUMN_DRIFT, fit->shift, q.column[2]);
    if (fit->model == CLARKE_RATE_PL)
        clarke_rate_fill(b, CLARKE_COLUMN_LOG_LOG, fit->shift, q.column[2]);
    if (fit->model != CLARKE_RATE_P) q.columns = 4;
    clarke_rate_fill(b, CLARKE_COLUMN_INV_KAPPA, fit->shift, q.column[q.columns - 1]);
    clarke_rate_least_squares(b, b->y, &q);
    return q.full_rank ? clarke_rate_walk_error(b, &q, 1, fit->shift) : INFINITY;
}

static clarke_rate_fit models_fit_power(const clarke_rate_bins *b, clarke_rate_model model)
{
    models_task t = {.bins = b, .model = model};
    double low = log(0.3), high = log(300.0 * b->span), best = NAN;
    if (model == CLARKE_RATE_PL) models_shift_range(b, &low, &high);
    if (clarke_rate_search(models_power, &t, low, high, &best) == INFINITY)
        return (clarke_rate_fit){.model = model, .sse = INFINITY, .score = INFINITY};
    models_power(best, &t);
    t.fit.se = t.fit.clamped ? 0.0 : models_power_error(b, &t.fit);
    return t.fit;
}

static clarke_rate_fit models_fit_line(const clarke_rate_bins *b)
{
    models_task t = {.bins = b, .model = CLARKE_RATE_L};
    clarke_rate_squares q = {.columns = 2};
    t.fit = (clarke_rate_fit){.model = CLARKE_RATE_L, .sse = INFINITY, .score = INFINITY};
    clarke_rate_fill(b, CLARKE_COLUMN_ONE, 0.0, q.column[0]);
    clarke_rate_fill(b, CLARKE_COLUMN_K, 0.0, q.column[1]);
    clarke_rate_least_squares(b, b->y, &q);
    if (!q.full_rank) return t.fit;
    t.fit.theta = -q.coef[1] / b->span;
    t.fit.se = clarke_rate_walk_error(b, &q, 1, 0.0) / b->span;
    t.fit.valid = t.fit.theta > 0.0;
    if (t.fit.valid) models_score(&t, q.sse);
    return t.fit;
}

/* (k + k0)^a q^k, where the power's part is seen but does not carry the fall. */
static double models_prefactor(double log_shift, void *self)
{
    models_task *t = self;
    const clarke_rate_bins *b = t->bins;
    const double s = models_shift(b, log_shift);
    clarke_rate_squares q = {.columns = 3};
    t->fit =
        (clarke_rate_fit){.model = CLARKE_RATE_LJ, .shift = s, .sse = INFINITY, .score = INFINITY};
    if (!(s > 0.0)) return INFINITY;
    clarke_rate_fill(b, CLARKE_COLUMN_ONE, s, q.column[0]);
    clarke_rate_fill(b, CLARKE_COLUMN_K, s, q.column[1]);
    clarke_rate_fill(b, CLARKE_COLUMN_LOG_KAPPA, s, q.column[2]);
    clarke_rate_least_squares(b, b->y, &q);
    if (!q.full_rank) return INFINITY;
    const double fall = -q.coef[1], a = fabs(q.coef[2]);
    if (!(a >= 0.1 && a <= 4.0 && fall >= fmax(8.0, 2.0 * a) && b->count >= 10)) return INFINITY;
    t->fit.theta = fall / b->span;
    t->fit.extra = q.coef[2];
    t->fit.valid = true;
    models_score(t, q.sse);
    return t->fit.sse;
}

static clarke_rate_fit models_fit_prefactor(const clarke_rate_bins *b)
{
    models_task t = {.bins = b, .model = CLARKE_RATE_LJ};
    double low, high, best = NAN;
    models_shift_range(b, &low, &high);
    if (clarke_rate_search(models_prefactor, &t, low, high, &best) == INFINITY)
        return (clarke_rate_fit){.model = CLARKE_RATE_LJ, .sse = INFINITY, .score = INFINITY};
    models_prefactor(best, &t);
    clarke_rate_squares q = {.columns = 4};
    clarke_rate_fill(b, CLARKE_COLUMN_ONE, 0.0, q.column[0]);
    clarke_rate_fill(b, CLARKE_COLUMN_K, 0.0, q.column[1]);
    clarke_rate_fill(b, CLARKE_COLUMN_LOG_KAPPA, t.fit.shift, q.column[2]);
    clarke_rate_fill(b, CLARKE_COLUMN_INV_KAPPA, t.fit.shift, q.column[3]);
    clarke_rate_least_squares(b, b->y, &q);
    if (!q.full_rank)
        return (clarke_rate_fit){.model = CLARKE_RATE_LJ, .sse = INFINITY, .score = INFINITY};
    t.fit.se = clarke_rate_walk_error(b, &q, 1, 0.0) / b->span;
    return t.fit;
}

/* (ln k + c)^-b, or ln(k + k0)^-b with ln k0 searched. */
static double models_slow(double c, void *self, clarke_rate_column column)
{
    models_task *t = self;
    clarke_rate_squares q = {.columns = 2};
    t->fit =
        (clarke_rate_fit){.model = CLARKE_RATE_S, .shift = c, .sse = INFINITY, .score = INFINITY};
    clarke_rate_fill(t->bins, CLARKE_COLUMN_ONE, c, q.column[0]);
    clarke_rate_fill(t->bins, column, c, q.column[1]);
    clarke_rate_least_squares(t->bins, t->bins->y, &q);
    const double power = -q.coef[1];
    if (!q.full_rank || !(power > 0.0 && power <= 3.5)) return INFINITY;
    t->fit.theta = power;
    t->fit.valid = true;
    models_score(t, q.sse);
    return t->fit.sse;
}

static double models_slow_added(double c, void *self)
{
    return models_slow(c, self, CLARKE_COLUMN_LOG_LOG_C);
}

static double models_slow_shifted(double log_k0, void *self)
{
    return models_slow(log_k0, self, CLARKE_COLUMN_LOG_LOG_K0);
}

static clarke_rate_fit models_fit_slow(const clarke_rate_bins *b)
{
    models_task t = {.bins = b, .model = CLARKE_RATE_S};
    double best[2] = {NAN, NAN};
    const double sse[2] = {
        clarke_rate_search(models_slow_added, &t, -0.6, 11.4, &best[0]),
        clarke_rate_search(models_slow_shifted, &t, log(0.7), log(300.0), &best[1])};
    if (sse[0] == INFINITY && sse[1] == INFINITY)
        return (clarke_rate_fit){.model = CLARKE_RATE_S, .sse = INFINITY, .score = INFINITY};
    if (sse[0] <= sse[1])
        models_slow_added(best[0], &t);
    else
        models_slow_shifted(best[1], &t);
    return t.fit;
}

/* Speeding up: exp(-exp), k ln k, k^2. The slope at the end is at least 1.3 times that at the
   start. */
static void models_try_fast(models_task *t, clarke_rate_column shape, double r)
{
    const clarke_rate_bins *b = t->bins;
    clarke_rate_squares q = {.columns = shape == CLARKE_COLUMN_EXP ? 2 : 3};
    clarke_rate_fill(b, CLARKE_COLUMN_ONE, r, q.column[0]);
    clarke_rate_fill(b, shape, r, q.column[1]);
    clarke_rate_fill(b, CLARKE_COLUMN_K, r, q.column[2]);
    clarke_rate_least_squares(b, b->y, &q);
    if (!q.full_rank || !(q.sse < t->fit.sse)) return;
    double start = 0.0, end = 0.0;
    if (shape == CLARKE_COLUMN_EXP) end = q.coef[1] * r, start = end * exp(-r);
    if (shape == CLARKE_COLUMN_K_SQUARED) end = 2.0 * q.coef[1] + q.coef[2], start = q.coef[2];
    if (shape == CLARKE_COLUMN_K_LOG_K) {
        const double unit = q.coef[1] * b->span / (b->k_last + 1.0);
        end = unit * (1.0 + log(b->k_last + 1.0)) + q.coef[2];
        start = unit * (1.0 + log(b->k_first + 1.0)) + q.coef[2];
    }
    if (!(end < 0.0 && end <= 1.3 * start)) return;
    t->fit.valid = true;
    t->fit.extra = r;
    models_score(t, q.sse);
}

static clarke_rate_fit models_fit_fast(const clarke_rate_bins *b)
{
    models_task t = {.bins = b, .model = CLARKE_RATE_X};
    t.fit = (clarke_rate_fit){.model = CLARKE_RATE_X, .sse = INFINITY, .score = INFINITY};
    for (size_t i = 0; i < CLARKE_RATE_GRID; i++)
        models_try_fast(&t, CLARKE_COLUMN_EXP, 0.8 * pow(75.0, (double)i / (CLARKE_RATE_GRID - 1)));
    models_try_fast(&t, CLARKE_COLUMN_K_LOG_K, 0.0);
    models_try_fast(&t, CLARKE_COLUMN_K_SQUARED, 0.0);
    return t.fit;
}

/* ---- a window ---- */

clarke_rate_fit clarke_rate_fit_linear(const clarke_rate_bins *b)
{
    return models_fit_line(b);
}

clarke_rate_fit clarke_rate_fit_power(const clarke_rate_bins *b)
{
    return models_fit_power(b, CLARKE_RATE_P);
}

clarke_rate_fit clarke_rate_fit_drift(const clarke_rate_bins *b)
{
    return models_fit_power(b, CLARKE_RATE_PG);
}

static void models_choose(clarke_rate_window *w)
{
    const clarke_rate_fit *f = w->fit;
    w->chosen[CLARKE_RATE_SUPERLINEAR] = CLARKE_RATE_X;
    w->chosen[CLARKE_RATE_SUBPOLYNOMIAL] = CLARKE_RATE_S;
    w->chosen[CLARKE_RATE_NONE] = CLARKE_RATE_N;
    w->chosen[CLARKE_RATE_LINEAR] = CLARKE_RATE_L;
    if (!f[CLARKE_RATE_L].valid || f[CLARKE_RATE_L].rms > 1e-9)
        for (clarke_rate_model m = CLARKE_RATE_LJ; m <= CLARKE_RATE_LT; m++)
            if (f[m].valid && f[m].score < f[w->chosen[CLARKE_RATE_LINEAR]].score)
                w->chosen[CLARKE_RATE_LINEAR] = m;
    const clarke_rate_fit *p = &f[CLARKE_RATE_P], *pg = &f[CLARKE_RATE_PG],
                          *pl = &f[CLARKE_RATE_PL];
    const bool log_power = pl->valid && fabs(pl->extra) > 0.2 && p->rms > 2e-5;
    clarke_rate_model best = CLARKE_RATE_P;
    if (log_power && pl->score < p->score) best = CLARKE_RATE_PL;
    if (pg->valid && p->rms > 1e-9 && pg->score < p->score &&
        (!log_power || pg->score < pl->score + 4.0))
        best = CLARKE_RATE_PG;
    w->chosen[CLARKE_RATE_SUBLINEAR] = best;
}

const clarke_rate_fit *clarke_rate_chosen(const clarke_rate_window *w, clarke_rate_regime regime)
{
    assert(regime >= CLARKE_RATE_SUPERLINEAR);
    return &w->fit[w->chosen[regime]];
}

void clarke_rate_fit_window(clarke_rate_window *w)
{
    const clarke_rate_bins *b = &w->bins;
    double second = INFINITY;
    w->fit[CLARKE_RATE_L] = models_fit_line(b);
    w->fit[CLARKE_RATE_LJ] = models_fit_prefactor(b);
    w->fit[CLARKE_RATE_LT] = clarke_rate_fit_sum(b);
    w->fit[CLARKE_RATE_P] = models_fit_power(b, CLARKE_RATE_P);
    w->fit[CLARKE_RATE_PG] = models_fit_power(b, CLARKE_RATE_PG);
    w->fit[CLARKE_RATE_PL] = models_fit_power(b, CLARKE_RATE_PL);
    w->fit[CLARKE_RATE_S] = models_fit_slow(b);
    w->fit[CLARKE_RATE_X] = models_fit_fast(b);
    w->fit[CLARKE_RATE_N] = clarke_rate_fit_constant(b);
    models_choose(w);
    w->regime = CLARKE_RATE_SUPERLINEAR;
    for (clarke_rate_regime r = CLARKE_RATE_SUPERLINEAR; r <= CLARKE_RATE_NONE; r++)
        if (clarke_rate_chosen(w, r)->score < clarke_rate_chosen(w, w->regime)->score)
            w->regime = r;
    for (clarke_rate_regime r = CLARKE_RATE_SUPERLINEAR; r <= CLARKE_RATE_NONE; r++)
        if (r != w->regime) second = fmin(second, clarke_rate_chosen(w, r)->score);
    w->margin = second - clarke_rate_chosen(w, w->regime)->score;
}
