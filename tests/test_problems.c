/* The contract of every problem: its oracles against each other, against differences, and against
   sampled gradients. The values of tests/data/problem_vectors.csv come from an independent
   prototype in another language. */
#include "tests/lib/portions.h"
#include "tests/lib/problem_cases.h"

#include <criterion/criterion.h>
#include <float.h>
#include <stdio.h>
#include <string.h>

/* An element at a smooth point, a member of the field elsewhere. With one-sided differences F and B
   the derivative is between them wherever f is piecewise C^1 on the segment: |central - g| <= |F -
   B|/2; 1e-6 is the rounding of f over h = 1e-6 at size 1e4 with room for the second derivative. */
static void check_subgradient(const problem_case *c, problem_counts *count)
{
    const clarke_problem *p = c->p;
    size_t sharp = 0;
    for (size_t i = 0; i < PROBLEM_POINTS; i += 2) {
        double g[PROBLEM_LARGEST_N], y[PROBLEM_LARGEST_N];
        const double h = 1e-6, f = p->desc->value(p, c->x[i]);
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
            cr_assert(fabs(0.5 * (forward + backward) - g[j]) <= slack,
                      "%s: subgradient[%zu] = %g, differences %g, %g", c->label, j, g[j], forward,
                      backward);
            sharp += fabs(forward - backward) <= 1e-2 * (1.0 + fabs(g[j]));
        }
    }
    cr_assert(2 * sharp >= p->n * PROBLEM_POINTS / 2, "%s: %zu sharp differences", c->label, sharp);
    count->value += sharp, count->subgradient += sharp;
}

/* At ties the answer is a member of the field, so it is no shorter than the field's residual. */
static void check_membership(const problem_case *c, problem_counts *count)
{
    const clarke_problem *p = c->p;
    double g[PROBLEM_LARGEST_N];
    for (size_t i = 0; i < PROBLEM_POINTS; i++) {
        p->desc->subgradient(p, c->x[i], g);
        const double size = problem_norm(p->n, g), field = clarke_field_residual(p, c->x[i]);
        cr_assert(field <= size * (1.0 + 1e-12) + 1e-12, "%s: field residual %g > |g| = %g",
                  c->label, field, size);
        if (!p->desc->slope_range) continue;
        for (size_t j = 0; j < p->n; j++) {
            const clarke_interval s = p->desc->slope_range(p, j, c->x[i][j], c->x[i][j], true);
            cr_assert(s.low <= g[j] && g[j] <= s.high, "%s: g = %g outside [%g, %g] at %g",
                      c->label, g[j], s.low, s.high, c->x[i][j]);
            count->slope_range++;
        }
    }
}

/* Against the shortest vector of the hull of gradients of a small ball. */
static void check_clarke_residual(const problem_case *c, problem_counts *count)
{
    const clarke_problem *p = c->p;
    if (p->n > 3) {
        count->clarke_residual++;
        return;
    }
    for (size_t i = 0; i < PROBLEM_POINTS; i++) {
        problem_check_residual(c->label, p, c->x[i], p->desc->clarke_residual(p, c->x[i]));
        count->clarke_residual++;
    }
}

static void check_field(const problem_case *c, problem_counts *count)
{
    const clarke_problem *p = c->p;
    const bool larger = p->traits & CLARKE_TRAIT_FIELD_LARGER;
    cr_assert(!p->desc->field_residual == !p->desc->field_distance, "%s: half a field", c->label);
    cr_assert(!larger || p->desc->field_residual, "%s: trait without field_residual", c->label);
    if (!p->desc->field_residual) return;
    double strict = 0.0, nearest[PROBLEM_LARGEST_N];
    for (size_t i = 0; i < PROBLEM_POINTS; i++) {
        const double *x = c->x[i];
        const double clarke = p->desc->clarke_residual(p, x), field = p->desc->field_residual(p, x);
        cr_assert(field <= clarke, "%s: field residual %g > %g", c->label, field, clarke);
        strict += field < clarke;
        const double d = p->desc->field_distance(p, x, nearest);
        if (p->desc->stationary_distance) /* else the set is empty */
            cr_assert(d <= p->desc->stationary_distance(p, x, NULL, NULL), "%s: field distance",
                      c->label);
        cr_assert(fabs(d - problem_gap(p->n, x, nearest)) <= 8.0 * DBL_EPSILON * (1.0 + d),
                  "%s: field nearest", c->label);
        const double there = p->desc->field_residual(p, nearest);
        cr_assert(there <= 64.0 * DBL_EPSILON, "%s: field residual %g at nearest", c->label, there);
        if (d > 0.0) cr_assert(field > 0.0, "%s: field residual 0 at distance %g", c->label, d);
        count->field_residual++, count->field_distance++;
    }
    cr_assert((strict > 0.0) == larger, "%s: the field is larger at %g points", c->label, strict);
}

/* slope_range over a lattice interval against its values at the points of a fine lattice in it,
   which hits the breakpoints that are dyadic. */
static void check_slope_range(const problem_case *c, problem_counts *count)
{
    const clarke_problem *p = c->p;
    cr_assert(!(p->traits & CLARKE_TRAIT_SEPARABLE) == !p->desc->slope_range, "%s: separable",
              c->label);
    if (!p->desc->slope_range) return;
    for (size_t i = 0; i < 40; i++) {
        const size_t j = i % p->n;
        const bool field = i % 2;
        const double low = 0.25 * rint(16.0 * problem_draw(500 + i, 0) - 12.0);
        const double high = low + 0.25 * rint(8.0 * problem_draw(500 + i, 1));
        const clarke_interval s = p->desc->slope_range(p, j, low, high, field);
        double least = INFINITY, most = -INFINITY, step = 0.0, last = NAN;
        for (double t = low; t <= high; t += 0x1p-8) {
            const clarke_interval at = p->desc->slope_range(p, j, t, t, field);
            least = fmin(least, at.low), most = fmax(most, at.high);
            if (at.low == at.high && !isnan(last)) step = fmax(step, fabs(at.low - last));
            last = at.low == at.high ? at.low : NAN;
        }
        const double rounding = 8.0 * DBL_EPSILON * (1.0 + fabs(s.low) + fabs(s.high));
        cr_assert(s.low <= least + rounding && s.high >= most - rounding,
                  "%s: [%g, %g] misses [%g, %g] over [%g, %g]", c->label, s.low, s.high, least,
                  most, low, high);
        cr_assert(s.low >= least - step - rounding && s.high <= most + step + rounding,
                  "%s: [%g, %g] is larger than [%g, %g] over [%g, %g]", c->label, s.low, s.high,
                  least, most, low, high);
        count->slope_range++;
    }
    for (size_t i = 0; i < PROBLEM_POINTS; i++) {
        double square = 0.0;
        for (size_t j = 0; j < p->n; j++) {
            const clarke_interval s = p->desc->slope_range(p, j, c->x[i][j], c->x[i][j], false);
            const double d = fmax(0.0, fmax(s.low, -s.high));
            square += d * d;
        }
        const double residual = p->desc->clarke_residual(p, c->x[i]);
        cr_assert(fabs(sqrt(square) - residual) <= 8.0 * DBL_EPSILON * residual, "%s: residual",
                  c->label);
    }
}

/* The hull of sampled gradients is inside the Goldstein set: the lower ends are not above its
   distance. It tends to the whole set, so the search must get below the upper ends: an upper end
   that is too low by more than 1e-3 of itself is found out, in up to 3 dimensions. */
static void check_goldstein(const problem_case *c, problem_counts *count)
{
    const clarke_problem *p = c->p;
    const double radius[] = {1e-3, 0.1, 0.4};
    size_t informative = 0;
    for (size_t i = 0; i < PROBLEM_POINTS; i += 3) {
        const double *x = c->x[i], residual = p->desc->clarke_residual(p, x);
        clarke_interval last = clarke_goldstein_residual(p, x, 0.0);
        cr_assert(last.low <= last.high, "%s: [%g, %g]", c->label, last.low, last.high);
        cr_assert(fabs(last.high - residual) <= 1e-12 * (1.0 + residual),
                  "%s: Goldstein at 0 is %g, the residual %g", c->label, last.high, residual);
        for (size_t k = 0; k < 3; k++) {
            const clarke_interval b = clarke_goldstein_residual(p, x, radius[k]);
            const double above = p->n > 3 ? INFINITY : b.high + 1e-3 * (1.0 + b.high);
            const double sampled = problem_sampled_hull(p, x, radius[k], 40, above);
            const double hull = clarke_hull_distance(p, x, radius[k]);
            cr_assert(b.low <= b.high, "%s: [%g, %g]", c->label, b.low, b.high);
            cr_assert(b.low <= last.low * (1.0 + 1e-12) + 1e-12, "%s: low end rises", c->label);
            cr_assert(b.low <= sampled * (1.0 + 1e-10) + 1e-10, "%s: low end %g > sampled %g",
                      c->label, b.low, sampled);
            cr_assert(sampled <= above, "%s: high %g < sampled %g", c->label, b.high, sampled);
            cr_assert(hull <= b.low * (1.0 + 1e-12) + 1e-12, "%s: hull distance %g > %g", c->label,
                      hull, b.low);
            informative += hull > 0.0;
            last = b;
        }
    }
    cr_assert(informative > 0, "%s: every hull bound is 0", c->label);
    count->goldstein_residual += informative, count->hull_distance += informative;
}

/* The hull over a ball is below the residual of the field at every point of the ball. */
static void check_hull(const problem_case *c, problem_counts *count)
{
    const clarke_problem *p = c->p;
    double y[PROBLEM_LARGEST_N], u[PROBLEM_LARGEST_N];
    cr_assert(clarke_has_hull(p), "%s: no hull bound", c->label);
    size_t possible = 0;
    for (size_t i = 0; i < PROBLEM_POINTS; i++) {
        const double r = ldexp(1.0, -(int)(i % 9));
        const double hull = clarke_hull_distance(p, c->x[i], r);
        for (size_t k = 0; k < 20; k++) {
            problem_direction(p->n, i, k, u);
            const double s = r * problem_draw(i, k) * (1.0 - 4.0 * DBL_EPSILON);
            for (size_t j = 0; j < p->n; j++) y[j] = c->x[i][j] + s * u[j];
            const double there = clarke_field_residual(p, y);
            cr_assert(hull <= there * (1.0 + 1e-12), "%s: hull bound %g > residual %g, r = %g",
                      c->label, hull, there, r);
        }
        /* A tiny ball around a smooth point: the bound is the residual itself. */
        if (i % 2 == 0) {
            const double at = clarke_field_residual(p, c->x[i]);
            if (!(at > 0.0)) continue; /* S may have an interior */
            count->hull_distance += clarke_hull_distance(p, c->x[i], 1e-9) >= 0.9 * at;
            possible++;
        }
    }
    cr_assert(possible > 0 && 4 * count->hull_distance >= possible,
              "%s: %zu tight hull bounds of %zu", c->label, count->hull_distance, possible);
}

/* Coordinate j of point i: in the plane of a lattice of 201 x 201 points of the box, otherwise
   of 2000 on two of its diagonals, and as many at random, half of them on faces. */
static double box_point(const clarke_problem *p, size_t i, size_t j)
{
    const double t = (double)i / 1999.0, width = p->box_high - p->box_low;
    if (p->n == 2) return p->box_low + width * (double)(j ? i / 201 : i % 201) / 200.0;
    if (i >= 2000) {
        const double at = problem_draw(600 + i, j);
        return p->box_low + width * (i % 2 ? at : fmin(fmax(2.0 * at - 0.5, 0.0), 1.0));
    }
    return p->box_low + width * (i % 2 && j % 2 ? 1.0 - t : t);
}

/* All terms in the mean give the answer, everywhere; the deviation is a supremum over the box. */
static void check_terms(const problem_case *c, problem_counts *count)
{
    const clarke_problem *p = c->p;
    cr_assert((p->terms > 1) <= (p->desc->term_subgradient != NULL), "%s: terms", c->label);
    if (!p->desc->term_subgradient) {
        cr_assert(p->terms == 1 && p->term_deviation == 0.0, "%s: one term", c->label);
        return;
    }
    size_t all[64];
    double g[PROBLEM_LARGEST_N], mean[PROBLEM_LARGEST_N], one[PROBLEM_LARGEST_N], largest = 0.0;
    cr_assert(p->terms <= 64, "%s: %zu terms", c->label, p->terms);
    for (size_t l = 0; l < p->terms; l++) all[l] = l;
    const size_t points = PROBLEM_POINTS + (p->n == 2 ? 201 * 201 : p->n == 1 ? 2000 : 4000);
    for (size_t i = 0; i < points; i++) {
        double x[PROBLEM_LARGEST_N];
        for (size_t j = 0; j < p->n; j++)
            x[j] = i < PROBLEM_POINTS ? c->x[i][j] : box_point(p, i - PROBLEM_POINTS, j);
        p->desc->subgradient(p, x, g);
        p->desc->term_subgradient(p, x, all, p->terms, mean);
        bool inside = true;
        for (size_t j = 0; j < p->n; j++)
            inside = inside && x[j] >= p->box_low && x[j] <= p->box_high;
        for (size_t j = 0; j < p->n; j++) {
            double size = 1.0;
            for (size_t l = 0; l < p->terms; l++) {
                p->desc->term_subgradient(p, x, &l, 1, one);
                size = fmax(size, fabs(one[j]));
                if (inside) largest = fmax(largest, fabs(one[j] - g[j]));
            }
            cr_assert(fabs(mean[j] - g[j]) <= 8.0 * DBL_EPSILON * size, "%s: terms give %g, not %g",
                      c->label, mean[j], g[j]);
            count->term_subgradient++;
        }
    }
    /* The supremum is attained, or approached within 1/200 of the width. */
    cr_assert(largest <= p->term_deviation * (1.0 + 1e-12), "%s: deviation %g > %g", c->label,
              largest, p->term_deviation);
    cr_assert(largest >= p->term_deviation * 0.99, "%s: deviation %g, not %g", c->label, largest,
              p->term_deviation);
}

/* On a line the subdifferential is the interval between the one-sided slopes, and the field of a
   mean of terms is the mean of theirs. 1e-6 is far above how slopes change within 1e-9. */
static void check_term_field(const problem_case *c, problem_counts *count)
{
    const clarke_problem *p = c->p;
    if (!p->desc->term_subgradient || !p->desc->slope_range) return;
    double y[PROBLEM_LARGEST_N], left[PROBLEM_LARGEST_N], right[PROBLEM_LARGEST_N];
    for (size_t i = 0; i < PROBLEM_POINTS; i++) {
        double low[PROBLEM_LARGEST_N] = {0}, high[PROBLEM_LARGEST_N] = {0};
        for (size_t l = 0; l < p->terms; l++) {
            for (size_t j = 0; j < p->n; j++) y[j] = c->x[i][j] - 1e-9;
            p->desc->term_subgradient(p, y, &l, 1, left);
            for (size_t j = 0; j < p->n; j++) y[j] = c->x[i][j] + 1e-9;
            p->desc->term_subgradient(p, y, &l, 1, right);
            for (size_t j = 0; j < p->n; j++) {
                low[j] += fmin(left[j], right[j]) / (double)p->terms;
                high[j] += fmax(left[j], right[j]) / (double)p->terms;
            }
        }
        for (size_t j = 0; j < p->n; j++) {
            const double t = c->x[i][j], slack = 1e-6 * (1.0 + fabs(low[j]) + fabs(high[j]));
            const clarke_interval s = p->desc->slope_range(p, j, t, t, true);
            cr_assert(fabs(s.low - low[j]) <= slack && fabs(s.high - high[j]) <= slack,
                      "%s: the field is [%g, %g], of the terms [%g, %g], at %g", c->label, s.low,
                      s.high, low[j], high[j], t);
            count->term_subgradient++;
        }
    }
}

/* f(y) + |y-x|^2/2t is nowhere smaller than at the prox. */
static void check_prox(const problem_case *c, problem_counts *count)
{
    const clarke_problem *p = c->p;
    const double step[] = {0.05, 0.3, 1.0, 3.0};
    double y[PROBLEM_LARGEST_N], z[PROBLEM_LARGEST_N], u[PROBLEM_LARGEST_N];
    if (!p->desc->prox) return;
    for (size_t i = 0; i < PROBLEM_POINTS; i++) {
        const double t = step[i % 4], *x = c->x[i];
        p->desc->prox(p, t, x, y);
        const double square = problem_gap(p->n, y, x);
        const double f = p->desc->value(p, y), best = f + square * square / (2.0 * t);
        for (size_t k = 0; k < 400; k++) {
            problem_direction(p->n, 900 + i, k, u);
            const double scale = ldexp(8.0, -(int)(k % 20));
            for (size_t j = 0; j < p->n; j++)
                z[j] = k % 2 ? y[j] + scale * problem_draw(901, k) * u[j]
                             : x[j] + scale * problem_draw(901, k) * u[j];
            const double gap = problem_gap(p->n, z, x);
            const double other = p->desc->value(p, z) + gap * gap / (2.0 * t);
            cr_assert(best <= other + 32.0 * DBL_EPSILON * (1.0 + fabs(best) + fabs(f)),
                      "%s: prox value %.17g > %.17g, t = %g", c->label, best, other, t);
            count->prox++;
        }
    }
}

static void check_lipschitz(const problem_case *c, problem_counts *count)
{
    const clarke_problem *p = c->p;
    if (!p->desc->lipschitz) return;
    for (size_t i = 0; i < PROBLEM_POINTS; i++) {
        const double radius = problem_norm(p->n, c->x[i]), l = p->desc->lipschitz(p, radius);
        double y[PROBLEM_LARGEST_N], u[PROBLEM_LARGEST_N], g[PROBLEM_LARGEST_N];
        p->desc->subgradient(p, c->x[i], g);
        cr_assert(problem_norm(p->n, g) <= l * (1.0 + 1e-12), "%s: |g| = %g > %g", c->label,
                  problem_norm(p->n, g), l);
        problem_direction(p->n, i, 3, u);
        for (size_t j = 0; j < p->n; j++) y[j] = radius * problem_draw(i, 4) * u[j];
        const double f = p->desc->value(p, c->x[i]), h = p->desc->value(p, y);
        const double gap = problem_gap(p->n, c->x[i], y);
        cr_assert(fabs(f - h) <= l * gap * (1.0 + 1e-12) + 8.0 * DBL_EPSILON * (fabs(f) + fabs(h)),
                  "%s: |f - h| = %g > %g * %g", c->label, fabs(f - h), l, gap);
        cr_assert(p->desc->lipschitz(p, 2.0 * radius) >= l, "%s: not monotone", c->label);
        count->lipschitz++;
    }
}

/* f((x+y)/2) - (f(x)+f(y))/2 - rho |x-y|^2/8, which is <= 0 for a rho-weakly convex f. */
static double midpoint_excess(const clarke_problem *p, const double *x, const double *y, double rho)
{
    double middle[PROBLEM_LARGEST_N];
    for (size_t j = 0; j < p->n; j++) middle[j] = 0.5 * (x[j] + y[j]);
    const double gap = problem_gap(p->n, x, y), f = p->desc->value(p, x), h = p->desc->value(p, y);
    const double rounding = 8.0 * DBL_EPSILON * (1.0 + fabs(f) + fabs(h));
    return p->desc->value(p, middle) - 0.5 * (f + h) - rho * gap * gap / 8.0 - rounding;
}

static void check_weak_convexity(const problem_case *c, problem_counts *count)
{
    const clarke_problem *p = c->p;
    const double rho = p->desc->weak_convexity ? p->desc->weak_convexity(p, 8.0) : NAN;
    double y[PROBLEM_LARGEST_N], z[PROBLEM_LARGEST_N], u[PROBLEM_LARGEST_N];
    size_t violations = 0;
    for (size_t i = 0; i < 2 * PROBLEM_POINTS; i++) {
        /* The second half is close to 0, where a norm has a large curvature. */
        const double *x = c->x[i % PROBLEM_POINTS], near = i < PROBLEM_POINTS ? 1.0 : 1e-4;
        for (size_t k = 0; k < 12; k++) {
            problem_direction(p->n, i, k, u);
            for (size_t j = 0; j < p->n && k < 2 * p->n; j++) u[j] = j == k / 2;
            const double h = k % 2 ? problem_draw(i, k) : 1e-5;
            for (size_t j = 0; j < p->n; j++)
                y[j] = near * x[j] + h * u[j], z[j] = near * x[j] - h * u[j];
            if (!isnan(rho))
                cr_assert(midpoint_excess(p, y, z, rho) <= 0.0, "%s: not %g-weakly convex",
                          c->label, rho);
            violations += midpoint_excess(p, y, z, 1e3) > 0.0;
        }
    }
    /* Where there is no rho, a concave kink beats even 1000. */
    if (isnan(rho)) cr_assert(violations > 0, "%s: looks weakly convex", c->label);
    cr_assert(isnan(p->default_weak_convexity) == isnan(rho), "%s: default rho", c->label);
    count->weak_convexity++;
}

/* Regular: the one-sided derivative is the largest product with a limiting gradient. 1e-3 is far
   above the rounding of f/h and the variation of gradients at this scale. */
static void check_regular(const problem_case *c)
{
    const clarke_problem *p = c->p;
    double y[PROBLEM_LARGEST_N], u[PROBLEM_LARGEST_N], d[PROBLEM_LARGEST_N], g[PROBLEM_LARGEST_N];
    const double h = 1e-8;
    size_t violations = 0;
    for (size_t i = 1; i < PROBLEM_POINTS; i += 2) {
        const double f = p->desc->value(p, c->x[i]);
        for (size_t k = 0; k < 8; k++) {
            problem_direction(p->n, i, k, d);
            problem_direction(p->n, i, 100 + k, u);
            for (size_t j = 0; j < p->n; j++) y[j] = c->x[i][j] + h * d[j];
            const double slope = (p->desc->value(p, y) - f) / h;
            for (size_t j = 0; j < p->n; j++) y[j] = c->x[i][j] + h * u[j];
            p->desc->subgradient(p, y, g);
            double product = 0.0;
            for (size_t j = 0; j < p->n; j++) product += g[j] * d[j];
            violations += product > slope + 1e-3 * (1.0 + fabs(slope));
        }
    }
    const bool regular = p->traits & CLARKE_TRAIT_REGULAR;
    cr_assert(!regular || violations == 0, "%s: %zu violations of regularity", c->label,
              violations);
}

static void check_smooth(const problem_case *c)
{
    const clarke_problem *p = c->p;
    const bool smooth = p->traits & CLARKE_TRAIT_SMOOTH;
    cr_assert(smooth == !isnan(p->smoothness), "%s: trait and constant", c->label);
    const double width = p->box_high - p->box_low;
    for (size_t i = 0; smooth && i < 200; i++) {
        double x[PROBLEM_LARGEST_N], y[PROBLEM_LARGEST_N], g[PROBLEM_LARGEST_N],
            h[PROBLEM_LARGEST_N];
        for (size_t j = 0; j < p->n; j++) {
            x[j] = p->box_low + width * problem_draw(i, 20 + j);
            y[j] = fmin(x[j] + ldexp(width, -(int)(i % 20)), p->box_high);
        }
        p->desc->subgradient(p, x, g);
        p->desc->subgradient(p, y, h);
        const double gap = problem_gap(p->n, x, y);
        cr_assert(problem_gap(p->n, g, h) <=
                      p->smoothness * gap + 32.0 * DBL_EPSILON * (1.0 + p->smoothness),
                  "%s: not %g-smooth", c->label, p->smoothness);
    }
}

/* No capability may be there without a test that ran. */
static void check_counts(const problem_case *c, const problem_counts *n)
{
    const clarke_problem_desc *d = c->p->desc;
#define RAN(name)                                                                                  \
    cr_assert(!d->name || n->name > 0, "%s: " #name " is there but was never tested", c->label)
    RAN(value);
    RAN(subgradient);
    RAN(term_subgradient);
    RAN(clarke_residual);
    RAN(field_residual);
    RAN(field_distance);
    RAN(slope_range);
    RAN(goldstein_residual);
    RAN(hull_distance);
    RAN(prox);
    RAN(lipschitz);
    RAN(weak_convexity);
#undef RAN
}

OVER_CASES(problems, contract, problem_case_count())
{
    problem_case c = problem_case_open(number);
    problem_counts count = {0};
    clarke_arena_seal(c.mem, true); /* no oracle allocates */
    check_subgradient(&c, &count);
    check_membership(&c, &count);
    check_clarke_residual(&c, &count);
    check_field(&c, &count);
    check_slope_range(&c, &count);
    check_hull(&c, &count);
    check_goldstein(&c, &count);
    check_terms(&c, &count);
    check_term_field(&c, &count);
    check_prox(&c, &count);
    check_lipschitz(&c, &count);
    check_weak_convexity(&c, &count);
    check_regular(&c);
    check_smooth(&c);
    check_counts(&c, &count);
    clarke_arena_seal(c.mem, false);
    cr_assert(!clarke_arena_failed(c.mem), "%s: an oracle allocated", c.label);
    problem_case_close(&c);
}
