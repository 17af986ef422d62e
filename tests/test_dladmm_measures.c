/* dladmm_steps and dladmm_stationarity against what an observer of the same run computes by naive
   formulas: the augmented Lagrangian by the problem's own value, changes of blocks from copies of the
   iterate, gradients by the problem's own subgradient. */
#include "engine/run.h"
#include "verify/exact.h"
#include "verify/lib/dladmm_checks.h"

#include "core/dladmm.h"

#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

enum { ITERATIONS = 40 };

typedef struct {
    clarke_problem *p;
    const clarke_dladmm *d;
    double *before, *g, *m; /* [n] before the phase; scratch */
    size_t first;           /* k from which a descent is claimed: 1 where u_0 is not -grad R */
    double level, start_level, first_level, one_level, rises, first_rise;
    double sum, least, smallest_s, smallest_c, half_s, ratio; /* S_k, C2', their running minima */
    double d1, d2, forward_z, printed_left, printed_right, printed_k, printed_worst;
    double residual, sup, flips, previous_s;
    bool falls_and_rises; /* S_k rose once: the running minimum is not the last one */
    double kkt[7];
} watching;

static double block_change(const watching *w, const double *x, const double *y, size_t l,
                           size_t kind)
{
    const size_t at = w->d->at[l][kind], rows = w->d->width[l + 1];
    const size_t count = rows * (kind == CLARKE_DLADMM_W   ? w->d->width[l]
                                 : kind == CLARKE_DLADMM_B ? 1
                                                           : w->d->samples);
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) sum += (x[at + i] - y[at + i]) * (x[at + i] - y[at + i]);
    return sum;
}

/* w->m = W_l a_{l-1} + b_l. */
static void forward(watching *w, const double *x, size_t l)
{
    const clarke_dladmm *d = w->d;
    const double *a = l > 0 ? x + d->at[l - 1][CLARKE_DLADMM_A] : d->input;
    for (size_t j = 0; j < d->samples; j++)
        for (size_t i = 0; i < d->width[l + 1]; i++) {
            double sum = x[d->at[l][CLARKE_DLADMM_B] + i];
            for (size_t k = 0; k < d->width[l]; k++)
                sum += x[d->at[l][CLARKE_DLADMM_W] + k * d->width[l + 1] + i] *
                       a[j * d->width[l] + k];
            w->m[j * d->width[l + 1] + i] = sum;
        }
}

/* dist(0, limiting subdifferential of (z - m)^2/2 + (a - relu(z))^2/2), case by case. */
static double relu_distance(double z, double m, double a)
{
    if (z > 0.0) return fabs((z - m) + (z - a));
    if (z < 0.0) return fabs(z - m);
    return a <= 0.0 ? fmax(fmax(-m, m + a), 0.0) : fmin(fabs(m), fabs(m + a));
}

static void watch_stationarity(watching *w, const double *x)
{
    const clarke_dladmm *d = w->d;
    double sum[5] = {0.0};
    w->p->desc->subgradient(w->p, x, w->g);
    for (size_t l = 0; l < d->layers; l++) {
        const size_t rows = d->width[l + 1], n = rows * d->samples, *at = d->at[l];
        for (size_t i = 0; i < rows * d->width[l]; i++) sum[0] += w->g[at[0] + i] * w->g[at[0] + i];
        for (size_t i = 0; i < rows; i++) sum[1] += w->g[at[1] + i] * w->g[at[1] + i];
        forward(w, x, l);
        for (size_t i = 0; i < n; i++) {
            const double q = l + 1 == d->layers || !d->activation->pieces
                                 ? w->g[at[2] + i]
                                 : d->nu * relu_distance(x[at[2] + i], w->m[i], x[at[3] + i]);
            sum[l + 1 == d->layers ? 4 : 2] += q * q;
            if (l + 1 < d->layers) sum[3] += w->g[at[3] + i] * w->g[at[3] + i];
        }
    }
    double total = w->residual * w->residual;
    for (size_t i = 0; i < 5; i++) {
        w->kkt[i] = sqrt(sum[i]);
        total += sum[i];
    }
    w->kkt[5] = w->residual;
    w->kkt[6] = sqrt(total);
}

static void watch_iteration(watching *w, const clarke_event *e, double level)
{
    const clarke_dladmm *d = w->d;
    const double H = d->smoothness, rho = d->rho, C1 = 0.5 * rho - 0.5 * H - H * H / rho;
    const size_t last = d->layers - 1;
    double square = 0.0, norm = 0.0;
    forward(w, e->after, last);
    for (size_t i = 0; i < d->width[d->layers] * d->samples; i++) {
        const double r = e->after[d->at[last][CLARKE_DLADMM_Z] + i] - w->m[i];
        square += r * r;
    }
    w->residual = sqrt(square);
    for (size_t i = 0; i < w->p->n; i++) norm += e->after[i] * e->after[i];
    w->sup = fmax(w->sup, sqrt(norm));
    if (e->k == 0) w->one_level = level;
    watch_stationarity(w, e->after);
    if (e->k < w->first) {
        w->first_level = level;
        return;
    }
    if (w->sum > w->previous_s) w->falls_and_rises = true;
    w->previous_s = w->sum;
    w->smallest_s = fmin(w->smallest_s, w->sum);
    w->smallest_c = fmin(w->smallest_c, fmin(fmin(0.5 * d->nu, C1), w->least));
    if (2 * (e->k + 1) <= ITERATIONS) w->half_s = w->smallest_s;
    w->ratio = fmax(w->ratio, (double)(e->k + 1 - w->first) * w->smallest_s * w->smallest_c /
                                  (w->first_level - level));
    const double left = w->forward_z - level, right = C1 * w->d1 - H * H / rho * w->d2;
    if ((right - left) / fabs(level) > w->printed_worst) {
        w->printed_worst = (right - left) / fabs(level);
        w->printed_left = left, w->printed_right = right, w->printed_k = (double)e->k;
    }
}

static void watch(void *self, const clarke_iter *it, const clarke_event *e)
{
    watching *w = self;
    const clarke_dladmm *d = w->d;
    if (!e) {
        memcpy(w->before, it->x, it->n * sizeof *it->x);
        w->level = w->start_level = w->first_level = w->p->desc->value(w->p, it->x);
        return;
    }
    const clarke_block *b = &it->layout.block[it->phase[e->phase].block];
    const size_t l = it->phase[e->phase].block / 4, kind = it->phase[e->phase].block % 4;
    const bool last = l + 1 == d->layers, back = e->phase < 4 * d->layers - 1;
    const double change = block_change(w, e->after, w->before, l, kind);
    if (e->phase == 0) {
        w->sum = 0.0, w->least = (double)INFINITY;
    }
    if (last && kind == CLARKE_DLADMM_Z) {
        *(back ? &w->d2 : &w->d1) = change;
        if (!back) w->forward_z = w->p->desc->value(w->p, w->before);
    }
    const bool dual = last && kind == CLARKE_DLADMM_A, hidden = !last && kind == CLARKE_DLADMM_Z;
    if (!dual && !hidden) w->sum += change;
    if (kind == CLARKE_DLADMM_W || (kind == CLARKE_DLADMM_A && !last))
        w->least = fmin(w->least, 0.5 * clarke_event_view(e, "accepted")[e->phase]);
    for (size_t i = 0; hidden && 3 * e->k >= 2 * ITERATIONS && i < b->rows * b->cols; i++)
        w->flips += (w->before[b->offset + i] > 0.0) != (e->after[b->offset + i] > 0.0);
    memcpy(w->before, e->after, it->n * sizeof *it->x);
    if (!e->last_phase) return;
    const double level = w->p->desc->value(w->p, e->after);
    if (level > w->level + 1e-9 * fabs(w->level) && w->rises++ == 0.0) w->first_rise = (double)e->k;
    watch_iteration(w, e, level);
    w->level = level;
}

static void near(double a, double b, const char *what, const char *problem)
{
    /* Some 1e4 roundings of numbers of that size, and differences of them. */
    cr_expect(fabs(a - b) <= 1e-8 * (1.0 + fabs(b)), "%s: %s is %.15g, by hand %.15g", problem,
              what, a, b);
}

static void compare_steps(const watching *w, const double *record, const char *problem)
{
    const bool rose = w->rises > 0.0;
    near(record[CLARKE_DLADMM_REC_START_L], w->start_level, "L at the start", problem);
    near(record[CLARKE_DLADMM_REC_ONE_L], w->one_level, "L after one", problem);
    near(record[CLARKE_DLADMM_REC_END_L], w->level, "L at the end", problem);
    near(record[CLARKE_DLADMM_REC_RISES], w->rises, "rises", problem);
    if (rose) near(record[CLARKE_DLADMM_REC_FIRST_RISE], w->first_rise, "first rise", problem);
    near(record[CLARKE_DLADMM_REC_RESIDUAL], w->residual, "residual", problem);
    near(record[CLARKE_DLADMM_REC_C_END], w->smallest_s, "c_k", problem);
    near(record[CLARKE_DLADMM_REC_C_HALF], w->half_s, "c_k at half", problem);
    near(record[CLARKE_DLADMM_REC_SUP], w->sup, "norm", problem);
    near(record[CLARKE_DLADMM_REC_FLIPS], w->flips, "flips", problem);
    near(record[CLARKE_DLADMM_REC_PRINTED_K], w->printed_k, "worst k of (36)", problem);
    near(record[CLARKE_DLADMM_REC_PRINTED_LEFT], w->printed_left, "left of (36)", problem);
    near(record[CLARKE_DLADMM_REC_PRINTED_RIGHT], w->printed_right, "right of (36)", problem);
    near(record[CLARKE_DLADMM_REC_PHASES], 8.0 * (double)w->d->layers - 1.0, "phases", problem);
    if (!rose) near(record[CLARKE_DLADMM_REC_RATIO], w->ratio, "ratio of Theorem 4.3", problem);
}

static const clarke_measure_use both[] = {{"dladmm_steps", {1e-3, 2.0}},
                                          {"dladmm_stationarity", {0.0}}};

static void go(const char *problem, const char *init, clarke_arena *mem, watching *w,
               clarke_run_result *result)
{
    const clarke_run_spec spec = {.problem = problem,
                                  .method = "dladmm",
                                  .schedule = "constant:1",
                                  .sampling = "full",
                                  .init = init,
                                  .iterations = ITERATIONS};
    const clarke_observer observer = {w, watch};
    clarke_run_plan plan;
    cr_assert_eq(clarke_problem_from_text(problem, mem, &w->p), CLARKE_OK, "%s", clarke_message());
    w->d = w->p->dladmm;
    w->before = clarke_vec(mem, w->p->n);
    w->g = clarke_vec(mem, w->p->n), w->m = clarke_vec(mem, w->p->n);
    cr_assert_eq(clarke_run_plan_make(&spec, mem, &plan), CLARKE_OK, "%s", clarke_message());
    cr_assert_eq(clarke_run_execute(&plan, 1, 0, both, 2, &observer, NULL, mem, result), CLARKE_OK,
                 "%s", clarke_message());
}

static void compare(const char *problem, const char *init)
{
    static const char *const name[] = {"kkt_w", "kkt_b",      "kkt_z",
                                       "kkt_a", "kkt_output", "kkt_residual"};
    clarke_arena *mem = clarke_arena_new(0);
    clarke_run_result result;
    watching w = {.first = strcmp(init, "start") != 0,
                  .smallest_s = (double)INFINITY,
                  .smallest_c = (double)INFINITY,
                  .printed_worst = -(double)INFINITY};
    go(problem, init, mem, &w, &result);
    cr_expect(w.falls_and_rises, "%s: S_k never rises: its minimum is the last one", problem);
    compare_steps(&w, result.output[0] + CLARKE_DLADMM_CHECK_COUNT * CLARKE_EXACT_COUNT, problem);
    const double *kkt = result.output[1] + CLARKE_DLADMM_GRADIENT_COUNT * CLARKE_EXACT_COUNT;
    for (size_t i = 0; i < 6; i++) near(kkt[3 + i], w.kkt[i], name[i], problem);
    near(kkt[2], w.kkt[6], "kkt_end", problem);
    clarke_arena_free(mem);
}

Test(dladmm_measures, by_hand)
{
    compare("dladmm_net:rho=2.05,samples=12,widths=5,4,inputs=4", "start");
    compare("dladmm_net:rho=2.05,samples=12,widths=5,4,inputs=4,activation=tanh,nu=0.7", "start");
    compare("dladmm_net:rho=0.001,samples=12,widths=5,inputs=4", "start"); /* L rises often */
    compare("dladmm_net:rho=1.05,samples=12,widths=5,4,3,inputs=4,loss=softmax_cross_entropy",
            "start");
    compare("dladmm_net:rho=5,samples=12,widths=5,4,inputs=4,penalty=ridge", "gaussian:0.5");
}
