#include "problems/lib/square_well.h"

clarke_square_well clarke_square_well_make(double weight, double square)
{
    return (clarke_square_well){weight, square, sqrt(square)};
}

double clarke_square_well_value(const void *c, double t)
{
    const clarke_square_well *w = c;
    return w->weight * fabs(t * t - w->square);
}

double clarke_square_well_slope(const void *c, double t)
{
    const clarke_square_well *w = c;
    return 2.0 * w->weight * t * clarke_scalar_sign(fabs(t) - w->kink);
}

clarke_interval clarke_square_well_at(const void *c, double t, bool field)
{
    (void)field;
    const clarke_square_well *w = c;
    const double steep = 2.0 * w->weight * w->kink;
    if (fabs(t) == w->kink) return (clarke_interval){-steep, steep};
    return clarke_interval_point(clarke_square_well_slope(c, t));
}

double clarke_square_well_next_break(const void *c, double t)
{
    const double kink = ((const clarke_square_well *)c)->kink;
    return t < -kink ? -kink : t < kink ? kink : INFINITY;
}

double clarke_square_well_nearest(const void *c, double t, clarke_point_kind *kind)
{
    const clarke_square_well *w = c;
    const double s = fabs(t) < 0.5 * w->kink ? 0.0 : copysign(w->kink, t);
    *kind = s == 0.0 && w->square > 0.0 ? CLARKE_POINT_LOCAL_MAXIMUM : CLARKE_POINT_GLOBAL_MINIMUM;
    return s;
}

clarke_growth clarke_square_well_growth(const void *c, double s)
{
    const clarke_square_well *w = c;
    if (s == 0.0) return clarke_growth_make(2.0, w->weight);
    return clarke_growth_make(1.0, 2.0 * w->weight * w->kink);
}

/* By the sign of y^2 - square in y - x + t phi'(y) = 0. For 2 weight t >= 1 the inner piece is
   concave and its best point is the kink. */
double clarke_square_well_prox(const void *c, double step, double t)
{
    const clarke_square_well *w = c;
    const double a = fabs(t), shift = 2.0 * w->weight * step;
    if (a > w->kink * (1.0 + shift)) return t / (1.0 + shift);
    if (a >= w->kink * (1.0 - shift)) return copysign(w->kink, t);
    return t / (1.0 - shift);
}

double clarke_square_well_weak_convexity(const void *c, double radius)
{
    (void)radius;
    const clarke_square_well *w = c;
    return w->square > 0.0 ? 2.0 * w->weight : 0.0;
}

clarke_scalar_facts clarke_square_well_facts(const void *c)
{
    const clarke_square_well *w = c;
    const clarke_growth growth = clarke_square_well_growth(c, w->kink);
    return (clarke_scalar_facts){0.0, growth, 2.0 * w->weight * w->kink};
}

clarke_interval clarke_square_well_enclose(const void *c, clarke_interval t, bool field)
{
    (void)field;
    const clarke_square_well *w = c;
    const clarke_interval side =
        clarke_interval_sign(clarke_interval_minus(clarke_interval_sqr(t), w->square));
    return clarke_interval_mul(clarke_interval_scale(2.0 * w->weight, t), side);
}

/* The kink is a rounded root. */
void clarke_square_well_declared(const void *c, double t, bool field, clarke_interval *low,
                                 clarke_interval *high)
{
    clarke_point_kind kind;
    const double s = clarke_square_well_nearest(c, t, &kind);
    (void)field;
    *low = *high = clarke_interval_ulps(s, s == 0.0 ? 0 : 1);
}
