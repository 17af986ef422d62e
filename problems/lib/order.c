#include "problems/lib/order.h"

static void order_sift(size_t *order, const double *x, size_t root, size_t count)
{
    for (size_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && x[order[child + 1]] < x[order[child]]) child++;
        if (x[order[root]] <= x[order[child]]) return;
        const size_t swap = order[root];
        order[root] = order[child], order[child] = swap;
    }
}

/* Heap sort: no memory, no call per comparison. */
void clarke_order_descending(size_t *order, const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++) order[i] = i;
    for (size_t i = n / 2; i-- > 0;) order_sift(order, x, i, n);
    for (size_t count = n; count-- > 1;) {
        const size_t swap = order[0];
        order[0] = order[count], order[count] = swap;
        order_sift(order, x, 0, count);
    }
}

/* Entry k + 1 is kept iff it is above the threshold of the first k (Held, Wolfe, Crowder 1974). */
double clarke_order_threshold(const size_t *order, const double *x, size_t count, double total)
{
    double top = x[order[0]], tau = top - total;
    for (size_t k = 1; k < count && x[order[k]] > tau; k++) {
        top += x[order[k]];
        tau = (top - total) / (double)(k + 1);
    }
    return tau;
}
