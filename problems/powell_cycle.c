/* f(x, y, z) = -xy - yz - zx + sum (|x_i| - 1)_+^2: Powell's function, on which alternating
   minimisation without a proximal term cycles.

   0 = x_i - T + 2 sign(x_i) (|x_i| - 1)_+ with T the sum of the entries. An entry in [-1, 1] is
   T; one beyond is (T +- 2)/3. Let T >= 0 without loss of generality. An entry below -1 would
   need T < -1, an entry above 1 needs T > 1, and one in [-1, 1] needs T <= 1. So either all
   entries are T = 3 T = 0, or T > 1 and all are (T + 2)/3, whose sum is T + 2. S = {0}, a saddle
   (eigenvalues -2, 1, 1). f is not bounded below: f(t, t, t) = 3 - 6t for t >= 1.

   The minimiser over x is s (1 + |y + z|/2), s the sign of y + z; every value in [-1, 1] is one
   where y + z = 0. From (-1 - e, 1 + e/2, -1 - e/4) each step halves the distance from a vertex
   of the cube and the six vertices that are not +-(1, 1, 1) recur, f falling to 1 while one
   entry of the gradient stays near 2 (Powell 1973).

   The Hessian is I - 11' plus 0 or 2 in each diagonal entry (the bend of (|t|-1)_+^2 less 0):
   between -2 and 3. */
#include "problems/lib/goldstein.h"
#include "problems/lib/scalar.h"

#include <string.h>

typedef struct {
    size_t n;
} powell_cycle;

static double powell_cycle_excess(double t)
{
    return copysign(fmax(fabs(t) - 1.0, 0.0), t);
}

static double powell_cycle_value(const clarke_problem *p, const double *x)
{
    double sum = -x[0] * x[1] - x[1] * x[2] - x[2] * x[0];
    (void)p;
    for (size_t j = 0; j < 3; j++) sum += powell_cycle_excess(x[j]) * powell_cycle_excess(x[j]);
    return sum;
}

static double powell_cycle_others(const double *x, size_t j)
{
    return x[(j + 1) % 3] + x[(j + 2) % 3];
}

static void powell_cycle_block_gradient(const clarke_problem *p, size_t block, const double *x,
                                        double *g)
{
    (void)p;
    *g = 2.0 * powell_cycle_excess(x[block]) - powell_cycle_others(x, block);
}

static void powell_cycle_subgradient(const clarke_problem *p, const double *x, double *g)
{
    for (size_t j = 0; j < 3; j++) powell_cycle_block_gradient(p, j, x, &g[j]);
}

static double powell_cycle_residual(const clarke_problem *p, const double *x)
{
    double g[3];
    powell_cycle_subgradient(p, x, g);
    return clarke_scalar_norm(3, g);
}

static double powell_cycle_distance(const clarke_problem *p, const double *x, double *nearest,
                                    clarke_point_kind *kind)
{
    if (nearest) memset(nearest, 0, p->n * sizeof *nearest);
    if (kind) *kind = CLARKE_POINT_SADDLE;
    return clarke_scalar_norm(p->n, x);
}

static double powell_cycle_hull(const clarke_problem *p, const double *z, double r)
{
    const double rounding = 8.0 * DBL_EPSILON * (3.0 + 4.0 * clarke_scalar_norm(3, z));
    return fmax(0.0, powell_cycle_residual(p, z) - 3.0 * r - (r > 0.0 ? rounding : 0.0));
}

/* At a saddle f - f* has both signs; its size along the axes from 0 is d^0 times nothing at all. */
static clarke_growth powell_cycle_growth(const clarke_problem *p, const double *x)
{
    (void)p, (void)x;
    return (clarke_growth){NAN, NAN, NAN};
}

static double powell_cycle_lipschitz(const clarke_problem *p, double radius)
{
    (void)p;
    return 3.0 * radius;
}

static double powell_cycle_weak_convexity(const clarke_problem *p, double radius)
{
    (void)p, (void)radius;
    return 2.0;
}

/* (|u| - 1)_+^2 - s u + weight (u - centre)^2/2. */
static void powell_cycle_block_prox(const clarke_problem *p, size_t block, double weight,
                                    const double *x, const double *centre, double *y)
{
    const double s = powell_cycle_others(x, block), v = s + weight * *centre;
    (void)p;
    if (fabs(v) > weight)
        *y = copysign((fabs(v) + 2.0) / (2.0 + weight), v);
    else
        *y = weight > 0.0 ? v / weight : clarke_scalar_clip(*centre, -1.0, 1.0);
}

static double powell_cycle_block_lipschitz(const clarke_problem *p, size_t block, const double *x)
{
    (void)p, (void)block, (void)x;
    return 2.0;
}

static void powell_cycle_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                                 clarke_enclosure *out)
{
    clarke_interval v[CLARKE_ENCLOSURE_DIMENSION];
    (void)p, (void)field;
    for (size_t j = 0; j < 3; j++) {
        const clarke_interval up = clarke_interval_relu(clarke_interval_minus(box[j], 1.0));
        const clarke_interval down =
            clarke_interval_relu(clarke_interval_minus(clarke_interval_neg(box[j]), 1.0));
        v[j] = clarke_interval_sub(clarke_interval_scale(2.0, clarke_interval_sub(up, down)),
                                   clarke_interval_add(box[(j + 1) % 3], box[(j + 2) % 3]));
    }
    clarke_enclosure_add(out, v);
}

static double powell_cycle_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                          bool field)
{
    (void)field;
    return clarke_box_norm(p->n, box).high;
}

static clarke_status powell_cycle_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    static const clarke_block block[] = {{"x", 0, 1, 1}, {"y", 1, 1, 1}, {"z", 2, 1, 1}};
    (void)params;
    CLARKE_TRY(clarke_problem_size(p, 3, -1.125, -2.0, 2.0, mem));
    p->start[1] = 1.0625, p->start[2] = -1.03125;
    p->layout = (clarke_layout){3, block};
    p->minimum = -INFINITY;
    p->gradient_bound = 0.0;
    p->smoothness = 3.0;
    return CLARKE_OK;
}

static const clarke_param powell_cycle_params[] = {{"n", CLARKE_PARAM_COUNT,
                                                    offsetof(powell_cycle, n), "3", 3.0, 3.0, NULL,
                                                    "dimension, always 3"},
                                                   {0}};

static const clarke_certifiable powell_cycle_certifiable[] = {{"", -4.0, 4.0, 1e-1, 535, false},
                                                              {0}};

const clarke_problem_desc clarke_problem_powell_cycle = {
    .title = "Powell's cycle of coordinate steps",
    .formula = "-xy - yz - zx + sum (|x_i| - 1)_+^2",
    .source = "Powell 1973, On search directions for minimization algorithms",
    .stationary_set = "{0}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_SMOOTH | CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_DEFINABLE,
    .params = powell_cycle_params,
    .params_size = sizeof(powell_cycle),
    .make = powell_cycle_make,
    .value = powell_cycle_value,
    .subgradient = powell_cycle_subgradient,
    .clarke_residual = powell_cycle_residual,
    .stationary_distance = powell_cycle_distance,
    .goldstein_residual = clarke_goldstein_bracket,
    .hull_distance = powell_cycle_hull,
    .lipschitz = powell_cycle_lipschitz,
    .weak_convexity = powell_cycle_weak_convexity,
    .growth = powell_cycle_growth,
    .block_prox = powell_cycle_block_prox,
    .block_gradient = powell_cycle_block_gradient,
    .block_lipschitz = powell_cycle_block_lipschitz,
    .enclose = powell_cycle_enclose,
    .distance_upper = powell_cycle_distance_upper,
    .certifiable = powell_cycle_certifiable,
    .outside = "by hand: the proof of the set holds everywhere",
};
