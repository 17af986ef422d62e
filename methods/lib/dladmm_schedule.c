#include "methods/lib/dladmm.h"

static void dladmm_schedule_grow(clarke_dladmm_schedule *s, const clarke_dladmm_opts *o)
{
    s->now.rho *= o->rho_factor;
    if (s->now.rho > o->rho_max) s->now.rho = o->rho_max;
    if (o->nu_is_rho) s->now.nu = s->now.rho;
    s->now.initial *= o->initial_factor;
}

void clarke_dladmm_schedule_begin(clarke_dladmm_schedule *s, const clarke_dladmm *d,
                                  const clarke_dladmm_opts *o)
{
    *s = (clarke_dladmm_schedule){.now = {d->rho, o->nu_is_rho ? d->rho : d->nu, o->initial},
                                  .cost = NAN};
}

void clarke_dladmm_schedule_next(clarke_dladmm_schedule *s, const clarke_dladmm_opts *o, size_t k,
                                 double cost)
{
    s->rises = cost > s->cost ? s->rises + 1 : 0;
    s->cost = cost;
    if (o->rho_every > 0 && k % o->rho_every == 0) dladmm_schedule_grow(s, o);
    if (o->rho_rises > 0 && s->rises >= o->rho_rises) dladmm_schedule_grow(s, o);
}
