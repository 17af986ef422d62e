/* f(x) = max{ln(1 + |sum_j x_j|), max_i ln(1 + |x_i|)} = ln(1 + N(x)), N = max(|sum_j x_j|,
   |x|_inf): Active Faces of Haarala, Miettinen, Makela, Optim. Methods Softw. 19 (2004),
   recalled.

   N is a norm and ln(1 + .) is smooth and increasing, so the subdifferential is that of N over 1
   + N: conv{sign(x_i) e_i : |x_i| = N} u {sign(sum) (1,...,1) : |sum| = N}, and g.x = N/(1 + N)
   > 0 for all its g at x != 0: S = {0}, the minimum, f >= d/sqrt(n) to first order (all |x_i|
   equal, the sum 0 or one of them). f is regular, and n-weakly convex: ln(1 + .) has second
   derivative >= -1 and N is sqrt(n)-Lipschitz.

   The shortest vector of the hull, derived: let I be the active coordinates, k of them, k+ with
   the sign of the sum and k- without, and w >= 0 the weight of (1,...,1), its sign taken out. By
   symmetry y is a on the k+, -b on the k- and w elsewhere; at the minimum y.v >= |y|^2 for all
   vertices, with equality where the weight is positive.
     w = 0: a = b = 1/k, |y|^2 = 1/k; optimal iff (k+ - k-)/k >= 1/k, i.e. k+ - k- >= 1.
     All three kinds used: w = |y|^2 (1 - k+ + k-)/(n - k), 1/|y|^2 = k + (1 - k+ + k-)^2/(n - k).
     The weight of a plus coordinate is |y|^2 - w, not negative at a point where all are active, as
     there the n - k other coordinates, smaller than N, sum up to N (1 - k+ + k-); elsewhere this is
     a lower bound, the minimum with weights of any sign.
     I empty: |y|^2 = n.
   Hull over B(z, r): coordinate i can be largest only if |x|_inf - |z_i| <= sqrt(2) r; a vertex
   v can be active only if N(z) - v.z <= (sqrt(n) + |v|) r; a combination of v/(1 + N(y)) is a
   multiple, by at least 1/(1 + N(z) + sqrt(n) r), of one of the v. If a sign is not fixed in the
   ball the bound is 0. */
#include "problems/lib/goldstein.h"
#include "problems/lib/scalar.h"

typedef struct {
    size_t n;
} active_faces;

typedef struct {
    double sum, rounding; /* sum_j x_j and its rounding, that of the coordinates included */
    double largest, norm;
    size_t where;
} active_faces_point;

/* The sum is compensated, so it has an error of eps/2 |sum| and, for any n in sight, less than
   eps/2 sum |x_j|, which is also what rounded coordinates change it by. */
static active_faces_point active_faces_at(const clarke_problem *p, const double *x)
{
    active_faces_point a = {.largest = -1.0};
    double low = 0.0, total = 0.0;
    for (size_t i = 0; i < p->n; i++) {
        const double next = a.sum + x[i];
        low += fabs(a.sum) >= fabs(x[i]) ? (a.sum - next) + x[i] : (x[i] - next) + a.sum;
        a.sum = next;
        total += fabs(x[i]);
        if (fabs(x[i]) > a.largest) a.largest = fabs(x[i]), a.where = i;
    }
    a.sum += low;
    a.rounding = 1.5 * DBL_EPSILON * total;
    a.norm = fmax(fabs(a.sum), a.largest);
    return a;
}

static double active_faces_value(const clarke_problem *p, const double *x)
{
    return log1p(active_faces_at(p, x).norm);
}

/* max(a, b) = b + relu(a - b): at a tie the coordinates, and of them the first. */
static void active_faces_subgradient(const clarke_problem *p, const double *x, double *g)
{
    const active_faces_point a = active_faces_at(p, x);
    const double scale = 1.0 / (1.0 + a.norm);
    const double all = fabs(a.sum) > a.largest ? scale * clarke_scalar_sign(a.sum) : 0.0;
    for (size_t i = 0; i < p->n; i++) g[i] = all;
    if (all == 0.0) g[a.where] = scale * clarke_scalar_sign(x[a.where]);
}

/* |y| for k+ and k- active coordinates and, if `sum`, the vertex (1,...,1). */
static double active_faces_norm(double n, double plus, double minus, bool sum)
{
    const double k = plus + minus, lead = 1.0 - plus + minus;
    if (k == 0.0) return sqrt(n);
    if (!sum || lead <= 0.0) return sqrt(1.0 / k);
    return sqrt(1.0 / (k + lead * lead / (n - k)));
}

/* The shortest vector of the hull of the vertices that can be active in B(x, r), over 1 + N. */
static double active_faces_shortest(const clarke_problem *p, const double *x, double r)
{
    const active_faces_point a = active_faces_at(p, x);
    const double n = (double)p->n, root = sqrt(n);
    double plus = 0.0, minus = 0.0;
    const bool sum = fabs(a.sum) + a.rounding + 2.0 * root * r >= a.norm;
    if (a.norm == 0.0 || (sum && fabs(a.sum) <= root * r)) return 0.0;
    const double low = fmax(a.largest - sqrt(2.0) * r, a.norm - (root + 1.0) * r - a.rounding);
    for (size_t i = 0; i < p->n; i++) {
        if (fabs(x[i]) < low) continue;
        if (fabs(x[i]) <= r) return 0.0;
        if ((x[i] > 0.0) == (a.sum > 0.0))
            plus++;
        else
            minus++;
    }
    return active_faces_norm(n, plus, minus, sum) / (1.0 + a.norm + root * r);
}

static double active_faces_clarke_residual(const clarke_problem *p, const double *x)
{
    return active_faces_shortest(p, x, 0.0);
}

/* Less than 16 roundings. */
static double active_faces_hull_distance(const clarke_problem *p, const double *z, double r)
{
    return active_faces_shortest(p, z, r) * (1.0 - 16.0 * DBL_EPSILON);
}

static double active_faces_stationary_distance(const clarke_problem *p, const double *x,
                                               double *nearest, clarke_point_kind *kind)
{
    for (size_t i = 0; nearest && i < p->n; i++) nearest[i] = 0.0;
    if (kind) *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    return clarke_scalar_norm(p->n, x);
}

static double active_faces_lipschitz(const clarke_problem *p, double radius)
{
    (void)radius;
    return sqrt((double)p->n);
}

static double active_faces_weak_convexity(const clarke_problem *p, double radius)
{
    (void)radius;
    return (double)p->n;
}

static clarke_growth active_faces_growth(const clarke_problem *p, const double *x)
{
    (void)x;
    return clarke_growth_make(1.0, 1.0 / sqrt((double)p->n));
}

static void active_faces_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                                 clarke_enclosure *out)
{
    clarke_interval v[CLARKE_ENCLOSURE_DIMENSION], sum = clarke_interval_point(0.0);
    double low = 0.0, high = 0.0; /* of N */
    (void)field;
    for (size_t i = 0; i < p->n; i++) {
        sum = clarke_interval_add(sum, box[i]);
        low = fmax(low, clarke_interval_distance(box[i]));
        high = fmax(high, clarke_interval_mag(box[i]));
    }
    low = fmax(low, clarke_interval_distance(sum)), high = fmax(high, clarke_interval_mag(sum));
    const clarke_interval norm = {low, high}, one = clarke_interval_point(1.0);
    const clarke_interval factor = clarke_interval_div(one, clarke_interval_add(one, norm));
    clarke_enclosure_part(out);
    for (size_t i = 0; i <= p->n; i++) { /* the coordinates, then the sum */
        const clarke_interval value = i < p->n ? box[i] : sum;
        if (clarke_interval_mag(value) < low) continue;
        for (double sign = -1.0; sign <= 1.0; sign += 2.0) {
            if (sign < 0.0 ? value.low > 0.0 : value.high < 0.0) continue;
            for (size_t j = 0; j < p->n; j++)
                v[j] = clarke_interval_scale(i == p->n || i == j ? sign : 0.0, factor);
            clarke_enclosure_vertex(out, v);
        }
    }
}

static double active_faces_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                          bool field)
{
    (void)field;
    return clarke_box_norm(p->n, box).high;
}

static clarke_status active_faces_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    CLARKE_TRY(clarke_problem_size(p, ((const active_faces *)params)->n, 1.0, -2.0, 2.0, mem));
    p->start[0] = -1.5;
    p->minimum = 0.0;
    p->gradient_bound = sqrt((double)p->n);
    p->plan_growth = active_faces_growth(p, NULL);
    return CLARKE_OK;
}

static const clarke_param active_faces_params[] = {
    {"n", CLARKE_PARAM_COUNT, offsetof(active_faces, n), "2", 2.0, 0x1p53, NULL, "dimension"}, {0}};

static const clarke_certifiable active_faces_certifiable[] = {
    {"n=2", -8.0, 8.0, 1e-3, 943, false}, {"n=3", -8.0, 8.0, 1e-2, 9571, false}, {0}};

const clarke_problem_desc clarke_problem_active_faces = {
    .title = "Active faces",
    .formula = "ln(1 + max(|sum_j x_j|, max_i |x_i|))",
    .source = "Haarala, Miettinen, Makela, Optim. Methods Softw. 19 (2004) 673-692, recalled; the "
              "set is derived",
    .stationary_set = "{0}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = active_faces_params,
    .params_size = sizeof(active_faces),
    .make = active_faces_make,
    .value = active_faces_value,
    .subgradient = active_faces_subgradient,
    .clarke_residual = active_faces_clarke_residual,
    .stationary_distance = active_faces_stationary_distance,
    .goldstein_residual = clarke_goldstein_bracket,
    .hull_distance = active_faces_hull_distance,
    .lipschitz = active_faces_lipschitz,
    .weak_convexity = active_faces_weak_convexity,
    .growth = active_faces_growth,
    .enclose = active_faces_enclose,
    .distance_upper = active_faces_distance_upper,
    .certifiable = active_faces_certifiable,
    .outside = "by hand: g.x = N/(1 + N) > 0 for x != 0",
};
