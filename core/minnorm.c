#include "core/minnorm.h"

#include <assert.h>
#include <float.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>

/* Adds what least squares with `cols` unknowns needs to the workspace. */
static bool minnorm_query(clarke_minnorm *w, size_t cols, size_t *integers)
{
    double unused = 0.0, best = 0.0;
    lapack_int rank, least = 0;
    const lapack_int rows = (lapack_int)w->n, k = (lapack_int)cols;
    if (LAPACKE_dgelsd_work(LAPACK_COL_MAJOR, rows, k, 1, &unused, rows, &unused,
                            rows > k ? rows : k, &unused, -1.0, &rank, &best, -1, &least) != 0)
        return false;
    if ((int)best > w->lwork) w->lwork = (int)best;
    if ((size_t)least > *integers) *integers = (size_t)least;
    return true;
}

clarke_status clarke_minnorm_init(clarke_minnorm *w, size_t n, clarke_arena *mem)
{
    size_t integers = 1;
    *w = (clarke_minnorm){.n = n, .room = n + 2, .history = 100 * (n + 10)};
    if (!minnorm_query(w, n, &integers) || !minnorm_query(w, n + 1, &integers))
        return clarke_fail(CLARKE_EINTERNAL, "minnorm: LAPACK refuses a workspace for n=%zu", n);
    w->corral = clarke_alloc_array(mem, w->room, n * sizeof(double));
    w->difference = clarke_alloc_array(mem, w->room, n * sizeof(double));
    w->weight = clarke_vec(mem, w->room);
    w->trial = clarke_vec(mem, w->room);
    w->right = clarke_vec(mem, w->room);
    w->singular = clarke_vec(mem, w->room);
    w->work = clarke_vec(mem, (size_t)w->lwork);
    w->iwork = clarke_alloc_array(mem, integers, sizeof *w->iwork);
    w->x = clarke_vec(mem, n);
    w->vertex = clarke_vec(mem, n);
    w->seen = clarke_alloc_array(mem, w->history, sizeof *w->seen);
    return clarke_arena_status(mem);
}

static double minnorm_dot(size_t n, const double *a, const double *b)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) sum += a[i] * b[i];
    return sum;
}

/* Dot product as if in twice the precision (Ogita, Rump, Oishi, SIAM J. Sci. Comput. 26, 2005). */
static double minnorm_dot2(size_t n, const double *a, const double *b)
{
    double sum = 0.0, low = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double product = a[i] * b[i], error = fma(a[i], b[i], -product);
        const double next = sum + product, z = next - sum;
        low += ((sum - (next - z)) + (product - z)) + error;
        sum = next;
    }
    return sum + low;
}

static uint64_t minnorm_hash(size_t n, const double *v)
{
    uint64_t h = 0x9e3779b97f4a7c15u;
    for (size_t i = 0; i < n; i++) {
        uint64_t bits;
        memcpy(&bits, &v[i], sizeof bits);
        h = (h ^ bits) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    return h;
}

/* The sum over the vertices: independent of their order. True if this corral was there before. */
static bool minnorm_repeats(clarke_minnorm *w, size_t iteration)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < w->count; i++) hash += minnorm_hash(w->n, w->corral + i * w->n);
    for (size_t i = 0; i < iteration; i++)
        if (w->seen[i] == hash) return true;
    w->seen[iteration] = hash;
    return false;
}

/* trial = the weights of the point of smallest norm of the affine hull of the corral: least squares
   on the differences from the first vertex, by SVD, never by the Gram matrix, which duplicates and
   flat corrals make singular. */
static bool minnorm_affine(clarke_minnorm *w)
{
    const size_t n = w->n, k = w->count - 1;
    w->trial[0] = 1.0;
    if (k == 0) return true;
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j < n; j++)
            w->difference[i * n + j] = w->corral[(i + 1) * n + j] - w->corral[j];
    memset(w->right, 0, w->room * sizeof *w->right);
    for (size_t j = 0; j < n; j++) w->right[j] = -w->corral[j];
    lapack_int rank;
    const lapack_int rows = (lapack_int)n, longer = (lapack_int)(n > k ? n : k);
    if (LAPACKE_dgelsd_work(LAPACK_COL_MAJOR, rows, (lapack_int)k, 1, w->difference, rows, w->right,
                            longer, w->singular, -1.0, &rank, w->work, w->lwork, w->iwork) != 0)
        return false;
    for (size_t i = 0; i < k; i++) {
        w->trial[i + 1] = w->right[i];
        w->trial[0] -= w->right[i];
    }
    return true;
}

static void minnorm_drop(clarke_minnorm *w, size_t i)
{
    const size_t last = --w->count;
    if (i == last) return;
    memcpy(w->corral + i * w->n, w->corral + last * w->n, w->n * sizeof *w->corral);
    w->weight[i] = w->weight[last];
}

/* Moves to the affine minimiser, dropping one vertex whenever a weight reaches 0 on the way.
   Weights are compared with 0 itself: legitimate ones can be below 1e-15. */
static bool minnorm_settle(clarke_minnorm *w)
{
    for (;;) {
        if (!minnorm_affine(w)) return false;
        double step = 1.0;
        size_t blocking = w->count;
        for (size_t i = 0; i < w->count; i++) {
            if (w->trial[i] > 0.0) continue;
            const double fall = w->weight[i] - w->trial[i];
            const double ratio = fall > 0.0 ? w->weight[i] / fall : 0.0;
            if (blocking == w->count || ratio < step) step = ratio, blocking = i;
        }
        for (size_t i = 0; i < w->count; i++)
            w->weight[i] = blocking == w->count
                               ? w->trial[i]
                               : fmax(0.0, w->weight[i] + step * (w->trial[i] - w->weight[i]));
        if (blocking == w->count) return true;
        if (w->count == 1) return false;
        minnorm_drop(w, blocking);
    }
}

/* x = sum of weight * vertex. Returns a bound of |x - (a point of the hull)|: count + 1 roundings
   in each entry, and weights that add up to 1 only within rounding. */
static double minnorm_combine(clarke_minnorm *w)
{
    double total = 0.0, size = 0.0;
    for (size_t j = 0; j < w->n; j++) w->x[j] = 0.0;
    for (size_t i = 0; i < w->count; i++) {
        const double *v = w->corral + i * w->n;
        for (size_t j = 0; j < w->n; j++) w->x[j] += w->weight[i] * v[j];
        total += w->weight[i];
        size += w->weight[i] * sqrt(minnorm_dot(w->n, v, v));
    }
    return size * ((double)(w->count + 4) * DBL_EPSILON + fabs(1.0 - total));
}

static void minnorm_add(clarke_minnorm *w)
{
    if (w->count == w->room) { /* an affinely dependent corral: give up the least weight */
        size_t least = 0;
        for (size_t i = 1; i < w->count; i++)
            if (w->weight[i] < w->weight[least]) least = i;
        minnorm_drop(w, least);
    }
    memcpy(w->corral + w->count * w->n, w->vertex, w->n * sizeof *w->corral);
    w->weight[w->count++] = 0.0;
}

/* x.v is formed with an error of at most n eps/2 |x||v|, x itself is rounded: violations below this
   are rounding, vertex by vertex. */
static double minnorm_violation(size_t n, double xx, const double *x, const double *v)
{
    const double size = sqrt(minnorm_dot(n, v, v)) * sqrt(xx) + xx;
    return xx - minnorm_dot2(n, x, v) - 4.0 * (double)n * DBL_EPSILON * size;
}

clarke_minnorm_result clarke_minnorm_hull(clarke_minnorm *w, clarke_minnorm_oracle *oracle,
                                          const void *self, double *x)
{
    const size_t n = w->n;
    const double norm_rounding = 1.0 + (double)(n + 4) * DBL_EPSILON;
    clarke_minnorm_result best = {INFINITY, 0.0, INFINITY, 0, false};
    for (size_t j = 0; j < n; j++) w->x[j] = 1.0;
    oracle(self, w->x, w->vertex);
    w->count = 0;
    minnorm_add(w);
    w->weight[0] = 1.0;
    for (; best.iterations < w->history; best.iterations++) {
        const double error = minnorm_combine(w);
        const double xx = minnorm_dot(n, w->x, w->x), norm = sqrt(xx);
        const double least = oracle(self, w->x, w->vertex);
        best.high = fmin(best.high, norm * norm_rounding + error);
        if (norm > 0.0) best.low = fmax(best.low, least / (norm * norm_rounding));
        if (norm < best.distance) {
            /* The error of x itself is worth error (|v| + 2 |x|) in |x|^2 - x.v. 1e-14 is about 50
               units in the last place of |x|^2. Below `error`, x is not told from 0. */
            const double size = sqrt(minnorm_dot(n, w->vertex, w->vertex)) + 2.0 * norm;
            best.converged = norm <= error || xx - least <= 1e-14 * xx + error * size;
            best.distance = norm;
            if (x) memcpy(x, w->x, n * sizeof *x);
        }
        /* Going on below that level is harmless: the best point is kept, and in exact arithmetic
           corrals never repeat. */
        if (norm <= error || !(minnorm_violation(n, xx, w->x, w->vertex) > 1e-14 * xx)) break;
        minnorm_add(w);
        if (minnorm_repeats(w, best.iterations) || !minnorm_settle(w)) break;
    }
    best.low = fmin(best.low, best.high);
    return best;
}

typedef struct {
    size_t m, n;
    const double *p;
    int exponent; /* the points are taken times 2^-exponent, which is exact */
} minnorm_list;

static void minnorm_scaled(const minnorm_list *list, size_t i, double *v)
{
    for (size_t j = 0; j < list->n; j++) v[j] = ldexp(list->p[i * list->n + j], -list->exponent);
}

/* v must not be x. Chooses the largest violation in units of |p_i|. */
static double minnorm_list_vertex(const void *self, const double *x, double *v)
{
    const minnorm_list *list = self;
    const size_t n = list->n;
    const double xx = minnorm_dot(n, x, x), norm = sqrt(xx);
    const double square = (double)n * DBL_EPSILON * ((double)n * DBL_EPSILON);
    double least = INFINITY, worst = -INFINITY;
    size_t chosen = 0;
    for (size_t i = 0; i < list->m; i++) {
        minnorm_scaled(list, i, v);
        const double size = sqrt(minnorm_dot(n, v, v)), product = minnorm_dot2(n, x, v);
        /* The doubled precision leaves eps |x.v| + n^2 eps^2 |x||v|. */
        least = fmin(least, product - DBL_EPSILON * fabs(product) - square * norm * size);
        const double violation = minnorm_violation(n, xx, x, v) / size;
        if (violation > worst) worst = violation, chosen = i;
        if (size == 0.0) { /* the origin itself */
            chosen = i;
            worst = INFINITY;
        }
    }
    minnorm_scaled(list, chosen, v);
    return least;
}

clarke_minnorm_result clarke_minnorm_points(clarke_minnorm *w, size_t m, const double *p, double *x)
{
    double largest = 0.0;
    assert(m > 0);
    for (size_t i = 0; i < m * w->n; i++) largest = fmax(largest, fabs(p[i]));
    if (largest == 0.0) {
        if (x) memset(x, 0, w->n * sizeof *x);
        return (clarke_minnorm_result){.converged = true};
    }
    minnorm_list list = {m, w->n, p, 0};
    frexp(largest, &list.exponent);
    clarke_minnorm_result r = clarke_minnorm_hull(w, minnorm_list_vertex, &list, x);
    for (size_t j = 0; x && j < w->n; j++) x[j] = ldexp(x[j], list.exponent);
    r.distance = ldexp(r.distance, list.exponent);
    r.low = ldexp(r.low, list.exponent), r.high = ldexp(r.high, list.exponent);
    return r;
}
