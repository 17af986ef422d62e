/* The reference law of decision rule 2: how fast the distance may be expected to fall. It is an
   upper law; what falls faster passes. */
#include "verify/rules/limit.h"

#include <assert.h>
#include <math.h>

/* ---- the map ---- */

clarke_limit_map clarke_limit_map_of(const clarke_sgd_form *form)
{
    /* At 1e-6 (3, 4) and 1e+6 (3, 4): identity scales, clips only below, sign and m/|m| neither. */
    const double small[2] = {3e-6, 4e-6}, large[2] = {3e6, 4e6};
    double v[2], w[2];
    if (!form->phi) return CLARKE_MAP_IDENTITY;
    form->phi->selection(&form->opts, 2, small, v);
    form->phi->selection(&form->opts, 2, large, w);
    const bool linear = v[0] == small[0] && v[1] == small[1];
    if (linear && w[0] == large[0] && w[1] == large[1]) return CLARKE_MAP_IDENTITY;
    if (linear && form->phi->radial) return CLARKE_MAP_CLIP_NORM;
    if (linear && form->phi->separable) return CLARKE_MAP_CLIP_COORDINATE;
    if (v[0] == 1.0 && v[1] == 1.0 && w[0] == 1.0) return CLARKE_MAP_SIGN;
    if (form->phi->radial && fabs(hypot(v[0], v[1]) - 1.0) < 1e-9) return CLARKE_MAP_NORMALIZED;
    return CLARKE_MAP_OTHER;
}

bool clarke_limit_is_sign(clarke_limit_map map)
{
    return map == CLARKE_MAP_SIGN || map == CLARKE_MAP_NORMALIZED || map == CLARKE_MAP_OTHER;
}

clarke_status clarke_limit_form_of(const char *method, clarke_arena *mem,
                                   const clarke_sgd_form **form)
{
    const clarke_iter *it;
    CLARKE_TRY(clarke_method_forms(method, mem, &it));
    *form = it->dsm ? &it->dsm->mean : it->form;
    if (*form) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "the rule for limits needs an SGD-type method; %s is none",
                       method);
}

/* ---- times ---- */

/* theta of step k as the method uses it. Lion forms its own from eta_k / eta_0. */
static double law_theta(const clarke_sgd_form *form, double theta, double eta, double eta0)
{
    if (form->memoryless) return 1.0;
    if (!form->interpolated) return theta;
    return (1.0 - form->beta2) * (form->beta_constant ? 1.0 : fmin(1.0, eta / eta0));
}

/* The start of block j = 0..7 in units of T. */
static double law_start(size_t j)
{
    return exp2(0.5 * ((double)j - CLARKE_LIMIT_BLOCKS));
}

static void law_close(clarke_limit_times *times)
{
    const size_t last = CLARKE_LIMIT_BLOCKS - 1;
    const double first_ratio = times->theta[0] / times->eta[0];
    times->tau = times->theta[last] / times->eta[last];
    /* Schedules that are proportional agree to rounding; those that are not differ by a power. */
    times->single = fabs(first_ratio / times->tau - 1.0) < 1e-6;
    times->constant = fabs(times->theta[0] / times->theta[last] - 1.0) < 1e-6;
}

void clarke_limit_times_of(const clarke_clock *clock, const clarke_sgd_form *form,
                           clarke_limit_times *times)
{
    const double total = clock->t[clock->steps];
    size_t k = 0;
    *times = (clarke_limit_times){.steps = clock->steps, .total = total};
    for (size_t j = 0; j < CLARKE_LIMIT_BLOCKS; j++) {
        while (k < clock->steps && clock->t[k] < law_start(j) * total) k++;
        times->t[j] = clock->t[k];
        times->eta[j] = clock->eta[k];
        times->theta[j] = law_theta(form, clock->theta[k], clock->eta[k], clock->eta[0]);
    }
    while (k < clock->steps && clock->t[k] < exp2(-0.25) * total) k++;
    times->eta_gate = clock->eta[k];
    times->theta_gate = law_theta(form, clock->theta[k], clock->eta[k], clock->eta[0]);
    law_close(times);
}

/* Euler-Maclaurin: sum_{j<k} f(j) = int_0^k f + (f(0) - f(k))/2 + ..., the next term f'(0)/12 being
   below 1 % of f(0) for k0 >= 10 a. */
double clarke_limit_power_time(const clarke_schedule *s, double k)
{
    const double b = 1.0 - s->a, u = k + s->k0;
    if (s->a == 0.0) return s->c * k;
    const double integral = fabs(b) < 1e-12 ? s->c * log(u / s->k0)
                                            : s->c * (pow(u, b) - pow(s->k0, b)) / b;
    return integral + 0.5 * s->c * (pow(s->k0, -s->a) - pow(u, -s->a));
}

double clarke_limit_power_steps(const clarke_schedule *s, double t)
{
    double low = 0.0, high = 1.0;
    while (high < 1e18 && clarke_limit_power_time(s, high) < t) high *= 4.0;
    if (high >= 1e18) return INFINITY;
    while (high - low > 0.5) {
        const double middle = 0.5 * (low + high);
        if (middle <= low || middle >= high) break;
        *(clarke_limit_power_time(s, middle) < t ? &low : &high) = middle;
    }
    return ceil(high);
}

/* k at which t reaches `t`: in closed form, or the place in a running sum that `sum` continues. */
typedef struct {
    const clarke_schedule *eta;
    size_t k, epoch;
    double t;
} law_walk;

static void law_reach(law_walk *w, size_t steps, double t)
{
    /* Held within epochs, the schedule is late by less than an epoch: too little to matter. */
    if (w->eta->kind == CLARKE_SCHEDULE_POWER) {
        const double k = clarke_limit_power_steps(w->eta, t);
        w->k = k < (double)steps ? (size_t)k : steps;
        w->t = clarke_limit_power_time(w->eta, (double)w->k);
        return;
    }
    while (w->k < steps && w->t < t) {
        w->t += clarke_schedule_at(w->eta, w->k, w->epoch, NAN, NAN);
        w->k++;
    }
}

void clarke_limit_times_plan(const clarke_schedule *eta, const clarke_schedule *theta, size_t steps,
                             size_t epoch, const clarke_sgd_form *form, clarke_limit_times *times)
{
    const double eta0 = clarke_schedule_at(eta, 0, epoch, NAN, NAN);
    law_walk walk = {eta, 0, epoch, 0.0};
    law_reach(&walk, steps, INFINITY);
    *times = (clarke_limit_times){.steps = steps, .total = walk.t};
    walk = (law_walk){eta, 0, epoch, 0.0};
    for (size_t j = 0; j <= CLARKE_LIMIT_BLOCKS; j++) {
        const double start = j < CLARKE_LIMIT_BLOCKS ? law_start(j) : exp2(-0.25);
        law_reach(&walk, steps, start * times->total);
        const double e = clarke_schedule_at(eta, walk.k, epoch, NAN, NAN);
        const double th =
            law_theta(form, clarke_schedule_at(theta, walk.k, epoch, e, eta0), e, eta0);
        if (j < CLARKE_LIMIT_BLOCKS) {
            times->t[j] = walk.t;
            times->eta[j] = e;
            times->theta[j] = th;
        } else {
            times->eta_gate = e;
            times->theta_gate = th;
        }
    }
    law_close(times);
}

/* ---- the law ---- */

clarke_growth clarke_limit_growth(clarke_growth g)
{
    if (g.p == 2.0 && isnan(g.mu)) g.mu = 2.0 * g.kappa;
    if (g.p == 2.0 && isnan(g.kappa)) g.kappa = 0.5 * g.mu;
    return g;
}

bool clarke_limit_covered(const clarke_limit_law *law)
{
    if (!(law->growth.p >= 1.0)) return false;
    return !(clarke_limit_is_sign(law->map) && law->times.constant);
}

/* Distance: eta^(1/p) by the balance of eta sigma^2 with f ~ kappa d^p; with sign the potential is
   f / sqrt(theta) and the diffusion eta / theta, so that d^p ~ eta / sqrt(theta).
   Momentum (derived, heuristic as the others): psi = f + phi(m)/tau is what falls, and noise feeds
   both terms alike. HB: |m|^2/(2 tau) ~ f ~ eta gives |m| ~ sqrt(tau eta) = sqrt(theta). Sign:
   |m|/tau ~ f ~ eta/sqrt(theta), again |m| ~ sqrt(theta). The averaged noise alone,
   sigma sqrt(theta/(2 - theta)), has the same law. */
double clarke_limit_floor(const clarke_limit_law *law, double eta, double theta)
{
    if (law->quantity == CLARKE_LIMIT_MOMENTUM) return sqrt(theta);
    return pow(clarke_limit_is_sign(law->map) ? eta / sqrt(theta) : eta, 1.0 / law->growth.p);
}

double clarke_limit_decay(const clarke_limit_law *law)
{
    const double mu = law->growth.mu, tau = law->times.tau;
    if (law->memoryless && !clarke_limit_is_sign(law->map)) return mu;
    if (!law->times.single) return clarke_limit_is_sign(law->map) ? 0.3 : mu;
    if (clarke_limit_is_sign(law->map)) return tau / 3.0;
    /* The roots of lambda^2 + tau lambda + tau mu: x' = -m, m' = tau (mu x - m). */
    if (mu > 0.25 * tau) return 0.5 * tau;
    return 0.5 * (tau - sqrt(tau * tau - 4.0 * tau * mu));
}

double clarke_limit_flow_bound(const clarke_limit_law *law, double t)
{
    const double p = law->growth.p, kappa = law->growth.kappa;
    if (!(p > 2.0) || clarke_limit_is_sign(law->map) || law->quantity != CLARKE_LIMIT_DISTANCE)
        return INFINITY;
    /* d' = -kappa p d^(p-1) from d(0) = infinity. */
    return pow(kappa * p * (p - 2.0) * t, -1.0 / (p - 2.0));
}

static double law_distance_transient(const clarke_limit_law *law, double t)
{
    const double p = law->growth.p, kappa = law->growth.kappa;
    if (p < 2.0) return 0.0;
    if (p == 2.0) return law->scale * exp(-clarke_limit_decay(law) * t);
    if (!clarke_limit_is_sign(law->map)) return pow(kappa * p * (p - 2.0) * t, -1.0 / (p - 2.0));
    const double rate = law->times.single ? law->times.tau / (p + 1.0) : 0.3;
    return law->scale * exp(-rate * t);
}

/* The momentum follows the gradient kappa p d^(p-1) of the transient. */
double clarke_limit_transient(const clarke_limit_law *law, double t)
{
    const double d = law_distance_transient(law, t), p = law->growth.p;
    if (law->quantity == CLARKE_LIMIT_DISTANCE || d == 0.0) return d;
    return p == 2.0 ? law->growth.mu * d : law->growth.kappa * p * pow(d, p - 1.0);
}

void clarke_limit_rho(const clarke_limit_law *law, double rho[CLARKE_LIMIT_BLOCKS])
{
    for (size_t j = 0; j < CLARKE_LIMIT_BLOCKS; j++)
        rho[j] = fmax(clarke_limit_floor(law, law->times.eta[j], law->times.theta[j]),
                      clarke_limit_transient(law, law->times.t[j]));
}
