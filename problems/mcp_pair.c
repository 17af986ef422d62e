/* The minimax concave penalty P(t) = lambda |t| - t^2/(2 gamma) for |t| <= gamma lambda, gamma
   lambda^2/2 beyond, gamma > 1, with a quadratic coupling: problems/lib/penalty_pair.h.

   The zeros of P'(x) + kappa (x - a), a >= 0, are x = 0 if kappa a <= lambda; x = a if a >= gamma lambda;
   and between them x = (kappa a - lambda)/(kappa - 1/gamma) if that is inside (0, gamma lambda). -P'' is
   1/gamma there and 0 at a. The threshold is the firm one, since gamma > 1. */
#include "problems/lib/penalty_pair.h"

static double mcp_pair_value(const clarke_penalty_params *m, double t)
{
    const double edge = m->gamma * m->lambda, size = fabs(t);
    return size <= edge ? m->lambda * size - 0.5 * size * size / m->gamma : 0.5 * edge * m->lambda;
}

static double mcp_pair_slope(const clarke_penalty_params *m, double size)
{
    return fmax(m->lambda - size / m->gamma, 0.0);
}

static clarke_interval mcp_pair_slopes(const clarke_penalty_params *m, clarke_interval size)
{
    return clarke_interval_relu(
        clarke_interval_sub(clarke_interval_point(m->lambda),
                            clarke_interval_div(size, clarke_interval_point(m->gamma))));
}

static double mcp_pair_bend(const clarke_penalty_params *m, double t)
{
    return fabs(t) < m->gamma * m->lambda ? 1.0 / m->gamma : 0.0;
}

static double mcp_pair_most(const clarke_penalty_params *m)
{
    return 1.0 / m->gamma;
}

static size_t mcp_pair_points(const clarke_penalty_params *m, double x[CLARKE_PENALTY_POINTS])
{
    const double a = fabs(m->a), kappa = m->mu / (1.0 + m->mu), edge = m->gamma * m->lambda;
    const double middle = (kappa * a - m->lambda) / (kappa - 1.0 / m->gamma);
    size_t count = 0;
    if (kappa * a < m->lambda) x[count++] = 0.0;
    if (middle > 0.0 && middle < edge) x[count++] = middle;
    if (a > edge) x[count++] = a;
    return count;
}

static size_t mcp_pair_merges(const clarke_penalty_params *m, double merge[CLARKE_PENALTY_POINTS])
{
    const double kappa = m->mu / (1.0 + m->mu), a = fabs(m->a);
    merge[0] = kappa * a - m->lambda;
    merge[1] = a - m->gamma * m->lambda;
    merge[2] = kappa - 1.0 / m->gamma;
    return 3;
}

static double mcp_pair_threshold(const clarke_penalty_params *m, double scale, double v)
{
    const double size = fabs(v), low = m->lambda / scale;
    if (size <= low) return 0.0;
    if (size >= m->gamma * m->lambda) return v;
    return copysign((size - low) / (1.0 - 1.0 / (m->gamma * scale)), v);
}

static const clarke_penalty mcp_pair_penalty = {.value = mcp_pair_value,
                                                .slope = mcp_pair_slope,
                                                .slopes = mcp_pair_slopes,
                                                .bend = mcp_pair_bend,
                                                .most = mcp_pair_most,
                                                .points = mcp_pair_points,
                                                .merges = mcp_pair_merges,
                                                .threshold = mcp_pair_threshold};

static clarke_status mcp_pair_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    return clarke_penalty_pair_make(p, params, &mcp_pair_penalty, mem);
}

static const clarke_param mcp_pair_params[] = {CLARKE_PENALTY_PAIR_PARAMS(1.0625, "2", "1.25"),
                                               {0}};

static const clarke_certifiable mcp_pair_certifiable[] = {
    {"", -4.0, 4.0, 1e-2, 1593, false}, {"a=3", -4.0, 4.0, 1e-2, 669, false}, {0}};

const clarke_problem_desc clarke_problem_mcp_pair = {
    .title = "Minimax concave penalty with a quadratic coupling",
    .source = "derived; Zhang 2010 for the penalty",
    .stationary_set =
        "pairs: y = (x + mu a)/(1 + mu), x in {0, (kappa a - lambda)/(kappa - 1/gamma), "
        "a} as far as they are on their pieces",
    .params = mcp_pair_params,
    .make = mcp_pair_make,
    CLARKE_PENALTY_PAIR,
    .certifiable = mcp_pair_certifiable,
};
