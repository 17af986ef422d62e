/* x_{k+1} = x_k - s_{k mod c} grad f(x_k) with a cycle of c step factors of any sign: one factor is
   gradient descent; several make sequences that rise at some steps and fall over the cycle, as
   those that alternate a step too short and one too long. */
#include "methods/lib/block_steps.h"

#include <string.h>

typedef struct {
    clarke_list steps;
} gradient_descent_params;

typedef struct {
    clarke_list steps;
    double *g; /* [n] */
} gradient_descent;

static clarke_status gradient_descent_init(clarke_iter *it, const void *params, void *state)
{
    gradient_descent *s = state;
    s->steps = ((const gradient_descent_params *)params)->steps;
    s->g = clarke_vec(it->mem, it->n);
    return clarke_arena_status(it->mem);
}

static clarke_status gradient_descent_step(clarke_iter *it, void *state, size_t phase)
{
    gradient_descent *s = state;
    const double step = s->steps.value[it->k % s->steps.count];
    (void)phase;
    clarke_oracle_subgradient(it->oracle, it->x, s->g);
    for (size_t j = 0; j < it->n; j++) it->x[j] -= step * s->g[j];
    return CLARKE_OK;
}

static const clarke_param gradient_descent_params_table[] = {
    {"steps", CLARKE_PARAM_LIST, offsetof(gradient_descent_params, steps), "0.25", -0x1p20, 0x1p20,
     NULL, "a cycle of step sizes, of any sign"},
    {0}};
static const clarke_phase gradient_descent_phase[] = {{"x", CLARKE_ALL_BLOCKS}};

const clarke_method_desc clarke_method_gradient_descent = {
    .title = "Gradient descent with a cycle of steps",
    .formula = "x_{k+1} = x_k - s_{k mod c} g_k",
    .source = "Cauchy 1847",
    .paper = "P2",
    .params = gradient_descent_params_table,
    .params_size = sizeof(gradient_descent_params),
    .phases = 1,
    .phase = gradient_descent_phase,
    .state_size = sizeof(gradient_descent),
    .init = gradient_descent_init,
    .step = gradient_descent_step,
};
