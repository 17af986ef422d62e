#include "methods/lib/dsm.h"

#include "core/clones.h"

#include <string.h>

clarke_status clarke_dsm_init(clarke_iter *it, const clarke_dsm_params *params, clarke_dsm *s,
                              const clarke_regularizer_desc *phi, bool momentum)
{
    s->p = *params;
    s->g = clarke_vec(it->mem, it->n);
    s->h = clarke_vec(it->mem, it->n);
    s->work = clarke_vec(it->mem, it->n);
    s->m = momentum ? clarke_vec(it->mem, it->n) : NULL;
    CLARKE_TRY(clarke_arena_status(it->mem));
    s->form = (clarke_dsm_form){
        .mean = {.phi = phi,
                 .opts = {.threshold = params->phi.threshold, .zero_sign = params->phi.zero_sign},
                 .memoryless = !momentum,
                 .old_momentum = momentum && !params->new_momentum},
        .momentum = momentum,
        .adapt_first = params->adapt_first,
        .tracker_unmixed = params->tracker_unmixed,
        .tracker_from_zero = params->tracker_from_zero,
        .momentum_unmixed = params->momentum_unmixed,
    };
    it->dsm = &s->form;
    if (momentum) clarke_iter_view_as(it, "momentum", s->m, CLARKE_VIEW_MIXED);
    return CLARKE_OK;
}

void clarke_dsm_sample(clarke_iter *it, clarke_dsm *s)
{
    for (size_t i = 0; i < it->agents; i++)
        clarke_oracle_subgradient(&it->oracle[i], it->x + i * it->dim, s->g + i * it->dim);
}

/* y = x - step h; y may be x. */
CLARKE_CLONES static void dsm_step(size_t n, double step, const double *h, const double *x,
                                   double *y)
{
    for (size_t j = 0; j < n; j++) y[j] = x[j] - step * h[j];
}

static clarke_status dsm_move(clarke_iter *it, clarke_dsm *s, double *z, double step,
                              const double *h, bool mixed)
{
    if (!mixed) {
        dsm_step(it->n, step, h, z, z);
        return CLARKE_OK;
    }
    if (s->p.adapt_first) {
        dsm_step(it->n, step, h, z, s->work);
        return it->mix->apply(it->mix, it->dim, s->work, z);
    }
    CLARKE_TRY(it->mix->apply(it->mix, it->dim, z, s->work));
    dsm_step(it->n, step, h, s->work, z);
    return CLARKE_OK;
}

clarke_status clarke_dsm_move(clarke_iter *it, clarke_dsm *s, double *z, double step,
                              const double *h)
{
    return dsm_move(it, s, z, step, h, true);
}

static clarke_status dsm_move_x(clarke_iter *it, clarke_dsm *s)
{
    const clarke_sgd_form *mean = &s->form.mean;
    for (size_t i = 0; i < it->agents; i++)
        mean->phi->selection(&mean->opts, it->dim, s->m + i * it->dim, s->h + i * it->dim);
    return clarke_dsm_move(it, s, it->x, it->eta, s->h);
}

clarke_status clarke_dsm_momentum_step(clarke_iter *it, clarke_dsm *s)
{
    clarke_dsm_sample(it, s);
    if (!s->p.new_momentum) CLARKE_TRY(dsm_move_x(it, s));
    for (size_t j = 0; j < it->n; j++) s->h[j] = s->m[j] - s->g[j];
    CLARKE_TRY(dsm_move(it, s, s->m, it->theta, s->h, !s->p.momentum_unmixed));
    return s->p.new_momentum ? dsm_move_x(it, s) : CLARKE_OK;
}
