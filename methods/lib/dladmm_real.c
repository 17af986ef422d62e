/* The updates of dlADMM in the working precision. For every layer M_l = W_l a_{l-1} + b_l 1^T is kept
   up to date: with E_l = dL/dM_l (nu (M_l - Z_l), and -U - rho (Z_L - M_L) in the last layer), a
   step along a direction D changes M_l by a product with D, and the objective by a quadratic whose
   curvature is the same product's norm. So one product decides how far the step goes and brings M_l
   up to date, where the paper's loop needs new products for every candidate. */
#include "methods/lib/dladmm.h"

#include <string.h>

enum { LANES = 16, TRIALS_MAX = 400 };

struct clarke_dladmm_net {
    const clarke_dladmm *d;
    const clarke_dladmm_opts *o;
    const clarke_activation_desc *activation;
    const clarke_loss_desc *loss;
    double rho;
    const clarke_real *input, *target;
    clarke_real *block[CLARKE_DLADMM_LAYERS_MAX][4]; /* W, b, z, a or u */
    clarke_real *m[CLARKE_DLADMM_LAYERS_MAX];        /* [width[l + 1]][N] */
    clarke_real *old[CLARKE_DLADMM_LAYERS_MAX][4];   /* W and a before the backward sweep, where the
                                                        printed steps start from them */
    clarke_real *e, *t;                              /* [widest][N] E_l and a product */
    clarke_real *g, *step; /* a gradient and a candidate's step: the largest block */
};

static size_t dladmm_real_rows(const clarke_dladmm_net *net, size_t l)
{
    return net->d->width[l + 1];
}

static size_t dladmm_real_count(const clarke_dladmm_net *net, size_t l, size_t kind)
{
    const clarke_dladmm *d = net->d;
    const size_t rows = d->width[l + 1];
    if (kind == CLARKE_DLADMM_B) return rows;
    return rows * (kind == CLARKE_DLADMM_W ? d->width[l] : d->samples);
}

static const clarke_real *dladmm_real_before(const clarke_dladmm_net *net, size_t l)
{
    return l > 0 ? net->block[l - 1][CLARKE_DLADMM_A] : net->input;
}

static bool dladmm_real_last(const clarke_dladmm_net *net, size_t l)
{
    return l + 1 == net->d->layers;
}

/* The weight of |Z_l - M_l|^2 / 2. */
static double dladmm_real_weight(const clarke_dladmm_net *net, size_t l)
{
    return dladmm_real_last(net, l) ? net->rho : net->d->nu;
}

/* sum x_i y_i in double, in a fixed order of lanes. */
static double dladmm_real_dot(size_t n, const clarke_real *x, const clarke_real *y)
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
static void dladmm_real_add(size_t n, double c, const clarke_real *x, clarke_real *y)
{
    const clarke_real scale = (clarke_real)c;
    for (size_t i = 0; i < n; i++) y[i] += scale * x[i];
    clarke_blas_count(2.0 * (double)n);
}

/* net->e = E_l. */
static void dladmm_real_residual(const clarke_dladmm_net *net, size_t l)
{
    const size_t n = dladmm_real_count(net, l, CLARKE_DLADMM_Z);
    const clarke_real *z = net->block[l][CLARKE_DLADMM_Z], *m = net->m[l];
    const clarke_real *u = net->block[l][CLARKE_DLADMM_A];
    const clarke_real w = (clarke_real)dladmm_real_weight(net, l);
    clarke_real *e = net->e;
    if (dladmm_real_last(net, l))
        for (size_t i = 0; i < n; i++) e[i] = w * (m[i] - z[i]) - u[i];
    else
        for (size_t i = 0; i < n; i++) e[i] = w * (m[i] - z[i]);
    clarke_blas_count(3.0 * (double)n);
}

static void dladmm_real_refresh_layer(clarke_dladmm_net *net, size_t l)
{
    const clarke_dladmm *d = net->d;
    const size_t rows = dladmm_real_rows(net, l), in = d->width[l];
    for (size_t j = 0; j < d->samples; j++)
        memcpy(net->m[l] + j * rows, net->block[l][CLARKE_DLADMM_B], rows * sizeof(clarke_real));
    clarke_gemm(false, false, rows, d->samples, in, 1, net->block[l][CLARKE_DLADMM_W], rows,
                dladmm_real_before(net, l), in, 1, net->m[l], rows);
}

static void dladmm_real_refresh(clarke_dladmm_net *net)
{
    for (size_t l = 0; l < net->d->layers; l++) dladmm_real_refresh_layer(net, l);
}

/* The constants initial * factor^j are formed by repeated products everywhere, so that the loop and
   the closed form meet the same numbers. */
static double dladmm_real_accept(const clarke_dladmm_opts *o, double least, double *trials)
{
    double theta = o->initial;
    *trials = 1.0;
    if (!(least < INFINITY)) return INFINITY;
    while (theta < least) {
        theta *= o->factor;
        *trials += 1.0;
    }
    return theta;
}

/* ---- W_l ---- */

/* net->step = the candidate's difference from W for this theta: W minimises <g, W - base> +
   (theta/2) |W - base|^2 + Omega(W), where base is W itself but in the printed step. */
static void dladmm_real_w_candidate(clarke_dladmm_net *net, size_t l, const clarke_real *base,
                                    double theta)
{
    const clarke_dladmm *d = net->d;
    const size_t n = dladmm_real_count(net, l, CLARKE_DLADMM_W);
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
static bool dladmm_real_w_model(const clarke_dladmm_net *net, size_t l, double theta)
{
    const size_t n = dladmm_real_count(net, l, CLARKE_DLADMM_Z);
    const size_t size = dladmm_real_count(net, l, CLARKE_DLADMM_W);
    double rise = 0.5 * dladmm_real_weight(net, l) * dladmm_real_dot(n, net->t, net->t);
    double model = 0.5 * theta * dladmm_real_dot(size, net->step, net->step);
    if (net->o->backtrack == CLARKE_DLADMM_LOOP) {
        rise += dladmm_real_dot(n, net->e, net->t);
        model += dladmm_real_dot(size, net->g, net->step);
    }
    return rise <= model;
}

static void dladmm_real_w_product(clarke_dladmm_net *net, size_t l, const clarke_real *direction)
{
    const size_t rows = dladmm_real_rows(net, l), in = net->d->width[l];
    clarke_gemm(false, false, rows, net->d->samples, in, 1, direction, rows,
                dladmm_real_before(net, l), in, 0, net->t, rows);
}

static void dladmm_real_w_loop(clarke_dladmm_net *net, size_t l, const clarke_real *base,
                               double *accepted, double *trials)
{
    double theta = net->o->initial;
    for (size_t trial = 1; trial <= TRIALS_MAX; trial++, theta *= net->o->factor) {
        *trials = (double)trial;
        dladmm_real_w_candidate(net, l, base, theta);
        dladmm_real_w_product(net, l, net->step);
        if (!dladmm_real_w_model(net, l, theta)) continue;
        dladmm_real_add(dladmm_real_count(net, l, CLARKE_DLADMM_W), 1.0, net->step,
                        net->block[l][CLARKE_DLADMM_W]);
        dladmm_real_add(dladmm_real_count(net, l, CLARKE_DLADMM_Z), 1.0, net->t, net->m[l]);
        *accepted = theta;
        return;
    }
    *accepted = INFINITY;
}

/* Without Omega, or with ridge, every candidate lies on the ray along h = g + lambda W, on which the
   test reads theta >= w |h a|^2 / |h|^2. */
static void dladmm_real_w_closed(clarke_dladmm_net *net, size_t l, double *accepted, double *trials)
{
    const size_t size = dladmm_real_count(net, l, CLARKE_DLADMM_W);
    const size_t n = dladmm_real_count(net, l, CLARKE_DLADMM_Z);
    const double lambda = net->d->lambda, weight = dladmm_real_weight(net, l);
    if (lambda > 0.0) dladmm_real_add(size, lambda, net->block[l][CLARKE_DLADMM_W], net->g);
    dladmm_real_w_product(net, l, net->g);
    const double square = dladmm_real_dot(size, net->g, net->g);
    const double curvature = weight * dladmm_real_dot(n, net->t, net->t);
    *accepted = dladmm_real_accept(net->o, square > 0.0 ? curvature / square : 0.0, trials);
    const double length = -1.0 / (*accepted + lambda);
    dladmm_real_add(size, length, net->g, net->block[l][CLARKE_DLADMM_W]);
    dladmm_real_add(n, length, net->t, net->m[l]);
}

static void dladmm_real_w(clarke_dladmm_net *net, const clarke_dladmm_phase *p, double *accepted,
                          double *trials)
{
    const size_t l = p->layer, rows = dladmm_real_rows(net, l), in = net->d->width[l];
    const bool printed = net->o->printed_w && p->forward;
    dladmm_real_residual(net, l);
    clarke_gemm(false, true, rows, in, net->d->samples, 1, net->e, rows, dladmm_real_before(net, l),
                in, 0, net->g, rows);
    if (!printed && net->o->backtrack == CLARKE_DLADMM_CLOSED &&
        net->d->penalty != CLARKE_DLADMM_L1)
        dladmm_real_w_closed(net, l, accepted, trials);
    else
        dladmm_real_w_loop(net, l,
                           printed ? net->old[l][CLARKE_DLADMM_W] : net->block[l][CLARKE_DLADMM_W],
                           accepted, trials);
}

/* ---- a_l ---- */

/* net->g = the gradient in a_l, with E_{l+1} in net->e. */
static void dladmm_real_a_gradient(clarke_dladmm_net *net, size_t l)
{
    const size_t rows = dladmm_real_rows(net, l), out = dladmm_real_rows(net, l + 1);
    const size_t n = rows * net->d->samples;
    const clarke_real *a = net->block[l][CLARKE_DLADMM_A];
    const clarke_real nu = (clarke_real)net->d->nu;
    dladmm_real_residual(net, l + 1);
    net->activation->value(&net->d->opts, n, net->block[l][CLARKE_DLADMM_Z], net->g);
    for (size_t i = 0; i < n; i++) net->g[i] = nu * (a[i] - net->g[i]);
    clarke_blas_count(3.0 * (double)n);
    clarke_gemm(true, false, rows, net->d->samples, out, 1, net->block[l + 1][CLARKE_DLADMM_W], out,
                net->e, out, 1, net->g, rows);
}

static void dladmm_real_a_product(clarke_dladmm_net *net, size_t l, const clarke_real *direction)
{
    const size_t rows = dladmm_real_rows(net, l), out = dladmm_real_rows(net, l + 1);
    clarke_gemm(false, false, out, net->d->samples, rows, 1, net->block[l + 1][CLARKE_DLADMM_W],
                out, direction, rows, 0, net->t, out);
}

static bool dladmm_real_a_model(const clarke_dladmm_net *net, size_t l, double tau)
{
    const size_t n = dladmm_real_count(net, l, CLARKE_DLADMM_A);
    const size_t out = dladmm_real_count(net, l + 1, CLARKE_DLADMM_Z);
    const double square = dladmm_real_dot(n, net->step, net->step);
    double rise = 0.5 * (dladmm_real_weight(net, l + 1) * dladmm_real_dot(out, net->t, net->t) +
                         net->d->nu * square);
    double model = 0.5 * tau * square;
    if (net->o->backtrack == CLARKE_DLADMM_LOOP) {
        const double slope = dladmm_real_dot(n, net->g, net->step);
        rise += slope;
        model += slope;
    }
    return rise <= model;
}

static void dladmm_real_a_loop(clarke_dladmm_net *net, size_t l, const clarke_real *base,
                               double *accepted, double *trials)
{
    const size_t n = dladmm_real_count(net, l, CLARKE_DLADMM_A);
    clarke_real *a = net->block[l][CLARKE_DLADMM_A];
    double tau = net->o->initial;
    for (size_t trial = 1; trial <= TRIALS_MAX; trial++, tau *= net->o->factor) {
        *trials = (double)trial;
        for (size_t i = 0; i < n; i++)
            net->step[i] = (clarke_real)((double)base[i] - (double)net->g[i] / tau - (double)a[i]);
        clarke_blas_count(3.0 * (double)n);
        dladmm_real_a_product(net, l, net->step);
        if (!dladmm_real_a_model(net, l, tau)) continue;
        dladmm_real_add(n, 1.0, net->step, a);
        dladmm_real_add(dladmm_real_count(net, l + 1, CLARKE_DLADMM_Z), 1.0, net->t, net->m[l + 1]);
        *accepted = tau;
        return;
    }
    *accepted = INFINITY;
}

static void dladmm_real_a(clarke_dladmm_net *net, const clarke_dladmm_phase *p, double *accepted,
                          double *trials)
{
    const size_t l = p->layer, n = dladmm_real_count(net, l, CLARKE_DLADMM_A);
    const size_t out = dladmm_real_count(net, l + 1, CLARKE_DLADMM_Z);
    const bool printed = net->o->printed_a && p->forward;
    clarke_real *a = net->block[l][CLARKE_DLADMM_A];
    dladmm_real_a_gradient(net, l);
    if (printed || net->o->backtrack == CLARKE_DLADMM_LOOP) {
        dladmm_real_a_loop(net, l, printed ? net->old[l][CLARKE_DLADMM_A] : a, accepted, trials);
        return;
    }
    dladmm_real_a_product(net, l, net->g);
    const double square = dladmm_real_dot(n, net->g, net->g);
    const double curvature = dladmm_real_weight(net, l + 1) * dladmm_real_dot(out, net->t, net->t);
    *accepted =
        dladmm_real_accept(net->o, square > 0.0 ? curvature / square + net->d->nu : 0.0, trials);
    dladmm_real_add(n, -1.0 / *accepted, net->g, a);
    dladmm_real_add(out, -1.0 / *accepted, net->t, net->m[l + 1]);
}

/* ---- b_l ---- */

/* b_l + (mean over the samples of -E_l) / w, the exact minimiser; printed: - (sum of E_l) / w. */
static void dladmm_real_b(clarke_dladmm_net *net, size_t l, double *accepted)
{
    const size_t rows = dladmm_real_rows(net, l), samples = net->d->samples;
    clarke_real *b = net->block[l][CLARKE_DLADMM_B];
    *accepted = dladmm_real_weight(net, l) * (net->o->printed_b ? 1.0 : (double)samples);
    dladmm_real_residual(net, l);
    memset(net->t, 0, rows * sizeof *net->t);
    for (size_t j = 0; j < samples; j++)
        for (size_t i = 0; i < rows; i++) net->t[i] += net->e[j * rows + i];
    for (size_t i = 0; i < rows; i++) {
        net->t[i] = (clarke_real)(-(double)net->t[i] / *accepted);
        b[i] += net->t[i];
    }
    for (size_t j = 0; j < samples; j++)
        for (size_t i = 0; i < rows; i++) net->m[l][j * rows + i] += net->t[i];
    clarke_blas_count(2.0 * (double)(rows * samples));
}

/* ---- z_l and u ---- */

static void dladmm_real_fista(clarke_dladmm_net *net, double *steps)
{
    const size_t l = net->d->layers - 1, rows = dladmm_real_rows(net, l);
    const size_t n = dladmm_real_count(net, l, CLARKE_DLADMM_Z);
    clarke_real *z = net->block[l][CLARKE_DLADMM_Z], *old = net->e;
    const clarke_real *u = net->block[l][CLARKE_DLADMM_A], *m = net->m[l];
    const double inverse = 1.0 / net->o->fista_step;
    double lambda = 1.0, value = INFINITY;
    memcpy(old, z, n * sizeof *old);
    for (size_t k = 0; k < net->o->fista_steps; k++) {
        const double next = 0.5 * (1.0 + sqrt(1.0 + 4.0 * lambda * lambda));
        const double gamma = (1.0 - lambda) / next;
        net->loss->gradient(rows, net->d->samples, 1, z, net->target, net->t);
        for (size_t i = 0; i < n; i++) {
            const double at = ((double)z[i] * inverse - (double)net->t[i] - (double)u[i] +
                               net->rho * (double)m[i]) /
                              (inverse + net->rho);
            z[i] = (clarke_real)((1.0 - gamma) * at + gamma * (double)old[i]);
            old[i] = (clarke_real)at;
        }
        lambda = next;
        *steps = (double)(k + 1);
        double now = net->loss->value(rows, net->d->samples, z, net->target);
        for (size_t i = 0; i < n; i++) {
            const double r = (double)z[i] - (double)m[i];
            now += r * ((double)u[i] + 0.5 * net->rho * r);
        }
        clarke_blas_count(30.0 * (double)n);
        if (fabs(now - value) < net->o->fista_tolerance) return;
        value = now;
    }
}

static void dladmm_real_z(clarke_dladmm_net *net, size_t l, double *accepted, double *trials,
                          size_t *ties)
{
    const size_t n = dladmm_real_count(net, l, CLARKE_DLADMM_Z);
    clarke_real *z = net->block[l][CLARKE_DLADMM_Z];
    const clarke_real *m = net->m[l], *a = net->block[l][CLARKE_DLADMM_A];
    if (!dladmm_real_last(net, l)) {
        *ties = CLARKE_REAL(clarke_dladmm_hidden)(net->activation, &net->d->opts, n, m, a, z);
        return;
    }
    *accepted = net->rho;
    if (!net->loss->probabilities) {
        /* (z - y) + u + rho (z - m) = 0 */
        const clarke_real rho = (clarke_real)net->rho;
        for (size_t i = 0; i < n; i++) z[i] = (net->target[i] + rho * m[i] - a[i]) / (1 + rho);
        clarke_blas_count(5.0 * (double)n);
    } else if (net->o->last == CLARKE_DLADMM_FISTA) {
        dladmm_real_fista(net, trials);
    } else {
        *trials = (double)CLARKE_REAL(clarke_dladmm_newton)(
            dladmm_real_rows(net, l), net->d->samples, net->rho, m, a, net->target, z);
    }
}

static void dladmm_real_u(clarke_dladmm_net *net, double *accepted)
{
    const size_t l = net->d->layers - 1, n = dladmm_real_count(net, l, CLARKE_DLADMM_Z);
    const clarke_real *z = net->block[l][CLARKE_DLADMM_Z], *m = net->m[l];
    const clarke_real rho = (clarke_real)net->rho;
    clarke_real *u = net->block[l][CLARKE_DLADMM_A];
    for (size_t i = 0; i < n; i++) u[i] += rho * (z[i] - m[i]);
    *accepted = net->rho;
    clarke_blas_count(3.0 * (double)n);
}

static double dladmm_real_step(clarke_dladmm_net *net, const clarke_dladmm_phase *p, double rho,
                               clarke_inner *inner)
{
    const size_t l = p->layer;
    double accepted = 0.0, trials = 0.0;
    net->rho = rho;
    if (!p->forward && net->old[l][p->kind])
        memcpy(net->old[l][p->kind], net->block[l][p->kind],
               dladmm_real_count(net, l, p->kind) * sizeof(clarke_real));
    if (p->kind == CLARKE_DLADMM_W)
        dladmm_real_w(net, p, &accepted, &trials);
    else if (p->kind == CLARKE_DLADMM_B)
        dladmm_real_b(net, l, &accepted);
    else if (p->kind == CLARKE_DLADMM_Z)
        dladmm_real_z(net, l, &accepted, &trials, &inner->ties);
    else if (dladmm_real_last(net, l))
        dladmm_real_u(net, &accepted);
    else
        dladmm_real_a(net, p, &accepted, &trials);
    inner->iterations = (size_t)trials;
    inner->missed = accepted == INFINITY;
    return accepted;
}

/* ---- memory, and the way in and out ---- */

static clarke_real *dladmm_real_vec(clarke_arena *mem, size_t n)
{
    return clarke_alloc_array(mem, n, sizeof(clarke_real));
}

static const clarke_real *dladmm_real_copy(clarke_arena *mem, size_t n, const double *x)
{
    clarke_real *copy = sizeof *copy == sizeof *x ? NULL : dladmm_real_vec(mem, n);
    return sizeof *copy != sizeof *x && !copy ? NULL : clarke_real_in(n, x, copy);
}

static clarke_dladmm_net *dladmm_real_make(const clarke_dladmm *d, const clarke_dladmm_opts *o,
                                           clarke_arena *mem)
{
    const bool own = sizeof(clarke_real) != sizeof(double);
    const bool loop = o->backtrack == CLARKE_DLADMM_LOOP || o->printed_a || o->printed_w ||
                      d->penalty == CLARKE_DLADMM_L1;
    size_t widest = 0, largest = 0;
    clarke_dladmm_net *net = clarke_alloc(mem, sizeof *net);
    if (!net) return NULL;
    net->d = d, net->o = o;
    net->activation = own ? d->activation_single : d->activation;
    net->loss = own ? d->loss_single : d->loss;
    net->input = dladmm_real_copy(mem, d->width[0] * d->samples, d->input);
    net->target = dladmm_real_copy(mem, d->width[d->layers] * d->samples, d->target);
    for (size_t l = 0; l < d->layers; l++) {
        const size_t z = dladmm_real_count(net, l, CLARKE_DLADMM_Z);
        const size_t w = dladmm_real_count(net, l, CLARKE_DLADMM_W);
        if (z > widest) widest = z;
        if (w > largest) largest = w;
        net->m[l] = dladmm_real_vec(mem, z);
        for (size_t kind = 0; own && kind < CLARKE_DLADMM_KINDS; kind++)
            net->block[l][kind] = dladmm_real_vec(mem, dladmm_real_count(net, l, kind));
        if (o->printed_w) net->old[l][CLARKE_DLADMM_W] = dladmm_real_vec(mem, w);
        if (o->printed_a && l + 1 < d->layers)
            net->old[l][CLARKE_DLADMM_A] = dladmm_real_vec(mem, z);
    }
    net->e = dladmm_real_vec(mem, widest);
    net->t = dladmm_real_vec(mem, widest);
    net->g = dladmm_real_vec(mem, widest > largest ? widest : largest);
    if (loop) net->step = dladmm_real_vec(mem, widest > largest ? widest : largest);
    return clarke_arena_failed(mem) ? NULL : net;
}

static void dladmm_real_load(clarke_dladmm_net *net, double *x)
{
    for (size_t l = 0; l < net->d->layers; l++)
        for (size_t kind = 0; kind < CLARKE_DLADMM_KINDS; kind++) {
            double *from = x + net->d->at[l][kind];
#ifdef CLARKE_SINGLE
            clarke_real_in(dladmm_real_count(net, l, kind), from, net->block[l][kind]);
#else
            net->block[l][kind] = from;
#endif
        }
}

static void dladmm_real_store(const clarke_dladmm_net *net, const clarke_dladmm_phase *p, double *x)
{
    clarke_real_store(dladmm_real_count(net, p->layer, p->kind), net->block[p->layer][p->kind],
                      x + net->d->at[p->layer][p->kind]);
}

static double dladmm_real_objective(const clarke_dladmm_net *net, double *residual)
{
    const clarke_dladmm *d = net->d;
    const size_t l = d->layers - 1, n = dladmm_real_count(net, l, CLARKE_DLADMM_Z);
    const clarke_real *z = net->block[l][CLARKE_DLADMM_Z];
    double square = 0.0, value = net->loss->value(d->width[l + 1], d->samples, z, net->target);
    for (size_t i = 0; i < n; i++) {
        const double r = (double)z[i] - (double)net->m[l][i];
        square += r * r;
    }
    for (size_t k = 0; d->lambda > 0.0 && k <= l; k++) {
        const clarke_real *w = net->block[k][CLARKE_DLADMM_W];
        const size_t size = dladmm_real_count(net, k, CLARKE_DLADMM_W);
        double sum = 0.0;
        for (size_t i = 0; i < size; i++)
            sum += d->penalty == CLARKE_DLADMM_RIDGE ? 0.5 * (double)w[i] * (double)w[i]
                                                     : fabs((double)w[i]);
        value += d->lambda * sum;
    }
    *residual = sqrt(square);
    return value;
}

const clarke_dladmm_engine CLARKE_REAL(clarke_dladmm_engine_real) = {
    .real_size = sizeof(clarke_real),
    .make = dladmm_real_make,
    .load = dladmm_real_load,
    .refresh = dladmm_real_refresh,
    .step = dladmm_real_step,
    .store = dladmm_real_store,
    .objective = dladmm_real_objective,
};
