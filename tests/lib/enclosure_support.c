#include "tests/lib/enclosure_support.h"

#include <math.h>

static double least(double d, clarke_interval v)
{
    return d == 0.0 ? 0.0 : fmin(d * v.low, d * v.high);
}

double enclosure_support(const clarke_enclosure *e, const double *d)
{
    double sum = 0.0;
    for (size_t i = 0; i < e->n; i++) sum += least(d[i], e->centre[i]);
    for (size_t k = 0; k < e->parts; k++) {
        double part = INFINITY;
        for (size_t j = e->first[k]; j < e->first[k + 1]; j++) {
            double product = 0.0;
            for (size_t i = 0; i < e->n; i++) product += least(d[i], e->vertex[j][i]);
            part = fmin(part, product);
        }
        sum += part;
    }
    return sum;
}
