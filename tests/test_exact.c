/* Rule 1, and the measure sgd_step, on hand-made data. */
#include "core/registry.h"
#include "verify/exact.h"

#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

/* ---- accumulation ---- */

Test(exact, counts)
{
    clarke_exact e;
    double out[CLARKE_EXACT_COUNT];
    clarke_exact_begin(&e);
    clarke_exact_add(&e, 0, -1.0, 1e-10, 1.0);  /* holds, resolved */
    clarke_exact_add(&e, 1, 1e-11, 1e-10, 1.0); /* holds within rounding */
    clarke_exact_add(&e, 2, 0.0, 1e-10, 1e-11); /* not resolved */
    clarke_exact_end(&e, out);
    cr_expect(out[0] == 3.0 && out[1] == 2.0 && out[2] == 0.0, "counts: %g %g %g", out[0], out[1],
              out[2]);
    cr_expect(isnan(out[3]), "counts: no first violation, but %g", out[3]);
    cr_expect_float_eq(out[4], 0.1, 1e-15, "counts: worst %g", out[4]);
    cr_expect_float_eq(out[5], 1e-10, 1e-25, "counts: detectable %g", out[5]);
    cr_expect_eq(out[6], 1.0, "counts: unresolvable %g", out[6]);
}

Test(exact, violations)
{
    static const double excess[] = {2e-10, NAN, INFINITY, 0.0, 0.0, -INFINITY};
    static const double rounding[] = {1e-10, 1e-10, 1e-10, 0.0, NAN, 1e-10};
    for (size_t i = 0; i < sizeof excess / sizeof *excess; i++) {
        clarke_exact e;
        double out[CLARKE_EXACT_COUNT];
        clarke_exact_begin(&e);
        clarke_exact_add(&e, 5, -1.0, 1e-10, 1.0);
        clarke_exact_add(&e, 9, excess[i], rounding[i], 1.0);
        clarke_exact_add(&e, 11, -1.0, 1e-10, 1.0);
        clarke_exact_end(&e, out);
        cr_expect(out[2] == 1.0 && out[3] == 9.0, "violation %zu: %g at %g", i, out[2], out[3]);
        cr_expect(out[4] > 1.0, "violation %zu: worst %g", i, out[4]);
    }
}

/* ---- judgement ---- */

typedef struct {
    double checked, resolved, violations, worst;
    bool finite, fault;
    clarke_verdict want;
} judged;

static clarke_verdict judge(const judged *row)
{
    double a[CLARKE_EXACT_COUNT] = {100, 100, 0, NAN, -1.0, 1e-9, 0};
    double b[CLARKE_EXACT_COUNT] = {row->checked,
                                    row->resolved,
                                    row->violations,
                                    row->violations > 0 ? 3.0 : NAN,
                                    row->worst,
                                    1e-8,
                                    0};
    double *outputs[2][1] = {{a}, {b}};
    const clarke_case c = {.claim = "test", .use = {{"lyapunov_step", {0.0}}}, .uses = 1};
    const size_t map[1] = {0};
    const clarke_run_result run[2] = {
        {.finite = true, .output = outputs[0]},
        {.finite = row->finite, .output = outputs[1], .fault = row->fault ? "a fault" : NULL}};
    clarke_arena *mem = clarke_arena_new(0);
    const clarke_evidence e = {.c = &c, .run = run, .use_map = map, .repetitions = 2, .mem = mem};
    clarke_judgement j = {.mem = mem, .smallest_detectable = NAN, .evidence = json_object()};
    cr_assert_eq(clarke_exact_judge(&e, &j, 0, "the inequality"), CLARKE_OK, "judge: %s",
                 clarke_message());
    cr_expect(j.sentence && j.sentence[0], "judge: no sentence");
    cr_expect_eq(j.checked, (size_t)(100.0 + row->checked), "judge: checked %zu", j.checked);
    json_decref(j.evidence);
    clarke_arena_free(mem);
    return j.verdict;
}

Test(exact, verdicts)
{
    static const judged row[] = {
        {100, 100, 0, 0.5, true, false, CLARKE_SUPPORTED},
        {1000000, 1000000, 1, 1.5, true, false, CLARKE_REFUTED},
        {1000, 9, 0, 0.5, true, false, CLARKE_INCONCLUSIVE},   /* 109 of 1100 resolved */
        {1000, 10, 0, 0.5, true, false, CLARKE_SUPPORTED},     /* 110 of 1100 */
        {100, 100, 0, 0.5, false, false, CLARKE_INCONCLUSIVE}, /* overflowed */
        {100, 100, 1, 1.5, false, false, CLARKE_REFUTED},
        {100, 100, 0, 0.5, true, true, CLARKE_REFUTED},
        {100, 100, NAN, 0.5, true, false, CLARKE_REFUTED},
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        cr_expect_eq(judge(&row[i]), row[i].want, "verdict of row %zu", i);
}

Test(exact, refuses_no_runs)
{
    clarke_judgement j = {.smallest_detectable = NAN};
    const clarke_case c = {.claim = "test"};
    const clarke_evidence e = {.c = &c};
    cr_expect_eq(clarke_exact_judge(&e, &j, 0, "x"), CLARKE_EINTERNAL, "no runs");
    cr_expect_eq(j.verdict, CLARKE_VERDICT_NONE, "no runs: a verdict");
}

/* ---- the measure sgd_step on one event ---- */

enum { N = 2 };

/* A step of heavy-ball type with phi and its parts, all exact in double. */
typedef struct {
    const char *phi;
    clarke_sgd_form form;
    double eta, theta;
    double x[N], old[N], g[N], m[N], y[N];
    double asked[N]; /* the oracle's point */
    size_t calls;
} event;

static event good_event(const char *phi)
{
    event v = {.phi = phi,
               .eta = 0.25,
               .theta = 0.5,
               .x = {1.0, -2.0},
               .old = {0.5, -1.0},
               .g = {2.5, 3.0},
               .m = {1.5, 1.0},
               .asked = {1.0, -2.0},
               .calls = 1};
    v.form.opts.threshold = 1.0;
    for (size_t j = 0; j < N; j++)
        v.y[j] = v.x[j] - v.eta * (strcmp(phi, "l1") == 0 ? 1.0 : v.m[j]);
    return v;
}

static double worst(const event *v, double part)
{
    const clarke_measure_desc *desc = clarke_registry_get(&clarke_measures, "sgd_step");
    const double eta[2] = {0.25, 0.25}, theta[2] = {0.5, 0.5}, t[2] = {0.0, 0.25};
    const clarke_clock clock = {.steps = 1, .epoch = 1, .eta = eta, .theta = theta, .t = t};
    const double arg[8] = {part};
    clarke_sgd_form form = v->form;
    clarke_arena *mem = clarke_arena_new(0);
    form.phi = clarke_registry_get(&clarke_regularizers, v->phi);
    clarke_measure m = {.desc = desc,
                        .arg = arg,
                        .clock = &clock,
                        .form = &form,
                        .n = N,
                        .mem = mem,
                        .state = clarke_alloc(mem, desc->state_size)};
    const clarke_view view = {"momentum", v->m, N, 0};
    const double *const before[1] = {v->old};
    const clarke_oracle_record record = {.x = v->asked, .g = v->g, .calls = v->calls};
    const clarke_event e = {.last_phase = true,
                            .before = v->x,
                            .after = v->y,
                            .eta = v->eta,
                            .theta = v->theta,
                            .t = 0.25,
                            .oracle = &record,
                            .views = 1,
                            .view = &view,
                            .view_before = before};
    double out[32];
    cr_assert_eq(desc->begin(&m), CLARKE_OK, "sgd_step: begin");
    desc->observe(&m, &e);
    desc->end(&m, out);
    cr_expect_eq(out[0], 1.0, "sgd_step: %g checks", out[0]);
    clarke_arena_free(mem);
    return out[4];
}

Test(sgd_step, accepts_the_step)
{
    const event a = good_event("half_square"), b = good_event("l1");
    cr_expect(worst(&a, 0.0) <= 1.0, "half_square: direction %g", worst(&a, 0.0));
    cr_expect(worst(&a, 1.0) <= 1.0, "half_square: momentum %g", worst(&a, 1.0));
    cr_expect(worst(&b, 0.0) <= 1.0, "l1: direction %g", worst(&b, 0.0));
}

Test(sgd_step, finds_departures)
{
    event v = good_event("half_square");
    v.y[1] += 1e-13;
    cr_expect(worst(&v, 0.0) > 1.0, "direction off by 1e-13: %g", worst(&v, 0.0));
    v = good_event("half_square");
    v.m[0] += 1e-13;
    cr_expect(worst(&v, 1.0) > 1.0, "momentum off by 1e-13: %g", worst(&v, 1.0));
    v = good_event("half_square");
    v.asked[0] = nextafter(1.0, 2.0);
    cr_expect(worst(&v, 0.0) > 1.0, "asked at another point");
    v = good_event("half_square");
    v.calls = 2;
    cr_expect(worst(&v, 0.0) > 1.0, "asked twice");
    v = good_event("half_square");
    v.eta = nextafter(0.25, 1.0);
    cr_expect(worst(&v, 0.0) > 1.0, "another eta");
    v = good_event("half_square");
    v.theta = 0.25;
    cr_expect(worst(&v, 1.0) > 1.0, "another theta");
    v = good_event("half_square");
    v.y[0] = NAN;
    cr_expect(worst(&v, 0.0) > 1.0, "NaN in x");
    v = good_event("half_square");
    v.form.alpha = 0.5;
    cr_expect(worst(&v, 0.0) > 1.0, "alpha g is missing");
    v = good_event("half_square");
    v.form.old_momentum = true;
    cr_expect(worst(&v, 0.0) > 1.0, "the declared order is the old one");
    v = good_event("l1");
    v.form.weight_decay = 0.5;
    cr_expect(worst(&v, 0.0) > 1.0, "the decay is missing");
}

/* u_k = (1 - c) m + c g = 0 up to rounding: any sign is accepted there, no other number. */
Test(sgd_step, accepts_any_sign_where_u_is_rounding)
{
    static const double move[] = {1.0, 0.0, -1.0, 0.3, 1.25};
    for (size_t i = 0; i < sizeof move / sizeof *move; i++) {
        event v = good_event("l1");
        v.form.interpolated = v.form.beta_constant = true;
        v.form.beta1 = 0.9;
        v.form.beta2 = 0.5;
        v.old[0] = 0.1;
        v.g[0] = -0.9; /* 0.9 * 0.1 - 0.1 * 0.9 in doubles is about 1e-17, not 0 */
        v.m[0] = -0.4;
        v.old[1] = v.g[1] = v.m[1] = 1.0;
        v.y[0] = v.x[0] - v.eta * move[i];
        v.y[1] = v.x[1] - v.eta;
        cr_expect_eq(worst(&v, 0.0) <= 1.0, fabs(move[i]) <= 1.0, "move %g: %g", move[i],
                     worst(&v, 0.0));
    }
}
