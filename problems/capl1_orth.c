/* f(x) = sum_j (kappa/2) (x_j - z_j)^2 + lambda min(|x_j|, tau): capped l1, orthogonal design.

   For z >= 0 (z < 0 mirrored) phi' < 0 for t < 0 and the subdifferential at -tau lies below 0, so S
   consists of
     0 iff kappa z <= lambda (a kink minimum; phi grows quadratically to the right if equal),
     z - lambda/kappa iff it lies in (0, tau) (a local minimum),
     tau iff tau <= z <= tau + lambda/kappa: the subdifferential there is kappa (tau - z) +
     [0, lambda] (a concave kink, a local maximum; monotone at both ends of that range),
     z iff z > tau (a local minimum).
   The concave kink makes phi neither regular nor weakly convex. Automatic differentiation sees |t|
   - relu(|t| - tau) and returns kappa (tau - z) + lambda at tau. Completing the square, the prox is
   that of lambda min(|.|, tau) with step t/(1 + kappa t) at (x + kappa t z)/(1 + kappa t): the
   better of clip(x - t lambda, 0, tau) and max(x, tau). */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
    double lambda, tau, kappa;
    clarke_list z;
} capl1_orth;

typedef struct {
    const capl1_orth *m;
    double z;
    clarke_pieces set;
    clarke_piece piece[4];
    clarke_scalar_facts facts;
} capl1_orth_data;

static double capl1_orth_value(const void *c, double t)
{
    const capl1_orth_data *d = c;
    return 0.5 * d->m->kappa * (t - d->z) * (t - d->z) + d->m->lambda * fmin(fabs(t), d->m->tau);
}

static double capl1_orth_slope(const void *c, double t)
{
    const capl1_orth_data *d = c;
    const double slope = fabs(t) <= d->m->tau ? d->m->lambda * clarke_scalar_sign(t) : 0.0;
    return d->m->kappa * (t - d->z) + slope;
}

static clarke_interval capl1_orth_at(const void *c, double t, bool field)
{
    (void)field;
    const capl1_orth_data *d = c;
    const double smooth = d->m->kappa * (t - d->z), lambda = d->m->lambda;
    if (t == 0.0) return (clarke_interval){smooth - lambda, smooth + lambda};
    if (t == d->m->tau) return (clarke_interval){smooth, smooth + lambda};
    if (t == -d->m->tau) return (clarke_interval){smooth - lambda, smooth};
    return clarke_interval_point(capl1_orth_slope(c, t));
}

static double capl1_orth_next_break(const void *c, double t)
{
    const double tau = ((const capl1_orth_data *)c)->m->tau;
    return t < -tau ? -tau : t < 0.0 ? 0.0 : t < tau ? tau : INFINITY;
}

static double capl1_orth_nearest(const void *c, double t, clarke_point_kind *kind)
{
    return clarke_pieces_nearest(&((const capl1_orth_data *)c)->set, t, kind);
}

static clarke_growth capl1_orth_growth(const void *c, double s)
{
    return clarke_pieces_growth(&((const capl1_orth_data *)c)->set, s);
}

static double capl1_orth_prox(const void *c, double step, double t)
{
    const capl1_orth_data *d = c;
    const capl1_orth *m = d->m;
    const double scale = 1.0 + m->kappa * step, s = step / scale;
    const double x = (t + m->kappa * step * d->z) / scale, a = fabs(x);
    const double low = clarke_scalar_clip(a - s * m->lambda, 0.0, m->tau), high = fmax(a, m->tau);
    const double low_value = m->lambda * low + (low - a) * (low - a) / (2.0 * s);
    const double high_value = m->lambda * m->tau + (high - a) * (high - a) / (2.0 * s);
    return copysign(low_value <= high_value ? low : high, x);
}

static clarke_scalar_facts capl1_orth_facts(const void *c)
{
    return ((const capl1_orth_data *)c)->facts;
}

static clarke_interval capl1_orth_enclose(const void *c, clarke_interval t, bool field)
{
    (void)field;
    const capl1_orth_data *d = c;
    const double lambda = d->m->lambda, tau = d->m->tau;
    const bool right = clarke_interval_meets(t, 0.0, tau);
    const bool left = clarke_interval_meets(t, -tau, 0.0);
    const bool flat = t.high >= tau || t.low <= -tau;
    const clarke_interval penalty = {left   ? -lambda
                                     : flat ? 0.0
                                            : lambda,
                                     right  ? lambda
                                     : flat ? 0.0
                                            : -lambda};
    const clarke_interval data = clarke_interval_scale(d->m->kappa, clarke_interval_minus(t, d->z));
    return clarke_interval_add(data, penalty);
}

static void capl1_orth_declared(const void *c, double t, bool field, clarke_interval *low,
                                clarke_interval *high)
{
    const capl1_orth_data *d = c;
    clarke_point_kind kind;
    const double s = clarke_pieces_nearest(&d->set, t, &kind), a = fabs(s);
    (void)field;
    *low = *high = clarke_interval_point(s);
    if (a == 0.0 || a == d->m->tau || a == fabs(d->z)) return;
    const clarke_interval shift = clarke_interval_ratio(d->m->lambda, d->m->kappa);
    const clarke_interval inner = clarke_interval_sub(clarke_interval_point(fabs(d->z)), shift);
    *low = *high = d->z < 0.0 ? clarke_interval_neg(inner) : inner;
}

static const clarke_scalar capl1_orth_scalar = {
    .value = capl1_orth_value,
    .slope = capl1_orth_slope,
    .at = capl1_orth_at,
    .next_break = capl1_orth_next_break,
    .nearest = capl1_orth_nearest,
    .growth = capl1_orth_growth,
    .prox = capl1_orth_prox,
    .facts = capl1_orth_facts,
    .enclose = capl1_orth_enclose,
    .declared = capl1_orth_declared,
};

static clarke_piece capl1_orth_kink(const capl1_orth *m, double z)
{
    const double right = m->kappa * (z - m->tau), left = m->lambda - right;
    if (left == 0.0 || right == 0.0)
        return clarke_piece_point(m->tau, CLARKE_POINT_MONOTONE, 2.0, 0.5 * m->kappa);
    return clarke_piece_point(m->tau, CLARKE_POINT_LOCAL_MAXIMUM, 1.0, fmin(left, right));
}

static void capl1_orth_solve(capl1_orth_data *d, const capl1_orth *m, double signed_z)
{
    const double z = fabs(signed_z), pull = m->kappa * z, inner = z - m->lambda / m->kappa;
    const double excess = m->kappa * (z - m->tau);
    size_t count = 0;
    *d = (capl1_orth_data){.m = m, .z = signed_z};
    if (pull < m->lambda)
        d->piece[count++] =
            clarke_piece_point(0.0, CLARKE_POINT_LOCAL_MINIMUM, 1.0, m->lambda - pull);
    if (pull == m->lambda)
        d->piece[count++] =
            clarke_piece_point(0.0, CLARKE_POINT_LOCAL_MINIMUM, 2.0, 0.5 * m->kappa);
    if (pull > m->lambda && excess < m->lambda)
        d->piece[count++] =
            clarke_piece_point(inner, CLARKE_POINT_LOCAL_MINIMUM, 2.0, 0.5 * m->kappa);
    if (excess >= 0.0 && excess <= m->lambda) d->piece[count++] = capl1_orth_kink(m, z);
    if (excess > 0.0)
        d->piece[count++] = clarke_piece_point(z, CLARKE_POINT_LOCAL_MINIMUM, 2.0, 0.5 * m->kappa);
    clarke_pieces_mirror(d->piece, count, signed_z < 0.0);
    d->set = (clarke_pieces){count, d->piece};
    d->facts = clarke_pieces_facts(&d->set, &capl1_orth_scalar, d);
}

static clarke_status capl1_orth_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const capl1_orth *m = params;
    CLARKE_TRY(clarke_problem_size(p, m->n, -1.5, -2.0, 2.0, mem));
    CLARKE_TRY(clarke_separable_list(p, &m->z, "z"));
    capl1_orth_data *data = clarke_alloc_array(mem, m->z.count, sizeof *data);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t j = 0; j < m->z.count; j++) capl1_orth_solve(&data[j], m, m->z.value[j]);
    const size_t stride = m->z.count == 1 ? 0 : sizeof *data;
    return clarke_separable_make(p, &capl1_orth_scalar, data, stride, mem);
}

static const clarke_param capl1_orth_params[] = {
    CLARKE_SIZE_PARAM(capl1_orth, "1"),
    {"lambda", CLARKE_PARAM_REAL, offsetof(capl1_orth, lambda), "1", 0x1p-20, 0x1p20, NULL,
     "slope of the penalty"},
    {"tau", CLARKE_PARAM_REAL, offsetof(capl1_orth, tau), "1", 0x1p-20, 0x1p20, NULL,
     "where the penalty is capped"},
    {"kappa", CLARKE_PARAM_REAL, offsetof(capl1_orth, kappa), "1", 0x1p-20, 0x1p20, NULL,
     "curvature of the data term"},
    {"z", CLARKE_PARAM_LIST, offsetof(capl1_orth, z), "1.5", -0x1p20, 0x1p20, NULL,
     "data; one number or one a coordinate"},
    {0}};

static const clarke_certifiable capl1_orth_certifiable[] = {
    {"z=0.9", -8.0, 8.0, 1e-4, 77, false},         {"z=1.3", -8.0, 8.0, 1e-4, 111, false},
    {"z=2", -8.0, 8.0, 1e-3, 89, false},           {"z=2.6", -8.0, 8.0, 1e-4, 39, false},
    {"n=2,z=1.3,-2", -8.0, 8.0, 1e-3, 687, false}, {0}};

const clarke_problem_desc clarke_problem_capl1_orth = {
    .title = "Capped l1, orthogonal design",
    .formula = "sum_j (kappa/2) (x_j - z_j)^2 + lambda min(|x_j|, tau)",
    .source = "Zhang, J. Mach. Learn. Res. 11 (2010) 1081-1107; the set is derived",
    .stationary_set =
        "coordinates, for z >= 0: 0 if kappa z <= lambda; z - lambda/kappa if in (0, tau); "
        "tau if tau <= z <= tau + lambda/kappa; z if z > tau",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_SEPARABLE | CLARKE_TRAIT_DEFINABLE,
    .params = capl1_orth_params,
    .params_size = sizeof(capl1_orth),
    .make = capl1_orth_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = capl1_orth_certifiable,
    .outside = "by hand: kappa (t - z) outweighs the penalty's slope for |t - z| > lambda/kappa",
    .prox = clarke_separable_prox,
};
