/* f(x) = sum_{i<n} |x_i|^{x_{i+1}^2 + 1} + |x_{i+1}|^{x_i^2 + 1}, n >= 2: the nonsmooth
   generalisation of Brown's second function in Haarala, Miettinen, Makela, Optim. Methods Softw.
   19 (2004), recalled.

   For a = |x_k| > 0 a neighbour of absolute value b contributes sign(x_k) D(a, b) to component k
   of the gradient, D(a, b) = (b^2 + 1) a^{b^2} + 2 a b^{a^2 + 1} ln b, D(a, 0) = 1, continuous.
   D > 0: for b >= 1 clearly; for b < 1, a <= 1 because a^{b^2} >= a and b^{a^2 + 1} ln(1/b) <=
   1/e, so D >= (1 - 2/e) a; for b < 1 < a because the first term is at least 1 and the second at
   least -2a/(e (a^2 + 1)) >= -1/e. So the subdifferential is a box whose component k has the
   sign of x_k, or is [-m, m], m the number of neighbours that are 0, where x_k = 0 (|s|^{t^2}
   comes near every value of [0, 1] at (0, 0), all of them together along |s| = |t|). Hence S =
   {0}, the minimum; f is |x_1| + 2 |x_2| + ... + 2 |x_{n-1}| + |x_n| to first order there and
   regular everywhere.

   Hull over B(z, r): the box of lower bounds of D. The first term increases in a; in b^2 it
   increases, or rises and then falls, so an end of the interval is smallest. The second is
   negative for b < 1, where b^{c} ln(1/b), c = a^2 + 1, rises to 1/(e c) at b = e^{-1/c} and
   then falls, and increases with falling c; for b >= 1 it increases in both. */
#include "problems/lib/goldstein.h"
#include "problems/lib/scalar.h"

typedef struct {
    size_t n;
} brown2;

/* D(a, b) for a > 0. */
static double brown2_slope(double a, double b)
{
    const double first = (b * b + 1.0) * pow(a, b * b);
    return b > 0.0 ? first + 2.0 * a * pow(b, a * a + 1.0) * log(b) : first;
}

/* A lower bound of D over [a_low, a_high] x [b_low, b_high], a_low > 0. */
static double brown2_slope_low(clarke_interval a, clarke_interval b)
{
    const double first = fmin((b.low * b.low + 1.0) * pow(a.low, b.low * b.low),
                              (b.high * b.high + 1.0) * pow(a.low, b.high * b.high));
    if (b.low >= 1.0) return first + 2.0 * a.low * pow(b.low, a.low * a.low + 1.0) * log(b.low);
    const double c = a.low * a.low + 1.0;
    const double worst = clarke_scalar_clip(exp(-1.0 / c), b.low, fmin(b.high, 1.0));
    if (!(worst > 0.0)) return first;
    return first + 2.0 * a.high * pow(worst, c) * log(worst);
}

static double brown2_value(const clarke_problem *p, const double *x)
{
    double sum = 0.0;
    for (size_t i = 0; i + 1 < p->n; i++)
        sum += pow(fabs(x[i]), x[i + 1] * x[i + 1] + 1.0) + pow(fabs(x[i + 1]), x[i] * x[i] + 1.0);
    return sum;
}

static double brown2_component(const clarke_problem *p, const double *x, size_t k)
{
    const double a = fabs(x[k]);
    double sum = 0.0;
    if (a == 0.0) return 0.0;
    if (k > 0) sum += brown2_slope(a, fabs(x[k - 1]));
    if (k + 1 < p->n) sum += brown2_slope(a, fabs(x[k + 1]));
    return copysign(sum, x[k]);
}

static void brown2_subgradient(const clarke_problem *p, const double *x, double *g)
{
    for (size_t k = 0; k < p->n; k++) g[k] = brown2_component(p, x, k);
}

static double brown2_clarke_residual(const clarke_problem *p, const double *x)
{
    double square = 0.0;
    for (size_t k = 0; k < p->n; k++) {
        const double g = brown2_component(p, x, k);
        square += g * g;
    }
    return sqrt(square);
}

static double brown2_stationary_distance(const clarke_problem *p, const double *x, double *nearest,
                                         clarke_point_kind *kind)
{
    for (size_t i = 0; nearest && i < p->n; i++) nearest[i] = 0.0;
    if (kind) *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    return clarke_scalar_norm(p->n, x);
}

static clarke_interval brown2_around(double t, double r)
{
    return (clarke_interval){fmax(fabs(t) - r, 0.0), fabs(t) + r};
}

/* pow and log have errors of about one unit in the last place, which their arguments' roundings
   times the exponent can multiply; 1e-12 is far above all that for |x| <= 100, and beyond that
   the powers that matter overflow. */
static double brown2_hull_distance(const clarke_problem *p, const double *z, double r)
{
    double square = 0.0;
    for (size_t k = 0; k < p->n; k++) {
        const clarke_interval a = brown2_around(z[k], r);
        double low = 0.0;
        if (!(a.low > 0.0)) continue;
        if (k > 0) low += brown2_slope_low(a, brown2_around(z[k - 1], r));
        if (k + 1 < p->n) low += brown2_slope_low(a, brown2_around(z[k + 1], r));
        if (low > 0.0) square += low * low;
    }
    return sqrt(square) * (1.0 - 1e-12);
}

/* Components: at most two neighbours, each with a, b <= R. */
static double brown2_lipschitz(const clarke_problem *p, double radius)
{
    const double side = fmax(1.0, radius), square = radius * radius;
    const double second = fmax(exp(-1.0), pow(side, square + 1.0) * log(side));
    const double slope = (square + 1.0) * pow(side, square) + 2.0 * radius * second;
    return sqrt((double)p->n) * (p->n == 2 ? 1.0 : 2.0) * slope;
}

static clarke_growth brown2_growth(const clarke_problem *p, const double *x)
{
    (void)p, (void)x;
    return clarke_growth_make(1.0, 1.0);
}

/* b^c log b for b in [0, ...), c >= 1: below 1 it falls from 0 to -1/(e c) at e^{-1/c} and rises
   again, and is the lower the smaller c is; above it increases in both. */
static clarke_interval brown2_tail(clarke_interval b, clarke_interval c)
{
    const clarke_interval one = clarke_interval_point(1.0);
    const clarke_interval low_c = clarke_interval_point(c.low);
    const clarke_interval least =
        clarke_interval_neg(clarke_interval_exp(clarke_interval_neg(one)));
    clarke_interval tail = {clarke_interval_div(least, low_c).low, 0.0};
    if (b.high > 1.0)
        tail.high = clarke_interval_mul(clarke_interval_raise(clarke_interval_point(b.high),
                                                              clarke_interval_point(c.high)),
                                        clarke_interval_log(clarke_interval_point(b.high)))
                        .high;
    const clarke_interval turn =
        clarke_interval_exp(clarke_interval_neg(clarke_interval_div(one, low_c)));
    if (b.high <= turn.low && b.high > 0.0) { /* it falls over all of b */
        const clarke_interval end = clarke_interval_point(b.high);
        tail.low =
            clarke_interval_mul(clarke_interval_raise(end, low_c), clarke_interval_log(end)).low;
    }
    if (!(b.low > 0.0)) return tail;
    const clarke_interval plain =
        clarke_interval_mul(clarke_interval_raise(b, c), clarke_interval_log(b));
    return (clarke_interval){fmax(tail.low, plain.low), fmin(tail.high, plain.high)};
}

/* D over intervals of absolute values, a from 0 on. */
static clarke_interval brown2_slopes(clarke_interval a, clarke_interval b)
{
    const clarke_interval one = clarke_interval_point(1.0), square = clarke_interval_sqr(b);
    const clarke_interval first =
        clarke_interval_mul(clarke_interval_add(square, one), clarke_interval_raise(a, square));
    const clarke_interval tail = brown2_tail(b, clarke_interval_add(clarke_interval_sqr(a), one));
    return clarke_interval_add(first, clarke_interval_scale(2.0, clarke_interval_mul(a, tail)));
}

/* A box. Where x_k = 0, component k is in [-m, m], and D(0, 0) = 1 is among the values. */
static void brown2_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                           clarke_enclosure *out)
{
    (void)field;
    for (size_t k = 0; k < p->n; k++) {
        const clarke_interval a = clarke_interval_abs(box[k]);
        clarke_interval sum = clarke_interval_point(0.0);
        if (k > 0)
            sum = clarke_interval_add(sum, brown2_slopes(a, clarke_interval_abs(box[k - 1])));
        if (k + 1 < p->n)
            sum = clarke_interval_add(sum, brown2_slopes(a, clarke_interval_abs(box[k + 1])));
        const clarke_interval sign = clarke_interval_sign(box[k]);
        out->centre[k] = sign.low == sign.high
                             ? clarke_interval_mul(sum, sign)
                             : clarke_interval_hull(sum, clarke_interval_neg(sum));
    }
}

static double brown2_distance_upper(const clarke_problem *p, const clarke_interval *box, bool field)
{
    clarke_interval zero[CLARKE_ENCLOSURE_DIMENSION];
    (void)field;
    for (size_t k = 0; k < p->n; k++) zero[k] = clarke_interval_point(0.0);
    return clarke_box_distance(p->n, box, zero);
}

static clarke_status brown2_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    CLARKE_TRY(clarke_problem_size(p, ((const brown2 *)params)->n, 0.5, -1.5, 1.5, mem));
    p->start[0] = -1.25;
    p->minimum = 0.0;
    p->gradient_bound = (p->n == 2 ? 1.0 : 2.0) * sqrt((double)p->n);
    p->plan_growth = brown2_growth(p, NULL);
    return CLARKE_OK;
}

static const clarke_param brown2_params[] = {
    {"n", CLARKE_PARAM_COUNT, offsetof(brown2, n), "2", 2.0, 0x1p53, NULL, "dimension"}, {0}};

static const clarke_certifiable brown2_certifiable[] = {
    {"n=2", -4.0, 4.0, 1e-3, 223, false}, {"n=3", -2.0, 2.0, 1e-2, 447, false}, {0}};

const clarke_problem_desc clarke_problem_brown2 = {
    .title = "Nonsmooth Brown 2",
    .formula = "sum_{i<n} |x_i|^(x_{i+1}^2 + 1) + |x_{i+1}|^(x_i^2 + 1)",
    .source = "Haarala, Miettinen, Makela, Optim. Methods Softw. 19 (2004) 673-692, recalled; the "
              "set is derived",
    .stationary_set = "{0}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = brown2_params,
    .params_size = sizeof(brown2),
    .make = brown2_make,
    .value = brown2_value,
    .subgradient = brown2_subgradient,
    .clarke_residual = brown2_clarke_residual,
    .stationary_distance = brown2_stationary_distance,
    .goldstein_residual = clarke_goldstein_bracket,
    .hull_distance = brown2_hull_distance,
    .lipschitz = brown2_lipschitz,
    .growth = brown2_growth,
    .enclose = brown2_enclose,
    .distance_upper = brown2_distance_upper,
    .certifiable = brown2_certifiable,
    .outside = "by hand: where x_k is not 0, component k of every subgradient has its sign",
};
