/* A sequence whose limit is neither known nor reached: the limit is one more parameter, profiled
   over delta = min f - limit for a linear rate and for a power. */
#include "verify/rules/rate_decide.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

enum { UNKNOWN_THIN = 3000, UNKNOWN_GRID = 35, UNKNOWN_ZOOM = 13, UNKNOWN_WINDOWS = 3 };
enum { UNKNOWN_FINER = 4, UNKNOWN_DELTAS = UNKNOWN_GRID + (4 + UNKNOWN_FINER) * UNKNOWN_ZOOM };

/* One delta: fits and criteria of the two models, linear first. */
typedef struct {
    double log_delta, criterion[2], theta[2], se[2];
} unknown_point;

typedef struct {
    size_t count;
    unknown_point point[UNKNOWN_DELTAS];
    size_t best[2];
    double step; /* of the finest zoom */
} unknown_profile;

typedef struct {
    size_t count;
    const double *k, *f;
    double *log; /* [count] scratch */
    double least, range, unit;
} unknown_data;

/* At most UNKNOWN_THIN points: half of them uniform in the index, half geometric. */
static clarke_status unknown_thin(size_t n, const double *k, const double *f, clarke_arena *mem,
                                  unknown_data *d)
{
    const double half = UNKNOWN_THIN / 2.0, ratio = log((double)n) / half;
    double *kk = clarke_vec(mem, UNKNOWN_THIN + 2), *ff = clarke_vec(mem, UNKNOWN_THIN + 2);
    d->log = clarke_vec(mem, UNKNOWN_THIN + 2);
    CLARKE_TRY(clarke_arena_status(mem));
    double uniform = 0.0, geometric = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double at = (double)i;
        bool take = i == n - 1;
        for (; floor(uniform * (double)n / half) <= at && uniform < half; uniform++) take = true;
        for (; exp(ratio * geometric) - 1.0 <= at && geometric < half; geometric++) take = true;
        if (take) kk[d->count] = k[i], ff[d->count++] = f[i];
    }
    d->k = kk;
    d->f = ff;
    return CLARKE_OK;
}

static void unknown_evaluate(const unknown_data *d, size_t first, double log_delta,
                             unknown_point *p)
{
    clarke_rate_bins bins;
    const clarke_rate_sequence s = {.count = d->count, .k = d->k, .log = d->log};
    const double delta = exp(log_delta);
    double mean = 0.0, rounding = 0.0;
    for (size_t i = first; i < d->count; i++) d->log[i] = log(d->f[i] - d->least + delta);
    clarke_rate_bin(&s, first, d->count - 1, &bins);
    for (size_t i = 0; i < bins.count; i++) {
        const double relative = 0.3 * d->unit / exp(bins.y[i]);
        mean += bins.weight[i] * bins.y[i] / bins.total;
        rounding += bins.weight[i] * relative * relative / (double)bins.points[i];
    }
    const clarke_rate_fit fit[2] = {clarke_rate_fit_linear(&bins), clarke_rate_fit_power(&bins)};
    const double m = (double)bins.count;
    p->log_delta = log_delta;
    for (size_t r = 0; r < 2; r++) {
        p->theta[r] = fit[r].theta;
        p->se[r] = fit[r].se;
        /* 2 m mean(y) is the Jacobian of ln(f - limit): without it an infinite delta wins, which
           makes every sequence a straight line. */
        p->criterion[r] = fit[r].valid ? m * log((fit[r].sse + rounding) / bins.total) +
                                             2.0 * m * mean + (r == 0 ? 5.0 : 7.5)
                                       : INFINITY;
    }
}

static void unknown_add(const unknown_data *d, size_t first, double log_delta,
                        unknown_profile *profile)
{
    unknown_point *p = &profile->point[profile->count];
    unknown_evaluate(d, first, log_delta, p);
    for (size_t r = 0; r < 2; r++)
        if (p->criterion[r] < profile->point[profile->best[r]].criterion[r])
            profile->best[r] = profile->count;
    profile->count++;
}

/* 13 points around the best delta of model r, up to `step` on either side. */
static void unknown_zoom(const unknown_data *d, size_t first, size_t r, double step,
                         unknown_profile *profile)
{
    const double centre = profile->point[profile->best[r]].log_delta;
    for (size_t i = 0; i < UNKNOWN_ZOOM; i++)
        unknown_add(d, first, centre + step * ((double)i / 6.0 - 1.0), profile);
}

static void unknown_search(const unknown_data *d, size_t first, unknown_profile *profile)
{
    const double low = log(20.0 * d->unit), high = log(30.0 * d->range);
    double step = (high - low) / (UNKNOWN_GRID - 1);
    *profile = (unknown_profile){0};
    for (size_t i = 0; i < UNKNOWN_GRID; i++)
        unknown_add(d, first, low + step * (double)i, profile);
    for (size_t zoom = 0; zoom < 2; zoom++, step /= 12.0)
        for (size_t r = 0; r < 2; r++) unknown_zoom(d, first, r, step, profile);
    profile->step = step;
}

/* Exact data leave a valley that is narrower than the grid. */
static void unknown_refine(const unknown_data *d, size_t first, size_t r, unknown_profile *profile)
{
    for (size_t zoom = 0; zoom < UNKNOWN_FINER; zoom++, profile->step /= 6.0)
        unknown_zoom(d, first, r, 2.0 * profile->step, profile);
}

/* All deltas that the data do not exclude: the exponent's interval and the limit's. */
static void unknown_hull(const unknown_data *d, const unknown_profile *profile, size_t r,
                         clarke_interval *theta, clarke_interval *limit)
{
    const unknown_point *best = &profile->point[profile->best[r]];
    *theta =
        (clarke_interval){best->theta[r] - 2.3 * best->se[r], best->theta[r] + 2.3 * best->se[r]};
    *limit = clarke_interval_point(d->least - exp(best->log_delta));
    for (size_t i = 0; i < profile->count; i++) {
        const unknown_point *p = &profile->point[i];
        if (!(p->criterion[r] < best->criterion[r] + 5.0)) continue;
        *theta = clarke_interval_hull(
            *theta, (clarke_interval){p->theta[r] - 2.0 * p->se[r], p->theta[r] + 2.0 * p->se[r]});
        *limit = clarke_interval_hull(*limit, clarke_interval_point(d->least - exp(p->log_delta)));
    }
}

static double unknown_drift(const unknown_data *d, const unknown_point *best)
{
    clarke_rate_bins bins;
    const clarke_rate_sequence s = {.count = d->count, .k = d->k, .log = d->log};
    for (size_t i = 0; i < d->count; i++)
        d->log[i] = log(d->f[i] - d->least + exp(best->log_delta));
    clarke_rate_bin(&s, 0, d->count - 1, &bins);
    const clarke_rate_fit drift = clarke_rate_fit_drift(&bins);
    const double apart = fabs(drift.theta - best->theta[1]);
    return drift.valid && apart < 0.3 * best->theta[1] ? apart : 0.0;
}

typedef struct {
    unknown_data data;
    size_t windows;
    unknown_profile profile[UNKNOWN_WINDOWS];
} unknown_task;

static void unknown_fill(unknown_task *t, size_t r, clarke_rate *rate)
{
    const unknown_data *d = &t->data;
    const unknown_profile *whole = &t->profile[0];
    const unknown_point *best = &whole->point[whole->best[r]];
    clarke_interval theta, limit;
    unknown_hull(d, whole, r, &theta, &limit);
    double wider = r == 1 ? unknown_drift(d, best) : 0.0;
    if (t->windows > 1) {
        const unknown_profile *next = &t->profile[1];
        clarke_interval other, ignored;
        unknown_hull(d, next, r, &other, &ignored);
        const double apart = fabs(next->point[next->best[r]].theta[r] - best->theta[r]);
        wider += 2.0 * fmax(0.0, apart - 0.7 * 0.5 * (other.high - other.low));
    }
    /* The search over delta and the shift resolves no more. */
    wider += 1e-5 * best->theta[r];
    const double low = 1.6 * (best->theta[r] - theta.low + wider);
    const double high = 1.6 * (theta.high - best->theta[r] + wider);
    const clarke_interval wide = {fmax(0.0, best->theta[r] - low), best->theta[r] + high};
    rate->limit = d->least - exp(best->log_delta);
    rate->limit_error = fmax(limit.high - rate->limit, rate->limit - limit.low) + d->unit;
    rate->window_first = d->k[0];
    rate->window_last = d->k[d->count - 1];
    if (r == 0) {
        rate->regime = CLARKE_RATE_LINEAR;
        rate->rate = exp(-best->theta[r]);
        rate->rate_interval = (clarke_interval){exp(-wide.high), exp(-wide.low)};
    } else {
        rate->regime = CLARKE_RATE_SUBLINEAR;
        rate->exponent = best->theta[r];
        rate->exponent_interval = wide;
    }
}

static const char *unknown_decide(const unknown_task *t, size_t *regime)
{
    const unknown_profile *p = &t->profile[0];
    const double criterion[2] = {p->point[p->best[0]].criterion[0],
                                 p->point[p->best[1]].criterion[1]};
    const size_t r = criterion[1] < criterion[0];
    const double theta = p->point[p->best[r]].theta[r];
    const double span = t->data.k[t->data.count - 1] - t->data.k[0];
    if (!(criterion[1 - r] - criterion[r] >= 12.0))
        return "without the limit a power and a geometric sequence fit about equally well";
    for (size_t j = 1; j < t->windows; j++) {
        const unknown_profile *q = &t->profile[j];
        if (q->point[q->best[r]].criterion[r] - q->point[q->best[1 - r]].criterion[1 - r] > 8.0)
            return "without the limit the whole and its tail disagree";
    }
    if (r == 1 && !(theta > 0.156 && theta < 7.76))
        return "without the limit the exponent is at the end of what is searched";
    if (r == 0 && !(theta * span >= 4.0)) return "without the limit the fall is too short";
    *regime = r;
    return NULL;
}

void clarke_rate_without_limit(size_t n, const double *k, const double *f, clarke_arena *mem,
                               clarke_rate *rate)
{
    static const double begin[UNKNOWN_WINDOWS] = {0.0, 0.15, 0.4};
    unknown_task *t = clarke_alloc(mem, sizeof *t);
    if (!t) return;
    double largest = 0.0, most = -INFINITY;
    for (size_t i = 0; i < n; i++) largest = fmax(largest, fabs(f[i]));
    t->data.unit = DBL_EPSILON * largest;
    size_t end = n;
    while (end > 0 && fabs(f[end - 1] - f[n - 1]) < 1000.0 * t->data.unit) end--;
    if (n - end <= 1) end = n;
    if (end < 25 || unknown_thin(end, k, f, mem, &t->data) != CLARKE_OK) t->data.count = 0;
    t->data.least = INFINITY;
    for (size_t i = 0; i < t->data.count; i++) {
        t->data.least = fmin(t->data.least, t->data.f[i]);
        most = fmax(most, t->data.f[i]);
    }
    t->data.range = most - t->data.least;
    const char *open = "without the limit 25 points are the least";
    for (size_t j = 0; j < UNKNOWN_WINDOWS && t->data.range > 0.0; j++) {
        const size_t first = (size_t)(begin[j] * (double)t->data.count);
        if (t->data.count - first < 25) break;
        unknown_search(&t->data, first, &t->profile[t->windows++]);
    }
    size_t r = 0;
    if (t->windows > 0) open = unknown_decide(t, &r);
    rate->points = t->data.count;
    for (size_t j = 0; !open && j < t->windows && j < 2; j++)
        unknown_refine(&t->data, (size_t)(begin[j] * (double)t->data.count), r, &t->profile[j]);
    if (!open) unknown_fill(t, r, rate);
    snprintf(rate->reason, sizeof rate->reason, "%s",
             open ? open : "the limit was estimated together with the rate");
}
