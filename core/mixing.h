/* The mixing step within one process: y_i = sum_j W_ji x_j for every agent i, in ascending order of
   j, each product rounded, then added: the same bits whoever computes it. Where W = J the x_j are
   added first, in ascending order, and the sum is divided by the number of agents. */
#pragma once

#include "core/network.h"

/* x and y have one agent a row, agents x n, row-major, and do not overlap: agent i must hear what
   the others had before the step. Allocates nothing. */
void clarke_mix(const clarke_network *w, size_t n, const double *x, double *y);
