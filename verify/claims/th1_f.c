/* Constant small steps: bounded, and nearer to the critical set the smaller the step. */
#include "verify/lib/p1_limit.h"
#include "verify/rules/frequency.h"

#include <math.h>

/* Each run of the pair lasts T = 60 in t = sum of steps, the second with a sixteenth of the step:
   the floors eta^(1/p) of SGD type and eta^(1/(2p)) of sign type fall by at least 16^(-1/4) = 1/2
   for p <= 2, and the transients exp(-lambda t) by exp(-20) for lambda = 1/3. */
enum { PAIRS = CLARKE_LIMIT_RUNS, FACTOR = 16 };
#define TH1_F_TIME  60.0
#define TH1_F_STEP  0.1
#define TH1_F_RATIO 0.75

/* arg[0]: the level of a control, 0 otherwise. */
static clarke_status th1_f_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    if (!item->problem || !item->method)
        return clarke_fail(CLARKE_EINPUT, "the claim th1_f needs problems and methods");
    const clarke_case c = {.claim = "th1_f",
                           .role = CLARKE_ROLE_CLAIM,
                           .expected = CLARKE_EXPECT_SUPPORTED,
                           .run = {.problem = item->problem,
                                   .method = item->method,
                                   .schedule = "constant:0.1",
                                   .momentum = item->momentum,
                                   .sampling = item->sampling,
                                   .noise = item->noise,
                                   .init = "box",
                                   .iterations = 17 * PAIRS * 600},
                           .weight = item->weight};
    return clarke_plan_add(plan, &c);
}

/* The bias 1/4 on x^2/2 leaves the distance 1/4 at every step size. */
static clarke_status th1_f_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    clarke_case c = {.claim = "th1_f",
                     .role = CLARKE_ROLE_CONTROL,
                     .expected = CLARKE_EXPECT_NOT_APPLICABLE,
                     .broken = "noise_mean_zero",
                     .run = {.problem = "quadratic",
                             .method = "sgd",
                             .schedule = "constant:0.1",
                             .noise = "bias:0.25,1",
                             .init = "box",
                             .iterations = 17 * PAIRS * 600},
                     .variant = "bias",
                     .weight = item->weight,
                     .arg = {0.2}};
    CLARKE_TRY(clarke_plan_add(plan, &c));
    c.broken = NULL;
    c.bypass = true;
    c.expected = CLARKE_EXPECT_REFUTED;
    return clarke_plan_add(plan, &c);
}

static const char *th1_f_or(const char *text, const char *fallback)
{
    return text[0] == 'n' && text[1] == 'o' && text[2] == 'n' ? fallback : text;
}

/* limsup of the distance to the field's critical set, from the last half of the run's t (blocks 7
   and 8 of eight of ratio sqrt 2), and whether the run stayed bounded. */
static clarke_status th1_f_run(const clarke_evidence *e, double step, uint64_t repetition,
                               clarke_arena *mem, double *limsup, double *sup)
{
    const clarke_measure_use use[] = {{"block_maxima", {1.0}}, {"boundedness", {0}}};
    clarke_run_spec spec = e->c->run;
    clarke_run_plan plan;
    clarke_run_result result;
    spec.schedule = clarke_arena_printf(mem, "constant:%.17g", step);
    spec.momentum = th1_f_or(spec.momentum, "single:1");
    spec.sampling = th1_f_or(spec.sampling, "replacement:1");
    spec.iterations = (size_t)(TH1_F_TIME / step + 0.5);
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(clarke_run_plan_make(&spec, mem, &plan));
    CLARKE_TRY(clarke_run_execute(&plan, e->seed, repetition, use, 2, NULL, NULL, mem, &result));
    *limsup = fmax(result.output[0][6], result.output[0][7]);
    *sup = result.output[1][3];
    if (!result.finite) *limsup = *sup = INFINITY;
    return CLARKE_OK;
}

typedef struct {
    size_t votes, high, unbounded;
    double coarse[PAIRS], fine[PAIRS], sup;
} th1_f_pairs;

static clarke_status th1_f_measure(const clarke_evidence *e, th1_f_pairs *p)
{
    for (size_t r = 0; r < PAIRS; r++) {
        double sup[2] = {0.0, 0.0};
        clarke_arena *mem = clarke_arena_new(0);
        if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
        clarke_status status = th1_f_run(e, TH1_F_STEP, r, mem, &p->coarse[r], &sup[0]);
        if (status == CLARKE_OK)
            status = th1_f_run(e, TH1_F_STEP / FACTOR, r, mem, &p->fine[r], &sup[1]);
        clarke_arena_free(mem);
        CLARKE_TRY(status);
        /* At rounding with the smaller step is as near as can be. */
        p->votes += p->fine[r] <= TH1_F_RATIO * p->coarse[r] || p->fine[r] <= CLARKE_LIMIT_TINY;
        p->high += p->fine[r] >= e->c->arg[0];
        p->unbounded += !isfinite(sup[0]) || !isfinite(sup[1]);
        p->sup = fmax(p->sup, fmax(sup[0], sup[1]));
    }
    return CLARKE_OK;
}

static clarke_status th1_f_hypotheses(const clarke_evidence *e, clarke_judgement *j)
{
    clarke_run_spec spec = e->c->run;
    clarke_run_plan plan;
    clarke_evidence own = *e;
    clarke_problem *problem;
    spec.momentum = th1_f_or(spec.momentum, "single:1");
    spec.sampling = th1_f_or(spec.sampling, "replacement:1");
    spec.iterations = 1;
    CLARKE_TRY(clarke_run_plan_make(&spec, e->mem, &plan));
    CLARKE_TRY(clarke_problem_make(&plan.problem, e->mem, &problem));
    own.plan = &plan;
    own.problem = problem;
    const clarke_p1_setting setting = {.timescale = CLARKE_P1_SINGLE,
                                       .constant_steps = true,
                                       .bounded_use = SIZE_MAX,
                                       .step_use = SIZE_MAX};
    return clarke_p1_hypotheses(&own, j, &setting);
}

static clarke_status th1_f_judge(const clarke_evidence *e, clarke_judgement *j)
{
    th1_f_pairs p = {.votes = 0};
    const size_t needed = clarke_frequency_votes(PAIRS, e->alpha);
    CLARKE_TRY(th1_f_hypotheses(e, j));
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    CLARKE_TRY(th1_f_measure(e, &p));
    clarke_note_reals(j, "limsup_step_0.1", p.coarse, PAIRS);
    clarke_note_reals(j, "limsup_step_0.00625", p.fine, PAIRS);
    clarke_note_count(j, "votes", p.votes);
    clarke_note_count(j, "votes_needed", needed);
    clarke_note_real(j, "sup_of_iterates", p.sup);
    if (e->c->arg[0] > 0.0 && p.high >= needed)
        return clarke_judge(j, CLARKE_REFUTED,
                            "%zu of %d runs stay %.3g or more from the critical set with a "
                            "sixteenth of the step (%zu needed)",
                            p.high, PAIRS, e->c->arg[0], needed);
    if (p.unbounded == 0 && p.votes >= needed)
        return clarke_judge(j, CLARKE_SUPPORTED,
                            "in %zu of %d runs (%zu needed) a sixteenth of the step brings limsup "
                            "dist below %.2f of what it was; all iterates stay within %.3g",
                            p.votes, PAIRS, needed, TH1_F_RATIO, p.sup);
    return clarke_judge(j, CLARKE_INCONCLUSIVE,
                        "%zu of %d runs come nearer with a sixteenth of the step, %zu are needed; "
                        "%zu runs are not bounded: a smaller step would decide",
                        p.votes, PAIRS, needed, p.unbounded);
}

const clarke_claim_desc clarke_claim_th1_f = {
    .title = "Global stability: small constant steps stay bounded and come near the critical set",
    .paper = "Xiao, Hu, Toh, arXiv 2307.10053, later versions",
    .provenance = CLARKE_PROVENANCE_SECOND_HAND,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "With sufficiently small step sizes, constant ones included, the iterates stay "
                 "bounded and end up in a neighbourhood of the critical set that shrinks with the "
                 "step.",
    .formula =
        "limsup_k dist(x_k, {0 in D_f}) <= epsilon(alpha), epsilon -> 0 as the bound alpha of "
        "the steps -> 0",
    .not_claimed = "Convergence at a constant step; any number for 'sufficiently small': no run at "
                   "one step size can refute it.",
    .falsifier = "Add 1/4 to every subgradient: the distance stays 1/4 at every step size (the "
                 "control bias).",
    .plan = th1_f_plan,
    .controls = th1_f_controls,
    .judge = th1_f_judge,
};
