/* f(x) = sum_j w_j |x_j^2 - b_j|, w_j > 0, b_j >= 0: robust phase retrieval with orthonormal
   measurements, weights and outliers.

   Every coordinate is a square well (problems/lib/square_well.h): S = prod_j {-sqrt(b_j), 0,
   sqrt(b_j)}. */
#include "problems/lib/square_well.h"

typedef struct {
    size_t n;
    clarke_list b, w;
} rpr_orth;

static const clarke_scalar rpr_orth_scalar = {CLARKE_SQUARE_WELL_MEMBERS};

static clarke_status rpr_orth_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const rpr_orth *r = params;
    CLARKE_TRY(clarke_problem_size(p, r->n, 1.75, -2.0, 2.0, mem));
    CLARKE_TRY(clarke_separable_list(p, &r->b, "b"));
    CLARKE_TRY(clarke_separable_list(p, &r->w, "w"));
    const bool same = r->b.count == 1 && r->w.count == 1;
    const size_t count = same ? 1 : p->n;
    clarke_square_well *well = clarke_alloc_array(mem, count, sizeof *well);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t j = 0; j < count; j++)
        well[j] = clarke_square_well_make(clarke_list_at(&r->w, j), clarke_list_at(&r->b, j));
    return clarke_separable_make(p, &rpr_orth_scalar, well, same ? 0 : sizeof *well, mem);
}

static const clarke_param rpr_orth_params[] = {
    CLARKE_SIZE_PARAM(rpr_orth, "1"),
    {"b", CLARKE_PARAM_LIST, offsetof(rpr_orth, b), "2", 0.0, 0x1p20, NULL,
     "squared measurements; one number or one a coordinate"},
    {"w", CLARKE_PARAM_LIST, offsetof(rpr_orth, w), "0.75", 0x1p-20, 0x1p20, NULL,
     "weights; one number or one a coordinate"},
    {0}};

static const clarke_certifiable rpr_orth_certifiable[] = {
    {"b=1,w=1", -8.0, 8.0, 1e-4, 179, false},
    {"n=2,b=2,0.5,w=1,3", -8.0, 8.0, 1e-3, 727, false},
    {"b=0", -8.0, 8.0, 1e-4, 71, false},
    {0}};

const clarke_problem_desc clarke_problem_rpr_orth = {
    .title = "Robust phase retrieval, orthonormal measurements",
    .formula = "sum_j w_j |x_j^2 - b_j|",
    .source = "derived",
    .stationary_set = "prod_j {-sqrt(b_j), 0, sqrt(b_j)}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_SEPARABLE |
              CLARKE_TRAIT_DEFINABLE,
    .params = rpr_orth_params,
    .params_size = sizeof(rpr_orth),
    .make = rpr_orth_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = rpr_orth_certifiable,
    .outside = "by hand: t phi' > 0 for |t| > sqrt(b)",
    .prox = clarke_separable_prox,
};
