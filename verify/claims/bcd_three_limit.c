/* What follows from sufficient decrease and relative error: the squared moves are summable, the path
   has a finite length, the distance of 0 from the subdifferential goes to 0, and the average of its
   squares over K sweeps is O(1/K). That last statement is summability and no more: for the best
   iterate finite length gives O(1/K^2).

   How it is judged. (1) sum |D_k|^2 <= (L_0 - L_K)/lambda, lambda computed: refutes. (2) The distance
   after the last sweep is at most what correct updates leave, or a hundredth of the first: otherwise
   undecided, unless the moves have vanished and the distance has not, which refutes. (3) dist_k /
   |D_k| of the second half is at most twice that of the first: a limit that is not critical has it
   grow without bound. (4) The second half of the path is shorter than half of the first. */
#include "verify/lib/bcd_claims.h"

#include <math.h>

static const clarke_bcd_exact limit = {
    .claim = "bcd_three_limit", .measure = "bcd_path", .what = "the path"};
static const clarke_bcd_exact limit_sweeps = {CLARKE_BCD_SWEEPS("bcd_three_limit")};

static const clarke_bcd_pair limit_pairs[] = {
    {CLARKE_BCD_NET, "bcd_three:alpha=0.6", NULL},
    {CLARKE_BCD_NET ",activation=leaky_relu,rho=0.7", "bcd_three:alpha=0.6", NULL},
    {CLARKE_BCD_NET ",activation=abs,loss=hinge", "bcd_three:alpha=0.6", NULL},
    {"relu_chain_cell", "bcd_three:alpha=0.6", "start"},
    {"relu_chain_cell:from=-5", "bcd_three:alpha=0.6", "point:-5,0,-3,1,0,0"},
};

static clarke_status limit_add(clarke_plan *plan, const clarke_plan_item *item,
                               clarke_bcd_pair pair, clarke_role role)
{
    clarke_case c = clarke_bcd_case(item, limit.claim, pair, 2000);
    c.role = role;
    CLARKE_TRY(clarke_bcd_uses(plan, &c, &limit, -1.0));
    CLARKE_TRY(clarke_bcd_uses(plan, &c, &limit_sweeps, -1.0));
    if (role == CLARKE_ROLE_CONTROL) {
        c.broken = "bounded";
        c.expected = CLARKE_EXPECT_NOT_APPLICABLE;
    }
    return clarke_plan_add(plan, &c);
}

static clarke_status limit_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    for (size_t i = 0; i < sizeof limit_pairs / sizeof *limit_pairs; i++) {
        clarke_bcd_pair pair = limit_pairs[i];
        if (item->problem) pair = (clarke_bcd_pair){item->problem, pair.method, NULL};
        if (item->method) pair.method = item->method;
        CLARKE_TRY(limit_add(plan, item, pair, CLARKE_ROLE_CLAIM));
        if (item->problem) break;
    }
    return CLARKE_OK;
}

/* Nothing is stationary: the path goes on, but only as log k, with dist -> 0 all the way, so that the
   hypothesis can be seen to fail and the conclusion cannot. */
static clarke_status limit_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    const clarke_bcd_pair pair = {"margin_cell:loss=logistic", "bcd_three:alpha=0.1", "start"};
    return limit_add(plan, item, pair, CLARKE_ROLE_CONTROL);
}

typedef struct {
    double move, dist, noise, first, length, later, ratio[2];
} limit_path;

static limit_path limit_read(const clarke_evidence *e, size_t r)
{
    return (limit_path){
        .move = clarke_output(e, r, 0, "last_move"),
        .dist = clarke_output(e, r, 0, "last_dist"),
        .noise = clarke_output(e, r, 0, "last_noise"),
        .first = clarke_output(e, r, 0, "first_dist"),
        .length = clarke_output(e, r, 0, "length"),
        .later = clarke_output(e, r, 0, "length_later"),
        .ratio = {clarke_output(e, r, 0, "ratio_first"), clarke_output(e, r, 0, "ratio_second")}};
}

static void limit_note(const clarke_evidence *e, clarke_judgement *j)
{
    const double *out = clarke_outputs(e, 0, 0);
    const size_t marked = (size_t)clarke_output(e, 0, 0, "marked");
    const double sweeps = clarke_output(e, 0, 0, "sweeps"), sum = clarke_output(e, 0, 0, "dist2");
    clarke_note_real(j, "average_squared_dist", sum / sweeps);
    clarke_note_real(j, "sweeps_times_that", sum);
    clarke_note_real(j, "worst_K_least_dist_over_length", clarke_output(e, 0, 0, "worst_average"));
    if (marked >= 2) clarke_note_reals(j, "fall_to_come", out + CLARKE_BCD_MARK_GAP, marked);
}

static clarke_status limit_judge_path(const clarke_evidence *e, clarke_judgement *j)
{
    double worst = 0.0, growth = 0.0;
    for (size_t r = 0; r < e->repetitions; r++) {
        const limit_path p = limit_read(e, r);
        const double floor = 4.0 * p.noise;
        if (!(p.dist <= fmax(floor, 0.01 * p.first))) {
            if (p.move <= 1e-14 * (1.0 + p.length))
                return clarke_judge(j, CLARKE_REFUTED,
                                    "run %zu has stopped with dist(0, dL) = %.3g, where correct "
                                    "updates leave %.3g",
                                    r, p.dist, p.noise);
            return clarke_judge(j, CLARKE_INCONCLUSIVE,
                                "dist(0, dL) is %.3g after %.3g in run %zu; more sweeps decide",
                                p.dist, p.first, r);
        }
        if (!(p.ratio[1] <= 2.0 * p.ratio[0]) || !(p.later <= 0.5 * (p.length - p.later)))
            return clarke_judge(j, CLARKE_INCONCLUSIVE,
                                "run %zu: dist over move reached %.3g after %.3g, and the second "
                                "half of the path is %.3g of %.3g; more sweeps decide",
                                r, p.ratio[1], p.ratio[0], p.later, p.length);
        worst = fmax(worst, p.dist);
        growth = fmax(growth, p.ratio[1] / p.ratio[0]);
    }
    return clarke_judge(j, CLARKE_SUPPORTED,
                        "every sweep fell by lambda of its squared move; dist(0, dL) ended at %.3g "
                        "or less, dist over move grew by %.3g from the first half of the sweeps to "
                        "the second, and the path is finite",
                        worst, growth);
}

static clarke_status limit_judge(const clarke_evidence *e, clarke_judgement *j)
{
    const double largest = e->run[0].largest;
    const bool stationary =
        !(e->problem->desc->stationary_distance &&
          isinf(e->problem->desc->stationary_distance(e->problem, e->run[0].final_x, NULL, NULL)));
    clarke_bcd_assume(e, j, true);
    clarke_assume(j, "bounded", "the iterates are bounded",
                  stationary ? CLARKE_HYPOTHESIS_MEASURED : CLARKE_HYPOTHESIS_FAILED,
                  "largest entry %.3g%s", largest,
                  stationary ? "" : ", and nothing is stationary, so that they cannot be");
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    limit_note(e, j);
    CLARKE_TRY(clarke_bcd_judge_uses(e, j, &limit_sweeps, 1, 2));
    if (j->verdict == CLARKE_REFUTED) return CLARKE_OK;
    return limit_judge_path(e, j); /* near the limit few falls exceed rounding, as they should */
}

const clarke_claim_desc clarke_claim_bcd_three_limit = {
    .title = "Three-splitting: the path is finite and ends at a critical point",
    .paper = CLARKE_BCD_PAPER ", theorem 1 as recalled",
    .provenance = CLARKE_PROVENANCE_RECALLED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "With bounded iterates the whole sequence converges to a critical point of the "
                 "split objective, its path has a finite length, and the average of the squared "
                 "norms of subgradients over K sweeps is O(1/K).",
    .formula = "\\sum_k \\|P^k - P^{k-1}\\| < \\infty,\\quad \\frac1K \\sum_{k \\le K} "
               "\\mathrm{dist}(0, \\partial L(P^k))^2 = O(1/K)",
    .correction =
        "O(1/K) is read as what its proof gives: summability of the squared distances. It "
        "is no rate of a last iterate, and never tight for the best one, since finite "
        "length gives min dist = O(1/K).",
    .not_claimed = "A rate of L or of the iterates, global optimality, a critical point of the "
                   "network's own loss, two-splitting with kinks (bcd_two_stall).",
    .falsifier =
        "In methods/lib/bcd_values_real.c, let V_N take half of the loss: the run stops where the "
        "distance is not 0, and the claim is refuted.",
    .plan = limit_plan,
    .controls = limit_controls,
    .judge = limit_judge,
};
