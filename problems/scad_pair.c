/* The smoothly clipped absolute deviation P: P(0) = 0 and, for t > 0, P'(t) = lambda on (0, lambda],
   (gamma lambda - t)/(gamma - 1) on [lambda, gamma lambda], 0 beyond; even; gamma > 2; with a quadratic
   coupling: problems/lib/penalty_pair.h.

   The zeros of P'(x) + kappa (x - a), a >= 0, are x = 0 if kappa a <= lambda; x = a - lambda/kappa if that
   is in (0, lambda); x = (kappa a - gamma lambda/(gamma - 1))/(kappa - 1/(gamma - 1)) if that is in
   (lambda, gamma lambda); x = a if a >= gamma lambda. -P'' is 1/(gamma - 1) on the middle piece and 0 on
   the others. The threshold is single-valued since gamma > 2. */
#include "problems/lib/penalty_pair.h"

static double scad_pair_value(const clarke_penalty_params *m, double t)
{
    const double edge = m->gamma * m->lambda, size = fabs(t), left = edge - size;
    if (size <= m->lambda) return m->lambda * size;
    const double most = 0.5 * (m->gamma + 1.0) * m->lambda * m->lambda;
    return left > 0.0 ? most - 0.5 * left * left / (m->gamma - 1.0) : most;
}

static double scad_pair_slope(const clarke_penalty_params *m, double size)
{
    const double left = (m->gamma * m->lambda - size) / (m->gamma - 1.0);
    return fmin(fmax(left, 0.0), m->lambda);
}

static clarke_interval scad_pair_slopes(const clarke_penalty_params *m, clarke_interval size)
{
    const clarke_interval edge = clarke_interval_scale(m->gamma, clarke_interval_point(m->lambda));
    clarke_interval left = clarke_interval_relu(
        clarke_interval_div(clarke_interval_sub(edge, size),
                            clarke_interval_minus(clarke_interval_point(m->gamma), 1.0)));
    left.low = fmin(left.low, m->lambda), left.high = fmin(left.high, m->lambda);
    return left;
}

static double scad_pair_most(const clarke_penalty_params *m)
{
    return 1.0 / (m->gamma - 1.0);
}

static double scad_pair_bend(const clarke_penalty_params *m, double t)
{
    return fabs(t) > m->lambda && fabs(t) < m->gamma * m->lambda ? scad_pair_most(m) : 0.0;
}

static size_t scad_pair_points(const clarke_penalty_params *m, double x[CLARKE_PENALTY_POINTS])
{
    const double a = fabs(m->a), kappa = m->mu / (1.0 + m->mu), edge = m->gamma * m->lambda;
    const double slope = scad_pair_most(m), first = a - m->lambda / kappa;
    const double middle = (kappa * a - slope * edge) / (kappa - slope);
    size_t count = 0;
    if (first < 0.0) x[count++] = 0.0;
    if (first > 0.0 && first < m->lambda) x[count++] = first;
    if (middle > m->lambda && middle < edge) x[count++] = middle;
    if (a > edge) x[count++] = a;
    return count;
}

static size_t scad_pair_merges(const clarke_penalty_params *m, double merge[CLARKE_PENALTY_POINTS])
{
    const double kappa = m->mu / (1.0 + m->mu), a = fabs(m->a);
    merge[0] = kappa * a - m->lambda;
    merge[1] = kappa * (a - m->lambda) - m->lambda;
    merge[2] = a - m->gamma * m->lambda;
    merge[3] = kappa - scad_pair_most(m);
    return 4;
}

static double scad_pair_threshold(const clarke_penalty_params *m, double scale, double v)
{
    const double size = fabs(v), low = m->lambda / scale, slope = scad_pair_most(m);
    if (size <= low) return 0.0;
    if (size <= m->lambda + low) return copysign(size - low, v);
    if (size >= m->gamma * m->lambda) return v;
    return copysign((scale * size - slope * m->gamma * m->lambda) / (scale - slope), v);
}

static const clarke_penalty scad_pair_penalty = {.value = scad_pair_value,
                                                 .slope = scad_pair_slope,
                                                 .slopes = scad_pair_slopes,
                                                 .bend = scad_pair_bend,
                                                 .most = scad_pair_most,
                                                 .points = scad_pair_points,
                                                 .merges = scad_pair_merges,
                                                 .threshold = scad_pair_threshold};

static clarke_status scad_pair_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    return clarke_penalty_pair_make(p, params, &scad_pair_penalty, mem);
}

static const clarke_param scad_pair_params[] = {CLARKE_PENALTY_PAIR_PARAMS(2.0625, "3.5", "1.875"),
                                                {0}};

static const clarke_certifiable scad_pair_certifiable[] = {
    {"", -4.0, 4.0, 0.01, 3065, false},
    {0},
};

const clarke_problem_desc clarke_problem_scad_pair = {
    .title = "Smoothly clipped absolute deviation with a quadratic coupling",
    .source = "derived; Fan and Li 2001 for the penalty",
    .stationary_set =
        "pairs: y = (x + mu a)/(1 + mu), x in {0, a - lambda/kappa, (kappa a - gamma lambda/(gamma "
        "- 1))/(kappa - 1/(gamma - 1)), a} as far as they are on their pieces",
    .params = scad_pair_params,
    .make = scad_pair_make,
    CLARKE_PENALTY_PAIR,
    .certifiable = scad_pair_certifiable,
};
