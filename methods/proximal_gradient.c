/* f = h + sum_b g_b: x = prox_{eta g}(x - eta grad h(x)), all blocks from the same point; eta is
   the schedule's. Where every g_b is 0 it is gradient descent on h. */
#include "methods/lib/block_steps.h"

#include <string.h>

typedef struct {
    double *point, *block; /* [n] */
} proximal_gradient;

static clarke_status proximal_gradient_init(clarke_iter *it, const void *params, void *state)
{
    proximal_gradient *s = state;
    (void)params;
    s->point = clarke_vec(it->mem, it->n);
    s->block = clarke_vec(it->mem, it->n);
    CLARKE_TRY(clarke_arena_status(it->mem));
    return clarke_block_need(it, it->oracle->problem->desc->block_gradient, "proximal_gradient",
                             "the gradient of its smooth part");
}

static clarke_status proximal_gradient_step(clarke_iter *it, void *state, size_t phase)
{
    proximal_gradient *s = state;
    const clarke_problem *p = it->oracle->problem;
    (void)phase;
    memcpy(s->point, it->x, it->n * sizeof *s->point);
    for (size_t b = 0; b < it->layout.count; b++) {
        const size_t size = clarke_block_size(it, b);
        double *x = clarke_block_at(it, b);
        p->desc->block_gradient(p, b, s->point, s->block);
        for (size_t j = 0; j < size; j++) s->block[j] = x[j] - it->eta * s->block[j];
        if (p->desc->block_simple)
            p->desc->block_simple(p, b, it->eta, s->block, x);
        else
            memcpy(x, s->block, size * sizeof *x);
    }
    return CLARKE_OK;
}

static const clarke_param proximal_gradient_params[] = {{0}};
static const clarke_phase proximal_gradient_phase[] = {{"x", CLARKE_ALL_BLOCKS}};

const clarke_method_desc clarke_method_proximal_gradient = {
    .title = "Proximal gradient method",
    .formula = "x_{k+1} = prox_{eta_k g}(x_k - eta_k grad h(x_k))",
    .source = "Lions, Mercier 1979; Attouch, Bolte, Svaiter 2013",
    .paper = "P2",
    .params = proximal_gradient_params,
    .params_size = 1,
    .phases = 1,
    .phase = proximal_gradient_phase,
    .state_size = sizeof(proximal_gradient),
    .init = proximal_gradient_init,
    .step = proximal_gradient_step,
};
