/* Property 3, (18): some subgradient of L_rho at the new iterate is at most C times the changes of the
   forward sweep and of z_L over the iteration. The paper gives no C; the constants are derived block
   by block at the head of verify/measures/dladmm_stationarity.c. The printed proof has slips there: in
   grad_{z_L} the dual's change is multiplied by the residual, and in grad_{b_L} by rho. */
#include "verify/lib/dladmm_claims.h"

#define PROPERTY3_MEASURE "dladmm_stationarity"

static void dladmm_property3_use(clarke_case *c)
{
    c->use[1] = (clarke_measure_use){.id = PROPERTY3_MEASURE};
    c->uses = 2;
}

static const struct {
    const char *problem, *method, *init;
} dladmm_property3_row[] = {
    {"dladmm_net:rho=2.05,samples=100", "dladmm", "start"},
    {"dladmm_net:loss=softmax_cross_entropy,rho=1.05,samples=100", "dladmm", "start"},
    {"dladmm_net:rho=2.05,samples=40,widths=8,7,6,penalty=ridge,activation=leaky_relu", "dladmm",
     "gaussian:0.3"},
    {"dladmm_net:loss=softmax_cross_entropy,rho=2.5,samples=40,penalty=l1", "dladmm",
     "gaussian:0.3"},
    {"dladmm_net:rho=2.05,samples=20,widths=6,5,inputs=7,activation=tanh", "dladmm",
     "gaussian:0.5"},
};

static clarke_status dladmm_property3_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    for (size_t i = 0; i < sizeof dladmm_property3_row / sizeof *dladmm_property3_row; i++) {
        clarke_case c =
            clarke_dladmm_case(item, "dladmm_property3",
                               item->problem ? item->problem : dladmm_property3_row[i].problem,
                               item->method ? item->method : dladmm_property3_row[i].method,
                               item->problem ? "start" : dladmm_property3_row[i].init, 60);
        dladmm_property3_use(&c);
        CLARKE_TRY(clarke_plan_add(plan, &c));
        if (item->problem) break;
    }
    return CLARKE_OK;
}

static clarke_status dladmm_property3_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    static const char *const method[] = {"dladmm:b_step=printed", "dladmm:last=fista"};
    static const char *const broken[] = {"exact_b", "exact_last"};
    for (size_t i = 0; i < 2; i++) {
        clarke_case c = clarke_dladmm_case(
            item, "dladmm_property3", "dladmm_net:loss=softmax_cross_entropy,rho=1.05,samples=60",
            method[i], "start", 40);
        dladmm_property3_use(&c);
        c.role = CLARKE_ROLE_CONTROL;
        c.broken = broken[i];
        c.expected = CLARKE_EXPECT_NOT_APPLICABLE;
        CLARKE_TRY(clarke_plan_add(plan, &c));
        c.bypass = true;
        c.expected = CLARKE_EXPECT_REFUTED;
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

static void dladmm_property3_note(const clarke_evidence *e, clarke_judgement *j)
{
    static const char *const name[] = {"kkt_start",    "kkt_half",   "kkt_end",      "kkt_w",
                                       "kkt_b",        "kkt_z",      "kkt_a",        "kkt_output",
                                       "kkt_residual", "hidden_gap", "largest_ratio"};
    for (size_t i = 0; i < sizeof name / sizeof *name; i++)
        clarke_note_real(j, name[i], clarke_output(e, 0, 1, name[i]));
}

static clarke_status dladmm_property3_judge(const clarke_evidence *e, clarke_judgement *j)
{
    static const char *const name[CLARKE_DLADMM_GRADIENT_COUNT] = {"W_", "b_", "z_", "a_", "zL_"};
    static const char *const what[CLARKE_DLADMM_GRADIENT_COUNT] = {
        "the bound of the gradient in W", "the bound of the gradient in b",
        "the bound of the distance of 0 from the subdifferential in a hidden z",
        "the bound of the gradient in a", "|grad_{z_L} L| = rho |r|"};
    clarke_dladmm_assume(e, j,
                         CLARKE_DLADMM_RHO_FIXED | CLARKE_DLADMM_EXACT_Z | CLARKE_DLADMM_EXACT_B |
                             CLARKE_DLADMM_NEWEST);
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    dladmm_property3_note(e, j);
    for (size_t i = 0; i < CLARKE_DLADMM_GRADIENT_COUNT; i++) {
        CLARKE_TRY(clarke_exact_judge_at(e, j, 1, i * CLARKE_EXACT_COUNT, name[i], what[i]));
        if (j->verdict != CLARKE_SUPPORTED) return CLARKE_OK;
    }
    return clarke_judge(j, CLARKE_SUPPORTED,
                        "Property 3 with its constants held in all blocks, at all %zu checks; the "
                        "left side reached %.3g of the right",
                        j->checked, clarke_output(e, 0, 1, "largest_ratio"));
}

const clarke_claim_desc clarke_claim_dladmm_property3 = {
    .title = "The subgradient is bounded by the changes (Property 3)",
    .paper = CLARKE_DLADMM_PAPER,
    .provenance = CLARKE_PROVENANCE_READ,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "After every iteration from k = 1 the subgradient of the augmented Lagrangian is "
                 "bounded, block by block, by the changes of the forward sweep and of z_L.",
    .formula = "|g| <= C (|W - Wbar| + |b - bbar| + |z - zbar| + |a - abar| + |z^{k+1} - z^k|)",
    .correction = "The paper names no C; the constants are derived, and two slips of its proof are "
                  "put right (grad_{z_L}, grad_{b_L}).",
    .not_claimed =
        "That the subgradient tends to 0: hidden z need not settle, and their changes are "
        "on the right side. The optimality residual, its blocks and the gap of the hidden z "
        "to their global minimum are recorded.",
    .falsifier = "In methods/lib/dladmm_descent_real.c, the printed b-step or an inexact z_L"
                 ": the controls, refuted within a few iterations.",
    .plan = dladmm_property3_plan,
    .controls = dladmm_property3_controls,
    .judge = dladmm_property3_judge,
};
