/* x_b = argmin over block b of f + alpha_b/2 |. - c_b|^2, one block after the other, the others
   at their newest values; c_b = x_b + beta (x_b - its value one sweep before). alpha = 0 is
   exact alternating minimisation, alpha > 0 the proximal one (Attouch, Bolte, Redont,
   Soubeyran), beta > 0 the extrapolated one, whose values need not fall. */
#include "methods/lib/block_steps.h"

#include <string.h>

typedef struct {
    clarke_list alpha;
    double beta;
} am_params;

typedef struct {
    am_params p;
    double *last, *centre, *block; /* [n] */
} am;

static clarke_status alternating_minimization_init(clarke_iter *it, const void *params, void *state)
{
    am *s = state;
    s->p = *(const am_params *)params;
    CLARKE_TRY(clarke_block_need(it, it->oracle->problem->desc->block_prox,
                                 "alternating_minimization", "the minimiser over a block"));
    CLARKE_TRY(clarke_block_list(it, &s->p.alpha, "alternating_minimization: alpha"));
    s->last = clarke_vec(it->mem, it->n);
    s->centre = clarke_vec(it->mem, it->n);
    s->block = clarke_vec(it->mem, it->n);
    CLARKE_TRY(clarke_arena_status(it->mem));
    return clarke_block_phases(it);
}

static clarke_status alternating_minimization_step(clarke_iter *it, void *state, size_t phase)
{
    am *s = state;
    const clarke_problem *p = it->oracle->problem;
    if (it->k == 0 && phase == 0) memcpy(s->last, it->x, it->n * sizeof *s->last);
    clarke_block_extrapolate(it, phase, s->p.beta, s->last, s->centre);
    p->desc->block_prox(p, phase, clarke_block_value(&s->p.alpha, phase), it->x, s->centre,
                        s->block);
    memcpy(clarke_block_at(it, phase), s->block, clarke_block_size(it, phase) * sizeof *s->block);
    return CLARKE_OK;
}

static const clarke_param am_params_table[] = {
    {"alpha", CLARKE_PARAM_LIST, offsetof(am_params, alpha), "0", 0.0, 0x1p100, NULL,
     "proximal weight, one or one for each block; 0: exact minimisation"},
    {"beta", CLARKE_PARAM_REAL, offsetof(am_params, beta), "0", 0.0, 0.9375, NULL,
     "extrapolation of the proximal centre"},
    {0}};
static const clarke_phase am_phase[] = {{"x", CLARKE_ALL_BLOCKS}};

const clarke_method_desc clarke_method_alternating_minimization = {
    .title = "Alternating minimisation, exact, proximal or extrapolated",
    .formula = "x_b = argmin_u f(.., u, ..) + alpha_b/2 |u - c_b|^2, c_b = x_b + beta (x_b - "
               "x_b^{old})",
    .source = "Attouch, Bolte, Redont, Soubeyran 2010; Gauss, Seidel",
    .paper = "P2",
    .params = am_params_table,
    .params_size = sizeof(am_params),
    .phases = 1,
    .phase = am_phase,
    .state_size = sizeof(am),
    .init = alternating_minimization_init,
    .step = alternating_minimization_step,
};
