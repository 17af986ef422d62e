/* Inequality (36), Lemma B.6, as printed: the forward z_L-step and the dual step together lower the
   augmented Lagrangian by at least C1 d1 - (H^2/rho) d2, d1 = |z_L^{k+1} - zbar_L|^2, d2 =
   |zbar_L - z_L^k|^2, C1 = rho/2 - H/2 - H^2/rho. Its proof bounds |z^{k+1} - z^k|^2 by d1 + d2, which
   the triangle inequality does not give for squares. The runs below, with rho > 2 H and so inside
   every hypothesis, violate it. (Without the H/2, which convexity of R would allow, the printed right
   side is larger still.) Property 2 survives: dladmm_pair, dladmm_descent. */
#include "verify/lib/dladmm_claims.h"

/* Three seeds and sizes with the squared error, where the gradient of R is the whole of z: the two
   steps are parallel often enough. */
static const char *const dladmm_printed_pair_broken[] = {
    "dladmm_net:rho=2.05", "dladmm_net:rho=2.05,seed=2,widths=32,32",
    "dladmm_net:rho=2.05,seed=3,samples=400,widths=24,16,16"};
static const char *const dladmm_printed_pair_kept[] = {
    "dladmm_net:rho=5", "dladmm_net:loss=softmax_cross_entropy,rho=1.05"};

static clarke_status dladmm_printed_pair_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    for (size_t i = 0; i < 5; i++) {
        const bool broken = i < 3;
        clarke_case c = clarke_dladmm_case(item, "dladmm_printed_pair",
                                           item->problem ? item->problem
                                           : broken      ? dladmm_printed_pair_broken[i]
                                                         : dladmm_printed_pair_kept[i - 3],
                                           item->method ? item->method : "dladmm", "start", 40);
        c.role = CLARKE_ROLE_READING;
        c.expected = item->problem ? CLARKE_EXPECT_REFUTED | CLARKE_EXPECT_SUPPORTED
                     : broken      ? CLARKE_EXPECT_REFUTED
                                   : CLARKE_EXPECT_SUPPORTED;
        CLARKE_TRY(clarke_plan_add(plan, &c));
        if (item->problem) break;
    }
    return CLARKE_OK;
}

static clarke_status dladmm_printed_pair_judge(const clarke_evidence *e, clarke_judgement *j)
{
    static const clarke_dladmm_inequality printed = {
        "dladmm_printed_pair", CLARKE_DLADMM_CHECK_PRINTED,
        CLARKE_DLADMM_RHO | CLARKE_DLADMM_RHO_FIXED | CLARKE_DLADMM_EXACT_Z | CLARKE_DLADMM_DUAL,
        "inequality (36) as printed"};
    CLARKE_TRY(clarke_dladmm_judge(e, j, &printed));
    if (j->verdict == CLARKE_NOT_APPLICABLE) return CLARKE_OK;
    clarke_note_real(j, "worst_decrease",
                     clarke_dladmm_record(e, 0, CLARKE_DLADMM_REC_PRINTED_LEFT));
    clarke_note_real(j, "worst_right_side",
                     clarke_dladmm_record(e, 0, CLARKE_DLADMM_REC_PRINTED_RIGHT));
    clarke_note_real(j, "worst_k", clarke_dladmm_record(e, 0, CLARKE_DLADMM_REC_PRINTED_K));
    clarke_note_real(j, "worst_relative_to_L",
                     clarke_dladmm_record(e, 0, CLARKE_DLADMM_REC_PRINTED_WORST));
    return CLARKE_OK;
}

const clarke_claim_desc clarke_claim_dladmm_printed_pair = {
    .title = "Inequality (36) as printed",
    .paper = CLARKE_DLADMM_PAPER,
    .provenance = CLARKE_PROVENANCE_READ,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement =
        "As printed, z_L with the dual step lowers the augmented Lagrangian by at least C1 "
        "|z_L^{k+1} - zbar_L|^2 - (H^2/rho) |zbar_L - z_L^k|^2.",
    .formula = "decrease >= (rho/2 - H/2 - H^2/rho) d1 - (H^2/rho) d2",
    .correction =
        "Not corrected here: this is the printed inequality, whose proof uses |x + y|^2 <= "
        "|x|^2 + |y|^2. dladmm_pair is the corrected one.",
    .not_claimed =
        "That it fails for every loss and rho: with rho = 5 H, and with cross-entropy, the "
        "runs keep it.",
    .falsifier = "It is false. A change that makes it hold: 2 H^2/rho in the place of H^2/rho "
                 "(verify/measures/dladmm_steps.c).",
    .plan = dladmm_printed_pair_plan,
    .judge = dladmm_printed_pair_judge,
};
