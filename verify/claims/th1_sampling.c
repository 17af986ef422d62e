/* The oracle's sampling, from its own record: reshuffling uses every term exactly once in an epoch
   and a fresh permutation each time; drawing with replacement is uniform over all terms. */
#include "verify/lib/sgd_claims.h"

#include <gsl/gsl_cdf.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLING_REPETITIONS = 4 };

static clarke_case sampling_case(const clarke_plan_item *item, const char *sampling)
{
    return (clarke_case){
        .claim = "th1_sampling",
        .role = CLARKE_ROLE_CLAIM,
        .expected = CLARKE_EXPECT_SUPPORTED,
        .run = {.problem = item->problem ? item->problem : "quadratic_sum:a=0,0,3",
                .method = item->method ? item->method : "sgd",
                .sampling = sampling,
                .noise = item->noise ? item->noise : "signs:1",
                .iterations = 1},
        .repetitions = SAMPLING_REPETITIONS,
        .use = {{"sampling_law", {0.0}}},
        .uses = 1,
        .weight = item->weight > 0.0 ? item->weight : 1.0,
    };
}

static clarke_status sampling_add(clarke_plan *plan, const clarke_plan_item *item,
                                  const char *sampling)
{
    clarke_run_plan sizes;
    clarke_case c = sampling_case(item, sampling);
    CLARKE_TRY(clarke_run_plan_sizes(&c.run, clarke_plan_arena(plan), &sizes));
    /* At least 50 draws a term and run make the chi-squared law accurate; 20 epochs at least. */
    const size_t batch = sizes.sampling.batch, least = (50 * sizes.terms + batch - 1) / batch;
    c.run.iterations = clarke_sgd_iterations(item, 4000 > least ? 4000 : least, least);
    c.use[0].arg[0] = (double)sizes.terms;
    c.use[0].arg[1] = sizes.sampling.kind == CLARKE_SAMPLING_RESHUFFLE ? (double)sizes.epoch : 0.0;
    return clarke_plan_add(plan, &c);
}

static clarke_status sampling_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    static const char *const usual[] = {"replacement:1", "replacement:2", "reshuffle:1",
                                        "reshuffle:4"};
    if (item->sampling) return sampling_add(plan, item, item->sampling);
    clarke_run_plan sizes;
    const clarke_case probe = sampling_case(item, usual[0]);
    CLARKE_TRY(clarke_run_plan_sizes(&probe.run, clarke_plan_arena(plan), &sizes));
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        /* A sum of fewer than four terms has no batch of four. */
        if (i == 3 && sizes.terms < 4) continue;
        CLARKE_TRY(sampling_add(plan, item, usual[i]));
    }
    return CLARKE_OK;
}

/* What the text KIND[:B] of the sampling asks for, read here anew: B draws a step, or in each epoch of
   ceil(N/B) steps N. */
static double sampling_asked(const clarke_evidence *e)
{
    const char *text = e->plan->text.sampling, *colon = strchr(text, ':');
    const size_t batch = colon ? strtoul(colon + 1, NULL, 10) : 1;
    const size_t terms = e->plan->terms, steps = e->plan->clock.steps;
    if (strncmp(text, "reshuffle", strlen("reshuffle")) != 0) return (double)(steps * batch);
    const size_t epoch = (terms + batch - 1) / batch, rest = steps % epoch * batch;
    return (double)(steps / epoch * terms + (rest < terms ? rest : terms));
}

static double sampling_sum(const clarke_evidence *e, const char *name)
{
    double sum = 0.0;
    for (size_t r = 0; r < e->repetitions; r++) sum += clarke_output(e, r, 0, name);
    return sum;
}

/* How often a term stands at a place of the order is binomial: of E epochs |count - E/N| <=
   sqrt(E ln(2 M / alpha) / 2) for all M = N^2 of each run at once but with probability alpha
   (Hoeffding). The largest |count - E/N| in units of that, with half of alpha. */
static double sampling_places(const clarke_evidence *e)
{
    const double terms = (double)e->plan->terms;
    double worst = 0.0;
    for (size_t r = 0; r < e->repetitions; r++) {
        const double epochs = clarke_output(e, r, 0, "epochs") -
                              clarke_output(e, r, 0, "bad_epochs");
        const double all = terms * terms * (double)e->repetitions;
        const double bound = sqrt(0.5 * fmax(epochs, 1.0) * log(4.0 * all / e->alpha));
        worst = fmax(worst, clarke_output(e, r, 0, "place") / bound);
    }
    return worst;
}

/* Two consecutive permutations of N terms agree with probability 1/N!. */
static clarke_status sampling_reshuffle(const clarke_evidence *e, clarke_judgement *j)
{
    const double terms = (double)e->plan->terms, epochs = sampling_sum(e, "epochs");
    const double bad = sampling_sum(e, "bad_epochs"), repeated = sampling_sum(e, "repeated");
    const double pairs = epochs - (double)e->repetitions, chance = exp(-lgamma(terms + 1.0));
    const double p =
        repeated > 0.0 ? gsl_cdf_binomial_Q((unsigned)repeated - 1, chance, (unsigned)pairs) : 1.0;
    j->checked = j->resolved = (size_t)epochs;
    clarke_note_real(j, "epochs", epochs);
    clarke_note_real(j, "epochs_that_are_no_permutation", bad);
    clarke_note_real(j, "repeated_permutations", repeated);
    clarke_note_real(j, "places_in_units_of_their_bound", sampling_places(e));
    if (!(bad == 0.0))
        return clarke_judge(j, CLARKE_REFUTED, "%.0f of %.0f epochs do not use every term once",
                            bad, epochs);
    if (!(sampling_places(e) <= 1.0))
        return clarke_judge(j, CLARKE_REFUTED,
                            "a term stands at a place of the order too often or too rarely: %.3g "
                            "times the bound",
                            sampling_places(e));
    if (!(p >= 0.5 * e->alpha))
        return clarke_judge(j, CLARKE_REFUTED,
                            "%.0f of %.0f permutations repeat the one before (p = %.2g)", repeated,
                            pairs, p);
    if (!(pairs >= 30.0))
        return clarke_judge(j, CLARKE_INCONCLUSIVE, "only %.0f epochs; longer runs decide", epochs);
    return clarke_judge(j, CLARKE_SUPPORTED,
                        "all %.0f epochs use each of %.0f terms once; %.0f consecutive "
                        "permutations are equal",
                        epochs, terms, repeated);
}

static clarke_status sampling_replacement(const clarke_evidence *e, clarke_judgement *j)
{
    const double chi2 = sampling_sum(e, "chi2"), draws = sampling_sum(e, "draws");
    const double last = sampling_sum(e, "last");
    const double freedom = ((double)e->plan->terms - 1.0) * (double)e->repetitions;
    j->checked = j->resolved = (size_t)draws;
    clarke_note_real(j, "draws", draws);
    clarke_note_real(j, "chi_squared", chi2);
    clarke_note_real(j, "degrees_of_freedom", freedom);
    if (!(freedom > 0.0))
        return clarke_judge(j, CLARKE_INCONCLUSIVE, "one term: there is nothing to sample");
    const double high = gsl_cdf_chisq_Q(chi2, freedom), low = gsl_cdf_chisq_P(chi2, freedom);
    if (!(last > 0.0))
        return clarke_judge(j, CLARKE_REFUTED, "the last term is never drawn in %.0f draws", draws);
    /* Too even counts are as wrong as uneven ones: a cycle is no random draw. */
    if (!(high >= 0.5 * e->alpha && low >= 0.5 * e->alpha))
        return clarke_judge(j, CLARKE_REFUTED,
                            "the draws are not uniform: chi^2 = %.6g with %.0f degrees of freedom "
                            "(p = %.2g)",
                            chi2, freedom, 2.0 * fmin(high, low));
    return clarke_judge(j, CLARKE_SUPPORTED,
                        "%.0f draws of %zu terms are uniform (chi^2 = %.4g, %.0f degrees of "
                        "freedom, p = %.2g); the last term is drawn",
                        draws, e->plan->terms, chi2, freedom, fmin(1.0, 2.0 * fmin(high, low)));
}

static clarke_status sampling_judge(const clarke_evidence *e, clarke_judgement *j)
{
    const bool full = e->plan->sampling.kind == CLARKE_SAMPLING_FULL;
    clarke_assume(j, "finite_sum", "f is a finite sum of which terms are drawn",
                  full || e->plan->terms < 2 ? CLARKE_HYPOTHESIS_FAILED : CLARKE_HYPOTHESIS_PROVED,
                  "%s of %zu terms", e->plan->text.sampling, e->plan->terms);
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    for (size_t r = 0; r < e->repetitions; r++)
        if (!e->run[r].finite)
            return clarke_judge(j, CLARKE_INCONCLUSIVE, "run %zu overflowed; smaller steps decide",
                                r);
    if (!(sampling_sum(e, "out_of_range") == 0.0))
        return clarke_judge(j, CLARKE_REFUTED, "an index outside the %zu terms was drawn",
                            e->plan->terms);
    const double asked = sampling_asked(e);
    clarke_note_real(j, "draws_asked_for", asked);
    for (size_t r = 0; r < e->repetitions; r++)
        if (clarke_output(e, r, 0, "draws") != asked)
            return clarke_judge(j, CLARKE_REFUTED,
                                "%.0f terms were drawn in %zu steps of %s, not %.0f",
                                clarke_output(e, r, 0, "draws"), e->plan->clock.steps,
                                e->plan->text.sampling, asked);
    return e->plan->sampling.kind == CLARKE_SAMPLING_RESHUFFLE ? sampling_reshuffle(e, j)
                                                               : sampling_replacement(e, j);
}

const clarke_claim_desc clarke_claim_th1_sampling = {
    .title = "The samples are drawn as the assumption says",
    .paper = "Xiao, Hu, Toh, arXiv 2307.10053 (finite sums, both samplings)",
    .provenance = CLARKE_PROVENANCE_RECALLED,
    .kind = CLARKE_KIND_CONFORMANCE,
    .statement =
        "Reshuffling uses each term exactly once in every epoch, in a new order each time, in which each term stands at each "
        "place as often; drawing with replacement is uniform; a batch has as many terms as was asked for.",
    .formula = "#{k in epoch: l_k = l} = 1; P(l_k = l) = 1/N",
    .not_claimed = "Independence of successive draws beyond the evenness of their counts.",
    .falsifier =
        "In core/oracle.c, draw modulo terms - 1: the last term is never drawn; or permute "
        "only in the first epoch: the cases of reshuffle repeat the permutation; or, in "
        "oracle_permute, draw from i positions for i + 1: no term stays where it was; or do not read the batch in "
        "clarke_sampling_parse: the cases of larger batches draw too few.",
    .plan = sampling_plan,
    .judge = sampling_judge,
};
