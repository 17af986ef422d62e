/* f(x) = sum_j ||y_j| - 1|^{p_j}, y = Q x, Q = I - 2 v v'/(v'v) with v = (1, ..., n): the kink
   wells seen in a mirror, so that f is not separable.

   Q is orthogonal and its own inverse: the subdifferential is Q times the product of intervals of
   the kink wells at Q x, distances are kept, S = Q {-1, 0, 1}^n. Growth: sum |d_j|^{p_j} over the
   wells, at least k^{1-p/2} d^p for the k coordinates with the largest exponent p >= 2 (means), d^p
   for p < 2. Not regular, not weakly convex (0 is a concave kink of every coordinate).

   Rounding: v'x is summed with compensation, so its error and that of rounded x are within 3/2 eps
   of a = sum |v_i x_i|; with the factors, y_j is within eps |x_j| + 5 eps |v_j| 2a/(v'v) of its
   value. A kink this near is active. */
#include "problems/lib/scalar.h"

typedef struct {
    size_t n;
    clarke_list p;
} kink_well_rot;

typedef struct {
    clarke_list p;
    double factor;   /* 2/(v'v) */
    double *y;       /* [n] Q x */
    double rounding; /* 5 eps factor a */
    double *work;    /* [n] */
} kink_well_rot_data;

static double kink_well_rot_power(const kink_well_rot_data *d, size_t j)
{
    return d->p.value[j % d->p.count];
}

/* to = Q from; they may be the same. Returns a. */
static double kink_well_rot_mirror(const clarke_problem *p, const double *from, double *to)
{
    const kink_well_rot_data *d = p->data;
    double sum = 0.0, low = 0.0, size = 0.0;
    for (size_t i = 0; i < p->n; i++) {
        const double term = (double)(i + 1) * from[i], next = sum + term;
        low += fabs(sum) >= fabs(term) ? (sum - next) + term : (term - next) + sum;
        sum = next;
        size += fabs(term);
    }
    const double scale = d->factor * (sum + low);
    for (size_t i = 0; i < p->n; i++) to[i] = from[i] - scale * (double)(i + 1);
    return size;
}

static void kink_well_rot_turn(const clarke_problem *p, const double *x)
{
    kink_well_rot_data *d = p->data;
    d->rounding = 5.0 * DBL_EPSILON * d->factor * kink_well_rot_mirror(p, x, d->y);
}

static double kink_well_rot_value(const clarke_problem *p, const double *x)
{
    const kink_well_rot_data *d = p->data;
    double sum = 0.0;
    kink_well_rot_turn(p, x);
    for (size_t j = 0; j < p->n; j++)
        sum += clarke_scalar_power(fabs(fabs(d->y[j]) - 1.0), kink_well_rot_power(d, j));
    return sum;
}

static double kink_well_rot_slope(double p, double t)
{
    const double s = fabs(t) - 1.0, slope = p * clarke_scalar_power(fabs(s), p - 1.0);
    return s == 0.0 || t == 0.0 ? 0.0 : (s > 0.0) == (t > 0.0) ? slope : -slope;
}

static void kink_well_rot_subgradient(const clarke_problem *p, const double *x, double *g)
{
    const kink_well_rot_data *d = p->data;
    kink_well_rot_turn(p, x);
    for (size_t j = 0; j < p->n; j++)
        g[j] = kink_well_rot_slope(kink_well_rot_power(d, j), d->y[j]);
    kink_well_rot_mirror(p, g, g);
}

/* The smallest |slope| of coordinate j over [t - r, t + r], 0 where the hull of slopes has 0: with
   a point of S inside, slopes of both signs or 0 occur; elsewhere the slope is monotone. */
static double kink_well_rot_least(double p, double t, double r)
{
    const double a = fabs(t);
    if (a <= r || fabs(a - 1.0) <= r) return 0.0;
    /* The end nearer to the well has the smallest slope. */
    return fabs(kink_well_rot_slope(p, a > 1.0 ? a - r : a + r));
}

static double kink_well_rot_hull_distance(const clarke_problem *p, const double *z, double r)
{
    const kink_well_rot_data *d = p->data;
    double square = 0.0;
    kink_well_rot_turn(p, z);
    for (size_t j = 0; j < p->n; j++) {
        const double rounding = d->rounding * (double)(j + 1) + DBL_EPSILON * fabs(z[j]);
        const double q = kink_well_rot_power(d, j);
        /* Off the kinks the value at z itself is exact enough. */
        const double exact = kink_well_rot_least(q, d->y[j], rounding) > 0.0 ? 0.0 : rounding;
        const double least = kink_well_rot_least(q, d->y[j], r > 0.0 ? r + rounding : exact);
        square += least * least;
    }
    return sqrt(square);
}

static double kink_well_rot_clarke_residual(const clarke_problem *p, const double *x)
{
    return kink_well_rot_hull_distance(p, x, 0.0);
}

/* A cube of half side delta / sqrt n is inside the ball. */
static clarke_interval kink_well_rot_goldstein_residual(const clarke_problem *p, const double *x,
                                                        double delta)
{
    const kink_well_rot_data *d = p->data;
    const double low = kink_well_rot_hull_distance(p, x, delta);
    const double inner = delta / sqrt((double)p->n) * (1.0 - 0x1p-50);
    double square = 0.0;
    for (size_t j = 0; j < p->n; j++) {
        const double rounding = d->rounding * (double)(j + 1) + DBL_EPSILON * fabs(x[j]);
        const double q = kink_well_rot_power(d, j);
        const bool active = kink_well_rot_least(q, d->y[j], rounding) == 0.0;
        const double least = active ? 0.0 : kink_well_rot_least(q, d->y[j], inner);
        square += least * least;
    }
    return (clarke_interval){low, fmax(low, sqrt(square))};
}

static double kink_well_rot_stationary_distance(const clarke_problem *p, const double *x,
                                                double *nearest, clarke_point_kind *kind)
{
    const kink_well_rot_data *d = p->data;
    size_t wells = 0;
    kink_well_rot_turn(p, x);
    for (size_t j = 0; j < p->n; j++) {
        const double s = clarke_scalar_well(d->y[j]);
        wells += s != 0.0;
        d->work[j] = d->y[j] - s;
        if (nearest) nearest[j] = s;
    }
    if (nearest) kink_well_rot_mirror(p, nearest, nearest);
    if (kind)
        *kind = wells == p->n ? CLARKE_POINT_GLOBAL_MINIMUM
                : wells > 0   ? CLARKE_POINT_SADDLE
                              : CLARKE_POINT_LOCAL_MAXIMUM;
    return clarke_scalar_norm(p->n, d->work);
}

/* In the mirrored coordinates the wells on the side of y are nearer; within them |.|^p around 1. */
static void kink_well_rot_prox(const clarke_problem *p, double t, const double *x, double *y)
{
    const kink_well_rot_data *d = p->data;
    kink_well_rot_turn(p, x);
    for (size_t j = 0; j < p->n; j++) {
        const double s = fabs(d->y[j]) - 1.0;
        const double u = clarke_scalar_power_prox(kink_well_rot_power(d, j), t, fabs(s));
        y[j] = copysign(1.0 + copysign(u, s), d->y[j]);
    }
    kink_well_rot_mirror(p, y, y);
}

static double kink_well_rot_lipschitz(const clarke_problem *p, double radius)
{
    const kink_well_rot_data *d = p->data;
    double square = 0.0;
    for (size_t j = 0; j < p->n; j++) {
        const double q = kink_well_rot_power(d, j);
        const double slope = q * clarke_scalar_power(fmax(1.0, radius - 1.0), q - 1.0);
        square += slope * slope;
    }
    return sqrt(square);
}

/* Of the coordinates at a well (all: every one of them). */
static clarke_growth kink_well_rot_rate(const clarke_problem *p, bool all)
{
    const kink_well_rot_data *d = p->data;
    double largest = 1.0, count = 0.0, centre = INFINITY;
    for (size_t j = 0; j < p->n; j++) {
        const double q = kink_well_rot_power(d, j);
        const bool well = all || clarke_scalar_well(d->y[j]) != 0.0;
        if (!well) centre = fmin(centre, q); /* 1 - (1-d)^q = q d + ... */
        if (well && q > largest) largest = q, count = 0.0;
        if (well && q == largest) count += 1.0;
    }
    if (count == 0.0) return clarke_growth_make(1.0, centre);
    if (largest == 1.0) return clarke_growth_make(1.0, 1.0);
    return clarke_growth_make(largest, pow(count, fmin(1.0 - 0.5 * largest, 0.0)));
}

static clarke_growth kink_well_rot_growth(const clarke_problem *p, const double *x)
{
    kink_well_rot_turn(p, x);
    return kink_well_rot_rate(p, false);
}

/* Encloses row j of Q: entries [i = j] - 2 (i+1) (j+1) / (v'v), whole numbers but for the quotient. */
static void kink_well_rot_row(size_t n, size_t j, clarke_interval *row)
{
    double square = 0.0;
    for (size_t i = 0; i < n; i++) square += (double)((i + 1) * (i + 1));
    for (size_t i = 0; i < n; i++) {
        const clarke_interval entry =
            clarke_interval_ratio(2.0 * (double)((i + 1) * (j + 1)), square);
        row[i] = clarke_interval_sub(clarke_interval_point(i == j ? 1.0 : 0.0), entry);
    }
}

static void kink_well_rot_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                                  clarke_enclosure *out)
{
    const kink_well_rot_data *d = p->data;
    clarke_interval row[CLARKE_ENCLOSURE_DIMENSION];
    (void)field;
    for (size_t j = 0; j < p->n; j++) {
        const double power = kink_well_rot_power(d, j);
        clarke_interval y = clarke_interval_point(0.0);
        kink_well_rot_row(p->n, j, row);
        for (size_t i = 0; i < p->n; i++)
            y = clarke_interval_add(y, clarke_interval_mul(row[i], box[i]));
        const clarke_interval s = clarke_interval_minus(clarke_interval_abs(y), 1.0);
        const clarke_interval size = clarke_interval_scale(
            power, clarke_interval_power(clarke_interval_abs(s), power - 1.0));
        /* Q is symmetric: slope j multiplies its row j. */
        clarke_enclosure_segment(
            out,
            clarke_interval_mul(clarke_interval_mul(size, clarke_interval_sign(s)),
                                clarke_interval_sign(y)),
            row);
    }
}

static double kink_well_rot_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                           bool field)
{
    double x[CLARKE_ENCLOSURE_DIMENSION], y[CLARKE_ENCLOSURE_DIMENSION];
    clarke_interval near[CLARKE_ENCLOSURE_DIMENSION], row[CLARKE_ENCLOSURE_DIMENSION];
    (void)field;
    clarke_box_middle(p->n, box, x);
    kink_well_rot_mirror(p, x, y);
    for (size_t j = 0; j < p->n; j++) {
        kink_well_rot_row(p->n, j, row);
        near[j] = clarke_interval_point(0.0);
        for (size_t i = 0; i < p->n; i++)
            near[j] = clarke_interval_add(near[j],
                                          clarke_interval_scale(clarke_scalar_well(y[i]), row[i]));
    }
    return clarke_box_distance(p->n, box, near);
}

static clarke_status kink_well_rot_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const kink_well_rot *k = params;
    CLARKE_TRY(clarke_problem_size(p, k->n, 1.75, -2.0, 2.0, mem));
    kink_well_rot_data *d = clarke_alloc(mem, sizeof *d);
    double *y = clarke_vec(mem, p->n), *work = clarke_vec(mem, p->n), square = 0.0, sharp = 0.0;
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t j = 0; j < p->n; j++) square += (double)(j + 1) * (double)(j + 1);
    *d = (kink_well_rot_data){.p = k->p, .factor = 2.0 / square, .y = y, .work = work};
    p->data = d;
    for (size_t j = 0; j < p->n; j++) sharp += kink_well_rot_power(d, j) == 1.0;
    kink_well_rot_mirror(p, p->start, p->start);
    p->minimum = 0.0;
    p->gradient_bound = sqrt(sharp);
    p->plan_growth = kink_well_rot_rate(p, true);
    return CLARKE_OK;
}

static const clarke_param kink_well_rot_params[] = {
    {"n", CLARKE_PARAM_COUNT, offsetof(kink_well_rot, n), "2", 1.0, 0x1p53, NULL, "dimension"},
    {"p", CLARKE_PARAM_LIST, offsetof(kink_well_rot, p), "1,2,4", 1.0, 16.0, NULL,
     "growth exponents at the minima, repeated over the coordinates"},
    {0}};

static const clarke_certifiable kink_well_rot_certifiable[] = {
    {"n=2,p=1,2", -4.0, 4.0, 1e-2, 663, false},
    {"n=2,p=1", -4.0, 4.0, 1e-3, 935, false},
    {"n=3,p=1,2,1.5", -2.0, 2.0, 5e-2, 4095, false},
    {0}};

const clarke_problem_desc clarke_problem_kink_well_rot = {
    .title = "Mirrored kink wells",
    .formula = "sum_j ||y_j| - 1|^p_j, y = x - 2 v (v'x)/(v'v), v = (1, ..., n)",
    .source = "derived",
    .stationary_set = "{x - 2 v (v'x)/(v'v) : x in {-1, 0, 1}^n}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = kink_well_rot_params,
    .params_size = sizeof(kink_well_rot),
    .make = kink_well_rot_make,
    .value = kink_well_rot_value,
    .subgradient = kink_well_rot_subgradient,
    .clarke_residual = kink_well_rot_clarke_residual,
    .stationary_distance = kink_well_rot_stationary_distance,
    .goldstein_residual = kink_well_rot_goldstein_residual,
    .hull_distance = kink_well_rot_hull_distance,
    .prox = kink_well_rot_prox,
    .lipschitz = kink_well_rot_lipschitz,
    .growth = kink_well_rot_growth,
    .enclose = kink_well_rot_enclose,
    .distance_upper = kink_well_rot_distance_upper,
    .certifiable = kink_well_rot_certifiable,
    .outside = "by hand: in every coordinate of Q x, t phi' > 0 for |t| > 1",
};
