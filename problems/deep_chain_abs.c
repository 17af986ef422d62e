/* |1 - w_1 ... w_n|. */
#include "problems/lib/deep.h"
#include "problems/lib/goldstein.h"

static clarke_status deep_chain_abs_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    return clarke_deep_make(p, params, (clarke_deep_kind){.square = false, .relu = false}, mem);
}

const clarke_problem_desc clarke_problem_deep_chain_abs = {
    .title = "Deep linear chain, absolute loss",
    .formula = "|1 - w_1 ... w_n|",
    .source = "derived",
    .stationary_set = "{w_1 ... w_n = 1} u {at least two w_i = 0}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_DEFINABLE,
    .params = clarke_deep_params,
    .params_size = sizeof(clarke_deep),
    .make = deep_chain_abs_make,
    .value = clarke_deep_value,
    .subgradient = clarke_deep_subgradient,
    .clarke_residual = clarke_deep_residual,
    .stationary_distance = clarke_deep_distance,
    .goldstein_residual = clarke_goldstein_bracket,
    .hull_distance = clarke_deep_hull,
    .lipschitz = clarke_deep_lipschitz,
    .weak_convexity = clarke_deep_weak_convexity,
    .growth = clarke_deep_growth,
    .value_gap = clarke_deep_value_gap,
    .block_prox = clarke_deep_block_prox,
    .enclose = clarke_deep_enclose,
    .distance_upper = clarke_deep_distance_upper,
    .certifiable = clarke_deep_chain_certifiable,
    .outside = "by hand: the proof of the set holds everywhere, and S has no bound",
};
