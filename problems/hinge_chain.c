/* f(v, u, w) = max(0, 1 - v) + gamma ((v - u)^2 + (u - w)^2)/2: the last layer of a split
   network with the hinge loss.

   f is convex, 0 exactly where v = u = w >= 1: S is that half line. At t (1, 1, 1), t > 1, f is
   gamma times half the quadratic form of a path, with the eigenvalues 0, 1, 3: gamma d^2/2. At
   its end t = 1 the nearest point stays while the sum falls; slowest is v = 1 with u, w along
   the eigenvector of [[2, -1], [-1, 1]]: gamma (3 - sqrt 5) d^2/4. The exponent is 1/2.

   The block minimiser over v is the prox of the hinge: piecewise affine. */
#include "problems/lib/goldstein.h"
#include "problems/lib/scalar.h"

typedef struct {
    size_t n;
    double gamma;
} hinge_chain;

static double hinge_chain_gamma(const clarke_problem *p)
{
    return ((const hinge_chain *)p->data)->gamma;
}

static double hinge_chain_value(const clarke_problem *p, const double *x)
{
    const double a = x[0] - x[1], b = x[1] - x[2];
    return fmax(0.0, 1.0 - x[0]) + 0.5 * hinge_chain_gamma(p) * (a * a + b * b);
}

static void hinge_chain_coupling(const clarke_problem *p, size_t block, const double *x, double *g)
{
    const double a = x[0] - x[1], b = x[1] - x[2];
    *g = hinge_chain_gamma(p) * (block == 0 ? a : block == 1 ? b - a : -b);
}

static void hinge_chain_subgradient(const clarke_problem *p, const double *x, double *g)
{
    for (size_t j = 0; j < 3; j++) hinge_chain_coupling(p, j, x, &g[j]);
    if (x[0] < 1.0) g[0] -= 1.0;
}

static double hinge_chain_residual(const clarke_problem *p, const double *x)
{
    double g[3];
    hinge_chain_subgradient(p, x, g);
    if (x[0] == 1.0) g[0] = clarke_interval_distance((clarke_interval){g[0] - 1.0, g[0]});
    return hypot(hypot(g[0], g[1]), g[2]);
}

static double hinge_chain_distance(const clarke_problem *p, const double *x, double *nearest,
                                   clarke_point_kind *kind)
{
    const double t = fmax(1.0, (x[0] + x[1] + x[2]) / 3.0);
    double d = 0.0;
    (void)p;
    for (size_t j = 0; j < 3; j++) d = hypot(d, x[j] - t);
    for (size_t j = 0; nearest && j < 3; j++) nearest[j] = t;
    if (kind) *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    return d;
}

static void hinge_chain_range(const clarke_problem *p, const clarke_interval *box,
                              clarke_interval *g)
{
    const clarke_interval a = clarke_interval_sub(box[0], box[1]);
    const clarke_interval b = clarke_interval_sub(box[1], box[2]);
    const clarke_interval kink = {box[0].low < 1.0 || (box[0].low == 1.0) ? -1.0 : 0.0,
                                  box[0].high < 1.0 ? -1.0 : 0.0};
    const double gamma = hinge_chain_gamma(p);
    g[0] = clarke_interval_add(clarke_interval_scale(gamma, a), kink);
    g[1] = clarke_interval_scale(gamma, clarke_interval_sub(b, a));
    g[2] = clarke_interval_scale(gamma, clarke_interval_neg(b));
}

static double hinge_chain_hull(const clarke_problem *p, const double *z, double r)
{
    clarke_interval box[3], g[3];
    double d = 0.0;
    for (size_t j = 0; j < 3; j++)
        box[j] = r > 0.0 ? clarke_interval_widen(z[j] - r, z[j] + r) : clarke_interval_point(z[j]);
    hinge_chain_range(p, box, g);
    for (size_t j = 0; j < 3; j++) d = hypot(d, clarke_interval_distance(g[j]));
    return d * (1.0 - 8.0 * DBL_EPSILON);
}

static double hinge_chain_lipschitz(const clarke_problem *p, double radius)
{
    return 1.0 + 3.0 * hinge_chain_gamma(p) * radius;
}

static double hinge_chain_weak_convexity(const clarke_problem *p, double radius)
{
    (void)p, (void)radius;
    return 0.0;
}

static clarke_growth hinge_chain_end(double gamma)
{
    return clarke_growth_make(2.0, 0.25 * gamma * (3.0 - sqrt(5.0)));
}

static clarke_growth hinge_chain_growth(const clarke_problem *p, const double *x)
{
    double s[3];
    hinge_chain_distance(p, x, s, NULL);
    /* Beside the end some directions are slow up to the distance to it. */
    return s[0] < 1.0625 ? hinge_chain_end(hinge_chain_gamma(p))
                         : clarke_growth_make(2.0, 0.5 * hinge_chain_gamma(p));
}

static void hinge_chain_block_prox(const clarke_problem *p, size_t block, double weight,
                                   const double *x, const double *centre, double *y)
{
    const double gamma = hinge_chain_gamma(p);
    const double scale = (block == 1 ? 2.0 : 1.0) * gamma + weight;
    const double others = block == 1 ? x[0] + x[2] : x[1];
    const double v = (gamma * others + weight * *centre) / scale;
    *y = v;
    if (block == 0 && v < 1.0) *y = fmin(v + 1.0 / scale, 1.0);
}

static double hinge_chain_block_lipschitz(const clarke_problem *p, size_t block, const double *x)
{
    (void)x;
    return (block == 1 ? 2.0 : 1.0) * hinge_chain_gamma(p);
}

static void hinge_chain_block_simple(const clarke_problem *p, size_t block, double step,
                                     const double *v, double *y)
{
    (void)p;
    *y = block == 0 && *v < 1.0 ? fmin(*v + step, 1.0) : *v;
}

static void hinge_chain_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                                clarke_enclosure *out)
{
    clarke_interval g[CLARKE_ENCLOSURE_DIMENSION];
    (void)field;
    hinge_chain_range(p, box, g);
    clarke_enclosure_add(out, g);
}

static double hinge_chain_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                         bool field)
{
    double x[CLARKE_ENCLOSURE_DIMENSION], s[CLARKE_ENCLOSURE_DIMENSION];
    clarke_interval near[CLARKE_ENCLOSURE_DIMENSION];
    (void)field;
    clarke_box_middle(3, box, x);
    hinge_chain_distance(p, x, s, NULL);
    for (size_t j = 0; j < 3; j++) near[j] = clarke_interval_point(s[j]);
    return clarke_box_distance(3, box, near);
}

static clarke_status hinge_chain_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    static const clarke_block block[] = {{"v", 0, 1, 1}, {"u", 1, 1, 1}, {"w", 2, 1, 1}};
    hinge_chain *h = clarke_alloc(mem, sizeof *h);
    CLARKE_TRY(clarke_problem_size(p, 3, -1.75, -2.0, 2.0, mem));
    CLARKE_TRY(clarke_arena_status(mem));
    *h = *(const hinge_chain *)params;
    p->data = h;
    p->layout = (clarke_layout){3, block};
    p->start[0] = 0.5;
    p->minimum = 0.0;
    p->gradient_bound = 1.0;
    p->plan_growth = hinge_chain_end(h->gamma);
    return CLARKE_OK;
}

static const clarke_param hinge_chain_params[] = {
    {"n", CLARKE_PARAM_COUNT, offsetof(hinge_chain, n), "3", 3.0, 3.0, NULL, "dimension, always 3"},
    {"gamma", CLARKE_PARAM_REAL, offsetof(hinge_chain, gamma), "1", 0x1p-10, 0x1p10, NULL,
     "weight of the couplings"},
    {0}};

static const clarke_certifiable hinge_chain_certifiable[] = {{"", -4.0, 4.0, 1e-1, 5029, false},
                                                             {0}};

const clarke_problem_desc clarke_problem_hinge_chain = {
    .title = "Split chain with the hinge loss",
    .formula = "max(0, 1 - v) + gamma ((v - u)^2 + (u - w)^2)/2",
    .source = "derived",
    .stationary_set = "{v = u = w >= 1}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_DEFINABLE,
    .params = hinge_chain_params,
    .params_size = sizeof(hinge_chain),
    .make = hinge_chain_make,
    .value = hinge_chain_value,
    .subgradient = hinge_chain_subgradient,
    .clarke_residual = hinge_chain_residual,
    .stationary_distance = hinge_chain_distance,
    .goldstein_residual = clarke_goldstein_bracket,
    .hull_distance = hinge_chain_hull,
    .lipschitz = hinge_chain_lipschitz,
    .weak_convexity = hinge_chain_weak_convexity,
    .growth = hinge_chain_growth,
    .value_gap = hinge_chain_value,
    .block_prox = hinge_chain_block_prox,
    .block_gradient = hinge_chain_coupling,
    .block_lipschitz = hinge_chain_block_lipschitz,
    .block_simple = hinge_chain_block_simple,
    .enclose = hinge_chain_enclose,
    .distance_upper = hinge_chain_distance_upper,
    .certifiable = hinge_chain_certifiable,
    .outside = "by hand: f is convex, and S its minimisers",
};
