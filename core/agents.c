#include "core/agents.h"

void clarke_agents_mean(size_t agents, size_t dim, const double *z, double *mean)
{
    for (size_t j = 0; j < dim; j++) mean[j] = z[j];
    for (size_t i = 1; i < agents; i++)
        for (size_t j = 0; j < dim; j++) mean[j] += z[i * dim + j];
    for (size_t j = 0; j < dim; j++) mean[j] /= (double)agents;
}

double clarke_agents_departure(size_t dim, const double *row, const double *mean)
{
    double sum = 0.0;
    for (size_t j = 0; j < dim; j++) sum += (row[j] - mean[j]) * (row[j] - mean[j]);
    return sum;
}

double clarke_agents_spread(size_t agents, size_t dim, const double *z, const double *mean)
{
    double sum = 0.0;
    for (size_t i = 0; i < agents; i++) sum += clarke_agents_departure(dim, z + i * dim, mean);
    return sum;
}
