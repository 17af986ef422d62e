/* Families of sequences beside the base grid, in the order in which they were written: docs/rate-rule.md
   says which of them the estimator had seen when. */
#include "tests/lib/rate_sequences.h"

#include <math.h>
#include <stdio.h>

/* Sequences of families have the base grid's demands on length and noise. */
static void family_decidable_power(rate_maker *m, double needs)
{
    rate_sequence *s = &m->s;
    const double n = (double)s->count;
    s->decidable = s->known && s->k_last >= needs && !(s->gaps && s->noise > 0.0);
    if (s->noise == 0.05) s->decidable = s->decidable && n >= 1000.0;
    if (s->noise == 0.3) s->decidable = s->decidable && n >= 10000.0 && s->theta > 0.3;
}

static void family_decidable_linear(rate_maker *m, double needed)
{
    rate_sequence *s = &m->s;
    const double floor = s->known ? 690.0 : 30.0;
    const size_t points = rate_points_above(m, exp(-floor));
    if (s->noise > 0.0) needed *= 5.0 / 3.0;
    s->decidable = s->known && points >= 40 &&
                   fmin(s->theta * (s->k_last - s->k[0]), floor) >= needed;
}

/* 1: two rates in blocks of 1 to 6 steps, by turns. */
static void family_blocks(rate_maker *m)
{
    rate_sequence *s = &m->s;
    const double efolds = rate_between(m, 12.0, 300.0) / s->k_last,
                 share = rate_between(m, 0.1, 0.9);
    const size_t a = 1 + rate_pick(m, 6), b = 1 + rate_pick(m, 6);
    const double period = (double)(a + b);
    const double la = efolds * period * share / (double)a;
    const double lb = efolds * period * (1.0 - share) / (double)b;
    s->theta = efolds;
    for (size_t i = 0; i < s->count; i++) {
        const double whole = floor(s->k[i] / period), rest = s->k[i] - whole * period;
        const double in_a = fmin(rest, (double)a), in_b = rest - in_a;
        m->v[i] = exp(-whole * period * efolds - la * in_a - lb * in_b);
    }
    family_decidable_linear(m, 18.0);
}

/* 2: k^-p ln(k+1); 4: (k+k0)^-p ln(k+3)^b. */
static void family_log(rate_maker *m)
{
    rate_sequence *s = &m->s;
    s->theta = RATE_ONE_OF(m, 0.5, 1.0, 2.0);
    for (size_t i = 0; i < s->count; i++) m->v[i] = pow(s->k[i], -s->theta) * log(s->k[i] + 1.0);
    family_decidable_power(m, s->noise > 0.0 ? 1e5 : 1e3);
}

static void family_log_power(rate_maker *m)
{
    rate_sequence *s = &m->s;
    const double k0 = rate_between(m, 0.0, 20.0), b = RATE_ONE_OF(m, 0.5, 2.0);
    s->theta = rate_between(m, 0.4, 4.0);
    for (size_t i = 0; i < s->count; i++)
        m->v[i] = pow(s->k[i] + k0, -s->theta) * pow(log(s->k[i] + 3.0), b);
    family_decidable_power(m, s->noise > 0.0 ? 1e5 : 1e3);
}

/* 3: 0.9^k, then c k^-p. */
static void family_two_phases(rate_maker *m)
{
    rate_sequence *s = &m->s;
    const double c = pow(10.0, rate_between(m, -4.0, -1.0));
    s->theta = RATE_ONE_OF(m, 0.5, 1.0, 2.0);
    for (size_t i = 0; i < s->count; i++) m->v[i] = pow(0.9, s->k[i]) + c * pow(s->k[i], -s->theta);
    family_decidable_power(m, s->noise > 0.0 ? 1e4 : 3e3);
}

/* 5: k^a q^k; 7: (k+s)^a q^k or q^k + c q^rk. */
static void family_prefactor(rate_maker *m)
{
    rate_sequence *s = &m->s;
    const double a = rate_between(m, 0.5, 2.0) * (rate_pick(m, 2) ? 1.0 : -1.0);
    s->theta = rate_between(m, 16.0, 240.0) / s->k_last;
    for (size_t i = 0; i < s->count; i++) m->v[i] = exp(a * log(s->k[i]) - s->theta * s->k[i]);
    family_decidable_linear(m, 16.0);
}

static void family_two_rates(rate_maker *m)
{
    rate_sequence *s = &m->s;
    const bool power = rate_pick(m, 2) == 0;
    const double a = rate_between(m, 0.5, 2.0) * (rate_pick(m, 2) ? 1.0 : -1.0),
                 shift = rate_between(m, 1.0, 20.0);
    const double c = rate_between(m, 1.0, 10.0), r = rate_between(m, 1.3, 4.0);
    s->theta = rate_between(m, 20.0, 240.0) / s->k_last;
    for (size_t i = 0; i < s->count; i++) {
        const double k = s->k[i];
        m->v[i] = power ? exp(a * log(k + shift) - s->theta * k)
                        : exp(-s->theta * k) + c * exp(-r * s->theta * k);
    }
    snprintf(s->shape, sizeof s->shape, "%s", power ? "power" : "sum");
    family_decidable_linear(m, 20.0);
}

/* 6: k^-p + c k^-(p+d). */
static void family_second_power(rate_maker *m)
{
    rate_sequence *s = &m->s;
    const double c = rate_between(m, 0.5, 5.0), d = rate_between(m, 0.5, 2.0);
    s->theta = rate_between(m, 0.5, 4.0);
    for (size_t i = 0; i < s->count; i++)
        m->v[i] = pow(s->k[i], -s->theta) * (1.0 + c * pow(s->k[i], -d));
    family_decidable_power(m, s->noise > 0.0 ? 1e4 : 1e3);
}

/* 8 to 10 were written after the estimator was frozen first, 11 to 13 after its last change. */

/* Decidable like the families before, with ten times the length where there is noise. */
static void family_decidable_late(rate_maker *m, double efolds)
{
    rate_sequence *s = &m->s;
    const double n = (double)s->count, K = s->k_last;
    if (s->truth == CLARKE_RATE_LINEAR) {
        family_decidable_linear(m, efolds);
        return;
    }
    s->decidable = s->theta <= 6.0 && (s->noise == 0.0 ? K >= 1e3 && n >= 100.0 : !s->gaps);
    if (s->noise == 0.05) s->decidable = s->decidable && n >= 1e4;
    if (s->noise == 0.3) s->decidable = s->decidable && n >= 1e5 && s->theta > 0.3;
}

/* 8: q^k or (k+k0)^-p under noise that is correlated over time: ln v has AR(1) noise with the
   coefficient phi and the deviation `noise` (the independent noise of make_sequence is off). */
static void family_correlated(rate_maker *m)
{
    rate_sequence *s = &m->s;
    const bool linear = rate_pick(m, 2) == 0;
    const double k0 = rate_between(m, 0.0, 10.0), phi = rate_between(m, 0.3, 0.9);
    s->truth = linear ? CLARKE_RATE_LINEAR : CLARKE_RATE_SUBLINEAR;
    s->theta = linear ? rate_between(m, 20.0, 240.0) / s->k_last : rate_between(m, 0.5, 3.0);
    double e = 0.0, k = 0.0;
    for (size_t i = 0; i < s->count; i++) {
        for (; k < s->k[i]; k++) {
            const double gauss = clarke_stream_gaussian(&m->stream, 2, (uint64_t)k);
            e = k == 0.0 ? gauss : phi * e + sqrt(1.0 - phi * phi) * gauss;
        }
        m->v[i] = linear ? exp(-s->theta * k) : pow(k + k0, -s->theta);
        m->v[i] *= exp(s->noise * e);
    }
    m->own_noise = true;
    snprintf(s->shape, sizeof s->shape, "%s", linear ? "linear" : "power");
    family_decidable_late(m, 20.0);
}

/* 9: gradient descent on x^p/p + c x^r/r, r > p, p = 2 (linear), 3 or 4; iterates or values. */
static void family_descent(rate_maker *m)
{
    rate_sequence *s = &m->s;
    const double p = RATE_ONE_OF(m, 2.0, 3.0, 4.0), r = p + rate_between(m, 0.5, 2.0);
    const double c = rate_between(m, 0.2, 2.0), eta = rate_between(m, 0.02, 0.3);
    const bool values = rate_pick(m, 2) == 0;
    double x = 1.0, k = 1.0;
    for (size_t i = 0; i < s->count; i++) {
        for (; k < s->k[i]; k++) x -= eta * (pow(x, p - 1.0) + c * pow(x, r - 1.0));
        x = fmax(x, 0.0);
        m->v[i] = values ? pow(x, p) / p + c * pow(x, r) / r : x;
    }
    s->truth = p == 2.0 ? CLARKE_RATE_LINEAR : CLARKE_RATE_SUBLINEAR;
    s->theta = p == 2.0 ? -log1p(-eta) * (values ? 2.0 : 1.0) : (values ? p : 1.0) / (p - 2.0);
    snprintf(s->shape, sizeof s->shape, "p=%g %s", p, values ? "values" : "iterates");
    family_decidable_late(m, 20.0);
    /* A start at which the first step overshoots would be another sequence. */
    if (eta * (1.0 + c) >= 1.0) s->decidable = false;
}

/* 10: the norm of heavy ball on a quadratic in two variables. Decidable where the faster mode has
   fallen by exp(10) relative to the slower one. */
static void family_heavy_ball(rate_maker *m)
{
    rate_sequence *s = &m->s;
    const double beta = rate_between(m, 0.0, 0.95), eta = rate_between(m, 0.01, 1.0);
    const double h[2] = {rate_between(m, 0.01, 1.0), rate_between(m, 0.01, 1.0)};
    double x[2] = {1.0, 1.0}, before[2] = {1.0, 1.0}, modulus[2], k = 1.0;
    for (size_t j = 0; j < 2; j++) {
        const double half = 0.5 * (1.0 + beta - eta * h[j]), root = half * half - beta;
        modulus[j] = root >= 0.0 ? fabs(half) + sqrt(root) : sqrt(beta);
    }
    for (size_t i = 0; i < s->count; i++) {
        for (; k < s->k[i]; k++)
            for (size_t j = 0; j < 2; j++) {
                const double next = x[j] - eta * h[j] * x[j] + beta * (x[j] - before[j]);
                before[j] = x[j], x[j] = next;
            }
        m->v[i] = sqrt(x[0] * x[0] + x[1] * x[1]);
    }
    s->theta = -log(fmax(modulus[0], modulus[1]));
    family_decidable_linear(m, 30.0);
    const double apart = fabs(log(modulus[0] / modulus[1]));
    const double fallen = fmin(s->k_last, 690.0 / s->theta) * apart;
    if (fallen < 10.0 && apart > 0.0) s->decidable = false;
}

/* 11: by turns x + a x^(p-1) and x - b x^(p-1), b > a: not monotone. p = 2 (linear), 3 or 4; iterates
   or values. Their mean step is b - a over two, and the asymptote that of descent with it. */
static void family_alternating(rate_maker *m)
{
    rate_sequence *s = &m->s;
    const double p = RATE_ONE_OF(m, 2.0, 3.0, 4.0), b = rate_between(m, 0.1, 0.6);
    const double a = b * rate_between(m, 0.1, 0.6);
    const bool values = rate_pick(m, 2) == 0;
    double x = 0.5, k = 1.0;
    for (size_t i = 0; i < s->count; i++) {
        for (; k < s->k[i]; k++) x += (fmod(k, 2.0) == 1.0 ? a : -b) * pow(x, p - 1.0);
        m->v[i] = values ? pow(x, p) / p : x;
    }
    s->truth = p == 2.0 ? CLARKE_RATE_LINEAR : CLARKE_RATE_SUBLINEAR;
    s->theta = p == 2.0 ? -0.5 * (log1p(a) + log1p(-b)) * (values ? 2.0 : 1.0)
                        : (values ? p : 1.0) / (p - 2.0);
    snprintf(s->shape, sizeof s->shape, "p=%g %s", p, values ? "values" : "iterates");
    family_decidable_late(m, 20.0);
    if (!(s->theta > 0.0)) s->decidable = false;
    if (s->truth == CLARKE_RATE_SUBLINEAR && s->k_last * (b - a) < 100.0) s->decidable = false;
}

/* 12: a randomised contraction: ln v falls by lambda (1 + u) in every step, u uniform in
   (-1/2, 1/2), so that ln v is a random walk about the line. */
static void family_random_walk(rate_maker *m)
{
    rate_sequence *s = &m->s;
    double log_v = 0.0, k = 0.0;
    s->theta = rate_between(m, 20.0, 240.0) / s->k_last;
    for (size_t i = 0; i < s->count; i++) {
        for (; k < s->k[i]; k++)
            log_v -= s->theta * (0.5 + clarke_stream_uniform(&m->stream, 3, (uint64_t)k));
        m->v[i] = exp(log_v);
    }
    family_decidable_linear(m, 20.0);
    if (s->k_last < 1000.0) s->decidable = false;
}

/* 13: squares of Gaussian numbers: (k + k0)^-p times the square of a standard normal one, the heavy
   lower tail of |x_k|^2 of a noisy method. */
static void family_squares(rate_maker *m)
{
    rate_sequence *s = &m->s;
    const double k0 = rate_between(m, 0.0, 10.0);
    s->truth = CLARKE_RATE_SUBLINEAR;
    s->theta = rate_between(m, 0.5, 2.0);
    for (size_t i = 0; i < s->count; i++) {
        const double gauss = clarke_stream_gaussian(&m->stream, 4, (uint64_t)i);
        m->v[i] = pow(s->k[i] + k0, -s->theta) * gauss * gauss;
    }
    m->own_noise = true;
    s->noise = 2.2;
    s->decidable = !s->gaps && s->count >= 10000;
}

/* 14 to 16 were written after the last change of the estimator, the error of walking residuals. */

/* 14: two rates, lambda (1 - d) and lambda (1 + d), that a Markov chain switches after 1/h steps on
   average: ln v is a walk with correlated steps. Decidable from 1000 steps and 100 sojourns on. */
static void family_switched(rate_maker *m)
{
    rate_sequence *s = &m->s;
    const double d = rate_between(m, 0.2, 1.0), sojourn = exp(rate_between(m, 0.0, log(50.0)));
    bool fast = rate_pick(m, 2) == 0;
    double log_v = 0.0, k = 0.0;
    s->theta = rate_between(m, 20.0, 240.0) / s->k_last;
    for (size_t i = 0; i < s->count; i++) {
        for (; k < s->k[i]; k++) {
            log_v -= s->theta * (fast ? 1.0 + d : 1.0 - d);
            if (clarke_stream_uniform(&m->stream, 5, (uint64_t)k) < 1.0 / sojourn) fast = !fast;
        }
        m->v[i] = exp(log_v);
    }
    family_decidable_linear(m, 20.0);
    if (s->k_last < fmax(1000.0, 100.0 * sojourn)) s->decidable = false;
}

/* 15: descent on |x|^p/p with steps eta (1/2 + u), u uniform in (0, 1); p = 2 (linear, with lambda
   = -E ln(1 - eta (1/2 + u))), 3 or 4; iterates or values. */
static void family_random_steps(rate_maker *m)
{
    rate_sequence *s = &m->s;
    const double p = RATE_ONE_OF(m, 2.0, 3.0, 4.0), eta = rate_between(m, 0.02, 0.4);
    const bool values = rate_pick(m, 2) == 0;
    const double low = 1.0 - 0.5 * eta, high = 1.0 - 1.5 * eta;
    double x = 1.0, k = 1.0;
    for (size_t i = 0; i < s->count; i++) {
        for (; k < s->k[i]; k++)
            x -= eta * (0.5 + clarke_stream_uniform(&m->stream, 6, (uint64_t)k)) * pow(x, p - 1.0);
        m->v[i] = values ? pow(x, p) / p : x;
    }
    s->truth = p == 2.0 ? CLARKE_RATE_LINEAR : CLARKE_RATE_SUBLINEAR;
    s->theta = (values ? p : 1.0) / (p - 2.0);
    if (p == 2.0)
        s->theta = (values ? 2.0 : 1.0) * (1.0 - (low * log(low) - high * log(high)) / eta);
    snprintf(s->shape, sizeof s->shape, "p=%g %s", p, values ? "values" : "iterates");
    family_decidable_late(m, 20.0);
    if (s->k_last < 1000.0) s->decidable = false;
}

/* 16: q^k or (k+k0)^-p under noise that stays for long: AR(1) in ln v with a correlation time from
   10 steps to a twentieth of the length; the deviation is `noise`, 0.05 where that is 0. */
static void family_slow_noise(rate_maker *m)
{
    rate_sequence *s = &m->s;
    const bool linear = rate_pick(m, 2) == 0;
    const double k0 = rate_between(m, 0.0, 10.0);
    const double time = exp(rate_between(m, log(10.0), log(fmax(20.0, s->k_last / 20.0))));
    const double phi = exp(-1.0 / time);
    double e = 0.0, k = 0.0;
    s->truth = linear ? CLARKE_RATE_LINEAR : CLARKE_RATE_SUBLINEAR;
    s->theta = linear ? rate_between(m, 20.0, 240.0) / s->k_last : rate_between(m, 0.5, 3.0);
    s->noise = fmax(s->noise, 0.05);
    for (size_t i = 0; i < s->count; i++) {
        for (; k < s->k[i]; k++) {
            const double gauss = clarke_stream_gaussian(&m->stream, 7, (uint64_t)k);
            e = k == 0.0 ? gauss : phi * e + sqrt(1.0 - phi * phi) * gauss;
        }
        m->v[i] = (linear ? exp(-s->theta * k) : pow(k + k0, -s->theta)) * exp(s->noise * e);
    }
    m->own_noise = true;
    snprintf(s->shape, sizeof s->shape, "%s", linear ? "linear" : "power");
    family_decidable_late(m, 20.0);
    if (s->k_last < 1000.0) s->decidable = false;
}

const rate_generator rate_families[] = {
    {"1 two rates in blocks", CLARKE_RATE_LINEAR, family_blocks},
    {"2 k^-p ln(k+1)", CLARKE_RATE_SUBLINEAR, family_log},
    {"3 0.9^k, then c k^-p", CLARKE_RATE_SUBLINEAR, family_two_phases},
    {"4 (k+k0)^-p ln(k+3)^b", CLARKE_RATE_SUBLINEAR, family_log_power},
    {"5 k^a q^k", CLARKE_RATE_LINEAR, family_prefactor},
    {"6 k^-p + c k^-(p+d)", CLARKE_RATE_SUBLINEAR, family_second_power},
    {"7 (k+s)^a q^k, q^k + c q^rk", CLARKE_RATE_LINEAR, family_two_rates},
    {"8 correlated noise", CLARKE_RATE_LINEAR, family_correlated},
    {"9 descent on x^p/p + c x^r/r", CLARKE_RATE_LINEAR, family_descent},
    {"10 heavy ball in two variables", CLARKE_RATE_LINEAR, family_heavy_ball},
    {"11 by turns up and down", CLARKE_RATE_LINEAR, family_alternating},
    {"12 randomised contraction", CLARKE_RATE_LINEAR, family_random_walk},
    {"13 squares of Gaussians", CLARKE_RATE_SUBLINEAR, family_squares},
    {"14 rates that a chain switches", CLARKE_RATE_LINEAR, family_switched},
    {"15 descent by random steps", CLARKE_RATE_LINEAR, family_random_steps},
    {"16 noise that stays", CLARKE_RATE_LINEAR, family_slow_noise},
};
const size_t rate_families_count = sizeof rate_families / sizeof rate_families[0];
