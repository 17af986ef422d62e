/* f(x) = |x|_1 - |x|_inf, n >= 2: zero exactly on the axes.

   f >= 0, and f = 0 iff at most one entry is not 0: S contains {|x|_0 <= 1}, the global minima. Off
   0 the subdifferential is sign(x_i) (or [-1,1]) for i not largest, and s_i (1 - w_i) with weights
   w on the k largest; its shortest vector has the squared length #{i not largest, x_i != 0} +
   (k-1)^2/k, which is at least 1/2 unless |x|_0 <= 1. So S = {|x|_0 <= 1}; dist(x, S) is the norm
   of all entries but a largest one; f is the l1 norm of those, so f >= dist, with equality along
   the axes: growth d. Not regular, not weakly convex (the ties are concave kinks).

   Hull over B(z, r), derived: entry i can be largest in the ball only if M - |z_i| <= sqrt(2) r,
   and it keeps its sign if |z_i| > r. Entries that keep their sign and cannot be largest contribute
   1 each; the k' that keep their sign and can be largest have components s_i (1 - w_i) with a sum
   of w of at most 1 in the hull, and contribute at least (k'-1)^2/k'. */
#include "problems/lib/axes.h"
#include "problems/lib/goldstein.h"
#include "problems/lib/scalar.h"

typedef struct {
    size_t n;
} l1_minus_linf;

/* Without differences: the sum of the other entries. */
static double l1_minus_linf_value(const clarke_problem *p, const double *x)
{
    const size_t where = clarke_axes_largest(p->n, x);
    double sum = 0.0;
    for (size_t i = 0; i < p->n; i++)
        if (i != where) sum += fabs(x[i]);
    return sum;
}

static void l1_minus_linf_subgradient(const clarke_problem *p, const double *x, double *g)
{
    for (size_t i = 0; i < p->n; i++) g[i] = clarke_scalar_sign(x[i]);
    g[clarke_axes_largest(p->n, x)] = 0.0;
}

/* The lower bound over the ball of radius r; exact for r = 0. */
static double l1_minus_linf_hull_distance(const clarke_problem *p, const double *z, double r)
{
    const double m = fabs(z[clarke_axes_largest(p->n, z)]);
    const double margin = sqrt(2.0) * r * (1.0 + DBL_EPSILON);
    double square = 0.0, k = 0.0;
    for (size_t i = 0; i < p->n; i++) {
        if (fabs(z[i]) <= r) continue;
        if (m - fabs(z[i]) <= margin)
            k += 1.0;
        else
            square += 1.0;
    }
    return sqrt(square + (k > 0.0 ? (k - 1.0) * (k - 1.0) / k : 0.0));
}

static double l1_minus_linf_clarke_residual(const clarke_problem *p, const double *x)
{
    return l1_minus_linf_hull_distance(p, x, 0.0);
}

/* Keep a largest entry, soft threshold the others: f is the smallest over i of |x|_1 - |x_i|. */
static void l1_minus_linf_prox(const clarke_problem *p, double t, const double *x, double *y)
{
    const size_t where = clarke_axes_largest(p->n, x);
    for (size_t i = 0; i < p->n; i++)
        y[i] = i == where ? x[i] : copysign(fmax(fabs(x[i]) - t, 0.0), x[i]);
}

static double l1_minus_linf_lipschitz(const clarke_problem *p, double radius)
{
    (void)radius;
    return sqrt((double)p->n - 1.0);
}

static clarke_growth l1_minus_linf_growth(const clarke_problem *p, const double *x)
{
    (void)p, (void)x;
    return clarke_growth_make(1.0, 1.0);
}

static void l1_minus_linf_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                                  clarke_enclosure *out)
{
    double largest = 0.0; /* of the lower bounds of the |x_i|: no smaller entry can be left out */
    size_t open = 0;      /* a bit for each coordinate of either sign */
    (void)field;
    for (size_t i = 0; i < p->n; i++) {
        largest = fmax(largest, clarke_interval_distance(box[i]));
        if (clarke_interval_has(box[i], 0.0)) open |= (size_t)1 << i;
    }
    /* f is the smallest over i of sum_{j != i} |x_j|: the hull of the active ones. */
    clarke_enclosure_part(out);
    for (size_t i = 0; i < p->n; i++) {
        if (clarke_interval_mag(box[i]) < largest) continue;
        const size_t choice = open & ~((size_t)1 << i);
        for (size_t flip = 0; flip < (size_t)1 << p->n; flip++) {
            clarke_interval v[CLARKE_ENCLOSURE_DIMENSION];
            if (flip & ~choice) continue;
            for (size_t j = 0; j < p->n; j++) {
                const double sign = choice >> j & 1 ? (flip >> j & 1 ? -1.0 : 1.0)
                                                    : clarke_scalar_sign(box[j].low + box[j].high);
                v[j] = clarke_interval_point(j == i ? 0.0 : sign);
            }
            clarke_enclosure_vertex(out, v);
        }
    }
}

static clarke_status l1_minus_linf_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const l1_minus_linf *l = params;
    CLARKE_TRY(clarke_problem_size(p, l->n, 1.25, -2.0, 2.0, mem));
    p->start[0] = 1.75;
    p->minimum = 0.0;
    p->gradient_bound = l1_minus_linf_lipschitz(p, 1.0);
    p->plan_growth = clarke_growth_make(1.0, 1.0);
    return CLARKE_OK;
}

static const clarke_param l1_minus_linf_params[] = {
    {"n", CLARKE_PARAM_COUNT, offsetof(l1_minus_linf, n), "2", 2.0, 0x1p53, NULL, "dimension"},
    {0}};

static const clarke_certifiable l1_minus_linf_certifiable[] = {
    {"n=2", -8.0, 8.0, 1e-2, 36671, false}, {"n=3", -4.0, 4.0, 3e-2, 46159, false}, {0}};

const clarke_problem_desc clarke_problem_l1_minus_linf = {
    .title = "l1 norm minus maximum norm",
    .formula = "|x|_1 - |x|_inf",
    .source = "derived",
    .stationary_set = "{x : at most one entry is not 0}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_DEFINABLE | CLARKE_TRAIT_POLYHEDRAL,
    .params = l1_minus_linf_params,
    .params_size = sizeof(l1_minus_linf),
    .make = l1_minus_linf_make,
    .value = l1_minus_linf_value,
    .subgradient = l1_minus_linf_subgradient,
    .clarke_residual = l1_minus_linf_clarke_residual,
    .stationary_distance = clarke_axes_distance,
    .goldstein_residual = clarke_goldstein_bracket,
    .hull_distance = l1_minus_linf_hull_distance,
    .prox = l1_minus_linf_prox,
    .lipschitz = l1_minus_linf_lipschitz,
    .growth = l1_minus_linf_growth,
    .enclose = l1_minus_linf_enclose,
    .distance_upper = clarke_axes_distance_upper,
    .certifiable = l1_minus_linf_certifiable,
    .outside = "by hand: f is positively homogeneous, so the cube shows all directions",
};
