/* The three-splitting of a network: every layer's product, activation and output are variables of
   their own, tied by squares,
     w sum_j loss(V_N[:,j], y_j) + sum_i r_i(W_i) + s_i(V_i)
       + gamma/2 |V_i - K_i - sigma_i(U_i)|^2 + rho/2 |U_i - W_i V_{i-1} - b_i 1^T|^2,
   V_0 = X, sigma_N = identity, K_i = V_{i-1} in the layers with a skip and 0 elsewhere. The kinks of
   sigma are in one block U_i each, so the subdifferential is a product over the entries. */
#include "problems/lib/split_net.h"

static clarke_status split_three_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    return clarke_split_family(p, CLARKE_SPLIT_THREE, params, mem);
}

static const clarke_param split_three_params[] = {
    CLARKE_SPLIT_PARAMS,
    {"rho", CLARKE_PARAM_REAL, offsetof(clarke_split_params, rho), "0", 0.0, 1e12, NULL,
     "penalty of U - W V (0: gamma)"},
    {"bias", CLARKE_PARAM_CHOICE, offsetof(clarke_split_params, bias), "no", 0.0, 0.0, "no|yes",
     "a vector b_i in every layer"},
    {"bias_start", CLARKE_PARAM_REAL, offsetof(clarke_split_params, bias_start), "0", -1e6, 1e6,
     NULL, "where every b_i begins"},
    {0}};

const clarke_problem_desc clarke_problem_split_three = {
    .title = "Three-splitting of a network",
    .formula = "w\\sum_j\\ell(V_N,y)_j+\\sum_i r_i(W_i)+s_i(V_i)"
               "+\\frac\\gamma2\\|V_i-\\sigma_i(U_i)\\|^2+\\frac\\rho2\\|U_i-W_iV_{i-1}\\|^2",
    .source = "Zeng, Lau, Lin, Yao, arXiv 1803.00225",
    .truth = CLARKE_TRUTH_NONE,
    .traits = CLARKE_TRAIT_DEFINABLE | CLARKE_TRAIT_DATA,
    .params = split_three_params,
    .params_size = sizeof(clarke_split_params),
    .make = split_three_make,
    .value = clarke_split_problem_value,
    .subgradient = clarke_split_problem_subgradient,
    .clarke_residual = clarke_split_problem_residual,
};
