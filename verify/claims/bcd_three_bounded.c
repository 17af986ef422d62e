/* Boundedness is a conclusion where every r_i is coercive: explicit bounds from L_0, at the head of
   verify/measures/bcd_bounded.c. Without such an r_i it may fail: on margin_cell with the logistic loss
   nothing is stationary and block descent leaves every bounded set. */
#include "verify/lib/bcd_claims.h"

#include <math.h>

static const clarke_bcd_exact bounded = {
    .claim = "bcd_three_bounded",
    .measure = "bcd_bounded",
    .what = "every block stays within its bound by the first value: it",
};

static const clarke_bcd_pair bounded_pairs[] = {
    {CLARKE_BCD_NET, "bcd_three:alpha=0.6", NULL},
    {CLARKE_BCD_NET ",activation=leaky_relu,loss=logistic,rho=0.7", "bcd_three:alpha=0.6", NULL},
    {"split_three:inputs=4,widths=4,4,outputs=2,samples=7,residual=yes,w_term=ridge",
     "bcd_three:alpha=0.6", NULL},
    {"split_two:inputs=2,widths=2,2,outputs=1,samples=4,w_term=ridge,weight=sum",
     "bcd_two:alpha=0.3", NULL},
};

static clarke_status bounded_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_bcd_plan(plan, item, &bounded, bounded_pairs,
                           sizeof bounded_pairs / sizeof *bounded_pairs, 120);
}

/* The path is looked at, since there is no bound to compare with. */
static clarke_status bounded_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    const clarke_bcd_pair pair = {"margin_cell:loss=logistic", "bcd_three:alpha=0.1", "start"};
    const clarke_bcd_exact path = {.claim = "bcd_three_bounded", .measure = "bcd_path"};
    const clarke_plan_item whole = {.weight = item->weight}; /* not fewer sweeps in a quick suite */
    return clarke_bcd_control(plan, &whole, &path, pair, "coercive_penalties", -1.0, 4000);
}

static bool bounded_coercive(const clarke_split *net)
{
    for (size_t i = 1; i <= net->depth; i++) {
        const clarke_term *r = &net->layer[i].w_term;
        if (r->kind != CLARKE_TERM_RIDGE || !(r->weight > 0.0)) return false;
    }
    return !net->bias;
}

/* A bounded sequence of block descent has a critical limit point, and the problem has none (proved in
   its file): so the iterate leaves every bound, here as log k. What the run shows is that it goes on
   moving: the second half of the sweeps adds more than a twentieth to the path. */
static clarke_status bounded_judge_path(const clarke_evidence *e, clarke_judgement *j)
{
    for (size_t r = 0; r < e->repetitions; r++) {
        const double length = clarke_output(e, r, 0, "length");
        const double later = clarke_output(e, r, 0, "length_later");
        const double last = clarke_output(e, r, 0, "last_dist");
        clarke_note_real(j, "length", length);
        clarke_note_real(j, "length_of_the_second_half", later);
        clarke_note_real(j, "largest_entry", e->run[r].largest);
        if (!(later > 0.05 * (length - later) && last > 0.0))
            return clarke_judge(j, CLARKE_INCONCLUSIVE,
                                "run %zu moved by %.3g in its second half, after %.3g", r, later,
                                length - later);
    }
    return clarke_judge(j, CLARKE_REFUTED,
                        "no bound is known, and in the second half of the sweeps the iterate moved "
                        "on by %.3g, after %.3g in the first; nothing is stationary there",
                        clarke_output(e, 0, 0, "length_later"),
                        clarke_output(e, 0, 0, "length") - clarke_output(e, 0, 0, "length_later"));
}

static clarke_status bounded_judge(const clarke_evidence *e, clarke_judgement *j)
{
    const bool coercive = e->problem->split && bounded_coercive(e->problem->split);
    clarke_bcd_assume(e, j, false);
    clarke_assume(j, "coercive_penalties", "every W_i has a ridge, and there is no bias",
                  coercive ? CLARKE_HYPOTHESIS_PROVED : CLARKE_HYPOTHESIS_FAILED, "%s",
                  coercive ? "by the problem's parameters" : "some r_i is not coercive");
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    if (!coercive) return bounded_judge_path(e, j);
    return clarke_bcd_judge_uses(e, j, &bounded, 0, e->c->uses);
}

const clarke_claim_desc clarke_claim_bcd_three_bounded = {
    .title = "The iterates are bounded where every penalty of W is coercive",
    .paper = CLARKE_BCD_PAPER,
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "With lambda_i/2 |W_i|^2 for every i, the blocks stay within explicit bounds that "
                 "the first value of the objective gives, one after the other along the layers.",
    .formula =
        "\\|W_i\\|_F \\le \\sqrt{2 L_0/\\lambda_i},\\ \\|U_i\\|_F \\le \\|W_i\\| \\|V_{i-1}\\| + "
        "\\sqrt{2 L_0/\\rho},\\ \\|V_i\\|_F \\le \\|U_i\\| + \\sqrt{2 L_0/\\gamma}",
    .correction =
        "The paper, as recalled, assumes a bounded subsequence, coercive r_i, or a coercive "
        "objective; the bounds are derived. Its experiments have no penalty, so that only "
        "the first can be invoked there.",
    .not_claimed = "Anything for networks with biases or without penalties.",
    .falsifier =
        "In methods/lib/bcd_weights_real.c, let the W-step ignore the ridge: the objective rises "
        "and bcd_three_decrease is refuted, this claim only when a bound is left.",
    .plan = bounded_plan,
    .controls = bounded_controls,
    .judge = bounded_judge,
};
