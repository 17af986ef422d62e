/* Consistency of the measured exponents along a run: where L_k - L_inf falls linearly, the KL
   inequality with exponent 1/2 is what the path shows, dist(0, dL) ~ (L_k - L_inf)^{1/2}. The falls to
   come are sums of falls that are formed locally, so that nothing is subtracted from L; what comes
   after the last sweep is missing from them, which a run that has converged makes harmless: only marks
   are used whose fall to come is above 2^20 times the last mark's.

   The slope of log dist against log(fall to come) between two marks is 1/2 + log(c_2/c_1)/log(g_2/g_1),
   where dist = c g^{1/2} and c lies between the curvatures that the path meets: over the whole window,
   of at least 8 decades of falls, a ratio c_2/c_1 of up to 4 moves the slope by log 4/log 1e8 < 0.08.
   That is the width asked for; a rate that is not linear is no consistency to judge. */
#include "verify/lib/bcd_claims.h"

#include "verify/rules/rate.h"

#include <math.h>

static const clarke_bcd_exact three_kl = {.claim = "bcd_three_kl", .measure = "bcd_path"};

static const struct {
    clarke_bcd_pair pair;
    size_t sweeps;
} three_kl_case[] = {
    {{"relu_chain_cell", "bcd_three:alpha=0.6", "start"}, 320},
    {{"relu_chain_cell:weight=0.5,gamma=2", "bcd_three:alpha=0.3", "start"}, 900},
    {{"relu_chain_cell", "bcd_three:alpha=0.6", "point:-5,0,-3,1,0,0"}, 96},
};

/* The exponent that is asked for. */
enum { KL_EXPONENT = 1 };

static clarke_status three_kl_make(clarke_plan *plan, const clarke_plan_item *item, size_t i,
                                   clarke_case *c)
{
    *c = clarke_bcd_case(item, "bcd_three_kl", three_kl_case[i].pair, 0);
    c->run.iterations = three_kl_case[i].sweeps;
    c->repetitions = 1;
    c->arg[KL_EXPONENT] = 0.5;
    return clarke_bcd_uses(plan, c, &three_kl, -1.0);
}

static clarke_status three_kl_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    for (size_t i = 0; i < sizeof three_kl_case / sizeof *three_kl_case; i++) {
        clarke_case c;
        CLARKE_TRY(three_kl_make(plan, item, i, &c));
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

/* How many of the first marks have a fall to come that is far above the last one's. */
static size_t three_kl_window(const double *out, size_t marked)
{
    size_t count = 0;
    double floor = 0.0;
    for (size_t i = 0; i < marked && !(floor > 0.0); i++)
        floor = out[CLARKE_BCD_MARK_GAP + marked - 1 - i];
    while (count < marked && out[CLARKE_BCD_MARK_GAP + count] > 0x1p20 * floor) count++;
    return count;
}

static clarke_status three_kl_judge(const clarke_evidence *e, clarke_judgement *j)
{
    const double *out = clarke_outputs(e, 0, 0);
    const size_t marked = (size_t)clarke_output(e, 0, 0, "marked");
    clarke_rate rate;
    const double asked = e->c->arg[KL_EXPONENT];
    clarke_bcd_assume(e, j, true);
    clarke_assume(j, "quadratic_limit", "the limit is one of a quadratic: exponent 1/2",
                  asked == 0.5 ? CLARKE_HYPOTHESIS_PROVED : CLARKE_HYPOTHESIS_FAILED,
                  "exponent %g asked for", asked);
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    const size_t count = three_kl_window(out, marked);
    j->checked = j->resolved = count;
    if (count < 8)
        return clarke_judge(j, CLARKE_INCONCLUSIVE, "only %zu marks before the end of the fall",
                            count);
    const clarke_rate_input in = {.count = count,
                                  .k = out + CLARKE_BCD_MARK_K,
                                  .value = out + CLARKE_BCD_MARK_GAP,
                                  .limit = 0.0,
                                  .accuracy = 0.0};
    CLARKE_TRY(clarke_rate_estimate(&in, e->mem, &rate));
    const size_t first = count / 4, last = count - 1;
    const double gaps = log(out[CLARKE_BCD_MARK_GAP + last] / out[CLARKE_BCD_MARK_GAP + first]);
    const double slope = log(out[CLARKE_BCD_MARK_DIST + last] / out[CLARKE_BCD_MARK_DIST + first]) /
                         gaps;
    clarke_note_text(j, "regime", clarke_rate_text(rate.regime));
    clarke_note_real(j, "rate_per_sweep", rate.rate);
    clarke_note_real(j, "path_exponent", slope);
    clarke_note_reals(j, "fall_to_come", out + CLARKE_BCD_MARK_GAP, count);
    if (rate.regime != CLARKE_RATE_LINEAR || !(gaps <= -8.0 * log(10.0)))
        return clarke_judge(j, CLARKE_INCONCLUSIVE,
                            "the fall to come is %s over %.3g decades; a longer run decides",
                            clarke_rate_text(rate.regime), -gaps / log(10.0));
    if (!(fabs(slope - asked) <= 0.08))
        return clarke_judge(
            j, CLARKE_REFUTED,
            "L falls linearly, by %.6g a sweep, but dist(0, dL) goes as its fall to "
            "come to the power %.3g, not %g",
            rate.rate, slope, asked);
    return clarke_judge(
        j, CLARKE_SUPPORTED,
        "L falls linearly, by %.6g a sweep, and dist(0, dL) goes as its fall to come "
        "to the power %.3g: the exponent 1/2, as theory has it",
        rate.rate, slope);
}

/* The exponent 3/4, with which the fall would be sublinear; and a run too short to show a power. */
static clarke_status three_kl_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    clarke_case c;
    CLARKE_TRY(three_kl_make(plan, item, 0, &c));
    return clarke_bcd_control_number(plan, &c, "quadratic_limit", 0.75, "long_enough", 40);
}

const clarke_claim_desc clarke_claim_bcd_three_kl = {
    .title = "Three-splitting: rate and KL exponent along a run agree",
    .paper = CLARKE_BCD_PAPER,
    .provenance = CLARKE_PROVENANCE_RECALLED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "A linear fall of the objective goes with the exponent 1/2 between it and the "
                 "distance of 0 from the subdifferential.",
    .formula =
        "L_k - L_\\infty = O(q^k) \\Leftrightarrow \\mathrm{dist}(0, \\partial L(P^k)) \\sim "
        "(L_k - L_\\infty)^{1/2}",
    .not_claimed = "The exponent of any network other than the cells, whose limits are quadratic.",
    .falsifier =
        "In verify/lib/bcd_dist.c, return the square of a block's distance: the power is 1.",
    .plan = three_kl_plan,
    .controls = three_kl_controls,
    .judge = three_kl_judge,
};
