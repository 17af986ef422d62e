/* The gate on a plan, before any step is taken: the predicted last block must end well below the
   level, the law must fall far enough to be seen, the transient must have time. */
#include "verify/rules/limit.h"

#include <math.h>
#include <stdio.h>

enum { GATE_DRAWS = 20000 };

/* ---- the null level ---- */

static double gate_norm(const double *x, size_t n)
{
    double sum = 0.0;
    for (size_t j = 0; j < n; j++) sum += x[j] * x[j];
    return sqrt(sum);
}

clarke_limit_null clarke_limit_null_level(const clarke_problem *p, clarke_limit_quantity quantity,
                                          bool field, double *point)
{
    const clarke_stream stream = clarke_stream_make(1, p->spec, "null", 0, 0, "null level");
    double *g = point + p->n, sum = 0.0, squares = 0.0, slope = 0.0;
    const double width = p->box_high - p->box_low;
    for (uint64_t i = 0; i < GATE_DRAWS; i++) {
        for (size_t j = 0; j < p->n; j++)
            point[j] = p->box_low + width * clarke_stream_uniform(&stream, i, j);
        p->desc->subgradient(p, point, g);
        const double norm = gate_norm(g, p->n);
        slope = fmax(slope, norm);
        double d = norm;
        if (quantity == CLARKE_LIMIT_DISTANCE)
            d = field ? clarke_field_distance(p, point, NULL)
                      : p->desc->stationary_distance(p, point, NULL, NULL);
        sum += d;
        squares += d * d;
    }
    const double mean = sum / GATE_DRAWS, variance = fmax(0.0, squares / GATE_DRAWS - mean * mean);
    return (clarke_limit_null){mean, sqrt(variance / GATE_DRAWS), slope};
}

/* ---- the prediction ---- */

double clarke_limit_deviation(const clarke_problem *p, clarke_sampling sampling,
                              const clarke_noise *noise)
{
    /* Signs are terms of the sum: an epoch's add up to 0, and a batch averages them. Gaussian and
       Pareto noise is added to the mean of the batch, whatever the sampling. */
    const bool terms = noise->kind == CLARKE_NOISE_SIGNS || noise->kind == CLARKE_NOISE_BIAS;
    const double added = terms ? 0.0 : clarke_noise_deviation(noise);
    if (sampling.kind != CLARKE_SAMPLING_REPLACEMENT) return added;
    const double drawn = hypot(p->term_deviation, terms ? clarke_noise_deviation(noise) : 0.0);
    return hypot(added, drawn / sqrt((double)sampling.batch));
}

/* What the noise alone leaves in the last block, at the steps of t = 2^(-1/4) T (with a = 1 the
   block is ruled by its beginning). The constants 3 and 4.5 are measured: block maxima over that
   many relaxation times. */
static double gate_noise_floor(const clarke_limit_law *law, const clarke_limit_setting *s)
{
    const double eta = law->times.eta_gate, theta = law->times.theta_gate,
                 root = sqrt((double)s->n);
    const double p = law->growth.p, kappa = law->growth.kappa, sigma = s->sigma;
    if (law->quantity == CLARKE_LIMIT_MOMENTUM) {
        /* Three deviations of the averaged noise; at a kink the field itself is noise of size G. */
        const double kink = p == 1.0 ? s->gradient : 0.0;
        return root * (3.0 * sigma * sqrt(theta / (2.0 - theta)) + kink * sqrt(theta));
    }
    if (sigma == 0.0) return 0.0;
    if (clarke_limit_is_sign(law->map))
        return (p == 1.0 ? 4.5 : 1.0) * root *
               pow(3.0 * sigma * eta / sqrt(theta) / kappa, 1.0 / p);
    const double diffusion = 3.0 * eta * sigma * sigma / kappa;
    if (p == 1.0) return root * (eta * (s->gradient + sigma) + diffusion);
    return root * pow(diffusion, 1.0 / p);
}

/* P ~ eta^q in the regime of the noise floor. */
static double gate_exponent(const clarke_limit_law *law)
{
    if (law->quantity == CLARKE_LIMIT_MOMENTUM) return 0.5;
    const double q = 1.0 / law->growth.p;
    if (!clarke_limit_is_sign(law->map)) return q;
    return law->times.single ? 0.5 * q : q;
}

static void gate_say_steps(const clarke_limit_law *law, const clarke_schedule *eta, double t_need,
                           char *text, size_t size)
{
    text[0] = '\0';
    if (!eta || eta->kind != CLARKE_SCHEDULE_POWER) return;
    const double k = clarke_limit_power_steps(eta, t_need);
    if (k > 64.0 * (double)law->times.steps)
        snprintf(text, size, " (out of reach with this schedule)");
    else
        snprintf(text, size, " (K = %.3g steps)", k);
}

static void gate_say_level(const clarke_limit_law *law, const clarke_limit_setting *s,
                           const clarke_schedule *eta, double noise, clarke_limit_gate *gate)
{
    char steps[64] = "";
    const double target = gate->level, late = clarke_limit_transient(law, law->times.total);
    if (noise >= late) {
        const double shrink = pow(target / noise, 1.0 / gate_exponent(law));
        const double eta_need = law->times.eta_gate * shrink;
        if (eta && eta->kind == CLARKE_SCHEDULE_POWER && eta->a > 0.0) {
            const double k = pow(eta->c / eta_need, 1.0 / eta->a) - eta->k0;
            const double t = clarke_limit_power_time(eta, fmax(k, 0.0));
            gate_say_steps(law, eta, exp2(0.25) * t, steps, sizeof steps);
        }
        snprintf(gate->sentence, sizeof gate->sentence,
                 "the predicted last block is %.3g, above %.3g: the noise floor needs eta = %.3g "
                 "instead of %.3g%s, or a deviation below %.3g",
                 gate->predicted, target, eta_need, law->times.eta_gate, steps,
                 s->sigma * (clarke_limit_is_sign(law->map)
                                 ? pow(target / noise, law->growth.p)
                                 : pow(target / noise, 0.5 * law->growth.p)));
        return;
    }
    double t_need = NAN;
    if (law->growth.p == 2.0)
        t_need = log(law->scale / target) / clarke_limit_decay(law);
    else if (law->growth.p > 2.0 && !clarke_limit_is_sign(law->map))
        t_need = pow(target, 2.0 - law->growth.p) /
                 (law->growth.kappa * law->growth.p * (law->growth.p - 2.0));
    gate_say_steps(law, eta, t_need, steps, sizeof steps);
    snprintf(
        gate->sentence, sizeof gate->sentence,
        "the predicted last block is %.3g, above %.3g: the transient needs T = %.3g instead of "
        "%.3g%s",
        gate->predicted, target, t_need, law->times.total, steps);
}

void clarke_limit_gate_of(const clarke_limit_law *law, const clarke_limit_setting *s,
                          const clarke_schedule *eta, clarke_limit_gate *gate)
{
    double rho[CLARKE_LIMIT_BLOCKS];
    *gate = (clarke_limit_gate){.predicted = NAN, .level = NAN, .range = NAN, .transient = NAN};
    if (!clarke_limit_covered(law)) {
        snprintf(
            gate->sentence, sizeof gate->sentence, "%s",
            law->growth.p >= 1.0
                ? "no reference law is known for a sign-type method whose theta does not vanish"
                : "the growth exponent of the objective near its stationary set is not known");
        return;
    }
    const double noise = gate_noise_floor(law, s);
    clarke_limit_rho(law, rho);
    gate->predicted = fmax(noise, clarke_limit_transient(law, law->times.total));
    gate->level = CLARKE_LIMIT_GATE * CLARKE_LIMIT_LEVEL * s->null_level;
    if (s->separation > 0.0) gate->level = fmin(gate->level, 0.25 * s->separation);
    gate->range = log(rho[0] / rho[CLARKE_LIMIT_BLOCKS - 1]);
    if (law->growth.p == 2.0) gate->transient = clarke_limit_decay(law) * law->times.total / 16.0;
    if (!(gate->predicted <= gate->level)) {
        gate_say_level(law, s, eta, noise, gate);
    } else if (!(gate->range >= CLARKE_LIMIT_RANGE)) {
        snprintf(gate->sentence, sizeof gate->sentence,
                 "the reference law falls by exp(%.3g) only over the eight blocks; it must fall by "
                 "exp(%.3g): the steps have to vanish, and their sum to diverge",
                 gate->range, CLARKE_LIMIT_RANGE);
    } else if (law->growth.p == 2.0 && !(gate->transient >= 1.0)) {
        snprintf(gate->sentence, sizeof gate->sentence,
                 "T = %.3g is too short for the rate %.3g of the transient: T >= %.3g is needed",
                 law->times.total, clarke_limit_decay(law), 16.0 / clarke_limit_decay(law));
    } else {
        gate->admitted = true;
        snprintf(gate->sentence, sizeof gate->sentence,
                 "the predicted last block is %.3g, at most %.3g is needed", gate->predicted,
                 gate->level);
    }
}
