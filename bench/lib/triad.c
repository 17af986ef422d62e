#include "bench/lib/triad.h"

#include "core/clones.h"

CLARKE_CLONES void clarke_triad(size_t n, double s, const double *b, const double *c,
                                double *restrict a)
{
    for (size_t i = 0; i < n; i++) a[i] = b[i] + s * c[i];
}
