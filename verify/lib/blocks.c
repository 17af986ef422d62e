#include "verify/lib/blocks.h"

#include <math.h>

void clarke_blocks_begin(clarke_blocks *b, const clarke_clock *clock)
{
    const double total = clock->t[clock->steps];
    for (size_t j = 0; j <= CLARKE_BLOCKS; j++)
        b->bound[j] = total * exp2(0.5 * ((double)j - CLARKE_BLOCKS));
    /* x_K has t = T, up to the rounding of the sum. */
    b->bound[CLARKE_BLOCKS] = INFINITY;
}

size_t clarke_blocks_at(const clarke_blocks *b, double t)
{
    if (t < b->bound[0]) return CLARKE_BLOCKS;
    size_t j = 0;
    while (t >= b->bound[j + 1]) j++;
    return j;
}
