/* What the finite-time tests against the differential inclusion need (decision rule "limit"), over
   the windows of steps s..K-1 with t_s >= T/2, 3T/4, 7T/8, fixed before the run. For window w:
     step    s, the first k with t_k >= the window's start
     length  Tw = t_K - t_s
     reach   r = max over s <= k <= K of |x_k - z|, z = x_s
     end     |x_K - z|
     answers |sum over the window of eta_k g_k|, g_k the oracle's recorded answers
     squares sum of eta_k^2
     hull    a lower bound of dist(0, conv of the field over the ball of radius r at z)
     momentum |m_s|, m the view "momentum" (0 without one)
     theta, theta_max  theta_s and the largest theta of the window, as recorded
     axis, axis_hull, axis_momentum  the coordinate whose slopes over [z_j - r, z_j + r] are
             farthest from 0, that distance, and |m_s| in it (separable problems; NAN otherwise)
   and over the whole run "answer_sup" = sup |g_k|. Norms are Euclidean. A run that ended early has
   NAN in the windows it did not finish. */
#include "core/measure.h"

#include <string.h>

enum { WINDOWS = 3, WINDOW_OUTPUTS = 13 };

typedef struct {
    size_t step;
    double *z, *sum, *momentum; /* [n] */
    double reach, squares, theta, theta_max;
} window;

typedef struct {
    window w[WINDOWS];
    double *x, *m; /* [n] the state before the current step */
    double answer_sup;
    size_t done; /* steps seen */
} windows;

static const double windows_start[WINDOWS] = {0.5, 0.75, 0.875};

static clarke_status windows_begin(clarke_measure *m)
{
    windows *s = m->state;
    const clarke_clock *clock = m->clock;
    for (size_t i = 0; i < WINDOWS; i++) {
        window *w = &s->w[i];
        while (w->step < clock->steps &&
               clock->t[w->step] < windows_start[i] * clock->t[clock->steps])
            w->step++;
        w->z = clarke_vec(m->mem, m->n);
        w->sum = clarke_vec(m->mem, m->n);
        w->momentum = clarke_vec(m->mem, m->n);
    }
    s->x = clarke_vec(m->mem, m->n);
    s->m = clarke_vec(m->mem, m->n);
    CLARKE_TRY(clarke_arena_status(m->mem));
    memcpy(s->x, m->start, m->n * sizeof *s->x);
    return CLARKE_OK;
}

static double windows_norm2(const double *x, const double *y, size_t n)
{
    double sum = 0.0;
    for (size_t j = 0; j < n; j++) {
        const double d = y ? x[j] - y[j] : x[j];
        sum += d * d;
    }
    return sum;
}

/* `reach` is kept squared until the end. */
static void windows_add(window *w, const clarke_event *e, const windows *s, size_t n)
{
    if (e->k < w->step) return;
    if (e->k == w->step) {
        memcpy(w->z, s->x, n * sizeof *w->z);
        memcpy(w->momentum, s->m, n * sizeof *w->momentum);
        w->theta = e->theta;
    }
    const double *g = e->oracle->g;
    for (size_t j = 0; j < n; j++) w->sum[j] += e->eta * g[j];
    w->squares += e->eta * e->eta;
    if (e->theta > w->theta_max) w->theta_max = e->theta;
    const double moved = windows_norm2(e->after, w->z, n);
    if (!(moved <= w->reach)) w->reach = moved;
}

static void windows_observe(clarke_measure *m, const clarke_event *e)
{
    windows *s = m->state;
    if (!e->last_phase) return;
    const double answer = windows_norm2(e->oracle->g, NULL, m->n);
    if (!(answer <= s->answer_sup)) s->answer_sup = answer;
    s->done = e->k + 1;
    /* The state before a window's first step is the state after the step before it. */
    for (size_t i = 0; i < WINDOWS; i++) windows_add(&s->w[i], e, s, m->n);
    bool wanted = e->k + 1 == m->clock->steps;
    for (size_t i = 0; i < WINDOWS; i++) wanted |= e->k + 1 == s->w[i].step;
    if (!wanted) return;
    memcpy(s->x, e->after, m->n * sizeof *s->x);
    const double *momentum = clarke_event_view(e, "momentum");
    if (momentum) memcpy(s->m, momentum, m->n * sizeof *s->m);
}

/* The farthest coordinate: any choice is covered, the noise bound holds for all of them at once. */
static void windows_axis(const clarke_measure *m, const window *w, double reach, double *out)
{
    const clarke_problem *p = m->problem;
    out[0] = out[1] = out[2] = NAN;
    if (!(p->traits & CLARKE_TRAIT_SEPARABLE) || !p->desc->slope_range || !(reach < INFINITY))
        return;
    for (size_t j = 0; j < m->n; j++) {
        const clarke_interval range =
            p->desc->slope_range(p, j, w->z[j] - reach, w->z[j] + reach, true);
        const double far = fmax(0.0, fmax(range.low, -range.high));
        if (j > 0 && !(far > out[1])) continue;
        out[0] = (double)j;
        out[1] = far;
        out[2] = fabs(w->momentum[j]);
    }
}

static void windows_write(const clarke_measure *m, const window *w, double *out)
{
    const windows *s = m->state;
    const clarke_clock *clock = m->clock;
    const double reach = sqrt(w->reach);
    out[0] = (double)w->step;
    out[1] = clock->t[clock->steps] - clock->t[w->step];
    out[2] = reach;
    out[3] = sqrt(windows_norm2(s->x, w->z, m->n));
    out[4] = sqrt(windows_norm2(w->sum, NULL, m->n));
    out[5] = w->squares;
    out[6] = reach < INFINITY ? clarke_hull_distance(m->problem, w->z, reach) : NAN;
    out[7] = sqrt(windows_norm2(w->momentum, NULL, m->n));
    out[8] = w->theta;
    out[9] = w->theta_max;
    windows_axis(m, w, reach, out + 10);
}

static void windows_end(clarke_measure *m, double *out)
{
    const windows *s = m->state;
    for (size_t i = 0; i < WINDOWS; i++) {
        double *part = out + i * WINDOW_OUTPUTS;
        if (s->done == m->clock->steps && s->done > s->w[i].step) {
            windows_write(m, &s->w[i], part);
        } else {
            for (size_t o = 0; o < WINDOW_OUTPUTS; o++) part[o] = NAN;
        }
    }
    out[WINDOWS * WINDOW_OUTPUTS] = sqrt(s->answer_sup);
}

#define WINDOW_NAMES(w)                                                                            \
    "step" w, "length" w, "reach" w, "end" w, "answers" w, "squares" w, "hull" w, "momentum" w,    \
        "theta" w, "theta_max" w, "axis" w, "axis_hull" w, "axis_momentum" w

static const char *const windows_outputs[] = {WINDOW_NAMES("1"), WINDOW_NAMES("2"),
                                              WINDOW_NAMES("3"), "answer_sup"};

const clarke_measure_desc clarke_measure_windows = {
    .title = "Windows for the finite-time tests against the differential inclusion",
    .unit = "mixed",
    .meaning = "length, displacement, summed answers and hull distance of three final windows",
    .cost = CLARKE_COST_ITERATION,
    .outputs = sizeof windows_outputs / sizeof windows_outputs[0],
    .output = windows_outputs,
    .state_size = sizeof(windows),
    .begin = windows_begin,
    .observe = windows_observe,
    .end = windows_end,
};
