/* The measures of block descent on traces that are computed here by hand formulas: three-splitting on
   relu_chain_cell (six numbers, order V_2, U_2, W_2, V_1, U_1, W_1), right and with one thing wrong. */
#include "verify/exact.h"
#include "verify/lib/bcd_watch.h"

#include "core/registry.h"

#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

enum { W1, V1, U1, W2, V2, U2, N = 6, SWEEPS = 60 };

typedef enum {
    RIGHT,
    NO_ALPHA_V2,  /* V_2 without its proximal term */
    STALE_V2,     /* U_2 sees the old V_2 */
    HALF_WEIGHT,  /* V_2 with half the loss */
    CLIPPED_V1,   /* V_1 moved into [0, inf) */
    DEAD_ZERO,    /* U_1 = 0 in the dead zone, where it is b */
    ALWAYS_RIGHT, /* U_1 takes the right branch without comparing values */
    TIE_MIDDLE,   /* U_1 = 0 where two branches are equally good */
    STRAYING_W1,  /* the phase of U_1 moves W_1 too, by one ulp */
    OTHER_ORDER,  /* V_1 and U_1 exchanged */
    NUDGED_U2     /* U_2 off by 1e-13 */
} fault;

typedef struct {
    double w, gamma, alpha, y, start;
    fault fault;
} cell;

static double solve_u1(const cell *c, const double *x)
{
    const double b = (c->gamma * x[W1] + c->alpha * x[U1]) / (c->gamma + c->alpha);
    const double k = c->gamma + c->alpha, v = x[V1];
    const double right = (c->gamma * v + k * b) / (c->gamma + k);
    const bool in_right = right > 0.0, in_left = b < 0.0;
    const double f_right = c->gamma * k * (v - b) * (v - b) / (c->gamma + k);
    const double f_left = c->gamma * v * v;
    if (in_right && in_left) {
        if (c->fault == ALWAYS_RIGHT) return right;
        if (c->fault == TIE_MIDDLE && f_right == f_left) return 0.0;
        return f_right < f_left ? right : b;
    }
    if (in_left) return c->fault == DEAD_ZERO ? 0.0 : b;
    return in_right ? right : 0.0;
}

/* One phase of the sweep on x; old holds V_2 before the sweep. */
static void phase(const cell *c, size_t p, double *x, double old)
{
    static const size_t exchanged[] = {0, 1, 2, 4, 3, 5};
    const double g = c->gamma, a = c->alpha, w = c->fault == HALF_WEIGHT ? 0.5 * c->w : c->w;
    switch (c->fault == OTHER_ORDER ? exchanged[p] : p) {
    case 0:
        x[V2] = c->fault == NO_ALPHA_V2 ? (w * c->y + g * x[U2]) / (w + g)
                                        : (w * c->y + g * x[U2] + a * x[V2]) / (w + g + a);
        break;
    case 1:
        x[U2] = 0.5 * ((c->fault == STALE_V2 ? old : x[V2]) + x[W2] * x[V1]);
        if (c->fault == NUDGED_U2) x[U2] += 1e-13;
        break;
    case 2: break; /* W_2 is held at 1 */
    case 3:
        x[V1] = 0.5 * (fmax(x[U1], 0.0) + x[U2]);
        if (c->fault == CLIPPED_V1) x[V1] = fmax(x[V1], 0.0);
        break;
    case 4:
        x[U1] = solve_u1(c, x);
        if (c->fault == STRAYING_W1) x[W1] = nextafter(x[W1], 1e9);
        break;
    default: x[W1] = (g * x[U1] + a * x[W1]) / (g + a); break;
    }
}

typedef struct {
    double out[512];
    const clarke_measure_desc *desc;
} result;

/* Runs `sweeps` sweeps past the measure `id` with these arguments. x0: NULL, the forward pass. */
static result measure(const cell *c, const char *id, double kind, double mode, double alpha,
                      const double *x0, size_t sweeps)
{
    char text[200];
    result r = {.desc = clarke_registry_get(&clarke_measures, id)};
    clarke_arena *mem = clarke_arena_new(0);
    clarke_problem *p;
    snprintf(text, sizeof text, "relu_chain_cell:target=%.17g,weight=%.17g,gamma=%.17g,from=%.17g",
             c->y, c->w, c->gamma, c->start);
    cr_assert_eq(clarke_problem_from_text(text, mem, &p), CLARKE_OK, "%s", clarke_message());
    cr_assert(r.desc && p->n == N && r.desc->outputs <= 512, "%s", id);
    double x[N], before[N];
    memcpy(x, x0 ? x0 : p->start, sizeof x);
    const double start[N] = {x[0], x[1], x[2], x[3], x[4], x[5]};
    const double arg[8] = {kind, mode, alpha};
    double zeros[2] = {0.0, 0.0};
    const clarke_clock clock = {
        .steps = sweeps, .epoch = 1, .eta = zeros, .theta = zeros, .t = zeros};
    clarke_measure m = {.desc = r.desc,
                        .arg = arg,
                        .problem = p,
                        .clock = &clock,
                        .n = N,
                        .start = start,
                        .mem = mem,
                        .state = clarke_alloc(mem, r.desc->state_size)};
    cr_assert_eq(r.desc->begin(&m), CLARKE_OK, "%s: %s", id, clarke_message());
    for (size_t k = 0; k < sweeps; k++) {
        const double old = x[V2];
        for (size_t f = 0; f < N; f++) {
            memcpy(before, x, sizeof x);
            phase(c, f, x, old);
            const clarke_event e = {
                .k = k, .phase = f, .last_phase = f == N - 1, .before = before, .after = x};
            r.desc->observe(&m, &e);
        }
    }
    r.desc->end(&m, r.out);
    clarke_arena_free(mem);
    return r;
}

static double output(const result *r, const char *name)
{
    for (size_t i = 0; i < r->desc->outputs; i++)
        if (strcmp(r->desc->output[i], name) == 0) return r->out[i];
    cr_assert(false, "no output '%s'", name);
    return NAN;
}

/* Alive, dead, and a start from which the target is negative. */
static const cell good[] = {{1.0, 1.3, 0.6, 1.0, 0.5, RIGHT},
                            {1.0, 1.3, 0.6, 1.0, -5.0, RIGHT},
                            {0.5, 2.0, 0.25, -3.0, 1.0, RIGHT}};
enum { GOOD = sizeof good / sizeof *good };

static double violations(const cell *c, const char *id, double mode)
{
    const result r = measure(c, id, CLARKE_BCD_KINDS, mode, c->alpha, NULL, SWEEPS);
    cr_expect(r.out[0] >= SWEEPS, "%s: %g checks", id, r.out[0]);
    return r.out[2];
}

Test(bcd_measures, accept_the_method)
{
    for (size_t i = 0; i < GOOD; i++) {
        cr_expect_eq(violations(&good[i], "bcd_step", 0.0), 0.0, "cell %zu: bcd_step", i);
        for (int mode = 0; mode < 3; mode++)
            cr_expect_eq(violations(&good[i], "bcd_fall", mode), 0.0, "cell %zu: bcd_fall %d", i,
                         mode);
        for (int mode = 0; mode < 2; mode++)
            cr_expect_eq(violations(&good[i], "bcd_sweep", mode), 0.0, "cell %zu: bcd_sweep %d", i,
                         mode);
        cr_expect_eq(violations(&good[i], "bcd_relative", 0.0), 0.0, "cell %zu: bcd_relative", i);
    }
}

/* Which of (step, fall >= c D^2, equality, relative error) must see a fault; 1 yes, 0 not asked. */
static const struct {
    const char *name;
    cell c;
    bool step, fall, equality, relative;
} bad[] = {
    {"V_2 without alpha", {1.0, 1.3, 0.6, 1.0, 0.5, NO_ALPHA_V2}, 1, 1, 1, 0},
    {"U_2 with the old V_2", {1.0, 1.3, 0.6, 1.0, 0.5, STALE_V2}, 1, 0, 1, 0},
    {"half the loss", {1.0, 1.3, 0.6, 1.0, 0.5, HALF_WEIGHT}, 1, 0, 1, 1},
    {"V_1 clipped", {0.5, 2.0, 0.25, -3.0, 1.0, CLIPPED_V1}, 1, 0, 1, 1},
    {"0 in the dead zone", {1.0, 1.3, 0.6, 1.0, -5.0, DEAD_ZERO}, 1, 0, 0, 0},
    {"no comparison", {1.0, 1.3, 0.6, 1.0, -0.04, ALWAYS_RIGHT}, 1, 0, 0, 0},
    {"W_1 strays", {1.0, 1.3, 0.6, 1.0, 0.5, STRAYING_W1}, 1, 1, 1, 1},
    {"another order", {1.0, 1.3, 0.6, 1.0, 0.5, OTHER_ORDER}, 1, 1, 1, 1},
    {"off by 1e-13", {1.0, 1.3, 0.6, 1.0, 0.5, NUDGED_U2}, 1, 0, 0, 0},
};

Test(bcd_measures, find_faults)
{
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const cell *c = &bad[i].c;
        if (bad[i].step)
            cr_expect(violations(c, "bcd_step", 0.0) > 0.0, "%s: bcd_step", bad[i].name);
        if (bad[i].fall)
            cr_expect(violations(c, "bcd_fall", 0.0) > 0.0, "%s: bcd_fall", bad[i].name);
        if (bad[i].equality)
            cr_expect(violations(c, "bcd_fall", 2.0) > 0.0, "%s: equality", bad[i].name);
        if (bad[i].relative)
            cr_expect(violations(c, "bcd_relative", 0.0) > 0.0, "%s: bcd_relative", bad[i].name);
    }
}

/* gamma = 9, alpha = 7, y = 200, W_1 = U_1 = -25: V_1 becomes 100 and U_1's two minimisers are -25
   and 20. Either is right, 0 is not. */
Test(bcd_measures, ties)
{
    const double x0[N] = {-25.0, 200.0, -25.0, 1.0, 200.0, 200.0};
    cell c = {1.0, 9.0, 7.0, 200.0, -25.0, RIGHT};
    const result r = measure(&c, "bcd_step", CLARKE_BCD_INNER_U, 0.0, 7.0, x0, 1);
    cr_expect(r.out[0] == 1.0 && r.out[2] == 0.0, "the tie: %g of %g", r.out[2], r.out[0]);
    cr_expect_eq(output(&r, "contested"), 1.0, "the tie: contested");
    cr_expect_eq(output(&r, "told"), 0.0, "the tie: both are as good");
    c.fault = TIE_MIDDLE;
    const result wrong = measure(&c, "bcd_step", CLARKE_BCD_INNER_U, 0.0, 7.0, x0, 1);
    cr_expect_eq(wrong.out[2], 1.0, "0 at the tie is seen");
    c.fault = ALWAYS_RIGHT;
    const result right = measure(&c, "bcd_step", CLARKE_BCD_INNER_U, 0.0, 7.0, x0, 1);
    cr_expect_eq(right.out[2], 0.0, "the other minimiser is right too");
}

/* The constants of another alpha do not hold, and the wrong alpha is no subproblem of the method. */
Test(bcd_measures, constants_matter)
{
    const result own = measure(&good[0], "bcd_fall", CLARKE_BCD_LAST_V, 0.0, 0.6, NULL, SWEEPS);
    const result other = measure(&good[0], "bcd_fall", CLARKE_BCD_LAST_V, 0.0, 6.0, NULL, SWEEPS);
    cr_expect(own.out[2] == 0.0 && other.out[2] > 0.0, "alpha 0.6: %g, alpha 6: %g", own.out[2],
              other.out[2]);
    /* V_2: fall = (alpha + (gamma + w)/2) D^2 against (alpha + gamma/2) D^2. */
    cr_expect_float_eq(output(&own, "closest"), (0.6 + 1.15) / (0.6 + 0.65), 1e-6, "closest %g",
                       output(&own, "closest"));
}

/* V_2 alone moves in the first phase from 1/2: by hand for w = gamma = alpha = 1, y = 4, start 1. */
Test(bcd_measures, path_by_hand)
{
    const cell c = {1.0, 1.0, 1.0, 4.0, 1.0, RIGHT};
    const result r = measure(&c, "bcd_path", CLARKE_BCD_KINDS, 0.0, 1.0, NULL, 1);
    /* V_2 = 6/3 = 2, U_2 = (2 + 1)/2 = 3/2, V_1 = (1 + 3/2)/2 = 5/4, U_1 = (5/4 + 1 + 1)/3 = 13/12,
       W_1 = (13/12 + 1)/2 = 25/24. L goes from 9/2 to
       2 + 1/8 + 1/32 + (1/6)^2/2 + (1/24)^2/2. */
    const double moves = 1.0 + 0.25 + 0.0625 + 1.0 / 144.0 + 1.0 / 576.0;
    const double fall = 4.5 - (2.0 + 0.125 + 0.03125 + 1.0 / 72.0 + 1.0 / 1152.0);
    /* Parts after: V_2 -2 + 1/2, U_2 -1/2 + 1/4, V_1 1/6 - 1/4, U_1 -1/6 + 1/24, W_1 -1/24. */
    const double dist = sqrt(2.25 + 0.0625 + 1.0 / 144.0 + 1.0 / 64.0 + 1.0 / 576.0);
    cr_expect_float_eq(output(&r, "start"), 4.5, 1e-15, "start");
    cr_expect_float_eq(output(&r, "fall"), fall, 1e-14, "fall %.17g", output(&r, "fall"));
    cr_expect_float_eq(output(&r, "moves2"), moves, 1e-14, "moves %.17g", output(&r, "moves2"));
    cr_expect_float_eq(output(&r, "last_dist"), dist, 1e-14, "dist %.17g", output(&r, "last_dist"));
    cr_expect_float_eq(output(&r, "length"), sqrt(moves), 1e-14, "length");
    cr_expect_float_eq(output(&r, "dist2_later"), dist * dist, 1e-14,
                       "one sweep is the later half");
    cr_expect_eq(output(&r, "marked"), 1.0, "marked");
}

/* The gaps after the marks are the falls to come: at the end of a converged run L - 0. */
Test(bcd_measures, path_marks)
{
    const result r = measure(&good[0], "bcd_path", CLARKE_BCD_KINDS, 0.0, 0.6, NULL, 300);
    cr_expect_eq(output(&r, "marked"), 100.0, "marked %g", output(&r, "marked"));
    const size_t k = 18, gap = k + 128;
    for (size_t i = 1; i < 20; i++) {
        /* L falls by 0.878024409^3 from mark to mark, in the long run. */
        const double ratio = r.out[gap + 20 + i] / r.out[gap + 19 + i];
        cr_expect_float_eq(ratio, pow(0.878024409, 3.0), 1e-6, "gap ratio %.12g", ratio);
    }
    cr_expect_eq(r.out[k + 5], 15.0, "mark 5 is after sweep 15");
}

/* Not judged without a ridge: no bound is known, so nothing is checked. */
Test(bcd_measures, bounded_needs_a_ridge)
{
    const result r = measure(&good[0], "bcd_bounded", CLARKE_BCD_KINDS, 0.0, 0.6, NULL, SWEEPS);
    cr_expect_eq(r.out[0], 0.0, "%g checks", r.out[0]);
}
