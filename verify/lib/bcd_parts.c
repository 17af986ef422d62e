/* Activations and losses for those who judge: values, changes and slopes in long double. */
#include "verify/lib/bcd.h"

#include <math.h>

bool clarke_bcd_sigma_smooth(const clarke_bcd_net *s, size_t layer)
{
    const clarke_bcd_sigma sigma = s->sigma[layer];
    return sigma == CLARKE_BCD_LINEAR || sigma == CLARKE_BCD_SIGMOID || sigma == CLARKE_BCD_TANH;
}

long double clarke_bcd_sigma_value(const clarke_bcd_net *s, size_t layer, long double t)
{
    switch (s->sigma[layer]) {
    case CLARKE_BCD_LINEAR: return t;
    case CLARKE_BCD_RELU: return t > 0.0L || isnan(t) ? t : 0.0L;
    case CLARKE_BCD_LEAKY: return t > 0.0L ? t : s->net->layer[layer].opts.negative_slope * t;
    case CLARKE_BCD_ABS: return fabsl(t);
    case CLARKE_BCD_HARD_TANH: return t < -1.0L ? -1.0L : t > 1.0L ? 1.0L : t;
    case CLARKE_BCD_SIGMOID: return 0.5L + 0.5L * tanhl(0.5L * t);
    case CLARKE_BCD_TANH: return tanhl(t);
    }
    return NAN;
}

/* tanh(t + d) - tanh t = sinh d / (cosh t cosh(t + d)); far out both are 1 to all digits. */
static long double bcd_tanh_change(long double t, long double d)
{
    const long double u = t + d;
    if (fabsl(d) > 1.0L || fabsl(t) > 1000.0L) return tanhl(u) - tanhl(t);
    return sinhl(d) / coshl(t) / coshl(u);
}

/* On one linear piece the change is slope * d; across a kink the values are subtracted, and are no
   larger than |d| there. */
long double clarke_bcd_sigma_change(const clarke_bcd_net *s, size_t layer, long double t,
                                    long double d)
{
    const long double u = t + d;
    switch (s->sigma[layer]) {
    case CLARKE_BCD_LINEAR: return d;
    case CLARKE_BCD_SIGMOID: return 0.5L * bcd_tanh_change(0.5L * t, 0.5L * d);
    case CLARKE_BCD_TANH: return bcd_tanh_change(t, d);
    case CLARKE_BCD_HARD_TANH:
        if (fabsl(t) <= 1.0L && fabsl(u) <= 1.0L) return d;
        break;
    case CLARKE_BCD_RELU:
    case CLARKE_BCD_LEAKY:
    case CLARKE_BCD_ABS:
        if (t >= 0.0L && u >= 0.0L) return d;
        if (t <= 0.0L && u <= 0.0L) {
            long double slope[2];
            clarke_bcd_sigma_slopes(s, layer, -1.0L, slope);
            return slope[0] * d;
        }
        break;
    }
    return clarke_bcd_sigma_value(s, layer, u) - clarke_bcd_sigma_value(s, layer, t);
}

void clarke_bcd_sigma_slopes(const clarke_bcd_net *s, size_t layer, long double t,
                             long double slope[2])
{
    long double value;
    switch (s->sigma[layer]) {
    case CLARKE_BCD_LINEAR: slope[0] = slope[1] = 1.0L; return;
    case CLARKE_BCD_RELU:
        slope[0] = t > 0.0L ? 1.0L : 0.0L;
        slope[1] = t >= 0.0L ? 1.0L : 0.0L;
        return;
    case CLARKE_BCD_LEAKY:
        slope[0] = t > 0.0L ? 1.0L : s->net->layer[layer].opts.negative_slope;
        slope[1] = t >= 0.0L ? 1.0L : s->net->layer[layer].opts.negative_slope;
        return;
    case CLARKE_BCD_ABS:
        slope[0] = t > 0.0L ? 1.0L : -1.0L;
        slope[1] = t >= 0.0L ? 1.0L : -1.0L;
        return;
    case CLARKE_BCD_HARD_TANH:
        slope[0] = t > -1.0L && t <= 1.0L ? 1.0L : 0.0L;
        slope[1] = t >= -1.0L && t < 1.0L ? 1.0L : 0.0L;
        return;
    case CLARKE_BCD_SIGMOID:
        value = tanhl(0.5L * t);
        slope[0] = slope[1] = 0.25L * (1.0L - value) * (1.0L + value);
        return;
    case CLARKE_BCD_TANH:
        value = tanhl(t);
        slope[0] = slope[1] = (1.0L - value) * (1.0L + value);
        return;
    }
}

static size_t bcd_outputs(const clarke_split *net)
{
    return net->layer[net->depth].out;
}

long double clarke_bcd_margin(const clarke_split *net, const double *z, const double *y)
{
    long double m = 0.0L;
    for (size_t i = 0; i < bcd_outputs(net); i++) m += (long double)y[i] * (long double)z[i];
    return m;
}

/* log(1 + e^-m), and how much it changes when m grows by d: log1p(expm1(-d) / (1 + e^m)). */
static long double bcd_logistic(long double m)
{
    return m > 0.0L ? log1pl(expl(-m)) : log1pl(expl(m)) - m;
}

static long double bcd_logistic_change(long double m, long double d)
{
    if (fabsl(d) > 1.0L || fabsl(m) > 1000.0L) return bcd_logistic(m + d) - bcd_logistic(m);
    return log1pl(expm1l(-d) / (1.0L + expl(m)));
}

static long double bcd_largest(size_t size, const double *z)
{
    long double top = -INFINITY;
    for (size_t i = 0; i < size; i++)
        if (!((long double)z[i] <= top)) top = z[i];
    return top;
}

/* log sum e^z - y.z for a probability vector y. */
static long double bcd_softmax(const clarke_split *net, const double *z, const double *y)
{
    const size_t size = bcd_outputs(net);
    const long double top = bcd_largest(size, z);
    long double sum = 0.0L;
    for (size_t i = 0; i < size; i++) sum += expl((long double)z[i] - top);
    return top + logl(sum) - clarke_bcd_margin(net, z, y);
}

void clarke_bcd_softmax_share(const clarke_split *net, const double *z, long double *p)
{
    const size_t size = bcd_outputs(net);
    const long double top = bcd_largest(size, z);
    long double sum = 0.0L;
    for (size_t i = 0; i < size; i++) sum += p[i] = expl((long double)z[i] - top);
    for (size_t i = 0; i < size; i++) p[i] /= sum;
}

static long double bcd_softmax_change(size_t size, const double *z, const long double *d,
                                      const double *y)
{
    const long double top = bcd_largest(size, z);
    long double sum = 0.0L, grown = 0.0L, linear = 0.0L;
    for (size_t i = 0; i < size; i++) {
        const long double e = expl((long double)z[i] - top);
        sum += e;
        grown += e * expm1l(d[i]);
        linear += (long double)y[i] * d[i];
    }
    return log1pl(grown / sum) - linear;
}

long double clarke_bcd_loss_value(const clarke_bcd_net *s, const double *z, const double *y)
{
    const size_t size = bcd_outputs(s->net);
    const long double room = 1.0L - clarke_bcd_margin(s->net, z, y);
    long double sum = 0.0L;
    switch (s->loss) {
    case CLARKE_BCD_SQUARED:
        for (size_t i = 0; i < size; i++) {
            const long double e = (long double)z[i] - (long double)y[i];
            sum += 0.5L * e * e;
        }
        return sum;
    case CLARKE_BCD_HINGE: return room <= 0.0L ? 0.0L : room;
    case CLARKE_BCD_SQUARED_HINGE: return room <= 0.0L ? 0.0L : 0.5L * room * room;
    case CLARKE_BCD_LOGISTIC: return bcd_logistic(1.0L - room);
    case CLARKE_BCD_SOFTMAX: return bcd_softmax(s->net, z, y);
    }
    return NAN;
}

long double clarke_bcd_loss_change(const clarke_bcd_net *s, const double *z, const long double *d,
                                   const double *y)
{
    const size_t size = bcd_outputs(s->net);
    const long double room = 1.0L - clarke_bcd_margin(s->net, z, y);
    long double shift = 0.0L, sum = 0.0L;
    for (size_t i = 0; i < size; i++) shift += (long double)y[i] * d[i];
    switch (s->loss) {
    case CLARKE_BCD_SQUARED:
        for (size_t i = 0; i < size; i++)
            sum += d[i] * ((long double)z[i] - (long double)y[i] + 0.5L * d[i]);
        return sum;
    case CLARKE_BCD_HINGE:
        if (room >= 0.0L && room - shift >= 0.0L) return -shift;
        return fmaxl(room - shift, 0.0L) - fmaxl(room, 0.0L);
    case CLARKE_BCD_SQUARED_HINGE:
        if (room >= 0.0L && room - shift >= 0.0L) return shift * (0.5L * shift - room);
        return 0.5L * (powl(fmaxl(room - shift, 0.0L), 2.0L) - powl(fmaxl(room, 0.0L), 2.0L));
    case CLARKE_BCD_LOGISTIC: return bcd_logistic_change(1.0L - room, shift);
    case CLARKE_BCD_SOFTMAX: return bcd_softmax_change(size, z, d, y);
    }
    return NAN;
}
