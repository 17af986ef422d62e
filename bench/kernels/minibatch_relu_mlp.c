/* The subgradient of a ReLU network at a batch of samples: forward and backward by matrix products. */
#include "bench/lib/problem.h"

static clarke_status minibatch_relu_mlp_set_up(clarke_kernel_run *run)
{
    CLARKE_TRY(clarke_problem_set_up(
        run, clarke_arena_printf(run->mem, "relu_mlp:data=teacher,widths=%zu,%zu,samples=1000",
                                 run->n, run->n)));
    clarke_problem_state *s = run->state;
    s->batch = 128;
    s->term = clarke_alloc_array(run->mem, s->batch, sizeof *s->term);
    CLARKE_TRY(clarke_arena_status(run->mem));
    for (size_t i = 0; i < s->batch; i++) s->term[i] = 7 * i % s->p->terms;
    /* Forward one product a weight and sample, backward two. */
    run->flops = 6.0 * (double)s->p->n * (double)s->batch;
    return CLARKE_OK;
}

static void minibatch_relu_mlp_body(clarke_kernel_run *run)
{
    const clarke_problem_state *s = run->state;
    s->p->desc->term_subgradient(s->p, s->x, s->term, s->batch, s->g);
}

const clarke_kernel_desc clarke_kernel_minibatch_relu_mlp = {
    .title = "minibatch subgradient of relu_mlp, 128 samples, two hidden layers",
    .unit = "weight",
    .bound = CLARKE_BOUND_GEMM,
    .size = {32, 256, 1024},
    .count_size = 8,
    .set_up = minibatch_relu_mlp_set_up,
    .body = minibatch_relu_mlp_body,
};
