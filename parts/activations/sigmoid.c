/* 1/(1 + exp(-t)). With e = exp(-|t|), which never overflows, the derivative is e/(1 + e)^2, at most
   1/4; |sigma''| = sigma (1 - sigma) |1 - 2 sigma| is largest where sigma (1 - sigma) = 1/6, there
   sqrt(3)/18. */
#include "core/activation.h"

static void sigmoid_value(const clarke_activation_opts *o, size_t n, const clarke_real *t,
                          clarke_real *y)
{
    (void)o;
    for (size_t i = 0; i < n; i++) {
        const clarke_real e = clarke_real_exp(t[i] > 0 ? -t[i] : t[i]);
        y[i] = (t[i] > 0 ? 1 : e) / (1 + e);
    }
}

static void sigmoid_chain(const clarke_activation_opts *o, size_t n, const clarke_real *t,
                          clarke_real *d)
{
    (void)o;
    for (size_t i = 0; i < n; i++) {
        const clarke_real e = clarke_real_exp(t[i] > 0 ? -t[i] : t[i]);
        d[i] *= e / ((1 + e) * (1 + e));
    }
}

static clarke_slopes sigmoid_slopes(const clarke_activation_opts *o, double t)
{
    (void)o;
    const double e = exp(-fabs(t)), slope = e / ((1.0 + e) * (1.0 + e));
    return (clarke_slopes){slope, slope};
}

static clarke_interval sigmoid_subdifferential(const clarke_activation_opts *o, double t)
{
    const clarke_slopes s = sigmoid_slopes(o, t);
    return (clarke_interval){s.left, s.right};
}

static double sigmoid_lipschitz(const clarke_activation_opts *o)
{
    (void)o;
    return 0.25;
}

static double sigmoid_slope_lipschitz(const clarke_activation_opts *o)
{
    (void)o;
    return sqrt(3.0) / 18.0;
}

static clarke_interval sigmoid_range(const clarke_activation_opts *o)
{
    (void)o;
    return (clarke_interval){0.0, 1.0};
}

/* sigma(t) = (1 + tanh(t/2))/2, and tanh a - tanh b = tanh(a - b) (1 - tanh a tanh b). */
static double sigmoid_change(const clarke_activation_opts *o, double t, double d)
{
    (void)o;
    return 0.5 * tanh(0.5 * d) * (1.0 - tanh(0.5 * (t + d)) * tanh(0.5 * t));
}

const clarke_activation_desc CLARKE_REAL(clarke_activation_sigmoid) = {
    .title = "Logistic sigmoid",
    .formula = "1/(1 + exp(-t))",
    .source = "folklore",
    .value = sigmoid_value,
    .chain = sigmoid_chain,
    .slopes = sigmoid_slopes,
    .subdifferential = sigmoid_subdifferential,
    .lipschitz = sigmoid_lipschitz,
    .slope_lipschitz = sigmoid_slope_lipschitz,
    .change = sigmoid_change,
    .range = sigmoid_range,
};
