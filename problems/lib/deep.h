/* Scalar networks of n >= 2 layers on one sample: |1 - P| or (1 - P)^2/2, P = w_1 ... w_n, or,
   with a relu after each layer, that product where all w_i > 0 and 0 elsewhere. */
#pragma once

#include "problems/lib/goldstein.h"
#include "problems/lib/product.h"
#include "problems/lib/scalar.h"

typedef struct {
    bool square, relu;
} clarke_deep_kind;

typedef struct {
    size_t n;
} clarke_deep;

clarke_status clarke_deep_make(clarke_problem *p, const clarke_deep *params, clarke_deep_kind kind,
                               clarke_arena *mem);
double clarke_deep_value(const clarke_problem *p, const double *x);
void clarke_deep_subgradient(const clarke_problem *p, const double *x, double *g);
double clarke_deep_residual(const clarke_problem *p, const double *x);
double clarke_deep_distance(const clarke_problem *p, const double *x, double *nearest,
                            clarke_point_kind *kind);
double clarke_deep_hull(const clarke_problem *p, const double *z, double r);
double clarke_deep_lipschitz(const clarke_problem *p, double radius);
/* Not for relu, where the edge of the dead region is a concave kink. */
double clarke_deep_weak_convexity(const clarke_problem *p, double radius);
clarke_growth clarke_deep_growth(const clarke_problem *p, const double *x);
void clarke_deep_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                         clarke_enclosure *out);
double clarke_deep_distance_upper(const clarke_problem *p, const clarke_interval *box, bool field);
/* For the chains without relu; one block a layer. */
double clarke_deep_value_gap(const clarke_problem *p, const double *x);
void clarke_deep_block_prox(const clarke_problem *p, size_t block, double weight, const double *x,
                            const double *centre, double *y);

extern const clarke_param clarke_deep_params[];
/* Recorded proofs; both losses need the same boxes. */
extern const clarke_certifiable clarke_deep_chain_certifiable[], clarke_deep_relu_certifiable[];

#define CLARKE_DEEP                                                                                \
    .source = "derived", .truth = CLARKE_TRUTH_PROVED, .params = clarke_deep_params,               \
    .params_size = sizeof(clarke_deep), .value = clarke_deep_value,                                \
    .subgradient = clarke_deep_subgradient, .clarke_residual = clarke_deep_residual,               \
    .stationary_distance = clarke_deep_distance, .goldstein_residual = clarke_goldstein_bracket,   \
    .hull_distance = clarke_deep_hull, .lipschitz = clarke_deep_lipschitz,                         \
    .growth = clarke_deep_growth, .enclose = clarke_deep_enclose,                                  \
    .distance_upper = clarke_deep_distance_upper,                                                  \
    .outside = "by hand: the proof of the set holds everywhere, and S has no bound"
#define CLARKE_DEEP_CHAIN                                                                          \
    CLARKE_DEEP, .stationary_set = "{w_1 ... w_n = 1} u {at least two w_i = 0}",                   \
                 .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_DEFINABLE,                          \
                 .weak_convexity = clarke_deep_weak_convexity, .value_gap = clarke_deep_value_gap, \
                 .block_prox = clarke_deep_block_prox,                                             \
                 .certifiable = clarke_deep_chain_certifiable
#define CLARKE_DEEP_RELU                                                                           \
    CLARKE_DEEP, .stationary_set = "{min w <= 0} u {w > 0, w_1 ... w_n = 1}",                      \
                 .traits = CLARKE_TRAIT_DEFINABLE, .certifiable = clarke_deep_relu_certifiable
