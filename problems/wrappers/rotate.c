/* f(x) = g(Q x) with the reflection Q = I - 2 v v'/(v'v), its own inverse and transpose: couples
   the coordinates of a separable problem and keeps everything else. A v that is shorter than x is
   continued with zeros: `v=1,1` exchanges the first two coordinates and changes their signs.

   Rounding, derived: sums of n products are added in pairs of blocks of 8, so v'x and v'v have
   relative errors of at most (8 + log2 n) u in |v| |x|, u = eps/2, and (Q x)_j is off by at most u
   (|x_j| + K |v_j| |x| / |v|) with K = 4 (8 + log2 n) + 8. An x that is the image of a point y
   carries such an error itself, which Q changes by at most 2 K u |v_j| |x| / |v| in coordinate j;
   in all less than eps (2 |x_j| + 2 |y_j| + 3 K |v_j| |x| / |v|). */
#include "problems/lib/pullback.h"

#include <string.h>

typedef struct {
    clarke_list v;
} rotate;

typedef struct {
    double *v; /* [n] */
    double square, norm;
} rotate_map;

static double rotate_dot(size_t n, const double *a, const double *b)
{
    if (n > 8) {
        const size_t half = n / 2;
        return rotate_dot(half, a, b) + rotate_dot(n - half, a + half, b + half);
    }
    double sum = 0.0;
    for (size_t j = 0; j < n; j++) sum += a[j] * b[j];
    return sum;
}

static void rotate_turn(const void *map, size_t n, double *g)
{
    const rotate_map *m = map;
    const double factor = 2.0 * rotate_dot(n, m->v, g) / m->square;
    for (size_t j = 0; j < n; j++) g[j] -= factor * m->v[j];
}

static void rotate_apply(const void *map, size_t n, const double *x, double *y)
{
    memcpy(y, x, n * sizeof *y);
    rotate_turn(map, n, y);
}

static void rotate_slack(const void *map, size_t n, const double *x, const double *y, double *slack)
{
    const rotate_map *m = map;
    const double k = 4.0 * (9.0 + log2((double)n)) + 8.0, norm = clarke_scalar_norm(n, x);
    for (size_t j = 0; j < n; j++)
        slack[j] = DBL_EPSILON * (2.0 * fabs(x[j]) + 2.0 * fabs(y[j]) +
                                  3.0 * k * (fabs(m->v[j]) / m->norm) * norm);
}

/* Q is its own transpose. By its entries: with v'x in common the rows would widen the box. */
static void rotate_turn_box(const void *map, size_t n, clarke_interval *v)
{
    const rotate_map *m = map;
    clarke_interval square = clarke_interval_point(0.0), turned[CLARKE_ENCLOSURE_DIMENSION];
    for (size_t j = 0; j < n; j++)
        square = clarke_interval_add(square, clarke_interval_sqr(clarke_interval_point(m->v[j])));
    for (size_t i = 0; i < n; i++) {
        turned[i] = clarke_interval_point(0.0);
        for (size_t j = 0; j < n; j++) {
            const clarke_interval both = clarke_interval_scale(
                2.0, clarke_interval_scale(m->v[i], clarke_interval_point(m->v[j])));
            const clarke_interval entry = clarke_interval_sub(
                clarke_interval_point((double)(i == j)), clarke_interval_div(both, square));
            turned[i] = clarke_interval_add(turned[i], clarke_interval_mul(entry, v[j]));
        }
    }
    memcpy(v, turned, n * sizeof *v);
}

static clarke_status rotate_map_make(const clarke_problem *p, const clarke_list *v,
                                     clarke_arena *mem, rotate_map **map)
{
    rotate_map *m = clarke_alloc(mem, sizeof *m);
    if (v->count > p->n)
        return clarke_fail(CLARKE_EINPUT, "rotate: v has %zu numbers for n=%zu", v->count, p->n);
    double *full = clarke_vec(mem, p->n);
    CLARKE_TRY(clarke_arena_status(mem));
    memcpy(full, v->value, v->count * sizeof *full);
    if (v->count == 1 && v->value[0] == 0.0)
        for (size_t j = 0; j < p->n; j++) full[j] = (double)j + 1.0;
    *m = (rotate_map){full, rotate_dot(p->n, full, full), clarke_scalar_norm(p->n, full)};
    if (!(m->square > 0.0)) return clarke_fail(CLARKE_EINPUT, "rotate: v is zero");
    *map = m;
    return CLARKE_OK;
}

/* Terms differ by at most `term_deviation` in each coordinate while A x is in the inner box. The
   cube [-w/sqrt n, w/sqrt n]^n goes into the ball of radius w, and that is in the box if w is small
   enough. Row j of |Q| sums up to at most 1 + 2 |v_j| |v|_1 / v'v. */
static clarke_status rotate_box(clarke_problem *p, const rotate_map *m)
{
    if (p->term_deviation == 0.0) return CLARKE_OK;
    const double side = fmin(-p->box_low, p->box_high) / sqrt((double)p->n);
    double sum = 0.0, largest = 0.0;
    if (!(side > 0.0))
        return clarke_fail(CLARKE_EINPUT, "rotate: %s is a sum, and its box does not hold 0",
                           p->id);
    for (size_t j = 0; j < p->n; j++) {
        sum += fabs(m->v[j]);
        largest = fmax(largest, fabs(m->v[j]));
    }
    p->box_low = -side, p->box_high = side;
    p->term_deviation *= 1.0 + 2.0 * largest * sum / m->square;
    return CLARKE_OK;
}

static clarke_status rotate_make(clarke_problem *p, const clarke_wrapping *w, clarke_arena *mem)
{
    static const char whole[] = "x";
    const rotate *r = w->params;
    rotate_map *m = NULL;
    clarke_block *block = clarke_alloc(mem, sizeof *block);
    CLARKE_TRY(rotate_map_make(p, &r->v, mem, &m));
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(rotate_box(p, m));
    *block = (clarke_block){whole, 0, p->n, 1};
    p->layout = (clarke_layout){1, block}; /* blocks are mixed */
    p->traits &= ~(unsigned)CLARKE_TRAIT_SEPARABLE;
    p->default_weak_convexity = NAN; /* the box covers other points than before */
    w->desc->title = clarke_arena_printf(mem, "%s, rotated", w->inner->desc->title);
    w->desc->formula = clarke_arena_printf(mem, "g(Q x), Q = I - 2 v v'/(v'v), g(x) = %s",
                                           w->inner->desc->formula);
    if (w->desc->stationary_set)
        w->desc->stationary_set =
            clarke_arena_printf(mem, "{x : Q x in S}, S = %s", w->desc->stationary_set);
    if (w->desc->field_set)
        w->desc->field_set = clarke_arena_printf(mem, "{x : Q x in S}, S = %s", w->desc->field_set);
    const clarke_pullback map = {.map = m,
                                 .forward = rotate_apply,
                                 .backward = rotate_apply,
                                 .turn = rotate_turn,
                                 .slack = rotate_slack,
                                 .turn_forward = rotate_turn_box,
                                 .turn_back = rotate_turn_box,
                                 .factor = 1.0,
                                 .stretch = 1.0};
    return clarke_pullback_make(p, w, &map, mem);
}

static const clarke_param rotate_params[] = {
    {"v", CLARKE_PARAM_LIST, offsetof(rotate, v), "0", -0x1p100, 0x1p100, NULL,
     "the vector that is reflected, continued with zeros; 0: (1, 2, ..., n)"},
    {0}};

const clarke_wrapper_desc clarke_wrapper_rotate = {
    .title = "Rotation of the variables by a Householder reflection",
    .formula = "g(Q x), Q = I - 2 v v'/(v'v)",
    .source = "folklore",
    .params = rotate_params,
    .params_size = sizeof(rotate),
    .make = rotate_make,
};
