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

/* Holm's step-down (1979): p[count] becomes the adjusted p-values, in place. NaN stays NaN and does
   not count. */
void clarke_holm(size_t count, double *p);

/* The smallest p-value that the rank test can give: 2 / (m + n over m). */
double clarke_rank_test_floor(size_t m, size_t n);
