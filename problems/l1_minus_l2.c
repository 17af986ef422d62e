/* f(x) = |x|_1 - |x|_2, n >= 2: zero exactly on the axes.

   f >= 0, and f = 0 iff at most one entry is not 0: S contains {|x|_0 <= 1}, the global minima. Off
   0 the subdifferential is the product of sign(x_i) - x_i/|x| (x_i != 0) and [-1, 1] (x_i = 0), so
   its shortest vector has the squared length sum_{x_i != 0} (1 - |x_i|/|x|)^2, which for k >= 2
   entries is at least (sqrt(k) - 1)^2, the squared distance of (1,...,1) from the unit ball. So S =
   {|x|_0 <= 1}; dist(x, S) = b is the norm of all entries but a largest one, a. Along S, a fixed,
   f = b - b^2/(2a) + ... for one other entry and more for several: growth d off 0. At 0, f >= (2 -
   sqrt 2) d: with a = 1 f/b >= (1 + b - sqrt(1 + b^2))/b for b <= 1, falling in b; for b > 1, |.|_1
   >= b^2 of entries at most 1 gives more; equality at (1, 1). Not regular at 0; -|x| has curvature
   1/|x|, so f is not weakly convex near 0.

   Hull over B(z, r), derived: the k entries with |z_i| > r keep their sign, and u = y/|y| is a unit
   vector within 2 sin(angle/2) of z/|z|, sin(angle) = r/|z|. In those entries the hull is sign - u
   with u in a convex set: it stays sqrt(k) - 1 away from 0, and within that chord of the vector at
   z. */
#include "problems/lib/axes.h"
#include "problems/lib/goldstein.h"
#include "problems/lib/scalar.h"

typedef struct {
    size_t n;
} l1_minus_l2;

/* With a the largest entry and q the sum of the other squares, |x| - a = q/(|x| + a). */
static double l1_minus_l2_value(const clarke_problem *p, const double *x)
{
    const size_t where = clarke_axes_largest(p->n, x);
    const double norm = clarke_scalar_norm(p->n, x), a = fabs(x[where]);
    double sum = 0.0, excess = 0.0;
    if (!(norm > 0.0)) return norm;
    for (size_t i = 0; i < p->n; i++) {
        if (i == where) continue;
        sum += fabs(x[i]);
        excess += x[i] / (norm + a) * x[i];
    }
    return sum - excess;
}

/* The norm's gradient at 0 is taken as 0. */
static void l1_minus_l2_subgradient(const clarke_problem *p, const double *x, double *g)
{
    const double norm = clarke_scalar_norm(p->n, x);
    for (size_t i = 0; i < p->n; i++)
        g[i] = norm == 0.0 ? 0.0 : clarke_scalar_sign(x[i]) - x[i] / norm;
}

/* The lower bound over the ball of radius r; exact for r = 0. */
static double l1_minus_l2_hull_distance(const clarke_problem *p, const double *z, double r)
{
    const double norm = clarke_scalar_norm(p->n, z);
    double square = 0.0, k = 0.0;
    for (size_t i = 0; i < p->n; i++) {
        if (fabs(z[i]) <= r) continue;
        const double gap = 1.0 - fabs(z[i]) / norm;
        square += gap * gap;
        k += 1.0;
    }
    if (k < 2.0) return r > 0.0 ? 0.0 : sqrt(square);
    const double ratio = r / norm, cosine = sqrt((1.0 - ratio) * (1.0 + ratio));
    const double chord = ratio * sqrt(2.0 / (1.0 + cosine)) * (1.0 + 4.0 * DBL_EPSILON);
    return fmax(sqrt(square) - chord, r > 0.0 ? sqrt(k) - 1.0 : 0.0);
}

static double l1_minus_l2_clarke_residual(const clarke_problem *p, const double *x)
{
    return l1_minus_l2_hull_distance(p, x, 0.0);
}

/* Lou, Yan, J. Sci. Comput. 74 (2018), lemma 1: soft threshold, then lengthen by t; where nothing
   is left keep a largest entry. */
static void l1_minus_l2_prox(const clarke_problem *p, double t, const double *x, double *y)
{
    const size_t where = clarke_axes_largest(p->n, x);
    for (size_t i = 0; i < p->n; i++) y[i] = copysign(fmax(fabs(x[i]) - t, 0.0), x[i]);
    const double norm = clarke_scalar_norm(p->n, y);
    for (size_t i = 0; i < p->n && norm > 0.0; i++) y[i] += t * (y[i] / norm);
    if (norm == 0.0) y[where] = x[where];
}

/* The squared length is at most n - 2 |u|_1 + 1, u = x/|x|, and |u|_1 >= 1. */
static double l1_minus_l2_lipschitz(const clarke_problem *p, double radius)
{
    (void)radius;
    return sqrt((double)p->n - 1.0);
}

static clarke_growth l1_minus_l2_growth(const clarke_problem *p, const double *x)
{
    const bool zero = x[clarke_axes_largest(p->n, x)] == 0.0;
    return clarke_growth_make(1.0, zero ? 2.0 - sqrt(2.0) : 1.0);
}

static void l1_minus_l2_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                                clarke_enclosure *out)
{
    const clarke_interval r = clarke_box_norm(p->n, box);
    clarke_interval v[CLARKE_ENCLOSURE_DIMENSION];
    (void)field;
    /* Sign(x_i) - x_i/|x|; the entries of a unit vector are within [-1, 1]. */
    for (size_t i = 0; i < p->n; i++)
        v[i] = clarke_interval_sub(clarke_interval_sign(box[i]),
                                   clarke_interval_clip(clarke_interval_div(box[i], r), -1.0, 1.0));
    clarke_enclosure_add(out, v);
}

static clarke_status l1_minus_l2_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const l1_minus_l2 *l = params;
    CLARKE_TRY(clarke_problem_size(p, l->n, 1.25, -2.0, 2.0, mem));
    p->start[0] = 1.75;
    p->minimum = 0.0;
    p->gradient_bound = l1_minus_l2_lipschitz(p, 1.0);
    p->plan_growth = clarke_growth_make(1.0, 2.0 - sqrt(2.0));
    return CLARKE_OK;
}

static const clarke_param l1_minus_l2_params[] = {
    {"n", CLARKE_PARAM_COUNT, offsetof(l1_minus_l2, n), "2", 2.0, 0x1p53, NULL, "dimension"}, {0}};

static const clarke_certifiable l1_minus_l2_certifiable[] = {
    {"n=2", -4.0, 4.0, 1e-2, 18543, false}, {"n=3", -2.0, 2.0, 1e-1, 6655, false}, {0}};

const clarke_problem_desc clarke_problem_l1_minus_l2 = {
    .title = "l1 norm minus l2 norm",
    .formula = "|x|_1 - |x|_2",
    .source = "Lou, Yan, J. Sci. Comput. 74 (2018) 767-785; the set is derived",
    .stationary_set = "{x : at most one entry is not 0}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_DEFINABLE,
    .params = l1_minus_l2_params,
    .params_size = sizeof(l1_minus_l2),
    .make = l1_minus_l2_make,
    .value = l1_minus_l2_value,
    .subgradient = l1_minus_l2_subgradient,
    .clarke_residual = l1_minus_l2_clarke_residual,
    .stationary_distance = clarke_axes_distance,
    .goldstein_residual = clarke_goldstein_bracket,
    .hull_distance = l1_minus_l2_hull_distance,
    .prox = l1_minus_l2_prox,
    .lipschitz = l1_minus_l2_lipschitz,
    .growth = l1_minus_l2_growth,
    .enclose = l1_minus_l2_enclose,
    .distance_upper = clarke_axes_distance_upper,
    .certifiable = l1_minus_l2_certifiable,
    .outside = "by hand: f is positively homogeneous, so the cube shows all directions",
};
