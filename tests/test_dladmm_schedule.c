/* How rho, nu and the first theta and tau move in dlADMM, and that accuracies of its experiment are
   those of a pass through the network, not of the split variables. */
#include "core/dladmm.h"
#include "core/stream.h"
#include "engine/run.h"
#include "methods/lib/dladmm.h"
#include "tests/lib/program.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(dladmm_schedule, .init = enter_folder, .fini = leave_folder, .timeout = 120);

/* As in the authors' program: after three rises running, and again at each that follows. */
Test(dladmm_schedule, rises)
{
    static const double cost[] = {5.0, 4.0, 4.5, 4.6, 4.7, 4.8, 4.8, 4.9, 5.0, 5.1};
    static const double rho[] = {1.0, 1.0, 1.0, 1.0, 10.0, 25.0, 25.0, 25.0, 25.0, 25.0};
    static const double initial[] = {2.0, 2.0, 2.0, 2.0, 6.0, 18.0, 18.0, 18.0, 18.0, 54.0};
    const clarke_dladmm d = {.rho = 1.0, .nu = 0.5};
    const clarke_dladmm_opts o = {.initial = 2.0,
                                  .rho_factor = 10.0,
                                  .rho_max = 25.0,
                                  .initial_factor = 3.0,
                                  .rho_rises = 3,
                                  .nu_is_rho = 1};
    clarke_dladmm_schedule s;
    clarke_dladmm_schedule_begin(&s, &d, &o);
    cr_expect_eq(s.now.nu, 1.0);
    for (size_t k = 0; k < sizeof cost / sizeof *cost; k++) {
        clarke_dladmm_schedule_next(&s, &o, k + 1, cost[k]);
        cr_expect_eq(s.now.rho, rho[k], "rho after cost %zu is %g", k, s.now.rho);
        cr_expect_eq(s.now.nu, rho[k], "nu after cost %zu is %g", k, s.now.nu);
        cr_expect_eq(s.now.initial, initial[k], "initial after cost %zu is %g", k, s.now.initial);
    }
}

Test(dladmm_schedule, every)
{
    const clarke_dladmm d = {.rho = 1e-6, .nu = 0.5};
    const clarke_dladmm_opts o = {.initial = 1.0,
                                  .rho_factor = 2.0,
                                  .rho_max = INFINITY,
                                  .initial_factor = 1.0,
                                  .rho_every = 3};
    clarke_dladmm_schedule s;
    clarke_dladmm_schedule_begin(&s, &d, &o);
    for (size_t k = 1; k < 10; k++) {
        clarke_dladmm_schedule_next(&s, &o, k, NAN);
        cr_expect_eq(s.now.rho, 1e-6 * (double)(1u << k / 3), "k = %zu: %g", k, s.now.rho);
        cr_expect(s.now.nu == 0.5 && s.now.initial == 1.0);
    }
}

/* The pass through the network with W and b alone: z[K][N]. */
static void pass(const clarke_dladmm *d, const double *x, double *z)
{
    double *in = calloc(4096, sizeof *in), *next = calloc(4096, sizeof *next);
    for (size_t j = 0; j < d->samples; j++) {
        memcpy(in, d->input + j * d->width[0], d->width[0] * sizeof *in);
        for (size_t l = 0; l < d->layers; l++) {
            const double *w = x + d->at[l][CLARKE_DLADMM_W], *b = x + d->at[l][CLARKE_DLADMM_B];
            for (size_t i = 0; i < d->width[l + 1]; i++) {
                next[i] = b[i];
                for (size_t k = 0; k < d->width[l]; k++)
                    next[i] += w[k * d->width[l + 1] + i] * in[k];
                if (l + 1 == d->layers) z[j * d->width[l + 1] + i] = next[i];
                next[i] = fmax(next[i], 0.0);
            }
            memcpy(in, next, d->width[l + 1] * sizeof *in);
        }
    }
    free(in);
    free(next);
}

typedef struct {
    const clarke_dladmm *d;
    double *x, *z; /* the last iterate, and its pass */
    double cost[64], rho[64];
} watching;

static void watch(void *self, const clarke_iter *it, const clarke_event *e)
{
    watching *w = self;
    const clarke_dladmm *d = w->d;
    const size_t K = d->width[d->layers];
    if (!e || !e->last_phase) return;
    memcpy(w->x, e->after, it->n * sizeof *w->x);
    pass(d, e->after, w->z);
    w->rho[e->k] = clarke_event_view(e, "rho")[0];
    w->cost[e->k] = 0.0;
    for (size_t j = 0; j < d->samples; j++)
        for (size_t c = 0; c < K; c++)
            w->cost[e->k] += 0.5 * pow(w->z[j * K + c] - d->target[j * K + c], 2.0);
}

static void go(const char *problem, const char *method, size_t iterations, clarke_arena *mem,
               watching *w)
{
    const clarke_run_spec spec = {.problem = problem,
                                  .method = method,
                                  .schedule = "constant:1",
                                  .sampling = "full",
                                  .iterations = iterations};
    clarke_run_plan plan;
    clarke_run_result result;
    clarke_problem *p;
    cr_assert_eq(clarke_problem_from_text(problem, mem, &p), CLARKE_OK, "%s", clarke_message());
    w->d = p->dladmm;
    w->x = clarke_vec(mem, p->n), w->z = clarke_vec(mem, p->n);
    cr_assert_eq(clarke_run_plan_make(&spec, mem, &plan), CLARKE_OK, "%s", clarke_message());
    const clarke_observer observer = {w, watch};
    cr_assert_eq(clarke_run_execute(&plan, 1, 0, NULL, 0, &observer, NULL, mem, &result), CLARKE_OK,
                 "%s", clarke_message());
}

/* rho of iteration k + 1 is ten times that of k exactly where the cost after k rose. */
Test(dladmm_schedule, sees_the_network)
{
    enum { K = 40 };
    clarke_arena *mem = clarke_arena_new(0);
    watching w = {0};
    size_t rises = 0;
    go("dladmm_net:rho=0.001,nu=0.001,samples=30,widths=6,5,inputs=4",
       "dladmm:rho_rises=1,rho_factor=1.25", K, mem, &w);
    for (size_t k = 1; k + 1 < K; k++) {
        const bool rose = w.cost[k] > w.cost[k - 1];
        rises += rose;
        cr_expect_eq(w.rho[k + 1], rose ? 1.25 * w.rho[k] : w.rho[k],
                     "cost %g, then %g: rho from %g to %g", w.cost[k - 1], w.cost[k], w.rho[k],
                     w.rho[k + 1]);
    }
    cr_expect(rises > 0 && rises + 2 < K, "%zu rises of %d say little", rises, K);
    clarke_arena_free(mem);
}

static void write_idx(const char *images, const char *labels, unsigned char n, uint64_t seed)
{
    const unsigned char head[] = {0, 0, 8, 3, 0, 0, 0, n, 0, 0, 0, 3, 0, 0, 0, 3};
    const unsigned char short_head[] = {0, 0, 8, 1, 0, 0, 0, n};
    const clarke_stream s = clarke_stream_make(seed, "idx", "", 0, 0, "test");
    FILE *a = fopen(images, "wb"), *b = fopen(labels, "wb");
    cr_assert(a && b);
    fwrite(head, 1, sizeof head, a);
    fwrite(short_head, 1, sizeof short_head, b);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < 9; k++) fputc((int)(255.0 * clarke_stream_uniform(&s, i, k)), a);
        fputc((int)(10.0 * clarke_stream_uniform(&s, i, 9)), b);
    }
    fclose(a);
    fclose(b);
}

static double accuracy(const clarke_dladmm *d, const double *z)
{
    const size_t K = d->width[d->layers];
    size_t right = 0;
    for (size_t j = 0; j < d->samples; j++) {
        size_t best = 0;
        for (size_t c = 1; c < K; c++)
            if (z[j * K + c] > z[j * K + best]) best = c;
        right += best == d->label[j];
    }
    return (double)right / (double)d->samples;
}

/* With rho = 1e-6, z_L is at the labels, and the network is not. */
Test(dladmm_schedule, accuracy_is_of_a_pass)
{
    enum { N = 60 };
    char text[4096];
    double train, seconds, objective, residual, loss;
    clarke_arena *mem = clarke_arena_new(0);
    watching w = {0};
    write_idx("train-images-idx3-ubyte", "train-labels-idx1-ubyte", N, 1);
    write_idx("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", 20, 2);
    go("dladmm_net:data=.,samples=60,widths=7,6,loss=softmax_cross_entropy,nu=1e-6,rho=1e-6,"
       "start=labels,dual=zero,scale=0.1",
       "dladmm:initial=1,precision=single", 1, mem, &w);
    const double network = accuracy(w.d, w.z);
    const double split = accuracy(w.d, w.x + w.d->at[w.d->layers - 1][CLARKE_DLADMM_Z]);
    cr_expect(split > network, "the two do not differ: %g, %g", split, network);
    cr_assert_eq(run("experiment p3_fashion:data=.,samples=60,tests=20,widths=7,6,iterations=2 "
                     "--out dir"),
                 0, "%s", err);
    slurp("dir/dladmm_paper.csv", text, sizeof text);
    const char *row = strchr(text, '\n');
    cr_assert(row && sscanf(row, "\n1,%lf,%lf,%lf,%lf,%lf", &seconds, &objective, &residual, &loss,
                            &train) == 5,
              "%s", text);
    cr_expect(fabs(train - network) < 1e-12, "printed %g, a pass has %g, z_L %g", train, network,
              split);
    clarke_arena_free(mem);
}
