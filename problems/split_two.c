/* The two-splitting of a network: every layer's output is a variable of its own, tied by squares,
     w sum_j loss(V_N[:,j], y_j) + sum_i r_i(W_i) + s_i(V_i)
       + gamma/2 |V_i - K_i - sigma_i(W_i V_{i-1})|^2,
   V_0 = X, sigma_N = identity, K_i = V_{i-1} in the layers with a skip and 0 elsewhere. A kink of
   sigma(W_i V_{i-1}) couples two blocks, so the subdifferential is no product over the blocks. */
#include "problems/lib/split_net.h"

static clarke_status split_two_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    return clarke_split_family(p, CLARKE_SPLIT_TWO, params, mem);
}

static const clarke_param split_two_params[] = {CLARKE_SPLIT_PARAMS, {0}};

const clarke_problem_desc clarke_problem_split_two = {
    .title = "Two-splitting of a network",
    .formula = "w\\sum_j\\ell(V_N,y)_j+\\sum_i r_i(W_i)+s_i(V_i)"
               "+\\frac\\gamma2\\|V_i-\\sigma_i(W_iV_{i-1})\\|^2",
    .source = "Zeng, Lau, Lin, Yao, arXiv 1803.00225",
    .truth = CLARKE_TRUTH_NONE,
    .traits = CLARKE_TRAIT_DEFINABLE | CLARKE_TRAIT_DATA,
    .params = split_two_params,
    .params_size = sizeof(clarke_split_params),
    .make = split_two_make,
    .value = clarke_split_problem_value,
    .subgradient = clarke_split_problem_subgradient,
    .clarke_residual = clarke_split_problem_residual,
    .field_residual = clarke_split_problem_field_residual,
};
