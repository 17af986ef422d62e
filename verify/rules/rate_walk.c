/* The standard error of a coefficient when the errors of the bins are not independent.

   Errors that a step makes stay in ln v from then on: a method that contracts by random factors makes
   ln v a random walk about its line. So the error of a bin is e_i / sqrt(w_i), independent from bin
   to bin, plus s times the mean over the bin of a Wiener process in the model's own time tau (k for
   q^k, ln(k + k0) for powers: there its fall is even). With c_i the mean of tau over bin i,

     Cov_ij = s^2 c_i (i < j, bins do not overlap),  Cov_ii = sigma^2 / w_i + s^2 mean min(tau, tau'),

   tau and tau' over the bin. g = s^2 / sigma^2 is that of the largest restricted likelihood

     -1/2 (ln |Cov| + ln |X^T Cov^-1 X| + (m - c) ln (r^T Cov^-1 r)),

   which takes the c fitted parameters out before the residuals are asked how they move (a plain
   autocorrelation of residuals is far too small for a walk, whose trend the fit has eaten). Cov is
   that of a local level with noise, so a Kalman filter whitens in O(m c). An estimate sum_i a_i y_i
   by the fit's own weights then has the variance

     sigma^2 (sum_i a_i^2 R_i + g sum_i (c_i - c_{i-1}) (sum_{l >= i} a_l)^2),
     R_i = 1 / w_i + g (mean min(tau, tau') - c_i),

   since sum a_i = 0 for every coefficient but that of the constant. g = 0 gives back the error of
   independent bins. */
#include "verify/rules/rate_fit.h"

#include <math.h>

enum { WALK_GRID = 48, WALK_COLUMNS = CLARKE_RATE_COLUMNS + 1 };

typedef struct {
    const clarke_rate_squares *q;
    size_t count, columns;
    double centre[CLARKE_RATE_BINS]; /* c_i */
    double within[CLARKE_RATE_BINS]; /* mean min(tau, tau') - c_i, at most 0 */
    double weight[CLARKE_RATE_BINS];
} walk;

static double walk_time(const clarke_rate_bins *b, double k, double shift)
{
    return shift > 0.0 ? log((k - b->k_first) / shift + 1.0) : (k - b->k_first) / b->span;
}

static void walk_begin(const clarke_rate_bins *b, const clarke_rate_squares *q, double shift,
                       walk *w)
{
    *w = (walk){.q = q, .count = b->count, .columns = q->columns};
    for (size_t i = 0; i < b->count; i++) {
        const size_t n = b->within[i];
        double sum = 0.0, least = 0.0;
        for (size_t l = 0; l < n; l++) {
            const double tau = walk_time(b, b->k[i][l], shift);
            sum += tau;
            /* Sorted: point l is the smaller one of 2 (n - l) - 1 pairs. */
            least += tau * (double)(2 * (n - l) - 1);
        }
        w->centre[i] = sum / (double)n;
        w->within[i] = least / (double)(n * n) - w->centre[i];
        w->weight[i] = b->weight[i];
    }
}

static double walk_own(const walk *w, size_t i, double g)
{
    return 1.0 / w->weight[i] + g * w->within[i];
}

/* ln |A| of a small symmetric positive matrix; row and column `c` are eliminated last, and *rest is
   what is left of its diagonal entry. */
static double walk_eliminate(size_t c, double a[WALK_COLUMNS][WALK_COLUMNS], double *rest)
{
    double log_det = 0.0;
    for (size_t l = 0; l < c; l++) {
        log_det += log(a[l][l]);
        for (size_t i = l + 1; i <= c; i++)
            for (size_t j = l + 1; j <= c; j++) a[i][j] -= a[i][l] * a[l][j] / a[l][l];
    }
    *rest = a[c][c];
    return log_det;
}

/* -2 times the restricted log-likelihood of g, up to a constant; *variance becomes sigma^2. */
static double walk_deviance(const walk *w, double g, double *variance)
{
    const size_t c = w->columns;
    double level[WALK_COLUMNS] = {0}, gram[WALK_COLUMNS][WALK_COLUMNS] = {{0}};
    /* The constant is fitted, so the variance of the first level is arbitrary. */
    double prior = g, log_det = 0.0, rest = 0.0;
    for (size_t i = 0; i < w->count; i++) {
        const double root = sqrt(w->weight[i]);
        if (i > 0) prior += g * (w->centre[i] - w->centre[i - 1]);
        const double total = prior + walk_own(w, i, g), gain = prior / total;
        double innovation[WALK_COLUMNS];
        for (size_t j = 0; j <= c; j++) {
            const double z = (j < c ? w->q->column[j][i] : w->q->residual[i]) / root;
            innovation[j] = z - level[j];
            level[j] += gain * innovation[j];
        }
        for (size_t j = 0; j <= c; j++)
            for (size_t l = 0; l <= c; l++) gram[j][l] += innovation[j] * innovation[l] / total;
        prior *= 1.0 - gain;
        log_det += log(total);
    }
    log_det += walk_eliminate(c, gram, &rest);
    const double freedom = (double)(w->count - c);
    *variance = rest / freedom;
    return log_det + freedom * log(*variance);
}

/* Between where the walk is lost in the independent part of all bins and where that is lost in the
   walk between any two. */
static double walk_ratio(const walk *w, double *variance)
{
    double total = 0.0, high = 0.0, best = 0.0;
    for (size_t i = 0; i < w->count; i++) {
        total += w->weight[i];
        if (i > 0) high = fmax(high, 1e3 / (w->weight[i] * (w->centre[i] - w->centre[i - 1])));
    }
    const double range = w->centre[w->count - 1] - w->centre[0], low = 1e-2 / (total * range);
    double least = walk_deviance(w, 0.0, variance);
    for (size_t i = 0; i < WALK_GRID; i++) {
        const double g = low * pow(high / low, (double)i / (WALK_GRID - 1));
        double own = NAN;
        const double deviance = walk_deviance(w, g, &own);
        if (deviance < least) least = deviance, best = g, *variance = own;
    }
    return best;
}

double clarke_rate_walk_error(const clarke_rate_bins *bins, const clarke_rate_squares *q,
                              size_t column, double shift)
{
    walk w;
    double variance = NAN, sum = 0.0, tail = 0.0;
    const double independent = clarke_rate_squares_error(bins, q, column);
    if (bins->count < q->columns + 3) return independent;
    walk_begin(bins, q, shift, &w);
    const double g = walk_ratio(&w, &variance);
    if (!(g > 0.0 && variance > 0.0)) return independent;
    for (size_t i = w.count; i-- > 0;) {
        double a = 0.0;
        for (size_t l = 0; l < q->columns; l++) a += q->map[column][l] * q->column[l][i];
        a *= sqrt(w.weight[i]);
        tail += a;
        sum += a * a * walk_own(&w, i, g);
        if (i > 0) sum += g * (w.centre[i] - w.centre[i - 1]) * tail * tail;
    }
    return sqrt(fmax(sum, 0.0) * variance);
}
