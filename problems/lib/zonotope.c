#include "problems/lib/zonotope.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>

clarke_status clarke_zonotope_init(clarke_zonotope *z, size_t n, size_t room, clarke_arena *mem)
{
    *z = (clarke_zonotope){.n = n, .room = room};
    z->centre = clarke_vec(mem, n);
    z->generator = clarke_alloc_array(mem, room, n * sizeof *z->generator);
    CLARKE_TRY(clarke_arena_status(mem));
    return clarke_minnorm_init(&z->solver, n, mem);
}

void clarke_zonotope_clear(clarke_zonotope *z)
{
    z->kinks = 0;
    memset(z->centre, 0, z->n * sizeof *z->centre);
}

double *clarke_zonotope_add(clarke_zonotope *z)
{
    assert(z->kinks < z->room);
    double *g = z->generator + z->n * z->kinks++;
    memset(g, 0, z->n * sizeof *g);
    return g;
}

/* The vertex with the smallest product with x. The rounding of the product with v = c + sum of m
   generators: n + m roundings of the sum of all magnitudes, and one for each product. */
static double zonotope_vertex(const void *self, const double *x, double *v)
{
    const clarke_zonotope *z = self;
    double sum = 0.0, size = 0.0;
    memcpy(v, z->centre, z->n * sizeof *v);
    for (size_t i = 0; i < z->n; i++) size += fabs(x[i] * v[i]);
    for (size_t k = 0; k < z->kinks; k++) {
        const double *g = z->generator + k * z->n;
        double product = 0.0;
        for (size_t i = 0; i < z->n; i++) product += g[i] * x[i], size += fabs(g[i] * x[i]);
        const double t = product > 0.0 ? -1.0 : 1.0;
        for (size_t i = 0; i < z->n; i++) v[i] += t * g[i];
    }
    for (size_t i = 0; i < z->n; i++) sum += x[i] * v[i];
    return sum - (double)(z->n + z->kinks + 2) * DBL_EPSILON * size;
}

clarke_minnorm_result clarke_zonotope_shortest(clarke_zonotope *z)
{
    return clarke_minnorm_hull(&z->solver, zonotope_vertex, z, NULL);
}

clarke_status clarke_chain_init(clarke_chain *z, size_t n, size_t room, clarke_arena *mem)
{
    *z = (clarke_chain){.n = n, .room = room};
    z->centre = clarke_vec(mem, n);
    z->y = clarke_vec(mem, n);
    z->size = clarke_vec(mem, n);
    z->left = clarke_vec(mem, room);
    z->right = clarke_vec(mem, room);
    z->weight = clarke_vec(mem, room);
    z->slope = clarke_vec(mem, room);
    z->pivot = clarke_vec(mem, room);
    z->step = clarke_vec(mem, room);
    z->at = clarke_alloc_array(mem, room, sizeof *z->at);
    z->side = clarke_alloc_array(mem, room, sizeof *z->side);
    return clarke_arena_status(mem);
}

void clarke_chain_clear(clarke_chain *z)
{
    z->kinks = 0;
    memset(z->centre, 0, z->n * sizeof *z->centre);
    memset(z->size, 0, z->n * sizeof *z->size);
}

static void chain_size(clarke_chain *z, size_t at, double left, double right)
{
    z->size[at] += fabs(left);
    if (right != 0.0) z->size[at + 1] += fabs(right);
}

void clarke_chain_add(clarke_chain *z, size_t at, double left, double right)
{
    assert(z->kinks < z->room && (at + 1 < z->n || right == 0.0));
    assert(z->kinks == 0 || z->at[z->kinks - 1] <= at);
    z->at[z->kinks] = at;
    z->left[z->kinks] = left;
    z->right[z->kinks] = right;
    z->kinks++;
    chain_size(z, at, left, right);
}

void clarke_chain_term(clarke_chain *z, size_t at, double left, double right, double sign)
{
    if (sign == 0.0) {
        clarke_chain_add(z, at, left, right);
        return;
    }
    z->centre[at] += sign * left;
    if (right != 0.0) z->centre[at + 1] += sign * right;
    chain_size(z, at, left, right);
}

/* g_k . g_{k+1} */
static double chain_link(const clarke_chain *z, size_t k)
{
    if (z->at[k + 1] == z->at[k])
        return z->left[k] * z->left[k + 1] + z->right[k] * z->right[k + 1];
    return z->at[k + 1] == z->at[k] + 1 ? z->right[k] * z->left[k + 1] : 0.0;
}

static void chain_point(clarke_chain *z)
{
    memcpy(z->y, z->centre, z->n * sizeof *z->y);
    for (size_t k = 0; k < z->kinks; k++) {
        z->y[z->at[k]] += z->weight[k] * z->left[k];
        if (z->right[k] != 0.0) z->y[z->at[k] + 1] += z->weight[k] * z->right[k];
    }
    for (size_t k = 0; k < z->kinks; k++) {
        z->slope[k] = z->left[k] * z->y[z->at[k]];
        if (z->right[k] != 0.0) z->slope[k] += z->right[k] * z->y[z->at[k] + 1];
    }
}

/* The rounding of slope k: y_i is a sum of at most five products, 8 roundings of its size. */
static double chain_slack(const clarke_chain *z, size_t k)
{
    const double right = z->right[k] != 0.0 ? fabs(z->right[k]) * z->size[z->at[k] + 1] : 0.0;
    return 8.0 * DBL_EPSILON * (fabs(z->left[k]) * z->size[z->at[k]] + right);
}

/* The free weights go to their least squares values, the others to their bounds: L D L' of the
   tridiagonal matrix, positive definite, hence stable without pivoting. A pivot that is nothing but
   rounding belongs to a generator that depends on those before it, which stays where it is. */
static void chain_solve(clarke_chain *z)
{
    for (size_t k = 0; k < z->kinks; k++)
        if (z->side[k] != 0) z->weight[k] = z->side[k];
    chain_point(z);
    for (size_t k = 0; k < z->kinks; k++) {
        const double square = z->left[k] * z->left[k] + z->right[k] * z->right[k];
        const double link = k > 0 ? chain_link(z, k - 1) / z->pivot[k - 1] : 0.0;
        z->step[k] = -z->slope[k], z->pivot[k] = square;
        if (z->side[k] != 0) {
            z->pivot[k] = INFINITY;
            continue;
        }
        if (link != 0.0) {
            z->pivot[k] -= link * chain_link(z, k - 1);
            z->step[k] -= link * z->step[k - 1];
        }
        if (!(z->pivot[k] > 8.0 * DBL_EPSILON * square)) z->pivot[k] = INFINITY;
    }
    for (size_t k = z->kinks; k-- > 0;) {
        double step = z->step[k];
        if (k + 1 < z->kinks) step -= chain_link(z, k) * z->step[k + 1];
        z->step[k] = isinf(z->pivot[k]) ? 0.0 : step / z->pivot[k];
        z->weight[k] += z->step[k];
    }
    chain_point(z);
}

/* A free weight outside its bounds, or one at a bound that the slope pulls inside. */
static bool chain_wrong(const clarke_chain *z, size_t k)
{
    if (z->side[k] == 0) return fabs(z->weight[k]) > 1.0 + 8.0 * DBL_EPSILON;
    return z->slope[k] * z->side[k] > chain_slack(z, k);
}

static void chain_exchange(clarke_chain *z, size_t k)
{
    if (z->side[k] == 0)
        z->side[k] = z->weight[k] > 0.0 ? 1 : -1;
    else
        z->side[k] = 0;
}

/* All wrong ones change sides; where their number has not fallen for a while, only the last one
   does, which is Murty's finite rule. */
static size_t chain_pivoting(clarke_chain *z, bool *converged)
{
    enum { PATIENCE = 10, LIMIT = 300 };
    size_t best = SIZE_MAX, patience = PATIENCE, iterations = 0;
    memset(z->side, 0, z->kinks * sizeof *z->side);
    memset(z->weight, 0, z->kinks * sizeof *z->weight);
    for (*converged = false; !*converged && iterations < LIMIT; iterations++) {
        size_t wrong = 0, last = 0;
        chain_solve(z);
        for (size_t k = 0; k < z->kinks; k++)
            if (chain_wrong(z, k)) wrong++, last = k;
        *converged = wrong == 0;
        if (wrong < best)
            best = wrong, patience = PATIENCE;
        else if (patience > 0)
            patience--;
        if (patience == 0) {
            if (wrong > 0) chain_exchange(z, last);
            continue;
        }
        for (size_t k = 0; k < z->kinks; k++)
            if (chain_wrong(z, k)) chain_exchange(z, k);
    }
    return iterations;
}

/* For t in the box, (c + G t) . y >= |y|^2 - sum_k (|slope_k| + t_k slope_k) at the t of y: the
   distance is at least that over |y|. The computed y is off by at most 8 eps size, so is the norm;
   a square root of n squares has n/2 + 2 roundings. */
clarke_chain_result clarke_chain_shortest(clarke_chain *z)
{
    clarke_chain_result r = {0};
    double square = 0.0, size = 0.0, gap = 0.0;
    r.iterations = chain_pivoting(z, &r.converged);
    chain_solve(z); /* refines: the steps are taken from the weights reached */
    for (size_t k = 0; k < z->kinks; k++) z->weight[k] = fmax(-1.0, fmin(1.0, z->weight[k]));
    chain_point(z);
    for (size_t i = 0; i < z->n; i++) {
        square += z->y[i] * z->y[i];
        size += z->size[i] * z->size[i];
    }
    for (size_t k = 0; k < z->kinks; k++) gap += fabs(z->slope[k]) + z->weight[k] * z->slope[k];
    const double norm = sqrt(square), rounding = 8.0 * DBL_EPSILON * sqrt(size);
    const double sums = norm * (0.5 * (double)z->n + 2.0) * DBL_EPSILON;
    r.distance = norm <= rounding ? 0.0 : norm;
    r.high = norm + rounding + sums;
    r.low = norm > 0.0 ? fmax(0.0, norm - gap / norm - rounding - sums) : 0.0;
    return r;
}
