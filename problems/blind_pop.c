/* f(x, y) = E|(a.x)(b.y) - (a.e_1)(b.e_1)|, a ~ N(0, I_n) and b ~ N(0, I_m) independent, n, m >=
   2: blind deconvolution in the population (Diaz, arXiv 1911.08526). Closed form, derived: with
   the singular values s_1 >= s_2 of M = xy' - e_1 e_1', k = s_2/s_1, and complete elliptic
   integrals of complementary modulus k, f = N(M) = (2/pi) s_1 E, a norm.

   In the bases e_1, x - x_1 e_1 and e_1, y - y_1 e_1 (the latter of lengths u and v) M is ((x_1
   y_1 - 1, x_1 v), (u y_1, u v)), of determinant -uv = -s_1 s_2. If M = U diag(s_1, s_2) V', its
   cofactor matrix is C = -U diag(s_2, s_1) V', so the gradient G of N is A M - B C with A s_1 +
   B s_2 = dN/ds_1, A s_2 + B s_1 = dN/ds_2. By the arithmetic-geometric mean of 1 and k
   (Abramowitz, Stegun, 17.6), c_1 = (1 - k)/2, c_{j+1} = c_j^2/(4 a_{j+1}), S = sum_{j>=1} 2^j
   c_j^2/(1 - k^2)^2: K = pi/(2 agm), E = K (1 - (1-k^2)/2 - (1-k^2)^2 S/2), A = (K/(pi s_1)) (1
   - (1 + k^2) S), B = (2/pi) (uv/s_1^3) K S, and (Gy, G'x) becomes
     grad_x f = A (|y|^2 x - y_1 e_1) + (B/uv) v^2 (x - x_1 e_1), grad_y f likewise,
   without singular vectors and without the cancellation at s_1 = s_2.

   |G| <= 2/pi and N is convex, so f is regular, (2/pi)-weakly convex, |grad f| <= (2/pi) |(x,
   y)|; it is C^1 where M != 0. There grad f = 0 implies: if M has rank 2, G is invertible on the
   span of y and e_1, so Gy != 0; if M = s pq', then q.y = 0 = p.x, which leaves x = 0, y_1 = 0
   or y = 0, x_1 = 0. At M = 0 all subgradients have their negatives beside them. S = {xy' = e_1
   e_1'} u {x = 0, y_1 = 0} u {y = 0, x_1 = 0}: the minima x = t e_1, y = e_1/t, and saddles with
   f = 2/pi. N(M) >= (2/pi) |M|, the Frobenius norm, with equality for rank 1, and M = dx e_1'/t
   + t e_1 dy' to first order: f = (2/pi) min(|t|, 1/|t|) d at the slowest, dx or dy orthogonal
   to e_1, which tends to 0 along the minima.

   Hull over B(z, r), derived: for z' in the ball, M' = M(z') and a unit vector w = (p, q), grad
   f(z').w = G(M').(p y_2' + x_2 q') with z' = (x_2, y_2), >= G(M').H - (2/pi) r for H = p y' + x
   q' at z, and by convexity G(M').H >= (N(M') - N(M' - tH))/t >= (N(M) - N(M - tH) - 2e)/t, e =
   (2/pi) (r |z| + r^2/2) >= |N(M') - N(M)|; the best of some t, with w along grad f(z). */
#include "problems/lib/goldstein.h"
#include "problems/lib/product.h"
#include "problems/lib/scalar.h"

static const double blind_pop_pi = 3.14159265358979323846;

typedef struct {
    size_t n, m;
} blind_pop;

typedef struct {
    double x, u, y, v; /* x_1, |x - x_1 e_1|, y_1, |y - y_1 e_1| */
} blind_pop_point;

/* ((p, q), (r, s)) */
typedef struct {
    double p, q, r, s;
} blind_pop_matrix;

typedef struct {
    double largest, quotient; /* s_1, k */
    double period, series;    /* K and S */
} blind_pop_elliptic;

static size_t blind_pop_split(const clarke_problem *p)
{
    return ((const blind_pop *)p->data)->n;
}

static blind_pop_point blind_pop_at(const clarke_problem *p, const double *z)
{
    const size_t n = blind_pop_split(p);
    return (blind_pop_point){z[0], clarke_scalar_norm(n - 1, z + 1), z[n],
                             clarke_scalar_norm(p->n - n - 1, z + n + 1)};
}

static blind_pop_matrix blind_pop_residual(const blind_pop_point *a)
{
    return (blind_pop_matrix){fma(a->x, a->y, -1.0), a->x * a->v, a->u * a->y, a->u * a->v};
}

static double blind_pop_frobenius(const blind_pop_matrix *m)
{
    return hypot(hypot(m->p, m->q), hypot(m->r, m->s));
}

/* s_1 +- s_2 are the lengths of (p +- s, q -+ r); s_2 = |det|/s_1. */
static blind_pop_elliptic blind_pop_integrals(const blind_pop_matrix *m)
{
    blind_pop_elliptic e = {0};
    e.largest = 0.5 * (hypot(m->p + m->s, m->q - m->r) + hypot(m->p - m->s, m->q + m->r));
    if (e.largest == 0.0) return e;
    const double det = fma(m->p, m->s, -m->q * m->r);
    e.quotient = fmin(1.0, fabs(det) / e.largest / e.largest);
    if (e.quotient == 0.0) return e;
    const double k = e.quotient;
    double a = 0.5 * (1.0 + k), g = sqrt(k), c = 0.5 * (1.0 - k), power = 2.0;
    double term = 0.25 / ((1.0 + k) * (1.0 + k));
    e.series = power * term;
    /* Quadratic convergence; k > 2^-1075 needs 11 steps to come near 1 and 5 more. */
    for (int j = 0; j < 24 && c > 0.5 * DBL_EPSILON * a; j++) {
        const double next = 0.5 * (a + g);
        g = sqrt(a * g), a = next, power *= 2.0;
        term *= c * c / (16.0 * a * a);
        c = c * c / (4.0 * a);
        e.series += power * term;
    }
    e.period = 0.5 * blind_pop_pi / a;
    return e;
}

static double blind_pop_norm(const blind_pop_matrix *m)
{
    const blind_pop_elliptic e = blind_pop_integrals(m);
    if (e.quotient == 0.0) return 2.0 / blind_pop_pi * e.largest;
    const double part = (1.0 - e.quotient) * (1.0 + e.quotient);
    const double second = e.period * (1.0 - 0.5 * part * (1.0 + part * e.series));
    return 2.0 / blind_pop_pi * e.largest * second;
}

/* A, and B/(uv), which is not needed where uv = 0. */
static void blind_pop_weights(const blind_pop_matrix *m, double *first, double *second)
{
    const blind_pop_elliptic e = blind_pop_integrals(m);
    const double s = e.largest, k = e.quotient;
    *first = *second = 0.0;
    if (s == 0.0) return;
    *first = 2.0 / blind_pop_pi / s;
    if (k == 0.0) return;
    *first = e.period / (blind_pop_pi * s) * (1.0 - (1.0 + k * k) * e.series);
    *second = 2.0 / blind_pop_pi * e.period * e.series / (s * s * s);
}

static double blind_pop_value(const clarke_problem *p, const double *z)
{
    const blind_pop_point a = blind_pop_at(p, z);
    const blind_pop_matrix m = blind_pop_residual(&a);
    return blind_pop_norm(&m);
}

/* The gradient in the two bases. */
static blind_pop_point blind_pop_slope(const blind_pop_point *a)
{
    const blind_pop_matrix m = blind_pop_residual(a);
    const double square_x = a->x * a->x + a->u * a->u, square_y = a->y * a->y + a->v * a->v;
    double first, second;
    blind_pop_weights(&m, &first, &second);
    return (blind_pop_point){first * (m.p * a->y + a->x * a->v * a->v),
                             (first * square_y + second * a->v * a->v) * a->u,
                             first * (m.p * a->x + a->y * a->u * a->u),
                             (first * square_x + second * a->u * a->u) * a->v};
}

static void blind_pop_subgradient(const clarke_problem *p, const double *z, double *g)
{
    const size_t n = blind_pop_split(p);
    const blind_pop_point a = blind_pop_at(p, z), slope = blind_pop_slope(&a);
    for (size_t i = 0; i < n; i++) g[i] = a.u > 0.0 ? slope.u / a.u * z[i] : 0.0;
    for (size_t i = n; i < p->n; i++) g[i] = a.v > 0.0 ? slope.v / a.v * z[i] : 0.0;
    g[0] = slope.x, g[n] = slope.y;
}

static double blind_pop_length(const blind_pop_point *a)
{
    return hypot(hypot(a->x, a->u), hypot(a->y, a->v));
}

/* M = 0 within its rounding: rounded coordinates change xy' by eps |x| |y|, its computation and
   that of its last entry by half of that and eps/2. */
static double blind_pop_clarke_residual(const clarke_problem *p, const double *z)
{
    const blind_pop_point a = blind_pop_at(p, z), slope = blind_pop_slope(&a);
    const blind_pop_matrix m = blind_pop_residual(&a);
    const double size = hypot(a.x, a.u) * hypot(a.y, a.v) + 1.0;
    return blind_pop_frobenius(&m) <= 2.0 * DBL_EPSILON * size ? 0.0 : blind_pop_length(&slope);
}

static double blind_pop_hull_distance(const clarke_problem *p, const double *z, double r)
{
    const blind_pop_point a = blind_pop_at(p, z), slope = blind_pop_slope(&a);
    const blind_pop_matrix m = blind_pop_residual(&a);
    const double size = blind_pop_length(&slope), norm = blind_pop_norm(&m);
    const double move = 2.0 / blind_pop_pi * (r * blind_pop_length(&a) + 0.5 * r * r);
    double best = 0.0;
    if (size == 0.0 || blind_pop_clarke_residual(p, z) == 0.0) return 0.0;
    const blind_pop_point w = {slope.x / size, slope.u / size, slope.y / size, slope.v / size};
    const blind_pop_matrix h = {w.x * a.y + a.x * w.y, w.x * a.v + a.x * w.v, w.u * a.y + a.u * w.y,
                                w.u * a.v + a.u * w.v};
    for (double t = 4.0; t > 1e-7; t *= 0.5) {
        const blind_pop_matrix back = {m.p - t * h.p, m.q - t * h.q, m.r - t * h.r, m.s - t * h.s};
        /* N comes with fewer than 64 roundings (K is at most 400 in a factor 1/K that cancels, but
           then k < 1e-150), the entries of M - tH with 8. */
        const double other = blind_pop_norm(&back),
                     scale = 1.0 + norm + blind_pop_frobenius(&back) + t * blind_pop_frobenius(&h);
        const double rounding = 128.0 * DBL_EPSILON * scale;
        best = fmax(best, (norm - other - 2.0 * move - rounding) / t - 2.0 / blind_pop_pi * r);
    }
    return best;
}

/* The nearest t to (x_1, y_1) with the sign `sign`; returns the distance from (t, 1/t). */
static double blind_pop_branch(const blind_pop_point *a, double sign, double *t)
{
    const double y[] = {sign * a->x, sign * a->y};
    double w[2];
    const double d = clarke_product_surface(2, y, w);
    t[0] = sign * w[0], t[1] = sign * w[1];
    return d;
}

static double blind_pop_stationary_distance(const clarke_problem *p, const double *z,
                                            double *nearest, clarke_point_kind *kind)
{
    const size_t n = blind_pop_split(p);
    const blind_pop_point a = blind_pop_at(p, z);
    double plus[2], minus[2];
    const double one = blind_pop_branch(&a, 1.0, plus), two = blind_pop_branch(&a, -1.0, minus);
    const double minimum = hypot(fmin(one, two), hypot(a.u, a.v));
    const double first = hypot(hypot(a.x, a.u), a.y), second = hypot(hypot(a.y, a.v), a.x);
    const double *t = one <= two ? plus : minus;
    const bool saddle = fmin(first, second) < minimum;
    if (kind) *kind = saddle ? CLARKE_POINT_SADDLE : CLARKE_POINT_GLOBAL_MINIMUM;
    for (size_t i = 0; nearest && i < p->n; i++) {
        const bool kept = i < n ? second < first : first <= second;
        nearest[i] = saddle && kept ? z[i] : 0.0;
    }
    if (nearest) nearest[0] = saddle ? 0.0 : t[0], nearest[n] = saddle ? 0.0 : t[1];
    return saddle ? fmin(first, second) : minimum;
}

static double blind_pop_lipschitz(const clarke_problem *p, double radius)
{
    (void)p;
    return 2.0 / blind_pop_pi * radius;
}

static double blind_pop_weak_convexity(const clarke_problem *p, double radius)
{
    (void)p, (void)radius;
    return 2.0 / blind_pop_pi;
}

static clarke_growth blind_pop_growth(const clarke_problem *p, const double *z)
{
    const blind_pop_point a = blind_pop_at(p, z);
    double plus[2], minus[2];
    clarke_point_kind kind;
    blind_pop_stationary_distance(p, z, NULL, &kind);
    if (kind == CLARKE_POINT_SADDLE) return (clarke_growth){NAN, NAN, NAN};
    const double one = blind_pop_branch(&a, 1.0, plus), two = blind_pop_branch(&a, -1.0, minus);
    const double *t = one <= two ? plus : minus;
    return clarke_growth_make(1.0, 2.0 / blind_pop_pi * fmin(fabs(t[0]), fabs(t[1])));
}

/* ---- for proofs by machine, n = m = 2 ---- */

/* s_1 A and s_1 B of the head, functions of k = s_2/s_1, by its iteration in intervals, for k.low >
   0. The mean is between g_j and a_j; the terms of S fall by c_j^2/(8 a_{j+1}^2), so what is left is
   at most the last one. */
static void blind_pop_iterate(clarke_interval k, clarke_interval *first, clarke_interval *second)
{
    const clarke_interval one = clarke_interval_point(1.0);
    clarke_interval a = clarke_interval_scale(0.5, clarke_interval_add(one, k));
    clarke_interval g = clarke_interval_sqrt(k);
    clarke_interval c = clarke_interval_scale(0.5, clarke_interval_sub(one, k));
    clarke_interval term = clarke_interval_div(clarke_interval_point(0.25),
                                               clarke_interval_sqr(clarke_interval_add(one, k)));
    double power = 2.0;
    clarke_interval series = clarke_interval_scale(power, term), last = series;
    for (int j = 0; j < 24 && (j < 3 || c.high > 1e-9 * a.low); j++) {
        const clarke_interval next = clarke_interval_scale(0.5, clarke_interval_add(a, g));
        const clarke_interval square = clarke_interval_sqr(c);
        g = clarke_interval_sqrt(clarke_interval_mul(a, g)), a = next, power *= 2.0;
        term = clarke_interval_mul(
            term, clarke_interval_div(square, clarke_interval_scale(16.0, clarke_interval_sqr(a))));
        c = clarke_interval_div(square, clarke_interval_scale(4.0, a));
        last = clarke_interval_scale(power, term);
        series = clarke_interval_add(series, last);
    }
    /* c_j < a_j makes the factor less than 1/2. */
    series.high = c.high < a.low ? clarke_round_up(series.high + last.high) : INFINITY;
    /* K/pi = 1/(2 mean) */
    const clarke_interval mean = clarke_interval_hull(a, g);
    const clarke_interval period = clarke_interval_div(clarke_interval_point(0.5), mean);
    const clarke_interval rest =
        clarke_interval_mul(clarke_interval_add(one, clarke_interval_sqr(k)), series);
    *first = clarke_interval_mul(period, clarke_interval_sub(one, rest));
    *second =
        clarke_interval_mul(clarke_interval_scale(2.0, clarke_interval_mul(k, period)), series);
}

/* d_1 = dN/ds_1 and d_2 = dN/ds_2 at k. */
static void blind_pop_slopes(double k, clarke_interval *d1, clarke_interval *d2)
{
    const clarke_interval at = clarke_interval_point(k);
    clarke_interval first, second;
    blind_pop_iterate(at, &first, &second);
    *d1 = clarke_interval_add(first, clarke_interval_mul(at, second));
    *d2 = clarke_interval_add(clarke_interval_mul(at, first), second);
}

/* For k that may be small: N is convex and of degree 1, so d_1 falls from 2/pi with k, and d_2 rises
   from 0; first = (d_1 - k d_2)/(1 - k^2), second = (d_2 - k d_1)/(1 - k^2). */
static void blind_pop_coefficients(clarke_interval k, clarke_interval *first,
                                   clarke_interval *second)
{
    const double small = 0x1p-20;
    clarke_interval d1 = clarke_interval_div(clarke_interval_point(2.0), clarke_interval_pi);
    clarke_interval d2 = clarke_interval_point(0.0), end1, end2;
    if (k.low >= 0.25) {
        blind_pop_iterate(k, first, second);
        return;
    }
    if (k.low > small) blind_pop_slopes(k.low, &d1, &d2);
    blind_pop_slopes(fmax(k.high, small), &end1, &end2);
    d1.low = end1.low, d2.high = end2.high;
    const clarke_interval rest =
        clarke_interval_sub(clarke_interval_point(1.0), clarke_interval_sqr(k));
    *first = clarke_interval_div(clarke_interval_sub(d1, clarke_interval_mul(k, d2)), rest);
    *second = clarke_interval_div(clarke_interval_sub(d2, clarke_interval_mul(k, d1)), rest);
}

static void blind_pop_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                              clarke_enclosure *out)
{
    const clarke_interval bound = {-0.64, 0.64}; /* entries of G: 2/pi is below */
    const clarke_interval x = box[0], u = box[1], y = box[2], v = box[3];
    const clarke_interval m[] = {clarke_interval_minus(clarke_interval_mul(x, y), 1.0),
                                 clarke_interval_mul(x, v), clarke_interval_mul(u, y),
                                 clarke_interval_mul(u, v)};
    const clarke_interval sum[] = {clarke_interval_add(m[0], m[3]),
                                   clarke_interval_sub(m[1], m[2])};
    const clarke_interval gap[] = {clarke_interval_sub(m[0], m[3]),
                                   clarke_interval_add(m[1], m[2])};
    const clarke_interval s = clarke_interval_scale(
        0.5, clarke_interval_add(clarke_box_norm(2, sum), clarke_box_norm(2, gap)));
    const clarke_interval det = clarke_interval_neg(m[3]); /* x_2 y_2 - ... = -x_2 y_2 */
    clarke_interval g[] = {bound, bound, bound, bound};
    (void)p, (void)field;
    if (s.low > 0.0) {
        const clarke_interval k = clarke_interval_clip(
            clarke_interval_div(clarke_interval_abs(det), clarke_interval_sqr(s)), 0.0, 1.0);
        const clarke_interval cofactor[] = {m[3], clarke_interval_neg(m[2]),
                                            clarke_interval_neg(m[1]), m[0]};
        const clarke_interval sign = clarke_interval_has(det, 0.0) ? clarke_interval_signs
                                                                   : clarke_interval_sign(det);
        clarke_interval first, second;
        blind_pop_coefficients(k, &first, &second);
        for (size_t i = 0; i < 4; i++) {
            const clarke_interval entry = clarke_interval_div(
                clarke_interval_add(
                    clarke_interval_mul(first, m[i]),
                    clarke_interval_mul(clarke_interval_mul(second, sign), cofactor[i])),
                s);
            g[i] = clarke_interval_clip(entry, bound.low, bound.high);
        }
    }
    out->centre[0] =
        clarke_interval_add(clarke_interval_mul(g[0], y), clarke_interval_mul(g[1], v));
    out->centre[1] =
        clarke_interval_add(clarke_interval_mul(g[2], y), clarke_interval_mul(g[3], v));
    out->centre[2] =
        clarke_interval_add(clarke_interval_mul(g[0], x), clarke_interval_mul(g[2], u));
    out->centre[3] =
        clarke_interval_add(clarke_interval_mul(g[1], x), clarke_interval_mul(g[3], u));
}

/* The point of the hyperbola comes from an iteration: its first coordinate t is any number, and 1/t
   is enclosed. */
static double blind_pop_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                       bool field)
{
    double z[CLARKE_ENCLOSURE_DIMENSION], nearest[CLARKE_ENCLOSURE_DIMENSION];
    clarke_interval near[CLARKE_ENCLOSURE_DIMENSION];
    clarke_point_kind kind;
    (void)field;
    clarke_box_middle(p->n, box, z);
    blind_pop_stationary_distance(p, z, nearest, &kind);
    for (size_t i = 0; i < p->n; i++) near[i] = clarke_interval_point(nearest[i]);
    if (kind != CLARKE_POINT_SADDLE)
        near[2] = clarke_interval_div(clarke_interval_point(1.0), near[0]);
    return clarke_box_distance(p->n, box, near);
}

static clarke_status blind_pop_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const blind_pop *b = params;
    if (b->n > SIZE_MAX - b->m)
        return clarke_fail(CLARKE_EINPUT, "%s: n=%zu and m=%zu are too many", p->id, b->n, b->m);
    CLARKE_TRY(clarke_problem_size(p, b->n + b->m, 0.5, -2.0, 2.0, mem));
    clarke_block *block = clarke_alloc_array(mem, 2, sizeof *block);
    p->data = clarke_alloc(mem, sizeof *b);
    CLARKE_TRY(clarke_arena_status(mem));
    *(blind_pop *)p->data = *b;
    block[0] = (clarke_block){"x", 0, b->n, 1};
    block[1] = (clarke_block){"y", b->n, b->m, 1};
    p->layout = (clarke_layout){2, block};
    p->start[0] = 1.5;
    p->minimum = 0.0;
    p->gradient_bound = blind_pop_lipschitz(p, hypot(p->box_high, 1.0 / p->box_high));
    p->plan_growth = (clarke_growth){1.0, NAN, NAN};
    return CLARKE_OK;
}

static const clarke_param blind_pop_params[] = {
    {"n", CLARKE_PARAM_COUNT, offsetof(blind_pop, n), "2", 2.0, 0x1p53, NULL, "length of x"},
    {"m", CLARKE_PARAM_COUNT, offsetof(blind_pop, m), "2", 2.0, 0x1p53, NULL, "length of y"},
    {0}};

const clarke_problem_desc clarke_problem_blind_pop = {
    .title = "Blind deconvolution, population",
    .formula = "E|(a.x)(b.y) - (a.e_1)(b.e_1)|, a, b ~ N(0, I)",
    .source = "Diaz, arXiv 1911.08526; closed form and constants derived",
    .stationary_set = "{x y' = e_1 e_1'} u {x = 0, y_1 = 0} u {y = 0, x_1 = 0}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_DEFINABLE,
    .params = blind_pop_params,
    .params_size = sizeof(blind_pop),
    .make = blind_pop_make,
    .value = blind_pop_value,
    .subgradient = blind_pop_subgradient,
    .clarke_residual = blind_pop_clarke_residual,
    .stationary_distance = blind_pop_stationary_distance,
    .goldstein_residual = clarke_goldstein_bracket,
    .hull_distance = blind_pop_hull_distance,
    .lipschitz = blind_pop_lipschitz,
    .weak_convexity = blind_pop_weak_convexity,
    .growth = blind_pop_growth,
    .enclose = blind_pop_enclose,
    .distance_upper = blind_pop_distance_upper,
    .outside = "by hand: the proof of the set holds everywhere",
};
