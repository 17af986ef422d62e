/* The objective of split networks: value, change with one block, gradient, stationarity. */
#include "core/stream.h"
#include "tests/lib/split_reference.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

/* All widths and the number of samples differ, so that nothing transposed would fit. */
#define NET "inputs=4,outputs=2,samples=7,"
static const char *const spec[] = {
    "split_three:" NET "widths=5/3",
    "split_three:" NET "widths=5/3,activation=leaky_relu,negative_slope=0.3,rho=0.7,gamma=1.3",
    "split_three:" NET "widths=5/3,activation=abs,weight=sum,loss=hinge",
    "split_three:" NET "widths=5/3,activation=hard_tanh,bias=yes,bias_start=0.2",
    "split_three:" NET "widths=5/3,activation=tanh,loss=logistic,w_term=l1,w_weight=0.3",
    "split_three:" NET "widths=5/3,activation=sigmoid,loss=squared_hinge,v_term=ridge",
    "split_three:" NET "widths=5/3,activation=linear,loss=softmax_cross_entropy,targets=classes",
    "split_three:" NET "widths=4/4/3,residual=yes,bias=yes,w_term=ridge,rho=2",
    "split_three:" NET "widths=5/3,w_term=box,w_low=-9,w_high=9,v_term=box,v_low=-9,v_high=9",
    "split_two:" NET "widths=5/3",
    "split_two:" NET "widths=5/3,activation=leaky_relu,gamma=1.3,w_term=ridge",
    "split_two:" NET "widths=5/3,activation=hard_tanh,loss=hinge,weight=sum",
    "split_two:" NET "widths=5/3,activation=tanh,loss=logistic,v_term=l1",
    "split_two:" NET "widths=4/4/3,residual=yes,activation=sigmoid",
    "split_two:" NET "widths=4/4/3,residual=yes,activation=abs",
    "split_two:" NET "widths=0,loss=squared_hinge"};
enum { SPECS = sizeof spec / sizeof *spec };

/* The grammar separates entries of a list by commas; '/' keeps the table readable. */
static split_case open_case(size_t i, uint64_t seed, double deviation)
{
    char text[256];
    snprintf(text, sizeof text, "%s", spec[i]);
    for (char *c = text; *c; c++)
        if (*c == '/') *c = ',';
    return split_case_open(text, seed, deviation);
}

/* The value is made of fewer than 2000 terms, each from an inner product of at most 6 terms, a square
   and a weight: 40 roundings of its absolute size, which the value itself bounds up to the loss. */
Test(split, value)
{
    for (size_t i = 0; i < SPECS; i++)
        for (uint64_t seed = 0; seed < 4; seed++) {
            split_case c = open_case(i, seed, 0.5);
            const long double wanted = split_reference_value(c.s, c.x);
            const double got = clarke_split_value(c.w, c.x);
            double size = 1.0;
            for (size_t e = 0; e < c.p->n; e++) size += c.x[e] * c.x[e];
            cr_expect(fabs(got - (double)wanted) <= 40.0 * 0x1p-53 * 20.0 * (size + got),
                      "%s: %.17g, not %.17Lg", spec[i], got, wanted);
            cr_expect_eq(c.p->desc->value(c.p, c.x), got, "%s: the problem's value", spec[i]);
            split_case_close(&c);
        }
}

/* At the start V and U come from the forward pass: nothing but the loss and r is left. */
Test(split, start)
{
    for (size_t i = 0; i < SPECS; i++) {
        split_case c = open_case(i, 0, 0.0);
        double terms = 0.0;
        const double loss = clarke_split_loss(c.w, c.x), whole = clarke_split_value(c.w, c.x);
        for (size_t b = 0; b < c.s->layout.count; b++) {
            size_t layer;
            const clarke_split_role role = clarke_split_role_of(c.s, b, &layer);
            const clarke_term *r = &c.s->layer[layer].w_term;
            if (role == CLARKE_ROLE_V) r = &c.s->layer[layer].v_term;
            if (role == CLARKE_ROLE_B || role == CLARKE_ROLE_U) continue;
            for (size_t e = 0; e < clarke_split_size(c.s, b); e++) {
                const double t = clarke_split_block(c.s, c.x, b)[e];
                if (r->kind == CLARKE_TERM_RIDGE) terms += 0.5 * r->weight * t * t;
                if (r->kind == CLARKE_TERM_L1) terms += r->weight * fabs(t);
            }
        }
        cr_expect(fabs(whole - loss - terms) <= 1e-13 * (1.0 + whole), "%s: %g + %g is not %g",
                  spec[i], loss, terms, whole);
        cr_expect(fabs(clarke_split_forward_loss(c.w, c.x) - loss) <= 1e-14 * (1.0 + loss),
                  "%s: forward", spec[i]);
        split_case_close(&c);
    }
}

/* One block moves by steps of several sizes. The difference of the reference is exact to 2^-63 of its
   values; the change must meet it within the bound it states. That bound must be small against the
   step, down to the smallest: 2^-53 times fewer than 1e4 products of entries below 10, except where a
   hinge is crossed. */
Test(split, change)
{
    static const double step[] = {1.0, 1e-3, 1e-7, 1e-11};
    size_t sharp = 0, all = 0;
    for (size_t i = 0; i < SPECS; i++)
        for (size_t k = 0; k < 4; k++) {
            split_case c = open_case(i, k, 0.4);
            const clarke_stream stream = clarke_stream_make(k, "change", "", i, 0, "test");
            for (size_t b = 0; b < c.s->layout.count; b++) {
                const clarke_block *block = &c.s->layout.block[b];
                for (size_t e = 0; e < block->rows * block->cols; e++)
                    c.x[block->offset + e] += step[k] * clarke_stream_gaussian(&stream, b, e) *
                                              (e % 3 != 1);
                const long double before = split_reference_value(c.s, c.y);
                const long double after = split_reference_value(c.s, c.x);
                const clarke_split_drop drop =
                    clarke_split_change(c.w, c.x, clarke_split_block(c.s, c.y, b), b);
                const double noise = 2000.0 * 0x1p-64 * (double)(before + after + 1.0L);
                const double error = fabs(drop.decrease - (double)(before - after));
                cr_expect(error <= drop.rounding + noise, "%s, %s, %g: %.17g, not %.17Lg: %g > %g",
                          spec[i], block->name, step[k], drop.decrease, before - after, error,
                          drop.rounding);
                sharp += drop.rounding <= 1e-11 * drop.step;
                all++;
                memcpy(c.y, c.x, c.p->n * sizeof *c.y);
            }
            split_case_close(&c);
        }
    cr_expect(10 * sharp >= 9 * all, "%zu of %zu bounds are small", sharp, all);
}

/* Away from kinks the subdifferential is the gradient, and central differences of the reference
   approach it: with h = 2^-16, third derivatives and values of size below 1e3 leave 1e3 h^2 + 1e3
   2^-63 / h < 1e-6. A random point is nowhere at a kink; whether the difference crosses one is seen by
   the difference of the one-sided quotients. */
Test(split, gradient)
{
    const double h = 0x1p-16;
    for (size_t i = 0; i < SPECS; i++) {
        split_case c = open_case(i, 3, 0.4);
        const size_t n = c.p->n;
        double *g = clarke_vec(c.mem, n), *element = clarke_vec(c.mem, n);
        double *norm = clarke_vec(c.mem, c.s->layout.count), total = 0.0;
        size_t crossed = 0;
        c.p->desc->subgradient(c.p, c.x, g);
        const clarke_split_point r =
            clarke_split_stationarity(c.w, c.x, CLARKE_NOTION_CLARKE, 0.0, norm, element);
        const long double f = split_reference_value(c.s, c.x);
        for (size_t e = 0; e < n; e++) {
            const double x = c.x[e];
            c.x[e] = x + h;
            const long double up = split_reference_value(c.s, c.x);
            c.x[e] = x - h;
            const long double down = split_reference_value(c.s, c.x);
            c.x[e] = x;
            const double wanted = (double)((up - down) / (2.0L * (long double)h));
            const double bend = (double)((up - 2.0L * f + down) / (long double)h);
            if (fabs(bend) > 0.01)
                crossed++;
            else
                cr_expect_float_eq(g[e], wanted, 1e-6, "%s: entry %zu: %.9g, not %.9g", spec[i], e,
                                   g[e], wanted);
            cr_expect(fabs(element[e] - g[e]) <= 1e-12, "%s: the element, %zu", spec[i], e);
        }
        for (size_t b = 0; b < c.s->layout.count; b++) total += norm[b] * norm[b];
        cr_expect(r.exact && r.kinks == 0, "%s: %zu kinks", spec[i], r.kinks);
        cr_expect_float_eq(r.distance, sqrt(total), 1e-12 * r.distance, "%s: blocks", spec[i]);
        cr_expect(crossed <= n / 20, "%s: %zu of %zu crossed a kink", spec[i], crossed, n);
        split_case_close(&c);
    }
}

/* One entry of everything: d = (1, 1, 1), one sample. With W_2 = 0, V_1 = v, U_1 = 0, W_1 X = z the
   entry U_1 has S = -z and the set S - v xi, xi between the slopes. ReLU: v <= 0 is a convex kink with
   [-z, -z - v], the same for all three notions; v > 0 a concave one: Frechet empty, limiting {-z, -z - v},
   Clarke the interval between. */
Test(split, kinks_by_hand)
{
    static const struct {
        double v, z, frechet, limiting, clarke;
    } at[] = {{-2.0, 1.0, 0.0, 0.0, 0.0},      {-2.0, 3.0, 1.0, 1.0, 1.0},
              {-2.0, -1.0, 1.0, 1.0, 1.0},     {2.0, -1.0, INFINITY, 1.0, 0.0},
              {2.0, -2.0, INFINITY, 0.0, 0.0}, {2.0, 0.0, INFINITY, 0.0, 0.0},
              {2.0, 0.5, INFINITY, 0.5, 0.5},  {2.0, -2.75, INFINITY, 0.75, 0.75},
              {0.0, 0.25, 0.25, 0.25, 0.25}};
    split_case c =
        split_case_open("split_three:inputs=1,widths=1,outputs=1,samples=1,teacher=1", 0, 0.0);
    const size_t u = c.s->layout.block[c.s->layer[1].u].offset;
    const size_t w = c.s->layout.block[c.s->layer[1].w].offset;
    const size_t v = c.s->layout.block[c.s->layer[1].v].offset;
    double element[6];
    cr_assert_eq(c.p->n, 6);
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        const double wanted[] = {at[i].frechet, at[i].limiting, at[i].clarke};
        c.x[u] = 0.0, c.x[v] = at[i].v, c.x[w] = at[i].z / c.s->x[0];
        for (int notion = 0; notion < 3; notion++) {
            const clarke_split_point r =
                clarke_split_stationarity(c.w, c.x, (clarke_notion)notion, 0.0, NULL, element);
            const double got = fabs(element[u]);
            cr_expect(got == wanted[notion] || fabs(got - wanted[notion]) <= 1e-14,
                      "v = %g, z = %g, notion %d: %g, not %g", at[i].v, at[i].z, notion, got,
                      wanted[notion]);
            cr_expect(r.kinks == (at[i].v != 0.0) && r.concave == (at[i].v > 0.0), "%zu kinks, %zu",
                      r.kinks, r.concave);
            cr_expect_eq(isinf(r.distance), isinf(wanted[notion]), "empty");
        }
    }
    split_case_close(&c);
}

/* The terms of one entry: l1 and boxes at their kinks and ends, by the formulas of the interval. */
Test(split, terms_by_hand)
{
    static const struct {
        const char *term;
        double x, gradient, distance; /* gradient: of the coupling in W */
    } at[] = {{"l1", 0.0, 0.3, 0.0},  {"l1", 0.0, 0.8, 0.3},    {"l1", 0.0, -0.8, -0.3},
              {"l1", 2.0, 0.3, 0.8},  {"l1", -2.0, 0.3, -0.2},  {"box", 1.0, -5.0, 0.0},
              {"box", 1.0, 5.0, 5.0}, {"box", -1.0, 5.0, 0.0},  {"box", -1.0, -5.0, -5.0},
              {"box", 0.5, 5.0, 5.0}, {"ridge", 2.0, 0.3, 1.3}, {"none", 2.0, 0.3, 0.3}};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        char text[160];
        snprintf(
            text, sizeof text,
            "split_three:inputs=1,widths=1,outputs=1,samples=1,teacher=1,w_weight=0.5,w_term=%s",
            at[i].term);
        split_case c = split_case_open(text, 0, 0.0);
        double element[6];
        const size_t u = c.s->layout.block[c.s->layer[1].u].offset;
        const size_t w = c.s->layout.block[c.s->layer[1].w].offset;
        const double x = c.s->x[0];
        /* (W x - U) x = gradient. */
        c.x[w] = at[i].x, c.x[u] = at[i].x * x - at[i].gradient / x;
        clarke_split_stationarity(c.w, c.x, CLARKE_NOTION_CLARKE, 0.0, NULL, element);
        cr_expect_float_eq(element[w], at[i].distance, 1e-13 * (1.0 + 1.0 / fabs(x)),
                           "%s at %g: %g, not %g", at[i].term, at[i].x, element[w], at[i].distance);
        split_case_close(&c);
    }
}
