/* Random starts and step scales: how often a run ends at a point that is critical for the field but
   not Clarke stationary. */
#include "verify/lib/p1_limit.h"
#include "verify/rules/frequency.h"

#include <math.h>

/* 200 runs without a failure bound the failure probability by 1 - alpha^(1/200): 0.045 at
   alpha = 1e-4. */
enum { RUNS = 200, STEPS = 3000 };
#define TH1_E_EPSILON 0.06

static clarke_status th1_e_frequency_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    if (!item->problem || !item->method)
        return clarke_fail(CLARKE_EINPUT, "the claim th1_e_frequency needs problems and methods");
    const clarke_case c = {.claim = "th1_e_frequency",
                           .role = CLARKE_ROLE_CLAIM,
                           .expected = CLARKE_EXPECT_SUPPORTED,
                           .run = {.problem = item->problem,
                                   .method = item->method,
                                   .schedule = "power:C,0.6,10",
                                   .momentum = "single:1",
                                   .sampling = item->sampling ? item->sampling : "full",
                                   .noise = item->noise ? item->noise : "none",
                                   .init = "box",
                                   .iterations = RUNS * STEPS},
                           .variant = "C uniform in (0.5, 1.5)",
                           .weight = item->weight};
    return clarke_plan_add(plan, &c);
}

/* Whether run r ends nearer to the Clarke set than half the null level. */
static clarke_status th1_e_frequency_run(const clarke_evidence *e, size_t r, double level,
                                         bool *ends_there)
{
    clarke_arena *mem = clarke_arena_new(0);
    if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    const clarke_stream scale =
        clarke_stream_make(e->seed, e->c->run.problem, e->c->run.method, r, 0, "step scale");
    clarke_run_spec spec = e->c->run;
    clarke_run_plan plan;
    clarke_run_result result;
    clarke_problem *problem;
    spec.schedule = clarke_arena_printf(mem, "power:%.17g,0.6,10",
                                        0.5 + clarke_stream_open_uniform(&scale, 0, 0));
    spec.iterations = STEPS;
    clarke_status status = clarke_arena_status(mem);
    if (status == CLARKE_OK) status = clarke_run_plan_make(&spec, mem, &plan);
    if (status == CLARKE_OK) status = clarke_problem_make(&plan.problem, mem, &problem);
    if (status == CLARKE_OK)
        status = clarke_run_execute(&plan, e->seed, r, NULL, 0, NULL, NULL, mem, &result);
    if (status == CLARKE_OK)
        *ends_there = result.finite && problem->desc->stationary_distance(problem, result.final_x,
                                                                          NULL, NULL) <= level;
    clarke_arena_free(mem);
    return status;
}

static clarke_status th1_e_frequency_hypotheses(const clarke_evidence *e, clarke_judgement *j,
                                                double *level)
{
    clarke_run_spec spec = e->c->run;
    clarke_run_plan plan;
    clarke_problem *problem;
    clarke_evidence own = *e;
    spec.schedule = "power:1,0.6,10";
    spec.iterations = 1;
    CLARKE_TRY(clarke_run_plan_make(&spec, e->mem, &plan));
    CLARKE_TRY(clarke_problem_make(&plan.problem, e->mem, &problem));
    double *point = clarke_vec(e->mem, 2 * problem->n);
    CLARKE_TRY(clarke_arena_status(e->mem));
    *level = CLARKE_LIMIT_LEVEL *
             clarke_limit_null_level(problem, CLARKE_LIMIT_DISTANCE, false, point).mean;
    own.plan = &plan;
    own.problem = problem;
    const clarke_p1_setting setting = {.timescale = CLARKE_P1_SINGLE,
                                       .generic_start = true,
                                       .bounded_use = SIZE_MAX,
                                       .step_use = SIZE_MAX};
    return clarke_p1_hypotheses(&own, j, &setting);
}

static clarke_status th1_e_frequency_judge(const clarke_evidence *e, clarke_judgement *j)
{
    double level;
    size_t failures = 0;
    CLARKE_TRY(th1_e_frequency_hypotheses(e, j, &level));
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    for (size_t r = 0; r < RUNS; r++) {
        bool ends_there = false;
        CLARKE_TRY(th1_e_frequency_run(e, r, level, &ends_there));
        failures += !ends_there;
    }
    clarke_note_real(j, "level", level);
    const clarke_frequency frequency = {.runs = RUNS,
                                        .failures = failures,
                                        .epsilon = TH1_E_EPSILON,
                                        .refutable = false,
                                        .what = "the run ends near the Clarke stationary set"};
    return clarke_frequency_judge(e, j, &frequency);
}

const clarke_claim_desc clarke_claim_th1_e_frequency = {
    .title = "Random starts and step scales avoid what is critical for the field only",
    .paper = "Xiao, Hu, Toh, arXiv 2307.10053",
    .provenance = CLARKE_PROVENANCE_SECOND_HAND,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "Drawn from a density, the start and the step scale lead to the Clarke stationary "
                 "set with probability one.",
    .formula = "P(dist(x_k, {0 in Clarke subdifferential}) -> 0) = 1",
    .not_claimed =
        "Every start: the exceptional ones have measure zero, and are there (the control "
        "of th1_e).",
    .falsifier =
        "Let relu'(0) be 1/2 and start on the artefact, or draw the start from the lattice "
        "{-1, 0, 1} with the scale 1/2: a third of the runs stick at 0.",
    .plan = th1_e_frequency_plan,
    .judge = th1_e_frequency_judge,
};
