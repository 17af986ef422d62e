#include "core/enclosure.h"

#include <assert.h>

void clarke_enclosure_begin(clarke_enclosure *e, size_t n)
{
    assert(n >= 1 && n <= CLARKE_ENCLOSURE_DIMENSION);
    e->n = n;
    e->parts = e->vertices = 0;
    e->first[0] = 0;
    for (size_t i = 0; i < n; i++) e->centre[i] = clarke_interval_point(0.0);
}

void clarke_enclosure_add(clarke_enclosure *e, const clarke_interval *v)
{
    for (size_t i = 0; i < e->n; i++) e->centre[i] = clarke_interval_add(e->centre[i], v[i]);
}

void clarke_enclosure_part(clarke_enclosure *e)
{
    assert(e->parts < CLARKE_ENCLOSURE_PARTS);
    assert(e->parts == 0 || e->first[e->parts] > e->first[e->parts - 1]);
    e->parts++;
    e->first[e->parts] = e->vertices;
}

void clarke_enclosure_vertex(clarke_enclosure *e, const clarke_interval *v)
{
    assert(e->parts > 0 && e->vertices < CLARKE_ENCLOSURE_VERTICES);
    for (size_t i = 0; i < e->n; i++) e->vertex[e->vertices][i] = v[i];
    e->first[e->parts] = ++e->vertices;
}

void clarke_enclosure_segment(clarke_enclosure *e, clarke_interval lambda, const clarke_interval *v)
{
    clarke_interval low[CLARKE_ENCLOSURE_DIMENSION], high[CLARKE_ENCLOSURE_DIMENSION];
    for (size_t i = 0; i < e->n; i++) {
        low[i] = clarke_interval_scale(lambda.low, v[i]);
        high[i] = clarke_interval_scale(lambda.high, v[i]);
    }
    if (lambda.low == lambda.high) {
        clarke_enclosure_add(e, low);
        return;
    }
    clarke_enclosure_part(e);
    clarke_enclosure_vertex(e, low);
    clarke_enclosure_vertex(e, high);
}

double clarke_norm_upper(size_t n, const double *d)
{
    double sum = 0.0;
    if (n == 1) return d[0];
    for (size_t i = 0; i < n; i++) sum = clarke_round_up(sum + clarke_round_up(d[i] * d[i]));
    return clarke_round_up(sqrt(sum));
}

double clarke_box_distance(size_t n, const clarke_interval *box, const clarke_interval *near)
{
    double d[CLARKE_ENCLOSURE_DIMENSION];
    assert(n <= CLARKE_ENCLOSURE_DIMENSION);
    for (size_t i = 0; i < n; i++) d[i] = clarke_interval_mag(clarke_interval_sub(box[i], near[i]));
    return clarke_norm_upper(n, d);
}

void clarke_box_middle(size_t n, const clarke_interval *box, double *x)
{
    for (size_t i = 0; i < n; i++) x[i] = 0.5 * box[i].low + 0.5 * box[i].high;
}

clarke_interval clarke_box_norm(size_t n, const clarke_interval *box)
{
    if (n == 1) return clarke_interval_abs(box[0]);
    clarke_interval sum = clarke_interval_point(0.0);
    for (size_t i = 0; i < n; i++) sum = clarke_interval_add(sum, clarke_interval_sqr(box[i]));
    return clarke_interval_sqrt(sum);
}
