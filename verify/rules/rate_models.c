/* The models and their scores. A model is columns, some of them with one parameter that is searched
   over a grid and then by golden section; clamps keep the models apart, since q^k is the limit
   p -> infinity of the powers, and both are in the family with a constant. */
#include "verify/rules/rate_fit.h"

#include <assert.h>
#include <math.h>

enum { MODELS_GRID = 41, MODELS_GOLDEN = 38 };

static const double models_penalty[CLARKE_RATE_MODELS] = {
    [CLARKE_RATE_L] = 5.0, [CLARKE_RATE_LJ] = 12.0, [CLARKE_RATE_LT] = 14.0,
    [CLARKE_RATE_P] = 7.5, [CLARKE_RATE_PG] = 12.0, [CLARKE_RATE_PL] = 14.0,
    [CLARKE_RATE_S] = 7.5, [CLARKE_RATE_X] = 7.5,   [CLARKE_RATE_N] = 10.0};
static const double models_low = 0.12, models_high = 8.0; /* of a power */

void clarke_rate_score(const clarke_rate_bins *b, double sse, clarke_rate_fit *f)
{
    f->sse = sse + b->total * 1e-26;
    f->rms = sqrt(f->sse / b->total);
    f->score = (double)b->count * log(f->sse) + models_penalty[f->model];
}

/* ---- columns ---- */

typedef enum {
    MODELS_ONE,
    MODELS_K,
    MODELS_LOG_KAPPA,  /* ln(k - k_first + s) */
    MODELS_INV_KAPPA,  /* 1 / (k - k_first + s): of the shift */
    MODELS_DRIFT,      /* ln(k+1) / (k - k_first + s) */
    MODELS_LOG_LOG,    /* ln ln(k+2) */
    MODELS_LOG_LOG_C,  /* ln(ln(k+2) + s) */
    MODELS_LOG_LOG_K0, /* ln ln(k + 1 + e^s) */
    MODELS_EXP,        /* exp(s (k - k_last) / span) */
    MODELS_K_LOG_K,
    MODELS_K_SQUARED
} models_column;

static double models_value(const clarke_rate_bins *b, models_column c, double k, double s)
{
    const double t = (k - b->k_first) / b->span;
    switch (c) {
    case MODELS_ONE: return 1.0;
    case MODELS_K: return t;
    case MODELS_LOG_KAPPA: return log(k - b->k_first + s);
    case MODELS_INV_KAPPA: return s / (k - b->k_first + s);
    case MODELS_DRIFT: return log(k + 1.0) / (k - b->k_first + s);
    case MODELS_LOG_LOG: return log(log(k + 2.0));
    case MODELS_LOG_LOG_C: return log(log(k + 2.0) + s);
    case MODELS_LOG_LOG_K0: return log(log(k + 1.0 + exp(s)));
    case MODELS_EXP: return exp(s * (k - b->k_last) / b->span);
    case MODELS_K_LOG_K: return (k + 1.0) * log(k + 1.0) / (b->k_last + 1.0);
    case MODELS_K_SQUARED: return t * t;
    }
    return NAN;
}

static void models_fill(const clarke_rate_bins *b, models_column c, double s, double *column)
{
    for (size_t i = 0; i < b->count; i++) {
        double sum = 0.0;
        for (size_t l = 0; l < b->within[i]; l++) sum += models_value(b, c, b->k[i][l], s);
        column[i] = sum / (double)b->within[i];
    }
}

/* ---- the search over one parameter ---- */

typedef double models_objective(double x, void *self);

static double models_golden(models_objective *f, void *self, double low, double high, double *best)
{
    const double ratio = 0.5 * (sqrt(5.0) - 1.0);
    double a = high - ratio * (high - low), b = low + ratio * (high - low);
    double fa = f(a, self), fb = f(b, self);
    for (size_t i = 0; i < MODELS_GOLDEN; i++) {
        if (fa < fb) {
            high = b, b = a, fb = fa;
            a = high - ratio * (high - low), fa = f(a, self);
        } else {
            low = a, a = b, fa = fb;
            b = low + ratio * (high - low), fb = f(b, self);
        }
    }
    *best = fa < fb ? a : b;
    return fa < fb ? fa : fb;
}

/* The least value over [low, high], and where. */
static double models_search(models_objective *f, void *self, double low, double high, double *best)
{
    const double step = (high - low) / (MODELS_GRID - 1);
    double least = INFINITY, at = low;
    for (size_t i = 0; i < MODELS_GRID; i++) {
        const double value = f(low + step * (double)i, self);
        if (value < least) least = value, at = low + step * (double)i;
    }
    if (least == INFINITY) return least;
    double x;
    const double inner = models_golden(f, self, fmax(low, at - step), fmin(high, at + step), &x);
    *best = inner < least ? x : at;
    return fmin(inner, least);
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
    models_fill(b, MODELS_LOG_KAPPA, s, column);
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
    models_fill(b, MODELS_ONE, s, q.column[0]);
    models_fill(b, MODELS_LOG_KAPPA, s, q.column[1]);
    if (t->model == CLARKE_RATE_PG) models_fill(b, MODELS_DRIFT, s, q.column[2]);
    if (t->model == CLARKE_RATE_PL) models_fill(b, MODELS_LOG_LOG, s, q.column[2]);
    clarke_rate_least_squares(b, b->y, &q);
    if (!q.full_rank) return INFINITY;
    const double p = -q.coef[1];
    if (!(p >= models_low && p <= models_high)) {
        if (t->model != CLARKE_RATE_P) return INFINITY;
        models_clamp(t, p >= models_low ? models_high : models_low, s);
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
    models_fill(b, MODELS_ONE, fit->shift, q.column[0]);
    models_fill(b, MODELS_LOG_KAPPA, fit->shift, q.column[1]);
    if (fit->model == CLARKE_RATE_PG) models_fill(b, MODELS_DRIFT, fit->shift, q.column[2]);
    if (fit->model == CLARKE_RATE_PL) models_fill(b, MODELS_LOG_LOG, fit->shift, q.column[2]);
    if (fit->model != CLARKE_RATE_P) q.columns = 4;
    models_fill(b, MODELS_INV_KAPPA, fit->shift, q.column[q.columns - 1]);
    clarke_rate_least_squares(b, b->y, &q);
    return q.full_rank ? clarke_rate_walk_error(b, &q, 1, fit->shift) : INFINITY;
}

static clarke_rate_fit models_fit_power(const clarke_rate_bins *b, clarke_rate_model model)
{
    models_task t = {.bins = b, .model = model};
    double low = log(0.3), high = log(300.0 * b->span), best = NAN;
    if (model == CLARKE_RATE_PL) models_shift_range(b, &low, &high);
    if (models_search(models_power, &t, low, high, &best) == INFINITY)
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
    models_fill(b, MODELS_ONE, 0.0, q.column[0]);
    models_fill(b, MODELS_K, 0.0, q.column[1]);
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
    models_fill(b, MODELS_ONE, s, q.column[0]);
    models_fill(b, MODELS_K, s, q.column[1]);
    models_fill(b, MODELS_LOG_KAPPA, s, q.column[2]);
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
    if (models_search(models_prefactor, &t, low, high, &best) == INFINITY)
        return (clarke_rate_fit){.model = CLARKE_RATE_LJ, .sse = INFINITY, .score = INFINITY};
    models_prefactor(best, &t);
    clarke_rate_squares q = {.columns = 4};
    models_fill(b, MODELS_ONE, 0.0, q.column[0]);
    models_fill(b, MODELS_K, 0.0, q.column[1]);
    models_fill(b, MODELS_LOG_KAPPA, t.fit.shift, q.column[2]);
    models_fill(b, MODELS_INV_KAPPA, t.fit.shift, q.column[3]);
    clarke_rate_least_squares(b, b->y, &q);
    if (!q.full_rank)
        return (clarke_rate_fit){.model = CLARKE_RATE_LJ, .sse = INFINITY, .score = INFINITY};
    t.fit.se = clarke_rate_walk_error(b, &q, 1, 0.0) / b->span;
    return t.fit;
}

/* (ln k + c)^-b, or ln(k + k0)^-b with ln k0 searched. */
static double models_slow(double c, void *self, models_column column)
{
    models_task *t = self;
    clarke_rate_squares q = {.columns = 2};
    t->fit =
        (clarke_rate_fit){.model = CLARKE_RATE_S, .shift = c, .sse = INFINITY, .score = INFINITY};
    models_fill(t->bins, MODELS_ONE, c, q.column[0]);
    models_fill(t->bins, column, c, q.column[1]);
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
    return models_slow(c, self, MODELS_LOG_LOG_C);
}

static double models_slow_shifted(double log_k0, void *self)
{
    return models_slow(log_k0, self, MODELS_LOG_LOG_K0);
}

static clarke_rate_fit models_fit_slow(const clarke_rate_bins *b)
{
    models_task t = {.bins = b, .model = CLARKE_RATE_S};
    double best[2] = {NAN, NAN};
    const double sse[2] = {models_search(models_slow_added, &t, -0.6, 11.4, &best[0]),
                           models_search(models_slow_shifted, &t, log(0.7), log(300.0), &best[1])};
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
static void models_try_fast(models_task *t, models_column shape, double r)
{
    const clarke_rate_bins *b = t->bins;
    clarke_rate_squares q = {.columns = shape == MODELS_EXP ? 2 : 3};
    models_fill(b, MODELS_ONE, r, q.column[0]);
    models_fill(b, shape, r, q.column[1]);
    models_fill(b, MODELS_K, r, q.column[2]);
    clarke_rate_least_squares(b, b->y, &q);
    if (!q.full_rank || !(q.sse < t->fit.sse)) return;
    double start = 0.0, end = 0.0;
    if (shape == MODELS_EXP) end = q.coef[1] * r, start = end * exp(-r);
    if (shape == MODELS_K_SQUARED) end = 2.0 * q.coef[1] + q.coef[2], start = q.coef[2];
    if (shape == MODELS_K_LOG_K) {
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
    for (size_t i = 0; i < MODELS_GRID; i++)
        models_try_fast(&t, MODELS_EXP, 0.8 * pow(75.0, (double)i / (MODELS_GRID - 1)));
    models_try_fast(&t, MODELS_K_LOG_K, 0.0);
    models_try_fast(&t, MODELS_K_SQUARED, 0.0);
    return t.fit;
}

/* ---- a power with a second one ---- */

typedef struct {
    const clarke_rate_bins *bins;
    double d; /* the second exponent is p + d */
    clarke_rate_fit fit;
} models_pair;

/* ln v = a - p ln kappa + c kappa^-d, to first order in the second power. */
static double models_second(double log_s, void *self)
{
    models_pair *t = self;
    const clarke_rate_bins *b = t->bins;
    clarke_rate_squares q = {.columns = 3};
    t->fit = (clarke_rate_fit){
        .model = CLARKE_RATE_PG, .shift = exp(log_s), .sse = INFINITY, .score = INFINITY};
    models_fill(b, MODELS_ONE, t->fit.shift, q.column[0]);
    models_fill(b, MODELS_LOG_KAPPA, t->fit.shift, q.column[1]);
    for (size_t i = 0; i < b->count; i++) q.column[2][i] = exp(-t->d * q.column[1][i]);
    clarke_rate_least_squares(b, b->y, &q);
    const double p = -q.coef[1];
    if (!q.full_rank || !(p >= models_low && p <= models_high)) return INFINITY;
    t->fit.theta = p;
    t->fit.extra = t->d;
    t->fit.se = clarke_rate_squares_error(b, &q, 1);
    t->fit.valid = true;
    clarke_rate_score(b, q.sse, &t->fit);
    return t->fit.sse;
}

clarke_rate_fit clarke_rate_fit_second(const clarke_rate_bins *b)
{
    static const double d[] = {0.25, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0};
    clarke_rate_fit best = {.sse = INFINITY, .score = INFINITY};
    for (size_t i = 0; i < sizeof d / sizeof d[0]; i++) {
        models_pair t = {.bins = b, .d = d[i]};
        double at = NAN;
        if (models_search(models_second, &t, log(0.3), log(300.0 * b->span), &at) == INFINITY)
            continue;
        models_second(at, &t);
        if (t.fit.sse < best.sse) best = t.fit;
    }
    return best;
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
