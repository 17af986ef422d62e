/* The faces of an arrangement of planes, in whole numbers.

   Columns of the systems are normals, entries up to 3, times weights up to 2, and one of offsets up
   to 5 or of sums of 8 such normals, entries up to 48: a minor is at most 12^3 * 96 < 2^30. */
#include "problems/lib/planes.h"

#include "problems/lib/scalar.h"
#include "problems/lib/whole.h"

#include <string.h>

/* A vertex: n active planes. sign: of all others there, and then of the active ones that a face next
   to it leaves; 0: still active. */
typedef struct {
    clarke_planes *f;
    size_t active[CLARKE_PLANES_N];
    int64_t x[CLARKE_WHOLE_MOST], d;
    int sign[CLARKE_PLANES_MOST];
    bool refused;
} planes_face;

static int64_t planes_dot(size_t n, const int64_t *a, const int64_t *x)
{
    int64_t sum = 0;
    for (size_t j = 0; j < n; j++) sum += a[j] * x[j];
    return sum;
}

static void planes_fixed(const planes_face *c, int64_t *fixed)
{
    const clarke_planes *f = c->f;
    memset(fixed, 0, f->n * sizeof *fixed);
    for (size_t k = 0; k < f->m; k++)
        for (size_t j = 0; j < f->n; j++) fixed[j] += f->w[k] * c->sign[k] * f->a[k][j];
}

static void planes_cell(const planes_face *c, const int64_t *fixed)
{
    clarke_planes *f = c->f;
    double square = 0.0;
    for (size_t j = 0; j < f->n; j++) square += (double)(fixed[j] * fixed[j]);
    f->lipschitz = fmax(f->lipschitz, sqrt(square));
    for (size_t k = 0; k < f->m; k++)
        for (size_t j = 0; j < f->n; j++)
            f->deviation =
                fmax(f->deviation,
                     fabs((double)((int64_t)f->m * f->w[k] * c->sign[k] * f->a[k][j] - fixed[j])));
}

/* 0 is inside all facets by at least the result: the normal of a facet is that to all generators but
   one. */
static double planes_inside(const planes_face *c, const int64_t *fixed)
{
    const clarke_planes *f = c->f;
    double least = INFINITY;
    for (size_t k = 0; k < f->n; k++) {
        const int64_t *other[CLARKE_PLANES_N];
        int64_t v[CLARKE_PLANES_N];
        for (size_t l = 0, count = 0; l < f->n; l++)
            if (l != k) other[count++] = f->a[c->active[l]];
        clarke_whole_normal(f->n, other, v);
        const int64_t reach = planes_dot(f->n, v, f->a[c->active[k]]);
        const double inside = fabs((double)(f->w[c->active[k]] * reach)) -
                              fabs((double)planes_dot(f->n, v, fixed));
        least = fmin(least, inside / sqrt((double)planes_dot(f->n, v, v)));
    }
    return least;
}

static void planes_keep(planes_face *c, const int64_t *fixed)
{
    clarke_planes *f = c->f;
    size_t positive = 0;
    clarke_planes_point *s = &f->point[f->points++];
    *s = (clarke_planes_point){.kind = CLARKE_POINT_SADDLE, .growth = {1.0, NAN, NAN}};
    for (size_t j = 0; j < f->n; j++) s->x[j] = (double)c->x[j] / (double)c->d;
    for (size_t l = 0; l < f->n; l++) positive += f->w[c->active[l]] > 0;
    if (positive == 0) s->kind = CLARKE_POINT_LOCAL_MAXIMUM;
    if (positive < f->n) return;
    s->kind = CLARKE_POINT_LOCAL_MINIMUM;
    s->growth = clarke_growth_make(1.0, planes_inside(c, fixed));
}

/* A face next to the vertex: whether c + sum l_k w_k a_k = 0 for the planes that it is in. */
static void planes_look(planes_face *c)
{
    const clarke_planes *f = c->f;
    clarke_whole w = {.count = f->n};
    size_t in[CLARKE_PLANES_N];
    int64_t fixed[CLARKE_PLANES_N], u[CLARKE_WHOLE_MOST], largest = 0;
    planes_fixed(c, fixed);
    for (size_t l = 0; l < f->n; l++)
        if (c->sign[c->active[l]] == 0) in[w.unknowns++] = c->active[l];
    if (w.unknowns == 0) planes_cell(c, fixed);
    for (size_t j = 0; j < f->n; j++) {
        for (size_t l = 0; l < w.unknowns; l++) w.row[j][l] = f->w[in[l]] * f->a[in[l]][j];
        w.row[j][w.unknowns] = -fixed[j];
    }
    clarke_whole_solve(&w);
    if (!w.consistent) return;
    clarke_whole_solution(&w, u);
    for (size_t l = 0; l < w.unknowns; l++) {
        const int64_t size = u[l] < 0 ? -u[l] : u[l];
        if (size > largest) largest = size;
    }
    if (largest > w.d) return;
    if (largest == w.d || w.unknowns < f->n)
        c->refused = true;
    else
        planes_keep(c, fixed);
}

static void planes_faces(planes_face *c, size_t l)
{
    if (c->refused) return;
    if (l == c->f->n) {
        planes_look(c);
        return;
    }
    for (int sign = -1; sign <= 1; sign++) {
        c->sign[c->active[l]] = sign;
        planes_faces(c, l + 1);
    }
}

static void planes_vertex(planes_face *c)
{
    const clarke_planes *f = c->f;
    clarke_whole w = {.count = f->n, .unknowns = f->n};
    for (size_t l = 0; l < f->n; l++) {
        for (size_t j = 0; j < f->n; j++) w.row[l][j] = f->a[c->active[l]][j];
        w.row[l][f->n] = f->b[c->active[l]];
    }
    clarke_whole_solve(&w);
    if (w.rank < f->n) {
        c->refused = true;
        return;
    }
    clarke_whole_solution(&w, c->x);
    c->d = w.d;
    for (size_t j = 0; j < f->n; j++)
        if (c->x[j] > 12 * w.d || -c->x[j] > 12 * w.d) c->refused = true;
    for (size_t k = 0; k < f->m; k++) {
        const int64_t gap = planes_dot(f->n, f->a[k], c->x) - f->b[k] * w.d;
        bool own = false;
        c->sign[k] = (gap > 0) - (gap < 0);
        for (size_t l = 0; l < f->n; l++) own = own || c->active[l] == k;
        if (!own && gap == 0) c->refused = true;
    }
    planes_faces(c, 0);
}

/* Whether f goes to infinity along the rays that n - 1 of the planes have in common. */
static bool planes_rises(const clarke_planes *f, const size_t *active)
{
    const int64_t *a[CLARKE_PLANES_N];
    int64_t v[CLARKE_PLANES_N], sum = 0;
    for (size_t l = 0; l + 1 < f->n; l++) a[l] = f->a[active[l]];
    clarke_whole_normal(f->n, a, v);
    for (size_t k = 0; k < f->m; k++) {
        const int64_t t = planes_dot(f->n, f->a[k], v);
        sum += f->w[k] * (t < 0 ? -t : t);
    }
    return sum > 0;
}

static void planes_sets(planes_face *c, size_t first, size_t count)
{
    if (count + 1 == c->f->n && !planes_rises(c->f, c->active)) c->refused = true;
    if (count == c->f->n) {
        planes_vertex(c);
        return;
    }
    for (size_t k = first; k < c->f->m && !c->refused; k++) {
        c->active[count] = k;
        planes_sets(c, k + 1, count + 1);
    }
}

bool clarke_planes_faces(clarke_planes *f)
{
    planes_face c = {.f = f};
    planes_sets(&c, 0, 0);
    return !c.refused;
}
