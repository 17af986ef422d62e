#include "bench/statistics.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <string.h>

clarke_median clarke_median_of(size_t count, double *value)
{
    size_t i = 1;
    assert(count > 0);
    gsl_sort(value, 1, count);
    while (2 * (i + 1) <= count &&
           2.0 * gsl_cdf_binomial_P((unsigned)i, 0.5, (unsigned)count) <= 0.05)
        i++;
    return (clarke_median){
        .median = gsl_stats_median_from_sorted_data(value, 1, count),
        .low = value[i - 1],
        .high = value[count - i],
        .confidence = 1.0 - 2.0 * gsl_cdf_binomial_P((unsigned)i - 1, 0.5, (unsigned)count)};
}

enum { RANK_STATISTICS = 10001 };

/* ways[u] of m + n values in a row, m of them a's, have u pairs (a, b) with a after b. With the
   last value an a, n pairs are its own; with the last a b, none are: W(m, n, u) = W(m-1, n, u-n) +
   W(m, n-1, u), which is the generating function's product over i of (1 - q^(n+i)) / (1 - q^i). */
static void rank_ways(size_t m, size_t n, double *ways)
{
    const size_t most = m * n;
    memset(ways, 0, (most + 1) * sizeof *ways);
    ways[0] = 1.0;
    for (size_t i = 1; i <= m; i++) {
        for (size_t u = most; u >= n + i && u <= most; u--) ways[u] -= ways[u - (n + i)];
        for (size_t u = i; u <= most; u++) ways[u] += ways[u - i];
    }
}

double clarke_rank_test(size_t m, const double *a, size_t n, const double *b)
{
    double ways[RANK_STATISTICS], statistic = 0.0, far = 0.0, all = 0.0;
    const double mean = 0.5 * (double)m * (double)n;
    assert(m >= 1 && n >= 1 && m * n < RANK_STATISTICS);
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) statistic += a[i] > b[j] ? 1.0 : a[i] == b[j] ? 0.5 : 0.0;
    rank_ways(m, n, ways);
    /* A statistic with a half in it counts as the whole one nearer to the mean. */
    const double reach = floor(fabs(statistic - mean) * 2.0) / 2.0;
    for (size_t u = 0; u <= m * n; u++) {
        all += ways[u];
        if (fabs((double)u - mean) >= reach) far += ways[u];
    }
    return far / all;
}

double clarke_rank_test_floor(size_t m, size_t n)
{
    return 2.0 / gsl_sf_choose((unsigned)(m + n), (unsigned)m);
}

enum { SIGNED_SUMS = CLARKE_SIGNED_MOST * (CLARKE_SIGNED_MOST + 1) + 1 };

/* ways[s]: how many of the 2^count subsets of rank[count] have the sum s; returns the sum of all. */
static size_t signed_ways(size_t count, const size_t *rank, double ways[SIGNED_SUMS])
{
    size_t sum = 0;
    memset(ways, 0, SIGNED_SUMS * sizeof *ways);
    ways[0] = 1.0;
    for (size_t i = 0; i < count; i++) {
        sum += rank[i];
        for (size_t s = sum; s >= rank[i] && s <= sum; s--) ways[s] += ways[s - rank[i]];
    }
    return sum;
}

double clarke_signed_rank_test(size_t count, const double *value)
{
    double ways[SIGNED_SUMS], far = 0.0;
    size_t rank[CLARKE_SIGNED_MOST], used = 0, statistic = 0;
    assert(count <= CLARKE_SIGNED_MOST);
    for (size_t i = 0; i < count; i++) {
        size_t twice = 1; /* the rank of |value[i]|, times two so that means of ranks are whole */
        if (value[i] == 0.0) continue;
        for (size_t k = 0; k < count; k++) {
            if (value[k] == 0.0) continue;
            twice += fabs(value[k]) < fabs(value[i]) ? 2 : fabs(value[k]) == fabs(value[i]) ? 1 : 0;
        }
        statistic += value[i] > 0.0 ? twice : 0;
        rank[used++] = twice;
    }
    const size_t sum = signed_ways(used, rank, ways);
    const double reach = fabs((double)statistic - 0.5 * (double)sum);
    for (size_t s = 0; s <= sum; s++)
        if (fabs((double)s - 0.5 * (double)sum) >= reach) far += ways[s];
    return far / ldexp(1.0, (int)used);
}

clarke_median clarke_centre_of(size_t count, const double *value, double confidence)
{
    double ways[SIGNED_SUMS], mean[SIGNED_SUMS], below = 0.0;
    size_t rank[CLARKE_SIGNED_MOST], means = 0, cut = 0;
    assert(count >= 1 && count <= CLARKE_SIGNED_MOST);
    for (size_t i = 0; i < count; i++) {
        rank[i] = i + 1;
        for (size_t k = 0; k <= i; k++) mean[means++] = 0.5 * (value[i] + value[k]);
    }
    gsl_sort(mean, 1, means);
    const size_t sum = signed_ways(count, rank, ways);
    const double all = ldexp(1.0, (int)count);
    /* The centre is below the (c+1)th mean with the probability of a statistic of at most c. */
    below = ways[0] / all;
    while (2 * (cut + 1) < sum && 2.0 * (below + ways[cut + 1] / all) <= 1.0 - confidence)
        below += ways[++cut] / all;
    return (clarke_median){.median = gsl_stats_median_from_sorted_data(mean, 1, means),
                           .low = mean[cut],
                           .high = mean[means - 1 - cut],
                           .confidence = 1.0 - 2.0 * below};
}

void clarke_holm(size_t count, double *p)
{
    double running = 0.0;
    size_t real = 0, done = 0;
    for (size_t i = 0; i < count; i++) real += isnan(p[i]) ? 0 : 1;
    /* Smallest first; what is adjusted is marked by a value below 0 until the end. */
    for (; done < real; done++) {
        size_t best = count;
        for (size_t i = 0; i < count; i++)
            if (p[i] >= 0.0 && (best == count || p[i] < p[best])) best = i;
        running = fmax(running, fmin(1.0, (double)(real - done) * p[best]));
        p[best] = -1.0 - running;
    }
    for (size_t i = 0; i < count; i++)
        if (p[i] < 0.0) p[i] = -1.0 - p[i];
}
