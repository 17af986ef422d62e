#include "problems/lib/penalty_pair.h"

typedef struct {
    clarke_penalty_params m;
    const clarke_penalty *penalty;
} penalty_pair;

static double penalty_pair_value(const void *c, const double *z)
{
    const penalty_pair *d = c;
    const double gap = z[0] - z[1], off = z[1] - d->m.a;
    return d->penalty->value(&d->m, z[0]) + 0.5 * gap * gap + 0.5 * d->m.mu * off * off;
}

static void penalty_pair_slope(const void *c, const double *z, double *g)
{
    const penalty_pair *d = c;
    const double slope = clarke_scalar_sign(z[0]) * d->penalty->slope(&d->m, fabs(z[0]));
    g[0] = slope + (z[0] - z[1]);
    g[1] = (z[1] - z[0]) + d->m.mu * (z[1] - d->m.a);
}

static double penalty_pair_residual(const void *c, const double *z)
{
    const penalty_pair *d = c;
    double g[2];
    penalty_pair_slope(c, z, g);
    if (z[0] == 0.0) g[0] = fmax(fabs(z[1]) - d->m.lambda, 0.0);
    return hypot(g[0], g[1]);
}

static void penalty_pair_range(const void *c, const clarke_interval *box, clarke_interval *centre,
                               clarke_interval *kink, clarke_interval *arm)
{
    const penalty_pair *d = c;
    const clarke_interval gap = clarke_interval_sub(box[0], box[1]);
    const clarke_interval slope = d->penalty->slopes(&d->m, clarke_interval_abs(box[0]));
    const clarke_interval off = clarke_interval_minus(box[1], d->m.a);
    (void)kink, (void)arm;
    centre[0] = clarke_interval_add(clarke_interval_mul(clarke_interval_sign(box[0]), slope), gap);
    centre[1] = clarke_interval_sub(clarke_interval_scale(d->m.mu, off), gap);
}

/* ---- the stationary set ---- */

static void penalty_pair_point(const penalty_pair *d, double x, double s[2])
{
    s[0] = copysign(x, d->m.a);
    s[1] = x == fabs(d->m.a) ? d->m.a : (s[0] + d->m.mu * d->m.a) / (1.0 + d->m.mu);
    if (x == 0.0) s[0] = 0.0;
}

static double penalty_pair_least(const penalty_pair *d)
{
    double x[CLARKE_PENALTY_POINTS], s[2], least = INFINITY;
    const size_t count = d->penalty->points(&d->m, x);
    for (size_t i = 0; i < count; i++) {
        penalty_pair_point(d, x[i], s);
        least = fmin(least, penalty_pair_value(d, s));
    }
    return least;
}

static double penalty_pair_bend(const penalty_pair *d, const double *s)
{
    return s[0] == 0.0 ? 0.0 : d->penalty->bend(&d->m, s[0]);
}

static clarke_point_kind penalty_pair_kind(const penalty_pair *d, const double *s)
{
    if (d->m.mu / (1.0 + d->m.mu) < penalty_pair_bend(d, s)) return CLARKE_POINT_SADDLE;
    return penalty_pair_value(d, s) <= penalty_pair_least(d) ? CLARKE_POINT_GLOBAL_MINIMUM
                                                             : CLARKE_POINT_LOCAL_MINIMUM;
}

static double penalty_pair_nearest(const void *c, const double *z, double *s,
                                   clarke_point_kind *kind)
{
    const penalty_pair *d = c;
    double x[CLARKE_PENALTY_POINTS], at[2], best = INFINITY;
    const size_t count = d->penalty->points(&d->m, x);
    for (size_t i = 0; i < count; i++) {
        penalty_pair_point(d, x[i], at);
        const double distance = hypot(z[0] - at[0], z[1] - at[1]);
        if (distance < best) best = distance, s[0] = at[0], s[1] = at[1];
    }
    *kind = penalty_pair_kind(d, s);
    return best;
}

static clarke_growth penalty_pair_growth(const void *c, const double *s)
{
    const penalty_pair *d = c;
    if (penalty_pair_kind(d, s) == CLARKE_POINT_SADDLE) return (clarke_growth){NAN, NAN, NAN};
    if (s[0] == 0.0) return clarke_growth_make(2.0, 0.5 * (1.0 + d->m.mu));
    /* The smaller eigenvalue of [[p, -1], [-1, q]]. */
    const double p = 1.0 - penalty_pair_bend(d, s), q = 1.0 + d->m.mu;
    return clarke_growth_make(2.0, 0.5 * (0.5 * (p + q) - hypot(0.5 * (p - q), 1.0)));
}

/* Beside a it is a sum of squares: P is constant. Elsewhere the difference of values. */
static double penalty_pair_gap(const void *c, const double *z)
{
    const penalty_pair *d = c;
    double s[2];
    clarke_point_kind kind;
    penalty_pair_nearest(c, z, s, &kind);
    const double edge = d->m.gamma * d->m.lambda, gap = z[0] - z[1], off = z[1] - d->m.a;
    if (s[0] == d->m.a && fabs(z[0]) >= edge) return 0.5 * gap * gap + 0.5 * d->m.mu * off * off;
    return penalty_pair_value(c, z) - penalty_pair_value(c, s);
}

static double penalty_pair_prox(const void *c, size_t b, double weight, const double *z,
                                double centre)
{
    const penalty_pair *d = c;
    if (b == 1) return (z[0] + d->m.mu * d->m.a + weight * centre) / (1.0 + d->m.mu + weight);
    return d->penalty->threshold(&d->m, 1.0 + weight, (z[1] + weight * centre) / (1.0 + weight));
}

static const clarke_pair penalty_pair_family = {.value = penalty_pair_value,
                                                .slope = penalty_pair_slope,
                                                .residual = penalty_pair_residual,
                                                .range = penalty_pair_range,
                                                .nearest = penalty_pair_nearest,
                                                .growth = penalty_pair_growth,
                                                .gap = penalty_pair_gap,
                                                .prox = penalty_pair_prox};

/* ---- the problem ---- */

static clarke_status penalty_pair_check(const clarke_problem *p, const penalty_pair *d)
{
    double merge[CLARKE_PENALTY_POINTS];
    const size_t count = d->penalty->merges(&d->m, merge);
    for (size_t i = 0; i < count; i++)
        if (fabs(merge[i]) < 0x1p-20 * (1.0 + fabs(d->m.a)))
            return clarke_fail(CLARKE_EINPUT,
                               "%s: mu=%g, gamma=%g, lambda=%g, a=%g: two points of the stationary "
                               "set merge",
                               p->id, d->m.mu, d->m.gamma, d->m.lambda, d->m.a);
    return CLARKE_OK;
}

clarke_status clarke_penalty_pair_make(clarke_problem *p, const clarke_penalty_params *m,
                                       const clarke_penalty *penalty, clarke_arena *mem)
{
    double x[CLARKE_PENALTY_POINTS], s[2];
    penalty_pair *d = clarke_alloc(mem, sizeof *d);
    CLARKE_TRY(clarke_arena_status(mem));
    *d = (penalty_pair){*m, penalty};
    CLARKE_TRY(penalty_pair_check(p, d));
    CLARKE_TRY(clarke_problem_size(p, m->n, -1.75, -4.0, 4.0, mem));
    const size_t count = penalty->points(m, x);
    for (size_t i = 0; i < count; i++) {
        penalty_pair_point(d, x[i], s);
        p->plan_growth = clarke_growth_slower(p->plan_growth, penalty_pair_growth(d, s));
    }
    p->minimum = penalty_pair_least(d) * (double)(m->n / 2);
    p->gradient_bound = m->lambda * sqrt((double)m->n / 2.0);
    return clarke_pairs_make(p, &penalty_pair_family, d, 0, mem);
}

static const penalty_pair *penalty_pair_of(const clarke_problem *p)
{
    return clarke_pairs_context(p, 0);
}

double clarke_penalty_pair_lipschitz(const clarke_problem *p, double radius)
{
    const clarke_penalty_params *m = &penalty_pair_of(p)->m;
    const double root = sqrt((double)p->n / 2.0);
    return m->lambda * root + 2.0 * radius + m->mu * (radius + fabs(m->a) * root);
}

double clarke_penalty_pair_weak_convexity(const clarke_problem *p, double radius)
{
    const penalty_pair *d = penalty_pair_of(p);
    (void)radius;
    return d->penalty->most(&d->m);
}

/* The points are quotients and sums of a few operations. */
double clarke_penalty_pair_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                          bool field)
{
    const double size = 8.0 * DBL_EPSILON * (1.0 + fabs(penalty_pair_of(p)->m.a));
    return clarke_pairs_distance_upper(p, box, field) + size * (double)p->n;
}
