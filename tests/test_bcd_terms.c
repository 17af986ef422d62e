/* What the measures of block descent are made of (verify/lib/bcd_*.c): values, falls, distances,
   against hand-computed numbers, direct differences in long double, and difference quotients. */
#include "verify/lib/bcd_watch.h"

#include "core/registry.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    clarke_arena *mem;
    clarke_problem *p;
    clarke_bcd_net bcd;
    double *x, *y;
} net;

static net open_net(const char *text)
{
    net t = {.mem = clarke_arena_new(0)};
    cr_assert_eq(clarke_problem_from_text(text, t.mem, &t.p), CLARKE_OK, "%s: %s", text,
                 clarke_message());
    cr_assert_eq(clarke_bcd_make(t.p, t.mem, &t.bcd), CLARKE_OK, "%s: %s", text, clarke_message());
    t.x = clarke_vec(t.mem, t.p->n);
    t.y = clarke_vec(t.mem, t.p->n);
    memcpy(t.x, t.p->start, t.p->n * sizeof *t.x);
    return t;
}

/* Nets of every kind; random points, so that no entry sits on a kink. */
static const char *const nets[] = {
    "split_three:widths=4,3,samples=6",
    "split_three:widths=5,3,samples=7,activation=leaky_relu,rho=0.5,weight=sum",
    "split_three:widths=4,4,samples=5,activation=abs,residual=yes,w_term=ridge",
    "split_three:widths=3,3,3,samples=4,activation=tanh,residual=yes,loss=logistic,w_term=l1",
    "split_three:widths=4,samples=6,activation=sigmoid,loss=softmax_cross_entropy,v_term=ridge",
    "split_three:widths=4,samples=6,activation=hard_tanh,loss=squared_hinge,bias=yes",
    "split_three:widths=4,3,samples=6,loss=hinge,bias=yes,w_term=ridge",
    "split_two:widths=4,3,samples=6",
    "split_two:widths=4,4,samples=5,activation=tanh,residual=yes,w_term=ridge",
    "split_two:widths=4,samples=6,activation=sigmoid,loss=logistic",
    "split_two:widths=2,2,samples=6,activation=leaky_relu,loss=softmax_cross_entropy",
    "split_two:widths=0,samples=6,loss=hinge"};
enum { NETS = sizeof nets / sizeof *nets };

static void scatter(net *t, uint64_t k)
{
    const clarke_stream s = clarke_stream_make(5, "bcd", "", 0, 0, "test");
    for (size_t j = 0; j < t->p->n; j++) t->x[j] = 1.5 * clarke_stream_gaussian(&s, k, j);
}

Test(bcd_terms, value_is_the_problems)
{
    for (size_t i = 0; i < NETS; i++) {
        net t = open_net(nets[i]);
        scatter(&t, i);
        const clarke_bcd_sum own = clarke_bcd_value(&t.bcd, t.x);
        const double said = t.p->desc->value(t.p, t.x);
        cr_expect(fabs(said - (double)own.value) <= 1e-12 * said, "%s: %.17g, not %.17g", nets[i],
                  said, (double)own.value);
        clarke_arena_free(t.mem);
    }
}

/* L = 9/4 at the point of rest of two-splitting, by hand: (1 + 1/4 + 1 + 1/4 + 1 + 1)/2. */
Test(bcd_terms, value_by_hand)
{
    net t = open_net("split_stall");
    cr_expect_eq((double)clarke_bcd_value(&t.bcd, t.x).value, 2.25, "split_stall: two-splitting");
    cr_expect_eq(t.p->desc->value(t.p, t.x), 2.25, "split_stall: the problem's own value");
    clarke_arena_free(t.mem);
}

/* The fall against the difference of two values, where the move is large. */
static void check_fall(net *t, const char *label, size_t block)
{
    clarke_bcd_block b;
    b.role = clarke_split_role_of(t->p->split, block, &b.layer);
    const size_t offset = t->p->layout.block[block].offset;
    const size_t count = clarke_split_size(t->p->split, block);
    const clarke_stream s = clarke_stream_make(6, "bcd", "", 0, 0, "test");
    memcpy(t->y, t->x, t->p->n * sizeof *t->y);
    for (size_t j = 0; j < count; j++) t->y[offset + j] += clarke_stream_gaussian(&s, block, j);
    const clarke_bcd_move m = clarke_bcd_fall(&t->bcd, t->x, t->y + offset, b);
    const clarke_bcd_sum before = clarke_bcd_value(&t->bcd, t->x);
    const clarke_bcd_sum after = clarke_bcd_value(&t->bcd, t->y);
    const long double bound = before.error + after.error + m.fall.error;
    cr_expect(fabsl(before.value - after.value - m.fall.value) <= bound,
              "%s, block %s: %.17Lg, not %.17Lg", label, t->p->layout.block[block].name,
              m.fall.value, before.value - after.value);
    cr_expect(m.fall.error <= 1e-15L * m.fall.size, "%s: its error is %.3Lg", label, m.fall.error);
}

Test(bcd_terms, falls_are_differences)
{
    for (size_t i = 0; i < NETS; i++) {
        net t = open_net(nets[i]);
        scatter(&t, i);
        for (size_t b = 0; b < t.p->layout.count; b++) check_fall(&t, nets[i], b);
        clarke_arena_free(t.mem);
    }
}

/* A tiny move keeps its digits: the fall by t is t f' up to t^2, far below the rounding of L. */
Test(bcd_terms, falls_do_not_cancel)
{
    net t = open_net("relu_chain_cell:target=4,gamma=1,from=1");
    const clarke_bcd_block v2 = {CLARKE_ROLE_V, 2};
    const size_t at = t.p->layout.block[t.p->split->layer[2].v].offset;
    const double step = 0x1p-40, after = t.x[at] + step;
    /* L in V_2 is (v - 4)^2/2 + (v - 1)^2/2, at v = 1: slope -3, curvature 2. */
    const clarke_bcd_move m = clarke_bcd_fall(&t.bcd, t.x, &after, v2);
    cr_expect_eq((double)m.fall.value, 3.0 * step - step * step, "fall %.17g",
                 (double)m.fall.value);
    cr_expect_eq((double)m.moved, step, "moved");
    cr_expect_eq((double)m.quadratic, step * step, "quadratic part %.17g", (double)m.quadratic);
    clarke_arena_free(t.mem);
}

/* |partial gradient| by difference quotients of the fall. */
static double slope_norm(net *t, size_t block)
{
    clarke_bcd_block b;
    b.role = clarke_split_role_of(t->p->split, block, &b.layer);
    const size_t offset = t->p->layout.block[block].offset;
    double sum = 0.0;
    for (size_t j = 0; j < clarke_split_size(t->p->split, block); j++) {
        const double h = 1e-6;
        memcpy(t->y, t->x, t->p->n * sizeof *t->y);
        t->y[offset + j] = t->x[offset + j] + h;
        const long double up = clarke_bcd_fall(&t->bcd, t->x, t->y + offset, b).fall.value;
        t->y[offset + j] = t->x[offset + j] - h;
        const long double down = clarke_bcd_fall(&t->bcd, t->x, t->y + offset, b).fall.value;
        sum = hypot(sum, (double)((down - up) / (2.0L * (long double)h)));
    }
    return sum;
}

Test(bcd_terms, distances_are_slopes)
{
    for (size_t i = 0; i < NETS; i++) {
        net t = open_net(nets[i]);
        scatter(&t, i);
        for (size_t block = 0; block < t.p->layout.count; block++) {
            clarke_bcd_block b;
            b.role = clarke_split_role_of(t.p->split, block, &b.layer);
            const clarke_bcd_residual r =
                clarke_bcd_stationarity(&t.bcd, t.x, b, (clarke_bcd_prox){0});
            const double want = slope_norm(&t, block);
            cr_expect(fabs((double)r.distance - want) <= 1e-6 * (1.0 + want),
                      "%s, block %s: %.12g, not %.12g", nets[i], t.p->layout.block[block].name,
                      (double)r.distance, want);
        }
        clarke_arena_free(t.mem);
    }
}

/* Every block of split_stall is stationary alone, with either multiplier of the kink that it needs. */
Test(bcd_terms, split_stall_rests_block_by_block)
{
    net t = open_net("split_stall");
    for (size_t block = 0; block < t.p->layout.count; block++) {
        clarke_bcd_block b;
        b.role = clarke_split_role_of(t.p->split, block, &b.layer);
        const clarke_bcd_residual r =
            clarke_bcd_stationarity(&t.bcd, t.x, b, (clarke_bcd_prox){t.x, 0.0, NULL});
        cr_expect(r.worst <= 1.0L, "split_stall, block %s: %.3Lg", t.p->layout.block[block].name,
                  r.distance);
    }
    /* Without the kink it would not: V_1 moved off it has the gradient (-1/2 + 2^-10, 0). */
    const size_t v1 = t.p->layout.block[t.p->split->layer[1].v].offset;
    t.x[v1] = -0x1p-10;
    const clarke_bcd_residual r = clarke_bcd_stationarity(
        &t.bcd, t.x, (clarke_bcd_block){CLARKE_ROLE_V, 1}, (clarke_bcd_prox){0});
    cr_expect_eq((double)r.distance, 0.5 + 0x1p-10, "split_stall, off the kink: %.17g",
                 (double)r.distance);
    clarke_arena_free(t.mem);
}

/* ---- entries with kinks, by hand: gamma = rho = 1 ---- */

/* U_1 = 0 in relu_chain_cell with V_1 = v, W_1 = z: S = -z, the slopes left and right are -z and -z - v. */
static double at_zero(double v, double z)
{
    net t = open_net("relu_chain_cell:gamma=1");
    t.x[t.p->layout.block[t.p->split->layer[1].u].offset] = 0.0;
    t.x[t.p->layout.block[t.p->split->layer[1].v].offset] = v;
    t.x[t.p->layout.block[t.p->split->layer[1].w].offset] = z;
    const clarke_bcd_residual r = clarke_bcd_stationarity(
        &t.bcd, t.x, (clarke_bcd_block){CLARKE_ROLE_U, 1}, (clarke_bcd_prox){0});
    clarke_arena_free(t.mem);
    return (double)r.distance;
}

Test(bcd_terms, kinks_by_hand)
{
    cr_expect_eq(at_zero(-2.0, 1.0), 0.0, "convex kink: 0 is in [-1, 1]");
    cr_expect_eq(at_zero(-2.0, 3.0), 1.0, "convex kink: [-3, -1]");
    cr_expect_eq(at_zero(-2.0, -1.0), 1.0, "convex kink: [1, 3]");
    cr_expect_eq(at_zero(2.0, -1.0), 1.0, "concave kink: {1, -1}");
    cr_expect_eq(at_zero(2.0, 0.0), 0.0, "concave kink: {0, -2}");
    cr_expect_eq(at_zero(2.0, -2.0), 0.0, "concave kink: {2, 0}");
}

/* ---- the choice of a piece, by hand ---- */

/* ReLU, gamma = 9, c = rho + alpha = 16, v = 100, b = -25: the tie, -25 and 20, both of value 45000.
   worst > 1 for any other point. */
static long double choice(double u, double v)
{
    net t = open_net("relu_chain_cell:gamma=9");
    const clarke_split_layer *l = &t.p->split->layer[1];
    const double old = -25.0;
    t.x[t.p->layout.block[l->u].offset] = u;
    t.x[t.p->layout.block[l->v].offset] = v;
    t.x[t.p->layout.block[l->w].offset] = -25.0;
    const clarke_bcd_choice c =
        clarke_bcd_best_piece(&t.bcd, t.x, 1, (clarke_bcd_prox){&old, 7.0, NULL});
    cr_expect_eq(c.contested, 1, "choice: %zu entries have two minima", c.contested);
    clarke_arena_free(t.mem);
    return c.worst;
}

Test(bcd_terms, pieces_by_hand)
{
    cr_expect(choice(-25.0, 100.0) <= 1.0L, "the tie, below");
    cr_expect(choice(20.0, 100.0) <= 1.0L, "the tie, above");
    cr_expect(choice(0.0, 100.0) > 1.0L, "the tie, at 0");
    cr_expect(choice(20.0 + 1e-4, 100.0) > 1.0L, "beside the tie's point");
    /* v = 101: above is better; v = 99: below. */
    cr_expect(choice(-25.0, 101.0) > 1.0L, "the wrong branch, below");
    cr_expect(choice((9.0 * 101.0 - 400.0) / 25.0, 101.0) <= 1.0L, "the right branch, above");
    cr_expect(choice((9.0 * 99.0 - 400.0) / 25.0, 99.0) > 1.0L, "the wrong branch, above");
    cr_expect(choice(-25.0, 99.0) <= 1.0L, "the right branch, below");
}

/* ---- two-splitting: all pieces, by hand ---- */

static double *block_of(net *t, size_t block)
{
    return t->x + t->p->layout.block[block].offset;
}

/* |.|, V_1 = I, V_2 = 1, the prox 1/2 |p - (1/2, 1/2)|^2: an entry p of W_2 costs (1 - |p|)^2/2 +
   (p - 1/2)^2/2, with the minima 3/4 of value 1/16 and -1/4 of value 9/16. */
Test(bcd_terms, sectors_by_hand)
{
    static const double old[4] = {0.5, 0.5, 0.5, 0.5};
    const clarke_bcd_prox prox = {old, 1.0, NULL};
    const clarke_bcd_block w2 = {CLARKE_ROLE_W, 2};
    net t = open_net("split_two:inputs=2,widths=2,2,samples=2,activation=abs,gamma=1");
    const clarke_split_layer *l = t.p->split->layer;
    memcpy(block_of(&t, l[1].v), (double[]){1.0, 0.0, 0.0, 1.0}, 4 * sizeof(double));
    for (size_t j = 0; j < 4; j++) block_of(&t, l[2].v)[j] = 1.0, block_of(&t, l[2].w)[j] = 0.75;
    const clarke_bcd_choice best = clarke_bcd_least(&t.bcd, t.x, w2, prox);
    cr_expect(best.worst <= 1.0L && best.contested == 2, "the best: %.3Lg, %zu rows", best.worst,
              best.contested);
    block_of(&t, l[2].w)[1] = -0.25; /* stationary all the same */
    const clarke_bcd_choice other = clarke_bcd_least(&t.bcd, t.x, w2, prox);
    cr_expect(clarke_bcd_stationarity(&t.bcd, t.x, w2, prox).worst <= 1.0L, "not stationary");
    cr_expect(other.worst > 1e9L, "the other minimum: %.3Lg", other.worst);
    block_of(&t, l[2].w)[1] = 0.75 + 1e-6; /* 1e-12 above */
    const clarke_bcd_choice beside = clarke_bcd_least(&t.bcd, t.x, w2, prox);
    cr_expect(beside.worst > 1.0L, "beside the best: %.3Lg", beside.worst);
    clarke_arena_free(t.mem);
}

/* Hard tanh, V_1 = (1, 2), V_2 = (1, -1), the prox 0.005 (p - 3)^2: F is flat from 1 on but for the prox,
   2 at p = 3, and has (1 + 5 p) + 0.01 (p - 3) as its slope around 0: 0.951 at p = -0.97/5.01. */
Test(bcd_terms, breakpoints_by_hand)
{
    static const double old = 3.0;
    const clarke_bcd_prox prox = {&old, 0.01, NULL};
    const clarke_bcd_block w2 = {CLARKE_ROLE_W, 2};
    net t = open_net("split_two:inputs=1,widths=1,1,samples=2,activation=hard_tanh,gamma=1");
    const clarke_split_layer *l = t.p->split->layer;
    memcpy(block_of(&t, l[1].v), (double[]){1.0, 2.0}, 2 * sizeof(double));
    memcpy(block_of(&t, l[2].v), (double[]){1.0, -1.0}, 2 * sizeof(double));
    *block_of(&t, l[2].w) = -0.97 / 5.01;
    const clarke_bcd_choice best = clarke_bcd_least(&t.bcd, t.x, w2, prox);
    cr_expect(best.worst <= 1.0L && best.contested == 1, "the best: %.3Lg", best.worst);
    *block_of(&t, l[2].w) = 3.0;
    const clarke_bcd_choice flat = clarke_bcd_least(&t.bcd, t.x, w2, prox);
    cr_expect_eq((double)clarke_bcd_stationarity(&t.bcd, t.x, w2, prox).distance, 0.0);
    cr_expect(flat.worst > 1e9L, "the flat piece: %.3Lg", flat.worst);
    clarke_arena_free(t.mem);
}

Test(bcd_terms, refuses_other_problems)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_problem *p;
    clarke_bcd_net bcd;
    cr_assert_eq(clarke_problem_from_text("absquad", mem, &p), CLARKE_OK, "absquad");
    cr_expect_eq(clarke_bcd_make(p, mem, &bcd), CLARKE_EINPUT, "absquad is no split network");
    clarke_arena_free(mem);
}
