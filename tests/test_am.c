/* Block capabilities of problems, methods over blocks, and the constants of descent, against
   values, closed forms and traces worked out by hand. */
#include "core/registry.h"
#include "engine/run.h"
#include "tests/lib/problem_cases.h"
#include "verify/lib/decrease.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { N = PROBLEM_LARGEST_N, MOST = 64 };

static clarke_problem *make(const char *text, clarke_arena *mem)
{
    clarke_problem *p = NULL;
    cr_assert_eq(clarke_problem_from_text(text, mem, &p), CLARKE_OK, "%s: %s", text,
                 clarke_message());
    return p;
}

/* ---- capabilities ---- */

static const char *const more[] = {
    "power_pair:n=6,p=1,1.5,3,w=0.5,1,2",
    "power_pair:n=4,p=2+block_rotate",
    "root_pair:n=4,p=0.75",
    "coupled_quadratic:n=4,c=1,-0.5+block_rotate",
    "square_product:n=6+block_rotate",
    "rank1_factor:n=4,sigma=2,1,lambda=1.5",
    "rank1_factor:lambda=1",
    "hinge_chain:gamma=0.5",
    "relu_chain:y=2,w=0.5",
    "bilin_abs_ridge:n=4+block_rotate",
    "power_pair+direct:with=relu_chain",
    "abs_product+direct:with=root_pair",
};

static size_t block_specs(char spec[MOST][96])
{
    size_t count = 0;
    for (size_t i = 0; i < clarke_problems.count; i++) {
        const clarke_problem_desc *desc = clarke_problems.entry[i].desc;
        if (desc->block_prox || desc->block_gradient || desc->value_gap)
            snprintf(spec[count++], 96, "%s", clarke_problems.entry[i].id);
    }
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++)
        snprintf(spec[count++], 96, "%s", more[i]);
    return count;
}

static size_t block_size(const clarke_problem *p, size_t b)
{
    return p->layout.block[b].rows * p->layout.block[b].cols;
}

/* f(.., u, ..) + weight/2 |u - c|^2 */
static double model(const clarke_problem *p, size_t b, double weight, const double *x,
                    const double *c, const double *u)
{
    double z[N], square = 0.0;
    memcpy(z, x, p->n * sizeof *z);
    for (size_t j = 0; j < block_size(p, b); j++) {
        z[p->layout.block[b].offset + j] = u[j];
        square += (u[j] - c[j]) * (u[j] - c[j]);
    }
    return p->desc->value(p, z) + 0.5 * weight * square;
}

/* Point i in [-2, 2]^n. */
static void point(const clarke_problem *p, size_t i, double *x)
{
    for (size_t j = 0; j < p->n; j++) x[j] = 4.0 * problem_draw(i, j) - 2.0;
}

/* Half near y, half anywhere. */
static void other_block(size_t k, size_t size, const double *y, double *u)
{
    for (size_t j = 0; j < size; j++)
        u[j] = k % 2 ? y[j] + ldexp(problem_draw(k, j) - 0.5, -(int)(k % 16))
                     : 6.0 * problem_draw(k + 300, j) - 3.0;
}

/* The minimiser beats 200 points; 1e-12 allows for the rounding of values up to about 1e2. */
static void check_prox(const clarke_problem *p, const char *spec, size_t i, size_t b)
{
    static const double weight[] = {0.0, 0.25, 2.0};
    double x[N], c[N], y[N], u[N];
    const size_t size = block_size(p, b);
    const double a = weight[i % 3];
    point(p, i, x);
    for (size_t j = 0; j < size; j++) c[j] = 4.0 * problem_draw(i + 100, j) - 2.0;
    p->desc->block_prox(p, b, a, x, c, y);
    const double best = model(p, b, a, x, c, y);
    for (size_t k = 0; k < 200; k++) {
        other_block(k, size, y, u);
        const double other = model(p, b, a, x, c, u);
        cr_assert(best <= other + 1e-12 * (1.0 + fabs(best)), "%s: block %zu: %.17g > %.17g", spec,
                  b, best, other);
    }
}

/* Lipschitz in the block; the gradient is that of f where nothing is left over. */
static void check_gradient(const clarke_problem *p, const char *spec, size_t i, size_t b)
{
    double x[N], y[N], g[N], h[N], whole[N];
    const size_t size = block_size(p, b), offset = p->layout.block[b].offset;
    point(p, i, x);
    memcpy(y, x, p->n * sizeof *y);
    for (size_t j = 0; j < size; j++) y[offset + j] += problem_draw(i + 50, j) - 0.5;
    p->desc->block_gradient(p, b, x, g);
    p->desc->block_gradient(p, b, y, h);
    const double l = p->desc->block_lipschitz(p, b, x);
    cr_assert(problem_gap(size, g, h) <= l * problem_gap(p->n, x, y) * (1.0 + 1e-12) + 1e-14,
              "%s: block %zu is not %g-smooth", spec, b, l);
    if (p->desc->block_simple) return;
    p->desc->subgradient(p, x, whole);
    cr_assert(problem_gap(size, whole + offset, g) <= 1e-13 * (1.0 + problem_norm(size, g)),
              "%s: block %zu: not the gradient of f", spec, b);
}

/* A step of palm with tau > L does not increase f: g_b and h together are f. */
static void check_simple(const clarke_problem *p, const char *spec, size_t i, size_t b)
{
    double x[N], v[N], u[N], g[N];
    const size_t size = block_size(p, b), offset = p->layout.block[b].offset;
    point(p, i, x);
    const double tau = 1.5 * p->desc->block_lipschitz(p, b, x) + 0.25;
    p->desc->block_gradient(p, b, x, g);
    for (size_t j = 0; j < size; j++) v[j] = x[offset + j] - g[j] / tau;
    p->desc->block_simple(p, b, 1.0 / tau, v, u);
    const double f = p->desc->value(p, x), after = model(p, b, 0.0, x, u, u);
    cr_assert(after <= f + 1e-13 * (1.0 + fabs(f)), "%s: block %zu rises from %g to %g", spec, b, f,
              after);
}

/* value_gap is f(x) - f(s), up to the rounding of that difference, and not negative at minima. */
static void check_gap(const clarke_problem *p, const char *spec, size_t i)
{
    double x[N], s[N];
    clarke_point_kind kind;
    for (size_t j = 0; j < p->n; j++)
        x[j] = i % 3 ? 6.0 * problem_draw(i, j) - 3.0 : rint(4.0 * problem_draw(i, j)) - 2.0;
    p->desc->stationary_distance(p, x, s, &kind);
    const double f = p->desc->value(p, x), there = p->desc->value(p, s);
    const double gap = p->desc->value_gap(p, x);
    cr_assert(fabs(gap - (f - there)) <= 1e-13 * (1.0 + fabs(f) + fabs(there)),
              "%s: gap %.17g, not %.17g", spec, gap, f - there);
    if (kind == CLARKE_POINT_GLOBAL_MINIMUM)
        cr_assert(gap >= 0.0, "%s: gap %g at a global minimum", spec, gap);
}

static void check_layout(const clarke_problem *p, const char *spec)
{
    size_t covered = 0;
    bool good = true;
    for (size_t b = 0; b < p->layout.count; b++) {
        good &= p->layout.block[b].offset == covered && p->layout.block[b].name[0];
        covered += block_size(p, b);
    }
    cr_assert(good, "%s: the blocks' offsets or names", spec);
    cr_assert_eq(covered, p->n, "%s: blocks cover %zu of %zu", spec, covered, p->n);
    cr_assert(!p->desc->block_gradient == !p->desc->block_lipschitz, "%s: half a gradient", spec);
    cr_assert(p->n <= N, "%s: n", spec);
}

static void check_blocks(const clarke_problem *p, const char *spec, size_t i)
{
    for (size_t b = 0; b < p->layout.count; b++) {
        if (p->desc->block_prox) check_prox(p, spec, i, b);
        if (p->desc->block_gradient) check_gradient(p, spec, i, b);
        if (p->desc->block_simple) check_simple(p, spec, i, b);
    }
    for (size_t l = 0; p->desc->value_gap && l < 8; l++) check_gap(p, spec, 8 * i + l);
}

Test(am, blocks_of_every_problem)
{
    static char spec[MOST][96];
    const size_t count = block_specs(spec);
    size_t minimisers = 0, gradients = 0, gaps = 0;
    cr_assert(count > 20, "%zu problems with blocks", count);
    for (size_t i = 0; i < count; i++) {
        clarke_arena *mem = clarke_arena_new(0);
        const clarke_problem *p = make(spec[i], mem);
        check_layout(p, spec[i]);
        clarke_arena_seal(mem, true);
        for (size_t k = 0; k < 12; k++) check_blocks(p, spec[i], k);
        clarke_arena_seal(mem, false);
        cr_assert(!clarke_arena_failed(mem), "%s: an oracle allocated", spec[i]);
        minimisers += p->desc->block_prox != NULL;
        gradients += p->desc->block_gradient != NULL;
        gaps += p->desc->value_gap != NULL;
        clarke_arena_free(mem);
    }
    cr_assert(minimisers > 15 && gradients > 8 && gaps > 15, "%zu %zu %zu", minimisers, gradients,
              gaps);
}

/* Ties: the minimiser nearest to the centre. */
Test(am, ties)
{
    clarke_arena *mem = clarke_arena_new(0);
    const double x[] = {0.75, 0.0}, c = -0.625, half = 0.5, far = 3.0;
    double y = NAN;
    const clarke_problem *p = make("abs_product", mem);
    p->desc->block_prox(p, 0, 0.0, x, &c, &y);
    cr_expect_eq(y, -0.625, "abs_product on the axis: %g", y);
    p = make("square_product", mem);
    p->desc->block_prox(p, 0, 0.0, x, &c, &y);
    cr_expect_eq(y, -0.625, "square_product on the axis: %g", y);
    const double balanced[] = {0.0, 1.5, -1.5};
    p = make("powell_cycle", mem);
    p->desc->block_prox(p, 0, 0.0, balanced, &half, &y);
    cr_expect_eq(y, 0.5, "powell_cycle, y + z = 0: %g", y);
    p->desc->block_prox(p, 0, 0.0, balanced, &far, &y);
    cr_expect_eq(y, 1.0, "powell_cycle, y + z = 0, from afar: %g", y);
    clarke_arena_free(mem);
}

/* ---- methods ---- */

typedef struct {
    double x[N];
    size_t n;
    clarke_status status;
    char message[256];
} ran;

static ran run(const char *method, const char *problem, const char *schedule, const char *init,
               size_t steps)
{
    const clarke_run_spec spec = {.problem = problem,
                                  .method = method,
                                  .schedule = schedule,
                                  .sampling = "full",
                                  .init = init,
                                  .iterations = steps};
    ran r = {.n = 0};
    clarke_arena *mem = clarke_arena_new(0);
    clarke_run_plan plan;
    clarke_run_result result;
    r.status = clarke_run_plan_make(&spec, mem, &plan);
    if (r.status == CLARKE_OK)
        r.status = clarke_run_execute(&plan, 1, 0, NULL, 0, NULL, NULL, mem, &result);
    snprintf(r.message, sizeof r.message, "%s", clarke_message());
    if (r.status == CLARKE_OK) {
        r.n = result.n;
        for (size_t j = 0; j < r.n && j < N; j++) r.x[j] = result.final_x[j];
    }
    clarke_arena_free(mem);
    return r;
}

static void ends_at(const char *method, const char *problem, const char *schedule, const char *init,
                    size_t steps, size_t n, const double *x)
{
    const ran r = run(method, problem, schedule, init, steps);
    cr_assert_eq(r.status, CLARKE_OK, "%s on %s: %s", method, problem, r.message);
    cr_assert_eq(r.n, n, "%s on %s: n = %zu", method, problem, r.n);
    for (size_t j = 0; j < n; j++)
        cr_expect(fabs(r.x[j] - x[j]) <= 4e-16 * (1.0 + fabs(x[j])),
                  "%s on %s: x[%zu] = %.17g, %.17g", method, problem, j, r.x[j], x[j]);
}

/* One or two steps by hand. */
Test(am, steps_by_hand)
{
    /* x = -c y, y = -c x */
    ends_at("alternating_minimization", "coupled_quadratic", NULL, "point:7,1", 1, 2,
            (double[]){-0.5, 0.25});
    /* x = (x - y/2)/2 = 3.25, y = (1 - 3.25/2)/2 */
    ends_at("alternating_minimization:alpha=1", "coupled_quadratic", NULL, "point:7,1", 1, 2,
            (double[]){3.25, -0.3125});
    /* centres 3.25 + (3.25 - 7)/2 = 1.375 and -0.3125 - 1.3125/2 = -0.96875: x = (1.375 +
       0.15625)/2, y = (-0.96875 - x/2)/2 */
    ends_at("alternating_minimization:alpha=1,beta=0.5", "coupled_quadratic", NULL, "point:7,1", 2,
            2, (double[]){0.765625, -0.67578125});
    /* tau = 2: x = 7 - 7.5/2, y = 1 - (1 + 3.25/2)/2 */
    ends_at("palm:gamma=2", "coupled_quadratic", NULL, "point:7,1", 1, 2,
            (double[]){3.25, -0.3125});
    /* both from the same point, eta = 1/2: x = 7 - 7.5/2, y = 1 - 4.5/2 */
    ends_at("proximal_gradient", "coupled_quadratic", "constant:0.5", "point:7,1", 1, 2,
            (double[]){3.25, -1.25});
    /* soft thresholding by eta w after x - eta (x - y) = 7 - 3 */
    ends_at("proximal_gradient", "power_pair:p=1,w=1", "constant:0.5", "point:7,1", 1, 2,
            (double[]){3.5, 4.0});
    ends_at("proximal_point", "l1_norm:n=2", "constant:0.5", "point:2,-0.25", 1, 2,
            (double[]){1.5, 0.0});
    /* -1, then 3: x + x^3, x - 3 x^3 from 1/2 */
    ends_at("gradient_descent:steps=-1,3", "quartic", NULL, "point:0.5", 2, 1,
            (double[]){0.625 - 3.0 * 0.625 * 0.625 * 0.625});
    /* x = t/(t^2 + lambda) from y = 1.5, lambda = 1/4 */
    ends_at("alternating_minimization", "rank1_factor", NULL, "point:9,1.5", 1, 2,
            (double[]){0.6, 0.6 / 0.61});
}

static void refused(const char *method, const char *problem, const char *word)
{
    const ran r = run(method, problem, NULL, NULL, 1);
    cr_assert_eq(r.status, CLARKE_EINPUT, "%s on %s: not refused", method, problem);
    cr_assert(strstr(r.message, word), "%s on %s: '%s' does not say '%s'", method, problem,
              r.message, word);
}

Test(am, refusals)
{
    refused("alternating_minimization", "quartic", "minimiser over a block");
    refused("alternating_minimization:alpha=1,2,3", "power_pair", "3 numbers");
    refused("alternating_minimization:beta=1", "power_pair", "beta");
    refused("palm", "abs_product", "gradient of its smooth part");
    refused("proximal_gradient", "absquad", "gradient of its smooth part");
    refused("proximal_point", "power_pair", "prox of f");
    refused("palm:tau=1", "power_pair", "no parameter");
}

/* A rotation within the blocks turns the iterates and changes nothing else. */
Test(am, rotation_of_blocks)
{
    clarke_arena *mem = clarke_arena_new(0);
    const clarke_problem *q = make("rank1_factor:n=4,sigma=2,1,lambda=0.5+block_rotate", mem);
    char init[160];
    const ran plain = run("alternating_minimization:alpha=0.5",
                          "rank1_factor:n=4,sigma=2,1,lambda=0.5", NULL, "point:1,0.5,0.75,1.5", 7);
    /* Q_b u = u - 2 v (v'u)/5, v = (1, 2), is its own inverse. */
    const double from[] = {1.0, 0.5, 0.75, 1.5};
    double turned[4], back[4];
    for (size_t b = 0; b < 4; b += 2) {
        const double dot = from[b] + 2.0 * from[b + 1];
        turned[b] = from[b] - 0.4 * dot, turned[b + 1] = from[b + 1] - 0.8 * dot;
    }
    snprintf(init, sizeof init, "point:%.17g,%.17g,%.17g,%.17g", turned[0], turned[1], turned[2],
             turned[3]);
    const ran other = run("alternating_minimization:alpha=0.5",
                          "rank1_factor:n=4,sigma=2,1,lambda=0.5+block_rotate", NULL, init, 7);
    for (size_t b = 0; b < 4; b += 2) {
        const double dot = other.x[b] + 2.0 * other.x[b + 1];
        back[b] = other.x[b] - 0.4 * dot, back[b + 1] = other.x[b + 1] - 0.8 * dot;
    }
    for (size_t j = 0; j < 4; j++)
        cr_expect(fabs(back[j] - plain.x[j]) <= 1e-13, "x[%zu]: %.17g, %.17g", j, back[j],
                  plain.x[j]);
    cr_expect_eq(q->layout.count, 2, "%zu blocks", q->layout.count);
    clarke_arena_free(mem);
}

/* In a direct sum each part runs on its own. */
Test(am, direct_sum)
{
    const ran a = run("alternating_minimization:alpha=1", "power_pair:p=4", NULL, "point:1,0.5", 9);
    const ran b =
        run("alternating_minimization:alpha=1", "hinge_chain", NULL, "point:0.5,-1,-2", 9);
    const ran both = run("alternating_minimization:alpha=1",
                         "power_pair:p=4+direct:with=hinge_chain", NULL, "point:1,0.5,0.5,-1,-2",
                         9);
    cr_assert_eq(both.n, 5, "n = %zu", both.n);
    for (size_t j = 0; j < 5; j++)
        cr_expect_eq(both.x[j], j < 2 ? a.x[j] : b.x[j - 2], "x[%zu] = %.17g", j, both.x[j]);
}

/* ---- descent ---- */

static clarke_descent_row row(double gap, double step, double residual)
{
    return (clarke_descent_row){.gap = gap,
                                .step = step,
                                .residual = residual,
                                .distance = residual,
                                .size = residual,
                                .exact = true};
}

/* x^2/2 with factors 1/2 and -6/5, by hand: windows of one step have 3/4 (from 1 to 1/2: (1/2 -
   1/8) / (1/4) = 3/2) and -1/22, of two steps 4/65 and 0.32/1.46. */
Test(am, constants_of_a_rising_sequence)
{
    clarke_descent d;
    double x = 1.0, before = 1.0;
    clarke_descent_begin(&d, 1, 40);
    d.theta = 0.5;
    for (size_t k = 0; k <= 40; k++) {
        const clarke_descent_row r = row(0.5 * x * x, k ? fabs(x - before) : NAN, fabs(x));
        clarke_descent_add(&d, &r);
        before = x;
        x *= k % 2 ? -1.2 : 0.5;
    }
    const clarke_descent_half *h = &d.half[0];
    cr_expect(fabs(h->all[0] + 1.0 / 22.0) <= 1e-14, "a_1 = %.17g", h->all[0]);
    cr_expect(fabs(h->all[1] - 4.0 / 65.0) <= 1e-14, "a_2 = %.17g", h->all[1]);
    cr_expect(fabs(h->all[3] - 4.0 / 65.0) <= 1e-14, "a_4 = %.17g", h->all[3]);
    cr_expect(fabs(h->first[1] - 0.08 / 1.21) <= 1e-14, "first a_2 = %.17g", h->first[1]);
    /* g_k / Delta_k: x = 1/2 after a step of 1/2, 0.6 after one of 1.1. */
    cr_expect(fabs(h->b[0] - 1.0) <= 1e-14, "b = %.17g", h->b[0]);
    cr_expect(fabs(h->c - sqrt(0.5)) <= 1e-14, "c = %.17g", h->c);
    cr_expect(d.order_a == 2 && d.order_b == 2, "orders %zu %zu", d.order_a, d.order_b);
    cr_expect(h->rises[0] == 10 && h->rises[1] == 0, "%zu rises, %zu", h->rises[0], h->rises[1]);
    for (size_t i = 0; i < CLARKE_DESCENT_CHECKS; i++)
        cr_expect(d.check[i].violations == 0 && d.check[i].checked > 0, "check %zu: %zu of %zu", i,
                  d.check[i].violations, d.check[i].checked);
}

/* Standing still where there is a residual is an infinite b. */
Test(am, standing_still)
{
    clarke_descent d;
    clarke_descent_begin(&d, 2, 20);
    for (size_t k = 0; k <= 20; k++) {
        const clarke_descent_row r =
            row(k < 3 ? 1.0 - 0.1 * (double)k : 0.7, k && k < 4 ? 0.1 : 0.0, 0.5);
        clarke_descent_add(&d, &r);
    }
    cr_expect(isinf(d.half[0].b[0]), "b = %g", d.half[0].b[0]);
    cr_expect_eq(d.stalled, 0.5, "stalled at %g", d.stalled);
}

/* 1/k^2 with theta = 3/4 fits; the same with theta = 1/2 breaks the recursion: c of the first half
   is too small for the second. */
Test(am, wrong_exponent_is_seen)
{
    for (int wrong = 0; wrong < 2; wrong++) {
        clarke_descent d;
        clarke_descent_begin(&d, 1, 4000);
        d.middle = 500;
        d.theta = wrong ? 0.5 : 0.75;
        for (size_t k = 0; k <= 4000; k++) {
            /* x^4/4 under x - x^3/8: x^2 = 4/k to first order; exact enough for a bound. */
            static double x, before;
            if (k == 0) x = 1.0;
            clarke_descent_row r = row(0.25 * x * x * x * x, k ? before - x : NAN, x * x * x);
            r.distance = x, r.size = x;
            clarke_descent_add(&d, &r);
            before = x;
            x -= 0.125 * x * x * x;
        }
        const size_t bad = d.check[CLARKE_DESCENT_RECURSION_A].violations +
                           d.check[CLARKE_DESCENT_BOUND_A].violations;
        cr_expect(wrong ? bad > 1000 : bad == 0, "theta %s: %zu violations", wrong ? "1/2" : "3/4",
                  bad);
    }
}
