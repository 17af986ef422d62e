/* The complexity claim: O(n^3) is reduced to O(n^2), n the width of square layers, the number N of
   samples being fixed. Operations of one iteration are counted where they are done: matrix products
   in core/real.h, elementwise passes in the kernels. dlADMM makes 4 products n x n x N for each W and
   4 for each hidden a, and passes over n x N numbers, so its count is exactly a n^2 + b n + c; the
   count at the largest size is predicted from the three before it. A method with inverses factorises
   n x n matrices: its count has a term n^3, and the prediction fails. Exponents by least squares of
   log count over log n. Both methods do their N-independent work beside n^2 N: with N >= n the
   products hide the n^3. */
#include "verify/lib/dladmm_claims.h"

#include "core/blas.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { FLOPS_SIZES = 4 };

static clarke_status dladmm_flops_add(clarke_plan *plan, const clarke_plan_item *item,
                                      const char *method, clarke_role role, bool bypass)
{
    clarke_case c = {.claim = "dladmm_flops",
                     .role = role,
                     .expected = role == CLARKE_ROLE_CLAIM ? CLARKE_EXPECT_SUPPORTED
                                 : bypass                  ? CLARKE_EXPECT_REFUTED
                                                           : CLARKE_EXPECT_NOT_APPLICABLE,
                     .broken = role == CLARKE_ROLE_CLAIM ? NULL : "no_factorisation",
                     .bypass = bypass,
                     .run = {.problem = "dladmm_net:rho=5,samples=128", .method = method},
                     /* The largest width. */
                     .arg = {item->steps > 0.0 && item->steps < 1.0 ? 512.0 : 1024.0},
                     .weight = item->weight > 0.0 ? item->weight : 1.0};
    return clarke_plan_add(plan, &c);
}

static clarke_status dladmm_flops_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return dladmm_flops_add(plan, item, item->method ? item->method : "dladmm", CLARKE_ROLE_CLAIM,
                            false);
}

static clarke_status dladmm_flops_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    CLARKE_TRY(dladmm_flops_add(plan, item, "admm_inverse", CLARKE_ROLE_CONTROL, false));
    return dladmm_flops_add(plan, item, "admm_inverse", CLARKE_ROLE_CONTROL, true);
}

/* Operations up to the end of each of two iterations; the products are formed anew in the first
   only. */
typedef struct {
    double at[2];
} flops_seen;

static void dladmm_flops_observe(void *self, const clarke_iter *it, const clarke_event *e)
{
    flops_seen *s = self;
    (void)it;
    if (e && e->last_phase && e->k < 2) s->at[e->k] = clarke_blas_operations();
}

static clarke_status dladmm_flops_count(const clarke_evidence *e, size_t n, double *count)
{
    char problem[160];
    flops_seen seen = {{0.0}};
    snprintf(problem, sizeof problem, "%s,inputs=%zu,widths=%zu,%zu,outputs=10,scale=0",
             e->c->run.problem, n, n, n);
    const clarke_run_spec spec = {.problem = problem,
                                  .method = e->c->run.method,
                                  .schedule = "constant:1",
                                  .sampling = "full",
                                  .iterations = 2};
    const clarke_observer observer = {&seen, dladmm_flops_observe};
    clarke_run_plan plan;
    clarke_run_result result;
    clarke_arena *mem = clarke_arena_new(0);
    if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    clarke_status status = clarke_run_plan_make(&spec, mem, &plan);
    if (status == CLARKE_OK)
        status = clarke_run_execute(&plan, e->seed, 0, NULL, 0, &observer, NULL, mem, &result);
    clarke_arena_free(mem);
    *count = seen.at[1] - seen.at[0];
    return status;
}

/* The value at x[3] of the parabola through the first three points. */
static double dladmm_flops_predict(const double x[FLOPS_SIZES], const double y[FLOPS_SIZES])
{
    double sum = 0.0;
    for (size_t i = 0; i < 3; i++) {
        double product = y[i];
        for (size_t k = 0; k < 3; k++)
            if (k != i) product *= (x[3] - x[k]) / (x[i] - x[k]);
        sum += product;
    }
    return sum;
}

static double dladmm_flops_exponent(const double x[FLOPS_SIZES], const double y[FLOPS_SIZES])
{
    double mx = 0.0, my = 0.0, xy = 0.0, xx = 0.0;
    for (size_t i = 0; i < FLOPS_SIZES; i++) {
        mx += log(x[i]) / FLOPS_SIZES;
        my += log(y[i]) / FLOPS_SIZES;
    }
    for (size_t i = 0; i < FLOPS_SIZES; i++) {
        xy += (log(x[i]) - mx) * (log(y[i]) - my);
        xx += (log(x[i]) - mx) * (log(x[i]) - mx);
    }
    return xy / xx;
}

static clarke_status dladmm_flops_judge(const clarke_evidence *e, clarke_judgement *j)
{
    double x[FLOPS_SIZES], y[FLOPS_SIZES];
    const bool plain = strncmp(e->c->run.method, "admm_inverse", 12) != 0;
    clarke_assume(j, "no_factorisation", "no n x n matrix is factorised or inverted",
                  plain ? CLARKE_HYPOTHESIS_PROVED : CLARKE_HYPOTHESIS_FAILED, "%s",
                  e->c->run.method);
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    for (size_t i = 0; i < FLOPS_SIZES; i++) {
        x[i] = e->c->arg[0] / (double)(1u << (FLOPS_SIZES - 1 - i));
        CLARKE_TRY(dladmm_flops_count(e, (size_t)x[i], &y[i]));
    }
    const double exponent = dladmm_flops_exponent(x, y);
    const double last = log(y[3] / y[2]) / log(x[3] / x[2]);
    const double off = fabs(dladmm_flops_predict(x, y) - y[3]) / y[3];
    clarke_note_reals(j, "width", x, FLOPS_SIZES);
    clarke_note_reals(j, "operations", y, FLOPS_SIZES);
    clarke_note_real(j, "exponent", exponent);
    clarke_note_real(j, "exponent_between_the_two_largest", last);
    clarke_note_real(j, "departure_from_a_parabola", off);
    j->checked = j->resolved = FLOPS_SIZES;
    /* Counts are whole numbers below 2^53, the parabola costs some 30 roundings of numbers up to 21
       times the largest. */
    if (!(off <= 1e3 * 0x1p-53) || !(last <= 2.05))
        return clarke_judge(j, CLARKE_REFUTED,
                            "the count at n = %g is off the parabola of the three sizes below by "
                            "%.3g; the exponent is %.3f, between the two largest sizes %.3f",
                            x[3], off, exponent, last);
    return clarke_judge(j, CLARKE_SUPPORTED,
                        "the counts at n = %g to %g are a parabola to %.1g; the exponent is %.4f, "
                        "between the two largest sizes %.4f",
                        x[0], x[3], off, exponent, last);
}

const clarke_claim_desc clarke_claim_dladmm_flops = {
    .title = "Operations per iteration grow like n^2",
    .paper = CLARKE_DLADMM_PAPER,
    .provenance = CLARKE_PROVENANCE_READ,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement =
        "At a fixed number of samples an iteration of dlADMM costs O(n^2) operations in the "
        "width n, without the n^3 of a factorisation.",
    .formula = "operations(n) = a n^2 + b n + c",
    .correction =
        "The paper says O(n^2) of an algorithm whose products cost n^2 N each: N is held "
        "fixed here. Its tables of seconds have exponents of 0.68 to 0.96 in n and cannot "
        "show it.",
    .not_claimed =
        "Seconds, which `clarke experiment p3_scaling` measures; fewer iterations; anything "
        "for N that grows with n.",
    .falsifier =
        "Forming a a^T in dladmm_descent_w (methods/lib/dladmm_descent_real.c) by a product n x n x n: "
        "refuted. The control is the method with inverses.",
    .plan = dladmm_flops_plan,
    .controls = dladmm_flops_controls,
    .judge = dladmm_flops_judge,
};
