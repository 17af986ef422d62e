#include "problems/lib/bilinear.h"

double clarke_bilinear_entry(double lambda, double low, double high, double t, double r)
{
    const double least = fabs(t) <= r ? -1.0 : clarke_scalar_sign(t);
    const double most = fabs(t) <= r ? 1.0 : clarke_scalar_sign(t);
    return clarke_interval_distance((clarke_interval){low + lambda * least, high + lambda * most});
}

double clarke_bilinear_value(const clarke_problem *p, const double *x)
{
    const clarke_bilinear *b = p->data;
    const size_t m = p->n / 2;
    double sum = 0.0;
    for (size_t i = 0; i < m; i++) sum += b->value(b->lambda, x[i], x[m + i]);
    return sum;
}

void clarke_bilinear_subgradient(const clarke_problem *p, const double *x, double *g)
{
    const clarke_bilinear *b = p->data;
    const size_t m = p->n / 2;
    for (size_t i = 0; i < m; i++) {
        double own[2];
        b->slope(b->lambda, x[i], x[m + i], own);
        g[i] = own[0], g[m + i] = own[1];
    }
}

double clarke_bilinear_hull_distance(const clarke_problem *p, const double *z, double r)
{
    const clarke_bilinear *b = p->data;
    const size_t m = p->n / 2;
    double square = 0.0, last = 0.0;
    for (size_t i = 0; i < m; i++) {
        last = b->hull(b->lambda, z[i], z[m + i], r);
        square += last * last;
    }
    return m == 1 ? last : sqrt(square);
}

double clarke_bilinear_clarke_residual(const clarke_problem *p, const double *x)
{
    return clarke_bilinear_hull_distance(p, x, 0.0);
}

static const clarke_bilinear_point *bilinear_nearest(const clarke_bilinear *b, double x, double y,
                                                     double *distance)
{
    const clarke_bilinear_point *best = b->point;
    const double sign = copysign(1.0, x + y);
    *distance = INFINITY;
    for (size_t k = 0; k < b->points; k++) {
        const double d = hypot(x - sign * b->point[k].t, y - sign * b->point[k].t);
        if (d < *distance) *distance = d, best = &b->point[k];
    }
    return best;
}

/* All pairs at global minima: so is the point; any saddle makes a saddle; there are no maxima. */
static clarke_point_kind bilinear_join(clarke_point_kind a, clarke_point_kind b)
{
    if (a == CLARKE_POINT_SADDLE || b == CLARKE_POINT_SADDLE) return CLARKE_POINT_SADDLE;
    return a == b ? a : CLARKE_POINT_LOCAL_MINIMUM;
}

double clarke_bilinear_stationary_distance(const clarke_problem *p, const double *x,
                                           double *nearest, clarke_point_kind *kind)
{
    const clarke_bilinear *b = p->data;
    const size_t m = p->n / 2;
    double square = 0.0, last = 0.0;
    for (size_t i = 0; i < m; i++) {
        const clarke_bilinear_point *s = bilinear_nearest(b, x[i], x[m + i], &last);
        square += last * last;
        if (nearest) nearest[i] = nearest[m + i] = copysign(s->t, x[i] + x[m + i]);
        if (kind) *kind = i == 0 ? s->kind : bilinear_join(*kind, s->kind);
    }
    return m == 1 ? last : sqrt(square);
}

clarke_interval clarke_bilinear_goldstein_residual(const clarke_problem *p, const double *x,
                                                   double delta)
{
    const double low = clarke_bilinear_hull_distance(p, x, delta);
    if (clarke_bilinear_stationary_distance(p, x, NULL, NULL) <= delta)
        return (clarke_interval){low, low};
    return (clarke_interval){low, fmax(low, clarke_bilinear_clarke_residual(p, x))};
}

clarke_growth clarke_bilinear_growth(const clarke_problem *p, const double *x)
{
    const clarke_bilinear *b = p->data;
    const size_t m = p->n / 2;
    clarke_growth slowest = {NAN, NAN, NAN};
    double distance;
    for (size_t i = 0; i < m; i++)
        slowest =
            clarke_growth_slower(slowest, bilinear_nearest(b, x[i], x[m + i], &distance)->growth);
    return slowest;
}

static void bilinear_facts(clarke_problem *p, clarke_bilinear *b)
{
    double least = INFINITY;
    for (size_t k = 0; k < b->points; k++)
        least = fmin(least, b->value(b->lambda, b->point[k].t, b->point[k].t));
    for (size_t k = 0; k < b->points; k++) {
        clarke_bilinear_point *s = &b->point[k];
        if (s->kind != CLARKE_POINT_LOCAL_MINIMUM) continue;
        p->plan_growth = clarke_growth_slower(p->plan_growth, s->growth);
        if (b->value(b->lambda, s->t, s->t) <= least) s->kind = CLARKE_POINT_GLOBAL_MINIMUM;
    }
    p->minimum = least * (double)(p->n / 2);
}

clarke_status clarke_bilinear_make(clarke_problem *p, const clarke_bilinear_params *params,
                                   clarke_bilinear family, clarke_arena *mem)
{
    if (params->n % 2 != 0)
        return clarke_fail(CLARKE_EINPUT, "%s: n=%zu is odd; the variables are pairs", p->id,
                           params->n);
    CLARKE_TRY(clarke_problem_size(p, params->n, 1.75, -2.0, 2.0, mem));
    clarke_bilinear *b = clarke_alloc(mem, sizeof *b);
    clarke_block *block = clarke_alloc_array(mem, 2, sizeof *block);
    CLARKE_TRY(clarke_arena_status(mem));
    *b = family;
    b->lambda = params->lambda;
    p->data = b;
    const size_t m = p->n / 2;
    block[0] = (clarke_block){"x", 0, m, 1};
    block[1] = (clarke_block){"y", m, m, 1};
    p->layout = (clarke_layout){2, block};
    for (size_t i = m; i < p->n; i++) p->start[i] = 0.25;
    bilinear_facts(p, b);
    return CLARKE_OK;
}

double clarke_bilinear_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                      bool field)
{
    double x[CLARKE_ENCLOSURE_DIMENSION], nearest[CLARKE_ENCLOSURE_DIMENSION];
    clarke_interval near[CLARKE_ENCLOSURE_DIMENSION];
    (void)field;
    clarke_box_middle(p->n, box, x);
    clarke_bilinear_stationary_distance(p, x, nearest, NULL);
    for (size_t i = 0; i < p->n; i++) near[i] = clarke_interval_point(nearest[i]);
    return clarke_box_distance(p->n, box, near);
}

clarke_interval clarke_bilinear_gap(const clarke_problem *p, const clarke_interval *box, size_t i)
{
    return clarke_interval_minus(clarke_interval_mul(box[i], box[p->n / 2 + i]), 1.0);
}

void clarke_bilinear_enclose(const clarke_problem *p, const clarke_interval *box,
                             const clarke_interval *factor, clarke_enclosure *out)
{
    const double lambda = ((const clarke_bilinear *)p->data)->lambda;
    const size_t m = p->n / 2;
    for (size_t i = 0; i < m; i++) {
        clarke_interval v[CLARKE_ENCLOSURE_DIMENSION];
        for (size_t j = 0; j < p->n; j++) v[j] = clarke_interval_point(0.0);
        v[i] = box[m + i], v[m + i] = box[i];
        clarke_enclosure_segment(out, factor[i], v);
    }
    for (size_t j = 0; j < p->n; j++) {
        clarke_interval v[CLARKE_ENCLOSURE_DIMENSION];
        for (size_t k = 0; k < p->n; k++) v[k] = clarke_interval_point(k == j ? lambda : 0.0);
        clarke_enclosure_segment(out, clarke_interval_sign(box[j]), v);
    }
}
