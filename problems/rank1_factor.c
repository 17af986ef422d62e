/* f(x, y) = |diag(sigma) - x y'|_F^2/2 + lambda (|x|^2 + |y|^2)/2, sigma_1 > sigma_2 > ... > 0,
   n = 2m: factorisation with weight decay, in the singular basis.

   grad = (-sigma y + (|y|^2 + lambda) x, -sigma x + (|x|^2 + lambda) y). At a zero |x|^2 (|y|^2
   + lambda) = x'sigma y = |y|^2 (|x|^2 + lambda), so |x| = |y| = t; the sum and the difference
   of the entries give (t^2 + lambda -+ sigma_i)(x_i +- y_i) = 0: x = y is along one axis with
   sigma_i = t^2 + lambda. S = {0} u {+-sqrt(sigma_i - lambda) (e_i, e_i) : sigma_i > lambda}.
   The first of these is the global minimum and the others are saddles; 0 is the global minimum
   if lambda >= sigma_1, else a saddle.

   Hessian at the first: sigma_1 - sigma_i, 2 lambda, 2 (sigma_1 - lambda) are its smaller
   eigenvalues; at 0, lambda - sigma_1. If lambda = sigma_1, f - f(0) = t^4/2 = d^4/8 along x = y
   = t e_1: the exponent is 3/4 there and 1/2 else.

   Alternating minimisation x = sigma y/(|y|^2 + lambda), y likewise; for m = 1 t -> sigma t/(t^2
   + lambda) with the factor (2 lambda/sigma - 1) at the minimum, sigma/lambda at 0, and t_j ~
   (lambda/2j)^{1/2} after j half steps if lambda = sigma.

   With p = |x||y|, s = sigma_1, t^2 = s - lambda, what is not lost to cancellation:
     f - f* = (p - t^2)^2/2 + lambda (|x| - |y|)^2/2 + s p |x/|x| - y/|y||^2/2
              + sum (s - sigma_i) x_i y_i. */
#include "problems/lib/low_rank.h"

#include <string.h>

static double rank1_factor_value(const clarke_problem *p, const double *x)
{
    const clarke_low_rank *d = clarke_low_rank_of(p);
    const double *y = x + d->m;
    double cross = 0.0, u = 0.0, v = 0.0;
    for (size_t i = 0; i < d->m; i++) {
        cross += d->sigma[i] * x[i] * y[i];
        u += x[i] * x[i], v += y[i] * y[i];
    }
    return 0.5 * d->energy - cross + 0.5 * u * v + 0.5 * d->lambda * (u + v);
}

static void rank1_factor_block_gradient(const clarke_problem *p, size_t block, const double *x,
                                        double *g)
{
    const clarke_low_rank *d = clarke_low_rank_of(p);
    const double *own = x + block * d->m, *other = x + (1 - block) * d->m;
    double square = 0.0;
    for (size_t i = 0; i < d->m; i++) square += other[i] * other[i];
    for (size_t i = 0; i < d->m; i++) g[i] = (square + d->lambda) * own[i] - d->sigma[i] * other[i];
}

static void rank1_factor_subgradient(const clarke_problem *p, const double *x, double *g)
{
    rank1_factor_block_gradient(p, 0, x, g);
    rank1_factor_block_gradient(p, 1, x, g + clarke_low_rank_of(p)->m);
}

/* Coordinate by coordinate the same sums as in the gradient, without its scratch. */
static double rank1_factor_residual(const clarke_problem *p, const double *x)
{
    const clarke_low_rank *d = clarke_low_rank_of(p);
    double square[2] = {0.0, 0.0}, norm = 0.0;
    for (size_t j = 0; j < p->n; j++) square[j / d->m] += x[j] * x[j];
    for (size_t j = 0; j < p->n; j++) {
        const size_t b = j / d->m, i = j % d->m;
        norm =
            hypot(norm, (square[1 - b] + d->lambda) * x[j] - d->sigma[i] * x[(1 - b) * d->m + i]);
    }
    return norm;
}

/* m: 0 is the nearest one. */
static size_t rank1_factor_axis(const clarke_problem *p, const double *x, double *distance)
{
    const clarke_low_rank *d = clarke_low_rank_of(p);
    size_t best = d->m;
    *distance = clarke_scalar_norm(p->n, x);
    for (size_t i = 0; i < d->m; i++) {
        const double size = clarke_low_rank_size(d, i), sign = copysign(1.0, x[i] + x[d->m + i]);
        double gap = 0.0;
        if (size == 0.0) continue;
        for (size_t j = 0; j < p->n; j++)
            gap = hypot(gap, j % d->m == i ? x[j] - sign * size : x[j]);
        if (gap <= *distance) *distance = gap, best = i;
    }
    return best;
}

static double rank1_factor_distance(const clarke_problem *p, const double *x, double *nearest,
                                    clarke_point_kind *kind)
{
    const clarke_low_rank *d = clarke_low_rank_of(p);
    double distance;
    const size_t axis = rank1_factor_axis(p, x, &distance);
    const bool top = axis == 0 || (axis == d->m && clarke_low_rank_size(d, 0) == 0.0);
    const double sign = axis < d->m ? copysign(1.0, x[axis] + x[d->m + axis]) : 0.0;
    for (size_t j = 0; nearest && j < p->n; j++)
        nearest[j] = axis < d->m && j % d->m == axis ? sign * clarke_low_rank_size(d, axis) : 0.0;
    if (kind) *kind = top ? CLARKE_POINT_GLOBAL_MINIMUM : CLARKE_POINT_SADDLE;
    return distance;
}

/* At the minimum; elsewhere f also falls. */
static clarke_growth rank1_factor_minimum(const clarke_low_rank *d)
{
    const double top = d->sigma[0] - d->lambda;
    if (top == 0.0) return clarke_growth_make(4.0, 0.125);
    if (top < 0.0) return clarke_growth_make(2.0, -0.5 * top);
    double least = fmin(2.0 * d->lambda, 2.0 * top);
    for (size_t i = 1; i < d->m; i++) least = fmin(least, d->sigma[0] - d->sigma[i]);
    return clarke_growth_make(2.0, 0.5 * least);
}

static double rank1_factor_value_gap(const clarke_problem *p, const double *x)
{
    const clarke_low_rank *d = clarke_low_rank_of(p);
    const double *y = x + d->m, s = d->sigma[0];
    double distance;
    const size_t axis = rank1_factor_axis(p, x, &distance);
    const double size = axis < d->m ? clarke_low_rank_size(d, axis) : 0.0;
    if (axis != (clarke_low_rank_size(d, 0) > 0.0 ? 0 : d->m)) {
        /* f at +-t (e_i, e_i) is f(0) - t^4/2. */
        const double there = 0.5 * d->energy - 0.5 * size * size * size * size;
        return rank1_factor_value(p, x) - there;
    }
    const double u = clarke_scalar_norm(d->m, x), v = clarke_scalar_norm(d->m, y), product = u * v;
    double turn = 0.0, rest = 0.0;
    for (size_t i = 0; i < d->m; i++) {
        const double gap = product > 0.0 ? x[i] / u - y[i] / v : 0.0;
        turn += gap * gap;
        rest += (s - d->sigma[i]) * x[i] * y[i];
    }
    /* Below lambda the first square is p^2/2 + (lambda - s) p. */
    const double off = product - fmax(s - d->lambda, 0.0);
    return 0.5 * off * off + fmax(d->lambda - s, 0.0) * product +
           0.5 * d->lambda * (u - v) * (u - v) + 0.5 * s * product * turn + rest;
}

static double rank1_factor_block_lipschitz(const clarke_problem *p, size_t block, const double *x)
{
    const clarke_low_rank *d = clarke_low_rank_of(p);
    const double other = clarke_scalar_norm(d->m, x + (1 - block) * d->m);
    return other * other + d->lambda;
}

static void rank1_factor_block_prox(const clarke_problem *p, size_t block, double weight,
                                    const double *x, const double *centre, double *y)
{
    const clarke_low_rank *d = clarke_low_rank_of(p);
    const double *other = x + (1 - block) * d->m;
    const double curvature = rank1_factor_block_lipschitz(p, block, x) + weight;
    for (size_t i = 0; i < d->m; i++)
        y[i] = (d->sigma[i] * other[i] + weight * centre[i]) / curvature;
}

static void rank1_factor_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                                 clarke_enclosure *out)
{
    const clarke_low_rank *d = clarke_low_rank_of(p);
    clarke_interval v[CLARKE_ENCLOSURE_DIMENSION];
    (void)field;
    for (size_t j = 0; j < p->n; j++) {
        const size_t b = j / d->m, i = j % d->m;
        clarke_interval square = clarke_interval_point(d->lambda);
        for (size_t k = 0; k < d->m; k++)
            square = clarke_interval_add(square, clarke_interval_sqr(box[(1 - b) * d->m + k]));
        v[j] = clarke_interval_sub(clarke_interval_mul(square, box[j]),
                                   clarke_interval_scale(d->sigma[i], box[(1 - b) * d->m + i]));
    }
    clarke_enclosure_add(out, v);
}

/* From a point near by with exact entries, plus the roundings of a root. */
static double rank1_factor_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                          bool field)
{
    double x[CLARKE_ENCLOSURE_DIMENSION], s[CLARKE_ENCLOSURE_DIMENSION];
    clarke_interval near[CLARKE_ENCLOSURE_DIMENSION];
    (void)field;
    clarke_box_middle(p->n, box, x);
    rank1_factor_distance(p, x, s, NULL);
    for (size_t j = 0; j < p->n; j++)
        near[j] = s[j] == 0.0 ? clarke_interval_point(0.0)
                              : (clarke_interval){s[j] - 2.0 * DBL_EPSILON * fabs(s[j]),
                                                  s[j] + 2.0 * DBL_EPSILON * fabs(s[j])};
    return clarke_box_distance(p->n, box, near);
}

static clarke_status rank1_factor_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    CLARKE_TRY(clarke_low_rank_make(p, params, 1, 1.0, mem));
    const clarke_low_rank *d = clarke_low_rank_of(p);
    for (size_t i = d->m; i < p->n; i++) p->start[i] = 1.5;
    const double size = clarke_low_rank_size(d, 0);
    p->minimum = 0.5 * d->energy - 0.5 * size * size * size * size;
    p->plan_growth = rank1_factor_minimum(d);
    return CLARKE_OK;
}

static const clarke_param rank1_factor_params[] = {
    {"n", CLARKE_PARAM_COUNT, offsetof(clarke_low_rank_params, n), "2", 2.0, 64.0, NULL,
     "dimension, twice the number of singular values, even"},
    {"sigma", CLARKE_PARAM_LIST, offsetof(clarke_low_rank_params, sigma), "1", 0x1p-10, 0x1p10,
     NULL, "singular values, falling"},
    {"lambda", CLARKE_PARAM_REAL, offsetof(clarke_low_rank_params, lambda), "0.25", 0x1p-10, 0x1p10,
     NULL, "weight decay"},
    {0}};

static const clarke_certifiable rank1_factor_certifiable[] = {
    {"", -4.0, 4.0, 1e-2, 1279, false}, {"lambda=2", -4.0, 4.0, 1e-2, 199, false}, {0}};

const clarke_problem_desc clarke_problem_rank1_factor = {
    .title = "Rank-one factorisation with weight decay",
    .formula = "|diag(sigma) - x y'|_F^2/2 + lambda (|x|^2 + |y|^2)/2",
    .source = "derived",
    .stationary_set = "{0} u {+-sqrt(sigma_i - lambda) (e_i, e_i) : sigma_i > lambda}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_SMOOTH | CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE |
              CLARKE_TRAIT_DEFINABLE,
    .params = rank1_factor_params,
    .params_size = sizeof(clarke_low_rank_params),
    .make = rank1_factor_make,
    .value = rank1_factor_value,
    .subgradient = rank1_factor_subgradient,
    .clarke_residual = rank1_factor_residual,
    .stationary_distance = rank1_factor_distance,
    .goldstein_residual = clarke_goldstein_bracket,
    .hull_distance = clarke_low_rank_hull,
    .lipschitz = clarke_low_rank_lipschitz,
    .weak_convexity = clarke_low_rank_weak_convexity,
    .growth = clarke_low_rank_growth,
    .value_gap = rank1_factor_value_gap,
    .block_prox = rank1_factor_block_prox,
    .block_gradient = rank1_factor_block_gradient,
    .block_lipschitz = rank1_factor_block_lipschitz,
    .enclose = rank1_factor_enclose,
    .distance_upper = rank1_factor_distance_upper,
    .certifiable = rank1_factor_certifiable,
    .outside = "by hand: the proof of the set holds everywhere",
};
