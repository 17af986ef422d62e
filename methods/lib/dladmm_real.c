/* dlADMM's network in the working precision: its memory, the way in and out, and the updates of
   hidden z_l and u; those of W_l, b_l, a_l and of z_L have files of their own. */
#include "methods/lib/dladmm_net.h"

#include <string.h>

/* out = W_l in + b_l 1^T. */
static void dladmm_real_forward(const clarke_dladmm_net *net, size_t l, const clarke_real *in,
                                clarke_real *out)
{
    const clarke_dladmm *d = net->d;
    const size_t rows = dladmm_net_rows(net, l), inputs = d->width[l];
    for (size_t j = 0; j < d->samples; j++)
        memcpy(out + j * rows, net->block[l][CLARKE_DLADMM_B], rows * sizeof *out);
    clarke_gemm(false, false, rows, d->samples, inputs, 1, net->block[l][CLARKE_DLADMM_W], rows, in,
                inputs, 1, out, rows);
}

static void dladmm_real_refresh(clarke_dladmm_net *net)
{
    for (size_t l = 0; l < net->d->layers; l++)
        dladmm_real_forward(net, l, dladmm_net_before(net, l), net->m[l]);
}

/* ---- hidden z_l, and u ---- */

static void dladmm_real_hidden(clarke_dladmm_net *net, size_t l, size_t *ties)
{
    *ties = CLARKE_REAL(clarke_dladmm_hidden)(
        net->activation, &net->d->opts, net->o->hidden == CLARKE_DLADMM_LOCAL,
        dladmm_net_count(net, l, CLARKE_DLADMM_Z), net->m[l], net->block[l][CLARKE_DLADMM_A],
        net->block[l][CLARKE_DLADMM_Z]);
}

static void dladmm_real_u(clarke_dladmm_net *net, double *accepted)
{
    const size_t l = net->d->layers - 1, n = dladmm_net_count(net, l, CLARKE_DLADMM_Z);
    const clarke_real *z = net->block[l][CLARKE_DLADMM_Z], *m = net->m[l];
    const clarke_real rho = (clarke_real)net->now.rho;
    clarke_real *u = net->block[l][CLARKE_DLADMM_A];
    for (size_t i = 0; i < n; i++) u[i] += rho * (z[i] - m[i]);
    *accepted = net->now.rho;
    clarke_blas_count(3.0 * (double)n);
}

static double dladmm_real_step(clarke_dladmm_net *net, const clarke_dladmm_phase *p,
                               const clarke_dladmm_now *now, clarke_inner *inner)
{
    const size_t l = p->layer;
    const bool last = dladmm_net_last(net, l);
    double accepted = 0.0, trials = 0.0;
    net->now = *now;
    if (!p->forward && net->old[l][p->kind])
        memcpy(net->old[l][p->kind], net->block[l][p->kind],
               dladmm_net_count(net, l, p->kind) * sizeof(clarke_real));
    if (p->kind == CLARKE_DLADMM_Z && last)
        CLARKE_REAL(clarke_dladmm_minimise_last)(net, &accepted, &trials);
    else if (p->kind == CLARKE_DLADMM_Z)
        dladmm_real_hidden(net, l, &inner->ties);
    else if (p->kind == CLARKE_DLADMM_A && last)
        dladmm_real_u(net, &accepted);
    else
        CLARKE_REAL(clarke_dladmm_descend)(net, p, &accepted, &trials);
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
        const size_t z = dladmm_net_count(net, l, CLARKE_DLADMM_Z);
        const size_t w = dladmm_net_count(net, l, CLARKE_DLADMM_W);
        if (z > widest) widest = z;
        if (w > largest) largest = w;
        net->m[l] = dladmm_real_vec(mem, z);
        for (size_t kind = 0; own && kind < CLARKE_DLADMM_KINDS; kind++)
            net->block[l][kind] = dladmm_real_vec(mem, dladmm_net_count(net, l, kind));
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
            clarke_real_in(dladmm_net_count(net, l, kind), from, net->block[l][kind]);
#else
            net->block[l][kind] = from;
#endif
        }
}

static void dladmm_real_store(const clarke_dladmm_net *net, const clarke_dladmm_phase *p, double *x)
{
    clarke_real_store(dladmm_net_count(net, p->layer, p->kind), net->block[p->layer][p->kind],
                      x + net->d->at[p->layer][p->kind]);
}

static double dladmm_real_objective(const clarke_dladmm_net *net, double *residual)
{
    const clarke_dladmm *d = net->d;
    const size_t l = d->layers - 1, n = dladmm_net_count(net, l, CLARKE_DLADMM_Z);
    const clarke_real *z = net->block[l][CLARKE_DLADMM_Z];
    double square = 0.0, value = net->loss->value(d->width[l + 1], d->samples, z, net->target);
    for (size_t i = 0; i < n; i++) {
        const double r = (double)z[i] - (double)net->m[l][i];
        square += r * r;
    }
    for (size_t k = 0; d->lambda > 0.0 && k <= l; k++) {
        const clarke_real *w = net->block[k][CLARKE_DLADMM_W];
        const size_t size = dladmm_net_count(net, k, CLARKE_DLADMM_W);
        double sum = 0.0;
        for (size_t i = 0; i < size; i++)
            sum += d->penalty == CLARKE_DLADMM_RIDGE ? 0.5 * (double)w[i] * (double)w[i]
                                                     : fabs((double)w[i]);
        value += d->lambda * sum;
    }
    *residual = sqrt(square);
    return value;
}

static double dladmm_real_cost(clarke_dladmm_net *net)
{
    const clarke_dladmm *d = net->d;
    const size_t last = d->layers - 1;
    const clarke_real *in = net->input;
    for (size_t l = 0; l < last; l++, in = net->e) {
        dladmm_real_forward(net, l, in, net->t);
        net->activation->value(&d->opts, dladmm_net_count(net, l, CLARKE_DLADMM_Z), net->t, net->e);
    }
    dladmm_real_forward(net, last, in, net->t);
    return net->loss->value(d->width[d->layers], d->samples, net->t, net->target);
}

const clarke_dladmm_engine CLARKE_REAL(clarke_dladmm_engine_real) = {
    .real_size = sizeof(clarke_real),
    .make = dladmm_real_make,
    .load = dladmm_real_load,
    .refresh = dladmm_real_refresh,
    .step = dladmm_real_step,
    .store = dladmm_real_store,
    .objective = dladmm_real_objective,
    .cost = dladmm_real_cost,
};
