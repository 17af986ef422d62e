#include "problems/lib/scalar.h"

double clarke_scalar_power_prox(double p, double step, double distance)
{
    if (p == 1.0) return fmax(distance - step, 0.0);
    if (p == 2.0) return distance / (1.0 + 2.0 * step);
    /* u + step p u^(p-1) = distance: the left side increases, from 0 to at least distance at
       u = distance. Bisection down to neighbouring numbers. */
    double low = 0.0, high = distance;
    for (;;) {
        const double middle = low + 0.5 * (high - low);
        if (!(middle > low && middle < high)) return high;
        if (middle + step * p * clarke_scalar_power(middle, p - 1.0) < distance)
            low = middle;
        else
            high = middle;
    }
}
