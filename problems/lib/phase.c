#include "problems/lib/phase.h"

#include "problems/lib/whole.h"

#include <assert.h>
#include <string.h>

enum { N = CLARKE_PHASE_DIMENSION, M = CLARKE_PHASE_TERMS };

static clarke_phase *phase_data(const clarke_problem *p)
{
    return p->data;
}

static double phase_product(const clarke_phase *f, size_t i, const double *x)
{
    double sum = 0.0;
    for (size_t j = 0; j < f->n; j++) sum += (double)f->a[i][j] * x[j];
    return sum;
}

static double phase_target(const clarke_phase *f, size_t i)
{
    return (double)(f->root[i] * f->root[i]);
}

static double phase_length(const clarke_phase *f, size_t i)
{
    double sum = 0.0;
    for (size_t j = 0; j < f->n; j++) sum += (double)(f->a[i][j] * f->a[i][j]);
    return sqrt(sum);
}

/* (a.x)^2 - b, or 0 within its rounding: with w = sum |a_j x_j|, a.x has an error of at most
   (n + 1)/2 eps w, that of rounded coordinates included, so the difference has less than (n + 2)
   eps (w^2 + b). */
static double phase_gap(const clarke_phase *f, size_t i, const double *x)
{
    const double s = phase_product(f, i, x), b = phase_target(f, i), gap = s * s - b;
    double size = 0.0;
    for (size_t j = 0; j < f->n; j++) size += fabs((double)f->a[i][j] * x[j]);
    return fabs(gap) <= (double)(f->n + 2) * DBL_EPSILON * (size * size + b) ? 0.0 : gap;
}

double clarke_phase_value(const clarke_problem *p, const double *x)
{
    const clarke_phase *f = phase_data(p);
    double sum = 0.0;
    for (size_t i = 0; i < f->m; i++) {
        const double s = phase_product(f, i, x);
        sum += fabs(s * s - phase_target(f, i));
    }
    return sum / (double)f->m;
}

static void phase_add(const clarke_phase *f, size_t i, const double *x, double *g)
{
    const double s = phase_product(f, i, x);
    const double t = 2.0 * clarke_scalar_sign(s * s - phase_target(f, i)) * s;
    for (size_t j = 0; j < f->n; j++) g[j] += t * (double)f->a[i][j];
}

static void phase_divide(const clarke_phase *f, size_t count, double *g)
{
    for (size_t j = 0; j < f->n; j++) g[j] /= (double)count;
}

void clarke_phase_subgradient(const clarke_problem *p, const double *x, double *g)
{
    const clarke_phase *f = phase_data(p);
    memset(g, 0, f->n * sizeof *g);
    for (size_t i = 0; i < f->m; i++) phase_add(f, i, x, g);
    phase_divide(f, f->m, g);
}

void clarke_phase_term_subgradient(const clarke_problem *p, const double *x, const size_t *term,
                                   size_t count, double *g)
{
    const clarke_phase *f = phase_data(p);
    memset(g, 0, f->n * sizeof *g);
    for (size_t k = 0; k < count; k++) phase_add(f, term[k], x, g);
    phase_divide(f, count, g);
}

/* The zonotope of gradients at x with all kinks free that the ball B(x, r) reaches: there (a.x)^2
   changes by at most |a| r (2 |a.x| + |a| r). */
static clarke_minnorm_result phase_shortest(const clarke_problem *p, const double *x, double r)
{
    clarke_phase *f = phase_data(p);
    clarke_zonotope_clear(&f->zonotope);
    for (size_t i = 0; i < f->m; i++) {
        const double s = phase_product(f, i, x), gap = phase_gap(f, i, x);
        const double length = phase_length(f, i), t = 2.0 * s / (double)f->m;
        const bool kink = f->root[i] > 0;
        const bool free = kink && fabs(gap) <= length * r * (2.0 * fabs(s) + length * r);
        const double sign = free ? 1.0 : kink ? clarke_scalar_sign(gap) : 1.0;
        double *g = free ? clarke_zonotope_add(&f->zonotope) : f->zonotope.centre;
        for (size_t j = 0; j < f->n; j++) g[j] += sign * t * (double)f->a[i][j];
    }
    return clarke_zonotope_shortest(&f->zonotope);
}

/* The entries are at most 2 l |x|: a vector below 64 eps of that is 0. */
double clarke_phase_clarke_residual(const clarke_problem *p, const double *x)
{
    const clarke_phase *f = phase_data(p);
    const double d = phase_shortest(p, x, 0.0).distance;
    return d <= 128.0 * DBL_EPSILON * f->largest * clarke_scalar_norm(f->n, x) ? 0.0 : d;
}

static double phase_curvature(const clarke_problem *p)
{
    return 2.0 * phase_data(p)->largest / (double)phase_data(p)->m;
}

/* Gradients at fixed signs change by at most the curvature times r. */
double clarke_phase_hull_distance(const clarke_problem *p, const double *z, double r)
{
    return fmax(0.0, phase_shortest(p, z, r).low - phase_curvature(p) * r);
}

static size_t phase_nearest(const clarke_phase *f, const double *x, double *distance)
{
    size_t best = 0;
    *distance = INFINITY;
    for (size_t k = 0; k < f->points; k++) {
        double gap[N];
        for (size_t j = 0; j < f->n; j++) gap[j] = x[j] - f->point[k].x[j];
        const double d = clarke_scalar_norm(f->n, gap);
        if (d < *distance) *distance = d, best = k;
    }
    return best;
}

double clarke_phase_stationary_distance(const clarke_problem *p, const double *x, double *nearest,
                                        clarke_point_kind *kind)
{
    const clarke_phase *f = phase_data(p);
    double d;
    const clarke_phase_point *s = &f->point[phase_nearest(f, x, &d)];
    for (size_t j = 0; nearest && j < f->n; j++) nearest[j] = s->x[j];
    if (kind) *kind = s->kind;
    return d;
}

double clarke_phase_lipschitz(const clarke_problem *p, double radius)
{
    return phase_curvature(p) * radius;
}

double clarke_phase_weak_convexity(const clarke_problem *p, double radius)
{
    (void)radius;
    return phase_curvature(p);
}

clarke_growth clarke_phase_growth(const clarke_problem *p, const double *x)
{
    const clarke_phase *f = phase_data(p);
    double d;
    return f->point[phase_nearest(f, x, &d)].growth;
}

void clarke_phase_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                          clarke_enclosure *out)
{
    const clarke_phase *f = phase_data(p);
    (void)field;
    for (size_t i = 0; i < f->m; i++) {
        clarke_interval s = clarke_interval_point(0.0), v[N];
        for (size_t j = 0; j < f->n; j++)
            s = clarke_interval_add(s, clarke_interval_scale((double)f->a[i][j], box[j]));
        const clarke_interval gap =
            clarke_interval_minus(clarke_interval_sqr(s), phase_target(f, i));
        const clarke_interval slope =
            clarke_interval_div(clarke_interval_scale(2.0, s), clarke_interval_point((double)f->m));
        for (size_t j = 0; j < f->n; j++) v[j] = clarke_interval_scale((double)f->a[i][j], slope);
        clarke_enclosure_segment(
            out, f->root[i] > 0 ? clarke_interval_sign(gap) : clarke_interval_point(1.0), v);
    }
}

/* The points are quotients of whole numbers, rounded once. */
double clarke_phase_distance_upper(const clarke_problem *p, const clarke_interval *box, bool field)
{
    const clarke_phase *f = phase_data(p);
    double x[N], d;
    clarke_interval near[N];
    (void)field;
    clarke_box_middle(f->n, box, x);
    const clarke_phase_point *s = &f->point[phase_nearest(f, x, &d)];
    for (size_t j = 0; j < f->n; j++) near[j] = clarke_interval_widen(s->x[j], s->x[j]);
    return clarke_box_distance(f->n, box, near);
}

/* ---- the deviation of the terms ---- */

/* Plane k of the kinks and of the faces of the cube: normal . x = level. */
static int64_t phase_plane(const clarke_phase *f, size_t k, int64_t side, int64_t *normal)
{
    const size_t i = k / 2;
    const int64_t sign = k % 2 ? -1 : 1;
    for (size_t j = 0; j < f->n; j++) normal[j] = i < f->m ? f->a[i][j] : (int64_t)(j == i - f->m);
    return sign * (i < f->m ? f->root[i] : side);
}

static int64_t phase_whole_product(const clarke_phase *f, const int64_t *a, const int64_t *x)
{
    int64_t sum = 0;
    for (size_t j = 0; j < f->n; j++) sum += a[j] * x[j];
    return sum;
}

/* The largest |entry of a term's gradient - that of the mean| at X/D, where the terms have `sign`.
 */
static double phase_deviation_of(const clarke_phase *f, const int64_t *x, int64_t d,
                                 const int *sign)
{
    double largest = 0.0;
    for (size_t l = 0; l < f->n; l++) {
        double part[M], mean = 0.0;
        for (size_t j = 0; j < f->m; j++) {
            const int64_t s = phase_whole_product(f, f->a[j], x) * f->a[j][l];
            part[j] = 2.0 * (double)(sign[j] * s) / (double)d;
            mean += part[j] / (double)f->m;
        }
        for (size_t j = 0; j < f->m; j++) largest = fmax(largest, fabs(part[j] - mean));
    }
    return largest;
}

/* The signs of the terms just beside X/D in the direction h; false where h leaves the cube or runs
   along a kink. */
static bool phase_signs_beside(const clarke_phase *f, int64_t side, const int64_t *x, int64_t d,
                               const int64_t *h, int *sign)
{
    for (size_t j = 0; j < f->n; j++)
        if ((x[j] == side * d && h[j] >= 0) || (x[j] == -side * d && h[j] <= 0)) return false;
    for (size_t j = 0; j < f->m; j++) {
        const int64_t s = phase_whole_product(f, f->a[j], x), size = s < 0 ? -s : s;
        const int64_t move = phase_whole_product(f, f->a[j], h);
        sign[j] = size >= f->root[j] * d ? 1 : -1;
        if (f->root[j] == 0 || size != f->root[j] * d) continue;
        if (move == 0) return false;
        sign[j] = (s > 0) == (move > 0) ? 1 : -1;
    }
    return true;
}

/* All cells at the point where the n planes `row` meet that are between those planes: h runs over
   the sums of the rays on n - 1 of them. */
static void phase_deviation_at(const clarke_phase *f, int64_t side, const clarke_whole *w,
                               double *largest)
{
    clarke_whole solved = *w;
    int64_t x[CLARKE_WHOLE_MOST], ray[N][N];
    clarke_whole_solve(&solved);
    if (solved.rank < f->n) return;
    clarke_whole_solution(&solved, x);
    for (size_t j = 0; j < f->n; j++)
        if (x[j] > side * solved.d || -x[j] > side * solved.d) return;
    for (size_t k = 0; k < f->n; k++) {
        const int64_t *other[N];
        for (size_t l = 0, count = 0; l < f->n; l++)
            if (l != k) other[count++] = w->row[l];
        clarke_whole_normal(f->n, other, ray[k]);
    }
    for (unsigned pattern = 0; pattern < 1u << f->n; pattern++) {
        int64_t h[N] = {0};
        int sign[M];
        for (size_t k = 0; k < f->n; k++)
            for (size_t j = 0; j < f->n; j++) h[j] += (pattern >> k & 1 ? 1 : -1) * ray[k][j];
        if (phase_signs_beside(f, side, x, solved.d, h, sign))
            *largest = fmax(*largest, phase_deviation_of(f, x, solved.d, sign));
    }
}

/* The deviation is linear between the planes, so its supremum over the cube is a limit at a point
   where n of them meet. In the plane every cell there is between two of the lines, so this is
   exact; in space a cell with more than three faces at a point where more than three planes meet
   is left out unless it is also at other points. */
static void phase_deviation(const clarke_phase *f, int64_t side, size_t first, clarke_whole *w,
                            double *largest)
{
    if (w->count == f->n) {
        phase_deviation_at(f, side, w, largest);
        return;
    }
    for (size_t k = first; k < 2 * (f->m + f->n); k++) {
        int64_t *row = w->row[w->count++];
        row[f->n] = phase_plane(f, k, side, row);
        phase_deviation(f, side, k + 1, w, largest);
        w->count--;
    }
}

clarke_status clarke_phase_make(clarke_problem *p, clarke_phase *f, clarke_arena *mem)
{
    clarke_whole w = {.unknowns = f->n};
    assert(p->n == f->n && p->box_high == rint(p->box_high) && p->box_low == -p->box_high);
    p->data = f;
    p->terms = f->m;
    p->term_deviation = 0.0;
    phase_deviation(f, (int64_t)p->box_high, 0, &w, &p->term_deviation);
    p->minimum = f->minimum;
    p->gradient_bound = 0.0;
    for (size_t k = 0; k < f->points; k++) {
        const clarke_phase_point *s = &f->point[k];
        if (s->kind != CLARKE_POINT_GLOBAL_MINIMUM && s->kind != CLARKE_POINT_LOCAL_MINIMUM)
            continue;
        p->gradient_bound =
            fmax(p->gradient_bound, clarke_phase_lipschitz(p, clarke_scalar_norm(f->n, s->x)));
        p->plan_growth = clarke_growth_slower(p->plan_growth, s->growth);
    }
    return clarke_zonotope_init(&f->zonotope, f->n, f->m, mem);
}
