/* f(x) = min_i |x - a_i|^2/2 + c_i with random centres and heights: see problems/lib/centres.h for
   the stationary set, which is listed in any dimension.

   Near a centre f grows like d^2/2; at a saddle it does so across the simplex of its centres. At a
   maximum, in n dimensions with n + 1 centres, f falls by at least d times the distance of the
   point from the border of the simplex. Not regular, not weakly convex: there is a concave kink.

   Hull over B(z, r): z + B(0, r) - conv(centres that are active in the ball), so its distance from
   0 is at least dist(z, conv) - r, with equality for one centre. */
#include "problems/lib/centres.h"

typedef struct {
    size_t n, seed, centres;
} random_bowls;

static double random_bowls_value(const clarke_problem *p, const double *x)
{
    return clarke_centres_value(p->data, x, NULL);
}

static void random_bowls_subgradient(const clarke_problem *p, const double *x, double *g)
{
    const clarke_centres *c = p->data;
    size_t first = 0;
    clarke_centres_value(c, x, &first);
    for (size_t j = 0; j < p->n; j++) g[j] = x[j] - c->centre[first * p->n + j];
}

static double random_bowls_clarke_residual(const clarke_problem *p, const double *x)
{
    return clarke_centres_hull(p->data, x, 0.0).distance;
}

static double random_bowls_stationary_distance(const clarke_problem *p, const double *x,
                                               double *nearest, clarke_point_kind *kind)
{
    return clarke_centres_distance(p->data, x, nearest, kind);
}

static double random_bowls_hull_distance(const clarke_problem *p, const double *z, double r)
{
    return fmax(clarke_centres_hull(p->data, z, r).low - r, 0.0);
}

/* Above: 0 where S is near enough, and the residuals at x and nearer to its active centres. */
static clarke_interval random_bowls_goldstein_residual(const clarke_problem *p, const double *x,
                                                       double delta)
{
    const clarke_centres *c = p->data;
    const double low = random_bowls_hull_distance(p, x, delta);
    double d, high = random_bowls_clarke_residual(p, x);
    clarke_centres_nearest(c, x, &d);
    if (d < delta * (1.0 - 0x1p-40)) return (clarke_interval){0.0, 0.0};
    if (delta > 0.0)
        high = fmin(high, random_bowls_clarke_residual(p, clarke_centres_towards(c, x, delta)));
    return (clarke_interval){low, fmax(low, high)};
}

static void random_bowls_prox(const clarke_problem *p, double t, const double *x, double *y)
{
    const clarke_centres *c = p->data;
    /* The proximal value of bowl i is |x - a_i|^2 / (2 (1 + t)) + c_i. */
    size_t best = 0;
    double least = INFINITY;
    for (size_t i = 0; i < c->count; i++) {
        double square = 0.0;
        for (size_t j = 0; j < p->n; j++) {
            const double d = x[j] - c->centre[i * p->n + j];
            square += d * d;
        }
        const double value = 0.5 * square / (1.0 + t) + c->height[i];
        if (value < least) least = value, best = i;
    }
    for (size_t j = 0; j < p->n; j++) y[j] = (x[j] + t * c->centre[best * p->n + j]) / (1.0 + t);
}

static double random_bowls_lipschitz(const clarke_problem *p, double radius)
{
    return radius + ((const clarke_centres *)p->data)->largest;
}

static clarke_growth random_bowls_growth(const clarke_problem *p, const double *x)
{
    const clarke_centres *c = p->data;
    double d;
    const size_t i = clarke_centres_nearest(c, x, &d);
    return c->corners[i] == p->n + 1 ? clarke_growth_make(1.0, c->inside[i])
                                     : clarke_growth_make(2.0, 0.5);
}

static void random_bowls_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                                 clarke_enclosure *out)
{
    const clarke_centres *c = p->data;
    size_t active[CLARKE_CENTRES_MOST];
    (void)field;
    clarke_enclosure_add(out, box);
    clarke_enclosure_part(out);
    const size_t count = clarke_centres_active(c, box, active);
    for (size_t i = 0; i < count; i++) {
        clarke_interval v[CLARKE_ENCLOSURE_DIMENSION];
        for (size_t j = 0; j < p->n; j++)
            v[j] = clarke_interval_point(-c->centre[active[i] * p->n + j]);
        clarke_enclosure_vertex(out, v);
    }
}

static double random_bowls_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                          bool field)
{
    (void)field;
    return clarke_centres_upper(p->data, box);
}

static clarke_status random_bowls_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const random_bowls *a = params;
    clarke_centres *c = NULL;
    CLARKE_TRY(clarke_problem_size(p, a->n, 0.0, -4.0, 4.0, mem));
    CLARKE_TRY(clarke_centres_make(a->n, a->centres, a->seed, true, mem, &c));
    clarke_centres_start(c, p->box_low, p->box_high, p->start);
    p->data = c;
    p->minimum = c->height[0];
    for (size_t i = 1; i < c->count; i++) p->minimum = fmin(p->minimum, c->height[i]);
    p->gradient_bound = 0.0;
    p->plan_growth = clarke_growth_make(2.0, 0.5);
    return CLARKE_OK;
}

static const clarke_param random_bowls_params[] = {CLARKE_CENTRES_PARAMS(random_bowls), {0}};

static const clarke_certifiable random_bowls_certifiable[] = {
    {"n=1,seed=1", -8.0, 8.0, 1e-4, 287, false},
    {"n=2,seed=1", -8.0, 8.0, 1e-3, 1119, false},
    {"n=2,seed=2,centres=7", -8.0, 8.0, 1e-3, 2057, false},
    {"n=3,seed=1", -4.0, 4.0, 1e-2, 1893, false},
    {0}};

const clarke_problem_desc clarke_problem_random_bowls = {
    .title = "The lowest of random bowls",
    .formula = "min_i |x - a_i|^2/2 + c_i",
    .source = "derived",
    .stationary_set = "points in the hull of the centres that are active there, listed when the "
                      "member is drawn",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = random_bowls_params,
    .params_size = sizeof(random_bowls),
    .make = random_bowls_make,
    .value = random_bowls_value,
    .subgradient = random_bowls_subgradient,
    .clarke_residual = random_bowls_clarke_residual,
    .stationary_distance = random_bowls_stationary_distance,
    .goldstein_residual = random_bowls_goldstein_residual,
    .hull_distance = random_bowls_hull_distance,
    .prox = random_bowls_prox,
    .lipschitz = random_bowls_lipschitz,
    .growth = random_bowls_growth,
    .enclose = random_bowls_enclose,
    .distance_upper = random_bowls_distance_upper,
    .certifiable = random_bowls_certifiable,
    .outside = "by hand: x in the hull of the centres is necessary",
};
