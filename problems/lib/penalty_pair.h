/* f(x, y) = sum_i P(x_i) + (x_i - y_i)^2/2 + mu (y_i - a)^2/2 with a penalty P that is even, has the
   slope lambda at 0+, is concave on t > 0, and is constant beyond gamma lambda; mu > 0.

   The second entry asks for y = (x + mu a)/(1 + mu); then the first one is P'(x) + kappa (x - a),
   kappa = mu/(1 + mu). For a >= 0 (else mirrored) x < 0 has P'(x) + kappa (x - a) < 0, so S is the
   product over the pairs of the zeros x >= 0 of that, which a penalty's file lists. Parameters at which
   two of them merge are refused.

   At x = 0 f is sharp in x and grows by (1 + mu) d^2/2 in y. Elsewhere it is quadratic near by, with
   the Hessian [[1 - s, -1], [-1, 1 + mu]], s = -P''(x): a minimum, but a saddle where kappa < s. f is
   weakly convex with the largest s. The exponent is 1/2.

   Alternating minimisation takes thresholds of y and y = (x + mu a)/(1 + mu); where x is beyond gamma
   lambda the error is divided by 1 + mu in each sweep. */
#pragma once

#include "problems/lib/goldstein.h"
#include "problems/lib/pairs.h"

typedef struct {
    size_t n;
    double lambda, gamma, mu, a;
} clarke_penalty_params;

enum { CLARKE_PENALTY_POINTS = 4 };

typedef struct {
    double (*value)(const clarke_penalty_params *m, double t);
    double (*slope)(const clarke_penalty_params *m, double size); /* P' at size > 0 */
    clarke_interval (*slopes)(const clarke_penalty_params *m, clarke_interval size);
    double (*bend)(const clarke_penalty_params *m, double t); /* -P'' at t != 0 */
    double (*most)(const clarke_penalty_params *m);           /* its largest value */
    /* The zeros x >= 0 of P'(x) + kappa (x - |a|), and 0 where it is one; how many. */
    size_t (*points)(const clarke_penalty_params *m, double x[CLARKE_PENALTY_POINTS]);
    /* What is 0 where two of them merge; how many. */
    size_t (*merges)(const clarke_penalty_params *m, double merge[CLARKE_PENALTY_POINTS]);
    /* argmin P + scale/2 (. - v)^2, scale >= 1 */
    double (*threshold)(const clarke_penalty_params *m, double scale, double v);
} clarke_penalty;

clarke_status clarke_penalty_pair_make(clarke_problem *p, const clarke_penalty_params *m,
                                       const clarke_penalty *penalty, clarke_arena *mem);
double clarke_penalty_pair_lipschitz(const clarke_problem *p, double radius);
double clarke_penalty_pair_weak_convexity(const clarke_problem *p, double radius);
double clarke_penalty_pair_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                          bool field);

#define CLARKE_PENALTY_PAIR_PARAMS(least_gamma, gamma0, a0)                                        \
    CLARKE_PAIRS_SIZE(clarke_penalty_params),                                                      \
        {"lambda",                                                                                 \
         CLARKE_PARAM_REAL,                                                                        \
         offsetof(clarke_penalty_params, lambda),                                                  \
         "0.5",                                                                                    \
         0x1p-10,                                                                                  \
         0x1p10,                                                                                   \
         NULL,                                                                                     \
         "slope of the penalty at 0"},                                                             \
        {"gamma",                                                                                  \
         CLARKE_PARAM_REAL,                                                                        \
         offsetof(clarke_penalty_params, gamma),                                                   \
         gamma0,                                                                                   \
         least_gamma,                                                                              \
         0x1p10,                                                                                   \
         NULL,                                                                                     \
         "the penalty is constant beyond gamma lambda"},                                           \
        {"mu", CLARKE_PARAM_REAL,   offsetof(clarke_penalty_params, mu), "0.5", 0x1p-10, 0x1p10,   \
         NULL, "weight of the data"},                                                              \
    {                                                                                              \
        "a", CLARKE_PARAM_REAL, offsetof(clarke_penalty_params, a), a0, -0x1p10, 0x1p10, NULL,     \
            "the datum"                                                                            \
    }

#define CLARKE_PENALTY_PAIR                                                                        \
    .formula = "sum_i P(x_i) + (x_i - y_i)^2/2 + mu (y_i - a)^2/2", .truth = CLARKE_TRUTH_PROVED,  \
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,               \
    .params_size = sizeof(clarke_penalty_params), .value = clarke_pairs_value,                     \
    .subgradient = clarke_pairs_subgradient, .clarke_residual = clarke_pairs_clarke_residual,      \
    .stationary_distance = clarke_pairs_stationary_distance,                                       \
    .goldstein_residual = clarke_goldstein_bracket, .hull_distance = clarke_pairs_hull_distance,   \
    .growth = clarke_pairs_growth, .value_gap = clarke_pairs_value_gap,                            \
    .block_prox = clarke_pairs_block_prox, .enclose = clarke_pairs_enclose,                        \
    .distance_upper = clarke_penalty_pair_distance_upper,                                          \
    .lipschitz = clarke_penalty_pair_lipschitz,                                                    \
    .weak_convexity = clarke_penalty_pair_weak_convexity,                                          \
    .outside = "by hand: the proof of the set holds everywhere"
