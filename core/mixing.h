/* The mixing step within one process: y_i = sum_j W_ji x_j for every agent i, in ascending order of
   j, each product rounded, then added: the same bits whoever computes it. Where W = J the x_j are
   added first, in ascending order, and the sum is divided by the number of agents. */
#pragma once

#include "core/network.h"

/* x and y have one agent a row, agents x n, row-major, and do not overlap: agent i must hear what
   the others had before the step. Allocates nothing. */
void clarke_mix(const clarke_network *w, size_t n, const double *x, double *y);

/* Who mixes: this process, or several that hold some agents each. Whoever does gives the bits of
   clarke_mix. */
typedef struct clarke_mixer {
    const clarke_network *network;
    size_t first, count; /* the agents whose rows this process holds */
    void *self;
    /* x and y [count x n]: the rows of these agents, which do not overlap. */
    clarke_status (*apply)(const struct clarke_mixer *m, size_t n, const double *x, double *y);
} clarke_mixer;

/* All agents in this process. */
clarke_mixer clarke_mixer_here(const clarke_network *w);
