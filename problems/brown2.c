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
};
