#include "verify/rules/rate_decide.h"

#include <math.h>

/* A window decides if its best model leads by this much; a later one vetoes by that much. */
static const double decide_margin = 10.0, decide_veto = 14.0;

/* ---- a handful of values ---- */

static bool decide_orders(const clarke_rate_sequence *s)
{
    const size_t n = s->count - 1;
    double first = 0.0, before = 0.0;
    size_t missed = 0;
    for (size_t i = 0; i < n; i++) {
        const double d = (s->log[i] - s->log[i + 1]) / (s->k[i + 1] - s->k[i]);
        if (i == 0) first = d;
        if (i > 0) missed += !(before > 0.0 ? d > 1.02 * before : d > before);
        if (i == n - 1) return missed <= (n - 1 > 8) && d > 2.2 * fabs(first) && d > 1.15 * before;
        before = d;
    }
    return false;
}

static double decide_slope(const clarke_rate_sequence *s, size_t from, size_t to)
{
    return (s->log[from] - s->log[to]) / (s->k[to] - s->k[from]);
}

static bool decide_thirds(const clarke_rate_sequence *s)
{
    const size_t n = s->count - 1, third = n / 3;
    const double a = decide_slope(s, 0, third), b = decide_slope(s, third, 2 * third);
    const double c = decide_slope(s, 2 * third, n);
    size_t grew = 0, tried = 0;
    for (size_t i = n - 10; i < n; i++, tried++)
        grew += decide_slope(s, i, i + 1) > decide_slope(s, i - 1, i);
    return a > 0.0 && b > 1.1 * a && c > 1.05 * b && c > 1.4 * a &&
           (double)grew >= 0.9 * (double)tried;
}

bool clarke_rate_speeds_up(const clarke_rate_sequence *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (!isfinite(s->log[i])) return false;
    if (s->count < 5 || s->count > 40) return false;
    return s->count <= 12 ? decide_orders(s) : decide_thirds(s);
}

/* ---- none ---- */

static double decide_mean(const clarke_rate_sequence *s, double from, double to)
{
    double sum = 0.0, n = 0.0;
    for (size_t i = 0; i < s->count; i++)
        if (s->k[i] >= from && s->k[i] <= to && isfinite(s->log[i])) sum += s->log[i], n += 1.0;
    return n > 0.0 ? sum / n : NAN;
}

/* How the drop over the last 19/20 of the range splits into its halves. */
static bool decide_flattens(const clarke_rate_sequence *s, double from)
{
    const double to = s->k[s->count - 1], range = to - from;
    const double first = decide_mean(s, from, from + 0.1 * range);
    const double middle = decide_mean(s, from + 0.45 * range, from + 0.55 * range);
    const double last = decide_mean(s, to - 0.1 * range, to);
    return middle - last <= 0.5 * (first - middle);
}

typedef struct {
    double slope, error; /* of -y against ln k */
} decide_line;

static decide_line decide_log_slope(const clarke_rate_sequence *s, size_t from)
{
    double n = 0.0, x = 0.0, y = 0.0, xx = 0.0, xy = 0.0, yy = 0.0;
    const double x0 = log(s->k[from] + 1.0), y0 = s->log[s->count - 1];
    for (size_t i = from; i < s->count; i++) {
        if (!isfinite(s->log[i])) continue;
        const double dx = log(s->k[i] + 1.0) - x0, dy = s->log[i] - y0;
        n += 1.0, x += dx, y += dy, xx += dx * dx, xy += dx * dy, yy += dy * dy;
    }
    xx -= x * x / n, xy -= x * y / n, yy -= y * y / n;
    const double residual = fmax(0.0, yy - xy * xy / xx);
    return (decide_line){-xy / xx, sqrt(residual / fmax(1.0, n - 2.0) / xx)};
}

/* Flat, or growing: there is no rate because there is no limit. */
static bool decide_flat(const clarke_rate_sequence *s, const clarke_rate_windows *w)
{
    const size_t n = s->count;
    const clarke_rate_bins *b = &w->window[0].bins;
    size_t from = 0;
    while (s->k[from] < s->k[n - 1] / 20.0) from++;
    if (n - from < 12) from = n / 2;
    const decide_line line = decide_log_slope(s, from);
    const double slope = line.slope, se = line.error;
    const bool level = fabs(slope) <= 2.5 * se;
    if (slope + 3.0 * se < 0.02 && se < 0.01 &&
        (level || slope < 0.0 || decide_flattens(s, s->k[from])))
        return true;
    if (level && fabs(slope) + 2.5 * se < 0.12 && fabs(b->y[0] - b->y[b->count - 1]) < 3.0)
        return true;
    const clarke_rate_bins *tail = &w->window[w->count - 1].bins;
    return slope < -0.02 && slope + 3.5 * se < 0.0 && !(clarke_rate_fit_linear(tail).theta > 0.0);
}

/* ---- windows ---- */

static double decide_range(const clarke_rate_bins *b)
{
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < b->count; i++) low = fmin(low, b->y[i]), high = fmax(high, b->y[i]);
    return high - low;
}

/* The chosen model describes the window: to the noise of the bins' means, or to a thousandth of the
   range where the data are smooth. */
static bool decide_fits(const clarke_rate_window *w)
{
    const clarke_rate_bins *b = &w->bins;
    const clarke_rate_fit *fit = clarke_rate_chosen(w, w->regime);
    if (b->smooth) return fit->rms <= 1e-3 * decide_range(b);
    /* A bin's weighted squared residual is about noise^2; three times the deviation is allowed. */
    return b->noise > 0.0 && fit->sse <= 9.0 * (double)b->count * b->noise * b->noise;
}

/* It describes the most of it, where noise cannot be told from misfit: what is left where no window
   is described better. */
static bool decide_roughly_fits(const clarke_rate_window *w)
{
    const clarke_rate_bins *b = &w->bins;
    const double rms = clarke_rate_chosen(w, w->regime)->rms, range = decide_range(b);
    if (rms <= (b->smooth ? 1e-3 : 6e-3) * range) return true;
    return range > 3.0 && rms <= 0.12 * range && b->noise < 0.0;
}

static bool decide_vetoed(const clarke_rate_windows *w, size_t i)
{
    for (size_t j = i + 1; j < w->count; j++)
        if (w->window[j].bins.count >= 12 && w->window[j].regime != w->window[i].regime &&
            w->window[j].margin > decide_veto)
            return true;
    return false;
}

/* lambda grows from window to window. */
static bool decide_accelerates(const clarke_rate_windows *w)
{
    size_t up = 0, not_up = 0;
    for (size_t j = 1; j < w->count; j++) {
        const clarke_rate_fit *now = &w->window[j].fit[CLARKE_RATE_L];
        const double before = w->window[j - 1].fit[CLARKE_RATE_L].theta;
        const double c = w->window[j].bins.smooth ? 1.0 : 2.5;
        if (now->theta - before > c * now->se + 0.01 * now->theta)
            up++;
        else
            not_up++;
    }
    return up >= 3 && not_up <= (w->count > 5);
}

/* A linear rate with a corrected beginning, which fits exactly or to the noise. */
static bool decide_corrected(const clarke_rate_window *w)
{
    const clarke_rate_fit *fit = clarke_rate_chosen(w, CLARKE_RATE_LINEAR);
    return fit->valid && fit->model != CLARKE_RATE_L &&
           (fit->rms <= 1e-6 * decide_range(&w->bins) ||
            (w->bins.noise > 0.0 && fit->rms <= 1.5 * w->bins.noise));
}

static bool decide_superlinear(const clarke_rate_windows *w, bool up)
{
    const clarke_rate_window *first = &w->window[0], *last = &w->window[w->count - 1];
    const clarke_rate_fit *x = &first->fit[CLARKE_RATE_X];
    if (!x->valid) return false;
    if (first->regime == CLARKE_RATE_SUPERLINEAR && first->margin >= decide_margin &&
        (x->rms <= 1.5 * first->bins.noise || x->rms / 4.0 <= 5e-4 * decide_range(&first->bins)) &&
        last->fit[CLARKE_RATE_L].theta > 1.08 * first->fit[CLARKE_RATE_L].theta)
        return true;
    return up && x->sse < 0.3 * clarke_rate_chosen(first, CLARKE_RATE_LINEAR)->sse &&
           x->score < clarke_rate_chosen(first, CLARKE_RATE_SUBLINEAR)->score &&
           x->score < first->fit[CLARKE_RATE_N].score;
}

/* Smooth data: a later window whose fit is ten times better is closer to the asymptote. */
static size_t decide_deepen(const clarke_rate_windows *w, size_t i)
{
    enum { DEEPEST = 3 };
    const clarke_rate_regime r = w->window[i].regime;
    if (r != CLARKE_RATE_LINEAR && r != CLARKE_RATE_SUBLINEAR) return i;
    for (; i + 2 < w->count && i < DEEPEST; i++) {
        const clarke_rate_window *now = &w->window[i], *next = &w->window[i + 1];
        const double rms = clarke_rate_chosen(now, r)->rms;
        if (!now->bins.smooth || next->regime != r || next->margin < decide_margin ||
            !(rms > 1e-9) || !(clarke_rate_chosen(next, r)->rms < 0.1 * rms))
            break;
    }
    return i;
}

static clarke_rate_decision decide_open(const char *why)
{
    return (clarke_rate_decision){.why = why};
}

/* What a window says must also be possible to see. */
static clarke_rate_decision decide_sanity(const clarke_rate_sequence *s,
                                          const clarke_rate_windows *w, clarke_rate_decision d)
{
    const clarke_rate_window *win = &w->window[d.window], *last = &w->window[w->count - 1];
    const double k = s->k[s->count - 1];
    if (d.regime == CLARKE_RATE_NONE) {
        if (s->count < 50) return decide_open("it looks flat, but fewer than 50 points are few");
        const double third = decide_mean(s, 0.3 * k, 0.37 * k), end = decide_mean(s, 0.9 * k, k);
        if (third - end > 0.2) return decide_open("it flattens, but it still falls");
    }
    if (d.regime == CLARKE_RATE_SUBLINEAR) {
        const clarke_rate_fit *fit = clarke_rate_chosen(win, CLARKE_RATE_SUBLINEAR);
        if (fit->clamped || fit->theta > 7.9 || fit->theta < 0.125)
            return decide_open("the exponent is at an end of what is searched, 0.12 to 8");
        if (s->count < 40 && win->chosen[CLARKE_RATE_SUBLINEAR] != CLARKE_RATE_P)
            return decide_open("a power with a correction needs 40 points");
        if (last->fit[CLARKE_RATE_L].valid && last->fit[CLARKE_RATE_L].theta * k < 0.05)
            return decide_open("it falls too slowly to tell a power from a constant");
    }
    if (d.regime == CLARKE_RATE_LINEAR &&
        clarke_rate_chosen(win, CLARKE_RATE_LINEAR)->theta * win->bins.span < 3.0)
        return decide_open("it falls by less than a factor exp(3)");
    return d;
}

/* The largest window that decides, fits, and has no veto; w->count if there is none. */
static size_t decide_largest(const clarke_rate_windows *w, bool (*fits)(const clarke_rate_window *))
{
    size_t i = 0;
    while (i < w->count &&
           (w->window[i].margin < decide_margin || !fits(&w->window[i]) || decide_vetoed(w, i)))
        i++;
    return i;
}

clarke_rate_decision clarke_rate_decide(const clarke_rate_sequence *s, const clarke_rate_windows *w)
{
    if (w->count == 0) return decide_open("there are too few points for a window");
    if (decide_flat(s, w)) {
        const clarke_rate_decision flat = {CLARKE_RATE_NONE, 0,
                                           "it is flat or grows over its tail"};
        const clarke_rate_decision checked = decide_sanity(s, w, flat);
        /* Few points, or a fall that an oscillation hides: the models may still know. */
        if (checked.regime == CLARKE_RATE_NONE) return checked;
    }
    const bool up = decide_accelerates(w);
    if (decide_superlinear(w, up))
        return (clarke_rate_decision){CLARKE_RATE_SUPERLINEAR, 0,
                                      "its logarithm falls faster and faster"};
    size_t i = decide_largest(w, decide_fits);
    if (i == w->count) i = decide_largest(w, decide_roughly_fits);
    if (i == w->count)
        return decide_open("no part of it fits one model clearly better than the others");
    const clarke_rate_window *win = &w->window[i];
    if (up && win->regime == CLARKE_RATE_LINEAR && !decide_corrected(win))
        return decide_open("a linear rate fits, but it grows from window to window");
    clarke_rate_decision d = {win->regime, decide_deepen(w, i),
                              "all of it fits and no later part objects"};
    if (i > 0) d.why = "it is the largest part that fits and that no later part objects to";
    if (d.window > i) d.why = "the model fits this later part ten times better than the whole";
    return decide_sanity(s, w, d);
}
