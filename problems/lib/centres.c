#include "problems/lib/centres.h"

#include "core/stream.h"

#include <string.h>

enum { CENTRES_TRIES = 1 << 16 };

/* ---- values ---- */

static double centres_gap(size_t n, const double *x, const double *y)
{
    double sum = 0.0;
    for (size_t j = 0; j < n; j++) sum += (x[j] - y[j]) * (x[j] - y[j]);
    return sqrt(sum);
}

static double centres_value_of(const clarke_centres *c, const double *x, size_t i)
{
    double sum = 0.0;
    for (size_t j = 0; j < c->n; j++) {
        const double d = x[j] - c->centre[i * c->n + j];
        sum += d * d;
    }
    return 0.5 * sum + c->height[i];
}

double clarke_centres_value(const clarke_centres *c, const double *x, size_t *first)
{
    double least = INFINITY;
    for (size_t i = 0; i < c->count; i++) {
        const double value = centres_value_of(c, x, i);
        if (!(value < least) && i > 0) continue;
        least = value;
        if (first) *first = i;
    }
    return least;
}

/* Heights differ by an affine function with the gradient a_j - a_i: i can win against the lowest j
   in the ball only if it is at most r |a_i - a_j| above. A height has at most n + 3 roundings, each
   of eps/2 times itself, and x, where it is a computed point of S, one of eps/2 |x| in each
   coordinate. */
clarke_minnorm_result clarke_centres_hull(const clarke_centres *c, const double *x, double r)
{
    const size_t n = c->n;
    size_t first = 0, active = 0;
    const double least = clarke_centres_value(c, x, &first), *low = c->centre + first * n;
    const double norm = clarke_scalar_norm(n, x);
    for (size_t i = 0; i < c->count; i++) {
        const double value = centres_value_of(c, x, i), *at = c->centre + i * n;
        const double rounding = DBL_EPSILON *
                                (((double)n + 4.0) * (value + least) + c->reach * (norm + 1.0));
        if (!(value - least <= r * centres_gap(n, at, low) * (1.0 + 0x1p-40) + rounding)) continue;
        for (size_t j = 0; j < n; j++) c->shifted[active * n + j] = x[j] - at[j];
        active++;
    }
    const clarke_minnorm_result result =
        clarke_minnorm_points(c->minnorm, active > 0 ? active : 1, c->shifted, c->foot);
    for (size_t j = 0; j < n; j++) c->foot[j] = x[j] - c->foot[j];
    return result;
}

const double *clarke_centres_towards(const clarke_centres *c, const double *x, double delta)
{
    const double d = clarke_centres_hull(c, x, 0.0).distance;
    /* Inside the ball, rounding included. */
    const double part = d > delta ? delta * (1.0 - 0x1p-40) / d : 1.0 - 0x1p-40;
    for (size_t j = 0; j < c->n; j++) c->moved[j] = x[j] - part * (x[j] - c->foot[j]);
    return c->moved;
}

size_t clarke_centres_nearest(const clarke_centres *c, const double *x, double *distance)
{
    size_t best = 0;
    double least = INFINITY;
    for (size_t i = 0; i < c->points; i++) {
        const double d = centres_gap(c->n, x, c->point + i * c->n);
        if (d < least) least = d, best = i;
    }
    *distance = isnan(x[0]) ? NAN : least;
    return best;
}

double clarke_centres_distance(const clarke_centres *c, const double *x, double *nearest,
                               clarke_point_kind *kind)
{
    double distance, least = INFINITY;
    const size_t i = clarke_centres_nearest(c, x, &distance);
    for (size_t k = 0; k < c->count; k++) least = fmin(least, c->height[k]);
    if (nearest) memcpy(nearest, c->point + i * c->n, c->n * sizeof *nearest);
    if (!kind) return distance;
    *kind = c->corners[i] == c->n + 1 ? CLARKE_POINT_LOCAL_MAXIMUM : CLARKE_POINT_SADDLE;
    if (c->corners[i] == 1)
        *kind = c->height[c->corner[i]] == least ? CLARKE_POINT_GLOBAL_MINIMUM
                                                 : CLARKE_POINT_LOCAL_MINIMUM;
    return distance;
}

void clarke_centres_start(const clarke_centres *c, double low, double high, double *start)
{
    const clarke_stream s = clarke_stream_make(1, "centres", "", c->count, c->n, "start");
    double distance = 0.0;
    for (uint64_t k = 0; k < 64 && distance < 0.25; k++) {
        for (size_t j = 0; j < c->n; j++)
            start[j] = low + (high - low) * clarke_stream_uniform(&s, k, j);
        clarke_centres_nearest(c, start, &distance);
    }
}

/* Whether |x - a_i|^2/2 + c_i > |x - a_k|^2/2 + c_k on the whole box: the difference is
   (a_k - a_i).x + (|a_i|^2 - |a_k|^2)/2 + c_i - c_k. */
static bool centres_above(const clarke_centres *c, const clarke_interval *box, size_t i, size_t k)
{
    const double *a = c->centre + i * c->n, *b = c->centre + k * c->n;
    clarke_interval sum = clarke_interval_minus(clarke_interval_point(c->height[i]), c->height[k]);
    for (size_t j = 0; j < c->n; j++) {
        const clarke_interval step = clarke_interval_minus(clarke_interval_point(b[j]), a[j]);
        const clarke_interval middle =
            clarke_interval_scale(0.5, clarke_interval_minus(clarke_interval_point(a[j]), -b[j]));
        const clarke_interval offset = clarke_interval_sub(box[j], middle);
        sum = clarke_interval_add(sum, clarke_interval_mul(step, offset));
    }
    return sum.low > 0.0;
}

size_t clarke_centres_active(const clarke_centres *c, const clarke_interval *box,
                             size_t active[CLARKE_CENTRES_MOST])
{
    size_t count = 0;
    for (size_t i = 0; i < c->count; i++) {
        bool above = false;
        for (size_t k = 0; k < c->count && !above; k++) above = centres_above(c, box, i, k);
        if (!above) active[count++] = i;
    }
    return count;
}

double clarke_centres_upper(const clarke_centres *c, const clarke_interval *box)
{
    double x[CLARKE_ENCLOSURE_DIMENSION], distance;
    clarke_interval near[CLARKE_ENCLOSURE_DIMENSION];
    clarke_box_middle(c->n, box, x);
    const double *point = c->point + clarke_centres_nearest(c, x, &distance) * c->n;
    for (size_t j = 0; j < c->n; j++) near[j] = clarke_interval_point(point[j]);
    return clarke_box_distance(c->n, box, near);
}

/* ---- the critical points ---- */

typedef struct {
    size_t size, member[CLARKE_CENTRES_MOST];
    long double weight[CLARKE_CENTRES_MOST]; /* barycentric coordinates */
    long double at[];                        /* [n] */
} centres_simplex;

typedef enum { CENTRES_OUT, CENTRES_IN, CENTRES_CLOSE } centres_verdict;

/* With d_i = a_i - a_b, x = a_b + sum mu_i d_i and d_i'(x - a_b) = |d_i|^2/2 + c_i - c_b: the Gram
   matrix times mu. Elimination with pivots on the diagonal, which a positive definite matrix has;
   false where a pivot is lost. */
static bool centres_weights(const clarke_centres *c, centres_simplex *s)
{
    enum { MOST = CLARKE_CENTRES_MOST };
    const size_t n = c->n, m = s->size - 1;
    const double *base = c->centre + s->member[0] * n;
    long double gram[MOST][MOST] = {{0.0L}}, right[MOST] = {0.0L};
    for (size_t i = 0; i < m; i++) {
        const double *a = c->centre + s->member[i + 1] * n;
        for (size_t k = 0; k < m; k++) {
            const double *b = c->centre + s->member[k + 1] * n;
            for (size_t j = 0; j < n; j++)
                gram[i][k] += ((long double)a[j] - base[j]) * ((long double)b[j] - base[j]);
        }
        right[i] = 0.5L * gram[i][i] + c->height[s->member[i + 1]] - c->height[s->member[0]];
    }
    for (size_t i = 0; i < m; i++) {
        if (!(gram[i][i] > 0x1p-10L)) return false;
        for (size_t k = i + 1; k < m; k++) {
            const long double factor = gram[k][i] / gram[i][i];
            for (size_t l = i; l < m; l++) gram[k][l] -= factor * gram[i][l];
            right[k] -= factor * right[i];
        }
    }
    s->weight[0] = 1.0L;
    for (size_t i = m; i-- > 0;) {
        for (size_t l = i + 1; l < m; l++) right[i] -= gram[i][l] * s->weight[l + 1];
        s->weight[i + 1] = right[i] / gram[i][i];
        s->weight[0] -= s->weight[i + 1];
    }
    return true;
}

static centres_verdict centres_decide(long double least, long double margin)
{
    return least > margin ? CENTRES_IN : least < -margin ? CENTRES_OUT : CENTRES_CLOSE;
}

static centres_verdict centres_judge(const clarke_centres *c, size_t mask, centres_simplex *s)
{
    const size_t n = c->n;
    s->size = 0;
    for (size_t i = 0; i < c->count; i++)
        if (mask >> i & 1) s->member[s->size++] = i;
    if (s->size > n + 1) return CENTRES_OUT;
    if (!centres_weights(c, s)) return CENTRES_CLOSE;
    long double least = INFINITY, above = INFINITY, own = 0.0L;
    memset(s->at, 0, n * sizeof *s->at);
    for (size_t i = 0; i < s->size; i++) {
        least = s->weight[i] < least ? s->weight[i] : least;
        for (size_t j = 0; j < n; j++) s->at[j] += s->weight[i] * c->centre[s->member[i] * n + j];
    }
    for (size_t i = 0; i <= c->count; i++) {
        const size_t k = i == 0 ? s->member[0] : i - 1; /* its own height comes first */
        long double value = c->height[k];
        for (size_t j = 0; j < n; j++) {
            const long double d = s->at[j] - c->centre[k * n + j];
            value += 0.5L * d * d;
        }
        if (i == 0)
            own = value;
        else if (!(mask >> k & 1) && value - own < above)
            above = value - own;
    }
    const centres_verdict first = centres_decide(least, 0x1p-6L);
    const centres_verdict second = centres_decide(above, 0x1p-4L);
    if (first == CENTRES_OUT || second == CENTRES_OUT) return CENTRES_OUT;
    return first == CENTRES_IN && second == CENTRES_IN ? CENTRES_IN : CENTRES_CLOSE;
}

/* The distance of x from the border of the simplex is that from the nearest of its facets. */
static double centres_inside(const clarke_centres *c, const centres_simplex *s, const double *x)
{
    double least = INFINITY;
    for (size_t out = 0; out < s->size; out++) {
        size_t count = 0;
        for (size_t i = 0; i < s->size; i++) {
            if (i == out) continue;
            for (size_t j = 0; j < c->n; j++)
                c->shifted[count * c->n + j] = c->centre[s->member[i] * c->n + j] - x[j];
            count++;
        }
        least = fmin(least, clarke_minnorm_points(c->minnorm, count, c->shifted, NULL).distance);
    }
    return least;
}

/* False where a decision is close. */
static bool centres_solve(clarke_centres *c, centres_simplex *s)
{
    c->points = 0;
    for (size_t mask = 1; mask < (size_t)1 << c->count; mask++) {
        const centres_verdict verdict = centres_judge(c, mask, s);
        if (verdict == CENTRES_CLOSE) return false;
        if (verdict == CENTRES_OUT) continue;
        double *x = c->point + c->points * c->n;
        for (size_t j = 0; j < c->n; j++) x[j] = (double)s->at[j];
        c->corners[c->points] = s->size;
        c->corner[c->points] = s->member[0];
        c->inside[c->points++] = s->size == c->n + 1 ? centres_inside(c, s, x) : NAN;
    }
    return true;
}

/* ---- drawing ---- */

/* Centres on the lattice of 1/16 in [-3, 3]^n, heights up to 1/2; at least 1/2 apart. */
static bool centres_draw(clarke_centres *c, const clarke_stream *s, uint64_t attempt, bool heights)
{
    const size_t n = c->n;
    c->largest = c->reach = 0.0;
    for (size_t i = 0; i < c->count; i++) {
        double *at = c->centre + i * n;
        for (size_t j = 0; j < n; j++)
            at[j] = 0.0625 * (double)clarke_stream_index(s, attempt, i * (n + 1) + j, 97) - 3.0;
        const size_t steps = clarke_stream_index(s, attempt, i * (n + 1) + n, 9);
        c->height[i] = heights ? 0.0625 * (double)steps : 0.0;
        c->largest = fmax(c->largest, clarke_scalar_norm(n, at));
        for (size_t k = 0; k < i; k++) {
            const double gap = centres_gap(n, at, c->centre + k * n);
            if (gap < 0.5) return false;
            c->reach = fmax(c->reach, gap);
        }
    }
    return true;
}

clarke_status clarke_centres_make(size_t n, size_t count, size_t seed, bool heights,
                                  clarke_arena *mem, clarke_centres **centres)
{
    const size_t most = (size_t)1 << count;
    clarke_centres *c = clarke_alloc(mem, sizeof *c);
    clarke_minnorm *minnorm = clarke_alloc(mem, sizeof *minnorm);
    centres_simplex *s = clarke_alloc(mem, sizeof *s + n * sizeof s->at[0]);
    CLARKE_TRY(clarke_arena_status(mem));
    *c = (clarke_centres){.n = n, .count = count, .minnorm = minnorm};
    c->centre = clarke_vec(mem, count * n), c->shifted = clarke_vec(mem, count * n);
    c->height = clarke_vec(mem, count), c->foot = clarke_vec(mem, n);
    c->moved = clarke_vec(mem, n);
    c->point = clarke_vec(mem, most * n), c->inside = clarke_vec(mem, most);
    c->corners = clarke_alloc_array(mem, most, sizeof *c->corners);
    c->corner = clarke_alloc_array(mem, most, sizeof *c->corner);
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(clarke_minnorm_init(minnorm, n, mem));
    const clarke_stream stream = clarke_stream_make(seed, "centres", "", n, count, "centres");
    for (uint64_t attempt = 0; attempt < CENTRES_TRIES; attempt++) {
        if (!centres_draw(c, &stream, attempt, heights) || !centres_solve(c, s)) continue;
        *centres = c;
        return CLARKE_OK;
    }
    return clarke_fail(CLARKE_EINPUT,
                       "%zu centres in %zu dimensions, seed %zu: every draw has a "
                       "close decision",
                       count, n, seed);
}
