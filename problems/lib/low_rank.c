#include "problems/lib/low_rank.h"

const clarke_low_rank *clarke_low_rank_of(const clarke_problem *p)
{
    return p->data;
}

double clarke_low_rank_size(const clarke_low_rank *d, size_t i)
{
    return d->sigma[i] > d->lambda ? sqrt(d->sigma[i] - d->lambda) : 0.0;
}

clarke_growth clarke_low_rank_growth(const clarke_problem *p, const double *x)
{
    clarke_point_kind kind;
    p->desc->stationary_distance(p, x, NULL, &kind);
    return kind == CLARKE_POINT_GLOBAL_MINIMUM ? p->plan_growth : (clarke_growth){NAN, NAN, NAN};
}

double clarke_low_rank_hull(const clarke_problem *p, const double *z, double r)
{
    const clarke_low_rank *d = clarke_low_rank_of(p);
    const double reach = clarke_scalar_norm(p->n, z) + r;
    const double bend = 2.0 * reach * reach + d->sigma[0] + d->lambda;
    const double rounding = 8.0 * (double)p->n * DBL_EPSILON * (bend * reach);
    return fmax(0.0, p->desc->clarke_residual(p, z) - bend * r - rounding);
}

double clarke_low_rank_lipschitz(const clarke_problem *p, double radius)
{
    const clarke_low_rank *d = clarke_low_rank_of(p);
    return radius * (d->sigma[0] + 0.5 * radius * radius + d->lambda);
}

double clarke_low_rank_weak_convexity(const clarke_problem *p, double radius)
{
    const clarke_low_rank *d = clarke_low_rank_of(p);
    return fmax(0.0, d->sigma[0] + 0.5 * radius * radius - d->lambda);
}

static clarke_status low_rank_check(const clarke_problem *p, const clarke_low_rank_params *q,
                                    size_t rank)
{
    if (q->n != 2 * rank * q->sigma.count)
        return clarke_fail(CLARKE_EINPUT,
                           "%s: n=%zu for %zu singular values; it has to be %s "
                           "their number",
                           p->id, q->n, q->sigma.count, rank == 1 ? "twice" : "four times");
    for (size_t i = 0; i < q->sigma.count; i++) {
        const double below = i + 1 < q->sigma.count ? q->sigma.value[i + 1] : 0.0;
        if (!(q->sigma.value[i] > below))
            return clarke_fail(CLARKE_EINPUT, "%s: the numbers of sigma have to fall", p->id);
        if (i >= rank && q->sigma.value[i] == q->lambda)
            return clarke_fail(
                CLARKE_EINPUT,
                "%s: lambda=%g is the singular value %zu; only the first%s may be it", p->id,
                q->lambda, i + 1, rank == 1 ? "" : " two");
    }
    return CLARKE_OK;
}

clarke_status clarke_low_rank_make(clarke_problem *p, const clarke_low_rank_params *q, size_t rank,
                                   double start, clarke_arena *mem)
{
    const size_t m = q->sigma.count;
    CLARKE_TRY(low_rank_check(p, q, rank));
    CLARKE_TRY(clarke_problem_size(p, q->n, start, -2.0, 2.0, mem));
    clarke_low_rank *d = clarke_alloc(mem, sizeof *d);
    clarke_block *block = clarke_alloc_array(mem, 2, sizeof *block);
    double *nearest = clarke_vec(mem, q->n);
    CLARKE_TRY(clarke_arena_status(mem));
    *d = (clarke_low_rank){m, q->sigma.value, q->lambda, 0.0, nearest};
    p->data = d;
    block[0] = (clarke_block){"x", 0, m, rank};
    block[1] = (clarke_block){"y", rank * m, m, rank};
    p->layout = (clarke_layout){2, block};
    for (size_t i = 0; i < m; i++) d->energy += q->sigma.value[i] * q->sigma.value[i];
    const double radius = p->box_high * sqrt((double)p->n);
    p->gradient_bound = 0.0;
    p->smoothness = 2.0 * radius * radius + d->sigma[0] + d->lambda;
    return CLARKE_OK;
}
