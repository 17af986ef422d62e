/* The stationary points of a small phase retrieval problem, by enumeration in whole numbers. */
#include "problems/lib/phase.h"
#include "problems/lib/whole.h"

#include <assert.h>
#include <lapacke.h>
#include <string.h>

enum { N = CLARKE_PHASE_DIMENSION, M = CLARKE_PHASE_TERMS };

/* A face: the kinks `active`[count] with their sides, and the signs of all terms. */
typedef struct {
    clarke_phase *f;
    size_t count, active[N];
    int side[N];     /* of a_i.x */
    int sign[M];     /* of (a_j.x)^2 - b_j; 0: active */
    bool degenerate; /* a decision was on an edge */
} phase_face;

static int64_t phase_dot(size_t n, const int64_t *a, const int64_t *x)
{
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++) sum += a[i] * x[i];
    return sum;
}

static int64_t phase_size(int64_t t)
{
    return t < 0 ? -t : t;
}

/* ---- points ---- */

/* x = X/D and, as S is symmetric, -x. */
static void phase_add(phase_face *c, const int64_t *x, int64_t d, clarke_point_kind kind,
                      clarke_growth growth)
{
    clarke_phase *f = c->f;
    bool zero = true;
    for (size_t i = 0; i < f->n; i++) zero = zero && x[i] == 0;
    for (int sign = 1; sign >= (zero ? 1 : -1); sign -= 2) {
        clarke_phase_point p = {.kind = kind, .growth = growth};
        bool known = false;
        for (size_t i = 0; i < f->n; i++) p.x[i] = (double)(sign * x[i]) / (double)d;
        for (size_t k = 0; k < f->points; k++)
            known = known || memcmp(f->point[k].x, p.x, sizeof p.x) == 0;
        if (known) continue;
        if (f->points == CLARKE_PHASE_POINTS) {
            c->degenerate = true;
            return;
        }
        f->point[f->points++] = p;
    }
}

/* ---- where n kinks or more meet ---- */

/* D times the part of the gradient that is fixed, without 2/m. Returns how many kinks are active.
 */
static size_t phase_fixed(const clarke_phase *f, const int64_t *x, int64_t d, int64_t *fixed,
                          size_t *active)
{
    size_t count = 0;
    memset(fixed, 0, f->n * sizeof *fixed);
    for (size_t j = 0; j < f->m; j++) {
        const int64_t s = phase_dot(f->n, f->a[j], x), edge = f->root[j] * d;
        if (f->root[j] > 0 && phase_size(s) == edge) {
            active[count++] = j;
            continue;
        }
        const int64_t signed_s = phase_size(s) >= edge ? s : -s;
        for (size_t i = 0; i < f->n; i++) fixed[i] += signed_s * f->a[j][i];
    }
    return count;
}

/* The facet with the normal v: how far 0 is inside of it, as a quotient of whole numbers. */
static double phase_facet(phase_face *c, const int64_t *v, int64_t d, const int64_t *fixed,
                          const size_t *active, size_t count, bool *outside)
{
    const clarke_phase *f = c->f;
    int64_t reach = 0, square = phase_dot(f->n, v, v);
    if (square == 0) return INFINITY;
    for (size_t k = 0; k < count; k++)
        reach += f->root[active[k]] * phase_size(phase_dot(f->n, v, f->a[active[k]]));
    const int64_t inside = reach * d - phase_size(phase_dot(f->n, v, fixed));
    if (inside < 0) *outside = true;
    if (inside == 0) c->degenerate = true;
    return (double)inside / ((double)d * sqrt((double)square));
}

static void phase_vertex(phase_face *c, const int64_t *x, int64_t d)
{
    clarke_phase *f = c->f;
    int64_t fixed[N], v[N];
    size_t active[M];
    bool outside = false;
    double least = INFINITY;
    const bool was = c->degenerate;
    const size_t count = phase_fixed(f, x, d, fixed, active);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < (f->n == 3 ? i : 1); j++) {
            const int64_t *const a[] = {f->a[active[i]], f->a[active[j]]};
            clarke_whole_normal(f->n, a, v);
            least = fmin(least, phase_facet(c, v, d, fixed, active, count, &outside));
        }
    }
    if (outside) { /* then no facet's edge matters */
        c->degenerate = was;
        return;
    }
    phase_add(c, x, d, CLARKE_POINT_LOCAL_MINIMUM,
              clarke_growth_make(1.0, 2.0 * least / (double)f->m));
}

/* ---- where fewer meet ---- */

/* N, the matrix of the terms that are not active. */
static void phase_matrix(const phase_face *c, int64_t matrix[N][N])
{
    const clarke_phase *f = c->f;
    memset(matrix, 0, N * sizeof *matrix);
    for (size_t j = 0; j < f->m; j++)
        for (size_t i = 0; i < f->n; i++)
            for (size_t k = 0; k < f->n; k++) matrix[i][k] += c->sign[j] * f->a[j][i] * f->a[j][k];
}

static void phase_system(const phase_face *c, clarke_whole *w)
{
    const clarke_phase *f = c->f;
    int64_t matrix[N][N];
    phase_matrix(c, matrix);
    *w = (clarke_whole){.count = f->n + c->count, .unknowns = f->n + c->count};
    for (size_t i = 0; i < f->n; i++) {
        for (size_t k = 0; k < f->n; k++) w->row[i][k] = matrix[i][k];
        for (size_t k = 0; k < c->count; k++)
            w->row[i][f->n + k] = w->row[f->n + k][i] = f->a[c->active[k]][i];
    }
    for (size_t k = 0; k < c->count; k++)
        w->row[f->n + k][w->unknowns] = c->side[k] * f->root[c->active[k]];
}

/* Whether the terms that are not active have their signs at X/D. On an edge another kink is active,
   and the point belongs to that face. */
static bool phase_in_cell(const phase_face *c, const int64_t *x, int64_t d)
{
    const clarke_phase *f = c->f;
    for (size_t j = 0; j < f->m; j++) {
        const int64_t gap = phase_size(phase_dot(f->n, f->a[j], x)) - f->root[j] * d;
        if (c->sign[j] != 0 && f->root[j] > 0 && (c->sign[j] > 0 ? gap <= 0 : gap >= 0))
            return false;
    }
    return true;
}

/* Whether the signs may be those at x, up to 2^-20. */
static bool phase_may_meet(const phase_face *c, const double *x)
{
    const clarke_phase *f = c->f;
    for (size_t j = 0; j < f->m; j++) {
        double s = 0.0;
        for (size_t i = 0; i < f->n; i++) s += (double)f->a[j][i] * x[i];
        const double gap = fabs(s) - (double)f->root[j];
        if (c->sign[j] != 0 && f->root[j] > 0 && c->sign[j] * gap < -0x1p-20 * (1.0 + fabs(s)))
            return false;
    }
    return true;
}

static int phase_compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* A line of solutions: the signs are constant between its intersections with the kinks, so a point
   of each piece is looked at. Rounding can only make it seem to meet the cell. */
static bool phase_line_meets(const phase_face *c, const clarke_whole *w)
{
    const clarke_phase *f = c->f;
    int64_t start[CLARKE_WHOLE_MOST], along[CLARKE_WHOLE_MOST];
    double cut[2 * M + 2], x[N];
    size_t cuts = 0;
    if (w->unknowns - w->rank > 1) return true;
    clarke_whole_solution(w, start);
    clarke_whole_kernel(w, along);
    for (size_t j = 0; j < f->m; j++) {
        const double slope = (double)phase_dot(f->n, f->a[j], along);
        const double at = (double)phase_dot(f->n, f->a[j], start);
        const double edge = (double)f->root[j] * (double)w->d;
        if (slope == 0.0 || f->root[j] == 0) continue;
        cut[cuts++] = (edge - at) / slope;
        cut[cuts++] = (-edge - at) / slope;
    }
    qsort(cut, cuts, sizeof *cut, phase_compare);
    for (size_t k = 0; k <= cuts; k++) {
        const double t = cuts == 0   ? 0.0
                         : k == 0    ? cut[0] - 1.0
                         : k == cuts ? cut[cuts - 1] + 1.0
                                     : 0.5 * (cut[k - 1] + cut[k]);
        for (size_t i = 0; i < f->n; i++)
            x[i] = ((double)start[i] + t * (double)along[i]) / (double)w->d;
        if (phase_may_meet(c, x)) return true;
    }
    return false;
}

void clarke_phase_eigenvalues(size_t n, double *matrix, double *value)
{
    double work[64];
    assert(n <= N);
    /* It fails for entries that are not finite only. */
    LAPACKE_dsyev_work(LAPACK_COL_MAJOR, 'N', 'U', (lapack_int)n, matrix, (lapack_int)n, value,
                       work, 64);
}

/* The eigenvalues of N on {h: a_i.h = 0, i active}: those of P N P, P the projection onto it, apart
   from `count` times 0, for which P N P - large (I - P) has -large instead. Returns how many. */
static size_t phase_restricted(const phase_face *c, double *value)
{
    const clarke_phase *f = c->f;
    const size_t n = f->n;
    const double large = 1e6; /* above every eigenvalue of N, which are below 8 * 27 */
    int64_t matrix[N][N];
    double basis[N][N], product[N * N], all[N];
    size_t rank = 0;
    phase_matrix(c, matrix);
    for (size_t k = 0; k < c->count; k++) { /* orthonormal, by Gram and Schmidt */
        double *b = basis[rank++], square = 0.0;
        for (size_t i = 0; i < n; i++) b[i] = (double)f->a[c->active[k]][i];
        for (size_t l = 0; l + 1 < rank; l++) {
            double dot = 0.0;
            for (size_t i = 0; i < n; i++) dot += b[i] * basis[l][i];
            for (size_t i = 0; i < n; i++) b[i] -= dot * basis[l][i];
        }
        for (size_t i = 0; i < n; i++) square += b[i] * b[i];
        for (size_t i = 0; i < n; i++) b[i] /= sqrt(square);
    }
    double projection[N][N];
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            projection[i][k] = (double)(i == k);
            for (size_t l = 0; l < rank; l++) projection[i][k] -= basis[l][i] * basis[l][k];
        }
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            double sum = large * (projection[i][k] - (double)(i == k));
            for (size_t s = 0; s < n; s++)
                for (size_t t = 0; t < n; t++)
                    sum += projection[i][s] * (double)matrix[s][t] * projection[t][k];
            product[i * n + k] = sum;
        }
    clarke_phase_eigenvalues(n, product, all);
    for (size_t i = rank; i < n; i++) value[i - rank] = all[i];
    return n - rank;
}

static void phase_classify(phase_face *c, const int64_t *x, int64_t d)
{
    double value[N];
    const size_t free = phase_restricted(c, value);
    clarke_growth growth = {2.0, NAN, NAN};
    clarke_point_kind kind = CLARKE_POINT_SADDLE;
    if (value[0] > 0.0) {
        kind = CLARKE_POINT_LOCAL_MINIMUM;
        growth = clarke_growth_make(2.0, value[0] / (double)c->f->m);
    } else if (c->count == 0 && value[free - 1] < 0.0) {
        kind = CLARKE_POINT_LOCAL_MAXIMUM;
    }
    phase_add(c, x, d, kind, growth);
}

static void phase_cell(phase_face *c)
{
    const clarke_phase *f = c->f;
    clarke_whole w;
    int64_t u[CLARKE_WHOLE_MOST];
    bool edge = false;
    phase_system(c, &w);
    clarke_whole_solve(&w);
    if (!w.consistent) return;
    if (w.rank < w.unknowns) {
        if (phase_line_meets(c, &w)) c->degenerate = true;
        return;
    }
    clarke_whole_solution(&w, u);
    if (!phase_in_cell(c, u, w.d)) return;
    for (size_t k = 0; k < c->count; k++) {
        const int64_t gap = phase_size(u[f->n + k]) - f->root[c->active[k]] * w.d;
        if (gap > 0) return;
        edge = edge || gap == 0;
    }
    if (edge)
        c->degenerate = true;
    else
        phase_classify(c, u, w.d);
}

/* ---- all of them ---- */

/* All signs of the terms that are not active. */
static void phase_signs(phase_face *c, size_t j)
{
    const clarke_phase *f = c->f;
    bool active = false;
    if (c->degenerate) return;
    if (j == f->m) {
        phase_cell(c);
        return;
    }
    for (size_t k = 0; k < c->count; k++) active = active || c->active[k] == j;
    for (int sign = 1; sign >= (f->root[j] == 0 || active ? 1 : -1); sign -= 2) {
        c->sign[j] = active ? 0 : sign;
        phase_signs(c, j + 1);
    }
}

/* One choice of active kinks with their sides. */
static void phase_kinks(phase_face *c)
{
    const clarke_phase *f = c->f;
    clarke_whole w = {.count = f->n, .unknowns = f->n};
    int64_t x[CLARKE_WHOLE_MOST];
    if (c->count < f->n) {
        phase_signs(c, 0);
        return;
    }
    for (size_t k = 0; k < f->n; k++) {
        for (size_t i = 0; i < f->n; i++) w.row[k][i] = f->a[c->active[k]][i];
        w.row[k][f->n] = c->side[k] * f->root[c->active[k]];
    }
    clarke_whole_solve(&w);
    if (w.rank < f->n) { /* not in general position */
        c->degenerate = true;
        return;
    }
    clarke_whole_solution(&w, x);
    phase_vertex(c, x, w.d);
}

/* All sets of kinks from `first` on; the first side is 1, as S is symmetric. */
static void phase_sets(phase_face *c, size_t first)
{
    const clarke_phase *f = c->f;
    phase_kinks(c);
    if (c->count == f->n) return;
    for (size_t j = first; j < f->m && !c->degenerate; j++) {
        if (f->root[j] == 0) continue;
        const size_t k = c->count++;
        c->active[k] = j;
        for (c->side[k] = 1; c->side[k] >= (k == 0 ? 1 : -1); c->side[k] -= 2) phase_sets(c, j + 1);
        c->count--;
    }
}

/* f is coercive, so its minimum is at a point of S. Values that are apart by less than 1e-6, and
   not by rounding only, are refused. */
static bool phase_minimum(clarke_phase *f)
{
    double value[CLARKE_PHASE_POINTS];
    f->minimum = INFINITY;
    for (size_t k = 0; k < f->points; k++) {
        value[k] = 0.0;
        for (size_t j = 0; j < f->m; j++) {
            double s = 0.0;
            for (size_t i = 0; i < f->n; i++) s += (double)f->a[j][i] * f->point[k].x[i];
            value[k] += fabs(s * s - (double)(f->root[j] * f->root[j]));
        }
        value[k] /= (double)f->m;
        f->minimum = fmin(f->minimum, value[k]);
    }
    for (size_t k = 0; k < f->points; k++) {
        const double above = value[k] - f->minimum;
        if (above > 1e-6 * (1.0 + f->minimum)) continue;
        if (above > 1e-12 * (1.0 + f->minimum)) return false;
        f->point[k].kind = CLARKE_POINT_GLOBAL_MINIMUM;
    }
    return true;
}

bool clarke_phase_solve(clarke_phase *f)
{
    phase_face c = {.f = f};
    double gram[N * N] = {0.0}, value[N];
    assert(f->n >= 2 && f->n <= N && f->m <= M);
    for (size_t j = 0; j < f->m; j++)
        for (size_t i = 0; i < f->n; i++)
            for (size_t k = 0; k < f->n; k++)
                gram[i * f->n + k] += (double)(f->a[j][i] * f->a[j][k]);
    clarke_phase_eigenvalues(f->n, gram, value);
    f->smallest = value[0], f->largest = value[f->n - 1];
    f->points = 0;
    phase_sets(&c, 0);
    return !c.degenerate && phase_minimum(f);
}
