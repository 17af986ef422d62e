/* dlADMM against a reference of its own: algorithm 1 from the formulas, in long double, with plain
   loops, nothing kept from one update to the next, the literal backtracking loop, and z_L by bisection
   in every coordinate of a descent that cannot fail. */
#include "core/dladmm.h"
#include "core/stream.h"
#include "engine/run.h"
#include "methods/lib/dladmm.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const clarke_dladmm *d;
    long double *x, initial, factor, rho;
} reference;

static long double weight(const reference *r, size_t l)
{
    return l + 1 == r->d->layers ? r->rho : (long double)r->d->nu;
}

static long double *block(const reference *r, size_t l, size_t kind)
{
    return r->x + r->d->at[l][kind];
}

static long double input(const reference *r, size_t l, size_t k, size_t j)
{
    return l == 0 ? (long double)r->d->input[j * r->d->width[0] + k]
                  : block(r, l - 1, CLARKE_DLADMM_A)[j * r->d->width[l] + k];
}

/* (W_l a_{l-1} + b_l)_{ij} for the given W. */
static long double affine(const reference *r, size_t l, const long double *w, size_t i, size_t j)
{
    long double sum = block(r, l, CLARKE_DLADMM_B)[i];
    for (size_t k = 0; k < r->d->width[l]; k++)
        sum += w[k * r->d->width[l + 1] + i] * input(r, l, k, j);
    return sum;
}

static long double activation(const clarke_dladmm *d, long double t)
{
    const char *title = d->activation->title;
    if (strcmp(title, "Rectifier") == 0) return fmaxl(t, 0.0L);
    if (strcmp(title, "Leaky rectifier") == 0)
        return t < 0.0L ? (long double)d->opts.negative_slope * t : t;
    if (strcmp(title, "Identity") == 0) return t;
    return tanhl(t);
}

/* phi, the part of the augmented Lagrangian without R and Omega. */
static long double phi(const reference *r)
{
    const clarke_dladmm *d = r->d;
    long double sum = 0.0L;
    for (size_t l = 0; l < d->layers; l++)
        for (size_t j = 0; j < d->samples; j++)
            for (size_t i = 0; i < d->width[l + 1]; i++) {
                const size_t at = j * d->width[l + 1] + i;
                const long double z = block(r, l, CLARKE_DLADMM_Z)[at];
                const long double e = z - affine(r, l, block(r, l, CLARKE_DLADMM_W), i, j);
                const long double a = block(r, l, CLARKE_DLADMM_A)[at], f = activation(d, z);
                sum += 0.5L * weight(r, l) * e * e;
                sum += l + 1 == d->layers ? a * e : 0.5L * (long double)d->nu * (a - f) * (a - f);
            }
    return sum;
}

/* The gradient of phi in the block, by central differences of a quadratic: exact but for rounding. */
static void gradient(reference *r, size_t l, size_t kind, long double *g)
{
    long double *x = block(r, l, kind);
    const size_t n = r->d->width[l + 1] *
                     (kind == CLARKE_DLADMM_W ? r->d->width[l] : r->d->samples);
    for (size_t i = 0; i < n; i++) {
        const long double old = x[i];
        x[i] = old + 1.0L;
        const long double up = phi(r);
        x[i] = old - 1.0L;
        g[i] = 0.5L * (up - phi(r));
        x[i] = old;
    }
}

/* Algorithms 2 and 3, literally: theta grows until phi(x') <= P(x'; theta). */
static long double backtrack(reference *r, size_t l, size_t kind)
{
    const clarke_dladmm *d = r->d;
    const size_t n = d->width[l + 1] * (kind == CLARKE_DLADMM_W ? d->width[l] : d->samples);
    const bool penalised = kind == CLARKE_DLADMM_W;
    long double *x = block(r, l, kind), *old = malloc(n * sizeof *old), *g = malloc(n * sizeof *g);
    const long double lambda = penalised ? (long double)d->lambda : 0.0L, before = phi(r);
    memcpy(old, x, n * sizeof *old);
    gradient(r, l, kind, g);
    long double theta = r->initial;
    for (int trial = 0; trial < 200; trial++, theta *= r->factor) {
        long double model = before;
        for (size_t i = 0; i < n; i++) {
            long double t = old[i] - g[i] / theta;
            if (penalised && d->penalty == CLARKE_DLADMM_RIDGE)
                t = (theta * old[i] - g[i]) / (theta + lambda);
            if (penalised && d->penalty == CLARKE_DLADMM_L1)
                t = copysignl(fmaxl(fabsl(t) - lambda / theta, 0.0L), t);
            x[i] = t;
            model += g[i] * (t - old[i]) + 0.5L * theta * (t - old[i]) * (t - old[i]);
        }
        if (phi(r) <= model) break;
    }
    free(old);
    free(g);
    return theta;
}

static void update_b(reference *r, size_t l)
{
    const clarke_dladmm *d = r->d;
    const bool last = l + 1 == d->layers;
    for (size_t i = 0; i < d->width[l + 1]; i++) {
        long double mean = 0.0L;
        for (size_t j = 0; j < d->samples; j++) {
            const size_t at = j * d->width[l + 1] + i;
            mean += block(r, l, CLARKE_DLADMM_Z)[at] -
                    affine(r, l, block(r, l, CLARKE_DLADMM_W), i, j);
            if (last) mean += block(r, l, CLARKE_DLADMM_A)[at] / r->rho;
        }
        block(r, l, CLARKE_DLADMM_B)[i] += mean / (long double)d->samples;
    }
}

/* Rectifiers: each side's minimiser, the better one. tanh: a fine grid, then golden sections. */
static long double hidden(const clarke_dladmm *d, long double m, long double a)
{
    long double best = INFINITY, at = 0.0L;
    const long double s = -activation(d, -1.0L);
    const bool piecewise = d->activation->pieces;
    const long double candidate[] = {fminl((m + s * a) / (1.0L + s * s), 0.0L),
                                     fmaxl(0.5L * (m + a), 0.0L)};
    for (int i = 0; i < (piecewise ? 2 : 2000); i++) {
        const long double t = piecewise ? candidate[i]
                                        : m + (a - activation(d, m)) * (long double)i / 1999.0L;
        const long double e = t - m, f = a - activation(d, t), value = e * e + f * f;
        if (value < best) best = value, at = t;
    }
    if (piecewise) return at;
    long double low = at - 0.001L * fabsl(a - activation(d, m)), high = 2.0L * at - low;
    for (int i = 0; i < 200; i++) {
        const long double p = low + 0.382L * (high - low), q = low + 0.618L * (high - low);
        const long double fp = (p - m) * (p - m) + powl(a - activation(d, p), 2.0L);
        const long double fq = (q - m) * (q - m) + powl(a - activation(d, q), 2.0L);
        *(fp < fq ? &high : &low) = fp < fq ? q : p;
    }
    return 0.5L * (low + high);
}

/* Squared error in closed form. Softmax: with log-sum-exp fixed, z_c = m_c + (y_c - u_c - p_c) / rho
   and p_c = exp(z_c - s); for a given s each z_c is the root of a rising function, and sum p_c falls
   in s. Two nested bisections. */
static void update_output(reference *r)
{
    const clarke_dladmm *d = r->d;
    const size_t l = d->layers - 1, rows = d->width[l + 1];
    for (size_t j = 0; j < d->samples; j++) {
        long double m[16], v[16], low = -1e4L, high = 1e4L;
        for (size_t c = 0; c < rows; c++) {
            const size_t at = j * rows + c;
            m[c] = affine(r, l, block(r, l, CLARKE_DLADMM_W), c, j);
            v[c] = (long double)d->target[at] - block(r, l, CLARKE_DLADMM_A)[at];
            block(r, l, CLARKE_DLADMM_Z)[at] = (v[c] + r->rho * m[c]) / (1.0L + r->rho);
        }
        for (int k = 0; d->loss->probabilities && k < 120; k++) {
            const long double s = 0.5L * (low + high);
            long double mass = 0.0L;
            for (size_t c = 0; c < rows; c++) {
                long double a = m[c] + (v[c] - 1.0L) / r->rho - 1.0L,
                            b = m[c] + v[c] / r->rho + 1.0L;
                for (int i = 0; i < 120; i++) {
                    const long double t = 0.5L * (a + b);
                    *(r->rho * (t - m[c]) - v[c] + expl(fminl(t - s, 1e3L)) > 0.0L ? &b : &a) = t;
                }
                block(r, l, CLARKE_DLADMM_Z)[j * rows + c] = a;
                mass += expl(fminl(a - s, 1e3L));
            }
            *(mass > 1.0L ? &low : &high) = s;
        }
    }
}

static void update_z(reference *r, size_t l)
{
    const clarke_dladmm *d = r->d;
    if (l + 1 == d->layers) {
        update_output(r);
        return;
    }
    for (size_t j = 0; j < d->samples; j++)
        for (size_t i = 0; i < d->width[l + 1]; i++) {
            const size_t at = j * d->width[l + 1] + i;
            block(r, l, CLARKE_DLADMM_Z)[at] =
                hidden(d, affine(r, l, block(r, l, CLARKE_DLADMM_W), i, j),
                       block(r, l, CLARKE_DLADMM_A)[at]);
        }
}

static void iterate(reference *r)
{
    const clarke_dladmm *d = r->d;
    const size_t last = d->layers - 1;
    for (size_t l = d->layers; l-- > 0;) {
        if (l < last) backtrack(r, l, CLARKE_DLADMM_A);
        update_z(r, l);
        update_b(r, l);
        backtrack(r, l, CLARKE_DLADMM_W);
    }
    for (size_t l = 0; l < d->layers; l++) {
        backtrack(r, l, CLARKE_DLADMM_W);
        update_b(r, l);
        update_z(r, l);
        if (l < last) backtrack(r, l, CLARKE_DLADMM_A);
    }
    for (size_t j = 0; j < d->samples; j++)
        for (size_t i = 0; i < d->width[last + 1]; i++) {
            const size_t at = j * d->width[last + 1] + i;
            block(r, last, CLARKE_DLADMM_A)[at] +=
                r->rho * (block(r, last, CLARKE_DLADMM_Z)[at] -
                          affine(r, last, block(r, last, CLARKE_DLADMM_W), i, j));
        }
}

static const struct {
    const char *problem, *method;
    long double initial, factor, tolerance;
} dladmm_case[] = {
    /* The tolerances: four iterations are some 1e5 operations, each good to 2^-53 (2^-24): 1e-11
       (6e-3). The reference's golden sections for tanh find a minimiser to the root of 2^-64 only. */
    {"dladmm_net:rho=2.05,samples=7,widths=4,3,inputs=5", "dladmm", 1e-3L, 2.0L, 1e-11L},
    {"dladmm_net:rho=1.05,samples=6,widths=4,3,inputs=5,loss=softmax_cross_entropy", "dladmm",
     1e-3L, 2.0L, 1e-11L},
    {"dladmm_net:rho=2.05,samples=6,widths=3,inputs=4,penalty=ridge,activation=leaky_relu",
     "dladmm:backtrack=loop", 1e-3L, 2.0L, 1e-11L},
    {"dladmm_net:rho=5,samples=6,widths=3,inputs=4,penalty=l1,activation=linear,nu=0.7",
     "dladmm:initial=0.5,factor=3", 0.5L, 3.0L, 1e-11L},
    {"dladmm_net:rho=2.05,samples=5,widths=3,inputs=4,activation=tanh", "dladmm", 1e-3L, 2.0L,
     1e-7L},
    {"dladmm_net:rho=2.05,samples=7,widths=4,3,inputs=5", "dladmm:precision=single", 1e-3L, 2.0L,
     6e-3L},
};

enum { ITERATIONS = 4 };

typedef struct {
    reference r;
    const char *label;
    long double tolerance, worst;
} watching;

/* After each iteration of the method the reference makes one too. */
static void watch(void *self, const clarke_iter *it, const clarke_event *e)
{
    watching *w = self;
    if (!e || !e->last_phase) return;
    iterate(&w->r);
    for (size_t i = 0; i < it->n; i++) {
        const long double size = 1.0L + fabsl(w->r.x[i]);
        w->worst = fmaxl(w->worst, fabsl(w->r.x[i] - (long double)e->after[i]) / size);
        cr_expect(fabsl(w->r.x[i] - (long double)e->after[i]) <= w->tolerance * size,
                  "%s: x[%zu] after iteration %zu is %.17g, reference %.17Lg", w->label, i, e->k,
                  e->after[i], w->r.x[i]);
    }
}

Test(dladmm, reference)
{
    for (size_t c = 0; c < sizeof dladmm_case / sizeof *dladmm_case; c++) {
        const clarke_run_spec spec = {.problem = dladmm_case[c].problem,
                                      .method = dladmm_case[c].method,
                                      .schedule = "constant:1",
                                      .sampling = "full",
                                      .init = "gaussian:0.5",
                                      .iterations = ITERATIONS};
        clarke_arena *mem = clarke_arena_new(0);
        clarke_run_plan plan;
        clarke_run_result result;
        clarke_problem *p;
        cr_assert_eq(clarke_run_plan_make(&spec, mem, &plan), CLARKE_OK, "%s", clarke_message());
        cr_assert_eq(clarke_problem_from_text(dladmm_case[c].problem, mem, &p), CLARKE_OK);
        /* The start is the run's own: one iteration less than none is asked for by an observer. */
        watching w = {.label = dladmm_case[c].problem, .tolerance = dladmm_case[c].tolerance};
        w.r = (reference){p->dladmm, calloc(p->n, sizeof *w.r.x), dladmm_case[c].initial,
                          dladmm_case[c].factor, (long double)p->dladmm->rho};
        const clarke_stream s =
            clarke_stream_make(3, plan.text.problem, plan.text.method, 0, 0, "init");
        for (size_t i = 0; i < p->n; i++)
            w.r.x[i] = (long double)(0.5 * clarke_stream_gaussian(&s, 0, i));
        const clarke_observer observer = {&w, watch};
        cr_assert_eq(clarke_run_execute(&plan, 3, 0, NULL, 0, &observer, NULL, mem, &result),
                     CLARKE_OK, "%s", clarke_message());
        cr_expect(result.finite && result.steps == ITERATIONS, "%s", w.label);
        if (getenv("DLADMM_WORST")) fprintf(stderr, "%s %s %Lg\n", w.label, spec.method, w.worst);
        free(w.r.x);
        clarke_arena_free(mem);
    }
}

/* 23 elementary updates for three layers, in this order. */
Test(dladmm, phases)
{
    static const char *const name[] = {
        "z3.back", "b3.back", "W3.back", "a2.back", "z2.back", "b2.back", "W2.back", "a1.back",
        "z1.back", "b1.back", "W1.back", "W1",      "b1",      "z1",      "a1",      "W2",
        "b2",      "z2",      "a2",      "W3",      "b3",      "z3",      "u"};
    static const char letter[] = "Wbza";
    cr_assert_eq(clarke_dladmm_phases(3), sizeof name / sizeof *name);
    for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
        const clarke_dladmm_phase p = clarke_dladmm_phase_at(3, i);
        char text[32];
        if (i == 22)
            snprintf(text, sizeof text, "u");
        else
            snprintf(text, sizeof text, "%c%zu%s", letter[p.kind], p.layer + 1,
                     p.forward ? "" : ".back");
        cr_expect_str_eq(text, name[i], "phase %zu", i);
    }
}

/* The problem's value and gradient: central differences at a random point away from kinks. */
Test(dladmm, gradient)
{
    static const char *const spec[] = {
        "dladmm_net:samples=5,widths=4,3,inputs=3,rho=1.7,nu=0.6",
        "dladmm_net:samples=5,widths=4,3,inputs=3,loss=softmax_cross_entropy,penalty=ridge",
        "dladmm_net:samples=5,widths=4,inputs=3,activation=leaky_relu,penalty=l1",
        "dladmm_net:samples=5,widths=4,inputs=3,activation=tanh",
        "dladmm_net:samples=5,widths=4,inputs=3,activation=sigmoid",
    };
    for (size_t c = 0; c < sizeof spec / sizeof *spec; c++) {
        clarke_arena *mem = clarke_arena_new(0);
        clarke_problem *p;
        cr_assert_eq(clarke_problem_from_text(spec[c], mem, &p), CLARKE_OK, "%s", clarke_message());
        double *x = clarke_vec(mem, p->n), *g = clarke_vec(mem, p->n);
        const clarke_stream s = clarke_stream_make(1, "gradient", "", 0, 0, "test");
        for (size_t i = 0; i < p->n; i++) {
            x[i] = clarke_stream_gaussian(&s, 0, i);
            if (fabs(x[i]) < 0.01) x[i] = 0.01; /* no kink within the difference */
        }
        p->desc->subgradient(p, x, g);
        for (size_t i = 0; i < p->n; i++) {
            const double h = 1e-4, old = x[i];
            x[i] = old + h;
            const double up = p->desc->value(p, x);
            x[i] = old - h;
            const double slope = (up - p->desc->value(p, x)) / (2.0 * h);
            x[i] = old;
            /* Truncation h^2 |f'''| / 6 with |f'''| below 50, cancellation 2^-52 |f| / h, |f| < 1e3. */
            cr_expect(fabs(slope - g[i]) <= 1e-7 + 1e-8, "%s: g[%zu] = %.12g, difference %.12g",
                      spec[c], i, g[i], slope);
        }
        clarke_arena_free(mem);
    }
}

/* Large logits, tiny and large rho: the residual of the optimality condition. */
Test(dladmm, newton)
{
    static const double rho[] = {1e-6, 1e-3, 0.5, 1.05, 100.0}, size[] = {0.0, 1.0, 30.0, 1000.0};
    enum { ROWS = 10, COUNT = 20 };
    for (size_t a = 0; a < 5; a++)
        for (size_t b = 0; b < 4; b++) {
            double m[ROWS * COUNT], u[ROWS * COUNT], y[ROWS * COUNT] = {0.0}, z[ROWS * COUNT];
            const clarke_stream s = clarke_stream_make(1, "newton", "", a, b, "test");
            for (size_t i = 0; i < ROWS * COUNT; i++) {
                m[i] = size[b] * clarke_stream_gaussian(&s, 0, i);
                u[i] = 0.3 * clarke_stream_gaussian(&s, 1, i);
                z[i] = size[b] * clarke_stream_gaussian(&s, 2, i);
            }
            for (size_t j = 0; j < COUNT; j++) y[j * ROWS + j % ROWS] = 1.0;
            clarke_dladmm_newton(ROWS, COUNT, rho[a], m, u, y, z);
            for (size_t j = 0; j < COUNT; j++) {
                long double mass = 0.0L, top = -INFINITY;
                for (size_t c = 0; c < ROWS; c++) top = fmaxl(top, (long double)z[j * ROWS + c]);
                for (size_t c = 0; c < ROWS; c++) mass += expl((long double)z[j * ROWS + c] - top);
                for (size_t c = 0; c < ROWS; c++) {
                    const size_t i = j * ROWS + c;
                    const long double left = expl((long double)z[i] - top) / mass -
                                             (long double)y[i] + (long double)u[i] +
                                             (long double)rho[a] *
                                                 ((long double)z[i] - (long double)m[i]);
                    /* p carries 2 |z| and ROWS + 8 roundings, the rest one each. */
                    const double bound = 16.0 * 0x1p-53 *
                                         (ROWS + 10.0 + 2.0 * fabs((double)top) + fabs(u[i]) +
                                          rho[a] * (fabs(z[i]) + fabs(m[i])) + fabs(z[i]));
                    cr_expect(fabsl(left) <= (long double)bound,
                              "rho %g, logits %g: residual %Lg, bound %g", rho[a], size[b], left,
                              bound);
                }
            }
        }
}

/* Near the end of convergence, where differences of objectives are all rounding: the closed form and
   the capped loop both go on, in both precisions, and stay finite. */
Test(dladmm, long_run_in_single_precision)
{
    static const char *const method[] = {"dladmm:precision=single",
                                         "dladmm:precision=single,backtrack=loop",
                                         "dladmm:backtrack=loop"};
    for (size_t c = 0; c < 3; c++) {
        const clarke_run_spec spec = {
            .problem = "dladmm_net:rho=2.05,samples=8,widths=4,4,inputs=3",
            .method = method[c],
            .schedule = "constant:1",
            .iterations = 3000};
        clarke_arena *mem = clarke_arena_new(0);
        clarke_run_plan plan;
        clarke_run_result result;
        cr_assert_eq(clarke_run_plan_make(&spec, mem, &plan), CLARKE_OK, "%s", clarke_message());
        cr_assert_eq(clarke_run_execute(&plan, 1, 0, NULL, 0, NULL, NULL, mem, &result), CLARKE_OK,
                     "%s: %s", method[c], clarke_message());
        cr_expect(result.finite, "%s", method[c]);
        clarke_arena_free(mem);
    }
}

static void refused(const char *method, const char *problem, const char *word)
{
    const clarke_run_spec spec = {.problem = problem, .method = method, .iterations = 1};
    clarke_arena *mem = clarke_arena_new(0);
    clarke_run_plan plan;
    clarke_run_result result;
    clarke_status status = clarke_run_plan_make(&spec, mem, &plan);
    if (status == CLARKE_OK)
        status = clarke_run_execute(&plan, 1, 0, NULL, 0, NULL, NULL, mem, &result);
    cr_expect_eq(status, CLARKE_EINPUT, "%s on %s: status %d", method, problem, (int)status);
    cr_expect(strstr(clarke_message(), word), "%s on %s: '%s'", method, problem, clarke_message());
    clarke_arena_free(mem);
}

Test(dladmm, refuses)
{
    refused("dladmm", "quadratic", "split layers");
    refused("admm_inverse", "quadratic", "split layers");
    refused("dladmm", "dladmm_net:widths=0", "widths");
    refused("dladmm", "dladmm_net:samples=0", "samples");
    refused("dladmm:backtrak=loop", "dladmm_net", "backtrack");
    refused("admm_inverse:damping=0", "dladmm_net:samples=4,widths=16,16", "damping");
}

/* Each exact step of admm_inverse leaves no gradient in its block: with the problem's own gradient,
   whose formulas share no code with it. The damping moves W by its share only, so it is 0 here. */
static void watch_inverse(void *self, const clarke_iter *it, const clarke_event *e)
{
    clarke_problem *p = self;
    if (!e || it->phase[e->phase].name[0] == 'u' || it->phase[e->phase].name[0] == 'z') return;
    double *g = calloc(it->n, sizeof *g), square = 0.0, all = 0.0;
    const clarke_block *b = &it->layout.block[it->phase[e->phase].block];
    p->desc->subgradient(p, e->after, g);
    for (size_t i = 0; i < it->n; i++) all += g[i] * g[i];
    for (size_t i = 0; i < b->rows * b->cols; i++) square += g[b->offset + i] * g[b->offset + i];
    /* The condition numbers of these small matrices are below 1e6: 2^-53 times that, with room. */
    cr_expect(sqrt(square) <= 1e-7 * (1.0 + sqrt(all)), "%s at k = %zu: %g of %g",
              it->phase[e->phase].name, e->k, sqrt(square), sqrt(all));
    free(g);
}

Test(dladmm, inverse_is_exact)
{
    const clarke_run_spec spec = {.problem = "dladmm_net:rho=2.05,samples=60,widths=5,4,inputs=4,"
                                             "activation=linear",
                                  .method = "admm_inverse:damping=0",
                                  .init = "gaussian:0.5",
                                  .iterations = 5};
    clarke_arena *mem = clarke_arena_new(0);
    clarke_run_plan plan;
    clarke_run_result result;
    clarke_problem *p;
    cr_assert_eq(clarke_problem_from_text(spec.problem, mem, &p), CLARKE_OK);
    cr_assert_eq(clarke_run_plan_make(&spec, mem, &plan), CLARKE_OK, "%s", clarke_message());
    const clarke_observer observer = {p, watch_inverse};
    cr_assert_eq(clarke_run_execute(&plan, 1, 0, NULL, 0, &observer, NULL, mem, &result), CLARKE_OK,
                 "%s", clarke_message());
    cr_expect(result.finite);
    clarke_arena_free(mem);
}
