/* Every agent draws from its own terms, by its own stream. */
#include "verify/lib/sgd_claims.h"

#include <gsl/gsl_cdf.h>

#include <math.h>
#include <string.h>

enum { TH0_SAMPLING_REPETITIONS = 4 };

static clarke_status th0_sampling_add(clarke_plan *plan, const clarke_plan_item *item,
                                      const char *problem, const char *network,
                                      const char *sampling)
{
    clarke_run_plan sizes;
    clarke_case c = {
        .claim = "th0_sampling",
        .role = CLARKE_ROLE_CLAIM,
        .expected = CLARKE_EXPECT_SUPPORTED,
        .run = {.problem = item->problem ? item->problem : problem,
                .method = item->method ? item->method : "dsgd",
                .network = item->network ? item->network : network,
                .sampling = sampling,
                .noise = "none",
                .iterations = clarke_sgd_iterations(item, 4000, 1200)},
        .repetitions = TH0_SAMPLING_REPETITIONS,
        .use = {{"agents_sampling", {0.0}}},
        .uses = 1,
        .weight = item->weight,
    };
    CLARKE_TRY(clarke_run_plan_sizes(&c.run, clarke_plan_arena(plan), &sizes));
    c.use[0].arg[0] = (double)sizes.terms;
    c.use[0].arg[1] = sizes.sampling.kind == CLARKE_SAMPLING_RESHUFFLE ? (double)sizes.epoch : 0.0;
    return clarke_plan_add(plan, &c);
}

static clarke_status th0_sampling_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    static const char *const even = "quadratic_sum:a=0,0,3,1,2,-1,5,7,-4";
    if (item->sampling) return th0_sampling_add(plan, item, even, "path:d=3", item->sampling);
    CLARKE_TRY(th0_sampling_add(plan, item, even, "path:d=3", "replacement:1"));
    CLARKE_TRY(th0_sampling_add(plan, item, even, "path:d=3", "reshuffle:1"));
    if (item->problem || item->network) return CLARKE_OK;
    /* Shares of 2, 2, 3 terms; and of one term, which two agents hold. */
    CLARKE_TRY(th0_sampling_add(plan, item, "quadratic_sum:a=0,3,1,-2,5,7,-4", "path:d=3",
                                "replacement:1"));
    return th0_sampling_add(plan, item, "quadratic_sum:a=0,3,1", "path:d=6", "replacement:1");
}

static double th0_sampling_sum(const clarke_evidence *e, const char *name)
{
    double sum = 0.0;
    for (size_t r = 0; r < e->repetitions; r++) sum += clarke_output(e, r, 0, name);
    return sum;
}

/* Two agents draw the same position with probability 1/terms at each step (reshuffled too: either
   order is uniform). The number of agreements of independent agents has a binomial law with
   replacement; within an epoch of a reshuffle the draws of one pair depend on each other, with the
   variance of the matches of two permutations, which is 1 an epoch: terms/(terms - 1) times the
   binomial one. Normal, at more than 1000 pairs. */
static double th0_sampling_deviations(const clarke_evidence *e)
{
    const double same = th0_sampling_sum(e, "same"), pairs = th0_sampling_sum(e, "pairs");
    const double p = 1.0 / (double)e->plan->terms;
    if (pairs == 0.0 || e->plan->terms < 2) return 0.0;
    const bool reshuffled = e->plan->sampling.kind == CLARKE_SAMPLING_RESHUFFLE;
    const double variance = pairs * p * (reshuffled ? 1.0 : 1.0 - p);
    return fabs(same - p * pairs) / sqrt(variance);
}

static clarke_status th0_sampling_judge(const clarke_evidence *e, clarke_judgement *j)
{
    const bool reshuffled = e->plan->sampling.kind == CLARKE_SAMPLING_RESHUFFLE;
    const double wrong = th0_sampling_sum(e, "wrong"), outside = th0_sampling_sum(e, "outside");
    const double draws = th0_sampling_sum(e, "draws"), bad = th0_sampling_sum(e, "bad_epochs");
    const double chi2 = th0_sampling_sum(e, "chi2"), epochs = th0_sampling_sum(e, "epochs");
    const double freedom = th0_sampling_sum(e, "freedom");
    const double off = th0_sampling_deviations(e);
    clarke_assume(j, "one_epoch", "every agent's epoch is as long, or there is none",
                  e->plan->same_epoch || !reshuffled ? CLARKE_HYPOTHESIS_PROVED
                                                     : CLARKE_HYPOTHESIS_FAILED,
                  "%zu terms the first of %zu agents, sampling %s", e->plan->terms, e->plan->agents,
                  e->plan->text.sampling);
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    j->checked = j->resolved = (size_t)fmax(draws, (double)e->plan->clock.steps);
    clarke_note_real(j, "draws", draws);
    clarke_note_real(j, "wrong_answers", wrong);
    clarke_note_real(j, "agreement_in_deviations", off);
    clarke_note_real(j, "chi_squared", chi2);
    if (!(outside == 0.0 && wrong == 0.0))
        return clarke_judge(
            j, CLARKE_REFUTED,
            "%.0f draws are outside the agent's share, %.0f answers are not the mean "
            "of the drawn terms",
            outside, wrong);
    /* Half of alpha for each of the two tests. */
    if (!(2.0 * gsl_cdf_ugaussian_Q(off) >= 0.5 * e->alpha))
        return clarke_judge(j, CLARKE_REFUTED,
                            "neighbouring agents draw the same positions too often or too rarely: "
                            "%.3g deviations",
                            off);
    if (reshuffled && !(bad == 0.0))
        return clarke_judge(j, CLARKE_REFUTED,
                            "%.0f of %.0f epochs of an agent do not use each of its terms once",
                            bad, epochs);
    if (!reshuffled && freedom > 0.0 && !(gsl_cdf_chisq_Q(chi2, freedom) >= 0.5 * e->alpha))
        return clarke_judge(j, CLARKE_REFUTED,
                            "the draws are not uniform: chi^2 = %.6g with %.0f degrees of freedom",
                            chi2, freedom);
    return clarke_judge(
        j, CLARKE_SUPPORTED,
        "%.0f draws of %zu agents: all answers are the agents' own terms', neighbours "
        "agree as independent agents do (%.2g deviations)%s",
        draws, e->plan->agents, off, reshuffled ? ", every epoch uses each term once" : "");
}

const clarke_claim_desc clarke_claim_th0_sampling = {
    .title = "Every agent draws from its own terms, independently",
    .paper = "Zhang, Xiao, Liu, arXiv 2403.11565 (both samplings)",
    .provenance = CLARKE_PROVENANCE_SECOND_HAND,
    .kind = CLARKE_KIND_CONFORMANCE,
    .statement =
        "Each agent's answer is its share's weight times the mean of subgradients of terms it "
        "holds, drawn uniformly or once each in an epoch, and agents draw independently of each other.",
    .formula = "g_i in (d n_i / N) (1/b) sum over drawn l of D_{i,l}(x_i)",
    .not_claimed = "Independence beyond how often neighbours agree.",
    .falsifier =
        "In engine/run.c, give all agents the stream of agent 0: neighbours always draw the "
        "same positions; or give every share the weight 1 in core/share.c: the case of 7 terms.",
    .plan = th0_sampling_plan,
    .judge = th0_sampling_judge,
};
