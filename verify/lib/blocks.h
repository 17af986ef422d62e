/* The eight blocks of ratio sqrt 2 in t = sum of steps on which limits are judged: block j of 0..7
   covers [T 2^((j-8)/2), T 2^((j-7)/2)), so that they start at T/16 and end at T. */
#pragma once

#include "core/event.h"

enum { CLARKE_BLOCKS = 8 };

typedef struct {
    double bound[CLARKE_BLOCKS + 1];
} clarke_blocks;

void clarke_blocks_begin(clarke_blocks *b, const clarke_clock *clock);
/* The block of time t; CLARKE_BLOCKS where t is before the first. */
size_t clarke_blocks_at(const clarke_blocks *b, double t);
