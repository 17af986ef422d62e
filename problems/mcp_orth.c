/* f(x) = sum_j (kappa/2) (x_j - z_j)^2 + P(x_j): the minimax concave penalty, orthogonal design.

   P(t) = lambda |t| - t^2/(2 gamma) for |t| <= gamma lambda, gamma lambda^2/2 beyond (Zhang, Ann.
   Statist. 38, 2010), with kappa < 1/gamma, so that phi is concave on the middle pieces. For z >= 0
   (z < 0 mirrored): phi' < 0 for t < 0, and S consists of
     0 iff kappa z <= lambda (a kink minimum; monotone if kappa z = lambda),
     m = (lambda - kappa z)/(1/gamma - kappa) iff gamma lambda < z < lambda/kappa (a local maximum),
     z iff z >= gamma lambda (a local minimum; monotone if z = gamma lambda).
   Growth: lambda - kappa z at 0, (1/gamma - kappa)/2 at m, kappa/2 at z. phi + rho/2 t^2 is convex
   with rho = 1/gamma - kappa: regular. Completing the square, prox_{t phi}(x) is the prox of P with
   step t/(1 + kappa t) at (x + kappa t z)/(1 + kappa t): 0, (x - t lambda)/(1 - t/gamma) or x for t
   < gamma, hard thresholding at lambda sqrt(gamma t) otherwise. */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
    double lambda, gamma, kappa;
    clarke_list z;
} mcp_orth;

typedef struct {
    const mcp_orth *m;
    double z;
    clarke_pieces set;
    clarke_piece piece[3];
    clarke_scalar_facts facts;
} mcp_orth_data;

static double mcp_orth_penalty(const mcp_orth *m, double t)
{
    const double a = fabs(t);
    if (a >= m->gamma * m->lambda) return 0.5 * m->gamma * m->lambda * m->lambda;
    return m->lambda * a - a * a / (2.0 * m->gamma);
}

static double mcp_orth_value(const void *c, double t)
{
    const mcp_orth_data *d = c;
    return 0.5 * d->m->kappa * (t - d->z) * (t - d->z) + mcp_orth_penalty(d->m, t);
}

static double mcp_orth_slope(const void *c, double t)
{
    const mcp_orth_data *d = c;
    const double a = fabs(t), slope = a < d->m->gamma * d->m->lambda
                                          ? clarke_scalar_sign(t) * (d->m->lambda - a / d->m->gamma)
                                          : 0.0;
    return d->m->kappa * (t - d->z) + slope;
}

static clarke_interval mcp_orth_at(const void *c, double t, bool field)
{
    (void)field;
    const mcp_orth_data *d = c;
    const double slope = mcp_orth_slope(c, t), spread = t == 0.0 ? d->m->lambda : 0.0;
    return (clarke_interval){slope - spread, slope + spread};
}

static double mcp_orth_next_break(const void *c, double t)
{
    const double edge = ((const mcp_orth_data *)c)->m->gamma *
                        ((const mcp_orth_data *)c)->m->lambda;
    return t < -edge ? -edge : t < 0.0 ? 0.0 : t < edge ? edge : INFINITY;
}

static double mcp_orth_nearest(const void *c, double t, clarke_point_kind *kind)
{
    return clarke_pieces_nearest(&((const mcp_orth_data *)c)->set, t, kind);
}

static clarke_growth mcp_orth_growth(const void *c, double s)
{
    return clarke_pieces_growth(&((const mcp_orth_data *)c)->set, s);
}

static double mcp_orth_prox(const void *c, double step, double t)
{
    const mcp_orth_data *d = c;
    const mcp_orth *m = d->m;
    const double scale = 1.0 + m->kappa * step, s = step / scale;
    const double x = (t + m->kappa * step * d->z) / scale, a = fabs(x);
    if (s >= m->gamma) return a > m->lambda * sqrt(m->gamma * s) ? x : 0.0;
    if (a >= m->gamma * m->lambda) return x;
    return copysign(fmax(a - s * m->lambda, 0.0) / (1.0 - s / m->gamma), x);
}

static double mcp_orth_weak_convexity(const void *c, double radius)
{
    (void)radius;
    const mcp_orth *m = ((const mcp_orth_data *)c)->m;
    return 1.0 / m->gamma - m->kappa;
}

static clarke_scalar_facts mcp_orth_facts(const void *c)
{
    return ((const mcp_orth_data *)c)->facts;
}

static clarke_interval mcp_orth_enclose(const void *c, clarke_interval t, bool field)
{
    (void)field;
    const mcp_orth_data *d = c;
    const clarke_interval fall =
        clarke_interval_div(clarke_interval_abs(t), clarke_interval_point(d->m->gamma));
    const clarke_interval size =
        clarke_interval_relu(clarke_interval_sub(clarke_interval_point(d->m->lambda), fall));
    const clarke_interval data = clarke_interval_scale(d->m->kappa, clarke_interval_minus(t, d->z));
    return clarke_interval_add(data, clarke_interval_mul(size, clarke_interval_sign(t)));
}

static void mcp_orth_declared(const void *c, double t, bool field, clarke_interval *low,
                              clarke_interval *high)
{
    const mcp_orth_data *d = c;
    clarke_point_kind kind;
    const double s = clarke_pieces_nearest(&d->set, t, &kind), z = fabs(d->z);
    const clarke_interval one = clarke_interval_point(1.0);
    (void)field;
    *low = *high = clarke_interval_point(s);
    if (s == 0.0 || s == d->z) return;
    const clarke_interval pull =
        clarke_interval_mul(clarke_interval_point(d->m->kappa), clarke_interval_point(z));
    const clarke_interval rho = clarke_interval_minus(
        clarke_interval_div(one, clarke_interval_point(d->m->gamma)), d->m->kappa);
    const clarke_interval m =
        clarke_interval_div(clarke_interval_sub(clarke_interval_point(d->m->lambda), pull), rho);
    *low = *high = d->z < 0.0 ? clarke_interval_neg(m) : m;
}

static const clarke_scalar mcp_orth_scalar = {
    .value = mcp_orth_value,
    .slope = mcp_orth_slope,
    .at = mcp_orth_at,
    .next_break = mcp_orth_next_break,
    .nearest = mcp_orth_nearest,
    .growth = mcp_orth_growth,
    .prox = mcp_orth_prox,
    .weak_convexity = mcp_orth_weak_convexity,
    .facts = mcp_orth_facts,
    .enclose = mcp_orth_enclose,
    .declared = mcp_orth_declared,
};

static void mcp_orth_solve(mcp_orth_data *d, const mcp_orth *m, double signed_z)
{
    const double z = fabs(signed_z), rho = 1.0 / m->gamma - m->kappa;
    const double edge = m->gamma * m->lambda, pull = m->kappa * z;
    size_t count = 0;
    *d = (mcp_orth_data){.m = m, .z = signed_z};
    if (pull < m->lambda)
        d->piece[count++] =
            clarke_piece_point(0.0, CLARKE_POINT_LOCAL_MINIMUM, 1.0, m->lambda - pull);
    if (pull == m->lambda)
        d->piece[count++] = clarke_piece_point(0.0, CLARKE_POINT_MONOTONE, 2.0, 0.5 * rho);
    if (z > edge && pull < m->lambda)
        d->piece[count++] = clarke_piece_point((m->lambda - pull) / rho, CLARKE_POINT_LOCAL_MAXIMUM,
                                               2.0, 0.5 * rho);
    if (z > edge)
        d->piece[count++] = clarke_piece_point(z, CLARKE_POINT_LOCAL_MINIMUM, 2.0, 0.5 * m->kappa);
    if (z == edge)
        d->piece[count++] =
            clarke_piece_point(z, CLARKE_POINT_MONOTONE, 2.0, 0.5 * fmin(m->kappa, rho));
    clarke_pieces_mirror(d->piece, count, signed_z < 0.0);
    d->set = (clarke_pieces){count, d->piece};
    d->facts = clarke_pieces_facts(&d->set, &mcp_orth_scalar, d);
}

static clarke_status mcp_orth_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const mcp_orth *m = params;
    CLARKE_TRY(clarke_problem_size(p, m->n, -1.0, -2.0, 2.0, mem));
    CLARKE_TRY(clarke_separable_list(p, &m->z, "z"));
    if (!(m->kappa * m->gamma < 1.0))
        return clarke_fail(CLARKE_EINPUT, "%s: kappa=%g must be less than 1/gamma=%g", p->id,
                           m->kappa, 1.0 / m->gamma);
    mcp_orth_data *data = clarke_alloc_array(mem, m->z.count, sizeof *data);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t j = 0; j < m->z.count; j++) mcp_orth_solve(&data[j], m, m->z.value[j]);
    const size_t stride = m->z.count == 1 ? 0 : sizeof *data;
    return clarke_separable_make(p, &mcp_orth_scalar, data, stride, mem);
}

static const clarke_param mcp_orth_params[] = {
    CLARKE_SIZE_PARAM(mcp_orth, "1"),
    {"lambda", CLARKE_PARAM_REAL, offsetof(mcp_orth, lambda), "1", 0x1p-20, 0x1p20, NULL,
     "slope of the penalty at 0"},
    {"gamma", CLARKE_PARAM_REAL, offsetof(mcp_orth, gamma), "0.8", 0x1p-20, 0x1p20, NULL,
     "concavity of the penalty is 1/gamma"},
    {"kappa", CLARKE_PARAM_REAL, offsetof(mcp_orth, kappa), "0.5", 0x1p-20, 0x1p20, NULL,
     "curvature of the data term, less than 1/gamma"},
    {"z", CLARKE_PARAM_LIST, offsetof(mcp_orth, z), "1.5", -0x1p20, 0x1p20, NULL,
     "data; one number or one a coordinate"},
    {0}};

static const clarke_certifiable mcp_orth_certifiable[] = {
    {"z=0.3", -8.0, 8.0, 1e-4, 71, false},          {"z=1", -8.0, 8.0, 1e-4, 195, false},
    {"z=1.5", -8.0, 8.0, 1e-4, 197, false},         {"z=3", -8.0, 8.0, 1e-4, 69, false},
    {"n=2,z=1,-1.5", -8.0, 8.0, 1e-3, 1917, false}, {0}};

const clarke_problem_desc clarke_problem_mcp_orth = {
    .title = "Minimax concave penalty, orthogonal design",
    .formula = "sum_j (kappa/2) (x_j - z_j)^2 + MCP(x_j; lambda, gamma)",
    .source = "Zhang, Ann. Statist. 38 (2010) 894-942; the set is derived",
    .stationary_set =
        "coordinates, for z >= 0: 0 if kappa z <= lambda; (lambda - kappa z)/(1/gamma - "
        "kappa) if gamma lambda < z < lambda/kappa; z if z >= gamma lambda",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_SEPARABLE |
              CLARKE_TRAIT_DEFINABLE,
    .params = mcp_orth_params,
    .params_size = sizeof(mcp_orth),
    .make = mcp_orth_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = mcp_orth_certifiable,
    .outside = "by hand: kappa (t - z) outweighs the penalty's slope for |t - z| > lambda/kappa",
    .prox = clarke_separable_prox,
};
