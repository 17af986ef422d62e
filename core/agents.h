/* What is said of all agents at once, one agent a row. Sums go by ascending agent, and inside a row in
   lanes (core/lanes.h), so whoever has the rows gets the same bits. */
#pragma once

#include <stddef.h>

/* mean[dim] = (1/agents) sum_i z_i. */
void clarke_agents_mean(size_t agents, size_t dim, const double *z, double *mean);
/* |z_i - mean|^2 of one row. */
double clarke_agents_departure(size_t dim, const double *row, const double *mean);
/* sum_i |z_i - mean|^2 = |Z_perp|_F^2. */
double clarke_agents_spread(size_t agents, size_t dim, const double *z, const double *mean);
