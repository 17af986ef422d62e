/* Votes, guard and level of decision rule 2; the test of two hypotheses in a control. */
#include "verify/rules/limit.h"

#include "verify/rules/frequency.h"

#include <assert.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LAST = CLARKE_LIMIT_BLOCKS - 1, TAIL = 3 };

/* Slope of y on x, least squares; -INFINITY where x does not vary. */
static double limit_slope(const double *x, const double *y, size_t count)
{
    double xbar = 0.0, ybar = 0.0, sxx = 0.0, sxy = 0.0;
    for (size_t j = 0; j < count; j++) {
        xbar += x[j] / (double)count;
        ybar += y[j] / (double)count;
    }
    for (size_t j = 0; j < count; j++) {
        sxx += (x[j] - xbar) * (x[j] - xbar);
        sxy += (x[j] - xbar) * (y[j] - ybar);
    }
    /* x = log rho: 1e-12 is a millionth of a relative change of rho of 1e-3, that is a constant. */
    return sxx < 1e-12 ? -INFINITY : sxy / sxx;
}

static double limit_median(double *value, size_t count)
{
    gsl_sort(value, 1, count);
    return gsl_stats_median_from_sorted_data(value, 1, count);
}

typedef struct {
    const clarke_limit_data *data;
    const clarke_limit_law *law;
    double tiny;
    double x[CLARKE_LIMIT_BLOCKS]; /* log rho_j */
    double logt[CLARKE_LIMIT_BLOCKS];
} limit_frame;

static bool limit_finite(const double *block)
{
    for (size_t j = 0; j < CLARKE_LIMIT_BLOCKS; j++)
        if (!(block[j] < INFINITY)) return false;
    return true;
}

static double limit_log(const limit_frame *f, double block)
{
    return log(fmax(block, f->tiny));
}

/* At rounding, or below the flow's absolute bound: the slope has nothing to add. */
static bool limit_arrived(const limit_frame *f, double last)
{
    const double bound = clarke_limit_flow_bound(f->law, f->law->times.t[LAST]);
    return last <= f->tiny || (bound < INFINITY && last <= bound);
}

static double limit_run_slope(const limit_frame *f, const double *block)
{
    double y[CLARKE_LIMIT_BLOCKS];
    for (size_t j = 0; j < CLARKE_LIMIT_BLOCKS; j++) y[j] = limit_log(f, block[j]);
    return limit_slope(f->x, y, CLARKE_LIMIT_BLOCKS);
}

static double limit_level(const limit_frame *f, size_t i)
{
    const double level = CLARKE_LIMIT_LEVEL * f->data->null_level;
    return f->data->separation ? fmin(level, 0.5 * f->data->separation[i]) : level;
}

static bool limit_grows(const limit_frame *f, const double *block)
{
    double y[CLARKE_LIMIT_BLOCKS];
    if (!limit_finite(block)) return true;
    for (size_t j = 0; j < CLARKE_LIMIT_BLOCKS; j++) y[j] = limit_log(f, block[j]);
    return limit_slope(f->logt, y, CLARKE_LIMIT_BLOCKS) > CLARKE_LIMIT_GROWTH &&
           block[LAST] > f->data->null_level;
}

static bool limit_control(const limit_frame *f, size_t i)
{
    const double *block = f->data->block + i * CLARKE_LIMIT_BLOCKS;
    switch (f->data->control) {
    case CLARKE_CONTROL_NONE: return false;
    case CLARKE_CONTROL_POINT: {
        const double half = 0.5 * f->data->separation[i];
        return f->data->target[i * CLARKE_LIMIT_BLOCKS + LAST] <= half && block[LAST] >= half;
    }
    case CLARKE_CONTROL_LEVEL:
        return fmin(block[LAST - 2], fmin(block[LAST - 1], block[LAST])) >= f->data->level;
    case CLARKE_CONTROL_GROWTH: return limit_grows(f, block);
    }
    return false;
}

/* The slope of the pooled tail, over the runs for which the slope matters. */
static double limit_tail(const limit_frame *f)
{
    double pooled[TAIL] = {0.0};
    size_t count = 0;
    for (size_t i = 0; i < f->data->runs; i++) {
        const double *block = f->data->block + i * CLARKE_LIMIT_BLOCKS;
        if (!limit_finite(block) || limit_arrived(f, block[LAST])) continue;
        for (size_t j = 0; j < TAIL; j++)
            pooled[j] += limit_log(f, block[CLARKE_LIMIT_BLOCKS - TAIL + j]);
        count++;
    }
    if (4 * count < f->data->runs) return INFINITY;
    for (size_t j = 0; j < TAIL; j++) pooled[j] /= (double)count;
    return limit_slope(f->x + CLARKE_LIMIT_BLOCKS - TAIL, pooled, TAIL);
}

static void limit_votes(const limit_frame *f, clarke_limit_support *s)
{
    double slope[CLARKE_LIMIT_RUNS_MAX];
    s->level = INFINITY;
    for (size_t i = 0; i < f->data->runs; i++) {
        const double *block = f->data->block + i * CLARKE_LIMIT_BLOCKS;
        const bool finite = limit_finite(block);
        const double level = limit_level(f, i);
        slope[i] = finite ? limit_run_slope(f, block) : -INFINITY;
        const bool falls = finite &&
                           (slope[i] >= CLARKE_LIMIT_SLOPE || limit_arrived(f, block[LAST]));
        const bool low = finite && block[LAST] <= level;
        s->finite += finite;
        s->falling += falls;
        s->low += low;
        s->votes += falls && low;
        s->control_votes += limit_control(f, i);
        s->growth_votes += limit_grows(f, block);
        s->level = fmin(s->level, level);
    }
    s->slope_median = limit_median(slope, f->data->runs);
}

static void limit_medians(const limit_frame *f, clarke_limit_support *s)
{
    double value[CLARKE_LIMIT_RUNS_MAX];
    for (size_t j = 0; j < CLARKE_LIMIT_BLOCKS; j++) {
        for (size_t i = 0; i < f->data->runs; i++)
            value[i] = f->data->block[i * CLARKE_LIMIT_BLOCKS + j];
        s->median[j] = limit_median(value, f->data->runs);
    }
    s->resolution = s->median[LAST];
    s->target = NAN;
    if (!f->data->target) return;
    for (size_t i = 0; i < f->data->runs; i++)
        value[i] = f->data->target[i * CLARKE_LIMIT_BLOCKS + LAST];
    s->target = limit_median(value, f->data->runs);
}

void clarke_limit_test(const clarke_limit_data *data, const clarke_limit_law *law,
                       clarke_limit_support *s)
{
    limit_frame f = {.data = data, .law = law, .tiny = CLARKE_LIMIT_TINY * law->scale};
    assert(data->runs > 0 && data->runs <= CLARKE_LIMIT_RUNS_MAX);
    assert(data->control != CLARKE_CONTROL_POINT || (data->target && data->separation));
    *s = (clarke_limit_support){.needed = clarke_frequency_votes(data->runs, data->alpha)};
    clarke_limit_rho(law, s->law);
    for (size_t j = 0; j < CLARKE_LIMIT_BLOCKS; j++) {
        f.x[j] = limit_log(&f, s->law[j]);
        f.logt[j] = log(law->times.t[j]);
    }
    limit_votes(&f, s);
    limit_medians(&f, s);
    s->tail_slope = limit_tail(&f);
    s->guard = s->tail_slope >= CLARKE_LIMIT_TAIL;
    s->supported = s->votes >= s->needed && s->guard && data->null_level > 0.0 &&
                   law->growth.p >= 1.0;
    s->control_refuted = s->control_votes >= s->needed && !s->supported;
    s->growing = s->growth_votes >= s->needed;
}

/* ---- what would decide ---- */

static double advice_exponent(const clarke_limit_law *law)
{
    if (law->quantity == CLARKE_LIMIT_MOMENTUM) return 0.5;
    const double q = 1.0 / law->growth.p;
    return clarke_limit_is_sign(law->map) && law->times.single ? 0.5 * q : q;
}

/* Steps until eta has fallen to eta_need and the last block is ruled by it. */
static void advice_steps(const clarke_limit_law *law, const clarke_schedule *eta, double eta_need,
                         char *text, size_t size)
{
    text[0] = '\0';
    if (!eta || eta->kind != CLARKE_SCHEDULE_POWER || !(eta->a > 0.0)) return;
    const double k = fmax(0.0, pow(eta->c / eta_need, 1.0 / eta->a) - eta->k0);
    const double need = clarke_limit_power_steps(eta, exp2(0.25) * clarke_limit_power_time(eta, k));
    if (need > 64.0 * (double)law->times.steps)
        snprintf(text, size,
                 ", out of reach here: use a = 1, smaller noise, or (sign) a larger tau");
    else
        snprintf(text, size, ", that is K = %.3g", need);
}

/* Least R of the usual ones whose power at the seen vote rate is at least 0.9; 0: none. */
static size_t advice_runs(double rate, double alpha)
{
    static const size_t runs[] = {16, 20, 24, 32, 40, 64, 96, 128};
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++)
        if (clarke_frequency_power(runs[i], clarke_frequency_votes(runs[i], alpha), rate) >= 0.9)
            return runs[i];
    return 0;
}

static void advice_level(const clarke_limit_support *s, const clarke_limit_data *data,
                         const clarke_limit_law *law, const clarke_schedule *eta, char text[400])
{
    char steps[96];
    const double late = clarke_limit_transient(law, law->times.t[LAST]), last = s->median[LAST];
    const double noise = clarke_limit_floor(law, law->times.eta[LAST], law->times.theta[LAST]);
    if (late > noise) {
        const double half = CLARKE_LIMIT_LEVEL * data->null_level, p = law->growth.p;
        const double need = p == 2.0
                                ? log(2.0 * law->scale / half) / clarke_limit_decay(law)
                                : pow(0.5 * half, 2.0 - p) / (law->growth.kappa * p * (p - 2.0));
        snprintf(
            text, 400,
            "%zu of %zu runs end below the level %.3g: the transient needs T = %.3g instead of "
            "%.3g",
            s->low, data->runs, s->level, need, law->times.total);
        return;
    }
    const double eta_need = law->times.eta_gate *
                            pow(CLARKE_LIMIT_GATE * s->level / last, 1.0 / advice_exponent(law));
    advice_steps(law, eta, eta_need, steps, sizeof steps);
    snprintf(
        text, 400,
        "%zu of %zu runs end below the level %.3g (median %.3g): it takes eta = %.3g instead of "
        "%.3g%s",
        s->low, data->runs, s->level, last, eta_need, law->times.eta_gate, steps);
}

static void advice_control(const clarke_limit_support *s, const clarke_limit_data *data,
                           const clarke_limit_law *law, const clarke_schedule *eta, char text[400])
{
    char steps[96];
    double least = INFINITY;
    for (size_t i = 0; i < data->runs; i++) least = fmin(least, data->separation[i]);
    const double eta_need = law->times.eta_gate *
                            pow(fmin(1.0, 0.25 * least / s->target), 1.0 / advice_exponent(law));
    advice_steps(law, eta, eta_need, steps, sizeof steps);
    snprintf(text, 400,
             "%zu of %zu runs (%zu needed) spend the last block at the declared wrong limit: their "
             "median distance to it is %.3g at a separation of %.3g; it takes eta = %.3g%s",
             s->control_votes, data->runs, s->needed, s->target, least, eta_need, steps);
}

void clarke_limit_advice(const clarke_limit_support *s, const clarke_limit_data *data,
                         const clarke_limit_law *law, const clarke_schedule *eta, char text[400])
{
    char steps[96];
    if (s->finite < s->needed) {
        snprintf(text, 400, "only %zu of %zu runs stayed finite: smaller steps", s->finite,
                 data->runs);
    } else if (data->control == CLARKE_CONTROL_POINT) {
        advice_control(s, data, law, eta, text);
    } else if (s->low < s->needed) {
        advice_level(s, data, law, eta, text);
    } else if (s->votes < s->needed && s->slope_median >= 0.6) {
        const double rate = (double)s->votes / (double)data->runs;
        const size_t runs = rate < 0.7 ? 0 : advice_runs(rate, data->alpha);
        snprintf(text, 400, "%zu of %zu runs vote for it, %zu are needed: ", s->votes, data->runs,
                 s->needed);
        char *rest = text + strlen(text);
        if (runs > 0)
            snprintf(rest, 100, "%zu runs would do at this rate", runs);
        else
            snprintf(rest, 100, "four times the steps, more runs would not do");
    } else {
        advice_steps(law, eta, law->times.eta_gate * pow(2.0, -1.0 / advice_exponent(law)), steps,
                     sizeof steps);
        snprintf(
            text, 400,
            "the distance falls more slowly than the law (median slope %.2f, tail %.2f, %.1f is "
            "needed there): a limit at distance <= %.3g is not excluded; half the resolution "
            "takes eta = %.3g%s",
            s->slope_median, s->tail_slope, CLARKE_LIMIT_TAIL, 2.0 * s->resolution,
            law->times.eta_gate * pow(2.0, -1.0 / advice_exponent(law)), steps);
    }
}
