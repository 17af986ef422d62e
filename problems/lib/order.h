/* Sorted views of a vector, in O(n log n) and without memory of their own. */
#pragma once

#include <stddef.h>

/* order[n] = the indices of x[n] by falling value. */
void clarke_order_descending(size_t *order, const double *x, size_t n);

/* tau with sum_i max(x_i - tau, 0) = total > 0 over the first `count` >= 1 entries of the order:
   the threshold of the projection on the scaled simplex. */
double clarke_order_threshold(const size_t *order, const double *x, size_t count, double total);
