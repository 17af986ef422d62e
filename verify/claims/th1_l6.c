/* With alpha = 0 and the new momentum, (x, m) -> (x, m') -> (x - eta v(m'), m') is two shears after
   a contraction of m by 1 - theta: the step multiplies volume in phase space by (1 - theta)^n,
   whatever f and phi. (Lion on a region where the signs are constant: by b_2^n.) With the old
   momentum heavy-ball's determinant is det((1 - theta) I + eta theta A).

   On f = x.A x/2 the step map is affine near the base point, as long as no sign flips and no
   clipping sets in within the perturbation h, so that finite differences have no truncation error.
   Each of the 2n outputs errs by at most R = 16 (n + 4) u max(|z|, |F|, 1), hence a column of the
   Jacobian by e = sqrt(2 n) 2 R / h. For an N x N matrix with columns at most M,
   |det(J + E) - det J| <= N (M + e)^(N-1) e (replace one column at a time, Hadamard). The elimination
   in long double adds at most as much again: the bound is doubled. */
#include "verify/lib/drive.h"
#include "verify/lib/sgd_claims.h"

#include <math.h>
#include <string.h>

enum { L6_N = 3, L6_STATE = 2 * L6_N };

static const double l6_hessian[L6_N * L6_N] = {2.0, 0.5, 0.0, 0.5, 1.0, -0.25, 0.0, -0.25, 0.75};
static const double l6_eta = 0.125, l6_theta = 0.25, l6_h = 0x1p-5;
/* At the base point m' = (0.53, -0.33, 0.38), of length 0.73: inside the clipping ball C = 1. Four
   times that, every coordinate is clipped, and clipping by the norm is not affine. */
static const double l6_base[L6_STATE] = {0.5, -0.75, 0.25, 0.5, -0.25, 0.375};

static const char *const l6_methods[] = {"heavy_ball", "sign_sgd", "clipped_sgd",
                                         "clipped_sgd:kind=coordinate",
                                         "lion:beta1=0.75,beta2=0.875"};

static clarke_case l6_case(const clarke_plan_item *item, const char *method)
{
    return (clarke_case){.claim = "th1_l6",
                         .role = CLARKE_ROLE_CLAIM,
                         .expected = CLARKE_EXPECT_SUPPORTED,
                         .run = {.method = method},
                         .weight = item->weight > 0.0 ? item->weight : 1.0};
}

static clarke_status l6_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    for (size_t i = 0; i < sizeof l6_methods / sizeof *l6_methods; i++) {
        const clarke_case c = l6_case(item, l6_methods[i]);
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

static clarke_status l6_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    clarke_case c = l6_case(item, "heavy_ball:order=old");
    c.role = CLARKE_ROLE_CONTROL;
    c.broken = "new_momentum";
    c.expected = CLARKE_EXPECT_NOT_APPLICABLE;
    CLARKE_TRY(clarke_plan_add(plan, &c));
    c.bypass = true;
    c.expected = CLARKE_EXPECT_REFUTED;
    return clarke_plan_add(plan, &c);
}

/* The contraction of m: theta for all methods but Lion, whose betas are dyadic here and whose step
   is eta_0, so that b_2 = beta_2. */
static double l6_contraction(const clarke_spec *method)
{
    return strcmp(method->id, "lion") == 0 ? clarke_sgd_setting_real(method, "beta2", 0.99)
                                           : 1.0 - l6_theta;
}

static clarke_status l6_drive(clarke_drive *d, const double *z, double weight, double *image)
{
    CLARKE_TRY(clarke_drive_place(d, z, z + L6_N, l6_eta, weight));
    CLARKE_TRY(clarke_drive_step(d, l6_eta, l6_theta));
    const double *m = clarke_drive_momentum(d);
    if (!m) return clarke_fail(CLARKE_EINPUT, "%s has no momentum", d->it.spec->id);
    memcpy(image, d->it.x, L6_N * sizeof *image);
    memcpy(image + L6_N, m, L6_N * sizeof *image);
    return CLARKE_OK;
}

/* F(z), z = (x, m). */
static clarke_status l6_map(const char *method, double contraction, const double *z,
                            clarke_arena *mem, double *image)
{
    clarke_drive d;
    const bool lion = strncmp(method, "lion", 4) == 0;
    CLARKE_TRY(clarke_drive_make(method, L6_N, l6_eta, mem, &d));
    d.hessian = l6_hessian;
    const clarke_status status = l6_drive(&d, z, lion ? 1.0 - contraction : 1.0, image);
    clarke_drive_end(&d);
    return status;
}

/* Gaussian elimination with row pivoting; a is destroyed. */
static long double l6_determinant(long double a[L6_STATE][L6_STATE])
{
    long double det = 1.0L;
    for (size_t c = 0; c < L6_STATE; c++) {
        size_t pivot = c;
        for (size_t i = c; i < L6_STATE; i++)
            if (fabsl(a[i][c]) > fabsl(a[pivot][c])) pivot = i;
        if (a[pivot][c] == 0.0L) return 0.0L;
        if (pivot != c) det = -det;
        for (size_t k = 0; k < L6_STATE; k++) {
            const long double kept = a[c][k];
            a[c][k] = a[pivot][k];
            a[pivot][k] = kept;
        }
        det *= a[c][c];
        for (size_t i = c + 1; i < L6_STATE; i++) {
            const long double factor = a[i][c] / a[c][c];
            for (size_t k = c; k < L6_STATE; k++) a[i][k] -= factor * a[c][k];
        }
    }
    return det;
}

typedef struct {
    double det, bound;
} l6_result;

static clarke_status l6_jacobian(const char *method, double contraction, double scale,
                                 clarke_arena *mem, l6_result *result)
{
    double z[L6_STATE], base[L6_STATE], moved[L6_STATE], largest = 1.0;
    long double a[L6_STATE][L6_STATE], column = 0.0L;
    for (size_t i = 0; i < L6_STATE; i++) z[i] = scale * l6_base[i];
    CLARKE_TRY(l6_map(method, contraction, z, mem, base));
    for (size_t c = 0; c < L6_STATE; c++) {
        long double length = 0.0L;
        z[c] += l6_h;
        CLARKE_TRY(l6_map(method, contraction, z, mem, moved));
        z[c] -= l6_h;
        for (size_t i = 0; i < L6_STATE; i++) {
            a[i][c] = ((long double)moved[i] - (long double)base[i]) / (long double)l6_h;
            length = hypotl(length, a[i][c]);
            largest = fmax(largest, fmax(fabs(z[i]) + l6_h, fabs(moved[i])));
        }
        column = fmaxl(column, length);
    }
    const double each = 16.0 * (L6_N + 4) * 0x1p-53 * largest;
    const double error = sqrt((double)L6_STATE) * 2.0 * each / l6_h;
    result->det = (double)l6_determinant(a);
    result->bound = 2.0 * L6_STATE * pow((double)column + error, L6_STATE - 1) * error;
    return CLARKE_OK;
}

static clarke_status l6_judge(const clarke_evidence *e, clarke_judgement *j)
{
    static const double scale[] = {1.0, 4.0};
    const char *method = e->c->run.method;
    clarke_spec spec;
    CLARKE_TRY(clarke_spec_parse(method, j->mem, &spec));
    const double alpha = clarke_sgd_setting_real(&spec, "alpha", 0.0);
    const bool by_norm = strcmp(spec.id, "clipped_sgd") == 0 &&
                         !clarke_sgd_setting_is(&spec, "kind", "coordinate");
    clarke_sgd_assume_order(j, &spec);
    clarke_assume(j, "plain_direction", "no Nesterov term",
                  alpha == 0.0 ? CLARKE_HYPOTHESIS_PROVED : CLARKE_HYPOTHESIS_FAILED, "alpha = %g",
                  alpha);
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    const double contraction = l6_contraction(&spec), expected = pow(contraction, L6_N);
    double measured[2] = {NAN, NAN}, worst = 0.0;
    /* Outside the ball the norm's clipping is not affine: the base point alone. */
    for (size_t i = 0; i < (by_norm ? 1 : 2); i++) {
        l6_result r;
        CLARKE_TRY(l6_jacobian(method, contraction, scale[i], j->mem, &r));
        measured[i] = r.det;
        j->checked++;
        j->resolved += expected > r.bound;
        worst = fmax(worst, r.bound / expected);
        if (!(fabs(r.det - expected) <= r.bound))
            return clarke_judge(j, CLARKE_REFUTED,
                                "the step map of %s has determinant %.12g, not (1 - theta)^n = "
                                "%.12g (rounding bound %.2g)",
                                method, r.det, expected, r.bound);
    }
    j->smallest_detectable = worst;
    clarke_note_reals(j, "determinant", measured, by_norm ? 1 : 2);
    clarke_note_real(j, "expected", expected);
    if (j->resolved < j->checked)
        return clarke_judge(j, CLARKE_INCONCLUSIVE, "the determinant is below its rounding error");
    return clarke_judge(j, CLARKE_SUPPORTED,
                        "the step map of %s multiplies volume by %.12g = %.6g^%d", method,
                        measured[0], contraction, L6_N);
}

const clarke_claim_desc clarke_claim_th1_l6 = {
    .title = "One step multiplies phase volume by (1 - theta)^n",
    .paper = "derived, for the method of Xiao, Hu, Toh, arXiv 2307.10053",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONFORMANCE,
    .statement = "With the new momentum and no Nesterov term one step multiplies volume in (x, m) "
                 "by (1 - theta)^n, whatever f and phi.",
    .formula = "det d(x_{k+1}, m_{k+1}) / d(x_k, m_k) = (1 - theta_k)^n",
    .not_claimed = "Measured only where the step is affine near the base point: heavy-ball, "
                   "clipping by the norm inside the ball, by coordinates, and sign methods away "
                   "from sign changes. Normalized steps are not affine and are left to "
                   "th1_conformance.",
    .falsifier =
        "In methods/heavy_ball.c, let x use `old` instead of m[j]: the determinant becomes "
        "det((1 - theta) I + eta theta A); the case of heavy_ball is refuted.",
    .plan = l6_plan,
    .controls = l6_controls,
    .judge = l6_judge,
};
