/* A thousand members of the random families: the contract, and what they declare about their
   stationary sets against counts that do not come from the families' own algebra. */
#include "problems/lib/centres.h"
#include "tests/lib/problem_contract.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <string.h>

enum { MEMBERS = 1000, CHUNK = 25 };

static void member_spec(size_t i, char spec[128])
{
    static const char *const kind[] = {"mixed", "linear", "flat"};
    static const char *const power[] = {"1", "2", "1.5", "3"};
    const size_t seed = i / 6, kinds = i % 6;
    if (kinds < 2)
        snprintf(spec, 128, "random_pieces:breaks=%zu,kind=%s,n=%zu,seed=%zu", seed % 6 + 1,
                 kind[kinds == 0 ? 0 : 1 + seed % 2], seed % 3 + 1, seed);
    else if (kinds == 2)
        snprintf(spec, 128, "random_bowls:centres=%zu,n=%zu,seed=%zu", seed % 7 + 2, seed % 4 + 1,
                 seed);
    else if (kinds == 3)
        snprintf(spec, 128, "random_wells:centres=%zu,n=%zu,p=%s,seed=%zu", seed % 7 + 2,
                 seed % 4 + 1, power[seed / 4 % 4], seed);
    else if (kinds == 4)
        snprintf(spec, 128, "rpr_random:m=%zu,n=%zu,outliers=%zu,seed=%zu", seed % 4 + 3,
                 seed % 2 + 2, seed % 3, seed);
    else
        snprintf(spec, 128, "random_planes:n=%zu,planes=%zu,seed=%zu", seed % 3 + 1,
                 seed % 3 + seed % 4 + 2, seed);
}

/* Where all directions grow alike. */
static bool is_round(const contract_case *c)
{
    return strstr(c->label, "bowls") || strstr(c->label, "wells");
}

static bool is_minimum(clarke_point_kind kind)
{
    return kind == CLARKE_POINT_GLOBAL_MINIMUM || kind == CLARKE_POINT_LOCAL_MINIMUM;
}

/* Off S the residual is positive; how small it may be next to S depends on the growth: 1e-3 from a
   quartic well it is 4e-9 times its factor, at least 1/2. */
static void check_off(const contract_case *c)
{
    const clarke_problem *p = c->p;
    for (size_t i = 0; i < CONTRACT_RANDOM + CONTRACT_LATTICE; i++) {
        const double d = p->desc->stationary_distance(p, c->x[i], NULL, NULL);
        const double residual = p->desc->clarke_residual(p, c->x[i]);
        if (d >= 1e-3)
            cr_assert(residual >= 1e-9, "%s: residual %g at distance %g", c->label, residual, d);
    }
}

/* The distance at which growth d^p stands out of rounding, and of other growths beside it. */
static double growth_distance(double p)
{
    return p == 1.0 || p == 1.5 ? 1e-6 : p == 2.0 ? 1e-4 : p == 3.0 ? 1e-3 : 1e-2;
}

/* Kinds by the values near by; and growth, which for these families is that of the slowest axis in
   one dimension, and is met or exceeded in all directions at the minima of the others. */
static void check_kinds(const contract_case *c)
{
    const clarke_problem *p = c->p;
    const bool pieces = p->desc->slope_range != NULL;
    for (size_t i = CONTRACT_RANDOM + CONTRACT_LATTICE; i < CONTRACT_POINTS; i++) {
        double y[PROBLEM_LARGEST_N], u[PROBLEM_LARGEST_N], s[PROBLEM_LARGEST_N];
        clarke_point_kind kind;
        p->desc->stationary_distance(p, c->x[i], s, &kind);
        const double f = p->desc->value(p, s), rounding = 1e-14 * (1.0 + fabs(f));
        const clarke_growth g = p->desc->growth(p, s);
        const double d = growth_distance(g.p), expected = g.kappa * pow(d, g.p);
        double least = INFINITY;
        for (size_t k = 0; k < 40; k++) {
            problem_direction(p->n, 70 + i, k, u);
            for (size_t j = 0; j < p->n; j++) y[j] = s[j] + d * u[j];
            const double rise = p->desc->value(p, y) - f;
            const double gap = p->desc->stationary_distance(p, y, NULL, NULL);
            if (gap > 0.999 * d) least = fmin(least, fabs(rise));
            if (is_minimum(kind))
                cr_assert(rise >= -rounding, "%s: %s falls by %g", c->label,
                          clarke_point_text(kind), rise);
            if (kind == CLARKE_POINT_LOCAL_MAXIMUM)
                cr_assert(rise <= rounding, "%s: a maximum rises by %g", c->label, rise);
            if (pieces || !is_minimum(kind)) continue;
            cr_assert(rise >= expected * (1.0 - 1e-3) - rounding, "%s: grows by %g, not %g",
                      c->label, rise, expected);
            if (is_round(c))
                cr_assert(rise <= expected * (1.0 + 1e-3) + rounding, "%s: grows by %g, not %g",
                          c->label, rise, expected);
        }
        if (pieces && p->n == 1 && isfinite(least) && kind != CLARKE_POINT_FLAT)
            cr_assert(fabs(least - expected) <= 1e-2 * expected + rounding,
                      "%s: %g at %g, not %g = %g d^%g", c->label, least, s[0], expected, g.kappa,
                      g.p);
        cr_assert(p->n > 1 || kind != CLARKE_POINT_SADDLE, "%s: a saddle on a line", c->label);
        if (kind == CLARKE_POINT_GLOBAL_MINIMUM)
            cr_assert(fabs(f - p->minimum) <= rounding, "%s: f %g", c->label, f);
    }
}

/* In each coordinate: a cell of the line has a stationary point iff the hull of the slopes over it
   contains 0, and a continuous function that goes to infinity has one minimum more than maxima. */
static void check_line(const contract_case *c)
{
    const clarke_problem *p = c->p;
    const double half = 0.5 * 0.0078125 * 1.0123; /* no breakpoint is an end of a cell */
    double x[PROBLEM_LARGEST_N] = {0.0}, y[PROBLEM_LARGEST_N], last = INFINITY;
    int balance = 0;
    if (!p->desc->slope_range || p->n > 1) return;
    for (x[0] = -5.0; x[0] < 5.0; x[0] += 2.0 * half) {
        clarke_point_kind kind;
        const double d = p->desc->stationary_distance(p, x, y, &kind);
        const clarke_interval s = p->desc->slope_range(p, 0, x[0] - half, x[0] + half, false);
        const bool zero = s.low <= 0.0 && s.high >= 0.0;
        if (fabs(d - half) >= 1e-9)
            cr_assert(zero == (d < half), "%s: distance %g, slopes [%g, %g] around %g", c->label, d,
                      s.low, s.high, x[0]);
        if (y[0] != last)
            balance += is_minimum(kind) ? 1 : kind == CLARKE_POINT_LOCAL_MAXIMUM ? -1 : 0;
        last = y[0];
    }
    if (!strstr(c->label, "flat")) cr_assert_eq(balance, 1, "%s: balance %d", c->label, balance);
}

ParameterizedTestParameters(random_problems, members)
{
    static size_t number[MEMBERS / CHUNK];
    for (size_t i = 0; i < MEMBERS / CHUNK; i++) number[i] = i;
    return cr_make_param_array(size_t, number, MEMBERS / CHUNK);
}

ParameterizedTest(size_t *number, random_problems, members)
{
    for (size_t i = *number * CHUNK; i < (*number + 1) * CHUNK; i++) {
        char spec[128];
        clarke_problem *p = NULL;
        contract_case c = {.label = spec};
        clarke_arena *mem = clarke_arena_new(0);
        member_spec(i, spec);
        cr_assert_eq(clarke_problem_from_text(spec, mem, &p), CLARKE_OK, "%s: %s", spec,
                     clarke_message());
        c.p = p;
        cr_assert_str_eq(p->spec, spec, "%s: canonical text %s", spec, p->spec);
        cr_assert(p->desc->stationary_distance(p, p->start, NULL, NULL) > 0.05 ||
                      strstr(spec, "flat"),
                  "%s: starts on S", spec);
        clarke_arena_seal(mem, true);
        contract_points(&c, NULL, NULL);
        contract_check(&c);
        check_off(&c);
        check_kinds(&c);
        check_line(&c);
        clarke_arena_seal(mem, false);
        cr_assert(!clarke_arena_failed(mem), "%s: an oracle allocated", spec);
        clarke_arena_free(mem);
    }
}

/* Morse theory: the lowest of bowls goes to infinity, and a critical point of k + 1 centres adds a
   cell of dimension k to the lower level sets, which end as R^n, of Euler characteristic 1. The
   count sees every point that is missing or too much. */
Test(random_problems, euler_characteristic)
{
    size_t members = 0, points = 0;
    for (size_t n = 1; n <= 6; n++) {
        for (size_t seed = 0; seed < 240; seed++) {
            clarke_arena *mem = clarke_arena_new(0);
            clarke_centres *c = NULL;
            cr_assert_eq(clarke_centres_make(n, seed % 7 + 2, seed, seed % 2, mem, &c), CLARKE_OK,
                         "n=%zu, seed %zu: %s", n, seed, clarke_message());
            int sum = 0;
            for (size_t i = 0; i < c->points; i++) sum += c->corners[i] % 2 ? 1 : -1;
            cr_assert_eq(sum, 1, "n=%zu, seed %zu: %d with %zu points", n, seed, sum, c->points);
            points += c->points;
            members++;
            clarke_arena_free(mem);
        }
    }
    cr_assert(points > 6 * members, "%zu points of %zu members", points, members);
}

/* Different seeds are different members, the same seed is the same one. */
Test(random_problems, seeds)
{
    static const char *const family[] = {"random_pieces", "random_bowls", "random_wells",
                                         "rpr_random", "random_planes"};
    const double x[2] = {0.3, -0.7};
    for (size_t f = 0; f < sizeof family / sizeof family[0]; f++) {
        double value[20];
        clarke_arena *mem = clarke_arena_new(0);
        for (size_t i = 0; i < 40; i++) {
            char spec[64];
            clarke_problem *p = NULL;
            snprintf(spec, sizeof spec, "%s:seed=%zu", family[f], i % 20);
            cr_assert_eq(clarke_problem_from_text(spec, mem, &p), CLARKE_OK, "%s", spec);
            const double got = p->desc->value(p, x);
            if (i >= 20)
                cr_expect_eq(got, value[i % 20], "%s: %g, then %g", spec, value[i % 20], got);
            for (size_t k = 0; k < i && i < 20; k++)
                cr_expect_neq(got, value[k], "%s: as seed %zu", spec, k);
            value[i % 20] = got;
        }
        clarke_arena_free(mem);
    }
}
