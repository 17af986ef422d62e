/* The closed forms of parts/lib/prox_*.h against searches that know nothing of them. */
#include "core/loss.h"
#include "core/registry.h"
#include "core/stream.h"
#include "parts/lib/prox_margin.h"
#include "parts/lib/prox_unit.h"

#include <criterion/criterion.h>

#include <math.h>

/* gamma/2 (sigma(u) - v)^2 + c/2 (u - b)^2. */
typedef struct {
    const clarke_activation_desc *a;
    clarke_activation_opts o;
    double gamma, c, v, b;
} unit;

static double unit_value(const unit *p, double u)
{
    double y;
    p->a->value(&p->o, 1, &u, &y);
    return 0.5 * p->gamma * (y - p->v) * (y - p->v) + 0.5 * p->c * (u - p->b) * (u - p->b);
}

/* The least value on a grid of [-R, R] around b with R such that c/2 R^2 exceeds f(b): every minimiser
   is inside. The curvature on a piece is at most gamma s^2 + c, and the pieces end on the grid or
   inside a cell, where the minimum of a cell is below the grid's by at most curvature h^2/8 if a
   stationary point is inside, and a kink at 0 or +-1 is tried apart. */
static double unit_least(const unit *p, double *slack)
{
    enum { CELLS = 4000 };
    const double reach = sqrt(2.0 * unit_value(p, p->b) / p->c) * 1.01 + 1e-3;
    const double h = 2.0 * reach / CELLS, steep = p->a->lipschitz(&p->o);
    double least = INFINITY;
    for (int i = 0; i <= CELLS; i++) least = fmin(least, unit_value(p, p->b - reach + h * i));
    for (int i = -1; i <= 1; i++) least = fmin(least, unit_value(p, i));
    *slack = (p->gamma * steep * steep + p->c) * h * h / 8.0 + 1e-13 * (1.0 + least);
    return least;
}

static const struct {
    const char *id;
    double slope;
} unit_items[] = {{"relu", 0.0},     {"leaky_relu", 0.3}, {"leaky_relu", -0.5},
                  {"leaky_relu", 2}, {"abs", 0.0},        {"hard_tanh", 0.0}};
enum { ITEMS = sizeof unit_items / sizeof *unit_items };

static double unit_solve(const unit *p, bool pieces, bool right, clarke_tie_count *ties)
{
    clarke_piece piece[CLARKE_PIECES_MAX];
    const size_t count = p->a->pieces(&p->o, piece);
    if (pieces) return clarke_prox_pieces(count, piece, p->gamma, p->c, right, p->v, p->b, ties);
    return clarke_prox_unit_at(clarke_prox_unit_make(p->gamma, p->c, piece[0].slope, right), p->v,
                               p->b, ties);
}

/* The answer's value is no larger than any on the grid, and no smaller than the grid's least by more
   than a cell can hide. Both solvers, where both apply, agree in value. */
Test(split_prox, unit_is_a_global_minimiser)
{
    for (size_t i = 0; i < ITEMS; i++)
        for (size_t k = 0; k < 300; k++) {
            const clarke_stream s = clarke_stream_make(11, "unit", "", i, 0, "test");
            unit p = {clarke_registry_get(&clarke_activations, unit_items[i].id),
                      {0.0, unit_items[i].slope},
                      0.2 + 2.0 * clarke_stream_uniform(&s, k, 0),
                      0.2 + 2.0 * clarke_stream_uniform(&s, k, 1),
                      1.5 * clarke_stream_gaussian(&s, k, 2),
                      1.5 * clarke_stream_gaussian(&s, k, 3)};
            double slack;
            clarke_tie_count ties = 0;
            const double least = unit_least(&p, &slack);
            const double f = unit_value(&p, unit_solve(&p, true, false, &ties));
            cr_expect(f <= least + 1e-13 * (1.0 + least) && f >= least - slack,
                      "%s %zu: %.17g, the grid has %.17g", unit_items[i].id, k, f, least);
            cr_expect_eq(ties, 0, "%s %zu: a tie", unit_items[i].id, k);
            if (i == ITEMS - 1) continue;
            const double g = unit_value(&p, unit_solve(&p, false, false, &ties));
            cr_expect(fabs(f - g) <= 1e-13 * (1.0 + f) && ties == 0, "%s %zu: %.17g and %.17g",
                      unit_items[i].id, k, f, g);
        }
}

/* gamma = 3, c = 1, v = 1: ReLU has b_tie = -v (sqrt(1 + gamma/c) - 1) = -1, where the minimisers are
   u_right = (3 - 1)/4 = 1/2 and u_left = b = -1 with the value 3/2, all in binary. |.| is even in u for
   b = 0: u = +-gamma v/(gamma + c). Hard tanh of v = 0, b = 0 has none; of v = 5 at b = 1/4 ... 1 none. */
Test(split_prox, ties_are_two_minimisers)
{
    const clarke_activation_desc *relu = clarke_registry_get(&clarke_activations, "relu");
    const clarke_activation_desc *even = clarke_registry_get(&clarke_activations, "abs");
    const unit r = {relu, {0.0, 0.0}, 3.0, 1.0, 1.0, -1.0},
               e = {even, {0.0, 0.0}, 3.0, 1.0, 1.0, 0.0};
    for (int pieces = 0; pieces < 2; pieces++) {
        clarke_tie_count ties = 0;
        cr_expect_eq(unit_solve(&r, pieces, false, &ties), -1.0, "relu, left");
        cr_expect_eq(ties, 1, "relu: a tie is counted");
        cr_expect_eq(unit_solve(&r, pieces, true, &ties), 0.5, "relu, right");
        cr_expect_eq(unit_solve(&e, pieces, false, &ties), -0.75, "abs, left");
        cr_expect_eq(unit_solve(&e, pieces, true, &ties), 0.75, "abs, right");
        cr_expect_eq(ties, 4, "every tie is counted");
        unit near = r;
        near.b = -1.0 + 0x1p-40;
        cr_expect_gt(unit_solve(&near, pieces, false, &ties), 0.0, "just right of the tie");
        near.b = -1.0 - 0x1p-40;
        cr_expect_eq(unit_solve(&near, pieces, true, &ties), near.b, "just left of the tie");
        cr_expect_eq(ties, 4, "next to a tie there is none");
    }
}

/* The dead zone: v <= 0 with b >= 0 and gamma v + c b <= 0 gives 0 exactly; its ends too. */
Test(split_prox, dead_zone_and_nan)
{
    const clarke_activation_desc *relu = clarke_registry_get(&clarke_activations, "relu");
    const struct {
        double v, b, u;
    } at[] = {{-1.0, 0.5, 0.0}, {-1.0, 1.0, 0.0},   {-1.0, 0.0, 0.0}, {0.0, 0.0, 0.0},
              {-1.0, 2.0, 0.5}, {-1.0, -2.0, -2.0}, {1.0, 0.0, 0.5},  {1.0, -9.0, -9.0}};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++)
        for (int pieces = 0; pieces < 2; pieces++) {
            const unit p = {relu, {0.0, 0.0}, 1.0, 1.0, at[i].v, at[i].b};
            clarke_tie_count ties = 0;
            const double u = unit_solve(&p, pieces, false, &ties);
            cr_expect(u == at[i].u && !signbit(u + 0.0 * 1.0) == (at[i].u >= 0.0),
                      "v = %g, b = %g: %g, not %g", at[i].v, at[i].b, u, at[i].u);
            unit bad = p;
            bad.v = NAN;
            cr_expect(isnan(unit_solve(&bad, pieces, false, &ties)), "NaN in v is lost");
            bad = p, bad.b = NAN;
            cr_expect(isnan(unit_solve(&bad, pieces, false, &ties)), "NaN in b is lost");
            cr_expect_eq(ties, 0, "no tie");
        }
}

/* weight phi(m + t s) + c s/2 t^2 is convex in t, so an answer that no step improves is the minimiser.
   Steps of 1e-6 change it by at least c s/2 1e-12 if t is the minimiser; values err by 2^-50 of their
   size, 1e-14, so that t is right to about 1e-7 by this test, and to 1e-14 by the equation below. */
Test(split_prox, margins)
{
    static const char *const id[] = {"hinge", "squared_hinge", "logistic"};
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 400; k++) {
            const clarke_stream r = clarke_stream_make(12, id[i], "", 0, 0, "test");
            const clarke_loss_desc *loss = clarke_registry_get(&clarke_losses, id[i]);
            const double weight = exp(3.0 * clarke_stream_gaussian(&r, k, 0));
            const double c = exp(2.0 * clarke_stream_gaussian(&r, k, 1));
            const double m = 5.0 * clarke_stream_gaussian(&r, k, 2), s = 1.0 + (double)(k % 4);
            clarke_inner inner = {0};
            const double t =
                clarke_prox_margin(clarke_prox_margin_of(id[i]), weight, c, m, s, &inner);
            const clarke_interval slope = loss->margin->subdifferential(m + t * s);
            /* 0 in weight s phi'(m + t s) + c s t, with the margin in error by 2^-51 (|m| + t s). */
            const double error = 0x1p-50 * (fabs(m) + t * s + 1.0);
            const clarke_interval low = loss->margin->subdifferential(m + t * s - error);
            const clarke_interval high = loss->margin->subdifferential(m + t * s + error);
            const double room = 8.0 * 0x1p-52 * (weight * fabs(low.low) + c * t);
            cr_expect(weight * low.low + c * t <= room && weight * high.high + c * t >= -room,
                      "%s %zu: t = %.17g leaves %g", id[i], k, t, weight * slope.low + c * t);
            cr_expect(inner.missed == 0 && inner.iterations <= 60, "%s %zu: %zu iterations", id[i],
                      k, inner.iterations);
            cr_expect(
                isnan(clarke_prox_margin(clarke_prox_margin_of(id[i]), weight, c, NAN, s, &inner)),
                "%s: NaN is lost", id[i]);
        }
    cr_expect_eq(clarke_prox_margin_of("squared"), CLARKE_PROX_MARGIN_NONE);
}

/* The hinge's three cases: far (t = w/c), onto the kink (t = (1 - m)/s), and none. */
Test(split_prox, hinge_cases)
{
    cr_expect_eq(clarke_prox_hinge(0.5, 2.0, -3.0, 2.0), 0.25, "far");
    cr_expect_eq(clarke_prox_hinge(0.5, 2.0, 0.75, 2.0), 0.125, "onto the kink");
    cr_expect_eq(clarke_prox_hinge(0.5, 2.0, 0.5, 2.0), 0.25, "both at once");
    cr_expect_eq(clarke_prox_hinge(0.5, 2.0, 1.0, 2.0), 0.0, "at the kink");
    cr_expect_eq(clarke_prox_hinge(0.5, 2.0, 7.0, 2.0), 0.0, "beyond");
    cr_expect_eq(clarke_prox_hinge(0.5, 2.0, 0.0, 0.0), 0.0, "y = 0");
}
