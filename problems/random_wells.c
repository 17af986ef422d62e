/* f(x) = min_i |x - a_i|^p, p >= 1, with random centres: f = (2 v)^{p/2} for the v of
   problems/lib/centres.h without heights. s^{p/2} is continuously differentiable off 0, so off the
   centres the subdifferential is p d^{p-2} times x - conv of the nearest centres, d the distance to
   them, and S is that of v: the centres, which are the global minima, and the points in the hull of
   their nearest centres.

   With rho the value of d at such a point, f grows like (p/2) rho^{p-2} s^2 across its simplex, and
   for n + 1 centres falls by at least p rho^{p-2} times the distance from the simplex's border. Not
   regular, not weakly convex: there is a concave kink.

   Hull over B(z, r), derived: gradients are positive multiples, at least p times the least s^{p-2}
   for |s - d(z)| <= r, of vectors of z + B(0, r) - conv(centres that are nearest in the ball). A
   direction in which all those vectors are at least h long has the gradients at least that multiple
   of h long. */
#include "problems/lib/centres.h"

typedef struct {
    size_t n, seed, centres;
    double p;
} random_wells;

typedef struct {
    clarke_centres *c;
    double p;
} random_wells_data;

static const clarke_centres *random_wells_centres(const clarke_problem *p)
{
    return ((const random_wells_data *)p->data)->c;
}

static double random_wells_power(const clarke_problem *p)
{
    return ((const random_wells_data *)p->data)->p;
}

static double random_wells_depth(const clarke_problem *p, const double *x, size_t *first)
{
    return sqrt(2.0 * clarke_centres_value(random_wells_centres(p), x, first));
}

static double random_wells_value(const clarke_problem *p, const double *x)
{
    return clarke_scalar_power(random_wells_depth(p, x, NULL), random_wells_power(p));
}

/* p d^{p-2}: d^{p-1}/d, for d > 0. */
static double random_wells_factor(const clarke_problem *p, double d)
{
    const double q = random_wells_power(p);
    return q * clarke_scalar_power(d, q - 1.0) / d;
}

static void random_wells_subgradient(const clarke_problem *p, const double *x, double *g)
{
    const clarke_centres *c = random_wells_centres(p);
    size_t first = 0;
    const double d = random_wells_depth(p, x, &first);
    const double factor = d == 0.0 ? 0.0 : random_wells_factor(p, d);
    for (size_t j = 0; j < p->n; j++) g[j] = factor * (x[j] - c->centre[first * p->n + j]);
}

static double random_wells_clarke_residual(const clarke_problem *p, const double *x)
{
    const double d = random_wells_depth(p, x, NULL);
    if (d == 0.0) return 0.0;
    return random_wells_factor(p, d) *
           clarke_centres_hull(random_wells_centres(p), x, 0.0).distance;
}

static double random_wells_stationary_distance(const clarke_problem *p, const double *x,
                                               double *nearest, clarke_point_kind *kind)
{
    return clarke_centres_distance(random_wells_centres(p), x, nearest, kind);
}

static double random_wells_hull_distance(const clarke_problem *p, const double *z, double r)
{
    const double d = random_wells_depth(p, z, NULL);
    const double h = clarke_centres_hull(random_wells_centres(p), z, r).low - r;
    const double s = random_wells_power(p) >= 2.0 ? d - r : d + r;
    if (!(h > 0.0) || !(s > 0.0)) return 0.0;
    return random_wells_factor(p, s) * h;
}

/* Above: 0 where S is near enough, and the residuals at x and nearer to its active centres. */
static clarke_interval random_wells_goldstein_residual(const clarke_problem *p, const double *x,
                                                       double delta)
{
    const clarke_centres *c = random_wells_centres(p);
    const double low = random_wells_hull_distance(p, x, delta);
    double d, high = random_wells_clarke_residual(p, x);
    clarke_centres_nearest(c, x, &d);
    if (d < delta * (1.0 - 0x1p-40)) return (clarke_interval){0.0, 0.0};
    if (delta > 0.0)
        high = fmin(high, random_wells_clarke_residual(p, clarke_centres_towards(c, x, delta)));
    return (clarke_interval){low, fmax(low, high)};
}

/* The prox of one well keeps the direction and moves the distance as in one dimension, and its
   value increases with the distance, so the nearest well is best. */
static void random_wells_prox(const clarke_problem *p, double t, const double *x, double *y)
{
    const clarke_centres *c = random_wells_centres(p);
    size_t first = 0;
    const double d = random_wells_depth(p, x, &first);
    const double u = clarke_scalar_power_prox(random_wells_power(p), t, d);
    const double *a = c->centre + first * p->n, part = d > 0.0 ? u / d : 0.0;
    for (size_t j = 0; j < p->n; j++) y[j] = a[j] + part * (x[j] - a[j]);
}

/* d(x) <= |x| + |a_i| for every i. */
static double random_wells_lipschitz(const clarke_problem *p, double radius)
{
    const double q = random_wells_power(p);
    return q * clarke_scalar_power(radius + random_wells_centres(p)->largest, q - 1.0);
}

static clarke_growth random_wells_growth(const clarke_problem *p, const double *x)
{
    const clarke_centres *c = random_wells_centres(p);
    double d;
    const size_t i = clarke_centres_nearest(c, x, &d);
    if (c->corners[i] == 1) return clarke_growth_make(random_wells_power(p), 1.0);
    const double factor = random_wells_factor(p, random_wells_depth(p, c->point + i * p->n, NULL));
    return c->corners[i] == p->n + 1 ? clarke_growth_make(1.0, factor * c->inside[i])
                                     : clarke_growth_make(2.0, 0.5 * factor);
}

static void random_wells_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                                 clarke_enclosure *out)
{
    const clarke_centres *c = random_wells_centres(p);
    const double q = random_wells_power(p);
    size_t active[CLARKE_CENTRES_MOST];
    clarke_interval square = {INFINITY, INFINITY}; /* the least squared distance */
    (void)field;
    const size_t count = clarke_centres_active(c, box, active);
    for (size_t i = 0; i < count; i++) {
        clarke_interval sum = clarke_interval_point(0.0);
        for (size_t j = 0; j < p->n; j++)
            sum = clarke_interval_add(sum, clarke_interval_sqr(clarke_interval_minus(
                                               box[j], c->centre[active[i] * p->n + j])));
        square = (clarke_interval){fmin(square.low, sum.low), fmin(square.high, sum.high)};
    }
    square = clarke_interval_clip(square, 0.0, INFINITY);
    /* p d^{p-2} */
    const clarke_interval power = clarke_interval_power(square, 0.5 * fabs(q - 2.0));
    const clarke_interval factor = clarke_interval_scale(
        q, q >= 2.0 ? power : clarke_interval_div(clarke_interval_point(1.0), power));
    clarke_enclosure_part(out);
    for (size_t i = 0; i < count; i++) {
        clarke_interval v[CLARKE_ENCLOSURE_DIMENSION];
        for (size_t j = 0; j < p->n; j++)
            v[j] = clarke_interval_mul(
                factor, clarke_interval_minus(box[j], c->centre[active[i] * p->n + j]));
        clarke_enclosure_vertex(out, v);
    }
}

static double random_wells_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                          bool field)
{
    (void)field;
    return clarke_centres_upper(random_wells_centres(p), box);
}

static clarke_status random_wells_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const random_wells *a = params;
    random_wells_data *d = clarke_alloc(mem, sizeof *d);
    CLARKE_TRY(clarke_problem_size(p, a->n, 0.0, -4.0, 4.0, mem));
    CLARKE_TRY(clarke_arena_status(mem));
    d->p = a->p;
    CLARKE_TRY(clarke_centres_make(a->n, a->centres, a->seed, false, mem, &d->c));
    clarke_centres_start(d->c, p->box_low, p->box_high, p->start);
    p->data = d;
    p->minimum = 0.0;
    p->gradient_bound = a->p == 1.0 ? 1.0 : 0.0;
    p->plan_growth = clarke_growth_make(a->p, 1.0);
    return CLARKE_OK;
}

static const clarke_param random_wells_params[] = {CLARKE_CENTRES_PARAMS(random_wells),
                                                   {"p", CLARKE_PARAM_REAL,
                                                    offsetof(random_wells, p), "1", 1.0, 16.0, NULL,
                                                    "growth exponent at the centres"},
                                                   {0}};

static const clarke_certifiable random_wells_certifiable[] = {
    {"n=1,seed=1", -8.0, 8.0, 1e-4, 351, false},
    {"n=2,seed=1", -8.0, 8.0, 1e-3, 1519, false},
    {"n=2,seed=2,p=2,centres=7", -8.0, 8.0, 1e-3, 2467, false},
    {"n=2,seed=3,p=4", -4.0, 4.0, 5e-2, 659, false},
    {"n=3,seed=1", -4.0, 4.0, 1e-2, 3449, false},
    {0}};

const clarke_problem_desc clarke_problem_random_wells = {
    .title = "The nearest of random wells",
    .formula = "min_i |x - a_i|^p",
    .source = "derived",
    .stationary_set =
        "the centres, and the points in the hull of their nearest centres, listed when "
        "the member is drawn",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = random_wells_params,
    .params_size = sizeof(random_wells),
    .make = random_wells_make,
    .value = random_wells_value,
    .subgradient = random_wells_subgradient,
    .clarke_residual = random_wells_clarke_residual,
    .stationary_distance = random_wells_stationary_distance,
    .goldstein_residual = random_wells_goldstein_residual,
    .hull_distance = random_wells_hull_distance,
    .prox = random_wells_prox,
    .lipschitz = random_wells_lipschitz,
    .growth = random_wells_growth,
    .enclose = random_wells_enclose,
    .distance_upper = random_wells_distance_upper,
    .certifiable = random_wells_certifiable,
    .outside = "by hand: x in the hull of the centres is necessary",
};
