/* Global stability: with small enough steps the agents stay bounded and converge, most of the time or
   always. */
#include "verify/lib/p0_limit.h"
#include "verify/rules/frequency.h"

#include <math.h>
#include <stdio.h>

/* f = |x|^4/4 from |x| = 4, eta = c/(k+1)^(1/2): x -> x - eta x^3 blows up while eta x^2 > 4 and falls for
   eta x^2 < 2, so c = 1/2 (eta_0 x_0^2 = 8) and c = 1/32 (1/2) lie on either side. Every run has T = 16,
   time for the momentum too, hence K = (T/2c)^2. */
enum { TH0_B_SEEDS = 24, TH0_B_SCALES = 3 };
#define TH0_B_TIME 16.0
static const double th0_b_step[TH0_B_SCALES] = {0.5, 0.125, 0.03125};

static clarke_case th0_b_case(const clarke_plan_item *item, const char *problem, const char *method,
                              const char *network)
{
    return (clarke_case){.claim = "th0_b",
                         .role = CLARKE_ROLE_CLAIM,
                         .expected = CLARKE_EXPECT_SUPPORTED,
                         .run = {.problem = problem,
                                 .method = method,
                                 .network = network,
                                 .schedule = "power:0.5,0.5,1",
                                 .momentum = "single:1",
                                 .sampling = item->sampling ? item->sampling : "replacement:1",
                                 .noise = item->noise ? item->noise : "signs:1",
                                 .init = "point:4",
                                 .iterations = 256 * (1 + 16 + 256) * TH0_B_SEEDS},
                         .weight = item->weight};
}

static clarke_status th0_b_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    if (!item->problem || !item->method || !item->network)
        return clarke_fail(CLARKE_EINPUT, "the claim th0_b needs problems, methods and networks");
    const clarke_case c = th0_b_case(item, item->problem, item->method, item->network);
    return clarke_plan_add(plan, &c);
}

/* Two agents that swap their states from 4, -4: |x| grows by eta |x|^3 at every step, which reaches
   infinity in the time 1/32 whatever the step. */
static clarke_status th0_b_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    clarke_case c = th0_b_case(item, "quartic+tilt:agents=2", "dsgd", "matrix:w=0,1,1,0");
    c.role = CLARKE_ROLE_CONTROL;
    c.variant = "two agents that swap";
    c.run.init = "point:4,-4";
    c.broken = "mixes";
    c.expected = CLARKE_EXPECT_NOT_APPLICABLE;
    CLARKE_TRY(clarke_plan_add(plan, &c));
    c.broken = NULL;
    c.bypass = true;
    c.expected = CLARKE_EXPECT_REFUTED;
    return clarke_plan_add(plan, &c);
}

typedef struct {
    double bounded[TH0_B_SCALES], near[TH0_B_SCALES]; /* runs */
    double level;
} th0_b_counts;

/* Bounded: finite, and no iterate after T/8 is farther out than all before. Near: the last block's
   worst agent is within half the null level of the field's critical set. */
static clarke_status th0_b_run(const clarke_evidence *e, size_t scale, uint64_t repetition,
                               clarke_arena *mem, th0_b_counts *counts)
{
    const clarke_measure_use use[] = {{"boundedness", {0}},
                                      {"agents_maxima", {(double)CLARKE_AGENTS_FIELD}}};
    const double c = th0_b_step[scale];
    clarke_run_spec spec = e->c->run;
    clarke_run_plan plan;
    clarke_run_result result;
    spec.schedule = clarke_arena_printf(mem, "power:%.17g,0.5,1", c);
    spec.iterations = (size_t)(pow(TH0_B_TIME / (2.0 * c), 2.0) + 0.5);
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(clarke_run_plan_make(&spec, mem, &plan));
    CLARKE_TRY(clarke_run_execute(&plan, e->seed, repetition, use, 2, NULL, NULL, mem, &result));
    const double *sup = result.output[0];
    const bool bounded = result.finite && sup[3] <= sup[0];
    counts->bounded[scale] += bounded;
    counts->near[scale] += bounded && result.output[1][7] <= counts->level;
    return CLARKE_OK;
}

static clarke_status th0_b_measure(const clarke_evidence *e, th0_b_counts *counts)
{
    for (size_t s = 0; s < TH0_B_SCALES; s++)
        for (size_t r = 0; r < TH0_B_SEEDS; r++) {
            clarke_arena *mem = clarke_arena_new(0);
            if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
            const clarke_status status = th0_b_run(e, s, r, mem, counts);
            clarke_arena_free(mem);
            CLARKE_TRY(status);
        }
    return CLARKE_OK;
}

static clarke_status th0_b_hypotheses(const clarke_evidence *e, clarke_judgement *j,
                                      th0_b_counts *counts)
{
    clarke_run_spec spec = e->c->run;
    clarke_run_plan plan;
    clarke_evidence own = *e;
    clarke_problem *problem;
    spec.iterations = 1;
    CLARKE_TRY(clarke_run_plan_make(&spec, e->mem, &plan));
    CLARKE_TRY(clarke_problem_make(&plan.problem, e->mem, &problem));
    own.plan = &plan;
    own.problem = problem;
    const bool coercive = (problem->traits & CLARKE_TRAIT_COERCIVE) != 0;
    clarke_assume(j, "coercive", "the Lyapunov function is coercive",
                  coercive ? CLARKE_HYPOTHESIS_PROVED : CLARKE_HYPOTHESIS_FAILED, "%s",
                  problem->spec);
    clarke_assume(j, "steps_small", "the step sizes are small enough", CLARKE_HYPOTHESIS_ASSUMED,
                  "the theorem gives no number: runs at one step size cannot refute it");
    CLARKE_TRY(clarke_p0_hypotheses(&own, j, false, false));
    double *point = clarke_vec(e->mem, 2 * problem->n);
    CLARKE_TRY(clarke_arena_status(e->mem));
    counts->level = CLARKE_LIMIT_LEVEL *
                    clarke_limit_null_level(problem, CLARKE_LIMIT_DISTANCE, true, point).mean;
    return CLARKE_OK;
}

static clarke_status th0_b_judge(const clarke_evidence *e, clarke_judgement *j)
{
    th0_b_counts n = {{0}, {0}, 0.0};
    const size_t needed = clarke_frequency_votes(TH0_B_SEEDS, e->alpha);
    const double *near = n.near, last = TH0_B_SCALES - 1;
    CLARKE_TRY(th0_b_hypotheses(e, j, &n));
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    CLARKE_TRY(th0_b_measure(e, &n));
    clarke_note_reals(j, "first_step", th0_b_step, TH0_B_SCALES);
    clarke_note_reals(j, "bounded", n.bounded, TH0_B_SCALES);
    clarke_note_reals(j, "bounded_and_near", n.near, TH0_B_SCALES);
    clarke_note_count(j, "seeds", TH0_B_SEEDS);
    j->checked = j->resolved = TH0_B_SCALES * (size_t)TH0_B_SEEDS;
    if (TH0_B_SEEDS - n.bounded[(size_t)last] >= (double)needed)
        return clarke_judge(
            j, CLARKE_REFUTED,
            "%.0f of %d runs are not bounded at a sixteenth of the step, where eta_0 "
            "x_0^2 is 1/2 (%zu needed)",
            TH0_B_SEEDS - n.bounded[(size_t)last], TH0_B_SEEDS, needed);
    if (near[0] <= near[1] && near[1] <= near[2] && near[2] >= (double)needed)
        return clarke_judge(
            j, CLARKE_SUPPORTED,
            "of %d runs %.0f, %.0f, %.0f stay bounded and come near with first steps "
            "1/2, 1/8, 1/32 (%zu needed at the last): with error <= %.2g more "
            "than half of all runs do",
            TH0_B_SEEDS, near[0], near[1], near[2], needed, e->alpha);
    return clarke_judge(j, CLARKE_INCONCLUSIVE,
                        "of %d runs %.0f, %.0f, %.0f stay bounded and come near with first steps "
                        "1/2, 1/8, 1/32: smaller steps would decide",
                        TH0_B_SEEDS, near[0], near[1], near[2]);
}

const clarke_claim_desc clarke_claim_th0_b = {
    .title = "Global stability: small steps keep the agents bounded",
    .paper = "Zhang, Xiao, Liu, arXiv 2403.11565, later versions",
    .provenance = CLARKE_PROVENANCE_SECOND_HAND,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement =
        "If the Lyapunov function is coercive and the steps are small enough for the start, "
        "the agents' iterates stay bounded and converge, with high probability.",
    .formula = "sup eta small => P(sup_k |Z_k| < infinity, dist -> 0) >= 1 - epsilon",
    .not_claimed = "Anything about large steps, which blow up; any number for 'small enough'.",
    .falsifier =
        "In methods/lib/dsm.c, add step h instead of subtracting it: no step size is small "
        "enough.",
    .plan = th0_b_plan,
    .controls = th0_b_controls,
    .judge = th0_b_judge,
};
