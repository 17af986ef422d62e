/* Where the agents stand apart: exact fixed points at a constant step. Two agents, f_1 = x^2/2, f_2 =
   3/2 (x - 1)^2, weight w, r = eta/w. At rest the mean of the steps vanishes, x_1 = 3 (1 - x_2), and the
   difference d = x_1 - x_2 obeys, with g_1 - g_2 = 2 x_1,
     combine first:  d = (1 - 2w) d - 2 eta x_1, so d = -r x_1: x_1 = 3/(4 + 3r), x_2 = (1 + r) x_1;
     adapt first:    d = (1 - 2w)(d - 2 eta x_1): the same with r (1 - 2w) for r;
     tracking:       both at 3/4, the minimiser of f.
   So (x_2 - x_1)/eta -> 3/(4w), 3 (1 - 2w)/(4w), 0 as eta -> 0. In the trap (dec_cancel_abs, h = 1),
   with x_1 > 0 > x_2, the sum shrinks by 1 - eta and d = (1 - 2w - eta) d + 2 eta b: x_1 = -x_2 =
   eta b/(2w + eta), and x_1/eta -> b/(2w).

   Rounding. Combining first, the error obeys e+ = (W - eta C) e, C = diag(1, 3): symmetric, between
   1 - 2w - 3 eta > -1 and 1 - eta; adapting first the norm of W (I - eta C) is at most 1 - eta. With a
   tracker the map of (x_1, x_2, v_1), v_2 = x_1 + 3 x_2 - v_1, has sum_k |A^k|_F <= 2.2/min(eta, w) for
   the six pairs planned here (its powers, summed), and what the trackers' mean has drifted is rounded
   where V and G_{k+1} - G_k are not yet small: 16 u (|v| + |g|) times as much again. A step rounds by
   less than 16 u (|x| + |v|), |x| + |v| <= 8; in all less than 2.2 * 2 * 128 u / min(eta, w) < 1024 u
   / min(eta, w). After K = 64/eta steps less than e^-64 of the start is left. */
#include "engine/claim.h"

#include "verify/lib/p0_limit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    const char *name, *problem, *method, *init;
    /* Of agents 0 and 1; b is 1 in the trap. */
    void (*rest)(double eta, double w, double x[2]);
    const char *broken; /* NULL: none */
} offset_row;

static void offset_combine(double eta, double w, double x[2])
{
    const double r = eta / w;
    x[0] = 3.0 / (4.0 + 3.0 * r);
    x[1] = (1.0 + r) * x[0];
}

static void offset_adapt(double eta, double w, double x[2])
{
    offset_combine(eta * (1.0 - 2.0 * w), w, x);
}

static void offset_tracking(double eta, double w, double x[2])
{
    (void)eta, (void)w;
    x[0] = x[1] = 0.75;
}

static void offset_trap(double eta, double w, double x[2])
{
    x[0] = eta / (2.0 * w + eta);
    x[1] = -x[0];
}

#define OFFSET_DATA "quadratic_agents:a=0,1,curvature=1,3"
#define OFFSET_TRAP "dec_cancel_abs:b=1,h=1"

static const offset_row offset_rows[] = {
    {"combine", OFFSET_DATA, "dsgd", "zeros", offset_combine, NULL},
    {"adapt", OFFSET_DATA, "dsgd:form=adapt", "zeros", offset_adapt, NULL},
    {"tracking", OFFSET_DATA, "dsgd_t", "zeros", offset_tracking, NULL},
    {"trap", OFFSET_TRAP, "dsgd", "point:0.01,-0.01", offset_trap, NULL},
    {"tracker not mixed", OFFSET_DATA, "dsgd_t:mix_tracker=no", "zeros", offset_tracking,
     "tracker_mixed"},
};

enum { OFFSET_ROWS = sizeof offset_rows / sizeof offset_rows[0] };

/* arg[0]: the step; arg[1]: w. */
static clarke_status offset_add(clarke_plan *plan, const clarke_plan_item *item,
                                const offset_row *row, double eta, double w)
{
    char network[120];
    snprintf(network, sizeof network, "matrix:w=%.17g,%.17g,%.17g,%.17g", 1.0 - w, w, w, 1.0 - w);
    clarke_case c = {
        .claim = "th0_offset",
        .role = row->broken ? CLARKE_ROLE_CONTROL : CLARKE_ROLE_CLAIM,
        .broken = row->broken,
        .expected = row->broken ? CLARKE_EXPECT_NOT_APPLICABLE : CLARKE_EXPECT_SUPPORTED,
        .run = {.problem = row->problem,
                .method = row->method,
                .network = network,
                .schedule = clarke_arena_printf(clarke_plan_arena(plan), "constant:%.17g", eta),
                .momentum = "single:1",
                .sampling = "full",
                .init = row->init,
                .iterations = (size_t)(64.0 / eta)},
        .variant = row->name,
        .arg = {eta, w},
        .weight = item->weight};
    CLARKE_TRY(clarke_plan_add(plan, &c));
    if (!row->broken) return CLARKE_OK;
    c.broken = NULL;
    c.bypass = true;
    c.expected = CLARKE_EXPECT_REFUTED;
    return clarke_plan_add(plan, &c);
}

static clarke_status offset_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    static const double eta[] = {0.125, 0.03125}, w[] = {0.25, 0.125, 0.375};
    for (size_t i = 0; i < OFFSET_ROWS; i++)
        for (size_t a = 0; a < 2; a++)
            for (size_t b = 0; b < 3; b++)
                CLARKE_TRY(offset_add(plan, item, &offset_rows[i], eta[a], w[b]));
    return CLARKE_OK;
}

static clarke_status offset_judge(const clarke_evidence *e, clarke_judgement *j)
{
    const double eta = e->c->arg[0], w = e->c->arg[1];
    const offset_row *row = NULL;
    clarke_run_spec spec = e->c->run;
    clarke_run_plan plan;
    clarke_run_result result;
    const clarke_iter *it;
    double want[2], gap = 0.0;
    for (size_t i = 0; i < OFFSET_ROWS; i++)
        if (strcmp(offset_rows[i].name, e->c->variant) == 0) row = &offset_rows[i];
    if (!row) return clarke_fail(CLARKE_EINPUT, "there is no rest point '%s'", e->c->variant);
    spec.noise = NULL;
    CLARKE_TRY(clarke_run_plan_make(&spec, e->mem, &plan));
    CLARKE_TRY(clarke_method_forms(spec.method, e->mem, &it));
    clarke_p0_network(j, plan.network);
    clarke_assume(j, "tracker_mixed", "what is tracked is mixed",
                  it->dsm->tracker_unmixed ? CLARKE_HYPOTHESIS_FAILED : CLARKE_HYPOTHESIS_PROVED,
                  "%s", spec.method);
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    CLARKE_TRY(clarke_run_execute(&plan, e->seed, 0, NULL, 0, NULL, NULL, e->mem, &result));
    row->rest(eta, w, want);
    const double bound = 1024.0 * 0x1p-53 / fmin(eta, w);
    for (size_t i = 0; i < 2; i++) {
        const double d = fabs(result.final_x[i] - want[i]);
        if (!(d <= gap)) gap = d;
    }
    clarke_note_reals(j, "rest", result.final_x, 2);
    clarke_note_reals(j, "derived", want, 2);
    clarke_note_real(j, "offset_over_eta", (result.final_x[1] - result.final_x[0]) / eta);
    j->checked = j->resolved = 2;
    j->smallest_detectable = bound;
    if (!(gap <= bound))
        return clarke_judge(j, CLARKE_REFUTED,
                            "after %zu steps the agents rest %.3g from the derived points, beyond "
                            "the rounding bound %.3g: at %.17g, %.17g instead of %.17g, %.17g",
                            plan.clock.steps, gap, bound, result.final_x[0], result.final_x[1],
                            want[0], want[1]);
    return clarke_judge(j, CLARKE_SUPPORTED,
                        "the agents rest at the derived points %.6g, %.6g within %.3g (rounding "
                        "bound %.3g); (x_2 - x_1)/eta = %.6g",
                        want[0], want[1], gap, bound,
                        (result.final_x[1] - result.final_x[0]) / eta);
}

const clarke_claim_desc clarke_claim_th0_offset = {
    .title = "The offset of the agents from each other, exactly",
    .paper = "derived from the forms of Zhang, Xiao, Liu, arXiv 2403.11565",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONFORMANCE,
    .statement =
        "At a constant step two agents rest at points that the form of the method, eta and "
        "w decide: combining first, adapting first and tracking differ.",
    .formula = "Z_perp/eta -> -U_perp (I - W + J)^{-1}, times W if adapting first, 0 with tracking",
    .not_claimed = "Anything about vanishing steps; tracking reaches 3/4 since f is smooth and "
                   "strongly convex here.",
    .falsifier =
        "In methods/lib/dsm.c, mix twice: the offset is that of another W in all cases that "
        "combine or adapt.",
    .plan = offset_plan,
    .judge = offset_judge,
};
