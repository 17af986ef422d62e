/* f(x) = min(|x - e_1|, |x + e_1|)^p, p >= 1: two wells of any growth, a saddle kink between them.

   With x_1 replaced by |x_1| the well is at e_1. Off the hyperplane x_1 = 0 |grad f| = p d^{p-1},
   zero only at +-e_1 (p = 1: there the unit ball). On the hyperplane the two gradients are p
   d^{p-2} (x -+ e_1) and the shortest vector of their segment is p d^{p-2} x, zero only at 0. So S
   = {e_1, -e_1, 0}: two global minima, f = d^p; 0 is a saddle (n >= 2) or a concave kink (n = 1): f
   = 1 + (p/2) d^2 within the hyperplane, 1 - p d across. Not regular, not weakly convex.

   Hull over B(z, r), derived. If the ball misses the hyperplane, with v = z - centre and D = |v| >
   r, every gradient has a component of at least p (D-r)^{p-1} sqrt(1 - (r/D)^2) along v. In any
   case the component of p d^{p-2} x along z without its first entry is at least p min d^{p-2}
   (|z_rest| - r), and |d(x) - d(z)| <= r. Both are lower bounds. Upper bounds: gradients of points
   of the ball, nearer to the centre, or on the hyperplane and nearer to the axis. */
#include "problems/lib/scalar.h"

typedef struct {
    size_t n;
    double p;
} antipodal;

static double antipodal_exponent(const clarke_problem *p)
{
    return ((const antipodal *)p->data)->p;
}

/* |x without x_1| */
static double antipodal_rest(const clarke_problem *p, const double *x)
{
    return p->n == 1 ? 0.0 : clarke_scalar_norm(p->n - 1, x + 1);
}

/* The distance to the nearer of +-e_1. */
static double antipodal_distance(const clarke_problem *p, const double *x)
{
    return hypot(fabs(x[0]) - 1.0, antipodal_rest(p, x));
}

static double antipodal_value(const clarke_problem *p, const double *x)
{
    return clarke_scalar_power(antipodal_distance(p, x), antipodal_exponent(p));
}

/* min(u, v) = u - relu(u - v): e_1 on the hyperplane. The derivative of a norm at 0 is set to 0. */
static void antipodal_subgradient(const clarke_problem *p, const double *x, double *g)
{
    const double q = antipodal_exponent(p), d = antipodal_distance(p, x);
    const double factor = d > 0.0 ? q * clarke_scalar_power(d, q - 1.0) / d : 0.0;
    for (size_t i = 1; i < p->n; i++) g[i] = factor * x[i];
    g[0] = factor * (x[0] >= 0.0 ? x[0] - 1.0 : x[0] + 1.0);
}

static double antipodal_clarke_residual(const clarke_problem *p, const double *x)
{
    const double q = antipodal_exponent(p), d = antipodal_distance(p, x);
    if (d == 0.0) return 0.0;
    const double size = q * clarke_scalar_power(d, q - 1.0);
    return x[0] == 0.0 ? size / d * antipodal_rest(p, x) : size;
}

static double antipodal_stationary_distance(const clarke_problem *p, const double *x,
                                            double *nearest, clarke_point_kind *kind)
{
    const bool centre = fabs(x[0]) < 0.5;
    const double s = centre ? 0.0 : copysign(1.0, x[0]);
    if (kind)
        *kind = !centre     ? CLARKE_POINT_GLOBAL_MINIMUM
                : p->n == 1 ? CLARKE_POINT_LOCAL_MAXIMUM
                            : CLARKE_POINT_SADDLE;
    for (size_t i = 0; nearest && i < p->n; i++) nearest[i] = i == 0 ? s : 0.0;
    return hypot(x[0] - s, antipodal_rest(p, x));
}

static double antipodal_hull_distance(const clarke_problem *p, const double *z, double r)
{
    const double q = antipodal_exponent(p), d = antipodal_distance(p, z);
    double bound = 0.0;
    if (fabs(z[0]) > r && d > r)
        bound = q * clarke_scalar_power(d - r, q - 1.0) * sqrt((1.0 - r / d) * (1.0 + r / d));
    const double rest = antipodal_rest(p, z) - r;
    if (rest > 0.0) {
        const double far = q >= 2.0 ? fmax(d - r, 0.0) : d + r;
        bound = fmax(bound, q * pow(far, q - 2.0) * rest);
    }
    return bound;
}

static clarke_interval antipodal_goldstein_residual(const clarke_problem *p, const double *x,
                                                    double delta)
{
    const double q = antipodal_exponent(p), d = antipodal_distance(p, x), gap = fabs(x[0]);
    const double low = antipodal_hull_distance(p, x, delta);
    if (d <= delta) return (clarke_interval){low, low};
    double high = antipodal_clarke_residual(p, x);
    /* Towards the nearer centre; |x_1| does not fall there unless it is above 1. */
    high = fmin(high, q * clarke_scalar_power(d - delta, q - 1.0));
    if (gap <= delta) {
        const double reach = sqrt((delta - gap) * (delta + gap));
        const double rest = fmax(antipodal_rest(p, x) - reach, 0.0);
        high = fmin(high, q * pow(hypot(1.0, rest), q - 2.0) * rest);
    }
    return (clarke_interval){low, fmax(low, high)};
}

/* The prox of |.|^p around the centre on the side of x: the other one is never nearer. */
static void antipodal_prox(const clarke_problem *p, double t, const double *x, double *y)
{
    const double d = antipodal_distance(p, x), centre = x[0] >= 0.0 ? 1.0 : -1.0;
    const double u = clarke_scalar_power_prox(antipodal_exponent(p), t, d);
    const double factor = d > 0.0 ? u / d : 0.0;
    for (size_t i = 1; i < p->n; i++) y[i] = factor * x[i];
    y[0] = centre + factor * (x[0] - centre);
}

/* |grad f| <= p d^{p-1}, and d^2 <= |x|^2 + 1. */
static double antipodal_lipschitz(const clarke_problem *p, double radius)
{
    const double q = antipodal_exponent(p);
    return q * pow(hypot(radius, 1.0), q - 1.0);
}

static clarke_growth antipodal_growth(const clarke_problem *p, const double *x)
{
    const double q = antipodal_exponent(p);
    if (fabs(x[0]) >= 0.5) return clarke_growth_make(q, 1.0);
    return p->n == 1 ? clarke_growth_make(1.0, q) : clarke_growth_make(2.0, 0.5 * q);
}

static void antipodal_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                              clarke_enclosure *out)
{
    const double q = antipodal_exponent(p);
    const clarke_interval a = clarke_interval_minus(clarke_interval_abs(box[0]), 1.0);
    clarke_interval square = clarke_interval_sqr(a), v[CLARKE_ENCLOSURE_DIMENSION];
    (void)field;
    for (size_t i = 1; i < p->n; i++)
        square = clarke_interval_add(square, clarke_interval_sqr(box[i]));
    /* p d^{p-2}, the same for both centres on the hyperplane. */
    const clarke_interval power = clarke_interval_power(square, 0.5 * fabs(q - 2.0));
    const clarke_interval factor = clarke_interval_scale(
        q, q >= 2.0 ? power : clarke_interval_div(clarke_interval_point(1.0), power));
    for (size_t i = 0; i < p->n; i++) v[i] = clarke_interval_mul(factor, box[i]);
    const clarke_interval right = clarke_interval_minus(clarke_interval_relu(box[0]), 1.0);
    const clarke_interval left = clarke_interval_neg(
        clarke_interval_minus(clarke_interval_relu(clarke_interval_neg(box[0])), 1.0));
    v[0] = clarke_interval_point(0.0);
    clarke_enclosure_add(out, v);
    for (size_t i = 1; i < p->n; i++) v[i] = clarke_interval_point(0.0);
    clarke_enclosure_part(out);
    v[0] = clarke_interval_mul(factor, right);
    if (box[0].high >= 0.0) clarke_enclosure_vertex(out, v);
    v[0] = clarke_interval_mul(factor, left);
    if (box[0].low <= 0.0) clarke_enclosure_vertex(out, v);
}

static double antipodal_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                       bool field)
{
    clarke_interval near[CLARKE_ENCLOSURE_DIMENSION] = {{0.0, 0.0}};
    const double middle = 0.5 * box[0].low + 0.5 * box[0].high;
    (void)field;
    if (fabs(middle) >= 0.5) near[0] = clarke_interval_point(copysign(1.0, middle));
    return clarke_box_distance(p->n, box, near);
}

static clarke_status antipodal_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const antipodal *a = params;
    CLARKE_TRY(clarke_problem_size(p, a->n, 1.5, -2.0, 2.0, mem));
    p->start[0] = 0.25;
    p->data = clarke_alloc(mem, sizeof *a);
    CLARKE_TRY(clarke_arena_status(mem));
    *(antipodal *)p->data = *a;
    p->minimum = 0.0;
    p->gradient_bound = a->p == 1.0 ? 1.0 : 0.0;
    p->plan_growth = clarke_growth_make(a->p, 1.0);
    return CLARKE_OK;
}

static const clarke_param antipodal_params[] = {CLARKE_SIZE_PARAM(antipodal, "2"),
                                                {"p", CLARKE_PARAM_REAL, offsetof(antipodal, p),
                                                 "2", 1.0, 16.0, NULL,
                                                 "growth exponent at the minima"},
                                                {0}};

static const clarke_certifiable antipodal_certifiable[] = {
    {"n=2,p=2", -8.0, 8.0, 1e-3, 583, false},
    {"n=2,p=1", -8.0, 8.0, 1e-3, 583, false},
    {"n=2,p=4", -4.0, 4.0, 3e-2, 327, false},
    {"n=3,p=2", -4.0, 4.0, 1e-2, 1231, false},
    {0}};

const clarke_problem_desc clarke_problem_antipodal = {
    .title = "Antipodal wells",
    .formula = "min(|x - e_1|, |x + e_1|)^p",
    .source = "derived",
    .stationary_set = "{e_1, -e_1, 0}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = antipodal_params,
    .params_size = sizeof(antipodal),
    .make = antipodal_make,
    .value = antipodal_value,
    .subgradient = antipodal_subgradient,
    .clarke_residual = antipodal_clarke_residual,
    .stationary_distance = antipodal_stationary_distance,
    .goldstein_residual = antipodal_goldstein_residual,
    .hull_distance = antipodal_hull_distance,
    .prox = antipodal_prox,
    .lipschitz = antipodal_lipschitz,
    .growth = antipodal_growth,
    .enclose = antipodal_enclose,
    .distance_upper = antipodal_distance_upper,
    .certifiable = antipodal_certifiable,
    .outside = "by hand: g.x > 0 for |x| > 1",
};
