/* x_{k+1} in argmin f + |. - x_k|^2/(2 eta_k), a global minimiser; eta is the schedule's. */
#include "methods/lib/block_steps.h"

#include <string.h>

typedef struct {
    double *y; /* [n] */
} proximal_point;

static clarke_status proximal_point_init(clarke_iter *it, const void *params, void *state)
{
    proximal_point *s = state;
    (void)params;
    s->y = clarke_vec(it->mem, it->n);
    CLARKE_TRY(clarke_arena_status(it->mem));
    return clarke_block_need(it, it->oracle->problem->desc->prox, "proximal_point",
                             "the prox of f");
}

static clarke_status proximal_point_step(clarke_iter *it, void *state, size_t phase)
{
    proximal_point *s = state;
    const clarke_problem *p = it->oracle->problem;
    (void)phase;
    p->desc->prox(p, it->eta, it->x, s->y);
    memcpy(it->x, s->y, it->n * sizeof *s->y);
    return CLARKE_OK;
}

static const clarke_param proximal_point_params[] = {{0}};
static const clarke_phase proximal_point_phase[] = {{"x", CLARKE_ALL_BLOCKS}};

const clarke_method_desc clarke_method_proximal_point = {
    .title = "Proximal point method",
    .formula = "x_{k+1} in argmin_u f(u) + |u - x_k|^2/(2 eta_k)",
    .source = "Martinet 1970; Attouch, Bolte 2009",
    .paper = "P2",
    .params = proximal_point_params,
    .params_size = 1,
    .phases = 1,
    .phase = proximal_point_phase,
    .state_size = sizeof(proximal_point),
    .init = proximal_point_init,
    .step = proximal_point_step,
};
