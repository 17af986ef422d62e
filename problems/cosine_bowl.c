/* f(x) = sum_j d_j x_j^2/2 + 0.3 cos(2 x_j), d_j > 0: smooth, nonconvex for d_j < 1.2.

   phi' = d t - 0.6 sin 2t, phi'' = d - 1.2 cos 2t. For d >= 1.2 phi' increases strictly (phi'' >=
   0, with isolated zeros), so S = {0}; phi - phi(0) = (d - 1.2)/2 t^2, and 0.2 t^4 for d = 1.2. For
   d < 1.2 the roots lie in |t| <= 0.6/d; between the zeros of phi'' phi' is monotone, so every
   interval between them has at most one root, found by bisection to neighbouring numbers. A double
   root, phi' = phi'' = 0 within rounding, is refused. |phi''| <= d + 1.2, phi'' >= d - 1.2. */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
    clarke_list d;
} cosine_bowl;

typedef struct {
    double d;
    clarke_pieces set;
    clarke_scalar_facts facts;
} cosine_bowl_data;

static double cosine_bowl_value(const void *c, double t)
{
    return 0.5 * ((const cosine_bowl_data *)c)->d * t * t + 0.3 * cos(2.0 * t);
}

static double cosine_bowl_slope(const void *c, double t)
{
    return ((const cosine_bowl_data *)c)->d * t - 0.6 * sin(2.0 * t);
}

static double cosine_bowl_curvature(double d, double t)
{
    return d - 1.2 * cos(2.0 * t);
}

static clarke_interval cosine_bowl_at(const void *c, double t, bool field)
{
    (void)field;
    return clarke_interval_point(cosine_bowl_slope(c, t));
}

static const double cosine_bowl_pi = 3.14159265358979323846;

/* The zeros of phi'': +-acos(d/1.2)/2 + k pi. */
static double cosine_bowl_next_break(const void *c, double t)
{
    const double d = ((const cosine_bowl_data *)c)->d;
    if (d >= 1.2) return INFINITY;
    const double half = 0.5 * acos(d / 1.2);
    double next = INFINITY;
    for (double k = floor(t / cosine_bowl_pi) - 1.0, i = 0.0; i < 4.0; i += 1.0) {
        const double low = (k + i) * cosine_bowl_pi - half, high = (k + i) * cosine_bowl_pi + half;
        if (low > t && low < next) next = low;
        if (high > t && high < next) next = high;
    }
    return next;
}

static double cosine_bowl_nearest(const void *c, double t, clarke_point_kind *kind)
{
    return clarke_pieces_nearest(&((const cosine_bowl_data *)c)->set, t, kind);
}

static clarke_growth cosine_bowl_growth(const void *c, double s)
{
    return clarke_pieces_growth(&((const cosine_bowl_data *)c)->set, s);
}

static double cosine_bowl_weak_convexity(const void *c, double radius)
{
    (void)radius;
    return fmax(0.0, 1.2 - ((const cosine_bowl_data *)c)->d);
}

static clarke_scalar_facts cosine_bowl_facts(const void *c)
{
    return ((const cosine_bowl_data *)c)->facts;
}

static clarke_interval cosine_bowl_enclose(const void *c, clarke_interval t, bool field)
{
    (void)field;
    const clarke_interval ripple = clarke_interval_mul(
        clarke_interval_ratio(6.0, 10.0), clarke_interval_sin(clarke_interval_scale(2.0, t)));
    return clarke_interval_sub(clarke_interval_scale(((const cosine_bowl_data *)c)->d, t), ripple);
}

static void cosine_bowl_declared(const void *c, double t, bool field, clarke_interval *low,
                                 clarke_interval *high)
{
    clarke_point_kind kind;
    const double s = cosine_bowl_nearest(c, t, &kind);
    (void)field;
    *low = *high = clarke_interval_point(s);
    if (s == 0.0) return; /* phi' is odd */
    /* A root of phi' lies where it changes sign. */
    for (double step = 0x1p-52; step < 0x1p-20; step *= 2.0) {
        const clarke_interval a = clarke_interval_widen(s - step, s + step);
        const clarke_interval left = cosine_bowl_enclose(c, clarke_interval_point(a.low), false);
        const clarke_interval right = cosine_bowl_enclose(c, clarke_interval_point(a.high), false);
        *low = *high = a;
        if ((left.high < 0.0 && right.low > 0.0) || (left.low > 0.0 && right.high < 0.0)) return;
    }
    *low = *high = clarke_interval_line;
}

static const clarke_scalar cosine_bowl_scalar = {
    .value = cosine_bowl_value,
    .slope = cosine_bowl_slope,
    .at = cosine_bowl_at,
    .next_break = cosine_bowl_next_break,
    .period = 3.14159265358979323846,
    .nearest = cosine_bowl_nearest,
    .growth = cosine_bowl_growth,
    .weak_convexity = cosine_bowl_weak_convexity,
    .facts = cosine_bowl_facts,
    .enclose = cosine_bowl_enclose,
    .declared = cosine_bowl_declared,
};

static double cosine_bowl_bisect(const cosine_bowl_data *b, double low, double high)
{
    const bool rises = cosine_bowl_slope(b, high) > 0.0;
    for (;;) {
        const double middle = low + 0.5 * (high - low);
        if (!(middle > low && middle < high)) return middle;
        if ((cosine_bowl_slope(b, middle) > 0.0) == rises)
            high = middle;
        else
            low = middle;
    }
}

/* The positive roots in increasing order; at most `room`. SIZE_MAX: a double root. */
static size_t cosine_bowl_roots(const cosine_bowl_data *b, double *root, size_t room)
{
    const double end = 0.6 / b->d + 1.0;
    size_t count = 0;
    double low = cosine_bowl_next_break(b, 0.0); /* phi'' < 0 below it: no root but 0 */
    while (low < end && count < room) {
        const double high = fmin(cosine_bowl_next_break(b, low), end);
        const double at_low = cosine_bowl_slope(b, low), at_high = cosine_bowl_slope(b, high);
        /* phi' is formed with an error of at most 4 eps (d t + 0.6). */
        const double rounding = 4.0 * DBL_EPSILON * (b->d * end + 0.6);
        if (fabs(at_low) <= rounding || fabs(at_high) <= rounding) return SIZE_MAX;
        if ((at_low < 0.0) != (at_high < 0.0)) root[count++] = cosine_bowl_bisect(b, low, high);
        low = high;
    }
    return count;
}

static clarke_piece cosine_bowl_piece(const cosine_bowl_data *b, double s)
{
    const double curvature = cosine_bowl_curvature(b->d, s);
    const clarke_point_kind kind = curvature < 0.0 ? CLARKE_POINT_LOCAL_MAXIMUM
                                                   : CLARKE_POINT_LOCAL_MINIMUM;
    if (curvature == 0.0) return clarke_piece_point(s, CLARKE_POINT_LOCAL_MINIMUM, 4.0, 0.2);
    return clarke_piece_point(s, kind, 2.0, 0.5 * fabs(curvature));
}

enum { COSINE_BOWL_ROOTS = 32 };

static clarke_status cosine_bowl_solve(clarke_problem *p, cosine_bowl_data *b, double d,
                                       clarke_arena *mem)
{
    double root[COSINE_BOWL_ROOTS];
    *b = (cosine_bowl_data){.d = d};
    const size_t count = d < 1.2 ? cosine_bowl_roots(b, root, COSINE_BOWL_ROOTS) : 0;
    if (count == SIZE_MAX)
        return clarke_fail(CLARKE_EINPUT, "%s: d=%g has a double root: take another d", p->id, d);
    b->set.count = 2 * count + 1;
    b->set.piece = clarke_alloc_array(mem, b->set.count, sizeof *b->set.piece);
    CLARKE_TRY(clarke_arena_status(mem));
    b->set.piece[count] = cosine_bowl_piece(b, 0.0);
    for (size_t i = 0; i < count; i++) {
        b->set.piece[count + 1 + i] = cosine_bowl_piece(b, root[i]);
        b->set.piece[count - 1 - i] = cosine_bowl_piece(b, -root[i]);
    }
    b->facts = clarke_pieces_facts(&b->set, &cosine_bowl_scalar, b);
    return CLARKE_OK;
}

static clarke_status cosine_bowl_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const cosine_bowl *bowl = params;
    CLARKE_TRY(clarke_problem_size(p, bowl->n, 1.75, -2.0, 2.0, mem));
    CLARKE_TRY(clarke_separable_list(p, &bowl->d, "d"));
    cosine_bowl_data *data = clarke_alloc_array(mem, bowl->d.count, sizeof *data);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t j = 0; j < bowl->d.count; j++)
        CLARKE_TRY(cosine_bowl_solve(p, &data[j], bowl->d.value[j], mem));
    p->smoothness = clarke_list_largest(&bowl->d) + 1.2;
    const size_t stride = bowl->d.count == 1 ? 0 : sizeof *data;
    return clarke_separable_make(p, &cosine_bowl_scalar, data, stride, mem);
}

static const clarke_param cosine_bowl_params[] = {
    CLARKE_SIZE_PARAM(cosine_bowl, "1"),
    {"d", CLARKE_PARAM_LIST, offsetof(cosine_bowl, d), "1.3", 0.05, 0x1p20, NULL,
     "curvatures of the bowl; one number or one a coordinate"},
    {0}};

static const clarke_certifiable cosine_bowl_certifiable[] = {
    {"d=1.3", -8.0, 8.0, 1e-4, 583, false},
    {"d=0.3", -12.0, 12.0, 1e-4, 123, false},
    {"n=2,d=0.3,1.3", -8.0, 8.0, 1e-3, 3391, false},
    {0}};

const clarke_problem_desc clarke_problem_cosine_bowl = {
    .title = "Bowl with a cosine",
    .formula = "sum_j d_j x_j^2/2 + 0.3 cos(2 x_j)",
    .source = "derived",
    .stationary_set =
        "{0}^n for d >= 1.2; the product of all roots of d_j t = 0.6 sin 2t otherwise",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_SMOOTH | CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE |
              CLARKE_TRAIT_SEPARABLE | CLARKE_TRAIT_DEFINABLE,
    .params = cosine_bowl_params,
    .params_size = sizeof(cosine_bowl),
    .make = cosine_bowl_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = cosine_bowl_certifiable,
    .outside = "by hand: t phi' > 0 for |t| > 0.6/d",
};
