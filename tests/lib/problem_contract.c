#include "tests/lib/problem_contract.h"

#include <criterion/criterion.h>
#include <float.h>
#include <string.h>

void contract_points(contract_case *c, void (*back)(const void *self, const double *y, double *x),
                     const void *self)
{
    const clarke_problem *p = c->p;
    for (size_t i = 0; i < CONTRACT_POINTS; i++) {
        double t[PROBLEM_LARGEST_N];
        for (size_t j = 0; j < p->n; j++) {
            t[j] = 8.0 * problem_draw(i, j) - 4.0;
            if (i >= CONTRACT_RANDOM && i < CONTRACT_RANDOM + CONTRACT_LATTICE)
                t[j] = 0.25 * rint(4.0 * t[j]);
        }
        if (i >= CONTRACT_RANDOM && back)
            back(self, t, c->x[i]);
        else
            memcpy(c->x[i], t, sizeof t);
        if (i < CONTRACT_RANDOM + CONTRACT_LATTICE || !p->desc->stationary_distance) continue;
        p->desc->stationary_distance(p, c->x[i], t, NULL);
        memcpy(c->x[i], t, sizeof t);
    }
}

/* One-sided differences F, B with step 1e-6: the derivative is between them. */
static void contract_differences(const contract_case *c)
{
    const clarke_problem *p = c->p;
    const double h = 1e-6;
    for (size_t i = 0; i < CONTRACT_RANDOM; i++) {
        double g[PROBLEM_LARGEST_N], y[PROBLEM_LARGEST_N];
        const double f = p->desc->value(p, c->x[i]);
        memcpy(y, c->x[i], sizeof y);
        p->desc->subgradient(p, c->x[i], g);
        for (size_t j = 0; j < p->n; j++) {
            y[j] = c->x[i][j] + h;
            const double forward = (p->desc->value(p, y) - f) / h;
            y[j] = c->x[i][j] - h;
            const double backward = (f - p->desc->value(p, y)) / h;
            y[j] = c->x[i][j];
            const double slack = 0.5 * fabs(forward - backward) +
                                 1e-6 * (1.0 + fabs(g[j]) + fabs(f) * 1e-3);
            cr_assert(fabs(0.5 * (forward + backward) - g[j]) <= slack, "%s: g[%zu] = %g, %g, %g",
                      c->label, j, g[j], forward, backward);
        }
    }
}

/* Nearest points are stationary: 1e-6 is far above sqrt(eps), the residual that rounding leaves
   where f grows with exponent 3/2, and far below the slopes beside a kink. */
static void contract_nearest(const contract_case *c)
{
    const clarke_problem *p = c->p;
    if (!p->desc->stationary_distance) return;
    for (size_t i = 0; i < CONTRACT_POINTS; i++) {
        double nearest[PROBLEM_LARGEST_N];
        clarke_point_kind kind, again;
        const double d = p->desc->stationary_distance(p, c->x[i], nearest, &kind);
        const double gap = problem_gap(p->n, c->x[i], nearest);
        cr_assert(fabs(d - gap) <= 1e-13 * (1.0 + gap), "%s: distance %g, gap %g", c->label, d,
                  gap);
        const double residual = p->desc->clarke_residual(p, nearest);
        cr_assert(residual <= 1e-6, "%s: residual %g at the nearest point", c->label, residual);
        const double left = p->desc->stationary_distance(p, nearest, NULL, &again);
        cr_assert(left <= 1e-13, "%s: distance %g at the nearest point", c->label, left);
        if (kind != CLARKE_POINT_GLOBAL_MINIMUM || isnan(p->minimum)) continue;
        const double f = p->desc->value(p, nearest);
        cr_assert(fabs(f - p->minimum) <= 1e-11 * (1.0 + fabs(f)), "%s: f %g, minimum %g", c->label,
                  f, p->minimum);
    }
}

/* The residual against the shortest vector of the gradients of a small ball, where it is
   continuous: at random points, and in S. At an image of a lattice point the map's rounding decides
   on which side of a kink it is. */
static void contract_residual(const contract_case *c)
{
    const clarke_problem *p = c->p;
    for (size_t i = 0; i < CONTRACT_POINTS; i++) {
        const double *x = c->x[i], exact = p->desc->clarke_residual(p, x);
        double g[PROBLEM_LARGEST_N];
        const double field = clarke_field_residual(p, x);
        cr_assert(field <= exact * (1.0 + 1e-12), "%s: field %g > %g", c->label, field, exact);
        p->desc->subgradient(p, x, g);
        cr_assert(field <= problem_norm(p->n, g) * (1.0 + 1e-9) + 1e-9, "%s: field %g > |g|",
                  c->label, field);
        if (p->n > 3 ||
            (c->rounded && i >= CONTRACT_RANDOM && i < CONTRACT_RANDOM + CONTRACT_LATTICE))
            continue;
        problem_check_residual(c->label, p, x, exact);
    }
}

static void contract_field(const contract_case *c)
{
    const clarke_problem *p = c->p;
    cr_assert(!(p->traits & CLARKE_TRAIT_FIELD_LARGER) || p->desc->field_residual, "%s: no field",
              c->label);
    if (!p->desc->field_residual || !p->desc->stationary_distance) return;
    cr_assert(p->desc->field_distance, "%s: half a field", c->label);
    for (size_t i = 0; i < CONTRACT_POINTS; i++) {
        double nearest[PROBLEM_LARGEST_N];
        const double d = p->desc->field_distance(p, c->x[i], nearest);
        cr_assert(d <= p->desc->stationary_distance(p, c->x[i], NULL, NULL) * (1.0 + 1e-15),
                  "%s: field distance %g", c->label, d);
        cr_assert(fabs(d - problem_gap(p->n, c->x[i], nearest)) <= 1e-13 * (1.0 + d),
                  "%s: field nearest", c->label);
        const double there = p->desc->field_residual(p, nearest);
        cr_assert(there <= 1e-6, "%s: field residual %g at its nearest point", c->label, there);
    }
}

/* All terms in the mean give the answer, and none is farther from it than the bound, in the box. */
static void contract_terms(const contract_case *c)
{
    enum { MOST = 2048 };
    static size_t all[MOST];
    const clarke_problem *p = c->p;
    cr_assert((p->terms > 1) <= (p->desc->term_subgradient != NULL), "%s: terms", c->label);
    if (!p->desc->term_subgradient) {
        cr_assert(p->terms == 1 && p->term_deviation == 0.0, "%s: one term", c->label);
        return;
    }
    cr_assert(p->terms <= MOST, "%s: %zu terms", c->label, p->terms);
    for (size_t l = 0; l < p->terms; l++) all[l] = l;
    double largest = 0.0;
    for (size_t i = 0; i < 2 * CONTRACT_RANDOM; i++) {
        double g[PROBLEM_LARGEST_N], mean[PROBLEM_LARGEST_N], one[PROBLEM_LARGEST_N],
            x[PROBLEM_LARGEST_N];
        for (size_t j = 0; j < p->n; j++)
            x[j] = p->box_low + (p->box_high - p->box_low) * problem_draw(300 + i, j);
        p->desc->subgradient(p, x, g);
        p->desc->term_subgradient(p, x, all, p->terms, mean);
        for (size_t j = 0; j < p->n; j++)
            cr_assert(fabs(mean[j] - g[j]) <= 1e-13 * (1.0 + fabs(g[j]) + p->term_deviation),
                      "%s: terms give %g, not %g", c->label, mean[j], g[j]);
        for (size_t l = 0; l < p->terms; l++) {
            p->desc->term_subgradient(p, x, &l, 1, one);
            for (size_t j = 0; j < p->n; j++) largest = fmax(largest, fabs(one[j] - g[j]));
        }
    }
    cr_assert(largest <= p->term_deviation * (1.0 + 1e-12) + 1e-13, "%s: deviation %g > %g",
              c->label, largest, p->term_deviation);
    cr_assert(largest > 0.0, "%s: the terms do not differ", c->label);
}

static void contract_slopes(const contract_case *c)
{
    const clarke_problem *p = c->p;
    cr_assert(!(p->traits & CLARKE_TRAIT_SEPARABLE) == !p->desc->slope_range, "%s: separable",
              c->label);
    for (size_t i = 0; p->desc->slope_range && i < CONTRACT_POINTS; i++) {
        double g[PROBLEM_LARGEST_N];
        p->desc->subgradient(p, c->x[i], g);
        for (size_t j = 0; j < p->n; j++) {
            const double t = c->x[i][j];
            const clarke_interval at = p->desc->slope_range(p, j, t, t, true);
            const clarke_interval wide = p->desc->slope_range(p, j, t - 0.25, t + 0.5, true);
            /* The point itself may be rounded to the other side of a kink. */
            if (i < CONTRACT_RANDOM)
                cr_assert(at.low <= g[j] && g[j] <= at.high, "%s: slope", c->label);
            cr_assert(wide.low <= g[j] && g[j] <= wide.high, "%s: %g is not in [%g, %g]", c->label,
                      g[j], wide.low, wide.high);
        }
    }
}

static void contract_balls(const contract_case *c)
{
    const clarke_problem *p = c->p;
    static const double radius[] = {0.0, 1e-3, 0.1, 0.5};
    for (size_t i = 0; i < CONTRACT_POINTS && clarke_has_hull(p); i += 3) {
        const double *x = c->x[i], residual = p->desc->clarke_residual(p, x);
        double last = INFINITY, y[PROBLEM_LARGEST_N], u[PROBLEM_LARGEST_N];
        for (size_t k = 0; k < 4; k++) {
            const double r = radius[k], hull = clarke_hull_distance(p, x, r);
            const clarke_interval b = clarke_goldstein_residual(p, x, r);
            cr_assert(b.low <= b.high, "%s: [%g, %g]", c->label, b.low, b.high);
            cr_assert(b.low <= last * (1.0 + 1e-12), "%s: the low end rises", c->label);
            cr_assert(hull <= b.low * (1.0 + 1e-12) + 1e-12, "%s: hull %g > %g", c->label, hull,
                      b.low);
            if (k == 0)
                cr_assert(fabs(b.high - residual) <= 1e-12 * (1.0 + residual), "%s: Goldstein at 0",
                          c->label);
            const double sampled = r > 0.0 ? problem_sampled_hull(p, x, r, 60, INFINITY) : INFINITY;
            cr_assert(b.low <= sampled * (1.0 + 1e-10) + 1e-10, "%s: low %g > sampled %g", c->label,
                      b.low, sampled);
            for (size_t l = 0; l < 8; l++) {
                problem_direction(p->n, 40 + i, l, u);
                for (size_t j = 0; j < p->n; j++) y[j] = x[j] + r * problem_draw(41, l) * u[j];
                const double there = clarke_field_residual(p, y);
                cr_assert(hull <= there * (1.0 + 1e-12) + 1e-12, "%s: hull %g > %g", c->label, hull,
                          there);
            }
            last = b.low;
        }
    }
}

/* No point near by has a smaller f(y) + |y - x|^2/2t, and none breaks the two constants. */
static void contract_constants(const contract_case *c)
{
    const clarke_problem *p = c->p;
    for (size_t i = 0; i < CONTRACT_POINTS; i++) {
        double y[PROBLEM_LARGEST_N], z[PROBLEM_LARGEST_N], u[PROBLEM_LARGEST_N],
            g[PROBLEM_LARGEST_N];
        const double t = i % 2 ? 0.05 : 0.6, *x = c->x[i], norm = problem_norm(p->n, x);
        if (p->desc->prox) p->desc->prox(p, t, x, y);
        const double gap = problem_gap(p->n, x, y), f = p->desc->value(p, y);
        for (size_t k = 0; p->desc->prox && k < 60; k++) {
            problem_direction(p->n, 50 + i, k, u);
            const double h = ldexp(4.0, -(int)(k % 16));
            for (size_t j = 0; j < p->n; j++) z[j] = (k % 2 ? y[j] : x[j]) + h * u[j];
            const double other = problem_gap(p->n, x, z), e = p->desc->value(p, z);
            const double best = f + gap * gap / (2.0 * t);
            cr_assert(best <= e + other * other / (2.0 * t) + 1e-12 * (1.0 + fabs(f)), "%s: prox",
                      c->label);
        }
        p->desc->subgradient(p, x, g);
        if (p->desc->lipschitz)
            cr_assert(problem_norm(p->n, g) <= p->desc->lipschitz(p, norm) * (1.0 + 1e-12),
                      "%s: |g| = %g > %g", c->label, problem_norm(p->n, g),
                      p->desc->lipschitz(p, norm));
        const double rho = p->desc->weak_convexity ? p->desc->weak_convexity(p, norm + 1.0) : NAN;
        for (size_t k = 0; !isnan(rho) && k < 8; k++) {
            problem_direction(p->n, 60 + i, k, u);
            for (size_t j = 0; j < p->n; j++) y[j] = x[j] + 0.5 * u[j], z[j] = x[j] - 0.5 * u[j];
            const double middle = p->desc->value(p, x);
            const double ends = 0.5 * (p->desc->value(p, y) + p->desc->value(p, z));
            cr_assert(middle <= ends + rho / 8.0 + 1e-12 * (1.0 + fabs(ends)),
                      "%s: not %g-weakly convex", c->label, rho);
        }
    }
}

void contract_check(const contract_case *c)
{
    contract_differences(c);
    contract_nearest(c);
    if (c->p->desc->clarke_residual) contract_residual(c);
    contract_field(c);
    contract_terms(c);
    contract_slopes(c);
    contract_balls(c);
    contract_constants(c);
}
