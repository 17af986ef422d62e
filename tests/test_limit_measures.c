/* The measures of decision rule 2 on sequences that are fed to them: block_maxima, windows,
   fixed_point, against naive loops over the whole sequence. */
#include "core/registry.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { STEPS = 400, N = 2 };

/* x[k], m[k], g[k] are the state before step k and the answer at it; eta_k = 1 / sqrt(k + 4). */
typedef struct {
    clarke_arena *mem;
    clarke_problem *problem;
    clarke_clock clock;
    double x[STEPS + 1][N], m[STEPS + 1][N], g[STEPS][N];
} fed;

static double uniform(uint64_t k, uint64_t j)
{
    const clarke_stream s = clarke_stream_make(7, "fed", "", 0, 0, "test");
    return 2.0 * clarke_stream_uniform(&s, k, j) - 1.0;
}

static void fed_open(fed *f, const char *problem)
{
    double *eta, *theta, *t;
    f->mem = clarke_arena_new(0);
    eta = clarke_vec(f->mem, STEPS + 1);
    theta = clarke_vec(f->mem, STEPS + 1);
    t = clarke_vec(f->mem, STEPS + 1);
    cr_assert_eq(clarke_problem_from_text(problem, f->mem, &f->problem), CLARKE_OK, "%s: %s",
                 problem, clarke_message());
    for (size_t k = 0; k <= STEPS; k++) {
        eta[k] = 1.0 / sqrt((double)k + 4.0);
        theta[k] = 0.5 * eta[k];
        if (k > 0) t[k] = t[k - 1] + eta[k - 1];
        for (size_t j = 0; j < N; j++) {
            f->x[k][j] = uniform(k, j) / (1.0 + 0.01 * (double)k);
            f->m[k][j] = uniform(k, 8 + j);
            if (k < STEPS) f->g[k][j] = uniform(k, 16 + j);
        }
    }
    f->clock = (clarke_clock){.steps = STEPS, .epoch = 1, .eta = eta, .theta = theta, .t = t};
}

/* Feeds steps 0..steps-1 and returns the outputs. */
static const double *fed_run(fed *f, const clarke_measure_use *use, size_t steps)
{
    const clarke_measure_desc *desc = clarke_registry_get(&clarke_measures, use->id);
    cr_assert(desc, "%s: no such measure", use->id);
    clarke_measure m = {.desc = desc,
                        .arg = use->arg,
                        .problem = f->problem,
                        .clock = &f->clock,
                        .scale = 2.0,
                        .n = N,
                        .start = f->x[0],
                        .mem = f->mem,
                        .state = clarke_alloc(f->mem, desc->state_size)};
    cr_assert_eq(desc->begin(&m), CLARKE_OK, "%s: %s", use->id, clarke_message());
    for (size_t k = 0; k < steps; k++) {
        const clarke_view view = {"momentum", f->m[k + 1], N, 0};
        const clarke_oracle_record record = {.x = f->x[k], .g = f->g[k], .calls = k + 1};
        const clarke_event e = {.k = k,
                                .last_phase = true,
                                .before = f->x[k],
                                .after = f->x[k + 1],
                                .eta = f->clock.eta[k],
                                .theta = f->clock.theta[k],
                                .t = f->clock.t[k + 1],
                                .oracle = &record,
                                .views = 1,
                                .view = &view};
        desc->observe(&m, &e);
    }
    double *out = clarke_vec(f->mem, desc->outputs);
    desc->end(&m, out);
    return out;
}

static double output(const char *id, const double *out, const char *name)
{
    const clarke_measure_desc *desc = clarke_registry_get(&clarke_measures, id);
    for (size_t i = 0; i < desc->outputs; i++)
        if (strcmp(desc->output[i], name) == 0) return out[i];
    cr_assert(false, "%s has no output '%s'", id, name);
    return NAN;
}

static double norm(const double *x, const double *y)
{
    return hypot(x[0] - (y ? y[0] : 0.0), x[1] - (y ? y[1] : 0.0));
}

/* ---- block_maxima ---- */

/* dist(x, S) = |x|_2 for l1_norm. */
static double naive_block(const fed *f, size_t j, const double *target, bool momentum)
{
    const double total = f->clock.t[STEPS];
    const double low = total * pow(2.0, ((double)j - 9.0) / 2.0);
    const double high = j == 8 ? INFINITY : total * pow(2.0, ((double)j - 8.0) / 2.0);
    double largest = -INFINITY;
    for (size_t k = 1; k <= STEPS; k++)
        if (f->clock.t[k] >= low && f->clock.t[k] < high)
            largest = fmax(largest, norm(momentum ? f->m[k] : f->x[k], target));
    return largest;
}

static void check_blocks(fed *f, const clarke_measure_use *use, const double *target,
                         const char *label)
{
    const double *out = fed_run(f, use, STEPS);
    for (size_t j = 1; j <= 8; j++) {
        const double expected = naive_block(f, j, target, use->arg[0] == 2.0);
        cr_assert(fabs(out[j - 1] - expected) <= 1e-14, "%s: M%zu = %.17g, not %.17g", label, j,
                  out[j - 1], expected);
    }
}

Test(limit_measures, blocks)
{
    static fed f;
    fed_open(&f, "l1_norm:n=2");
    check_blocks(&f, &(clarke_measure_use){"block_maxima", {0}}, NULL, "Clarke distance");
    check_blocks(&f, &(clarke_measure_use){"block_maxima", {1}}, NULL, "field distance");
    check_blocks(&f, &(clarke_measure_use){"block_maxima", {2}}, NULL, "momentum");
    const double one[N] = {0.7, 0.7}, two[N] = {0.7, -3.0};
    const double half[N] = {0.5 * f.x[0][0], 0.5 * f.x[0][1]};
    check_blocks(&f, &(clarke_measure_use){"block_maxima", {3, 1, 0.7}}, one, "one value");
    check_blocks(&f, &(clarke_measure_use){"block_maxima", {3, 2, 0.7, -3}}, two, "two values");
    check_blocks(&f, &(clarke_measure_use){"block_maxima", {5, 0.5}}, half, "half the start");
    const clarke_measure_use use = {"block_maxima", {3, 2, 0.7, -3}};
    const double separation = output(use.id, fed_run(&f, &use, STEPS), "separation");
    cr_assert(fabs(separation - hypot(0.7, 3.0)) <= 1e-14, "separation %g", separation);
    double largest = 0.0;
    for (size_t k = 1; k <= STEPS; k++)
        largest = fmax(largest, fmax(fabs(f.x[k][0]), fabs(f.x[k][1])));
    cr_assert_eq(output(use.id, fed_run(&f, &use, STEPS), "half_width"), largest, "half width");
    const double last = output(use.id, fed_run(&f, &use, STEPS), "last");
    cr_assert(fabs(last - norm(f.x[STEPS], two)) <= 1e-14, "last %g", last);
    clarke_arena_free(f.mem);
}

Test(limit_measures, blocks_of_a_broken_run)
{
    static fed f;
    const clarke_measure_use use = {"block_maxima", {0}};
    fed_open(&f, "l1_norm:n=2");
    /* Block 5 is [T/4, T/2^1.5). */
    size_t bad = 1;
    while (f.clock.t[bad] < 0.3 * f.clock.t[STEPS]) bad++;
    const double kept = naive_block(&f, 4, NULL, false);
    f.x[bad][1] = NAN;
    const double *out = fed_run(&f, &use, STEPS);
    cr_assert_eq(out[3], kept, "block 4 is untouched: %g", out[3]);
    for (size_t j = 5; j <= 8; j++) cr_assert(isinf(out[j - 1]), "NaN: M%zu = %g", j, out[j - 1]);
    out = fed_run(&f, &use, bad);
    for (size_t j = 5; j <= 8; j++) cr_assert(isinf(out[j - 1]), "ended: M%zu = %g", j, out[j - 1]);
    f.x[bad][1] = -INFINITY;
    out = fed_run(&f, &use, bad);
    cr_assert(isfinite(out[3]) && isinf(out[4]), "infinite: %g, %g", out[3], out[4]);
    const clarke_measure_use momentum = {"block_maxima", {2}};
    f.m[bad][0] = NAN;
    f.x[bad][1] = 0.0;
    out = fed_run(&f, &momentum, STEPS);
    cr_assert(isfinite(out[3]), "momentum: M4 = %g", out[3]);
    for (size_t j = 5; j <= 8; j++)
        cr_assert(isinf(out[j - 1]), "momentum is NaN once: M%zu = %g", j, out[j - 1]);
    clarke_arena_free(f.mem);
}

/* T = 1 + 1/1024 at once: blocks without a step take the next value. */
Test(limit_measures, blocks_without_a_step)
{
    static fed f;
    static double eta[STEPS + 1], t[STEPS + 1];
    const clarke_measure_use use = {"block_maxima", {0}};
    fed_open(&f, "l1_norm:n=2");
    for (size_t k = 0; k <= STEPS; k++) {
        eta[k] = k == 0 ? 1.0 : 0x1p-20;
        if (k > 0) t[k] = t[k - 1] + eta[k - 1];
    }
    f.clock.eta = eta;
    f.clock.t = t;
    const double *out = fed_run(&f, &use, STEPS);
    double largest = 0.0;
    for (size_t k = 1; k <= STEPS; k++) largest = fmax(largest, norm(f.x[k], NULL));
    for (size_t j = 1; j <= 7; j++)
        cr_assert(fabs(out[j - 1] - norm(f.x[1], NULL)) <= 1e-15, "M%zu = %g", j, out[j - 1]);
    cr_assert(fabs(out[7] - largest) <= 1e-15, "M8 = %g", out[7]);
    clarke_arena_free(f.mem);
}

Test(limit_measures, bad_arguments)
{
    static fed f;
    static const clarke_measure_use bad[] = {{"block_maxima", {6}},
                                             {"block_maxima", {-1}},
                                             {"block_maxima", {3, 0}},
                                             {"block_maxima", {3, 6}},
                                             {"block_maxima", {NAN}}};
    fed_open(&f, "l1_norm:n=2");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const clarke_measure_desc *desc = clarke_registry_get(&clarke_measures, bad[i].id);
        clarke_measure m = {.desc = desc,
                            .arg = bad[i].arg,
                            .problem = f.problem,
                            .clock = &f.clock,
                            .n = N,
                            .start = f.x[0],
                            .mem = f.mem,
                            .state = clarke_alloc(f.mem, desc->state_size)};
        cr_assert_eq(desc->begin(&m), CLARKE_EINPUT, "bad arguments %zu are taken", i);
    }
    clarke_arena_free(f.mem);
}

/* ---- windows ---- */

Test(limit_measures, windows)
{
    static fed f;
    static const double start[] = {0.5, 0.75, 0.875};
    const clarke_measure_use use = {"windows", {0}};
    fed_open(&f, "l1_norm:n=2");
    /* Far from the kinks, so that the hull has a distance: the slopes are 1 and 1. */
    for (size_t k = 0; k <= STEPS; k++)
        for (size_t j = 0; j < N; j++) f.x[k][j] += j == 0 ? 30.0 : 1.5;
    f.x[STEPS][0] += 2.0; /* x_K belongs to every window */
    const double *out = fed_run(&f, &use, STEPS);
    for (size_t w = 0; w < 3; w++) {
        char name[32];
        size_t s = 0;
        double sum[N] = {0}, squares = 0.0, reach = 0.0;
        while (f.clock.t[s] < start[w] * f.clock.t[STEPS]) s++;
        for (size_t k = s; k < STEPS; k++) {
            for (size_t j = 0; j < N; j++) sum[j] += f.clock.eta[k] * f.g[k][j];
            squares += f.clock.eta[k] * f.clock.eta[k];
            reach = fmax(reach, norm(f.x[k + 1], f.x[s]));
        }
        const bool second = f.x[s][1] > reach; /* the ball leaves x_2 = 0 alone */
        const struct {
            const char *name;
            double value;
        } expected[] = {{"step", (double)s},
                        {"length", f.clock.t[STEPS] - f.clock.t[s]},
                        {"reach", reach},
                        {"end", norm(f.x[STEPS], f.x[s])},
                        {"answers", norm(sum, NULL)},
                        {"squares", squares},
                        {"hull", second ? sqrt(2.0) : 1.0},
                        {"momentum", norm(f.m[s], NULL)},
                        {"theta", f.clock.theta[s]},
                        {"theta_max", f.clock.theta[s]},
                        {"axis_hull", 1.0},
                        {"axis_momentum", fabs(f.m[s][0])}};
        for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
            snprintf(name, sizeof name, "%s%zu", expected[i].name, w + 1);
            const double got = output(use.id, out, name);
            cr_assert(fabs(got - expected[i].value) <= 1e-13 * (1.0 + fabs(expected[i].value)),
                      "%s = %.17g, not %.17g", name, got, expected[i].value);
        }
    }
    double answer = 0.0;
    for (size_t k = 0; k < STEPS; k++) answer = fmax(answer, norm(f.g[k], NULL));
    cr_assert(fabs(output(use.id, out, "answer_sup") - answer) <= 1e-15, "answer_sup");
    out = fed_run(&f, &use, STEPS - 1);
    cr_assert(isnan(output(use.id, out, "length1")), "an unfinished window has no numbers");
    clarke_arena_free(f.mem);
}

/* ---- fixed_point ---- */

static double period_from(fed *f, size_t first, size_t period, size_t break_at, const double **out)
{
    static const clarke_measure_use use = {"fixed_point", {0}};
    fed_open(f, "l1_norm:n=2");
    for (size_t k = first + period; k <= STEPS; k++) {
        memcpy(f->x[k], f->x[k - period], sizeof f->x[k]);
        memcpy(f->m[k], f->m[k - period], sizeof f->m[k]);
    }
    if (break_at <= STEPS) f->m[break_at][1] = nextafter(f->m[break_at][1], 9.0);
    *out = fed_run(f, &use, STEPS);
    return output(use.id, *out, "period");
}

Test(limit_measures, cycles)
{
    static fed f;
    const double *out;
    for (size_t p = 1; p <= 4; p++) {
        const size_t first = 300;
        cr_assert_eq(period_from(&f, first, p, SIZE_MAX, &out), (double)p, "period %zu: %g", p,
                     out[0]);
        cr_assert_eq(output("fixed_point", out, "first"), (double)first, "period %zu: first %g", p,
                     output("fixed_point", out, "first"));
        double distance = 0.0;
        for (size_t i = 0; i < p; i++) distance = fmax(distance, norm(f.x[first + i], NULL));
        cr_assert(fabs(output("fixed_point", out, "distance") - distance) <= 1e-15,
                  "period %zu: distance", p);
        clarke_arena_free(f.mem);
    }
    cr_assert_eq(period_from(&f, 300, 5, SIZE_MAX, &out), 0.0, "period 5 is not looked for");
    clarke_arena_free(f.mem);
    cr_assert_eq(period_from(&f, 300, 2, STEPS, &out), 0.0, "an ulp of the momentum breaks it");
    clarke_arena_free(f.mem);
    cr_assert_eq(period_from(&f, STEPS - 10, 1, SIZE_MAX, &out), 1.0, "ten times the same");
    clarke_arena_free(f.mem);
    cr_assert_eq(period_from(&f, STEPS - 9, 1, SIZE_MAX, &out), 0.0, "nine times are not enough");
    clarke_arena_free(f.mem);
}

Test(limit_measures, stagnation_by_rounding_is_not_visible)
{
    static fed f;
    static double eta[STEPS + 1];
    const clarke_measure_use use = {"fixed_point", {0}};
    fed_open(&f, "l1_norm:n=2");
    for (size_t k = 0; k <= STEPS; k++) f.x[k][0] = f.x[k][1] = 1.0, f.m[k][0] = f.m[k][1] = 0.0;
    /* A step of 2^-50 would be seen at x = 1, one of 2^-54 would not. */
    for (size_t k = 0; k <= STEPS; k++) eta[k] = 0x1p-50;
    f.clock.eta = eta;
    const double *out = fed_run(&f, &use, STEPS);
    cr_assert_eq(output(use.id, out, "visible"), 1.0, "a step of 2^-50 at 1");
    cr_assert(fabs(output(use.id, out, "residual") - sqrt(2.0)) <= 1e-15, "residual");
    for (size_t k = 0; k <= STEPS; k++) eta[k] = 0x1p-54;
    out = fed_run(&f, &use, STEPS);
    cr_assert_eq(output(use.id, out, "visible"), 0.0, "a step of 2^-54 at 1");
    clarke_arena_free(f.mem);
}
