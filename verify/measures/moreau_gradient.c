/* |x_k - prox_{s f}(x_k)| / s, the gradient norm of the Moreau envelope of the rho-weakly convex f
   with s = 1 / (2 rho) (s = 1 if f is convex), maximised over each block. */
#include "core/measure.h"
#include "verify/lib/blocks.h"

typedef struct {
    clarke_blocks blocks;
    double step, largest[CLARKE_BLOCKS];
    double *y; /* [n] */
    bool broken;
} moreau;

static clarke_status moreau_gradient_begin(clarke_measure *m)
{
    moreau *s = m->state;
    const double rho = m->problem->default_weak_convexity;
    clarke_blocks_begin(&s->blocks, m->clock);
    if (!m->problem->desc->prox || !(rho >= 0.0))
        return clarke_fail(CLARKE_EINPUT, "%s has no known prox or is not weakly convex",
                           m->problem->spec);
    s->step = rho > 0.0 ? 0.5 / rho : 1.0;
    s->y = clarke_vec(m->mem, m->n);
    return clarke_arena_status(m->mem);
}

static void moreau_gradient_observe(clarke_measure *m, const clarke_event *e)
{
    moreau *s = m->state;
    const size_t j = clarke_blocks_at(&s->blocks, e->t);
    if (j == CLARKE_BLOCKS) return;
    double sum = 0.0;
    m->problem->desc->prox(m->problem, s->step, e->after, s->y);
    for (size_t i = 0; i < m->n; i++) {
        const double d = (e->after[i] - s->y[i]) / s->step;
        sum += d * d;
    }
    s->broken |= !isfinite(sum);
    s->largest[j] = s->broken ? INFINITY : fmax(s->largest[j], sqrt(sum));
}

static void moreau_gradient_end(clarke_measure *m, double *out)
{
    const moreau *s = m->state;
    for (size_t j = 0; j < CLARKE_BLOCKS; j++) out[j] = s->broken ? INFINITY : s->largest[j];
}

static const char *const moreau_gradient_outputs[CLARKE_BLOCKS] = {"E1", "E2", "E3", "E4",
                                                                   "E5", "E6", "E7", "E8"};

const clarke_measure_desc clarke_measure_moreau_gradient = {
    .title = "Gradient norm of the Moreau envelope",
    .unit = "units of the subgradient",
    .meaning = "largest |x - prox(x)|_2 / s in each of eight blocks of ratio sqrt 2 in t",
    .cost = CLARKE_COST_ITERATION,
    .outputs = CLARKE_BLOCKS,
    .output = moreau_gradient_outputs,
    .state_size = sizeof(moreau),
    .begin = moreau_gradient_begin,
    .observe = moreau_gradient_observe,
    .end = moreau_gradient_end,
};
