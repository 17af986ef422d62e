/* Value and subgradient of mcp_orth, as a run asks for them. */
#include "bench/lib/problem.h"

static clarke_status oracle_mcp_orth_set_up(clarke_kernel_run *run)
{
    return clarke_problem_set_up(run, "mcp_orth");
}

static void oracle_mcp_orth_body(clarke_kernel_run *run)
{
    const clarke_problem_state *s = run->state;
    run->sink += s->p->desc->value(s->p, s->x);
    s->p->desc->subgradient(s->p, s->x, s->g);
}

const clarke_kernel_desc clarke_kernel_oracle_mcp_orth = {
    .title = "value and subgradient of mcp_orth",
    .unit = "coordinate",
    .bound = CLARKE_BOUND_NONE,
    .size = {1000, 1000000},
    .count_size = 100,
    .set_up = oracle_mcp_orth_set_up,
    .body = oracle_mcp_orth_body,
};
