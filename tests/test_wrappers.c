/* Every wrapper around every registered problem: the contract of a problem again, and the outer
   instance against the inner one through an affine map that this file applies on its own, in long
   double, with a dense matrix. */
#include "tests/lib/portions.h"
#include "tests/lib/problem_contract.h"

#include <criterion/criterion.h>
#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZES = 3 };

/* What the wrapper is known to do: y = c Q (x - by), f = s g(y); `free` where this file has no
   map. */
typedef struct {
    const char *text;
    long double s, c;
    bool rotated, free;
    double by;
} wrapping;

static const wrapping wrappings[] = {
    {"rotate", 1.0L, 1.0L, true, false, 0.0},
    {"block_rotate", 1.0L, 1.0L, false, true, 0.0},
    {"shift:by=0.5", 1.0L, 1.0L, false, false, 0.5},
    {"shift:by=-0.3", 1.0L, 1.0L, false, false, -0.3},
    {"scale:s=3,c=0.25", 3.0L, 0.25L, false, false, 0.0},
    {"noise:sigma=0.75,pairs=3", 1.0L, 1.0L, false, false, 0.0},
    {"tilt:zeta=2,agents=3", 1.0L, 1.0L, false, false, 0.0},
    {"cancel:h=0.75,agents=4", 1.0L, 1.0L, false, false, 0.0},
    {"coordinates", 1.0L, 1.0L, false, false, 0.0},
    {"direct:with=ring,with.n=2,with.p=1", 1.0L, 1.0L, false, true, 0.0},
    {"direct:with=trunc_median,with.n=1", 1.0L, 1.0L, false, true, 0.0},
    {"noise:pairs=1+rotate+shift:by=0.25+scale:c=2", 1.0L, 1.0L, false, true, 0.0},
    {"direct:with=quad_minus_abs+rotate:v=1,-1", 1.0L, 1.0L, false, true, 0.0},
};
enum { WRAPPINGS = sizeof wrappings / sizeof wrappings[0] };

typedef struct {
    clarke_arena *mem;
    const clarke_problem *p, *inner; /* two instances that share nothing */
    const wrapping *w;
    const char *label;
    contract_case contract;
} wrapped;

/* ---- the map, dense ---- */

static void map_apply(const wrapped *c, bool back, const double *from, double *to)
{
    const size_t n = c->p->n;
    long double z[PROBLEM_LARGEST_N], square = 0.0L;
    for (size_t j = 0; j < n; j++)
        z[j] = back ? from[j] / c->w->c : from[j] - (long double)c->w->by;
    for (size_t j = 0; j < n; j++) square += (long double)((j + 1) * (j + 1));
    for (size_t i = 0; i < n; i++) {
        long double sum = z[i];
        for (size_t j = 0; c->w->rotated && j < n; j++)
            sum -= 2.0L * (long double)((i + 1) * (j + 1)) / square * z[j];
        to[i] = (double)(back ? sum + (long double)c->w->by : sum * c->w->c);
    }
}

static void map_back(const void *self, const double *y, double *x)
{
    map_apply(self, true, y, x);
}

/* ---- cases ---- */

static size_t plain_problems(void)
{
    size_t count = 0;
    for (size_t i = 0; i < clarke_problems.count; i++) {
        const clarke_problem_desc *desc = clarke_problems.entry[i].desc;
        count += !(desc->traits & (CLARKE_TRAIT_DATA | CLARKE_TRAIT_EXTENDED));
    }
    return count;
}

static bool base_spec(size_t number, char spec[96])
{
    size_t i = 0;
    const clarke_problem_desc *desc;
    for (size_t left = number / SIZES;; i++) {
        desc = clarke_problems.entry[i].desc;
        if (desc->traits & (CLARKE_TRAIT_DATA | CLARKE_TRAIT_EXTENDED)) continue;
        if (left-- == 0) break;
    }
    const size_t n = number % SIZES + 1;
    const clarke_param *size = clarke_param_find(desc->params, "n");
    const bool sized = size && (double)n >= size->low && (double)n <= size->high;
    snprintf(spec, 96, sized ? "%s:n=%zu" : "%s", clarke_problems.entry[i].id, n);
    return sized || n == 1;
}

/* The pairs that are refused: the field of cancelling terms is known for separable problems with a
   stationary set; coordinates are those of a separable function that is no sum yet; the noise of a
   sum is bounded in its box, which a rotation must keep around 0,
   and which two problems must share. */
static bool is_refused(const clarke_problem *inner, const wrapping *w)
{
    const bool off_zero = inner->box_low >= 0.0 || inner->box_high <= 0.0;
    const bool sum = inner->term_deviation > 0.0 || strncmp(w->text, "noise", 5) == 0;
    if (strncmp(w->text, "cancel", 6) == 0)
        return !(inner->desc->slope_range && inner->desc->stationary_distance);
    if (strcmp(w->text, "coordinates") == 0)
        return !inner->desc->slope_range || inner->terms > 1 || inner->n < 2;
    if (strcmp(w->text, "block_rotate") == 0) return inner->term_deviation > 0.0;
    if (strstr(w->text, "rotate")) return off_zero && sum;
    /* The box of trunc_median ends at 1.85. */
    return strcmp(w->text, "direct:with=trunc_median,with.n=1") == 0 && inner->box_low >= 1.85;
}

static bool wrapped_open(const char *base, const wrapping *w, wrapped *c)
{
    char spec[256];
    clarke_problem *p = NULL, *inner = NULL;
    *c = (wrapped){.mem = clarke_arena_new(0), .w = w};
    snprintf(spec, sizeof spec, "%s+%s", base, w->text);
    c->label = clarke_arena_copy_text(c->mem, spec);
    if (clarke_problem_from_text(base, c->mem, &inner) != CLARKE_OK) {
        cr_assert(strchr(base, ':'), "%s: %s", base,
                  clarke_message()); /* the default is never refused */
        clarke_arena_free(c->mem);
        return false;
    }
    const clarke_status status = clarke_problem_from_text(spec, c->mem, &p);
    if (is_refused(inner, w)) {
        cr_assert_eq(status, CLARKE_EINPUT, "%s: should be refused", spec);
        clarke_arena_free(c->mem);
        return false;
    }
    cr_assert_eq(status, CLARKE_OK, "%s: %s", spec, clarke_message());
    cr_assert(p->n <= PROBLEM_LARGEST_N, "%s: n=%zu", spec, p->n);
    c->p = p, c->inner = inner;
    c->contract.p = p, c->contract.label = c->label, c->contract.rounded = true;
    contract_points(&c->contract, w->free ? NULL : map_back, c);
    return true;
}

/* ---- against the inner problem ---- */

static void check_consistent(const wrapped *c)
{
    const clarke_problem *p = c->p, *q = c->inner;
    const double s = (double)c->w->s, k = (double)c->w->c;
    for (size_t i = 0; i < CONTRACT_RANDOM && !c->w->free; i++) {
        double y[PROBLEM_LARGEST_N], g[PROBLEM_LARGEST_N], h[PROBLEM_LARGEST_N],
            turned[PROBLEM_LARGEST_N];
        const double *x = c->contract.x[i];
        map_apply(c, false, x, y);
        /* f and its slopes are Lipschitz near random points, with constants far below 1e3. */
        const double f = s * q->desc->value(q, y), got = p->desc->value(p, x);
        cr_assert(fabs(got - f) <= 1e-12 * (1.0 + fabs(f)), "%s: f %g, not %g", c->label, got, f);
        const double r = s * k * q->desc->clarke_residual(q, y);
        cr_assert(fabs(p->desc->clarke_residual(p, x) - r) <= 1e-11 * (1.0 + r), "%s: residual %g",
                  c->label, r);
        q->desc->subgradient(q, y, h);
        const wrapping linear = {.s = 1.0L, .c = 1.0L, .rotated = c->w->rotated};
        const wrapped turn = {.p = p, .w = &linear};
        map_apply(&turn, false, h, turned); /* Q is its own transpose */
        p->desc->subgradient(p, x, g);
        for (size_t j = 0; j < p->n; j++)
            cr_assert(fabs(g[j] - s * k * turned[j]) <= 1e-11 * (1.0 + fabs(s * k * turned[j])),
                      "%s: g[%zu] = %g, not %g", c->label, j, g[j], s * k * turned[j]);
        if (!q->desc->stationary_distance) continue;
        clarke_point_kind a, b;
        const double d = q->desc->stationary_distance(q, y, NULL, &a) / k;
        const double e = p->desc->stationary_distance(p, x, NULL, &b);
        cr_assert(fabs(d - e) <= 1e-12 * (1.0 + d), "%s: distance %g, not %g", c->label, e, d);
        cr_assert_eq(a, b, "%s: kind %s, not %s", c->label, clarke_point_text(b),
                     clarke_point_text(a));
    }
    if (c->w->free) return;
    cr_assert(p->minimum == s * q->minimum ||
                  fabs(p->minimum - s * q->minimum) <= 1e-15 * fabs(s * q->minimum) ||
                  (isnan(p->minimum) && isnan(q->minimum)),
              "%s: minimum", c->label);
    cr_assert(!p->desc->stationary_distance == !q->desc->stationary_distance, "%s: set", c->label);
    cr_assert(!p->desc->prox == !q->desc->prox, "%s: prox", c->label);
    cr_assert(clarke_has_hull(p) == clarke_has_hull(q), "%s: hull", c->label);
}

OVER_CASES(wrappers, contract, plain_problems() * SIZES)
{
    char base[96];
    if (!base_spec(number, base)) return; /* the same instance again */
    for (size_t i = 0; i < WRAPPINGS; i++) {
        wrapped c;
        if (!wrapped_open(base, &wrappings[i], &c)) continue;
        clarke_arena_seal(c.mem, true); /* no oracle allocates */
        check_consistent(&c);
        contract_check(&c.contract);
        clarke_arena_seal(c.mem, false);
        cr_assert(!clarke_arena_failed(c.mem), "%s: an oracle allocated", c.label);
        clarke_arena_free(c.mem);
    }
}

/* ---- what single wrappers do ---- */

static clarke_problem *make(const char *text, clarke_arena *mem)
{
    clarke_problem *p = NULL;
    cr_assert_eq(clarke_problem_from_text(text, mem, &p), CLARKE_OK, "%s: %s", text,
                 clarke_message());
    return p;
}

/* (t - 1)^2/2 +- h|t| is a problem of its own, with its field derived by hand there. */
Test(wrappers, cancel_is_the_known_field)
{
    static const char *const h[] = {"0.25", "0.5", "1", "3"};
    clarke_arena *mem = clarke_arena_new(0);
    char text[96];
    for (size_t i = 0; i < 4; i++) {
        snprintf(text, sizeof text, "quadratic:n=2+shift:by=1+cancel:h=%s", h[i]);
        const clarke_problem *p = make(text, mem);
        snprintf(text, sizeof text, "dec_cancel_abs:n=2,h=%s", h[i]);
        const clarke_problem *q = make(text, mem);
        for (size_t k = 0; k < 81; k++) {
            const double x[2] = {0.25 * (double)(k % 9) - 1.0, 0.25 * (double)(k / 9) - 1.0};
            const double a = p->desc->field_residual(p, x), b = q->desc->field_residual(q, x);
            const double c = p->desc->field_distance(p, x, NULL);
            const double d = q->desc->field_distance(q, x, NULL);
            cr_expect(fabs(a - b) <= 4.0 * DBL_EPSILON, "h=%s: residual %g, %g", h[i], a, b);
            cr_expect(fabs(c - d) <= 4.0 * DBL_EPSILON, "h=%s: distance %g, %g", h[i], c, d);
        }
        cr_expect_eq(p->term_deviation, strtod(h[i], NULL), "h=%s: deviation", h[i]);
    }
    clarke_arena_free(mem);
}

/* At a concave kink [a, b] = [-1, 1] wins over h = 1/2 and loses to h = 2. */
Test(wrappers, cancel_at_a_kink)
{
    static const struct {
        const char *h;
        double half;
    } wide[] = {{"0.5", 1.0}, {"2", 2.0}};
    clarke_arena *mem = clarke_arena_new(0);
    char text[96];
    for (size_t i = 0; i < 2; i++) {
        snprintf(text, sizeof text, "quad_minus_abs:n=1+cancel:h=%s", wide[i].h);
        const clarke_problem *p = make(text, mem);
        const clarke_interval s = p->desc->slope_range(p, 0, 0.0, 0.0, true);
        cr_expect(s.low == -wide[i].half && s.high == wide[i].half, "h=%s: [%g, %g]", wide[i].h,
                  s.low, s.high);
        cr_expect(!(p->traits & CLARKE_TRAIT_FIELD_LARGER), "h=%s: 0 was critical before",
                  wide[i].h);
    }
    clarke_arena_free(mem);
}

/* Q^2 = I, Q v = -v, and the dyadic case is exact: v = (1,1,1,1) maps 2 e_1 to (1,-1,-1,-1). */
Test(wrappers, rotation)
{
    clarke_arena *mem = clarke_arena_new(0);
    const clarke_problem *p = make("l1_norm:n=4+rotate:v=1,1,1,1", mem);
    const double x[4] = {2.0, 0.0, 0.0, 0.0};
    cr_expect_eq(p->desc->value(p, x), 4.0, "value %g", p->desc->value(p, x));
    const clarke_problem *q = make("dead_coordinate+rotate:v=1,-1", mem); /* exchanges */
    const double z[2] = {3.0, 0.25};
    cr_expect_eq(q->desc->value(q, z), 0.25, "value %g", q->desc->value(q, z));
    const clarke_problem *twice = make("absquad:n=3+rotate:v=1,2,3+rotate:v=1,2,3", mem);
    const clarke_problem *once = make("absquad:n=3", mem);
    const double y[3] = {0.3, -1.7, 2.2};
    cr_expect(fabs(twice->desc->value(twice, y) - once->desc->value(once, y)) <= 1e-13, "twice");
    clarke_arena_free(mem);
}

/* Kinds, growth and constants under a scaling that is exact. */
Test(wrappers, scaling)
{
    clarke_arena *mem = clarke_arena_new(0);
    const clarke_problem *p = make("kink_well:n=1,p=2+scale:s=3,c=4", mem);
    const double x[1] = {0.3};
    const clarke_growth g = p->desc->growth(p, x);
    cr_expect(g.p == 2.0 && g.kappa == 48.0 && g.mu == 96.0, "growth %g %g %g", g.p, g.kappa, g.mu);
    cr_expect_eq(p->box_high, 0.5, "box %g", p->box_high);
    /* f at distance 1/8 of the minimiser 1/4. */
    const double y[1] = {0.375};
    cr_expect_eq(p->desc->value(p, y) - p->minimum, 48.0 / 64.0, "value %g", p->desc->value(p, y));
    clarke_arena_free(mem);
}

/* ---- grammar ---- */

Test(wrappers, grammar)
{
    static const struct {
        const char *text, *canonical; /* NULL: refused */
    } row[] = {
        {"absquad:n=2", "absquad:n=2"},
        {"absquad:n=3+rotate:v=1,2,3+shift:by=0.5,-1,2",
         "absquad:n=3+rotate:v=1,2,3+shift:by=0.5,-1,2"},
        {"min_two_quad:delta=5e-1,b=2+scale:s=1e+2,c=2",
         "min_two_quad:b=2,delta=5e-1+scale:c=2,s=1e+2"},
        {"absquad+direct:with.p=1,with=ring", "absquad+direct:with=ring,with.p=1"},
        {"absquad+", NULL},
        {"absquad+nosuch", NULL},
        {"absquad+rotate:w=1", NULL},
        {"absquad+rotate:v=1,2", NULL},
        {"absquad:n=2+shift:by=1,2,3", NULL},
        {"absquad+scale:c=3", NULL},
        {"absquad+cancel:agents=3", NULL},
        {"ring+cancel", NULL},
        {"ring+coordinates", NULL},
        {"absquad:n=1+coordinates", NULL},
        {"quadratic_sum:n=2+coordinates", NULL},
        {"exp_decay+cancel", NULL},
        {"absquad+direct:with=nosuch", NULL},
        {"absquad+direct:with=ring,with.q=1", NULL},
        {"+rotate", NULL},
    };
    clarke_arena *mem = clarke_arena_new(0);
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        clarke_problem *p = NULL;
        const clarke_status status = clarke_problem_from_text(row[i].text, mem, &p);
        cr_expect_eq(status, row[i].canonical ? CLARKE_OK : CLARKE_EINPUT, "%s: %s", row[i].text,
                     clarke_message());
        if (status == CLARKE_OK && row[i].canonical)
            cr_expect_str_eq(p->spec, row[i].canonical, "%s", row[i].text);
    }
    clarke_arena_free(mem);
}

/* An instance is never half made, whatever request of the arena fails. */
Test(wrappers, out_of_memory)
{
    static const char *const text[] = {"absquad:n=2+rotate+shift+scale",
                                       "power_pair:n=4+block_rotate", "absquad+noise+tilt+cancel",
                                       "absquad+direct:with=ring,with.n=2"};
    for (size_t i = 0; i < 4; i++) {
        size_t failures = 0;
        for (size_t countdown = 1;; countdown++) {
            clarke_problem *p = NULL;
            clarke_arena *mem = clarke_arena_new(0);
            clarke_arena_fail_at(mem, countdown);
            const clarke_status status = clarke_problem_from_text(text[i], mem, &p);
            clarke_arena_free(mem);
            if (status == CLARKE_OK) break;
            cr_assert_eq(status, CLARKE_ENOMEM, "%s: request %zu: %s", text[i], countdown,
                         clarke_message());
            failures++;
        }
        cr_expect(failures > 20, "%s: %zu requests", text[i], failures);
    }
}
