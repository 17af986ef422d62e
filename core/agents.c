#include "core/agents.h"

#include "core/clones.h"
#include "core/lanes.h"
#include "core/mixing.h"

#include <string.h>

/* So many rows are gone through side by side, a piece of each in turn: the hardware follows a few streams
   at once, and each is a long one. */
enum { AGENTS_ROWS = 4, AGENTS_PIECE = 256 };

void clarke_agents_mean(size_t agents, size_t dim, const double *z, double *mean)
{
    clarke_mix_mean(agents, dim, z, mean);
}

/* Adds the squared departures of n numbers, a multiple of the lanes. */
CLARKE_CLONES static void agents_squares(size_t n, const double *row, const double *mean,
                                         double sum[CLARKE_LANES])
{
    double lane[CLARKE_LANES];
    for (size_t i = 0; i < CLARKE_LANES; i++) lane[i] = sum[i];
    for (size_t j = 0; j < n; j += CLARKE_LANES)
        for (size_t i = 0; i < CLARKE_LANES; i++) {
            const double d = row[j + i] - mean[j + i];
            lane[i] += d * d;
        }
    for (size_t i = 0; i < CLARKE_LANES; i++) sum[i] = lane[i];
}

/* What is left after the lanes, from number `first` on. */
static double agents_rest(size_t first, size_t dim, const double *row, const double *mean,
                          double lane[CLARKE_LANES])
{
    double sum = first > 0 ? clarke_lanes_sum(lane) : 0.0;
    for (size_t j = first; j < dim; j++) sum += (row[j] - mean[j]) * (row[j] - mean[j]);
    return sum;
}

double clarke_agents_departure(size_t dim, const double *row, const double *mean)
{
    const size_t whole = dim - dim % CLARKE_LANES;
    double lane[CLARKE_LANES] = {0.0};
    agents_squares(whole, row, mean, lane);
    return agents_rest(whole, dim, row, mean, lane);
}

double clarke_agents_spread(size_t agents, size_t dim, const double *z, const double *mean)
{
    const size_t whole = dim - dim % CLARKE_LANES;
    double sum = 0.0;
    for (size_t done = 0, rows; done < agents; done += rows, z += rows * dim) {
        double lane[AGENTS_ROWS][CLARKE_LANES];
        rows = agents - done < AGENTS_ROWS ? agents - done : AGENTS_ROWS;
        memset(lane, 0, rows * sizeof lane[0]);
        for (size_t first = 0; first < whole; first += AGENTS_PIECE) {
            const size_t n = whole - first < AGENTS_PIECE ? whole - first : AGENTS_PIECE;
            for (size_t i = 0; i < rows; i++)
                agents_squares(n, z + i * dim + first, mean + first, lane[i]);
        }
        for (size_t i = 0; i < rows; i++)
            sum += agents_rest(whole, dim, z + i * dim, mean, lane[i]);
    }
    return sum;
}
