/* The interval: statistical error, disagreement of later windows, misfit, rounding, and how far
   other models of the same regime would move the estimate. */
#include "verify/rules/rate_decide.h"

#include <float.h>
#include <math.h>

static double interval_t(size_t bins)
{
    const double freedom = (double)bins - 3.0;
    return freedom < 4.0 ? 3.2 : freedom < 8.0 ? 2.5 : freedom < 15.0 ? 2.2 : 2.05;
}

static void interval_widen(clarke_interval *hull, double theta, double half)
{
    *hull = clarke_interval_hull(*hull, (clarke_interval){theta - half, theta + half});
}

/* The later window's estimate: by the winner's model, or by the later window's own choice where
   that is free to differ or describes smooth data much better. */
static const clarke_rate_fit *interval_later(const clarke_rate_window *later,
                                             const clarke_rate_fit *fit, clarke_rate_regime regime)
{
    const clarke_rate_fit *same = &later->fit[fit->model];
    const clarke_rate_fit *own = clarke_rate_chosen(later, regime);
    if (fit->model == CLARKE_RATE_L || !same->valid) return own;
    if (later->bins.smooth && own->valid &&
        (fit->model <= CLARKE_RATE_LT || own->sse < 0.1 * same->sse))
        return own;
    return same;
}

typedef struct {
    double spread; /* the largest disagreement that is not statistical */
    clarke_interval hull;
} interval_drift;

/* The next three windows, and where their trend leads. */
static interval_drift interval_windows(const clarke_rate_windows *w, const clarke_rate_decision *d,
                                       const clarke_rate_fit *fit)
{
    interval_drift drift = {0.0, clarke_interval_point(fit->theta)};
    double before = fit->theta;
    for (size_t j = d->window + 1; j < w->count && j <= d->window + 3; j++) {
        const clarke_rate_window *later = &w->window[j];
        const clarke_rate_fit *own = interval_later(later, fit, d->regime);
        const bool corrected = fit->model == CLARKE_RATE_PG || fit->model == CLARKE_RATE_PL;
        if (!own->valid || own->clamped) continue;
        if (d->regime == CLARKE_RATE_SUBLINEAR && later->bins.count < 16) continue;
        if (corrected && own->se > 0.5 * fit->theta) continue;
        const double beyond = fmin(fabs(own->theta - fit->theta) - 1.5 * own->se, 0.5 * fit->theta);
        if (beyond > 0.0) {
            const double ahead = 2.0 * own->theta - before;
            if (fabs(ahead - fit->theta) <= 3.0 * beyond) interval_widen(&drift.hull, ahead, 0.0);
        }
        drift.spread = fmax(drift.spread, beyond);
        before = own->theta;
    }
    return drift;
}

/* Of two corrected models of the regime the other one, where the data do not tell them apart. */
static void interval_rival(const clarke_rate_window *win, const clarke_rate_fit *fit,
                           clarke_interval *hull)
{
    static const clarke_rate_model rival[CLARKE_RATE_MODELS] = {[CLARKE_RATE_LJ] = CLARKE_RATE_LT,
                                                                [CLARKE_RATE_LT] = CLARKE_RATE_LJ,
                                                                [CLARKE_RATE_PG] = CLARKE_RATE_PL,
                                                                [CLARKE_RATE_PL] = CLARKE_RATE_PG};
    const clarke_rate_fit *other = &win->fit[rival[fit->model]];
    const clarke_rate_fit *plain =
        &win->fit[fit->model <= CLARKE_RATE_LT ? CLARKE_RATE_L : CLARKE_RATE_P];
    if (fit->model == plain->model || !other->valid || other->clamped ||
        !(other->sse < 0.3 * plain->sse))
        return;
    const double ratio = other->sse / fit->sse;
    if (win->bins.smooth ? ratio >= 1e4 : (double)win->bins.count * log(ratio) >= 10.0) return;
    const double apart = fabs(other->theta - fit->theta);
    interval_widen(hull, other->theta, 0.1 * apart + 2.0 * fmin(other->se, apart));
}

/* Smooth data: a slow second power looks like a drift or a logarithm over any one range. */
static void interval_second(const clarke_rate_window *win, const clarke_rate_fit *fit,
                            clarke_interval *hull)
{
    if (fit->model < CLARKE_RATE_P || !win->bins.smooth || !(fit->rms > 1e-9)) return;
    const clarke_rate_fit other = clarke_rate_fit_second(&win->bins);
    const double apart = fabs(other.theta - fit->theta);
    if (other.valid && other.sse < 1e4 * fit->sse)
        interval_widen(hull, other.theta, 0.25 * apart + 2.0 * fmin(other.se, apart));
}

/* Noise hides a correction that the model lacks: the interval reaches what the corrected models
   would say, and is never narrower than one percent. */
static void interval_alternatives(const clarke_rate_window *win, const clarke_rate_fit *fit,
                                  clarke_interval *hull)
{
    static const clarke_rate_model linear[] = {CLARKE_RATE_LJ, CLARKE_RATE_LT};
    static const clarke_rate_model power[] = {CLARKE_RATE_PG, CLARKE_RATE_PL};
    const bool is_linear = fit->model <= CLARKE_RATE_LT;
    if (!(win->bins.noise > 0.0)) return;
    for (size_t i = 0; i < 2; i++) {
        const clarke_rate_fit *other = &win->fit[is_linear ? linear[i] : power[i]];
        if (!other->valid || other->clamped || other->model == fit->model) continue;
        const double apart = fabs(other->theta - fit->theta);
        interval_widen(hull, fit->theta, apart + fmin(other->se, 2.0 * apart));
    }
    interval_widen(hull, fit->theta, 0.01 * fit->theta);
}

/* What the misfit and the rounding of the last value may turn the estimate by. */
static double interval_floor(const clarke_rate_sequence *s, const clarke_rate_window *win,
                             const clarke_rate_fit *fit)
{
    const clarke_rate_bins *b = &win->bins;
    const bool linear = fit->model <= CLARKE_RATE_LT;
    const double lever = linear ? b->span : log1p(b->span / fit->shift);
    const double relative = exp(s->log_accuracy - s->log[s->count - 1]);
    const double rounding = (s->limit_estimated ? 8.0 : 1.0) * relative + 1e-15;
    return (b->smooth ? fit->rms : fit->rms / 8.0) / lever + rounding / lever + 1e-9 * fit->theta;
}

clarke_rate_estimated clarke_rate_interval(const clarke_rate_sequence *s,
                                           const clarke_rate_windows *w,
                                           const clarke_rate_decision *d)
{
    const clarke_rate_window *win = &w->window[d->window];
    const clarke_rate_fit *fit = clarke_rate_chosen(win, d->regime);
    const double h = interval_t(win->bins.count) * 1.25 * fit->se;
    const interval_drift drift = interval_windows(w, d, fit);
    const double half = sqrt(h * h + 6.25 * drift.spread * drift.spread) +
                        interval_floor(s, win, fit);
    clarke_interval hull = {drift.hull.low - h, drift.hull.high + h};
    interval_widen(&hull, fit->theta, half);
    interval_rival(win, fit, &hull);
    interval_second(win, fit, &hull);
    interval_alternatives(win, fit, &hull);
    hull.low = fmax(hull.low, 0.0);
    return (clarke_rate_estimated){fit->theta, hull};
}
