/* lambda = |W - J|_2 where there is no closed form: all eigenvalues (singular values where W is not
   symmetric) by LAPACK for few agents, else a Ritz value by Lanczos with full reorthogonalisation.

   Lanczos works on M = W - J if W is symmetric, otherwise on M'M. A Ritz value is a Rayleigh
   quotient, so it never exceeds the extreme eigenvalue but for rounding; and some eigenvalue lies
   within its residual r of it. That this one is the extreme one is not proved: it holds but for
   start vectors from a set of measure zero, given enough steps. So r is the stated error, and says
   so where it is large. */
#include "core/network_rows.h"
#include "core/stream.h"

#include <assert.h>
#include <float.h>
#include <lapacke.h>
#include <string.h>

enum { SPECTRUM_DENSE = 512, SPECTRUM_STEPS = 512, SPECTRUM_ROOM = 1 << 22 };

/* ---- LAPACK ---- */

static clarke_status spectrum_failed(const clarke_network *w, const char *routine, lapack_int info)
{
    return clarke_fail(CLARKE_EINTERNAL, "%s: LAPACK's %s failed with %d", w->id, routine,
                       (int)info);
}

/* Both routines are backward stable: the values are those of M + E with |E|_2 <= p(d) eps |M|_2
   and a modest p (LAPACK Users' Guide, section 4.7 and 4.9); we take p(d) = d. Each entry of M is
   rounded once, at most eps/2 of it, which moves a value by at most d eps/2 max|M_ij|. */
static double spectrum_rounding(size_t d, double norm)
{
    return 2.0 * (double)d * DBL_EPSILON * fmax(1.0, norm);
}

static clarke_status spectrum_dense(clarke_network *w, clarke_arena *mem)
{
    const size_t d = w->agents;
    const lapack_int n = (lapack_int)d;
    double *m = clarke_vec(mem, d * d), *value = clarke_vec(mem, d), best = 0.0, none = 0.0;
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t k = 0; k < d * d; k++) m[k] = -1.0 / (double)d;
    for (size_t i = 0; i < d; i++)
        for (size_t k = w->row.begin[i]; k < w->row.begin[i + 1]; k++)
            m[i + d * w->row.column[k]] = w->row.weight[k] - 1.0 / (double)d;
    lapack_int info =
        w->symmetric ? LAPACKE_dsyev_work(LAPACK_COL_MAJOR, 'N', 'U', n, m, n, value, &best, -1)
                     : LAPACKE_dgesvd_work(LAPACK_COL_MAJOR, 'N', 'N', n, n, m, n, value, &none, n,
                                           &none, n, &best, -1);
    if (info != 0) return spectrum_failed(w, "workspace query", info);
    double *work = clarke_vec(mem, (size_t)best + 1);
    CLARKE_TRY(clarke_arena_status(mem));
    info = w->symmetric ? LAPACKE_dsyev_work(LAPACK_COL_MAJOR, 'N', 'U', n, m, n, value, work,
                                             (lapack_int)best)
                        : LAPACKE_dgesvd_work(LAPACK_COL_MAJOR, 'N', 'N', n, n, m, n, value, &none,
                                              n, &none, n, work, (lapack_int)best);
    if (info != 0) return spectrum_failed(w, w->symmetric ? "dsyev" : "dgesvd", info);
    w->lambda = fmax(fabs(value[0]), fabs(value[d - 1]));
    w->lambda_source = CLARKE_LAMBDA_LAPACK;
    w->gap = 1.0 - w->lambda;
    w->lambda_error = w->gap_error = spectrum_rounding(d, w->lambda);
    return CLARKE_OK;
}

/* ---- Lanczos ---- */

typedef struct {
    const clarke_network *w;
    size_t steps, most;
    double *basis; /* [most + 1][agents] */
    double *alpha, *beta, *half;
    double *diagonal, *off, *vectors, *work;
} lanczos;

static double spectrum_dot(size_t d, const double *x, const double *y)
{
    double sum = 0.0;
    for (size_t i = 0; i < d; i++) sum += x[i] * y[i];
    return sum;
}

/* y = (W - J) x, or its transpose. */
static void spectrum_times(const clarke_network *w, const clarke_network_rows *rows,
                           const double *x, double *y)
{
    double mean = 0.0;
    for (size_t i = 0; i < w->agents; i++) mean += x[i];
    mean /= (double)w->agents;
    for (size_t i = 0; i < w->agents; i++) {
        double sum = 0.0;
        for (size_t k = rows->begin[i]; k < rows->begin[i + 1]; k++)
            sum += rows->weight[k] * x[rows->column[k]];
        y[i] = sum - mean;
    }
}

/* One more basis vector; false where the Krylov space is complete. Orthogonalised twice against all
   others, which keeps them orthogonal to a few eps ("twice is enough": Parlett, The Symmetric
   Eigenvalue Problem, section 6.9, after Kahan). */
static bool lanczos_step(lanczos *l)
{
    const size_t d = l->w->agents, k = l->steps;
    const double *at = l->basis + k * d;
    double *next = l->basis + (k + 1) * d;
    if (l->w->symmetric) {
        spectrum_times(l->w, &l->w->row, at, next);
    } else {
        spectrum_times(l->w, &l->w->row, at, l->half);
        spectrum_times(l->w, &l->w->heard, l->half, next);
    }
    l->alpha[k] = spectrum_dot(d, at, next);
    for (int pass = 0; pass < 2; pass++)
        for (size_t j = k + 1; j-- > 0;) {
            const double *q = l->basis + j * d, c = spectrum_dot(d, q, next);
            for (size_t i = 0; i < d; i++) next[i] -= c * q[i];
        }
    l->beta[k] = sqrt(spectrum_dot(d, next, next));
    l->steps++;
    /* What is left of a vector of norm <= |M| in a complete space is rounding of its sums. */
    if (!(l->beta[k] > (double)d * DBL_EPSILON)) return false;
    for (size_t i = 0; i < d; i++) next[i] /= l->beta[k];
    return true;
}

/* The Ritz value largest in absolute value, and its residual beta |last component|. */
static clarke_status lanczos_ritz(const lanczos *l, double *ritz, double *residual)
{
    const size_t m = l->steps;
    const lapack_int n = (lapack_int)m;
    memcpy(l->diagonal, l->alpha, m * sizeof(double));
    memcpy(l->off, l->beta, m * sizeof(double));
    const lapack_int info =
        LAPACKE_dstev_work(LAPACK_COL_MAJOR, 'V', n, l->diagonal, l->off, l->vectors, n, l->work);
    if (info != 0) return spectrum_failed(l->w, "dstev", info);
    const size_t best = fabs(l->diagonal[0]) > fabs(l->diagonal[m - 1]) ? 0 : m - 1;
    *ritz = fabs(l->diagonal[best]);
    *residual = l->beta[m - 1] * fabs(l->vectors[best * m + m - 1]);
    return CLARKE_OK;
}

static clarke_status lanczos_begin(lanczos *l, const clarke_network *w, clarke_arena *mem)
{
    const size_t d = w->agents;
    const clarke_stream s = clarke_stream_make(0, "network", "lanczos", 0, 0, "start");
    size_t most = SPECTRUM_ROOM / d < SPECTRUM_STEPS ? SPECTRUM_ROOM / d : SPECTRUM_STEPS;
    if (most < 4) most = 4;
    if (most > d - 1) most = d - 1; /* M maps into the vectors that sum to 0, if W is stochastic */
    *l = (lanczos){.w = w, .most = most};
    l->basis = clarke_alloc_array(mem, most + 1, d * sizeof(double));
    l->alpha = clarke_vec(mem, most), l->beta = clarke_vec(mem, most);
    l->half = clarke_vec(mem, d);
    l->diagonal = clarke_vec(mem, most), l->off = clarke_vec(mem, most);
    l->vectors = clarke_vec(mem, most * most), l->work = clarke_vec(mem, 2 * most);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t i = 0; i < d; i++) l->half[i] = clarke_stream_gaussian(&s, 0, i);
    spectrum_times(w, &w->row, l->half, l->basis);
    const double norm = sqrt(spectrum_dot(d, l->basis, l->basis));
    for (size_t i = 0; i < d; i++) l->basis[i] = norm > 0.0 ? l->basis[i] / norm : 0.0;
    return CLARKE_OK;
}

static clarke_status spectrum_sparse(clarke_network *w, clarke_arena *mem)
{
    lanczos l;
    double ritz = 0.0, residual = 0.0;
    CLARKE_TRY(lanczos_begin(&l, w, mem));
    /* A residual of 2^-20 of the gap gives the gap to six digits; nothing else rests on it. */
    for (bool more = true; more;) {
        more = lanczos_step(&l) && l.steps < l.most;
        if (more && l.steps % 64 != 0) continue;
        CLARKE_TRY(lanczos_ritz(&l, &ritz, &residual));
        if (residual <= 0x1p-20 * fabs(1.0 - ritz)) more = false;
    }
    /* |sqrt(t) - sqrt(s)| <= |t - s| / sqrt(t): the residual of M'M, seen in lambda. */
    if (!w->symmetric) {
        ritz = sqrt(ritz);
        residual = ritz > 0.0 ? residual / ritz : sqrt(residual);
    }
    w->lambda = ritz;
    w->gap = 1.0 - ritz;
    w->lambda_error = w->gap_error = residual + spectrum_rounding(w->agents, ritz);
    w->lambda_source = CLARKE_LAMBDA_LANCZOS;
    return CLARKE_OK;
}

clarke_status clarke_network_spectrum(clarke_network *w, clarke_arena *mem)
{
    assert(w->agents > 0);
    return w->agents <= SPECTRUM_DENSE ? spectrum_dense(w, mem) : spectrum_sparse(w, mem);
}
