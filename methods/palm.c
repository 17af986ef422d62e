/* Proximal alternating linearised minimisation for f = h + sum_b g_b: with c_b = x_b + beta (x_b -
   its value one sweep before) and tau = max(gamma L_b(x), floor), L_b the Lipschitz constant of the
   gradient of h in block b,
     x_b = argmin g_b + <grad_b h(.., c_b, ..), .> + tau/2 |. - c_b|^2,
   one block after the other (Bolte, Sabach, Teboulle; with beta Pock, Sabach). */
#include "methods/lib/block_steps.h"

#include <math.h>
#include <string.h>

typedef struct {
    double gamma, floor, beta;
} palm_params;

typedef struct {
    palm_params p;
    double *last, *point, *gradient; /* [n] */
} palm;

static clarke_status palm_init(clarke_iter *it, const void *params, void *state)
{
    palm *s = state;
    s->p = *(const palm_params *)params;
    CLARKE_TRY(clarke_block_need(it, it->oracle->problem->desc->block_gradient, "palm",
                                 "the gradient of its smooth part"));
    s->last = clarke_vec(it->mem, it->n);
    s->point = clarke_vec(it->mem, it->n);
    s->gradient = clarke_vec(it->mem, it->n);
    CLARKE_TRY(clarke_arena_status(it->mem));
    return clarke_block_phases(it);
}

static clarke_status palm_step(clarke_iter *it, void *state, size_t phase)
{
    palm *s = state;
    const clarke_problem *p = it->oracle->problem;
    const size_t size = clarke_block_size(it, phase), offset = it->layout.block[phase].offset;
    if (it->k == 0 && phase == 0) memcpy(s->last, it->x, it->n * sizeof *s->last);
    memcpy(s->point, it->x, it->n * sizeof *s->point);
    double *centre = s->point + offset;
    clarke_block_extrapolate(it, phase, s->p.beta, s->last, centre);
    p->desc->block_gradient(p, phase, s->point, s->gradient);
    const double tau = fmax(s->p.gamma * p->desc->block_lipschitz(p, phase, s->point), s->p.floor);
    for (size_t j = 0; j < size; j++) centre[j] -= s->gradient[j] / tau;
    if (p->desc->block_simple)
        p->desc->block_simple(p, phase, 1.0 / tau, centre, it->x + offset);
    else
        memcpy(it->x + offset, centre, size * sizeof *centre);
    return CLARKE_OK;
}

static const clarke_param palm_params_table[] = {
    {"gamma", CLARKE_PARAM_REAL, offsetof(palm_params, gamma), "1.25", 0x1p-10, 0x1p20, NULL,
     "tau as a multiple of the block's Lipschitz constant; above 1 it decreases f"},
    {"floor", CLARKE_PARAM_REAL, offsetof(palm_params, floor), "0.0625", 0x1p-100, 0x1p20, NULL,
     "the smallest tau"},
    {"beta", CLARKE_PARAM_REAL, offsetof(palm_params, beta), "0", 0.0, 0.9375, NULL,
     "extrapolation"},
    {0}};
static const clarke_phase palm_phase[] = {{"x", CLARKE_ALL_BLOCKS}};

const clarke_method_desc clarke_method_palm = {
    .title = "Proximal alternating linearised minimisation",
    .formula = "x_b = prox_{g_b/tau}(c_b - grad_b h(c_b)/tau), c_b = x_b + beta (x_b - x_b^{old})",
    .source = "Bolte, Sabach, Teboulle 2014; Pock, Sabach 2016",
    .paper = "P2",
    .params = palm_params_table,
    .params_size = sizeof(palm_params),
    .phases = 1,
    .phase = palm_phase,
    .state_size = sizeof(palm),
    .init = palm_init,
    .step = palm_step,
};
