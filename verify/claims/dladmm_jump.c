/* Assumption 1: the update of a hidden z is a continuous function of the other blocks, which the paper
   says relu satisfies. For relu z(m, a) = argmin (z - m)^2 + (a - max(z, 0))^2 jumps: for a > 0 the
   two branches min(m, 0) and (m + a)/2 have the same value at m = -(sqrt(2) - 1) a, and there z goes
   from m to (m + a)/2, by a / sqrt(2).

   Shown on the method itself: a network of one unit a layer and one sample, with W_1 = 0, so that m is
   b_1, and the a that the backward sweep reaches does not depend on b_1. Bisection in b_1 over runs of
   one iteration ends at two neighbouring doubles with a jump between their z. */
#include "verify/lib/dladmm_claims.h"

#include "core/dladmm.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

enum { JUMP_CASES = 3 };

/* a_1 = z_1, W_2, b_2, z_2, u at the start. */
static const double dladmm_jump_start[JUMP_CASES][5] = {
    {1.0, 0.5, 0.25, 0.75, 0.0}, {2.5, -0.75, 0.5, 0.25, 0.125}, {0.3, 1.25, -0.5, 1.0, -0.25}};

static clarke_status dladmm_jump_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    for (size_t i = 0; i < JUMP_CASES; i++) {
        const clarke_case c = {
            .claim = "dladmm_jump",
            .role = CLARKE_ROLE_READING,
            .expected = CLARKE_EXPECT_REFUTED,
            .run = {.problem = "dladmm_net:widths=1,inputs=1,outputs=1,samples=1,teacher=1,rho=5",
                    .method = item->method ? item->method : "dladmm"},
            .variant = i == 0   ? "a = 1"
                       : i == 1 ? "a = 2.5"
                                : "a = 0.3",
            .arg = {(double)i},
            .weight = item->weight > 0.0 ? item->weight : 1.0};
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

typedef struct {
    double a, z; /* when the backward sweep has updated z_1 */
} jump_seen;

static void dladmm_jump_observe(void *self, const clarke_iter *it, const clarke_event *e)
{
    jump_seen *s = self;
    /* z_2, b_2, W_2, a_1, z_1 */
    if (!e || e->phase != 4) return;
    s->z = e->after[it->layout.block[CLARKE_DLADMM_Z].offset];
    s->a = e->after[it->layout.block[CLARKE_DLADMM_A].offset];
}

static clarke_status dladmm_jump_at(const clarke_evidence *e, double b, jump_seen *seen)
{
    const double *s = dladmm_jump_start[(size_t)e->c->arg[0]];
    char init[256];
    snprintf(init, sizeof init, "point:0,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g", b, s[0], s[0],
             s[1], s[2], s[3], s[4]);
    const clarke_run_spec spec = {.problem = e->c->run.problem,
                                  .method = e->c->run.method,
                                  .schedule = "constant:1",
                                  .sampling = "full",
                                  .init = init,
                                  .iterations = 1};
    const clarke_observer observer = {seen, dladmm_jump_observe};
    clarke_run_plan plan;
    clarke_run_result result;
    clarke_arena *mem = clarke_arena_new(0);
    if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    clarke_status status = clarke_run_plan_make(&spec, mem, &plan);
    if (status == CLARKE_OK)
        status = clarke_run_execute(&plan, e->seed, 0, NULL, 0, &observer, NULL, mem, &result);
    clarke_arena_free(mem);
    return status;
}

static clarke_status dladmm_jump_judge(const clarke_evidence *e, clarke_judgement *j)
{
    double low = -8.0, high = 0.0;
    jump_seen left = {NAN, NAN}, right = left, middle = left;
    clarke_assume(j, "structure", "one unit a layer, one sample, W_1 = 0", CLARKE_HYPOTHESIS_PROVED,
                  "%s", e->c->run.problem);
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    CLARKE_TRY(dladmm_jump_at(e, low, &left));
    CLARKE_TRY(dladmm_jump_at(e, high, &right));
    for (;;) {
        const double b = low + 0.5 * (high - low);
        if (!(low < b && b < high)) break;
        CLARKE_TRY(dladmm_jump_at(e, b, &middle));
        j->checked++;
        if (middle.z > 0.0)
            high = b, right = middle;
        else
            low = b, left = middle;
    }
    j->resolved = j->checked;
    const double a = right.a, jump = right.z - left.z;
    clarke_note_real(j, "b_left", low);
    clarke_note_real(j, "b_right", high);
    clarke_note_real(j, "z_left", left.z);
    clarke_note_real(j, "z_right", right.z);
    clarke_note_real(j, "a", a);
    clarke_note_real(j, "jump_over_a", jump / a);
    /* Ten roundings of numbers of size a, the root's neighbourhood being one double wide. */
    const double rounding = 16.0 * DBL_EPSILON * a;
    const bool predicted = fabs(jump - a * sqrt(0.5)) <= rounding &&
                           fabs(low + (sqrt(2.0) - 1.0) * a) <= rounding;
    if (a > 0.0 && left.a == right.a && predicted)
        return clarke_judge(j, CLARKE_REFUTED,
                            "z jumps by %.15g = %.10g a between neighbouring doubles b = %.17g and "
                            "%.17g",
                            jump, jump / a, low, high);
    return clarke_judge(
        j, CLARKE_INCONCLUSIVE,
        "between b = %.17g and %.17g z goes from %g to %g, which is not the jump of "
        "a / sqrt(2), a = %g",
        low, high, left.z, right.z, a);
}

const clarke_claim_desc clarke_claim_dladmm_jump = {
    .title = "Assumption 1: the update of a hidden z is continuous",
    .paper = CLARKE_DLADMM_PAPER,
    .provenance = CLARKE_PROVENANCE_READ,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement =
        "The closed form of the hidden z-update is a continuous function (assumption 1, said "
        "there to hold for relu).",
    .formula = "z = h(m, a), h continuous",
    .correction = "False for relu: h jumps by a / sqrt(2) at m = -(sqrt(2) - 1) a for every a > 0.",
    .not_claimed =
        "That the jump is met in every run; the claims on dlADMM count the sign changes of "
        "hidden z in the last third of their runs.",
    .falsifier =
        "It is false. Keeping (m + a)/2 alone in methods/lib/dladmm_hidden_real.c would make "
        "it continuous and break dladmm_hidden.",
    .plan = dladmm_jump_plan,
    .judge = dladmm_jump_judge,
};
