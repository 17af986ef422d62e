/* Problems with exact exponents: the numbers that were derived for them, their maps against
   formulas that share no code with them, and the measures that read rates and exponents. */
#include "core/registry.h"
#include "engine/run.h"
#include "verify/lib/cells.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static clarke_problem *make(const char *text, clarke_arena *mem)
{
    clarke_problem *p = NULL;
    cr_assert_eq(clarke_problem_from_text(text, mem, &p), CLARKE_OK, "%s: %s", text,
                 clarke_message());
    return p;
}

/* One sweep of exact or proximal block minimisation. */
static void sweep(const clarke_problem *p, const double *weight, double *x)
{
    for (size_t b = 0; b < p->layout.count; b++) {
        double y[8];
        double *own = x + p->layout.block[b].offset;
        const size_t size = p->layout.block[b].rows * p->layout.block[b].cols;
        p->desc->block_prox(p, b, weight ? weight[b] : 0.0, x, own, y);
        memcpy(own, y, size * sizeof *y);
    }
}

/* x' + x'^{p-1} = x: for p = 3/2 and 3 by the quadratic formula, for p = 4 by Cardano's. */
Test(kl, maps_of_powers)
{
    clarke_arena *mem = clarke_arena_new(0);
    const clarke_problem *half = make("power_pair:p=1.5", mem), *cube = make("power_pair:p=3", mem);
    const clarke_problem *four = make("power_pair:p=4", mem);
    double a[] = {1.0, 1.0}, b[] = {1.0, 1.0}, c[] = {1.0, 1.0};
    for (int k = 0; k < 6; k++) {
        const double root = 2.0 * a[1] / (1.0 + sqrt(1.0 + 4.0 * a[1]));
        const double next = 2.0 * b[1] / (1.0 + sqrt(1.0 + 4.0 * b[1]));
        const double w = sqrt(0.25 * c[1] * c[1] + 1.0 / 27.0);
        const double cardano = cbrt(0.5 * c[1] + w) - cbrt(w - 0.5 * c[1]);
        sweep(half, NULL, a), sweep(cube, NULL, b), sweep(four, NULL, c);
        cr_expect(fabs(a[0] - root * root) <= 1e-14 * a[0], "p = 3/2: %.17g", a[0]);
        cr_expect(fabs(b[0] - next) <= 1e-15, "p = 3: %.17g, not %.17g", b[0], next);
        cr_expect(fabs(c[0] - cardano) <= 1e-14, "p = 4: %.17g, not %.17g", c[0], cardano);
        cr_expect(a[0] == a[1] && c[0] == c[1], "y = x after a sweep");
    }
    clarke_arena_free(mem);
}

/* x_k ((p-2) k)^{1/(p-2)} -> 1; the next term of u = x^{-2} is -(3/2) ln k / k relatively. */
Test(kl, constant_of_power_four)
{
    clarke_arena *mem = clarke_arena_new(0);
    const clarke_problem *p = make("power_pair:p=4", mem);
    double x[] = {1.0, 1.0};
    for (int k = 0; k < 20000; k++) sweep(p, NULL, x);
    const double ratio = x[0] * sqrt(2.0 * 20000.0);
    cr_expect(fabs(ratio - 1.0) <= 0.75 * log(20000.0) / 20000.0, "%.17g", ratio);
    clarke_arena_free(mem);
}

/* On the stable curve of the product both factors fall like (2k)^{-1/2}; beside it one survives. */
Test(kl, stable_curve)
{
    clarke_arena *mem = clarke_arena_new(0);
    const clarke_problem *p = make("square_product", mem);
    const double one[] = {1.0, 1.0};
    double x[] = {3.024734240746366, 1.4544906289440425}, y[] = {3.024734240746366, 1.46};
    for (int k = 0; k < 20000; k++) sweep(p, one, x), sweep(p, one, y);
    cr_expect(fabs(x[0] * sqrt(40000.0) - 1.0) < 1e-3, "x %.17g", x[0] * sqrt(40000.0));
    cr_expect(fabs(x[1] * sqrt(40000.0) - 1.0) < 1e-3, "y %.17g", x[1] * sqrt(40000.0));
    cr_expect(fabs(p->desc->value(p, x) * 8.0 * 4e8 - 1.0) < 1e-2, "f %.17g", p->desc->value(p, x));
    cr_expect(fmax(fabs(y[0]), fabs(y[1])) > 0.05, "beside the curve: %g %g", y[0], y[1]);
    clarke_arena_free(mem);
}

/* |xy| with weight 1 on y = (1 - l) x, l^2 - 3 l + 1 = 0: x' = l x until rounding leaves the
   line. */
Test(kl, stable_line)
{
    clarke_arena *mem = clarke_arena_new(0);
    const clarke_problem *p = make("abs_product", mem);
    const double one[] = {1.0, 1.0}, l = 0.5 * (3.0 - sqrt(5.0));
    double x[] = {1.0, 1.0 - l};
    for (int k = 0; k < 8; k++) {
        const double before = x[0];
        sweep(p, one, x);
        /* Errors of 2^-53 relative to x grow by 1/l^2 = 6.85 a step. */
        cr_expect(fabs(x[0] / before - l) <= 4e-16 * pow(6.86, k + 1), "k = %d: %.17g", k,
                  x[0] / before);
    }
    clarke_arena_free(mem);
}

/* Steps of Powell's cycle are exact in binary: each halves the distance from a vertex, and f
   falls. */
Test(kl, powell_cycle)
{
    clarke_arena *mem = clarke_arena_new(0);
    const clarke_problem *p = make("powell_cycle", mem);
    double x[] = {-1.125, 1.0625, -1.03125}, f = p->desc->value(p, x), g[3], excess = 0.125;
    for (size_t k = 0; k < 45; k++) {
        double y;
        const size_t b = k % 3;
        const double sign = -copysign(1.0, x[b]);
        p->desc->block_prox(p, b, 0.0, x, &x[b], &y);
        excess *= k == 0 ? 0.125 : 0.5;
        cr_expect_eq(y, sign * (1.0 + excess), "step %zu: %.17g, not %.17g", k, y,
                     sign * (1.0 + excess));
        x[b] = y;
        const double next = p->desc->value(p, x);
        cr_expect(next <= f && next >= 1.0, "step %zu: f from %.17g to %.17g", k, f, next);
        f = next;
        p->desc->subgradient(p, x, g);
        cr_expect(fmax(fabs(g[0]), fmax(fabs(g[1]), fabs(g[2]))) > 1.9, "step %zu: gradient", k);
    }
    clarke_arena_free(mem);
}

/* The numbers of the relu chain: the value of the dead ray, the rate of the active branch, and a
   point of the ray that the block minimiser leaves. */
Test(kl, relu_chain)
{
    clarke_arena *mem = clarke_arena_new(0);
    const clarke_problem *p = make("relu_chain", mem);
    const double v = 1.0 / (1.3 + 3.0), weight[] = {0.6, 0.0, 0.0, 0.6, 0.6};
    const double dead[] = {3.0 * v, 2.0 * v, v, -2.0, -2.0};
    double near[] = {3.0 * v, 2.0 * v, v, -0.01, -0.01}, x[] = {0.5, 0.5, 0.5, 0.5, 0.5};
    cr_expect(fabs(p->desc->value(p, dead) - 0.151162790698) <= 1e-12, "dead value %.15g",
              p->desc->value(p, dead));
    cr_expect(p->desc->clarke_residual(p, dead) <= 1e-15, "residual");
    for (int k = 0; k < 100; k++) sweep(p, weight, x);
    const double f = p->desc->value(p, x);
    sweep(p, weight, x);
    cr_expect(fabs(p->desc->value(p, x) / f - 0.878024409) <= 1e-9, "rate %.12g",
              p->desc->value(p, x) / f);
    /* b_tie = -v (sqrt(1 + gamma/(gamma + alpha)) - 1) = -0.0693: -0.01 is above it. */
    cr_expect(p->desc->clarke_residual(p, near) <= 1e-15, "on the ray, near its end");
    sweep(p, weight, near);
    cr_expect(near[3] > 0.0, "it stays: u1 = %g", near[3]);
    clarke_arena_free(mem);
}

/* Aligned starts: t -> sigma t/(t^2 + lambda) in each half sweep. */
Test(kl, factorisation)
{
    clarke_arena *mem = clarke_arena_new(0);
    const clarke_problem *p = make("rank1_factor:n=4,sigma=2,1,lambda=0.5", mem);
    double x[] = {1.0, 0.0, 1.0, 0.0}, t = 1.0;
    for (int k = 0; k < 5; k++) {
        sweep(p, NULL, x);
        t = 2.0 * t / (t * t + 0.5);
        cr_expect(fabs(x[0] - t) <= 1e-15, "x %.17g, %.17g", x[0], t);
        t = 2.0 * t / (t * t + 0.5);
        cr_expect(fabs(x[2] - t) <= 1e-15 && x[1] == 0.0, "y %.17g, %.17g", x[2], t);
    }
    clarke_arena_free(mem);
}

/* ---- measures ---- */

typedef struct {
    clarke_arena *mem;
    clarke_run_plan plan;
    clarke_run_result result;
} measured;

static measured run(const char *problem, const char *method, const char *init, size_t steps,
                    const clarke_measure_use *use)
{
    const clarke_run_spec spec = {.problem = problem,
                                  .method = method,
                                  .schedule = "constant:1",
                                  .sampling = "full",
                                  .init = init,
                                  .iterations = steps};
    measured m = {.mem = clarke_arena_new(0)};
    cr_assert_eq(clarke_run_plan_make(&spec, m.mem, &m.plan), CLARKE_OK, "%s: %s", problem,
                 clarke_message());
    cr_assert_eq(clarke_run_execute(&m.plan, 1, 0, use, 1, NULL, NULL, m.mem, &m.result), CLARKE_OK,
                 "%s: %s", problem, clarke_message());
    return m;
}

/* All k below 256, then up to the end, with gap, distance and residual of the same iterate. */
Test(kl, rate_points)
{
    enum { POINTS = 512 };
    const clarke_measure_use use = {"rate_points", {0.0}};
    measured m = run("quartic", "gradient_descent:steps=0.125", "point:1", 100000, &use);
    const double *k = m.result.output[0];
    size_t count = 0;
    for (; count < POINTS && !isnan(k[count]); count++) {
        const double gap = k[POINTS + count], d = k[2 * POINTS + count], r = k[3 * POINTS + count];
        if (count < 256) cr_assert_eq(k[count], (double)count, "k[%zu] = %g", count, k[count]);
        if (count > 0) cr_assert(k[count] > k[count - 1], "k[%zu] = %g", count, k[count]);
        cr_assert(fabs(gap - 0.25 * d * d * d * d) <= 1e-15 * gap, "gap at %g", k[count]);
        cr_assert(fabs(r - d * d * d) <= 1e-15 * r, "residual at %g", k[count]);
    }
    /* Less than one ratio, (1e5/256)^(1/255) = 1.024, from the end. */
    cr_expect(count > 500 && k[count - 1] > 1e5 / 1.024, "%zu points up to %g", count,
              k[count - 1]);
    clarke_arena_free(m.mem);
}

/* On x^4/4 every residual is (4 gap)^{3/4}: of the path, around it and at the limit. */
Test(kl, envelope)
{
    enum { BINS = 512 };
    const clarke_measure_use use = {"kl_envelope", {0.0}};
    measured m = run("quartic", "gradient_descent:steps=0.125", "point:1", 5000, &use);
    const double *out = m.result.output[0];
    for (size_t part = 0; part < 3; part++) {
        size_t filled = 0;
        for (size_t i = 0; i < BINS; i++) {
            const double gap = out[2 * part * BINS + i], r = out[(2 * part + 1) * BINS + i];
            if (isnan(r)) continue;
            cr_assert(fabs(r - pow(4.0 * gap, 0.75)) <= 1e-13 * r, "part %zu, bin %zu", part, i);
            cr_assert(floor((8.0 - log(gap)) * 2.0) == (double)i, "part %zu: gap %g in bin %zu",
                      part, gap, i);
            filled++;
        }
        cr_expect(filled > 20, "part %zu: %zu bins", part, filled);
    }
    clarke_arena_free(m.mem);
}

/* The bounds by theta, and what contradicts them. */
Test(kl, bounds)
{
    clarke_rate linear = {.regime = CLARKE_RATE_LINEAR}, slow = {.regime = CLARKE_RATE_SUBLINEAR};
    slow.exponent = 1.9, slow.exponent_interval = (clarke_interval){1.88, 1.92};
    cr_expect_eq(clarke_cell_bound(0.0, CLARKE_CELL_VALUES).regime, CLARKE_RATE_FINITE, "0");
    cr_expect_eq(clarke_cell_bound(0.5, CLARKE_CELL_VALUES).regime, CLARKE_RATE_LINEAR, "1/2");
    const clarke_cell_rate values = clarke_cell_bound(0.75, CLARKE_CELL_VALUES);
    const clarke_cell_rate iterates = clarke_cell_bound(0.75, CLARKE_CELL_DISTANCES);
    cr_expect(values.number == 2.0 && iterates.number == 0.5, "%g %g", values.number,
              iterates.number);
    cr_expect_eq(clarke_cell_against(&linear, values), 1, "faster is no violation");
    cr_expect_eq(clarke_cell_against(&slow, values), -1, "1.9 is slower than 2");
    cr_expect_eq(clarke_cell_against(&slow, iterates), 1, "1.9 is faster than 1/2");
    cr_expect_eq(clarke_cell_against(&slow, clarke_cell_bound(0.5, CLARKE_CELL_VALUES)), -1,
                 "sublinear is slower than linear");
    slow.exponent_interval = (clarke_interval){1.86, 1.94};
    cr_expect_eq(clarke_cell_against(&slow, values), 0, "three half widths");
    cr_expect_eq(clarke_cell_bound(1.0, CLARKE_CELL_VALUES).regime, CLARKE_RATE_UNDECIDED, "1");
}

/* Cells have distinct names and problems that exist, and their exponent is that of the growth at
   the limit of a run. */
Test(kl, table)
{
    cr_assert(clarke_cells_count > 25, "%zu cells", clarke_cells_count);
    for (size_t i = 0; i < clarke_cells_count; i++) {
        const clarke_cell *c = &clarke_cells[i];
        clarke_arena *mem = clarke_arena_new(0);
        const clarke_problem *p = make(c->problem, mem);
        cr_expect_eq(clarke_cell_find(c->name), c, "%s: twice", c->name);
        cr_expect(c->theta >= 0.0 && c->theta < 1.0, "%s: theta", c->name);
        cr_expect(p->desc->value_gap && p->desc->clarke_residual, "%s: no gap", c->name);
        const clarke_cell_rate bound = clarke_cell_bound(c->theta, CLARKE_CELL_VALUES);
        cr_expect(c->values.regime <= bound.regime, "%s: slower than theta says", c->name);
        if (c->values.regime == CLARKE_RATE_SUBLINEAR)
            cr_expect(c->values.number >= bound.number - 1e-12, "%s: p = %g", c->name,
                      c->values.number);
        clarke_arena_free(mem);
    }
    cr_expect_null(clarke_cell_find("nosuch"), "a cell that is not there");
}
