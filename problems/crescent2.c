/* f(x) = sum_{i<n} [x_{i+1} + |q_i|], q_i = x_i^2 + (x_{i+1} - 1)^2 - 1, n >= 2: Chained
   Crescent II of Haarala, Miettinen, Makela, Optim. Methods Softw. 19 (2004), formula recalled;
   the sets are derived.

   Regular and 4-weakly convex (2 if n = 2); the subdifferential is {(0,1,...,1) + sum t_i grad
   q_i : t_i in Sign(q_i)}, a zonotope with a chain of generators. 0 is in it iff t_1 x_1 = 0, 2
   t_{i-1} (x_i - 1) + 1 + 2 t_i x_i = 0 for 1 < i < n, 2 t_{n-1} (x_n - 1) + 1 = 0. n = 2:
   (0,0), (0,2), (0,3/2). n = 3, by the signs of q_2 and then of q_1, nine points:
     q_2 < 0: x_3 = 3/2, and (0,3/4,.), (0,0,.), (+-sqrt(3)/2,1/2,.);
     q_2 > 0: x_3 = 1/2, |x_2| > sqrt(3)/2 and 2 t_1 (x_2 - 1) + 1 + 2 x_2 = 0 leave no point;
     q_2 = 0: (0,0,0), (0,0,2), (0,w,1 + sqrt(1-w^2)) with (3-2w)^2 (1-w^2) = w^2,
              (+-sqrt(sqrt(2)-1/2), 1/sqrt(2), 1 + 1/sqrt(2)).
   For n >= 4 the set is finite but not known; then there is no distance to it, and what is
   known, the global minimum 0, is a landmark.

   At 0, t = (1/2,...,1/2): f >= sum (x_i^2 + x_{i+1}^2)/2 >= d^2/2, attained to second order
   along x_1; it is the minimum, f = 0. At (0,0,2), t = (1/2,-1/2), the tangent of q = 0 is x_1
   and the Lagrangian's second derivative along it is 1: a strict local minimum, f = 2 + d^2/2 at
   the slowest. At (0,3/2) and (0,3/4,3/2), f is smooth and concave. The others are saddles.

   Hull over B(z, r): q_i changes by at most 2 |(z_i, z_{i+1} - 1)| r + r^2, gradients at fixed
   signs by 4 r (2 r if n = 2). */
#include "problems/lib/goldstein.h"
#include "problems/lib/scalar.h"
#include "problems/lib/zonotope.h"

typedef struct {
    size_t n;
} crescent2;

typedef struct {
    double x[3];
    clarke_point_kind kind;
} crescent2_point;

static const crescent2_point crescent2_two[] = {
    {{0.0, 0.0, 0.0}, CLARKE_POINT_GLOBAL_MINIMUM},
    {{0.0, 2.0, 0.0}, CLARKE_POINT_SADDLE},
    {{0.0, 1.5, 0.0}, CLARKE_POINT_LOCAL_MAXIMUM},
};

static const crescent2_point crescent2_three[] = {
    {{0.0, 0.0, 0.0}, CLARKE_POINT_GLOBAL_MINIMUM},
    {{0.0, 0.0, 2.0}, CLARKE_POINT_LOCAL_MINIMUM},
    {{0.0, 0.0, 1.5}, CLARKE_POINT_SADDLE},
    {{0.0, 0.75, 1.5}, CLARKE_POINT_LOCAL_MAXIMUM},
    {{0.0, 0.80982181987334621145, 1.5866759071727946824}, CLARKE_POINT_SADDLE},
    {{0.86602540378443864676, 0.5, 1.5}, CLARKE_POINT_SADDLE},
    {{-0.86602540378443864676, 0.5, 1.5}, CLARKE_POINT_SADDLE},
    {{0.95614515758492185589, 0.70710678118654752440, 1.70710678118654752440}, CLARKE_POINT_SADDLE},
    {{-0.95614515758492185589, 0.70710678118654752440, 1.70710678118654752440},
     CLARKE_POINT_SADDLE},
};

static double crescent2_gap(const double *x, size_t i)
{
    return x[i] * x[i] + (x[i + 1] - 1.0) * (x[i + 1] - 1.0) - 1.0;
}

/* q_i is formed with an error of eps/2 (3 x_i^2 + 5 (x_{i+1}-1)^2 + 1) at most, and rounded
   coordinates change it by eps (x_i^2 + |x_{i+1}| |x_{i+1} - 1|), of which the last is at most 3/2
   (x_{i+1}-1)^2 + 1/2. */
static double crescent2_rounding(const double *x, size_t i)
{
    return 4.0 * DBL_EPSILON * (x[i] * x[i] + (x[i + 1] - 1.0) * (x[i + 1] - 1.0) + 1.0);
}

static double crescent2_value(const clarke_problem *p, const double *x)
{
    double sum = 0.0;
    for (size_t i = 0; i + 1 < p->n; i++) sum += x[i + 1] + fabs(crescent2_gap(x, i));
    return sum;
}

static void crescent2_subgradient(const clarke_problem *p, const double *x, double *g)
{
    g[0] = 0.0;
    for (size_t i = 0; i + 1 < p->n; i++) {
        const double t = clarke_scalar_sign(crescent2_gap(x, i));
        g[i] += 2.0 * t * x[i];
        g[i + 1] = 1.0 + 2.0 * t * (x[i + 1] - 1.0);
    }
}

static clarke_chain_result crescent2_shortest(const clarke_problem *p, const double *x, double r)
{
    clarke_chain *chain = p->data;
    clarke_chain_clear(chain);
    for (size_t i = 0; i + 1 < p->n; i++) {
        const double gap = crescent2_gap(x, i), radius = hypot(x[i], x[i + 1] - 1.0);
        const double reach = crescent2_rounding(x, i) + 2.0 * radius * r + r * r;
        clarke_chain_term(chain, i + 1, 1.0, 0.0, 1.0);
        clarke_chain_term(chain, i, 2.0 * x[i], 2.0 * (x[i + 1] - 1.0),
                          fabs(gap) <= reach ? 0.0 : clarke_scalar_sign(gap));
    }
    return clarke_chain_shortest(chain);
}

static double crescent2_clarke_residual(const clarke_problem *p, const double *x)
{
    return crescent2_shortest(p, x, 0.0).distance;
}

static double crescent2_curvature(const clarke_problem *p)
{
    return p->n == 2 ? 2.0 : 4.0;
}

static double crescent2_hull_distance(const clarke_problem *p, const double *z, double r)
{
    return fmax(0.0, crescent2_shortest(p, z, r).low - crescent2_curvature(p) * r);
}

static double crescent2_stationary_distance(const clarke_problem *p, const double *x,
                                            double *nearest, clarke_point_kind *kind)
{
    const crescent2_point *point = p->n == 2 ? crescent2_two : crescent2_three, *best = point;
    const size_t count = p->n == 2 ? sizeof crescent2_two / sizeof crescent2_two[0]
                                   : sizeof crescent2_three / sizeof crescent2_three[0];
    double least = INFINITY;
    for (size_t k = 0; k < count; k++) {
        double offset[3];
        for (size_t i = 0; i < p->n; i++) offset[i] = x[i] - point[k].x[i];
        const double d = clarke_scalar_norm(p->n, offset);
        if (d < least) least = d, best = &point[k];
    }
    for (size_t i = 0; nearest && i < p->n; i++) nearest[i] = best->x[i];
    if (kind) *kind = best->kind;
    return least;
}

/* The gradient's components are at most 1 + 2 |x_i| + 2 |x_i - 1|. */
static double crescent2_lipschitz(const clarke_problem *p, double radius)
{
    return 3.0 * sqrt((double)(p->n - 1)) + 4.0 * radius;
}

static double crescent2_weak_convexity(const clarke_problem *p, double radius)
{
    (void)radius;
    return crescent2_curvature(p);
}

/* At a saddle there is no growth to speak of. */
static clarke_growth crescent2_growth(const clarke_problem *p, const double *x)
{
    clarke_point_kind kind;
    crescent2_stationary_distance(p, x, NULL, &kind);
    if (kind == CLARKE_POINT_GLOBAL_MINIMUM || kind == CLARKE_POINT_LOCAL_MINIMUM)
        return clarke_growth_make(2.0, 0.5);
    return (clarke_growth){NAN, NAN, NAN};
}

/* n >= 4: the instance's own descriptor, without what rests on the whole set. */
static clarke_status crescent2_partial(clarke_problem *p, clarke_arena *mem)
{
    clarke_problem_desc *desc = clarke_alloc(mem, sizeof *desc);
    clarke_landmark *argmin = clarke_alloc(mem, sizeof *argmin);
    double *zero = clarke_vec(mem, p->n);
    CLARKE_TRY(clarke_arena_status(mem));
    *desc = *p->desc;
    desc->truth = CLARKE_TRUTH_PARTIAL;
    desc->stationary_set = "finite; only the global minimum 0 is known";
    desc->stationary_distance = NULL;
    desc->growth = NULL;
    p->desc = desc;
    *argmin = (clarke_landmark){"minimum", zero};
    p->landmark = argmin, p->landmarks = 1;
    return CLARKE_OK;
}

static void crescent2_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                              clarke_enclosure *out)
{
    (void)field;
    for (size_t i = 0; i + 1 < p->n; i++) {
        clarke_interval v[CLARKE_ENCLOSURE_DIMENSION];
        const clarke_interval shifted = clarke_interval_minus(box[i + 1], 1.0);
        const clarke_interval gap = clarke_interval_minus(
            clarke_interval_add(clarke_interval_sqr(box[i]), clarke_interval_sqr(shifted)), 1.0);
        for (size_t j = 0; j < p->n; j++) v[j] = clarke_interval_point(j == i + 1 ? 1.0 : 0.0);
        clarke_enclosure_add(out, v);
        v[i] = clarke_interval_scale(2.0, box[i]);
        v[i + 1] = clarke_interval_scale(2.0, shifted);
        clarke_enclosure_segment(out, clarke_interval_sign(gap), v);
    }
}

static double crescent2_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                       bool field)
{
    double x[CLARKE_ENCLOSURE_DIMENSION], nearest[CLARKE_ENCLOSURE_DIMENSION];
    clarke_interval near[CLARKE_ENCLOSURE_DIMENSION];
    (void)field;
    if (p->n > 3) return INFINITY; /* the set is not known */
    clarke_box_middle(p->n, box, x);
    crescent2_stationary_distance(p, x, nearest, NULL);
    /* Decimal constants, rounded once. */
    for (size_t i = 0; i < p->n; i++) near[i] = clarke_interval_widen(nearest[i], nearest[i]);
    return clarke_box_distance(p->n, box, near);
}

static clarke_status crescent2_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    CLARKE_TRY(clarke_problem_size(p, ((const crescent2 *)params)->n, 1.25, -2.5, 2.5, mem));
    clarke_chain *chain = clarke_alloc(mem, sizeof *chain);
    CLARKE_TRY(clarke_arena_status(mem));
    p->data = chain;
    p->start[0] = -1.5;
    p->minimum = 0.0;
    p->gradient_bound = crescent2_lipschitz(p, 0.0);
    p->plan_growth = clarke_growth_make(2.0, 0.5);
    if (p->n > 3) CLARKE_TRY(crescent2_partial(p, mem));
    return clarke_chain_init(chain, p->n, p->n - 1, mem);
}

static const clarke_param crescent2_params[] = {{"n", CLARKE_PARAM_COUNT, offsetof(crescent2, n),
                                                 "3", 2.0, 0x1p53, NULL,
                                                 "dimension; the set is known for 2 and 3"},
                                                {0}};

static const clarke_certifiable crescent2_certifiable[] = {
    {"n=2", -8.0, 8.0, 1e-3, 611, false}, {"n=3", -4.0, 4.0, 2e-2, 2615, false}, {0}};

const clarke_problem_desc clarke_problem_crescent2 = {
    .title = "Chained Crescent II",
    .formula = "sum_{i<n} (x_{i+1} + |x_i^2 + (x_{i+1} - 1)^2 - 1|)",
    .source = "Haarala, Miettinen, Makela, Optim. Methods Softw. 19 (2004) 673-692, recalled; the "
              "sets are derived",
    .stationary_set = "n = 2: {0, (0,2), (0,3/2)}; n = 3: 0, (0,0,2), (0,0,3/2), (0,3/4,3/2), "
                      "(+-sqrt(3)/2,1/2,3/2), (0,0.8098,1.5867), (+-0.9561,0.7071,1.7071); n >= 4: "
                      "only the minimum 0 is known",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = crescent2_params,
    .params_size = sizeof(crescent2),
    .make = crescent2_make,
    .value = crescent2_value,
    .subgradient = crescent2_subgradient,
    .clarke_residual = crescent2_clarke_residual,
    .stationary_distance = crescent2_stationary_distance,
    .goldstein_residual = clarke_goldstein_bracket,
    .hull_distance = crescent2_hull_distance,
    .lipschitz = crescent2_lipschitz,
    .weak_convexity = crescent2_weak_convexity,
    .growth = crescent2_growth,
    .enclose = crescent2_enclose,
    .distance_upper = crescent2_distance_upper,
    .certifiable = crescent2_certifiable,
    .outside = "by hand: the proof of the set holds everywhere",
};
