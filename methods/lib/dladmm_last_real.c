/* The step of z_L: the minimiser of R(z) + <u, z> + (rho/2) |z - M_L|^2, exactly; or by the paper's
   FISTA, stopped as in the authors' code. */
#include "methods/lib/dladmm_net.h"

#include <string.h>

static void dladmm_last_fista(clarke_dladmm_net *net, double *steps)
{
    const size_t l = net->d->layers - 1, rows = dladmm_net_rows(net, l);
    const size_t n = dladmm_net_count(net, l, CLARKE_DLADMM_Z);
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
                               net->now.rho * (double)m[i]) /
                              (inverse + net->now.rho);
            z[i] = (clarke_real)((1.0 - gamma) * at + gamma * (double)old[i]);
            old[i] = (clarke_real)at;
        }
        lambda = next;
        *steps = (double)(k + 1);
        double now = net->loss->value(rows, net->d->samples, z, net->target);
        for (size_t i = 0; i < n; i++) {
            const double r = (double)z[i] - (double)m[i];
            now += r * ((double)u[i] + 0.5 * net->now.rho * r);
        }
        clarke_blas_count(30.0 * (double)n);
        if (fabs(now - value) < net->o->fista_tolerance) return;
        value = now;
    }
}

/* (z - y) + u + rho (z - m) = 0. */
static void dladmm_last_squared(clarke_dladmm_net *net)
{
    const size_t l = net->d->layers - 1, n = dladmm_net_count(net, l, CLARKE_DLADMM_Z);
    const clarke_real *m = net->m[l], *u = net->block[l][CLARKE_DLADMM_A];
    const clarke_real rho = (clarke_real)net->now.rho;
    clarke_real *z = net->block[l][CLARKE_DLADMM_Z];
    for (size_t i = 0; i < n; i++) z[i] = (net->target[i] + rho * m[i] - u[i]) / (1 + rho);
    clarke_blas_count(5.0 * (double)n);
}

void CLARKE_REAL(clarke_dladmm_minimise_last)(clarke_dladmm_net *net, double *accepted,
                                              double *trials)
{
    const size_t l = net->d->layers - 1;
    *accepted = net->now.rho;
    if (!net->loss->probabilities)
        dladmm_last_squared(net);
    else if (net->o->last == CLARKE_DLADMM_FISTA)
        dladmm_last_fista(net, trials);
    else
        *trials = (double)CLARKE_REAL(clarke_dladmm_newton)(
            dladmm_net_rows(net, l), net->d->samples, net->now.rho, net->m[l],
            net->block[l][CLARKE_DLADMM_A], net->target, net->block[l][CLARKE_DLADMM_Z]);
}
