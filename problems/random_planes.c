/* f(x) = sum_k w_k |a_k.x - b_k| with random whole weights of both signs, normals and offsets: a
   piecewise linear function on an arrangement of hyperplanes, whose faces are all known.

   Any n of the normals are independent and no n + 1 of the planes meet, so the planes active at x
   have independent normals, all their signs occur next to x, and by the formula for continuous
   selections the subdifferential is the zonotope c + sum over the active k of w_k [-1, 1] a_k, c the
   sum of w_k s_k a_k over the others. 0 is in it iff c + sum l_k w_k a_k = 0 for some |l_k| <= 1,
   which are unique. The normals span, so every face of the arrangement has a vertex: the faces next
   to all vertices are all faces. They are looked at in whole numbers, and a member is drawn again if
   a face that is no vertex is critical or some |l_k| is 1. So S is a set of vertices. In the
   coordinates t_k = a_k.x - b_k of the n active planes f is a sum of w_k (|t_k| - l_k t_k) there: a
   minimum in t_k where w_k > 0, a maximum otherwise.

   f is coercive: sum w_k |a_k.h| > 0 on all rays of the central arrangement, between which it is
   linear. It is regular iff no weight is negative. Growth at a minimum: the distance of 0 from the
   nearest facet of the zonotope. The hull over a ball is in the zonotope with all planes free that
   the ball meets. The deviation of the terms is taken over the cells, each of which has a vertex. */
#include "core/stream.h"
#include "problems/lib/goldstein.h"
#include "problems/lib/planes.h"
#include "problems/lib/scalar.h"

#include <string.h>

enum {
    RANDOM_PLANES_TRIES = 20000,
    RANDOM_PLANES_GOOD = 8 /* of so many members the one with most points is taken */
};

typedef struct {
    size_t n, planes, seed;
} random_planes_params;

static clarke_planes *random_planes_data(const clarke_problem *p)
{
    return p->data;
}

/* ---- oracles ---- */

/* a.x - b, or 0 within its rounding: that of x, of n products and of n sums are each at most eps/2
   of the sum of the magnitudes, or n times that. */
static double random_planes_gap(const clarke_planes *f, size_t k, const double *x)
{
    double sum = 0.0, size = fabs((double)f->b[k]);
    for (size_t j = 0; j < f->n; j++) {
        sum += (double)f->a[k][j] * x[j];
        size += fabs((double)f->a[k][j] * x[j]);
    }
    const double gap = sum - (double)f->b[k];
    return fabs(gap) <= 0.5 * (double)(f->n + 2) * DBL_EPSILON * size ? 0.0 : gap;
}

static double random_planes_value(const clarke_problem *p, const double *x)
{
    const clarke_planes *f = random_planes_data(p);
    double sum = 0.0;
    for (size_t k = 0; k < f->m; k++) sum += (double)f->w[k] * fabs(random_planes_gap(f, k, x));
    return sum;
}

static void random_planes_add(const clarke_planes *f, size_t k, double scale, const double *x,
                              double *g)
{
    const double t = scale * (double)f->w[k] * clarke_scalar_sign(random_planes_gap(f, k, x));
    for (size_t j = 0; j < f->n; j++) g[j] += t * (double)f->a[k][j];
}

static void random_planes_subgradient(const clarke_problem *p, const double *x, double *g)
{
    const clarke_planes *f = random_planes_data(p);
    memset(g, 0, f->n * sizeof *g);
    for (size_t k = 0; k < f->m; k++) random_planes_add(f, k, 1.0, x, g);
}

/* Term k is m w_k |a_k.x - b_k|. */
static void random_planes_term_subgradient(const clarke_problem *p, const double *x,
                                           const size_t *term, size_t count, double *g)
{
    const clarke_planes *f = random_planes_data(p);
    memset(g, 0, f->n * sizeof *g);
    for (size_t i = 0; i < count; i++)
        random_planes_add(f, term[i], (double)f->m / (double)count, x, g);
}

static double random_planes_length(const clarke_planes *f, size_t k)
{
    double square = 0.0;
    for (size_t j = 0; j < f->n; j++) square += (double)(f->a[k][j] * f->a[k][j]);
    return sqrt(square);
}

static clarke_minnorm_result random_planes_shortest(const clarke_problem *p, const double *x,
                                                    double r)
{
    clarke_planes *f = random_planes_data(p);
    clarke_zonotope_clear(&f->zonotope);
    for (size_t k = 0; k < f->m; k++) {
        const double gap = random_planes_gap(f, k, x);
        const bool free = fabs(gap) <= r * random_planes_length(f, k) * (1.0 + 8.0 * DBL_EPSILON);
        double *g = free ? clarke_zonotope_add(&f->zonotope) : f->zonotope.centre;
        const double t = (double)f->w[k] * (free ? 1.0 : clarke_scalar_sign(gap));
        for (size_t j = 0; j < f->n; j++) g[j] += t * (double)f->a[k][j];
    }
    return clarke_zonotope_shortest(&f->zonotope);
}

/* The data are whole numbers of size below 8 * 2 * 3, so the distance of 0 from a zonotope that does
   not contain it is a quotient of them far above 64 eps times that size. */
static double random_planes_clarke_residual(const clarke_problem *p, const double *x)
{
    const double d = random_planes_shortest(p, x, 0.0).distance;
    return d <= 64.0 * DBL_EPSILON * 48.0 ? 0.0 : d;
}

static double random_planes_hull_distance(const clarke_problem *p, const double *z, double r)
{
    return random_planes_shortest(p, z, r).low;
}

static size_t random_planes_nearest(const clarke_planes *f, const double *x, double *distance)
{
    size_t best = 0;
    *distance = INFINITY;
    for (size_t k = 0; k < f->points; k++) {
        double gap[CLARKE_PLANES_N];
        for (size_t j = 0; j < f->n; j++) gap[j] = x[j] - f->point[k].x[j];
        const double d = clarke_scalar_norm(f->n, gap);
        if (d < *distance) *distance = d, best = k;
    }
    return best;
}

static double random_planes_stationary_distance(const clarke_problem *p, const double *x,
                                                double *nearest, clarke_point_kind *kind)
{
    const clarke_planes *f = random_planes_data(p);
    double d;
    const clarke_planes_point *s = &f->point[random_planes_nearest(f, x, &d)];
    for (size_t j = 0; nearest && j < f->n; j++) nearest[j] = s->x[j];
    if (kind) *kind = s->kind;
    return d;
}

static double random_planes_lipschitz(const clarke_problem *p, double radius)
{
    (void)radius;
    return random_planes_data(p)->lipschitz;
}

static double random_planes_weak_convexity(const clarke_problem *p, double radius)
{
    (void)radius;
    return p->traits & CLARKE_TRAIT_REGULAR ? 0.0 : NAN;
}

static clarke_growth random_planes_growth(const clarke_problem *p, const double *x)
{
    const clarke_planes *f = random_planes_data(p);
    double d;
    return f->point[random_planes_nearest(f, x, &d)].growth;
}

static void random_planes_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                                  clarke_enclosure *out)
{
    const clarke_planes *f = random_planes_data(p);
    (void)field;
    for (size_t k = 0; k < f->m; k++) {
        clarke_interval t = clarke_interval_point(-(double)f->b[k]), v[CLARKE_PLANES_N];
        for (size_t j = 0; j < f->n; j++) {
            t = clarke_interval_add(t, clarke_interval_scale((double)f->a[k][j], box[j]));
            v[j] = clarke_interval_point((double)(f->w[k] * f->a[k][j]));
        }
        clarke_enclosure_segment(out, clarke_interval_sign(t), v);
    }
}

static double random_planes_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                           bool field)
{
    const clarke_planes *f = random_planes_data(p);
    double x[CLARKE_PLANES_N], d;
    clarke_interval near[CLARKE_PLANES_N];
    (void)field;
    clarke_box_middle(f->n, box, x);
    const clarke_planes_point *s = &f->point[random_planes_nearest(f, x, &d)];
    for (size_t j = 0; j < f->n; j++) near[j] = clarke_interval_widen(s->x[j], s->x[j]);
    return clarke_box_distance(f->n, box, near);
}

/* The lowest points of S, exactly equal ones among them, are the global minima; values that are
   nearer than 1e-6 are refused. */
static bool random_planes_minimum(clarke_planes *f, clarke_problem *p)
{
    double value[CLARKE_PLANES_POINTS];
    p->minimum = INFINITY;
    for (size_t i = 0; i < f->points; i++) {
        value[i] = random_planes_value(p, f->point[i].x);
        p->minimum = fmin(p->minimum, value[i]);
    }
    for (size_t i = 0; i < f->points; i++) {
        const double above = value[i] - p->minimum;
        if (above > 1e-6) continue;
        if (above > 1e-12 * (1.0 + fabs(p->minimum))) return false;
        f->point[i].kind = CLARKE_POINT_GLOBAL_MINIMUM;
    }
    return true;
}

/* ---- drawing ---- */

static void random_planes_draw(clarke_planes *f, const random_planes_params *a, uint64_t attempt)
{
    const clarke_stream s = clarke_stream_make(a->seed, "random_planes", "", 0, attempt, "member");
    uint64_t draw = 0;
    *f = (clarke_planes){.n = a->n, .m = a->planes};
    for (size_t k = 0; k < f->m; k++) {
        f->w[k] = 1 + (int64_t)clarke_stream_index(&s, 0, draw++, 2);
        if (clarke_stream_index(&s, 0, draw++, 5) < 2) f->w[k] = -f->w[k];
        for (size_t j = 0; j < f->n; j++)
            f->a[k][j] = (int64_t)clarke_stream_index(&s, 0, draw++, 7) - 3;
        f->b[k] = (int64_t)clarke_stream_index(&s, 0, draw++, 11) - 5;
    }
}

static bool random_planes_try(clarke_problem *p, clarke_planes *f, const random_planes_params *a,
                              uint64_t attempt)
{
    random_planes_draw(f, a, attempt);
    return clarke_planes_faces(f) && random_planes_minimum(f, p);
}

static clarke_status random_planes_fill(clarke_problem *p, clarke_planes *f, size_t seed,
                                        clarke_arena *mem)
{
    const clarke_stream s = clarke_stream_make(seed, "random_planes", "", 0, 0, "start");
    double best = -1.0, x[CLARKE_PLANES_N];
    bool regular = true;
    CLARKE_TRY(clarke_zonotope_init(&f->zonotope, f->n, f->m, mem));
    for (size_t k = 0; k < f->m; k++) regular = regular && f->w[k] > 0;
    if (regular) p->traits |= CLARKE_TRAIT_REGULAR;
    p->terms = f->m;
    p->term_deviation = f->deviation;
    p->gradient_bound = f->lipschitz;
    for (size_t i = 0; i < f->points; i++)
        if (f->point[i].kind == CLARKE_POINT_GLOBAL_MINIMUM ||
            f->point[i].kind == CLARKE_POINT_LOCAL_MINIMUM)
            p->plan_growth = clarke_growth_slower(p->plan_growth, f->point[i].growth);
    for (uint64_t k = 0; k < 16; k++) { /* the start is the farthest of some points */
        for (size_t j = 0; j < p->n; j++)
            x[j] = 0.125 * rint(32.0 * clarke_stream_uniform(&s, k, j) - 16.0);
        const double d = random_planes_stationary_distance(p, x, NULL, NULL);
        if (!(d > best)) continue;
        best = d;
        memcpy(p->start, x, p->n * sizeof *x);
    }
    return CLARKE_OK;
}

static clarke_status random_planes_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const random_planes_params *a = params;
    size_t found = 0, points = 0;
    uint64_t best = 0;
    if (a->planes <= a->n)
        return clarke_fail(CLARKE_EINPUT, "%s: %zu planes are too few for n=%zu", p->id, a->planes,
                           a->n);
    CLARKE_TRY(clarke_problem_size(p, a->n, 0.5, -13.0, 13.0, mem));
    clarke_planes *f = clarke_alloc(mem, sizeof *f);
    CLARKE_TRY(clarke_arena_status(mem));
    p->data = f;
    for (uint64_t k = 0; k < RANDOM_PLANES_TRIES && found < RANDOM_PLANES_GOOD; k++) {
        if (!random_planes_try(p, f, a, k)) continue;
        if (found++ == 0 || f->points > points) best = k, points = f->points;
    }
    if (found > 0) random_planes_try(p, f, a, best);
    if (!found)
        return clarke_fail(CLARKE_EINPUT,
                           "%s: no member with n=%zu, planes=%zu, seed=%zu was found", p->id, a->n,
                           a->planes, a->seed);
    return random_planes_fill(p, f, a->seed, mem);
}

static const clarke_param random_planes_table[] = {
    {"n", CLARKE_PARAM_COUNT, offsetof(random_planes_params, n), "2", 1.0, CLARKE_PLANES_N, NULL,
     "dimension"},
    {"planes", CLARKE_PARAM_COUNT, offsetof(random_planes_params, planes), "6", 2.0,
     CLARKE_PLANES_MOST, NULL, "number of hyperplanes"},
    {"seed", CLARKE_PARAM_COUNT, offsetof(random_planes_params, seed), "1", 0.0, 0x1p53, NULL,
     "number of the member"},
    {0}};

static const clarke_certifiable random_planes_certifiable[] = {
    {"n=1,seed=1", -16.0, 16.0, 1e-3, 173, false},
    {"n=2,seed=1", -16.0, 16.0, 1e-3, 801, false},
    {"n=2,seed=2,planes=8", -16.0, 16.0, 1e-3, 1179, false},
    {"n=3,seed=1", -16.0, 16.0, 1e-2, 8125, false},
    {0}};

const clarke_problem_desc clarke_problem_random_planes = {
    .title = "Random piecewise linear function on planes",
    .formula = "sum_k w_k |a_k.x - b_k|, whole numbers, weights of both signs",
    .source = "derived",
    .stationary_set = "vertices of the arrangement of the planes, enumerated in exact arithmetic "
                      "when the member is drawn",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE | CLARKE_TRAIT_POLYHEDRAL,
    .params = random_planes_table,
    .params_size = sizeof(random_planes_params),
    .make = random_planes_make,
    .value = random_planes_value,
    .subgradient = random_planes_subgradient,
    .term_subgradient = random_planes_term_subgradient,
    .clarke_residual = random_planes_clarke_residual,
    .stationary_distance = random_planes_stationary_distance,
    .goldstein_residual = clarke_goldstein_bracket,
    .hull_distance = random_planes_hull_distance,
    .lipschitz = random_planes_lipschitz,
    .weak_convexity = random_planes_weak_convexity,
    .growth = random_planes_growth,
    .enclose = random_planes_enclose,
    .distance_upper = random_planes_distance_upper,
    .certifiable = random_planes_certifiable,
    .outside = "by hand: every face of the arrangement has a vertex, and those are all in "
               "[-12, 12]^n",
};
