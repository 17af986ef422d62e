/* f(x) = (1/m) sum_i |(a_i.x)^2 - b_i| in the plane, b_i = (a_i.xbar)^2: robust phase retrieval
   with few measurements, four instances whose stationary sets are exact rational numbers.

   All terms are convex plus smooth: f is regular and 2 l/m-weakly convex, l the largest
   eigenvalue of sum a_i a_i', and the terms' subdifferentials add up with equality, to a
   zonotope with at most m generators. The sets were found by enumeration in rational arithmetic:
   points where two kinks meet; on each line a_i.x = +-sqrt(b_i) the zeros of the derivative for
   every choice of the other signs; 0, as for every choice of all signs the gradient is a matrix
   times x, and no cell meets the kernel of a singular one. Outside |x|^2 <= 2 sum b_i /
   (smallest eigenvalue), g.x > 0 for all g.

   At points where kinks meet f grows linearly; the directional derivative is linear between the
   directions orthogonal to an active a_i, so, where positive, it is smallest at one of those.

   Hull over B(z, r): (a.x)^2 changes by at most |a| r (2 |a.z| + |a| r), gradients at fixed
   signs by at most 2 l r/m. */
#include "problems/lib/goldstein.h"
#include "problems/lib/scalar.h"
#include "problems/lib/zonotope.h"

enum { RPR2D_LARGEST = 6, RPR2D_POINTS = 4 };

typedef struct {
    int instance;
} rpr2d;

/* Each point stands for itself and its negative; the last one is 0. */
typedef struct {
    size_t m, points;
    double a[RPR2D_LARGEST][2], b[RPR2D_LARGEST], eigenvalue; /* of sum a a' */
    double point[RPR2D_POINTS + 1][2];
    clarke_point_kind kind[RPR2D_POINTS + 1];
} rpr2d_instance;

typedef struct {
    const rpr2d_instance *in;
    clarke_zonotope zonotope;
} rpr2d_data;

static const rpr2d_instance rpr2d_instances[] = {
    {.m = 4,
     .points = 3,
     .eigenvalue = 3.0,
     .a = {{1, 0}, {0, 1}, {1, 1}, {1, -1}},
     .b = {4, 1, 9, 1},
     .point = {{2, 1}, {0.5, -0.5}, {0, 0}},
     .kind = {CLARKE_POINT_GLOBAL_MINIMUM, CLARKE_POINT_SADDLE, CLARKE_POINT_LOCAL_MAXIMUM}},
    {.m = 3,
     .points = 5,
     .eigenvalue = 3.0,
     .a = {{1, 0}, {0, 1}, {1, 1}},
     .b = {1, 1, 4},
     .point = {{1, 1}, {1, -1}, {1, -0.5}, {0.5, -1}, {0, 0}},
     .kind = {CLARKE_POINT_GLOBAL_MINIMUM, CLARKE_POINT_LOCAL_MINIMUM, CLARKE_POINT_SADDLE,
              CLARKE_POINT_SADDLE, CLARKE_POINT_LOCAL_MAXIMUM}},
    {.m = 6,
     .points = 5,
     .eigenvalue = 16.0,
     .a = {{1, 0}, {1, 2}, {2, 1}, {1, -1}, {0, 1}, {3, -1}},
     .b = {1, 9, 9, 0, 1, 4},
     .point = {{1, 1}, {1.0 / 7.0, -11.0 / 7.0}, {0.5, -0.5}, {0, 1.5}, {0, 0}},
     .kind = {CLARKE_POINT_GLOBAL_MINIMUM, CLARKE_POINT_LOCAL_MINIMUM, CLARKE_POINT_SADDLE,
              CLARKE_POINT_SADDLE, CLARKE_POINT_LOCAL_MAXIMUM}},
    {.m = 5,
     .points = 3,
     .eigenvalue = 17.0,
     .a = {{2, 1}, {1, -3}, {1, 1}, {3, 1}, {-1, 2}},
     .b = {25, 1, 9, 49, 0},
     .point = {{2, 1}, {23.0 / 164.0, -47.0 / 164.0}, {0, 0}},
     .kind = {CLARKE_POINT_GLOBAL_MINIMUM, CLARKE_POINT_SADDLE, CLARKE_POINT_LOCAL_MAXIMUM}},
};

static const rpr2d_instance *rpr2d_in(const clarke_problem *p)
{
    return ((const rpr2d_data *)p->data)->in;
}

static double rpr2d_dot(const double a[2], const double *x)
{
    return a[0] * x[0] + a[1] * x[1];
}

/* (a.x)^2 - b, or 0 within its rounding: with w = |a_1 x_1| + |a_2 x_2|, a.x has an error of at
   most 3/2 eps w, that of rounded coordinates included, so the difference has less than 4 eps
   (w^2 + b). */
static double rpr2d_gap(const rpr2d_instance *in, size_t i, const double *x)
{
    const double s = rpr2d_dot(in->a[i], x), gap = s * s - in->b[i];
    const double size = fabs(in->a[i][0] * x[0]) + fabs(in->a[i][1] * x[1]);
    return fabs(gap) <= 4.0 * DBL_EPSILON * (size * size + in->b[i]) ? 0.0 : gap;
}

static double rpr2d_value(const clarke_problem *p, const double *x)
{
    const rpr2d_instance *in = rpr2d_in(p);
    double sum = 0.0;
    for (size_t i = 0; i < in->m; i++) {
        const double s = rpr2d_dot(in->a[i], x);
        sum += fabs(s * s - in->b[i]);
    }
    return sum / (double)in->m;
}

/* Adds scale times the gradient of (a_i.x)^2 with the sign that its kink has at `at`. */
static void rpr2d_add(const rpr2d_instance *in, size_t i, const double *x, const double *at,
                      double scale, double *g)
{
    const double s = rpr2d_dot(in->a[i], at);
    const double t = 2.0 * scale * clarke_scalar_sign(s * s - in->b[i]) * rpr2d_dot(in->a[i], x);
    g[0] += t * in->a[i][0], g[1] += t * in->a[i][1];
}

static void rpr2d_subgradient(const clarke_problem *p, const double *x, double *g)
{
    const rpr2d_instance *in = rpr2d_in(p);
    g[0] = g[1] = 0.0;
    for (size_t i = 0; i < in->m; i++) rpr2d_add(in, i, x, x, 1.0, g);
    g[0] /= (double)in->m, g[1] /= (double)in->m;
}

static void rpr2d_term_subgradient(const clarke_problem *p, const double *x, const size_t *term,
                                   size_t count, double *g)
{
    g[0] = g[1] = 0.0;
    for (size_t k = 0; k < count; k++) rpr2d_add(rpr2d_in(p), term[k], x, x, 1.0, g);
    g[0] /= (double)count, g[1] /= (double)count;
}

static clarke_minnorm_result rpr2d_shortest(const clarke_problem *p, const double *x, double r)
{
    rpr2d_data *d = p->data;
    clarke_zonotope_clear(&d->zonotope);
    for (size_t i = 0; i < d->in->m; i++) {
        const double *a = d->in->a[i], s = rpr2d_dot(a, x), gap = rpr2d_gap(d->in, i, x);
        const double norm = hypot(a[0], a[1]), t = 2.0 * s / (double)d->in->m;
        const bool free = fabs(gap) <= norm * r * (2.0 * fabs(s) + norm * r) && d->in->b[i] > 0.0;
        /* |s|^2 has one sign: where b = 0 there is no kink. */
        const double sign = d->in->b[i] > 0.0 ? clarke_scalar_sign(gap) : 1.0;
        double *g = free ? clarke_zonotope_add(&d->zonotope) : d->zonotope.centre;
        for (size_t j = 0; j < 2; j++) g[j] += (free ? 1.0 : sign) * t * a[j];
    }
    return clarke_zonotope_shortest(&d->zonotope);
}

/* The entries are at most 2 |a|^2 |x|: a vector below 64 eps of that is 0. */
static double rpr2d_clarke_residual(const clarke_problem *p, const double *x)
{
    const double d = rpr2d_shortest(p, x, 0.0).distance;
    const double size = 2.0 * rpr2d_in(p)->eigenvalue * hypot(x[0], x[1]);
    return d <= 64.0 * DBL_EPSILON * size ? 0.0 : d;
}

static double rpr2d_curvature(const clarke_problem *p)
{
    return 2.0 * rpr2d_in(p)->eigenvalue / (double)rpr2d_in(p)->m;
}

static double rpr2d_hull_distance(const clarke_problem *p, const double *z, double r)
{
    return fmax(0.0, rpr2d_shortest(p, z, r).low - rpr2d_curvature(p) * r);
}

static double rpr2d_stationary_distance(const clarke_problem *p, const double *x, double *nearest,
                                        clarke_point_kind *kind)
{
    const rpr2d_instance *in = rpr2d_in(p);
    double best = INFINITY;
    for (size_t k = 0; k < in->points; k++) {
        for (double sign = -1.0; sign <= 1.0; sign += 2.0) {
            const double s[] = {sign * in->point[k][0], sign * in->point[k][1]};
            const double d = hypot(x[0] - s[0], x[1] - s[1]);
            if (!(d < best)) continue;
            best = d;
            if (nearest) nearest[0] = s[0], nearest[1] = s[1];
            if (kind) *kind = in->kind[k];
        }
    }
    return best;
}

static double rpr2d_lipschitz(const clarke_problem *p, double radius)
{
    return rpr2d_curvature(p) * radius;
}

static double rpr2d_weak_convexity(const clarke_problem *p, double radius)
{
    (void)radius;
    return rpr2d_curvature(p);
}

/* The directional derivative at x. */
static double rpr2d_derivative(const rpr2d_instance *in, const double *x, const double *h)
{
    double sum = 0.0;
    for (size_t i = 0; i < in->m; i++) {
        const double gap = rpr2d_gap(in, i, x), t = rpr2d_dot(in->a[i], x) * rpr2d_dot(in->a[i], h);
        sum += gap == 0.0 ? fabs(t) : gap > 0.0 ? t : -t;
    }
    return 2.0 * sum / (double)in->m;
}

static double rpr2d_sharpness(const rpr2d_instance *in, const double *x)
{
    double least = INFINITY;
    for (size_t i = 0; i < in->m; i++) {
        if (rpr2d_gap(in, i, x) != 0.0) continue;
        const double *a = in->a[i], norm = hypot(a[0], a[1]);
        for (double sign = -1.0; sign <= 1.0; sign += 2.0) {
            const double h[] = {-sign * a[1] / norm, sign * a[0] / norm};
            least = fmin(least, rpr2d_derivative(in, x, h));
        }
    }
    return least;
}

static clarke_growth rpr2d_growth(const clarke_problem *p, const double *x)
{
    double nearest[2];
    clarke_point_kind kind;
    rpr2d_stationary_distance(p, x, nearest, &kind);
    if (kind != CLARKE_POINT_GLOBAL_MINIMUM && kind != CLARKE_POINT_LOCAL_MINIMUM)
        return (clarke_growth){NAN, NAN, NAN};
    return clarke_growth_make(1.0, rpr2d_sharpness(rpr2d_in(p), nearest));
}

/* The largest |entry of a term's gradient - that of the mean| at x on the side of `at`. */
static double rpr2d_deviation_at(const rpr2d_instance *in, const double *x, const double *at)
{
    double mean[2] = {0.0, 0.0}, largest = 0.0;
    for (size_t i = 0; i < in->m; i++) rpr2d_add(in, i, x, at, 1.0 / (double)in->m, mean);
    for (size_t i = 0; i < in->m; i++) {
        double g[2] = {-mean[0], -mean[1]};
        rpr2d_add(in, i, x, at, 1.0, g);
        largest = fmax(largest, fmax(fabs(g[0]), fabs(g[1])));
    }
    return largest;
}

/* Line `k` of the kinks and of the box's edges: normal . x = level. */
static double rpr2d_line(const rpr2d_instance *in, size_t k, double side, double normal[2])
{
    const size_t i = k / 2;
    const double sign = k % 2 ? -1.0 : 1.0;
    normal[0] = i < in->m ? in->a[i][0] : (double)(i == in->m);
    normal[1] = i < in->m ? in->a[i][1] : (double)(i > in->m);
    return sign * (i < in->m ? sqrt(in->b[i]) : side);
}

/* The deviation is linear between those lines, so its supremum over the box is a limit at a
   point where two of them meet; the directions at it are 64, finer than the angles between the
   lines. */
static double rpr2d_deviation(const rpr2d_instance *in, double side)
{
    const size_t lines = 2 * in->m + 4;
    double largest = 0.0, u[2], v[2];
    for (size_t k = 0; k < lines; k++) {
        for (size_t l = 0; l < k; l++) {
            const double s = rpr2d_line(in, k, side, u), t = rpr2d_line(in, l, side, v);
            const double det = u[0] * v[1] - u[1] * v[0];
            const double x[] = {(s * v[1] - t * u[1]) / det, (t * u[0] - s * v[0]) / det};
            if (!(fmax(fabs(x[0]), fabs(x[1])) <= side * (1.0 + 4.0 * DBL_EPSILON))) continue;
            for (int turn = 0; turn < 64; turn++) {
                const double angle = (turn + 0.37) * 3.14159265358979 / 32.0;
                const double at[] = {x[0] + 1e-7 * cos(angle), x[1] + 1e-7 * sin(angle)};
                if (fmax(fabs(at[0]), fabs(at[1])) <= side)
                    largest = fmax(largest, rpr2d_deviation_at(in, x, at));
            }
        }
    }
    return largest;
}

static void rpr2d_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                          clarke_enclosure *out)
{
    const rpr2d_instance *in = rpr2d_in(p);
    (void)field;
    for (size_t i = 0; i < in->m; i++) {
        const clarke_interval s = clarke_interval_add(clarke_interval_scale(in->a[i][0], box[0]),
                                                      clarke_interval_scale(in->a[i][1], box[1]));
        const clarke_interval gap = clarke_interval_minus(clarke_interval_sqr(s), in->b[i]);
        const clarke_interval slope = clarke_interval_div(clarke_interval_scale(2.0, s),
                                                          clarke_interval_point((double)in->m));
        const clarke_interval v[] = {clarke_interval_scale(in->a[i][0], slope),
                                     clarke_interval_scale(in->a[i][1], slope)};
        /* Where b = 0 there is no kink. */
        clarke_enclosure_segment(
            out, in->b[i] > 0.0 ? clarke_interval_sign(gap) : clarke_interval_point(1.0), v);
    }
}

static double rpr2d_distance_upper(const clarke_problem *p, const clarke_interval *box, bool field)
{
    double x[2], nearest[2];
    clarke_interval near[2];
    (void)field;
    clarke_box_middle(2, box, x);
    rpr2d_stationary_distance(p, x, nearest, NULL);
    /* Quotients of whole numbers, rounded once. */
    for (size_t i = 0; i < 2; i++) near[i] = clarke_interval_widen(nearest[i], nearest[i]);
    return clarke_box_distance(2, box, near);
}

static clarke_status rpr2d_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    CLARKE_TRY(clarke_problem_size(p, 2, 1.5, -2.0, 2.0, mem));
    rpr2d_data *d = clarke_alloc(mem, sizeof *d);
    CLARKE_TRY(clarke_arena_status(mem));
    p->data = d;
    d->in = &rpr2d_instances[((const rpr2d *)params)->instance];
    p->start[1] = -0.25;
    p->terms = d->in->m;
    p->term_deviation = rpr2d_deviation(d->in, p->box_high);
    p->minimum = 0.0;
    p->gradient_bound = rpr2d_lipschitz(p, hypot(d->in->point[0][0], d->in->point[0][1]));
    for (size_t k = 0; k < d->in->points; k++)
        if (d->in->kind[k] == CLARKE_POINT_GLOBAL_MINIMUM ||
            d->in->kind[k] == CLARKE_POINT_LOCAL_MINIMUM)
            p->plan_growth = clarke_growth_slower(p->plan_growth, rpr2d_growth(p, d->in->point[k]));
    return clarke_zonotope_init(&d->zonotope, 2, d->in->m, mem);
}

static const clarke_param rpr2d_params[] = {{"instance", CLARKE_PARAM_CHOICE,
                                             offsetof(rpr2d, instance), "A", 0.0, 0.0, "A|B|C|D",
                                             "which measurements"},
                                            {0}};

static const clarke_certifiable rpr2d_certifiable[] = {{"instance=A", -8.0, 8.0, 1e-3, 1283, false},
                                                       {"instance=B", -8.0, 8.0, 1e-3, 2263, false},
                                                       {"instance=C", -8.0, 8.0, 1e-3, 1583, false},
                                                       {"instance=D", -8.0, 8.0, 1e-3, 1303, false},
                                                       {0}};

const clarke_problem_desc clarke_problem_rpr2d = {
    .title = "Robust phase retrieval in the plane",
    .formula = "(1/m) sum_i |(a_i.x)^2 - b_i|",
    .source = "derived; sets by enumeration in rational arithmetic",
    .stationary_set = "0 and, with both signs: A: (2,1), (1/2,-1/2); B: (1,1), (1,-1), (1,-1/2), "
                      "(1/2,-1); C: (1,1), (1/7,-11/7), (1/2,-1/2), (0,3/2); D: (2,1), "
                      "(23/164,-47/164)",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = rpr2d_params,
    .params_size = sizeof(rpr2d),
    .make = rpr2d_make,
    .value = rpr2d_value,
    .subgradient = rpr2d_subgradient,
    .term_subgradient = rpr2d_term_subgradient,
    .clarke_residual = rpr2d_clarke_residual,
    .stationary_distance = rpr2d_stationary_distance,
    .goldstein_residual = clarke_goldstein_bracket,
    .hull_distance = rpr2d_hull_distance,
    .lipschitz = rpr2d_lipschitz,
    .weak_convexity = rpr2d_weak_convexity,
    .growth = rpr2d_growth,
    .enclose = rpr2d_enclose,
    .distance_upper = rpr2d_distance_upper,
    .certifiable = rpr2d_certifiable,
    .outside =
        "by hand: g.x > 0 for |x|^2 > 2 sum b_i / (smallest eigenvalue of sum a_i a_i'), which is at most 12",
};
