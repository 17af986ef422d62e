/* f(x) = g(x - x0): the stationary set moves by x0. Every double is a dyadic number, so x0 is
   exact, and with few bits x - x0 is too at the points of S.

   Rounding, derived: x - x0 is off by at most u |y_j| (u = eps/2), and an x that is y + x0,
   rounded, by u |x_j|. */
#include "problems/lib/pullback.h"

typedef struct {
    clarke_list by;
} shift;

typedef struct {
    size_t count;
    const double *by; /* [count] one for all coordinates, or one for each */
} shift_map;

static double shift_at(const shift_map *m, size_t j)
{
    return m->by[m->count == 1 ? 0 : j];
}

static void shift_forward(const void *map, size_t n, const double *x, double *y)
{
    for (size_t j = 0; j < n; j++) y[j] = x[j] - shift_at(map, j);
}

static void shift_backward(const void *map, size_t n, const double *y, double *x)
{
    for (size_t j = 0; j < n; j++) x[j] = y[j] + shift_at(map, j);
}

/* By the error of the subtraction, which is a double itself (Knuth's two-sum), the difference is
   moved outwards where it is not exact. */
static double shift_end(double t, double by, bool up)
{
    const double d = t - by, back = t - d;
    const double error = (t - (d + back)) + (back - by);
    if (up) return error > 0.0 ? nextafter(d, INFINITY) : d;
    return error < 0.0 ? nextafter(d, -INFINITY) : d;
}

static clarke_interval shift_interval(const void *map, size_t j, double low, double high)
{
    const double by = shift_at(map, j);
    return (clarke_interval){shift_end(low, by, false), shift_end(high, by, true)};
}

static void shift_slack(const void *map, size_t n, const double *x, const double *y, double *slack)
{
    (void)map;
    for (size_t j = 0; j < n; j++) slack[j] = 0.5 * DBL_EPSILON * (fabs(x[j]) + fabs(y[j]));
}

/* With one number the box moves along. With more it is the smallest cube that holds the moved box;
   where the terms differ by at most `term_deviation` in the box only, the largest cube inside. */
static clarke_status shift_box(clarke_problem *p, const clarke_list *by)
{
    double least = by->value[0], most = by->value[0];
    for (size_t j = 1; j < by->count; j++) {
        least = fmin(least, by->value[j]);
        most = fmax(most, by->value[j]);
    }
    const bool inside = p->term_deviation > 0.0;
    p->box_low += inside ? most : least;
    p->box_high += inside ? least : most;
    if (least != most) p->default_weak_convexity = NAN;
    if (p->box_high > p->box_low) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT,
                       "shift: %s is a sum, and the moves differ by more than its box", p->id);
}

static double shift_offset(const clarke_problem *p, const clarke_list *by)
{
    const double norm = clarke_scalar_norm(by->count, by->value);
    /* Above the norm's rounding. */
    const double above = 1.0 + ((double)p->n + 4.0) * DBL_EPSILON;
    return (by->count == 1 ? sqrt((double)p->n) * norm : norm) * above;
}

static clarke_status shift_make(clarke_problem *p, const clarke_wrapping *w, clarke_arena *mem)
{
    const shift *s = w->params;
    shift_map *m = clarke_alloc(mem, sizeof *m);
    CLARKE_TRY(clarke_arena_status(mem));
    if (s->by.count != 1 && s->by.count != p->n)
        return clarke_fail(CLARKE_EINPUT,
                           "shift: by has %zu numbers for n=%zu: give one or one for "
                           "each",
                           s->by.count, p->n);
    *m = (shift_map){s->by.count, s->by.value};
    CLARKE_TRY(shift_box(p, &s->by));
    w->desc->title = clarke_arena_printf(mem, "%s, moved", w->inner->desc->title);
    w->desc->formula = clarke_arena_printf(mem, "g(x - x0), g(x) = %s", w->inner->desc->formula);
    if (w->desc->stationary_set)
        w->desc->stationary_set =
            clarke_arena_printf(mem, "x0 + S, S = %s", w->desc->stationary_set);
    if (w->desc->field_set)
        w->desc->field_set = clarke_arena_printf(mem, "x0 + S, S = %s", w->desc->field_set);
    const clarke_pullback map = {.map = m,
                                 .forward = shift_forward,
                                 .backward = shift_backward,
                                 .interval = shift_interval,
                                 .slack = shift_slack,
                                 .factor = 1.0,
                                 .stretch = 1.0,
                                 .offset = shift_offset(p, &s->by)};
    return clarke_pullback_make(p, w, &map, mem);
}

static const clarke_param shift_params[] = {{"by", CLARKE_PARAM_LIST, offsetof(shift, by), "0.5",
                                             -0x1p100, 0x1p100, NULL,
                                             "x0: one number for all coordinates, or one for each"},
                                            {0}};

const clarke_wrapper_desc clarke_wrapper_shift = {
    .title = "Shift of the variables",
    .formula = "g(x - x0)",
    .source = "folklore",
    .params = shift_params,
    .params_size = sizeof(shift),
    .make = shift_make,
};
