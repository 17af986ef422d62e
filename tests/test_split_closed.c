/* bcd_three and bcd_two where sweeps are known in closed form: the output layer's linear map, the chain,
   the point at which two-splitting rests, and the threshold of the prox-linear step. */
#include "tests/lib/split_drive.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

/* While W_N V_{N-1} is what it was, (e_V, e_U) = (V_N - Y, U_N - Y) follows
     e_V' = (gamma e_U + alpha e_V)/(1 + gamma + alpha), e_U' = (gamma e_V' + rho e_U)/(gamma + rho).
   From a forward pass e_V = e_U, so the loss falls in the second sweep by the square of e2/e1 with
   e1 = (gamma + alpha)/(1 + gamma + alpha), u1 = (gamma e1 + rho)/(gamma + rho),
   e2 = (gamma u1 + alpha e1)/(1 + gamma + alpha): 9/16 for alpha = gamma = rho = 1, and for alpha = 5
   (73/84)^2 = 5329/7056 = 0.755244. The product moves by what the hidden layers change; With
   spread 0.01 and three hidden layers that is below 1e-6 of the loss. */
static double output_ratio(const char *method, const char *problem)
{
    split_drive d = split_drive_open(method, problem, 0, 0.0);
    double loss[3];
    for (size_t k = 0; k < 2; k++) {
        for (size_t phase = 0; phase < d.it.phases; phase++) split_drive_phase(&d, phase);
        loss[k] = clarke_split_loss(d.c.w, d.c.x);
        d.it.k++;
    }
    split_case_close(&d.c);
    return loss[1] / loss[0];
}

Test(split_closed, output_layer_is_a_linear_map)
{
    static const char problem[] = "split_three:inputs=9,widths=8,8,8,outputs=3,samples=40,"
                                  "weight=sum,bias=yes,targets=classes,spread=0.01,bias_start=0.1";
    static const char *const precision[] = {"double", "single"};
    for (size_t i = 0; i < 2; i++) {
        char one[96], five[96];
        snprintf(one, sizeof one, "bcd_three:bias_step=jacobi,alpha=1,precision=%s", precision[i]);
        snprintf(five, sizeof five, "bcd_three:bias_step=jacobi,alpha=5,precision=%s",
                 precision[i]);
        const double a = output_ratio(one, problem), b = output_ratio(five, problem);
        cr_expect_float_eq(a, 0.5625, 1e-6, "alpha = 1: %.9g", a);
        cr_expect_float_eq(b, 5329.0 / 7056.0, 1e-6, "alpha = 5: %.9g", b);
    }
}

/* The chain's sweep written down in extended precision: with r_2 holding W_2 at 1,
     v2 = (w y + gamma u2 + alpha v2)/(w + gamma + alpha), u2 = (v2 + v1)/2, v1 = (u1+ + u2)/2,
     u1 = the better of (gamma v1 + c b)/(gamma + c) and min(b, 0) with b = (gamma w1 + alpha u1)/c,
     c = gamma + alpha, and w1 = (gamma u1 + alpha w1)/c. */
static void chain_sweep(long double x[6], long double y, long double w, long double gamma,
                        long double alpha)
{
    enum { W1, V1, U1, W2, V2, U2 };
    const long double c = gamma + alpha;
    x[V2] = (w * y + gamma * x[U2] + alpha * x[V2]) / (w + gamma + alpha);
    x[U2] = 0.5L * (x[V2] + x[V1]);
    x[V1] = 0.5L * (fmaxl(x[U1], 0.0L) + x[U2]);
    const long double b = (gamma * x[W1] + alpha * x[U1]) / c;
    const long double right = fmaxl(0.0L, (gamma * x[V1] + c * b) / (gamma + c));
    const long double left = fminl(b, 0.0L);
    const long double f_right = gamma * (right - x[V1]) * (right - x[V1]) +
                                c * (right - b) * (right - b);
    const long double f_left = gamma * x[V1] * x[V1] + c * (left - b) * (left - b);
    x[U1] = f_right < f_left ? right : left;
    x[W1] = (gamma * x[U1] + alpha * x[W1]) / c;
}

/* Starts on the active branch, on the dead ray, and left of the ray's stable part, from where the
   global minimum in u1 jumps to the active branch: b_tie = -v1 (sqrt(1 + gamma/(gamma + alpha)) - 1) is
   -0.069 for the ray's v1 = 0.2326. The value falls by the factor 0.878024409 a sweep on the active
   branch, and on the ray it is 1/2 / (1 + 3/1.3) = 0.151162790698. */
Test(split_closed, chain_in_closed_form)
{
    static const double from[] = {2.0, 0.3, -2.0, -0.05};
    static const bool dead[] = {false, false, true, false};
    for (size_t i = 0; i < 4; i++) {
        char text[64];
        snprintf(text, sizeof text, "relu_chain_cell:from=%g", from[i]);
        split_drive d = split_drive_open("bcd_three:alpha=0.6", text, 0, 0.0);
        long double x[6];
        double last = 0.0, ratio = 0.0;
        for (size_t j = 0; j < 6; j++) x[j] = (long double)d.c.x[j];
        for (size_t k = 0; k < 150; k++) {
            for (size_t phase = 0; phase < d.it.phases; phase++) split_drive_phase(&d, phase);
            chain_sweep(x, 1.0L, 1.0L, 1.3L, 0.6L);
            for (size_t j = 0; j < 6; j++)
                cr_assert(fabs(d.c.x[j] - (double)x[j]) <= 1e-13,
                          "%s, sweep %zu: x[%zu] = %.17g, not %.17Lg", text, k, j, d.c.x[j], x[j]);
            const double f = clarke_split_value(d.c.w, d.c.x);
            ratio = f / last, last = f;
        }
        if (dead[i])
            cr_expect_float_eq(last, 0.5 / (1.0 + 3.0 / 1.3), 1e-14, "%s: %.15g", text, last);
        else
            cr_expect_float_eq(ratio, 0.878024409, 1e-7, "%s: the factor is %.12g", text, ratio);
        split_case_close(&d.c);
    }
}

/* The point of split_stall stays bit by bit for every alpha, and is not critical; at three-splitting
   the same data leads on to a critical point. */
Test(split_closed, stall)
{
    static const char *const alpha[] = {"0", "0.3", "1", "7.5"};
    for (size_t i = 0; i < 4; i++) {
        char text[64];
        snprintf(text, sizeof text, "bcd_two:alpha=%s", alpha[i]);
        split_drive d = split_drive_open(text, "split_stall", 0, 0.0);
        for (size_t k = 0; k < 50; k++)
            for (size_t phase = 0; phase < d.it.phases; phase++) split_drive_phase(&d, phase);
        cr_expect_eq(memcmp(d.c.x, d.c.p->start, d.c.p->n * sizeof(double)), 0, "alpha = %s: moved",
                     alpha[i]);
        const clarke_split_point r =
            clarke_split_stationarity(d.c.w, d.c.x, CLARKE_NOTION_LIMITING, 0.0, NULL, NULL);
        cr_expect(r.exact && r.kinks == 1 && r.concave == 0, "%zu kinks", r.kinks);
        cr_expect_float_eq(r.distance, 0.5 / sqrt(2.0), 1e-15, "%.17g", r.distance);
        cr_expect(fabs(r.low - r.distance) <= 1e-15, "bracket: %.17g", r.low);
        cr_expect_eq(clarke_split_value(d.c.w, d.c.x), 2.25);
        split_case_close(&d.c);
    }
    split_drive d = split_drive_open("bcd_three:alpha=0.3", "split_stall:splitting=three", 0, 0.0);
    for (size_t k = 0; k < 30000; k++)
        for (size_t phase = 0; phase < d.it.phases; phase++) split_drive_phase(&d, phase);
    const clarke_split_point r =
        clarke_split_stationarity(d.c.w, d.c.x, CLARKE_NOTION_LIMITING, 0.0, NULL, NULL);
    cr_expect(r.distance < 1e-5, "three-splitting ends at %g", r.distance);
    split_case_close(&d.c);
}

/* The prox-linear V_N-step descends if alpha > (L_R - gamma)/2. Below, with w = 1, gamma = 0.1 and
   alpha = 0.02, V' = (gamma U + alpha V - (V - Y))/(gamma + alpha) has the slope -8.2 in V. */
Test(split_closed, prox_linear_threshold)
{
    static const struct {
        const char *gamma, *alpha;
        bool descends;
    } at[] = {{"0.5", "0.26", true}, {"0.01", "0.5", true}, {"0.1", "0.02", false}};
    for (size_t i = 0; i < 3; i++) {
        char text[256], method[64];
        snprintf(text, sizeof text,
                 "split_three:inputs=3,widths=4,outputs=2,samples=6,weight=sum,gamma=%s",
                 at[i].gamma);
        snprintf(method, sizeof method, "bcd_three:step_last=linear,alpha=%s", at[i].alpha);
        split_drive d = split_drive_open(method, text, 1, 0.2);
        size_t rises = 0;
        for (size_t k = 0; k < (size_t)(at[i].descends ? 40 : 4); k++)
            for (size_t phase = 0; phase < d.it.phases; phase++) {
                const clarke_split_drop drop = split_drive_drop(&d, phase);
                rises += phase == 0 && drop.decrease < -drop.rounding;
                /* alpha + (gamma - L_R)/2 */
                const double constant = strtod(at[i].alpha, NULL) +
                                        0.5 * (strtod(at[i].gamma, NULL) - 1.0);
                if (phase == 0 && at[i].descends)
                    cr_expect(drop.decrease >= constant * drop.step * drop.step - drop.rounding,
                              "gamma %s, alpha %s: %g for a step of %g", at[i].gamma, at[i].alpha,
                              drop.decrease, drop.step);
            }
        cr_expect_eq(rises == 0, at[i].descends, "gamma %s, alpha %s: %zu rises", at[i].gamma,
                     at[i].alpha, rises);
        split_case_close(&d.c);
    }
}

/* Prox-linear steps of every block, with terms that have a kink or a bound, descend and stay inside. */
Test(split_closed, prox_linear_steps_descend)
{
    static const char *const problem[] = {
        "split_three:inputs=4,widths=5,samples=7,w_term=l1,w_weight=0.05",
        "split_three:inputs=4,widths=5,samples=7,w_term=box,w_low=-0.4,w_high=0.4",
        "split_three:inputs=4,widths=5,samples=7,v_term=box,v_low=0,v_high=2",
        "split_three:inputs=4,widths=5,samples=7,v_term=l1,v_weight=0.02,bias=yes",
        "split_three:inputs=4,widths=4,samples=7,activation=tanh,residual=yes",
        ("split_three:inputs=4,widths=5,samples=7,activation=sigmoid,loss=softmax_cross_entropy,"
         "targets=classes"),
        "split_two:inputs=4,widths=5,samples=7,activation=tanh",
        "split_two:inputs=4,widths=5,samples=7,activation=sigmoid,loss=logistic"};
    for (size_t i = 0; i < sizeof problem / sizeof *problem; i++) {
        const bool three = strncmp(problem[i], "split_three", 11) == 0;
        split_drive d = split_drive_open(
            three ? i < 4 ? "bcd_three:alpha=1,step_v=linear,step_w=linear" : "bcd_three:alpha=1"
                  : "bcd_two:alpha=1",
            problem[i], 4, 0.0);
        const double start = clarke_split_value(d.c.w, d.c.x);
        for (size_t k = 0; k < 300; k++)
            for (size_t phase = 0; phase < d.it.phases; phase++) {
                const clarke_split_drop drop = split_drive_drop(&d, phase);
                cr_assert(drop.decrease >= -drop.rounding, "%s, %s: rises by %g", problem[i],
                          d.it.phase[phase].name, -drop.decrease);
            }
        const double end = clarke_split_value(d.c.w, d.c.x);
        cr_expect(isfinite(end) && end < 0.95 * start, "%s: from %g to %g", problem[i], start, end);
        split_case_close(&d.c);
    }
}
