/* The block minimisers of the augmented Lagrangian of core/dladmm.h, each exactly (Taylor and others
   2016, written for the same penalties nu and rho and with biases):
     W_l = (Z_l - b_l 1^T) a_{l-1}^T (a_{l-1} a_{l-1}^T + delta I)^-1, in the last layer for Z + U/rho,
     a_l = (w W_{l+1}^T W_{l+1} + nu I)^-1 (w W_{l+1}^T (Z_{l+1} - b 1^T) + nu f(Z_l)), w = nu or rho,
     z_l and z_L as in dlADMM.
   a a^T is singular where there are fewer samples than units, or dead units: delta is `damping` times
   the mean of its diagonal. Cholesky factorisations, n^3 operations each. */
#include "methods/lib/admm_inverse.h"

#include <lapacke.h>
#include <string.h>

#ifdef CLARKE_SINGLE
#define ADMM_LAPACK(name) LAPACKE_s##name
#else
#define ADMM_LAPACK(name) LAPACKE_d##name
#endif

struct clarke_admm_net {
    const clarke_dladmm *d;
    const clarke_activation_desc *activation;
    const clarke_loss_desc *loss;
    double damping;
    const clarke_real *input, *target;
    clarke_real *block[CLARKE_DLADMM_LAYERS_MAX][CLARKE_DLADMM_KINDS];
    clarke_real *t;    /* [widest][N]: M_l, or Z_l - b_l 1^T */
    clarke_real *gram; /* [widest][widest] */
};

static size_t admm_inverse_real_count(const clarke_admm_net *net, size_t l, size_t kind)
{
    const clarke_dladmm *d = net->d;
    if (kind == CLARKE_DLADMM_B) return d->width[l + 1];
    return d->width[l + 1] * (kind == CLARKE_DLADMM_W ? d->width[l] : d->samples);
}

static const clarke_real *admm_inverse_real_before(const clarke_admm_net *net, size_t l)
{
    return l > 0 ? net->block[l - 1][CLARKE_DLADMM_A] : net->input;
}

static bool admm_inverse_real_last(const clarke_admm_net *net, size_t l)
{
    return l + 1 == net->d->layers;
}

/* net->t = Z_l (+ U / rho in the last layer) - b_l 1^T, the b only if asked. */
static void admm_inverse_real_target(clarke_admm_net *net, size_t l, bool bias)
{
    const size_t rows = net->d->width[l + 1], n = rows * net->d->samples;
    const clarke_real *z = net->block[l][CLARKE_DLADMM_Z], *b = net->block[l][CLARKE_DLADMM_B];
    const clarke_real *u = net->block[l][CLARKE_DLADMM_A];
    const clarke_real inverse = (clarke_real)(1.0 / net->d->rho);
    memcpy(net->t, z, n * sizeof *z);
    for (size_t i = 0; admm_inverse_real_last(net, l) && i < n; i++) net->t[i] += inverse * u[i];
    for (size_t j = 0; bias && j < net->d->samples; j++)
        for (size_t i = 0; i < rows; i++) net->t[j * rows + i] -= b[i];
    clarke_blas_count(3.0 * (double)n);
}

/* The Cholesky factor of gram[n][n]. */
static clarke_status admm_inverse_real_factor(clarke_admm_net *net, size_t n, const char *block)
{
    const lapack_int info =
        ADMM_LAPACK(potrf_work)(LAPACK_COL_MAJOR, 'L', (lapack_int)n, net->gram, (lapack_int)n);
    clarke_blas_count((double)n * (double)n * (double)n / 3.0);
    if (info == 0) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT,
                       "admm_inverse: the matrix of the %s-step is not positive definite in this "
                       "precision: more damping is needed",
                       block);
}

static void admm_inverse_real_triangle(bool right, bool transpose, size_t rows, size_t cols,
                                       const clarke_real *l, clarke_real *b)
{
    const size_t n = right ? cols : rows;
    CLARKE_REAL_BLAS(trsm)
    (CblasColMajor, right ? CblasRight : CblasLeft, CblasLower, clarke_blas_side(transpose),
     CblasNonUnit, clarke_blas_int(rows), clarke_blas_int(cols), 1, l, clarke_blas_int(n), b,
     clarke_blas_int(rows));
    clarke_blas_count((double)n * (double)rows * (double)cols);
}

static clarke_status admm_inverse_real_w(clarke_admm_net *net, size_t l)
{
    const size_t rows = net->d->width[l + 1], in = net->d->width[l], samples = net->d->samples;
    const clarke_real *a = admm_inverse_real_before(net, l);
    clarke_real *w = net->block[l][CLARKE_DLADMM_W];
    double trace = 0.0;
    admm_inverse_real_target(net, l, true);
    clarke_gemm(false, true, in, in, samples, 1, a, in, a, in, 0, net->gram, in);
    for (size_t k = 0; k < in; k++) trace += (double)net->gram[k * in + k];
    for (size_t k = 0; k < in; k++)
        net->gram[k * in + k] += (clarke_real)(net->damping * trace / (double)in);
    CLARKE_TRY(admm_inverse_real_factor(net, in, "W"));
    clarke_gemm(false, true, rows, in, samples, 1, net->t, rows, a, in, 0, w, rows);
    /* W L L^T = t a^T */
    admm_inverse_real_triangle(true, true, rows, in, net->gram, w);
    admm_inverse_real_triangle(true, false, rows, in, net->gram, w);
    return CLARKE_OK;
}

/* b = mean over the samples of Z (+ U/rho) - W a. */
static void admm_inverse_real_b(clarke_admm_net *net, size_t l)
{
    const size_t rows = net->d->width[l + 1], in = net->d->width[l], samples = net->d->samples;
    clarke_real *b = net->block[l][CLARKE_DLADMM_B];
    admm_inverse_real_target(net, l, false);
    clarke_gemm(false, false, rows, samples, in, -1, net->block[l][CLARKE_DLADMM_W], rows,
                admm_inverse_real_before(net, l), in, 1, net->t, rows);
    memset(b, 0, rows * sizeof *b);
    for (size_t j = 0; j < samples; j++)
        for (size_t i = 0; i < rows; i++) b[i] += net->t[j * rows + i];
    for (size_t i = 0; i < rows; i++) b[i] /= (clarke_real)samples;
    clarke_blas_count((double)(rows * samples));
}

static clarke_status admm_inverse_real_a(clarke_admm_net *net, size_t l)
{
    const clarke_dladmm *d = net->d;
    const size_t rows = d->width[l + 1], out = d->width[l + 2], n = rows * d->samples;
    const clarke_real *w = net->block[l + 1][CLARKE_DLADMM_W];
    const clarke_real weight = (clarke_real)(admm_inverse_real_last(net, l + 1) ? d->rho : d->nu);
    const clarke_real nu = (clarke_real)d->nu;
    clarke_real *a = net->block[l][CLARKE_DLADMM_A];
    admm_inverse_real_target(net, l + 1, true);
    clarke_gemm(true, false, rows, rows, out, weight, w, out, w, out, 0, net->gram, rows);
    for (size_t k = 0; k < rows; k++) net->gram[k * rows + k] += nu;
    CLARKE_TRY(admm_inverse_real_factor(net, rows, "a"));
    net->activation->value(&d->opts, n, net->block[l][CLARKE_DLADMM_Z], a);
    clarke_gemm(true, false, rows, d->samples, out, weight, w, out, net->t, out, nu, a, rows);
    admm_inverse_real_triangle(false, false, rows, d->samples, net->gram, a);
    admm_inverse_real_triangle(false, true, rows, d->samples, net->gram, a);
    return CLARKE_OK;
}

/* net->t = W_l a_{l-1} + b_l 1^T. */
static void admm_inverse_real_forward(clarke_admm_net *net, size_t l)
{
    const size_t rows = net->d->width[l + 1], in = net->d->width[l];
    for (size_t j = 0; j < net->d->samples; j++)
        memcpy(net->t + j * rows, net->block[l][CLARKE_DLADMM_B], rows * sizeof(clarke_real));
    clarke_gemm(false, false, rows, net->d->samples, in, 1, net->block[l][CLARKE_DLADMM_W], rows,
                admm_inverse_real_before(net, l), in, 1, net->t, rows);
}

static void admm_inverse_real_z(clarke_admm_net *net, size_t l, clarke_inner *inner)
{
    const size_t n = admm_inverse_real_count(net, l, CLARKE_DLADMM_Z);
    const clarke_real *a = net->block[l][CLARKE_DLADMM_A], rho = (clarke_real)net->d->rho;
    clarke_real *z = net->block[l][CLARKE_DLADMM_Z];
    admm_inverse_real_forward(net, l);
    if (!admm_inverse_real_last(net, l))
        inner->ties = CLARKE_REAL(clarke_dladmm_hidden)(net->activation, &net->d->opts, false, n,
                                                        net->t, a, z);
    else if (net->loss->probabilities)
        inner->iterations = CLARKE_REAL(clarke_dladmm_newton)(
            net->d->width[l + 1], net->d->samples, net->d->rho, net->t, a, net->target, z);
    else
        for (size_t i = 0; i < n; i++) z[i] = (net->target[i] + rho * net->t[i] - a[i]) / (1 + rho);
}

static void admm_inverse_real_u(clarke_admm_net *net, size_t l)
{
    const clarke_real *z = net->block[l][CLARKE_DLADMM_Z], rho = (clarke_real)net->d->rho;
    clarke_real *u = net->block[l][CLARKE_DLADMM_A];
    admm_inverse_real_forward(net, l);
    for (size_t i = 0; i < admm_inverse_real_count(net, l, CLARKE_DLADMM_Z); i++)
        u[i] += rho * (z[i] - net->t[i]);
}

static clarke_status admm_inverse_real_step(clarke_admm_net *net, size_t kind, size_t layer,
                                            clarke_inner *inner)
{
    switch (kind) {
    case CLARKE_DLADMM_W: return admm_inverse_real_w(net, layer);
    case CLARKE_DLADMM_B: admm_inverse_real_b(net, layer); return CLARKE_OK;
    case CLARKE_DLADMM_Z: admm_inverse_real_z(net, layer, inner); return CLARKE_OK;
    default: break;
    }
    if (!admm_inverse_real_last(net, layer)) return admm_inverse_real_a(net, layer);
    admm_inverse_real_u(net, layer);
    return CLARKE_OK;
}

static clarke_real *admm_inverse_real_vec(clarke_arena *mem, size_t n)
{
    return clarke_alloc_array(mem, n, sizeof(clarke_real));
}

static const clarke_real *admm_inverse_real_copy(clarke_arena *mem, size_t n, const double *x)
{
    clarke_real *copy = sizeof *copy == sizeof *x ? NULL : admm_inverse_real_vec(mem, n);
    return sizeof *copy != sizeof *x && !copy ? NULL : clarke_real_in(n, x, copy);
}

static clarke_admm_net *admm_inverse_real_make(const clarke_dladmm *d, double damping,
                                               clarke_arena *mem)
{
    const bool own = sizeof(clarke_real) != sizeof(double);
    size_t widest = d->width[0];
    clarke_admm_net *net = clarke_alloc(mem, sizeof *net);
    if (!net) return NULL;
    net->d = d, net->damping = damping;
    net->activation = own ? d->activation_single : d->activation;
    net->loss = own ? d->loss_single : d->loss;
    net->input = admm_inverse_real_copy(mem, d->width[0] * d->samples, d->input);
    net->target = admm_inverse_real_copy(mem, d->width[d->layers] * d->samples, d->target);
    for (size_t l = 0; l < d->layers; l++) {
        if (d->width[l + 1] > widest) widest = d->width[l + 1];
        for (size_t kind = 0; own && kind < CLARKE_DLADMM_KINDS; kind++)
            net->block[l][kind] = admm_inverse_real_vec(mem, admm_inverse_real_count(net, l, kind));
    }
    net->t = admm_inverse_real_vec(mem, widest * d->samples);
    net->gram = admm_inverse_real_vec(mem, widest * widest);
    return clarke_arena_failed(mem) ? NULL : net;
}

static void admm_inverse_real_load(clarke_admm_net *net, double *x)
{
    for (size_t l = 0; l < net->d->layers; l++)
        for (size_t kind = 0; kind < CLARKE_DLADMM_KINDS; kind++) {
            double *from = x + net->d->at[l][kind];
#ifdef CLARKE_SINGLE
            clarke_real_in(admm_inverse_real_count(net, l, kind), from, net->block[l][kind]);
#else
            net->block[l][kind] = from;
#endif
        }
}

static void admm_inverse_real_store(const clarke_admm_net *net, size_t kind, size_t l, double *x)
{
    clarke_real_store(admm_inverse_real_count(net, l, kind), net->block[l][kind],
                      x + net->d->at[l][kind]);
}

static double admm_inverse_real_objective(clarke_admm_net *net, double *residual)
{
    const size_t l = net->d->layers - 1, n = admm_inverse_real_count(net, l, CLARKE_DLADMM_Z);
    const clarke_real *z = net->block[l][CLARKE_DLADMM_Z];
    double square = 0.0;
    admm_inverse_real_forward(net, l);
    for (size_t i = 0; i < n; i++) {
        const double r = (double)z[i] - (double)net->t[i];
        square += r * r;
    }
    *residual = sqrt(square);
    return net->loss->value(net->d->width[l + 1], net->d->samples, z, net->target);
}

const clarke_admm_engine CLARKE_REAL(clarke_admm_inverse_real) = {
    .make = admm_inverse_real_make,
    .load = admm_inverse_real_load,
    .step = admm_inverse_real_step,
    .store = admm_inverse_real_store,
    .objective = admm_inverse_real_objective,
};
