/* The statistics of times: medians with intervals that assume no law, and a rank test. */
#pragma once

#include <stddef.h>

typedef struct {
    double median, low, high;
    double confidence; /* of [low, high], exactly: at least 0.95 from 6 values on; else as it is */
} clarke_median;

/* The median of value[count], which is sorted in place, with the interval between two order
   statistics: P(X_(i) < median < X_(n+1-i)) = 1 - 2 P(Bin(n, 1/2) < i) for any continuous law. */
clarke_median clarke_median_of(size_t count, double *value);

/* The two-sided p-value of the rank-sum test (Mann, Whitney 1947), exact: the share of the
   (m + n over m) orders, all equally likely if the laws are equal, whose statistic is at least as
   far from its mean. Ties count half, which makes the p-value of tied data too large, never too
   small by more than a rank. m, n >= 1, m * n <= 10000. */
double clarke_rank_test(size_t m, const double *a, size_t n, const double *b);

enum { CLARKE_SIGNED_MOST = 64 };

/* The two-sided p-value of the signed-rank test (Wilcoxon 1945) of value[count] against 0: of the
   2^count ways to give the sizes their signs the share whose statistic is at least as far from its
   mean. Exact, ties included (they share the mean of their ranks), if each sign was a fair coin of
   its own, whatever the sizes are. Zeros are left out. count <= CLARKE_SIGNED_MOST. */
double clarke_signed_rank_test(size_t count, const double *value);

/* The estimate that goes with it (Hodges, Lehmann 1963): the median of the means of all pairs, each
   value with itself included, and two of these means that hold the centre of any symmetric law with
   at least `confidence`, or, of too few values, with what is said. 1 <= count <= CLARKE_SIGNED_MOST. */
clarke_median clarke_centre_of(size_t count, const double *value, double confidence);

/* Holm's step-down (1979): p[count] becomes the adjusted p-values, in place. NaN stays NaN and does
   not count. */
void clarke_holm(size_t count, double *p);

/* The smallest p-value that the rank test can give: 2 / (m + n over m). */
double clarke_rank_test_floor(size_t m, size_t n);
