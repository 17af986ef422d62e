/* The update of z_L for the softmax: sample by sample the minimiser of the strongly convex
     log sum_c exp z_c - y.z + u.z + (rho/2) |z - m|^2.
   Its gradient is g = p - y + u + rho (z - m) with p = softmax(z), its Hessian D^-1 - p p^T with
   D = 1/(p + rho), so that the Newton step is (Sherman, Morrison 1950)
     s = D g + D p (p.D g) / (1 - p.D p),   1 - p.D p = rho sum_c p_c / (p_c + rho),
   the last without cancellation. |g| falls along it; a step that does not lower |g| is halved. All
   in double; what single precision holds is converted. */
#include "methods/lib/dladmm.h"

#include <float.h>

enum { NEWTON_STEPS = 64, NEWTON_HALVINGS = 40 };

typedef struct {
    size_t rows;
    double rho;
    double z[CLARKE_DLADMM_CLASSES_MAX], p[CLARKE_DLADMM_CLASSES_MAX];
    double g[CLARKE_DLADMM_CLASSES_MAX], s[CLARKE_DLADMM_CLASSES_MAX];
    double y[CLARKE_DLADMM_CLASSES_MAX], u[CLARKE_DLADMM_CLASSES_MAX];
    double m[CLARKE_DLADMM_CLASSES_MAX];
} newton_sample;

/* p and g at z - t s; |g|^2. */
static double dladmm_newton_gradient(newton_sample *w, double t)
{
    double largest = -INFINITY, mass = 0.0, square = 0.0;
    for (size_t c = 0; c < w->rows; c++) {
        const double z = w->z[c] - t * w->s[c];
        if (z > largest) largest = z;
    }
    for (size_t c = 0; c < w->rows; c++) mass += w->p[c] = exp(w->z[c] - t * w->s[c] - largest);
    for (size_t c = 0; c < w->rows; c++) {
        w->p[c] /= mass;
        w->g[c] = w->p[c] - w->y[c] + w->u[c] + w->rho * (w->z[c] - t * w->s[c] - w->m[c]);
        square += w->g[c] * w->g[c];
    }
    return square;
}

/* Rounding keeps the parts of g from cancelling better than this. */
static bool dladmm_newton_done(const newton_sample *w)
{
    for (size_t c = 0; c < w->rows; c++) {
        const double size = 1.0 + fabs(w->u[c]) + w->rho * (fabs(w->z[c]) + fabs(w->m[c]));
        if (!(fabs(w->g[c]) <= DBL_EPSILON * size)) return false;
    }
    return true;
}

static void dladmm_newton_direction(newton_sample *w)
{
    double pdg = 0.0, rest = 0.0;
    for (size_t c = 0; c < w->rows; c++) {
        const double d = 1.0 / (w->p[c] + w->rho);
        w->s[c] = d * w->g[c];
        pdg += w->p[c] * w->s[c];
        rest += w->p[c] * d;
    }
    const double scale = pdg / (w->rho * rest);
    for (size_t c = 0; c < w->rows; c++) w->s[c] += scale * w->p[c] / (w->p[c] + w->rho);
}

static size_t dladmm_newton_solve(newton_sample *w)
{
    for (size_t c = 0; c < w->rows; c++) w->s[c] = 0.0;
    double square = dladmm_newton_gradient(w, 0.0);
    size_t steps = 0;
    for (; steps < NEWTON_STEPS && !dladmm_newton_done(w); steps++) {
        dladmm_newton_direction(w);
        double t = 1.0, trial = dladmm_newton_gradient(w, t);
        for (int h = 0; h < NEWTON_HALVINGS && !(trial < square); h++) {
            t *= 0.5;
            trial = dladmm_newton_gradient(w, t);
        }
        if (!(trial < square)) break; /* as small as rounding lets it be */
        for (size_t c = 0; c < w->rows; c++) w->z[c] -= t * w->s[c];
        square = trial;
    }
    return steps;
}

size_t CLARKE_REAL(clarke_dladmm_newton)(size_t rows, size_t count, double rho,
                                         const clarke_real *m, const clarke_real *u,
                                         const clarke_real *y, clarke_real *z)
{
    newton_sample w = {.rows = rows, .rho = rho};
    size_t most = 0;
    double total = 0.0;
    assert(rows <= CLARKE_DLADMM_CLASSES_MAX);
    for (size_t j = 0; j < count; j++) {
        const size_t at = j * rows;
        for (size_t c = 0; c < rows; c++) {
            w.z[c] = (double)z[at + c], w.m[c] = (double)m[at + c];
            w.u[c] = (double)u[at + c], w.y[c] = (double)y[at + c];
        }
        const size_t steps = dladmm_newton_solve(&w);
        for (size_t c = 0; c < rows; c++) z[at + c] = (clarke_real)w.z[c];
        if (steps > most) most = steps;
        total += (double)(steps + 1);
    }
    clarke_blas_count(20.0 * (double)rows * total);
    return most;
}
