/* Random starts and step scales: how often a run ends at a point that is critical for the field but
   not Clarke stationary. */
#include "verify/lib/p1_limit.h"
#include "verify/rules/frequency.h"

#include <math.h>
#include <string.h>

/* 200 runs without a failure bound the failure probability by 1 - alpha^(1/200): 0.045 at
   alpha = 1e-4. */
enum { RUNS = 200, STEPS = 3000 };
#define TH1_E_EPSILON 0.06

static clarke_case th1_e_frequency_case(const clarke_plan_item *item)
{
    return (clarke_case){.claim = "th1_e_frequency",
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
}

static clarke_status th1_e_frequency_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    if (!item->problem || !item->method)
        return clarke_fail(CLARKE_EINPUT, "the claim th1_e_frequency needs problems and methods");
    const clarke_case c = th1_e_frequency_case(item);
    return clarke_plan_add(plan, &c);
}

/* The control opposed-selections of th1_e: in 0 the answer is 0, and no run leaves it. */
static clarke_status th1_e_frequency_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    clarke_case c = th1_e_frequency_case(item);
    c.role = CLARKE_ROLE_CONTROL;
    c.broken = "generic_start";
    c.run.problem = "dec_cancel_abs:h=1,opposed=1";
    c.run.method = "sgd";
    c.run.init = "zeros";
    c.weight = item->weight > 0.0 ? item->weight : 1.0;
    c.expected = CLARKE_EXPECT_NOT_APPLICABLE;
    CLARKE_TRY(clarke_plan_add(plan, &c));
    c.bypass = true;
    c.expected = CLARKE_EXPECT_REFUTED;
    return clarke_plan_add(plan, &c);
}

typedef struct {
    bool near;  /* it ends nearer to the Clarke set than half the null level */
    bool rests; /* nothing is drawn, and it ends where it began, where the answer is 0: for good */
} th1_e_end;

static clarke_status th1_e_frequency_end(const clarke_run_plan *plan, clarke_problem *problem,
                                         const clarke_run_result *result, double level,
                                         clarke_arena *mem, th1_e_end *end)
{
    const size_t n = problem->n;
    const double *x = result->final_x;
    double *g = clarke_vec(mem, n);
    CLARKE_TRY(clarke_arena_status(mem));
    problem->desc->subgradient(problem, x, g);
    *end = (th1_e_end){
        .near = result->finite &&
                problem->desc->stationary_distance(problem, x, NULL, NULL) <= level,
        .rests = plan->noise.kind == CLARKE_NOISE_NONE &&
                 plan->sampling.kind == CLARKE_SAMPLING_FULL &&
                 memcmp(x, result->start, n * sizeof *x) == 0,
    };
    for (size_t i = 0; i < n; i++) end->rests &= g[i] == 0.0;
    return CLARKE_OK;
}

static clarke_status th1_e_frequency_run(const clarke_evidence *e, size_t r, double level,
                                         th1_e_end *end)
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
    if (status == CLARKE_OK) status = th1_e_frequency_end(&plan, problem, &result, level, mem, end);
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
    size_t failures = 0, rests = 0;
    CLARKE_TRY(th1_e_frequency_hypotheses(e, j, &level));
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    for (size_t r = 0; r < RUNS; r++) {
        th1_e_end end;
        CLARKE_TRY(th1_e_frequency_run(e, r, level, &end));
        failures += !end.near;
        rests += !end.near && end.rests;
    }
    clarke_note_real(j, "level", level);
    clarke_note_count(j, "rests", rests);
    const clarke_frequency frequency = {.runs = RUNS,
                                        .failures = failures,
                                        .epsilon = TH1_E_EPSILON,
                                        .refutable = rests == failures,
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
        "Start in 0, where the selections of sign(0) cancel: every run rests there (the control). Or "
        "draw the start from the lattice {-1, 0, 1} with the scale 1/2: a third of the runs stick "
        "at 0.",
    .plan = th1_e_frequency_plan,
    .controls = th1_e_frequency_controls,
    .judge = th1_e_frequency_judge,
};
