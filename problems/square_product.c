/* f(x, y) = |x|^2 |y|^2 / 2, x and y of m variables each, n = 2m.

   The gradient (|y|^2 x, |x|^2 y) is 0 iff x = 0 or y = 0: S, all of it global minima. dist(z,
   S) = min(|x|, |y|). At (0, y) f = |y|^2 d^2/2; at 0 f >= d^4/2, with equality for |x| = |y|:
   the exponent is 1/2 off 0 and 3/4 at 0. The quadratic form of the Hessian is |y|^2 |u|^2 +
   |x|^2 |v|^2 + 4 (x.u)(y.v) >= -|z|^2 (|u|^2 + |v|^2)/2, with equality for |x| = |y|; its norm
   is at most 2 |z|^2.

   With weight a the block minimiser is a x/(|y|^2 + a): one block tends to 0 and the other not,
   at the rate (a/(|y_oo|^2 + a))^2 in |x|^2, except on the stable curve of 0 where both fall
   like (2k/a)^{-1/2} and f ~ a^2/(8 k^2).

   Hull over B(z, r): the gradient moves by at most r times the norm of the Hessian in the ball. */
#include "problems/lib/goldstein.h"
#include "problems/lib/scalar.h"

#include <string.h>

typedef struct {
    size_t n;
} square_product;

static double square_product_norm(const clarke_problem *p, const double *x, size_t block)
{
    return clarke_scalar_norm(p->n / 2, x + block * (p->n / 2));
}

static double square_product_value(const clarke_problem *p, const double *x)
{
    const double u = square_product_norm(p, x, 0), v = square_product_norm(p, x, 1);
    return 0.5 * (u * v) * (u * v);
}

static void square_product_block_gradient(const clarke_problem *p, size_t block, const double *x,
                                          double *g)
{
    const double other = square_product_norm(p, x, 1 - block);
    for (size_t i = 0; i < p->n / 2; i++) g[i] = other * other * x[block * (p->n / 2) + i];
}

static void square_product_subgradient(const clarke_problem *p, const double *x, double *g)
{
    square_product_block_gradient(p, 0, x, g);
    square_product_block_gradient(p, 1, x, g + p->n / 2);
}

static double square_product_residual(const clarke_problem *p, const double *x)
{
    const double u = square_product_norm(p, x, 0), v = square_product_norm(p, x, 1);
    return u * v * hypot(u, v);
}

static double square_product_distance(const clarke_problem *p, const double *x, double *nearest,
                                      clarke_point_kind *kind)
{
    const double u = square_product_norm(p, x, 0), v = square_product_norm(p, x, 1);
    const size_t m = p->n / 2;
    if (nearest) {
        memmove(nearest, x, p->n * sizeof *nearest);
        for (size_t i = 0; i < m; i++) nearest[(u <= v ? 0 : m) + i] = 0.0;
    }
    if (kind) *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    return fmin(u, v);
}

static double square_product_hull(const clarke_problem *p, const double *z, double r)
{
    const double reach = clarke_scalar_norm(p->n, z) + r;
    const double at = square_product_residual(p, z) * (1.0 - 16.0 * DBL_EPSILON);
    return fmax(0.0, at - 2.0 * reach * reach * r);
}

static clarke_growth square_product_growth(const clarke_problem *p, const double *x)
{
    const double u = square_product_norm(p, x, 0), v = square_product_norm(p, x, 1);
    const double large = fmax(u, v);
    return large == 0.0 ? clarke_growth_make(4.0, 0.5)
                        : clarke_growth_make(2.0, 0.5 * large * large);
}

static double square_product_lipschitz(const clarke_problem *p, double radius)
{
    (void)p;
    return 0.5 * radius * radius * radius;
}

static double square_product_weak_convexity(const clarke_problem *p, double radius)
{
    (void)p;
    return 0.5 * radius * radius;
}

static void square_product_block_prox(const clarke_problem *p, size_t block, double weight,
                                      const double *x, const double *centre, double *y)
{
    const double other = square_product_norm(p, x, 1 - block);
    const double scale = other == 0.0 ? 1.0 : weight / (other * other + weight);
    for (size_t i = 0; i < p->n / 2; i++) y[i] = scale * centre[i];
}

static double square_product_block_lipschitz(const clarke_problem *p, size_t block, const double *x)
{
    const double other = square_product_norm(p, x, 1 - block);
    return other * other;
}

static void square_product_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                                   clarke_enclosure *out)
{
    const size_t m = p->n / 2;
    clarke_interval v[CLARKE_ENCLOSURE_DIMENSION];
    (void)field;
    for (size_t b = 0; b < 2; b++) {
        clarke_interval other = clarke_interval_point(0.0);
        for (size_t i = 0; i < m; i++)
            other = clarke_interval_add(other, clarke_interval_sqr(box[(1 - b) * m + i]));
        for (size_t i = 0; i < m; i++) v[b * m + i] = clarke_interval_mul(other, box[b * m + i]);
    }
    clarke_enclosure_add(out, v);
}

static double square_product_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                            bool field)
{
    const size_t m = p->n / 2;
    (void)field;
    return fmin(clarke_box_norm(m, box).high, clarke_box_norm(m, box + m).high);
}

static clarke_status square_product_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const square_product *q = params;
    if (q->n % 2 != 0)
        return clarke_fail(CLARKE_EINPUT, "%s: n=%zu is odd; both blocks have n/2 variables", p->id,
                           q->n);
    CLARKE_TRY(clarke_problem_size(p, q->n, 1.0, -2.0, 2.0, mem));
    clarke_block *block = clarke_alloc_array(mem, 2, sizeof *block);
    CLARKE_TRY(clarke_arena_status(mem));
    const size_t m = p->n / 2;
    block[0] = (clarke_block){"x", 0, m, 1};
    block[1] = (clarke_block){"y", m, m, 1};
    p->layout = (clarke_layout){2, block};
    for (size_t i = 0; i < m; i++) p->start[m + i] = 1.5;
    p->minimum = 0.0;
    p->gradient_bound = 0.0;
    p->smoothness = 2.0 * p->box_high * p->box_high * (double)p->n;
    p->plan_growth = clarke_growth_make(4.0, 0.5);
    return CLARKE_OK;
}

static const clarke_param square_product_params[] = {{"n", CLARKE_PARAM_COUNT,
                                                      offsetof(square_product, n), "2", 2.0, 0x1p53,
                                                      NULL, "dimension, even"},
                                                     {0}};

static const clarke_certifiable square_product_certifiable[] = {{"", -4.0, 4.0, 2e-2, 9055, false},
                                                                {0}};

const clarke_problem_desc clarke_problem_square_product = {
    .title = "Product of squared norms",
    .formula = "|x|^2 |y|^2 / 2",
    .source = "derived",
    .stationary_set = "{x = 0} u {y = 0}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_SMOOTH | CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_DEFINABLE,
    .params = square_product_params,
    .params_size = sizeof(square_product),
    .make = square_product_make,
    .value = square_product_value,
    .subgradient = square_product_subgradient,
    .clarke_residual = square_product_residual,
    .stationary_distance = square_product_distance,
    .goldstein_residual = clarke_goldstein_bracket,
    .hull_distance = square_product_hull,
    .lipschitz = square_product_lipschitz,
    .weak_convexity = square_product_weak_convexity,
    .growth = square_product_growth,
    .value_gap = square_product_value,
    .block_prox = square_product_block_prox,
    .block_gradient = square_product_block_gradient,
    .block_lipschitz = square_product_block_lipschitz,
    .enclose = square_product_enclose,
    .distance_upper = square_product_distance_upper,
    .certifiable = square_product_certifiable,
    .outside = "by hand: f is positively homogeneous, so the cube shows all directions",
};
