/* f(x) = ||x| - 1|^p, n >= 2, p >= 1: a sphere of minimisers around a peak.

   For 0 < |x| != 1, |grad f| = p ||x|-1|^{p-1} > 0; at 0 the gradients near by are -p u for all
   unit u (in the limit), so the subdifferential is p times the closed unit ball and contains 0; on
   the sphere it contains 0. S = {|x| = 1} u {0}; the sphere is the global minimum, with f = d^p; 0
   is a concave kink, a local maximum, f = 1 - p d + O(d^2), so f is neither regular nor weakly
   convex.

   Hull over the ball B(z, r), derived: if r < |z| and the radii [|z|-r, |z|+r] miss 1, every
   gradient is p s^{p-1} times +-u with s >= the distance of the radii to 1 and u within asin(r/|z|)
   of z/|z|, all with the same sign; so its component along z is at least p s^{p-1} sqrt(1 -
   (r/|z|)^2). For p = 1 that is attained by the mean of the two extreme directions. */
#include "problems/lib/scalar.h"

typedef struct {
    size_t n;
    double p;
} ring;

static const ring *ring_data(const clarke_problem *p)
{
    return p->data;
}

/* |x|^2 has n roundings, so |x| is within (n+2) eps/2 of its value, and a rounded x/|x| adds less
   than n + 2 of them again: a radius this near to 1 is on the sphere. */
static double ring_rounding(const clarke_problem *p)
{
    return ((double)p->n + 2.0) * DBL_EPSILON;
}

static double ring_value(const clarke_problem *p, const double *x)
{
    return clarke_scalar_power(fabs(clarke_scalar_norm(p->n, x) - 1.0), ring_data(p)->p);
}

static void ring_subgradient(const clarke_problem *p, const double *x, double *g)
{
    const double q = ring_data(p)->p, r = clarke_scalar_norm(p->n, x), s = r - 1.0;
    double factor = 0.0;
    if (r > 0.0 && s != 0.0) {
        const double size = q * clarke_scalar_power(fabs(s), q - 1.0);
        factor = (s > 0.0 ? size : -size) / r;
    }
    for (size_t i = 0; i < p->n; i++) g[i] = factor * x[i];
}

static double ring_clarke_residual(const clarke_problem *p, const double *x)
{
    const double q = ring_data(p)->p, r = clarke_scalar_norm(p->n, x), s = fabs(r - 1.0);
    if (r == 0.0 || s <= ring_rounding(p)) return 0.0;
    return q * clarke_scalar_power(s, q - 1.0);
}

static double ring_stationary_distance(const clarke_problem *p, const double *x, double *nearest,
                                       clarke_point_kind *kind)
{
    const double r = clarke_scalar_norm(p->n, x);
    const bool centre = r < 0.5;
    if (kind) *kind = centre ? CLARKE_POINT_LOCAL_MAXIMUM : CLARKE_POINT_GLOBAL_MINIMUM;
    for (size_t i = 0; nearest && i < p->n; i++) nearest[i] = centre ? 0.0 : x[i] / r;
    return centre ? r : fabs(r - 1.0);
}

static double ring_hull_distance(const clarke_problem *p, const double *z, double r)
{
    const double q = ring_data(p)->p, norm = clarke_scalar_norm(p->n, z);
    const double s = fabs(norm - 1.0) - r - ring_rounding(p);
    if (!(r < norm) || !(s > 0.0)) return 0.0;
    return q * clarke_scalar_power(s, q - 1.0) * sqrt((1.0 - r / norm) * (1.0 + r / norm));
}

/* Above: the smallest gradient in the ball, or, for p = 1, the attained bound. */
static clarke_interval ring_goldstein_residual(const clarke_problem *p, const double *x,
                                               double delta)
{
    const double q = ring_data(p)->p, norm = clarke_scalar_norm(p->n, x);
    const double s = fabs(norm - 1.0) - delta, low = ring_hull_distance(p, x, delta);
    if (!(delta < norm) || !(s > ring_rounding(p))) return (clarke_interval){0.0, 0.0};
    if (q == 1.0) return (clarke_interval){low, low};
    return (clarke_interval){low, fmax(low, q * clarke_scalar_power(s, q - 1.0))};
}

/* Rotation invariance: the prox keeps the direction and moves the radius as in one dimension. */
static void ring_prox(const clarke_problem *p, double t, const double *x, double *y)
{
    const double r = clarke_scalar_norm(p->n, x);
    const double u = clarke_scalar_power_prox(ring_data(p)->p, t, fabs(r - 1.0));
    const double radius = 1.0 + copysign(u, r - 1.0);
    for (size_t i = 0; i < p->n; i++) y[i] = r > 0.0 ? x[i] / r * radius : 0.0;
    if (r == 0.0) y[0] = radius;
}

/* |grad f| = p ||x|-1|^{p-1} is largest at the centre or at the rim. */
static double ring_lipschitz(const clarke_problem *p, double radius)
{
    const double q = ring_data(p)->p;
    return q * clarke_scalar_power(fmax(1.0, radius - 1.0), q - 1.0);
}

static clarke_growth ring_growth(const clarke_problem *p, const double *x)
{
    const double q = ring_data(p)->p;
    if (clarke_scalar_norm(p->n, x) < 0.5) return clarke_growth_make(1.0, q);
    return clarke_growth_make(q, 1.0);
}

static void ring_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                         clarke_enclosure *out)
{
    const double q = ring_data(p)->p;
    const clarke_interval r = clarke_box_norm(p->n, box), s = clarke_interval_minus(r, 1.0);
    const clarke_interval size =
        clarke_interval_scale(q, clarke_interval_power(clarke_interval_abs(s), q - 1.0));
    const clarke_interval slope = clarke_interval_mul(size, clarke_interval_sign(s));
    clarke_interval v[CLARKE_ENCLOSURE_DIMENSION];
    (void)field;
    /* The unit vector x/|x|; every entry of every limit at 0 is within [-1, 1]. */
    for (size_t i = 0; i < p->n; i++)
        v[i] = clarke_interval_mul(slope,
                                   clarke_interval_clip(clarke_interval_div(box[i], r), -1.0, 1.0));
    clarke_enclosure_add(out, v);
}

static double ring_distance_upper(const clarke_problem *p, const clarke_interval *box, bool field)
{
    const clarke_interval r = clarke_box_norm(p->n, box);
    const clarke_interval gap = clarke_interval_minus(r, 1.0);
    (void)field;
    return fmin(r.high, clarke_interval_mag(gap)); /* from the centre, from the sphere */
}

static clarke_status ring_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const ring *r = params;
    CLARKE_TRY(clarke_problem_size(p, r->n, 0.5, -2.0, 2.0, mem));
    p->start[0] = 1.5;
    p->data = clarke_alloc(mem, sizeof *r);
    CLARKE_TRY(clarke_arena_status(mem));
    *(ring *)p->data = *r;
    p->minimum = 0.0;
    p->gradient_bound = r->p == 1.0 ? 1.0 : 0.0;
    p->plan_growth = clarke_growth_make(r->p, 1.0);
    return CLARKE_OK;
}

static const clarke_param ring_params[] = {
    {"n", CLARKE_PARAM_COUNT, offsetof(ring, n), "2", 2.0, 0x1p53, NULL, "dimension"},
    {"p", CLARKE_PARAM_REAL, offsetof(ring, p), "2", 1.0, 16.0, NULL,
     "growth exponent at the sphere"},
    {0}};

static const clarke_certifiable ring_certifiable[] = {{"n=2,p=2", -4.0, 4.0, 1e-2, 5031, false},
                                                      {"n=2,p=1", -4.0, 4.0, 1e-2, 5031, false},
                                                      {"n=2,p=1.5", -4.0, 4.0, 1e-2, 5031, false},
                                                      {"n=3,p=2", -2.0, 2.0, 1e-1, 11935, false},
                                                      {0}};

const clarke_problem_desc clarke_problem_ring = {
    .title = "Ring",
    .formula = "||x| - 1|^p",
    .source = "derived",
    .stationary_set = "{|x| = 1} u {0}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = ring_params,
    .params_size = sizeof(ring),
    .make = ring_make,
    .value = ring_value,
    .subgradient = ring_subgradient,
    .clarke_residual = ring_clarke_residual,
    .stationary_distance = ring_stationary_distance,
    .goldstein_residual = ring_goldstein_residual,
    .hull_distance = ring_hull_distance,
    .prox = ring_prox,
    .lipschitz = ring_lipschitz,
    .growth = ring_growth,
    .enclose = ring_enclose,
    .distance_upper = ring_distance_upper,
    .certifiable = ring_certifiable,
    .outside = "by hand: g.x = p (|x| - 1)^{p-1} |x| > 0 for |x| > 1",
};
