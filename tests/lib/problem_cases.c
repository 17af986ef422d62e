#include "tests/lib/problem_cases.h"

#include "core/minnorm.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Beside the default of every problem and, where there is a parameter n, n = 1, 2, 3. */
static const char *const extra[] = {
    "abs_minus_abs:n=3",
    "abs_coupling:n=4",
    "active_faces:n=6",
    "antipodal:n=1,p=1",
    "antipodal:n=2,p=1",
    "antipodal:n=2,p=1.5",
    "antipodal:n=3,p=3",
    "bilin_abs_l1:n=2,lambda=0.5",
    "bilin_abs_l1:n=2,lambda=0.75",
    "bilin_abs_l1:n=2,lambda=1",
    "bilin_abs_l1:n=2,lambda=1.5",
    "bilin_abs_l1:n=6,lambda=0.4",
    "bilin_sq_l1:n=2,lambda=0.375",
    "bilin_sq_l1:n=2,lambda=0.5",
    "bilin_sq_l1:n=4,lambda=0.3",
    "bilin_abs_ridge:n=4,lambda=0.75",
    "blind_pop:n=2,m=3",
    "brown2:n=5",
    "capl1_orth:n=2,z=1.3,-1.4",
    "capl1_orth:n=1,z=1",
    "capl1_orth:n=1,z=2",
    "capl1_orth:n=1,z=2.6",
    "capl1_orth:n=1,z=0.3",
    "cosine_bowl:n=2,d=1.2,0.5",
    "cosine_bowl:n=1,d=0.3",
    "cosine_bowl:n=1,d=0.1",
    "coupled_quadratic:n=2,c=1",
    "coupled_quadratic:n=4,c=-0.75,0.25",
    "crescent1:n=5",
    "crescent2:n=5",
    "dc_linf:n=4,a=0.5",
    "dc_max:n=5",
    "dc_three_sets:n=4",
    "dec_asym:n=2,h=0.5",
    "dec_asym:n=1,h=1.9",
    "dec_asym:n=2,h=2",
    "dec_asym:n=1,h=3",
    "dec_cancel_abs:n=2,h=0.5",
    "dec_hidden_consensus:n=2,h=3",
    "dec_relu_data:n=2,b=0.5",
    "dec_relu_data:n=1,b=1",
    "dec_tilt_wells:n=2,c=1,-2,1",
    "dec_tilt_wells:n=1,c=0",
    "deep_chain_abs:n=2",
    "deep_chain_abs:n=4",
    "deep_chain_sq:n=4",
    "deep_relu_abs:n=4",
    "half_sharp:n=1,p=1",
    "half_sharp:n=3,p=1.5,2,4",
    "half_sharp:n=2,p=8",
    "kink_well:n=3,p=1,2,4",
    "kink_well:n=1,p=1.5",
    "kink_well:n=2,p=8",
    "kink_well_rot:n=2,p=1.5",
    "kink_well_rot:n=3,p=1",
    "kink_well_rot:n=3,p=4",
    "kink_well_rot:n=5",
    "l1_minus_l2:n=5",
    "l1_minus_linf:n=5",
    "mcp_orth:n=3,z=0.3,1,-1.2",
    "mcp_orth:n=1,z=2",
    "mcp_orth:n=1,z=0.8",
    "mcp_orth:n=1,z=3",
    "mcp_pair:a=3",
    "mcp_pair:n=4,a=-1.25,mu=2",
    "mcp_pair:a=0.25",
    "median_sum:n=1,a=-1,0,2,3",
    "median_sum:n=2,a=0.5",
    "mifflin2:n=4",
    "max_power:p=1.5",
    "max_power:p=4",
    "mexican_hat:c=1",
    "mifflin2:n=8",
    "min_two_quad:n=1,delta=0",
    "min_two_quad:n=3,b=3,delta=1",
    "monomial:a=1,2,1",
    "monomial:n=4,a=2",
    "ncr1:n=5",
    "ncr2:n=4",
    "ncr2:n=8",
    "power_pair:n=2,p=1,w=0.5",
    "power_pair:n=2,p=1.5",
    "power_pair:n=2,p=2,w=0.5",
    "power_pair:n=4,p=4,3",
    "power_pair:n=6,p=4,w=1,0.5,2",
    "quad_minus_abs:n=2,a=0.5,2",
    "quad_well:n=1,p=1",
    "quad_well:n=1,p=1.5",
    "quad_well:n=2,p=3,4",
    "quadratic:n=3,d=1,0.01,100",
    "quadratic_sum:n=2,a=1,2,3,10",
    "random_planes:n=3,planes=5,seed=8",
    "random_planes:n=4,planes=6,seed=2",
    "rank1_frob:n=6",
    "rank1_factor:lambda=1",
    "rank1_factor:lambda=2",
    "rank1_factor:n=4,sigma=2,1,lambda=0.5",
    "rank1_factor:n=4,sigma=2,1,lambda=1.5",
    "rank2_factor:n=8,sigma=2,0.5",
    "rank2_factor:n=8,sigma=2,0.25",
    "rank2_factor:n=8,sigma=0.375,0.25",
    "rastrigin_l1:n=1,A=1",
    "rastrigin_l1:n=1,A=5",
    "relu_1pt_decay:n=1,lambda=2",
    "relu_2pt_spurious:n=2,b=0.5",
    "relu_2pt_spurious:n=1,b=3",
    "relu_sum_abs:n=4",
    "relu_sum_sq:n=4",
    "ring:n=2,p=1",
    "ring:n=3,p=1.5",
    "ring:n=5,p=4",
    "root_pair:n=4,p=0.75",
    "rpr2d:instance=B",
    "rpr2d:instance=C",
    "rpr2d:instance=D",
    "rpr_1d:n=1,a=1,1,b=1,4",
    "rpr_1d:n=1,a=1,1,1,b=0,0,4",
    "rpr_1d:n=2,a=1,1,b=0,4",
    "rpr_orth:n=1,b=1,w=2",
    "rpr_orth:n=3,b=0,1,3,w=1,2,0.5",
    "rpr_orth:n=2,b=0",
    "rpr_pop:n=6",
    "rpr_random:n=2,m=7,seed=4,outliers=2",
    "rpr_random:n=3,m=8,seed=6",
    "relu_chain:y=2,w=0.5,gamma=0.75",
    "saddle_kink:m=2,k=1",
    "saddle_kink:m=0,k=2",
    "scad_orth:n=1,z=0.5",
    "scad_orth:n=1,z=4",
    "scad_orth:n=1,z=3",
    "scad_orth:n=1,z=5",
    "scad_orth:n=1,z=5.5",
    "scad_orth:n=3,z=4.2,-4.1,2",
    "scad_orth:n=1,lambda=0.5,a=3.7,kappa=0.3,z=-2",
    "scad_pair:a=3,mu=2",
    "scad_pair:a=-1.5,mu=2",
    "square_product:n=6",
    "trunc_median:n=1,a=0,0.5,1,4,4.5,9,c=1.25",
    "trunc_median:n=2,a=0",
    "two_means:p=-2,-1,0,1.5,3",
    "two_means:p=-1,1",
};

enum { EXTRA = sizeof extra / sizeof extra[0], LARGEST_SIZE = 3 };

static const clarke_problem_desc *desc_at(size_t i)
{
    return clarke_problems.entry[i].desc;
}

/* Problems with data have no truth to hold them to, and infinite values no differences. */
static bool is_plain(size_t i)
{
    return !(desc_at(i)->traits & (CLARKE_TRAIT_DATA | CLARKE_TRAIT_EXTENDED));
}

/* Problem i with that n, or without one (n = 0); false where it is the same instance again: n is no
   parameter, or is n without being told, or is not allowed. */
static bool plain_spec(size_t i, size_t n, char spec[96])
{
    snprintf(spec, 96, n > 0 ? "%s:n=%zu" : "%s", clarke_problems.entry[i].id, n);
    if (n == 0) return true;
    const clarke_param *size = clarke_param_find(desc_at(i)->params, "n");
    if (!size || (double)n < size->low || (double)n > size->high) return false;
    /* Pairs of variables say so in the meaning of n. */
    const bool odd = n % 2 != 0 && strstr(size->meaning, "even");
    return !odd && strtod(size->fallback, NULL) != (double)n;
}

/* The spec of that number; how many there are if there is none of that number. */
static size_t case_spec(size_t number, char spec[96])
{
    size_t count = 0;
    for (size_t i = 0; i < clarke_problems.count; i++)
        for (size_t n = 0; n <= LARGEST_SIZE && is_plain(i); n++)
            if (plain_spec(i, n, spec) && count++ == number) return number;
    for (size_t i = 0; i < EXTRA; i++)
        if (count++ == number) {
            snprintf(spec, 96, "%s", extra[i]);
            return number;
        }
    return count;
}

size_t problem_case_count(void)
{
    char spec[96];
    return case_spec(SIZE_MAX, spec);
}

double problem_draw(size_t a, size_t b)
{
    const clarke_stream s = clarke_stream_make(1, "problems", "test", 0, 0, "points");
    return clarke_stream_uniform(&s, a, b);
}

problem_case problem_case_open(size_t number)
{
    char spec[96];
    clarke_problem *p = NULL;
    problem_case c = {.mem = clarke_arena_new(0)};
    case_spec(number, spec);
    c.label = clarke_arena_copy_text(c.mem, spec);
    cr_assert_eq(clarke_problem_from_text(spec, c.mem, &p), CLARKE_OK, "%s: %s", spec,
                 clarke_message());
    cr_assert(p->n <= PROBLEM_LARGEST_N, "%s: n=%zu", spec, p->n);
    c.p = p;
    c.x = clarke_alloc_array(c.mem, PROBLEM_POINTS, sizeof *c.x);
    for (size_t i = 0; i < PROBLEM_POINTS; i++) {
        for (size_t j = 0; j < p->n; j++) {
            const double t = 8.0 * problem_draw(i, j) - 4.0;
            c.x[i][j] = i % 2 ? 0.25 * rint(4.0 * t) : t;
            if (i % 8 == 3) c.x[i][j] = rint(0.5 * t); /* small whole numbers: many ties */
            if (i % 8 == 6)
                c.x[i][j] = p->box_low + (p->box_high - p->box_low) * problem_draw(i, j);
            if (i == 1) c.x[i][j] = 0.0;
        }
        if (i % 8 == 5 && p->desc->stationary_distance) {
            double nearest[PROBLEM_LARGEST_N];
            p->desc->stationary_distance(p, c.x[i], nearest, NULL);
            memcpy(c.x[i], nearest, p->n * sizeof *nearest);
        }
    }
    return c;
}

void problem_case_close(problem_case *c)
{
    clarke_arena_free(c->mem);
}

double problem_norm(size_t n, const double *v)
{
    double norm = 0.0;
    for (size_t j = 0; j < n; j++) norm = hypot(norm, v[j]);
    return norm;
}

double problem_gap(size_t n, const double *a, const double *b)
{
    double norm = 0.0;
    for (size_t j = 0; j < n; j++) norm = hypot(norm, a[j] - b[j]);
    return norm;
}

void problem_direction(size_t n, size_t a, size_t b, double *u)
{
    const clarke_stream s = clarke_stream_make(2, "problems", "test", 0, 0, "directions");
    for (size_t j = 0; j < n; j++) u[j] = clarke_stream_gaussian(&s, a, b * n + j);
    const double norm = problem_norm(n, u);
    for (size_t j = 0; j < n; j++) u[j] /= norm;
}

/* y = z + radius u, pulled back into B(x, r). */
static void sample_point(size_t n, const double *x, double r, const double *z, double radius,
                         const double *u, double *y)
{
    double square = 0.0;
    for (size_t j = 0; j < n; j++) y[j] = z[j] + radius * u[j] - x[j];
    for (size_t j = 0; j < n; j++) square += y[j] * y[j];
    const double size = sqrt(square), room = r * (1.0 - 0x1p-40);
    for (size_t j = 0; j < n; j++) y[j] = x[j] + (size > room ? room / size : 1.0) * y[j];
}

enum {
    SEARCH_FIRST = 160, /* points of the first round, at most */
    SEARCH_ROUNDS = 120,
    SEARCH_ADDED = 48,
    SEARCH_ROOM = (SEARCH_FIRST + SEARCH_ROUNDS * SEARCH_ADDED) * PROBLEM_LARGEST_N
};

/* Where a round of the search looks: everywhere; around the point `best` whose gradient is lowest
   against the shortest vector v; and up or down that vector, where the derivatives are extreme. */
static const double *search_centre(const double *x, size_t round, const double *best,
                                   const double *v, double r, size_t n, double *centre)
{
    const double size = problem_norm(n, v), step = round % 4 == 2 ? -r : r;
    if (round % 4 == 0) return x;
    if (round % 4 == 1) return best;
    for (size_t j = 0; j < n; j++) centre[j] = x[j] + step * (v[j] / size);
    return centre;
}

double problem_sampled_hull(const clarke_problem *p, const double *x, double r, size_t count,
                            double enough)
{
    /* Few searches need all of this room, so nothing clears it for each. */
    static double g[SEARCH_ROOM], y[SEARCH_ROOM];
    const size_t n = p->n;
    clarke_arena *mem = clarke_arena_new(0);
    clarke_minnorm w;
    double u[PROBLEM_LARGEST_N], v[PROBLEM_LARGEST_N] = {0.0}, centre[PROBLEM_LARGEST_N];
    double norm = INFINITY;
    cr_assert(count <= SEARCH_FIRST && n <= PROBLEM_LARGEST_N);
    size_t used = 0, best = 0;
    cr_assert_eq(clarke_minnorm_init(&w, n, mem), CLARKE_OK, "%s: %s", p->id, clarke_message());
    for (size_t round = 0; round <= SEARCH_ROUNDS && norm > enough; round++) {
        const size_t more = round == 0 ? count : SEARCH_ADDED;
        for (size_t i = 0; i < more; i++, used++) {
            problem_direction(n, 77 + round, i, u);
            const double part = 2 * i < more ? problem_draw(78 + round, i) : 1.0;
            const double *z = search_centre(x, round, y + best * n, v, r, n, centre);
            const double radius = round % 4 == 0 ? r : r * ldexp(2.0, -(int)(round / 4 % 20));
            sample_point(n, x, r, z, part * radius, u, y + used * n);
            p->desc->subgradient(p, y + used * n, g + used * n);
        }
        norm = clarke_minnorm_points(&w, used, g, v).distance;
        double least = INFINITY;
        for (size_t i = 0; i < used; i++) {
            double product = 0.0;
            for (size_t j = 0; j < n; j++) product += v[j] * g[i * n + j];
            if (product < least) least = product, best = i;
        }
    }
    clarke_arena_free(mem);
    return norm;
}

/* Gradients at distance r = 1e-10 differ from the subdifferential at x by at most sqrt(n) (3 sqrt(r)
   + 1e5 r) + 1e3 r times itself: pieces of growth 3/2 have slopes that change by 3 sqrt(r)/2 times their factor, at most
   2, and the others have second derivatives below 1e5, or, where powers make them large, below 1e3
   times the first one, at the points of the tests. So the sampled
   hull, which is nearly inside, is not nearer to 0 than the residual less that. It may be farther
   where a cell was not found: the search goes on until it is not. */
void problem_check_residual(const char *label, const clarke_problem *p, const double *x,
                            double exact)
{
    const double r = 1e-10, root = sqrt((double)p->n);
    const double change = root * (3.0 * sqrt(r) + 1e5 * r) + 1e3 * r * exact;
    const double enough = exact + change;
    const double sampled = problem_sampled_hull(p, x, r, 160, enough);
    cr_assert(sampled >= exact - change && sampled <= enough, "%s: residual %g, sampled %g", label,
              exact, sampled);
}

double problem_steepness(const clarke_problem *p, const double *x)
{
    double y[PROBLEM_LARGEST_N], low[PROBLEM_LARGEST_N], high[PROBLEM_LARGEST_N], largest = 1.0;
    memcpy(y, x, p->n * sizeof *y);
    for (size_t j = 0; j < p->n; j++) {
        y[j] = x[j] - 1e-4;
        p->desc->subgradient(p, y, low);
        y[j] = x[j] + 1e-4;
        p->desc->subgradient(p, y, high);
        y[j] = x[j];
        for (size_t i = 0; i < p->n; i++) largest = fmax(largest, fabs(high[i] - low[i]) / 2e-4);
    }
    return largest;
}
