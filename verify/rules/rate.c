#include "verify/rules/rate.h"

#include "verify/rules/rate_cut.h"
#include "verify/rules/rate_decide.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

const char *clarke_rate_text(clarke_rate_regime regime)
{
    static const char *const text[CLARKE_RATE_REGIMES] = {
        "undecided", "finite", "superlinear", "linear", "sublinear", "subpolynomial", "none"};
    return text[regime];
}

static void rate_say(clarke_rate *rate, const char *text)
{
    snprintf(rate->reason, sizeof rate->reason, "%s", text);
}

/* Copies k, and the values as ln |f - limit|. */
static clarke_status rate_copy(const clarke_rate_input *in, double limit, clarke_arena *mem,
                               clarke_rate_sequence *s)
{
    double *k = clarke_vec(mem, in->count), *log_v = clarke_vec(mem, in->count);
    CLARKE_TRY(clarke_arena_status(mem));
    const double shift = in->k && in->k[0] < 0.0 ? in->k[0] : 0.0;
    for (size_t i = 0; i < in->count; i++) {
        k[i] = in->k ? in->k[i] - shift : (double)i;
        log_v[i] = in->logarithms ? in->value[i] : log(fabs(in->value[i] - limit));
    }
    s->count = in->count;
    s->k = k;
    s->log = log_v;
    return CLARKE_OK;
}

static void rate_windows(const clarke_rate_sequence *s, clarke_rate_windows *w)
{
    static const double begin[CLARKE_RATE_WINDOWS] = {0.0, 0.03, 0.1, 0.2, 0.35, 0.5, 0.65};
    for (size_t i = 0; i < CLARKE_RATE_WINDOWS; i++) {
        const size_t first = (size_t)(begin[i] * (double)s->count);
        if (s->count - first < (i == 0 ? 12 : 20)) break;
        clarke_rate_window *window = &w->window[w->count++];
        clarke_rate_bin(s, first, s->count - 1, &window->bins);
        clarke_rate_fit_window(window);
    }
}

static void rate_fill(const clarke_rate_sequence *s, const clarke_rate_windows *w,
                      const clarke_rate_decision *d, clarke_rate *rate)
{
    const double last = s->log[s->count - 1];
    const double level = s->log_accuracy == -INFINITY ? log(DBL_MIN) : s->log_accuracy;
    rate->regime = d->regime;
    rate->points = s->count;
    /* Logarithms go below what a double can hold. */
    if (last > level) rate->decades_above_rounding = (last - level) / log(10.0);
    rate_say(rate, d->why);
    if (w->count == 0) return;
    rate->window_first = w->window[d->window].bins.k_first;
    rate->window_last = w->window[d->window].bins.k_last;
    if (d->regime != CLARKE_RATE_LINEAR && d->regime != CLARKE_RATE_SUBLINEAR) return;
    const clarke_rate_estimated e = clarke_rate_interval(s, w, d);
    if (d->regime == CLARKE_RATE_LINEAR) {
        rate->rate = exp(-e.theta);
        rate->rate_interval = (clarke_interval){exp(-e.interval.high), exp(-e.interval.low)};
    } else {
        rate->exponent = e.theta;
        rate->exponent_interval = e.interval;
    }
}

/* The limit is known, or estimated from a plateau. */
static clarke_status rate_known(const clarke_rate_input *in, clarke_rate_sequence *s,
                                clarke_arena *mem, clarke_rate *rate)
{
    size_t zeros = 0;
    clarke_rate_windows w = {0};
    const clarke_rate_cut cut = clarke_rate_cut_sequence(s, in->logarithms, &zeros);
    rate->points = s->count;
    if (cut == CLARKE_RATE_CUT_FINITE) {
        rate->regime = CLARKE_RATE_FINITE;
        rate->points = s->count - zeros;
        rate->window_first = s->k[s->count - zeros > 0 ? s->count - zeros - 1 : 0];
        rate->window_last = s->k[s->count - 1];
        snprintf(rate->reason, sizeof rate->reason,
                 "the last %zu values are the limit, and rounding cannot have made them so", zeros);
        return CLARKE_OK;
    }
    if (cut == CLARKE_RATE_CUT_FEW_ZEROS) {
        snprintf(rate->reason, sizeof rate->reason,
                 "it ends in %zu value%s at the limit, too few to call it finite", zeros,
                 zeros == 1 ? "" : "s");
        return CLARKE_OK;
    }
    if (cut == CLARKE_RATE_CUT_SHORT) {
        rate_say(rate, "fewer than five values are above rounding");
        return CLARKE_OK;
    }
    if (clarke_rate_speeds_up(s)) {
        const clarke_rate_decision fast = {CLARKE_RATE_SUPERLINEAR, 0,
                                           "every step falls faster than the one before"};
        rate_fill(s, &w, &fast, rate);
        rate->window_first = s->k[0];
        rate->window_last = s->k[s->count - 1];
        return CLARKE_OK;
    }
    w.window = clarke_alloc_array(mem, CLARKE_RATE_WINDOWS, sizeof *w.window);
    CLARKE_TRY(clarke_arena_status(mem));
    rate_windows(s, &w);
    const clarke_rate_decision d = clarke_rate_decide(s, &w);
    rate_fill(s, &w, &d, rate);
    return CLARKE_OK;
}

/* The first value that is no number, or count. */
static size_t rate_bad(const clarke_rate_input *in)
{
    size_t i = 0;
    for (; i < in->count; i++) {
        const double v = in->value[i];
        const bool fine = in->logarithms ? v < INFINITY : fabs(v) <= 1e300;
        if (!fine) break;
    }
    return i;
}

static clarke_status rate_check(const clarke_rate_input *in)
{
    for (size_t i = 0; in->k && i < in->count; i++) {
        if (!isfinite(in->k[i]))
            return clarke_fail(CLARKE_EINPUT, "k of value %zu is not a number", i + 1);
        if (i > 0 && !(in->k[i] > in->k[i - 1]))
            return clarke_fail(CLARKE_EINPUT, "k does not increase: %.17g follows %.17g", in->k[i],
                               in->k[i - 1]);
    }
    return CLARKE_OK;
}

clarke_status clarke_rate_estimate(const clarke_rate_input *in, clarke_arena *mem,
                                   clarke_rate *rate)
{
    const clarke_interval nothing = {NAN, NAN};
    clarke_rate_sequence s = {.log_accuracy = -INFINITY};
    double limit = in->limit, error = 0.0;
    *rate = (clarke_rate){.regime = CLARKE_RATE_UNDECIDED,
                          .rate = NAN,
                          .rate_interval = nothing,
                          .exponent = NAN,
                          .exponent_interval = nothing,
                          .window_first = NAN,
                          .window_last = NAN,
                          .limit = limit,
                          .limit_error = isnan(limit) ? NAN : 0.0,
                          .decades_above_rounding = NAN};
    CLARKE_TRY(rate_check(in));
    const size_t bad = rate_bad(in);
    if (bad < in->count) {
        snprintf(rate->reason, sizeof rate->reason, "value %zu is not a finite number", bad + 1);
        return CLARKE_OK;
    }
    if (in->count < 5) {
        rate_say(rate, "fewer than five values");
        return CLARKE_OK;
    }
    double accuracy = isnan(in->accuracy) ? DBL_EPSILON * fabs(limit) : in->accuracy;
    if (isnan(limit) && !in->logarithms) {
        if (!clarke_rate_plateau(in->count, in->value, mem, &limit, &error)) {
            CLARKE_TRY(rate_copy(in, 0.0, mem, &s));
            clarke_rate_without_limit(in->count, s.k, in->value, mem, rate);
            return clarke_arena_status(mem);
        }
        s.limit_estimated = true;
        rate->limit = limit;
        rate->limit_error = error;
        accuracy = fmax(error / 6.0, isnan(in->accuracy) ? 0.0 : in->accuracy);
    }
    if (accuracy > 0.0) s.log_accuracy = log(accuracy);
    CLARKE_TRY(rate_copy(in, limit, mem, &s));
    CLARKE_TRY(rate_known(in, &s, mem, rate));
    if (in->k && in->k[0] < 0.0) {
        rate->window_first += in->k[0];
        rate->window_last += in->k[0];
    }
    return CLARKE_OK;
}

static double rate_theta(double p, bool values)
{
    return values ? (p + 1.0) / (2.0 * p) : (1.0 + p) / (1.0 + 2.0 * p);
}

clarke_rate_kl clarke_rate_kl_exponent(const clarke_rate *rate, bool values)
{
    const clarke_rate_kl nothing = {NAN, {NAN, NAN}};
    const double p = rate->exponent, low = rate->exponent_interval.low;
    const double high = rate->exponent_interval.high;
    switch (rate->regime) {
    case CLARKE_RATE_FINITE: return (clarke_rate_kl){0.0, {0.0, 0.0}};
    case CLARKE_RATE_LINEAR: return (clarke_rate_kl){0.5, {0.0, 0.5}};
    case CLARKE_RATE_SUPERLINEAR: return (clarke_rate_kl){NAN, {0.0, 0.5}};
    case CLARKE_RATE_SUBLINEAR: break;
    case CLARKE_RATE_UNDECIDED:
    case CLARKE_RATE_SUBPOLYNOMIAL:
    case CLARKE_RATE_NONE: return nothing;
    }
    /* Both formulas decrease in p, so the ends change places; p unbounded is 1/2. From values
       p <= 1 would be a theta of 1 or more, which no KL exponent is. */
    const double bound = values ? INFINITY : 1.0;
    return (clarke_rate_kl){rate_theta(p, values),
                            {isinf(high) ? 0.5 : rate_theta(high, values),
                             low > 0.0 ? rate_theta(low, values) : bound}};
}
