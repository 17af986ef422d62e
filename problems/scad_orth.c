/* f(x) = sum_j (kappa/2) (x_j - z_j)^2 + P(x_j): smoothly clipped absolute deviation, orthogonal
   design.

   P(t) = lambda |t| for |t| <= lambda, (2 a lambda |t| - t^2 - lambda^2)/(2 (a-1)) up to a lambda,
   (a+1) lambda^2/2 beyond (Fan and Li, J. Amer. Statist. Assoc. 96, 2001), with kappa < 1/(a-1), so
   that phi is concave on the middle pieces and a lambda < lambda + lambda/kappa. For z >= 0 (z < 0
   mirrored): phi' < 0 for t < 0, and S consists of
     0 iff kappa z <= lambda (a kink minimum; phi grows quadratically to the right if equal),
     z - lambda/kappa iff it lies in (0, lambda] (a local minimum; monotone at lambda),
     m = (a lambda/(a-1) - kappa z)/(1/(a-1) - kappa) iff a lambda < z < lambda + lambda/kappa (a
     local maximum),
     z iff z >= a lambda (a local minimum; monotone if z = a lambda).
   phi + rho/2 t^2 is convex with rho = 1/(a-1) - kappa: regular. Completing the square, prox_{t
   phi}(x) is the prox of P with step t/(1 + kappa t) at (x + kappa t z)/(1 + kappa t). */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
    double lambda, a, kappa;
    clarke_list z;
} scad_orth;

typedef struct {
    const scad_orth *m;
    double z;
    clarke_pieces set;
    clarke_piece piece[3];
    clarke_scalar_facts facts;
} scad_orth_data;

static double scad_orth_penalty(const scad_orth *m, double t)
{
    const double r = fabs(t);
    if (r <= m->lambda) return m->lambda * r;
    if (r >= m->a * m->lambda) return 0.5 * (m->a + 1.0) * m->lambda * m->lambda;
    /* lambda r less the square of what is beyond lambda. */
    return m->lambda * r - (r - m->lambda) * (r - m->lambda) / (2.0 * (m->a - 1.0));
}

static double scad_orth_value(const void *c, double t)
{
    const scad_orth_data *d = c;
    return 0.5 * d->m->kappa * (t - d->z) * (t - d->z) + scad_orth_penalty(d->m, t);
}

static double scad_orth_slope(const void *c, double t)
{
    const scad_orth_data *d = c;
    const scad_orth *m = d->m;
    const double r = fabs(t), edge = m->a * m->lambda;
    const double size = r <= m->lambda ? m->lambda : r < edge ? (edge - r) / (m->a - 1.0) : 0.0;
    return m->kappa * (t - d->z) + size * clarke_scalar_sign(t);
}

static clarke_interval scad_orth_at(const void *c, double t, bool field)
{
    (void)field;
    const scad_orth_data *d = c;
    const double slope = scad_orth_slope(c, t), spread = t == 0.0 ? d->m->lambda : 0.0;
    return (clarke_interval){slope - spread, slope + spread};
}

static double scad_orth_next_break(const void *c, double t)
{
    const scad_orth *m = ((const scad_orth_data *)c)->m;
    const double edge = m->a * m->lambda;
    const double sorted[] = {-edge, -m->lambda, 0.0, m->lambda, edge};
    return clarke_next_in(5, sorted, t);
}

static double scad_orth_nearest(const void *c, double t, clarke_point_kind *kind)
{
    return clarke_pieces_nearest(&((const scad_orth_data *)c)->set, t, kind);
}

static clarke_growth scad_orth_growth(const void *c, double s)
{
    return clarke_pieces_growth(&((const scad_orth_data *)c)->set, s);
}

/* The best of the minimisers over the three pieces; the middle one is concave for s >= a - 1 and
   then has none but its ends. */
static double scad_orth_prox(const void *c, double step, double t)
{
    const scad_orth_data *d = c;
    const scad_orth *m = d->m;
    const double scale = 1.0 + m->kappa * step, s = step / scale, edge = m->a * m->lambda;
    const double x = (t + m->kappa * step * d->z) / scale, r = fabs(x), rest = m->a - 1.0 - s;
    const double low = clarke_scalar_clip(r - s * m->lambda, 0.0, m->lambda);
    const double middle = rest > 0.0 ? ((m->a - 1.0) * r - s * edge) / rest : low;
    const double candidate[] = {low, clarke_scalar_clip(middle, m->lambda, edge), fmax(r, edge)};
    double best = low, best_value = INFINITY;
    for (size_t i = 0; i < 3; i++) {
        const double y = candidate[i];
        const double value = scad_orth_penalty(m, y) + (y - r) * (y - r) / (2.0 * s);
        if (value < best_value) best = y, best_value = value;
    }
    return copysign(best, x);
}

static double scad_orth_weak_convexity(const void *c, double radius)
{
    (void)radius;
    const scad_orth *m = ((const scad_orth_data *)c)->m;
    return 1.0 / (m->a - 1.0) - m->kappa;
}

static clarke_scalar_facts scad_orth_facts(const void *c)
{
    return ((const scad_orth_data *)c)->facts;
}

static clarke_interval scad_orth_enclose(const void *c, clarke_interval t, bool field)
{
    (void)field;
    const scad_orth_data *d = c;
    const scad_orth *m = d->m;
    const clarke_interval edge = clarke_interval_scale(m->a, clarke_interval_point(m->lambda));
    const clarke_interval rest = clarke_interval_sub(edge, clarke_interval_abs(t));
    const clarke_interval fall =
        clarke_interval_div(rest, clarke_interval_minus(clarke_interval_point(m->a), 1.0));
    /* The smaller of the fall and lambda, and not below 0. */
    const clarke_interval size = {clarke_scalar_clip(fall.low, 0.0, m->lambda),
                                  clarke_scalar_clip(fall.high, 0.0, m->lambda)};
    const clarke_interval data = clarke_interval_scale(m->kappa, clarke_interval_minus(t, d->z));
    return clarke_interval_add(data, clarke_interval_mul(size, clarke_interval_sign(t)));
}

static void scad_orth_declared(const void *c, double t, bool field, clarke_interval *low,
                               clarke_interval *high)
{
    const scad_orth_data *d = c;
    const scad_orth *m = d->m;
    clarke_point_kind kind;
    const double s = clarke_pieces_nearest(&d->set, t, &kind);
    const clarke_interval one = clarke_interval_point(1.0), z = clarke_interval_point(fabs(d->z));
    (void)field;
    *low = *high = clarke_interval_point(s);
    if (s == 0.0 || s == d->z) return;
    clarke_interval point = clarke_interval_sub(z, clarke_interval_ratio(m->lambda, m->kappa));
    if (fabs(s) > m->lambda) {
        const clarke_interval bend =
            clarke_interval_div(one, clarke_interval_minus(clarke_interval_point(m->a), 1.0));
        const clarke_interval top = clarke_interval_mul(
            clarke_interval_scale(m->a, clarke_interval_point(m->lambda)), bend);
        point = clarke_interval_div(clarke_interval_sub(top, clarke_interval_scale(m->kappa, z)),
                                    clarke_interval_minus(bend, m->kappa));
    }
    *low = *high = d->z < 0.0 ? clarke_interval_neg(point) : point;
}

static const clarke_scalar scad_orth_scalar = {
    .value = scad_orth_value,
    .slope = scad_orth_slope,
    .at = scad_orth_at,
    .next_break = scad_orth_next_break,
    .nearest = scad_orth_nearest,
    .growth = scad_orth_growth,
    .prox = scad_orth_prox,
    .weak_convexity = scad_orth_weak_convexity,
    .facts = scad_orth_facts,
    .enclose = scad_orth_enclose,
    .declared = scad_orth_declared,
};

static void scad_orth_solve(scad_orth_data *d, const scad_orth *m, double signed_z)
{
    const double z = fabs(signed_z), pull = m->kappa * z, edge = m->a * m->lambda;
    const double rho = 1.0 / (m->a - 1.0) - m->kappa, low = z - m->lambda / m->kappa;
    const double middle = (edge / (m->a - 1.0) - pull) / rho;
    const double turn = 0.5 * fmin(m->kappa, rho); /* the smaller of both sides' curvatures */
    size_t count = 0;
    *d = (scad_orth_data){.m = m, .z = signed_z};
    if (pull < m->lambda)
        d->piece[count++] =
            clarke_piece_point(0.0, CLARKE_POINT_LOCAL_MINIMUM, 1.0, m->lambda - pull);
    if (pull == m->lambda)
        d->piece[count++] =
            clarke_piece_point(0.0, CLARKE_POINT_LOCAL_MINIMUM, 2.0, 0.5 * m->kappa);
    if (pull > m->lambda && low > 0.0 && low < m->lambda)
        d->piece[count++] =
            clarke_piece_point(low, CLARKE_POINT_LOCAL_MINIMUM, 2.0, 0.5 * m->kappa);
    if (low == m->lambda)
        d->piece[count++] = clarke_piece_point(low, CLARKE_POINT_MONOTONE, 2.0, turn);
    if (z > edge && low < m->lambda)
        d->piece[count++] = clarke_piece_point(middle, CLARKE_POINT_LOCAL_MAXIMUM, 2.0, 0.5 * rho);
    if (z > edge)
        d->piece[count++] = clarke_piece_point(z, CLARKE_POINT_LOCAL_MINIMUM, 2.0, 0.5 * m->kappa);
    if (z == edge) d->piece[count++] = clarke_piece_point(z, CLARKE_POINT_MONOTONE, 2.0, turn);
    clarke_pieces_mirror(d->piece, count, signed_z < 0.0);
    d->set = (clarke_pieces){count, d->piece};
    d->facts = clarke_pieces_facts(&d->set, &scad_orth_scalar, d);
}

static clarke_status scad_orth_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const scad_orth *m = params;
    CLARKE_TRY(clarke_problem_size(p, m->n, -1.5, -5.0, 5.0, mem));
    CLARKE_TRY(clarke_separable_list(p, &m->z, "z"));
    if (!(m->kappa * (m->a - 1.0) < 1.0))
        return clarke_fail(CLARKE_EINPUT, "%s: kappa=%g must be less than 1/(a-1)=%g", p->id,
                           m->kappa, 1.0 / (m->a - 1.0));
    scad_orth_data *data = clarke_alloc_array(mem, m->z.count, sizeof *data);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t j = 0; j < m->z.count; j++) scad_orth_solve(&data[j], m, m->z.value[j]);
    const size_t stride = m->z.count == 1 ? 0 : sizeof *data;
    return clarke_separable_make(p, &scad_orth_scalar, data, stride, mem);
}

static const clarke_param scad_orth_params[] = {
    CLARKE_SIZE_PARAM(scad_orth, "1"),
    {"lambda", CLARKE_PARAM_REAL, offsetof(scad_orth, lambda), "1", 0x1p-20, 0x1p20, NULL,
     "slope of the penalty at 0"},
    {"a", CLARKE_PARAM_REAL, offsetof(scad_orth, a), "3", 0x2.00001p0, 0x1p20, NULL,
     "the penalty is constant beyond a lambda"},
    {"kappa", CLARKE_PARAM_REAL, offsetof(scad_orth, kappa), "0.25", 0x1p-20, 0x1p20, NULL,
     "curvature of the data term, less than 1/(a-1)"},
    {"z", CLARKE_PARAM_LIST, offsetof(scad_orth, z), "3.9", -0x1p20, 0x1p20, NULL,
     "data; one number or one a coordinate"},
    {0}};

static const clarke_certifiable scad_orth_certifiable[] = {
    {"z=2", -8.0, 8.0, 1e-4, 75, false},
    {"z=3", -8.0, 8.0, 1e-4, 159, false},
    {"z=3.9", -8.0, 8.0, 1e-4, 179, false},
    {"z=4.2", -8.0, 8.0, 1e-4, 149, false},
    {"z=5.5", -8.0, 8.0, 1e-4, 73, false},
    {"n=2,z=3.9,-3", -8.0, 8.0, 1e-3, 1429, false},
    {0}};

const clarke_problem_desc clarke_problem_scad_orth = {
    .title = "Smoothly clipped absolute deviation, orthogonal design",
    .formula = "sum_j (kappa/2) (x_j - z_j)^2 + SCAD(x_j; lambda, a)",
    .source = "Fan, Li, J. Amer. Statist. Assoc. 96 (2001) 1348-1360; the set is derived",
    .stationary_set =
        "coordinates, for z >= 0: 0 if kappa z <= lambda; z - lambda/kappa if in (0, lambda]; "
        "(a lambda/(a-1) - kappa z)/(1/(a-1) - kappa) if a lambda < z < lambda + lambda/kappa; "
        "z if z >= a lambda",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_SEPARABLE |
              CLARKE_TRAIT_DEFINABLE,
    .params = scad_orth_params,
    .params_size = sizeof(scad_orth),
    .make = scad_orth_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = scad_orth_certifiable,
    .outside = "by hand: kappa (t - z) outweighs the penalty's slope for |t - z| > lambda/kappa",
    .prox = clarke_separable_prox,
};
