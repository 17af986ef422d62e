/* The steps of W_l, a_l and b_l along their gradients. W_l and a_l (algorithms 2 to 5) minimise a
   quadratic model, whose constant is the first of a sequence with which the model lies above the
   objective; b_l (whose objective is quadratic with a known constant) is the exact minimiser. */
#include "core/clones.h"
#include "methods/lib/dladmm_net.h"

enum { LANES = 16, TRIALS_MAX = 400 };

/* sum x_i y_i in double, in a fixed order of lanes. */
static double dladmm_descent_dot(size_t n, const clarke_real *x, const clarke_real *y)
{
    double lane[LANES] = {0.0}, sum = 0.0;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t k = 0; k < LANES; k++) lane[k] += (double)x[i + k] * (double)y[i + k];
    for (size_t k = 0; i < n; i++, k++) lane[k] += (double)x[i] * (double)y[i];
    for (size_t k = 0; k < LANES; k++) sum += lane[k];
    clarke_blas_count(2.0 * (double)n);
    return sum;
}

/* y += c x. */
static void dladmm_descent_add(size_t n, double c, const clarke_real *x, clarke_real *y)
{
    const clarke_real scale = (clarke_real)c;
    for (size_t i = 0; i < n; i++) y[i] += scale * x[i];
    clarke_blas_count(2.0 * (double)n);
}

/* net->e = E_l. */
static void dladmm_descent_residual(const clarke_dladmm_net *net, size_t l)
{
    const size_t n = dladmm_net_count(net, l, CLARKE_DLADMM_Z);
    const clarke_real *z = net->block[l][CLARKE_DLADMM_Z], *m = net->m[l];
    const clarke_real *u = net->block[l][CLARKE_DLADMM_A];
    const clarke_real w = (clarke_real)dladmm_net_weight(net, l);
    clarke_real *e = net->e;
    if (dladmm_net_last(net, l))
        for (size_t i = 0; i < n; i++) e[i] = w * (m[i] - z[i]) - u[i];
    else
        for (size_t i = 0; i < n; i++) e[i] = w * (m[i] - z[i]);
    clarke_blas_count(3.0 * (double)n);
}

/* The first of initial, initial factor, ... that is at least `least`. They are formed by repeated
   products everywhere, so that the loop and the closed form meet the same numbers. */
static double dladmm_descent_accept(const clarke_dladmm_net *net, double least, double *trials)
{
    double theta = net->now.initial;
    *trials = 1.0;
    if (!(least < INFINITY)) return INFINITY;
    while (theta < least) {
        theta *= net->o->factor;
        *trials += 1.0;
    }
    return theta;
}

/* ---- W_l ---- */

/* net->step = the candidate's difference from W for this theta: W minimises <g, W - base> +
   (theta/2) |W - base|^2 + Omega(W), where base is W itself but in the printed step. */
static void dladmm_descent_w_candidate(clarke_dladmm_net *net, size_t l, const clarke_real *base,
                                       double theta)
{
    const clarke_dladmm *d = net->d;
    const size_t n = dladmm_net_count(net, l, CLARKE_DLADMM_W);
    const clarke_real *w = net->block[l][CLARKE_DLADMM_W];
    const double lambda = d->lambda;
    for (size_t i = 0; i < n; i++) {
        const double v = (double)base[i], g = (double)net->g[i];
        double next = v - g / theta;
        if (d->penalty == CLARKE_DLADMM_RIDGE) next = v - (g + lambda * v) / (theta + lambda);
        if (d->penalty == CLARKE_DLADMM_L1) {
            const double cut = lambda / theta;
            next = next > cut ? next - cut : next < -cut ? next + cut : 0.0 * next;
        }
        net->step[i] = (clarke_real)(next - (double)w[i]);
    }
    clarke_blas_count(6.0 * (double)n);
}

/* Whether the quadratic model lies above at D = net->step, with net->t = D a_{l-1}. The loop compares
   the two differences as the paper does; otherwise what they have in common, <g, D>, is left out. */
static bool dladmm_descent_w_model(const clarke_dladmm_net *net, size_t l, double theta)
{
    const size_t n = dladmm_net_count(net, l, CLARKE_DLADMM_Z);
    const size_t size = dladmm_net_count(net, l, CLARKE_DLADMM_W);
    double rise = 0.5 * dladmm_net_weight(net, l) * dladmm_descent_dot(n, net->t, net->t);
    double model = 0.5 * theta * dladmm_descent_dot(size, net->step, net->step);
    if (net->o->backtrack == CLARKE_DLADMM_LOOP) {
        rise += dladmm_descent_dot(n, net->e, net->t);
        model += dladmm_descent_dot(size, net->g, net->step);
    }
    return rise <= model;
}

static void dladmm_descent_w_product(clarke_dladmm_net *net, size_t l, const clarke_real *direction)
{
    const size_t rows = dladmm_net_rows(net, l), in = net->d->width[l];
    clarke_gemm(false, false, rows, net->d->samples, in, 1, direction, rows,
                dladmm_net_before(net, l), in, 0, net->t, rows);
}

static void dladmm_descent_w_loop(clarke_dladmm_net *net, size_t l, const clarke_real *base,
                                  double *accepted, double *trials)
{
    double theta = net->now.initial;
    for (size_t trial = 1; trial <= TRIALS_MAX; trial++, theta *= net->o->factor) {
        *trials = (double)trial;
        dladmm_descent_w_candidate(net, l, base, theta);
        dladmm_descent_w_product(net, l, net->step);
        if (!dladmm_descent_w_model(net, l, theta)) continue;
        dladmm_descent_add(dladmm_net_count(net, l, CLARKE_DLADMM_W), 1.0, net->step,
                           net->block[l][CLARKE_DLADMM_W]);
        dladmm_descent_add(dladmm_net_count(net, l, CLARKE_DLADMM_Z), 1.0, net->t, net->m[l]);
        *accepted = theta;
        return;
    }
    *accepted = INFINITY;
}

/* Without Omega, or with ridge, every candidate lies on the ray along h = g + lambda W, on which the
   test reads theta >= w |h a|^2 / |h|^2. */
static void dladmm_descent_w_closed(clarke_dladmm_net *net, size_t l, double *accepted,
                                    double *trials)
{
    const size_t size = dladmm_net_count(net, l, CLARKE_DLADMM_W);
    const size_t n = dladmm_net_count(net, l, CLARKE_DLADMM_Z);
    const double lambda = net->d->lambda, weight = dladmm_net_weight(net, l);
    if (lambda > 0.0) dladmm_descent_add(size, lambda, net->block[l][CLARKE_DLADMM_W], net->g);
    dladmm_descent_w_product(net, l, net->g);
    const double square = dladmm_descent_dot(size, net->g, net->g);
    const double curvature = weight * dladmm_descent_dot(n, net->t, net->t);
    *accepted = dladmm_descent_accept(net, square > 0.0 ? curvature / square : 0.0, trials);
    const double length = -1.0 / (*accepted + lambda);
    dladmm_descent_add(size, length, net->g, net->block[l][CLARKE_DLADMM_W]);
    dladmm_descent_add(n, length, net->t, net->m[l]);
}

static void dladmm_descent_w(clarke_dladmm_net *net, const clarke_dladmm_phase *p, double *accepted,
                             double *trials)
{
    const size_t l = p->layer, rows = dladmm_net_rows(net, l), in = net->d->width[l];
    const bool printed = net->o->printed_w && p->forward;
    dladmm_descent_residual(net, l);
    clarke_gemm(false, true, rows, in, net->d->samples, 1, net->e, rows, dladmm_net_before(net, l),
                in, 0, net->g, rows);
    if (!printed && net->o->backtrack == CLARKE_DLADMM_CLOSED &&
        net->d->penalty != CLARKE_DLADMM_L1)
        dladmm_descent_w_closed(net, l, accepted, trials);
    else
        dladmm_descent_w_loop(
            net, l, printed ? net->old[l][CLARKE_DLADMM_W] : net->block[l][CLARKE_DLADMM_W],
            accepted, trials);
}

/* ---- a_l ---- */

/* net->g = the gradient in a_l, with E_{l+1} in net->e. */
static void dladmm_descent_a_gradient(clarke_dladmm_net *net, size_t l)
{
    const size_t rows = dladmm_net_rows(net, l), out = dladmm_net_rows(net, l + 1);
    const size_t n = rows * net->d->samples;
    const clarke_real *a = net->block[l][CLARKE_DLADMM_A];
    const clarke_real nu = (clarke_real)net->now.nu;
    dladmm_descent_residual(net, l + 1);
    net->activation->value(&net->d->opts, n, net->block[l][CLARKE_DLADMM_Z], net->g);
    for (size_t i = 0; i < n; i++) net->g[i] = nu * (a[i] - net->g[i]);
    clarke_blas_count(3.0 * (double)n);
    clarke_gemm(true, false, rows, net->d->samples, out, 1, net->block[l + 1][CLARKE_DLADMM_W], out,
                net->e, out, 1, net->g, rows);
}

static void dladmm_descent_a_product(clarke_dladmm_net *net, size_t l, const clarke_real *direction)
{
    const size_t rows = dladmm_net_rows(net, l), out = dladmm_net_rows(net, l + 1);
    clarke_gemm(false, false, out, net->d->samples, rows, 1, net->block[l + 1][CLARKE_DLADMM_W],
                out, direction, rows, 0, net->t, out);
}

static bool dladmm_descent_a_model(const clarke_dladmm_net *net, size_t l, double tau)
{
    const size_t n = dladmm_net_count(net, l, CLARKE_DLADMM_A);
    const size_t out = dladmm_net_count(net, l + 1, CLARKE_DLADMM_Z);
    const double square = dladmm_descent_dot(n, net->step, net->step);
    double rise = 0.5 * (dladmm_net_weight(net, l + 1) * dladmm_descent_dot(out, net->t, net->t) +
                         net->now.nu * square);
    double model = 0.5 * tau * square;
    if (net->o->backtrack == CLARKE_DLADMM_LOOP) {
        const double slope = dladmm_descent_dot(n, net->g, net->step);
        rise += slope;
        model += slope;
    }
    return rise <= model;
}

static void dladmm_descent_a_loop(clarke_dladmm_net *net, size_t l, const clarke_real *base,
                                  double *accepted, double *trials)
{
    const size_t n = dladmm_net_count(net, l, CLARKE_DLADMM_A);
    const size_t out = dladmm_net_count(net, l + 1, CLARKE_DLADMM_Z);
    clarke_real *a = net->block[l][CLARKE_DLADMM_A];
    double tau = net->now.initial;
    for (size_t trial = 1; trial <= TRIALS_MAX; trial++, tau *= net->o->factor) {
        *trials = (double)trial;
        for (size_t i = 0; i < n; i++)
            net->step[i] = (clarke_real)((double)base[i] - (double)net->g[i] / tau - (double)a[i]);
        clarke_blas_count(3.0 * (double)n);
        dladmm_descent_a_product(net, l, net->step);
        if (!dladmm_descent_a_model(net, l, tau)) continue;
        dladmm_descent_add(n, 1.0, net->step, a);
        dladmm_descent_add(out, 1.0, net->t, net->m[l + 1]);
        *accepted = tau;
        return;
    }
    *accepted = INFINITY;
}

static void dladmm_descent_a_closed(clarke_dladmm_net *net, size_t l, double *accepted,
                                    double *trials)
{
    const size_t n = dladmm_net_count(net, l, CLARKE_DLADMM_A);
    const size_t out = dladmm_net_count(net, l + 1, CLARKE_DLADMM_Z);
    dladmm_descent_a_product(net, l, net->g);
    const double square = dladmm_descent_dot(n, net->g, net->g);
    const double curvature = dladmm_net_weight(net, l + 1) *
                             dladmm_descent_dot(out, net->t, net->t);
    *accepted =
        dladmm_descent_accept(net, square > 0.0 ? curvature / square + net->now.nu : 0.0, trials);
    const double length = -1.0 / *accepted;
    dladmm_descent_add(n, length, net->g, net->block[l][CLARKE_DLADMM_A]);
    dladmm_descent_add(out, length, net->t, net->m[l + 1]);
}

static void dladmm_descent_a(clarke_dladmm_net *net, const clarke_dladmm_phase *p, double *accepted,
                             double *trials)
{
    const size_t l = p->layer;
    const bool printed = net->o->printed_a && p->forward;
    dladmm_descent_a_gradient(net, l);
    if (printed || net->o->backtrack == CLARKE_DLADMM_LOOP)
        dladmm_descent_a_loop(
            net, l, printed ? net->old[l][CLARKE_DLADMM_A] : net->block[l][CLARKE_DLADMM_A],
            accepted, trials);
    else
        dladmm_descent_a_closed(net, l, accepted, trials);
}

/* ---- b_l ---- */

/* sum[i] = the sum over the samples of E_l, which is formed on the way: w (M - Z), and - U in the last
   layer (u, otherwise NULL). Every row is added for itself, in the order of the samples. */
CLARKE_CLONES static void dladmm_descent_sum(size_t rows, size_t samples, clarke_real w,
                                             const clarke_real *m, const clarke_real *z,
                                             const clarke_real *u, clarke_real *restrict sum)
{
    for (size_t i = 0; i < rows; i++) sum[i] = 0;
    for (size_t j = 0; j < samples; j++, m += rows, z += rows) {
        if (u)
            for (size_t i = 0; i < rows; i++) sum[i] += w * (m[i] - z[i]) - u[j * rows + i];
        else
            for (size_t i = 0; i < rows; i++) sum[i] += w * (m[i] - z[i]);
    }
}

/* Adds `column` to every column of m. */
CLARKE_CLONES static void dladmm_descent_shift(size_t rows, size_t samples,
                                               const clarke_real *restrict column,
                                               clarke_real *restrict m)
{
    for (size_t j = 0; j < samples; j++, m += rows)
        for (size_t i = 0; i < rows; i++) m[i] += column[i];
}

/* b_l + (mean over the samples of -E_l) / w, the exact minimiser; printed: - (sum of E_l) / w. */
static void dladmm_descent_b(clarke_dladmm_net *net, size_t l, double *accepted)
{
    const size_t rows = dladmm_net_rows(net, l), samples = net->d->samples;
    const clarke_real w = (clarke_real)dladmm_net_weight(net, l);
    clarke_real *b = net->block[l][CLARKE_DLADMM_B];
    *accepted = dladmm_net_weight(net, l) * (net->o->printed_b ? 1.0 : (double)samples);
    dladmm_descent_sum(rows, samples, w, net->m[l], net->block[l][CLARKE_DLADMM_Z],
                       dladmm_net_last(net, l) ? net->block[l][CLARKE_DLADMM_A] : NULL, net->t);
    for (size_t i = 0; i < rows; i++) {
        net->t[i] = (clarke_real)(-(double)net->t[i] / *accepted);
        b[i] += net->t[i];
    }
    dladmm_descent_shift(rows, samples, net->t, net->m[l]);
    clarke_blas_count(5.0 * (double)(rows * samples));
}

void CLARKE_REAL(clarke_dladmm_descend)(clarke_dladmm_net *net, const clarke_dladmm_phase *p,
                                        double *accepted, double *trials)
{
    if (p->kind == CLARKE_DLADMM_W)
        dladmm_descent_w(net, p, accepted, trials);
    else if (p->kind == CLARKE_DLADMM_A)
        dladmm_descent_a(net, p, accepted, trials);
    else
        dladmm_descent_b(net, p->layer, accepted);
}
