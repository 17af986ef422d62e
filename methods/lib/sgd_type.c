#include "methods/lib/sgd_type.h"

#include "core/clones.h"

clarke_status clarke_sgd_init(clarke_iter *it, const clarke_sgd_params *params, clarke_sgd *s,
                              const clarke_regularizer_desc *phi, bool momentum)
{
    s->p = *params;
    s->m = clarke_vec(it->mem, it->n);
    s->g = clarke_vec(it->mem, it->n);
    s->clipped = params->per_sample ? clarke_vec(it->mem, it->n) : NULL;
    CLARKE_TRY(clarke_arena_status(it->mem));
    s->form = (clarke_sgd_form){
        .phi = phi,
        .opts = {.threshold = params->threshold, .zero_sign = params->zero_sign},
        .alpha = params->alpha,
        .weight_decay = params->weight_decay,
        .beta1 = params->beta1,
        .beta2 = params->beta2,
        .memoryless = !momentum,
        .beta_constant = params->constant,
        .old_momentum = params->old_order,
        .first_gradient = params->first_gradient,
        .per_sample = params->per_sample,
    };
    it->form = &s->form;
    if (momentum) clarke_iter_view(it, "momentum", s->m, it->n);
    return CLARKE_OK;
}

CLARKE_CLONES void clarke_sgd_average(size_t n, double theta, const double *restrict g,
                                      double *restrict m)
{
    for (size_t j = 0; j < n; j++) m[j] -= theta * (m[j] - g[j]);
}
