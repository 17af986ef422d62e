/* f(X, Y) = |diag(sigma) - X Y'|_F^2/2 + lambda (|X|_F^2 + |Y|_F^2)/2, X and Y with m rows and two
   columns, sigma_1 > sigma_2 > ... > 0: factorisation of rank two with weight decay, in the singular
   basis; n = 4m.

   A zero of the gradient has X'X = Y'Y and (X +- Y, columns) in eigenspaces: S is the union over sets T of
   at most two indices with sigma_t > lambda of {X = Y, row t = tau_t q_t for t in T, other rows 0},
   tau_t^2 = sigma_t - lambda, the q_t orthonormal in the plane. T = the first two (as far as they are
   above lambda) are the global minima, all others saddles.

   The nearest point for a T maximises sum_t tau_t (X_t + Y_t) . q_t over orthonormal q: a unit
   vector for one t, for two the polar factor of a 2 x 2 matrix, the better of a rotation and a reflection.

   With E, F the differences from the nearest point (X*, Y*), the linear terms vanish:
     f - f* = |X* F' + E Y*' + E F'|^2/2 + sum_i (lambda |E_i - F_i|^2/2 + (lambda - rho_i) E_i . F_i),
   rho_i = lambda for i in T and sigma_i else.

   Hessian across the set of minima: sigma_2 - sigma_3 (sigma_t - sigma_i for t in T and i not), lambda -
   sigma_i where T leaves a column free, 2 lambda, 2 (sigma_t - lambda), sigma_1 + sigma_2 - 2 lambda.
   None is 0 unless sigma_2 = lambda (or sigma_1): then f - f* = e^4/2 = d^4/8 along X_22 = Y_22 = e. The
   exponent is 3/4 there, else 1/2.

   Alternating minimisation X = diag(sigma) Y (Y'Y + lambda)^{-1}, Y likewise. To first order at
   a minimum a sweep multiplies the part in entries t, u of T by (1 - lambda/sigma_t -
   lambda/sigma_u)^2 (and by 1 along the set), row i not in T by (sigma_i/sigma_t)^2, and by
   (sigma_i/lambda)^2 in a free column. From a diagonal start the columns run as rank-one
   problems do; where sigma_2 = lambda, tau^2 ~ lambda/(4k) after k sweeps. */
#include "problems/lib/low_rank.h"

#include <string.h>

/* Row i of X for block 0, of Y for block 1. */
static const double *rank2_factor_row(const clarke_low_rank *d, const double *x, size_t block,
                                      size_t i)
{
    return x + 2 * (block * d->m + i);
}

static double rank2_factor_dot(const double *a, const double *b)
{
    return a[0] * b[0] + a[1] * b[1];
}

static double rank2_factor_value(const clarke_problem *p, const double *x)
{
    const clarke_low_rank *d = clarke_low_rank_of(p);
    double sum = 0.0;
    for (size_t j = 0; j < p->n; j++) sum += d->lambda * x[j] * x[j];
    for (size_t i = 0; i < d->m; i++)
        for (size_t k = 0; k < d->m; k++) {
            const double entry =
                rank2_factor_dot(rank2_factor_row(d, x, 0, i), rank2_factor_row(d, x, 1, k));
            const double off = (i == k ? d->sigma[i] : 0.0) - entry;
            sum += off * off;
        }
    return 0.5 * sum;
}

/* The other block's 2 x 2 matrix of products of columns. */
static void rank2_factor_gram(const clarke_low_rank *d, size_t block, const double *x,
                              double gram[3])
{
    gram[0] = gram[1] = gram[2] = 0.0;
    for (size_t i = 0; i < d->m; i++) {
        const double *row = rank2_factor_row(d, x, 1 - block, i);
        gram[0] += row[0] * row[0], gram[1] += row[0] * row[1], gram[2] += row[1] * row[1];
    }
}

static void rank2_factor_block_gradient(const clarke_problem *p, size_t block, const double *x,
                                        double *g)
{
    const clarke_low_rank *d = clarke_low_rank_of(p);
    double gram[3];
    rank2_factor_gram(d, block, x, gram);
    for (size_t i = 0; i < d->m; i++) {
        const double *own = rank2_factor_row(d, x, block, i);
        const double *other = rank2_factor_row(d, x, 1 - block, i);
        g[2 * i] = (gram[0] + d->lambda) * own[0] + gram[1] * own[1] - d->sigma[i] * other[0];
        g[2 * i + 1] = gram[1] * own[0] + (gram[2] + d->lambda) * own[1] - d->sigma[i] * other[1];
    }
}

static void rank2_factor_subgradient(const clarke_problem *p, const double *x, double *g)
{
    rank2_factor_block_gradient(p, 0, x, g);
    rank2_factor_block_gradient(p, 1, x, g + 2 * clarke_low_rank_of(p)->m);
}

static double rank2_factor_residual(const clarke_problem *p, const double *x)
{
    rank2_factor_subgradient(p, x, clarke_low_rank_of(p)->nearest);
    return clarke_scalar_norm(p->n, clarke_low_rank_of(p)->nearest);
}

/* ---- the stationary set ---- */

/* T: t[0] < t[1]; m stands for none. */
typedef struct {
    size_t t[2];
    double q[2][2];
} rank2_factor_point;

/* The directions of the nearest point for s->t. */
static void rank2_factor_turn(const clarke_low_rank *d, const double *x, rank2_factor_point *s)
{
    double a[2][2] = {{0.0, 0.0}, {0.0, 0.0}};
    for (size_t l = 0; l < 2; l++) {
        if (s->t[l] == d->m) continue;
        const double *u = rank2_factor_row(d, x, 0, s->t[l]);
        const double *v = rank2_factor_row(d, x, 1, s->t[l]);
        const double size = clarke_low_rank_size(d, s->t[l]);
        a[l][0] = size * (u[0] + v[0]), a[l][1] = size * (u[1] + v[1]);
    }
    /* Rows (cos, -sin), (sin, cos) or (cos, sin), (sin, -cos); with one t they are equally good. */
    const double c = a[0][0] + a[1][1], b = a[1][0] - a[0][1];
    const double e = a[0][0] - a[1][1], f = a[0][1] + a[1][0];
    const bool turned = hypot(c, b) >= hypot(e, f);
    const double angle = turned ? atan2(b, c) : atan2(f, e), sign = turned ? -1.0 : 1.0;
    s->q[0][0] = cos(angle), s->q[0][1] = sign * sin(angle);
    s->q[1][0] = sin(angle), s->q[1][1] = -sign * cos(angle);
}

static double rank2_factor_gap_to(const clarke_problem *p, const rank2_factor_point *s,
                                  const double *x, double *nearest)
{
    const clarke_low_rank *d = clarke_low_rank_of(p);
    double norm = 0.0;
    for (size_t j = 0; j < p->n; j++) {
        const size_t row = j / 2 % d->m, column = j % 2;
        double at = 0.0;
        for (size_t l = 0; l < 2; l++)
            if (s->t[l] == row) at = clarke_low_rank_size(d, row) * s->q[l][column];
        if (nearest) nearest[j] = at;
        norm = hypot(norm, x[j] - at);
    }
    return norm;
}

static rank2_factor_point rank2_factor_nearest(const clarke_problem *p, const double *x,
                                               double *distance)
{
    const clarke_low_rank *d = clarke_low_rank_of(p);
    rank2_factor_point best = {.t = {d->m, d->m}};
    *distance = clarke_scalar_norm(p->n, x);
    for (size_t i = 0; i < d->m && clarke_low_rank_size(d, i) > 0.0; i++)
        for (size_t k = i + 1; k <= d->m; k++) {
            rank2_factor_point s = {.t = {i, k}};
            if (k < d->m && clarke_low_rank_size(d, k) == 0.0) continue;
            rank2_factor_turn(d, x, &s);
            const double gap = rank2_factor_gap_to(p, &s, x, NULL);
            if (gap <= *distance) *distance = gap, best = s;
        }
    return best;
}

static bool rank2_factor_is_minimum(const clarke_low_rank *d, const rank2_factor_point *s)
{
    const bool first = clarke_low_rank_size(d, 0) > 0.0;
    const bool second = d->m > 1 && clarke_low_rank_size(d, 1) > 0.0;
    return s->t[0] == (first ? 0 : d->m) && s->t[1] == (second ? 1 : d->m);
}

static double rank2_factor_distance(const clarke_problem *p, const double *x, double *nearest,
                                    clarke_point_kind *kind)
{
    double distance;
    const rank2_factor_point s = rank2_factor_nearest(p, x, &distance);
    if (nearest) rank2_factor_gap_to(p, &s, x, nearest);
    if (kind)
        *kind = rank2_factor_is_minimum(clarke_low_rank_of(p), &s) ? CLARKE_POINT_GLOBAL_MINIMUM
                                                                   : CLARKE_POINT_SADDLE;
    return distance;
}

/* (X* F' + E Y*' + E F')_ik = X*_i . F_k + E_i . Y_k with Y = Y* + F. */
static double rank2_factor_value_gap(const clarke_problem *p, const double *x)
{
    const clarke_low_rank *d = clarke_low_rank_of(p);
    double distance, sum = 0.0;
    const rank2_factor_point s = rank2_factor_nearest(p, x, &distance);
    const double *at = d->nearest;
    rank2_factor_gap_to(p, &s, x, d->nearest);
    for (size_t i = 0; i < d->m; i++) {
        const double *u = rank2_factor_row(d, x, 0, i), *v = rank2_factor_row(d, x, 1, i);
        const double *own = rank2_factor_row(d, at, 0, i);
        const double e[] = {u[0] - own[0], u[1] - own[1]}, f[] = {v[0] - own[0], v[1] - own[1]};
        const double apart[] = {u[0] - v[0], u[1] - v[1]};
        sum += d->lambda * rank2_factor_dot(apart, apart);
        if (i != s.t[0] && i != s.t[1])
            sum += 2.0 * (d->lambda - d->sigma[i]) * rank2_factor_dot(e, f);
        for (size_t k = 0; k < d->m; k++) {
            const double *y = rank2_factor_row(d, x, 1, k), *there = rank2_factor_row(d, at, 1, k);
            const double g[] = {y[0] - there[0], y[1] - there[1]};
            const double entry = rank2_factor_dot(own, g) + rank2_factor_dot(e, y);
            sum += entry * entry;
        }
    }
    return 0.5 * sum;
}

static clarke_growth rank2_factor_minimum(const clarke_low_rank *d)
{
    double least = 2.0 * d->lambda;
    const size_t count = d->m < 2 ? d->m : 2;
    size_t own = 0;
    for (; own < count && d->sigma[own] > d->lambda; own++)
        least = fmin(least, 2.0 * (d->sigma[own] - d->lambda));
    if (own < count && d->sigma[own] == d->lambda) return clarke_growth_make(4.0, 0.125);
    if (own > 0 && own < d->m) least = fmin(least, d->sigma[own - 1] - d->sigma[own]);
    if (own < count) least = fmin(least, d->lambda - d->sigma[own]);
    return clarke_growth_make(2.0, 0.5 * least);
}

/* ---- blocks ---- */

/* The larger eigenvalue of the 2 x 2 matrix, plus lambda. */
static double rank2_factor_block_lipschitz(const clarke_problem *p, size_t block, const double *x)
{
    const clarke_low_rank *d = clarke_low_rank_of(p);
    double gram[3];
    rank2_factor_gram(d, block, x, gram);
    return 0.5 * (gram[0] + gram[2]) + hypot(0.5 * (gram[0] - gram[2]), gram[1]) + d->lambda;
}

static void rank2_factor_block_prox(const clarke_problem *p, size_t block, double weight,
                                    const double *x, const double *centre, double *y)
{
    const clarke_low_rank *d = clarke_low_rank_of(p);
    double gram[3];
    rank2_factor_gram(d, block, x, gram);
    const double a = gram[0] + d->lambda + weight, b = gram[1], c = gram[2] + d->lambda + weight;
    const double below = c - b * b / a; /* Cholesky of [[a, b], [b, c]] */
    for (size_t i = 0; i < d->m; i++) {
        const double *other = rank2_factor_row(d, x, 1 - block, i);
        const double u = d->sigma[i] * other[0] + weight * centre[2 * i];
        const double v = d->sigma[i] * other[1] + weight * centre[2 * i + 1];
        y[2 * i + 1] = (v - b * u / a) / below;
        y[2 * i] = (u - b * y[2 * i + 1]) / a;
    }
}

static clarke_status rank2_factor_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    CLARKE_TRY(clarke_low_rank_make(p, params, 2, 0.25, mem));
    const clarke_low_rank *d = clarke_low_rank_of(p);
    for (size_t i = 0; i < d->m; i++)
        for (size_t b = 0; b < 2; b++) p->start[2 * (b * d->m + i) + i % 2] = 1.0 + 0.5 * (double)b;
    p->minimum = 0.5 * d->energy;
    for (size_t i = 0; i < d->m && i < 2; i++) {
        const double size = clarke_low_rank_size(d, i);
        p->minimum -= 0.5 * size * size * size * size;
    }
    p->plan_growth = rank2_factor_minimum(d);
    return CLARKE_OK;
}

static const clarke_param rank2_factor_params[] = {
    {"n", CLARKE_PARAM_COUNT, offsetof(clarke_low_rank_params, n), "8", 4.0, 128.0, NULL,
     "dimension, four times the number of singular values"},
    {"sigma", CLARKE_PARAM_LIST, offsetof(clarke_low_rank_params, sigma), "2,1.25", 0x1p-10, 0x1p10,
     NULL, "singular values, falling"},
    {"lambda", CLARKE_PARAM_REAL, offsetof(clarke_low_rank_params, lambda), "0.5", 0x1p-10, 0x1p10,
     NULL, "weight decay"},
    {0}};

const clarke_problem_desc clarke_problem_rank2_factor = {
    .title = "Rank-two factorisation with weight decay",
    .formula = "|diag(sigma) - X Y'|_F^2/2 + lambda (|X|_F^2 + |Y|_F^2)/2, two columns",
    .source = "derived",
    .stationary_set =
        "X = Y, rows sqrt(sigma_t - lambda) q_t for at most two t with sigma_t > lambda, "
        "q_t orthonormal, other rows 0",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_SMOOTH | CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE |
              CLARKE_TRAIT_DEFINABLE,
    .params = rank2_factor_params,
    .params_size = sizeof(clarke_low_rank_params),
    .make = rank2_factor_make,
    .value = rank2_factor_value,
    .subgradient = rank2_factor_subgradient,
    .clarke_residual = rank2_factor_residual,
    .stationary_distance = rank2_factor_distance,
    .goldstein_residual = clarke_goldstein_bracket,
    .hull_distance = clarke_low_rank_hull,
    .lipschitz = clarke_low_rank_lipschitz,
    .weak_convexity = clarke_low_rank_weak_convexity,
    .growth = clarke_low_rank_growth,
    .value_gap = rank2_factor_value_gap,
    .block_prox = rank2_factor_block_prox,
    .block_gradient = rank2_factor_block_gradient,
    .block_lipschitz = rank2_factor_block_lipschitz,
    .outside = "by hand: the proof of the set holds everywhere",
};
