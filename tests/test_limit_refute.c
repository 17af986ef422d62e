/* What refutes under decision rule 2: bounds of the noise and the forms A, B and M, by hand-computed
   numbers. */
#include "verify/rules/limit.h"
#include "verify/rules/limit_judge.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static bool near(double a, double b, double relative)
{
    return fabs(a - b) <= relative * fabs(b);
}

static clarke_limit_refutation_setting refutation_make(void)
{
    static const clarke_sgd_form form = {.memoryless = true};
    static double eta[1001], theta[1001];
    for (size_t k = 0; k <= 1000; k++) {
        eta[k] = 0.01;
        theta[k] = 0.02;
    }
    return (clarke_limit_refutation_setting){.law = CLARKE_NOISE_LAW_REPLACEMENT,
                                             .bound = 0.5,
                                             .epoch = 4,
                                             .additive = true,
                                             .n = 2,
                                             .runs = 1,
                                             .steps = 1000,
                                             .scale = 1.0,
                                             .eta = eta,
                                             .theta = theta,
                                             .form = &form,
                                             .map = CLARKE_MAP_IDENTITY,
                                             .plain = true};
}

static void windows_make(clarke_limit_window w[CLARKE_LIMIT_WINDOWS])
{
    for (size_t i = 0; i < CLARKE_LIMIT_WINDOWS; i++)
        w[i] = (clarke_limit_window){.step = 500,
                                     .length = 5.0,
                                     .reach = 0.1,
                                     .end = 0.1,
                                     .answers = 0.1,
                                     .squares = 500 * 1e-4,
                                     .hull = 0.0,
                                     .theta = 0.02,
                                     .theta_max = 0.02,
                                     .axis = 0,
                                     .axis_hull = 0.0,
                                     .answer_sup = 1.0};
}

Test(limit_refute, noise_bounds)
{
    clarke_limit_refutation_setting s = refutation_make();
    clarke_limit_window w[CLARKE_LIMIT_WINDOWS];
    windows_make(w);
    /* 0.5 sqrt(2 . 2 ln(2 . 2 . 3 . 1 / 1e-6) 0.05) = 0.5 sqrt(4 . 16.30042 . 0.05) = 0.90279 */
    cr_assert(near(clarke_limit_noise(&s, w), 0.902786, 1e-5), "replacement: %.7f",
              clarke_limit_noise(&s, w));
    s.law = CLARKE_NOISE_LAW_RESHUFFLED; /* 4 sqrt 2 . 0.5 . 0.01 */
    cr_assert(near(clarke_limit_noise(&s, w), 0.0282842763, 1e-6), "reshuffled: %.9f",
              clarke_limit_noise(&s, w));
    s.additive = false;
    cr_assert(isinf(clarke_limit_noise(&s, w)), "reshuffled terms: nothing is claimed");
    s.law = CLARKE_NOISE_LAW_NONE;
    cr_assert(near(clarke_limit_noise(&s, w), 5e-9, 1e-12), "noiseless: rounding only");
    s.law = CLARKE_NOISE_LAW_REPLACEMENT;
    s.bound = INFINITY;
    cr_assert(isinf(clarke_limit_noise(&s, w)), "unbounded noise");
}

/* The worst order: each epoch sorted against the falling steps, windows that cut epochs. */
Test(limit_refute, reshuffled_bound_holds_in_the_worst_order)
{
    enum { K = 1000, E = 8 };
    static double eta[K + 1];
    double worst = 0.0;
    for (size_t k = 0; k <= K; k++) eta[k] = 1.0 / (double)(k + 5);
    clarke_limit_refutation_setting s = refutation_make();
    s.law = CLARKE_NOISE_LAW_RESHUFFLED;
    s.eta = eta;
    s.steps = K;
    s.epoch = E;
    s.n = 1;
    s.bound = 1.0;
    for (size_t first = 0; first < 40; first++)
        for (size_t last = first + 1; last <= K; last += 7) {
            double sum = 0.0;
            for (size_t k = first; k < last; k++) {
                const size_t epoch = k / E;
                const bool cut = epoch == first / E && first % E != 0;
                /* +1 first in full epochs; in the cut one the +1 are last. */
                const bool plus = cut ? k % E >= E / 2 : k % E < E / 2;
                sum += plus ? eta[k] : -eta[k];
            }
            clarke_limit_window w = {.step = (double)first, .length = 1.0};
            const double bound = clarke_limit_noise(&s, &w);
            cr_assert(fabs(sum) <= bound, "window %zu..%zu: %g exceeds %g", first, last, fabs(sum),
                      bound);
            worst = fmax(worst, fabs(sum) / bound);
        }
    cr_assert(worst > 0.4, "the order is nearly the worst: %g of the bound", worst);
}

static void refute(const clarke_limit_refutation_setting *s, const clarke_limit_window *w,
                   clarke_limit_refutation f[3])
{
    clarke_limit_refute(s, w, &f[0], &f[1], &f[2]);
}

Test(limit_refute, forms_a_and_b)
{
    clarke_limit_refutation_setting s = refutation_make();
    clarke_limit_window w[CLARKE_LIMIT_WINDOWS];
    clarke_limit_refutation f[3];
    windows_make(w);
    refute(&s, w, f);
    cr_assert(!f[0].refutes && !f[1].refutes && !f[2].refutes, "no hull, nothing refuted");
    /* H Tw = 0.2 . 5 = 1 against 0.1 + 0.902786 = 1.002786: not yet; H = 0.201 does. */
    w[1].hull = 0.2;
    refute(&s, w, f);
    cr_assert(!f[0].refutes && f[0].form == 'A' && f[0].window == 1, "A: a near miss");
    w[1].hull = 0.201;
    refute(&s, w, f);
    cr_assert(f[0].refutes && f[1].refutes, "A and B refute");
    cr_assert(near(f[0].left, 1.005, 1e-12) && near(f[0].right, 1.002786, 1e-5), "A: %g, %g",
              f[0].left, f[0].right);
    w[1].answers = 0.2;
    refute(&s, w, f);
    cr_assert(f[0].refutes && !f[1].refutes, "A alone: the step is not x - eta g");
    s.skip = CLARKE_LIMIT_SKIP_A;
    refute(&s, w, f);
    cr_assert(f[0].form == 0, "A skipped");
    s.skip = 0;
    s.plain = false;
    refute(&s, w, f);
    cr_assert(f[0].form == 0, "A does not apply to other steps");
    /* H at rounding is no hull. */
    s = refutation_make();
    s.law = CLARKE_NOISE_LAW_NONE;
    windows_make(w);
    for (size_t i = 0; i < CLARKE_LIMIT_WINDOWS; i++) {
        w[i].hull = 9e-10;
        w[i].end = w[i].answers = 0.0;
    }
    refute(&s, w, f);
    cr_assert(!f[0].refutes && !f[1].refutes, "a hull at rounding");
    cr_assert(f[0].left == 0.0 && f[0].hull == 0.0, "a hull at rounding is none: %g", f[0].hull);
    w[0].length = NAN;
    w[0].hull = 1.0;
    refute(&s, w, f);
    cr_assert(!f[0].refutes && !f[1].refutes, "an unfinished window");
}

Test(limit_refute, form_m)
{
    static const clarke_sgd_form momentum = {.opts = {.threshold = 0.25}};
    clarke_limit_refutation_setting s = refutation_make();
    clarke_limit_window w[CLARKE_LIMIT_WINDOWS];
    clarke_limit_refutation f[3];
    windows_make(w);
    s.form = &momentum;
    s.law = CLARKE_NOISE_LAW_NONE;
    s.separable = true;
    /* tau = 2, burn-ins 1, 2, 4, 8 of t; theta sums to 2, 4, 8. H = 1, m_s = 0: after t_b = 1
       h = 1 - e^-2, so that (5 - 1) h = 3.4587 must not exceed r + E = 0.2; t_b = 2: 2.9451. */
    w[2].hull = 1.0;
    w[2].answers = 6.0;
    refute(&s, w, f);
    cr_assert(f[2].refutes && !f[1].refutes, "M alone");
    cr_assert(near(f[2].left, 4.0 * (1.0 - exp(-2.0)), 1e-6), "M: left %g", f[2].left);
    cr_assert(near(f[2].right, 0.2, 1e-12), "M: right %g", f[2].right);
    s.map = CLARKE_MAP_CLIP_NORM; /* speed h C / Gm, Gm = 1 */
    refute(&s, w, f);
    cr_assert(near(f[2].left, (1.0 - exp(-2.0)), 1e-6), "M, clip: left %g", f[2].left);
    s.map = CLARKE_MAP_SIGN;
    refute(&s, w, f);
    cr_assert(!f[2].refutes, "M, sign: no coordinate has a hull");
    w[2].axis_hull = 0.5;
    refute(&s, w, f);
    cr_assert(near(f[2].left, 4.0, 1e-12), "M, sign: unit speed, left %g", f[2].left);
    s.separable = false;
    refute(&s, w, f);
    cr_assert(f[2].form == 0, "M, sign: separable problems only");
    s.separable = true;
    s.law = CLARKE_NOISE_LAW_RESHUFFLED;
    refute(&s, w, f);
    cr_assert(!f[2].refutes, "M, reshuffled: nothing is claimed");
    /* 0.5 sqrt(4 ln(12e9) 0.02/1.98) = 0.4843 < H = 0.5, but not after the burn-in. */
    s.law = CLARKE_NOISE_LAW_REPLACEMENT;
    s.map = CLARKE_MAP_IDENTITY;
    w[2].hull = 0.48;
    refute(&s, w, f);
    cr_assert(!f[2].refutes, "M: the noise hides it");
    w[2].hull = 0.8;
    w[2].axis_hull = 0.0;
    refute(&s, w, f);
    cr_assert(f[2].refutes, "M: above the noise");
}
