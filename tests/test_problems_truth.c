/* What problems declare about their stationary sets: points, kinds, distances, growth, constants. */
#include "tests/lib/portions.h"
#include "tests/lib/problem_cases.h"

#include <criterion/criterion.h>
#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS = PROBLEM_POINTS, N = PROBLEM_LARGEST_N };

typedef struct {
    double x[N];
    clarke_point_kind kind;
} stationary_point;

/* The nearest points of all sample points. */
static void collect(const problem_case *c, stationary_point s[POINTS])
{
    for (size_t i = 0; i < POINTS; i++)
        c->p->desc->stationary_distance(c->p, c->x[i], s[i].x, &s[i].kind);
}

/* A declared point has distance 0 and residual 0, up to the rounding of its coordinates (some units
   in the last place, norms included) times the local slope of the gradient. */
static void check_points(const problem_case *c, const stationary_point s[POINTS])
{
    const clarke_problem *p = c->p;
    for (size_t i = 0; i < POINTS; i++) {
        const double size = 1.0 + problem_norm(p->n, s[i].x);
        const double rounding = 4.0 * ((double)p->n + 2.0) * DBL_EPSILON * size;
        const double d = p->desc->stationary_distance(p, s[i].x, NULL, NULL);
        const double r = p->desc->clarke_residual(p, s[i].x);
        cr_assert(d <= rounding, "%s: a stationary point at distance %g", c->label, d);
        cr_assert(r <= rounding * problem_steepness(p, s[i].x), "%s: residual %g at %g", c->label,
                  r, s[i].x[0]);
        cr_assert(s[i].kind != CLARKE_POINT_UNKNOWN, "%s: no kind", c->label);
    }
}

/* dist(x, S) is the distance to the nearest point, not above that to any other declared point, and
   1-Lipschitz; where it is positive the residual is positive. */
static void check_distance(const problem_case *c, const stationary_point s[POINTS])
{
    const clarke_problem *p = c->p;
    for (size_t i = 0; i < POINTS; i++) {
        const double *x = c->x[i], d = p->desc->stationary_distance(p, x, NULL, NULL);
        const double rounding = 8.0 * ((double)p->n + 2.0) * DBL_EPSILON *
                                (1.0 + problem_norm(p->n, x) + problem_norm(p->n, s[i].x));
        cr_assert(fabs(problem_gap(p->n, x, s[i].x) - d) <= rounding,
                  "%s: distance %g, nearest at %g", c->label, d, problem_gap(p->n, x, s[i].x));
        for (size_t k = 0; k < POINTS; k++) {
            const double other = p->desc->stationary_distance(p, c->x[k], NULL, NULL);
            cr_assert(d <= problem_gap(p->n, x, s[k].x) + rounding, "%s: %g, but a point at %g",
                      c->label, d, problem_gap(p->n, x, s[k].x));
            cr_assert(fabs(d - other) <= problem_gap(p->n, x, c->x[k]) + rounding,
                      "%s: distance not 1-Lipschitz", c->label);
        }
        double y[N];
        for (size_t k = 1; k <= 24; k++) {
            for (size_t j = 0; j < p->n; j++)
                y[j] = x[j] + ldexp(problem_draw(i, 40 + j) - 0.5, -(int)k);
            const double other = p->desc->stationary_distance(p, y, NULL, NULL);
            cr_assert(fabs(d - other) <= problem_gap(p->n, x, y) + rounding,
                      "%s: distance not 1-Lipschitz near by", c->label);
        }
        /* Where f is smaller than every power so is the residual. */
        const double least = isinf(p->plan_growth.p) ? 0.0 : 1e-14;
        if (d > 1e-6)
            cr_assert(p->desc->clarke_residual(p, x) > least, "%s: residual 0 at distance %g",
                      c->label, d);
    }
}

/* The set is complete in one dimension: by the intermediate value property a cell has a stationary
   point iff its slope hull contains 0. Cells have a width that no breakpoint is a multiple of. */
static void check_complete(const problem_case *c)
{
    const clarke_problem *p = c->p;
    if (!p->desc->slope_range) return;
    const double half = 0.5 * 0.0078125 * 1.0123;
    double x[N] = {0};
    for (size_t j = 0; j < p->n; j++) {
        /* The other coordinates stay at stationary values. */
        p->desc->stationary_distance(p, c->x[0], x, NULL);
        for (double middle = -6.0; middle < 6.0; middle += 2.0 * half) {
            x[j] = middle;
            const double d = p->desc->stationary_distance(p, x, NULL, NULL);
            const clarke_interval s =
                p->desc->slope_range(p, j, middle - half, middle + half, false);
            const bool zero = s.low <= 0.0 && s.high >= 0.0;
            if (fabs(d - half) < 1e-9) continue;
            cr_assert(zero == (d < half),
                      "%s: coordinate %zu: distance %g, slopes [%g, %g] around %g", c->label, j, d,
                      s.low, s.high, middle);
        }
    }
}

/* Kinds by values near by; 1e-3 is inside the region of every declared point, and a saddle's thin
   cone is not looked for. */
static void check_kinds(const problem_case *c, const stationary_point s[POINTS])
{
    const clarke_problem *p = c->p;
    double y[N], u[N];
    size_t global = 0;
    for (size_t i = 0; i < POINTS; i++) {
        const double f = p->desc->value(p, s[i].x), size = 1.0 + fabs(f);
        const double rounding = 16.0 * ((double)p->n + 2.0) * DBL_EPSILON * size;
        const bool minimum = s[i].kind == CLARKE_POINT_GLOBAL_MINIMUM ||
                             s[i].kind == CLARKE_POINT_LOCAL_MINIMUM;
        cr_assert(f >= p->minimum - rounding, "%s: f = %g < min f", c->label, f);
        if (s[i].kind == CLARKE_POINT_GLOBAL_MINIMUM) {
            cr_assert(fabs(f - p->minimum) <= rounding, "%s: f = %g at a global minimum", c->label,
                      f);
            global++;
        }
        double least = INFINITY, most = -INFINITY;
        for (size_t k = 0; k < 64; k++) {
            problem_direction(p->n, 300 + i, k, u);
            /* Also along the axes: a fall in one coordinate may be a thin cone among the others. */
            for (size_t j = 0; k < 4 * p->n && j < p->n; j++)
                u[j] = j != k / 4 ? 0.0 : k % 4 < 2 ? 1.0 : -1.0;
            for (size_t j = 0; j < p->n; j++) y[j] = s[i].x[j] + (k % 2 ? 1e-3 : 1e-5) * u[j];
            const double rise = p->desc->value(p, y) - f;
            least = fmin(least, rise), most = fmax(most, rise);
        }
        if (minimum) cr_assert(least >= -rounding, "%s: falls by %g at a minimum", c->label, least);
        if (s[i].kind == CLARKE_POINT_LOCAL_MAXIMUM)
            cr_assert(most <= rounding, "%s: rises by %g at a maximum", c->label, most);
        if (s[i].kind == CLARKE_POINT_MONOTONE)
            cr_assert(least < 0.0 && (p->n > 1 || most > 0.0), "%s: not monotone", c->label);
    }
    if (p->traits & CLARKE_TRAIT_COERCIVE)
        cr_assert(global > 0, "%s: no global minimum found", c->label);
}

/* Sign vector number k of {-1, 0, 1}^n times d/|.|; false where its coordinates, each alone, do not
   all raise f, or all lower it. */
static bool sign_vector(const clarke_problem *p, const double *s, size_t k, double d, double *y)
{
    const double f = p->desc->value(p, s);
    double sign[N], square = 0.0;
    bool rises = false, falls = false;
    memcpy(y, s, p->n * sizeof *y);
    for (size_t j = 0; j < p->n; j++, k /= 3) {
        sign[j] = (double)(k % 3) - 1.0;
        y[j] = s[j] + d * sign[j];
        const double rise = p->desc->value(p, y) - f;
        y[j] = s[j];
        rises = rises || rise > 0.0, falls = falls || rise < 0.0;
        square += sign[j] * sign[j];
    }
    for (size_t j = 0; j < p->n; j++) y[j] = s[j] + d * sign[j] / sqrt(square);
    return square > 0.0 && !(rises && falls);
}

/* |f - f*| / (kappa d^p) from a point of S for separable problems: the least over the directions is
   1 in the limit. It is attained at a sign vector: in one coordinate for p <= 2; for p > 2 in all
   of the slowest ones together, whose constants are equal in the cases here. */
static double least_ratio(const clarke_problem *p, const double *s, clarke_growth g, double d)
{
    double least = INFINITY, y[N];
    const double f = p->desc->value(p, s);
    size_t vectors = 1;
    for (size_t j = 0; j < p->n; j++) vectors *= 3;
    for (size_t k = 0; k < vectors; k++) {
        if (!sign_vector(p, s, k, d, y)) continue;
        const double gap = p->desc->stationary_distance(p, y, NULL, NULL);
        if (fabs(gap - d) > 1e-6 * d) continue; /* along S */
        least = fmin(least, fabs(p->desc->value(p, y) - f) / (g.kappa * pow(d, g.p)));
    }
    return least;
}

static bool growth_slower(clarke_growth a, clarke_growth b)
{
    return a.p > b.p * (1.0 + 1e-12) || (a.p == b.p && a.kappa < b.kappa * (1.0 - 1e-12));
}

/* Infinite p: below d^16 at a small d, where it may underflow, and positive farther off; unless the
   points beside are in S themselves. */
static bool check_flat(const problem_case *c, const double *s)
{
    const double d[] = {5e-4, 5e-2};
    double y[N], rise[2];
    for (size_t i = 0; i < 2; i++) {
        memcpy(y, s, sizeof y);
        y[0] += d[i];
        if (c->p->desc->stationary_distance(c->p, y, NULL, NULL) == 0.0) return false;
        rise[i] = c->p->desc->value(c->p, y) - c->p->desc->value(c->p, s);
    }
    cr_assert(rise[0] >= 0.0 && rise[0] < pow(d[0], 16.0), "%s: rises by %g at %g", c->label,
              rise[0], d[0]);
    cr_assert(rise[1] > 0.0, "%s: flat at %g", c->label, d[1]);
    return true;
}

static void check_growth(const problem_case *c, const stationary_point s[POINTS])
{
    const clarke_problem *p = c->p;
    size_t tested = 0, planned = 0, attracting = 0;
    for (size_t i = 0; i < POINTS; i++) {
        const clarke_growth g = p->desc->growth(p, s[i].x);
        if (isnan(g.p)) continue;
        const bool attracts = s[i].kind == CLARKE_POINT_GLOBAL_MINIMUM ||
                              s[i].kind == CLARKE_POINT_LOCAL_MINIMUM ||
                              s[i].kind == CLARKE_POINT_MONOTONE;
        cr_assert(g.p >= 1.0 && !(g.kappa <= 0.0), "%s: p=%g kappa=%g", c->label, g.p, g.kappa);
        cr_assert(g.p == 2.0 && !isnan(g.kappa) ? g.mu == 2.0 * g.kappa : isnan(g.mu), "%s: mu=%g",
                  c->label, g.mu);
        if (attracts) {
            cr_assert(!growth_slower(g, p->plan_growth), "%s: p=%g kappa=%g is slower than planned",
                      c->label, g.p, g.kappa);
            planned += !growth_slower(p->plan_growth, g);
            attracting++;
        }
        const double f = fabs(p->desc->value(p, s[i].x));
        tested += isinf(g.p) && check_flat(c, s[i].x);
        for (double d = 1e-4; d <= 1e-2; d *= 10.0) {
            /* The rounding of f must be below 1e-3 of the growth. */
            if (g.kappa * pow(d, g.p) < 1e3 * 16.0 * DBL_EPSILON * f) continue;
            if (isnan(g.kappa)) continue;
            double least = least_ratio(p, s[i].x, g, d), u[N], y[N];
            const double tolerance = 2e-3 + 20.0 * g.p * d;
            if (p->desc->slope_range && isfinite(least)) {
                cr_assert(fabs(least - 1.0) <= tolerance, "%s: growth ratio %g at d=%g, %g",
                          c->label, least, d, s[i].x[0]);
                tested++;
            }
            if (p->desc->slope_range || !attracts) continue;
            for (size_t k = 0; k < 64; k++) {
                problem_direction(p->n, 400 + i, k, u);
                for (size_t j = 0; j < p->n; j++) y[j] = s[i].x[j] + d * u[j];
                const double gap = p->desc->stationary_distance(p, y, NULL, NULL);
                if (gap < 0.01 * d) continue;
                const double rise = p->desc->value(p, y) - p->desc->value(p, s[i].x);
                cr_assert(rise >= g.kappa * pow(gap, g.p) * (1.0 - tolerance),
                          "%s: grows by %g at distance %g", c->label, rise, gap);
                tested++;
            }
        }
    }
    /* Where f is no sum, only what attracts has a growth from below. */
    cr_assert(tested > 0 || (attracting == 0 && !p->desc->slope_range),
              "%s: growth was never tested", c->label);
    cr_assert(planned > 0 || attracting == 0, "%s: no point has the planned growth", c->label);
    cr_assert(isnan(p->plan_growth.p) == (attracting == 0), "%s: %zu attracting points", c->label,
              attracting);
}

/* In the plane the slowest direction of an isolated minimum is found by search and has ratio 1. */
static void check_growth_plane(const problem_case *c, const stationary_point s[POINTS])
{
    const clarke_problem *p = c->p;
    if (p->n != 2 || p->desc->slope_range) return;
    for (size_t i = 0; i < POINTS; i += 10) {
        const clarke_growth g = p->desc->growth(p, s[i].x);
        const double d = 1e-3, f = p->desc->value(p, s[i].x);
        double best = 0.0, width = 3.15, least = INFINITY;
        if (s[i].kind != CLARKE_POINT_GLOBAL_MINIMUM) continue;
        for (int round = 0; round < 12; round++, width *= 0.05) {
            const double centre = best;
            for (int k = -40; k <= 40; k++) {
                const double angle = centre + width * k / 40.0;
                const double y[] = {s[i].x[0] + d * cos(angle), s[i].x[1] + d * sin(angle)};
                const double gap = p->desc->stationary_distance(p, y, NULL, NULL);
                if (gap < 0.5 * d) continue; /* along S */
                const double ratio = (p->desc->value(p, y) - f) / (g.kappa * pow(gap, g.p));
                if (ratio < least) least = ratio, best = angle;
            }
        }
        cr_assert(fabs(least - 1.0) <= 0.02 * g.p, "%s: the slowest ratio is %g", c->label, least);
    }
}

static void check_constants(const problem_case *c)
{
    const clarke_problem *p = c->p;
    cr_assert(p->n >= 1 && p->layout.count >= 1, "%s: no layout", c->label);
    cr_assert(p->box_low < p->box_high, "%s: box", c->label);
    cr_assert(p->desc->title && p->desc->formula && p->desc->source, "%s: texts", c->label);
    cr_assert(p->desc->stationary_set && p->desc->truth != CLARKE_TRUTH_NONE, "%s: set", c->label);
    for (size_t i = 0; i < POINTS; i++) {
        const double f = p->desc->value(p, c->x[i]);
        cr_assert(f >= p->minimum - 32.0 * DBL_EPSILON * (1.0 + fabs(f)), "%s: f = %g < %g",
                  c->label, f, p->minimum);
    }
    if (p->traits & CLARKE_TRAIT_COERCIVE) {
        for (size_t i = 0; i < 50; i++) {
            double u[N];
            problem_direction(p->n, i, 7, u);
            for (size_t j = 0; j < p->n; j++) u[j] *= 1e3;
            cr_assert(p->desc->value(p, u) > p->desc->value(p, p->start), "%s: not coercive",
                      c->label);
        }
    }
    if (!p->desc->stationary_distance) return;
    cr_assert(p->desc->stationary_distance(p, p->start, NULL, NULL) > 1e-3, "%s: starts on S",
              c->label);
    cr_assert(p->gradient_bound >= 0.0, "%s: gradient bound", c->label);
    cr_assert(p->desc->clarke_residual(p, p->start) > 0.0, "%s: start is stationary", c->label);
    double inside = 0.0;
    for (size_t i = 0; i < 200; i++) {
        double x[N];
        for (size_t j = 0; j < p->n; j++)
            x[j] = p->box_low + (p->box_high - p->box_low) * problem_draw(i, 60 + j);
        inside += p->desc->stationary_distance(p, x, NULL, NULL) == 0.0;
    }
    /* Some parameters make S a set of intervals inside the box; the defaults do not. */
    const bool plain = strchr(c->label, '=') == NULL;
    cr_assert(inside <= (plain ? 0.0 : 100.0), "%s: %g of 200 box points are in S", c->label,
              inside);
}

OVER_CASES(truth, set, problem_case_count())
{
    problem_case c = problem_case_open(number);
    stationary_point s[POINTS];
    memset(s, 0, sizeof s);
    clarke_arena_seal(c.mem, true);
    check_constants(&c);
    if (c.p->desc->stationary_distance) {
        cr_assert(c.p->desc->growth, "%s: no growth", c.label);
        collect(&c, s);
        check_points(&c, s);
        check_distance(&c, s);
        check_complete(&c);
        check_kinds(&c, s);
        check_growth(&c, s);
        check_growth_plane(&c, s);
    }
    clarke_arena_seal(c.mem, false);
    cr_assert(!clarke_arena_failed(c.mem), "%s: an oracle allocated", c.label);
    problem_case_close(&c);
}
