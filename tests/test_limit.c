/* Decision rule 2 on synthetic runs, by hand-computed numbers; what real runs do is in
   test_limit_runs.c. */
#include "verify/rules/limit.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

extern const clarke_regularizer_desc clarke_regularizer_half_square, clarke_regularizer_huber_norm,
    clarke_regularizer_huber_coordinate, clarke_regularizer_l1, clarke_regularizer_l2;

static bool near(double a, double b, double relative)
{
    return fabs(a - b) <= relative * fabs(b);
}

/* ---- the law ---- */

Test(limit, map_is_found_by_asking)
{
    static const struct {
        const clarke_regularizer_desc *phi;
        clarke_limit_map map;
        const char *label;
    } row[] = {
        {&clarke_regularizer_half_square, CLARKE_MAP_IDENTITY, "half_square"},
        {&clarke_regularizer_huber_norm, CLARKE_MAP_CLIP_NORM, "huber_norm"},
        {&clarke_regularizer_huber_coordinate, CLARKE_MAP_CLIP_COORDINATE, "huber_coordinate"},
        {&clarke_regularizer_l1, CLARKE_MAP_SIGN, "l1"},
        {&clarke_regularizer_l2, CLARKE_MAP_NORMALIZED, "l2"}};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        const clarke_sgd_form form = {.phi = row[i].phi, .opts = {.threshold = 1.0}};
        cr_assert_eq(clarke_limit_map_of(&form), row[i].map, "%s: map %d", row[i].label,
                     (int)clarke_limit_map_of(&form));
    }
}

Test(limit, form_of_a_method)
{
    const clarke_sgd_form *form = NULL;
    clarke_arena *mem = clarke_arena_new(0);
    cr_assert_eq(clarke_limit_form_of("clipped_sgd:threshold=3", mem, &form), CLARKE_OK,
                 "clipped_sgd: %s", clarke_message());
    cr_assert_eq(form->opts.threshold, 3.0, "clipped_sgd: threshold %g", form->opts.threshold);
    cr_assert_eq(clarke_limit_form_of("sgd", mem, &form), CLARKE_OK, "sgd: %s", clarke_message());
    cr_assert(form->memoryless, "sgd: memoryless");
    cr_assert_eq(clarke_limit_form_of("no_method", mem, &form), CLARKE_EINPUT, "unknown method");
    clarke_arena_free(mem);
}

static clarke_limit_law law_make(clarke_limit_map map, double p, double kappa, double mu)
{
    clarke_limit_law law = {.map = map, .growth = {p, kappa, mu}, .scale = 2.0};
    law.times = (clarke_limit_times){.steps = 1000, .total = 16.0, .tau = 1.0, .single = true};
    /* eta = 0.4 / t^2, theta = eta, at t = 1, sqrt 2, 2, ..., sqrt 128. */
    for (size_t j = 0; j < CLARKE_LIMIT_BLOCKS; j++) {
        law.times.t[j] = exp2(0.5 * (double)j);
        law.times.eta[j] = law.times.theta[j] = 0.4 / (law.times.t[j] * law.times.t[j]);
    }
    law.times.eta_gate = law.times.theta_gate = 0.001;
    return law;
}

Test(limit, floors)
{
    clarke_limit_law law = law_make(CLARKE_MAP_IDENTITY, 2.0, 0.5, 1.0);
    cr_assert(near(clarke_limit_floor(&law, 0.01, 0.3), 0.1, 1e-15), "identity, p = 2");
    law.growth.p = 4.0;
    cr_assert(near(clarke_limit_floor(&law, 1e-4, 0.3), 0.1, 1e-15), "identity, p = 4");
    law = law_make(CLARKE_MAP_SIGN, 1.0, 1.0, NAN);
    cr_assert(near(clarke_limit_floor(&law, 0.01, 0.04), 0.05, 1e-15), "sign, p = 1");
    law.growth.p = 2.0;
    cr_assert(near(clarke_limit_floor(&law, 0.01, 0.0625), 0.2, 1e-15), "sign, p = 2");
    law.quantity = CLARKE_LIMIT_MOMENTUM;
    cr_assert(near(clarke_limit_floor(&law, 0.01, 0.04), 0.2, 1e-15), "momentum");
}

Test(limit, transients)
{
    clarke_limit_law law = law_make(CLARKE_MAP_IDENTITY, 2.0, 1.0, 2.0);
    law.memoryless = true;
    cr_assert(near(clarke_limit_transient(&law, 1.5), 2.0 * exp(-3.0), 1e-14), "sgd, mu = 2");
    law.memoryless = false;
    cr_assert(near(clarke_limit_decay(&law), 0.5, 1e-15), "heavy ball, mu > tau/4");
    law.growth.mu = 0.09; /* roots of l^2 - l + 0.09: 0.1 and 0.9 */
    cr_assert(near(clarke_limit_decay(&law), 0.1, 1e-13), "heavy ball, mu < tau/4");
    law.times.single = false;
    cr_assert(near(clarke_limit_decay(&law), 0.09, 1e-15), "heavy ball, two timescales");
    law = law_make(CLARKE_MAP_SIGN, 2.0, 1.0, 2.0);
    law.times.tau = 1.5;
    cr_assert(near(clarke_limit_decay(&law), 0.5, 1e-15), "sign");
    law.growth.p = 4.0;
    cr_assert(near(clarke_limit_transient(&law, 2.0), 2.0 * exp(-0.6), 1e-14), "sign, p = 4");
    cr_assert(isinf(clarke_limit_flow_bound(&law, 2.0)), "sign: no bound of the flow");
    law = law_make(CLARKE_MAP_IDENTITY, 4.0, 1.0, NAN);
    cr_assert(near(clarke_limit_flow_bound(&law, 2.0), 0.25, 1e-15), "p = 4: (8 t)^(-1/2)");
    cr_assert(near(clarke_limit_transient(&law, 2.0), 0.25, 1e-15), "p = 4");
    law.quantity = CLARKE_LIMIT_MOMENTUM;
    cr_assert(near(clarke_limit_transient(&law, 2.0), 4.0 / 64.0, 1e-14), "p = 4, momentum: 4 d^3");
    law = law_make(CLARKE_MAP_IDENTITY, 1.0, 1.0, NAN);
    cr_assert_eq(clarke_limit_transient(&law, 0.1), 0.0, "p = 1: arrives in finite time");
}

/* d' = -kappa p d^(p-1) by Euler's method from a far start stays below the bound and reaches it. */
Test(limit, flow_bound_is_the_flow)
{
    const clarke_limit_law law = law_make(CLARKE_MAP_IDENTITY, 4.0, 0.7, NAN);
    double d = 50.0, t = 0.0;
    while (t < 3.0) {
        const double h = 1e-3 / (d * d);
        d -= h * 4.0 * 0.7 * d * d * d;
        t += h;
    }
    const double bound = clarke_limit_flow_bound(&law, t);
    cr_assert(d <= bound * 1.001 && d >= 0.99 * bound, "flow at t = %g: %g, bound %g", t, d, bound);
}

Test(limit, power_schedules_in_closed_form)
{
    static const double shape[] = {0.0, 0.6, 0.75, 1.0, 1.5};
    for (size_t i = 0; i < sizeof shape / sizeof shape[0]; i++) {
        const clarke_schedule s = {
            .kind = CLARKE_SCHEDULE_POWER, .c = 2.5, .a = shape[i], .k0 = 25};
        double t = 0.0;
        for (size_t k = 0; k < 20000; k++) t += clarke_schedule_at(&s, k, 1, NAN, NAN);
        cr_assert(near(clarke_limit_power_time(&s, 20000.0), t, 1e-3), "a = %g: %g, not %g",
                  shape[i], clarke_limit_power_time(&s, 20000.0), t);
        const double k = clarke_limit_power_steps(&s, clarke_limit_power_time(&s, 777.0));
        cr_assert(fabs(k - 777.0) <= 1.0, "a = %g: inverse of 777 is %g", shape[i], k);
    }
    const clarke_schedule s = {.kind = CLARKE_SCHEDULE_POWER, .c = 1.0, .a = 2.0, .k0 = 2.0};
    cr_assert(isinf(clarke_limit_power_steps(&s, 5.0)), "a summable schedule never reaches t = 5");
}

static void clock_make(clarke_arena *mem, const char *eta, const char *theta, size_t steps,
                       clarke_clock *clock, clarke_schedule s[2])
{
    double *e = clarke_vec(mem, steps + 1), *th = clarke_vec(mem, steps + 1);
    double *t = clarke_vec(mem, steps + 1);
    cr_assert_eq(clarke_schedule_parse(eta, false, mem, &s[0]), CLARKE_OK, "%s", eta);
    cr_assert_eq(clarke_schedule_parse(theta, true, mem, &s[1]), CLARKE_OK, "%s", theta);
    for (size_t k = 0; k <= steps; k++) {
        e[k] = clarke_schedule_at(&s[0], k, 1, NAN, NAN);
        th[k] = clarke_schedule_at(&s[1], k, 1, e[k], e[0]);
        if (k > 0) t[k] = t[k - 1] + e[k - 1];
    }
    *clock = (clarke_clock){.steps = steps, .epoch = 1, .eta = e, .theta = th, .t = t};
}

Test(limit, planned_times_are_those_of_the_run)
{
    static const char *const eta[] = {"power:10,1,50", "power:1.4,0.6,25", "inverse-log:1,3",
                                      "constant:0.1"};
    const clarke_sgd_form form = {.phi = &clarke_regularizer_l1};
    clarke_arena *mem = clarke_arena_new(0);
    for (size_t i = 0; i < 4; i++) {
        clarke_schedule s[2];
        clarke_clock clock;
        clarke_limit_times run, plan;
        clock_make(mem, eta[i], "single:2", 30000, &clock, s);
        clarke_limit_times_of(&clock, &form, &run);
        clarke_limit_times_plan(&s[0], &s[1], 30000, 1, &form, &plan);
        cr_assert(near(plan.total, run.total, 1e-3), "%s: T %g, not %g", eta[i], plan.total,
                  run.total);
        cr_assert(run.single && plan.single, "%s: one timescale", eta[i]);
        cr_assert(near(run.tau, 2.0, 1e-12), "%s: tau %g", eta[i], run.tau);
        cr_assert(near(plan.eta_gate, run.eta_gate, 0.01), "%s: eta_g", eta[i]);
        for (size_t j = 0; j < CLARKE_LIMIT_BLOCKS; j++) {
            const double start = exp2(0.5 * ((double)j - 8.0)) * run.total;
            cr_assert(near(plan.eta[j], run.eta[j], 0.02), "%s: eta_%zu %g, not %g", eta[i], j + 1,
                      plan.eta[j], run.eta[j]);
            cr_assert(run.t[j] >= start && run.t[j] <= start + clock.eta[0], "%s: t_%zu", eta[i],
                      j + 1);
        }
    }
    clarke_arena_free(mem);
}

Test(limit, theta_as_the_method_uses_it)
{
    clarke_sgd_form form = {
        .phi = &clarke_regularizer_l1, .interpolated = true, .beta1 = 0.9, .beta2 = 0.99};
    clarke_arena *mem = clarke_arena_new(0);
    clarke_schedule s[2];
    clarke_clock clock;
    clarke_limit_times times;
    clock_make(mem, "power:10,1,50", "constant:0.7", 3000, &clock, s);
    clarke_limit_times_of(&clock, &form, &times);
    /* Lion: theta = (1 - beta2) eta / eta_0, eta_0 = 0.2. */
    cr_assert(times.single && near(times.tau, 0.05, 1e-12), "lion: tau %g", times.tau);
    form.beta_constant = true;
    clarke_limit_times_of(&clock, &form, &times);
    cr_assert(times.constant && near(times.theta[3], 0.01, 1e-12), "lion, constant betas");
    form = (clarke_sgd_form){.phi = &clarke_regularizer_half_square, .memoryless = true};
    clarke_limit_times_of(&clock, &form, &times);
    cr_assert_eq(times.theta[0], 1.0, "sgd: theta %g", times.theta[0]);
    clarke_arena_free(mem);
}

/* ---- votes, guard, level ---- */

enum { RUNS = 24 };

typedef struct {
    double block[RUNS][CLARKE_LIMIT_BLOCKS], target[RUNS][CLARKE_LIMIT_BLOCKS], separation[RUNS];
    clarke_limit_law law;
    clarke_limit_data data;
} sample;

/* M_ij = size rho_j^slope, spread by a factor over the runs; N0 = 1; the votes needed are 21. */
static void sample_make(sample *s, clarke_limit_map map, double p, double slope, double size)
{
    double rho[CLARKE_LIMIT_BLOCKS];
    *s = (sample){.law = law_make(map, p, 0.5, 1.0)};
    s->law.memoryless = true;
    s->law.growth.mu = 100.0; /* no transient */
    clarke_limit_rho(&s->law, rho);
    for (size_t i = 0; i < RUNS; i++)
        for (size_t j = 0; j < CLARKE_LIMIT_BLOCKS; j++)
            s->block[i][j] = size * (1.0 + 0.01 * (double)i) * pow(rho[j], slope);
    s->data = (clarke_limit_data){
        .runs = RUNS, .block = &s->block[0][0], .null_level = 1.0, .alpha = 0.05 / 300.0};
}

static clarke_limit_support sample_test(const sample *s)
{
    clarke_limit_support out;
    clarke_limit_test(&s->data, &s->law, &out);
    return out;
}

Test(limit, slope_is_that_of_the_blocks)
{
    sample s;
    sample_make(&s, CLARKE_MAP_IDENTITY, 2.0, 0.83, 0.5);
    clarke_limit_support r = sample_test(&s);
    cr_assert(near(r.slope_median, 0.83, 1e-12), "slope %g", r.slope_median);
    cr_assert(near(r.tail_slope, 0.83, 1e-12), "tail %g", r.tail_slope);
    cr_assert_eq(r.needed, 21, "needed %zu", r.needed);
    cr_assert(r.supported && r.votes == RUNS, "supported with %zu votes", r.votes);
    /* rho_8 = sqrt(0.4 / 128); the median of 24 equal runs with factors 1.00 ... 1.23 is 1.115. */
    const double last = 0.5 * 1.115 * pow(sqrt(0.4 / 128.0), 0.83);
    cr_assert(near(r.resolution, last, 1e-12), "resolution %g, not %g", r.resolution, last);
    cr_assert(near(r.law[0], sqrt(0.4), 1e-12), "rho_1 = %g", r.law[0]);
}

Test(limit, slope_threshold_of_a_run)
{
    sample s;
    sample_make(&s, CLARKE_MAP_IDENTITY, 2.0, 1.0, 0.5);
    /* Blocks 1..7 at slope 1 pooled are fine; runs 0..3 fall at 0.39 only: 20 votes. */
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < CLARKE_LIMIT_BLOCKS; j++)
            s.block[i][j] = 0.1 * pow(0.4 / s.law.times.t[j] / s.law.times.t[j], 0.5 * 0.39);
    cr_assert_eq(sample_test(&s).votes, 20, "20 votes, got %zu", sample_test(&s).votes);
    cr_assert(!sample_test(&s).supported, "20 votes are not enough");
    for (size_t j = 0; j < CLARKE_LIMIT_BLOCKS; j++)
        s.block[0][j] = 0.1 * pow(0.4 / s.law.times.t[j] / s.law.times.t[j], 0.5 * 0.41);
    cr_assert_eq(sample_test(&s).votes, 21, "21 votes, got %zu", sample_test(&s).votes);
    cr_assert(sample_test(&s).supported, "21 votes are enough");
}

Test(limit, level)
{
    sample s;
    sample_make(&s, CLARKE_MAP_IDENTITY, 2.0, 1.0, 1.0);
    const double last = s.block[RUNS - 1][CLARKE_LIMIT_BLOCKS - 1];
    s.data.null_level = 2.0 * last * (1.0 + 1e-12);
    cr_assert_eq(sample_test(&s).votes, RUNS, "just below the level");
    s.data.null_level = 2.0 * s.block[20][CLARKE_LIMIT_BLOCKS - 1] * (1.0 - 1e-12);
    cr_assert_eq(sample_test(&s).votes, 20, "20 below, got %zu", sample_test(&s).votes);
    cr_assert(!sample_test(&s).supported, "20 below are not enough");
    cr_assert_eq(sample_test(&s).low, 20, "low: %zu", sample_test(&s).low);
}

/* A limit at a small distance c: votes alone are fooled, the tail is not. */
Test(limit, guard_sees_a_wrong_limit)
{
    sample s;
    sample_make(&s, CLARKE_MAP_IDENTITY, 2.0, 1.0, 0.5);
    const double c = s.block[0][CLARKE_LIMIT_BLOCKS - 1];
    for (size_t i = 0; i < RUNS; i++)
        for (size_t j = 0; j < CLARKE_LIMIT_BLOCKS; j++) s.block[i][j] += 2.0 * c;
    const clarke_limit_support r = sample_test(&s);
    cr_assert_eq(r.votes, RUNS, "the votes are fooled, got %zu", r.votes);
    cr_assert(r.tail_slope < CLARKE_LIMIT_TAIL, "tail %g", r.tail_slope);
    cr_assert(!r.guard && !r.supported, "the guard objects");
}

Test(limit, arrived_runs_need_no_slope)
{
    sample s;
    sample_make(&s, CLARKE_MAP_IDENTITY, 2.0, 1.0, 0.5);
    for (size_t i = 0; i < RUNS; i++)
        for (size_t j = 0; j < CLARKE_LIMIT_BLOCKS; j++) s.block[i][j] = 1e-12;
    cr_assert(sample_test(&s).supported, "at rounding: supported");
    for (size_t i = 0; i < RUNS; i++)
        for (size_t j = 0; j < CLARKE_LIMIT_BLOCKS; j++) s.block[i][j] = 1e-6;
    cr_assert(!sample_test(&s).supported, "flat above rounding: not supported");
    /* p = 4, kappa = 1/2: the flow's bound at t_8 = sqrt 128 is (4 t)^(-1/2) = 0.1487. */
    sample_make(&s, CLARKE_MAP_IDENTITY, 4.0, 1.0, 0.5);
    for (size_t i = 0; i < RUNS; i++)
        for (size_t j = 0; j < CLARKE_LIMIT_BLOCKS; j++) s.block[i][j] = 0.148;
    cr_assert(sample_test(&s).supported, "p = 4, flat below the flow's bound: supported");
    for (size_t i = 0; i < RUNS; i++)
        for (size_t j = 0; j < CLARKE_LIMIT_BLOCKS; j++) s.block[i][j] = 0.150;
    cr_assert(!sample_test(&s).supported, "p = 4, flat above it: not supported");
}

Test(limit, constant_steps_are_never_supported)
{
    sample s;
    sample_make(&s, CLARKE_MAP_IDENTITY, 2.0, 1.0, 0.5);
    for (size_t j = 0; j < CLARKE_LIMIT_BLOCKS; j++) s.law.times.eta[j] = 0.01;
    const clarke_limit_support r = sample_test(&s);
    cr_assert(isinf(r.slope_median) && r.slope_median < 0.0, "no slope: %g", r.slope_median);
    cr_assert(!r.supported && r.votes == 0, "constant steps: %zu votes", r.votes);
}

Test(limit, unknown_growth_is_never_supported)
{
    sample s;
    sample_make(&s, CLARKE_MAP_IDENTITY, 2.0, 1.0, 0.5);
    s.law.growth = (clarke_growth){NAN, NAN, NAN};
    cr_assert(!sample_test(&s).supported, "p unknown");
    cr_assert(!clarke_limit_covered(&s.law), "p unknown: not covered");
    s.law = law_make(CLARKE_MAP_SIGN, 2.0, 0.5, 1.0);
    s.law.times.constant = true;
    cr_assert(!clarke_limit_covered(&s.law), "sign with a constant theta: not covered");
    s.law.map = CLARKE_MAP_IDENTITY;
    cr_assert(clarke_limit_covered(&s.law), "heavy ball with a constant theta: covered");
}

Test(limit, runs_that_end_early)
{
    sample s;
    sample_make(&s, CLARKE_MAP_IDENTITY, 2.0, 1.0, 0.5);
    for (size_t i = 0; i < 4; i++) s.block[i][CLARKE_LIMIT_BLOCKS - 1] = INFINITY;
    const clarke_limit_support r = sample_test(&s);
    cr_assert(r.finite == 20 && r.votes == 20 && !r.supported, "%zu finite, %zu votes", r.finite,
              r.votes);
    cr_assert(isfinite(r.slope_median) && isfinite(r.tail_slope), "slopes of the others");
    cr_assert_eq(r.growth_votes, 4, "a run that ends early has grown: %zu", r.growth_votes);
}

/* ---- controls ---- */

static void sample_control(sample *s, double distance, double to_target, double separation)
{
    for (size_t i = 0; i < RUNS; i++) {
        s->separation[i] = separation;
        for (size_t j = 0; j < CLARKE_LIMIT_BLOCKS; j++) {
            s->block[i][j] = distance;
            s->target[i][j] = to_target;
        }
    }
    s->data.control = CLARKE_CONTROL_POINT;
    s->data.target = &s->target[0][0];
    s->data.separation = s->separation;
}

Test(limit, control_at_a_point)
{
    sample s;
    sample_make(&s, CLARKE_MAP_IDENTITY, 2.0, 1.0, 0.5);
    sample_control(&s, 0.19, 0.1, 0.2);
    cr_assert(sample_test(&s).control_refuted, "last block at S': refuted");
    for (size_t i = 0; i < 4; i++) s.target[i][CLARKE_LIMIT_BLOCKS - 1] = 0.1001;
    cr_assert(!sample_test(&s).control_refuted, "20 of 24 are not enough");
    sample_control(&s, 0.0999, 0.1, 0.2);
    cr_assert(!sample_test(&s).control_refuted, "nearer to S than half the separation");
    /* The level of a control: half the separation, here below half the null level. */
    sample_make(&s, CLARKE_MAP_IDENTITY, 2.0, 1.0, 0.5);
    for (size_t i = 0; i < RUNS; i++) s.separation[i] = 0.01;
    s.data.control = CLARKE_CONTROL_POINT;
    s.data.target = &s.target[0][0];
    s.data.separation = s.separation;
    const clarke_limit_support r = sample_test(&s);
    cr_assert(r.level == 0.005 && r.votes == 0 && !r.supported, "level %g, %zu votes", r.level,
              r.votes);
}

Test(limit, control_of_level_and_growth)
{
    sample s;
    sample_make(&s, CLARKE_MAP_IDENTITY, 2.0, 1.0, 0.5);
    s.data.control = CLARKE_CONTROL_LEVEL;
    s.data.level = 0.3;
    for (size_t i = 0; i < RUNS; i++)
        for (size_t j = 0; j < CLARKE_LIMIT_BLOCKS; j++) s.block[i][j] = j == 4 ? 0.1 : 0.31;
    cr_assert(sample_test(&s).control_refuted, "three last blocks above the level");
    for (size_t i = 0; i < RUNS; i++) s.block[i][5] = 0.29;
    cr_assert(!sample_test(&s).control_refuted, "block 6 below the level");
    s.data.control = CLARKE_CONTROL_GROWTH;
    for (size_t i = 0; i < RUNS; i++)
        for (size_t j = 0; j < CLARKE_LIMIT_BLOCKS; j++)
            s.block[i][j] = 0.8 * pow(s.law.times.t[j], 0.11);
    cr_assert(sample_test(&s).control_refuted && sample_test(&s).growing, "slope 0.11 on log t");
    for (size_t i = 0; i < RUNS; i++)
        for (size_t j = 0; j < CLARKE_LIMIT_BLOCKS; j++)
            s.block[i][j] = 0.8 * pow(s.law.times.t[j], 0.09);
    cr_assert(!sample_test(&s).growing, "slope 0.09 on log t");
    for (size_t i = 0; i < RUNS; i++)
        for (size_t j = 0; j < CLARKE_LIMIT_BLOCKS; j++)
            s.block[i][j] = 0.5 * pow(s.law.times.t[j], 0.11);
    cr_assert(!sample_test(&s).growing, "below the null level");
}

/* ---- the gate ---- */

static clarke_limit_gate gate(clarke_limit_map map, double p, double sigma, double null_level,
                              double separation)
{
    clarke_limit_gate g;
    const clarke_limit_law law = law_make(map, p, 0.5, 1.0);
    const clarke_limit_setting s = {sigma, 2.0, 4, null_level, separation};
    clarke_limit_gate_of(&law, &s, NULL, &g);
    return g;
}

Test(limit, predicted_last_block)
{
    /* n = 4, G = 2, kappa = 1/2, eta_g = theta_g = 0.001, sigma = 0.5, T = 16, tau = 1. */
    clarke_limit_gate g = gate(CLARKE_MAP_IDENTITY, 1.0, 0.5, 10.0, NAN);
    cr_assert(near(g.predicted, 2.0 * (0.0025 + 0.0015), 1e-12), "p = 1: %g", g.predicted);
    g = gate(CLARKE_MAP_IDENTITY, 4.0, 2.0, 10.0, NAN);
    cr_assert(near(g.predicted, 2.0 * pow(0.024, 0.25), 1e-12), "p = 4: %g", g.predicted);
    g = gate(CLARKE_MAP_SIGN, 1.0, 0.5, 10.0, NAN);
    cr_assert(near(g.predicted, 9.0 * 3.0 * sqrt(0.001), 1e-12), "sign, p = 1: %g", g.predicted);
    g = gate(CLARKE_MAP_SIGN, 2.0, 50.0, 10.0, NAN);
    cr_assert(near(g.predicted, 2.0 * sqrt(300.0 * sqrt(0.001)), 1e-12), "sign, p = 2: %g",
              g.predicted);
    g = gate(CLARKE_MAP_IDENTITY, 2.0, 0.0, 10.0, NAN);
    cr_assert(near(g.predicted, 2.0 * exp(-8.0), 1e-12), "noiseless, p = 2: %g", g.predicted);
}

Test(limit, gate_conditions)
{
    /* (a): P = 0.008 against 0.375 N0. */
    cr_assert(gate(CLARKE_MAP_IDENTITY, 1.0, 0.5, 0.0214, NAN).admitted, "just admitted");
    cr_assert(!gate(CLARKE_MAP_IDENTITY, 1.0, 0.5, 0.0213, NAN).admitted, "just not admitted");
    /* (d): D/4. */
    cr_assert(gate(CLARKE_MAP_IDENTITY, 1.0, 0.5, 10.0, 0.0321).admitted, "separation 0.0321");
    cr_assert(!gate(CLARKE_MAP_IDENTITY, 1.0, 0.5, 10.0, 0.0319).admitted, "separation 0.0319");
    /* (c): T/16 lambda = 1/2 for heavy ball, 1 for sgd. */
    const clarke_limit_gate g = gate(CLARKE_MAP_IDENTITY, 2.0, 0.0, 10.0, NAN);
    cr_assert(!g.admitted && near(g.transient, 0.5, 1e-12), "short T: %g", g.transient);
    cr_assert(strstr(g.sentence, "T >= 32"), "short T: %s", g.sentence);
    /* (b): a law that does not fall. */
    clarke_limit_law law = law_make(CLARKE_MAP_IDENTITY, 1.0, 0.5, 1.0);
    for (size_t j = 0; j < CLARKE_LIMIT_BLOCKS; j++) law.times.eta[j] = 0.001;
    clarke_limit_gate flat;
    const clarke_limit_setting s = {0.5, 2.0, 4, 10.0, NAN};
    clarke_limit_gate_of(&law, &s, NULL, &flat);
    cr_assert(!flat.admitted && flat.range == 0.0, "constant steps: range %g", flat.range);
}

/* What the gate says would do, does. */
Test(limit, what_would_do_does)
{
    const clarke_schedule eta = {.kind = CLARKE_SCHEDULE_POWER, .c = 10.0, .a = 1.0, .k0 = 50.0};
    const clarke_schedule theta = {.kind = CLARKE_SCHEDULE_SINGLE, .c = 1.0};
    const clarke_sgd_form form = {.phi = &clarke_regularizer_half_square, .memoryless = true};
    const clarke_limit_setting s = {1.0, 2.0, 1, 0.3, NAN};
    clarke_limit_law law = law_make(CLARKE_MAP_IDENTITY, 2.0, 0.5, 1.0);
    clarke_limit_gate g;
    law.memoryless = true;
    clarke_limit_times_plan(&eta, &theta, 10000, 1, &form, &law.times);
    clarke_limit_gate_of(&law, &s, &eta, &g);
    cr_assert(!g.admitted, "10,000 steps: P = %g", g.predicted);
    const char *k = strstr(g.sentence, "K = ");
    cr_assert(k, "the sentence names K: %s", g.sentence);
    const double need = strtod(k + 4, NULL);
    clarke_limit_times_plan(&eta, &theta, (size_t)(1.02 * need), 1, &form, &law.times);
    clarke_limit_gate_of(&law, &s, &eta, &g);
    cr_assert(g.admitted, "K = %g: %s", need, g.sentence);
    clarke_limit_times_plan(&eta, &theta, (size_t)(0.9 * need), 1, &form, &law.times);
    clarke_limit_gate_of(&law, &s, &eta, &g);
    cr_assert(!g.admitted, "0.9 K is not enough: P = %g, level %g", g.predicted, g.level);
}

/* ---- advice ---- */

static const char *advice(const sample *s, char text[400])
{
    const clarke_schedule eta = {.kind = CLARKE_SCHEDULE_POWER, .c = 10.0, .a = 1.0, .k0 = 50.0};
    const clarke_limit_support r = sample_test(s);
    clarke_limit_advice(&r, &s->data, &s->law, &eta, text);
    return text;
}

Test(limit, advice_names_what_fails)
{
    char text[400];
    sample s;
    sample_make(&s, CLARKE_MAP_IDENTITY, 2.0, 1.0, 100.0);
    cr_assert(strstr(advice(&s, text), "below the level"), "level: %s", text);
    sample_make(&s, CLARKE_MAP_IDENTITY, 2.0, 0.3, 0.1);
    cr_assert(strstr(advice(&s, text), "more slowly"), "slope: %s", text);
    sample_make(&s, CLARKE_MAP_IDENTITY, 2.0, 1.0, 0.5);
    for (size_t i = 0; i < 5; i++)
        for (size_t j = 0; j < CLARKE_LIMIT_BLOCKS; j++) s.block[i][j] = 0.01;
    /* 19 of 24: a rate of 0.79 needs more than 24 runs. */
    cr_assert(strstr(advice(&s, text), "runs would do"), "scatter: %s", text);
    for (size_t i = 0; i < 6; i++) s.block[i][0] = INFINITY;
    cr_assert(strstr(advice(&s, text), "stayed finite"), "not finite: %s", text);
    sample_make(&s, CLARKE_MAP_IDENTITY, 2.0, 1.0, 0.5);
    sample_control(&s, 0.1, 0.15, 0.2);
    cr_assert(strstr(advice(&s, text), "wrong limit"), "control: %s", text);
}
