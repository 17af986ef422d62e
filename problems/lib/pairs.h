/* f(x, y) = sum_i phi_i(x_i, y_i), i = 1..m, n = 2m: two blocks x and y, and pairs that do not see
   each other, so that S is a product, distances and residuals add in squares, and alternating
   minimisation runs in each pair on its own. */
#pragma once

#include "problems/lib/scalar.h"

/* One family of pairs; `c` is the pair's context, z = (x_i, y_i). */
typedef struct {
    double (*value)(const void *c, const double *z);
    void (*slope)(const void *c, const double *z, double *g); /* of automatic differentiation */
    double (*residual)(const void *c, const double *z);
    /* The subdifferentials at all points of box[2] are in centre[2] + [-1,1] or less of it, kink,
       times arm[2]; a family without such a kink leaves kink and arm, which are 0. */
    void (*range)(const void *c, const clarke_interval *box, clarke_interval *centre,
                  clarke_interval *kink, clarke_interval *arm);
    double (*nearest)(const void *c, const double *z, double *s, clarke_point_kind *kind);
    clarke_growth (*growth)(const void *c, const double *s); /* at the stationary point s */
    double (*gap)(const void *c, const double *z);           /* value_gap */
    /* argmin over variable b of phi + weight/2 (. - centre)^2, the other one as in z. */
    double (*prox)(const void *c, size_t b, double weight, const double *z, double centre);
    /* The smooth part of phi, and what is left of it in one variable; NULL: all of it is smooth. */
    double (*gradient)(const void *c, size_t b, const double *z);
    double (*lipschitz)(const void *c, size_t b, const double *z);
    double (*simple)(const void *c, size_t b, double step, double v);
} clarke_pair;

/* After clarke_problem_size(p, n). Context i is `stride` bytes after context i - 1 (0: one for
   all). Sets blocks and layout; constants are the family's. */
clarke_status clarke_pairs_make(clarke_problem *p, const clarke_pair *pair, const void *context,
                                size_t stride, clarke_arena *mem);
/* The number of pairs must divide n, and a list has one number or one for each pair. */
clarke_status clarke_pairs_list(const clarke_problem *p, const clarke_list *list, const char *name);
const void *clarke_pairs_context(const clarke_problem *p, size_t i);
/* The growth of a sum of functions on coordinates of their own: for the largest p among them,
   min sum kappa_i d_i^p over sum d_i^2 = d^2, which for p > 2 is spread over all of them. */
clarke_growth clarke_growth_sum(clarke_growth a, clarke_growth b);

double clarke_pairs_value(const clarke_problem *p, const double *x);
void clarke_pairs_subgradient(const clarke_problem *p, const double *x, double *g);
double clarke_pairs_clarke_residual(const clarke_problem *p, const double *x);
double clarke_pairs_stationary_distance(const clarke_problem *p, const double *x, double *nearest,
                                        clarke_point_kind *kind);
double clarke_pairs_hull_distance(const clarke_problem *p, const double *z, double r);
clarke_growth clarke_pairs_growth(const clarke_problem *p, const double *x);
double clarke_pairs_value_gap(const clarke_problem *p, const double *x);
void clarke_pairs_block_prox(const clarke_problem *p, size_t block, double weight, const double *x,
                             const double *centre, double *y);
void clarke_pairs_block_gradient(const clarke_problem *p, size_t block, const double *x, double *g);
double clarke_pairs_block_lipschitz(const clarke_problem *p, size_t block, const double *x);
void clarke_pairs_block_simple(const clarke_problem *p, size_t block, double step, const double *v,
                               double *y);
void clarke_pairs_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                          clarke_enclosure *out);
/* From the nearest point of the middle; for points of S that are exact numbers. */
double clarke_pairs_distance_upper(const clarke_problem *p, const clarke_interval *box, bool field);

#define CLARKE_PAIRS_ORACLES                                                                       \
    .value = clarke_pairs_value, .subgradient = clarke_pairs_subgradient,                          \
    .clarke_residual = clarke_pairs_clarke_residual,                                               \
    .stationary_distance = clarke_pairs_stationary_distance,                                       \
    .goldstein_residual = clarke_goldstein_bracket, .hull_distance = clarke_pairs_hull_distance,   \
    .growth = clarke_pairs_growth, .value_gap = clarke_pairs_value_gap,                            \
    .block_prox = clarke_pairs_block_prox, .enclose = clarke_pairs_enclose,                        \
    .distance_upper = clarke_pairs_distance_upper
#define CLARKE_PAIRS_GRADIENT                                                                      \
    .block_gradient = clarke_pairs_block_gradient, .block_lipschitz = clarke_pairs_block_lipschitz

/* The table row of the dimension. */
#define CLARKE_PAIRS_SIZE(type)                                                                    \
    {                                                                                              \
        "n", CLARKE_PARAM_COUNT, offsetof(type, n), "2", 2.0, 0x1p53, NULL, "dimension, even"      \
    }
