/* Sums in lanes: term j goes to lane j mod 16, the lanes are added two by two, then comes what is left
   of the terms. One order, the same at every level of x86-64, that vector units can keep; no lane has
   more terms than one sum over all would have, so an error bound of that stands. */
#pragma once

#include <stddef.h>

enum { CLARKE_LANES = 16 };

/* The sum of the lanes, which are used up. */
static inline double clarke_lanes_sum(double lane[CLARKE_LANES])
{
    for (size_t half = CLARKE_LANES / 2; half > 0; half /= 2)
        for (size_t i = 0; i < half; i++) lane[i] += lane[i + half];
    return lane[0];
}
