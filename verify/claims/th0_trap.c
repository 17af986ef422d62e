/* The trap: DSGD without noise ends, from an open set of starts, at a point that is critical for the
   field of the two agents' functions and not stationary for the smooth f (derived in docs/theory.md).
   f_1 = (x - 1)^2/2 + |x| - b x, f_2 = (x - 1)^2/2 - |x| + b x, so f = (x - 1)^2/2 whatever b; W mixes
   two agents with weight w < b. */
#include "verify/lib/p0_limit.h"

static const clarke_p0_limit th0_trap = {.claim = "th0_trap"};

#define TRAP                                                                                       \
    .problem = "dec_cancel_abs:h=1,b=1", .network = "matrix:w=0.75,0.25,0.25,0.75",                \
    .schedule = "power:0.05,0.6,10", .momentum = "single:1", .init = "uniform:-5,-0.5",            \
    .iterations = 262144

static const clarke_p0_control th0_trap_table[] = {
    {TRAP, .name = "trapped", .method = "dsgd", .wanted = CLARKE_EXPECT_SUPPORTED},
    {TRAP, .name = "trapped: Clarke", .method = "dsgd", .role = CLARKE_ROLE_READING, .clarke = true,
     .control = CLARKE_CONTROL_POINT, .target_kind = CLARKE_AGENTS_POINT, .target = {1.0, 0.0}},
    {TRAP, .name = "noise frees it", .method = "dsgd", .sampling = "replacement:1",
     .noise = "signs:0.5", .wanted = CLARKE_EXPECT_SUPPORTED},
    {TRAP, .name = "noise frees it: Clarke", .method = "dsgd", .sampling = "replacement:1",
     .noise = "signs:0.5", .role = CLARKE_ROLE_READING, .clarke = true,
     .wanted = CLARKE_EXPECT_SUPPORTED},
    {0}};

static clarke_status th0_trap_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p0_limit_controls(plan, item, &th0_trap, th0_trap_table);
}

static clarke_status th0_trap_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_p0_limit_judge(e, j, &th0_trap);
}

const clarke_claim_desc clarke_claim_th0_trap = {
    .title = "The trap: critical for the field, not stationary for f",
    .paper = "Zhang, Xiao, Liu, arXiv 2403.11565, for what is claimed; the example is derived",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "Two agents without noise, started at the left and with slow steps, end at 0, "
                 "which is critical for the mean of their fields: the theorem holds. The reading "
                 "'limit points are Clarke stationary' fails there, since f'(0) = -1; it does not "
                 "fail where the field equals the Clarke subdifferential, and noise frees the "
                 "agents.",
    .formula = "x_1, x_2 -> 0, f(x) = (x - 1)^2/2",
    .not_claimed = "That noise frees the agents always: it is seen, not proved.",
    .falsifier =
        "In methods/lib/dsm.c, ask for all subgradients at the agents' mean: the trap is gone and "
        "the runs end at 1; no case is judged then, since the hypothesis 'conformance' "
        "fails. In problems/dec_cancel_abs.c, drop the tilt b: the Clarke reading is not "
        "refuted any more.",
    .plan = th0_trap_plan,
    .judge = th0_trap_judge,
};
